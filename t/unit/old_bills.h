
/* Bills of a month that were paid, refunded, handed on or ended otherwise, for
   tests. */


#ifndef _PHONE_TEST_OLD_BILLS_H_INCLUDED_
#define _PHONE_TEST_OLD_BILLS_H_INCLUDED_


#include "archiving.h"
#include "handing.h"


static char  paid[64], handed[64];


static inline void
refund(const char *order, const char *no, const char *amount)
{
    char  form[128];

    player.cookie = PHONE_EMPTY;
    snprintf(form, sizeof(form), "out_trade_no=%s&out_refund_no=%s&amount=%s",
             order, no, amount);
    shop_call("refund.create", "tea", form);
}


static inline phone_str_t
log_in(const char *number)
{
    char  form[64];

    player.cookie = PHONE_EMPTY;
    snprintf(form, sizeof(form), "phone=%s&password=a-quiet-lake", number);
    play("session.login", form);

    return keep(player.set_cookie);
}


/* T1 is paid and refunded twice, T2 rejected, T3 closed; T4 was handed on to
   Wang, and Zhao declined it, and Wang has paid. */

static inline void
old_bills(phone_domain_t domain)
{
    phone_str_t  id;

    start(domain);
    month = phone_month_of(player.now);

    make_bill("T1");
    snprintf(paid, sizeof(paid), "%s", origin);
    pay(li, phone_cstr(origin), card_li);
    run_jobs();
    refund("T1", "R1", "30");
    run_jobs();
    refund("T1", "R2", "20");
    run_jobs();

    make_bill("T2");
    call("bill.reject", li, phone_cstr(origin), "&reason=no");
    make_bill("T3");
    player.cookie = PHONE_EMPTY;
    shop_call("bill.close", "tea", "out_trade_no=T3&reason=sold");

    make_bill("T4");
    snprintf(handed, sizeof(handed), "%s", origin);
    id = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, id, "&tell_merchant=1");
    id = hand_on(wang, id, ZHAO, zhao);
    call("bill.decline", zhao, id, "");
    pay(wang, newest(wang), card_wang);
    run_jobs();
}


static inline void
archive(void)
{
    player.now += LONG_AGO;
    ok(archive_all(), "bills are archived");
    li = log_in(LI);
    wang = log_in(WANG);
    zhao = log_in(ZHAO);
}


static inline phone_str_t
stored(const phone_type_t *type, const char *id)
{
    return phone_copy(&player.arena,
                      phone_key(&player.arena, type,
                                phone_home(&player.env, type, phone_cstr(id)),
                                phone_cstr(id)));
}


static inline int
is_there(const phone_type_t *type, const char *id)
{
    return sim_store_pttl(player.store, player.now, stored(type, id)) != -2;
}


#endif /* _PHONE_TEST_OLD_BILLS_H_INCLUDED_ */
