
#define _GNU_SOURCE          /* memmem() */

#include <stdio.h>

#include "blobs.h"


#define SIM_BLOBS_MAX     4096           /* of a run */
#define SIM_BLOB_NAMES    256
#define SIM_BLOB_GRACE    (INT64_C(120) * SIM_SECOND)
#define SIM_BLOB_SWEEPS   40


typedef struct {
    phone_str_t              sha256;
    phone_str_t              bytes;
    int64_t                  touched_at; /* of the run; by the disk's clock */
    unsigned                 there:1;
    unsigned                 marked:1;   /* nobody kept it then */
} sim_blob_t;


struct sim_blobs_s {
    sim_world_t             *world;
    sim_blob_t               blob[SIM_BLOBS_MAX];
    unsigned                 n;
    phone_str_t              name[SIM_BLOB_NAMES];   /* keys of records */
    const char              *field[SIM_BLOB_NAMES];  /* of these */
    sim_blob_t              *named[SIM_BLOB_NAMES];
    unsigned                 names;
    unsigned                 sweeps;
    unsigned                 asked;      /* the blob of this sweep */
    int64_t                  asked_at;
    phone_str_t              hurt;       /* its hash; its bytes, or none */
    phone_str_t              hurt_bytes;
};


const phone_work_t  sim_take_file = {
    "take", PHONE_WORK_MEDIA, 4, 65536, NULL
};

const phone_work_t  sim_keep_file = {
    "keep", PHONE_WORK_MEDIA, 4, 0, NULL
};


static int sim_disk_fails(sim_world_t *world);
static void sim_blobs_sweep(sim_world_t *world, void *data);
static void sim_blobs_remove(sim_world_t *world, void *data);


/* As long as a real one, and of these bytes only. */

phone_str_t
sim_blob_hash(phone_arena_t *arena, phone_str_t file)
{
    return phone_format(arena, "%064llx", (unsigned long long) sim_hash(file));
}


phone_str_t
sim_blob_taken(phone_arena_t *arena, phone_str_t file)
{
    return phone_format(arena, "%.*s %zu 0 " SIM_FILE_TYPE " " SIM_FILE_NAME
                        "\n", PHONE_ARGS(sim_blob_hash(arena, file)), file.len);
}


static sim_blob_t *
sim_blob(sim_world_t *world, phone_str_t sha256)
{
    unsigned      i;
    sim_blobs_t  *blobs;

    blobs = world->blobs;

    for (i = 0; i < blobs->n; i++) {
        if (phone_equal(blobs->blob[i].sha256, sha256)) {
            return &blobs->blob[i];
        }
    }

    if (blobs->n == SIM_BLOBS_MAX) {
        return NULL;
    }

    blobs->blob[blobs->n].sha256 = sim_copy(world->memory, sha256);

    return &blobs->blob[blobs->n++];
}


int
sim_blob_keep(sim_world_t *world, phone_str_t sha256, phone_str_t bytes)
{
    sim_blob_t  *blob;

    blob = sim_blob(world, sha256);

    if (blob == NULL || sim_disk_fails(world)) {
        return 0;
    }

    if (blob->bytes.data == NULL) {
        blob->bytes = sim_copy(world->memory, bytes);
    }

    blob->there = 1;
    blob->marked = 0;
    blob->touched_at = world->now;

    return 1;
}


phone_str_t
sim_blob_bytes(sim_world_t *world, phone_str_t sha256)
{
    sim_blob_t  *blob;

    blob = sim_blob(world, sha256);

    return blob != NULL && blob->there ? blob->bytes
                                       : (phone_str_t) { 0, NULL };
}


/* The disk, as work sees it.  It is full, or cannot be read, now and then. */

static int
sim_disk_fails(sim_world_t *world)
{
    return !world->calm && sim_below(&world->random, 16) == 0;
}


static phone_fault_t
sim_disk_open(void *data, phone_disk_file_t *file, phone_str_t sha256)
{
    phone_str_t   bytes;
    sim_world_t  *world;

    world = data;
    bytes = sim_blob_bytes(world, sha256);

    if (world->blobs->hurt.len && phone_equal(world->blobs->hurt, sha256)) {
        bytes = world->blobs->hurt_bytes;
    }

    if (bytes.data == NULL) {
        return PHONE_FAULT_GONE;
    }

    file->data = (void *) bytes.data;
    file->size = (int64_t) bytes.len;

    return sim_disk_fails(data) ? PHONE_FAULT_DISK : PHONE_FAULT_NONE;
}


static phone_fault_t
sim_disk_upload(void *data, phone_disk_file_t *file, phone_str_t upload)
{
    file->data = (void *) upload.data;

    return sim_disk_fails(data) ? PHONE_FAULT_DISK : PHONE_FAULT_NONE;
}


