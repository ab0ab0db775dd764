
/*
 * Replies held against what endpoints declare.  Debug builds do it for each
 * reply, as do the unit tests and the simulator.
 */


#include <jansson.h>

#include "../host.h"
#include "runtime.h"


static phone_str_t phone_odd_object(phone_arena_t *arena, json_t *object,
    const phone_member_t *const list[], const char *where);
static const phone_member_t *phone_declared(
    const phone_member_t *const list[], const char *name);
static phone_str_t phone_odd_value(phone_arena_t *arena, json_t *value,
    const phone_member_t *member, const char *where);
static int phone_declares_kind(const phone_endpoint_t *endpoint,
    const phone_reply_t *reply);
static int phone_is_of_type(json_t *value, phone_member_type_t type);
static int phone_is_time(phone_str_t text);


const phone_member_t  phone_reply_of_code[] = {
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_member_t  phone_code_members[] = {
    { "code", PHONE_M_TEXT, 0, NULL, NULL, "OK, or why not" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_member_t  phone_refusal_members[] = {
    { "message", PHONE_M_TEXT, 0, NULL, NULL, "in English" },
    { "message_zh", PHONE_M_TEXT, 0, NULL, NULL, "in Chinese" },
    { "field", PHONE_M_TEXT, 0, NULL, "one field or header is to blame",
      "its name" },
    { "reason", PHONE_M_TEXT, 0, NULL, "there is more to say",
      "what is wrong with it" },
    { "retryable", PHONE_M_BOOL, 0, NULL, NULL,
      "the same call may succeed later" },
    { "request_id", PHONE_M_TEXT, 0, NULL, NULL, "names the call in logs" },
    { "remaining", PHONE_M_INT, 0, NULL, "a PIN was wrong",
      "how many tries are left" },
    { "until", PHONE_M_TIME, 0, NULL,
      "the PIN is locked, the limit of a day is reached, or the day of a "
      "statement is not over",
      "when it opens, or the statement can be made" },
    { "platform_time", PHONE_M_INT, 0, NULL, "the timestamp is off",
      "Unix seconds" },
    { "most", PHONE_M_INT, 0, NULL, "a bill is beyond the limit of one",
      "minor units that it may have" },
    { "left", PHONE_M_INT, 0, NULL,
      "a refund exceeds what was paid, or a payment or a bill the limit of a "
      "day",
      "minor units that can still be refunded, paid or billed; bills" },
    { "status", PHONE_M_TEXT, 0, NULL, "a bill is not paid", "of the bill" },
    { "suite", PHONE_M_INT, 0, NULL, "the number demands an envelope",
      "the lowest that it takes" },
    { "done", PHONE_M_INT, 0, NULL, "a statement is being made",
      "rows so far" },
    { "row", PHONE_M_INT, 0, NULL, "a file cannot be read",
      "the row that is wrong, counted from 1 with the header and empty lines" },
    { "contact_id", PHONE_M_ID, 0, NULL, "a contact has the number already",
      "which" },
    { "bill_id", PHONE_M_ID, 0, NULL, "a bill that was handed on has come back",
      "its id now" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_member_t  phone_signed_members[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, "it is signed", "who has called" },
    { "key_id", PHONE_M_TEXT, 0, NULL, "it is signed",
      "names the platform's key, or the secret" },
    { "timestamp", PHONE_M_INT, 0, NULL, "it is signed", "Unix seconds" },
    { "nonce", PHONE_M_TEXT, 0, NULL, "it is signed", "of the reply" },
    { "request_nonce", PHONE_M_TEXT, 0, NULL, "it is signed",
      "the nonce of the call that it answers" },
    { "sign_type", PHONE_M_TEXT, 0, NULL, "it is signed",
      "that of the call" },
    { "store_epoch", PHONE_M_INT, 0, NULL,
      "it is not 0", "rises when the store may have lost confirmed writes" },
    { "digest", PHONE_M_TEXT, 0, NULL, "it is signed", "MD5 in hex" },
    { "sign", PHONE_M_TEXT, 0, NULL, "it is signed", "the signature, base64" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


phone_str_t
phone_undeclared(phone_call_t *call)
{
    json_t                *reply;
    phone_str_t            odd;
    phone_arena_t         *arena;
    const phone_member_t  *list[4];

    arena = &call->arena;

    /* one of a test, and what is left when memory has run out */

    if (call->endpoint == NULL || call->endpoint->reply == NULL) {
        return PHONE_EMPTY;
    }

    if (!call->reply.refused && !phone_replies_json(call->endpoint)) {
        return phone_declares_kind(call->endpoint, &call->reply)
               ? PHONE_EMPTY
               : phone_format(arena, "%s: another kind of reply",
                              call->endpoint->name);
    }

    if (call->reply.body.len == 0 && call->reply.kind == PHONE_M_TEXT) {
        return PHONE_EMPTY;
    }

    list[0] = phone_code_members;
    list[1] = call->reply.refused ? phone_refusal_members
                                  : call->endpoint->reply;
    list[2] = phone_signs(call->endpoint->who) ? phone_signed_members : NULL;
    list[3] = NULL;

    reply = json_loadb(call->reply.body.data, call->reply.body.len,
                       JSON_REJECT_DUPLICATES, NULL);

    odd = json_is_object(reply)
          ? phone_odd_object(arena, reply, list, call->endpoint->name)
          : phone_format(arena, "%s: no object, or a member twice",
                         call->endpoint->name);
    json_decref(reply);

    return odd;
}


int
phone_replies_json(const phone_endpoint_t *endpoint)
{
    return endpoint->reply == NULL || endpoint->reply->name == NULL
           || endpoint->reply->type < PHONE_M_DOCUMENT;
}


/* "image/..." with a star is any of them.  A stream is made by the host: the
   handler only says that it may be. */

static int
phone_declares_kind(const phone_endpoint_t *endpoint,
    const phone_reply_t *reply)
{
    size_t                 n;
    const phone_member_t  *row;

    for (row = endpoint->reply; row->name; row++) {

        if (row->type == PHONE_M_STREAM && reply->kind == PHONE_M_TEXT) {
            return 1;
        }

        if (row->type != reply->kind) {
            continue;
        }

        n = strlen(row->name);

        if (row->type == PHONE_M_REDIRECT
            || phone_is(reply->type, row->name)
            || (row->name[n - 1] == '*' && reply->type.len >= n
                && memcmp(reply->type.data, row->name, n - 1) == 0))
        {
            return 1;
        }
    }

    return 0;
}


static const phone_member_t *
phone_declared(const phone_member_t *const list[], const char *name)
{
    const phone_member_t  *member;

    for ( /* void */ ; *list; list++) {
        for (member = *list; member->name; member++) {
            if (strcmp(member->name, name) == 0) {
                return member;
            }
        }
    }

    return NULL;
}


static phone_str_t
phone_odd_object(phone_arena_t *arena, json_t *object,
    const phone_member_t *const list[], const char *where)
{
    json_t                       *value;
    const char                   *name;
    phone_str_t                   odd;
    const phone_member_t         *member;
    const phone_member_t *const  *part;

    json_object_foreach(object, name, value) {
        member = phone_declared(list, name);

        if (member == NULL) {
            return phone_format(arena, "%s: %s is not declared", where, name);
        }

        odd = phone_odd_value(arena, value, member, where);

        if (odd.len) {
            return odd;
        }
    }

    for (part = list; *part; part++) {
        for (member = *part; member->name; member++) {
            if (member->when == NULL
                && json_object_get(object, member->name) == NULL)
            {
                return phone_format(arena, "%s: %s is missing", where,
                                    member->name);
            }
        }
    }

    return PHONE_EMPTY;
}


static phone_str_t
phone_odd_value(phone_arena_t *arena, json_t *value,
    const phone_member_t *member, const char *where)
{
    size_t                 i;
    json_t                *item;
    phone_str_t            odd;
    const phone_member_t  *list[2];

    if (!phone_is_of_type(value, member->type)) {
        return phone_format(arena, "%s: %s is of another type", where,
                            member->name);
    }

    if (member->type == PHONE_M_PHONES) {
        json_array_foreach(value, i, item) {
            if (!phone_is_of_type(item, PHONE_M_PHONE)) {
                return phone_format(arena, "%s: an entry of %s is no number",
                                    where, member->name);
            }
        }
    }

    if (member->type != PHONE_M_LIST) {
        return PHONE_EMPTY;
    }

    list[0] = member->of->members;
    list[1] = NULL;

    json_array_foreach(value, i, item) {
        odd = json_is_object(item)
              ? phone_odd_object(arena, item, list, member->name)
              : phone_format(arena, "%s: an entry of %s is no object", where,
                             member->name);

        if (odd.len) {
            return odd;
        }
    }

    return PHONE_EMPTY;
}


static int
phone_is_of_type(json_t *value, phone_member_type_t type)
{
    phone_str_t  text;

    switch (type) {

    case PHONE_M_INT:
    case PHONE_M_AMOUNT:
        return json_is_integer(value);

    case PHONE_M_BOOL:
        return json_is_boolean(value);

    case PHONE_M_LIST:
    case PHONE_M_PHONES:
        return json_is_array(value);

    default:
        break;
    }

    if (!json_is_string(value)) {
        return 0;
    }

    text = (phone_str_t) { json_string_length(value),
                           json_string_value(value) };

    switch (type) {

    case PHONE_M_TIME:
        return phone_is_time(text);

    case PHONE_M_PHONE:
        return text.len > 1 && text.data[0] == '+';

    case PHONE_M_ID:
        return text.len > 0;

    default:
        return 1;
    }
}


/* 2026-01-31T23:59:59Z */

static int
phone_is_time(phone_str_t text)
{
    size_t       i;
    const char  *form;

    form = "0000-00-00T00:00:00Z";

    if (text.len != strlen(form)) {
        return 0;
    }

    for (i = 0; i < text.len; i++) {
        if (form[i] == '0' ? text.data[i] < '0' || text.data[i] > '9'
                           : text.data[i] != form[i])
        {
            return 0;
        }
    }

    return 1;
}
