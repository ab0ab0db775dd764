
/*
 * POST /pay/cards: a person binds a card of the built-in bank (PAY-10).
 *
 * The bank has opened the card for a number, the one on file, and has given
 * its holder a secret, the proof.  Only that number can bind the card, with the
 * proof: so a card has one owner for ever, and its money one account in his
 * bucket, and nobody else learns anything by trying.  A number that is not
 * known, the card of another and a wrong proof have the same answer, after the
 * same reads, and each try with the right PIN is counted before that.
 */


#include "bill.h"
#include "../account/account.h"


static phone_rc_t phone_card_bind_run(phone_call_t *call);
static phone_rc_t phone_card_prove(phone_call_t *call,
    phone_record_t *card_number);
static phone_rc_t phone_card_bind_now(phone_call_t *call,
    phone_str_t card_id, const phone_list_t *cards);


static const phone_param_t  phone_card_bind_params[] = {
    PHONE_CARD_NO_PARAM,
    { "proof", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, PHONE_PROOF_LEN,
      PHONE_PROOF_LEN, "what the bank has given to the holder of the card" },
    { "pin", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, 6, 6,
      "the payment PIN" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_card_bind_reply[] = {
    { "card_id", PHONE_M_ID, 0, NULL, NULL, "of the card" },
    { "number", PHONE_M_TEXT, 0, NULL, NULL, "of the card, masked" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_card_bind = {
    "bill.card_bind", "POST", "/pay/cards", PHONE_SESSION,
    phone_card_bind_run, phone_card_bind_params, phone_card_bind_reply,
    "Binds a bank card to the number that is logged in, which the bank must "
    "have on file for it. Tries are limited. A card that is bound already gets "
    "the same answer."
};


static phone_rc_t
phone_card_bind_run(phone_call_t *call)
{
    int64_t              wait;
    phone_rc_t           rc;
    phone_record_t      *account, *card_number;
    const phone_list_t  *cards;

    if (phone_card_number_check(call) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_PIN_FIELDS);
    card_number = phone_ask_card_number(call);
    cards = phone_ask_index(call, &phone_cards_of, phone_caller(call), 0,
                            PHONE_CARDS_MOST);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* who does not know the PIN does not use up the tries of the day */

    wait = phone_pin_right(call, account, phone_arg(call, "pin"))
           ? phone_card_proof_over(call, phone_caller(call)) : 0;

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_pin_check(call, account, phone_arg(call, "pin")) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    if (wait) {
        return phone_tries_refuse(call, wait);
    }

    rc = phone_card_prove(call, card_number);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_card_bind_now(call, phone_get(card_number, CARD_NUMBER_CARD),
                               cards);
}


/* The record is in another bucket: a proof that the bank has replaced a moment
   ago may still do. */

static phone_rc_t
phone_card_prove(phone_call_t *call, phone_record_t *card_number)
{
    int  right;

    right = phone_card_proved(call, card_number);

    if (!phone_equal(phone_get(card_number, CARD_NUMBER_HOLDER),
                     phone_caller(call)))
    {
        right = 0;
    }

    if (right > 0) {
        return PHONE_DONE;
    }

    if (right < 0) {
        phone_card_proof_undone(call, phone_caller(call));
        return phone_sealed_refuse(call, card_number, CARD_NUMBER_PROOF);
    }

    /* it may be there, and cannot be found */

    if (phone_ask_unreadable(call, &phone_card_number, phone_id(card_number)))
    {
        phone_card_proof_undone(call, phone_caller(call));
        return phone_secret_refuse(call);
    }

    return phone_waiting(call)
           ? PHONE_AGAIN
           : phone_refuse_field(call, PHONE_CARD_PROOF_WRONG, "proof");
}


static phone_rc_t
phone_card_bind_now(phone_call_t *call, phone_str_t card_id,
    const phone_list_t *cards)
{
    int              room;
    phone_record_t  *card, *told;

    card = phone_ask_some(call, &phone_card, card_id,
                          PHONE_F(CARD_MASKED) | PHONE_F(CARD_UNBOUND));
    told = phone_card_told(call);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* from the bucket of its number, and still on its way */

    if (!phone_found(card)) {
        return phone_not_yet(call);
    }

    if (phone_get(card, CARD_UNBOUND).len && !phone_found(told)) {
        room = phone_card_room(call, phone_caller(call), cards);

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        if (!room) {
            return phone_refuse_field(call, PHONE_TOO_MANY, "card_no");
        }

        phone_set(card, CARD_UNBOUND, PHONE_EMPTY);
        phone_index_add(call, &phone_cards_of, phone_caller(call), card_id,
                        phone_now(call));
        phone_card_tell(call, card, "绑定", "bound to");
    }

    phone_say(call, "card_id", card_id);
    phone_say(call, "number", phone_get(card, CARD_MASKED));

    return phone_done(call);
}
