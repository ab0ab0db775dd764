
/* The closing of a month: see closing.h. */


#include "../host.h"
#include "../bill/bill.h"
#include "../lib/month.h"
#include "check.h"
#include "closing.h"
#include "ledger_file.h"


/* ms until it is seen whether its bills are archived. */
#define PHONE_CLOSE_BILLS  (10 * PHONE_MINUTE)


typedef struct {
    phone_call_t            *call;
    phone_record_t          *job;
    phone_record_t          *period;
    int64_t                  month;
    int64_t                  done;       /* entries */
    phone_str_t              id;         /* of the log */
} phone_closing_t;


/* How far the balances are. */
typedef struct {
    int64_t                  share;
    int64_t                  shares;
    int64_t                  accounts;   /* so far */
    phone_str_t              entries;    /* all of them */
    phone_str_t              piece;      /* of the share before, or empty */
} phone_close_shares_t;


static phone_rc_t phone_ledger_month_run(phone_call_t *call);
static phone_rc_t phone_close_step(phone_call_t *call, phone_record_t *job);
static phone_rc_t phone_close_page(phone_closing_t *closing,
    phone_str_t before);
static const char *phone_close_next(phone_closing_t *closing, int64_t n);
static phone_rc_t phone_close_pieces(phone_closing_t *closing,
    const phone_work_t *work, phone_str_t last, const char *next);
static phone_rc_t phone_close_balances(phone_closing_t *closing,
    phone_str_t cursor);
static int phone_close_shares(phone_str_t cursor,
    phone_close_shares_t *shares);
static phone_rc_t phone_close_next_share(phone_closing_t *closing,
    const phone_close_shares_t *shares);
static phone_rc_t phone_close_end(phone_closing_t *closing,
    const phone_close_shares_t *shares);
static int phone_close_is_log(const phone_closing_t *closing);
static int phone_close_is_all(phone_closing_t *closing);
static phone_str_t phone_close_header(phone_closing_t *closing,
    const char *kind);
static phone_rc_t phone_close_commit(phone_closing_t *closing,
    const phone_result_t *balances, const phone_result_t *file);
static phone_rc_t phone_close_again(phone_closing_t *closing);
static phone_rc_t phone_close_stop(phone_closing_t *closing,
    const char *what, phone_str_t where);
static phone_rc_t phone_close_compare(phone_closing_t *closing,
    const phone_log_t *page);
static const char *phone_close_judge(phone_closing_t *closing,
    phone_record_t *record, const phone_ledger_entry_t *entry);
static void phone_close_keep_bills(phone_closing_t *closing,
    phone_record_t *const *record, unsigned n);
static phone_str_t phone_close_lines(phone_call_t *call,
    const phone_log_t *page);


const phone_event_t  phone_ledger_month = {
    "ledger.month", phone_ledger_month_run,
    "Begins to close a month of the ledger of a bucket."
};


const phone_job_kind_t  phone_close_job = {
    "ledger.close", phone_close_step, "Closes a month of a bucket's ledger."
};


void
phone_ledger_watch(phone_call_t *call, phone_str_t name)
{
    phone_emit_once(call, &phone_ledger_month,
                    phone_bucket_text(phone_memory(call),
                                      phone_bucket_of(name,
                                                      call->env->buckets)),
                    PHONE_EMPTY,
                    phone_ledger_over(call, phone_month_of(phone_now(call))));
}


static phone_rc_t
phone_ledger_month_run(phone_call_t *call)
{
    int              runs;
    int64_t          month, after;
    phone_rc_t       rc;
    phone_record_t  *period;

    period = phone_ask(call, &phone_period, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    month = phone_ledger_first(call, period);

    if (month < 0) {
        return phone_bad_record(period);
    }

    runs = phone_close_runs(call, period);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    after = phone_settings(call)->archive_after;

    if (after && !runs
        && phone_now(call) >= phone_ledger_over(call, month) + after)
    {
        rc = phone_archive_bills(call, period->ask.bucket, month);

        if (rc == PHONE_DONE) {
            rc = phone_close_start(call, period, month);
        }

        if (rc == PHONE_AGAIN) {
            return rc;
        }

        if (rc == PHONE_CONTINUE) {
            phone_repeat(call, phone_now(call) + PHONE_CLOSE_BILLS);
            return phone_done(call);
        }
    }

    phone_repeat(call, phone_now(call) + PHONE_DAY);

    return phone_done(call);
}


int
phone_close_runs(phone_call_t *call, phone_record_t *period)
{
    phone_record_t  *job;

    if (phone_get(period, PERIOD_JOB).len == 0) {
        return 0;
    }

    job = phone_ask_some(call, &phone_job, phone_get(period, PERIOD_JOB),
                         PHONE_F(JOB_STATE));

    return !phone_waiting(call)
           && phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING);
}


