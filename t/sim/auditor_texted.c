
/*
 * Login codes that numbers ask for by a text: one for a text, however often the
 * gateway tells of it; to its sender alone, no more than the limits allow, and
 * not abroad; each logs in once, an older one not at all.  The last one lets
 * its reader in at the first try, however many guesses there have been.
 */


#define _GNU_SOURCE

#include <stdio.h>
#include <string.h>

#include "auditing.h"


#define SIM_TEXTED_DAY    INT64_C(86400000)          /* ms */

/* ms: a text with the same id is the same for so long, at least */
#define SIM_TEXTED_FRESH  (10 * PHONE_MINUTE)


/* A code, by "sms <id of the SMS>". */
typedef struct {
    sim_node_t               node;
    int64_t                  put_at;     /* of the run */
    int64_t                  put_wall;   /* ms */
    int64_t                  used_at;    /* of the run; 0: it is not */
    int64_t                  replaced_at;    /* of the run; 0: it is the last */
    unsigned                 temporary:1;    /* the number had no account */
} sim_texted_t;


/* "<number>": the last one; "<number> <code>". */
typedef struct {
    sim_node_t               node;
    sim_texted_t            *code;
} sim_texted_by_t;


/* "id <number> <id>": ms; "in <number> <window>": how many. */
typedef struct {
    sim_node_t               node;
    int64_t                  value;
} sim_texted_count_t;


static int
sim_asks_for_code(phone_str_t text)
{
    unsigned                  i;
    static const char *const  word[] = {
        "LOGIN", "login please", "Code!", "登录", "验证码"
    };

    for (i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
        if (phone_is(text, word[i])) {
            return 1;
        }
    }

    return 0;
}


static void *
sim_texted_node(sim_auditor_t *auditor, int make, size_t size,
    const char *what, phone_str_t who, phone_str_t which)
{
    int          n;
    char         text[256];
    phone_str_t  name;

    n = snprintf(text, sizeof(text), "%s %.*s %.*s", what, PHONE_ARGS(who),
                 PHONE_ARGS(which));

    if (n >= (int) sizeof(text)) {
        return NULL;
    }

    name = (phone_str_t) { (size_t) n, text };

    return make ? sim_map_make(&auditor->texted, name, size)
                : sim_map_find(&auditor->texted, name);
}


static void
sim_audit_texted_count(sim_auditor_t *auditor, phone_str_t number,
    int64_t window, int64_t most)
{
    int                  n;
    char                 text[64];
    int64_t              start;
    sim_world_t         *world;
    sim_texted_count_t  *count;

    world = auditor->world;
    start = auditor->task->call.now / window * window;

    n = snprintf(text, sizeof(text), "%lld %lld", (long long) window,
                 (long long) start);
    count = sim_texted_node(auditor, 1, sizeof(sim_texted_count_t), "in",
                            number, (phone_str_t) { (size_t) n, text });

    if (++count->value > most && world->failovers == 0
        && !sim_window_forgot(world, start, start + window))
    {
        sim_violation(world, "%lld codes for texts of %.*s, %lld may be",
                      (long long) count->value, PHONE_ARGS(number),
                      (long long) most);
    }
}


/* An SMS that the call of an incoming text puts. */

static void
sim_audit_texted_put(sim_auditor_t *auditor, phone_str_t id, phone_str_t to)
{
    sim_world_t             *world;
    phone_str_t              text;
    sim_texted_t            *code;
    sim_texted_by_t         *by;
    sim_texted_count_t      *heard;
    const phone_settings_t  *settings;

    world = auditor->world;
    settings = &world->settings;
    text = sim_sent(auditor->exchange, "text");

    if (!sim_asks_for_code(text)
        || !phone_equal(sim_sent(auditor->exchange, "from"), to)
        || to.len < 5 || memcmp(to.data, "+861", 4) != 0)
    {
        sim_violation(world, "%.*s is sent a text for \"%.*s\" of %.*s",
                      PHONE_ARGS(to), PHONE_ARGS(text),
                      PHONE_ARGS(sim_sent(auditor->exchange, "from")));
    }

    heard = sim_texted_node(auditor, 1, sizeof(sim_texted_count_t), "id", to,
                            sim_sent(auditor->exchange, "id"));

    if (heard->value && world->failovers == 0
        && sim_wall(world) < heard->value + SIM_TEXTED_FRESH)
    {
        sim_violation(world, "%.*s is sent another code for the same text",
                      PHONE_ARGS(to));
    }

    heard->value = sim_wall(world);

    sim_audit_texted_count(auditor, to, settings->login_window,
                           settings->code_sends);
    sim_audit_texted_count(auditor, to, SIM_TEXTED_DAY, settings->code_day);

    code = sim_texted_node(auditor, 1, sizeof(sim_texted_t), "sms", id,
                           PHONE_EMPTY);
    code->put_at = world->now;
    code->put_wall = auditor->task->call.now;

    by = sim_texted_node(auditor, 1, sizeof(sim_texted_by_t), "last", to,
                         PHONE_EMPTY);

    if (by->code != NULL && by->code != code) {
        by->code->replaced_at = world->now;
    }

    by->code = code;
}


