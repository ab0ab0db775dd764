
/* Notices of a subject: how they are put, and whose turn it is. */


#include "outbox.h"
#include "../lib/form_write.h"


/*
 * The queue field of a subject: "<put> <queue>", and behind it "<number>
 * <attempts> <s>" of the notice that was acknowledged last, at that time.  put
 * counts all notices; queue has the numbers of those that are not over, with
 * ',' between them, the one whose turn it is first; "-" when there is none.  So
 * an acknowledged notice needs no record.
 */
typedef struct {
    int64_t                  put;
    phone_str_t              queue;      /* empty: nobody is in it */
    phone_str_t              acked;
} phone_queue_t;


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
    unsigned         i;
    phone_str_t      number;
    phone_arena_t   *arena;
    phone_queue_t    queue;
    phone_fields_t   form;
    phone_record_t  *notice;

    arena = phone_memory(call);
    form.n = 0;

    for (i = 0; i < n; i++) {
        if (fields[i].value.len) {
            phone_fields_add(&form, fields[i].name, fields[i].value);
        }
    }

    queue = phone_queue_read(outbox, subject);
    queue.put++;
    number = phone_int(arena, queue.put);

    notice = phone_put(call, &phone_notice,
                       phone_format(arena, "%.*s.%s.%.*s",
                                    PHONE_ARGS(phone_id(subject)),
                                    outbox->name, PHONE_ARGS(number)));

    phone_set(notice, NOTICE_MERCHANT, phone_get(subject, outbox->merchant));
    phone_set(notice, NOTICE_EVENT, phone_cstr(event));
    phone_set(notice, NOTICE_FORM, phone_form_write(arena, &form));
    phone_set_int(notice, NOTICE_CREATED, phone_now(call));

    phone_queue_join(call, outbox, subject, &queue, number);
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


phone_record_t *
phone_notice_subject(phone_call_t *call, phone_str_t notice_id)
{
    uint32_t               mask;
    phone_str_t            subject_id, number;
    const phone_outbox_t  *outbox;

    outbox = phone_outbox_of(notice_id, &subject_id, &number);

    if (outbox == NULL) {
        return NULL;
    }

    mask = PHONE_OUTBOX_ASKS(*outbox);

    if (outbox->url) {
        mask |= PHONE_F(outbox->url);
    }

    return phone_ask_some(call, outbox->subject, subject_id, mask);
}


int
phone_notice_turn(phone_record_t *notice, phone_record_t *subject)
{
    phone_str_t            subject_id, number, first;
    phone_queue_t          queue;
    const phone_outbox_t  *outbox;

    outbox = phone_outbox_of(phone_id(notice), &subject_id, &number);
    queue = phone_queue_read(outbox, subject);
    first = PHONE_EMPTY;

    return phone_split(&queue.queue, ',', &first)
           && phone_equal(first, number);
}


void
phone_notice_over(phone_call_t *call, phone_record_t *notice,
    phone_record_t *subject, int64_t attempts)
{
    phone_str_t            subject_id, number, next;
    phone_queue_t          queue;
    const phone_outbox_t  *outbox;

    outbox = phone_outbox_of(phone_id(notice), &subject_id, &number);
    queue = phone_queue_read(outbox, subject);

    (void) phone_split(&queue.queue, ',', &next);

    if (attempts) {
        queue.acked = phone_format(phone_memory(call), "%.*s %lld %lld",
                                   PHONE_ARGS(number), (long long) attempts,
                                   (long long) (phone_now(call) / 1000));
    }

    phone_queue_write(call, outbox, subject, &queue);

    if (phone_split(&queue.queue, ',', &next)) {
        phone_notice_next(call, outbox, subject, next);
    }
}


void
phone_notice_again(phone_call_t *call, phone_record_t *notice,
    phone_record_t *subject)
{
    phone_str_t            subject_id, number;
    phone_queue_t          queue;
    const phone_outbox_t  *outbox;

    if (!phone_is(phone_get(notice, NOTICE_STATE), "EXHAUSTED")) {
        return;
    }

    phone_set(notice, NOTICE_STATE, PHONE_STR("PENDING"));
    phone_set(notice, NOTICE_ATTEMPT, PHONE_EMPTY);
    phone_index_remove(call, &phone_exhausted, phone_id(notice),
                       phone_id(notice));

    outbox = phone_outbox_of(phone_id(notice), &subject_id, &number);
    queue = phone_queue_read(outbox, subject);
    phone_queue_join(call, outbox, subject, &queue, number);
}


phone_str_t
phone_notice_state(phone_record_t *notice)
{
    phone_str_t  state;

    state = phone_get(notice, NOTICE_STATE);

    return state.len ? state : PHONE_STR("PENDING");
}


/* The queue */

static phone_queue_t
phone_queue_read(const phone_outbox_t *outbox, phone_record_t *subject)
{
    phone_str_t    text, put;
    phone_queue_t  queue;

    queue.put = 0;
    queue.queue = PHONE_EMPTY;
    text = phone_get(subject, outbox->queue);

    if (text.len
        && (!phone_split(&text, ' ', &put)
            || phone_parse_int(put, &queue.put) != 0
            || !phone_split(&text, ' ', &queue.queue)))
    {
        (void) phone_bad_record(subject);
    }

    if (phone_is(queue.queue, "-")) {
        queue.queue = PHONE_EMPTY;
    }

    queue.acked = text;

    return queue;
}


static void
phone_queue_write(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, const phone_queue_t *queue)
{
    phone_set(subject, outbox->queue,
              phone_format(phone_memory(call), "%lld %.*s%s%.*s",
                           (long long) queue->put,
                           PHONE_ARGS(queue->queue.len ? queue->queue
                                                       : PHONE_STR("-")),
                           queue->acked.len ? " " : "",
                           PHONE_ARGS(queue->acked)));
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
               phone_format(phone_memory(call), "%.*s.%s.%.*s",
                            PHONE_ARGS(phone_id(subject)), outbox->name,
                            PHONE_ARGS(number)),
               phone_get(subject, outbox->merchant), phone_now(call));
}
