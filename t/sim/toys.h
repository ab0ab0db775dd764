
/* The toys of the simulator, for those who play and for the auditor. */


#ifndef _SIM_TOYS_H_INCLUDED_
#define _SIM_TOYS_H_INCLUDED_


#include "people.h"


/* What is in a stock at first. */
#define SIM_TOY_STOCK  20


/* toy_store.c */
void sim_toy_take(sim_people_t *people);
void sim_toy_count(sim_people_t *people);


#endif /* _SIM_TOYS_H_INCLUDED_ */
