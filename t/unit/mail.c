
/* MAIL-2 .. MAIL-4: numbers write to each other: who gets what, what he sees of
   it, what is not his, and what he does to it. */


#define _GNU_SOURCE

#include "mailing.h"


static void
to_one(phone_domain_t domain)
{
    phone_str_t  out, in;

    start(domain);

    is_int(sends(li, WANG, "hello"), 200, "Li writes to Wang");
    out = keep(play_member("mail_id"));
    is_str(play_member("recipients"), "1", "one gets it");

    is_int(lists(wang, ""), 200, "Wang looks");
    is_int(times("\"mail_id\""), 1, "there is one mail");
    ok(play_says("\"kind\":\"IN\",\"from\":\"" LI "\",\"to\":[\"" WANG "\"],"
                 "\"recipients\":1,\"text\":\"hello\"")
       && play_says("\"read\":false,\"forwarded\":false"), "it is Li's");
    in = keep(play_member("mail_id"));
    ok(!phone_equal(in, out), "a copy of its own");
    is_int(unread_of(wang), 1, "and not read");

    lists(li, "");
    is_int(times("\"mail_id\""), 1, "Li has one as well");
    ok(play_says("\"kind\":\"OUT\"") && play_says("\"read\":true"),
       "which is sent");
    is_int(unread_of(li), 0, "nothing to read");

    lists(zhao, "");
    is_int(times("\"mail_id\""), 0, "Zhao has none");

    /* what is not his */

    is_int(does("mail.get", li, in), 404, "Li gets Wang's copy");
    is_str(play_code(), "MAIL_NOT_FOUND", "there is no such mail");
    is_int(does("mail.read", zhao, in), 404, "nor does Zhao read it");
    is_int(does("mail.remove", li, in), 404, "nor Li delete it");
    is_int(does("mail.get", wang, out), 404, "nor Wang get Li's");
    is_int(unread_of(wang), 1, "nothing is changed");

    /* reading */

    is_int(does("mail.get", wang, in), 200, "Wang gets it");
    ok(play_says("\"text\":\"hello\""), "whole");
    is_int(unread_of(wang), 1, "and has not read it by that");
    player.lose_answer = 1;
    is_int(does("mail.read", wang, in), 200, "he reads it");
    is_int(player.runs > 1, 1, "the answer of the commit was lost");
    is_int(unread_of(wang), 0, "nothing is unread");
    is_int(does("mail.read", wang, in), 200, "once more");
    is_int(player.commits, 0, "which changes nothing");
    is_int(does("mail.read", li, out), 200, "what is sent is read");
    is_int(player.commits, 0, "anyhow");
    lists(wang, "");
    ok(play_says("\"read\":true"), "it is shown so");

    /* deleting */

    is_int(does("mail.remove", wang, in), 200, "Wang deletes it");
    lists(wang, "");
    is_int(times("\"mail_id\""), 0, "it is gone");
    is_int(does("mail.remove", wang, in), 404, "the second time");
    is_int(does("mail.get", wang, in), 404, "so it is for him");
    is_int(does("mail.get", li, out), 200, "Li has his copy");

    sends(li, WANG, "once more");
    in = newest_mail(wang);
    is_int(unread_of(wang), 1, "another one");
    is_int(does("mail.remove", wang, in), 200, "deleted before it is read");
    is_int(unread_of(wang), 0, "it is unread no more");

    play_end();
}


static void
to_some(phone_domain_t domain)
{
    start(domain);

    is_int(sends(li, WANG " " ZHAO " " WANG " " NOBODY " " LI, "all"), 200,
           "to four, one of them twice, to oneself, to nobody's number");
    is_str(play_member("recipients"), "4", "four get it");

    lists(wang, "");
    is_int(times("\"mail_id\""), 1, "Wang once");
    ok(play_says("\"to\":[\"" WANG "\",\"" ZHAO "\",\"" NOBODY "\",\"" LI
                 "\"],\"recipients\":4"), "he sees who else");
    lists(zhao, "");
    is_int(times("\"mail_id\""), 1, "Zhao once");
    lists(li, "");
    is_int(times("\"kind\":\"IN\""), 1, "Li has got it");
    is_int(times("\"kind\":\"OUT\""), 1, "and sent it");

    /* a number without an account has a mailbox */

    shop_payer(NOBODY);
    lists(player.cookie, "");
    is_int(times("\"mail_id\""), 1, "the new account has its mail");

    play_end();
}


