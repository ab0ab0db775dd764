
/* What a merchant makes a day: bills, by the KiB, and bills to one number. */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"


#define PAYER    "13800000001"
#define OTHER    "13800000002"
#define DAY      (INT64_C(24) * 3600 * 1000)
#define START    (PLAY_NOW - PLAY_NOW % DAY + DAY)


static char  first[16];


static void
set_up(int64_t bills, int64_t payer)
{
    play_start();
    player.now = START + 1500;
    player.settings.bills_day = bills;
    player.settings.bills_day_payer = payer;
    shop_open("tea");
    shop_open("coffee");
    first[0] = '\0';
}


static int
make(const char *shop, const char *number)
{
    int              status;
    char             form[128];
    static unsigned  serial;

    snprintf(form, sizeof(form), "out_trade_no=T%06u&amount=100"
             "&payer_phone=%s&subject=tea", ++serial, number);
    status = shop_call("bill.create", shop, form);
    player.nevents = 0;

    if (first[0] == '\0') {
        snprintf(first, sizeof(first), "T%06u", serial);
    }

    return status;
}


/* With so many bytes more than "tea" has. */

static int
make_long(const char *shop, unsigned bytes)
{
    int              status;
    char             form[2048];
    unsigned         n, i;
    static unsigned  serial;

    n = (unsigned) snprintf(form, sizeof(form), "out_trade_no=L%06u&amount=100"
                            "&payer_phone=" PAYER "&subject=tea", ++serial);

    n += (unsigned) snprintf(form + n, sizeof(form) - n, "&body=");

    for (i = bytes % 3; i; i--) {
        form[n++] = 'x';
    }

    for (i = bytes / 3; i; i--) {
        memcpy(form + n, "\xe8\x8c\xb6", 3);
        n += 3;
    }

    form[n] = '\0';
    status = shop_call("bill.create", shop, form);
    player.nevents = 0;

    return status;
}


static int
again(const char *number)
{
    char  form[128];

    snprintf(form, sizeof(form), "out_trade_no=%s&amount=100&payer_phone=%s"
             "&subject=tea", first, number);

    return shop_call("bill.create", "tea", form);
}


static void
refused(const char *field, const char *why)
{
    is_str(play_code(), "RATE_LIMITED", "%s", why);
    is_str(play_member("field"), field, "names %s", field);
}


/* What was counted on a day: 0 is the first one; of all bills, or of those to
   ":<number>" for which the merchant has used his own counter. */

static phone_str_t
made(unsigned day, const char *number)
{
    char         id[96];
    unsigned     home;
    phone_str_t  name;

    snprintf(id, sizeof(id), "tea:%lld%s", (long long) (START / DAY + day),
             number);
    name = phone_cstr(id);
    home = phone_home(&player.env, &phone_made, name);

    return sim_store_field(player.store, player.now,
                           phone_key(&player.arena, &phone_made, home, name),
                           PHONE_STR("bills"));
}


static const char *
full_text(unsigned most)
{
    static char  text[32];

    snprintf(text, sizeof(text), "%lld %u", (long long) (START / DAY), most);

    return text;
}


/* As if so many bills had been counted. */

static void
count(const char *n)
{
    meddle(PHONE_OP_HINCRBY, &phone_made,
           phone_format(&player.arena, "tea:%lld",
                        (long long) (player.now / DAY)),
           2, (const char *[2]) { "bills", n });
}


/* Bills without end from one merchant. */

static void
bills(void)
{
    unsigned  i;

    set_up(5, 100);

    for (i = 0; i < 5; i++) {
        is_int(make("tea", i % 2 ? PAYER : OTHER), 200, "bill %u", i + 1);
    }

    is_int(make("tea", PAYER), 429, "the sixth");
    refused("merchant_id", "is one too many");
    is_int(player.retry_after, (DAY - 1500 + 999) / 1000, "until midnight");
    is_str(made(0, ""), "5", "and is not counted");
    is_int((int) player.commits, 2, "who finds it full says so");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_DAY_FULL), full_text(5),
           "in the merchant's record");
    is_int(make("tea", OTHER), 429, "the seventh");
    refused("merchant_id", "is one too many");
    is_int((int) player.commits, 1, "for whom only the nonce is written");

    is_int(again(OTHER), 200, "the same order again is the same bill");
    is_int(make("coffee", PAYER), 200, "another merchant has his own");

    player.now = START + DAY - 1;
    is_int(make("tea", PAYER), 429, "up to the end of the day");
    is_int(player.retry_after, 1, "which is near");
    player.now++;
    is_int(make("tea", PAYER), 200, "the next day begins anew");

    is_str(made(1, ""), "1", "which has its own count");
    is_str(made(0, ""), "5", "that of the day before is kept");
    player.now += 60 * 1000;
    is_str(made(0, ""), "", "for a minute");
    player.now = START + 2 * DAY + 60 * 1000;
    is_str(made(1, ""), "", "and so is the next one");

    play_end();
}


