
#include <stdarg.h>
#include <stdio.h>

#include "bank.h"
#include "blobs.h"
#include "world.h"
#include "calls.h"
#include "auditor.h"
#include "people.h"
#include "lib/hosts.h"


/* ms: a day; and until the month after the first one is closed. */
#define SIM_MONTH_KEPT       INT64_C(86400000)
#define SIM_MONTHS_LAST      (34 * SIM_MONTH_KEPT)

/* Steps after which a world that is calm must have come to rest. */
#define SIM_CALM_STEPS       3000000


static void sim_draw_swarm(sim_world_t *world);
static void sim_draw_settings(sim_world_t *world);
static void sim_draw_lease(sim_world_t *world);
static void sim_draw_faults(sim_world_t *world);
static void sim_draw_months(sim_world_t *world);
static void sim_start(sim_world_t *world);
static void sim_set_clock(sim_worker_t *worker);
static void sim_clock_is_right(sim_world_t *world, void *data);
static void sim_loop(sim_world_t *world);
static void sim_calm_down(sim_world_t *world);
static void sim_stuck(sim_world_t *world);
static void sim_unwind(sim_world_t *world);


int
sim_run(sim_lab_t *lab, const sim_options_t *options, char *violation,
    size_t size)
{
    int           failed;
    sim_world_t  *world;

    sim_memory_reset(&lab->memory);

    world = sim_zalloc(&lab->memory, sizeof(sim_world_t));
    world->lab = lab;
    world->memory = &lab->memory;
    world->options = *options;
    world->wall = SIM_EPOCH;

    sim_random_seed(&world->random, options->seed);

    sim_draw_swarm(world);
    sim_draw_settings(world);
    sim_draw_faults(world);
    sim_draw_months(world);

    sim_start(world);
    sim_loop(world);

    if (world->violation[0] == '\0') {
        sim_audit_end(world->auditor);
        sim_blobs_end(world);
    }

    failed = world->violation[0] != '\0';
    snprintf(violation, size, "%s", world->violation);

    sim_unwind(world);

    return failed ? -1 : 0;
}


/* What a seed draws */

static void
sim_draw_swarm(sim_world_t *world)
{
    sim_swarm_t   *swarm;
    sim_random_t  *random;

    swarm = &world->swarm;
    random = &world->random;

    world->buckets = (unsigned) sim_between(random, 1, SIM_BUCKETS_MAX);
    world->domain = sim_below(random, 2) ? PHONE_WHOLE_STORE
                                         : PHONE_ONE_BUCKET;

    swarm->workers = (unsigned) sim_between(random, 1, SIM_WORKERS_MAX);
    swarm->merchants = (unsigned) sim_between(random, 1, 3);
    swarm->payers = (unsigned) sim_between(random, 1, SIM_PAYERS_MAX);
    swarm->actions = (unsigned) sim_between(random, 100, 1500);
    swarm->pause = SIM_MS << sim_between(random, 0, 12);

    swarm->hop = 50 << sim_between(random, 0, 9);
    swarm->store_timeout = sim_between(random, 2, 20) * 4 * swarm->hop;
    swarm->call_timeout = SIM_MS << sim_between(random, 9, 14);
    swarm->sweep = SIM_MS * sim_between(random, 100, 5000);
    swarm->lane = (unsigned) sim_between(random, 1, 8);
    swarm->fetch_timeout = SIM_SECOND * sim_between(random, 1, 10);
}


static int64_t
sim_pick(sim_random_t *random, int64_t low, int64_t high, int64_t usual)
{
    return sim_below(random, 2) ? usual : sim_between(random, low, high);
}


/* Against pumping. */

static void
sim_draw_pumping(sim_random_t *random, phone_settings_t *settings)
{
    settings->sms_sender_day = sim_pick(random, 3, 30,
                                        settings->sms_sender_day);
    settings->sms_merchant_day = sim_pick(random, 2, 20,
                                          settings->sms_merchant_day);
    settings->sms_number_day = sim_pick(random, 2, 20,
                                        settings->sms_number_day);
    settings->sms_prefix_hour = sim_pick(random, 1, 12,
                                         settings->sms_prefix_hour);
    settings->sms_day = sim_pick(random, 8, 100, settings->sms_day);
    settings->keyword_number_day = sim_pick(random, 1, 5,
                                            settings->keyword_number_day);
    settings->keyword_merchant_day = sim_pick(random, 2, 20,
                                              settings->keyword_merchant_day);
}


/* What one number may do. */

