
/*
 * The handler contract: the one header that every handler reads.
 *
 * A handler is a pure function of its call: what the caller sent, the records
 * and results it asked for, the time and random bytes drawn once for the call.
 * It asks for what it needs; while something is missing, phone_waiting() holds
 * and it returns PHONE_AGAIN; the host gets all that was asked in one round
 * and runs the handler again from the top.  Then it decides, records effects,
 * and ends with phone_done() or phone_refuse().  The effects are applied in
 * one atomic commit, guarded by the versions of the records the handler relied
 * on; on a conflict everything read is dropped and the handler runs again.
 *
 * Nothing here returns NULL unless it says so, and no function can fail in a
 * way that a handler has to look at: memory running out, a malformed stored
 * value and the like make the whole call fail (see host.h).
 */


#ifndef _PHONE_H_INCLUDED_
#define _PHONE_H_INCLUDED_


#include "lib/text.h"
#include "lib/fields.h"
#include "lib/json.h"
#include "refusals.h"
#include "records.h"
#include "settings.h"


typedef struct phone_call_s      phone_call_t;
typedef struct phone_record_s    phone_record_t;
typedef struct phone_endpoint_s  phone_endpoint_t;
typedef struct phone_event_s     phone_event_t;


typedef enum {
    PHONE_DONE = 0,              /* a reply is ready; commit the effects */
    PHONE_AGAIN,                 /* something asked for is missing */
    PHONE_REFUSED,               /* a refusal is ready; commit the effects */
    PHONE_CONTINUE               /* start over with phone_call_state() */
} phone_rc_t;


typedef phone_rc_t (*phone_handler_pt)(phone_call_t *call);


/* Declarations: parameters, endpoints, events */

typedef enum {
    PHONE_P_TEXT,                /* UTF-8, min..max code points; unless it is
                                    secret, of what can be shown to people */
    PHONE_P_BASE64,              /* also as PEM; min..max bytes */
    PHONE_P_NAME,                /* [A-Za-z0-9_.-], min..max bytes */
    PHONE_P_DIGITS,              /* min..max decimal digits */
    PHONE_P_INT,                 /* min..max */
    PHONE_P_AMOUNT,              /* minor units, 1 .. 10^15 */
    PHONE_P_CURRENCY,            /* an ISO 4217 code we know */
    PHONE_P_PHONE,               /* a phone number; read as '+', E.164 digits */
    PHONE_P_ID,                  /* an id of this store */
    PHONE_P_URL,                 /* http or https, see lib/url.h */
    PHONE_P_SIGN_TYPE,           /* MD5withRSA, RSA2, SHA256withRSA */
    PHONE_P_WORD,                /* one of the words of a list: min */
    PHONE_P_FILE,                /* min..max bytes; one in an endpoint.  Its
                                    value is its SHA-256: phone_file() */
    PHONE_P_OBJECT               /* in a list only: a flat object */
} phone_param_type_t;


/* What a PHONE_P_WORD may be one of. */
typedef enum {
    PHONE_BILL_STATUSES,
    PHONE_PLANS,
    PHONE_MERCHANT_STATUSES
} phone_words_t;


#define PHONE_REQUIRED   0x01
#define PHONE_SECRET     0x02    /* never shown in an error, log or page */
#define PHONE_IN_PATH    0x04
#define PHONE_IMMUTABLE  0x08    /* of a blob: what this address answers never
                                    changes */

/*
 * A list of up to so many values of the type.  The members of an object are
 * parameters of their own, right behind it:
 *
 *     { "to", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_LIST(20), 0, 0, "..." },
 *     { "rows", PHONE_P_OBJECT, PHONE_LIST(100), 0, 0, "..." },
 *     { "rows.points", PHONE_P_INT, PHONE_REQUIRED, 1, 1000, "..." },
 */
#define PHONE_LIST(most)   ((unsigned) (most) << 8)
#define PHONE_LIST_OF(flags)  ((flags) >> 8)


