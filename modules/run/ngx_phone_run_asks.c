
/*
 * The asks of a round: reads of the store, computations, outbound calls.  Those
 * that need no wait are answered at once.
 */


#include "run/ngx_phone_runner.h"
#include "run/ngx_phone_memory.h"


#define NGX_PHONE_ROUND_ASKS  64            /* sent back to back */


static void ngx_phone_run_read(ngx_phone_run_t *run, phone_ask_t **ask,
    ngx_uint_t n);
static void ngx_phone_run_was_read(void *data, phone_ask_t *ask,
    ngx_phone_outcome_t outcome);
static void ngx_phone_run_work(ngx_phone_run_t *run, phone_ask_work_t *ask);
static void ngx_phone_run_quick(ngx_phone_run_t *run, phone_ask_work_t *ask);
static phone_key_t *ngx_phone_run_key(void *data, phone_str_t spki);
static void ngx_phone_run_place(ngx_phone_run_t *run, phone_ask_work_t *ask);
static void ngx_phone_run_computed(void *data, phone_ask_work_t *ask,
    ngx_int_t rc);
static void ngx_phone_run_fault(ngx_phone_run_t *run, phone_ask_work_t *ask);
static void ngx_phone_run_fetch(ngx_phone_run_t *run, phone_ask_fetch_t *ask);
static void ngx_phone_run_fetched(void *data);


ngx_int_t
ngx_phone_run_asks(ngx_phone_run_t *run)
{
    ngx_uint_t    n;
    phone_ask_t  *ask, *read[NGX_PHONE_ROUND_ASKS];

    n = 0;

    while ((ask = phone_next_ask(&run->call)) != NULL) {

        switch (ask->kind) {

        case PHONE_ASK_WORK:
            ngx_phone_run_work(run, (phone_ask_work_t *) ask);
            break;

        case PHONE_ASK_FETCH:
            ngx_phone_run_fetch(run, (phone_ask_fetch_t *) ask);
            break;

        default:
            if (ngx_phone_memory_recall(run->phone, &run->call.arena, ask)
                == NGX_OK)
            {
                break;
            }

            read[n++] = ask;

            if (n == NGX_PHONE_ROUND_ASKS) {
                ngx_phone_run_read(run, read, n);
                n = 0;
            }
        }
    }

    if (n) {
        ngx_phone_run_read(run, read, n);
    }

    return run->waiting ? NGX_AGAIN : NGX_OK;
}


static void
ngx_phone_run_read(ngx_phone_run_t *run, phone_ask_t **ask, ngx_uint_t n)
{
    ngx_phone_outcome_t  outcome;

    run->waiting += ngx_phone_store_read(run->phone->store, &run->call.arena,
                                         ask, n, ngx_phone_run_was_read, run,
                                         &outcome);

    if (outcome != NGX_PHONE_APPLIED) {
        phone_runner_trouble(&run->runner, outcome);
    }
}


static void
ngx_phone_run_was_read(void *data, phone_ask_t *ask,
    ngx_phone_outcome_t outcome)
{
    ngx_phone_run_t  *run;

    run = data;

    if (outcome == NGX_PHONE_APPLIED) {
        phone_ready(ask);
        ngx_phone_memory_keep(run->phone, ask);

    } else {
        phone_runner_trouble(&run->runner, outcome);
    }

    ngx_phone_run_answered(run);
}


static void
ngx_phone_run_work(ngx_phone_run_t *run, phone_ask_work_t *ask)
{
    if (ask->place) {
        ngx_phone_run_place(run, ask);
        return;
    }

    if (ask->work->lane == PHONE_WORK_QUICK) {
        ngx_phone_run_quick(run, ask);
        return;
    }

    if (ask->work->lane == PHONE_WORK_SIGN) {
        ngx_phone_run_leave_place(run);
    }

    if (ngx_phone_compute_post(run->phone->compute, ask, &run->call.arena,
                               ngx_phone_run_computed, run)
        != NGX_OK)
    {
        phone_runner_trouble(&run->runner, PHONE_OUTCOME_BUSY);
        return;
    }

    run->waiting++;
}


