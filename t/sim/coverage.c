
/*
 * What happened in a run of many seeds: each endpoint answered, each event was
 * run, each refusal was given, each fault struck.  What never did is not
 * proven.
 */


#include <stdio.h>

#include "coverage.h"
#include "calls.h"


/* What only the shell says, or what no handler says yet. */

static const struct {
    phone_refusal_t          refusal;
    const char              *reason;
} sim_not_here[] = {
    { PHONE_BODY_INVALID, "bodies are parsed by the shell: t/fuzz, t/flow" },
    { PHONE_MEDIA_TYPE, "the shell's: t/flow" },
    { PHONE_TOO_LARGE, "the shell's: t/flow" },
    { PHONE_CROSS_ORIGIN, "the shell's: t/flow" },
    { PHONE_METHOD_NOT_ALLOWED, "the shell's: t/flow" },
    { PHONE_BANK_UNAVAILABLE, "its bank is configured: t/unit, t/flow" },
    { PHONE_FORBIDDEN, "of phone_auth, which is the shell's: t/flow" },
    { PHONE_REFUND_TOO_MANY, "nobody makes 50 of one bill: t/unit, t/flow" },
    { PHONE_MESSAGE_TOO_LATE, "nobody waits for 30 days: t/unit" },
    { PHONE_NO_NOTIFY_URL, "each merchant has one: t/unit" },
    { PHONE_INTERNAL, "is a violation" },
    { PHONE_REFUSALS_N, NULL }
};


static const char *
sim_excuse(phone_refusal_t refusal)
{
    unsigned  i;

    for (i = 0; sim_not_here[i].reason != NULL; i++) {

        if (sim_not_here[i].refusal == refusal) {
            return sim_not_here[i].reason;
        }
    }

    return NULL;
}


static unsigned
sim_never(const char *what, const char *name, uint64_t n)
{
    if (n) {
        return 0;
    }

    printf("sim: too tame: %s %s never happened\n", what, name);

    return 1;
}


void
sim_coverage_print(const sim_lab_t *lab)
{
    unsigned                  i;
    static const char *const  name[] = { SIM_TALLIES(SIM_TALLY_NAME) };

    printf("sim:");

    for (i = 0; i < SIM_TALLIES_N; i++) {
        printf(" %s=%llu", name[i], (unsigned long long) lab->tally[i]);
    }

    printf("\nsim:");

    for (i = 0; i < PHONE_REFUSALS_N; i++) {

        if (lab->refused[i]) {
            printf(" %s=%llu", phone_refusal_text[i].code,
                   (unsigned long long) lab->refused[i]);
        }
    }

    printf("\nsim:");

    for (i = 0; phone_endpoints[i] != NULL; i++) {
        printf(" %s=%llu", phone_endpoints[i]->name,
               (unsigned long long) lab->answered[i]);
    }

    for (i = 0; phone_events[i] != NULL; i++) {
        printf(" %s=%llu", phone_events[i]->name,
               (unsigned long long) lab->events[i]);
    }

    printf("\n");
}


unsigned
sim_coverage_missing(const sim_lab_t *lab)
{
    unsigned                  i, never;
    static const char *const  name[] = { SIM_TALLIES(SIM_TALLY_NAME) };

    never = 0;

    for (i = 0; i < SIM_TALLIES_N; i++) {
        never += sim_never("fault or event", name[i], lab->tally[i]);
    }

    for (i = 0; i < PHONE_REFUSALS_N; i++) {

        if (sim_excuse((phone_refusal_t) i) == NULL) {
            never += sim_never("refusal", phone_refusal_text[i].code,
                               lab->refused[i]);

        } else if (lab->refused[i]) {
            printf("sim: %s is said not to happen here, and does\n",
                   phone_refusal_text[i].code);
            never++;
        }
    }

    for (i = 0; phone_endpoints[i] != NULL; i++) {
        never += sim_never("endpoint", phone_endpoints[i]->name,
                           lab->answered[i]);
    }

    for (i = 0; phone_events[i] != NULL; i++) {
        never += sim_never("event", phone_events[i]->name, lab->events[i]);
    }

    return never;
}
