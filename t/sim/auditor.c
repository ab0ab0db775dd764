
#include <stdio.h>

#include "auditing.h"
#include "runtime/facts.h"
#include "lives.h"


static sim_written_t *sim_find_written(sim_auditor_t *auditor,
    phone_str_t key);
static int sim_is_record(phone_str_t kind);
static void sim_audit_op(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op);
static void sim_audit_lives(sim_auditor_t *auditor,
    const phone_commit_t *commit);
static void sim_audit_ended(sim_auditor_t *auditor,
    const phone_commit_t *commit);
static void sim_audit_versions(sim_auditor_t *auditor);


/* A version that a record has had. */
typedef struct {
    sim_node_t               node;       /* "<key> <version>" */
    uint64_t                 words;      /* it came with: a hash of them */
    int64_t                  at;         /* of the run */
} sim_version_t;


/* Fields that keep facts. */
static const char *const  sim_packs[] = { "facts", "paid", "ended", NULL };


sim_auditor_t *
sim_auditor_create(sim_world_t *world)
{
    sim_auditor_t  *auditor;

    auditor = sim_zalloc(world->memory, sizeof(sim_auditor_t));
    auditor->world = world;
    auditor->memory = world->memory;

    sim_map_init(&auditor->accounts, world->memory, 256);
    sim_map_init(&auditor->bills, world->memory, 512);
    sim_map_init(&auditor->notices, world->memory, 512);
    sim_map_init(&auditor->numbers, world->memory, 64);
    sim_map_init(&auditor->movements, world->memory, 512);
    sim_map_init(&auditor->orders, world->memory, 512);
    sim_map_init(&auditor->refund_nos, world->memory, 128);
    sim_map_init(&auditor->refunds, world->memory, 128);
    sim_map_init(&auditor->answers, world->memory, 512);
    sim_map_init(&auditor->nonces, world->memory, 1024);
    sim_map_init(&auditor->calls, world->memory, 1024);
    sim_map_init(&auditor->keys, world->memory, 32);
    sim_map_init(&auditor->replies, world->memory, 128);
    sim_map_init(&auditor->key_days, world->memory, 16);
    sim_map_init(&auditor->cards, world->memory, 64);
    sim_map_init(&auditor->payments, world->memory, 64);
    sim_map_init(&auditor->bank_settled, world->memory, 16);
    sim_map_init(&auditor->credits, world->memory, 64);
    sim_map_init(&auditor->taken, world->memory, 32);
    sim_map_init(&auditor->stated, world->memory, 32);
    sim_map_init(&auditor->urls, world->memory, 16);
    sim_map_init(&auditor->probes, world->memory, 16);
    sim_map_init(&auditor->letters, world->memory, 16);
    sim_map_init(&auditor->letters_come, world->memory, 16);
    sim_map_init(&auditor->letters_last, world->memory, 16);
    sim_map_init(&auditor->books, world->memory, 16);
    sim_map_init(&auditor->tells, world->memory, 16);
    sim_map_init(&auditor->invitations, world->memory, 16);
    sim_map_init(&auditor->mails, world->memory, 16);
    sim_map_init(&auditor->boxes, world->memory, 16);
    sim_map_init(&auditor->blocks, world->memory, 16);
    sim_map_init(&auditor->messages, world->memory, 16);
    sim_map_init(&auditor->message_ids, world->memory, 16);
    sim_map_init(&auditor->imports, world->memory, 16);
    sim_map_init(&auditor->shops, world->memory, 16);
    sim_map_init(&auditor->sessions, world->memory, 256);
    sim_map_init(&auditor->texts_sent, world->memory, 64);
    sim_map_init(&auditor->sms, world->memory, 256);
    sim_map_init(&auditor->pumped, world->memory, 64);
    sim_map_init(&auditor->said, world->memory, 64);
    sim_map_init(&auditor->keywords, world->memory, 64);
    sim_map_init(&auditor->texted, world->memory, 64);
    sim_map_init(&auditor->made, world->memory, 64);
    sim_map_init(&auditor->codes, world->memory, 64);
    sim_map_init(&auditor->guesses, world->memory, 256);
    sim_map_init(&auditor->devices, world->memory, 64);
    sim_map_init(&auditor->passwords, world->memory, 16);
    sim_map_init(&auditor->postings, world->memory, 64);
    sim_map_init(&auditor->versions, world->memory, 4096);
    sim_map_init(&auditor->envelopes, world->memory, 128);
    sim_map_init(&auditor->agreed, world->memory, 16);
    sim_map_init(&auditor->toys, world->memory, 64);
    sim_map_init(&auditor->secrets, world->memory, 16);
    sim_map_init(&auditor->archive, world->memory, 64);

    return auditor;
}


