
/*
 * How much a card, and a payer with all his cards, pays a day: an amount and a
 * number of payments.  The sums are kept as "<day> <amount> <payments>" in the
 * records of the card and of the account, whose versions guard a payment, so
 * they are exact.  A day begins at the operator's hour.  A host whose clock is
 * behind does not begin the day before once more, and one whose clock is far
 * ahead does not close the days until then.  What a bank declines, or gives up,
 * is taken back if the day goes on.
 *
 * Payments that a bank over HTTP may still decline, or has declined, are
 * counted in the same way: tries of the card.
 */


#include "bill.h"


typedef struct {
    phone_record_t          *record;
    unsigned                 field;
    int64_t                  most;       /* minor units; 0: no limit */
    int64_t                  most_times;
    phone_refusal_t          refusal;
    int64_t                  day;
    int64_t                  amount;
    int64_t                  times;
} phone_day_sum_t;


static phone_day_sum_t phone_day_card(phone_call_t *call,
    phone_record_t *card);
static phone_day_sum_t phone_day_payer(phone_call_t *call,
    phone_record_t *account);
static phone_day_sum_t phone_day_tries(phone_call_t *call,
    phone_record_t *card);
static int64_t phone_day_counted(phone_call_t *call, phone_record_t *bill);
static void phone_day_take_back(phone_call_t *call, phone_day_sum_t *sum,
    int64_t amount, int64_t begun);
static int64_t phone_pay_day(phone_call_t *call, int64_t now);
static void phone_day_read(phone_call_t *call, phone_day_sum_t *sum);
static phone_rc_t phone_day_check(phone_call_t *call, phone_day_sum_t *sum,
    int64_t amount);
static void phone_day_take(phone_call_t *call, const phone_day_sum_t *sum,
    int64_t amount, int times);


uint32_t
phone_payer_day(phone_call_t *call)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return settings->payer_day || settings->payer_day_times
           ? PHONE_F(ACCOUNT_PAID_DAY) : 0;
}


uint32_t
phone_card_day(phone_call_t *call)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return settings->card_day || settings->card_day_times
           ? PHONE_F(CARD_PAID_DAY) : 0;
}


phone_rc_t
phone_pay_limits(phone_call_t *call, phone_record_t *bill,
    phone_record_t *account, phone_record_t *card)
{
    int64_t          amount, counted;
    phone_day_sum_t  of_card, of_payer, tries;

    amount = phone_get_int(bill, BILL_AMOUNT);
    counted = phone_day_counted(call, bill);

    of_card = phone_day_card(call, card);
    of_payer = phone_day_payer(call, account);
    tries = phone_day_tries(call, card);

    if (phone_day_check(call, &of_card, amount) != PHONE_DONE
        || phone_day_check(call, &of_payer, counted) != PHONE_DONE
        || phone_day_check(call, &tries, 0) != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    phone_day_take(call, &of_card, amount, 1);
    phone_day_take(call, &of_payer, counted, 1);
    phone_day_take(call, &tries, 0, 1);

    return PHONE_DONE;
}


/* Of a payer: amounts in another currency than the platform's are of a card
   alone. */

static int64_t
phone_day_counted(phone_call_t *call, phone_record_t *bill)
{
    return phone_equal(phone_get(bill, BILL_CURRENCY),
                       phone_settings(call)->currency)
           ? phone_get_int(bill, BILL_AMOUNT) : 0;
}


static phone_day_sum_t
phone_day_card(phone_call_t *call, phone_record_t *card)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return (phone_day_sum_t) {
        card, CARD_PAID_DAY, settings->card_day, settings->card_day_times,
        PHONE_LIMIT_CARD_DAY, 0, 0, 0 };
}


static phone_day_sum_t
phone_day_payer(phone_call_t *call, phone_record_t *account)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return (phone_day_sum_t) {
        account, ACCOUNT_PAID_DAY, settings->payer_day,
        settings->payer_day_times, PHONE_LIMIT_PAYER_DAY, 0, 0, 0 };
}


