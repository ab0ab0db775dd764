
/*
 * The ledger of a bucket is a log a month: by the clock of the commit, UTC.  A
 * month that is over gets no more entries, and goes as a whole when it is
 * closed.
 */


#include "../host.h"
#include "../lib/ledger.h"
#include "../lib/month.h"
#include "runtime.h"


static const phone_log_t *phone_ask_segment(phone_call_t *call,
    unsigned bucket, int64_t at, unsigned limit);
static unsigned phone_log_add(phone_call_t *call, phone_log_t *all,
    const phone_log_t *page, unsigned limit);


phone_str_t
phone_ledger_id(phone_call_t *call, unsigned bucket, int64_t month)
{
    return phone_join(&call->arena, 3,
                      (phone_str_t[3]) {
                          phone_bucket_text(&call->arena, bucket),
                          PHONE_STR("-"),
                          phone_month_text(&call->arena, month) });
}


phone_str_t
phone_ledger_now(phone_call_t *call, unsigned bucket)
{
    return phone_ledger_id(call, bucket, phone_month_of(call->now));
}


phone_record_t *
phone_ask_period(phone_call_t *call, unsigned bucket)
{
    return phone_ask(call, &phone_period,
                     phone_bucket_text(&call->arena, bucket));
}


/* Of a bucket of which nothing was closed: the month in which the store was
   made, by whatever clock. */

int64_t
phone_ledger_first(phone_call_t *call, phone_record_t *period)
{
    int64_t  month;

    if (!phone_found(period)) {
        return phone_month_of(call->env->store_since - PHONE_DAY);
    }

    return phone_month_parse(phone_get(period, PERIOD_FROM), &month) == 0
           ? month : -1;
}


/* One more than that of our clock: the clock may have been set back. */

int64_t
phone_ledger_last(phone_call_t *call)
{
    return phone_month_of(call->now + call->env->settings->clock_bound) + 1;
}


int64_t
phone_ledger_over(phone_call_t *call, int64_t month)
{
    return phone_month_start(month + 1) + phone_commits_late(call);
}


int64_t
phone_commits_late(phone_call_t *call)
{
    int64_t  lease;

    lease = call->env->settings->lease;

    return 2 * call->env->settings->clock_bound
           + (lease > PHONE_CLOCK_SLACK ? lease : PHONE_CLOCK_SLACK);
}


/* A month gets entries until it is over, so only then an empty next one is
   gone on to; before that both are read at once. */

const phone_log_t *
phone_ask_entries(phone_call_t *call, unsigned bucket, int64_t at,
    unsigned limit, int64_t *next)
{
    int                 over;
    int64_t             month, last;
    phone_log_t        *all;
    const phone_log_t  *page, *ahead;

    *next = at;
    last = phone_ledger_last(call);
    all = phone_alloc(&call->arena, sizeof(phone_log_t));

    for ( ;; ) {
        month = phone_ledger_month(*next);
        over = call->now >= phone_ledger_over(call, month);
        page = phone_ask_segment(call, bucket, *next, limit);
        ahead = over || month >= last ? NULL
                : phone_ask_segment(call, bucket,
                                    phone_ledger_at(month + 1, 0), limit);

        if (all == NULL || phone_waiting(call)) {
            return page;
        }

        if (ahead && ahead->n) {
            *next = PHONE_LEDGER_MIXED;
            return all;
        }

        *next += phone_log_add(call, all, page, limit);

        if (all->n == limit || month >= last || ahead) {
            return all;
        }

        *next = phone_ledger_at(month + 1, 0);
    }
}


static const phone_log_t *
phone_ask_segment(phone_call_t *call, unsigned bucket, int64_t at,
    unsigned limit)
{
    return phone_ask_log(call, &phone_ledger,
                         phone_ledger_id(call, bucket, phone_ledger_month(at)),
                         phone_ledger_skip(at), limit);
}


/* How many of the page there is room for. */

static unsigned
phone_log_add(phone_call_t *call, phone_log_t *all, const phone_log_t *page,
    unsigned limit)
{
    unsigned      n;
    phone_str_t  *entry;

    n = page->n < limit - all->n ? page->n : limit - all->n;

    if (n == 0) {
        return 0;
    }

    entry = phone_alloc(&call->arena, (all->n + n) * sizeof(phone_str_t));
    if (entry == NULL) {
        return 0;
    }

    if (all->n) {
        memcpy(entry, all->entry, all->n * sizeof(phone_str_t));
    }

    memcpy(entry + all->n, page->entry, n * sizeof(phone_str_t));

    all->entry = entry;
    all->n += n;

    return n;
}
