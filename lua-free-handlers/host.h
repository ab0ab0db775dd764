
/*
 * The other side of the contract: what drives handlers.  The nginx shell and
 * the simulator read this header; handlers do not.
 *
 * The life of a call:
 *
 *     phone_call_init(), fill in what arrived
 *     again:
 *         phone_run()      PHONE_AGAIN: get every ask from phone_next_ask(),
 *                          phone_ready() each, run again
 *         phone_commit()   NULL: nothing to write.  Else apply it in one
 *                          atomic step; a guard that fails or an outcome that
 *                          is unknown: phone_forget(), goto again
 *         phone_finish()   PHONE_AGAIN: as above (the reply's signature)
 *     call->reply is the answer; run the events in call->emitted
 *     phone_call_free()
 *
 * The host may use a record that it remembers from another call: a copy that
 * is out of date makes a guard fail, or phone_run() asks for the record again.
 *
 * What comes next after a conflict, an unknown outcome or a lost lease is
 * decided by runtime/runner.h: hosts drive calls by it.
 */


#ifndef _PHONE_HOST_H_INCLUDED_
#define _PHONE_HOST_H_INCLUDED_


#include "phone.h"
#include "jobs.h"
#include "lib/canonical.h"
#include "lib/id.h"
#include "lib/key.h"
#include "lib/signature.h"
#include "lib/seal.h"


typedef enum {
    PHONE_WHOLE_STORE,           /* one script may touch every key */
    PHONE_ONE_BUCKET             /* one script may touch one bucket */
} phone_domain_t;


/* Shared by all calls of a process.  Read-only, except for the contexts that
   crypto and the keys reuse: one process, one thread. */
typedef struct {
    const phone_settings_t  *settings;
    unsigned                 buckets;
    unsigned                 cells;              /* of a sketch's row, in one */
    phone_domain_t           domain;
    unsigned                 leaves_events:1;    /* other processes run them */
    int64_t                  store_epoch;        /* raised where it has lost
                                                    confirmed writes */
    unsigned                 clock_off:1;        /* ours and the store's are
                                                    too far apart */
    unsigned                 memory_low:1;       /* the store's: strangers
                                                    get none of it */

    phone_crypto_t          *crypto;
    phone_seal_key_t        *cookie_key;
    phone_seal_key_t        *cookie_key_before;  /* NULL: not rotating */
    phone_seal_key_t        *record_key;         /* card numbers, SMS texts */
    phone_seal_key_t        *record_key_before;  /* NULL: not rotating */
    phone_mac_key_t         *pepper;             /* PINs, codes, card hashes */

    phone_str_t              platform_key_id;
    phone_str_t              platform_sign_type;

    /* the host's own work, see runtime/upload.c; NULL: it has no blobs */
    const phone_work_t      *take;
    const phone_work_t      *keep;
} phone_env_t;


/* How `take` says what is wrong with an upload. */
#define PHONE_UPLOAD_TOO_LARGE   'L'
#define PHONE_UPLOAD_TWO_FILES   'T'
#define PHONE_UPLOAD_OTHER_FILE  'O'
#define PHONE_UPLOAD_MALFORMED   'M'


/*
 * Sets the keys of env; secret, before (empty: not rotating) and pepper are
 * 32 bytes each.  0, or -1 and no key is set.  The keys belong to the thread
 * and must not cross fork().
 */
int phone_env_keys(phone_env_t *env, phone_str_t secret, phone_str_t before,
    phone_str_t pepper);
void phone_env_keys_free(phone_env_t *env);


/* Asks */

typedef enum {
    PHONE_ASK_RECORD,
    PHONE_ASK_INDEX,
    PHONE_ASK_LOG,
    PHONE_ASK_CLAIM,
    PHONE_ASK_HASH,
    PHONE_ASK_COUNT,             /* writes: adds one, then reads */
    PHONE_ASK_SIZE,
    PHONE_ASK_SCORES,
    PHONE_ASK_WORK,
    PHONE_ASK_FETCH
} phone_ask_kind_t;


