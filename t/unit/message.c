
/* PAY-6: a merchant tells the buyer or the payer of a bill how it has ended:
   who gets it, when, how often, and what the merchant learns. */


#define _GNU_SOURCE

#include "handing.h"


static char  form[1024];


static int
sends(const char *shop, const char *order, const char *no, const char *to,
    const char *result, const char *text)
{
    snprintf(form, sizeof(form), "out_trade_no=%s&message_no=%s&to=%s"
             "&result=%s&text=%s", order, no, to, result, text);

    return shop_call("message.create", shop, form);
}


static int
has(phone_str_t cookie, const char *text)
{
    run_postings();
    player.cookie = cookie;
    play("message.list", "");

    return play_says(text);
}


/* A bill of Li's, bought by somebody. */

static void
make_for(const char *order, const char *buyer)
{
    player.now++;
    snprintf(form, sizeof(form), "out_trade_no=%s&amount=100&payer_phone=%s"
             "&subject=tea%s%s", order, LI, buyer ? "&buyer_phone=" : "",
             buyer ? buyer : "");
    shop_call("bill.create", "tea", form);
    snprintf(origin, sizeof(origin), "%.*s",
             PHONE_ARGS(play_member("bill_id")));
    run_postings();
}


static void
to_whom(phone_domain_t domain)
{
    start(domain);
    make_for("T1", WANG);

    is_int(sends("tea", "T1", "M1", "BUYER", "SUCCESS", "thanks"), 409,
           "before it is paid");
    is_str(play_code(), "RESULT_MISMATCH", "it has not come to that");
    is_str(play_member("field"), "result", "by field");

    pay(li, phone_cstr(origin), card_li);
    run_events();

    sends("tea", "T1", "M1", "BUYER", "FAILURE", "sorry");
    is_str(play_code(), "RESULT_MISMATCH", "it is not refused");

    is_int(sends("tea", "T1", "M1", "BUYER", "SUCCESS", "thanks"), 200,
           "to the buyer");
    is_str(play_member("bill_id"), origin, "about the bill");
    is_str(play_member("to"), "BUYER", "to whom");
    ok(!play_says(WANG) && !play_says(LI), "and no number");
    run_events();
    is_str(player.to, WANG, "he gets a text");
    ok(said("thanks") && said("T1"), "which says so");
    ok(has(wang, "\"text\":\"thanks\""), "and sees it");
    ok(!play_says("bill_id"), "without a bill, of which he has none");
    ok(!has(li, "thanks"), "Li does not");

    is_int(sends("tea", "T1", "M2", "PAYER", "SUCCESS", "paid well"), 200,
           "to the payer");
    run_events();
    is_str(player.to, LI, "he gets a text");
    ok(has(li, "\"text\":\"paid well\""), "and sees it");
    ok(play_says(origin), "with the bill");
    call("bill.get", li, phone_cstr(origin), "");
    ok(play_says("\"messages\":[{\"message_id\":") && play_says("paid well"),
       "in the bill as well");
    ok(!play_says("thanks"), "his own only");
    ok(!has(zhao, "text\":"), "Zhao sees nothing");

    is_int(sends("cake", "T1", "M9", "PAYER", "SUCCESS", "x"), 404,
           "another shop cannot");
    is_str(play_code(), "BILL_NOT_FOUND", "it has no such bill");

    /* the buyer is the payer when nobody else is named */

    make_for("T2", NULL);
    call("bill.reject", li, phone_cstr(origin), "");
    run_events();
    is_int(sends("tea", "T2", "M3", "BUYER", "FAILURE", "a pity"), 200,
           "rejected: to the buyer");
    run_events();
    is_str(player.to, LI, "who is Li");

    play_end();
}


/* Of one that was handed on: the merchant does not learn to whom. */

