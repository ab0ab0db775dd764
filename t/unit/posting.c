
/*
 * Effects in another bucket happen once, however long a worker stays away
 * between two steps: a claim that lived for seven days let a posting be applied
 * again on the eighth.
 */


#define _GNU_SOURCE

#include "play.h"
#include "bill/bill.h"
#include "lib/money.h"


#define NUMBER  "+8613800000001"
#define SHOP    "tea"
#define DAY     (INT64_C(24) * 3600 * 1000)


static int64_t   gift = 100;
static unsigned  thanks;


static phone_rc_t
give_run(phone_call_t *call)
{
    unsigned         i;
    phone_record_t  *account;

    account = phone_ask(call, &phone_account, PHONE_STR(NUMBER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(account, ACCOUNT_NAME, PHONE_STR("giver"));
    phone_move(call, phone_ledger_outside(call, PHONE_STR(NUMBER),
                                          PHONE_STR("CNY")),
               phone_ledger_takings(call, PHONE_STR(SHOP), PHONE_STR("CNY")),
               gift, PHONE_STR("CNY"), "gift", PHONE_STR("1"));

    for (i = 0; i < thanks; i++) {
        phone_say(call, "word", PHONE_STR("thanks"));
    }

    return phone_done(call);
}


static const phone_endpoint_t  give = {
    "test.give", "POST", "/give", PHONE_ANYONE, give_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } }, NULL,
    "for the test"
};


/* Events of another bucket: one due now, one later. */

static phone_str_t
other_id(void)
{
    return phone_format(&player.arena, "%03u-01ARZ3NDEKTSV4RRFFQ69G5FAV",
                        (phone_home(&player.env, &phone_account,
                                    PHONE_STR(NUMBER)) + 1)
                        % player.env.buckets);
}


static phone_rc_t
remind_run(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask(call, &phone_account, PHONE_STR(NUMBER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(account, ACCOUNT_NAME, PHONE_STR("reminder"));
    phone_emit(call, &phone_bill_push, other_id(), PHONE_EMPTY,
               phone_now(call));
    phone_emit(call, &phone_bill_expire, other_id(), PHONE_STR("lane"),
               phone_now(call) + 1);

    return phone_done(call);
}


static const phone_endpoint_t  remind = {
    "test.remind", "POST", "/remind", PHONE_ANYONE, remind_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } }, NULL,
    "for the test"
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
claims_left(void)
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
    is_int(claims_left(), 1, "and a claim");

    player.now += 8 * DAY;
    step();
    is_str(takings(), "100", "eight days later it has not come twice");

    for (steps = 0; steps < 8 && step(); steps++) {
        player.now += 8 * DAY;
    }

    is_str(takings(), "100", "nor at any other step");
    is_int(claims_left(), 0, "in the end nothing is left of it");
    ok(!next_event(), "no event either");

    play_end();
}


/* A worker that has found no claim stands still until all is over. */

