
/*
 * Guards that a commit needs so that no command fails after a write that stays.
 * A command can fail because of what its key holds: another type, a value that
 * is no number, a number that would become too large.  So it is a guard itself,
 * or one of the first, which are undone, or a guard for its key is added: a
 * commit is applied as a whole, or it is an error and has left nothing.
 */


#include "../host.h"
#include "runtime.h"
#include "../lib/ledger.h"
#include "../lib/money.h"


/* ms, and whole numbers that a score holds exactly (2^53). */
#define PHONE_LIFE_MAX   INT64_C(1000000000000000)
#define PHONE_SCORE_MAX  INT64_C(9007199254740992)


/* The first commands: those that can be taken back, and the one behind them. */
typedef struct {
    unsigned                 n;
    phone_op_t              *op[PHONE_COMMIT_BACK];
    phone_op_t              *last;
} phone_front_t;


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


static int phone_make_sums(phone_arena_t *arena, phone_commit_t *commit);
static phone_guard_t *phone_sum(phone_arena_t *arena,
    phone_commit_t *commit, const phone_op_t *op);
static int phone_sum_bound(phone_arena_t *arena, phone_guard_t *guard,
    const phone_op_t *op);
static int phone_is_bound(const phone_guard_t *guard);
static void phone_writes_last(phone_commit_t *commit);
static int phone_number_fits(phone_str_t word, int64_t most);
static int phone_bits_fit(unsigned n, const phone_str_t *bit);
static int phone_key_fits(phone_str_t key, unsigned bucket);
static int phone_looked_at(const phone_commit_t *commit,
    const phone_front_t *front, const phone_op_t *op);
static const char *phone_guard_look(const phone_guard_t *guard);
static int phone_put_in_front(phone_commit_t *commit, phone_front_t *front,
    phone_op_t *op);
static void phone_put_first(phone_commit_t *commit, phone_op_t *first);
static phone_guard_t *phone_look(phone_arena_t *arena,
    phone_commit_t *commit, phone_guard_kind_t kind, const phone_op_t *op);


int
phone_add_looks(phone_arena_t *arena, phone_commit_t *commit)
{
    int             found;
    phone_op_t     *op;
    phone_front_t   front;
    phone_guard_t  *guard;

    if (phone_make_sums(arena, commit) != 0) {
        return -1;
    }

    memset(&front, 0, sizeof(front));

    for (op = commit->ops; op; op = op->next) {

        if (!phone_op_fits(op)) {
            return -1;
        }

        found = phone_looked_at(commit, &front, op);

        if (found < 0) {
            return -1;
        }

        if (found || phone_put_in_front(commit, &front, op)) {
            continue;
        }

        guard = phone_look(arena, commit, PHONE_GUARD_TYPE, op);

        if (guard) {
            guard->field = phone_cstr(phone_look_of[op->kind]);
        }
    }

    if (front.last) {
        phone_put_first(commit, front.last);
    }

    for (commit->back = front.n; front.n; front.n--) {
        phone_put_first(commit, front.op[front.n - 1]);
    }

    phone_writes_last(commit);

    commit->nguards = 0;
    commit->nops = 0;

    for (guard = commit->guards; guard; guard = guard->next) {
        commit->nguards++;
    }

    for (op = commit->ops; op; op = op->next) {
        commit->nops++;
    }

    return 0;
}


/* What is added to a field is one guard with what bounds the field. */

static int
phone_make_sums(phone_arena_t *arena, phone_commit_t *commit)
{
    phone_op_t     *op, **last;
    phone_guard_t  *guard;

    last = &commit->ops;

    for (op = commit->ops; op; op = op->next) {

        if (op->kind != PHONE_OP_HINCRBY) {
            *last = op;
            last = &op->next;
            continue;
        }

        if (!phone_op_fits(op)) {
            return -1;
        }

        guard = phone_sum(arena, commit, op);

        if (guard && phone_sum_bound(arena, guard, op) != 0) {
            return -1;
        }
    }

    *last = NULL;

    for (guard = commit->guards; guard; guard = guard->next) {
        if (phone_is_bound(guard)) {
            return -1;
        }
    }

    return 0;
}


/* The guard that bounds what the command adds to, or a new one: of a number
   that would no longer be one of 64 bits. */

static phone_guard_t *
phone_sum(phone_arena_t *arena, phone_commit_t *commit, const phone_op_t *op)
{
    int                  less;
    phone_guard_t       *guard;
    phone_guard_kind_t   kind;

    less = op->word[1].data[0] == '-';
    kind = less ? PHONE_GUARD_AT_LEAST : PHONE_GUARD_AT_MOST;

    for (guard = commit->guards; guard; guard = guard->next) {
        if (guard->kind == kind && phone_equal(guard->key, op->key)
            && phone_equal(guard->field, op->word[0]))
        {
            return guard;
        }
    }

    guard = phone_look(arena, commit, kind, op);

    if (guard) {
        guard->field = op->word[0];
        guard->want = phone_int(arena, less ? -PHONE_SUM_MAX : PHONE_SUM_MAX);
        guard->full = 1;
    }

    return guard;
}


/* From "it may be that much before" to "it may be that much then". */

static int
phone_sum_bound(phone_arena_t *arena, phone_guard_t *guard,
    const phone_op_t *op)
{
    int64_t  bound, delta;

    if (phone_parse_signed(guard->want, &bound) != 0
        || phone_parse_signed(op->word[1], &delta) != 0
        || __builtin_add_overflow(bound, delta, &bound))
    {
        return -1;
    }

    guard->kind = PHONE_GUARD_SUM;
    guard->delta = op->word[1];
    guard->want = phone_int(arena, bound);
    guard->life = guard->life.len ? guard->life : PHONE_STR("0");

    return 0;
}


