
/*
 * Events that this process holds or is about to hold, the number that runs in a
 * lane, and changes of an event's score.
 */


#include "run/ngx_phone_due.h"


#define NGX_PHONE_PUMP_PUSHING  1024        /* at a time */
#define NGX_PHONE_PUMP_PARKED   60          /* s: some may still be parked */


static void ngx_phone_due_pushed(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome);


ngx_phone_due_t *
ngx_phone_due_create(ngx_phone_pump_t *pump, phone_str_t member,
    ngx_uint_t bucket, int64_t score)
{
    ngx_phone_due_t  *due;

    due = ngx_alloc(sizeof(ngx_phone_due_t) + member.len, pump->phone->log);
    if (due == NULL) {
        return NULL;
    }

    ngx_memzero(due, sizeof(ngx_phone_due_t));

    phone_arena_init(&due->arena);

    due->pump = pump;
    due->bucket = bucket;
    due->score = score;

    ngx_memcpy(due->text, member.data, member.len);
    due->member.data = due->text;
    due->member.len = member.len;
    due->hash = ngx_murmur_hash2((u_char *) member.data, member.len);

    if (phone_event_parse(due->member, &due->event, &due->id, &due->lane)
        != 0)
    {
        due->event = NULL;
    }

    if (due->event == &phone_lane_next) {
        due->lane = phone_lane_of(due->id);
    }

    due->lane_hash = ngx_murmur_hash2((u_char *) due->lane.data,
                                      due->lane.len);

    return due;
}


void
ngx_phone_due_activate(ngx_phone_due_t *due)
{
    ngx_phone_pump_t   *pump;
    ngx_phone_due_t   **slot;

    pump = due->pump;

    slot = &pump->slot[due->lane_hash % NGX_PHONE_PUMP_SLOTS];
    due->next = *slot;
    *slot = due;

    ngx_queue_insert_tail(&pump->active, &due->queue);
    pump->phone->counters->events_active = ++pump->nactive;
}


void
ngx_phone_due_free(ngx_phone_due_t *due)
{
    ngx_phone_pump_t   *pump;
    ngx_phone_due_t   **p;

    pump = due->pump;

    for (p = &pump->slot[due->lane_hash % NGX_PHONE_PUMP_SLOTS];
         *p != due;
         p = &(*p)->next)
    {
        /* void */
    }

    *p = due->next;

    ngx_queue_remove(&due->queue);
    pump->phone->counters->events_active = --pump->nactive;

    ngx_phone_due_drop(due);
}


void
ngx_phone_due_drop(ngx_phone_due_t *due)
{
    phone_arena_free(&due->arena);
    ngx_free(due);
}


ngx_uint_t
ngx_phone_due_room(ngx_phone_due_t *due, ngx_uint_t parked)
{
    ngx_uint_t               n, slot, most;
    ngx_phone_due_t         *other;
    ngx_phone_pump_t        *pump;
    const ngx_phone_conf_t  *conf;

    pump = due->pump;
    conf = pump->phone->conf;

    most = conf->pump_events - ngx_min(pump->nactive,
                                       (ngx_uint_t) conf->pump_events);

    if (due->lane.len == 0) {
        return most;
    }

    slot = due->lane_hash % NGX_PHONE_PUMP_SLOTS;
    n = 0;

    for (other = pump->slot[slot]; other; other = other->next) {
        if (phone_equal(other->lane, due->lane)) {
            n += other->event == &phone_lane_next ? other->room : 1;
        }
    }

    /* the limit is too low for a while if two lanes share the slot */

    most = ngx_min(most, (ngx_uint_t) conf->pump_lane);

    if (!parked && pump->parked[slot]
        && ngx_time() - pump->parked[slot] < NGX_PHONE_PUMP_PARKED)
    {
        most = (most + 1) / 2;
    }

    return most - ngx_min(n, most);
}


