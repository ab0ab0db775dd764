
/*
 * lib/number.c: what is written is an E.164 number, and with '+' in front it
 * is read as itself.
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
    char                out[16], plus[17], again[16];
    size_t              r;
    phone_str_t         text;
    static const char  *region[] = { "", "CN", "US", "DE", "IT", "BR", "TW" };

    text = (phone_str_t) { size, (const char *) data };

    for (r = 0; r < sizeof(region) / sizeof(region[0]); r++) {
        len = phone_number_parse(text, phone_cstr(region[r]), out);

        if (len == -1) {
            continue;
        }

        CHECK(len > 0 && len <= PHONE_NUMBER_MAX);
        CHECK(out[0] != '0');

        for (i = 0; i < len; i++) {
            CHECK(out[i] >= '0' && out[i] <= '9');
        }

        plus[0] = '+';
        memcpy(plus + 1, out, (size_t) len);

        CHECK(phone_number_parse((phone_str_t) { (size_t) len + 1, plus },
                                 phone_cstr(region[r]), again) == len);
        CHECK(memcmp(again, out, (size_t) len) == 0);
    }

    return 0;
}
