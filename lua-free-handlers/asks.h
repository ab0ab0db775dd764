
/* Part of host.h: what a handler has asked for.  A host gets it, and sets the
   results. */


#ifndef _PHONE_ASKS_H_INCLUDED_
#define _PHONE_ASKS_H_INCLUDED_


#include "phone.h"
#include "lib/signature.h"


typedef enum {
    PHONE_ASK_RECORD,
    PHONE_ASK_INDEX,
    PHONE_ASK_LOG,
    PHONE_ASK_CLAIM,
    PHONE_ASK_HASH,
    PHONE_ASK_COUNT,             /* writes: adds one, then reads */
    PHONE_ASK_SIZE,
    PHONE_ASK_LENGTH,            /* of a log */
    PHONE_ASK_SCORES,
    PHONE_ASK_FIELD,             /* one of a hash */
    PHONE_ASK_WORK,
    PHONE_ASK_FETCH
} phone_ask_kind_t;


typedef struct phone_ask_s  phone_ask_t;

/* With any_type the call does not fail, whatever a key holds.  If the key has
   another type than is asked for, the host sets other_type, and the ask finds
   nothing.  Invalid fields are read as empty: see phone_readable(). */
struct phone_ask_s {
    phone_ask_kind_t         kind;
    unsigned                 bucket;
    unsigned                 sent:1;
    unsigned                 ready:1;
    unsigned                 any_type:1;
    unsigned                 other_type:1;
    phone_str_t              key;        /* of the store */
    phone_ask_t             *next;
};


/*
 * The host reads the fields of mask and sets value[] for each; a field that
 * is not there has data == NULL.  A record without a version is not found.
 *
 * With keep the host may remember what it read, all of it, if it was found;
 * with may_be_old it may give that instead of reading, and says so.
 */
struct phone_record_s {
    phone_ask_t              ask;
    phone_call_t            *call;
    const phone_type_t      *type;
    phone_str_t              id;
    uint32_t                 mask;       /* asked for: without facts */
    uint32_t                 changed;
    uint32_t                 wished;     /* set if it adds no guard */
    uint32_t                 unpacked;   /* facts that have been */
    phone_str_t             *value;      /* type->nfields of them */
    phone_str_t             *set;
    int64_t                  lives_for;
    unsigned                 fresh:1;    /* from phone_put(): not read */
    unsigned                 relied:1;
    unsigned                 removed:1;
    unsigned                 keep:1;
    unsigned                 may_be_old:1;
    unsigned                 remembered:1;   /* not read: set by the host */
    unsigned                 elsewhere:1;    /* in another bucket */
    unsigned                 malformed:1;    /* read with any_type */
    unsigned                 archived:1;     /* read from a file */
    phone_record_t          *next_record;
};


typedef struct {
    phone_ask_t              ask;
    int64_t                  bound;      /* scores below it, 0: any; upwards,
                                            of it or more */
    unsigned                 limit;
    unsigned                 up:1;       /* from the lowest score */
    phone_list_t             list;
} phone_ask_index_t;


typedef struct {
    phone_ask_t              ask;
    int64_t                  since;      /* scores of it or more */
    int64_t                  size;
} phone_ask_size_t;


typedef struct {
    phone_ask_t              ask;
    int64_t                  length;
} phone_ask_length_t;


/* The host sets scores.n to of.n and score[] for each entry; -1: no member. */
typedef struct {
    phone_ask_t              ask;
    phone_list_t             of;         /* one entry at least */
    phone_scores_t           scores;
} phone_ask_scores_t;


typedef struct {
    phone_ask_t              ask;
    int64_t                  skip;
    unsigned                 limit;
    phone_log_t              log;
} phone_ask_log_t;


typedef struct {
    phone_ask_t              ask;
    phone_str_t              value;
} phone_ask_claim_t;


typedef struct {
    phone_ask_t              ask;
    phone_hash_t             hash;
} phone_ask_hash_t;


typedef struct {
    phone_ask_t              ask;
    phone_str_t              field;
    phone_str_t              value;
} phone_ask_field_t;


/*
 * Adds one to each of the given cells of a string and returns the least.  A
 * cell has 16 bits and stays at its bounds.  A string that is not there is
 * made, for lives_for ms.
 */
