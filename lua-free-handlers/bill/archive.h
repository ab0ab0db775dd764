
/* Bills settled long ago leave the store for files (archive.c). */


#ifndef _PHONE_BILL_ARCHIVE_H_INCLUDED_
#define _PHONE_BILL_ARCHIVE_H_INCLUDED_


#include "../jobs.h"


/* A bill has ended unpaid, or could not be archived with those of the month
   before: it is looked at with those of that month (lib/month.h). */
void phone_archive_note(phone_call_t *call, phone_str_t bill_id,
    int64_t month);

/*
 * Bills of a bucket that were settled in that month, or before, are archived:
 * PHONE_DONE, or PHONE_AGAIN; PHONE_CONTINUE: not yet.  Then a job does it,
 * which the commit of this call starts; but not before all of them are old
 * enough.
 */
phone_rc_t phone_archive_bills(phone_call_t *call, unsigned bucket,
    int64_t month);

extern const phone_job_kind_t  phone_archive_job;


#endif /* _PHONE_BILL_ARCHIVE_H_INCLUDED_ */
