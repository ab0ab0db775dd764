
#include "settings.h"


#define SECOND  ((int64_t) 1000)
#define MINUTE  (60 * SECOND)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)


const phone_settings_t  phone_settings_default = {

    .region = { 2, "CN" },
    .currency = { 3, "CNY" },
    .site = { 9, "ngx_phone" },

    .session_idle = 7 * DAY,
    .session_lifetime = 30 * DAY,
    .code_lifetime = 10 * MINUTE,
    .temporary_lifetime = HOUR,
    .code_tries = 5,
    .login_window = 10 * MINUTE,
    .code_sends = 3,
    .code_day = 20,
    .code_cap = 6000,
    .address_tries = 100,
    .login_fails = 5,
    .login_day = 100,
    .device_lifetime = 180 * DAY,

    .pin_fails = 5,

    .idempotency_keys = 200,

    .bill_lifetime = DAY,
    .bill_lifetime_max = 30 * DAY,
    .bills_day = 100000,
    .bills_day_payer = 200,
    .text_window = 10 * MINUTE,
    .texts = 5,
    .texts_day = 20,
    .merchant_texts = 3,
    .merchant_texts_day = 10,
    .clock_skew = 300 * SECOND,

    .live_open = 45 * SECOND,
    .lease = 60 * SECOND,
    .clock_bound = 5 * SECOND,

    .notices = 16,
    .notice_wait = {
        15 * SECOND, 15 * SECOND, 30 * SECOND, 3 * MINUTE, 10 * MINUTE,
        20 * MINUTE, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE, 60 * MINUTE,
        3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR
    },
    .sms_tries = 5
};
