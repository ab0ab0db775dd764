
/* Asks and keys. */


#include "../host.h"
#include "facts.h"
#include "runtime.h"
#include "../lib/id.h"


/* An ask of each kind that is asked for once. */
typedef union {
    phone_ask_index_t        index;
    phone_ask_log_t          log;
    phone_ask_claim_t        claim;
    phone_ask_hash_t         hash;
    phone_ask_count_t        count;
    phone_ask_size_t         size;
    phone_ask_length_t       length;
    phone_ask_scores_t       scores;
    phone_ask_field_t        field;
    phone_ask_work_t         work;
    phone_ask_fetch_t        fetch;
} phone_ask_any_t;


static void phone_bucket_write(char *p, unsigned bucket);
static int phone_id_prefix(phone_str_t id, unsigned buckets);
static void *phone_ask_add(phone_call_t *call, const phone_ask_t *wanted,
    size_t size);
static phone_ask_t *phone_ask_find(phone_call_t *call,
    const phone_ask_t *wanted);
static int phone_ask_same(const phone_ask_t *a, const phone_ask_t *b);
static int phone_ask_acts(const phone_ask_t *ask);
static int phone_same_members(const phone_list_t *a, const phone_list_t *b);
static phone_ask_t phone_ask_of(phone_call_t *call, phone_ask_kind_t kind,
    const phone_type_t *type, phone_str_t id);
static phone_record_t *phone_record_find(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);
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

    phone_bucket_write(p, bucket);

    return (phone_str_t) { 3, p };
}


