
/*
 * A set of fields.
 */


#include <stdlib.h>

#include "fields_input.h"


static size_t phone_item_index(phone_str_t name, size_t *dot);
static unsigned phone_fields_gather(phone_arena_t *arena,
    const phone_fields_t *fields, phone_field_t *flat,
    const phone_field_t **all);
static phone_str_t phone_item_name(phone_arena_t *arena, phone_str_t list,
    unsigned index, phone_str_t member);
static void phone_fields_insert(const phone_field_t **field, unsigned n);
static int phone_fields_order(const void *one, const void *two);
static void phone_field_keep(phone_arena_t *arena, phone_field_t *field);


const unsigned char  phone_field_class[256] = {
    [0] = PHONE_F_BYTE,
    ['%'] = PHONE_F_ENCODED,
    ['&'] = PHONE_F_AND,
    ['+'] = PHONE_F_ENCODED,
    ['.'] = PHONE_F_NAME|PHONE_F_DOT,
    ['0' ... '9'] = PHONE_F_NAME,
    ['='] = PHONE_F_EQUAL,
    ['A' ... 'Z'] = PHONE_F_NAME,
    ['_'] = PHONE_F_NAME,
    ['a' ... 'z'] = PHONE_F_NAME,
    [0x80 ... 0xff] = PHONE_F_BYTE
};


int
phone_fields_is_name(phone_str_t name)
{
    size_t    i;
    unsigned  class, all, any;

    if (name.len == 0 || name.len > PHONE_FIELD_NAME_MAX) {
        return 0;
    }

    all = PHONE_F_NAME;
    any = 0;

    for (i = 0; i < name.len; i++) {
        class = phone_field_class[(unsigned char) name.data[i]];
        all &= class;
        any |= class;
    }

    return all && ((any & PHONE_F_DOT) == 0 || phone_item_index(name, &i) == 0);
}


/* How many digits are behind a dot, up to the next one or the end: the index
   in "rows.17.points"; 0: there are none.  *dot is where. */

static size_t
phone_item_index(phone_str_t name, size_t *dot)
{
    size_t  i, n;

    for (i = 0; i < name.len; i++) {

        if (name.data[i] != '.') {
            continue;
        }

        for (n = 0; i + 1 + n < name.len; n++) {
            if (name.data[i + 1 + n] < '0' || name.data[i + 1 + n] > '9') {
                break;
            }
        }

        if (n && (i + 1 + n == name.len || name.data[i + 1 + n] == '.')) {
            *dot = i;
            return n;
        }
    }

    return 0;
}


phone_fields_rc_t
phone_fields_check(const phone_fields_t *fields, phone_str_t name)
{
    if (!phone_fields_is_name(name)) {
        return PHONE_FIELDS_NAME;
    }

    if (phone_fields_find(fields, name) >= 0) {
        return PHONE_FIELDS_DUPLICATE;
    }

    return (fields->n == PHONE_FIELDS_MAX) ? PHONE_FIELDS_TOO_MANY
                                           : PHONE_FIELDS_OK;
}


/* JSON that is sent as a form is one long name, secrets included. */

phone_str_t
phone_fields_bad(phone_str_t name)
{
    return phone_fields_is_name(name) ? name : PHONE_EMPTY;
}


int
phone_fields_find(const phone_fields_t *fields, phone_str_t name)
{
    const phone_field_t  *field, *last;

    last = fields->field + fields->n;

    for (field = fields->field; field < last; field++) {
        if (field->name.len == name.len
            && memcmp(field->name.data, name.data, name.len) == 0)
        {
            return (int) (field - fields->field);
        }
    }

    return -1;
}


const phone_str_t *
phone_field(const phone_fields_t *fields, const char *name)
{
    size_t                len;
    const phone_field_t  *field, *last;

    len = strlen(name);
    last = fields->field + fields->n;

    for (field = fields->field; field < last; field++) {
        if (field->name.len == len && field->name.data[0] == name[0]
            && memcmp(field->name.data, name, len) == 0)
        {
            return &field->value;
        }
    }

    return NULL;
}


int
phone_fields_add(phone_fields_t *fields, phone_str_t name, phone_str_t value)
{
    phone_field_t  *field;

    if (fields->n == PHONE_FIELDS_MAX) {
        return -1;
    }

    fields->list[fields->n] = NULL;
    field = &fields->field[fields->n++];
    field->name = name;
    field->value = value;

    return 0;
}


/* Lists */

phone_items_t *
phone_fields_add_list(phone_arena_t *arena, phone_fields_t *fields,
    phone_str_t name)
{
    phone_items_t  *list;

    list = phone_alloc(arena, sizeof(phone_items_t));

    if (list == NULL || phone_fields_add(fields, name, PHONE_EMPTY) != 0) {
        return NULL;
    }

    fields->list[fields->n - 1] = list;

    return list;
}


