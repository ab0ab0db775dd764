
/*
 * Makes what the benchmark sends and what the store holds before:
 *
 *     bench-data DIR USERS BILLS PAYS
 *
 * DIR holds secret and m000.key, m001.key, ...  Written: me.txt, mail.txt,
 * bill.txt, pay.txt (one request a line, TAB between cookie, path and body),
 * the same for the Lua peer as lua_*.txt, and the store as RESP for
 * "redis-cli --pipe": seed.resp, and seed_pay.resp with the bills to pay.
 */


#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "runtime/facts.h"
#include "account/account.h"
#include "lib/form_write.h"


#define MERCHANTS  20
#define SIGNERS    2
#define AHEAD      1800          /* s; with a skew of an hour, good for 1.5 */
#define PIN        "271828"
#define SALT       "c2FsdHNhbHRzYWx0c2FsdA"


typedef struct {
    const char              *dir;
    long                     users;
    long                     bills;
    long                     pays;
    long                     refunds;
    int64_t                  now;        /* ms */
    phone_env_t              env;
    phone_call_t             call;       /* memory, keys */
} bench_t;


static void
die(const char *what)
{
    fprintf(stderr, "bench-data: %s\n", what);
    exit(1);
}


static FILE *
create(bench_t *b, const char *name)
{
    char   path[512];
    FILE  *f;

    snprintf(path, sizeof(path), "%s/%s", b->dir, name);

    f = fopen(path, "w");
    if (f == NULL) {
        die(path);
    }

    return f;
}


static phone_str_t
slurp(bench_t *b, const char *name)
{
    char    path[512], *text;
    FILE   *f;
    size_t  n;

    snprintf(path, sizeof(path), "%s/%s", b->dir, name);

    f = fopen(path, "r");
    if (f == NULL) {
        die(path);
    }

    text = malloc(8192);
    if (text == NULL) {
        die("out of memory");
    }

    n = fread(text, 1, 8191, f);
    fclose(f);

    return (phone_str_t) { n, text };
}


/* The files hold 64 hex digits and a line break. */

static phone_str_t
secret(bench_t *b, const char *name)
{
    phone_str_t    text, bytes;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    text = slurp(b, name);

    if (text.len < 64
        || phone_unhex(&arena, (phone_str_t) { 64, text.data }, &bytes) != 0)
    {
        die(name);
    }

    return bytes;
}


static phone_str_t
user(phone_arena_t *arena, long i)
{
    return phone_format(arena, "+86138%08ld", i);
}


/* The peer's session ids: as random as real ones, for LuaJIT, in which wrk
   keeps the requests, hashes but some bytes of a string. */

static phone_str_t
lua_session(bench_t *b, long i)
{
    unsigned char  md5[PHONE_MD5_LEN];

    if (phone_md5(b->env.crypto, phone_int(&b->call.arena, i), md5) != 0) {
        die("no MD5");
    }

    return phone_hex(&b->call.arena,
                     (phone_str_t) { PHONE_MD5_LEN, (char *) md5 });
}


/* Ids as the store makes them, but from a serial number. */

static phone_str_t
serial_id(bench_t *b, phone_str_t number, long i)
{
    return phone_format(&b->call.arena, "%03u-01J9ZQ3BENCH%014ld",
                        phone_home(&b->env, &phone_account, number), i);
}


static void
resp(FILE *f, unsigned n, const phone_str_t *word)
{
    unsigned  i;

    fprintf(f, "*%u\r\n", n);

    for (i = 0; i < n; i++) {
        fprintf(f, "$%zu\r\n", word[i].len);
        fwrite(word[i].data, 1, word[i].len, f);
        fputs("\r\n", f);
    }
}


static void
hset(FILE *f, phone_str_t key, unsigned n, const phone_str_t *pair)
{
    phone_str_t  word[64];

    word[0] = PHONE_STR("HSET");
    word[1] = key;
    memcpy(&word[2], pair, n * sizeof(phone_str_t));

    resp(f, n + 2, word);
}


static phone_str_t
key_of(bench_t *b, const phone_type_t *type, phone_str_t id)
{
    return phone_key(&b->call.arena, type, phone_home(&b->env, type, id), id);
}


static void
fresh_memory(bench_t *b)
{
    phone_call_free(&b->call);
    phone_call_init(&b->call, &b->env, NULL, NULL);
}


