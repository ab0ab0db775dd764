
/* PAY-12: a merchant sees what he was told, and what became of each attempt. */


#include "merchant.h"
#include "../bill/bill.h"
#include "../sms/sms.h"


#define PHONE_LISTED       20                /* when no limit is given */
#define PHONE_LISTED_MOST  50

/* Attempts of all of them: with their four members, as many as a message that
   is signed can have (PHONE_ITEMS_MAX). */
#define PHONE_LISTED_TRIES  900

/* A bill has a notice, and so has each of its refunds; refund.c has a limit of
   them. */
#define PHONE_LISTED_BILL  64


typedef struct {
    unsigned                 n;
    phone_seen_t             seen[PHONE_LISTED_BILL];
} phone_listed_t;


static phone_rc_t phone_notice_list_run(phone_call_t *call);
static phone_rc_t phone_list_page(phone_call_t *call, phone_listed_t *listed,
    phone_edge_t *edge);
static int phone_list_again(phone_listed_t *listed,
    const phone_seen_t *seen);
static unsigned phone_list_which(phone_call_t *call);
static phone_rc_t phone_list_bill(phone_call_t *call,
    phone_listed_t *listed);
static void phone_list_subject(phone_call_t *call, phone_listed_t *listed,
    const phone_outbox_t *outbox, phone_record_t *subject);
static int phone_list_wanted(phone_call_t *call, const phone_seen_t *seen);
static void phone_list_show(phone_call_t *call,
    const phone_listed_t *listed);
static const char *phone_list_subject_name(const phone_outbox_t *outbox);
static void phone_list_show_notice(phone_json_t *json,
    const phone_seen_t *seen);
static void phone_list_show_tries(phone_json_t *json,
    const phone_seen_t *seen, unsigned most);


