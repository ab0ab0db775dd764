
/*
 * What is to happen when: a heap of steps in simulated time.  Steps of one
 * time run in the order they were put, so a run depends on its seed alone.
 */


#ifndef _SIM_AGENDA_H_INCLUDED_
#define _SIM_AGENDA_H_INCLUDED_


#include "memory.h"


typedef struct sim_world_s  sim_world_t;

typedef void (*sim_step_pt)(sim_world_t *world, void *data);


typedef struct {
    int64_t                  at;         /* microseconds of the run */
    uint64_t                 order;
    sim_step_pt              run;
    void                    *data;
} sim_step_t;


typedef struct {
    sim_step_t              *step;
    size_t                   n;
    size_t                   size;
    uint64_t                 order;
} sim_agenda_t;


void sim_agenda_put(sim_memory_t *memory, sim_agenda_t *agenda, int64_t at,
    sim_step_pt run, void *data);

/* 0 when nothing is left. */
int sim_agenda_take(sim_agenda_t *agenda, sim_step_t *step);


#endif /* _SIM_AGENDA_H_INCLUDED_ */