/* What the store says */

int
sim_key_parse(phone_str_t key, sim_key_t *parts)
{
    const char          *p, *end, *colon;
    static const char    prefix[] = "phone:{";
    const size_t         len = sizeof(prefix) - 1;

    if (key.len < len + 6 || memcmp(key.data, prefix, len) != 0
        || key.data[len + 3] != '}' || key.data[len + 4] != ':')
    {
        return -1;
    }

    p = key.data + len;
    parts->bucket = (unsigned) ((p[0] - '0') * 100 + (p[1] - '0') * 10
                                + (p[2] - '0'));
    p += 5;
    end = key.data + key.len;
    colon = memchr(p, ':', (size_t) (end - p));

    if (colon == NULL) {
        parts->kind = (phone_str_t) { (size_t) (end - p), p };
        parts->id = PHONE_EMPTY;

    } else {
        parts->kind = (phone_str_t) { (size_t) (colon - p), p };
        parts->id = (phone_str_t) { (size_t) (end - colon - 1), colon + 1 };
    }

    return 0;
}


/* One of the facts that a record keeps in one field; no data: not there. */

static phone_str_t
sim_packed(phone_str_t facts, const char *field)
{
    phone_str_t  name, value;

    while (facts.data != NULL && phone_facts_next(&facts, &name, &value) == 1)
    {
        if (phone_is(name, field)) {
            return value;
        }
    }

    return (phone_str_t) { 0, NULL };
}


phone_str_t
sim_stored(sim_auditor_t *auditor, phone_str_t key, const char *field)
{
    unsigned      i;
    phone_str_t   value;
    sim_world_t  *world;

    world = auditor->world;
    value = sim_store_field(world->store, sim_wall(world), key,
                            phone_cstr(field));

    if (value.data != NULL) {
        return value;
    }

    for (i = 0; sim_packs[i]; i++) {
        value = sim_packed(sim_store_field(world->store, sim_wall(world), key,
                                           phone_cstr(sim_packs[i])),
                           field);
        if (value.data != NULL) {
            break;
        }
    }

    return value;
}


/* 0 when there is none. */

int64_t
sim_stored_int(sim_auditor_t *auditor, phone_str_t key, const char *field)
{
    int64_t      value;
    phone_str_t  text;

    text = sim_stored(auditor, key, field);

    if (text.data == NULL) {
        return 0;
    }

    if (sim_parse_int(text, &value) != 0) {
        sim_violation(auditor->world, "%s of \"%.*s\" is \"%.*s\"", field,
                      PHONE_ARGS(key), PHONE_ARGS(text));
        return 0;
    }

    return value;
}


phone_str_t
sim_bill_key(char text[128], phone_str_t id)
{
    int  n;

    n = snprintf(text, 128, "phone:{%.3s}:bill:%.*s", id.data,
                 PHONE_ARGS(id));

    return (phone_str_t) { (size_t) n, text };
}


phone_str_t
sim_hset_word(const phone_op_t *op, const char *field, int *set)
{
    unsigned     i, k;
    phone_str_t  packed;

    if (set != NULL) {
        *set = 0;
    }

    for (i = 0; i + 1 < op->nwords; i += 2) {

        if (phone_is(op->word[i], field)) {

            if (set != NULL) {
                *set = 1;
            }

            return op->word[i + 1];
        }

        for (k = 0; sim_packs[k]; k++) {
            packed = phone_is(op->word[i], sim_packs[k])
                     ? sim_packed(op->word[i + 1], field)
                     : (phone_str_t) { 0, NULL };

            if (packed.data == NULL) {
                continue;
            }

            if (set != NULL) {
                *set = 1;
            }

            return packed;
        }
    }

    return PHONE_EMPTY;
}


