
/* Notices of a subject: how they are put, and whose turn it is. */


#include "outbox.h"
#include "../lib/form_write.h"


/* Notices of a subject that phone_notices_gone() looks for. */
#define PHONE_NOTICES_GONE  8


/*
 * The queue field of a subject: "<put> <queue>", and behind it "<number>
 * <attempts> <s>" of the notice that was acknowledged last, at that time.  put
 * counts all notices; queue has the numbers of those that are not over, with
 * ',' between them, the one whose turn it is first; "-" when there is none.  As
 * long as that one has not been sent it is a line of its own there, "<event>
 * <created> <form>": a notice that is acknowledged at once needs no record.
 */
typedef struct {
    int64_t                  put;
    phone_str_t              queue;      /* empty: nobody is in it */
    phone_str_t              acked;
    phone_str_t              first;      /* empty: it has a record */
} phone_queue_t;


static phone_str_t phone_notice_id(phone_call_t *call,
    const phone_outbox_t *outbox, phone_str_t subject_id,
    phone_str_t number);
static phone_told_t phone_notice_make(phone_call_t *call,
    const phone_outbox_t *outbox, phone_record_t *subject, phone_str_t number,
    const char *event, const phone_field_t *fields, unsigned n);
static int phone_notice_held(phone_told_t *notice);
static int phone_queue_first(const phone_queue_t *queue, phone_str_t number);
static void phone_notice_write(phone_call_t *call, phone_told_t *notice);
static int phone_queue_parse(phone_str_t text, phone_queue_t *queue);
static phone_queue_t phone_queue_read(const phone_outbox_t *outbox,
    phone_record_t *subject);
static void phone_queue_write(phone_call_t *call,
    const phone_outbox_t *outbox, phone_record_t *subject,
    const phone_queue_t *queue);
static void phone_queue_join(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, phone_queue_t *queue, phone_str_t number);
static void phone_notice_next(phone_call_t *call,
    const phone_outbox_t *outbox, phone_record_t *subject,
    phone_str_t number);


void
phone_notice_put(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, const char *event, const phone_field_t *fields,
    unsigned n)
{
    phone_queue_t  queue;
    phone_told_t   notice;

    queue = phone_queue_read(outbox, subject);
    queue.put++;

    notice = phone_notice_make(call, outbox, subject,
                               phone_int(phone_memory(call), queue.put),
                               event, fields, n);

    if (queue.queue.len) {
        phone_notice_write(call, &notice);

    } else {
        queue.first = phone_join(phone_memory(call), 5,
                                 (phone_str_t[5]) {
                                     phone_cstr(event), PHONE_STR(" "),
                                     phone_int(phone_memory(call),
                                               notice.created),
                                     PHONE_STR(" "), notice.form });
    }

    phone_queue_join(call, outbox, subject, &queue, notice.number);
}


void
phone_notice_put_again(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, const phone_again_t *again, const char *event,
    const phone_field_t *fields, unsigned n)
{
    phone_queue_t  queue;
    phone_told_t   notice;

    notice = phone_notice_make(call, outbox, subject, again->number, event,
                               fields, n);
    notice.created = again->created;

    phone_notice_write(call, &notice);
    phone_set(notice.record, NOTICE_TRIES, again->tries);

    queue = phone_queue_read(outbox, subject);
    queue.acked = PHONE_EMPTY;
    phone_queue_join(call, outbox, subject, &queue, notice.number);
}


static phone_told_t
phone_notice_make(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, phone_str_t number, const char *event,
    const phone_field_t *fields, unsigned n)
{
    unsigned         i;
    phone_arena_t   *arena;
    phone_fields_t   form;

    arena = phone_memory(call);
    form.n = 0;

    for (i = 0; i < n; i++) {
        if (fields[i].value.len) {
            phone_fields_add(&form, fields[i].name, fields[i].value);
        }
    }

    return (phone_told_t) {
        phone_notice_id(call, outbox, phone_id(subject), number), outbox,
        number, subject, NULL, phone_cstr(event),
        phone_form_write(arena, &form), phone_now(call)
    };
}


