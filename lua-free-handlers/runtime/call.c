
/* The life of a call: start, run, start over, end. */


#include "../host.h"
#include "runtime.h"
#include "../lib/id.h"


/* ms; a posting that takes longer is a stuck event, and shows as one */
#define PHONE_POSTED_WITHIN  (10 * PHONE_MINUTE)


static phone_str_t phone_keep_sent(phone_call_t *call, phone_str_t text);


const char *const  phone_cookie_name[PHONE_COOKIES] = {
    "phone_session", "phone_login", "phone_device"
};


void
phone_call_init(phone_call_t *call, const phone_env_t *env,
    const phone_endpoint_t *endpoint, const phone_event_t *event)
{
    memset(call, 0, offsetof(phone_call_t, no_record));

    call->env = env;
    call->endpoint = endpoint;
    call->event = event;
    call->last_ask = &call->asks;
    call->last_record = &call->records;

    phone_arena_init(&call->arena);
}


void
phone_call_free(phone_call_t *call)
{
    phone_arena_free(&call->arena);
}


void
phone_break(phone_call_t *call, const char *why)
{
    call->broken = 1;
    call->why = call->why ? call->why : why;     /* the first mistake */
}


void
phone_drop_effects(phone_call_t *call)
{
    phone_record_t  *record;

    for (record = call->records; record; record = record->next_record) {
        record->changed = 0;
        record->wished = 0;
        record->lives_for = 0;
        record->relied = 0;
        record->removed = 0;
    }

    phone_drop_puts(call);

    call->guards = NULL;
    call->last_guard = &call->guards;
    call->claims = NULL;
    call->last_claim = &call->claims;
    call->ops = NULL;
    call->last_op = &call->ops;
    call->emitted = NULL;
    call->moves = 0;
    call->repeat_at = 0;
    call->apart = 0;
    call->proof_first = 0;
    call->note_first = 0;
    call->granted = 0;
    call->disk_failed = 0;
    call->archive_failed = 0;
    call->not_yet = 0;
    call->gave_up = PHONE_GAVE_UP_NOTHING;
    call->tallies = 0;
    call->unread = 0;

    phone_begin_reply(call);
}


/* A handler runs from the top: what an earlier run recorded is dropped. */

static void
phone_begin_run(phone_call_t *call)
{
    phone_drop_effects(call);

    call->runs++;
    call->serial++;
    call->version = PHONE_EMPTY;
    call->missing = 0;
    call->reads_only = 0;
}


static phone_rc_t
phone_run_handler(phone_call_t *call)
{
    phone_rc_t  rc;

    if (call->event) {
        return call->event->run(call);
    }

    if (!phone_may_enter(call)) {
        return phone_refuse(call, PHONE_LOGIN_REQUIRED);
    }

    rc = phone_take_upload(call);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_take_envelope(call);
    if (rc == PHONE_DONE && !call->sealed_badly) {
        rc = phone_check_params(call);
    }

    if (rc == PHONE_REFUSED) {
        return rc;
    }

    rc = phone_admit(call);
    if (rc == PHONE_REFUSED) {
        return phone_admit_done(call, rc);
    }

    if (call->sealed_badly) {
        return phone_refuse_sealed(call);
    }

    if (phone_replay(call, &rc)) {
        return rc;
    }

    /* while the caller is not proved the handler runs for its reads only:
       phone_run() drops whatever else it does */

    call->reads_only = rc == PHONE_AGAIN;

    if (phone_admit_envelope(call) == PHONE_REFUSED) {
        return PHONE_REFUSED;
    }

    rc = call->endpoint->run(call);

    if (rc == PHONE_DONE && call->full && call->missing == 0) {
        phone_drop_effects(call);
        rc = phone_refuse(call, PHONE_ACCOUNT_FULL);
    }

    rc = phone_admit_done(call, rc);

    return call->missing ? rc
                         : phone_keepable(call, phone_use_envelope(call, rc));
}


phone_rc_t
phone_run(phone_call_t *call)
{
    phone_rc_t   rc;
    phone_str_t  state;

    state = call->state;

    phone_begin_run(call);

    rc = phone_run_handler(call);

    if ((call->missing == 0 || call->broken)
        && !phone_check_remembered(call, rc))
    {
        call->state = state;
        phone_forget(call);
        phone_begin_run(call);

        rc = phone_run_handler(call);
    }

    /* a record that was not found is one that the disk has not shown */

    if (call->disk_failed && call->broken) {
        call->broken = 0;
        call->bad_key = PHONE_EMPTY;
    }

    if (call->arena.failed || call->broken) {
        call->why = call->arena.failed ? "memory has run out" : call->why;

        /* what this host has no secret for, another one may open */

        phone_fail(call, !call->arena.failed && call->endpoint
                         && call->no_secret[0]
                         ? PHONE_STORE_UNAVAILABLE : PHONE_INTERNAL);
        return PHONE_REFUSED;
    }

    if (call->missing) {
        return PHONE_AGAIN;
    }

    if (call->disk_failed) {
        call->not_yet = 0;
        phone_fail(call, call->archive_failed ? PHONE_ARCHIVE_UNAVAILABLE
                                              : PHONE_STORE_UNAVAILABLE);
        return PHONE_REFUSED;
    }

    if (rc == PHONE_AGAIN) {
        call->why = "it waits for nothing";
        phone_fail(call, PHONE_INTERNAL);
        return PHONE_REFUSED;
    }

    return rc;
}


