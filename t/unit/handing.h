
/* People who hand bills on to each other, for tests. */


#ifndef _PHONE_TEST_HANDING_H_INCLUDED_
#define _PHONE_TEST_HANDING_H_INCLUDED_


#include "meddle.h"
#include "shop.h"
#include "bill/bill.h"
#include "../sim/values.h"


#define LI     "+8613800000001"
#define WANG   "+8613800000002"
#define ZHAO   "+8613800000003"
#define QIAN   "+8613800000004"
#define NOBODY "+8613800000009"
#define DAY    (INT64_C(24) * 3600 * 1000)


static char         origin[64];          /* the id of its first record */
static phone_str_t  li, wang, zhao, qian;        /* their cookies */
static phone_str_t  card_li, card_wang;


static inline phone_str_t
keep(phone_str_t text)
{
    return phone_copy(&player.arena, text);
}


/* Of what was put, and of what that puts: all, or what brings effects to
   other buckets.  A bill does not expire here. */

static inline void
run_some(const char *name)
{
    unsigned      left;
    play_event_t  event;

    for (left = player.nevents; left; left--) {
        event = player.event[0];

        if (strncmp(event.member.data, name, strlen(name)) == 0
            && strncmp(event.member.data, "bill.expire", 11) != 0)
        {
            play_event();
            left = player.nevents + 1;
            continue;
        }

        memmove(player.event, player.event + 1,
                (player.nevents - 1) * sizeof(play_event_t));
        player.event[player.nevents - 1] = event;
    }
}


static inline void
run_events(void)
{
    run_some("");
}


static inline void
run_postings(void)
{
    run_some("posting.apply");
}


static inline void
start(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    player.signatures = 1;
    player.gateway = 200;
    player.answer = "success";

    shop_open("tea");
    shop_open("cake");

    shop_payer(WANG);
    wang = keep(player.cookie);
    shop_payer(ZHAO);
    zhao = keep(player.cookie);
    shop_payer(QIAN);
    qian = keep(player.cookie);
    shop_payer(LI);
    li = keep(player.cookie);

    card_li = keep(shop_card(LI, "6222020000000015"));
    card_wang = keep(shop_card(WANG, "6222020000000023"));
    run_events();
}


static inline void
make_bill(const char *order)
{
    phone_str_t  id;

    player.now++;
    id = shop_bill("tea", order, LI);
    snprintf(origin, sizeof(origin), "%.*s", PHONE_ARGS(id));
    run_postings();
}


/* A call of a number about a bill. */

static inline int
call(const char *name, phone_str_t cookie, phone_str_t bill, const char *more)
{
    char  form[256];

    player.cookie = cookie;
    snprintf(form, sizeof(form), "bill_id=%.*s%s", PHONE_ARGS(bill), more);

    return play(name, form);
}


/* The newest bill of a number, as its list has it. */

static inline phone_str_t
newest(phone_str_t cookie)
{
    run_postings();
    player.cookie = cookie;
    play("bill.list", "limit=1");

    return keep(play_member("bill_id"));
}


static inline phone_str_t
hand_on(phone_str_t from, phone_str_t bill, const char *to,
    phone_str_t to_cookie)
{
    char  more[64];

    snprintf(more, sizeof(more), "&phone=%s", to + 3);

    if (call("bill.delegate", from, bill, more) != 200) {
        printf("Bail out! hand on: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    return newest(to_cookie);
}


static inline int
pay(phone_str_t cookie, phone_str_t bill, phone_str_t card)
{
    player.cookie = cookie;

    return shop_pay(bill, card, "&pin=" SHOP_PIN);
}


static inline unsigned
bills_of(phone_str_t cookie)
{
    unsigned     n;
    const char  *p, *end;

    player.cookie = cookie;
    play("bill.list", "");
    end = player.body.data + player.body.len;

    for (n = 0, p = player.body.data;
         (p = memmem(p, (size_t) (end - p), "\"bill_id\"", 9)); p++)
    {
        n++;
    }

    return n;
}


static inline int
said(const char *text)
{
    return memmem(player.text.data, player.text.len, text, strlen(text))
           != NULL;
}


static inline void
ask_shop(const char *name, const char *shop, phone_str_t bill)
{
    char  form[128];

    snprintf(form, sizeof(form), "bill_id=%.*s", PHONE_ARGS(bill));
    shop_call(name, shop, form);
}


#endif /* _PHONE_TEST_HANDING_H_INCLUDED_ */