static void
seed_merchants(bench_t *b, FILE *f)
{
    int             i;
    char            name[32];
    phone_str_t     id, keys;
    phone_key_t    *key;
    phone_arena_t  *arena;

    arena = &b->call.arena;

    for (i = 0; i < MERCHANTS; i++) {
        id = phone_format(arena, "m%03d", i);

        snprintf(name, sizeof(name), "m%03d.key", i);

        if (phone_key_private(slurp(b, name), &key) != PHONE_KEY_OK) {
            die(name);
        }

        keys = phone_format(arena, "k1 0 0 %.*s\n",
                            PHONE_ARGS(phone_key_export_public(arena, key)));
        phone_key_free(key);

        hset(f, key_of(b, &phone_merchant, id), 14,
             (phone_str_t[14]) {
                 PHONE_STR("v"), PHONE_STR("1"),
                 PHONE_STR("name"), phone_format(arena, "shop %d", i),
                 PHONE_STR("status"), PHONE_STR("ACTIVE"),
                 PHONE_STR("sign_type"), PHONE_STR("RSA2"),
                 PHONE_STR("reply_sign"), PHONE_STR("@REPLY_SIGN@"),
                 PHONE_STR("keys"), keys,
                 PHONE_STR("created"), PHONE_STR("1763695000000") });
    }
}


/* To another number that has an account. */

static void
mail_line(bench_t *b, FILE *mail, phone_str_t sealed, long i)
{
    phone_str_t  to;

    to = user(&b->call.arena, (i + 1) % b->users);

    fprintf(mail, "phone_session=%.*s\t/mail\tto[]=%%2B%.*s&text=Tea+at+six"
            "+in+the+usual+place%%3F+%%E6%%99%%9A%%E4%%B8%%8A%%E8%%A7%%81\n",
            PHONE_ARGS(sealed), (int) to.len - 1, to.data + 1);
}


static void
seed_user(bench_t *b, FILE *f, FILE *me, FILE *mail, FILE *lua_me, long i)
{
    phone_str_t       number, sid, pin, card, cookie, sealed;
    phone_arena_t    *arena;
    phone_session_t   session;

    arena = &b->call.arena;
    number = user(arena, i);
    sid = phone_format(arena, "sessionid%013ld", i);
    card = serial_id(b, number, i);

    session.id = sid;
    session.created = b->now;
    session.seen = b->now;
    session.how = PHONE_BY_PASSWORD;
    session.address = PHONE_STR("127.0.0.1");

    pin = phone_format(arena, SALT " %.*s",
                       PHONE_ARGS(phone_pin_hash(&b->call, number,
                                                 PHONE_STR(SALT),
                                                 PHONE_STR(PIN))));

    pin = phone_seal_record(&b->call, phone_format(arena, "%.*s/pin",
                                                   PHONE_ARGS(number)), pin);

    hset(f, key_of(b, &phone_account, number), 16,
         (phone_str_t[16]) {
             PHONE_STR("v"), PHONE_STR("2"),
             PHONE_STR("name"), phone_format(arena, "user %ld", i),
             PHONE_STR("plan"), PHONE_STR("prepaid"),
             PHONE_STR("balance"), PHONE_STR("0"),
             PHONE_STR("currency"), PHONE_STR("CNY"),
             PHONE_STR("created"), PHONE_STR("1763695000000"),
             PHONE_STR("pin"), pin,
             PHONE_STR("s0"), phone_session_format(arena, &session) });

    hset(f, key_of(b, &phone_card, card), 14,
         (phone_str_t[14]) {
             PHONE_STR("v"), PHONE_STR("1"),
             PHONE_STR("owner"), number,
             PHONE_STR("bank"), PHONE_STR("Bench Bank"),
             PHONE_STR("masked"), PHONE_STR("622202******0015"),
             PHONE_STR("number"), PHONE_STR("sealed-sealed-sealed-sealed-"),
             PHONE_STR("currency"), PHONE_STR("CNY"),
             PHONE_STR("balance"), PHONE_STR("1000000000") });

    hset(f, phone_format(arena, "lua:session:%.*s",
                         PHONE_ARGS(lua_session(b, i))), 4,
         (phone_str_t[4]) { PHONE_STR("phone"), number,
                            PHONE_STR("expires"), PHONE_STR("4102444800") });
    hset(f, phone_format(arena, "lua:card:%ld", i), 4,
         (phone_str_t[4]) { PHONE_STR("owner"), number,
                            PHONE_STR("balance"), PHONE_STR("1000000000") });

    memcpy(b->call.random, &i, sizeof(i));
    cookie = phone_format(arena, "%.*s 0 %.*s", PHONE_ARGS(number),
                          PHONE_ARGS(sid));
    sealed = phone_seal_cookie(&b->call, PHONE_COOKIE_SESSION, cookie);

    fprintf(me, "phone_session=%.*s\t/me\t\n", PHONE_ARGS(sealed));
    mail_line(b, mail, sealed, i);
    fprintf(lua_me, "lua_session=%.*s\t/me\t\n",
            PHONE_ARGS(lua_session(b, i)));
}


