
/* What all statements of a merchant come to: see stated.h. */


#include "stated.h"
#include "totals.h"


int
phone_stated_add(phone_stated_t *stated, phone_str_t currency, int64_t amount)
{
    int64_t   *sum;
    unsigned   i;

    for (i = 0; i < stated->n; i++) {
        if (phone_equal(stated->of[i].currency, currency)) {
            break;
        }
    }

    if (i == PHONE_MERCHANT_CURRENCIES) {
        return -1;
    }

    if (i == stated->n) {
        stated->n++;
        stated->of[i].currency = currency;
        stated->of[i].sum = 0;
    }

    sum = &stated->of[i].sum;
    *sum = (int64_t) ((uint64_t) *sum + (uint64_t) amount);

    return 0;
}


int
phone_stated_add_totals(phone_arena_t *arena, phone_stated_t *stated,
    phone_str_t totals)
{
    unsigned         i;
    phone_totals_t  *day;

    day = phone_alloc(arena, sizeof(phone_totals_t));

    if (day == NULL || phone_totals_read(totals, day) != 0) {
        return -1;
    }

    for (i = 0; i < day->n; i++) {
        if (phone_stated_add(stated, day->total[i].currency,
                             day->total[i].sum)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
phone_stated_read(phone_str_t text, phone_stated_t *stated)
{
    int64_t      sum;
    phone_str_t  item, currency;

    stated->n = 0;

    while (phone_split(&text, ',', &item)) {
        if (!phone_split(&item, ' ', &currency)
            || phone_parse_signed(item, &sum) != 0
            || phone_stated_add(stated, currency, sum) != 0)
        {
            return -1;
        }
    }

    return 0;
}


phone_str_t
phone_stated_text(phone_arena_t *arena, const phone_stated_t *stated)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, arena, 64);

    for (i = 0; i < stated->n; i++) {
        phone_buf_put(&buf, stated->of[i].currency);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, stated->of[i].sum);
        phone_buf_byte(&buf, ',');
    }

    return phone_buf_str(&buf);
}
