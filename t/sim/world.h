
/*
 * A simulated deployment: one store, some workers that run the real handlers,
 * a network that delays, reorders and loses, clients, merchants' endpoints,
 * and one clock.  One seed draws how many there are of each and how badly
 * each fault strikes ("swarm" testing), then everything that happens.
 *
 * Time is in microseconds of the run; wall-clock time, which jumps, is in
 * milliseconds since 1970.
 */


#ifndef _SIM_WORLD_H_INCLUDED_
#define _SIM_WORLD_H_INCLUDED_


#include "agenda.h"
#include "map.h"
#include "random.h"
#include "store.h"


/* ms: where the clock of the wall begins, 2024-03-01T00:00:00Z. */
#define SIM_EPOCH            INT64_C(1709251200000)

#define SIM_MS               INT64_C(1000)
#define SIM_SECOND           (1000 * SIM_MS)

#define SIM_WORKERS_MAX      4
#define SIM_BUCKETS_MAX      8
#define SIM_CELLS            512         /* of a row of a sketch */
#define SIM_JUMPS_MAX        3
#define SIM_OUTAGES_MAX      2
#define SIM_ROUND_MAX        24
#define SIM_ENDPOINTS_MAX    192         /* of the registry */
#define SIM_SECRETS          3           /* that the hosts have in turn */


/* Defects of the deployment that can be put in on purpose; an OR of them,
   above those of the store. */
#define SIM_IGNORE_LEASE     0x00010000  /* the pump runs what others hold */
#define SIM_TRUST_UNKNOWN    0x00020000  /* a lost answer counts as a yes */
#define SIM_TRUST_CONFLICT   0x00040000  /* so does a commit refused */
#define SIM_ANY_SIGNATURE    0x00080000
#define SIM_SAME_RANDOM      0x00100000  /* every call draws the same bytes */
#define SIM_TRUST_MEMORY     0x00200000  /* copies count as read */
#define SIM_NO_SWEEP         0x00400000
#define SIM_TRUST_REFUSAL    0x00800000  /* even after an unknown outcome */
#define SIM_EVENT_AGAIN      0x01000000  /* so do events run again */
#define SIM_ANY_CLOCK        0x02000000  /* workers with any clock work */


typedef struct sim_worker_s    sim_worker_t;
typedef struct sim_task_s      sim_task_t;
typedef struct sim_exchange_s  sim_exchange_t;
typedef struct sim_auditor_s   sim_auditor_t;
typedef struct sim_people_s    sim_people_t;
typedef struct sim_blobs_s     sim_blobs_t;
typedef struct sim_bank_s      sim_bank_t;
typedef struct sim_replica_s   sim_replica_t;


/* What a seed draws at the start; chances are parts in a million. */
typedef struct {
    unsigned                 workers;
    unsigned                 merchants;
    unsigned                 payers;
    unsigned                 actions;        /* of payers; shops: half */
    int64_t                  pause;          /* between two of a client */

    int64_t                  hop;            /* longest way to the store */
    int64_t                  store_timeout;
    int64_t                  call_timeout;
    unsigned                 lose_request;   /* to the store */
    unsigned                 lose_reply;
    unsigned                 late;           /* applied after the time-out */
    unsigned                 tear;           /* a round read in pieces */
    unsigned                 kill;           /* of a worker, a step */
    unsigned                 restart;        /* of the store, a commit */
    unsigned                 jump;           /* of the clock, a commit */
    unsigned                 outage;         /* of all machines, a commit */
    unsigned                 failover;       /* that loses writes, a commit */
    unsigned                 refuse;         /* by the store, a commit */
    unsigned                 freeze;         /* of a worker, a commit */
    unsigned                 stuck;          /* a commit that is handed over */
    unsigned                 corrupt;        /* a stored value, a commit */
    int64_t                  skew;           /* ms between two machines */
    unsigned                 wrong_clock;    /* beyond the bound, a start */
    unsigned                 abort;          /* a client goes away */
    unsigned                 busy;           /* a queue fills up, a work */
    unsigned                 guess;          /* of PINs, an action */
    unsigned                 trespass;       /* on what is another's, same */
    unsigned                 networks;       /* guessers come from; 0: none */
    unsigned                 rich;           /* cards can pay for it all */
    unsigned                 huge;           /* some bills fill a bank's account
                                                in the ledger */
    unsigned                 stubborn;       /* endpoints stay as they are */
    unsigned                 rotate;         /* keys, of a shop's action */
    int64_t                  sweep;          /* between two of a worker */
    unsigned                 lane;           /* events of one, of a worker */

    unsigned                 ack;            /* by a merchant's endpoint: */
    unsigned                 junk;           /* 200, but not "success" */
    unsigned                 error;          /* another status */
    unsigned                 ack_lost;       /* taken, answer lost */
    unsigned                 lies;           /* of the bank, an answer */
    int64_t                  fetch_timeout;
} sim_swarm_t;


