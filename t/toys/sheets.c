
/*
 * Sheets: a file of lines with a number each is looked at before it is kept,
 * read by a job in steps, and a report is made of it, with the double of each
 * number beside it.
 */


#include <stdio.h>

#include "toys.h"


#define PHONE_TOY_SHEET_FIELDS(F, K)                                          \
    F(K, V, "v")                                                              \
    F(K, JOB, "job")                                                          \
    F(K, SUM, "sum")                                                          \
    F(K, KEPT, "kept")                                                        \
    F(K, REPORT, "report")                                                    \
    F(K, REPORT_SIZE, "report_size")                                          \
    F(K, REPORT_KEPT, "report_kept")

enum {
    PHONE_TOY_SHEET_FIELDS(PHONE_ENUM, TOY_SHEET)
    TOY_SHEET_FIELDS
};

static const char *const  phone_toy_sheet_fields[] = {
    PHONE_TOY_SHEET_FIELDS(PHONE_NAME, TOY_SHEET)
};

/* "<number>:<sha256>" */
const phone_type_t  phone_toy_sheet_of = {
    "toy_sheet", PHONE_BY_NAME, TOY_SHEET_FIELDS, phone_toy_sheet_fields, NULL
};


#define PHONE_TOY_LINE   16              /* bytes, with its end */
#define PHONE_TOY_CHUNK  65536


static phone_rc_t phone_toy_sheet_add_run(phone_call_t *call);
static phone_rc_t phone_toy_sheet_step(phone_call_t *call,
    phone_record_t *job);
static phone_rc_t phone_toy_sheet_end(phone_call_t *call,
    phone_record_t *sheet, phone_record_t *job, int64_t done,
    phone_str_t last);
static phone_rc_t phone_toy_sheet_run(phone_call_t *call);
static phone_rc_t phone_toy_sheet_cancel_run(phone_call_t *call);
static phone_rc_t phone_toy_report_run(phone_call_t *call);
static phone_rc_t phone_toy_sheet_say(phone_call_t *call,
    phone_record_t *sheet, phone_record_t *job);
static int64_t phone_whole(phone_str_t text);
static phone_record_t *phone_toy_ask_sheet(phone_call_t *call,
    phone_str_t sha256);
static phone_record_t *phone_toy_ask_sheet_job(phone_call_t *call,
    phone_record_t *sheet);

