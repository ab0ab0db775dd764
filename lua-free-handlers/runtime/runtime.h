
/* Shared by the files that implement the contract; no other file of the core
   includes it. */


#ifndef _PHONE_RUNTIME_H_INCLUDED_
#define _PHONE_RUNTIME_H_INCLUDED_


#include "../host.h"


#define PHONE_BUCKET_PREFIX  4           /* "017-" */


/*
 * random.c: the first n bytes of the stream of a purpose and a label.  What
 * leaves the platform readable (ids, nonces) has purposes of its own, so that
 * no handler can draw the same bytes for a secret.
 */
typedef enum {
    PHONE_RANDOM_HANDLER,        /* phone_random() */
    PHONE_RANDOM_ID,
    PHONE_RANDOM_SEAL,
    PHONE_RANDOM_REPLY           /* its nonce */
} phone_random_t;

const unsigned char *phone_random_for(phone_call_t *call,
    phone_random_t purpose, phone_str_t label, unsigned n);

/* upload.c: reads the file that came with the call, and fields beside it */
phone_rc_t phone_take_upload(phone_call_t *call);
int phone_is_sha256(phone_str_t text);
int phone_takes_file(const phone_endpoint_t *endpoint);     /* or NULL */

/*
 * blob.c: the blobs that one piece of work reads and makes.  At its end readers
 * are closed, and what it has made is kept if result->ok, which is cleared, and
 * result->fault set, if the disk has failed.
 */
struct phone_reader_s {
    const phone_tools_t     *tools;
    phone_disk_file_t        file;
    phone_reader_t          *next;
    unsigned                 open:1;
};

struct phone_writer_s {
    const phone_tools_t     *tools;
    phone_disk_file_t        file;
    phone_hashing_t         *hashing;
    char                    *chunk;
    size_t                   filled;
    int64_t                  size;
    unsigned                 begun:1;
    unsigned                 open:1;
};

struct phone_work_blobs_s {
    const phone_ask_work_t  *ask;
    phone_arena_t           *arena;
    phone_reader_t          *readers;
    phone_reader_t           no_reader;          /* memory has run out */
    phone_writer_t           writer;
    phone_fault_t            fault;
    phone_str_t              gone;
};

void phone_blobs_begin(phone_work_blobs_t *blobs, phone_tools_t *tools,
    const phone_ask_work_t *ask, phone_arena_t *arena);
void phone_blobs_end(phone_work_blobs_t *blobs, phone_result_t *result);

/* document.c: of a text that is signed, its SHA-256 */
void phone_hash_text(phone_call_t *call);

/* reply.c: for a field whose name the caller has sent */
phone_rc_t phone_refuse_named(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t field);

/* declared.c: 1 when the endpoint answers JSON */
int phone_replies_json(const phone_endpoint_t *endpoint);

/* params.c */
phone_rc_t phone_check_params(phone_call_t *call);
phone_rc_t phone_check_carried(phone_call_t *call, const phone_param_t *param);
int phone_arg_index(phone_call_t *call, const char *name);

/* index is that of an item of a list; -1: it is in no list. */
phone_rc_t phone_check_value(phone_call_t *call, const phone_param_t *param,
    int index, phone_str_t given, phone_str_t *value, int64_t *number);

/* param_list.c: a list is one parameter or several, one behind the other. */
unsigned phone_list_width(const phone_param_t *param);
phone_rc_t phone_check_list(phone_call_t *call, unsigned at, unsigned width);

/* Is the field "rows.17.points" a value of the parameter "rows.points"? */
int phone_is_value_of(phone_str_t field, const char *param);

/* "rows.points" and 17 are "rows[17].points"; -1: the name as it is. */
phone_str_t phone_item_field(phone_call_t *call, const char *name, int index);

/* admit.c: checks that the caller is of the kind the endpoint requires */
phone_rc_t phone_admit(phone_call_t *call);

/* How the run ends, with a handler that has ended with rc: what proves the
   caller is used up. */
phone_rc_t phone_admit_done(phone_call_t *call, phone_rc_t rc);

/* ms that a nonce is kept for: as long as any host accepts its time */
int64_t phone_nonce_lives(phone_call_t *call);

/*
 * For a claim in that bucket that proves the caller: 1 when all that the call
 * decides is in another one, to be told by phone_decided_elsewhere() once the
 * claim is recorded.  Where that needs a commit of its own the effects of the
 * handler are dropped, and call->proof_first is set.
 */
int phone_decides_elsewhere(phone_call_t *call, unsigned bucket);
void phone_decided_elsewhere(phone_call_t *call, unsigned bucket);

/*
 * envelope.c.  phone_take_envelope() opens the envelope of the call, before its
 * parameters are checked; if it does not open, call->sealed_badly is set, and
 * phone_refuse_sealed() answers once the session is known to be open.
 * phone_admit_envelope() checks what the account demands, phone_use_envelope()
 * claims it when the handler has ended with rc.
 */
phone_rc_t phone_take_envelope(phone_call_t *call);
phone_rc_t phone_refuse_sealed(phone_call_t *call);
phone_rc_t phone_admit_envelope(phone_call_t *call);
phone_rc_t phone_use_envelope(phone_call_t *call, phone_rc_t rc);

/* effect.c: has the call a guard in another bucket than this? */
int phone_guards_elsewhere(phone_call_t *call, unsigned bucket);

/* And one in this bucket? */
int phone_guards_there(phone_call_t *call, unsigned bucket);