static void
phone_bucket_write(char *p, unsigned bucket)
{
    p[0] = (char) ('0' + bucket / 100 % 10);
    p[1] = (char) ('0' + bucket / 10 % 10);
    p[2] = (char) ('0' + bucket % 10);
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


/* An id with a bucket that does not exist has no record: looked up in bucket
   0, it is not found */

unsigned
phone_home(const phone_env_t *env, const phone_type_t *type, phone_str_t id)
{
    int          bucket;
    const char  *colon;

    if (type->home != PHONE_BY_NAME) {
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
    char  text[3];

    phone_bucket_write(text, bucket);

    if (type->home == PHONE_OF_BUCKET) {
        id = PHONE_EMPTY;
    }

    return phone_join(arena, id.len ? 6 : 4,
                      (phone_str_t[6]) { PHONE_STR("phone:{"), { 3, text },
                                         PHONE_STR("}:"),
                                         phone_cstr(type->name),
                                         PHONE_STR(":"), id });
}


/* Asks */

/* A copy of what is wanted, which is size bytes of its kind. */

static void *
phone_ask_add(phone_call_t *call, const phone_ask_t *wanted, size_t size)
{
    phone_ask_t  *ask;

    ask = phone_alloc_raw(&call->arena, size);
    if (ask == NULL) {
        return NULL;
    }

    memcpy(ask, wanted, size);

    *call->last_ask = ask;
    call->last_ask = &ask->next;

    if (call->next_ask == NULL) {
        call->next_ask = ask;
    }

    phone_asked_add(call, ask);
    call->missing++;

    return ask;
}


/* Do both ask for the same thing, answered or not? */

static int
phone_ask_same(const phone_ask_t *a, const phone_ask_t *b)
{
    unsigned                  i;
    const phone_ask_log_t    *alog, *blog;
    const phone_ask_work_t   *awork, *bwork;
    const phone_ask_index_t  *aindex, *bindex;
    const phone_ask_fetch_t  *afetch, *bfetch;

    if (a->kind != b->kind || !phone_equal(a->key, b->key)) {
        return 0;
    }

    switch (a->kind) {

    case PHONE_ASK_INDEX:
        aindex = (const phone_ask_index_t *) a;
        bindex = (const phone_ask_index_t *) b;
        return aindex->bound == bindex->bound
               && aindex->limit == bindex->limit && aindex->up == bindex->up;

    case PHONE_ASK_SIZE:
        return ((const phone_ask_size_t *) a)->since
               == ((const phone_ask_size_t *) b)->since;

    case PHONE_ASK_SCORES:
        return phone_same_members(&((const phone_ask_scores_t *) a)->of,
                                  &((const phone_ask_scores_t *) b)->of);

    case PHONE_ASK_FIELD:
        return phone_equal(((const phone_ask_field_t *) a)->field,
                           ((const phone_ask_field_t *) b)->field);

    case PHONE_ASK_LOG:
        alog = (const phone_ask_log_t *) a;
        blog = (const phone_ask_log_t *) b;
        return alog->skip == blog->skip && alog->limit == blog->limit;

    case PHONE_ASK_WORK:
        awork = (const phone_ask_work_t *) a;
        bwork = (const phone_ask_work_t *) b;

        for (i = 0; i < PHONE_WORK_ARGS; i++) {
            if (!phone_equal(awork->arg[i], bwork->arg[i])) {
                return 0;
            }
        }

        return awork->work == bwork->work && awork->place == bwork->place;

    case PHONE_ASK_FETCH:
        afetch = (const phone_ask_fetch_t *) a;
        bfetch = (const phone_ask_fetch_t *) b;

        for (i = 0; i < PHONE_FETCH_HEADERS; i++) {
            if (!phone_equal(afetch->value[i], bfetch->value[i])) {
                return 0;
            }
        }

        return afetch->fetch == bfetch->fetch
               && phone_equal(afetch->url, bfetch->url)
               && phone_equal(afetch->body, bfetch->body);

    case PHONE_ASK_COUNT:
        return memcmp(((const phone_ask_count_t *) a)->bit,
                      ((const phone_ask_count_t *) b)->bit,
                      sizeof(((phone_ask_count_t *) 0)->bit))
               == 0;

    default:
        return 1;
    }
}


static int
phone_same_members(const phone_list_t *a, const phone_list_t *b)
{
    unsigned  i;

    if (a->n != b->n) {
        return 0;
    }

    for (i = 0; i < a->n; i++) {
        if (!phone_equal(a->entry[i].member, b->entry[i].member)) {
            return 0;
        }
    }

    return 1;
}


/* Does it cost more than a read, or leave something behind? */

static int
phone_ask_acts(const phone_ask_t *ask)
{
    return ask->kind == PHONE_ASK_COUNT || ask->kind == PHONE_ASK_FETCH
           || (ask->kind == PHONE_ASK_WORK
               && ((const phone_ask_work_t *) ask)->work->lane
                  != PHONE_WORK_QUICK);
}


/*
 * Asking twice is one read.  When memory has run out the call has failed, and
 * what it gets has no answer.  A caller who has not proved who he is waits for
 * that first, and has nothing worked or counted.
 */

const void *
phone_ask_once(phone_call_t *call, const phone_ask_t *wanted, size_t size)
{
    phone_ask_t  *ask;

    static const phone_ask_any_t  none;

    if (call->reads_only && phone_ask_acts(wanted)) {
        call->missing++;
        return &none;
    }

    ask = phone_ask_find(call, wanted);

    if (ask) {
        call->missing += !ask->ready;
        return ask;
    }

    ask = phone_ask_add(call, wanted, size);

    return ask ? (const void *) ask : &none;
}


static phone_ask_t *
phone_ask_find(phone_call_t *call, const phone_ask_t *wanted)
{
    unsigned      n, at;
    phone_ask_t  *ask;

    ask = call->asks;

    for (n = 0; ask && n < PHONE_ASKS_LISTED; n++) {
        if (phone_ask_same(ask, wanted)) {
            return ask;
        }

        ask = ask->next;
    }

    if (ask == NULL) {
        return NULL;
    }

    at = phone_asked_at(call, wanted->key);

    while ((ask = phone_asked_next(call, &at)) != NULL) {
        if (phone_ask_same(ask, wanted)) {
            break;
        }
    }

    return ask;
}


static phone_ask_t
phone_ask_of(phone_call_t *call, phone_ask_kind_t kind,
    const phone_type_t *type, phone_str_t id)
{
    phone_ask_t  ask;

    memset(&ask, 0, sizeof(phone_ask_t));

    ask.kind = kind;
    ask.any_type = call->any_type;
    ask.bucket = phone_home(call->env, type, id);
    ask.key = phone_key(&call->arena, type, ask.bucket, id);

    return ask;
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
    phone_record_t  *record, wanted;

    memset(&wanted, 0, sizeof(phone_record_t));

    wanted.ask = phone_ask_of(call, PHONE_ASK_RECORD, type, id);
    wanted.ask.ready = fresh ? 1 : 0;
    wanted.fresh = fresh ? 1 : 0;
    wanted.call = call;
    wanted.type = type;
    wanted.id = id;
    wanted.value = phone_alloc(&call->arena,
                               2 * type->nfields * sizeof(phone_str_t));
    if (wanted.value == NULL) {
        return NULL;
    }

    wanted.set = wanted.value + type->nfields;

    if (fresh) {
        record = phone_alloc_raw(&call->arena, sizeof(phone_record_t));
        if (record) {
            *record = wanted;
            phone_asked_add(call, &record->ask);
        }

    } else {
        record = phone_ask_add(call, &wanted.ask, sizeof(phone_record_t));
    }

    if (record == NULL) {
        return NULL;
    }

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

    record = phone_record_find(call, type, id);

    if (record) {

        if (mask & ~record->mask && !record->fresh) {
            record->mask |= mask;

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


static phone_record_t *
phone_record_find(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    unsigned         n, at;
    phone_ask_t     *ask;
    phone_record_t  *record;

    record = call->records;

    for (n = 0; record && n < PHONE_ASKS_LISTED; n++) {
        if (record->type == type && phone_equal(record->id, id)) {
            return record;
        }

        record = record->next_record;
    }

    if (record == NULL) {
        return NULL;
    }

    at = phone_asked_at(call, phone_key(&call->arena, type,
                                        phone_home(call->env, type, id), id));

    while ((ask = phone_asked_next(call, &at)) != NULL) {
        record = (phone_record_t *) ask;

        if (ask->kind == PHONE_ASK_RECORD && record->type == type
            && phone_equal(record->id, id))
        {
            return record;
        }
    }

    return NULL;
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
    phone_asked_reset(call);
}


const phone_list_t *
phone_ask_index(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t before, unsigned limit)
{
    const phone_ask_index_t  *ask;

    ask = phone_ask_once(call,
                         &(phone_ask_index_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_INDEX, type,
                                                 id),
                             .bound = before, .limit = limit }.ask,
                         sizeof(phone_ask_index_t));

    return &ask->list;
}


const phone_list_t *
phone_ask_index_from(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t from, unsigned limit)
{
    const phone_ask_index_t  *ask;

    ask = phone_ask_once(call,
                         &(phone_ask_index_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_INDEX, type,
                                                 id),
                             .bound = from, .limit = limit, .up = 1 }.ask,
                         sizeof(phone_ask_index_t));

    return &ask->list;
}


int64_t
phone_ask_size(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t since)
{
    const phone_ask_size_t  *ask;

    ask = phone_ask_once(call,
                         &(phone_ask_size_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_SIZE, type,
                                                 id),
                             .since = since }.ask,
                         sizeof(phone_ask_size_t));

    return ask->size;
}


int64_t
phone_ask_length(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    const phone_ask_length_t  *ask;

    ask = phone_ask_once(call,
                         &(phone_ask_length_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_LENGTH, type,
                                                 id) }.ask,
                         sizeof(phone_ask_length_t));

    return ask->length;
}


const phone_scores_t *
phone_ask_scores(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    const phone_list_t *of)
{
    const phone_ask_scores_t    *ask;

    static const phone_scores_t  none;

    if (of->n == 0) {
        return &none;
    }

    ask = phone_ask_once(call,
                         &(phone_ask_scores_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_SCORES, type,
                                                 id),
                             .of = *of }.ask,
                         sizeof(phone_ask_scores_t));

    return &ask->scores;
}


