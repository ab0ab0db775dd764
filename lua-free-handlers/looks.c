
/*
 * What a commit is to look at before it writes.  A command of the store can
 * fail for what its key holds: another type, a number that is none or grows
 * too large.  A guard for each of these makes sure that it does not: so a
 * commit is done, or it is an error and has written nothing.
 */


#include "host.h"
#include "runtime.h"
#include "ledger.h"


/* The command that reads the type; it fails when the key holds another. */
static const char *const  phone_look_of[] = {
    [PHONE_OP_HSET] = "HLEN",
    [PHONE_OP_HDEL] = "HLEN",
    [PHONE_OP_HINCRBY] = "HLEN",
    [PHONE_OP_COUNT] = "STRLEN",
    [PHONE_OP_ZADD] = "ZCARD",
    [PHONE_OP_ZADD_NX] = "ZCARD",
    [PHONE_OP_ZREM] = "ZCARD",
    [PHONE_OP_RPUSH] = "LLEN",
    [PHONE_OP_XADD] = "XLEN",
    [PHONE_OP_PUBLISH] = NULL
};


static void phone_sums_first(phone_commit_t *commit);
static int phone_may_go_first(const phone_op_t *ops, const phone_op_t *op);
static void phone_put_first(phone_commit_t *commit, phone_op_t *first);
static int phone_looked_at(const phone_guard_t *guards, phone_str_t key,
    const char *look);
static const char *phone_guard_look(const phone_guard_t *guard);
static phone_guard_t *phone_look(phone_arena_t *arena,
    phone_guard_kind_t kind, const phone_op_t *op);
static phone_guard_t *phone_look_sum(phone_arena_t *arena,
    const phone_guard_t *guards, const phone_op_t *op);


int
phone_add_looks(phone_arena_t *arena, phone_commit_t *commit)
{
    int             found;
    const char     *look;
    phone_op_t     *op, *first;
    phone_guard_t  *guard, **last;

    phone_sums_first(commit);
    first = NULL;

    for (last = &commit->guards; *last; last = &(*last)->next) { /* void */ }

    for (op = commit->ops; op; op = op->next) {
        if (op->kind == PHONE_OP_HINCRBY) {
            guard = phone_look_sum(arena, commit->guards, op);

            if (guard) {
                *last = guard;
                last = &guard->next;
            }
        }

        look = phone_look_of[op->kind];

        if (look == NULL || (first && phone_equal(first->key, op->key)
                             && phone_look_of[first->kind] == look))
        {
            continue;
        }

        found = phone_looked_at(commit->guards, op->key, look);

        if (found < 0 || (first && phone_equal(first->key, op->key))) {
            return -1;
        }

        if (found) {
            continue;
        }

        if (first == NULL && phone_may_go_first(commit->ops, op)) {
            first = op;
            continue;
        }

        guard = phone_look(arena, PHONE_GUARD_TYPE, op);

        if (guard) {
            guard->field = phone_cstr(look);
            *last = guard;
            last = &guard->next;
        }
    }

    if (first) {
        phone_put_first(commit, first);
    }

    return 0;
}


/* Commands that add go first, where nothing that the commit sets is in their
   way. */

static void
phone_sums_first(phone_commit_t *commit)
{
    phone_op_t  *op, *rest, **last_first, **last_rest;

    op = commit->ops;
    last_first = &commit->ops;
    last_rest = &rest;

    for ( /* void */ ; op; op = op->next) {
        if (op->kind == PHONE_OP_HINCRBY) {
            *last_first = op;
            last_first = &op->next;

        } else {
            *last_rest = op;
            last_rest = &op->next;
        }
    }

    *last_rest = NULL;
    *last_first = rest;
}


/*
 * The first command may fail, for nothing is written by then.  Not one of two
 * steps, and not one before which something is done to the key.
 */

static int
phone_may_go_first(const phone_op_t *ops, const phone_op_t *op)
{
    if (op->kind == PHONE_OP_COUNT || op->kind == PHONE_OP_XADD) {
        return 0;
    }

    for ( /* void */ ; ops != op; ops = ops->next) {
        if (phone_equal(ops->key, op->key)) {
            return 0;
        }
    }

    return 1;
}


static void
phone_put_first(phone_commit_t *commit, phone_op_t *first)
{
    phone_op_t  **last;

    for (last = &commit->ops; *last != first; last = &(*last)->next) {
        /* void */
    }

    *last = first->next;
    first->next = commit->ops;
    commit->ops = first;
}


/* 1, 0, or -1 when the key is taken for two types. */

static int
phone_looked_at(const phone_guard_t *guards, phone_str_t key,
    const char *look)
{
    int                   found;
    const char           *other;
    const phone_guard_t  *guard;

    found = 0;

    for (guard = guards; guard; guard = guard->next) {
        other = phone_guard_look(guard);

        if (other && phone_equal(guard->key, key)) {
            if (strcmp(other, look) != 0) {
                return -1;
            }

            found = 1;
        }
    }

    return found;
}


static const char *
phone_guard_look(const phone_guard_t *guard)
{
    switch (guard->kind) {

    case PHONE_GUARD_VERSION:
    case PHONE_GUARD_ABSENT:
    case PHONE_GUARD_AT_LEAST:
    case PHONE_GUARD_AT_MOST:
        return "HLEN";

    case PHONE_GUARD_DUE:
        return "ZCARD";

    case PHONE_GUARD_TYPE:
        return guard->field.data;

    case PHONE_GUARD_CLAIM:
        return "STRLEN";

    default: /* PHONE_GUARD_EMPTY */
        return NULL;
    }
}


static phone_guard_t *
phone_look(phone_arena_t *arena, phone_guard_kind_t kind,
    const phone_op_t *op)
{
    phone_guard_t  *guard;

    guard = phone_alloc(arena, sizeof(phone_guard_t));
    if (guard == NULL) {
        return NULL;
    }

    guard->kind = kind;
    guard->bucket = op->bucket;
    guard->key = op->key;
    guard->field = PHONE_EMPTY;
    guard->want = PHONE_EMPTY;

    return guard;
}


/* NULL when the sum cannot grow too large, for a guard says so. */

static phone_guard_t *
phone_look_sum(phone_arena_t *arena, const phone_guard_t *guards,
    const phone_op_t *op)
{
    int                   less;
    phone_guard_t        *look;
    phone_guard_kind_t    kind;
    const phone_guard_t  *guard;

    less = op->word[1].len && op->word[1].data[0] == '-';
    kind = less ? PHONE_GUARD_AT_LEAST : PHONE_GUARD_AT_MOST;

    for (guard = guards; guard; guard = guard->next) {
        if (guard->kind == kind && phone_equal(guard->key, op->key)
            && phone_equal(guard->field, op->word[0]))
        {
            return NULL;
        }
    }

    look = phone_look(arena, kind, op);

    if (look) {
        look->field = op->word[0];
        look->want = phone_int(arena, less ? -PHONE_SUM_MAX : PHONE_SUM_MAX);
        look->full = 1;
    }

    return look;
}
