
/*
 * Steps of an import: rows are decided one after the other, and stored unless
 * it is a dry run.  What a dry run would have stored it knows by its counts,
 * and by how many numbers each contact would have got.
 */


#include <stdio.h>

#include "contacts.h"


#define PHONE_STEP_ROWS  (PHONE_IMPORT_STEP + PHONE_CONTACT_NUMBERS)


/* A contact that is in the phonebook, and that rows of the step are about. */

typedef struct {
    phone_record_t          *contact;
    const phone_scores_t    *added;      /* of a dry run: so far */
    int64_t                  more;       /* by this step of it */
    phone_entry_t            entry;
    phone_list_t             list;
} phone_target_t;

typedef struct {
    phone_import_row_t       row;
    phone_str_t              holder[PHONE_CONTACT_NUMBERS];
} phone_step_row_t;

typedef struct {
    phone_call_t            *call;
    phone_record_t          *job;
    phone_record_t          *import;
    phone_record_t          *book;
    int                      dry;
    unsigned                 n;
    phone_step_row_t         row[PHONE_STEP_ROWS];
    unsigned                 ntargets;
    phone_target_t           target[PHONE_STEP_ROWS];
    phone_buf_t              log;
} phone_step_t;


static phone_rc_t phone_import_step(phone_call_t *call, phone_record_t *job);
static phone_rc_t phone_step_end(phone_step_t *step, size_t read);
static phone_rc_t phone_step_rows(phone_step_t *step, size_t *read);
static phone_rc_t phone_step_holders(phone_step_t *step);
static phone_rc_t phone_step_targets(phone_step_t *step);
static unsigned phone_step_behind(const phone_step_t *step, unsigned first);
static phone_str_t phone_step_holder(const phone_step_t *step,
    unsigned first, unsigned behind);
static phone_target_t *phone_step_target(phone_step_t *step, phone_str_t id);
static phone_rc_t phone_step_contact(phone_step_t *step, unsigned first,
    unsigned behind);
static void phone_step_create(phone_step_t *step, unsigned first,
    unsigned behind);
static phone_rc_t phone_step_merge(phone_step_t *step,
    phone_target_t *target, unsigned first, unsigned behind);
static int phone_step_touched(phone_step_t *step, phone_record_t *contact);
static void phone_step_add(phone_step_t *step, phone_target_t *target,
    phone_numbers_t *has, const phone_step_row_t *row);
static void phone_step_put(phone_step_t *step, const phone_import_row_t *row,
    char outcome, phone_str_t contact_id, const phone_numbers_t *added,
    phone_str_t reason);


const phone_job_kind_t  phone_import_job = {
    "contacts.import", phone_import_step,
    "Puts the rows of a file into a phonebook."
};