int
sim_fact(sim_auditor_t *auditor, sim_map_t *map, phone_str_t key,
    phone_str_t value)
{
    sim_fact_t  *fact;

    fact = sim_map_find(map, key);

    if (fact != NULL) {
        return phone_equal(fact->value, value) ? 0 : -1;
    }

    fact = sim_map_add(map, key, sizeof(sim_fact_t));
    fact->value = sim_copy(auditor->memory, value);
    fact->at = auditor->world->now;
    fact->wall = sim_wall(auditor->world);

    return 0;
}


/* Commits */

static sim_written_t *
sim_find_written(sim_auditor_t *auditor, phone_str_t key)
{
    unsigned  i;

    for (i = 0; i < auditor->nwritten; i++) {

        if (phone_equal(auditor->written[i].key, key)) {
            return &auditor->written[i];
        }
    }

    return NULL;
}


/* Kinds of keys that are records: hashes with a version. */

static int
sim_is_record(phone_str_t kind)
{
    unsigned                  i;
    static const char *const  records[] = {
        "account", "code", "texted", "merchant", "terminal", "bill", "refund",
        "payment", "refunds", "card",
        "card_number", "notice", "sms", "sms_stop", "keyword",
        "said", "posting", "swept",
        "credit",
        "settlement", "bank_settlement", "statement", "stated", "reconcile",
        "idempotency", "texts", "job", "check", "message", "period", "mail",
        "invite", "trigger",
        "block", "archive", "contact", "phonebook", "import",
        "toy_stock", "toy_sheet", "toy_invoice", NULL
    };

    for (i = 0; records[i] != NULL; i++) {

        if (phone_is(kind, records[i])) {
            return 1;
        }
    }

    return 0;
}


/* Kinds of keys that leave the store for the archive. */

static int
sim_is_archived(phone_str_t kind)
{
    return phone_is(kind, "bill") || phone_is(kind, "order")
           || phone_is(kind, "refund") || phone_is(kind, "refund_no")
           || phone_is(kind, "payment");
}


/* The record, or any if key is empty, has changed since it was read: the commit
   will conflict. */

static int
sim_comes_late(sim_auditor_t *auditor, const phone_commit_t *commit,
    phone_str_t key)
{
    const phone_guard_t  *guard;

    for (guard = commit->guards; guard != NULL; guard = guard->next) {

        if (guard->kind == PHONE_GUARD_VERSION
            && (key.len == 0 || phone_equal(guard->key, key))
            && !phone_equal(guard->want, sim_stored(auditor, guard->key, "v")))
        {
            return 1;
        }
    }

    return 0;
}


void
sim_audit_before(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_commit_t *commit)
{
    int                late;
    sim_key_t          parts;
    sim_written_t     *written;
    const phone_op_t  *op;

    late = -1;
    auditor->nwritten = 0;
    auditor->displaced = 0;

    for (op = commit->ops; op != NULL; op = op->next) {

        if (sim_key_parse(op->key, &parts) != 0
            || parts.bucket != op->bucket
            || parts.bucket >= auditor->world->buckets)
        {
            sim_violation(auditor->world, "a commit writes \"%.*s\"",
                          PHONE_ARGS(op->key));
            return;
        }

        if (op->kind == PHONE_OP_HSET && phone_is(parts.kind, "account")) {
            sim_audit_slots(auditor, op);
        }

        if (op->kind == PHONE_OP_HSET && phone_is(parts.kind, "period")
            && !sim_comes_late(auditor, commit, op->key))
        {
            sim_audit_close(auditor, op, &parts);
        }

        if (op->kind == PHONE_OP_DEL && phone_is(parts.kind, "reconcile")
            && !sim_comes_late(auditor, commit, op->key))
        {
            sim_audit_reconcile_gone(auditor, op->key);
        }

        if (phone_is(parts.kind, "contact")
            && !sim_comes_late(auditor, commit, PHONE_EMPTY))
        {
            sim_audit_contact_before(auditor, task, op, &parts);
        }

        if (op->kind == PHONE_OP_DEL && phone_is(parts.kind, "ledger")) {
            sim_audit_entries_gone(auditor, commit, op->key);
        }

        if (op->kind == PHONE_OP_DEL && sim_is_archived(parts.kind)) {
            late = late == -1 ? sim_comes_late(auditor, commit, PHONE_EMPTY)
                              : late;

            if (!late) {
                sim_audit_shelved(auditor, commit, &parts);
            }
        }

        if ((op->kind != PHONE_OP_HSET && op->kind != PHONE_OP_HDEL)
            || !sim_is_record(parts.kind)
            || sim_find_written(auditor, op->key) != NULL
            || auditor->nwritten == SIM_TOUCHED_MAX)
        {
            continue;
        }

        written = &auditor->written[auditor->nwritten++];
        written->key = op->key;
        written->parts = parts;
        written->there = sim_stored(auditor, op->key, "v").data != NULL;
        written->raised = 0;
        written->words = 0;
    }
}


