
/*
 * Phones that seal their secret fields, each with the key of a session; and
 * people who have stolen a session, or have overheard a call.
 */


#include <stdio.h>

#include "folk.h"
#include "lib/envelope.h"


static sim_phone_t *sim_phone_of(sim_payer_t *payer, phone_str_t cookie);
static void sim_key_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);
static void sim_demand(sim_payer_t *payer, sim_exchange_t *exchange);
static void sim_nothing(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);
static void sim_seal_fields(sim_payer_t *payer, const sim_phone_t *phone,
    sim_exchange_t *exchange);


/* The phone whose session has this cookie: there is one for each. */

static sim_phone_t *
sim_phone_of(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned      i;
    sim_phone_t  *phone;

    for (i = 0; i < SIM_SESSIONS_MAX; i++) {

        if (!phone_equal(payer->cookie[i], cookie)) {
            continue;
        }

        phone = &payer->phone[i];

        if (!phone_equal(phone->cookie, cookie)) {
            memset(phone, 0, sizeof(sim_phone_t));
            phone->cookie = cookie;
            phone->once = sim_text(payer->world, "once-%08x%08x-%05u",
                                   (unsigned) sim_below(&payer->world->random,
                                                        0xffffffff),
                                   (unsigned) sim_below(&payer->world->random,
                                                        0xffffffff), i);
            phone->suite = sim_below(&payer->world->random, 3) ? 2 : 1;
        }

        return phone;
    }

    return NULL;
}


/* A phone asks for its key; now and then for the one that it has. */

void
sim_ask_key(sim_payer_t *payer, phone_str_t cookie)
{
    sim_phone_t     *phone;
    sim_exchange_t  *exchange;

    phone = sim_phone_of(payer, cookie);

    if (phone == NULL
        || (phone->key.len && sim_below(&payer->world->random, 4)))
    {
        return;
    }

    exchange = sim_payer_asks(payer, cookie, "session.envelope",
                              sim_key_answered);
    exchange->about = phone;
    sim_add(exchange, "once", phone->once);
    sim_add_int(exchange, "suite", phone->suite);

    if (sim_below(&payer->world->random, 6) == 0) {
        sim_demand(payer, exchange);
    }

    sim_send(payer->world, exchange);
}


/* What the number demands changes, if it is its owner who asks: others have a
   wrong PIN, or none. */

static void
sim_demand(sim_payer_t *payer, sim_exchange_t *exchange)
{
    sim_random_t  *random;

    random = &payer->world->random;

    if (sim_below(random, 4)) {
        sim_add(exchange, "required", sim_below(random, 3) ? PHONE_STR("0")
                                                           : PHONE_STR("1"));
    }

    if (sim_below(random, 12) == 0) {
        sim_add(exchange, "pin", PHONE_STR("000000"));

    } else if (payer->pin[0] != '\0' && sim_below(random, 6)) {
        sim_add(exchange, "pin",
                phone_copy(&exchange->arena, phone_cstr(payer->pin)));
    }
}


static void
sim_key_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_phone_t  *phone;

    sim_answer_came(world);
    sim_forget_cookie(exchange->client, exchange, reply);

    phone = exchange->about;

    if (reply == NULL || !phone_equal(phone->cookie, exchange->cookie)) {
        return;
    }

    if (reply->refused) {

        /* the number has a phone with the other suite */

        if (reply->refusal == PHONE_ENVELOPE_NEEDED) {
            phone->suite = 2;
        }

        return;
    }

    phone->key = sim_copy(world->memory, sim_member(reply->body, "key"));
    phone->key_id = sim_copy(world->memory, sim_member(reply->body, "key_id"));
    phone->given = phone->suite;
    phone->raised = phone_is(sim_member(reply->body, "suite"), "2");
}


static void
sim_nothing(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (exchange->client != NULL) {
        sim_forget_cookie(exchange->client, exchange, reply);
    }
}


/* What is secret goes inside; the exchange still knows all of it. */

static void
sim_seal_fields(sim_payer_t *payer, const sim_phone_t *phone,
    sim_exchange_t *exchange)
{
    unsigned         i, k;
    phone_str_t      key, iv, head, context, sealed, tag;
    sim_world_t     *world;
    unsigned char    random[12];
    phone_fields_t  *wire, inside;
    phone_arena_t   *arena;

    world = payer->world;
    arena = &exchange->arena;
    inside.n = 0;

    wire = phone_alloc(arena, sizeof(phone_fields_t));

    for (i = 0; i < exchange->fields.n; i++) {

        for (k = 0; exchange->endpoint->params[k].name != NULL; k++) {

            if (phone_is(exchange->fields.field[i].name,
                         exchange->endpoint->params[k].name))
            {
                break;
            }
        }

        phone_fields_add(exchange->endpoint->params[k].flags & PHONE_SECRET
                         ? &inside : wire, exchange->fields.field[i].name,
                         exchange->fields.field[i].value);
    }

    sim_random_bytes(&world->random, random, sizeof(random));
    iv = (phone_str_t) { phone->given == 1 ? 8 : 12, (char *) random };
    exchange->iv = phone_base64url(arena, iv);
    exchange->suite = phone->given;

    head = phone_format(arena, "%u.%.*s.%lld.%.*s", phone->given,
                        PHONE_ARGS(phone->key_id),
                        (long long) (sim_wall(world) / 1000),
                        PHONE_ARGS(exchange->iv));
    context = phone_envelope_context(arena, head, payer->number,
                                     phone_cstr(exchange->endpoint->name),
                                     wire);

    if (phone_unbase64(arena, phone->key, &key) != 0
        || phone_envelope_seal(world->lab->env.ciphers, arena,
                               (const unsigned char *) key.data, phone->given,
                               iv, context, &inside, &sealed, &tag) != 0)
    {
        sim_violation(world, "a phone cannot seal");
        return;
    }

    phone_fields_add(wire, PHONE_STR("secure"),
                     phone_join(arena, 3, (phone_str_t[3]) {
                         head, PHONE_STR("."),
                         phone_base64url(arena, sealed) }));
    phone_fields_add(wire, PHONE_STR("mac"), phone_base64url(arena, tag));

    exchange->wire = wire;
}


