
/* Parameters: checked against their table before a handler sees them. */


#include "../host.h"
#include "runtime.h"
#include "../lib/canonical.h"
#include "../lib/id.h"
#include "../lib/legible.h"
#include "../lib/money.h"
#include "../lib/number.h"
#include "../lib/url.h"


static phone_rc_t phone_check_param(phone_call_t *call,
    const phone_param_t *param, phone_str_t *value, int64_t *number);
static int phone_param_ok(phone_call_t *call, const phone_param_t *param,
    phone_str_t *value, int64_t *number);
static int phone_is_of_class(phone_str_t text, unsigned class);
static int phone_is_name(phone_str_t text);
static int phone_is_word(phone_str_t text, int64_t list);


/* What a byte of a value may be. */

#define PHONE_C_PRINTABLE  0x01          /* of base64 and PEM */
#define PHONE_C_NAME       0x02
#define PHONE_C_DIGIT      0x04

#define PHONE_C_ANY_NAME   (PHONE_C_PRINTABLE|PHONE_C_NAME)

static const unsigned char  phone_param_class[256] = {
    ['\n'] = PHONE_C_PRINTABLE,
    ['\r'] = PHONE_C_PRINTABLE,
    [' ' ... ','] = PHONE_C_PRINTABLE,
    ['-' ... '.'] = PHONE_C_ANY_NAME,
    ['/'] = PHONE_C_PRINTABLE,
    ['0' ... '9'] = PHONE_C_ANY_NAME|PHONE_C_DIGIT,
    [':' ... '@'] = PHONE_C_PRINTABLE,
    ['A' ... 'Z'] = PHONE_C_ANY_NAME,
    ['[' ... '^'] = PHONE_C_PRINTABLE,
    ['_'] = PHONE_C_ANY_NAME,
    ['`'] = PHONE_C_PRINTABLE,
    ['a' ... 'z'] = PHONE_C_ANY_NAME,
    ['{' ... '~'] = PHONE_C_PRINTABLE
};


/* What every call of a merchant carries. */

const phone_param_t  phone_merchant_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED, 1, 32,
      "who calls" },
    { "key_id", PHONE_P_NAME, 0, 1, 32,
      "which of the signer's keys; may be left out while there is one" },
    { "service", PHONE_P_NAME, PHONE_REQUIRED, 1, 64,
      "the name of the call, its operationId: a signature is good for one" },
    { "timestamp", PHONE_P_INT, PHONE_REQUIRED, 0, INT64_C(99999999999),
      "Unix seconds; within 300 of the platform's clock" },
    { "nonce", PHONE_P_NAME, PHONE_REQUIRED, 8, 64,
      "random, used once" },
    { "sign_type", PHONE_P_SIGN_TYPE, PHONE_REQUIRED, 0, 0,
      "that of the key: RSA2, MD5withRSA, Ed25519 or HMAC-SHA256" },
    { "digest", PHONE_P_NAME, PHONE_REQUIRED, 32, 32,
      "hex MD5 of the canonical string" },
    { "sign", PHONE_P_BASE64, PHONE_REQUIRED, 4, 1024,
      "base64 of the signature of the canonical string with digest" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_param_t  phone_terminal_params[] = {
    { "terminal_id", PHONE_P_NAME, PHONE_REQUIRED, 1, 32,
      "which of the merchant's terminals calls: it signs with its own key" },
    { NULL, 0, 0, 0, 0, NULL }
};


static int
phone_is_of_class(phone_str_t text, unsigned class)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        class &= phone_param_class[(unsigned char) text.data[i]];
    }

    return class != 0;
}


/* Names stand in paths, where "." and ".." mean something else. */

static int
phone_is_name(phone_str_t text)
{
    return phone_is_of_class(text, PHONE_C_NAME)
           && !phone_is(text, ".") && !phone_is(text, "..");
}


