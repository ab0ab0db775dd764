
#include "fetch/ngx_phone_fetch_http.h"


#define NGX_PHONE_FETCH_SIZE_DIGITS  8


static ngx_int_t ngx_phone_fetch_reply_end(ngx_phone_fetch_reply_t *reply);
static ngx_int_t ngx_phone_fetch_reply_head(ngx_phone_fetch_reply_t *reply,
    u_char **pos, u_char *last);
static u_char *ngx_phone_fetch_reply_head_end(ngx_phone_fetch_reply_t *reply,
    size_t from);
static ngx_int_t ngx_phone_fetch_reply_status(ngx_phone_fetch_reply_t *reply,
    u_char *p, u_char *last);
static ngx_int_t ngx_phone_fetch_reply_header(ngx_phone_fetch_reply_t *reply,
    u_char *p, u_char *last);
static ngx_int_t ngx_phone_fetch_reply_body(ngx_phone_fetch_reply_t *reply,
    u_char **pos, u_char *last);
static ngx_int_t ngx_phone_fetch_reply_chunk(ngx_phone_fetch_reply_t *reply,
    u_char ch);
static ngx_int_t ngx_phone_fetch_reply_size(ngx_phone_fetch_reply_t *reply,
    u_char ch);


ngx_int_t
ngx_phone_fetch_target(ngx_pool_t *pool, const phone_url_t *url,
    const struct sockaddr *sockaddr, socklen_t socklen, ngx_str_t *target)
{
    u_char                  *p;
    ngx_str_t                address, path;
    u_char                   pinned[NGX_SOCKADDR_STRLEN];
    struct sockaddr_storage  copy;

    ngx_memcpy(&copy, sockaddr, socklen);
    ngx_inet_set_port((struct sockaddr *) &copy, url->port);

    address.data = pinned;
    address.len = ngx_sock_ntop((struct sockaddr *) &copy, socklen, pinned,
                                NGX_SOCKADDR_STRLEN, 1);
    path = ngx_phone_ngx_str(url->target);

    p = ngx_pnalloc(pool, sizeof("https://") + address.len + path.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    target->data = p;
    target->len = ngx_sprintf(p, "http%s://%V%V", url->tls ? "s" : "",
                              &address, &path)
                  - p;

    return NGX_OK;
}


ngx_buf_t *
ngx_phone_fetch_request(ngx_pool_t *pool, const ngx_phone_fetch_conf_t *conf,
    const phone_ask_fetch_t *ask, const ngx_phone_fetch_head_t *head)
{
    size_t                len;
    ngx_buf_t            *b;
    ngx_str_t             body, value;
    ngx_uint_t            i;
    const phone_fetch_t  *call;

    static char  first[] =
        "%s %V HTTP/1.1" CRLF
        "Host: phone-fetch" CRLF
        "User-Agent: ngx_phone" CRLF
        "Accept: */*" CRLF
        "Connection: close" CRLF
        "Content-Length: %uz" CRLF;

    static char  line[] = "%s: %V" CRLF;

    static char  last[] =
        "Phone-Fetch-Token: %*s" CRLF
        "Phone-Fetch-Kind: %s" CRLF
        "Phone-Fetch-Host: %V" CRLF
        "Phone-Fetch-Target: %V" CRLF
        "Phone-Fetch-Until: %L" CRLF
        CRLF;

    call = ask->fetch;
    body = ngx_phone_ngx_str(ask->body);

    len = sizeof(first) + ngx_strlen(call->method) + head->location->len
          + NGX_SIZE_T_LEN
          + sizeof("Content-Type: " CRLF) + (call->type
                                             ? ngx_strlen(call->type) : 0)
          + sizeof(last) + NGX_PHONE_FETCH_TOKEN_LEN + ngx_strlen(call->name)
          + head->host->len + head->target->len + NGX_INT64_LEN + body.len;

    for (i = 0; i < PHONE_FETCH_HEADERS && call->header[i]; i++) {
        len += ngx_strlen(call->header[i]) + sizeof(line) + ask->value[i].len;
    }

    b = ngx_create_temp_buf(pool, len);
    if (b == NULL) {
        return NULL;
    }

    b->last = ngx_sprintf(b->pos, first, call->method, head->location,
                          body.len);

    if (call->type) {
        b->last = ngx_sprintf(b->last, "Content-Type: %s" CRLF, call->type);
    }

    for (i = 0; i < PHONE_FETCH_HEADERS && call->header[i]; i++) {
        value = ngx_phone_ngx_str(ask->value[i]);

        if (value.len) {
            b->last = ngx_sprintf(b->last, line, call->header[i], &value);
        }
    }

    b->last = ngx_sprintf(b->last, last,
                          (size_t) NGX_PHONE_FETCH_TOKEN_LEN, conf->token,
                          call->name, head->host, head->target, head->until);

    b->last = ngx_cpymem(b->last, body.data, body.len);

    return b;
}


ngx_int_t
ngx_phone_fetch_reply_read(ngx_phone_fetch_reply_t *reply, u_char *p,
    size_t len)
{
    u_char     *last;
    ngx_int_t   rc;

    if (len == 0) {
        return ngx_phone_fetch_reply_end(reply);
    }

    last = p + len;

    if (reply->state == NGX_PHONE_FETCH_HEAD) {
        rc = ngx_phone_fetch_reply_head(reply, &p, last);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    while (p < last && reply->state != NGX_PHONE_FETCH_COMPLETE) {

        switch (reply->state) {

        case NGX_PHONE_FETCH_LENGTH:
        case NGX_PHONE_FETCH_CLOSE:
        case NGX_PHONE_FETCH_CHUNK_DATA:
            rc = ngx_phone_fetch_reply_body(reply, &p, last);
            break;

        default:
            rc = ngx_phone_fetch_reply_chunk(reply, *p++);
        }

        if (rc != NGX_AGAIN) {
            return rc;
        }
    }

    return reply->state == NGX_PHONE_FETCH_COMPLETE ? NGX_OK : NGX_AGAIN;
}


static ngx_int_t
ngx_phone_fetch_reply_end(ngx_phone_fetch_reply_t *reply)
{
    if (reply->state == NGX_PHONE_FETCH_CLOSE) {
        reply->state = NGX_PHONE_FETCH_COMPLETE;
    }

    return reply->state == NGX_PHONE_FETCH_COMPLETE ? NGX_OK : NGX_ERROR;
}


/* Gathers the head; NGX_OK with *pos behind it when it is there and read. */

static ngx_int_t
ngx_phone_fetch_reply_head(ngx_phone_fetch_reply_t *reply, u_char **pos,
    u_char *last)
{
    u_char      *p, *line, *end;
    size_t       n, had;
    ngx_uint_t   first;

    had = reply->head_len;
    n = ngx_min((size_t) (last - *pos), NGX_PHONE_FETCH_HEAD_MAX - had);

    ngx_memcpy(reply->head + had, *pos, n);
    reply->head_len += n;

    end = ngx_phone_fetch_reply_head_end(reply, had);

    if (end == NULL) {
        return reply->head_len == NGX_PHONE_FETCH_HEAD_MAX ? NGX_ERROR
                                                           : NGX_AGAIN;
    }

    *pos += end - (reply->head + had);

    reply->state = NGX_PHONE_FETCH_CLOSE;
    first = 1;

    for (line = reply->head; line < end; line = p + 2) {

        p = ngx_strlchr(line, end, '\r');

        if (p == line) {
            break;
        }

        if ((first ? ngx_phone_fetch_reply_status(reply, line, p)
                   : ngx_phone_fetch_reply_header(reply, line, p))
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        first = 0;
    }

    if (reply->status < 200 || reply->status == 204 || reply->status == 304
        || (reply->state == NGX_PHONE_FETCH_LENGTH && reply->left == 0))
    {
        reply->state = NGX_PHONE_FETCH_COMPLETE;
    }

    return NGX_OK;
}


/* The end of the empty line, or NULL if it has not come. */

static u_char *
ngx_phone_fetch_reply_head_end(ngx_phone_fetch_reply_t *reply, size_t from)
{
    u_char  *p, *last;

    p = reply->head + (from > 3 ? from - 3 : 0);
    last = reply->head + reply->head_len;

    for ( /* void */ ; p + 4 <= last; p++) {
        if (ngx_memcmp(p, CRLF CRLF, 4) == 0) {
            return p + 4;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_phone_fetch_reply_status(ngx_phone_fetch_reply_t *reply, u_char *p,
    u_char *last)
{
    ngx_int_t  status;

    if (last - p < 12 || ngx_strncmp(p, "HTTP/1.", 7) != 0 || p[8] != ' '
        || (last - p > 12 && p[12] != ' '))
    {
        return NGX_ERROR;
    }

    status = ngx_atoi(p + 9, 3);

    /* nginx passes on any status of three digits */

    if (status < 100) {
        return NGX_ERROR;
    }

    reply->status = status;

    return NGX_OK;
}


static ngx_int_t
ngx_phone_fetch_reply_header(ngx_phone_fetch_reply_t *reply, u_char *p,
    u_char *last)
{
    u_char     *colon;
    ngx_str_t   name, value;

    colon = ngx_strlchr(p, last, ':');

    if (colon == NULL || p[-1] != '\n') {
        return NGX_ERROR;
    }

    name.data = p;
    name.len = colon - p;

    for (p = colon + 1; p < last && *p == ' '; p++) { /* void */ }

    value.data = p;
    value.len = last - p;

#define ngx_phone_header_is(text)                                             \
    (name.len == sizeof(text) - 1                                             \
     && ngx_strncasecmp(name.data, (u_char *) text, sizeof(text) - 1) == 0)

    if (ngx_phone_header_is("Phone-Fetch-Result")) {
        reply->result_len = ngx_min(value.len, NGX_PHONE_FETCH_RESULT_MAX);
        ngx_memcpy(reply->result, value.data, reply->result_len);

    } else if (ngx_phone_header_is("Refresh")) {
        reply->refresh = 1;

    } else if (ngx_phone_header_is("Transfer-Encoding")) {
        if (value.len != 7
            || ngx_strncasecmp(value.data, (u_char *) "chunked", 7) != 0)
        {
            return NGX_ERROR;
        }

        reply->state = NGX_PHONE_FETCH_CHUNK_SIZE;
        reply->left = 0;

    } else if (ngx_phone_header_is("Content-Length")
               && reply->state == NGX_PHONE_FETCH_CLOSE)
    {
        reply->left = ngx_atoof(value.data, value.len);

        if (reply->left == NGX_ERROR) {
            return NGX_ERROR;
        }

        reply->state = NGX_PHONE_FETCH_LENGTH;
    }

    return NGX_OK;
}


/* NGX_OK: the body is complete, or larger than what is taken. */

static ngx_int_t
ngx_phone_fetch_reply_body(ngx_phone_fetch_reply_t *reply, u_char **pos,
    u_char *last)
{
    size_t  n, room;

    n = last - *pos;

    if (reply->state != NGX_PHONE_FETCH_CLOSE) {
        n = ngx_min((off_t) n, reply->left);
        reply->left -= n;
    }

    room = reply->largest - reply->body_len;

    if (n > room) {
        reply->large = 1;
        return NGX_OK;
    }

    ngx_memcpy(reply->body + reply->body_len, *pos, n);
    reply->body_len += n;
    *pos += n;

    if (reply->left == 0) {
        if (reply->state == NGX_PHONE_FETCH_LENGTH) {
            reply->state = NGX_PHONE_FETCH_COMPLETE;
            return NGX_OK;
        }

        if (reply->state == NGX_PHONE_FETCH_CHUNK_DATA) {
            reply->state = NGX_PHONE_FETCH_CHUNK_END;
        }
    }

    return NGX_AGAIN;
}


/* One byte of the framing of chunks: RFC 9112, 7.1. */

static ngx_int_t
ngx_phone_fetch_reply_chunk(ngx_phone_fetch_reply_t *reply, u_char ch)
{
    switch (reply->state) {

    case NGX_PHONE_FETCH_CHUNK_SIZE:
        return ngx_phone_fetch_reply_size(reply, ch);

    case NGX_PHONE_FETCH_CHUNK_LINE:
        if (ch == LF) {
            reply->digits = 0;
            reply->state = reply->left ? NGX_PHONE_FETCH_CHUNK_DATA
                                       : NGX_PHONE_FETCH_TRAILER;
        }

        return NGX_AGAIN;

    case NGX_PHONE_FETCH_CHUNK_END:
        if (ch == LF) {
            reply->state = NGX_PHONE_FETCH_CHUNK_SIZE;

        } else if (ch != CR) {
            return NGX_ERROR;
        }

        return NGX_AGAIN;

    case NGX_PHONE_FETCH_TRAILER:
        if (ch == LF) {
            reply->state = NGX_PHONE_FETCH_COMPLETE;
            return NGX_OK;
        }

        if (ch != CR) {
            reply->state = NGX_PHONE_FETCH_TRAILER_LINE;
        }

        return NGX_AGAIN;

    default: /* NGX_PHONE_FETCH_TRAILER_LINE */
        if (ch == LF) {
            reply->state = NGX_PHONE_FETCH_TRAILER;
        }

        return NGX_AGAIN;
    }
}


static ngx_int_t
ngx_phone_fetch_reply_size(ngx_phone_fetch_reply_t *reply, u_char ch)
{
    u_char  c;

    if (ch >= '0' && ch <= '9') {
        ch -= '0';

    } else {
        c = (u_char) (ch | 0x20);

        if (c < 'a' || c > 'f') {

            if (reply->digits == 0
                || (ch != CR && ch != LF && ch != ';' && ch != ' '))
            {
                return NGX_ERROR;
            }

            reply->state = NGX_PHONE_FETCH_CHUNK_LINE;

            return ch == LF ? ngx_phone_fetch_reply_chunk(reply, ch)
                            : NGX_AGAIN;
        }

        ch = c - 'a' + 10;
    }

    if (++reply->digits > NGX_PHONE_FETCH_SIZE_DIGITS) {
        return NGX_ERROR;
    }

    reply->left = reply->left * 16 + ch;

    return NGX_AGAIN;
}
