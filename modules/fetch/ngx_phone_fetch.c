
#include "fetch/ngx_phone_fetch.h"
#include "fetch/ngx_phone_fetch_http.h"


#define NGX_PHONE_FETCH_READ  4096
#define NGX_PHONE_FETCH_QUIT  100            /* ms: a signal has come by then */


typedef struct {
    ngx_phone_t             *phone;
    ngx_phone_fetch_conf_t  *conf;
    ngx_pool_t              *pool;
    ngx_log_t               *log;

    phone_ask_fetch_t       *ask;
    phone_arena_t           *arena;
    void                   (*done)(void *data);
    void                    *data;

    phone_url_t              url;
    ngx_resolver_ctx_t      *resolving;
    ngx_peer_connection_t    peer;
    ngx_buf_t               *request;
    ngx_phone_fetch_reply_t  reply;

    ngx_event_t              deadline;
    ngx_msec_t               since;
    ngx_event_t              over;           /* tells who waits */
    ngx_queue_t              queue;
} ngx_phone_fetch_t;


static void ngx_phone_fetch_begin(ngx_phone_fetch_t *fetch);
static void ngx_phone_fetch_to_log(ngx_phone_fetch_t *fetch,
    ngx_open_file_t *file);
static void ngx_phone_fetch_by_url(ngx_phone_fetch_t *fetch);
static void ngx_phone_fetch_resolve(ngx_phone_fetch_t *fetch);
static void ngx_phone_fetch_resolved(ngx_resolver_ctx_t *ctx);
static void ngx_phone_fetch_choose(ngx_phone_fetch_t *fetch,
    const ngx_resolver_addr_t *addr, ngx_uint_t naddrs);
static void ngx_phone_fetch_call(ngx_phone_fetch_t *fetch,
    ngx_str_t *target);
static void ngx_phone_fetch_connect(ngx_phone_fetch_t *fetch);
static void ngx_phone_fetch_unreached(ngx_event_t *ev);
static ngx_uint_t ngx_phone_fetch_quits(void);
static ngx_uint_t ngx_phone_fetch_closed(const ngx_phone_fetch_conf_t *conf);
static void ngx_phone_fetch_write_handler(ngx_event_t *wev);
static void ngx_phone_fetch_read_handler(ngx_event_t *rev);
static ngx_phone_fetch_result_t ngx_phone_fetch_blame(
    const ngx_phone_fetch_reply_t *reply);
static void ngx_phone_fetch_dummy_handler(ngx_event_t *ev);
static void ngx_phone_fetch_deadline(ngx_event_t *ev);

static void ngx_phone_fetch_answered(ngx_phone_fetch_t *fetch);
static ngx_phone_fetch_result_t ngx_phone_fetch_result(
    ngx_phone_fetch_reply_t *reply);
static void ngx_phone_fetch_fail(ngx_phone_fetch_t *fetch,
    ngx_phone_fetch_result_t result);
static void ngx_phone_fetch_finish(ngx_phone_fetch_t *fetch,
    ngx_phone_fetch_result_t result, ngx_uint_t status, phone_str_t text);
static void ngx_phone_fetch_release(ngx_phone_fetch_t *fetch);
static void ngx_phone_fetch_over(ngx_event_t *ev);


const char *const  ngx_phone_fetch_result_name[NGX_PHONE_FETCH_RESULTS] = {
    "other", "1xx", "2xx", "3xx", "4xx", "5xx",
    "url", "resolve", "address", "refused", "tls", "closed", "reply",
    "timeout", "large", "upstream", "setup", "logged", "log", "shutdown"
};


