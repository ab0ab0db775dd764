
/*
 * How much a merchant makes a day (UTC): bills, the bytes of their fields, and
 * bills to one number.  Counted in the commit that makes the bill, in the
 * merchant's bucket: exact, and nothing is read while there is room.
 */


#include "bill.h"


#define PHONE_DAY_KEPT  PHONE_MINUTE         /* clocks of hosts differ */

#define PHONE_DAY_LIMITS  3


typedef struct {
    phone_str_t              id;
    unsigned                 field;
    int64_t                  n;
    int64_t                  most;
    const char              *param;      /* that names who has had enough */
} phone_day_limit_t;


static void phone_day_limits(phone_call_t *call, int64_t size,
    phone_day_limit_t limit[PHONE_DAY_LIMITS]);


phone_rc_t
phone_bill_day(phone_call_t *call, int64_t size)
{
    unsigned            i;
    int64_t             added[PHONE_DAY_LIMITS], left;
    phone_day_limit_t   limit[PHONE_DAY_LIMITS];

    phone_day_limits(call, size, limit);

    for (i = 0; i < PHONE_DAY_LIMITS; i++) {
        added[i] = phone_added(call, &phone_made, limit[i].id, limit[i].field);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    left = phone_window_left(call, PHONE_DAY);

    for (i = 0; i < PHONE_DAY_LIMITS; i++) {
        if (added[i] > limit[i].most - limit[i].n) {
            phone_retry_after(call, (left + 999) / 1000);
            return phone_refuse_field(call, PHONE_RATE_LIMITED,
                                      limit[i].param);
        }
    }

    for (i = 0; i < PHONE_DAY_LIMITS; i++) {
        phone_add(call, &phone_made, limit[i].id, limit[i].field, limit[i].n,
                  limit[i].most,
                  limit[i].field == MADE_BILLS ? left + PHONE_DAY_KEPT : 0);
    }

    return PHONE_DONE;
}


static void
phone_day_limits(phone_call_t *call, int64_t size,
    phone_day_limit_t limit[PHONE_DAY_LIMITS])
{
    phone_str_t              day, payer;
    phone_arena_t           *memory;
    const phone_settings_t  *settings;

    memory = phone_memory(call);
    settings = phone_settings(call);

    day = phone_join(memory, 3,
                     (phone_str_t[3]) { phone_caller(call), PHONE_STR(":"),
                         phone_int(memory, phone_now(call) / PHONE_DAY) });
    payer = phone_join(memory, 3,
                       (phone_str_t[3]) { day, PHONE_STR(":"),
                                          phone_arg(call, "payer_phone") });

    limit[0] = (phone_day_limit_t) { day, MADE_BILLS, 1, settings->bills_day,
                                     "merchant_id" };
    limit[1] = (phone_day_limit_t) { day, MADE_SIZE, size,
                                     settings->bills_day_size, "merchant_id" };
    limit[2] = (phone_day_limit_t) { payer, MADE_BILLS, 1,
                                     settings->bills_day_payer,
                                     "payer_phone" };
}
