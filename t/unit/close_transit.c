
/*
 * Money between two buckets when the month is closed in which it left the one:
 * the check goes on to tell when it is lost.
 */


#define _GNU_SOURCE

#include "closing.h"
#include "check_bills.h"


static phone_str_t  due_key, member, posting;


/* A payment at the end of January, whose posting is not applied; all buckets
   are closed then. */

static void
on_its_way(void)
{
    unsigned           i;
    phone_str_t        cookie, paid, rest, word;
    const sim_zset_t  *due;

    pay_bills(PHONE_ONE_BUCKET);
    cookie = player.cookie;
    snprintf(home, sizeof(home), "%.3s", card_id.data);
    player.cookie = PHONE_EMPTY;
    paid = phone_copy(&player.arena, shop_bill("tea", "L1", "13800000001"));
    while (posted()) { /* void */ }
    player.cookie = cookie;
    is_int(shop_pay(paid, card_id, "&pin=" SHOP_PIN), 200, "paid");

    due_key = phone_key(&player.arena, &phone_due,
                        phone_home(&player.env, &phone_card, card_id),
                        PHONE_EMPTY);
    due = sim_store_zset(player.store, player.now, due_key);
    member = PHONE_EMPTY;

    for (i = 0; i < due->n; i++) {
        if (memcmp(due->member[i].member.data, "posting.apply ", 14) == 0) {
            member = phone_copy(&player.arena, due->member[i].member);
        }
    }

    rest = member;
    (void) phone_split(&rest, ' ', &word);
    (void) phone_split(&rest, ' ', &posting);
    ok(posting.len > 0, "and on its way");

    sound("before the month is closed");
    ok(play_says("\"in_transit\":100"), "it is shown");
    player.now = FEBRUARY + OVER;
    close_all("2027-01");
}


static void
apply(void)
{
    player.event[0].member = member;
    player.event[0].bucket = phone_home(&player.env, &phone_card, card_id);
    player.event[0].score = player.now;
    player.nevents = 1;
    ok(posted(), "it is applied");
}


static void
lose(void)
{
    unsigned  bucket;

    bucket = phone_home(&player.env, &phone_card, card_id);
    meddle_key(PHONE_OP_ZREM, bucket, due_key, 1,
               (const char *[1]) { phone_format(&player.arena, "%.*s%c",
                                                PHONE_ARGS(member), 0).data });
    meddle(PHONE_OP_DEL, &phone_posting, posting, 0, NULL);
}


static void
came(const char *movement, const char *amount)
{
    char         entry[200];
    phone_str_t  shop;

    shop = phone_bucket_text(&player.arena,
                             phone_home(&player.env, &phone_merchant,
                                        PHONE_STR("tea")));
    snprintf(entry, sizeof(entry), "%s clearing:CNY takings:tea:CNY %s CNY x y",
             movement, amount);
    meddle(PHONE_OP_RPUSH, &phone_ledger, shop, 1,
           (const char *[1]) { entry });
    meddle(PHONE_OP_HINCRBY, &phone_balances, shop, 2,
           (const char *[2]) { "takings:tea:CNY", amount });
    state_row("CNY", amount);
}


static void
lost(void)
{
    on_its_way();
    sound("a posting is in order");
    ok(play_says("\"in_transit\":100"), "it is shown");
    apply();
    sound("it has come in the next month");
    ok(play_says("\"in_transit\":0"), "and nothing is on its way");
    player.now = MARCH + OVER;
    close_all("2027-02");
    sound("which is closed as well");
    play_end();

    on_its_way();
    lose();
    check("false", "a posting is lost whose month is closed");
    fault("transit_closed", "clearing:CNY");
    player.now = MARCH + OVER;
    close_all("2027-02");
    check("false", "after one more month");
    fault("transit_closed", "clearing:CNY");
    play_end();

    /* another one of another amount does not stand for it */

    on_its_way();
    apply();
    came("01MCC5RM01AAAAAAAAAAAAAAAA", "100");
    player.now = FEBRUARY + OVER + 1000;
    check("false", "more has come than left in that month");
    fault("transit_closed", "clearing:CNY");
    play_end();
}


/* What is made in the first minute of the month may have come in the one before
   by the clock of another host. */

static void
early(void)
{
    char  entry[200];

    pay_bills(PHONE_ONE_BUCKET);
    while (posted()) { /* void */ }
    snprintf(home, sizeof(home), "%.3s", card_id.data);
    player.now = FEBRUARY - 1;
    came("01MDQ31YZ8AAAAAAAAAAAAAAAA", "5");
    player.now = FEBRUARY + 1000;
    snprintf(entry, sizeof(entry), "01MDQ31YZ8AAAAAAAAAAAAAAAA card:%.*s "
             "clearing:CNY 5 CNY x y", PHONE_ARGS(card_id));
    meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
           (const char *[1]) { entry });
    meddle(PHONE_OP_HINCRBY, &phone_card, card_id, 2,
           (const char *[2]) { "balance", "-5" });
    player.now = FEBRUARY + OVER;
    close_all("2027-01");
    sound("a movement over the end of the month");
    play_end();
}


int
main(void)
{
    lost();
    early();

    return done_testing();
}
