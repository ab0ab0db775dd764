
/*
 * PAY-12: POST /pay/statement.  The first call of a day starts a job, which
 * makes the file of the day's log; later calls get the file.
 */


#include "bill.h"
#include "totals.h"
#include "../lib/csv.h"
#include "../lib/date.h"


/* ms that the log is kept once there is a statement of it: longer than a check
   takes that has begun before that */
#define PHONE_STATEMENT_LOG   (2 * PHONE_DAY)

/* ms: a day that is over later than that is no mistake about the zone */
#define PHONE_STATEMENT_AHEAD (3 * PHONE_DAY)

#define PHONE_STATEMENT_TYPE  PHONE_STR("text/csv; charset=utf-8")


static phone_rc_t phone_statement_create_run(phone_call_t *call);
static phone_rc_t phone_statement_day(phone_call_t *call);
static phone_rc_t phone_statement_invalid(phone_call_t *call,
    phone_str_t reason);
static phone_rc_t phone_statement_wanted(phone_call_t *call,
    phone_record_t *statement);
static phone_rc_t phone_statement_step(phone_call_t *call,
    phone_record_t *job);
static phone_rc_t phone_statement_wait(phone_call_t *call,
    phone_record_t *job, phone_str_t id, phone_str_t cursor);
static phone_rc_t phone_statement_page(phone_call_t *call,
    phone_record_t *job, phone_str_t id, phone_str_t cursor);
static phone_str_t phone_statement_texts(phone_call_t *call,
    const phone_log_t *log);
static phone_rc_t phone_statement_end(phone_call_t *call,
    phone_record_t *job, phone_str_t id, int64_t rows,
    const phone_result_t *last);
static phone_str_t phone_statement_head(phone_call_t *call, phone_str_t id,
    int64_t rows);
static phone_str_t phone_statement_sums(phone_call_t *call,
    phone_str_t totals);


