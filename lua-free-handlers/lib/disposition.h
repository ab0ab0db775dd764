
/* Content-Disposition (RFC 6266): under which name a browser saves a reply. */


#ifndef _PHONE_DISPOSITION_H_INCLUDED_
#define _PHONE_DISPOSITION_H_INCLUDED_


#include "text.h"


/*
 * "attachment" with the name, UTF-8 of people: what could be read as a path, as
 * the end of the header or as hidden file is replaced.  An empty name: only
 * "attachment".
 */
phone_str_t phone_disposition(phone_arena_t *arena, phone_str_t name);


#endif /* _PHONE_DISPOSITION_H_INCLUDED_ */