void
sim_audit_commit(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_commit_t *commit, int refused)
{
    sim_key_t             parts;
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    auditor->commit = commit;
    auditor->task = task;
    auditor->exchange = task != NULL ? task->exchange : NULL;
    auditor->refused = refused ? 1 : 0;
    auditor->ntouched = 0;
    auditor->nbills = 0;
    auditor->nrefunded = 0;
    auditor->live = 0;
    auditor->resets = 0;
    auditor->opened = NULL;
    auditor->texts = 0;
    auditor->handed = 0;
    auditor->card_changed = 0;

    for (guard = commit->guards; guard != NULL; guard = guard->next) {
        if (guard->kind == PHONE_GUARD_CLAIM) {
            sim_audit_claim(auditor, guard);
        }
    }

    for (guard = commit->guards; guard != NULL; guard = guard->next) {
        if (guard->kind == PHONE_GUARD_SUM) {
            (void) sim_key_parse(guard->key, &parts);
            sim_audit_sum(auditor, guard, &parts);
        }
    }

    for (op = commit->ops; op != NULL; op = op->next) {
        (void) sim_key_parse(op->key, &parts);
        sim_audit_ordered(auditor, op, &parts);
    }

    for (op = commit->ops; op != NULL; op = op->next) {
        sim_audit_op(auditor, task, op);
    }

    if (task != NULL && task->final && task->call.reply.refused && !refused) {
        sim_violation(auditor->world, "invariant 4: a commit of %s is applied "
                      "after the client was told otherwise",
                      sim_task_name(task));
    }

    for (op = commit->ops; op != NULL; op = op->next) {

        (void) sim_key_parse(op->key, &parts);

        if (op->kind == PHONE_OP_ZADD) {
            sim_audit_listing(auditor, op, &parts);
        }

        /* the entries of the ledger that it tells of may be behind it */

        if (op->kind == PHONE_OP_RPUSH && phone_is(parts.kind, "moved")) {
            sim_audit_row(auditor, op, &parts);
        }
    }

    if (task != NULL && task->call.event != NULL) {
        auditor->world->lab->events[sim_event_index(task->call.event)]++;
    }

    if (auditor->displaced) {
        sim_violation(auditor->world, "a login ends a session that was used "
                      "later than another one");
    }

    sim_audit_giver_hears(auditor, task);
    sim_audit_message_handled(auditor);
    sim_audit_accepts(auditor, commit);
    sim_audit_guards(auditor, commit);
    sim_audit_lane(auditor, commit);
    sim_audit_lives(auditor, commit);
    sim_audit_try(auditor, commit);
    sim_audit_repeat(auditor, commit, refused);
    sim_audit_ended(auditor, commit);
    sim_audit_versions(auditor);
    sim_audit_toys(auditor, commit);
    sim_audit_contacts(auditor, commit);
    sim_audit_balances(auditor);
    sim_audit_bills(auditor);
    sim_audit_refunds(auditor);
    sim_audit_opened(auditor);
    sim_audit_push(auditor);
    sim_audit_sms(auditor, commit);
    sim_audit_keywords(auditor, commit);
    sim_audit_used(auditor);
    sim_audit_card_told(auditor);
}


