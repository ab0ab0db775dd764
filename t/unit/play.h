
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

/* The twin is the simulator's; a test is one program and takes it whole. */
#include "../sim/memory.c"
#include "../sim/values.c"
#include "../sim/map.c"
#include "../sim/store.c"
#include "../sim/apply.c"
#include "../sim/lives.c"


#define PLAY_NOW     INT64_C(1800000000000)              /* ms */
#define PLAY_EVENTS  64
#define PLAY_BLOBS   64


typedef struct {
    phone_str_t              member;
    unsigned                 bucket;
    int64_t                  score;
} play_event_t;


static struct {
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
    const char              *why;        /* it as well */
    unsigned                 reads;      /* asks of the store */
    unsigned                 works;
    unsigned                 signed_replies;
    unsigned                 runs;
    unsigned                 commits;
    unsigned                 fields;     /* of records that were read */
    unsigned                 operations; /* of the commits */
    char                     guards[512];    /* theirs, in words */
    unsigned                 published;  /* to live connections, by all */
    int                      gave_up;    /* the event's purpose */
    int                      full;       /* an account is */

    /* what may go wrong */
    void                   (*before_commit)(void);      /* of the next call */
    void                   (*before_read)(void);        /* each */
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

    /* a file of the next call, what it is said to be, and the blobs */
    const char              *file;
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

    play_event_t             event[PLAY_EVENTS]; /* put, not run yet */
    unsigned                 nevents;
} player;


/* Work of the host itself: play_work() does it. */

static const phone_work_t  player_take = {
    "take", PHONE_WORK_MEDIA, 4, 65536, NULL
};

static const phone_work_t  player_keep = {
    "keep", PHONE_WORK_MEDIA, 4, 0, NULL
};


#include "play_disk.h"
#include "play_keys.h"


static inline void
play_publish(void *data, phone_str_t channel, phone_str_t message)
{
    (void) data;
    (void) channel;
    (void) message;

    player.published++;
}


static inline void
play_start(void)
{
    sim_store_options_t  options;

    memset(&player, 0, sizeof(player));
    memset(&options, 0, sizeof(options));
    options.publish = play_publish;

    phone_arena_init(&player.arena);

    player.store = sim_store_create(&player.memory, &options);
    player.settings = phone_settings_default;
    player.now = PLAY_NOW;
    player.gateway = 202;
    player.cookie = PHONE_EMPTY;
    player.code_cookie = PHONE_EMPTY;
    player.device_cookie = PHONE_EMPTY;
    player.address = PHONE_STR("192.0.2.1");

    player.env.settings = &player.settings;
    player.env.platform = &play_platform;
    player.env.take = &player_take;
    player.env.keep = &player_keep;
    player.env.buckets = 16;
    player.env.cells = 4099;      /* all bits of a hash choose a cell */
    player.env.domain = PHONE_WHOLE_STORE;

    if (phone_env_keys(&player.env,
                       PHONE_STR("0123456789abcdef0123456789abcdef"),
                       PHONE_EMPTY,
                       PHONE_STR("fedcba9876543210fedcba9876543210"))
        != 0)
    {
        printf("Bail out! no keys\n");
        exit(1);
    }
}


static inline void
play_end(void)
{
    phone_env_keys_free(&player.env);
    phone_arena_free(&player.arena);
    sim_memory_free(&player.memory);
}


static inline void
play_draw(phone_call_t *call)
{
    size_t    i;
    unsigned  seed;

    call->now = player.now + player.ahead;
    call->address = player.address;
    seed = ++player.serial;

    for (i = 0; i < sizeof(call->random); i++) {
        seed = seed * 1103515245 + 12345;
        call->random[i] = (unsigned char) (seed >> 16);
    }
}


/* Passwords are hashed at little cost, signatures are as the test says; other
   work is done as it is. */

