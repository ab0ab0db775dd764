
/* Texts about bills: nobody gets more of them than the limits allow, from all
   merchants or from one. */


#include <stdio.h>

#include "auditing.h"
#include "calls.h"
#include "bill/bill.h"


#define SIM_TEXT_WAIT        INT64_C(5000)       /* ms */


/* What was sent to a number, or to a number for a merchant. */
typedef struct {
    sim_node_t               node;
    int64_t                  sent[2];    /* in the window, in the day */
    int64_t                  until[2];
    int64_t                  at;         /* of the run: the last one */
} sim_texts_t;


/* Have all texts of the window, or of the day, been sent? */

static int
sim_texts_full(sim_auditor_t *auditor, phone_str_t name, int64_t now,
    const int64_t most[2])
{
    unsigned      i;
    sim_texts_t  *texts;

    texts = sim_map_find(&auditor->texts_sent, name);

    for (i = 0; i < 2; i++) {
        if ((texts != NULL && now < texts->until[i] ? texts->sent[i] : 0)
            >= most[i])
        {
            return 1;
        }
    }

    return 0;
}


static void
sim_audit_limit(sim_auditor_t *auditor, phone_str_t name, int64_t now,
    const int64_t most[2])
{
    unsigned                  i;
    int64_t                   lasts[2];
    sim_texts_t              *texts;
    const phone_settings_t   *settings;

    settings = auditor->task->call.env->settings;
    lasts[0] = settings->text_window;
    lasts[1] = INT64_C(24) * 3600 * 1000;

    if (sim_texts_full(auditor, name, now, most)) {
        sim_violation(auditor->world, "%.*s gets more texts about bills than "
                      "it may", PHONE_ARGS(name));
    }

    texts = sim_map_make(&auditor->texts_sent, name, sizeof(sim_texts_t));

    for (i = 0; i < 2; i++) {
        if (now >= texts->until[i]) {
            texts->sent[i] = 0;
            texts->until[i] = now + lasts[i];
        }

        texts->sent[i]++;
    }

    texts->at = auditor->world->now;
}


/* What counts about a bill: what all merchants have sent to its payer, and what
   its own has; of one that was handed on what all numbers have that hand bills
   on, and the other number. */

static phone_str_t
sim_text_counter(sim_auditor_t *auditor, const sim_bill_t *bill, int own,
    char name[96])
{
    int                n;
    phone_str_t        sender;
    const sim_bill_t  *before;

    before = bill->before.len ? sim_map_find(&auditor->bills, bill->before)
                              : NULL;
    sender = before != NULL ? own ? before->payer : PHONE_STR("+")
             : own ? bill->merchant : PHONE_EMPTY;

    n = snprintf(name, 96, "%.*s%s%.*s", PHONE_ARGS(bill->payer),
                 sender.len ? ":" : "", PHONE_ARGS(sender));

    return (phone_str_t) { (size_t) n, name };
}


/* Was there no room for another one?  What was sent since the event began it
   may not have seen. */

static int
sim_texts_were_full(sim_auditor_t *auditor, phone_str_t name,
    const int64_t most[2])
{
    sim_texts_t  *texts;

    texts = sim_map_find(&auditor->texts_sent, name);

    return (texts != NULL
            && texts->at >= auditor->task->runner.started * SIM_MS)
           || sim_texts_full(auditor, name, auditor->task->call.now, most);
}


/* The payer of a new bill is told, unless that many texts were sent: of a bill
   that was handed on none takes away from those of merchants, who see it. */

void
sim_audit_push(sim_auditor_t *auditor)
{
    char                     name[96];
    sim_bill_t              *bill;
    const phone_settings_t  *settings;

    if (auditor->task == NULL || auditor->texts
        || auditor->task->call.event != &phone_bill_push)
    {
        return;
    }

    settings = &auditor->world->settings;
    bill = sim_map_find(&auditor->bills, auditor->task->call.due_id);

    if (bill == NULL || bill->status != SIM_BILL_CREATED || bill->before.len
        || sim_has_stopped(auditor, bill->payer)
        || auditor->task->runner.started * SIM_MS
           < auditor->world->failover_at)       /* which may lose counts */
    {
        return;
    }

    if (!sim_texts_were_full(auditor,
                             sim_text_counter(auditor, bill, 0, name),
                             (int64_t[2]) { settings->texts,
                                            settings->texts_day })
        && !sim_texts_were_full(auditor,
                                sim_text_counter(auditor, bill, 1, name),
                                (int64_t[2]) { settings->merchant_texts,
                                               settings->merchant_texts_day }))
    {
        sim_violation(auditor->world, "nobody tells %.*s of bill %.*s",
                      PHONE_ARGS(bill->payer), PHONE_ARGS(bill->node.key));
    }
}


