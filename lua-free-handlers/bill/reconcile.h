
/*
 * PAY-12: a merchant's own file of a day is compared with the platform's
 * statement of it.  Both are read by the same rules (reconcile_row.c), in the
 * work of threads (reconcile_part.c); reconcile.c has the calls and the job.
 */


#ifndef _PHONE_RECONCILE_H_INCLUDED_
#define _PHONE_RECONCILE_H_INCLUDED_


#include "../lib/csv.h"
#include "totals.h"
#include "../jobs.h"


#define PHONE_RECONCILE_FILE  (64 * 1024 * 1024)     /* bytes, and rows */
#define PHONE_RECONCILE_ROWS  1000000


/* What a file has of interest, and its column in it. */
typedef enum {
    PHONE_COLUMN_KIND,
    PHONE_COLUMN_ORDER,
    PHONE_COLUMN_REFUND,
    PHONE_COLUMN_PAYOUT,
    PHONE_COLUMN_CURRENCY,
    PHONE_COLUMN_AMOUNT,
    PHONE_COLUMN_STATUS,
    PHONE_COLUMNS
} phone_column_t;

typedef struct {
    phone_csv_t             *csv;
    phone_str_t              currency;   /* of rows without one */
    int                      column[PHONE_COLUMNS];      /* -1: none */
    unsigned                 columns;    /* of the header */
    const char              *field;      /* why a row is refused: which, */
    const char              *error;      /* and what of it; NULL: the line */
} phone_reconcile_file_t;

typedef struct {
    phone_str_t              kind;       /* PHONE_ROW_* */
    phone_str_t              number;     /* of the bill, refund or payout */
    phone_str_t              order;
    phone_str_t              status;
    phone_str_t              currency;   /* one that is known */
    int64_t                  amount;     /* minor units, below 0: they went */
    int                      moved;      /* by its status money has moved */
} phone_reconcile_row_t;


/* Up to the header; -1: see phone_reconcile_error(). */
int phone_reconcile_open(phone_reconcile_file_t *file, phone_arena_t *arena,
    phone_reader_t *reader, phone_str_t currency);

/* 1: a row, good until the next one; 0: none is left; -1: see below. */
int phone_reconcile_next(phone_reconcile_file_t *file,
    phone_reconcile_row_t *row);

/* "<row> <what is wrong with it>" */
phone_str_t phone_reconcile_error(phone_arena_t *arena,
    const phone_reconcile_file_t *file);


/* What was counted. */
#define PHONE_COUNTS(C)                                                       \
    C(ROWS, "rows", "rows of the file")                                       \
    C(PLATFORM, "platform_rows", "rows of the platform's statement")          \
    C(MATCHED, "matched", "rows that are the same in both")                   \
    C(IDLE, "idle", "rows of the file by whose status no money has moved, "   \
      "as by another row or by the platform")                                 \
    C(NOT_AT_PLATFORM, "not_at_platform",                                     \
      "rows that only the file has")                                          \
    C(NOT_IN_FILE, "not_in_file", "rows that only the platform has")          \
    C(AMOUNT, "amount_differs", "rows of another amount")                     \
    C(CURRENCY, "currency_differs", "rows of another currency")               \
    C(STATUS, "status_differs",                                               \
      "rows by whose status no money has moved, though it has")               \
    C(DUPLICATE, "duplicate", "rows of the file that were there before")

#define PHONE_COUNT_ENUM(name, member, about)  PHONE_COUNT_##name,

typedef enum { PHONE_COUNTS(PHONE_COUNT_ENUM) PHONE_COUNTED } phone_count_t;

/* How many of these are differences. */
int64_t phone_counts_differ(const int64_t count[PHONE_COUNTED]);

/* Bytes of them as text, at most. */
#define PHONE_COUNTS_TEXT  (PHONE_COUNTED * 24)

/* "3 4 2 ...", one number each; -1: it is none. */
int phone_counts_read(phone_str_t text, int64_t count[PHONE_COUNTED]);
phone_str_t phone_counts_text(phone_arena_t *arena,
    const int64_t count[PHONE_COUNTED]);


/* File, currency -> "<rows>", or "!" and what phone_reconcile_error() says. */
extern const phone_work_t  phone_reconcile_check;

/* File, statement, "<currency> <part> <parts> <differences to list>", "<piece
   before> <counts>|<totals of the file>" so far, or empty -> the counts and
   totals with this part; makes a piece of the differences.  Or that too many
   rows of the file are about the same number. */
extern const phone_work_t  phone_reconcile_part;

#define PHONE_RECONCILE_FULL  PHONE_STR("!")

extern const phone_job_kind_t  phone_reconcile_job;

/* What is left of the last file of a day goes. */
extern const phone_event_t  phone_reconcile_forget;


#endif /* _PHONE_RECONCILE_H_INCLUDED_ */