const char *const *
phone_words(int64_t list)
{
    static const char *const  bill_status[] = {
        "CREATED", "PUSHED", "PAID", "REJECTED", "CLOSED", "EXPIRED",
        "PARTLY_REFUNDED", "REFUNDED", "OFFERED", "HANDED_ON", "DECLINED",
        "RECALLED", PHONE_BILLS_OPEN, NULL
    };
    static const char *const  told_status[] = {
        "CREATED", "PUSHED", "PAID", "REJECTED", "CLOSED", "EXPIRED",
        "PARTLY_REFUNDED", "REFUNDED", PHONE_BILLS_OPEN, NULL
    };
    static const char *const  plan[] = { "prepaid", "postpaid", NULL };
    static const char *const  merchant_status[] = {
        "ACTIVE", "CLOSED", NULL
    };
    static const char *const  notice_state[] = {
        "PENDING", "DELIVERED", "EXHAUSTED", NULL
    };
    static const char *const  message_to[] = { "BUYER", "PAYER", NULL };
    static const char *const  message_result[] = {
        "SUCCESS", "FAILURE", NULL
    };
    static const char *const  contact_label[] = {
        "mobile", "home", "work", "other", NULL
    };
    static const char *const  contact_format[] = { "vcard", "csv", NULL };
    static const char *const  trigger_match[] = { "any", "all", NULL };
    static const char *const *const  words[] = {
        [PHONE_BILL_STATUSES] = bill_status,
        [PHONE_BILL_TOLD_STATUSES] = told_status,
        [PHONE_PLANS] = plan,
        [PHONE_MERCHANT_STATUSES] = merchant_status,
        [PHONE_NOTICE_STATES] = notice_state,
        [PHONE_MESSAGE_TO] = message_to,
        [PHONE_MESSAGE_RESULTS] = message_result,
        [PHONE_CONTACT_LABELS] = contact_label,
        [PHONE_CONTACT_FORMATS] = contact_format,
        [PHONE_TRIGGER_MATCHES] = trigger_match
    };

    return words[list];
}


static int
phone_is_word(phone_str_t text, int64_t list)
{
    const char *const  *word;

    for (word = phone_words(list); *word; word++) {
        if (phone_is(text, *word)) {
            return 1;
        }
    }

    return 0;
}


static int
phone_within(size_t len, const phone_param_t *param)
{
    return (int64_t) len >= param->min && (int64_t) len <= param->max;
}


/* A browser ends the lines of a form with CR LF. */

static phone_str_t
phone_line_feeds(phone_arena_t *arena, phone_str_t text)
{
    size_t  i, n;
    char   *out;

    if (memchr(text.data, '\r', text.len) == NULL) {
        return text;
    }

    out = phone_alloc_raw(arena, text.len);
    if (out == NULL) {
        return PHONE_EMPTY;
    }

    n = 0;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] != '\r' || i + 1 == text.len
            || text.data[i + 1] != '\n')
        {
            out[n++] = text.data[i];
        }
    }

    return (phone_str_t) { n, out };
}


/* Puts *value in its normal form where there is one. */

static int
phone_param_ok(phone_call_t *call, const phone_param_t *param,
    phone_str_t *value, int64_t *number)
{
    int                len;
    char              *digits;
    phone_url_t        url;
    phone_sign_type_t  type;

    switch (param->type) {

    case PHONE_P_TEXT:
        if (param->flags & PHONE_LINES) {
            *value = phone_line_feeds(&call->arena, *value);
        }

        return phone_utf8_valid(*value)
               && phone_within(phone_utf8_length(*value), param)
               && ((param->flags & PHONE_SECRET)
                   || ((param->flags & PHONE_LINES)
                       ? phone_legible_lines(*value) : phone_legible(*value)));

    case PHONE_P_BASE64:
        /* whether a key or a signature is right is checked where it is used */

        return phone_within(value->len, param)
               && phone_is_of_class(*value, PHONE_C_PRINTABLE);

    case PHONE_P_NAME:
        return phone_within(value->len, param) && phone_is_name(*value);

    case PHONE_P_DIGITS:
        return phone_within(value->len, param)
               && phone_is_of_class(*value, PHONE_C_DIGIT);

    case PHONE_P_INT:
        return phone_parse_int(*value, number) == 0
               && *number >= param->min && *number <= param->max;

    case PHONE_P_BOOL:
        *number = phone_is(*value, "true") || phone_is(*value, "1");

        if (!*number && !phone_is(*value, "false") && !phone_is(*value, "0")) {
            return 0;
        }

        *value = *number ? PHONE_STR("1") : PHONE_STR("0");
        return 1;

    case PHONE_P_AMOUNT:
        return phone_amount_parse(*value, number) == 0;

    case PHONE_P_CURRENCY:
        return phone_currency(*value) != NULL;

    case PHONE_P_PHONE:
        digits = phone_alloc_raw(&call->arena, 17);
        if (digits == NULL) {
            return 0;
        }

        len = phone_number_parse(*value, call->env->settings->region, digits);
        if (len < 0) {
            return 0;
        }

        *value = (phone_str_t) { (size_t) len, digits };
        return 1;

    case PHONE_P_ID:
        return phone_id_bucket(*value, call->env->buckets) >= 0;

    case PHONE_P_URL:
        return phone_url_parse(*value, &url) == 0;

    case PHONE_P_SIGN_TYPE:
        if (phone_sign_type(*value, &type) != 0) {
            return 0;
        }

        *value = phone_sign_type_name(type);
        return 1;

    case PHONE_P_FILE:
        /* a field of that name that is no file is none either */

        return phone_equal(*value, call->file.sha256)
               && call->file.size >= param->min
               && call->file.size <= param->max;

    case PHONE_P_WORD:
        return phone_is_word(*value, param->min);

    default: /* PHONE_P_OBJECT */
        return 0;
    }
}


