
/* Lines of a file of the archive (runtime/archived.c), for who writes it. */


#ifndef _PHONE_ARCHIVED_H_INCLUDED_
#define _PHONE_ARCHIVED_H_INCLUDED_


#include "phone.h"


/* Bytes of a file, packed and unpacked. */
#define PHONE_ARCHIVE_FILE_MAX   (1024 * 1024)
#define PHONE_ARCHIVE_TEXT_MAX   (2 * 1024 * 1024)
#define PHONE_ARCHIVE_LINE_MAX   16384


/* {"kind":"bill","id":"017-01J...","status":"PAID",...}, or of a claim
   {"kind":"order","id":"tea:T-1","value":"017-01J..."}. */
void phone_archive_record(phone_buf_t *lines, phone_record_t *record);
void phone_archive_claim(phone_buf_t *lines, const phone_type_t *type,
    phone_str_t id, phone_str_t value);

/* Lines -> nothing; makes a file of them. */
extern const phone_work_t  phone_archive_write;

/* The SHA-256 of a file, a kind, an id -> the line, or nothing: it has none.
   It fails when the file is missing or damaged. */
extern const phone_work_t  phone_archive_find;


#endif /* _PHONE_ARCHIVED_H_INCLUDED_ */
