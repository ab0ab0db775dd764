
/*
 * The auditor: a model of its own of what the product may do, held against
 * every commit, every answer and every notice as they happen.  It shares no
 * rule with the handlers: it reads the store, the commands of each commit and
 * what clients were told.  The work for a commit is in proportion to its
 * commands.
 */


#ifndef _SIM_AUDITOR_H_INCLUDED_
#define _SIM_AUDITOR_H_INCLUDED_


#include "calls.h"


sim_auditor_t *sim_auditor_create(sim_world_t *world);

/* Around each commit: before it is applied, and after when it was; refused
   says how the run ended that it came from. */
void sim_audit_before(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_commit_t *commit);
void sim_audit_commit(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_commit_t *commit, int refused);

/* A commit of a task leaves its worker. */
void sim_audit_handed(const sim_task_t *task);

/* A commit of a task was not applied, because that guard failed. */
void sim_audit_undone(const sim_task_t *task, const phone_guard_t *guard);

/* The password of a login is to be looked at, before those of strangers or
   among them. */
void sim_audit_known(sim_auditor_t *auditor, const sim_task_t *task,
    int known);

/* A client sends a call. */
void sim_audit_sent(sim_auditor_t *auditor, sim_exchange_t *exchange);

/* A worker has answered; the client may never hear it. */
void sim_audit_answer(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* A text leaves. */
void sim_audit_text(sim_auditor_t *auditor, phone_str_t to, phone_str_t text);

/* A text is handed over to the gateway. */
void sim_audit_pumping(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t to);
void sim_audit_sms_leaves(sim_auditor_t *auditor, const sim_task_t *task);
void sim_audit_texted_leaves(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t to, phone_str_t text);

/* A notice leaves; the merchant has said "success"; the sender knows. */
void sim_audit_notice_sent(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t to, phone_str_t body);
int sim_is_probe(phone_str_t body);
void sim_audit_probe_sent(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t url, phone_str_t body);
void sim_audit_probe_acked(sim_auditor_t *auditor, phone_str_t body);
void sim_audit_notice_acked(sim_auditor_t *auditor, phone_str_t body);
void sim_audit_notice_over(sim_auditor_t *auditor, phone_str_t body);

/* All card numbers open, by what each worker has. */
void sim_audit_secrets(sim_auditor_t *auditor);

/* Has it a parameter that is secret? */
int sim_has_secrets(const phone_endpoint_t *endpoint);

/* All has come to rest: liveness, and the whole ledger once more. */
void sim_audit_end(sim_auditor_t *auditor);


#endif /* _SIM_AUDITOR_H_INCLUDED_ */
