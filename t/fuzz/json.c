
/*
 * A text read by phone_json_parse() and by jansson: see json_oracle.h.
 */


#include <stdint.h>
#include <stdlib.h>

#include "json_oracle.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char  *complaint;

    complaint = json_disagrees((const char *) data, size);

    if (complaint != NULL) {
        fprintf(stderr, "phone_json_parse() %s\n", complaint);
        abort();
    }

    return 0;
}
