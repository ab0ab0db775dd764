
#include "agenda.h"


static int
sim_before(const sim_step_t *a, const sim_step_t *b)
{
    return a->at < b->at || (a->at == b->at && a->order < b->order);
}


void
sim_agenda_put(sim_memory_t *memory, sim_agenda_t *agenda, int64_t at,
    sim_step_pt run, void *data)
{
    size_t       i, parent, size;
    sim_step_t   step;

    if (agenda->n == agenda->size) {
        size = agenda->size ? agenda->size * 2 : 256;
        agenda->step = sim_grow(memory, agenda->step,
                                agenda->size * sizeof(sim_step_t),
                                size * sizeof(sim_step_t));
        agenda->size = size;
    }

    step = (sim_step_t) { at, agenda->order++, run, data };

    for (i = agenda->n++; i > 0; i = parent) {
        parent = (i - 1) / 4;

        if (!sim_before(&step, &agenda->step[parent])) {
            break;
        }

        agenda->step[i] = agenda->step[parent];
    }

    agenda->step[i] = step;
}


int
sim_agenda_take(sim_agenda_t *agenda, sim_step_t *step)
{
    size_t             i, k, child, least;
    const sim_step_t  *last;

    if (agenda->n == 0) {
        return 0;
    }

    *step = agenda->step[0];
    last = &agenda->step[--agenda->n];

    for (i = 0; /* void */ ; i = least) {
        child = 4 * i + 1;
        least = child;

        if (child >= agenda->n) {
            break;
        }

        for (k = child + 1; k < child + 4 && k < agenda->n; k++) {

            if (sim_before(&agenda->step[k], &agenda->step[least])) {
                least = k;
            }
        }

        if (!sim_before(&agenda->step[least], last)) {
            break;
        }

        agenda->step[i] = agenda->step[least];
    }

    agenda->step[i] = *last;

    return 1;
}