static int phone_toy_sheet_check(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_toy_sheet_double(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_toy_line(phone_str_t *rest, phone_str_t *line);


/* sha256 -> how many lines it has */
const phone_work_t  phone_toy_sheet_checking = {
    "toy sheet check", PHONE_WORK_MEDIA, 4, 32, phone_toy_sheet_check
};

/* sha256, where, so many lines, the piece before -> "<lines> <where> <sum>";
   makes a piece */
const phone_work_t  phone_toy_sheet_doubling = {
    "toy sheet double", PHONE_WORK_MEDIA, 4, 128, phone_toy_sheet_double
};


static const phone_param_t  phone_toy_sheet_add_params[] = {
    { "sheet", PHONE_P_FILE, PHONE_REQUIRED, 1, 64 * 1024 * 1024,
      "a number of up to 15 digits in each line" },
    { "by", PHONE_P_INT, 0, 1, 1000000, "lines of a step; else 1000" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_param_t  phone_toy_sheet_params[] = {
    { "sha256", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 64, 64, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_member_t  phone_toy_sheet_reply[] = {
    PHONE_JOB_MEMBERS,
    { "sum", PHONE_M_INT, 0, NULL, "it is known", "of the lines so far" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_member_t  phone_toy_report_reply[] = {
    { "text/csv", PHONE_M_BLOB, 0, NULL, NULL, "the report" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_job_kind_t  phone_toy_reporting = {
    "toy.sheet", phone_toy_sheet_step, "Makes the report of a sheet."
};

const phone_endpoint_t  phone_toy_sheet_add = {
    "toy.sheet_add", "POST", "/toy/sheets", PHONE_SESSION,
    phone_toy_sheet_add_run, phone_toy_sheet_add_params,
    phone_toy_sheet_reply, "Keeps a sheet, and starts its report."
};

const phone_endpoint_t  phone_toy_sheet = {
    "toy.sheet", "GET", "/toy/sheets/{sha256}", PHONE_SESSION,
    phone_toy_sheet_run, phone_toy_sheet_params, phone_toy_sheet_reply,
    "How far the report of a sheet is."
};

const phone_endpoint_t  phone_toy_sheet_cancel = {
    "toy.sheet_cancel", "POST", "/toy/sheets/{sha256}/cancel", PHONE_SESSION,
    phone_toy_sheet_cancel_run, phone_toy_sheet_params,
    phone_toy_sheet_reply, "Stops the report of a sheet."
};

const phone_endpoint_t  phone_toy_sheet_report = {
    "toy.sheet_report", "GET", "/toy/sheets/{sha256}/report", PHONE_SESSION,
    phone_toy_report_run, phone_toy_sheet_params, phone_toy_report_reply,
    "The report of a sheet of the caller."
};


static int64_t
phone_whole(phone_str_t text)
{
    int64_t  value;

    return phone_parse_int(text, &value) == 0 ? value : 0;
}


static phone_record_t *
phone_toy_ask_sheet(phone_call_t *call, phone_str_t sha256)
{
    return phone_ask(call, &phone_toy_sheet_of,
                     phone_join(phone_memory(call), 3,
                                (phone_str_t[3]) { phone_caller(call),
                                                   PHONE_STR(":"), sha256 }));
}


/* NULL while the sheet has not come, or is not there. */

static phone_record_t *
phone_toy_ask_sheet_job(phone_call_t *call, phone_record_t *sheet)
{
    return phone_waiting(call) || !phone_found(sheet)
           ? NULL
           : phone_ask(call, &phone_job, phone_get(sheet, TOY_SHEET_JOB));
}


static phone_rc_t
phone_toy_sheet_say(phone_call_t *call, phone_record_t *sheet,
    phone_record_t *job)
{
    phone_job_say(call, job);

    if (phone_get(sheet, TOY_SHEET_SUM).len) {
        phone_say_int(call, "sum", phone_get_int(sheet, TOY_SHEET_SUM));
    }

    return phone_done(call);
}


static phone_rc_t
phone_toy_sheet_add_run(phone_call_t *call)
{
    phone_str_t            kept;
    phone_record_t        *sheet, *job;
    const phone_file_t    *file;
    const phone_result_t  *lines;

    file = phone_file(call);
    sheet = phone_toy_ask_sheet(call, file->sha256);
    job = phone_toy_ask_sheet_job(call, sheet);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (job && phone_found(job)) {
        return phone_toy_sheet_say(call, sheet, job);
    }

    /* nothing is kept of what is no sheet */

    lines = phone_ask_work_of(call, &phone_toy_sheet_checking,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  file->sha256, PHONE_EMPTY, PHONE_EMPTY,
                                  PHONE_EMPTY },
                              phone_caller(call), 1);
    job = phone_ask(call, &phone_job,
                    phone_new_id(call, phone_caller(call), "sheet"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!lines->ok) {
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "sheet");
    }

    kept = phone_keep_blob(call, file->sha256, phone_id(sheet));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_let_go(call, file->sha256, phone_get(sheet, TOY_SHEET_KEPT));
    phone_set(sheet, TOY_SHEET_KEPT, kept);
    phone_set(sheet, TOY_SHEET_JOB, phone_id(job));
    phone_job_start(job, &phone_toy_reporting, phone_caller(call),
                    phone_format(phone_memory(call), "%lld %.*s",
                                 (long long) (phone_has(call, "by")
                                              ? phone_arg_int(call, "by")
                                              : 1000),
                                 PHONE_ARGS(phone_id(sheet))),
                    phone_whole(lines->text));

    return phone_toy_sheet_say(call, sheet, job);
}


/* The cursor is where the next line begins, and the last piece. */

static phone_rc_t
phone_toy_sheet_step(phone_call_t *call, phone_record_t *job)
{
    int64_t                done, sum;
    phone_str_t            id, by, number, cursor, at, lines;
    phone_record_t        *sheet;
    const phone_result_t  *piece;

    id = phone_get(job, JOB_INPUT);
    by = at = lines = number = PHONE_EMPTY;
    (void) phone_split(&id, ' ', &by);
    sheet = phone_ask(call, &phone_toy_sheet_of, id);

    cursor = phone_get(job, JOB_CURSOR);
    (void) phone_split(&cursor, ' ', &at);
    (void) phone_split(&id, ':', &number);

    piece = phone_ask_work_of(call, &phone_toy_sheet_doubling,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  id, at.len ? at : PHONE_STR("0"), by,
                                  cursor },
                              number, 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(sheet) || !piece->ok) {
        return phone_job_fail(job, PHONE_NOT_FOUND);
    }

    sum = at.len ? phone_get_int(sheet, TOY_SHEET_SUM) : 0;
    id = piece->text;
    (void) phone_split(&id, ' ', &lines);
    (void) phone_split(&id, ' ', &at);

    done = (cursor.len ? phone_get_int(job, JOB_DONE) : 0)
           + phone_whole(lines);
    phone_set_int(sheet, TOY_SHEET_SUM, sum + phone_whole(id));

    if (done == phone_get_int(job, JOB_TOTAL)) {
        return phone_toy_sheet_end(call, sheet, job, done, piece->sha256);
    }

    return phone_job_next(job, done,
                          phone_join(phone_memory(call), 3,
                                     (phone_str_t[3]) { at, PHONE_STR(" "),
                                                        piece->sha256 }));
}


static phone_rc_t
phone_toy_sheet_end(phone_call_t *call, phone_record_t *sheet,
    phone_record_t *job, int64_t done, phone_str_t last)
{
    const phone_result_t  *report;

    report = phone_ask_work_of(call, &phone_work_join,
                               (phone_str_t[PHONE_WORK_ARGS]) {
                                   last, PHONE_EMPTY, PHONE_EMPTY,
                                   PHONE_EMPTY },
                               phone_get(job, JOB_OWNER), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!report->ok) {

        /* a piece is gone, after a day: the job begins anew */

        return phone_job_next(job, 0, PHONE_EMPTY);
    }

    phone_let_go(call, phone_get(sheet, TOY_SHEET_REPORT),
                 phone_get(sheet, TOY_SHEET_REPORT_KEPT));
    phone_set(sheet, TOY_SHEET_REPORT, report->sha256);
    phone_set_int(sheet, TOY_SHEET_REPORT_SIZE, report->size);
    phone_set(sheet, TOY_SHEET_REPORT_KEPT,
              phone_keep_blob(call, report->sha256, phone_id(sheet)));

    return phone_job_finish(job, done, report->sha256);
}


static phone_rc_t
phone_toy_sheet_run(phone_call_t *call)
{
    phone_record_t  *sheet, *job;

    sheet = phone_toy_ask_sheet(call, phone_arg(call, "sha256"));
    job = phone_toy_ask_sheet_job(call, sheet);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return job && phone_found(job)
           ? phone_toy_sheet_say(call, sheet, job)
           : phone_refuse_field(call, PHONE_NOT_FOUND, "sha256");
}


static phone_rc_t
phone_toy_sheet_cancel_run(phone_call_t *call)
{
    phone_record_t  *sheet, *job;

    sheet = phone_toy_ask_sheet(call, phone_arg(call, "sha256"));
    job = phone_toy_ask_sheet_job(call, sheet);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (job == NULL || !phone_found(job)) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "sha256");
    }

    phone_job_cancel(job);

    return phone_toy_sheet_say(call, sheet, job);
}


static phone_rc_t
phone_toy_report_run(phone_call_t *call)
{
    phone_record_t  *sheet;

    sheet = phone_toy_ask_sheet(call, phone_arg(call, "sha256"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(sheet) || phone_get(sheet, TOY_SHEET_REPORT).len == 0) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "sha256");
    }

    return phone_done_blob(call, phone_get(sheet, TOY_SHEET_REPORT),
                           phone_get_int(sheet, TOY_SHEET_REPORT_SIZE),
                           PHONE_STR("text/csv"), PHONE_STR("report.csv"));
}


/* Work */

/* The next line of a text that may end in the middle of one. */

static int
phone_toy_line(phone_str_t *rest, phone_str_t *line)
{
    const char  *end;

    end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

    if (end == NULL) {
        return 0;
    }

    *line = (phone_str_t) { (size_t) (end - rest->data), rest->data };
    rest->data += line->len + 1;
    rest->len -= line->len + 1;

    return 1;
}


static int
phone_toy_sheet_check(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char            *chunk;
    size_t           n;
    int64_t          at, lines, number;
    phone_str_t      rest, line;
    phone_reader_t  *sheet;

    sheet = phone_read_blob(tools, arg[0]);
    chunk = phone_alloc_raw(arena, PHONE_TOY_CHUNK);

    if (chunk == NULL) {
        return 0;
    }

    at = 0;
    lines = 0;

    while ((n = phone_blob_bytes(sheet, at, chunk, PHONE_TOY_CHUNK)) > 0) {

        for (rest = (phone_str_t) { n, chunk }; phone_toy_line(&rest, &line);
             lines++)
        {
            if (line.len >= PHONE_TOY_LINE
                || phone_parse_int(line, &number) != 0)
            {
                return 0;
            }
        }

        if (rest.len == n) {
            return 0;
        }

        at += (int64_t) (n - rest.len);
    }

    *text = phone_int(arena, lines);

    return 1;
}


static int
phone_toy_sheet_double(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char            *chunk, row[3 * PHONE_TOY_LINE];
    size_t           n;
    int64_t          at, most, lines, number, sum;
    phone_str_t      rest, line;
    phone_reader_t  *sheet;
    phone_writer_t  *piece;

    sheet = phone_read_blob(tools, arg[0]);
    piece = phone_make_piece(tools, arg[3]);
    chunk = phone_alloc_raw(arena, PHONE_TOY_CHUNK);
    at = phone_whole(arg[1]);
    most = phone_whole(arg[2]);

    if (chunk == NULL) {
        return 0;
    }

    sum = 0;

    for (lines = 0; lines < most; at += (int64_t) (n - rest.len)) {

        n = phone_blob_bytes(sheet, at, chunk, PHONE_TOY_CHUNK);
        rest = (phone_str_t) { n, chunk };

        while (lines < most && phone_toy_line(&rest, &line)) {
            number = phone_whole(line);
            sum += number % 1000;
            lines++;

            phone_write(piece, (phone_str_t) {
                (size_t) snprintf(row, sizeof(row), "%lld,%lld\n",
                                  (long long) number,
                                  (long long) (2 * number)), row });
        }

        if (rest.len == n) {
            break;
        }
    }

    *text = phone_format(arena, "%lld %lld %lld", (long long) lines,
                         (long long) at, (long long) sum);

    return 1;
}
