
/*
 * Blobs: bytes outside the store, in files that are named by their SHA-256.
 * The work below is posted for calls by the runner, and runs on threads.
 */


#ifndef _NGX_PHONE_BLOBS_H_INCLUDED_
#define _NGX_PHONE_BLOBS_H_INCLUDED_


#include "ngx_phone_core.h"
#include "compute/ngx_phone_compute.h"
#include "compute/ngx_phone_threads.h"
#include "redis/ngx_phone_redis.h"
#include "store/ngx_phone_store.h"


#define NGX_PHONE_BLOB_GRACE    86400    /* seconds that an orphan stays */
#define NGX_PHONE_BLOB_MODE     0600
#define NGX_PHONE_BLOB_FOLDER   512      /* bytes of the folder's path */
#define NGX_PHONE_BLOB_PATH     (NGX_PHONE_BLOB_FOLDER + 160)    /* a file's */
#define NGX_PHONE_UPLOAD_TEXT   65536    /* of the fields beside a file */


/* A body that was spooled: what a call's `upload` points to. */
typedef struct {
    ngx_fd_t                 fd;
    off_t                    size;
    phone_str_t              type;       /* of the body, as it was sent */
    unsigned                 multipart:1;
} ngx_phone_upload_t;


extern const phone_work_t  ngx_phone_blob_take;
extern const phone_work_t  ngx_phone_blob_keep;

/* All of them; ends with NULL. */
extern const phone_work_t *const  ngx_phone_blob_works[];

/* ngx_phone_blobs_disk.c: its data is the path of the folder, as a string. */
extern const phone_disk_t  ngx_phone_disk;

/* Shared by these files.  All of len bytes, or NGX_ERROR, which is logged. */
ngx_int_t ngx_phone_disk_bytes(ngx_fd_t fd, const char *name, char *bytes,
    size_t len, off_t at);
ngx_int_t ngx_phone_disk_touch(const char *folder, phone_str_t sha256,
    ngx_fd_t from, off_t place, int64_t size);

/* The file of a blob: path has room for NGX_PHONE_BLOB_PATH bytes; of sha256
   the first 64 characters count. */
void ngx_phone_blob_path(char *path, const char *folder, const char *sha256);


/*
 * ngx_phone_blobs_folder.c: the look() of a folder.  It waits for the disk:
 * once in the life of a folder to write, and to read when a worker connects.
 */
ngx_int_t ngx_phone_blob_folder(ngx_phone_folder_t *folder,
    const ngx_str_t *store);


/* ngx_phone_blobs_sweep.c: removes what nobody keeps.  In one worker. */

typedef struct ngx_phone_sweep_s  ngx_phone_sweep_t;

typedef struct {
    phone_env_t             *env;
    ngx_phone_compute_t     *compute;
    ngx_phone_redis_t       *redis;
    ngx_str_t                folder;
    ngx_msec_t               round;      /* through all folders */
    void                   (*removed)(void *data, ngx_uint_t n);
    void                    *data;
} ngx_phone_sweep_conf_t;

ngx_phone_sweep_t *ngx_phone_sweep_create(const ngx_phone_sweep_conf_t *conf,
    ngx_cycle_t *cycle);

/* In exit_process, before threads and connections are closed. */
void ngx_phone_sweep_close(ngx_phone_sweep_t *sweep);

/* And after that. */
void ngx_phone_sweep_free(ngx_phone_sweep_t *sweep);


#endif /* _NGX_PHONE_BLOBS_H_INCLUDED_ */
