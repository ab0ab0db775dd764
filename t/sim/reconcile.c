
/*
 * A merchant compares his own file of a day with its statement: he makes the
 * file of the statement that he was given, with some rows changed, and knows
 * what has to be counted.
 */


#include <stdio.h>

#include "folk.h"
#include "blobs.h"


#define SIM_RECONCILE_TRIES  12
#define SIM_COUNTS           10


typedef struct {
    sim_merchant_t          *merchant;
    phone_str_t              date;
    phone_str_t              file;
    phone_str_t              sha256;
    int64_t                  count[SIM_COUNTS];
    phone_str_t              result;     /* its SHA-256, once it is known */
    unsigned                 tries;
    unsigned                 hostile:1;
    int64_t                  made_at;    /* of the run */
    unsigned                 files_failed;   /* before that */
} sim_own_file_t;

enum {
    SIM_ROWS, SIM_PLATFORM, SIM_MATCHED, SIM_IDLE, SIM_NOT_AT_PLATFORM,
    SIM_NOT_IN_FILE, SIM_AMOUNT, SIM_CURRENCY, SIM_STATUS, SIM_DUPLICATE
};


static void sim_reconcile_send(sim_world_t *world, void *data);
static void sim_reconcile_look(sim_world_t *world, void *data);


static void
sim_own_line(sim_own_file_t *own, phone_buf_t *buf, const phone_str_t *part,
    phone_str_t currency, int64_t amount, const char *status)
{
    unsigned  i;

    for (i = 3; i < 6; i++) {
        phone_buf_put(buf, part[i]);
        phone_buf_byte(buf, ',');
    }

    phone_buf_put(buf, currency);
    phone_buf_byte(buf, ',');
    phone_buf_int(buf, amount);
    phone_buf_byte(buf, ',');
    phone_buf_put(buf, phone_cstr(status));
    phone_buf_put(buf, PHONE_STR("\r\n"));
    own->count[SIM_ROWS]++;
}


/* A row of the statement as the merchant has it, or not. */

static void
sim_own_row(sim_own_file_t *own, phone_buf_t *buf, const phone_str_t *part)
{
    int64_t        amount;
    phone_str_t    other;
    sim_random_t  *random;

    random = &own->merchant->world->random;
    amount = 0;
    (void) phone_parse_signed(part[7], &amount);
    other = phone_is(part[6], "CNY") ? PHONE_STR("USD") : PHONE_STR("CNY");
    own->count[SIM_PLATFORM]++;

    switch (sim_below(random, 12)) {

    case 0:
        own->count[SIM_NOT_IN_FILE]++;
        break;

    case 1:
        own->count[SIM_AMOUNT]++;
        sim_own_line(own, buf, part, part[6],
                     amount < 0 ? amount - 1 : amount + 1, "");
        break;

    case 2:

        /* a payout of that number may be there in the other currency as well */

        if (phone_is(part[1], "payout")) {
            own->count[SIM_NOT_IN_FILE]++;
            break;
        }

        own->count[SIM_CURRENCY]++;
        sim_own_line(own, buf, part, other, amount, "PAID");
        break;

    case 3:
        own->count[SIM_STATUS]++;
        sim_own_line(own, buf, part, part[6], amount, "FAILED");
        break;

    case 4:
        own->count[SIM_IDLE]++;
        own->count[SIM_MATCHED]++;
        own->count[SIM_DUPLICATE]++;
        sim_own_line(own, buf, part, part[6], amount, "closed");
        sim_own_line(own, buf, part, part[6], amount, "PAID");
        sim_own_line(own, buf, part, part[6], amount, "SUCCESS");
        break;

    default:
        own->count[SIM_MATCHED]++;
        sim_own_line(own, buf, part, part[6], amount < 0 ? -amount : amount,
                     "");
    }
}


