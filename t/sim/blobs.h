
/* Blobs of the simulated hosts, which share a disk: a set of hashes, and when
   each was kept last. */


#ifndef _SIM_BLOBS_H_INCLUDED_
#define _SIM_BLOBS_H_INCLUDED_


#include "calls.h"


/* The hosts' work for uploads: outside.c does it. */
extern const phone_work_t  sim_take_file;
extern const phone_work_t  sim_keep_file;

/* What each file is said to be. */
#define SIM_FILE_TYPE  "image/png"
#define SIM_FILE_NAME  "a.png"

/* What is read of an upload, which is the file itself. */
phone_str_t sim_blob_taken(phone_arena_t *arena, phone_str_t file);
phone_str_t sim_blob_hash(phone_arena_t *arena, phone_str_t file);

/* 0: the disk is full. */
int sim_blob_keep(sim_world_t *world, phone_str_t sha256, phone_str_t bytes);

/* data == NULL: it is not there. */
phone_str_t sim_blob_bytes(sim_world_t *world, phone_str_t sha256);

/* A file of the archive goes, or is damaged, for a while; then the operator
   restores it. */
void sim_damage_file(sim_world_t *world);
void sim_restore_file(sim_world_t *world, void *data);

/* For work; its data is the world. */
extern const phone_disk_t  sim_disk;

/* Removes what nobody names and was not kept lately, now and then. */
void sim_blobs_start(sim_world_t *world);

/* A record that names a blob when it has this field, its reference: each that
   is there must find the blob, and at the end the reference must be kept. */
void sim_blob_named(sim_world_t *world, phone_str_t key, const char *field,
    phone_str_t sha256);
void sim_blobs_check(sim_world_t *world);

/* A record with this id keeps it. */
int sim_blob_kept_for(sim_world_t *world, phone_str_t sha256, phone_str_t id);
void sim_blobs_end(sim_world_t *world);


#endif /* _SIM_BLOBS_H_INCLUDED_ */