typedef struct phone_ask_s  phone_ask_t;

/* With any_type nothing that a key holds makes the call fail.  One of another
   type than is asked for: the host sets other_type, and the ask finds nothing.
   Fields that make no sense are read as empty: see phone_readable(). */
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
    phone_key_t             *platform_key;       /* NULL: there is none */

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


/* Commits */

typedef enum {
    PHONE_GUARD_VERSION,         /* field, "v", of hash key equals want */
    PHONE_GUARD_ABSENT,          /* hash key has no field */
    PHONE_GUARD_AT_LEAST,        /* field of hash key is a number >= want; one
                                    that is not there is 0 */
    PHONE_GUARD_DUE,             /* score of member field in key equals want */
    PHONE_GUARD_EMPTY,           /* key does not exist */
    PHONE_GUARD_CLAIM,           /* key does not exist; it then holds field,
                                    for want ms, for ever when that is "0" */
    PHONE_GUARD_AT_MOST,         /* field of hash key is a number <= want */
    PHONE_GUARD_ROOM,            /* fewer than want members of sorted set key
                                    have a score of field or more */
    PHONE_GUARD_TYPE,            /* key has the type that command field reads,
                                    or does not exist; else it is an error */
    PHONE_GUARD_SUM              /* delta is added to field of hash key, which
                                    then is <= want, or >= want for a delta
                                    below 0 */
} phone_guard_kind_t;


typedef struct phone_guard_s  phone_guard_t;

struct phone_guard_s {
    phone_guard_kind_t       kind;
    unsigned                 bucket;
    phone_str_t              key;
    phone_str_t              field;
    phone_str_t              want;
    phone_str_t              delta;      /* of a sum */
    phone_str_t              life;       /* ms, "0" for none: of a key in which
                                            the sum is the first of field */
    unsigned                 full:1;     /* another run would meet it again */
    unsigned                 elsewhere:1;    /* than at the commit's home */
    phone_guard_t           *next;
};


typedef enum {
    PHONE_OP_HSET,               /* field, value, ... */
    PHONE_OP_HDEL,               /* field, ... */
    PHONE_OP_HINCRBY,            /* field, delta */
    PHONE_OP_DEL,
    PHONE_OP_PEXPIRE,            /* ms */
    PHONE_OP_COUNT,              /* ms, delta, bit, ...: as the ask does */
    PHONE_OP_ZADD,               /* score, member */
    PHONE_OP_ZADD_NX,            /* the same; a member that is there stays */
    PHONE_OP_ZREM,               /* member */
    PHONE_OP_RPUSH,              /* entry */
    PHONE_OP_XADD,               /* most entries or 0, field, value, ... */
    PHONE_OP_PUBLISH             /* payload; key is the channel */
} phone_op_kind_t;


/* A payload: sessions of the channel's number have ended. */
#define PHONE_LIVE_SESSIONS  "sessions"

typedef struct phone_op_s  phone_op_t;

struct phone_op_s {
    phone_op_kind_t          kind;
    unsigned                 bucket;
    phone_str_t              key;
    unsigned                 fresh:1;    /* of a new id: no such key yet, or
                                            no such member */
    unsigned                 nwords;
    phone_str_t             *word;
    phone_op_t              *next;
};


/*
 * Guards that write, claims and sums, come behind all others, and what they
 * have written is taken back when a later one does not hold or the first
 * command fails.
 */
typedef struct {
    unsigned                 bucket;     /* home: that of the guards */
    unsigned                 nguards;
    unsigned                 nops;
    unsigned                 back:1;     /* the first command, RPUSH or a ZADD
                                            of a new member, is taken back when
                                            the second fails */
    phone_guard_t           *guards;
    phone_op_t              *ops;
} phone_commit_t;


/*
 * looks.c: makes sure that a commit is applied as a whole or not at all.  Makes
 * each HINCRBY a sum with the bounds that its guards set; adds a guard for
 * everything else that could make a command fail and is not guarded yet, and
 * puts in front the commands that need none, because they can be undone.  -1
 * when one key is used as two types, the words or the key of a command are
 * malformed, or a bound is on a field that nothing is added to.
 */
