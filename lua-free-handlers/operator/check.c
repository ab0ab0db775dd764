
/*
 * GET /operator/check: is every balance what the ledger says, and what was
 * paid by it what bills and orders say?
 *
 * Bucket by bucket, page by page: the ledger is replayed, then each account
 * is read and the entries that have come meanwhile after it.  A movement puts
 * its entry and changes its balances in one step, so a right balance equals
 * the replayed sum at some point of that tail, whatever else goes on: the
 * books are checked while the platform works.  The other parts have files of
 * their own: check_bills.c, check_refunds.c, check_notices.c, check_twice.c,
 * check_takings.c, check_statements.c, check_transit.c.
 */


#include "../host.h"
#include "check.h"


#define PHONE_CHECK_RECORDS  200                 /* accounts a run */
#define PHONE_CHECK_LATE     100                 /* events counted a bucket */
#define PHONE_CHECK_UNCLEAR  100                 /* payments a bucket */
#define PHONE_CHECK_STUCK    (10 * PHONE_MINUTE)     /* ms overdue */


static phone_rc_t phone_operator_check_run(phone_call_t *call);
static phone_rc_t phone_check_phase(phone_call_t *call, phone_books_t *books,
    phone_str_t bucket);
static int64_t phone_check_settles(phone_call_t *call);
static phone_rc_t phone_check_busy(phone_call_t *call, int64_t until);
static void phone_check_types(phone_call_t *call, phone_books_t *books);
static phone_rc_t phone_check_compare(phone_call_t *call,
    phone_books_t *books, phone_str_t bucket);
static phone_rc_t phone_check_share_next(phone_call_t *call,
    phone_books_t *books);
static void phone_check_enter(phone_books_t *books,
    const phone_log_t *page, int create);
static unsigned phone_check_late(phone_call_t *call, phone_str_t bucket);
static void phone_check_unclear(phone_call_t *call, phone_books_t *books,
    const phone_list_t *unclear);
static int phone_check_ask_records(phone_call_t *call, phone_books_t *books);
static void phone_check_read_records(phone_call_t *call,
    phone_books_t *books);
static int phone_check_in_record(phone_str_t account);
static void phone_check_open(phone_books_t *books,
    const phone_hash_t *balances);
static void phone_check_follow(phone_books_t *books,
    const phone_log_t *tail);
static void phone_check_moved(phone_books_t *books, phone_str_t account,
    phone_str_t currency, int64_t amount);
static void phone_check_judge(phone_books_t *books);