static const phone_param_t  phone_statement_create_params[] = {
    { "date", PHONE_P_NAME, PHONE_REQUIRED, 10, 10,
      "the day, as in 2026-11-21, by phone_statement_zone" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_statement_create_reply[] = {
    { "text/csv; charset=utf-8", PHONE_M_BLOB, 0, NULL, NULL,
      "the statement" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_statement_create = {
    "statement.create", "POST", "/pay/statement", PHONE_MERCHANT,
    phone_statement_create_run, phone_statement_create_params,
    phone_statement_create_reply,
    "The statement of a day that is over: a CSV file of all that the takings "
    "got and gave. The first call of a day starts making it and is refused "
    "with STATEMENT_NOT_READY, as are others until it is made."
};


const phone_job_kind_t  phone_statement_job = {
    "statement", phone_statement_step, "Makes the statement of a day."
};


static phone_rc_t
phone_statement_create_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *statement;

    rc = phone_statement_asked(call, &statement);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_done_blob(call, phone_get(statement, STATEMENT_FILE),
                           phone_get_int(statement, STATEMENT_SIZE),
                           PHONE_STATEMENT_TYPE,
                           phone_format(phone_memory(call),
                                        "statement-%.*s-%.*s.csv",
                                        PHONE_ARGS(phone_caller(call)),
                                        PHONE_ARGS(phone_arg(call, "date"))));
}


phone_rc_t
phone_statement_asked(phone_call_t *call, phone_record_t **statement)
{
    phone_rc_t  rc;

    *statement = phone_ask(call, &phone_statement,
                           phone_order_id(call, phone_caller(call),
                                          phone_arg(call, "date")));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_get(*statement, STATEMENT_FILE).len) {
        return PHONE_DONE;
    }

    rc = phone_statement_day(call);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_statement_wanted(call, *statement);
}


/* The caller is told to wait until it is made. */

static phone_rc_t
phone_statement_wanted(phone_call_t *call, phone_record_t *statement)
{
    int64_t     done;
    phone_rc_t  rc;

    rc = phone_statement_making(call, statement, phone_caller(call), &done);

    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_say_int(call, "done", done);
    phone_retry_after(call, 1);

    return phone_refuse(call, PHONE_STATEMENT_NOT_READY);
}


/* After which nothing is added to its log any more. */

static phone_rc_t
phone_statement_day(phone_call_t *call)
{
    int64_t     over;
    phone_rc_t  rc;

    rc = phone_statement_date(call);
    if (rc != PHONE_DONE) {
        return rc;
    }

    over = phone_statement_over(call, phone_arg(call, "date"));

    if (phone_now(call) < over) {
        phone_say_time(call, "until", over);
        phone_retry_after(call, (over - phone_now(call) + 999) / 1000);
        return phone_refuse_field(call, PHONE_STATEMENT_NOT_READY, "date");
    }

    return PHONE_DONE;
}


phone_rc_t
phone_statement_date(phone_call_t *call)
{
    int64_t          seconds, created, over;
    phone_str_t      date;
    phone_arena_t   *arena;
    phone_record_t  *merchant;

    arena = phone_memory(call);
    date = phone_arg(call, "date");

    if (phone_date_parse(date, &seconds) != 0) {
        return phone_statement_invalid(call,
                   PHONE_STR("it is no day: write it as in 2026-11-21"));
    }

    merchant = phone_ask_remembered(call, &phone_merchant,
                                    phone_caller(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    created = phone_get_int(merchant, MERCHANT_CREATED);
    over = phone_statement_over(call, date);

    if (over <= created) {
        return phone_statement_invalid(call,
                   phone_format(arena, "your first day is %.*s",
                                PHONE_ARGS(phone_zone_day(arena,
                                    created / 1000,
                                    phone_statement_zone(call)))));
    }

    return over > phone_now(call) + PHONE_STATEMENT_AHEAD
           ? phone_statement_invalid(call, PHONE_STR("it is days ahead"))
           : PHONE_DONE;
}


static phone_rc_t
phone_statement_invalid(phone_call_t *call, phone_str_t reason)
{
    phone_say(call, "reason", reason);

    return phone_refuse_field(call, PHONE_PARAM_INVALID, "date");
}


int64_t
phone_statement_over(phone_call_t *call, phone_str_t date)
{
    int64_t  seconds;

    seconds = 0;
    (void) phone_date_parse(date, &seconds);

    return seconds * 1000 - phone_settings(call)->statement_zone + PHONE_DAY
           + phone_commits_late(call);
}


phone_rc_t
phone_statement_making(phone_call_t *call, phone_record_t *statement,
    phone_str_t merchant_id, int64_t *done)
{
    phone_record_t  *job;

    *done = 0;

    if (phone_found(statement)) {
        job = phone_ask(call, &phone_job,
                        phone_get(statement, STATEMENT_JOB));

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        if (phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING)) {
            *done = phone_get_int(job, JOB_DONE);
            return PHONE_DONE;
        }
    }

    job = phone_ask(call, &phone_job,
                    phone_new_id(call, merchant_id, "statement"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(statement, STATEMENT_JOB, phone_id(job));
    phone_job_start(job, &phone_statement_job, merchant_id,
                    phone_id(statement), 0);

    return PHONE_DONE;
}


/*
 * The job: its input is the id of the statement, which is that of the log as
 * well.  Its cursor is "w" and where phone_ask_arrived() goes on, until all
 * rows have come; then the last piece, and the totals so far.
 */

static phone_rc_t
phone_statement_step(phone_call_t *call, phone_record_t *job)
{
    phone_str_t  id, cursor;

    id = phone_get(job, JOB_INPUT);
    cursor = phone_get(job, JOB_CURSOR);

    if (cursor.len == 0 || cursor.data[0] == 'w') {
        return phone_statement_wait(call, job, id, cursor);
    }

    return phone_statement_page(call, job, id, cursor);
}


static phone_rc_t
phone_statement_wait(phone_call_t *call, phone_record_t *job, phone_str_t id,
    phone_str_t cursor)
{
    phone_rc_t   rc;
    phone_str_t  merchant, date;

    date = id;
    (void) phone_split(&date, ':', &merchant);

    if (cursor.len) {
        cursor.data++;
        cursor.len--;
    }

    rc = phone_ask_arrived(call, merchant,
                           phone_statement_over(call, date), &cursor);

    if (rc == PHONE_REFUSED) {
        return phone_job_wait(job);
    }

    if (rc != PHONE_DONE) {
        return rc;
    }

    if (cursor.len) {
        return phone_job_next(job, 0,
                              phone_join(phone_memory(call), 2,
                                         (phone_str_t[2]) { PHONE_STR("w"),
                                                            cursor }));
    }

    return phone_statement_page(call, job, id, PHONE_EMPTY);
}


static phone_rc_t
phone_statement_page(phone_call_t *call, phone_record_t *job, phone_str_t id,
    phone_str_t cursor)
{
    int64_t                rows;
    unsigned               step;
    phone_str_t            before;
    phone_arena_t         *arena;
    const phone_log_t     *log;
    const phone_result_t  *piece;

    arena = phone_memory(call);
    rows = cursor.len ? phone_get_int(job, JOB_DONE) : 0;
    before = PHONE_EMPTY;
    (void) phone_split(&cursor, ' ', &before);

    step = (unsigned) phone_settings(call)->statement_step;
    log = phone_ask_log(call, &phone_moved, id, rows, step);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    piece = phone_ask_work_of(call, &phone_statement_rows,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  phone_statement_texts(call, log), before,
                                  cursor,
                                  phone_int(arena,
                                            phone_statement_zone(call)) },
                              phone_get(job, JOB_OWNER), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!piece->ok) {
        return piece->fault ? phone_refuse(call, PHONE_STORE_UNAVAILABLE)
                            : phone_bad_value(call, &phone_moved, id);
    }

    rows += log->n;

    if (log->n < step) {
        return phone_statement_end(call, job, id, rows, piece);
    }

    return phone_job_next(job, rows,
                          phone_join(arena, 3,
                                     (phone_str_t[3]) { piece->sha256,
                                                        PHONE_STR(" "),
                                                        piece->text }));
}


static phone_str_t
phone_statement_texts(phone_call_t *call, const phone_log_t *log)
{
    unsigned     i;
    phone_buf_t  texts;

    phone_buf_init(&texts, phone_memory(call), log->n * 128 + 1);

    for (i = 0; i < log->n; i++) {
        phone_buf_put(&texts, log->entry[i]);
        phone_buf_byte(&texts, '\n');
    }

    return phone_buf_str(&texts);
}


static phone_rc_t
phone_statement_end(phone_call_t *call, phone_record_t *job, phone_str_t id,
    int64_t rows, const phone_result_t *last)
{
    phone_record_t        *statement;
    const phone_result_t  *file;

    statement = phone_ask(call, &phone_statement, id);
    file = phone_ask_work_of(call, &phone_statement_file,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 last->sha256,
                                 phone_statement_head(call, id, rows),
                                 phone_statement_sums(call, last->text),
                                 PHONE_EMPTY },
                             phone_get(job, JOB_OWNER), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!file->ok) {

        /* a piece is gone, after a day: the job begins anew */

        return phone_job_next(job, 0, PHONE_EMPTY);
    }

    phone_set(statement, STATEMENT_FILE, file->sha256);
    phone_set_int(statement, STATEMENT_SIZE, file->size);
    phone_set(statement, STATEMENT_KEPT,
              phone_keep_blob(call, file->sha256, id));
    phone_set_int(statement, STATEMENT_ROWS, rows);
    phone_set(statement, STATEMENT_TOTALS, last->text);

    if (rows) {
        phone_end_log(call, &phone_moved, id, PHONE_STATEMENT_LOG);
    }

    return phone_job_finish(job, rows, file->sha256);
}


static phone_str_t
phone_statement_head(phone_call_t *call, phone_str_t id, int64_t rows)
{
    phone_buf_t     head;
    phone_str_t     merchant, date;
    phone_arena_t  *arena;

    arena = phone_memory(call);
    date = id;
    (void) phone_split(&date, ':', &merchant);

    phone_buf_init(&head, arena, 256);
    phone_buf_put(&head, PHONE_STR("#merchant,"));
    phone_csv_text(&head, merchant);
    phone_buf_put(&head,
                  phone_format(arena, "\r\n#day,%.*s\r\n#zone,%.*s\r\n"
                               "#rows,%lld\r\n", PHONE_ARGS(date),
                               PHONE_ARGS(phone_zone_text(arena,
                                              phone_statement_zone(call))),
                               (long long) rows));

    return phone_buf_str(&head);
}


static phone_str_t
phone_statement_sums(phone_call_t *call, phone_str_t totals)
{
    phone_buf_t  lines;

    phone_buf_init(&lines, phone_memory(call), 256);
    phone_totals_lines(&lines, "#total", totals);

    return phone_buf_str(&lines);
}