static inline void
play_work(phone_call_t *call, phone_ask_work_t *ask)
{
    const phone_str_t  *arg;

    if (ask->place) {
        ask->result.ok = 1;
        return;
    }

    player.works++;
    arg = ask->arg;

    if (player.no_work) {
        ask->result.ok = 0;

    } else if (player.tools != NULL
               && (ask->work == &phone_work_sign
                   || ask->work == &phone_work_verify))
    {
        phone_work_run(ask, player.tools, &call->arena, &ask->result);

    } else if (ask->work == &phone_work_password_hash) {
        ask->result.ok = phone_password_hash(&call->arena,
                             &(phone_scrypt_t) { 4, 1, 1 },
                             (const unsigned char *) arg[1].data, arg[0],
                             &ask->result.text)
                         == 0;

    } else if (ask->work == &phone_work_password_check) {
        ask->result.ok = phone_password_verify(arg[0], arg[1]) == 1;

    } else if (ask->work == &phone_work_sign) {
        player.signed_replies++;
        ask->result.ok = 1;
        ask->result.text = PHONE_STR("c2lnbmVk");

    } else if (ask->work == &phone_work_verify) {
        ask->result.ok = player.signatures;
        player.checked_key = phone_copy(&player.arena, arg[0]);

    } else if (ask->work == &player_take) {
        play_upload(call, ask);

    } else if (ask->work == &player_keep) {
        ask->result.ok = !player.disk_full;

        if (ask->result.ok) {
            play_keep_bytes(arg[1], arg[0]);
        }

    } else {
        phone_work_run(ask,
                       &(phone_tools_t) { .crypto = call->env->crypto,
                                          .disk = &player_disk },
                       &call->arena, &ask->result);
    }
}


/* 1 when the ask is answered by what an earlier call has read. */

static inline int
play_recall(phone_record_t *record)
{
    if (!player.remembers || record->ask.kind != PHONE_ASK_RECORD
        || !record->may_be_old
        || !phone_equal(record->ask.key, player.kept_key))
    {
        return 0;
    }

    memcpy(record->value, player.kept,
           record->type->nfields * sizeof(phone_str_t));
    record->remembered = 1;
    player.recalled++;

    return 1;
}


static inline void
play_keep(const phone_record_t *record)
{
    unsigned  i;

    if (record->ask.kind != PHONE_ASK_RECORD || !record->keep
        || record->value[0].data == NULL)
    {
        return;
    }

    player.kept_key = phone_copy(&player.arena, record->ask.key);

    for (i = 0; i < record->type->nfields; i++) {
        player.kept[i] = record->value[i].data == NULL ? record->value[i]
                         : phone_copy(&player.arena, record->value[i]);
    }
}


static inline void
play_ask(phone_call_t *call, phone_ask_t *ask)
{
    phone_ask_fetch_t  *fetch;

    switch (ask->kind) {

    case PHONE_ASK_WORK:
        play_work(call, (phone_ask_work_t *) ask);
        break;

    case PHONE_ASK_FETCH:
        fetch = (phone_ask_fetch_t *) ask;
        player.texts++;
        player.to = phone_copy(&player.arena, fetch->fetch->by_url
                                              ? fetch->url : fetch->value[0]);
        player.text = phone_copy(&player.arena, fetch->body);
        fetch->answer.status = player.gateway;
        fetch->answer.text = player.answer ? phone_cstr(player.answer)
                                           : PHONE_EMPTY;
        break;

    default:

        if (play_recall((phone_record_t *) ask)) {
            break;
        }

        player.reads++;

        if (ask->kind == PHONE_ASK_RECORD) {
            player.fields += (unsigned) __builtin_popcount(
                                          ((phone_record_t *) ask)->mask);
        }

        if (player.before_read) {
            player.before_read();
        }

        if (sim_store_read(player.store, player.now, ask, &call->arena) != 0) {
            printf("Bail out! a read fails\n");
            exit(1);
        }

        play_keep((phone_record_t *) ask);
    }

    phone_ready(ask);
}


static inline int
play_refused(const phone_ask_t *ask)
{
    const phone_ask_work_t  *work;

    if (ask->kind != PHONE_ASK_WORK) {
        return 0;
    }

    work = (const phone_ask_work_t *) ask;

    return work->place ? player.no_place
           : player.busy && work->work->lane == PHONE_WORK_HASH;
}


/* While something is not read a run decides nothing: it answers about the
   fields of its call at most (400), and writes that a session was seen. */