static phone_rc_t
phone_import_step(phone_call_t *call, phone_record_t *job)
{
    size_t         read = 0;
    unsigned       i, behind;
    phone_rc_t     rc;
    phone_step_t  *step;

    step = phone_alloc(phone_memory(call), sizeof(phone_step_t));
    if (step == NULL) {
        return PHONE_AGAIN;
    }

    step->call = call;
    step->job = job;
    step->import = phone_ask(call, &phone_import, phone_get(job, JOB_INPUT));
    step->book = phone_ask_book(call, phone_get(job, JOB_OWNER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(step->import)) {
        return phone_job_fail(job, PHONE_NOT_FOUND);
    }

    step->dry = phone_get(step->import, IMPORT_DRY).len != 0;
    phone_buf_init(&step->log, phone_memory(call), 8192);

    rc = phone_step_rows(step, &read);

    if (rc == PHONE_DONE) {
        rc = phone_step_holders(step);
    }

    if (rc == PHONE_DONE) {
        rc = phone_step_targets(step);
    }

    for (i = 0; rc == PHONE_DONE && i < step->n; i = behind) {
        behind = phone_step_behind(step, i);
        rc = phone_step_contact(step, i, behind);
    }

    return rc == PHONE_DONE ? phone_step_end(step, read) : rc;
}


/* The rows are not needed any more when all are decided. */

static phone_rc_t
phone_step_end(phone_step_t *step, size_t read)
{
    int64_t          at, done;
    phone_call_t    *call;
    phone_record_t  *import;

    call = step->call;
    import = step->import;
    done = phone_get_int(step->job, JOB_DONE) + step->n;
    phone_append(call, &phone_imported_rows, phone_id(import),
                 phone_buf_str(&step->log));

    /* what was read of the phonebook is of one moment */

    if (!step->dry) {
        phone_set_int(step->book, PHONEBOOK_CONTACTS,
                      phone_get_int(step->book, PHONEBOOK_CONTACTS));
    }

    if (done < phone_get_int(step->job, JOB_TOTAL)) {
        at = phone_get_int(step->job, JOB_CURSOR) + (int64_t) read;

        return phone_job_next(step->job, done,
                              phone_int(phone_memory(call), at));
    }

    phone_let_go(call, phone_get(import, IMPORT_DATA),
                 phone_get(import, IMPORT_KEPT));
    phone_set(import, IMPORT_KEPT, PHONE_EMPTY);
    phone_set_int(import, IMPORT_ENDED, phone_now(call));

    return phone_job_finish(step->job, done, PHONE_EMPTY);
}


static phone_rc_t
phone_step_rows(phone_step_t *step, size_t *read)
{
    int                    rc;
    phone_str_t            rest, at;
    const phone_result_t  *rows;

    at = phone_get(step->job, JOB_CURSOR);

    rows = phone_ask_work_of(step->call, &phone_contact_rows,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 phone_get(step->import, IMPORT_DATA),
                                 at.len ? at : PHONE_STR("0"),
                                 phone_int(phone_memory(step->call),
                                     phone_settings(step->call)->import_step),
                                 PHONE_EMPTY },
                             phone_get(step->job, JOB_OWNER), 1);

    if (phone_waiting(step->call)) {
        return PHONE_AGAIN;
    }

    if (!rows->ok) {
        return phone_refuse(step->call, PHONE_STORE_UNAVAILABLE);
    }

    rest = rows->text;
    *read = rest.len;
    rc = 0;

    while (step->n < PHONE_STEP_ROWS
           && (rc = phone_import_row(&rest, &step->row[step->n].row)) == 1)
    {
        step->n++;
    }

    return rc == 0 && step->n ? PHONE_DONE
           : phone_refuse(step->call, PHONE_INTERNAL);
}


/* Which contacts have the numbers of the rows. */

static phone_rc_t
phone_step_holders(phone_step_t *step)
{
    unsigned           i, j;
    phone_str_t        owner;
    phone_step_row_t  *row;

    owner = phone_id(step->book);

    for (i = 0; i < step->n; i++) {
        row = &step->row[i];

        for (j = 0; j < row->row.numbers.n; j++) {
            row->holder[j] = phone_ask_claimed(step->call,
                                 &phone_contact_number_of,
                                 phone_contact_number_id(step->call, owner,
                                     row->row.numbers.of[j].number));
        }
    }

    return phone_waiting(step->call) ? PHONE_AGAIN : PHONE_DONE;
}


static phone_rc_t
phone_step_targets(phone_step_t *step)
{
    unsigned         i, behind;
    phone_str_t      id;
    phone_target_t  *target;

    for (i = 0; i < step->n; i = behind) {
        behind = phone_step_behind(step, i);
        id = phone_step_holder(step, i, behind);

        if (id.len == 0 || phone_step_target(step, id)) {
            continue;
        }

        target = &step->target[step->ntargets++];
        target->contact = phone_ask(step->call, &phone_contact, id);
        target->entry.member = id;
        target->list = (phone_list_t) { 1, &target->entry };

        if (step->dry) {
            target->added = phone_ask_scores(step->call, &phone_import_added,
                                             phone_id(step->import),
                                             &target->list);
        }
    }

    return phone_waiting(step->call) ? PHONE_AGAIN : PHONE_DONE;
}


/* Behind the last row of the contact that begins with the row. */

static unsigned
phone_step_behind(const phone_step_t *step, unsigned first)
{
    unsigned  behind;

    behind = first + 1;

    while (behind < step->n
           && step->row[behind].row.kind == PHONE_ROW_FOLLOWS)
    {
        behind++;
    }

    return behind;
}


/* The contact that has the first of their numbers that any has. */

