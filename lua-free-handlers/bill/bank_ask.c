
/*
 * One question to a bank and what its answer means (docs/bank.md).  Both are
 * signed by the rule of merchants, with a secret that the two share.
 */


#include "../host.h"
#include "bank.h"
#include "bill.h"
#include "../lib/form_write.h"


#define PHONE_BANK_REPLY  4096
#define PHONE_BANK_NONCE  12             /* random bytes */
#define PHONE_BANK_WORDS  3


/* What a state asks for, and how the bank answers. */
typedef struct {
    phone_str_t              state;
    phone_str_t              service;
    const char              *yes[PHONE_BANK_WORDS];
    const char              *no[PHONE_BANK_WORDS];
    const char              *again[PHONE_BANK_WORDS];    /* not done yet */
} phone_bank_step_t;


static phone_rc_t phone_bank_form(phone_call_t *call,
    phone_record_t *payment, const phone_bank_t *bank, phone_str_t service,
    phone_str_t nonce, phone_str_t *body);
static phone_rc_t phone_bank_card_no(phone_call_t *call,
    phone_record_t *payment, phone_str_t *card_no);
static phone_rc_t phone_bank_answer(phone_call_t *call,
    const phone_bank_t *bank, phone_str_t nonce, phone_str_t text,
    phone_fields_t *fields);
static phone_bank_said_t phone_bank_judge(phone_record_t *payment,
    const phone_bank_step_t *step, const phone_fields_t *fields,
    phone_str_t *word);
static int phone_bank_among(phone_str_t status,
    const char *const word[PHONE_BANK_WORDS]);
static int phone_bank_differs(phone_record_t *payment,
    const phone_fields_t *fields);
static int phone_bank_money(phone_record_t *payment,
    const phone_fields_t *fields);
static phone_str_t phone_bank_field(const phone_fields_t *fields,
    const char *name);


const phone_fetch_t  phone_bank_fetch = {
    .name = "bank",
    .method = "POST",
    .type = "application/x-www-form-urlencoded",
    .header = { "Phone-Bank" },
    .largest = PHONE_BANK_REPLY,
    .about = "A signed question to the bank that the header names.",
    .secret = 1
};


/* A store that has lost writes may have forgotten that it was captured, or
   voided: the bank has not. */

static const phone_bank_step_t  phone_bank_steps[] = {
    { { 11, "AUTHORISING" }, { 14, "bank.authorise" },
      { "APPROVED", "CAPTURED" }, { "DECLINED", "VOIDED" }, { "NOT_FOUND" } },
    { { 9, "CAPTURING" }, { 12, "bank.capture" },
      { "CAPTURED" }, { NULL }, { "APPROVED", "NOT_FOUND" } },
    { { 7, "VOIDING" }, { 9, "bank.void" },
      { "VOIDED" }, { "CAPTURED" }, { "APPROVED", "DECLINED", "NOT_FOUND" } },
    { { 9, "REFUNDING" }, { 11, "bank.refund" },
      { "REFUNDED" }, { "DECLINED" }, { "NOT_FOUND" } }
};


static const phone_bank_step_t *
phone_bank_step(phone_record_t *payment)
{
    unsigned  i;

    for (i = 0; i < sizeof(phone_bank_steps) / sizeof(phone_bank_steps[0]);
         i++)
    {
        if (phone_equal(phone_bank_steps[i].state,
                        phone_get(payment, PAYMENT_STATE)))
        {
            return &phone_bank_steps[i];
        }
    }

    return NULL;
}


int
phone_payment_ended(phone_record_t *payment)
{
    return phone_bank_step(payment) == NULL;
}


int
phone_payment_settled(phone_record_t *payment)
{
    phone_str_t  state;

    state = phone_get(payment, PAYMENT_STATE);

    return phone_is(state, "CAPTURED") || phone_is(state, "REFUNDED");
}


