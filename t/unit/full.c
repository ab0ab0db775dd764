
/*
 * Sums near their ends, and values that nobody has written: a payment is done
 * or it leaves no trace, and the payer is told.
 */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"
#include "lib/id.h"
#include "lib/money.h"


#define PAYER   "13800000001"
#define RIGHT   "&pin=" SHOP_PIN


static phone_str_t  bill, card;


static void
set_up(void)
{
    play_start();
    shop_open("tea");
    card = shop_card(PAYER, "6222020000000015");
    shop_payer(PAYER);
    bill = shop_bill("tea", "T1", PAYER);
}


static void
takings(const char *value)
{
    char  bucket[4];

    snprintf(bucket, sizeof(bucket), "%03u",
             phone_home(&player.env, &phone_merchant, PHONE_STR("tea")));
    meddle(PHONE_OP_HSET, &phone_balances, phone_cstr(bucket), 2,
           (const char *[2]) { "takings:tea:CNY", value });
}


static void
untouched(const char *why)
{
    char  id[64];

    snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(card));
    is_str(play_stored(&phone_card, id, CARD_BALANCE), "1000",
           "%s: the card is not debited", why);
    snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(bill));
    ok(!phone_is(play_stored(&phone_bill, id, BILL_STATUS), "PAID"),
       "%s: the bill is open", why);
}


/* Takings near 2^63: the card was debited, and the bill stayed open. */

static void
overflow(void)
{
    unsigned                  i;
    static const char *const  most[] = {
        "9223372036854775807", "9223372036854775806", "9223372036854775707",
        "9000000000000000000", "8999999999999999901"
    };

    set_up();

    for (i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        takings(most[i]);
        is_int(shop_pay(bill, card, RIGHT), 409, "takings of %s", most[i]);
        is_str(play_code(), "ACCOUNT_FULL", "are full");
        untouched(most[i]);
    }

    takings("8999999999999999900");
    is_int(shop_pay(bill, card, RIGHT), 200, "less than that takes it");

    play_end();
}


static void
no_numbers(void)
{
    unsigned                  i;
    static const char *const  odd[] = {
        "", "abc", "1.5", "007", " 1", "1 ", "+1", "-0", "1e3", "0x10",
        "9223372036854775808", "-9223372036854775809",
        "99999999999999999999999", "\xff\xfe"
    };

    set_up();

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        takings(odd[i]);
        is_int(shop_pay(bill, card, RIGHT), 500, "takings of \"%s\"", odd[i]);
        untouched(odd[i]);
    }

    play_end();
}


/* Each key that a payment writes, of another type. */

static void
other_types(void)
{
    unsigned     i;
    phone_str_t  id;

    const phone_type_t *const  type[] = { &phone_ledger, &phone_due };

    set_up();
    id = (phone_str_t) { 3, bill.data };

    for (i = 0; i < sizeof(type) / sizeof(type[0]); i++) {
        meddle(PHONE_OP_DEL, type[i], id, 0, NULL);
        meddle(PHONE_OP_HSET, type[i], id, 2,
               (const char *[2]) { "a", "hash" });
        is_int(shop_pay(bill, card, RIGHT), 500, "%s is a hash",
               type[i]->name);
        untouched(type[i]->name);
        meddle(PHONE_OP_DEL, type[i], id, 0, NULL);
    }

    is_int(shop_pay(bill, card, RIGHT), 200, "without them it is paid");

    play_end();
}


/* What all buckets bring in of a currency stays below what an int64 holds. */

static void
source(phone_domain_t domain)
{
    char  bucket[4];

    play_start();
    player.env.domain = domain;
    snprintf(bucket, sizeof(bucket), "%03u",
             phone_bucket_of(PHONE_STR("+86" PAYER), player.env.buckets));
    meddle(PHONE_OP_HSET, &phone_balances, phone_cstr(bucket), 2,
           (const char *[2]) { "outside:CNY", "-562499999999999000" });

    is_int(play("operator.credit", "phone=" PAYER "&amount=1001&credit_no=c1"),
           409, "more than a bucket may bring in");
    is_str(play_code(), "ACCOUNT_FULL", "is refused");
    is_int(play("operator.credit", "phone=" PAYER "&amount=1000&credit_no=c1"),
           200, "up to that it comes in");

    play_end();
}


/* Of two credits at once the second does not fit any more.  The account is in
   the bucket of the commit, so its bound holds in both domains. */

static void
credit_beside(void)
{
    play("operator.credit", "phone=" PAYER "&amount=999999999999999"
         "&credit_no=c2");
}


static void
room(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    play("operator.credit", "phone=" PAYER "&amount=1&credit_no=c0");

    player.before_commit = credit_beside;
    is_int(play("operator.credit", "phone=" PAYER "&amount=1&credit_no=c1"),
           409, "another credit comes first");
    is_str(play_code(), "ACCOUNT_FULL", "and fills the account");
    is_str(play_stored(&phone_account, "+86" PAYER, ACCOUNT_BALANCE),
           "1000000000000000", "which holds what it may");

    play_end();
}


/* An entry of the ledger is words: what would be two, or none, could not be
   read again, and the balance would be wrong for ever. */

static phone_str_t  reference;
static int64_t      amount;


static phone_rc_t
gift_run(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask(call, &phone_account, PHONE_STR("+86" PAYER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_rely(account);
    phone_move(call, phone_ledger_outside(call, phone_id(account),
                                          PHONE_STR("CNY")),
               phone_ledger_prepaid(call, phone_id(account)), amount,
               PHONE_STR("CNY"), "gift", reference);

    return phone_done(call);
}


static void
words(void)
{
    unsigned  i;

    static const phone_param_t  none[1] = { { NULL, 0, 0, 0, 0, NULL } };
    static const phone_endpoint_t  gift = {
        "test.gift", "POST", "/gift", PHONE_ANYONE, gift_run, none, NULL,
        "for the test"
    };
    static const char *const  odd[] = { "", " ", "T 1", " T1", "T1 ", "T\n1" };
    static const int64_t  not_moved[] = { 0, -1, PHONE_AMOUNT_MAX + 1 };

    play_start();
    amount = 1;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        reference = phone_cstr(odd[i]);
        is_int(play_endpoint(&gift, ""), 500, "what is no word, %u", i);
        is_int(player.commits, 0, "moves nothing");
    }

    reference = PHONE_STR("T1");

    for (i = 0; i < 3; i++) {
        amount = not_moved[i];
        is_int(play_endpoint(&gift, ""), 500, "an amount of %lld",
               (long long) amount);
        is_int(player.commits, 0, "does not move");
    }

    amount = 1;
    is_int(play_endpoint(&gift, ""), 200, "a word");
    is_int(player.commits, 1, "does");

    play_end();
}


int
main(void)
{
    words();
    overflow();
    no_numbers();
    other_types();
    source(PHONE_WHOLE_STORE);
    source(PHONE_ONE_BUCKET);
    room(PHONE_WHOLE_STORE);
    room(PHONE_ONE_BUCKET);

    return done_testing();
}
