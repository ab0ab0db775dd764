
/* Judges the answers of a check, with the reason of a refusal. */


#include "store/ngx_phone_store_words.h"


/* The format of keys and records, raised with each incompatible change;
   conf/phone-store has it too. */
#define NGX_PHONE_STORE_FORMAT  "6"

#define NGX_PHONE_CHECK_WARN    60          /* s between two lines */
#define NGX_PHONE_FOLDER_ERROR  80          /* bytes of the system's text */


/* The fields of phone:store, in the order in which they are asked for. */
typedef enum {
    NGX_PHONE_STORE_BUCKETS = 0,
    NGX_PHONE_STORE_VERSION,
    NGX_PHONE_STORE_ID,
    NGX_PHONE_STORE_EPOCH,
    NGX_PHONE_STORE_EPOCH_AT,
    NGX_PHONE_STORE_EVICTED,
    NGX_PHONE_STORE_ACCEPTED,
    NGX_PHONE_STORE_BLOBS,
    NGX_PHONE_STORE_CREATED_AT,
    NGX_PHONE_STORE_SECRET,          /* the first one */
    NGX_PHONE_STORE_OURS,            /* is ours known? */
    NGX_PHONE_STORE_BEFORE,
    NGX_PHONE_STORE_KEYS             /* the first of our platform keys */
} ngx_phone_store_field_e;


static ngx_phone_redis_verdict_t ngx_phone_check_ours(
    ngx_phone_check_t *check, redisReply **field, ngx_str_t *reason);
static ngx_phone_redis_verdict_t ngx_phone_check_secret(
    ngx_phone_check_t *check, redisReply **field, ngx_str_t *reason);
static ngx_phone_redis_verdict_t ngx_phone_check_keys(
    ngx_phone_check_t *check, redisReply **noted, ngx_str_t *reason);
static ngx_phone_redis_verdict_t ngx_phone_check_folder(
    ngx_phone_check_t *check, redisReply *noted, ngx_str_t *reason);
static ngx_phone_redis_verdict_t ngx_phone_check_evicted(
    ngx_phone_check_t *check, ngx_phone_found_t *found, redisReply **field,
    ngx_str_t *reason);
static ngx_phone_redis_verdict_t ngx_phone_check_evicts(
    ngx_phone_check_t *check, ngx_str_t *reason);
static void ngx_phone_check_memory(ngx_phone_check_t *check,
    redisReply *reply);
static ngx_str_t ngx_phone_info(redisReply *reply, const char *name);
static ngx_uint_t ngx_phone_reply_is(redisReply *reply,
    const ngx_str_t *text);
static const char *ngx_phone_reply_text(redisReply *reply);


ngx_phone_redis_verdict_t
ngx_phone_check_time(ngx_phone_check_t *check, ngx_phone_found_t *found,
    redisReply *reply, ngx_str_t *reason)
{
    int64_t        seconds, us, offset, certain, bound;
    phone_clock_t  judged;

    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2
        || ngx_phone_store_score(reply->element[0], &seconds) != NGX_OK
        || ngx_phone_store_score(reply->element[1], &us) != NGX_OK)
    {
        ngx_str_set(reason, "unexpected reply to TIME");
        return NGX_PHONE_REDIS_RETRY;
    }

    bound = check->store->env->settings->clock_bound;

    judged = phone_clock_judge(found->sent, seconds * 1000000 + us,
                               ngx_phone_clock_us(), bound * 1000, &offset,
                               &certain);

    check->clock_offset = offset;
    check->clock_certain = certain;
    check->clock_apart = ngx_phone_clock_apart();
    check->store->env->clock_off = (judged == PHONE_CLOCK_REFUSED);

    if (judged == PHONE_CLOCK_GOOD) {
        return NGX_PHONE_REDIS_ACCEPT;
    }

    if (judged == PHONE_CLOCK_REFUSED) {
        return ngx_phone_check_refuse(check, reason,
                                      "its clock and the clock of this host "
                                      "differ by more than %L ms: "
                                      "synchronize both with NTP", bound);
    }

    if (ngx_worker == 0
        && ngx_time() - check->clock_warned >= NGX_PHONE_CHECK_WARN)
    {
        check->clock_warned = ngx_time();
        ngx_log_error(NGX_LOG_WARN, check->store->log, 0,
                      "the clock of this host is %L ms %s that of redis: "
                      "synchronize both with NTP, above %L ms the store is "
                      "not used",
                      (offset < 0 ? -offset : offset) / 1000,
                      offset < 0 ? "behind" : "ahead of", bound);
    }

    return NGX_PHONE_REDIS_ACCEPT;
}


