
/*
 * The simulator: real handlers over the store's twin, hostile schedules.
 *
 *     sim [--seeds N] [--seed FIRST] [--break DEFECT] [--first] [--verbose]
 *
 * A run is replayed by its seed.  The last line counts seeds, handler runs,
 * runs a second and violations; the exit code is 0 when there were none.
 */


#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bank.h"
#include "coverage.h"


/* Lines of the trace that are shown of a run that failed. */
#define SIM_SHOWN            60

/* After so many seeds each thing that is counted must have happened. */
#define SIM_SEEDS_TAME       500

/* A program that fails everywhere need not say so a thousand times; one that
   was broken on purpose need say so once. */
#define SIM_FAILURES_MAX     5


static const struct {
    const char              *name;
    unsigned                 defect;
    const char              *what;
} sim_defects[] = {
    { "version", SIM_SKIP_VERSION, "guards by version always hold" },
    { "absent", SIM_SKIP_ABSENT, "guards by absence always hold" },
    { "at-least", SIM_SKIP_AT_LEAST, "any balance is enough" },
    { "due", SIM_SKIP_DUE, "an event's lease is not compared" },
    { "lose-due", SIM_LOSE_DUE, "some events are not put" },
    { "lose-credit", SIM_LOSE_CREDIT, "balances only go down" },
    { "claim", SIM_SKIP_CLAIM, "what is claimed can be had again" },
    { "lose-claim", SIM_LOSE_CLAIM, "claims are not kept" },
    { "half-commit", SIM_HALF_COMMIT, "some commits stop half way" },
    { "twice", SIM_TWICE, "some commits are applied twice" },
    { "logout", SIM_LOSE_LOGOUT, "a logout leaves the session open" },
    { "pin", SIM_LOSE_PIN_FAILS, "wrong PINs are not counted" },
    { "listens", SIM_LOSE_LISTENS, "who opens a stream is forgotten" },
    { "lease", SIM_IGNORE_LEASE, "the pump runs what others hold" },
    { "unknown", SIM_TRUST_UNKNOWN, "a lost reply counts as applied" },
    { "conflict", SIM_TRUST_CONFLICT, "a conflict counts as applied" },
    { "refusal", SIM_TRUST_REFUSAL, "a refusal after a lost reply is final" },
    { "clock", SIM_ANY_CLOCK, "a worker works with any clock" },
    { "event", SIM_EVENT_AGAIN, "an event runs on after a lost reply" },
    { "signature", SIM_ANY_SIGNATURE, "any signature is right" },
    { "random", SIM_SAME_RANDOM, "all calls draw the same bytes" },
    { "memory", SIM_TRUST_MEMORY, "what a worker remembers counts as read" },
    { "sweep", SIM_NO_SWEEP, "nobody sweeps the due queues" },
    { NULL, 0, NULL }
};


typedef struct {
    uint64_t                 first;
    uint64_t                 seeds;
    unsigned                 defects;
    const char              *broken;     /* the name of the defect */
    int                      first_only; /* stop at the first violation */
    int                      verbose;
} sim_arguments_t;


static void sim_usage(FILE *out);
static void sim_arguments(int argc, char **argv, sim_arguments_t *arguments);
static int sim_lab_open(sim_lab_t *lab);
static int sim_lab_secrets(sim_lab_t *lab);
static void sim_lab_close(sim_lab_t *lab);
static uint64_t sim_seeds(sim_lab_t *lab, const sim_arguments_t *arguments);
static void sim_show(sim_lab_t *lab, const sim_arguments_t *arguments,
    uint64_t seed);
static double sim_clock(void);