ngx_int_t
ngx_phone_fetch_start(ngx_phone_t *phone, phone_ask_fetch_t *ask,
    phone_arena_t *arena, void (*done)(void *data), void *data)
{
    ngx_pool_t         *pool;
    ngx_phone_fetch_t  *fetch;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, phone->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    fetch = ngx_pcalloc(pool, sizeof(ngx_phone_fetch_t));
    if (fetch == NULL) {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    fetch->phone = phone;
    fetch->conf = phone->fetch_data;
    fetch->pool = pool;
    fetch->log = phone->log;
    fetch->ask = ask;
    fetch->arena = arena;
    fetch->done = done;
    fetch->data = data;

    fetch->over.handler = ngx_phone_fetch_over;
    fetch->over.data = fetch;
    fetch->over.log = phone->log;

    /* not cancelable: a worker that is shutting down waits for it */

    fetch->deadline.handler = ngx_phone_fetch_deadline;
    fetch->deadline.data = fetch;
    fetch->deadline.log = phone->log;

    ngx_queue_insert_tail(&fetch->conf->fetches, &fetch->queue);
    fetch->since = ngx_current_msec;
    ngx_add_timer(&fetch->deadline, fetch->conf->timeout);

    ngx_phone_fetch_begin(fetch);

    return NGX_OK;
}


static void
ngx_phone_fetch_begin(ngx_phone_fetch_t *fetch)
{
    ngx_str_t               none;
    ngx_phone_fetch_way_t  *way;

    way = ngx_phone_fetch_way(fetch->conf, fetch->ask->fetch);

    if (way->log) {
        ngx_phone_fetch_to_log(fetch, way->log);

    } else if (way->location.len == 0
               || fetch->conf->socket.sockaddr == NULL)
    {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_SETUP);

    } else if (fetch->ask->fetch->by_url) {
        ngx_phone_fetch_by_url(fetch);

    } else {
        ngx_str_null(&none);
        ngx_phone_fetch_call(fetch, &none);
    }
}


ngx_phone_fetch_way_t *
ngx_phone_fetch_way(const ngx_phone_fetch_conf_t *conf,
    const phone_fetch_t *fetch)
{
    ngx_uint_t  i;

    for (i = 0; phone_fetches[i] != fetch; i++) { /* void */ }

    return &conf->ways[i];
}


/* In the metrics such a call is "logged", since nobody has received it. */

static void
ngx_phone_fetch_to_log(ngx_phone_fetch_t *fetch, ngx_open_file_t *file)
{
    if (ngx_phone_fetch_log_write(file, fetch->ask, fetch->log) != NGX_OK) {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_LOG);
        return;
    }

    ngx_phone_fetch_finish(fetch, NGX_PHONE_FETCH_LOGGED, 200, PHONE_EMPTY);
}


static void
ngx_phone_fetch_by_url(ngx_phone_fetch_t *fetch)
{
    socklen_t                socklen;
    ngx_resolver_addr_t      addr;
    struct sockaddr_storage  sockaddr;

    if (phone_url_parse(fetch->ask->url, &fetch->url) != 0) {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_URL);
        return;
    }

    if (!fetch->url.ipv4 && !fetch->url.ipv6) {
        ngx_phone_fetch_resolve(fetch);
        return;
    }

    if (ngx_phone_fetch_literal(&fetch->url, &sockaddr, &socklen) != NGX_OK) {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_URL);
        return;
    }

    ngx_memzero(&addr, sizeof(ngx_resolver_addr_t));
    addr.sockaddr = (struct sockaddr *) &sockaddr;
    addr.socklen = socklen;

    ngx_phone_fetch_choose(fetch, &addr, 1);
}


static void
ngx_phone_fetch_resolve(ngx_phone_fetch_t *fetch)
{
    ngx_str_t            host;
    ngx_resolver_ctx_t  *ctx;

    /* the resolver changes the name to lower case in place */

    host = ngx_phone_ngx_str(fetch->url.host);
    host.data = ngx_pstrdup(fetch->pool, &host);
    if (host.data == NULL) {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_RESOLVE);
        return;
    }

    ctx = NULL;

    if (fetch->conf->resolver) {
        ctx = ngx_resolve_start(fetch->conf->resolver, NULL);
    }

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        ngx_log_error(NGX_LOG_ERR, fetch->log, 0,
                      "no resolver defined to resolve %V", &host);
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_RESOLVE);
        return;
    }

    ctx->name = host;
    ctx->handler = ngx_phone_fetch_resolved;
    ctx->data = fetch;
    ctx->timeout = ngx_min(fetch->conf->resolver_timeout,
                           fetch->conf->timeout);

    fetch->resolving = ctx;

    /* the handler may be called, and the fetch completed, before this
       returns */

    if (ngx_resolve_name(ctx) != NGX_OK) {
        fetch->resolving = NULL;
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_RESOLVE);
    }
}


static void
ngx_phone_fetch_resolved(ngx_resolver_ctx_t *ctx)
{
    ngx_phone_fetch_t  *fetch;

    fetch = ctx->data;

    if (ctx->state != NGX_OK) {
        ngx_log_error(NGX_LOG_WARN, fetch->log, 0,
                      "%V could not be resolved (%i: %s)",
                      &ctx->name, ctx->state,
                      ngx_resolver_strerror(ctx->state));

        ngx_phone_fetch_fail(fetch, ctx->state == NGX_RESOLVE_TIMEDOUT
                                    ? NGX_PHONE_FETCH_TIMEOUT
                                    : NGX_PHONE_FETCH_RESOLVE);
        return;
    }

    ngx_phone_fetch_choose(fetch, ctx->addrs, ctx->naddrs);
}


