
/*
 * After confirmed commits a worker writes its witness, an increasing number, to
 * a key of its own: at most five times a second, and not while nothing is
 * committed.  A write that arrives late, after the next one, leaves the greater
 * number there.  A server with a lower number has lost confirmed writes: it was
 * restored from a backup, or has replaced another server.  The worker that
 * finds this raises the epoch of the store, which merchants and operators see;
 * a server that refuses this is asked again with each check.
 */


#include "store/ngx_phone_store_words.h"

#include <openssl/rand.h>


#define NGX_PHONE_WITNESS_EVERY    200              /* ms */
#define NGX_PHONE_WITNESS_LIFE     604800           /* s, of the key */
#define NGX_PHONE_WITNESS_LIFE_TEXT  ngx_value(NGX_PHONE_WITNESS_LIFE)
#define NGX_PHONE_WITNESS_RENEW    86400            /* s */
#define NGX_PHONE_WITNESS_WARN     60               /* s between two lines */


static void ngx_phone_witness_again(ngx_phone_check_t *check);
static void ngx_phone_witness_write(ngx_event_t *ev);
static void ngx_phone_witness_confirmed(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static int64_t ngx_phone_witness_served(ngx_phone_check_t *check);
static int64_t ngx_phone_witness_now(ngx_phone_check_t *check);
static void ngx_phone_witness_raise(ngx_phone_check_t *check);
static void ngx_phone_witness_raised(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);


ngx_int_t
ngx_phone_witness_init(ngx_phone_check_t *check)
{
    u_char  *p, id[8];

    if (RAND_bytes(id, sizeof(id)) != 1) {
        ngx_log_error(NGX_LOG_ALERT, check->store->log, 0,
                      "RAND_bytes() failed");
        return NGX_ERROR;
    }

    p = ngx_cpymem(check->key, "phone:witness:",
                   sizeof("phone:witness:") - 1);
    (void) ngx_hex_dump(p, id, sizeof(id));

    check->write.handler = ngx_phone_witness_write;
    check->write.data = check;
    check->write.log = check->store->log;
    check->write.cancelable = 1;

    return NGX_OK;
}


void
ngx_phone_witness_close(ngx_phone_check_t *check)
{
    if (check->write.timer_set) {
        ngx_del_timer(&check->write);
    }
}


void
ngx_phone_witness_commit(ngx_phone_check_t *check)
{
    check->commits++;
    check->served_at = ngx_current_msec;
    ngx_phone_witness_again(check);
}


static void
ngx_phone_witness_again(ngx_phone_check_t *check)
{
    ngx_msec_t  since;

    if (check->writing || check->write.timer_set) {
        return;
    }

    since = ngx_current_msec - check->sent_at;

    ngx_add_timer(&check->write, since < NGX_PHONE_WITNESS_EVERY
                                 ? NGX_PHONE_WITNESS_EVERY - since : 1);
}


static void
ngx_phone_witness_write(ngx_event_t *ev)
{
    u_char             *p, number[NGX_INT64_LEN];
    ngx_uint_t          from;
    phone_str_t         key;
    ngx_phone_check_t  *check;
    ngx_phone_store_t  *store;

    check = ev->data;
    store = check->store;

    key = (phone_str_t) { NGX_PHONE_WITNESS_LEN, (const char *) check->key };

    p = ngx_sprintf(number, "%L", check->witness + 1);

    /* by the script of commits, which a commit before has loaded; a server that
       was restarted has it again with the next commit */

    ngx_phone_store_call(store, 0, key);
    from = store->n;

    ngx_phone_number(store, 0);

    ngx_phone_number(store, 5);
    ngx_phone_literal(store, "ZADD");
    ngx_phone_text(store, key);
    ngx_phone_literal(store, "GT");
    ngx_phone_word(store, (const char *) number, p - number);
    ngx_phone_literal(store, NGX_PHONE_WITNESS_MEMBER);

    ngx_phone_number(store, 3);
    ngx_phone_literal(store, "EXPIRE");
    ngx_phone_text(store, key);
    ngx_phone_literal(store, NGX_PHONE_WITNESS_LIFE_TEXT);

    if (ngx_phone_store_pack(store, from) != NGX_OK
        || ngx_phone_store_tell(store, ngx_phone_witness_confirmed, check)
           == NULL)
    {
        return;
    }

    check->witness++;
    check->sent_commits = check->commits;
    check->sent_at = ngx_current_msec;
    check->writing = 1;
}


static void
ngx_phone_witness_confirmed(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_phone_check_t  *check;

    check = data;
    check->writing = 0;

    if (error != NGX_PHONE_REDIS_NONE || reply->type != REDIS_REPLY_ARRAY
        || reply->elements != 1
        || reply->element[0]->type != REDIS_REPLY_INTEGER
        || reply->element[0]->integer != 0)
    {
        return;
    }

    check->confirmed = check->witness;
    check->confirmed_at = ngx_time();
    check->covered = check->sent_commits;

    if (check->covered != check->commits) {
        ngx_phone_witness_again(check);
    }
}


/* A witness that may have expired is not compared. */

void
ngx_phone_witness_begin(ngx_phone_check_t *check, ngx_phone_found_t *found)
{
    found->epoch = check->epoch;
    found->losses = check->losses;

    if (check->confirmed == 0) {
        return;
    }

    if (ngx_time() - check->confirmed_at
        >= NGX_PHONE_WITNESS_LIFE - NGX_PHONE_WITNESS_RENEW)
    {
        check->confirmed = 0;
        return;
    }

    found->witness.confirmed = check->confirmed;
    found->witness.uncovered = (check->covered != check->commits);
}


/*
 * An epoch that is higher than the known one was raised by another worker, for
 * our writes too if it began after them: when the lost server served us last.
 * Workers that find the loss at the same time write the same number.
 */

void
ngx_phone_witness_judge(ngx_phone_check_t *check, ngx_phone_found_t *found,
    int64_t epoch, int64_t epoch_at)
{
    int64_t         known;
    ngx_uint_t      raise;
    phone_writes_t  judged;

    known = check->epoch;

    found->witness.another_run = check->checked
                                 && ngx_memcmp(check->run_id, found->run_id,
                                               NGX_PHONE_RUN_ID_LEN)
                                    != 0;

    judged = epoch < found->epoch ? PHONE_WRITES_LOST
                                  : phone_writes_judge(&found->witness);

    check->epoch = ngx_max(epoch, known);
    check->store->env->store_epoch = check->epoch;

    if (epoch >= check->raised) {
        check->raised = 0;
    }

    if (check->covered != check->commits
        || (check->confirmed
            && ngx_time() - check->confirmed_at >= NGX_PHONE_WITNESS_RENEW))
    {
        ngx_phone_witness_again(check);
    }

    /* another connection may have found the loss already */

    if (judged == PHONE_WRITES_KEPT || found->losses != check->losses) {

        if (check->raised && !check->raising) {
            ngx_phone_witness_raise(check);
        }

        return;
    }

    check->losses++;
    check->confirmed = 0;
    check->covered = check->commits;

    (*check->store->writes_lost)++;

    raise = !known || epoch <= known
            || ngx_phone_witness_served(check) > epoch_at;

    ngx_log_error(NGX_LOG_CRIT, check->store->log, 0,
                  "redis %s lost writes that it had confirmed: run the "
                  "operator's check and reconcile with merchants, the store's "
                  "epoch is now %L",
                  judged == PHONE_WRITES_LOST ? "has" : "may have",
                  check->epoch + raise);

    if (raise) {
        check->raised = check->epoch + 1;
        ngx_phone_witness_raise(check);
    }
}


/* When the lost server served us last, by the clock of the one that is there
   now. */

static int64_t
ngx_phone_witness_served(ngx_phone_check_t *check)
{
    return ngx_phone_witness_now(check)
           - (int64_t) (ngx_current_msec - check->served_at);
}


static int64_t
ngx_phone_witness_now(ngx_phone_check_t *check)
{
    return ngx_phone_now() - check->clock_offset / 1000;
}


static void
ngx_phone_witness_raise(ngx_phone_check_t *check)
{
    u_char             *p, *q, number[NGX_INT64_LEN], now[NGX_INT64_LEN];
    ngx_phone_store_t  *store;

    store = check->store;

    p = ngx_sprintf(number, "%L", check->raised);
    q = ngx_sprintf(now, "%L", ngx_phone_witness_now(check));

    store->n = 0;
    ngx_phone_literal(store, "HSET");
    ngx_phone_literal(store, "phone:store");
    ngx_phone_literal(store, "epoch");
    ngx_phone_word(store, (const char *) number, p - number);
    ngx_phone_literal(store, "epoch_at");
    ngx_phone_word(store, (const char *) now, q - now);

    check->raising = ngx_phone_store_tell(store, ngx_phone_witness_raised,
                                          check)
                     != NULL;
}


static void
ngx_phone_witness_raised(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_phone_check_t  *check;

    check = data;
    check->raising = 0;

    if (error == NGX_PHONE_REDIS_NONE && reply->type == REDIS_REPLY_INTEGER) {
        check->epoch = ngx_max(check->epoch, check->raised);
        check->store->env->store_epoch = check->epoch;
        return;
    }

    if (check->raise_warned
        && ngx_time() - check->raise_warned < NGX_PHONE_WITNESS_WARN)
    {
        return;
    }

    check->raise_warned = ngx_time();

    ngx_log_error(NGX_LOG_ERR, check->store->log, 0,
                  "the epoch of the store could not be raised to %L: this is "
                  "repeated with the next check", check->raised);
}
