
/*
 * The directives phone_redis and phone_store_id: where the store is, how it is
 * reached, and which one it has to be.
 */


#include "http/ngx_http_phone.h"
#include "http/ngx_phone_secret.h"


#define NGX_PHONE_REDIS_PORT      6379
#define NGX_PHONE_STORE_ID_MAX    64


typedef enum {
    NGX_PHONE_REDIS_PARAM_TIME = 0,
    NGX_PHONE_REDIS_PARAM_NUMBER,
    NGX_PHONE_REDIS_PARAM_FILE,
    NGX_PHONE_REDIS_PARAM_TEXT
} ngx_phone_redis_param_e;


typedef struct {
    ngx_str_t                     name;
    ngx_phone_redis_param_e       kind;
    size_t                        offset;
    ngx_int_t                     min;
    ngx_int_t                     max;
} ngx_phone_redis_param_t;


static ngx_int_t ngx_phone_redis_param(ngx_conf_t *cf,
    ngx_phone_redis_conf_t *redis, ngx_str_t *param, ngx_uint_t *given);


static ngx_phone_redis_param_t  ngx_phone_redis_params[] = {

    { ngx_string("timeout="), NGX_PHONE_REDIS_PARAM_TIME,
      offsetof(ngx_phone_redis_conf_t, timeout), 1, 600000 },

    { ngx_string("connect_timeout="), NGX_PHONE_REDIS_PARAM_TIME,
      offsetof(ngx_phone_redis_conf_t, connect_timeout), 1, 600000 },

    { ngx_string("connections="), NGX_PHONE_REDIS_PARAM_NUMBER,
      offsetof(ngx_phone_redis_conf_t, connections), 1, 64 },

    { ngx_string("pending="), NGX_PHONE_REDIS_PARAM_NUMBER,
      offsetof(ngx_phone_redis_conf_t, max_pending), 1, 1000000 },

    { ngx_string("database="), NGX_PHONE_REDIS_PARAM_NUMBER,
      offsetof(ngx_phone_redis_conf_t, database), 0, 1000000 },

    { ngx_string("user="), NGX_PHONE_REDIS_PARAM_TEXT,
      offsetof(ngx_phone_redis_conf_t, username), 0, 0 },

    { ngx_string("password_file="), NGX_PHONE_REDIS_PARAM_FILE,
      offsetof(ngx_phone_redis_conf_t, password), 0, 0 },

    { ngx_null_string, 0, 0, 0, 0 }
};


char *
ngx_http_phone_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_url_t                u;
    ngx_int_t                rc;
    ngx_str_t               *value;
    ngx_uint_t               i, given;
    ngx_phone_redis_conf_t  *redis;

    redis = &((ngx_http_phone_main_conf_t *) conf)->worker.store.redis;
    value = cf->args->elts;

    if (redis->naddrs) {
        return "is duplicate";
    }

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = value[1];
    u.default_port = NGX_PHONE_REDIS_PORT;

    if (ngx_parse_url(cf->pool, &u) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in \"%V\"",
                           u.err ? u.err : "invalid address", &u.url);
        return NGX_CONF_ERROR;
    }

    redis->server = value[1];
    redis->addrs = u.addrs;
    redis->naddrs = u.naddrs;
    redis->port = u.port;

    redis->connections = 2;
    redis->max_pending = 4096;
    redis->connect_timeout = 1000;
    redis->timeout = 3000;

    /* a literal address is not resolved */

    if (u.family != AF_UNIX
        && ngx_inet_addr(u.host.data, u.host.len) == INADDR_NONE
        && u.host.data[0] != '[')
    {
        redis->host = u.host;
    }

    given = 0;

    for (i = 2; i < cf->args->nelts; i++) {
        rc = ngx_phone_redis_param(cf, redis, &value[i], &given);

        if (rc == NGX_DECLINED || rc == NGX_BUSY) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" has %s parameter \"%V\"", &cmd->name,
                               rc == NGX_BUSY ? "a duplicate" : "an invalid",
                               &value[i]);
        }

        if (rc != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if (redis->username.len && redis->password.len == 0) {
        return "has \"user=\" without \"password_file=\"";
    }

    return NGX_CONF_OK;
}


char *
ngx_http_phone_store_id(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *value, *id;

    id = &((ngx_http_phone_main_conf_t *) conf)->worker.store.id;
    value = cf->args->elts;

    if (id->data) {
        return "is duplicate";
    }

    if (!ngx_phone_conf_is_name(&value[1], NGX_PHONE_CONF_LETTERS,
                                NGX_PHONE_STORE_ID_MAX))
    {
        return "needs the id that \"phone-store create\" has printed";
    }

    *id = value[1];

    return NGX_CONF_OK;
}


/* NGX_DECLINED: an unknown parameter, or a value out of bounds; NGX_BUSY:
   the parameter is given twice. */

static ngx_int_t
ngx_phone_redis_param(ngx_conf_t *cf, ngx_phone_redis_conf_t *redis,
    ngx_str_t *param, ngx_uint_t *given)
{
    char                     *p;
    ngx_int_t                 n;
    ngx_str_t                 value;
    ngx_uint_t                bit;
    ngx_phone_redis_param_t  *known;

    for (known = ngx_phone_redis_params; known->name.len; known++) {
        if (param->len > known->name.len
            && ngx_strncmp(param->data, known->name.data, known->name.len)
               == 0)
        {
            break;
        }
    }

    if (known->name.len == 0) {
        return NGX_DECLINED;
    }

    bit = (ngx_uint_t) 1 << (known - ngx_phone_redis_params);

    if (*given & bit) {
        return NGX_BUSY;
    }

    *given |= bit;

    value.data = param->data + known->name.len;
    value.len = param->len - known->name.len;

    p = (char *) redis + known->offset;

    switch (known->kind) {

    case NGX_PHONE_REDIS_PARAM_TIME:
        n = ngx_parse_time(&value, 0);

        if (n == NGX_ERROR || n < known->min || n > known->max) {
            return NGX_DECLINED;
        }

        *(ngx_msec_t *) p = (ngx_msec_t) n;
        return NGX_OK;

    case NGX_PHONE_REDIS_PARAM_NUMBER:
        n = ngx_atoi(value.data, value.len);

        if (n == NGX_ERROR || n < known->min || n > known->max) {
            return NGX_DECLINED;
        }

        *(ngx_int_t *) p = n;
        return NGX_OK;

    case NGX_PHONE_REDIS_PARAM_FILE:
        return ngx_phone_read_line(cf, &value, 1, (ngx_str_t *) p);

    default: /* NGX_PHONE_REDIS_PARAM_TEXT */
        *(ngx_str_t *) p = value;
        return NGX_OK;
    }
}
