
/* The toys of the simulator, for those who play and for the auditor. */


#ifndef _SIM_TOYS_H_INCLUDED_
#define _SIM_TOYS_H_INCLUDED_


#include "people.h"
#include "folk.h"


/* What is in a stock at first. */
#define SIM_TOY_STOCK  40


/* toys.c: somebody who is logged in, and his cookie; NULL: nobody is */
sim_payer_t *sim_toy_payer(sim_people_t *people, phone_str_t *cookie);

/* toy_sheet.c */
void sim_toy_sheet(sim_people_t *people);

/* toy_store.c */
void sim_toy_take(sim_people_t *people);
void sim_toy_count(sim_people_t *people);


#endif /* _SIM_TOYS_H_INCLUDED_ */
