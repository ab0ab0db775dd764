
/*
 * Somebody who plays with the toys (t/toys): primitives that no shipped
 * endpoint uses yet meet the same faults.
 */


#include <stdio.h>

#include "folk.h"
#include "answer.h"
#include "blobs.h"
#include "merchant_keys.h"
#include "toys.h"
#include "../toys/toys.h"


#define SIM_TOYS_MAX  40                     /* calls of a run */
#define SIM_TILL_KEYS 3                      /* k1 ... */


static void sim_toy_step(sim_world_t *world, void *data);
static void sim_toy_picture(sim_people_t *people);
static void sim_toy_pictures(sim_payer_t *payer, phone_str_t cookie,
    phone_str_t *file, const char *name);


void
sim_toys_start(sim_people_t *people)
{
    unsigned      n;
    sim_world_t  *world;

    world = people->world;

    for (n = (unsigned) sim_below(&world->random, SIM_TOYS_MAX + 1); n; n--) {
        sim_at(world, sim_between(&world->random, 0, 40 * SIM_SECOND),
               sim_toy_step, people);
    }
}


static void
sim_toy_turned(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (sim_unclear(reply)) {
        return;
    }

    if (reply->refused
        || !phone_is(sim_member(reply->body, "turned"), "topaet"))
    {
        sim_violation(world, "call %u: teapot turned round is %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static void
sim_toy_added(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply)
        && (reply->refused
            || !phone_is(sim_member(reply->body, "to"), "+8613800000001")))
    {
        sim_violation(world, "call %u: a list of one number is %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


/* Texts and redirects are whole, whatever happens to other calls; what a
   merchant gets is signed. */

static void
sim_toy_came(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (sim_unclear(reply) || reply->refused) {
        return;
    }

    if (reply->kind == PHONE_M_DOCUMENT
        ? reply->body.len == 0
          || (exchange->endpoint->who == PHONE_MERCHANT
              && reply->signature.len == 0)
        : !phone_is(reply->location, "/elsewhere"))
    {
        sim_violation(world, "call %u: half a reply", exchange->serial);
    }
}


static void
sim_toy_paper(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world,
                           sim_below(&people->world->random, 2)
                           ? "toy.paper" : "toy.paper_post",
                           sim_toy_came, people);
    sim_add(exchange, "text", PHONE_STR("a,b"));
    sim_send(people->world, exchange);
}


static void
sim_toy_statement(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.statement", sim_toy_came,
                           people);
    sim_add(exchange, "date", PHONE_STR("2026-11-22"));
    sim_sign_in_order(&people->merchant[0], exchange);
    sim_send(people->world, exchange);
}


static void
sim_toy_leave(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.leave", sim_toy_came, people);
    sim_add(exchange, "to", PHONE_STR("/elsewhere"));
    sim_send(people->world, exchange);
}


static void
sim_toy_turn(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.turn", sim_toy_turned, people);
    sim_add(exchange, "text", PHONE_STR("teapot"));
    sim_send(people->world, exchange);
}


/* Somebody who is logged in; NULL: nobody. */

sim_payer_t *
sim_toy_payer(sim_people_t *people, phone_str_t *cookie)
{
    unsigned      i;
    sim_world_t  *world;
    sim_payer_t  *payer;

    world = people->world;

    for (i = 0; i < world->swarm.payers * SIM_SESSIONS_MAX; i++) {
        payer = &people->payer[sim_below(&world->random,
                                         world->swarm.payers)];
        *cookie = payer->cookie[i % SIM_SESSIONS_MAX];

        if (cookie->len) {
            return payer;
        }
    }

    return NULL;
}


/* Pictures: three files that all payers keep and give back. */

static phone_str_t
sim_toy_file(sim_world_t *world)
{
    return sim_text(world, "picture %u",
                    (unsigned) sim_below(&world->random, 3));
}


static void
sim_toy_picture_step(sim_world_t *world, void *data)
{
    if (!world->stopped) {
        sim_toy_picture(data);
    }
}


static void
sim_toy_pictured(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t   sha256, id;
    sim_payer_t  *payer;

    sim_answer_came(world);

    payer = exchange->client;
    sim_forget_cookie(payer, exchange, reply);

    sha256 = sim_blob_hash(&exchange->arena, exchange->about
                           ? *(phone_str_t *) exchange->about : PHONE_EMPTY);

    /* the record may be there, whatever the answer is */

    id = phone_join(&exchange->arena, 3,
                    (phone_str_t[3]) { exchange->number, PHONE_STR(":"),
                                       sha256 });
    sim_blob_named(world,
                   phone_key(&exchange->arena, &phone_toy_picture_of,
                             phone_home(&world->worker[0].env,
                                        &phone_toy_picture_of, id), id),
                   "kept", sha256);
    sim_blobs_check(world);

    /* some at once keep what they gave back, and give back what they keep */

    if (!world->stopped && sim_below(&world->random, 4)) {
        sim_toy_pictures(payer, exchange->cookie, exchange->about,
                         sim_is_call(exchange, "toy.picture_add")
                         ? "toy.picture_remove" : "toy.picture_add");

    } else if (!world->stopped && sim_below(&world->random, 8)) {
        sim_at(world, sim_between(&world->random, 0, 100 * SIM_SECOND),
               sim_toy_picture_step, world->people);
    }
}


static void
sim_toy_picture(sim_people_t *people)
{
    phone_str_t  *file, cookie;
    sim_world_t  *world;
    sim_payer_t  *payer;

    static const char *const  name[] = {
        "toy.picture_add", "toy.picture_add", "toy.picture",
        "toy.picture_remove"
    };

    world = people->world;
    payer = sim_toy_payer(people, &cookie);

    if (payer == NULL) {
        return;
    }

    file = sim_alloc(world->memory, sizeof(phone_str_t));
    *file = sim_toy_file(world);

    sim_toy_pictures(payer, cookie, file,
                     name[sim_below(&world->random, 4)]);
}


static void
sim_toy_pictures(sim_payer_t *payer, phone_str_t cookie, phone_str_t *file,
    const char *name)
{
    sim_exchange_t  *exchange;

    exchange = sim_payer_asks(payer, cookie, name, sim_toy_pictured);
    exchange->about = file;

    if (sim_is_call(exchange, "toy.picture_add")) {
        exchange->upload = *file;

    } else {
        sim_add(exchange, "sha256", sim_blob_hash(&exchange->arena, *file));
    }

    sim_send(payer->world, exchange);
}


static void
sim_toy_measured(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply) && !reply->refused
        && !phone_equal(sim_member(reply->body, "sha256"),
                        sim_blob_hash(&exchange->arena, exchange->upload)))
    {
        sim_violation(world, "call %u: another file is measured",
                      exchange->serial);
    }
}


