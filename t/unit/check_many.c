
/* GET /operator/check: very many payments, and a failover, while it runs. */


#define _GNU_SOURCE

#include "check_bills.h"


/* Something happens before that read of a check. */
static unsigned  reads_done, pay_before;


/* More bills than can be told one by one.  They are made by hand: listed, with
   their orders, all at the time of the first one. */

#define MANY  1271

static phone_str_t
many_id(unsigned i)
{
    return phone_format(&player.arena, "%.14s%016u", bill[0].data, i);
}


static void
many_bills(const char *status, int64_t paid_at)
{
    char            order[32], facts[200], paid[200], id[64];
    unsigned        i, guard;
    phone_guard_t   claim;
    phone_commit_t  commit;

    for (i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(many_id(i)));
        snprintf(order, sizeof(order), "tea:M%04u", i);
        snprintf(facts, sizeof(facts), "merchant 3 tea\norder 5 M%04u\n"
                 "amount 3 100\ncurrency 3 CNY\npayer 14 %s\n"
                 "created 13 %lld\n", i, NUMBER, (long long) PLAY_NOW);
        snprintf(paid, sizeof(paid), "paid_at 13 %lld\ncard %zu %.*s\n",
                 (long long) paid_at, card_id.len, PHONE_ARGS(card_id));
        meddle(PHONE_OP_HSET, &phone_bill, many_id(i), 8,
               (const char *[8]) { "v", "1", "status", status, "facts", facts,
                                   "paid", paid });
        meddle(PHONE_OP_ZADD, &phone_bills_of, PHONE_STR(NUMBER), 2,
               (const char *[2]) { "1800000000000", id });

        memset(&claim, 0, sizeof(claim));
        memset(&commit, 0, sizeof(commit));
        claim.kind = PHONE_GUARD_CLAIM;
        claim.bucket = phone_home(&player.env, &phone_order, phone_cstr(order));
        claim.key = phone_key(&player.arena, &phone_order, claim.bucket,
                              phone_cstr(order));
        claim.field = phone_cstr(id);
        claim.want = PHONE_STR("0");
        commit.nguards = 1;
        commit.guards = &claim;
        (void) sim_store_apply(player.store, player.now, &commit, &guard);
    }
}


static void
many_debits(void)
{
    unsigned     i;
    char         entry[200];
    phone_str_t  shop;

    shop = phone_bucket_text(&player.arena,
                             phone_home(&player.env, &phone_merchant,
                                        PHONE_STR("tea")));

    for (i = 0; i < MANY; i++) {
        snprintf(entry, sizeof(entry), "many%u card:%.*s takings:tea:CNY 100 "
                 "CNY bill %.*s", i, PHONE_ARGS(card_id),
                 PHONE_ARGS(many_id(i)));
        meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
               (const char *[1]) { entry });
        meddle(PHONE_OP_HINCRBY, &phone_card, card_id, 2,
               (const char *[2]) { "balance", "-100" });
        meddle(PHONE_OP_HINCRBY, &phone_balances, shop, 2,
               (const char *[2]) { "takings:tea:CNY", "100" });
        state_row("CNY", "100");
    }
}


static void
many_undebited(void)
{
    pay_bills(PHONE_WHOLE_STORE);
    many_bills("PAID", PLAY_NOW - 61000);
    many_debits();
    check("true", "very many bills are paid");
    is_str(play_member("entries"), "1280", "ten pages of payments");
    is_int(player.runs, 933, "in so many steps");
    play_end();

    pay_bills(PHONE_WHOLE_STORE);
    many_bills("PAID", PLAY_NOW - 60001);
    check("false", "very many bills are PAID by nobody");
    ok(play_says("bills_not_debited"), "it is said that a part is lost");
    play_end();

    pay_bills(PHONE_WHOLE_STORE);
    many_bills("PAID", PLAY_NOW - 60000);
    play("operator.check", "");
    ok(!play_says("bills_not_debited"),
       "of what is a minute old the next check says it");
    play_end();
}


