
/* The defaults, as docs/ has them. */


#include "settings.h"
#include "tap.h"


#define SECOND  INT64_C(1000)
#define MINUTE  (60 * SECOND)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)


int
main(void)
{
    unsigned                 i;
    const phone_settings_t  *s;

    static const int64_t  wait[] = {
        15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800,
        10800, 21600, 21600
    };

    s = &phone_settings_default;

    is_str(s->region, "CN", "phone_region");
    is_str(s->currency, "CNY", "phone_currency");

    is_int(s->session_idle, 7 * DAY, "phone_session_idle");
    is_int(s->session_lifetime, 30 * DAY, "phone_session_lifetime");
    is_int(s->code_lifetime, 10 * MINUTE, "phone_code_lifetime");
    is_int(s->temporary_lifetime, HOUR, "phone_temporary_lifetime");
    is_int(s->code_tries, 5, "phone_code_tries");
    is_int(s->code_sends, 3, "phone_code_sends");
    is_int(s->code_day, 20, "phone_code_day");
    is_int(s->address_tries, 100, "phone_address_tries");
    is_int(s->login_fails, 5, "phone_login_fails");
    is_int(s->pin_fails, 5, "phone_pin_fails");

    is_int(s->bill_lifetime, DAY, "phone_bill_lifetime");
    is_int(s->bill_lifetime_max, 30 * DAY, "phone_bill_lifetime, at most");
    is_int(s->close_step, 300, "entries of a step of a closed month");
    is_int(s->close_pieces, 8192, "of its pieces");
    is_int(s->close_accounts, 10000, "accounts of a share of it");
    is_int(s->clock_skew, 300 * SECOND, "phone_clock_skew");

    is_int(s->live_open, 45 * SECOND, "how long a client counts as open");
    is_int(s->lease, 60 * SECOND, "phone_lease");

    is_int(s->notices, 16, "tries of a notice");
    is_int(s->sms_tries, 5, "tries of a text");

    for (i = 0; i < sizeof(wait) / sizeof(wait[0]); i++) {
        is_int(s->notice_wait[i], wait[i] * SECOND, "wait %u of a notice",
               i + 1);
    }

    return done_testing();
}