typedef struct {
    const char              *name;
    phone_param_type_t       type;
    unsigned                 flags;
    int64_t                  min;
    int64_t                  max;
    const char              *about;      /* for the API reference */
} phone_param_t;


/*
 * Members of a reply, beside those that every reply has (code) and every
 * signed one, or every refusal.  Debug builds, the unit tests and the simulator
 * hold each reply against what its endpoint declares.
 */
typedef enum {
    PHONE_M_TEXT,
    PHONE_M_INT,
    PHONE_M_AMOUNT,              /* minor units */
    PHONE_M_BOOL,
    PHONE_M_TIME,                /* 2026-01-31T23:59:59Z */
    PHONE_M_PHONE,               /* with its '+' */
    PHONE_M_ID,
    PHONE_M_LIST,                /* of objects */

    /* no member: the reply is no JSON object, but, with the media type that is
       the row's name ("image/..." with a star: any of them), */
    PHONE_M_DOCUMENT,            /* a text: phone_done_text() */
    PHONE_M_BLOB,                /* phone_done_blob() */
    PHONE_M_STREAM,              /* one of the host's, see live/ */
    PHONE_M_REDIRECT             /* nothing: phone_done_redirect() */
} phone_member_type_t;

typedef struct phone_object_s  phone_object_t;

typedef struct {
    const char              *name;
    phone_member_type_t      type;
    unsigned                 flags;      /* PHONE_SECRET: not in a reply that
                                            an Idempotency-Key keeps;
                                            PHONE_IMMUTABLE */
    const phone_object_t    *of;         /* of a list */
    const char              *when;       /* it is there; NULL: always */
    const char              *about;
} phone_member_t;

struct phone_object_s {
    const char              *name;       /* "Bill", in the API reference */
    const phone_member_t    *members;    /* end with a NULL name */
};

/* A reply that says "code": "OK" and no more. */
extern const phone_member_t  phone_reply_of_code[];


typedef enum {
    PHONE_ANYONE,
    PHONE_SESSION,               /* call->caller is the number */
    PHONE_MERCHANT,              /* call->caller is the merchant id */
    PHONE_OPERATOR,              /* the host has checked the token */
    PHONE_TERMINAL,              /* of a merchant, with a key of its own:
                                    call->caller is the merchant id, see
                                    phone_caller_terminal() */
    PHONE_GATEWAY                /* of texts and the like: the host has checked
                                    the token */
} phone_who_t;


#define PHONE_PARAMS_MAX  24     /* t/unit/route.c counts those of endpoints */


struct phone_endpoint_s {
    const char              *name;       /* "bill.pay" */
    const char              *method;
    const char              *path;       /* "/pay/bills/{bill_id}/pay" */
    phone_who_t              who;
    phone_handler_pt         run;
    const phone_param_t     *params;     /* ends with a NULL name */
    const phone_member_t    *reply;      /* likewise */
    const char              *about;
};


struct phone_event_s {
    const char              *name;       /* "notice.send" */
    phone_handler_pt         run;
    const char              *about;
};


/* What a browser keeps for us, sealed.  An endpoint for anyone gets the last
   two, one for a session the first. */
typedef enum {
    PHONE_COOKIE_SESSION = 0,    /* account/session.h */
    PHONE_COOKIE_LOGIN,          /* account/code.h */
    PHONE_COOKIE_DEVICE,         /* account/device.h */
    PHONE_COOKIES
} phone_cookie_t;

extern const char *const  phone_cookie_name[PHONE_COOKIES];


/* The call */

