
/*
 * How much a merchant makes a day (UTC): bills, and bills to one number.  One
 * counts once for each KiB that its fields begin, so the first limit bounds
 * bytes as well.  Counted in the commit that makes the bill, in the merchant's
 * bucket: exact, and nothing is read while there is room.
 */


#include "bill.h"


#define PHONE_DAY_KEPT  PHONE_MINUTE         /* clocks of hosts differ */
#define PHONE_DAY_PART  1024                 /* bytes that count as one */


typedef struct {
    phone_type_t             type;
    const char              *field[MADE_TO + 1];
    char                     payer[24];          /* E.164: 16 at most */
} phone_day_t;


static phone_str_t phone_day_id(phone_call_t *call);
static const phone_type_t *phone_day_type(phone_call_t *call);
static phone_rc_t phone_day_full(phone_call_t *call, const char *param,
    int64_t left);


phone_rc_t
phone_bill_day(phone_call_t *call, int64_t size)
{
    int64_t                  parts, left, made, to;
    phone_str_t              id;
    const phone_type_t      *type;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    id = phone_day_id(call);
    type = phone_day_type(call);
    parts = (size + PHONE_DAY_PART - 1) / PHONE_DAY_PART;

    made = phone_added(call, type, id, MADE_BILLS);
    to = phone_added(call, type, id, MADE_TO);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    left = phone_window_left(call, PHONE_DAY);

    if (made > settings->bills_day - parts) {
        return phone_day_full(call, "merchant_id", left);
    }

    if (to > settings->bills_day_payer - 1) {
        return phone_day_full(call, "payer_phone", left);
    }

    phone_add(call, type, id, MADE_BILLS, parts, settings->bills_day,
              left + PHONE_DAY_KEPT);
    phone_add(call, type, id, MADE_TO, 1, settings->bills_day_payer, 0);

    return PHONE_DONE;
}


static phone_str_t
phone_day_id(phone_call_t *call)
{
    phone_arena_t  *memory;

    memory = phone_memory(call);

    return phone_join(memory, 3,
                      (phone_str_t[3]) { phone_caller(call), PHONE_STR(":"),
                          phone_int(memory, phone_now(call) / PHONE_DAY) });
}


/* The record with the field of this payer, who may be one of many. */

static const phone_type_t *
phone_day_type(phone_call_t *call)
{
    size_t         len;
    phone_str_t    payer;
    phone_day_t   *day;

    payer = phone_arg(call, "payer_phone");

    day = phone_alloc(phone_memory(call), sizeof(phone_day_t));
    if (day == NULL) {
        return &phone_made;
    }

    len = payer.len < sizeof(day->payer) ? payer.len : sizeof(day->payer) - 1;
    memcpy(day->payer, payer.data, len);
    memcpy(day->field, phone_made.fields, sizeof(day->field));
    day->field[MADE_TO] = day->payer;

    day->type = phone_made;
    day->type.fields = day->field;

    return &day->type;
}


static phone_rc_t
phone_day_full(phone_call_t *call, const char *param, int64_t left)
{
    phone_retry_after(call, (left + 999) / 1000);

    return phone_refuse_field(call, PHONE_RATE_LIMITED, param);
}
