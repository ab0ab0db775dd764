
/*
 * The bank: it does what it is asked under one id once, whoever asks again, and
 * now and then it says what is not so.
 */


#include "bank.h"
#include "lib/canonical.h"


#define SIM_BANK_DECLINES  5             /* one in so many */
#define SIM_BANK_KEEPS     20            /* refunds, of so many one */


static phone_str_t
sim_bank_field(const phone_fields_t *fields, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(fields, name);

    return value != NULL ? *value : PHONE_EMPTY;
}


sim_bank_t *
sim_bank_create(sim_world_t *world)
{
    sim_bank_t  *bank;

    bank = sim_zalloc(world->memory, sizeof(sim_bank_t));
    bank->world = world;
    sim_map_init(&bank->held, world->memory, 64);

    return bank;
}


const sim_held_t *
sim_bank_holds(const sim_world_t *world, phone_str_t id)
{
    return sim_map_find(&world->bank->held, id);
}


static sim_held_t *
sim_bank_put(sim_world_t *world, const phone_fields_t *form)
{
    sim_held_t  *held;

    held = sim_map_add(&world->bank->held,
                       sim_copy(world->memory, sim_bank_field(form, "id")),
                       sizeof(sim_held_t));
    held->asked_at = world->now;
    world->bank->last = held->node.key;
    held->of = sim_copy(world->memory, sim_bank_field(form, "payment_id"));
    held->card_no = sim_copy(world->memory, sim_bank_field(form, "card_no"));
    held->currency = sim_copy(world->memory,
                              sim_bank_field(form, "currency"));

    if (sim_parse_int(sim_bank_field(form, "amount"), &held->amount) != 0) {
        sim_violation(world, "the bank is asked for no amount");
    }

    held->moved = held->amount;

    return held;
}


/* Now and then it moves another amount than it was asked for, and says so. */

static void
sim_bank_move(sim_world_t *world, sim_held_t *held)
{
    if (sim_fault(world, world->swarm.lies / 2)) {
        held->moved = sim_below(&world->random, 2) ? held->amount / 2
                                                   : held->amount + 1;
    }
}


/* A refund of another amount is set right by people of the bank, later. */

static void
sim_bank_mend(sim_world_t *world, sim_held_t *held)
{
    if (held != NULL && held->refunded && held->moved != held->amount
        && (world->calm || sim_below(&world->random, 4) == 0))
    {
        held->moved = held->amount;
    }
}


static sim_held_t *
sim_bank_do(sim_world_t *world, const phone_fields_t *form)
{
    phone_str_t        service;
    sim_held_t        *held;
    const sim_held_t  *of;

    service = sim_bank_field(form, "service");
    held = sim_map_find(&world->bank->held, sim_bank_field(form, "id"));

    if (phone_is(service, "bank.authorise") && held == NULL) {
        held = sim_bank_put(world, form);
        held->approved = sim_below(&world->random, SIM_BANK_DECLINES) != 0;
        sim_bank_move(world, held);

    } else if (phone_is(service, "bank.void")) {
        held = held != NULL ? held : sim_bank_put(world, form);
        held->voided = !held->captured;

    } else if (phone_is(service, "bank.capture") && held != NULL) {
        held->captured = held->approved && !held->voided;

    } else if (phone_is(service, "bank.refund") && held == NULL) {
        of = sim_bank_holds(world, sim_bank_field(form, "payment_id"));

        if (of != NULL && of->approved && !of->captured && !of->voided
            && world->failovers == 0)
        {
            sim_violation(world, "the bank is asked to give back %.*s, which "
                          "it has not taken", PHONE_ARGS(of->node.key));
        }

        held = sim_bank_put(world, form);
        held->refunded = of != NULL && of->captured
                         && sim_below(&world->random, SIM_BANK_KEEPS) != 0;
        sim_bank_move(world, held);
    }

    return held;
}


static const char *
sim_bank_status(const sim_held_t *held)
{
    return held == NULL ? "NOT_FOUND"
           : held->refunded ? "REFUNDED"
           : held->captured ? "CAPTURED"
           : held->voided ? "VOIDED"
           : held->approved ? "APPROVED" : "DECLINED";
}