ngx_phone_redis_verdict_t
ngx_phone_check_info(ngx_phone_check_t *check, ngx_phone_found_t *found,
    redisReply *reply, ngx_str_t *reason)
{
    ngx_str_t  version, policy, role, run_id, evicted, log, before, loading;

    version = ngx_phone_info(reply, "redis_version");
    policy = ngx_phone_info(reply, "maxmemory_policy");
    role = ngx_phone_info(reply, "role");
    run_id = ngx_phone_info(reply, "run_id");
    evicted = ngx_phone_info(reply, "evicted_keys");
    log = ngx_phone_info(reply, "aof_enabled");
    before = ngx_phone_info(reply, "master_replid2");
    loading = ngx_phone_info(reply, "loading");

    if (version.len == 0 || role.len == 0
        || run_id.len != NGX_PHONE_RUN_ID_LEN)
    {
        return ngx_phone_check_refuse(check, reason,
                                      "INFO contains no version, role or run "
                                      "id: Redis 7.0 or newer is needed");
    }

    if (ngx_atoi(version.data, strspn((char *) version.data, "0123456789"))
        < 7)
    {
        return ngx_phone_check_refuse(check, reason,
                                      "Redis 7.0 or newer is needed, it is "
                                      "%V", &version);
    }

    /* no operator is needed: the master may be elsewhere, and a server that
       is loading its append-only file reports that it has none */

    if (loading.len && loading.data[0] != '0') {
        ngx_str_set(reason, "it is loading its data set");
        return NGX_PHONE_REDIS_RETRY;
    }

    if (role.data[0] != 'm') {
        ngx_str_set(reason, "it is a read-only replica");
        return NGX_PHONE_REDIS_RETRY;
    }

    if (policy.len != sizeof("noeviction") - 1
        || ngx_strncmp(policy.data, "noeviction", policy.len) != 0)
    {
        return ngx_phone_check_refuse(check, reason,
                                      "its maxmemory-policy is \"%V\", money "
                                      "must not be evicted: set "
                                      "\"maxmemory-policy noeviction\"",
                                      &policy);
    }

    if (log.len && log.data[0] == '0' && !check->store->conf->unsafe) {
        return ngx_phone_check_refuse(check, reason,
                                      "it has no append-only file, so "
                                      "confirmed writes would be lost when "
                                      "it exits: set \"appendonly yes\" and "
                                      "\"appendfsync always\"");
    }

    ngx_phone_check_memory(check, reply);

    ngx_memcpy(found->run_id, run_id.data, NGX_PHONE_RUN_ID_LEN);
    found->evicted = ngx_atoi(evicted.data, evicted.len);

    found->witness.promoted = before.len && before.data[0] != '0'
                              && strspn((char *) before.data, "0")
                                 < before.len;
    found->witness.synced = log.len && log.data[0] == '1';

    return NGX_PHONE_REDIS_ACCEPT;
}


