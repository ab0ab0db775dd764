
/* Asks and keys. */


#include "host.h"
#include "facts.h"
#include "runtime.h"
#include "lib/id.h"


static int phone_id_prefix(phone_str_t id, unsigned buckets);
static phone_ask_t *phone_ask_find(phone_call_t *call, phone_ask_kind_t kind,
    phone_str_t key);
static phone_record_t *phone_record_add(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, int fresh);


/* Keys */

phone_str_t
phone_bucket_text(phone_arena_t *arena, unsigned bucket)
{
    char  *p;

    p = phone_alloc_raw(arena, 3);
    if (p == NULL) {
        return PHONE_EMPTY;
    }

    p[0] = (char) ('0' + bucket / 100 % 10);
    p[1] = (char) ('0' + bucket / 10 % 10);
    p[2] = (char) ('0' + bucket % 10);

    return (phone_str_t) { 3, p };
}


static int
phone_id_prefix(phone_str_t id, unsigned buckets)
{
    unsigned  i, bucket;

    if (id.len < 3) {
        return -1;
    }

    bucket = 0;

    for (i = 0; i < 3; i++) {
        if (id.data[i] < '0' || id.data[i] > '9') {
            return -1;
        }

        bucket = bucket * 10 + (unsigned) (id.data[i] - '0');
    }

    return bucket < buckets ? (int) bucket : -1;
}


/* An id of no bucket of ours has no record either: bucket 0 will not have it */

unsigned
phone_home(const phone_env_t *env, const phone_type_t *type, phone_str_t id)
{
    int          bucket;
    const char  *colon;

    if (type->home == PHONE_BY_ID) {
        bucket = phone_id_prefix(id, env->buckets);
        return bucket < 0 ? 0 : (unsigned) bucket;
    }

    colon = memchr(id.data, ':', id.len);
    if (colon) {
        id.len = (size_t) (colon - id.data);
    }

    return phone_bucket_of(id, env->buckets);
}


phone_str_t
phone_key(phone_arena_t *arena, const phone_type_t *type, unsigned bucket,
    phone_str_t id)
{
    phone_str_t  part[5];

    part[0] = PHONE_STR("phone:{");
    part[1] = phone_bucket_text(arena, bucket);
    part[2] = PHONE_STR("}:");
    part[3] = phone_cstr(type->name);
    part[4] = PHONE_EMPTY;

    if (id.len == 0) {
        return phone_join(arena, 4, part);
    }

    part[4] = phone_join(arena, 2,
                         (phone_str_t[2]) { PHONE_STR(":"), id });

    return phone_join(arena, 5, part);
}


/* Asks */

void *
phone_ask_add(phone_call_t *call, phone_ask_kind_t kind, size_t size,
    unsigned bucket, phone_str_t key)
{
    phone_ask_t  *ask;

    ask = phone_alloc(&call->arena, size);
    if (ask == NULL) {
        return NULL;
    }

    ask->kind = kind;
    ask->bucket = bucket;
    ask->key = key;

    *call->last_ask = ask;
    call->last_ask = &ask->next;

    if (call->next_ask == NULL) {
        call->next_ask = ask;
    }

    call->missing++;

    return ask;
}


static phone_ask_t *
phone_ask_find(phone_call_t *call, phone_ask_kind_t kind, phone_str_t key)
{
    phone_ask_t  *ask;

    for (ask = call->asks; ask; ask = ask->next) {
        if (ask->kind == kind && phone_equal(ask->key, key)) {
            if (!ask->ready) {
                call->missing++;
            }

            return ask;
        }
    }

    return NULL;
}


phone_ask_t *
phone_next_ask(phone_call_t *call)
{
    phone_ask_t  *ask;

    for (ask = call->next_ask; ask; ask = ask->next) {
        if (!ask->sent) {
            ask->sent = 1;
            call->next_ask = ask->next;
            return ask;
        }
    }

    call->next_ask = NULL;

    return NULL;
}


void
phone_ready(phone_ask_t *ask)
{
    ask->ready = 1;
}


int
phone_waiting(phone_call_t *call)
{
    return call->missing != 0;
}