static void
sim_draw_number(sim_random_t *random, phone_settings_t *settings)
{
    settings->mail_hour = sim_pick(random, 2, 20, settings->mail_hour);
    settings->mail_day = sim_pick(random, 5, 40, settings->mail_day);
    settings->mail_day_bytes = sim_pick(random, 1000, 10000,
                                        settings->mail_day_bytes);
    settings->mail_box = sim_pick(random, 3, 12, settings->mail_box);
    settings->mail_unclaimed = sim_pick(random, 1000, 60000,
                                        settings->mail_unclaimed);
    settings->bills_handed = sim_pick(random, 1, 6, settings->bills_handed);
    settings->mail_picture = sim_pick(random, 150, 400,
                                      settings->mail_picture);
    settings->mail_pictures = sim_pick(random, 1, 5, settings->mail_pictures);
}


/* The product's limits, now and then as tight as they go. */

static void
sim_draw_settings(sim_world_t *world)
{
    unsigned           i;
    sim_random_t      *random;
    phone_settings_t  *settings;

    random = &world->random;
    settings = &world->settings;

    *settings = phone_settings_default;

    settings->code_lifetime = sim_pick(random, 5000, 600000,
                                       settings->code_lifetime);
    settings->code_tries = sim_pick(random, 1, 10, settings->code_tries);
    settings->code_sends = sim_pick(random, 1, 20, 20);
    settings->code_day = 20 * settings->code_sends;
    settings->code_cap = sim_pick(random, 500, 5000, 100000);
    settings->login_window = sim_pick(random, 1000, 600000, 20000);
    settings->address_tries = sim_pick(random, 5, 100, 1000);
    settings->login_fails = sim_pick(random, 1, 10, settings->login_fails);
    settings->login_day = sim_pick(random, 5, 60, settings->login_day);
    settings->device_lifetime = sim_pick(random, 1000, 60000,
                                         settings->device_lifetime);
    settings->pin_fails = sim_pick(random, 1, 6, settings->pin_fails);
    settings->pin_quiet = sim_between(random, 100, 8000);

    if (sim_below(random, 3) == 0) {
        settings->card_day = sim_pick(random, 100, 20000, 0);
        settings->card_day_times = sim_pick(random, 1, 5, 0);
        settings->payer_day = sim_pick(random, 100, 30000, 0);
        settings->payer_day_times = sim_pick(random, 1, 8, 0);

        /* at half of the times a day ends soon after the run begins */

        settings->pay_day_start = sim_pick(random, 0, 82800000,
                                           sim_between(random, 1, 60000));
    }

    settings->card_tries = sim_pick(random, 1, 10, settings->card_tries);
    settings->card_declined = sim_pick(random, 1, 4, settings->card_declined);
    settings->bill_lifetime = sim_pick(random, 2000, 600000,
                                       settings->bill_lifetime);

    if (sim_below(random, 4) == 0) {
        settings->bills_day = sim_pick(random, 3, 40, settings->bills_day);
        settings->bills_day_payer = sim_pick(random, 1, 20,
                                             settings->bills_day_payer);
    }

    if (sim_below(random, 4) == 0) {
        settings->merchant_bill = sim_pick(random, 500, 8000, 0);
        settings->merchant_day = sim_pick(random, 1000, 40000, 0);
        settings->merchant_day_bills = sim_pick(random, 2, 30, 0);
        settings->merchant_currencies = sim_pick(random, 1, 2, 3);
    }

    sim_draw_number(random, settings);

    if (sim_below(random, 4) == 0) {
        sim_draw_pumping(random, settings);
    }

    /* its day ends soon: the run begins in the first minute of a day of UTC */

    world->wall += sim_between(random, 0, 59000);
    settings->statement_zone = -60000 * sim_pick(random, 1, 3, -480);
    settings->statement_step = sim_pick(random, 1, 8, 2000);
    settings->import_step = sim_pick(random, 1, 3, settings->import_step);
    settings->reconcile_part = sim_pick(random, 1, 3,
                                        settings->reconcile_part);
    settings->clock_skew = sim_pick(random, 5000, 300000,
                                    settings->clock_skew);
    settings->session_idle = sim_pick(random, 60000, 600000,
                                      settings->session_idle);
    settings->session_lifetime = sim_pick(random, 60000, 6000000,
                                          settings->session_lifetime);

    settings->texts_day = sim_pick(random, 2, 10, settings->texts_day);
    settings->merchant_texts_day = sim_pick(random, 1, 5,
                                            settings->merchant_texts_day);
    settings->text_window = sim_pick(random, 5000, 60000,
                                     settings->text_window);
    settings->sms_tries = sim_pick(random, 1, 3, settings->sms_tries);
    settings->sms_report = 60000 * (int64_t) sim_below(random, 3);
    settings->notices = (unsigned) sim_pick(random, 1, 16, 16);

    if (sim_below(random, 3) == 0) {
        settings->idempotency_keys = sim_between(random, 1, 8);
    }

    if (sim_below(random, 2)) {
        for (i = 0; i < PHONE_SCHEDULE_MAX; i++) {
            settings->notice_wait[i] = sim_between(random, 1000, 60000);
        }
    }

    world->swarm.skew = sim_below(random, 2) ? 0 : sim_between(random, 1, 3000);
    settings->clock_bound = world->swarm.skew / 2
                            + (int64_t) sim_below(random, 5000);

    sim_draw_lease(world);
}