static void
sim_toy_measure(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.measure", sim_toy_measured,
                           people);
    exchange->upload = sim_toy_file(people->world);
    sim_send(people->world, exchange);
}


/* Who signs a call signs the hash, the type and the name of its file. */

static void
sim_toy_sends(sim_people_t *people, const char *name, phone_str_t file,
    sim_answered_pt answered)
{
    unsigned         i, n;
    phone_fields_t  *fields;
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, name, answered, people);
    sim_add(exchange, "data", sim_blob_hash(&exchange->arena, file));
    sim_add(exchange, "data.type", PHONE_STR(SIM_FILE_TYPE));
    sim_add(exchange, "data.name", PHONE_STR(SIM_FILE_NAME));
    sim_sign_in_order(&people->merchant[0], exchange);

    /* they are no fields of the body */

    fields = &exchange->fields;

    for (i = 0, n = 0; i < fields->n; i++) {
        if (strncmp(fields->field[i].name.data, "data", 4) != 0) {
            fields->field[n++] = fields->field[i];
        }
    }

    fields->n = n;
    exchange->upload = file;
    sim_send(people->world, exchange);
}


static void
sim_toy_receipt(sim_people_t *people)
{
    sim_toy_sends(people, "toy.receipt", sim_toy_file(people->world),
                  sim_toy_measured);
}


/* What a merchant keeps he alone gets, with a signature. */

static void
sim_toy_invoiced(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply) && reply->kind == PHONE_M_BLOB
        && (reply->signature.len == 0
            || sim_blob_bytes(world, reply->sha256).data == NULL))
    {
        sim_violation(world, "call %u: an invoice without a signature, or "
                      "bytes", exchange->serial);
    }
}


static void
sim_toy_invoice(sim_people_t *people)
{
    phone_str_t      file;
    sim_exchange_t  *exchange;

    file = PHONE_STR("invoice 1");

    if (sim_below(&people->world->random, 2)) {
        sim_toy_sends(people, "toy.invoice_add", file, sim_toy_invoiced);
        return;
    }

    /* the other merchant has kept nothing */

    exchange = sim_ask_for(people->world, "toy.invoice", sim_toy_invoiced,
                           people);
    exchange->must_fail = people->world->swarm.merchants > 1;
    sim_add(exchange, "sha256", sim_blob_hash(&exchange->arena, file));
    sim_sign_in_order(&people->merchant[exchange->must_fail], exchange);
    sim_send(people->world, exchange);
}


