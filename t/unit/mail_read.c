
/* MAIL-4: a conversation is read up to a mail, the names of its numbers, and
   the order of what is sent in one millisecond. */


#define _GNU_SOURCE

#include "mailing.h"


static int
reads(phone_str_t cookie, const char *peer, phone_str_t to)
{
    run_postings();
    player.cookie = cookie;
    snprintf(form, sizeof(form), "phone=%s&mail_id=%.*s", peer,
             PHONE_ARGS(to));

    return play("mail.read_to", form);
}


static int64_t
marked(void)
{
    int64_t  n;

    return phone_parse_int(play_member("marked"), &n) == 0 ? n : -1;
}


static int
is_more(void)
{
    return play_says("\"more\":true");
}


/* The newest mail of a conversation. */

static phone_str_t
last_of(phone_str_t cookie, const char *peer)
{
    char  how[64];

    snprintf(how, sizeof(how), "limit=1&peer=%s", peer);
    lists(cookie, how);

    return keep(play_member("mail_id"));
}


static void
up_to(phone_domain_t domain)
{
    phone_str_t  second, last, of_zhao, own, foreign;

    start(domain);

    sends(li, WANG, "one");
    sends(li, WANG, "two");
    second = last_of(wang, LI);
    sends(zhao, WANG, "of Zhao");
    of_zhao = last_of(wang, ZHAO);
    sends(li, WANG, "three");
    last = last_of(wang, LI);
    sends(wang, LI, "four");
    own = last_of(wang, LI);
    foreign = last_of(li, WANG);

    is_int(unread_of(wang), 4, "four are unread");

    /* what is not his, or of another conversation */

    is_int(reads(wang, LI, foreign), 404, "up to a mail of somebody else");
    is_str(play_code(), "MAIL_NOT_FOUND", "there is no such mail");
    is_str(play_member("field"), "mail_id", "which is said");
    is_int(reads(li, WANG, second), 404, "nor does Li read Wang's");
    is_int(reads(wang, LI, of_zhao), 404, "up to one of another conversation");
    is_int(reads(wang, NOBODY, second), 404, "with nobody");
    is_int(reads(wang, "12", second), 400, "with what is no number");
    is_int(reads(wang, LI, PHONE_STR("x")), 400, "up to what is no id");
    player.cookie = wang;
    is_int(play("mail.read_to", "phone=" LI), 400, "up to nothing");
    is_str(play_code(), "PARAM_MISSING", "it is missing");
    is_int(reads(PHONE_EMPTY, LI, second), 401, "who is logged in?");
    is_int(unread_of(wang), 4, "nothing is changed");

    /* up to the second one */

    is_int(reads(wang, LI, second), 200, "up to the second");
    is_int(marked(), 2, "two are read");
    ok(!is_more(), "and these are all");
    is_int(unread_of(wang), 2, "two are not");
    is_int(reads(wang, LI, second), 200, "once more");
    is_int(marked(), 0, "nothing is left to do");
    is_int(player.commits, 0, "and nothing is written");
    lists(wang, "unread=1&peer=" LI);
    ok(play_says("three"), "what came after it is unread");
    is_int(times("\"mail_id\""), 1, "alone");

    /* up to one's own, which is behind them */

    player.lose_answer = 1;
    is_int(reads(wang, LI, own), 200, "up to what he has sent himself");
    ok(player.runs > 1, "the answer of the commit was lost");
    is_int(unread_of(wang), 1, "the one of Zhao is left");
    lists(wang, "unread=1");
    ok(play_says("of Zhao"), "which is of another conversation");
    does("mail.get", wang, last);
    ok(play_says("\"read\":true"), "the third is shown so");

    /* one that was deleted */

    does("mail.remove", wang, second);
    is_int(reads(wang, LI, second), 404, "up to one that was deleted");
    is_int(reads(wang, ZHAO, of_zhao), 200, "up to the first of Zhao");
    is_int(marked(), 1, "itself");
    is_int(unread_of(wang), 0, "nothing is unread");

    play_end();
}


/* More than a call marks. */