static void
all_steps(void)
{
    unsigned  steps;

    for (steps = 0; steps < 8 && step(); steps++) {
        player.now += 8 * DAY;
    }

    is_int(claims_left(), 0, "others have done all of it");
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


/* The giver's posting, as it is stored. */

static phone_str_t
posting_key(void)
{
    phone_str_t  id;

    next_event();
    id = player.event[0].member;
    (void) phone_split(&id, ' ', &(phone_str_t) { 0, NULL });
    id.len -= id.len && id.data[id.len - 1] == ' ';

    return phone_key(&player.arena, &phone_posting, player.event[0].bucket,
                     id);
}


/* Past everybody: a command that has no guard. */

static void
force(phone_op_kind_t kind, phone_str_t key, unsigned n, phone_str_t *word)
{
    unsigned        guard;
    phone_op_t      op;
    phone_commit_t  commit;

    memset(&op, 0, sizeof(op));
    memset(&commit, 0, sizeof(commit));
    op.kind = kind;
    op.key = key;
    op.word = word;
    op.nwords = n;
    commit.nops = 1;
    commit.ops = &op;

    (void) sim_store_apply(player.store, player.now, &commit, &guard);
}


static void
plant(phone_str_t key, const char *field, const char *value)
{
    force(PHONE_OP_HSET, key, 2,
          (phone_str_t[2]) { phone_cstr(field), phone_cstr(value) });
}


/* The posting, and the event that applies it, as they are now. */

static struct {
    phone_str_t              key;
    phone_str_t              word[6];
    phone_str_t              due;
    phone_str_t              member;
} posting;


static void
keep_posting(void)
{
    unsigned                  i;
    phone_str_t               value;
    static const char *const  field[] = { "v", "bucket", "ops" };

    posting.key = posting_key();
    posting.member = player.event[0].member;
    posting.due = phone_key(&player.arena, &phone_due, player.event[0].bucket,
                            PHONE_EMPTY);

    for (i = 0; i < 3; i++) {
        value = sim_store_field(player.store, player.now, posting.key,
                                phone_cstr(field[i]));
        ok(value.data != NULL, "a posting has %s", field[i]);
        posting.word[2 * i] = phone_cstr(field[i]);
        posting.word[2 * i + 1] = phone_copy(&player.arena, value);
    }
}


static void
posting_comes(void)
{
    force(PHONE_OP_HSET, posting.key, 6, posting.word);
}


static void
posting_goes(void)
{
    force(PHONE_OP_DEL, posting.key, 0, NULL);
}


static void
event_comes(void)
{
    force(PHONE_OP_ZADD, posting.due, 2,
          (phone_str_t[2]) { phone_int(&player.arena, player.now),
                             posting.member });
}


static int
posting_there(void)
{
    return sim_store_hash(player.store, player.now, posting.key) != NULL;
}


/* The commit that brings a posting is sent, and nobody knows whether it has
   arrived: its event finds nothing, and the posting comes right behind it. */

static void
late_posting(void)
{
    start();
    keep_posting();
    posting_goes();

    player.before_commit = posting_comes;
    step();
    ok(next_event(), "an event that was too early stays");
    step();
    is_str(takings(), "100", "a posting that comes late is applied");
    is_int(claims_left(), 1, "under its claim");

    while (step()) {
        player.now += DAY;
    }

    is_str(takings(), "100", "once");
    is_int(claims_left(), 0, "and nothing is left");

    play_end();

    start();
    keep_posting();
    posting_goes();
    step();
    ok(takings().data == NULL && !next_event(),
       "one that does not come takes its event along");
    is_int(claims_left(), 0, "and makes no claim");

    play_end();
}


/* A failover brings a posting back that was applied: its claim is known, as
   long as the posting may be there. */

static void
posting_again(void)
{
    start();
    keep_posting();
    step();
    is_str(takings(), "100", "applied");
    step();
    ok(!posting_there(), "then the posting goes");
    is_int(claims_left(), 1, "the claim stays for a while");

    posting_comes();
    event_comes();
    step();
    is_str(takings(), "100", "one that comes behind its claim brings nothing");
    ok(!posting_there(), "and goes again");

    posting_comes();
    player.now += 10 * 60 * 1000;
    step();
    is_int(claims_left(), 1, "no claim goes before its posting");
    ok(posting_there(), "which waits for its own event");

    event_comes();
    step();
    is_str(takings(), "100", "as late as that it brings nothing, too");

    player.now += 10 * 60 * 1000 - 1;
    ok(next_event() && player.event[0].score > player.now,
       "the claim is kept for ten minutes");
    player.now += 1;
    step();
    is_int(claims_left(), 0, "then it goes");
    step();
    ok(!next_event(), "and its event");

    play_end();
}


/* What somebody has written into a posting is refused before anything is
   applied, and applied when it is mended. */

static void
corrupt(void)
{
    int           n;
    char          whole[2048];
    unsigned      i, to;
    const char   *at;
    phone_str_t   key, ops;

    static const char *const  odd[] = {
        "7:hincrby,1:2,KEY15:takings:tea:CNY,2:1x,",
        "7:hincrby,1:2,KEY1:f,2:01,", "7:hincrby,1:2,KEY1:f,2:-0,",
        "7:hincrby,1:2,KEY1:f,0:,",
        "7:hincrby,1:2,KEY1:f,19:9223372036854775807,",
        "7:hincrby,1:1,KEY1:f,", "7:hincrby,1:3,KEY1:f,1:1,1:1,",
        "4:hset,1:1,KEY1:f,", "4:hset,1:0,KEY", "4:hset,1:3,KEY1:f,1:1,1:g,",
        "4:hdel,1:0,KEY", "3:del,1:1,KEY1:f,", "7:pexpire,1:1,KEY1:x,",
        "7:pexpire,1:1,KEY19:9223372036854775807,", "5:count,1:2,KEY1:1,1:1,",
        "5:count,1:6,KEY1:0,1:1,1:0,1:0,1:0,1:0,",
        "5:count,1:6,KEY2:99,1:1,2:-1,1:0,1:0,1:0,",
        "4:zadd,1:2,KEY3:nan,1:m,", "4:zadd,1:2,KEY3:1e3,1:m,",
        "4:zadd,1:2,KEY17:90071992547409930,1:m,", "7:zadd_nx,1:2,KEY1:x,1:m,",
        "4:zrem,1:0,KEY", "5:rpush,1:0,KEY", "4:xadd,1:3,KEY2:-1,1:e,1:x,",
        "4:xadd,1:2,KEY1:0,1:e,", "4:xadd,1:3,KEY1:y,1:e,1:x,",
        "7:publish,1:0,KEY", "4:HSET,1:2,KEY1:f,1:1,", "1:2,1:2,KEY1:f,1:1,",
        "7:hincrby,2:65,KEY1:f,1:1,", "7:hincrby,2:-1,KEY1:f,1:1,",
        "7:hincrby,1:2,15:phone:{9xx}:aaa,1:f,1:1,",
        "7:hincrby,1:2,3:key,1:f,1:1,", "7:hincrby,1:2,0:,1:f,1:1,",
        "7:hincrby,1:2,KEY9:f,1:1,", "x"
    };

    start();

    to = phone_home(&player.env, &phone_merchant, PHONE_STR(SHOP));
    key = posting_key();
    ops = phone_copy(&player.arena,
                     sim_store_field(player.store, player.now, key,
                                     PHONE_STR("ops")));
    ok(memmem(ops.data, ops.len, "7:hincrby,1:2,", 14) != NULL,
       "a posting holds what it brings, commands by their names");

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        at = strstr(odd[i], "KEY");

        /* what comes before it is in order */

        n = snprintf(whole, sizeof(whole), "%.*s%.*s", PHONE_ARGS(ops),
                     at ? (int) (at - odd[i]) : 99, odd[i]);

        if (at) {
            snprintf(whole + n, sizeof(whole) - (size_t) n,
                     "17:phone:{%03u}:other,%s", to, at + 3);
        }

        plant(key, "ops", whole);
        step();

        ok(takings().data == NULL && claims_left() == 0, "%s: nothing is done",
           odd[i]);
        ok(phone_equal(player.bad_key, key), "and the posting is named");
    }

    /* the last command is cut off somewhere */

    n = snprintf(whole, sizeof(whole),
                 "%.*s7:hincrby,1:2,17:phone:{%03u}:other,1:f,1:1,",
                 PHONE_ARGS(ops), to);

    for (whole[--n] = 0; n > (int) ops.len; whole[--n] = 0) {
        plant(key, "ops", whole);
        step();

        ok(takings().data == NULL && claims_left() == 0,
           "cut: nothing is done");
        ok(phone_equal(player.bad_key, key), "%s", whole + ops.len);
    }

    snprintf(whole, sizeof(whole), "%.*s", PHONE_ARGS(ops));
    plant(key, "ops", whole);
    step();
    is_str(takings(), "100", "once it is mended it is applied");

    play_end();
}


