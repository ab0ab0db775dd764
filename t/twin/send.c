
/* Commits as the shell sends them. */


#include <stdio.h>

#include "twin.h"


/* Commands by kind; a count is SET NX PX before it. */
static const char *const  twin_names[] = {
    "HSET", "HDEL", "HINCRBY", "DEL", "PEXPIRE", "BITFIELD", "ZADD", "ZADD",
    "ZREM", "RPUSH", "XADD", "PUBLISH"
};


/* A word of a commit: a text, or a number. */
typedef struct {
    phone_str_t              text;
    unsigned                 number;
    unsigned                 is_number:1;
} twin_word_t;


static phone_str_t twin_send_commit(twin_t *twin,
    const phone_commit_t *commit);
static phone_str_t twin_pack(twin_t *twin, const twin_word_t *word,
    unsigned n);
static char *twin_pack_number(char *p, unsigned n);


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
twin_say(twin_word_t *word, unsigned *n, phone_str_t text)
{
    word[(*n)++] = (twin_word_t) { .text = text };
}


static void
twin_say_number(twin_word_t *word, unsigned *n, unsigned number)
{
    word[(*n)++] = (twin_word_t) { .number = number, .is_number = 1 };
}


static void
twin_say_all(twin_word_t *word, unsigned *n, const phone_str_t *text,
    unsigned ntexts)
{
    unsigned  i;

    for (i = 0; i < ntexts; i++) {
        twin_say(word, n, text[i]);
    }
}


static void
twin_send_op(const phone_op_t *op, twin_word_t *word, unsigned *n)
{
    unsigned     i, k, bounded;
    phone_str_t  w[TWIN_WORDS_MAX + 8];

    if (op->kind == PHONE_OP_COUNT) {
        k = twin_sketch_words(op->key, op->word[0], w);
        twin_say_number(word, n, k);
        twin_say_all(word, n, w, k);

        k = twin_count_words(op->key, op->word[1], op->nwords - 2,
                             op->word + 2, w);
        twin_say_number(word, n, k);
        twin_say_all(word, n, w, k);
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
        twin_say_number(word, n, k);
    }

    twin_say_all(word, n, w, k);
}


/* As modules/store/ngx_phone_store_commit.c puts it. */

redisReply *
twin_send(twin_t *twin, const phone_commit_t *commit, unsigned ncommits)
{
    unsigned     i, n;
    phone_str_t  word[4 + TWIN_COMMITS_MAX];

    n = 0;
    word[n++] = PHONE_STR("EVALSHA");
    word[n++] = phone_cstr(twin->sha);
    word[n++] = PHONE_STR("1");
    word[n++] = PHONE_STR("phone:{000}:due");

    for (i = 0; i < ncommits; i++) {
        word[n++] = twin_send_commit(twin, &commit[i]);
    }

    return twin_command(twin, n, word);
}


static phone_str_t
twin_send_commit(twin_t *twin, const phone_commit_t *commit)
{
    int                   lives;
    unsigned              n;
    twin_word_t           word[TWIN_COMMIT_WORDS_MAX];
    const phone_op_t     *op;
    const phone_guard_t  *guard;
    static const char     kind[] = "va-dec-rts";

    n = 0;
    twin_say_number(word, &n, commit->back);

    for (guard = commit->guards; guard != NULL; guard = guard->next) {
        lives = guard->kind == PHONE_GUARD_SUM && !phone_is(guard->life, "0");

        twin_say(word, &n, lives ? PHONE_STR("l")
                           : (phone_str_t) { 1, &kind[guard->kind] });
        twin_say(word, &n, guard->key);

        if (guard->kind != PHONE_GUARD_VERSION) {
            twin_say(word, &n, guard->field);
        }

        if (guard->kind == PHONE_GUARD_SUM) {
            twin_say(word, &n, guard->delta);
        }

        twin_say(word, &n, guard->want);

        if (lives) {
            twin_say(word, &n, guard->life);
        }
    }

    for (op = commit->ops; op != NULL; op = op->next) {
        twin_send_op(op, word, &n);
    }

    if (n != phone_commit_words(commit)) {
        twin_fail(twin, "a commit of %u words is counted as %u", n,
                  phone_commit_words(commit));
    }

    return twin_pack(twin, word, n);
}


/*
 * As modules/store/ngx_phone_store_pack.c does it, in the longest form of each
 * type, and with a key in place of which the first one like it is named.
 */

static phone_str_t
twin_pack(twin_t *twin, const twin_word_t *word, unsigned n)
{
    char                *p, *begin;
    size_t               size;
    unsigned             i, k, nagain, again[TWIN_COMMIT_WORDS_MAX][2];
    const phone_str_t   *text;

    size = 3;

    for (i = 0; i < n; i++) {
        size += word[i].text.len + 5 + 6;
    }

    begin = phone_alloc(&twin->arena, size);
    if (begin == NULL) {
        twin_fail(twin, "no memory");
        return PHONE_EMPTY;
    }

    p = begin;
    nagain = 0;

    for (i = 0; i < n; i++) {
        text = &word[i].text;
        k = i;

        if (!word[i].is_number && text->len > 12) {
            for (k = 0; !phone_equal(word[k].text, *text); k++) { /* void */ }
        }

        if (k < i || word[i].is_number) {
            p = twin_pack_number(p, k < i ? 0 : word[i].number);

            if (k < i) {
                again[nagain][0] = i + 1;
                again[nagain++][1] = k + 1;
            }

            continue;
        }

        *p++ = (char) 0xdb;
        *p++ = (char) (text->len >> 24);
        *p++ = (char) (text->len >> 16);
        *p++ = (char) (text->len >> 8);
        *p++ = (char) text->len;
        memcpy(p, text->data, text->len);
        p += text->len;
    }

    for (i = 0; i < nagain; i++) {
        p = twin_pack_number(p, again[i][0]);
        p = twin_pack_number(p, again[i][1]);
    }

    p = twin_pack_number(p, nagain);

    return (phone_str_t) { (size_t) (p - begin), begin };
}


static char *
twin_pack_number(char *p, unsigned n)
{
    *p++ = (char) 0xcd;
    *p++ = (char) (n >> 8);
    *p++ = (char) n;

    return p;
}
