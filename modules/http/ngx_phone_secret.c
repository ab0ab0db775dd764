
/*
 * Secrets and keys are read from files, so that they are in no configuration
 * dump and no process list.  The master reads them before it drops its
 * privileges.
 */


#include "http/ngx_phone_secret.h"
#include "lib/key.h"
#include "lib/seal.h"


#define NGX_PHONE_SECRET_FILE_MAX  65536

/* Others must not have these rights. */
#define NGX_PHONE_SECRET_MODE      (S_IROTH|S_IWOTH)


static ngx_int_t ngx_phone_is_key(ngx_conf_t *cf, ngx_str_t *name,
    phone_key_rc_t rc);
static ngx_int_t ngx_phone_read_file(ngx_conf_t *cf, ngx_str_t *name,
    ngx_uint_t secret, ngx_str_t *text);
static ngx_int_t ngx_phone_check_file(ngx_conf_t *cf, ngx_str_t *name,
    ngx_uint_t secret, ngx_file_info_t *fi);
static void ngx_phone_trim(ngx_str_t *text);
static ngx_int_t ngx_phone_unhex(ngx_str_t *text);


/* 32 bytes: 64 hex digits or more, or 32 bytes or more; longer values are
   hashed. */

ngx_int_t
ngx_phone_read_secret(ngx_conf_t *cf, ngx_str_t *name, ngx_str_t *secret)
{
    u_char     *p;
    ngx_int_t   rc;
    ngx_str_t   text, digits;

    if (ngx_phone_read_file(cf, name, 1, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(cf->pool, PHONE_SECRET_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    secret->data = p;
    secret->len = PHONE_SECRET_LEN;

    digits = text;
    ngx_phone_trim(&digits);

    if (digits.len >= 2 * PHONE_SECRET_LEN && digits.len % 2 == 0
        && ngx_phone_unhex(&digits) == NGX_OK)
    {
        text = digits;
    }

    if (text.len < PHONE_SECRET_LEN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" holds less than 32 bytes: make it with "
                           "\"openssl rand -hex 32\"", name);
        rc = NGX_ERROR;

    } else if (text.len == PHONE_SECRET_LEN) {
        ngx_memcpy(p, text.data, PHONE_SECRET_LEN);
        rc = NGX_OK;

    } else {
        rc = phone_hkdf(ngx_phone_str(&text), PHONE_EMPTY,
                        PHONE_STR("ngx_phone secret"), p, PHONE_SECRET_LEN)
             == 0 ? NGX_OK : NGX_ERROR;
    }

    ngx_explicit_memzero(text.data, text.len);

    return rc;
}


/* A password or token: the only line of its file. */

ngx_int_t
ngx_phone_read_line(ngx_conf_t *cf, ngx_str_t *name, size_t min,
    ngx_str_t *line)
{
    size_t  i;

    if (ngx_phone_read_file(cf, name, 1, line) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_phone_trim(line);

    for (i = 0; i < line->len; i++) {
        if (line->data[i] < ' ' || line->data[i] == 0x7f) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" holds more than one line of text", name);
            return NGX_ERROR;
        }
    }

    if (line->len < min) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" holds less than %uz characters", name, min);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_phone_read_private_key(ngx_conf_t *cf, ngx_str_t *name, ngx_str_t *pem)
{
    ngx_int_t     rc;
    phone_key_t  *key;

    if (ngx_phone_read_file(cf, name, 1, pem) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_phone_is_key(cf, name,
                          phone_key_private(ngx_phone_str(pem), &key));

    if (rc == NGX_OK) {
        phone_key_free(key);
    }

    return rc;
}


ngx_int_t
ngx_phone_read_public_key(ngx_conf_t *cf, ngx_str_t *name, phone_key_t **key)
{
    ngx_str_t  pem;

    if (ngx_phone_read_file(cf, name, 0, &pem) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_phone_is_key(cf, name,
                            phone_key_public(ngx_phone_str(&pem), key));
}


/* One that two share, which signs in both directions. */

ngx_int_t
ngx_phone_read_secret_key(ngx_conf_t *cf, ngx_str_t *name, phone_key_t **key)
{
    ngx_int_t  rc;
    ngx_str_t  line;

    if (ngx_phone_read_file(cf, name, 1, &line) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_phone_trim(&line);

    rc = ngx_phone_is_key(cf, name,
                          phone_key_secret(ngx_phone_str(&line), key));

    ngx_explicit_memzero(line.data, line.len);

    return rc;
}


static ngx_int_t
ngx_phone_is_key(ngx_conf_t *cf, ngx_str_t *name, phone_key_rc_t rc)
{
    if (rc == PHONE_KEY_OK) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\": %s", name,
                       phone_key_error(rc));

    return NGX_ERROR;
}


static ngx_int_t
ngx_phone_read_file(ngx_conf_t *cf, ngx_str_t *name, ngx_uint_t secret,
    ngx_str_t *text)
{
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_int_t        rc;
    ngx_file_info_t  fi;

    if (ngx_conf_full_name(cf->cycle, name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", name);
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", name);
        goto done;
    }

    if (ngx_phone_check_file(cf, name, secret, &fi) != NGX_OK) {
        goto done;
    }

    text->len = (size_t) ngx_file_size(&fi);
    text->data = ngx_pnalloc(cf->pool, text->len + 1);

    if (text->data == NULL) {
        goto done;
    }

    n = ngx_read_fd(fd, text->data, text->len);

    if (n != (ssize_t) text->len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, n == -1 ? ngx_errno : 0,
                           "reading \"%V\" failed", name);
        goto done;
    }

    rc = NGX_OK;

done:

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", name);
    }

    return rc;
}


static ngx_int_t
ngx_phone_check_file(ngx_conf_t *cf, ngx_str_t *name, ngx_uint_t secret,
    ngx_file_info_t *fi)
{
    if (!ngx_is_file(fi)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is not a file", name);
        return NGX_ERROR;
    }

    if (secret && (ngx_file_access(fi) & NGX_PHONE_SECRET_MODE)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" can be read or written by everybody: "
                           "change its mode to 600", name);
        return NGX_ERROR;
    }

    if (ngx_file_size(fi) == 0
        || ngx_file_size(fi) > NGX_PHONE_SECRET_FILE_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is empty or too large", name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_phone_trim(ngx_str_t *text)
{
    while (text->len && text->data[text->len - 1] <= ' ') {
        text->len--;
    }
}


/* In place; NGX_DECLINED, and nothing changed, when it is not hex. */

static ngx_int_t
ngx_phone_unhex(ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (ngx_hextoi(text->data + i, 1) == NGX_ERROR) {
            return NGX_DECLINED;
        }
    }

    for (i = 0; i < text->len / 2; i++) {
        text->data[i] = (u_char) ngx_hextoi(text->data + 2 * i, 2);
    }

    text->len /= 2;

    return NGX_OK;
}