/* What the built-in bank declines is decided at once, and free. */

static phone_day_sum_t
phone_day_tries(phone_call_t *call, phone_record_t *card)
{
    return (phone_day_sum_t) {
        card, CARD_TRIES_DAY, 0,
        phone_get(card, CARD_VIA).len ? phone_settings(call)->card_declined
                                      : 0,
        PHONE_LIMIT_CARD_DAY, 0, 0, 0 };
}


void
phone_pay_approved(phone_call_t *call, phone_record_t *card, int64_t begun)
{
    phone_day_sum_t  tries;

    tries = phone_day_tries(call, card);
    phone_day_take_back(call, &tries, 0, begun);
}


void
phone_pay_voided(phone_call_t *call, phone_record_t *bill,
    phone_record_t *account, phone_record_t *card, int64_t begun)
{
    phone_day_sum_t  of_card, of_payer;

    of_card = phone_day_card(call, card);
    of_payer = phone_day_payer(call, account);

    phone_day_take_back(call, &of_card, phone_get_int(bill, BILL_AMOUNT),
                        begun);
    phone_day_take_back(call, &of_payer, phone_day_counted(call, bill), begun);
}


/* A day that is over counts no more; nor does one of a clock that was wrong,
   which has not counted this payment. */

static void
phone_day_take_back(phone_call_t *call, phone_day_sum_t *sum, int64_t amount,
    int64_t begun)
{
    if (sum->most == 0 && sum->most_times == 0) {
        return;
    }

    phone_day_read(call, sum);

    if (sum->day == phone_pay_day(call, begun) && sum->times > 0
        && sum->amount >= amount)
    {
        phone_day_take(call, sum, -amount, -1);
    }
}


static int64_t
phone_pay_day(phone_call_t *call, int64_t now)
{
    return (now - phone_settings(call)->pay_day_start) / PHONE_DAY;
}


static void
phone_day_read(phone_call_t *call, phone_day_sum_t *sum)
{
    int64_t      day, amount, times;
    phone_str_t  rest, word[2];

    sum->day = phone_pay_day(call, phone_now(call));
    rest = phone_get(sum->record, sum->field);

    if (rest.len == 0) {
        return;
    }

    if (!phone_split(&rest, ' ', &word[0]) || !phone_split(&rest, ' ', &word[1])
        || phone_parse_int(word[0], &day) != 0
        || phone_parse_int(word[1], &amount) != 0
        || phone_parse_int(rest, &times) != 0)
    {
        (void) phone_bad_record(sum->record);
        return;
    }

    if (day >= sum->day) {

        /* no clock is a day ahead, but a wrong one: it counts today */

        sum->day = day <= sum->day + 1 ? day : sum->day;
        sum->amount = amount;
        sum->times = times;
    }
}


static phone_rc_t
phone_day_check(phone_call_t *call, phone_day_sum_t *sum, int64_t amount)
{
    int64_t  left, until;

    if (sum->most == 0 && sum->most_times == 0) {
        return PHONE_DONE;
    }

    phone_day_read(call, sum);

    left = sum->most > sum->amount ? sum->most - sum->amount : 0;

    if (sum->most_times && sum->times >= sum->most_times) {
        left = 0;

    } else if (sum->most == 0 || amount <= left) {
        return PHONE_DONE;
    }

    until = (sum->day + 1) * PHONE_DAY + phone_settings(call)->pay_day_start;

    phone_say_int(call, "left", left);
    phone_say_time(call, "until", until);
    phone_retry_after(call, (until - phone_now(call) + 999) / 1000);

    return phone_refuse_field(call, sum->refusal, "card_id");
}


static void
phone_day_take(phone_call_t *call, const phone_day_sum_t *sum, int64_t amount,
    int times)
{
    if (sum->most == 0 && sum->most_times == 0) {
        return;
    }

    phone_set(sum->record, sum->field,
              phone_format(phone_memory(call), "%lld %lld %lld",
                           (long long) sum->day,
                           (long long) (sum->amount + amount),
                           (long long) (sum->times + times)));
}