phone_rc_t
phone_bank_ask(phone_call_t *call, phone_record_t *payment,
    phone_bank_said_t *said, phone_str_t *word)
{
    phone_rc_t                rc;
    phone_str_t               body, nonce, name;
    const phone_bank_t       *bank;
    const phone_answer_t     *answer;
    const phone_bank_step_t  *step;

    phone_fields_t  *fields;

    *said = PHONE_BANK_UNCLEAR;
    *word = PHONE_STR("not configured");

    name = phone_get(payment, PAYMENT_BANK);
    step = phone_bank_step(payment);
    bank = phone_bank(call, name);
    fields = phone_alloc(phone_memory(call), sizeof(phone_fields_t));

    if (bank == NULL || fields == NULL) {
        return PHONE_DONE;
    }

    nonce = phone_hex(phone_memory(call),
                      (phone_str_t) { PHONE_BANK_NONCE, (const char *)
                          phone_random(call, "bank nonce",
                                       PHONE_BANK_NONCE) });

    rc = phone_bank_form(call, payment, bank,
                         phone_get(payment, PAYMENT_QUERY).len
                         ? PHONE_STR("bank.query") : step->service,
                         nonce, &body);

    if (rc != PHONE_DONE) {
        *word = PHONE_STR("not signed");
        return rc == PHONE_AGAIN ? rc : PHONE_DONE;
    }

    /* by this host: another one may have the key of it */

    if (body.len == 0) {
        *word = PHONE_STR("card number unreadable");
        return PHONE_DONE;
    }

    answer = phone_ask_fetch(call, &phone_bank_fetch, PHONE_EMPTY, &name,
                             body);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (answer->status != 200) {
        *word = answer->status ? phone_int(phone_memory(call), answer->status)
                               : answer->text;
        return PHONE_DONE;
    }

    *word = PHONE_STR("not an answer of the bank");
    rc = phone_bank_answer(call, bank, nonce, answer->text, fields);

    if (rc == PHONE_DONE) {
        *said = phone_bank_judge(payment, step, fields, word);
    }

    return rc == PHONE_AGAIN ? rc : PHONE_DONE;
}


/* The body is empty when the number of the card cannot be read. */

static phone_rc_t
phone_bank_form(phone_call_t *call, phone_record_t *payment,
    const phone_bank_t *bank, phone_str_t service, phone_str_t nonce,
    phone_str_t *body)
{
    unsigned         i;
    phone_rc_t       rc;
    phone_str_t      card_no;
    phone_arena_t   *arena;
    phone_fields_t  *fields;
    phone_signer_t   signer;

    arena = phone_memory(call);
    card_no = PHONE_EMPTY;
    *body = PHONE_EMPTY;

    fields = phone_alloc(arena, sizeof(phone_fields_t));
    if (fields == NULL) {
        return PHONE_REFUSED;
    }

    if (phone_is(service, "bank.authorise")) {
        rc = phone_bank_card_no(call, payment, &card_no);

        if (rc != PHONE_DONE) {
            return rc == PHONE_AGAIN ? rc : PHONE_DONE;
        }
    }

    signer.sign_type = PHONE_STR("HMAC-SHA256");
    signer.key_id = PHONE_EMPTY;
    signer.secret = bank->secret;

    const phone_field_t  sent[] = {
        { PHONE_STR("service"), service },
        { PHONE_STR("bank"), bank->name },
        { PHONE_STR("id"), phone_id(payment) },
        { PHONE_STR("amount"), phone_get(payment, PAYMENT_AMOUNT) },
        { PHONE_STR("currency"), phone_get(payment, PAYMENT_CURRENCY) },
        { PHONE_STR("card_no"), card_no },
        { PHONE_STR("payment_id"), phone_get(payment, PAYMENT_OF) },
        { PHONE_STR("timestamp"), phone_int(arena, phone_now(call) / 1000) },
        { PHONE_STR("nonce"), nonce },
        { PHONE_STR("sign_type"), signer.sign_type }
    };

    for (i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
        if (sent[i].value.len) {
            phone_fields_add(fields, sent[i].name, sent[i].value);
        }
    }

    rc = phone_sign_message(call, &signer, fields);

    if (rc == PHONE_DONE) {
        *body = phone_form_write(arena, fields);
    }

    return rc;
}


/* It is opened here, for the body of this one question, and kept nowhere. */

