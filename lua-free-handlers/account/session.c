
/* Sessions: slots of the account record, and the sealed cookie. */


#include "../host.h"
#include "session.h"


#define PHONE_CLOSED_BY  PHONE_STR("closed")


static int phone_session_read(phone_call_t *call, phone_str_t plain);
static void phone_session_renew(phone_call_t *call,
    const phone_session_t *session);
static int phone_session_closed_by_us(phone_call_t *call, phone_str_t text);


int
phone_session_cookie(phone_call_t *call)
{
    phone_str_t  plain;

    if (call->caller.len) {
        return 0;
    }

    if (phone_unseal_cookie(call, PHONE_COOKIE_SESSION, &plain) != 0) {
        return -1;
    }

    return phone_session_read(call, plain);
}


static int
phone_session_read(phone_call_t *call, phone_str_t plain)
{
    int64_t      slot;
    phone_str_t  number, digit, id;

    if (!phone_split(&plain, ' ', &number)
        || !phone_split(&plain, ' ', &digit)
        || !phone_split(&plain, ' ', &id)
        || plain.len
        || number.len == 0 || id.len == 0
        || phone_parse_int(digit, &slot) != 0
        || slot >= PHONE_SESSIONS)
    {
        return -1;
    }

    call->caller = number;
    call->session_slot = (unsigned) slot;
    call->session_id = id;

    return 0;
}


phone_rc_t
phone_session_admit(phone_call_t *call)
{
    unsigned          field;
    phone_record_t   *account;
    phone_session_t   session;

    if (phone_session_cookie(call) != 0) {
        return phone_refuse(call, PHONE_LOGIN_REQUIRED);
    }

    field = ACCOUNT_S0 + call->session_slot;
    account = phone_ask_some(call, &phone_account, call->caller,
                             PHONE_F(field));

    if (!account->ask.ready) {
        return PHONE_AGAIN;
    }

    if (phone_session_check(account, call->session_slot, call->session_id,
                            call->env->settings, call->now, &session)
        != 0)
    {
        return phone_session_closed_by_us(call, phone_get(account, field))
               ? PHONE_DONE
               : phone_refuse(call, PHONE_LOGIN_REQUIRED);
    }

    if (call->now - session.seen >= PHONE_SESSION_SEEN) {
        session.seen = call->now;
        phone_wish(account, field,
                   phone_session_format(&call->arena, &session));
    }

    if (call->session_before && call->endpoint
        && strcmp(call->endpoint->method, "GET") == 0)
    {
        phone_session_renew(call, &session);
    }

    return PHONE_DONE;
}


/* The cookie of the secret before is replaced, so that the session outlasts it:
   not with a reply that an Idempotency-Key stores. */

static void
phone_session_renew(phone_call_t *call, const phone_session_t *session)
{
    phone_str_t  plain;

    plain = phone_format(&call->arena, "%.*s %u %.*s",
                         PHONE_ARGS(call->caller), call->session_slot,
                         PHONE_ARGS(call->session_id));

    phone_set_cookie(call, PHONE_COOKIE_SESSION,
                     phone_seal_cookie(call, PHONE_COOKIE_SESSION, plain),
                     session->created + call->env->settings->session_lifetime
                     - call->now);
}


static int
phone_session_closed_by_us(phone_call_t *call, phone_str_t text)
{
    phone_str_t  word;

    return phone_split(&text, ' ', &word)
           && phone_equal(word, PHONE_CLOSED_BY)
           && phone_equal(text, phone_call_id(call));
}


int
phone_session_parse(phone_str_t text, phone_session_t *session)
{
    phone_str_t  created, seen, how;

    if (!phone_split(&text, ' ', &session->id)
        || !phone_split(&text, ' ', &created)
        || !phone_split(&text, ' ', &seen)
        || !phone_split(&text, ' ', &how)
        || session->id.len == 0 || how.len != 1
        || phone_parse_int(created, &session->created) != 0
        || phone_parse_int(seen, &session->seen) != 0)
    {
        return -1;
    }

    session->how = how.data[0];
    session->address = text;

    return 0;
}


phone_str_t
phone_session_format(phone_arena_t *arena, const phone_session_t *session)
{
    return phone_join(arena, 9,
                      (phone_str_t[9]) {
                          session->id, PHONE_STR(" "),
                          phone_int(arena, session->created), PHONE_STR(" "),
                          phone_int(arena, session->seen), PHONE_STR(" "),
                          { 1, &session->how }, PHONE_STR(" "),
                          session->address });
}


int
phone_session_alive(const phone_settings_t *settings,
    const phone_session_t *session, int64_t now)
{
    return now - session->seen < settings->session_idle
           && now - session->created < settings->session_lifetime;
}


int
phone_session_check(phone_record_t *account, unsigned slot, phone_str_t id,
    const phone_settings_t *settings, int64_t now, phone_session_t *session)
{
    if (phone_session_parse(phone_get(account, ACCOUNT_S0 + slot), session)
        != 0)
    {
        return -1;
    }

    return phone_equal_secret(session->id, id)
           && phone_session_alive(settings, session, now) ? 0 : -1;
}


unsigned
phone_session_choose(phone_record_t *account,
    const phone_settings_t *settings, int64_t now)
{
    int64_t          oldest;
    unsigned         slot, chosen;
    phone_session_t  session;

    chosen = 0;
    oldest = INT64_MAX;

    for (slot = 0; slot < PHONE_SESSIONS; slot++) {

        if (phone_session_parse(phone_get(account, ACCOUNT_S0 + slot),
                                &session)
            != 0
            || !phone_session_alive(settings, &session, now))
        {
            return slot;
        }

        if (session.seen < oldest) {
            oldest = session.seen;
            chosen = slot;
        }
    }

    return chosen;
}


unsigned
phone_session_slot(phone_call_t *call)
{
    return call->session_slot;
}


int
phone_session_mine(phone_call_t *call, phone_record_t *account,
    phone_session_t *session)
{
    return phone_session_check(account, call->session_slot, call->session_id,
                               call->env->settings, call->now, session);
}


int
phone_session_must_change(phone_record_t *account,
    const phone_session_t *session)
{
    return session->how == PHONE_BY_TEMPORARY
           && phone_get(account, ACCOUNT_PASSWORD).len == 0;
}


void
phone_session_close(phone_call_t *call, phone_record_t *account)
{
    phone_set(account, ACCOUNT_S0 + call->session_slot,
              phone_join(&call->arena, 3,
                         (phone_str_t[3]) { PHONE_CLOSED_BY, PHONE_STR(" "),
                                            phone_call_id(call) }));
    phone_set_cookie(call, PHONE_COOKIE_SESSION, PHONE_EMPTY, 0);
    phone_sessions_ended(call, phone_id(account));
}


void
phone_session_close_slot(phone_call_t *call, phone_record_t *account,
    unsigned slot)
{
    phone_session_t  session;

    if (phone_session_parse(phone_get(account, ACCOUNT_S0 + slot), &session)
        == 0)
    {
        phone_set(account, ACCOUNT_S0 + slot, PHONE_EMPTY);
        phone_sessions_ended(call, phone_id(account));
    }
}


void
phone_session_close_others(phone_call_t *call, phone_record_t *account,
    int keep)
{
    int  slot;

    for (slot = 0; slot < PHONE_SESSIONS; slot++) {
        if (slot != keep) {
            phone_session_close_slot(call, account, (unsigned) slot);
        }
    }
}