static phone_rc_t
phone_check_param(phone_call_t *call, const phone_param_t *param,
    phone_str_t *value, int64_t *number)
{
    int                 i;
    const phone_str_t  *given;

    given = phone_field(call->fields, param->name);

    if (given && given->len == 0) {
        i = phone_fields_find(call->fields, phone_cstr(param->name));

        if (call->fields->list[i]) {
            return phone_param_shape(call, param, phone_cstr(param->name),
                                     PHONE_NOT_ONE);
        }
    }

    return phone_check_value(call, param, -1, given ? *given : PHONE_EMPTY,
                             value, number);
}


phone_rc_t
phone_check_value(phone_call_t *call, const phone_param_t *param, int index,
    phone_str_t given, phone_str_t *value, int64_t *number)
{
    phone_refusal_t  refusal;

    *value = given;

    if (given.len == 0) {
        if ((param->flags & PHONE_REQUIRED) == 0) {
            return PHONE_DONE;
        }

        refusal = PHONE_PARAM_MISSING;

    } else if (!phone_param_ok(call, param, value, number)) {

        /* nothing exists under an id that is malformed; of a number it is told
           how to write it */

        if ((param->flags & PHONE_IN_PATH) == 0
            || param->type == PHONE_P_PHONE)
        {
            return phone_param_invalid(call, param,
                                       phone_item_field(call, param->name,
                                                        index),
                                       *value);
        }

        refusal = PHONE_NOT_FOUND;

    } else if (param->type == PHONE_P_TEXT
               && (param->flags & (PHONE_SECRET | PHONE_LINES)) == 0
               && phone_canonical_splits(*value))
    {
        /* it may become part of a signed reply or notice */

        refusal = PHONE_FIELD_AMBIGUOUS;

    } else {
        return PHONE_DONE;
    }

    return phone_refuse_item(call, refusal, param->name, index);
}


/* Parameters that the runtime itself reads. */

phone_rc_t
phone_check_carried(phone_call_t *call, const phone_param_t *param)
{
    int64_t      number;
    phone_str_t  value;

    for ( /* void */ ; param->name; param++) {
        if (phone_check_param(call, param, &value, &number) != PHONE_DONE) {
            return PHONE_REFUSED;
        }
    }

    return PHONE_DONE;
}


phone_rc_t
phone_check_params(phone_call_t *call)
{
    unsigned              i, n;
    phone_rc_t            rc;
    const phone_param_t  *param;

    if (call->checked) {
        return PHONE_DONE;
    }

    if (phone_signs(call->endpoint->who)
        && phone_check_carried(call, phone_merchant_params) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    if (call->endpoint->who == PHONE_TERMINAL
        && phone_check_carried(call, phone_terminal_params) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    param = call->endpoint->params;

    for (i = 0; param[i].name && i < PHONE_PARAMS_MAX; i += n) {

        if (PHONE_LIST_OF(param[i].flags)) {
            n = phone_list_width(&param[i]);
            rc = phone_check_list(call, i, n);

        } else {
            n = 1;
            rc = phone_check_param(call, &param[i], &call->arg[i],
                                   &call->arg_int[i]);
        }

        if (rc != PHONE_DONE) {
            return rc;
        }
    }

    call->checked = 1;

    return PHONE_DONE;
}


int
phone_arg_index(phone_call_t *call, const char *name)
{
    unsigned              i;
    const phone_param_t  *param;

    param = call->endpoint->params;

    /* most often both are the same text of the program */

    for (i = 0; param[i].name && i < PHONE_PARAMS_MAX; i++) {
        if (param[i].name == name) {
            return (int) i;
        }
    }

    for (i = 0; param[i].name && i < PHONE_PARAMS_MAX; i++) {
        if (strcmp(param[i].name, name) == 0) {
            return (int) i;
        }
    }

    phone_break(call, "it reads a parameter that it does not declare");

    return -1;
}


int
phone_has(phone_call_t *call, const char *name)
{
    return phone_arg(call, name).len != 0;
}


int
phone_arg_cleared(phone_call_t *call, const char *name)
{
    const phone_str_t  *sent;

    sent = phone_field(call->fields, name);

    return sent && sent->len == 0;
}


phone_str_t
phone_arg(phone_call_t *call, const char *name)
{
    int  i;

    i = phone_arg_index(call, name);

    return i < 0 ? PHONE_EMPTY : call->arg[i];
}


int64_t
phone_arg_int(phone_call_t *call, const char *name)
{
    int  i;

    i = phone_arg_index(call, name);

    return i < 0 ? 0 : call->arg_int[i];
}
