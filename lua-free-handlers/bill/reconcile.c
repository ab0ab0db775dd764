
/*
 * PAY-12: a merchant sends its own file of a day, and gets what differs from
 * the platform's statement.  The file is read before it is kept; a job compares
 * it in parts, and the last file of a day takes the place of the one before.
 */


#include "bill.h"


/* Files that a merchant can have compared in an hour. */
#define PHONE_RECONCILES_HOUR  30


static phone_rc_t phone_reconcile_create_run(phone_call_t *call);
static phone_rc_t phone_reconcile_begin(phone_call_t *call,
    phone_record_t *reconcile, phone_record_t *before, phone_record_t *job);
static void phone_reconcile_set(phone_call_t *call,
    phone_record_t *reconcile, phone_str_t kept, int64_t rows);
static phone_rc_t phone_reconcile_rows(phone_call_t *call, int64_t *rows);
static phone_rc_t phone_reconcile_query_run(phone_call_t *call);
static phone_rc_t phone_reconcile_file_run(phone_call_t *call);
static phone_rc_t phone_reconcile_asked(phone_call_t *call,
    phone_record_t **reconcile, phone_record_t **job);
static phone_rc_t phone_reconcile_none(phone_call_t *call);
static phone_rc_t phone_reconcile_say(phone_call_t *call,
    phone_record_t *reconcile, phone_record_t *job);
static phone_rc_t phone_reconcile_say_counts(phone_call_t *call,
    phone_record_t *reconcile);
static phone_rc_t phone_reconcile_step(phone_call_t *call,
    phone_record_t *job);
static phone_rc_t phone_reconcile_end(phone_call_t *call,
    phone_record_t *job, phone_record_t *reconcile,
    phone_record_t *statement, const phone_result_t *last);
static phone_rc_t phone_reconcile_forget_run(phone_call_t *call);
static void phone_reconcile_let_go(phone_call_t *call,
    phone_record_t *reconcile);
static void phone_reconcile_drop(phone_call_t *call,
    phone_record_t *reconcile);
static phone_str_t phone_reconcile_head(phone_call_t *call,
    phone_record_t *reconcile, phone_record_t *statement);
static phone_str_t phone_reconcile_totals(phone_call_t *call,
    phone_record_t *statement, phone_str_t counts, phone_str_t file);