static int
sim_disk_read(void *data, phone_disk_file_t *file, int64_t at, char *bytes,
    size_t len)
{
    if (sim_disk_fails(data)) {
        return -1;
    }

    memcpy(bytes, (const char *) file->data + file->place + at, len);

    return 0;
}


static void
sim_disk_close(void *data, phone_disk_file_t *file)
{
    (void) data;
    (void) file;
}


static int
sim_disk_make(void *data, phone_disk_file_t *file, phone_arena_t *arena)
{
    phone_buf_t  *made;

    (void) data;

    made = phone_alloc(arena, sizeof(phone_buf_t));
    phone_buf_init(made, arena, 64);
    file->data = made;

    return 0;
}


static int
sim_disk_write(void *data, phone_disk_file_t *file, phone_str_t bytes)
{
    phone_buf_put(file->data, bytes);

    return sim_disk_fails(data) ? -1 : 0;
}


static int
sim_disk_keep(void *data, phone_disk_file_t *file, phone_str_t sha256,
    int64_t size)
{
    (void) size;

    return sim_blob_keep(data, sha256, phone_buf_str(file->data)) ? 0 : -1;
}


static void
sim_disk_drop(void *data, phone_disk_file_t *file)
{
    (void) data;
    (void) file;
}


const phone_disk_t  sim_disk = {
    sim_disk_open, sim_disk_upload, sim_disk_read, sim_disk_close,
    sim_disk_make, sim_disk_write, sim_disk_keep, sim_disk_drop
};


/* The files of the archive */

typedef struct {
    sim_world_t             *world;
    unsigned                 left;       /* of those that could be taken */
    phone_str_t              sha256;
} sim_archived_file_t;


static void
sim_pick_file(void *data, phone_str_t key)
{
    const sim_list_t     *files;
    sim_archived_file_t  *picked;

    picked = data;

    if (picked->left == 0
        || memmem(key.data, key.len, ":archive_files",
                  sizeof(":archive_files") - 1) == NULL)
    {
        return;
    }

    files = sim_store_list(picked->world->store, sim_wall(picked->world), key);

    if (files == NULL || files->n == 0) {
        return;
    }

    picked->sha256 = files->entry[picked->left % files->n];
    picked->left--;
}


void
sim_damage_file(sim_world_t *world)
{
    char                 *byte;
    sim_blobs_t          *blobs;
    sim_archived_file_t   picked;

    blobs = world->blobs;
    picked = (sim_archived_file_t) {
        world, (unsigned) sim_between(&world->random, 1, 20), PHONE_EMPTY
    };

    sim_store_each(world->store, sim_wall(world), sim_pick_file, &picked);

    if (picked.sha256.len == 0 || blobs->hurt.len) {
        return;
    }

    blobs->hurt_bytes = (phone_str_t) { 0, NULL };

    if (sim_below(&world->random, 2)) {
        blobs->hurt_bytes = sim_copy(world->memory,
                                     sim_blob_bytes(world, picked.sha256));
        byte = (char *) blobs->hurt_bytes.data;

        if (byte != NULL) {
            byte += sim_below(&world->random, blobs->hurt_bytes.len);
            *byte = (char) (*byte ^ 1 << sim_below(&world->random, 8));
        }
    }

    blobs->hurt = sim_copy(world->memory, picked.sha256);

    sim_trace(world, "the file %.12s of the archive %s", blobs->hurt.data,
              blobs->hurt_bytes.data ? "is damaged" : "has gone");
    sim_count(world, DAMAGED);

    sim_at(world, sim_between(&world->random, SIM_SECOND, 60 * SIM_SECOND),
           sim_restore_file, NULL);
}


void
sim_restore_file(sim_world_t *world, void *data)
{
    (void) data;

    world->blobs->hurt = PHONE_EMPTY;
}


/* The sweep: who keeps it is asked at one moment, and only what was not touched
   for long before that is marked, or goes, at a later one. */

void
sim_blobs_start(sim_world_t *world)
{
    world->blobs = sim_zalloc(world->memory, sizeof(sim_blobs_t));
    world->blobs->world = world;

    sim_at(world, SIM_SECOND, sim_blobs_sweep, world->blobs);
}


static const sim_zset_t *
sim_blob_owners(sim_world_t *world, const sim_blob_t *blob)
{
    phone_str_t        key;
    phone_arena_t      arena;
    const sim_zset_t  *owners;

    phone_arena_init(&arena);
    key = phone_key(&arena, &phone_blob_owners,
                    phone_home(&world->worker[0].env, &phone_blob_owners,
                               blob->sha256),
                    blob->sha256);
    owners = sim_store_zset(world->store, sim_wall(world), key);
    phone_arena_free(&arena);

    return owners;
}


