
/* People who write mails, for tests. */


#ifndef _PHONE_TEST_MAILING_H_INCLUDED_
#define _PHONE_TEST_MAILING_H_INCLUDED_


#include "handing.h"
#include "mail/mail.h"


static char  form[65536];


/* To numbers with spaces between them. */

static inline int
sends(phone_str_t cookie, const char *to, const char *text)
{
    int          n;
    phone_str_t  rest, number;

    n = snprintf(form, sizeof(form), "{\"to\":[");
    rest = phone_cstr(to);

    while (phone_split(&rest, ' ', &number)) {
        n += snprintf(form + n, sizeof(form) - (size_t) n, "%s\"%.*s\"",
                      form[n - 1] == '[' ? "" : ",", PHONE_ARGS(number));
    }

    snprintf(form + n, sizeof(form) - (size_t) n, "],\"text\":\"%s\"}", text);

    player.cookie = cookie;
    player.now++;

    return play("mail.send", form);
}


static inline int
lists(phone_str_t cookie, const char *how)
{
    run_postings();
    player.cookie = cookie;

    return play("mail.list", how);
}


/* The newest mail of a number. */

static inline phone_str_t
newest_mail(phone_str_t cookie)
{
    lists(cookie, "limit=1");

    return keep(play_member("mail_id"));
}


static inline int
does(const char *name, phone_str_t cookie, phone_str_t mail)
{
    run_postings();
    player.cookie = cookie;
    snprintf(form, sizeof(form), "mail_id=%.*s", PHONE_ARGS(mail));

    return play(name, form);
}


static inline int64_t
unread_of(phone_str_t cookie)
{
    int64_t  n;

    run_postings();
    player.cookie = cookie;
    play("session.me", "");

    return phone_parse_int(play_member("unread"), &n) == 0 ? n : -1;
}


static inline unsigned
times(const char *text)
{
    unsigned     n;
    const char  *p, *end;

    end = player.body.data + player.body.len;

    for (n = 0, p = player.body.data;
         (p = memmem(p, (size_t) (end - p), text, strlen(text))); p++)
    {
        n++;
    }

    return n;
}


#endif /* _PHONE_TEST_MAILING_H_INCLUDED_ */