phone_str_t phone_caller(phone_call_t *call);    /* number or merchant id */
phone_str_t phone_caller_terminal(phone_call_t *call);   /* its id */
phone_str_t phone_address(phone_call_t *call);   /* client, as text */
phone_str_t phone_cookie(phone_call_t *call, phone_cookie_t which);
phone_str_t phone_call_id(phone_call_t *call);   /* unique; the request_id */
int64_t phone_now(phone_call_t *call);           /* ms since 1970 */
phone_arena_t *phone_memory(phone_call_t *call);
const phone_settings_t *phone_settings(phone_call_t *call);
int phone_spares_memory(phone_call_t *call);     /* the store is nearly full */

/*
 * The first n bytes of the call's random stream of that label, which says what
 * they are for; the same bytes on each re-run.  What is secret has a label
 * that nothing else has.
 */
#define PHONE_RANDOM_MAX  1024
const unsigned char *phone_random(phone_call_t *call, const char *label,
    unsigned n);

/* A fresh id in the bucket of name (a number, a merchant id); another one for
   each label.  Ids and phone_random() share no bytes. */
phone_str_t phone_new_id(phone_call_t *call, phone_str_t name,
    const char *label);

/*
 * May a record with this id, which is not there, be on its way from another
 * bucket?  It may when the id was made a short while ago.
 */
int phone_may_come(phone_call_t *call, phone_str_t id);

/* Checked parameters.  An absent optional one is empty, or 0. */
int phone_has(phone_call_t *call, const char *name);
phone_str_t phone_arg(phone_call_t *call, const char *name);
int64_t phone_arg_int(phone_call_t *call, const char *name);

/* Of a list: how many items it has, and one of them: of "to", or of
   "rows.points". */
unsigned phone_arg_count(phone_call_t *call, const char *name);
phone_str_t phone_arg_at(phone_call_t *call, const char *name, unsigned i);
int64_t phone_arg_int_at(phone_call_t *call, const char *name, unsigned i);

/* The file that came with the call, checked as a parameter; what the sender
   says it is. */
typedef struct {
    phone_str_t              sha256;     /* 64 hex digits; empty: none came */
    int64_t                  size;
    phone_str_t              type;       /* "image/png" */
    phone_str_t              name;       /* without folders; may be empty */
} phone_file_t;

const phone_file_t *phone_file(phone_call_t *call);

/* Was it sent, with an empty value? */
int phone_arg_cleared(phone_call_t *call, const char *name);

/* Of an event: the id and the lane it was put with. */
phone_str_t phone_event_id(phone_call_t *call);
phone_str_t phone_event_lane(phone_call_t *call);

/*
 * A call that is too long for one run: it starts over, with what was sent and
 * with this state, which is empty at first.  All else that the run has read or
 * recorded is dropped: effects, members and cookies of the reply.  Not for a
 * call with a file: use a job.
 */
phone_str_t phone_call_state(phone_call_t *call);
phone_rc_t phone_continue(phone_call_t *call, phone_str_t state);


/* Asks */

/*
 * A record, read with all its fields or some of them: mask is an OR of
 * PHONE_F(field).  Asking twice for one record gives the same pointer.
 */
#define PHONE_F(field)  (UINT32_C(1) << (field))

phone_record_t *phone_ask(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);
phone_record_t *phone_ask_some(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, uint32_t mask);

/*
 * The same, but a copy that this process remembers may be used: for records
 * that each call reads and that hardly ever change.  No answer depends on a
 * copy that is out of date: the commit is guarded by the copy's version, and a
 * run that commits nothing is repeated with the record read from the store.
 * So the record must be in the bucket in which the call commits.
 */
phone_record_t *phone_ask_remembered(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);

/*
 * The same for a record in another bucket.  Where a commit may touch the whole
 * store phone_rely() guards the record; where it may not, the record is read
 * each time and may be out of date by the time of the commit.
 */
phone_record_t *phone_ask_elsewhere(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);

/*
 * An index: ids by a score, 0 to 2^53, mostly a time; those of one score are in
 * the order of their bytes.  Its members from the highest score down, of scores
 * below before (0: no bound), or from the lowest of `from` or more upwards.
 */
typedef struct {
    phone_str_t              member;
    int64_t                  score;
} phone_entry_t;