phone_rc_t
phone_close_start(phone_call_t *call, phone_record_t *period, int64_t month)
{
    phone_str_t      bucket, text;
    phone_record_t  *job;

    bucket = phone_id(period);
    text = phone_month_text(phone_memory(call), month);

    job = phone_ask(call, &phone_job,
                    phone_join(phone_memory(call), 3,
                               (phone_str_t[3]) { bucket, PHONE_STR("-"),
                                                  phone_call_id(call) }));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(period, PERIOD_FROM, text);
    phone_set(period, PERIOD_JOB, phone_id(job));
    phone_job_start(job, &phone_close_job, PHONE_STR("operator"),
                    phone_join(phone_memory(call), 3,
                               (phone_str_t[3]) { bucket, PHONE_STR("-"),
                                                  text }), 0);

    return PHONE_DONE;
}


/* The job: its input is the id of the log.  Its cursor is "p" and the piece
   before, until all entries are in pieces, or "f" and the last piece of so many
   that they become one; then "j" and the last piece; then "e" and all entries,
   and behind them how many shares of the balances are done, of how many, the
   accounts of these, and the piece of the last.  The job that the period names
   is the one. */

static phone_rc_t
phone_close_step(phone_call_t *call, phone_record_t *job)
{
    phone_str_t      bucket, month, cursor, word;
    phone_closing_t  closing;

    closing.call = call;
    closing.job = job;
    closing.id = phone_get(job, JOB_INPUT);

    call->any_type = 1;
    month = closing.id;
    (void) phone_split(&month, '-', &bucket);
    closing.period = phone_ask(call, &phone_period, bucket);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_month_parse(month, &closing.month) != 0) {
        return phone_bad_record(job);
    }

    if (!phone_equal(phone_get(closing.period, PERIOD_JOB), phone_id(job))) {
        return phone_job_finish(job, phone_get_int(job, JOB_DONE),
                                PHONE_EMPTY);
    }

    cursor = phone_get(job, JOB_CURSOR);
    closing.done = cursor.len ? phone_get_int(job, JOB_DONE) : 0;
    word = PHONE_EMPTY;
    (void) phone_split(&cursor, ' ', &word);

    return phone_is(word, "j")
           ? phone_close_pieces(&closing, &phone_work_join, cursor, "e ")
           : phone_is(word, "f")
           ? phone_close_pieces(&closing, &phone_ledger_fold, cursor, "p ")
           : phone_is(word, "e") ? phone_close_balances(&closing, cursor)
                                 : phone_close_page(&closing, cursor);
}


static phone_rc_t
phone_close_page(phone_closing_t *closing, phone_str_t before)
{
    unsigned               step;
    phone_rc_t             rc;
    phone_call_t          *call;
    const phone_log_t     *page;
    const phone_result_t  *piece;

    call = closing->call;
    step = (unsigned) phone_settings(call)->close_step;
    page = phone_ask_log(call, &phone_ledger, closing->id, closing->done,
                         step);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_close_is_log(closing)) {
        return phone_close_stop(closing, "key_of_other_type", closing->id);
    }

    rc = phone_close_compare(closing, page);
    if (rc != PHONE_CONTINUE) {
        return rc;
    }

    piece = phone_ask_work_of(call, &phone_ledger_page,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  phone_close_lines(call, page), before,
                                  PHONE_EMPTY, PHONE_EMPTY },
                              phone_id(closing->period), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!piece->ok) {
        return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    return phone_job_next(closing->job, closing->done + page->n,
                          phone_join(phone_memory(call), 2,
                                     (phone_str_t[2]) {
                                         phone_cstr(phone_close_next(closing,
                                                                     page->n)),
                                         piece->sha256 }));
}


/* Behind a page of n entries.  Only so many pieces can be joined. */

