
/*
 * What merchants are shown of their notices: each his own, each once, in a
 * state that it has been in, with no more attempts than have left.  And lists
 * of bills.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"


/* Whose is it?  By the id of its subject, the first part of its own. */

static phone_str_t
sim_notice_merchant(sim_auditor_t *auditor, phone_str_t id)
{
    sim_bill_t   *bill;
    phone_str_t   subject, said;

    subject = PHONE_EMPTY;
    (void) phone_split(&id, '.', &subject);

    bill = sim_map_find(&auditor->bills, subject);

    if (bill != NULL) {
        return bill->before.len ? PHONE_EMPTY : bill->merchant;
    }

    said = sim_said_merchant(auditor, subject);

    return said.len ? said : sim_refund_merchant(auditor, subject);
}


static unsigned
sim_count_attempts(phone_str_t attempts, phone_str_t id)
{
    unsigned     n;
    phone_str_t  rest, object;

    n = 0;
    rest = attempts;

    while (sim_element(&rest, &object)) {
        n += phone_equal(sim_member(object, "notify_id"), id);
    }

    return n;
}


static void
sim_audit_notice_shown(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t object, unsigned attempts)
{
    int            wrong;
    phone_str_t    id, state, asked;
    sim_notice_t  *notice;

    id = sim_member(object, "notify_id");
    state = sim_member(object, "state");
    asked = sim_sent(exchange, "state");
    notice = sim_notice(auditor, id);

    wrong = !phone_equal(sim_notice_merchant(auditor, id),
                         sim_sent(exchange, "merchant_id"))
            || attempts > notice->sent
            || (asked.len && !phone_equal(asked, state))
            || (phone_is(state, "DELIVERED") && !notice->was_acked)
            || (phone_is(state, "EXHAUSTED") && !notice->was_exhausted);

    if (wrong) {
        sim_violation(auditor->world, "call %u shows %.*s with %u attempts of "
                      "%u", exchange->serial, PHONE_ARGS(object), attempts,
                      notice->sent);
    }
}


/* The bill is the merchant's, and has come to its end before he asked. */

static int
sim_must_be_seen(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    sim_bill_t  *bill;

    bill = sim_map_find(&auditor->bills, sim_sent(exchange, "bill_id"));
    bill = bill != NULL ? sim_bill_last(auditor, bill) : NULL;

    return bill != NULL && bill->ended_at
           && bill->ended_at < exchange->sent_at
           && sim_sent(exchange, "state").len == 0;
}


void
sim_audit_notice_list(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    unsigned      n;
    phone_str_t   rest, other, object, again, id, attempts;

    if (reply->refused) {
        return;
    }

    rest = sim_member(reply->body, "notices");
    attempts = sim_member(reply->body, "attempts");

    for (n = 0; sim_element(&rest, &object); n++) {
        id = sim_member(object, "notify_id");
        sim_audit_notice_shown(auditor, exchange, object,
                       sim_count_attempts(attempts, id));
        other = rest;

        while (sim_element(&other, &again)) {
            if (phone_equal(sim_member(again, "notify_id"), id)) {
                sim_violation(auditor->world, "call %u shows notice %.*s "
                              "twice", exchange->serial, PHONE_ARGS(id));
            }
        }
    }

    if (n == 0 && sim_must_be_seen(auditor, exchange)) {
        sim_violation(auditor->world, "call %u is shown no notice of bill "
                      "%.*s", exchange->serial,
                      PHONE_ARGS(sim_sent(exchange, "bill_id")));
    }
}


void
sim_audit_notice_replay(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply)
{
    phone_str_t  id;

    id = sim_sent(exchange, "notify_id");

    if (!reply->refused && id.len
        && !phone_equal(sim_notice_merchant(auditor, id),
                        sim_sent(exchange, "merchant_id")))
    {
        sim_violation(auditor->world, "call %u has a notice of somebody else "
                      "sent again: %.*s", exchange->serial, PHONE_ARGS(id));
    }
}


/* A call of the merchant is counted, as long as there is room. */

