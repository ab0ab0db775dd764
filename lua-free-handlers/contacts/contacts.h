
/*
 * MAIL-7: the phonebook of a number (docs/contacts.md).
 *
 * A contact is in the bucket of its owner.  A number is in at most one contact
 * of an owner: it is claimed for it.  All that changes a phonebook writes its
 * record BOOK, and so is guarded by it: what was read of it is one moment.
 */


#ifndef _PHONE_CONTACTS_H_INCLUDED_
#define _PHONE_CONTACTS_H_INCLUDED_


#include "../phone.h"
#include "../jobs.h"


#define PHONE_CONTACTS_MOST    5000      /* of a number */
#define PHONE_CONTACT_NUMBERS  8
#define PHONE_CONTACT_NAME     100       /* characters */
#define PHONE_CONTACT_NOTE     200

#define PHONE_IMPORT_FILE      (10 * 1024 * 1024)        /* bytes */
#define PHONE_IMPORT_ROWS      5000


extern const phone_endpoint_t  phone_contact_list;
extern const phone_endpoint_t  phone_contact_create;
extern const phone_endpoint_t  phone_contact_get;
extern const phone_endpoint_t  phone_contact_change;
extern const phone_endpoint_t  phone_contact_remove;
extern const phone_endpoint_t  phone_contact_import;
extern const phone_endpoint_t  phone_contact_imported;
extern const phone_endpoint_t  phone_contact_undo;
extern const phone_endpoint_t  phone_contact_export;

extern const phone_event_t     phone_import_forget;

extern const phone_job_kind_t  phone_import_job;
extern const phone_job_kind_t  phone_undo_job;

extern const phone_work_t      phone_contact_parse;
extern const phone_work_t      phone_contact_rows;
extern const phone_work_t      phone_contact_write;


/* contact.c */

/* Numbers of a contact: "m+8613800000001 h+862161234567", with the label
   (lib/vcard.h) in front of each. */
typedef struct {
    char                     label;
    phone_str_t              number;     /* '+' and digits */
} phone_labeled_t;

typedef struct {
    unsigned                 n;
    phone_labeled_t          of[PHONE_CONTACT_NUMBERS];
} phone_numbers_t;

/* 0, or -1: it is none of these. */
int phone_numbers_read(phone_str_t text, phone_numbers_t *numbers);
phone_str_t phone_numbers_text(phone_arena_t *arena,
    const phone_numbers_t *numbers);
int phone_numbers_have(const phone_numbers_t *numbers, phone_str_t number);
const char *phone_label_word(char label);

/* "<owner>:<number>" */
phone_str_t phone_contact_number_id(phone_call_t *call, phone_str_t owner,
    phone_str_t number);

/*
 * The names that the caller's phonebook has for n numbers; empty: it has none,
 * or they are waited for.  The book is asked for before, with the numbers: that
 * of most people is empty, and is not looked into.
 */
void phone_contact_names(phone_call_t *call, phone_record_t *book, unsigned n,
    const phone_str_t *number, phone_str_t *name);

/* Contacts are listed by their names: by the first letters, in either case. */
int64_t phone_contact_order(phone_str_t name);

/* The contact with that id, if it is the caller's; PHONE_AGAIN, or refused with
   NOT_FOUND. */
phone_rc_t phone_contact_own(phone_call_t *call, phone_record_t **contact);

/* As a reply shows it. */
extern const phone_object_t  phone_contact_object;
extern const phone_member_t  phone_contact_members[];

void phone_contact_show(phone_json_t *json, phone_record_t *contact);
phone_rc_t phone_contact_reply(phone_call_t *call, phone_record_t *contact);

/* The phonebook of a number. */
phone_record_t *phone_ask_book(phone_call_t *call, phone_str_t owner);

/* What phone_contact_names() needs of the caller's. */
phone_record_t *phone_ask_book_size(phone_call_t *call);

/* Sets the numbers of a contact whose name is set, and its place in the list.
   They are held, each by one contact, or free. */
void phone_contact_fill(phone_call_t *call, phone_record_t *contact,
    phone_str_t owner, const phone_numbers_t *numbers);
void phone_contact_hold(phone_call_t *call, phone_record_t *book,
    phone_record_t *contact, phone_str_t number);
void phone_contact_free(phone_call_t *call, phone_record_t *book,
    phone_str_t number);

