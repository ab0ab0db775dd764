
/* Reading what the product answers: members of a JSON object. */


#ifndef _SIM_ANSWER_H_INCLUDED_
#define _SIM_ANSWER_H_INCLUDED_


#include "lib/text.h"


/*
 * The value of a member of the outermost object, as it is written; of a text
 * what is between the quotes, escapes as they are.  data == NULL when there
 * is none.  It is good for what the product writes, not for any JSON.
 */
phone_str_t sim_member(phone_str_t body, const char *name);

/*
 * Goes over the objects of an array member: sets *object to the next one and
 * moves *rest behind it, or returns 0.  *rest starts as sim_member() of the
 * array.
 */
int sim_element(phone_str_t *rest, phone_str_t *object);
unsigned sim_elements(phone_str_t array);


#endif /* _SIM_ANSWER_H_INCLUDED_ */
