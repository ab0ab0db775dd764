
/*
 * POST /operator/secrets/reseal: after the secret was rotated, what is sealed
 * for ever is sealed again by the newest key (PAY-10), so that the one before
 * can be taken out of the configuration.
 *
 * Nobody's PIN or password is needed: what is sealed is its hash.  A card
 * number gets another name as well, since that is a hash by the secret
 * (bill/card.c).
 *
 * Each bucket has an index of its sealed texts by key.  The job looks there for
 * texts of the key before, and puts an event into each bucket that has some:
 * the event does page after page of them in its own bucket, with a guard on
 * each record.  An event that is lost, run twice or run by a host with other
 * keys does no harm: the job goes on when nothing is left.
 */


#include "../host.h"
#include "operator.h"
#include "../account/account.h"
#include "../bill/bill.h"


#define PHONE_RESEAL_PAGE     50         /* texts of an event */
#define PHONE_RESEAL_BUCKETS  32         /* of a step */
#define PHONE_RESEAL_JOBS     8          /* of a key, in PHONE_JOB_KEPT */
#define PHONE_RESEAL_LOOK     PHONE_SECOND   /* ms: then the job looks again */
#define PHONE_RESEAL_LANE     PHONE_STR("reseal")


static phone_rc_t phone_operator_reseal_run(phone_call_t *call);
static phone_str_t phone_reseal_keys(phone_call_t *call);
static phone_rc_t phone_reseal_step(phone_call_t *call, phone_record_t *job);
static const phone_list_t *phone_ask_old(phone_call_t *call,
    phone_str_t bucket, unsigned limit);
static phone_rc_t phone_secret_reseal_run(phone_call_t *call);
static phone_record_t *phone_reseal_ask(phone_call_t *call,
    phone_str_t member);
static phone_record_t *phone_reseal_ask_card(phone_call_t *call,
    phone_str_t member, phone_record_t *record);
static phone_rc_t phone_reseal_text(phone_call_t *call, phone_str_t member,
    phone_record_t *record, phone_record_t *card);
static phone_rc_t phone_card_reseal(phone_call_t *call, phone_record_t *card);


static const phone_param_t  phone_operator_reseal_params[] = {
    { "cancel", PHONE_P_INT, 0, 0, 1, "1: stops the job" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_reseal_reply[] = {
    PHONE_JOB_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_reseal = {
    "operator.reseal", "POST", "/operator/secrets/reseal", PHONE_OPERATOR,
    phone_operator_reseal_run, phone_operator_reseal_params,
    phone_operator_reseal_reply,
    "Seals PINs, passwords, cards and merchants' secrets by the newest key, "
    "as a job; while it runs the same call shows how far it is. Its items are "
    "buckets."
};


const phone_job_kind_t  phone_reseal_job = {
    "secret.reseal", phone_reseal_step,
    "Seals by the newest key what the one before has sealed."
};


const phone_event_t  phone_secret_reseal_event = {
    "secret.reseal", phone_secret_reseal_run,
    "Seals some texts of a bucket by the newest key."
};


/* A job that is over is kept for a while: the next one has another number. */

phone_record_t *
phone_ask_reseal_job(phone_call_t *call, int next)
{
    unsigned         i, last;
    phone_record_t  *job[PHONE_RESEAL_JOBS + 1];

    job[PHONE_RESEAL_JOBS] = NULL;

    for (i = 0; i < PHONE_RESEAL_JOBS; i++) {
        job[i] = phone_ask(call, &phone_job,
                           phone_format(phone_memory(call),
                                        "000-reseal.%.*s.%u",
                                        PHONE_ARGS(phone_secret_id(call, 0)),
                                        i));
    }

    if (phone_waiting(call)) {
        return NULL;
    }

    last = 0;

    for (i = 1; i < PHONE_RESEAL_JOBS; i++) {
        last = phone_found(job[i]) ? i : last;
    }

    return next && phone_found(job[last])
           && !phone_is(phone_get(job[last], JOB_STATE), PHONE_JOB_RUNNING)
           ? job[last + 1] : job[last];
}


static phone_rc_t
phone_operator_reseal_run(phone_call_t *call)
{
    int              cancel;
    phone_record_t  *job;

    cancel = phone_arg_int(call, "cancel") == 1;

    /* run after its own commit: the one that it has stopped */

    job = phone_ask_reseal_job(call, !cancel);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (job == NULL) {
        phone_retry_after(call, PHONE_DAY / PHONE_SECOND);
        return phone_refuse(call, PHONE_RATE_LIMITED);
    }

    if (cancel) {

        if (!phone_found(job)) {
            return phone_refuse_field(call, PHONE_NOT_FOUND, "cancel");
        }

        phone_job_cancel(job);

    } else if (!phone_found(job)) {
        phone_job_start(job, &phone_reseal_job, PHONE_EMPTY,
                        phone_reseal_keys(call), call->env->buckets);
    }

    phone_job_say(call, job);

    return phone_done(call);
}


/* The keys of the host that takes the call: hosts with others leave its job to
   those that have them. */

static phone_str_t
phone_reseal_keys(phone_call_t *call)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) { phone_secret_id(call, 0),
                                         PHONE_STR("."),
                                         phone_secret_id(call, 1) });
}


