
/* Calls with an Idempotency-Key, of a number that is logged in. */


#ifndef _PHONE_TEST_IDEMPOTENCY_H_INCLUDED_
#define _PHONE_TEST_IDEMPOTENCY_H_INCLUDED_


#include "meddle.h"
#include "shop.h"


#define NUMBER  "13800000001"
#define OTHER   "13800000002"
#define PERSON  "+8613800000001"


static inline void
key(const char *text)
{
    player.key = text ? phone_cstr(text) : (phone_str_t) { 0, NULL };
}


static inline void
set_up(phone_domain_t domain)
{
    play_start();
    key(NULL);
    player.env.domain = domain;
    shop_payer(NUMBER);
}


#endif /* _PHONE_TEST_IDEMPOTENCY_H_INCLUDED_ */