static phone_str_t
phone_step_holder(const phone_step_t *step, unsigned first, unsigned behind)
{
    unsigned  i, j;

    for (i = first; i < behind; i++) {
        for (j = 0; j < step->row[i].row.numbers.n; j++) {
            if (step->row[i].holder[j].len) {
                return step->row[i].holder[j];
            }
        }
    }

    return PHONE_EMPTY;
}


static phone_target_t *
phone_step_target(phone_step_t *step, phone_str_t id)
{
    unsigned  i;

    for (i = 0; i < step->ntargets; i++) {
        if (phone_equal(step->target[i].entry.member, id)) {
            return &step->target[i];
        }
    }

    return NULL;
}


/* Decisions */

static phone_rc_t
phone_step_contact(phone_step_t *step, unsigned first, unsigned behind)
{
    int64_t                    contacts;
    phone_str_t                id;
    const phone_import_row_t  *row;

    static const phone_numbers_t  none;

    row = &step->row[first].row;

    if (row->kind == PHONE_ROW_INVALID || row->kind == PHONE_ROW_DUPLICATE) {
        phone_step_put(step, row, row->kind, PHONE_EMPTY, &none, row->reason);
        return PHONE_DONE;
    }

    id = phone_step_holder(step, first, behind);

    if (id.len) {
        return phone_step_merge(step, phone_step_target(step, id), first,
                                behind);
    }

    contacts = phone_get_int(step->book, PHONEBOOK_CONTACTS)
               + (step->dry ? phone_get_int(step->import, IMPORT_CREATED) : 0);

    if (contacts < PHONE_CONTACTS_MOST) {
        phone_step_create(step, first, behind);
        return PHONE_DONE;
    }

    for ( /* void */ ; first < behind; first++) {
        phone_step_put(step, &step->row[first].row, PHONE_OUTCOME_INVALID,
                       PHONE_EMPTY, &none, PHONE_STR("PHONEBOOK_FULL"));
    }

    return PHONE_DONE;
}


static void
phone_step_create(phone_step_t *step, unsigned first, unsigned behind)
{
    char                       label[24];
    unsigned                   i, j;
    phone_str_t                id;
    phone_record_t            *contact;
    phone_numbers_t            numbers;
    const phone_import_row_t  *row;

    (void) snprintf(label, sizeof(label), "contact%u", first);
    id = step->dry ? PHONE_EMPTY
         : phone_new_id(step->call, phone_id(step->book), label);
    contact = step->dry ? NULL : phone_put(step->call, &phone_contact, id);
    numbers.n = 0;

    for (i = first; i < behind; i++) {
        row = &step->row[i].row;
        phone_step_put(step, row, i == first ? PHONE_OUTCOME_CREATED
                                             : PHONE_OUTCOME_MERGED,
                       id, &row->numbers, row->reason);

        for (j = 0; j < row->numbers.n; j++) {
            numbers.of[numbers.n++] = row->numbers.of[j];

            if (contact) {
                phone_contact_hold(step->call, step->book, contact,
                                   row->numbers.of[j].number);
            }
        }
    }

    if (contact) {
        row = &step->row[first].row;
        phone_set(contact, CONTACT_NAME, row->name.len
                                         ? row->name : numbers.of[0].number);
        phone_set(contact, CONTACT_NOTE, row->note);
        phone_set(contact, CONTACT_IMPORT, phone_id(step->import));
        phone_set_int(contact, CONTACT_CREATED, phone_now(step->call));
        phone_contact_fill(step->call, contact, phone_id(step->book),
                           &numbers);
        phone_set_int(step->book, PHONEBOOK_CONTACTS,
                      phone_get_int(step->book, PHONEBOOK_CONTACTS) + 1);
    }
}


/* Numbers that nobody has come to the contact, as far as it has room. */

