
/* PAY-2: a number counts as open while a client of it says so, and who comes
   back to a stream that nobody heard for a while is told. */


#define _GNU_SOURCE

#include "play.h"
#include "live/live.h"


#define NUMBER   "+8613800000001"
#define LIVES    (INT64_C(45) * 1000)
#define LATE     (INT64_C(2) * 5000 + LIVES / 16)


static int64_t
listens(void)
{
    int64_t  until;

    return phone_parse_int(play_stored(&phone_account, NUMBER, ACCOUNT_LISTENS),
                           &until)
           == 0 ? until : 0;
}


/* Entries of the number's stream; each of this test is a reset. */

static unsigned
resets(void)
{
    unsigned             i, bucket;
    phone_str_t          number;
    const sim_item_t    *item;
    const sim_stream_t  *stream;

    number = PHONE_STR(NUMBER);
    bucket = phone_home(&player.env, &phone_live_of, number);
    stream = sim_store_stream(player.store, player.now,
                              phone_key(&player.arena, &phone_live_of, bucket,
                                        number));

    for (i = 0; stream != NULL && i < stream->n; i++) {
        item = &stream->item[stream->first + i];

        if (!phone_is(item->field[0].value, "reset")
            || !phone_is(item->field[1].value, "{}"))
        {
            return 1000;
        }
    }

    return i;
}


static void
come(void)
{
    play_start();
    play("operator.accounts", "phone=13800000001&password=a-quiet-lake");
    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;
}


static void
heartbeats(void)
{
    come();

    is_int(play("live.open", ""), 200, "a client opens");
    is_int(player.reads, 1, "with one read");
    is_int(listens(), PLAY_NOW + LIVES, "its number counts as open");
    is_int(resets(), 1, "and nobody was there before");

    is_int(play("live.open", ""), 200, "another one, at once");
    is_int(player.commits, 0, "says nothing new");

    player.now += LIVES / 6 - 1;
    play("live.open", "");
    is_int(player.commits, 0, "nor soon after");

    player.now += 1;
    play("live.open", "");
    is_int(listens(), player.now + LIVES, "later it is said again");

    player.now += LIVES - LATE - 1;
    play("live.open", "");
    is_int(listens(), player.now + LIVES, "even late");
    is_int(resets(), 1, "nothing was missed");

    play_end();
}


/* Clients were never told that what they had seen was undone by a failover. */

static void
lost_writes(void)
{
    come();
    player.env.store_epoch = 1;
    play("live.open", "");
    is_int(resets(), 1, "a client opens");

    player.env.store_epoch = 2;
    play("live.open", "");
    is_int(resets(), 2, "the store has lost writes: its clients are told");
    play("live.open", "");
    is_int(resets(), 2, "once");
    is_int(player.commits, 0, "and nothing is written again");

    player.env.store_epoch = 1;
    play("live.open", "");
    is_int(resets(), 2, "a host that does not know yet tells nobody again");
    player.env.store_epoch = 2;
    play("live.open", "");
    is_int(resets(), 2, "nor does the next");

    play_end();
}


static void
lapses(void)
{
    come();
    play("live.open", "");

    player.now += LIVES - LATE;
    play("live.open", "");
    is_int(resets(), 2, "too late: clocks may differ by twice the bound");

    player.now += 10 * LIVES;
    player.lose_answer = 1;
    play("live.open", "");
    is_int(player.status, 200, "an answer is lost");
    is_int(resets(), 3, "it is put once");
    is_int(listens(), player.now + LIVES, "and said");

    player.now -= LIVES;
    play("live.open", "");
    is_int(resets(), 3, "the clock goes back a little: still open");

    player.now -= 10 * LIVES;
    play("live.open", "");
    is_int(listens(), player.now + LIVES, "a lot: not for ever");
    is_int(resets(), 4, "and that is told");

    play_end();
}


static void
together(void)
{
    play("live.open", "");
}


static void
side_by_side(void)
{
    come();

    player.before_commit = together;
    is_int(play("live.open", ""), 200, "two open at a time");
    is_int(resets(), 1, "one says it for both");

    player.cookie = PHONE_EMPTY;
    player.now += LIVES;
    is_int(play("live.open", ""), 401, "nobody without a session");
    ok(listens() <= player.now, "nor does it count");

    play_end();
}


int
main(void)
{
    heartbeats();
    lost_writes();
    lapses();
    side_by_side();

    return done_testing();
}