static void
unseen(phone_domain_t domain)
{
    char         no[8];
    unsigned     i;
    phone_str_t  second;

    start(domain);
    make_for("T1", NULL);
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "");
    pay(wang, second, card_wang);
    run_events();

    is_int(sends("tea", "T1", "M1", "PAYER", "SUCCESS", "to who paid"), 200,
           "to the payer");
    ok(!play_says(WANG), "whose number is not told");
    ok(memmem(player.body.data, player.body.len, second.data, second.len)
       == NULL, "nor his bill");
    run_events();
    is_str(player.to, WANG, "Wang gets it");
    ok(has(wang, "to who paid"), "and sees it");
    ok(!has(li, "to who paid"), "Li does not");

    is_int(sends("tea", "T1", "M2", "BUYER", "SUCCESS", "to the buyer"), 200,
           "to the buyer");
    run_events();
    is_str(player.to, LI, "Li gets it, whom the shop has named");
    call("bill.get", li, phone_cstr(origin), "");
    ok(play_says("to the buyer") && !play_says("to who paid"),
       "and sees it with his bill");
    call("bill.get", wang, second, "");
    ok(play_says("to who paid") && !play_says("to the buyer"),
       "Wang sees his");

    /* two were to the number that the shop has named */

    player.settings.bills_day_payer = 3;
    make_for("T2", WANG);
    call("bill.reject", li, phone_cstr(origin), "");
    run_events();

    for (i = 0; i < 3; i++) {
        snprintf(no, sizeof(no), "L%u", i);
        is_int(sends("tea", "T2", no, "BUYER", "FAILURE", "no"), 200,
               "the limit of Wang's number does not tell that he has paid");
    }

    play_end();
}


/* A bill that is only offered to Wang when it ends. */

static void
not_accepted(phone_domain_t domain)
{
    phone_str_t  second;

    start(domain);
    make_for("T1", NULL);
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    run_events();
    ask_shop("bill.close", "tea", phone_cstr(origin));
    run_events();

    player.to = PHONE_EMPTY;
    is_int(sends("tea", "T1", "M1", "PAYER", "FAILURE", "closed"), 200,
           "closed while it is offered: to the payer");
    run_events();
    is_str(player.to, LI, "who has handed it on");
    ok(!has(wang, "closed"), "Wang has accepted nothing");
    ok(has(li, "closed"), "Li sees it");
    ok(play_says(origin), "with his bill");
    call("bill.get", li, phone_cstr(origin), "");
    ok(play_says("\"text\":\"closed\""), "and in it");
    call("bill.get", wang, second, "");
    ok(!play_says("\"text\":\"closed\""), "not in Wang's");

    /* accepted by Wang, handed on by him, and only offered to Zhao */

    make_for("T2", NULL);
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "");
    run_events();
    hand_on(wang, second, ZHAO, zhao);
    run_events();
    ask_shop("bill.close", "tea", phone_cstr(origin));
    run_events();
    sends("tea", "T2", "M2", "PAYER", "FAILURE", "also closed");
    run_events();
    is_str(player.to, WANG, "the last one who had accepted it");
    ok(has(wang, "also closed") && memmem(player.body.data, player.body.len,
                                          second.data, second.len),
       "with his bill");

    play_end();
}


/* An order number that a phone takes for a link. */

static void
order_link(void)
{
    start(PHONE_WHOLE_STORE);
    make_for("www.evil.example", NULL);
    pay(li, phone_cstr(origin), card_li);
    run_events();
    is_int(sends("tea", "www.evil.example", "M1", "PAYER", "SUCCESS",
                 "thanks"), 200, "about an order like a link");
    run_events();
    ok(said("thanks") && !said("evil"), "which the text leaves out");
    ok(has(li, "www.evil.example"), "the page does not");

    play_end();
}


