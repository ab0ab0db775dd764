
/*
 * lib/number.c: what is written is '+' and an E.164 number, and is read as
 * itself in every region.
 */


#include <stdint.h>
#include <stdlib.h>

#include "lib/number.h"


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
    int                 len, i;
    char                out[17], again[17];
    size_t              r, o;
    phone_str_t         text, written;
    static const char  *region[] = { "", "CN", "US", "DE", "IT", "BR", "TW" };

    text = (phone_str_t) { size, (const char *) data };

    for (r = 0; r < sizeof(region) / sizeof(region[0]); r++) {
        len = phone_number_parse(text, phone_cstr(region[r]), out);

        if (len == -1) {
            continue;
        }

        CHECK(len > 1 && len <= PHONE_NUMBER_MAX + 1);
        CHECK(out[0] == '+' && out[1] != '0');

        for (i = 1; i < len; i++) {
            CHECK(out[i] >= '0' && out[i] <= '9');
        }

        written = (phone_str_t) { (size_t) len, out };

        for (o = 0; o < sizeof(region) / sizeof(region[0]); o++) {
            CHECK(phone_number_parse(written, phone_cstr(region[o]), again)
                  == len);
            CHECK(memcmp(again, out, (size_t) len) == 0);
        }
    }

    return 0;
}
