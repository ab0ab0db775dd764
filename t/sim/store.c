
#include "entries.h"


sim_store_t *
sim_store_create(sim_memory_t *memory, const sim_store_options_t *options)
{
    sim_store_t  *store;

    store = sim_zalloc(memory, sizeof(sim_store_t));

    store->memory = memory;
    store->options = *options;
    sim_map_init(&store->map, memory, 1024);

    return store;
}


sim_entry_t *
sim_entry_find(sim_store_t *store, int64_t now, phone_str_t key)
{
    sim_entry_t  *entry;

    entry = sim_map_find(&store->map, key);

    if (entry != NULL && entry->expires && entry->expires <= now) {
        sim_entry_delete(store, entry);
        return NULL;
    }

    return entry;
}


sim_entry_t *
sim_entry_make(sim_store_t *store, int64_t now, phone_str_t key,
    sim_kind_t kind)
{
    sim_entry_t  *entry;

    entry = sim_entry_find(store, now, key);

    if (entry != NULL) {
        return entry->kind == kind ? entry : NULL;
    }

    entry = sim_map_add(&store->map, key, sizeof(sim_entry_t));
    entry->kind = kind;

    return entry;
}


void
sim_entry_delete(sim_store_t *store, sim_entry_t *entry)
{
    switch (entry->kind) {

    case SIM_HASH:
        sim_fields_clear(store->memory, &entry->fields);
        break;

    case SIM_ZSET:
        sim_zset_clear(store->memory, &entry->zset);
        break;

    case SIM_LIST:
        sim_list_clear(store->memory, &entry->list);
        break;

    case SIM_STREAM:
        sim_stream_clear(store->memory, &entry->stream);
        break;

    case SIM_STRING:
        sim_drop(store->memory, entry->string);
        break;
    }

    sim_map_remove(&store->map, entry, sizeof(sim_entry_t));
}


static void
sim_read_record(const sim_fields_t *fields, phone_record_t *record,
    phone_arena_t *arena)
{
    unsigned      i, at;
    sim_field_t  *field;

    at = 0;

    for (i = 0; i < record->type->nfields; i++) {

        if (!(record->mask & PHONE_F(i))) {
            continue;
        }

        field = fields == NULL
                ? NULL
                : sim_fields_find(fields, phone_cstr(record->type->fields[i]),
                                  &at);

        record->value[i] = field == NULL ? (phone_str_t) { 0, NULL }
                                         : phone_copy(arena, field->value);
    }
}


/* From the highest score below a bound down, or from a bound upwards. */

static void
sim_read_index(const sim_zset_t *zset, phone_ask_index_t *ask,
    phone_arena_t *arena)
{
    unsigned       i, n, first;
    sim_member_t  *m;

    n = 0;
    first = 0;

    if (zset != NULL && ask->up) {
        first = sim_zset_below(zset, ask->bound);
        n = zset->n - first;

    } else if (zset != NULL) {
        n = ask->bound ? sim_zset_below(zset, ask->bound) : zset->n;
    }

    ask->list.n = n < ask->limit ? n : ask->limit;
    ask->list.entry = phone_alloc(arena, ask->list.n * sizeof(phone_entry_t));

    for (i = 0; i < ask->list.n; i++) {
        m = &zset->member[ask->up ? first + i : n - 1 - i];
        ask->list.entry[i].member = phone_copy(arena, m->member);
        ask->list.entry[i].score = m->score;
    }
}


static void
sim_read_scores(const sim_zset_t *zset, phone_ask_scores_t *ask,
    phone_arena_t *arena)
{
    int64_t       *score;
    unsigned       i;
    sim_member_t  *m;

    score = phone_alloc(arena, ask->of.n * sizeof(int64_t));

    for (i = 0; i < ask->of.n; i++) {
        m = zset ? sim_zset_find(zset, ask->of.entry[i].member) : NULL;
        score[i] = m ? m->score : -1;
    }

    ask->scores.n = ask->of.n;
    ask->scores.score = score;
}


static void
sim_read_fields(unsigned n, const sim_field_t *field, phone_hash_t *hash,
    phone_arena_t *arena)
{
    unsigned  i;

    hash->n = n;
    hash->field = phone_alloc(arena, n * sizeof(phone_field_t));

    for (i = 0; i < n; i++) {
        hash->field[i].name = phone_copy(arena, field[i].name);
        hash->field[i].value = phone_copy(arena, field[i].value);
    }
}


