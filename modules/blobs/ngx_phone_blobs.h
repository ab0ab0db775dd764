
/*
 * Blobs: bytes outside the store, in files that are named by their SHA-256.
 * The work below is posted for calls by the runner, and runs on threads.
 */


#ifndef _NGX_PHONE_BLOBS_H_INCLUDED_
#define _NGX_PHONE_BLOBS_H_INCLUDED_


#include "ngx_phone_core.h"


#define NGX_PHONE_BLOB_FOLDER   512      /* bytes of the folder's path */
#define NGX_PHONE_UPLOAD_TEXT   65536    /* of the fields beside a file */


/* A body that was spooled: what a call's `upload` points to. */
typedef struct {
    ngx_fd_t                 fd;
    off_t                    size;
    const char              *folder;     /* of the blobs */
    phone_str_t              type;       /* of the body, as it was sent */
    unsigned                 multipart:1;
} ngx_phone_upload_t;


extern const phone_work_t  ngx_phone_blob_take;
extern const phone_work_t  ngx_phone_blob_keep;

/* All of them; ends with NULL. */
extern const phone_work_t *const  ngx_phone_blob_works[];


#endif /* _NGX_PHONE_BLOBS_H_INCLUDED_ */
