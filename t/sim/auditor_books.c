
/*
 * What the people have asked for, by what they sent: orders with their terms,
 * cards with their owners, credits.  What the product stores and books is held
 * against that.
 */


#include <stdio.h>

#include "auditing.h"
#include "bank.h"
#include "lib/id.h"


static int
sim_begins(phone_str_t text, const char *with)
{
    size_t  len;

    len = strlen(with);

    return text.len >= len && memcmp(text.data, with, len) == 0;
}


/* An account is "<kind>:<one>" or "<kind>:<one>:<two>". */

static int
sim_account_is(phone_str_t account, const char *kind, phone_str_t one,
    phone_str_t two)
{
    int   n;
    char  text[192];

    n = snprintf(text, sizeof(text), "%s:%.*s%s%.*s", kind, PHONE_ARGS(one),
                 two.len ? ":" : "", PHONE_ARGS(two));

    return phone_equal(account, (phone_str_t) { (size_t) n, text });
}


/* Orders */

static phone_str_t
sim_kept(sim_auditor_t *auditor, phone_str_t text)
{
    return sim_copy(auditor->memory, text);
}


static int64_t
sim_lifetime(sim_auditor_t *auditor)
{
    int64_t                  seconds;
    phone_str_t              sent;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;
    sent = sim_sent(auditor->exchange, "expires_in");

    if (sim_parse_int(sent, &seconds) != 0) {
        return settings->bill_lifetime;
    }

    return seconds * 1000 < settings->bill_lifetime_max
           ? seconds * 1000 : settings->bill_lifetime_max;
}


/* An order is taken: for the merchant who asked, on the terms he sent. */

void
sim_audit_claim(sim_auditor_t *auditor, const phone_guard_t *guard)
{
    int                    n;
    char                   text[128];
    sim_key_t              parts;
    sim_deal_t            *deal;
    sim_world_t           *world;
    const sim_exchange_t  *exchange;

    (void) sim_key_parse(guard->key, &parts);

    if (phone_is(parts.kind, "nonce")) {
        sim_audit_nonce_taken(auditor);
        return;
    }

    if (phone_is(parts.kind, "envelope")) {
        sim_audit_envelope_taken(auditor, &parts);
        return;
    }

    if (phone_is(parts.kind, "refund_no")) {
        sim_audit_refund_no(auditor, guard, &parts);
        return;
    }

    if (phone_is(parts.kind, "message_no")) {
        sim_audit_message_taken(auditor, &parts);
        return;
    }

    if (!phone_is(parts.kind, "order")) {
        return;
    }

    world = auditor->world;
    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "bill.create")) {
        sim_violation(world, "order %.*s is taken by nobody",
                      PHONE_ARGS(parts.id));
        return;
    }

    n = snprintf(text, sizeof(text), "%.*s:%.*s",
                 PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                 PHONE_ARGS(sim_sent(exchange, "out_trade_no")));

    if (!phone_equal(parts.id, (phone_str_t) { (size_t) n, text })
        || !phone_is(guard->want, "0"))
    {
        sim_violation(world, "%s is taken as order %.*s for %.*s ms", text,
                      PHONE_ARGS(parts.id), PHONE_ARGS(guard->want));
        return;
    }

    if (sim_map_find(&auditor->orders, parts.id) != NULL) {
        sim_violation(world, "order %.*s gets another bill",
                      PHONE_ARGS(parts.id));
        return;
    }

    deal = sim_map_add(&auditor->orders, parts.id, sizeof(sim_deal_t));
    deal->at = world->now;
    deal->value = sim_kept(auditor, guard->field);
    deal->merchant = sim_kept(auditor, sim_sent(exchange, "merchant_id"));
    deal->order = sim_kept(auditor, sim_sent(exchange, "out_trade_no"));
    deal->amount = sim_kept(auditor, sim_sent(exchange, "amount"));
    deal->currency = sim_kept(auditor, sim_sent(exchange, "currency"));
    deal->payer = sim_kept(auditor, sim_sent(exchange, "payer_phone"));
    deal->buyer = sim_kept(auditor, sim_sent(exchange, "buyer_phone"));
    deal->subject = sim_kept(auditor, sim_sent(exchange, "subject"));
    deal->url = sim_kept(auditor, sim_sent(exchange, "notify_url"));
    deal->expires = auditor->task->call.now + sim_lifetime(auditor);

    sim_audit_made(auditor);

    if (deal->currency.len == 0) {
        deal->currency = world->settings.currency;
    }
}