static void
ngx_phone_check_memory(ngx_phone_check_t *check, redisReply *reply)
{
    ngx_int_t     low;
    ngx_str_t     used, limit;
    phone_env_t  *env;

    env = check->store->env;
    used = ngx_phone_info(reply, "used_memory");
    limit = ngx_phone_info(reply, "maxmemory");

    low = phone_memory_low(ngx_atoof(used.data, used.len),
                           ngx_atoof(limit.data, limit.len));

    if (low && ngx_worker == 0
        && ngx_time() - check->memory_warned >= NGX_PHONE_CHECK_WARN)
    {
        check->memory_warned = ngx_time();
        ngx_log_error(NGX_LOG_WARN, check->store->log, 0,
                      "redis uses %V of %V bytes: logins from unknown "
                      "browsers are refused, raise \"maxmemory\"",
                      &used, &limit);
    }

    env->memory_low = low;
}


/* A managed Redis may not allow CONFIG; the operator is responsible then.
   One worker warns, once. */

void
ngx_phone_check_fsync(ngx_phone_check_t *check, ngx_phone_found_t *found,
    redisReply *reply)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2
        || reply->element[1]->type != REDIS_REPLY_STRING
        || ngx_strcmp(reply->element[1]->str, "always") == 0)
    {
        return;
    }

    found->witness.synced = 0;

    if (ngx_worker == 0 && !check->warned) {
        check->warned = 1;
        ngx_log_error(NGX_LOG_WARN, check->store->log, 0,
                      "redis confirms writes before they are on disk, so "
                      "confirmed writes may be lost: set \"appendfsync "
                      "always\"");
    }
}


ngx_phone_redis_verdict_t
ngx_phone_check_witness(ngx_phone_found_t *found, redisReply *reply,
    ngx_str_t *reason)
{
    if (reply->type == REDIS_REPLY_STRING
        && ngx_phone_store_score(reply, &found->witness.found) != NGX_OK)
    {
        ngx_str_set(reason, "the witness of this worker is not a number");
        return NGX_PHONE_REDIS_REJECT;
    }

    return NGX_PHONE_REDIS_ACCEPT;
}


ngx_phone_redis_verdict_t
ngx_phone_check_store(ngx_phone_check_t *check, ngx_phone_found_t *found,
    redisReply *reply, ngx_str_t *reason)
{
    int64_t                     epoch, epoch_at;
    redisReply                **field;
    ngx_phone_redis_verdict_t   verdict;

    if (reply->type != REDIS_REPLY_ARRAY
        || reply->elements != NGX_PHONE_STORE_KEYS
                              + check->store->env->platform->n)
    {
        ngx_str_set(reason, "unexpected reply to HMGET");
        return NGX_PHONE_REDIS_RETRY;
    }

    field = reply->element;

    verdict = ngx_phone_check_ours(check, field, reason);

    if (verdict == NGX_PHONE_REDIS_ACCEPT) {
        verdict = ngx_phone_check_evicted(check, found, field, reason);
    }

    if (verdict != NGX_PHONE_REDIS_ACCEPT) {
        return verdict;
    }

    if (ngx_phone_store_score(field[NGX_PHONE_STORE_EPOCH], &epoch) != NGX_OK)
    {
        epoch = 0;
    }

    if (ngx_phone_store_score(field[NGX_PHONE_STORE_EPOCH_AT], &epoch_at)
        != NGX_OK)
    {
        epoch_at = 0;
    }

    ngx_phone_witness_judge(check, found, epoch, epoch_at);

    /* connections to the previous server must not be used beside those to
       the new one */

    if (found->witness.another_run) {
        ngx_str_set(reason, "another server has taken its place");
        ngx_phone_redis_give_up(check->store->redis, NGX_PHONE_REDIS_CONNECT,
                                reason);
    }

    ngx_memcpy(check->run_id, found->run_id, NGX_PHONE_RUN_ID_LEN);
    check->checked = ngx_time();
    check->served_at = ngx_current_msec;

    return NGX_PHONE_REDIS_ACCEPT;
}


/* The store that this nginx is set up for, made for its settings. */