/* FNV-1a of what a command writes. */

static uint64_t
sim_words(uint64_t hash, const phone_op_t *op)
{
    size_t    k;
    unsigned  i;

    for (i = 0; i < op->nwords; i++) {

        for (k = 0; k < op->word[i].len; k++) {
            hash = (hash ^ (unsigned char) op->word[i].data[k])
                   * UINT64_C(1099511628211);
        }

        hash = (hash ^ 256) * UINT64_C(1099511628211);
    }

    return hash;
}


/* Live streams hear of each session that is ended. */

static void
sim_audit_ended(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    unsigned           i;
    sim_key_t          parts;
    phone_str_t        name, value, ended;
    const phone_op_t  *op;

    ended = PHONE_EMPTY;

    for (op = commit->ops; op != NULL; op = op->next) {
        (void) sim_key_parse(op->key, &parts);

        for (i = 0; phone_is(parts.kind, "account")
                    && op->kind == PHONE_OP_HSET && i + 1 < op->nwords; i += 2)
        {
            name = op->word[i];
            value = op->word[i + 1];

            if (name.len == 2 && name.data[0] == 's'
                && (value.len == 0
                    || (value.len > 7 && memcmp(value.data, "closed ", 7)
                                         == 0)))
            {
                ended = parts.id;
            }
        }
    }

    for (op = commit->ops; op != NULL && ended.len; op = op->next) {
        (void) sim_key_parse(op->key, &parts);

        if (op->kind == PHONE_OP_PUBLISH && phone_equal(parts.id, ended)
            && phone_is(op->word[0], "sessions"))
        {
            ended = PHONE_EMPTY;
        }
    }

    if (ended.len) {
        sim_violation(auditor->world, "a session of %.*s is ended, and its "
                      "streams are not told", PHONE_ARGS(ended));
    }
}


static void
sim_audit_deleted(sim_auditor_t *auditor, phone_str_t key,
    const sim_key_t *parts)
{
    unsigned  i;

    static const char *const  may_go[] = {
        "sms", "sms_stop", "ledger", "ended", "refunds", "reconcile", "notice",
        "contact", "contact_number", "import", "imported", "import_added",
        "toy_picture"
    };

    if (phone_is(parts->kind, "posted")) {
        sim_audit_mark_gone(auditor, parts->id);
        return;
    }

    if (phone_is(parts->kind, "posting")) {
        sim_audit_posting_gone(auditor, parts->id);
        return;
    }

    if (phone_is(parts->kind, "block")) {
        sim_audit_block(auditor, parts, 0);
        return;
    }

    if (phone_is(parts->kind, "texted")) {
        sim_audit_texted_gone(auditor, parts->id);
        return;
    }

    if (phone_is(parts->kind, "mail")) {
        sim_audit_mail_gone(auditor, parts->id);
        return;
    }

    for (i = 0; i < sizeof(may_go) / sizeof(may_go[0]); i++) {
        if (phone_is(parts->kind, may_go[i])) {
            return;
        }
    }

    if (!sim_is_said(parts->kind) && !sim_is_archived(parts->kind)) {
        sim_violation(auditor->world, "\"%.*s\" is deleted", PHONE_ARGS(key));
    }
}


