
/*
 * What merchants see of their notices.  Both indexes are in the bucket of the
 * merchant, not of the subjects, so a page costs a read for each day; an entry
 * of them guards nothing and decides nothing.  They are written by the event
 * that has sent the notice, behind its answer, so whatever puts a notice pays
 * nothing for them.
 *
 * Scores are when the notice was put.  Members begin with the id that the
 * merchant knows, which is where a page goes on: "<id> <its own id>" of those
 * that were sent in vain, "<id> <event> <tries>" of those acknowledged.  These
 * have an index for each day, which expires as a whole.
 */


#include "outbox.h"


static phone_str_t phone_told_of(phone_call_t *call, phone_str_t merchant,
    int64_t day);
static phone_str_t phone_untold_member(phone_call_t *call,
    const phone_told_t *notice);
static phone_str_t phone_told_member(phone_call_t *call, phone_str_t id,
    phone_str_t event, phone_str_t tries);
static void phone_seen_pending(phone_call_t *call,
    const phone_told_t *notice, phone_seen_t *seen);
static void phone_seen_told(phone_str_t rest, phone_seen_t *seen);


/* "<merchant>:<day>" */

static phone_str_t
phone_told_of(phone_call_t *call, phone_str_t merchant, int64_t day)
{
    return phone_format(phone_memory(call), "%.*s:%lld", PHONE_ARGS(merchant),
                        (long long) day);
}


static phone_str_t
phone_untold_member(phone_call_t *call, const phone_told_t *notice)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) {
                          phone_notice_known(call, notice->outbox,
                                             notice->subject, notice->number),
                          PHONE_STR(" "), notice->id });
}


static phone_str_t
phone_told_member(phone_call_t *call, phone_str_t id, phone_str_t event,
    phone_str_t tries)
{
    return phone_join(phone_memory(call), 5,
                      (phone_str_t[5]) { id, PHONE_STR(" "), event,
                                         PHONE_STR(" "), tries });
}


void
phone_notice_in_vain(phone_call_t *call, const phone_told_t *notice)
{
    phone_index_add(call, &phone_untold,
                    phone_get(notice->subject, notice->outbox->merchant),
                    phone_untold_member(call, notice), notice->created);
}


void
phone_notice_delivered(phone_call_t *call, const phone_told_t *notice,
    phone_str_t tries)
{
    int64_t      day, ms;
    phone_str_t  merchant, told;

    merchant = phone_get(notice->subject, notice->outbox->merchant);
    day = notice->created / PHONE_DAY;
    told = phone_told_of(call, merchant, day);

    phone_index_add(call, &phone_told, told,
                    phone_told_member(call,
                                      phone_notice_known(call, notice->outbox,
                                                         notice->subject,
                                                         notice->number),
                                      notice->event, tries),
                    notice->created);

    /* the day on which it was put may be long over */

    ms = (day + 1) * PHONE_DAY + phone_settings(call)->notice_kept
         - phone_now(call);
    phone_index_lives_for(call, &phone_told, told,
                          ms < PHONE_DAY ? PHONE_DAY : ms);

    phone_notice_unseen(call, notice);
}


void
phone_notice_unseen(phone_call_t *call, const phone_told_t *notice)
{
    if (notice->record) {
        phone_index_remove(call, &phone_untold,
                           phone_get(notice->subject,
                                     notice->outbox->merchant),
                           phone_untold_member(call, notice));
    }
}


phone_list_t
phone_ask_seen_page(phone_call_t *call, phone_str_t merchant, unsigned which,
    phone_edge_t *edge, unsigned limit)
{
    int64_t         day, days;
    unsigned        n;
    phone_str_t     id;
    phone_list_t    page;
    phone_index_t  *index;

    day = phone_now(call) / PHONE_DAY;
    days = (phone_settings(call)->notice_kept + PHONE_DAY - 1) / PHONE_DAY + 1;
    index = phone_alloc(phone_memory(call),
                        (unsigned) (days + 2) * sizeof(phone_index_t));
    if (index == NULL) {
        return (phone_list_t) { 0, NULL };
    }

    n = 0;

    if (which & PHONE_SEEN_UNTOLD) {
        index[n++] = (phone_index_t) { &phone_untold, merchant };
    }

    /* the clock of who has put it may be ahead */

    for (days = which & PHONE_SEEN_TOLD ? days : -1; days >= 0; days--) {
        index[n++] = (phone_index_t) {
            &phone_told, phone_told_of(call, merchant, day + 1 - days)
        };
    }

    page = phone_ask_page_of_any(call, n, index, edge, limit);

    if (edge->member.len) {
        (void) phone_split(&edge->member, ' ', &id);
        edge->member = id;
    }

    return page;
}


/* Where a commit may touch one bucket, the entry may have come after what was
   to remove it. */

void
phone_seen_stray(phone_call_t *call, phone_str_t merchant,
    const phone_entry_t *entry)
{
    phone_index_remove(call, &phone_untold, merchant, entry->member);
}


