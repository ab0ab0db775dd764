
/*
 * Payments that a bank makes.  The auditor sees what the platform asks for and
 * what the bank has in its own books, not what it has said: a bill is paid only
 * with money that the bank has reserved for just this payment; nothing is
 * captured before; a bill is free again only when the payment is dead; and in
 * the end the bank has taken what the ledger has from it.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"
#include "bank.h"


/* "bank:citybank:CNY" */

static int
sim_is_bank(phone_str_t account, phone_str_t currency)
{
    int   n;
    char  text[64];

    n = snprintf(text, sizeof(text), "bank:%.*s:%.*s",
                 PHONE_ARGS(SIM_BANK_NAME), PHONE_ARGS(currency));

    return phone_equal(account, (phone_str_t) { (size_t) n, text });
}


static int
sim_is_card(phone_str_t account, phone_str_t card)
{
    return account.len == 5 + card.len && memcmp(account.data, "card:", 5) == 0
           && memcmp(account.data + 5, card.data, card.len) == 0;
}


/* What was before a failover may be lost to the store, not to the bank. */

static int
sim_bank_excused(const sim_auditor_t *auditor, const sim_held_t *held)
{
    const sim_world_t  *world;

    world = auditor->world;

    return world->failovers
           && held->asked_at <= world->failover_at + SIM_BANK_LATE;
}


/* From which state a payment comes to which. */

static const struct {
    const char              *from;
    const char              *to;
} sim_payment_ways[] = {
    { "AUTHORISING", "CAPTURING" },
    { "AUTHORISING", "VOIDING" },
    { "AUTHORISING", "STOPPED" },
    { "CAPTURING", "CAPTURED" },
    { "CAPTURING", "STOPPED" },
    { "VOIDING", "CAPTURING" },
    { "VOIDING", "VOIDED" },
    { "VOIDING", "STOPPED" },
    { "REFUNDING", "REFUNDED" },
    { "REFUNDING", "STOPPED" }
};


static int
sim_payment_moves(const sim_auditor_t *auditor,
    const sim_bank_payment_t *payment, phone_str_t state)
{
    unsigned               i;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (phone_is(payment->state, "STOPPED")) {
        return phone_equal(state, payment->stopped_in)
               && sim_is_call(exchange, "operator.payment_resume")
               && phone_equal(sim_sent(exchange, "payment_id"),
                              payment->node.key);
    }

    for (i = 0; i < sizeof(sim_payment_ways) / sizeof(sim_payment_ways[0]);
         i++)
    {
        if (phone_is(payment->state, sim_payment_ways[i].from)
            && phone_is(state, sim_payment_ways[i].to))
        {
            return exchange == NULL;
        }
    }

    return 0;
}


static void
sim_audit_payment_state(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bank_payment_t *payment)
{
    int          set;
    phone_str_t  state;

    state = sim_hset_word(op, "state", &set);

    if (!set) {
        return;
    }

    if (payment->state.len && !sim_payment_moves(auditor, payment, state)) {
        sim_violation(auditor->world, "payment %.*s comes from %.*s to %.*s",
                      PHONE_ARGS(payment->node.key),
                      PHONE_ARGS(payment->state), PHONE_ARGS(state));
    }

    if (phone_is(state, "STOPPED")) {
        payment->stopped_in = payment->state;
        sim_count(auditor->world, STOPPED);

    } else if (phone_is(payment->state, "STOPPED")) {
        sim_count(auditor->world, RESUMED);
    }

    payment->state = sim_copy(auditor->memory, state);
}


void
sim_audit_payment(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, int first)
{
    sim_card_t     *card;
    sim_world_t    *world;
    sim_bank_payment_t  *payment;

    world = auditor->world;

    payment = sim_map_make(&auditor->payments, id, sizeof(sim_bank_payment_t));
    sim_audit_payment_state(auditor, op, payment);

    if (!first) {
        return;
    }

    payment->bill = sim_copy(auditor->memory,
                             sim_hset_word(op, "bill", NULL));
    payment->card = sim_copy(auditor->memory,
                             sim_hset_word(op, "card", NULL));
    payment->currency = sim_copy(auditor->memory,
                                 sim_hset_word(op, "currency", NULL));
    payment->refund = sim_copy(auditor->memory,
                               sim_hset_word(op, "refund", NULL));
    payment->of = sim_copy(auditor->memory, sim_hset_word(op, "of", NULL));

    card = sim_map_find(&auditor->cards, payment->card);

    if (sim_parse_int(sim_hset_word(op, "amount", NULL), &payment->amount)
            != 0
        || sim_parse_int(sim_hset_word(op, "created", NULL), &payment->begun)
           != 0
        || card == NULL || !card->by_bank
        || !phone_equal(sim_hset_word(op, "bank", NULL), SIM_BANK_NAME)
        || !phone_equal(card->currency, payment->currency))
    {
        sim_violation(world, "payment %.*s is of no card of the bank",
                      PHONE_ARGS(id));
    }
}


