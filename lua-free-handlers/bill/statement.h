
/*
 * PAY-12: the statement of a merchant and a day: one row for each movement of
 * its takings.
 *
 * Whatever moves takings appends a row to the log of the merchant and the day,
 * in the same commit.  statement.c makes a file of that log when the day is
 * over.
 */


#ifndef _PHONE_STATEMENT_H_INCLUDED_
#define _PHONE_STATEMENT_H_INCLUDED_


#include "../jobs.h"


#define PHONE_ROW_PAYMENT  PHONE_STR("payment")
#define PHONE_ROW_REFUND   PHONE_STR("refund")
#define PHONE_ROW_PAYOUT   PHONE_STR("payout")


typedef struct {
    int64_t                  at;         /* ms */
    phone_str_t              kind;
    phone_str_t              bill_id;    /* as its merchant knows it */
    phone_str_t              order;      /* out_trade_no */
    phone_str_t              no;         /* of the refund or payout */
    phone_str_t              currency;
    int64_t                  amount;     /* minor units; below 0: they went */
} phone_statement_row_t;


/* The takings of a merchant move, in this commit: at is that of the call. */
void phone_statement_append(phone_call_t *call, phone_str_t merchant_id,
    const phone_statement_row_t *row);

/* -1: it is none. */
int phone_statement_parse(phone_str_t text, phone_statement_row_t *row);

/* "<merchant>:<day>", by the clock of statements. */
phone_str_t phone_statement_id(phone_call_t *call, phone_str_t merchant_id,
    int64_t at);

/* The statement of the caller and the day `date`: PHONE_DONE when it is made.
   Else it is refused, and being made when the day is over. */
phone_rc_t phone_statement_asked(phone_call_t *call,
    phone_record_t **statement);

/* Is `date` a day on which the caller was a merchant, at most two days ahead?
   Else PARAM_INVALID. */
phone_rc_t phone_statement_date(phone_call_t *call);

/* A job makes it, or is made to; *done is how many rows it has.  PHONE_AGAIN,
   or PHONE_DONE. */
phone_rc_t phone_statement_making(phone_call_t *call,
    phone_record_t *statement, phone_str_t merchant_id, int64_t *done);

/* ms: from then on no call or event commits any more that began on that day. */
int64_t phone_statement_over(phone_call_t *call, phone_str_t date);

/* The merchant is new: its days are closed from this one on. */
void phone_statement_open(phone_call_t *call, phone_str_t merchant_id);

/* Minutes that this clock is ahead of UTC. */
int phone_statement_zone(phone_call_t *call);


/* Rows, the piece before, the totals before, minutes of the zone -> the totals
   with them; makes a piece of the CSV file. */
extern const phone_work_t  phone_statement_rows;

/* The last piece, what stands in the header in front of the hash of the rows,
   and behind it; makes the file. */
extern const phone_work_t  phone_statement_file;

extern const phone_job_kind_t  phone_statement_job;
extern const phone_event_t     phone_statement_close;


#endif /* _PHONE_STATEMENT_H_INCLUDED_ */
