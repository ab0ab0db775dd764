
/*
 * How many rows of a kind a statement has of each currency, and their sum.  As
 * text "<currency> <kind> <rows> <minor units>,", one behind the other, in the
 * order in which they first occur.
 */


#ifndef _PHONE_TOTALS_H_INCLUDED_
#define _PHONE_TOTALS_H_INCLUDED_


#include "../settings.h"


/* Payments, refunds and payouts. */
#define PHONE_TOTALS_KINDS  3
#define PHONE_TOTALS_MAX    (PHONE_MERCHANT_CURRENCIES * PHONE_TOTALS_KINDS)

/* Bytes of all of them as text, at most. */
#define PHONE_TOTALS_TEXT   (PHONE_TOTALS_MAX * 64)


typedef struct {
    phone_str_t              currency;
    phone_str_t              kind;
    int64_t                  rows;
    int64_t                  sum;        /* minor units */
} phone_total_t;

typedef struct {
    unsigned                 n;
    phone_total_t            total[PHONE_TOTALS_MAX];
} phone_totals_t;


/* One more row: 0.  1: a sum that it did not fit into is followed by another
   one of the same currency and kind; -1: there is no room for one.  The texts
   must stay. */
int phone_totals_add(phone_totals_t *totals, phone_str_t currency,
    phone_str_t kind, int64_t amount);

/* -1: it is malformed. */
int phone_totals_read(phone_str_t text, phone_totals_t *totals);
phone_str_t phone_totals_text(phone_arena_t *arena,
    const phone_totals_t *totals);

/* "CNY payment 3 1280," as "#total,CNY,payment,3,1280". */
void phone_totals_lines(phone_buf_t *lines, const char *name,
    phone_str_t totals);


#endif /* _PHONE_TOTALS_H_INCLUDED_ */
