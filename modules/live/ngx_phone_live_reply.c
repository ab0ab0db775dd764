
/*
 * Parses the ends of a stream and its entries, which effect.c of the core
 * writes ("e": the name, "d": a JSON object), and formats them as server-sent
 * events.
 */


#include "live/ngx_phone_live.h"


static redisReply *ngx_phone_live_member(redisReply *reply, const char *name);
static redisReply *ngx_phone_live_field(redisReply *entry, char name);
static const u_char *ngx_phone_live_parse_number(const u_char *p,
    const u_char *last, uint64_t *value);
static u_char *ngx_phone_live_write_line(u_char *p, redisReply *value);


/*
 * NGX_DECLINED: some of the events that the client has missed are no longer
 * there, so it starts at the end.  None is missing if nothing was ever trimmed,
 * or if the oldest entry is not newer than its place.  A place after the end
 * means that the store has lost entries.
 */

ngx_int_t
ngx_phone_live_find_place(ngx_phone_live_client_t *client, redisReply *reply)
{
    redisReply           *first, *added, *length;
    ngx_phone_live_id_t   last, oldest, at;

    at = client->at;

    if (reply->type == REDIS_REPLY_ERROR
        && ngx_strncmp(reply->str, "ERR no such key", 15) == 0)
    {
        ngx_memzero(&client->at, sizeof(ngx_phone_live_id_t));

        return client->resume && (at.ms || at.seq) ? NGX_DECLINED : NGX_OK;
    }

    if (ngx_phone_live_read_id(ngx_phone_live_member(reply,
                                                     "last-generated-id"),
                               &last)
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, client->live->log, 0,
                      "the end of a live stream could not be read%s%s",
                      reply->type == REDIS_REPLY_ERROR ? ": " : "",
                      reply->type == REDIS_REPLY_ERROR ? reply->str : "");

        if (reply->type != REDIS_REPLY_ERROR) {
            ngx_phone_redis_out_of_step(client->live->phone->redis);
        }

        return NGX_ERROR;
    }

    client->at = last;

    if (!client->resume) {
        return NGX_OK;
    }

    if (ngx_phone_live_compare(&at, &last) > 0) {
        return NGX_DECLINED;
    }

    added = ngx_phone_live_member(reply, "entries-added");
    length = ngx_phone_live_member(reply, "length");
    first = ngx_phone_live_member(reply, "first-entry");

    if (ngx_phone_live_compare(&at, &last) == 0
        || (added && added->type == REDIS_REPLY_INTEGER
            && length && length->type == REDIS_REPLY_INTEGER
            && added->integer == length->integer)
        || (first && ngx_phone_live_entry_id(first, &oldest) == NGX_OK
            && ngx_phone_live_compare(&oldest, &at) <= 0))
    {
        client->at = at;
        client->behind = 1;
        return NGX_OK;
    }

    return NGX_DECLINED;
}


/* The value of a name in a reply of names and values, or NULL. */

static redisReply *
ngx_phone_live_member(redisReply *reply, const char *name)
{
    size_t       i, len;
    redisReply  *key;

    len = ngx_strlen(name);

    for (i = 0;
         reply->type == REDIS_REPLY_ARRAY && i + 1 < reply->elements;
         i += 2)
    {
        key = reply->element[i];

        if (key->type == REDIS_REPLY_STRING && (size_t) key->len == len
            && ngx_memcmp(key->str, name, len) == 0)
        {
            return reply->element[i + 1];
        }
    }

    return NULL;
}


/* "1700000000000-0" */

ngx_int_t
ngx_phone_live_parse_id(const u_char *p, size_t len, ngx_phone_live_id_t *id)
{
    const u_char  *last;

    last = p + len;

    p = ngx_phone_live_parse_number(p, last, &id->ms);

    if (p == NULL || p == last || *p++ != '-') {
        return NGX_ERROR;
    }

    return ngx_phone_live_parse_number(p, last, &id->seq) == last ? NGX_OK
                                                                  : NGX_ERROR;
}


/* The end of the digits; NULL: there are none, or too many. */

