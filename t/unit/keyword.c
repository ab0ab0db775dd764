
/* MAIL-8: a merchant's keywords, and the texts that begin with them. */


#define _GNU_SOURCE

#include "handing.h"


static unsigned  serial;


static int
give(const char *merchant, const char *keyword)
{
    char  form[200];

    snprintf(form, sizeof(form), "merchant_id=%s&keyword=%s", merchant,
             keyword);

    return play("operator.keywords", form);
}


static int
take(const char *merchant, const char *keyword)
{
    char  form[200];

    snprintf(form, sizeof(form), "merchant_id=%s&keyword=%s", merchant,
             keyword);

    return play("operator.keyword_remove", form);
}


/* How many notices a text causes. */

static unsigned
text_as(const char *number, const char *text, unsigned id)
{
    char      form[4096];
    unsigned  texts;

    texts = player.texts;
    snprintf(form, sizeof(form), "from=%%2B%s&text=%s&id=k%u", number + 1,
             text, id);
    is_int(play("sms.in", form), 200, "a text");
    is_str(player.body, "", "nothing is answered");
    run_postings();
    run_some("notice.send");

    return player.texts - texts;
}


static unsigned
text(const char *words)
{
    return text_as(LI, words, ++serial);
}


static int
told(const char *what)
{
    return memmem(player.text.data, player.text.len, what, strlen(what))
           != NULL;
}


static void
keywords(phone_domain_t domain)
{
    int   i;
    char  word[32];

    static const char *const  wrong[] = {
        "x", "piz-za", "piz%20za", "abcdefghijklmnopqrstu", "pizz%C3%A1",
        "%F0%9F%98%80%F0%9F%98%80", "PIZZA!", "%E3%80%80%E3%80%80",
        "%EF%BC%A1%EF%BC%A2"
    };
    static const char *const  ours[] = {
        "STOP", "td", "Unsubscribe", "退订", "start", "LOGIN", "Code", "登录",
        "验证码", "退訂", "訂閱", "登錄", "登入", "登陸", "驗證碼",
        "HELP", "cancel", "Quit", "end", "stopall", "取消", "optout", "opt",
        "revoke", "arret", "停止", "退出", "拒收", "unstop", "optin", "yes",
        "help", "帮助", "幫助", "取消订阅", "取消訂閱", "退订短信", "TD退订"
    };

    start(domain);

    is_int(give("tea", "PIZZA"), 200, "a keyword");
    is_str(play_member("keyword"), "pizza", "in lower case");
    run_postings();
    is_int(give("tea", "Pizza"), 200, "the same");
    is_int(player.commits, 0, "is there");
    is_int(give("cake", "pIZZA"), 409, "it has one owner");
    is_str(play_code(), "KEYWORD_TAKEN", "who is not told");
    is_int(give("coffee", "TAXI"), 404, "no such merchant");

    for (i = 0; i < (int) (sizeof(wrong) / sizeof(wrong[0])); i++) {
        is_int(give("tea", wrong[i]), 400, "not \"%s\"", wrong[i]);
        is_str(play_member("field"), "keyword", "which is no keyword");
    }

    for (i = 0; i < (int) (sizeof(ours) / sizeof(ours[0])); i++) {
        is_int(give("tea", ours[i]), 409, "\"%s\" is the platform's", ours[i]);
        is_str(play_code(), "KEYWORD_TAKEN", "own");
    }

    is_int(take("cake", "PIZZA"), 404, "he cannot lose what he has not got");
    is_int(take("tea", "burger"), 404, "nor what nobody has");
    is_int(take("tea", "p-z"), 404, "nor what is none");

    for (i = 0; i < 9; i++) {
        player.now++;
        snprintf(word, sizeof(word), "披萨%d", i);
        is_int(give("tea", word), 200, "another one");
        run_postings();
    }

    is_int(give("tea", "eleven"), 409, "ten at most");

    is_str(play_code(), "TOO_MANY", "are too many");
    is_int(give("cake", "eleven"), 200, "another merchant has his own");
    is_int(give("tea", "pizza"), 200, "what is there is no more");
    run_postings();

    is_int(play("operator.keyword_list", "merchant_id=tea"), 200, "the list");
    ok(play_says("\"keywords\":[{\"keyword\":\"披萨8\""), "the newest first");
    ok(play_says("{\"keyword\":\"pizza\""), "and the oldest");
    is_int(play("operator.keyword_list", "merchant_id=coffee"), 404, "whose?");

    is_int(take("tea", "PIZZA"), 200, "he loses one");
    run_postings();
    is_int(take("tea", "PIZZA"), 404, "it is gone");
    is_int(give("cake", "PIZZA"), 200, "and may be another's");
    is_int(give("tea", "eleven2"), 200, "there is room for one");

    play_end();
}


