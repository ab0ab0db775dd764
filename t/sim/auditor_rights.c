
/*
 * Who may do it: sessions, PINs and cards as the people know them, held against
 * what is accepted, and what is refused.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"


/* What a call takes from its worker's clock to the store's, at most (ms). */
static int64_t
sim_slack(const sim_world_t *world)
{
    return world->swarm.skew + 2 * world->swarm.call_timeout / SIM_MS + 5000;
}


/* PINs */

/* After so many wrong ones in a row beyond the limit: minutes. */

static int64_t
sim_pin_lock(int64_t beyond)
{
    static const int64_t  minutes[] = { 5, 10, 30, 60 };

    return 60000 * (beyond < 4 ? minutes[beyond]
                               : (beyond - 3) * 24 * 60);
}


void
sim_audit_new_pin(sim_auditor_t *auditor, sim_number_t *number)
{
    int                    forgotten;
    sim_world_t           *world;
    const sim_exchange_t  *exchange;

    world = auditor->world;
    exchange = auditor->exchange;

    forgotten = sim_is_call(exchange, "bill.pin_forgotten");

    if ((!forgotten && !sim_is_call(exchange, "bill.pin"))
        || !phone_equal(exchange->number, number->node.key))
    {
        sim_violation(world, "the PIN of %.*s is set by nobody",
                      PHONE_ARGS(number->node.key));
        return;
    }

    if (forgotten) {

        if (!sim_may_forget_pin(auditor, number)) {
            sim_violation(world, "call %u has not proved that it may reset "
                          "the PIN", exchange->serial);
        }

    } else if (number->pin.len
        && (!phone_equal(sim_sent(exchange, "old_pin"), number->pin)
            || auditor->task->call.now < number->until
            || auditor->task->call.now < number->quiet))
    {
        sim_violation(world, "call %u changes the PIN without the old one",
                      exchange->serial);
    }

    number->quiet = forgotten ? auditor->task->call.now
                                + world->settings.pin_quiet : 0;
    number->pin = sim_copy(auditor->memory, sim_sent(exchange, "pin"));
    number->pin_at = world->now;
}


/* A wrong PIN is counted. */

void
sim_audit_wrong_pin(sim_auditor_t *auditor, const sim_number_t *number,
    int64_t fails, int64_t until)
{
    int64_t                beyond;
    sim_world_t           *world;
    phone_str_t            sent;
    const sim_exchange_t  *exchange;

    world = auditor->world;
    exchange = auditor->exchange;

    sent = sim_is_call(exchange, "bill.pin") ? sim_sent(exchange, "old_pin")
           : sim_is_call(exchange, "bill.pay")
             || sim_is_call(exchange, "bill.card_bind")
             || sim_is_call(exchange, "bill.card_remove")
             || sim_is_call(exchange, "session.envelope")
             ? sim_sent(exchange, "pin") : PHONE_EMPTY;

    if (sent.len == 0 || phone_equal(sent, number->pin)
        || !phone_equal(exchange->number, number->node.key))
    {
        sim_violation(world, "a wrong PIN of %.*s is counted, it was right",
                      PHONE_ARGS(number->node.key));
    }

    beyond = fails - world->settings.pin_fails;

    if (beyond >= 0
        && until != auditor->task->call.now + sim_pin_lock(beyond))
    {
        sim_violation(world, "after %lld wrong PINs it is locked until %lld",
                      (long long) fails, (long long) until);
    }
}


/* A limit that undid it would answer wrong PINs otherwise than the right one,
   without counting them. */

void
sim_audit_undone(const sim_task_t *task, const phone_guard_t *guard)
{
    int                set;
    const phone_op_t  *op;

    if (guard->kind != PHONE_GUARD_SUM) {
        return;
    }

    for (op = task->runner.commit->ops; op != NULL; op = op->next) {

        if (op->kind == PHONE_OP_HSET
            && (sim_hset_word(op, "pin_fails", &set).len || set))
        {
            sim_violation(task->worker->world, "a limit undoes a wrong PIN "
                          "(call %u)", task->exchange->serial);
        }
    }
}


/* What is said of a PIN. */

