
/* Writes to the store past the product, as redis-cli does. */


#ifndef _PHONE_TEST_MEDDLE_H_INCLUDED_
#define _PHONE_TEST_MEDDLE_H_INCLUDED_


#include "play.h"
#include "lib/month.h"


static inline void
meddle_key(phone_op_kind_t kind, unsigned bucket, phone_str_t key,
    unsigned nwords, const char *const *word)
{
    unsigned        i, guard;
    phone_op_t      op;
    phone_str_t     text[8];
    phone_commit_t  commit;

    memset(&op, 0, sizeof(op));
    memset(&commit, 0, sizeof(commit));

    for (i = 0; i < nwords; i++) {
        text[i] = phone_cstr(word[i]);
    }

    op.kind = kind;
    op.bucket = bucket;
    op.key = key;
    op.nwords = nwords;
    op.word = text;

    commit.bucket = bucket;
    commit.nops = 1;
    commit.ops = &op;

    if (sim_store_apply(player.store, player.now, &commit, &guard)
        != SIM_APPLIED)
    {
        printf("Bail out! meddle\n");
        exit(1);
    }
}


/* The log that an entry of now is appended to, of the bucket that the id begins
   with. */

static inline phone_str_t
ledger_id(phone_str_t id)
{
    return phone_join(&player.arena, 3,
                      (phone_str_t[3]) {
                          { 3, id.data }, PHONE_STR("-"),
                          phone_month_text(&player.arena,
                                           phone_month_of(player.now)) });
}


static inline void
meddle(phone_op_kind_t kind, const phone_type_t *type, phone_str_t id,
    unsigned nwords, const char *const *word)
{
    unsigned  bucket;

    if (type == &phone_ledger) {
        id = ledger_id(id);
    }

    bucket = phone_home(&player.env, type, id);

    meddle_key(kind, bucket,
               phone_key(&player.arena, type, bucket, id), nwords, word);
}


#endif /* _PHONE_TEST_MEDDLE_H_INCLUDED_ */