/* Where a commit may touch one bucket, the list of a merchant is written by
   postings, which may come in another order. */

static void
swapped(void)
{
    play_event_t  first;

    start(PHONE_ONE_BUCKET);

    give("tea", "PIZZA");
    run_postings();
    player.nevents = 0;
    player.now++;
    take("tea", "PIZZA");
    player.now++;
    give("tea", "PIZZA");
    is_int(player.nevents, 2, "two postings");
    first = player.event[0];
    player.event[0] = player.event[1];
    player.event[1] = first;
    run_postings();

    play("operator.keyword_list", "merchant_id=tea");
    ok(play_says("\"keywords\":[]"), "his keyword is not in his list");
    is_int(give("tea", "pizza"), 200, "it is given once more");
    run_postings();
    play("operator.keyword_list", "merchant_id=tea");
    ok(play_says("\"keywords\":[{\"keyword\":\"pizza\""), "then it is");
    is_int(give("tea", "pizza"), 200, "again");
    is_int(player.commits, 0, "nothing is to be done");

    player.nevents = 0;
    give("tea", "BURGER");
    player.now++;
    take("tea", "BURGER");
    first = player.event[0];
    player.event[0] = player.event[1];
    player.event[1] = first;
    run_postings();

    play("operator.keyword_list", "merchant_id=tea");
    ok(play_says("\"keywords\":[{\"keyword\":\"pizza\"")
       && !play_says("burger"), "what nobody has is not shown");
    give("cake", "BURGER");
    run_postings();
    play("operator.keyword_list", "merchant_id=tea");
    ok(!play_says("burger"), "nor what is another's");

    is_int(take("tea", "burger"), 200, "it leaves the list");
    run_postings();
    is_int(take("tea", "burger"), 404, "once");
    play("operator.keyword_list", "merchant_id=cake");
    ok(play_says("\"keywords\":[{\"keyword\":\"burger\""),
       "and stays the other's");

    play_end();
}


static void
notices(phone_domain_t domain)
{
    start(domain);

    give("tea", "PIZZA");
    give("cake", "披萨");
    run_postings();

    is_int(text("Pizza two, please"), 1, "a text: one notice");
    ok(told("event=text&") && told("merchant_id=tea&"), "to its merchant");
    ok(told("phone=%2B8613800000001&") && told("keyword=pizza&"), "of whom");
    ok(told("text=Pizza%20two%2C%20please") || told("text=Pizza+two%2C+please"),
       "and what");
    ok(told("received_at=2027-"), "and when");
    is_int(text_as(LI, "Pizza two, please", serial), 0, "the same one: none");
    is_int(text_as(WANG, "PIZZA.", serial), 1, "of another number: one");

    is_int(text("披萨"), 1, "in Chinese");
    ok(told("merchant_id=cake&"), "to the other merchant");
    is_int(text("burger"), 0, "a word that nobody has");
    is_int(text("two pizza"), 0, "the first word counts");
    is_int(text("pizzas"), 0, "and no longer one");

    is_int(text("pizza a%26b=c"), 1, "what could be another field");
    ok(told("%EF%BC%86b%3Dc") && !told("%26b%3Dc"), "is written otherwise");

    player.lose_answer = 1;
    (void) text("pizza");
    is_int(text_as(LI, "pizza", serial), 0, "a lost answer: not again");

    play("operator.merchant_change", "merchant_id=tea&status=CLOSED");
    is_int(text("pizza"), 0, "nothing while the merchant is closed");
    play("operator.merchant_change", "merchant_id=tea&status=ACTIVE");
    is_int(text("pizza"), 1, "then again");

    is_int(text("STOP"), 0, "who gets no texts");
    is_int(text("pizza"), 1, "may send them");

    take("tea", "pizza");
    run_postings();
    is_int(text("pizza"), 0, "nor once he has lost it");

    play_end();
}


