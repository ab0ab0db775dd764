
/*
 * The check of a merchant's endpoint: probes are sent to its notify_url, one
 * after the other, and it is written down which of them are acknowledged.
 *
 * A probe is a notice of the event "probe", without a bill, an order or an
 * amount: whoever takes it for a payment finds nothing to deliver.  Which one
 * it is cannot be seen but by what is wrong with it, so that it is judged by
 * the code that judges notices.
 */


#ifndef _PHONE_PROBE_H_INCLUDED_
#define _PHONE_PROBE_H_INCLUDED_


#include "outbox.h"


typedef enum {
    PHONE_PROBE_GOOD,
    PHONE_PROBE_AGAIN,           /* the same notice: its second attempt */
    PHONE_PROBE_BAD_SIGN,
    PHONE_PROBE_CHANGED,         /* behind the signature */
    PHONE_PROBE_OLD,
    PHONE_PROBE_OTHER_MERCHANT,
    PHONE_PROBE_REPLY,           /* signed, but no notice */
    PHONE_PROBES
} phone_probe_kind_t;

typedef struct {
    const char              *name;
    unsigned                 acked:1;    /* it is to be acknowledged */
} phone_probe_t;

extern const phone_probe_t  phone_probes[PHONE_PROBES];


/* The record of a check: its lines of results, "<1: acknowledged> <try>\n" with
   a try as in the record of a notice. */
typedef struct {
    unsigned                 acked:1;
    phone_try_t              try;
} phone_probed_t;

/* One after the other, in the order of the probes: 0 when none is left. */
int phone_probe_result(phone_str_t *results, phone_probed_t *probed);

/* The check begins: an event sends the first probe, in the commit that has the
   record. */
void phone_probe_start(phone_call_t *call, phone_record_t *check,
    phone_str_t check_id, phone_str_t merchant, phone_str_t url);

int phone_probe_running(phone_record_t *check);


extern const phone_event_t  phone_notice_probe;


#endif /* _PHONE_PROBE_H_INCLUDED_ */
