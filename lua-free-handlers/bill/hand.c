
/* The chain of records of a bill that is handed on. */


#include "bill.h"


/* Fields of a bill that was never handed on. */
#define PHONE_BILL_PLAIN                                                      \
    (((UINT32_C(1) << (BILL_FIELDS - 1) << 1) - 1)                            \
     & ~(PHONE_F(BILL_NEXT) | PHONE_F(BILL_AGREED)))


/*
 * BILL_HANDED is "<origin> <before> <told> <hand> ...", where told is the
 * status with which it left the payer named, and a hand is for each number that
 * has had the bill before its payer: "<number>-" has declined, from "<number>~"
 * it was taken back, others have handed it on, in this order.
 * "<number>=<agreed>" had accepted it; the one named is the number alone.  When
 * a bill comes back, its payer is taken out.
 */
typedef struct {
    phone_str_t              text;
    phone_str_t              number;
    phone_str_t              agreed;
    unsigned                 declined:1;
    unsigned                 recalled:1;
} phone_hand_t;


static int phone_hand_next(phone_str_t *hands, phone_hand_t *hand);
static int64_t phone_hand_score(phone_call_t *call);
static phone_rc_t phone_bill_reach(phone_call_t *call, phone_record_t **bill,
    phone_record_t **last);
static phone_record_t *phone_bill_goes_back(phone_call_t *call,
    phone_record_t *bill, const char *status, char mark,
    const char *to_status);
static phone_record_t *phone_bill_move(phone_call_t *call,
    phone_record_t *bill, const char *status, phone_str_t to,
    const char *to_status, phone_str_t hands);


static int
phone_hand_next(phone_str_t *hands, phone_hand_t *hand)
{
    phone_str_t  rest;

    if (!phone_split(hands, ' ', &hand->text)) {
        return 0;
    }

    rest = hand->text;
    hand->declined = rest.len && rest.data[rest.len - 1] == '-';
    hand->recalled = rest.len && rest.data[rest.len - 1] == '~';
    rest.len -= hand->declined || hand->recalled;

    hand->number = PHONE_EMPTY;
    (void) phone_split(&rest, '=', &hand->number);
    hand->agreed = rest;

    return 1;
}


void
phone_bill_chain(phone_record_t *bill, phone_chain_t *chain)
{
    phone_str_t   rest;
    phone_hand_t  hand;

    *chain = (phone_chain_t) {
        phone_id(bill), PHONE_EMPTY, PHONE_EMPTY, PHONE_EMPTY, 0, PHONE_EMPTY,
        PHONE_EMPTY, PHONE_EMPTY, PHONE_EMPTY
    };

    rest = phone_get(bill, BILL_HANDED);

    if (rest.len && (!phone_split(&rest, ' ', &chain->origin)
                     || !phone_split(&rest, ' ', &chain->before)
                     || !phone_split(&rest, ' ', &chain->told)
                     || rest.len == 0))
    {
        (void) phone_bad_record(bill);
    }

    chain->hands = rest;

    while (phone_hand_next(&rest, &hand)) {
        chain->n++;

        if (hand.declined || hand.recalled) {
            chain->declined = hand.declined ? hand.number : PHONE_EMPTY;
            continue;
        }

        chain->named = chain->named.len ? chain->named : hand.number;
        chain->from = hand.number;
        chain->from_agreed = hand.agreed;
        chain->declined = PHONE_EMPTY;
    }

    if (chain->named.len == 0) {
        chain->named = phone_get(bill, BILL_PAYER);
    }
}


int
phone_bill_was_at(phone_record_t *bill, phone_str_t number)
{
    phone_hand_t   hand;
    phone_chain_t  chain;

    phone_bill_chain(bill, &chain);

    while (phone_hand_next(&chain.hands, &hand)) {
        if (phone_equal(hand.number, number)) {
            return 1;
        }
    }

    return phone_equal(phone_get(bill, BILL_PAYER), number);
}


phone_str_t
phone_bill_paid_by(phone_record_t *bill)
{
    return phone_get_int(bill, BILL_PAID_AT)
           && phone_is(phone_get(bill, BILL_AGREED), "1")
           ? phone_get(bill, BILL_PAYER) : PHONE_EMPTY;
}