static void
sim_audit_term(sim_auditor_t *auditor, const phone_op_t *op,
    const char *field, phone_str_t agreed)
{
    phone_str_t  word;

    word = sim_hset_word(op, field, NULL);

    if (!phone_equal(word, agreed)) {
        sim_violation(auditor->world, "%s of \"%.*s\" is %.*s, %.*s was sent",
                      field, PHONE_ARGS(op->key), PHONE_ARGS(word),
                      PHONE_ARGS(agreed));
    }
}


/* A bill is made: for the order that it was claimed for, on its terms, and in
   the payer's list. */

void
sim_audit_deal(sim_auditor_t *auditor, const phone_op_t *op, sim_bill_t *bill)
{
    int           n;
    char          text[128];
    sim_deal_t   *deal;
    sim_shop_t   *shop;
    sim_world_t  *world;

    world = auditor->world;

    n = snprintf(text, sizeof(text), "%.*s:%.*s",
                 PHONE_ARGS(sim_hset_word(op, "merchant", NULL)),
                 PHONE_ARGS(sim_hset_word(op, "order", NULL)));

    deal = sim_map_find(&auditor->orders, (phone_str_t) { (size_t) n, text });

    if (deal == NULL || !phone_equal(deal->value, bill->node.key)) {
        sim_violation(world, "bill %.*s is made for %s",
                      PHONE_ARGS(bill->node.key), text);
        return;
    }

    bill->deal = deal;

    sim_audit_term(auditor, op, "amount", deal->amount);
    sim_audit_term(auditor, op, "currency", deal->currency);
    sim_audit_term(auditor, op, "payer", deal->payer);
    sim_audit_term(auditor, op, "subject", deal->subject);
    sim_audit_term(auditor, op, "notify_url", deal->url);

    if (bill->expires != deal->expires) {
        sim_violation(world, "bill %.*s expires at %lld, not at %lld",
                      PHONE_ARGS(bill->node.key), (long long) bill->expires,
                      (long long) deal->expires);
    }

    sim_number(auditor, deal->payer)->bills++;

    shop = sim_map_find(&auditor->shops, deal->merchant);

    if (shop != NULL) {
        shop->bills++;
    }
}


/* The list of a merchant gets what he makes, of nobody else. */

void
sim_audit_billed(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    phone_str_t    id, merchant;
    sim_shop_t    *shop;
    sim_billed_t  *billed;

    id = parts->id;
    merchant = PHONE_EMPTY;
    (void) phone_split(&id, ':', &merchant);

    if (!sim_is_call(auditor->exchange, "bill.create")
        || !phone_equal(merchant, sim_sent(auditor->exchange, "merchant_id")))
    {
        sim_violation(auditor->world, "\"%.*s\" gets bill %.*s",
                      PHONE_ARGS(op->key), PHONE_ARGS(op->word[0]));
    }

    shop = sim_map_find(&auditor->shops, merchant);

    if (shop != NULL) {
        billed = sim_zalloc(auditor->memory, sizeof(sim_billed_t));
        billed->at = phone_id_time(op->word[0]);
        billed->before = shop->billed;
        shop->billed = billed;
    }
}


/* The bills that a merchant has made, since some time: those of his log, or
   all that are there, if they are more. */

unsigned
sim_billed_since(sim_auditor_t *auditor, phone_str_t merchant, int64_t since)
{
    unsigned       n;
    sim_shop_t    *shop;
    sim_billed_t  *billed;

    shop = sim_map_find(&auditor->shops, merchant);

    for (n = 0, billed = shop != NULL ? shop->billed : NULL; billed != NULL;
         billed = billed->before)
    {
        n += billed->at >= since;
    }

    return since == 0 && shop != NULL && shop->bills > n ? shop->bills : n;
}


