
/* A commit: all guards, then all commands. */


#include <stdio.h>
#include <stdlib.h>

#include "entries.h"


/* Keys that get a life by sums of a commit. */
#define SIM_LIVES_MAX  8


static int sim_guard_holds(sim_store_t *store, int64_t now,
    const phone_guard_t *guard);
static int sim_claim(sim_store_t *store, int64_t now,
    const phone_guard_t *guard);
static int sim_sum(sim_store_t *store, int64_t now,
    const phone_guard_t *guard, int *first);
static void sim_take_back(sim_store_t *store, int64_t now,
    const phone_guard_t *from, const phone_guard_t *to);
static void sim_ops_take_back(sim_store_t *store, int64_t now,
    const phone_op_t *op, unsigned n);
static void sim_op_take_back(sim_store_t *store, int64_t now,
    const phone_op_t *op);
static sim_outcome_t sim_ops_apply(sim_store_t *store, int64_t now,
    const phone_commit_t *commit, unsigned most);
static int sim_op_apply(sim_store_t *store, int64_t now,
    const phone_op_t *op);
static int sim_expire(sim_store_t *store, int64_t now, phone_str_t key,
    phone_str_t life);


static int
sim_one_bucket(const phone_commit_t *commit)
{
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    for (guard = commit->guards; guard != NULL; guard = guard->next) {

        if (guard->bucket != commit->bucket) {
            return 0;
        }
    }

    for (op = commit->ops; op != NULL; op = op->next) {

        if (op->bucket != commit->bucket) {
            return 0;
        }
    }

    return 1;
}


sim_outcome_t
sim_store_apply(sim_store_t *store, int64_t now, const phone_commit_t *commit,
    unsigned *guard)
{
    int                   holds, first;
    unsigned              most, lives;
    sim_outcome_t         outcome;
    const phone_guard_t  *g, *life[SIM_LIVES_MAX];

    if (store->options.one_bucket && !sim_one_bucket(commit)) {
        return SIM_ERROR;
    }

    if (phone_commit_words(commit) > PHONE_COMMIT_WORDS) {
        return SIM_ERROR;
    }

    *guard = 0;

    for (g = commit->guards; g != NULL; g = g->next) {
        holds = sim_guard_holds(store, now, g);

        if (holds < 0) {
            return SIM_ERROR;
        }

        if (!holds) {
            return SIM_CONFLICT;
        }

        (*guard)++;
    }

    *guard = 0;
    lives = 0;

    for (g = commit->guards; g != NULL; g = g->next) {
        holds = 1;

        if (g->kind == PHONE_GUARD_CLAIM) {
            holds = sim_claim(store, now, g);

        } else if (g->kind == PHONE_GUARD_SUM) {
            holds = sim_sum(store, now, g, &first);

            if (first && !phone_is(g->life, "0") && lives < SIM_LIVES_MAX) {
                life[lives++] = g;
            }
        }

        if (holds <= 0) {
            sim_take_back(store, now, commit->guards, g);
            return holds == 0 ? SIM_CONFLICT : SIM_ERROR;
        }

        (*guard)++;
    }

    store->commits++;
    most = commit->nops;

    if (store->commits % 64 == 0) {

        if (store->options.defects & SIM_HALF_COMMIT) {
            most /= 2;
        }

        if (store->options.defects & SIM_TWICE) {
            (void) sim_ops_apply(store, now, commit, most);
        }
    }

    outcome = sim_ops_apply(store, now, commit, most);

    while (outcome == SIM_APPLIED && lives) {
        g = life[--lives];
        (void) sim_expire(store, now, g->key, g->life);
    }

    return outcome;
}


static sim_outcome_t
sim_ops_apply(sim_store_t *store, int64_t now, const phone_commit_t *commit,
    unsigned most)
{
    unsigned           n;
    const phone_op_t  *op;

    op = commit->ops;

    for (n = 0; n < most; n++) {

        /* guards are there for all that a command could meet, but for the
           first ones, with which all is taken back */

        if (sim_op_apply(store, now, op) != 0) {
            if (n <= commit->back) {
                sim_ops_take_back(store, now, commit->ops, n);
                sim_take_back(store, now, commit->guards, NULL);
                return SIM_ERROR;
            }

            fprintf(stderr, "sim: command %u of a commit fails on %.*s\n", n,
                    PHONE_ARGS(op->key));
            abort();
        }

        op = op->next;
    }

    return SIM_APPLIED;
}