static void
many_unread(phone_domain_t domain)
{
    unsigned     i;
    phone_str_t  last;

    start(domain);
    player.settings.mail_hour = 1000;
    player.settings.mail_box = 10000;

    for (i = 0; i < 50; i++) {
        sends(li, WANG, "x");
    }

    last = last_of(wang, LI);
    is_int(reads(wang, LI, last), 200, "as many as a call marks");
    is_int(marked(), 50, "fifty");
    ok(!is_more(), "there are no more");
    is_int(unread_of(wang), 0, "none is unread");

    for (i = 0; i < 51; i++) {
        sends(li, WANG, i == 50 ? "last" : "x");
    }

    last = last_of(wang, LI);
    is_int(reads(wang, LI, last), 200, "one more than that");
    is_int(marked(), 50, "fifty");
    ok(is_more(), "and there are more");
    is_int(unread_of(wang), 1, "one");
    lists(wang, "unread=1");
    ok(play_says("\"text\":\"last\""), "the newest: the oldest went first");
    is_int(reads(wang, LI, last), 200, "again");
    is_int(marked(), 1, "the last one");
    ok(!is_more(), "that is all");
    is_int(unread_of(wang), 0, "none is unread");

    play_end();
}


/* A long conversation that was read, and as many unread mails of others: a call
   goes on until it finds one. */

static void
far_away(void)
{
    unsigned     i;
    phone_str_t  last;

    start(PHONE_WHOLE_STORE);
    player.settings.mail_hour = 10000;
    player.settings.mail_day = 10000;
    player.settings.mail_box = 10000;

    for (i = 0; i < 1000; i++) {
        sends(wang, LI, "x");
    }

    for (i = 0; i < 100; i++) {
        sends(zhao, WANG, "x");
    }

    for (i = 0; i < 1000; i++) {
        sends(i % 2 ? qian : zhao, WANG, "x");

        if (i % 50 == 0) {
            sends(wang, ZHAO, "y");
            sends(wang, QIAN, "y");
        }
    }

    sends(li, WANG, "the one");
    last = last_of(wang, LI);
    i = (unsigned) unread_of(wang);
    ok(i > 900, "many are unread");
    is_int(reads(wang, LI, last), 200, "up to one behind many");
    is_int(marked(), 1, "it is found");
    ok(!is_more(), "with one call");
    is_int(unread_of(wang), i - 1, "the others are as they were");

    play_end();
}


static phone_str_t  meanwhile;


static void
other_call(phone_str_t cookie, const char *name, const char *body)
{
    phone_str_t  own;

    own = player.cookie;
    player.cookie = cookie;
    play(name, body);
    player.cookie = own;
}


static void
is_deleted(void)
{
    char  body[64];

    player.before_commit = NULL;
    snprintf(body, sizeof(body), "mail_id=%.*s", PHONE_ARGS(meanwhile));
    other_call(wang, "mail.remove", body);
}


static void
comes(void)
{
    player.before_commit = NULL;
    other_call(li, "mail.send",
               "{\"to\":[\"" WANG "\"],\"text\":\"meanwhile\"}");
}


static void
meets(void)
{
    phone_str_t  last;

    start(PHONE_WHOLE_STORE);
    sends(li, WANG, "one");
    meanwhile = last_of(wang, LI);
    sends(li, WANG, "two");
    last = last_of(wang, LI);

    player.before_commit = is_deleted;
    is_int(reads(wang, LI, last), 200, "one is deleted meanwhile");
    is_int(marked(), 1, "the other one is read");
    is_int(does("mail.get", wang, meanwhile), 404, "it does not come back");
    is_int(unread_of(wang), 0, "nothing is unread");

    /* its record is lost, and only a name in the list is left */

    sends(li, WANG, "lost");
    meanwhile = last_of(wang, LI);
    sends(li, WANG, "next");
    last = last_of(wang, LI);
    meddle(PHONE_OP_DEL, &phone_mail, meanwhile, 0, NULL);
    is_int(reads(wang, LI, last), 200, "one is lost");
    is_int(marked(), 1, "the other one is read");
    is_int(does("mail.get", wang, meanwhile), 404, "nothing is made of it");
    is_int(unread_of(wang), 0, "and it is unread no more");

    sends(li, WANG, "three");
    last = last_of(wang, LI);
    player.before_commit = comes;
    is_int(reads(wang, LI, last), 200, "one comes meanwhile");
    is_int(unread_of(wang), 1, "which is unread");
    lists(wang, "unread=1");
    ok(play_says("meanwhile"), "that one");

    play_end();
}