#define PHONE_SKETCH_ROWS    4
#define PHONE_SKETCH_CELLS   (1024 * 1024)   /* of a row, all buckets */
#define PHONE_CELL_BITS      16

typedef struct {
    phone_ask_t              ask;
    int64_t                  lives_for;
    unsigned                 bit[PHONE_SKETCH_ROWS];     /* of its cells */
    int64_t                  count;
} phone_ask_count_t;


/* The arguments lie in the call's memory, and stay there until it ends. */
typedef struct {
    phone_ask_t              ask;
    const phone_work_t      *work;
    phone_str_t              arg[PHONE_WORK_ARGS];
    phone_str_t              who;        /* waits, in a lane with turns */
    unsigned                 known:1;
    unsigned                 place:1;    /* only a place is asked for */

    /* the file of the call: its hash (empty: there is none), the body, and
       where it is in that */
    phone_str_t              file;
    phone_str_t              upload;
    int64_t                  file_place;
    int64_t                  file_size;
    phone_result_t           result;
} phone_ask_work_t;


/*
 * Where the host has blobs; its functions are called in threads.  A file is the
 * host's: it sets what it needs of it.
 */
typedef struct {
    int                      fd;
    void                    *data;
    int64_t                  place;      /* where its bytes begin, and */
    int64_t                  size;       /* how many there are */
    phone_str_t              name;
} phone_disk_file_t;

typedef struct {
    /* a blob; PHONE_FAULT_GONE: there is none of that hash */
    phone_fault_t          (*open)(void *data, phone_disk_file_t *file,
                                   phone_str_t sha256);

    /* the file of a call: file has its place and its size */
    phone_fault_t          (*open_upload)(void *data, phone_disk_file_t *file,
                                          phone_str_t upload);

    /* all of len bytes, which are within the file: 0, or -1 */
    int                    (*read)(void *data, phone_disk_file_t *file,
                                   int64_t at, char *bytes, size_t len);
    void                   (*close)(void *data, phone_disk_file_t *file);

    /* One that is made: 0, or -1.  After make() came well it ends with one of
       the last two; keep() makes it durable, or leaves nothing of it. */
    int                    (*make)(void *data, phone_disk_file_t *file,
                                   phone_arena_t *arena);
    int                    (*write)(void *data, phone_disk_file_t *file,
                                    phone_str_t bytes);
    int                    (*keep)(void *data, phone_disk_file_t *file,
                                   phone_str_t sha256, int64_t size);
    void                   (*drop)(void *data, phone_disk_file_t *file);
} phone_disk_t;


/* What work may use: of the thread that it runs on. */
typedef struct phone_work_blobs_s  phone_work_blobs_t;

struct phone_tools_s {
    phone_crypto_t          *crypto;
    phone_key_t             *platform_key[PHONE_KEY_PAIRS];  /* by kind;
                                                    NULL: there is none */

    /* a public key that the host may have parsed before; NULL: it is none.
       For work that is quick: a thread does not have this function. */
    phone_key_t           *(*public_key)(void *data, phone_str_t spki);
    void                    *data;

    const phone_disk_t      *disk;               /* NULL: there are no blobs */
    void                    *disk_data;
    phone_work_blobs_t      *blobs;              /* of this work: blob.c */
};

/* Does the work of the ask.  result has texts in arena; after PHONE_FAULT_GONE
   its sha256 is that of the blob.  In a thread nothing of the ask is read but
   its work, its arguments and its file. */
void phone_work_run(const phone_ask_work_t *ask, const phone_tools_t *tools,
    phone_arena_t *arena, phone_result_t *result);


typedef struct {
    phone_ask_t              ask;
    const phone_fetch_t     *fetch;
    phone_str_t              url;
    phone_str_t              value[PHONE_FETCH_HEADERS];     /* checked */
    phone_str_t              body;
    phone_str_t              lane;
    phone_answer_t           answer;
    unsigned                 host_quits:1;   /* it says nothing about the peer:
                                                a trouble of the round, BUSY */
} phone_ask_fetch_t;


#endif /* _PHONE_ASKS_H_INCLUDED_ */
