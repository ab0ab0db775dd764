
/* Mails, as the auditor knows them. */


#ifndef _SIM_MAILS_H_INCLUDED_
#define _SIM_MAILS_H_INCLUDED_


#include "auditing.h"


/* A letter, by the id of the sender's copy. */
typedef struct {
    sim_node_t               node;
    phone_str_t              from;
    phone_str_t              to;         /* each once, with spaces */
    phone_str_t              text;
    phone_str_t              answers;    /* the letter that it is a reply to */
    phone_str_t              picture;    /* as it must be kept; empty: none */
    int64_t                  sent_at;    /* of the run: the call, */
    int64_t                  at;         /* and its commit */
    int64_t                  created;    /* ms, as it is stored */
} sim_letter_t;


/* A copy of it, in the mailbox of a number. */
typedef struct {
    sim_node_t               node;       /* the id */
    phone_str_t              owner;
    phone_str_t              letter;
    phone_str_t              peers;      /* of the conversations */
    phone_str_t              sha256;     /* of its picture; empty: none */
    int64_t                  created;    /* ms, as it is stored */
    int64_t                  at;         /* of the run */
    int64_t                  read_at;    /* the same; 0: it was not */
    int64_t                  gone_at;
    unsigned                 in:1;
} sim_mail_t;


/* auditor_talks.c */

int64_t sim_mail_created(const phone_op_t *op);
int sim_mail_is_with(const sim_mail_t *mail, phone_str_t peer);

/* May the call at hand mark that mail as read? */
int sim_mail_may_read(sim_auditor_t *auditor, const sim_mail_t *mail);
void sim_audit_read_to(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* What its sender has sent before is in front of a letter. */
void sim_audit_order(sim_auditor_t *auditor, const sim_letter_t *letter);

/* The name that a reply has for a number; a phonebook changes. */
void sim_audit_named(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t number, phone_str_t name);
void sim_book_changes(sim_auditor_t *auditor, phone_str_t owner);


#endif /* _SIM_MAILS_H_INCLUDED_ */
