
/*
 * The open sessions of a number: eight slots of its account record, S0..S7,
 * each "<session id> <created ms> <seen ms> <how> <address>".
 *
 * The cookie is the sealed text "<number> <slot> <session id>", so that one
 * read of one record proves a caller and fetches what its handler needs.  The
 * store alone gives nobody a cookie: the sealing key is not in it.
 */


#ifndef _PHONE_SESSION_H_INCLUDED_
#define _PHONE_SESSION_H_INCLUDED_


#include "../phone.h"


#define PHONE_SESSIONS       8
#define PHONE_SESSION_ID     16          /* random bytes */
#define PHONE_SESSION_SEEN   (5 * PHONE_MINUTE)      /* between writes */

/* For an ask: all slots of an account. */
#define PHONE_SESSION_FIELDS (UINT32_C(0xff) << ACCOUNT_S0)


/* What a session was opened with. */
#define PHONE_BY_PASSWORD    'p'
#define PHONE_BY_CODE        'c'
#define PHONE_BY_TEMPORARY   't'


typedef struct {
    phone_str_t              id;
    int64_t                  created;    /* ms */
    int64_t                  seen;       /* ms; up to 5 minutes behind */
    char                     how;
    phone_str_t              address;
} phone_session_t;


/* For the runtime, at a PHONE_SESSION endpoint. */

/* Unseals the cookie, once a call.  0, or -1 when there is none of ours. */
int phone_session_cookie(phone_call_t *call);

/*
 * At each run: asks for the slot of the cookie's session.  PHONE_AGAIN while
 * that has not come, PHONE_DONE when the session is open, else LOGIN_REQUIRED.
 * Notes that the session was used, at most once in PHONE_SESSION_SEEN.
 */
phone_rc_t phone_session_admit(phone_call_t *call);


/* For handlers. */

/* 0, or -1 when the slot holds no session. */
int phone_session_parse(phone_str_t text, phone_session_t *session);
phone_str_t phone_session_format(phone_arena_t *arena,
    const phone_session_t *session);

/* 1 while neither idle nor old for too long. */
int phone_session_alive(const phone_settings_t *settings,
    const phone_session_t *session, int64_t now);

/*
 * Is the session of this id open in the slot of the account?  0 and *session,
 * or -1; ids are compared in constant time.
 */
int phone_session_check(phone_record_t *account, unsigned slot, phone_str_t id,
    const phone_settings_t *settings, int64_t now, phone_session_t *session);

/* Where a new session goes: a free slot, an expired one, else the one that
   was not used for longest. */
unsigned phone_session_choose(phone_record_t *account,
    const phone_settings_t *settings, int64_t now);

/* The slot of the call's own session, and what it holds. */
unsigned phone_session_slot(phone_call_t *call);
int phone_session_mine(phone_call_t *call, phone_record_t *account,
    phone_session_t *session);

/* It began with a temporary password, and none is chosen yet.  Asked for is
   ACCOUNT_PASSWORD. */
int phone_session_must_change(phone_record_t *account,
    const phone_session_t *session);

/*
 * Ends the call's own session and removes the cookie.  The slot keeps the id
 * of the call: run again after its own commit, the call is still admitted.
 */
void phone_session_close(phone_call_t *call, phone_record_t *account);

/* Ends the session in a slot, if there is one. */
void phone_session_close_slot(phone_call_t *call, phone_record_t *account,
    unsigned slot);

/* Ends all sessions of an account but the one in slot keep (-1: none). */
void phone_session_close_others(phone_call_t *call, phone_record_t *account,
    int keep);


#endif /* _PHONE_SESSION_H_INCLUDED_ */
