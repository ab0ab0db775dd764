
/* The words of a commit: no commit exceeds the limit of the store, nor one that
   applies its postings, and a run that would is a mistake and does nothing. */


#define _GNU_SOURCE

#include "play.h"
#include "runtime/runtime.h"


#define FIELDS  10                       /* of a row, beside its version */


static const char *const  row_fields[] = {
    "v", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10"
};

static const phone_type_t  row_type = {
    "test_row", PHONE_BY_ID, FIELDS + 1, row_fields, NULL
};


static const char  *bucket;              /* of the rows */
static int          rows;


static phone_str_t
row_id(phone_arena_t *arena, int i)
{
    return phone_format(arena, "%s-row%d", bucket, i);
}


static phone_rc_t
many_run(phone_call_t *call)
{
    int              i;
    unsigned         field;
    phone_record_t  *home, *row;

    home = phone_ask(call, &row_type, PHONE_STR("003-home"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set_int(home, 1, 7);

    for (i = 0; i < rows; i++) {
        row = phone_put(call, &row_type, row_id(phone_memory(call), i));

        for (field = 1; field <= FIELDS; field++) {
            phone_set_int(row, field, 7);
        }
    }

    return phone_done(call);
}


static const phone_param_t  no_params[] = { { NULL, 0, 0, 0, 0, NULL } };

static const phone_endpoint_t  many = {
    "test.many", "POST", "", PHONE_ANYONE, many_run, no_params, NULL, ""
};


static int
stored(int i)
{
    phone_str_t  id;

    id = row_id(&player.arena, i);

    return sim_store_hash(player.store, player.now,
                          phone_key(&player.arena, &row_type,
                                    phone_home(&player.env, &row_type, id),
                                    id)) != NULL;
}


/* How many rows fit; a commit that the shell would not send is an error of the
   store, here as well. */

static void
limit(phone_domain_t domain, const char *in, int fit, const char *why)
{
    play_start();
    player.env.domain = domain;
    bucket = in;

    rows = fit;
    is_int(play_endpoint(&many, ""), 200, "%d rows, domain %d, bucket %s",
           rows, domain, in);

    while (player.nevents) {
        play_event();
    }

    ok(stored(0) && stored(fit - 1), "are there");

    play_end();
    play_start();
    player.env.domain = domain;

    rows = fit + 1;
    is_int(play_endpoint(&many, ""), 500, "one more");
    is_int(player.commits, 0, "is not committed");
    is_str(phone_cstr(player.why ? player.why : ""), why, "and why");
    ok(!stored(0), "nothing is there");

    play_end();
}


static unsigned
op_words(phone_op_kind_t kind, unsigned nwords, const char *first)
{
    phone_str_t  word[32];

    word[0] = phone_cstr(first);

    return phone_op_words(&(phone_op_t) { .kind = kind, .nwords = nwords,
                                          .word = word });
}


/* As they are sent: t/twin compares all with what it sends to Redis. */

static void
counts(void)
{
    is_int(op_words(PHONE_OP_HSET, 4, ""), 7, "4 HSET key f v f v");
    is_int(op_words(PHONE_OP_DEL, 0, ""), 3, "2 DEL key");
    is_int(op_words(PHONE_OP_ZADD, 2, ""), 4, "ZADD key score member");
    is_int(op_words(PHONE_OP_ZREM, 1, ""), 3, "ZREM key member");
    is_int(op_words(PHONE_OP_RPUSH, 1, ""), 3, "RPUSH key entry");
    is_int(op_words(PHONE_OP_ZADD_NX, 2, ""), 6,
           "5 ZADD key NX score member");
    is_int(op_words(PHONE_OP_XADD, 3, "0"), 6, "5 XADD key * f v");
    is_int(op_words(PHONE_OP_XADD, 3, "9"), 9,
           "8 XADD key MAXLEN ~ 9 * f v");
    is_int(op_words(PHONE_OP_COUNT, 4, ""), 20,
           "6 SET ..., 12 BITFIELD ...");
}


int
main(void)
{
    counts();
    limit(PHONE_WHOLE_STORE, "003", 159,
          "its commit has more than 4000 words");
    limit(PHONE_WHOLE_STORE, "005", 159,
          "its commit has more than 4000 words");
    limit(PHONE_ONE_BUCKET, "003", 159,
          "its commit has more than 4000 words");
    limit(PHONE_ONE_BUCKET, "005", 137,
          "its effects in another bucket have more than 4000 words");

    return done_testing();
}