static void
sim_audit_op(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op)
{
    unsigned        i;
    sim_key_t       parts;
    sim_written_t  *written;

    (void) sim_key_parse(op->key, &parts);
    sim_audit_untold(auditor, op->key, "a key");

    for (i = 0; i < op->nwords; i++) {
        sim_audit_untold(auditor, op->word[i], "a value");
    }

    switch (op->kind) {

    case PHONE_OP_HSET:
    case PHONE_OP_HDEL:
        written = sim_find_written(auditor, op->key);

        if (phone_is(parts.kind, "sms")) {
            sim_audit_put_text(auditor, op);
            sim_audit_tell(auditor, op);
            sim_audit_texted(auditor, op, &parts);
        }

        if (phone_is(parts.kind, "stated")) {
            sim_audit_day_closed(auditor, &parts, op);
        }

        if (written != NULL) {
            written->words = sim_words(written->words, op);
            sim_audit_record(auditor, task, op, written);

        } else if (!phone_is(parts.kind, "toy_picture")
                   && !phone_is(parts.kind, "archived"))
        {
            sim_violation(auditor->world, "a commit sets fields of \"%.*s\"",
                          PHONE_ARGS(op->key));
        }

        break;

    case PHONE_OP_DEL:
        sim_audit_deleted(auditor, op->key, &parts);
        break;

    case PHONE_OP_RPUSH:

        if (phone_is(parts.kind, "ledger")) {
            sim_audit_entry(auditor, op, &parts);

        } else if (phone_is(parts.kind, "billed")) {
            sim_audit_billed(auditor, op, &parts);
        }

        break;

    case PHONE_OP_XADD:

        if (phone_is(parts.kind, "live")) {
            auditor->resets += phone_is(op->word[2], "reset");
            auditor->live += !phone_is(op->word[2], "reset");

            sim_audit_heard(auditor, task, op, parts.id);
            sim_audit_message_live(auditor, parts.id);
        }

        break;

    default:
        break;
    }
}


/* A posting that a failover has brought back writes the same once more: what
   it wrote at first is lost, and the same version stands for the same. */

static int
sim_posted_again(const sim_auditor_t *auditor, const sim_version_t *had,
    const sim_written_t *written)
{
    const sim_world_t  *world;

    world = auditor->world;

    return world->failovers && had->at <= world->failover_at
           && had->words == written->words && auditor->task != NULL
           && auditor->task->call.event == &phone_posting_apply;
}


/* Where a clock has jumped, or a commit came late, what was to be short is long
   by that, and what was to be long is short. */

static void
sim_audit_lives(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    const char   *wrong;
    phone_str_t   key;
    sim_world_t  *world;

    world = auditor->world;
    wrong = sim_lives_wrong(world->store, sim_wall(world), &world->settings,
                            world->swarm.skew + world->jumped_by
                            + world->stuck_for, commit, &key);

    if (wrong != NULL) {
        sim_violation(world, "\"%.*s\" %s", PHONE_ARGS(key), wrong);
    }
}


/* Each record that was written has a version that it has never had before. */

static void
sim_audit_versions(sim_auditor_t *auditor)
{
    int             n;
    char            text[256];
    unsigned        i;
    phone_str_t     key, version;
    sim_version_t  *had;
    sim_written_t  *written;

    for (i = 0; i < auditor->nwritten; i++) {
        written = &auditor->written[i];
        version = sim_stored(auditor, written->key, "v");

        n = snprintf(text, sizeof(text), "%.*s %.*s",
                     PHONE_ARGS(written->key), PHONE_ARGS(version));
        key = (phone_str_t) { (size_t) n, text };

        had = sim_map_find(&auditor->versions, key);

        if (had != NULL && sim_posted_again(auditor, had, written)) {
            had->at = auditor->world->now;
            continue;
        }

        if (version.len == 0 || (size_t) n >= sizeof(text) || had != NULL) {
            sim_violation(auditor->world, "\"%.*s\" gets version \"%.*s\", "
                          "which it has had", PHONE_ARGS(written->key),
                          PHONE_ARGS(version));
            return;
        }

        had = sim_map_add(&auditor->versions, key, sizeof(sim_version_t));
        had->words = written->words;
        had->at = auditor->world->now;
    }
}


void
sim_audit_end(sim_auditor_t *auditor)
{
    sim_store_each(auditor->world->store, sim_wall(auditor->world),
                   sim_audit_parked, auditor);
    sim_store_each(auditor->world->store, sim_wall(auditor->world),
                   sim_audit_job_end, auditor);
    sim_store_each(auditor->world->store, sim_wall(auditor->world),
                   sim_audit_contact_end, auditor);
    sim_audit_money_end(auditor);
    sim_audit_taken_end(auditor);
    sim_audit_statements_end(auditor);
    sim_audit_records_end(auditor);
    sim_audit_refunds_end(auditor);
    sim_audit_said_end(auditor);
    sim_audit_cards_end(auditor);
    sim_audit_secrets(auditor);
    sim_audit_bank_end(auditor);
    sim_audit_bank_settled_end(auditor);
}
