
/*
 * Blobs in work: see phone.h.  The host reads and writes; what is hashed, when
 * it is kept, and what ends when work does is decided here, so that it is the
 * same in the simulator and the unit tests.
 *
 * A piece is a blob that begins with the hash of the piece before it, in hex;
 * the first one with as many '-'.
 */


#include "../host.h"
#include "runtime.h"


#define PHONE_BLOB_CHUNK   65536
#define PHONE_PIECE_LINK   (2 * PHONE_SHA256_LEN)
#define PHONE_PIECES_MAX   16384


static phone_fault_t phone_open_blob(const phone_tools_t *tools,
    phone_reader_t *reader, phone_str_t sha256);
static void phone_close_reader(phone_reader_t *reader);
static void phone_blob_fault(const phone_tools_t *tools, phone_fault_t fault);
static void phone_flush(phone_writer_t *writer, phone_str_t bytes);
static int phone_keep_written(phone_writer_t *writer, phone_result_t *result);
static int phone_work_join_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_each_piece(const phone_tools_t *tools, phone_str_t last,
    phone_writer_t *writer, phone_hashing_t *hashing);
static int phone_copy_piece(const phone_tools_t *tools, phone_str_t sha256,
    char *chunk, phone_writer_t *writer, phone_hashing_t *hashing);


const phone_work_t  phone_work_join = {
    "join pieces", PHONE_WORK_MEDIA, 4, 0, phone_work_join_run
};


void
phone_blobs_begin(phone_work_blobs_t *blobs, phone_tools_t *tools,
    const phone_ask_work_t *ask, phone_arena_t *arena)
{
    memset(blobs, 0, sizeof(phone_work_blobs_t));

    blobs->ask = ask;
    blobs->arena = arena;
    blobs->gone = PHONE_EMPTY;

    tools->blobs = blobs;
}


void
phone_blobs_end(phone_work_blobs_t *blobs, phone_result_t *result)
{
    phone_reader_t  *reader;
    phone_writer_t  *writer;

    for (reader = blobs->readers; reader; reader = reader->next) {
        phone_close_reader(reader);
    }

    writer = &blobs->writer;

    if (writer->open) {

        if (result->ok && !blobs->fault) {
            result->ok = phone_keep_written(writer, result);

        } else {
            (void) phone_sha256_end(writer->hashing, NULL);
            writer->tools->disk->drop(writer->tools->disk_data, &writer->file);
        }
    }

    if (blobs->fault) {
        result->ok = 0;
        result->fault = blobs->fault;
        result->sha256 = blobs->gone;
    }
}


/* The first fault counts: others follow from it. */

static void
phone_blob_fault(const phone_tools_t *tools, phone_fault_t fault)
{
    if (tools->blobs->fault == PHONE_FAULT_NONE) {
        tools->blobs->fault = fault;
    }
}


/* Reading */

phone_reader_t *
phone_read_blob(const phone_tools_t *tools, phone_str_t sha256)
{
    phone_fault_t        fault;
    phone_reader_t      *reader;
    phone_work_blobs_t  *blobs;

    blobs = tools->blobs;

    reader = phone_alloc(blobs->arena, sizeof(phone_reader_t));
    if (reader == NULL) {
        return &blobs->no_reader;
    }

    reader->tools = tools;
    reader->next = blobs->readers;
    blobs->readers = reader;

    fault = phone_open_blob(tools, reader, sha256);

    if (fault == PHONE_FAULT_NONE) {
        reader->open = 1;
        return reader;
    }

    if (fault == PHONE_FAULT_GONE && phone_is_sha256(sha256)) {
        blobs->gone = sha256;
    }

    phone_blob_fault(tools, fault);
    reader->file.size = 0;

    return reader;
}


phone_reader_t *
phone_find_blob(const phone_tools_t *tools, phone_str_t sha256)
{
    phone_reader_t  *reader;

    reader = phone_read_blob(tools, sha256);

    if (tools->blobs->fault == PHONE_FAULT_GONE) {
        tools->blobs->fault = PHONE_FAULT_NONE;
        return NULL;
    }

    return reader;
}


