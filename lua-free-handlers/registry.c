
/* The product's table of contents. */


#include "host.h"
#include "account/account.h"
#include "bill/bill.h"
#include "live/live.h"
#include "operator/operator.h"
#include "sms/sms.h"


const phone_callers_t  phone_callers = {
    .session = phone_session_admit,
    .device_again = phone_device_again,
    .merchant_key = phone_merchant_key
};


const phone_endpoint_t *const  phone_endpoints[] = {

    /* session: a number logs in (MAIL-1) */
    &phone_session_code,
    &phone_session_login,
    &phone_session_logout,
    &phone_session_me,
    &phone_session_password,
    &phone_session_list,
    &phone_session_revoke,

    /* bill: a merchant's bill is paid (PAY-1 .. PAY-6) */
    &phone_bill_create,
    &phone_bill_query,
    &phone_bill_list,
    &phone_bill_get,
    &phone_bill_pay,
    &phone_bill_cards,
    &phone_bill_pin,

    /* live: what happens, as it happens (PAY-2) */
    &phone_live_open,

    /* operator: merchants, accounts, cards, the books */
    &phone_operator_merchants,
    &phone_operator_merchant_list,
    &phone_operator_merchant_get,
    &phone_operator_merchant_change,
    &phone_operator_keys,
    &phone_operator_accounts,
    &phone_operator_credit,
    &phone_operator_settle,
    &phone_operator_bank_cards,
    &phone_operator_pin_reset,
    &phone_operator_notices,
    &phone_operator_notice_replay,
    &phone_operator_notices_replay,
    &phone_operator_check,

    NULL
};


const phone_event_t *const  phone_events[] = {
    &phone_posting_apply,
    &phone_posting_forget,
    &phone_lane_next,
    &phone_bill_push,
    &phone_bill_expire,
    &phone_notice_send,
    &phone_notice_replay,
    &phone_sms_send,
    NULL
};


const phone_work_t *const  phone_works[] = {
    &phone_work_verify,
    &phone_work_sign,
    &phone_work_password_hash,
    &phone_work_password_check,
    NULL
};


const phone_fetch_t *const  phone_fetches[] = {
    &phone_notice_fetch,
    &phone_sms_fetch,
    NULL
};


/* Matches one path against "/pay/bills/{bill_id}/pay"; the parts in braces
   become fields, percent-decoding being the host's work. */

static int
phone_path_match(const char *pattern, phone_str_t path, phone_fields_t *fields)
{
    const char   *p, *at, *end, *name, *value;
    unsigned      n;

    n = fields->n;
    at = path.data;
    end = at + path.len;

    for (p = pattern; *p; p++) {

        if (*p != '{') {
            if (at == end || *at != *p) {
                break;
            }

            at++;
            continue;
        }

        name = p + 1;
        p = strchr(name, '}');

        value = at;
        at = memchr(value, '/', (size_t) (end - value));
        at = at ? at : end;

        if (at == value
            || phone_fields_add(fields,
                                (phone_str_t) { (size_t) (p - name), name },
                                (phone_str_t) { (size_t) (at - value), value })
               != 0)
        {
            break;
        }
    }

    if (*p == '\0' && at == end) {
        return 1;
    }

    fields->n = n;

    return 0;
}


/* "bill.pay" is of "bill" */

static int
phone_is_of(const char *name, const char *capability)
{
    while (*capability && *name == *capability) {
        name++;
        capability++;
    }

    return *capability == '\0' && *name == '.';
}


const phone_endpoint_t *
phone_route(const char *capability, phone_str_t method, phone_str_t path,
    phone_fields_t *fields, int *known)
{
    unsigned                 i, n;
    const phone_endpoint_t  *endpoint;

    *known = 0;

    for (i = 0; phone_endpoints[i]; i++) {
        endpoint = phone_endpoints[i];

        if (!phone_is_of(endpoint->name, capability)) {
            continue;
        }

        n = fields->n;

        if (!phone_path_match(endpoint->path, path, fields)) {
            continue;
        }

        if (phone_is(method, endpoint->method)) {
            return endpoint;
        }

        *known = 1;
        fields->n = n;
    }

    return NULL;
}
