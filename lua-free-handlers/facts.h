
/*
 * Facts: fields of a record that are given once and together: what a bill is
 * made of, how it was paid.  They are kept as one field of its hash, for the
 * store pays for each field that it is sent: "<name> <bytes> <value>\n" for
 * each that is not empty.  Handlers do not notice: phone_set(), phone_get()
 * and the masks of phone_ask_some() name facts as they name other fields.
 * Who sets facts of a record that was there has asked for them.
 */


#ifndef _PHONE_FACTS_H_INCLUDED_
#define _PHONE_FACTS_H_INCLUDED_


#include "phone.h"


/* The next fact; 1, 0 at the end, -1 when rest makes no sense. */
int phone_facts_next(phone_str_t *rest, phone_str_t *name,
    phone_str_t *value);

/* What the store is asked for when a handler asks for mask. */
uint32_t phone_facts_mask(const phone_type_t *type, uint32_t mask);

/* Those that the field belongs to; NULL: it is kept by itself. */
const phone_facts_t *phone_facts_of(const phone_type_t *type, unsigned field);

/* Between the one field and the others of the same record. */
void phone_facts_unpack(phone_record_t *record, const phone_facts_t *facts);
phone_str_t phone_facts_pack(phone_record_t *record,
    const phone_facts_t *facts);


#endif /* _PHONE_FACTS_H_INCLUDED_ */
