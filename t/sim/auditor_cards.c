
/*
 * Bank cards: whoever binds one is on file for it, has its proof and his PIN,
 * and gets no more answers a day than he has tries; what is removed neither
 * pays nor is shown, and keeps its money.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"


/* The card of a number; NULL: there is none. */

sim_card_t *
sim_card_numbered(sim_auditor_t *auditor, phone_str_t card_no)
{
    size_t       i;
    sim_card_t  *card;

    for (i = 0; i < auditor->cards.slots; i++) {
        card = (sim_card_t *) auditor->cards.slot[i];

        if (card != NULL && phone_equal(card->number, card_no)) {
            return card;
        }
    }

    return NULL;
}


/* The bank gives a card its first proof with the card, or another one. */

void
sim_audit_proof(sim_auditor_t *auditor, const phone_op_t *op)
{
    int          set;
    sim_card_t  *card;

    (void) sim_hset_word(op, "proof", &set);

    if (!set) {
        return;
    }

    card = sim_card_numbered(auditor, sim_sent(auditor->exchange, "card_no"));

    if (card == NULL
        || (!sim_is_call(auditor->exchange, "operator.card_proof")
            && !sim_is_call(auditor->exchange, "operator.bank_cards"))
        || !phone_equal(sim_hset_word(op, "holder", NULL), card->owner))
    {
        sim_violation(auditor->world, "a proof of a card is set by nobody");
        return;
    }

    card->proof_before = card->proof;
    card->proof_before_at = card->proof_at;
    card->proof = sim_copy(auditor->memory, sim_sent(auditor->exchange,
                                                     "proof"));
    card->proof_at = auditor->world->now;
}


/* The one before may still do for a call that was under way. */

static int
sim_proves(const sim_auditor_t *auditor, const sim_card_t *card,
    const sim_exchange_t *exchange)
{
    phone_str_t  proof;

    proof = sim_sent(exchange, "proof");

    return proof.len
           && (phone_equal(proof, card->proof)
               || (phone_equal(proof, card->proof_before)
                   && card->proof_at >= exchange->sent_at)
               || card->proof_before_at >= exchange->sent_at
               || auditor->world->failover_at >= exchange->sent_at);
}


const char *
sim_pin_missing(const sim_auditor_t *auditor, const sim_number_t *number)
{
    if (!phone_equal(sim_sent(auditor->exchange, "pin"), number->pin)) {
        return "with a wrong PIN";
    }

    return auditor->task->call.now < number->until ? "while the PIN is locked"
           : auditor->task->call.now < number->quiet ? "before the PIN counts"
           : NULL;
}


/* A card that was there changes. */

void
sim_audit_card_changed(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id)
{
    int                    set;
    const char            *wrong;
    sim_card_t            *card;
    phone_str_t            number;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    card = sim_map_find(&auditor->cards, id);

    if (op->kind == PHONE_OP_HSET) {
        number = sim_hset_word(op, "number", &set);

        if (set && op->nwords == 4 && sim_is_reseal(auditor)) {
            sim_audit_number(auditor, id, number);
            return;
        }

        (void) sim_hset_word(op, "paid_day", &set);

        if (set && (sim_is_call(exchange, "bill.pay")
                    || (exchange == NULL && card != NULL && card->by_bank)))
        {
            return;
        }

        (void) sim_hset_word(op, "tries_day", &set);

        if (set && card != NULL && card->by_bank
            && (exchange == NULL || sim_is_call(exchange, "bill.pay")))
        {
            return;
        }

        (void) sim_hset_word(op, "unbound", &set);

    } else {
        set = op->nwords == 1 && phone_is(op->word[0], "unbound");
    }

    /* its version, beside another command */

    if (!set && op->nwords == 2 && phone_is(op->word[0], "v")) {
        return;
    }

    wrong = NULL;

    if (card == NULL || !set
        || !sim_is_call(exchange, op->kind == PHONE_OP_HSET
                                  ? "bill.card_remove" : "bill.card_bind")
        || !phone_equal(exchange->number, card->owner))
    {
        sim_violation(auditor->world, "card %.*s changes for nobody",
                      PHONE_ARGS(id));
        return;
    }

    if (op->kind == PHONE_OP_HSET) {
        wrong = phone_equal(sim_sent(exchange, "card_id"), id)
                ? NULL : "instead of another";

    } else if (!phone_equal(sim_sent(exchange, "card_no"), card->number)) {
        wrong = "instead of another";

    } else if (!sim_proves(auditor, card, exchange)) {
        wrong = "without its proof";
    }

    if (wrong == NULL) {
        wrong = sim_pin_missing(auditor, sim_number(auditor, card->owner));
    }

    if (wrong != NULL || card->unbound == (op->kind == PHONE_OP_HSET)) {
        sim_violation(auditor->world, "card %.*s is bound or removed %s (call "
                      "%u)", PHONE_ARGS(id), wrong != NULL ? wrong : "again",
                      exchange->serial);
    }

    card->unbound = op->kind == PHONE_OP_HSET;
    card->changed_at = auditor->world->now;
    auditor->card_changed = 1;
}


/* The default card of a number is chosen, or taken away with the card. */

