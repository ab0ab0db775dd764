
/* The product's table of contents. */


#include "host.h"
#include "registry.h"
#include "account/account.h"
#include "bill/bill.h"
#include "live/live.h"
#include "operator/operator.h"
#include "sms/sms.h"


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


/* Matches one path against "/pay/bills/{bill_id}/pay"; the parts in braces
   become fields, percent-decoding being the host's work. */

static int
phone_path_match(const char *pattern, phone_str_t path, phone_fields_t *fields)
{
    const char   *p, *name;
    unsigned      n;
    phone_str_t   rest, value;

    n = fields->n;
    rest = path;

    for (p = pattern; *p; p++) {

        if (*p != '{') {
            if (rest.len == 0 || rest.data[0] != *p) {
                break;
            }

            rest.data++;
            rest.len--;
            continue;
        }

        name = p + 1;
        p = strchr(name, '}');

        value.data = rest.data;
        value.len = 0;

        while (value.len < rest.len && rest.data[value.len] != '/') {
            value.len++;
        }

        rest.data += value.len;
        rest.len -= value.len;

        if (value.len == 0
            || phone_fields_add(fields,
                                (phone_str_t) { (size_t) (p - name), name },
                                value)
               != 0)
        {
            break;
        }
    }

    if (*p == '\0' && rest.len == 0) {
        return 1;
    }

    fields->n = n;

    return 0;
}


const phone_endpoint_t *
phone_route(const char *capability, phone_str_t method, phone_str_t path,
    phone_fields_t *fields, int *known)
{
    size_t                   len;
    unsigned                 i, n;
    const phone_endpoint_t  *endpoint;

    len = strlen(capability);
    *known = 0;

    for (i = 0; phone_endpoints[i]; i++) {
        endpoint = phone_endpoints[i];

        if (strncmp(endpoint->name, capability, len) != 0
            || endpoint->name[len] != '.')
        {
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
