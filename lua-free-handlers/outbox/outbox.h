
/*
 * Notices to merchants.  A notice says what has happened to a subject (a bill,
 * a coupon): it has an id and fields of its own, as they were then, and is sent
 * until the merchant acknowledges it or the schedule has run out.  A subject
 * can have several; they are sent one at a time, in the order in which they
 * were put.
 */


#ifndef _PHONE_OUTBOX_H_INCLUDED_
#define _PHONE_OUTBOX_H_INCLUDED_


#include "../phone.h"


/* What notices can be about; registry.c has a table of all.  A notice lies in
   the bucket of its subject, which must not move once it has one. */
typedef struct phone_again_s  phone_again_t;

typedef struct {
    const char              *name;       /* "bill": in the ids of notices */
    const phone_type_t      *subject;
    unsigned                 queue;      /* fields of it: outbox.c's own, */
    unsigned                 merchant;   /* who is told, */
    unsigned                 url;        /* and where, when it is not empty, in
                                            place of the merchant's
                                            notify_url; 0: no such field */
    const phone_event_t     *ends;       /* an event of the subject that its
                                            first notice cancels; or NULL */

    /* For subjects that the merchant knows by the id of another record: that
       id, which is then part of the ids of notices as he sees them; and from
       it to the subject's, as phone_notice_find() does.  NULL: none is. */
    phone_str_t            (*known)(phone_record_t *subject);
    phone_rc_t             (*find)(phone_call_t *call, phone_str_t *id);

    /* The last notice of a subject, of which nothing is left once it was
       acknowledged: when it was put (ms), and what it said, put with
       phone_notice_put_again().  PHONE_AGAIN, PHONE_DONE, or refused. */
    int64_t                (*since)(phone_record_t *subject);
    phone_rc_t             (*again)(phone_call_t *call,
                                    phone_record_t *subject,
                                    const phone_again_t *again);

    unsigned                 open;       /* 1: nothing is sent to a merchant
                                            who is closed */
} phone_outbox_t;

extern const phone_outbox_t *const  phone_outboxes[];


/* The fields of a subject that phone_notice_put() reads: ask for them. */
#define PHONE_OUTBOX_ASKS(outbox)                                             \
    (PHONE_F((outbox).queue) | PHONE_F((outbox).merchant))

/*
 * One more notice about the subject: event is the kind that the merchant sees,
 * fields are added to those that each notice has.  Empty ones are left out.
 */
void phone_notice_put(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, const char *event, const phone_field_t *fields,
    unsigned n);

/* The same notice as before, at the end of the queue. */
struct phone_again_s {
    phone_str_t              number;
    phone_str_t              tries;      /* so far */
    int64_t                  created;    /* ms */
};

void phone_notice_put_again(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, const phone_again_t *again, const char *event,
    const phone_field_t *fields, unsigned n);

/*
 * What a notice is about, by its id, "<subject id>.<outbox>.<number>": NULL
 * when there can be no such notice.
 */
const phone_outbox_t *phone_outbox_of(phone_str_t notice_id,
    phone_str_t *subject_id, phone_str_t *number);

/* From the id of a notice that its merchant sees, or its own, to its own.
   PHONE_AGAIN, PHONE_DONE, or refused. */
phone_rc_t phone_notice_find(phone_call_t *call, phone_str_t *notice_id);

/* And back: of the notice of a subject with that number, as its merchant sees
   it. */
phone_str_t phone_notice_known(phone_call_t *call,
    const phone_outbox_t *outbox, phone_record_t *subject,
    phone_str_t number);

/* A notice that is not over, as it was read. */
typedef struct {
    phone_str_t              id;
    const phone_outbox_t    *outbox;
    phone_str_t              number;
    phone_record_t          *subject;
    phone_record_t          *record;     /* NULL: it is in the queue field */
    phone_str_t              event;
    phone_str_t              form;
    int64_t                  created;    /* ms */
} phone_told_t;

/* NULL: it has not been read yet (phone_waiting() is true), or there is none;
   or no memory is left. */
phone_told_t *phone_ask_notice(phone_call_t *call, phone_str_t id);

/* Is it the turn of this notice? */
int phone_notice_turn(phone_told_t *notice);

/* From now on it has a record, which says what has become of it. */
phone_record_t *phone_notice_record(phone_call_t *call, phone_told_t *notice);

/* It is over: the next one has its turn.  attempts is 0 when nobody has
   acknowledged it. */
void phone_notice_over(phone_call_t *call, phone_told_t *notice,
    int64_t attempts);

/* The same, and nothing is left of it. */
void phone_notice_remove(phone_call_t *call, phone_told_t *notice,
    int64_t attempts);