int phone_add_looks(phone_arena_t *arena, phone_commit_t *commit);


/* Events that the commit has put and that are due now: this process holds
   their lease and should run them at once. */
typedef struct phone_emitted_s  phone_emitted_t;

struct phone_emitted_s {
    const phone_event_t     *event;
    phone_str_t              member;     /* as in the due queue */
    phone_str_t              id;
    phone_str_t              lane;
    unsigned                 bucket;
    int64_t                  due;        /* ms, as asked for */
    int64_t                  score;      /* ms, as stored: due or the lease */
    phone_emitted_t         *next;
};


/* Calls */

typedef struct {
    int                      status;
    phone_member_type_t      kind;               /* of what is no JSON; else
                                                    PHONE_M_TEXT, which is 0 */
    phone_str_t              body;               /* JSON or a text */
    phone_str_t              type;               /* of a text or a blob */
    phone_str_t              disposition;        /* headers; empty: none */
    phone_str_t              location;
    phone_str_t              sha256;             /* hex, of a blob and of what
                                                    is signed */
    phone_str_t              signature;          /* a form */
    phone_str_t              cookie[PHONE_COOKIES];  /* data == NULL: none */
    int64_t                  cookie_age[PHONE_COOKIES];  /* ms; 0: remove */
    int64_t                  retry_after;        /* seconds; 0: none */
    phone_refusal_t          refusal;
    unsigned                 refused:1;
    unsigned                 immutable:1;        /* a blob, at this address */
} phone_reply_t;


/* A member of a reply, kept until the reply is signed and written. */
#define PHONE_SAID_MAX  32

typedef struct {
    const char              *name;
    phone_str_t              value;
    unsigned                 literal:1;          /* a number or true, false */
} phone_said_t;


/* A checked parameter. */
typedef struct {
    phone_str_t              text;
    int64_t                  number;
} phone_value_t;


/* What the host draws for a call: the key of its random streams, and apart
   from it, for others see them, the bytes of its id and of its versions. */
#define PHONE_CALL_KEY        32
#define PHONE_VERSION_RANDOM  9              /* 12 characters */
#define PHONE_CALL_RANDOM     (PHONE_CALL_KEY + PHONE_ID_RANDOM              \
                               + PHONE_VERSION_RANDOM)


typedef struct phone_place_s  phone_place_t;


struct phone_call_s {
    const phone_env_t       *env;
    const phone_endpoint_t  *endpoint;           /* or */
    const phone_event_t     *event;
    phone_arena_t            arena;

    /* what the host fills in after phone_call_init() */
    int64_t                  now;                /* ms */
    unsigned char            random[PHONE_CALL_RANDOM];
    phone_str_t              address;
    /* sealed values; of several that were sent, with ';' between them, the
       first that opens counts */
    phone_str_t              cookie[PHONE_COOKIES];
    phone_str_t              idempotency_key;    /* data == NULL: none */
    unsigned                 key_twice:1;        /* that header, sent twice */
    phone_fields_t          *fields;             /* as they arrived */
    phone_str_t              upload;             /* a body for `take`, of the
                                                    host; data == NULL: none */
    phone_str_t              due_member;         /* of an event */
    phone_str_t              due_id;
    phone_str_t              lane;
    unsigned                 due_bucket;
    int64_t                  due_score;          /* the lease it runs under */
    unsigned                 room;               /* of lane.next: see below */
    int64_t                  waited;             /* ms, the oldest event that
                                                    it has found parked */
    phone_refusal_t          failed;             /* of a job's step, which runs
                                                    to count that: runner.h */
    unsigned                 has_failed:1;

    phone_str_t              id;
    phone_str_t              caller;
    unsigned                 session_slot;
    phone_str_t              session_id;
    phone_str_t              state;
    unsigned                 runs;               /* since its last start */
    unsigned                 forgot;             /* how often phone_forget() */
    unsigned                 serial;             /* of this run, of all */
    phone_str_t              version;            /* of what this run writes */

