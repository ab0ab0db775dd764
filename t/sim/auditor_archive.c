
/*
 * The archive of bills.  A bill leaves the store in a commit that notes it, and
 * the file that the note leads to says of it what these books do: so do its
 * order, its refunds and their numbers.  Nothing goes that anything can happen
 * to yet.  At the end each bill is in the store or in the archive.
 */


#include <stdio.h>

#include "auditing.h"
#include "blobs.h"
#include "lib/id.h"


#define SIM_NOTE_BYTES  8
#define SIM_SHARDS      4096
#define SIM_PLACE       1000

/* ms: for so long a bill cannot be refunded any more when it goes. */
#define SIM_SETTLED     INT64_C(86400000)

/* ms: a call that ends a bill may have begun before the one that made it. */
#define SIM_AT_ONCE     60000


typedef struct {
    char                     name[160];  /* "bill:017-01J..." */
    char                     key[48];    /* of its note */
    char                     field[20];
} sim_noted_t;


static void
sim_note_of(sim_auditor_t *auditor, const sim_key_t *parts,
    sim_noted_t *noted)
{
    phone_str_t    field;
    phone_arena_t  arena;
    unsigned char  hash[PHONE_SHA256_LEN];

    phone_arena_init(&arena);
    snprintf(noted->name, sizeof(noted->name), "%.*s:%.*s",
             PHONE_ARGS(parts->kind), PHONE_ARGS(parts->id));
    (void) phone_sha256(auditor->world->lab->env.crypto,
                        phone_cstr(noted->name), hash);
    field = phone_base64url(&arena, (phone_str_t) { SIM_NOTE_BYTES,
                                                    (const char *) hash });
    snprintf(noted->field, sizeof(noted->field), "%.*s", PHONE_ARGS(field));
    snprintf(noted->key, sizeof(noted->key), "phone:{%03u}:archived:%03u-%u",
             parts->bucket % 1000, parts->bucket % 1000,
             (hash[SIM_NOTE_BYTES] * 256u + hash[SIM_NOTE_BYTES + 1])
             % SIM_SHARDS);
    phone_arena_free(&arena);
}


/* What this commit notes, or, without one, what is noted. */

static phone_str_t
sim_noted_place(sim_auditor_t *auditor, const phone_commit_t *commit,
    const sim_noted_t *noted)
{
    const phone_op_t  *op;

    for (op = commit ? commit->ops : NULL; op != NULL; op = op->next) {
        if (op->kind == PHONE_OP_HSET
            && phone_equal(op->key, phone_cstr(noted->key))
            && phone_equal(op->word[0], phone_cstr(noted->field)))
        {
            return op->word[1];
        }
    }

    return commit ? PHONE_EMPTY
                  : sim_stored(auditor, phone_cstr(noted->key), noted->field);
}


/* The file of that number, which this commit may add. */

static phone_str_t
sim_archive_file(sim_auditor_t *auditor, const phone_commit_t *commit,
    phone_str_t place)
{
    char               key[48];
    int64_t            number;
    const sim_list_t  *files;
    const phone_op_t  *op;

    if (sim_parse_int(place, &number) != 0 || number < SIM_PLACE) {
        return PHONE_EMPTY;
    }

    snprintf(key, sizeof(key), "phone:{%03u}:archive_files",
             (unsigned) (number % SIM_PLACE));
    files = sim_store_list(auditor->world->store, sim_wall(auditor->world),
                           phone_cstr(key));
    number /= SIM_PLACE;

    if (files != NULL && number <= files->n) {
        return files->entry[number - 1];
    }

    for (op = commit ? commit->ops : NULL; op != NULL; op = op->next) {
        if (op->kind == PHONE_OP_RPUSH && phone_equal(op->key, phone_cstr(key))
            && number == (files ? files->n : 0) + 1)
        {
            return op->word[0];
        }
    }

    return PHONE_EMPTY;
}


/* The first line of a file has the hash of the one before it in the list of its
   bucket: "017.12" is the twelfth. */

static void
sim_audit_chain(sim_auditor_t *auditor, phone_str_t id,
    const phone_fields_t *fields)
{
    char               key[48];
    int64_t            number;
    phone_str_t        bucket, before;
    const phone_str_t  *said;
    const sim_list_t   *files;

    (void) phone_split(&id, '.', &bucket);
    snprintf(key, sizeof(key), "phone:{%.3s}:archive_files", bucket.data);
    files = sim_store_list(auditor->world->store, sim_wall(auditor->world),
                           phone_cstr(key));
    before = PHONE_EMPTY;

    if (sim_parse_int(id, &number) == 0 && number > 1 && files != NULL
        && number - 2 < files->n)
    {
        before = files->entry[number - 2];
    }

    said = phone_field(fields, "before");

    if (said == NULL || !phone_equal(*said, before)) {
        sim_violation(auditor->world, "invariant 9: file %.*s of bucket %.3s "
                      "does not name the one before it", PHONE_ARGS(id),
                      bucket.data);
    }
}


/* Each line of a file, once: what a file of that hash holds never changes. */

