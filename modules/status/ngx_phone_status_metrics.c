
/*
 * The figures that are single numbers: what both formats show, and what is kept
 * of a worker that has exited.  The part of a name up to '_' is the group in
 * JSON.
 */


#include "status/ngx_phone_status.h"


#define ngx_phone_at(member)  offsetof(ngx_phone_figures_t, member)


const ngx_phone_metric_t  ngx_phone_metrics[] = {

    { "calls_active", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(counters.calls_active), "Calls in progress." },
    { "calls_refused", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.calls_busy), "Calls beyond phone_max_calls." },
    { "calls_started", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.calls), "Calls begun." },

    { "handler_runs", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.runs), "Runs of handlers, repeated ones too." },

    { "commit_attempts", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.commits), "Commits sent." },
    { "commit_conflicts", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.conflicts), "Commits whose guards failed." },
    { "commit_unknown", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.unknown), "Commits without an answer." },

    { "store_errors", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.store_errors),
      "Calls and events given up because the store did not answer." },
    { "store_writes_lost", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.writes_lost),
      "Times that the store had lost what it confirmed." },
    { "store_commands", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.commands), "Commands sent to Redis." },
    { "store_refused", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.refused), "Commands not sent: no connection, full." },
    { "store_connects", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.connects), "Connections made." },
    { "store_failures", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(redis.failures), "Connections lost, or not made." },
    { "store_timeouts", NGX_PHONE_METRIC_COUNTER,
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
    { "compute_refused", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.compute.busy), "Tasks that found a full queue." },
    { "compute_signatures", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.compute.signatures), "RSA signatures made." },
    { "compute_verifications", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.verifications), "RSA signatures checked." },
    { "compute_passwords", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.compute.passwords),
      "Passwords hashed or checked." },
    { "compute_keys_loaded", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.keys_loaded), "Keys that were not in the cache." },

    { "events_run", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events), "Events run." },
    { "events_active", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(counters.events_active), "Events in progress." },
    { "events_failed", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events_failed), "Events that came to nothing." },
    { "events_late", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events_late), "Events found by a sweep." },
    { "events_deferred", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events_pushed), "Events put later." },
    { "events_parked", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.events_parked),
      "Events parked behind a lane that was full." },
    { "events_lag", NGX_PHONE_METRIC_LONGEST,
      ngx_phone_at(counters.events_lag),
      "How long the most overdue event has waited." },
    { "events_parked_now", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(counters.events_waiting), "Events that are parked." },
    { "events_parked_age", NGX_PHONE_METRIC_LONGEST,
      ngx_phone_at(counters.events_waited),
      "How long the oldest parked event has waited." },

    { "notices_exhausted", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.notices_exhausted),
      "Notices that ended without an ack." },
    { "texts_given_up", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.texts_given_up), "Texts that no gateway took." },
    { "payments_unclear", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.payments_unclear),
      "Payments without a clear answer of the bank." },
    { "jobs_failed", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.jobs_failed), "Jobs that have failed." },

    { "uploads", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.uploads), "Files that came with calls." },
    { "blobs_kept", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.blobs_kept), "Files that were kept." },
    { "blobs_failed", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.blobs_failed),
      "Files that could not be: the disk is full, or fails." },

    { "blobs_swept", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(counters.blobs_swept),
      "Files that were removed, for nobody kept them." },

    { "live_clients", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(live.clients), "Clients that listen." },
    { "live_channels", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(redis.channels), "Numbers they listen to." },
    { "live_subscribers", NGX_PHONE_METRIC_GAUGE,
      ngx_phone_at(redis.listening), "Workers subscribed to Redis." },
    { "live_opened", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.opened), "Clients that came." },
    { "live_refused", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.refused), "Clients beyond a limit." },
    { "live_events", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.events), "Events given to clients." },
    { "live_resets", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.resets), "Clients told to reload." },
    { "live_logouts", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.logouts), "Clients whose session ended." },
    { "live_slow", NGX_PHONE_METRIC_COUNTER,
      ngx_phone_at(live.slow), "Clients closed for not reading." },

    { NULL, 0, 0, NULL }
};