void
sim_audit_texted(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts)
{
    phone_str_t  to;

    to = sim_hset_word(op, "to", NULL);

    if (to.len && auditor->exchange != NULL
        && sim_is_call(auditor->exchange, "sms.in"))
    {
        sim_audit_texted_put(auditor, parts->id, to);
    }
}


/* What it says is known when it is handed over. */

void
sim_audit_texted_leaves(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t to, phone_str_t text)
{
    const char       *p, *end;
    sim_texted_t     *code;
    sim_texted_by_t  *by;

    code = sim_texted_node(auditor, 0, 0, "sms", task->call.due_id,
                           PHONE_EMPTY);
    p = memmem(text.data, text.len, "code: ", 6);

    if (p == NULL) {
        p = memmem(text.data, text.len, "password: ", 10);
    }

    if (code == NULL || p == NULL) {
        return;
    }

    code->temporary = p[0] == 'p';

    p = strchr(p, ' ') + 1;
    end = memchr(p, ',', (size_t) (text.data + text.len - p));

    by = sim_texted_node(auditor, 1, sizeof(sim_texted_by_t), "code", to,
                         (phone_str_t) { (size_t) (end - p), p });
    by->code = code;
}


/* Its record is removed, by the login that it lets in. */

void
sim_audit_texted_gone(sim_auditor_t *auditor, phone_str_t number)
{
    sim_texted_by_t  *by;

    by = sim_texted_node(auditor, 0, 0, "last", number, PHONE_EMPTY);

    if (auditor->exchange == NULL
        || !sim_is_call(auditor->exchange, "session.login"))
    {
        sim_violation(auditor->world, "the texted code of %.*s is removed",
                      PHONE_ARGS(number));
    }

    if (by != NULL && by->code->used_at == 0) {
        by->code->used_at = auditor->world->now;
    }
}


/* NULL: what the call has sent is none that the number was sent. */

static sim_texted_t *
sim_texted_sent(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    sim_texted_by_t  *by;

    by = sim_texted_node(auditor, 0, 0, "code", sim_sent(exchange, "phone"),
                         sim_sent(exchange, "password"));

    return by == NULL || sim_is_password(auditor, exchange) ? NULL : by->code;
}


static void
sim_audit_texted_used(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const sim_texted_t *code)
{
    const char              *wrong;
    int64_t                  sent_at, lifetime;
    sim_world_t             *world;
    const phone_settings_t  *settings;

    world = auditor->world;
    settings = &world->settings;
    sent_at = exchange->sent_at;
    lifetime = code->temporary ? settings->temporary_lifetime
                               : settings->code_lifetime;

    wrong = code->used_at && sent_at > code->used_at
            ? "that was used"
            : code->replaced_at && sent_at > code->replaced_at
            ? "before the last one"
            : exchange->ran_wall > code->put_wall + lifetime
                                   + world->swarm.skew
            ? "that is over" : NULL;

    if (wrong != NULL && world->failovers == 0
        && !sim_jumped_since(world, code->put_at))
    {
        sim_violation(world, "call %u is let in by a texted code %s",
                      exchange->serial, wrong);
    }

    sim_count(world, TEXTED_IN);
}


/* Nobody else can have made it wrong, or have used up its tries. */

static void
sim_audit_texted_refused(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply,
    const sim_texted_t *code)
{
    int64_t                  lifetime;
    sim_world_t             *world;
    const phone_settings_t  *settings;

    world = auditor->world;
    settings = &world->settings;
    lifetime = code->temporary ? settings->temporary_lifetime
                               : settings->code_lifetime;

    if ((reply->refusal != PHONE_LOGIN_FAILED
         && reply->refusal != PHONE_RATE_LIMITED)
        || code->used_at || code->replaced_at || world->failovers
        || sim_jumped_since(world, code->put_at)
        || sim_wall(world) + world->swarm.skew >= code->put_wall + lifetime)
    {
        return;
    }

    sim_violation(world, "call %u: the texted code of %.*s is good, and is "
                  "refused: %.*s", exchange->serial,
                  PHONE_ARGS(sim_sent(exchange, "phone")),
                  PHONE_ARGS(reply->body));
}


int
sim_audit_texted_in(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_texted_t  *code;

    code = sim_texted_sent(auditor, exchange);

    if (code == NULL) {
        return 0;
    }

    if (reply->refused) {
        sim_audit_texted_refused(auditor, exchange, reply, code);

    } else {
        sim_audit_texted_used(auditor, exchange, code);
    }

    return 1;
}


int
sim_is_texted_code(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    sim_texted_t  *code;

    code = sim_texted_sent(auditor, exchange);

    return code != NULL && !code->temporary;
}