/* The text of the notice that was sent last. */

static phone_str_t
told_text(void)
{
    phone_str_t         bad;
    phone_fields_t     *fields;
    const phone_str_t  *said;

    fields = phone_alloc(&player.arena, sizeof(phone_fields_t));
    (void) phone_form_parse(&player.arena, keep(player.text), fields, &bad);
    said = phone_field(fields, "text");

    return said != NULL ? *said : PHONE_EMPTY;
}


/* What is kept of a text is bounded by bytes. */

static void
long_text(void)
{
    int          i, n;
    char         words[4000];
    phone_str_t  said;

    static const struct {
        const char          *begins;
        const char          *piece;      /* of the text */
        const char          *told;       /* as it is told */
        int                  n;
        size_t               bytes;      /* that are told */
    } longs[] = {
        { "pizza ", "x", "x", 594, 600 },
        { "pizza ", "x", "x", 595, 600 },
        { "pizza ", "披", "披", 590, 600 },
        { "pizza ", "😀", "😀", 494, 598 },
        { "pizza %26b=", "%26", "＆", 590, 599 }
    };

    start(PHONE_WHOLE_STORE);
    give("tea", "PIZZA");

    for (i = 0; i < (int) (sizeof(longs) / sizeof(longs[0])); i++) {
        strcpy(words, longs[i].begins);

        for (n = 0; n < longs[i].n; n++) {
            strcat(words, longs[i].piece);
        }

        is_int(text(words), 1, "a text with %d of \"%s\"", n, longs[i].told);
        said = told_text();
        is_int(said.len, longs[i].bytes, "is told in so many bytes");
        ok(phone_utf8_valid(said), "of whole characters");
        ok(said.len > 6
           && memcmp(said.data + said.len - strlen(longs[i].told),
                     longs[i].told, strlen(longs[i].told))
              == 0, "and ends with one of these");
    }

    play_end();
}


/* What nobody sees, and what turns the order of others, is not told. */

static void
controls(void)
{
    start(PHONE_WHOLE_STORE);
    give("tea", "PIZZA");
    is_int(text("%0APizza%09two%01%E2%80%AEx%0Dy%C2%85%F3%A0%81%81 "
                "%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%26%E2%80%8Bb%3Dc"), 1,
           "a text with control characters");
    is_str(told_text(), " Pizza twox y  👨‍👩＆b=c", "is told without them");

    is_int(text("pizza%E2%80%AE%07evil"), 0, "what is not seen ends no word");
    is_int(text("piz%E2%80%8Bza%E2%81%A0 two"), 1, "nor is a part of one");
    is_str(told_text(), "pizza two", "the text has the word");
    is_int(text("pizza%C2%85two"), 1, "what ends a line ends a word");
    is_str(told_text(), "pizza two", "and is told as a space");
    is_int(text("*PIZZA*%E2%80%83two"), 1, "marks around it do not matter");
    is_int(text("pizza%EF%BC%8C谢谢"), 1, "a comma ends it");
    is_str(told_text(), "pizza，谢谢", "and is told");
    is_int(text("piz-za"), 0, "but hyphens do");
    is_int(text("pizz%C3%A1"), 0, "and other letters");

    play_end();
}


/* The first event of that name. */

static void
send_once(void)
{
    unsigned      i;
    play_event_t  event;

    for (i = 0; i < player.nevents; i++) {
        event = player.event[i];

        if (strncmp(event.member.data, "notice.send", 11) == 0) {
            memmove(player.event + 1, player.event, i * sizeof(play_event_t));
            player.event[0] = event;
            play_event();
            return;
        }
    }
}