static void
ngx_phone_fetch_choose(ngx_phone_fetch_t *fetch,
    const ngx_resolver_addr_t *addr, ngx_uint_t naddrs)
{
    socklen_t               socklen;
    ngx_str_t               target;
    const struct sockaddr  *sockaddr;

    sockaddr = ngx_phone_fetch_pin(fetch->conf, addr, naddrs, &socklen);

    if (sockaddr == NULL) {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_ADDRESS);
        return;
    }

    if (ngx_phone_fetch_target(fetch->pool, &fetch->url, sockaddr, socklen,
                               &target)
        != NGX_OK)
    {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_UPSTREAM);
        return;
    }

    if (fetch->resolving) {
        ngx_resolve_name_done(fetch->resolving);
        fetch->resolving = NULL;
    }

    ngx_phone_fetch_call(fetch, &target);
}


/* target is empty when the location says where the call goes. */

static void
ngx_phone_fetch_call(ngx_phone_fetch_t *fetch, ngx_str_t *target)
{
    ngx_str_t                host;
    ngx_phone_fetch_head_t   head;

    host = ngx_phone_ngx_str(fetch->url.authority);

    head.location = &ngx_phone_fetch_way(fetch->conf, fetch->ask->fetch)
                     ->location;
    head.host = &host;
    head.target = target;
    head.until = ngx_phone_clock_us() / 1000
                 + (int64_t) (fetch->deadline.timer.key - ngx_current_msec);

    fetch->request = ngx_phone_fetch_request(fetch->pool, fetch->conf,
                                             fetch->ask, &head);

    fetch->reply.largest = fetch->ask->fetch->largest;
    fetch->reply.body = ngx_pnalloc(fetch->pool, fetch->reply.largest);

    if (fetch->request == NULL || fetch->reply.body == NULL) {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_UPSTREAM);
        return;
    }

    ngx_phone_fetch_connect(fetch);
}


static void
ngx_phone_fetch_connect(ngx_phone_fetch_t *fetch)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    if (ngx_phone_fetch_quits() && ngx_phone_fetch_closed(fetch->conf)) {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_SHUTDOWN);
        return;
    }

    fetch->peer.sockaddr = fetch->conf->socket.sockaddr;
    fetch->peer.socklen = fetch->conf->socket.socklen;
    fetch->peer.name = &fetch->conf->socket.name;
    fetch->peer.get = ngx_event_get_peer;
    fetch->peer.log = fetch->log;
    fetch->peer.log_error = NGX_ERROR_ERR;

    rc = ngx_event_connect_peer(&fetch->peer);

    if (rc != NGX_OK && rc != NGX_AGAIN) {

        /* when nginx quits, its master closes the socket at once */

        fetch->deadline.handler = ngx_phone_fetch_unreached;
        ngx_add_timer(&fetch->deadline, NGX_PHONE_FETCH_QUIT);
        return;
    }

    c = fetch->peer.connection;
    c->data = fetch;
    c->read->handler = ngx_phone_fetch_read_handler;
    c->write->handler = ngx_phone_fetch_write_handler;

    if (rc == NGX_OK) {
        ngx_phone_fetch_write_handler(c->write);
    }
}


static void
ngx_phone_fetch_unreached(ngx_event_t *ev)
{
    ngx_phone_fetch_fail(ev->data, ngx_phone_fetch_quits()
                                   ? NGX_PHONE_FETCH_SHUTDOWN
                                   : NGX_PHONE_FETCH_UPSTREAM);
}


static ngx_uint_t
ngx_phone_fetch_quits(void)
{
    return ngx_exiting || ngx_quit || ngx_terminate;
}


/* Has the master removed the socket?  After a reload it stays. */

static ngx_uint_t
ngx_phone_fetch_closed(const ngx_phone_fetch_conf_t *conf)
{
    const struct sockaddr_un  *saun;

    saun = (const struct sockaddr_un *) conf->socket.sockaddr;

    return saun->sun_family == AF_UNIX
           && access(saun->sun_path, F_OK) == -1 && ngx_errno == NGX_ENOENT;
}


