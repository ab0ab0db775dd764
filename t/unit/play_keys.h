
/* Part of play.h: the platform's keys, unless a test has others. */


#ifndef _PHONE_PLAY_KEYS_H_INCLUDED_
#define _PHONE_PLAY_KEYS_H_INCLUDED_


static const phone_platform_keys_t  play_platform = {
    2, {
        { { 2, "p1" }, { 1, "P" }, { 1, "0" }, PHONE_KEY_RSA,
          PHONE_KEY_CURRENT, 0 },
        { { 2, "e1" }, { 1, "E" }, { 1, "0" }, PHONE_KEY_ED25519,
          PHONE_KEY_CURRENT, 0 }
    }
};


#endif /* _PHONE_PLAY_KEYS_H_INCLUDED_ */
