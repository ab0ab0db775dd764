
/*
 * Have all effects come to a bucket that were committed before a time in
 * another one?  What has not come is a posting, and its event is among those
 * due soon in the bucket of the commit.
 */


#include "../host.h"
#include "runtime.h"
#include "../lib/id.h"


#define PHONE_ARRIVED_BUCKETS  16            /* in a run, */
#define PHONE_ARRIVED_PAGE     100           /* and events of each */
#define PHONE_POSTED_PAGES     10            /* of one bucket */

/* ms: the event of a posting is due that soon, or earlier.  It is put off by
   some seconds when it fails, so upwards it is not missed. */
#define PHONE_ARRIVED_SOON     (5 * PHONE_MINUTE)

#define PHONE_ANY_BUCKET       PHONE_BUCKETS_MAX


static phone_list_t phone_ask_due_of(phone_call_t *call, unsigned bucket,
    phone_edge_t *edge);
static phone_rc_t phone_arrived_page(phone_call_t *call,
    const phone_list_t *page, unsigned to, int64_t before);
static int phone_is_on_its_way(phone_str_t member, unsigned bucket,
    int64_t before);


/* The cursor: "<bucket> <edge>". */

phone_rc_t
phone_ask_arrived(phone_call_t *call, phone_str_t name, int64_t before,
    phone_str_t *cursor)
{
    int64_t       first;
    unsigned      i, n, to;
    phone_str_t   rest, word;
    phone_list_t  page[PHONE_ARRIVED_BUCKETS];
    phone_edge_t  edge[PHONE_ARRIVED_BUCKETS];

    rest = *cursor;
    first = 0;

    if (call->env->domain == PHONE_WHOLE_STORE) {
        *cursor = PHONE_EMPTY;
        return PHONE_DONE;
    }

    if (phone_split(&rest, ' ', &word)) {
        (void) phone_parse_int(word, &first);
    }

    for (n = 0; n < PHONE_ARRIVED_BUCKETS
                && first + n < call->env->buckets; n++)
    {
        (void) phone_page_parse(call, n ? PHONE_EMPTY : rest, &edge[n]);
        edge[n].up = 1;
        page[n] = phone_ask_page(call, &phone_due,
                                 phone_bucket_text(&call->arena,
                                                   (unsigned) first + n),
                                 &edge[n], PHONE_ARRIVED_PAGE);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    to = phone_bucket_of(name, call->env->buckets);

    for (i = 0; i < n; i++) {

        switch (phone_arrived_page(call, &page[i], to, before)) {

        case PHONE_REFUSED:
            return phone_refuse(call, PHONE_BUSY);

        case PHONE_CONTINUE:
            *cursor = phone_format(&call->arena, "%u %.*s",
                                   (unsigned) first + i,
                                   PHONE_ARGS(phone_page_text(call,
                                                              &edge[i])));
            return PHONE_DONE;

        default:
            break;
        }
    }

    *cursor = first + n < call->env->buckets
              ? phone_int(&call->arena, first + n) : PHONE_EMPTY;

    return PHONE_DONE;
}


/* A page of the events of a bucket, the earliest first. */

static phone_list_t
phone_ask_due_of(phone_call_t *call, unsigned bucket, phone_edge_t *edge)
{
    edge->up = 1;

    return phone_ask_page(call, &phone_due,
                          phone_bucket_text(&call->arena, bucket), edge,
                          PHONE_ARRIVED_PAGE);
}


/* The cursor is an edge. */

phone_rc_t
phone_ask_gone(phone_call_t *call, phone_str_t name, int64_t before,
    phone_str_t *cursor)
{
    phone_rc_t    rc;
    phone_list_t  page;
    phone_edge_t  edge;

    if (call->env->domain == PHONE_WHOLE_STORE) {
        *cursor = PHONE_EMPTY;
        return PHONE_DONE;
    }

    (void) phone_page_parse(call, *cursor, &edge);
    page = phone_ask_due_of(call, phone_bucket_of(name, call->env->buckets),
                            &edge);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    rc = phone_arrived_page(call, &page, PHONE_ANY_BUCKET, before);
    *cursor = rc == PHONE_CONTINUE ? phone_page_text(call, &edge)
                                   : PHONE_EMPTY;

    return rc == PHONE_REFUSED ? phone_refuse(call, PHONE_BUSY) : PHONE_DONE;
}


phone_rc_t
phone_ask_to_come(phone_call_t *call, phone_str_t name, phone_str_t id)
{
    int           to;
    phone_list_t  page;
    phone_edge_t  edge;

    to = phone_id_bucket(id, call->env->buckets);

    if (call->env->domain == PHONE_WHOLE_STORE || to < 0) {
        return PHONE_DONE;
    }

    (void) phone_page_parse(call, PHONE_EMPTY, &edge);
    page = phone_ask_due_of(call, phone_bucket_of(name, call->env->buckets),
                            &edge);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_arrived_page(call, &page, (unsigned) to,
                              phone_id_time(id) + 1)
           == PHONE_DONE ? PHONE_DONE : phone_not_yet(call);
}


int
phone_ask_posted(phone_call_t *call, unsigned bucket, phone_str_t id)
{
    int           to;
    unsigned      n;
    phone_rc_t    rc;
    phone_list_t  page;
    phone_edge_t  edge;

    to = phone_id_bucket(id, call->env->buckets);

    if (call->env->domain == PHONE_WHOLE_STORE || to < 0) {
        return 0;
    }

    (void) phone_page_parse(call, PHONE_EMPTY, &edge);

    for (n = 0; n < PHONE_POSTED_PAGES; n++) {
        page = phone_ask_due_of(call, bucket, &edge);

        if (phone_waiting(call)) {
            return 0;
        }

        rc = phone_arrived_page(call, &page, (unsigned) to,
                                phone_id_time(id) + 1);

        if (rc != PHONE_CONTINUE) {
            return rc == PHONE_REFUSED;
        }
    }

    return 1;
}


/* PHONE_CONTINUE: more of the bucket are due soon. */

static phone_rc_t
phone_arrived_page(phone_call_t *call, const phone_list_t *page, unsigned to,
    int64_t before)
{
    unsigned  i;

    for (i = 0; i < page->n; i++) {

        if (page->entry[i].score > call->now + PHONE_ARRIVED_SOON) {
            return PHONE_DONE;
        }

        if (phone_is_on_its_way(page->entry[i].member, to, before)) {
            return PHONE_REFUSED;
        }
    }

    return page->n == PHONE_ARRIVED_PAGE ? PHONE_CONTINUE : PHONE_DONE;
}


/* The id of a posting begins like that of a record made by the same call, and
   ends with the bucket that it is for. */

static int
phone_is_on_its_way(phone_str_t member, unsigned bucket, int64_t before)
{
    int64_t               to;
    phone_str_t           id, lane, rest, word;
    const phone_event_t  *event;

    if (phone_event_parse(member, &event, &id, &lane) != 0
        || event != &phone_posting_apply)
    {
        return 0;
    }

    rest = id;
    word = PHONE_EMPTY;

    while (phone_split(&rest, '.', &word)) { /* void */ }

    while (word.len > 1 && word.data[0] == '0') {
        word.data++;
        word.len--;
    }

    return phone_parse_int(word, &to) != 0
           || ((bucket == PHONE_ANY_BUCKET || (unsigned) to == bucket)
               && phone_id_time(id) < before);
}
