
/* Commits as the shell sends them. */


#include <stdio.h>

#include "twin.h"


/* Commands by kind; a count is SET NX PX before it. */
static const char *const  twin_names[] = {
    "HSET", "HDEL", "HINCRBY", "DEL", "PEXPIRE", "BITFIELD", "ZADD", "ZADD",
    "ZREM", "RPUSH", "XADD", "PUBLISH"
};


static void twin_send_commit(twin_t *twin, const phone_commit_t *commit,
    phone_str_t *word, unsigned *n);


/* The transaction after which the two differ. */

void
twin_show(const phone_commit_t *commit)
{
    unsigned                  i;
    const phone_op_t         *op;
    const phone_guard_t      *guard;
    static const char *const  kind[] = {
        "version", "absent", "at least", "due", "empty", "claim", "at most",
        "room", "type", "sum"
    };

    for (guard = commit->guards; guard != NULL; guard = guard->next) {
        printf("  guard %s: %.*s [%.*s] [%.*s] [%.*s]\n", kind[guard->kind],
               PHONE_ARGS(guard->key), PHONE_ARGS(guard->field),
               PHONE_ARGS(guard->delta), PHONE_ARGS(guard->want));
    }

    for (op = commit->ops; op != NULL; op = op->next) {
        printf("  %s %.*s", twin_names[op->kind], PHONE_ARGS(op->key));

        for (i = 0; i < op->nwords; i++) {
            printf(" [%.*s]", PHONE_ARGS(op->word[i]));
        }

        printf("\n");
    }
}


/* As modules/store/ngx_phone_store_words.h puts them. */

unsigned
twin_sketch_words(phone_str_t key, phone_str_t ms, phone_str_t *word)
{
    const phone_str_t  words[] = { PHONE_STR("SET"), key, PHONE_EMPTY,
                                   PHONE_STR("NX"), PHONE_STR("PX"), ms };

    memcpy(word, words, sizeof(words));

    return 6;
}


unsigned
twin_count_words(phone_str_t key, phone_str_t delta, unsigned n,
    const phone_str_t *bit, phone_str_t *word)
{
    unsigned  i, k;

    k = 0;
    word[k++] = PHONE_STR("BITFIELD");
    word[k++] = key;
    word[k++] = PHONE_STR("OVERFLOW");
    word[k++] = PHONE_STR("SAT");

    for (i = 0; i < n; i++) {
        word[k++] = PHONE_STR("INCRBY");
        word[k++] = PHONE_STR("u16");
        word[k++] = bit[i];
        word[k++] = delta;
    }

    return k;
}


static void
twin_send_op(twin_t *twin, const phone_op_t *op, phone_str_t *word,
    unsigned *n)
{
    unsigned     i, k, bounded;
    phone_str_t  w[TWIN_WORDS_MAX + 8];

    if (op->kind == PHONE_OP_COUNT) {
        k = twin_sketch_words(op->key, op->word[0], w);
        word[(*n)++] = phone_int(&twin->arena, k);
        memcpy(&word[*n], w, k * sizeof(phone_str_t));
        *n += k;

        k = twin_count_words(op->key, op->word[1], op->nwords - 2,
                             op->word + 2, w);
        word[(*n)++] = phone_int(&twin->arena, k);
        memcpy(&word[*n], w, k * sizeof(phone_str_t));
        *n += k;
        return;
    }

    k = 0;
    w[k++] = phone_cstr(twin_names[op->kind]);
    w[k++] = op->key;
    bounded = 0;

    if (op->kind == PHONE_OP_XADD) {
        bounded = !phone_is(op->word[0], "0");

        if (bounded) {
            w[k++] = PHONE_STR("MAXLEN");
            w[k++] = PHONE_STR("~");
            w[k++] = op->word[0];
        }

        w[k++] = PHONE_STR("*");

        for (i = 1; i < op->nwords; i++) {
            w[k++] = op->word[i];
        }

    } else {

        if (op->kind == PHONE_OP_ZADD_NX) {
            w[k++] = PHONE_STR("NX");
        }

        for (i = 0; i < op->nwords; i++) {
            w[k++] = op->word[i];
        }
    }

    if (op->kind != PHONE_OP_ZADD && op->kind != PHONE_OP_ZREM
        && op->kind != PHONE_OP_RPUSH)
    {
        word[(*n)++] = phone_int(&twin->arena, k);
    }

    memcpy(&word[*n], w, k * sizeof(phone_str_t));
    *n += k;
}


/* As modules/store/ngx_phone_store_commit.c puts it. */

redisReply *
twin_send(twin_t *twin, const phone_commit_t *commit, unsigned ncommits)
{
    unsigned     i, n;
    phone_str_t  word[TWIN_ARGV_MAX];

    n = 0;
    word[n++] = PHONE_STR("EVALSHA");
    word[n++] = phone_cstr(twin->sha);
    word[n++] = PHONE_STR("1");
    word[n++] = PHONE_STR("phone:{000}:due");

    for (i = 0; i < ncommits; i++) {
        twin_send_commit(twin, &commit[i], word, &n);
    }

    return twin_command(twin, n, word);
}


static void
twin_send_commit(twin_t *twin, const phone_commit_t *commit,
    phone_str_t *word, unsigned *n)
{
    int                   lives;
    unsigned              start;
    const phone_op_t     *op;
    const phone_guard_t  *guard;
    static const char     kind[] = "va-dec-rts";

    start = (*n)++;

    if (commit->back) {
        word[(*n)++] = (phone_str_t) { commit->back, "bbb" };
    }

    for (guard = commit->guards; guard != NULL; guard = guard->next) {
        lives = guard->kind == PHONE_GUARD_SUM && !phone_is(guard->life, "0");

        word[(*n)++] = lives ? PHONE_STR("l")
                       : (phone_str_t) { 1, &kind[guard->kind] };
        word[(*n)++] = guard->key;

        if (guard->kind != PHONE_GUARD_VERSION) {
            word[(*n)++] = guard->field;
        }

        if (guard->kind == PHONE_GUARD_SUM) {
            word[(*n)++] = guard->delta;
        }

        word[(*n)++] = guard->want;

        if (lives) {
            word[(*n)++] = guard->life;
        }
    }

    for (op = commit->ops; op != NULL; op = op->next) {
        twin_send_op(twin, op, word, n);
    }

    if (*n - start - 1 != phone_commit_words(commit)) {
        twin_fail(twin, "a commit of %u words is counted as %u",
                  *n - start - 1, phone_commit_words(commit));
    }

    word[start] = phone_int(&twin->arena, *n - start - 1);
}
