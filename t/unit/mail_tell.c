
/* MAIL-5, MAIL-6: which mails an SMS tells of: to a number without an account
   with a temporary password, to others when their triggers hold. */


#define _GNU_SOURCE

#include "handing.h"
#include "login.h"


#define SHANGHAI  "/usr/share/zoneinfo/Asia/Shanghai"
#define BERLIN    "/usr/share/zoneinfo/Europe/Berlin"
#define HOURS     (60 * MINUTE)

/* 2027-01-15 16:00 in Shanghai, 09:00 in Berlin */
#define AFTERNOON PLAY_NOW


static phone_zone_t   zone[2];
static phone_zones_t  zones = { 2, zone };


static phone_str_t
zone_file(const char *name)
{
    FILE    *file;
    size_t   len;
    char     bytes[65536];

    file = fopen(name, "rb");
    len = file ? fread(bytes, 1, sizeof(bytes), file) : 0;

    if (file) {
        fclose(file);
    }

    return keep((phone_str_t) { len, bytes });
}


static void
begin(phone_domain_t domain)
{
    start(domain);
    zone[0] = (phone_zone_t) { PHONE_STR("Asia/Shanghai"),
                               zone_file(SHANGHAI) };
    zone[1] = (phone_zone_t) { PHONE_STR("Europe/Berlin"), zone_file(BERLIN) };
    player.env.zones = &zones;
}


/* How many texts a mail causes. */

static unsigned
mail(phone_str_t cookie, const char *to)
{
    char      form[200];
    unsigned  texts;

    texts = player.texts;
    player.now++;
    player.cookie = cookie;
    snprintf(form, sizeof(form), "{\"to\":[\"%s\"],\"text\":\"a secret\"}", to);
    is_int(play("mail.send", form), 200, "a mail to %s", to);
    run_events();

    return player.texts - texts;
}


static phone_str_t
password(void)
{
    return keep(sent("password: ", 10));
}


static void
stranger(phone_domain_t domain)
{
    phone_str_t  given;

    begin(domain);

    is_int(mail(li, NOBODY), 1, "to nobody's number: an SMS");
    is_str(player.to, NOBODY, "to it");
    given = password();
    is_int(given.len, 10, "with a temporary password");
    ok(memmem(player.text.data, player.text.len, "secret", 6) == NULL
       && memmem(player.text.data, player.text.len, LI + 1, 13) == NULL,
       "and nothing of the sender");
    is_int(mail(wang, NOBODY), 0, "one, however many mails come");
    player.now += 24 * HOURS - 3;
    is_int(mail(li, NOBODY), 0, "for a day");

    is_int(login_with(WANG, given), 401, "it is not another number's");
    is_int(login_with(NOBODY, PHONE_STR("abcdefghjk")), 401, "nor a guess");

    is_int(mail(li, NOBODY), 1, "then there is another one");
    is_int(login_with(NOBODY, given), 401, "the first one has ended");
    given = password();
    player.cookie = PHONE_EMPTY;
    player.lose_answer = 1;
    is_int(login_with(NOBODY, given), 200, "with the other one he logs in");
    ok(play_says("\"must_change\":true"), "and chooses his own");
    is_int(login_with(NOBODY, given), 401, "it works once");
    is_int(mail(li, NOBODY), 0, "a number with an account gets none");

    play_end();
}


/* Of an index of a number. */

static const sim_zset_t *
index_of(const char *kind, const char *number)
{
    int   due;
    char  key[96];

    due = strcmp(kind, "due") == 0;
    snprintf(key, sizeof(key), "phone:{%03u}:%s%s%s",
             phone_bucket_of(phone_cstr(number), player.env.buckets), kind,
             due ? "" : ":", due ? "" : number);

    return sim_store_zset(player.store, player.now, phone_cstr(key));
}


static unsigned
entries(const char *kind, const char *number)
{
    const sim_zset_t  *index;

    index = index_of(kind, number);

    return index ? (unsigned) index->n : 0;
}


/* What is due by now of the number's bucket. */

static void
put_due(const char *number)
{
    unsigned           i;
    phone_str_t        member;
    const sim_zset_t  *due;

    due = index_of("due", number);

    for (i = 0; due != NULL && i < due->n; i++) {
        member = due->member[i].member;

        if (due->member[i].score <= player.now && member.len > 14
            && memcmp(member.data, "mail.unclaimed", 14) == 0)
        {
            player.event[player.nevents++] = (play_event_t) {
                keep(member),
                phone_bucket_of(phone_cstr(number), player.env.buckets),
                due->member[i].score };
        }
    }
}


static void
run_due(const char *number)
{
    put_due(number);
    run_events();
}


/* After half a year; who has logged in by then keeps all. */

