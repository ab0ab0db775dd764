
/*
 * A job that counts: item i is entry i of its log, and an entry of a log in
 * another bucket; for "claims" a claim, for "events" an event.  Some steps
 * refuse, for no reason; a job to "nobody" fails with its first step.  Of
 * others the steps are wrong: to "lazy" they do not say how they end, to
 * "rich" they fill an account that is full, to "astray" they claim names in
 * two buckets.
 */


#include "toys.h"
#include "bill/bill.h"
#include "lib/money.h"


#define PHONE_TOY_MOST  (PHONE_JOB_EFFECTS / 2)


/* "<job id>", "<job id>.<item>" and "<name>" */

static const phone_type_t  phone_toy_counted = {
    "toy_counted", PHONE_BY_ID, 0, NULL, NULL
};

static const phone_type_t  phone_toy_claimed = {
    "toy_claimed", PHONE_BY_ID, 0, NULL, NULL
};

static const phone_type_t  phone_toy_heard = {
    "toy_heard", PHONE_BY_NAME, 0, NULL, NULL
};


static phone_rc_t phone_toy_count_step(phone_call_t *call,
    phone_record_t *job);
static void phone_toy_item(phone_call_t *call, phone_record_t *job,
    phone_str_t name, phone_str_t item);
static void phone_toy_wrong(phone_call_t *call, phone_record_t *job,
    phone_str_t name);
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
    phone_str_t  name, word;

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
        phone_toy_item(call, job, name, phone_int(phone_memory(call), i));
    }

    phone_toy_wrong(call, job, name);

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


static void
phone_toy_item(phone_call_t *call, phone_record_t *job, phone_str_t name,
    phone_str_t item)
{
    phone_str_t  id;

    phone_append(call, &phone_toy_counted, phone_id(job), item);

    id = phone_join(phone_memory(call), 3,
                    (phone_str_t[3]) { phone_id(job), PHONE_STR("."), item });

    if (phone_is(name, "claims")) {
        phone_claim(call, &phone_toy_claimed, id, item, 0);

    } else if (phone_is(name, "events")) {
        phone_emit(call, &phone_bill_expire, id, PHONE_EMPTY,
                   phone_now(call) + PHONE_MINUTE);

    } else if (name.len) {
        phone_append(call, &phone_toy_heard, name, item);
    }
}


static void
phone_toy_wrong(phone_call_t *call, phone_record_t *job, phone_str_t name)
{
    unsigned  i;

    for (i = 0; i < 2; i++) {
        if (phone_is(name, "rich")) {
            phone_move(call,
                       phone_ledger_outside(call, phone_id(job),
                                            PHONE_STR("CNY")),
                       phone_ledger_card(call, phone_id(job)),
                       PHONE_AMOUNT_MAX, PHONE_STR("CNY"), "toy",
                       phone_id(job));
        }

        if (phone_is(name, "astray")) {
            phone_claim(call, &phone_toy_claimed,
                        phone_format(phone_memory(call), "%03u-astray", i),
                        phone_id(job), 0);
        }
    }
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
