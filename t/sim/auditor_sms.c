
/*
 * Texts on their way: what the gateway is known to have is not handed over
 * again, a text of which nobody knows is once more at most, what is queued not
 * before the gateway has dropped it; reports never take a text back; a report
 * without the key, and a text of a number that came before, have no effect.
 */


#include <stdio.h>
#include <string.h>

#include "auditing.h"
#include "bill/bill.h"
#include "calls.h"
#include "sms/sms.h"


typedef struct {
    sim_node_t               node;       /* the id */
    char                     state[8];
    int64_t                  put;        /* ms, of the store: by a call */
    int64_t                  at;         /* of the run: since then */
    int64_t                  due;        /* ms: QUEUED, not sent before that */
    int64_t                  wall;       /* ms at 0 of the run, when it was: a
                                            clock may have jumped since */
    int                      ended;
} sim_sms_t;


typedef struct {
    sim_node_t               node;       /* a number; "<number> <id>" */
    int                      on;
    int64_t                  at;         /* of the run */
    int64_t                  wall;       /* ms */
} sim_said_t;


/* no call commits so long after it began, but where a clock has jumped */
#define SIM_PUT_WITHIN  PHONE_MINUTE

/* ms: a text with the same id is the same for so long, at least */
#define SIM_SAID_FRESH  (10 * PHONE_MINUTE)


/* Nothing that the run has read may be younger. */

static int
sim_since_before(const sim_task_t *task, int64_t at)
{
    return at < task->runner.started * SIM_MS;
}


static sim_sms_t *
sim_sms_of(sim_auditor_t *auditor, phone_str_t id)
{
    return sim_map_make(&auditor->sms, id, sizeof(sim_sms_t));
}


void
sim_audit_sms_leaves(sim_auditor_t *auditor, const sim_task_t *task)
{
    sim_sms_t    *sms;
    sim_world_t  *world;

    world = auditor->world;
    sms = sim_sms_of(auditor, task->call.due_id);

    if (world->failovers || !sim_since_before(task, sms->at)) {
        return;
    }

    if (sms->ended || strcmp(sms->state, "TAKEN") == 0
        || strcmp(sms->state, "KNOWN") == 0)
    {
        sim_violation(world, "text %.*s is sent again, although it is %s",
                      PHONE_ARGS(sms->node.key),
                      sms->ended ? "over" : sms->state);
    }

    if (strcmp(sms->state, "QUEUED") == 0 && task->call.now < sms->due
        && sms->wall == world->wall)
    {
        sim_violation(world, "text %.*s is sent again, and the gateway still "
                      "has it", PHONE_ARGS(sms->node.key));
    }
}


/* What a report may do. */

static const char *
sim_sms_reported(const sim_exchange_t *exchange, const char *before,
    phone_str_t state, int ends)
{
    int64_t  status;

    if (exchange->must_fail) {
        return "by a report without its key";
    }

    status = 0;
    (void) sim_parse_int(sim_sent(exchange, "status"), &status);

    if (ends) {
        return status == 1 || status == 2 || status == 16
               ? NULL : "by a report that is not its last";
    }

    if (status != 4 && status != 8) {
        return "by another report";
    }

    return phone_is(state, before[0] == '\0' ? "KNOWN" : "TAKEN")
           ? NULL : "to a state that it cannot have";
}


/* TAKEN is the last, KNOWN leads there alone. */

static const char *
sim_sms_moved(const char *before, phone_str_t state)
{
    if (strcmp(before, "TAKEN") == 0) {
        return "back from TAKEN";
    }

    return strcmp(before, "KNOWN") == 0 && !phone_is(state, "TAKEN")
           ? "back from KNOWN" : NULL;
}


static void
sim_audit_sms_wrong(sim_auditor_t *auditor, const sim_sms_t *sms,
    const char *wrong)
{
    if (wrong != NULL) {
        sim_violation(auditor->world, "text %.*s, %s, is changed %s",
                      PHONE_ARGS(sms->node.key),
                      sms->state[0] ? sms->state : "new", wrong);
    }
}