int64_t
sim_due_again(const sim_auditor_t *auditor)
{
    int64_t            due;
    sim_key_t          parts;
    const phone_op_t  *op;

    for (op = auditor->commit->ops; op != NULL; op = op->next) {

        if (op->kind == PHONE_OP_ZADD && sim_key_parse(op->key, &parts) == 0
            && phone_is(parts.kind, "due")
            && phone_equal(op->word[1], auditor->task->call.due_member)
            && sim_parse_int(op->word[0], &due) == 0)
        {
            return due;
        }
    }

    return 0;
}


/* What is queued is sent again when the gateway may not try any longer. */

static int64_t
sim_queued_for(sim_auditor_t *auditor, phone_str_t key)
{
    int64_t  until, report;

    until = 0;
    (void) sim_parse_int(sim_stored(auditor, key, "until"), &until);

    until -= auditor->task->call.now;
    report = auditor->world->settings.sms_report;
    until = report < until ? report : until;

    return until < 60000 ? 60000 : until;
}


/* When is a text tried again?  At the end of its time it is looked at, at the
   latest. */

static int64_t
sim_text_again(sim_auditor_t *auditor, const phone_op_t *op, int64_t attempt)
{
    int64_t  again, until;

    again = auditor->task->call.now
            + (phone_is(sim_hset_word(op, "state", NULL), "QUEUED")
               ? sim_queued_for(auditor, op->key)
               : SIM_TEXT_WAIT << (attempt - 1));

    return sim_parse_int(sim_stored(auditor, op->key, "until"), &until) == 0
           && until < again ? until : again;
}


/* An attempt has failed: there are not more than so many, and the next one
   comes after 5 seconds, 10, 20 and so on. */

static void
sim_audit_text_tried(sim_auditor_t *auditor, const phone_op_t *op)
{
    int          set;
    int64_t      attempt;
    phone_str_t  text;

    text = sim_hset_word(op, "attempt", &set);

    if (set && (sim_parse_int(text, &attempt) != 0
                || attempt >= auditor->world->settings.sms_tries))
    {
        sim_violation(auditor->world, "\"%.*s\" goes on after attempt %.*s",
                      PHONE_ARGS(op->key), PHONE_ARGS(text));
        return;
    }

    if (set && sim_due_again(auditor) != sim_text_again(auditor, op, attempt))
    {
        sim_violation(auditor->world, "\"%.*s\" is tried again at %lld",
                      PHONE_ARGS(op->key),
                      (long long) sim_due_again(auditor));
    }
}


/* A text is counted by both names. */

static void
sim_audit_texts_limit(sim_auditor_t *auditor, phone_str_t all,
    phone_str_t own)
{
    const phone_call_t      *call;
    const phone_settings_t  *settings;

    call = &auditor->task->call;
    settings = call->env->settings;

    sim_audit_limit(auditor, all, call->now,
                    (int64_t[2]) { settings->texts, settings->texts_day });
    sim_audit_limit(auditor, own, call->now,
                    (int64_t[2]) { settings->merchant_texts,
                                   settings->merchant_texts_day });
}


void
sim_audit_put_text(sim_auditor_t *auditor, const phone_op_t *op)
{
    char         name[96], own[96];
    sim_bill_t  *bill;
    phone_str_t  to;

    auditor->texts++;
    sim_audit_text_tried(auditor, op);

    to = sim_hset_word(op, "to", NULL);

    if (to.len && sim_message_text(auditor, to, name, own)) {
        sim_audit_texts_limit(auditor, phone_cstr(name), phone_cstr(own));
        return;
    }

    if (auditor->task == NULL
        || auditor->task->call.event != &phone_bill_push
        || sim_hset_word(op, "to", NULL).len == 0)
    {
        return;
    }

    bill = sim_map_find(&auditor->bills, auditor->task->call.due_id);

    if (bill != NULL) {
        sim_audit_texts_limit(auditor,
                              sim_text_counter(auditor, bill, 0, name),
                              sim_text_counter(auditor, bill, 1, own));
    }
}