phone_item_t *
phone_items_add(phone_arena_t *arena, phone_items_t *list, unsigned n)
{
    unsigned       room;
    phone_item_t  *item;

    if (list->n == list->room) {
        room = list->room ? 2 * list->room : 8;

        item = phone_alloc(arena, room * sizeof(phone_item_t));
        if (item == NULL) {
            return NULL;
        }

        if (list->n) {
            memcpy(item, list->item, list->n * sizeof(phone_item_t));
        }

        list->item = item;
        list->room = room;
    }

    item = &list->item[list->n];

    item->n = n;
    item->field = phone_alloc(arena, n * sizeof(phone_field_t));

    if (item->field == NULL) {
        return NULL;
    }

    list->n++;
    list->nfields += n;

    return item;
}


unsigned
phone_items_room(const phone_fields_t *fields)
{
    unsigned  i, n;

    n = PHONE_ITEMS_MAX;

    for (i = 0; i < fields->n; i++) {
        n -= fields->list[i] ? fields->list[i]->nfields : 0;
    }

    return n;
}


/* Sorted */

const phone_field_t **
phone_fields_sort(phone_arena_t *arena, const phone_fields_t *fields,
    const phone_field_t *room[PHONE_FIELDS_MAX], unsigned *n)
{
    unsigned               in_lists;
    phone_field_t         *flat;
    const phone_field_t  **sorted;

    in_lists = PHONE_ITEMS_MAX - phone_items_room(fields);

    if (in_lists == 0) {
        *n = phone_fields_gather(arena, fields, NULL, room);
        phone_fields_insert(room, *n);

        return room;
    }

    *n = 0;
    flat = phone_alloc(arena, in_lists * sizeof(phone_field_t));
    sorted = phone_alloc(arena, (fields->n + in_lists) * sizeof(*sorted));

    if (flat && sorted) {
        *n = phone_fields_gather(arena, fields, flat, sorted);
        qsort(sorted, *n, sizeof(*sorted), phone_fields_order);
    }

    return sorted;
}


/* Pointers to all fields; those of lists are made in flat. */

static unsigned
phone_fields_gather(phone_arena_t *arena, const phone_fields_t *fields,
    phone_field_t *flat, const phone_field_t **all)
{
    unsigned              i, k, m, n;
    const phone_item_t   *item;
    const phone_items_t  *list;

    n = 0;

    for (i = 0; i < fields->n; i++) {
        list = fields->list[i];

        if (list == NULL) {
            all[n++] = &fields->field[i];
            continue;
        }

        for (k = 0; k < list->n; k++) {
            item = &list->item[k];

            for (m = 0; m < item->n; m++) {
                flat->name = phone_item_name(arena, fields->field[i].name, k,
                                             item->field[m].name);
                flat->value = item->field[m].value;
                all[n++] = flat++;
            }
        }
    }

    return n;
}


/* "rows.17.points", "to.3" */

static phone_str_t
phone_item_name(phone_arena_t *arena, phone_str_t list, unsigned index,
    phone_str_t member)
{
    phone_str_t  part[5];

    part[0] = list;
    part[1] = PHONE_STR(".");
    part[2] = phone_int(arena, index);
    part[3] = PHONE_STR(".");
    part[4] = member;

    return phone_join(arena, member.len ? 5 : 3, part);
}


/* A request has some fifteen fields, often in order already. */

static void
phone_fields_insert(const phone_field_t **field, unsigned n)
{
    unsigned              i, k;
    const phone_field_t  *next;

    for (i = 1; i < n; i++) {
        next = field[i];

        for (k = i; k && phone_compare(field[k - 1]->name, next->name) > 0;
             k--)
        {
            field[k] = field[k - 1];
        }

        field[k] = next;
    }
}


static int
phone_fields_order(const void *one, const void *two)
{
    const phone_field_t *const  *a, *const  *b;

    a = one;
    b = two;

    return phone_compare((*a)->name, (*b)->name);
}


phone_str_t
phone_item_shown(phone_arena_t *arena, phone_str_t name)
{
    size_t       n, dot;
    phone_str_t  part[5];

    n = phone_item_index(name, &dot);

    if (n == 0) {
        return name;
    }

    part[0] = (phone_str_t) { dot, name.data };
    part[1] = PHONE_STR("[");
    part[2] = (phone_str_t) { n, name.data + dot + 1 };
    part[3] = PHONE_STR("]");
    part[4] = (phone_str_t) { name.len - dot - 1 - n, name.data + dot + 1 + n };

    return phone_join(arena, 5, part);
}


/* Kept */

void
phone_fields_keep(phone_arena_t *arena, phone_fields_t *fields)
{
    unsigned        i, k, m;
    phone_item_t   *item;
    phone_items_t  *list, *old;

    for (i = 0; i < fields->n; i++) {
        phone_field_keep(arena, &fields->field[i]);

        old = fields->list[i];

        if (old == NULL) {
            continue;
        }

        list = phone_alloc(arena, sizeof(phone_items_t));
        fields->list[i] = list;

        for (k = 0; list && k < old->n; k++) {
            item = phone_items_add(arena, list, old->item[k].n);

            for (m = 0; item && m < item->n; m++) {
                item->field[m] = old->item[k].field[m];
                phone_field_keep(arena, &item->field[m]);
            }
        }
    }
}


static void
phone_field_keep(phone_arena_t *arena, phone_field_t *field)
{
    field->name = phone_copy(arena, field->name);
    field->value = phone_copy(arena, field->value);
}