void
sim_audit_pin_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t    sent;
    sim_world_t   *world;
    sim_number_t  *number;

    world = auditor->world;
    number = sim_number(auditor, exchange->number);

    sent = sim_is_call(exchange, "bill.pin") ? sim_sent(exchange, "old_pin")
                                             : sim_sent(exchange, "pin");

    if (reply->refusal == PHONE_PIN_WRONG && number->pin_at < exchange->sent_at
        && phone_equal(sent, number->pin))
    {
        sim_violation(world, "call %u is told that the right PIN is wrong",
                      exchange->serial);
    }

    if (reply->refusal == PHONE_PIN_NOT_SET && number->pin.len
        && number->pin_at < exchange->sent_at)
    {
        sim_violation(world, "call %u is told that no PIN is set",
                      exchange->serial);
    }

    if (reply->refusal == PHONE_PIN_QUIET
        && number->pin_at < exchange->sent_at
        && exchange->jumped == world->jumped
        && number->quiet + sim_slack(world) < exchange->sent_wall)
    {
        sim_violation(world, "call %u is told that the PIN does not count yet",
                      exchange->serial);
    }

    if (reply->refusal == PHONE_PIN_LOCKED
        && number->locked_at < exchange->sent_at
        && exchange->jumped == world->jumped
        && number->until + sim_slack(world) < exchange->sent_wall)
    {
        sim_violation(world, "call %u is told that the PIN is locked",
                      exchange->serial);
    }
}


/* Wrong PINs are forgotten: for a right one, but not while the PIN is locked,
   and by the operator at any time. */

void
sim_audit_forgiven(sim_auditor_t *auditor, const sim_number_t *number)
{
    if (auditor->task != NULL && auditor->task->call.now < number->until
        && !sim_is_call(auditor->exchange, "operator.pin_reset")
        && !sim_is_call(auditor->exchange, "bill.pin_forgotten"))
    {
        sim_violation(auditor->world, "invariant 12: a PIN is unlocked before "
                      "its time");
    }
}


/* A PIN is taken away by the operator. */

void
sim_audit_pin_reset(sim_auditor_t *auditor, sim_number_t *number)
{
    if (!sim_is_call(auditor->exchange, "operator.pin_reset")
        || !phone_equal(sim_sent(auditor->exchange, "phone"),
                        number->node.key))
    {
        sim_violation(auditor->world, "the PIN of %.*s is taken by nobody",
                      PHONE_ARGS(number->node.key));
    }

    number->pin = PHONE_EMPTY;
    number->quiet = 0;
    number->pin_at = auditor->world->now;
}


/* Was the merchant closed, or open, from before that time on? */

int
sim_closed_before(sim_auditor_t *auditor, phone_str_t merchant, int64_t at)
{
    sim_shop_t  *shop;

    shop = sim_map_find(&auditor->shops, merchant);

    return shop != NULL && shop->closed && shop->since < at;
}


int
sim_open_before(sim_auditor_t *auditor, phone_str_t merchant, int64_t at)
{
    sim_shop_t  *shop;

    shop = sim_map_find(&auditor->shops, merchant);

    return shop != NULL && !shop->closed && shop->since < at;
}


/* A bill gets paid: by its payer, with his card, who knows the PIN. */

void
sim_audit_payer(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    int                    n;
    char                   from[96];
    sim_card_t            *card;
    sim_world_t           *world;
    sim_number_t          *number;
    const char            *wrong;
    phone_str_t            shown;
    const sim_exchange_t  *exchange;

    world = auditor->world;
    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "bill.pay")) {
        sim_violation(world, "bill %.*s is paid by nobody",
                      PHONE_ARGS(bill->node.key));
        return;
    }

    number = sim_number(auditor, bill->payer);
    card = sim_map_find(&auditor->cards, sim_card_paying(auditor, exchange));
    n = snprintf(from, sizeof(from), "card:%.*s",
                 PHONE_ARGS(sim_card_paying(auditor, exchange)));
    shown = sim_sent(exchange, "payee");
    wrong = NULL;

    if (!phone_equal(exchange->number, bill->payer)) {
        wrong = "by another";

    } else if (!phone_equal(sim_sent(exchange, "bill_id"), bill->node.key)) {
        wrong = "instead of another";

    } else if (card == NULL || !phone_equal(card->owner, bill->payer)) {
        wrong = "with the card of another";

    } else if (card->unbound) {
        wrong = "with a card that is removed";

    } else if (!phone_equal(card->currency, bill->currency)) {
        wrong = "in another currency";

    } else if (!phone_equal(bill->paid_from,
                            (phone_str_t) { (size_t) n, from }))
    {
        wrong = "from another card";

    } else if (!phone_equal(sim_sent(exchange, "pin"), number->pin)) {
        wrong = "with a wrong PIN";

    } else if (auditor->task->call.now < number->until) {
        wrong = "while the PIN is locked";

    } else if (auditor->task->call.now < number->quiet) {
        wrong = "before the PIN counts";

    } else if (shown.len && !phone_equal(shown, bill->merchant)) {
        wrong = "to another than was shown";

    } else if (sim_closed_before(auditor, bill->merchant, exchange->sent_at)) {
        wrong = "to a merchant who is closed";
    }

    if (wrong != NULL) {
        sim_violation(world, "bill %.*s is paid %s (call %u)",
                      PHONE_ARGS(bill->node.key), wrong, exchange->serial);

    } else {
        sim_audit_day_paid(auditor, bill, card);
    }
}


