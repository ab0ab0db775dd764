
/*
 * What a call has asked for, and the records that it puts, by their keys.  Most
 * calls ask for a few things, and look through their lists; a step of a job may
 * ask for hundreds, and each run of it asks for all of them again.  The table
 * is made when it is first looked into, and again, in the same memory, when the
 * lists change in another way than at their end.
 */


#include "../host.h"
#include "runtime.h"
#include "../lib/id.h"


#define PHONE_ASKED_SLOTS  256           /* twice as many as asks, or more */


static int phone_asked_make(phone_call_t *call, unsigned slots);
static void phone_asked_enter(phone_call_t *call, phone_ask_t *ask);


unsigned
phone_asked_at(phone_call_t *call, phone_str_t key)
{
    if (call->asked_slots == 0
        && phone_asked_make(call, PHONE_ASKED_SLOTS) != 0)
    {
        return 0;
    }

    return phone_bucket_of(key, call->asked_slots);
}


phone_ask_t *
phone_asked_next(phone_call_t *call, unsigned *at)
{
    phone_ask_t  *ask;

    if (call->asked_slots == 0) {
        return NULL;
    }

    ask = call->asked[*at];
    *at = (*at + 1) % call->asked_slots;

    return ask;
}


/* An ask that comes before a put of the same record is found before it. */

static int
phone_asked_make(phone_call_t *call, unsigned slots)
{
    unsigned         n;
    phone_ask_t     *ask, **asked;
    phone_record_t  *record;

    n = 0;

    for (ask = call->asks; ask; ask = ask->next) {
        n++;
    }

    for (record = call->records; record; record = record->next_record) {
        n += record->fresh;
    }

    while (slots < 2 * n) {
        slots *= 2;
    }

    if (slots > call->asked_room) {
        asked = phone_alloc_raw(&call->arena, slots * sizeof(phone_ask_t *));
        if (asked == NULL) {
            return -1;
        }

        call->asked = asked;
        call->asked_room = slots;
    }

    memset(call->asked, 0, slots * sizeof(phone_ask_t *));
    call->asked_slots = slots;
    call->nasked = n;

    for (ask = call->asks; ask; ask = ask->next) {
        phone_asked_enter(call, ask);
    }

    for (record = call->records; record; record = record->next_record) {
        if (record->fresh) {
            phone_asked_enter(call, &record->ask);
        }
    }

    return 0;
}


static void
phone_asked_enter(phone_call_t *call, phone_ask_t *ask)
{
    unsigned  at;

    at = phone_bucket_of(ask->key, call->asked_slots);

    while (call->asked[at]) {
        at = (at + 1) % call->asked_slots;
    }

    call->asked[at] = ask;
}


void
phone_asked_add(phone_call_t *call, phone_ask_t *ask)
{
    if (call->asked_slots == 0) {
        return;
    }

    if (2 * ++call->nasked <= call->asked_slots) {
        phone_asked_enter(call, ask);

    } else {
        call->asked_slots = 0;
    }
}


void
phone_asked_reset(phone_call_t *call)
{
    call->asked_slots = 0;
}
