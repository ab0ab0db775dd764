
/* Merchants as the operator sees and changes them: GET /operator/merchants,
   GET and POST /operator/merchants/{merchant_id}. */


#include "operator.h"
#include "merchant_keys.h"
#include "settle.h"
#include "../lib/money.h"


#define PHONE_MERCHANTS_SHOWN  50
#define PHONE_MERCHANTS_MOST   100


static phone_rc_t phone_merchant_list_run(phone_call_t *call);
static phone_rc_t phone_merchant_get_run(phone_call_t *call);
static phone_rc_t phone_merchant_change_run(phone_call_t *call);
static phone_rc_t phone_merchant_new_type(phone_call_t *call,
    phone_record_t *merchant);
static void phone_merchant_show(phone_json_t *json, phone_record_t *merchant);
static phone_rc_t phone_merchant_reply(phone_call_t *call,
    phone_record_t *merchant, const phone_hash_t *takings);
static void phone_merchant_currencies(phone_json_t *json,
    phone_record_t *merchant);
static int phone_merchant_takings(phone_json_t *json, phone_str_t merchant_id,
    const phone_hash_t *takings);


static const phone_param_t  phone_merchant_list_params[] = {
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_MERCHANTS_MOST, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_merchant_get_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_merchant_change_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "which" },
    { "name", PHONE_P_TEXT, 0, 1, 64, "shown to payers of bills to come" },
    { "status", PHONE_P_WORD, 0, PHONE_MERCHANT_STATUSES, 0,
      "CLOSED: no call of the merchant is taken, and none of its bills can be "
      "paid, until it is ACTIVE again" },
    { "sign_type", PHONE_P_SIGN_TYPE, 0, 0, 0,
      "how notices are signed, and of RSA2 and MD5withRSA the one that its RSA "
      "keys are for" },
    { "notify_url", PHONE_P_URL, 0, 0, 0,
      "where notices go when a bill names no other place; sent empty: nowhere"
    },
    { "reply_sign", PHONE_P_BOOL, 0, 0, 0,
      "0: replies to this merchant are not signed" },
    { "bill_most", PHONE_P_INT, 0, 0, PHONE_AMOUNT_MAX,
      "minor units that one bill may have; 0: any; sent empty: as "
      "phone_merchant_bill says" },
    { "day_most", PHONE_P_INT, 0, 0, PHONE_AMOUNT_MAX,
      "the same for all that it makes in a day; phone_merchant_day" },
    { "day_bills", PHONE_P_INT, 0, 0, 1000000000,
      "the same for their number; phone_merchant_day_bills" },
    { NULL, 0, 0, 0, 0, NULL }
};


#define PHONE_MERCHANT_MEMBERS                                                \
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },           \
    { "name", PHONE_M_TEXT, 0, NULL, NULL, "shown to payers" },               \
    { "status", PHONE_M_TEXT, 0, NULL, NULL, "ACTIVE or CLOSED" },            \
    { "sign_type", PHONE_M_TEXT, 0, NULL,                                     \
      NULL, "how notices to it are signed" },                                 \
    { "reply_sign", PHONE_M_INT, 0, NULL,                                     \
      NULL, "0: replies to it are not signed" },                              \
    { "notify_url", PHONE_M_TEXT, 0, NULL, "it has one", "where notices go" },\
    { "bill_most", PHONE_M_AMOUNT, 0, NULL, "it was set",                     \
      "of one bill; 0: no limit" },                                           \
    { "day_most", PHONE_M_AMOUNT, 0, NULL, "it was set",                      \
      "of the bills of a day; 0: no limit" },                                 \
    { "day_bills", PHONE_M_INT, 0, NULL, "it was set",                        \
      "how many those may be; 0: no limit" },                                 \
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was added" }


