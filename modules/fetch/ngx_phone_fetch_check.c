
/*
 * Checks when the configuration is read that all calls can be sent.
 */


#include "fetch/ngx_phone_fetch.h"


static ngx_int_t ngx_phone_fetch_check_way(ngx_conf_t *cf,
    ngx_phone_fetch_conf_t *conf, const phone_fetch_t *fetch);
static ngx_uint_t ngx_phone_fetch_has_server(ngx_conf_t *cf,
    ngx_addr_t *addr);
static void ngx_phone_fetch_remove_dead(ngx_conf_t *cf, ngx_addr_t *addr);


/* With "phone_pump off" another nginx sends what the capabilities need. */

ngx_int_t
ngx_phone_fetch_check(ngx_conf_t *cf, ngx_phone_fetch_conf_t *conf,
    ngx_http_phone_main_conf_t *pmcf)
{
    ngx_uint_t  i;

    for (i = 0; phone_fetches[i]; i++) {

        if (pmcf->worker.pump
            && (pmcf->fetches & ((uint64_t) 1 << i))
            && ngx_phone_fetch_check_way(cf, conf, phone_fetches[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (conf->ways[i].log) {
            ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                               "\"phone_fetch_log\": each \"%s\", secrets "
                               "included, is written to \"%V\" and sent to "
                               "nobody", phone_fetches[i]->name,
                               &conf->ways[i].log->name);
        }
    }

    if (conf->socket.sockaddr == NULL) {
        return NGX_OK;
    }

    if (!ngx_phone_fetch_has_server(cf, &conf->socket)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no server listens on \"%V\" of \"phone_fetch\": "
                           "add the one of conf/fetch.conf",
                           &conf->socket.name);
        return NGX_ERROR;
    }

    ngx_phone_fetch_remove_dead(cf, &conf->socket);

    return NGX_OK;
}


static ngx_int_t
ngx_phone_fetch_check_way(ngx_conf_t *cf, ngx_phone_fetch_conf_t *conf,
    const phone_fetch_t *fetch)
{
    ngx_phone_fetch_way_t  *way;

    way = ngx_phone_fetch_way(conf, fetch);

    if (way->log) {
        return NGX_OK;
    }

    if (way->location.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "there is no way to send \"%s\": name a location "
                           "with \"phone_fetch_location %s\"; "
                           "\"phone_fetch_log %s\" writes to a file, for demos "
                           "and tests",
                           fetch->name, fetch->name, fetch->name);
        return NGX_ERROR;
    }

    if (conf->socket.sockaddr == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"phone_fetch\" is missing: it is needed, with the "
                           "server of conf/fetch.conf, to send \"%s\"",
                           fetch->name);
        return NGX_ERROR;
    }

    if (fetch->by_url
        && (conf->resolver == NULL || conf->resolver->connections.nelts == 0))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"resolver\" is missing on the http level: it is "
                           "needed to find where \"%s\" goes", fetch->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_phone_fetch_has_server(ngx_conf_t *cf, ngx_addr_t *wanted)
{
    ngx_uint_t                  i, j;
    ngx_http_conf_addr_t       *addr;
    ngx_http_conf_port_t       *port;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    for (i = 0; cmcf->ports && i < cmcf->ports->nelts; i++) {

        port = (ngx_http_conf_port_t *) cmcf->ports->elts + i;
        addr = port->addrs.elts;

        for (j = 0; j < port->addrs.nelts; j++) {
            if (ngx_cmp_sockaddr(addr[j].opt.sockaddr, addr[j].opt.socklen,
                                 wanted->sockaddr, wanted->socklen, 0)
                == NGX_OK)
            {
                return 1;
            }
        }
    }

    return 0;
}


/*
 * An nginx that was killed leaves its unix socket behind, and bind() fails.  A
 * socket that nobody listens on is removed at the first start, unless sockets
 * are inherited.
 */

static void
ngx_phone_fetch_remove_dead(ngx_conf_t *cf, ngx_addr_t *addr)
{
    int               rc;
    u_char           *name;
    ngx_err_t         err;
    ngx_socket_t      s;
    ngx_file_info_t   fi;

    if (ngx_test_config || !ngx_is_init_cycle(cf->cycle->old_cycle)
        || cf->cycle->old_cycle->listening.nelts)
    {
        return;
    }

    name = (u_char *) ((struct sockaddr_un *) addr->sockaddr)->sun_path;

    if (ngx_link_info(name, &fi) == NGX_FILE_ERROR || !S_ISSOCK(fi.st_mode)) {
        return;
    }

    s = ngx_socket(AF_UNIX, SOCK_STREAM, 0);

    if (s == (ngx_socket_t) -1) {
        return;
    }

    /* EAGAIN: the queue is full, so somebody listens */

    (void) ngx_nonblocking(s);
    rc = connect(s, addr->sockaddr, addr->socklen);
    err = ngx_socket_errno;

    (void) ngx_close_socket(s);

    if (rc == -1 && err == NGX_ECONNREFUSED
        && ngx_delete_file(name) != NGX_FILE_ERROR)
    {
        ngx_conf_log_error(NGX_LOG_NOTICE, cf, 0,
                           "removed \"%s\", which nobody listens on", name);
    }
}