static void
once(void)
{
    int64_t      at;
    phone_str_t  first;

    start(PHONE_WHOLE_STORE);
    make_for("T1", NULL);
    pay(li, phone_cstr(origin), card_li);
    run_events();

    player.lose_answer = 1;
    is_int(sends("tea", "T1", "M1", "PAYER", "SUCCESS", "one"), 200,
           "the answer to the commit is lost");
    ok(player.runs > 1, "it has run again");
    first = keep(play_member("created_at"));
    at = player.now;
    player.now += 5000;
    is_int(sends("tea", "T1", "M1", "PAYER", "SUCCESS", "one"), 200, "again");
    ok(phone_equal(play_member("created_at"), first), "the same answer");
    player.now = at;

    sends("tea", "T1", "M1", "PAYER", "SUCCESS", "two");
    is_str(play_code(), "EXISTS", "with another text");
    is_str(play_member("field"), "message_no", "by field");
    sends("tea", "T1", "M1", "BUYER", "SUCCESS", "one");
    is_str(play_code(), "EXISTS", "to another");

    is_int(sends("tea", "T1", "M2", "PAYER", "SUCCESS", "two"), 200, "two");
    is_int(sends("tea", "T1", "M3", "PAYER", "SUCCESS", "three"), 200,
           "three");
    is_int(sends("tea", "T1", "M4", "PAYER", "SUCCESS", "four"), 409, "four");
    is_str(play_code(), "MESSAGE_LIMIT", "are too many");
    sends("tea", "T1", "M4", "PAYER", "SUCCESS", "five");
    is_str(play_code(), "MESSAGE_LIMIT", "its number is not taken");
    is_int(sends("tea", "T1", "M3", "PAYER", "SUCCESS", "three"), 200,
           "the third, once more");

    player.now += 29 * DAY;
    make_for("T2", NULL);
    ask_shop("bill.close", "tea", phone_cstr(origin));
    player.now += 30 * DAY - 1;
    is_int(sends("tea", "T2", "M5", "PAYER", "FAILURE", "late"), 200,
           "in thirty days");
    player.now += 1;
    is_int(sends("tea", "T2", "M6", "PAYER", "FAILURE", "later"), 409,
           "not behind them");
    is_str(play_code(), "MESSAGE_TOO_LATE", "that is too late");

    play_end();
}


static void
limits(void)
{
    char      order[8], no[8];
    unsigned  i, n;

    start(PHONE_WHOLE_STORE);
    player.settings.bills_day_payer = 4;

    for (i = 0; i < 3; i++) {
        snprintf(order, sizeof(order), "T%u", i);
        make_for(order, i < 2 ? WANG : ZHAO);
        call("bill.reject", li, phone_cstr(origin), "");
    }

    run_events();
    player.settings.texts = 1000;
    player.settings.merchant_texts = 2;

    for (n = 0; n < 5; n++) {
        snprintf(order, sizeof(order), "T%u", n / 3);
        snprintf(no, sizeof(no), "M%u", n);
        is_int(sends("tea", order, no, "BUYER", "FAILURE", "no"),
               n < 4 ? 200 : 429, "message %u to a number", n);
    }

    is_str(play_member("field"), "to", "of that number");
    ok(player.retry_after > 0, "until tomorrow");
    is_int(sends("tea", "T2", "M9", "BUYER", "FAILURE", "no"), 200,
           "to another number");

    player.settings.bills_day = 5;
    is_int(sends("tea", "T2", "MA", "BUYER", "FAILURE", "no"), 429,
           "enough of the merchant");
    is_str(play_member("field"), "merchant_id", "by field");

    /* beyond the texts of a number they wait in its list */

    player.texts = 0;
    run_events();
    is_int(player.texts, 2 + 1 + 0, "two texts to Wang, one to Zhao");
    player.cookie = wang;
    play("message.list", "limit=50");
    n = 0;

    for (i = 0; i + 8 < player.body.len; i++) {
        n += memcmp(player.body.data + i, "\"text\":\"", 8) == 0;
    }

    is_int(n, 4, "all four are there");
    player.settings.bills_day = 1000;
    player.settings.bills_day_payer = 1000;
    make_for("TX", WANG);
    run_events();
    ok(phone_is(play_stored(&phone_bill, origin, BILL_STATUS), "PUSHED"),
       "texts about bills are not used up by them");

    play_end();
}


