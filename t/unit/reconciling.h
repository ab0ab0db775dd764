
/* A shop with payments of a day, and files that it has compared with them. */


#ifndef _PHONE_TEST_RECONCILING_H_INCLUDED_
#define _PHONE_TEST_RECONCILING_H_INCLUDED_


#include "check.h"
#include "lib/id.h"
#include "stepping.h"


#define PAYER    "13800000001"
#define PIN      "&pin=" SHOP_PIN

/* 2027-01-15T08:00:00Z, when a test begins, is 16:00 there. */
#define DAY      "2027-01-15"
#define READY    INT64_C(1800028870000)

#define HEADER   "difference,row,kind,out_trade_no,out_refund_no,payout_no,"   \
                 "platform_currency,platform_amount,file_currency,"            \
                 "file_amount,file_status\r\n"


static phone_str_t   card, cookie;
static unsigned      orders;


static inline void
pay(const char *shop)
{
    char         order[16];
    phone_str_t  bill;

    player.cookie = PHONE_EMPTY;
    snprintf(order, sizeof(order), "T%u", ++orders);
    bill = shop_bill(shop, order, PAYER);
    while (posted()) { /* void */ }
    player.cookie = cookie;

    if (shop_pay(bill, card, PIN) != 200) {
        printf("Bail out! pay: %.*s\n", PHONE_ARGS(player.body));
        exit(1);
    }

    while (posted()) { /* void */ }
}


static inline unsigned
jobs(void)
{
    unsigned  i, n;

    for (i = 0, n = 0; i < player.nevents; i++) {
        n += strncmp(player.event[i].member.data, "job.step ", 9) == 0;
    }

    return n;
}


/* What a call has to say to other buckets comes there; jobs wait. */

static inline void
deliver(void)
{
    while (player.nevents
           && strncmp(player.event[0].member.data, "posting.", 8) == 0)
    {
        play_event();
    }
}


static inline int
call_with(const char *name, const char *shop, const char *date,
    const char *file)
{
    int   status;
    char  form[64];

    player.cookie = PHONE_EMPTY;
    snprintf(form, sizeof(form), "date=%s", date);

    if (file) {
        shop_file("file", file);
    }

    status = shop_call(name, shop, form);
    shop_file(NULL, NULL);

    deliver();

    return status;
}


static inline int
send(const char *file)
{
    return call_with("reconcile.create", "tea", DAY, file);
}


static inline int
query(void)
{
    return call_with("reconcile.query", "tea", DAY, NULL);
}


/* Rows of the day: T1, T2 and T3 are paid, of T1 a part is refunded, and some
   is paid out; T4 is coffee's. */

static inline void
set_up(phone_domain_t domain)
{
    play_start();
    player.env.domain = domain;
    orders = 0;

    shop_open("tea");
    shop_open("coffee");
    card = shop_card(PAYER, "6222020000000015");
    while (posted()) { /* void */ }
    shop_payer(PAYER);
    cookie = player.cookie;

    pay("tea");
    pay("tea");
    pay("tea");
    pay("coffee");
    player.cookie = PHONE_EMPTY;
    shop_call("refund.create", "tea",
              "out_trade_no=T1&out_refund_no=-R1&amount=30");
    while (posted()) { /* void */ }
    player.cookie = PHONE_EMPTY;
    play("operator.settle", "merchant_id=tea&settle_no=s1&amount=120");
    while (posted()) { /* void */ }

    player.now = READY;
}


static inline void
make_statement(void)
{
    call_with("statement.create", "tea", DAY, NULL);
    while (step()) { /* void */ }
    is_int(call_with("statement.create", "tea", DAY, NULL), 200,
           "the statement");
}


/* Compared; the numbers as PHONE_COUNTS has them. */

static inline void
counts_are(const char *file, const char *expected)
{
    char                      text[128];
    size_t                    n;
    unsigned                  i;
    static const char *const  name[] = {
        "rows", "platform_rows", "matched", "idle", "not_at_platform",
        "not_in_file", "amount_differs", "currency_differs",
        "status_differs", "duplicate"
    };

    is_int(send(file), 200, "a file");
    while (step()) { /* void */ }
    is_int(query(), 200, "is compared");
    is_str(play_member("state"), "DONE", "to its end");

    for (i = 0, n = 0; i < sizeof(name) / sizeof(name[0]); i++) {
        n += (size_t) snprintf(text + n, sizeof(text) - n, "%s%.*s",
                               i ? " " : "",
                               PHONE_ARGS(play_member(name[i])));
    }

    is_str(phone_cstr(text), expected, "what is counted");
}


/* The rows of the result, behind its header. */

static inline phone_str_t
result(void)
{
    char         *rows;
    phone_str_t   bytes;

    if (call_with("reconcile.file", "tea", DAY, NULL) != 200) {
        return PHONE_EMPTY;
    }

    bytes = play_blob(player.reply.sha256);
    rows = memmem(bytes.data, bytes.len, HEADER, strlen(HEADER));

    return rows ? (phone_str_t) { bytes.len - (size_t) (rows - bytes.data)
                                  - strlen(HEADER), rows + strlen(HEADER) }
                : PHONE_EMPTY;
}


/* Up to the columns. */

static inline size_t
head_len(phone_str_t bytes)
{
    const char  *columns;

    columns = memmem(bytes.data, bytes.len, HEADER, strlen(HEADER));

    return columns ? (size_t) (columns - bytes.data) : bytes.len;
}


static inline size_t
owners(phone_str_t sha256)
{
    const sim_zset_t  *set;

    set = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_blob_owners,
                                   phone_home(&player.env, &phone_blob_owners,
                                              sha256), sha256));

    return set ? set->n : 0;
}


static inline phone_str_t
sha(phone_str_t bytes)
{
    unsigned char  hash[PHONE_SHA256_LEN];

    (void) phone_sha256(player.env.crypto, bytes, hash);

    return phone_hex(&player.arena, (phone_str_t) { sizeof(hash),
                                                    (char *) hash });
}


#endif /* _PHONE_TEST_RECONCILING_H_INCLUDED_ */
