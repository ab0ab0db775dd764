
/*
 * The handler contract: the one header that every handler includes.  Parts of
 * it have files of their own, in the list below.
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
#include "lib/key.h"
#include "refusals.h"
#include "records.h"
#include "settings.h"
#include "declare.h"             /* endpoints and events, parameters, replies */
#include "indexes.h"             /* lists of ids, pages */
#include "work.h"                /* threads, other servers */
#include "movement.h"            /* money */


typedef struct phone_record_s    phone_record_t;


/* Cookies, whose values are sealed.  An endpoint for anyone gets the last two,
   an endpoint for a session the first. */
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

/* A wait (ms), a tenth more or less, so that what failed together does not come
   back together; drawn with that label. */
int64_t phone_jitter(phone_call_t *call, const char *label, int64_t wait);

/* A fresh id in the bucket of name (a number, a merchant id); another one for
   each label.  Ids and phone_random() share no bytes. */
phone_str_t phone_new_id(phone_call_t *call, phone_str_t name,
    const char *label);

/* An id in the bucket of a name: "<bucket>-<text>". */
phone_str_t phone_id_beside(phone_call_t *call, phone_str_t name,
    phone_str_t text);

/*
 * May a record with this id, which is not there, be on its way from another
 * bucket?  It may when the id was made a short while ago.
 */
int phone_may_come(phone_call_t *call, phone_str_t id);

/* May other effects of what was committed at that time (ms), in another
   bucket, still be on their way? */
int phone_may_lag(phone_call_t *call, int64_t since);

/*
 * Have all effects come to the bucket of name that calls of before that time
 * (ms) have there, a minute and the difference of the clocks after it?  It goes
 * through the buckets in several runs: PHONE_DONE, and with cursor not empty it
 * is called with that in the next one; or PHONE_AGAIN; or refused with BUSY.
 */
phone_rc_t phone_ask_arrived(phone_call_t *call, phone_str_t name,
    int64_t before, phone_str_t *cursor);

/* The same of all effects in other buckets that were committed in the bucket of
   name. */
phone_rc_t phone_ask_gone(phone_call_t *call, phone_str_t name, int64_t before,
    phone_str_t *cursor);

/* Is the record with that id, which a call in the bucket of name has made,
   still on its way, however long ago that was?  PHONE_DONE: it is not;
   PHONE_AGAIN; or refused as by phone_not_yet(). */
phone_rc_t phone_ask_to_come(phone_call_t *call, phone_str_t name,
    phone_str_t id);

/* The same of a call in that bucket: 1, also when too many events are due to
   know; to be asked before the record is. */
int phone_ask_posted(phone_call_t *call, unsigned bucket, phone_str_t id);

/* Checked parameters.  An absent optional one is empty, or 0. */
int phone_has(phone_call_t *call, const char *name);
phone_str_t phone_arg(phone_call_t *call, const char *name);
int64_t phone_arg_int(phone_call_t *call, const char *name);

/* Of a list: how many items it has, and one of them: of "to", or of
   "rows.points". */
unsigned phone_arg_count(phone_call_t *call, const char *name);
phone_str_t phone_arg_at(phone_call_t *call, const char *name, unsigned i);
int64_t phone_arg_int_at(phone_call_t *call, const char *name, unsigned i);

/* All that was sent, as it arrived. */
const phone_fields_t *phone_fields_sent(phone_call_t *call);

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

/* Entries of a log, oldest first, but for the first so many: see
   phone_append(). */
typedef struct {
    unsigned                 n;
    phone_str_t             *entry;
} phone_log_t;

const phone_log_t *phone_ask_log(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, int64_t skip, unsigned limit);