static void
sim_audit_sms_end(sim_auditor_t *auditor, sim_sms_t *sms)
{
    if (auditor->exchange != NULL && !sms->ended) {
        sim_audit_sms_wrong(auditor, sms,
                            sim_sms_reported(auditor->exchange, sms->state,
                                             PHONE_EMPTY, 1));
    }

    sms->ended = 1;
    sms->at = auditor->world->now;
}


static void
sim_audit_sms_state(sim_auditor_t *auditor, const phone_op_t *op,
    sim_sms_t *sms)
{
    int          set;
    int64_t      doubts;
    phone_str_t  state, text;

    text = sim_hset_word(op, "doubts", &set);

    if (set && (sim_parse_int(text, &doubts) != 0 || doubts > 1)) {
        sim_audit_sms_wrong(auditor, sms, "to a second doubt");
    }

    state = sim_hset_word(op, "state", &set);

    if (phone_is(state, "OVER")) {
        sim_audit_sms_end(auditor, sms);
        return;
    }

    if (!set || state.len >= sizeof(sms->state)) {
        return;
    }

    sim_audit_sms_wrong(auditor, sms, sim_sms_moved(sms->state, state));

    if (auditor->exchange != NULL) {
        sim_audit_sms_wrong(auditor, sms,
                            sim_sms_reported(auditor->exchange, sms->state,
                                             state, 0));
    }

    if (phone_is(state, "TAKEN")
        && sim_stored(auditor, op->key, "text").len != 0)
    {
        sim_audit_sms_wrong(auditor, sms, "and its text is kept");
    }

    if (phone_is(state, "QUEUED")) {
        sms->due = sim_due_again(auditor);
        sms->wall = auditor->world->wall;
    }

    memcpy(sms->state, state.data, state.len);
    sms->state[state.len] = '\0';
    sms->at = auditor->world->now;
}


/* STOP and START */

static int
sim_says_one_of(phone_str_t text, const char *const *words)
{
    for ( /* void */ ; *words; words++) {
        if (phone_is(text, *words)) {
            return 1;
        }
    }

    return 0;
}


static int
sim_says_stop(phone_str_t text)
{
    static const char *const  words[] = {
        "STOP", "Stop", "退订", "cancel", "Ｔ", "R", "opt out", "取消",
        "*Stop* it", NULL
    };

    return sim_says_one_of(text, words);
}


static int
sim_says_start(phone_str_t text)
{
    static const char *const  words[] = {
        "START", "start", "订阅", "unstop", NULL
    };

    return sim_says_one_of(text, words);
}


static void
sim_audit_stop(sim_auditor_t *auditor, const phone_op_t *op, phone_str_t number)
{
    int          n, on, stops, again;
    char         name[96];
    phone_str_t  text;
    sim_said_t  *said, *once;

    on = op->kind == PHONE_OP_HSET;

    if (auditor->exchange == NULL || !sim_is_call(auditor->exchange, "sms.in")
        || !phone_equal(sim_sent(auditor->exchange, "from"), number))
    {
        sim_violation(auditor->world, "%.*s has stopped nothing itself",
                      PHONE_ARGS(number));
        return;
    }

    text = sim_sent(auditor->exchange, "text");
    stops = sim_says_stop(text);

    n = snprintf(name, sizeof(name), "%.*s %.*s", PHONE_ARGS(number),
                 PHONE_ARGS(sim_sent(auditor->exchange, "id")));
    once = sim_map_make(&auditor->said,
                        (phone_str_t) { (size_t) n, name },
                        sizeof(sim_said_t));

    again = !on && once->on
            && sim_wall(auditor->world) < once->wall + SIM_SAID_FRESH;

    if (on != stops || again) {
        sim_violation(auditor->world, "%.*s texts \"%.*s\"%s: it is stopped: "
                      "%d", PHONE_ARGS(number), PHONE_ARGS(text),
                      again ? " again" : "", on);
    }

    once->on = !on;
    once->wall = sim_wall(auditor->world);
    said = sim_map_make(&auditor->said, number, sizeof(sim_said_t));
    said->on = on;
    said->at = auditor->world->now;
}


/* What was taken from a number has had its effect. */