static phone_fault_t
phone_open_blob(const phone_tools_t *tools, phone_reader_t *reader,
    phone_str_t sha256)
{
    const phone_ask_work_t  *ask;

    ask = tools->blobs->ask;

    if (tools->disk == NULL || !phone_is_sha256(sha256)) {
        return PHONE_FAULT_GONE;
    }

    if (!phone_equal(sha256, ask->file)) {
        return tools->disk->open(tools->disk_data, &reader->file, sha256);
    }

    reader->file.place = ask->file_place;
    reader->file.size = ask->file_size;

    return tools->disk->open_upload(tools->disk_data, &reader->file,
                                    ask->upload);
}


static void
phone_close_reader(phone_reader_t *reader)
{
    if (reader->open) {
        reader->open = 0;
        reader->tools->disk->close(reader->tools->disk_data, &reader->file);
    }
}


int64_t
phone_blob_size(const phone_reader_t *reader)
{
    return reader->file.size;
}


size_t
phone_blob_bytes(phone_reader_t *reader, int64_t at, char *bytes, size_t len)
{
    const phone_tools_t  *tools;

    tools = reader->tools;

    if (!reader->open || tools->blobs->fault || at < 0
        || at >= reader->file.size)
    {
        return 0;
    }

    if ((int64_t) len > reader->file.size - at) {
        len = (size_t) (reader->file.size - at);
    }

    if (tools->disk->read(tools->disk_data, &reader->file, at, bytes, len)
        != 0)
    {
        phone_blob_fault(tools, PHONE_FAULT_DISK);
        return 0;
    }

    return len;
}


/* Making */

phone_writer_t *
phone_make_blob(const phone_tools_t *tools)
{
    phone_writer_t      *writer;
    phone_work_blobs_t  *blobs;

    blobs = tools->blobs;
    writer = &blobs->writer;

    if (writer->begun) {
        return writer;
    }

    writer->begun = 1;
    writer->tools = tools;
    writer->chunk = phone_alloc_raw(blobs->arena, PHONE_BLOB_CHUNK);
    writer->hashing = phone_sha256_begin(tools->crypto);

    if (writer->chunk && writer->hashing && tools->disk
        && tools->disk->make(tools->disk_data, &writer->file, blobs->arena)
           == 0)
    {
        writer->open = 1;
        return writer;
    }

    if (writer->hashing) {
        (void) phone_sha256_end(writer->hashing, NULL);
    }

    phone_blob_fault(tools, PHONE_FAULT_DISK);

    return writer;
}


void
phone_write(phone_writer_t *writer, phone_str_t bytes)
{
    if (!writer->open || bytes.len == 0) {
        return;
    }

    if (bytes.len > PHONE_BLOB_CHUNK - writer->filled) {
        phone_flush(writer, (phone_str_t) { writer->filled, writer->chunk });
        writer->filled = 0;
    }

    if (bytes.len > PHONE_BLOB_CHUNK) {
        phone_flush(writer, bytes);
        return;
    }

    memcpy(writer->chunk + writer->filled, bytes.data, bytes.len);
    writer->filled += bytes.len;
}


static void
phone_flush(phone_writer_t *writer, phone_str_t bytes)
{
    const phone_tools_t  *tools;

    tools = writer->tools;

    if (bytes.len == 0 || tools->blobs->fault) {
        return;
    }

    if (phone_sha256_add(writer->hashing, bytes) != 0
        || tools->disk->write(tools->disk_data, &writer->file, bytes) != 0)
    {
        phone_blob_fault(tools, PHONE_FAULT_DISK);
        return;
    }

    writer->size += (int64_t) bytes.len;
}


/* 1 when the blob is durable. */

static int
phone_keep_written(phone_writer_t *writer, phone_result_t *result)
{
    phone_str_t           sha256;
    unsigned char         hash[PHONE_SHA256_LEN];
    const phone_tools_t  *tools;

    tools = writer->tools;

    phone_flush(writer, (phone_str_t) { writer->filled, writer->chunk });

    if (phone_sha256_end(writer->hashing, hash) != 0) {
        phone_blob_fault(tools, PHONE_FAULT_DISK);
    }

    sha256 = phone_hex(tools->blobs->arena,
                       (phone_str_t) { sizeof(hash), (const char *) hash });

    if (tools->blobs->fault || sha256.len == 0) {
        tools->disk->drop(tools->disk_data, &writer->file);
        return 0;
    }

    if (tools->disk->keep(tools->disk_data, &writer->file, sha256,
                          writer->size)
        != 0)
    {
        phone_blob_fault(tools, PHONE_FAULT_DISK);
        return 0;
    }

    result->sha256 = sha256;
    result->size = writer->size;

    return 1;
}


