
/*
 * People and their phonebooks: contacts are added, changed, removed and looked
 * for; files are imported, tried, taken back; somebody else's are asked for.
 * All use the same few numbers, so that these are often held already.
 */


#include <stdio.h>

#include "folk.h"


#define SIM_CONTACT_NUMBERS  24


static void sim_contacts_answered(sim_world_t *world,
    sim_exchange_t *exchange, const phone_reply_t *reply);


/* One of the numbers; 0: what is none. */

static const char *
sim_contact_number(sim_world_t *world, char text[24], int valid)
{
    snprintf(text, 24, valid ? "+861390000%04u" : "12%u",
             (unsigned) sim_below(&world->random, SIM_CONTACT_NUMBERS));

    return text;
}


/* What was told is kept, to be asked for. */

static void
sim_contacts_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t   id;
    sim_payer_t  *payer;

    sim_answer_came(world);

    payer = exchange->client;
    sim_forget_cookie(payer, exchange, reply);

    if (reply == NULL || reply->refused || reply->kind == PHONE_M_BLOB) {
        return;
    }

    id = sim_member(reply->body, "contact_id");

    if (id.len) {
        payer->contact = sim_copy(world->memory, id);
    }

    id = sim_member(reply->body, "job_id");

    if (id.len) {
        payer->import = sim_copy(world->memory, id);
    }
}


/* Of one's own, or of somebody else. */

static phone_str_t
sim_contacts_id(const sim_payer_t *payer, int import)
{
    sim_world_t  *world;

    world = payer->world;

    if (sim_below(&world->random, 8) == 0) {
        payer = &world->people->payer[sim_below(&world->random,
                                                world->swarm.payers)];
    }

    return import ? payer->import : payer->contact;
}


static void
sim_contact_write(sim_payer_t *payer, phone_str_t cookie, phone_str_t id)
{
    char             number[24], text[512];
    size_t           len;
    unsigned         i, n;
    phone_str_t      bad, json;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    exchange = sim_payer_asks(payer, cookie, id.len ? "contacts.change"
                                                    : "contacts.create",
                              sim_contacts_answered);
    n = (unsigned) sim_between(&world->random, 1, 3);
    len = (size_t) snprintf(text, sizeof(text), "{\"contact_id\":\"%.*s\","
                            "\"name\":\"n%u\",\"numbers\":[", PHONE_ARGS(id),
                            (unsigned) sim_below(&world->random, 9));

    for (i = 0; i < n; i++) {
        len += (size_t) snprintf(text + len, sizeof(text) - len,
                                 "%s{\"number\":\"%s\"}", i ? "," : "",
                                 sim_contact_number(world, number, 1));
    }

    snprintf(text + len, sizeof(text) - len, "]}");
    json = phone_copy(&exchange->arena, phone_cstr(text));
    (void) phone_json_parse(&exchange->arena, json, &exchange->fields, &bad);
    sim_send(world, exchange);
}


/* Some rows have the same number, one that the phonebook has, or none. */

static phone_str_t
sim_contacts_file(sim_world_t *world)
{
    char           number[24], text[1024];
    size_t         len;
    unsigned       i, j, rows;
    sim_random_t  *random;

    random = &world->random;
    rows = (unsigned) sim_between(random, 1, 9);
    len = (size_t) snprintf(text, sizeof(text), "%s",
                            sim_below(random, 16) ? "name,phone\n" : "x,y\n");

    for (i = 0; i < rows; i++) {
        len += (size_t) snprintf(text + len, sizeof(text) - len, "f%u,", i);

        for (j = (unsigned) sim_between(random, 1, 4); j; j--) {
            len += (size_t) snprintf(text + len, sizeof(text) - len, "%s%s",
                                     sim_contact_number(world, number,
                                         sim_below(random, 5) != 0),
                                     j > 1 ? ":::" : "\n");
        }
    }

    return sim_copy(world->memory, phone_cstr(text));
}


static void
sim_contacts_import(sim_payer_t *payer, phone_str_t cookie)
{
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;

    if (payer->book.len == 0 || sim_below(&world->random, 2)) {
        payer->book = sim_contacts_file(world);
    }

    exchange = sim_payer_asks(payer, cookie, "contacts.import",
                              sim_contacts_answered);
    exchange->upload = payer->book;

    if (sim_below(&world->random, 3) == 0) {
        sim_add(exchange, "dry_run", PHONE_STR("1"));
    }

    sim_send(world, exchange);
}


static void
sim_contacts_look(sim_payer_t *payer, phone_str_t cookie)
{
    char             number[24];
    phone_str_t      id;
    sim_world_t     *world;
    sim_exchange_t  *exchange;

    world = payer->world;
    id = sim_contacts_id(payer, 0);

    if (id.len && sim_below(&world->random, 2)) {
        exchange = sim_payer_asks(payer, cookie, "contacts.get",
                                  sim_contacts_answered);
        sim_add(exchange, "contact_id", id);

    } else {
        exchange = sim_payer_asks(payer, cookie, "contacts.list",
                                  sim_contacts_answered);

        if (sim_below(&world->random, 2)) {
            sim_add(exchange, "q",
                    phone_copy(&exchange->arena,
                               phone_cstr(sim_contact_number(world, number,
                                                             1))));
        }
    }

    sim_send(world, exchange);
}


static void
sim_contacts_on(sim_payer_t *payer, phone_str_t cookie, const char *endpoint,
    const char *field, phone_str_t id)
{
    sim_exchange_t  *exchange;

    exchange = sim_payer_asks(payer, cookie, endpoint, sim_contacts_answered);
    sim_add(exchange, field, id);
    sim_send(payer->world, exchange);
}


void
sim_contacts(sim_payer_t *payer, phone_str_t cookie)
{
    phone_str_t   contact, import;
    sim_world_t  *world;

    world = payer->world;
    contact = sim_contacts_id(payer, 0);
    import = sim_contacts_id(payer, 1);

    switch (sim_below(&world->random, 12)) {

    case 0:
    case 1:
        sim_contact_write(payer, cookie, PHONE_EMPTY);
        break;

    case 2:
        sim_contact_write(payer, cookie, contact);
        break;

    case 3:
        if (contact.len) {
            sim_contacts_on(payer, cookie, "contacts.remove", "contact_id",
                            contact);
        }

        break;

    case 4:
    case 5:
        sim_contacts_look(payer, cookie);
        break;

    case 6:
        sim_send(world, sim_payer_asks(payer, cookie, "contacts.export",
                                       sim_contacts_answered));
        break;

    case 7:
    case 8:
        if (import.len) {
            sim_contacts_on(payer, cookie, "contacts.imported", "job_id",
                            import);
        }

        break;

    case 9:
        if (import.len) {
            sim_contacts_on(payer, cookie, "contacts.undo", "job_id", import);
        }

        break;

    default:
        sim_contacts_import(payer, cookie);
    }
}
