
/*
 * A part of GET /operator/check: a notice whose turn it is has an event, which
 * is due or parked.  Without one nobody sends it.
 *
 * Queue and event are read one after the other, while notices are sent, and
 * events are parked and come back.  So one that seems to have none is noted,
 * and looked at again: its event first, then its subject, which must not have
 * changed since (it may have been acknowledged, and then sent again).
 */


#include "../host.h"
#include "check.h"
#include "../bill/bill.h"


#define PHONE_CHECK_UNSENT  32           /* looked at again together */
#define PHONE_VERSION       0            /* the field */

/* and merchant, ':', version of the subject, ':', notice */
#define PHONE_UNSENT        "unsent:"


static void phone_check_unsent(phone_call_t *call, phone_books_t *books,
    phone_str_t merchant_id, phone_record_t *subject, phone_str_t notice);


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
            phone_books_fault(books,
                              outbox == &phone_bill_outbox
                              ? "bill_unreadable" : "refund_unreadable",
                              phone_format(phone_memory(call), "%s:%.*s",
                                           outbox->subject->name,
                                           PHONE_ARGS(phone_id(subject[i]))));

        } else if (!put[i]) {
            phone_check_unsent(call, books,
                               phone_get(subject[i], outbox->merchant),
                               subject[i], notice[i]);
        }
    }

    return 0;
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

    if (n == 0) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_TWICE;
    }

    return phone_check_go_on(call, books);
}
