
/* GET /operator/accounts/{phone}, GET /operator/bills/{bill_id}: what an
   operator looks up when a person or a merchant asks. */


#include "operator.h"
#include "../account/account.h"
#include "../bill/bill.h"


static phone_rc_t phone_account_get_run(phone_call_t *call);
static phone_rc_t phone_operator_bill_run(phone_call_t *call);
static unsigned phone_open_sessions(phone_call_t *call,
    phone_record_t *account);


static const phone_param_t  phone_account_get_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,
      "the number" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_operator_bill_params[] = {
    { "bill_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_account_get_reply[] = {
    { "phone", PHONE_M_PHONE, 0, NULL, NULL, "the number" },
    { "name", PHONE_M_TEXT, 0, NULL, "one was given", "of the account" },
    { "plan", PHONE_M_TEXT, 0, NULL, NULL, "PREPAID or POSTPAID" },
    { "balance", PHONE_M_AMOUNT, 0, NULL, NULL, "minor units" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was made" },
    { "password_set", PHONE_M_BOOL, 0, NULL, NULL, "there is a password" },
    { "pin_set", PHONE_M_BOOL, 0, NULL, NULL, "there is a payment PIN" },
    { "pin_locked_until", PHONE_M_TIME, 0, NULL, "wrong PINs have locked it",
      "no PIN is accepted until then" },
    { "sessions", PHONE_M_INT, 0, NULL, NULL, "that are open" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_member_t  phone_operator_bill_reply[] = {
    PHONE_BILL_SHOWN,
    { "payer_phone", PHONE_M_PHONE, 0, NULL, NULL, "who is asked to pay" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_account_get = {
    "operator.account_get", "GET", "/operator/accounts/{phone}",
    PHONE_OPERATOR, phone_account_get_run, phone_account_get_params,
    phone_account_get_reply,
    "The account of a number."
};


const phone_endpoint_t  phone_operator_bill = {
    "operator.bill", "GET", "/operator/bills/{bill_id}", PHONE_OPERATOR,
    phone_operator_bill_run, phone_operator_bill_params,
    phone_operator_bill_reply,
    "A bill, as its payer sees it."
};


static phone_rc_t
phone_account_get_run(phone_call_t *call)
{
    int64_t          until;
    phone_record_t  *account;

    account = phone_ask_some(call, &phone_account, phone_arg(call, "phone"),
                             PHONE_F(ACCOUNT_NAME) | PHONE_F(ACCOUNT_PLAN)
                             | PHONE_F(ACCOUNT_BALANCE)
                             | PHONE_F(ACCOUNT_CURRENCY)
                             | PHONE_F(ACCOUNT_CREATED)
                             | PHONE_F(ACCOUNT_PASSWORD)
                             | PHONE_PIN_FIELDS | PHONE_SESSION_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(account)) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "phone");
    }

    until = phone_get_int(account, ACCOUNT_PIN_UNTIL);

    phone_say(call, "phone", phone_id(account));
    phone_say(call, "name", phone_get(account, ACCOUNT_NAME));
    phone_say(call, "plan", phone_get(account, ACCOUNT_PLAN));
    phone_say_int(call, "balance", phone_get_int(account, ACCOUNT_BALANCE));
    phone_say(call, "currency", phone_get(account, ACCOUNT_CURRENCY));
    phone_say_time(call, "created_at",
                   phone_get_int(account, ACCOUNT_CREATED));
    phone_say_bool(call, "password_set",
                   phone_get(account, ACCOUNT_PASSWORD).len != 0);
    phone_say_bool(call, "pin_set", phone_get(account, ACCOUNT_PIN).len != 0);

    if (until > phone_now(call)) {
        phone_say_time(call, "pin_locked_until", until);
    }

    phone_say_int(call, "sessions", phone_open_sessions(call, account));

    return phone_done(call);
}


static unsigned
phone_open_sessions(phone_call_t *call, phone_record_t *account)
{
    unsigned         slot, n;
    phone_session_t  session;

    n = 0;

    for (slot = 0; slot < PHONE_SESSIONS; slot++) {
        n += phone_session_parse(phone_get(account, ACCOUNT_S0 + slot),
                                 &session)
             == 0
             && phone_session_alive(phone_settings(call), &session,
                                    phone_now(call));
    }

    return n;
}


static phone_rc_t
phone_operator_bill_run(phone_call_t *call)
{
    phone_record_t  *bill;

    bill = phone_bill_ask(call, phone_arg(call, "bill_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(bill)) {
        return phone_refuse(call, PHONE_BILL_NOT_FOUND);
    }

    phone_bill_show(call, phone_reply(call), bill);
    phone_say(call, "payer_phone", phone_get(bill, BILL_PAYER));

    return phone_done(call);
}