/* As many words as a command may have, and one more. */

static void
words(void)
{
    int          n;
    char         whole[2048];
    unsigned     i, most, to;
    phone_str_t  key;

    for (most = 64; most <= 65; most++) {
        start();

        to = phone_home(&player.env, &phone_merchant, PHONE_STR(SHOP));
        key = posting_key();
        n = snprintf(whole, sizeof(whole),
                     "4:hdel,2:%u,17:phone:{%03u}:other,", most, to);

        for (i = 0; i < most; i++) {
            n += snprintf(whole + n, sizeof(whole) - (size_t) n, "1:f,");
        }

        plant(key, "ops", whole);
        step();
        is_int(claims_left(), most <= 64, "%u words", most);

        play_end();
    }
}


/* Takings that are full: the posting waits, with the money in transit, until
   there is room. */

static void
full(void)
{
    unsigned     steps, to;
    phone_str_t  key;

    start();

    to = phone_home(&player.env, &phone_merchant, PHONE_STR(SHOP));
    key = phone_key(&player.arena, &phone_balances, to, PHONE_EMPTY);
    plant(key, "takings:" SHOP ":CNY", "9000000000000000001");

    for (steps = 0; steps < 3; steps++) {
        step();
        ok(player.full, "another run would not change that");
        player.now += DAY;
    }

    is_str(takings(), "9000000000000000001", "full takings take nothing");
    is_int(claims_left(), 0, "and there is no claim");
    ok(next_event(), "the posting waits");

    plant(key, "takings:" SHOP ":CNY", "5");
    step();
    is_str(takings(), "105", "with room it is applied");

    play_end();
}