struct sim_worker_s {
    sim_world_t             *world;
    unsigned                 number;
    unsigned                 alive:1;
    unsigned                 life;           /* how often it was started */
    int64_t                  skew;           /* ms */
    int64_t                  frozen;         /* until */
    int64_t                  of_before;      /* until then it acts on what it
                                                knew before a failover */
    sim_task_t              *tasks;
    unsigned                 events;         /* tasks that run an event */
    sim_map_t                kept;           /* records, by key */
    phone_env_t              env;
};


/* The clock of all machines was set. */
typedef struct {
    int64_t                  at;         /* of the run */
    int64_t                  wall;       /* ms: it had shown that */
    int64_t                  by;         /* ms */
} sim_jump_t;


typedef struct {
    uint64_t                 seed;
    unsigned                 defects;
    int                      tracing;        /* 1: keep, 2: print as well */
} sim_options_t;


#define SIM_TRACE_LINES  400
#define SIM_TRACE_WIDTH  240

/* What happened how often: a run that is too tame proves nothing. */
#define SIM_TALLIES(T)                                                        \
    T(BILLS, "bills")                                                         \
    T(PAID, "paid")                                                           \
    T(EXPIRED, "expired")                                                     \
    T(REJECTED, "rejected")                                                   \
    T(CLOSED, "closed")                                                       \
    T(HANDED, "handed_on")                                                    \
    T(ACCEPTED, "accepted")                                                   \
    T(DECLINED, "declined")                                                   \
    T(LETTERS, "letters")                                                     \
    T(INVITED, "invited")                                                     \
    T(INVITED_IN, "invited_in")                                               \
    T(TEXTED_IN, "texted_in")                                                 \
    T(TEXTS_TOLD, "texts_told")                                               \
    T(TOLD_OF_MAIL, "told_of_mail")                                           \
    T(LETTERS_TO_MANY, "letters to many")                                     \
    T(BLOCKS, "senders blocked")                                              \
    T(MAILS_READ, "mails read")                                               \
    T(MAILS_READ_TO, "mails read up to another")                              \
    T(NAMES_SHOWN, "names of numbers")                                        \
    T(MAILS_DROPPED, "mails dropped")                                         \
    T(MAILS_UNCLAIMED, "mails to nobody that have ended")                     \
    T(MAILS_LEFT, "mails of conversations that were left")                    \
    T(LONG_LETTERS, "long letters")                                           \
    T(PICTURES, "pictures")                                                   \
    T(PICTURES_SEEN, "pictures seen")                                         \
    T(MESSAGES, "messages")                                                   \
    T(TAKEN_BACK, "taken_back")                                               \
    T(ACKED, "acked")                                                         \
    T(EXHAUSTED, "exhausted")                                                 \
    T(LISTENS, "listens")                                                     \
    T(POSTINGS, "postings")                                                   \
    T(CONFLICTS, "conflicts")                                                 \
    T(LOST_REQUESTS, "lost_requests")                                         \
    T(LOST_REPLIES, "lost_replies")                                           \
    T(LATE, "late")                                                           \
    T(KILLS, "kills")                                                         \
    T(RESTARTS, "restarts")                                                   \
    T(JUMPS, "jumps")                                                         \
    T(WRONG_CLOCKS, "wrong_clocks")                                           \
    T(OUTAGES, "outages")                                                     \
    T(FAILOVERS, "failovers")                                                 \
    T(REFUSED, "refused_writes")                                              \
    T(TOO_LATE, "late_commits")                                               \
    T(FREEZES, "freezes")                                                     \
    T(REPORTS, "reports")                                                     \
    T(DRAWN, "draws")                                                         \
    T(BLOBS_SWEPT, "blobs_swept")                                             \
    T(STUCK, "stuck")                                                         \
    T(CORRUPT, "corrupt_values")                                              \
    T(DAMAGED, "damaged_files")                                               \
    T(BROKEN, "broken_calls")                                                 \
    T(SWEPT, "swept")                                                         \
    T(PARKED, "parked")                                                       \
    T(UNPARKED, "unparked")                                                   \
    T(RECALLED, "recalled")                                                   \
    T(ROTATED, "rotated")                                                     \
    T(RESEALED, "resealed")                                                   \
    T(SECRETS_OUT, "secrets_out")                                             \
    T(CHECKS, "checks")                                                       \
    T(AGAIN_PAID, "paid_again")                                               \
    T(REPLAYED, "replayed")                                                   \
    T(KEY_GUESSES, "key_guesses")                                             \
    T(AGAIN_ORDERED, "ordered_again")                                         \
    T(BANK_PAID, "bank_paid")                                                 \
    T(BANK_FAILED, "bank_failed")                                             \
    T(BANK_REFUNDED, "bank_refunded")                                         \
    T(STOPPED, "stopped")                                                     \
    T(RESUMED, "resumed")                                                     \
    T(REFUNDED, "refunded")                                                   \
    T(AGAIN_REFUNDED, "refunded_again")                                       \
    T(SETTLED, "settled")                                                     \
    T(STATEMENTS, "statements")                                               \
    T(STATED, "statements_of_rows")                                           \
    T(CLOSED_DAYS, "days_closed")                                             \
    T(DAYS_SUMMED, "days_summed_up")                                          \
    T(PAYOUTS_SHOWN, "lists_of_payouts")                                      \
    T(IMPORTS, "contacts_imported")                                           \
    T(UNDONE, "imports_undone")                                               \
    T(RECONCILED, "files_reconciled")                                         \
    T(CLOSED_MONTHS, "closed_months")                                         \
    T(ARCHIVED, "archived")                                                   \
    T(ARCHIVE_READS, "archive_reads")                                         \
    T(GUESSES, "guesses")                                                     \
    T(OWNER_IN, "owner_in")                                                   \
    T(FULL, "queue_full")                                                     \
    T(OUSTED, "ousted")                                                       \
    T(REFUSALS, "refusals")

