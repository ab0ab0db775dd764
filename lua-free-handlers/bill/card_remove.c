
/* DELETE /pay/cards/{card_id}, and which card is the default.  The card itself
   stays: bills that it has paid name it, and it gets what is refunded of
   them. */


#include "bill.h"
#include "../account/account.h"


static phone_rc_t phone_card_remove_run(phone_call_t *call);
static phone_rc_t phone_card_default_run(phone_call_t *call);


static const phone_param_t  phone_card_remove_params[] = {
    { "card_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { "pin", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, 6, 6,
      "the payment PIN" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_card_default_params[] = {
    { "card_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_card_remove = {
    "bill.card_remove", "DELETE", "/pay/cards/{card_id}", PHONE_SESSION,
    phone_card_remove_run, phone_card_remove_params, phone_reply_of_code,
    "Removes a bank card from the number that is logged in: nothing is paid "
    "with it any more. Its money stays at the bank, and refunds still go to "
    "it. One that is removed already is no error."
};


const phone_endpoint_t  phone_card_default = {
    "bill.card_default", "PUT", "/pay/cards/{card_id}/default", PHONE_SESSION,
    phone_card_default_run, phone_card_default_params, phone_reply_of_code,
    "Pays with this card whenever a payment names none."
};


static phone_rc_t
phone_card_remove_run(phone_call_t *call)
{
    phone_record_t  *account, *card, *told;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_PIN_FIELDS | PHONE_F(ACCOUNT_CARD));
    told = phone_card_told(call);
    card = phone_ask_some(call, &phone_card, phone_arg(call, "card_id"),
                          PHONE_F(CARD_OWNER) | PHONE_F(CARD_MASKED)
                          | PHONE_F(CARD_UNBOUND));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_pin_check(call, account, phone_arg(call, "pin")) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    if (!phone_equal(phone_get(card, CARD_OWNER), phone_caller(call))) {
        return phone_refuse_field(call, PHONE_CARD_NOT_FOUND, "card_id");
    }

    if (phone_get(card, CARD_UNBOUND).len == 0 && !phone_found(told)) {
        phone_set_int(card, CARD_UNBOUND, phone_now(call));
        phone_index_remove(call, &phone_cards_of, phone_caller(call),
                           phone_id(card));

        if (phone_equal(phone_get(account, ACCOUNT_CARD), phone_id(card))) {
            phone_set(account, ACCOUNT_CARD, PHONE_EMPTY);
        }

        phone_card_tell(call, card, "解绑", "removed from");
    }

    return phone_done(call);
}


static phone_rc_t
phone_card_default_run(phone_call_t *call)
{
    phone_record_t  *account, *card;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_CARD));
    card = phone_ask_some(call, &phone_card, phone_arg(call, "card_id"),
                          PHONE_CARD_BOUND_FIELDS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_card_bound(call, card)) {
        return phone_refuse_field(call, PHONE_CARD_NOT_FOUND, "card_id");
    }

    phone_set(account, ACCOUNT_CARD, phone_id(card));

    return phone_done(call);
}
