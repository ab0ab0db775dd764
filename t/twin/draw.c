
/*
 * Random transactions over few keys: most are in order, some meet the wrong
 * kind of value, a number that is none, a life of no time.
 */


#include <stdio.h>

#include "twin.h"


#define TWIN_IDS             3
#define TWIN_FIELDS          6


static const char *const  twin_kinds[] = { "record", "index", "log",
                                           "stream", "mark" };


phone_str_t
twin_draw_key_of(twin_t *twin, const char *kind)
{
    return phone_format(&twin->arena, "phone:{000}:%s:%u", kind,
                        (unsigned) sim_below(&twin->random, TWIN_IDS));
}


phone_str_t
twin_draw_key(twin_t *twin)
{
    return twin_draw_key_of(twin, twin_kinds[sim_below(&twin->random, 5)]);
}


/* Mostly of the kind that belongs there. */

phone_str_t
twin_draw_near(twin_t *twin, const char *kind)
{
    return sim_below(&twin->random, 40) ? twin_draw_key_of(twin, kind)
                                        : twin_draw_key(twin);
}


phone_str_t
twin_draw_field(twin_t *twin)
{
    static const char *const  names[TWIN_FIELDS] = {
        "v", "balance", "status", "name", "s0", "a field"
    };

    return phone_cstr(names[sim_below(&twin->random, TWIN_FIELDS)]);
}


static phone_str_t
twin_draw_value(twin_t *twin)
{
    static const char *const  odd[] = {
        "", "0", "-1", "9223372036854775807", "-9223372036854775808", "007",
        "12 ", "3.5", "\xe4\xb8\xad\xe6\x96\x87", "{\"a\":[1,2]}", "-0", "+1",
        "9007199254740993", "-9007199254740993", "8999999999999999999",
        "9000000000000000000", "9000000000000000001", "9223372036854775806",
        "9223372036854775808", "-9223372036854775807", "1e3", "0x10", " 1",
        "99999999999999999999", "123456789012345678901234567890", "nan"
    };
    const unsigned            nodd = sizeof(odd) / sizeof(odd[0]);

    if (sim_below(&twin->random, 4) == 0) {
        return phone_cstr(odd[sim_below(&twin->random, nodd)]);
    }

    return phone_int(&twin->arena, sim_between(&twin->random, 0, 9));
}


static phone_str_t
twin_draw_number(twin_t *twin, int64_t low, int64_t high)
{
    return phone_int(&twin->arena, sim_between(&twin->random, low, high));
}


/* What a balance is compared with: small, or near where it ends. */

static phone_str_t
twin_draw_bound(twin_t *twin)
{
    static const char *const  bound[] = {
        "0", "-1", "9007199254740992", "9007199254740994",
        "-9007199254740992", "8999999999999999999", "9000000000000000000",
        "-9000000000000000000"
    };

    return sim_below(&twin->random, 2)
           ? phone_cstr(bound[sim_below(&twin->random,
                                        sizeof(bound) / sizeof(bound[0]))])
           : twin_draw_number(twin, -2, 9);
}


/*
 * A life that is over before the next look, or one that outlasts the test.
 * For a key that is not there yet none of no time at all: SET refuses that.
 */

static phone_str_t
twin_draw_life(twin_t *twin, int may_be_none)
{
    uint64_t  x;

    x = sim_below(&twin->random, 40);

    if (x == 0) {
        twin->brief = 1;
        return PHONE_STR("15");
    }

    if (x < 4 && may_be_none) {
        return sim_below(&twin->random, 2) ? PHONE_STR("0")
                                           : PHONE_STR("-20");
    }

    return twin_draw_number(twin, 1000000, 9000000);
}


unsigned
twin_draw_bit(twin_t *twin)
{
    return PHONE_CELL_BITS * (unsigned) sim_below(&twin->random, 12);
}


phone_str_t
twin_draw_member(twin_t *twin)
{
    return phone_format(&twin->arena, "m%u",
                        (unsigned) sim_below(&twin->random, 12));
}


static phone_str_t
twin_draw_delta(twin_t *twin)
{
    return sim_below(&twin->random, 4) == 0 ? PHONE_STR("-3")
           : sim_below(&twin->random, 2) ? twin_draw_number(twin, 1, 6)
           : twin_draw_number(twin, 1, 1000000000000000);
}


/* As a run has it that has just read. */