const phone_outbox_t *
phone_outbox_of(phone_str_t notice_id, phone_str_t *subject_id,
    phone_str_t *number)
{
    unsigned     i;
    phone_str_t  name;

    name = PHONE_EMPTY;

    if (!phone_split(&notice_id, '.', subject_id)
        || !phone_split(&notice_id, '.', &name))
    {
        return NULL;
    }

    *number = notice_id;

    for (i = 0; phone_outboxes[i]; i++) {
        if (phone_is(name, phone_outboxes[i]->name)) {
            return phone_outboxes[i];
        }
    }

    return NULL;
}


phone_rc_t
phone_notice_find(phone_call_t *call, phone_str_t *notice_id)
{
    phone_rc_t             rc;
    phone_str_t            subject_id, number;
    const phone_outbox_t  *outbox;

    outbox = phone_outbox_of(*notice_id, &subject_id, &number);

    if (outbox == NULL || outbox->find == NULL) {
        return PHONE_DONE;
    }

    rc = outbox->find(call, &subject_id);

    if (rc == PHONE_DONE) {
        *notice_id = phone_notice_id(call, outbox, subject_id, number);
    }

    return rc;
}


/* An id carries the bucket of its record.  The bucket of a subject that has
   moved would give away whose it is now. */

phone_str_t
phone_notice_known(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, phone_str_t number)
{
    return phone_notice_id(call, outbox,
                           outbox->known ? outbox->known(subject)
                                         : phone_id(subject),
                           number);
}


phone_sent_t
phone_notice_sent(const phone_outbox_t *outbox, phone_record_t *subject)
{
    phone_str_t    rest, attempts;
    phone_sent_t   sent;
    phone_queue_t  queue;

    queue = phone_queue_read(outbox, subject);
    rest = queue.acked;

    sent = (phone_sent_t) { queue.put, PHONE_EMPTY, 0 };

    if (phone_split(&rest, ' ', &sent.acked)
        && phone_split(&rest, ' ', &attempts)
        && phone_parse_int(rest, &sent.acked_at) == 0)
    {
        sent.acked_at *= PHONE_SECOND;
    }

    return sent;
}


int
phone_notices_gone(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject)
{
    int              gone;
    int64_t          i;
    phone_queue_t    queue;
    phone_record_t  *notice;

    queue = phone_queue_read(outbox, subject);
    gone = queue.queue.len == 0 && queue.put <= PHONE_NOTICES_GONE;

    for (i = 1; gone && i <= queue.put; i++) {
        notice = phone_ask_some(call, &phone_notice,
                                phone_notice_id(call, outbox, phone_id(subject),
                                    phone_int(phone_memory(call), i)),
                                PHONE_F(NOTICE_STATE));
        gone = phone_waiting(call) || !phone_found(notice);
    }

    return gone && !phone_waiting(call);
}


phone_told_t *
phone_ask_notice(phone_call_t *call, phone_str_t id)
{
    uint32_t               mask;
    phone_str_t            subject_id, number;
    phone_told_t          *notice;
    phone_record_t        *record;
    const phone_outbox_t  *outbox;

    outbox = phone_outbox_of(id, &subject_id, &number);

    if (outbox == NULL) {
        return NULL;
    }

    mask = PHONE_OUTBOX_ASKS(*outbox);

    if (outbox->url) {
        mask |= PHONE_F(outbox->url);
    }

    notice = phone_alloc(phone_memory(call), sizeof(phone_told_t));
    if (notice == NULL) {
        return NULL;
    }

    *notice = (phone_told_t) {
        id, outbox, number,
        phone_ask_some(call, outbox->subject, subject_id, mask),
        NULL, PHONE_EMPTY, PHONE_EMPTY, 0
    };

    if (!phone_found(notice->subject)) {
        return NULL;
    }

    if (phone_notice_held(notice)) {
        return notice;
    }

    record = phone_ask(call, &phone_notice, id);

    if (!phone_found(record)) {
        return NULL;
    }

    notice->record = record;
    notice->event = phone_get(record, NOTICE_EVENT);
    notice->form = phone_get(record, NOTICE_FORM);
    notice->created = phone_get_int(record, NOTICE_CREATED);

    return notice;
}