static void
unclaimed(phone_domain_t domain)
{
    phone_str_t  given;

    begin(domain);
    is_int(mail(li, NOBODY), 1, "to nobody's number: an SMS");
    is_int(mail(wang, NOBODY), 0, "two mails");
    is_int(entries("mails", NOBODY), 2, "are there");

    player.now += 180 * 24 * HOURS - 10;
    run_due(NOBODY);
    is_int(entries("mails", NOBODY), 2, "for half a year");

    player.now += 20;
    player.ahead = -1000;
    put_due(NOBODY);
    is_int(play_event() && play_event(), 1, "a host whose clock is behind");
    is_int(entries("mails", NOBODY), 2, "waits");
    player.nevents = 0;
    player.ahead = 0;
    run_due(NOBODY);
    is_int(entries("mails", NOBODY), 0, "then they end");
    is_int(entries("unread", NOBODY), 0, "leave the list of unread ones");
    is_int(entries("peers", NOBODY), 0, "and the conversations");
    is_int(entries("mails", LI), 1, "the sender keeps his copy");

    shop_payer("+8613800000077");
    is_int(mail(player.cookie, NOBODY), 1, "another one");
    given = password();
    player.cookie = PHONE_EMPTY;
    is_int(login_with(NOBODY, given), 200, "is claimed");
    player.now += 181 * 24 * HOURS;
    run_due(NOBODY);
    is_int(entries("mails", NOBODY), 1, "and stays");

    play_end();
}


static void
nobody_logs_in(void)
{
    player.before_commit = NULL;
    shop_payer(NOBODY);
}


/* The mail is about to go when its recipient logs in for the first time. */

static void
claimed_at_once(void)
{
    begin(PHONE_WHOLE_STORE);
    mail(li, NOBODY);

    player.now += 181 * 24 * HOURS;
    player.before_commit = nobody_logs_in;
    run_due(NOBODY);
    ok(player.before_commit == NULL, "its recipient logs in");
    is_int(entries("mails", NOBODY), 1, "and has it");

    play_end();
}


/* Who gets an account in another way needs it no more. */

static void
stranger_no_more(void)
{
    phone_str_t  given;

    begin(PHONE_WHOLE_STORE);
    mail(li, NOBODY);
    given = password();
    shop_payer(NOBODY);
    is_int(login_with(NOBODY, given), 401, "the number has an account");
    play_end();
}


/* A browser that is shut out by wrong passwords learns nothing by it. */

static void
guesses(void)
{
    unsigned     i;
    phone_str_t  given;

    begin(PHONE_WHOLE_STORE);
    mail(li, NOBODY);
    given = password();
    player.cookie = PHONE_EMPTY;

    for (i = 0; i < 100 && login_with(NOBODY, PHONE_STR("abcdefghjk")) == 401;
         i++)
    {
        /* void */
    }

    ok(i < 100, "%u guesses are enough", i);
    is_int(login_with(NOBODY, given), 429, "then the right one is none");
    player.now += 25 * HOURS;
    is_int(login_with(NOBODY, given), 401, "and too late at last");
    play_end();
}


static void
shares(phone_domain_t domain)
{
    begin(domain);
    player.settings.mail_invites = 2;

    is_int(mail(li, "+8613900000001"), 1, "the first stranger");
    is_int(mail(li, "+8613900000002"), 1, "the second one");
    is_int(mail(li, "+8613900000003"), 0, "the third gets no SMS");
    is_int(mail(wang, "+8613900000003"), 1, "but of somebody else's mail");
    player.now += DAY;
    is_int(mail(li, "+8613900000004"), 1, "the next day another one");

    shop_payer("+8613900000003");
    play("mail.list", "");
    ok(play_says("\"from\":\"" LI "\""), "his mail is there");

    play_end();
}


static int
wants(phone_str_t cookie, const char *form)
{
    player.cookie = cookie;

    return play("mail.triggers_set", form);
}


