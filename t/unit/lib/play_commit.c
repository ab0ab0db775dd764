
/* Part of play.h: commits, and what is looked at in each. */


#include "../play.h"
#include "../../sim/lives.h"


/* Of what a commit has written, all expires that should, when it should. */

static void
play_lives(const phone_commit_t *commit)
{
    const char   *wrong;
    phone_str_t   key;

    wrong = sim_lives_wrong(player.store, player.now, &player.settings,
                            player.ahead < 0 ? -player.ahead : player.ahead,
                            commit, &key);

    if (wrong) {
        ok(0, "\"%.*s\" %s", PHONE_ARGS(key), wrong);
    }
}


/* Guards that write are behind those that do not. */

static void
play_guards(const phone_commit_t *commit)
{
    int                   write, before;
    size_t                len;
    const phone_guard_t  *guard;

    static const char *const  name[] = {
        [PHONE_GUARD_VERSION] = "version",
        [PHONE_GUARD_ABSENT] = "absent",
        [PHONE_GUARD_AT_LEAST] = "least",
        [PHONE_GUARD_DUE] = "due",
        [PHONE_GUARD_EMPTY] = "empty",
        [PHONE_GUARD_CLAIM] = "claim",
        [PHONE_GUARD_AT_MOST] = "most",
        [PHONE_GUARD_ROOM] = "room",
        [PHONE_GUARD_TYPE] = "type", [PHONE_GUARD_SUM] = "sum"
    };

    before = 0;
    player.operations += commit->nops;

    for (guard = commit->guards; guard; guard = guard->next) {
        write = guard->kind == PHONE_GUARD_CLAIM
                || guard->kind == PHONE_GUARD_SUM;

        len = strlen(player.guards);
        snprintf(player.guards + len, sizeof(player.guards) - len, " %s",
                 name[guard->kind]);

        if (before && !write) {
            ok(0, "a guard is behind one that writes");
        }

        before = write;
    }
}


void
play_hook(void)
{
    void  (*hook)(void);

    hook = player.before_commit;
    player.before_commit = NULL;

    if (hook) {
        hook();
    }
}


/* failed is the guard of a conflict. */

phone_outcome_t
play_apply(phone_call_t *call, const phone_commit_t *commit,
    const phone_guard_t **failed)
{
    unsigned          guard;
    phone_emitted_t  *emitted;

    player.commits++;
    play_guards(commit);

    switch (sim_store_apply(player.store, player.now, commit, &guard)) {

    case SIM_CONFLICT:

        for (*failed = commit->guards; guard; guard--) {
            *failed = (*failed)->next;
        }

        player.full = (*failed)->full;

        return PHONE_OUTCOME_CONFLICT;

    case SIM_ERROR:
        return PHONE_OUTCOME_BROKEN;

    default:
        play_lives(commit);
        break;
    }

    if (player.lose_answer || phone_decides_next(call)) {
        call->in_doubt |= player.lose_answer != 0;
        player.lose_answer = 0;
        return PHONE_OUTCOME_UNKNOWN;
    }

    for (emitted = call->emitted; emitted; emitted = emitted->next) {
        player.event[player.nevents++] = (play_event_t) {
            phone_copy(&player.arena, emitted->member), emitted->bucket,
            emitted->score };
    }

    return PHONE_OUTCOME_APPLIED;
}


/* Not 0 when the call has to be run again: PLAY_SUM when it has added to a sum
   that it had not read (phone_added()), and reads it now. */

int
play_commit(phone_call_t *call)
{
    const phone_guard_t   *failed;
    const phone_commit_t  *commit;

    play_hook();

    commit = phone_commit(call);

    switch (commit ? play_apply(call, commit, &failed)
                   : PHONE_OUTCOME_APPLIED)
    {

    case PHONE_OUTCOME_APPLIED:
        return 0;

    case PHONE_OUTCOME_BROKEN:
        phone_fail(call, PHONE_INTERNAL);
        return 0;

    case PHONE_OUTCOME_CONFLICT:
        if (failed->full && !(call->endpoint
                              && phone_signs(call->endpoint->who)))
        {
            phone_fail(call, PHONE_ACCOUNT_FULL);
            return 0;
        }

        call->full = failed->full;
        phone_forget(call);

        return failed->kind == PHONE_GUARD_SUM ? PLAY_SUM : 1;

    default:
        phone_forget(call);
        return 1;
    }
}
