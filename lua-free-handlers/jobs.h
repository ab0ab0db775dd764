
/*
 * Jobs: what is too long for one call, done in steps.  A job is a record with
 * a cursor; each step is a run of an event, and its effects, the new cursor and
 * the next step are one commit: whatever is killed at any time, each item is
 * done once.  One step of a job runs at a time.
 *
 *     job = phone_ask(call, &phone_job, id);
 *     ...
 *     if (!phone_found(job)) {
 *         phone_job_start(job, &phone_coupon_batch, merchant, batch, 100000);
 *     }
 *
 * The id is in the bucket in which the call commits, and is the mark of the
 * call: phone_new_id(), or what there is one job of ("<coupon id>.batch").
 *
 * A step reads where the job is, records effects, and ends with one of
 * phone_job_next(), phone_job_finish() and phone_job_fail():
 *
 *     for (i = phone_get_int(job, JOB_DONE); i < until; i++) { ... }
 *     return phone_job_next(job, until, PHONE_EMPTY);
 *
 * The next step follows soon, or when the step has said so by phone_repeat().
 *
 * A step that refuses, whose commit is refused (an account is full), that meets
 * too many conflicts or an invalid stored value has no effect and is tried
 * again, PHONE_JOB_TRIES times with growing pauses; then the job has
 * FAILED, and its field ERROR has the code of the refusal.  While the store is
 * not available, no try is counted.  A job that is over is kept for
 * PHONE_JOB_KEPT ms.
 */


#ifndef _PHONE_JOBS_H_INCLUDED_
#define _PHONE_JOBS_H_INCLUDED_


#include "phone.h"


/* Effects of a step at most: records, entries, events, claims, numbers. */
#define PHONE_JOB_EFFECTS  320

#define PHONE_JOB_TRIES    10            /* of a step: some nine minutes */
#define PHONE_JOB_KEPT     (7 * PHONE_DAY)


/* States */
#define PHONE_JOB_RUNNING   "RUNNING"
#define PHONE_JOB_DONE      "DONE"
#define PHONE_JOB_FAILED    "FAILED"
#define PHONE_JOB_CANCELED  "CANCELED"


typedef struct {
    const char              *name;       /* "coupon.batch"; jobs that are stored
                                            have it, and it is their lane */
    phone_rc_t             (*step)(phone_call_t *call, phone_record_t *job);
    const char              *about;
} phone_job_kind_t;


/*
 * Starts a job whose record was asked for and is not there.  owner is who may
 * see it, input what the steps need to know, total the number of its items (0:
 * not known).
 */
void phone_job_start(phone_record_t *job, const phone_job_kind_t *kind,
    phone_str_t owner, phone_str_t input, int64_t total);

/* Of a step: so many items are done in all; cursor is for the next one. */
phone_rc_t phone_job_next(phone_record_t *job, int64_t done,
    phone_str_t cursor);

/* Of a step that has to wait for effects that are on their way
   (phone_ask_arrived()): it is done again some seconds later, and no try is
   counted. */
phone_rc_t phone_job_wait(phone_record_t *job);

/* As phone_job_next(), and it was the last one; result is what the job has
   made. */
phone_rc_t phone_job_finish(phone_record_t *job, int64_t done,
    phone_str_t result);

/* The job has failed: to try again would not help.  What the step has recorded
   before is committed. */
phone_rc_t phone_job_fail(phone_record_t *job, phone_refusal_t refusal);

/* Stops a job that is RUNNING: of a step under way nothing is committed. */
void phone_job_cancel(phone_record_t *job);

/* Is it there, and of this owner? */
int phone_job_of(phone_record_t *job, phone_str_t owner);

/*
 * Of a job whose last step writes its end into the record that names it, where
 * that record has no end yet: RUNNING or FAILED.  A job that is DONE, or that
 * was CANCELED because another one took its place, has ended after the record
 * was read: it is RUNNING to the caller, who asks again.
 */
phone_str_t phone_job_so_far(phone_record_t *job);

/* How far it is, as members of a reply. */
void phone_job_say(phone_call_t *call, phone_record_t *job);

#define PHONE_JOB_MEMBERS                                                     \
    { "job_id", PHONE_M_TEXT, 0, NULL, NULL, "the job" },                      \
    { "job", PHONE_M_TEXT, 0, NULL, NULL,                                     \
      "RUNNING, DONE, FAILED or CANCELED" },                                  \
    { "done", PHONE_M_INT, 0, NULL, NULL, "items so far" },                   \
    { "total", PHONE_M_INT, 0, NULL, "it is known", "items in all" },         \
    { "started", PHONE_M_TIME, 0, NULL, NULL, "when it began" },              \
    { "ended", PHONE_M_TIME, 0, NULL, "it is over", "when it ended" },        \
    { "error", PHONE_M_TEXT, 0, NULL, "the last step has failed",             \
      "the code of the error" },                                              \
    { "result", PHONE_M_TEXT, 0, NULL, "it is DONE and has made something",   \
      "what it has made" }


#endif /* _PHONE_JOBS_H_INCLUDED_ */