/* One event for all of them. */

static phone_str_t
last_live(const char *number)
{
    phone_str_t          of;
    const sim_stream_t  *live;

    of = phone_cstr(number);
    live = sim_store_stream(player.store, player.now,
                            phone_key(&player.arena, &phone_live_of,
                                      phone_home(&player.env, &phone_live_of,
                                                 of), of));

    return live == NULL ? PHONE_EMPTY
                        : live->item[live->first + live->n - 1].field[1].value;
}


static void
told(void)
{
    start(PHONE_WHOLE_STORE);
    player.cookie = wang;
    play("live.open", "");
    sends(li, WANG, "one");
    sends(li, WANG, "two");
    player.published = 0;
    is_int(reads(wang, LI, last_of(wang, LI)), 200, "he reads them");
    is_int(player.published, 1, "one event");
    snprintf(form, sizeof(form), "{\"mail_id\":\"%.*s\",\"peer\":\"" LI "\"}",
             PHONE_ARGS(last_of(wang, LI)));
    is_str(last_live(WANG), form, "of the newest that was marked");
    is_int(reads(wang, LI, last_of(wang, LI)), 200, "once more");
    is_int(marked(), 0, "nothing was unread");
    is_int(player.published, 1, "and nothing is told");

    play_end();
}


/* The phonebook's names */

static void
calls_him(phone_str_t cookie, const char *name, const char *number)
{
    player.cookie = cookie;
    snprintf(form, sizeof(form), "{\"name\":\"%s\",\"numbers\":[{\"number\":"
             "\"%s\"}]}", name, number);
    is_int(play("contacts.create", form), 200, "%s is in the phonebook", name);
}


static int
talks(phone_str_t cookie)
{
    run_postings();
    player.cookie = cookie;

    return play("mail.conversations", "");
}


static void
names(phone_domain_t domain)
{
    char      id[64];
    unsigned  reads_of_none;

    start(domain);
    sends(li, WANG, "hello");
    sends(zhao, WANG, "hello");

    talks(wang);
    is_int(times("\"name\""), 0, "an empty phonebook has no names");
    reads_of_none = player.reads;
    lists(wang, "peer=" LI);
    is_int(times("\"name\""), 0, "nor for one conversation");

    calls_him(wang, "小李", LI);
    snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(play_member("contact_id")));
    calls_him(li, "not Wang's name for him", LI);

    talks(wang);
    ok(play_says("{\"peer\":\"" LI "\",\"name\":\"小李\",\"mail_id\""),
       "the name beside the number");
    ok(play_says("{\"peer\":\"" ZHAO "\",\"mail_id\""), "who has none");
    is_int(player.reads, reads_of_none + 3,
           "costs a read for each number, and one for its contact");
    lists(wang, "peer=" LI);
    ok(play_says("\"name\":\"小李\""), "the head of one");
    lists(wang, "peer=" ZHAO);
    is_int(times("\"name\""), 0, "of Zhao");
    lists(wang, "");
    is_int(times("\"name\""), 0, "nor of all mails");
    talks(li);
    is_int(times("\"name\""), 0, "Li's phonebook has no Wang");

    play("mail.block", "phone=" LI);
    player.cookie = wang;
    play("mail.block", "phone=" LI);
    play("mail.block", "phone=" ZHAO);
    play("mail.blocked", "");
    ok(play_says("{\"phone\":\"" LI "\",\"name\":\"小李\",\"since\""),
       "whom he has blocked as well");
    ok(play_says("{\"phone\":\"" ZHAO "\",\"since\""), "and who has no name");

    /* another name; another number; none */

    snprintf(form, sizeof(form), "{\"contact_id\":\"%s\",\"name\":\"Li\","
             "\"numbers\":[{\"number\":\"" LI "\"}]}", id);
    is_int(play("contacts.change", form), 200, "he is called otherwise");
    talks(wang);
    ok(play_says("\"name\":\"Li\""), "at once");
    snprintf(form, sizeof(form), "{\"contact_id\":\"%s\",\"name\":\"Li\","
             "\"numbers\":[{\"number\":\"" ZHAO "\"}]}", id);
    is_int(play("contacts.change", form), 200, "with another number");
    talks(wang);
    ok(play_says("{\"peer\":\"" ZHAO "\",\"name\":\"Li\""), "its name");
    ok(play_says("{\"peer\":\"" LI "\",\"mail_id\""), "and not the other's");
    snprintf(form, sizeof(form), "contact_id=%s", id);
    is_int(play("contacts.remove", form), 200, "removed");
    talks(wang);
    is_int(times("\"name\""), 0, "no name is left");

    play_end();
}


