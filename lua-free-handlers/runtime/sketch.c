
/*
 * Counting in memory of a fixed size: a count-min sketch (Cormode and
 * Muthukrishnan, 2005) in each bucket for each window of time, a string of
 * 16-bit cells.  A name counts in one cell of each row.  Its count is the
 * least of these cells: it may be too high, when other names share all of its
 * cells, and is never too low.  The hash that chooses bucket and cells is
 * keyed by the id of the store, so nobody outside can choose names that share
 * cells.
 */


#include "../host.h"
#include "runtime.h"


/* Where a name counts.  It is found once a call: a keyed hash costs more than
   the rest of an ask, and a handler asks again at each run. */

struct phone_place_s {
    phone_place_t           *next;
    const phone_type_t      *type;
    phone_str_t              id;
    unsigned                 bucket;
    unsigned                 bit[PHONE_SKETCH_ROWS];     /* of its cells */
};


static phone_place_t *phone_sketch_place(phone_call_t *call,
    const phone_type_t *type, phone_str_t id);
static void phone_sketch_find(phone_call_t *call, phone_place_t *place);
static unsigned phone_sketch_number(const unsigned char *mac, unsigned i);
static phone_str_t phone_sketch_key(phone_call_t *call,
    const phone_type_t *type, unsigned bucket, int64_t window);


/*
 * The bucket is chosen by the keyed hash as well, so that names chosen to be
 * in one bucket do not fill its sketch.  Where a commit may touch its home
 * bucket only, the bucket is that of the name: elsewhere a count could not be
 * taken back in the commit.
 */

static void
phone_sketch_find(phone_call_t *call, phone_place_t *place)
{
    unsigned       row;
    phone_str_t    text;
    unsigned char  mac[PHONE_MAC_LEN];

    text = phone_join(&call->arena, 4,
                      (phone_str_t[4]) { PHONE_STR("cell:"),
                                         phone_cstr(place->type->name),
                                         PHONE_STR(":"), place->id });

    if (phone_mac(call->env->sketch_key, text, mac) != 0) {
        phone_break(call, "a keyed hash has failed");
        memset(mac, 0, sizeof(mac));
    }

    for (row = 0; row < PHONE_SKETCH_ROWS; row++) {
        place->bit[row] = PHONE_CELL_BITS
                          * (row * call->env->cells
                             + phone_sketch_number(mac, row)
                               % call->env->cells);
    }

    place->bucket = call->env->domain == PHONE_ONE_BUCKET
                    ? phone_home(call->env, place->type, place->id)
                    : phone_sketch_number(mac, PHONE_SKETCH_ROWS)
                      % call->env->buckets;
}


/* NULL: memory has run out. */

static phone_place_t *
phone_sketch_place(phone_call_t *call, const phone_type_t *type,
    phone_str_t id)
{
    phone_place_t  *place;

    for (place = call->places; place; place = place->next) {
        if (place->type == type && phone_equal(place->id, id)) {
            return place;
        }
    }

    place = phone_alloc(&call->arena, sizeof(phone_place_t));
    if (place == NULL) {
        return NULL;
    }

    place->type = type;
    place->id = phone_copy(&call->arena, id);

    phone_sketch_find(call, place);

    /* a hash that failed is tried again by the next run */

    if (!call->broken) {
        place->next = call->places;
        call->places = place;
    }

    return place;
}


static unsigned
phone_sketch_number(const unsigned char *mac, unsigned i)
{
    mac += 4 * i;

    return (unsigned) mac[0] << 24 | (unsigned) mac[1] << 16
           | (unsigned) mac[2] << 8 | mac[3];
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


int64_t
phone_window_lives(phone_call_t *call, int64_t window)
{
    return phone_window_left(call, window) + PHONE_CLOCKS_APART;
}


int64_t
phone_ask_count(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t window)
{
    phone_place_t            *place;
    phone_ask_count_t         wanted;
    const phone_ask_count_t  *ask;

    place = phone_sketch_place(call, type, id);
    if (place == NULL) {
        return 0;
    }

    memset(&wanted, 0, sizeof(wanted));

    wanted.ask.kind = PHONE_ASK_COUNT;
    wanted.ask.bucket = place->bucket;
    wanted.ask.key = phone_sketch_key(call, type, place->bucket, window);
    wanted.lives_for = phone_window_lives(call, window);
    memcpy(wanted.bit, place->bit, sizeof(wanted.bit));

    ask = phone_ask_once(call, &wanted.ask, sizeof(wanted));

    return ask->count;
}


void
phone_uncount(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    int64_t window)
{
    unsigned        i;
    phone_str_t     word[2 + PHONE_SKETCH_ROWS];
    phone_place_t  *place;

    /* it is counted once, and may have been taken back by then */

    if (call->in_doubt) {
        return;
    }

    place = phone_sketch_place(call, type, id);
    if (place == NULL) {
        return;
    }

    word[0] = phone_int(&call->arena, phone_window_lives(call, window));
    word[1] = PHONE_STR("-1");

    for (i = 0; i < PHONE_SKETCH_ROWS; i++) {
        word[2 + i] = phone_int(&call->arena, place->bit[i]);
    }

    phone_op(call, PHONE_OP_COUNT, place->bucket,
             phone_sketch_key(call, type, place->bucket, window),
             2 + PHONE_SKETCH_ROWS, word);
}
