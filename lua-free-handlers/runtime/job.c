
/* Jobs: see jobs.h. */


#include "../host.h"
#include "../jobs.h"
#include "runtime.h"


/* ms until a step is tried again: twice as long each time */
#define PHONE_JOB_WAIT       1000

/* ms until a job looks again whether what it waits for has come */
#define PHONE_JOB_LOOKS      10000

/* ms until a job of a kind that another version knows is looked at again */
#define PHONE_JOB_UNKNOWN    PHONE_MINUTE

/* Conflicts of a step that count as one that has failed. */
#define PHONE_JOB_CONFLICTS  16


static phone_rc_t phone_job_run(phone_call_t *call);
static const phone_job_kind_t *phone_job_kind(phone_str_t name);
static phone_rc_t phone_job_step_ends(phone_call_t *call,
    phone_record_t *job);
static unsigned phone_job_effects(const phone_call_t *call);
static phone_rc_t phone_job_again(phone_call_t *call, phone_record_t *job,
    phone_refusal_t refusal);
static void phone_job_set(phone_record_t *job, unsigned field,
    phone_str_t value);
static void phone_job_moves(phone_record_t *job, int64_t done);
static void phone_job_ends(phone_record_t *job, const char *state);


const phone_event_t  phone_job_step = {
    "job.step", phone_job_run,
    "Does the next step of a job."
};


/* The step that is under way when a job is canceled meets a conflict, and finds
   that here. */

static phone_rc_t
phone_job_run(phone_call_t *call)
{
    phone_rc_t               rc;
    phone_record_t          *job;
    const phone_job_kind_t  *kind;

    job = phone_ask(call, &phone_job, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING)) {
        return phone_done(call);
    }

    if (call->has_failed) {
        return phone_job_again(call, job, call->failed);
    }

    kind = phone_job_kind(phone_get(job, JOB_KIND));

    if (kind == NULL) {
        phone_repeat(call, phone_now(call) + PHONE_JOB_UNKNOWN);
        return phone_done(call);
    }

    if (call->forgot > PHONE_JOB_CONFLICTS) {
        return phone_job_again(call, job, PHONE_BUSY);
    }

    rc = kind->step(call, job);

    if (call->arena.failed || (phone_waiting(call) && !call->broken)) {
        return rc;
    }

    if (call->broken) {

        /* what makes no sense is read once more before it is believed */

        return call->forgot ? phone_job_again(call, job, PHONE_INTERNAL) : rc;
    }

    if (call->disk_failed) {
        return phone_job_again(call, job, PHONE_STORE_UNAVAILABLE);
    }

    if (rc == PHONE_REFUSED) {
        return phone_job_again(call, job, call->reply.refusal);
    }

    return phone_job_step_ends(call, job);
}


static const phone_job_kind_t *
phone_job_kind(phone_str_t name)
{
    unsigned  i;

    for (i = 0; phone_job_kinds[i]; i++) {
        if (phone_is(name, phone_job_kinds[i]->name)) {
            return phone_job_kinds[i];
        }
    }

    return NULL;
}


/* A step that has not said how it ends, or has more effects than a commit can
   take, is wrong. */

static phone_rc_t
phone_job_step_ends(phone_call_t *call, phone_record_t *job)
{
    if (!(job->changed & PHONE_F(JOB_DONE))
        || phone_job_effects(call) > PHONE_JOB_EFFECTS + 1)
    {
        return phone_job_again(call, job, PHONE_INTERNAL);
    }

    if (phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING)
        && call->repeat_at == 0)
    {
        phone_repeat(call, phone_now(call));
    }

    return phone_done(call);
}


/* With the job itself. */

static unsigned
phone_job_effects(const phone_call_t *call)
{
    unsigned                n;
    const phone_op_t       *op;
    const phone_guard_t    *guard;
    const phone_record_t   *record;
    const phone_emitted_t  *emitted;

    n = 0;

    for (op = call->ops; op; op = op->next) {
        n++;
    }

    for (guard = call->claims; guard; guard = guard->next) {
        n += guard->kind == PHONE_GUARD_CLAIM;
    }

    for (record = call->records; record; record = record->next_record) {
        n += record->changed || record->removed || record->lives_for;
    }

    for (emitted = call->emitted; emitted; emitted = emitted->next) {
        n++;
    }

    return n;
}


/* Nothing of the step is committed but that it has failed. */

static phone_rc_t
phone_job_again(phone_call_t *call, phone_record_t *job,
    phone_refusal_t refusal)
{
    int64_t  tries;

    phone_drop_effects(call);

    call->broken = 0;
    call->why = NULL;
    call->missing = 0;

    tries = phone_get_int(job, JOB_TRIES) + 1;

    phone_set_int(job, JOB_TRIES, tries);
    phone_set(job, JOB_ERROR, phone_cstr(phone_refusal_text[refusal].code));

    if (tries >= PHONE_JOB_TRIES) {
        phone_job_ends(job, PHONE_JOB_FAILED);
        phone_give_up(call, PHONE_GAVE_UP_JOB);
        return phone_done(call);
    }

    phone_repeat(call, phone_now(call)
                       + ((int64_t) PHONE_JOB_WAIT << (tries - 1)));

    return phone_done(call);
}


