
/*
 * A part of GET /operator/check: a notice whose turn it is has an event, which
 * is due or parked.  Without one nobody sends it.
 *
 * Queue and event are read one after the other, while notices are sent, and
 * events are parked and come back.  So one that seems to have none is noted,
 * and looked at again: its event first, then its subject, which must not have
 * changed since (it may have been acknowledged, and then sent again).
 */


#include <stdio.h>

#include "../host.h"
#include "check.h"
#include "../sms/sms.h"


#define PHONE_CHECK_UNSENT  32           /* looked at again together */
#define PHONE_CHECK_EVENTS  200          /* of a run */
#define PHONE_VERSION       0            /* the field */

/* and merchant, ':', version of the subject, ':', notice */
#define PHONE_UNSENT        "unsent:"


static void phone_check_unreadable(phone_call_t *call, phone_books_t *books,
    const phone_outbox_t *outbox, phone_str_t id);
static void phone_check_unsent(phone_call_t *call, phone_books_t *books,
    phone_str_t merchant_id, phone_record_t *subject, phone_str_t notice);
static int phone_check_any_unsent(const phone_books_t *books);


int
phone_check_told(phone_call_t *call, phone_books_t *books,
    const phone_outbox_t *outbox, phone_record_t *const *subject, unsigned n)
{
    unsigned     i;
    phone_str_t  notice[PHONE_CHECK_ASKED];
    int          put[PHONE_CHECK_ASKED], read[PHONE_CHECK_ASKED];

    for (i = 0; i < n; i++) {
        notice[i] = PHONE_EMPTY;
        put[i] = 1;
        read[i] = 0;

        if (phone_found(subject[i]) && phone_readable(subject[i])) {
            read[i] = phone_notice_first(call, outbox, subject[i], &notice[i]);
        }

        if (notice[i].len) {
            put[i] = phone_ask_event(call, &phone_notice_send, notice[i],
                                     phone_get(subject[i], outbox->merchant));
        }
    }

    if (phone_waiting(call)) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        if (phone_found(subject[i])
            && (read[i] != 0 || !phone_readable(subject[i])))
        {
            phone_check_unreadable(call, books, outbox,
                                   phone_id(subject[i]));

        } else if (!put[i]) {
            phone_check_unsent(call, books,
                               phone_get(subject[i], outbox->merchant),
                               subject[i], notice[i]);
        }
    }

    return 0;
}


static void
phone_check_unreadable(phone_call_t *call, phone_books_t *books,
    const phone_outbox_t *outbox, phone_str_t id)
{
    char  what[32];

    snprintf(what, sizeof(what), "%s_unreadable", outbox->name);
    phone_books_fault(books, what,
                      phone_format(phone_memory(call), "%s:%.*s",
                                   outbox->subject->name, PHONE_ARGS(id)));
}


static void
phone_check_unsent(phone_call_t *call, phone_books_t *books,
    phone_str_t merchant_id, phone_record_t *subject, phone_str_t notice)
{
    phone_str_t  name;

    name = phone_format(phone_memory(call), "%s%.*s:%.*s:%.*s", PHONE_UNSENT,
                        PHONE_ARGS(merchant_id),
                        PHONE_ARGS(phone_get(subject, PHONE_VERSION)),
                        PHONE_ARGS(notice));

    if (phone_book(books, name, PHONE_STR("-"), 1) == NULL) {
        books->count[PHONE_BOOKS_UNTRACKED]++;
    }
}


static int
phone_check_any_unsent(const phone_books_t *books)
{
    const phone_book_t  *book;

    for (book = books->first; book; book = book->next) {
        if (phone_account_is(book->account, PHONE_UNSENT)) {
            return 1;
        }
    }

    return 0;
}


/* Texts of the numbers of a bucket are in no list: each has an event that is to
   forget it.  One whose event is lost as well is not found. */

_Static_assert(PHONE_CHECK_EVENTS <= PHONE_CHECK_ASKED,
               "phone_check_told() takes them all");

phone_rc_t
phone_check_texts(phone_call_t *call, phone_books_t *books)
{
    unsigned              i, n;
    phone_str_t           bucket, id, lane;
    phone_list_t          page;
    phone_edge_t          edge;
    phone_record_t       *said[PHONE_CHECK_EVENTS];
    const phone_event_t  *event;

    if (phone_page_parse(call, books->edge, &edge) != 0) {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    bucket = phone_bucket_text(phone_memory(call), PHONE_CHECK_HERE(books));
    page = phone_ask_page(call, &phone_due, bucket, &edge, PHONE_CHECK_EVENTS);

    for (i = 0, n = 0; i < page.n; i++) {
        if (phone_event_parse(page.entry[i].member, &event, &id, &lane) == 0
            && event == &phone_keyword_forget)
        {
            said[n++] = phone_ask_some(call, &phone_said, id,
                                       PHONE_OUTBOX_ASKS(phone_said_outbox));
        }
    }

    if (phone_waiting(call)
        || phone_check_told(call, books, &phone_said_outbox, said, n) != 0)
    {
        return PHONE_AGAIN;
    }

    books->edge = PHONE_EMPTY;

    if (page.n == PHONE_CHECK_EVENTS) {
        books->edge = phone_page_text(call, &edge);
        return phone_check_go_on(call, books);
    }

    books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_NOTICES;

    /* what is looked at again is read again, by a run of its own */

    return phone_check_any_unsent(books) ? phone_check_go_on(call, books)
                                         : phone_check_notices(call, books);
}


phone_rc_t
phone_check_notices(phone_call_t *call, phone_books_t *books)
{
    int                    put[PHONE_CHECK_UNSENT];
    unsigned               i, n;
    phone_str_t            id, kind, merchant, number, first;
    phone_book_t          *book;
    phone_str_t            notice[PHONE_CHECK_UNSENT];
    phone_str_t            version[PHONE_CHECK_UNSENT];
    phone_record_t        *subject[PHONE_CHECK_UNSENT];
    const phone_outbox_t  *outbox[PHONE_CHECK_UNSENT];

    n = 0;

    for (book = books->first; book && n < PHONE_CHECK_UNSENT;
         book = book->next)
    {
        if (phone_account_is(book->account, PHONE_UNSENT)) {
            id = book->account;
            phone_split(&id, ':', &kind);
            phone_split(&id, ':', &merchant);
            phone_split(&id, ':', &version[n]);
            book->compared = 1;
            put[n] = phone_ask_event(call, &phone_notice_send, id, merchant);
            notice[n++] = id;
        }
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        outbox[i] = phone_outbox_of(notice[i], &id, &number);
        subject[i] = phone_ask_some(call, outbox[i]->subject, id,
                                    PHONE_OUTBOX_ASKS(*outbox[i]));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        if (!put[i]
            && phone_equal(phone_get(subject[i], PHONE_VERSION), version[i])
            && phone_notice_first(call, outbox[i], subject[i], &first) == 0
            && phone_equal(first, notice[i]))
        {
            phone_books_fault(books, "notice_unsent",
                              phone_format(phone_memory(call), "notice:%.*s",
                                           PHONE_ARGS(notice[i])));
        }
    }

    if (n == 0 && books->count[PHONE_BOOKS_HERE] == 0) {
        return phone_check_next(call, books);
    }

    if (n == 0) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_TWICE;
    }

    return phone_check_go_on(call, books);
}
