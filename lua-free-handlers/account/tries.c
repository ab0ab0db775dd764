
/* Limits on guessing: by where calls come from, by number, by device. */


#include "session.h"
#include "tries.h"
#include "../lib/number.h"


#define PHONE_IPV6_GROUPS    8
#define PHONE_ADDRESS_GROUPS 4               /* of a /64 */
#define PHONE_NETWORK_GROUPS 3               /* of a /48 */


/* All networks that a number knows together get this many times the daily
   texts of one network. */
#define PHONE_KNOWN_NETWORKS 2

/* A network gets at most one in so many of all texts. */
#define PHONE_CAP_NETWORK    64

/* Parts of all texts (one in so many) that are reserved: for networks that
   have asked for many, for numbers with an account, for networks that the
   number knows. */
#define PHONE_CAP_MORE       4
#define PHONE_CAP_ACCOUNTS   8
#define PHONE_CAP_KNOWN      8

#define PHONE_CAP_PARTS      4

#define PHONE_LIMITS_MAX     3


/* At most so many in a window; the name chooses the bucket. */
typedef struct {
    const phone_type_t      *type;
    int64_t                  window;
    phone_str_t              name;
    const char              *what;
    phone_str_t              who;
    int64_t                  most;
} phone_limit_t;


static unsigned phone_ipv6_groups(phone_str_t *rest,
    phone_str_t group[PHONE_IPV6_GROUPS]);
static phone_from_t phone_from_ipv4(phone_str_t address);
static phone_from_t phone_from_ipv6(phone_arena_t *arena,
    phone_str_t address);
static phone_str_t phone_limit_id(phone_call_t *call,
    const phone_limit_t *limit);
static int64_t phone_limits_over(phone_call_t *call,
    const phone_limit_t *limit, unsigned n);
static unsigned phone_password_limits(phone_call_t *call, phone_str_t number,
    phone_str_t device, phone_limit_t limit[PHONE_LIMITS_MAX]);
static phone_limit_t phone_card_proof_limit(phone_call_t *call,
    phone_str_t number);
static int phone_network_known(phone_call_t *call, phone_record_t *account,
    phone_str_t network);
static int phone_code_cap_over(phone_call_t *call, phone_str_t network,
    int known, int found);
static phone_limit_t phone_cap_accounts(phone_call_t *call, int found);
static phone_limit_t phone_cap_part(phone_call_t *call, const char *part,
    int64_t most);


/* Groups up to "::" or the end; *rest is what comes behind the "::". */

static unsigned
phone_ipv6_groups(phone_str_t *rest, phone_str_t group[PHONE_IPV6_GROUPS])
{
    unsigned  n;

    for (n = 0; n < PHONE_IPV6_GROUPS; n++) {

        if (rest->len && rest->data[0] == ':') {
            rest->data++;
            rest->len--;

            if (n == 0 && rest->len && rest->data[0] == ':') {
                rest->data++;
                rest->len--;
            }

            return n;
        }

        if (!phone_split(rest, ':', &group[n])) {
            return n;
        }
    }

    return n;
}


/* 192.0.2.1: itself and 192.0.2 */

static phone_from_t
phone_from_ipv4(phone_str_t address)
{
    phone_from_t  from;

    from.address = address;
    from.network = address;

    while (from.network.len
           && from.network.data[from.network.len - 1] != '.')
    {
        from.network.len--;
    }

    if (from.network.len) {
        from.network.len--;

    } else {
        from.network = address;              /* unix: and the like */
    }

    return from;
}


static phone_from_t
phone_from_ipv6(phone_arena_t *arena, phone_str_t address)
{
    unsigned      n, m, i;
    phone_str_t   head[PHONE_IPV6_GROUPS], tail[PHONE_IPV6_GROUPS];
    phone_str_t   net[2 * PHONE_ADDRESS_GROUPS], rest;
    phone_from_t  from;

    rest = address;
    n = phone_ipv6_groups(&rest, head);
    m = phone_ipv6_groups(&rest, tail);

    /* ::ffff:192.0.2.1 */

    if (m && memchr(tail[m - 1].data, '.', tail[m - 1].len)) {
        return phone_from_ipv4(tail[m - 1]);
    }

    for (i = 0; i < PHONE_ADDRESS_GROUPS; i++) {
        if (i < n) {
            net[2 * i] = head[i];

        } else if (i + m >= PHONE_IPV6_GROUPS) {
            net[2 * i] = tail[i + m - PHONE_IPV6_GROUPS];

        } else {
            net[2 * i] = PHONE_STR("0");
        }

        net[2 * i + 1] = PHONE_STR(".");
    }

    from.address = phone_join(arena, 2 * PHONE_ADDRESS_GROUPS - 1, net);
    from.network = phone_join(arena, 2 * PHONE_NETWORK_GROUPS - 1, net);

    return from;
}


