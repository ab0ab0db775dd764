
/* Answers lines "REGION text" with the number, or with "-"; with an argument,
   with "mobile", "other" or "-". */


#include <stdio.h>

#include "lib/number.h"


static const char *
parse(char *line, int kind)
{
    int          len;
    static char  out[17];

    line[strcspn(line, "\n")] = '\0';
    len = phone_number_parse(phone_cstr(line + 3), (phone_str_t) { 2, line },
                             out);

    if (len < 0) {
        return "-";
    }

    return !kind ? out
           : phone_number_mobile((phone_str_t) { (size_t) len, out })
             ? "mobile" : "other";
}


int
main(int argc, char **argv)
{
    char  line[256];

    (void) argv;

    while (fgets(line, sizeof(line), stdin)) {
        puts(parse(line, argc > 1));
    }

    return 0;
}
