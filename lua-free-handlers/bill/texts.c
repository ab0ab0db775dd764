
/* Texts that a number has got: in a window, and in a day. */


#include "texts.h"
#include "../sms/sms.h"


#define PHONE_TEXTS_KEPT  (PHONE_DAY + PHONE_CLOCKS_APART)


static phone_record_t *phone_texts_of(phone_call_t *call, phone_str_t payer,
    phone_str_t sender);
static int phone_texts_left(phone_call_t *call, phone_record_t *texts,
    int64_t most, int64_t most_day);
static int64_t phone_texts_sent(phone_call_t *call, phone_record_t *texts,
    unsigned sent, unsigned until);
static void phone_texts_count(phone_call_t *call, phone_record_t *texts);


int
phone_texts_take(phone_call_t *call, phone_str_t number, phone_str_t all,
    phone_str_t sender)
{
    int                      stopped;
    phone_record_t          *of_all, *of_sender;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    of_all = phone_texts_of(call, number, all);
    of_sender = phone_texts_of(call, number, sender);
    stopped = phone_sms_stopped(call, number);

    if (phone_waiting(call) || stopped
        || !phone_texts_left(call, of_all, settings->texts,
                             settings->texts_day)
        || !phone_texts_left(call, of_sender, settings->merchant_texts,
                             settings->merchant_texts_day))
    {
        return 0;
    }

    phone_texts_count(call, of_all);
    phone_texts_count(call, of_sender);

    return 1;
}


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
