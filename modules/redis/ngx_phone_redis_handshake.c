#include <ngx_config.h>
#include <ngx_core.h>

#include "redis/ngx_phone_redis_link.h"


static size_t ngx_phone_redis_hello(ngx_phone_redis_peer_t *peer, u_char **p);
static size_t ngx_phone_redis_hello_add(u_char **p, ngx_uint_t argc,
    const char **argv, const size_t *argvlen);
static ngx_int_t ngx_phone_redis_refused(ngx_phone_redis_link_t *link,
    redisReply *reply, const char *command);
static ngx_int_t ngx_phone_redis_not_let_in(ngx_phone_redis_link_t *link,
    redisReply *reply);
static ngx_int_t ngx_phone_redis_checked(ngx_phone_redis_link_t *link,
    redisReply *reply, ngx_uint_t n);
static ngx_int_t ngx_phone_redis_note(ngx_phone_redis_link_t *link);
static u_char *ngx_phone_redis_format_length(u_char *p, u_char type,
    size_t n);


/* Errors by which a server refuses a client, in reply to any command. */

typedef struct {
    const char                     *code;
    ngx_phone_redis_error_t         error;
    const char                     *reason;
} ngx_phone_redis_denial_t;


static const ngx_phone_redis_denial_t  ngx_phone_redis_denials[] = {

    { "NOAUTH", NGX_PHONE_REDIS_REJECTED,
      "it wants a password: \"phone_redis\" needs \"password_file=\"" },

    { "WRONGPASS", NGX_PHONE_REDIS_REJECTED,
      "it does not know this user with this password: look at \"user=\" and "
      "\"password_file=\" of \"phone_redis\"" },

    { "ERR AUTH <password> called without", NGX_PHONE_REDIS_REJECTED,
      "its default user has no password: \"phone_redis\" needs no "
      "\"password_file=\", or \"user=\" as well" },

    { "ERR max number of clients", NGX_PHONE_REDIS_CONNECT,
      "it has as many clients as it may: raise its \"maxclients\"" },

    { "DENIED", NGX_PHONE_REDIS_REJECTED,
      "it is in protected mode: set its \"requirepass\"" },

    { "MASTERDOWN", NGX_PHONE_REDIS_CONNECT, NULL },
    { "BUSY", NGX_PHONE_REDIS_CONNECT, NULL },
    { NULL, NGX_PHONE_REDIS_NONE, NULL }
};


ngx_int_t
ngx_phone_redis_peer_init(ngx_phone_redis_peer_t *peer,
    const ngx_phone_redis_conf_t *conf, const ngx_phone_redis_check_t *check,
    ngx_pool_t *pool)
{
    u_char  *p;

    peer->conf = conf;
    peer->check = check;

    p = NULL;

    p = ngx_pnalloc(pool, ngx_phone_redis_hello(peer, &p));
    if (p == NULL) {
        return NGX_ERROR;
    }

    peer->hello.data = p;
    (void) ngx_phone_redis_hello(peer, &p);
    peer->hello.len = p - peer->hello.data;

    return NGX_OK;
}


/* Writes the handshake at *p, or counts the bytes when that is NULL. */

