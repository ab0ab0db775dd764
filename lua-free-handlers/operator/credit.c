
/* POST /operator/accounts/{phone}/credit: money onto a prepaid balance. */


#include "operator.h"
#include "closing.h"
#include "../lib/money.h"


static phone_rc_t phone_operator_credit_run(phone_call_t *call);
static phone_rc_t phone_credit_done(phone_call_t *call, phone_str_t credit_no,
    int64_t balance, phone_str_t currency);


static const phone_param_t  phone_operator_credit_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,
      "whose balance" },
    { "amount", PHONE_P_AMOUNT, PHONE_REQUIRED, 0, 0, "minor units" },
    { "credit_no", PHONE_P_NAME, PHONE_REQUIRED, 1, 64,
      "made by the caller: the same again credits once" },
    { "currency", PHONE_P_CURRENCY, 0, 0, 0, "must be the account's" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_credit_reply[] = {
    { "phone", PHONE_M_PHONE, 0, NULL, NULL, "the number" },
    { "credit_no", PHONE_M_TEXT, 0, NULL, NULL, "the operator's own number" },
    { "amount", PHONE_M_AMOUNT, 0, NULL, NULL, "minor units that were added" },
    { "balance", PHONE_M_AMOUNT, 0, NULL, NULL,
      "of the account now, also if the call is a repeat" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_credit = {
    "operator.credit", "POST", "/operator/accounts/{phone}/credit",
    PHONE_OPERATOR, phone_operator_credit_run, phone_operator_credit_params,
    phone_operator_credit_reply,
    "Adds to the balance of an account; makes the account if need be."
};


static phone_rc_t
phone_operator_credit_run(phone_call_t *call)
{
    int64_t          amount, balance;
    phone_str_t      number, credit_no, currency, id;
    phone_record_t  *account, *credit;

    number = phone_arg(call, "phone");
    amount = phone_arg_int(call, "amount");
    credit_no = phone_arg(call, "credit_no");
    id = phone_join(phone_memory(call), 3,
                    (phone_str_t[3]) { number, PHONE_STR(":"), credit_no });

    account = phone_ask_some(call, &phone_account, number,
                             PHONE_F(ACCOUNT_BALANCE)
                             | PHONE_F(ACCOUNT_CURRENCY));
    credit = phone_ask(call, &phone_credit, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    currency = phone_found(account) ? phone_get(account, ACCOUNT_CURRENCY)
                                    : phone_settings(call)->currency;
    balance = phone_get_int(account, ACCOUNT_BALANCE);

    if (phone_has(call, "currency")
        && !phone_equal(phone_arg(call, "currency"), currency))
    {
        phone_say(call, "reason", phone_join(phone_memory(call), 2,
                  (phone_str_t[2]) { PHONE_STR("the account is in "),
                                     currency }));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "currency");
    }

    if (phone_found(credit)) {
        return phone_get_int(credit, CREDIT_AMOUNT) == amount
               ? phone_credit_done(call, credit_no, balance, currency)
               : phone_refuse_field(call, PHONE_EXISTS, "amount");
    }

    if (balance > PHONE_AMOUNT_MAX - amount) {
        return phone_refuse_field(call, PHONE_ACCOUNT_FULL, "amount");
    }

    if (!phone_found(account)) {
        phone_set(account, ACCOUNT_PLAN, PHONE_STR("prepaid"));
        phone_set(account, ACCOUNT_CURRENCY, currency);
        phone_set_int(account, ACCOUNT_CREATED, phone_now(call));
    }

    phone_set_int(credit, CREDIT_AMOUNT, amount);
    phone_set_int(credit, CREDIT_CREATED, phone_now(call));

    phone_ledger_watch(call, number);

    phone_move(call, phone_ledger_outside(call, number, currency),
               phone_ledger_prepaid(call, number), amount, currency, "credit",
               credit_no);

    return phone_credit_done(call, credit_no, balance + amount, currency);
}


static phone_rc_t
phone_credit_done(phone_call_t *call, phone_str_t credit_no, int64_t balance,
    phone_str_t currency)
{
    phone_say(call, "phone", phone_arg(call, "phone"));
    phone_say(call, "credit_no", credit_no);
    phone_say_int(call, "amount", phone_arg_int(call, "amount"));
    phone_say_int(call, "balance", balance);
    phone_say(call, "currency", currency);

    return phone_done(call);
}
