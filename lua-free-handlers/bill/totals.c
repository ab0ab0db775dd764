
/* Totals of a statement: see totals.h. */


#include "totals.h"


int
phone_totals_read(phone_str_t text, phone_totals_t *totals)
{
    phone_str_t     item, rows;
    phone_total_t  *total;

    while (phone_split(&text, ',', &item)) {

        if (totals->n == PHONE_TOTALS_MAX) {
            return -1;
        }

        total = &totals->total[totals->n++];

        if (!phone_split(&item, ' ', &total->currency)
            || !phone_split(&item, ' ', &total->kind)
            || !phone_split(&item, ' ', &rows)
            || phone_parse_int(rows, &total->rows) != 0
            || phone_parse_signed(item, &total->sum) != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
phone_totals_add(phone_totals_t *totals, phone_str_t currency,
    phone_str_t kind, int64_t amount)
{
    int             full;
    int64_t         sum;
    unsigned        i;
    phone_total_t  *total;

    full = 0;

    for (i = 0; i < totals->n; i++) {
        total = &totals->total[i];

        if (!phone_equal(total->currency, currency)
            || !phone_equal(total->kind, kind))
        {
            continue;
        }

        if (!__builtin_add_overflow(total->sum, amount, &sum)
            && sum > INT64_MIN)
        {
            total->rows++;
            total->sum = sum;
            return 0;
        }

        full = 1;
    }

    if (totals->n == PHONE_TOTALS_MAX) {
        return -1;
    }

    totals->total[totals->n++] = (phone_total_t) { currency, kind,
                                                   1, amount };

    return full;
}


phone_str_t
phone_totals_text(phone_arena_t *arena, const phone_totals_t *totals)
{
    unsigned              i;
    phone_buf_t           buf;
    const phone_total_t  *total;

    phone_buf_init(&buf, arena, 256);

    for (i = 0; i < totals->n; i++) {
        total = &totals->total[i];

        phone_buf_put(&buf, total->currency);
        phone_buf_byte(&buf, ' ');
        phone_buf_put(&buf, total->kind);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, total->rows);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, total->sum);
        phone_buf_byte(&buf, ',');
    }

    return phone_buf_str(&buf);
}


void
phone_totals_lines(phone_buf_t *lines, const char *name, phone_str_t totals)
{
    phone_str_t  total, word;

    while (phone_split(&totals, ',', &total)) {
        phone_buf_put(lines, phone_cstr(name));

        while (phone_split(&total, ' ', &word)) {
            phone_buf_byte(lines, ',');
            phone_buf_put(lines, word);
        }

        phone_buf_put(lines, PHONE_STR("\r\n"));
    }
}