static void
seed(bench_t *b)
{
    long   i;
    FILE  *f, *me, *mail, *lua_me;

    f = create(b, "seed.resp");
    me = create(b, "me.txt");
    mail = create(b, "mail.txt");
    lua_me = create(b, "lua_me.txt");

    seed_merchants(b, f);

    for (i = 0; i < b->users; i++) {
        seed_user(b, f, me, mail, lua_me, (i * 7919) % b->users);
        fresh_memory(b);
    }

    fclose(f);
    fclose(me);
    fclose(mail);
    fclose(lua_me);
}


static void
seed_bill(bench_t *b, FILE *f, FILE *pay, FILE *lua_pay, long i)
{
    long             u;
    phone_str_t      number, bill, card, sealed, merchant, amount;
    phone_arena_t   *arena;
    phone_record_t  *facts;

    arena = &b->call.arena;
    u = (i * 7919) % b->users;
    number = user(arena, u);
    bill = serial_id(b, number, b->users + i);
    card = serial_id(b, number, u);
    merchant = phone_format(arena, "m%03ld", i % MERCHANTS);
    amount = phone_int(arena, 1 + (i * 7919) % 9999);

    facts = phone_put(&b->call, &phone_bill, bill);
    phone_set(facts, BILL_MERCHANT, merchant);
    phone_set(facts, BILL_MERCHANT_NAME, PHONE_STR("shop"));
    phone_set(facts, BILL_ORDER, phone_format(arena, "P%ld", i));
    phone_set(facts, BILL_AMOUNT, amount);
    phone_set(facts, BILL_CURRENCY, PHONE_STR("CNY"));
    phone_set(facts, BILL_PAYER, number);
    phone_set(facts, BILL_SUBJECT, PHONE_STR("茶 & cake"));
    phone_set_int(facts, BILL_CREATED, b->now);
    phone_set_int(facts, BILL_EXPIRES, INT64_C(4102444800000));

    hset(f, key_of(b, &phone_bill, bill), 6,
         (phone_str_t[6]) {
             PHONE_STR("v"), PHONE_STR("1"),
             PHONE_STR("status"), PHONE_STR("CREATED"),
             PHONE_STR("facts"),
             phone_facts_pack(facts, phone_bill.facts) });

    hset(f, phone_format(arena, "lua:bill:%ld", i), 16,
         (phone_str_t[16]) {
             PHONE_STR("merchant"), merchant,
             PHONE_STR("order"), phone_format(arena, "P%ld", i),
             PHONE_STR("amount"), amount,
             PHONE_STR("payer"), number,
             PHONE_STR("subject"), PHONE_STR("茶 & cake"),
             PHONE_STR("notify_url"), PHONE_STR("https://shop.example.com/n"),
             PHONE_STR("status"), PHONE_STR("CREATED"),
             PHONE_STR("created"), phone_int(arena, b->now) });

    memcpy(b->call.random, &u, sizeof(u));
    sealed = phone_seal_cookie(&b->call, PHONE_COOKIE_SESSION,
                               phone_format(arena, "%.*s 0 sessionid%013ld",
                                            PHONE_ARGS(number), u));

    fprintf(pay, "phone_session=%.*s\t/pay/bills/%.*s/pay\t"
            "card_id=%.*s&pin=" PIN "\n", PHONE_ARGS(sealed),
            PHONE_ARGS(bill), PHONE_ARGS(card));
    fprintf(lua_pay, "lua_session=%.*s\t/pay\tpin=" PIN "&card_id=%ld"
            "&bill_id=%ld\n", PHONE_ARGS(lua_session(b, u)), u, i);
}


