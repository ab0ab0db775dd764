
/*
 * GET /operator/check, step by step: where it is full, what it counts there,
 * and what it carries on.
 */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"
#include "operator/check.h"
#include "operator/operator.h"


#define BUCKET     "003"
#define BUCKET_ID  BUCKET "-01J0000000000000000000000A"


static phone_books_t  books;
static int64_t        start;        /* a place in each ledger */


static void
begin(int64_t phase)
{
    play_start();
    phone_books_load(&books, &player.arena, PHONE_EMPTY);
    start = phone_ledger_at(phone_month_of(player.now), 0);

    while (books.nmarks < player.env.buckets) {
        books.from[books.nmarks] = phone_ledger_month(start);
        books.mark[books.nmarks++] = start;
    }

    books.count[PHONE_BOOKS_PHASE] = phase;
    books.count[PHONE_BOOKS_BUCKET] = 3;
}


/* One run, from what is in the books to what is then in them. */

static phone_rc_t
step(void)
{
    phone_rc_t       rc;
    phone_ask_t     *ask;
    phone_call_t     call;
    phone_fields_t   fields;

    fields.n = 0;

    phone_call_init(&call, &player.env, &phone_operator_check, NULL);
    play_draw(&call);
    call.fields = &fields;
    call.state = phone_books_save(&books);

    while ((rc = phone_run(&call)) == PHONE_AGAIN) {
        while ((ask = phone_next_ask(&call)) != NULL) {
            play_ask(&call, ask);
        }
    }

    if (rc == PHONE_CONTINUE) {
        phone_books_load(&books, &player.arena,
                         phone_copy(&player.arena, call.state));

    } else {
        (void) phone_finish(&call);
        play_take(&call);
    }

    phone_call_free(&call);

    return rc;
}


static void
entry(const char *text)
{
    meddle(PHONE_OP_RPUSH, &phone_ledger, PHONE_STR(BUCKET), 1,
           (const char *[1]) { text });
}


static void
entries(unsigned n)
{
    char             text[80];
    static unsigned  serial;

    while (n--) {
        snprintf(text, sizeof(text), "m%u outside:CNY card:c 1 CNY x y",
                 serial++);
        entry(text);
    }
}


/* A table of names that holds n. */

static void
table(size_t slots, size_t n)
{
    size_t     i;
    uint64_t  *slot;

    slot = phone_alloc(&player.arena, slots * sizeof(uint64_t));

    for (i = 0; i < n; i++) {
        slot[i] = 0xabcd000000000000u + i;
    }

    books.hashes.data = (char *) slot;
    books.hashes.len = slots * sizeof(uint64_t);
}


/* The table of names after a page of n entries. */

static void
grows(size_t slots, size_t held, unsigned n, size_t then, const char *name)
{
    unsigned  i;

    begin(PHONE_CHECK_TWICE);
    table(slots, held);
    entries(n);

    /* the page is full: the table is carried on */

    for (i = n; i < PHONE_CHECK_PAGE; i++) {
        entry("malformed");
    }

    is_int(step(), PHONE_CONTINUE, "%s: goes on", name);
    is_int(books.hashes.len / sizeof(uint64_t), then, "%s: %zu of %zu slots",
           name, held, slots);
    is_int(books.count[PHONE_BOOKS_FAULTS], 0, "%s: no name was there", name);
    is_int(books.count[PHONE_BOOKS_AT], start + PHONE_CHECK_PAGE,
           "%s: all read",
           name);
    play_end();
}


/* A table that is as large as it gets takes names until an eighth is left. */

static void
full(size_t held, int64_t untracked)
{
    begin(PHONE_CHECK_TWICE);
    table(65536, held);
    entries(3);

    is_int(step(), PHONE_CONTINUE, "%zu names: goes on", held);
    is_int(books.count[PHONE_BOOKS_UNTRACKED], untracked,
           "of three more %lld have no place", (long long) untracked);
    is_int(books.hashes.len, 0, "the table is done with");
    play_end();
}