/* Lists: of a peer, of what is unread, page by page. */

static void
listed(phone_domain_t domain)
{
    char         how[128];
    unsigned     i;
    phone_str_t  next;

    start(domain);

    for (i = 0; i < 5; i++) {
        snprintf(how, sizeof(how), "from Li %u", i);
        sends(li, WANG, how);
        sends(zhao, WANG, "from Zhao");
    }

    lists(wang, "peer=" LI);
    is_int(times("from Li"), 5, "with Li");
    is_int(times("from Zhao"), 0, "not with Zhao");
    does("mail.read", wang, newest_mail(wang));
    lists(wang, "unread=1");
    is_int(times("\"mail_id\""), 9, "not read");
    ok(play_says("\"unread\":9"), "as it says");
    lists(wang, "unread=1&peer=" ZHAO);
    is_int(times("\"mail_id\""), 4, "of Zhao");

    lists(wang, "limit=4");
    is_int(times("\"mail_id\""), 4, "a page");
    next = keep(play_member("next_before"));
    sends(li, WANG, "meanwhile");
    snprintf(how, sizeof(how), "limit=50&before=%.*s", PHONE_ARGS(next));
    lists(wang, how);
    is_int(times("\"mail_id\""), 6, "the rest, whatever arrives");
    next = keep(play_member("next_before"));
    snprintf(how, sizeof(how), "before=%.*s", PHONE_ARGS(next));
    lists(wang, how);
    is_int(times("\"mail_id\""), 0, "and no more");
    ok(!play_says("next_before"), "which is the end");

    lists(wang, "q=from+Zhao&limit=5");
    is_int(times("\"mail_id\""), 5, "as many as are found");

    lists(wang, "after=1&limit=10");
    is_int(times("\"mail_id\""), 10, "upwards");
    next = keep(play_member("next_after"));
    snprintf(how, sizeof(how), "after=%.*s", PHONE_ARGS(next));
    lists(wang, how);
    is_int(times("\"mail_id\""), 1, "what came last");
    ok(play_says("meanwhile"), "is that");

    play_end();
}


/* Answering, forwarding, conversations. */

