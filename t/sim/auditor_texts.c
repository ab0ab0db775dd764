
/* Texts about bills: nobody gets more of them than the limits allow, from all
   merchants or from one. */


#include <stdio.h>

#include "auditing.h"


#define SIM_TEXT_WAIT        INT64_C(5000)       /* ms */


/* What was sent to a number, or to a number for a merchant. */
typedef struct {
    sim_node_t               node;
    int64_t                  sent[2];    /* in the window, in the day */
    int64_t                  until[2];
} sim_texts_t;


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

    texts = sim_map_find(&auditor->texts_sent, name);

    if (texts == NULL) {
        texts = sim_map_add(&auditor->texts_sent, name, sizeof(sim_texts_t));
    }

    for (i = 0; i < 2; i++) {
        if (now >= texts->until[i]) {
            texts->sent[i] = 0;
            texts->until[i] = now + lasts[i];
        }

        if (++texts->sent[i] > most[i]) {
            sim_violation(auditor->world, "%.*s gets %lld texts about bills",
                          PHONE_ARGS(name), (long long) texts->sent[i]);
        }
    }
}


/* When the event of the commit at hand is due again (ms); 0: it is not. */

static int64_t
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

    if (set && sim_due_again(auditor)
               != auditor->task->call.now
                  + (SIM_TEXT_WAIT << (attempt - 1)))
    {
        sim_violation(auditor->world, "\"%.*s\" is tried again at %lld",
                      PHONE_ARGS(op->key),
                      (long long) sim_due_again(auditor));
    }
}


void
sim_audit_put_text(sim_auditor_t *auditor, const phone_op_t *op)
{
    int                      n;
    char                     name[96];
    phone_str_t              to;
    sim_bill_t              *bill;
    const phone_call_t      *call;
    const phone_settings_t  *settings;

    auditor->texts++;
    sim_audit_text_tried(auditor, op);

    to = sim_hset_word(op, "to", NULL);

    if (auditor->task == NULL || auditor->task->call.event == NULL
        || to.len == 0
        || strcmp(auditor->task->call.event->name, "bill.push") != 0)
    {
        return;
    }

    call = &auditor->task->call;
    settings = call->env->settings;

    sim_audit_limit(auditor, to, call->now,
                    (int64_t[2]) { settings->texts, settings->texts_day });

    bill = sim_map_find(&auditor->bills, call->due_id);

    if (bill == NULL) {
        return;
    }

    n = snprintf(name, sizeof(name), "%.*s:%.*s", PHONE_ARGS(to),
                 PHONE_ARGS(bill->status == SIM_BILL_OFFERED
                            ? bill->from : bill->merchant));
    sim_audit_limit(auditor, (phone_str_t) { (size_t) n, name }, call->now,
                    (int64_t[2]) { settings->merchant_texts,
                                   settings->merchant_texts_day });
}
