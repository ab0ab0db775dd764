
/*
 * Effects in another bucket happen once, however long a worker stays away
 * between two steps: a mark that lived for seven days let a posting be applied
 * again on the eighth.
 */


#define _GNU_SOURCE

#include "play.h"


#define NUMBER  "+8613800000001"
#define SHOP    "tea"
#define DAY     (INT64_C(24) * 3600 * 1000)


static phone_rc_t
give_run(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask(call, &phone_account, PHONE_STR(NUMBER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(account, ACCOUNT_NAME, PHONE_STR("giver"));
    phone_move(call, phone_outside_purse(call, PHONE_STR(NUMBER),
                                         PHONE_STR("CNY")),
               phone_takings_purse(call, PHONE_STR(SHOP), PHONE_STR("CNY")),
               100, PHONE_STR("CNY"), "gift", PHONE_STR("1"));

    return phone_done(call);
}


static const phone_endpoint_t  give = {
    "test.give", "POST", "/give", PHONE_ANYONE, give_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } }, "for the test"
};


static phone_str_t
takings(void)
{
    unsigned  bucket;

    bucket = phone_home(&player.env, &phone_merchant, PHONE_STR(SHOP));

    return sim_store_field(player.store, player.now,
                           phone_key(&player.arena, &phone_balances, bucket,
                                     PHONE_EMPTY),
                           PHONE_STR("takings:" SHOP ":CNY"));
}


/* What is next in the giver's bucket; 0: nothing.  It is run under a lease as
   the pump has it: by its score. */

static int
next_event(void)
{
    unsigned           bucket;
    const sim_zset_t  *due;

    bucket = phone_home(&player.env, &phone_account, PHONE_STR(NUMBER));
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due, bucket,
                                   PHONE_EMPTY));
    player.nevents = 0;

    if (due == NULL || due->n == 0) {
        return 0;
    }

    player.event[player.nevents++] = (play_event_t) {
        phone_copy(&player.arena, due->member[0].member), bucket,
        due->member[0].score };

    return 1;
}


static int
step(void)
{
    return next_event() ? play_event() : 0;
}


static unsigned
marks_left(void)
{
    unsigned     n;
    sim_entry_t *entry;
    size_t       i;

    n = 0;

    for (i = 0; i < player.store->map.slots; i++) {
        entry = (sim_entry_t *) player.store->map.slot[i];
        n += entry != NULL
             && memmem(entry->node.key.data, entry->node.key.len, ":posted:",
                       8) != NULL;
    }

    return n;
}


static void
start(void)
{
    play_start();
    player.env.domain = PHONE_ONE_BUCKET;
    is_int(play_endpoint(&give, ""), 200, "money for another bucket");
    ok(takings().data == NULL, "is on its way");
}


static void
days_between(void)
{
    unsigned  steps;

    start();

    step();
    is_str(takings(), "100", "the first step brings it");
    is_int(marks_left(), 1, "and a mark");

    player.now += 8 * DAY;
    step();
    is_str(takings(), "100", "eight days later it has not come twice");

    for (steps = 0; steps < 8 && step(); steps++) {
        player.now += 8 * DAY;
    }

    is_str(takings(), "100", "nor at any other step");
    is_int(marks_left(), 0, "in the end nothing is left of it");
    ok(!next_event(), "no event either");

    play_end();
}


/* A worker that has found no mark stands still until all is over. */

static void
all_steps(void)
{
    unsigned  steps;

    for (steps = 0; steps < 8 && step(); steps++) {
        player.now += 8 * DAY;
    }

    is_int(marks_left(), 0, "others have done all of it");
}


static void
stale_run(void)
{
    start();
    next_event();
    player.before_commit = all_steps;
    play_event();
    is_str(takings(), "100", "who comes late brings nothing again");

    play_end();
}


int
main(void)
{
    days_between();
    stale_run();

    return done_testing();
}
