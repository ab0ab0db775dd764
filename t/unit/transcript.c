
/*
 * Plays t/unit/transcript.txt: lines with "> " are commands, what is below
 * each of them is all that it answered and changed: replies whole, what was
 * read, what the commit was guarded by, texts and notices that were sent, and
 * every field, score and end of life that the store then holds.  "make
 * transcript" writes it anew; read the difference.
 *
 *     > store whole|bucket         begin with nothing, in that commit domain
 *     > play bill.list limit=2     $name is what was kept under that name
 *     > shop tea bill.query ...    the same, as a merchant
 *     > phone +86138... 2          the key of the session's envelopes
 *     > sealed bill.pay a=1 b=2    a call with it: b is inside
 *     > keep card = card_id        a member of the last reply
 *     > save li, > use li          the cookies of a browser; without: none
 *     > wait 60                    seconds
 *     > next 3                     the clock moves on for each of 3 events
 *     > again                      the last event, put once more
 *     > write zadd KEY 0 x         past the product; in words '~' is a space,
 *                                  '^' a newline
 *     > gateway 500 text~^         what comes back from outside
 *     > file 0 a,b^                sent with the calls of merchants that follow
 *     > text code = code:          what follows a word in what was sent
 *     > report r                   by what a gateway tells of the last text
 *     > rotate                     the host has another secret, and that before
 *     > set login_fails 2          a setting; > settings: all of them
 *     > key K, > address A, > lose, > busy 1, > nowork 1, > low 1, > upper 1,
 *     > remembers 1
 */


#define _GNU_SOURCE

#include "meddle.h"
#include "sealing.h"
#include "shop.h"
#include "transcript.h"


#define TRANSCRIPT  "t/unit/transcript.txt"
#define KEPT        32
#define ONCE        "0123456789-0123456789-01"


typedef struct {
    char                     name[16];
    phone_str_t              value[PHONE_COOKIES];
} kept_t;


static phone_arena_t  text;              /* of the file, and of the new one */
static kept_t         value[KEPT], browser[KEPT];
static play_event_t   last;              /* event that ran */
static sealing_phone_t  phone;


/* What is kept under a name */

static kept_t *
kept(kept_t *list, phone_str_t name)
{
    unsigned  i;

    for (i = 0; list[i].name[0]; i++) {
        if (phone_is(name, list[i].name)) {
            return &list[i];
        }
    }

    snprintf(list[i].name, sizeof(list[i].name), "%.*s", PHONE_ARGS(name));

    return &list[i];
}


static const char *
ended(phone_str_t str)
{
    return phone_join(&text, 2, (phone_str_t[2]) { str, { 1, "" } }).data;
}


static phone_str_t
word_of(const char *p)
{
    return (phone_str_t) { strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789"),
                           p };
}


static const char *
plain(char *word)
{
    char  *p;

    for (p = word; *p; p++) {
        *p = *p == '~' ? ' ' : *p == '^' ? '\n' : *p;
    }

    return word;
}


/* With what is kept in place of "$name". */

static const char *
filled(const char *form)
{
    char         *p;
    phone_buf_t   buf;
    phone_str_t   name;

    phone_buf_init(&buf, &text, 0);

    for (p = strchrnul(form, '$'); *p; p = strchrnul(form, '$')) {
        phone_buf_put(&buf, (phone_str_t) { (size_t) (p - form), form });
        name = word_of(p + 1);
        phone_buf_put(&buf, kept(value, name)->value[0]);
        form = p + 1 + name.len;
    }

    phone_buf_put(&buf, (phone_str_t) { (size_t) (p - form), form });
    phone_buf_byte(&buf, '\0');

    return phone_buf_str(&buf).data;
}


/* A key for forms, in which a '+' is a space. */

static void
keep_key(const char *name, unsigned which)
{
    const char   *p;
    phone_buf_t   buf;

    phone_buf_init(&buf, &text, 0);

    for (p = sim_merchant_keys[which]; *p; p++) {
        phone_buf_put(&buf, *p == '+' ? PHONE_STR("%2B")
                                      : (phone_str_t) { 1, p });
    }

    kept(value, phone_cstr(name))->value[0] = phone_buf_str(&buf);
}


/* Commands */

static void
say_cookie(const char *name, phone_str_t was, phone_str_t is)
{
    if (!phone_equal(was, is)) {
        say("cookie %s %.*s... %08x", name, (int) (is.len < 8 ? is.len : 8),
            is.data, (unsigned) phone_fnv64(is));
    }
}


/* What it asked of the store. */