/* Sessions */

static void
sim_audit_login(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_session_t  *session;

    if (reply->cookie[PHONE_COOKIE_SESSION].len == 0
        || !phone_equal(sim_member(reply->body, "phone"),
                        sim_sent(exchange, "phone")))
    {
        sim_violation(auditor->world, "call %u logs in to %.*s",
                      exchange->serial,
                      PHONE_ARGS(sim_member(reply->body, "phone")));
        return;
    }

    session = sim_map_make(&auditor->sessions,
                           reply->cookie[PHONE_COOKIE_SESSION],
                           sizeof(sim_session_t));
    session->number = sim_copy(auditor->memory, sim_sent(exchange, "phone"));
    session->asked_at = exchange->sent_at;
    session->made_at = auditor->world->now;
    session->made_wall = exchange->ran_wall;
    session->used_wall = session->made_wall;
    session->used_before = session->made_wall;
    session->used_by = exchange->serial;
    session->by_sms = !sim_is_password(auditor, exchange)
                      && sim_came_by_sms(sim_sent(exchange, "password"));
}


void
sim_sessions_close(sim_auditor_t *auditor, phone_str_t number,
    phone_str_t slot, phone_str_t but, int64_t before)
{
    size_t          i;
    sim_session_t  *session;

    for (i = 0; i < auditor->sessions.slots; i++) {
        session = (sim_session_t *) auditor->sessions.slot[i];

        if (session != NULL && session->closed_at == 0
            && session->made_at < before
            && phone_equal(session->number, number)
            && (slot.len == 0 || phone_equal(session->slot, slot))
            && !phone_equal(session->node.key, but))
        {
            session->closed_at = auditor->world->now;
        }
    }
}


/* It is said that this session is ended, another one, all others or all. */

static void
sim_audit_closing(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int64_t         done;
    phone_str_t     slot;
    sim_session_t  *session;

    slot = sim_sent(exchange, "slot");
    done = sim_done_since(auditor, exchange);

    if (sim_is_call(exchange, "session.logout")) {
        session = sim_map_find(&auditor->sessions, exchange->cookie);

        if (session != NULL && session->closed_at == 0) {
            session->closed_at = auditor->world->now;
        }

    } else if (sim_is_call(exchange, "operator.pin_reset")) {
        sim_sessions_close(auditor, sim_sent(exchange, "phone"), PHONE_EMPTY,
                           PHONE_EMPTY, done);

    } else if (phone_is(slot, "others")) {
        sim_sessions_close(auditor, exchange->number, PHONE_EMPTY,
                           exchange->cookie, done);

    } else if (slot.len) {
        sim_sessions_close(auditor, exchange->number, slot, PHONE_EMPTY, done);
    }
}


/* The list says which one is the caller's. */

static void
sim_audit_slot(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t     rest, shown;
    sim_session_t  *session;

    rest = sim_member(reply->body, "sessions");
    session = sim_map_find(&auditor->sessions, exchange->cookie);

    while (session != NULL && sim_element(&rest, &shown)) {

        if (phone_is(sim_member(shown, "current"), "true")) {
            session->slot = sim_copy(auditor->memory,
                                     sim_member(shown, "slot"));
        }
    }
}


