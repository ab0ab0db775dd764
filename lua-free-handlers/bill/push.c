
/* PAY-2, PAY-7: a bill that is new to its number is shown by every open client
   of it; when none is open, an SMS tells of it. */


#include "bill.h"
#include "../lib/money.h"
#include "../live/live.h"
#include "../sms/sms.h"


/* All numbers together that hand bills on; no id of a merchant. */
#define PHONE_TEXTS_HANDED  PHONE_STR("+")

#define PHONE_TEXTS_KEPT  (PHONE_DAY + PHONE_CLOCKS_APART)


static phone_rc_t phone_bill_push_run(phone_call_t *call);
static int phone_bill_unseen(phone_record_t *bill);
static void phone_bill_pushed(phone_call_t *call, phone_record_t *bill);
static phone_rc_t phone_bill_push_text(phone_call_t *call,
    phone_record_t *bill);
static phone_record_t *phone_texts_of(phone_call_t *call, phone_str_t payer,
    phone_str_t sender);
static int phone_texts_left(phone_call_t *call, phone_record_t *texts,
    int64_t most, int64_t most_day);
static int64_t phone_texts_sent(phone_call_t *call, phone_record_t *texts,
    unsigned sent, unsigned until);
static void phone_texts_count(phone_call_t *call, phone_record_t *texts);
static phone_str_t phone_bill_sms(phone_call_t *call, phone_record_t *bill,
    const phone_chain_t *chain);


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
    phone_str_t              payer;
    phone_chain_t            chain;
    phone_record_t          *all, *ours;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    payer = phone_get(bill, BILL_PAYER);
    phone_bill_chain(bill, &chain);

    all = phone_texts_of(call, payer, chain.n ? PHONE_TEXTS_HANDED
                                              : PHONE_EMPTY);
    ours = phone_texts_of(call, payer,
                          chain.declined.len ? chain.declined
                          : chain.from.len ? chain.from
                          : phone_get(bill, BILL_MERCHANT));

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
    phone_sms_put(call, payer, phone_bill_sms(call, bill, &chain), "bill");

    return phone_done(call);
}


/* sender: a merchant, or a number; empty: all merchants. */

static phone_record_t *
phone_texts_of(phone_call_t *call, phone_str_t payer, phone_str_t sender)
{
    return phone_ask(call, &phone_texts,
                     phone_join(phone_memory(call), sender.len ? 3 : 1,
                                (phone_str_t[3]) { payer, PHONE_STR(":"),
                                                   sender }));
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
phone_bill_sms(phone_call_t *call, phone_record_t *bill,
    const phone_chain_t *chain)
{
    phone_str_t     site, amount, currency, shop;
    phone_arena_t  *memory;

    memory = phone_memory(call);
    site = phone_settings(call)->site;
    currency = phone_get(bill, BILL_CURRENCY);
    shop = phone_get(bill, BILL_MERCHANT_NAME);
    amount = phone_amount_text(memory, phone_get_int(bill, BILL_AMOUNT),
                               phone_currency(currency));

    if (phone_bill_offered(bill)) {
        return phone_format(memory,
                            "【%.*s】%.*s 请您代付 %.*s 的账单，金额 %.*s "
                            "%.*s，请登录后接受或谢绝。 %.*s asks you to pay a "
                            "bill from %.*s: %.*s %.*s. Log in to accept or "
                            "decline.",
                            PHONE_ARGS(site), PHONE_ARGS(chain->from),
                            PHONE_ARGS(shop), PHONE_ARGS(amount),
                            PHONE_ARGS(currency), PHONE_ARGS(chain->from),
                            PHONE_ARGS(shop), PHONE_ARGS(amount),
                            PHONE_ARGS(currency));
    }

    if (chain->declined.len) {
        return phone_format(memory,
                            "【%.*s】%.*s 谢绝代付 %.*s 的账单，金额 %.*s "
                            "%.*s，请登录后支付。 %.*s has declined to pay a "
                            "bill from %.*s: %.*s %.*s. Log in to pay.",
                            PHONE_ARGS(site), PHONE_ARGS(chain->declined),
                            PHONE_ARGS(shop), PHONE_ARGS(amount),
                            PHONE_ARGS(currency), PHONE_ARGS(chain->declined),
                            PHONE_ARGS(shop), PHONE_ARGS(amount),
                            PHONE_ARGS(currency));
    }

    return phone_format(memory,
                        "【%.*s】%.*s 向您发来账单，金额 %.*s %.*s，"
                        "请登录后支付。 You have a bill from %.*s: "
                        "%.*s %.*s. Log in to pay.",
                        PHONE_ARGS(site), PHONE_ARGS(shop),
                        PHONE_ARGS(amount), PHONE_ARGS(currency),
                        PHONE_ARGS(shop), PHONE_ARGS(amount),
                        PHONE_ARGS(currency));
}
