
/*
 * What is sealed: each card number, PIN, password and secret of a merchant
 * opens, by a secret that the hosts have, and is what it was; each card number
 * has one name that all hosts find; and the index says by which secret.
 */


#define _GNU_SOURCE

#include <stdio.h>

#include "auditing.h"
#include "answer.h"
#include "operator/operator.h"
#include "operator/merchant_keys.h"


#define SIM_CARD_NAME    80
#define SIM_CARD_DIGITS  12      /* at least */
#define SIM_OF_SECRET    "hmac:"         /* before one that is sealed */


/* A text that is kept: where, for whom, and what must be inside; plain.data is
   NULL: the store may have lost the last one. */
typedef struct {
    const char              *key;
    const char              *field;
    const char              *member;     /* of the index */
    phone_str_t              aad;
    phone_str_t              plain;
} sim_sealed_text_t;


static const char *const  sim_credential[2] = { "pin", "password" };


void
sim_secret_id(const sim_lab_t *lab, unsigned n, char id[PHONE_SECRET_ID + 1])
{
    unsigned  i;

    for (i = 0; i < PHONE_SECRET_ID / 2; i++) {
        snprintf(id + 2 * i, 3, "%02x", lab->secret[n].print[i]);
    }
}


int
sim_is_reseal(const sim_auditor_t *auditor)
{
    return auditor->task != NULL
           && auditor->task->call.event == &phone_secret_reseal_event;
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


/* Opened by the secret that it names; SIM_SECRETS: it cannot be. */

static unsigned
sim_open(sim_auditor_t *auditor, phone_arena_t *arena, phone_str_t aad,
    phone_str_t sealed, phone_str_t *plain)
{
    unsigned    n;
    sim_lab_t  *lab;

    lab = auditor->world->lab;
    n = sim_secret_of(lab, &sealed);

    return n < SIM_SECRETS
           && phone_unseal(arena, lab->secret[n].key, aad, sealed, plain) == 0
           ? n : SIM_SECRETS;
}


static unsigned
sim_opens(sim_auditor_t *auditor, phone_str_t aad, phone_str_t sealed,
    phone_str_t expected)
{
    unsigned       n;
    phone_str_t    plain;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    n = sim_open(auditor, &arena, aad, sealed, &plain);

    if (n < SIM_SECRETS && expected.data != NULL
        && !phone_equal(plain, expected))
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

    if (card == NULL
        || sim_opens(auditor, card->node.key, sealed, card->number)
           == SIM_SECRETS)
    {
        sim_violation(auditor->world, "the number of card %.*s does not open",
                      PHONE_ARGS(id));
    }
}


/* A PIN or a password is written: one that is sealed again is what it was,
   unless the store has lost the last one. */

static void
sim_audit_credential(sim_auditor_t *auditor, sim_number_t *number,
    unsigned which, phone_str_t sealed)
{
    int            n;
    char           aad[64];
    phone_str_t    plain;
    sim_world_t   *world;
    phone_arena_t  arena;

    world = auditor->world;
    n = snprintf(aad, sizeof(aad), "%.*s/%s", PHONE_ARGS(number->node.key),
                 sim_credential[which]);

    phone_arena_init(&arena);

    if (sim_open(auditor, &arena, (phone_str_t) { (size_t) n, aad }, sealed,
                 &plain)
        == SIM_SECRETS)
    {
        sim_violation(world, "the %s of %.*s does not open",
                      sim_credential[which], PHONE_ARGS(number->node.key));

    } else if (sim_is_reseal(auditor)
               && !phone_equal(plain, number->opened[which])
               && !world->failovers)
    {
        sim_violation(world, "the %s of %.*s is another one",
                      sim_credential[which], PHONE_ARGS(number->node.key));

    } else {
        number->opened[which] = sim_copy(auditor->memory, plain);
    }

    phone_arena_free(&arena);
}


void
sim_audit_credentials(sim_auditor_t *auditor, const phone_op_t *op,
    sim_number_t *number)
{
    int          set;
    unsigned     i;
    phone_str_t  sealed;

    for (i = 0; i < 2; i++) {
        sealed = sim_hset_word(op, sim_credential[i], &set);

        if (set) {
            sim_audit_credential(auditor, number, i, sealed);
        }
    }
}


/* Invariant 13: no number of a card is in a key, a value or an answer. */

static int
sim_is_card_number(sim_auditor_t *auditor, phone_str_t digits)
{
    size_t             i;
    const sim_card_t  *card;

    for (i = 0; i < auditor->cards.slots; i++) {
        card = (const sim_card_t *) auditor->cards.slot[i];

        if (card != NULL && card->number.len >= SIM_CARD_DIGITS
            && memmem(digits.data, digits.len, card->number.data,
                      card->number.len) != NULL)
        {
            return 1;
        }
    }

    return 0;
}


void
sim_audit_untold(sim_auditor_t *auditor, phone_str_t text, const char *where)
{
    size_t  i, n;

    for (i = 0, n = 0; i <= text.len; i++) {

        if (i < text.len && text.data[i] >= '0' && text.data[i] <= '9') {
            n++;
            continue;
        }

        if (n >= SIM_CARD_DIGITS
            && sim_is_card_number(auditor, (phone_str_t) { n,
                                               text.data + i - n }))
        {
            sim_violation(auditor->world, "invariant 13: a card's number is "
                          "in %s: \"%.*s\"", where, PHONE_ARGS(text));
        }

        n = 0;
    }
}


/* A card number gets another name: it stays that of its card. */

void
sim_audit_renamed(sim_auditor_t *auditor, const phone_op_t *op)
{
    int          set;
    int64_t      opened;
    sim_card_t  *card;
    phone_str_t  id;

    id = sim_hset_word(op, "card", &set);

    if (!set) {
        return;
    }

    card = sim_map_find(&auditor->cards, id);

    if (card == NULL
        || sim_parse_int(sim_hset_word(op, "opened_with", NULL), &opened) != 0
        || opened != card->opened
        || (card->proof.len
            && !phone_equal(sim_hset_word(op, "holder", NULL), card->owner)
            && !auditor->world->failovers))
    {
        sim_violation(auditor->world, "card %.*s gets another number",
                      PHONE_ARGS(id));
    }
}


/* Secrets of merchants */

static phone_str_t
sim_secret_name(char text[96], phone_str_t merchant, phone_str_t key_id,
    char between)
{
    int  n;

    n = snprintf(text, 96, "%.*s%c%.*s", PHONE_ARGS(merchant), between,
                 PHONE_ARGS(key_id));

    return (phone_str_t) { (size_t) n, text };
}


/* What is sealed of a key that is a secret; data == NULL: it is none. */

static phone_str_t
sim_sealed_secret(phone_str_t text)
{
    static const size_t  n = sizeof(SIM_OF_SECRET) - 1;

    if (text.len < n || memcmp(text.data, SIM_OF_SECRET, n) != 0) {
        return (phone_str_t) { 0, NULL };
    }

    return (phone_str_t) { text.len - n, text.data + n };
}


/* It stays what it was at first, whoever seals it again. */

void
sim_audit_merchant_secret(sim_auditor_t *auditor, phone_str_t merchant,
    phone_str_t key_id, phone_str_t text)
{
    char           name[96], aad[96];
    phone_str_t    sealed, plain;
    phone_arena_t  arena;

    sealed = sim_sealed_secret(text);

    if (sealed.data == NULL) {
        return;
    }

    phone_arena_init(&arena);

    if (sim_open(auditor, &arena, sim_secret_name(aad, merchant, key_id, '/'),
                 sealed, &plain)
        == SIM_SECRETS)
    {
        sim_violation(auditor->world, "the secret %s does not open", aad);

    } else if (sim_fact(auditor, &auditor->secrets,
                        sim_secret_name(name, merchant, key_id, ' '), plain)
               != 0)
    {
        sim_violation(auditor->world, "the secret %s is another one", aad);
    }

    phone_arena_free(&arena);
}


phone_str_t
sim_merchant_secret(sim_auditor_t *auditor, phone_str_t merchant,
    phone_str_t key_id)
{
    char               name[96];
    const sim_fact_t  *fact;

    fact = sim_map_find(&auditor->secrets,
                        sim_secret_name(name, merchant, key_id, ' '));

    return fact != NULL ? fact->value : (phone_str_t) { 0, NULL };
}


/* The merchant is told what is sealed; a failover meanwhile may have lost
   that. */

void
sim_audit_secret_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t  told;

    told = reply->refused ? PHONE_EMPTY : sim_member(reply->body, "secret");

    if (told.len
        && !(auditor->world->failovers
             && auditor->world->failover_at >= exchange->sent_at)
        && !phone_equal(told, sim_merchant_secret(auditor,
                                  sim_sent(exchange, "merchant_id"),
                                  sim_sent(exchange, "key_id"))))
    {
        sim_violation(auditor->world, "call %u is told another secret",
                      exchange->serial);
    }
}


