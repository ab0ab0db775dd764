
/*
 * Everybody outside: an operator who sets things up, merchants with their
 * shops and notice endpoints, payers with their phones.  They know nothing of
 * the store; what they are told is checked by the auditor, and here where it
 * takes a client to know (a signature, a list of bills).
 */


#ifndef _SIM_PEOPLE_H_INCLUDED_
#define _SIM_PEOPLE_H_INCLUDED_


#include "calls.h"


#define SIM_MERCHANTS_MAX    4
#define SIM_PAYERS_MAX       6


sim_people_t *sim_people_create(sim_world_t *world);

/* How many exchanges have not been answered yet. */
unsigned sim_people_waiting(const sim_people_t *people);

/* Have all done what they were to do? */
int sim_people_done(const sim_people_t *people);

/* Nothing goes on any more: 1 when the operator has looked at the books since,
   else he does it now. */
int sim_people_closed(sim_people_t *people);

/* All is calm, and bills go to the archive or have gone: somebody asks for one
   of long ago.  0: nobody does any more. */
int sim_people_remember(sim_people_t *people);

/*
 * A notice has come to the endpoint of this address; -1: there is no such
 * endpoint.  The body is what was sent.
 */
int sim_notice_arrives(sim_world_t *world, phone_str_t url,
    phone_str_t body);

/* A text has come to a phone. */
void sim_sms_arrives(sim_world_t *world, phone_str_t to, phone_str_t text);

/* gateway.c: what it answers; it has got a text, whose reports have that
   key. */
const char *sim_gateway_says(sim_world_t *world);
void sim_gateway_got(sim_world_t *world, phone_str_t how);

/* The auditor notes a temporary password (auditor_tells.c). */
void sim_invitation_arrives(sim_world_t *world, phone_str_t to,
    phone_str_t text);


#endif /* _SIM_PEOPLE_H_INCLUDED_ */
