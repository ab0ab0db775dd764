
/* Turns: rounds, who is known, who has to leave. */


#include "lib/turns.h"
#include "tap.h"


#define MANY  64


static phone_turns_t   turns;
static phone_waiter_t  waiter[MANY];
static unsigned        used;


static void
begin(void)
{
    memset(&turns, 0, sizeof(turns));
    used = 0;
}


/* The number of who has to leave, -1: nobody. */

static int
comes(const char *lane, int known, unsigned most)
{
    phone_waiter_t  *out;

    out = phone_turns_add(&turns, &waiter[used++], phone_cstr(lane), known,
                          most);

    return out ? (int) (out - waiter) : -1;
}


static int
next(void)
{
    phone_waiter_t  *w;

    w = phone_turns_next(&turns);

    return w ? (int) (w - waiter) : -1;
}


static void
rounds(void)
{
    int  i;

    begin();
    is_int(next(), -1, "nobody waits");

    for (i = 0; i < 10; i++) {
        comes("flood", 0, MANY);
    }

    comes("one", 0, MANY);
    comes("two", 0, MANY);

    is_int(next(), 0, "the first of the flood");
    is_int(next(), 10, "then who came to an empty lane");
    is_int(next(), 11, "and another one");
    is_int(next(), 1, "then the flood's second");
    comes("three", 0, MANY);
    is_int(next(), 12, "who comes now waits for one turn of it at most");
    is_int(next(), 2, "the rest in its order");
    is_int(next(), 3, "one by one");
}


static void
known(void)
{
    begin();

    comes("a", 0, MANY);
    comes("b", 0, MANY);
    comes("owner", 1, MANY);
    comes("owner", 1, MANY);

    is_int(next(), 2, "who is known comes first");
    is_int(next(), 0, "in each round, not for ever");
    is_int(next(), 1, "nor before who has waited");
    is_int(next(), 3, "again in the next");
    is_int(next(), -1, "that is all");
}


/* Ten addresses that ask without end, and one that asks once. */

static void
full(void)
{
    char  lane[16];
    int   i;

    begin();

    for (i = 0; i < 10; i++) {
        snprintf(lane, sizeof(lane), "%d", i % 2);
        is_int(comes(lane, 0, 10), -1, "there is room");
    }

    is_int(comes("0", 0, 10), 10, "no longer: who floods has to leave");
    is_int(comes("one", 0, 10), 9, "the last of a long lane leaves for one");
    is_int(comes("one", 0, 10), 8, "and for its second");
    is_int(turns.n, 10, "ten wait");
    is_int(next(), 0, "the turn of a lane");
    is_int(next(), 1, "of another");
    is_int(next(), 11, "and of the one that came last");

    begin();

    for (i = 0; i < 10; i++) {
        snprintf(lane, sizeof(lane), "%d", i);
        comes(lane, 0, 10);
    }

    is_int(comes("new", 0, 10), 10, "where all have one turn the last leaves");
    is_int(comes("owner", 1, 10), 9, "but for who is known");
    is_int(next(), 11, "who comes first");
}


/* More lanes that flood than there are places. */

static void
fresh(void)
{
    char  lane[16];
    int   i;

    begin();

    for (i = 0; i < 20; i++) {
        snprintf(lane, sizeof(lane), "%d", i % 10);
        comes(lane, 0, 4);

        if (i % 2) {
            next();
        }
    }

    while (next() != -1) { /* void */ }

    for (i = 0; i < 4; i++) {
        snprintf(lane, sizeof(lane), "%d", i);
        comes(lane, 0, 4);
    }

    ok(comes("new", 0, 4) != (int) used - 1, "one that comes for once stays");
    is_int(next(), (int) used - 1, "and comes next");
}


/* Who had a turn in this round comes after who had none in it, though that
   one was seen before and comes later. */

static void
seen_now(void)
{
    begin();

    comes("early", 0, 10);
    is_int(next(), 0, "one that is seen");
    comes("now", 0, 10);
    comes("now", 0, 10);
    is_int(next(), 1, "another has a turn");
    is_int(next(), 2, "and one of the next round");
    comes("now", 0, 10);
    comes("early", 0, 10);
    is_int(next(), 4, "in which the first has had none");
    is_int(next(), 3, "then comes its next");
}


int
main(void)
{
    seen_now();
    rounds();
    known();
    full();
    fresh();

    return done_testing();
}