/* Most times, if the phone of that session has a key. */

void
sim_seal(sim_payer_t *payer, sim_exchange_t *exchange)
{
    sim_phone_t  *phone;

    phone = sim_phone_of(payer, exchange->cookie);

    if (phone != NULL && phone->key.len
        && sim_below(&payer->world->random, 5))
    {
        sim_seal_fields(payer, phone, exchange);
    }
}


/* A copy of a call that was sealed, as somebody has overheard it. */

void
sim_see_pass(sim_payer_t *payer, const sim_exchange_t *exchange)
{
    unsigned             i;
    sim_overheard_t     *heard;
    const phone_field_t  *field;

    if (exchange->wire == NULL || exchange->key.len) {
        return;
    }

    heard = &payer->overheard;
    heard->cookie = exchange->cookie;
    heard->suite = exchange->suite;
    heard->iv = sim_copy(payer->world->memory, exchange->iv);
    heard->fields.n = heard->wire.n = 0;

    for (i = 0; i < exchange->fields.n; i++) {
        field = &exchange->fields.field[i];
        phone_fields_add(&heard->fields,
                         sim_copy(payer->world->memory, field->name),
                         sim_copy(payer->world->memory, field->value));
    }

    for (i = 0; i < exchange->wire->n; i++) {
        field = &exchange->wire->field[i];
        phone_fields_add(&heard->wire,
                         sim_copy(payer->world->memory, field->name),
                         sim_copy(payer->world->memory, field->value));
    }
}


/* It comes once more, as it was or changed. */

static void
sim_bend(phone_fields_t *wire, const char *name, phone_str_t value)
{
    int  i;

    i = phone_fields_find(wire, phone_cstr(name));

    if (i >= 0) {
        wire->field[i].value = value;
    }
}


static void
sim_replay(sim_payer_t *payer, phone_str_t cookie)
{
    int              bent;
    char            *text;
    phone_str_t      mac;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    exchange = sim_payer_asks(payer, payer->overheard.cookie, "bill.pay",
                              sim_nothing);
    exchange->fields = payer->overheard.fields;
    exchange->suite = payer->overheard.suite;
    exchange->iv = payer->overheard.iv;
    exchange->wire = phone_alloc(&exchange->arena, sizeof(phone_fields_t));
    *exchange->wire = payer->overheard.wire;
    bent = 1;

    switch (sim_below(&world->random, 9)) {

    case 0:
    case 1:
    case 2:
        mac = phone_copy(&exchange->arena,
                         *phone_field(exchange->wire, "mac"));
        text = (char *) (uintptr_t) mac.data;
        text[0] = text[0] == 'A' ? 'B' : 'A';
        sim_bend(exchange->wire, "mac", mac);
        break;

    case 3:
        bent = payer->nbills != 0
               && !phone_equal(payer->bill[0], sim_sent(exchange, "bill_id"));

        if (bent) {
            sim_bend(exchange->wire, "bill_id", payer->bill[0]);
            sim_bend(&exchange->fields, "bill_id", payer->bill[0]);
        }

        break;

    case 4:
        bent = payer->ncards != 0 && sim_sent(exchange, "card_id").len
               && !phone_equal(payer->card[0], sim_sent(exchange, "card_id"));

        if (bent) {
            sim_bend(exchange->wire, "card_id", payer->card[0]);
            sim_bend(&exchange->fields, "card_id", payer->card[0]);
        }

        break;

    case 5:
        bent = !phone_equal(cookie, exchange->cookie);
        exchange->cookie = cookie;
        break;

    default:
        bent = 0;
    }

    if (bent) {
        exchange->must_fail = exchange->exactly = 1;
        exchange->expected = PHONE_ENVELOPE_INVALID;
    }

    sim_send(world, exchange);
}


/* The session of a phone that has its key: it is not given a second time, nor
   one of a lower suite. */

static void
sim_steal_key(sim_payer_t *payer, sim_phone_t *phone)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    exchange = sim_payer_asks(payer, phone->cookie, "session.envelope",
                              sim_nothing);
    exchange->must_fail = !world->failovers;
    exchange->exactly = exchange->must_fail;

    if (phone->raised && sim_below(&world->random, 2)) {
        exchange->expected = PHONE_ENVELOPE_NEEDED;
        sim_add(exchange, "once", phone->once);
        sim_add(exchange, "suite", PHONE_STR("1"));

    } else {
        exchange->expected = PHONE_ENVELOPE_KEY_GONE;
        sim_add(exchange, "once", PHONE_STR("once-that-somebody-makes-up"));
    }

    sim_send(world, exchange);
}


void
sim_try_envelope(sim_payer_t *payer, phone_str_t cookie)
{
    sim_phone_t  *phone;

    phone = sim_phone_of(payer, cookie);

    if (phone != NULL && phone->key.len
        && sim_below(&payer->world->random, 3) == 0)
    {
        sim_steal_key(payer, phone);

    } else if (payer->overheard.wire.n) {
        sim_replay(payer, cookie);

    } else {
        sim_ask_key(payer, cookie);
    }
}