static ngx_phone_redis_verdict_t
ngx_phone_check_ours(ngx_phone_check_t *check, redisReply **field,
    ngx_str_t *reason)
{
    ngx_str_t                      format;
    redisReply                    *buckets;
    ngx_phone_store_t             *store;
    ngx_phone_redis_verdict_t      verdict;
    const ngx_phone_store_conf_t  *conf;

    store = check->store;
    conf = store->conf;
    ngx_str_set(&format, NGX_PHONE_STORE_FORMAT);

    if (field[NGX_PHONE_STORE_ID]->type != REDIS_REPLY_STRING
        && field[NGX_PHONE_STORE_BUCKETS]->type != REDIS_REPLY_STRING)
    {
        return ngx_phone_check_refuse(check, reason,
                                      "it holds no store: restore its data "
                                      "if they were lost, or create a store "
                                      "with phone-store");
    }

    if (!ngx_phone_reply_is(field[NGX_PHONE_STORE_VERSION], &format)) {
        return ngx_phone_check_refuse(check, reason,
                                      "it holds a store of another format "
                                      "than \"%V\": use the version of "
                                      "ngx_phone that made it", &format);
    }

    if (!ngx_phone_reply_is(field[NGX_PHONE_STORE_ID], &conf->id)) {
        return ngx_phone_check_refuse(check, reason,
                                      "it holds the store \"%s\", not \"%V\" "
                                      "of \"phone_store_id\"",
                                      ngx_phone_reply_text(
                                                field[NGX_PHONE_STORE_ID]),
                                      &conf->id);
    }

    buckets = field[NGX_PHONE_STORE_BUCKETS];

    if (buckets->type != REDIS_REPLY_STRING
        || ngx_atoi((u_char *) buckets->str, buckets->len)
           != (ngx_int_t) store->env->buckets)
    {
        return ngx_phone_check_refuse(check, reason,
                                      "its store was made with %s buckets, "
                                      "not %ui: set \"phone_buckets\"",
                                      ngx_phone_reply_text(buckets),
                                      (ngx_uint_t) store->env->buckets);
    }

    if (ngx_phone_store_score(field[NGX_PHONE_STORE_CREATED_AT],
                              &store->env->store_since)
        != NGX_OK)
    {
        return ngx_phone_check_refuse(check, reason,
                                      "its store does not say when it was "
                                      "made: set \"created_at\" of "
                                      "\"phone:store\", in milliseconds");
    }

    verdict = ngx_phone_check_secret(check, field, reason);

    if (verdict == NGX_PHONE_REDIS_ACCEPT) {
        verdict = ngx_phone_check_keys(check, field + NGX_PHONE_STORE_KEYS,
                                       reason);
    }

    if (verdict != NGX_PHONE_REDIS_ACCEPT) {
        return verdict;
    }

    return ngx_phone_check_folder(check, field[NGX_PHONE_STORE_BLOBS], reason);
}


/*
 * With another secret this host would take no cookie of the others, and could
 * not read PINs, passwords and card numbers.  It is known if it was here first,
 * or came from a host with a known one as the secret before.
 */

static ngx_phone_redis_verdict_t
ngx_phone_check_secret(ngx_phone_check_t *check, redisReply **field,
    ngx_str_t *reason)
{
    redisReply       *first;
    const ngx_str_t  *ours, *before;

    static const ngx_str_t  name = ngx_string("secret");

    first = field[NGX_PHONE_STORE_SECRET];
    ours = &check->secret[0];
    before = &check->secret[1];

    if (first->type != REDIS_REPLY_STRING) {
        ngx_phone_check_note_own(check, &name, ours);
        return NGX_PHONE_REDIS_ACCEPT;
    }

    if (ngx_phone_reply_is(first, ours)
        || field[NGX_PHONE_STORE_OURS]->type == REDIS_REPLY_STRING)
    {
        return NGX_PHONE_REDIS_ACCEPT;
    }

    if (ngx_phone_reply_is(first, before)
        || field[NGX_PHONE_STORE_BEFORE]->type == REDIS_REPLY_STRING)
    {
        ngx_phone_check_note_own(check, ours, before);
        return NGX_PHONE_REDIS_ACCEPT;
    }

    return ngx_phone_check_refuse(check, reason,
                                  "its hosts have another "
                                  "\"phone_secret_file\": give this host the "
                                  "one of the others; to change it, see "
                                  "\"phone_secret_file_before\"");
}


