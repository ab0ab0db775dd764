
/*
 * How much a merchant makes a day (UTC): bills, and bills to one number.  While
 * there is room nothing is read, and as a rule nothing is counted.
 *
 * Bills: one counts once for each KiB that its fields begin, so the limit
 * bounds bytes as well.  A limit of thousands is counted by a sample of the
 * bills, each for as many as there are to a sample.  The one that finds the
 * limit reached says so in the merchant's record; every bill is guarded by
 * that, so all later ones are refused, counted or not.
 *
 * Bills to one number: the first of a day, whoever makes them, are counted by
 * the list of the number.  Behind them each merchant has a counter of his own
 * for that number, for the rest of his limit: all the others together take no
 * more from him than those first.
 */


#include "bill.h"


#define PHONE_DAY_PART    1024               /* bytes that count as one */

/* So many samples make the limit, give or take their square root. */
#define PHONE_DAY_SAMPLES 8192

/* Bills to a number that its list counts; at most half of the limit. */
#define PHONE_DAY_SHARED  100


static int phone_day_sampled(phone_call_t *call, int64_t step);
static phone_rc_t phone_day_bills(phone_call_t *call,
    phone_record_t *merchant, int64_t parts, int64_t step);
static phone_rc_t phone_day_payer(phone_call_t *call);
static phone_str_t phone_day_id(phone_call_t *call, phone_str_t payer);
static void phone_day_add(phone_call_t *call, phone_str_t payer, int64_t n,
    int64_t most);


phone_rc_t
phone_bill_day(phone_call_t *call, phone_record_t *merchant, int64_t size)
{
    int                      sampled;
    int64_t                  parts, step;
    phone_rc_t               rc;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    parts = (size + PHONE_DAY_PART - 1) / PHONE_DAY_PART;
    step = settings->bills_day / PHONE_DAY_SAMPLES + 1;
    sampled = phone_day_sampled(call, step);

    rc = sampled ? phone_day_bills(call, merchant, parts, step) : PHONE_DONE;

    if (rc == PHONE_DONE) {
        rc = phone_day_payer(call);
    }

    if (rc == PHONE_DONE && sampled) {
        phone_day_add(call, PHONE_EMPTY, parts * step, settings->bills_day);
    }

    return rc;
}


static int
phone_day_sampled(phone_call_t *call, int64_t step)
{
    uint32_t  drawn;

    if (step == 1) {
        return 1;
    }

    memcpy(&drawn, phone_random(call, "sample", sizeof(drawn)),
           sizeof(drawn));

    return drawn % step == 0;
}


/* The limit may have been raised since. */

int
phone_bill_day_full(phone_call_t *call, phone_record_t *merchant)
{
    int64_t      day, most;
    phone_str_t  date, rest;

    rest = phone_get(merchant, MERCHANT_DAY_FULL);

    return phone_split(&rest, ' ', &date)
           && phone_parse_int(date, &day) == 0
           && phone_parse_int(rest, &most) == 0
           && day == phone_now(call) / PHONE_DAY
           && most >= phone_settings(call)->bills_day;
}


static phone_rc_t
phone_day_bills(phone_call_t *call, phone_record_t *merchant, int64_t parts,
    int64_t step)
{
    int64_t  made, most;

    most = phone_settings(call)->bills_day;
    made = phone_added(call, &phone_made, phone_day_id(call, PHONE_EMPTY),
                       MADE_BILLS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (made <= most - parts * step) {
        return PHONE_DONE;
    }

    /* of a sample all others depend on what this one has found */

    if (step > 1 || made >= most) {
        phone_set(merchant, MERCHANT_DAY_FULL,
                  phone_format(phone_memory(call), "%lld %lld",
                               (long long) (phone_now(call) / PHONE_DAY),
                               (long long) most));
    }

    return phone_bill_day_refuse(call, "merchant_id");
}


static phone_rc_t
phone_day_payer(phone_call_t *call)
{
    int          room;
    int64_t      made, most, shared;
    phone_str_t  payer;

    payer = phone_arg(call, "payer_phone");
    most = phone_settings(call)->bills_day_payer;
    shared = most / 2 < PHONE_DAY_SHARED ? most / 2 : PHONE_DAY_SHARED;

    room = phone_index_room(call, &phone_bills_of, payer,
                            phone_now(call) / PHONE_DAY * PHONE_DAY,
                            (unsigned) shared);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (room > 0) {
        return PHONE_DONE;
    }

    most -= room == 0 ? shared : 0;
    made = phone_added(call, &phone_made, phone_day_id(call, payer),
                       MADE_BILLS);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (made >= most) {
        return phone_bill_day_refuse(call, "payer_phone");
    }

    phone_day_add(call, payer, 1, most);

    return PHONE_DONE;
}


/* Of the merchant, or of what he makes for a number. */

static phone_str_t
phone_day_id(phone_call_t *call, phone_str_t payer)
{
    phone_arena_t  *memory;

    memory = phone_memory(call);

    return phone_join(memory, payer.len ? 5 : 3,
                      (phone_str_t[5]) { phone_caller(call), PHONE_STR(":"),
                          phone_int(memory, phone_now(call) / PHONE_DAY),
                          PHONE_STR(":"), payer });
}


static void
phone_day_add(phone_call_t *call, phone_str_t payer, int64_t n, int64_t most)
{
    phone_add(call, &phone_made, phone_day_id(call, payer), MADE_BILLS, n,
              most, phone_window_lives(call, PHONE_DAY));
}


phone_rc_t
phone_bill_day_refuse(phone_call_t *call, const char *param)
{
    phone_retry_after(call,
                      (phone_window_left(call, PHONE_DAY) + 999) / 1000);

    return phone_refuse_field(call, PHONE_RATE_LIMITED, param);
}
