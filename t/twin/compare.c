
/* The same answers to the reads of handlers, and the same content. */


#include <stdio.h>
#include <stdlib.h>

#include "twin.h"


/* Ms by which two clocks that set an expiry may differ. */
#define TWIN_SLACK           2000

/* Members that are asked for at a time. */
#define TWIN_SCORES          6


static const char *const  twin_fields[] = {
    "v", "balance", "status", "name", "s0", "a field"
};

static const phone_type_t  twin_type = { "record", PHONE_BY_NAME, 6,
                                         twin_fields, NULL };


static phone_str_t
twin_text(const redisReply *reply)
{
    return reply->type == REDIS_REPLY_STRING
           ? (phone_str_t) { reply->len, reply->str }
           : (phone_str_t) { 0, NULL };
}


static int
twin_same(const redisReply *reply, phone_str_t text)
{
    phone_str_t  other;

    other = twin_text(reply);

    return (other.data == NULL) == (text.data == NULL)
           && phone_equal(other, text);
}


/* A read that meets the wrong kind is an error on both sides. */

static int
twin_both_read(twin_t *twin, const redisReply *reply, int rc,
    phone_str_t key)
{
    if ((reply->type == REDIS_REPLY_ERROR) != (rc != 0)) {
        twin_fail(twin, "reading %.*s: redis %s, twin %s", PHONE_ARGS(key),
                  reply->type == REDIS_REPLY_ERROR ? reply->str : "reads",
                  rc != 0 ? "fails" : "reads");
        return 0;
    }

    return rc == 0;
}


static void
twin_compare_record(twin_t *twin)
{
    unsigned          i, k;
    redisReply       *reply;
    phone_str_t       word[8], value[6];
    phone_record_t    record;

    memset(&record, 0, sizeof(record));
    record.ask.kind = PHONE_ASK_RECORD;
    record.ask.key = twin_draw_key(twin);
    record.type = &twin_type;
    record.value = value;
    record.mask = (uint32_t) sim_between(&twin->random, 1, 63);

    word[0] = PHONE_STR("HMGET");
    word[1] = record.ask.key;
    k = 2;

    for (i = 0; i < 6; i++) {

        if (record.mask & PHONE_F(i)) {
            word[k++] = phone_cstr(twin_fields[i]);
        }
    }

    reply = twin_command(twin, k, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &record.ask,
                                      &twin->arena),
                       record.ask.key))
    {
        k = 0;

        for (i = 0; i < 6; i++) {

            if (record.mask & PHONE_F(i)
                && !twin_same(reply->element[k++], value[i]))
            {
                twin_fail(twin, "%s of %.*s", twin_fields[i],
                          PHONE_ARGS(record.ask.key));
            }
        }
    }

    freeReplyObject(reply);
}


static void
twin_compare_index(twin_t *twin)
{
    unsigned            i;
    redisReply         *reply;
    phone_str_t         score;
    phone_entry_t      *entry;
    phone_ask_index_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_INDEX;
    ask.ask.key = twin_draw_key(twin);
    ask.up = (unsigned) sim_below(&twin->random, 2) & 1;
    ask.bound = sim_between(&twin->random, 0, 8);
    ask.limit = (unsigned) sim_between(&twin->random, 1, 9);

    const phone_str_t  word[] = {
        ask.up ? PHONE_STR("ZRANGEBYSCORE") : PHONE_STR("ZREVRANGEBYSCORE"),
        ask.ask.key,
        ask.up ? phone_int(&twin->arena, ask.bound)
        : ask.bound ? phone_format(&twin->arena, "(%lld",
                                   (long long) ask.bound)
                    : PHONE_STR("+inf"),
        ask.up ? PHONE_STR("+inf") : PHONE_STR("-inf"),
        PHONE_STR("WITHSCORES"), PHONE_STR("LIMIT"),
        PHONE_STR("0"), phone_int(&twin->arena, ask.limit)
    };

    reply = twin_command(twin, 8, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key))
    {
        if (reply->elements != 2 * ask.list.n) {
            twin_fail(twin, "%.*s %s %lld: %zu members, twin %u",
                      PHONE_ARGS(ask.ask.key), ask.up ? "from" : "below",
                      (long long) ask.bound,
                      reply->elements / 2, ask.list.n);
        }

        for (i = 0; i < ask.list.n && !twin->failed; i++) {
            entry = &ask.list.entry[i];
            score = phone_format(&twin->arena, "%lld",
                                 (long long) entry->score);

            if (!twin_same(reply->element[2 * i], entry->member)
                || !twin_same(reply->element[2 * i + 1], score))
            {
                twin_fail(twin, "member %u of %.*s", i,
                          PHONE_ARGS(ask.ask.key));
            }
        }
    }

    freeReplyObject(reply);
}


