
/* What is sealed: each card number opens, by a secret that the hosts have, and
   is that of its card. */


#include <stdio.h>

#include "auditing.h"


void
sim_secret_id(const sim_lab_t *lab, unsigned n, char id[PHONE_SECRET_ID + 1])
{
    unsigned  i;

    for (i = 0; i < PHONE_SECRET_ID / 2; i++) {
        snprintf(id + 2 * i, 3, "%02x", lab->secret[n].print[i]);
    }
}


/* Which secret has sealed a text; SIM_SECRETS: none of them. */

static unsigned
sim_secret_of(const sim_lab_t *lab, phone_str_t *sealed)
{
    char         id[PHONE_SECRET_ID + 1];
    unsigned     n;
    phone_str_t  word;

    if (!phone_split(sealed, '.', &word)) {
        return SIM_SECRETS;
    }

    for (n = 0; n < SIM_SECRETS; n++) {
        sim_secret_id(lab, n, id);

        if (phone_is(word, id)) {
            break;
        }
    }

    return n;
}


static unsigned
sim_opens(sim_auditor_t *auditor, const sim_card_t *card, phone_str_t sealed)
{
    unsigned        n;
    sim_lab_t      *lab;
    phone_str_t     plain;
    phone_arena_t   arena;

    lab = auditor->world->lab;
    n = sim_secret_of(lab, &sealed);

    phone_arena_init(&arena);

    if (n < SIM_SECRETS
        && (phone_unseal(&arena, lab->secret[n].key, card->node.key, sealed,
                         &plain) != 0
            || !phone_equal(plain, card->number)))
    {
        n = SIM_SECRETS;
    }

    phone_arena_free(&arena);

    return n;
}


/* The number of a card is written. */

void
sim_audit_number(sim_auditor_t *auditor, phone_str_t id, phone_str_t sealed)
{
    sim_card_t  *card;

    card = sim_map_find(&auditor->cards, id);

    if (card == NULL || sim_opens(auditor, card, sealed) == SIM_SECRETS) {
        sim_violation(auditor->world, "the number of card %.*s does not open",
                      PHONE_ARGS(id));
    }
}


/* Is it sealed by what this worker has, and noted so? */

static void
sim_audit_card_sealed(sim_auditor_t *auditor, const sim_card_t *card)
{
    char                 text[96];
    unsigned             i, n;
    phone_str_t          number, rest;
    sim_world_t         *world;
    const phone_env_t   *env;
    const sim_zset_t    *index;
    const sim_member_t  *noted;

    world = auditor->world;

    snprintf(text, sizeof(text), "phone:{%.3s}:card:%.*s",
             card->node.key.data, PHONE_ARGS(card->node.key));
    number = sim_store_field(world->store, sim_wall(world), phone_cstr(text),
                             PHONE_STR("number"));
    /* on its way to its bucket, and the clock was set back */

    if (number.len == 0 && sim_set_back(world, 0, 0)) {
        return;
    }

    n = sim_opens(auditor, card, number);

    if (n == SIM_SECRETS) {
        sim_violation(world, "card %.*s has a number that does not open",
                      PHONE_ARGS(card->node.key));
        return;
    }

    for (i = 0; i < world->swarm.workers; i++) {
        env = &world->worker[i].env;

        if (env->record_key != world->lab->secret[n].key
            && env->record_key_before != world->lab->secret[n].key)
        {
            sim_violation(world, "card %.*s is sealed by secret %u, which "
                          "worker %u does not have",
                          PHONE_ARGS(card->node.key), n, i);
        }
    }

    snprintf(text, sizeof(text), "phone:{%.3s}:sealed",
             card->node.key.data);
    index = sim_store_zset(world->store, sim_wall(world), phone_cstr(text));

    snprintf(text, sizeof(text), "card:%.*s", PHONE_ARGS(card->node.key));
    noted = index != NULL ? sim_zset_find(index, phone_cstr(text)) : NULL;

    rest = number;
    (void) phone_split(&rest, '.', &number);

    if (noted == NULL || noted->score != phone_secret_number(number)) {
        sim_violation(world, "card %.*s is not noted as sealed by %.*s",
                      PHONE_ARGS(card->node.key), PHONE_ARGS(number));
    }
}


void
sim_audit_secrets(sim_auditor_t *auditor)
{
    size_t       i;
    sim_card_t  *card;

    for (i = 0; i < auditor->cards.slots; i++) {
        card = (sim_card_t *) auditor->cards.slot[i];

        if (card != NULL) {
            sim_audit_card_sealed(auditor, card);
        }
    }
}