void
phone_job_start(phone_record_t *job, const phone_job_kind_t *kind,
    phone_str_t owner, phone_str_t input, int64_t total)
{
    phone_call_t  *call;

    call = job->call;

    phone_set(job, JOB_KIND, phone_cstr(kind->name));
    phone_set(job, JOB_OWNER, owner);
    phone_set(job, JOB_INPUT, input);
    phone_set(job, JOB_STATE, PHONE_STR(PHONE_JOB_RUNNING));
    phone_set_int(job, JOB_STARTED, phone_now(call));

    if (total) {
        phone_set_int(job, JOB_TOTAL, total);
    }

    phone_emit(call, &phone_job_step, phone_id(job), phone_cstr(kind->name),
               phone_now(call));
}


/* Fields that stay as they are are not written at each step. */

static void
phone_job_set(phone_record_t *job, unsigned field, phone_str_t value)
{
    if (!phone_equal(phone_get(job, field), value)) {
        phone_set(job, field, value);
    }
}


static void
phone_job_moves(phone_record_t *job, int64_t done)
{
    phone_set_int(job, JOB_DONE, done);
    phone_job_set(job, JOB_TRIES, PHONE_EMPTY);
    phone_job_set(job, JOB_ERROR, PHONE_EMPTY);
}


static void
phone_job_ends(phone_record_t *job, const char *state)
{
    phone_set(job, JOB_STATE, phone_cstr(state));
    phone_set_int(job, JOB_ENDED, phone_now(job->call));
    phone_job_set(job, JOB_CURSOR, PHONE_EMPTY);
    phone_lives_for(job, PHONE_JOB_KEPT);
}


phone_rc_t
phone_job_next(phone_record_t *job, int64_t done, phone_str_t cursor)
{
    phone_job_moves(job, done);
    phone_job_set(job, JOB_CURSOR, cursor);

    return PHONE_DONE;
}


phone_rc_t
phone_job_wait(phone_record_t *job)
{
    phone_repeat(job->call, phone_now(job->call) + PHONE_JOB_LOOKS);

    return phone_job_next(job, phone_get_int(job, JOB_DONE),
                          phone_get(job, JOB_CURSOR));
}


phone_rc_t
phone_job_finish(phone_record_t *job, int64_t done, phone_str_t result)
{
    phone_job_moves(job, done);
    phone_job_set(job, JOB_RESULT, result);
    phone_job_ends(job, PHONE_JOB_DONE);

    return PHONE_DONE;
}


phone_rc_t
phone_job_fail(phone_record_t *job, phone_refusal_t refusal)
{
    phone_job_moves(job, phone_get_int(job, JOB_DONE));
    phone_set(job, JOB_ERROR, phone_cstr(phone_refusal_text[refusal].code));
    phone_job_ends(job, PHONE_JOB_FAILED);
    phone_give_up(job->call, PHONE_GAVE_UP_JOB);

    return PHONE_DONE;
}


void
phone_job_cancel(phone_record_t *job)
{
    if (phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING)) {
        phone_job_ends(job, PHONE_JOB_CANCELED);
    }
}


int
phone_job_of(phone_record_t *job, phone_str_t owner)
{
    return phone_found(job) && phone_equal(phone_get(job, JOB_OWNER), owner);
}


phone_str_t
phone_job_so_far(phone_record_t *job)
{
    phone_str_t  state;

    state = phone_get(job, JOB_STATE);

    return state.len == 0 || phone_is(state, PHONE_JOB_FAILED)
           ? PHONE_STR(PHONE_JOB_FAILED) : PHONE_STR(PHONE_JOB_RUNNING);
}


void
phone_job_say(phone_call_t *call, phone_record_t *job)
{
    phone_say(call, "job_id", phone_id(job));
    phone_say(call, "job", phone_get(job, JOB_STATE));
    phone_say_int(call, "done", phone_get_int(job, JOB_DONE));

    if (phone_get(job, JOB_TOTAL).len) {
        phone_say_int(call, "total", phone_get_int(job, JOB_TOTAL));
    }

    phone_say_time(call, "started", phone_get_int(job, JOB_STARTED));

    if (phone_get(job, JOB_ENDED).len) {
        phone_say_time(call, "ended", phone_get_int(job, JOB_ENDED));
    }

    phone_say(call, "error", phone_get(job, JOB_ERROR));
    phone_say(call, "result", phone_get(job, JOB_RESULT));
}