static phone_record_t *
phone_record_add(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int fresh)
{
    unsigned         bucket;
    phone_str_t      key;
    phone_record_t  *record;

    bucket = phone_home(call->env, type, id);
    key = phone_key(&call->arena, type, bucket, id);

    if (fresh) {
        record = phone_alloc(&call->arena, sizeof(phone_record_t));
        if (record) {
            record->ask.bucket = bucket;
            record->ask.key = key;
            record->ask.ready = 1;
        }

    } else {
        record = phone_ask_add(call, PHONE_ASK_RECORD, sizeof(phone_record_t),
                               bucket, key);
    }

    if (record == NULL) {
        return NULL;
    }

    record->call = call;
    record->type = type;
    record->id = id;
    record->fresh = fresh ? 1 : 0;
    record->value = phone_alloc(&call->arena,
                                2 * type->nfields * sizeof(phone_str_t));
    if (record->value == NULL) {
        return NULL;
    }

    record->set = record->value + type->nfields;

    *call->last_record = record;
    call->last_record = &record->next_record;

    return record;
}


/* What asks give when memory has run out: the call has failed by then. */

static phone_record_t *
phone_no_record(phone_call_t *call, const phone_type_t *type)
{
    phone_record_t  *record;

    call->missing++;

    record = &call->no_record;

    memset(record, 0, sizeof(phone_record_t));
    memset(call->no_value, 0, sizeof(call->no_value));

    record->call = call;
    record->type = type;
    record->id = PHONE_EMPTY;
    record->value = call->no_value;
    record->set = call->no_value + 32;

    return record;
}


phone_record_t *
phone_ask(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    return phone_ask_some(call, type, id,
                          type->nfields == 32
                          ? UINT32_MAX : (UINT32_C(1) << type->nfields) - 1);
}


phone_record_t *
phone_ask_some(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    uint32_t mask)
{
    phone_record_t  *record;

    mask = phone_facts_mask(type, mask) | 1;

    for (record = call->records; record; record = record->next_record) {
        if (record->type != type || !phone_equal(record->id, id)) {
            continue;
        }

        if (mask & ~record->mask && !record->fresh) {
            record->mask |= mask;
            record->ask.ready = 0;

            if (record->ask.sent) {
                record->ask.sent = 0;
                call->next_ask = call->asks;
                call->missing++;
                return record;
            }
        }

        if (!record->ask.ready) {
            call->missing++;
        }

        return record;
    }

    record = phone_record_add(call, type, id, 0);
    if (record == NULL) {
        return phone_no_record(call, type);
    }

    record->mask = mask;

    return record;
}


phone_record_t *
phone_put(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    phone_record_t  *record;

    record = phone_record_add(call, type, id, 1);

    return record ? record : phone_no_record(call, type);
}


/* Records from phone_put() belong to one run. */

void
phone_drop_puts(phone_call_t *call)
{
    phone_record_t  *record, **last;

    last = &call->records;

    for (record = call->records; record; record = record->next_record) {
        if (!record->fresh) {
            *last = record;
            last = &record->next_record;
        }
    }

    *last = NULL;
    call->last_record = last;
}


const phone_list_t *
phone_ask_index(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t before, unsigned limit)
{
    unsigned            bucket;
    phone_str_t         key;
    phone_ask_t        *ask;
    phone_ask_index_t  *index;

    static const phone_list_t  none;

    bucket = phone_home(call->env, type, id);
    key = phone_key(&call->arena, type, bucket,
                    type->home == PHONE_BY_ID ? PHONE_EMPTY : id);

    /* one index may be asked for by parts */

    for (ask = call->asks; ask; ask = ask->next) {
        index = (phone_ask_index_t *) ask;

        if (ask->kind == PHONE_ASK_INDEX && phone_equal(ask->key, key)
            && index->before == before && index->limit == limit)
        {
            call->missing += !ask->ready;
            return &index->list;
        }
    }

    index = phone_ask_add(call, PHONE_ASK_INDEX, sizeof(phone_ask_index_t),
                          bucket, key);
    if (index == NULL) {
        return &none;
    }

    index->before = before;
    index->limit = limit;

    return &index->list;
}