static void
ngx_phone_fetch_write_handler(ngx_event_t *wev)
{
    ssize_t             n;
    ngx_buf_t          *b;
    ngx_connection_t   *c;
    ngx_phone_fetch_t  *fetch;

    c = wev->data;
    fetch = c->data;
    b = fetch->request;

    while (b->pos < b->last) {

        n = c->send(c, b->pos, b->last - b->pos);

        if (n == NGX_AGAIN) {
            if (ngx_handle_write_event(wev, 0) != NGX_OK) {
                ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_UPSTREAM);
            }

            return;
        }

        if (n == NGX_ERROR) {
            ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_UPSTREAM);
            return;
        }

        b->pos += n;
    }

    wev->handler = ngx_phone_fetch_dummy_handler;

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_UPSTREAM);
    }
}


static void
ngx_phone_fetch_read_handler(ngx_event_t *rev)
{
    u_char              buf[NGX_PHONE_FETCH_READ];
    ssize_t             n;
    ngx_int_t           rc;
    ngx_connection_t   *c;
    ngx_phone_fetch_t  *fetch;

    c = rev->data;
    fetch = c->data;

    if (c->close) {

        /* worker_shutdown_timeout */

        ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_SHUTDOWN);
        return;
    }

    for ( ;; ) {

        n = c->recv(c, buf, NGX_PHONE_FETCH_READ);

        if (n == NGX_AGAIN) {
            if (ngx_handle_read_event(rev, 0) != NGX_OK) {
                ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_UPSTREAM);
            }

            return;
        }

        rc = n == NGX_ERROR ? NGX_ERROR
                            : ngx_phone_fetch_reply_read(&fetch->reply, buf,
                                                         n);

        if (rc == NGX_OK) {
            ngx_phone_fetch_answered(fetch);
            return;
        }

        if (rc == NGX_ERROR) {

            ngx_phone_fetch_fail(fetch, ngx_phone_fetch_blame(&fetch->reply));
            return;
        }
    }
}


/*
 * Whether the merchant or the fetch server has failed.  An answer that was
 * passed on has the result in its head.  nginx takes what is not HTTP for
 * HTTP/0.9 and passes it on without a head; it never sends such a reply itself.
 * A worker that exits closes what it has not accepted yet.
 */

static ngx_phone_fetch_result_t
ngx_phone_fetch_blame(const ngx_phone_fetch_reply_t *reply)
{
    if (reply->result_len) {
        return NGX_PHONE_FETCH_REPLY;
    }

    if (reply->head_len == 0 && ngx_phone_fetch_quits()) {
        return NGX_PHONE_FETCH_SHUTDOWN;
    }

    return reply->head_len
           && ngx_memcmp(reply->head, "HTTP/", ngx_min(reply->head_len, 5))
              != 0
           ? NGX_PHONE_FETCH_REPLY : NGX_PHONE_FETCH_UPSTREAM;
}


static void
ngx_phone_fetch_dummy_handler(ngx_event_t *ev)
{
    ngx_log_debug0(NGX_LOG_DEBUG_EVENT, ev->log, 0, "phone fetch: written");
}


static void
ngx_phone_fetch_deadline(ngx_event_t *ev)
{
    ngx_phone_fetch_fail(ev->data, NGX_PHONE_FETCH_TIMEOUT);
}


static void
ngx_phone_fetch_answered(ngx_phone_fetch_t *fetch)
{
    phone_str_t                text;
    ngx_phone_fetch_reply_t   *reply;
    ngx_phone_fetch_result_t   result;

    reply = &fetch->reply;
    result = ngx_phone_fetch_result(reply);

    if (result == NGX_PHONE_FETCH_UPSTREAM) {
        ngx_log_error(NGX_LOG_ERR, fetch->log, 0,
                      "fetch server returned %ui of its own for \"%s\": its "
                      "location needs \"proxy_pass\" and \"add_header "
                      "Phone-Fetch-Result $phone_fetch_result always\"",
                      reply->status, fetch->ask->fetch->name);
    }

    /* a part of a reply is not taken for the whole */

    if (reply->large && result <= NGX_PHONE_FETCH_5XX) {
        result = NGX_PHONE_FETCH_LARGE;
    }

    /* redirects of all kinds count as failures */

    if (reply->refresh && result == NGX_PHONE_FETCH_2XX) {
        result = NGX_PHONE_FETCH_3XX;
    }

    if (result > NGX_PHONE_FETCH_5XX
        || (result == NGX_PHONE_FETCH_3XX && reply->status < 300))
    {
        ngx_phone_fetch_fail(fetch, result);
        return;
    }

    text.data = (const char *) reply->body;
    text.len = reply->body_len;

    ngx_phone_fetch_finish(fetch, result, reply->status,
                           phone_copy(fetch->arena, text));
}


/* The result in the Phone-Fetch-Result header of the fetch server. */