/* What is sent in one millisecond, one after the other. */

static void
writes_now(phone_str_t cookie, const char *to, const char *text)
{
    run_postings();
    sends(cookie, to, text);
    player.now--;                        /* sends() lets a moment pass */
}


static int
in_order(void)
{
    int          i;
    char         text[32];
    const char  *at, *end;

    at = player.body.data;
    end = at + player.body.len;

    for (i = 19; i >= 0; i--) {
        snprintf(text, sizeof(text), "\"text\":\"number %d\"", i);
        at = memmem(at, (size_t) (end - at), text, strlen(text));

        if (at == NULL) {
            return 0;
        }
    }

    return 1;
}


static void
ordered(phone_domain_t domain)
{
    int          i;
    char         text[32], how[128];
    phone_str_t  next;

    start(domain);

    for (i = 0; i < 20; i++) {
        snprintf(text, sizeof(text), "number %d", i);
        writes_now(i % 3 == 2 ? wang : li, i % 3 == 2 ? LI : WANG, text);
    }

    lists(wang, "limit=50");
    ok(in_order(), "he who is written to sees them as they were sent");
    lists(li, "limit=50");
    ok(in_order(), "he who writes as well");

    /* page by page, while one more comes */

    lists(wang, "limit=15");
    is_int(times("\"mail_id\""), 15, "a page");
    ok(play_says("number 5\"") && !play_says("number 4\""), "of the newest");
    next = keep(play_member("next_before"));
    player.now += 1000;
    writes_now(zhao, WANG, "of Zhao");
    snprintf(how, sizeof(how), "before=%.*s", PHONE_ARGS(next));
    lists(wang, how);
    is_int(times("\"mail_id\""), 5, "the next page has the others");
    ok(play_says("number 4\"") && play_says("number 0\""), "each once");

    /* a clock that is ahead is followed, one that is wrong is not */

    player.now += 3600000;
    player.ahead = 8000;            /* the bound is 5 s */
    writes_now(li, WANG, "ahead");
    player.ahead = 0;
    writes_now(wang, LI, "an answer");
    lists(li, "limit=2");
    ok(memmem(player.body.data, player.body.len, "an answer", 9) != NULL
       && (const char *) memmem(player.body.data, player.body.len,
                                "an answer", 9)
          < (const char *) memmem(player.body.data, player.body.len, "ahead",
                                  5),
       "an answer is behind what it answers");

    player.now += 3600000;
    player.ahead = 3600000;
    writes_now(li, WANG, "of tomorrow");
    player.ahead = 0;
    player.now += 1000;
    sends(li, WANG, "of today");
    lists(li, "limit=2");
    ok((const char *) memmem(player.body.data, player.body.len, "tomorrow", 8)
       < (const char *) memmem(player.body.data, player.body.len, "of today",
                               8),
       "no clock is followed that is wrong");

    play_end();
}


/* A run of its own commit says the same time. */

static void
said_again(void)
{
    phone_str_t  id, at;

    start(PHONE_WHOLE_STORE);
    player.now = player.now / 1000 * 1000 + 997;
    sends(li, WANG, "one");
    player.now--;
    player.lose_answer = 1;
    sends(li, WANG, "two");
    ok(player.runs > 1, "an answer is lost");
    id = keep(play_member("mail_id"));
    at = keep(play_member("created_at"));
    does("mail.get", li, id);
    ok(phone_equal(play_member("created_at"), at), "when it was sent");

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
        up_to(domain[i]);
        many_unread(domain[i]);
        names(domain[i]);
        ordered(domain[i]);
    }

    far_away();
    meets();
    told();
    said_again();

    return done_testing();
}