void
sim_audit_default(sim_auditor_t *auditor, const phone_op_t *op,
    sim_number_t *number)
{
    int           set;
    unsigned      i;
    sim_card_t   *card;
    phone_str_t   id;

    id = op->kind == PHONE_OP_HSET ? sim_hset_word(op, "card", &set)
                                   : PHONE_EMPTY;

    for (i = 0; op->kind == PHONE_OP_HDEL && i < op->nwords; i++) {
        id = phone_is(op->word[i], "card") ? number->card : id;
    }

    if (id.len == 0) {
        return;
    }

    card = sim_map_find(&auditor->cards, id);

    if (card == NULL || !phone_equal(card->owner, number->node.key)
        || (op->kind == PHONE_OP_HSET && card->unbound)
        || !sim_is_call(auditor->exchange, op->kind == PHONE_OP_HSET
                                           ? "bill.card_default"
                                           : "bill.card_remove")
        || !phone_equal(auditor->exchange->number, number->node.key)
        || !phone_equal(sim_sent(auditor->exchange, "card_id"), id))
    {
        sim_violation(auditor->world, "the default card of %.*s is changed by "
                      "nobody", PHONE_ARGS(number->node.key));
    }

    number->card = op->kind == PHONE_OP_HSET ? sim_copy(auditor->memory, id)
                                             : PHONE_EMPTY;
}


/* Whoever has lost his session to a thief hears of it. */

void
sim_audit_card_told(sim_auditor_t *auditor)
{
    const sim_card_t    *card;
    const sim_number_t  *number;

    if (!auditor->card_changed) {
        return;
    }

    if (auditor->texts != 1) {
        sim_violation(auditor->world, "a card is bound or removed, and its "
                      "owner is not told");
    }

    number = sim_number(auditor, auditor->exchange->number);
    card = sim_map_find(&auditor->cards, number->card);

    if (card != NULL && card->unbound) {
        sim_violation(auditor->world, "card %.*s is removed and stays the "
                      "default", PHONE_ARGS(number->card));
    }
}


phone_str_t
sim_card_paying(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    phone_str_t  id;

    id = sim_sent(exchange, "card_id");

    return id.len ? id : sim_number(auditor, exchange->number)->card;
}


/* What a call that binds a card is told. */

void
sim_audit_bind(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           right;
    sim_card_t   *card;
    sim_world_t  *world;

    world = auditor->world;
    card = sim_card_numbered(auditor, sim_sent(exchange, "card_no"));
    right = card != NULL && phone_equal(card->owner, exchange->number)
            && sim_proves(auditor, card, exchange);

    if (!reply->refused
        && (!right
            || !phone_equal(sim_member(reply->body, "card_id"),
                            card->node.key)
            || (card->unbound && card->changed_at < exchange->sent_at)))
    {
        sim_violation(world, "call %u is told that a card is bound: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }

    if (reply->refused && reply->refusal == PHONE_CARD_PROOF_WRONG && right
        && card->proof_at < exchange->sent_at
        && world->failover_at < exchange->sent_at)
    {
        sim_violation(world, "call %u is told that the right proof is wrong",
                      exchange->serial);
    }

    if (!reply->refused || reply->refusal == PHONE_CARD_PROOF_WRONG
        || reply->refusal == PHONE_TOO_MANY)
    {
        sim_audit_proof_tried(auditor, exchange);
    }
}


int
sim_card_hidden(const sim_card_t *card, const sim_exchange_t *exchange)
{
    return card->unbound && card->changed_at < exchange->sent_at;
}


/* A card is shown to its owner. */

void
sim_audit_cards(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int64_t      balance;
    sim_card_t  *card;
    phone_str_t  rest, object, number;

    rest = sim_member(reply->body, "cards");

    while (!reply->refused && sim_element(&rest, &object)) {
        card = sim_map_find(&auditor->cards, sim_member(object, "card_id"));
        number = sim_member(object, "number");

        if (card == NULL || !phone_equal(card->owner, exchange->number)
            || sim_card_hidden(card, exchange)
            || !phone_equal(card->currency, sim_member(object, "currency"))
            || (card->by_bank
                ? sim_member(object, "balance").len != 0
                : sim_parse_int(sim_member(object, "balance"), &balance) != 0
                  || balance < 0 || balance > card->opened)
            || number.len < 10
            || memcmp(number.data + number.len - 4, card->last.data, 4) != 0
            || memchr(number.data, '*', number.len) == NULL)
        {
            sim_violation(auditor->world, "call %u shows to %.*s: %.*s",
                          exchange->serial, PHONE_ARGS(exchange->number),
                          PHONE_ARGS(object));
        }
    }
}


/* The end: what is bound is listed, and nothing else. */

void
sim_audit_cards_end(sim_auditor_t *auditor)
{
    char               text[96];
    size_t             i;
    sim_card_t        *card;
    sim_world_t       *world;
    const sim_zset_t  *list;

    world = auditor->world;

    for (i = 0; i < auditor->cards.slots; i++) {
        card = (sim_card_t *) auditor->cards.slot[i];

        if (card == NULL) {
            continue;
        }

        snprintf(text, sizeof(text), "phone:{%.3s}:cards:%.*s",
                 card->node.key.data, PHONE_ARGS(card->owner));
        list = sim_store_zset(world->store, sim_wall(world),
                              phone_cstr(text));

        if ((list != NULL && sim_zset_find(list, card->node.key) != NULL)
            == card->unbound)
        {
            sim_violation(world, "card %.*s is bound and not listed, or listed "
                          "and not bound", PHONE_ARGS(card->node.key));
        }
    }
}
