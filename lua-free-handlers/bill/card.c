
/* What the calls about bank cards share. */


#include "bill.h"
#include "../lib/card_number.h"
#include "../sms/sms.h"


/* ms; well above what a call may take */
#define PHONE_CARD_MOVED_KEPT  (5 * PHONE_MINUTE)

#define PHONE_CARD_TEXT        "card"        /* names the SMS of a call */


static phone_str_t phone_card_number_id(phone_call_t *call,
    phone_str_t card_no, phone_str_t hash);
static phone_str_t phone_card_number_now(phone_call_t *call,
    phone_str_t card_no);
static phone_record_t *phone_ask_card_number_before(phone_call_t *call);
static phone_str_t phone_card_proof(phone_call_t *call);
static phone_str_t phone_card_proof_aad(phone_call_t *call,
    phone_record_t *card_number);


phone_rc_t
phone_card_number_check(phone_call_t *call)
{
    if (phone_card_number_ok(phone_arg(call, "card_no"))) {
        return PHONE_DONE;
    }

    phone_say(call, "reason", PHONE_STR("the check digit is wrong"));

    return phone_refuse_field(call, PHONE_PARAM_INVALID, "card_no");
}


/*
 * "017-<keyed hash>".  What is shown of the number chooses the bucket: its
 * names by two secrets are in one, and one commit decides which of them it has.
 */

static phone_str_t
phone_card_number_id(phone_call_t *call, phone_str_t card_no, phone_str_t hash)
{
    return phone_id_beside(call,
                           phone_card_number_masked(phone_memory(call),
                                                    card_no),
                           hash);
}


static phone_str_t
phone_card_number_now(phone_call_t *call, phone_str_t card_no)
{
    return phone_card_number_id(call, card_no, phone_keyed_hash(call, 2,
        (phone_str_t[2]) { PHONE_STR("card:"), card_no }));
}


/* NULL: there is no secret before. */

static phone_record_t *
phone_ask_card_number_before(phone_call_t *call)
{
    phone_str_t  card_no, hash;

    card_no = phone_arg(call, "card_no");
    hash = phone_keyed_hash_before(call, 2, (phone_str_t[2]) {
        PHONE_STR("card:"), card_no });

    return hash.len ? phone_ask(call, &phone_card_number,
                                phone_card_number_id(call, card_no, hash))
                    : NULL;
}


/* While it gets another name it is found by one of them, or by both. */

phone_record_t *
phone_ask_card_number(phone_call_t *call)
{
    phone_record_t  *now, *before;

    now = phone_ask(call, &phone_card_number,
                    phone_card_number_now(call, phone_arg(call, "card_no")));
    before = phone_ask_card_number_before(call);

    return before && !phone_found(now) && phone_found(before) ? before : now;
}


void
phone_card_number_new(phone_call_t *call, phone_record_t *card_number)
{
    phone_record_t  *before;

    before = phone_ask_card_number_before(call);

    if (before) {
        phone_rely(before);
    }

    phone_note_sealed(call, &phone_card_number, phone_id(card_number),
                      phone_id(card_number));
}


static phone_str_t
phone_card_proof(phone_call_t *call)
{
    return phone_plain_hash(call, 4,
                            (phone_str_t[4]) { PHONE_STR("card proof:"),
                                               phone_arg(call, "card_no"),
                                               PHONE_STR(":"),
                                               phone_arg(call, "proof") });
}


/* A proof is that of its card. */

static phone_str_t
phone_card_proof_aad(phone_call_t *call, phone_record_t *card_number)
{
    return phone_join(phone_memory(call), 2, (phone_str_t[2]) {
        phone_get(card_number, CARD_NUMBER_CARD), PHONE_STR("/proof") });
}


int
phone_card_proved(phone_call_t *call, phone_record_t *card_number)
{
    phone_str_t  sealed, proof;

    sealed = phone_get(card_number, CARD_NUMBER_PROOF);
    proof = PHONE_EMPTY;

    if (sealed.len
        && phone_unseal_record(call, phone_card_proof_aad(call, card_number),
                               sealed, &proof) != 0)
    {
        return -1;
    }

    return phone_equal_secret(proof, phone_card_proof(call));
}


