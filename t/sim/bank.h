
/* A bank that is asked over HTTP, with books of its own (docs/bank.md). */


#ifndef _SIM_BANK_H_INCLUDED_
#define _SIM_BANK_H_INCLUDED_


#include "calls.h"
#include "map.h"


#define SIM_BANK_NAME    PHONE_STR("citybank")
#define SIM_BANK_SECRET  PHONE_STR("the secret of the bank, 32 bytes")


/* us: a question may be on its way for so long. */
#define SIM_BANK_LATE    (30 * SIM_SECOND)


/* A payment or a refund, as the bank has it. */
typedef struct {
    sim_node_t               node;       /* its id */
    phone_str_t              of;         /* the payment that is refunded */
    phone_str_t              card_no;
    phone_str_t              currency;
    int64_t                  amount;     /* it was asked for that, */
    int64_t                  moved;      /* and has reserved or given that */
    int64_t                  asked_at;   /* of the run: the first time */
    unsigned                 approved:1;
    unsigned                 captured:1;
    unsigned                 voided:1;
    unsigned                 refunded:1;
    unsigned                 lied:1;     /* it has said what is not so */
} sim_held_t;


struct sim_bank_s {
    sim_world_t             *world;
    sim_map_t                held;
    phone_str_t              last;       /* the id it has heard last */
};


sim_bank_t *sim_bank_create(sim_world_t *world);

/* What it has under that id; NULL: nothing. */
const sim_held_t *sim_bank_holds(const sim_world_t *world, phone_str_t id);

/* A question has arrived, and is done; the answer is good as long as the
   run. */
const char *sim_bank_asked(sim_world_t *world, phone_str_t form);

/* auditor_bank.c: a question leaves */
void sim_audit_bank_asked(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t form);


#endif /* _SIM_BANK_H_INCLUDED_ */