static const char *
phone_close_next(phone_closing_t *closing, int64_t n)
{
    int64_t                  many;
    const phone_settings_t  *settings;

    settings = phone_settings(closing->call);
    many = settings->close_step * settings->close_pieces;

    if (n < settings->close_step) {
        return "j ";
    }

    return (closing->done + n) / many > closing->done / many ? "f " : "p ";
}


static phone_str_t
phone_close_lines(phone_call_t *call, const phone_log_t *page)
{
    unsigned     i;
    phone_buf_t  lines;

    phone_buf_init(&lines, phone_memory(call), page->n * 160 + 1);

    for (i = 0; i < page->n; i++) {
        phone_buf_put(&lines, page->entry[i]);
        phone_buf_byte(&lines, '\n');
    }

    return phone_buf_str(&lines);
}


/* PHONE_CONTINUE: each entry is one, of a bill or a refund that is so. */

static phone_rc_t
phone_close_compare(phone_closing_t *closing, const phone_log_t *page)
{
    unsigned               i;
    const char            *wrong;
    phone_call_t          *call;
    phone_record_t       **record;
    phone_ledger_entry_t  *entry;

    call = closing->call;
    record = phone_alloc(phone_memory(call),
                         (page->n + 1) * sizeof(phone_record_t *));
    entry = phone_alloc(phone_memory(call),
                        (page->n + 1) * sizeof(phone_ledger_entry_t));

    if (record == NULL || entry == NULL) {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    for (i = 0; i < page->n; i++) {

        if (phone_ledger_parse(page->entry[i], &entry[i]) != 0) {
            return phone_close_stop(closing, "entry_unreadable",
                                    phone_int(phone_memory(call),
                                              closing->done + i));
        }
    }

    for (i = 0; i < page->n; i++) {
        if (phone_is(entry[i].reason, "bill")) {
            record[i] = phone_ask_some(call, &phone_bill, entry[i].reference,
                                       PHONE_CHECK_PAID_FIELDS);

        } else if (phone_is(entry[i].reason, "refund")) {
            record[i] = phone_ask(call, &phone_refund, entry[i].reference);
        }
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_ask_archived_of(call, record, page->n) != 0) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < page->n; i++) {
        wrong = phone_close_judge(closing, record[i], &entry[i]);

        if (wrong) {
            return phone_close_stop(closing, wrong, entry[i].reference);
        }
    }

    phone_close_keep_bills(closing, record, page->n);

    return PHONE_CONTINUE;
}


/* A bill that is still in the store has lost its entry: it is archived with
   those of the next month. */

static void
phone_close_keep_bills(phone_closing_t *closing,
    phone_record_t *const *record, unsigned n)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        if (record[i] && record[i]->type == &phone_bill
            && record[i]->ask.bucket == closing->period->ask.bucket
            && !phone_is_archived(record[i]))
        {
            phone_archive_note(closing->call, phone_id(record[i]),
                               closing->month + 1);
        }
    }
}


/* NULL: it is so.  A bill is debited by the call that pays it: a second debit
   has another time. */

static const char *
phone_close_judge(phone_closing_t *closing, phone_record_t *record,
    const phone_ledger_entry_t *entry)
{
    int64_t  paid_at;

    if (record == NULL) {
        return NULL;
    }

    if (record->type == &phone_refund) {
        return !phone_found(record) ? "refund_missing"
               : !phone_readable(record) ? "refund_unreadable"
               : phone_check_refunded_so(closing->call, record, entry) ? NULL
               : "refund_differs";
    }

    if (!phone_found(record)) {
        return "bill_missing";
    }

    if (!phone_readable(record)) {
        return "bill_unreadable";
    }

    return phone_check_paid_so(closing->call, record, entry)
           && (!phone_account_is(entry->from, "card:")
               || (phone_parse_int(phone_get(record, BILL_PAID_AT), &paid_at)
                   == 0
                   && phone_movement_time(phone_memory(closing->call),
                                          entry->movement)
                      == paid_at))
           ? NULL : "bill_differs";
}


/* What the work makes of all pieces is where the next step goes on. */

static phone_rc_t
phone_close_pieces(phone_closing_t *closing, const phone_work_t *work,
    phone_str_t last, const char *next)
{
    const phone_result_t  *made;

    made = phone_ask_work_of(closing->call, work,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 last, PHONE_EMPTY, PHONE_EMPTY, PHONE_EMPTY },
                             phone_id(closing->period), 1);

    if (phone_waiting(closing->call)) {
        return PHONE_AGAIN;
    }

    if (!made->ok) {
        return phone_close_again(closing);
    }

    return phone_job_next(closing->job, closing->done,
                          phone_join(phone_memory(closing->call), 2,
                                     (phone_str_t[2]) { phone_cstr(next),
                                                        made->sha256 }));
}


