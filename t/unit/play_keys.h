
/* Part of play.h: the platform's keys, and a bank, unless a test has others. */


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


static const phone_banks_t  play_banks = {
    1, { { { 8, "citybank" }, { 32, "the secret of the bank, 32 bytes" } } }
};


#endif /* _PHONE_PLAY_KEYS_H_INCLUDED_ */
