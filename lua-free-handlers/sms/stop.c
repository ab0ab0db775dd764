
/* STOP and START: whether a number gets texts that it has not asked for. */


#include "sms.h"


static phone_rc_t phone_sms_stop_run(phone_call_t *call,
    const phone_sms_got_t *got);
static phone_rc_t phone_sms_start_run(phone_call_t *call,
    const phone_sms_got_t *got);


static const char *const  phone_sms_stop_words[] = {
    "stop", "unsubscribe", "td", "退订", NULL
};

static const char *const  phone_sms_start_words[] = {
    "start", "subscribe", "订阅", NULL
};


const phone_sms_word_t  phone_sms_word_stop = {
    phone_sms_stop_words, phone_sms_stop_run,
    "No texts about bills, messages and mail."
};

const phone_sms_word_t  phone_sms_word_start = {
    phone_sms_start_words, phone_sms_start_run,
    "They are sent again."
};


static phone_rc_t
phone_sms_stop_run(phone_call_t *call, const phone_sms_got_t *got)
{
    phone_record_t  *stop;

    stop = phone_ask(call, &phone_sms_stop, got->number);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_rely(stop);

    if (!phone_found(stop)) {
        phone_set_int(stop, SMS_STOP_AT, phone_now(call));
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_sms_start_run(phone_call_t *call, const phone_sms_got_t *got)
{
    phone_record_t  *stop;

    stop = phone_ask(call, &phone_sms_stop, got->number);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_rely(stop);

    if (phone_found(stop)) {
        phone_remove(stop);
    }

    return PHONE_DONE;
}


int
phone_sms_stopped(phone_call_t *call, phone_str_t number)
{
    return phone_found(phone_ask_some(call, &phone_sms_stop, number,
                                      PHONE_F(SMS_STOP_AT)));
}