/* Merchants know a key by its id: the same id must not name two of them. */

static ngx_phone_redis_verdict_t
ngx_phone_check_keys(ngx_phone_check_t *check, redisReply **noted,
    ngx_str_t *reason)
{
    ngx_str_t                     id, print;
    ngx_uint_t                    i;
    const phone_platform_keys_t  *keys;

    keys = check->store->env->platform;

    for (i = 0; i < keys->n; i++) {
        print = ngx_phone_ngx_str(keys->key[i].sha256);

        if (noted[i]->type != REDIS_REPLY_STRING) {
            ngx_phone_check_note_own(check, &check->platform[i], &print);
            continue;
        }

        if (!ngx_phone_reply_is(noted[i], &print)) {
            id = ngx_phone_ngx_str(keys->key[i].key_id);

            return ngx_phone_check_refuse(check, reason,
                                          "its \"phone_platform_key\" \"%V\" "
                                          "is another key: give this host the "
                                          "file of the others, and a new key "
                                          "an id that was never used", &id);
        }
    }

    return NGX_PHONE_REDIS_ACCEPT;
}


/*
 * In a folder of its own this host would lack what the others keep.  In that of
 * another store its sweep would remove what that one keeps.  If it is not the
 * noted one it is looked at again, since a share may be mounted late.  Only the
 * first host makes its line: others are to find it.
 */

static ngx_phone_redis_verdict_t
ngx_phone_check_folder(ngx_phone_check_t *check, redisReply *noted,
    ngx_str_t *reason)
{
    u_char               text[NGX_PHONE_FOLDER_ERROR], *last;
    ngx_uint_t           is_noted;
    const ngx_str_t     *id, *line;
    ngx_phone_folder_t  *folder;

    static const ngx_str_t  name = ngx_string("blobs");

    folder = check->store->folder;
    id = &check->store->conf->id;

    is_noted = noted->type == REDIS_REPLY_STRING;

    if (folder == NULL) {
        return is_noted
               ? ngx_phone_check_refuse(check, reason,
                                        "its hosts share a directory of "
                                        "\"phone_blobs\", which this one does "
                                        "not have: set it, events of the "
                                        "others need it")
               : NGX_PHONE_REDIS_ACCEPT;
    }

    line = &folder->line;

    if (!ngx_phone_reply_is(noted, line)
        && folder->look(folder, is_noted ? NULL : id) == NGX_ERROR)
    {
        last = ngx_strerror(folder->err, text, sizeof(text));

        return ngx_phone_check_refuse(check, reason,
                                      "the directory of \"phone_blobs\" "
                                      "cannot be used: %s failed (%d: %*s)",
                                      folder->failed, folder->err,
                                      (size_t) (last - text), text);
    }

    if ((line->len || !is_noted)
        && (line->len <= id->len || line->data[id->len] != ' '
            || ngx_strncmp(line->data, id->data, id->len) != 0))
    {
        return ngx_phone_check_refuse(check, reason,
                                      "the directory of \"phone_blobs\" "
                                      "belongs to another store: give this "
                                      "one a directory of its own");
    }

    if (!is_noted) {
        ngx_phone_check_note_own(check, &name, line);

    } else if (!ngx_phone_reply_is(noted, line)) {
        return ngx_phone_check_refuse(check, reason,
                                      "its hosts use another directory than "
                                      "\"phone_blobs\" of this one: all must "
                                      "share one directory");
    }

    return NGX_PHONE_REDIS_ACCEPT;
}


