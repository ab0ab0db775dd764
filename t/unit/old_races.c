
/*
 * What happens to a bill while a step of the archive is between its reads and
 * its commit; a file that is whole, but another one; and how much a step asks
 * for.
 */


#define _GNU_SOURCE

#include "lib/gzip.h"
#include "old_bills.h"


/* A step that takes a bill is run up to its commit, and then what happens; then
   the step goes on. */

static int
takes(const phone_call_t *call, const char *bill)
{
    const phone_op_t  *op;

    for (op = call->ops; op; op = op->next) {
        if (memmem(op->key.data, op->key.len, bill, strlen(bill)) != NULL) {
            return 1;
        }
    }

    return 0;
}


static unsigned
asks(const phone_call_t *call)
{
    unsigned            n;
    const phone_ask_t  *ask;

    for (n = 0, ask = call->asks; ask; ask = ask->next) {
        n++;
    }

    return n;
}


/* How many asks the largest step had. */

static unsigned
run_steps(void (*happens)(void))
{
    unsigned      i, n, most;
    phone_call_t  call;
    play_event_t  event;

    player.now += LONG_AGO;

    for (i = 0; i < 16; i++) {
        close_month(i);
    }

    most = 0;

    for (i = 0; i < 1000 && player.nevents; i++) {
        if (memmem(player.event[0].member.data, player.event[0].member.len,
                   "bills.archive", 13) == NULL)
        {
            run_one();
            player.now += 100;
            continue;
        }

        if (!play_event_begin(&call, &event)) {
            break;
        }

        (void) play_run(&call);

        if (happens && takes(&call, paid)) {
            happens();
            happens = NULL;
        }

        while (play_commit(&call)) {
            (void) play_run(&call);
        }

        n = asks(&call);
        most = n > most ? n : most;
        play_event_end(&call, &event);
        player.now += 100;
    }

    ok(happens == NULL, "a step takes the bill");

    return most;
}


/* Its merchant has its notice sent again. */

static void
replay(void)
{
    char          form[128];
    unsigned      i;
    play_event_t  event;

    snprintf(form, sizeof(form), "notify_id=%s.bill.1", paid);
    player.cookie = PHONE_EMPTY;
    shop_call("notice.replay", "tea", form);
    is_str(play_code(), "OK", "a notice is sent again");

    for (i = 0; i < player.nevents; i++) {
        if (memmem(player.event[i].member.data, player.event[i].member.len,
                   "notice.repeat", 13))
        {
            event = player.event[i];
            player.event[i] = player.event[0];
            player.event[0] = event;
            play_event();
            return;
        }
    }
}


static void
test_notice(void)
{
    char  notice[128];

    old_bills(PHONE_WHOLE_STORE);
    run_steps(replay);
    snprintf(notice, sizeof(notice), "%s.bill.1", paid);
    ok(is_there(&phone_bill, paid) || !is_there(&phone_notice, notice),
       "no notice is left of a bill that has gone");
    play_end();
}


/* Of another host, which still refunds what is as old as that. */

static void
refund_late(void)
{
    int64_t  was;

    was = player.settings.archive_after;
    player.settings.archive_after = 365 * PHONE_DAY;
    refund("T1", "R9", "10");
    is_str(play_code(), "OK", "another host refunds it");
    player.settings.archive_after = was;
}


static void
test_refund(void)
{
    old_bills(PHONE_WHOLE_STORE);
    run_steps(refund_late);
    player.cookie = PHONE_EMPTY;
    shop_call("bill.query", "tea", "out_trade_no=T1");
    is_str(play_member("refunded"), "60", "the bill has all its refunds");
    play_end();
}


/* The other way round: the step is over before that refund is committed, and
   the merchant was known to have bills in the archive. */

static void
archive_now(void)
{
    int64_t  was;

    was = player.settings.archive_after;
    player.settings.archive_after = 180 * PHONE_DAY;
    ok(archive_all(), "the bill is archived meanwhile");
    player.settings.archive_after = was;
}


static void
test_refund_unarchived(void)
{
    old_bills(PHONE_WHOLE_STORE);
    archive();
    month = phone_month_of(player.now);
    make_bill("T9");
    snprintf(paid, sizeof(paid), "%s", origin);
    pay(li, phone_cstr(origin), card_li);
    is_str(play_code(), "OK", "another bill");
    run_jobs();
    player.now += LONG_AGO + 31 * DAY;

    player.settings.archive_after = 365 * PHONE_DAY;
    player.before_commit = archive_now;
    refund("T9", "R9", "10");
    is_str(play_code(), "REFUND_TOO_LATE", "it is not refunded");
    ok(!is_there(&phone_bill, paid), "it has gone");
    play_end();
}


/* Another amount in the place of one: the file can be read, and is not that. */

static unsigned
forge(void)
{
    char            *p;
    int64_t          n, got;
    unsigned         i, forged;
    phone_str_t      in, text;
    phone_gunzip_t  *gunzip;

    static char  out[1 << 20];

    for (i = 0, forged = 0; i < player.nblobs; i++) {
        in = player.bytes[i];
        gunzip = phone_gunzip_begin(&player.arena);
        n = 0;

        while (in.len
               && (got = phone_gunzip(gunzip, &in, out + n,
                                      sizeof(out) - 1 - (size_t) n)) > 0)
        {
            n += got;
        }

        out[n] = '\0';
        p = strstr(out, "\"amount\":\"100\"");

        if (strstr(out, "T1") == NULL || p == NULL) {
            continue;
        }

        p[strlen("\"amount\":\"")] = '9';
        text = (phone_str_t) { (size_t) n, out };
        player.bytes[i] = phone_copy(&player.arena,
                                     phone_gzip(&player.arena, text));
        forged++;
    }

    return forged;
}


static void
test_forged(void)
{
    old_bills(PHONE_WHOLE_STORE);
    archive();
    ok(forge() > 0, "its file is forged");
    player.cookie = PHONE_EMPTY;
    shop_call("bill.query", "tea", "out_trade_no=T1");
    is_int(player.status, 503, "it is not believed");
    is_str(play_code(), "ARCHIVE_UNAVAILABLE", "so the bill is not known");
    play_end();
}


/* Bills that each have as many effects as a step: no more is asked for than one
   of them needs. */

static void
test_many(void)
{
    char      order[16], number[32];
    unsigned  i, j, most;

    start(PHONE_WHOLE_STORE);
    month = phone_month_of(player.now);

    for (i = 0; i < 4; i++) {
        snprintf(order, sizeof(order), "B%u", i);
        make_bill(order);
        pay(li, phone_cstr(origin), card_li);
        run_jobs();
    }

    /* their entries are behind each other, on one page */

    for (i = 0; i < 4; i++) {
        snprintf(order, sizeof(order), "B%u", i);

        for (j = 0; j < PHONE_REFUND_PARTS; j++) {
            snprintf(number, sizeof(number), "R%u-%u", i, j);
            refund(order, number, "1");
            run_jobs();
        }
    }

    snprintf(paid, sizeof(paid), "%s", origin);
    most = run_steps(NULL);
    ok(most > PHONE_REFUND_PARTS && most < 400, "%u asks of a step", most);
    ok(!is_there(&phone_bill, paid), "the last bill has gone");
    play_end();
}


int
main(void)
{
    test_notice();
    test_refund();
    test_refund_unarchived();
    test_forged();
    test_many();

    return done_testing();
}