static void
sim_draw_lease(sim_world_t *world)
{
    int64_t            margin;
    sim_random_t      *random;
    phone_settings_t  *settings;

    random = &world->random;
    settings = &world->settings;

    /* a lease must outlast what is done under it, on any two clocks */

    margin = (world->swarm.fetch_timeout + 8 * world->swarm.store_timeout)
             / SIM_MS
             + 2 * world->swarm.skew + 1000;
    settings->lease = sim_pick(random, margin, margin + 60000,
                               margin > 60000 ? margin : 60000);

    /* what is closed waits for both */

    if (sim_below(random, 4) == 0) {
        settings->lease += sim_between(random, 0, 240000);
        settings->clock_bound += sim_between(random, 0, 60000);
        settings->live_open += PHONE_LIVE_BOUNDS * settings->clock_bound;
    }
}


/* Half of all faults do not strike at all in a run, the others as they like. */

static unsigned
sim_draw_rate(sim_random_t *random, unsigned most)
{
    return sim_below(random, 2)
           ? 0 : (unsigned) sim_below(random, sim_below(random, most) + 1);
}


static void
sim_draw_faults(sim_world_t *world)
{
    sim_swarm_t   *swarm;
    sim_random_t  *random;

    swarm = &world->swarm;
    random = &world->random;

    swarm->lose_request = sim_draw_rate(random, 60000);
    swarm->lose_reply = sim_draw_rate(random, 100000);
    swarm->late = sim_draw_rate(random, 200000);
    swarm->tear = sim_draw_rate(random, 1000000);
    swarm->kill = sim_draw_rate(random, 6000);
    swarm->restart = sim_draw_rate(random, 4000);
    swarm->jump = sim_draw_rate(random, 4000);
    swarm->wrong_clock = sim_draw_rate(random, 300000);
    swarm->outage = sim_draw_rate(random, 2000);
    swarm->failover = sim_draw_rate(random, 1000);
    swarm->refuse = sim_draw_rate(random, 4000);
    swarm->freeze = sim_draw_rate(random, 12000);
    swarm->stuck = sim_draw_rate(random, 6000);
    swarm->corrupt = sim_draw_rate(random, 500);
    swarm->abort = sim_draw_rate(random, 100000);
    swarm->busy = sim_draw_rate(random, 10000);
    swarm->guess = sim_draw_rate(random, 200000);
    swarm->trespass = sim_draw_rate(random, 200000);
    swarm->networks = sim_below(random, 2)
                      ? 0 : (unsigned[4]) { 1, 30, 1000, 1000 }
                                [sim_below(random, 4)];
    swarm->rich = sim_below(random, 2) ? 1 : 0;
    swarm->stubborn = sim_below(random, 2) ? 1 : 0;
    swarm->lies = sim_below(random, 2)
                  ? 0 : (unsigned) sim_below(random, 400000);
    swarm->rotate = sim_draw_rate(random, 200000);
    swarm->huge = world->buckets > SIM_BUCKETS_MAX / 2
                  && sim_below(random, 2) == 0;

    swarm->ack = (unsigned) sim_below(random, 1000000);
    swarm->ack_lost = (unsigned) sim_below(random, 1000000 - swarm->ack);
    swarm->junk = (unsigned) sim_below(random, 1000000 - swarm->ack
                                               - swarm->ack_lost);
    swarm->error = (unsigned) sim_below(random, 1000000 - swarm->ack
                                                - swarm->ack_lost
                                                - swarm->junk);
}


/*
 * A run may begin in the last minutes of a month, and may last until the next
 * one is closed.  The clock is never set back by more than what a month is kept
 * for: entries would be added to one that is closed.
 */

