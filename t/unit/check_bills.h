
/* A payer with bills, for tests of GET /operator/check. */


#ifndef _PHONE_TEST_CHECK_BILLS_H_INCLUDED_
#define _PHONE_TEST_CHECK_BILLS_H_INCLUDED_


#include "check.h"


#define NUMBER  "+8613800000001"


/* A shop in one bucket, a payer in another, bills that are paid and not. */

#define BILLS  40

static phone_str_t  bill[BILLS], card_id;

static inline void
pay_bills(phone_domain_t domain)
{
    int          i;
    char         order[16];
    phone_str_t  cookie;

    play_start();
    player.env.domain = domain;

    shop_open("tea");
    shop_payer("13800000001");
    cookie = player.cookie;
    play("operator.bank_cards", "phone=13800000001&card_no=6222020000000015"
         "&balance=1000000");
    card_id = play_member("card_id");

    while (posted()) { /* void */ }

    for (i = 0; i < BILLS; i++) {
        player.cookie = PHONE_EMPTY;
        snprintf(order, sizeof(order), "T%d", i);
        bill[i] = shop_bill("tea", order, "13800000001");

        while (posted()) { /* void */ }

        if (i % 5 == 0) {
            player.cookie = cookie;
            shop_pay(bill[i], card_id, "&pin=" SHOP_PIN);

            if (player.status != 200) {
                printf("Bail out! pay: %.*s\n", PHONE_ARGS(player.body));
                exit(1);
            }
        }

        player.cookie = PHONE_EMPTY;

        if (i + 1 < BILLS) {
            while (posted()) { /* void */ }
        }
    }

    player.cookie = cookie;
}


static inline const char *
text_of(const char *kind, phone_str_t id)
{
    static char  text[2][100];
    static int   which;

    which = !which;
    snprintf(text[which], sizeof(text[which]), "%s%.*s", kind, PHONE_ARGS(id));

    return text[which];
}


#endif /* _PHONE_TEST_CHECK_BILLS_H_INCLUDED_ */
