
/* See play.h. */


#include "../play.h"


play_t  player;


/* The platform's keys, unless a test has others. */

static const phone_platform_keys_t  play_platform = {
    2, {
        { { 2, "p1" }, { 1, "P" }, { 1, "0" }, PHONE_KEY_RSA,
          PHONE_KEY_CURRENT, 0 },
        { { 2, "e1" }, { 1, "E" }, { 1, "0" }, PHONE_KEY_ED25519,
          PHONE_KEY_CURRENT, 0 }
    }
};


const phone_banks_t  play_banks = {
    1, { { { 8, "citybank" }, { 32, "the secret of the bank, 32 bytes" } } }
};


const phone_work_t  player_take = {
    "take", PHONE_WORK_MEDIA, 4, 65536, NULL
};

const phone_work_t  player_keep = {
    "keep", PHONE_WORK_MEDIA, 4, 0, NULL
};


static void
play_publish(void *data, phone_str_t channel, phone_str_t message)
{
    (void) data;
    (void) channel;
    (void) message;

    player.published++;
}


void
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
    player.env.banks = &play_banks;
    player.env.take = &player_take;
    player.env.keep = &player_keep;
    player.env.buckets = 16;
    player.env.cells = 4099;      /* all bits of a hash choose a cell */
    player.env.domain = PHONE_WHOLE_STORE;
    player.env.store_since = PLAY_NOW;
    player.env.store_id = PHONE_STR("played");

    if (phone_env_keys(&player.env,
                       PHONE_STR("0123456789abcdef0123456789abcdef"),
                       PHONE_EMPTY)
        != 0)
    {
        printf("Bail out! no keys\n");
        exit(1);
    }
}


void
play_end(void)
{
    phone_env_keys_free(&player.env);
    phone_arena_free(&player.arena);
    sim_memory_free(&player.memory);
}


void
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


void
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
    player.tallies = call->tallies;
    player.cacheable = call->reply.cacheable;
    player.refused = call->reply.refused;
    player.refusal = call->reply.refusal;
    player.bad_key = phone_copy(&player.arena, call->bad_key);
    player.why = call->why ? phone_copy(&player.arena,
                                        (phone_str_t) { strlen(call->why) + 1,
                                                        call->why }).data
                           : NULL;
    memcpy(player.no_secret, call->no_secret, sizeof(player.no_secret));
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

void
play_declared(phone_call_t *call)
{
    phone_str_t  odd;

    odd = phone_undeclared(call);

    if (odd.len && call->endpoint->reply) {
        ok(0, "%.*s", PHONE_ARGS(odd));
    }
}


void
play_counts(void)
{
    player.reads = player.works = player.runs = player.commits = 0;
    player.fields = player.operations = 0;
    player.guards[0] = '\0';
}


/* body is JSON, or a form, values plain as in "a=1&b=2" or
   percent-encoded. */

int
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
        call.upload = player.file_len
                      ? (phone_str_t) { player.file_len, player.file }
                      : phone_cstr(player.file);
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


int
play(const char *name, const char *body)
{
    unsigned  i;

    for (i = 0; strcmp(phone_endpoints[i]->name, name) != 0; i++) {
        /* the name is one of them */
    }

    return play_endpoint(phone_endpoints[i], body);
}


/* Takes the event that was put first; 0 when there is none. */

int
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

void
play_event_end(phone_call_t *call, const play_event_t *event)
{
    player.gave_up = call->gave_up;
    player.tallies = call->tallies;
    player.bad_key = phone_copy(&player.arena, call->bad_key);
    memcpy(player.no_secret, call->no_secret, sizeof(player.no_secret));

    if (call->repeat_at) {
        player.event[player.nevents++] = (play_event_t) {
            event->member, event->bucket, call->repeat_at };
    }

    phone_call_free(call);
}


/* Runs the event that was put first; 0 when there is none. */

int
play_event(void)
{
    play_event_t  event;
    phone_call_t  call;

    if (!play_event_begin(&call, &event)) {
        return 0;
    }

    do {
        play_run(&call);
    } while (play_commit(&call) == PLAY_SUM);

    play_event_end(&call, &event);

    return 1;
}