int
phone_ask_seen(phone_call_t *call, const phone_entry_t *entry,
    phone_seen_t *seen)
{
    phone_str_t    rest;
    phone_told_t  *notice;

    memset(seen, 0, sizeof(phone_seen_t));
    rest = entry->member;
    seen->created = entry->score;

    if (!phone_split(&rest, ' ', &seen->id)) {
        return 0;
    }

    if (phone_seen_is_told(entry)) {
        phone_seen_told(rest, seen);
        return 1;
    }

    notice = phone_ask_notice(call, rest);

    if (notice == NULL) {
        return 0;
    }

    phone_seen_pending(call, notice, seen);

    return 1;
}


/* It has an event behind its id, and then its tries. */

int
phone_seen_is_told(const phone_entry_t *entry)
{
    phone_str_t  rest, id;

    rest = entry->member;
    (void) phone_split(&rest, ' ', &id);

    return rest.len && memchr(rest.data, ' ', rest.len) != NULL;
}


void
phone_seen_remove(phone_call_t *call, phone_str_t merchant,
    const phone_seen_t *seen)
{
    phone_index_remove(call, &phone_told,
                       phone_told_of(call, merchant,
                                     seen->created / PHONE_DAY),
                       phone_told_member(call, seen->id, seen->event,
                                         seen->tries));
}


static void
phone_seen_pending(phone_call_t *call, const phone_told_t *notice,
    phone_seen_t *seen)
{
    seen->id = phone_notice_known(call, notice->outbox, notice->subject,
                                  notice->number);
    seen->event = notice->event;
    seen->created = notice->created;
    seen->state = phone_is(phone_notice_state(notice), "EXHAUSTED")
                  ? "EXHAUSTED" : "PENDING";

    if (notice->record) {
        seen->tries = phone_get(notice->record, NOTICE_TRIES);
        seen->next_at = phone_get_int(notice->record, NOTICE_NEXT_AT);
    }
}


static void
phone_seen_told(phone_str_t rest, phone_seen_t *seen)
{
    (void) phone_split(&rest, ' ', &seen->event);
    seen->tries = rest;
    seen->state = PHONE_SEEN_DELIVERED;
    seen->listed = 1;
}


/* Behind the list its subject knows when it was acknowledged. */

int
phone_ask_seen_of(phone_call_t *call, const phone_outbox_t *outbox,
    phone_record_t *subject, int64_t number, phone_seen_t *seen)
{
    phone_str_t    n, id, rest;
    phone_edge_t   edge;
    phone_list_t   page;
    phone_sent_t   sent;
    phone_told_t  *notice;

    memset(seen, 0, sizeof(phone_seen_t));
    n = phone_int(phone_memory(call), number);
    notice = phone_ask_notice(call, phone_format(phone_memory(call),
                                                 "%.*s.%s.%.*s",
                                                 PHONE_ARGS(phone_id(subject)),
                                                 outbox->name, PHONE_ARGS(n)));

    if (notice) {
        phone_seen_pending(call, notice, seen);
        return 1;
    }

    sent = phone_notice_sent(outbox, subject);

    if (!phone_equal(sent.acked, n)) {
        return 0;
    }

    seen->id = phone_notice_known(call, outbox, subject, n);
    seen->created = outbox->since(subject);

    edge = (phone_edge_t) {
        phone_join(phone_memory(call), 2,
                   (phone_str_t[2]) { seen->id, PHONE_STR("!") }),
        seen->created, 0
    };
    page = phone_ask_page(call, &phone_told,
                          phone_told_of(call,
                                        phone_get(subject, outbox->merchant),
                                        seen->created / PHONE_DAY),
                          &edge, 1);

    if (phone_waiting(call)) {
        return 0;
    }

    rest = page.n ? page.entry->member : PHONE_EMPTY;

    if (phone_split(&rest, ' ', &id) && phone_equal(id, seen->id)) {
        phone_seen_told(rest, seen);

    } else {
        seen->event = phone_cstr(outbox->name);
        seen->state = PHONE_SEEN_DELIVERED;
        seen->tries = phone_format(phone_memory(call), "%lld 200\n",
                                   (long long) sent.acked_at);
    }

    return 1;
}


int
phone_notice_try(phone_str_t *tries, phone_try_t *try)
{
    phone_str_t  sent, sent_at;

    memset(try, 0, sizeof(phone_try_t));

    if (!phone_split(tries, '\n', &try->result)) {
        return 0;
    }

    (void) phone_split(&try->result, ' ', &sent);
    (void) phone_split(&sent, '+', &sent_at);
    (void) phone_parse_int(sent_at, &try->sent_at);
    (void) phone_parse_int(sent, &try->took);

    return 1;
}


void
phone_notice_show_try(phone_json_t *json, const phone_try_t *try)
{
    phone_json_time(json, "sent_at", try->sent_at);
    phone_json_text(json, "result", try->result);
    phone_json_int(json, "took_ms", try->took);
}