int
main(int argc, char **argv)
{
    double             took;
    uint64_t           violations;
    sim_lab_t         *lab;
    sim_arguments_t    arguments;

    sim_arguments(argc, argv, &arguments);

    lab = calloc(1, sizeof(sim_lab_t));

    if (lab == NULL || sim_lab_open(lab) != 0) {
        fprintf(stderr, "sim: cannot make keys\n");
        free(lab);
        return 2;
    }

    took = sim_clock();
    violations = sim_seeds(lab, &arguments);
    took = sim_clock() - took;

    sim_coverage_print(lab);

    if (lab->seeds >= SIM_SEEDS_TAME && !arguments.defects) {
        violations += sim_coverage_missing(lab);
    }

    printf("sim: seeds=%llu runs=%llu commits=%llu runs_per_second=%.0f "
           "violations=%llu\n",
           (unsigned long long) lab->seeds, (unsigned long long) lab->runs,
           (unsigned long long) lab->commits,
           (double) lab->runs / (took > 0 ? took : 1),
           (unsigned long long) violations);

    sim_memory_free(&lab->memory);
    sim_lab_close(lab);
    free(lab);

    return violations ? 1 : 0;
}


static void
sim_usage(FILE *out)
{
    unsigned  i;

    fprintf(out, "usage: sim [--seeds N] [--seed FIRST] [--break DEFECT] "
                 "[--first] [--verbose]\ndefects:\n");

    for (i = 0; sim_defects[i].name != NULL; i++) {
        fprintf(out, "  %-12s %s\n", sim_defects[i].name,
                sim_defects[i].what);
    }
}


static uint64_t
sim_number(const char *text)
{
    char                *end;
    unsigned long long   value;

    errno = 0;
    value = strtoull(text, &end, 10);

    if (errno || end == text || *end != '\0' || *text == '-') {
        fprintf(stderr, "sim: \"%s\" is no number\n", text);
        exit(2);
    }

    return value;
}


static void
sim_break(sim_arguments_t *arguments, const char *name)
{
    unsigned  i;

    for (i = 0; sim_defects[i].name != NULL; i++) {

        if (strcmp(sim_defects[i].name, name) == 0) {
            arguments->defects |= sim_defects[i].defect;
            arguments->broken = sim_defects[i].name;
            return;
        }
    }

    sim_usage(stderr);
    exit(2);
}


static void
sim_arguments(int argc, char **argv, sim_arguments_t *arguments)
{
    int                         option;
    static const struct option  options[] = {
        { "seeds", required_argument, NULL, 'n' },
        { "seed", required_argument, NULL, 's' },
        { "break", required_argument, NULL, 'b' },
        { "first", no_argument, NULL, 'f' },
        { "verbose", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 }
    };

    memset(arguments, 0, sizeof(sim_arguments_t));
    arguments->first = 1;
    arguments->seeds = 1000;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {

        switch (option) {

        case 'n':
            arguments->seeds = sim_number(optarg);
            break;

        case 's':
            arguments->first = sim_number(optarg);
            break;

        case 'b':
            sim_break(arguments, optarg);
            break;

        case 'f':
            arguments->first_only = 1;
            break;

        case 'v':
            arguments->verbose = 1;
            break;

        case 'h':
            sim_usage(stdout);
            exit(0);

        default:
            sim_usage(stderr);
            exit(2);
        }
    }
}


/* Fixed secrets: a run depends on its seed alone. */

static int
sim_lab_open(sim_lab_t *lab)
{
    char  secret[PHONE_SECRET_LEN];

    static phone_banks_t  banks;

    static const phone_platform_keys_t  platform = {
        2, {
            { { 2, "p1" }, { 1, "P" }, { 1, "0" }, PHONE_KEY_RSA,
              PHONE_KEY_CURRENT, 0 },
            { { 2, "e1" }, { 1, "E" }, { 1, "0" }, PHONE_KEY_ED25519,
              PHONE_KEY_CURRENT, 0 }
        }
    };

    memset(secret, 's', sizeof(secret));

    banks.n = 1;
    banks.bank[0] = (phone_bank_t) { SIM_BANK_NAME, SIM_BANK_SECRET };

    lab->env.store_id = PHONE_STR("simulated");
    lab->env.platform = &platform;
    lab->env.banks = &banks;

    return phone_env_keys(&lab->env,
                          (phone_str_t) { sizeof(secret), secret },
                          PHONE_EMPTY) == 0
           ? sim_lab_secrets(lab) : -1;
}


