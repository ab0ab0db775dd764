
/*
 * Phonebooks: no number is there twice, and each is found by its claim; what a
 * phonebook says that it has it has; only its owner changes it, or a job of
 * his.  Of each import the auditor has the file: every row of it comes to one
 * outcome, once, and to the one that the store bears out.
 */


#define _GNU_SOURCE

#include <stdio.h>

#include "mails.h"
#include "answer.h"
#include "blobs.h"
#include "calls.h"


#define SIM_BOOK_NUMBERS   128           /* of a phonebook */
#define SIM_IMPORT_ROWS    16


typedef struct {
    sim_node_t               node;       /* its id */
    phone_str_t              owner;
    phone_str_t              file;       /* as it was sent */
    phone_str_t              key;        /* of its record */
    unsigned                 dry:1;
} sim_import_t;


typedef struct {
    phone_str_t              line;
    phone_str_t              outcome;
    phone_str_t              contact;
    phone_str_t              added;
    phone_str_t              reason;
} sim_outcome_row_t;


static phone_str_t
sim_contact_key(char text[160], unsigned bucket, const char *kind,
    phone_str_t id)
{
    return (phone_str_t) { (size_t) snprintf(text, 160, "phone:{%03u}:%s:%.*s",
                                             bucket, kind, PHONE_ARGS(id)),
                           text };
}


/* Whose phonebook the call or the job at hand may change. */

static phone_str_t
sim_contacts_actor(sim_auditor_t *auditor, const sim_task_t *task,
    unsigned bucket, phone_str_t *import)
{
    char         text[160];
    phone_str_t  key;

    *import = PHONE_EMPTY;

    if (task == NULL) {
        return PHONE_EMPTY;
    }

    if (task->exchange != NULL) {
        return task->exchange->number;
    }

    key = sim_contact_key(text, bucket, "job", task->call.due_id);
    *import = sim_stored(auditor, key, "input");

    return sim_stored(auditor, key, "owner");
}


/* Before the commit: a contact is its owner's, and one that an import takes
   back is as the import has left it. */

void
sim_audit_contact_before(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op, const sim_key_t *parts)
{
    char         text[160];
    phone_str_t  owner, import;

    owner = sim_stored(auditor, op->key, "owner");

    if (owner.len == 0 && op->kind == PHONE_OP_HSET) {
        owner = sim_hset_word(op, "owner", NULL);
    }

    sim_book_changes(auditor, owner);

    if (owner.len && !phone_equal(owner, sim_contacts_actor(auditor, task,
                                                            parts->bucket,
                                                            &import)))
    {
        sim_violation(auditor->world, "a contact of %.*s is changed by %s",
                      PHONE_ARGS(owner), task ? sim_task_name(task) : "?");
    }

    if (owner.len && import.len
        && phone_is(sim_stored(auditor,
                               sim_contact_key(text, parts->bucket, "job",
                                               task->call.due_id), "kind"),
                    "contacts.undo")
        && !phone_equal(sim_stored(auditor, op->key, "import"), import))
    {
        sim_violation(auditor->world, "an undo takes back contact %.*s, which "
                      "was changed since", PHONE_ARGS(parts->id));
    }
}


/* Phonebooks */

static void
sim_audit_book(sim_auditor_t *auditor, unsigned bucket, phone_str_t owner)
{
    char               text[160], id[96];
    unsigned           i, j, n;
    phone_str_t        key, numbers, word, seen[SIM_BOOK_NUMBERS];
    sim_world_t       *world;
    const sim_zset_t  *list;

    world = auditor->world;
    list = sim_store_zset(world->store, sim_wall(world),
                          sim_contact_key(text, bucket, "contacts", owner));
    n = 0;

    if (sim_stored_int(auditor, sim_contact_key(text, bucket, "phonebook",
                                                owner), "contacts")
        != (list ? (int64_t) list->n : 0))
    {
        sim_violation(world, "the phonebook of %.*s has %u contacts, and says "
                      "another number", PHONE_ARGS(owner), list ? list->n : 0);
    }

    for (i = 0; list && i < list->n; i++) {
        key = sim_contact_key(text, bucket, "contact", list->member[i].member);

        if (!phone_equal(sim_stored(auditor, key, "owner"), owner)) {
            sim_violation(world, "%.*s is in the phonebook of %.*s",
                          PHONE_ARGS(key), PHONE_ARGS(owner));
            return;
        }

        numbers = sim_copy(auditor->memory, sim_stored(auditor, key,
                                                       "numbers"));

        while (phone_split(&numbers, ' ', &word)) {
            word.data++;
            word.len--;

            for (j = 0; j < n; j++) {
                if (phone_equal(seen[j], word)) {
                    sim_violation(world, "%.*s is twice in the phonebook of "
                                  "%.*s", PHONE_ARGS(word), PHONE_ARGS(owner));
                    return;
                }
            }

            if (n < SIM_BOOK_NUMBERS) {
                seen[n++] = word;
            }

            snprintf(id, sizeof(id), "%.*s:%.*s", PHONE_ARGS(owner),
                     PHONE_ARGS(word));

            if (!phone_equal(sim_store_string(world->store, sim_wall(world),
                                 sim_contact_key(text, bucket,
                                                 "contact_number",
                                                 phone_cstr(id))),
                             list->member[i].member))
            {
                sim_violation(world, "%.*s of %.*s is not found by its "
                              "number", PHONE_ARGS(list->member[i].member),
                              PHONE_ARGS(owner));
            }
        }
    }
}