static void
twin_draw_guard(twin_t *twin, phone_guard_t *guard)
{
    int64_t              now;
    const sim_zset_t    *zset;
    const sim_member_t  *member;

    now = twin_now();
    memset(guard, 0, sizeof(phone_guard_t));
    guard->kind = (phone_guard_kind_t) sim_below(&twin->random,
                                                 PHONE_GUARD_TYPE);
    guard->want = twin_draw_value(twin);

    if (guard->kind == PHONE_GUARD_CLAIM
        || guard->kind == PHONE_GUARD_AT_LEAST
        || guard->kind == PHONE_GUARD_AT_MOST)
    {
        guard->kind = PHONE_GUARD_SUM;
    }

    switch (guard->kind) {

    case PHONE_GUARD_DUE:
        guard->key = twin_draw_near(twin, "index");
        guard->field = twin_draw_member(twin);
        guard->want = twin_draw_number(twin, -3, 9);

        zset = sim_store_zset(twin->store, now, guard->key);
        member = zset ? sim_zset_find(zset, guard->field) : NULL;

        if (member != NULL && sim_below(&twin->random, 4)) {
            guard->want = phone_int(&twin->arena, member->score);
        }

        return;

    case PHONE_GUARD_ROOM:
        guard->key = twin_draw_near(twin, "index");
        guard->field = twin_draw_number(twin, -3, 9);
        guard->want = twin_draw_number(twin, 1, 5);
        return;

    case PHONE_GUARD_EMPTY:
        guard->key = twin_draw_key(twin);
        return;

    case PHONE_GUARD_SUM:
        guard->key = twin_draw_near(twin, "record");
        guard->field = PHONE_STR("balance");
        guard->delta = twin_draw_delta(twin);
        guard->want = sim_below(&twin->random, 3) == 0 ? twin_draw_bound(twin)
                      : guard->delta.data[0] == '-'
                      ? PHONE_STR("-9000000000000000000")
                      : PHONE_STR("9000000000000000000");
        guard->life = sim_below(&twin->random, 4) ? PHONE_STR("0")
                                                  : twin_draw_life(twin, 0);
        return;

    default:
        guard->key = twin_draw_near(twin, "record");
        guard->field = guard->kind == PHONE_GUARD_VERSION
                       ? PHONE_STR("v") : twin_draw_field(twin);

        if (guard->kind == PHONE_GUARD_VERSION
            && sim_below(&twin->random, 4))
        {
            guard->want = sim_store_field(twin->store, now, guard->key,
                                          guard->field);
            if (guard->want.data == NULL) {
                guard->kind = PHONE_GUARD_ABSENT;
            }

            guard->want = phone_copy(&twin->arena, guard->want);
        }
    }
}


/* One in two is of what a commit before may have claimed. */

static phone_guard_t *
twin_draw_claim(twin_t *twin)
{
    phone_guard_t  *guard;

    guard = phone_alloc(&twin->arena, sizeof(phone_guard_t));

    guard->kind = PHONE_GUARD_CLAIM;
    guard->key = sim_below(&twin->random, 2)
                 ? twin_draw_near(twin, "mark")
                 : phone_format(&twin->arena, "phone:{000}:claim:%u",
                                (unsigned) sim_below(&twin->random, 1000));
    guard->field = twin_draw_value(twin);
    guard->want = sim_below(&twin->random, 2) ? PHONE_STR("0")
                                              : twin_draw_life(twin, 0);

    return guard;
}


static int
twin_holds(twin_t *twin, const phone_guard_t *guard)
{
    unsigned         failed;
    phone_guard_t    alone;
    phone_commit_t   commit;

    alone = *guard;
    alone.next = NULL;

    memset(&commit, 0, sizeof(commit));
    commit.nguards = 1;
    commit.guards = &alone;

    return sim_store_apply(twin->store, twin_now(), &commit, &failed)
           == SIM_APPLIED;
}


static void
twin_draw_hash_op(twin_t *twin, phone_op_t *op)
{
    unsigned     i, n;
    phone_str_t  field;

    op->key = twin_draw_near(twin, "record");

    switch (op->kind) {

    case PHONE_OP_HSET:
        n = (unsigned) sim_between(&twin->random, 1, 4);

        for (i = 0; i < n; i++) {
            field = twin_draw_field(twin);
            op->word[op->nwords++] = field;
            op->word[op->nwords++] = twin_draw_value(twin);
        }

        break;

    case PHONE_OP_HDEL:
        n = (unsigned) sim_between(&twin->random, 1, 4);

        for (i = 0; i < n; i++) {
            op->word[op->nwords++] = twin_draw_field(twin);
        }

        break;

    default: /* PHONE_OP_HINCRBY */
        op->word[op->nwords++] = PHONE_STR("balance");
        op->word[op->nwords++] = twin_draw_delta(twin);
        break;
    }
}


