
/* PAY-3: the bound cards one can pay with. */


#include "bill.h"


static phone_rc_t phone_bill_cards_run(phone_call_t *call);


static const phone_param_t  phone_bill_cards_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_card_members[] = {
    { "card_id", PHONE_M_ID, 0, NULL, NULL, "of the card" },
    { "bank", PHONE_M_TEXT, 0, NULL, NULL, "whose card it is" },
    { "number", PHONE_M_TEXT, 0, NULL, NULL, "of the card, masked" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "balance", PHONE_M_AMOUNT, 0, NULL, "the card is of the built-in bank",
      "minor units" },
    { "default", PHONE_M_BOOL, 0, NULL, NULL,
      "it pays when a payment names no card" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_card_object = {
    "Card", phone_card_members
};


static const phone_member_t  phone_bill_cards_reply[] = {
    { "cards", PHONE_M_LIST, 0, &phone_card_object, NULL, "of the number" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_cards = {
    "bill.cards", "GET", "/pay/cards", PHONE_SESSION,
    phone_bill_cards_run, phone_bill_cards_params, phone_bill_cards_reply,
    "The bank cards bound to the number that is logged in; numbers masked."
};


static phone_rc_t
phone_bill_cards_run(phone_call_t *call)
{
    unsigned             i;
    phone_json_t        *json;
    phone_record_t      *account, *card[PHONE_CARDS_MOST];
    const phone_list_t  *list;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_CARD));
    list = phone_ask_index(call, &phone_cards_of, phone_caller(call), 0,
                           PHONE_CARDS_MOST);

    for (i = 0; i < list->n && i < PHONE_CARDS_MOST; i++) {
        card[i] = phone_ask(call, &phone_card, list->entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "cards");

    for (i = 0; i < list->n && i < PHONE_CARDS_MOST; i++) {
        if (!phone_found(card[i])) {
            continue;
        }

        phone_json_object(json, NULL);
        phone_json_text(json, "card_id", phone_id(card[i]));
        phone_json_text(json, "bank", phone_get(card[i], CARD_BANK));
        phone_json_text(json, "number", phone_get(card[i], CARD_MASKED));
        phone_json_text(json, "currency", phone_get(card[i], CARD_CURRENCY));

        /* of another bank it is a refund that this has not confirmed */

        if (phone_get(card[i], CARD_VIA).len == 0) {
            phone_json_int(json, "balance",
                           phone_get_int(card[i], CARD_BALANCE));
        }

        phone_json_bool(json, "default",
                        phone_equal(phone_get(account, ACCOUNT_CARD),
                                    phone_id(card[i])));
        phone_json_end(json);
    }

    phone_json_end(json);

    return phone_done(call);
}