static void
sim_audit_accepted(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    sim_session_t *session)
{
    int64_t                  used;
    const char              *wrong;
    sim_world_t             *world;
    const phone_settings_t  *settings;

    world = auditor->world;
    settings = &world->settings;
    wrong = NULL;

    if (session == NULL || !phone_equal(session->number, exchange->number)) {
        sim_violation(world, "call %u is accepted without a login",
                      exchange->serial);
        return;
    }

    used = session->used_by == exchange->serial ? session->used_before
                                                : session->used_wall;

    if (session->closed_at && session->closed_at < exchange->sent_at) {
        wrong = "that was ended";

    } else if (session->made_wall + settings->session_lifetime
               <= exchange->ran_wall)
    {
        wrong = "that has run out";

    } else if (used + settings->session_idle <= exchange->ran_wall) {
        wrong = "that was left alone";
    }

    if (wrong != NULL) {
        sim_violation(world, "%s (call %u) succeeds with a session %s",
                      exchange->endpoint->name, exchange->serial, wrong);
    }
}


/* 1: a session that nobody can have ended, that is young, and that no failover
   has lost. */

static int
sim_surely_open(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const sim_session_t *session)
{
    sim_world_t         *world;
    const sim_number_t  *number;

    world = auditor->world;
    number = sim_number(auditor, session->number);

    return session->closed_at == 0 && session->made_at < exchange->sent_at
           && (world->failovers == 0
               || session->asked_at > world->failover_at)
           && (number->closing_at == 0
               || number->closing_at + 2 * world->swarm.call_timeout
                  + 3 * world->settings.lease * SIM_MS
                  < session->asked_at)
           && number->logins <= 8
           && sim_wall_most(world) + sim_slack(world)
              < session->made_wall + world->settings.session_idle
           && sim_wall_most(world) + sim_slack(world)
              < session->made_wall + world->settings.session_lifetime;
}


void
sim_audit_session(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_session_t  *session;

    if (sim_is_call(exchange, "session.login") && !reply->refused) {
        sim_audit_login(auditor, exchange, reply);
    }

    if (!reply->refused && sim_is_call(exchange, "operator.pin_reset")) {
        sim_audit_closing(auditor, exchange);
    }

    if (exchange->endpoint->who != PHONE_SESSION) {
        return;
    }

    session = exchange->cookie.len
              ? sim_map_find(&auditor->sessions, exchange->cookie) : NULL;

    if (reply->refused && reply->refusal == PHONE_LOGIN_REQUIRED) {

        if (session != NULL && sim_surely_open(auditor, exchange, session)) {
            sim_violation(auditor->world, "call %u is told to log in, its "
                          "session is open", exchange->serial);
        }

        return;
    }

    if (!reply->refused) {
        sim_audit_accepted(auditor, exchange, session);
        sim_audit_closing(auditor, exchange);
    }

    if (!reply->refused && sim_is_call(exchange, "session.list")) {
        sim_audit_slot(auditor, exchange, reply);
    }
}


/* A commit of a call notes that its session is used. */

void
sim_audit_used(sim_auditor_t *auditor)
{
    sim_session_t  *session;

    if (auditor->exchange == NULL || auditor->exchange->cookie.len == 0) {
        return;
    }

    session = sim_map_find(&auditor->sessions, auditor->exchange->cookie);

    if (session == NULL) {
        return;
    }

    if (session->used_by != auditor->exchange->serial) {
        session->used_by = auditor->exchange->serial;
        session->used_before = session->used_wall;
    }

    if (session->used_wall < auditor->task->call.now) {
        session->used_wall = auditor->task->call.now;
    }
}


/* A call leaves its client. */

void
sim_audit_sent(sim_auditor_t *auditor, sim_exchange_t *exchange)
{
    int64_t      since;
    phone_str_t  phone;

    phone = exchange->endpoint->who == PHONE_SESSION
            ? exchange->number : sim_sent(exchange, "phone");

    if (sim_is_call(exchange, "session.login")) {
        sim_number(auditor, phone)->logins++;

    } else if (sim_is_call(exchange, "session.logout")
               || sim_is_call(exchange, "session.revoke")
               || sim_is_call(exchange, "session.password")
               || sim_is_call(exchange, "operator.pin_reset")
               || (sim_is_call(exchange, "operator.accounts")
                   && sim_sent(exchange, "password").len))
    {
        sim_number(auditor, phone)->closing_at = auditor->world->now;
    }

    if (!sim_is_call(exchange, "bill.made")) {
        exchange->bills = exchange->number.len
                          ? sim_number(auditor, exchange->number)->bills : 0;

    } else if (sim_sent(exchange, "before").len == 0) {
        since = 0;
        (void) sim_parse_int(sim_sent(exchange, "since"), &since);
        exchange->bills = sim_billed_since(auditor,
                                           sim_sent(exchange, "merchant_id"),
                                           since * 1000);
    }
}
