
/*
 * What a Redis must be to hold money, asked for on each new connection: it
 * must not evict, should write its log before it answers, and must hold a
 * store of our form with as many buckets as are configured.
 */


#include "ngx_phone_store.h"


/* The form of keys and records; raised when a new one cannot read the old. */
#define NGX_PHONE_STORE_FORMAT  "3"

#define NGX_PHONE_CHECK_WORDS   4


typedef enum {
    NGX_PHONE_CHECK_SERVER = 0,
    NGX_PHONE_CHECK_MEMORY,
    NGX_PHONE_CHECK_LOG,
    NGX_PHONE_CHECK_FSYNC,
    NGX_PHONE_CHECK_BUCKETS,
    NGX_PHONE_CHECK_FORMAT,
    NGX_PHONE_CHECK_STORE,
    NGX_PHONE_CHECKS
} ngx_phone_check_e;


static ngx_phone_redis_verdict_t ngx_phone_store_check(void *data,
    ngx_uint_t n, redisReply *reply, ngx_str_t *reason);
static ngx_phone_redis_verdict_t ngx_phone_check_server(redisReply *reply,
    ngx_str_t *reason);
static ngx_phone_redis_verdict_t ngx_phone_check_memory(
    ngx_phone_main_conf_t *pmcf, redisReply *reply, ngx_str_t *reason);
static void ngx_phone_check_log(ngx_phone_main_conf_t *pmcf,
    redisReply *reply);
static void ngx_phone_check_fsync(ngx_phone_main_conf_t *pmcf,
    redisReply *reply);
static ngx_phone_redis_verdict_t ngx_phone_check_store(
    ngx_phone_main_conf_t *pmcf, redisReply *reply, ngx_str_t *reason);
static ngx_str_t ngx_phone_info(redisReply *reply, const char *name);
static void ngx_phone_check_warn(ngx_phone_main_conf_t *pmcf,
    ngx_phone_check_e check, const char *text);


/* In the order of ngx_phone_check_e; "" stands for the number of buckets. */
static const char  *const
    ngx_phone_checks[NGX_PHONE_CHECKS][NGX_PHONE_CHECK_WORDS] =
{
    { "INFO", "server" },
    { "INFO", "memory" },
    { "INFO", "persistence" },
    { "CONFIG", "GET", "appendfsync" },
    { "HSETNX", "phone:store", "buckets", "" },
    { "HSETNX", "phone:store", "format", NGX_PHONE_STORE_FORMAT },
    { "HMGET", "phone:store", "buckets", "format" }
};


ngx_int_t
ngx_phone_store_check_init(ngx_conf_t *cf, ngx_phone_main_conf_t *pmcf)
{
    u_char                   *buckets;
    size_t                   *len;
    ngx_uint_t                i, n;
    const char              **argv;
    ngx_phone_redis_args_t   *args;

    args = ngx_pcalloc(cf->pool,
                       NGX_PHONE_CHECKS * sizeof(ngx_phone_redis_args_t));
    argv = ngx_pcalloc(cf->pool, NGX_PHONE_CHECKS * NGX_PHONE_CHECK_WORDS
                                 * sizeof(char *));
    len = ngx_pcalloc(cf->pool, NGX_PHONE_CHECKS * NGX_PHONE_CHECK_WORDS
                                * sizeof(size_t));
    buckets = ngx_pcalloc(cf->pool, NGX_INT_T_LEN + 1);

    if (args == NULL || argv == NULL || len == NULL || buckets == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(buckets, "%i", pmcf->buckets);

    for (i = 0; i < NGX_PHONE_CHECKS; i++) {

        for (n = 0; n < NGX_PHONE_CHECK_WORDS && ngx_phone_checks[i][n]; n++) {
            argv[n] = ngx_phone_checks[i][n];

            if (argv[n][0] == '\0') {
                argv[n] = (char *) buckets;
            }

            len[n] = ngx_strlen(argv[n]);
        }

        args[i].argc = n;
        args[i].argv = argv;
        args[i].argvlen = len;

        argv += NGX_PHONE_CHECK_WORDS;
        len += NGX_PHONE_CHECK_WORDS;
    }

    pmcf->redis_check.commands = args;
    pmcf->redis_check.ncommands = NGX_PHONE_CHECKS;
    pmcf->redis_check.handler = ngx_phone_store_check;
    pmcf->redis_check.data = pmcf;

    return NGX_OK;
}


static ngx_phone_redis_verdict_t
ngx_phone_store_check(void *data, ngx_uint_t n, redisReply *reply,
    ngx_str_t *reason)
{
    ngx_phone_main_conf_t  *pmcf;

    pmcf = data;

    switch (n) {

    case NGX_PHONE_CHECK_SERVER:
        return ngx_phone_check_server(reply, reason);

    case NGX_PHONE_CHECK_MEMORY:
        return ngx_phone_check_memory(pmcf, reply, reason);

    case NGX_PHONE_CHECK_LOG:
        ngx_phone_check_log(pmcf, reply);
        break;

    case NGX_PHONE_CHECK_FSYNC:
        ngx_phone_check_fsync(pmcf, reply);
        break;

    case NGX_PHONE_CHECK_STORE:
        return ngx_phone_check_store(pmcf, reply, reason);

    default:

        /* a replica will not do: its master is elsewhere */

        if (reply->type == REDIS_REPLY_ERROR
            && ngx_strncmp(reply->str, "READONLY", 8) == 0)
        {
            ngx_str_set(reason, "it is a read-only replica");
            return NGX_PHONE_REDIS_RETRY;
        }

        /* a store that is there may be read even where it cannot be written:
           NGX_PHONE_CHECK_STORE decides */

        break;
    }

    return NGX_PHONE_REDIS_ACCEPT;
}


static ngx_phone_redis_verdict_t
ngx_phone_check_server(redisReply *reply, ngx_str_t *reason)
{
    ngx_str_t  version;

    version = ngx_phone_info(reply, "redis_version");

    if (version.len == 0) {
        ngx_str_set(reason, "INFO does not tell the version of Redis");
        return NGX_PHONE_REDIS_REJECT;
    }

    if (ngx_atoi(version.data, strspn((char *) version.data, "0123456789"))
        < 7)
    {
        ngx_str_set(reason, "Redis 7.0 or newer is needed");
        return NGX_PHONE_REDIS_REJECT;
    }

    return NGX_PHONE_REDIS_ACCEPT;
}


static ngx_phone_redis_verdict_t
ngx_phone_check_memory(ngx_phone_main_conf_t *pmcf, redisReply *reply,
    ngx_str_t *reason)
{
    u_char     *last;
    ngx_str_t   policy;

    policy = ngx_phone_info(reply, "maxmemory_policy");

    if (policy.len == sizeof("noeviction") - 1
        && ngx_strncmp(policy.data, "noeviction", policy.len) == 0)
    {
        return NGX_PHONE_REDIS_ACCEPT;
    }

    reason->data = pmcf->redis_reason;
    last = ngx_snprintf(pmcf->redis_reason, sizeof(pmcf->redis_reason),
                        "its maxmemory-policy is \"%V\", money must not be "
                        "evicted: set \"maxmemory-policy noeviction\"",
                        &policy);
    reason->len = last - reason->data;

    return NGX_PHONE_REDIS_REJECT;
}


static void
ngx_phone_check_log(ngx_phone_main_conf_t *pmcf, redisReply *reply)
{
    ngx_str_t  enabled;

    enabled = ngx_phone_info(reply, "aof_enabled");

    if (enabled.len && enabled.data[0] == '0') {
        ngx_phone_check_warn(pmcf, NGX_PHONE_CHECK_LOG,
                             "redis keeps no append only file: what it has "
                             "confirmed is lost when it is killed, set "
                             "\"appendonly yes\" and \"appendfsync always\"");
    }
}


/* A managed Redis may not tell: then it is the operator who knows. */

static void
ngx_phone_check_fsync(ngx_phone_main_conf_t *pmcf, redisReply *reply)
{
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2
        && reply->element[1]->type == REDIS_REPLY_STRING
        && ngx_strcmp(reply->element[1]->str, "always") != 0)
    {
        ngx_phone_check_warn(pmcf, NGX_PHONE_CHECK_FSYNC,
                             "redis confirms before it has written: what it "
                             "has confirmed last is lost when its machine "
                             "fails, set \"appendfsync always\"");
    }
}


