
/* POST /operator/bank-cards/proof: the built-in bank gives the holder of a card
   another proof, or a first one (PAY-10). */


#include "operator.h"
#include "../bill/bill.h"


static phone_rc_t phone_operator_card_proof_run(phone_call_t *call);


static const phone_param_t  phone_operator_card_proof_params[] = {
    PHONE_CARD_NO_PARAM,
    { "proof", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET, PHONE_PROOF_LEN,
      PHONE_PROOF_LEN, "given to the holder; the one before is void" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_operator_card_proof = {
    "operator.card_proof", "POST", "/operator/bank-cards/proof",
    PHONE_OPERATOR, phone_operator_card_proof_run,
    phone_operator_card_proof_params, phone_reply_of_code,
    "Sets with which proof the holder binds a card of the built-in bank. A "
    "card that is bound stays so."
};


static phone_rc_t
phone_operator_card_proof_run(phone_call_t *call)
{
    phone_record_t  *card, *card_number;

    if (phone_card_number_check(call) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    card_number = phone_ask_card_number(call);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(card_number)
        && phone_ask_unreadable(call, &phone_card_number,
                                phone_id(card_number)))
    {
        return phone_secret_refuse(call);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(card_number)) {
        return phone_refuse_field(call, PHONE_CARD_NOT_FOUND, "card_no");
    }

    /* renamed a moment ago: the next look finds the other */

    if (phone_get(card_number, CARD_NUMBER_MOVED).len) {
        return phone_not_yet(call);
    }

    card = phone_ask_some(call, &phone_card,
                          phone_get(card_number, CARD_NUMBER_CARD),
                          PHONE_F(CARD_OWNER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* in its owner's bucket, and still on its way there */

    if (!phone_found(card)) {
        return phone_not_yet(call);
    }

    phone_card_prove_by(call, card_number, phone_get(card, CARD_OWNER));

    return phone_done(call);
}
