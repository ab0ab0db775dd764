
/*
 * Which texts are sent at all: against people who earn by texts to numbers of
 * theirs (SMS pumping, toll fraud), and who annoy others with them.
 *
 * Each text counts, when it would be handed over for the first time, against
 * who has caused it, the number, the numbers with the same first digits, and
 * all.  The counts are in sketches, of a fixed size: too high now and then,
 * never too low, however many texts go at a time.  A text that one limit
 * refuses does not count against the next, which more people share.
 *
 * Of each limit a quarter is for numbers with an account, and a quarter for
 * what these cause themselves: strangers use up no more than half of it, and
 * who logs in with a device that his number knows gets his code.  What is
 * counted of the last quarter is in a sketch that strangers do not fill.
 */


#include "sms.h"
#include "../lib/id.h"
#include "../lib/number.h"


#define PHONE_SMS_LIMITS  4

#define PHONE_SMS_SHARE   4              /* a quarter */


/* Who may use a part of a limit: each also uses those before. */
typedef enum {
    PHONE_SMS_FOR_ALL = 0,
    PHONE_SMS_FOR_ACCOUNTS,
    PHONE_SMS_FOR_OWN,
    PHONE_SMS_PARTS
} phone_sms_part_t;


typedef struct {
    phone_str_t              who;
    const char              *what;
    int64_t                  most;       /* 0: any number */
    phone_tally_t            tally;      /* what is refused */
} phone_sms_limit_t;


static int phone_sms_within_all(phone_call_t *call, phone_record_t *sms,
    phone_sms_part_t part);
static phone_sms_part_t phone_sms_part(phone_record_t *sms,
    phone_record_t *account);
static phone_sms_limit_t phone_sms_sender_limit(phone_call_t *call,
    phone_str_t sender);
static phone_sms_limit_t phone_sms_site_limit(phone_call_t *call,
    phone_str_t to);
static phone_str_t phone_sms_prefix(phone_call_t *call, phone_str_t to);
static int phone_sms_within(phone_call_t *call,
    const phone_sms_limit_t *limit, phone_sms_part_t last);


int
phone_sms_allowed(phone_call_t *call, phone_record_t *sms)
{
    phone_str_t      to;
    phone_record_t  *account;

    to = phone_get(sms, SMS_TO);

    if (!phone_sms_reaches(call, to)) {
        phone_tally(call, PHONE_TALLY_TEXT_COUNTRY);
        return 0;
    }

    if (!phone_number_mobile(to)) {
        phone_tally(call, PHONE_TALLY_TEXT_KIND);
        return 0;
    }

    account = phone_ask_some(call, &phone_account, to, PHONE_F(ACCOUNT_V));

    if (phone_waiting(call)) {
        return 0;
    }

    return phone_sms_within_all(call, sms, phone_sms_part(sms, account));
}


static int
phone_sms_within_all(phone_call_t *call, phone_record_t *sms,
    phone_sms_part_t part)
{
    unsigned                 i;
    phone_str_t              to;
    phone_sms_limit_t        limit[PHONE_SMS_LIMITS];
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    to = phone_get(sms, SMS_TO);

    limit[0] = phone_sms_sender_limit(call, phone_get(sms, SMS_SENDER));
    limit[1] = (phone_sms_limit_t) { to, "number", settings->sms_number_day,
                                     PHONE_TALLY_TEXT_NUMBER };
    limit[2] = (phone_sms_limit_t) { phone_sms_prefix(call, to), "prefix",
                                     settings->sms_prefix_hour,
                                     PHONE_TALLY_TEXT_PREFIX };
    limit[3] = phone_sms_site_limit(call, to);

    for (i = 0; i < PHONE_SMS_LIMITS; i++) {

        if (!phone_sms_within(call, &limit[i], part)) {

            if (!phone_waiting(call)) {
                phone_tally(call, limit[i].tally);
            }

            return 0;
        }
    }

    return 1;
}


int
phone_sms_reaches(phone_call_t *call, phone_str_t number)
{
    unsigned                 i;
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    if (settings->sms_countries == 0) {
        return phone_number_of(number, settings->region);
    }

    for (i = 0; i < settings->sms_countries; i++) {

        if (phone_is(settings->sms_country[i], "all")
            || phone_number_of(number, settings->sms_country[i]))
        {
            return 1;
        }
    }

    return 0;
}


/* '@' is in no id of a merchant. */

phone_str_t
phone_sms_stranger(phone_call_t *call, phone_str_t network)
{
    return phone_join(phone_memory(call), 2,
                      (phone_str_t[2]) { PHONE_STR("@"), network });
}


static phone_sms_part_t
phone_sms_part(phone_record_t *sms, phone_record_t *account)
{
    if (!phone_found(account)) {
        return PHONE_SMS_FOR_ALL;
    }

    return phone_equal(phone_get(sms, SMS_SENDER), phone_get(sms, SMS_TO))
           ? PHONE_SMS_FOR_OWN : PHONE_SMS_FOR_ACCOUNTS;
}


static phone_sms_limit_t
phone_sms_sender_limit(phone_call_t *call, phone_str_t sender)
{
    int64_t                  most;
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    most = sender.len && (sender.data[0] == '+' || sender.data[0] == '@')
           ? settings->sms_sender_day : settings->sms_merchant_day;

    return (phone_sms_limit_t) { sender, "sender", most,
                                 PHONE_TALLY_TEXT_SENDER };
}


/* A count ends at 65535: a limit that is too high for one is divided, and
   numbers among its shares. */

static phone_sms_limit_t
phone_sms_site_limit(phone_call_t *call, phone_str_t to)
{
    int64_t      most;
    unsigned     shares;
    phone_str_t  who;

    most = phone_settings(call)->sms_day;
    shares = (unsigned) (most / PHONE_SMS_LIMIT_MAX) + 1;
    who = phone_format(phone_memory(call), "all-%u",
                       phone_bucket_of(to, shares));

    return (phone_sms_limit_t) { who, "site", most / shares,
                                 PHONE_TALLY_TEXT_SITE };
}


/* "+861380 500123": of each hour another name, in the sketch of the day. */

static phone_str_t
phone_sms_prefix(phone_call_t *call, phone_str_t to)
{
    phone_str_t  prefix;

    prefix = phone_number_prefix(to);

    return phone_format(phone_memory(call), "%.*s %lld", PHONE_ARGS(prefix),
                        (long long) (phone_now(call) / PHONE_HOUR));
}


static int
phone_sms_within(phone_call_t *call, const phone_sms_limit_t *limit,
    phone_sms_part_t last)
{
    unsigned     i;
    int64_t      count, most[PHONE_SMS_PARTS];
    phone_str_t  id;

    if (limit->most == 0) {
        return 1;
    }

    most[PHONE_SMS_FOR_ACCOUNTS] = limit->most / PHONE_SMS_SHARE;
    most[PHONE_SMS_FOR_OWN] = limit->most / PHONE_SMS_SHARE;
    most[PHONE_SMS_FOR_ALL] = limit->most - 2 * (limit->most
                                                 / PHONE_SMS_SHARE);

    for (i = 0; i <= last; i++) {

        if (most[i] == 0) {
            continue;
        }

        id = phone_format(phone_memory(call), "%.*s:texts of %s:%u",
                          PHONE_ARGS(limit->who), limit->what, i);
        count = phone_ask_count(call, i == PHONE_SMS_FOR_OWN
                                      ? &phone_known_days : &phone_days,
                                id, PHONE_DAY);

        if (phone_waiting(call)) {
            return 0;
        }

        if (count <= most[i]) {
            return 1;
        }
    }

    return 0;
}
