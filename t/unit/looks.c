
/*
 * What is added to a commit so that it is applied as a whole or not at all:
 * sums, looks at the type of a key, and which commands come first.
 */


#define _GNU_SOURCE

#include "host.h"
#include "runtime/runtime.h"
#include "tap.h"


static phone_arena_t     arena;
static phone_commit_t    commit;
static phone_guard_t   **last_guard;
static phone_op_t      **last_op;


static void
begin(void)
{
    memset(&commit, 0, sizeof(commit));
    last_guard = &commit.guards;
    last_op = &commit.ops;
}


static phone_str_t
key_of(const char *name)
{
    return phone_format(&arena, "phone:{000}:%s", name);
}


static void
guard(phone_guard_kind_t kind, const char *key, const char *field,
    const char *want)
{
    phone_guard_t  *g;

    g = phone_alloc(&arena, sizeof(phone_guard_t));
    g->kind = kind;
    g->key = key_of(key);
    g->field = phone_cstr(field);
    g->want = phone_cstr(want);

    *last_guard = g;
    last_guard = &g->next;
}


static phone_op_t *
op(phone_op_kind_t kind, const char *key, unsigned n, ...)
{
    unsigned     i;
    va_list      args;
    phone_op_t  *o;

    o = phone_alloc(&arena, sizeof(phone_op_t) + n * sizeof(phone_str_t));
    o->kind = kind;
    o->key = key_of(key);
    o->nwords = n;
    o->word = (phone_str_t *) (o + 1);

    va_start(args, n);

    for (i = 0; i < n; i++) {
        o->word[i] = phone_cstr(va_arg(args, const char *));
    }

    va_end(args);

    *last_op = o;
    last_op = &o->next;

    return o;
}


/* Guards as letters of the script, commands by what they are called; a '!' is
   a sum that no other run would find otherwise. */

static phone_str_t
shown(void)
{
    phone_buf_t              buf;
    const phone_op_t        *o;
    const phone_guard_t     *g;
    static const char        kind[] = "vamdecmrts";
    static const char *const name[] = {
        "hset", "hdel", "hincrby", "del", "pexpire", "count", "zadd",
        "zadd_nx", "zrem", "rpush", "xadd", "publish"
    };

    phone_buf_init(&buf, &arena, 256);

    for (g = commit.guards; g; g = g->next) {
        phone_buf_byte(&buf, kind[g->kind]);
        phone_buf_byte(&buf, ':');
        phone_buf_put(&buf, (phone_str_t) { g->key.len - 12,
                                            g->key.data + 12 });

        if (g->kind == PHONE_GUARD_SUM) {
            phone_buf_put(&buf, phone_format(&arena, ".%.*s%s%.*s<%.*s%s",
                                             PHONE_ARGS(g->field),
                                             g->delta.data[0] == '-'
                                             ? "" : "+",
                                             PHONE_ARGS(g->delta),
                                             PHONE_ARGS(g->want),
                                             g->full ? "!" : ""));
        }

        if (g->kind == PHONE_GUARD_TYPE) {
            phone_buf_byte(&buf, '=');
            phone_buf_put(&buf, g->field);
        }

        phone_buf_byte(&buf, ' ');
    }

    phone_buf_byte(&buf, '|');

    if (commit.back) {
        phone_buf_put(&buf, PHONE_STR(" back "));
        phone_buf_int(&buf, commit.back);
    }

    for (o = commit.ops; o; o = o->next) {
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, phone_cstr(name[o->kind]));
        phone_buf_byte(&buf, ':');
        phone_buf_put(&buf, (phone_str_t) { o->key.len - 12,
                                            o->key.data + 12 });
    }

    return phone_buf_str(&buf);
}


static void
becomes(const char *text, const char *why)
{
    is_int(phone_add_looks(&arena, &commit), 0, "%s: a commit", why);
    is_str(shown(), text, "%s", why);
}