static void
twin_draw_count(twin_t *twin, phone_op_t *op)
{
    static const char *const  delta[] = { "1", "-1", "60000", "-60000" };

    op->key = twin_draw_near(twin, "mark");
    op->word[op->nwords++] = twin_draw_life(twin, 0);
    op->word[op->nwords++] = phone_cstr(delta[sim_below(&twin->random, 4)]);

    while (op->nwords < 2 + PHONE_SKETCH_ROWS) {
        op->word[op->nwords++] = phone_int(&twin->arena, twin_draw_bit(twin));
    }
}


static void
twin_draw_op(twin_t *twin, phone_op_t *op)
{
    phone_str_t  *word;

    word = phone_alloc(&twin->arena, TWIN_WORDS_MAX * sizeof(phone_str_t));
    memset(op, 0, sizeof(phone_op_t));
    op->kind = (phone_op_kind_t) sim_between(&twin->random, PHONE_OP_HSET,
                                             PHONE_OP_PUBLISH);
    op->word = word;

    switch (op->kind) {

    case PHONE_OP_HSET:
    case PHONE_OP_HDEL:
    case PHONE_OP_HINCRBY:
        twin_draw_hash_op(twin, op);
        break;

    case PHONE_OP_DEL:
        op->key = twin_draw_key(twin);
        break;

    case PHONE_OP_PEXPIRE:
        op->key = twin_draw_key(twin);
        word[op->nwords++] = twin_draw_life(twin, 1);
        break;

    case PHONE_OP_COUNT:
        twin_draw_count(twin, op);
        break;

    case PHONE_OP_ZADD:
    case PHONE_OP_ZADD_NX:
        op->key = twin_draw_near(twin, "index");
        word[op->nwords++] = sim_below(&twin->random, 8)
                             ? twin_draw_number(twin, 0, 9)
                             : twin_draw_number(twin, 1700000000000,
                                                1900000000000);
        op->fresh = sim_below(&twin->random, 3) == 0;
        word[op->nwords++] = op->fresh
                             ? twin_draw_number(twin, 1000, INT64_MAX)
                             : twin_draw_member(twin);
        break;

    case PHONE_OP_ZREM:
        op->key = twin_draw_near(twin, "index");
        word[op->nwords++] = twin_draw_member(twin);
        break;

    case PHONE_OP_RPUSH:
        op->key = twin_draw_near(twin, "log");
        word[op->nwords++] = twin_draw_value(twin);
        break;

    case PHONE_OP_XADD:
        op->key = twin_draw_near(twin, "stream");
        word[op->nwords++] = sim_below(&twin->random, 2) ? PHONE_STR("0")
                                                         : PHONE_STR("5");
        word[op->nwords++] = PHONE_STR("e");
        word[op->nwords++] = twin_draw_value(twin);
        word[op->nwords++] = PHONE_STR("d");
        word[op->nwords++] = twin_draw_value(twin);
        break;

    case PHONE_OP_PUBLISH:
        op->key = twin_draw_key_of(twin, "stream");
        word[op->nwords++] = twin_draw_value(twin);
        break;
    }
}


void
twin_draw_commit(twin_t *twin, phone_commit_t *commit)
{
    unsigned         n;
    phone_op_t      *op, **last_op;
    phone_guard_t   *guard, **last_guard;

    memset(commit, 0, sizeof(phone_commit_t));
    last_guard = &commit->guards;
    last_op = &commit->ops;

    for (n = (unsigned) sim_below(&twin->random, TWIN_GUARDS_MAX); n; n--) {
        guard = phone_alloc(&twin->arena, sizeof(phone_guard_t));

        do {
            twin_draw_guard(twin, guard);
        } while (guard->kind != PHONE_GUARD_SUM && !twin_holds(twin, guard)
                 && sim_below(&twin->random, 12));

        *last_guard = guard;
        last_guard = &guard->next;
    }

    for (n = (unsigned) sim_below(&twin->random, TWIN_CLAIMS_MAX); n; n--) {
        guard = twin_draw_claim(twin);
        *last_guard = guard;
        last_guard = &guard->next;
    }

    for (n = (unsigned) sim_below(&twin->random, TWIN_OPS_MAX); n; n--) {
        op = phone_alloc(&twin->arena, sizeof(phone_op_t));
        twin_draw_op(twin, op);
        *last_op = op;
        last_op = &op->next;
    }

    /* one that takes a key for two types is none */

    if (phone_add_looks(&twin->arena, commit) != 0) {
        twin_draw_commit(twin, commit);
    }
}