typedef struct {
    unsigned                 n;
    phone_entry_t           *entry;
} phone_list_t;

const phone_list_t *phone_ask_index(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, int64_t before, unsigned limit);
const phone_list_t *phone_ask_index_from(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, int64_t from, unsigned limit);

/* How many members have a score of since or more; 0 while waiting. */
int64_t phone_ask_size(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since);

/* Which entries of a list are members of another index as well: score[i] is
   the score there of entry i, -1 when it is none.  Empty while waiting. */
typedef struct {
    unsigned                 n;
    const int64_t           *score;
} phone_scores_t;

const phone_scores_t *phone_ask_scores(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, const phone_list_t *of);

/*
 * Pages of an index.  An edge lies between two entries; a page has the entries
 * behind it, the newest first, or upwards the oldest first.  An edge without a
 * member lies at a score, which is not on the page, or, at score 0, before all
 * entries.
 *
 * phone_ask_page() reads at most limit entries, and moves the edge behind them:
 * to score 0 without a member when there are none.  An entry that stays in the
 * index is on one page only, whatever comes and goes meanwhile.  While
 * phone_waiting() the page is empty and the edge stays.  The cost of a page
 * does not depend on the size of the index; it grows with the number of entries
 * that have the score of the edge.
 *
 * phone_page_parse() reads what phone_page_text() has written, or a score, or
 * nothing; -1: it is none of these.
 */
typedef struct {
    phone_str_t              member;
    int64_t                  score;
    unsigned                 up:1;
} phone_edge_t;

int phone_page_parse(phone_str_t text, phone_edge_t *edge);
phone_str_t phone_page_text(phone_call_t *call, const phone_edge_t *edge);
phone_list_t phone_ask_page(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_edge_t *edge, unsigned limit);

/*
 * A page of what is in all of n indexes, where a member has the same score in
 * each: the mails that have all words, the offers of a place and of a kind.
 * The smallest index is gone through, and its entries are looked up in the
 * others.  At most PHONE_PAGE_LOOKS are looked at: a page may be short or empty
 * though there are more; the edge says whether there are.
 */
#define PHONE_PAGE_LOOKS    960
#define PHONE_PAGE_INDEXES  8

typedef struct {
    const phone_type_t      *type;
    phone_str_t              id;
} phone_index_t;

phone_list_t phone_ask_page_of_all(phone_call_t *call, unsigned n,
    const phone_index_t *index, phone_edge_t *edge, unsigned limit);

/*
 * For handlers with the parameters "before" and "limit", and "after" where a
 * page can go upwards: reads them (limit is shown when it is left out), and
 * ends the reply with where the next page in that direction begins.
 */
phone_rc_t phone_page_asked(phone_call_t *call, unsigned shown,
    phone_edge_t *edge, unsigned *limit);
phone_rc_t phone_page_done(phone_call_t *call, const phone_edge_t *next);

#define PHONE_NEXT_BEFORE                                                     \
    { "next_before", PHONE_M_TEXT, 0, NULL, "there is more",                  \
      "where the next page begins" }
#define PHONE_NEXT_AFTER                                                      \
    { "next_after", PHONE_M_TEXT, 0, NULL,                                    \
      "there is more, and after was given",                                   \
      "where the next page upwards begins" }

/* Entries of a log, oldest first, but for the first so many: see
   phone_append(). */
typedef struct {
    unsigned                 n;
    phone_str_t             *entry;
} phone_log_t;

const phone_log_t *phone_ask_log(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, int64_t skip, unsigned limit);

/* A name that may be claimed: the value of its claim, empty when there is
   none. */