static void
sim_audit_heeded(sim_auditor_t *auditor, const phone_guard_t *claim)
{
    int          n;
    char         key[96];
    sim_key_t    parts;
    phone_str_t  number;

    if (claim->kind != PHONE_GUARD_CLAIM
        || sim_key_parse(claim->key, &parts) != 0
        || !phone_is(parts.kind, "sms_got") || auditor->exchange == NULL)
    {
        return;
    }

    number = sim_sent(auditor->exchange, "from");

    if (!sim_says_start(sim_sent(auditor->exchange, "text"))) {
        return;
    }

    n = snprintf(key, sizeof(key), "phone:{%03u}:sms_stop:%.*s", claim->bucket,
                 PHONE_ARGS(number));

    if (sim_stored(auditor, (phone_str_t) { (size_t) n, key }, "at").len != 0) {
        sim_violation(auditor->world, "%.*s texts START in vain",
                      PHONE_ARGS(number));
    }
}


/* After STOP it is stopped, but for a START behind it. */

void
sim_audit_stop_taken(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_said_t   *said;
    phone_str_t   number;

    if (reply->refused || auditor->world->failovers
        || !sim_says_stop(sim_sent(exchange, "text")))
    {
        return;
    }

    number = sim_sent(exchange, "from");
    said = sim_map_find(&auditor->said, number);

    if (said == NULL || (!said->on && said->at < exchange->sent_at)) {
        sim_violation(auditor->world, "%.*s texts STOP in vain",
                      PHONE_ARGS(number));
    }
}


/* 1: it is since before the run at hand began; -1: that is not certain. */

int
sim_has_stopped(sim_auditor_t *auditor, phone_str_t number)
{
    sim_said_t  *said;

    said = sim_map_find(&auditor->said, number);

    if (said == NULL) {
        return 0;
    }

    return auditor->world->failovers || auditor->task == NULL
           || !sim_since_before(auditor->task, said->at) ? -1 : said->on;
}


static void
sim_audit_unasked(sim_auditor_t *auditor, const phone_op_t *op)
{
    phone_str_t  to;

    to = sim_hset_word(op, "to", NULL);

    if (to.len && auditor->task != NULL && auditor->exchange == NULL
        && sim_has_stopped(auditor, to) == 1)
    {
        sim_violation(auditor->world, "%.*s gets a text and has said STOP",
                      PHONE_ARGS(to));
    }
}


/* A commit that comes later than any call lasts finds nothing of the text that
   it has put before. */

static int
sim_sms_anew(sim_auditor_t *auditor, const phone_op_t *op, sim_sms_t *sms)
{
    if (sim_hset_word(op, "to", NULL).len == 0
        || sim_wall(auditor->world) < sms->put + SIM_PUT_WITHIN)
    {
        return 0;
    }

    sms->ended = 0;
    sms->state[0] = '\0';

    return 1;
}


void
sim_audit_sms(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    sim_key_t             parts;
    sim_sms_t            *sms;
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    for (guard = commit->guards; guard != NULL; guard = guard->next) {
        sim_audit_heeded(auditor, guard);
    }

    for (op = commit->ops; op != NULL; op = op->next) {

        if (sim_key_parse(op->key, &parts) != 0) {
            continue;
        }

        if (phone_is(parts.kind, "sms_stop")
            && (op->kind == PHONE_OP_HSET || op->kind == PHONE_OP_DEL))
        {
            sim_audit_stop(auditor, op, parts.id);
        }

        if (!phone_is(parts.kind, "sms")) {
            continue;
        }

        sms = sim_sms_of(auditor, parts.id);

        if (op->kind == PHONE_OP_HSET) {

            if (sms->ended && !sim_sms_anew(auditor, op, sms)) {
                sim_audit_sms_wrong(auditor, sms, "after its end");
            }

            if (sim_hset_word(op, "to", NULL).len) {
                sms->put = sim_wall(auditor->world);
            }

            sim_audit_sms_state(auditor, op, sms);
            sim_audit_unasked(auditor, op);

        } else if (op->kind == PHONE_OP_DEL) {

            sim_audit_sms_end(auditor, sms);
        }
    }
}
