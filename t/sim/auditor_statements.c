
/*
 * Statements: every movement of the takings of a merchant has its row, in the
 * commit that moves them, once, in the log of its day; and the file of a day
 * is what these rows make, byte for byte, whoever asks and how often.
 */


#define _GNU_SOURCE

#include <stdio.h>
#include <time.h>

#include "auditing.h"
#include "answer.h"
#include "blobs.h"


#define SIM_ROW_PARTS    7
#define SIM_TOTALS_MAX   (3 * SIM_CURRENCIES)


typedef struct sim_row_s  sim_row_t;

struct sim_row_s {
    const sim_row_t         *before;     /* in the log */
    phone_str_t              kind;
    phone_str_t              currency;
    phone_str_t              line;       /* of the file */
    int64_t                  amount;
};


/* A merchant's day. */
typedef struct {
    sim_node_t               node;       /* "<merchant>:<day>" */
    const sim_row_t         *last;
    unsigned                 rows;
    unsigned                 skipped:1;  /* a row has come after its time */
    int64_t                  told_at;    /* of the run: the file was given */
} sim_stated_t;


static int sim_rows_skipped(const sim_world_t *world, phone_str_t id);


/* "2024-03-01T00:00:00" by the clock of statements. */

static void
sim_local(const sim_world_t *world, int64_t ms, char text[32])
{
    time_t     seconds;
    struct tm  tm;

    seconds = (time_t) ((ms + world->settings.statement_zone) / 1000);
    gmtime_r(&seconds, &tm);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &tm);
}


static void
sim_zone(const sim_world_t *world, char text[16])
{
    int  minutes, ahead;

    minutes = (int) (world->settings.statement_zone / 60000);
    ahead = minutes < 0 ? -minutes : minutes;

    snprintf(text, 16, "%c%02d:%02d", minutes < 0 ? '-' : '+',
             ahead / 60, ahead % 60);
}


/* What moves is what somebody has asked for: NULL, or what is wrong. */

static const char *
sim_row_wrong(sim_auditor_t *auditor, phone_str_t merchant,
    const phone_str_t *part, int64_t amount)
{
    char         text[200];
    sim_deal_t  *deal;
    sim_bill_t  *bill;
    sim_fact_t  *fact;

    snprintf(text, sizeof(text), "row %.*s %.*s %.*s %.*s %.*s",
             PHONE_ARGS(merchant), PHONE_ARGS(part[1]), PHONE_ARGS(part[3]),
             PHONE_ARGS(part[4]), PHONE_ARGS(part[5]));

    if (sim_map_find(&auditor->movements, phone_cstr(text)) != NULL) {
        return "it is there twice";
    }

    (void) sim_fact(auditor, &auditor->movements, phone_cstr(text),
                    PHONE_EMPTY);

    if (phone_is(part[1], "payout")) {
        snprintf(text, sizeof(text), "settled %.*s:%.*s %.*s",
                 PHONE_ARGS(merchant), PHONE_ARGS(part[4]),
                 PHONE_ARGS(part[5]));
        fact = sim_map_find(&auditor->movements, phone_cstr(text));
        snprintf(text, sizeof(text), "%lld", (long long) -amount);

        return fact == NULL || !phone_is(fact->value, text)
               || part[2].len || part[3].len ? "nobody has paid that out"
                                             : NULL;
    }

    snprintf(text, sizeof(text), "%.*s:%.*s", PHONE_ARGS(merchant),
             PHONE_ARGS(part[3]));
    deal = sim_map_find(&auditor->orders, phone_cstr(text));

    if (deal == NULL || !phone_equal(deal->value, part[2])
        || !phone_equal(deal->currency, part[5]))
    {
        return "it is of no bill";
    }

    bill = sim_bill(auditor, deal->value);

    if (phone_is(part[1], "payment")) {
        return bill->amount == amount && bill->chain_debits == 1
               && part[4].len == 0 ? NULL : "the bill was not paid so";
    }

    if (!phone_is(part[1], "refund")) {
        return "it is of no kind";
    }

    return sim_refund_of(auditor, merchant, part[4], deal->value, -amount)
           ? NULL : "nobody has refunded that";
}


