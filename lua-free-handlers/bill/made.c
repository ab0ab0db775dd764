
/*
 * PAY-12: a merchant sees the bills that he has made, newest first.
 *
 * A log for each merchant and month has the ids of the bills that he has made
 * in it, in his own bucket and in the commit that makes them: some 35 bytes a
 * bill, where an index would take 120.  An id has the time of its bill, and a
 * place in a log never changes, so a page is found by month and place, and goes
 * on where the one before has ended whatever is made meanwhile.
 *
 * Bills of the archive are left out, as their records are not in the store; a
 * log expires when its bills are there, or after ten years.
 */


#include "bill.h"
#include "../lib/id.h"
#include "../lib/month.h"
#include "old.h"


#define PHONE_MADE_SHOWN   20
#define PHONE_MADE_LOOKS   100           /* bills that a page looks at */
#define PHONE_MADE_MONTHS  24            /* logs that are asked for at once */
#define PHONE_MADE_LOGS    256           /* that there can be */

/* Logs are kept so long if no bill goes to the archive: as long as that can be
   put off with phone_archive_after. */
#define PHONE_MADE_YEARS   (3650 * PHONE_DAY)


/* The log of a month, and where the page begins in it. */
typedef struct {
    int64_t                  month;
    int64_t                  place;      /* behind its first bill */
    phone_str_t              log;
} phone_made_month_t;

typedef struct {
    phone_str_t              id;
    int64_t                  month;
    int64_t                  place;
    phone_record_t          *bill;
} phone_made_bill_t;

typedef struct {
    int64_t                  since;      /* ms */
    int64_t                  newest;     /* months */
    int64_t                  oldest;
    int64_t                  place;      /* in the newest; -1: its end */
    int64_t                  length;     /* of the months, to the place */
    unsigned                 nmonths;
    unsigned                 n;
    phone_made_month_t       month[PHONE_MADE_LOGS];     /* newest first, */
    phone_made_bill_t        bill[PHONE_MADE_LOOKS];     /* as these */
} phone_made_page_t;


static phone_str_t phone_made_log(phone_call_t *call, int64_t month);
static int64_t phone_made_kept(phone_call_t *call);
static phone_rc_t phone_bill_made_run(phone_call_t *call);
static phone_rc_t phone_made_asked(phone_call_t *call,
    phone_made_page_t *page);
static void phone_made_months(phone_call_t *call, phone_made_page_t *page,
    unsigned most);
static void phone_made_month(phone_call_t *call, phone_made_page_t *page,
    int64_t month);
static void phone_made_ids(phone_call_t *call, phone_made_page_t *page,
    unsigned most);
static phone_rc_t phone_made_bills(phone_call_t *call,
    phone_made_page_t *page);
static unsigned phone_made_show(phone_call_t *call,
    const phone_made_page_t *page, unsigned limit);
static phone_edge_t phone_made_next(phone_call_t *call,
    const phone_made_page_t *page, unsigned looked);