static void
sim_draw_months(sim_world_t *world)
{
    sim_random_t      *random;
    phone_settings_t  *settings;

    random = &world->random;
    settings = &world->settings;

    if (sim_below(random, 3) == 0) {
        world->wall -= sim_between(random, 60000, 400000);
    }

    settings->archive_after = world->swarm.jump || sim_below(random, 3) == 0
                              ? SIM_MONTH_KEPT
                              : sim_pick(random, 60000, 600000, 3600000);
    settings->close_step = sim_pick(random, 1, 8, settings->close_step);
    settings->close_pieces = settings->close_step < 9
                             ? 2 : settings->close_pieces;
    settings->close_accounts = settings->close_step < 9
                               ? 4 : settings->close_accounts;

    settings->reconcile_listed = sim_pick(random, 1, 3,
                                          settings->reconcile_listed);
    settings->reconcile_kept = settings->reconcile_part == 3
                               ? 60000 : settings->reconcile_kept;

    if (sim_below(random, 2)) {
        world->closes_until = SIM_EPOCH + SIM_MONTHS_LAST;
    }
}


/* Start */

/*
 * Clocks differ by what the bound allows; now and then one is wrong by more,
 * and by up to two hours, until somebody sees to it.  The rule is the
 * product's: a worker that finds its clock beyond the bound does nothing.
 */

static void
sim_set_clock(sim_worker_t *worker)
{
    int64_t       wall, offset, certain;
    sim_world_t  *world;

    world = worker->world;
    worker->skew = sim_between(&world->random, -world->swarm.skew / 2,
                               world->swarm.skew / 2);

    if (sim_fault(world, world->swarm.wrong_clock)) {
        sim_count(world, WRONG_CLOCKS);

        offset = world->settings.clock_bound
                 + sim_between(&world->random, 1,
                               sim_below(&world->random, 2) ? 1000 : 7200000);
        worker->skew = sim_below(&world->random, 2) ? offset : -offset;

        sim_at(world, sim_between(&world->random, SIM_MS, 60 * SIM_SECOND),
               sim_clock_is_right, worker);
    }

    wall = sim_wall(world) * SIM_MS;

    worker->env.clock_off =
        phone_clock_judge(wall + worker->skew * SIM_MS, wall,
                          wall + worker->skew * SIM_MS,
                          world->settings.clock_bound * SIM_MS, &offset,
                          &certain)
        == PHONE_CLOCK_REFUSED;

    if (world->options.defects & SIM_ANY_CLOCK) {
        worker->env.clock_off = 0;
    }
}


static void
sim_clock_is_right(sim_world_t *world, void *data)
{
    sim_worker_t  *worker;

    worker = data;
    worker->skew = sim_between(&world->random, -world->swarm.skew / 2,
                               world->swarm.skew / 2);
    worker->env.clock_off = 0;
}


static void
sim_start_workers(sim_world_t *world)
{
    unsigned       i;
    phone_env_t   *env;
    sim_worker_t  *worker;

    for (i = 0; i < world->swarm.workers; i++) {
        worker = &world->worker[i];
        worker->world = world;
        worker->number = i;
        worker->alive = 1;

        env = &worker->env;
        *env = world->lab->env;
        env->settings = &world->settings;
        env->buckets = world->buckets;
        env->cells = SIM_CELLS;
        env->take = &sim_take_file;
        env->keep = &sim_keep_file;
        env->domain = world->domain;
        env->store_since = sim_wall(world);
        env->store_id = PHONE_STR("simulated");

        sim_set_clock(worker);
        sim_map_init(&worker->kept, world->memory, 16);

        sim_pump_start(worker);
    }
}


static void
sim_start(sim_world_t *world)
{
    unsigned             i;
    sim_store_options_t  options;

    memset(&options, 0, sizeof(options));
    options.defects = world->options.defects;
    options.one_bucket = world->domain == PHONE_ONE_BUCKET;

    world->store = sim_store_create(world->memory, &options);

    for (i = 0; i < world->buckets; i++) {
        snprintf(world->due_text[i], sizeof(world->due_text[i]),
                 "phone:{%03u}:due", i);
        world->due_key[i] = phone_cstr(world->due_text[i]);
    }

    sim_start_workers(world);

    world->bank = sim_bank_create(world);
    world->auditor = sim_auditor_create(world);
    world->people = sim_people_create(world);

    sim_trace(world, "%u buckets, %s, %u workers, lease %lld ms",
              world->buckets,
              world->domain == PHONE_ONE_BUCKET ? "one bucket a commit"
                                                : "the whole store",
              world->swarm.workers, (long long) world->settings.lease);
}