/* The bucket of a guard that is in another one than this; -1: there is none. */
int phone_bucket_elsewhere(phone_call_t *call, unsigned bucket);

/* call.c: the handler has made a mistake: the call ends with INTERNAL, and the
   host logs why. */
void phone_break(phone_call_t *call, const char *why);

/* key_name.c: has the call an Idempotency-Key, and may it be one? */
int phone_has_key(phone_call_t *call);
int phone_key_acceptable(phone_str_t key);

/* Sets call->key_hash and what goes with it.  0: an operator's call has not run
   yet, so the record that it is about is not known. */
int phone_name_key(phone_call_t *call);

/* The id of the key's record in a bucket. */
phone_str_t phone_key_id(phone_call_t *call, unsigned bucket);

/*
 * idempotency.c: 1 when the call was answered before under its key, or may not
 * have one: *rc is how it ends.  0 when its handler decides, or while waiting.
 */
int phone_replay(phone_call_t *call, phone_rc_t *rc);

/* How the run ends, with a handler that has ended with rc: its key may have to
   be noted before what it does is committed. */
phone_rc_t phone_keepable(phone_call_t *call, phone_rc_t rc);

/* A refusal with which a try at a secret is counted. */
int phone_counts_try(phone_refusal_t refusal);

/* Is the reply to be stored?  Then it is counted and stored by the commit. */
int phone_keeps_reply(phone_call_t *call);
void phone_keep_reply(phone_call_t *call);

/* The whole commit when call->note_first. */
void phone_note_key(phone_call_t *call);

/* call.c: what this run has recorded so far is not committed */
void phone_drop_effects(phone_call_t *call);

/* ask.c */
/* The ask of the call that is the same as the one wanted, which is size bytes
   of its kind. */
const void *phone_ask_once(phone_call_t *call, const phone_ask_t *wanted,
    size_t size);
void phone_drop_puts(phone_call_t *call);

/* asked.c: those with the same key, and others; NULL: no more. */
#define PHONE_ASKS_LISTED  64            /* more are looked up in a table */

unsigned phone_asked_at(phone_call_t *call, phone_str_t key);
phone_ask_t *phone_asked_next(phone_call_t *call, unsigned *at);
void phone_asked_add(phone_call_t *call, phone_ask_t *ask);
void phone_asked_reset(phone_call_t *call);

/*
 * remember.c: 0 when the run that has just ended with rc may depend on a copy
 * that is out of date and has no commit that would notice it.
 */
int phone_check_remembered(phone_call_t *call, phone_rc_t rc);

/* record.c: the version of what this run writes */
phone_str_t phone_version(phone_call_t *call);

/* a record's guard and its changes */
void phone_commit_record(phone_call_t *call, phone_record_t *record);
int phone_record_used(const phone_record_t *record);     /* has it any? */

/* effect.c */
phone_guard_t *phone_guard(phone_call_t *call, phone_guard_kind_t kind,
    unsigned bucket, phone_str_t key, phone_str_t field, phone_str_t want);
phone_guard_t *phone_guard_first(phone_call_t *call, phone_guard_kind_t kind,
    unsigned bucket, phone_str_t key, phone_str_t field, phone_str_t want);
phone_op_t *phone_op(phone_call_t *call, phone_op_kind_t kind,
    unsigned bucket, phone_str_t key, unsigned nwords,
    const phone_str_t *word);

/* looks.c: are the number and form of its words right, and its key? */
int phone_op_fits(const phone_op_t *op);

/* The limit of a commit, in texts for the log. */
#define PHONE_WORDS_TEXT_OF(n)  #n " words"
#define PHONE_WORDS_TEXT_IS(n)  PHONE_WORDS_TEXT_OF(n)
#define PHONE_WORDS_TEXT        PHONE_WORDS_TEXT_IS(PHONE_COMMIT_WORDS)

/* posting.c: effects on their way to another bucket */
void phone_post_elsewhere(phone_call_t *call, unsigned home);

phone_str_t phone_due_member(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane);

/* ms that the worker which put the event has to run it, before others may */
int64_t phone_event_lease(phone_call_t *call, const phone_event_t *event);

/* reply.c */
void phone_begin_reply(phone_call_t *call);

/* sign.c: are replies to it signed?  How: with the key of a caller if that is
   a secret, or one of the platform; 0, or -1: it has none. */
int phone_signs_to(phone_record_t *merchant);
int phone_signer_with(phone_call_t *call, phone_sign_type_t type,
    const phone_caller_key_t *key, phone_signer_t *signer);

/* The body as it will be sent; for a reply that is not signed. */
phone_str_t phone_reply_text(phone_call_t *call);
phone_rc_t phone_refuse_saying(phone_call_t *call, phone_refusal_t refusal,
    phone_str_t field, phone_str_t en, phone_str_t zh);

/* param_text.c: refuses a value, and says what the parameter takes.  field is
   the name of the value: that of the parameter, or of an item of its list. */
phone_rc_t phone_param_invalid(phone_call_t *call, const phone_param_t *param,
    phone_str_t field, phone_str_t value);

typedef enum {
    PHONE_NOT_ONE,               /* a list, or an object, and not a value */
    PHONE_NOT_LIST,
    PHONE_NOT_OBJECT,
    PHONE_TOO_LONG               /* a list */
} phone_shape_t;

phone_rc_t phone_param_shape(phone_call_t *call, const phone_param_t *param,
    phone_str_t field, phone_shape_t shape);


#endif /* _PHONE_RUNTIME_H_INCLUDED_ */