/* A bill of maximal fields costs as much as others: one for each KiB that they
   begin. */

static void
sizes(void)
{
    /* T000001, 100, +8613800000001, tea */
    const unsigned  rest = 7 + 3 + 14 + 3;

    set_up(4, 100);

    is_int(make_long("tea", 1024 - rest), 200, "a bill of one KiB");
    is_str(made(0, ""), "1", "counts once");
    is_int(make_long("tea", 1024 - rest + 1), 200, "one byte more");
    is_str(made(0, ""), "3", "counts twice");
    is_int(make_long("tea", 1024 - rest + 1), 429, "no more than is left");
    refused("merchant_id", "bytes are over");
    is_str(made(0, ""), "3", "what is refused is not counted");
    is_int(make("tea", PAYER), 200, "a short one still goes");
    is_int(make("tea", PAYER), 429, "and then none");
    play_end();

    set_up(1, 100);
    is_int(make_long("tea", 1024), 429, "one bill of too many bytes");
    play_end();
}


/* A limit of thousands: one bill in two is counted, as two. */

static void
samples(void)
{
    int       after;
    unsigned  i, n;

    set_up(9000, 100000);
    make("tea", PAYER);
    count("8000");

    for (n = 0; n < 2000 && make("tea", OTHER) == 200; n++) { /* void */ }

    ok(n > 850 && n < 1150, "9000 bills a day: 8000 and %u", n);
    refused("merchant_id", "as many are");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_DAY_FULL),
           full_text(9000), "which the merchant's record says");

    after = 0;

    for (i = 0; i < 100; i++) {
        after += make("tea", PAYER) == 429;
    }

    is_int(after, 100, "then no bill is made, counted or not");
    is_int(again(PAYER), 200, "the first order is the same bill");

    player.settings.bills_day = 9100;
    is_int(make("tea", PAYER), 200, "a limit that is raised");
    player.settings.bills_day = 8900;
    is_int(make("tea", PAYER), 429, "and lowered");
    player.now += DAY;
    is_int(make("tea", PAYER), 200, "the next day");

    play_end();
}


/* The last sample that fits, and one behind it with room for half of it. */

static void
last_sample(int counted, int day_full)
{
    char      text[16];
    unsigned  n;

    set_up(9000, 100000);

    for (n = 0; n < 50 && made(0, "").len == 0; n++) {
        make("tea", PAYER);
    }

    snprintf(text, sizeof(text), "%d", counted - 2);
    count(text);

    for (n = 0; n < 50 && make("tea", OTHER) == 200
                && !phone_is(made(0, ""), "9000"); n++)
    {
        /* void */
    }

    ok(phone_is(play_stored(&phone_merchant, "tea", MERCHANT_DAY_FULL),
                full_text(9000)) == day_full,
       "9000 bills a day: %d and a sample", counted);
    play_end();
}


/* Bills of several KiB did not fit any more, nothing said so, and those that
   are not counted went on without end. */

static void
samples_of_long_bills(void)
{
    unsigned  n, after;

    set_up(100000, 1000000);
    count("99980");

    for (n = 0; n < 400 && make_long("tea", 1500) == 200; n++) { /* void */ }

    ok(n < 400, "bills of two KiB: %u, then one finds no room", n);
    refused("merchant_id", "as many are");

    after = 0;

    for (n = 0; n < 400; n++) {
        after += make_long("tea", 1500) == 200;
    }

    is_int(after, 0, "and no other is made");

    play_end();
}


