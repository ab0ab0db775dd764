
/* Creates and destroys the object of a worker. */


#include "run/ngx_phone.h"
#include "compute/ngx_phone_compute.h"
#include "run/ngx_phone_keys.h"
#include "run/ngx_phone_memory.h"
#include "run/ngx_phone_pump.h"
#include "run/ngx_phone_runner.h"
#include "store/ngx_phone_store.h"
#include "store/ngx_phone_store_check.h"

#include <openssl/rand.h>


/* Random bytes are drawn in blocks: a call of OpenSSL costs more than the
   bytes. */
#define NGX_PHONE_RANDOM_POOL  4096


static ngx_int_t ngx_phone_init_env(ngx_phone_t *phone);


ngx_phone_t *
ngx_phone_create(ngx_phone_main_conf_t *pmcf, ngx_cycle_t *cycle)
{
    ngx_phone_t  *phone;

    phone = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_t));
    if (phone == NULL) {
        return NULL;
    }

    phone->conf = pmcf;
    phone->cycle = cycle;
    phone->log = cycle->log;
    ngx_queue_init(&phone->runs);

    pmcf->phone = phone;

    phone->random = ngx_palloc(cycle->pool, NGX_PHONE_RANDOM_POOL);
    phone->counters = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_counters_t));

    if (phone->random == NULL || phone->counters == NULL
        || ngx_phone_init_env(phone) != NGX_OK)
    {
        return NULL;
    }

    phone->store = ngx_phone_store_create(phone);
    phone->keys = ngx_phone_keys_create(phone);
    phone->memory = ngx_phone_memory_create(phone);
    phone->compute = ngx_phone_compute_create(phone);
    phone->check = ngx_phone_check_create(phone);

    if (phone->store == NULL || phone->keys == NULL || phone->memory == NULL
        || phone->compute == NULL || phone->check == NULL)
    {
        return NULL;
    }

    phone->redis = ngx_phone_redis_create(&pmcf->redis, cycle, cycle->log,
                                          &phone->check->redis);
    if (phone->redis == NULL) {
        return NULL;
    }

    ngx_phone_check_start(phone->check);

    if (pmcf->pump) {
        phone->pump = ngx_phone_pump_create(phone);
        if (phone->pump == NULL) {
            return NULL;
        }
    }

    return phone;
}


static ngx_int_t
ngx_phone_init_env(ngx_phone_t *phone)
{
    phone_env_t            *env;
    ngx_phone_main_conf_t  *pmcf;

    env = &phone->env;
    pmcf = phone->conf;

    env->settings = ngx_http_cycle_get_module_main_conf(phone->cycle,
                                               ngx_http_phone_settings_module);
    env->buckets = (unsigned) pmcf->buckets;
    env->cells = PHONE_SKETCH_CELLS / env->buckets;
    env->domain = (phone_domain_t) pmcf->domain;
    env->leaves_events = (pmcf->pump == 0);
    env->platform_key_id = ngx_phone_str(&pmcf->platform_key_id);
    env->platform_sign_type = phone_sign_type_name(PHONE_RSA2);

    if (phone_env_keys(env, ngx_phone_str(&pmcf->secret),
                       ngx_phone_str(&pmcf->secret_before),
                       ngx_phone_str(&pmcf->pepper))
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

    ngx_phone_check_close(phone->check);
    ngx_phone_redis_close(phone->redis);

    if (phone->pump) {
        ngx_phone_pump_close(phone);
    }

    ngx_phone_compute_close(phone);
    ngx_phone_runs_close(phone);
    ngx_phone_keys_close(phone);
    ngx_phone_memory_close(phone);
    phone_env_keys_free(&phone->env);

    ngx_explicit_memzero(phone->random, NGX_PHONE_RANDOM_POOL);
}


/* Calls and events end as after a kill of the worker: leases expire, clients
   repeat their calls. */

void
ngx_phone_hurry(ngx_phone_t *phone)
{
    if (phone->hurried) {
        return;
    }

    phone->hurried = 1;

    ngx_phone_redis_close(phone->redis);

    if (phone->fetch_hurry) {
        phone->fetch_hurry(phone->fetch_data);
    }
}


ngx_uint_t
ngx_phone_workers(ngx_cycle_t *cycle)
{
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    return ngx_process == NGX_PROCESS_SINGLE
           ? 1 : ngx_max(ccf->worker_processes, 1);
}


ngx_phone_t *
ngx_phone_of_cycle(ngx_cycle_t *cycle)
{
    ngx_phone_main_conf_t  *pmcf;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_phone_module);

    return pmcf ? pmcf->phone : NULL;
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
