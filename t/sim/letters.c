
/* People write to each other, to themselves, to numbers that nobody has: they
   read what they get, and delete it. */


#include <stdio.h>

#include "folk.h"
#include "pictures.h"


#define SIM_MAIL_MOST  50     /* recipients */


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
        payer->mail_from[payer->nmails] = sim_copy(world->memory,
                                                   sim_member(object, "from"));
    }
}


/* Somebody; now and then a number without an account, also one of phonebooks,
   and of a fixed line. */

static phone_str_t
sim_mail_peer(sim_world_t *world, unsigned strangers)
{
    unsigned  n;

    if (sim_below(&world->random, 8) < strangers) {
        n = (unsigned) sim_below(&world->random, 40);

        return n < 18 ? sim_text(world, "+861390000%04u", n)
               : sim_text(world, n < 36 ? "+86139999900%02u"
                                        : "+86216123900%02u", n);
    }

    return world->people->payer[sim_below(&world->random,
                                          world->swarm.payers)].number;
}


/* "to[]=...&to[]=...", or another name. */

static void
sim_mail_numbers(sim_exchange_t *exchange, const char *name, unsigned n,
    const phone_str_t *peer)
{
    unsigned     i;
    phone_str_t  bad;
    phone_buf_t  buf;

    phone_buf_init(&buf, &exchange->arena, 64);

    for (i = 0; i < n; i++) {
        phone_buf_put(&buf, i ? PHONE_STR("&") : PHONE_EMPTY);
        phone_buf_put(&buf, phone_cstr(name));
        phone_buf_put(&buf, PHONE_STR("[]=%2B"));
        phone_buf_put(&buf, (phone_str_t) { peer[i].len - 1,
                                            peer[i].data + 1 });
    }

    (void) phone_form_parse(&exchange->arena, phone_buf_str(&buf),
                            &exchange->fields, &bad);
}


/* Some of them twice. */

static void
sim_mail_peers(sim_world_t *world, sim_exchange_t *exchange,
    const char *name, unsigned n)
{
    unsigned     i;
    phone_str_t  peer[SIM_MAIL_MOST];

    for (i = 0; i < n; i++) {
        peer[i] = sim_mail_peer(world, n - i > 4 ? 7 : 1);
    }

    sim_mail_numbers(exchange, name, n, peer);
}


/* Now and then a long one. */

static phone_str_t
sim_mail_text(sim_world_t *world, sim_exchange_t *exchange)
{
    char  text[700];
    int   n;

    n = snprintf(text, sizeof(text), "letter %u", exchange->serial);

    if (sim_below(&world->random, 16) == 0) {
        memset(text + n, 'x', 600);
        n += 600;
    }

    return sim_copy(world->memory, (phone_str_t) { (size_t) n, text });
}


/* Now and then with a picture; some are not whole, some have too many
   pixels. */

static void
sim_mail_picture(sim_world_t *world, sim_exchange_t *exchange)
{
    unsigned   x;
    picture_t  picture;

    x = (unsigned) sim_below(&world->random, 32);

    if (x < 3 * PICTURE_KINDS / 2) {
        picture_of_kind(&picture, x % PICTURE_KINDS, 1);
        picture.len -= x % 9 == 8 ? 40 : 0;

    } else if (x == 31) {
        picture_png_start(&picture, 16384, 1, "\x08\0\0\0\0");

    } else {
        return;
    }

    exchange->upload = sim_copy(world->memory, picture_str(&picture));
}


static void
sim_mail_write(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned         x;
    sim_exchange_t  *exchange;

    x = (unsigned) sim_below(&payer->world->random, 24);
    exchange = sim_payer_asks(payer, cookie, "mail.send", sim_mail_answered);

    sim_mail_peers(payer->world, exchange, "to",
                   x == 0 ? SIM_MAIL_MOST : x < 8 ? 1 + x / 2 : 1);
    sim_add(exchange, "text", sim_mail_text(payer->world, exchange));
    sim_mail_picture(payer->world, exchange);
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


/* One's own, or by mistake somebody else's: the auditor knows.  Some delete one
   while another one goes. */

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
        sim_mail_peers(world, exchange, "to",
                       (unsigned) sim_between(&world->random, 1, 2));
    }

    sim_add(exchange, "mail_id",
            whose->mail[sim_below(&world->random, whose->nmails)]);

    if (strcmp(what, "mail.reply") == 0) {
        sim_add(exchange, "text", sim_text(world, "reply %u",
                                           exchange->serial));
        sim_mail_picture(world, exchange);
    }

    sim_send(world, exchange);

    if (strcmp(what, "mail.remove") == 0 && sim_below(&world->random, 2)) {
        sim_mail_do(payer, cookie, what);
    }
}


/* Up to a mail of a conversation; by mistake up to one of another. */

static void
sim_mail_read_to(sim_payer_t *payer, phone_str_t cookie)
{
    unsigned         i;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    if (payer->nmails == 0) {
        sim_mail_look(payer, cookie);
        return;
    }

    i = (unsigned) sim_below(&world->random, payer->nmails);
    exchange = sim_payer_asks(payer, cookie, "mail.read_to",
                              sim_mail_answered);
    sim_add(exchange, "mail_id", payer->mail[i]);
    sim_add(exchange, "phone", sim_below(&world->random, 8)
                               ? payer->mail_from[i]
                               : sim_mail_peer(world, 1));
    sim_send(world, exchange);
}


/* A mail to the peer may come while the conversation goes. */

static void
sim_mail_leave(sim_payer_t *payer, phone_str_t cookie)
{
    phone_str_t      peer;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    peer = sim_mail_peer(world, 1);

    if (sim_below(&world->random, 2)) {
        exchange = sim_payer_asks(payer, cookie, "mail.send",
                                  sim_mail_answered);
        sim_mail_numbers(exchange, "to", 1, &peer);
        sim_add(exchange, "text", sim_mail_text(world, exchange));
        sim_send(world, exchange);
    }

    exchange = sim_payer_asks(payer, cookie, "mail.leave", sim_mail_answered);
    sim_add(exchange, "phone", peer);
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
        sim_mail_peers(world, exchange, "senders", 2);
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
        "mail.reply", "mail.reply", "mail.forward", "mail.picture",
        "mail.picture"
    };

    x = (unsigned) sim_below(&payer->world->random, 32);

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

    } else if (x < 26) {
        sim_mail_do(payer, cookie, what[x - 16]);

    } else if (x < 28) {
        sim_mail_triggers(payer, cookie);

    } else if (x < 31) {
        sim_mail_read_to(payer, cookie);

    } else {
        sim_mail_leave(payer, cookie);
    }
}