static void
answered(phone_domain_t domain)
{
    phone_str_t  out, in, reply;

    start(domain);

    sends(li, WANG " " ZHAO, "what do you say?");
    out = keep(play_member("mail_id"));
    in = newest_mail(wang);

    player.cookie = wang;
    player.now++;
    snprintf(form, sizeof(form), "mail_id=%.*s&text=yes", PHONE_ARGS(in));
    is_int(play("mail.reply", form), 200, "Wang answers");
    is_str(play_member("recipients"), "1", "the sender only");
    reply = keep(play_member("mail_id"));

    does("mail.get", wang, reply);
    ok(phone_equal(play_member("reply_to"), in), "what he has got");
    newest_mail(li);
    ok(play_says("\"text\":\"yes\"")
       && phone_equal(play_member("reply_to"), out), "what Li has sent");
    lists(zhao, "");
    ok(!play_says("yes"), "Zhao does not get it");

    snprintf(form, sizeof(form), "mail_id=%.*s&text=x", PHONE_ARGS(out));
    player.cookie = li;
    is_int(play("mail.reply", form), 400, "Li answers himself");
    is_str(play_member("field"), "mail_id", "which he cannot");
    player.cookie = zhao;
    is_int(play("mail.reply", form), 404, "Zhao answers what is not his");

    player.cookie = wang;
    player.now++;
    snprintf(form, sizeof(form), "mail_id=%.*s&to[]=%s&to[]=%s",
             PHONE_ARGS(in), QIAN + 3, LI + 3);
    is_int(play("mail.forward", form), 200, "Wang sends it on");
    is_str(play_member("recipients"), "2", "to two");
    newest_mail(qian);
    ok(play_says("\"from\":\"" WANG "\"")
       && play_says("\"text\":\"what do you say?\"")
       && play_says("\"forwarded\":true") && !play_says("reply_to"),
       "as his own");
    snprintf(form, sizeof(form), "mail_id=%.*s&to[]=%s", PHONE_ARGS(in),
             LI + 3);
    player.cookie = zhao;
    is_int(play("mail.forward", form), 404, "Zhao cannot");

    lists(wang, "peer=" LI);
    is_int(times("\"mail_id\""), 3, "Wang and Li: question, reply, forward");
    player.cookie = wang;
    play("mail.conversations", "");
    is_int(times("\"peer\""), 2, "two conversations");
    ok(play_says("\"conversations\":[{\"peer\":\"" QIAN "\"")
       || play_says("\"conversations\":[{\"peer\":\"" LI "\""),
       "the latest first");

    /* the last mail of a conversation goes */

    newest_mail(qian);
    does("mail.remove", qian, keep(play_member("mail_id")));
    player.cookie = qian;
    play("mail.conversations", "");
    is_int(times("\"peer\""), 0, "Qian has none any more");

    play_end();
}


static void
blocked(phone_domain_t domain)
{
    start(domain);

    sends(li, WANG, "before");
    player.cookie = wang;
    is_int(play("mail.block", "phone=" LI), 200, "Wang wants no more of Li");
    is_int(play("mail.block", "phone=" LI), 200, "the second time");
    is_int(player.commits, 0, "changes nothing");
    is_int(sends(li, WANG " " ZHAO, "insists"), 200, "Li is not told");
    is_str(play_member("recipients"), "2", "of nothing");
    lists(wang, "");
    ok(play_says("before") && !play_says("insists"), "it does not come");
    lists(zhao, "");
    ok(play_says("insists"), "to Zhao it does");

    player.cookie = zhao;
    play("mail.blocked", "");
    is_int(times("\"phone\""), 0, "Zhao's list is empty");
    player.cookie = wang;
    play("mail.blocked", "");
    ok(play_says("\"blocked\":[{\"phone\":\"" LI "\""), "Wang's has Li");
    ok(!play_says("next_before"), "and there are no more");
    sends(wang, LI, "I may");
    lists(li, "");
    ok(play_says("I may"), "Li has not blocked Wang");

    player.cookie = wang;
    is_int(play("mail.unblock", "phone=" LI), 200, "Li may again");
    is_int(play("mail.unblock", "phone=" LI), 200, "once more");
    is_int(player.commits, 0, "changes nothing");
    sends(li, WANG, "after");
    lists(wang, "");
    ok(play_says("after") && !play_says("insists"), "and does");

    play_end();
}


/* Between the reads and the commit another one is blocked. */

static void
another_blocked(void)
{
    static int   done;
    phone_str_t  own;

    if (done++) {
        return;
    }

    own = player.cookie;
    player.cookie = wang;
    play("mail.block", "phone=+8613900000999");
    player.cookie = own;
}


static void
blocked_many(phone_domain_t domain)
{
    unsigned  i;

    start(domain);
    player.cookie = wang;

    for (i = 0; i < 499; i++) {
        snprintf(form, sizeof(form), "phone=+8613900001%03u", i);
        play("mail.block", form);
    }

    if (domain == PHONE_WHOLE_STORE) {
        player.before_commit = another_blocked;
        is_int(play("mail.block", "phone=" LI), 409, "two at once");
        player.before_commit = NULL;

    } else {
        is_int(play("mail.block", "phone=" LI), 200, "the last");
        is_int(play("mail.block", "phone=" ZHAO), 409, "one more");
    }

    is_str(play_code(), "TOO_MANY", "there is no room");
    play("mail.block", "phone=+8613900001000");
    is_str(play_code(), "OK", "which is blocked already");

    play_end();
}


