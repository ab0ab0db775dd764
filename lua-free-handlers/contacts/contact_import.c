
/*
 * A file of contacts is imported: it is read by a thread, its rows are kept as
 * a blob, and a job decides one after the other (contact_step.c).  Only one job
 * changes a phonebook at a time.
 */


#include "contacts.h"
#include "../lib/vcard.h"


/* Imports of a number in a day, dry runs among them. */
#define PHONE_IMPORTS_DAY     20

/* Entries of the log that a reply shows: each has the rows of a step. */
#define PHONE_RESULTS_SHOWN   2


typedef struct {
    phone_record_t          *import;
    phone_record_t          *job;
    phone_record_t          *undo;       /* its job, while it is not done; or
                                            NULL */
} phone_imported_t;


static phone_rc_t phone_contact_import_run(phone_call_t *call);
static phone_rc_t phone_import_again(phone_call_t *call,
    phone_record_t *book);
static phone_rc_t phone_import_runs(phone_call_t *call,
    phone_record_t *book, int *runs);
static phone_rc_t phone_import_waits(phone_call_t *call,
    phone_record_t *book);
static phone_rc_t phone_import_begin(phone_call_t *call,
    phone_record_t *book, phone_record_t *import, phone_record_t *job);
static phone_rc_t phone_import_parsed(phone_call_t *call,
    phone_record_t *book, phone_str_t *text, phone_str_t *sha256);
static phone_rc_t phone_contact_imported_run(phone_call_t *call);
static phone_rc_t phone_import_own(phone_call_t *call,
    phone_imported_t *imported);
static void phone_import_say(phone_call_t *call,
    const phone_imported_t *imported);
static void phone_import_say_undo(phone_call_t *call,
    const phone_imported_t *imported);
static int phone_import_show(phone_call_t *call, const phone_log_t *log);
static phone_rc_t phone_contact_undo_run(phone_call_t *call);
static phone_rc_t phone_import_forget_run(phone_call_t *call);


static const phone_param_t  phone_contact_import_params[] = {
    { "file", PHONE_P_FILE, PHONE_REQUIRED, 1, PHONE_IMPORT_FILE,
      "vCard or CSV, at most 5000 contacts" },
    { "dry_run", PHONE_P_BOOL, 0, 0, 0,
      "says what would come of each row; nothing is stored" },
    { NULL, 0, 0, 0, 0, NULL }
};