phone_from_t
phone_from(phone_arena_t *arena, phone_str_t address)
{
    return memchr(address.data, ':', address.len)
           ? phone_from_ipv6(arena, address) : phone_from_ipv4(address);
}


static phone_str_t
phone_limit_id(phone_call_t *call, const phone_limit_t *limit)
{
    return phone_join(phone_memory(call), 5,
                      (phone_str_t[5]) { limit->name, PHONE_STR(":"),
                                         phone_cstr(limit->what),
                                         PHONE_STR(":"), limit->who });
}


/*
 * The ms to wait for the first limit that is exceeded; 0: none is, or it is
 * not known yet.  Limits are counted one after the other: a call that one
 * refuses does not count against the next, which more people share.
 */

static int64_t
phone_limits_over(phone_call_t *call, const phone_limit_t *limit, unsigned n)
{
    int64_t   count;
    unsigned  i;

    for (i = 0; i < n; i++) {
        count = phone_ask_count(call, limit[i].type,
                                phone_limit_id(call, &limit[i]),
                                limit[i].window);

        if (phone_waiting(call)) {
            return 0;
        }

        if (count > limit[i].most) {
            return phone_window_left(call, limit[i].window);
        }
    }

    return 0;
}


/* The network is counted first: once it is over its limit its addresses take
   no room in the sketch. */

int64_t
phone_from_over(phone_call_t *call, const char *what)
{
    int64_t       most, window;
    phone_from_t  from;

    most = phone_settings(call)->address_tries;
    window = phone_settings(call)->login_window;
    from = phone_from(phone_memory(call), phone_address(call));

    return phone_limits_over(call, (phone_limit_t[2]) {
        { &phone_tries, window, from.network, what, PHONE_EMPTY,
          PHONE_NETWORK_SHARE * most },
        { &phone_tries, window, from.network, what, from.address, most } }, 2);
}


int64_t
phone_device_over(phone_call_t *call, phone_str_t number, phone_str_t device)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return phone_limits_over(call, (phone_limit_t[1]) {
        { &phone_known_tries, settings->login_window, number, "login", device,
          settings->address_tries } }, 1);
}


phone_str_t
phone_from_network(phone_call_t *call)
{
    return phone_from(phone_memory(call), phone_address(call)).network;
}


static unsigned
phone_password_limits(phone_call_t *call, phone_str_t number,
    phone_str_t device, phone_limit_t limit[PHONE_LIMITS_MAX])
{
    int64_t                  window;
    phone_from_t             from;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    window = settings->login_window;

    /* all devices of the number are counted first: somebody with many devices
       of one number does not fill the sketch that all numbers share */

    if (device.len) {
        limit[0] = (phone_limit_t) { &phone_known_tries, window, number,
                                     "devices", PHONE_EMPTY,
                                     PHONE_NETWORK_SHARE
                                     * settings->login_fails };
        limit[1] = (phone_limit_t) { &phone_known_tries, window, number,
                                     "device", device,
                                     settings->login_fails };
        limit[2] = (phone_limit_t) { &phone_known_days, PHONE_DAY, number,
                                     "device", device, settings->login_day };
        return 3;
    }

    from = phone_from(phone_memory(call), phone_address(call));

    /* the day is counted first: once it is over its limit, guesses from many
       networks take no room in the sketch */

    limit[0] = (phone_limit_t) { &phone_days, PHONE_DAY, number, "all",
                                 PHONE_EMPTY, settings->login_day };
    limit[1] = (phone_limit_t) { &phone_tries, window, number, "network",
                                 from.network,
                                 PHONE_NETWORK_SHARE * settings->login_fails };
    limit[2] = (phone_limit_t) { &phone_tries, window, number, "address",
                                 from.address, settings->login_fails };
    return 3;
}


