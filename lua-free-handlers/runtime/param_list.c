
/* Parameters that are lists: checked, and given to handlers. */


#include "../host.h"
#include "runtime.h"


static phone_rc_t phone_check_items(phone_call_t *call,
    const phone_items_t *list, unsigned at, unsigned last);
static phone_str_t phone_member_of(const phone_item_t *item,
    const phone_param_t *param);
static const phone_value_t *phone_arg_item(phone_call_t *call,
    const char *name, unsigned i);


/* The members of an object stand behind it. */

unsigned
phone_list_width(const phone_param_t *param)
{
    size_t    len;
    unsigned  n;

    n = 1;

    if (param->type == PHONE_P_OBJECT) {
        len = strlen(param->name);

        while (param[n].name && strncmp(param[n].name, param->name, len) == 0
               && param[n].name[len] == '.')
        {
            n++;
        }
    }

    return n;
}


phone_rc_t
phone_check_list(phone_call_t *call, unsigned at, unsigned width)
{
    int                   i;
    unsigned              k;
    phone_str_t           name;
    const phone_items_t  *list;
    const phone_param_t  *param;

    param = &call->endpoint->params[at];
    name = phone_cstr(param->name);
    i = phone_fields_find(call->fields, name);
    list = i < 0 ? NULL : call->fields->list[i];

    for (k = at; k < at + width; k++) {
        call->arg_int[k] = list ? list->n : 0;
    }

    if (list == NULL) {

        if (i >= 0 && call->fields->field[i].value.len) {
            return phone_param_shape(call, param, name, PHONE_NOT_LIST);
        }

        return (param->flags & PHONE_REQUIRED)
               ? phone_refuse_field(call, PHONE_PARAM_MISSING, param->name)
               : PHONE_DONE;
    }

    if (list->n > PHONE_LIST_OF(param->flags)) {
        return phone_param_shape(call, param, name, PHONE_TOO_LONG);
    }

    return phone_check_items(call, list, at, at + width);
}


/* Texts go to arg_list[at]; members of objects to those behind it. */

static phone_rc_t
phone_check_items(phone_call_t *call, const phone_items_t *list, unsigned at,
    unsigned last)
{
    int                   objects;
    unsigned              i, k;
    phone_value_t        *value;
    const phone_item_t   *item;
    const phone_param_t  *param;

    param = call->endpoint->params;
    objects = param[at].type == PHONE_P_OBJECT;

    for (k = at; k < last; k++) {
        call->arg_list[k] = phone_alloc(&call->arena,
                                        list->n * sizeof(phone_value_t));
        if (call->arg_list[k] == NULL) {
            return phone_refuse(call, PHONE_INTERNAL);
        }
    }

    for (i = 0; i < list->n; i++) {
        item = &list->item[i];

        if (objects != (item->field->name.len != 0)) {
            return phone_param_shape(call, &param[at],
                                     phone_item_field(call, param[at].name,
                                                      (int) i),
                                     objects ? PHONE_NOT_OBJECT
                                             : PHONE_NOT_ONE);
        }

        for (k = at + objects; k < last; k++) {
            value = &call->arg_list[k][i];

            if (phone_check_value(call, &param[k], (int) i,
                                  phone_member_of(item, &param[k]),
                                  &value->text, &value->number)
                != PHONE_DONE)
            {
                return PHONE_REFUSED;
            }
        }
    }

    return PHONE_DONE;
}


/* A text is a field without a name. */

static phone_str_t
phone_member_of(const phone_item_t *item, const phone_param_t *param)
{
    unsigned     i;
    const char  *name;

    name = strchr(param->name, '.');

    for (i = 0; i < item->n; i++) {
        if (phone_is(item->field[i].name, name ? name + 1 : "")) {
            return item->field[i].value;
        }
    }

    return PHONE_EMPTY;
}


phone_str_t
phone_item_field(phone_call_t *call, const char *name, int index)
{
    int  len;

    if (index < 0) {
        return phone_cstr(name);
    }

    len = (int) strcspn(name, ".");

    return phone_format(&call->arena, "%.*s[%d]%s", len, name, index,
                        name + len);
}


unsigned
phone_arg_count(phone_call_t *call, const char *name)
{
    int  i;

    i = phone_arg_index(call, name);

    return i < 0 ? 0 : (unsigned) call->arg_int[i];
}


static const phone_value_t *
phone_arg_item(phone_call_t *call, const char *name, unsigned i)
{
    int  k;

    k = phone_arg_index(call, name);

    if (k < 0 || (int64_t) i >= call->arg_int[k]) {
        phone_break(call, "it reads an item that the list does not have");
        return NULL;
    }

    return &call->arg_list[k][i];
}


phone_str_t
phone_arg_at(phone_call_t *call, const char *name, unsigned i)
{
    const phone_value_t  *value;

    value = phone_arg_item(call, name, i);

    return value ? value->text : PHONE_EMPTY;
}


int64_t
phone_arg_int_at(phone_call_t *call, const char *name, unsigned i)
{
    const phone_value_t  *value;

    value = phone_arg_item(call, name, i);

    return value ? value->number : 0;
}


phone_rc_t
phone_refuse_item(phone_call_t *call, phone_refusal_t refusal,
    const char *name, int index)
{
    return phone_refuse_saying(call, refusal,
                               phone_item_field(call, name, index),
                               phone_cstr(phone_refusal_text[refusal].en),
                               phone_cstr(phone_refusal_text[refusal].zh));
}


/* An index is between two dots, or behind the last one. */

int
phone_is_value_of(phone_str_t field, const char *param)
{
    size_t  i, end;

    for (i = 0; i < field.len; i++) {

        for (end = i + 1; field.data[i] == '.' && end < field.len; end++) {
            if (field.data[end] < '0' || field.data[end] > '9') {
                break;
            }
        }

        if (end > i + 1 && (end == field.len || field.data[end] == '.')) {
            i = end - 1;
            continue;
        }

        if (*param == '\0' || *param++ != field.data[i]) {
            return 0;
        }
    }

    return *param == '\0';
}