static const char *
sim_bank_reply(sim_world_t *world, const sim_held_t *held, phone_str_t id,
    phone_str_t nonce, const char *status, int64_t amount, int forged)
{
    phone_str_t      text, digest, sign;
    phone_arena_t    arena;
    phone_fields_t   fields;

    phone_arena_init(&arena);
    fields.n = 0;

    phone_fields_add(&fields, PHONE_STR("id"), id);
    phone_fields_add(&fields, PHONE_STR("status"), phone_cstr(status));
    phone_fields_add(&fields, PHONE_STR("request_nonce"), nonce);

    if (held != NULL) {
        phone_fields_add(&fields, PHONE_STR("amount"),
                         phone_int(&arena, amount));
        phone_fields_add(&fields, PHONE_STR("currency"), held->currency);
    }

    (void) phone_canonical(&arena, &fields, 0, &text);
    digest = phone_digest(world->lab->env.crypto, &arena, text);
    phone_fields_add(&fields, PHONE_STR("digest"), digest);
    (void) phone_canonical(&arena, &fields, 1, &text);
    sign = sim_signature(&arena, forged ? PHONE_STR("another")
                                        : SIM_BANK_SECRET,
                         SIM_BY_SECRET, text);

    text = sim_copy(world->memory,
                    phone_format(&arena, "{\"id\":\"%.*s\",\"status\":\"%s\","
                                 "\"request_nonce\":\"%.*s\",\"digest\":\"%.*s"
                                 "\",\"sign\":\"%.*s\"", PHONE_ARGS(id),
                                 status, PHONE_ARGS(nonce),
                                 PHONE_ARGS(digest), PHONE_ARGS(sign)));

    text = sim_copy(world->memory,
                    held == NULL
                    ? phone_format(&arena, "%.*s}%c", PHONE_ARGS(text), 0)
                    : phone_format(&arena, "%.*s,\"amount\":%lld,\"currency\":"
                                   "\"%.*s\"}%c", PHONE_ARGS(text),
                                   (long long) amount,
                                   PHONE_ARGS(held->currency), 0));

    phone_arena_free(&arena);

    return text.data;
}


const char *
sim_bank_asked(sim_world_t *world, phone_str_t form)
{
    int              forged, captured;
    int64_t          amount;
    const char      *status, *reply;
    phone_str_t      id, nonce, bad;
    sim_held_t      *held;
    phone_arena_t    arena;
    phone_fields_t   fields;

    phone_arena_init(&arena);
    fields.n = 0;

    if (phone_form_parse(&arena, form, &fields, &bad) != PHONE_FIELDS_OK) {
        sim_violation(world, "the bank gets \"%.*s\"", PHONE_ARGS(form));
    }

    id = sim_bank_field(&fields, "id");
    nonce = sim_bank_field(&fields, "nonce");
    held = sim_map_find(&world->bank->held, id);
    captured = held != NULL && held->captured;
    sim_bank_mend(world, held);
    held = sim_bank_do(world, &fields);
    status = sim_bank_status(held);
    amount = held != NULL ? held->moved : 0;
    forged = 0;

    if (held != NULL && sim_fault(world, world->swarm.lies)) {
        switch (sim_below(&world->random, 5)) {

        case 0:      /* another amount, but never the right one instead */
            if (held->moved == held->amount) {
                held->lied = 1;
                amount++;
            }

            break;

        case 1:      /* it was captured, and is said not to be */
            if (held->captured) {
                held->lied = 1;
                status = "DECLINED";
            }

            break;

        case 2:      /* it does not capture what it has reserved */
            if (held->captured && !captured) {
                held->captured = 0;
                held->lied = 1;
                status = "DECLINED";
            }

            break;

        case 3:      /* it is not from the bank */
            forged = 1;
            status = held->of.len ? "REFUNDED" : "CAPTURED";
            break;

        default:     /* it is to another question */
            nonce = PHONE_STR("000000000000000000000000");
            status = held->of.len ? "REFUNDED" : "CAPTURED";
        }
    }

    sim_trace(world, "bank: %.*s of %.*s: %s",
              PHONE_ARGS(sim_bank_field(&fields, "service")), PHONE_ARGS(id),
              status);

    reply = sim_bank_reply(world, held, id, nonce, status, amount, forged);
    phone_arena_free(&arena);

    return reply;
}