ngx_uint_t
ngx_phone_due_held(ngx_phone_pump_t *pump, phone_str_t member)
{
    uint32_t          hash;
    ngx_queue_t      *q;
    ngx_phone_due_t  *due;

    hash = ngx_murmur_hash2((u_char *) member.data, member.len);

    for (q = ngx_queue_head(&pump->active);
         q != ngx_queue_sentinel(&pump->active);
         q = ngx_queue_next(q))
    {
        due = ngx_queue_data(q, ngx_phone_due_t, queue);

        if (due->hash == hash && phone_equal(due->member, member)) {
            return 1;
        }
    }

    return 0;
}


void
ngx_phone_due_change(ngx_phone_due_t *due, ngx_phone_commit_pt handler,
    int64_t score)
{
    phone_str_t         key;
    ngx_phone_store_t  *store;

    store = due->pump->phone->store;
    key = ngx_phone_store_due_key(store, due->bucket);

    due->new_score = score;

    due->guard.kind = PHONE_GUARD_DUE;
    due->guard.bucket = (unsigned) due->bucket;
    due->guard.key = key;
    due->guard.field = due->member;
    due->guard.want.data = due->was;
    due->guard.want.len = (char *) ngx_sprintf((u_char *) due->was, "%L",
                                               due->score)
                          - due->was;

    due->word[0].data = due->will;
    due->word[0].len = (char *) ngx_sprintf((u_char *) due->will, "%L", score)
                       - due->will;
    due->word[1] = due->member;

    due->op.kind = PHONE_OP_ZADD;
    due->op.bucket = (unsigned) due->bucket;
    due->op.key = key;
    due->op.nwords = 2;
    due->op.word = due->word;

    due->change.bucket = (unsigned) due->bucket;
    due->change.nguards = 1;
    due->change.nops = 1;
    due->change.guards = &due->guard;
    due->change.ops = &due->op;

    due->commit.commit = &due->change;
    due->commit.handler = handler;
    due->commit.data = due;

    ngx_phone_store_commit(store, &due->commit);
}


void
ngx_phone_due_push(ngx_phone_due_t *due, ngx_uint_t ms)
{
    ngx_phone_pump_t  *pump;

    pump = due->pump;

    ms += ngx_random() % (NGX_PHONE_PUSH_TO - NGX_PHONE_PUSH_FROM);

    if (pump->npushing == NGX_PHONE_PUMP_PUSHING
        || ngx_phone_check_clock(pump->phone->store))
    {
        ngx_phone_due_drop(due);
        return;
    }

    ngx_phone_due_change(due, ngx_phone_due_pushed,
                         ngx_phone_now() + (int64_t) ms);

    ngx_queue_insert_tail(&pump->pushing, &due->queue);
    pump->npushing++;
    pump->phone->counters->events_pushed++;
}


/* Does nothing if another process holds it, or if it is parked already. */

void
ngx_phone_due_park(ngx_phone_due_t *due)
{
    ngx_phone_pump_t      *pump;
    const phone_commit_t  *park;

    pump = due->pump;

    pump->parked[due->lane_hash % NGX_PHONE_PUMP_SLOTS] = ngx_time();

    park = phone_park(&due->arena, (unsigned) due->bucket, due->member,
                      due->lane, due->score, ngx_phone_now());

    if (park == NULL || pump->npushing == NGX_PHONE_PUMP_PUSHING
        || ngx_phone_check_clock(pump->phone->store))
    {
        ngx_phone_due_drop(due);
        return;
    }

    due->commit.commit = park;
    due->commit.handler = ngx_phone_due_pushed;
    due->commit.data = due;

    ngx_queue_insert_tail(&pump->pushing, &due->queue);
    pump->npushing++;
    pump->phone->counters->events_parked++;

    ngx_phone_store_commit(pump->phone->store, &due->commit);
}


static void
ngx_phone_due_pushed(ngx_phone_commit_t *commit,
    ngx_phone_outcome_t outcome)
{
    ngx_phone_due_t  *due;

    due = commit->data;

    if (due->pump->phone->closing) {
        return;
    }

    ngx_queue_remove(&due->queue);
    due->pump->npushing--;
    ngx_phone_due_drop(due);
}