/* A text that has not been told when its merchant is closed is not. */

static void
closed(phone_domain_t domain)
{
    unsigned  texts;

    start(domain);
    give("tea", "PIZZA");
    run_postings();

    player.gateway = 500;
    is_int(play("sms.in", "from=%2B8613800000001&text=pizza&id=c1"), 200,
           "a text");
    send_once();
    is_int(play("sms.in", "from=%2B8613800000001&text=pizza&id=c2"), 200,
           "another one");
    run_postings();
    play("operator.merchant_change", "merchant_id=tea&status=CLOSED");
    player.gateway = 200;
    player.now += 3600 * 1000;
    texts = player.texts;
    send_once();
    send_once();
    run_postings();
    is_int(player.texts - texts, 0, "nothing is told once he is closed");

    play("operator.merchant_change", "merchant_id=tea&status=ACTIVE");
    run_some("notice.send");
    is_int(player.texts - texts, 0, "nor later");
    shop_call("notice.list", "tea", "");
    ok(play_says("\"notices\":[]"), "his list has nothing of it");
    is_int(text("pizza"), 1, "what comes then is");

    play_end();
}


/* The gateway's repeat of a text without an id is another text; the runner's is
   not. */

static void
find_said(void *data, phone_str_t key)
{
    if (memmem(key.data, key.len, ":said:", 6) != NULL) {
        *(phone_str_t *) data = keep(key);
    }
}


static void
without_id(void)
{
    char         id[80];
    phone_str_t  key, part;

    start(PHONE_WHOLE_STORE);
    give("tea", "PIZZA");
    player.lose_answer = 1;
    is_int(play("sms.in", "from=%2B8613800000001&text=pizza"), 200,
           "a text without an id, a lost answer");

    key = PHONE_EMPTY;
    sim_store_each(player.store, player.now, find_said, &key);

    while (phone_split(&key, ':', &part)) {
        /* the last part is its id */
    }

    snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(part));
    key = play_stored(&phone_said, id, SAID_NOTICES);
    (void) phone_split(&key, '\n', &part);
    is_str(part, "1 1", "one notice");

    play_end();
}


static void
count_keys(void *data, phone_str_t key)
{
    (void) key;

    ++*(unsigned *) data;
}


static unsigned
keys(void)
{
    unsigned  n;

    n = 0;
    sim_store_each(player.store, player.now, count_keys, &n);

    return n;
}


/* What is left of the store's memory is not for strangers. */

static void
no_room(phone_domain_t domain)
{
    int       i;
    char      number[24];
    unsigned  before;

    start(domain);
    give("tea", "PIZZA");
    run_postings();
    player.env.memory_low = 1;
    is_int(text("pizza"), 0, "a text while little memory is left");
    before = keys();

    for (i = 0; i < 10; i++) {
        snprintf(number, sizeof(number), "+8613700000%03d", i);
        is_int(text_as(number, "pizza two", 0), 0, "tells nobody");
    }

    ok(keys() <= before + 10, "and keeps no text, no count");

    player.env.memory_low = 0;
    is_int(text("pizza"), 1, "then again");

    play_end();
}


static void
limits(void)
{
    int       i;
    char      number[24];
    unsigned  n;

    start(PHONE_WHOLE_STORE);
    give("tea", "PIZZA");
    player.settings.keyword_number_day = 3;
    player.settings.keyword_merchant_day = 10;
    player.now += DAY - player.now % DAY;

    for (i = 0, n = 0; i < 6; i++) {
        n += text("pizza");
    }

    is_int(n, 3, "a number may send three");

    for (i = 0; i < 20; i++) {
        snprintf(number, sizeof(number), "+8613700000%03d", i);
        n += text_as(number, "pizza", ++serial);
    }

    is_int(n, 10, "a merchant gets ten");
    player.now += DAY;
    is_int(text("pizza"), 1, "the next day has its own");

    player.settings.keyword_number_day = 0;
    player.settings.keyword_merchant_day = 0;

    for (i = 0, n = 0; i < 20; i++) {
        n += text("pizza");
    }

    is_int(n, 20, "0: any number");

    play_end();
}


