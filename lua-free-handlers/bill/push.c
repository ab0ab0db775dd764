
/* PAY-2, PAY-7: a bill that is new to its number is shown by every open client
   of it; when none is open, an SMS tells of it. */


#include "bill.h"
#include "../lib/money.h"
#include "../live/live.h"
#include "../sms/sms.h"
#include "texts.h"


/* All numbers together that hand bills on; no id of a merchant. */
#define PHONE_TEXTS_HANDED  PHONE_STR("+")

static phone_rc_t phone_bill_push_run(phone_call_t *call);
static int phone_bill_unseen(phone_record_t *bill);
static void phone_bill_pushed(phone_call_t *call, phone_record_t *bill);
static phone_rc_t phone_bill_push_text(phone_call_t *call,
    phone_record_t *bill);
static phone_str_t phone_bill_sms(phone_call_t *call, phone_record_t *bill,
    const phone_chain_t *chain);
static phone_str_t phone_bill_link(phone_call_t *call, phone_record_t *bill);


const phone_event_t  phone_bill_push = {
    "bill.push", phone_bill_push_run,
    "Tells a number of a new bill, or of one that was handed on or has come "
    "back, live or by SMS, and sets its expiry going."
};


static phone_rc_t
phone_bill_push_run(phone_call_t *call)
{
    phone_chain_t    chain;
    phone_record_t  *bill, *account;

    bill = phone_bill_ask(call, phone_event_id(call));

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

    if (!phone_bill_unseen(bill)) {
        return phone_done(call);
    }

    if (!phone_client_open(call, account)) {
        return phone_bill_push_text(call, bill);
    }

    phone_bill_pushed(call, bill);
    phone_bill_chain(bill, &chain);
    phone_publish(call, phone_get(bill, BILL_PAYER),
                  chain.declined.len ? "bill.declined" : "bill.new",
                  phone_bill_text(call, bill, 0));

    return phone_done(call);
}


static int
phone_bill_unseen(phone_record_t *bill)
{
    return phone_is(phone_get(bill, BILL_STATUS), "CREATED")
           || (phone_bill_offered(bill)
               && phone_get(bill, BILL_PUSHED_AT).len == 0);
}


/* One that is offered stays so. */

static void
phone_bill_pushed(phone_call_t *call, phone_record_t *bill)
{
    if (!phone_bill_offered(bill)) {
        phone_set(bill, BILL_STATUS, PHONE_BILL_PUSHED);
    }

    phone_set_int(bill, BILL_PUSHED_AT, phone_now(call));
}


/*
 * Nobody gets more texts than the limits allow, whoever makes bills or hands
 * them on: beyond them the bill waits in the list of its payer, CREATED or
 * OFFERED.  What is handed on, or comes back, is counted by itself: merchants
 * see by their own bills how many texts a number has left.
 */

static phone_rc_t
phone_bill_push_text(phone_call_t *call, phone_record_t *bill)
{
    int            left;
    phone_str_t    payer, sender;
    phone_chain_t  chain;

    payer = phone_get(bill, BILL_PAYER);
    phone_bill_chain(bill, &chain);
    sender = chain.declined.len ? chain.declined
             : chain.from.len ? chain.from : phone_get(bill, BILL_MERCHANT);

    left = phone_texts_take(call, payer, chain.n ? PHONE_TEXTS_HANDED
                                                 : PHONE_EMPTY, sender);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!left) {
        return phone_done(call);
    }

    phone_bill_pushed(call, bill);
    phone_sms_put(call, payer, phone_bill_sms(call, bill, &chain), "bill",
                  sender);

    return phone_done(call);
}


static phone_str_t
phone_bill_sms(phone_call_t *call, phone_record_t *bill,
    const phone_chain_t *chain)
{
    phone_str_t     site, amount, currency, shop, link;
    phone_arena_t  *memory;

    memory = phone_memory(call);
    site = phone_settings(call)->site;
    link = phone_bill_link(call, bill);
    currency = phone_get(bill, BILL_CURRENCY);
    shop = phone_get(bill, BILL_MERCHANT_NAME);
    amount = phone_amount_text(memory, phone_get_int(bill, BILL_AMOUNT),
                               phone_currency(currency));

    if (phone_bill_offered(bill)) {
        return phone_format(memory,
                            "【%.*s】%.*s 请您代付 %.*s 的账单，金额 %.*s "
                            "%.*s，请登录后接受或谢绝。 %.*s asks you to pay a "
                            "bill from %.*s: %.*s %.*s. Log in to accept or "
                            "decline.%.*s",
                            PHONE_ARGS(site), PHONE_ARGS(chain->from),
                            PHONE_ARGS(shop), PHONE_ARGS(amount),
                            PHONE_ARGS(currency), PHONE_ARGS(chain->from),
                            PHONE_ARGS(shop), PHONE_ARGS(amount),
                            PHONE_ARGS(currency), PHONE_ARGS(link));
    }

    if (chain->declined.len) {
        return phone_format(memory,
                            "【%.*s】%.*s 谢绝代付 %.*s 的账单，金额 %.*s "
                            "%.*s，请登录后支付。 %.*s has declined to pay a "
                            "bill from %.*s: %.*s %.*s. Log in to pay.%.*s",
                            PHONE_ARGS(site), PHONE_ARGS(chain->declined),
                            PHONE_ARGS(shop), PHONE_ARGS(amount),
                            PHONE_ARGS(currency), PHONE_ARGS(chain->declined),
                            PHONE_ARGS(shop), PHONE_ARGS(amount),
                            PHONE_ARGS(currency), PHONE_ARGS(link));
    }

    return phone_format(memory,
                        "【%.*s】%.*s 向您发来账单，金额 %.*s %.*s，"
                        "请登录后支付。 You have a bill from %.*s: "
                        "%.*s %.*s. Log in to pay.%.*s",
                        PHONE_ARGS(site), PHONE_ARGS(shop),
                        PHONE_ARGS(amount), PHONE_ARGS(currency),
                        PHONE_ARGS(shop), PHONE_ARGS(amount),
                        PHONE_ARGS(currency), PHONE_ARGS(link));
}


/* The last word of the text: a phone would take what follows for a part of
   the link. */

static phone_str_t
phone_bill_link(phone_call_t *call, phone_record_t *bill)
{
    phone_str_t  url;

    url = phone_settings(call)->public_url;

    return url.len ? phone_format(phone_memory(call), " %.*s/app/bills/%.*s",
                                  PHONE_ARGS(url), PHONE_ARGS(phone_id(bill)))
                   : PHONE_EMPTY;
}
