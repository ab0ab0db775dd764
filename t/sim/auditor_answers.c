
/*
 * Answers and notices: what was told to somebody is so in the store, was not
 * told otherwise before, and names the right thing.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"


/* ms: for less than a day, by what a clock may have been set between a commit
   and its answer */
#define SIM_KEY_KEPT  (INT64_C(22) * 3600 * 1000)


static void sim_audit_create(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
static void sim_audit_mismatch(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
static void sim_audit_query(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
static void sim_audit_pay(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
static void sim_audit_card_pin(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
static void sim_audit_me(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
static void sim_audit_looked_up(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);


typedef void (*sim_check_pt)(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

static const struct {
    const char              *endpoint;
    sim_check_pt             check;
} sim_checks[] = {
    { "bill.create", sim_audit_create },
    { "bill.query", sim_audit_query },
    { "bill.pay", sim_audit_pay },
    { "bill.pin", sim_audit_pay },
    { "bill.pin_forgotten", sim_audit_pay },
    { "session.envelope", sim_audit_pay },
    { "bill.card_bind", sim_audit_card_pin },
    { "bill.card_remove", sim_audit_pay },
    { "bill.reject", sim_audit_end_told },
    { "bill.close", sim_audit_end_told },
    { "bill.delegate", sim_audit_hand_told },
    { "bill.accept", sim_audit_hand_told },
    { "bill.decline", sim_audit_hand_told },
    { "bill.recall", sim_audit_recall_told },
    { "refund.create", sim_audit_refund },
    { "refund.query", sim_audit_refund },
    { "balance.query", sim_audit_balance },
    { "statement.create", sim_audit_statement },
    { "notice.list", sim_audit_notice_list },
    { "notice.replay", sim_audit_notice_replay },
    { "mail.send", sim_audit_mail_told },
    { "mail.reply", sim_audit_mail_told },
    { "mail.forward", sim_audit_mail_told },
    { "mail.conversations", sim_audit_mail_told },
    { "mail.list", sim_audit_mail_told },
    { "mail.get", sim_audit_mail_told },
    { "mail.picture", sim_audit_mail_told },
    { "mail.read", sim_audit_mail_told },
    { "mail.read_to", sim_audit_mail_told },
    { "mail.remove", sim_audit_mail_told },
    { "message.create", sim_audit_message_told },
    { "message.list", sim_audit_messages_shown },
    { "notice.check", sim_audit_notice_check },
    { "contacts.list", sim_audit_contacts_told },
    { "contacts.create", sim_audit_contact_told },
    { "contacts.get", sim_audit_contact_told },
    { "contacts.change", sim_audit_contact_told },
    { "contacts.import", sim_audit_import_told },
    { "contacts.imported", sim_audit_import_told },
    { "contacts.undo", sim_audit_import_told },
    { "key.list", sim_audit_key_list },
    { "bill.list", sim_audit_bill_list },
    { "bill.made", sim_audit_bill_list },
    { "operator.keyword_list", sim_audit_keyword_list },
    { "sms.in", sim_audit_stop_taken },
    { "bill.get", sim_audit_bill_get },
    { "bill.cards", sim_audit_cards },
    { "session.me", sim_audit_me },
    { "session.code", sim_audit_code_given },
    { "session.login", sim_audit_guess },
    { "operator.keys", sim_audit_secret_told },
    { "operator.account_get", sim_audit_looked_up },
    { "operator.bill", sim_audit_looked_up },
    { "operator.settle", sim_audit_settle },
    { "operator.payouts", sim_audit_payouts },
    { "payout.list", sim_audit_payouts },
    { "operator.check", sim_audit_check },
    { "operator.bank_settle", sim_audit_bank_settle },
    { "operator.payments", sim_audit_payments },
    { "operator.payment_resume", sim_audit_resume },
    { NULL, NULL }
};


static int
sim_refused(const phone_reply_t *reply, phone_refusal_t refusal)
{
    return reply->refused && reply->refusal == refusal;
}


/*
 * One key, one answer, for as long as it is kept: 1 when this one was given
 * before.  Refusals of what has changed nothing may be others later.
 */

static int
sim_audit_key(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           n, again;
    char          text[160];
    sim_fact_t   *first;
    phone_str_t   name;
    sim_world_t  *world;

    world = auditor->world;

    if (exchange->key.data == NULL
        || (reply->refused && !sim_refused(reply, PHONE_PIN_WRONG)))
    {
        return 0;
    }

    n = snprintf(text, sizeof(text), "key %.*s %.*s",
                 PHONE_ARGS(exchange->number), PHONE_ARGS(exchange->key));
    name = (phone_str_t) { (size_t) n, text };
    again = sim_map_find(&auditor->answers, name) != NULL;

    if (sim_fact(auditor, &auditor->answers, name, reply->body) == 0) {

        if (again) {
            sim_count(world, REPLAYED);
        }

        return again;
    }

    first = sim_map_find(&auditor->answers, name);

    if (sim_wall_most(world) < first->wall + SIM_KEY_KEPT) {
        sim_violation(world, "invariant 6: call %u: two answers under the key "
                      "%.*s", exchange->serial, PHONE_ARGS(exchange->key));
    }

    return 0;
}


/* That must make it fail. */

static const char *
sim_invariant_of(const sim_exchange_t *exchange)
{
    switch (exchange->expected) {

    case PHONE_ORDER_MISMATCH:
    case PHONE_AMOUNT_MISMATCH:
    case PHONE_IDEMPOTENCY_MISMATCH:
    case PHONE_EXISTS:
        return "invariant 6: ";

    case PHONE_SIGN_ERROR:
    case PHONE_DIGEST_MISMATCH:
    case PHONE_TIMESTAMP_SKEW:
    case PHONE_NONCE_REUSED:
        return "invariant 11: ";

    default:
        return "";
    }
}


void
sim_audit_answer(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    unsigned      i;
    const char   *name;
    sim_world_t  *world;

    world = auditor->world;
    name = exchange->endpoint->name;

    if (world->failovers && exchange->sent_at <= world->failover_at) {
        return;
    }

    if (reply->kind == PHONE_M_TEXT
        && sim_member(reply->body, "code").len == 0)
    {
        sim_violation(world, "%s answers without a code", name);
    }

    if (sim_refused(reply, PHONE_INTERNAL) && exchange->broken) {
        return;
    }

    if (sim_refused(reply, PHONE_INTERNAL)) {
        sim_violation(world, "%s fails: %.*s", name, PHONE_ARGS(reply->body));
    }

    if (reply->refused) {
        sim_count(world, REFUSALS);
        world->lab->refused[reply->refusal]++;

    } else {
        world->lab->answered[sim_endpoint_index(exchange->endpoint)]++;
    }

    if (!reply->refused && exchange->must_fail) {
        sim_violation(world, "%s%s (call %u) should have been refused: %.*s",
                      sim_invariant_of(exchange), name, exchange->serial,
                      PHONE_ARGS(reply->body));
    }

    sim_audit_untold(auditor, reply->body, "an answer");

    if (reply->refused && exchange->exactly
        && reply->refusal != exchange->expected
        && !phone_refusal_text[reply->refusal].retryable
        && reply->refusal != PHONE_LOGIN_REQUIRED
        && reply->refusal != PHONE_KEY_UNKNOWN
        && reply->refusal != PHONE_MERCHANT_CLOSED
        && reply->refusal != PHONE_TIMESTAMP_SKEW
        && (exchange->suite || reply->refusal != PHONE_ENVELOPE_NEEDED)
        && !(exchange->overheard && reply->refusal == PHONE_NONCE_REUSED)
        && exchange->jumped == world->jumped)
    {
        sim_violation(world, "%s (call %u) should have been %s: %.*s",
                      name, exchange->serial,
                      phone_refusal_text[exchange->expected].code,
                      PHONE_ARGS(reply->body));
    }

    if (phone_signs(exchange->endpoint->who)
        && reply->kind == PHONE_M_TEXT)
    {
        sim_audit_signed(auditor, exchange, reply);
    }

    sim_audit_session(auditor, exchange, reply);
    sim_audit_password_told(auditor, exchange, reply);
    sim_audit_device_given(auditor, exchange, reply);
    sim_audit_too_many(auditor, exchange, reply);
    sim_audit_merchant_told(auditor, exchange, reply);
    sim_audit_key_tried(auditor, exchange, reply);
    sim_audit_envelope(auditor, exchange, reply);

    if (sim_audit_key(auditor, exchange, reply)) {
        return;
    }

    for (i = 0; sim_checks[i].endpoint != NULL; i++) {

        if (strcmp(sim_checks[i].endpoint, name) == 0) {
            sim_checks[i].check(auditor, exchange, reply);
            return;
        }
    }
}


/* Nobody could pay it any more, though the event that says so had not run. */

int
sim_shown_past(const sim_world_t *world, const sim_exchange_t *exchange,
    const sim_bill_t *bill, phone_str_t status)
{
    return phone_is(status, "EXPIRED")
           && (bill->ended_at == 0 || bill->ended_at >= exchange->sent_at)
           && exchange->ran_wall >= bill->expires + PHONE_COMMIT_WITHIN
                                    + 2 * world->settings.clock_bound;
}


/*
 * A final status must be the bill's; one that is not final must have been the
 * bill's at some moment since the call was sent.
 */

static void
sim_audit_status(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t bill_id, phone_str_t status)
{
    int           final;
    sim_bill_t   *bill;
    const char   *name;
    sim_world_t  *world;

    world = auditor->world;
    name = exchange->endpoint->name;
    bill = sim_map_find(&auditor->bills, bill_id);

    if (exchange->endpoint->who == PHONE_MERCHANT) {
        bill = sim_bill_last(auditor, bill);
    }

    if (bill == NULL) {

        if (world->domain != PHONE_ONE_BUCKET
            || strcmp(name, "bill.create") != 0)
        {
            sim_violation(world, "%s shows the unknown bill %.*s", name,
                          PHONE_ARGS(bill_id));
        }

        return;
    }

    if (sim_shown_past(world, exchange, bill, status)) {
        return;
    }

    final = !phone_is(status, "CREATED") && !phone_is(status, "PUSHED")
            && !phone_is(status, "OFFERED");

    if ((final && (bill->status == SIM_BILL_PAID
                   ? !sim_shown_refunded(bill, sim_done_since(auditor,
                                                            exchange), status)
                   : !phone_equal(status, bill->status_text)))
        || (!final && bill->ended_at && bill->ended_at < exchange->sent_at))
    {
        sim_violation(world, "invariant 4: %s (call %u) shows bill %.*s as "
                      "%.*s, it is %.*s", name, exchange->serial,
                      PHONE_ARGS(bill_id), PHONE_ARGS(status),
                      PHONE_ARGS(bill->status_text));
    }
}


sim_bill_t *
sim_bill_named(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int          n;
    char         text[128];
    phone_str_t  id;
    sim_deal_t  *deal;

    id = sim_sent(exchange, "bill_id");

    if (id.len == 0) {
        n = snprintf(text, sizeof(text), "%.*s:%.*s",
                     PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                     PHONE_ARGS(sim_sent(exchange, "out_trade_no")));
        deal = sim_map_find(&auditor->orders,
                            (phone_str_t) { (size_t) n, text });

        if (deal == NULL) {
            return NULL;
        }

        id = deal->value;
    }

    return exchange->endpoint->who == PHONE_MERCHANT
           ? sim_bill_last(auditor, sim_map_find(&auditor->bills, id))
           : sim_map_find(&auditor->bills, id);
}


/* A bill is shown as it was ordered, and to whom it concerns. */

void
sim_audit_object(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t object)
{
    int           n;
    char          text[128];
    phone_str_t   id, caller, whose, party, first;
    sim_bill_t   *bill;
    sim_deal_t   *deal;

    id = sim_member(object, "bill_id");
    bill = sim_map_find(&auditor->bills, id);
    sim_audit_status(auditor, exchange, id, sim_member(object, "status"));

    if (exchange->endpoint->who == PHONE_MERCHANT) {
        caller = sim_sent(exchange, "merchant_id");
        whose = caller;

    } else {
        caller = exchange->number;
        whose = sim_member(object, "merchant_id");

        /* a payment says less */

        if (whose.len == 0 && bill != NULL) {
            whose = bill->merchant;
        }
    }

    n = snprintf(text, sizeof(text), "%.*s:%.*s", PHONE_ARGS(whose),
                 PHONE_ARGS(sim_member(object, "out_trade_no")));
    deal = sim_map_find(&auditor->orders, (phone_str_t) { (size_t) n, text });

    if (deal != NULL) {
        party = exchange->endpoint->who == PHONE_MERCHANT ? deal->merchant
                : bill != NULL ? bill->payer : deal->payer;
        first = exchange->endpoint->who == PHONE_MERCHANT || bill == NULL
                ? id : bill->first;
    }

    if (deal == NULL || !phone_equal(deal->value, first)
        || !phone_equal(deal->amount, sim_member(object, "amount"))
        || !phone_equal(deal->currency, sim_member(object, "currency"))
        || !phone_equal(party, caller))
    {
        sim_violation(auditor->world, "%s (call %u) shows to %.*s: %.*s",
                      exchange->endpoint->name, exchange->serial,
                      PHONE_ARGS(caller), PHONE_ARGS(object));
        return;
    }

    if (bill != NULL && exchange->endpoint->who == PHONE_MERCHANT) {
        sim_audit_payer_told(auditor, sim_bill_last(auditor, bill),
                             sim_member(object, "payer_phone"),
                             sim_member(object, "paid_by"),
                             sim_member(object, "status"));
        sim_audit_seen(auditor, exchange, bill, sim_member(object, "status"));

    } else if (bill != NULL && !sim_is_call(exchange, "bill.pay")) {
        sim_audit_shown(auditor, exchange, object, bill);
    }
}


/* Merchants */

static phone_str_t
sim_order_key(const sim_exchange_t *exchange, char *text, size_t size)
{
    int  n;

    n = snprintf(text, size, "%.*s:%.*s",
                 PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                 PHONE_ARGS(sim_sent(exchange, "out_trade_no")));

    return (phone_str_t) { (size_t) n, text };
}


/* A bill, as one of this merchant. */

static phone_str_t
sim_bill_key_of(const sim_exchange_t *exchange, phone_str_t bill_id,
    char *text, size_t size)
{
    int  n;

    n = snprintf(text, size, "%.*s %.*s",
                 PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                 PHONE_ARGS(bill_id));

    return (phone_str_t) { (size_t) n, text };
}


static void
sim_audit_create(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char          text[128];
    phone_str_t   key, bill_id;
    sim_deal_t   *order;
    sim_world_t  *world;

    world = auditor->world;

    if (sim_refused(reply, PHONE_ORDER_MISMATCH)) {
        sim_audit_mismatch(auditor, exchange, reply);
    }

    if (reply->refused) {
        return;
    }

    key = sim_order_key(exchange, text, sizeof(text));
    order = sim_map_find(&auditor->orders, key);
    bill_id = sim_member(reply->body, "bill_id");

    if (order == NULL || !phone_equal(order->value, bill_id)) {
        sim_violation(world, "order %.*s is answered with bill %.*s",
                      PHONE_ARGS(key), PHONE_ARGS(bill_id));
        return;
    }

    if (!phone_equal(sim_member(reply->body, "amount"),
                     sim_sent(exchange, "amount")))
    {
        sim_violation(world, "order %.*s is answered with another amount",
                      PHONE_ARGS(key));
    }

    sim_audit_object(auditor, exchange, reply->body);

    if (sim_map_find(&auditor->answers, key) != NULL) {
        sim_count(world, AGAIN_ORDERED);
    }

    (void) sim_fact(auditor, &auditor->answers, key, bill_id);
    (void) sim_fact(auditor, &auditor->answers,
                    sim_bill_key_of(exchange, bill_id, text, sizeof(text)),
                    bill_id);
}


/* The field that is said to differ does. */

static void
sim_audit_mismatch(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char          text[128], name[32];
    phone_str_t   field, sent, stored;
    sim_deal_t   *order;
    sim_world_t  *world;

    world = auditor->world;
    field = sim_member(reply->body, "field");
    order = sim_map_find(&auditor->orders,
                         sim_order_key(exchange, text, sizeof(text)));

    if (field.len == 0 || order == NULL) {
        sim_violation(world, "call %u: mismatch of what?", exchange->serial);
        return;
    }

    snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(field));
    sent = sim_sent(exchange, name);

    if (strcmp(name, "payer_phone") == 0) {
        strcpy(name, "payer");
    }

    if (strcmp(name, "currency") == 0 && sent.len == 0) {
        sent = world->settings.currency;
    }

    stored = sim_stored(auditor, sim_bill_key(text, order->value), name);

    if (phone_equal(sent, stored.data ? stored : PHONE_EMPTY)) {
        sim_violation(world, "invariant 6: call %u: %s is said to differ, it "
                      "does not", exchange->serial, name);
    }
}


/*
 * Is a bill there for whoever asks now?  One that is on its way to its bucket
 * counts as well, unless the clock has jumped meanwhile, which is how a
 * platform tells that a bill it does not find is a young one.
 */

static int
sim_acknowledged(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t name)
{
    sim_bill_t  *bill;
    sim_fact_t  *told;

    told = sim_map_find(&auditor->answers, name);

    if (told == NULL || told->at >= exchange->sent_at) {
        return 0;
    }

    bill = sim_map_find(&auditor->bills, told->value);

    return bill != NULL ? bill->made_at < exchange->sent_at
                        : !sim_jumped_since(auditor->world,
                                            told->at - auditor->world
                                                       ->swarm.call_timeout);
}


int
sim_acknowledged_bill(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    char         text[128];
    phone_str_t  id;

    id = sim_sent(exchange, "bill_id");

    return sim_acknowledged(auditor, exchange,
                            id.len ? sim_bill_key_of(exchange, id, text,
                                                     sizeof(text))
                                   : sim_order_key(exchange, text,
                                                   sizeof(text)));
}


static void
sim_audit_query(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    if (!reply->refused) {
        sim_audit_object(auditor, exchange, reply->body);
        return;
    }

    if (sim_refused(reply, PHONE_BILL_NOT_FOUND)
        && sim_acknowledged_bill(auditor, exchange))
    {
        sim_violation(auditor->world, "invariant 4: call %u: a bill that was "
                      "acknowledged is not found", exchange->serial);
    }
}


/* Payers */

/* At some moment since the call was sent; or before, where the answer may be
   that of an earlier call with the same Idempotency-Key. */

static int
sim_was_paying(const sim_bill_t *bill, const sim_exchange_t *exchange)
{
    return bill != NULL && (bill->status == SIM_BILL_PAYING
                            || (exchange->key.len && bill->payment.len)
                            || (bill->free_at
                                && bill->free_at >= exchange->sent_at));
}


/* A bank is asked, and has not yet said that it pays. */

static void
sim_audit_asked(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const sim_bill_t *bill, phone_str_t card)
{
    if (!sim_was_paying(bill, exchange)
        || (sim_sent(exchange, "card_id").len
            && !phone_equal(card, sim_sent(exchange, "card_id"))))
    {
        sim_violation(auditor->world, "call %u: no bank is asked",
                      exchange->serial);
    }
}


static void
sim_audit_paid(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           n;
    char          text[160], told[128];
    phone_str_t   bill_id, pay_id, card;
    sim_bill_t   *bill;
    sim_world_t  *world;

    world = auditor->world;
    bill_id = sim_sent(exchange, "bill_id");
    pay_id = sim_sent(exchange, "pay_id");
    bill = sim_map_find(&auditor->bills, bill_id);
    card = sim_member(reply->body, "card_id");

    if (sim_member(reply->body, "payment").len) {
        sim_audit_asked(auditor, exchange, bill, card);
        return;
    }

    if (bill == NULL || bill->status != SIM_BILL_PAID || bill->debits != 1) {
        sim_violation(world, "call %u: bill %.*s is said to be paid",
                      exchange->serial, PHONE_ARGS(bill_id));
        return;
    }

    if (!phone_equal(card, bill->card)
        || (pay_id.len && !phone_equal(pay_id, bill->pay_id)))
    {
        sim_violation(world, "call %u: bill %.*s was paid otherwise",
                      exchange->serial, PHONE_ARGS(bill_id));
    }

    sim_audit_object(auditor, exchange, reply->body);

    n = snprintf(text, sizeof(text), "%.*s %.*s", PHONE_ARGS(bill_id),
                 PHONE_ARGS(pay_id));
    snprintf(told, sizeof(told), "%.*s %.*s", PHONE_ARGS(card),
             PHONE_ARGS(sim_member(reply->body, "paid_at")));

    if (sim_map_find(&auditor->answers, (phone_str_t) { (size_t) n, text })
        != NULL)
    {
        sim_count(world, AGAIN_PAID);
    }

    if (pay_id.len
        && sim_fact(auditor, &auditor->answers,
                    (phone_str_t) { (size_t) n, text }, phone_cstr(told))
           != 0)
    {
        sim_violation(world, "invariant 5: call %u: another answer to the "
                      "same payment", exchange->serial);
    }
}


static void
sim_audit_pay(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_number_t  *number;

    if (!reply->refused) {

        if (strcmp(exchange->endpoint->name, "bill.pay") == 0) {
            sim_audit_paid(auditor, exchange, reply);
        }

        return;
    }

    switch (reply->refusal) {

    case PHONE_PAYMENT_PENDING:

        if (!sim_was_paying(sim_map_find(&auditor->bills,
                                         sim_sent(exchange, "bill_id")),
                            exchange))
        {
            sim_violation(auditor->world, "call %u waits for no bank",
                          exchange->serial);
        }

        return;

    case PHONE_PIN_WRONG:
        number = sim_number(auditor, exchange->number);

        if (++number->told > number->counted) {
            sim_violation(auditor->world, "call %u: a wrong PIN that was not "
                          "counted", exchange->serial);
        }

        break;

    case PHONE_BILL_PAID:
    case PHONE_BILL_EXPIRED:
    case PHONE_BILL_REJECTED:
    case PHONE_BILL_CLOSED:

        if (!sim_ended_otherwise(auditor, exchange, reply)) {
            sim_violation(auditor->world, "call %u is told %.*s",
                          exchange->serial, PHONE_ARGS(reply->body));
        }

        break;

    case PHONE_LIMIT_CARD_DAY:
    case PHONE_LIMIT_PAYER_DAY:
        sim_audit_limit_told(auditor, exchange, reply);
        return;

    case PHONE_ACCOUNT_FULL:
        sim_audit_no_room(auditor, exchange);
        return;

    case PHONE_PIN_LOCKED:
    case PHONE_PIN_QUIET:
    case PHONE_PIN_NOT_SET:
        break;

    default:
        return;
    }

    sim_audit_pin_told(auditor, exchange, reply);
}


static void
sim_audit_card_pin(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_audit_pay(auditor, exchange, reply);
    sim_audit_bind(auditor, exchange, reply);
}


static void
sim_audit_me(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    if (!reply->refused
        && !phone_equal(sim_member(reply->body, "phone"), exchange->number))
    {
        sim_violation(auditor->world, "call %u shows to %.*s: %.*s",
                      exchange->serial, PHONE_ARGS(exchange->number),
                      PHONE_ARGS(reply->body));
    }
}


/* The account or the bill that the operator has named. */

static void
sim_audit_looked_up(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t        asked;
    const sim_bill_t  *bill;

    if (reply->refused) {
        return;
    }

    asked = sim_sent(exchange, "bill_id");
    bill = sim_map_find(&auditor->bills, asked);

    if (asked.len
        ? bill == NULL
          || !phone_equal(sim_member(reply->body, "bill_id"), asked)
          || !phone_equal(sim_member(reply->body, "payer_phone"), bill->payer)
        : !phone_equal(sim_member(reply->body, "phone"),
                       sim_sent(exchange, "phone")))
    {
        sim_violation(auditor->world, "call %u shows something else: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}