static inline void
play_undecided(const phone_call_t *call)
{
    int                    decided;
    unsigned               i;
    const phone_ask_t     *ask;
    const phone_record_t  *record;

    for (ask = call->asks; ask; ask = ask->next) {
        if (!ask->ready && ask->kind != PHONE_ASK_WORK
            && ask->kind != PHONE_ASK_FETCH)
        {
            break;
        }
    }

    if (ask == NULL) {
        return;
    }

    decided = call->ops || call->guards || call->gave_up
              || (call->reply.refused
                  ? phone_refusal_text[call->reply.refusal].status != 400
                  : call->body_begun);

    for (record = call->records; record; record = record->next_record) {
        for (i = 0; i < record->type->nfields; i++) {
            decided |= record->set[i].data != NULL
                       && !(record->type == &phone_account && i >= ACCOUNT_S0
                            && i < ACCOUNT_S0 + 8);
        }
    }

    if (decided) {
        ok(0, "%s decides before it has read all",
           call->endpoint ? call->endpoint->name : call->event->name);
    }
}


/* PHONE_AGAIN: there is no place in a queue. */

static inline phone_rc_t
play_run(phone_call_t *call)
{
    phone_rc_t    rc;
    phone_ask_t  *ask;

    for ( ;; ) {
        rc = phone_run(call);
        player.runs++;

        if (rc == PHONE_CONTINUE) {
            phone_start_over(call);
            continue;
        }

        if (rc != PHONE_AGAIN) {
            return rc;
        }

        play_undecided(call);

        while ((ask = phone_next_ask(call)) != NULL) {

            if (play_refused(ask)) {
                return PHONE_AGAIN;
            }

            play_ask(call, ask);
        }
    }
}


/* Of what a commit has written, all expires that should, when it should. */

static inline void
play_lives(const phone_commit_t *commit)
{
    const char   *wrong;
    phone_str_t   key;

    wrong = sim_lives_wrong(player.store, player.now, &player.settings,
                            player.ahead < 0 ? -player.ahead : player.ahead,
                            commit, &key);

    if (wrong) {
        ok(0, "\"%.*s\" %s", PHONE_ARGS(key), wrong);
    }
}


/* Guards that write are behind those that do not. */

static inline void
play_guards(const phone_commit_t *commit)
{
    int                   write, before;
    size_t                len;
    const phone_guard_t  *guard;

    static const char *const  name[] = {
        [PHONE_GUARD_VERSION] = "version",
        [PHONE_GUARD_ABSENT] = "absent",
        [PHONE_GUARD_AT_LEAST] = "least",
        [PHONE_GUARD_DUE] = "due",
        [PHONE_GUARD_EMPTY] = "empty",
        [PHONE_GUARD_CLAIM] = "claim",
        [PHONE_GUARD_AT_MOST] = "most",
        [PHONE_GUARD_ROOM] = "room",
        [PHONE_GUARD_TYPE] = "type", [PHONE_GUARD_SUM] = "sum"
    };

    before = 0;
    player.operations += commit->nops;

    for (guard = commit->guards; guard; guard = guard->next) {
        write = guard->kind == PHONE_GUARD_CLAIM
                || guard->kind == PHONE_GUARD_SUM;

        len = strlen(player.guards);
        snprintf(player.guards + len, sizeof(player.guards) - len, " %s",
                 name[guard->kind]);

        if (before && !write) {
            ok(0, "a guard is behind one that writes");
        }

        before = write;
    }
}


static inline void
play_hook(void)
{
    void  (*hook)(void);

    hook = player.before_commit;
    player.before_commit = NULL;

    if (hook) {
        hook();
    }
}


/* failed is the guard of a conflict. */

