
/*
 * The archive of bills.  A job for each bucket goes through the months whose
 * bills are in the store, up to one: through the payments of the ledger of
 * each, and then through the log of bills that have ended unpaid.  A ledger
 * that was closed before has no payments any more (operator/closing.c has noted
 * them for the month after), but its month may have such a log.  A step writes
 * one file with the bills of one page, and the same commit takes them out of
 * the store: so a bill is in the store or in the archive, whatever is killed.
 * A file begins with a line that has the hash of the one before it.
 *
 * What cannot go yet is noted for the next month.
 */


#include "archive.h"
#include "bill.h"
#include "old.h"
#include "../archived.h"
#include "../host.h"
#include "../lib/ledger.h"
#include "../lib/month.h"
#include "../months.h"


#define PHONE_ARCHIVE_PAGE     30        /* entries of a log */

/* Effects of a step: the file has three, the job one, and each month that was
   gone through four. */
#define PHONE_ARCHIVE_EFFECTS  (PHONE_JOB_EFFECTS - 10)

_Static_assert(PHONE_OLD_EFFECTS <= PHONE_ARCHIVE_EFFECTS,
               "a step takes at least one bill");


/* Where the job is: its input and its cursor, and the month of its bucket. */
typedef struct {
    unsigned                 bucket;
    int64_t                  month;
    int64_t                  last;       /* month */
    int64_t                  at;         /* in the log */
    unsigned                 unpaid:1;   /* in that of bills not paid */
} phone_archive_at_t;

typedef struct {
    unsigned                 n;
    unsigned                 going;
    phone_old_t              bill[PHONE_ARCHIVE_PAGE];
    unsigned                 entry[PHONE_ARCHIVE_PAGE];  /* of the log */
} phone_archive_page_t;


static phone_record_t *phone_archive_job_of(phone_record_t *archive);
static int phone_archive_waits(phone_call_t *call, phone_record_t *job);
static int64_t phone_archive_from(phone_record_t *archive, int64_t last);
static phone_rc_t phone_archive_step(phone_call_t *call,
    phone_record_t *job);
static int phone_archive_parse(phone_record_t *job, phone_archive_at_t *at,
    phone_record_t **archive);
static void phone_archive_ask(phone_call_t *call,
    const phone_archive_at_t *at, const phone_log_t *log,
    phone_archive_page_t *page);
static phone_str_t phone_archive_bill_of(const phone_archive_at_t *at,
    phone_str_t entry);
static unsigned phone_archive_fit(const phone_archive_page_t *page);
static phone_rc_t phone_archive_take(phone_call_t *call,
    phone_record_t *archive, const phone_archive_at_t *at,
    phone_archive_page_t *page);
static phone_rc_t phone_archive_file(phone_call_t *call,
    phone_record_t *archive, const phone_archive_at_t *at,
    const phone_archive_page_t *page, phone_str_t *sha256);
static void phone_archive_head(phone_call_t *call, phone_record_t *archive,
    const phone_archive_at_t *at, phone_buf_t *lines);
static void phone_archive_keep(phone_call_t *call, phone_record_t *archive,
    phone_str_t sha256, int64_t number);
static phone_rc_t phone_archive_next(phone_call_t *call,
    phone_record_t *job, phone_record_t *archive,
    const phone_archive_at_t *at, int64_t done, int over);


const phone_job_kind_t  phone_archive_job = {
    "bills.archive", phone_archive_step,
    "Moves bills that were settled long ago from the store to the archive."
};


/* The log of a month has the id of its ledger. */

void
phone_archive_note(phone_call_t *call, phone_str_t bill_id, int64_t month)
{
    phone_append(call, &phone_ended,
                 phone_ledger_id(call,
                                 phone_home(call->env, &phone_bill, bill_id),
                                 month),
                 bill_id);
}


phone_rc_t
phone_archive_bills(phone_call_t *call, unsigned bucket, int64_t month)
{
    int64_t          from;
    phone_str_t      name;
    phone_arena_t   *arena;
    phone_record_t  *archive, *job, *before;

    arena = phone_memory(call);
    name = phone_bucket_text(arena, bucket);
    archive = phone_ask(call, &phone_archive, name);
    job = phone_ask(call, &phone_job,
                    phone_format(arena, "%.*s-bills.%.*s", PHONE_ARGS(name),
                                 PHONE_ARGS(phone_call_id(call))));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    before = phone_archive_job_of(archive);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    from = phone_archive_from(archive, month);

    if (from < 0) {
        return phone_bad_record(archive);
    }

    if (from > month) {
        return PHONE_DONE;
    }

    if (!phone_archive_waits(call, before)
        && phone_now(call) > phone_ledger_over(call, month)
                             + phone_old_age(call))
    {
        phone_set(archive, ARCHIVE_JOB, phone_id(job));
        phone_job_start(job, &phone_archive_job, PHONE_EMPTY,
                        phone_format(arena, "%.*s %lld", PHONE_ARGS(name),
                                     (long long) month), 0);
    }

    return PHONE_CONTINUE;
}