static ngx_phone_redis_verdict_t
ngx_phone_check_store(ngx_phone_main_conf_t *pmcf, redisReply *reply,
    ngx_str_t *reason)
{
    u_char      *last;
    redisReply  *buckets, *format;

    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) {
        ngx_str_set(reason, "its key \"phone:store\" cannot be read");
        return NGX_PHONE_REDIS_REJECT;
    }

    buckets = reply->element[0];
    format = reply->element[1];

    if (buckets->type != REDIS_REPLY_STRING
        || format->type != REDIS_REPLY_STRING)
    {
        ngx_str_set(reason, "it holds no store, and none can be written");
        return NGX_PHONE_REDIS_RETRY;
    }

    if (ngx_strcmp(format->str, NGX_PHONE_STORE_FORMAT) != 0) {
        ngx_str_set(reason, "it holds a store of another format than \""
                            NGX_PHONE_STORE_FORMAT "\": use the version of "
                            "ngx_phone that made it");
        return NGX_PHONE_REDIS_REJECT;
    }

    if (ngx_atoi((u_char *) buckets->str, buckets->len) != pmcf->buckets) {
        reason->data = pmcf->redis_reason;
        last = ngx_snprintf(pmcf->redis_reason, sizeof(pmcf->redis_reason),
                            "its store was made with %s buckets, not %i: "
                            "set \"phone_buckets %s\"",
                            buckets->str, pmcf->buckets, buckets->str);
        reason->len = last - reason->data;
        return NGX_PHONE_REDIS_REJECT;
    }

    return NGX_PHONE_REDIS_ACCEPT;
}


/* The value of "name:value" in a reply to INFO; empty when it is not there. */

static ngx_str_t
ngx_phone_info(redisReply *reply, const char *name)
{
    char       *p;
    size_t      len;
    ngx_str_t   value;

    ngx_str_null(&value);

    if (reply->type != REDIS_REPLY_STRING) {
        return value;
    }

    len = ngx_strlen(name);

    for (p = reply->str; (p = strstr(p, name)) != NULL; p += len) {
        if (p > reply->str && p[-1] == '\n' && p[len] == ':') {
            value.data = (u_char *) p + len + 1;
            value.len = strcspn(p + len + 1, "\r\n");
            break;
        }
    }

    return value;
}


/* Once, and by one worker: all connections meet the same. */

static void
ngx_phone_check_warn(ngx_phone_main_conf_t *pmcf, ngx_phone_check_e check,
    const char *text)
{
    if (ngx_worker != 0 || (pmcf->store_warned & (1 << check))) {
        return;
    }

    pmcf->store_warned |= 1 << check;

    ngx_log_error(NGX_LOG_WARN, pmcf->phone->log, 0, "%s", text);
}
