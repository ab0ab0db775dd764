
/*
 * Fields of CSV files: RFC 4180, and what a spreadsheet would take for a
 * formula is text.
 */


#ifndef _PHONE_CSV_H_INCLUDED_
#define _PHONE_CSV_H_INCLUDED_


#include "text.h"


/*
 * Appends a text.  One that begins with = + - @, a tab or a return gets a '
 * in front; one that holds a comma, a quote or the end of a line is put in
 * quotes.
 */
void phone_csv_text(phone_buf_t *buf, phone_str_t text);


#endif /* _PHONE_CSV_H_INCLUDED_ */
