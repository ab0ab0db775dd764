
/*
 * Guards that a commit needs so that no command fails after the first write.
 * A command can fail because of what its key holds: another type, a value that
 * is no number, a number that would become too large.  A guard for each of
 * these is added: a commit is applied as a whole, or it is an error and has
 * written nothing.
 */


#include "host.h"
#include "runtime.h"
#include "ledger.h"
#include "lib/money.h"


/* ms, and whole numbers that a score holds exactly (2^53). */
#define PHONE_LIFE_MAX   INT64_C(1000000000000000)
#define PHONE_SCORE_MAX  INT64_C(9007199254740992)


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


static int phone_op_fits(const phone_op_t *op);
static int phone_number_fits(phone_str_t word, int64_t most);
static int phone_bits_fit(unsigned n, const phone_str_t *bit);
static int phone_key_fits(phone_str_t key, unsigned bucket);
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
        if (!phone_op_fits(op)) {
            return -1;
        }

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


/*
 * Checks the number and form of a command's words: those of a stored posting
 * may be corrupt.
 */

static int
phone_op_fits(const phone_op_t *op)
{
    unsigned            n;
    const phone_str_t  *word;

    n = op->nwords;
    word = op->word;

    if (!phone_key_fits(op->key, op->bucket)) {
        return 0;
    }

    switch (op->kind) {

    case PHONE_OP_HSET:
        return n >= 2 && n % 2 == 0;

    case PHONE_OP_HDEL:
        return n >= 1;

    case PHONE_OP_HINCRBY:
        return n == 2 && phone_number_fits(word[1], PHONE_AMOUNT_MAX);

    case PHONE_OP_DEL:
        return n == 0;

    case PHONE_OP_PEXPIRE:
        return n == 1 && phone_number_fits(word[0], PHONE_LIFE_MAX);

    case PHONE_OP_COUNT:
        return n == 2 + PHONE_SKETCH_ROWS
               && phone_number_fits(word[0], PHONE_LIFE_MAX)
               && word[0].data[0] != '-' && !phone_is(word[0], "0")
               && phone_number_fits(word[1], PHONE_SKETCH_CELLS)
               && phone_bits_fit(n - 2, word + 2);

    case PHONE_OP_ZADD:
    case PHONE_OP_ZADD_NX:
        return n == 2 && phone_number_fits(word[0], PHONE_SCORE_MAX);

    case PHONE_OP_XADD:
        return n >= 3 && n % 2 == 1
               && phone_number_fits(word[0], PHONE_SKETCH_CELLS)
               && word[0].data[0] != '-';

    default: /* PHONE_OP_ZREM, PHONE_OP_RPUSH, PHONE_OP_PUBLISH */
        return n == 1;
    }
}


static int
phone_number_fits(phone_str_t word, int64_t most)
{
    int64_t  value;

    if (word.len && word.data[0] == '-') {
        word.data++;
        word.len--;

        if (phone_is(word, "0")) {
            return 0;
        }
    }

    return phone_parse_int(word, &value) == 0 && value <= most;
}


static int
phone_bits_fit(unsigned n, const phone_str_t *bit)
{
    while (n--) {
        if (!phone_number_fits(bit[n], (int64_t) PHONE_SKETCH_ROWS
                                       * PHONE_SKETCH_CELLS * PHONE_CELL_BITS)
            || bit[n].data[0] == '-')
        {
            return 0;
        }
    }

    return 1;
}


/* "phone:{017}:..." */

static int
phone_key_fits(phone_str_t key, unsigned bucket)
{
    const char  *p;

    p = key.data;

    return key.len > 12 && memcmp(p, "phone:{", 7) == 0
           && memcmp(p + 10, "}:", 2) == 0
           && p[7] == (char) ('0' + bucket / 100)
           && p[8] == (char) ('0' + bucket / 10 % 10)
           && p[9] == (char) ('0' + bucket % 10);
}


/* Commands that add go first, before the commit sets a field of the same
   key. */

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
 * The first command may fail, as nothing is written by then.  It cannot be a
 * command of two steps, nor one that follows another command on its key.
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


/* NULL when another guard bounds the sum already. */

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