/* At the end: no claim is left of a contact that has not this number. */

void
sim_audit_contact_end(void *data, phone_str_t key)
{
    char            text[160];
    sim_key_t       parts;
    phone_str_t     id, owner, contact, numbers;
    sim_auditor_t  *auditor;

    auditor = data;

    if (sim_key_parse(key, &parts) != 0
        || !phone_is(parts.kind, "contact_number"))
    {
        return;
    }

    id = parts.id;
    (void) phone_split(&id, ':', &owner);
    contact = sim_store_string(auditor->world->store,
                               sim_wall(auditor->world), key);
    numbers = sim_stored(auditor, sim_contact_key(text, parts.bucket,
                                                  "contact", contact),
                         "numbers");

    if (numbers.len == 0
        || memmem(numbers.data, numbers.len, id.data, id.len) == NULL)
    {
        sim_violation(auditor->world, "%.*s is held by no contact",
                      PHONE_ARGS(key));
    }
}


/* Imports */

/* Line n of a text, counted from 1. */

static phone_str_t
sim_line(phone_str_t text, int64_t n)
{
    phone_str_t  line;

    line = PHONE_EMPTY;

    while (n-- > 0) {
        if (!phone_split(&text, '\n', &line)) {
            return PHONE_EMPTY;
        }
    }

    return line;
}


/* The next number of "f1,+86...:::12" behind the comma that people would call
   one. */

static int
sim_line_number(phone_str_t *rest, phone_str_t *number)
{
    const char  *at;

    while (rest->len) {
        at = memmem(rest->data, rest->len, "+86139", 6);

        if (at == NULL) {
            return 0;
        }

        number->data = at;
        number->len = 14;
        rest->len -= (size_t) (at - rest->data) + 14;
        rest->data = at + 14;

        return 1;
    }

    return 0;
}


static int
sim_outcome(phone_str_t *rest, sim_outcome_row_t *row)
{
    phone_str_t  line, shown;

    if (!phone_split(rest, '\n', &shown) || !phone_split(&shown, '\t', &line))
    {
        return 0;
    }

    return phone_split(&line, ' ', &row->line)
           && phone_split(&line, ' ', &row->outcome)
           && phone_split(&line, ' ', &row->contact)
           && phone_split(&line, ' ', &row->added)
           && phone_split(&line, ' ', &row->reason);
}


/* Is the contact made by the commit at hand? */

static int
sim_contact_made(sim_auditor_t *auditor, phone_str_t id)
{
    unsigned  i;

    for (i = 0; i < auditor->nwritten; i++) {
        if (phone_is(auditor->written[i].parts.kind, "contact")
            && phone_equal(auditor->written[i].parts.id, id))
        {
            return !auditor->written[i].there;
        }
    }

    return 0;
}


static void
sim_audit_row_outcome(sim_auditor_t *auditor, const sim_import_t *import,
    unsigned bucket, const sim_outcome_row_t *row)
{
    int          made;
    char         text[160], id[96];
    int64_t      n;
    unsigned     valid, held;
    phone_str_t  line, number;

    valid = 0;
    held = 0;
    made = sim_contact_made(auditor, row->contact);
    line = sim_parse_int(row->line, &n) == 0 && n > 1
           ? sim_line(import->file, n) : PHONE_EMPTY;

    while (sim_line_number(&line, &number)) {
        snprintf(id, sizeof(id), "%.*s:%.*s", PHONE_ARGS(import->owner),
                 PHONE_ARGS(number));
        valid++;

        /* of a row before, which may be gone since */

        held += memmem(import->file.data, import->file.len, number.data,
                       number.len) != number.data
                || sim_store_string(auditor->world->store,
                    sim_wall(auditor->world),
                    sim_contact_key(text, bucket, "contact_number",
                                    phone_cstr(id))).len != 0;
    }

    if (phone_is(row->outcome, "X") != (valid == 0)
        || (!import->dry && held < valid
            && !phone_is(row->reason, "NUMBERS_LEFT_OUT"))
        || (phone_is(row->outcome, "C") && made == import->dry)
        || (phone_is(row->outcome, "D") && (made
                                            || !phone_is(row->added, "-")))
        || (phone_is(row->outcome, "M") && phone_is(row->added, "-")))
    {
        sim_violation(auditor->world, "row %.*s of import %.*s is \"%.*s\"",
                      PHONE_ARGS(row->line), PHONE_ARGS(import->node.key),
                      PHONE_ARGS(row->outcome));
    }
}