/* NULL: none has been started. */

static phone_record_t *
phone_archive_job_of(phone_record_t *archive)
{
    phone_str_t  id;

    id = phone_get(archive, ARCHIVE_JOB);

    return id.len ? phone_ask_some(archive->call, &phone_job, id,
                                   PHONE_F(JOB_STATE) | PHONE_F(JOB_ENDED))
                  : NULL;
}


/* For one that runs; or because it has failed within a day, which GET
   /operator/check tells until then. */

static int
phone_archive_waits(phone_call_t *call, phone_record_t *job)
{
    phone_str_t  state;

    if (job == NULL) {
        return 0;
    }

    state = phone_get(job, JOB_STATE);

    return phone_is(state, PHONE_JOB_RUNNING)
           || (phone_is(state, PHONE_JOB_FAILED)
               && phone_now(call) < phone_get_int(job, JOB_ENDED)
                                    + PHONE_DAY);
}


/* The first month whose bills are in the store, if there are some up to that
   one; -1: it cannot be read. */

static int64_t
phone_archive_from(phone_record_t *archive, int64_t last)
{
    int64_t  month;

    if (phone_get(archive, ARCHIVE_FROM).len == 0) {
        month = phone_month_of(archive->call->env->store_since - PHONE_DAY);

        return month < last ? month : last;
    }

    return phone_month_parse(phone_get(archive, ARCHIVE_FROM), &month) == 0
           ? month : -1;
}