/* 1, or 0 when it is not free. */

static int
sim_claim(sim_store_t *store, int64_t now, const phone_guard_t *guard)
{
    int64_t       ms;
    sim_entry_t  *entry;

    (void) sim_parse_int(guard->want, &ms);

    entry = sim_entry_find(store, now, guard->key);

    if (entry != NULL && !(store->options.defects & SIM_SKIP_CLAIM)) {
        return 0;
    }

    if (store->options.defects & SIM_LOSE_CLAIM) {
        return 1;
    }

    if (entry != NULL) {
        sim_entry_delete(store, entry);
    }

    entry = sim_entry_make(store, now, guard->key, SIM_STRING);
    entry->string = sim_copy(store->memory, guard->field);
    entry->expires = ms ? now + ms : 0;

    return 1;
}


/* A number that becomes 0 by it goes, and a key without fields. */

static void
sim_sum_take_back(sim_store_t *store, int64_t now, const phone_guard_t *guard)
{
    char          text[SIM_INT_LEN];
    int64_t       have, delta;
    unsigned      at;
    sim_entry_t  *entry;
    sim_field_t  *field;

    at = 0;
    have = 0;
    entry = sim_entry_make(store, now, guard->key, SIM_HASH);
    field = sim_fields_find(&entry->fields, guard->field, &at);

    if ((field != NULL && sim_parse_int(field->value, &have) != 0)
        || sim_parse_int(guard->delta, &delta) != 0)
    {
        return;
    }

    if (have != delta) {
        sim_fields_set(store->memory, &entry->fields, guard->field,
                       sim_format_int(text, have - delta));
        return;
    }

    if (field != NULL) {
        sim_fields_remove(store->memory, &entry->fields, guard->field);
    }

    if (entry->fields.n == 0) {
        sim_entry_delete(store, entry);
    }
}


/* 1, or 0 when it does not hold, -1 when what is stored is no number.  first:
   the field was not there, or 0. */

static int
sim_sum(sim_store_t *store, int64_t now, const phone_guard_t *guard,
    int *first)
{
    char          text[SIM_INT_LEN];
    int64_t       have, delta, bound, sum;
    unsigned      at;
    sim_entry_t  *entry;
    sim_field_t  *field;

    *first = 0;
    entry = sim_entry_find(store, now, guard->key);

    if (entry != NULL && entry->kind != SIM_HASH) {
        return -1;
    }

    at = 0;
    have = 0;
    field = entry ? sim_fields_find(&entry->fields, guard->field, &at) : NULL;

    if ((field != NULL && sim_parse_int(field->value, &have) != 0)
        || sim_parse_int(guard->delta, &delta) != 0
        || sim_parse_int(guard->want, &bound) != 0)
    {
        return -1;
    }

    if (__builtin_add_overflow(have, delta, &sum)) {
        return 0;
    }

    if (store->options.defects & SIM_LOSE_CREDIT && delta > 0) {
        return 1;
    }

    *first = sum == delta;
    entry = sim_entry_make(store, now, guard->key, SIM_HASH);
    sim_fields_set(store->memory, &entry->fields, guard->field,
                   sim_format_int(text, sum));

    if ((delta < 0 ? sum < bound : sum > bound)
        && !(store->options.defects & SIM_SKIP_AT_LEAST))
    {
        sim_sum_take_back(store, now, guard);
        return 0;
    }

    return 1;
}


/* What guards have written, from one of them to before another, the last
   first. */

static void
sim_take_back(sim_store_t *store, int64_t now, const phone_guard_t *from,
    const phone_guard_t *to)
{
    sim_entry_t  *entry;

    if (from == NULL || from == to) {
        return;
    }

    sim_take_back(store, now, from->next, to);

    if (from->kind == PHONE_GUARD_SUM) {
        sim_sum_take_back(store, now, from);

    } else if (from->kind == PHONE_GUARD_CLAIM) {
        entry = sim_entry_find(store, now, from->key);

        if (entry != NULL) {
            sim_entry_delete(store, entry);
        }
    }
}