static void
sums(void)
{
    begin();
    guard(PHONE_GUARD_AT_LEAST, "card:1", "balance", "100");
    guard(PHONE_GUARD_AT_MOST, "balances", "takings", "900");
    op(PHONE_OP_HINCRBY, "card:1", 2, "balance", "-100");
    op(PHONE_OP_HINCRBY, "balances", 2, "takings", "100");
    becomes("s:card:1.balance-100<0 s:balances.takings+100<1000 |",
            "what bounds a field becomes the bound of the sum");

    begin();
    op(PHONE_OP_HINCRBY, "balances", 2, "takings", "100");
    op(PHONE_OP_HINCRBY, "balances", 2, "outside", "-100");
    becomes("s:balances.takings+100<9000000000000000100! "
            "s:balances.outside-100<-9000000000000000100! |",
            "without a bound it is that of a number");

    begin();
    guard(PHONE_GUARD_AT_MOST, "a", "f", "10");
    op(PHONE_OP_HINCRBY, "a", 2, "f", "1");
    op(PHONE_OP_HINCRBY, "a", 2, "f", "2");
    becomes("s:a.f+1<11 s:a.f+2<9000000000000000002! |",
            "a bound is of the first sum");

    begin();
    guard(PHONE_GUARD_AT_MOST, "a", "f", "10");
    op(PHONE_OP_HINCRBY, "a", 2, "g", "1");
    is_int(phone_add_looks(&arena, &commit), -1,
           "a bound of a field that nothing is added to");

    begin();
    guard(PHONE_GUARD_AT_MOST, "a", "f", "9223372036854775807");
    op(PHONE_OP_HINCRBY, "a", 2, "f", "1");
    is_int(phone_add_looks(&arena, &commit), -1, "a bound beyond 64 bits");
}


static void
order(void)
{
    begin();
    guard(PHONE_GUARD_CLAIM, "order:1", "b1", "0");
    guard(PHONE_GUARD_AT_MOST, "made:1", "bills", "9");
    op(PHONE_OP_HINCRBY, "made:1", 2, "bills", "1");
    guard(PHONE_GUARD_VERSION, "merchant:1", "v", "x");
    op(PHONE_OP_ZREM, "due", 1, "a");
    op(PHONE_OP_HSET, "account:1", 2, "v", "y");
    becomes("v:merchant:1 t:account:1=HLEN c:order:1 s:made:1.bills+1<10 "
            "| zrem:due hset:account:1",
            "guards that write come last, one command is in front");

    begin();
    op(PHONE_OP_HSET, "account:1", 2, "v", "y");
    op(PHONE_OP_RPUSH, "ledger", 1, "e");
    op(PHONE_OP_ZADD, "due", 2, "1", "m");
    becomes("t:due=ZCARD | back 1 rpush:ledger hset:account:1 zadd:due",
            "before one more there is one that can be taken back");

    begin();
    op(PHONE_OP_ZADD, "bills", 2, "1", "b")->fresh = 1;
    op(PHONE_OP_RPUSH, "ledger", 1, "e");
    op(PHONE_OP_RPUSH, "ledger", 1, "f");
    becomes("| back 2 zadd:bills rpush:ledger rpush:ledger",
            "a new member of an index as well");

    begin();
    guard(PHONE_GUARD_VERSION, "bill:1", "v", "x");
    op(PHONE_OP_RPUSH, "ledger", 1, "e");
    op(PHONE_OP_HSET, "bill:1", 2, "v", "y");
    op(PHONE_OP_ZADD, "due", 2, "1", "m");
    op(PHONE_OP_RPUSH, "moved", 1, "r");
    becomes("v:bill:1 | back 2 rpush:ledger rpush:moved zadd:due hset:bill:1",
            "several, and one more");

    begin();
    op(PHONE_OP_RPUSH, "a", 1, "e");
    op(PHONE_OP_RPUSH, "b", 1, "e");
    op(PHONE_OP_RPUSH, "c", 1, "e");
    op(PHONE_OP_RPUSH, "d", 1, "e");
    op(PHONE_OP_RPUSH, "e", 1, "e");
    becomes("t:e=LLEN | back 3 rpush:a rpush:b rpush:c rpush:d rpush:e",
            "three at most, and one more");

    begin();
    op(PHONE_OP_ZADD, "due", 2, "1", "m");
    op(PHONE_OP_ZREM, "parked", 1, "m");
    becomes("t:parked=ZCARD | zadd:due zrem:parked",
            "a member that may be there is not taken back");
}