static void
ngx_phone_run_quick(ngx_phone_run_t *run, phone_ask_work_t *ask)
{
    phone_tools_t  tools;

    if (ask->work == &phone_work_verify) {
        run->phone->counters->verifications++;
    }

    ngx_memzero(&tools, sizeof(phone_tools_t));

    tools.crypto = run->phone->env.crypto;
    tools.public_key = ngx_phone_run_key;
    tools.data = run->phone;

    phone_work_run(ask, &tools, &run->call.arena, &ask->result);
    phone_ready(&ask->ask);
}


static phone_key_t *
ngx_phone_run_key(void *data, phone_str_t spki)
{
    return ngx_phone_memory_key(data, spki);
}


static void
ngx_phone_run_place(ngx_phone_run_t *run, phone_ask_work_t *ask)
{
    if (!run->placed) {

        if (ngx_phone_compute_reserve(run->phone->compute) != NGX_OK) {
            phone_runner_trouble(&run->runner, PHONE_OUTCOME_BUSY);
            return;
        }

        run->placed = 1;
    }

    ask->result.ok = 1;
    phone_ready(&ask->ask);
}


void
ngx_phone_run_leave_place(ngx_phone_run_t *run)
{
    if (run->placed) {
        run->placed = 0;
        ngx_phone_compute_give_back(run->phone->compute);
    }
}


static void
ngx_phone_run_computed(void *data, phone_ask_work_t *ask, ngx_int_t rc)
{
    ngx_phone_run_t       *run;
    ngx_phone_counters_t  *counters;

    run = data;
    counters = run->phone->counters;

    if (rc == NGX_OK) {
        phone_ready(&ask->ask);

        if (ask->work == &ngx_phone_blob_take) {
            counters->uploads++;

        } else if (ask->work == &ngx_phone_blob_keep) {
            counters->blobs_kept += ask->result.ok;
            counters->blobs_failed += !ask->result.ok;

        } else if (ask->result.fault) {
            ngx_phone_run_fault(run, ask);

        } else if (ask->result.sha256.len) {
            counters->blobs_kept++;
        }

    } else {
        phone_runner_trouble(&run->runner, PHONE_OUTCOME_BUSY);
    }

    ngx_phone_run_answered(run);
}


/* A thread has logged what the disk has failed to do. */

static void
ngx_phone_run_fault(ngx_phone_run_t *run, phone_ask_work_t *ask)
{
    run->phone->counters->blobs_failed++;

    if (ask->result.fault == PHONE_FAULT_GONE) {
        ngx_log_error(NGX_LOG_CRIT, run->phone->log, 0,
                      "blob \"%*s\" cannot be read, though a record names it: "
                      "put it back from a backup", ask->result.sha256.len,
                      ask->result.sha256.data);
    }
}


static void
ngx_phone_run_fetch(ngx_phone_run_t *run, phone_ask_fetch_t *ask)
{
    ngx_phone_t  *phone;

    phone = run->phone;

    /* after a stop of this worker other workers may have taken the event */

    if (!phone_runner_may_send(&run->runner, ngx_phone_clock_us() / 1000,
                               (int64_t) phone->fetch_timeout))
    {
        ngx_log_error(NGX_LOG_WARN, phone->log, 0,
                      "event is not sent: its lease has ended or is too short");
        return;
    }

    phone->counters->fetches++;

    if (phone->fetch(phone, ask, &run->call.arena, ngx_phone_run_fetched, run)
        == NGX_OK)
    {
        run->waiting++;
        run->fetching++;
        return;
    }

    ask->answer.status = 0;
    ask->answer.text = PHONE_STR("not sent");
    phone_ready(&ask->ask);
}


/* Each fetch of a round sets its answer; all become ready together. */

static void
ngx_phone_run_fetched(void *data)
{
    phone_ask_t      *ask;
    ngx_phone_run_t  *run;

    run = data;

    if (--run->fetching == 0) {

        if (run->phone->closing) {
            ngx_phone_run_free(run);
            return;
        }

        for (ask = run->call.asks; ask; ask = ask->next) {
            if (ask->kind != PHONE_ASK_FETCH || !ask->sent) {
                continue;
            }

            /* no try of the event: it is put back for other workers */

            if (((phone_ask_fetch_t *) ask)->host_quits) {
                phone_runner_trouble(&run->runner, PHONE_OUTCOME_BUSY);

            } else {
                phone_ready(ask);
            }
        }
    }

    ngx_phone_run_answered(run);
}