/* Only of a card a bill is debited, and only once. */

static void
debits(const char *one, const char *other, int64_t faults)
{
    begin(PHONE_CHECK_TWICE);
    entry(one);
    entry(other);
    (void) step();
    is_int(books.count[PHONE_BOOKS_FAULTS], faults, "%s", other);
    play_end();
}


/* Books that are full: each number, movement and bill beyond is counted. */

static void
fill(unsigned n)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        phone_book(&books, phone_format(&player.arena, "outside:%u", i),
                   PHONE_STR("CNY"), 1);
    }
}


static void
numbers(void)
{
    phone_call_t  call;

    begin(PHONE_CHECK_INDEXES);
    phone_call_init(&call, &player.env, &phone_operator_check, NULL);

    phone_check_number(&call, &books, PHONE_EMPTY);
    is_int(books.count[PHONE_BOOKS_MALFORMED], 1, "no number");
    phone_check_number(&call, &books, PHONE_STR("+86 13"));
    phone_check_number(&call, &books, PHONE_STR("+86\n13"));
    is_int(books.count[PHONE_BOOKS_MALFORMED], 3, "no words");
    is_int(books.n, 0, "none is looked at");

    fill(PHONE_BOOKS_NAMES - 1);
    phone_check_number(&call, &books, PHONE_STR("+8613800000001"));
    is_int(books.n, PHONE_BOOKS_NAMES, "the last place");
    phone_check_number(&call, &books, PHONE_STR("+8613800000001"));
    is_int(books.count[PHONE_BOOKS_UNTRACKED], 0, "the same again");
    phone_check_number(&call, &books, PHONE_STR("+8613800000002"));
    is_int(books.count[PHONE_BOOKS_UNTRACKED], 1, "no place");
    is_int(books.count[PHONE_BOOKS_MALFORMED], 3, "and no other count");

    phone_call_free(&call);
    play_end();
}


static void
movements(void)
{
    begin(PHONE_CHECK_TAKINGS_TAIL);
    books.count[PHONE_BOOKS_BUCKET] = 0;

    fill(PHONE_BOOKS_NAMES - 1);
    phone_diff_put(&books.transit, PHONE_STR("m1"), 1);
    phone_diff_put(&books.transit, PHONE_STR("m2"), 1);
    phone_diff_put(&books.transit, PHONE_STR("m3"), -1);

    is_int(step(), PHONE_CONTINUE, "movements on their way");
    is_int(books.count[PHONE_BOOKS_UNTRACKED], 2, "two have no place");
    is_int(books.count[PHONE_BOOKS_PHASE], PHONE_CHECK_POSTINGS,
           "the third is looked for");
    play_end();
}


static void
left(unsigned held, int64_t untracked)
{
    begin(PHONE_CHECK_BILLS);
    fill(held);
    phone_diff_put(&books.paid, PHONE_STR("003-a"), 1);
    phone_diff_put(&books.fresh, PHONE_STR("003-b"), -1);

    is_int(step(), PHONE_CONTINUE, "bills that are left");
    is_int(books.count[PHONE_BOOKS_UNTRACKED], untracked,
           "%lld have no place", (long long) untracked);
    is_int(books.count[PHONE_BOOKS_PHASE], PHONE_CHECK_DEBITS_LEFT,
           "the others are looked at");
    play_end();
}


/* More entries than the books have places for. */

static void
accounts(void)
{
    begin(PHONE_CHECK_REPLAY);
    fill(PHONE_BOOKS_NAMES - 3);
    entry("m1 outside:USD card:a 1 CNY x y");
    entry("m2 outside:USD card:b 1 CNY x y");
    entry("m3 outside:USD card:c 1 CNY x y");
    entry("m4 card:c outside:USD 1 CNY x y");
    entry("m5 card:a outside:USD 1 CNY x y");

    is_int(step(), PHONE_CONTINUE, "accounts");
    is_int(books.count[PHONE_BOOKS_UNTRACKED], 2, "two entries of no account");
    is_int(books.count[PHONE_BOOKS_ENTRIES], 5, "all are counted");
    play_end();
}