/* Who applies a posting runs the events that it brings, when they are due, and
   holds them so long; the others wait for a sweep. */

static void
events_brought(void)
{
    unsigned           bucket;
    const sim_zset_t  *due;

    play_start();
    player.env.domain = PHONE_ONE_BUCKET;
    is_int(play_endpoint(&remind, ""), 200, "events for another bucket");
    step();

    is_int(player.nevents, 1, "one is run at once");
    ok(strncmp(player.event[0].member.data, "bill.push ", 10) == 0,
       "which is due");

    bucket = phone_home(&player.env, &phone_bill, other_id());
    is_int(player.event[0].bucket, bucket, "in its bucket");
    is_int(player.event[0].score, player.now + player.settings.lease,
           "under a lease");

    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due, bucket,
                                   PHONE_EMPTY));
    is_int(due ? due->n : 0, 2, "both are in the due queue");
    is_int(due ? due->member[0].score : 0, player.now + 1,
           "the other one when it is due");
    ok(due && memmem(due->member[0].member.data, due->member[0].member.len,
                     " lane", 5) != NULL, "in its lane");

    play_end();
}


/* A handler that is wrong: nothing is done. */

static void
wrong_handler(void)
{
    play_start();

    gift = 0;
    is_int(play_endpoint(&give, ""), 500, "nothing is moved");
    gift = -1;
    is_int(play_endpoint(&give, ""), 500, "less than nothing");
    gift = PHONE_AMOUNT_MAX + 1;
    is_int(play_endpoint(&give, ""), 500, "more than there is");
    gift = 100;

    thanks = PHONE_SAID_MAX + 1;
    is_int(play_endpoint(&give, ""), 500, "more words than a reply has");
    thanks = 0;

    is_int(player.commits, 0, "nothing is committed");
    is_int(play_stored(&phone_account, NUMBER, ACCOUNT_NAME).len, 0,
           "of any of them");

    play_end();
}


int
main(void)
{
    corrupt();
    words();
    full();
    events_brought();
    days_between();
    stale_run();
    late_posting();
    posting_again();
    wrong_handler();

    return done_testing();
}