/* What is done to a key stays in its order. */

static void
same_key(void)
{
    begin();
    op(PHONE_OP_DEL, "posting:1", 0);
    op(PHONE_OP_HSET, "posting:1", 2, "v", "x");
    becomes("t:posting:1=HLEN | del:posting:1 hset:posting:1",
            "commands of one key keep their order");

    begin();
    op(PHONE_OP_PEXPIRE, "live:1", 1, "1000");
    op(PHONE_OP_XADD, "live:1", 3, "0", "e", "x");
    becomes("t:live:1=XLEN | pexpire:live:1 xadd:live:1",
            "a stream is never in front");

    begin();
    op(PHONE_OP_HSET, "bill:1", 2, "v", "x")->fresh = 1;
    op(PHONE_OP_PUBLISH, "live:1", 1, "");
    becomes("| hset:bill:1 publish:live:1", "nothing to look at");

    begin();
    op(PHONE_OP_HSET, "a", 2, "v", "x");
    op(PHONE_OP_ZADD, "a", 2, "1", "m");
    is_int(phone_add_looks(&arena, &commit), -1, "one key as two types");

    begin();
    guard(PHONE_GUARD_DUE, "a", "m", "1");
    op(PHONE_OP_RPUSH, "a", 1, "e");
    is_int(phone_add_looks(&arena, &commit), -1, "and so with a guard");
}


static void
malformed(void)
{
    unsigned  i;

    static const struct {
        phone_op_kind_t      kind;
        unsigned             n;
        const char          *word[3];
    } bad[] = {
        { PHONE_OP_HSET, 1, { "v" } },
        { PHONE_OP_HSET, 3, { "v", "x", "y" } },
        { PHONE_OP_HDEL, 0, { NULL } },
        { PHONE_OP_HINCRBY, 2, { "f", "0" } },
        { PHONE_OP_HINCRBY, 2, { "f", "1.5" } },
        { PHONE_OP_HINCRBY, 2, { "f", "1000000000000001" } },
        { PHONE_OP_HINCRBY, 1, { "f" } },
        { PHONE_OP_DEL, 1, { "x" } },
        { PHONE_OP_PEXPIRE, 1, { "soon" } },
        { PHONE_OP_PEXPIRE, 1, { "1000000000000001" } },
        { PHONE_OP_ZADD, 2, { "9007199254740993", "m" } },
        { PHONE_OP_ZADD, 2, { "-1", "m" } },
        { PHONE_OP_ZADD, 1, { "1" } },
        { PHONE_OP_ZREM, 2, { "m", "n" } },
        { PHONE_OP_XADD, 2, { "0", "e" } },
        { PHONE_OP_XADD, 3, { "-1", "e", "x" } },
        { PHONE_OP_RPUSH, 0, { NULL } }
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        begin();
        op(bad[i].kind, "a", bad[i].n, bad[i].word[0], bad[i].word[1],
           bad[i].word[2]);
        is_int(phone_add_looks(&arena, &commit), -1, "malformed words %u", i);
    }

    begin();
    op(PHONE_OP_DEL, "a", 0)->bucket = 1;
    is_int(phone_add_looks(&arena, &commit), -1, "a key of another bucket");
}


int
main(void)
{
    phone_arena_init(&arena);

    sums();
    order();
    same_key();
    malformed();

    phone_arena_free(&arena);

    return done_testing();
}