static phone_rc_t
phone_reseal_step(phone_call_t *call, phone_record_t *job)
{
    int                  put[PHONE_RESEAL_BUCKETS];
    int64_t              first;
    unsigned             i, n, left;
    phone_str_t          bucket, id[PHONE_RESEAL_BUCKETS];
    const phone_list_t  *old[PHONE_RESEAL_BUCKETS];

    if (!phone_equal(phone_get(job, JOB_INPUT), phone_reseal_keys(call))) {
        return phone_refuse(call, PHONE_BUSY);
    }

    first = phone_get_int(job, JOB_DONE);

    for (n = 0; n < PHONE_RESEAL_BUCKETS && first + n < call->env->buckets;
         n++)
    {
        bucket = phone_bucket_text(phone_memory(call), (unsigned) first + n);
        id[n] = phone_join(phone_memory(call), 3,
                           (phone_str_t[3]) { bucket, PHONE_STR("-"),
                                              phone_id(job) });
        old[n] = phone_ask_old(call, bucket, 1);
        put[n] = phone_ask_event(call, &phone_secret_reseal_event, id[n],
                                 PHONE_RESEAL_LANE);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    left = 0;

    for (i = 0; i < n; i++) {
        if (old[i]->n == 0) {
            continue;
        }

        left++;

        if (!put[i]) {
            phone_emit(call, &phone_secret_reseal_event, id[i],
                       PHONE_RESEAL_LANE, phone_now(call));
        }
    }

    if (left) {
        phone_repeat(call, phone_now(call) + PHONE_RESEAL_LOOK);
        return phone_job_next(job, first, PHONE_EMPTY);
    }

    first += n;

    return first < call->env->buckets
           ? phone_job_next(job, first, PHONE_EMPTY)
           : phone_job_finish(job, first, phone_secret_id(call, 0));
}


/* What the key before has sealed.  There is none: nothing. */

static const phone_list_t *
phone_ask_old(phone_call_t *call, phone_str_t bucket, unsigned limit)
{
    unsigned             n;
    int64_t              before;
    phone_list_t        *old;
    const phone_list_t  *list;

    old = phone_alloc(phone_memory(call), sizeof(phone_list_t));
    before = phone_secret_number(phone_secret_id(call, 1));

    if (old == NULL || before < 0) {
        return old;
    }

    list = phone_ask_index_from(call, &phone_sealed, bucket, before, limit);

    for (n = 0; n < list->n && list->entry[n].score == before; n++) {
        /* void */
    }

    *old = *list;
    old->n = n;

    return old;
}


static phone_rc_t
phone_secret_reseal_run(phone_call_t *call)
{
    unsigned             i;
    phone_str_t          id, bucket;
    phone_record_t      *job, *record[PHONE_RESEAL_PAGE];
    phone_record_t      *card[PHONE_RESEAL_PAGE];
    const phone_list_t  *old;

    id = phone_event_id(call);
    (void) phone_split(&id, '-', &bucket);

    job = phone_ask_some(call, &phone_job, id,
                         PHONE_F(JOB_STATE) | PHONE_F(JOB_INPUT));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* a host with other keys: the job puts it again, for another one */

    if (!phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING)
        || !phone_equal(phone_get(job, JOB_INPUT), phone_reseal_keys(call)))
    {
        return phone_done(call);
    }

    old = phone_ask_old(call, bucket, PHONE_RESEAL_PAGE);

    for (i = 0; i < old->n; i++) {
        record[i] = phone_reseal_ask(call, old->entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < old->n; i++) {
        card[i] = phone_reseal_ask_card(call, old->entry[i].member, record[i]);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < old->n; i++) {
        if (phone_reseal_text(call, old->entry[i].member, record[i], card[i])
            != PHONE_DONE)
        {
            return PHONE_REFUSED;
        }
    }

    if (old->n == PHONE_RESEAL_PAGE) {
        phone_repeat(call, phone_now(call));
    }

    return phone_done(call);
}


/* "card:<id>", "card_number:<id>", "account:<number>/<field>" or
   "merchant:<id>/<key id>".  Both fields of an account are asked for: it is one
   read, and one guard. */

static phone_record_t *
phone_reseal_ask(phone_call_t *call, phone_str_t member)
{
    phone_str_t  kind, id;

    (void) phone_split(&member, ':', &kind);

    if (phone_is(kind, phone_card.name)) {
        return phone_ask_some(call, &phone_card, member,
                              PHONE_F(CARD_NUMBER));
    }

    if (phone_is(kind, phone_card_number.name)) {
        return phone_ask(call, &phone_card_number, member);
    }

    (void) phone_split(&member, '/', &id);

    if (phone_is(kind, phone_account.name)) {
        return phone_ask_some(call, &phone_account, id, PHONE_CREDENTIALS);
    }

    return phone_ask_some(call, &phone_merchant, id, PHONE_F(MERCHANT_KEYS));
}


/* The card of a card number, whose number its name is made of. */

static phone_record_t *
phone_reseal_ask_card(phone_call_t *call, phone_str_t member,
    phone_record_t *record)
{
    phone_str_t  kind;

    (void) phone_split(&member, ':', &kind);

    return phone_is(kind, phone_card_number.name) && phone_found(record)
           ? phone_ask_some(call, &phone_card,
                            phone_get(record, CARD_NUMBER_CARD),
                            PHONE_F(CARD_NUMBER))
           : NULL;
}


static phone_rc_t
phone_reseal_text(phone_call_t *call, phone_str_t member,
    phone_record_t *record, phone_record_t *card)
{
    phone_str_t  kind, id;

    (void) phone_split(&member, ':', &kind);

    if (phone_is(kind, phone_card.name)) {
        return phone_card_reseal(call, record);
    }

    /* not one that was renamed since the index was read */

    if (phone_is(kind, phone_card_number.name)) {
        return card && phone_get(record, CARD_NUMBER_MOVED).len == 0
               ? phone_card_number_reseal(call, record, card) : PHONE_DONE;
    }

    (void) phone_split(&member, '/', &id);

    return phone_is(kind, phone_account.name)
           ? phone_credential_reseal(call, record, member)
           : phone_secret_reseal(call, record, member);
}


static phone_rc_t
phone_card_reseal(phone_call_t *call, phone_record_t *card)
{
    phone_str_t  card_no;

    if (phone_unseal_record(call, phone_id(card),
                            phone_get(card, CARD_NUMBER), &card_no)
        != 0)
    {
        return phone_bad_record(card);
    }

    phone_set(card, CARD_NUMBER,
              phone_seal_record(call, phone_id(card), card_no));
    phone_note_sealed(call, &phone_card, phone_id(card), phone_id(card));

    return PHONE_DONE;
}
