
/* What happened in a run of many seeds, and what never did. */


#ifndef _SIM_COVERAGE_H_INCLUDED_
#define _SIM_COVERAGE_H_INCLUDED_


#include "world.h"


void sim_coverage_print(const sim_lab_t *lab);

/* Prints what should have happened and has not; how much that is. */
unsigned sim_coverage_missing(const sim_lab_t *lab);


#endif /* _SIM_COVERAGE_H_INCLUDED_ */