static const phone_param_t  phone_reconcile_create_params[] = {
    { "date", PHONE_P_NAME, PHONE_REQUIRED, 10, 10,
      "the day, as in 2026-11-21, by phone_statement_zone" },
    { "file", PHONE_P_FILE, PHONE_REQUIRED, 1, PHONE_RECONCILE_FILE,
      "the merchant's own CSV file of that day" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_param_t  phone_reconcile_query_params[] = {
    { "date", PHONE_P_NAME, PHONE_REQUIRED, 10, 10, "the day" },
    { NULL, 0, 0, 0, 0, NULL }
};


#define PHONE_COUNT_NAME(name, member, about)    member,
#define PHONE_COUNT_MEMBER(name, member, about)                               \
    { member, PHONE_M_INT, 0, NULL, "state is DONE", about },

static const char *const  phone_count_name[PHONE_COUNTED] = {
    PHONE_COUNTS(PHONE_COUNT_NAME)
};

static const phone_member_t  phone_reconcile_reply[] = {
    { "date", PHONE_M_TEXT, 0, NULL, NULL, "the day" },
    { "state", PHONE_M_TEXT, 0, NULL, NULL, "RUNNING, DONE or FAILED" },
    { "file_sha256", PHONE_M_TEXT, 0, NULL, NULL, "of the file, in hex" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it came" },
    { "ended_at", PHONE_M_TIME, 0, NULL, "state is DONE",
      "when it was compared" },
    { "result_sha256", PHONE_M_TEXT, 0, NULL, "state is DONE",
      "of what POST /pay/reconcile/file gives" },
    { "error", PHONE_M_TEXT, 0, NULL, "the last step has failed",
      "the code of the error" },
    PHONE_COUNTS(PHONE_COUNT_MEMBER)
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_member_t  phone_reconcile_file_reply[] = {
    { "text/csv; charset=utf-8", PHONE_M_BLOB, 0, NULL, NULL,
      "the differences" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_reconcile_create = {
    "reconcile.create", "POST", "/pay/reconcile", PHONE_MERCHANT,
    phone_reconcile_create_run, phone_reconcile_create_params,
    phone_reconcile_reply,
    "Takes a merchant's own file of a day and compares it with the statement "
    "of that day, which must have been made."
};

const phone_endpoint_t  phone_reconcile_query = {
    "reconcile.query", "POST", "/pay/reconcile/query", PHONE_MERCHANT,
    phone_reconcile_query_run, phone_reconcile_query_params,
    phone_reconcile_reply,
    "What became of the last file of a day."
};

const phone_endpoint_t  phone_reconcile_file = {
    "reconcile.file", "POST", "/pay/reconcile/file", PHONE_MERCHANT,
    phone_reconcile_file_run, phone_reconcile_query_params,
    phone_reconcile_file_reply,
    "The differences as a CSV file."
};


const phone_job_kind_t  phone_reconcile_job = {
    "reconcile", phone_reconcile_step,
    "Compares a merchant's file of a day with its statement."
};


const phone_event_t  phone_reconcile_forget = {
    "reconcile.forget", phone_reconcile_forget_run,
    "Removes what a merchant's file of a day was compared with, and the file."
};


/* The same file again is not compared again, unless it has failed. */

static phone_rc_t
phone_reconcile_create_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *statement, *reconcile, *job, *own;

    own = phone_ask(call, &phone_job,
                    phone_new_id(call, phone_caller(call), "reconcile"));
    rc = phone_reconcile_asked(call, &reconcile, &job);
    if (rc == PHONE_AGAIN) {
        return rc;
    }

    /* this call has begun it, and another file may have come since */

    if (job && phone_found(own)) {
        return phone_reconcile_say(call, reconcile, job);
    }

    if (job && phone_equal(phone_get(reconcile, RECONCILE_FILE),
                           phone_file(call)->sha256)
        && (phone_get(reconcile, RECONCILE_RESULT).len
            || phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING)))
    {
        return phone_reconcile_say(call, reconcile, job);
    }

    rc = phone_statement_asked(call, &statement);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_reconcile_begin(call, reconcile, job, own);
}


static phone_rc_t
phone_reconcile_begin(phone_call_t *call, phone_record_t *reconcile,
    phone_record_t *before, phone_record_t *job)
{
    int64_t      rows;
    phone_rc_t   rc;
    phone_str_t  kept;

    /* before it is read: one that is refused has been read as well */

    rc = phone_hour_count(call, REPLAYS_FILES, PHONE_RECONCILES_HOUR);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_reconcile_rows(call, &rows);
    if (rc != PHONE_DONE) {
        return rc;
    }

    kept = phone_keep_blob(call, phone_file(call)->sha256,
                           phone_id(reconcile));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (before) {
        phone_job_cancel(before);
    }

    phone_reconcile_set(call, reconcile, kept, rows);
    phone_set(reconcile, RECONCILE_JOB, phone_id(job));
    phone_emit(call, &phone_reconcile_forget,
               phone_id_beside(call, phone_caller(call), phone_id(reconcile)),
               PHONE_EMPTY,
               phone_now(call) + phone_settings(call)->reconcile_kept);
    phone_job_start(job, &phone_reconcile_job, phone_caller(call),
                    phone_id(reconcile),
                    rows ? (rows - 1) / phone_settings(call)->reconcile_part + 1
                         : 1);

    return phone_reconcile_say(call, reconcile, job);
}


static void
phone_reconcile_set(phone_call_t *call, phone_record_t *reconcile,
    phone_str_t kept, int64_t rows)
{
    phone_reconcile_drop(call, reconcile);

    phone_set(reconcile, RECONCILE_FILE, phone_file(call)->sha256);
    phone_set(reconcile, RECONCILE_KEPT, kept);
    phone_set_int(reconcile, RECONCILE_ROWS, rows);
    phone_set_int(reconcile, RECONCILE_CREATED, phone_now(call));
    phone_set(reconcile, RECONCILE_RESULT, PHONE_EMPTY);
    phone_set(reconcile, RECONCILE_RESULT_SIZE, PHONE_EMPTY);
    phone_set(reconcile, RECONCILE_RESULT_KEPT, PHONE_EMPTY);
    phone_set(reconcile, RECONCILE_COUNTS, PHONE_EMPTY);
    phone_set(reconcile, RECONCILE_ENDED, PHONE_EMPTY);
}


/* Of the file, which is read by a thread: else it is refused with the row that
   is wrong. */

static phone_rc_t
phone_reconcile_rows(phone_call_t *call, int64_t *rows)
{
    int64_t                row;
    phone_str_t            text, word;
    const phone_result_t  *checked;

    checked = phone_ask_work_of(call, &phone_reconcile_check,
                                (phone_str_t[PHONE_WORK_ARGS]) {
                                    phone_file(call)->sha256,
                                    phone_settings(call)->currency,
                                    PHONE_EMPTY, PHONE_EMPTY },
                                phone_caller(call), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!checked->ok) {
        return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    text = checked->text;

    if (phone_parse_int(text, rows) == 0) {
        return PHONE_DONE;
    }

    /* "!<row> <reason>" */

    text.data++;
    text.len--;

    if (phone_split(&text, ' ', &word) && phone_parse_int(word, &row) == 0) {
        phone_say_int(call, "row", row);
        phone_say(call, "reason", text);
    }

    return phone_refuse_field(call, PHONE_CSV_INVALID, "file");
}


/* The last file of the day; PHONE_REFUSED, and nothing is said yet: there is
   none, and so no job. */

static phone_rc_t
phone_reconcile_asked(phone_call_t *call, phone_record_t **reconcile,
    phone_record_t **job)
{
    *job = NULL;
    *reconcile = phone_ask(call, &phone_reconciled,
                           phone_order_id(call, phone_caller(call),
                                          phone_arg(call, "date")));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(*reconcile)) {
        return PHONE_REFUSED;
    }

    *job = phone_ask(call, &phone_job,
                     phone_get(*reconcile, RECONCILE_JOB));

    return phone_waiting(call) ? PHONE_AGAIN : PHONE_DONE;
}


static phone_rc_t
phone_reconcile_query_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *reconcile, *job;

    rc = phone_reconcile_asked(call, &reconcile, &job);
    if (rc == PHONE_AGAIN) {
        return rc;
    }

    return rc == PHONE_DONE ? phone_reconcile_say(call, reconcile, job)
                            : phone_reconcile_none(call);
}


static phone_rc_t
phone_reconcile_none(phone_call_t *call)
{
    phone_rc_t  rc;

    rc = phone_statement_date(call);

    return rc == PHONE_DONE ? phone_refuse_field(call, PHONE_NOT_FOUND, "date")
                            : rc;
}


static phone_rc_t
phone_reconcile_say(phone_call_t *call, phone_record_t *reconcile,
    phone_record_t *job)
{
    phone_say(call, "date", phone_arg(call, "date"));
    phone_say(call, "file_sha256", phone_get(reconcile, RECONCILE_FILE));
    phone_say_time(call, "created_at",
                   phone_get_int(reconcile, RECONCILE_CREATED));

    if (phone_get(reconcile, RECONCILE_RESULT).len) {
        return phone_reconcile_say_counts(call, reconcile);
    }

    phone_say(call, "state", phone_job_so_far(job));
    phone_say(call, "error", phone_get(job, JOB_ERROR));

    return phone_done(call);
}


static phone_rc_t
phone_reconcile_say_counts(phone_call_t *call, phone_record_t *reconcile)
{
    int64_t   count[PHONE_COUNTED];
    unsigned  i;

    if (phone_counts_read(phone_get(reconcile, RECONCILE_COUNTS), count)
        != 0)
    {
        return phone_bad_record(reconcile);
    }

    phone_say(call, "state", PHONE_STR(PHONE_JOB_DONE));
    phone_say_time(call, "ended_at",
                   phone_get_int(reconcile, RECONCILE_ENDED));
    phone_say(call, "result_sha256", phone_get(reconcile, RECONCILE_RESULT));

    for (i = 0; i < PHONE_COUNTED; i++) {
        phone_say_int(call, phone_count_name[i], count[i]);
    }

    return phone_done(call);
}


static phone_rc_t
phone_reconcile_file_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *reconcile, *job;

    rc = phone_reconcile_asked(call, &reconcile, &job);
    if (rc == PHONE_AGAIN) {
        return rc;
    }

    if (rc == PHONE_REFUSED) {
        return phone_reconcile_none(call);
    }

    if (phone_get(reconcile, RECONCILE_RESULT).len == 0) {
        phone_retry_after(call, 1);
        return phone_refuse(call, PHONE_RECONCILE_NOT_READY);
    }

    return phone_done_blob(call, phone_get(reconcile, RECONCILE_RESULT),
                           phone_get_int(reconcile, RECONCILE_RESULT_SIZE),
                           PHONE_STR("text/csv; charset=utf-8"),
                           phone_format(phone_memory(call),
                                        "reconcile-%.*s-%.*s.csv",
                                        PHONE_ARGS(phone_caller(call)),
                                        PHONE_ARGS(phone_arg(call, "date"))));
}


/* The job: its input is the id of the record, which is that of the statement as
   well.  The cursor is the last piece, and what was counted. */

static phone_rc_t
phone_reconcile_step(phone_call_t *call, phone_record_t *job)
{
    int64_t                  done, total;
    phone_str_t              id;
    phone_record_t          *reconcile, *statement;
    const phone_result_t    *piece;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    id = phone_get(job, JOB_INPUT);
    reconcile = phone_ask(call, &phone_reconciled, id);
    statement = phone_ask(call, &phone_statement, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    done = phone_get_int(job, JOB_DONE);
    total = phone_get_int(job, JOB_TOTAL);

    piece = phone_ask_work_of(call, &phone_reconcile_part,
                (phone_str_t[PHONE_WORK_ARGS]) {
                    phone_get(reconcile, RECONCILE_FILE),
                    phone_get(statement, STATEMENT_FILE),
                    phone_format(phone_memory(call), "%.*s %lld %lld %lld",
                                 PHONE_ARGS(settings->currency),
                                 (long long) done, (long long) total,
                                 (long long) settings->reconcile_listed),
                    phone_get(job, JOB_CURSOR) },
                phone_get(job, JOB_OWNER), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!piece->ok) {
        return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    if (phone_equal(piece->text, PHONE_RECONCILE_FULL)) {
        phone_reconcile_let_go(call, reconcile);

        return phone_job_fail(job, PHONE_CSV_INVALID);
    }

    if (done + 1 == total) {
        return phone_reconcile_end(call, job, reconcile, statement, piece);
    }

    return phone_job_next(job, done + 1,
                          phone_join(phone_memory(call), 3,
                                     (phone_str_t[3]) { piece->sha256,
                                                        PHONE_STR(" "),
                                                        piece->text }));
}


static phone_rc_t
phone_reconcile_end(phone_call_t *call, phone_record_t *job,
    phone_record_t *reconcile, phone_record_t *statement,
    const phone_result_t *last)
{
    phone_str_t            counts, totals;
    const phone_result_t  *file;

    totals = last->text;
    counts = PHONE_EMPTY;
    (void) phone_split(&totals, '|', &counts);

    file = phone_ask_work_of(call, &phone_statement_file,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 last->sha256,
                                 phone_reconcile_head(call, reconcile,
                                                      statement),
                                 phone_reconcile_totals(call, statement,
                                                        counts, totals),
                                 PHONE_EMPTY },
                             phone_get(job, JOB_OWNER), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!file->ok) {

        /* a piece is gone, after a day: the job begins anew */

        return phone_job_next(job, 0, PHONE_EMPTY);
    }

    phone_reconcile_let_go(call, reconcile);
    phone_set(reconcile, RECONCILE_RESULT, file->sha256);
    phone_set_int(reconcile, RECONCILE_RESULT_SIZE, file->size);
    phone_set(reconcile, RECONCILE_RESULT_KEPT,
              phone_keep_blob(call, file->sha256, phone_id(reconcile)));
    phone_set(reconcile, RECONCILE_COUNTS, counts);
    phone_set_int(reconcile, RECONCILE_ENDED, phone_now(call));

    return phone_job_finish(job, phone_get_int(job, JOB_TOTAL),
                            file->sha256);
}


/* A while after the last file of the day. */

static phone_rc_t
phone_reconcile_forget_run(phone_call_t *call)
{
    int64_t          until;
    phone_str_t      id, bucket;
    phone_record_t  *reconcile, *job;

    /* "017-tea:2026-11-21" */

    id = phone_event_id(call);
    (void) phone_split(&id, '-', &bucket);
    reconcile = phone_ask(call, &phone_reconciled, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(reconcile)) {
        return phone_done(call);
    }

    until = phone_get_int(reconcile, RECONCILE_CREATED)
            + phone_settings(call)->reconcile_kept;

    if (phone_now(call) < until) {
        phone_repeat(call, until);
        return phone_done(call);
    }

    job = phone_ask(call, &phone_job, phone_get(reconcile, RECONCILE_JOB));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_job_cancel(job);
    phone_reconcile_drop(call, reconcile);
    phone_remove(reconcile);

    return phone_done(call);
}


/* The merchant's file, which is not needed any more. */

static void
phone_reconcile_let_go(phone_call_t *call, phone_record_t *reconcile)
{
    phone_let_go(call, phone_get(reconcile, RECONCILE_FILE),
                 phone_get(reconcile, RECONCILE_KEPT));
    phone_set(reconcile, RECONCILE_KEPT, PHONE_EMPTY);
}


/* And what it was compared to. */

static void
phone_reconcile_drop(phone_call_t *call, phone_record_t *reconcile)
{
    phone_reconcile_let_go(call, reconcile);
    phone_let_go(call, phone_get(reconcile, RECONCILE_RESULT),
                 phone_get(reconcile, RECONCILE_RESULT_KEPT));
}


static phone_str_t
phone_reconcile_head(phone_call_t *call, phone_record_t *reconcile,
    phone_record_t *statement)
{
    phone_str_t  merchant, date;

    date = phone_id(reconcile);
    (void) phone_split(&date, ':', &merchant);

    return phone_format(phone_memory(call),
                        "#merchant,%.*s\r\n#day,%.*s\r\n#file,%.*s\r\n"
                        "#statement,%.*s\r\n", PHONE_ARGS(merchant),
                        PHONE_ARGS(date),
                        PHONE_ARGS(phone_get(reconcile, RECONCILE_FILE)),
                        PHONE_ARGS(phone_get(statement, STATEMENT_FILE)));
}


/* What was counted, and the totals of both sides. */

static phone_str_t
phone_reconcile_totals(phone_call_t *call, phone_record_t *statement,
    phone_str_t counts, phone_str_t file)
{
    int64_t      more, count[PHONE_COUNTED];
    unsigned     i;
    phone_str_t  word;
    phone_buf_t  lines;

    phone_buf_init(&lines, phone_memory(call), 512);

    more = phone_counts_read(counts, count) == 0
           ? phone_counts_differ(count)
             - phone_settings(call)->reconcile_listed : 0;

    if (more > 0) {
        phone_buf_put(&lines, PHONE_STR("#more,"));
        phone_buf_int(&lines, more);
        phone_buf_put(&lines, PHONE_STR("\r\n"));
    }

    for (i = 0; i < PHONE_COUNTED && phone_split(&counts, ' ', &word); i++) {
        phone_buf_byte(&lines, '#');
        phone_buf_put(&lines, phone_cstr(phone_count_name[i]));
        phone_buf_byte(&lines, ',');
        phone_buf_put(&lines, word);
        phone_buf_put(&lines, PHONE_STR("\r\n"));
    }

    phone_totals_lines(&lines, "#platform_total",
                       phone_get(statement, STATEMENT_TOTALS));
    phone_totals_lines(&lines, "#file_total", file);

    return phone_buf_str(&lines);
}