static void
seed_pays(bench_t *b)
{
    long   i;
    FILE  *f, *pay, *lua_pay;

    f = create(b, "seed_pay.resp");
    pay = create(b, "pay.txt");
    lua_pay = create(b, "lua_pay.txt");

    for (i = 0; i < b->pays; i++) {
        seed_bill(b, f, pay, lua_pay, i);
        fresh_memory(b);
    }

    fclose(f);
    fclose(pay);
    fclose(lua_pay);
}


/* Paid bills, and takings for all of them. */

static void
seed_paid(bench_t *b, FILE *f, long i)
{
    long             u;
    phone_str_t      number, bill;
    phone_record_t  *facts;

    u = (i * 7919) % b->users;
    number = user(&b->call.arena, u);
    bill = serial_id(b, number, b->users + b->pays + i);

    facts = phone_put(&b->call, &phone_bill, bill);
    phone_set(facts, BILL_MERCHANT,
              phone_format(&b->call.arena, "m%03ld", i % MERCHANTS));
    phone_set(facts, BILL_MERCHANT_NAME, PHONE_STR("shop"));
    phone_set(facts, BILL_ORDER, phone_format(&b->call.arena, "R%ld", i));
    phone_set(facts, BILL_AMOUNT, PHONE_STR("9999"));
    phone_set(facts, BILL_CURRENCY, PHONE_STR("CNY"));
    phone_set(facts, BILL_PAYER, number);
    phone_set(facts, BILL_SUBJECT, PHONE_STR("茶 & cake"));
    phone_set_int(facts, BILL_CREATED, b->now);
    phone_set_int(facts, BILL_EXPIRES, INT64_C(4102444800000));
    phone_set_int(facts, BILL_PAID_AT, b->now);
    phone_set(facts, BILL_CARD, serial_id(b, number, u));
    phone_set(facts, BILL_PAID_BY, PHONE_STR("01J9ZQ3BENCH00000000000000"));

    hset(f, key_of(b, &phone_bill, bill), 8,
         (phone_str_t[8]) {
             PHONE_STR("v"), PHONE_STR("1"),
             PHONE_STR("status"), PHONE_STR("PAID"),
             PHONE_STR("facts"), phone_facts_pack(facts, phone_bill.facts),
             PHONE_STR("paid"), phone_facts_pack(facts, phone_bill.facts + 1)
         });
}


static void
seed_refunds(bench_t *b)
{
    long         i;
    FILE        *f;
    unsigned     bucket;
    phone_str_t  id;

    f = create(b, "seed_refund.resp");

    for (i = 0; i < MERCHANTS; i++) {
        id = phone_format(&b->call.arena, "m%03ld", i);
        bucket = phone_home(&b->env, &phone_merchant, id);
        hset(f, phone_key(&b->call.arena, &phone_balances, bucket,
                          PHONE_EMPTY), 2,
             (phone_str_t[2]) {
                 phone_format(&b->call.arena, "takings:%.*s:CNY",
                              PHONE_ARGS(id)),
                 PHONE_STR("1000000000000") });
    }

    for (i = 0; i < b->refunds; i++) {
        seed_paid(b, f, i);
        fresh_memory(b);
    }

    fclose(f);
}


/* What each signed call has, and the signature. */

static void
signed_line(bench_t *b, FILE *f, phone_key_t *key, const char *path,
    phone_fields_t *fields)
{
    phone_str_t     text, sign;
    phone_arena_t  *arena;

    arena = &b->call.arena;

    phone_fields_add(fields, PHONE_STR("timestamp"),
                     phone_int(arena, b->now / 1000 + AHEAD));
    phone_fields_add(fields, PHONE_STR("sign_type"), PHONE_STR("RSA2"));

    if (phone_sign_fields(b->env.crypto, arena, fields, &text) != 0
        || phone_sign(arena, key, PHONE_RSA2, text, &sign) != 0)
    {
        die("cannot sign");
    }

    phone_fields_add(fields, PHONE_STR("sign"), sign);
    text = phone_form_write(arena, fields);

    fprintf(f, "-\t%s\t%.*s\n", path, PHONE_ARGS(text));
}