static inline phone_outcome_t
play_apply(phone_call_t *call, const phone_commit_t *commit,
    const phone_guard_t **failed)
{
    unsigned          guard;
    phone_emitted_t  *emitted;

    player.commits++;
    play_guards(commit);

    switch (sim_store_apply(player.store, player.now, commit, &guard)) {

    case SIM_CONFLICT:

        for (*failed = commit->guards; guard; guard--) {
            *failed = (*failed)->next;
        }

        player.full = (*failed)->full;

        return PHONE_OUTCOME_CONFLICT;

    case SIM_ERROR:
        return PHONE_OUTCOME_BROKEN;

    default:
        play_lives(commit);
        break;
    }

    if (player.lose_answer || call->proof_first) {
        player.lose_answer = 0;
        return PHONE_OUTCOME_UNKNOWN;
    }

    for (emitted = call->emitted; emitted; emitted = emitted->next) {
        player.event[player.nevents++] = (play_event_t) {
            phone_copy(&player.arena, emitted->member), emitted->bucket,
            emitted->score };
    }

    return PHONE_OUTCOME_APPLIED;
}


/* 1 when the call has to be run again. */

static inline int
play_commit(phone_call_t *call)
{
    const phone_guard_t   *failed;
    const phone_commit_t  *commit;

    play_hook();

    commit = phone_commit(call);

    switch (commit ? play_apply(call, commit, &failed)
                   : PHONE_OUTCOME_APPLIED)
    {

    case PHONE_OUTCOME_APPLIED:
        return 0;

    case PHONE_OUTCOME_BROKEN:
        phone_fail(call, PHONE_INTERNAL);
        return 0;

    case PHONE_OUTCOME_CONFLICT:
        if (failed->full) {
            phone_fail(call, PHONE_ACCOUNT_FULL);
            return 0;
        }

        /* fall through */

    default:
        phone_forget(call);
        return 1;
    }
}


static inline void
play_take(phone_call_t *call)
{
    player.reply = call->reply;
    player.reply.location = phone_copy(&player.arena, call->reply.location);
    player.reply.type = phone_copy(&player.arena, call->reply.type);
    player.reply.sha256 = phone_copy(&player.arena, call->reply.sha256);
    player.reply.disposition = phone_copy(&player.arena,
                                          call->reply.disposition);
    player.reply.signature = phone_copy(&player.arena, call->reply.signature);
    player.status = call->reply.status;
    player.body = phone_copy(&player.arena, call->reply.body);
    player.retry_after = call->reply.retry_after;
    player.cacheable = call->reply.cacheable;
    player.refused = call->reply.refused;
    player.refusal = call->reply.refusal;
    player.bad_key = phone_copy(&player.arena, call->bad_key);
    player.why = call->why;
    player.set_cookie = PHONE_EMPTY;
    memcpy(player.cookie_age, call->reply.cookie_age,
           sizeof(player.cookie_age));

    if (call->reply.cookie[PHONE_COOKIE_SESSION].data) {
        player.set_cookie = phone_copy(&player.arena,
                                call->reply.cookie[PHONE_COOKIE_SESSION]);
    }

    if (call->reply.cookie[PHONE_COOKIE_LOGIN].data) {
        player.code_cookie = phone_copy(&player.arena,
                                 call->reply.cookie[PHONE_COOKIE_LOGIN]);
    }

    if (call->reply.cookie[PHONE_COOKIE_DEVICE].data) {
        player.device_cookie = phone_copy(&player.arena,
                                   call->reply.cookie[PHONE_COOKIE_DEVICE]);
    }
}


/* A reply is what its endpoint declares; those of tests declare nothing. */

static inline void
play_declared(phone_call_t *call)
{
    phone_str_t  odd;

    odd = phone_undeclared(call);

    if (odd.len && call->endpoint->reply) {
        ok(0, "%.*s", PHONE_ARGS(odd));
    }
}


static inline void
play_counts(void)
{
    player.reads = player.works = player.runs = player.commits = 0;
    player.fields = player.operations = 0;
    player.guards[0] = '\0';
}


/* body is JSON, or a form, values plain as in "a=1&b=2" or
   percent-encoded. */