static void
sim_archive_read(sim_auditor_t *auditor, phone_str_t file)
{
    char                name[256];
    sim_fact_t         *known;
    phone_str_t         text, line, bad;
    phone_arena_t       arena;
    phone_fields_t     *fields;
    const phone_str_t  *kind, *id;

    phone_arena_init(&arena);
    fields = phone_alloc(&arena, sizeof(phone_fields_t));
    (void) sim_map_add(&auditor->archive, file, sizeof(sim_fact_t));

    text = sim_unzipped(auditor->world, &arena, file);

    while (text.data && phone_split(&text, '\n', &line)) {
        fields->n = 0;

        if (phone_json_parse(&arena, line, fields, &bad) != PHONE_FIELDS_OK) {
            break;
        }

        kind = phone_field(fields, "kind");
        id = phone_field(fields, "id");

        if (kind == NULL || id == NULL) {
            break;
        }

        if (phone_is(*kind, "archive")) {
            sim_audit_chain(auditor, *id, fields);
        }

        snprintf(name, sizeof(name), "%.*s %.*s:%.*s", PHONE_ARGS(file),
                 PHONE_ARGS(*kind), PHONE_ARGS(*id));

        if (sim_map_find(&auditor->archive, phone_cstr(name)) == NULL) {
            known = sim_map_add(&auditor->archive, phone_cstr(name),
                                sizeof(sim_fact_t));
            known->value = sim_copy(auditor->memory, line);
        }
    }

    phone_arena_free(&arena);
}


/* 1 when the file is there, and has a line of that name. */

static int
sim_archive_line(sim_auditor_t *auditor, phone_arena_t *arena,
    phone_str_t file, const sim_noted_t *noted, phone_fields_t *fields)
{
    char               name[256];
    phone_str_t        bad;
    const sim_fact_t  *line;

    if (sim_blob_bytes(auditor->world, file).data == NULL) {
        return 0;
    }

    if (sim_map_find(&auditor->archive, file) == NULL) {
        sim_archive_read(auditor, file);
    }

    snprintf(name, sizeof(name), "%.*s %s", PHONE_ARGS(file), noted->name);
    line = sim_map_find(&auditor->archive, phone_cstr(name));
    fields->n = 0;

    return line != NULL
           && phone_json_parse(arena, line->value, fields, &bad)
              == PHONE_FIELDS_OK;
}


static int
sim_line_is(const phone_fields_t *fields, const char *name, phone_str_t value)
{
    const phone_str_t  *said;

    said = phone_field(fields, name);

    return phone_equal(said ? *said : PHONE_EMPTY, value);
}


static int
sim_line_is_sum(const phone_fields_t *fields, const char *name, int64_t sum)
{
    char  text[24];

    snprintf(text, sizeof(text), "%lld", (long long) sum);

    return sim_line_is(fields, name, sum ? phone_cstr(text) : PHONE_EMPTY);
}


/* NULL, or what is wrong with a bill that goes. */

static const char *
sim_bill_goes_wrong(sim_auditor_t *auditor, phone_str_t id,
    const phone_fields_t *fields)
{
    char                text[128];
    int64_t             at;
    sim_bill_t         *bill;
    sim_world_t        *world;
    sim_notice_t       *notice;
    const phone_str_t  *said;

    world = auditor->world;
    bill = sim_map_find(&auditor->bills, id);

    if (bill == NULL) {
        return "nobody has made it";
    }

    sim_number(auditor, bill->payer)->archived += !bill->archived;
    bill->archived = 1;

    if (!sim_line_is(fields, "status", bill->status_text)
        || !sim_line_is(fields, "merchant", bill->merchant)
        || !sim_line_is(fields, "order", bill->order)
        || !sim_line_is(fields, "payer", bill->payer)
        || !sim_line_is_sum(fields, "amount", bill->amount)
        || !sim_line_is_sum(fields, "refunded", bill->added)
        || !sim_line_is(fields, "card", bill->card))
    {
        return "the archive says something else";
    }

    if (bill->status == SIM_BILL_HANDED_ON
        || bill->status == SIM_BILL_DECLINED
        || bill->status == SIM_BILL_RECALLED)
    {
        return NULL;
    }

    if (bill->ended_at == 0 || bill->added != bill->claimed
        || bill->given != bill->claimed)
    {
        return "something happens to it yet";
    }

    said = phone_field(fields, bill->status == SIM_BILL_PAID ? "paid_at"
                                                             : "ended_at");

    if (said == NULL || sim_parse_int(*said, &at) != 0
        || at < phone_id_time(id) - SIM_AT_ONCE - world->swarm.skew
                - world->jumped_by
        || sim_wall(world) + world->swarm.skew + world->jumped_by
           < at + world->settings.archive_after + SIM_SETTLED)
    {
        return "it was settled just now";
    }

    snprintf(text, sizeof(text), "%.*s.bill.1", PHONE_ARGS(bill->first));
    notice = sim_map_find(&auditor->notices, phone_cstr(text));

    return notice != NULL && notice->over ? NULL
                                          : "its merchant was not told";
}


