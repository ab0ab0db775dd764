
/*
 * What is in the archive, and where.
 *
 * A record or a claim that leaves the store is a line of a file, under the name
 * that its key had: "bill:017-01J...".  In the bucket of that key a note stays:
 * the SHA-256 of the name, cut, and the number of the file with the bucket that
 * has it in its list of files.  The notes of a bucket are spread over many
 * small hashes, which Redis keeps in few bytes.  They are not keyed with a
 * secret: they must be found after any of these has been changed.  A line has
 * the whole name, so what is found is never another one's; and of names with
 * the same hash only the first is archived.
 */


#include "../host.h"
#include "../archived.h"
#include "../lib/gzip.h"
#include "runtime.h"


#define PHONE_ARCHIVE_ASKED  16          /* at a time */
#define PHONE_ARCHIVE_CHUNK  4096        /* that is unpacked, at least */

#define PHONE_NOTE_BYTES   8             /* of a hash: 11 characters */
#define PHONE_NOTE_SHARDS  4096          /* a bucket */
#define PHONE_NOTE_BUCKET  1000          /* of which a place has the rest */


typedef struct {
    phone_str_t              shard;
    phone_str_t              field;
} phone_note_t;


static void phone_note_of(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_note_t *note);
static phone_str_t phone_ask_note(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);
static const phone_fields_t *phone_archive_read(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);
static phone_str_t phone_ask_archive_file(phone_call_t *call,
    phone_str_t place);
static void phone_archive_failed(phone_call_t *call, phone_str_t sha256);
static void phone_archive_begin(phone_buf_t *lines, phone_json_t *json,
    const phone_type_t *type, phone_str_t id);
static void phone_archive_end(phone_buf_t *lines, phone_json_t *json);
static int phone_is_container(const phone_type_t *type, unsigned field);
static int phone_archive_write_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_archive_find_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_archive_load(const phone_tools_t *tools,
    phone_arena_t *arena, phone_str_t sha256, phone_str_t *lines);

static int phone_archive_unpack(phone_arena_t *arena, phone_str_t packed,
    phone_str_t *lines);


const phone_work_t  phone_archive_write = {
    "archive write", PHONE_WORK_MEDIA, 4, 0, phone_archive_write_run
};

const phone_work_t  phone_archive_find = {
    "archive find", PHONE_WORK_MEDIA, 4, PHONE_ARCHIVE_LINE_MAX,
    phone_archive_find_run
};


/* Notes */

static void
phone_note_of(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    phone_note_t *note)
{
    phone_str_t    name;
    unsigned char  hash[PHONE_SHA256_LEN];

    name = phone_join(&call->arena, 3,
                      (phone_str_t[3]) { phone_cstr(type->name),
                                         PHONE_STR(":"), id });

    if (phone_sha256(call->env->crypto, name, hash) != 0) {
        phone_break(call, "a name of the archive cannot be hashed");
        memset(hash, 0, sizeof(hash));
    }

    note->field = phone_base64url(&call->arena,
                                  (phone_str_t) { PHONE_NOTE_BYTES,
                                                  (const char *) hash });
    note->shard = phone_format(&call->arena, "%03u-%u",
                               phone_home(call->env, type, id),
                               (hash[PHONE_NOTE_BYTES] * 256u
                                + hash[PHONE_NOTE_BYTES + 1])
                               % PHONE_NOTE_SHARDS);
}


/* Where it is; empty: it was not archived. */

static phone_str_t
phone_ask_note(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    phone_note_t  note;

    phone_note_of(call, type, id, &note);

    return phone_ask_field(call, &phone_archived, note.shard, note.field);
}


int
phone_ask_noted(phone_call_t *call, const phone_type_t *type, phone_str_t id)
{
    return phone_ask_note(call, type, id).len != 0;
}


void
phone_shelve(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    unsigned bucket, int64_t file)
{
    unsigned      home;
    phone_note_t  note;

    phone_erase(call, type, id);
    phone_note_of(call, type, id, &note);
    home = phone_home(call->env, type, id);

    phone_op(call, PHONE_OP_HSET, home,
             phone_key(&call->arena, &phone_archived, home, note.shard), 2,
             (phone_str_t[2]) {
                 note.field,
                 phone_int(&call->arena, file * PHONE_NOTE_BUCKET + bucket) });
}


/* Reading */