static void
twin_compare_length(twin_t *twin)
{
    redisReply          *reply;
    phone_ask_length_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_LENGTH;
    ask.ask.key = twin_draw_near(twin, "log");

    const phone_str_t  word[] = { PHONE_STR("LLEN"), ask.ask.key };

    reply = twin_command(twin, 2, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key)
        && reply->integer != ask.length)
    {
        twin_fail(twin, "%.*s has %lld entries, twin %lld",
                  PHONE_ARGS(ask.ask.key), reply->integer,
                  (long long) ask.length);
    }

    freeReplyObject(reply);
}


static void
twin_compare_size(twin_t *twin)
{
    redisReply        *reply;
    phone_ask_size_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_SIZE;
    ask.ask.key = twin_draw_near(twin, "index");
    ask.since = sim_between(&twin->random, 0, 8);

    const phone_str_t  word[] = {
        PHONE_STR("ZCOUNT"), ask.ask.key,
        phone_int(&twin->arena, ask.since), PHONE_STR("+inf")
    };

    reply = twin_command(twin, 4, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key)
        && reply->integer != ask.size)
    {
        twin_fail(twin, "%.*s has %lld members from %lld on, twin %lld",
                  PHONE_ARGS(ask.ask.key), reply->integer,
                  (long long) ask.since, (long long) ask.size);
    }

    freeReplyObject(reply);
}


/* Of members that are there and others. */

static void
twin_compare_scores(twin_t *twin)
{
    unsigned             i;
    redisReply          *reply;
    phone_str_t          score, word[2 + TWIN_SCORES];
    phone_entry_t        entry[TWIN_SCORES];
    phone_ask_scores_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_SCORES;
    ask.ask.key = twin_draw_near(twin, "index");
    ask.of.n = (unsigned) sim_between(&twin->random, 1, TWIN_SCORES);
    ask.of.entry = entry;

    word[0] = PHONE_STR("ZMSCORE");
    word[1] = ask.ask.key;

    for (i = 0; i < ask.of.n; i++) {
        entry[i].member = twin_draw_member(twin);
        word[2 + i] = entry[i].member;
    }

    reply = twin_command(twin, 2 + ask.of.n, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key))
    {
        for (i = 0; i < ask.of.n; i++) {
            score = (phone_str_t) { 0, NULL };

            if (ask.scores.score[i] >= 0) {
                score = phone_int(&twin->arena, ask.scores.score[i]);
            }

            if (!twin_same(reply->element[i], score)) {
                twin_fail(twin, "score of %.*s in %.*s",
                          PHONE_ARGS(entry[i].member),
                          PHONE_ARGS(ask.ask.key));
            }
        }
    }

    freeReplyObject(reply);
}


static void
twin_compare_mark(twin_t *twin)
{
    redisReply        *reply;
    phone_str_t        stored;
    phone_ask_claim_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_CLAIM;
    ask.ask.key = twin_draw_key(twin);

    const phone_str_t  word[] = { PHONE_STR("GET"), ask.ask.key };

    reply = twin_command(twin, 2, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key))
    {
        stored = twin_text(reply);

        if (!phone_equal(stored.data ? stored : PHONE_EMPTY, ask.value)) {
            twin_fail(twin, "mark %.*s", PHONE_ARGS(ask.ask.key));
        }
    }

    freeReplyObject(reply);
}


