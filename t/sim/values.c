
#include "values.h"


static unsigned sim_zset_place(const sim_zset_t *zset, int64_t score,
    phone_str_t member);
static void sim_item_clear(sim_memory_t *memory, sim_item_t *item);


sim_field_t *
sim_fields_find(const sim_fields_t *fields, phone_str_t name, unsigned *at)
{
    unsigned      i, k;
    sim_field_t  *field;

    k = *at < fields->n ? *at : 0;

    for (i = 0; i < fields->n; i++) {
        field = &fields->field[k];

        if (++k == fields->n) {
            k = 0;
        }

        if (field->name.len == name.len
            && memcmp(field->name.data, name.data, name.len) == 0)
        {
            *at = k;
            return field;
        }
    }

    return NULL;
}


void
sim_fields_set(sim_memory_t *memory, sim_fields_t *fields, phone_str_t name,
    phone_str_t value)
{
    unsigned      at, size;
    sim_field_t  *field;

    at = 0;
    field = sim_fields_find(fields, name, &at);

    if (field != NULL) {
        sim_drop(memory, field->value);
        field->value = sim_copy(memory, value);
        return;
    }

    if (fields->n == fields->size) {
        size = fields->size ? fields->size * 2 : 8;
        fields->field = sim_grow(memory, fields->field,
                                 fields->size * sizeof(sim_field_t),
                                 size * sizeof(sim_field_t));
        fields->size = size;
    }

    field = &fields->field[fields->n++];
    field->name = sim_copy(memory, name);
    field->value = sim_copy(memory, value);
}


int
sim_fields_remove(sim_memory_t *memory, sim_fields_t *fields,
    phone_str_t name)
{
    unsigned      at;
    sim_field_t  *field, *end;

    at = 0;
    field = sim_fields_find(fields, name, &at);

    if (field == NULL) {
        return 0;
    }

    sim_drop(memory, field->name);
    sim_drop(memory, field->value);

    end = &fields->field[fields->n--];
    memmove(field, field + 1, (char *) end - (char *) (field + 1));

    return 1;
}


void
sim_fields_clear(sim_memory_t *memory, sim_fields_t *fields)
{
    unsigned  i;

    for (i = 0; i < fields->n; i++) {
        sim_drop(memory, fields->field[i].name);
        sim_drop(memory, fields->field[i].value);
    }

    sim_free(memory, fields->field, fields->size * sizeof(sim_field_t));
    memset(fields, 0, sizeof(sim_fields_t));
}


sim_member_t *
sim_zset_find(const sim_zset_t *zset, phone_str_t member)
{
    unsigned       i;
    uint32_t       hash;
    sim_member_t  *m;

    hash = (uint32_t) sim_hash(member);

    for (i = 0; i < zset->n; i++) {
        m = &zset->member[i];

        if (m->hash == hash && phone_equal(m->member, member)) {
            return m;
        }
    }

    return NULL;
}


void
sim_zset_add(sim_memory_t *memory, sim_zset_t *zset, int64_t score,
    phone_str_t member)
{
    unsigned       place, size;
    phone_str_t    kept;
    sim_member_t  *m, *end;

    m = sim_zset_find(zset, member);

    if (m != NULL) {

        if (m->score == score) {
            return;
        }

        kept = m->member;
        end = &zset->member[zset->n--];
        memmove(m, m + 1, (char *) end - (char *) (m + 1));

    } else {
        kept = sim_copy(memory, member);
    }

    if (zset->n == zset->size) {
        size = zset->size ? zset->size * 2 : 8;
        zset->member = sim_grow(memory, zset->member,
                                zset->size * sizeof(sim_member_t),
                                size * sizeof(sim_member_t));
        zset->size = size;
    }

    place = sim_zset_place(zset, score, kept);
    m = &zset->member[place];
    memmove(m + 1, m, (zset->n - place) * sizeof(sim_member_t));
    zset->n++;

    m->score = score;
    m->hash = (uint32_t) sim_hash(kept);
    m->member = kept;
}


int
sim_zset_remove(sim_memory_t *memory, sim_zset_t *zset, phone_str_t member)
{
    sim_member_t  *m, *end;

    m = sim_zset_find(zset, member);

    if (m == NULL) {
        return 0;
    }

    sim_drop(memory, m->member);

    end = &zset->member[zset->n--];
    memmove(m, m + 1, (char *) end - (char *) (m + 1));

    return 1;
}


void
sim_zset_clear(sim_memory_t *memory, sim_zset_t *zset)
{
    unsigned  i;

    for (i = 0; i < zset->n; i++) {
        sim_drop(memory, zset->member[i].member);
    }

    sim_free(memory, zset->member, zset->size * sizeof(sim_member_t));
    memset(zset, 0, sizeof(sim_zset_t));
}


