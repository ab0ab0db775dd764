
/* MAIL-3: a mailbox has a limit, whoever writes and however many at once; and
   conversations that end. */


#define _GNU_SOURCE

#include "mailing.h"


/* How many entries an index has: "peers", "mails". */

static phone_rc_t
size_run(phone_call_t *call)
{
    int64_t  size;

    size = phone_ask_size(call, phone_arg(call, "of").data[0] == 'p'
                                ? &phone_peers_of : &phone_mails_of,
                          phone_arg(call, "phone"), 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_say_int(call, "size", size);

    return phone_done(call);
}


static const phone_param_t  size_params[] = {
    { "of", PHONE_P_NAME, 0, 1, 9, "" },
    { "phone", PHONE_P_PHONE, 0, 0, 0, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  size = {
    "size", "GET", "", PHONE_ANYONE, size_run, size_params, NULL, ""
};


static int64_t
size_of(const char *of, const char *number)
{
    int64_t  n;

    run_postings();
    snprintf(form, sizeof(form), "of=%s&phone=%s", of, number + 3);
    play_endpoint(&size, form);

    return phone_parse_int(play_member("size"), &n) == 0 ? n : -1;
}


/* How many of them were counted as not kept. */

static unsigned
sends_many(phone_str_t cookie, const char *to, unsigned n)
{
    char      text[32];
    unsigned  dropped;

    dropped = 0;

    while (n--) {
        snprintf(text, sizeof(text), "%u to go", n);
        sends(cookie, to, text);
        dropped += player.tallies >> PHONE_TALLY_MAIL_NOT_KEPT & 1;
        run_postings();
    }

    return dropped;
}


static void
reads_all(phone_str_t cookie)
{
    char          id[50][32];
    unsigned      i, n;
    const char   *p, *end;

    lists(cookie, "unread=1&limit=50");
    end = player.body.data + player.body.len;
    n = 0;

    for (p = player.body.data;
         (p = memmem(p, (size_t) (end - p), "\"mail_id\":\"", 11)) != NULL;
         p++)
    {
        snprintf(id[n++], sizeof(id[0]), "%.*s", PHONE_ID_LEN, p + 11);
    }

    for (i = 0; i < n; i++) {
        does("mail.read", cookie, phone_cstr(id[i]));
    }
}


/* Between the reads and the commit the same number sends another one; a full
   mailbox is read after the first commit. */

static unsigned  commits_before;

static void
li_sends(void)
{
    phone_str_t  own;

    if (commits_before) {
        commits_before--;
        player.before_commit = li_sends;
        return;
    }

    own = player.cookie;
    sends(li, ZHAO, "meanwhile");
    player.cookie = own;
}


static void
own_box(void)
{
    start(PHONE_WHOLE_STORE);
    player.settings.mail_box = 10;
    sends_many(li, WANG, 9);

    player.before_commit = li_sends;
    is_int(sends(li, WANG, "the tenth"), 200, "two at once, room for one");
    is_int(size_of("mails", LI), 10, "the limit holds");

    player.before_commit = li_sends;
    commits_before = 1;
    is_int(sends(li, WANG, "one more"), 200, "two at once, room for none");
    ok(player.before_commit == NULL, "the other one came");
    is_int(size_of("mails", LI), 10, "each has made room for itself");

    is_int(sends(li, LI, "to myself"), 200, "two copies");
    is_int(size_of("mails", LI), 10, "have room");

    /* the limit was lowered */

    player.settings.mail_box = 5;
    is_int(sends(li, WANG, "x"), 200, "far too many");
    is_int(size_of("mails", LI), 8, "they become fewer");

    play_end();
}


static void
full_of_unread(void)
{
    start(PHONE_WHOLE_STORE);
    player.settings.mail_box = 10;
    sends_many(wang, LI, 10);
    is_int(sends(li, LI, "x"), 409, "there is no room for two");
    is_int(size_of("mails", LI), 10, "nor for one");

    play_end();
}


/* Too many mails of calls at the same time. */

static void
shrinks(phone_domain_t domain)
{
    start(domain);
    player.settings.mail_box = 15;
    sends_many(li, WANG, 15);
    reads_all(wang);
    player.settings.mail_box = 10;

    sends(zhao, WANG, "x");
    is_int(size_of("mails", WANG), 13, "two fewer");
    sends(zhao, WANG, "x");
    is_int(size_of("mails", WANG), 11, "again");
    sends(zhao, WANG, "x");
    is_int(size_of("mails", WANG), 10, "the limit");
    sends(zhao, WANG, "x");
    is_int(size_of("mails", WANG), 10, "not less");

    play_end();
}


/* A conversation whose last mail made room is no more in the list. */

static void
peers(void)
{
    start(PHONE_WHOLE_STORE);
    player.settings.mail_box = 12;

    sends_many(qian, WANG, 2);
    reads_all(wang);
    sends(li, WANG " " ZHAO, "together");
    sends_many(zhao, WANG, 9);
    is_int(size_of("peers", WANG), 3, "three have written");
    sends(zhao, WANG, "x");
    is_int(size_of("peers", WANG), 3, "one of Qian's has made room");
    sends(zhao, WANG, "x");
    is_int(size_of("peers", WANG), 2, "and the last one");

    play_end();

    /* one's own sent mails as well, of two conversations each */

    start(PHONE_WHOLE_STORE);
    player.settings.mail_box = 10;
    sends(li, WANG " " ZHAO, "x");
    sends_many(li, QIAN, 9);
    is_int(size_of("peers", LI), 3, "Li has written to three");
    sends(li, QIAN, "x");
    is_int(size_of("peers", LI), 1, "two conversations have ended");

    play_end();
}


/* The mail that makes room is the last of Qian, who writes meanwhile. */

static void
qian_writes(void)
{
    sends(qian, WANG, "meanwhile");
    player.cookie = zhao;
}


static void
peer_writes(void)
{
    start(PHONE_WHOLE_STORE);
    player.settings.mail_box = 10;

    sends(qian, WANG, "first");
    reads_all(wang);
    sends_many(zhao, WANG, 9);
    player.before_commit = qian_writes;
    is_int(sends(zhao, WANG, "x"), 200, "both at once");
    is_int(size_of("peers", WANG), 2, "Qian's conversation is there");
    lists(wang, "peer=" QIAN);
    is_int(times("meanwhile"), 1, "with a mail");

    play_end();
}


/* The last two mails of a conversation are deleted at once. */

static phone_str_t  other;

static void
other_goes(void)
{
    char  body[64];

    snprintf(body, sizeof(body), "mail_id=%.*s", PHONE_ARGS(other));
    is_int(play("mail.remove", body), 200, "the other one");
}


static void
last_two(void)
{
    phone_str_t  one;

    start(PHONE_WHOLE_STORE);

    sends(qian, WANG, "first");
    other = newest_mail(wang);
    sends(qian, WANG, "second");
    one = newest_mail(wang);
    player.before_commit = other_goes;
    is_int(does("mail.remove", wang, one), 200, "both go at once");
    is_int(size_of("peers", WANG), 0, "and their conversation");

    play_end();
}


/* One sender cannot fill a mailbox. */

static void
ignored(phone_domain_t domain)
{
    start(domain);
    player.settings.mail_box = 30;

    sends_many(li, WANG, 9);
    reads_all(wang);
    sends(wang, LI, "my own");
    is_int(sends_many(zhao, WANG, 45), 25, "what is not kept is counted");
    lists(wang, "peer=" ZHAO "&limit=50");
    is_int(times("\"mail_id\""), 20, "twenty of them are kept");
    ok(play_says("25 to go") && !play_says("24 to go"), "the first");
    lists(wang, "peer=" LI "&limit=50");
    is_int(times("\"mail_id\""), 10, "what Wang had is there");
    is_int(sends(wang, LI, "help"), 200, "he can write");
    sends(li, WANG, "important");
    lists(wang, "peer=" LI "&limit=1");
    ok(play_says("important"), "and Li's mails come");

    lists(wang, "peer=" ZHAO "&limit=1");
    does("mail.read", wang, keep(play_member("mail_id")));
    sends(zhao, WANG, "he reads me");
    lists(wang, "peer=" ZHAO "&limit=1");
    ok(play_says("he reads me"), "who is read is kept");

    sends_many(zhao, WANG, 30);
    sends(wang, ZHAO, "what is it?");
    sends(zhao, WANG, "the answer");
    lists(wang, "peer=" ZHAO "&limit=1");
    ok(play_says("the answer"), "so is who is written to");

    play_end();
}


static int
leaves(phone_str_t cookie, const char *peer)
{
    run_postings();
    player.cookie = cookie;
    snprintf(form, sizeof(form), "phone=%s", peer + 3);

    return play("mail.leave", form);
}


/* A whole conversation is deleted. */

static void
conversation(phone_domain_t domain)
{
    start(domain);

    sends_many(zhao, WANG, 60);
    sends_many(wang, ZHAO, 10);
    sends(wang, LI " " ZHAO " " QIAN, "to three");
    sends(li, WANG, "stays");

    is_int(leaves(wang, ZHAO), 200, "Wang deletes what he has with Zhao");
    is_str(play_member("deleted"), "50", "50 at once");
    is_str(play_member("more"), "true", "there are more");
    is_int(unread_of(wang), 22, "unread ones among them");
    is_int(leaves(wang, ZHAO), 200, "again");
    is_str(play_member("deleted"), "21", "the rest");
    is_str(play_member("more"), "false", "that is all");
    is_int(leaves(wang, ZHAO), 200, "once more");
    is_str(play_member("deleted"), "0", "there are none");

    lists(wang, "");
    is_int(times("\"mail_id\""), 1, "one mail is left");
    ok(play_says("stays"), "of another conversation");
    is_int(unread_of(wang), 1, "which is unread");
    lists(zhao, "peer=" WANG "&limit=50");
    is_int(times("\"mail_id\""), 50, "Zhao has his copies");

    player.cookie = wang;
    play("mail.conversations", "");
    is_int(times("\"peer\""), 1, "one conversation is left");

    is_int(size_of("peers", WANG), 1, "Qian's has ended as well");

    is_int(leaves(li, QIAN), 200, "a conversation of others");
    is_str(play_member("deleted"), "0", "is not there");
    player.cookie = PHONE_EMPTY;
    is_int(play("mail.leave", "phone=13800000003"), 401, "nobody is logged in");

    play_end();
}


/* Mails to many: each leaves twenty conversations. */

static void
wide_conversation(void)
{
    int       n;
    char      to[1024];
    unsigned  i;

    start(PHONE_WHOLE_STORE);
    n = snprintf(to, sizeof(to), "%s", WANG);

    for (i = 0; i < 19; i++) {
        n += snprintf(to + n, sizeof(to) - (size_t) n, " +8613900003%03u", i);
    }

    sends_many(li, to, 5);
    is_int(leaves(li, WANG), 200, "twenty recipients each");
    is_str(play_member("deleted"), "3", "three at once");
    is_int(leaves(li, WANG), 200, "again");
    is_str(play_member("deleted"), "2", "the rest");
    is_int(size_of("peers", LI), 0, "no conversation is left");
    is_int(size_of("mails", LI), 0, "nor a mail");

    play_end();
}


/* A day's bytes of long texts. */

static void
bytes(void)
{
    char         text[1001];
    phone_str_t  in;

    start(PHONE_WHOLE_STORE);
    player.settings.mail_day_bytes = 3000;
    memset(text, 'x', 1000);
    text[1000] = '\0';

    is_int(sends(li, WANG " " ZHAO, text), 200, "2000 bytes");
    is_int(sends(li, WANG " " ZHAO, text), 429, "2000 more");
    is_str(play_member("field"), "text", "the text");
    ok(player.retry_after > 3600, "is refused this day");
    is_int(sends(li, WANG " " ZHAO " " QIAN " " LI, text), 400,
           "more than a day may have");
    is_str(play_member("field"), "text", "is refused for ever");
    ok(player.retry_after == 0 && play_says("reason"), "and says why");
    text[500] = '\0';
    is_int(sends(li, WANG " " ZHAO " " QIAN " " LI, text), 200,
           "short ones do not count");
    memset(text, 'x', 1000);
    is_int(sends(li, WANG, text), 200, "as many as there may be");
    is_int(sends(li, WANG, text), 429, "and no more");
    is_int(sends(li, WANG " " ZHAO " " QIAN, text), 429,
           "nor as many as a day may have");
    player.now += DAY;
    is_int(sends(li, WANG " " ZHAO " " QIAN, text), 200,
           "which go the next day");

    /* the field is one of the call's */

    in = newest_mail(wang);
    player.cookie = wang;
    snprintf(form, sizeof(form), "mail_id=%.*s&to[]=13800000003"
             "&to[]=13800000004&to[]=13800000001&to[]=13800000009",
             PHONE_ARGS(in));
    is_int(play("mail.forward", form), 400, "it is sent on to four");
    is_str(play_member("field"), "to", "which are too many");

    player.settings.mail_hour = 0;
    snprintf(form, sizeof(form), "mail_id=%.*s&to[]=13800000003",
             PHONE_ARGS(in));
    is_int(play("mail.forward", form), 429, "none in this hour");
    is_str(play_member("field"), "to", "has a field that is there");
    snprintf(form, sizeof(form), "mail_id=%.*s&text=x", PHONE_ARGS(in));
    player.settings.mail_hour = 10;
    player.settings.mail_day = 0;
    is_int(play("mail.reply", form), 429, "no recipient in this day");
    is_str(play_member("field"), "text", "as well");

    play_end();
}


static void
blocks_himself(void)
{
    start(PHONE_WHOLE_STORE);
    player.cookie = li;
    is_int(play("mail.block", "phone=" LI), 400, "Li blocks Li");
    is_str(play_code(), "PARAM_INVALID", "which he cannot");
    is_str(play_member("field"), "phone", "so it says");
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
        shrinks(domain[i]);
        ignored(domain[i]);
        conversation(domain[i]);
    }

    own_box();
    full_of_unread();
    peers();
    peer_writes();
    last_two();
    wide_conversation();
    bytes();
    blocks_himself();

    return done_testing();
}
