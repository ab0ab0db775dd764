
/* The SMS log, used instead of a gateway. */


#include "fetch/ngx_phone_fetch.h"
#include "lib/json.h"


static void ngx_phone_fetch_make_sms_log(ngx_open_file_t *file,
    ngx_log_t *log);


ngx_open_file_t *
ngx_phone_fetch_open_sms_log(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_open_file_t  *file;

    file = ngx_conf_open_file(cf->cycle, name);

    if (file) {
        file->flush = ngx_phone_fetch_make_sms_log;
        ngx_phone_fetch_make_sms_log(file, cf->log);
    }

    return file;
}


/*
 * nginx creates logs that everybody can read.  So this file is created before
 * nginx opens it: at start, and when logs are reopened, since nginx calls
 * "flush" before.  If it cannot be created, nginx logs the error.
 */

static void
ngx_phone_fetch_make_sms_log(ngx_open_file_t *file, ngx_log_t *log)
{
    ngx_fd_t  fd;

    fd = ngx_open_file(file->name.data, NGX_FILE_APPEND,
                       NGX_FILE_CREATE_OR_OPEN, NGX_FILE_OWNER_ACCESS);

    if (fd != NGX_INVALID_FILE && ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", &file->name);
    }
}


/* One JSON object a line, written with one write(): workers share the file. */

ngx_int_t
ngx_phone_fetch_log_sms(ngx_phone_fetch_conf_t *conf, ngx_log_t *log,
    phone_str_t to, phone_str_t text)
{
    ssize_t        n;
    phone_buf_t    buf;
    phone_str_t    line;
    phone_json_t   json;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 256);
    phone_json_init(&json, &buf);

    phone_json_object(&json, NULL);
    phone_json_time(&json, "time", ngx_phone_now());
    phone_json_text(&json, "to", to);
    phone_json_text(&json, "text", text);
    phone_json_end(&json);
    phone_buf_byte(&buf, '\n');

    line = phone_buf_str(&buf);
    n = -1;

    if (!arena.failed) {
        n = ngx_write_fd(conf->sms_log->fd, (void *) line.data, line.len);
    }

    if (n != (ssize_t) line.len) {
        ngx_log_error(NGX_LOG_ERR, log, n == -1 ? ngx_errno : 0,
                      "the SMS log \"%V\" could not be written",
                      &conf->sms_log->name);
    }

    n = n == (ssize_t) line.len ? NGX_OK : NGX_ERROR;

    phone_arena_free(&arena);

    return n;
}
