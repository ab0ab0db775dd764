
/* The figures as JSON, and for Prometheus (text format 0.0.4). */


#include "status/ngx_phone_status.h"
#include "lib/json.h"


static void ngx_phone_status_write_group(phone_json_t *json,
    const ngx_phone_status_t *status, const char *group);
static void ngx_phone_status_write_workers(phone_json_t *json,
    const ngx_phone_status_t *status);

static void ngx_phone_metric_write(phone_buf_t *buf,
    const ngx_phone_metric_t *metric, const void *base);
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
static void ngx_phone_metric_seconds(phone_buf_t *buf, ngx_int_t us);
static void ngx_phone_put(phone_buf_t *buf, const char *text);


#define ngx_phone_figure(base, metric)                                        \
    (*(const ngx_int_t *) ((const u_char *) (base) + (metric)->offset))

#define ngx_phone_at(member)  offsetof(ngx_phone_status_t, member)


/* Of all workers together; the names are without "phone_". */

static const ngx_phone_metric_t  ngx_phone_gauges[] = {

    { "uptime_seconds", NGX_PHONE_METRIC_GAUGE, ngx_phone_at(uptime),
      "Since these figures began." },
    { "workers", NGX_PHONE_METRIC_GAUGE, ngx_phone_at(nworkers),
      "Worker processes." },
    { "store_up", NGX_PHONE_METRIC_GAUGE, ngx_phone_at(up),
      "1: every worker can read and write." },
    { "store_epoch", NGX_PHONE_METRIC_GAUGE, ngx_phone_at(epoch),
      "Raised where the store has lost writes." },
    { "store_memory_low", NGX_PHONE_METRIC_GAUGE, ngx_phone_at(memory_low),
      "1: what memory is left is not for strangers." },
    { "clock_offset", NGX_PHONE_METRIC_US, ngx_phone_at(clock_offset),
      "How far our clock is ahead of the store's." },

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
    phone_json_int(&json, "uptime", status->uptime);
    phone_json_text(&json, "store_state",
                    phone_cstr(status->up ? "up"
                               : status->figures->redis.connected == 0 ? "down"
                               : status->read_only ? "read-only"
                               : "failing"));

    phone_json_text(&json, "store_id", ngx_phone_str(&status->store_id));
    phone_json_int(&json, "store_epoch", status->epoch);

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
    size_t                     len;
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

        (void) ngx_snprintf((u_char *) name, sizeof(name), "%s%s%Z",
                            metric->name + len + 1,
                            metric->kind == NGX_PHONE_METRIC_LONGEST ? "_ms"
                            : "");

        phone_json_int(json, name, ngx_phone_figure(status->figures, metric));
    }

    if (ngx_strcmp(group, "calls") == 0) {
        for (i = 1; i < NGX_PHONE_STATUS_CLASSES; i++) {
            phone_json_int(json, ngx_phone_status_class[i],
                           status->figures->counters.status[i]);
        }
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
                                   : worker->read_only ? "read-only"
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


/* Prometheus */

void
ngx_phone_status_metrics(phone_buf_t *buf, const ngx_phone_status_t *status)
{
    const ngx_phone_metric_t  *metric;

    ngx_phone_metric_head(buf, "phone_build_info", "gauge",
                          "What runs; always 1.");
    ngx_phone_metric_line(buf, "phone_build_info",
                          "version=\"" NGX_PHONE_VERSION "\",nginx=\""
                          NGINX_VERSION "\"", 1);

    for (metric = ngx_phone_gauges; metric->name; metric++) {
        ngx_phone_metric_write(buf, metric, status);
    }

    for (metric = ngx_phone_metrics; metric->name; metric++) {
        ngx_phone_metric_write(buf, metric, status->figures);
    }

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
ngx_phone_metric_write(phone_buf_t *buf, const ngx_phone_metric_t *metric,
    const void *base)
{
    char       name[64];
    ngx_int_t  value;

    static const char *const  suffix[] = { "_total", "", "_seconds",
                                           "_seconds" };

    value = ngx_phone_figure(base, metric);

    (void) ngx_snprintf((u_char *) name, sizeof(name), "phone_%s%s%Z",
                        metric->name, suffix[metric->kind]);

    ngx_phone_metric_head(buf, name,
                          metric->kind == NGX_PHONE_METRIC_COUNTER
                          ? "counter" : "gauge", metric->help);

    switch (metric->kind) {

    case NGX_PHONE_METRIC_LONGEST:
    case NGX_PHONE_METRIC_US:
        ngx_phone_put(buf, name);
        phone_buf_byte(buf, ' ');
        ngx_phone_metric_seconds(buf, metric->kind == NGX_PHONE_METRIC_US
                                      ? value : value * 1000);
        phone_buf_byte(buf, '\n');
        break;

    default:
        ngx_phone_metric_line(buf, name, NULL, value);
        break;
    }
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
ngx_phone_metric_seconds(phone_buf_t *buf, ngx_int_t us)
{
    u_char      *p, text[NGX_INT_T_LEN + 8];
    ngx_uint_t   n;

    n = ngx_abs(us);
    p = ngx_sprintf(text, "%s%ui.%06ui", us < 0 ? "-" : "", n / 1000000,
                    n % 1000000);

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
