
/*
 * No more texts than the limits allow: to a number in a day, to the numbers
 * with the same first digits in an hour, by who has caused them, and of all; a
 * quarter of it is kept for what numbers cause themselves; to numbers of no
 * other country.
 */


#include <stdio.h>
#include <string.h>

#include "auditing.h"


#define SIM_PUMP_HOUR  INT64_C(3600000)          /* ms */
#define SIM_PUMP_DAY   (24 * SIM_PUMP_HOUR)


/* By "<what> <who> <window>", and by the id of a text. */
typedef struct {
    sim_node_t               node;
    int64_t                  texts;
} sim_pumped_t;


/* It may be handed over again. */

static int
sim_pumped_before(sim_auditor_t *auditor, phone_str_t id)
{
    sim_pumped_t  *pumped;

    pumped = sim_map_make(&auditor->pumped, id, sizeof(sim_pumped_t));

    return pumped->texts++ != 0;
}


static void
sim_audit_pumped(sim_auditor_t *auditor, int64_t now, const char *what,
    phone_str_t who, int64_t window, int64_t most)
{
    int            n;
    char           name[160];
    int64_t        start, day;
    sim_world_t   *world;
    sim_pumped_t  *pumped;

    world = auditor->world;
    start = now / window * window;
    day = now / SIM_PUMP_DAY * SIM_PUMP_DAY;

    n = snprintf(name, sizeof(name), "%s %.*s %lld", what, PHONE_ARGS(who),
                 (long long) start);
    pumped = sim_map_make(&auditor->pumped,
                          (phone_str_t) { (size_t) n, name },
                          sizeof(sim_pumped_t));

    /* who stood still meanwhile counts in a day whose counts are gone */

    if (++pumped->texts <= most || most == 0 || world->failovers
        || sim_wall(world) + world->swarm.skew >= day + SIM_PUMP_DAY
        || sim_window_forgot(world, day, day + SIM_PUMP_DAY))
    {
        return;
    }

    sim_violation(world, "%lld texts of %s, %lld may be",
                  (long long) pumped->texts, name, (long long) most);
}


static int64_t
sim_but_own(int64_t most)
{
    return most - most / 4;
}


void
sim_audit_pumping(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t to)
{
    int                      n;
    char                     key[128];
    int64_t                  now;
    phone_str_t              id, sender, prefix;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;
    id = task->call.due_id;
    now = task->call.now;

    if (memcmp(to.data, "+86", 3) != 0) {
        sim_violation(auditor->world, "a text to %.*s, which is abroad",
                      PHONE_ARGS(to));
    }

    if (memcmp(to.data, "+861", 4) != 0) {
        sim_violation(auditor->world, "a text to %.*s, a fixed line",
                      PHONE_ARGS(to));
    }

    if (sim_pumped_before(auditor, id)) {
        return;
    }

    n = snprintf(key, sizeof(key), "phone:{%.3s}:sms:%.*s", id.data,
                 PHONE_ARGS(id));
    sender = sim_stored(auditor, (phone_str_t) { (size_t) n, key }, "sender");
    prefix = (phone_str_t) { 7, to.data };                       /* +861380 */

    sim_audit_pumped(auditor, now, "number", to, SIM_PUMP_DAY,
                     settings->sms_number_day);
    sim_audit_pumped(auditor, now, "prefix", prefix, SIM_PUMP_HOUR,
                     settings->sms_prefix_hour);
    sim_audit_pumped(auditor, now, "all", PHONE_EMPTY, SIM_PUMP_DAY,
                     settings->sms_day);

    /* removed meanwhile, by a report of the same text from before */

    if (sender.len == 0) {
        return;
    }

    if (!phone_equal(sender, to)) {
        sim_audit_pumped(auditor, now, "others to", to, SIM_PUMP_DAY,
                         sim_but_own(settings->sms_number_day));
        sim_audit_pumped(auditor, now, "others", PHONE_EMPTY, SIM_PUMP_DAY,
                         sim_but_own(settings->sms_day));
    }

    sim_audit_pumped(auditor, now, "sender", sender, SIM_PUMP_DAY,
                     sender.data[0] == '+' || sender.data[0] == '@'
                     ? settings->sms_sender_day : settings->sms_merchant_day);
}
