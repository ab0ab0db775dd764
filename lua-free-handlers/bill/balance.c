
/* PAY-12: a merchant asks for its takings: what bills have paid and was neither
   refunded nor paid out. */


#include "bill.h"


static phone_rc_t phone_balance_query_run(phone_call_t *call);


static const phone_param_t  phone_balance_query_params[] = {
    { "currency", PHONE_P_CURRENCY, 0, 3, 3,
      "ISO 4217; the platform's when left out" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_balance_query_reply[] = {
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "takings", PHONE_M_AMOUNT, 0, NULL,
      NULL, "minor units that can be refunded or paid out" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_balance_query = {
    "balance.query", "POST", "/pay/balance", PHONE_MERCHANT,
    phone_balance_query_run, phone_balance_query_params,
    phone_balance_query_reply,
    "What bills in that currency have paid to the merchant and was neither "
    "refunded nor paid out."
};


static phone_rc_t
phone_balance_query_run(phone_call_t *call)
{
    int64_t                 held;
    phone_str_t             currency;
    phone_ledger_account_t  takings;

    currency = phone_has(call, "currency") ? phone_arg(call, "currency")
                                           : phone_settings(call)->currency;
    takings = phone_ledger_takings(call, phone_caller(call), currency);
    held = phone_ask_held(call, &takings);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_say(call, "currency", currency);
    phone_say_int(call, "takings", held);

    return phone_done(call);
}