/* How many entries it has; 0 while waiting. */
int64_t phone_ask_length(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/*
 * The ledger of a bucket: a log a month (lib/month.h), by the clock of the
 * commit.  Its id, and that of the month of now.
 */
phone_str_t phone_ledger_id(phone_call_t *call, unsigned bucket,
    int64_t month);
phone_str_t phone_ledger_now(phone_call_t *call, unsigned bucket);

/* What was closed of a bucket; it may not be there.  The first month of its
   ledger that is open (-1: the record is bad), and the last one that may be. */
phone_record_t *phone_ask_period(phone_call_t *call, unsigned bucket);
int64_t phone_ledger_first(phone_call_t *call, phone_record_t *period);
int64_t phone_ledger_last(phone_call_t *call);

/* ms: from then on a month gets no entries any more. */
int64_t phone_ledger_over(phone_call_t *call, int64_t month);

/* Up to limit entries from a place on (lib/ledger.h), of several months if need
   be, and the place behind them.  Fewer: there are no more.  PHONE_LEDGER_MIXED
   instead of the place: a month that may still get entries is followed by one
   that has some. */
#define PHONE_LEDGER_MIXED  (-1)

const phone_log_t *phone_ask_entries(phone_call_t *call, unsigned bucket,
    int64_t at, unsigned limit, int64_t *next);

/* A name that may be claimed: the value of its claim, empty when there is
   none. */
phone_str_t phone_ask_claimed(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/*
 * The same for a name that this call is about to claim: it is assumed to be
 * free, and read only after a commit of this call has failed.
 */
phone_str_t phone_assume_free(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/* All fields of an open hash (balances). */
typedef struct {
    unsigned                 n;
    phone_field_t           *field;
} phone_hash_t;

const phone_hash_t *phone_ask_hash(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);

/* One of them; empty: it is not there. */
phone_str_t phone_ask_field(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t field);

/*
 * The archive: records and claims that have left the store, because nothing
 * happens to them any more.  Each has a line in a file, which is a blob
 * (runtime/archived.c).
 *
 * phone_ask_archived() looks for a record that was read and is not there: it is
 * found after that, if it was archived, with all its fields, and is never
 * changed.  phone_archived_claim() gives the value of a claim, empty: it was
 * not archived.  If a file is missing or damaged the call ends with
 * ARCHIVE_UNAVAILABLE, whatever the handler returns.
 */
void phone_ask_archived(phone_record_t *record);
int phone_is_archived(phone_record_t *record);

/* The same for n of them, of which some may be NULL: a few at a time, so that
   the queue of the threads has room for others.  -1: go on when that has been
   read. */
int phone_ask_archived_of(phone_call_t *call, phone_record_t *const *record,
    unsigned n);
phone_str_t phone_archived_claim(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/* 1: there is a note of that name, or of another one with the same hash. */
int phone_ask_noted(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/* phone_archived_claim() for a name that this call is about to claim: it is
   read only after a commit of this call has failed.  The other guards that. */
phone_str_t phone_assume_unarchived(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);
void phone_rely_unarchived(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

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
 * record, or the store takes no writes: for changes that a later call can make
 * as well.
 */
void phone_wish(phone_record_t *record, unsigned field, phone_str_t value);

/* Guard by the record as it was read, without changing it. */
void phone_rely(phone_record_t *record);

/* The same for one in another bucket, where a commit may touch the whole store;
   where it may not, nothing guards it. */
void phone_rely_elsewhere(phone_record_t *record);

void phone_remove(phone_record_t *record);
void phone_lives_for(phone_record_t *record, int64_t ms);

/*
 * A new record under a fresh id, in any bucket.  It is not read and not
 * guarded: the other guards of the commit make it happen once.
 */
phone_record_t *phone_put(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/*
 * Appends an entry to a log, which nobody trims and which grows for ever unless
 * a period is part of its id ("<number>:202611"): take it from phone_now().
 * phone_commits_late() after its end the log of a period has all its entries if
 * it is in the home bucket of the commits that write it.
 */
void phone_append(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t entry);

/* ms: so long after phone_now() a call commits at the latest, or an event under
   its lease, by the clock of any host: each may be the bound off the store's.
   A call that goes on (phone_continue) appends nothing: its now is that of its
   first part. */
int64_t phone_commits_late(phone_call_t *call);

/* A log goes in so many ms: called with each entry that is added, or for one to
   which nothing is added any more. */
void phone_end_log(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t ms);

/* A log goes, with all that is in it: nothing is added to it any more. */
void phone_drop_log(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

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
 * with phone_assume_free().
 */
void phone_add(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    unsigned field, int64_t n, int64_t bound, int64_t ms);
int64_t phone_added(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, unsigned field);

/*
 * Adds n to a number of a record that is there, in any bucket, whatever it is
 * by then.  Not guarded: the other guards of the commit make it happen once.
 * The version stays, as with phone_add(), and phone_set() never sets it.
 */
void phone_increase(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, unsigned field, int64_t n);

/*
 * Sets a field of a record that is there, in any bucket, whatever it was.  Not
 * guarded, like phone_increase(); but the version changes, so commits that rely
 * on the record see it.
 */
void phone_mark(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    unsigned field, phone_str_t value);

/* Removes a record or a claim, in any bucket; not guarded. */
void phone_erase(phone_call_t *call, const phone_type_t *type, phone_str_t id);

/* The same, and file number `file` of the archive of a bucket has it: this
   commit appends that to the bucket's phone_archive_files. */
void phone_shelve(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, unsigned bucket, int64_t file);

/*
 * Blobs: bytes outside the store, named by their SHA-256.  phone_keep_blob()
 * keeps the file of the call, or a blob that work of the call has made, for
 * owner, who names it in a record: the bytes are durable before the commit.  Of
 * a file it is also an ask, which nothing may come before that can still
 * refuse; while phone_waiting() nothing is recorded, and the reference is
 * empty.
 *
 * The reference, "<owner>.<version>", goes into the record beside the SHA-256:
 * phone_let_go() takes that one back, and no other that owner has or will have
 * of the same bytes (empty: nothing).  What nobody keeps any more is removed, a
 * day after that at the earliest.
 */
phone_str_t phone_keep_blob(phone_call_t *call, phone_str_t sha256,
    phone_str_t owner);
void phone_let_go(phone_call_t *call, phone_str_t sha256,
    phone_str_t reference);

/* Keeps for one more owner what the record `of` keeps, which this commit relies
   on: a reference of its own. */
phone_str_t phone_share_blob(phone_call_t *call, phone_record_t *of,
    phone_str_t sha256, phone_str_t owner);

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

/* The same for a later time; one that is put already stays as it is. */
void phone_emit_once(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane, int64_t due);

/* Removes an event that was put for later.  One that runs or has run is not
   affected. */
void phone_cancel(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane);

/* 1 when such an event was put and is not over; one that runs is not. */
int phone_ask_event(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane);

/* In an event: run it again at a time, instead of removing it. */
void phone_repeat(phone_call_t *call, int64_t due);

/* In an event: what it needs is sealed with a secret that this host does not
   have.  Another host may run it at that time; this one logs it. */
void phone_leave_unread(phone_call_t *call, int64_t due);

/* In an event: it ends without having achieved its purpose.  The host counts
   that, for each of these. */
typedef enum {
    PHONE_GAVE_UP_NOTHING = 0,
    PHONE_GAVE_UP_NOTICE,
    PHONE_GAVE_UP_TEXT,
    PHONE_GAVE_UP_PAYMENT,
    PHONE_GAVE_UP_JOB
} phone_gave_up_t;

void phone_give_up(phone_call_t *call, phone_gave_up_t what);

/* What the host counts once the call, of an endpoint or an event, is
   committed; each once a call. */
typedef enum {
    PHONE_TALLY_TEXT_TAKEN = 0,  /* by the gateway */
    PHONE_TALLY_TEXT_DELIVERED,
    PHONE_TALLY_TEXT_FAILED,     /* it says so */
    PHONE_TALLY_TEXT_UNKNOWN,    /* no report has come */
    PHONE_TALLY_TEXT_RECEIVED,
    PHONE_TALLY_TEXT_COUNTRY,    /* not sent: sms/allow.c */
    PHONE_TALLY_TEXT_KIND,
    PHONE_TALLY_TEXT_SENDER,
    PHONE_TALLY_TEXT_NUMBER,
    PHONE_TALLY_TEXT_PREFIX,
    PHONE_TALLY_TEXT_SITE,
    PHONE_TALLY_MAIL_NOT_KEPT,   /* by the mailbox of a recipient */
    PHONE_TALLIES
} phone_tally_t;

void phone_tally(phone_call_t *call, phone_tally_t what);

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

/* base64url of the SHA-256 of the parts joined: of what is sealed, no secret,
   or random enough. */
phone_str_t phone_plain_hash(phone_call_t *call, unsigned n,
    const phone_str_t *part);

/*
 * base64url of the keyed hash of the parts joined, always of one length.  The
 * first part says what it is for, the others whose it is.  The key is that of
 * the secret: after a rotation the same parts have another hash, and what is
 * kept is looked for by both, or is compared by phone_keyed_hash_is().
 */
phone_str_t phone_keyed_hash(phone_call_t *call, unsigned n,
    const phone_str_t *part);

/* That by the secret before; empty: there is none. */
phone_str_t phone_keyed_hash_before(phone_call_t *call, unsigned n,
    const phone_str_t *part);

/* Is it the one or the other?  In constant time. */
int phone_keyed_hash_is(phone_call_t *call, phone_str_t stored, unsigned n,
    const phone_str_t *part);

/*
 * Sealed texts (AES-256-GCM): "<key id>.<base64url>".  aad is authenticated:
 * the id of the record that holds the text.  To unseal: 0, or -1 when this host
 * does not have the key, which is logged, or the text is not genuine.
 */
phone_str_t phone_seal_record(phone_call_t *call, phone_str_t aad,
    phone_str_t plain);
int phone_unseal_record(phone_call_t *call, phone_str_t aad,
    phone_str_t sealed, phone_str_t *plain);

/* Does this host have the key of a sealed text?  If not, that is logged. */
int phone_can_unseal(phone_call_t *call, phone_str_t sealed);

/* Refuses after a field could not be unsealed: another host may have the
   secret, which is logged; or the record is damaged. */
phone_rc_t phone_sealed_refuse(phone_call_t *call, phone_record_t *record,
    unsigned field);

/*
 * A text that is kept until its secret is rotated, in that record and with that
 * aad, is noted with the commit that seals it: a job seals it again
 * (operator/reseal.c, which must know the record's kind).
 */
void phone_note_sealed(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t aad);
void phone_forget_sealed(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t aad);

/* 1 when the bucket of that record has texts, or names, that no secret of this
   host has made: what is not found there may be one of them.  Asks. */
int phone_ask_unreadable(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/* Refuses after that, and after a secret that is missing: it is logged. */
phone_rc_t phone_secret_refuse(phone_call_t *call);

/* The id of a key of this host, the newest first, and the number that is its
   score; empty: there is no such key.  An id discloses nothing of the key. */
#define PHONE_SECRET_ID   12                     /* hex digits */

phone_str_t phone_secret_id(phone_call_t *call, unsigned n);
int64_t phone_secret_number(phone_str_t id);             /* -1: it is no id */

/* The key of envelopes of the caller's session, in base64, and the id of what
   it is derived from (lib/envelope.h). */
phone_str_t phone_envelope_key(phone_call_t *call, unsigned suite);
phone_str_t phone_envelope_key_id(phone_call_t *call);

/*
 * What a number demands of calls with secret fields, ACCOUNT_ENVELOPE: "<suite>
 * <needed>", or nothing.  Its owner raises it, only the operator lowers it.
 */
typedef struct {
    int64_t                  suite;      /* the lowest that is taken */
    int64_t                  needed;     /* 1: they come in envelopes only */
} phone_demand_t;

/* Needs that field.  0, or -1: the call ends. */
int phone_demand_read(phone_record_t *account, phone_demand_t *demand);
void phone_demand_set(phone_call_t *call, phone_record_t *account,
    const phone_demand_t *demand);

/* Unseals the cookie that was sent: 0, or -1 when none was sealed by us. */
phone_str_t phone_seal_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t plain);
int phone_unseal_cookie(phone_call_t *call, phone_cookie_t which,
    phone_str_t *plain);


/* The end */

/* The reply under way: one JSON object that already says "code": "OK". */
phone_json_t *phone_reply(phone_call_t *call);

/* Members that are part of a signed reply go through these. */
void phone_say(phone_call_t *call, const char *name, phone_str_t value);
void phone_say_int(phone_call_t *call, const char *name, int64_t value);
void phone_say_time(phone_call_t *call, const char *name, int64_t ms);

void phone_say_bool(phone_call_t *call, const char *name, int value);

/* A key of a caller. */
typedef struct {
    phone_str_t              key_id;
    phone_key_kind_t         kind;
    phone_str_t              key;        /* a public one in base64, or the
                                            secret itself */
} phone_caller_key_t;

/* What calls with a key of this kind are signed by, as the record says. */
phone_sign_type_t phone_caller_type(phone_record_t *merchant,
    phone_key_kind_t kind);

/* How messages to a merchant are signed, other than replies: as its record
   says.  0, or -1: there is no key for that. */
typedef struct {
    phone_str_t              sign_type;
    phone_str_t              key_id;
    phone_str_t              secret;     /* empty: with a key of the platform */
} phone_signer_t;

int phone_signer(phone_call_t *call, phone_record_t *merchant,
    phone_signer_t *signer);

/*
 * Adds `digest` and `sign` to the fields of a message, key_id and sign_type
 * among them.  PHONE_AGAIN, or PHONE_DONE, or PHONE_REFUSED: it cannot be
 * signed.
 */
phone_rc_t phone_sign_message(phone_call_t *call,
    const phone_signer_t *signer, phone_fields_t *fields);

/* The platform's public keys, as they are configured. */
#define PHONE_PLATFORM_KEYS  8

typedef enum {
    PHONE_KEY_CURRENT = 0,       /* it signs */
    PHONE_KEY_NEXT,              /* it will */
    PHONE_KEY_OLD                /* it has */
} phone_key_status_t;

typedef struct {
    phone_str_t              key_id;
    phone_str_t              pem;
    phone_str_t              sha256;     /* hex, of its DER */
    phone_key_kind_t         kind;
    phone_key_status_t       status;
    int64_t                  from;       /* ms: it signs since then; 0: not
                                            given */
} phone_platform_key_t;

typedef struct {
    unsigned                 n;
    phone_platform_key_t     key[PHONE_PLATFORM_KEYS];
} phone_platform_keys_t;

const phone_platform_keys_t *phone_platform_keys(phone_call_t *call);

/* The one that signs, of a kind; NULL: there is none. */
const phone_platform_key_t *phone_platform_key(phone_call_t *call,
    phone_key_kind_t kind);

/* Banks that are asked over HTTP (docs/bank.md), as they are configured; NULL:
   there is none of that name. */
#define PHONE_BANKS_MAX      8
#define PHONE_BANK_NAME_MAX  32

typedef struct {
    phone_str_t              name;
    phone_str_t              secret;     /* signs in both directions */
} phone_bank_t;

typedef struct {
    unsigned                 n;
    phone_bank_t             bank[PHONE_BANKS_MAX];
} phone_banks_t;

const phone_bank_t *phone_bank(phone_call_t *call, phone_str_t name);

/* 1 for a name that a bank may have: it is a part of names in the ledger and of
   keys. */
int phone_bank_name_ok(phone_str_t name);

/* Time zones of the host (phone_zoneinfo), by name. */
#define PHONE_ZONE_NAME_MAX  40

typedef struct {
    phone_str_t              name;       /* "Asia/Shanghai" */
    phone_str_t              file;       /* lib/tz.h */
} phone_zone_t;

typedef struct {
    unsigned                 n;
    const phone_zone_t      *zone;       /* in the order of phone_compare() */
} phone_zones_t;

/*
 * The seconds by which local time is ahead of UTC in a zone at a time, ms.  0;
 * or -1: the host knows no such zone.
 */
int phone_zone_ahead(phone_call_t *call, phone_str_t name, int64_t ms,
    int64_t *ahead);

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

/* A blob that a record names, its size in bytes, of a type that was sent with
   it: a file of another size is not sent.  Ranges and conditions are the
   host's. */
phone_rc_t phone_done_blob(phone_call_t *call, phone_str_t sha256,
    int64_t size, phone_str_t type, phone_str_t file);

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

/* Anybody may keep the reply, for so many seconds; no other reply is kept. */
void phone_cacheable(phone_call_t *call, int64_t seconds);

/* Seconds for a Retry-After header. */
void phone_retry_after(phone_call_t *call, int64_t seconds);


#endif /* _PHONE_H_INCLUDED_ */