static phone_str_t
sim_row_line(sim_auditor_t *auditor, const phone_str_t *part, int64_t at)
{
    int          n, payout;
    char         text[512], time[32], zone[16];
    const char  *quote;

    sim_local(auditor->world, at, time);
    sim_zone(auditor->world, zone);
    payout = phone_is(part[1], "payout");
    quote = part[4].len && part[4].data[0] == '-' ? "'" : "";

    n = snprintf(text, sizeof(text), "%s%s,%.*s,%.*s,%.*s,%s%.*s,%s%.*s,"
                 "%.*s,%.*s\r\n", time, zone, PHONE_ARGS(part[1]),
                 PHONE_ARGS(part[2]), PHONE_ARGS(part[3]),
                 payout ? "" : quote, payout ? 0 : (int) part[4].len,
                 part[4].data, payout ? quote : "",
                 payout ? (int) part[4].len : 0, part[4].data,
                 PHONE_ARGS(part[5]), PHONE_ARGS(part[6]));

    return sim_copy(auditor->memory, (phone_str_t) { (size_t) n, text });
}


static sim_stated_t *
sim_stated(sim_auditor_t *auditor, phone_str_t id)
{
    return sim_map_make(&auditor->stated, id, sizeof(sim_stated_t));
}


void
sim_audit_row(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    char           day[32], takings[96];
    int64_t        at, amount;
    unsigned       i;
    sim_row_t     *row;
    const char    *wrong;
    phone_str_t    rest, date, merchant, part[SIM_ROW_PARTS];
    sim_world_t   *world;
    sim_stated_t  *stated;

    world = auditor->world;
    rest = op->word[0];

    for (i = 0; i < SIM_ROW_PARTS && phone_split(&rest, ',', &part[i]); i++) {
        /* void */
    }

    if (i < SIM_ROW_PARTS || rest.len || sim_parse_int(part[0], &at) != 0
        || sim_parse_int(part[6], &amount) != 0)
    {
        sim_violation(world, "a row is \"%.*s\"", PHONE_ARGS(op->word[0]));
        return;
    }

    date = parts->id;
    (void) phone_split(&date, ':', &merchant);
    sim_local(world, at, day);
    day[10] = '\0';

    wrong = sim_row_wrong(auditor, merchant, part, amount);

    if (!phone_is(date, day)) {
        wrong = "it is of another day";

    } else if (auditor->exchange != NULL && at != auditor->task->call.now) {
        wrong = "it was at another time";
    }

    if (wrong != NULL) {
        sim_violation(world, "a row of %.*s, \"%.*s\": %s",
                      PHONE_ARGS(parts->id), PHONE_ARGS(op->word[0]), wrong);
        return;
    }

    snprintf(takings, sizeof(takings), "takings:%.*s:%.*s",
             PHONE_ARGS(merchant), PHONE_ARGS(part[5]));
    sim_audit_row_sum(auditor, parts->bucket, phone_cstr(takings), amount);

    stated = sim_stated(auditor, parts->id);

    row = sim_zalloc(auditor->memory, sizeof(sim_row_t));
    row->before = stated->last;
    row->kind = sim_copy(auditor->memory, part[1]);
    row->currency = sim_copy(auditor->memory, part[5]);
    row->line = sim_row_line(auditor, part, at);
    row->amount = amount;

    stated->last = row;
    stated->rows++;
    stated->skipped |= (unsigned) sim_rows_skipped(world, parts->id);
}


/* The file that the model makes of the day. */

static void
sim_put_text(phone_buf_t *buf, const char *name, phone_str_t value)
{
    phone_buf_put(buf, phone_cstr(name));
    phone_buf_put(buf, value);
    phone_buf_put(buf, PHONE_STR("\r\n"));
}