static void
sought(void)
{
    char         how[128];
    unsigned     i;
    phone_str_t  next;

    start(PHONE_WHOLE_STORE);
    player.settings.mail_hour = 10000;
    player.settings.mail_day = 10000;

    sends(li, WANG, "The Needle at the bottom 针");

    for (i = 0; i < 620; i++) {
        sends(li, WANG, i % 100 ? "hay" : "some needles");

        if (i % 50 == 0) {
            does("mail.read", wang, newest_mail(wang));
        }
    }

    is_int(lists(wang, "q=NEEDLE"), 200, "in capitals");
    is_int(times("needles"), 5, "those of the last 500");
    ok(!play_says("bottom"), "the rest is not looked at");
    next = keep(play_member("next_before"));
    ok(next.len, "but there is more");
    snprintf(how, sizeof(how), "q=NEEDLE&before=%.*s", PHONE_ARGS(next));
    lists(wang, how);
    is_int(times("eedle"), 3, "the older ones");
    ok(play_says("bottom"), "the oldest among them");
    lists(wang, "q=needle&limit=2");
    is_int(times("needles"), 2, "two of them");
    snprintf(how, sizeof(how), "q=needle&limit=50&before=%.*s",
             PHONE_ARGS(play_member("next_before")));
    lists(wang, how);
    is_int(times("needles"), 5, "and five more of the next 500");
    lists(wang, "q=%E9%92%88&after=1");
    ok(play_says("bottom"), "from below, in another script");
    lists(wang, "q=needle&peer=" ZHAO);
    is_int(times("\"mail_id\""), 0, "not with Zhao");
    lists(zhao, "q=needle");
    is_int(times("\"mail_id\""), 0, "nor of Zhao");

    play_end();
}


/* To many numbers: Wang is the 51st, Zhao the 5th, everybody is there twice. */

static void
many(phone_domain_t domain)
{
    int          n;
    char         to[32768];
    unsigned     i;
    phone_str_t  out;

    start(domain);
    player.settings.mail_day = 2000;
    n = 0;

    for (i = 0; i < 120; i++) {
        n += snprintf(to + n, sizeof(to) - (size_t) n, "%s+8613900002%03u",
                      i ? " " : "", i % 60);
        n += i % 60 == 4 ? snprintf(to + n, sizeof(to) - (size_t) n, " " ZHAO)
             : i % 60 == 49 ? snprintf(to + n, sizeof(to) - (size_t) n,
                                       " " WANG)
             : 0;
    }

    is_int(sends(li, to, "to all"), 200, "Li writes to 62");
    is_str(play_member("recipients"), "62", "each counts once");
    out = keep(play_member("mail_id"));

    lists(zhao, "");
    is_int(times("to all"), 1, "Zhao is among the first");
    ok(play_says("\"to\":[\"" ZHAO "\"],\"recipients\":62"),
       "he does not see who else gets it");
    lists(wang, "");
    is_int(times("to all"), 0, "Wang is not");

    lists(li, "");
    is_int(times("+8613900002"), 19, "Li's list shows twenty");
    does("mail.get", li, out);
    is_int(times("+8613900002"), 60, "his mail all of them");
    ok(play_says(WANG), "Wang among them");
    lists(li, "peer=" WANG);
    is_int(times("\"mail_id\""), 0, "it is in no conversation of his");

    does("mail.remove", li, out);
    player.lose_answer = 1;
    run_events();
    lists(wang, "");
    is_int(times("to all"), 1, "Wang gets it once, though Li's is deleted");
    lists(zhao, "");
    is_int(times("to all"), 1, "Zhao still once");
    lists(wang, "peer=" LI);
    is_int(times("\"mail_id\""), 1, "it is in Wang's conversation with Li");

    /* the limit of the day counts them all */

    player.settings.mail_day = 123;
    is_int(sends(li, to, "again"), 429, "more than a day's recipients");
    player.settings.mail_day = 124;
    is_int(sends(li, to, "again"), 200, "as many as there may be");

    play_end();
}