static void
live(void)
{
    unsigned             bucket;
    phone_str_t          number;
    const sim_stream_t  *stream;

    start(PHONE_WHOLE_STORE);
    make_for("T1", NULL);
    pay(li, phone_cstr(origin), card_li);
    run_events();
    player.cookie = li;
    play("live.open", "");
    player.texts = 0;
    sends("tea", "T1", "M1", "PAYER", "SUCCESS", "thanks");
    run_events();
    is_int(player.texts, 0, "no text while a client is open");

    number = PHONE_STR(LI);
    bucket = phone_home(&player.env, &phone_live_of, number);
    stream = sim_store_stream(player.store, player.now,
                              phone_key(&player.arena, &phone_live_of, bucket,
                                        number));
    ok(stream != NULL, "but a live event");
    is_str(stream->item[stream->first + stream->n - 1].field[0].value,
           "message.new", "of a message");
    play_end();
}


/* The list of a number that gets messages again and again. */

static size_t
listed(void)
{
    phone_str_t        number;
    const sim_zset_t  *list;

    number = PHONE_STR(LI);
    list = sim_store_zset(player.store, player.now,
                          phone_key(&player.arena, &phone_messages_of,
                                    phone_home(&player.env, &phone_messages_of,
                                               number), number));

    return list ? list->n : 0;
}


static void
swept(void)
{
    unsigned  i;
    char      order[8];

    start(PHONE_WHOLE_STORE);

    for (i = 0; i < 5; i++) {
        snprintf(order, sizeof(order), "T%u", i);
        make_for(order, NULL);
        ask_shop("bill.close", "tea", phone_cstr(origin));
        sends("tea", order, order, "PAYER", "FAILURE", "sorry");
        run_events();
        is_int(listed(), i < 3 ? i + 1 : 3, "in the list on day %u", 40 * i);
        player.now += 40 * DAY;
    }

    play_end();
}


static void
wrong(void)
{
    unsigned     i;
    static char  longest[202];

    static const struct {
        const char          *text;
        const char          *code;
    } bad[] = {
        { "see http://x", "PARAM_INVALID" },
        { "see shop.example", "PARAM_INVALID" },
        { "WWW.x", "PARAM_INVALID" },
        { "【银行】x", "PARAM_INVALID" },
        { "a\xe2\x80\xae" "b", "PARAM_INVALID" },
        { "", "PARAM_MISSING" }
    };

    start(PHONE_WHOLE_STORE);
    make_for("T1", NULL);
    pay(li, phone_cstr(origin), card_li);

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        sends("tea", "T1", "M1", "PAYER", "SUCCESS", bad[i].text);
        is_str(play_code(), bad[i].code, "text %u", i);
        is_str(play_member("field"), "text", "by field");
    }

    memset(longest, 'x', sizeof(longest) - 1);
    sends("tea", "T1", "M1", "PAYER", "SUCCESS", longest);
    is_str(play_code(), "PARAM_INVALID", "201 characters");
    sends("tea", "T1", "M1", "NOBODY", "SUCCESS", "x");
    is_str(play_member("field"), "to", "to nobody");
    sends("tea", "T1", "M1", "PAYER", "MAYBE", "x");
    is_str(play_member("field"), "result", "no result");
    sends("tea", "T9", "M1", "PAYER", "SUCCESS", "x");
    is_str(play_code(), "BILL_NOT_FOUND", "no bill");

    make_for("T3", NULL);
    player.now += DAY;
    sends("tea", "T3", "M1", "PAYER", "FAILURE", "x");
    is_str(play_code(), "RESULT_MISMATCH", "its expiry is late: not ended");

    play_end();
}


int
main(void)
{
    static const phone_domain_t  domain[] = {
        PHONE_WHOLE_STORE, PHONE_ONE_BUCKET
    };
    unsigned                     i;

    for (i = 0; i < 2; i++) {
        to_whom(domain[i]);
        unseen(domain[i]);
        not_accepted(domain[i]);
    }

    order_link();
    once();
    limits();
    live();
    swept();
    wrong();

    return done_testing();
}