static void
signed_refund(bench_t *b, FILE *f, phone_key_t *key, long i)
{
    phone_arena_t   *arena;
    phone_fields_t  *fields;

    arena = &b->call.arena;
    fields = phone_alloc(arena, sizeof(phone_fields_t));

    phone_fields_add(fields, PHONE_STR("merchant_id"),
                     phone_format(arena, "m%03ld", i % MERCHANTS));
    phone_fields_add(fields, PHONE_STR("service"), PHONE_STR("refund.create"));
    phone_fields_add(fields, PHONE_STR("bill_id"),
                     serial_id(b, user(arena, (i * 7919) % b->users),
                               b->users + b->pays + i));
    phone_fields_add(fields, PHONE_STR("out_refund_no"),
                     phone_format(arena, "R%013ld", i));
    phone_fields_add(fields, PHONE_STR("amount"),
                     phone_int(arena, 1 + (i * 7919) % 9999));
    phone_fields_add(fields, PHONE_STR("nonce"),
                     phone_format(arena, "r%023lx", i));

    signed_line(b, f, key, "/pay/refund", fields);
}


static void
signed_bill(bench_t *b, FILE *f, phone_key_t *key, long i)
{
    phone_arena_t   *arena;
    phone_fields_t  *fields;

    arena = &b->call.arena;
    fields = phone_alloc(arena, sizeof(phone_fields_t));

    phone_fields_add(fields, PHONE_STR("merchant_id"),
                     phone_format(arena, "m%03ld", i % MERCHANTS));
    phone_fields_add(fields, PHONE_STR("service"), PHONE_STR("bill.create"));
    phone_fields_add(fields, PHONE_STR("out_trade_no"),
                     phone_format(arena, "T%013ld", i));
    phone_fields_add(fields, PHONE_STR("amount"),
                     phone_int(arena, 1 + (i * 7919) % 9999));
    phone_fields_add(fields, PHONE_STR("payer_phone"),
                     user(arena, (i * 7919) % b->users));
    phone_fields_add(fields, PHONE_STR("subject"),
                     phone_format(arena, "订单 %ld tea & cake", i));
    phone_fields_add(fields, PHONE_STR("notify_url"),
                     phone_format(arena, "https://shop%ld.example.com/notify",
                                  i % MERCHANTS));
    phone_fields_add(fields, PHONE_STR("nonce"),
                     phone_format(arena, "%024lx", i));

    signed_line(b, f, key, "/pay/bill", fields);
}


/* The slow part: one process a core. */

static void
sign_all(bench_t *b, int part)
{
    int           k;
    long          i;
    char          name[32];
    FILE         *f;
    phone_key_t  *key[MERCHANTS];

    for (k = 0; k < MERCHANTS; k++) {
        snprintf(name, sizeof(name), "m%03d.key", k);

        if (phone_key_private(slurp(b, name), &key[k]) != PHONE_KEY_OK) {
            die(name);
        }
    }

    snprintf(name, sizeof(name), "bill.%d", part);
    f = create(b, name);

    for (i = part; i < b->bills; i += SIGNERS) {
        signed_bill(b, f, key[i % MERCHANTS], i);
        fresh_memory(b);
    }

    fclose(f);

    snprintf(name, sizeof(name), "refund.%d", part);
    f = create(b, name);

    for (i = part; i < b->refunds; i += SIGNERS) {
        signed_refund(b, f, key[i % MERCHANTS], i);
        fresh_memory(b);
    }

    fclose(f);
}


int
main(int argc, char **argv)
{
    int       part, status;
    bench_t  *b;

    if (argc != 6) {
        die("usage: bench-data DIR USERS BILLS PAYS REFUNDS");
    }

    b = calloc(1, sizeof(bench_t));
    if (b == NULL) {
        die("out of memory");
    }

    b->dir = argv[1];
    b->users = atol(argv[2]);
    b->bills = atol(argv[3]);
    b->pays = atol(argv[4]);
    b->refunds = atol(argv[5]);
    b->now = (int64_t) time(NULL) * 1000;

    for (part = 0; part < SIGNERS; part++) {
        if (fork() == 0) {
            b->env.settings = &phone_settings_default;
            b->env.buckets = 256;
            b->env.cells = PHONE_SKETCH_CELLS / 256;

            if (phone_env_keys(&b->env, secret(b, "secret"), PHONE_EMPTY)
                != 0)
            {
                die("cannot make keys");
            }

            phone_call_init(&b->call, &b->env, NULL, NULL);
            sign_all(b, part);

            if (part == 0) {
                seed(b);
                seed_pays(b);
                seed_refunds(b);
            }

            exit(0);
        }
    }

    while (wait(&status) > 0) {
        if (status != 0) {
            die("a signer failed");
        }
    }

    return 0;
}
