
/*
 * Counting in memory of a fixed size: a count-min sketch (Cormode and
 * Muthukrishnan, 2005) in each bucket for each window of time, a string of
 * 16-bit cells.  Something counts in one cell of each row; its count is the
 * least of these, so it may be too high, by what shares all of its cells, and
 * is never too low.  Which cells are somebody's is not to be found out: the
 * hash is keyed.
 */


#include "host.h"
#include "runtime.h"


/* ms that a window is kept behind its end: clocks of hosts differ. */
#define PHONE_WINDOW_KEPT  (INT64_C(60) * 1000)


static void phone_sketch_bits(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, unsigned bit[PHONE_SKETCH_ROWS]);
static phone_str_t phone_sketch_key(phone_call_t *call,
    const phone_type_t *type, unsigned bucket, int64_t window);
static int64_t phone_sketch_lives(phone_call_t *call, int64_t window);


/* Where the cells begin. */

static void
phone_sketch_bits(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, unsigned bit[PHONE_SKETCH_ROWS])
{
    unsigned       row, i;
    uint32_t       hash;
    phone_str_t    text;
    unsigned char  mac[PHONE_MAC_LEN];

    text = phone_join(&call->arena, 4,
                      (phone_str_t[4]) { PHONE_STR("cell:"),
                                         phone_cstr(type->name),
                                         PHONE_STR(":"), id });

    if (phone_mac(call->env->pepper, text, mac) != 0) {
        call->broken = 1;
        memset(mac, 0, sizeof(mac));
    }

    for (row = 0; row < PHONE_SKETCH_ROWS; row++) {
        hash = 0;

        for (i = 0; i < 4; i++) {
            hash = hash << 8 | mac[4 * row + i];
        }

        bit[row] = PHONE_CELL_BITS * (row * call->env->cells
                                      + hash % call->env->cells);
    }
}


static phone_str_t
phone_sketch_key(phone_call_t *call, const phone_type_t *type,
    unsigned bucket, int64_t window)
{
    return phone_key(&call->arena, type, bucket,
                     phone_int(&call->arena, call->now / window));
}


int64_t
phone_window_left(phone_call_t *call, int64_t window)
{
    return window - call->now % window;
}


static int64_t
phone_sketch_lives(phone_call_t *call, int64_t window)
{
    return phone_window_left(call, window) + PHONE_WINDOW_KEPT;
}


int64_t
phone_ask_count(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t window)
{
    phone_ask_count_t   wanted;
    phone_ask_count_t  *count;

    memset(&wanted, 0, sizeof(wanted));

    wanted.ask.kind = PHONE_ASK_COUNT;
    wanted.ask.bucket = phone_home(call->env, type, id);
    wanted.ask.key = phone_sketch_key(call, type, wanted.ask.bucket, window);
    wanted.lives_for = phone_sketch_lives(call, window);
    phone_sketch_bits(call, type, id, wanted.bit);

    count = phone_ask_once(call, &wanted.ask, sizeof(wanted));

    return count ? count->count : 0;
}


void
phone_uncount(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t window)
{
    unsigned     i, bucket, bit[PHONE_SKETCH_ROWS];
    phone_str_t  word[2 + PHONE_SKETCH_ROWS];

    bucket = phone_home(call->env, type, id);
    phone_sketch_bits(call, type, id, bit);

    word[0] = phone_int(&call->arena, phone_sketch_lives(call, window));
    word[1] = PHONE_STR("-1");

    for (i = 0; i < PHONE_SKETCH_ROWS; i++) {
        word[2 + i] = phone_int(&call->arena, bit[i]);
    }

    phone_op(call, PHONE_OP_COUNT, bucket,
             phone_sketch_key(call, type, bucket, window),
             2 + PHONE_SKETCH_ROWS, word);
}