/* Cards, merchants, credits */

static void
sim_audit_new_card(sim_auditor_t *auditor, phone_str_t id)
{
    sim_card_t            *card;
    phone_str_t            sent;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (!sim_is_call(exchange, "operator.bank_cards")
        || sim_map_find(&auditor->cards, id) != NULL
        || (sim_card_numbered(auditor, sim_sent(exchange, "card_no")) != NULL
            && !auditor->world->failovers))
    {
        sim_violation(auditor->world, "card %.*s is opened by nobody",
                      PHONE_ARGS(id));
        return;
    }

    card = sim_map_add(&auditor->cards, id, sizeof(sim_card_t));
    card->owner = sim_kept(auditor, sim_sent(exchange, "phone"));
    card->currency = sim_kept(auditor, sim_sent(exchange, "currency"));
    sent = sim_sent(exchange, "card_no");
    card->number = sim_kept(auditor, sent);
    card->unbound = sim_sent(exchange, "proof").len != 0;
    card->last = sim_kept(auditor, (phone_str_t) { 4, sent.data + sent.len
                                                      - 4 });

    if (card->currency.len == 0) {
        card->currency = auditor->world->settings.currency;
    }

    card->by_bank = phone_equal(sim_sent(exchange, "bank"), SIM_BANK_NAME);

    if (sim_parse_int(sim_sent(exchange, "balance"), &card->opened) != 0) {
        card->opened = 0;
    }
}


static void
sim_audit_credit(sim_auditor_t *auditor, phone_str_t id)
{
    int          n;
    char         text[128];
    phone_str_t  amount;

    n = snprintf(text, sizeof(text), "%.*s:%.*s",
                 PHONE_ARGS(sim_sent(auditor->exchange, "phone")),
                 PHONE_ARGS(sim_sent(auditor->exchange, "credit_no")));

    if (!sim_is_call(auditor->exchange, "operator.credit")
        || !phone_equal(id, (phone_str_t) { (size_t) n, text }))
    {
        sim_violation(auditor->world, "credit %.*s is given by nobody",
                      PHONE_ARGS(id));
        return;
    }

    amount = sim_sent(auditor->exchange, "amount");

    if (sim_fact(auditor, &auditor->credits, id, amount) != 0) {
        sim_violation(auditor->world, "credit %.*s changes", PHONE_ARGS(id));
    }
}


/* A merchant is open, or closed. */

static void
sim_audit_shop(sim_auditor_t *auditor, const phone_op_t *op, phone_str_t id)
{
    int          set;
    sim_shop_t  *shop;
    phone_str_t  status, sent;

    status = sim_hset_word(op, "status", &set);

    if (!set) {
        return;
    }

    sent = sim_is_call(auditor->exchange, "operator.merchants")
           ? PHONE_STR("ACTIVE")
           : sim_is_call(auditor->exchange, "operator.merchant_change")
             ? sim_sent(auditor->exchange, "status") : PHONE_EMPTY;

    if (!phone_equal(status, sent)) {
        sim_violation(auditor->world, "merchant %.*s is %.*s", PHONE_ARGS(id),
                      PHONE_ARGS(status));
    }

    shop = sim_map_make(&auditor->shops, id, sizeof(sim_shop_t));
    shop->closed = phone_is(status, "CLOSED");
    shop->was_closed |= shop->closed;
    shop->since = auditor->world->now;
}


/* Looked at before all other commands of the commit: they refer to it. */

