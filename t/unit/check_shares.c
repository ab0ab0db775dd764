
/*
 * A bucket of very many accounts: its months are closed and it is checked a
 * share of them after the other.
 */


#define _GNU_SOURCE

#include "closing.h"
#include "check_bills.h"
#include "operator/books.h"


#define MANY  12000


/* Cards of other people in the bucket of the payer, with 2 each; every third
   one has the owner of the one before. */

static phone_str_t
many_card(unsigned i)
{
    return phone_format(&player.arena, "%s-01J%023u", home, i);
}


static void
many_accounts(unsigned n)
{
    char      id[64], owner[32], text[200];
    unsigned  i;

    for (i = 0; i < n; i++) {
        snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(many_card(i)));
        snprintf(owner, sizeof(owner), "+86139%08u", i % 3 ? i : i + 1);
        snprintf(text, sizeof(text),
                 "m%u outside:CNY card:%s 2 CNY open %s", i, id, id);
        meddle(PHONE_OP_HSET, &phone_card, many_card(i), 6,
               (const char *[6]) { "v", "1", "owner", owner, "balance", "2" });
        meddle(PHONE_OP_RPUSH, &phone_ledger, card_id, 1,
               (const char *[1]) { text });
    }

    snprintf(text, sizeof(text), "-%u", 2 * n);
    meddle(PHONE_OP_HINCRBY, &phone_balances, phone_cstr(home), 2,
           (const char *[2]) { "outside:CNY", text });
}


/* Eight bills are paid, some of them with a second card. */

static void
begin(phone_domain_t domain)
{
    pay_bills(domain);
    snprintf(home, sizeof(home), "%.3s", card_id.data);
    many_accounts(MANY);
}


/* Cards of the payer in any share: its bills are noted once. */

static void
payers_cards(unsigned from)
{
    unsigned  i;

    for (i = from; i < from + 40; i++) {
        meddle(PHONE_OP_HSET, &phone_card, many_card(i), 2,
               (const char *[2]) { "owner", NUMBER });
    }
}


static void
checked(phone_domain_t domain)
{
    char  where[100];

    begin(domain);
    payers_cards(500);
    check("true", "many accounts");
    is_str(play_member("entries_untracked"), "0", "all are followed");
    is_str(play_member("entries"),
           domain == PHONE_WHOLE_STORE ? "12009" : "12017",
           "each entry is counted once");

    meddle(PHONE_OP_HINCRBY, &phone_card, many_card(7), 2,
           (const char *[2]) { "balance", "1" });
    meddle(PHONE_OP_HINCRBY, &phone_card, many_card(11900), 2,
           (const char *[2]) { "balance", "-3" });
    check("false", "two balances are altered");
    is_str(play_member("mismatches_found"), "2", "both are found, once");
    ok(play_says("\"ledger\":2,\"stored\":3") && play_says("\"stored\":-1"),
       "which they are");
    is_str(play_member("negative_found"), "1", "one is negative");
    ok(play_says("\"sum\":-2"), "and the sum is not zero");
    play_end();

    /* a bill that is PAID and was not debited, of a number with cards in many
       shares */

    begin(domain);
    payers_cards(500);
    meddle(PHONE_OP_HSET, &phone_bill, bill[1], 4,
           (const char *[4]) { "status", "PAID", "paid",
               phone_format(&player.arena, "paid_at 13 %lld\ncard %zu %.*s\n%c",
                            (long long) player.now - 100000,
                            many_card(501).len, PHONE_ARGS(many_card(501)), 0)
               .data });
    check("false", "a bill is PAID by nobody");
    snprintf(where, sizeof(where), "bill:%.*s", PHONE_ARGS(bill[1]));
    fault("bill_not_debited", where);
    play_end();
}


/* The months after it begin with the file, and a share of it. */

static void
closed(phone_domain_t domain)
{
    unsigned  n;

    begin(domain);
    payers_cards(500);
    player.now = FEBRUARY + OVER;
    (void) ask(home, "2027-01");
    n = (unsigned) steps();
    ok(n > 40, "closed, in %u steps", n);
    is_str(period(home, PERIOD_FROM), "2027-02", "it is closed");
    is_int(entries(home, "2027-01"), 0, "the entries are gone");
    sound("from the file");

    meddle(PHONE_OP_HINCRBY, &phone_card, many_card(11999), 2,
           (const char *[2]) { "balance", "1" });
    check("false", "a balance is altered");
    is_str(play_member("mismatches_found"), "1", "it is found");
    meddle(PHONE_OP_HINCRBY, &phone_card, many_card(11999), 2,
           (const char *[2]) { "balance", "-1" });

    player.now = MARCH + OVER;
    (void) ask(home, "2027-02");
    (void) steps();
    is_str(period(home, PERIOD_FROM), "2027-03", "and the month after it");
    sound("from the second file");
    play_end();
}


/* However few accounts a share may have; but not none. */

static void
shares(phone_domain_t domain)
{
    unsigned  most;

    for (most = 3; most < 6; most++) {
        pay_bills(domain);
        snprintf(home, sizeof(home), "%.3s", card_id.data);
        many_accounts(9);
        player.settings.close_accounts = most;
        player.now = FEBRUARY + OVER;
        (void) ask(home, "2027-01");
        (void) steps();
        is_str(period(home, PERIOD_FROM), "2027-02", "shares of %u", most);
        sound("and it is right");
        play_end();
    }

    pay_bills(domain);
    snprintf(home, sizeof(home), "%.3s", card_id.data);
    player.settings.close_accounts = 0;
    player.now = FEBRUARY + OVER;
    (void) ask(home, "2027-01");
    (void) steps();
    is_str(period(home, PERIOD_STOPPED), "file:accounts_many", "too many");
    is_str(period(home, PERIOD_FROM), "2027-01", "it stays open");
    ok(entries(home, "2027-01") > 0, "with its entries");
    check("false", "the check says so");
    ok(play_says("file:accounts_many"), "and why");
    play_end();
}


/* Takings have places of their own. */

static void
places(void)
{
    unsigned              i;
    static phone_books_t  books;

    play_start();
    phone_books_load(&books, &player.arena, PHONE_EMPTY);

    for (i = 0; i < PHONE_BOOKS_NAMES; i++) {
        phone_book(&books, phone_format(&player.arena, "outside:%u", i),
                   PHONE_STR("CNY"), 1);
    }

    ok(phone_book(&books, PHONE_STR("takings:tea:CNY"), PHONE_STR("CNY"), 1)
       != NULL, "takings");
    ok(phone_book(&books, PHONE_STR("outside:x"), PHONE_STR("CNY"), 1)
       == NULL, "nothing else");
    books.ntakings = PHONE_BOOKS_TAKINGS;
    ok(phone_book(&books, PHONE_STR("takings:sea:CNY"), PHONE_STR("CNY"), 1)
       == NULL, "until there are too many");
    play_end();
}


int
main(void)
{
    phone_domain_t  domain;

    for (domain = PHONE_WHOLE_STORE; domain <= PHONE_ONE_BUCKET; domain++) {
        checked(domain);
        closed(domain);
        shares(domain);
    }

    places();

    return done_testing();
}
