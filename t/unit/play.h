
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
#define PLAY_EVENTS  256
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


#include "play_asks.h"
#include "play_commit.h"


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


/* Takes the event that was put first; 0 when there is none. */

static inline int
play_event_begin(phone_call_t *call, play_event_t *event)
{
    if (player.nevents == 0) {
        return 0;
    }

    *event = player.event[0];
    memmove(player.event, player.event + 1,
            --player.nevents * sizeof(play_event_t));

    phone_call_init(call, &player.env, NULL, NULL);
    play_draw(call);

    call->due_member = event->member;
    call->due_bucket = event->bucket;
    call->due_score = event->score;
    call->room = player.room;

    if (phone_event_parse(event->member, &call->event, &call->due_id,
                          &call->lane)
        != 0)
    {
        printf("Bail out! event\n");
        exit(1);
    }

    player.full = 0;
    play_counts();

    return 1;
}


/* It may be put again. */

static inline void
play_event_end(phone_call_t *call, const play_event_t *event)
{
    player.gave_up = call->gave_up;
    player.bad_key = phone_copy(&player.arena, call->bad_key);

    if (call->repeat_at) {
        player.event[player.nevents++] = (play_event_t) {
            event->member, event->bucket, call->repeat_at };
    }

    phone_call_free(call);
}


/* Runs the event that was put first; 0 when there is none. */

static inline int
play_event(void)
{
    play_event_t  event;
    phone_call_t  call;

    if (!play_event_begin(&call, &event)) {
        return 0;
    }

    play_run(&call);
    play_commit(&call);
    play_event_end(&call, &event);

    return 1;
}


#include "play_reply.h"


#endif /* _PHONE_PLAY_H_INCLUDED_ */