/* When a call has committed, and before it runs again. */

static void
li_deletes(void)
{
    char  which[64];

    if (player.commits == 0) {
        return;
    }

    player.before_read = NULL;
    player.cookie = li;
    play("mail.list", "limit=1");
    snprintf(which, sizeof(which), "mail_id=%.*s",
             PHONE_ARGS(play_member("mail_id")));
    is_int(play("mail.remove", which), 200, "Li deletes his copy");
}


static void
once(void)
{
    start(PHONE_WHOLE_STORE);

    player.lose_answer = 1;
    is_int(sends(li, WANG, "one"), 200, "the answer of the commit is lost");
    ok(player.runs > 1, "the call runs again");
    lists(wang, "");
    is_int(times("\"mail_id\""), 1, "one mail");
    lists(li, "");
    is_int(times("\"mail_id\""), 1, "one copy");

    player.lose_answer = 1;
    player.before_read = li_deletes;
    is_int(sends(li, ZHAO, "two"), 200, "his copy is gone by then");
    player.before_read = NULL;
    lists(li, "");
    is_int(times("two"), 0, "it does not come back");
    lists(zhao, "");
    is_int(times("two"), 1, "Zhao has it once");

    play_end();
}


/* Between the reads and the commit. */

static void
wang_opens(void)
{
    static int    open;
    phone_str_t   own;

    if (open++) {
        return;
    }

    own = player.cookie;
    player.cookie = wang;
    play("live.open", "");
    player.cookie = own;
}


/* What the last event of Wang's stream says. */

static phone_str_t
wang_hears(void)
{
    phone_str_t          key;
    const sim_stream_t  *stream;

    key = phone_key(&player.arena, &phone_live_of,
                    phone_home(&player.env, &phone_live_of, PHONE_STR(WANG)),
                    PHONE_STR(WANG));
    stream = sim_store_stream(player.store, player.now, key);

    return stream == NULL || stream->n == 0
           ? PHONE_EMPTY
           : stream->item[stream->first + stream->n - 1].field[1].value;
}


static void
live(void)
{
    phone_str_t  mail_id;

    start(PHONE_WHOLE_STORE);

    sends(li, WANG, "nobody listens");
    is_int(player.published, 0, "no event");

    player.before_commit = wang_opens;
    is_int(sends(li, WANG, "he opens meanwhile"), 200, "a client opens");
    player.before_commit = NULL;
    is_int(player.published, 2, "after its reset it gets the event");

    mail_id = newest_mail(wang);
    ok(phone_equal(wang_hears(),
                   phone_format(&player.arena, "{\"mail_id\":\"%.*s\","
                                "\"from\":\"" LI "\",\"created_at\":"
                                "\"%.*s\"}", PHONE_ARGS(mail_id),
                                PHONE_ARGS(play_member("created_at")))),
       "which mail, from whom, and when");

    does("mail.read", wang, mail_id);
    is_int(player.published, 3, "mail.read as well");
    sends(li, WANG, "next");
    is_int(player.published, 4, "and the next");

    play_end();
}


static void
limits(void)
{
    unsigned  i;

    start(PHONE_WHOLE_STORE);
    player.settings.mail_hour = 3;

    for (i = 0; i < 3; i++) {
        is_int(sends(li, WANG, "x"), 200, "within the hour's limit");
    }

    is_int(sends(li, WANG, "x"), 429, "beyond it");
    is_str(play_code(), "RATE_LIMITED", "so it says");
    ok(player.retry_after > 0 && player.retry_after <= 3600, "when");
    lists(wang, "");
    is_int(times("\"mail_id\""), 3, "three came");
    is_int(sends(zhao, WANG, "x"), 200, "Zhao has a limit of his own");
    player.now += 3600000;
    is_int(sends(li, WANG, "x"), 200, "the next hour");

    player.settings.mail_day = 6;
    is_int(sends(li, WANG " " ZHAO, "x"), 200, "as many as there may be");
    is_int(sends(li, WANG, "x"), 429, "one recipient more");
    is_str(play_member("field"), "to", "the recipients of the day");
    player.settings.mail_hour = 0;
    player.now += DAY;
    is_int(sends(li, WANG, "x"), 429, "none at all");

    play_end();
}


