
/* Events of a lane that is full: parked, and brought back the oldest first,
   never left behind. */


#define _GNU_SOURCE

#include "play.h"
#include "sms/sms.h"


#define LEASE   (INT64_C(60) * 1000)
#define LANE    "sms:3"
#define MARKER  "lane.next 003-" LANE
#define BUCKET  3


/* Events that do nothing: there is no such text. */

static phone_str_t
id_of(unsigned n)
{
    return phone_format(&player.arena, "003-01J00000000000000000000%02u", n);
}


static phone_str_t
member_of(unsigned n)
{
    return phone_format(&player.arena, "sms.send %.*s " LANE,
                        PHONE_ARGS(id_of(n)));
}


static phone_str_t
key_of(const phone_type_t *type, const char *id)
{
    return phone_key(&player.arena, type, BUCKET, phone_cstr(id));
}


static int64_t
score(const phone_type_t *type, const char *id, phone_str_t member)
{
    const sim_zset_t    *zset;
    const sim_member_t  *found;

    zset = sim_store_zset(player.store, player.now, key_of(type, id));
    found = zset ? sim_zset_find(zset, member) : NULL;

    return found ? found->score : -1;
}


static int64_t
due(phone_str_t member)
{
    return score(&phone_due, "", member);
}


static int64_t
parked(unsigned n)
{
    return score(&phone_parked, "003-" LANE, member_of(n));
}


/* A handler that puts an event. */