/* Rows that are decided: each was not before, and their counts are right. */

static void
sim_audit_imported(sim_auditor_t *auditor, const sim_key_t *parts,
    phone_str_t entry)
{
    char                text[160];
    int64_t             n, count[4];
    unsigned            i, k, seen[SIM_IMPORT_ROWS];
    phone_str_t         rest, key;
    sim_import_t       *import;
    sim_outcome_row_t   row;
    const sim_list_t   *log;

    static const char *const  outcome[4] = { "C", "M", "D", "X" };
    static const char *const  field[4] = {
        "created", "merged", "duplicate", "invalid"
    };

    import = sim_map_find(&auditor->imports, parts->id);

    if (import == NULL) {
        sim_violation(auditor->world, "nobody has sent import %.*s",
                      PHONE_ARGS(parts->id));
        return;
    }

    while (sim_outcome(&entry, &row)) {
        sim_audit_row_outcome(auditor, import, parts->bucket, &row);
    }

    memset(seen, 0, sizeof(seen));
    memset(count, 0, sizeof(count));
    key = sim_contact_key(text, parts->bucket, "imported", parts->id);
    log = sim_store_list(auditor->world->store, sim_wall(auditor->world), key);

    for (i = 0; log && i < log->n; i++) {
        rest = log->entry[i];

        while (sim_outcome(&rest, &row)) {
            if (sim_parse_int(row.line, &n) != 0 || n < 2
                || n >= SIM_IMPORT_ROWS || seen[n]++)
            {
                sim_violation(auditor->world, "row %.*s of import %.*s is "
                              "decided twice", PHONE_ARGS(row.line),
                              PHONE_ARGS(parts->id));
                return;
            }

            for (k = 0; k < 4; k++) {
                count[k] += phone_is(row.outcome, outcome[k]);
            }
        }
    }

    for (k = 0, n = 0; k < 4; k++) {
        n += count[k];

        if (sim_stored_int(auditor, import->key, field[k]) != count[k]) {
            sim_violation(auditor->world, "import %.*s says that %s rows are "
                          "not %lld", PHONE_ARGS(parts->id), field[k],
                          (long long) count[k]);
        }
    }

    if (sim_stored(auditor, import->key, "ended").len) {
        sim_count(auditor->world, IMPORTS);

        if (sim_line(import->file, n + 1).len == 0
            || sim_line(import->file, n + 2).len)
        {
            sim_violation(auditor->world, "import %.*s ends with %lld rows",
                          PHONE_ARGS(parts->id), (long long) n);
        }
    }
}


/* It is taken back: nothing of it is left but what was changed since. */

static void
sim_audit_taken_back(sim_auditor_t *auditor, const sim_key_t *parts)
{
    char                text[160];
    unsigned            i;
    phone_str_t         rest, key, number;
    sim_outcome_row_t   row;
    const sim_list_t   *log;

    sim_count(auditor->world, UNDONE);
    key = sim_contact_key(text, parts->bucket, "imported", parts->id);
    log = sim_store_list(auditor->world->store, sim_wall(auditor->world), key);

    for (i = 0; log && i < log->n; i++) {
        rest = log->entry[i];

        while (sim_outcome(&rest, &row)) {
            key = sim_contact_key(text, parts->bucket, "contact",
                                  row.contact);

            if (!phone_equal(sim_stored(auditor, key, "import"), parts->id)) {
                continue;
            }

            number = (phone_str_t) { row.added.len > 1 ? row.added.len - 1
                                                       : 0,
                                     row.added.data + 1 };

            if (phone_is(row.outcome, "C")
                || (phone_is(row.outcome, "M") && number.len
                    && memmem(sim_stored(auditor, key, "numbers").data,
                              sim_stored(auditor, key, "numbers").len,
                              number.data, 14)
                       != NULL))
            {
                sim_violation(auditor->world, "import %.*s is taken back, but "
                              "for row %.*s", PHONE_ARGS(parts->id),
                              PHONE_ARGS(row.line));
            }
        }
    }
}


