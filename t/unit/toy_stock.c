
/*
 * A number with a floor, and a log: many take from a stock at a time, nobody
 * more than there is, each once, and who gets nothing is told why.
 */


#define _GNU_SOURCE

#include "play.h"


#define STOCK    "tea"


static unsigned  takes;                  /* of others, before a commit */


static int
take(const char *no, unsigned n)
{
    char  form[64];

    snprintf(form, sizeof(form), "stock=" STOCK "&take_no=%s&n=%u", no, n);

    return play("toy.take", form);
}


static phone_str_t
left(void)
{
    play("toy.takes", "stock=" STOCK);

    return play_member("left");
}


/* Another call takes one, between the reads of this one and its commit. */

static void
other_takes(void)
{
    char          no[16];
    unsigned      guard, home;
    phone_op_t    op;
    phone_commit_t  commit;
    phone_str_t   word[2];

    home = phone_bucket_of(PHONE_STR(STOCK), player.env.buckets);
    snprintf(no, sizeof(no), "other%u", takes++);

    memset(&op, 0, sizeof(op));
    memset(&commit, 0, sizeof(commit));
    op.kind = PHONE_OP_HINCRBY;
    op.bucket = home;
    op.key = phone_format(&player.arena, "phone:{%03u}:toy_stock:" STOCK,
                          home);
    op.nwords = 2;
    op.word = word;
    word[0] = PHONE_STR("left");
    word[1] = PHONE_STR("-1");
    commit.bucket = home;
    commit.nops = 1;
    commit.ops = &op;

    (void) sim_store_apply(player.store, player.now, &commit, &guard);
}


static void
floors(void)
{
    play_start();

    is_int(take("1", 1), 403, "of a stock that is not there");
    play("toy.fill", "stock=" STOCK "&left=10");

    is_int(take("1", 7), 200, "some are taken");
    is_int(player.commits, 1, "in one commit");
    is_str(left(), "3", "the others stay");

    is_int(take("1", 7), 200, "the same again");
    is_str(left(), "3", "takes nothing");

    is_int(take("2", 4), 403, "more than there is");
    is_str(play_code(), "BALANCE_NOT_ENOUGH", "as the handler says it");
    is_int(take("2", 3), 200, "all there is");
    is_str(left(), "0", "nothing is left");
    is_int(take("3", 1), 403, "and nothing below that");
    is_int(take("2", 3), 200, "who had the last is told so again");

    play_end();
}


/* What others take meanwhile is no conflict, until it is the last. */

static void
parallel(void)
{
    play_start();
    play("toy.fill", "stock=" STOCK "&left=5");

    player.before_commit = other_takes;
    is_int(take("1", 4), 200, "four of five, while another takes one");
    is_int(player.commits, 1, "no conflict");
    is_str(left(), "0", "nothing is left");

    play_end();
    play_start();
    play("toy.fill", "stock=" STOCK "&left=5");

    player.before_commit = other_takes;
    is_int(take("1", 5), 403, "five of five, while another takes one");
    is_str(play_code(), "BALANCE_NOT_ENOUGH", "the handler has seen why");
    is_int(player.commits, 1, "one commit, which was not applied");
    is_str(left(), "4", "and has left nothing behind");
    is_str(play_member("takes"), "0", "nor in the log");

    play_end();
}


static void
lost_answer(void)
{
    play_start();
    play("toy.fill", "stock=" STOCK "&left=5");

    player.lose_answer = 1;
    is_int(take("1", 5), 200, "the answer to the commit is lost");
    is_str(play_member("taken"), "5", "the call finds its own claim");
    is_str(left(), "0", "taken once");
    is_str(play_member("takes"), "1", "one entry in the log");

    play_end();
}


/* The log of a day has no entry of another one. */

static void
days(void)
{
    play_start();
    play("toy.fill", "stock=" STOCK "&left=50");

    take("1", 1);
    take("2", 1);
    player.now += PHONE_DAY;
    take("3", 1);
    play("toy.takes", "stock=" STOCK);
    is_str(play_member("takes"), "1", "of today");
    player.now -= PHONE_DAY;
    play("toy.takes", "stock=" STOCK);
    is_str(play_member("takes"), "2", "of the day before");
    play("toy.takes", "stock=" STOCK "&skip=1");
    is_str(play_member("takes"), "1", "from a position");

    play_end();
}


static const char *const   tally_fields[] = { "v", "n" };
static const phone_type_t  tally = { "tally", PHONE_BY_NAME, 2, tally_fields,
                                     NULL };


static phone_rc_t
adds_run(phone_call_t *call)
{
    int64_t  before;

    before = phone_added(call, &tally, PHONE_STR("a"), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (before) {
        return phone_refuse(call, PHONE_RATE_LIMITED);
    }

    phone_add(call, &tally, PHONE_STR("a"), 1, phone_arg_int(call, "n") - 100,
              phone_arg_int(call, "bound"), 0);

    return phone_done(call);
}


/* Both bounds of one number. */

static void
bounds(void)
{
    unsigned     i;

    static const phone_param_t  params[] = {
        { "n", PHONE_P_INT, 0, 0, 1000, "" },
        { "bound", PHONE_P_INT, 0, 0, 1000, "" },
        { NULL, 0, 0, 0, 0, NULL }
    };
    static const phone_endpoint_t  adds = {
        "tally.add", "POST", "", PHONE_ANYONE, adds_run, params, NULL, ""
    };
    static const struct {
        const char  *form;
        int          status;
        const char  *is;
    } step[] = {
        { "n=105&bound=5", 200, "5" },
        { "n=101&bound=5", 429, "5" },
        { "n=97&bound=2", 200, "2" },
        { "n=97&bound=0", 429, "2" },
        { "n=98&bound=0", 200, "0" }
    };

    play_start();

    for (i = 0; i < 5; i++) {
        is_int(play_endpoint(&adds, step[i].form), step[i].status, "%s",
               step[i].form);
        is_str(play_stored(&tally, "a", 1), step[i].is,
               "then it is %s", step[i].is);
    }

    play_end();
}


int
main(void)
{
    floors();
    parallel();
    lost_answer();
    days();
    bounds();

    return done_testing();
}
