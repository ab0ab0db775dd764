
/* Texts of others that a person gets by SMS: what a phone shows as a link. */


#ifndef _PHONE_LINK_H_INCLUDED_
#define _PHONE_LINK_H_INCLUDED_


#include "text.h"


/*
 * 1 when text, which is UTF-8, has "://", "www.", "localhost/", an IPv4
 * address, or a name of a host in any script: letters, digits or '-', a dot,
 * and two letters or more.  Full-width, circled, squared and mathematical
 * characters, and other dots, are read like ASCII.  "12.50" and "e.g" have
 * none; "OK.Thanks" has one: a space belongs behind the full stop.
 */
int phone_has_link(phone_arena_t *arena, phone_str_t text);

/* 1 when it has one of the brackets that are around the name of who sends a
   text. */
int phone_has_sender(phone_str_t text);


#endif /* _PHONE_LINK_H_INCLUDED_ */