/* The bill waits for a payment that the same commit has made. */

void
sim_audit_paying(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill)
{
    int   n;
    char  text[96];

    bill->payment = sim_copy(auditor->memory, sim_hset_word(op, "next", NULL));

    n = snprintf(text, sizeof(text), "card:%.*s",
                 PHONE_ARGS(sim_card_paying(auditor,
                                            auditor->exchange)));
    bill->paid_from = sim_copy(auditor->memory,
                               (phone_str_t) { (size_t) n, text });
}


/* After the commit: it is the payer's will. */

void
sim_audit_pays_by_bank(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    sim_bank_payment_t  *payment;

    payment = sim_map_find(&auditor->payments, bill->payment);

    if (payment == NULL || payment->refund.len
        || !phone_equal(payment->bill, bill->node.key)
        || payment->amount != bill->amount
        || !phone_equal(payment->currency, bill->currency)
        || !sim_is_card(bill->paid_from, payment->card))
    {
        sim_violation(auditor->world, "bill %.*s waits for the payment %.*s",
                      PHONE_ARGS(bill->node.key), PHONE_ARGS(bill->payment));
        return;
    }

    sim_audit_payer(auditor, bill);
}


void
sim_audit_bank_paid(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    sim_bank_payment_t     *payment;
    const sim_held_t  *held;

    payment = sim_map_find(&auditor->payments, bill->payment);
    held = sim_bank_holds(auditor->world, bill->payment);

    if (payment == NULL || payment->came != 1 || held == NULL
        || !held->approved || held->voided || held->moved != bill->amount
        || !phone_equal(held->currency, bill->currency)
        || !sim_is_card(bill->paid_from, payment->card))
    {
        sim_violation(auditor->world, "bill %.*s is paid without the bank",
                      PHONE_ARGS(bill->node.key));
        return;
    }

    sim_audit_approved(auditor, bill,
                       sim_map_find(&auditor->cards, payment->card),
                       payment->begun);
}


void
sim_audit_bank_unpaid(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    sim_card_t          *card;
    const sim_held_t    *held;
    sim_bank_payment_t  *payment;

    held = sim_bank_holds(auditor->world, bill->payment);

    if (held == NULL || !held->voided) {
        sim_violation(auditor->world, "bill %.*s is free, and the bank may "
                      "still pay it", PHONE_ARGS(bill->node.key));
    }

    payment = sim_map_find(&auditor->payments, bill->payment);
    card = payment ? sim_map_find(&auditor->cards, payment->card) : NULL;

    if (card) {
        sim_audit_day_voided(auditor, bill, card, payment->begun);
    }
}


int64_t
sim_bank_unclear(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t body)
{
    int64_t            n;
    phone_str_t        rest, fault, where, kind;
    const sim_held_t  *held;

    n = 0;
    rest = sim_member(body, "faults");

    while (sim_element(&rest, &fault)) {
        if (!phone_is(sim_member(fault, "what"), "payment_unclear")) {
            continue;
        }

        n++;
        where = sim_member(fault, "where");
        (void) phone_split(&where, ':', &kind);
        held = sim_bank_holds(auditor->world, where);

        if (exchange->at_rest
            && (held == NULL
                || (!sim_bank_excused(auditor, held)
                    && (held->of.len == 0 || held->refunded))))
        {
            sim_violation(auditor->world, "payment %.*s is unclear, and the "
                          "bank has answered", PHONE_ARGS(where));
        }
    }

    return n;
}


/* What a list shows of a payment. */

static int
sim_payment_shown(sim_auditor_t *auditor, phone_str_t shown)
{
    int64_t                    amount;
    const sim_bank_payment_t  *payment;

    payment = sim_map_find(&auditor->payments,
                           sim_member(shown, "payment_id"));

    return payment != NULL
           && sim_parse_int(sim_member(shown, "amount"), &amount) == 0
           && amount == payment->amount
           && phone_equal(sim_member(shown, "currency"), payment->currency)
           && phone_equal(sim_member(shown, "card_id"), payment->card)
           && phone_equal(sim_member(shown, "bill_id"), payment->bill)
           && phone_equal(sim_member(shown, "refund_id"), payment->refund)
           && phone_equal(sim_member(shown, "bank"), SIM_BANK_NAME)
           && phone_is(sim_member(shown, "state"), "STOPPED")
              == (sim_member(shown, "stopped_in").len != 0);
}