/* The loop */

static void
sim_loop(sim_world_t *world)
{
    uint64_t    calm;
    sim_step_t  step;

    calm = 0;

    while (!world->stopped && sim_agenda_take(&world->agenda, &step)) {
        world->now = step.at;
        world->lab->steps++;
        step.run(world, step.data);

        if (world->violation[0] != '\0') {
            return;
        }

        if (!world->calm) {

            if (sim_people_done(world->people)) {
                sim_calm_down(world);
            }

        } else if (++calm == SIM_CALM_STEPS) {
            sim_stuck(world);
            return;
        }
    }
}


/* From here on nothing fails any more, and what is due gets done. */

static void
sim_calm_down(sim_world_t *world)
{
    unsigned  i;

    sim_trace(world, "faults end");

    world->calm = 1;
    world->store_down = 0;
    world->store_full = 0;
    world->store_loads = 0;
    world->replica = NULL;
    sim_mend(world);

    for (i = 0; i < world->swarm.workers; i++) {
        sim_worker_start(world, &world->worker[i]);
        sim_set_clock(&world->worker[i]);
    }
}


static void
sim_stuck(sim_world_t *world)
{
    const sim_member_t  *due;

    due = sim_next_due(world);

    if (due == NULL) {
        sim_violation(world, "calls go on for ever");
        return;
    }

    sim_violation(world, "events go on for ever, next is \"%.*s\"",
                  PHONE_ARGS(due->member));
}


/* Everything that is under way ends, so that its memory is given back. */

static void
sim_unwind(sim_world_t *world)
{
    unsigned    i;
    sim_step_t  step;

    world->stopped = 1;
    world->store_life++;
    world->options.tracing = 0;

    for (i = 0; i < world->swarm.workers; i++) {
        world->worker[i].alive = 0;
        sim_drop_tasks(&world->worker[i]);
    }

    while (sim_agenda_take(&world->agenda, &step)) {
        world->now = step.at;
        step.run(world, step.data);
    }
}


int
sim_at_rest(const sim_world_t *world)
{
    return world->calm && world->busy == 0
           && sim_people_waiting(world->people) == 0;
}


void
sim_at(sim_world_t *world, int64_t delay, sim_step_pt run, void *data)
{
    sim_agenda_put(world->memory, &world->agenda, world->now + delay, run,
                   data);
}


int64_t
sim_wall(const sim_world_t *world)
{
    return world->wall + world->now / SIM_MS;
}


int64_t
sim_worker_clock(const sim_worker_t *worker)
{
    return sim_wall(worker->world) + worker->skew;
}


int
sim_fault(sim_world_t *world, unsigned parts)
{
    return !world->calm && sim_chance(&world->random, parts);
}


/* Workers and the store */

sim_worker_t *
sim_any_worker(sim_world_t *world)
{
    unsigned  i, n, chosen;

    n = 0;

    for (i = 0; i < world->swarm.workers; i++) {
        n += world->worker[i].alive;
    }

    if (n == 0) {
        return NULL;
    }

    chosen = (unsigned) sim_below(&world->random, n);

    for (i = 0; /* void */ ; i++) {

        if (world->worker[i].alive && chosen-- == 0) {
            return &world->worker[i];
        }
    }
}


void
sim_worker_start(sim_world_t *world, void *data)
{
    sim_worker_t  *worker;

    worker = data;

    if (worker->alive || world->stopped) {
        return;
    }

    sim_trace(world, "w%u starts again", worker->number);

    worker->alive = 1;
    worker->life++;
    sim_set_clock(worker);
}


/* What happened */

void
sim_violation(sim_world_t *world, const char *fmt, ...)
{
    va_list  args;

    if (world->violation[0] != '\0') {
        return;
    }

    va_start(args, fmt);
    vsnprintf(world->violation, sizeof(world->violation), fmt, args);
    va_end(args);

    sim_trace(world, "VIOLATION: %s", world->violation);
}


void
sim_trace_line(sim_world_t *world, const char *fmt, ...)
{
    char     *line;
    int       n;
    va_list   args;

    line = world->lab->trace[world->lab->traced++ % SIM_TRACE_LINES];

    n = snprintf(line, SIM_TRACE_WIDTH, "%13.6f  ",
                 (double) world->now / (double) SIM_SECOND);

    va_start(args, fmt);
    vsnprintf(line + n, (size_t) (SIM_TRACE_WIDTH - n), fmt, args);
    va_end(args);

    if (world->options.tracing > 1) {
        puts(line);
    }
}