/* Is it the first one of the queue, and was not sent? */

static int
phone_notice_held(phone_told_t *notice)
{
    phone_str_t    created;
    phone_queue_t  queue;

    queue = phone_queue_read(notice->outbox, notice->subject);

    if (queue.first.len == 0 || !phone_queue_first(&queue, notice->number)) {
        return 0;
    }

    if (!phone_split(&queue.first, ' ', &notice->event)
        || !phone_split(&queue.first, ' ', &created)
        || phone_parse_int(created, &notice->created) != 0)
    {
        (void) phone_bad_record(notice->subject);
        return 0;
    }

    notice->form = queue.first;

    return 1;
}


int
phone_notice_turn(phone_told_t *notice)
{
    phone_queue_t  queue;

    queue = phone_queue_read(notice->outbox, notice->subject);

    return phone_queue_first(&queue, notice->number);
}


static int
phone_queue_first(const phone_queue_t *queue, phone_str_t number)
{
    phone_str_t  rest, first;

    rest = queue->queue;
    first = PHONE_EMPTY;

    return phone_split(&rest, ',', &first) && phone_equal(first, number);
}


phone_record_t *
phone_notice_record(phone_call_t *call, phone_told_t *notice)
{
    phone_queue_t  queue;

    if (notice->record == NULL) {
        phone_notice_write(call, notice);

        queue = phone_queue_read(notice->outbox, notice->subject);
        queue.first = PHONE_EMPTY;
        phone_queue_write(call, notice->outbox, notice->subject, &queue);
    }

    return notice->record;
}


static void
phone_notice_write(phone_call_t *call, phone_told_t *notice)
{
    phone_record_t  *record;

    record = phone_put(call, &phone_notice, notice->id);

    phone_set(record, NOTICE_MERCHANT,
              phone_get(notice->subject, notice->outbox->merchant));
    phone_set(record, NOTICE_EVENT, notice->event);
    phone_set(record, NOTICE_FORM, notice->form);
    phone_set_int(record, NOTICE_CREATED, notice->created);

    notice->record = record;
}


void
phone_notice_remove(phone_call_t *call, phone_told_t *notice,
    int64_t attempts)
{
    phone_notice_over(call, notice, attempts);

    if (notice->record) {
        phone_remove(notice->record);
    }
}


void
phone_notice_over(phone_call_t *call, phone_told_t *notice, int64_t attempts)
{
    phone_str_t    next;
    phone_queue_t  queue;

    queue = phone_queue_read(notice->outbox, notice->subject);

    (void) phone_split(&queue.queue, ',', &next);
    queue.first = PHONE_EMPTY;

    if (attempts) {
        queue.acked = phone_format(phone_memory(call), "%.*s %lld %lld",
                                   PHONE_ARGS(notice->number),
                                   (long long) attempts,
                                   (long long) (phone_now(call) / 1000));
    }

    phone_queue_write(call, notice->outbox, notice->subject, &queue);

    if (phone_split(&queue.queue, ',', &next)) {
        phone_notice_next(call, notice->outbox, notice->subject, next);
    }
}