/* Removes a contact with these numbers, and counts it out. */
void phone_contact_drop(phone_call_t *call, phone_record_t *book,
    phone_record_t *contact, const phone_numbers_t *numbers);

/* What a phonebook has at most so many of in a day, counted in that field: is
   there room for one more, or PHONE_REFUSED; and one more is counted. */
phone_rc_t phone_book_room(phone_call_t *call, phone_record_t *book,
    unsigned field, int64_t most);
phone_rc_t phone_book_count(phone_call_t *call, phone_record_t *book,
    unsigned field, int64_t most);


/*
 * Rows of an imported file, as contact_parse.c writes them and the job reads
 * them: "<line> <kind> <numbers> <reason>\t<name>\t<note>\n", "-" for what is
 * empty.
 *
 * Rows that have a number in common are one contact.  The first of them is its
 * head; those that bring more numbers follow it, with only these.  So the rows
 * of two contacts have no number in common.
 */
#define PHONE_ROW_HEAD       'N'
#define PHONE_ROW_FOLLOWS    'F'
#define PHONE_ROW_DUPLICATE  'D'         /* rows before have its numbers */
#define PHONE_ROW_INVALID    'X'

typedef struct {
    phone_str_t              line;
    char                     kind;
    phone_numbers_t          numbers;
    phone_str_t              reason;
    phone_str_t              name;
    phone_str_t              note;
} phone_import_row_t;

/* 1, 0: no row is left, -1: it is malformed. */
int phone_import_row(phone_str_t *rest, phone_import_row_t *row);

/* Rows that a step of the job takes: at most import_step of the settings, and
   fewer if they have many numbers; those that follow a head are in its step. */
#define PHONE_IMPORT_STEP     50         /* that is no more than this */
#define PHONE_IMPORT_EFFECTS  240

/*
 * What became of rows: an entry of the log for each step, of lines "<line>
 * <outcome> <contact id> <numbers added> <reason>", "-" for what is empty; of a
 * dry run with "\t<number>\t<name>" of the row.
 */
#define PHONE_OUTCOME_CREATED    'C'
#define PHONE_OUTCOME_MERGED     'M'
#define PHONE_OUTCOME_DUPLICATE  'D'
#define PHONE_OUTCOME_INVALID    'X'

typedef struct {
    phone_str_t              line;
    char                     outcome;
    phone_str_t              contact_id;
    phone_numbers_t          added;
    phone_str_t              reason;
    phone_str_t              number;     /* these two may be empty */
    phone_str_t              name;
} phone_import_result_t;

int phone_import_result(phone_str_t *rest, phone_import_result_t *result);

/* Puts a word, or "-"; and a '-' as an empty one. */
void phone_import_word(phone_buf_t *buf, phone_str_t word);

/* How long an import is kept, and a dry run. */
#define PHONE_IMPORT_KEPT      (7 * PHONE_DAY)
#define PHONE_IMPORT_DRY_KEPT  PHONE_DAY


/*
 * contact_csv.c: columns of a CSV file, by the header; and a text as it is
 * kept.
 */
#define PHONE_CONTACT_COLUMNS  256

typedef struct {
    char                     name[PHONE_CONTACT_COLUMNS];    /* what it has */
    int                      label[PHONE_CONTACT_COLUMNS];   /* of a number:
                                            the column of its label; -1 */
    unsigned                 n;
} phone_columns_t;

#define PHONE_COLUMN_NONE     0
#define PHONE_COLUMN_NAME     'n'
#define PHONE_COLUMN_FAMILY   'f'
#define PHONE_COLUMN_GIVEN    'g'
#define PHONE_COLUMN_MIDDLE   'M'
#define PHONE_COLUMN_COMPANY  'c'
#define PHONE_COLUMN_NOTE     't'
/* else a number with that label (lib/vcard.h) */

/* NULL, or what is missing. */
const char *phone_columns_find(phone_columns_t *columns, unsigned n,
    const phone_str_t *header);
char phone_label_of(phone_str_t text);
int phone_column_is_number(char name);

/*
 * A number as people write it in phonebooks: 0, and '+' and its digits in out;
 * -1: it is none.
 */
int phone_contact_number(phone_str_t text, phone_str_t region, char out[17]);


#endif /* _PHONE_CONTACTS_H_INCLUDED_ */
