
/*
 * Lanes.  An event whose lane is full is parked: it moves from the due queue
 * to a queue of the lane, and a single event, lane.next, stays in the due
 * queue for all events that are parked there.  So the cost of a slow
 * merchant's backlog does not depend on its length: parking is one commit an
 * event, and lane.next runs once in a while, less often the longer the oldest
 * event has waited.
 *
 * Whenever events are parked lane.next is due: parking adds it if it is
 * missing, and it is removed only by a commit that finds the lane's queue
 * empty.
 */


#include "../host.h"
#include "runtime.h"


#define PHONE_LANE_TAKE   64             /* in one commit */

/* ms: until lane.next looks again, after it took some, and when there was no
   room: an eighth of what the oldest has waited, within bounds */
#define PHONE_LANE_SOON   1000
#define PHONE_LANE_LEAST  2000
#define PHONE_LANE_MOST   30000
#define PHONE_LANE_PART   8


typedef struct {
    phone_commit_t           commit;
    phone_guard_t            guard;
    phone_op_t               op[3];
    phone_str_t              word[4];
} phone_park_t;


static phone_str_t phone_lane_id(phone_arena_t *arena, unsigned bucket,
    phone_str_t lane);
static phone_rc_t phone_lane_run(phone_call_t *call);
static void phone_lane_take(phone_call_t *call, phone_str_t id,
    phone_str_t member);
static int64_t phone_lane_wait(phone_call_t *call, const phone_entry_t *oldest);


const phone_event_t  phone_lane_next = {
    "lane.next", phone_lane_run,
    "Brings events of a lane that was full back, as many as there is room for."
};


/* "<bucket>-<lane>": a lane has a queue in each bucket. */

static phone_str_t
phone_lane_id(phone_arena_t *arena, unsigned bucket, phone_str_t lane)
{
    return phone_join(arena, 3,
                      (phone_str_t[3]) { phone_bucket_text(arena, bucket),
                                         PHONE_STR("-"), lane });
}


int
phone_ask_event(phone_call_t *call, const phone_event_t *event,
    phone_str_t id, phone_str_t lane)
{
    unsigned               bucket;
    phone_list_t           one;
    phone_arena_t         *arena;
    const phone_scores_t  *parked, *due;

    arena = &call->arena;
    bucket = phone_home(call->env, &phone_due, id);

    one.n = 1;
    one.entry = phone_alloc(arena, sizeof(phone_entry_t));
    if (one.entry == NULL) {
        return 0;
    }

    one.entry->member = phone_due_member(call, event, id, lane);

    parked = phone_ask_scores(call, &phone_parked,
                              phone_lane_id(arena, bucket, lane), &one);
    due = phone_ask_scores(call, &phone_due, phone_bucket_text(arena, bucket),
                           &one);

    return (parked->n && parked->score[0] >= 0)
           || (due->n && due->score[0] >= 0);
}


phone_str_t
phone_lane_of(phone_str_t id)
{
    phone_str_t  bucket;

    phone_split(&id, '-', &bucket);

    return id;
}


const phone_commit_t *
phone_park(phone_arena_t *arena, unsigned bucket, phone_str_t member,
    phone_str_t lane, int64_t score, int64_t now)
{
    unsigned       i;
    phone_str_t    due, id;
    phone_park_t  *park;

    park = phone_alloc(arena, sizeof(phone_park_t));
    if (park == NULL) {
        return NULL;
    }

    due = phone_key(arena, &phone_due, bucket, PHONE_EMPTY);
    id = phone_lane_id(arena, bucket, lane);

    park->guard.kind = PHONE_GUARD_DUE;
    park->guard.bucket = bucket;
    park->guard.key = due;
    park->guard.field = member;
    park->guard.want = phone_int(arena, score);

    /* the first command may fail, as nothing is written by then; the guard has
       shown that the commands on the due queue do not */

    park->op[0].kind = PHONE_OP_ZADD;
    park->op[0].key = phone_key(arena, &phone_parked, bucket, id);
    park->op[0].nwords = 2;
    park->op[0].word = park->word;
    park->word[0] = phone_int(arena, now);
    park->word[1] = member;

    park->op[1].kind = PHONE_OP_ZREM;
    park->op[1].key = due;
    park->op[1].nwords = 1;
    park->op[1].word = &park->word[1];

    park->op[2].kind = PHONE_OP_ZADD_NX;
    park->op[2].key = due;
    park->op[2].nwords = 2;
    park->op[2].word = &park->word[2];
    park->word[2] = phone_int(arena, now + PHONE_LANE_LEAST);
    park->word[3] = phone_join(arena, 3,
                               (phone_str_t[3]) {
                                   phone_cstr(phone_lane_next.name),
                                   PHONE_STR(" "), id });

    for (i = 0; i < 3; i++) {
        park->op[i].bucket = bucket;
        park->op[i].next = i < 2 ? &park->op[i + 1] : NULL;
    }

    park->commit.bucket = bucket;
    park->commit.nguards = 1;
    park->commit.guards = &park->guard;
    park->commit.nops = 3;
    park->commit.ops = park->op;

    return arena->failed ? NULL : &park->commit;
}


/*
 * lane.next is removed when its queue is empty.  An event that is parked
 * meanwhile makes the guard of that commit fail, and the next run finds it.
 */

static phone_rc_t
phone_lane_run(phone_call_t *call)
{
    int64_t              all;
    unsigned             i, room;
    phone_str_t          id;
    const phone_list_t  *parked;

    id = phone_event_id(call);
    room = call->room < PHONE_LANE_TAKE ? call->room : PHONE_LANE_TAKE;

    parked = phone_ask_index_from(call, &phone_parked, id, 0,
                                  room ? room : 1);
    all = phone_ask_size(call, &phone_parked, id, 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (parked->n == 0) {
        phone_guard(call, PHONE_GUARD_EMPTY, call->due_bucket,
                    phone_key(&call->arena, &phone_parked, call->due_bucket,
                              id), PHONE_EMPTY, PHONE_EMPTY);
        return phone_done(call);
    }

    call->waited = phone_now(call) - parked->entry[0].score;

    for (i = 0; i < parked->n && i < room; i++) {
        phone_lane_take(call, id, parked->entry[i].member);
    }

    call->left_parked = all - i;

    phone_repeat(call, phone_now(call)
                       + (room ? PHONE_LANE_SOON
                               : phone_lane_wait(call, &parked->entry[0])));

    return phone_done(call);
}


/* Moves an event back into the due queue and runs it at once.  An event of a
   newer version of the product waits there. */

static void
phone_lane_take(phone_call_t *call, phone_str_t id, phone_str_t member)
{
    phone_str_t           event_id, lane;
    const phone_event_t  *event;

    phone_index_remove(call, &phone_parked, id, member);

    if (phone_event_parse(member, &event, &event_id, &lane) == 0) {
        phone_emit(call, event, event_id, lane, phone_now(call));

    } else {
        phone_index_add(call, &phone_due, id, member, phone_now(call));
    }
}


/* A quarter more or less, so that the buckets of a lane do not run at the same
   moment. */

static int64_t
phone_lane_wait(phone_call_t *call, const phone_entry_t *oldest)
{
    int64_t  wait;

    wait = (phone_now(call) - oldest->score) / PHONE_LANE_PART;

    wait = wait < PHONE_LANE_LEAST ? PHONE_LANE_LEAST
         : wait > PHONE_LANE_MOST ? PHONE_LANE_MOST
         : wait;

    return wait * (750 + phone_random(call, "lane", 1)[0] * 500 / 255) / 1000;
}
