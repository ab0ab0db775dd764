
/* Records: what was read, what is set, and both as guards and effects. */


#include "../host.h"
#include "runtime.h"
#include "facts.h"


static void phone_write_record(phone_call_t *call, phone_record_t *record);


int
phone_found(phone_record_t *record)
{
    return record->value[0].data != NULL;
}


phone_str_t
phone_get(phone_record_t *record, unsigned field)
{
    const phone_facts_t  *facts;

    if ((record->changed | record->wished) & PHONE_F(field)) {
        return record->set[field];
    }

    facts = phone_facts_of(record->type, field);

    if (facts && !(record->unpacked & facts->mask)) {
        phone_facts_unpack(record, facts);
    }

    return record->value[field].data ? record->value[field] : PHONE_EMPTY;
}


int64_t
phone_get_int(phone_record_t *record, unsigned field)
{
    int64_t      value;
    phone_str_t  text;

    text = phone_get(record, field);

    if (text.len == 0) {
        return 0;
    }

    if (phone_parse_int(text, &value) != 0) {
        (void) phone_bad_record(record);
        return 0;
    }

    return value;
}


phone_rc_t
phone_bad_record(phone_record_t *record)
{
    if (record->ask.any_type) {
        record->malformed = 1;
        return PHONE_DONE;
    }

    record->call->broken = 1;
    record->call->bad_key = record->ask.key;

    return PHONE_REFUSED;
}


phone_rc_t
phone_bad_value(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    call->broken = 1;
    call->bad_key = phone_key(&call->arena, type,
                              phone_home(call->env, type, id), id);

    return PHONE_REFUSED;
}


int
phone_readable(phone_record_t *record)
{
    const phone_facts_t  *facts;

    for (facts = record->type->facts; facts && facts->mask; facts++) {
        if (!(record->unpacked & facts->mask)) {
            phone_facts_unpack(record, facts);
        }
    }

    return !record->malformed;
}


phone_str_t
phone_id(phone_record_t *record)
{
    return record->id;
}


/* Effects */

void
phone_set(phone_record_t *record, unsigned field, phone_str_t value)
{
    record->set[field] = value;
    record->changed |= PHONE_F(field);
}


void
phone_wish(phone_record_t *record, unsigned field, phone_str_t value)
{
    record->set[field] = value;
    record->wished |= PHONE_F(field);
}


void
phone_set_int(phone_record_t *record, unsigned field, int64_t value)
{
    phone_set(record, field, phone_int(&record->call->arena, value));
}


void
phone_rely(phone_record_t *record)
{
    record->relied = 1;
}


void
phone_rely_elsewhere(phone_record_t *record)
{
    record->relied = 1;
    record->elsewhere = 1;
}


void
phone_remove(phone_record_t *record)
{
    record->removed = 1;
}


void
phone_lives_for(phone_record_t *record, int64_t ms)
{
    record->lives_for = ms;
}


int64_t
phone_added(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    unsigned field)
{
    return call->forgot
           ? phone_get_int(phone_ask_some(call, type, id, PHONE_F(field)),
                           field)
           : 0;
}


void
phone_add(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    unsigned field, int64_t n, int64_t bound, int64_t ms)
{
    unsigned        bucket;
    phone_str_t     key, word[2];
    phone_guard_t  *guard;

    bucket = phone_home(call->env, type, id);
    key = phone_key(&call->arena, type, bucket, id);
    word[0] = phone_cstr(type->fields[field]);
    word[1] = phone_int(&call->arena, n);

    guard = phone_guard(call, n < 0 ? PHONE_GUARD_AT_LEAST
                                    : PHONE_GUARD_AT_MOST,
                        bucket, key, word[0],
                        phone_int(&call->arena, bound - n));
    if (guard && ms) {
        guard->life = phone_int(&call->arena, ms);
    }

    phone_op(call, PHONE_OP_HINCRBY, bucket, key, 2, word);
}


void
phone_increase(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    unsigned field, int64_t n)
{
    unsigned  bucket;

    bucket = phone_home(call->env, type, id);

    phone_op(call, PHONE_OP_HINCRBY, bucket,
             phone_key(&call->arena, type, bucket, id), 2,
             (phone_str_t[2]) { phone_cstr(type->fields[field]),
                                phone_int(&call->arena, n) });
}


