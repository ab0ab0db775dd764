
/*
 * PAY-12: a merchant has notices sent again: one of them, or by a job all that
 * were put since a time.
 *
 * Whoever gets a notice that he has not asked for does not acknowledge it: such
 * a one is not sent again before its schedule has run out.  What was
 * acknowledged can be sent again at once, and that is limited by the hour.
 */


#include "merchant.h"
#include "../bill/bill.h"
#include "../jobs.h"


#define PHONE_REPLAYS_HOUR      1000         /* notices of a merchant, */
#define PHONE_REPLAY_JOBS_HOUR  6            /* and jobs */
#define PHONE_REPLAY_STEP       50           /* notices of a step */


static phone_rc_t phone_notice_replay_run(phone_call_t *call);
static phone_rc_t phone_replay_one(phone_call_t *call);
static phone_rc_t phone_replay_seen(phone_call_t *call, phone_str_t *id,
    phone_seen_t *seen);
static phone_rc_t phone_replay_since(phone_call_t *call);
static phone_rc_t phone_replay_progress(phone_call_t *call);
static phone_rc_t phone_replay_step(phone_call_t *call, phone_record_t *job);


static const phone_param_t  phone_notice_replay_params[] = {
    { "notify_id", PHONE_P_NAME, 0, 1, 64, "the notice, or" },
    { "since", PHONE_P_INT, 0, 0, INT64_C(99999999999),
      "all that were put at this time or later, in Unix seconds: a job, or" },
    { "job_id", PHONE_P_NAME, 0, 1, 64, "the job whose progress is shown" },
    { "all", PHONE_P_INT, 0, 0, 1,
      "1, with since: those that were acknowledged as well" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_notice_replay_reply[] = {
    { "notify_id", PHONE_M_TEXT, 0, NULL, "notify_id was sent",
      "the notice" },
    { "state", PHONE_M_TEXT, 0, NULL, "notify_id was sent",
      "PENDING: it is sent" },
    { "job_id", PHONE_M_TEXT, 0, NULL, "there is a job", "the job" },
    { "job", PHONE_M_TEXT, 0, NULL, "there is a job",
      "RUNNING, DONE or FAILED" },
    { "done", PHONE_M_INT, 0, NULL, "there is a job",
      "notices that it has found so far" },
    { "started", PHONE_M_TIME, 0, NULL, "there is a job", "when it began" },
    { "ended", PHONE_M_TIME, 0, NULL, "the job is over", "when it ended" },
    { "error", PHONE_M_TEXT, 0, NULL, "the last step of the job has failed",
      "the code of the error" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_notice_replay = {
    "notice.replay", "POST", "/pay/notices/replay", PHONE_MERCHANT,
    phone_notice_replay_run, phone_notice_replay_params,
    phone_notice_replay_reply,
    "Sends a notice again from the beginning of its schedule, or all since a "
    "time; those that are still being sent are left as they are."
};


const phone_job_kind_t  phone_notice_replay_job = {
    "notice.replay", phone_replay_step,
    "Sends the notices of a merchant again that were put since a time."
};


static phone_rc_t
phone_notice_replay_run(phone_call_t *call)
{
    int  asked;

    asked = phone_has(call, "notify_id") + phone_has(call, "since")
            + phone_has(call, "job_id");

    if (asked != 1) {
        return phone_refuse_field(call, asked ? PHONE_PARAM_INVALID
                                              : PHONE_PARAM_MISSING,
                                  "notify_id");
    }

    if (phone_has(call, "notify_id")) {
        return phone_replay_one(call);
    }

    return phone_has(call, "since") ? phone_replay_since(call)
                                    : phone_replay_progress(call);
}


static phone_rc_t
phone_replay_one(phone_call_t *call)
{
    int           told;
    phone_rc_t    rc;
    phone_str_t   id;
    phone_seen_t  seen;

    rc = phone_replay_seen(call, &id, &seen);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (strcmp(seen.state, "PENDING") != 0) {
        rc = phone_hour_count(call, REPLAYS_NOTICES, PHONE_REPLAYS_HOUR);
        if (rc != PHONE_DONE) {
            return rc;
        }

        told = strcmp(seen.state, PHONE_SEEN_DELIVERED) == 0;
        phone_emit(call, told ? &phone_notice_repeat : &phone_notice_resend,
                   id, PHONE_EMPTY, phone_now(call));
    }

    phone_say(call, "notify_id", seen.id);
    phone_say(call, "state", PHONE_STR("PENDING"));

    return phone_done(call);
}


/* His own, by the id that he knows. */

static phone_rc_t
phone_replay_seen(phone_call_t *call, phone_str_t *id, phone_seen_t *seen)
{
    int                    found;
    int64_t                n;
    phone_rc_t             rc;
    phone_str_t            subject_id, number;
    phone_record_t        *subject;
    const phone_outbox_t  *outbox;

    *id = phone_arg(call, "notify_id");

    rc = phone_notice_find(call, id);
    if (rc != PHONE_DONE) {
        return rc;
    }

    outbox = phone_outbox_of(*id, &subject_id, &number);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (outbox == NULL || phone_parse_int(number, &n) != 0) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "notify_id");
    }

    subject = phone_ask(call, outbox->subject, subject_id);
    found = phone_ask_seen_of(call, outbox, subject, n, seen);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!found || phone_is_archived(subject)
        || !phone_equal(phone_get(subject, outbox->merchant),
                        phone_caller(call))
        || !phone_equal(seen->id, phone_arg(call, "notify_id")))
    {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "notify_id");
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_replay_since(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *job;

    job = phone_ask(call, &phone_job,
                    phone_new_id(call, phone_caller(call), "replay"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(job)) {
        rc = phone_hour_count(call, REPLAYS_JOBS, PHONE_REPLAY_JOBS_HOUR);
        if (rc != PHONE_DONE) {
            return rc;
        }

        phone_job_start(job, &phone_notice_replay_job, phone_caller(call),
                        phone_format(phone_memory(call), "%lld %lld",
                                     (long long) phone_arg_int(call, "since"),
                                     (long long) phone_arg_int(call, "all")),
                        0);
    }

    phone_job_say(call, job);

    return phone_done(call);
}


static phone_rc_t
phone_replay_progress(phone_call_t *call)
{
    phone_record_t  *job;

    job = phone_ask(call, &phone_job, phone_arg(call, "job_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_job_of(job, phone_caller(call))
        || !phone_is(phone_get(job, JOB_KIND), phone_notice_replay_job.name))
    {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "job_id");
    }

    phone_job_say(call, job);

    return phone_done(call);
}


/* The latest first.  What is sent again keeps its place, and the job does not
   come back to it. */

static phone_rc_t
phone_replay_step(phone_call_t *call, phone_record_t *job)
{
    int64_t        since, all;
    unsigned       i;
    phone_str_t    rest, word, id;
    phone_edge_t   edge;
    phone_list_t   page;

    since = 0;
    all = 0;
    rest = phone_get(job, JOB_INPUT);
    (void) phone_split(&rest, ' ', &word);

    if (phone_parse_int(word, &since) != 0 || phone_parse_int(rest, &all) != 0
        || phone_page_parse(call, phone_get(job, JOB_CURSOR), &edge) != 0)
    {
        return phone_bad_record(job);
    }

    page = phone_ask_seen_page(call, phone_get(job, JOB_OWNER),
                               all ? PHONE_SEEN_UNTOLD|PHONE_SEEN_TOLD
                                   : PHONE_SEEN_UNTOLD,
                               &edge, PHONE_REPLAY_STEP);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < page.n && page.entry[i].score >= since * PHONE_SECOND;
         i++)
    {
        id = page.entry[i].member;
        (void) phone_split(&id, ' ', &word);

        if (phone_seen_is_told(&page.entry[i])) {
            phone_emit(call, &phone_notice_repeat, word, PHONE_EMPTY,
                       phone_now(call));

        } else {
            phone_emit(call, &phone_notice_resend, id, PHONE_EMPTY,
                       phone_now(call));
        }
    }

    if (i < PHONE_REPLAY_STEP) {
        return phone_job_finish(job, phone_get_int(job, JOB_DONE) + i,
                                PHONE_EMPTY);
    }

    return phone_job_next(job, phone_get_int(job, JOB_DONE) + i,
                          phone_page_text(call, &edge));
}
