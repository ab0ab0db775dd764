
/* Part of phone.h: what is asked of others than the store, of a processor and
   of other servers. */


#ifndef _PHONE_WORK_H_INCLUDED_
#define _PHONE_WORK_H_INCLUDED_


#include "declare.h"


/*
 * Work for a processor instead of the store: a pure function of its arguments,
 * which runs where its lane says.  Its results are kept over conflicts.  The
 * shell, the simulator and the unit tests go by the descriptor; registry.c has
 * a table of all.
 */
typedef enum {
    PHONE_WORK_QUICK,            /* some 10 us: by the event loop, at once */
    PHONE_WORK_SIGN,             /* about a millisecond: by any thread */
    PHONE_WORK_HASH,             /* a tenth of a second: what does not run
                                    waits in turns */
    PHONE_WORK_MEDIA,            /* a second: likewise, beside the hashes */
    PHONE_WORK_LANES
} phone_work_lane_t;

#define PHONE_WORK_ARGS  4

typedef struct phone_tools_s  phone_tools_t;    /* host.h */

typedef struct {
    const char              *name;       /* "sign": for logs and traces */
    phone_work_lane_t        lane;
    unsigned                 share;      /* at most one in so many of the
                                            host's processors does work of
                                            this lane, or one a worker; 1: all
                                            may.  The same for all work of a
                                            lane. */
    size_t                   largest;    /* bytes of a result */

    /* 1 when it succeeds.  *text, which is empty before, is in arena. */
    int                    (*run)(const phone_tools_t *tools,
                                  phone_arena_t *arena,
                                  const phone_str_t arg[PHONE_WORK_ARGS],
                                  phone_str_t *text);
} phone_work_t;

/* What ends the call, whatever the handler returns. */
typedef enum {
    PHONE_FAULT_NONE = 0,
    PHONE_FAULT_DISK,            /* full, or faulty: STORE_UNAVAILABLE */
    PHONE_FAULT_GONE             /* there is no such blob: INTERNAL */
} phone_fault_t;

typedef struct {
    int                      ok;
    phone_str_t              text;
    phone_str_t              sha256;     /* of the blob that it has made;
                                            empty: it has made none */
    int64_t                  size;       /* of that */
    phone_fault_t            fault;
} phone_result_t;

/* The arguments must stay as they are until the call ends: texts of the call
   are.  What is not quick is not begun before the caller is proved, where the
   endpoint needs that. */
const phone_result_t *phone_ask_work(phone_call_t *call,
    const phone_work_t *work, const phone_str_t arg[PHONE_WORK_ARGS]);

/*
 * The same for a lane in which work waits: in turns by `who`, which names the
 * caller or the network; within a round known callers come first
 * (lib/turns.h).  When too many wait the call ends with BUSY.
 */
const phone_result_t *phone_ask_work_of(phone_call_t *call,
    const phone_work_t *work, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t who, int known);

/* Work that this call asks for later finds a place in the queue: asked for
   before anything is committed, or the call ends with BUSY. */
void phone_ask_place(phone_call_t *call, const phone_work_t *work);

/*
 * Blobs in work that is not quick.  sha256 names the file of the call, kept or
 * not, or a blob; it is one of the arguments of the work.  The work may make
 * one blob: what it has written is durable under its hash when it has returned
 * 1, and nothing is left of it otherwise.  Where the disk fails reading gives
 * nothing, writing does nothing, and the work has failed.  Readers need not be
 * closed.
 */
typedef struct phone_reader_s    phone_reader_t;
typedef struct phone_writer_s    phone_writer_t;

phone_reader_t *phone_read_blob(const phone_tools_t *tools,
    phone_str_t sha256);

/* The same; NULL, and no fault: there is none. */
phone_reader_t *phone_find_blob(const phone_tools_t *tools,
    phone_str_t sha256);
int64_t phone_blob_size(const phone_reader_t *reader);

/* The bytes from at on: how many there are, len but at the end; 0: none. */
size_t phone_blob_bytes(phone_reader_t *reader, int64_t at, char *bytes,
    size_t len);

phone_writer_t *phone_make_blob(const phone_tools_t *tools);
void phone_write(phone_writer_t *writer, phone_str_t bytes);

/*
 * A blob that a job makes in steps.  Each step makes a piece, which knows the
 * hash of the one before it (empty: it is the first); the last step joins them,
 * and keeps the whole.  Nobody keeps pieces: they stay for a day.  When one is
 * gone joining fails, and the job begins anew.
 */
phone_writer_t *phone_make_piece(const phone_tools_t *tools,
    phone_str_t before);
extern const phone_work_t  phone_work_join;      /* the last piece */

/*
 * The same in work that writes more than the pieces.  1, or 0: a piece is gone.
 * The SHA-256, in hex, of what they would write; empty: a piece is gone.
 */
int phone_write_pieces(const phone_tools_t *tools, phone_writer_t *writer,
    phone_str_t last);
phone_str_t phone_hash_pieces(const phone_tools_t *tools, phone_str_t last);

/* Work of the platform (runtime/work.c). */
extern const phone_work_t  phone_work_verify;    /* public key or secret, sign
                                                    type, text, signature */
extern const phone_work_t  phone_work_sign;      /* sign type, text -> base64:
                                                    the platform's key */
extern const phone_work_t  phone_work_mac;       /* secret, text -> base64 */
extern const phone_work_t  phone_work_password_hash;     /* password, salt
                                                            -> stored form */
extern const phone_work_t  phone_work_password_check;    /* stored form or
                                            empty (a dummy), password */

/*
 * Outbound HTTP calls, in events only: through a location of this nginx, which
 * the operator configures (docs/fetch.md).  The shell, the simulator and the
 * unit tests go by the descriptor; registry.c has a table of all.
 */
#define PHONE_FETCH_HEADERS  4

typedef struct {
    const char              *name;       /* "notice": names its location */
    const char              *method;
    const char              *type;       /* of its body; NULL: it has none */
    const char              *header[PHONE_FETCH_HEADERS];    /* names of those
                                            whose values the handler gives */
    size_t                   largest;    /* bytes of the body of a reply */
    unsigned                 by_url:1;   /* goes where a URL says that was
                                            given by somebody else: to public
                                            addresses only.  0: where the
                                            location says */
    const char              *about;
    unsigned                 secret:1;   /* its body: no file of
                                            phone_fetch_log gets it */
    unsigned                 logged;     /* so many of the first headers stand
                                            in such a file; 0: all */
} phone_fetch_t;

typedef struct {
    int                      status;
    phone_str_t              text;
    int64_t                  took;       /* ms */
} phone_answer_t;

/*
 * url is empty unless the call goes by one; value[] has one for each header,
 * empty: it is not sent; NULL: there are none.  In the answer status is that of
 * HTTP, 0 when none came: then text names what failed ("timeout", "refused",
 * "address", "large", ...; "header": a value that cannot be sent as one).
 * Answers are kept over conflicts: an event sends once a run.
 */
const phone_answer_t *phone_ask_fetch(phone_call_t *call,
    const phone_fetch_t *fetch, phone_str_t url, const phone_str_t *value,
    phone_str_t body);


#endif /* _PHONE_WORK_H_INCLUDED_ */
