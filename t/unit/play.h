
/*
 * Plays calls through the real runtime, one after another, against the twin
 * of the store: what the shell does, without nginx.  A hook can act between
 * the reads and the commit of a call, and a commit's answer can be lost.
 *
 *     play_start();
 *     play("session.login", "phone=13800000001&password=...");
 *     is_str(play_code(), "OK", "...");
 *     play_end();
 */


#ifndef _PHONE_PLAY_H_INCLUDED_
#define _PHONE_PLAY_H_INCLUDED_


#include <stdlib.h>

#include "host.h"
#include "lib/fields.h"
#include "lib/password.h"
#include "runtime/runner.h"
#include "tap.h"

/* The twin is the simulator's. */
#include "../sim/entries.h"


#define PLAY_NOW     INT64_C(1800000000000)              /* ms */
#define PLAY_EVENTS  256
#define PLAY_BLOBS   1024


typedef struct {
    phone_str_t              member;
    unsigned                 bucket;
    int64_t                  score;
} play_event_t;


typedef struct {
    sim_memory_t             memory;
    sim_store_t             *store;
    phone_env_t              env;
    phone_settings_t         settings;
    phone_arena_t            arena;      /* of the whole test */

    int64_t                  now;        /* the store's */
    int64_t                  ahead;      /* of it, the host's clock */
    unsigned                 serial;
    phone_str_t              cookie;     /* sent with each call */
    phone_str_t              code_cookie;    /* kept as a browser keeps it */
    phone_str_t              device_cookie;
    phone_str_t              key;        /* Idempotency-Key; NULL: none */
    int                      key_twice;  /* it is sent twice */
    phone_str_t              address;

    /* of the last call */
    int                      status;
    phone_str_t              body;
    phone_str_t              set_cookie;
    int64_t                  cookie_age[PHONE_COOKIES];
    int64_t                  retry_after;
    int64_t                  cacheable;
    int                      refused;
    phone_refusal_t          refusal;
    phone_str_t              bad_key;    /* that the host would log */
    char                     no_secret[PHONE_SECRET_ID + 1];   /* it as well */
    const char              *why;        /* it as well */
    unsigned                 reads;      /* asks of the store */
    unsigned                 works;
    phone_str_t              turn;       /* in which the last file was read */
    unsigned                 signed_replies;
    unsigned                 runs;
    unsigned                 commits;
    unsigned                 fields;     /* of records that were read */
    unsigned                 operations; /* of the commits */
    char                     guards[512];    /* theirs, in words */
    unsigned                 published;  /* to live connections, by all */
    int                      gave_up;    /* the event's purpose */
    unsigned                 tallies;    /* bits: what the host counts */
    int                      full;       /* an account is */

    /* what may go wrong */
    void                   (*before_commit)(void);      /* of the next call */
    void                   (*before_read)(void);        /* each: of this ask */
    const phone_ask_t       *asking;
    int                      lose_answer;        /* of the next commit */
    unsigned                 room;       /* that lane.next finds */
    int                      busy;       /* the password queue is full */
    int                      no_place;   /* so is that of signatures */
    int                      no_work;    /* hashes and signatures fail */

    /* what the host remembers: any record that may be kept, one of them */
    int                      remembers;
    int                      signatures; /* are right */
    phone_tools_t           *tools;      /* they are made and checked with
                                            these; NULL: they are not */
    phone_str_t              checked_key;    /* the last one was, with that */
    phone_str_t              kept_key;
    phone_str_t              kept[32];
    unsigned                 recalled;   /* by the last call */

    /* the SMS gateway */
    int                      gateway;    /* its HTTP status */
    const char              *answer;     /* what it says */
    unsigned                 texts;
    const char            *(*peer)(phone_str_t body);    /* says it, if set */

    /* a file of the next call, what it is said to be, and the blobs */
    const char              *file;
    size_t                   file_len;   /* 0: it is a text */
    const char              *file_line;  /* "<type> <name>" */
    const char              *file_fields;        /* beside it, as a form */
    phone_str_t              blob[PLAY_BLOBS];   /* their hashes */
    phone_str_t              bytes[PLAY_BLOBS];  /* data == NULL: gone */
    unsigned                 nblobs;
    int                      disk_full;
    int                      disk_short; /* reads find less than there was */
    unsigned                 disk_open;  /* files that are */
    unsigned                 disk_made;  /* files that are being made */
    phone_reply_t            reply;      /* of what is no JSON */
    phone_str_t              to;
    phone_str_t              text;
    phone_str_t              header[PHONE_FETCH_HEADERS];    /* with it */

    play_event_t             event[PLAY_EVENTS]; /* put, not run yet */
    unsigned                 nevents;
} play_t;

extern play_t  player;


void play_start(void);
void play_end(void);

/* body is JSON, or a form, values plain as in "a=1&b=2" or percent-encoded. */
int play(const char *name, const char *body);
int play_endpoint(const phone_endpoint_t *endpoint, const char *body);

/* Runs the event that was put first; 0 when there is none. */
int play_event(void);

/* The text or number of a member of the reply; empty when it is not there. */
phone_str_t play_member(const char *name);
phone_str_t play_code(void);

/* 1 when the reply holds this text. */
int play_says(const char *text);

/* What the store has in a field of a record. */
phone_str_t play_stored(const phone_type_t *type, const char *id,
    unsigned field);


/* The steps, for tests that do something between them. */

void play_draw(phone_call_t *call);
void play_counts(void);
void play_ask(phone_call_t *call, phone_ask_t *ask);
void play_work(phone_call_t *call, phone_ask_work_t *ask);

/* PHONE_AGAIN: there is no place in a queue. */
phone_rc_t play_run(phone_call_t *call);

/* While something is not read a run decides nothing: it answers about the
   fields of its call at most (400), and writes that a session was seen. */
void play_undecided(const phone_call_t *call);

/* failed is the guard of a conflict. */
phone_outcome_t play_apply(phone_call_t *call, const phone_commit_t *commit,
    const phone_guard_t **failed);
void play_hook(void);

#define PLAY_SUM  2

/* Not 0 when the call has to be run again. */
int play_commit(phone_call_t *call);

/* A reply is what its endpoint declares; those of tests declare nothing. */
void play_declared(phone_call_t *call);
void play_take(phone_call_t *call);

/* Takes the event that was put first; 0 when there is none. */
int play_event_begin(phone_call_t *call, play_event_t *event);

/* It may be put again. */
void play_event_end(phone_call_t *call, const play_event_t *event);


/* The disk: bytes in memory. */

extern const phone_disk_t  player_disk;

phone_str_t play_blob(phone_str_t sha256);
void play_keep_bytes(phone_str_t sha256, phone_str_t bytes);


/* Work of the host itself: play_work() does it. */

/* A bank, unless a test has others. */

extern const phone_banks_t  play_banks;

extern const phone_work_t  player_take;
extern const phone_work_t  player_keep;


#endif /* _PHONE_PLAY_H_INCLUDED_ */