void
phone_mark(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    unsigned field, phone_str_t value)
{
    unsigned  bucket;

    bucket = phone_home(call->env, type, id);

    phone_op(call, PHONE_OP_HSET, bucket,
             phone_key(&call->arena, type, bucket, id), 4,
             (phone_str_t[4]) { phone_cstr(type->fields[0]),
                                phone_version(call),
                                phone_cstr(type->fields[field]), value });
}


/* The commit */

/*
 * No two runs write the same version, of this call or of any other.  A counter
 * could reach the same value again after a failover that has lost writes, and
 * a commit that relies on the lost record would be applied.
 */

phone_str_t
phone_version(phone_call_t *call)
{
    unsigned       i;
    unsigned char  version[PHONE_VERSION_RANDOM];

    if (call->version.len == 0) {
        memcpy(version, call->random + PHONE_CALL_KEY + PHONE_ID_RANDOM,
               sizeof(version));

        for (i = 0; i < sizeof(call->serial); i++) {
            version[i] ^= (unsigned char) (call->serial >> (8 * i));
        }

        call->version = phone_base64url(&call->arena,
                                        (phone_str_t) { sizeof(version),
                                            (const char *) version });
    }

    return call->version;
}


static void
phone_write_record(phone_call_t *call, phone_record_t *record)
{
    unsigned              i, nset, ngone;
    uint32_t              changed;
    phone_op_t           *op;
    phone_str_t          *set, gone[32];
    const phone_facts_t  *facts;

    set = phone_alloc(&call->arena,
                      2 * record->type->nfields * sizeof(phone_str_t));
    if (set == NULL) {
        return;
    }

    set[0] = phone_cstr(record->type->fields[0]);
    set[1] = phone_version(call);
    nset = 2;
    ngone = 0;

    changed = record->changed;

    for (facts = record->type->facts; facts && facts->mask; facts++) {
        if (!(changed & facts->mask)) {
            continue;
        }

        if (record->value[facts->kept_in].data) {
            phone_break(call, "it changes facts, which are given once");
        }

        set[nset++] = phone_cstr(record->type->fields[facts->kept_in]);
        set[nset++] = phone_facts_pack(record, facts);
        changed &= ~facts->mask;
    }

    for (i = 1; i < record->type->nfields; i++) {
        if (!(changed & PHONE_F(i))) {
            continue;
        }

        if (record->set[i].len) {
            set[nset++] = phone_cstr(record->type->fields[i]);
            set[nset++] = record->set[i];

        } else if (phone_found(record)) {
            gone[ngone++] = phone_cstr(record->type->fields[i]);
        }
    }

    op = phone_op(call, PHONE_OP_HSET, record->ask.bucket, record->ask.key,
                  nset, set);
    if (op) {
        op->fresh = record->fresh;
    }

    if (ngone) {
        phone_op(call, PHONE_OP_HDEL, record->ask.bucket, record->ask.key,
                 ngone, gone);
    }
}


int
phone_record_used(const phone_record_t *record)
{
    return record->changed || record->relied || record->removed
           || record->lives_for;
}


void
phone_commit_record(phone_call_t *call, phone_record_t *record)
{
    phone_str_t     ms;
    phone_guard_t  *guard;

    if (!phone_record_used(record)) {
        return;
    }

    /* what is in the archive stays as it is */

    if (record->archived) {
        if (record->changed || record->removed || record->lives_for) {
            phone_break(call, "it changes a record of the archive");
        }

        return;
    }

    if (!record->fresh
        && !(record->elsewhere && call->env->domain == PHONE_ONE_BUCKET))
    {
        guard = phone_guard(call,
                            phone_found(record) ? PHONE_GUARD_VERSION
                                                : PHONE_GUARD_ABSENT,
                            record->ask.bucket, record->ask.key,
                            phone_cstr(record->type->fields[0]),
                            phone_found(record) ? record->value[0]
                                                : PHONE_EMPTY);
        if (guard) {
            guard->elsewhere = record->elsewhere;
        }
    }

    if (record->removed) {
        if (phone_found(record)) {
            phone_op(call, PHONE_OP_DEL, record->ask.bucket, record->ask.key,
                     0, NULL);
        }

        return;
    }

    if (record->changed) {
        phone_write_record(call, record);
    }

    if (record->lives_for) {
        ms = phone_int(&call->arena, record->lives_for);
        phone_op(call, PHONE_OP_PEXPIRE, record->ask.bucket, record->ask.key,
                 1, &ms);
    }
}