int
phone_bill_moved(phone_record_t *bill)
{
    return phone_is(phone_get(bill, BILL_STATUS), "HANDED_ON")
           || phone_bill_given_back(bill);
}


int
phone_bill_given_back(phone_record_t *bill)
{
    phone_str_t  status;

    status = phone_get(bill, BILL_STATUS);

    return phone_is(status, "DECLINED") || phone_is(status, "RECALLED");
}


phone_str_t
phone_bill_next(phone_record_t *bill, phone_str_t *payer)
{
    phone_str_t  id;

    id = PHONE_EMPTY;
    *payer = phone_get(bill, BILL_NEXT);
    (void) phone_split(payer, ' ', &id);

    return id;
}


phone_record_t *
phone_bill_ask(phone_call_t *call, phone_str_t id)
{
    phone_record_t  *bill;

    bill = phone_bill_ask_stored(call, id);

    if (!phone_found(bill)) {
        phone_ask_archived(bill);
    }

    return bill;
}


phone_record_t *
phone_bill_ask_stored(phone_call_t *call, phone_str_t id)
{
    phone_record_t  *bill;

    bill = phone_ask_some(call, &phone_bill, id, PHONE_BILL_PLAIN);

    return phone_found(bill)
           && (phone_bill_moved(bill) || phone_get(bill, BILL_HANDED).len)
           ? phone_ask(call, &phone_bill, id) : bill;
}


phone_rc_t
phone_bill_last(phone_call_t *call, phone_record_t **bill)
{
    phone_record_t  *first;

    first = *bill;

    return phone_bill_follow(call, &first, bill);
}


phone_rc_t
phone_bill_follow(phone_call_t *call, phone_record_t **bill,
    phone_record_t **last)
{
    phone_rc_t  rc;

    rc = phone_bill_reach(call, bill, last);

    return rc == PHONE_DONE && phone_bill_moved(*last) ? phone_not_yet(call)
                                                       : rc;
}


phone_rc_t
phone_bill_reached(phone_call_t *call, phone_record_t **bill)
{
    phone_record_t  *first;

    first = *bill;

    return phone_bill_reach(call, &first, bill);
}


/* The last one is moved when the next one is still on its way to its bucket. */

static phone_rc_t
phone_bill_reach(phone_call_t *call, phone_record_t **bill,
    phone_record_t **last)
{
    unsigned         hops;
    phone_str_t      id, payer;
    phone_record_t  *next;

    *last = *bill;

    for (hops = 0; phone_bill_moved(*last); hops++) {
        id = phone_bill_next(*last, &payer);

        if (id.len == 0 || hops == PHONE_HOPS_MOST) {
            return phone_bad_record(*last);
        }

        next = phone_bill_ask(call, id);

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        if (!phone_found(next)) {
            break;
        }

        *last = next;

        if (phone_equal(payer, phone_get(*bill, BILL_PAYER))) {
            *bill = *last;
        }
    }

    return PHONE_DONE;
}


phone_str_t
phone_bill_origin(phone_record_t *bill)
{
    phone_chain_t  chain;

    phone_bill_chain(bill, &chain);

    return chain.origin;
}