static void
sim_put_totals(phone_buf_t *buf, const sim_row_t **row, unsigned rows)
{
    unsigned  i, k, n;

    struct {
        const sim_row_t     *first;
        int64_t              rows, sum;
    } total[SIM_TOTALS_MAX];

    n = 0;

    for (i = 0; i < rows; i++) {

        for (k = 0; k < n; k++) {
            if (phone_equal(total[k].first->kind, row[i]->kind)
                && phone_equal(total[k].first->currency, row[i]->currency))
            {
                break;
            }
        }

        if (k == n) {
            total[n].first = row[i];
            total[n].rows = total[n].sum = 0;
            n++;
        }

        total[k].rows++;
        total[k].sum += row[i]->amount;
    }

    for (i = 0; i < n; i++) {
        phone_buf_put(buf, PHONE_STR("#total,"));
        phone_buf_put(buf, total[i].first->currency);
        phone_buf_byte(buf, ',');
        phone_buf_put(buf, total[i].first->kind);
        phone_buf_byte(buf, ',');
        phone_buf_int(buf, total[i].rows);
        phone_buf_byte(buf, ',');
        phone_buf_int(buf, total[i].sum);
        phone_buf_put(buf, PHONE_STR("\r\n"));
    }
}


static phone_str_t
sim_statement(sim_auditor_t *auditor, phone_arena_t *arena, phone_str_t id,
    const sim_stated_t *stated)
{
    char              zone[16];
    unsigned          i;
    phone_str_t       merchant, date;
    phone_buf_t       buf, rows;
    unsigned char     hash[PHONE_SHA256_LEN];
    const sim_row_t  *row, **list;

    list = phone_alloc(arena, (stated->rows + 1) * sizeof(sim_row_t *));
    row = stated->last;

    for (i = stated->rows; i; i--) {
        list[i - 1] = row;
        row = row->before;
    }

    phone_buf_init(&rows, arena, 4096);
    phone_buf_put(&rows, PHONE_STR("time,kind,bill_id,out_trade_no,"
                                   "out_refund_no,payout_no,currency,"
                                   "amount\r\n"));

    for (i = 0; i < stated->rows; i++) {
        phone_buf_put(&rows, list[i]->line);
    }

    (void) phone_sha256(auditor->world->worker[0].env.crypto,
                        phone_buf_str(&rows), hash);

    date = id;
    (void) phone_split(&date, ':', &merchant);
    sim_zone(auditor->world, zone);

    phone_buf_init(&buf, arena, 4096);
    sim_put_text(&buf, "#merchant,", merchant);
    sim_put_text(&buf, "#day,", date);
    sim_put_text(&buf, "#zone,", phone_cstr(zone));
    sim_put_text(&buf, "#rows,", phone_int(arena, stated->rows));
    sim_put_text(&buf, "#sha256,",
                 phone_hex(arena, (phone_str_t) { sizeof(hash),
                                                  (const char *) hash }));
    sim_put_totals(&buf, list, stated->rows);
    phone_buf_put(&buf, phone_buf_str(&rows));

    return phone_buf_str(&buf);
}


/* ms: when the day ends; -1: it is none. */

static int64_t
sim_day_end(const sim_world_t *world, phone_str_t id)
{
    struct tm    tm;
    phone_str_t  merchant;

    memset(&tm, 0, sizeof(tm));
    (void) phone_split(&id, ':', &merchant);

    return strptime(id.data, "%Y-%m-%d", &tm) != NULL
           ? ((int64_t) timegm(&tm) + 86400) * 1000
             - world->settings.statement_zone
           : -1;
}


/* A clock that has shown the end of the day was set back: rows of that day come
   after its statement. */

static int
sim_day_again(const sim_world_t *world, phone_str_t id)
{
    int64_t  end;

    end = sim_day_end(world, id);

    return end >= 0 && sim_set_back(world, 0, end);
}


/* All clocks were set ahead while rows of the day were on their way: they come
   when nothing may come any more. */