/*
 * An exhausted one is sent again, from the beginning of the schedule, when its
 * turn comes.  One that is pending is left as it is, and its event is put again
 * if it is lost.  Also an ask: call it until phone_waiting() is false.
 */
void phone_notice_again(phone_call_t *call, phone_told_t *notice);

/*
 * The id of the notice of a subject whose turn it is, empty when there is none;
 * or -1 when the queue is malformed.  It has an event, phone_notice_send, in
 * the lane of the one who is told.
 */
int phone_notice_first(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, phone_str_t *id);

/* "PENDING": it is being sent, or waits for its turn; or "EXHAUSTED". */
phone_str_t phone_notice_state(const phone_told_t *notice);

/* 1 when all of them are over and nothing is left of any; 0: not so, or while
   phone_waiting(). */
int phone_notices_gone(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject);

/* What the queue of a subject says: how many notices were put, and which of
   them was acknowledged last, at that time (ms; 0: none was). */
typedef struct {
    int64_t                  put;
    phone_str_t              acked;
    int64_t                  acked_at;
} phone_sent_t;

phone_sent_t phone_notice_sent(const phone_outbox_t *outbox,
    phone_record_t *subject);


/*
 * The list of a merchant's notices (seen.c): a notice is in it once it was
 * sent in vain, and after it was acknowledged for settings->notice_kept from
 * the end of the day (UTC) on which it was put.  tries are lines
 * "<ms>+<ms that it took> <result>".
 */
typedef struct {
    phone_str_t              id;         /* as the merchant knows it */
    phone_str_t              event;
    const char              *state;      /* PENDING, EXHAUSTED, DELIVERED */
    phone_str_t              tries;
    int64_t                  created;    /* ms */
    int64_t                  next_at;    /* 0: it is not sent again */
    unsigned                 listed:1;   /* among those acknowledged */
} phone_seen_t;

#define PHONE_SEEN_DELIVERED  "DELIVERED"

/* One after the other of the tries: 0 when none is left. */
typedef struct {
    int64_t                  sent_at;    /* ms */
    int64_t                  took;       /* ms */
    phone_str_t              result;
} phone_try_t;

int phone_notice_try(phone_str_t *tries, phone_try_t *try);

#define PHONE_NOTICE_TRY_MEMBERS                                              \
    { "sent_at", PHONE_M_TIME, 0, NULL, NULL, "when it was sent" },           \
    { "result", PHONE_M_TEXT, 0, NULL, NULL,                                  \
      "what came of it: an HTTP status, or why there is none" },              \
    { "took_ms", PHONE_M_INT, 0, NULL,                                        \
      NULL, "how long it took, in milliseconds" }

void phone_notice_show_try(phone_json_t *json, const phone_try_t *try);

/* Is it acknowledged by that answer? */
int phone_notice_success(const phone_answer_t *answer);

/* Effects of an attempt: it was in vain, or the last one. */
void phone_notice_in_vain(phone_call_t *call, const phone_told_t *notice);
void phone_notice_delivered(phone_call_t *call, const phone_told_t *notice,
    phone_str_t tries);

/* It is dropped: the list has nothing of it. */
void phone_notice_unseen(phone_call_t *call, const phone_told_t *notice);

/* A page of the list: of those in one of these states. */
#define PHONE_SEEN_UNTOLD  0x01
#define PHONE_SEEN_TOLD    0x02

phone_list_t phone_ask_seen_page(phone_call_t *call, phone_str_t merchant,
    unsigned which, phone_edge_t *edge, unsigned limit);

/* An entry of it: 0 when it is gone, or while phone_waiting().  One that is
   gone is taken out with phone_seen_stray(). */
int phone_ask_seen(phone_call_t *call, const phone_entry_t *entry,
    phone_seen_t *seen);
void phone_seen_stray(phone_call_t *call, phone_str_t merchant,
    const phone_entry_t *entry);

/* The notice of a subject that has this number, whether it is in the list or
   not: 0 when there is none, or while phone_waiting(). */
int phone_ask_seen_of(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, int64_t number, phone_seen_t *seen);


/* Of the page: it was acknowledged. */
int phone_seen_is_told(const phone_entry_t *entry);

/* As this commit sends it again, it leaves the list of those acknowledged. */
void phone_seen_remove(phone_call_t *call, phone_str_t merchant,
    const phone_seen_t *seen);


extern const phone_event_t  phone_notice_send;
extern const phone_event_t  phone_notice_resend;
extern const phone_event_t  phone_notice_repeat;
extern const phone_fetch_t  phone_notice_fetch;


#include "probe.h"


#endif /* _PHONE_OUTBOX_H_INCLUDED_ */