int64_t
phone_password_over(phone_call_t *call, phone_str_t number,
    phone_str_t device)
{
    unsigned       n;
    phone_limit_t  limit[PHONE_LIMITS_MAX];

    n = phone_password_limits(call, number, device, limit);

    return phone_limits_over(call, limit, n);
}


int64_t
phone_envelope_over(phone_call_t *call)
{
    int64_t      most, window;
    phone_str_t  number, network;

    number = phone_caller(call);
    network = phone_from_network(call);
    most = phone_settings(call)->login_fails;
    window = phone_settings(call)->login_window;

    return phone_limits_over(call, (phone_limit_t[2]) {
        { &phone_known_tries, window, number, "envelopes", PHONE_EMPTY,
          PHONE_NETWORK_SHARE * most },
        { &phone_known_tries, window, number, "envelope", network, most } },
        2);
}


void
phone_password_right(phone_call_t *call, phone_str_t number,
    phone_str_t device)
{
    unsigned       i, n;
    phone_limit_t  limit[PHONE_LIMITS_MAX];

    n = phone_password_limits(call, number, device, limit);

    for (i = 0; i < n; i++) {
        phone_uncount(call, limit[i].type, phone_limit_id(call, &limit[i]),
                      limit[i].window);
    }
}


static phone_limit_t
phone_card_proof_limit(phone_call_t *call, phone_str_t number)
{
    return (phone_limit_t) { &phone_known_days, PHONE_DAY, number,
                             "card proof", PHONE_EMPTY,
                             phone_settings(call)->card_tries };
}


int64_t
phone_card_proof_over(phone_call_t *call, phone_str_t number)
{
    phone_limit_t  limit;

    limit = phone_card_proof_limit(call, number);

    return phone_limits_over(call, &limit, 1);
}


void
phone_card_proof_undone(phone_call_t *call, phone_str_t number)
{
    phone_limit_t  limit;

    limit = phone_card_proof_limit(call, number);

    phone_uncount(call, limit.type, phone_limit_id(call, &limit),
                  limit.window);
}


/* Known and unknown networks take the same number of counts, so that the time
   does not disclose which a network is. */

int
phone_codes_over(phone_call_t *call, phone_record_t *account,
    phone_str_t device)
{
    int          over, known;
    int64_t      most, day, window;
    phone_str_t  number, network;

    number = phone_id(account);
    network = phone_from_network(call);
    known = phone_network_known(call, account, network);

    most = phone_settings(call)->code_sends;
    day = phone_settings(call)->code_day;
    window = phone_settings(call)->login_window;

    if (device.len) {
        return phone_limits_over(call, (phone_limit_t[2]) {
                   { &phone_known_tries, window, number, "code", device,
                     most },
                   { &phone_known_days, PHONE_DAY, number, "code", device,
                     day } }, 2)
               != 0;
    }

    if (known) {
        over = phone_limits_over(call, (phone_limit_t[3]) {
                   { &phone_known_tries, window, number, "code from", network,
                     most },
                   { &phone_known_days, PHONE_DAY, number, "code from",
                     network, day },
                   { &phone_known_days, PHONE_DAY, number, "codes",
                     PHONE_EMPTY, PHONE_KNOWN_NETWORKS * day } }, 3)
               != 0;

    } else {
        over = phone_limits_over(call, (phone_limit_t[3]) {
                   { &phone_tries, window, number, "codes", PHONE_EMPTY,
                     most },
                   { &phone_days, PHONE_DAY, number, "code from", network,
                     (day + PHONE_NETWORK_SHARE - 1) / PHONE_NETWORK_SHARE },
                   { &phone_days, PHONE_DAY, number, "codes", PHONE_EMPTY,
                     day } }, 3)
               != 0;
    }

    return over || phone_code_cap_over(call, network, known,
                                       phone_found(account));
}


/*
 * Of all texts, numbers with the same first digits get what a network gets.
 * When that is used up, each of them that has an account gets one in a window,
 * of what is for accounts: some SIM cards do not take the codes of all others
 * of their operator.
 */