static const u_char *
ngx_phone_live_parse_number(const u_char *p, const u_char *last,
    uint64_t *value)
{
    unsigned       digit;
    const u_char  *first;

    first = p;
    *value = 0;

    for ( /* void */ ; p < last && *p >= '0' && *p <= '9'; p++) {
        digit = *p - '0';

        if (*value > (UINT64_MAX - digit) / 10) {
            return NULL;
        }

        *value = *value * 10 + digit;
    }

    return p == first ? NULL : p;
}


u_char *
ngx_phone_live_write_id(u_char *p, const ngx_phone_live_id_t *id)
{
    return ngx_sprintf(p, "%uL-%uL", id->ms, id->seq);
}


ngx_int_t
ngx_phone_live_compare(const ngx_phone_live_id_t *a,
    const ngx_phone_live_id_t *b)
{
    if (a->ms != b->ms) {
        return a->ms < b->ms ? -1 : 1;
    }

    return a->seq < b->seq ? -1 : a->seq > b->seq;
}


ngx_int_t
ngx_phone_live_read_id(redisReply *reply, ngx_phone_live_id_t *id)
{
    if (reply == NULL || reply->type != REDIS_REPLY_STRING) {
        return NGX_ERROR;
    }

    return ngx_phone_live_parse_id((u_char *) reply->str, reply->len, id);
}


ngx_int_t
ngx_phone_live_entry_id(redisReply *entry, ngx_phone_live_id_t *id)
{
    if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2) {
        return NGX_ERROR;
    }

    return ngx_phone_live_read_id(entry->element[0], id);
}


static redisReply *
ngx_phone_live_field(redisReply *entry, char name)
{
    size_t       i;
    redisReply  *fields, *key, *value;

    if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2
        || entry->element[1]->type != REDIS_REPLY_ARRAY)
    {
        return NULL;
    }

    fields = entry->element[1];

    for (i = 0; i + 1 < fields->elements; i += 2) {
        key = fields->element[i];
        value = fields->element[i + 1];

        if (key->type == REDIS_REPLY_STRING && key->len == 1
            && key->str[0] == name && value->type == REDIS_REPLY_STRING)
        {
            return value;
        }
    }

    return NULL;
}


/* Written by live/open.c of the core after a time without clients. */

ngx_uint_t
ngx_phone_live_is_reset(redisReply *entry)
{
    redisReply  *name;

    name = ngx_phone_live_field(entry, 'e');

    return name && name->len == 5 && ngx_memcmp(name->str, "reset", 5) == 0;
}


size_t
ngx_phone_live_entry_size(redisReply *entry)
{
    redisReply  *name, *json;

    name = ngx_phone_live_field(entry, 'e');
    json = ngx_phone_live_field(entry, 'd');

    return sizeof("id: " CRLF "event: " CRLF "data: " CRLF)
           + NGX_PHONE_LIVE_ID_LEN + (name ? name->len : 0)
           + (json ? json->len : 0);
}


/* For an entry without our fields only the id is written. */

u_char *
ngx_phone_live_write_entry(u_char *p, redisReply *entry)
{
    redisReply           *name, *json;
    ngx_phone_live_id_t   id;

    name = ngx_phone_live_field(entry, 'e');
    json = ngx_phone_live_field(entry, 'd');

    if (ngx_phone_live_entry_id(entry, &id) != NGX_OK) {
        return p;
    }

    p = ngx_cpymem(p, "id: ", 4);
    p = ngx_phone_live_write_id(p, &id);
    *p++ = LF;

    if (name && json) {
        p = ngx_cpymem(p, "event: ", 7);
        p = ngx_phone_live_write_line(p, name);
        p = ngx_cpymem(p, "data: ", 6);
        p = ngx_phone_live_write_line(p, json);
    }

    *p++ = LF;

    return p;
}


/* A line break would start another field. */

static u_char *
ngx_phone_live_write_line(u_char *p, redisReply *value)
{
    size_t  i;

    for (i = 0; i < (size_t) value->len; i++) {
        *p++ = (u_char) value->str[i] < ' ' ? ' ' : (u_char) value->str[i];
    }

    *p++ = LF;

    return p;
}