unsigned
sim_zset_below(const sim_zset_t *zset, int64_t bound)
{
    return sim_zset_place(zset, bound, (phone_str_t) { 0, "" });
}


/* Where a member that is not there belongs. */

static unsigned
sim_zset_place(const sim_zset_t *zset, int64_t score, phone_str_t member)
{
    unsigned             low, high, middle;
    const sim_member_t  *m;

    low = 0;
    high = zset->n;

    while (low < high) {
        middle = low + (high - low) / 2;
        m = &zset->member[middle];

        if (m->score < score
            || (m->score == score && phone_compare(m->member, member) < 0))
        {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low;
}


void
sim_list_add(sim_memory_t *memory, sim_list_t *list, phone_str_t entry)
{
    unsigned  size;

    if (list->n == list->size) {
        size = list->size ? list->size * 2 : 8;
        list->entry = sim_grow(memory, list->entry,
                               list->size * sizeof(phone_str_t),
                               size * sizeof(phone_str_t));
        list->size = size;
    }

    list->entry[list->n++] = sim_copy(memory, entry);
}


void
sim_list_take(sim_memory_t *memory, sim_list_t *list)
{
    sim_drop(memory, list->entry[--list->n]);
}


void
sim_list_clear(sim_memory_t *memory, sim_list_t *list)
{
    unsigned  i;

    for (i = 0; i < list->n; i++) {
        sim_drop(memory, list->entry[i]);
    }

    sim_free(memory, list->entry, list->size * sizeof(phone_str_t));
    memset(list, 0, sizeof(sim_list_t));
}


const sim_item_t *
sim_stream_add(sim_memory_t *memory, sim_stream_t *stream, int64_t now,
    unsigned most, const phone_str_t *word, unsigned nwords)
{
    unsigned     i, size;
    sim_item_t  *item;

    if (stream->first + stream->n == stream->size) {

        if (stream->first > stream->n) {
            memcpy(stream->item, stream->item + stream->first,
                   stream->n * sizeof(sim_item_t));
            stream->first = 0;

        } else {
            size = stream->size ? stream->size * 2 : 8;
            stream->item = sim_grow(memory, stream->item,
                                    stream->size * sizeof(sim_item_t),
                                    size * sizeof(sim_item_t));
            stream->size = size;
        }
    }

    if (now > stream->last_ms) {
        stream->last_ms = now;
        stream->last_seq = 0;

    } else {
        stream->last_seq++;
    }

    item = &stream->item[stream->first + stream->n++];
    item->ms = stream->last_ms;
    item->seq = stream->last_seq;
    item->n = nwords / 2;
    item->field = sim_alloc(memory, item->n * sizeof(sim_field_t));

    for (i = 0; i < item->n; i++) {
        item->field[i].name = sim_copy(memory, word[2 * i]);
        item->field[i].value = sim_copy(memory, word[2 * i + 1]);
    }

    while (most && stream->n > most) {
        sim_item_clear(memory, &stream->item[stream->first++]);
        stream->n--;
    }

    return item;
}


void
sim_stream_clear(sim_memory_t *memory, sim_stream_t *stream)
{
    unsigned  i;

    for (i = 0; i < stream->n; i++) {
        sim_item_clear(memory, &stream->item[stream->first + i]);
    }

    sim_free(memory, stream->item, stream->size * sizeof(sim_item_t));
    memset(stream, 0, sizeof(sim_stream_t));
}


static void
sim_item_clear(sim_memory_t *memory, sim_item_t *item)
{
    unsigned  i;

    for (i = 0; i < item->n; i++) {
        sim_drop(memory, item->field[i].name);
        sim_drop(memory, item->field[i].value);
    }

    sim_free(memory, item->field, item->n * sizeof(sim_field_t));
}


int
sim_parse_int(phone_str_t str, int64_t *value)
{
    int64_t   n;
    unsigned  minus;

    minus = (str.len > 0 && str.data[0] == '-');

    if (str.len == 20 && minus && memcmp(str.data, "-9223372036854775808", 20)
                                  == 0)
    {
        *value = INT64_MIN;
        return 0;
    }

    str.data += minus;
    str.len -= minus;

    if (phone_parse_int(str, &n) != 0 || (minus && n == 0)) {
        return -1;
    }

    *value = minus ? -n : n;

    return 0;
}


phone_str_t
sim_format_int(char *text, int64_t value)
{
    char      *p;
    uint64_t   rest;

    p = text + SIM_INT_LEN;
    rest = value < 0 ? - (uint64_t) value : (uint64_t) value;

    do {
        *--p = (char) ('0' + rest % 10);
        rest /= 10;
    } while (rest);

    if (value < 0) {
        *--p = '-';
    }

    return (phone_str_t) { (size_t) (text + SIM_INT_LEN - p), p };
}