/* Those that the hosts have later: what they seal records and make names
   with. */

static int
sim_lab_secrets(sim_lab_t *lab)
{
    char         text[PHONE_SECRET_LEN];
    unsigned     i;
    phone_str_t  secret;

    secret = (phone_str_t) { sizeof(text), text };

    lab->secret[0].key = lab->env.record_key;
    lab->secret[0].hash_key = lab->env.hash_key;
    memcpy(lab->secret[0].print, lab->env.secret_print[0], PHONE_PRINT_LEN);

    for (i = 1; i < SIM_SECRETS; i++) {
        memset(text, (int) ('s' + i), sizeof(text));
        lab->secret[i].key = phone_seal_key_create(secret, "record");
        lab->secret[i].hash_key = phone_mac_key_create(secret, "hash");

        if (lab->secret[i].key == NULL || lab->secret[i].hash_key == NULL
            || phone_hkdf(secret, PHONE_EMPTY, PHONE_STR("store:secret"),
                          lab->secret[i].print, PHONE_PRINT_LEN) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static void
sim_lab_close(sim_lab_t *lab)
{
    unsigned  i;

    for (i = 1; i < SIM_SECRETS; i++) {
        phone_seal_key_free(lab->secret[i].key);
        phone_mac_key_free(lab->secret[i].hash_key);
    }

    phone_env_keys_free(&lab->env);
}


static uint64_t
sim_seeds(sim_lab_t *lab, const sim_arguments_t *arguments)
{
    char           violation[512];
    uint64_t       i, violations;
    sim_options_t  options;

    violations = 0;

    for (i = 0; i < arguments->seeds; i++) {
        memset(&options, 0, sizeof(options));
        options.seed = arguments->first + i;
        options.defects = arguments->defects;
        options.tracing = arguments->verbose ? 2 : 0;

        lab->seeds++;

        if (sim_run(lab, &options, violation, sizeof(violation)) == 0) {
            continue;
        }

        printf("sim: seed %llu: %s\n", (unsigned long long) options.seed,
               violation);

        if (!arguments->verbose) {
            sim_show(lab, arguments, options.seed);
        }

        violations++;

        if (arguments->defects || arguments->first_only
            || violations == SIM_FAILURES_MAX)
        {
            break;
        }
    }

    return violations;
}


/* The run once more, with its trace kept. */

static void
sim_show(sim_lab_t *lab, const sim_arguments_t *arguments, uint64_t seed)
{
    char           violation[512];
    unsigned       i;
    uint64_t       runs;
    sim_options_t  options;

    memset(&options, 0, sizeof(options));
    options.seed = seed;
    options.defects = arguments->defects;
    options.tracing = 1;

    lab->traced = 0;
    runs = lab->runs;

    if (sim_run(lab, &options, violation, sizeof(violation)) == 0) {
        printf("  and not again: the run does not depend on the seed alone\n");
        return;
    }

    lab->runs = runs;

    i = lab->traced > SIM_SHOWN ? lab->traced - SIM_SHOWN : 0;

    for ( /* void */ ; i < lab->traced; i++) {
        printf("  %s\n", lab->trace[i % SIM_TRACE_LINES]);
    }

    printf("replay: build/%s/sim --seeds 1 --seed %llu%s%s --verbose\n",
           getenv("BUILD") ? getenv("BUILD") : "release",
           (unsigned long long) seed, arguments->broken ? " --break " : "",
           arguments->broken ? arguments->broken : "");
}


/* Seconds of processor time: the program has one thread. */

static double
sim_clock(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);

    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}
