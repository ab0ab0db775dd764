
#include "../host.h"
#include "runtime.h"
#include "facts.h"


int
phone_facts_next(phone_str_t *rest, phone_str_t *name, phone_str_t *value)
{
    int64_t      len;
    phone_str_t  word;

    if (rest->len == 0) {
        return 0;
    }

    if (!phone_split(rest, ' ', name) || !phone_split(rest, ' ', &word)
        || phone_parse_int(word, &len) != 0
        || (size_t) len >= rest->len || rest->data[len] != '\n')
    {
        return -1;
    }

    value->data = rest->data;
    value->len = (size_t) len;

    rest->data += len + 1;
    rest->len -= (size_t) len + 1;

    return 1;
}


const phone_facts_t *
phone_facts_of(const phone_type_t *type, unsigned field)
{
    const phone_facts_t  *facts;

    for (facts = type->facts; facts && facts->mask; facts++) {
        if (facts->mask & PHONE_F(field)) {
            return facts;
        }
    }

    return NULL;
}


uint32_t
phone_facts_mask(const phone_type_t *type, uint32_t mask)
{
    const phone_facts_t  *facts;

    for (facts = type->facts; facts && facts->mask; facts++) {
        if (mask & facts->mask) {
            mask = (mask & ~facts->mask) | PHONE_F(facts->kept_in);
        }
    }

    return mask;
}


/* Facts that this version does not know, written by another one, are
   skipped. */

void
phone_facts_unpack(phone_record_t *record, const phone_facts_t *facts)
{
    int                  rc;
    unsigned             i, from;
    phone_str_t          rest, name, value;
    const phone_type_t  *type;

    type = record->type;
    rest = record->value[facts->kept_in];
    from = 0;

    /* not asked for yet: they may come with a wider mask */

    if (rest.data == NULL) {
        return;
    }

    while ((rc = phone_facts_next(&rest, &name, &value)) == 1) {

        /* they come in the order of the fields */

        for (i = from; i < type->nfields; i++) {
            if (facts->mask & PHONE_F(i) && phone_is(name, type->fields[i])) {
                record->value[i] = value;
                from = i + 1;
                break;
            }
        }
    }

    if (rc < 0) {
        (void) phone_bad_record(record);
    }

    record->unpacked |= facts->mask;
}


phone_str_t
phone_facts_pack(phone_record_t *record, const phone_facts_t *facts)
{
    unsigned             i;
    phone_buf_t          buf;
    const phone_type_t  *type;

    type = record->type;

    phone_buf_init(&buf, &record->call->arena, 512);

    for (i = 0; i < type->nfields; i++) {
        if (!(facts->mask & record->changed & PHONE_F(i))
            || record->set[i].len == 0)
        {
            continue;
        }

        phone_buf_put(&buf, phone_cstr(type->fields[i]));
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, (int64_t) record->set[i].len);
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, record->set[i]);
        phone_buf_byte(&buf, '\n');
    }

    return phone_buf_str(&buf);
}
