
/*
 * Notices that somebody has asked for again.  A commit has one home bucket; the
 * notices of a merchant are in many, and none of them in his: so each has an
 * event.
 */


#include "outbox.h"


#define PHONE_REPEAT_WAIT  PHONE_SECOND


static phone_rc_t phone_notice_resend_run(phone_call_t *call);
static phone_rc_t phone_notice_repeat_run(phone_call_t *call);
static phone_rc_t phone_repeat_told(phone_call_t *call,
    const phone_outbox_t *outbox, phone_record_t *subject,
    phone_str_t number);


const phone_event_t  phone_notice_resend = {
    "notice.resend", phone_notice_resend_run,
    "Sends a notice again whose schedule has run out."
};


const phone_event_t  phone_notice_repeat = {
    "notice.repeat", phone_notice_repeat_run,
    "Sends a notice again that was acknowledged."
};


static phone_rc_t
phone_notice_resend_run(phone_call_t *call)
{
    phone_told_t  *notice;

    notice = phone_ask_notice(call, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (notice) {
        phone_notice_again(call, notice);
    }

    return phone_waiting(call) ? PHONE_AGAIN : phone_done(call);
}


static phone_rc_t
phone_notice_repeat_run(phone_call_t *call)
{
    phone_rc_t             rc;
    phone_str_t            id, subject_id, number;
    phone_told_t          *notice;
    phone_record_t        *subject;
    const phone_outbox_t  *outbox;

    id = phone_event_id(call);

    rc = phone_notice_find(call, &id);
    if (rc != PHONE_DONE) {
        return rc;
    }

    /* of a bill that was handed on: where it is now */

    if (!phone_equal(id, phone_event_id(call))) {
        phone_emit(call, &phone_notice_repeat, id, PHONE_EMPTY,
                   phone_now(call));
        return phone_done(call);
    }

    outbox = phone_outbox_of(id, &subject_id, &number);

    if (outbox == NULL) {
        return phone_done(call);
    }

    subject = phone_ask(call, outbox->subject, subject_id);
    notice = phone_ask_notice(call, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* it is on its way again, or nobody has acknowledged it; or it is so old
       that its subject is in the archive */

    if (notice || !phone_found(subject) || phone_is_archived(subject)
        || !phone_equal(phone_notice_sent(outbox, subject).acked, number))
    {
        return phone_done(call);
    }

    return phone_repeat_told(call, outbox, subject, number);
}


static phone_rc_t
phone_repeat_told(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, phone_str_t number)
{
    int64_t        n;
    phone_rc_t     rc;
    phone_seen_t   seen;
    phone_again_t  again;

    n = 0;
    (void) phone_parse_int(number, &n);

    if (!phone_ask_seen_of(call, outbox, subject, n, &seen)) {
        return phone_waiting(call) ? PHONE_AGAIN : phone_done(call);
    }

    /* its entry is on its way to the list, and would stay there */

    if (!seen.listed
        && phone_may_lag(call, phone_notice_sent(outbox, subject).acked_at))
    {
        phone_repeat(call, phone_now(call) + PHONE_REPEAT_WAIT);
        return phone_done(call);
    }

    again = (phone_again_t) { number, seen.tries, seen.created };

    rc = outbox->again(call, subject, &again);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_seen_remove(call, phone_get(subject, outbox->merchant), &seen);

    return phone_done(call);
}