static inline int
play_endpoint(const phone_endpoint_t *endpoint, const char *body)
{
    phone_str_t         bad;
    phone_ask_t        *ask;
    phone_call_t        call;
    phone_fields_t      fields;
    phone_fields_rc_t   rc;

    fields.n = 0;
    play_counts();
    player.recalled = player.signed_replies = 0;
    player.full = 0;

    phone_call_init(&call, &player.env, endpoint, NULL);
    play_draw(&call);

    call.cookie[PHONE_COOKIE_SESSION] = player.cookie;
    call.cookie[PHONE_COOKIE_LOGIN] = player.code_cookie;
    call.cookie[PHONE_COOKIE_DEVICE] = player.device_cookie;
    call.idempotency_key = player.key;
    call.key_twice = player.key_twice ? 1 : 0;
    call.fields = &fields;

    if (player.file) {
        call.upload = phone_cstr(player.file);
    }

    rc = body[0] == '{'
         ? phone_json_parse(&call.arena, phone_cstr(body), &fields, &bad)
         : phone_form_parse(&call.arena, phone_cstr(body), &fields, &bad);

    if (rc != PHONE_FIELDS_OK) {
        printf("Bail out! body\n");
        exit(1);
    }

    do {
        if (play_run(&call) == PHONE_AGAIN) {
            phone_fail(&call, PHONE_BUSY);
            break;
        }
    } while (play_commit(&call));

    while (phone_finish(&call) == PHONE_AGAIN) {
        while ((ask = phone_next_ask(&call)) != NULL) {
            play_ask(&call, ask);
        }
    }

    play_declared(&call);
    play_take(&call);
    phone_call_free(&call);

    return player.status;
}


static inline int
play(const char *name, const char *body)
{
    unsigned  i;

    for (i = 0; strcmp(phone_endpoints[i]->name, name) != 0; i++) {
        /* the name is one of them */
    }

    return play_endpoint(phone_endpoints[i], body);
}


/* Runs the event that was put first; 0 when there is none. */

static inline int
play_event(void)
{
    play_event_t  event;
    phone_call_t  call;

    if (player.nevents == 0) {
        return 0;
    }

    event = player.event[0];
    memmove(player.event, player.event + 1,
            --player.nevents * sizeof(play_event_t));

    phone_call_init(&call, &player.env, NULL, NULL);
    play_draw(&call);

    call.due_member = event.member;
    call.due_bucket = event.bucket;
    call.due_score = event.score;
    call.room = player.room;

    if (phone_event_parse(event.member, &call.event, &call.due_id, &call.lane)
        != 0)
    {
        printf("Bail out! event\n");
        exit(1);
    }

    player.full = 0;
    play_counts();
    play_run(&call);
    play_commit(&call);

    player.gave_up = call.gave_up;
    player.bad_key = phone_copy(&player.arena, call.bad_key);

    if (call.repeat_at) {
        player.event[player.nevents++] = (play_event_t) {
            event.member, event.bucket, call.repeat_at };
    }

    phone_call_free(&call);

    return 1;
}


/* The text or number of a member of the reply; empty when it is not there. */

static inline phone_str_t
play_member(const char *name)
{
    char         key[64];
    char        *p, *end;
    phone_str_t  value;

    snprintf(key, sizeof(key), "\"%s\":", name);

    p = memmem(player.body.data, player.body.len, key, strlen(key));
    if (p == NULL) {
        return PHONE_EMPTY;
    }

    p += strlen(key);
    end = p;

    if (*p == '"') {
        end = strchr(++p, '"');

    } else {
        while (*end != ',' && *end != '}') {
            end++;
        }
    }

    value.data = p;
    value.len = (size_t) (end - p);

    return value;
}


/* 1 when the reply holds this text. */

static inline int
play_says(const char *text)
{
    return memmem(player.body.data, player.body.len, text, strlen(text))
           != NULL;
}


static inline phone_str_t
play_code(void)
{
    return play_member("code");
}


/* What the store has in a field of a record. */

static inline phone_str_t
play_stored(const phone_type_t *type, const char *id, unsigned field)
{
    unsigned     bucket;
    phone_str_t  value;

    bucket = phone_home(&player.env, type, phone_cstr(id));
    value = sim_store_field(player.store, player.now,
                            phone_key(&player.arena, type, bucket,
                                      phone_cstr(id)),
                            phone_cstr(type->fields[field]));

    return phone_copy(&player.arena, value.data ? value : PHONE_EMPTY);
}


#endif /* _PHONE_PLAY_H_INCLUDED_ */