/* Pieces */

phone_writer_t *
phone_make_piece(const phone_tools_t *tools, phone_str_t before)
{
    unsigned         i;
    phone_writer_t  *writer;

    writer = phone_make_blob(tools);

    if (before.len) {
        phone_write(writer, before);
        return writer;
    }

    for (i = 0; i < PHONE_PIECE_LINK; i++) {
        phone_write(writer, PHONE_STR("-"));
    }

    return writer;
}


static int
phone_work_join_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    (void) arena;
    (void) text;

    return phone_write_pieces(tools, phone_make_blob(tools), arg[0]);
}


int
phone_write_pieces(const phone_tools_t *tools, phone_writer_t *writer,
    phone_str_t last)
{
    return phone_each_piece(tools, last, writer, NULL);
}


phone_str_t
phone_hash_pieces(const phone_tools_t *tools, phone_str_t last)
{
    int               ok;
    unsigned char     hash[PHONE_SHA256_LEN];
    phone_hashing_t  *hashing;

    hashing = phone_sha256_begin(tools->crypto);
    if (hashing == NULL) {
        phone_blob_fault(tools, PHONE_FAULT_DISK);
        return PHONE_EMPTY;
    }

    ok = phone_each_piece(tools, last, NULL, hashing);

    if (phone_sha256_end(hashing, hash) != 0 || !ok) {
        return PHONE_EMPTY;
    }

    return phone_hex(tools->blobs->arena,
                     (phone_str_t) { sizeof(hash), (const char *) hash });
}


/* From the last piece back to the first, then all of them from there. */

static int
phone_each_piece(const phone_tools_t *tools, phone_str_t last,
    phone_writer_t *writer, phone_hashing_t *hashing)
{
    char            *chunk, link[PHONE_PIECE_LINK];
    unsigned         n;
    phone_str_t      sha256, *piece;
    phone_arena_t   *arena;
    phone_reader_t  *reader;

    arena = tools->blobs->arena;
    chunk = phone_alloc_raw(arena, PHONE_BLOB_CHUNK);
    piece = phone_alloc(arena, PHONE_PIECES_MAX * sizeof(phone_str_t));

    if (chunk == NULL || piece == NULL) {
        return 0;
    }

    sha256 = last;

    for (n = 0; phone_is_sha256(sha256); n++) {
        reader = phone_find_blob(tools, sha256);

        if (n == PHONE_PIECES_MAX) {
            phone_blob_fault(tools, PHONE_FAULT_GONE);
        }

        if (reader == NULL
            || phone_blob_bytes(reader, 0, link, sizeof(link))
               != sizeof(link))
        {
            return 0;
        }

        phone_close_reader(reader);

        piece[n] = sha256;
        sha256 = phone_copy(arena, (phone_str_t) { sizeof(link), link });
    }

    while (n) {
        if (!phone_copy_piece(tools, piece[--n], chunk, writer, hashing)) {
            return 0;
        }
    }

    return 1;
}


static int
phone_copy_piece(const phone_tools_t *tools, phone_str_t sha256, char *chunk,
    phone_writer_t *writer, phone_hashing_t *hashing)
{
    size_t           n;
    int64_t          at;
    phone_reader_t  *reader;

    reader = phone_find_blob(tools, sha256);
    if (reader == NULL) {
        return 0;
    }

    for (at = PHONE_PIECE_LINK;
         (n = phone_blob_bytes(reader, at, chunk, PHONE_BLOB_CHUNK)) > 0;
         at += (int64_t) n)
    {
        if (writer) {
            phone_write(writer, (phone_str_t) { n, chunk });

        } else if (phone_sha256_add(hashing, (phone_str_t) { n, chunk })
                   != 0)
        {
            phone_blob_fault(tools, PHONE_FAULT_DISK);
        }
    }

    phone_close_reader(reader);

    return 1;
}