static ngx_phone_fetch_result_t
ngx_phone_fetch_result(ngx_phone_fetch_reply_t *reply)
{
    size_t      len;
    ngx_uint_t  i;

    if (reply->result_len == 8
        && ngx_memcmp(reply->result, "answered", 8) == 0)
    {
        if (reply->status > 599) {
            return NGX_PHONE_FETCH_REPLY;
        }

        return (ngx_phone_fetch_result_t) (reply->status / 100);
    }

    for (i = NGX_PHONE_FETCH_REFUSED; i <= NGX_PHONE_FETCH_TIMEOUT; i++) {
        len = ngx_strlen(ngx_phone_fetch_result_name[i]);

        if (len == reply->result_len
            && ngx_memcmp(ngx_phone_fetch_result_name[i], reply->result, len)
               == 0)
        {
            return i;
        }
    }

    return NGX_PHONE_FETCH_UPSTREAM;
}


static void
ngx_phone_fetch_fail(ngx_phone_fetch_t *fetch,
    ngx_phone_fetch_result_t result)
{
    ngx_str_t    authority;
    const char  *name;

    name = ngx_phone_fetch_result_name[result];
    authority = ngx_phone_ngx_str(fetch->url.authority);

    ngx_log_error(NGX_LOG_WARN, fetch->log, 0, "fetch \"%s\"%s%V failed: %s",
                  fetch->ask->fetch->name, authority.len ? " from " : "",
                  &authority, name);

    ngx_phone_fetch_finish(fetch, result, 0, phone_cstr(name));
}


/* done() is called from a posted event, never on the caller's stack. */

static void
ngx_phone_fetch_finish(ngx_phone_fetch_t *fetch,
    ngx_phone_fetch_result_t result, ngx_uint_t status, phone_str_t text)
{
    fetch->conf->results[result]++;

    fetch->ask->host_quits = result == NGX_PHONE_FETCH_SHUTDOWN;
    fetch->ask->answer.status = (int) status;
    fetch->ask->answer.text = text;
    fetch->ask->answer.took = (ngx_msec_int_t) (ngx_current_msec
                                                - fetch->since);

    ngx_phone_fetch_release(fetch);

    ngx_post_event(&fetch->over, &ngx_posted_events);
}


static void
ngx_phone_fetch_release(ngx_phone_fetch_t *fetch)
{
    if (fetch->resolving) {
        ngx_resolve_name_done(fetch->resolving);
        fetch->resolving = NULL;
    }

    if (fetch->peer.connection) {
        ngx_close_connection(fetch->peer.connection);
        fetch->peer.connection = NULL;
    }

    if (fetch->deadline.timer_set) {
        ngx_del_timer(&fetch->deadline);
    }
}


static void
ngx_phone_fetch_over(ngx_event_t *ev)
{
    void               *data;
    void              (*done)(void *data);
    ngx_phone_fetch_t  *fetch;

    fetch = ev->data;
    done = fetch->done;
    data = fetch->data;

    ngx_queue_remove(&fetch->queue);
    ngx_destroy_pool(fetch->pool);

    done(data);
}


void
ngx_phone_fetch_hurry(void *data)
{
    ngx_queue_t             *q;
    ngx_phone_fetch_t       *fetch;
    ngx_phone_fetch_conf_t  *conf;

    conf = data;

    for (q = ngx_queue_head(&conf->fetches);
         q != ngx_queue_sentinel(&conf->fetches);
         q = ngx_queue_next(q))
    {
        fetch = ngx_queue_data(q, ngx_phone_fetch_t, queue);

        if (!fetch->over.posted) {
            ngx_phone_fetch_fail(fetch, NGX_PHONE_FETCH_SHUTDOWN);
        }
    }
}


void
ngx_phone_fetch_close(ngx_phone_fetch_conf_t *conf)
{
    ngx_queue_t        *q;
    ngx_phone_fetch_t  *fetch;

    while (!ngx_queue_empty(&conf->fetches)) {
        q = ngx_queue_head(&conf->fetches);
        fetch = ngx_queue_data(q, ngx_phone_fetch_t, queue);

        if (fetch->over.posted) {
            ngx_delete_posted_event(&fetch->over);

        } else {
            ngx_phone_fetch_release(fetch);
            fetch->ask->answer.status = 0;
            fetch->ask->answer.text = phone_cstr(
                ngx_phone_fetch_result_name[NGX_PHONE_FETCH_SHUTDOWN]);
        }

        ngx_phone_fetch_over(&fetch->over);
    }
}