void
phone_forget(phone_call_t *call)
{
    phone_ask_t  *ask, *next, **last;

    last = &call->asks;

    for (ask = call->asks; ask; ask = next) {
        next = ask->next;

        /* work that was not done, for want of a place, is asked for again */

        if (ask->kind == PHONE_ASK_FETCH
            || ((ask->kind == PHONE_ASK_WORK || ask->kind == PHONE_ASK_COUNT)
                && ask->ready))
        {
            *last = ask;
            last = &ask->next;
        }
    }

    *last = NULL;
    call->last_ask = last;
    call->next_ask = call->asks;
    phone_asked_reset(call);
    call->records = NULL;
    call->last_record = &call->records;
    call->merchant = NULL;
    call->proved = 0;
    call->broken = 0;
    call->bad_key = PHONE_EMPTY;
    call->why = NULL;
    call->forgot++;
}


void
phone_start_over(phone_call_t *call)
{
    unsigned      i;
    phone_call_t  old;

    old = *call;

    phone_call_init(call, old.env, old.endpoint, old.event);

    call->now = old.now;
    memcpy(call->random, old.random, sizeof(call->random));
    call->address = phone_copy(&call->arena, old.address);
    call->caller = phone_copy(&call->arena, old.caller);
    call->serial = old.serial;
    call->session_slot = old.session_slot;
    call->session_id = phone_copy(&call->arena, old.session_id);
    call->id = phone_copy(&call->arena, old.id);
    call->state = phone_copy(&call->arena, old.state);
    call->fields = old.fields_sent ? old.fields_sent : old.fields;
    call->due_member = phone_copy(&call->arena, old.due_member);
    call->due_id = phone_copy(&call->arena, old.due_id);
    call->lane = phone_copy(&call->arena, old.lane);
    call->due_bucket = old.due_bucket;
    call->due_score = old.due_score;
    call->room = old.room;

    call->key_twice = old.key_twice;

    /* they lie in the memory of the call */

    call->idempotency_key = phone_keep_sent(call, old.idempotency_key);

    for (i = 0; i < PHONE_COOKIES; i++) {
        call->cookie[i] = phone_keep_sent(call, old.cookie[i]);
    }

    if (call->fields) {
        phone_fields_keep(&call->arena, call->fields);
    }

    phone_call_free(&old);
}


/* What was not sent has no data. */

static phone_str_t
phone_keep_sent(phone_call_t *call, phone_str_t text)
{
    return text.data ? phone_copy(&call->arena, text) : text;
}


phone_rc_t
phone_continue(phone_call_t *call, phone_str_t state)
{
    call->state = state;

    if (call->upload.data) {
        phone_break(call, "it starts over, though a file came with the call");
    }

    return PHONE_CONTINUE;
}


phone_str_t
phone_call_state(phone_call_t *call)
{
    return call->state;
}


phone_str_t
phone_caller(phone_call_t *call)
{
    return call->caller;
}


phone_str_t
phone_address(phone_call_t *call)
{
    return call->address;
}


const phone_fields_t *
phone_fields_sent(phone_call_t *call)
{
    return call->fields;
}


int64_t
phone_now(phone_call_t *call)
{
    return call->now;
}


phone_str_t
phone_cookie(phone_call_t *call, phone_cookie_t which)
{
    return call->cookie[which];
}


phone_arena_t *
phone_memory(phone_call_t *call)
{
    return &call->arena;
}


const phone_settings_t *
phone_settings(phone_call_t *call)
{
    return call->env->settings;
}


int
phone_spares_memory(phone_call_t *call)
{
    return call->env->memory_low;
}


int
phone_may_come(phone_call_t *call, phone_str_t id)
{
    return phone_may_lag(call, phone_id_time(id));
}


int
phone_may_lag(phone_call_t *call, int64_t since)
{
    return call->env->domain == PHONE_ONE_BUCKET
           && since > call->now - PHONE_POSTED_WITHIN
           && since < call->now + PHONE_POSTED_WITHIN;
}


phone_str_t
phone_event_id(phone_call_t *call)
{
    return call->due_id;
}


phone_str_t
phone_event_lane(phone_call_t *call)
{
    return call->lane;
}


int
phone_event_parse(phone_str_t member, const phone_event_t **event,
    phone_str_t *id, phone_str_t *lane)
{
    unsigned     i;
    phone_str_t  rest, name;

    rest = member;
    *lane = PHONE_EMPTY;

    if (!phone_split(&rest, ' ', &name) || !phone_split(&rest, ' ', id)) {
        return -1;
    }

    phone_split(&rest, ' ', lane);

    for (i = 0; phone_events[i]; i++) {
        if (phone_is(name, phone_events[i]->name)) {
            *event = phone_events[i];
            return 0;
        }
    }

    return -1;
}
