
#include "settings.h"


const phone_settings_t  phone_settings_default = {

    .region = { 2, "CN" },
    .currency = { 3, "CNY" },
    .site = { 9, "ngx_phone" },

    .session_idle = 7 * PHONE_DAY,
    .session_lifetime = 30 * PHONE_DAY,
    .code_lifetime = 10 * PHONE_MINUTE,
    .temporary_lifetime = PHONE_HOUR,
    .code_tries = 5,
    .login_window = 10 * PHONE_MINUTE,
    .code_sends = 3,
    .code_day = 20,
    .code_cap = 6000,
    .address_tries = 100,
    .login_fails = 5,
    .login_day = 100,
    .device_lifetime = 180 * PHONE_DAY,

    .pin_fails = 5,
    .pin_quiet = 24 * PHONE_HOUR,
    .card_tries = 10,
    .card_declined = 50,
    .pay_day_start = 16 * PHONE_HOUR,            /* midnight in China */

    .merchant_currencies = PHONE_MERCHANT_CURRENCIES,

    .idempotency_keys = 200,

    .bill_lifetime = PHONE_DAY,
    .bill_lifetime_max = 30 * PHONE_DAY,
    .bills_day = 100000,
    .bills_day_payer = 200,
    .bills_handed = 20,
    .text_window = 10 * PHONE_MINUTE,
    .texts = 5,
    .texts_day = 20,
    .merchant_texts = 3,
    .merchant_texts_day = 10,
    .statement_zone = 8 * PHONE_HOUR,
    .statement_step = 2000,
    .import_step = 50,
    .reconcile_part = 100000,
    .reconcile_listed = 100000,
    .reconcile_kept = 90 * PHONE_DAY,
    .archive_after = 180 * PHONE_DAY,
    .close_step = 300,
    .close_pieces = 8192,
    .close_accounts = 10000,
    .clock_skew = 300 * PHONE_SECOND,

    .mail_hour = 100,
    .mail_day = 2000,
    .mail_day_bytes = 1000000,
    .mail_picture = 5 * 1024 * 1024,
    .mail_pictures = 50,
    .mail_invite = PHONE_DAY,
    .mail_invites = 20,
    .mail_box = 10000,
    .mail_unclaimed = 180 * PHONE_DAY,

    .live_open = 45 * PHONE_SECOND,
    .lease = 60 * PHONE_SECOND,
    .clock_bound = 5 * PHONE_SECOND,

    .notices = 16,
    .notice_wait = {
        15 * PHONE_SECOND, 15 * PHONE_SECOND, 30 * PHONE_SECOND,
        3 * PHONE_MINUTE, 10 * PHONE_MINUTE, 20 * PHONE_MINUTE,
        30 * PHONE_MINUTE, 30 * PHONE_MINUTE, 30 * PHONE_MINUTE,
        60 * PHONE_MINUTE, 3 * PHONE_HOUR, 3 * PHONE_HOUR, 3 * PHONE_HOUR,
        6 * PHONE_HOUR, 6 * PHONE_HOUR
    },
    .notice_kept = 3 * PHONE_DAY,
    .sms_tries = 5,
    .sms_parts = 10,
    .sms_sender_day = 1000,
    .sms_merchant_day = 10000,
    .sms_number_day = 100,
    .keyword_number_day = 20,
    .keyword_merchant_day = 10000,
    .sms_prefix_hour = 2000,
    .sms_day = 100000,
    .sms_gateway = { 6, "kannel" },
    .sms_to = { 2, "to" },
    .sms_text = { 4, "text" }
};