    phone_str_t              arg[PHONE_PARAMS_MAX];
    int64_t                  arg_int[PHONE_PARAMS_MAX];

    phone_ask_t             *asks;
    phone_ask_t            **last_ask;
    phone_ask_t             *next_ask;           /* first not handed out */
    phone_record_t          *records;
    phone_record_t         **last_record;
    unsigned                 missing;            /* asks not ready this run */

    phone_guard_t           *guards;
    phone_guard_t          **last_guard;
    phone_guard_t           *claims;
    phone_guard_t          **last_claim;
    phone_op_t              *ops;
    phone_op_t             **last_op;
    phone_emitted_t         *emitted;
    phone_commit_t           commit;
    int64_t                  repeat_at;
    unsigned                 moves;

    phone_reply_t            reply;
    phone_buf_t              body;
    phone_json_t             json;
    phone_said_t             said[PHONE_SAID_MAX];
    unsigned                 nsaid;
    unsigned                 said_written;       /* into the body so far */

    phone_str_t              key_hash;           /* see idempotency.c */
    phone_str_t              key_fields;
    phone_str_t              key_secrets;
    phone_str_t              key_version;        /* of what was kept last */
    unsigned                 key_bucket;

    phone_place_t           *places;             /* see sketch.c */

    phone_record_t          *merchant;           /* once the call is proved */
    phone_str_t              signed_text;        /* of a merchant's call */

    phone_file_t             file;               /* see upload.c */
    int64_t                  file_place;         /* of it in the body */

    unsigned                 checked:1;          /* parameters are */
    unsigned                 proved:1;           /* the caller is */
    unsigned                 unproved:1;         /* this run: not known yet */
    unsigned                 nonce_claimed:1;    /* by this very call */
    unsigned                 proof_first:1;      /* a commit of its own for
                                                    the nonce */
    unsigned                 replayed:1;         /* the reply is a kept one */
    unsigned                 taken:1;            /* the upload is */
    unsigned                 disk_failed:1;      /* that has the blobs */
    unsigned                 apart:1;            /* commit without the event */
    unsigned                 not_yet:1;          /* refused: on its way */
    unsigned                 any_type:1;         /* of its asks */
    unsigned                 gave_up:1;          /* the event's purpose */
    unsigned                 broken:1;           /* a stored value is bad */
    unsigned                 body_begun:1;

    phone_str_t              bad_key;            /* of that value, if known */

    /* what an ask gives when memory has run out; not set before */
    phone_record_t           no_record;
    phone_str_t              no_value[64];

    /* of parameters that are lists; set with arg_int[], how many items */
    phone_value_t           *arg_list[PHONE_PARAMS_MAX];
};


void phone_call_init(phone_call_t *call, const phone_env_t *env,
    const phone_endpoint_t *endpoint, const phone_event_t *event);
void phone_call_free(phone_call_t *call);

/*
 * Parses "name id lane" of a due queue; -1 when no such event exists.  The
 * parts point into member.
 */
int phone_event_parse(phone_str_t member, const phone_event_t **event,
    phone_str_t *id, phone_str_t *lane);

/*
 * A host holds a limited number of events of a lane at a time.  This makes the
 * commit that parks one more: member, which is in the due queue of the bucket
 * with that score.  The commit is in arena; NULL: memory has run out, and the
 * event is left to its lease.
 *
 * The event lane.next brings parked events back.  It is in no lane itself.
 * The host says in call->room how many more events of the lane
 * phone_lane_of(its id) it takes, and runs lane.next even when that is 0.
 */
const phone_commit_t *phone_park(phone_arena_t *arena, unsigned bucket,
    phone_str_t member, phone_str_t lane, int64_t score, int64_t now);
phone_str_t phone_lane_of(phone_str_t id);

phone_rc_t phone_run(phone_call_t *call);

/*
 * Frees what the call has read, put and emitted: the host takes what it needs
 * of that before.  After it only call->reply is valid, and call->caller if the
 * reply is no refusal.
 */