static phone_rc_t
put_run(phone_call_t *call)
{
    phone_str_t      id;
    phone_record_t  *sms;

    id = id_of((unsigned) phone_arg_int(call, "n"));
    sms = phone_ask(call, &phone_sms, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_rely(sms);
    phone_emit(call, &phone_sms_send, id, PHONE_STR(LANE), phone_now(call));

    return phone_done(call);
}


static const phone_param_t  put_params[] = {
    { "n", PHONE_P_INT, PHONE_REQUIRED, 1, 99, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  put_endpoint = {
    "test.put", "POST", "/put", PHONE_ANYONE, put_run, put_params, NULL, ""
};


/* This host does not run it. */

static void
put(unsigned n)
{
    char  form[16];

    snprintf(form, sizeof(form), "n=%u", n);

    player.env.leaves_events = 1;
    is_int(play_endpoint(&put_endpoint, form), 200, "%u is put", n);
    player.env.leaves_events = 0;
}


/* 1 when it was parked, 0 when it is another's now. */

static int
park(unsigned n, int64_t as_seen)
{
    unsigned               i, guard;
    const phone_op_t      *op;
    const phone_commit_t  *commit;

    commit = phone_park(&player.arena, BUCKET, member_of(n), PHONE_STR(LANE),
                        as_seen, player.now);

    for (op = commit->ops, i = 0; op; op = op->next) {
        i += op->bucket == BUCKET;
    }

    is_int(commit->bucket, BUCKET, "what parks %u is of its bucket", n);
    is_int(commit->nops, i, "in so many commands");
    is_int(commit->nguards, 1, "behind a guard");
    ok(commit->guards->bucket == BUCKET && commit->guards->next == NULL,
       "of that bucket, too");

    return sim_store_apply(player.store, player.now, commit, &guard)
           == SIM_APPLIED;
}


static void
put_and_park(unsigned n)
{
    put(n);
    ok(park(n, player.now), "%u is parked", n);
}


/* Claims lane.next and runs it; how many it leaves parked. */

static int64_t
look(unsigned room)
{
    int64_t       left;
    play_event_t  event;
    phone_call_t  call;

    player.room = room;
    player.event[0] = (play_event_t) { PHONE_STR(MARKER), BUCKET,
                                       due(PHONE_STR(MARKER)) };
    player.nevents = 1;
    (void) play_event_begin(&call, &event);

    do {
        play_run(&call);
    } while (play_commit(&call) == PLAY_SUM);

    left = call.left_parked;
    play_event_end(&call, &event);
    player.nevents = 0;

    return left;
}


static void
parking(void)
{
    play_start();

    put(1);
    ok(!park(1, player.now - 1), "another has it: not parked");
    is_int(due(member_of(1)), player.now, "it stays");
    is_int(due(PHONE_STR(MARKER)), -1, "and nobody looks for it");

    ok(park(1, player.now), "parked");
    ok(!park(1, player.now), "once");
    is_int(due(member_of(1)), -1, "it is not due any more");
    is_int(parked(1), PLAY_NOW, "but in its lane's queue");
    is_int(due(PHONE_STR(MARKER)), PLAY_NOW + 2000, "which is looked at soon");

    player.now += 1500;
    put_and_park(2);
    is_int(due(PHONE_STR(MARKER)), PLAY_NOW + 2000,
           "more that is parked does not put that off");

    play_end();
}


static void
coming_back(void)
{
    int64_t  wait;

    play_start();

    put_and_park(1);
    player.now += 100;
    put_and_park(2);
    player.now += 100;
    put_and_park(3);
    player.now += 2000;

    is_int(look(0), 3, "no room: all are left");
    wait = due(PHONE_STR(MARKER)) - player.now;
    ok(wait >= 1500 && wait <= 2500, "and looked at later (%lld)",
       (long long) wait);
    is_int(parked(1), PLAY_NOW, "the oldest stays");

    player.now += 80 * 1000;
    look(0);
    wait = due(PHONE_STR(MARKER)) - player.now;
    ok(wait >= 7500 && wait <= 13000, "after long, more seldom (%lld)",
       (long long) wait);

    player.now += 3600 * 1000;
    look(0);
    wait = due(PHONE_STR(MARKER)) - player.now;
    ok(wait >= 22000 && wait <= 38000, "but not for ever (%lld)",
       (long long) wait);

    is_int(look(1), 2, "two are left");
    is_int(due(member_of(1)), player.now + LEASE,
           "room for one: the oldest is run at once, under a lease");
    is_int(parked(1), -1, "it waits no more");
    ok(parked(2) > 0 && parked(3) > 0, "the others do");
    is_int(due(PHONE_STR(MARKER)), player.now + 1000, "the next look is soon");

    player.now += 1000;
    look(8);
    ok(due(member_of(2)) > 0 && due(member_of(3)) > 0, "room for all");
    ok(due(PHONE_STR(MARKER)) > 0, "another look");

    player.now += 1000;
    look(8);
    is_int(due(PHONE_STR(MARKER)), -1, "finds nothing, and is the last");

    play_end();
}


/* A quarter more or less than what has to be waited, and all in between. */

static void
spread(void)
{
    int64_t   wait, least, most;
    unsigned  i;

    play_start();
    put_and_park(1);
    least = INT64_MAX;
    most = 0;

    for (i = 0; i < 3000; i++) {
        look(0);
        wait = due(PHONE_STR(MARKER)) - player.now;
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }

    is_int(least, 1500, "looks of many buckets: a quarter sooner");
    is_int(most, 2500, "a quarter later");

    player.now += INT64_C(16001);
    look(0);
    wait = due(PHONE_STR(MARKER)) - player.now;
    ok(wait >= 1500 && wait <= 2500, "an eighth of what it has waited");

    play_end();
}


static void
parks_another(void)
{
    put(2);
    park(2, player.now);
}


static void
races(void)
{
    play_start();

    put_and_park(1);
    look(8);
    player.before_commit = parks_another;
    look(8);
    ok(parked(2) > 0, "parked while the last look finds nothing");
    ok(due(PHONE_STR(MARKER)) > 0, "so it is not the last");
    look(8);
    ok(due(member_of(2)) > 0, "and nothing is left behind");

    play_end();
}


int
main(void)
{
    parking();
    coming_back();
    spread();
    races();

    return done_testing();
}