static void
say_cost(void)
{
    if (player.fields) {
        say("fields read: %u", player.fields);
    }

    if (player.commits) {
        say("%u operations, guards:%s", player.operations, player.guards);
    }
}


static void
say_sent(unsigned before)
{
    if (player.texts != before) {
        say("to %.*s", PHONE_ARGS(player.to));

        if (player.header[1].len) {
            say("%.*s, %.*s, \"%.*s\"", PHONE_ARGS(player.header[1]),
                PHONE_ARGS(player.header[2]), PHONE_ARGS(player.header[3]));
        }

        say("%.*s", PHONE_ARGS(player.text));
    }
}


static void
play_call(const char *shop, const char *name, const char *form)
{
    unsigned     i, texts;
    phone_str_t  was[2];

    texts = player.texts;
    was[0] = player.code_cookie;
    was[1] = player.device_cookie;

    if (shop) {
        shop_call(name, shop, form);

    } else {
        play(name, form);
    }

    say("%d, %u reads, %u runs, %u commits", player.status, player.reads,
        player.runs, player.commits);
    say_cost();

    if (player.retry_after) {
        say("retry after %lld", (long long) player.retry_after);
    }

    say_cookie("session", PHONE_EMPTY, player.set_cookie);
    say_cookie("login", was[0], player.code_cookie);
    say_cookie("device", was[1], player.device_cookie);

    for (i = 0; i < PHONE_COOKIES; i++) {
        if (player.cookie_age[i]) {
            say("cookie %u for %lld", i, (long long) player.cookie_age[i]);
        }
    }

    say("%.*s", PHONE_ARGS(player.body));
    say_sent(texts);
    say_changes();
}


/* The event that is due first; 0 when there is none. */

/* What comes for each bucket once a month is left out until it is due. */

static int
is_left_out(phone_str_t member, int64_t score)
{
    return score > player.now
           && memcmp(member.data, "ledger.month ", 13) == 0;
}


static int
first_due(play_event_t *event)
{
    int                found;
    phone_str_t        key;
    const sim_zset_t  *due;
    unsigned           i, j;

    found = 0;

    for (i = 0; i < player.env.buckets; i++) {
        key = phone_key(&text, &phone_due, i, PHONE_EMPTY);
        due = sim_store_zset(player.store, player.now, key);

        for (j = 0; due && j < due->n
                    && is_left_out(due->member[j].member,
                                   due->member[j].score); j++)
        {
            /* void */
        }

        if (due && j < due->n
            && (!found || due->member[j].score < event->score))
        {
            found = 1;
            event->member = phone_copy(&text, due->member[j].member);
            event->bucket = i;
            event->score = due->member[j].score;
        }
    }

    return found;
}


static void
run_event(void)
{
    unsigned  texts;

    texts = player.texts;
    player.event[0] = last;
    player.nevents = 1;

    play_event();
    player.nevents = 0;

    say("event %.*s at %+lld%s", PHONE_ARGS(last.member),
        (long long) (player.now - begun), player.gave_up ? ", given up" : "");
    say_cost();
    say_sent(texts);
    say_changes();
}


static int
run_next(void)
{
    if (!first_due(&last)) {
        say("none is due");
        return 0;
    }

    if (last.score > player.now) {
        player.now = last.score;
        look();
    }

    run_event();

    return 1;
}


/* The last event, as if it had been put twice. */

static void
run_again(void)
{
    last.score = player.now;

    meddle_key(PHONE_OP_ZADD, last.bucket,
               phone_key(&text, &phone_due, last.bucket, PHONE_EMPTY), 2,
               (const char *[]) { ended(phone_int(&text, last.score)),
                                  ended(last.member) });
    look();
    run_event();
}


static void
write_key(phone_str_t op, const char *rest)
{
    unsigned      i, n;
    const char   *word[8];
    phone_str_t   left, key, part;

    static const struct {
        const char       *name;
        phone_op_kind_t   kind;
    } ops[] = {
        { "hset", PHONE_OP_HSET }, { "hdel", PHONE_OP_HDEL },
        { "hincrby", PHONE_OP_HINCRBY }, { "del", PHONE_OP_DEL },
        { "zadd", PHONE_OP_ZADD }, { "zrem", PHONE_OP_ZREM },
        { "rpush", PHONE_OP_RPUSH }, { "pexpire", PHONE_OP_PEXPIRE }
    };

    left = phone_cstr(rest);
    (void) phone_split(&left, ' ', &key);

    for (n = 0; n < 8 && phone_split(&left, ' ', &part); n++) {
        word[n] = plain((char *) ended(part));
    }

    for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        if (phone_is(op, ops[i].name)) {
            meddle_key(ops[i].kind, 0, key, n, word);
        }
    }

    say_changes();
}


