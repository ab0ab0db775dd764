
/*
 * phone_platform_key: of each kind the key that signs what the platform says,
 * the one that will, those that have.
 */


#include "http/ngx_http_phone.h"
#include "http/ngx_phone_secret.h"
#include "lib/date.h"


static char *ngx_http_phone_key_options(ngx_conf_t *cf,
    phone_platform_key_t *key);
static ngx_int_t ngx_http_phone_key_export(ngx_conf_t *cf, ngx_str_t *pem,
    phone_platform_key_t *key);
static ngx_int_t ngx_http_phone_key_keep(ngx_conf_t *cf, phone_str_t *text);


char *
ngx_http_phone_platform_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                        *rv;
    ngx_str_t                   *value, pem;
    ngx_uint_t                   i;
    phone_platform_key_t        *key;
    phone_platform_keys_t       *keys;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = conf;
    value = cf->args->elts;
    keys = &pmcf->worker.platform;

    if (keys->n == PHONE_PLATFORM_KEYS) {
        return "may be given eight times";
    }

    key = &keys->key[keys->n];

    if (!ngx_phone_conf_is_name(&value[2], NGX_PHONE_CONF_LETTERS ".", 32)) {
        return "needs a key id of 1 to 32 letters, digits, '_', '-' or '.'";
    }

    key->key_id = ngx_phone_str(&value[2]);

    for (i = 0; i < keys->n; i++) {
        if (phone_equal(keys->key[i].key_id, key->key_id)) {
            return "has a key id for the second time";
        }
    }

    rv = ngx_http_phone_key_options(cf, key);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (ngx_phone_read_private_key(cf, &value[1], &pem) != NGX_OK
        || ngx_http_phone_key_export(cf, &pem, key) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (key->status != PHONE_KEY_CURRENT) {
        ngx_explicit_memzero(pem.data, pem.len);

    } else if (pmcf->worker.compute.key[key->kind].data) {
        return "is duplicate: of a kind one key signs, others are \"next\" or "
               "\"old\"";

    } else {
        pmcf->worker.compute.key[key->kind] = pem;
    }

    keys->n++;

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_key_options(ngx_conf_t *cf, phone_platform_key_t *key)
{
    int64_t      seconds;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;
    key->status = PHONE_KEY_CURRENT;
    key->from = 0;

    for (i = 3; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "from=", 5) == 0 && key->from == 0) {

            if (phone_date_parse((phone_str_t) { value[i].len - 5,
                                                 (char *) value[i].data + 5 },
                                 &seconds)
                != 0)
            {
                return "needs a date as in from=2026-12-01";
            }

            key->from = seconds * 1000;

        } else if (key->status != PHONE_KEY_CURRENT) {
            return "takes \"next\" or \"old\", and \"from=date\"";

        } else if (ngx_strcmp(value[i].data, "next") == 0) {
            key->status = PHONE_KEY_NEXT;

        } else if (ngx_strcmp(value[i].data, "old") == 0) {
            key->status = PHONE_KEY_OLD;

        } else {
            return "takes \"next\" or \"old\", and \"from=date\"";
        }
    }

    return NGX_CONF_OK;
}


/* The public half, for GET /pay/keys. */

static ngx_int_t
ngx_http_phone_key_export(ngx_conf_t *cf, ngx_str_t *pem,
    phone_platform_key_t *key)
{
    ngx_int_t       rc;
    phone_key_t    *private;
    phone_arena_t   arena;

    if (phone_key_private(ngx_phone_str(pem), &private) != PHONE_KEY_OK) {
        return NGX_ERROR;
    }

    phone_arena_init(&arena);

    key->kind = phone_key_kind(private);
    key->pem = phone_key_export_pem(&arena, private);
    key->sha256 = phone_key_sha256(&arena, private);

    rc = arena.failed || ngx_http_phone_key_keep(cf, &key->pem) != NGX_OK
         || ngx_http_phone_key_keep(cf, &key->sha256) != NGX_OK
         ? NGX_ERROR : NGX_OK;

    phone_arena_free(&arena);
    phone_key_free(private);

    return rc;
}


static ngx_int_t
ngx_http_phone_key_keep(ngx_conf_t *cf, phone_str_t *text)
{
    ngx_str_t   str;
    u_char     *copy;

    str = ngx_phone_ngx_str(*text);

    copy = ngx_pstrdup(cf->pool, &str);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    text->data = (const char *) copy;

    return NGX_OK;
}
