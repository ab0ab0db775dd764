
/* operator/diff.c: the difference of two sets of names. */


#include "tap.h"
#include "operator/diff.h"


static phone_arena_t  arena;


static phone_str_t
name_of(int i)
{
    return phone_format(&arena, "bill:%03d-01ABCDEFGH%06d", i % 7, i);
}


static int
number_of(phone_str_t name)
{
    int     n;
    size_t  i;

    n = 0;

    for (i = name.len > 6 ? name.len - 6 : 0; i < name.len; i++) {
        n = 10 * n + name.data[i] - '0';
    }

    return n;
}


static void
start(phone_diff_t *diff)
{
    phone_arena_init(&arena);
    is_int(phone_diff_load(diff, &arena, PHONE_EMPTY), 0, "it begins empty");
}


/* FNV-1a, whose vectors are known, behind the end of SplitMix64. */

static void
hashes(void)
{
    ok(phone_hash64(PHONE_STR(""))
       == UINT64_C(0xf52a15e9a9b5e89b), "of nothing");
    ok(phone_hash64(PHONE_STR("a"))
       == UINT64_C(0x02c0bdbf481420f8), "of a letter");
    ok(phone_hash64(PHONE_STR("foobar"))
       == UINT64_C(0x404da9e3b74078c2), "of a word");
}


static void
one_name(void)
{
    int           sign;
    phone_str_t   name;
    phone_diff_t  diff;

    start(&diff);
    is_int(phone_diff_take(&diff, &name, &sign), 0, "nothing is in it");
    is_int(phone_diff_save(&diff).len, 0, "nothing to keep");

    phone_diff_put(&diff, name_of(1), 1);
    is_int(phone_diff_take(&diff, &name, &sign), 1, "a name");
    is_str(name, "bill:001-01ABCDEFGH000001", "is what was put in");
    is_int(sign, 1, "with its sign");
    is_int(phone_diff_take(&diff, &name, &sign), 0, "once");

    phone_diff_put(&diff, name_of(2), -1);
    is_int(phone_diff_take(&diff, &name, &sign), 1, "one of the other set");
    is_int(sign, -1, "says so");
    is_int(phone_diff_take(&diff, &name, &sign), 0, "once");

    phone_diff_put(&diff, name_of(3), -1);
    phone_diff_put(&diff, name_of(3), 1);
    is_int(phone_diff_take(&diff, &name, &sign), 0, "one of both is in none");
    is_int(phone_diff_save(&diff).len, 0, "and leaves nothing");

    phone_diff_put(&diff, name_of(4), 1);
    phone_diff_put(&diff, name_of(4), 1);
    is_int(phone_diff_take(&diff, &name, &sign), -1,
           "one that is twice in a set is not told by name");

    phone_arena_free(&arena);
}


static void
long_names(void)
{
    int           sign;
    size_t        n;
    char          text[PHONE_DIFF_NAME + 2];
    phone_str_t   name;
    phone_diff_t  diff;

    memset(text, 'n', sizeof(text));

    for (n = PHONE_DIFF_NAME - 1; n <= PHONE_DIFF_NAME + 1; n++) {
        start(&diff);
        phone_diff_put(&diff, (phone_str_t) { n, text }, 1);
        is_int(phone_diff_take(&diff, &name, &sign), 1, "%zu bytes", n);
        is_int(name.len, n < PHONE_DIFF_NAME ? n : PHONE_DIFF_NAME,
               "of a longer one, the first");
        phone_arena_free(&arena);
    }
}


/* All but every 100th name is in both sets, in another order. */

static void
many_names(void)
{
    int           i, n, sign, wrong;
    phone_str_t   name;
    phone_diff_t  diff;

    start(&diff);

    for (i = 0; i < 20000; i++) {
        phone_diff_put(&diff, name_of(i), 1);
    }

    for (i = 19999; i >= 0; i--) {
        if (i % 100) {
            phone_diff_put(&diff, name_of(i), -1);
        }
    }

    wrong = 0;

    for (n = 0; phone_diff_take(&diff, &name, &sign) == 1; n++) {
        i = number_of(name);
        wrong += sign != 1 || i % 100 != 0
                 || !phone_equal(name, name_of(i));
    }

    is_int(n, 200, "those that differ are taken out");
    is_int(wrong, 0, "by name");
    is_int(phone_diff_take(&diff, &name, &sign), 0, "and no other");

    for (i = 0; i < 20000; i++) {
        phone_diff_put(&diff, name_of(i), 1);
    }

    is_int(phone_diff_take(&diff, &name, &sign), -1, "too many to tell");

    phone_arena_free(&arena);
}