static void
begin(phone_str_t domain)
{
    if (player.store) {
        play_end();
    }

    play_start();
    player.env.domain = phone_is(domain, "bucket") ? PHONE_ONE_BUCKET
                                                   : PHONE_WHOLE_STORE;
    begun = player.now;

    memset(value, 0, sizeof(value));
    memset(browser, 0, sizeof(browser));
    shop_next.serial = 0;
    keep_key("key0", 0);
    keep_key("key1", 1);
    look();
}


static void
use(kept_t *with)
{
    player.cookie = with->value[0].data ? with->value[0] : PHONE_EMPTY;
    player.code_cookie = with->value[1].data ? with->value[1] : PHONE_EMPTY;
    player.device_cookie = with->value[2].data ? with->value[2] : PHONE_EMPTY;
}


static void
save(kept_t *to)
{
    to->value[0] = phone_copy(&text, player.set_cookie);
    to->value[1] = phone_copy(&text, player.code_cookie);
    to->value[2] = phone_copy(&text, player.device_cookie);
}


/* The key that was just given. */

static void
key_for(phone_str_t number)
{
    int64_t      suite;
    phone_str_t  key;

    suite = 0;
    (void) phone_parse_int(play_member("key_suite"), &suite);
    (void) phone_unbase64(&text, play_member("key"), &key);

    phone.number = phone_copy(&text, number);
    phone.key = key;
    phone.key_id = phone_copy(&text, play_member("key_id"));
    phone.suite = (unsigned) suite;
}


/* What a call draws depends on its own line: a line more or less changes
   nothing for the others. */

static void
draw(phone_str_t line)
{
    static char  nonce[24];
    unsigned     i, same;

    static uint64_t  seen[LINES];

    for (i = same = 0; seen[i]; i++) {
        same += seen[i] == phone_fnv64(line);
    }

    seen[i] = phone_fnv64(line);
    player.serial = (unsigned) seen[i] + same;

    snprintf(nonce, sizeof(nonce), "n%08x", player.serial);
    shop_nonce(nonce);
}


/* The word behind "word " in what was sent last. */

static phone_str_t
sent_behind(const char *word)
{
    char  *p;

    p = memmem(player.text.data, player.text.len, word, strlen(word));

    return p ? word_of(p + strlen(word) + 1) : PHONE_EMPTY;
}


static void
say_settings(void)
{
    unsigned                 i;
    const phone_settings_t  *s;

    s = &phone_settings_default;

    say("region %.*s, currency %.*s, site %.*s", PHONE_ARGS(s->region),
        PHONE_ARGS(s->currency), PHONE_ARGS(s->site));

    const int64_t  number[] = {
        s->session_idle, s->session_lifetime, s->code_lifetime,
        s->temporary_lifetime, s->code_tries, s->login_window, s->code_sends,
        s->code_day, s->code_cap, s->address_tries, s->login_fails,
        s->login_day, s->device_lifetime, s->pin_fails, s->pin_quiet,
        s->card_tries, s->card_day, s->card_day_times, s->card_declined,
        s->payer_day, s->payer_day_times, s->pay_day_start, s->merchant_bill,
        s->merchant_day, s->merchant_day_bills, s->idempotency_keys,
        s->bill_lifetime, s->bill_lifetime_max, s->bills_day,
        s->bills_day_payer, s->bills_handed, s->text_window, s->texts,
        s->texts_day, s->merchant_texts, s->merchant_texts_day,
        s->clock_skew, s->live_open, s->lease, s->clock_bound, s->notices,
        s->sms_tries, s->notice_kept, s->sms_parts, s->sms_report
    };

    say("gateway %.*s, %.*s and %.*s", PHONE_ARGS(s->sms_gateway),
        PHONE_ARGS(s->sms_to), PHONE_ARGS(s->sms_text));

    for (i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
        say("number %u: %lld", i, (long long) number[i]);
    }

    for (i = 0; i < PHONE_SCHEDULE_MAX; i++) {
        if (s->notice_wait[i]) {
            say("notice %u: %lld", i, (long long) s->notice_wait[i]);
        }
    }
}


