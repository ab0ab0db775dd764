
/* Logging in, as the tests of it do. */


#ifndef _PHONE_LOGIN_H_INCLUDED_
#define _PHONE_LOGIN_H_INCLUDED_


#define _GNU_SOURCE

#include "play.h"


#define MINUTE  (INT64_C(60) * 1000)

#define NUMBER  "+8613800000001"
#define LOGIN   "phone=13800000001&password=a-quiet-lake"
#define WRONG   "phone=13800000001&password=wrong-wrong"


static inline void
open_account(void)
{
    play_start();
    play("operator.accounts",
         "phone=13800000001&name=Li+Lei&password=a-quiet-lake");
}


/* What the last SMS holds behind a word. */

static inline phone_str_t
sent(const char *word, size_t len)
{
    char  *p;

    p = memmem(player.text.data, player.text.len, word, strlen(word));

    return p ? (phone_str_t) { len, p + strlen(word) } : PHONE_EMPTY;
}


static inline int
login_with(const char *phone, phone_str_t password)
{
    char  form[200];

    snprintf(form, sizeof(form), "phone=%s&password=%.*s", phone,
             PHONE_ARGS(password));

    return play("session.login", form);
}


static inline phone_str_t
from(unsigned a, unsigned b)
{
    return phone_format(&player.arena, "10.%u.%u.1", a, b);
}


static inline phone_str_t
ask_for_code(void)
{
    play("session.code", "phone=13800000001");
    play_event();

    return sent("code: ", 6);
}


#endif /* _PHONE_LOGIN_H_INCLUDED_ */