static const char *
sim_claim_goes_wrong(sim_map_t *claims, phone_str_t id,
    const phone_fields_t *fields)
{
    sim_deal_t  *claim;

    /* both maps begin with the node and the value */

    claim = sim_map_find(claims, id);

    return claim != NULL && sim_line_is(fields, "value", claim->value)
           ? NULL : "it stood for something else";
}


/* NULL, or what is wrong with what a bank was asked for: it is in the file of
   its bill. */

static const char *
sim_payment_goes_wrong(sim_auditor_t *auditor, const phone_commit_t *commit,
    const sim_noted_t *noted, phone_str_t id)
{
    char                 key[128];
    const char          *wrong;
    sim_key_t            parts;
    sim_noted_t          of;
    phone_arena_t        arena;
    phone_fields_t      *fields;
    sim_bank_payment_t  *asked;

    asked = sim_map_find(&auditor->payments, id);

    if (asked == NULL) {
        return "nobody has made it";
    }

    asked->archived = 1;
    (void) sim_key_parse(sim_bill_key(key, asked->bill), &parts);
    sim_note_of(auditor, &parts, &of);

    phone_arena_init(&arena);
    fields = phone_alloc(&arena, sizeof(phone_fields_t));

    wrong = !sim_archive_line(auditor, &arena,
                              sim_archive_file(auditor, commit,
                                               sim_noted_place(auditor,
                                                               commit, &of)),
                              noted, fields)
            ? "the file of its bill has it not"
            : !sim_line_is(fields, "state", asked->state)
              || !sim_line_is(fields, "refund", asked->refund)
              || !sim_line_is_sum(fields, "amount", asked->amount)
            ? "the archive says something else"
            : !phone_is(asked->state, asked->refund.len ? "REFUNDED"
                                                        : "CAPTURED")
            ? "its bank is not done" : NULL;

    phone_arena_free(&arena);

    return wrong;
}


/* Before the commit: a key goes. */

void
sim_audit_shelved(sim_auditor_t *auditor, const phone_commit_t *commit,
    const sim_key_t *parts)
{
    const char      *wrong;
    sim_noted_t      noted;
    phone_arena_t    arena;
    phone_fields_t  *fields;

    phone_arena_init(&arena);
    fields = phone_alloc(&arena, sizeof(phone_fields_t));
    sim_note_of(auditor, parts, &noted);

    if (phone_is(parts->kind, "payment")) {
        wrong = sim_payment_goes_wrong(auditor, commit, &noted, parts->id);

    } else if (!sim_archive_line(auditor, &arena,
                          sim_archive_file(auditor, commit,
                                           sim_noted_place(auditor, commit,
                                                           &noted)),
                          &noted, fields))
    {
        wrong = "no file has it";

    } else if (phone_is(parts->kind, "bill")) {
        wrong = sim_bill_goes_wrong(auditor, parts->id, fields);

    } else if (phone_is(parts->kind, "order")) {
        wrong = sim_claim_goes_wrong(&auditor->orders, parts->id, fields);

    } else if (phone_is(parts->kind, "refund_no")) {
        wrong = sim_claim_goes_wrong(&auditor->refund_nos, parts->id, fields);

    } else {
        wrong = sim_map_find(&auditor->refunds, parts->id)
                ? NULL : "nobody has made it";
    }

    if (wrong) {
        sim_violation(auditor->world, "%s goes: %s", noted.name, wrong);
    }

    auditor->world->archived = 1;
    sim_count(auditor->world, ARCHIVED);
    phone_arena_free(&arena);
}


/* Of a bill that was handed on all records go together. */

void
sim_audit_left_behind(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    const sim_bill_t  *next;

    next = sim_map_find(&auditor->bills, bill->after);

    if (next != NULL && next->archived && !bill->archived
        && auditor->world->failovers == 0)
    {
        sim_violation(auditor->world, "bill %.*s is in the archive without "
                      "%.*s", PHONE_ARGS(bill->after),
                      PHONE_ARGS(bill->node.key));
    }
}


/* At the end: it has gone, and is in a file; after a failover it may be there
   again. */

void
sim_audit_archived_end(sim_auditor_t *auditor, const sim_bill_t *bill,
    int listed)
{
    char             key[128];
    sim_key_t        parts;
    sim_noted_t      noted;
    phone_arena_t    arena;
    phone_fields_t  *fields;

    (void) sim_key_parse(sim_bill_key(key, bill->node.key), &parts);

    if (sim_stored(auditor, phone_cstr(key), "v").len) {
        return;
    }

    phone_arena_init(&arena);
    fields = phone_alloc(&arena, sizeof(phone_fields_t));
    sim_note_of(auditor, &parts, &noted);

    if (!sim_archive_line(auditor, &arena,
                          sim_archive_file(auditor, NULL,
                                           sim_noted_place(auditor, NULL,
                                                           &noted)),
                          &noted, fields))
    {
        sim_violation(auditor->world, "%s is nowhere", noted.name);

    } else if (listed) {
        sim_violation(auditor->world, "%s is in a list, and in the archive",
                      noted.name);
    }

    phone_arena_free(&arena);
}