/* The first n, the last of them first. */

static void
sim_ops_take_back(sim_store_t *store, int64_t now, const phone_op_t *op,
    unsigned n)
{
    if (n == 0) {
        return;
    }

    sim_ops_take_back(store, now, op->next, n - 1);
    sim_op_take_back(store, now, op);
}


static void
sim_op_take_back(sim_store_t *store, int64_t now, const phone_op_t *op)
{
    sim_entry_t  *entry;

    entry = sim_entry_find(store, now, op->key);

    if (entry == NULL) {
        return;
    }

    if (op->kind == PHONE_OP_RPUSH) {
        sim_list_take(store->memory, &entry->list);

        if (entry->list.n == 0) {
            sim_entry_delete(store, entry);
        }

        return;
    }

    sim_zset_remove(store->memory, &entry->zset, op->word[1]);

    if (entry->zset.n == 0) {
        sim_entry_delete(store, entry);
    }
}


static int
sim_look_fits(sim_kind_t kind, phone_str_t look)
{
    return (kind == SIM_HASH && phone_is(look, "HLEN"))
           || (kind == SIM_ZSET && phone_is(look, "ZCARD"))
           || (kind == SIM_LIST && phone_is(look, "LLEN"))
           || (kind == SIM_STREAM && phone_is(look, "XLEN"))
           || (kind == SIM_STRING && phone_is(look, "STRLEN"));
}


static int
sim_room(const sim_zset_t *zset, const phone_guard_t *guard)
{
    int64_t  since, most;

    return sim_parse_int(guard->field, &since) == 0
           && sim_parse_int(guard->want, &most) == 0
           && (zset->n < most || zset->member[zset->n - most].score < since);
}


/* 1, 0, or -1 for a wrong kind of value. */

static int
sim_guard_holds(sim_store_t *store, int64_t now, const phone_guard_t *guard)
{
    int64_t               want;
    unsigned              at;
    sim_entry_t          *entry;
    sim_field_t          *field;
    sim_member_t         *member;
    static const uint8_t  skip[] = {
        [PHONE_GUARD_VERSION] = SIM_SKIP_VERSION,
        [PHONE_GUARD_ABSENT] = SIM_SKIP_ABSENT,
        [PHONE_GUARD_DUE] = SIM_SKIP_DUE,
        [PHONE_GUARD_ROOM] = 0,
        [PHONE_GUARD_SUM] = 0
    };

    if (store->options.defects & skip[guard->kind]) {
        return 1;
    }

    entry = sim_entry_find(store, now, guard->key);

    switch (guard->kind) {

    case PHONE_GUARD_CLAIM:
    case PHONE_GUARD_SUM:
        return 1;

    case PHONE_GUARD_EMPTY:
        return entry == NULL;

    case PHONE_GUARD_TYPE:
        return entry == NULL || sim_look_fits(entry->kind, guard->field)
               ? 1 : -1;

    default:
        break;
    }

    if (entry == NULL) {
        return guard->kind == PHONE_GUARD_ABSENT
               || guard->kind == PHONE_GUARD_ROOM;
    }

    if (guard->kind == PHONE_GUARD_DUE || guard->kind == PHONE_GUARD_ROOM) {

        if (entry->kind != SIM_ZSET) {
            return -1;
        }

        if (guard->kind == PHONE_GUARD_ROOM) {
            return sim_room(&entry->zset, guard);
        }

        member = sim_zset_find(&entry->zset, guard->field);

        return member != NULL && sim_parse_int(guard->want, &want) == 0
               && member->score == want;
    }

    if (entry->kind != SIM_HASH) {
        return -1;
    }

    at = 0;
    field = sim_fields_find(&entry->fields, guard->field, &at);

    return guard->kind == PHONE_GUARD_VERSION
           ? field != NULL && phone_equal(field->value, guard->want)
           : field == NULL;
}


