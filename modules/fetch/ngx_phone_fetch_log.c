
/* A log that calls are written to instead of being sent. */


#include "fetch/ngx_phone_fetch.h"
#include "lib/json.h"


#define NGX_PHONE_FETCH_LOG_NAME  64


static void ngx_phone_fetch_log_make(ngx_open_file_t *file, ngx_log_t *log);
static void ngx_phone_fetch_log_header(phone_json_t *json, const char *header,
    phone_str_t value);


ngx_open_file_t *
ngx_phone_fetch_log_open(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_open_file_t  *file;

    file = ngx_conf_open_file(cf->cycle, name);

    if (file) {
        file->flush = ngx_phone_fetch_log_make;
        ngx_phone_fetch_log_make(file, cf->log);
    }

    return file;
}


/*
 * nginx creates logs that everybody can read.  So this file is created before
 * nginx opens it: at start, and when logs are reopened, since nginx calls
 * "flush" before.  If it cannot be created, nginx logs the error.
 */

static void
ngx_phone_fetch_log_make(ngx_open_file_t *file, ngx_log_t *log)
{
    ngx_fd_t  fd;

    fd = ngx_open_file(file->name.data, NGX_FILE_APPEND,
                       NGX_FILE_CREATE_OR_OPEN, NGX_FILE_OWNER_ACCESS);

    if (fd != NGX_INVALID_FILE && ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", &file->name);
    }
}


/* One JSON object a line, written with one write(): workers share the file.
   Headers are named in lower case. */

ngx_int_t
ngx_phone_fetch_log_write(ngx_open_file_t *file, const phone_ask_fetch_t *ask,
    ngx_log_t *log)
{
    ssize_t        n;
    ngx_uint_t     i;
    phone_buf_t    buf;
    phone_str_t    line;
    phone_json_t   json;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 256);
    phone_json_init(&json, &buf);

    phone_json_object(&json, NULL);
    phone_json_time(&json, "time", ngx_phone_now());

    n = ask->fetch->logged ? ask->fetch->logged : PHONE_FETCH_HEADERS;

    for (i = 0; i < (ngx_uint_t) n && ask->fetch->header[i]; i++) {
        ngx_phone_fetch_log_header(&json, ask->fetch->header[i],
                                   ask->value[i]);
    }

    phone_json_text(&json, "text", ask->body);
    phone_json_end(&json);
    phone_buf_byte(&buf, '\n');

    line = phone_buf_str(&buf);
    n = -1;

    if (!arena.failed) {
        n = ngx_write_fd(file->fd, (void *) line.data, line.len);
    }

    if (n != (ssize_t) line.len) {
        ngx_log_error(NGX_LOG_ERR, log, n == -1 ? ngx_errno : 0,
                      "the log \"%V\" of the fetch \"%s\" could not be "
                      "written", &file->name, ask->fetch->name);
    }

    n = n == (ssize_t) line.len ? NGX_OK : NGX_ERROR;

    phone_arena_free(&arena);

    return n;
}


static void
ngx_phone_fetch_log_header(phone_json_t *json, const char *header,
    phone_str_t value)
{
    u_char  name[NGX_PHONE_FETCH_LOG_NAME];

    *ngx_cpystrn(name, (u_char *) header, NGX_PHONE_FETCH_LOG_NAME) = '\0';
    ngx_strlow(name, name, ngx_strlen(name));

    phone_json_text(json, (char *) name, value);
}
