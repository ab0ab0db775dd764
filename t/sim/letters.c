
/* People write to each other, to themselves, to numbers that nobody has: they
   read what they get, and delete it. */


#include <stdio.h>

#include "folk.h"


static void
sim_mail_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t   rest, object;
    sim_payer_t  *payer;

    sim_answer_came(world);

    payer = exchange->client;
    sim_forget_cookie(payer, exchange, reply);

    if (reply == NULL || reply->refused) {
        return;
    }

    rest = sim_member(reply->body, "mail");

    if (rest.data == NULL) {
        return;
    }

    for (payer->nmails = 0; payer->nmails < SIM_MAILS_MAX
                            && sim_element(&rest, &object);
         payer->nmails++)
    {
        payer->mail[payer->nmails] = sim_copy(world->memory,
                                              sim_member(object, "mail_id"));
    }
}


/* Somebody; now and then a number without an account. */

static phone_str_t
sim_mail_peer(sim_world_t *world, unsigned strangers)
{
    return sim_below(&world->random, 8) < strangers
           ? sim_text(world, "+86139999900%02u",
                      (unsigned) sim_below(&world->random, 40))
           : world->people->payer[sim_below(&world->random,
                                            world->swarm.payers)].number;
}


/* "to[]=...&to[]=...", some of them twice. */

static void
sim_mail_numbers(sim_world_t *world, sim_exchange_t *exchange,
    const char *name, unsigned n)
{
    phone_str_t  bad, peer;
    phone_buf_t  buf;

    phone_buf_init(&buf, &exchange->arena, 64);

    for ( /* void */ ; n; n--) {
        peer = sim_mail_peer(world, n > 4 ? 7 : 1);
        phone_buf_put(&buf, phone_cstr(name));
        phone_buf_put(&buf, PHONE_STR("[]=%2B"));
        phone_buf_put(&buf, (phone_str_t) { peer.len - 1, peer.data + 1 });
        phone_buf_put(&buf, n > 1 ? PHONE_STR("&") : PHONE_EMPTY);
    }

    (void) phone_form_parse(&exchange->arena, phone_buf_str(&buf),
                            &exchange->fields, &bad);
}


static void
sim_mail_write(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned         x;
    sim_exchange_t  *exchange;

    x = (unsigned) sim_below(&payer->world->random, 24);
    exchange = sim_payer_asks(payer, cookie, "mail.send", sim_mail_answered);

    sim_mail_numbers(payer->world, exchange, "to",
                     x == 0 ? 50 : x < 8 ? 1 + x / 2 : 1);
    sim_add(exchange, "text", sim_text(payer->world, "letter %u",
                                       exchange->serial));
    sim_send(payer->world, exchange);
}


static void
sim_mail_look(sim_payer_t *payer, phone_str_t cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    exchange = sim_payer_asks(payer, cookie, "mail.list", sim_mail_answered);

    if (sim_below(&world->random, 3) == 0) {
        sim_add(exchange, "unread", PHONE_STR("1"));
    }

    if (sim_below(&world->random, 4) == 0) {
        sim_add(exchange, "peer", sim_mail_peer(world, 1));
    }

    if (sim_below(&world->random, 6) == 0) {
        sim_add(exchange, "q", PHONE_STR("LETTER 1"));
    }

    sim_send(world, exchange);
}


/* One's own, or by mistake somebody else's: the auditor knows. */

static void
sim_mail_do(sim_payer_t *payer, phone_str_t cookie, const char *what)
{
    sim_payer_t     *whose;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    whose = sim_below(&world->random, 8) ? payer
            : &world->people->payer[sim_below(&world->random,
                                              world->swarm.payers)];

    if (whose->nmails == 0) {
        sim_mail_look(payer, cookie);
        return;
    }

    exchange = sim_payer_asks(payer, cookie, what, sim_mail_answered);

    if (strcmp(what, "mail.forward") == 0) {
        sim_mail_numbers(world, exchange, "to",
                    (unsigned) sim_between(&world->random, 1, 2));
    }

    sim_add(exchange, "mail_id",
            whose->mail[sim_below(&world->random, whose->nmails)]);

    if (strcmp(what, "mail.reply") == 0) {
        sim_add(exchange, "text", sim_text(world, "reply %u",
                                           exchange->serial));
    }

    sim_send(world, exchange);
}


/* Whose mails come, and whose do not. */

static void
sim_mail_block(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned         x;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    x = (unsigned) sim_below(&world->random, 4);
    exchange = sim_payer_asks(payer, cookie,
                              x == 0 ? "mail.blocked"
                              : x == 1 ? "mail.block" : "mail.unblock",
                              sim_mail_answered);

    if (x) {
        sim_add(exchange, "phone", sim_mail_peer(world, 1));
    }

    sim_send(world, exchange);
}


/* Any of the conditions, or none; an auditor compares what he is told. */

static void
sim_mail_triggers(sim_payer_t *payer, phone_str_t cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    if (sim_below(&world->random, 3) == 0) {
        sim_send(world, sim_payer_asks(payer, cookie, "mail.triggers",
                                       sim_mail_answered));
        return;
    }

    exchange = sim_payer_asks(payer, cookie, "mail.triggers_set",
                              sim_mail_answered);

    if (sim_below(&world->random, 2)) {
        sim_mail_numbers(world, exchange, "senders", 2);
    }

    if (sim_below(&world->random, 2)) {
        sim_add(exchange, "count", sim_text(world, "%u",
                    (unsigned) sim_between(&world->random, 1, 3)));
    }

    if (sim_below(&world->random, 2)) {
        sim_add(exchange, "match", sim_below(&world->random, 2)
                                   ? PHONE_STR("all") : PHONE_STR("any"));
    }

    if (sim_below(&world->random, 2)) {
        sim_add(exchange, "gap", PHONE_STR("1"));
    }

    sim_send(world, exchange);
}


void
sim_mail(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned                  x;
    static const char *const  what[] = {
        "mail.read", "mail.read", "mail.read", "mail.remove", "mail.get",
        "mail.reply", "mail.reply", "mail.forward"
    };

    x = (unsigned) sim_below(&payer->world->random, 27);

    if (x < 8) {
        sim_mail_write(payer, cookie);

    } else if (x < 13) {
        sim_mail_look(payer, cookie);

    } else if (x < 14) {
        sim_send(payer->world,
                 sim_payer_asks(payer, cookie, "mail.conversations",
                                sim_mail_answered));

    } else if (x < 16) {
        sim_mail_block(payer, cookie);

    } else if (x < 24) {
        sim_mail_do(payer, cookie, what[x - 16]);

    } else {
        sim_mail_triggers(payer, cookie);
    }
}