/* More accounts than are looked at once: half of them is a share. */

static void
halved(void)
{
    unsigned  n;

    begin(PHONE_CHECK_REPLAY);
    fill(PHONE_BOOKS_SHARE - 2);
    phone_book(&books, PHONE_STR("takings:tea:CNY"), PHONE_STR("CNY"), 1);
    entry("m1 outside:USD card:a 1 CNY x y");
    (void) step();
    is_int(books.count[PHONE_BOOKS_SHARES], 0, "a share of accounts");
    is_int(books.n, PHONE_BOOKS_SHARE + 1, "all of them, and takings");
    play_end();

    begin(PHONE_CHECK_REPLAY);
    fill(PHONE_BOOKS_SHARE - 1);
    phone_book(&books, PHONE_STR("takings:tea:CNY"), PHONE_STR("CNY"), 1);
    entry("m1 outside:USD card:a 1 CNY x y");
    (void) step();
    is_int(books.count[PHONE_BOOKS_SHARES], 2, "one more");
    n = books.n;
    ok(n > PHONE_BOOKS_SHARE / 2 - 200 && n < PHONE_BOOKS_SHARE / 2 + 200,
       "half of them: %u", n);
    is_int(books.ntakings, 1, "takings stay");
    play_end();

    begin(PHONE_CHECK_REPLAY);
    books.count[PHONE_BOOKS_SHARE_AT] = 1;
    books.count[PHONE_BOOKS_SHARES] = 2;
    fill(PHONE_BOOKS_SHARE);
    entry("m1 outside:USD card:a 1 CNY x y");
    (void) step();
    is_int(books.count[PHONE_BOOKS_SHARES], 2, "not in the second");
    is_int(books.count[PHONE_BOOKS_ENTRIES], 0, "entries are counted once");
    is_int(books.count[PHONE_BOOKS_UNTRACKED], 0, "and there is room");
    play_end();
}


/* The edge of an index that cannot be read, among numbers whose bills are. */

static void
edges(void)
{
    unsigned       i;
    phone_book_t  *book;

    begin(PHONE_CHECK_INDEXES);

    book = phone_book(&books, PHONE_STR("bills:+8613800000001"),
                      PHONE_STR("-"), 1);
    book->edge = PHONE_STR("nowhere");

    is_int(step(), PHONE_CONTINUE, "an edge that is none");
    is_int(books.count[PHONE_BOOKS_MALFORMED], 1, "is counted");
    is_int(books.n, 0, "and its number is done with");
    play_end();

    begin(PHONE_CHECK_INDEXES);

    for (i = 0; i < 17; i++) {
        phone_book(&books, phone_format(&player.arena, "bills:+86%u", i),
                   PHONE_STR("-"), 1);
    }

    is_int(step(), PHONE_CONTINUE, "17 numbers");
    is_int(books.n, 1, "sixteen at once");
    is_int(books.count[PHONE_BOOKS_PHASE], PHONE_CHECK_INDEXES, "one is left");
    (void) step();
    is_int(books.n, 0, "none is");
    (void) step();
    is_int(books.count[PHONE_BOOKS_PHASE], PHONE_CHECK_BILLS, "then bills");
    play_end();
}


/* Sums by currency, and all kinds of findings in one reply. */

static const char *
report(int *ok)
{
    phone_buf_t   buf;
    phone_json_t  json;

    phone_buf_init(&buf, &player.arena, 512);
    phone_json_init(&json, &buf);
    phone_json_object(&json, NULL);
    *ok = phone_books_report(&books, &json);
    phone_json_end(&json);
    phone_buf_byte(&buf, '\0');

    return phone_buf_str(&buf).data;
}