static void
sim_read_field(const sim_fields_t *fields, phone_ask_field_t *ask,
    phone_arena_t *arena)
{
    unsigned            at;
    const sim_field_t  *field;

    field = fields ? sim_fields_find(fields, ask->field, &at) : NULL;

    ask->value = field ? phone_copy(arena, field->value) : PHONE_EMPTY;
}


static void
sim_read_log(const sim_list_t *list, phone_ask_log_t *ask,
    phone_arena_t *arena)
{
    unsigned  i, n, first;

    ask->log.n = 0;

    if (list == NULL || ask->skip >= list->n) {
        return;
    }

    first = (unsigned) ask->skip;
    n = list->n - first;
    n = n < ask->limit ? n : ask->limit;

    ask->log.n = n;
    ask->log.entry = phone_alloc(arena, n * sizeof(phone_str_t));

    for (i = 0; i < n; i++) {
        ask->log.entry[i] = phone_copy(arena, list->entry[first + i]);
    }
}


/*
 * SET key "" NX PX ms, then BITFIELD key OVERFLOW SAT INCRBY u16 bit delta ...
 * of cells that begin at whole bytes.
 */

int
sim_sketch_add(sim_store_t *store, int64_t now, phone_str_t key, int64_t ms,
    int64_t delta, unsigned n, const unsigned *bit, int64_t *least)
{
    char         *data, *cell;
    size_t        end;
    int64_t       value;
    unsigned      i;
    sim_entry_t  *entry;

    entry = sim_entry_find(store, now, key);

    if (entry == NULL) {
        entry = sim_entry_make(store, now, key, SIM_STRING);
        entry->string = sim_copy(store->memory, PHONE_EMPTY);
        entry->expires = now + ms;

    } else if (entry->kind != SIM_STRING) {
        return -1;
    }

    end = entry->string.len;

    for (i = 0; i < n; i++) {
        end = bit[i] / 8 + 2 > end ? bit[i] / 8 + 2 : end;
    }

    if (end > entry->string.len) {
        data = sim_zalloc(store->memory, end);
        memcpy(data, entry->string.data, entry->string.len);
        sim_drop(store->memory, entry->string);
        entry->string = (phone_str_t) { end, data };
    }

    data = (char *) entry->string.data;

    for (i = 0; i < n; i++) {
        cell = data + bit[i] / 8;
        value = (unsigned char) cell[0] << 8 | (unsigned char) cell[1];
        value += delta;
        value = value < 0 ? 0 : value > 65535 ? 65535 : value;
        cell[0] = (char) (value >> 8);
        cell[1] = (char) value;

        *least = i == 0 || value < *least ? value : *least;
    }

    return 0;
}


static int
sim_read_count(sim_store_t *store, int64_t now, phone_ask_count_t *ask)
{
    return sim_sketch_add(store, now, ask->ask.key, ask->lives_for, 1,
                          PHONE_SKETCH_ROWS, ask->bit, &ask->count);
}


int
sim_store_read(sim_store_t *store, int64_t now, phone_ask_t *ask,
    phone_arena_t *arena)
{
    sim_kind_t            kind;
    sim_entry_t          *entry;
    phone_ask_size_t     *size;
    static const uint8_t  kind_of[] = {
        [PHONE_ASK_RECORD] = SIM_HASH,   [PHONE_ASK_INDEX] = SIM_ZSET,
        [PHONE_ASK_LOG] = SIM_LIST,      [PHONE_ASK_CLAIM] = SIM_STRING,
        [PHONE_ASK_HASH] = SIM_HASH,     [PHONE_ASK_SIZE] = SIM_ZSET,
        [PHONE_ASK_SCORES] = SIM_ZSET,   [PHONE_ASK_FIELD] = SIM_HASH,
        [PHONE_ASK_LENGTH] = SIM_LIST
    };

    if (ask->kind == PHONE_ASK_COUNT) {
        return sim_read_count(store, now, (phone_ask_count_t *) ask);
    }

    kind = (sim_kind_t) kind_of[ask->kind];
    entry = sim_entry_find(store, now, ask->key);

    if (entry != NULL && entry->kind != kind) {

        if (!ask->any_type) {
            return -1;
        }

        ask->other_type = 1;
        entry = NULL;
    }

    switch (ask->kind) {

    case PHONE_ASK_RECORD:
        sim_read_record(entry ? &entry->fields : NULL,
                        (phone_record_t *) ask, arena);
        break;

    case PHONE_ASK_INDEX:
        sim_read_index(entry ? &entry->zset : NULL,
                       (phone_ask_index_t *) ask, arena);
        break;

    case PHONE_ASK_SIZE:
        size = (phone_ask_size_t *) ask;
        size->size = entry ? entry->zset.n - sim_zset_below(&entry->zset,
                                                            size->since)
                           : 0;
        break;

    case PHONE_ASK_LENGTH:
        ((phone_ask_length_t *) ask)->length = entry ? entry->list.n : 0;
        break;

    case PHONE_ASK_SCORES:
        sim_read_scores(entry ? &entry->zset : NULL,
                        (phone_ask_scores_t *) ask, arena);
        break;

    case PHONE_ASK_LOG:
        sim_read_log(entry ? &entry->list : NULL, (phone_ask_log_t *) ask,
                     arena);
        break;

    case PHONE_ASK_CLAIM:
        ((phone_ask_claim_t *) ask)->value
            = entry ? phone_copy(arena, entry->string) : PHONE_EMPTY;
        break;

    case PHONE_ASK_HASH:
        sim_read_fields(entry ? entry->fields.n : 0,
                        entry ? entry->fields.field : NULL,
                        &((phone_ask_hash_t *) ask)->hash, arena);
        break;

    case PHONE_ASK_FIELD:
        sim_read_field(entry ? &entry->fields : NULL,
                       (phone_ask_field_t *) ask, arena);
        break;

    default:
        return -1;
    }

    return 0;
}