static void
sim_blobs_sweep(sim_world_t *world, void *data)
{
    sim_blob_t        *blob;
    sim_blobs_t       *blobs;
    const sim_zset_t  *owners;

    blobs = data;

    if (world->stopped || blobs->sweeps++ == SIM_BLOB_SWEEPS) {
        return;
    }

    if (blobs->n == 0 || world->now < world->store_down) {
        sim_at(world, sim_between(&world->random, 1, 60 * SIM_SECOND),
               sim_blobs_sweep, blobs);
        return;
    }

    blobs->asked = (unsigned) sim_below(&world->random, blobs->n);
    blobs->asked_at = world->now;
    blob = &blobs->blob[blobs->asked];

    owners = sim_blob_owners(world, blob);

    sim_at(world, sim_between(&world->random, 1, 60 * SIM_SECOND),
           owners == NULL || owners->n == 0 ? sim_blobs_remove
                                            : sim_blobs_sweep, blobs);
}


/* The grace is shorter than a day, but no message is stuck for so long.  What
   the pump has to do waits for a clock that was put back. */

static int64_t
sim_blob_grace(const sim_world_t *world)
{
    int64_t   grace;
    unsigned  i;

    grace = SIM_BLOB_GRACE + world->stuck_for * SIM_MS;

    for (i = 0; i < world->jumped; i++) {
        grace += world->jump[i].by < 0 ? -world->jump[i].by * SIM_MS : 0;
    }

    return grace;
}


static void
sim_blobs_remove(sim_world_t *world, void *data)
{
    sim_blob_t   *blob;
    sim_blobs_t  *blobs;

    blobs = data;
    blob = &blobs->blob[blobs->asked];

    if (!blob->there
        || blob->touched_at >= blobs->asked_at - sim_blob_grace(world))
    {
        /* void */

    } else if (!blob->marked) {
        blob->marked = 1;
        blob->touched_at = world->now;

    } else {
        blob->there = 0;
        sim_count(world, BLOBS_SWEPT);
        sim_blobs_check(world);
    }

    sim_blobs_sweep(world, blobs);
}


/* The invariant: every blob that a record names is there. */

void
sim_blob_named(sim_world_t *world, phone_str_t key, const char *field,
    phone_str_t sha256)
{
    unsigned      i;
    sim_blobs_t  *blobs;

    blobs = world->blobs;

    for (i = 0; i < blobs->names; i++) {
        if (phone_equal(blobs->name[i], key) && blobs->field[i] == field) {
            return;
        }
    }

    if (i < SIM_BLOB_NAMES) {
        blobs->name[i] = sim_copy(world->memory, key);
        blobs->field[i] = field;
        blobs->named[i] = sim_blob(world, sha256);
        blobs->names++;
    }
}


/* data == NULL: the record names none. */

static phone_str_t
sim_blob_reference(sim_world_t *world, unsigned i)
{
    return sim_store_field(world->store, sim_wall(world),
                           world->blobs->name[i],
                           phone_cstr(world->blobs->field[i]));
}


void
sim_blobs_check(sim_world_t *world)
{
    unsigned      i;
    sim_blobs_t  *blobs;

    blobs = world->blobs;

    for (i = 0; i < blobs->names; i++) {

        if (blobs->named[i] != NULL && !blobs->named[i]->there
            && sim_blob_reference(world, i).data != NULL)
        {
            sim_violation(world, "%.*s names a blob that is not there",
                          PHONE_ARGS(blobs->name[i]));
        }
    }
}


int
sim_blob_kept_for(sim_world_t *world, phone_str_t sha256, phone_str_t id)
{
    size_t             i;
    phone_str_t        reference;
    const sim_blob_t  *blob;
    const sim_zset_t  *owners;

    blob = sim_blob(world, sha256);
    owners = blob != NULL ? sim_blob_owners(world, blob) : NULL;

    for (i = 0; owners != NULL && i < owners->n; i++) {
        reference = owners->member[i].member;

        if (reference.len > id.len
            && memcmp(reference.data, id.data, id.len) == 0
            && reference.data[id.len] == '.')
        {
            return 1;
        }
    }

    return 0;
}


/* When all postings are applied. */

void
sim_blobs_end(sim_world_t *world)
{
    unsigned           i;
    phone_str_t        reference;
    sim_blobs_t       *blobs;
    const sim_zset_t  *owners;

    blobs = world->blobs;

    for (i = 0; i < blobs->names; i++) {
        reference = sim_blob_reference(world, i);

        if (blobs->named[i] == NULL || reference.data == NULL) {
            continue;
        }

        owners = sim_blob_owners(world, blobs->named[i]);

        if (owners == NULL || sim_zset_find(owners, reference) == NULL) {
            sim_violation(world, "%.*s names a blob, and its reference is not "
                          "kept", PHONE_ARGS(blobs->name[i]));
        }
    }
}
