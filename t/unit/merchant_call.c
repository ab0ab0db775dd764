
/*
 * What a merchant's call has to be before anything is done for it: no other
 * call's fields, nobody else's signature, no second time on any host.
 */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"


#define PAYER    "&payer_phone=%2B8613800000001"
#define TEA      "amount=100&subject=tea" PAYER


static void
set_up(void)
{
    play_start();
    shop_open_signing("tea");
}


static int
says(const char *text)
{
    return memmem(player.body.data, player.body.len, text, strlen(text))
           != NULL;
}


/*
 * The canonical text escapes nothing.  Of these two calls it was the same, and
 * so one signature was good for both: the second makes a bill for another
 * person, in another currency.
 */

static void
test_split(void)
{
    set_up();

    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"
                     "&payer_name=Li%26payer_phone%3D%2B8613800000002%26q%3D1"),
           400, "a value that holds another field");
    is_str(play_code(), "FIELD_AMBIGUOUS", "is refused");
    is_str(play_member("field"), "payer_name", "by its name");
    is_int(player.commits, 0, "nothing is done");

    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"
                     "&nobody_knows=Li%26q%3D1"), 400,
           "so is a field that nobody knows");
    is_str(play_member("field"), "nobody_knows", "by its name");

    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"
                     "&notify_url=http://shop.example/n%3Fa%3D1%26b%3D2"), 400,
           "and a URL");
    is_str(play_code(), "FIELD_AMBIGUOUS", "with two arguments");

    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"
                     "&payer_name=R%26D %26 tea=cake"), 200,
           "'&' and '=' by themselves are text");

    play_end();
}


/* What we sign one day must not be refused then. */

static void
test_split_elsewhere(void)
{
    set_up();

    is_int(play("operator.accounts", "phone=%2B8613800000001"
                "&name=Li%26plan%3Dpostpaid"), 400, "an account's name");
    is_str(play_code(), "FIELD_AMBIGUOUS", "is refused");
    is_str(play_member("field"), "name", "by its name");

    is_int(play("operator.bank_cards", "phone=%2B8613800000001"
                "&card_no=6222020000000015&balance=1&bank=A%26b%3Dc"), 400,
           "a bank");
    is_str(play_code(), "FIELD_AMBIGUOUS", "is refused");

    is_int(play("operator.accounts", "phone=%2B8613800000001&name=Li"
                "&password=quiet%26lake%3Done"), 200,
           "a password is no field of anything");
    is_int(play("session.login", "phone=%2B8613800000001"
                "&password=quiet%26lake%3Done"), 200, "and logs in");

    play_end();
}


/* A reply's signature costs fifteen times what it takes to see that a call is
   forged: strangers got one each. */

static void
test_forged(void)
{
    set_up();

    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 404, "who asks");
    is_int(player.signed_replies, 1, "gets a signed refusal");
    ok(says("\"sign\":\"c2lnbmVk\""), "with its signature");

    is_int(shop_forge("bill.query", "tea", "out_trade_no=T1"), 401, "forged");
    is_str(play_code(), "SIGN_ERROR", "is refused");
    is_int(player.works, 1, "it is looked at, and that is all");
    ok(!says("\"sign\":"), "the reply has no signature");

    shop_at(-301);
    is_int(shop_forge("bill.query", "tea", "out_trade_no=T1"), 401, "stale");
    is_str(play_code(), "TIMESTAMP_SKEW", "is refused");
    is_int(player.works, 0, "for nothing at all");
    ok(!says("\"sign\":"), "without a signature");
    shop_at(0);

    shop_nonce("once-and-no-more");
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 200,
           "a bill");
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 401,
           "what somebody has heard, and says again");
    is_str(play_code(), "NONCE_REUSED", "is refused");
    is_int(player.signed_replies, 0, "without a signature");
    shop_nonce(NULL);

    play_end();
}


/*
 * A nonce was kept for twice the skew.  A call that one host had taken was
 * taken again by another, whose clock was behind.
 */

static void
test_two_hosts(void)
{
    int64_t  skew, bound;

    set_up();

    skew = player.settings.clock_skew;
    bound = player.settings.clock_bound;

    shop_nonce("on-two-hosts");

    /* the latest timestamp that the host ahead takes */

    player.ahead = bound;
    shop_at((bound + skew) / 1000);
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 200,
           "a host whose clock is ahead, as far as it may be");

    /* the last moment at which the one behind takes it */

    player.now += 2 * (skew + bound);
    player.ahead = -bound;
    shop_at((bound + skew - 2 * (skew + bound)) / 1000);
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T2"), 401,
           "one whose clock is behind, as far as it may be");
    is_str(play_code(), "NONCE_REUSED", "knows the nonce");

    player.now += 1000;
    shop_at((bound + skew - 2 * (skew + bound)) / 1000 - 1);
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T2"), 401,
           "a second later");
    is_str(play_code(), "TIMESTAMP_SKEW", "it is too late in any case");

    shop_at(0);
    shop_nonce(NULL);
    play_end();
}


static void
run_events(void)
{
    while (player.nevents) {
        play_event();
    }
}


/*
 * A call that was refused kept its nonce.  Who had recorded it could send it
 * again when it would succeed, though its caller was told that it had failed.
 */

