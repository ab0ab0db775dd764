
/*
 * Facts: fields of a record that are set once and together: what a bill is
 * made of, how it was paid.  They are stored as one field of the hash, which
 * costs less memory and time than many: "<name> <bytes> <value>\n" for each
 * that is not empty.  Handlers use facts like other fields, in phone_set(),
 * phone_get() and the masks of phone_ask_some().  To set facts of a record
 * that exists they must have been asked for.
 */


#ifndef _PHONE_FACTS_H_INCLUDED_
#define _PHONE_FACTS_H_INCLUDED_


#include "../phone.h"


/* The next fact; 1, 0 at the end, -1 when rest is malformed. */
int phone_facts_next(phone_str_t *rest, phone_str_t *name,
    phone_str_t *value);

/* What the store is asked for when a handler asks for mask. */
uint32_t phone_facts_mask(const phone_type_t *type, uint32_t mask);

/* The facts that the field belongs to; NULL: it is stored by itself. */
const phone_facts_t *phone_facts_of(const phone_type_t *type, unsigned field);

/* Between the stored field and the facts of the record. */
void phone_facts_unpack(phone_record_t *record, const phone_facts_t *facts);
phone_str_t phone_facts_pack(phone_record_t *record,
    const phone_facts_t *facts);


#endif /* _PHONE_FACTS_H_INCLUDED_ */
