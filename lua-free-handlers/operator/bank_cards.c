
/* POST /operator/bank-cards: the built-in bank opens a card and binds it to a
   number (PAY-10). */


#include "operator.h"
#include "closing.h"
#include "../bill/bill.h"
#include "../lib/id.h"
#include "../lib/money.h"


static phone_rc_t phone_operator_bank_cards_run(phone_call_t *call);
static phone_rc_t phone_card_again(phone_call_t *call,
    phone_record_t *card_number);
static phone_str_t phone_card_open(phone_call_t *call,
    phone_record_t *card_number);
static phone_rc_t phone_card_done(phone_call_t *call, phone_str_t card_id);
static phone_str_t phone_card_currency(phone_call_t *call);


static const phone_param_t  phone_operator_bank_cards_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "whose card" },
    PHONE_CARD_NO_PARAM,
    { "balance", PHONE_P_INT, PHONE_REQUIRED, 0, PHONE_AMOUNT_MAX,
      "minor units, to begin with" },
    { "currency", PHONE_P_CURRENCY, 0, 0, 0,
      "of the card; the platform's when left out" },
    { "bank", PHONE_P_TEXT, 0, 1, 64,
      "shown with the card; one of phone_bank: it is asked, and balance is 0" },
    { "proof", PHONE_P_DIGITS, PHONE_SECRET, PHONE_PROOF_LEN, PHONE_PROOF_LEN,
      "given to the holder, who binds the card with it; when left out, the "
      "card is bound at once" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_bank_cards_reply[] = {
    { "card_id", PHONE_M_ID, 0, NULL, NULL, "of the card" },
    { "number", PHONE_M_TEXT, 0, NULL, NULL, "of the card, masked" },
    { "bank_kind", PHONE_M_TEXT, 0, NULL, NULL,
      "BUILT_IN: the platform keeps its balance; HTTP: bank is one of "
      "phone_bank, which is asked for each payment" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_bank_cards = {
    "operator.bank_cards", "POST", "/operator/bank-cards", PHONE_OPERATOR,
    phone_operator_bank_cards_run, phone_operator_bank_cards_params,
    phone_operator_bank_cards_reply,
    "Opens a card at the built-in bank for a number. A card number is one "
    "card of one number; the same again gives the same answer. With a proof "
    "the holder binds it himself."
};


static phone_rc_t
phone_operator_bank_cards_run(phone_call_t *call)
{
    int                  room;
    const phone_list_t  *cards;
    phone_record_t      *card_number;

    if (phone_card_number_check(call) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    card_number = phone_ask_card_number(call);
    cards = phone_ask_index(call, &phone_cards_of, phone_arg(call, "phone"), 0,
                            PHONE_CARDS_MOST);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_found(card_number)) {
        return phone_card_again(call, card_number);
    }

    /* the same number may be there, and cannot be found */

    if (phone_ask_unreadable(call, &phone_card_number, phone_id(card_number)))
    {
        return phone_secret_refuse(call);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_bank(call, phone_arg(call, "bank"))
        && phone_arg_int(call, "balance"))
    {
        phone_say(call, "reason", PHONE_STR("the bank has the balance"));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "balance");
    }

    room = phone_has(call, "proof")
           || phone_card_room(call, phone_arg(call, "phone"), cards);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!room) {
        return phone_refuse_field(call, PHONE_TOO_MANY, "phone");
    }

    return phone_card_done(call, phone_card_open(call, card_number));
}


static phone_rc_t
phone_card_again(phone_call_t *call, phone_record_t *card_number)
{
    int              right;
    phone_record_t  *card;

    card = phone_ask_some(call, &phone_card,
                          phone_get(card_number, CARD_NUMBER_CARD),
                          PHONE_F(CARD_OWNER) | PHONE_F(CARD_CURRENCY)
                          | PHONE_F(CARD_BANK));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* in its owner's bucket, and still on its way there */

    if (!phone_found(card)) {
        return phone_not_yet(call);
    }

    if (!phone_equal(phone_get(card, CARD_OWNER), phone_arg(call, "phone"))) {
        return phone_refuse_field(call, PHONE_EXISTS, "phone");
    }

    if (phone_get_int(card_number, CARD_NUMBER_OPENED_WITH)
        != phone_arg_int(call, "balance"))
    {
        return phone_refuse_field(call, PHONE_EXISTS, "balance");
    }

    if (!phone_equal(phone_get(card, CARD_CURRENCY),
                     phone_card_currency(call)))
    {
        return phone_refuse_field(call, PHONE_EXISTS, "currency");
    }

    if (!phone_equal(phone_get(card, CARD_BANK), phone_arg(call, "bank"))) {
        return phone_refuse_field(call, PHONE_EXISTS, "bank");
    }

    right = phone_has(call, "proof")
            ? phone_card_proved(call, card_number)
            : phone_get(card_number, CARD_NUMBER_PROOF).len == 0;

    if (right < 0) {
        return phone_sealed_refuse(call, card_number, CARD_NUMBER_PROOF);
    }

    if (!right) {
        return phone_refuse_field(call, PHONE_EXISTS, "proof");
    }

    return phone_card_done(call, phone_id(card));
}


/* The bucket of the card number decides whose it is; the card and its money
   are put where its owner's are. */

static phone_str_t
phone_card_open(phone_call_t *call, phone_record_t *card_number)
{
    int64_t          balance;
    phone_str_t      id, number, currency;
    phone_record_t  *card;

    number = phone_arg(call, "phone");
    balance = phone_arg_int(call, "balance");
    currency = phone_card_currency(call);
    id = phone_new_id(call, number, "card");

    phone_set(card_number, CARD_NUMBER_CARD, id);
    phone_set_int(card_number, CARD_NUMBER_OPENED_WITH, balance);
    phone_card_number_new(call, card_number);

    card = phone_put(call, &phone_card, id);
    phone_set(card, CARD_OWNER, number);
    phone_set(card, CARD_BANK, phone_arg(call, "bank"));
    phone_set(card, CARD_MASKED, phone_card_masked(call));
    phone_set(card, CARD_NUMBER,
              phone_seal_record(call, id, phone_arg(call, "card_no")));
    phone_note_sealed(call, &phone_card, id, id);
    phone_set(card, CARD_CURRENCY, currency);
    phone_set_int(card, CARD_CREATED, phone_now(call));

    if (phone_bank(call, phone_arg(call, "bank"))) {
        phone_set(card, CARD_VIA, phone_arg(call, "bank"));
    }

    if (phone_has(call, "proof")) {
        phone_card_prove_by(call, card_number, number);
        phone_set_int(card, CARD_UNBOUND, phone_now(call));

    } else {
        phone_index_add(call, &phone_cards_of, number, id, phone_now(call));
    }

    phone_ledger_watch(call, number);

    if (balance) {
        phone_move(call, phone_ledger_outside(call, number, currency),
                   phone_ledger_card(call, id), balance, currency, "open", id);
    }

    return id;
}


static phone_rc_t
phone_card_done(phone_call_t *call, phone_str_t card_id)
{
    phone_say(call, "card_id", card_id);
    phone_say(call, "number", phone_card_masked(call));
    phone_say(call, "bank_kind",
              phone_bank(call, phone_arg(call, "bank"))
              ? PHONE_STR("HTTP") : PHONE_STR("BUILT_IN"));

    return phone_done(call);
}


static phone_str_t
phone_card_currency(phone_call_t *call)
{
    return phone_has(call, "currency") ? phone_arg(call, "currency")
                                       : phone_settings(call)->currency;
}
