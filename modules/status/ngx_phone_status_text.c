
/* The figures as JSON, and for Prometheus (text format 0.0.4). */


#include "status/ngx_phone_status.h"
#include "lib/json.h"


typedef enum {
    NGX_PHONE_METRIC_COUNTER = 0,
    NGX_PHONE_METRIC_GAUGE
} ngx_phone_metric_e;


typedef struct {
    const char              *name;           /* without "phone_" */
    ngx_phone_metric_e       kind;
    size_t                   offset;         /* in ngx_phone_figures_t */
    const char              *help;
} ngx_phone_metric_t;


static void ngx_phone_status_write_group(phone_json_t *json,
    const ngx_phone_status_t *status, const char *group);
static void ngx_phone_status_write_workers(phone_json_t *json,
    const ngx_phone_status_t *status);
static const char *ngx_phone_status_store(const ngx_phone_status_t *status);
static int64_t ngx_phone_status_epoch(const ngx_phone_status_t *status);
static ngx_uint_t ngx_phone_status_memory_low(
    const ngx_phone_status_t *status);
static int64_t ngx_phone_status_clock_offset(
    const ngx_phone_status_t *status);

static void ngx_phone_metric_head(phone_buf_t *buf, const char *name,
    const char *type, const char *help);
static void ngx_phone_metric_line(phone_buf_t *buf, const char *name,
    const char *labels, ngx_uint_t value);
static void ngx_phone_metric_calls(phone_buf_t *buf,
    const ngx_phone_status_t *status);
static void ngx_phone_metric_fetches(phone_buf_t *buf,
    const ngx_phone_status_t *status);
static void ngx_phone_metric_histogram(phone_buf_t *buf, const char *name,
    const char *help, const ngx_phone_histogram_t *histogram);
static void ngx_phone_metric_seconds(phone_buf_t *buf, ngx_uint_t us);
static void ngx_phone_put(phone_buf_t *buf, const char *text);


#define ngx_phone_figure(status, at)                                          \
    (*(const ngx_atomic_uint_t *) ((const u_char *) (status)->figures + (at)))

#define ngx_phone_at(member)  offsetof(ngx_phone_figures_t, member)


/*
 * Figures that are single numbers.  The part of a name up to '_' is the group
 * in JSON, where "_total" is omitted.
 */