void
sim_audit_ordered(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    int          set;
    phone_str_t  card;

    if (op->kind != PHONE_OP_HSET) {
        return;
    }

    if (phone_is(parts->kind, "card_number") && sim_is_reseal(auditor)) {
        sim_audit_renamed(auditor, op);

    } else if (phone_is(parts->kind, "card_number")) {
        card = sim_hset_word(op, "card", &set);

        if (set) {
            sim_audit_new_card(auditor, card);
        }

        sim_audit_proof(auditor, op);

    } else if (phone_is(parts->kind, "credit")) {
        sim_audit_credit(auditor, parts->id);

    } else if (phone_is(parts->kind, "settlement")) {
        sim_audit_settlement(auditor, op, parts->id);

    } else if (phone_is(parts->kind, "merchant")) {
        sim_audit_shop(auditor, op, parts->id);
        (void) sim_hset_word(op, "notify_url", &set);

        if (set
            && (!sim_is_call(auditor->exchange, "operator.merchants")
                || !phone_equal(parts->id, sim_sent(auditor->exchange,
                                                    "merchant_id"))))
        {
            sim_violation(auditor->world, "merchant %.*s is made by nobody",
                          PHONE_ARGS(parts->id));
        }

        if (set) {
            (void) sim_fact(auditor, &auditor->urls, parts->id,
                            sim_sent(auditor->exchange, "notify_url"));
        }
    }
}


void
sim_audit_card(sim_auditor_t *auditor, const phone_op_t *op, phone_str_t id)
{
    sim_card_t  *card;

    card = sim_map_find(&auditor->cards, id);

    if (card == NULL || card->stored) {
        sim_violation(auditor->world, "card %.*s is made by nobody",
                      PHONE_ARGS(id));
        return;
    }

    card->stored = 1;
    sim_audit_term(auditor, op, "owner", card->owner);
    sim_audit_term(auditor, op, "currency", card->currency);
}


/* Money that comes in: as much as was sent, to whom it was sent. */

void
sim_audit_money_in(sim_auditor_t *auditor, const phone_ledger_entry_t *entry)
{
    int           n;
    char          text[128];
    int64_t       amount;
    sim_fact_t   *credit;
    sim_card_t   *card;
    phone_str_t   number;

    amount = -1;

    if (phone_is(entry->reason, "open")) {
        card = sim_map_find(&auditor->cards, entry->reference);

        if (card != NULL
            && (sim_account_is(entry->to, "card", entry->reference,
                               PHONE_EMPTY)
                || sim_account_is(entry->to, "clearing", card->currency,
                                  PHONE_EMPTY))
            && phone_equal(entry->currency, card->currency))
        {
            amount = card->opened;
        }

    } else if (phone_is(entry->reason, "credit")) {
        number = entry->to;

        if (sim_begins(number, "prepaid:")) {
            number.data += 8;
            number.len -= 8;
        }

        n = snprintf(text, sizeof(text), "%.*s:%.*s", PHONE_ARGS(number),
                     PHONE_ARGS(entry->reference));
        credit = sim_map_find(&auditor->credits,
                              (phone_str_t) { (size_t) n, text });

        if (credit == NULL || sim_parse_int(credit->value, &amount) != 0) {
            amount = -1;
        }
    }

    if (entry->amount != amount) {
        sim_violation(auditor->world, "%lld %.*s of %.*s goes from %.*s to "
                      "%.*s", (long long) entry->amount,
                      PHONE_ARGS(entry->reason), PHONE_ARGS(entry->reference),
                      PHONE_ARGS(entry->from), PHONE_ARGS(entry->to));
    }
}


/* Lists */

void
sim_audit_listing(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    phone_str_t   owner;
    sim_bill_t   *bill;
    sim_card_t   *card;

    card = NULL;
    owner = PHONE_EMPTY;

    if (phone_is(parts->kind, "bills")) {
        bill = sim_map_find(&auditor->bills, op->word[1]);
        owner = bill != NULL ? bill->payer : owner;

        if (bill != NULL) {
            sim_audit_bill_listed(auditor, bill, op->word[0]);
        }

    } else if (phone_is(parts->kind, "cards")) {
        card = sim_map_find(&auditor->cards, op->word[1]);
        owner = card != NULL ? card->owner : owner;

    } else {
        return;
    }

    if (!phone_equal(owner, parts->id)
        || (phone_is(parts->kind, "cards") && card->unbound))
    {
        sim_violation(auditor->world, "\"%.*s\" lists %.*s, which is of "
                      "\"%.*s\"", PHONE_ARGS(op->key),
                      PHONE_ARGS(op->word[1]), PHONE_ARGS(owner));
    }
}
