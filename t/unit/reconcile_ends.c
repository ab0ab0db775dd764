
/* Files to compare: how many an hour, how much is listed, and how long what
   came of them is there. */


#define _GNU_SOURCE

#include "reconciling.h"


/* Files that are refused have been read: they count as well. */

static void
counted(phone_domain_t domain)
{
    unsigned  i;

    set_up(domain);
    make_statement();
    player.now = (player.now / PHONE_HOUR + 1) * PHONE_HOUR;

    for (i = 0; i < 30; i++) {
        if (send("out_trade_no,amount\n\"") != 400) {
            break;
        }
    }

    is_int(i, 30, "thirty files that are refused");
    is_str(play_code(), "CSV_INVALID", "for what they are");
    is_int(send("out_trade_no,amount\n\""), 429, "one more");
    is_str(play_code(), "RATE_LIMITED", "is not read");
    is_int(send("out_trade_no,amount\nX1,1\n"), 429, "nor a right one");
    player.now += PHONE_HOUR;
    is_int(send("out_trade_no,amount\nX1,1\n"), 200, "in the next hour it is");
    play_end();
}


/* A file over the limit is neither read nor kept. */

static void
over(phone_domain_t domain)
{
    char      file[64];
    unsigned  i, before, limited;

    set_up(domain);
    make_statement();
    player.now = (player.now / PHONE_HOUR + 1) * PHONE_HOUR;

    for (i = 0; i < 30; i++) {
        snprintf(file, sizeof(file), "out_trade_no,amount\nX%u,1\n", i);
        send(file);
    }

    is_str(play_code(), "OK", "the thirtieth file is taken");
    before = player.nblobs;

    for (i = 0, limited = 0; i < 20; i++) {
        snprintf(file, sizeof(file), "out_trade_no,amount\nY%u,1\n", i);
        limited += send(file) == 429;
    }

    is_int(limited, 20, "twenty more are refused");
    is_int(player.nblobs, before, "and none of them is on the disk");
    play_end();
}


/* So many differences are listed; all are counted. */

static void
listed(phone_domain_t domain)
{
    unsigned     i, n, more;
    phone_str_t  bytes, line;

    static const char  file[] = "out_trade_no,amount\nX1,1\nX2,2\nX3,3\nX4,4\n";

    for (i = 8; i <= 10; i++) {
        set_up(domain);
        player.settings.reconcile_listed = i;
        make_statement();
        counts_are(file, "4 5 0 0 4 5 0 0 0 0");
        (void) result();
        bytes = play_blob(player.reply.sha256);
        more = 0;
        n = 0;

        while (phone_split(&bytes, '\n', &line)) {
            n += line.data[0] != '#';

            if (line.len > 6 && memcmp(line.data, "#more,", 6) == 0) {
                is_str(line, "#more,1\r", "how many are not listed");
                more = 1;
            }
        }

        is_int(n, i == 8 ? 9 : 10, "the header, and lines of nine");
        is_int(more, i == 8, "it is said if there are more");
        play_end();
    }
}


/* The event that the store has, at a time. */

static int
forget_at(int64_t now)
{
    unsigned           i, bucket;
    const sim_zset_t  *due;

    bucket = phone_home(&player.env, &phone_merchant, PHONE_STR("tea"));
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due, bucket,
                                   PHONE_EMPTY));
    player.nevents = 0;

    for (i = 0; due && i < due->n; i++) {
        if (memcmp(due->member[i].member.data, "reconcile.forget ", 17) == 0) {
            player.event[0].member = phone_copy(&player.arena,
                                                due->member[i].member);
            player.event[0].bucket = bucket;
            player.event[0].score = due->member[i].score;
            player.nevents = 1;
        }
    }

    player.now = now;

    if (player.nevents == 0) {
        return 0;
    }

    play_event();
    deliver();

    return 1;
}


/* What a file was compared with is there for 90 days, with its blobs. */

static void
forgets(phone_domain_t domain)
{
    int64_t      sent;
    phone_str_t  of_file, of_result;

    static const char  file[] = "out_trade_no,amount\nX1,1\n";

    set_up(domain);
    make_statement();
    sent = player.now;
    counts_are(file, "1 5 0 0 1 5 0 0 0 0");
    of_result = phone_copy(&player.arena,
                           play_stored(&phone_reconciled, "tea:" DAY,
                                       RECONCILE_RESULT));
    of_file = phone_copy(&player.arena, sha(phone_cstr(file)));
    is_int(owners(of_result), 1, "the result is kept");

    ok(forget_at(sent + 90 * PHONE_DAY - 1), "a bit early");
    is_int(query(), 200, "it is there");
    is_int(owners(of_result), 1, "with its result");
    ok(forget_at(sent + 90 * PHONE_DAY), "after 90 days");
    is_int(query(), 404, "it is gone");
    is_int(call_with("reconcile.file", "tea", DAY, NULL), 404, "all of it");
    is_int(owners(of_result), 0, "nobody keeps the result");
    is_int(owners(of_file), 0, "nor the file");
    ok(!forget_at(sent + 91 * PHONE_DAY), "and no event is left");
    play_end();

    /* a file that came later counts */

    set_up(domain);
    make_statement();
    sent = player.now;
    counts_are(file, "1 5 0 0 1 5 0 0 0 0");
    player.now = sent + PHONE_HOUR;
    counts_are("out_trade_no,amount\nX1,2\n", "1 5 0 0 1 5 0 0 0 0");
    ok(forget_at(sent + 90 * PHONE_DAY), "90 days after the first");
    is_int(query(), 200, "the second is there");
    ok(forget_at(sent + 90 * PHONE_DAY + PHONE_HOUR), "after the second");
    is_int(query(), 404, "it is gone");
    play_end();

    /* a job that has never ended */

    set_up(domain);
    make_statement();
    sent = player.now;
    of_file = sha(phone_cstr(file));
    is_int(send(file), 200, "a file");
    is_int(owners(of_file), 1, "is kept while it is compared");
    ok(forget_at(sent + 90 * PHONE_DAY), "after 90 days");
    is_int(owners(of_file), 0, "nobody keeps it");
    is_int(jobs(), 0, "and no job is left");
    play_end();
}


static void
both(void (*test)(phone_domain_t domain))
{
    test(PHONE_WHOLE_STORE);
    test(PHONE_ONE_BUCKET);
}


int
main(void)
{
    both(counted);
    both(over);
    both(listed);
    both(forgets);

    return done_testing();
}
