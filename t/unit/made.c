
/* PAY-12: a merchant pages through the bills that he has made: his own, each
   once, over the months, as far as they are in the store. */


#define _GNU_SOURCE

#include "shop.h"
#include "meddle.h"


#define LI    "+8613800000001"
#define WANG  "+8613900000002"
#define DAY   (INT64_C(86400) * 1000)


static char  next[128];


/* Postings alone are applied. */

static void
settle(void)
{
    unsigned      i;
    play_event_t  event;

    for (i = 0; i < player.nevents; i++) {
        event = player.event[i];

        if (strncmp(event.member.data, "posting.apply", 13) == 0) {
            memmove(player.event + 1, player.event, i * sizeof(play_event_t));
            player.event[0] = event;
            play_event();
        }
    }
}


static void
start(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.signatures = 1;
    shop_open("tea");
    shop_open("cake");
}


static void
make(const char *shop, const char *order, const char *payer)
{
    char  form[200];

    snprintf(form, sizeof(form), "out_trade_no=%s&amount=1&subject=tea"
             "&payer_phone=%s", order, payer);

    if (shop_call("bill.create", shop, form) != 200) {
        printf("Bail out! bill.create: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    settle();
}


/* The order numbers of a page, one letter each; and what comes next. */

static const char *
page(const char *shop, const char *form)
{
    char         *p;
    const char   *at, *end;
    phone_str_t   edge;

    static char   orders[256];

    p = orders;
    *p = '\0';
    next[0] = '\0';

    if (shop_call("bill.made", shop, form) != 200) {
        printf("# %.*s\n", PHONE_ARGS(player.body));
        return "refused";
    }

    end = player.body.data + player.body.len;

    for (at = player.body.data;
         (at = memmem(at, (size_t) (end - at), "\"out_trade_no\":\"", 16));
         at++)
    {
        *p++ = at[16];
        *p = '\0';
    }

    edge = play_member("next_before");

    if (edge.len) {
        snprintf(next, sizeof(next), "%.*s", PHONE_ARGS(edge));
    }

    return orders;
}


/* All pages of that form. */

static const char *
walk(const char *shop, const char *form)
{
    char         more[512];
    unsigned     n;

    static char  orders[1024];

    snprintf(orders, sizeof(orders), "%s|", page(shop, form));

    for (n = 0; next[0] && n < 20; n++) {
        snprintf(more, sizeof(more), "%s&before=%s", form, next);
        strcat(orders, page(shop, more));
        strcat(orders, "|");
    }

    return orders;
}


static void
pages(phone_domain_t domain)
{
    char  form[256];

    start(domain);
    is_str(phone_cstr(page("tea", "limit=3")), "", "he has made none");
    is_str(phone_cstr(next), "", "and there are no more");

    make("tea", "A", LI);
    make("cake", "X", LI);
    player.now += 1000;
    make("tea", "B", WANG);
    player.now += 40 * DAY;
    make("tea", "C", LI);
    make("tea", "D", LI);

    is_str(phone_cstr(page("tea", "limit=9")), "DCBA",
           "his own, newest first, of all months");
    is_str(phone_cstr(next), "", "these are all");
    is_str(phone_cstr(walk("tea", "limit=1")), "D|C|B|A|", "one a page");
    is_str(phone_cstr(walk("tea", "limit=3")), "DCB|A|", "over the month");
    is_str(phone_cstr(walk("cake", "limit=9")), "X|", "somebody else's");

    page("tea", "limit=2");
    make("tea", "E", LI);
    snprintf(form, sizeof(form), "limit=9&before=%s", next);
    is_str(phone_cstr(page("tea", form)), "BA",
           "a page goes on where it was, whatever is made meanwhile");

    is_str(phone_cstr(page("cake", form)), "X",
           "an edge of somebody else shows nothing of his");

    snprintf(form, sizeof(form), "since=%lld",
             (long long) (player.now / 1000 - 60));
    is_str(phone_cstr(walk("tea", form)), "EDC|", "of the last minute");

    play_end();
}


static void
states(void)
{
    start(PHONE_WHOLE_STORE);
    make("tea", "A", LI);
    make("tea", "B", LI);
    make("tea", "C", LI);
    is_int(shop_call("bill.close", "tea", "out_trade_no=B&reason=sold"), 200,
           "one is closed");

    is_str(phone_cstr(walk("tea", "state=CLOSED&limit=1")), "B||",
           "what is closed");
    is_str(phone_cstr(walk("tea", "state=OPEN")), "CA|", "what is open");
    is_str(phone_cstr(walk("tea", "state=PAID")), "|", "nothing is paid");
    page("tea", "state=CLOSED");
    ok(play_says("\"reason\":\"sold\"") && play_says("\"ended_at\":\"2"),
       "shown as to bill.query");

    player.now += 40 * DAY;
    is_str(phone_cstr(walk("tea", "state=OPEN")), "|",
           "nor is one open that nobody can pay any more");
    is_str(phone_cstr(walk("tea", "state=EXPIRED")), "CA|", "it has expired");

    play_end();
}


/* A page with a filter looks at a hundred bills. */

static void
many(void)
{
    char      order[16];
    unsigned  i;

    start(PHONE_WHOLE_STORE);
    player.settings.bills_day_payer = 1000;
    make("tea", "A", LI);
    is_int(shop_call("bill.close", "tea", "out_trade_no=A"), 200, "closed");

    for (i = 0; i < 150; i++) {
        snprintf(order, sizeof(order), "N%u", i);
        make("tea", order, LI);
    }

    is_str(phone_cstr(walk("tea", "state=CLOSED&limit=5")), "|A|",
           "an empty page, and then it is found");
    is_int((int) strlen(page("tea", "limit=100")), 100, "a hundred at once");
    is_str(phone_cstr(page("tea", "limit=101")), "refused", "no more");

    play_end();
}


/* What is not in the store any more is not in the list. */

static void
gone(void)
{
    phone_str_t  id;

    start(PHONE_WHOLE_STORE);
    make("tea", "A", LI);
    id = phone_copy(&player.arena, play_member("bill_id"));
    make("tea", "B", LI);
    meddle(PHONE_OP_DEL, &phone_bill, id, 0, NULL);
    is_str(phone_cstr(walk("tea", "limit=1")), "B||",
           "one goes to the archive, the other one stays");

    player.now += player.settings.bill_lifetime_max
                  + player.settings.archive_after + 100 * DAY;
    is_str(phone_cstr(walk("tea", "")), "|", "and the list ends");

    play_end();
}


static void
refused(void)
{
    unsigned  i;

    static const char *const  wrong[] = {
        "before=never", "before=1800000000000", "before=650.-1", "before=650.",
        "before=650.x", "before=99999.1", "state=OFFERED", "state=HANDED_ON",
        "since=-1", "limit=0"
    };

    start(PHONE_WHOLE_STORE);
    make("tea", "A", LI);

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        is_int(shop_call("bill.made", "tea", wrong[i]), 400, wrong[i]);
        is_str(play_member("code"), "PARAM_INVALID", "as invalid");
    }

    is_str(phone_cstr(page("tea", "before=1.1")), "", "long ago");
    is_int(shop_forge("bill.made", "tea", ""), 401, "a wrong signature");

    play_end();
}


int
main(void)
{
    pages(PHONE_WHOLE_STORE);
    pages(PHONE_ONE_BUCKET);
    states();
    many();
    gone();
    refused();

    return done_testing();
}
