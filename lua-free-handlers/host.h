
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
 *                          is unknown (then note in_doubt): phone_forget(),
 *                          goto again
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
#include "asks.h"
#include "commit.h"
#include "jobs.h"
#include "lib/canonical.h"
#include "lib/envelope.h"
#include "lib/id.h"
#include "lib/key.h"
#include "lib/signature.h"
#include "lib/seal.h"


typedef enum {
    PHONE_WHOLE_STORE,           /* one script may touch every key */
    PHONE_ONE_BUCKET             /* one script may touch one bucket */
} phone_domain_t;


/* What the keys of envelopes are derived from; NULL: there is none. */
typedef struct {
    phone_mac_key_t         *key;
    char                     id[PHONE_ENVELOPE_KEY_ID];
} phone_envelope_master_t;


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
    int64_t                  store_since;        /* ms: when it was made */
    phone_str_t              store_id;
    unsigned                 clock_off:1;        /* it differs too much from
                                                    the store's */
    unsigned                 memory_low:1;       /* of the store: what is left
                                                    is not for strangers */

    phone_crypto_t          *crypto;
    phone_seal_key_t        *cookie_key;
    phone_seal_key_t        *cookie_key_before;  /* NULL: not rotating */
    phone_seal_key_t        *record_key;         /* card numbers, SMS texts */
    phone_seal_key_t        *record_key_before;  /* NULL: not rotating */
    phone_mac_key_t         *hash_key;           /* codes, names of cards */
    phone_mac_key_t         *hash_key_before;    /* NULL: not rotating */
    phone_mac_key_t         *sketch_key;         /* which cells names have */
    phone_ciphers_t         *ciphers;
    phone_envelope_master_t  envelope[2];        /* that of now first */

    /* what tells the secret, and the one before, from others */
    unsigned char            secret_print[2][PHONE_PRINT_LEN];
    unsigned                 has_before:1;

    const phone_platform_keys_t  *platform;      /* NULL: it has none */
    const phone_banks_t     *banks;              /* the same */
    const phone_zones_t     *zones;              /* the same */

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
 * Sets the keys of env, which has its store_id; secret and before (empty: not
 * rotating) are 32 bytes each.  0, or -1 and no key is set.  The keys belong to
 * the thread and must not cross fork().
 */
int phone_env_keys(phone_env_t *env, phone_str_t secret, phone_str_t before);
void phone_env_keys_free(phone_env_t *env);


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
    int64_t                  size;               /* bytes, of a blob */
    phone_str_t              signature;          /* a form */
    phone_str_t              cookie[PHONE_COOKIES];  /* data == NULL: none */
    int64_t                  cookie_age[PHONE_COOKIES];  /* ms; 0: remove */
    int64_t                  retry_after;        /* seconds; 0: none */
    int64_t                  cacheable;          /* seconds; 0: not at all */
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
    int64_t                  left_parked;        /* that it leaves so */
    phone_refusal_t          failed;             /* of a job's step, which runs
                                                    to count that: runner.h */
    unsigned                 has_failed:1;

    phone_str_t              id;
    phone_str_t              caller;
    unsigned                 session_slot;
    phone_str_t              session_id;
    unsigned                 session_before:1;   /* by the secret before */
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
    phone_ask_t            **asked;              /* see runtime/asked.c */
    unsigned                 asked_room;         /* slots that it can have */
    unsigned                 asked_slots;        /* 0: there is no table */
    unsigned                 nasked;

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
    phone_gave_up_t          gave_up;            /* the event's purpose */
    unsigned                 tallies;            /* a bit for each */

    phone_reply_t            reply;
    phone_buf_t              body;
    phone_json_t             json;
    phone_said_t             said[PHONE_SAID_MAX];
    unsigned                 nsaid;
    unsigned                 said_written;       /* into the body so far */

    phone_str_t              key_hash;           /* see idempotency.c */
    phone_str_t              key_fields;
    phone_str_t              key_secrets;
    phone_str_t              key_secrets_before; /* empty: not rotating */
    phone_str_t              key_version;        /* of what was kept last */
    phone_str_t              key_note;           /* version of its own note */
    unsigned                 key_bucket;
    unsigned                 key_there;          /* where a note says it is */

    phone_place_t           *places;             /* see sketch.c */

    phone_record_t          *merchant;           /* once the call is proved */
    phone_signer_t           signer;             /* of its reply, by then */
    phone_str_t              signed_text;        /* of a merchant's call */

    phone_fields_t          *fields_sent;        /* NULL: fields are; else an
                                                    envelope was opened */
    unsigned                 sealed_suite;       /* of it; 0: none was */
    phone_str_t              sealed_iv;
    int64_t                  sealed_today;       /* envelopes of the number */

    phone_file_t             file;               /* see upload.c */
    int64_t                  file_place;         /* of it in the body */

    unsigned                 checked:1;          /* parameters are */
    unsigned                 proved:1;           /* the caller is */
    unsigned                 reads_only:1;       /* this run: the caller is
                                                    not proved yet */
    unsigned                 nonce_claimed:1;    /* by this very call */
    unsigned                 sealed_seen:1;      /* any envelope was opened */
    unsigned                 sealed_badly:1;     /* or does not open */
    unsigned                 full:1;             /* an account is: it is only
                                                    refused */
    unsigned                 proof_first:1;      /* a commit of its own for
                                                    the nonce */
    unsigned                 note_first:1;       /* and for an
                                                    Idempotency-Key */
    unsigned                 noted:1;            /* there is such a note */
    unsigned                 granted:1;          /* wishes, by this run */
    unsigned                 no_wishes:1;        /* grant none any more */
    unsigned                 in_doubt:1;         /* a commit of it may have
                                                    gone in */
    unsigned                 replayed:1;         /* the reply is a kept one */
    unsigned                 taken:1;            /* the upload is */
    unsigned                 disk_failed:1;      /* that has the blobs */
    unsigned                 archive_failed:1;   /* so: a file of it has */
    unsigned                 apart:1;            /* commit without the event */
    unsigned                 not_yet:1;          /* refused: on its way */
    unsigned                 unsignable:1;       /* a value of its reply */
    unsigned                 any_type:1;         /* of its asks */
    unsigned                 unread:1;           /* by this host */
    unsigned                 broken:1;           /* a stored value is bad */
    unsigned                 body_begun:1;

    phone_str_t              bad_key;            /* of that value, if known */
    char                     no_secret[PHONE_SECRET_ID + 1];    /* the id of a
                                                    key that this host lacks */
    const char              *why;                /* the mistake in a handler
                                                    that was noticed; or NULL */

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