const phone_log_t *
phone_ask_log(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t skip, unsigned limit)
{
    unsigned          bucket;
    phone_str_t       key;
    phone_ask_log_t  *ask;

    static const phone_log_t  none;

    bucket = phone_home(call->env, type, id);
    key = phone_key(&call->arena, type, bucket,
                    type->home == PHONE_BY_ID ? PHONE_EMPTY : id);

    ask = (phone_ask_log_t *) phone_ask_find(call, PHONE_ASK_LOG, key);

    if (ask == NULL) {
        ask = phone_ask_add(call, PHONE_ASK_LOG, sizeof(phone_ask_log_t),
                            bucket, key);
        if (ask == NULL) {
            return &none;
        }

        ask->skip = skip;
        ask->limit = limit;
    }

    return &ask->log;
}


phone_str_t
phone_ask_mark(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    unsigned           bucket;
    phone_str_t        key;
    phone_ask_mark_t  *ask;

    bucket = phone_home(call->env, type, id);
    key = phone_key(&call->arena, type, bucket, id);

    ask = (phone_ask_mark_t *) phone_ask_find(call, PHONE_ASK_MARK, key);

    if (ask == NULL) {
        ask = phone_ask_add(call, PHONE_ASK_MARK, sizeof(phone_ask_mark_t),
                            bucket, key);
    }

    return ask ? ask->value : PHONE_EMPTY;
}


phone_str_t
phone_ask_claim(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    return call->forgot ? phone_ask_mark(call, type, id) : PHONE_EMPTY;
}


const phone_hash_t *
phone_ask_hash(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    unsigned           bucket;
    phone_str_t        key;
    phone_ask_hash_t  *ask;

    static const phone_hash_t  none;

    bucket = phone_home(call->env, type, id);
    key = phone_key(&call->arena, type, bucket,
                    type->home == PHONE_BY_ID ? PHONE_EMPTY : id);

    ask = (phone_ask_hash_t *) phone_ask_find(call, PHONE_ASK_HASH, key);

    if (ask == NULL) {
        ask = phone_ask_add(call, PHONE_ASK_HASH, sizeof(phone_ask_hash_t),
                            bucket, key);
    }

    return ask ? &ask->hash : &none;
}


const phone_result_t *
phone_ask_work(phone_call_t *call, phone_work_t work,
    const phone_str_t arg[PHONE_WORK_ARGS])
{
    unsigned           i;
    phone_ask_t       *ask;
    phone_ask_work_t  *w;

    static const phone_result_t  none;

    for (ask = call->asks; ask; ask = ask->next) {
        if (ask->kind != PHONE_ASK_WORK) {
            continue;
        }

        w = (phone_ask_work_t *) ask;

        for (i = 0; i < PHONE_WORK_ARGS; i++) {
            if (!phone_equal(w->arg[i], arg[i])) {
                break;
            }
        }

        if (w->work == work && i == PHONE_WORK_ARGS) {
            if (!ask->ready) {
                call->missing++;
            }

            return &w->result;
        }
    }

    w = phone_ask_add(call, PHONE_ASK_WORK, sizeof(phone_ask_work_t), 0,
                      PHONE_EMPTY);
    if (w == NULL) {
        return &none;
    }

    w->work = work;
    memcpy(w->arg, arg, sizeof(w->arg));

    return &w->result;
}


const phone_answer_t *
phone_ask_fetch(phone_call_t *call, phone_fetch_t kind, phone_str_t to,
    phone_str_t body)
{
    phone_ask_t        *ask;
    phone_ask_fetch_t  *f;

    static const phone_answer_t  none;

    for (ask = call->asks; ask; ask = ask->next) {
        if (ask->kind != PHONE_ASK_FETCH) {
            continue;
        }

        f = (phone_ask_fetch_t *) ask;

        if (f->fetch == kind && phone_equal(f->to, to)
            && phone_equal(f->body, body))
        {
            if (!ask->ready) {
                call->missing++;
            }

            return &f->answer;
        }
    }

    f = phone_ask_add(call, PHONE_ASK_FETCH, sizeof(phone_ask_fetch_t), 0,
                      PHONE_EMPTY);
    if (f == NULL) {
        return &none;
    }

    f->fetch = kind;
    f->to = to;
    f->body = body;
    f->lane = call->lane;

    return &f->answer;
}