#define SIM_TALLY_ENUM(name, text)  SIM_TALLY_##name,
#define SIM_TALLY_NAME(name, text)  text,

typedef enum {
    SIM_TALLIES(SIM_TALLY_ENUM)
    SIM_TALLIES_N
} sim_tally_t;

#define sim_count(world, name)  (world)->lab->tally[SIM_TALLY_##name]++


typedef struct {
    phone_seal_key_t        *key;            /* of records */
    phone_mac_key_t         *hash_key;
    unsigned char            print[PHONE_PRINT_LEN];
} sim_secret_t;


/* What outlives a run: contexts of OpenSSL, memory, the trace. */
typedef struct {
    sim_memory_t             memory;
    phone_env_t              env;            /* with its keys */
    sim_secret_t             secret[SIM_SECRETS];    /* the first is env's */
    uint64_t                 seeds;
    uint64_t                 runs;           /* of handlers, in all */
    uint64_t                 commits;
    uint64_t                 steps;
    uint64_t                 tally[SIM_TALLIES_N];
    uint64_t                 refused[PHONE_REFUSALS_N];
    uint64_t                 answered[SIM_ENDPOINTS_MAX];    /* "OK" */
    uint64_t                 events[SIM_ENDPOINTS_MAX];      /* applied */
    char                     trace[SIM_TRACE_LINES][SIM_TRACE_WIDTH];
    unsigned                 traced;
} sim_lab_t;


struct sim_world_s {
    sim_lab_t               *lab;
    sim_memory_t            *memory;         /* of the lab */
    sim_options_t            options;
    sim_swarm_t              swarm;
    sim_random_t             random;
    sim_agenda_t             agenda;
    int64_t                  now;
    int64_t                  wall;           /* ms at now = 0, with jumps */
    int64_t                  closes_until;   /* ms: months that are due are
                                                closed, then, until it ends */
    sim_jump_t               jump[SIM_JUMPS_MAX];
    unsigned                 jumped;         /* so often wall has, */
    int64_t                  jumped_by;      /* ms: by so much in all */
    int64_t                  stuck_for;      /* ms: a message, at most */
    unsigned                 outages;        /* so many there were */
    int64_t                  outage_at;      /* of the run: the last one */
    unsigned                 calm:1;         /* no faults any more */
    unsigned                 stopped:1;

    phone_settings_t         settings;
    unsigned                 buckets;
    phone_domain_t           domain;
    phone_str_t              due_key[SIM_BUCKETS_MAX];
    char                     due_text[SIM_BUCKETS_MAX][24];