static void
sim_own_make(sim_own_file_t *own, phone_buf_t *buf, phone_str_t statement)
{
    unsigned       i, n;
    phone_str_t    line, rest, part[8];
    sim_random_t  *random;

    random = &own->merchant->world->random;
    phone_buf_put(buf, PHONE_STR("out_trade_no,out_refund_no,payout_no,"
                                 "currency,amount,status\r\n"));

    while (phone_split(&statement, '\n', &line)) {
        rest = line;

        for (n = 0; n < 8 && phone_split(&rest, ',', &part[n]); n++) {
            /* void */
        }

        if (n == 8 && !phone_is(part[0], "time")) {
            part[7].len--;
            sim_own_row(own, buf, part);
        }
    }

    for (i = 0; i < 6; i++) {
        part[i] = PHONE_EMPTY;
    }

    for (i = 0; i < sim_below(random, 3); i++) {
        part[3] = i ? PHONE_STR("X1") : PHONE_STR("X0");
        own->count[SIM_NOT_AT_PLATFORM]++;
        sim_own_line(own, buf, part, PHONE_STR("CNY"), 5, "PAID");
    }

    if (sim_below(random, 4) == 0) {
        part[3] = PHONE_STR("X2");
        own->count[SIM_IDLE]++;
        sim_own_line(own, buf, part, PHONE_STR("CNY"), 5, "EXPIRED");
    }

    if (own->hostile) {
        phone_buf_put(buf, PHONE_STR("X3,,,CNY,\"1,280"));
    }
}


void
sim_reconcile(sim_merchant_t *merchant, phone_str_t date,
    phone_str_t statement)
{
    phone_buf_t      buf;
    sim_world_t     *world;
    phone_arena_t    arena;
    sim_own_file_t  *own;

    world = merchant->world;

    if (statement.data == NULL) {
        return;
    }

    own = sim_zalloc(world->memory, sizeof(sim_own_file_t));
    own->merchant = merchant;
    own->made_at = world->now;
    own->files_failed = world->files_failed;
    own->date = sim_copy(world->memory, date);
    own->hostile = sim_below(&world->random, 12) == 0;

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 1024);
    sim_own_make(own, &buf, statement);
    own->file = sim_copy(world->memory, phone_buf_str(&buf));
    own->sha256 = sim_copy(world->memory,
                           sim_blob_hash(&arena, own->file));
    phone_arena_free(&arena);

    sim_reconcile_send(world, own);
}


/* What is said of his file is so. */