static void
triggers(phone_domain_t domain)
{
    begin(domain);

    is_int(mail(li, WANG), 0, "without triggers no SMS");

    /* who writes */

    is_int(wants(wang, "{\"senders\":[\"" LI "\"]}"), 200, "mails of Li");
    ok(play_says("\"senders\":[\"" LI "\"],\"match\":\"any\",\"gap\":10"),
       "are wanted");
    is_int(mail(li, WANG), 1, "an SMS");
    is_str(player.to, WANG, "to Wang");
    ok(memmem(player.text.data, player.text.len, "You have 2 new mails", 20)
       && memmem(player.text.data, player.text.len, "secret", 6) == NULL,
       "which counts them, and says nothing of them");
    is_int(mail(li, WANG), 0, "no other one at once");
    player.now += 10 * MINUTE;
    is_int(mail(zhao, WANG), 0, "none of Zhao's");
    is_int(mail(li, WANG), 1, "after the gap another one");
    is_int(mail(li, ZHAO), 0, "Zhao wants none");

    /* when */

    is_int(wants(wang, "from=15:00&to=17:00&timezone=Asia/Shanghai&gap=1"),
           200, "from 15:00 to 17:00");
    player.now = AFTERNOON + DAY;
    is_int(mail(zhao, WANG), 1, "at 16:00");
    player.now += HOURS - 3;
    is_int(mail(zhao, WANG), 1, "just before 17:00");
    player.now = AFTERNOON + DAY + HOURS;
    is_int(mail(zhao, WANG), 0, "at 17:00");
    wants(wang, "from=22:00&to=09:01&timezone=Europe/Berlin&gap=1");
    player.now = AFTERNOON + 2 * DAY;
    is_int(mail(zhao, WANG), 1, "over midnight, at 9:00");
    player.now += 2 * MINUTE;
    is_int(mail(zhao, WANG), 0, "at 9:02");
    player.now = AFTERNOON + 100 * DAY;
    shop_payer(ZHAO);
    zhao = keep(player.cookie);
    shop_payer(WANG);
    wang = keep(player.cookie);
    shop_payer(LI);
    li = keep(player.cookie);
    wants(wang, "from=09:30&to=10:30&timezone=Europe/Berlin&gap=1");
    is_int(mail(zhao, WANG), 1, "in summer it is 10:00 then");

    /* how many */

    wants(wang, "count=3&gap=1");
    player.now += HOURS;
    is_int(mail(zhao, WANG) + mail(zhao, WANG), 0, "two mails");
    is_int(mail(zhao, WANG), 1, "the third");
    player.now += HOURS;
    is_int(mail(zhao, WANG) + mail(zhao, WANG), 0, "they count from there");
    is_int(mail(zhao, WANG), 1, "three more");

    /* all of it */

    wants(wang, "{\"senders\":[\"" LI "\"],\"count\":2,\"match\":\"all\","
                "\"gap\":1}");
    player.now += HOURS;
    is_int(mail(li, WANG), 0, "Li's, but one");
    is_int(mail(zhao, WANG), 0, "two, but Zhao's");
    is_int(mail(li, WANG), 1, "both");

    /* his own */

    wants(wang, "count=1&gap=1");
    player.now += HOURS;
    is_int(mail(wang, WANG), 0, "Wang is not told of what he sends himself");
    wants(wang, "{\"senders\":[\"" WANG "\"],\"gap\":1}");
    is_int(mail(wang, WANG), 0, "even if he is a sender that he has named");
    is_int(mail(li, WANG), 0, "Li he has not");

    /* none */

    is_int(wants(wang, "match=all"), 200, "no triggers");
    player.now += HOURS;
    is_int(mail(li, WANG), 0, "no SMS");

    play_end();
}


static void
refused(void)
{
    unsigned  i;

    static const struct {
        const char  *form;
        const char  *code;
        const char  *field;
    } bad[] = {
        { "from=22:00", "PARAM_MISSING", "to" },
        { "to=22:00&from=21:00", "PARAM_MISSING", "timezone" },
        { "timezone=Asia/Shanghai", "PARAM_MISSING", "from" },
        { "from=24:00&to=07:00&timezone=Asia/Shanghai", "PARAM_INVALID",
          "from" },
        { "from=22:00&to=07:60&timezone=Asia/Shanghai", "PARAM_INVALID", "to" },
        { "from=2200a&to=07:00&timezone=Asia/Shanghai", "PARAM_INVALID",
          "from" },
        { "from=22:00&to=22:00&timezone=Asia/Shanghai", "PARAM_INVALID", "to" },
        { "from=22:00&to=07:00&timezone=Asia/Beijing", "PARAM_INVALID",
          "timezone" },
        { "count=0", "PARAM_INVALID", "count" },
        { "count=1001", "PARAM_INVALID", "count" },
        { "gap=0", "PARAM_INVALID", "gap" },
        { "match=some", "PARAM_INVALID", "match" },
        { "{\"senders\":[\"x\"]}", "PARAM_INVALID", "senders[0]" }
    };

    begin(PHONE_WHOLE_STORE);
    wants(wang, "count=7");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(wants(wang, bad[i].form), 400, "%s", bad[i].form);
        is_str(play_code(), bad[i].code, "its code");
        is_str(play_member("field"), bad[i].field, "its field");
    }

    player.cookie = wang;
    play("mail.triggers", "");
    ok(play_says("\"count\":7,\"match\":\"any\",\"gap\":10"),
       "nothing is changed");
    player.cookie = PHONE_EMPTY;
    is_int(play("mail.triggers", ""), 401, "nobody is logged in");
    is_int(play("mail.triggers_set", "count=1"), 401, "nor here");

    player.cookie = zhao;
    is_int(play("mail.triggers", ""), 200, "Zhao has none");
    is_str(player.body, "{\"code\":\"OK\"}", "and sees none");
    play_end();
}


int
main(void)
{
    stranger(PHONE_WHOLE_STORE);
    stranger(PHONE_ONE_BUCKET);
    unclaimed(PHONE_WHOLE_STORE);
    unclaimed(PHONE_ONE_BUCKET);
    claimed_at_once();
    stranger_no_more();
    guesses();
    shares(PHONE_WHOLE_STORE);
    shares(PHONE_ONE_BUCKET);
    triggers(PHONE_WHOLE_STORE);
    triggers(PHONE_ONE_BUCKET);
    refused();

    return done_testing();
}