static int
sim_worker_has(const sim_worker_t *worker, unsigned n)
{
    const phone_env_t  *env;

    env = &worker->env;

    return env->record_key == worker->world->lab->secret[n].key
           || env->record_key_before == worker->world->lab->secret[n].key;
}


static void
sim_audit_noted(sim_auditor_t *auditor, const char *key, const char *member,
    unsigned secret)
{
    char                 text[128], id[PHONE_SECRET_ID + 1];
    unsigned             i;
    sim_world_t         *world;
    const sim_zset_t    *index;
    const sim_member_t  *noted;

    world = auditor->world;

    for (i = 0; i < world->swarm.workers; i++) {
        if (!sim_worker_has(&world->worker[i], secret)) {
            sim_violation(world, "%s is sealed by secret %u, which worker %u "
                          "does not have", member, secret, i);
        }
    }

    snprintf(text, sizeof(text), "%.11s:sealed", key);   /* "phone:{017}" */
    index = sim_store_zset(world->store, sim_wall(world), phone_cstr(text));
    noted = index != NULL ? sim_zset_find(index, phone_cstr(member)) : NULL;
    sim_secret_id(world->lab, secret, id);

    if (noted == NULL || noted->score != phone_secret_number(phone_cstr(id))) {
        sim_violation(world, "%s is not noted as sealed by %s", member, id);
    }
}