/* A share of the accounts, so that the work needs no more memory for a bucket
   that has many.  When it has too many the shares are halved. */

static phone_rc_t
phone_close_balances(phone_closing_t *closing, phone_str_t cursor)
{
    int64_t                accounts;
    phone_str_t            how;
    phone_call_t          *call;
    phone_close_shares_t   shares;
    const phone_result_t  *made;

    call = closing->call;

    if (phone_close_shares(cursor, &shares) != 0) {
        return phone_bad_record(closing->job);
    }

    if (shares.share == shares.shares) {
        return phone_close_end(closing, &shares);
    }

    how = phone_format(phone_memory(call), "%lld %lld %lld %lld",
                       (long long) shares.share, (long long) shares.shares,
                       (long long) phone_settings(call)->close_accounts,
                       (long long) closing->done);
    made = phone_ask_work_of(call, &phone_ledger_balances,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 shares.entries,
                                 phone_get(closing->period, PERIOD_BALANCES),
                                 how, shares.piece },
                             phone_id(closing->period), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_is(made->text, PHONE_LEDGER_GONE)) {
        return phone_close_again(closing);
    }

    if (phone_is(made->text, PHONE_ACCOUNTS_MANY)
        && shares.shares < PHONE_LEDGER_SHARES)
    {
        shares.share = 0;
        shares.shares *= 2;
        shares.accounts = 0;
        shares.piece = PHONE_EMPTY;

        return phone_close_next_share(closing, &shares);
    }

    if (phone_parse_int(made->text, &accounts) != 0) {
        return made->text.len ? phone_close_stop(closing, "file", made->text)
                              : phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    shares.share++;
    shares.accounts += accounts;
    shares.piece = made->sha256;

    return phone_close_next_share(closing, &shares);
}


static int
phone_close_shares(phone_str_t cursor, phone_close_shares_t *shares)
{
    phone_str_t  word;

    *shares = (phone_close_shares_t) { 0, 1, 0, PHONE_EMPTY, PHONE_EMPTY };

    (void) phone_split(&cursor, ' ', &shares->entries);

    if (cursor.len == 0) {
        return 0;
    }

    if (!phone_split(&cursor, ' ', &word)
        || phone_parse_int(word, &shares->share) != 0
        || !phone_split(&cursor, ' ', &word)
        || phone_parse_int(word, &shares->shares) != 0
        || !phone_split(&cursor, ' ', &word)
        || phone_parse_int(word, &shares->accounts) != 0)
    {
        return -1;
    }

    shares->piece = cursor;

    return 0;
}


static phone_rc_t
phone_close_next_share(phone_closing_t *closing,
    const phone_close_shares_t *shares)
{
    return phone_job_next(closing->job, closing->done,
                          phone_format(phone_memory(closing->call),
                                       "e %.*s %lld %lld %lld %.*s",
                                       PHONE_ARGS(shares->entries),
                                       (long long) shares->share,
                                       (long long) shares->shares,
                                       (long long) shares->accounts,
                                       PHONE_ARGS(shares->piece)));
}


/* Both files are made in this step, for only what a call has made is kept. */

static phone_rc_t
phone_close_end(phone_closing_t *closing, const phone_close_shares_t *shares)
{
    int64_t                over;
    phone_str_t            header;
    phone_call_t          *call;
    const phone_result_t  *balances, *file;

    call = closing->call;
    over = phone_ledger_over(call, closing->month);

    /* the clock was set back meanwhile: entries may come again */

    if (phone_now(call) < over) {
        phone_repeat(call, over);
        return phone_close_next_share(closing, shares);
    }

    if (!phone_close_is_all(closing)) {
        return phone_waiting(call) ? PHONE_AGAIN : phone_close_again(closing);
    }

    header = phone_format(phone_memory(call), "%.*saccounts %lld\n\n",
                          PHONE_ARGS(phone_close_header(closing, "balances")),
                          (long long) shares->accounts);
    balances = phone_ask_work_of(call, &phone_ledger_balances_file,
                                 (phone_str_t[PHONE_WORK_ARGS]) {
                                     shares->piece, header, PHONE_EMPTY,
                                     PHONE_EMPTY },
                                 phone_id(closing->period), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!balances->ok) {
        return phone_close_again(closing);
    }

    header = phone_join(phone_memory(call), 5,
                        (phone_str_t[5]) {
                            phone_close_header(closing, "ledger"),
                            PHONE_STR("balances "), balances->sha256,
                            phone_format(phone_memory(call),
                                         "\nentries %lld\n",
                                         (long long) closing->done),
                            PHONE_STR("\n") });
    file = phone_ask_work_of(call, &phone_ledger_file,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 shares->entries, header, PHONE_EMPTY,
                                 PHONE_EMPTY },
                             phone_id(closing->period), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_is(file->text, PHONE_LEDGER_GONE)) {
        return phone_close_again(closing);
    }

    if (file->sha256.len == 0) {
        return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    return phone_close_commit(closing, balances, file);
}