/*
 * 0 when the caller certainly gets LOGIN_REQUIRED: the call needs a session and
 * has no cookie of ours.  A host asks this before it reads the body, which may
 * be large; of the call only the cookie must be there.  phone_run() begins with
 * the same check.
 */
int phone_may_enter(phone_call_t *call);

phone_rc_t phone_run(phone_call_t *call);

/*
 * Frees what the call has read, put and emitted: the host takes what it needs
 * of that before.  After it only call->reply is valid, and call->caller if the
 * reply is no refusal.
 */
phone_rc_t phone_finish(phone_call_t *call);

/* The parameter that is a file, NULL when the endpoint takes none. */
const phone_param_t *phone_file_param(const phone_endpoint_t *endpoint);

/* The asks of this round: each is handed out once, until NULL. */
phone_ask_t *phone_next_ask(phone_call_t *call);
void phone_ready(phone_ask_t *ask);

/* 0: the call has any_type, and some of its fields are invalid. */
int phone_readable(phone_record_t *record);

/* The commit of the run that has just ended; NULL when it writes nothing. */
const phone_commit_t *phone_commit(phone_call_t *call);

/* After that commit the handler runs again, and decides. */
#define phone_decides_next(call)  ((call)->proof_first || (call)->note_first)

/* Drops all that was read from the store; counts, work and fetches are
   kept. */
void phone_forget(phone_call_t *call);

/* Makes the reply a refusal, whatever the handler replied. */
void phone_fail(phone_call_t *call, phone_refusal_t refusal);

/* After PHONE_CONTINUE: starts over, keeping what arrived and the state. */
void phone_start_over(phone_call_t *call);


/* The words of a phone_words_t, NULL behind the last. */
const char *const *phone_words(int64_t list);

/* The words of a PHONE_P_SIGN_TYPE, in the same way. */
extern const char *const  phone_sign_type_words[];


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
    /* Of a call that needs a session: 0, or -1 when no cookie of ours was
       sent. */
    int                    (*cookie)(phone_call_t *call);

    /*
     * At each run of a call that needs a session: asks for it, PHONE_AGAIN
     * while it has not come.  PHONE_DONE when it is open, and call->caller is
     * its number.
     */
    phone_rc_t             (*session)(phone_call_t *call);

    /* The reply to a call of this session, which is given once more, had set
       the cookie of a device: sets it again. */
    phone_rc_t             (*device_again)(phone_call_t *call);

    /* Counts an envelope of the caller that does not open: the ms to wait; 0
       when there is none, and while waiting. */
    int64_t                (*envelope_over)(phone_call_t *call);

    /* The key that a signature is checked with, of those in this field of a
       merchant or a terminal: of this id, or, when that is empty, any.  How
       many of them are valid now: unless it is one, nothing can be checked. */
    unsigned               (*merchant_key)(phone_call_t *call,
                                           phone_record_t *record,
                                           unsigned field, phone_str_t key_id,
                                           phone_caller_key_t *key);

    /* Notes in a commit of this call that such a key was used; once an hour,
       so that most calls do not write it. */
    void                   (*merchant_key_used)(phone_call_t *call,
                                                phone_record_t *record,
                                                unsigned field,
                                                phone_str_t key_id);

    /* The secret that signs what is sent to a merchant: the oldest of those
       that are valid now, which it has had for longest.  0, or -1. */
    int                    (*merchant_secret)(phone_call_t *call,
                                              phone_record_t *merchant,
                                              phone_caller_key_t *key);
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

/* What a call with an envelope carries; may a call to this endpoint have one,
   and this parameter be in it? */
extern const phone_param_t  phone_envelope_params[];
int phone_takes_envelope(const phone_endpoint_t *endpoint);
int phone_is_sealable(const phone_endpoint_t *endpoint,
    const phone_param_t *param);

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
 * capability is the first part of their names, or several ("bill refund").
 */
const phone_endpoint_t *phone_route(const char *capability, phone_str_t method,
    phone_str_t path, phone_fields_t *fields, int *known);


#endif /* _PHONE_HOST_H_INCLUDED_ */
