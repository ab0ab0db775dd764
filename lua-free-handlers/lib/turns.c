
/* Turns: a list in their order, for those who wait are few. */


#include "turns.h"


static int phone_turn_before(const phone_waiter_t *a, const phone_waiter_t *b);


typedef enum {
    PHONE_TURN_KNOWN,
    PHONE_TURN_FRESH,
    PHONE_TURN_SEEN
} phone_turn_e;


static int
phone_turn_before(const phone_waiter_t *a, const phone_waiter_t *b)
{
    return a->round < b->round || (a->round == b->round && a->rank < b->rank);
}


phone_waiter_t *
phone_turns_add(phone_turns_t *turns, phone_waiter_t *waiter,
    phone_str_t lane, int known, unsigned most)
{
    size_t           i;
    phone_waiter_t  *w, **at;

    /* two lanes with one hash share their turns, no more */

    waiter->lane = phone_fnv64(lane);
    waiter->round = turns->round;
    waiter->rank = known ? PHONE_TURN_KNOWN : PHONE_TURN_FRESH;

    i = waiter->lane % PHONE_TURNS_SEEN;

    if (turns->seen[i].lane == waiter->lane) {
        waiter->rank = known ? PHONE_TURN_KNOWN : PHONE_TURN_SEEN;

        if (turns->seen[i].round >= waiter->round) {
            waiter->round = turns->seen[i].round + 1;
        }
    }

    for (w = turns->first; w; w = w->next) {
        if (w->lane == waiter->lane) {
            waiter->round = w->round + 1;
        }
    }

    for (at = &turns->first; *at; at = &(*at)->next) {
        if (phone_turn_before(waiter, *at)) {
            break;
        }
    }

    waiter->next = *at;
    *at = waiter;

    if (turns->n < most) {
        turns->n++;
        return NULL;
    }

    for (at = &turns->first; (*at)->next; at = &(*at)->next) { /* void */ }

    w = *at;
    *at = NULL;

    return w;
}


phone_waiter_t *
phone_turns_next(phone_turns_t *turns)
{
    size_t           i;
    phone_waiter_t  *waiter;

    waiter = turns->first;

    if (waiter) {
        turns->first = waiter->next;
        turns->round = waiter->round;
        turns->n--;

        i = waiter->lane % PHONE_TURNS_SEEN;
        turns->seen[i].lane = waiter->lane;
        turns->seen[i].round = waiter->round;
    }

    return waiter;
}