void
phone_ask_archived(phone_record_t *record)
{
    unsigned               i;
    const phone_str_t     *value;
    const phone_type_t    *type;
    const phone_facts_t   *facts;
    const phone_fields_t  *fields;

    type = record->type;

    if (!record->ask.ready || phone_found(record)) {
        return;
    }

    fields = phone_archive_read(record->call, type, record->id);

    if (fields == NULL) {
        return;
    }

    for (i = 1; i < type->nfields; i++) {
        value = phone_field(fields, type->fields[i]);
        record->value[i] = value && !phone_is_container(type, i)
                           ? *value : (phone_str_t) { 0, NULL };
    }

    for (facts = type->facts; facts && facts->mask; facts++) {
        record->unpacked |= facts->mask;
    }

    record->value[0] = PHONE_STR("archived");
    record->mask = UINT32_MAX;
    record->archived = 1;
}


int
phone_ask_archived_of(phone_call_t *call, phone_record_t *const *record,
    unsigned n)
{
    unsigned  i, before, asked;

    asked = 0;

    for (i = 0; i < n && asked < PHONE_ARCHIVE_ASKED; i++) {
        before = call->missing;

        if (record[i]) {
            phone_ask_archived(record[i]);
        }

        asked += call->missing != before;
    }

    return phone_waiting(call) ? -1 : 0;
}


int
phone_is_archived(phone_record_t *record)
{
    return record->archived;
}


phone_str_t
phone_archived_claim(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    const phone_str_t     *value;
    const phone_fields_t  *fields;

    fields = phone_archive_read(call, type, id);
    value = fields ? phone_field(fields, "value") : NULL;

    return value ? *value : PHONE_EMPTY;
}


phone_str_t
phone_assume_unarchived(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    return call->forgot ? phone_archived_claim(call, type, id) : PHONE_EMPTY;
}


void
phone_rely_unarchived(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    unsigned      home;
    phone_note_t  note;

    /* of another name with the same hash: it stays */

    if (call->forgot
        && (phone_ask_note(call, type, id).len || phone_waiting(call)))
    {
        return;
    }

    phone_note_of(call, type, id, &note);
    home = phone_home(call->env, type, id);

    phone_guard(call, PHONE_GUARD_ABSENT, home,
                phone_key(&call->arena, &phone_archived, home, note.shard),
                note.field, PHONE_EMPTY);
}


/* NULL while a part of it is waited for, and when it is in no file: the note is
   of another name with the same hash.  What others wait for does not hold it
   up. */

static const phone_fields_t *
phone_archive_read(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    unsigned               before;
    phone_str_t            place, sha256, bad;
    phone_fields_t        *fields;
    const phone_result_t  *found;

    before = call->missing;
    place = phone_ask_note(call, type, id);

    if (call->missing != before || place.len == 0) {
        return NULL;
    }

    sha256 = phone_ask_archive_file(call, place);

    if (call->missing != before) {
        return NULL;
    }

    found = phone_ask_work_of(call, &phone_archive_find,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  sha256, phone_cstr(type->name), id,
                                  PHONE_EMPTY },
                              phone_caller(call), 1);

    /* a disk that does not answer: STORE_UNAVAILABLE */

    if (call->missing != before || found->fault == PHONE_FAULT_DISK
        || (found->ok && found->text.len == 0))
    {
        return NULL;
    }

    fields = phone_alloc(&call->arena, sizeof(phone_fields_t));

    if (!found->ok || fields == NULL
        || phone_json_parse(&call->arena, found->text, fields, &bad)
           != PHONE_FIELDS_OK)
    {
        phone_archive_failed(call, sha256);
        return NULL;
    }

    return fields;
}


static phone_str_t
phone_ask_archive_file(phone_call_t *call, phone_str_t place)
{
    int64_t             number;
    const phone_log_t  *files;

    if (phone_parse_int(place, &number) != 0 || number < PHONE_NOTE_BUCKET) {
        return PHONE_EMPTY;
    }

    files = phone_ask_log(call, &phone_archive_files,
                          phone_bucket_text(&call->arena,
                              (unsigned) (number % PHONE_NOTE_BUCKET)),
                          number / PHONE_NOTE_BUCKET - 1, 1);

    return files->n ? files->entry[0] : PHONE_EMPTY;
}


static void
phone_archive_failed(phone_call_t *call, phone_str_t sha256)
{
    call->disk_failed = 1;
    call->archive_failed = 1;
    call->why = phone_join(&call->arena, 4,
                           (phone_str_t[4]) {
                               PHONE_STR("the file of the archive "), sha256,
                               PHONE_STR(" is missing or damaged: restore it "
                                         "from a backup of phone_blobs"),
                               { 1, "" } }).data;
}


/* Lines */

void
phone_archive_record(phone_buf_t *lines, phone_record_t *record)
{
    unsigned      i;
    phone_str_t   value;
    phone_json_t  json;

    phone_archive_begin(lines, &json, record->type, phone_id(record));

    for (i = 1; i < record->type->nfields; i++) {
        if (phone_is_container(record->type, i)) {
            continue;
        }

        value = phone_get(record, i);

        if (value.len) {
            phone_json_text(&json, record->type->fields[i], value);
        }
    }

    phone_archive_end(lines, &json);
}