static int
twin_compare_fields(const redisReply *reply, const phone_hash_t *hash)
{
    unsigned  i;

    if (reply->elements != 2 * hash->n) {
        return -1;
    }

    for (i = 0; i < hash->n; i++) {

        if (!twin_same(reply->element[2 * i], hash->field[i].name)
            || !twin_same(reply->element[2 * i + 1], hash->field[i].value))
        {
            return -1;
        }
    }

    return 0;
}


static void
twin_compare_log(twin_t *twin)
{
    unsigned          i;
    redisReply       *reply;
    phone_ask_log_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_LOG;
    ask.ask.key = twin_draw_key_of(twin, "log");
    ask.skip = (int64_t) sim_below(&twin->random, 20);
    ask.limit = (unsigned) sim_between(&twin->random, 1, 9);

    const phone_str_t  word[] = {
        PHONE_STR("LRANGE"), ask.ask.key, phone_int(&twin->arena, ask.skip),
        phone_int(&twin->arena, ask.skip + ask.limit - 1)
    };

    reply = twin_command(twin, 4, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key))
    {
        if (reply->elements != ask.log.n) {
            twin_fail(twin, "%.*s: %zu entries follow, twin %u",
                      PHONE_ARGS(ask.ask.key), reply->elements, ask.log.n);
        }

        for (i = 0; i < ask.log.n && !twin->failed; i++) {

            if (!twin_same(reply->element[i], ask.log.entry[i])) {
                twin_fail(twin, "entry %u of %.*s", i,
                          PHONE_ARGS(ask.ask.key));
            }
        }
    }

    freeReplyObject(reply);
}


static void
twin_compare_hash(twin_t *twin)
{
    redisReply        *reply;
    phone_ask_hash_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_HASH;
    ask.ask.key = twin_draw_key(twin);

    const phone_str_t  word[] = { PHONE_STR("HGETALL"), ask.ask.key };

    reply = twin_command(twin, 2, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key)
        && twin_compare_fields(reply, &ask.hash) != 0)
    {
        twin_fail(twin, "fields of %.*s", PHONE_ARGS(ask.ask.key));
    }

    freeReplyObject(reply);
}


static void
twin_compare_field(twin_t *twin)
{
    redisReply         *reply;
    phone_str_t         stored;
    phone_ask_field_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_FIELD;
    ask.ask.key = twin_draw_key(twin);
    ask.field = twin_draw_field(twin);

    const phone_str_t  word[] = { PHONE_STR("HGET"), ask.ask.key, ask.field };

    reply = twin_command(twin, 3, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key))
    {
        stored = twin_text(reply);

        if (!phone_equal(stored.data ? stored : PHONE_EMPTY, ask.value)) {
            twin_fail(twin, "field %.*s of %.*s", PHONE_ARGS(ask.field),
                      PHONE_ARGS(ask.ask.key));
        }
    }

    freeReplyObject(reply);
}


/* The least of the cells that Redis gives, as the shell takes it. */

static int64_t
twin_least(const redisReply *reply)
{
    size_t     i;
    long long  least;

    least = -1;

    for (i = 0; i < reply->elements; i++) {

        if (i == 0 || reply->element[i]->integer < least) {
            least = reply->element[i]->integer;
        }
    }

    return least;
}