/* Carried over to another call, with a memory of its own. */

static void
carried(void)
{
    int            i, n, sign;
    phone_str_t    name, bytes, kept;
    phone_diff_t   diff, other;
    phone_arena_t  memory;

    start(&diff);

    for (i = 0; i < 50; i++) {
        phone_diff_put(&diff, name_of(i), i % 2 ? 1 : -1);
    }

    phone_arena_init(&memory);
    bytes = phone_copy(&memory, phone_diff_save(&diff));
    phone_arena_free(&arena);
    phone_arena_init(&arena);

    memset(&other, 0xff, sizeof(other));
    is_int(phone_diff_load(&other, &memory, bytes), 0, "it is read back");
    ok(other.arena == &memory, "into the memory that is given");

    n = 0;

    while (phone_diff_take(&other, &name, &sign) == 1) {
        n += sign == (number_of(name) % 2 ? 1 : -1);
    }

    is_int(n, 50, "whole");

    kept = bytes;
    kept.len--;
    is_int(phone_diff_load(&other, &memory, kept), -1, "a byte is missing");

    for (i = 1199; i <= 1200; i++) {
        kept = phone_copy(&memory, bytes);
        memcpy((char *) kept.data, &(uint64_t) { (uint64_t) i }, 8);
        is_int(phone_diff_load(&other, &memory, kept), i < 1200 ? 0 : -1,
               "a cell %d of 1200", i);
    }

    memset(&other, 0xff, sizeof(other));
    is_int(phone_diff_load(&other, &memory, PHONE_EMPTY), 0, "nothing kept");
    phone_diff_put(&other, PHONE_STR("x"), 1);
    is_int(phone_diff_take(&other, &name, &sign), 1, "goes on");
    is_str(name, "x", "with what comes");

    phone_arena_free(&memory);
    phone_arena_free(&arena);
}


/* The arena is used up: nothing is put, and the call fails for that. */

static void
no_room(void)
{
    int           sign;
    phone_diff_t  diff;
    phone_str_t   name;

    start(&diff);
    (void) phone_alloc(&arena, PHONE_ARENA_MAX - 1024);
    phone_diff_put(&diff, PHONE_STR("a"), 1);
    ok(arena.failed, "no room");
    is_int(phone_diff_take(&diff, &name, &sign), 0, "for a name");
    phone_arena_free(&arena);
}


/* A name that was put three times is not taken for one. */

static void
three_times(void)
{
    int           i, sign;
    phone_diff_t  diff;
    phone_str_t   name;

    for (i = -1; i <= 1; i += 2) {
        start(&diff);
        phone_diff_put(&diff, PHONE_STR("a"), i);
        phone_diff_put(&diff, PHONE_STR("a"), i);
        phone_diff_put(&diff, PHONE_STR("a"), i);
        is_int(phone_diff_take(&diff, &name, &sign), -1, "three times %d", i);
        phone_diff_put(&diff, PHONE_STR("a"), -i);
        phone_diff_put(&diff, PHONE_STR("a"), -i);
        is_int(phone_diff_take(&diff, &name, &sign), 1, "and once");
        is_int(sign, i, "of its sign");
        phone_arena_free(&arena);
    }
}


/* Each alone, kept and taken: wherever its places are. */

static void
each_place(void)
{
    int           i, sign, wrong;
    phone_diff_t  diff, other;
    phone_str_t   name;

    wrong = 0;

    for (i = 0; i < 1500; i++) {
        start(&diff);
        phone_diff_put(&diff, name_of(i), 1);
        phone_diff_load(&other, &arena, phone_diff_save(&diff));
        wrong += phone_diff_take(&other, &name, &sign) != 1
                 || number_of(name) != i
                 || phone_diff_take(&other, &name, &sign) != 0;
        phone_arena_free(&arena);
    }

    is_int(wrong, 0, "1500 names, one by one");
}


int
main(void)
{
    three_times();
    each_place();
    no_room();
    hashes();
    one_name();
    long_names();
    many_names();
    carried();

    return done_testing();
}