static size_t
ngx_phone_redis_hello(ngx_phone_redis_peer_t *peer, u_char **p)
{
    size_t                         size, len[3];
    u_char                         database[NGX_INT_T_LEN];
    ngx_uint_t                     i;
    const char                    *argv[3];
    const ngx_phone_redis_conf_t  *conf;
    const ngx_phone_redis_args_t  *command;

    conf = peer->conf;
    size = 0;

    if (conf->password.len) {
        i = 0;
        argv[i] = "AUTH";
        len[i++] = 4;

        if (conf->username.len) {
            argv[i] = (const char *) conf->username.data;
            len[i++] = conf->username.len;
        }

        argv[i] = (const char *) conf->password.data;
        len[i++] = conf->password.len;

        size += ngx_phone_redis_hello_add(p, i, argv, len);
    }

    if (conf->database) {
        argv[0] = "SELECT";
        len[0] = 6;
        argv[1] = (const char *) database;
        len[1] = ngx_sprintf(database, "%i", conf->database) - database;

        size += ngx_phone_redis_hello_add(p, 2, argv, len);
    }

    if (peer->check == NULL) {

        /* a connection is ready when it has answered */

        argv[0] = "PING";
        len[0] = 4;

        return size + ngx_phone_redis_hello_add(p, 1, argv, len);
    }

    for (i = 0; i < peer->check->ncommands; i++) {
        command = &peer->check->commands[i];
        size += ngx_phone_redis_hello_add(p, command->argc, command->argv,
                                          command->argvlen);
    }

    return size;
}


static size_t
ngx_phone_redis_hello_add(u_char **p, ngx_uint_t argc, const char **argv,
    const size_t *argvlen)
{
    if (*p) {
        *p = ngx_phone_redis_format(*p, argc, argv, argvlen);
    }

    return ngx_phone_redis_format_size(argc, argvlen);
}


ngx_int_t
ngx_phone_redis_handshake(ngx_phone_redis_link_t *link, redisReply *reply)
{
    ngx_uint_t               n;
    ngx_phone_redis_peer_t  *peer;

    peer = link->peer;
    n = link->step++;

    if (ngx_phone_redis_is_error(reply, "LOADING")) {
        ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_LOADING, 0,
                                  "it is loading its data set");
        return NGX_ERROR;
    }

    if (ngx_phone_redis_not_let_in(link, reply) != NGX_OK) {
        return NGX_ERROR;
    }

    if (peer->conf->password.len) {
        if (n == 0) {
            return ngx_phone_redis_refused(link, reply, "AUTH");
        }

        n--;
    }

    if (peer->conf->database) {
        if (n == 0) {
            return ngx_phone_redis_refused(link, reply, "SELECT");
        }

        n--;
    }

    if (peer->check) {
        return ngx_phone_redis_checked(link, reply, n);
    }

    if (ngx_phone_redis_refused(link, reply, "PING") == NGX_ERROR) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* NGX_AGAIN: it was not refused, go on. */

static ngx_int_t
ngx_phone_redis_refused(ngx_phone_redis_link_t *link, redisReply *reply,
    const char *command)
{
    u_char  text[NGX_PHONE_REDIS_REASON], *p, *last;
    u_char  reason[NGX_PHONE_REDIS_REASON];

    if (reply->type != REDIS_REPLY_ERROR) {
        return NGX_AGAIN;
    }

    (void) ngx_phone_redis_error_text(reply, text);

    if (command[0] == 'A') {

        /*
         * a server that does not know AUTH answers with its arguments: keep
         * the first word only
         */

        p = (u_char *) ngx_strchr(text, ' ');
        if (p) {
            *p = '\0';
        }
    }

    last = reason + sizeof(reason) - 1;
    p = ngx_snprintf(reason, last - reason, "it answers %s with \"%s\"",
                     command, text);
    *p = '\0';

    ngx_phone_redis_link_fail(link, NGX_PHONE_REDIS_REJECTED, 0,
                              (char *) reason);

    return NGX_ERROR;
}


static ngx_int_t
ngx_phone_redis_not_let_in(ngx_phone_redis_link_t *link, redisReply *reply)
{
    u_char                           text[NGX_PHONE_REDIS_REASON];
    u_char                           reason[NGX_PHONE_REDIS_REASON];
    const ngx_phone_redis_denial_t  *denial;

    for (denial = ngx_phone_redis_denials; denial->code; denial++) {
        if (ngx_phone_redis_is_error(reply, denial->code)) {
            break;
        }
    }

    if (denial->code == NULL) {
        return NGX_OK;
    }

    if (denial->reason == NULL) {
        (void) ngx_phone_redis_error_text(reply, text);
        (void) ngx_snprintf(reason, sizeof(reason), "it answers \"%s\"%Z",
                            text);
    }

    ngx_phone_redis_link_fail(link, denial->error, 0,
                              denial->reason ? denial->reason
                                             : (char *) reason);

    return NGX_ERROR;
}