static void
twin_compare_count(twin_t *twin)
{
    unsigned            i, n;
    redisReply         *reply;
    phone_str_t         word[TWIN_COUNT_WORDS], bit[PHONE_SKETCH_ROWS];
    phone_ask_count_t   ask;

    memset(&ask, 0, sizeof(ask));
    ask.ask.kind = PHONE_ASK_COUNT;
    ask.ask.key = sim_below(&twin->random, 8)
                  ? twin_draw_key_of(twin, "mark") : twin_draw_key(twin);
    ask.lives_for = 5000000;

    for (i = 0; i < PHONE_SKETCH_ROWS; i++) {
        ask.bit[i] = twin_draw_bit(twin);
        bit[i] = phone_int(&twin->arena, ask.bit[i]);
    }

    n = twin_sketch_words(ask.ask.key, PHONE_STR("5000000"), word);
    freeReplyObject(twin_command(twin, n, word));

    n = twin_count_words(ask.ask.key, PHONE_STR("1"), PHONE_SKETCH_ROWS, bit,
                         word);
    reply = twin_command(twin, n, word);

    if (twin_both_read(twin, reply,
                       sim_store_read(twin->store, twin_now(), &ask.ask,
                                      &twin->arena),
                       ask.ask.key)
        && twin_least(reply) != ask.count)
    {
        twin_fail(twin, "%.*s counts %lld, twin %lld",
                  PHONE_ARGS(ask.ask.key), (long long) twin_least(reply),
                  (long long) ask.count);
    }

    freeReplyObject(reply);
}


void
twin_compare_read(twin_t *twin)
{
    static void (*const  compare[])(twin_t *) = {
        twin_compare_record, twin_compare_index, twin_compare_mark,
        twin_compare_log, twin_compare_hash, twin_compare_count,
        twin_compare_size, twin_compare_length, twin_compare_scores,
        twin_compare_field
    };

    twin->reads++;
    compare[sim_below(&twin->random, 10)](twin);
}


/* Everything */

typedef struct {
    twin_t                  *twin;
    unsigned                 n;
} twin_counter_t;


static void
twin_count_key(void *data, phone_str_t key)
{
    (void) key;

    ((twin_counter_t *) data)->n++;
}


static void
twin_compare_zset(twin_t *twin, phone_str_t key)
{
    unsigned           i;
    redisReply        *reply;
    phone_str_t        score;
    const sim_zset_t  *zset;

    const phone_str_t  word[] = { PHONE_STR("ZRANGE"), key, PHONE_STR("0"),
                                  PHONE_STR("-1"), PHONE_STR("WITHSCORES") };

    reply = twin_command(twin, 5, word);
    zset = sim_store_zset(twin->store, twin_now(), key);

    if (zset == NULL || reply->elements != 2 * zset->n) {
        twin_fail(twin, "size of %.*s", PHONE_ARGS(key));
        freeReplyObject(reply);
        return;
    }

    for (i = 0; i < zset->n; i++) {
        score = phone_format(&twin->arena, "%lld",
                             (long long) zset->member[i].score);

        if (!twin_same(reply->element[2 * i], zset->member[i].member)
            || !twin_same(reply->element[2 * i + 1], score))
        {
            twin_fail(twin, "member %u of %.*s", i, PHONE_ARGS(key));
            break;
        }
    }

    freeReplyObject(reply);
}


static void
twin_compare_list(twin_t *twin, phone_str_t key)
{
    unsigned           i;
    redisReply        *reply;
    const sim_list_t  *list;

    const phone_str_t  word[] = { PHONE_STR("LRANGE"), key, PHONE_STR("0"),
                                  PHONE_STR("-1") };

    reply = twin_command(twin, 4, word);
    list = sim_store_list(twin->store, twin_now(), key);

    if (list == NULL || reply->elements != list->n) {
        twin_fail(twin, "size of %.*s", PHONE_ARGS(key));
    }

    for (i = 0; !twin->failed && i < list->n; i++) {

        if (!twin_same(reply->element[i], list->entry[i])) {
            twin_fail(twin, "entry %u of %.*s", i, PHONE_ARGS(key));
        }
    }

    freeReplyObject(reply);
}


/* Ids are the time, which differs; and Redis may keep more. */

