
/*
 * Slots of sessions: a login takes one that is free, and ends a session only
 * where none is, the one that was used least lately.
 */


#include "auditing.h"


#define SIM_SLOTS            8

/* ms: what a call knows is not older, on any clock */
#define SIM_SLOT_LATE        40000


/* "<id> <created> <seen> ..." */
typedef struct {
    phone_str_t              id;
    int64_t                  created;    /* ms */
    int64_t                  seen;       /* ms */
} sim_slot_t;


/* 0, or -1: there is no session. */

static int
sim_slot_parse(phone_str_t text, sim_slot_t *slot)
{
    phone_str_t  created, seen;

    return phone_split(&text, ' ', &slot->id)
           && phone_split(&text, ' ', &created)
           && phone_split(&text, ' ', &seen)
           && sim_parse_int(created, &slot->created) == 0
           && sim_parse_int(seen, &slot->seen) == 0 ? 0 : -1;
}


static int
sim_slot_stored(sim_auditor_t *auditor, phone_str_t key, unsigned n,
    sim_slot_t *slot)
{
    char  name[3] = { 's', (char) ('0' + n), '\0' };

    return sim_slot_parse(sim_stored(auditor, key, name), slot);
}


static int
sim_slot_alive(const sim_world_t *world, const sim_slot_t *slot)
{
    int64_t  now;

    now = sim_wall_most(world) + world->swarm.skew + SIM_SLOT_LATE;

    return now < slot->seen + world->settings.session_idle
           && now < slot->created + world->settings.session_lifetime;
}


/* Before a commit, which may come to nothing: what its command puts in the
   place of what. */

void
sim_audit_slots(sim_auditor_t *auditor, const phone_op_t *op)
{
    unsigned     i, k, n;
    sim_slot_t   new, old, other;
    phone_str_t  name;

    for (i = 0; i + 1 < op->nwords; i += 2) {
        name = op->word[i];
        n = name.len == 2 ? (unsigned) (name.data[1] - '0') : SIM_SLOTS;

        if (n >= SIM_SLOTS || name.data[0] != 's'
            || sim_slot_parse(op->word[i + 1], &new) != 0
            || sim_slot_stored(auditor, op->key, n, &old) != 0
            || phone_equal(new.id, old.id)
            || !sim_slot_alive(auditor->world, &old))
        {
            continue;
        }

        for (k = 0; k < SIM_SLOTS; k++) {

            if (k != n
                && (sim_slot_stored(auditor, op->key, k, &other) != 0
                    || other.seen < old.seen))
            {
                auditor->displaced = 1;
            }
        }
    }
}