void
phone_archive_claim(phone_buf_t *lines, const phone_type_t *type,
    phone_str_t id, phone_str_t value)
{
    phone_json_t  json;

    phone_archive_begin(lines, &json, type, id);
    phone_json_text(&json, "value", value);
    phone_archive_end(lines, &json);
}


static void
phone_archive_begin(phone_buf_t *lines, phone_json_t *json,
    const phone_type_t *type, phone_str_t id)
{
    phone_json_init(json, lines);
    phone_json_object(json, NULL);
    phone_json_text(json, "kind", phone_cstr(type->name));
    phone_json_text(json, "id", id);
}


static void
phone_archive_end(phone_buf_t *lines, phone_json_t *json)
{
    phone_json_end(json);
    phone_buf_byte(lines, '\n');
}


static int
phone_is_container(const phone_type_t *type, unsigned field)
{
    const phone_facts_t  *facts;

    for (facts = type->facts; facts && facts->mask; facts++) {
        if (facts->kept_in == field) {
            return 1;
        }
    }

    return 0;
}


/* Files */

static int
phone_archive_write_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    phone_str_t  packed, rest, line;

    (void) text;

    for (rest = arg[0]; phone_split(&rest, '\n', &line); /* void */ ) {
        if (line.len > PHONE_ARCHIVE_LINE_MAX) {
            return 0;
        }
    }

    packed = phone_gzip(arena, arg[0]);

    if (arg[0].len > PHONE_ARCHIVE_TEXT_MAX || packed.len == 0
        || packed.len > PHONE_ARCHIVE_FILE_MAX)
    {
        return 0;
    }

    phone_write(phone_make_blob(tools), packed);

    return 1;
}


/* A line begins with its kind and its id, as they were written. */

static int
phone_archive_find_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    phone_str_t   lines, line, begin;
    phone_buf_t   buf;
    phone_json_t  json;

    if (!phone_archive_load(tools, arena, arg[0], &lines)) {
        return 0;
    }

    phone_buf_init(&buf, arena, 128);
    phone_json_init(&json, &buf);
    phone_json_object(&json, NULL);
    phone_json_text(&json, "kind", arg[1]);
    phone_json_text(&json, "id", arg[2]);
    begin = phone_buf_str(&buf);

    while (phone_split(&lines, '\n', &line)) {
        if (line.len > begin.len
            && memcmp(line.data, begin.data, begin.len) == 0
            && (line.data[begin.len] == ',' || line.data[begin.len] == '}'))
        {
            *text = line;
            return 1;
        }
    }

    return 1;
}


static int
phone_archive_load(const phone_tools_t *tools, phone_arena_t *arena,
    phone_str_t sha256, phone_str_t *lines)
{
    char            *bytes;
    size_t           size;
    phone_str_t      packed;
    unsigned char    hash[PHONE_SHA256_LEN];
    phone_reader_t  *reader;

    reader = phone_find_blob(tools, sha256);

    if (reader == NULL || phone_blob_size(reader) > PHONE_ARCHIVE_FILE_MAX) {
        return 0;
    }

    size = (size_t) phone_blob_size(reader);
    bytes = phone_alloc_raw(arena, size + 1);

    if (bytes == NULL || phone_blob_bytes(reader, 0, bytes, size) != size) {
        return 0;
    }

    packed = (phone_str_t) { size, bytes };

    return phone_sha256(tools->crypto, packed, hash) == 0
           && phone_equal(phone_hex(arena,
                                    (phone_str_t) { sizeof(hash),
                                                    (const char *) hash }),
                          sha256)
           && phone_archive_unpack(arena, packed, lines) == 0;
}


static int
phone_archive_unpack(phone_arena_t *arena, phone_str_t packed,
    phone_str_t *lines)
{
    char            *p;
    int64_t          n;
    phone_buf_t      buf;
    phone_gunzip_t  *gunzip;

    gunzip = phone_gunzip_begin(arena);
    phone_buf_init(&buf, arena, 4 * packed.len);

    do {
        p = phone_buf_reserve(&buf, PHONE_ARCHIVE_CHUNK);

        if (gunzip == NULL || p == NULL) {
            return -1;
        }

        n = phone_gunzip(gunzip, &packed, p, buf.size - buf.len);

        if (n < 0) {
            return -1;
        }

        buf.len += (size_t) n;

    } while (n > 0 && buf.len <= PHONE_ARCHIVE_TEXT_MAX);

    *lines = phone_buf_str(&buf);

    return packed.len == 0 && phone_gunzip_whole(gunzip) ? 0 : -1;
}
