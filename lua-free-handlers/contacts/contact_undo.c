
/* An import is taken back, step by step as it was made: contacts that were
   written since by anybody else stay as they are. */


#include "contacts.h"


/* Rows of a step of the import, and more. */
#define PHONE_UNDO_ROWS  (PHONE_IMPORT_STEP + PHONE_CONTACT_NUMBERS)


typedef struct {
    phone_call_t            *call;
    phone_record_t          *import;
    phone_record_t          *book;
    unsigned                 n;
    phone_import_result_t    row[PHONE_UNDO_ROWS];
    phone_record_t          *contact[PHONE_UNDO_ROWS];   /* NULL: the row has
                                                            changed none */
} phone_undo_t;


static phone_rc_t phone_undo_step(phone_call_t *call, phone_record_t *job);
static phone_rc_t phone_undo_rows(phone_undo_t *undo, phone_record_t *job,
    phone_str_t entry);
static void phone_undo_row(phone_undo_t *undo, unsigned i);
static int phone_undo_gone(const phone_undo_t *undo, unsigned i);
static void phone_undo_remove(phone_undo_t *undo, phone_record_t *contact);
static void phone_undo_shorten(phone_undo_t *undo, phone_record_t *contact,
    const phone_numbers_t *added);
static void phone_undo_count(phone_undo_t *undo, unsigned field);


const phone_job_kind_t  phone_undo_job = {
    "contacts.undo", phone_undo_step, "Takes back an import of contacts."
};


/* IMPORT_UNDO_AT: a job that comes after one that has failed goes on there. */

static phone_rc_t
phone_undo_step(phone_call_t *call, phone_record_t *job)
{
    int64_t             at;
    phone_rc_t          rc;
    phone_undo_t       *undo;
    const phone_log_t  *log;

    undo = phone_alloc(phone_memory(call), sizeof(phone_undo_t));
    if (undo == NULL) {
        return PHONE_AGAIN;
    }

    undo->call = call;
    undo->import = phone_ask(call, &phone_import, phone_get(job, JOB_INPUT));
    undo->book = phone_ask_book(call, phone_get(job, JOB_OWNER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(undo->import)) {
        return phone_job_fail(job, PHONE_NOT_FOUND);
    }

    at = phone_get_int(undo->import, IMPORT_UNDO_AT);
    log = phone_ask_log(call, &phone_imported_rows, phone_id(undo->import),
                        at, 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (log->n == 0) {
        phone_set_int(undo->import, IMPORT_UNDONE, phone_now(call));
        return phone_job_finish(job, phone_get_int(job, JOB_DONE),
                                PHONE_EMPTY);
    }

    rc = phone_undo_rows(undo, job, log->entry[0]);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_set_int(undo->import, IMPORT_UNDO_AT, at + 1);

    return phone_job_next(job, phone_get_int(job, JOB_DONE) + undo->n,
                          PHONE_EMPTY);
}


static phone_rc_t
phone_undo_rows(phone_undo_t *undo, phone_record_t *job, phone_str_t entry)
{
    int                     rc;
    unsigned                i;
    phone_import_result_t  *row;

    rc = 0;

    while (undo->n < PHONE_UNDO_ROWS
           && (rc = phone_import_result(&entry, &undo->row[undo->n])) == 1)
    {
        row = &undo->row[undo->n];

        if (row->outcome == PHONE_OUTCOME_CREATED
            || row->outcome == PHONE_OUTCOME_MERGED)
        {
            undo->contact[undo->n] = phone_ask(undo->call, &phone_contact,
                                               row->contact_id);
        }

        undo->n++;
    }

    if (phone_waiting(undo->call)) {
        return PHONE_AGAIN;
    }

    if (rc != 0) {
        return phone_bad_value(undo->call, &phone_imported_rows,
                               phone_get(job, JOB_INPUT));
    }

    for (i = 0; i < undo->n; i++) {
        phone_undo_row(undo, i);
    }

    /* what was read of the phonebook is of one moment */

    phone_set_int(undo->book, PHONEBOOK_CONTACTS,
                  phone_get_int(undo->book, PHONEBOOK_CONTACTS));

    return PHONE_DONE;
}


static void
phone_undo_row(phone_undo_t *undo, unsigned i)
{
    phone_record_t               *contact;
    const phone_import_result_t  *row;

    row = &undo->row[i];
    contact = undo->contact[i];

    if (contact == NULL || phone_undo_gone(undo, i)) {
        return;
    }

    if (!phone_equal(phone_get(contact, CONTACT_IMPORT),
                     phone_id(undo->import)))
    {
        phone_undo_count(undo, IMPORT_LEFT);

    } else if (row->outcome == PHONE_OUTCOME_CREATED) {
        phone_undo_remove(undo, contact);
        phone_undo_count(undo, IMPORT_REMOVED);

    } else {
        phone_undo_shorten(undo, contact, &row->added);
        phone_undo_count(undo, IMPORT_SHORTENED);
    }
}


/* A row before it has made the contact, which goes. */

static int
phone_undo_gone(const phone_undo_t *undo, unsigned i)
{
    unsigned  before;

    for (before = 0; before < i; before++) {
        if (undo->contact[before] == undo->contact[i]
            && undo->row[before].outcome == PHONE_OUTCOME_CREATED)
        {
            return 1;
        }
    }

    return 0;
}


static void
phone_undo_remove(phone_undo_t *undo, phone_record_t *contact)
{
    phone_numbers_t  numbers;

    if (phone_numbers_read(phone_get(contact, CONTACT_NUMBERS), &numbers)
        != 0)
    {
        (void) phone_bad_record(contact);
        return;
    }

    phone_contact_drop(undo->call, undo->book, contact, &numbers);
}


static void
phone_undo_shorten(phone_undo_t *undo, phone_record_t *contact,
    const phone_numbers_t *added)
{
    unsigned         i;
    phone_numbers_t  numbers, rest;

    if (phone_numbers_read(phone_get(contact, CONTACT_NUMBERS), &numbers)
        != 0)
    {
        (void) phone_bad_record(contact);
        return;
    }

    rest.n = 0;

    for (i = 0; i < numbers.n; i++) {
        if (phone_numbers_have(added, numbers.of[i].number)) {
            phone_contact_free(undo->call, undo->book, numbers.of[i].number);

        } else {
            rest.of[rest.n++] = numbers.of[i];
        }
    }

    phone_set(contact, CONTACT_NUMBERS,
              phone_numbers_text(phone_memory(undo->call), &rest));
    phone_set_int(contact, CONTACT_CHANGED, phone_now(undo->call));
}


static void
phone_undo_count(phone_undo_t *undo, unsigned field)
{
    phone_set_int(undo->import, field,
                  phone_get_int(undo->import, field) + 1);
}