static void
set(phone_str_t name, int64_t n)
{
    unsigned  i;

    const struct {
        const char  *name;
        int64_t     *value;
    } list[] = {
        { "login_fails", &player.settings.login_fails },
        { "login_day", &player.settings.login_day },
        { "address_tries", &player.settings.address_tries },
        { "code_cap", &player.settings.code_cap },
        { "code_day", &player.settings.code_day },
        { "idempotency_keys", &player.settings.idempotency_keys },
        { "bills_day", &player.settings.bills_day },
        { "bills_day_payer", &player.settings.bills_day_payer },
        { "bills_handed", &player.settings.bills_handed },
        { "texts_day", &player.settings.texts_day },
        { "sms_report", &player.settings.sms_report },
        { "sms_parts", &player.settings.sms_parts },
        { "merchant_texts_day", &player.settings.merchant_texts_day },
        { "bill_lifetime_max", &player.settings.bill_lifetime_max },
        { "epoch", &player.env.store_epoch }
    };

    for (i = 0; !phone_is(name, list[i].name); i++) {
        /* the name is one of them */
    }

    *list[i].value = n;
}


static void
rotate(void)
{
    phone_env_keys_free(&player.env);

    if (phone_env_keys(&player.env,
                       PHONE_STR("another secret, of thirty-two B."),
                       PHONE_STR("0123456789abcdef0123456789abcdef")) != 0)
    {
        printf("Bail out! rotate\n");
        exit(1);
    }
}


static void
setting(const char *verb, phone_str_t first, const char *rest)
{
    int64_t  n;

    n = 0;
    (void) phone_parse_int(first, &n);

    if (strcmp(verb, "wait") == 0) {
        player.now += n * 1000;
        look();

    } else if (strcmp(verb, "key") == 0) {
        player.key = first.len ? first : (phone_str_t) { 0, NULL };

    } else if (strcmp(verb, "address") == 0) {
        player.address = first;

    } else if (strcmp(verb, "gateway") == 0) {
        player.gateway = (int) n;
        player.answer = *rest ? plain((char *) rest) : NULL;

    } else if (strcmp(verb, "file") == 0) {
        shop_file(*rest ? "file" : NULL, *rest ? plain((char *) rest) : NULL);

    } else if (strcmp(verb, "settings") == 0) {
        say_settings();

    } else if (strcmp(verb, "rotate") == 0) {
        rotate();

    } else if (strcmp(verb, "lose") == 0) {
        player.lose_answer = 1;

    } else if (strcmp(verb, "busy") == 0) {
        player.busy = (int) n;

    } else if (strcmp(verb, "nowork") == 0) {
        player.no_work = (int) n;

    } else if (strcmp(verb, "upper") == 0) {
        shop_next.upper = (int) n;

    } else if (strcmp(verb, "low") == 0) {
        player.env.memory_low = n != 0;

    } else if (strcmp(verb, "remembers") == 0) {
        player.remembers = (int) n;

    } else {
        printf("Bail out! no command \"%s\"\n", verb);
        exit(1);
    }
}


/* "verb first rest" */

static void
command(phone_str_t line)
{
    int64_t      n;
    const char  *verb, *rest;
    phone_str_t  left, word, first;

    n = 1;
    left = line;
    first = PHONE_EMPTY;

    (void) phone_split(&left, ' ', &word);
    verb = ended(word);
    rest = filled(ended(left));
    left = phone_cstr(rest);

    if (phone_split(&left, ' ', &first)) {
        rest = left.len ? left.data : "";
    }

    draw(line);

    if (strcmp(verb, "store") == 0) {
        begin(first);

    } else if (strcmp(verb, "play") == 0) {
        play_call(NULL, ended(first), rest);

    } else if (strcmp(verb, "phone") == 0) {
        play_call(NULL, "session.envelope",
                  rest[0] == '1' ? "once=" ONCE "&suite=1" : "once=" ONCE);
        key_for(first);

    } else if (strcmp(verb, "sealed") == 0) {
        (void) phone_split(&left, ' ', &word);
        play_call(NULL, ended(first),
                  sealed_form(&phone, ended(first), ended(word),
                              left.len ? left.data : ""));

    } else if (strcmp(verb, "shop") == 0) {
        (void) phone_split(&left, ' ', &word);
        play_call(ended(first), ended(word),
                  left.len ? left.data : "");

    } else if (strcmp(verb, "keep") == 0) {
        kept(value, first)->value[0] = phone_copy(&text, play_member(rest + 2));

    } else if (strcmp(verb, "text") == 0) {
        kept(value, first)->value[0] = phone_copy(&text,
                                                  sent_behind(rest + 2));

    } else if (strcmp(verb, "report") == 0) {
        kept(value, first)->value[0] = player.header[3];

    } else if (strcmp(verb, "set") == 0) {
        (void) phone_parse_int(phone_cstr(rest), &n);
        set(first, n);

    } else if (strcmp(verb, "save") == 0) {
        save(kept(browser, first));

    } else if (strcmp(verb, "use") == 0) {
        use(first.len ? kept(browser, first) : &(kept_t) { "", {{ 0, "" }} });

    } else if (strcmp(verb, "next") == 0) {
        (void) phone_parse_int(first, &n);

        while (n-- && run_next()) { /* void */ }

    } else if (strcmp(verb, "write") == 0) {
        write_key(first, rest);

    } else if (strcmp(verb, "again") == 0) {
        run_again();

    } else {
        setting(verb, first, rest);
    }
}


