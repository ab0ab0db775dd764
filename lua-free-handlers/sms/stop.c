
/*
 * STOP and START: whether a number gets texts that it has not asked for.  Each
 * word of a table does the same: those that carriers and regulators name (CTIA,
 * Messaging Principles; 47 CFR 64.1200(a)(10); "T", "TD" and "R" at the end of
 * texts in China), and their translations.  YES is none of the second: who has
 * opted out must not get texts again because he has answered a question.
 */


#include "sms.h"


#define PHONE_SMS_STARTS  50             /* of a number, a day */


static phone_rc_t phone_sms_stop_run(phone_call_t *call,
    const phone_sms_got_t *got);
static phone_rc_t phone_sms_start_run(phone_call_t *call,
    const phone_sms_got_t *got);


static const char *const  phone_sms_stop_words[] = {
    "stop", "stopall", "unsubscribe", "optout", "opt out", "td", "arret",
    "arrêt", "退订", "退訂", "td退订", "退订短信", "取消订阅", "取消訂閱",
    "取消 订阅", "取消 訂閱", "拒收", NULL
};

/* A sentence that begins with one of these says something else. */

static const char *const  phone_sms_stop_alone[] = {
    "t", "r", "end", "quit", "cancel", "revoke", "取消", "停止", "退出", NULL
};

static const char *const  phone_sms_start_words[] = {
    "unstop", "optin", "opt in", NULL
};

static const char *const  phone_sms_start_alone[] = {
    "start", "subscribe", "订阅", "訂閱", NULL
};


/* STOP that the gateway repeats behind a START errs on the safe side. */

const phone_sms_word_t  phone_sms_word_stop = {
    phone_sms_stop_words, phone_sms_stop_alone, phone_sms_stop_run,
    "No texts about bills, messages and mail.", 0
};

const phone_sms_word_t  phone_sms_word_start = {
    phone_sms_start_words, phone_sms_start_alone, phone_sms_start_run,
    "They are sent again.", 1
};


static phone_rc_t
phone_sms_stop_run(phone_call_t *call, const phone_sms_got_t *got)
{
    phone_record_t  *stop;

    stop = phone_ask(call, &phone_sms_stop, got->number);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(stop)) {
        phone_set_int(stop, SMS_STOP_AT, phone_now(call));
        phone_sms_heeded(call, got);
    }

    return PHONE_DONE;
}


/* STOP works always; after START has worked so often it has nothing to do, and
   what both leave is limited. */

static phone_rc_t
phone_sms_start_run(phone_call_t *call, const phone_sms_got_t *got)
{
    int64_t          starts;
    phone_record_t  *stop;

    stop = phone_ask(call, &phone_sms_stop, got->number);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(stop)) {
        return PHONE_DONE;
    }

    starts = phone_ask_count(call, &phone_days,
                             phone_join(phone_memory(call), 2,
                                        (phone_str_t[2]) {
                                            got->number,
                                            PHONE_STR(":starts") }),
                             PHONE_DAY);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (starts <= PHONE_SMS_STARTS) {
        phone_remove(stop);
        phone_sms_heeded(call, got);
    }

    return PHONE_DONE;
}


int
phone_sms_stopped(phone_call_t *call, phone_str_t number)
{
    return phone_found(phone_ask_some(call, &phone_sms_stop, number,
                                      PHONE_F(SMS_STOP_AT)));
}