/* What is due by then of the number's bucket, and forgets its texts. */

static void
days_later(int days)
{
    char               key[32];
    unsigned           i, bucket;
    phone_str_t        member;
    const sim_zset_t  *due;

    run_postings();
    player.nevents = 0;
    player.now += days * DAY;
    bucket = phone_bucket_of(PHONE_STR(LI), player.env.buckets);
    snprintf(key, sizeof(key), "phone:{%03u}:due", bucket);
    due = sim_store_zset(player.store, player.now, phone_cstr(key));

    for (i = 0; due != NULL && i < due->n; i++) {
        member = due->member[i].member;

        if (due->member[i].score <= player.now && member.len > 14
            && memcmp(member.data, "keyword.forget", 14) == 0)
        {
            player.event[player.nevents++] = (play_event_t) {
                keep(member), bucket, due->member[i].score };
        }
    }

    if (player.nevents) {
        play_event();
    }

    run_postings();
}


static void
count_said(void *data, phone_str_t key)
{
    *(unsigned *) data += memmem(key.data, key.len, ":said:", 6) != NULL
                          || memmem(key.data, key.len, ":notice:", 8) != NULL;
}


/* Texts and notices that are in the store. */

static unsigned
kept(void)
{
    unsigned  n;

    n = 0;
    sim_store_each(player.store, player.now, count_said, &n);

    return n;
}


/* A merchant who does not take it; and what is left in the end. */

static void
forgotten(phone_domain_t domain)
{
    unsigned      n;
    play_event_t  event[PLAY_EVENTS];

    start(domain);
    give("tea", "PIZZA");
    run_postings();

    player.settings.notices = 1;
    player.gateway = 500;
    is_int(text("pizza"), 1, "a notice in vain");
    run_postings();
    play("operator.notices", "");
    ok(play_says(".text.1\"") && play_says("\"event\":\"text\""),
       "the operator sees it");
    shop_call("notice.list", "tea", "");
    ok(play_says("\"text_id\":\""), "and the merchant");

    days_later(9);
    is_int(kept(), 2, "for nine days: a text and its notice");
    days_later(1);
    is_int(kept(), 0, "then they are gone");
    play("operator.notices", "");
    ok(play_says("\"notices\":[]"), "from the operator's list");
    shop_call("notice.list", "tea", "");
    ok(play_says("\"notices\":[]"), "and from the merchant's");

    player.gateway = 200;
    is_int(text("pizza"), 1, "one that he takes");
    is_int(kept(), 1, "needs no record");
    days_later(10);
    is_int(kept(), 0, "and goes as well");

    player.settings.notices = 20;
    player.gateway = 500;
    play("sms.in", "from=%2B8613800000001&text=pizza&id=late");
    send_once();
    n = player.nevents;
    memcpy(event, player.event, sizeof(event));
    days_later(10);
    is_int(kept(), 2, "one that is still being sent stays");
    memcpy(player.event, event, sizeof(event));
    player.nevents = n;
    player.gateway = 200;
    run_some("notice.send");
    is_int(kept(), 1, "until it was");
    days_later(1);
    is_int(kept(), 0, "and goes a day later");

    play_end();
}


/* GET /operator/check: is all well? */

static int
is_well(void)
{
    is_int(play("operator.check", ""), 200, "the check");

    return play_says("\"ok\":true");
}


/* The event of the notice of a text is lost: the check tells so. */

static void
loses(const char *number)
{
    char          key[32], member[160], form[96];
    unsigned      i;
    const char   *word[1];
    play_event_t  event;

    start(PHONE_WHOLE_STORE);
    give("tea", "PIZZA");
    player.gateway = 500;
    snprintf(form, sizeof(form), "from=%%2B%s&text=pizza&id=lost", number + 1);
    play("sms.in", form);
    send_once();
    ok(is_well(), "the notice of a text has its event");

    for (i = 0; i < player.nevents; i++) {
        event = player.event[i];

        if (strncmp(event.member.data, "notice.send", 11) == 0) {
            snprintf(key, sizeof(key), "phone:{%03u}:due", event.bucket);
            snprintf(member, sizeof(member), "%.*s",
                     PHONE_ARGS(event.member));
            word[0] = member;
            meddle_key(PHONE_OP_ZREM, event.bucket, phone_cstr(key), 1, word);
        }
    }

    ok(!is_well(), "without one it is found");
    ok(play_says("{\"what\":\"notice_unsent\",\"where\":\"notice:"),
       "as a notice");
    is_str(play_member("faults_found"), "1", "nothing else is wrong");
}