static void
totals(void)
{
    int                   ok, i;
    phone_book_t          book;
    const char           *text;
    phone_books_total_t  *first;

    begin(PHONE_CHECK_REPLAY);
    report(&ok);
    is_int(ok, 1, "nothing is wrong");

    first = phone_books_total(&books, PHONE_STR("CNY"));

    for (i = 1; i < PHONE_CURRENCIES; i++) {
        phone_books_total(&books, phone_format(&player.arena, "X%03d", i));
    }

    is_int(books.ntotals, PHONE_CURRENCIES, "as many currencies as fit");
    ok(phone_books_total(&books, PHONE_STR("CNY")) == first, "CNY again");
    ok(phone_books_total(&books, PHONE_STR("USD")) == NULL, "one more");
    is_int(books.ntotals, PHONE_CURRENCIES, "there is no room for it");
    is_int(first->sum + first->transit, 0, "each begins with nothing");

    report(&ok);
    is_int(ok, 1, "sums of zero");
    first->transit = 5;
    report(&ok);
    is_int(ok, 1, "money on its way is looked at elsewhere");
    first->sum = 5;
    report(&ok);
    is_int(ok, 0, "a sum that is not zero");
    play_end();

    begin(PHONE_CHECK_REPLAY);
    memset(&book, 0, sizeof(book));
    book.account = PHONE_STR("card:a");
    book.currency = PHONE_STR("CNY");
    book.sum = 1;
    book.stored = -2;
    phone_books_mismatch(&books, &book);
    book.account = PHONE_STR("card:b");
    phone_books_negative(&books, &book);
    phone_books_fault(&books, "bill_missing", PHONE_STR("bill:c"));
    phone_books_fault(&books, "bill_missing", PHONE_STR("bill:c"));
    phone_books_fault(&books, "bill_differs", PHONE_STR("bill:c"));
    phone_books_fault(&books, "bill_missing", PHONE_STR("bill:d"));
    phone_books_fault(&books, "bill_missing", PHONE_STR("bill d"));

    text = report(&ok);
    ok(strstr(text, "\"mismatches\":[{\"account\":\"card:a\",\"currency\":"
                    "\"CNY\",\"ledger\":1,\"stored\":-2}],") != NULL,
       "mismatches");
    ok(strstr(text, "\"negative\":[{\"account\":\"card:b\",\"currency\":"
                    "\"CNY\",\"ledger\":1,\"stored\":-2}],") != NULL,
       "negative balances");
    ok(strstr(text, "\"faults\":[{\"what\":\"bill_missing\",\"where\":"
                    "\"bill:c\"},{\"what\":\"bill_differs\",\"where\":"
                    "\"bill:c\"},{\"what\":\"bill_missing\",\"where\":"
                    "\"bill:d\"}],") != NULL, "faults, each once");
    ok(strstr(text, "\"faults_found\":3,\"mismatches_found\":1,"
                    "\"negative_found\":1,\"entries_unreadable\":1,"
                    "\"entries_untracked\":0,\"stuck_events\":0,"
                    "\"ok\":false") != NULL, "all are counted");
    play_end();
}


/* Each count alone makes the check fail. */

static void
counts(void)
{
    int              ok;
    unsigned         i;
    static const int wrong[] = {
        PHONE_BOOKS_MALFORMED, PHONE_BOOKS_UNTRACKED, PHONE_BOOKS_MISMATCHES,
        PHONE_BOOKS_NEGATIVES, PHONE_BOOKS_STUCK, PHONE_BOOKS_FAULTS
    };

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        begin(PHONE_CHECK_REPLAY);
        books.count[PHONE_BOOKS_ENTRIES] = 7;
        books.count[wrong[i]] = 1;
        report(&ok);
        is_int(ok, 0, "count %d", wrong[i]);
        play_end();
    }
}


/* What cannot have been carried on is not read. */

