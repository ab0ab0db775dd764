
#include "code_points.h"


unsigned
phone_code_point(const unsigned char **p)
{
    unsigned  c, more;

    c = *(*p)++;

    if (c < 0x80) {
        return c;
    }

    more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;

    for (c &= 0x3fu >> more; more; more--) {
        c = c << 6 | (*(*p)++ & 0x3f);
    }

    return c;
}


int
phone_code_point_in(unsigned c, const phone_code_points_t *set, size_t n)
{
    size_t  i;

    for (i = 0; i < n && set[i].first <= c; i++) {
        if (c <= set[i].last) {
            return 1;
        }
    }

    return 0;
}
