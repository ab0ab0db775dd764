
/* A run that meets a stored value that makes no sense: it is refused, and
   nothing of what it has recorded is written. */


#define _GNU_SOURCE

#include "meddle.h"
#include "shop.h"


#define NUMBER  "+8613800000001"
#define SHOP    "tea"
#define SETTLE  "merchant_id=" SHOP "&settle_no=S1"


/* Goes on as a handler does that has read a number; n is where it looks. */

static phone_rc_t
spend_run(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask(call, &phone_account, PHONE_STR(NUMBER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(account, ACCOUNT_NAME, PHONE_STR("changed"));
    phone_set_int(account, ACCOUNT_PIN_FAILS,
                  phone_get_int(account, (unsigned) phone_arg_int(call, "n"))
                  + 1);
    phone_uncount(call, &phone_tries, PHONE_STR(NUMBER), 1000);

    return phone_done(call);
}


static const phone_param_t  spend_params[] = {
    { "n", PHONE_P_INT, 0, 0, 31, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  spend = {
    "bill.spend", "POST", "", PHONE_ANYONE, spend_run, spend_params, NULL, ""
};


/* The call that was just made met a value of this key. */

static void
names(const phone_type_t *type, phone_str_t id, const char *what)
{
    phone_str_t  key;

    key = phone_key(&player.arena, type, phone_home(&player.env, type, id),
                    id);

    is_str(play_code(), "INTERNAL", "%s: our fault", what);
    ok(phone_equal(player.bad_key, key), "and the host is told where");
    is_int(player.commits, 0, "and nothing is done");
}


static void
write_field(const phone_type_t *type, phone_str_t id, unsigned field,
    const char *value)
{
    meddle(PHONE_OP_HSET, type, id, 2,
           (const char *[2]) { type->fields[field], value });
}


/* A bill in a state that is none was answered "paid: nothing is due". */

static void
bill_state(void)
{
    char         word[32];
    unsigned     i;
    phone_str_t  card, bill;

    static const struct {
        const char          *status;
        const char          *code;
    } ended[] = {
        { "PAID", "BILL_PAID" },
        { "EXPIRED", "BILL_EXPIRED" },   { "REJECTED", "BILL_REJECTED" },
        { "CLOSED", "BILL_CLOSED" }
    };

    play_start();
    shop_open(SHOP);
    shop_payer("13800000001");
    card = shop_card("13800000001", "6222020000000015");
    bill = shop_bill(SHOP, "T1", "13800000001");

    for (i = 0; i < sizeof(ended) / sizeof(ended[0]); i++) {
        write_field(&phone_bill, bill, BILL_STATUS, ended[i].status);
        shop_pay(bill, card, "&pin=" SHOP_PIN);
        is_str(play_code(), ended[i].code, "a bill that is %s",
               ended[i].status);
    }

    /* how much was refunded is not kept as a status */

    for (i = 0; i < 4; i++) {
        snprintf(word, sizeof(word), "%s", i == 0 ? "paid" : i == 1 ? "PAI"
                                           : i == 2 ? "REFUNDED" : "CREATED ");
        write_field(&phone_bill, bill, BILL_STATUS, word);
        shop_pay(bill, card, "&pin=" SHOP_PIN);
        names(&phone_bill, bill, "a bill that is nothing");
    }

    play_end();
}


/* A merchant was told that its key was unknown. */

static void
merchant_keys(void)
{
    play_start();
    shop_open(SHOP);
    write_field(&phone_merchant, PHONE_STR(SHOP), MERCHANT_KEYS, "k1 0\n");

    (void) shop_bill(SHOP, "T1", "13800000001");
    names(&phone_merchant, PHONE_STR(SHOP), "keys that are none, a bill");
    play("operator.merchant_get", "merchant_id=" SHOP);
    names(&phone_merchant, PHONE_STR(SHOP), "the merchant");
    play("operator.merchant_change", "merchant_id=" SHOP "&name=x");
    names(&phone_merchant, PHONE_STR(SHOP), "a change of it");

    play_end();
}


static void
takings(void)
{
    phone_str_t  bucket;

    play_start();
    shop_open(SHOP);
    bucket = phone_bucket_text(&player.arena,
                               phone_home(&player.env, &phone_merchant,
                                          PHONE_STR(SHOP)));

    meddle(PHONE_OP_HSET, &phone_balances, bucket, 2,
           (const char *[2]) { "takings:" SHOP ":CNY", "12.50" });
    play("operator.settle", SETTLE);
    names(&phone_balances, bucket, "takings that are no number");
    play("operator.merchant_get", "merchant_id=" SHOP);
    names(&phone_balances, bucket, "shown");

    meddle(PHONE_OP_HSET, &phone_balances, bucket, 2,
           (const char *[2]) { "takings:" SHOP ":CNY", "1250" });
    is_int(play("operator.settle", SETTLE), 200, "settled");
    write_field(&phone_settlement, PHONE_STR(SHOP ":S1"), SETTLEMENT_SETTLED,
                "CNY 1250,");
    play("operator.settle", SETTLE);
    names(&phone_settlement, PHONE_STR(SHOP ":S1"), "a settlement");

    play_end();
}


/* The reply of a call that has met such a value does not fit into memory: the
   host read the key from memory that was free. */

static void
no_memory_left(void)
{
    phone_call_t      call;
    phone_fields_t    fields;
    phone_record_t   *record;

    play_start();

    memset(&fields, 0, sizeof(fields));
    phone_call_init(&call, &player.env, &spend, NULL);
    call.fields = &fields;
    play_draw(&call);
    (void) phone_run(&call);
    record = phone_ask(&call, &phone_account, PHONE_STR(NUMBER));
    (void) phone_bad_record(record);
    ok(call.bad_key.len, "a key is known");

    phone_fail(&call, PHONE_INTERNAL);
    call.arena.failed = 1;
    (void) phone_finish(&call);
    is_int(call.reply.status, 500, "no memory for the reply");
    is_int(call.bad_key.len, 0, "nothing points into what was freed");

    phone_call_free(&call);
    play_end();
}


int
main(void)
{
    char  form[16];

    bill_state();
    merchant_keys();
    takings();
    no_memory_left();

    play_start();
    play("operator.accounts", "phone=13800000001&name=Li+Lei");

    snprintf(form, sizeof(form), "n=%d", ACCOUNT_NAME);
    is_int(play_endpoint(&spend, form), 500, "a name for a number");
    is_str(play_code(), "INTERNAL", "is our fault");
    is_int(player.commits, 0, "and commits nothing");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_NAME), "Li Lei",
           "not even what came before");

    snprintf(form, sizeof(form), "n=%d", ACCOUNT_CREATED);
    is_int(play_endpoint(&spend, form), 200, "a number for a number");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_NAME), "changed",
           "is committed");

    play_end();

    return done_testing();
}