int
phone_texted_over(phone_call_t *call, phone_record_t *account)
{
    int                      over;
    int64_t                  texts;
    phone_str_t              number;
    phone_limit_t            window, day, part;
    const phone_settings_t  *settings;

    number = phone_id(account);
    settings = phone_settings(call);

    window = (phone_limit_t) { &phone_tries, settings->login_window, number,
                               "texted", PHONE_EMPTY, settings->code_sends };
    day = (phone_limit_t) { &phone_days, PHONE_DAY, number, "texted",
                            PHONE_EMPTY, settings->code_day };

    texts = phone_ask_count(call, window.type, phone_limit_id(call, &window),
                            window.window);

    if (phone_waiting(call)) {
        return 0;
    }

    if (texts > window.most || phone_limits_over(call, &day, 1)) {
        return 1;
    }

    over = phone_code_cap_over(call, phone_number_prefix(number), 0,
                               phone_found(account));

    if (phone_waiting(call) || !over || texts > 1) {
        return over;
    }

    part = phone_cap_accounts(call, phone_found(account));

    return phone_limits_over(call, &part, 1) != 0;
}


/* Is one of the number's sessions from this network? */

static int
phone_network_known(phone_call_t *call, phone_record_t *account,
    phone_str_t network)
{
    unsigned         slot;
    phone_session_t  session;

    for (slot = 0; slot < PHONE_SESSIONS; slot++) {
        if (phone_session_parse(phone_get(account, ACCOUNT_S0 + slot),
                                &session)
            == 0
            && network.len
            && phone_equal(phone_from(phone_memory(call),
                                      session.address).network, network))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Half of all texts are for networks that have asked for few.  When these are
 * used up, they share a quarter with networks that have asked for more.  The
 * last two parts can be reached only by who knows numbers with an account, or
 * networks that they log in from.
 */

static int
phone_code_cap_over(phone_call_t *call, phone_str_t network, int known,
    int found)
{
    int64_t        cap, window, sent, over;
    unsigned       i, n;
    phone_limit_t  network_limit, part[PHONE_CAP_PARTS];

    if (phone_waiting(call)) {
        return 0;
    }

    cap = phone_settings(call)->code_cap;
    window = phone_settings(call)->login_window;

    network_limit = (phone_limit_t) { &phone_tries, window, network, "codes",
                                      PHONE_EMPTY, 0 };

    sent = phone_ask_count(call, &phone_tries,
                           phone_limit_id(call, &network_limit), window);

    if (phone_waiting(call)) {
        return 0;
    }

    if (sent > (cap + PHONE_CAP_NETWORK - 1) / PHONE_CAP_NETWORK) {
        return 1;
    }

    n = 0;

    if (known) {
        part[n++] = phone_cap_part(call, "known", cap / PHONE_CAP_KNOWN);
    }

    if (sent <= phone_settings(call)->code_sends) {
        part[n++] = phone_cap_part(call, "few",
                                   cap - cap / PHONE_CAP_MORE
                                   - cap / PHONE_CAP_ACCOUNTS
                                   - cap / PHONE_CAP_KNOWN);
    }

    part[n++] = phone_cap_part(call, "more", cap / PHONE_CAP_MORE);

    part[n++] = phone_cap_accounts(call, found);

    for (i = 0; i < n; i++) {
        over = phone_limits_over(call, &part[i], 1);

        if (phone_waiting(call) || over == 0) {
            return 0;
        }
    }

    return 1;
}


/* Counted for numbers without an account as well: the time does not disclose
   who has one. */

static phone_limit_t
phone_cap_accounts(phone_call_t *call, int found)
{
    return found ? phone_cap_part(call, "accounts",
                                  phone_settings(call)->code_cap
                                  / PHONE_CAP_ACCOUNTS)
                 : phone_cap_part(call, "none", 0);
}


static phone_limit_t
phone_cap_part(phone_call_t *call, const char *part, int64_t most)
{
    return (phone_limit_t) { &phone_tries, phone_settings(call)->login_window,
                             PHONE_STR("all"), "codes", phone_cstr(part),
                             most };
}


phone_rc_t
phone_tries_refuse(phone_call_t *call, int64_t ms)
{
    phone_retry_after(call, (ms + 999) / 1000);

    return phone_refuse(call, PHONE_RATE_LIMITED);
}