void
sim_audit_payments(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t  rest, shown;

    rest = reply->refused ? PHONE_EMPTY : sim_member(reply->body, "payments");

    while (sim_element(&rest, &shown)) {
        if (!sim_payment_shown(auditor, shown)) {
            sim_violation(auditor->world, "call %u shows a payment: %.*s",
                          exchange->serial, PHONE_ARGS(shown));
        }
    }
}


/* What the operator has seen in a list, or the bank was asked for, is there,
   but for a failover; one that was voided goes in a week. */

void
sim_audit_resume(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    const sim_bank_payment_t  *payment;

    payment = sim_map_find(&auditor->payments,
                           sim_sent(exchange, "payment_id"));

    if (reply->refused
        ? reply->refusal == PHONE_NOT_FOUND && payment != NULL
          && !payment->archived && !auditor->world->failovers
          && !phone_is(payment->state, "VOIDED")
        : payment == NULL || phone_is(sim_member(reply->body, "state"),
                                      "STOPPED"))
    {
        sim_violation(auditor->world, "call %u resumes: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


/* Entries of the ledger: in, through the card, and back for a refund. */

void
sim_audit_bank_money(sim_auditor_t *auditor,
    const phone_ledger_entry_t *entry)
{
    int             in;
    sim_bank_payment_t  *payment;

    in = phone_is(entry->reason, "bank");
    payment = sim_map_find(&auditor->payments, entry->reference);

    if (payment == NULL || entry->amount != payment->amount
        || !phone_equal(entry->currency, payment->currency)
        || !sim_is_bank(in ? entry->from : entry->to, entry->currency)
        || !sim_is_card(in ? entry->to : entry->from, payment->card)
        || in == (payment->refund.len != 0))
    {
        sim_violation(auditor->world, "%.*s moves %lld from %.*s to %.*s",
                      PHONE_ARGS(entry->reference),
                      (long long) entry->amount, PHONE_ARGS(entry->from),
                      PHONE_ARGS(entry->to));
        return;
    }

    if (payment->refund.len) {
        sim_count(auditor->world, BANK_REFUNDED);
    }

    if (++payment->came > 1) {
        sim_violation(auditor->world, "payment %.*s is booked twice",
                      PHONE_ARGS(entry->reference));
    }

    sim_audit_bank_refunded(auditor, payment, entry->reference);
}


/* Money is back at the bank when the bank says so, and not before. */

void
sim_audit_bank_refunded(sim_auditor_t *auditor,
    const sim_bank_payment_t *payment, phone_str_t id)
{
    const sim_held_t  *held;

    held = sim_bank_holds(auditor->world, id);

    if (payment->refund.len && (held == NULL || !held->refunded)) {
        sim_violation(auditor->world, "refund %.*s has not come to the bank",
                      PHONE_ARGS(payment->refund));

    } else if (payment->refund.len && held->moved != payment->amount) {
        sim_violation(auditor->world, "of refund %.*s %lld have come to the "
                      "bank", PHONE_ARGS(payment->refund),
                      (long long) held->moved);
    }
}


/* Questions */

static phone_str_t
sim_asked(const phone_fields_t *fields, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(fields, name);

    return value != NULL ? *value : PHONE_EMPTY;
}


static const char *
sim_asked_wrongly(sim_auditor_t *auditor, const phone_fields_t *fields)
{
    int64_t         amount;
    phone_str_t     service, card_no;
    sim_bill_t     *bill;
    sim_card_t     *card;
    sim_bank_payment_t  *payment;

    service = sim_asked(fields, "service");
    payment = sim_map_find(&auditor->payments, sim_asked(fields, "id"));

    if (payment == NULL) {
        return "for a payment that nobody makes";
    }

    bill = sim_bill(auditor, payment->bill);

    if (sim_parse_int(sim_asked(fields, "amount"), &amount) != 0
        || amount != payment->amount
        || !phone_equal(sim_asked(fields, "currency"), payment->currency)
        || !phone_equal(sim_asked(fields, "payment_id"), payment->of))
    {
        return "for something else";
    }

    if (phone_is(service, "bank.authorise")) {
        card = sim_map_find(&auditor->cards, payment->card);
        card_no = sim_asked(fields, "card_no");

        if (card == NULL || card_no.len < 4
            || memcmp(card_no.data + card_no.len - 4, card->last.data, 4) != 0)
        {
            return "for money of another card";
        }

    } else if (sim_asked(fields, "card_no").len) {
        return "with a card number for nothing";
    }

    if (phone_is(service, "bank.capture")
        && (bill->status != SIM_BILL_PAID || payment->came != 1))
    {
        return "for money of a bill that is not paid";
    }

    if (phone_is(service, "bank.void") && bill->status == SIM_BILL_PAID
        && phone_equal(bill->payment, sim_asked(fields, "id")))
    {
        return "to forget what is paid";
    }

    return NULL;
}


void
sim_audit_bank_asked(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t form)
{
    const char      *wrong;
    phone_str_t      bad;
    sim_world_t     *world;
    phone_arena_t    arena;
    phone_fields_t   fields;

    world = auditor->world;
    phone_arena_init(&arena);
    fields.n = 0;

    /* what a task has read before a failover may be so no more */

    if (phone_form_parse(&arena, form, &fields, &bad) == PHONE_FIELDS_OK
        && !sim_read_before(world, task))
    {
        wrong = sim_asked_wrongly(auditor, &fields);

        if (wrong != NULL) {
            sim_violation(world, "the bank is asked %s: %.*s", wrong,
                          PHONE_ARGS(sim_asked(&fields, "id")));
        }
    }

    phone_arena_free(&arena);
}


/* The end: the bank's books against the ledger. */

static const char *
sim_bank_wrong(const sim_held_t *held, const sim_bank_payment_t *payment)
{
    if (payment == NULL) {
        return "nobody knows of";
    }

    if (payment->refund.len) {
        return held->refunded == payment->came ? NULL : "is refunded otherwise";
    }

    if (held->captured != payment->came) {
        return held->captured ? "is captured and not booked"
                              : "is booked and not captured";
    }

    return held->approved && !held->captured && !held->voided
           ? "is reserved for ever" : NULL;
}


/* What was refunded to a card and has not come to the bank is all that the card
   holds. */

static void
sim_audit_bank_card(sim_auditor_t *auditor, const sim_card_t *card)
{
    int                        n;
    char                       text[96];
    size_t                     i;
    int64_t                    waits, holds;
    phone_str_t                balance;
    const sim_bank_payment_t  *payment;

    waits = 0;

    for (i = 0; i < auditor->payments.slots; i++) {
        payment = (const sim_bank_payment_t *) auditor->payments.slot[i];

        if (payment != NULL && payment->refund.len && payment->came == 0
            && phone_equal(payment->card, card->node.key))
        {
            waits += payment->amount;
        }
    }

    n = snprintf(text, sizeof(text), "phone:{%.3s}:card:%.*s",
                 card->node.key.data, PHONE_ARGS(card->node.key));
    balance = sim_stored(auditor, (phone_str_t) { (size_t) n, text },
                         "balance");
    holds = 0;

    if ((balance.len && sim_parse_int(balance, &holds) != 0)
        || holds != waits)
    {
        sim_violation(auditor->world, "invariant 2: card %.*s of the bank "
                      "holds %lld, %lld wait for the bank",
                      PHONE_ARGS(card->node.key), (long long) holds,
                      (long long) waits);
    }
}


void
sim_audit_bank_end(sim_auditor_t *auditor)
{
    size_t             i;
    const sim_card_t  *card;
    const char        *wrong;
    sim_bank_payment_t     *payment;
    const sim_map_t   *map;
    const sim_held_t  *held;

    map = &auditor->world->bank->held;

    for (i = 0; i < map->slots; i++) {
        held = (const sim_held_t *) map->slot[i];

        if (held == NULL) {
            continue;
        }

        payment = sim_map_find(&auditor->payments, held->node.key);
        wrong = sim_bank_wrong(held, payment);

        if (wrong != NULL && !sim_bank_excused(auditor, held)) {
            sim_violation(auditor->world, "payment %.*s %s",
                          PHONE_ARGS(held->node.key), wrong);
        }
    }

    map = &auditor->cards;

    for (i = 0; i < map->slots; i++) {
        card = (const sim_card_t *) map->slot[i];

        if (card != NULL && card->by_bank) {
            sim_audit_bank_card(auditor, card);
        }
    }

    map = &auditor->payments;

    for (i = 0; i < map->slots; i++) {
        payment = (sim_bank_payment_t *) map->slot[i];

        if (payment != NULL && payment->came
            && sim_bank_holds(auditor->world, payment->node.key) == NULL)
        {
            sim_violation(auditor->world, "payment %.*s is booked, the bank "
                          "knows nothing of it",
                          PHONE_ARGS(payment->node.key));
        }
    }
}
