
/* PAY-2: a new bill is shown by every open client of its number; when none is
   open, an SMS tells of it. */


#include "bill.h"
#include "../lib/money.h"
#include "../live/live.h"
#include "../sms/sms.h"


#define PHONE_TEXTS_KEPT  (PHONE_DAY + PHONE_CLOCKS_APART)


static phone_rc_t phone_bill_push_run(phone_call_t *call);
static void phone_bill_pushed(phone_call_t *call, phone_record_t *bill);
static phone_rc_t phone_bill_push_text(phone_call_t *call,
    phone_record_t *bill);
static int phone_texts_left(phone_call_t *call, phone_record_t *texts,
    int64_t most, int64_t most_day);
static int64_t phone_texts_sent(phone_call_t *call, phone_record_t *texts,
    unsigned sent, unsigned until);
static void phone_texts_count(phone_call_t *call, phone_record_t *texts);
static phone_str_t phone_bill_sms(phone_call_t *call, phone_record_t *bill);


const phone_event_t  phone_bill_push = {
    "bill.push", phone_bill_push_run,
    "Tells a number of a new bill, live or by SMS, and sets its expiry going."
};


static phone_rc_t
phone_bill_push_run(phone_call_t *call)
{
    phone_record_t  *bill, *account;

    bill = phone_ask(call, &phone_bill, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(bill) || !phone_bill_open(bill)) {
        return phone_done(call);
    }

    account = phone_ask_some(call, &phone_account,
                             phone_get(bill, BILL_PAYER),
                             PHONE_F(ACCOUNT_LISTENS));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* the notice of a payment meanwhile may have taken the expiry out of the
       queue */

    phone_rely(bill);
    phone_emit(call, &phone_bill_expire, phone_id(bill), PHONE_EMPTY,
               phone_get_int(bill, BILL_EXPIRES));

    if (!phone_is(phone_get(bill, BILL_STATUS), "CREATED")) {
        return phone_done(call);
    }

    if (!phone_client_open(call, account)) {
        return phone_bill_push_text(call, bill);
    }

    phone_bill_pushed(call, bill);
    phone_publish(call, phone_get(bill, BILL_PAYER), "bill.new",
                  phone_bill_text(call, bill, 0));

    return phone_done(call);
}


static void
phone_bill_pushed(phone_call_t *call, phone_record_t *bill)
{
    phone_set(bill, BILL_STATUS, PHONE_BILL_PUSHED);
    phone_set_int(bill, BILL_PUSHED_AT, phone_now(call));
}


/* Nobody gets more texts than the limits allow, whoever makes bills: beyond
   them the bill waits in the list of its payer, CREATED. */

static phone_rc_t
phone_bill_push_text(phone_call_t *call, phone_record_t *bill)
{
    phone_str_t              payer;
    phone_record_t          *all, *ours;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    payer = phone_get(bill, BILL_PAYER);

    all = phone_ask(call, &phone_texts, payer);
    ours = phone_ask(call, &phone_texts,
                     phone_join(phone_memory(call), 3,
                                (phone_str_t[3]) { payer, PHONE_STR(":"),
                                    phone_get(bill, BILL_MERCHANT) }));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_texts_left(call, all, settings->texts, settings->texts_day)
        || !phone_texts_left(call, ours, settings->merchant_texts,
                             settings->merchant_texts_day))
    {
        return phone_done(call);
    }

    phone_texts_count(call, all);
    phone_texts_count(call, ours);

    phone_bill_pushed(call, bill);
    phone_sms_put(call, payer, phone_bill_sms(call, bill), "bill");

    return phone_done(call);
}


static int
phone_texts_left(phone_call_t *call, phone_record_t *texts, int64_t most,
    int64_t most_day)
{
    return phone_texts_sent(call, texts, TEXTS_SENT, TEXTS_UNTIL) < most
           && phone_texts_sent(call, texts, TEXTS_DAY_SENT, TEXTS_DAY_UNTIL)
              < most_day;
}


static int64_t
phone_texts_sent(phone_call_t *call, phone_record_t *texts, unsigned sent,
    unsigned until)
{
    return phone_now(call) < phone_get_int(texts, until)
           ? phone_get_int(texts, sent) : 0;
}


static void
phone_texts_count(phone_call_t *call, phone_record_t *texts)
{
    unsigned  i;
    int64_t   sent;

    const struct {
        unsigned             sent;
        unsigned             until;
        int64_t              lasts;
    } limit[] = {
        { TEXTS_SENT, TEXTS_UNTIL, phone_settings(call)->text_window },
        { TEXTS_DAY_SENT, TEXTS_DAY_UNTIL, PHONE_DAY }
    };

    for (i = 0; i < sizeof(limit) / sizeof(limit[0]); i++) {
        sent = phone_texts_sent(call, texts, limit[i].sent, limit[i].until);
        phone_set_int(texts, limit[i].sent, sent + 1);

        if (sent == 0) {
            phone_set_int(texts, limit[i].until,
                          phone_now(call) + limit[i].lasts);
        }
    }

    phone_lives_for(texts, PHONE_TEXTS_KEPT);
}


static phone_str_t
phone_bill_sms(phone_call_t *call, phone_record_t *bill)
{
    phone_str_t  amount, currency, shop;

    currency = phone_get(bill, BILL_CURRENCY);
    shop = phone_get(bill, BILL_MERCHANT_NAME);
    amount = phone_amount_text(phone_memory(call),
                               phone_get_int(bill, BILL_AMOUNT),
                               phone_currency(currency));

    return phone_format(phone_memory(call),
                        "【%.*s】%.*s 向您发来账单，金额 %.*s %.*s，"
                        "请登录后支付。 You have a bill from %.*s: "
                        "%.*s %.*s. Log in to pay.",
                        PHONE_ARGS(phone_settings(call)->site),
                        PHONE_ARGS(shop), PHONE_ARGS(amount),
                        PHONE_ARGS(currency), PHONE_ARGS(shop),
                        PHONE_ARGS(amount), PHONE_ARGS(currency));
}
