
/* How long keys are kept, kind by kind. */


#ifndef _SIM_LIVES_H_INCLUDED_
#define _SIM_LIVES_H_INCLUDED_


#include "store.h"


/*
 * Of what a commit has written: NULL, or what is wrong with a key's time to
 * live.  slack is the ms by which the clock of the host that drew it up may
 * differ from the store's.
 */
const char *sim_lives_wrong(sim_store_t *store, int64_t now,
    const phone_settings_t *settings, int64_t slack,
    const phone_commit_t *commit, phone_str_t *key);


#endif /* _SIM_LIVES_H_INCLUDED_ */