void
sim_audit_replays(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts)
{
    int64_t      stored;
    unsigned     i;
    phone_str_t  id, merchant;

    static const struct {
        const char          *field;
        const char          *call;
        int64_t              most;       /* in an hour */
    } count[] = {
        { "notices", "notice.replay", 1000 },
        { "jobs", "notice.replay", 6 },
        { "checks", "notice.check", 6 },
        { "files", "reconcile.create", 30 }
    };

    id = parts->id;
    merchant = PHONE_EMPTY;
    (void) phone_split(&id, ':', &merchant);

    for (i = 0; i < 3 && !phone_is(sum->field, count[i].field); i++) {
        /* void */
    }

    if (!sim_is_call(auditor->exchange, count[i].call)
        || !phone_equal(merchant, sim_sent(auditor->exchange, "merchant_id"))
        || sim_parse_int(sim_stored(auditor, sum->key, count[i].field),
                         &stored)
           != 0
        || stored > count[i].most)
    {
        sim_violation(auditor->world, "%.*s of \"%.*s\" is counted",
                      PHONE_ARGS(sum->field), PHONE_ARGS(sum->key));
    }
}


/* Bills */

static int
sim_asked_for(phone_str_t state, phone_str_t status)
{
    if (phone_is(state, "OPEN")) {
        return phone_is(status, "CREATED") || phone_is(status, "PUSHED")
               || phone_is(status, "OFFERED");
    }

    return state.len == 0 || phone_equal(state, status);
}


/* Pages of a merchant lack bills that are in the archive; and there are months
   that have not begun or are over for long. */

static int
sim_may_be_short(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    sim_world_t  *world;

    world = auditor->world;

    return exchange->endpoint->who == PHONE_MERCHANT
           && (world->archived || world->failovers
               || sim_jumped_since(world, 0));
}


/* The page should have all that there were when the first one was asked for,
   but for what was on the pages before. */

static int
sim_must_be_whole(const sim_exchange_t *exchange, const phone_reply_t *reply,
    int64_t n, int64_t limit)
{
    if (sim_sent(exchange, "state").len) {
        return 0;
    }

    if (exchange->endpoint->who == PHONE_MERCHANT) {
        return n < limit && (sim_sent(exchange, "since").len == 0
                             || sim_member(reply->body, "next_before").len
                                == 0);
    }

    return n < limit && sim_sent(exchange, "before").len == 0;
}


static unsigned
sim_archived_of(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    return exchange->endpoint->who == PHONE_MERCHANT
           ? 0 : sim_number(auditor, exchange->number)->archived;
}


void
sim_audit_bill_list(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int64_t      n, limit;
    phone_str_t  rest, other, object, again, state;

    if (reply->refused) {
        return;
    }

    n = 0;
    limit = 20;
    state = sim_sent(exchange, "state");
    (void) sim_parse_int(sim_sent(exchange, "limit"), &limit);
    rest = sim_member(reply->body, "bills");

    while (sim_element(&rest, &object)) {
        sim_audit_object(auditor, exchange, object);
        n++;

        if (!sim_asked_for(state, sim_member(object, "status"))) {
            sim_violation(auditor->world, "call %u asked for bills %.*s: %.*s",
                          exchange->serial, PHONE_ARGS(state),
                          PHONE_ARGS(object));
        }

        other = rest;

        while (sim_element(&other, &again)) {
            if (phone_equal(sim_member(again, "bill_id"),
                            sim_member(object, "bill_id")))
            {
                sim_violation(auditor->world, "call %u shows %.*s twice",
                              exchange->serial, PHONE_ARGS(object));
            }
        }
    }

    n += exchange->shown;

    if (sim_must_be_whole(exchange, reply, n - exchange->shown, limit)
        && !sim_may_be_short(auditor, exchange)
        && n + sim_archived_of(auditor, exchange) < exchange->bills)
    {
        sim_violation(auditor->world, "call %u is shown %lld bills of %u",
                      exchange->serial, (long long) n, exchange->bills);
    }
}
