
/*
 * A month of a bucket's ledger is closed when it has been over for
 * phone_archive_after, or when the operator says so: a job compares its entries
 * with their bills and refunds, makes the files of ledger_file.h, and lets the
 * entries go.  Months are closed in order.
 */


#ifndef _PHONE_CLOSING_H_INCLUDED_
#define _PHONE_CLOSING_H_INCLUDED_


#include "operator.h"
#include "../jobs.h"
#include "../months.h"


/* Of a bucket, in the same call: closes that month, which is its first open
   one.  PHONE_AGAIN, or PHONE_DONE. */
phone_rc_t phone_close_start(phone_call_t *call, phone_record_t *period,
    int64_t month);

/* 1 while a job closes it; ask for PERIOD_JOB first. */
int phone_close_runs(phone_call_t *call, phone_record_t *period);

extern const phone_job_kind_t  phone_close_job;


#endif /* _PHONE_CLOSING_H_INCLUDED_ */
