
/* Writes application/x-www-form-urlencoded, UTF-8. */


#ifndef _PHONE_FORM_WRITE_H_INCLUDED_
#define _PHONE_FORM_WRITE_H_INCLUDED_


#include "fields.h"


phone_str_t phone_form_write(phone_arena_t *arena,
    const phone_fields_t *fields);

/* One more of a form. */
void phone_form_write_field(phone_buf_t *buf, phone_str_t name,
    phone_str_t value);


#endif /* _PHONE_FORM_WRITE_H_INCLUDED_ */