#define PHONE_IMPORT_ID                                                       \
    { "job_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,               \
      "of the import" }

static const phone_param_t  phone_contact_imported_params[] = {
    PHONE_IMPORT_ID,
    { "after", PHONE_P_INT, 0, 0, PHONE_IMPORT_ROWS,
      "results from here on: next_after of the page before" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_param_t  phone_contact_undo_params[] = {
    PHONE_IMPORT_ID,
    { NULL, 0, 0, 0, 0, NULL }
};


#define PHONE_IMPORT_MEMBERS                                                  \
    { "job_id", PHONE_M_ID, 0, NULL, NULL, "of the import" },                 \
    { "state", PHONE_M_TEXT, 0, NULL, NULL, "RUNNING, DONE or FAILED" },      \
    { "error", PHONE_M_TEXT, 0, NULL, "the last step has failed",             \
      "the code of the error" },                                              \
    { "dry_run", PHONE_M_BOOL, 0, NULL, NULL, "nothing is stored" },          \
    { "format", PHONE_M_TEXT, 0, NULL, NULL, "vcard or csv" },                \
    { "rows", PHONE_M_INT, 0, NULL, NULL, "of the file" },                    \
    { "done", PHONE_M_INT, 0, NULL, NULL, "rows that are decided" },          \
    { "created", PHONE_M_INT, 0, NULL, NULL, "rows that made a contact" },    \
    { "merged", PHONE_M_INT, 0, NULL, NULL,                                   \
      "rows that added numbers to a contact" },                               \
    { "duplicate", PHONE_M_INT, 0, NULL, NULL, "rows with nothing new" },     \
    { "invalid", PHONE_M_INT, 0, NULL, NULL, "rows that cannot be taken" },   \
    { "stored", PHONE_M_INT, 0, NULL, NULL,                                   \
      "rows of which something is in the phonebook now: created and merged, " \
      "none of a dry run" },                                                  \
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when the file came" },      \
    { "ended_at", PHONE_M_TIME, 0, NULL, "state is DONE",                     \
      "when all rows were decided" },                                         \
    { "undo", PHONE_M_TEXT, 0, NULL, "it was asked for",                      \
      "RUNNING, DONE or FAILED" }, \
    { "removed", PHONE_M_INT, 0, NULL, "an undo was asked for",               \
      "contacts that are gone" },                                             \
    { "shortened", PHONE_M_INT, 0, NULL, "an undo was asked for",             \
      "rows whose numbers have gone from a contact" },                        \
    { "left", PHONE_M_INT, 0, NULL, "an undo was asked for",                  \
      "rows that were left: their contacts were changed since" }

static const phone_member_t  phone_contact_import_reply[] = {
    PHONE_IMPORT_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_member_t  phone_result_members[] = {
    { "line", PHONE_M_INT, 0, NULL, NULL,
      "the row of a CSV file, or the line in which a vCard begins" },
    { "outcome", PHONE_M_TEXT, 0, NULL, NULL,
      "created, merged, duplicate or invalid" },
    { "contact_id", PHONE_M_ID, 0, NULL, "there is a contact", "which" },
    { "reason", PHONE_M_TEXT, 0, NULL, "it has one",
      "a code, docs/contacts.md" },
    { "name", PHONE_M_TEXT, 0, NULL,
      "it is a dry run, and the row has one that can be shown",
      "as it would be stored" },
    { "number", PHONE_M_PHONE, 0, NULL,
      "it is a dry run, and no row before has it", "the first of the row" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_object_t  phone_result_object = {
    "ImportedRow", phone_result_members
};

static const phone_member_t  phone_contact_imported_reply[] = {
    PHONE_IMPORT_MEMBERS,
    { "results", PHONE_M_LIST, 0, &phone_result_object, NULL,
      "what came of the rows so far; those that share a number are together" },
    { "next_after", PHONE_M_INT, 0, NULL, "there is more",
      "where the next page begins" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_contact_import = {
    "contacts.import", "POST", "/mail/contacts/import", PHONE_SESSION,
    phone_contact_import_run, phone_contact_import_params,
    phone_contact_import_reply,
    "Imports a file of contacts. While another import runs it is refused, "
    "but for the same file, which is not imported twice."
};

const phone_endpoint_t  phone_contact_imported = {
    "contacts.imported", "GET", "/mail/contacts/import/{job_id}",
    PHONE_SESSION, phone_contact_imported_run, phone_contact_imported_params,
    phone_contact_imported_reply,
    "How far an import is, and what came of each row."
};

const phone_endpoint_t  phone_contact_undo = {
    "contacts.undo", "POST", "/mail/contacts/import/{job_id}/undo",
    PHONE_SESSION, phone_contact_undo_run, phone_contact_undo_params,
    phone_contact_import_reply,
    "Takes an import back: contacts that it has made go, others lose the "
    "numbers that it has added, unless they were changed since."
};

const phone_event_t  phone_import_forget = {
    "contacts.forget", phone_import_forget_run,
    "Removes what was kept of an import."
};


static phone_rc_t
phone_contact_import_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *book, *import, *job;

    book = phone_ask_book(call, phone_caller(call));
    import = phone_ask(call, &phone_import,
                       phone_new_id(call, phone_caller(call), "import"));
    job = phone_ask(call, &phone_job, phone_id(import));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* this very call has begun it, and has not got the store's answer */

    if (phone_found(import)) {
        phone_import_say(call, &(phone_imported_t) { import, job, NULL });
        return phone_done(call);
    }

    rc = phone_import_again(call, book);
    if (rc != PHONE_CONTINUE) {
        return rc;
    }

    rc = phone_import_waits(call, book);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_import_begin(call, book, import, job);
}


/* The same file, which is being imported; PHONE_CONTINUE: it is not. */

static phone_rc_t
phone_import_again(phone_call_t *call, phone_record_t *book)
{
    phone_record_t  *import, *job;

    if (phone_get(book, PHONEBOOK_JOB).len == 0) {
        return PHONE_CONTINUE;
    }

    job = phone_ask(call, &phone_job, phone_get(book, PHONEBOOK_JOB));
    import = phone_ask(call, &phone_import, phone_get(book, PHONEBOOK_JOB));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(import)
        || !phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING)
        || !phone_equal(phone_get(import, IMPORT_FILE),
                        phone_file(call)->sha256)
        || phone_get(import, IMPORT_DRY).len
           != (size_t) phone_arg_int(call, "dry_run"))
    {
        return PHONE_CONTINUE;
    }

    phone_import_say(call, &(phone_imported_t) { import, job, NULL });

    return phone_done(call);
}


/* Does a job change the phonebook? */

static phone_rc_t
phone_import_runs(phone_call_t *call, phone_record_t *book, int *runs)
{
    phone_record_t  *job;

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    *runs = 0;

    if (phone_get(book, PHONEBOOK_JOB).len == 0) {
        return PHONE_DONE;
    }

    job = phone_ask(call, &phone_job, phone_get(book, PHONEBOOK_JOB));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    *runs = phone_is(phone_get(job, JOB_STATE), PHONE_JOB_RUNNING);

    return PHONE_DONE;
}


static phone_rc_t
phone_import_waits(phone_call_t *call, phone_record_t *book)
{
    int         runs;
    phone_rc_t  rc;

    rc = phone_import_runs(call, book, &runs);

    if (rc != PHONE_DONE || !runs) {
        return rc;
    }

    phone_retry_after(call, 1);

    return phone_refuse(call, PHONE_IMPORT_RUNNING);
}


static phone_rc_t
phone_import_begin(phone_call_t *call, phone_record_t *book,
    phone_record_t *import, phone_record_t *job)
{
    int64_t      dry;
    phone_rc_t   rc;
    phone_str_t  text, sha256, rows, kept;

    /* over the limit a file is not read */

    rc = phone_book_room(call, book, PHONEBOOK_IMPORTS, PHONE_IMPORTS_DAY);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_import_parsed(call, book, &text, &sha256);
    if (rc != PHONE_DONE) {
        return rc;
    }

    kept = phone_keep_blob(call, sha256, phone_id(import));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    dry = phone_arg_int(call, "dry_run");
    rows = PHONE_EMPTY;
    (void) phone_split(&text, ' ', &rows);

    phone_set(import, IMPORT_OWNER, phone_caller(call));
    phone_set(import, IMPORT_FILE, phone_file(call)->sha256);
    phone_set(import, IMPORT_FORMAT, text);
    phone_set(import, IMPORT_DRY, dry ? PHONE_STR("1") : PHONE_EMPTY);
    phone_set(import, IMPORT_ROWS, rows);
    phone_set(import, IMPORT_DATA, sha256);
    phone_set(import, IMPORT_KEPT, kept);
    phone_set_int(import, IMPORT_MADE, phone_now(call));
    phone_set(book, PHONEBOOK_JOB, phone_id(job));

    phone_job_start(job, &phone_import_job, phone_caller(call),
                    phone_id(import), phone_get_int(import, IMPORT_ROWS));
    phone_emit(call, &phone_import_forget, phone_id(import), PHONE_EMPTY,
               phone_now(call) + (dry ? PHONE_IMPORT_DRY_KEPT
                                      : PHONE_IMPORT_KEPT));

    phone_import_say(call, &(phone_imported_t) { import, job, NULL });

    return phone_done(call);
}


/* "<rows> <format>", and the rows; or the file is refused, and counted: it has
   cost as much. */

static phone_rc_t
phone_import_parsed(phone_call_t *call, phone_record_t *book,
    phone_str_t *text, phone_str_t *sha256)
{
    int64_t                row;
    phone_rc_t             rc;
    phone_str_t            rest, word;
    const phone_result_t  *parsed;

    parsed = phone_ask_work_of(call, &phone_contact_parse,
                               (phone_str_t[PHONE_WORK_ARGS]) {
                                   phone_file(call)->sha256,
                                   phone_settings(call)->region,
                                   PHONE_EMPTY, PHONE_EMPTY },
                               phone_caller(call), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!parsed->ok) {
        return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    rc = phone_book_count(call, book, PHONEBOOK_IMPORTS, PHONE_IMPORTS_DAY);
    if (rc != PHONE_DONE) {
        return rc;
    }

    *text = parsed->text;
    *sha256 = parsed->sha256;

    if (text->len == 0 || *text->data != '!') {
        return PHONE_DONE;
    }

    /* "!<line> <reason>" */

    rest = (phone_str_t) { text->len - 1, text->data + 1 };

    if (phone_split(&rest, ' ', &word) && phone_parse_int(word, &row) == 0) {
        phone_say_int(call, "row", row);
        phone_say(call, "reason", rest);
    }

    return phone_refuse_field(call, PHONE_CONTACTS_UNREADABLE, "file");
}


/* How far it is */

static phone_rc_t
phone_import_own(phone_call_t *call, phone_imported_t *imported)
{
    phone_record_t  *import;

    import = phone_ask(call, &phone_import, phone_arg(call, "job_id"));
    imported->import = import;
    imported->job = phone_ask(call, &phone_job, phone_arg(call, "job_id"));
    imported->undo = NULL;

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_equal(phone_get(import, IMPORT_OWNER), phone_caller(call))) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "job_id");
    }

    if (phone_get(import, IMPORT_UNDO).len
        && phone_get(import, IMPORT_UNDONE).len == 0)
    {
        imported->undo = phone_ask(call, &phone_job,
                                   phone_get(import, IMPORT_UNDO));
    }

    return phone_waiting(call) ? PHONE_AGAIN : PHONE_DONE;
}


static phone_rc_t
phone_contact_imported_run(phone_call_t *call)
{
    int                 more;
    int64_t             after;
    phone_rc_t          rc;
    phone_str_t         id;
    phone_imported_t    imported;
    const phone_log_t  *log;

    rc = phone_import_own(call, &imported);
    if (rc != PHONE_DONE) {
        return rc;
    }

    id = phone_id(imported.import);
    after = phone_arg_int(call, "after");
    log = phone_ask_log(call, &phone_imported_rows, id, after,
                        PHONE_RESULTS_SHOWN + 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_import_say(call, &imported);
    more = phone_import_show(call, log);

    if (more < 0) {
        return phone_bad_value(call, &phone_imported_rows, id);
    }

    if (more) {
        phone_json_int(phone_reply(call), "next_after",
                       after + PHONE_RESULTS_SHOWN);
    }

    return phone_done(call);
}


static void
phone_import_say(phone_call_t *call, const phone_imported_t *imported)
{
    int              dry;
    unsigned         i;
    int64_t          n, done, stored;
    phone_record_t  *import;

    static const struct {
        const char          *name;
        unsigned             field;
        unsigned             stored;
    } count[] = {
        { "created", IMPORT_CREATED, 1 },
        { "merged", IMPORT_MERGED, 1 },
        { "duplicate", IMPORT_DUPLICATE, 0 },
        { "invalid", IMPORT_INVALID, 0 }
    };

    import = imported->import;
    dry = phone_get(import, IMPORT_DRY).len != 0;
    done = 0;
    stored = 0;

    phone_say(call, "job_id", phone_id(import));
    phone_say_bool(call, "dry_run", dry);
    phone_say(call, "format", phone_get(import, IMPORT_FORMAT));
    phone_say_int(call, "rows", phone_get_int(import, IMPORT_ROWS));

    for (i = 0; i < sizeof(count) / sizeof(count[0]); i++) {
        n = phone_get_int(import, count[i].field);
        done += n;
        stored += count[i].stored && !dry ? n : 0;
        phone_say_int(call, count[i].name, n);
    }

    phone_say_int(call, "done", done);
    phone_say_int(call, "stored", stored);
    phone_say_time(call, "created_at", phone_get_int(import, IMPORT_MADE));

    if (phone_get(import, IMPORT_ENDED).len) {
        phone_say(call, "state", PHONE_STR(PHONE_JOB_DONE));
        phone_say_time(call, "ended_at", phone_get_int(import, IMPORT_ENDED));

    } else {
        phone_say(call, "state", phone_job_so_far(imported->job));
        phone_say(call, "error", phone_get(imported->job, JOB_ERROR));
    }

    phone_import_say_undo(call, imported);
}


static void
phone_import_say_undo(phone_call_t *call, const phone_imported_t *imported)
{
    phone_record_t  *import;

    import = imported->import;

    if (phone_get(import, IMPORT_UNDO).len == 0) {
        return;
    }

    phone_say(call, "undo", phone_get(import, IMPORT_UNDONE).len
                            ? PHONE_STR(PHONE_JOB_DONE)
                            : phone_job_so_far(imported->undo));
    phone_say_int(call, "removed", phone_get_int(import, IMPORT_REMOVED));
    phone_say_int(call, "shortened", phone_get_int(import, IMPORT_SHORTENED));
    phone_say_int(call, "left", phone_get_int(import, IMPORT_LEFT));
}


/* 1: there is more, -1: an entry is malformed. */

static int
phone_import_show(phone_call_t *call, const phone_log_t *log)
{
    int                     rc;
    int64_t                 line;
    unsigned                i;
    phone_str_t             rest;
    phone_json_t           *json;
    phone_import_result_t   result;

    json = phone_reply(call);
    phone_json_array(json, "results");

    for (i = 0; i < log->n && i < PHONE_RESULTS_SHOWN; i++) {
        rest = log->entry[i];

        while ((rc = phone_import_result(&rest, &result)) == 1) {

            if (phone_parse_int(result.line, &line) != 0) {
                return -1;
            }

            phone_json_object(json, NULL);
            phone_json_int(json, "line", line);
            phone_json_text(json, "outcome",
                phone_cstr(result.outcome == PHONE_OUTCOME_CREATED ? "created"
                           : result.outcome == PHONE_OUTCOME_MERGED ? "merged"
                           : result.outcome == PHONE_OUTCOME_DUPLICATE
                           ? "duplicate" : "invalid"));

            if (result.contact_id.len) {
                phone_json_text(json, "contact_id", result.contact_id);
            }

            if (result.reason.len) {
                phone_json_text(json, "reason", result.reason);
            }

            if (result.name.len) {
                phone_json_text(json, "name", result.name);
            }

            if (result.number.len) {
                phone_json_text(json, "number", result.number);
            }

            phone_json_end(json);
        }

        if (rc < 0) {
            return -1;
        }
    }

    phone_json_end(json);

    return log->n > PHONE_RESULTS_SHOWN;
}


/* It is taken back */

static phone_rc_t
phone_contact_undo_run(phone_call_t *call)
{
    phone_rc_t        rc;
    phone_record_t   *book, *import;
    phone_imported_t  imported;

    book = phone_ask_book(call, phone_caller(call));

    rc = phone_import_own(call, &imported);
    if (rc != PHONE_DONE) {
        return rc;
    }

    import = imported.import;

    if (phone_get(import, IMPORT_DRY).len) {
        return phone_refuse(call, PHONE_NOTHING_TO_UNDO);
    }

    /* one that has failed goes on */

    if (phone_get(import, IMPORT_UNDONE).len
        || (imported.undo
            && phone_is(phone_job_so_far(imported.undo), PHONE_JOB_RUNNING)))
    {
        phone_import_say(call, &imported);
        return phone_done(call);
    }

    rc = phone_import_waits(call, book);
    if (rc != PHONE_DONE) {
        return rc;
    }

    imported.undo = phone_ask(call, &phone_job,
                              phone_new_id(call, phone_caller(call), "undo"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(import, IMPORT_UNDO, phone_id(imported.undo));
    phone_set(book, PHONEBOOK_JOB, phone_id(imported.undo));
    phone_job_start(imported.undo, &phone_undo_job, phone_caller(call),
                    phone_id(import), 0);
    phone_import_say(call, &imported);

    return phone_done(call);
}


/* Its time is over, unless a job still needs it. */

static phone_rc_t
phone_import_forget_run(phone_call_t *call)
{
    int              runs;
    phone_rc_t       rc;
    phone_record_t  *import, *book;

    import = phone_ask(call, &phone_import, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(import)) {
        return phone_done(call);
    }

    book = phone_ask_book(call, phone_get(import, IMPORT_OWNER));

    rc = phone_import_runs(call, book, &runs);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (runs) {
        phone_repeat(call, phone_now(call) + PHONE_HOUR);
        return phone_done(call);
    }

    phone_let_go(call, phone_get(import, IMPORT_DATA),
                 phone_get(import, IMPORT_KEPT));
    phone_drop_log(call, &phone_imported_rows, phone_id(import));
    phone_erase(call, &phone_import_added, phone_id(import));
    phone_remove(import);

    return phone_done(call);
}
