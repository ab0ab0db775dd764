
/* A mailbox has its limit, whoever writes. */


#include "auditing.h"
#include "calls.h"


/* The mails of a number. */
typedef struct {
    sim_node_t               node;
    int64_t                  n;
    int64_t                  before;     /* the last commit that changed it */
    int64_t                  at;         /* of the run: that commit */
    const sim_exchange_t    *exchange;   /* of that */
    unsigned                 quiet:1;    /* its call began later than the last
                                            change before */
} sim_box_t;


/* What a call brings to a mailbox that nobody changes meanwhile leaves it
   within its limit, or does not make it larger. */

static void
sim_audit_box(sim_auditor_t *auditor, const sim_box_t *box)
{
    int64_t  most;

    most = auditor->world->settings.mail_box;
    most = box->before > most ? box->before : most;

    if (box->quiet && box->n > most && auditor->world->failovers == 0) {
        sim_violation(auditor->world, "the mailbox of %.*s has %lld mails",
                      PHONE_ARGS(box->node.key), (long long) box->n);
    }
}


void
sim_box_changes(sim_auditor_t *auditor, phone_str_t owner, int by)
{
    sim_box_t             *box;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    box = sim_map_make(&auditor->boxes, owner, sizeof(sim_box_t));

    if (box->at != auditor->world->now || box->exchange != exchange) {
        sim_audit_box(auditor, box);
        box->before = box->n;
        box->quiet = exchange != NULL && exchange->sent_at > box->at
                     && auditor->world->domain == PHONE_WHOLE_STORE;
        box->at = auditor->world->now;
        box->exchange = exchange;
    }

    box->n += by;
}
