
/*
 * Sheets, of which a job makes reports: whoever asks for his report gets what
 * the model makes of the same lines, byte for byte, or is told that there is
 * none yet; and the bytes are there.
 */


#include "folk.h"
#include "answer.h"
#include "blobs.h"
#include "toys.h"
#include "../toys/toys.h"


#define SIM_SHEETS  3


typedef struct {
    phone_str_t              sheet;
    phone_str_t              report;
    phone_str_t              sheet_sha256;
    phone_str_t              report_sha256;
    int64_t                  lines;
    int64_t                  sum;
} sim_sheet_t;


static sim_sheet_t *sim_sheet(sim_world_t *world, unsigned which);
static void sim_sheet_again(sim_world_t *world, void *data);


/* What the model knows of one of the sheets. */

static sim_sheet_t *
sim_sheet(sim_world_t *world, unsigned which)
{
    int64_t         i, number;
    phone_buf_t     sheet, report;
    sim_sheet_t    *made;
    phone_arena_t   arena;
    unsigned char   hash[PHONE_SHA256_LEN];

    made = sim_zalloc(world->memory, sizeof(sim_sheet_t));
    made->lines = 3 + 9 * (int64_t) which;

    phone_arena_init(&arena);
    phone_buf_init(&sheet, &arena, 1024);
    phone_buf_init(&report, &arena, 1024);

    for (i = 0; i < made->lines; i++) {
        number = 990 + 7 * i + which;
        made->sum += number % 1000;

        phone_buf_int(&sheet, number);
        phone_buf_byte(&sheet, '\n');
        phone_buf_int(&report, number);
        phone_buf_byte(&report, ',');
        phone_buf_int(&report, 2 * number);
        phone_buf_byte(&report, '\n');
    }

    made->sheet = sim_copy(world->memory, phone_buf_str(&sheet));
    made->report = sim_copy(world->memory, phone_buf_str(&report));

    (void) phone_sha256(world->worker[0].env.crypto, made->report, hash);
    made->sheet_sha256 = sim_copy(world->memory,
                                  sim_blob_hash(&arena, made->sheet));
    made->report_sha256 = sim_copy(world->memory,
                                   phone_hex(&arena, (phone_str_t) {
                                       sizeof(hash), (const char *) hash }));
    phone_arena_free(&arena);

    return made;
}


static void
sim_sheet_blobs(sim_world_t *world, const sim_exchange_t *exchange,
    const sim_sheet_t *sheet)
{
    phone_str_t    id, key;
    phone_arena_t  arena;

    phone_arena_init(&arena);

    id = phone_join(&arena, 3,
                    (phone_str_t[3]) { exchange->number, PHONE_STR(":"),
                                       sheet->sheet_sha256 });
    key = phone_key(&arena, &phone_toy_sheet_of,
                    phone_home(&world->worker[0].env, &phone_toy_sheet_of,
                               id), id);

    sim_blob_named(world, key, "kept", sheet->sheet_sha256);
    sim_blob_named(world, key, "report_kept", sheet->report_sha256);
    sim_blobs_check(world);

    phone_arena_free(&arena);
}


static void
sim_sheet_came(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int64_t             sum;
    phone_str_t         bytes;
    const sim_sheet_t  *sheet;

    sheet = exchange->about;

    if (reply->kind == PHONE_M_BLOB) {
        bytes = sim_blob_bytes(world, reply->sha256);
        sim_count(world, REPORTS);

        if (bytes.data == NULL || !phone_equal(bytes, sheet->report)) {
            sim_violation(world, "call %u: the report is \"%.*s\"",
                          exchange->serial, PHONE_ARGS(bytes));
        }

        return;
    }

    /* the sum was read before the job */

    sum = 0;
    (void) sim_parse_int(sim_member(reply->body, "sum"), &sum);

    if (phone_is(sim_member(reply->body, "job"), "DONE")
        && (!phone_equal(sim_member(reply->body, "result"),
                         sheet->report_sha256)
            || sum > sheet->sum))
    {
        sim_violation(world, "call %u: a sheet is done: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static void
sim_sheet_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);
    sim_forget_cookie(exchange->client, exchange, reply);

    if (!sim_unclear(reply) && !reply->refused) {
        sim_sheet_came(world, exchange, reply);
    }

    /* the record may be there, whatever the answer is */

    sim_sheet_blobs(world, exchange, exchange->about);

    if (!world->stopped && sim_below(&world->random, 8)) {
        sim_at(world, sim_between(&world->random, 0, 60 * SIM_SECOND),
               sim_sheet_again, world->people);
    }
}


static void
sim_sheet_again(sim_world_t *world, void *data)
{
    if (!world->stopped) {
        sim_toy_sheet(data);
    }
}


void
sim_toy_sheet(sim_people_t *people)
{
    phone_str_t      cookie;
    sim_sheet_t     *sheet;
    sim_world_t     *world;
    sim_payer_t     *payer;
    sim_exchange_t  *exchange;

    static const char *const  name[] = {
        "toy.sheet_add", "toy.sheet_add", "toy.sheet_add", "toy.sheet",
        "toy.sheet", "toy.sheet_report", "toy.sheet_report",
        "toy.sheet_report", "toy.sheet_cancel"
    };

    world = people->world;
    payer = sim_toy_payer(people, &cookie);

    if (payer == NULL) {
        return;
    }

    sheet = sim_sheet(world, (unsigned) sim_below(&world->random,
                                                  SIM_SHEETS));

    exchange = sim_payer_asks(payer, cookie,
                              name[sim_below(&world->random,
                                             sizeof(name) / sizeof(name[0]))],
                              sim_sheet_answered);
    exchange->about = sheet;

    if (sim_is_call(exchange, "toy.sheet_add")) {
        exchange->upload = sheet->sheet;
        sim_add(exchange, "by",
                sim_text(world, "%u",
                         1 + (unsigned) sim_below(&world->random, 12)));

    } else {
        sim_add(exchange, "sha256", sheet->sheet_sha256);
    }

    sim_send(world, exchange);
}
