
/* The secrets of a host whose secret is rotated. */


#ifndef _PHONE_TEST_HOSTS_SECRET_H_INCLUDED_
#define _PHONE_TEST_HOSTS_SECRET_H_INCLUDED_


#include "play.h"


#define SECRETS  3


static const phone_str_t  secret[SECRETS] = {
    { 32, "0123456789abcdef0123456789abcdef" },      /* that of play_start() */
    { 32, "the second secret, of 32 bytes ." },
    { 32, "the third secret, of 32 bytes .." }
};


/* before is -1: the host has one file only */

static inline void
host_has(int newest, int before)
{
    phone_env_keys_free(&player.env);
    (void) phone_env_keys(&player.env, secret[newest],
                          before < 0 ? PHONE_EMPTY : secret[before]);
}


#endif /* _PHONE_TEST_HOSTS_SECRET_H_INCLUDED_ */