/* More payments between two reads than can be told one by one: it was said that
   a part of the ledger is lost. */

static void
many_paid_now(void)
{
    static int  inside;

    if (inside || reads_done++ != pay_before) {
        return;
    }

    inside = 1;
    many_bills("PAID", player.now);
    many_debits();
    inside = 0;
}


static void
many_meanwhile(void)
{
    int       wrong;
    unsigned  most;

    wrong = 0;
    pay_before = 0;

    do {
        pay_bills(PHONE_WHOLE_STORE);
        many_bills("PUSHED", player.now);

        reads_done = 0;
        player.before_read = many_paid_now;
        play("operator.check", "");
        player.before_read = NULL;
        most = reads_done;

        if (!phone_is(play_member("ok"), "true")) {
            printf("# %u: %.*s\n", pay_before, PHONE_ARGS(player.body));
            wrong++;
        }

        play_end();
        pay_before += 1 + most / 20;
    } while (pay_before < most);

    is_int(wrong, 0, "right, however many payments come");
}


/* A failover that loses the last payment between two reads of the check. */

#define LAST_PAID  35

static int  tells_epoch;

static void
drop_last_entry(void)
{
    char               text[200];
    unsigned           i, n;
    phone_str_t        id, *entry;
    const sim_list_t  *ledger;

    id = (phone_str_t) { 3, card_id.data };
    ledger = sim_store_list(player.store, player.now,
                            phone_key(&player.arena, &phone_ledger,
                                      phone_home(&player.env, &phone_ledger,
                                                 id),
                                      ledger_id(id)));
    n = ledger->n - 1;
    entry = phone_alloc(&player.arena, n * sizeof(phone_str_t));

    for (i = 0; i < n; i++) {
        entry[i] = phone_copy(&player.arena, ledger->entry[i]);
    }

    meddle(PHONE_OP_DEL, &phone_ledger, id, 0, NULL);

    for (i = 0; i < n; i++) {
        snprintf(text, sizeof(text), "%.*s", PHONE_ARGS(entry[i]));
        meddle(PHONE_OP_RPUSH, &phone_ledger, id, 1,
               (const char *[1]) { text });
    }
}


static void
lose_payment(void)
{
    if (reads_done++ != pay_before) {
        return;
    }

    meddle(PHONE_OP_HSET, &phone_bill, bill[LAST_PAID], 2,
           (const char *[2]) { "status", "PUSHED" });
    meddle(PHONE_OP_HDEL, &phone_bill, bill[LAST_PAID], 1,
           (const char *[1]) { "paid" });
    meddle(PHONE_OP_HINCRBY, &phone_card, card_id, 2,
           (const char *[2]) { "balance", "100" });
    meddle(PHONE_OP_HINCRBY, &phone_balances,
           phone_bucket_text(&player.arena,
                             phone_home(&player.env, &phone_merchant,
                                        PHONE_STR("tea"))),
           2, (const char *[2]) { "takings:tea:CNY", "-100" });
    state_row("CNY", "-100");
    drop_last_entry();
    player.env.store_epoch += tells_epoch;
}


static void
failover_meanwhile(void)
{
    unsigned  most, wrong;

    for (tells_epoch = 0; tells_epoch <= 1; tells_epoch++) {
        wrong = 0;
        pay_before = 0;

        do {
            pay_bills(PHONE_WHOLE_STORE);
            reads_done = 0;
            player.before_read = lose_payment;
            play("operator.check", "");
            player.before_read = NULL;
            most = reads_done;

            if (tells_epoch ? !phone_is(play_member("ok"), "true")
                            : play_says("not_debited"))
            {
                printf("# %u: %.*s\n", pay_before, PHONE_ARGS(player.body));
                wrong++;
            }

            play_end();
        } while (++pay_before < most);

        is_int(wrong, 0, tells_epoch ? "a failover: the check begins anew"
                                     : "a failover: no bill lacks its debit");
    }
}


int
main(void)
{
    many_undebited();
    many_meanwhile();
    failover_meanwhile();

    return done_testing();
}