const phone_log_t *
phone_ask_log(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t skip, unsigned limit)
{
    const phone_ask_log_t  *ask;

    ask = phone_ask_once(call,
                         &(phone_ask_log_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_LOG, type,
                                                 id),
                             .skip = skip, .limit = limit }.ask,
                         sizeof(phone_ask_log_t));

    return &ask->log;
}


phone_str_t
phone_ask_claimed(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    const phone_ask_claim_t  *ask;

    ask = phone_ask_once(call,
                         &(phone_ask_claim_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_CLAIM, type,
                                                 id) }.ask,
                         sizeof(phone_ask_claim_t));

    return ask->value;
}


phone_str_t
phone_assume_free(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    return call->forgot ? phone_ask_claimed(call, type, id) : PHONE_EMPTY;
}


const phone_hash_t *
phone_ask_hash(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    const phone_ask_hash_t  *ask;

    ask = phone_ask_once(call,
                         &(phone_ask_hash_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_HASH, type,
                                                 id) }.ask,
                         sizeof(phone_ask_hash_t));

    return &ask->hash;
}


phone_str_t
phone_ask_field(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    phone_str_t field)
{
    const phone_ask_field_t  *ask;

    ask = phone_ask_once(call,
                         &(phone_ask_field_t) {
                             .ask = phone_ask_of(call, PHONE_ASK_FIELD, type,
                                                 id),
                             .field = field }.ask,
                         sizeof(phone_ask_field_t));

    return ask->value;
}


const phone_result_t *
phone_ask_work(phone_call_t *call, const phone_work_t *work,
    const phone_str_t arg[PHONE_WORK_ARGS])
{
    return phone_ask_work_of(call, work, arg, PHONE_EMPTY, 0);
}


const phone_result_t *
phone_ask_work_of(phone_call_t *call, const phone_work_t *work,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t who, int known)
{
    phone_ask_work_t         wanted;
    const phone_ask_work_t  *ask;

    memset(&wanted, 0, sizeof(phone_ask_work_t));

    wanted.ask.kind = PHONE_ASK_WORK;
    wanted.work = work;
    wanted.who = who;
    wanted.known = known ? 1 : 0;
    memcpy(wanted.arg, arg, sizeof(wanted.arg));

    if (work->lane != PHONE_WORK_QUICK && call->file.sha256.len) {
        wanted.file = call->file.sha256;
        wanted.upload = call->upload;
        wanted.file_place = call->file_place;
        wanted.file_size = call->file.size;
    }

    ask = phone_ask_once(call, &wanted.ask, sizeof(phone_ask_work_t));

    switch (ask->result.fault) {

    case PHONE_FAULT_DISK:
        call->disk_failed = 1;
        break;

    case PHONE_FAULT_GONE:
        phone_break(call, "a blob that its work reads is missing");
        break;

    default:
        break;
    }

    return &ask->result;
}


void
phone_ask_place(phone_call_t *call, const phone_work_t *work)
{
    phone_ask_work_t  wanted;

    memset(&wanted, 0, sizeof(phone_ask_work_t));

    wanted.ask.kind = PHONE_ASK_WORK;
    wanted.work = work;
    wanted.place = 1;

    (void) phone_ask_once(call, &wanted.ask, sizeof(phone_ask_work_t));
}