static const phone_param_t  phone_bill_made_params[] = {
    { "state", PHONE_P_WORD, 0, PHONE_BILL_TOLD_STATUSES, 0,
      "only bills with this status; OPEN: CREATED or PUSHED" },
    { "since", PHONE_P_INT, 0, 0, INT64_C(99999999999),
      "only those made at this time or later, in Unix seconds" },
    { "before", PHONE_P_NAME, 0, 1, 64,
      "go on from here: next_before of the page before" },
    { "limit", PHONE_P_INT, 0, 1, PHONE_MADE_LOOKS, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_bill_told_members[] = {
    PHONE_BILL_MERCHANT_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};

const phone_object_t  phone_bill_told_object = {
    "MerchantBill", phone_bill_told_members
};

static const phone_member_t  phone_bill_made_reply[] = {
    { "bills", PHONE_M_LIST, 0, &phone_bill_told_object, NULL,
      "newest first; a page may have fewer than the limit, or none" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_made = {
    "bill.made", "POST", "/pay/bills", PHONE_MERCHANT,
    phone_bill_made_run, phone_bill_made_params, phone_bill_made_reply,
    "The bills that the merchant has made, newest first, but for those that "
    "are in the archive."
};


static phone_str_t
phone_made_log(phone_call_t *call, int64_t month)
{
    return phone_order_id(call, phone_caller(call),
                          phone_month_text(phone_memory(call), month));
}


/* ms after a month: then the bills that were made in it have been settled, and
   the month in which that was has been archived. */

static int64_t
phone_made_kept(phone_call_t *call)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return settings->bill_lifetime_max + 38 * PHONE_DAY
           + (settings->archive_after ? settings->archive_after
                                      : PHONE_MADE_YEARS);
}


void
phone_bill_note_made(phone_call_t *call, phone_record_t *bill)
{
    int64_t      month;
    phone_str_t  log;

    month = phone_month_of(phone_now(call));
    log = phone_made_log(call, month);

    phone_append(call, &phone_billed, log, phone_id(bill));
    phone_end_log(call, &phone_billed, log,
                  phone_month_start(month + 1) - phone_now(call)
                  + phone_made_kept(call));
}


static phone_rc_t
phone_bill_made_run(phone_call_t *call)
{
    unsigned            limit, most;
    phone_rc_t          rc;
    phone_edge_t        next;
    phone_made_page_t  *page;

    page = phone_alloc(phone_memory(call), sizeof(phone_made_page_t));
    if (page == NULL) {
        return PHONE_REFUSED;
    }

    limit = phone_has(call, "limit") ? (unsigned) phone_arg_int(call, "limit")
                                     : PHONE_MADE_SHOWN;
    most = phone_has(call, "state") ? PHONE_MADE_LOOKS : limit;

    rc = phone_made_asked(call, page);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_made_months(call, page, most);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_made_ids(call, page, most);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    rc = phone_made_bills(call, page);
    if (rc != PHONE_DONE) {
        return rc;
    }

    next = phone_made_next(call, page, phone_made_show(call, page, limit));

    return phone_page_done(call, &next);
}


/* An edge is "<month>.<place>".  The clock of who has made a bill may be
   ahead. */

static phone_rc_t
phone_made_asked(phone_call_t *call, phone_made_page_t *page)
{
    int64_t       from;
    phone_edge_t  edge;

    page->since = phone_arg_int(call, "since") * PHONE_SECOND;
    page->newest = phone_month_of(phone_now(call) + phone_commits_late(call));
    page->place = -1;

    from = phone_now(call) - phone_made_kept(call);
    page->oldest = phone_month_of(page->since > from ? page->since : from);

    if (!phone_has(call, "before")) {
        return PHONE_DONE;
    }

    if (phone_page_parse(call, phone_arg(call, "before"), &edge) != 0
        || phone_parse_int(edge.member, &page->place) != 0
        || edge.score > page->newest)
    {
        phone_say(call, "reason",
                  PHONE_STR("take next_before of the page that came before"));

        return phone_refuse_field(call, PHONE_PARAM_INVALID, "before");
    }

    page->newest = edge.score;

    return PHONE_DONE;
}


/* Until there are more than the page looks at, or no older ones: whether there
   is a next page is known then. */

static void
phone_made_months(phone_call_t *call, phone_made_page_t *page, unsigned most)
{
    unsigned  n;
    int64_t   month;

    month = page->newest;

    do {
        for (n = 0; n < PHONE_MADE_MONTHS && month >= page->oldest
                    && page->nmonths < PHONE_MADE_LOGS; n++)
        {
            phone_made_month(call, page, month--);
        }

    } while (n && page->length <= (int64_t) most && !phone_waiting(call));
}


static void
phone_made_month(phone_call_t *call, phone_made_page_t *page, int64_t month)
{
    phone_made_month_t  *at;

    at = &page->month[page->nmonths++];
    at->month = month;
    at->log = phone_made_log(call, month);
    at->place = phone_ask_length(call, &phone_billed, at->log);

    if (month == page->newest && page->place >= 0) {
        at->place = page->place < at->place ? page->place : at->place;
    }

    page->length += at->place;
}


/* All that are behind the edge, or most of them. */

static void
phone_made_ids(phone_call_t *call, phone_made_page_t *page, unsigned most)
{
    unsigned              i, j, n;
    const phone_log_t    *log;
    phone_made_bill_t    *bill;
    phone_made_month_t   *month;

    for (i = 0; i < page->nmonths && most; i++) {
        month = &page->month[i];
        n = month->place < (int64_t) most ? (unsigned) month->place : most;

        if (n == 0) {
            continue;
        }

        log = phone_ask_log(call, &phone_billed, month->log,
                            month->place - n, n);
        most -= n;

        for (j = log->n; j > 0; j--) {
            bill = &page->bill[page->n++];
            bill->id = log->entry[j - 1];
            bill->month = month->month;
            bill->place = month->place - n + j - 1;
        }
    }
}


/* As they are where they were handed on to.  What is on its way there is shown
   as it was; one that is on its way to its first bucket could be passed over
   for good, by the next page. */

static phone_rc_t
phone_made_bills(phone_call_t *call, phone_made_page_t *page)
{
    unsigned            i;
    phone_rc_t          rc;
    phone_made_bill_t  *at;

    for (i = 0; i < page->n; i++) {
        at = &page->bill[i];
        at->bill = phone_bill_ask_stored(call, at->id);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < page->n; i++) {
        at = &page->bill[i];

        if (!phone_found(at->bill)) {

            if (phone_may_come(call, at->id)) {
                return phone_not_yet(call);
            }

            continue;
        }

        rc = phone_bill_reached(call, &at->bill);

        if (rc != PHONE_DONE && rc != PHONE_AGAIN) {
            return rc;
        }
    }

    return phone_waiting(call) ? PHONE_AGAIN : PHONE_DONE;
}


/* Returns how many of the page it has looked at. */

static unsigned
phone_made_show(phone_call_t *call, const phone_made_page_t *page,
    unsigned limit)
{
    unsigned         i;
    phone_str_t      state;
    phone_json_t    *json;
    phone_record_t  *bill;

    state = phone_arg(call, "state");
    json = phone_reply(call);
    phone_json_array(json, "bills");

    for (i = 0; i < page->n && limit; i++) {
        bill = page->bill[i].bill;

        if (!phone_found(bill) || phone_id_time(page->bill[i].id) < page->since
            || !phone_bill_wanted(state, phone_bill_told_status(call, bill)))
        {
            continue;
        }

        phone_json_object(json, NULL);
        phone_bill_show_merchant(call, json, bill);
        phone_json_end(json);
        limit--;
    }

    phone_json_end(json);

    return i;
}


/* Behind the last one that was looked at.  A bill is in its log so long after
   the time in its id at the latest. */

static phone_edge_t
phone_made_next(phone_call_t *call, const phone_made_page_t *page,
    unsigned looked)
{
    const phone_made_bill_t  *last;

    const phone_edge_t  none = { PHONE_EMPTY, 0, 0 };

    if (looked == 0 || page->length <= (int64_t) looked) {
        return none;
    }

    last = &page->bill[looked - 1];

    if (phone_id_time(last->id) < page->since - phone_commits_late(call)) {
        return none;
    }

    return (phone_edge_t) { phone_int(phone_memory(call), last->place),
                            last->month, 0 };
}
