
/* Unicode code points of texts, and sets of them. */


#ifndef _PHONE_CODE_POINTS_H_INCLUDED_
#define _PHONE_CODE_POINTS_H_INCLUDED_


#include "text.h"


/* A set is an array of these, in ascending order. */
typedef struct {
    unsigned                 first;
    unsigned                 last;
} phone_code_points_t;


#define PHONE_IN(c, set)                                                      \
    phone_code_point_in(c, set, sizeof(set) / sizeof(set[0]))


/* The next one of well-formed UTF-8 (RFC 3629). */
unsigned phone_code_point(const unsigned char **p);

int phone_code_point_in(unsigned c, const phone_code_points_t *set, size_t n);


#endif /* _PHONE_CODE_POINTS_H_INCLUDED_ */
