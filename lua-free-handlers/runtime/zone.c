
/* Time zones of the host: see phone.h. */


#include "../lib/tz.h"
#include "runtime.h"


int
phone_zone_ahead(phone_call_t *call, phone_str_t name, int64_t ms,
    int64_t *ahead)
{
    int                   order;
    unsigned              low, high, middle;
    const phone_zones_t  *zones;

    zones = call->env->zones;
    low = 0;
    high = zones ? zones->n : 0;

    while (low < high) {
        middle = low + (high - low) / 2;
        order = phone_compare(name, zones->zone[middle].name);

        if (order == 0) {
            return phone_tz_offset(zones->zone[middle].file, ms / 1000, ahead);
        }

        if (order < 0) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return -1;
}
