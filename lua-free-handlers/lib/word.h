
/* Words of what people write, in the form in which they are compared. */


#ifndef _PHONE_WORD_H_INCLUDED_
#define _PHONE_WORD_H_INCLUDED_


#include "text.h"


/*
 * The next word of a text that phone_legible_part() has left; the text is then
 * what follows.  It is in lower case, in narrow letters, with plain hyphens,
 * without what is not seen, and begins and ends with a letter or a digit.  What
 * has neither is no word.  Empty: there is none, or no memory is left.
 */
phone_str_t phone_word_next(phone_arena_t *arena, phone_str_t *text);


#endif /* _PHONE_WORD_H_INCLUDED_ */