static void
malformed(void)
{
    unsigned        i;
    phone_str_t     state;
    phone_books_t   loaded;
    static const struct {
        const char          *line;
        int                  rc;
    } lines[] = {
        { "", 0 },                       { "p 0 - 1 0\n", 0 },
        { "p 0 - 1 0\np 1 - 1 0\n", 0 }, { "p 1 - 1 0\n", -1 },
        { "p 0 - 1 0\np 0 - 1 0\n", -1 }, { "p x - 1 0\n", -1 },
        { "p 0 - 1 0\np 2 - 1 0\n", -1 }, { "p -1 - 1 0\n", -1 },
        { "p 0 - x 0\n", -1 },           { "p 0 - 1 x\n", -1 },
        { "p 0 - 1\n", -1 },             { "p 0 -\n", -1 },
        { "p 0\n", -1 },                 { "p\n", -1 },
        { "a card:c CNY 1 0\n", 0 },     { "a card:c CNY 1\n", -1 },
        { "m card:c CNY 1 2\n", 0 },     { "m card:c CNY 1\n", -1 }
    };

    begin(PHONE_CHECK_REPLAY);
    books.nmarks = 0;
    state = phone_books_save(&books);

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        is_int(phone_books_load(&loaded, &player.arena,
                   phone_join(&player.arena, 2, (phone_str_t[2]) {
                                  state, phone_cstr(lines[i].line) })),
               lines[i].rc, "line %u", i);
    }

    for (i = 1; i < state.len - 1; i++) {
        if (phone_books_load(&loaded, &player.arena,
                             (phone_str_t) { i, state.data })
            == 0)
        {
            ok(0, "%u bytes of a header", i);
        }
    }

    play_end();
}


/* Entries, balances and takings that cannot be read are counted. */

static void
unreadable(void)
{
    begin(PHONE_CHECK_REPLAY);
    entry("x");
    entry("m1 outside:CNY card:c 1 CNY x y");
    (void) step();
    is_int(books.count[PHONE_BOOKS_MALFORMED], 1, "an entry");
    is_int(books.count[PHONE_BOOKS_ENTRIES], 2, "of two");
    play_end();

    begin(PHONE_CHECK_COMPARE);
    entry("x");
    meddle(PHONE_OP_HSET, &phone_balances, PHONE_STR(BUCKET), 2,
           (const char *[2]) { "outside:CNY", "much" });
    meddle(PHONE_OP_HSET, &phone_balances, PHONE_STR(BUCKET), 2,
           (const char *[2]) { "out side:CNY", "1" });
    meddle(PHONE_OP_HSET, &phone_balances, PHONE_STR(BUCKET), 2,
           (const char *[2]) { "takings:tea:CNY", "much" });
    (void) step();
    is_int(books.count[PHONE_BOOKS_MALFORMED], 3,
           "an entry that came meanwhile, and two balances");
    play_end();

    begin(PHONE_CHECK_TAKINGS);
    meddle(PHONE_OP_HSET, &phone_balances, PHONE_STR(BUCKET), 2,
           (const char *[2]) { "takings:tea:CNY", "much" });
    meddle(PHONE_OP_HSET, &phone_balances, PHONE_STR(BUCKET), 2,
           (const char *[2]) { "takings:t a:CNY", "1" });
    (void) step();
    is_int(books.count[PHONE_BOOKS_MALFORMED], 2, "takings");
    play_end();

    begin(PHONE_CHECK_TAKINGS_TAIL);
    books.count[PHONE_BOOKS_BUCKET] = 0;
    entry("x");
    (void) step();
    ok(play_says("\"entries_unreadable\":1"), "an entry at the end");
    ok(play_says("\"entries\":1"), "the only one");
    play_end();
}


/* How much of each is looked at in one step. */