static void
twin_compare_stream(twin_t *twin, phone_str_t key)
{
    unsigned             i, k;
    redisReply          *reply, *fields;
    const sim_item_t    *item;
    const sim_stream_t  *stream;

    const phone_str_t  word[] = { PHONE_STR("XRANGE"), key, PHONE_STR("-"),
                                  PHONE_STR("+") };

    reply = twin_command(twin, 4, word);
    stream = sim_store_stream(twin->store, twin_now(), key);

    if (stream == NULL || reply->elements < stream->n) {
        twin_fail(twin, "size of %.*s", PHONE_ARGS(key));
    }

    for (i = 0; !twin->failed && i < stream->n; i++) {
        item = &stream->item[stream->first + i];
        fields = reply->element[reply->elements - stream->n + i]->element[1];

        for (k = 0; k < item->n; k++) {

            if (fields->elements != 2 * item->n
                || !twin_same(fields->element[2 * k], item->field[k].name)
                || !twin_same(fields->element[2 * k + 1],
                              item->field[k].value))
            {
                twin_fail(twin, "entry %u of %.*s", i, PHONE_ARGS(key));
                break;
            }
        }
    }

    freeReplyObject(reply);
}


static void
twin_compare_key(twin_t *twin, phone_str_t key)
{
    int64_t              ttl;
    redisReply          *type, *reply;
    phone_str_t          stored;
    phone_ask_hash_t     ask;

    const phone_str_t  words[][2] = {
        { PHONE_STR("TYPE"), key }, { PHONE_STR("PTTL"), key },
        { PHONE_STR("HGETALL"), key }, { PHONE_STR("GET"), key }
    };

    reply = twin_command(twin, 2, words[1]);
    ttl = sim_store_pttl(twin->store, twin_now(), key);

    if ((reply->integer < 0) != (ttl < 0)
        || llabs(reply->integer - ttl) > TWIN_SLACK)
    {
        twin_fail(twin, "%.*s lives for %lld ms, twin %lld", PHONE_ARGS(key),
                  reply->integer, (long long) ttl);
    }

    freeReplyObject(reply);

    type = twin_command(twin, 2, words[0]);

    if (strcmp(type->str, "hash") == 0) {
        memset(&ask, 0, sizeof(ask));
        ask.ask.kind = PHONE_ASK_HASH;
        ask.ask.key = key;
        reply = twin_command(twin, 2, words[2]);

        if (sim_store_read(twin->store, twin_now(), &ask.ask, &twin->arena)
                != 0
            || twin_compare_fields(reply, &ask.hash) != 0)
        {
            twin_fail(twin, "hash %.*s", PHONE_ARGS(key));
        }

        freeReplyObject(reply);

    } else if (strcmp(type->str, "zset") == 0) {
        twin_compare_zset(twin, key);

    } else if (strcmp(type->str, "string") == 0) {
        reply = twin_command(twin, 2, words[3]);
        stored = sim_store_string(twin->store, twin_now(), key);

        if (!twin_same(reply, stored)) {
            twin_fail(twin, "string %.*s", PHONE_ARGS(key));
        }

        freeReplyObject(reply);

    } else if (strcmp(type->str, "list") == 0) {
        twin_compare_list(twin, key);

    } else if (strcmp(type->str, "stream") == 0) {
        twin_compare_stream(twin, key);

    } else {
        twin_fail(twin, "%.*s is a %s", PHONE_ARGS(key), type->str);
    }

    freeReplyObject(type);
}


void
twin_compare_all(twin_t *twin)
{
    size_t           i;
    redisReply      *keys;
    twin_counter_t   counter;

    const phone_str_t  word[] = { PHONE_STR("KEYS"), PHONE_STR("*") };

    twin->dumps++;
    keys = twin_command(twin, 2, word);

    counter.twin = twin;
    counter.n = 0;
    sim_store_each(twin->store, twin_now(), twin_count_key, &counter);

    if (keys->elements != counter.n) {
        twin_fail(twin, "%zu keys, twin %u", keys->elements, counter.n);
    }

    for (i = 0; i < keys->elements && !twin->failed; i++) {
        twin_compare_key(twin, twin_text(keys->element[i]));
    }

    freeReplyObject(keys);
}