int
sim_store_overwrite(sim_store_t *store, int64_t now, phone_str_t key,
    phone_str_t field, phone_str_t value)
{
    unsigned      at;
    sim_entry_t  *entry;

    entry = sim_entry_find(store, now, key);
    at = 0;

    if (entry == NULL || entry->kind != SIM_HASH
        || sim_fields_find(&entry->fields, field, &at) == NULL)
    {
        return -1;
    }

    sim_fields_set(store->memory, &entry->fields, field, value);

    return 0;
}


/* A look inside */

static sim_entry_t *
sim_store_look(sim_store_t *store, int64_t now, phone_str_t key,
    sim_kind_t kind)
{
    sim_entry_t  *entry;

    entry = sim_entry_find(store, now, key);

    return entry != NULL && entry->kind == kind ? entry : NULL;
}


const sim_fields_t *
sim_store_hash(sim_store_t *store, int64_t now, phone_str_t key)
{
    sim_entry_t  *entry;

    entry = sim_store_look(store, now, key, SIM_HASH);

    return entry ? &entry->fields : NULL;
}


const sim_zset_t *
sim_store_zset(sim_store_t *store, int64_t now, phone_str_t key)
{
    sim_entry_t  *entry;

    entry = sim_store_look(store, now, key, SIM_ZSET);

    return entry ? &entry->zset : NULL;
}


const sim_list_t *
sim_store_list(sim_store_t *store, int64_t now, phone_str_t key)
{
    sim_entry_t  *entry;

    entry = sim_store_look(store, now, key, SIM_LIST);

    return entry ? &entry->list : NULL;
}


const sim_stream_t *
sim_store_stream(sim_store_t *store, int64_t now, phone_str_t key)
{
    sim_entry_t  *entry;

    entry = sim_store_look(store, now, key, SIM_STREAM);

    return entry ? &entry->stream : NULL;
}


phone_str_t
sim_store_string(sim_store_t *store, int64_t now, phone_str_t key)
{
    sim_entry_t  *entry;

    entry = sim_store_look(store, now, key, SIM_STRING);

    return entry ? entry->string : (phone_str_t) { 0, NULL };
}


phone_str_t
sim_store_field(sim_store_t *store, int64_t now, phone_str_t key,
    phone_str_t field)
{
    unsigned             at;
    sim_field_t         *found;
    const sim_fields_t  *fields;

    fields = sim_store_hash(store, now, key);
    at = 0;
    found = fields ? sim_fields_find(fields, field, &at) : NULL;

    return found ? found->value : (phone_str_t) { 0, NULL };
}


int64_t
sim_store_pttl(sim_store_t *store, int64_t now, phone_str_t key)
{
    sim_entry_t  *entry;

    entry = sim_entry_find(store, now, key);

    if (entry == NULL) {
        return -2;
    }

    return entry->expires ? entry->expires - now : -1;
}


void
sim_store_each(sim_store_t *store, int64_t now,
    void (*each)(void *data, phone_str_t key), void *data)
{
    size_t        i;
    sim_entry_t  *entry;

    for (i = 0; i < store->map.slots; i++) {
        entry = (sim_entry_t *) store->map.slot[i];

        if (entry != NULL && (!entry->expires || entry->expires > now)) {
            each(data, entry->node.key);
        }
    }
}
