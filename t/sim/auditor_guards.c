
/*
 * Guards.  What a commit decides by, it is guarded by: whatever has changed
 * since it was read makes it fail.  Schedules in which that matters are rare,
 * so each commit is looked at for its guards, not for its luck.
 */


#include <stdio.h>

#include "auditing.h"


/* ms: a commit of a call is handed to the store within that, on the clock of
   its worker, which may be set meanwhile. */
#define SIM_HANDED_WITHIN    30000


typedef struct {
    const char              *by;         /* an endpoint or an event */
    const char              *writes;     /* a key of that kind, */
    const char              *on;         /* and has read one of this */
    unsigned                 whole:1;    /* may be in another bucket */
} sim_decision_t;


static const sim_decision_t  sim_decisions[] = {
    { "bill.create", "order", "merchant", 0 },
    { "bill.pay", "bill", "account", 0 },
    { "bill.pay", "bill", "merchant", 1 },
    { "bill.pay", "bill", "card", 0 },
    { "bill.card_default", "account", "card", 0 },
    { "bill.card_bind", "card", "account", 0 },
    { "bill.card_remove", "card", "account", 0 },
    { "payment.step", "bill", "account", 0 },
    { "payment.step", "bill", "payment", 0 },
    { "operator.payment_resume", "due", "payment", 0 },
    { "bill.expire", "bill", "account", 0 },
    { "bill.reject", "bill", "account", 0 },
    { "bill.close", "bill", "account", 0 },
    { "bill.recall", "bill", "account", 0 },
    { "message.push", "live", "account", 0 },
    { "message.push", "sms", "texts", 0 },
    { "mail.send", "live", "account", 1 },
    { "job.step", "live", "account", 1 },
    { "mail.reply", "live", "account", 1 },
    { "mail.forward", "live", "account", 1 },
    { "mail.read", "live", "account", 0 },
    { "mail.read_to", "live", "account", 0 },
    { "bill.handed", "live", "account", 0 },
    { "refund.create", "refund", "refunds", 0 },
    { "bill.push", "sms", "bill", 0 },
    { "bill.push", "sms", "texts", 0 },
    { "session.code", "sms", "sms", 0 },
    { "sms.in", "sms", "sms", 0 },
    { "sms.in", "sms", "texted", 0 },
    { "operator.notices_replay", "due", "merchant", 0 },
    { "posting.apply", "posted", "swept", 0 },
    { "posting.forget", "posted", "swept", 0 },
    { NULL, NULL, NULL, 0 }
};


static int
sim_guards_version(const phone_guard_t *guard)
{
    return guard->kind == PHONE_GUARD_VERSION
           || guard->kind == PHONE_GUARD_ABSENT;
}


static int
sim_guarded_by(const phone_commit_t *commit, const char *kind)
{
    sim_key_t             parts;
    const phone_guard_t  *guard;

    for (guard = commit->guards; guard != NULL; guard = guard->next) {

        if (sim_guards_version(guard)
            && sim_key_parse(guard->key, &parts) == 0
            && phone_is(parts.kind, kind))
        {
            return 1;
        }
    }

    return 0;
}


static int
sim_writes(const phone_commit_t *commit, const char *kind)
{
    sim_key_t             parts;
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    for (op = commit->ops; op != NULL; op = op->next) {

        if (sim_key_parse(op->key, &parts) == 0
            && phone_is(parts.kind, kind))
        {
            return 1;
        }
    }

    for (guard = commit->guards; guard != NULL; guard = guard->next) {

        if (guard->kind == PHONE_GUARD_CLAIM
            && sim_key_parse(guard->key, &parts) == 0
            && phone_is(parts.kind, kind))
        {
            return 1;
        }
    }

    return 0;
}


static int
sim_guards_key(const phone_commit_t *commit, phone_str_t key)
{
    const phone_guard_t  *guard;

    for (guard = commit->guards; guard != NULL; guard = guard->next) {

        if (sim_guards_version(guard) && phone_equal(guard->key, key)) {
            return 1;
        }
    }

    return 0;
}


/* To reject what was only offered is to decline: nobody is told in this
   commit. */

static int
sim_declines(const sim_auditor_t *auditor)
{
    unsigned  i;

    for (i = 0; i < auditor->nbills; i++) {

        if (auditor->bill[i]->status == SIM_BILL_DECLINED) {
            return 1;
        }
    }

    return 0;
}


/* A merchant is told that he has bills in the archive: whatever else his record
   says stays, and its version changes. */

static int
sim_marks(const phone_commit_t *commit, const sim_written_t *written)
{
    const phone_op_t  *op;

    for (op = commit->ops; op != NULL; op = op->next) {
        if (phone_equal(op->key, written->key)
            && !(op->kind == PHONE_OP_HSET && op->nwords == 4
                 && phone_is(op->word[0], "v")
                 && phone_is(op->word[2], "archived")))
        {
            return 0;
        }
    }

    return phone_is(written->parts.kind, "merchant");
}


void
sim_audit_guards(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    unsigned               i;
    const char            *name;
    sim_world_t           *world;
    sim_written_t         *written;
    const sim_decision_t  *decision;

    if (auditor->task == NULL) {
        return;
    }

    world = auditor->world;
    name = sim_task_name(auditor->task);

    for (decision = sim_decisions; decision->by != NULL; decision++) {

        if (strcmp(decision->by, name) != 0
            || (decision->whole && world->domain != PHONE_WHOLE_STORE)
            || sim_declines(auditor)
            || !sim_writes(commit, decision->writes)
            || sim_guarded_by(commit, decision->on))
        {
            continue;
        }

        sim_violation(world, "%s writes %s, and is not guarded by %s", name,
                      decision->writes, decision->on);
    }

    /* a posting brings what was decided when it was made */

    if (auditor->task->call.event == &phone_posting_apply) {
        return;
    }

    for (i = 0; i < auditor->nwritten; i++) {
        written = &auditor->written[i];

        if (written->there && !sim_guards_key(commit, written->key)
            && !sim_marks(commit, written))
        {
            sim_violation(world, "%s writes over \"%.*s\"", name,
                          PHONE_ARGS(written->key));
        }
    }
}


/* A commit of a call leaves its worker: neither long after the call came, nor
   long before, by a clock that was wrong. */

void
sim_audit_handed(const sim_task_t *task)
{
    int64_t  since;

    since = sim_worker_clock(task->worker) - task->call.now;

    if (task->exchange != NULL
        && (since >= SIM_HANDED_WITHIN || since <= -SIM_HANDED_WITHIN))
    {
        sim_violation(task->worker->world, "call %u commits %lld ms after it "
                      "came", task->exchange->serial, (long long) since);
    }
}