/*
 * Keys were evicted, and it is not known which.  An operator must check the
 * store and then accept this number of evictions of this run of the server.
 * The server forgets the number when it restarts, so it is noted in the store.
 */

static ngx_phone_redis_verdict_t
ngx_phone_check_evicted(ngx_phone_check_t *check, ngx_phone_found_t *found,
    redisReply **field, ngx_str_t *reason)
{
    u_char     text[NGX_PHONE_RUN_ID_LEN + 1 + NGX_INT64_LEN];
    ngx_str_t  accepted;

    if (field[NGX_PHONE_STORE_EVICTED]->type == REDIS_REPLY_STRING) {
        return ngx_phone_check_evicts(check, reason);
    }

    accepted.data = text;
    accepted.len = ngx_sprintf(text, "%*s:%L", (size_t) NGX_PHONE_RUN_ID_LEN,
                               found->run_id, found->evicted)
                   - text;

    if (found->evicted <= 0
        || ngx_phone_reply_is(field[NGX_PHONE_STORE_ACCEPTED], &accepted))
    {
        return NGX_PHONE_REDIS_ACCEPT;
    }

    check->len[NGX_PHONE_CHECK_NOTE][NGX_PHONE_CHECK_EVICTED] =
                       ngx_sprintf(check->evicted, "%L", found->evicted)
                       - check->evicted;

    (void) ngx_phone_check_evicts(check, reason);

    return NGX_PHONE_REDIS_NOTE;
}


static ngx_phone_redis_verdict_t
ngx_phone_check_evicts(ngx_phone_check_t *check, ngx_str_t *reason)
{
    return ngx_phone_check_refuse(check, reason,
                                  "it has evicted keys, records of money may "
                                  "be lost: restore a backup, or see "
                                  "phone-store accept");
}


ngx_phone_redis_verdict_t
ngx_phone_check_noted(ngx_phone_check_t *check, redisReply *reply,
    ngx_str_t *reason)
{
    if (reply->type == REDIS_REPLY_ERROR) {
        return ngx_phone_check_refuse(check, reason,
                                      "it has evicted keys, and answers HSET "
                                      "with \"%*s\"",
                                      ngx_min((size_t) reply->len, 128),
                                      reply->str);
    }

    return ngx_phone_check_evicts(check, reason);
}


ngx_phone_redis_verdict_t
ngx_phone_check_refuse(ngx_phone_check_t *check, ngx_str_t *reason,
    const char *fmt, ...)
{
    va_list  args;

    reason->data = check->reason;

    va_start(args, fmt);
    reason->len = ngx_vslprintf(check->reason,
                                check->reason + sizeof(check->reason), fmt,
                                args)
                  - check->reason;
    va_end(args);

    return NGX_PHONE_REDIS_REJECT;
}


/* The value of "name:value" in a reply to INFO; empty when it is not there. */

static ngx_str_t
ngx_phone_info(redisReply *reply, const char *name)
{
    char       *p;
    size_t      len;
    ngx_str_t   value;

    ngx_str_null(&value);

    if (reply->type != REDIS_REPLY_STRING) {
        return value;
    }

    len = ngx_strlen(name);

    for (p = reply->str; (p = strstr(p, name)) != NULL; p += len) {
        if (p > reply->str && p[-1] == '\n' && p[len] == ':') {
            value.data = (u_char *) p + len + 1;
            value.len = strcspn(p + len + 1, "\r\n");
            break;
        }
    }

    return value;
}


static ngx_uint_t
ngx_phone_reply_is(redisReply *reply, const ngx_str_t *text)
{
    return reply->type == REDIS_REPLY_STRING && reply->len == text->len
           && ngx_memcmp(reply->str, text->data, text->len) == 0;
}


static const char *
ngx_phone_reply_text(redisReply *reply)
{
    return reply->type == REDIS_REPLY_STRING ? reply->str : "no";
}