static const phone_member_t  phone_merchant_members[] = {
    PHONE_MERCHANT_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_merchant_object = {
    "Merchant", phone_merchant_members
};


static const phone_member_t  phone_takings_members[] = {
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "amount", PHONE_M_AMOUNT, 0, NULL,
      NULL, "minor units, not paid out yet" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_takings_object = {
    "Takings", phone_takings_members
};


static const phone_member_t  phone_billed_in_members[] = {
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_billed_in_object = {
    "BilledIn", phone_billed_in_members
};


static const phone_member_t  phone_merchant_full[] = {
    PHONE_MERCHANT_MEMBERS,
    { "currencies", PHONE_M_LIST, 0, &phone_billed_in_object,
      NULL, "in which it has made bills, 32 at most" },
    { "keys", PHONE_M_LIST, 0, &phone_merchant_key_object,
      NULL, "its keys" },
    { "takings", PHONE_M_LIST, 0, &phone_takings_object,
      "they can be read", "what it has taken" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_member_t  phone_operator_merchant_list_reply[] = {
    { "merchants", PHONE_M_LIST, 0, &phone_merchant_object,
      NULL, "newest first" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_merchant_list = {
    "operator.merchant_list", "GET", "/operator/merchants", PHONE_OPERATOR,
    phone_merchant_list_run, phone_merchant_list_params,
    phone_operator_merchant_list_reply,
    "The merchants, newest first."
};


const phone_endpoint_t  phone_operator_merchant_get = {
    "operator.merchant_get", "GET", "/operator/merchants/{merchant_id}",
    PHONE_OPERATOR, phone_merchant_get_run, phone_merchant_get_params,
    phone_merchant_full,
    "One merchant, with its keys and what it has taken and was not paid "
    "out yet."
};


const phone_endpoint_t  phone_operator_merchant_change = {
    "operator.merchant_change", "POST", "/operator/merchants/{merchant_id}",
    PHONE_OPERATOR, phone_merchant_change_run, phone_merchant_change_params,
    phone_merchant_full,
    "Changes what is given of a merchant; closes it, or opens it again."
};


/* Which parameter is kept in which field. */

static const struct {
    const char              *param;
    unsigned                 field;
    unsigned                 optional:1; /* an empty value removes it */
} phone_merchant_given[] = {
    { "name", MERCHANT_NAME, 0 },
    { "status", MERCHANT_STATUS, 0 },
    { "sign_type", MERCHANT_SIGN_TYPE, 0 },
    { "notify_url", MERCHANT_NOTIFY_URL, 1 },
    { "reply_sign", MERCHANT_REPLY_SIGN, 0 },
    { "bill_most", MERCHANT_BILL_MOST, 1 },
    { "day_most", MERCHANT_DAY_MOST, 1 },
    { "day_bills", MERCHANT_DAY_BILLS, 1 },
    { NULL, 0, 0 }
};


static phone_rc_t
phone_merchant_list_run(phone_call_t *call)
{
    unsigned         i, limit;
    phone_json_t    *json;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *merchant[PHONE_MERCHANTS_MOST];

    if (phone_page_asked(call, PHONE_MERCHANTS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    list = phone_ask_page(call, &phone_merchants, PHONE_EVERY, &edge,
                          limit);

    for (i = 0; i < list.n; i++) {
        merchant[i] = phone_ask(call, &phone_merchant, list.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "merchants");

    for (i = 0; i < list.n; i++) {
        if (phone_found(merchant[i])) {
            phone_json_object(json, NULL);
            phone_merchant_show(json, merchant[i]);
            phone_json_end(json);
        }
    }

    phone_json_end(json);

    return phone_page_done(call, &edge);
}


static phone_rc_t
phone_merchant_get_run(phone_call_t *call)
{
    phone_record_t      *merchant;
    const phone_hash_t  *takings;

    merchant = phone_ask(call, &phone_merchant,
                         phone_arg(call, "merchant_id"));
    takings = phone_ask_takings(call, phone_arg(call, "merchant_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    return phone_merchant_reply(call, merchant, takings);
}


static phone_rc_t
phone_merchant_change_run(phone_call_t *call)
{
    unsigned         i, field;
    phone_str_t      value;
    phone_record_t  *merchant;

    merchant = phone_ask(call, &phone_merchant,
                         phone_arg(call, "merchant_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    if (phone_has(call, "sign_type")
        && phone_merchant_new_type(call, merchant) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    for (i = 0; phone_merchant_given[i].param; i++) {
        value = phone_arg(call, phone_merchant_given[i].param);
        field = phone_merchant_given[i].field;

        if (value.len == 0
            && !(phone_merchant_given[i].optional
                 && phone_arg_cleared(call, phone_merchant_given[i].param)))
        {
            continue;
        }

        if (phone_equal(value, phone_get(merchant, field))) {
            continue;
        }

        phone_set(merchant, field, value);

        /* notices that were put before are still wanted */

        if (field == MERCHANT_NOTIFY_URL && value.len == 0) {
            phone_set_int(merchant, MERCHANT_NOTIFY_ENDED, phone_now(call));
        }
    }

    return phone_merchant_reply(call, merchant, NULL);
}


/* Notices must not be signed with a key that is not there. */

static phone_rc_t
phone_merchant_new_type(phone_call_t *call, phone_record_t *merchant)
{
    phone_sign_type_t      type;
    phone_merchant_keys_t  keys;

    if (phone_merchant_keys_parse(phone_get(merchant, MERCHANT_KEYS), &keys)
        != 0)
    {
        return phone_bad_record(merchant);
    }

    if (phone_sign_type(phone_arg(call, "sign_type"), &type) == 0
        && phone_merchant_can(call, &keys, type))
    {
        return PHONE_DONE;
    }

    phone_say(call, "reason",
              PHONE_STR("there is no key to sign so: the merchant has no "
                        "secret, or the platform no Ed25519 key"));

    return phone_refuse_field(call, PHONE_PARAM_INVALID, "sign_type");
}


static void
phone_merchant_show(phone_json_t *json, phone_record_t *merchant)
{
    unsigned  i;

    static const struct { const char *name; unsigned field; }  limit[] = {
        { "bill_most", MERCHANT_BILL_MOST },
        { "day_most", MERCHANT_DAY_MOST },
        { "day_bills", MERCHANT_DAY_BILLS }
    };

    phone_json_text(json, "merchant_id", phone_id(merchant));
    phone_json_text(json, "name", phone_get(merchant, MERCHANT_NAME));
    phone_json_text(json, "status", phone_get(merchant, MERCHANT_STATUS));
    phone_json_text(json, "sign_type",
                    phone_get(merchant, MERCHANT_SIGN_TYPE));
    phone_json_int(json, "reply_sign",
                   phone_get_int(merchant, MERCHANT_REPLY_SIGN));

    if (phone_get(merchant, MERCHANT_NOTIFY_URL).len) {
        phone_json_text(json, "notify_url",
                        phone_get(merchant, MERCHANT_NOTIFY_URL));
    }

    for (i = 0; i < 3; i++) {
        if (phone_get(merchant, limit[i].field).len) {
            phone_json_int(json, limit[i].name,
                           phone_get_int(merchant, limit[i].field));
        }
    }

    phone_json_time(json, "created_at",
                    phone_get_int(merchant, MERCHANT_CREATED));
}


static phone_rc_t
phone_merchant_reply(phone_call_t *call, phone_record_t *merchant,
    const phone_hash_t *takings)
{
    phone_json_t           *json;
    phone_merchant_keys_t   keys;

    if (phone_merchant_keys_parse(phone_get(merchant, MERCHANT_KEYS), &keys)
        != 0)
    {
        return phone_bad_record(merchant);
    }

    json = phone_reply(call);
    phone_merchant_show(json, merchant);
    phone_merchant_currencies(json, merchant);
    phone_merchant_keys_show(json, &keys);

    if (takings
        && phone_merchant_takings(json, phone_id(merchant), takings) != 0)
    {
        return phone_bad_takings(call, phone_id(merchant));
    }

    return phone_done(call);
}


static void
phone_merchant_currencies(phone_json_t *json, phone_record_t *merchant)
{
    phone_str_t  rest, currency;

    rest = phone_get(merchant, MERCHANT_CURRENCIES);
    phone_json_array(json, "currencies");

    while (phone_split(&rest, ',', &currency)) {
        phone_json_object(json, NULL);
        phone_json_text(json, "currency", currency);
        phone_json_end(json);
    }

    phone_json_end(json);
}


static int
phone_merchant_takings(phone_json_t *json, phone_str_t merchant_id,
    const phone_hash_t *takings)
{
    int64_t      amount;
    unsigned     i;
    phone_str_t  currency;

    phone_json_array(json, "takings");

    for (i = 0; i < takings->n; i++) {

        if (!phone_takings_of(merchant_id, &takings->field[i], &currency)) {
            continue;
        }

        if (phone_parse_int(takings->field[i].value, &amount) != 0) {
            return -1;
        }

        phone_json_object(json, NULL);
        phone_json_text(json, "currency", currency);
        phone_json_int(json, "amount", amount);
        phone_json_end(json);
    }

    phone_json_end(json);

    return 0;
}
