
/*
 * A fair queue: by rounds, in each of which every lane has one turn
 * (start-time fair queueing).  A waiter of an empty lane waits for one turn of
 * each other lane, however many wait in those.  Within a round known waiters
 * come first, then lanes that have not had a turn lately.
 *
 * When the queue is full the last in this order has to leave, so a lane with
 * many waiters gives way to one with few.  Waiters belong to the caller.
 */


#ifndef _PHONE_TURNS_H_INCLUDED_
#define _PHONE_TURNS_H_INCLUDED_


#include "text.h"


typedef struct phone_waiter_s  phone_waiter_t;

struct phone_waiter_s {
    phone_waiter_t          *next;       /* in the order of turns */
    uint64_t                 lane;       /* a hash */
    uint64_t                 round;
    unsigned                 rank;       /* in the round */
};


/* Lanes that had a turn are remembered until another takes their place. */
#define PHONE_TURNS_SEEN     4096


typedef struct {
    phone_waiter_t          *first;
    uint64_t                 round;      /* of who came last */
    unsigned                 n;

    struct {
        uint64_t             lane;
        uint64_t             round;
    } seen[PHONE_TURNS_SEEN];
} phone_turns_t;


/*
 * The waiter takes its place; returns who has to leave because more than most
 * would wait: that may be the waiter itself.  NULL: nobody.
 */
phone_waiter_t *phone_turns_add(phone_turns_t *turns, phone_waiter_t *waiter,
    phone_str_t lane, int known, unsigned most);

/* NULL: nobody waits. */
phone_waiter_t *phone_turns_next(phone_turns_t *turns);


#endif /* _PHONE_TURNS_H_INCLUDED_ */