/* One merchant filled the list of a number. */

static void
payers(void)
{
    set_up(100, 5);

    is_int(make("tea", PAYER), 200, "a bill to a number");
    is_int(make("tea", PAYER), 200, "another");
    is_int((int) player.commits, 1, "nothing is counted");
    is_str(made(0, ":+86" PAYER), "", "but in the list of the number");
    is_int(make("tea", PAYER), 200, "a third");
    is_str(made(0, ":+86" PAYER), "1", "is counted");
    make("tea", PAYER);
    is_int(make("tea", PAYER), 200, "five");
    is_int(make("tea", PAYER), 429, "a sixth");
    refused("payer_phone", "is too many");
    is_int(make("tea", "+86" PAYER), 429, "however it is written");
    is_int(make("tea", OTHER), 200, "another number");
    is_str(made(0, ":+86" PAYER), "3", "what is refused is not counted");
    player.now += DAY;
    is_int(make("tea", PAYER), 200, "another day");
    is_str(made(1, ":+86" PAYER), "", "begins anew");
    play_end();

    set_up(100, 5);
    player.now = START;
    make("tea", PAYER);
    make("tea", PAYER);
    is_int(make("tea", PAYER), 200, "two bills of midnight are of the day");
    is_str(made(0, ":+86" PAYER), "1", "the third is counted");
    play_end();
}


/* What others make takes from a merchant at most what is shared. */

static void
others(void)
{
    unsigned  i;

    set_up(100, 5);

    for (i = 0; i < 5; i++) {
        make("tea", PAYER);
    }

    is_int(make("tea", PAYER), 429, "a merchant has filled a number's day");
    is_int(make("coffee", PAYER), 200, "another makes a bill for it");
    is_int(make("coffee", PAYER), 200, "two");
    is_int(make("coffee", PAYER), 200, "three: five but for those of all");
    is_int(make("coffee", PAYER), 429, "and no more");
    play_end();

    set_up(1000, 1000);

    for (i = 0; i < 100; i++) {
        make("tea", PAYER);
    }

    is_str(made(0, ":+86" PAYER), "", "a hundred are shared");
    make("tea", PAYER);
    is_str(made(0, ":+86" PAYER), "1", "at most");
    play_end();
}


static void
none(void)
{
    set_up(0, 100);
    is_int(make("tea", PAYER), 429, "0: no bills at all");
    play_end();
}


/* The last place is taken between the run and its commit. */

static void
take_last(void)
{
    count("1");
}


static void
races(void)
{
    set_up(2, 100);

    make("tea", PAYER);
    player.before_commit = take_last;
    is_int(make("tea", PAYER), 429, "who comes second to the last is refused");
    play_end();

    set_up(2, 100);
    make("tea", PAYER);
    player.lose_answer = 1;
    is_int(make("tea", PAYER), 200, "an outcome that is unknown");
    is_str(made(0, ""), "2", "counts once");
    play_end();
}


/* A bill that is within the limits costs no read. */

static void
reads(void)
{
    unsigned  free_of;

    set_up(0, 100);
    player.settings.bills_day = 10;
    make("tea", PAYER);
    free_of = player.reads;
    is_int((int) free_of, 1, "the merchant is all that is read");
    is_int((int) player.commits, 1, "and one commit is all that is written");

    play_end();
}


/* In the other domain the counters lie where the order does. */

static void
one_bucket(void)
{
    set_up(2, 1);
    player.env.domain = PHONE_ONE_BUCKET;

    is_int(make("tea", PAYER), 200, "a bucket: a bill");
    is_str(made(0, ":+86" PAYER), "1", "counted: its list is elsewhere");
    is_int(make("tea", PAYER), 429, "one to a number");
    refused("payer_phone", "a bucket");
    is_int(make("tea", OTHER), 200, "to another");
    is_int(make("tea", "13800000003"), 429, "two in all");
    refused("merchant_id", "a bucket");
    play_end();
}


int
main(void)
{
    bills();
    sizes();
    samples();
    last_sample(8998, 0);
    last_sample(8999, 1);
    samples_of_long_bills();
    payers();
    others();
    none();
    races();
    reads();
    one_bucket();

    return done_testing();
}