phone_str_t phone_ask_claimed(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/*
 * The same for a name that this call is about to claim: it is assumed to be
 * free, and read only after a commit of this call has failed.
 */
phone_str_t phone_ask_claim(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/* All fields of an open hash (balances). */
typedef struct {
    unsigned                 n;
    phone_field_t           *field;
} phone_hash_t;

const phone_hash_t *phone_ask_hash(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);

/*
 * Adds one to the count of id in this window (ms, by the clock) and returns
 * the count; 0 while that is waited for.  Counted once a call, also when the
 * handler runs again.  For callers who have proved nothing: all counts
 * together take a fixed part of the store's memory (sketch.c).  The count may
 * be too high, which is rare, and is never too low; calls at the same time get
 * different counts.  The call is counted however it ends, but not before its
 * caller is proved where the endpoint needs that.
 */
int64_t phone_ask_count(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t window);
int64_t phone_window_left(phone_call_t *call, int64_t window);      /* ms */

/* How long (ms) what is counted in the window must be kept. */
int64_t phone_window_lives(phone_call_t *call, int64_t window);

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

/* Work of the platform (runtime/work.c). */
extern const phone_work_t  phone_work_verify;    /* key, sign type, text,
                                                    signature */
extern const phone_work_t  phone_work_sign;      /* sign type, text -> base64 */
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
} phone_fetch_t;

typedef struct {
    int                      status;
    phone_str_t              text;
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

/* 1 while anything asked for has not come: return PHONE_AGAIN. */
int phone_waiting(phone_call_t *call);


/* Reading a record */

int phone_found(phone_record_t *record);
phone_str_t phone_get(phone_record_t *record, unsigned field);
int64_t phone_get_int(phone_record_t *record, unsigned field);
phone_str_t phone_id(phone_record_t *record);

/*
 * What is stored there cannot have been written by us: the call ends with
 * INTERNAL, whatever the handler returns, and the host's log names the key.
 */
phone_rc_t phone_bad_record(phone_record_t *record);
phone_rc_t phone_bad_value(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);


/* Effects */

/*
 * Setting fields of a record that was asked for guards the commit by its
 * version, or by its absence when it was not found.  An empty value removes
 * the field.
 */
void phone_set(phone_record_t *record, unsigned field, phone_str_t value);
void phone_set_int(phone_record_t *record, unsigned field, int64_t value);

/*
 * Sets a field, unless the commit's guards are in another bucket than the
 * record: for changes that a later call can make as well.
 */
void phone_wish(phone_record_t *record, unsigned field, phone_str_t value);

/* Guard by the record as it was read, without changing it. */
void phone_rely(phone_record_t *record);
void phone_remove(phone_record_t *record);
void phone_lives_for(phone_record_t *record, int64_t ms);

/*
 * A new record under a fresh id, in any bucket.  It is not read and not
 * guarded: the other guards of the commit make it happen once.
 */
phone_record_t *phone_put(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

void phone_index_add(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t member, int64_t score);
void phone_index_remove(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t member);

/*
 * 1 while fewer than most members of an id's own index have a score of since
 * or more: guarded.  0 when they are as many.  Nothing is read until a commit
 * of this call has failed; 0 while that is waited for.  -1 where a commit may
 * touch one bucket only: there it cannot be guarded.
 */
int phone_index_room(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since, unsigned most);

/*
 * Appends an entry to a log, which nobody trims and which grows for ever unless
 * a period is part of its id ("<number>:202611"): take it from phone_now().  A
 * minute after its end, and the difference of the clocks, the log of a period
 * has all its entries if it is in the home bucket of the commits that write it.
 */
void phone_append(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t entry);

/*
 * Claims a name, which only the first commit gets, with a value that
 * identifies it: for ms milliseconds, or for ever (0).  Guarded.
 */
void phone_claim(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    phone_str_t value, int64_t ms);

/*
 * Adds n to a number of a record, which phone_set() never sets once the record
 * is there.  Guarded, in the home bucket of the commit, by "it is at most
 * `bound` then", or for n below 0 by "it is at least `bound` then"; not by the
 * version, so calls at the same time do not meet a conflict.  Beyond the bound
 * the handler runs again, and reads what is there.  The version stays: who
 * relies on the record itself calls phone_rely().  The record expires in ms (0:
 * as before) when it begins with this.
 *
 * A number that is mostly within its bound need not be read: phone_added() is 0
 * until a commit of this call has failed, and then what was there before, as
 * with phone_ask_claim().
 */
void phone_add(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    unsigned field, int64_t n, int64_t bound, int64_t ms);
int64_t phone_added(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, unsigned field);

/*
 * Blobs: bytes outside the store, named by their SHA-256.  phone_keep_blob()
 * keeps the file of the call, or a blob that work of the call has made, for
 * owner, who names it in a record: the bytes are durable before the commit.  Of
 * a file it is also an ask, which nothing may come before that can still
 * refuse; while phone_waiting() nothing is recorded.  Several owners may keep
 * the same bytes.  What nobody keeps any more is removed, a day after that at
 * the earliest.
 */
void phone_keep_blob(phone_call_t *call, phone_str_t sha256,
    phone_str_t owner);
void phone_let_go(phone_call_t *call, phone_str_t sha256, phone_str_t owner);

/* Takes back a count of this call. */
void phone_uncount(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t window);

/*
 * Puts an event, due at a time (ms), in the bucket of the record it names.
 * Putting the same name, id and lane again only changes its time.  The lane is
 * who may be slow (a merchant id, some numbers): a lane does not delay
 * another.
 */
void phone_emit(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane, int64_t due);

/* Removes an event that was put for later.  One that runs or has run is not
   affected. */
void phone_cancel(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane);

/* In an event: run it again at a time, instead of removing it. */
void phone_repeat(phone_call_t *call, int64_t due);

/* In an event: it ends without having achieved its purpose.  The host counts
   that. */
void phone_give_up(phone_call_t *call);

/*
 * A live event to every open client of a number; json is one object.  Call it
 * only when phone_client_open() (live/live.h) says that a client is open.  The
 * stream expires some time after the last event or phone_keep_live().
 */
void phone_publish(phone_call_t *call, phone_str_t number, const char *name,
    phone_str_t json);
void phone_keep_live(phone_call_t *call, phone_str_t number);

/* Sessions of a number end with this commit: its open clients are checked at
   once, and not with their next heartbeat. */
void phone_sessions_ended(phone_call_t *call, phone_str_t number);


/* Secrets: what needs a key of the host, which handlers never see.  Where
   OpenSSL fails a text is empty, and the call fails as well. */

/* base64url of the keyed hash of the parts joined, always of one length.  The
   first part says what it is for, the others whose it is. */
phone_str_t phone_keyed_hash(phone_call_t *call, unsigned n,
    const phone_str_t *part);

/* Sealed texts (AES-256-GCM).  aad is authenticated: the id of the record that
   holds the text. */
phone_str_t phone_seal_record(phone_call_t *call, phone_str_t aad,
    phone_str_t plain);
int phone_unseal_record(phone_call_t *call, phone_str_t aad,
    phone_str_t sealed, phone_str_t *plain);             /* 0 or -1 */

/* Unseals the cookie that was sent: 0, or -1 when none was sealed by us. */
phone_str_t phone_seal_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t plain);
int phone_unseal_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t *plain);


/* Money */

/* An account of the ledger, and where its balance is stored. */
typedef struct {
    phone_str_t              name;       /* as in the ledger: "card:017-01J…" */
    phone_str_t              key;
    phone_str_t              field;
    unsigned                 bucket;
    int64_t                  least;      /* minor units; below 0: it may owe */
    int64_t                  most;
    unsigned                 derived:1;  /* the ledger alone has its balance */
} phone_ledger_account_t;

phone_ledger_account_t phone_ledger_card(phone_call_t *call,
    phone_str_t card_id);
phone_ledger_account_t phone_ledger_prepaid(phone_call_t *call,
    phone_str_t number);
phone_ledger_account_t phone_ledger_takings(phone_call_t *call,
    phone_str_t merchant_id, phone_str_t currency);

/*
 * The account for money that comes from outside or goes there (the built-in
 * bank, the operator), in the bucket of name.  What comes in through all
 * buckets together is bounded for each currency, so that no account can hold
 * more than an int64.
 */
phone_ledger_account_t phone_ledger_outside(phone_call_t *call,
    phone_str_t name, phone_str_t currency);

/*
 * Moves amount_minor from one account to another, as one entry of the ledger
 * in the bucket of the first, or, where a commit may not touch both buckets,
 * as two entries through the clearing accounts.  Guarded by "from holds at
 * least that much", which must be in the home bucket of the commit, and, where
 * the commit may touch it, by "to has room for it".  A full account makes the
 * call end with ACCOUNT_FULL, whatever the handler returns.  The reference
 * says what it is for, an id or a number without a space; with none, or with an
 * amount out of bounds, the call ends with INTERNAL.
 */
void phone_move(phone_call_t *call, phone_ledger_account_t from,
    phone_ledger_account_t to, int64_t amount_minor, phone_str_t currency,
    const char *reason, phone_str_t reference);


/* The end */

/* The reply under way: one JSON object that already says "code": "OK". */
phone_json_t *phone_reply(phone_call_t *call);

/* Members that are part of a signed reply go through these. */
void phone_say(phone_call_t *call, const char *name, phone_str_t value);
void phone_say_int(phone_call_t *call, const char *name, int64_t value);
void phone_say_time(phone_call_t *call, const char *name, int64_t ms);

void phone_say_bool(phone_call_t *call, const char *name, int value);

/*
 * For signed messages other than replies: adds `digest` to fields and returns
 * the text to sign; 0, or -1.
 */
int phone_sign_text(phone_call_t *call, phone_fields_t *fields,
    phone_str_t *text);
phone_str_t phone_platform_key_id(phone_call_t *call);

/* ms 0: the browser removes the cookie. */
void phone_set_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t value, int64_t ms);

