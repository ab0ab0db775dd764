
/*
 * A job that counts: item i is entry i of its log, and an entry of a log in
 * another bucket.  Some steps refuse, for no reason; a job to "nobody" fails
 * with its first step, and one to "lazy" has a step that is wrong.
 */


#include "toys.h"


#define PHONE_TOY_MOST  (PHONE_JOB_EFFECTS / 2)


/* "<job id>" and "<name>" */

static const phone_type_t  phone_toy_counted = {
    "toy_counted", PHONE_BY_ID, 0, NULL, NULL
};

static const phone_type_t  phone_toy_heard = {
    "toy_heard", PHONE_BY_NAME, 0, NULL, NULL
};


static phone_rc_t phone_toy_count_step(phone_call_t *call,
    phone_record_t *job);
static phone_rc_t phone_toy_count_run(phone_call_t *call);
static phone_rc_t phone_toy_job_run(phone_call_t *call);
static phone_rc_t phone_toy_cancel_run(phone_call_t *call);


static const phone_param_t  phone_toy_count_params[] = {
    { "job_id", PHONE_P_NAME, PHONE_REQUIRED, 5, 48,
      "a new one, with its bucket" },
    { "to", PHONE_P_INT, PHONE_REQUIRED, 0, 1000000, "items" },
    { "by", PHONE_P_INT, PHONE_REQUIRED, 1, 2 * PHONE_TOY_MOST,
      "items of a step" },
    { "refuses", PHONE_P_INT, 0, 0, 256, "so many of 256 steps" },
    { "name", PHONE_P_NAME, 0, 1, 32, "the log of another bucket" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_toy_job_params[] = {
    { "job_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 5, 48, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_toy_job_reply[] = {
    PHONE_JOB_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_job_kind_t  phone_toy_counting = {
    "toy.count", phone_toy_count_step, "Counts."
};


const phone_endpoint_t  phone_toy_count = {
    "toy.count", "POST", "/toy/jobs", PHONE_ANYONE, phone_toy_count_run,
    phone_toy_count_params, phone_toy_job_reply, "Starts a job that counts."
};


const phone_endpoint_t  phone_toy_job = {
    "toy.job", "GET", "/toy/jobs/{job_id}", PHONE_ANYONE, phone_toy_job_run,
    phone_toy_job_params, phone_toy_job_reply, "How far a job is."
};


const phone_endpoint_t  phone_toy_cancel = {
    "toy.cancel", "POST", "/toy/jobs/{job_id}/cancel", PHONE_ANYONE,
    phone_toy_cancel_run, phone_toy_job_params, phone_toy_job_reply,
    "Stops a job."
};


static phone_rc_t
phone_toy_count_run(phone_call_t *call)
{
    phone_record_t  *job;

    job = phone_ask(call, &phone_job, phone_arg(call, "job_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(job)) {
        phone_job_start(job, &phone_toy_counting, PHONE_STR("toys"),
                        phone_format(phone_memory(call), "%lld %lld %.*s",
                                     (long long) phone_arg_int(call, "by"),
                                     (long long) phone_arg_int(call,
                                                               "refuses"),
                                     PHONE_ARGS(phone_arg(call, "name"))),
                        phone_arg_int(call, "to"));
    }

    phone_job_say(call, job);

    return phone_done(call);
}


static phone_rc_t
phone_toy_count_step(phone_call_t *call, phone_record_t *job)
{
    int64_t      i, by, refuses, until, total;
    phone_str_t  name, word, entry;

    name = phone_get(job, JOB_INPUT);
    total = phone_get_int(job, JOB_TOTAL);

    if (!phone_split(&name, ' ', &word) || phone_parse_int(word, &by) != 0
        || !phone_split(&name, ' ', &word)
        || phone_parse_int(word, &refuses) != 0)
    {
        return phone_bad_record(job);
    }

    if (phone_is(name, "nobody")) {
        return phone_job_fail(job, PHONE_MERCHANT_NOT_FOUND);
    }

    if (phone_is(name, "lazy")) {
        return phone_done(call);
    }

    until = phone_get_int(job, JOB_DONE) + by;
    until = until < total ? until : total;

    for (i = phone_get_int(job, JOB_DONE); i < until; i++) {
        entry = phone_int(phone_memory(call), i);
        phone_append(call, &phone_toy_counted, phone_id(job), entry);

        if (name.len) {
            phone_append(call, &phone_toy_heard, name, entry);
        }
    }

    if (phone_random(call, "refuses", 1)[0] < refuses) {
        return phone_refuse(call, PHONE_NOT_FOUND);
    }

    if (until == total) {
        return phone_job_finish(job, until, phone_get(job, JOB_CURSOR));
    }

    return phone_job_next(job, until,
                          phone_format(phone_memory(call), "at %lld",
                                       (long long) until));
}


static phone_rc_t
phone_toy_job_run(phone_call_t *call)
{
    phone_record_t  *job;

    job = phone_ask(call, &phone_job, phone_arg(call, "job_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_job_of(job, PHONE_STR("toys"))) {
        return phone_refuse(call, PHONE_NOT_FOUND);
    }

    phone_job_say(call, job);

    return phone_done(call);
}


static phone_rc_t
phone_toy_cancel_run(phone_call_t *call)
{
    phone_record_t  *job;

    job = phone_ask(call, &phone_job, phone_arg(call, "job_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_job_of(job, PHONE_STR("toys"))) {
        return phone_refuse(call, PHONE_NOT_FOUND);
    }

    phone_job_cancel(job);
    phone_job_say(call, job);

    return phone_done(call);
}