static int
sim_rows_skipped(const sim_world_t *world, phone_str_t id)
{
    int64_t   over;
    unsigned  i;

    over = sim_may_come_until(world, sim_day_end(world, id));

    for (i = 0; i < world->jumped; i++) {
        if (world->jump[i].by > 0 && world->jump[i].wall < over
            && world->jump[i].wall + world->jump[i].by
               >= over - world->settings.lease)
        {
            return sim_wall(world) + world->swarm.skew >= over;
        }
    }

    return 0;
}


/* Rows of the merchant may have come after the statement of their day. */

int
sim_rows_late(sim_auditor_t *auditor, phone_str_t merchant)
{
    size_t        i;
    phone_str_t   date, owner;
    sim_stated_t  *stated;

    for (i = 0; i < auditor->stated.slots; i++) {
        stated = (sim_stated_t *) auditor->stated.slot[i];

        if (stated == NULL) {
            continue;
        }

        date = stated->node.key;
        (void) phone_split(&date, ':', &owner);

        if (phone_equal(owner, merchant)
            && (stated->skipped || sim_day_again(auditor->world,
                                                 stated->node.key)))
        {
            return 1;
        }
    }

    return 0;
}


/* What all rows of the merchant up to that day come to. */

static int64_t
sim_rows_sum(sim_auditor_t *auditor, phone_str_t merchant, phone_str_t until,
    phone_str_t currency)
{
    size_t            i;
    int64_t           sum;
    phone_str_t       date, owner;
    sim_stated_t     *stated;
    const sim_row_t  *row;

    sum = 0;

    for (i = 0; i < auditor->stated.slots; i++) {
        stated = (sim_stated_t *) auditor->stated.slot[i];

        if (stated == NULL) {
            continue;
        }

        date = stated->node.key;
        (void) phone_split(&date, ':', &owner);

        if (!phone_equal(owner, merchant) || phone_compare(date, until) > 0) {
            continue;
        }

        for (row = stated->last; row; row = row->before) {
            sum += phone_equal(row->currency, currency) ? row->amount : 0;
        }
    }

    return sum;
}


/* Invariant 10: the statements of all days that are closed come to what moved
   the takings on these days. */

void
sim_audit_day_closed(sim_auditor_t *auditor, const sim_key_t *parts,
    const phone_op_t *op)
{
    int64_t      said, sum;
    unsigned     i;
    phone_str_t  until, rest, item, word;

    until = sim_stored(auditor, op->key, "until");

    if (sim_rows_late(auditor, parts->id)) {
        return;
    }

    for (i = 0; i < SIM_CURRENCIES && auditor->currency[i].len; i++) {
        rest = sim_stored(auditor, op->key, "sums");
        sum = sim_rows_sum(auditor, parts->id, until, auditor->currency[i]);
        said = 0;

        while (rest.len && phone_split(&rest, ',', &item)) {
            if (phone_split(&item, ' ', &word)
                && phone_equal(word, auditor->currency[i])
                && sim_parse_int(item, &said) != 0)
            {
                said = sum + 1;
            }
        }

        if (said != sum) {
            sim_violation(auditor->world, "invariant 10: the statements of "
                          "%.*s up to %.*s come to %lld %.*s, and its rows to "
                          "%lld", PHONE_ARGS(parts->id), PHONE_ARGS(until),
                          (long long) said, PHONE_ARGS(auditor->currency[i]),
                          (long long) sum);
        }
    }

    sim_count(auditor->world, DAYS_SUMMED);
}


/* The statement is there before all rows of the day can be. */

static int
sim_stated_early(const sim_world_t *world, phone_str_t id)
{
    int64_t  over;

    over = sim_may_come_until(world, sim_day_end(world, id))
           - world->swarm.skew;

    return sim_wall(world) < over && !sim_set_back(world, 0, over);
}


static void
sim_audit_file(sim_auditor_t *auditor, phone_str_t id,
    const sim_stated_t *stated, phone_str_t sha256)
{
    phone_str_t    bytes;
    phone_arena_t  arena;

    phone_arena_init(&arena);
    bytes = sim_blob_bytes(auditor->world, sha256);

    if (bytes.data == NULL
        || (!sim_day_again(auditor->world, id) && !stated->skipped
            && !phone_equal(bytes, sim_statement(auditor, &arena, id,
                                                 stated))))
    {
        sim_violation(auditor->world, "invariant 10: the statement of %.*s is "
                      "\"%.*s\", and there are %u rows", PHONE_ARGS(id),
                      PHONE_ARGS(bytes), stated->rows);
    }

    phone_arena_free(&arena);
}


