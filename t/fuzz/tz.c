
/* lib/tz.c: whatever the bytes are, nothing behind them is read, and an offset
   is one that a zone can have. */


#include <stdint.h>
#include <stdlib.h>

#include "lib/tz.h"


#define CHECK(cond)                                                           \
    do {                                                                      \
        if (!(cond)) {                                                        \
            abort();                                                          \
        }                                                                     \
    } while (0)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t         ahead;
    unsigned        i;
    phone_str_t     text;
    static int64_t  times[] = { 0, 1800000000, 4000000000, 100000000000 };

    text = (phone_str_t) { size, (const char *) data };

    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {

        if (phone_tz_offset(text, times[i], &ahead) == 0) {
            CHECK(ahead <= PHONE_TZ_FURTHEST && ahead >= -PHONE_TZ_FURTHEST);
        }

        if (phone_tz_rule_offset(text, times[i], &ahead) == 0) {
            CHECK(ahead <= PHONE_TZ_FURTHEST && ahead >= -PHONE_TZ_FURTHEST);
        }
    }

    return 0;
}