static int
sim_is_due_queue(phone_str_t key)
{
    static const char  suffix[] = "}:due";
    const size_t       len = sizeof(suffix) - 1;

    return key.len > len
           && memcmp(key.data + key.len - len, suffix, len) == 0;
}


static int
sim_op_hset(sim_store_t *store, int64_t now, const phone_op_t *op)
{
    unsigned      i;
    sim_entry_t  *entry;

    entry = sim_entry_make(store, now, op->key, SIM_HASH);

    if (entry == NULL) {
        return -1;
    }

    for (i = 0; i + 1 < op->nwords; i += 2) {

        if ((store->options.defects & SIM_LOSE_LOGOUT
             && op->word[i + 1].len > 7
             && memcmp(op->word[i + 1].data, "closed ", 7) == 0)
            || (store->options.defects & SIM_LOSE_PIN_FAILS
                && phone_is(op->word[i], "pin_fails"))
            || (store->options.defects & SIM_LOSE_LISTENS
                && phone_is(op->word[i], "listens")))
        {
            continue;
        }

        sim_fields_set(store->memory, &entry->fields, op->word[i],
                       op->word[i + 1]);
    }

    return 0;
}


static int
sim_op_hdel(sim_store_t *store, int64_t now, const phone_op_t *op)
{
    unsigned      i;
    sim_entry_t  *entry;

    entry = sim_entry_find(store, now, op->key);

    if (entry == NULL) {
        return 0;
    }

    if (entry->kind != SIM_HASH) {
        return -1;
    }

    for (i = 0; i < op->nwords; i++) {
        sim_fields_remove(store->memory, &entry->fields, op->word[i]);
    }

    if (entry->fields.n == 0) {
        sim_entry_delete(store, entry);
    }

    return 0;
}


static int
sim_op_hincrby(sim_store_t *store, int64_t now, const phone_op_t *op)
{
    char          text[SIM_INT_LEN];
    int64_t       delta, value;
    unsigned      at;
    sim_entry_t  *entry;
    sim_field_t  *field;

    if (sim_parse_int(op->word[1], &delta) != 0) {
        return -1;
    }

    if (store->options.defects & SIM_LOSE_CREDIT && delta > 0) {
        return 0;
    }

    entry = sim_entry_find(store, now, op->key);

    if (entry != NULL && entry->kind != SIM_HASH) {
        return -1;
    }

    at = 0;
    field = entry ? sim_fields_find(&entry->fields, op->word[0], &at) : NULL;
    value = 0;

    if ((field != NULL && sim_parse_int(field->value, &value) != 0)
        || __builtin_add_overflow(value, delta, &value))
    {
        return -1;
    }

    entry = sim_entry_make(store, now, op->key, SIM_HASH);
    sim_fields_set(store->memory, &entry->fields, op->word[0],
                   sim_format_int(text, value));

    return 0;
}


static int
sim_op_count(sim_store_t *store, int64_t now, const phone_op_t *op)
{
    int64_t   ms, delta, value;
    unsigned  i, bit[PHONE_SKETCH_ROWS];

    if (op->nwords != 2 + PHONE_SKETCH_ROWS
        || sim_parse_int(op->word[0], &ms) != 0
        || sim_parse_int(op->word[1], &delta) != 0)
    {
        return -1;
    }

    for (i = 0; i < PHONE_SKETCH_ROWS; i++) {

        if (sim_parse_int(op->word[2 + i], &value) != 0) {
            return -1;
        }

        bit[i] = (unsigned) value;
    }

    return sim_sketch_add(store, now, op->key, ms, delta, PHONE_SKETCH_ROWS,
                          bit, &value);
}


static int
sim_expire(sim_store_t *store, int64_t now, phone_str_t key,
    phone_str_t life)
{
    int64_t       ms;
    sim_entry_t  *entry;

    if (sim_parse_int(life, &ms) != 0) {
        return -1;
    }

    entry = sim_entry_find(store, now, key);

    if (entry == NULL) {
        return 0;
    }

    if (ms <= 0) {
        sim_entry_delete(store, entry);

    } else {
        entry->expires = now + ms;
    }

    return 0;
}