static const ngx_phone_metric_t  ngx_phone_metrics[] = {

    { "calls_active", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(counters.calls_active), "Calls in progress." },
    { "calls_refused_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.calls_busy), "Calls beyond phone_max_calls." },
    { "calls_started_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.calls), "Calls begun." },

    { "handler_runs_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.runs), "Runs of handlers, repeated ones too." },

    { "commit_attempts_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.commits), "Commits sent." },
    { "commit_conflicts_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.conflicts), "Commits whose guards failed." },
    { "commit_unknown_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.unknown), "Commits without an answer." },

    { "store_errors_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.store_errors),
      "Calls and events given up because the store did not answer." },
    { "store_writes_lost_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.writes_lost),
      "Times that the store had lost what it confirmed." },
    { "store_commands_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.commands), "Commands sent to Redis." },
    { "store_refused_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.refused), "Commands not sent: no connection, full." },
    { "store_connects_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.connects), "Connections made." },
    { "store_failures_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.failures), "Connections lost, or not made." },
    { "store_timeouts_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.timeouts), "Connections closed for lack of answers." },
    { "store_pending", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(redis.pending), "Commands that wait for an answer." },
    { "store_connections", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(redis.connections), "Connections that there should be." },
    { "store_connected", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(redis.connected), "Connections that are up." },

    { "compute_active", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(counters.compute.active), "Tasks on the thread pool." },
    { "compute_threads", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(counters.compute.threads), "Threads of all workers." },
    { "compute_hashers", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(counters.compute.hashers),
      "Passwords that may be hashed at a time." },
    { "compute_refused_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.compute.busy), "Tasks that found a full queue." },
    { "compute_signatures_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.compute.signatures), "RSA signatures made." },
    { "compute_verifications_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.verifications), "RSA signatures checked." },
    { "compute_passwords_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.compute.passwords),
      "Passwords hashed or checked." },
    { "compute_keys_loaded_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.keys_loaded), "Keys that were not in the cache." },

    { "events_run_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events), "Events run." },
    { "events_active", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(counters.events_active), "Events in progress." },
    { "events_failed_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events_failed), "Events that came to nothing." },
    { "events_late_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events_late), "Events found by a sweep." },
    { "events_deferred_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events_pushed), "Events put later." },
    { "events_parked_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events_parked),
      "Events parked behind a lane that was full." },

    { "notices_exhausted_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.notices_exhausted),
      "Notices that ended without an ack." },
    { "texts_given_up_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.texts_given_up), "Texts that no gateway took." },

    { "live_clients", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(live.clients), "Clients that listen." },
    { "live_channels", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(redis.channels), "Numbers they listen to." },
    { "live_subscribers", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(redis.listening), "Workers subscribed to Redis." },
    { "live_opened_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.opened), "Clients that came." },
    { "live_refused_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.refused), "Clients beyond a limit." },
    { "live_events_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.events), "Events given to clients." },
    { "live_resets_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.resets), "Clients told to reload." },
    { "live_logouts_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.logouts), "Clients whose session ended." },
    { "live_slow_total", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.slow), "Clients closed for not reading." },

    { NULL, 0, 0, NULL }
};


static const char *const  ngx_phone_groups[] = {
    "calls", "handler", "commit", "store", "compute", "events", "notices",
    "texts", "live", NULL
};


static const char *const
    ngx_phone_status_class[NGX_PHONE_STATUS_CLASSES] =
{
    "other", "1xx", "2xx", "3xx", "4xx", "5xx"
};


/* JSON */

void
ngx_phone_status_json(phone_buf_t *buf, const ngx_phone_status_t *status)
{
    ngx_uint_t    i;
    phone_json_t  json;

    phone_json_init(&json, buf);
    phone_json_object(&json, NULL);

    phone_json_text(&json, "code", PHONE_STR("OK"));
    phone_json_text(&json, "version", PHONE_STR(NGX_PHONE_VERSION));
    phone_json_text(&json, "nginx", PHONE_STR(NGINX_VERSION));
    phone_json_int(&json, "uptime", ngx_time() - status->started);
    phone_json_text(&json, "store_state",
                    phone_cstr(ngx_phone_status_store(status)));

    phone_json_text(&json, "store_id", ngx_phone_str(&status->store_id));
    phone_json_int(&json, "store_epoch", ngx_phone_status_epoch(status));

    ngx_phone_status_write_workers(&json, status);

    for (i = 0; ngx_phone_groups[i]; i++) {
        ngx_phone_status_write_group(&json, status, ngx_phone_groups[i]);
    }

    phone_json_object(&json, "fetches");

    for (i = 0; i < NGX_PHONE_FETCH_RESULTS; i++) {
        phone_json_int(&json, ngx_phone_fetch_result_name[i],
                       status->figures->fetches[i]);
    }

    phone_json_end(&json);
    phone_json_end(&json);
}


static void
ngx_phone_status_write_group(phone_json_t *json,
    const ngx_phone_status_t *status, const char *group)
{
    char                       name[64];
    size_t                     len, end;
    ngx_uint_t                 i;
    const ngx_phone_metric_t  *metric;

    phone_json_object(json, group);
    len = ngx_strlen(group);

    for (metric = ngx_phone_metrics; metric->name; metric++) {

        if (ngx_strncmp(metric->name, group, len) != 0
            || metric->name[len] != '_')
        {
            continue;
        }

        end = ngx_strlen(metric->name);

        if (metric->kind == NGX_PHONE_METRIC_COUNTER) {
            end -= sizeof("_total") - 1;
        }

        (void) ngx_cpystrn((u_char *) name,
                           (u_char *) metric->name + len + 1,
                           ngx_min(sizeof(name), end - len));

        phone_json_int(json, name, ngx_phone_figure(status, metric->offset));
    }

    if (ngx_strcmp(group, "calls") == 0) {
        for (i = 1; i < NGX_PHONE_STATUS_CLASSES; i++) {
            phone_json_int(json, ngx_phone_status_class[i],
                           status->figures->counters.status[i]);
        }
    }

    if (ngx_strcmp(group, "events") == 0) {
        phone_json_int(json, "lag_ms", status->figures->counters.events_lag);
    }

    phone_json_end(json);
}


static void
ngx_phone_status_write_workers(phone_json_t *json,
    const ngx_phone_status_t *status)
{
    ngx_uint_t                  i;
    ngx_phone_status_worker_t  *worker;

    phone_json_array(json, "workers");

    for (i = 0; i < status->nworkers; i++) {
        worker = &status->worker[i];

        phone_json_object(json, NULL);
        phone_json_int(json, "worker", worker->worker);
        phone_json_int(json, "pid", worker->pid);
        phone_json_time(json, "started_at", (int64_t) worker->started * 1000);
        phone_json_text(json, "store",
                        phone_cstr(worker->error
                                   ? ngx_phone_redis_error_name(worker->error)
                                   : "ok"));

        if (worker->reason_len) {
            phone_json_text(json, "store_reason",
                            (phone_str_t) { worker->reason_len,
                                            (char *) worker->reason });
        }

        if (worker->checked) {
            phone_json_time(json, "store_checked_at",
                            (int64_t) worker->checked * 1000);
            phone_json_int(json, "clock_offset_ms",
                           worker->clock_offset / 1000);
        }

        phone_json_end(json);
    }

    phone_json_end(json);
}


static const char *
ngx_phone_status_store(const ngx_phone_status_t *status)
{
    ngx_uint_t  i, failing;

    failing = 0;

    for (i = 0; i < status->nworkers; i++) {
        failing += status->worker[i].error != NGX_PHONE_REDIS_NONE;
    }

    return failing == 0 ? "up"
         : status->figures->redis.connected ? "failing"
         : "down";
}


static int64_t
ngx_phone_status_epoch(const ngx_phone_status_t *status)
{
    int64_t     epoch;
    ngx_uint_t  i;

    epoch = 0;

    for (i = 0; i < status->nworkers; i++) {
        epoch = ngx_max(epoch, status->worker[i].epoch);
    }

    return epoch;
}


/* 1 if any worker has found the memory of the store low. */

static ngx_uint_t
ngx_phone_status_memory_low(const ngx_phone_status_t *status)
{
    ngx_uint_t  i, low;

    low = 0;

    for (i = 0; i < status->nworkers; i++) {
        low |= status->worker[i].memory_low;
    }

    return low;
}


/* The offset of the worker whose clock differs most. */

static int64_t
ngx_phone_status_clock_offset(const ngx_phone_status_t *status)
{
    int64_t     offset, worst;
    ngx_uint_t  i;

    worst = 0;

    for (i = 0; i < status->nworkers; i++) {
        offset = status->worker[i].clock_offset;

        if (ngx_abs(offset) > ngx_abs(worst)) {
            worst = offset;
        }
    }

    return worst;
}


/* Prometheus */

void
ngx_phone_status_metrics(phone_buf_t *buf, const ngx_phone_status_t *status)
{
    char                       name[64];
    int64_t                    offset;
    const ngx_phone_metric_t  *metric;

    ngx_phone_metric_head(buf, "phone_build_info", "gauge",
                          "What runs; always 1.");
    ngx_phone_metric_line(buf, "phone_build_info",
                          "version=\"" NGX_PHONE_VERSION "\",nginx=\""
                          NGINX_VERSION "\"", 1);

    ngx_phone_metric_head(buf, "phone_uptime_seconds", "gauge",
                          "Since these figures began.");
    ngx_phone_metric_line(buf, "phone_uptime_seconds", NULL,
                          ngx_time() - status->started);

    ngx_phone_metric_head(buf, "phone_workers", "gauge", "Worker processes.");
    ngx_phone_metric_line(buf, "phone_workers", NULL, status->nworkers);

    ngx_phone_metric_head(buf, "phone_store_up", "gauge",
                          "1: every worker's last exchange was fine.");
    ngx_phone_metric_line(buf, "phone_store_up", NULL,
                          ngx_strcmp(ngx_phone_status_store(status), "up")
                          == 0);

    ngx_phone_metric_head(buf, "phone_store_epoch", "gauge",
                          "Raised where the store has lost writes.");
    ngx_phone_metric_line(buf, "phone_store_epoch", NULL,
                          ngx_phone_status_epoch(status));

    ngx_phone_metric_head(buf, "phone_store_memory_low", "gauge",
                          "1: what memory is left is not for strangers.");
    ngx_phone_metric_line(buf, "phone_store_memory_low", NULL,
                          ngx_phone_status_memory_low(status));

    offset = ngx_phone_status_clock_offset(status);

    ngx_phone_metric_head(buf, "phone_clock_offset_seconds", "gauge",
                          "How far our clock is ahead of the store's.");
    ngx_phone_put(buf, offset < 0 ? "phone_clock_offset_seconds -"
                                  : "phone_clock_offset_seconds ");
    ngx_phone_metric_seconds(buf, ngx_abs(offset));
    phone_buf_byte(buf, '\n');

    for (metric = ngx_phone_metrics; metric->name; metric++) {
        (void) ngx_snprintf((u_char *) name, sizeof(name), "phone_%s%Z",
                            metric->name);

        ngx_phone_metric_head(buf, name,
                              metric->kind == NGX_PHONE_METRIC_COUNTER
                              ? "counter" : "gauge", metric->help);
        ngx_phone_metric_line(buf, name, NULL,
                              ngx_phone_figure(status, metric->offset));
    }

    ngx_phone_metric_head(buf, "phone_events_lag_seconds", "gauge",
                          "How long the most overdue event has waited.");
    ngx_phone_put(buf, "phone_events_lag_seconds ");
    ngx_phone_metric_seconds(buf, status->figures->counters.events_lag * 1000);
    phone_buf_byte(buf, '\n');

    ngx_phone_metric_calls(buf, status);
    ngx_phone_metric_fetches(buf, status);

    ngx_phone_metric_histogram(buf, "phone_call_seconds",
                               "Time that a call took.",
                               &status->figures->call);
    ngx_phone_metric_histogram(buf, "phone_store_seconds",
                               "Round trip to Redis, measured once a second "
                               "by each worker.",
                               &status->figures->store);
}


static void
ngx_phone_metric_head(phone_buf_t *buf, const char *name, const char *type,
    const char *help)
{
    ngx_phone_put(buf, "# HELP ");
    ngx_phone_put(buf, name);
    phone_buf_byte(buf, ' ');
    ngx_phone_put(buf, help);
    ngx_phone_put(buf, "\n# TYPE ");
    ngx_phone_put(buf, name);
    phone_buf_byte(buf, ' ');
    ngx_phone_put(buf, type);
    phone_buf_byte(buf, '\n');
}


static void
ngx_phone_metric_line(phone_buf_t *buf, const char *name, const char *labels,
    ngx_uint_t value)
{
    ngx_phone_put(buf, name);

    if (labels) {
        phone_buf_byte(buf, '{');
        ngx_phone_put(buf, labels);
        phone_buf_byte(buf, '}');
    }

    phone_buf_byte(buf, ' ');
    phone_buf_int(buf, (int64_t) value);
    phone_buf_byte(buf, '\n');
}


/* Only endpoints that were called. */

static void
ngx_phone_metric_calls(phone_buf_t *buf, const ngx_phone_status_t *status)
{
    char        labels[128];
    ngx_uint_t  i, class;

    ngx_phone_metric_head(buf, "phone_calls_total", "counter",
                          "Calls that are over, by endpoint and status.");

    for (i = 0; i <= ngx_phone_status_endpoints(); i++) {
        for (class = 0; class < NGX_PHONE_STATUS_CLASSES; class++) {

            if (status->figures->calls[i][class] == 0) {
                continue;
            }

            (void) ngx_snprintf((u_char *) labels, sizeof(labels),
                                "endpoint=\"%s\",class=\"%s\"%Z",
                                phone_endpoints[i]
                                ? phone_endpoints[i]->name : "other",
                                ngx_phone_status_class[class]);

            ngx_phone_metric_line(buf, "phone_calls_total", labels,
                                  status->figures->calls[i][class]);
        }
    }
}


static void
ngx_phone_metric_fetches(phone_buf_t *buf, const ngx_phone_status_t *status)
{
    char        labels[64];
    ngx_uint_t  i;

    ngx_phone_metric_head(buf, "phone_fetches_total", "counter",
                          "Outbound calls, by what became of them.");

    for (i = 0; i < NGX_PHONE_FETCH_RESULTS; i++) {
        (void) ngx_snprintf((u_char *) labels, sizeof(labels),
                            "result=\"%s\"%Z", ngx_phone_fetch_result_name[i]);

        ngx_phone_metric_line(buf, "phone_fetches_total", labels,
                              status->figures->fetches[i]);
    }
}


static void
ngx_phone_metric_histogram(phone_buf_t *buf, const char *name,
    const char *help, const ngx_phone_histogram_t *histogram)
{
    ngx_uint_t  i, count;

    ngx_phone_metric_head(buf, name, "histogram", help);

    count = 0;

    for (i = 0; i <= NGX_PHONE_STATUS_BOUNDS; i++) {
        count += histogram->count[i];

        ngx_phone_put(buf, name);
        ngx_phone_put(buf, "_bucket{le=\"");

        if (i < NGX_PHONE_STATUS_BOUNDS) {
            ngx_phone_metric_seconds(buf, ngx_phone_status_bound[i]);

        } else {
            ngx_phone_put(buf, "+Inf");
        }

        ngx_phone_put(buf, "\"} ");
        phone_buf_int(buf, (int64_t) count);
        phone_buf_byte(buf, '\n');
    }

    ngx_phone_put(buf, name);
    ngx_phone_put(buf, "_sum ");
    ngx_phone_metric_seconds(buf, histogram->sum);
    phone_buf_byte(buf, '\n');

    ngx_phone_put(buf, name);
    ngx_phone_put(buf, "_count ");
    phone_buf_int(buf, (int64_t) count);
    phone_buf_byte(buf, '\n');
}


static void
ngx_phone_metric_seconds(phone_buf_t *buf, ngx_uint_t us)
{
    u_char  *p, text[NGX_INT_T_LEN + 8];

    p = ngx_sprintf(text, "%ui.%06ui", us / 1000000, us % 1000000);

    while (p[-1] == '0' && p[-2] != '.') {
        p--;
    }

    phone_buf_put(buf, (phone_str_t) { p - text, (const char *) text });
}


static void
ngx_phone_put(phone_buf_t *buf, const char *text)
{
    phone_buf_put(buf, phone_cstr(text));
}
