
/* Limits on guessing: by where calls come from, by number, by device. */


#include "tries.h"


#define PHONE_IPV6_GROUPS    8
#define PHONE_ADDRESS_GROUPS 4               /* of a /64 */
#define PHONE_NETWORK_GROUPS 3               /* of a /48 */

#define PHONE_DAY            (INT64_C(24) * 3600 * 1000)         /* ms */

/* What devices that a number does not know have sent to it from one network,
   they have from all networks so many times. */
#define PHONE_SENDS_SHARE    2

/* No network has more sent than this part of all. */
#define PHONE_CAP_NETWORKS   64


#define PHONE_LIMITS_MAX     3


/* So many in a window, of what begins with a name: that chooses the bucket. */
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
static int phone_code_cap_over(phone_call_t *call);


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
 * The ms to wait for the first limit that is passed, 0: none is, or it is not
 * known yet.  One after the other: what one refuses does not count against the
 * next, which more people share.
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


/* A network that has had its share does not fill the sketch with addresses. */

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

    if (device.len) {
        limit[0] = (phone_limit_t) { &phone_known_tries, window, number,
                                     "device", device,
                                     settings->login_fails };
        limit[1] = (phone_limit_t) { &phone_known_days, PHONE_DAY, number,
                                     "device", device, settings->login_day };
        return 2;
    }

    from = phone_from(phone_memory(call), phone_address(call));

    /* the day comes first: behind it, guesses from everywhere do not fill the
       sketch of this bucket with places they come from */

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


int
phone_codes_over(phone_call_t *call, phone_str_t number, phone_str_t device)
{
    int64_t       most, window;
    phone_from_t  from;

    most = phone_settings(call)->code_sends;
    window = phone_settings(call)->login_window;

    if (device.len) {
        return phone_limits_over(call, (phone_limit_t[1]) {
                   { &phone_known_tries, window, number, "code", device,
                     most } }, 1)
               != 0;
    }

    from = phone_from(phone_memory(call), phone_address(call));

    return phone_limits_over(call, (phone_limit_t[2]) {
               { &phone_tries, window, from.network, "code to", number,
                 most },
               { &phone_tries, window, number, "codes", PHONE_EMPTY,
                 PHONE_SENDS_SHARE * most } }, 2)
               != 0
           || phone_code_cap_over(call);
}


/*
 * Half of the texts are for networks that have asked for a few only: those
 * that take all they can leave the other half to all others.
 */

static int
phone_code_cap_over(phone_call_t *call)
{
    int64_t        sent, cap, window;
    phone_limit_t  limit[2];

    if (phone_waiting(call)) {
        return 0;
    }

    cap = phone_settings(call)->code_cap;
    window = phone_settings(call)->login_window;

    limit[0] = (phone_limit_t) {
        &phone_tries, window,
        phone_from(phone_memory(call), phone_address(call)).network,
        "codes", PHONE_EMPTY, (cap + PHONE_CAP_NETWORKS - 1)
                              / PHONE_CAP_NETWORKS };

    sent = phone_ask_count(call, &phone_tries,
                           phone_limit_id(call, &limit[0]), window);

    limit[1] = (phone_limit_t) {
        &phone_tries, window, PHONE_STR("all"), "codes",
        sent <= phone_settings(call)->code_sends ? PHONE_STR("few")
                                                 : PHONE_STR("more"),
        (cap + 1) / 2 };

    return phone_limits_over(call, limit, 2) != 0;
}


phone_rc_t
phone_tries_refuse(phone_call_t *call, int64_t ms)
{
    phone_retry_after(call, (ms + 999) / 1000);

    return phone_refuse(call, PHONE_RATE_LIMITED);
}