void
phone_card_prove_by(phone_call_t *call, phone_record_t *card_number,
    phone_str_t holder)
{
    phone_set(card_number, CARD_NUMBER_HOLDER, holder);
    phone_set(card_number, CARD_NUMBER_PROOF,
              phone_seal_record(call, phone_card_proof_aad(call, card_number),
                                phone_card_proof(call)));
}


/*
 * A copy with the new name, in the commit that marks the old one: whoever has
 * read that nobody has the new name, a moment ago, still finds the old one.
 */

phone_rc_t
phone_card_number_reseal(phone_call_t *call, phone_record_t *card_number,
    phone_record_t *card)
{
    phone_str_t      card_no, proof;
    phone_record_t  *renamed;

    /* still on its way to the bucket of its owner: the job comes again */

    if (!phone_found(card)) {
        return PHONE_DONE;
    }

    if (phone_unseal_record(call, phone_id(card), phone_get(card, CARD_NUMBER),
                            &card_no) != 0)
    {
        return phone_bad_record(card);
    }

    proof = phone_get(card_number, CARD_NUMBER_PROOF);

    if (proof.len
        && phone_unseal_record(call, phone_card_proof_aad(call, card_number),
                               proof, &proof) != 0)
    {
        return phone_bad_record(card_number);
    }

    renamed = phone_put(call, &phone_card_number,
                        phone_card_number_now(call, card_no));

    phone_set(renamed, CARD_NUMBER_CARD,
              phone_get(card_number, CARD_NUMBER_CARD));
    phone_set(renamed, CARD_NUMBER_OPENED_WITH,
              phone_get(card_number, CARD_NUMBER_OPENED_WITH));

    if (proof.len) {
        phone_set(renamed, CARD_NUMBER_HOLDER,
                  phone_get(card_number, CARD_NUMBER_HOLDER));
        phone_set(renamed, CARD_NUMBER_PROOF,
                  phone_seal_record(call, phone_card_proof_aad(call, renamed),
                                    proof));
    }

    phone_note_sealed(call, &phone_card_number, phone_id(renamed),
                      phone_id(renamed));

    phone_set(card_number, CARD_NUMBER_MOVED, PHONE_STR("1"));
    phone_lives_for(card_number, PHONE_CARD_MOVED_KEPT);
    phone_forget_sealed(call, &phone_card_number, phone_id(card_number),
                        phone_id(card_number));

    return PHONE_DONE;
}


phone_str_t
phone_card_masked(phone_call_t *call)
{
    return phone_card_number_masked(phone_memory(call),
                                    phone_arg(call, "card_no"));
}


int
phone_card_bound(phone_call_t *call, phone_record_t *card)
{
    /* that of another may be in another bucket */

    if (!phone_equal(phone_get(card, CARD_OWNER), phone_caller(call))) {
        return 0;
    }

    phone_rely(card);

    return phone_get(card, CARD_UNBOUND).len == 0;
}


int
phone_card_room(phone_call_t *call, phone_str_t number,
    const phone_list_t *cards)
{
    return cards->n < PHONE_CARDS_MOST
           && phone_index_room(call, &phone_cards_of, number, 0,
                               PHONE_CARDS_MOST) != 0;
}


void
phone_card_tell(phone_call_t *call, phone_record_t *card, const char *zh,
    const char *en)
{
    phone_str_t  last, masked;

    masked = phone_get(card, CARD_MASKED);
    last = masked.len > PHONE_CARD_SHOWN_LAST
           ? (phone_str_t) { PHONE_CARD_SHOWN_LAST,
                             masked.data + masked.len
                             - PHONE_CARD_SHOWN_LAST }
           : masked;

    (void) phone_sms_put(call, phone_caller(call),
        phone_format(phone_memory(call),
                     "【%.*s】尾号 %.*s 的银行卡已%s。若非本人操作，请立即"
                     "联系我们。"
                     " The bank card that ends with %.*s was %s your account. "
                     "If this was not you, contact us at once.",
                     PHONE_ARGS(phone_settings(call)->site), PHONE_ARGS(last),
                     zh, PHONE_ARGS(last), en),
        PHONE_CARD_TEXT, phone_caller(call));
}


phone_record_t *
phone_card_told(phone_call_t *call)
{
    return phone_sms_ask(call, phone_caller(call), PHONE_CARD_TEXT);
}