static int
sim_op_zset(sim_store_t *store, int64_t now, const phone_op_t *op)
{
    int64_t       score;
    sim_entry_t  *entry;

    if (op->kind != PHONE_OP_ZREM) {

        if (store->options.defects & SIM_LOSE_DUE
            && sim_is_due_queue(op->key) && store->commits % 4 == 0)
        {
            return 0;
        }

        if (sim_parse_int(op->word[0], &score) != 0) {
            return -1;
        }

        entry = sim_entry_make(store, now, op->key, SIM_ZSET);

        if (entry == NULL) {
            return -1;
        }

        if (op->kind == PHONE_OP_ZADD
            || sim_zset_find(&entry->zset, op->word[1]) == NULL)
        {
            sim_zset_add(store->memory, &entry->zset, score, op->word[1]);
        }

        return 0;
    }

    entry = sim_entry_find(store, now, op->key);

    if (entry == NULL) {
        return 0;
    }

    if (entry->kind != SIM_ZSET) {
        return -1;
    }

    sim_zset_remove(store->memory, &entry->zset, op->word[0]);

    if (entry->zset.n == 0) {
        sim_entry_delete(store, entry);
    }

    return 0;
}


/* Redis refuses a command that has words too many, or too few. */

static int
sim_op_has_words(const phone_op_t *op)
{
    switch (op->kind) {

    case PHONE_OP_HSET:
        return op->nwords >= 2 && op->nwords % 2 == 0;

    case PHONE_OP_HDEL:
    case PHONE_OP_COUNT:
        return op->nwords >= 1;

    case PHONE_OP_XADD:
        return op->nwords >= 3 && op->nwords % 2 == 1;

    case PHONE_OP_HINCRBY:
    case PHONE_OP_ZADD:
    case PHONE_OP_ZADD_NX:
        return op->nwords == 2;

    case PHONE_OP_DEL:
        return op->nwords == 0;

    case PHONE_OP_PEXPIRE:
    case PHONE_OP_ZREM:
    case PHONE_OP_RPUSH:
    case PHONE_OP_PUBLISH:
        return op->nwords == 1;
    }

    return 0;
}


static int
sim_op_apply(sim_store_t *store, int64_t now, const phone_op_t *op)
{
    int64_t       most;
    sim_entry_t  *entry;

    if (!sim_op_has_words(op)) {
        return -1;
    }

    switch (op->kind) {

    case PHONE_OP_HSET:
        return sim_op_hset(store, now, op);

    case PHONE_OP_HDEL:
        return sim_op_hdel(store, now, op);

    case PHONE_OP_HINCRBY:
        return sim_op_hincrby(store, now, op);

    case PHONE_OP_DEL:
        entry = sim_entry_find(store, now, op->key);

        if (entry != NULL) {
            sim_entry_delete(store, entry);
        }

        return 0;

    case PHONE_OP_PEXPIRE:
        return sim_expire(store, now, op->key, op->word[0]);

    case PHONE_OP_COUNT:
        return sim_op_count(store, now, op);

    case PHONE_OP_ZADD:
    case PHONE_OP_ZADD_NX:
    case PHONE_OP_ZREM:
        return sim_op_zset(store, now, op);

    case PHONE_OP_RPUSH:
        entry = sim_entry_make(store, now, op->key, SIM_LIST);

        if (entry == NULL) {
            return -1;
        }

        sim_list_add(store->memory, &entry->list, op->word[0]);
        return 0;

    case PHONE_OP_XADD:
        if (sim_parse_int(op->word[0], &most) != 0 || most < 0) {
            return -1;
        }

        entry = sim_entry_make(store, now, op->key, SIM_STREAM);

        if (entry == NULL) {
            return -1;
        }

        sim_stream_add(store->memory, &entry->stream, now, (unsigned) most,
                       op->word + 1, op->nwords - 1);
        return 0;

    case PHONE_OP_PUBLISH:
        if (store->options.publish != NULL) {
            store->options.publish(store->options.data, op->key, op->word[0]);
        }

        return 0;
    }

    return -1;
}
