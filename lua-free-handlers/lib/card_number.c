
#include <string.h>

#include "card_number.h"


/* The check digit of ISO/IEC 7812-1, annex B: from the right, every second
   digit counts double. */

int
phone_card_number_ok(phone_str_t digits)
{
    size_t    i;
    unsigned  digit, sum;

    sum = 0;

    for (i = 0; i < digits.len; i++) {
        digit = (unsigned) (digits.data[digits.len - 1 - i] - '0');
        digit *= i % 2 ? 2 : 1;
        sum += digit / 10 + digit % 10;
    }

    return sum % 10 == 0;
}


phone_str_t
phone_card_number_masked(phone_arena_t *arena, phone_str_t digits)
{
    char    *masked;
    size_t   first;

    masked = phone_alloc_raw(arena, digits.len);
    if (masked == NULL) {
        return PHONE_EMPTY;
    }

    first = digits.len < PHONE_CARD_SHOWN_FIRST + PHONE_CARD_HIDDEN_LEAST
                         + PHONE_CARD_SHOWN_LAST
            ? 0 : PHONE_CARD_SHOWN_FIRST;

    memcpy(masked, digits.data, digits.len);
    memset(masked + first, '*', digits.len - first - PHONE_CARD_SHOWN_LAST);

    return (phone_str_t) { digits.len, masked };
}
