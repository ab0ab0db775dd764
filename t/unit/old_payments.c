
/* What a bank over HTTP was asked for goes to the archive with its bill, and
   not before the bank is done. */


#define _GNU_SOURCE

#include "archiving.h"
#include "banking.h"
#include "lib/gzip.h"
#include "lib/month.h"
#include "../sim/store.h"
#include "../sim/values.h"


static int
is_there(const phone_type_t *type, phone_str_t id)
{
    return sim_store_pttl(player.store, player.now,
                          phone_key(&player.arena, type,
                                    phone_home(&player.env, type, id), id))
           != -2;
}


/* Merchants are told, and time passes. */

static void
archive(void)
{
    player.peer = NULL;
    player.gateway = 200;
    player.answer = "success";
    run_jobs();
    player.now += LONG_AGO;
    ok(archive_all(), "the month is archived");
}


static phone_str_t
pay_by_bank(void)
{
    phone_str_t  id;

    set_up();
    month = phone_month_of(player.now);
    shop_pay(bill, card, RIGHT "&pay_id=p1");
    id = payment();
    (void) step("APPROVED");

    return id;
}


static phone_str_t
give_back(void)
{
    phone_str_t  id;

    shop_call("refund.create", "tea",
              "out_trade_no=T1&out_refund_no=R1&amount=40");
    id = payment();
    says.amount = "40";
    (void) step("REFUNDED");

    return id;
}


static int
file_has(const char *text)
{
    int             found;
    char            line[4096];
    int64_t         n;
    unsigned        i;
    phone_str_t     packed;
    phone_arena_t   arena;
    phone_gunzip_t  *gunzip;

    found = 0;
    phone_arena_init(&arena);

    for (i = 0; i < player.nblobs; i++) {
        packed = player.bytes[i];
        gunzip = phone_gunzip_begin(&arena);
        n = phone_gunzip(gunzip, &packed, line, sizeof(line));
        found = found || (n > 0 && memmem(line, (size_t) n, text,
                                          strlen(text)) != NULL);
    }

    phone_arena_free(&arena);

    return found;
}


static void
goes(void)
{
    phone_str_t  of, id;

    of = pay_by_bank();
    (void) step("CAPTURED");
    id = give_back();
    archive();

    ok(!is_there(&phone_bill, bill), "the bill has gone");
    ok(!is_there(&phone_payment, of), "with its payment");
    ok(!is_there(&phone_payment, id), "and that of its refund");
    ok(file_has("\"kind\":\"payment\""), "they are in the file");
    ok(file_has("\"state\":\"CAPTURED\""), "the payment");
    ok(file_has("\"state\":\"REFUNDED\""), "and the refund");

    shop_call("bill.query", "tea", "out_trade_no=T1");
    is_str(play_member("status"), "PARTLY_REFUNDED", "the bill is known");
    play("operator.payments", "");
    ok(play_says("\"payments\":[]"), "no payment is listed");
    play_end();
}


static void
stays(void)
{
    phone_str_t  of;
    char         form[80];

    of = pay_by_bank();
    (void) step("DECLINED");
    IS_STATE(of, "STOPPED", "a capture that the bank refuses");
    archive();

    ok(is_there(&phone_bill, bill), "its bill stays");
    ok(is_there(&phone_payment, of), "and the payment");

    player.peer = bank;
    snprintf(form, sizeof(form), "payment_id=%.*s", PHONE_ARGS(of));
    play("operator.payment_resume", form);
    is_str(step("CAPTURED"), "bank.query", "it is resumed");
    month++;
    player.now += 31 * PHONE_DAY;
    archive();
    ok(!is_there(&phone_bill, bill), "then it goes");
    ok(!is_there(&phone_payment, of), "with the payment");
    play_end();
}


/* So does a refund that has not come to the bank. */

static void
refund_stays(void)
{
    phone_str_t  id;

    (void) pay_by_bank();
    (void) step("CAPTURED");
    shop_call("refund.create", "tea",
              "out_trade_no=T1&out_refund_no=R1&amount=40");
    id = payment();
    says.amount = "40";
    (void) step("DECLINED");
    IS_STATE(id, "STOPPED", "a refund that the bank refuses");
    archive();
    ok(is_there(&phone_bill, bill), "the bill stays");
    ok(is_there(&phone_payment, id), "and the refund");
    play_end();
}


int
main(void)
{
    goes();
    stays();
    refund_stays();

    return done_testing();
}