static void
bills_listed(unsigned n, unsigned found, unsigned numbers_left)
{
    char      id[32];
    unsigned  i;

    begin(PHONE_CHECK_INDEXES);

    for (i = 0; i < n; i++) {
        snprintf(id, sizeof(id), "003-%026u", i);
        meddle(PHONE_OP_ZADD, &phone_bills_of, PHONE_STR("+8613800000001"), 2,
               (const char *[2]) { "5", id });
    }

    phone_book(&books, PHONE_STR("bills:+8613800000001"), PHONE_STR("-"), 1);

    is_int(step(), PHONE_CONTINUE, "%u bills of a number", n);
    is_int(books.count[PHONE_BOOKS_FAULTS], found, "%u are looked at", found);
    is_int(books.n, numbers_left, "%s", numbers_left ? "more may be left"
                                                     : "these are all");
    (void) step();
    is_int(books.count[PHONE_BOOKS_FAULTS], n, "all are");
    play_end();
}


static void
some_of(int64_t phase, const char *kind, unsigned n, unsigned at_once)
{
    unsigned  i;

    begin(phase);

    for (i = 0; i < n; i++) {
        phone_book(&books, phone_format(&player.arena, "%s:003-%026u", kind, i),
                   PHONE_STR("-"), 1);
    }

    is_int(step(), PHONE_CONTINUE, "%u of %s", n, kind);
    is_int(books.n, n - at_once, "%u at once", at_once);
    play_end();
}


static void
payments(unsigned n, int64_t at, int64_t phase)
{
    unsigned  i;
    char      text[100];

    begin(PHONE_CHECK_BILLS);

    for (i = 0; i < n; i++) {
        snprintf(text, sizeof(text), "m%u outside:CNY card:c 1 CNY bank y", i);
        entry(text);
    }

    is_int(step(), PHONE_CONTINUE, "%u entries", n);
    is_int(books.count[PHONE_BOOKS_AT], at ? start + at : 0, "read up to %lld",
           (long long) at);
    is_int(books.count[PHONE_BOOKS_PHASE], phase, "and then");
    play_end();
}


static void
due_events(unsigned n)
{
    char      member[64];
    unsigned  i;

    for (i = 0; i < n; i++) {
        snprintf(member, sizeof(member), "bill.notice 003-%026u tea", i);
        meddle(PHONE_OP_ZADD, &phone_due, PHONE_STR(BUCKET), 2,
               (const char *[2]) { "5", member });
    }
}


static void
overdue(unsigned n, unsigned stuck)
{
    begin(PHONE_CHECK_COMPARE);
    due_events(n);
    (void) step();
    is_int(books.count[PHONE_BOOKS_STUCK], stuck, "%u events overdue", n);
    play_end();

    begin(PHONE_CHECK_POSTINGS);
    due_events(n);
    (void) step();
    is_int(books.count[PHONE_BOOKS_BUCKET], n < 100 ? 4 : 3,
           "%u events: %s", n, n < 100 ? "the next bucket" : "another page");
    is_int(books.edge.len != 0, n >= 100, "it begins where this ends");
    play_end();
}


/* Movements that are found nowhere are looked for so many times. */

static void
rounds(void)
{
    int  steps;

    begin(PHONE_CHECK_POSTINGS);
    books.count[PHONE_BOOKS_BUCKET] = 0;

    phone_book(&books, PHONE_STR("transit:m1"), PHONE_STR("-"), 1)->sum = 1;
    phone_book(&books, PHONE_STR("transit:m2"), PHONE_STR("-"), 1)->sum = -1;

    for (steps = 1; step() == PHONE_CONTINUE; steps++) {
        /* void */
    }

    is_int(steps, 5 * 17, "all postings and ledgers, once and four times more");
    ok(play_says("{\"what\":\"transit_lost\",\"where\":\"m1\"}"), "lost");
    ok(play_says("{\"what\":\"transit_made\",\"where\":\"m2\"}"), "made");
    is_str(play_member("faults_found"), "2", "both");
    play_end();
}


static void
on_its_way(const char *movement, int64_t sum)
{
    phone_book(&books, phone_cstr(movement), PHONE_STR("-"), 1)->sum = sum;
}


/* The other entry of a movement is written while it is looked for. */

