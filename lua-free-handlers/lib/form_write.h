
/* Writes application/x-www-form-urlencoded, UTF-8. */


#ifndef _PHONE_FORM_WRITE_H_INCLUDED_
#define _PHONE_FORM_WRITE_H_INCLUDED_


#include "fields.h"


phone_str_t phone_form_write(phone_arena_t *arena,
    const phone_fields_t *fields);


#endif /* _PHONE_FORM_WRITE_H_INCLUDED_ */
