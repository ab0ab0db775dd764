
/* GET /operator/ledger and POST /operator/ledger/close: the months of the
   ledger that are closed, and the next one. */


#include "../host.h"
#include "../lib/month.h"
#include "closing.h"


#define PHONE_PERIODS_SHOWN  100


static phone_rc_t phone_operator_ledger_run(phone_call_t *call);
static phone_rc_t phone_ledger_close_run(phone_call_t *call);
static phone_rc_t phone_ledger_invalid(phone_call_t *call, const char *field,
    phone_str_t reason);
static void phone_period_show(phone_json_t *json, phone_call_t *call,
    phone_record_t *period, phone_record_t *job);


static const phone_param_t  phone_operator_ledger_params[] = {
    { "bucket", PHONE_P_INT, 0, 0, PHONE_BUCKETS_MAX - 1,
      "begin with this one: next_bucket of the page before" },
    { "limit", PHONE_P_INT, 0, 1, PHONE_PERIODS_SHOWN, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_ledger_close_params[] = {
    { "bucket", PHONE_P_INT, PHONE_REQUIRED, 0, PHONE_BUCKETS_MAX - 1,
      "whose ledger" },
    { "month", PHONE_P_NAME, PHONE_REQUIRED, PHONE_MONTH_LEN,
      PHONE_MONTH_LEN, "as in 2026-11: the first that is open" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_period_members[] = {
    { "bucket", PHONE_M_INT, 0, NULL, NULL, "the bucket" },
    { "from", PHONE_M_TEXT, 0, NULL, NULL, "the first open month: 2026-11" },
    { "entries", PHONE_M_INT, 0, NULL, NULL, "of the months that are closed" },
    { "file", PHONE_M_TEXT, 0, NULL, "a month is closed",
      "SHA-256 of the ledger file of the last one" },
    { "balances", PHONE_M_TEXT, 0, NULL, "a month is closed",
      "SHA-256 of its balances file" },
    { "job", PHONE_M_TEXT, 0, NULL, "from is being closed, or was tried to be",
      "RUNNING or FAILED" },
    { "done", PHONE_M_INT, 0, NULL, "there is a job", "entries so far" },
    { "error", PHONE_M_TEXT, 0, NULL, "the last step has failed",
      "the code of the error" },
    { "stopped", PHONE_M_TEXT, 0, NULL, "it cannot be closed",
      "what is wrong, and where" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_period_object = {
    "Period", phone_period_members
};


static const phone_member_t  phone_operator_ledger_reply[] = {
    { "buckets", PHONE_M_LIST, 0, &phone_period_object, NULL, "in order" },
    { "next_bucket", PHONE_M_INT, 0, NULL, "there are more",
      "bucket of the next page" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_member_t  phone_ledger_close_reply[] = {
    { "bucket", PHONE_M_INT, 0, NULL, NULL, "the bucket" },
    { "month", PHONE_M_TEXT, 0, NULL, NULL, "the month" },
    { "state", PHONE_M_TEXT, 0, NULL, NULL, "RUNNING or CLOSED" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_ledger = {
    "operator.ledger", "GET", "/operator/ledger", PHONE_OPERATOR,
    phone_operator_ledger_run, phone_operator_ledger_params,
    phone_operator_ledger_reply,
    "What was closed of the ledger of each bucket."
};


const phone_endpoint_t  phone_operator_ledger_close = {
    "operator.ledger_close", "POST", "/operator/ledger/close", PHONE_OPERATOR,
    phone_ledger_close_run, phone_ledger_close_params,
    phone_ledger_close_reply,
    "Begins to close a month of a bucket's ledger, whatever "
    "phone_archive_after says. The same again tells whether it is closed."
};


static phone_rc_t
phone_operator_ledger_run(phone_call_t *call)
{
    unsigned         i, n, first;
    phone_json_t    *json;
    phone_record_t  *period[PHONE_PERIODS_SHOWN], *job[PHONE_PERIODS_SHOWN];

    first = (unsigned) phone_arg_int(call, "bucket");
    n = phone_has(call, "limit") ? (unsigned) phone_arg_int(call, "limit")
                                 : PHONE_PERIODS_SHOWN;

    if (first >= call->env->buckets) {
        return phone_ledger_invalid(call, "bucket",
                                    PHONE_STR("there is no such bucket"));
    }

    if (n > call->env->buckets - first) {
        n = call->env->buckets - first;
    }

    for (i = 0; i < n; i++) {
        period[i] = phone_ask_period(call, first + i);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < n; i++) {

        if (phone_ledger_first(call, period[i]) < 0) {
            return phone_bad_record(period[i]);
        }

        job[i] = phone_get(period[i], PERIOD_JOB).len
                 ? phone_ask(call, &phone_job,
                             phone_get(period[i], PERIOD_JOB))
                 : NULL;
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "buckets");

    for (i = 0; i < n; i++) {
        phone_json_object(json, NULL);
        phone_json_int(json, "bucket", first + i);
        phone_period_show(json, call, period[i], job[i]);
        phone_json_end(json);
    }

    phone_json_end(json);

    if (first + n < call->env->buckets) {
        phone_json_int(json, "next_bucket", first + n);
    }

    return phone_done(call);
}


/* A job that is done closed the month before. */

static void
phone_period_show(phone_json_t *json, phone_call_t *call,
    phone_record_t *period, phone_record_t *job)
{
    phone_str_t  state;

    phone_json_text(json, "from",
                    phone_month_text(phone_memory(call),
                                     phone_ledger_first(call, period)));
    phone_json_int(json, "entries", phone_get_int(period, PERIOD_ENTRIES));

    if (phone_get(period, PERIOD_FILE).len) {
        phone_json_text(json, "file", phone_get(period, PERIOD_FILE));
        phone_json_text(json, "balances", phone_get(period, PERIOD_BALANCES));
    }

    state = job ? phone_get(job, JOB_STATE) : PHONE_EMPTY;

    if (state.len && !phone_is(state, PHONE_JOB_DONE)) {
        phone_json_text(json, "job", state);
        phone_json_int(json, "done", phone_get_int(job, JOB_DONE));

        if (phone_get(job, JOB_ERROR).len) {
            phone_json_text(json, "error", phone_get(job, JOB_ERROR));
        }
    }

    if (phone_get(period, PERIOD_STOPPED).len) {
        phone_json_text(json, "stopped", phone_get(period, PERIOD_STOPPED));
    }
}


static phone_rc_t
phone_ledger_close_run(phone_call_t *call)
{
    int64_t          month, first, from, over;
    phone_rc_t       rc;
    unsigned         bucket;
    phone_str_t      text;
    phone_record_t  *period;

    text = phone_arg(call, "month");
    bucket = (unsigned) phone_arg_int(call, "bucket");

    if (bucket >= call->env->buckets) {
        return phone_ledger_invalid(call, "bucket",
                                    PHONE_STR("there is no such bucket"));
    }

    if (phone_month_parse(text, &month) != 0) {
        return phone_ledger_invalid(call, "month",
                   PHONE_STR("it is no month: write it as in 2026-11"));
    }

    first = phone_month_of(call->env->store_since - PHONE_DAY);

    if (month < first) {
        return phone_ledger_invalid(call, "month",
                   phone_format(phone_memory(call), "the first month is %.*s",
                                PHONE_ARGS(phone_month_text(phone_memory(call),
                                                            first))));
    }

    period = phone_ask_period(call, bucket);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    from = phone_ledger_first(call, period);

    if (from < 0) {
        return phone_bad_record(period);
    }

    if (month > from) {
        return phone_ledger_invalid(call, "month",
                   phone_format(phone_memory(call),
                                "months are closed in order: the next one is "
                                "%.*s",
                                PHONE_ARGS(phone_month_text(phone_memory(call),
                                                            from))));
    }

    over = phone_ledger_over(call, month);

    if (phone_now(call) < over) {
        phone_say_time(call, "until", over);
        return phone_ledger_invalid(call, "month",
                                    PHONE_STR("it is not over"));
    }

    if (month == from && !phone_close_runs(call, period)) {

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        rc = phone_close_start(call, period, month);
        if (rc != PHONE_DONE) {
            return rc;
        }
    }

    phone_say_int(call, "bucket", bucket);
    phone_say(call, "month", text);
    phone_say(call, "state", month < from ? PHONE_STR("CLOSED")
                                          : PHONE_STR(PHONE_JOB_RUNNING));

    return phone_done(call);
}


static phone_rc_t
phone_ledger_invalid(phone_call_t *call, const char *field, phone_str_t reason)
{
    phone_say(call, "reason", reason);

    return phone_refuse_field(call, PHONE_PARAM_INVALID, field);
}