static phone_rc_t
phone_step_merge(phone_step_t *step, phone_target_t *target, unsigned first,
    unsigned behind)
{
    unsigned         n;
    phone_numbers_t  has;

    if (!phone_found(target->contact)
        || phone_numbers_read(phone_get(target->contact, CONTACT_NUMBERS),
                              &has)
           != 0)
    {
        return phone_bad_record(target->contact);
    }

    n = has.n;

    for ( /* void */ ; first < behind; first++) {
        phone_step_add(step, target, &has, &step->row[first]);
    }

    if (has.n > n && !step->dry) {
        phone_set(target->contact, CONTACT_NUMBERS,
                  phone_numbers_text(phone_memory(step->call), &has));
        phone_set_int(target->contact, CONTACT_CHANGED,
                      phone_now(step->call));

        if (!phone_step_touched(step, target->contact)) {
            phone_set(target->contact, CONTACT_IMPORT,
                      phone_id(step->import));
        }
    }

    if (has.n > n && step->dry) {
        target->more += has.n - n;
        phone_index_add(step->call, &phone_import_added,
                        phone_id(step->import), target->entry.member,
                        (target->added->score[0] > 0
                         ? target->added->score[0] : 0)
                        + target->more);
    }

    return PHONE_DONE;
}


/* Its owner has changed or made it since the import began: to take back what
   was added then might remove it. */

static int
phone_step_touched(phone_step_t *step, phone_record_t *contact)
{
    return phone_get(contact, CONTACT_IMPORT).len == 0
           && phone_get_int(contact, CONTACT_CREATED)
              >= phone_get_int(step->import, IMPORT_MADE);
}


static void
phone_step_add(phone_step_t *step, phone_target_t *target,
    phone_numbers_t *has, const phone_step_row_t *row)
{
    int              full;
    int64_t          used;
    unsigned         i;
    phone_numbers_t  added;

    added.n = 0;
    full = 0;
    used = target->more;

    if (step->dry && target->added->score[0] > 0) {
        used += target->added->score[0];
    }

    for (i = 0; i < row->row.numbers.n; i++) {
        if (row->holder[i].len) {
            continue;
        }

        if (has->n + used >= PHONE_CONTACT_NUMBERS) {
            full = 1;
            continue;
        }

        has->of[has->n++] = row->row.numbers.of[i];
        added.of[added.n++] = row->row.numbers.of[i];

        if (!step->dry) {
            phone_contact_hold(step->call, step->book, target->contact,
                               row->row.numbers.of[i].number);
        }
    }

    phone_step_put(step, &row->row, added.n ? PHONE_OUTCOME_MERGED
                                            : PHONE_OUTCOME_DUPLICATE,
                   target->entry.member, &added,
                   full ? PHONE_STR("NUMBERS_LEFT_OUT")
                   : row->row.reason.len ? row->row.reason
                   : added.n ? PHONE_EMPTY : PHONE_STR("IN_PHONEBOOK"));
}


/* What became of a row is written down, and counted. */

static void
phone_step_put(phone_step_t *step, const phone_import_row_t *row,
    char outcome, phone_str_t contact_id, const phone_numbers_t *added,
    phone_str_t reason)
{
    unsigned  i, field;

    phone_buf_put(&step->log, row->line);
    phone_buf_byte(&step->log, ' ');
    phone_buf_byte(&step->log, outcome);
    phone_buf_byte(&step->log, ' ');
    phone_import_word(&step->log, contact_id);
    phone_buf_byte(&step->log, ' ');

    for (i = 0; i < added->n; i++) {
        if (i) {
            phone_buf_byte(&step->log, ',');
        }

        phone_buf_byte(&step->log, added->of[i].label);
        phone_buf_put(&step->log, added->of[i].number);
    }

    if (added->n == 0) {
        phone_buf_byte(&step->log, '-');
    }

    phone_buf_byte(&step->log, ' ');
    phone_import_word(&step->log, reason);

    if (step->dry) {
        phone_buf_byte(&step->log, '\t');
        phone_buf_put(&step->log, row->numbers.n ? row->numbers.of[0].number
                                                 : PHONE_EMPTY);
        phone_buf_byte(&step->log, '\t');
        phone_buf_put(&step->log, row->name);
    }

    phone_buf_byte(&step->log, '\n');

    field = outcome == PHONE_OUTCOME_CREATED ? IMPORT_CREATED
            : outcome == PHONE_OUTCOME_MERGED ? IMPORT_MERGED
            : outcome == PHONE_OUTCOME_DUPLICATE ? IMPORT_DUPLICATE
            : IMPORT_INVALID;

    phone_set_int(step->import, field, phone_get_int(step->import, field) + 1);
}