phone_rc_t phone_done(phone_call_t *call);
phone_rc_t phone_done_with(phone_call_t *call, int http_status);

/*
 * Replies that are no JSON, each declared by a row of the endpoint's table.
 * file, if not empty, is the name under which a browser saves it.  A merchant
 * gets the SHA-256 of a text or a blob, signed, in a header (docs/protocol.md).
 * An Idempotency-Key is refused, for only JSON is kept.
 */
phone_rc_t phone_done_text(phone_call_t *call, phone_str_t type,
    phone_str_t text, phone_str_t file);

/* A blob that a record names, of a type that was sent with it.  Ranges and
   conditions are the host's. */
phone_rc_t phone_done_blob(phone_call_t *call, phone_str_t sha256,
    phone_str_t type, phone_str_t file);

/* 303: to a path of this server, or an http or https URL. */
phone_rc_t phone_done_redirect(phone_call_t *call, phone_str_t url);

/*
 * Effects recorded before a refusal are committed with it: a wrong PIN is
 * counted and refused.  phone_say*() before it adds members to the refusal.
 */
phone_rc_t phone_refuse(phone_call_t *call, phone_refusal_t refusal);
phone_rc_t phone_refuse_field(phone_call_t *call, phone_refusal_t refusal,
    const char *field);

/* Of an item of a list: "rows.points" and 17 are "rows[17].points". */
phone_rc_t phone_refuse_item(phone_call_t *call, phone_refusal_t refusal,
    const char *name, int i);

/*
 * What the call is about is on its way from another bucket: the host runs the
 * call again a moment later.  If it does not come, the refusal is BUSY.
 */
phone_rc_t phone_not_yet(phone_call_t *call);

/* Seconds for a Retry-After header. */
void phone_retry_after(phone_call_t *call, int64_t seconds);


#endif /* _PHONE_H_INCLUDED_ */