/* It is put again before the text is gone. */

static void
lost(void)
{
    unsigned  texts;

    loses(LI);
    player.gateway = 200;
    texts = player.texts;
    days_later(10);
    run_some("notice.send");
    is_int(player.texts - texts, 1, "a notice whose event was lost is sent");
    is_well();
    is_str(play_member("faults_found"), "0", "none is missing any more");
    days_later(1);
    is_int(kept(), 0, "and goes");
    play_end();

    loses("+8613900000077");             /* its bucket has no ledger */
    play_end();
}


/* More events than the check looks at in a run, and a list of notices that is
   none. */

static void
checked(void)
{
    char          where[64];
    unsigned      i;
    phone_str_t   key, part;

    start(PHONE_WHOLE_STORE);
    player.settings.keyword_number_day = 0;
    give("tea", "PIZZA");
    player.gateway = 500;
    play("sms.in", "from=%2B8613800000001&text=pizza&id=first");

    key = PHONE_EMPTY;
    sim_store_each(player.store, player.now, find_said, &key);

    while (phone_split(&key, ':', &part)) {
        /* the last part is its id */
    }

    for (i = 0; i < 250; i++) {
        player.now++;
        player.nevents = 0;
        snprintf(where, sizeof(where),
                 "from=%%2B8613800000001&text=pizza&id=n%u", i);
        play("sms.in", where);
    }

    ok(is_well(), "many texts");
    meddle(PHONE_OP_HSET, &phone_said, part, 2,
           (const char *[2]) { "notices", "one" });
    ok(!is_well(), "one of them is damaged");
    snprintf(where, sizeof(where), "\"what\":\"text_unreadable\",\"where\":"
             "\"said:%.*s\"", PHONE_ARGS(part));
    ok(play_says(where), "the first one");
    is_str(play_member("faults_found"), "1", "no other is");

    play_end();
}


/* A notice is acknowledged when its queue was read, and its event was not. */

static unsigned  looked;


static void
acknowledges(void)
{
    const phone_ask_scores_t  *ask;

    ask = (const phone_ask_scores_t *) player.asking;

    if (player.asking->kind == PHONE_ASK_SCORES
        && memcmp(ask->of.entry->member.data, "notice.send", 11) == 0)
    {
        player.before_read = NULL;
        player.gateway = 200;
        looked++;
        send_once();
    }
}


static void
acknowledged(const char *number)
{
    char  body[96];

    start(PHONE_WHOLE_STORE);
    give("tea", "PIZZA");
    player.gateway = 500;
    snprintf(body, sizeof(body), "from=%%2B%s&text=pizza&id=a", number + 1);
    play("sms.in", body);

    player.before_read = acknowledges;
    ok(is_well(), "a notice is acknowledged while the check goes on");
    player.before_read = NULL;
    is_int(looked, 1, "between its queue and its event");
    looked = 0;

    play_end();
}


int
main(void)
{
    keywords(PHONE_WHOLE_STORE);
    keywords(PHONE_ONE_BUCKET);
    swapped();
    notices(PHONE_WHOLE_STORE);
    notices(PHONE_ONE_BUCKET);
    long_text();
    controls();
    closed(PHONE_WHOLE_STORE);
    closed(PHONE_ONE_BUCKET);
    without_id();
    no_room(PHONE_WHOLE_STORE);
    no_room(PHONE_ONE_BUCKET);
    limits();
    forgotten(PHONE_WHOLE_STORE);
    forgotten(PHONE_ONE_BUCKET);
    lost();
    checked();
    acknowledged(LI);
    acknowledged("+8613900000077");

    return done_testing();
}