phone_rc_t phone_finish(phone_call_t *call);

/* The asks of this round: each is handed out once, until NULL. */
phone_ask_t *phone_next_ask(phone_call_t *call);
void phone_ready(phone_ask_t *ask);

/* 0: of a call with any_type, some of its fields make no sense. */
int phone_readable(phone_record_t *record);

/* The commit of the run that has just ended; NULL when it writes nothing. */
const phone_commit_t *phone_commit(phone_call_t *call);

/* Drops all that was read from the store; counts, work and fetches are
   kept. */
void phone_forget(phone_call_t *call);

/* Makes the reply a refusal, whatever the handler replied. */
void phone_fail(phone_call_t *call, phone_refusal_t refusal);

/* After PHONE_CONTINUE: starts over, keeping what arrived and the state. */
void phone_start_over(phone_call_t *call);


/* The words of a phone_words_t, NULL behind the last. */
const char *const *phone_words(int64_t list);


/* Keys */

unsigned phone_home(const phone_env_t *env, const phone_type_t *type,
    phone_str_t id);
phone_str_t phone_key(phone_arena_t *arena, const phone_type_t *type,
    unsigned bucket, phone_str_t id);
phone_str_t phone_bucket_text(phone_arena_t *arena, unsigned bucket);


/* The product's table of contents (registry.c); all end with NULL. */
extern const phone_endpoint_t *const  phone_endpoints[];
extern const phone_event_t *const     phone_events[];
extern const phone_work_t *const      phone_works[];
extern const phone_fetch_t *const     phone_fetches[];
extern const phone_job_kind_t *const  phone_job_kinds[];

/*
 * What the runtime is told by the capabilities that know callers
 * (registry.c); it includes none of their headers.
 */
typedef struct {
    /*
     * At each run of a call that needs a session: asks for it, PHONE_AGAIN
     * while it has not come.  PHONE_DONE when it is open, and call->caller is
     * its number.
     */
    phone_rc_t             (*session)(phone_call_t *call);

    /* The reply to a call of this session, which is given once more, had set
       the cookie of a device: sets it again. */
    phone_rc_t             (*device_again)(phone_call_t *call);

    /* The key that a merchant's signature is checked with: 0, or -1 when none
       of this id is valid at now (ms). */
    int                    (*merchant_key)(phone_record_t *merchant,
                                           phone_str_t key_id, int64_t now,
                                           phone_str_t *spki);
} phone_callers_t;

extern const phone_callers_t  phone_callers;

/* Events of the runtime itself (posting.c, lane.c, job.c). */
extern const phone_event_t  phone_posting_apply;
extern const phone_event_t  phone_posting_forget;
extern const phone_event_t  phone_lane_next;
extern const phone_event_t  phone_job_step;

/* Are calls of this kind signed, and their replies? */
#define phone_signs(who)  ((who) == PHONE_MERCHANT || (who) == PHONE_TERMINAL)

/* What every signed call carries, and a terminal's beside that; both end with a
   NULL name. */
extern const phone_param_t  phone_merchant_params[];
extern const phone_param_t  phone_terminal_params[];

/* Members of every reply, of a refusal, of a reply to a merchant. */
extern const phone_member_t  phone_code_members[];
extern const phone_member_t  phone_refusal_members[];
extern const phone_member_t  phone_signed_members[];

/*
 * What the reply has that its endpoint does not declare, or does not have
 * though it should, in words; empty: nothing.  After phone_finish().
 */
phone_str_t phone_undeclared(phone_call_t *call);

/*
 * The endpoint for a method and a path; path parameters ("{bill_id}") are
 * added to fields.  NULL: *known says whether the path exists at all.
 * capability is a name's first part ("bill"), prefix what the operator mounted
 * it under in place of its own.
 */
const phone_endpoint_t *phone_route(const char *capability, phone_str_t method,
    phone_str_t path, phone_fields_t *fields, int *known);


#endif /* _PHONE_HOST_H_INCLUDED_ */