static void
sim_toy_list(sim_people_t *people)
{
    phone_str_t      bad;
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.rows", sim_toy_added, people);
    (void) phone_form_parse(&exchange->arena, PHONE_STR("to[]=13800000001"),
                            &exchange->fields, &bad);
    sim_send(people->world, exchange);
}


/* A terminal posts what nobody else's may: not one with a merchant's key, nor
   one of another merchant.  Which of its own keys are good the auditor knows
   (auditor_keys.c). */

static void
sim_toy_posted(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply) && !reply->refused
        && !phone_is(sim_member(reply->body, "terminal"), "till"))
    {
        sim_violation(world, "call %u: a terminal posts %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


/* Key 0 is a merchant's. */

static sim_shop_key_t
sim_till_key(unsigned n)
{
    sim_shop_key_t  key;

    snprintf(key.id, sizeof(key.id), "k%u", n ? n : 1);
    key.text = phone_cstr(sim_merchant_keys[n]);

    return key;
}


static void
sim_toy_post(sim_people_t *people, sim_merchant_t *merchant, unsigned n)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.till", sim_toy_posted, people);
    exchange->must_fail = n == 0 || merchant != &people->merchant[0];
    sim_add(exchange, "row", PHONE_STR("r1"));
    sim_add(exchange, "terminal_id", PHONE_STR("till"));
    sim_sign_at_till(merchant, exchange, sim_till_key(n));
    sim_send(people->world, exchange);
}


static void
sim_toy_till_opened(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    unsigned       n;
    sim_people_t  *people;

    people = exchange->client;
    sim_answer_came(world);

    if (sim_unclear(reply) || reply->refused) {
        return;
    }

    for (n = 0; n <= SIM_TILL_KEYS; n++) {
        sim_toy_post(people, &people->merchant[0], n);
    }

    if (world->swarm.merchants > 1) {
        sim_toy_post(people, &people->merchant[1], 1);
    }
}


/* It gets a key, which may end the others. */

static void
sim_toy_till(sim_people_t *people)
{
    sim_world_t     *world;
    sim_shop_key_t   key;
    sim_exchange_t  *exchange;

    world = people->world;
    key = sim_till_key(1 + (unsigned) sim_below(&world->random,
                                                SIM_TILL_KEYS));

    exchange = sim_ask_for(world, "operator.terminals", sim_toy_till_opened,
                           people);
    sim_add(exchange, "merchant_id", people->merchant[0].id);
    sim_add(exchange, "terminal_id", PHONE_STR("till"));
    sim_add(exchange, "key_id", phone_copy(&exchange->arena,
                                           phone_cstr(key.id)));
    sim_add(exchange, "public_key", key.text);

    if (sim_below(&world->random, 2)) {
        sim_add_int(exchange, "retire_others_in",
                    sim_between(&world->random, 0, 10));
    }

    sim_send(world, exchange);
}


static void
sim_toy_reported(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply) && !reply->refused
        && !phone_is(sim_member(reply->body, "message"), "m1"))
    {
        sim_violation(world, "call %u: a report is answered %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static void
sim_toy_report(sim_people_t *people)
{
    sim_exchange_t  *exchange;

    exchange = sim_ask_for(people->world, "toy.report", sim_toy_reported,
                           people);
    sim_add(exchange, "message", PHONE_STR("m1"));
    sim_send(people->world, exchange);
}


static void
sim_toy_step(sim_world_t *world, void *data)
{
    static void  (*const toy[])(sim_people_t *people) = {
        sim_toy_turn, sim_toy_paper, sim_toy_statement, sim_toy_leave,
        sim_toy_measure, sim_toy_receipt, sim_toy_invoice, sim_toy_picture,
        sim_toy_picture, sim_toy_picture, sim_toy_sheet, sim_toy_sheet,
        sim_toy_sheet, sim_toy_list, sim_toy_take, sim_toy_take,
        sim_toy_take, sim_toy_count,
        sim_toy_till, sim_toy_report
    };

    if (!world->stopped) {
        toy[sim_below(&world->random, sizeof(toy) / sizeof(toy[0]))](data);
    }
}
