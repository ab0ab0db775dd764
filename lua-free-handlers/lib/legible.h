
/*
 * Text that people are shown: a bill's subject, names.  What reads as one text
 * must not be another.
 */


#ifndef _PHONE_LEGIBLE_H_INCLUDED_
#define _PHONE_LEGIBLE_H_INCLUDED_


#include "text.h"


/*
 * 1 when text, which is UTF-8, has something to be seen, and nothing that is
 * not: no control characters, nothing that changes the order of others, no
 * spaces without width, no fillers, tags or noncharacters.  Joiners are taken
 * behind letters and emoji that can be joined, direction marks and variation
 * selectors anywhere.
 */
int phone_legible(phone_str_t text);

/* Without what phone_legible() does not take; of tabs, and of what ends lines,
   a space is left each.  Empty also when no memory is left. */
phone_str_t phone_legible_part(phone_arena_t *arena, phone_str_t text);

/* The same of a text with line feeds, of which one line at least is legible and
   the others are, or have nothing but spaces. */
int phone_legible_lines(phone_str_t text);


#endif /* _PHONE_LEGIBLE_H_INCLUDED_ */
