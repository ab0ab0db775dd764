
/* Creates and destroys the object of a worker. */


#include "run/ngx_phone.h"
#include "run/ngx_phone_memory.h"
#include "run/ngx_phone_pump.h"
#include "run/ngx_phone_runner.h"

#include <openssl/rand.h>


/* Random bytes are drawn in blocks: a call of OpenSSL costs more than the
   bytes. */
#define NGX_PHONE_RANDOM_POOL  4096


static ngx_int_t ngx_phone_init_env(ngx_phone_t *phone);
static ngx_int_t ngx_phone_init_sweep(ngx_phone_t *phone);
static void ngx_phone_swept(void *data, ngx_uint_t n);
static void ngx_phone_hurry(void *data);


ngx_phone_t *
ngx_phone_create(const ngx_phone_conf_t *conf, ngx_cycle_t *cycle)
{
    ngx_phone_t  *phone;

    phone = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_t));
    if (phone == NULL) {
        return NULL;
    }

    phone->conf = conf;
    phone->cycle = cycle;
    phone->log = cycle->log;
    ngx_queue_init(&phone->runs);

    phone->random = ngx_palloc(cycle->pool, NGX_PHONE_RANDOM_POOL);
    phone->counters = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_counters_t));

    if (phone->random == NULL || phone->counters == NULL
        || ngx_phone_init_env(phone) != NGX_OK)
    {
        return NULL;
    }

    phone->folder.path = (const char *) conf->blobs.data;
    phone->folder.look = ngx_phone_blob_folder;

    phone->store = ngx_phone_store_create(&conf->store, &phone->env,
                                          conf->blobs.len ? &phone->folder
                                                          : NULL,
                                          &phone->counters->writes_lost,
                                          cycle);
    if (phone->store == NULL) {
        return NULL;
    }

    phone->redis = ngx_phone_store_redis(phone->store);
    phone->memory = ngx_phone_memory_create(phone);
    phone->compute = ngx_phone_compute_create(&conf->compute,
                                              &phone->counters->compute,
                                              ngx_phone_workers(cycle), cycle,
                                              ngx_phone_hurry, phone);

    if (phone->memory == NULL || phone->compute == NULL) {
        return NULL;
    }

    if (conf->pump) {
        phone->pump = ngx_phone_pump_create(phone);
        if (phone->pump == NULL) {
            return NULL;
        }
    }

    if (conf->pump && conf->blobs.len && ngx_worker == 0
        && ngx_phone_init_sweep(phone) != NGX_OK)
    {
        return NULL;
    }

    return phone;
}


/* The other workers of this host serve the same folder. */

static ngx_int_t
ngx_phone_init_sweep(ngx_phone_t *phone)
{
    ngx_phone_sweep_conf_t  conf;

    conf.env = &phone->env;
    conf.compute = phone->compute;
    conf.redis = phone->redis;
    conf.folder = phone->conf->blobs;
    conf.round = phone->conf->blobs_sweep;
    conf.removed = ngx_phone_swept;
    conf.data = phone;

    phone->sweep = ngx_phone_sweep_create(&conf, phone->cycle);

    return phone->sweep ? NGX_OK : NGX_ERROR;
}


static void
ngx_phone_swept(void *data, ngx_uint_t n)
{
    ngx_phone_t  *phone;

    phone = data;
    phone->counters->blobs_swept += n;
}


static ngx_int_t
ngx_phone_init_env(ngx_phone_t *phone)
{
    phone_env_t             *env;
    const ngx_phone_conf_t  *conf;

    env = &phone->env;
    conf = phone->conf;

    env->settings = conf->settings;
    env->buckets = (unsigned) conf->buckets;
    env->store_id = ngx_phone_str(&conf->store.id);
    env->cells = PHONE_SKETCH_CELLS / env->buckets;
    env->domain = (phone_domain_t) conf->domain;
    env->leaves_events = (conf->pump == 0);

    if (conf->blobs.len) {
        env->take = &ngx_phone_blob_take;
        env->keep = &ngx_phone_blob_keep;
    }

    env->platform = &conf->platform;
    env->banks = &conf->banks;
    env->zones = &conf->zones;

    if (phone_env_keys(env, ngx_phone_str(&conf->secret),
                       ngx_phone_str(&conf->secret_before))
        != 0)
    {
        ngx_log_error(NGX_LOG_EMERG, phone->log, 0,
                      "the keys could not be derived");
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Closing the connections fails all commands that wait.
 */

void
ngx_phone_destroy(ngx_phone_t *phone)
{
    phone->closing = 1;

    if (phone->sweep) {
        ngx_phone_sweep_close(phone->sweep);
    }

    ngx_phone_store_close(phone->store);

    if (phone->pump) {
        ngx_phone_pump_close(phone);
    }

    ngx_phone_compute_close(phone->compute);

    if (phone->sweep) {
        ngx_phone_sweep_free(phone->sweep);
    }

    ngx_phone_runs_close(phone);
    ngx_phone_memory_close(phone);
    phone_env_keys_free(&phone->env);

    ngx_explicit_memzero(phone->random, NGX_PHONE_RANDOM_POOL);
}


/* The worker_shutdown_timeout has expired: all waiting calls are answered now,
   and no timer delays the exit.  Calls and events end as after a kill of the
   worker: leases expire, clients repeat their calls. */

static void
ngx_phone_hurry(void *data)
{
    ngx_phone_t  *phone;

    phone = data;

    if (phone->hurried) {
        return;
    }

    phone->hurried = 1;

    ngx_phone_store_close(phone->store);

    if (phone->fetch_hurry) {
        phone->fetch_hurry(phone->fetch_data);
    }
}


void
ngx_phone_count_in(ngx_phone_t *phone, ngx_phone_counters_t *counters)
{
    *counters = *phone->counters;
    phone->counters = counters;

    ngx_phone_compute_count_in(phone->compute, &counters->compute);
    ngx_phone_store_count_in(phone->store, &counters->writes_lost);
}


ngx_uint_t
ngx_phone_workers(ngx_cycle_t *cycle)
{
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    return ngx_process == NGX_PROCESS_SINGLE
           ? 1 : ngx_max(ccf->worker_processes, 1);
}


ngx_int_t
ngx_phone_random(ngx_phone_t *phone, u_char *p, size_t len)
{
    u_char  *from;

    if (phone->random_left < len) {
        if (RAND_bytes(phone->random, NGX_PHONE_RANDOM_POOL) != 1) {
            ngx_log_error(NGX_LOG_ALERT, phone->log, 0,
                          "RAND_bytes() failed");
            return NGX_ERROR;
        }

        phone->random_left = NGX_PHONE_RANDOM_POOL;
    }

    phone->random_left -= len;
    from = phone->random + phone->random_left;

    ngx_memcpy(p, from, len);
    ngx_memzero(from, len);

    return NGX_OK;
}