static void
came(void)
{
    int  steps;

    begin(PHONE_CHECK_POSTINGS);
    books.count[PHONE_BOOKS_BUCKET] = 0;

    on_its_way("transit:m1", 1);
    on_its_way("transit:m2", -1);
    entry("no entry");
    entry("m1 clearing:CNY card:c 1 CNY bank y");
    entry("m2 card:c clearing:CNY 1 CNY bank y");

    for (steps = 1; step() == PHONE_CONTINUE; steps++) {
        /* void */
    }

    is_int(steps, 17, "one round");
    is_str(play_member("faults_found"), "0", "nothing is missed");
    play_end();

    begin(PHONE_CHECK_POSTINGS);
    books.count[PHONE_BOOKS_BUCKET] = 0;

    on_its_way("transit:m1", 1);
    entry("m1 card:c takings:tea:CNY 1 CNY bank y");
    entry("m10 clearing:CNY card:c 1 CNY bank y");

    while (step() == PHONE_CONTINUE) {
        /* void */
    }

    ok(play_says("{\"what\":\"transit_lost\",\"where\":\"m1\"}"),
       "what came was another one");
    play_end();
}


/* The bucket is closed further while its ledger is read: what was read counts
   for nothing. */

static void
closed_meanwhile(void)
{
    unsigned  i;

    static const int64_t  phase[] = {
        PHONE_CHECK_REPLAY, PHONE_CHECK_BILLS, PHONE_CHECK_TWICE,
        PHONE_CHECK_TAKINGS_TAIL, PHONE_CHECK_POSTED
    };

    for (i = 0; i < sizeof(phase) / sizeof(phase[0]); i++) {
        begin(phase[i]);
        meddle(PHONE_OP_HSET, &phone_period, PHONE_STR(BUCKET), 4,
               (const char *[4]) { "v", "1", "from", "2027-02" });
        is_int(step(), PHONE_CONTINUE, "phase %d goes on", (int) phase[i]);
        is_int(books.nmarks, 0, "from the beginning");
        is_int(books.count[PHONE_BOOKS_PHASE], PHONE_CHECK_PERIODS, "of all");
        play_end();
    }
}


/* A movement is in a posting: a word that begins with ':' and its name. */

static void
posting(const char *ops, int found)
{
    begin(PHONE_CHECK_POSTINGS);
    on_its_way("transit:m1", 1);

    meddle(PHONE_OP_ZADD, &phone_due, PHONE_STR(BUCKET), 2,
           (const char *[2]) { "5", "posting.apply " BUCKET_ID " -" });
    meddle(PHONE_OP_HSET, &phone_posting, PHONE_STR(BUCKET_ID), 4,
           (const char *[4]) { "v", "x", "ops", ops });

    (void) step();
    is_int(phone_book(&books, PHONE_STR("transit:m1"), PHONE_STR("-"), 0)
           == NULL, found, "%s: %s", ops, found ? "in order" : "not this one");
    play_end();
}


/* A bill that was debited is in the index of its payer; bills that were made
   right after it, and as many at the same time, do not hide it. */

static void
indexed(int64_t later, unsigned others, int listed, int64_t faults)
{
    char         score[32], other[32];
    unsigned     i;
    phone_str_t  bill;

    begin(PHONE_CHECK_DEBITS_LEFT);
    shop_open("tea");
    shop_payer("13800000001");
    player.cookie = PHONE_EMPTY;
    bill = shop_bill("tea", "T1", "13800000001");

    snprintf(score, sizeof(score), "%lld", (long long) (player.now + later));

    for (i = 0; i < others; i++) {
        snprintf(other, sizeof(other), "999-%026u", i);
        meddle(PHONE_OP_ZADD, &phone_bills_of, PHONE_STR("+8613800000001"), 2,
               (const char *[2]) { score, other });
    }

    if (!listed) {
        snprintf(other, sizeof(other), "%.*s", PHONE_ARGS(bill));
        meddle(PHONE_OP_ZREM, &phone_bills_of, PHONE_STR("+8613800000001"), 1,
               (const char *[1]) { other });
    }

    phone_book(&books, phone_join(&player.arena, 2,
                                  (phone_str_t[2]) { PHONE_STR("debited:"),
                                                     bill }),
               PHONE_STR("-"), 1);

    is_int(step(), PHONE_CONTINUE, "a bill%s listed",
           listed ? "" : " that is not");
    is_int(books.count[PHONE_BOOKS_FAULTS], faults, "with %u others, %lld ms "
           "later", others, (long long) later);
    play_end();
}