static void
test_refused(phone_domain_t domain)
{
    phone_str_t  bill, card;

    set_up();
    player.env.domain = domain;
    card = shop_card("13800000001", "6222020000000015");
    shop_payer("13800000001");

    shop_nonce("asks-for-a-bill");
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 404, "no bill");
    is_int(player.commits, 1, "the nonce is used up");
    shop_nonce(NULL);
    bill = shop_bill("tea", "T1", "13800000001");
    run_events();
    shop_nonce("asks-for-a-bill");
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 401,
           "who has recorded the question");
    is_str(play_code(), "NONCE_REUSED", "is not shown the bill");

    shop_nonce("refunds-unpaid");
    is_int(shop_call("refund.create", "tea", "out_trade_no=T1&amount=10"
                     "&out_refund_no=R1"), 409, "a refund of an unpaid bill");
    is_str(play_code(), "BILL_NOT_PAID", "is refused");
    ok(says("\"sign\":"), "which is signed");
    shop_nonce(NULL);
    is_int(shop_pay(bill, card, "&pin=" SHOP_PIN), 200, "it is paid then");
    run_events();
    shop_nonce("refunds-unpaid");
    is_int(shop_call("refund.create", "tea", "out_trade_no=T1&amount=10"
                     "&out_refund_no=R1"), 401, "the refund of before");
    is_str(play_code(), "NONCE_REUSED", "is not made");
    shop_nonce(NULL);
    is_int(shop_call("refund.query", "tea", "out_refund_no=R1"), 404,
           "there is none");

    /* an answer that says nothing of the outcome leaves the nonce */

    shop_nonce("no-place-for-it");
    player.no_place = 1;
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 503, "no place");
    is_int(player.commits, 0, "nothing is written");
    player.no_place = 0;
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 200,
           "the same call again");
    shop_nonce(NULL);

    /* run again after its own commit */

    shop_nonce("lost-refusal");
    player.lose_answer = 1;
    is_int(shop_call("bill.query", "tea", "out_trade_no=T9"), 404,
           "the store's answer is lost");
    is_str(play_code(), "BILL_NOT_FOUND", "it gets the same refusal");
    is_int(shop_call("bill.query", "tea", "out_trade_no=T9"), 401, "once");
    shop_nonce(NULL);

    play_end();
}


/* He opens again: what was refused meanwhile stays so. */

static void
test_closed(void)
{
    set_up();

    (void) play("operator.merchant_change", "merchant_id=tea&status=CLOSED");
    shop_nonce("while-closed");
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 403,
           "a merchant that is closed");
    is_str(play_code(), "MERCHANT_CLOSED", "is told so");
    ok(!says("\"sign\":"), "without a signature");
    (void) play("operator.merchant_change", "merchant_id=tea&status=ACTIVE");
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 401,
           "when he is open, the call of before");
    is_str(play_code(), "NONCE_REUSED", "is refused");
    shop_nonce(NULL);

    play_end();
}


/*
 * The bill was made, and then there was no room for the signature of the reply:
 * the caller was told 503.  Who signs has a place before anything is done.
 */

static void
test_no_place(void)
{
    set_up();
    shop_open("plain");

    player.no_place = 1;
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 503,
           "no room for a signature");
    is_str(play_code(), "BUSY", "is told");
    is_int(player.commits, 0, "nothing was done");
    ok(!says("\"sign\":"), "the reply has no signature");

    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 503,
           "a question");
    is_int(shop_call("bill.create", "plain", TEA "&out_trade_no=T1"), 200,
           "who gets plain replies needs no place");

    player.no_place = 0;
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 404,
           "there is no bill");
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 200,
           "the same fields, signed afresh");
    is_int(player.signed_replies, 1, "signed");

    player.lose_answer = 1;
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T2"), 200,
           "after a lost answer as well");

    play_end();
}


/* What people read is what was written. */

static void
test_legible(void)
{
    unsigned                  i;
    char                      form[256];
    static const char *const  bad[] = {
        "%E2%80%AE00.1 aet", "%E2%81%A6tea", "te%E2%80%8Ba", "%20%E3%80%80",
        "tea%0Acake", "%EF%BB%BFtea", "tea%F3%A0%81%A1"
    };

    set_up();

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(form, sizeof(form), "amount=100&out_trade_no=T1&subject=%s%s",
                 bad[i], PAYER);
        is_int(shop_call("bill.create", "tea", form), 400, "%s", bad[i]);
        is_str(play_code(), "PARAM_INVALID", "is refused");
        is_str(play_member("field"), "subject", "as a subject");

        snprintf(form, sizeof(form), "phone=%%2B8613800000001&name=%s", bad[i]);
        is_int(play("operator.accounts", form), 400, "and as a name");
    }

    ok(says("must not be blank or contain line ends"), "with what to do");

    is_int(shop_call("bill.create", "tea", "amount=100&out_trade_no=T1" PAYER
                     "&subject=%F0%9F%8D%B5 %E8%8C%B6"), 200,
           "an emoji and Chinese");
    is_int(play("operator.accounts", "phone=%2B8613800000001"
                "&password=%E2%80%8Bquiet lake%20"), 200,
           "a password is shown to nobody");

    play_end();
}


/* It would be refused for ever: so it is no "try again", and is logged. */

static void
test_unsignable(void)
{
    phone_str_t  bill;

    set_up();
    bill = phone_copy(&player.arena, shop_bill("tea", "T1", "13800000001"));
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 200, "signed");
    meddle(PHONE_OP_HSET, &phone_bill, bill, 2,
           (const char *[2]) { "status", "a&b=c" });
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 500,
           "a value that cannot be signed");
    is_str(play_code(), "INTERNAL", "is a mistake of the platform");
    ok(player.why && strstr(player.why, "cannot be signed") != NULL,
       "the log says so");
    play_end();
}


int
main(void)
{
    test_unsignable();
    test_split();
    test_split_elsewhere();
    test_forged();
    test_two_hosts();
    test_refused(PHONE_WHOLE_STORE);
    test_refused(PHONE_ONE_BUCKET);
    test_closed();
    test_no_place();
    test_legible();

    return done_testing();
}
