
/* GET /operator/merchants/{merchant_id}/payouts: what was paid out to a
   merchant. */


#include "../bill/bill.h"
#include "operator.h"


static phone_rc_t phone_operator_payouts_run(phone_call_t *call);


static const phone_param_t  phone_operator_payouts_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "to whom" },
    PHONE_PAYOUT_PARAMS,
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_payouts_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    PHONE_PAYOUT_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_payouts = {
    "operator.payouts", "GET", "/operator/merchants/{merchant_id}/payouts",
    PHONE_OPERATOR, phone_operator_payouts_run, phone_operator_payouts_params,
    phone_operator_payouts_reply,
    "What was paid out to a merchant, with the references of the transfers."
};


static phone_rc_t
phone_operator_payouts_run(phone_call_t *call)
{
    phone_str_t      merchant_id;
    phone_record_t  *merchant;

    merchant_id = phone_arg(call, "merchant_id");
    merchant = phone_ask_some(call, &phone_merchant, merchant_id,
                              PHONE_F(MERCHANT_STATUS));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    phone_say(call, "merchant_id", merchant_id);

    return phone_payouts_say(call, merchant_id);
}