static void
sim_reconcile_judge(sim_world_t *world, const sim_exchange_t *exchange,
    sim_own_file_t *own, const phone_reply_t *reply)
{
    int64_t                   told;
    unsigned                  i;
    static const char *const  name[SIM_COUNTS] = {
        "rows", "platform_rows", "matched", "idle", "not_at_platform",
        "not_in_file", "amount_differs", "currency_differs",
        "status_differs", "duplicate"
    };

    /* what the statement had may be lost */

    if (world->failover_at > own->made_at) {
        return;
    }

    /* a job that the disk has failed ten times gives up */

    if (phone_is(sim_member(reply->body, "state"), "FAILED")
        && !(phone_is(sim_member(reply->body, "error"), "STORE_UNAVAILABLE")
             && world->files_failed - own->files_failed >= PHONE_JOB_TRIES))
    {
        sim_violation(world, "call %u: a file is not compared: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }

    if (!phone_is(sim_member(reply->body, "state"), "DONE")
        || !phone_equal(sim_member(reply->body, "file_sha256"), own->sha256))
    {
        return;
    }

    sim_count(world, RECONCILED);

    for (i = 0; i < SIM_COUNTS; i++) {
        if (sim_parse_int(sim_member(reply->body, name[i]), &told) != 0
            || told != own->count[i] || own->hostile)
        {
            sim_violation(world, "call %u: %s is %lld in a file: %.*s",
                          exchange->serial, name[i],
                          (long long) own->count[i], PHONE_ARGS(reply->body));
            return;
        }
    }

    if (own->result.data == NULL) {
        own->result = sim_copy(world->memory,
                               sim_member(reply->body, "result_sha256"));

    } else if (!phone_equal(own->result,
                            sim_member(reply->body, "result_sha256")))
    {
        sim_violation(world, "call %u: the same file has two results",
                      exchange->serial);
    }
}


/* One line for each difference that was counted; the file may be that of
   another one that he has sent since. */

static void
sim_reconcile_judge_file(sim_world_t *world, const sim_exchange_t *exchange,
    const sim_own_file_t *own, phone_str_t sha256)
{
    int64_t      lines, more, differ, listed;
    phone_str_t  bytes, line;

    bytes = sim_blob_bytes(world, sha256);

    if (bytes.data == NULL) {
        sim_violation(world, "call %u: a result is not there",
                      exchange->serial);
        return;
    }

    if (own->result.data == NULL || !phone_equal(sha256, own->result)) {
        return;
    }

    lines = -1;
    more = 0;

    while (phone_split(&bytes, '\n', &line)) {
        lines += line.data[0] != '#';

        if (line.len > 7 && memcmp(line.data, "#more,", 6) == 0) {
            (void) sim_parse_int((phone_str_t) { line.len - 7, line.data + 6 },
                                 &more);
        }
    }

    differ = own->count[SIM_NOT_AT_PLATFORM] + own->count[SIM_NOT_IN_FILE]
             + own->count[SIM_AMOUNT] + own->count[SIM_CURRENCY]
             + own->count[SIM_STATUS] + own->count[SIM_DUPLICATE];
    listed = world->settings.reconcile_listed;

    if (lines != (differ < listed ? differ : listed) || lines + more != differ)
    {
        sim_violation(world, "call %u: a result has %lld lines",
                      exchange->serial, (long long) lines);
    }
}


static void
sim_reconcile_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int              sent;
    sim_own_file_t  *own;

    sim_answer_came(world);

    own = exchange->about;
    sent = exchange->upload.data != NULL;

    if (world->stopped || own->tries++ == SIM_RECONCILE_TRIES) {
        return;
    }

    if (reply != NULL && !reply->refused) {

        if (reply->kind == PHONE_M_BLOB) {
            sim_reconcile_judge_file(world, exchange, own, reply->sha256);

        } else {
            sim_reconcile_judge(world, exchange, own, reply);
        }
    }

    if (own->hostile && sent && reply != NULL && reply->refused
        && reply->refusal == PHONE_CSV_INVALID)
    {
        return;
    }

    sim_at(world, sim_between(&world->random, SIM_MS,
                              SIM_SECOND << own->tries / 2),
           sent && (sim_unclear(reply) || reply->refused)
           ? sim_reconcile_send : sim_reconcile_look, own);
}


/* Who signs a call signs the hash, the type and the name of its file. */

static void
sim_reconcile_send(sim_world_t *world, void *data)
{
    unsigned         i, n;
    phone_fields_t  *fields;
    sim_own_file_t  *own;
    sim_exchange_t  *exchange;

    own = data;

    if (world->stopped) {
        return;
    }

    exchange = sim_ask_for(world, "reconcile.create", sim_reconcile_answered,
                           own->merchant);
    exchange->about = own;
    sim_add(exchange, "date", own->date);
    sim_add(exchange, "file", own->sha256);
    sim_add(exchange, "file.type", PHONE_STR(SIM_FILE_TYPE));
    sim_add(exchange, "file.name", PHONE_STR(SIM_FILE_NAME));
    sim_sign_in_order(own->merchant, exchange);

    /* they are no fields of the body */

    fields = &exchange->fields;

    for (i = 0, n = 0; i < fields->n; i++) {
        if (strncmp(fields->field[i].name.data, "file", 4) != 0) {
            fields->field[n++] = fields->field[i];
        }
    }

    fields->n = n;
    exchange->upload = own->file;
    sim_send(world, exchange);
}


static void
sim_reconcile_look(sim_world_t *world, void *data)
{
    sim_own_file_t  *own;
    sim_exchange_t  *exchange;

    own = data;

    if (world->stopped) {
        return;
    }

    if (sim_below(&world->random, 6) == 0) {
        sim_reconcile_send(world, own);
        return;
    }

    exchange = sim_ask_for(world, sim_below(&world->random, 3)
                                  ? "reconcile.query" : "reconcile.file",
                           sim_reconcile_answered, own->merchant);
    exchange->about = own;
    sim_add(exchange, "date", own->date);
    sim_sign_in_order(own->merchant, exchange);
    sim_send(world, exchange);
}