void
sim_audit_statement(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int            n;
    char           id[128];
    sim_stated_t  *stated;

    n = snprintf(id, sizeof(id), "%.*s:%.*s",
                 PHONE_ARGS(sim_sent(exchange, "merchant_id")),
                 PHONE_ARGS(sim_sent(exchange, "date")));
    stated = sim_stated(auditor, (phone_str_t) { (size_t) n, id });

    if (!reply->refused) {

        if (sim_stated_early(auditor->world, stated->node.key)) {
            sim_violation(auditor->world, "call %u: the statement of %s is "
                          "made before rows have come", exchange->serial, id);
        }

        sim_audit_file(auditor, stated->node.key, stated, reply->sha256);
        stated->told_at = auditor->world->now;
        sim_count(auditor->world, STATEMENTS);

        if (stated->rows) {
            sim_count(auditor->world, STATED);
        }

    } else if (reply->refusal == PHONE_STATEMENT_NOT_READY && stated->told_at
               && stated->told_at < exchange->sent_at)
    {
        sim_violation(auditor->world, "call %u: the statement of %s is not "
                      "ready any more", exchange->serial, id);
    }
}


/* A day in which takings have moved is closed by the end of the next one: it
   has its file. */

static void
sim_audit_closed(sim_auditor_t *auditor, const sim_stated_t *stated,
    phone_str_t file)
{
    char         day[32];
    phone_str_t  date, merchant;

    date = stated->node.key;
    (void) phone_split(&date, ':', &merchant);

    sim_local(auditor->world, sim_wall(auditor->world)
                              - INT64_C(3) * 86400 * 1000, day);
    day[10] = '\0';

    if (phone_compare(date, phone_cstr(day)) >= 0 || stated->rows == 0
        || sim_day_again(auditor->world, stated->node.key))
    {
        return;
    }

    sim_count(auditor->world, CLOSED_DAYS);

    if (file.len == 0) {
        sim_violation(auditor->world, "the day %.*s is not closed on %s",
                      PHONE_ARGS(stated->node.key), day);
    }
}


/* At the end each file that was made is what its rows make. */

void
sim_audit_statements_end(sim_auditor_t *auditor)
{
    char           key[160];
    size_t         i;
    phone_str_t    merchant, rest, file;
    sim_stated_t  *stated;

    for (i = 0; i < auditor->stated.slots; i++) {
        stated = (sim_stated_t *) auditor->stated.slot[i];

        if (stated == NULL) {
            continue;
        }

        rest = stated->node.key;
        (void) phone_split(&rest, ':', &merchant);
        snprintf(key, sizeof(key), "phone:{%03u}:statement:%.*s",
                 phone_bucket_of(merchant, auditor->world->buckets),
                 PHONE_ARGS(stated->node.key));
        file = sim_stored(auditor, phone_cstr(key), "file");
        sim_audit_closed(auditor, stated, file);

        if (file.len) {
            sim_audit_file(auditor, stated->node.key, stated, file);
            sim_blob_named(auditor->world, phone_cstr(key), "kept", file);
        }
    }
}


/* What a file of a merchant was compared with is kept for its time, and no blob
   of it longer. */

void
sim_audit_reconcile_gone(sim_auditor_t *auditor, phone_str_t key)
{
    int64_t       sent;
    sim_world_t  *world;

    world = auditor->world;
    sent = sim_stored_int(auditor, key, "created");

    if (sim_wall_most(world) + world->swarm.skew
        < sent + world->settings.reconcile_kept)
    {
        sim_violation(world, "\"%.*s\" goes after %lld ms", PHONE_ARGS(key),
                      (long long) (sim_wall_most(world) - sent));
    }
}