static void
sim_audit_import(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    phone_str_t    owner;
    sim_import_t  *import;

    owner = sim_hset_word(op, "owner", NULL);

    if (owner.len == 0) {
        if (sim_hset_word(op, "undone", NULL).len) {
            sim_audit_taken_back(auditor, parts);
        }

        return;
    }

    if (!sim_is_call(auditor->exchange, "contacts.import")
        || !phone_equal(owner, auditor->exchange->number))
    {
        sim_violation(auditor->world, "an import of %.*s begins",
                      PHONE_ARGS(owner));
        return;
    }

    import = sim_map_make(&auditor->imports, parts->id, sizeof(sim_import_t));
    import->owner = sim_copy(auditor->memory, owner);
    import->file = sim_copy(auditor->memory, auditor->exchange->upload);
    import->key = sim_copy(auditor->memory, op->key);
    import->dry = phone_is(sim_sent(auditor->exchange, "dry_run"), "1");
    sim_blob_named(auditor->world, import->key, "kept",
                   sim_copy(auditor->memory,
                            sim_hset_word(op, "data", NULL)));
}


void
sim_audit_contacts(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    int                dry, changed;
    sim_key_t          parts;
    phone_str_t        owner;
    sim_import_t      *import;
    const phone_op_t  *op;

    dry = 0;
    changed = 0;
    owner = PHONE_EMPTY;

    for (op = commit->ops; op != NULL; op = op->next) {
        (void) sim_key_parse(op->key, &parts);

        if (phone_is(parts.kind, "import") && op->kind == PHONE_OP_HSET) {
            sim_audit_import(auditor, op, &parts);

        } else if (phone_is(parts.kind, "imported")
                   && op->kind == PHONE_OP_RPUSH)
        {
            import = sim_map_find(&auditor->imports, parts.id);
            dry = import != NULL && import->dry;
            sim_audit_imported(auditor, &parts, op->word[0]);

        } else if (phone_is(parts.kind, "contacts")
                   || phone_is(parts.kind, "phonebook"))
        {
            sim_audit_book(auditor, parts.bucket, parts.id);

        } else if (phone_is(parts.kind, "contact")) {
            changed = 1;
            owner = sim_stored(auditor, op->key, "owner");

            if (owner.len) {
                sim_audit_book(auditor, parts.bucket, owner);
            }
        }
    }

    if (dry && changed) {
        sim_violation(auditor->world, "a dry run changes a contact of %.*s",
                      PHONE_ARGS(owner));
    }
}


/* Replies */

void
sim_audit_contact_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    char         text[160];
    phone_str_t  id, owner;

    id = reply->refused ? PHONE_EMPTY : sim_member(reply->body, "contact_id");

    if (id.len < 3) {
        return;
    }

    owner = sim_stored(auditor,
                       sim_contact_key(text, (unsigned)
                                       ((id.data[0] - '0') * 100
                                        + (id.data[1] - '0') * 10
                                        + id.data[2] - '0'),
                                       "contact", id), "owner");

    if (owner.len && !phone_equal(owner, exchange->number)) {
        sim_violation(auditor->world, "call %u is shown a contact of %.*s",
                      exchange->serial, PHONE_ARGS(owner));
    }
}


void
sim_audit_contacts_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_reply_t  one;
    phone_str_t    rest, object;

    if (reply->refused) {
        return;
    }

    rest = sim_member(reply->body, "contacts");
    one = *reply;

    while (sim_element(&rest, &object)) {
        one.body = object;
        sim_audit_contact_told(auditor, exchange, &one);
    }
}


/* The sum of the counts, and what they say is stored. */

void
sim_audit_import_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int64_t        n[5];
    unsigned       i;
    sim_import_t  *import;

    static const char *const  name[5] = {
        "created", "merged", "duplicate", "invalid", "stored"
    };

    if (reply->refused) {
        return;
    }

    import = sim_map_find(&auditor->imports, sim_member(reply->body,
                                                        "job_id"));

    for (i = 0; i < 5; i++) {
        n[i] = 0;
        (void) sim_parse_int(sim_member(reply->body, name[i]), &n[i]);
    }

    if (import == NULL || !phone_equal(import->owner, exchange->number)
        || n[4] != (import->dry ? 0 : n[0] + n[1])
        || (phone_is(sim_member(reply->body, "state"), "DONE")
            && (sim_line(import->file, n[0] + n[1] + n[2] + n[3] + 1).len == 0
                || sim_line(import->file,
                            n[0] + n[1] + n[2] + n[3] + 2).len)))
    {
        sim_violation(auditor->world, "call %u is told of an import: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}