void
phone_notice_again(phone_call_t *call, phone_told_t *notice)
{
    int            put;
    phone_queue_t  queue;

    if (phone_is(phone_notice_state(notice), "PENDING")) {
        put = phone_ask_event(call, &phone_notice_send, notice->id,
                              phone_get(notice->subject,
                                        notice->outbox->merchant));

        if (!phone_waiting(call) && !put && phone_notice_turn(notice)) {
            phone_rely(notice->subject);
            phone_notice_next(call, notice->outbox, notice->subject,
                              notice->number);
        }

        return;
    }

    phone_set(notice->record, NOTICE_STATE, PHONE_STR("PENDING"));
    phone_set(notice->record, NOTICE_ATTEMPT, PHONE_EMPTY);
    phone_index_remove(call, &phone_exhausted, notice->id, notice->id);

    queue = phone_queue_read(notice->outbox, notice->subject);
    phone_queue_join(call, notice->outbox, notice->subject, &queue,
                     notice->number);
}


int
phone_notice_first(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, phone_str_t *id)
{
    phone_str_t    first;
    phone_queue_t  queue;

    *id = PHONE_EMPTY;

    if (phone_queue_parse(phone_get(subject, outbox->queue), &queue) != 0) {
        return -1;
    }

    if (phone_split(&queue.queue, ',', &first)) {
        *id = phone_notice_id(call, outbox, phone_id(subject), first);
    }

    return 0;
}


phone_str_t
phone_notice_state(const phone_told_t *notice)
{
    phone_str_t  state;

    state = notice->record ? phone_get(notice->record, NOTICE_STATE)
                           : PHONE_EMPTY;

    return state.len ? state : PHONE_STR("PENDING");
}


/* The queue */

static int
phone_queue_parse(phone_str_t text, phone_queue_t *queue)
{
    phone_str_t  line, put;

    queue->put = 0;
    queue->queue = PHONE_EMPTY;
    line = PHONE_EMPTY;

    (void) phone_split(&text, '\n', &line);
    queue->first = text;

    if (line.len
        && (!phone_split(&line, ' ', &put)
            || phone_parse_int(put, &queue->put) != 0
            || !phone_split(&line, ' ', &queue->queue)))
    {
        return -1;
    }

    if (phone_is(queue->queue, "-")) {
        queue->queue = PHONE_EMPTY;
    }

    queue->acked = line;

    return 0;
}


static phone_queue_t
phone_queue_read(const phone_outbox_t *outbox, phone_record_t *subject)
{
    phone_queue_t  queue;

    queue.acked = PHONE_EMPTY;

    if (phone_queue_parse(phone_get(subject, outbox->queue), &queue) != 0) {
        (void) phone_bad_record(subject);
    }

    return queue;
}


static void
phone_queue_write(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, const phone_queue_t *queue)
{
    phone_set(subject, outbox->queue,
              phone_join(phone_memory(call), 7,
                         (phone_str_t[7]) {
                             phone_int(phone_memory(call), queue->put),
                             PHONE_STR(" "),
                             queue->queue.len ? queue->queue : PHONE_STR("-"),
                             queue->acked.len ? PHONE_STR(" ") : PHONE_EMPTY,
                             queue->acked,
                             queue->first.len ? PHONE_STR("\n") : PHONE_EMPTY,
                             queue->first }));
}


/* At the end of it; at once, when nobody is before it. */

static void
phone_queue_join(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, phone_queue_t *queue, phone_str_t number)
{
    if (queue->queue.len == 0) {
        queue->queue = number;
        phone_notice_next(call, outbox, subject, number);

    } else {
        queue->queue = phone_join(phone_memory(call), 3,
                                  (phone_str_t[3]) { queue->queue,
                                                     PHONE_STR(","), number });
    }

    phone_queue_write(call, outbox, subject, queue);
}


static void
phone_notice_next(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, phone_str_t number)
{
    phone_emit(call, &phone_notice_send,
               phone_notice_id(call, outbox, phone_id(subject), number),
               phone_get(subject, outbox->merchant), phone_now(call));
}


static phone_str_t
phone_notice_id(phone_call_t *call, const phone_outbox_t *outbox,
    phone_str_t subject_id, phone_str_t number)
{
    return phone_join(phone_memory(call), 5,
                      (phone_str_t[5]) { subject_id, PHONE_STR("."),
                                         phone_cstr(outbox->name),
                                         PHONE_STR("."), number });
}