/* The file */

static void
compare(phone_str_t line, phone_str_t expected, phone_str_t got)
{
    unsigned     i;
    phone_str_t  a, b;

    if (ok(phone_equal(expected, got), "%.*s", PHONE_ARGS(line))) {
        return;
    }

    printf("# \"make transcript\" writes what it is now\n");

    for (i = 0; i < 8 && (expected.len || got.len); /* void */ ) {
        a = b = PHONE_EMPTY;
        (void) phone_split(&expected, '\n', &a);
        (void) phone_split(&got, '\n', &b);

        if (!phone_equal(a, b)) {
            printf("# expected: %.*s\n#      got: %.*s\n", PHONE_ARGS(a),
                   PHONE_ARGS(b));
            i++;
        }
    }
}


static phone_str_t
read_all(const char *name)
{
    char        *data;
    FILE        *file;
    long         len;

    file = fopen(name, "rb");

    if (file == NULL || fseek(file, 0, SEEK_END) != 0
        || (len = ftell(file)) < 0)
    {
        printf("Bail out! %s\n", name);
        exit(1);
    }

    rewind(file);
    data = malloc((size_t) len + 1);

    if (data == NULL || fread(data, 1, (size_t) len, file) != (size_t) len) {
        printf("Bail out! %s\n", name);
        exit(1);
    }

    fclose(file);

    return (phone_str_t) { (size_t) len, data };
}


/* What is expected below a command: up to the next line that is none of it. */

static phone_str_t
answer_of(phone_str_t rest)
{
    size_t  len;

    for (len = 0; len < rest.len && rest.data[len] == ' '; len++) {
        len = (size_t) ((char *) memchr(rest.data + len, '\n',
                                        rest.len - len) - rest.data);
    }

    return (phone_str_t) { len, rest.data };
}


/* Is there a command that calls it? */

static int
is_called(phone_str_t all, const char *name)
{
    phone_str_t  line, word;

    while (phone_split(&all, '\n', &line)) {

        if (line.len == 0 || line.data[0] != '>') {
            continue;
        }

        while (phone_split(&line, ' ', &word)) {
            if (phone_is(word, name)) {
                return 1;
            }
        }
    }

    return 0;
}


int
main(int argc, char **argv)
{
    unsigned      i;
    FILE         *file;
    size_t        from;
    phone_str_t   all, rest, line, expected, whole;

    phone_arena_init(&text);
    phone_arena_init(&store[0].arena);
    phone_arena_init(&store[1].arena);

    all = rest = read_all(TRANSCRIPT);
    phone_buf_init(&out, &text, 1 << 20);

    while (phone_split(&rest, '\n', &line)) {

        if (line.len && line.data[0] == ' ') {
            continue;
        }

        phone_buf_put(&out, line);
        phone_buf_byte(&out, '\n');

        if (line.len < 2 || memcmp(line.data, "> ", 2) != 0) {
            continue;
        }

        expected = answer_of(rest);
        from = out.len;
        command((phone_str_t) { line.len - 2, line.data + 2 });
        compare(line, expected, (phone_str_t) { out.len - from,
                                                out.data + from });
    }

    ok(!text.failed && !store[0].arena.failed && !store[1].arena.failed,
       "room for all");

    for (i = 0; phone_endpoints[i]; i++) {
        ok(is_called(all, phone_endpoints[i]->name), "%s is called",
           phone_endpoints[i]->name);
    }

    if (argc == 2 && strcmp(argv[1], "--write") == 0) {
        whole = phone_buf_str(&out);
        file = fopen(TRANSCRIPT, "wb");

        if (file == NULL || fwrite(whole.data, 1, whole.len, file) != whole.len
            || fclose(file) != 0)
        {
            printf("Bail out! %s\n", TRANSCRIPT);
            return 1;
        }

        return 0;
    }

    play_end();
    phone_arena_free(&store[0].arena);
    phone_arena_free(&store[1].arena);
    phone_arena_free(&text);
    free((void *) all.data);

    return done_testing();
}
