
#include <stdio.h>

#include "blobs.h"


#define SIM_BLOBS_MAX     64             /* of a run */
#define SIM_BLOB_NAMES    64
#define SIM_BLOB_GRACE    (INT64_C(120) * SIM_SECOND)
#define SIM_BLOB_SWEEPS   40


typedef struct {
    phone_str_t              sha256;
    int64_t                  touched_at; /* of the run; by the disk's clock */
    unsigned                 there:1;
    unsigned                 marked:1;   /* nobody kept it then */
} sim_blob_t;


struct sim_blobs_s {
    sim_world_t             *world;
    sim_blob_t               blob[SIM_BLOBS_MAX];
    unsigned                 n;
    phone_str_t              name[SIM_BLOB_NAMES];   /* keys of records */
    sim_blob_t              *named[SIM_BLOB_NAMES];
    unsigned                 names;
    unsigned                 sweeps;
    unsigned                 asked;      /* the blob of this sweep */
    int64_t                  asked_at;
};


const phone_work_t  sim_take_file = {
    "take", PHONE_WORK_MEDIA, 4, 65536, NULL
};

const phone_work_t  sim_keep_file = {
    "keep", PHONE_WORK_MEDIA, 4, 0, NULL
};


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
    return phone_format(arena, "%.*s %zu 0 image/png a.png\n",
                        PHONE_ARGS(sim_blob_hash(arena, file)), file.len);
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
sim_blob_keep(sim_world_t *world, phone_str_t sha256)
{
    sim_blob_t  *blob;

    blob = sim_blob(world, sha256);

    if (blob == NULL || (!world->calm && sim_below(&world->random, 16) == 0)) {
        return 0;
    }

    blob->there = 1;
    blob->marked = 0;
    blob->touched_at = world->now;

    return 1;
}


int
sim_blob_is_there(sim_world_t *world, phone_str_t sha256)
{
    sim_blob_t  *blob;

    blob = sim_blob(world, sha256);

    return blob != NULL && blob->there;
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


static void
sim_blobs_sweep(sim_world_t *world, void *data)
{
    phone_str_t        key;
    sim_blob_t        *blob;
    sim_blobs_t       *blobs;
    phone_arena_t      arena;
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

    phone_arena_init(&arena);
    key = phone_key(&arena, &phone_blob_owners,
                    phone_home(&world->worker[0].env, &phone_blob_owners,
                               blob->sha256),
                    blob->sha256);
    owners = sim_store_zset(world->store, sim_wall(world), key);
    phone_arena_free(&arena);

    sim_at(world, sim_between(&world->random, 1, 60 * SIM_SECOND),
           owners == NULL || owners->n == 0 ? sim_blobs_remove
                                            : sim_blobs_sweep, blobs);
}


static void
sim_blobs_remove(sim_world_t *world, void *data)
{
    sim_blob_t   *blob;
    sim_blobs_t  *blobs;

    blobs = data;
    blob = &blobs->blob[blobs->asked];

    if (!blob->there || blob->touched_at >= blobs->asked_at - SIM_BLOB_GRACE)
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
sim_blob_named(sim_world_t *world, phone_str_t key, phone_str_t sha256)
{
    unsigned      i;
    sim_blobs_t  *blobs;

    blobs = world->blobs;

    for (i = 0; i < blobs->names; i++) {
        if (phone_equal(blobs->name[i], key)) {
            return;
        }
    }

    if (i < SIM_BLOB_NAMES) {
        blobs->name[i] = sim_copy(world->memory, key);
        blobs->named[i] = sim_blob(world, sha256);
        blobs->names++;
    }
}


void
sim_blobs_check(sim_world_t *world)
{
    unsigned      i;
    sim_blobs_t  *blobs;

    blobs = world->blobs;

    for (i = 0; i < blobs->names; i++) {

        if (blobs->named[i] != NULL && !blobs->named[i]->there
            && sim_store_hash(world->store, sim_wall(world), blobs->name[i])
               != NULL)
        {
            sim_violation(world, "%.*s names a blob that is not there",
                          PHONE_ARGS(blobs->name[i]));
        }
    }
}
