
/*
 * A shop and a payer, for tests of bills: calls of a merchant are signed as
 * far as the player looks (signatures are right unless player.signatures says
 * otherwise).
 */


#ifndef _PHONE_TEST_SHOP_H_INCLUDED_
#define _PHONE_TEST_SHOP_H_INCLUDED_


#include <ctype.h>

#include "play.h"
#include "../sim/merchant_keys.h"


#define SHOP_PIN  "271828"


static struct {
    int64_t                  at;         /* s: the timestamp is off by that */
    const char              *nonce;      /* NULL: a new one each time */
    const char              *service;    /* NULL: the name of the call */
    const char              *file;       /* the parameter; NULL: no file */
    const phone_endpoint_t  *endpoint;   /* of a test; NULL: by its name */
    unsigned                 serial;
    int                      forged;
    int                      upper;      /* the digest is, in hex */
} shop_next;


/* Seconds by which the timestamps of calls are off. */

static inline void
shop_at(int64_t seconds)
{
    shop_next.at = seconds;
}


/* The nonce of each call, or NULL for new ones. */

static inline void
shop_nonce(const char *nonce)
{
    shop_next.nonce = nonce;
}


/* The service of each call, or NULL for that of its endpoint. */

static inline void
shop_service(const char *service)
{
    shop_next.service = service;
}


/* The next calls have a file, player.file, as the value of this parameter: its
   hash, type and name are signed, and not sent.  NULL: they are not signed. */

static inline void
shop_file(const char *param, const char *bytes)
{
    shop_next.file = param;
    player.file = bytes;
    player.file_line = bytes ? "text/plain a.txt" : NULL;
    player.file_fields = NULL;
}


static inline void
shop_sign_file(phone_arena_t *arena, phone_fields_t *fields)
{
    unsigned char  hash[PHONE_SHA256_LEN];

    if (phone_sha256(player.env.crypto, phone_cstr(player.file), hash) == 0) {
        phone_fields_add(fields, phone_cstr(shop_next.file),
                         phone_hex(arena, (phone_str_t) { sizeof(hash),
                                                          (char *) hash }));
        phone_fields_add(fields, phone_format(arena, "%s.type",
                                              shop_next.file),
                         PHONE_STR("text/plain"));
        phone_fields_add(fields, phone_format(arena, "%s.name",
                                              shop_next.file),
                         PHONE_STR("a.txt"));
    }
}


/* form is as for play(), of one flat set of fields. */

static inline int
shop_call(const char *name, const char *shop, const char *form)
{
    int               status;
    char             *p, signed_form[4096], nonce[64];
    phone_str_t       text, bad, digest;
    phone_arena_t     arena;
    phone_fields_t    fields;

    phone_arena_init(&arena);
    fields.n = 0;

    snprintf(nonce, sizeof(nonce), "nonce-%04u", ++shop_next.serial);
    snprintf(signed_form, sizeof(signed_form), "%s&merchant_id=%s"
             "&service=%s&timestamp=%lld&nonce=%s&sign_type=RSA2", form, shop,
             shop_next.service ? shop_next.service : name,
             (long long) (player.now / 1000 + shop_next.at),
             shop_next.nonce ? shop_next.nonce : nonce);

    phone_form_parse(&arena, phone_cstr(signed_form), &fields, &bad);

    if (shop_next.file) {
        shop_sign_file(&arena, &fields);
    }

    if (phone_canonical(&arena, &fields, 0, &text) != PHONE_CANONICAL_OK) {
        text = PHONE_EMPTY;
    }

    digest = phone_digest(player.env.crypto, &arena, text);

    snprintf(signed_form + strlen(signed_form),
             sizeof(signed_form) - strlen(signed_form),
             "&digest=%.*s&sign=AAAA", PHONE_ARGS(digest));

    if (shop_next.upper) {
        for (p = strstr(signed_form, "&digest=") + 8; *p != '&'; p++) {
            *p = (char) toupper((unsigned char) *p);
        }
    }

    player.signatures = !shop_next.forged;
    status = shop_next.endpoint ? play_endpoint(shop_next.endpoint,
                                                signed_form)
                                : play(name, signed_form);
    phone_arena_free(&arena);

    return status;
}


/* The digest fits, the signature does not. */

static inline int
shop_forge(const char *name, const char *shop, const char *form)
{
    int  status;

    shop_next.forged = 1;
    status = shop_call(name, shop, form);
    shop_next.forged = 0;

    return status;
}


/* Adds a public key to a form.  A base64 text may hold '+', which a form reads
   as a space. */

static inline void
shop_public_key(char form[2048], const char *key)
{
    size_t  i, n;

    n = strlen(form);
    n += (size_t) snprintf(form + n, 2048 - n, "&public_key=");

    for (i = 0; key[i] && n < 2048 - 4; i++) {
        n += (size_t) snprintf(form + n, 4, key[i] == '+' ? "%%2B" : "%c",
                               key[i]);
    }
}


static inline void
shop_open_as(const char *shop, int reply_sign)
{
    char  form[2048];

    snprintf(form, sizeof(form), "merchant_id=%s&name=Tea"
             "&notify_url=http://shop.example/notice&reply_sign=%d", shop,
             reply_sign);
    shop_public_key(form, sim_merchant_keys[0]);

    if (play("operator.merchants", form) != 200) {
        printf("Bail out! shop: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }
}


static inline void
shop_open(const char *shop)
{
    shop_open_as(shop, 0);
}


/* Its replies are signed. */

static inline void
shop_open_signing(const char *shop)
{
    shop_open_as(shop, 1);
}


/* The number logs in, with a PIN; what it is logged in with is sent. */

static inline void
shop_payer(const char *number)
{
    char  form[128];

    snprintf(form, sizeof(form), "phone=%s&password=a-quiet-lake", number);
    play("operator.accounts", form);
    play("session.login", form);
    player.cookie = player.set_cookie;
    play("bill.pin", "pin=" SHOP_PIN);
}


static inline phone_str_t
shop_card(const char *number, const char *card_no)
{
    char  form[128];

    snprintf(form, sizeof(form), "phone=%s&card_no=%s&balance=1000", number,
             card_no);

    if (play("operator.bank_cards", form) != 200) {
        printf("Bail out! card: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    return play_member("card_id");
}


/* A bill over 100, and its id. */

static inline phone_str_t
shop_bill(const char *shop, const char *order, const char *number)
{
    char  form[256];

    snprintf(form, sizeof(form), "out_trade_no=%s&amount=100&payer_phone=%s"
             "&subject=tea", order, number);

    return shop_call("bill.create", shop, form) == 200
           ? play_member("bill_id") : PHONE_EMPTY;
}


static inline int
shop_pay(phone_str_t bill_id, phone_str_t card_id, const char *more)
{
    char  form[256];

    snprintf(form, sizeof(form), "bill_id=%.*s&card_id=%.*s%s",
             PHONE_ARGS(bill_id), PHONE_ARGS(card_id), more);

    return play("bill.pay", form);
}


#endif /* _PHONE_TEST_SHOP_H_INCLUDED_ */