int
main(void)
{
    totals();
    counts();
    malformed();
    unreadable();

    bills_listed(15, 15, 0);
    bills_listed(16, 16, 1);
    bills_listed(17, 16, 1);
    some_of(PHONE_CHECK_INDEXES, "bills", 17, 16);
    some_of(PHONE_CHECK_DEBITS_LEFT, "debited", 33, 32);
    some_of(PHONE_CHECK_DEBITS_LEFT, "undebited", 33, 32);
    some_of(PHONE_CHECK_RECORDS_LEFT, "card", 201, 200);
    payments(127, 0, PHONE_CHECK_DEBITS_LEFT);
    payments(128, 128, PHONE_CHECK_BILLS);
    payments(129, 128, PHONE_CHECK_BILLS);
    overdue(99, 99);
    overdue(100, 100);
    overdue(101, 100);
    rounds();
    came();

    posting("r3:abc2:m1 x", 1);
    posting("2:m1 x", 1);
    posting("2:m1", 0);
    posting("3:m10 x", 0);
    posting("3:xm1 x", 0);
    posting("m1 x", 0);
    posting("1::2:m1 x", 1);

    indexed(0, 0, 1, 0);
    indexed(0, 0, 0, 1);
    indexed(1, 40, 1, 0);
    indexed(1, 40, 0, 1);
    indexed(0, 31, 1, 0);
    indexed(0, 31, 0, 1);
    indexed(0, 32, 1, 0);
    indexed(0, 32, 0, 0);
    indexed(-1, 40, 1, 0);
    indexed(-1, 40, 0, 1);

    grows(0, 0, 0, 0, "nothing");
    grows(0, 0, 1, 64, "the first");
    grows(64, 47, 1, 64, "below three quarters");
    grows(64, 48, 1, 128, "three quarters");
    grows(64, 48, 48, 128, "until three quarters again");
    grows(64, 48, 49, 256, "and beyond");
    grows(32768, 24576, 1, 65536, "the last growth");
    grows(65536, 49152, 1, 65536, "no more");

    full(57341, 0);
    full(57342, 1);
    full(57344, 3);
    full(65535, 3);

    debits("m1 card:c takings:t:CNY 1 CNY bill b",
           "m2 card:c takings:t:CNY 1 CNY bill b", 1);
    debits("m1 card:c takings:t:CNY 1 CNY bill b",
           "m2 card:c takings:t:CNY 1 CNY bill c", 0);
    debits("m1 card:c takings:t:CNY 1 CNY bill b",
           "m2 clearing:003:CNY takings:t:CNY 1 CNY bill b", 0);
    debits("m1 clearing:003:CNY takings:t:CNY 1 CNY bill b",
           "m2 clearing:003:CNY takings:t:CNY 1 CNY bill b", 0);
    debits("m1 card:c outside:CNY 1 CNY settle b",
           "m2 card:c outside:CNY 1 CNY settle b", 0);
    debits("m1 card:c takings:t:CNY 1 CNY bill b",
           "m1 takings:t:CNY card:c 1 CNY x b", 1);

    numbers();
    movements();
    left(PHONE_BOOKS_NAMES - 2, 0);
    left(PHONE_BOOKS_NAMES - 1, 1);
    left(PHONE_BOOKS_NAMES, 2);
    accounts();
    halved();
    edges();
    closed_meanwhile();

    return done_testing();
}
