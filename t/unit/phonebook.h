
/* Two people with a phonebook each, for tests. */


#ifndef _PHONE_TEST_PHONEBOOK_H_INCLUDED_
#define _PHONE_TEST_PHONEBOOK_H_INCLUDED_


#include "play.h"
#include "contacts/contacts.h"


#define LI    "phone=13800000001&password=a-quiet-lake"
#define WANG  "phone=13800000002&password=a-quiet-lake"


static phone_str_t  li, wang;            /* cookies */


static inline void
start_in(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    play("operator.accounts", LI);
    play("operator.accounts", WANG);
    play("session.login", WANG);
    wang = player.set_cookie;
    play("session.login", LI);
    li = player.set_cookie;
    player.cookie = li;
}


#endif /* _PHONE_TEST_PHONEBOOK_H_INCLUDED_ */