static ngx_int_t
ngx_phone_redis_checked(ngx_phone_redis_link_t *link, redisReply *reply,
    ngx_uint_t n)
{
    u_char                          text[NGX_PHONE_REDIS_REASON], *p;
    ngx_str_t                       reason;
    ngx_phone_redis_verdict_t       verdict;
    const ngx_phone_redis_check_t  *check;

    check = link->peer->check;

    ngx_str_set(&reason, "the check of the server failed");

    verdict = check->handler(check->data, link->number, n, reply, &reason);

    if (verdict == NGX_PHONE_REDIS_ACCEPT) {
        return (n + 1 == check->ncommands) ? NGX_OK : NGX_AGAIN;
    }

    if (verdict == NGX_PHONE_REDIS_NOTE
        && ngx_phone_redis_note(link) == NGX_OK)
    {
        return NGX_AGAIN;
    }

    p = ngx_snprintf(text, sizeof(text) - 1, "%V", &reason);
    *p = '\0';

    ngx_phone_redis_link_fail(link, (verdict == NGX_PHONE_REDIS_RETRY)
                                    ? NGX_PHONE_REDIS_CONNECT
                                    : NGX_PHONE_REDIS_REJECTED,
                              0, (char *) text);

    return NGX_ERROR;
}


/* The server has read all that was sent, so there is room for one command. */

static ngx_int_t
ngx_phone_redis_note(ngx_phone_redis_link_t *link)
{
    u_char                         buf[NGX_PHONE_REDIS_REASON], *p;
    const ngx_phone_redis_args_t  *note;

    note = &link->peer->check->note;

    if (ngx_phone_redis_format_size(note->argc, note->argvlen) > sizeof(buf)) {
        return NGX_ERROR;
    }

    p = ngx_phone_redis_format(buf, note->argc, note->argv, note->argvlen);

    return link->connection->send(link->connection, buf, p - buf) == p - buf
           ? NGX_OK : NGX_ERROR;
}


size_t
ngx_phone_redis_format_size(ngx_uint_t argc, const size_t *argvlen)
{
    size_t      size;
    ngx_uint_t  i;

    size = (argc + 1) * (1 + NGX_SIZE_T_LEN + 4);

    for (i = 0; i < argc; i++) {
        size += argvlen[i];
    }

    return size;
}


u_char *
ngx_phone_redis_format(u_char *p, ngx_uint_t argc, const char **argv,
    const size_t *argvlen)
{
    ngx_uint_t  i;

    p = ngx_phone_redis_format_length(p, '*', argc);

    for (i = 0; i < argc; i++) {
        p = ngx_phone_redis_format_length(p, '$', argvlen[i]);
        p = ngx_cpymem(p, argv[i], argvlen[i]);
        *p++ = CR;
        *p++ = LF;
    }

    return p;
}


/* ngx_sprintf() would take most of the time of a command. */

static u_char *
ngx_phone_redis_format_length(u_char *p, u_char type, size_t n)
{
    u_char  digits[NGX_SIZE_T_LEN], *d;

    *p++ = type;

    if (n < 10) {
        *p++ = (u_char) ('0' + n);

    } else if (n < 100) {
        *p++ = (u_char) ('0' + n / 10);
        *p++ = (u_char) ('0' + n % 10);

    } else {
        d = digits + NGX_SIZE_T_LEN;

        do {
            *--d = (u_char) ('0' + n % 10);
            n /= 10;
        } while (n);

        p = ngx_cpymem(p, d, digits + NGX_SIZE_T_LEN - d);
    }

    *p++ = CR;
    *p++ = LF;

    return p;
}
