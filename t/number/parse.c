
/* Answers lines "REGION text" with the number, or with "-". */


#include <stdio.h>

#include "lib/number.h"


int
main(void)
{
    char  line[256], out[17];

    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';

        puts(phone_number_parse(phone_cstr(line + 3),
                                (phone_str_t) { 2, line }, out) < 0
             ? "-" : out);
    }

    return 0;
}
