
/* A phone that seals its calls, for tests. */


#ifndef _PHONE_TEST_SEALING_H_INCLUDED_
#define _PHONE_TEST_SEALING_H_INCLUDED_


#include "play.h"


typedef struct {
    phone_str_t              number;
    phone_str_t              key;        /* 32 bytes */
    phone_str_t              key_id;
    unsigned                 suite;
} sealing_phone_t;


static struct {
    uint32_t                 serial;     /* of the IV, each has another one */
    uint32_t                 iv;         /* 0: a new one */
    int64_t                  ahead;      /* s, of the phone's clock */
    char                     form[4096];
} sealing;


/* Asks for the key of the session that is open; 0: it is not given. */

static inline int
sealing_key(sealing_phone_t *phone, const char *number, unsigned suite,
    const char *once)
{
    char  form[256];

    snprintf(form, sizeof(form), "suite=%u&once=%s", suite, once);

    if (play("session.envelope", form) != 200) {
        return 0;
    }

    phone->number = phone_cstr(number);
    phone->suite = suite;
    phone->key_id = play_member("key_id");

    return phone_unbase64(&player.arena, play_member("key"), &phone->key) == 0;
}


static inline void
sealing_parse(const char *form, phone_fields_t *fields)
{
    phone_str_t  bad;

    fields->n = 0;

    if (phone_form_parse(&player.arena, phone_cstr(form), fields, &bad)
        != PHONE_FIELDS_OK)
    {
        printf("Bail out! form\n");
        exit(1);
    }
}


/* The form of a call whose secret fields are inside. */

static inline const char *
sealed_form(const sealing_phone_t *phone, const char *service,
    const char *open, const char *secret)
{
    char             iv[12];
    uint32_t         n;
    phone_str_t      text, head, context, sealed, tag;
    phone_fields_t   outside, inside;
    phone_arena_t   *arena;

    arena = &player.arena;
    sealing_parse(open, &outside);
    sealing_parse(secret, &inside);

    n = sealing.iv ? sealing.iv : ++sealing.serial;
    memset(iv, 'i', sizeof(iv));
    memcpy(iv, &n, sizeof(n));
    text = (phone_str_t) { phone->suite == 1 ? 8 : 12, iv };

    head = phone_format(arena, "%u.%.*s.%lld.%.*s", phone->suite,
                        PHONE_ARGS(phone->key_id),
                        (long long) (player.now / 1000 + sealing.ahead),
                        PHONE_ARGS(phone_base64url(arena, text)));
    context = phone_envelope_context(arena, head, phone->number,
                                     phone_cstr(service), &outside);

    if (phone_envelope_seal(player.env.ciphers, arena,
                            (const unsigned char *) phone->key.data,
                            phone->suite, text, context, &inside, &sealed,
                            &tag) != 0)
    {
        printf("Bail out! sealing\n");
        exit(1);
    }

    snprintf(sealing.form, sizeof(sealing.form),
             "%s%ssecure=%.*s.%.*s&mac=%.*s", open, *open ? "&" : "",
             PHONE_ARGS(head), PHONE_ARGS(phone_base64url(arena, sealed)),
             PHONE_ARGS(phone_base64url(arena, tag)));

    return sealing.form;
}


static inline int
sealed_play(const sealing_phone_t *phone, const char *service,
    const char *open, const char *secret)
{
    return play(service, sealed_form(phone, service, open, secret));
}


#endif /* _PHONE_TEST_SEALING_H_INCLUDED_ */
