
/*
 * Records that the host may remember from one call to the next, and how it is
 * made sure that no answer depends on a copy that is out of date.
 */


#include "../host.h"
#include "runtime.h"


/* A call that has dropped its copies reads the record from the store; that may
   be remembered for the next call. */

phone_record_t *
phone_ask_remembered(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    phone_record_t  *record;

    record = phone_ask(call, type, id);

    if (!record->ask.sent) {
        record->keep = 1;
        record->may_be_old = !call->forgot;
    }

    return record;
}


phone_record_t *
phone_ask_elsewhere(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    phone_record_t  *record;

    record = call->env->domain == PHONE_WHOLE_STORE
             ? phone_ask_remembered(call, type, id)
             : phone_ask(call, type, id);
    record->elsewhere = 1;

    return record;
}


/* Is there anything to commit? */

static int
phone_has_effects(phone_call_t *call)
{
    phone_record_t  *record;

    if (call->event || call->guards || call->claims || call->ops) {
        return 1;
    }

    for (record = call->records; record; record = record->next_record) {
        if (phone_record_used(record)) {
            return 1;
        }
    }

    return 0;
}


/*
 * A commit is guarded by the copy's version.  A run that ends without a commit
 * would not notice an outdated copy: it is repeated with the record as the
 * store has it.
 */

int
phone_check_remembered(phone_call_t *call, phone_rc_t rc)
{
    int              believed;
    phone_record_t  *record;

    believed = rc != PHONE_CONTINUE && !call->broken
               && phone_has_effects(call);

    for (record = call->records; record; record = record->next_record) {
        if (!record->remembered) {
            continue;
        }

        if (!believed) {
            return 0;
        }

        phone_rely(record);
    }

    return 1;
}