    sim_store_t             *store;
    unsigned                 store_life;
    int64_t                  store_down;     /* until */
    int64_t                  store_full;     /* until: takes no writes */
    int64_t                  store_loads;    /* until: gives nothing either */
    sim_replica_t           *replica;        /* that falls behind, or NULL */
    unsigned                 failovers;      /* so many there were */
    unsigned                 secrets_gone;   /* taken out of the hosts */
    int64_t                  secret_gone_at; /* ms, of all clocks: the last */
    unsigned                 months_closed;  /* so many there were */
    unsigned                 archived:1;     /* bills have left the store */
    int64_t                  failover_at;    /* of the run: the last one */
    phone_str_t              corrupt_key;    /* a record with a value ... */
    phone_str_t              corrupt_field;  /* that makes no sense */
    phone_str_t              corrupt_was;
    int64_t                  mended_at;      /* of the run; 0: it was not */
    int64_t                  queue_full[2];  /* passwords, signatures: until */
    unsigned                 replies;        /* to people, so far */
    unsigned                 files_failed;   /* works that the disk has
                                                undone, so far */

    sim_worker_t             worker[SIM_WORKERS_MAX];
    sim_task_t              *idle_tasks;
    void                    *idle_messages;
    uint64_t                 tasks;          /* so far */
    unsigned                 exchanges;      /* so far */
    unsigned                 busy;           /* tasks and messages alive */

    sim_blobs_t             *blobs;
    sim_bank_t              *bank;
    sim_people_t            *people;
    unsigned                 all_asked:1;    /* a merchant wants all of his
                                                notices again */
    sim_auditor_t           *auditor;

    char                     violation[512];
};


/* A run; 0, or -1 with lab->trace and *violation filled. */
int sim_run(sim_lab_t *lab, const sim_options_t *options, char *violation,
    size_t size);

void sim_at(sim_world_t *world, int64_t delay, sim_step_pt run, void *data);

/* As operators see it. */
void sim_secret_id(const sim_lab_t *lab, unsigned n,
    char id[PHONE_SECRET_ID + 1]);

/* Ms since 1970 on the machine of the store, or of a worker. */
int64_t sim_wall(const sim_world_t *world);
int64_t sim_worker_clock(const sim_worker_t *worker);

/* 1 with that chance while faults are on. */
int sim_fault(sim_world_t *world, unsigned parts);

/* Ends the run; the first one counts. */
void sim_violation(sim_world_t *world, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define sim_trace(world, ...)                                                 \
    do {                                                                      \
        if ((world)->options.tracing) {                                       \
            sim_trace_line(world, __VA_ARGS__);                               \
        }                                                                     \
    } while (0)

void sim_trace_line(sim_world_t *world, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* 1 when faults are off and nothing is under way; events may be due later. */
int sim_at_rest(const sim_world_t *world);

/* It is there again, if it was not. */
void sim_worker_start(sim_world_t *world, void *data);

/* A worker stops at once: its calls vanish, its leases stay. */
void sim_kill(sim_worker_t *worker);
sim_worker_t *sim_any_worker(sim_world_t *world);      /* NULL: none alive */

/* The clock of all machines is set: minutes, or some seconds. */
void sim_jump(sim_world_t *world);

/* The latest that any clock has shown, but for the skew. */
int64_t sim_wall_most(const sim_world_t *world);

/* All machines stop, and go on minutes or days later. */
void sim_outage(sim_world_t *world);

/* A replica falls behind; it takes over some commits later. */
void sim_replicate(sim_world_t *world);
void sim_fall_behind(sim_world_t *world);

/* faults.c: what may strike after a commit; what was corrupt is mended */
void sim_strike(sim_world_t *world);
void sim_mend(sim_world_t *world);

/* Were the clocks set back from that time (ms) or a later one, since then (of
   the run)? */
int sim_set_back(const sim_world_t *world, int64_t since, int64_t wall);

/* May a count be forgotten that was made in a window of time, now?  After a
   clock has shown the end of the window and was set back, or where one that was
   set back in the middle of a call has made it too short. */
int sim_window_forgot(const sim_world_t *world, int64_t start, int64_t end);

/* Were the clocks set, or was everything off, at that time of the run or
   later? */
int sim_jumped_since(const sim_world_t *world, int64_t at);

/* A worker does nothing for so long (us). */
void sim_stand_still(sim_worker_t *worker, int64_t us);

/* All connections drop, data stay. */
void sim_restart_store(sim_world_t *world);


#endif /* _SIM_WORLD_H_INCLUDED_ */