static int
phone_is_bound(const phone_guard_t *guard)
{
    return guard->kind == PHONE_GUARD_AT_LEAST
           || guard->kind == PHONE_GUARD_AT_MOST;
}


static void
phone_writes_last(phone_commit_t *commit)
{
    phone_guard_t  *guard, *writes, **last_read, **last_write;

    last_read = &commit->guards;
    last_write = &writes;

    for (guard = commit->guards; guard; guard = guard->next) {
        if (guard->kind == PHONE_GUARD_SUM || guard->kind == PHONE_GUARD_CLAIM)
        {
            *last_write = guard;
            last_write = &guard->next;

        } else {
            *last_read = guard;
            last_read = &guard->next;
        }
    }

    *last_write = NULL;
    *last_read = writes;
}


/* Those of a stored posting may be corrupt. */

int
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
        return n == 2 && phone_number_fits(word[1], PHONE_AMOUNT_MAX)
               && !phone_is(word[1], "0");

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
        return n == 2 && phone_number_fits(word[0], PHONE_SCORE_MAX)
               && word[0].data[0] != '-';

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

    return phone_parse_signed(word, &value) == 0 && value <= most
           && value >= -most;
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


/*
 * Is the type of the command's key known, from a guard, a command in front, or
 * because there is no such key yet?  1, 0, or -1 when it is used as two types.
 */

static int
phone_looked_at(const phone_commit_t *commit, const phone_front_t *front,
    const phone_op_t *op)
{
    int                   found;
    unsigned              i;
    const char           *look, *other;
    const phone_op_t     *before;
    const phone_guard_t  *guard;

    look = phone_look_of[op->kind];

    if (look == NULL) {
        return 1;
    }

    found = op->fresh && op->kind == PHONE_OP_HSET;

    for (i = 0; i <= front->n; i++) {
        before = i < front->n ? front->op[i] : front->last;

        if (before && phone_equal(before->key, op->key)) {
            if (strcmp(phone_look_of[before->kind], look) != 0) {
                return -1;
            }

            found = 1;
        }
    }

    for (guard = commit->guards; guard; guard = guard->next) {
        other = phone_guard_look(guard);

        if (other && phone_equal(guard->key, op->key)) {
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
    case PHONE_GUARD_SUM:
        return "HLEN";

    case PHONE_GUARD_DUE:
    case PHONE_GUARD_ROOM:
        return "ZCARD";

    case PHONE_GUARD_TYPE:
        return guard->field.data;

    case PHONE_GUARD_CLAIM:
        return "STRLEN";

    default: /* PHONE_GUARD_EMPTY */
        return NULL;
    }
}


/*
 * The first command may fail, for nothing is written by then that is not taken
 * back; the next one as well, if those before it can be taken back.  Not one of
 * two steps, and not one before which something is done to the key.
 */

static int
phone_put_in_front(phone_commit_t *commit, phone_front_t *front,
    phone_op_t *op)
{
    phone_op_t  *before;

    if (op->kind == PHONE_OP_COUNT || op->kind == PHONE_OP_XADD) {
        return 0;
    }

    for (before = commit->ops; before != op; before = before->next) {
        if (phone_equal(before->key, op->key)) {
            return 0;
        }
    }

    if (front->n < PHONE_COMMIT_BACK
        && (op->kind == PHONE_OP_RPUSH
            || (op->kind == PHONE_OP_ZADD && op->fresh)))
    {
        front->op[front->n++] = op;
        return 1;
    }

    if (front->last) {
        return 0;
    }

    front->last = op;

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


static phone_guard_t *
phone_look(phone_arena_t *arena, phone_commit_t *commit,
    phone_guard_kind_t kind, const phone_op_t *op)
{
    phone_guard_t  *guard, **last;

    guard = phone_alloc(arena, sizeof(phone_guard_t));
    if (guard == NULL) {
        return NULL;
    }

    guard->kind = kind;
    guard->bucket = op->bucket;
    guard->key = op->key;

    for (last = &commit->guards; *last; last = &(*last)->next) { /* void */ }

    *last = guard;

    return guard;
}


/* Words */

unsigned
phone_commit_words(const phone_commit_t *commit)
{
    unsigned              n;
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    n = 1;

    for (guard = commit->guards; guard; guard = guard->next) {
        n += phone_guard_words(guard);
    }

    for (op = commit->ops; op; op = op->next) {
        n += phone_op_words(op);
    }

    return n;
}


unsigned
phone_guard_words(const phone_guard_t *guard)
{
    switch (guard->kind) {

    case PHONE_GUARD_VERSION:
        return 3;

    case PHONE_GUARD_SUM:
        return phone_is(guard->life, "0") ? 5 : 6;

    default:
        return 4;
    }
}


/* The name, the key and the words; most are behind the number of these. */

unsigned
phone_op_words(const phone_op_t *op)
{
    switch (op->kind) {

    case PHONE_OP_ZADD:
    case PHONE_OP_ZREM:
    case PHONE_OP_RPUSH:
        return 2 + op->nwords;

    case PHONE_OP_ZADD_NX:
        return 4 + op->nwords;

    case PHONE_OP_COUNT:                         /* SET, and BITFIELD */
        return 7 + 5 + 4 * (op->nwords - 2);

    case PHONE_OP_XADD:
        return (phone_is(op->word[0], "0") ? 3 : 6) + op->nwords;

    default:
        return 3 + op->nwords;
    }
}
