
/* PAY-2: a new bill is shown by every open client of its number; when none is
   open, an SMS tells of it. */


#include "bill.h"
#include "../lib/money.h"
#include "../live/live.h"
#include "../sms/sms.h"


static phone_rc_t phone_bill_push_run(phone_call_t *call);
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

    phone_emit(call, &phone_bill_expire, phone_id(bill), PHONE_EMPTY,
               phone_get_int(bill, BILL_EXPIRES));

    if (!phone_is(phone_get(bill, BILL_STATUS), "CREATED")) {
        return phone_done(call);
    }

    phone_set(bill, BILL_STATUS, PHONE_BILL_PUSHED);
    phone_set_int(bill, BILL_PUSHED_AT, phone_now(call));

    if (phone_client_open(call, account)) {
        phone_publish(call, phone_get(bill, BILL_PAYER), "bill.new",
                      phone_bill_text(call, bill));

    } else {
        phone_sms_put(call, phone_get(bill, BILL_PAYER),
                      phone_bill_sms(call, bill), "bill");
    }

    return phone_done(call);
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