static phone_rc_t
phone_bank_card_no(phone_call_t *call, phone_record_t *payment,
    phone_str_t *card_no)
{
    phone_record_t  *card;

    card = phone_ask_some(call, &phone_card, phone_get(payment, PAYMENT_CARD),
                          PHONE_F(CARD_NUMBER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_unseal_record(call, phone_id(card),
                               phone_get(card, CARD_NUMBER), card_no)
           == 0 ? PHONE_DONE : PHONE_REFUSED;
}


/* Refused: it is not the bank's answer to this question. */

static phone_rc_t
phone_bank_answer(phone_call_t *call, const phone_bank_t *bank,
    phone_str_t nonce, phone_str_t text, phone_fields_t *fields)
{
    phone_str_t            bad, plain, signed_text;
    phone_arena_t         *arena;
    const phone_result_t  *verified;

    arena = phone_memory(call);

    if (phone_json_parse(arena, text, fields, &bad) != PHONE_FIELDS_OK
        || !phone_equal(phone_bank_field(fields, "request_nonce"), nonce)
        || phone_canonical(arena, fields, 0, &plain) != PHONE_CANONICAL_OK
        || phone_canonical(arena, fields, 1, &signed_text)
           != PHONE_CANONICAL_OK
        || !phone_digest_is(call->env->crypto, arena, plain,
                            phone_bank_field(fields, "digest")))
    {
        return PHONE_REFUSED;
    }

    verified = phone_ask_work(call, &phone_work_verify,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  bank->secret, PHONE_STR("HMAC-SHA256"),
                                  signed_text,
                                  phone_bank_field(fields, "sign") });

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return verified->ok ? PHONE_DONE : PHONE_REFUSED;
}


static phone_bank_said_t
phone_bank_judge(phone_record_t *payment, const phone_bank_step_t *step,
    const phone_fields_t *fields, phone_str_t *word)
{
    unsigned     i;
    phone_str_t  status;

    static const char *const  known[] = {
        "APPROVED", "DECLINED", "CAPTURED", "VOIDED", "REFUNDED", "NOT_FOUND",
        NULL
    };

    status = phone_bank_field(fields, "status");

    for (i = 0; known[i] && !phone_is(status, known[i]); i++) {
        /* void */
    }

    if (known[i] == NULL) {
        return PHONE_BANK_UNCLEAR;
    }

    *word = phone_cstr(known[i]);

    if (phone_bank_differs(payment, fields)) {
        *word = PHONE_STR("another id, amount or currency");
        return PHONE_BANK_ODD;
    }

    if (phone_bank_among(status, step->yes)) {
        return PHONE_BANK_YES;
    }

    if (phone_bank_among(status, step->no)) {
        return PHONE_BANK_NO;
    }

    if (phone_bank_among(status, step->again)) {
        return phone_get(payment, PAYMENT_QUERY).len ? PHONE_BANK_NOT_YET
                                                     : PHONE_BANK_UNCLEAR;
    }

    return PHONE_BANK_ODD;
}


static int
phone_bank_among(phone_str_t status, const char *const word[PHONE_BANK_WORDS])
{
    unsigned  i;

    for (i = 0; i < PHONE_BANK_WORDS && word[i]; i++) {
        if (phone_is(status, word[i])) {
            return 1;
        }
    }

    return 0;
}


/* Where money has moved, or will, the bank says how much. */

static int
phone_bank_differs(phone_record_t *payment, const phone_fields_t *fields)
{
    phone_str_t  status;

    status = phone_bank_field(fields, "status");

    if (!phone_equal(phone_bank_field(fields, "id"), phone_id(payment))) {
        return 1;
    }

    /* what it has reserved is given up, whatever it is */

    if (phone_is(status, "APPROVED")
        && phone_equal(phone_get(payment, PAYMENT_STATE),
                       PHONE_PAYMENT_VOIDING))
    {
        return 0;
    }

    if (phone_is(status, "APPROVED") || phone_is(status, "CAPTURED")
        || phone_is(status, "REFUNDED"))
    {
        return !phone_bank_money(payment, fields);
    }

    return 0;
}


static int
phone_bank_money(phone_record_t *payment, const phone_fields_t *fields)
{
    return phone_equal(phone_bank_field(fields, "amount"),
                       phone_get(payment, PAYMENT_AMOUNT))
           && phone_equal(phone_bank_field(fields, "currency"),
                          phone_get(payment, PAYMENT_CURRENCY));
}


static phone_str_t
phone_bank_field(const phone_fields_t *fields, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(fields, name);

    return value ? *value : PHONE_EMPTY;
}