static phone_rc_t
phone_archive_step(phone_call_t *call, phone_record_t *job)
{
    int                    over;
    unsigned               i, fit;
    phone_rc_t             rc;
    phone_record_t        *archive;
    phone_archive_at_t     at;
    const phone_log_t     *log;
    phone_archive_page_t  *page;

    page = phone_alloc(phone_memory(call), sizeof(phone_archive_page_t));

    if (page == NULL || phone_archive_parse(job, &at, &archive) != 0) {
        return phone_bad_record(job);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    at.month = phone_archive_from(archive, at.last);

    if (at.month < 0) {
        return phone_bad_record(archive);
    }

    log = phone_ask_log(call, at.unpaid ? &phone_ended : &phone_ledger,
                        phone_ledger_id(call, at.bucket, at.month),
                        at.at, PHONE_ARCHIVE_PAGE);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_archive_ask(call, &at, log, page);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    fit = phone_archive_fit(page);

    for (i = 0; i < fit; i++) {
        phone_old_ask_all(call, &page->bill[i]);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    over = fit == page->n && log->n < PHONE_ARCHIVE_PAGE;
    at.at += fit == page->n ? log->n : page->entry[fit];
    page->n = fit;

    rc = phone_archive_take(call, archive, &at, page);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_archive_next(call, job, archive, &at,
                              phone_get_int(job, JOB_DONE) + page->going,
                              over);
}


static int
phone_archive_parse(phone_record_t *job, phone_archive_at_t *at,
    phone_record_t **archive)
{
    phone_str_t  input, cursor, word;

    input = phone_get(job, JOB_INPUT);
    cursor = phone_get(job, JOB_CURSOR);
    *at = (phone_archive_at_t) { 0, 0, 0, 0, 0 };

    if (!phone_split(&input, ' ', &word)
        || phone_parse_int(input, &at->last) != 0)
    {
        return -1;
    }

    at->bucket = phone_home(job->call->env, &phone_archive, word);
    *archive = phone_ask(job->call, &phone_archive, word);

    if (cursor.len == 0) {
        return 0;
    }

    at->unpaid = cursor.data[0] == 'u';
    cursor.data++;
    cursor.len--;

    return phone_parse_int(cursor, &at->at);
}


/* The bills that a page of the log names, each once. */

static void
phone_archive_ask(phone_call_t *call, const phone_archive_at_t *at,
    const phone_log_t *log, phone_archive_page_t *page)
{
    unsigned     i, j;
    phone_str_t  id;

    page->n = 0;

    for (i = 0; i < log->n; i++) {
        id = phone_archive_bill_of(at, log->entry[i]);

        /* the money has an entry in the merchant's bucket as well */

        if (phone_home(call->env, &phone_bill, id) != at->bucket) {
            continue;
        }

        for (j = 0; j < page->n; j++) {
            if (phone_equal(page->bill[j].id, id)) {
                break;
            }
        }

        if (id.len && j == page->n) {
            page->bill[j].id = id;
            page->entry[j] = i;
            page->n++;
        }
    }

    for (i = 0; i < page->n; i++) {
        phone_old_ask(call, &page->bill[i]);
    }
}


/* Empty: the entry is of no bill. */

static phone_str_t
phone_archive_bill_of(const phone_archive_at_t *at, phone_str_t text)
{
    phone_ledger_entry_t  entry;

    if (at->unpaid) {
        return text;
    }

    return phone_ledger_parse(text, &entry) == 0
           && phone_is(entry.reason, "bill") ? entry.reference : PHONE_EMPTY;
}


/* How many of the page one commit can take: no more of it is asked for. */

static unsigned
phone_archive_fit(const phone_archive_page_t *page)
{
    unsigned  i, effects;

    effects = 0;

    for (i = 0; i < page->n; i++) {
        effects += page->bill[i].effects;

        if (effects > PHONE_ARCHIVE_EFFECTS) {
            break;
        }
    }

    return i;
}


/* Bills that can go go with this commit, into a file of their own; others are
   noted for the next month. */

static phone_rc_t
phone_archive_take(phone_call_t *call, phone_record_t *archive,
    const phone_archive_at_t *at, phone_archive_page_t *page)
{
    int64_t      number;
    unsigned     i;
    phone_rc_t   rc;
    phone_str_t  sha256;

    number = phone_get_int(archive, ARCHIVE_FILES) + 1;
    page->going = 0;

    for (i = 0; i < page->n; i++) {
        page->going += page->bill[i].goes;
    }

    if (page->going) {
        rc = phone_archive_file(call, archive, at, page, &sha256);
        if (rc != PHONE_DONE) {
            return rc;
        }

        phone_archive_keep(call, archive, sha256, number);
        phone_set_int(archive, ARCHIVE_BILLS,
                      phone_get_int(archive, ARCHIVE_BILLS) + page->going);
    }

    for (i = 0; i < page->n; i++) {
        if (page->bill[i].goes) {
            phone_old_shelve(call, &page->bill[i], at->bucket, number);

        } else if (page->bill[i].stays) {
            phone_archive_note(call, page->bill[i].id, at->month + 1);
        }
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_archive_file(phone_call_t *call, phone_record_t *archive,
    const phone_archive_at_t *at, const phone_archive_page_t *page,
    phone_str_t *sha256)
{
    unsigned               i;
    phone_buf_t            lines;
    const phone_result_t  *file;

    phone_buf_init(&lines, phone_memory(call), 32768);
    phone_archive_head(call, archive, at, &lines);

    for (i = 0; i < page->n; i++) {
        if (page->bill[i].goes) {
            phone_old_lines(call, &page->bill[i], &lines);
        }
    }

    file = phone_ask_work_of(call, &phone_archive_write,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 phone_buf_str(&lines), PHONE_EMPTY,
                                 PHONE_EMPTY, PHONE_EMPTY },
                             PHONE_STR("archive"), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!file->ok) {
        return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    *sha256 = file->sha256;

    return PHONE_DONE;
}


/* {"kind":"archive","id":"017.12","month":"2026-05","before":"ab12..."} */

static void
phone_archive_head(phone_call_t *call, phone_record_t *archive,
    const phone_archive_at_t *at, phone_buf_t *lines)
{
    phone_json_t  json;

    phone_json_init(&json, lines);
    phone_json_object(&json, NULL);
    phone_json_text(&json, "kind", PHONE_STR("archive"));
    phone_json_text(&json, "id",
                    phone_format(phone_memory(call), "%.*s.%lld",
                                 PHONE_ARGS(phone_id(archive)),
                                 (long long) phone_get_int(archive,
                                                           ARCHIVE_FILES) + 1));
    phone_json_text(&json, "month",
                    phone_month_text(phone_memory(call), at->month));
    phone_json_text(&json, "before", phone_get(archive, ARCHIVE_FILE));
    phone_json_end(&json);
    phone_buf_byte(lines, '\n');
}


static void
phone_archive_keep(phone_call_t *call, phone_record_t *archive,
    phone_str_t sha256, int64_t number)
{
    (void) phone_keep_blob(call, sha256, phone_id(archive));
    phone_append(call, &phone_archive_files, phone_id(archive), sha256);
    phone_set_int(archive, ARCHIVE_FILES, number);
    phone_set(archive, ARCHIVE_FILE, sha256);
}


/* The payments of the month, then bills that have ended unpaid, then the next
   month. */

static phone_rc_t
phone_archive_next(phone_call_t *call, phone_record_t *job,
    phone_record_t *archive, const phone_archive_at_t *at, int64_t done,
    int over)
{
    phone_arena_t  *arena;

    arena = phone_memory(call);

    if (!over) {
        return phone_job_next(job, done,
                              phone_format(arena, "%c%lld",
                                           at->unpaid ? 'u' : 'p',
                                           (long long) at->at));
    }

    if (!at->unpaid) {
        return phone_job_next(job, done, PHONE_STR("u0"));
    }

    phone_set(archive, ARCHIVE_FROM, phone_month_text(arena, at->month + 1));
    phone_drop_log(call, &phone_ended,
                   phone_ledger_id(call, at->bucket, at->month));

    if (at->month < at->last) {
        return phone_job_next(job, done, PHONE_EMPTY);
    }

    /* its ledger can be closed now */

    phone_emit(call, &phone_ledger_month, phone_id(archive), PHONE_EMPTY,
               phone_now(call));

    return phone_job_finish(job, done, PHONE_EMPTY);
}
