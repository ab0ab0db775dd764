
/*
 * A part of GET /operator/check: the months of the ledgers.  A month that is
 * closed goes, so where that happens while the check reads it begins anew.
 */


#include "../host.h"
#include "../lib/month.h"
#include "check.h"


#define PHONE_CHECK_BUCKETS  64                  /* read together */


static int64_t phone_check_from(phone_call_t *call, phone_record_t *period);


phone_rc_t
phone_check_periods(phone_call_t *call, phone_books_t *books)
{
    unsigned         i, n;
    phone_record_t  *period[PHONE_CHECK_BUCKETS];

    n = call->env->buckets - books->nmarks;
    n = n < PHONE_CHECK_BUCKETS ? n : PHONE_CHECK_BUCKETS;

    for (i = 0; i < n; i++) {
        period[i] = phone_ask_period(call, books->nmarks + i);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {
        if (phone_ledger_first(call, period[i]) < 0) {
            phone_books_fault(books, "period_unreadable",
                              phone_format(phone_memory(call), "period:%.*s",
                                           PHONE_ARGS(phone_id(period[i]))));
        }

        books->from[books->nmarks++] = phone_check_from(call, period[i]);
    }

    if (books->nmarks == call->env->buckets) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_REPLAY;
    }

    return phone_check_go_on(call, books);
}


/* Of a record that cannot be read: as if nothing were closed. */

static int64_t
phone_check_from(phone_call_t *call, phone_record_t *period)
{
    int64_t  from;

    from = phone_ledger_first(call, period);

    return from < 0 ? phone_month_of(call->env->store_since) : from;
}


const phone_log_t *
phone_check_entries(phone_call_t *call, phone_books_t *books,
    unsigned bucket, int64_t *at, unsigned limit)
{
    int64_t             next;
    const phone_log_t  *page;

    if (*at == 0 && bucket < books->nmarks) {
        *at = phone_ledger_at(books->from[bucket], 0);
    }

    page = phone_ask_entries(call, bucket, *at, limit, &next);

    if (!phone_waiting(call)) {
        phone_check_still_open(call, books, bucket);
    }

    if (!phone_waiting(call)) {
        *at = next;
    }

    return page;
}


void
phone_check_still_open(phone_call_t *call, phone_books_t *books,
    unsigned bucket)
{
    phone_record_t  *period;

    period = phone_ask_period(call, bucket);

    if (!phone_waiting(call) && bucket < books->nmarks
        && phone_check_from(call, period) != books->from[bucket])
    {
        books->moved = 1;
    }
}


phone_rc_t
phone_check_go_on(phone_call_t *call, phone_books_t *books)
{
    return phone_continue(call, books->moved ? PHONE_EMPTY
                                             : phone_books_save(books));
}


int
phone_check_is_open(const phone_books_t *books, unsigned bucket, int64_t at)
{
    return bucket >= books->nmarks
           || phone_month_of(at) >= books->from[bucket];
}