static const phone_param_t  phone_notice_list_params[] = {
    PHONE_BILL_ASKED_BY,
    { "state", PHONE_P_WORD, 0, PHONE_NOTICE_STATES, 0,
      "only those in this state" },
    { "since", PHONE_P_INT, 0, 0, INT64_C(99999999999),
      "only those put at this time or later, in Unix seconds" },
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_LISTED_MOST, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_listed_members[] = {
    { "notify_id", PHONE_M_TEXT, 0, NULL, NULL, "of the notice" },
    { "event", PHONE_M_TEXT, 0, NULL, NULL, "the kind of the notice" },
    { "bill_id", PHONE_M_ID, 0, NULL, "it is about a bill", "the bill" },
    { "refund_id", PHONE_M_ID, 0, NULL, "it is about a refund",
      "the refund" },
    { "text_id", PHONE_M_ID, 0, NULL, "it is about a text of a number",
      "the text" },
    { "state", PHONE_M_TEXT, 0, NULL, NULL,
      "PENDING: it is sent, or will be; DELIVERED; EXHAUSTED: it is not sent "
      "any more" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was put" },
    { "next_at", PHONE_M_TIME, 0, NULL,
      "it was sent in vain, and will be again", "when it is sent again" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_object_t  phone_listed_object = {
    "ListedNotice", phone_listed_members
};

static const phone_member_t  phone_attempt_members[] = {
    { "notify_id", PHONE_M_TEXT, 0, NULL, NULL, "the notice" },
    PHONE_NOTICE_TRY_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_object_t  phone_attempt_object = {
    "NoticeAttempt", phone_attempt_members
};

static const phone_member_t  phone_notice_list_reply[] = {
    { "notices", PHONE_M_LIST, 0, &phone_listed_object, NULL,
      "the latest first; a page may have fewer than the limit" },
    { "attempts", PHONE_M_LIST, 0, &phone_attempt_object, NULL,
      "of these notices, in their order, the oldest first; the last forty of "
      "each, fewer when there are more than 900 in all" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_notice_list = {
    "notice.list", "POST", "/pay/notices", PHONE_MERCHANT,
    phone_notice_list_run, phone_notice_list_params, phone_notice_list_reply,
    "The notices to the merchant that were sent, with every attempt; of a "
    "bill, all that are about it or its refunds."
};


static phone_rc_t
phone_notice_list_run(phone_call_t *call)
{
    int              of_bill;
    phone_rc_t       rc;
    phone_edge_t     edge;
    phone_listed_t  *listed;

    listed = phone_alloc(phone_memory(call), sizeof(phone_listed_t));
    if (listed == NULL) {
        return PHONE_REFUSED;
    }

    edge = (phone_edge_t) { PHONE_EMPTY, 0, 0 };
    of_bill = phone_has(call, "bill_id") || phone_has(call, "out_trade_no");

    rc = of_bill ? phone_list_bill(call, listed)
                 : phone_list_page(call, listed, &edge);

    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_list_show(call, listed);

    return phone_page_done(call, &edge);
}


static phone_rc_t
phone_list_page(phone_call_t *call, phone_listed_t *listed,
    phone_edge_t *edge)
{
    unsigned       i, limit;
    int64_t        since;
    phone_list_t   page;
    phone_seen_t  *seen;

    if (phone_page_asked(call, PHONE_LISTED, edge, &limit) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    since = phone_arg_int(call, "since") * PHONE_SECOND;
    page = phone_ask_seen_page(call, phone_caller(call),
                               phone_list_which(call), edge, limit);

    /* all are asked for before any is looked at */

    for (i = 0; i < page.n; i++) {
        (void) phone_ask_seen(call, &page.entry[i], &listed->seen[0]);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < page.n && page.entry[i].score >= since; i++) {
        seen = &listed->seen[listed->n];

        if (!phone_ask_seen(call, &page.entry[i], seen)) {
            phone_seen_stray(call, phone_caller(call), &page.entry[i]);

        } else if (!phone_list_again(listed, seen)) {
            listed->n += phone_list_wanted(call, seen);
        }
    }

    if (i < page.n) {
        *edge = (phone_edge_t) { PHONE_EMPTY, 0, 0 };
    }

    return PHONE_DONE;
}


/* Where a commit may touch one bucket, what a notice was before it was sent
   again may be removed later: next to it, as both have one time and one id. */

static int
phone_list_again(phone_listed_t *listed, const phone_seen_t *seen)
{
    phone_seen_t  *before;

    if (listed->n == 0) {
        return 0;
    }

    before = &listed->seen[listed->n - 1];

    if (!phone_equal(before->id, seen->id)) {
        return 0;
    }

    if (!seen->listed) {
        *before = *seen;
    }

    return 1;
}


static unsigned
phone_list_which(phone_call_t *call)
{
    phone_str_t  state;

    state = phone_arg(call, "state");

    if (state.len == 0) {
        return PHONE_SEEN_UNTOLD|PHONE_SEEN_TOLD;
    }

    return phone_is(state, PHONE_SEEN_DELIVERED) ? PHONE_SEEN_TOLD
                                                 : PHONE_SEEN_UNTOLD;
}


static int
phone_list_wanted(phone_call_t *call, const phone_seen_t *seen)
{
    return !phone_has(call, "state")
           || phone_is(phone_arg(call, "state"), seen->state);
}


static phone_rc_t
phone_list_bill(phone_call_t *call, phone_listed_t *listed)
{
    int64_t          amount;
    phone_rc_t       rc;
    phone_str_t      rest, id;
    phone_record_t  *bill, *refunds;

    rc = phone_bill_asked(call, &bill);
    if (rc != PHONE_DONE) {
        return rc;
    }

    refunds = phone_ask_refunds(call, phone_id(bill));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    rest = phone_get(refunds, REFUNDS_PARTS);

    while (phone_refund_part(&rest, &id, &amount) == 1) {
        phone_list_subject(call, listed, &phone_refund_outbox,
                           phone_ask(call, &phone_refund, id));
    }

    phone_list_subject(call, listed, &phone_bill_outbox, bill);

    return phone_waiting(call) ? PHONE_AGAIN : PHONE_DONE;
}


static void
phone_list_subject(phone_call_t *call, phone_listed_t *listed,
    const phone_outbox_t *outbox, phone_record_t *subject)
{
    int64_t  number;

    for (number = phone_notice_sent(outbox, subject).put;
         number > 0 && listed->n < PHONE_LISTED_BILL;
         number--)
    {
        listed->n += phone_ask_seen_of(call, outbox, subject, number,
                                       &listed->seen[listed->n])
                     && phone_list_wanted(call, &listed->seen[listed->n]);
    }
}


static void
phone_list_show(phone_call_t *call, const phone_listed_t *listed)
{
    unsigned       i;
    phone_json_t  *json;

    json = phone_reply(call);
    phone_json_array(json, "notices");

    for (i = 0; i < listed->n; i++) {
        phone_list_show_notice(json, &listed->seen[i]);
    }

    phone_json_end(json);
    phone_json_array(json, "attempts");

    for (i = 0; i < listed->n; i++) {
        phone_list_show_tries(json, &listed->seen[i],
                              PHONE_LISTED_TRIES / listed->n);
    }

    phone_json_end(json);
}


static const char *
phone_list_subject_name(const phone_outbox_t *outbox)
{
    return outbox == &phone_refund_outbox ? "refund_id"
           : outbox == &phone_said_outbox ? "text_id" : "bill_id";
}


static void
phone_list_show_notice(phone_json_t *json, const phone_seen_t *seen)
{
    phone_str_t            subject_id, number;
    const phone_outbox_t  *outbox;

    phone_json_object(json, NULL);
    phone_json_text(json, "notify_id", seen->id);
    phone_json_text(json, "event", seen->event);

    outbox = phone_outbox_of(seen->id, &subject_id, &number);

    if (outbox) {
        phone_json_text(json, phone_list_subject_name(outbox), subject_id);
    }

    phone_json_text(json, "state", phone_cstr(seen->state));
    phone_json_time(json, "created_at", seen->created);

    if (seen->next_at) {
        phone_json_time(json, "next_at", seen->next_at);
    }

    phone_json_end(json);
}


static void
phone_list_show_tries(phone_json_t *json, const phone_seen_t *seen,
    unsigned most)
{
    unsigned     n;
    phone_try_t  try;
    phone_str_t  tries;

    tries = seen->tries;

    for (n = 0; phone_notice_try(&tries, &try); n++) {
        /* void */
    }

    tries = seen->tries;

    for ( /* void */ ; phone_notice_try(&tries, &try); n--) {
        if (n > most) {
            continue;
        }

        phone_json_object(json, NULL);
        phone_json_text(json, "notify_id", seen->id);
        phone_notice_show_try(json, &try);
        phone_json_end(json);
    }
}
