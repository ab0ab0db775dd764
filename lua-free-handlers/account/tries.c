
/* Limits on guessing: by client address and by number. */


#include "code.h"
#include "tries.h"


#define PHONE_IPV6_GROUPS  8
#define PHONE_NET_GROUPS   4             /* of a /64 */


static phone_str_t phone_tries_id(phone_call_t *call, const char *what);
static unsigned phone_ipv6_groups(phone_str_t *rest,
    phone_str_t group[PHONE_IPV6_GROUPS]);


static phone_str_t
phone_tries_id(phone_call_t *call, const char *what)
{
    phone_arena_t  *arena;

    arena = phone_memory(call);

    return phone_join(arena, 3,
                      (phone_str_t[3]) {
                          phone_tries_net(arena, phone_address(call)),
                          PHONE_STR(":"), phone_cstr(what) });
}


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


phone_str_t
phone_tries_net(phone_arena_t *arena, phone_str_t address)
{
    unsigned     n, m, i;
    phone_str_t  head[PHONE_IPV6_GROUPS], tail[PHONE_IPV6_GROUPS];
    phone_str_t  net[PHONE_NET_GROUPS], zero, rest;

    if (memchr(address.data, ':', address.len) == NULL) {
        return address;
    }

    rest = address;
    n = phone_ipv6_groups(&rest, head);
    m = phone_ipv6_groups(&rest, tail);

    /* ::ffff:192.0.2.1 */

    if (m && memchr(tail[m - 1].data, '.', tail[m - 1].len)) {
        return tail[m - 1];
    }

    zero = PHONE_STR("0");

    for (i = 0; i < PHONE_NET_GROUPS; i++) {
        if (i < n) {
            net[i] = head[i];

        } else if (i + m >= PHONE_IPV6_GROUPS) {
            net[i] = tail[i + m - PHONE_IPV6_GROUPS];

        } else {
            net[i] = zero;
        }
    }

    return phone_join(arena, 7,
                      (phone_str_t[7]) { net[0], PHONE_STR("."), net[1],
                                         PHONE_STR("."), net[2],
                                         PHONE_STR("."), net[3] });
}


int
phone_tries_over(phone_call_t *call, const char *what)
{
    int64_t      tries;
    phone_str_t  text;

    text = phone_ask_mark(call, &phone_tries, phone_tries_id(call, what));

    return phone_parse_int(text, &tries) == 0
           && tries >= phone_settings(call)->address_tries;
}


void
phone_tries_count(phone_call_t *call, const char *what)
{
    phone_count(call, &phone_tries, phone_tries_id(call, what),
                phone_settings(call)->address_window);
}


phone_rc_t
phone_tries_refuse(phone_call_t *call)
{
    phone_retry_after(call, phone_settings(call)->address_window / 1000);

    return phone_refuse(call, PHONE_RATE_LIMITED);
}


phone_rc_t
phone_login_may_try(phone_call_t *call, phone_record_t *login)
{
    int64_t  left;

    left = phone_get_int(login, LOGIN_FAILS_UNTIL) - phone_now(call);

    if (left > 0) {
        phone_retry_after(call, (left + 999) / 1000);
        return phone_refuse(call, PHONE_RATE_LIMITED);
    }

    phone_rely(login);

    return PHONE_DONE;
}


void
phone_login_missed(phone_call_t *call, phone_record_t *login)
{
    int64_t                  fails, wait;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    fails = phone_get_int(login, LOGIN_FAILS) + 1;

    phone_set_int(login, LOGIN_FAILS, fails);

    if (fails >= settings->login_fails) {
        fails -= settings->login_fails;
        wait = settings->login_wait_max;

        if (fails < 32 && (settings->login_wait << fails) < wait) {
            wait = settings->login_wait << fails;
        }

        phone_set_int(login, LOGIN_FAILS_UNTIL, phone_now(call) + wait);
    }

    phone_code_missed(call, login);
    phone_lives_for(login, phone_login_kept(call));
}


void
phone_login_hit(phone_record_t *login)
{
    if (phone_get(login, LOGIN_FAILS).len) {
        phone_set(login, LOGIN_FAILS, PHONE_EMPTY);
        phone_set(login, LOGIN_FAILS_UNTIL, PHONE_EMPTY);
    }
}


int64_t
phone_login_kept(phone_call_t *call)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return settings->login_wait_max + settings->temporary_lifetime
           + settings->code_window;
}