phone_rc_t
phone_bill_find(phone_call_t *call, phone_str_t *id)
{
    phone_rc_t       rc;
    phone_record_t  *bill;

    bill = phone_bill_ask(call, *id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    rc = phone_bill_last(call, &bill);
    *id = phone_id(bill);

    return rc;
}


/*
 * Where it is in the list of a number: behind the bills of this day, so that it
 * is none of those which bill/day.c counts.  A merchant could tell by his own
 * bills to a number that it has been handed another.
 */

static int64_t
phone_hand_score(phone_call_t *call)
{
    return phone_now(call) / PHONE_DAY * PHONE_DAY - 1;
}


void
phone_bill_hand_on(phone_call_t *call, phone_record_t *bill, phone_str_t to)
{
    phone_str_t      agreed;
    phone_chain_t    chain;
    phone_record_t  *next;

    phone_bill_chain(bill, &chain);
    agreed = phone_get(bill, BILL_AGREED);

    next = phone_bill_move(call, bill, "HANDED_ON", to, "OFFERED",
                           phone_format(phone_memory(call),
                                        "%.*s%s%.*s%s%.*s",
                                        PHONE_ARGS(chain.hands),
                                        chain.hands.len ? " " : "",
                                        PHONE_ARGS(phone_get(bill,
                                                             BILL_PAYER)),
                                        agreed.len ? "=" : "",
                                        PHONE_ARGS(agreed)));

    phone_index_add(call, &phone_bills_of, to, phone_id(next),
                    phone_hand_score(call));
}


void
phone_bill_give_back(phone_call_t *call, phone_record_t *bill)
{
    (void) phone_bill_goes_back(call, bill, "DECLINED", '-', "CREATED");
}


/* He knows of it: it is not pushed to him. */

phone_record_t *
phone_bill_take_back(phone_call_t *call, phone_record_t *bill)
{
    phone_record_t  *back;

    back = phone_bill_goes_back(call, bill, "RECALLED", '~', "PUSHED");
    phone_set_int(back, BILL_PUSHED_AT, phone_now(call));

    return back;
}


/* The list of the number that gets it back has one record of the bill, the new
   one; that of the payer named in the place of the first. */

static phone_record_t *
phone_bill_goes_back(phone_call_t *call, phone_record_t *bill,
    const char *status, char mark, const char *to_status)
{
    phone_buf_t      hands;
    phone_hand_t     hand;
    phone_chain_t    chain;
    phone_record_t  *back;

    phone_bill_chain(bill, &chain);
    phone_buf_init(&hands, phone_memory(call), 128);

    while (phone_hand_next(&chain.hands, &hand)) {
        if (!phone_equal(hand.number, chain.from)) {
            phone_buf_put(&hands, hand.text);
            phone_buf_byte(&hands, ' ');
        }
    }

    phone_buf_put(&hands, phone_get(bill, BILL_PAYER));
    phone_buf_byte(&hands, mark);

    back = phone_bill_move(call, bill, status, chain.from, to_status,
                           phone_buf_str(&hands));
    phone_set(back, BILL_AGREED, chain.from_agreed);

    phone_index_add(call, &phone_bills_of, chain.from, phone_id(back),
                    phone_equal(chain.from, chain.named)
                    ? phone_get_int(bill, BILL_CREATED)
                    : phone_hand_score(call));
    phone_index_remove(call, &phone_bills_of, chain.from, chain.before);

    return back;
}


/* To another number, whose record begins with to_status; this one ends with
   status, and the expiry goes with the bill. */

static phone_record_t *
phone_bill_move(phone_call_t *call, phone_record_t *bill, const char *status,
    phone_str_t to, const char *to_status, phone_str_t hands)
{
    unsigned         field;
    phone_str_t      id, space;
    phone_chain_t    chain;
    phone_record_t  *next;

    phone_bill_chain(bill, &chain);
    id = phone_new_id(call, to, "bill");
    next = phone_put(call, &phone_bill, id);
    space = PHONE_STR(" ");

    for (field = BILL_MERCHANT; field < BILL_HANDED; field++) {
        phone_set(next, field, phone_get(bill, field));
    }

    phone_set(next, BILL_PAYER, to);
    phone_set(next, BILL_HANDED,
              phone_join(phone_memory(call), 7,
                         (phone_str_t[7]) { chain.origin, space,
                             phone_id(bill), space,
                             chain.told.len ? chain.told
                                            : phone_get(bill, BILL_STATUS),
                             space, hands }));
    phone_set(next, BILL_STATUS, phone_cstr(to_status));

    phone_set(bill, BILL_STATUS, phone_cstr(status));
    phone_set(bill, BILL_NEXT,
              phone_join(phone_memory(call), 3,
                         (phone_str_t[3]) { id, space, to }));

    phone_cancel(call, &phone_bill_expire, phone_id(bill), PHONE_EMPTY);
    phone_emit(call, &phone_bill_push, id, PHONE_EMPTY, phone_now(call));

    return next;
}
