
/*
 * How much a merchant may bill: with one bill, and by amount and number on a
 * day (UTC).  The operator sets it in the merchant's record, or for all by
 * directives.  A day is counted when a bill is made, in the merchant's bucket
 * and by guarded sums: exact, however many are made at once, and payers count
 * nothing.  The limit of one bill holds when it is paid, too.
 *
 * The merchant's record lists the currencies of its bills; there is a most of
 * them.
 */


#include "bill.h"


static int64_t phone_merchant_limit(phone_record_t *merchant, unsigned field,
    int64_t otherwise);
static int phone_currency_known(phone_call_t *call, phone_record_t *merchant,
    phone_str_t currency, int *full);
static phone_rc_t phone_bill_limit_check(phone_call_t *call, int64_t amount,
    int64_t most);
static phone_rc_t phone_merchant_day_check(phone_call_t *call, int64_t made,
    int64_t counts, int64_t most);
static phone_str_t phone_merchant_day(phone_call_t *call);


/* 0: there is none */

static int64_t
phone_merchant_limit(phone_record_t *merchant, unsigned field,
    int64_t otherwise)
{
    return phone_get(merchant, field).len ? phone_get_int(merchant, field)
                                          : otherwise;
}


phone_rc_t
phone_bill_limit(phone_call_t *call, phone_record_t *merchant, int64_t amount)
{
    return phone_bill_limit_check(call, amount,
               phone_merchant_limit(merchant, MERCHANT_BILL_MOST,
                                    phone_settings(call)->merchant_bill));
}


static phone_rc_t
phone_bill_limit_check(phone_call_t *call, int64_t amount, int64_t most)
{
    if (most == 0 || amount <= most) {
        return PHONE_DONE;
    }

    phone_say_int(call, "most", most);

    return phone_refuse_field(call, PHONE_LIMIT_MERCHANT_BILL, "amount");
}


/* Amounts in another currency than the platform's are not added up. */

void
phone_merchant_limits(phone_call_t *call, phone_record_t *merchant,
    phone_merchant_limits_t *limits)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    limits->bill = phone_merchant_limit(merchant, MERCHANT_BILL_MOST,
                                        settings->merchant_bill);
    limits->day = phone_merchant_limit(merchant, MERCHANT_DAY_MOST,
                                       settings->merchant_day);
    limits->day_bills = phone_merchant_limit(merchant, MERCHANT_DAY_BILLS,
                                             settings->merchant_day_bills);

    limits->currency = phone_has(call, "currency")
                       ? phone_arg(call, "currency") : settings->currency;
    limits->amount = phone_arg_int(call, "amount");
    limits->counts = phone_equal(limits->currency, settings->currency)
                     ? limits->amount : 0;

    limits->currencies_full = 0;
    limits->currency_new = !phone_currency_known(call, merchant,
                                                 limits->currency,
                                                 &limits->currencies_full);
}


/* Does the merchant bill in it?  If not, and there is no room for one more, it
   is full. */

static int
phone_currency_known(phone_call_t *call, phone_record_t *merchant,
    phone_str_t currency, int *full)
{
    int64_t      n;
    phone_str_t  rest, known;

    rest = phone_get(merchant, MERCHANT_CURRENCIES);

    for (n = 0; phone_split(&rest, ',', &known); n++) {
        if (phone_equal(known, currency)) {
            return 1;
        }
    }

    *full = n >= phone_settings(call)->merchant_currencies;

    return 0;
}


int
phone_merchant_limited(const phone_merchant_limits_t *limits)
{
    return limits->currencies_full
           || (limits->bill && limits->amount > limits->bill)
           || (limits->day && limits->counts > limits->day);
}


/* What was made is read only after a commit has failed. */

phone_rc_t
phone_merchant_limits_check(phone_call_t *call,
    const phone_merchant_limits_t *limits)
{
    int64_t      made, bills;
    phone_str_t  id;

    id = phone_merchant_day(call);
    made = limits->day ? phone_added(call, &phone_made, id, MADE_AMOUNT) : 0;
    bills = limits->day_bills
            ? phone_added(call, &phone_made, id, MADE_COUNTED) : 0;

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (limits->currencies_full) {
        phone_say_int(call, "most", phone_settings(call)->merchant_currencies);
        return phone_refuse_field(call, PHONE_TOO_MANY, "currency");
    }

    if (phone_bill_limit_check(call, limits->amount, limits->bill)
        != PHONE_DONE
        || phone_merchant_day_check(call, bills, 1, limits->day_bills)
           != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    return phone_merchant_day_check(call, made, limits->counts, limits->day);
}


static phone_rc_t
phone_merchant_day_check(phone_call_t *call, int64_t made, int64_t counts,
    int64_t most)
{
    int64_t  left;

    if (most == 0 || made + counts <= most) {
        return PHONE_DONE;
    }

    left = phone_window_left(call, PHONE_DAY);

    phone_say_int(call, "left", most > made ? most - made : 0);
    phone_say_time(call, "until", phone_now(call) + left);
    phone_retry_after(call, (left + 999) / 1000);

    return phone_refuse(call, PHONE_LIMIT_MERCHANT_DAY);
}


void
phone_merchant_limits_take(phone_call_t *call, phone_record_t *merchant,
    const phone_merchant_limits_t *limits)
{
    int64_t      lives;
    phone_str_t  id;

    id = phone_merchant_day(call);
    lives = phone_window_lives(call, PHONE_DAY);

    if (limits->currency_new) {
        phone_set(merchant, MERCHANT_CURRENCIES,
                  phone_join(phone_memory(call), 3,
                             (phone_str_t[3]) {
                                 phone_get(merchant, MERCHANT_CURRENCIES),
                                 limits->currency, PHONE_STR(",") }));
    }

    if (limits->day_bills) {
        phone_add(call, &phone_made, id, MADE_COUNTED, 1, limits->day_bills,
                  lives);
    }

    if (limits->day && limits->counts) {
        phone_add(call, &phone_made, id, MADE_AMOUNT, limits->counts,
                  limits->day, lives);
    }
}


static phone_str_t
phone_merchant_day(phone_call_t *call)
{
    phone_arena_t  *memory;

    memory = phone_memory(call);

    return phone_join(memory, 3,
                      (phone_str_t[3]) { phone_caller(call), PHONE_STR(":"),
                          phone_int(memory, phone_now(call) / PHONE_DAY) });
}
