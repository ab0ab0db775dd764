
/*
 * Rows of the log of a merchant and a day, as texts:
 * "<ms>,<kind>,<bill id>,<order>,<number>,<currency>,<amount>".  What does not
 * apply is empty.
 */


#include "statement.h"
#include "../lib/date.h"


int
phone_statement_zone(phone_call_t *call)
{
    return (int) (phone_settings(call)->statement_zone / PHONE_MINUTE);
}


phone_str_t
phone_statement_id(phone_call_t *call, phone_str_t merchant_id, int64_t at)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) {
                          merchant_id, PHONE_STR(":"),
                          phone_zone_day(phone_memory(call), at / 1000,
                                         phone_statement_zone(call)) });
}


void
phone_statement_append(phone_call_t *call, phone_str_t merchant_id,
    const phone_statement_row_t *row)
{
    phone_arena_t  *arena;

    arena = phone_memory(call);

    phone_append(call, &phone_moved,
                 phone_statement_id(call, merchant_id, phone_now(call)),
                 phone_join(arena, 13,
                            (phone_str_t[13]) {
                                phone_int(arena, phone_now(call)),
                                PHONE_STR(","), row->kind, PHONE_STR(","),
                                row->bill_id, PHONE_STR(","), row->order,
                                PHONE_STR(","), row->no, PHONE_STR(","),
                                row->currency, PHONE_STR(","),
                                phone_int(arena, row->amount) }));
}


int
phone_statement_parse(phone_str_t text, phone_statement_row_t *row)
{
    unsigned     i;
    phone_str_t  part[7];

    for (i = 0; i < 7; i++) {
        if (!phone_split(&text, ',', &part[i])) {
            return -1;
        }
    }

    if (text.len || phone_parse_int(part[0], &row->at) != 0
        || phone_parse_signed(part[6], &row->amount) != 0
        || part[5].len != 3
        || (!phone_equal(part[1], PHONE_ROW_PAYMENT)
            && !phone_equal(part[1], PHONE_ROW_REFUND)
            && !phone_equal(part[1], PHONE_ROW_PAYOUT)))
    {
        return -1;
    }

    row->kind = part[1];
    row->bill_id = part[2];
    row->order = part[3];
    row->no = part[4];
    row->currency = part[5];

    return 0;
}