static const phone_param_t  phone_operator_check_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_sum_members[] = {
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "sum", PHONE_M_INT, 0, NULL, NULL, "of all accounts of the ledger: 0" },
    { "in_transit", PHONE_M_INT, 0, NULL, NULL, "between buckets" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_sum_object = {
    "Sum", phone_sum_members
};


static const phone_member_t  phone_balance_members[] = {
    { "account", PHONE_M_TEXT, 0, NULL, NULL, "of the ledger" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "ledger", PHONE_M_INT, 0, NULL, NULL, "the sum of its entries" },
    { "stored", PHONE_M_INT, 0, NULL, NULL, "its balance" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_balance_object = {
    "Balance", phone_balance_members
};


static const phone_member_t  phone_fault_members[] = {
    { "what", PHONE_M_TEXT, 0, NULL, NULL, "is wrong" },
    { "where", PHONE_M_TEXT, 0, NULL, NULL, "which record or entry" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_fault_object = {
    "Fault", phone_fault_members
};


static const phone_member_t  phone_operator_check_reply[] = {
    { "buckets", PHONE_M_INT, 0, NULL, NULL, "that were read" },
    { "entries", PHONE_M_INT, 0, NULL, NULL, "of all ledgers" },
    { "sums", PHONE_M_LIST, 0, &phone_sum_object, NULL, "one a currency" },
    { "mismatches", PHONE_M_LIST, 0, &phone_balance_object,
      NULL, "balances that are not what the ledger says" },
    { "negative", PHONE_M_LIST, 0, &phone_balance_object,
      NULL, "accounts below what they may owe" },
    { "faults", PHONE_M_LIST, 0, &phone_fault_object,
      NULL, "what else is wrong" },
    { "faults_found", PHONE_M_INT, 0, NULL, NULL, "how many there are" },
    { "mismatches_found", PHONE_M_INT, 0, NULL, NULL, "how many there are" },
    { "negative_found", PHONE_M_INT, 0, NULL, NULL, "how many there are" },
    { "entries_unreadable", PHONE_M_INT, 0, NULL, NULL, "of the ledgers" },
    { "entries_untracked", PHONE_M_INT, 0, NULL,
      NULL, "that could not be followed" },
    { "stuck_events", PHONE_M_INT, 0, NULL,
      NULL, "events that nobody has run in time" },
    { "ok", PHONE_M_BOOL, 0, NULL, NULL, "nothing is wrong" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_check = {
    "operator.check", "GET", "/operator/check", PHONE_OPERATOR,
    phone_operator_check_run, phone_operator_check_params,
    phone_operator_check_reply,
    "Walks the ledger and compares it with balances, bills, orders, "
    "refunds and statements; finds what is lost, what is there twice, money "
    "that is nowhere, negative balances, and events that are long overdue."
};


static phone_rc_t
phone_operator_check_run(phone_call_t *call)
{
    int64_t         settles;
    phone_rc_t      rc;
    phone_str_t     bucket;
    phone_books_t  *books;

    books = phone_alloc(phone_memory(call), sizeof(phone_books_t));

    if (books == NULL
        || phone_books_load(books, phone_memory(call), phone_call_state(call))
           != 0)
    {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    /* writes were lost meanwhile: what was read is of another store */

    if (phone_call_state(call).len == 0) {
        books->count[PHONE_BOOKS_EPOCH] = call->env->store_epoch;

    } else if (books->count[PHONE_BOOKS_EPOCH] != call->env->store_epoch) {
        return phone_continue(call, PHONE_EMPTY);
    }

    settles = phone_check_settles(call);

    if (phone_now(call) < settles) {
        return phone_check_busy(call, settles);
    }

    call->any_type = 1;
    books->since = phone_now(call) - PHONE_CHECK_FRESH;
    phone_check_types(call, books);

    bucket = phone_bucket_text(phone_memory(call),
                               PHONE_CHECK_HERE(books));

    rc = phone_check_phase(call, books, bucket);

    return rc != PHONE_AGAIN && books->mixed
           ? phone_check_busy(call,
                              phone_ledger_over(call,
                                                phone_ledger_last(call) - 1))
           : rc;
}


static phone_rc_t
phone_check_phase(phone_call_t *call, phone_books_t *books,
    phone_str_t bucket)
{
    switch (books->count[PHONE_BOOKS_PHASE]) {

    case PHONE_CHECK_PERIODS:
        return phone_check_periods(call, books);

    case PHONE_CHECK_OPENING:
        return phone_check_opening(call, books);

    case PHONE_CHECK_REPLAY:
        return phone_check_replay(call, books);

    case PHONE_CHECK_OWNERS_THEN:
        return phone_check_owners_then(call, books);

    case PHONE_CHECK_OWNERS:
        return phone_check_owners(call, books);

    case PHONE_CHECK_INDEXES:
        return phone_check_indexes(call, books);

    case PHONE_CHECK_BILLS:
        return phone_check_bills(call, books);

    case PHONE_CHECK_DEBITS_LEFT:
        return phone_check_debits_left(call, books);

    case PHONE_CHECK_TEXTS:
        return phone_check_texts(call, books);

    case PHONE_CHECK_NOTICES:
        return phone_check_notices(call, books);

    case PHONE_CHECK_TWICE:
        return phone_check_twice(call, books, bucket);

    case PHONE_CHECK_TAKINGS:
        return phone_takings_read(call, books);

    case PHONE_CHECK_STATED:
        return phone_stated_check(call, books);

    case PHONE_CHECK_TAKINGS_TAIL:
        return phone_takings_follow(call, books);

    case PHONE_CHECK_POSTINGS:
        return phone_transit_postings(call, books);

    case PHONE_CHECK_POSTED:
        return phone_transit_follow(call, books);

    default:
        return phone_check_compare(call, books, bucket);
    }
}


/* ms.  Around the end of a month entries go to two logs at a time, and their
   order is not known: then nothing is checked; nor after all clocks were set
   back across it. */

static int64_t
phone_check_settles(phone_call_t *call)
{
    return phone_ledger_over(call, phone_ledger_last(call) - 2);
}


static phone_rc_t
phone_check_busy(phone_call_t *call, int64_t until)
{
    phone_retry_after(call, (until - phone_now(call) + 999) / 1000);

    return phone_refuse(call, PHONE_BUSY);
}


/* Keys of another type among what this run has read. */

static void
phone_check_types(phone_call_t *call, phone_books_t *books)
{
    phone_ask_t  *ask;

    for (ask = call->asks; ask; ask = ask->next) {
        if (ask->other_type) {
            phone_books_fault(books, "key_of_other_type", ask->key);
        }
    }
}


phone_rc_t
phone_check_replay(phone_call_t *call, phone_books_t *books)
{
    const phone_log_t  *page;

    page = phone_check_entries(call, books,
                               PHONE_CHECK_HERE(books),
                               &books->seen, PHONE_CHECK_PAGE);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_check_enter(books, page, 1);
    phone_check_halve(books);

    if (page->n < PHONE_CHECK_PAGE) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_COMPARE;
    }

    return phone_check_go_on(call, books);
}


/* With the first share, so that each account is in one share only. */

void
phone_check_halve(phone_books_t *books)
{
    if (books->count[PHONE_BOOKS_SHARE_AT] == 0
        && books->n - books->ntakings > PHONE_BOOKS_SHARE)
    {
        phone_books_halve(books);
    }
}


/* Without create only accounts that are known move.  What is looked at once a
   bucket is looked at with the first share. */

static void
phone_check_enter(phone_books_t *books, const phone_log_t *page, int create)
{
    int                   first;
    unsigned              i;
    phone_ledger_entry_t  entry;

    first = books->count[PHONE_BOOKS_SHARE_AT] == 0;

    for (i = 0; i < page->n; i++) {

        if (phone_ledger_parse(page->entry[i], &entry) != 0) {
            books->count[PHONE_BOOKS_MALFORMED] += first;
            continue;
        }

        phone_books_enter(books, &entry, create);

        if (first) {
            phone_transit_entry(books, &entry);
            phone_refund_entry(books, &entry);
        }
    }

    if (first) {
        books->count[PHONE_BOOKS_HERE] += page->n;
        books->count[PHONE_BOOKS_ENTRIES] += page->n;
    }
}


static phone_rc_t
phone_check_compare(phone_call_t *call, phone_books_t *books,
    phone_str_t bucket)
{
    int                   left, first, once;
    int64_t               at;
    const phone_hash_t   *balances;
    unsigned              late;
    const phone_log_t    *tail;
    const phone_list_t   *unclear;

    balances = phone_ask_hash(call, &phone_balances, bucket);
    first = books->count[PHONE_BOOKS_PHASE] == PHONE_CHECK_COMPARE;
    once = first && books->count[PHONE_BOOKS_SHARE_AT] == 0;
    late = once ? phone_check_late(call, bucket) : 0;
    unclear = once ? phone_ask_index(call, &phone_unclear, bucket, 0,
                                     PHONE_CHECK_UNCLEAR)
                   : NULL;
    left = phone_check_ask_records(call, books);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* after the balances, not with them */

    at = books->seen;
    tail = phone_check_entries(call, books,
                               PHONE_CHECK_HERE(books),
                               &at, PHONE_CHECK_PAGE);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (tail->n == PHONE_CHECK_PAGE) {
        phone_check_enter(books, tail, first);
        books->seen = at;
        return phone_check_go_on(call, books);
    }

    if (once) {
        phone_check_unclear(call, books, unclear);
        books->count[PHONE_BOOKS_STUCK] += late;
    }

    if (first) {
        phone_check_open(books, balances);
    }

    phone_check_read_records(call, books);

    phone_check_follow(books, tail);
    phone_check_judge(books);

    if (left) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_RECORDS_LEFT;
        return phone_check_go_on(call, books);
    }

    if (books->count[PHONE_BOOKS_HERE] + tail->n == 0) {
        books->count[PHONE_BOOKS_AT] = 0;
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_TEXTS;
        return phone_check_texts(call, books);
    }

    return phone_check_share_next(call, books);
}


/* A share is done with.  After the last one come the numbers, of the first
   share again; those of a bucket of one share are known. */

static phone_rc_t
phone_check_share_next(phone_call_t *call, phone_books_t *books)
{
    int64_t  *share;

    share = &books->count[PHONE_BOOKS_SHARE_AT];

    if (*share == 0) {
        phone_books_mark(books, PHONE_CHECK_HERE(books));
    }

    if (books->count[PHONE_BOOKS_SHARES] == 0) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_INDEXES;
        return phone_check_go_on(call, books);
    }

    books->seen = 0;
    books->count[PHONE_BOOKS_AT] = 0;

    if (++*share < books->count[PHONE_BOOKS_SHARES]) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_OPENING;

    } else {
        *share = 0;
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_OWNERS_THEN;
    }

    return phone_check_go_on(call, books);
}


/* Events that are overdue, or parked for so long: each lane has its lane.next,
   which is due now or soon. */

static unsigned
phone_check_late(phone_call_t *call, phone_str_t bucket)
{
    int64_t               since;
    unsigned              i, j, n, count;
    phone_str_t           id, lane;
    const phone_list_t   *late, *next, *parked[PHONE_CHECK_LATE];
    const phone_event_t  *event;

    since = phone_now(call) - PHONE_CHECK_STUCK;

    late = phone_ask_index(call, &phone_due, bucket, since, PHONE_CHECK_LATE);
    next = phone_ask_index_from(call, &phone_due, bucket, since,
                                PHONE_CHECK_LATE);

    for (i = 0, n = 0; i < next->n; i++) {
        if (phone_event_parse(next->entry[i].member, &event, &id, &lane) == 0
            && event == &phone_lane_next)
        {
            parked[n++] = phone_ask_index_from(call, &phone_parked, id, 0,
                                               PHONE_CHECK_LATE);
        }
    }

    if (phone_waiting(call)) {
        return 0;
    }

    count = late->n;

    for (i = 0; i < n; i++) {
        for (j = 0; j < parked[i]->n; j++) {
            count += parked[i]->entry[j].score < since;
        }
    }

    return count;
}


/* Payments whose bank has given no clear answer for long, or none that can be
   so. */

static void
phone_check_unclear(phone_call_t *call, phone_books_t *books,
    const phone_list_t *unclear)
{
    unsigned  i;

    for (i = 0; i < unclear->n; i++) {
        phone_books_fault(books, "payment_unclear",
                          phone_join(phone_memory(call), 2,
                                     (phone_str_t[2]) { PHONE_STR("payment:"),
                                         unclear->entry[i].member }));
    }
}


phone_rc_t
phone_check_next(phone_call_t *call, phone_books_t *books)
{
    books->seen = 0;
    books->count[PHONE_BOOKS_HERE] = 0;
    books->count[PHONE_BOOKS_SHARE_AT] = 0;
    books->count[PHONE_BOOKS_SHARES] = 0;
    books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_OPENING;
    books->count[PHONE_BOOKS_BUCKET]++;

    if (books->count[PHONE_BOOKS_BUCKET] == call->env->buckets) {
        books->count[PHONE_BOOKS_PHASE] = PHONE_CHECK_TAKINGS;
        books->count[PHONE_BOOKS_BUCKET] = 0;
    }

    return phone_check_go_on(call, books);
}


/* Some of the accounts that are records; 1 when others are left. */

static int
phone_check_ask_records(phone_call_t *call, phone_books_t *books)
{
    unsigned       n;
    phone_str_t    id, kind;
    phone_book_t  *book;

    n = 0;

    for (book = books->first; book; book = book->next) {
        id = book->account;

        if (!phone_check_in_record(id)) {
            continue;
        }

        if (n++ == PHONE_CHECK_RECORDS) {
            return 1;
        }

        phone_split(&id, ':', &kind);

        book->record = phone_is(kind, "card")
                       ? phone_ask_some(call, &phone_card, id,
                                        PHONE_F(CARD_BALANCE)
                                        | PHONE_F(CARD_OWNER))
                       : phone_ask_some(call, &phone_account, id,
                                        PHONE_F(ACCOUNT_BALANCE));
    }

    return 0;
}


static int
phone_check_in_record(phone_str_t account)
{
    return phone_account_is(account, "card:")
           || phone_account_is(account, "prepaid:");
}


/* As text: a balance that is wrongly negative must not break the check. */

static void
phone_check_read_records(phone_call_t *call, phone_books_t *books)
{
    int            card, known;
    phone_str_t    number, kind;
    phone_book_t  *book;

    known = books->count[PHONE_BOOKS_SHARES] == 0;

    for (book = books->first; book; book = book->next) {

        if (book->record == NULL) {
            continue;
        }

        card = phone_account_is(book->account, "card:");
        book->compared = 1;

        if (phone_parse_signed(phone_get(book->record,
                                         card ? CARD_BALANCE : ACCOUNT_BALANCE),
                               &book->stored)
            != 0)
        {
            book->stored = 0;
        }

        if (!phone_found(book->record)) {
            phone_books_fault(books, card ? "card_missing" : "account_missing",
                              book->account);
            continue;
        }

        number = book->account;
        phone_split(&number, ':', &kind);

        if (card) {
            number = phone_get(book->record, CARD_OWNER);
        }

        if (known) {
            phone_check_number(call, books, number);
        }
    }
}


/* The accounts that are fields of the bucket's balances; one that no entry
   names should hold nothing.  Clearing accounts are not stored. */

static void
phone_check_open(phone_books_t *books, const phone_hash_t *balances)
{
    unsigned       i;
    phone_book_t  *book;

    for (book = books->first; book; book = book->next) {
        if (phone_check_in_record(book->account) || book->takings) {
            continue;
        }

        book->compared = 1;

        if (phone_account_is(book->account, "clearing:")) {
            book->stored = book->sum;
        }
    }

    for (i = 0; i < balances->n; i++) {
        if (phone_account_is(balances->field[i].name, "takings:")
            || !phone_books_has(books, balances->field[i].name))
        {
            continue;
        }

        book = phone_book_of(books, balances->field[i].name);

        if (book == NULL
            || phone_parse_signed(balances->field[i].value, &book->stored)
               != 0)
        {
            books->count[PHONE_BOOKS_MALFORMED]++;
            continue;
        }

        book->compared = 1;
    }
}


static void
phone_check_follow(phone_books_t *books, const phone_log_t *tail)
{
    unsigned               i;
    phone_book_t          *book;
    phone_ledger_entry_t   entry;

    for (book = books->first; book; book = book->next) {
        book->at = book->sum;
        book->right = book->stored == book->sum;
    }

    for (i = 0; i < tail->n; i++) {
        if (phone_ledger_parse(tail->entry[i], &entry) != 0) {
            books->count[PHONE_BOOKS_MALFORMED]++;
            continue;
        }

        phone_check_moved(books, entry.from, entry.currency, -entry.amount);
        phone_check_moved(books, entry.to, entry.currency, entry.amount);
    }
}


static void
phone_check_moved(phone_books_t *books, phone_str_t account,
    phone_str_t currency, int64_t amount)
{
    phone_book_t  *book;

    book = phone_book(books, account, currency, 0);

    if (book) {
        book->at += amount;

        if (book->at == book->stored) {
            book->right = 1;
        }
    }
}


/* The ledger alone sums up to zero, so what is stored does but for what is
   wrong in it. */

static void
phone_check_judge(phone_books_t *books)
{
    phone_book_t         *book;
    phone_books_total_t  *total;

    for (book = books->first; book; book = book->next) {

        if (!book->compared) {
            continue;
        }

        total = phone_books_total(books, book->currency);

        if (total && phone_account_is(book->account, "clearing:")) {
            total->transit += book->stored;
        }

        if (!book->right) {
            phone_books_mismatch(books, book);

            if (total) {
                total->sum += book->stored - book->sum;
            }
        }

        if (book->stored < 0
            && !phone_account_is(book->account, "clearing:")
            && !phone_account_is(book->account, "outside:")
            && !phone_account_is(book->account, "bank:"))
        {
            phone_books_negative(books, book);
        }
    }
}
