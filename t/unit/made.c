
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


/* Where a commit may touch one bucket, a bill comes to that of its payer a
   moment later, and so does one that is handed on. */

static void
on_its_way(void)
{
    char         form[256], id[64];
    phone_str_t  li;

    start(PHONE_ONE_BUCKET);
    shop_payer(LI);
    li = phone_copy(&player.arena, player.cookie);
    make("tea", "A", LI);
    player.now += 1000;

    snprintf(form, sizeof(form), "out_trade_no=B&amount=1&subject=tea"
             "&payer_phone=%s", WANG);
    is_int(shop_call("bill.create", "tea", form), 200, "a bill is made");
    is_str(phone_cstr(page("tea", "limit=1")), "refused",
           "no page passes over it");
    is_int(player.status, 503, "one comes later");
    is_str(play_member("code"), "BUSY", "they have to wait");
    settle();
    is_str(phone_cstr(walk("tea", "limit=1")), "B|A|", "when it is there");

    shop_call("bill.query", "tea", "out_trade_no=A");
    snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(play_member("bill_id")));
    player.cookie = li;
    snprintf(form, sizeof(form), "bill_id=%s&phone=%s", id, WANG + 3);
    is_int(play("bill.delegate", form), 200, "one is handed on");
    is_str(phone_cstr(walk("tea", "limit=1")), "B|A|",
           "which stops no page");
    ok(play_says("\"status\":\"CREATED\"") && play_says(id)
       && play_says(LI), "and is told as it was before");
    is_str(phone_cstr(walk("tea", "state=OPEN")), "BA|", "it is open");
    player.now += 40 * DAY;
    is_str(phone_cstr(walk("tea", "state=EXPIRED")), "BA|",
           "unless it has expired");
    player.now -= 40 * DAY;
    settle();
    is_str(phone_cstr(walk("tea", "limit=1")), "B|A|", "nor afterwards");
    ok(play_says("\"status\":\"CREATED\"") && play_says(id)
       && play_says(LI), "and is told the same");

    player.now += 11 * 60 * 1000;
    meddle(PHONE_OP_DEL, &phone_bill,
           phone_copy(&player.arena, phone_cstr(id)), 0, NULL);
    is_str(phone_cstr(walk("tea", "limit=1")), "B||",
           "what has not come for long does not come");

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


/* If nothing goes to the archive the list has what was made in ten years. */

static void
never_archived(void)
{
    start(PHONE_WHOLE_STORE);
    player.settings.archive_after = 0;
    make("tea", "A", LI);
    is_str(phone_cstr(walk("tea", "")), "A|", "a bill");
    player.now += 400 * DAY;
    make("tea", "B", LI);
    is_str(phone_cstr(walk("tea", "")), "BA|", "a year later");
    player.now += 3200 * DAY;
    is_str(phone_cstr(walk("tea", "")), "BA|", "nine years later");
    is_str(phone_cstr(walk("tea", "limit=1")), "B|A|", "one a page");
    player.now += 200 * DAY;
    is_str(phone_cstr(walk("tea", "")), "B|", "and the list ends");

    play_end();
}


/* However many months it looks at, a page that is not the last one is followed
   by one that has something. */

static void
long_kept(void)
{
    start(PHONE_WHOLE_STORE);
    player.settings.archive_after = 3650 * DAY;
    make("tea", "A", LI);
    is_str(phone_cstr(walk("tea", "")), "A|", "one page");
    player.now += 1500 * DAY;
    make("tea", "B", LI);
    is_str(phone_cstr(walk("tea", "")), "BA|", "of four years");
    is_str(phone_cstr(walk("tea", "limit=1")), "B|A|", "two pages");

    play_end();
}


/* A host whose clock is behind makes a bill after one that is younger. */

static void
clocks(void)
{
    char  form[64];

    start(PHONE_WHOLE_STORE);
    player.now += 60000;
    make("tea", "A", LI);
    snprintf(form, sizeof(form), "limit=1&since=%lld",
             (long long) (player.now / 1000));
    player.now -= 5000;
    make("tea", "B", LI);
    player.now += 5000;
    is_str(phone_cstr(walk("tea", form)), "|A|",
           "since then: behind one that is older");

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
    on_its_way();
    states();
    many();
    gone();
    never_archived();
    long_kept();
    clocks();
    refused();

    return done_testing();
}