/* A key of another type looks like a month without entries. */

static int
phone_close_is_log(const phone_closing_t *closing)
{
    const phone_ask_t  *ask;

    for (ask = closing->call->asks; ask; ask = ask->next) {
        if (ask->kind == PHONE_ASK_LOG && ask->other_type) {
            return 0;
        }
    }

    return 1;
}


/* Are these the entries of the month?  A failover may have lost some since. */

static int
phone_close_is_all(phone_closing_t *closing)
{
    int64_t             last;
    const phone_log_t  *tail;

    last = closing->done ? closing->done - 1 : 0;
    tail = phone_ask_log(closing->call, &phone_ledger, closing->id, last, 2);

    return !phone_waiting(closing->call)
           && tail->n == (closing->done ? 1 : 0);
}


static phone_str_t
phone_close_header(phone_closing_t *closing, const char *kind)
{
    phone_str_t     before;
    phone_arena_t  *arena;

    arena = phone_memory(closing->call);
    before = phone_get(closing->period, PERIOD_FILE);

    return phone_format(arena, "ngx_phone %s 1\nstore %.*s\nbucket %.*s\n"
                        "month %.*s\nbefore %.*s\n", kind,
                        PHONE_ARGS(closing->call->env->store_id),
                        PHONE_ARGS(phone_id(closing->period)),
                        PHONE_ARGS(phone_month_text(arena, closing->month)),
                        PHONE_ARGS(before.len ? before : PHONE_STR("-")));
}


static phone_rc_t
phone_close_commit(phone_closing_t *closing, const phone_result_t *balances,
    const phone_result_t *file)
{
    phone_str_t      owner;
    phone_call_t    *call;
    phone_record_t  *period;

    call = closing->call;
    period = closing->period;
    owner = phone_join(phone_memory(call), 2,
                       (phone_str_t[2]) { PHONE_STR("ledger:"),
                                          closing->id });

    (void) phone_keep_blob(call, balances->sha256, owner);
    phone_set(period, PERIOD_KEPT,
              phone_keep_blob(call, file->sha256, owner));
    phone_set(period, PERIOD_FROM,
              phone_month_text(phone_memory(call), closing->month + 1));
    phone_set(period, PERIOD_FILE, file->sha256);
    phone_set(period, PERIOD_BALANCES, balances->sha256);
    phone_set_int(period, PERIOD_ENTRIES,
                  phone_get_int(period, PERIOD_ENTRIES) + closing->done);

    if (phone_get(period, PERIOD_STOPPED).len) {
        phone_set(period, PERIOD_STOPPED, PHONE_EMPTY);
    }

    if (closing->done) {
        phone_drop_log(call, &phone_ledger, closing->id);
    }

    phone_emit(call, &phone_ledger_month, phone_id(period), PHONE_EMPTY,
               phone_now(call));

    return phone_job_finish(closing->job, closing->done, file->sha256);
}


static phone_rc_t
phone_close_again(phone_closing_t *closing)
{
    return phone_job_next(closing->job, 0, PHONE_EMPTY);
}


/* The month stays; GET /operator/check says so until it is closed. */

static phone_rc_t
phone_close_stop(phone_closing_t *closing, const char *what,
    phone_str_t where)
{
    phone_set(closing->period, PERIOD_STOPPED,
              phone_format(phone_memory(closing->call), "%s:%.*s", what,
                           PHONE_ARGS(where)));

    return phone_job_fail(closing->job, PHONE_INTERNAL);
}