/* Is it sealed by what each worker has, and noted so? */

static void
sim_audit_text_sealed(sim_auditor_t *auditor, const sim_sealed_text_t *text)
{
    unsigned      n;
    sim_world_t  *world;
    phone_str_t   sealed;

    world = auditor->world;
    sealed = sim_store_field(world->store, sim_wall(world),
                             phone_cstr(text->key), phone_cstr(text->field));
    n = sim_opens(auditor, text->aad, sealed, text->plain);

    if (n == SIM_SECRETS) {
        sim_violation(world, "%s does not open", text->member);
        return;
    }

    sim_audit_noted(auditor, text->key, text->member, n);
}


/* Is a posting on its way to the bucket? */

static int
sim_posting_waits(sim_auditor_t *auditor, phone_str_t bucket)
{
    char                  text[32];
    unsigned              n, i;
    phone_str_t           id, lane;
    sim_world_t          *world;
    const sim_zset_t     *due;
    const phone_event_t  *event;

    world = auditor->world;

    for (n = 0; n < world->buckets; n++) {
        snprintf(text, sizeof(text), "phone:{%03u}:due", n);
        due = sim_store_zset(world->store, sim_wall(world), phone_cstr(text));

        for (i = 0; due != NULL && i < due->n; i++) {
            if (phone_event_parse(due->member[i].member, &event, &id, &lane)
                == 0
                && event == &phone_posting_apply && id.len > bucket.len
                && memcmp(id.data + id.len - bucket.len, bucket.data,
                          bucket.len) == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


static void
sim_audit_card_sealed(sim_auditor_t *auditor, const sim_card_t *card)
{
    char         key[96], member[96];
    phone_str_t  bucket;

    bucket = (phone_str_t) { 3, card->node.key.data };

    snprintf(key, sizeof(key), "phone:{%.3s}:card:%.*s",
             card->node.key.data, PHONE_ARGS(card->node.key));
    snprintf(member, sizeof(member), "card:%.*s", PHONE_ARGS(card->node.key));

    /* still on its way to the bucket of its owner */

    if (sim_store_field(auditor->world->store, sim_wall(auditor->world),
                        phone_cstr(key), PHONE_STR("v")).len == 0
        && (!auditor->world->calm || sim_posting_waits(auditor, bucket)))
    {
        return;
    }

    sim_audit_text_sealed(auditor, &(sim_sealed_text_t) {
        key, "number", member, card->node.key, card->number });
}


/* "card_number:017-<hash>", by that secret. */

static void
sim_card_name(sim_auditor_t *auditor, const sim_card_t *card, unsigned secret,
    char name[SIM_CARD_NAME])
{
    char           text[32];
    phone_str_t    hash;
    phone_arena_t  arena;
    unsigned char  mac[PHONE_MAC_LEN];

    snprintf(text, sizeof(text), "card:%.*s", PHONE_ARGS(card->number));
    phone_arena_init(&arena);
    (void) phone_mac(auditor->world->lab->secret[secret].hash_key,
                     phone_cstr(text), mac);
    hash = phone_base64url(&arena, (phone_str_t) { sizeof(mac),
                                                   (char *) mac });
    snprintf(text, sizeof(text), "%.6s******%.4s", card->number.data,
             card->number.data + card->number.len - 4);
    snprintf(name, SIM_CARD_NAME, "card_number:%03u-%.*s",
             phone_bucket_of(phone_cstr(text), auditor->world->buckets),
             PHONE_ARGS(hash));
    phone_arena_free(&arena);
}


/* One name that is not marked as moved, by a secret that all workers have. */

static void
sim_audit_card_named(sim_auditor_t *auditor, const sim_card_t *card)
{
    char          name[SIM_CARD_NAME], key[SIM_CARD_NAME + 16];
    unsigned      n, names;
    sim_world_t  *world;

    world = auditor->world;
    names = 0;

    for (n = 0; n < SIM_SECRETS; n++) {
        sim_card_name(auditor, card, n, name);
        snprintf(key, sizeof(key), "phone:{%.3s}:%s",
                 name + sizeof("card_number:") - 1, name);

        if (sim_store_field(world->store, sim_wall(world), phone_cstr(key),
                            PHONE_STR("card")).len == 0
            || sim_store_field(world->store, sim_wall(world), phone_cstr(key),
                               PHONE_STR("moved")).len)
        {
            continue;
        }

        names++;
        sim_audit_noted(auditor, key, name, n);
    }

    if (names != 1) {
        sim_violation(world, "card %.*s has %u names",
                      PHONE_ARGS(card->node.key), names);
    }
}


static void
sim_audit_number_sealed(sim_auditor_t *auditor, const sim_number_t *number)
{
    int          n;
    char         key[96], member[96];
    unsigned     i;
    phone_str_t  sealed;

    snprintf(key, sizeof(key), "phone:{%03u}:account:%.*s",
             phone_bucket_of(number->node.key, auditor->world->buckets),
             PHONE_ARGS(number->node.key));

    for (i = 0; i < 2; i++) {
        sealed = sim_store_field(auditor->world->store,
                                 sim_wall(auditor->world), phone_cstr(key),
                                 phone_cstr(sim_credential[i]));

        if (sealed.len == 0) {
            continue;
        }

        n = snprintf(member, sizeof(member), "account:%.*s/%s",
                     PHONE_ARGS(number->node.key), sim_credential[i]);

        sim_audit_text_sealed(auditor, &(sim_sealed_text_t) {
            key, sim_credential[i], member,
            { (size_t) n - 8, member + 8 },
            auditor->world->failovers ? (phone_str_t) { 0, NULL }
                                      : number->opened[i] });
    }
}


/* A key that has ended may have made room for another one. */

static void
sim_audit_secret_sealed(sim_auditor_t *auditor, const sim_fact_t *secret)
{
    char                         key[96], member[112], aad[96];
    unsigned                     n;
    phone_str_t                  rest, merchant, sealed;
    phone_merchant_keys_t        keys;
    const phone_merchant_key_t  *own;

    rest = secret->node.key;
    (void) phone_split(&rest, ' ', &merchant);
    snprintf(key, sizeof(key), "phone:{%03u}:merchant:%.*s",
             phone_bucket_of(merchant, auditor->world->buckets),
             PHONE_ARGS(merchant));

    own = phone_merchant_keys_parse(sim_stored(auditor, phone_cstr(key),
                                               "keys"), &keys) == 0
          ? phone_merchant_keys_find(&keys, rest) : NULL;

    if (own == NULL) {
        return;
    }

    snprintf(member, sizeof(member), "merchant:%.*s/%.*s",
             PHONE_ARGS(merchant), PHONE_ARGS(rest));
    sealed = sim_sealed_secret(own->text);
    n = sim_opens(auditor, sim_secret_name(aad, merchant, rest, '/'), sealed,
                  secret->value);

    if (sealed.data == NULL || n == SIM_SECRETS) {
        sim_violation(auditor->world, "%s does not open", member);
        return;
    }

    sim_audit_noted(auditor, key, member, n);
}


void
sim_audit_secrets(sim_auditor_t *auditor)
{
    size_t         i;
    sim_card_t    *card;
    sim_number_t  *number;

    for (i = 0; i < auditor->cards.slots; i++) {
        card = (sim_card_t *) auditor->cards.slot[i];

        if (card != NULL) {
            sim_audit_card_sealed(auditor, card);
            sim_audit_card_named(auditor, card);
        }
    }

    for (i = 0; i < auditor->secrets.slots; i++) {
        if (auditor->secrets.slot[i] != NULL) {
            sim_audit_secret_sealed(auditor,
                (const sim_fact_t *) auditor->secrets.slot[i]);
        }
    }

    for (i = 0; i < auditor->numbers.slots; i++) {
        number = (sim_number_t *) auditor->numbers.slot[i];

        if (number != NULL) {
            sim_audit_number_sealed(auditor, number);
        }
    }
}