/* A full mailbox: the oldest mail that was read goes. */

static void
full(void)
{
    char         text[32];
    unsigned     i;
    phone_str_t  in;

    start(PHONE_WHOLE_STORE);
    player.settings.mail_box = 10;

    for (i = 0; i < 10; i++) {
        snprintf(text, sizeof(text), "number %u.", i);
        sends(li, WANG, text);
    }

    lists(wang, "");
    is_int(times("\"mail_id\""), 10, "full");
    is_int(sends(zhao, WANG, "one more"), 200, "Zhao is not told");
    lists(wang, "");
    is_int(times("\"mail_id\""), 10, "all are unread");
    ok(!play_says("one more"), "the new one is not kept");

    lists(wang, "after=1&limit=3");
    in = keep(play_member("next_after"));
    in.data += in.len - PHONE_ID_LEN;
    in.len = PHONE_ID_LEN;
    does("mail.read", wang, in);
    sends(zhao, WANG, "one more");
    lists(wang, "");
    is_int(times("\"mail_id\""), 10, "the third was read");
    ok(play_says("one more") && !play_says("number 2."), "and has gone");
    lists(wang, "peer=" LI);
    is_int(times("\"mail_id\""), 9, "from the conversation as well");
    is_int(does("mail.get", wang, in), 404, "and the record");
    is_int(unread_of(wang), 10, "none of the others was read");
    is_int(sends(wang, LI, "x"), 409, "Wang cannot send");
    is_str(play_code(), "MAILBOX_FULL", "before he reads some");
    is_int(player.commits, 1, "the limit did not hold at the commit");

    for (i = 0; i < 25; i++) {
        sends(zhao, ZHAO, "to myself");
        lists(zhao, "limit=50");
        ok(times("\"mail_id\"") <= 10, "no more than there may be");
    }

    play_end();
}


static void
wrong(void)
{
    unsigned  i;
    char      text[16000];

    start(PHONE_WHOLE_STORE);

    is_int(sends(li, "", "x"), 400, "to nobody");
    is_str(play_member("field"), "to", "which is said");
    sends(li, WANG " 123", "x");
    is_str(play_member("field"), "to[1]", "a number that is none");
    is_int(sends(li, WANG, ""), 400, "no text");
    is_int(sends(li, WANG, "  \\n "), 400, "a blank one");
    is_int(sends(li, WANG, "a\\u202eb"), 400, "one that turns others around");
    is_int(sends(li, WANG, "a\\r\\nb\\n\\nhttp://c.example/?d=1&e=2"), 200,
           "lines and a link");
    lists(wang, "");
    ok(play_says("\"text\":\"a\\nb\\n\\nhttp://c.example/?d=1&e=2\""),
       "as they were written");

    for (i = 0; i < 2001; i++) {
        memcpy(text + 3 * i, "字", 3);
    }

    text[3 * 2001] = '\0';
    is_int(sends(li, WANG, text), 400, "2001 characters");
    text[3 * 2000] = '\0';
    is_int(sends(li, WANG, text), 200, "2000");

    player.cookie = PHONE_EMPTY;
    is_int(play("mail.list", ""), 401, "nobody is logged in");
    is_int(lists(li, "limit=51"), 400, "too large a page");
    is_int(lists(li, "peer=x"), 400, "no peer");

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
        to_one(domain[i]);
        to_some(domain[i]);
        listed(domain[i]);
        answered(domain[i]);
        blocked(domain[i]);
        blocked_many(domain[i]);
        many(domain[i]);
    }

    sought();
    once();
    live();
    limits();
    full();
    wrong();

    return done_testing();
}
