
/* The lines that books are carried in from page to page. */


#ifndef _PHONE_BOOKS_LINES_H_INCLUDED_
#define _PHONE_BOOKS_LINES_H_INCLUDED_


#include "books.h"


/* Lines of the state behind its first: "<kind> <account> <currency> <number>
   <number>".  What the numbers are: */
#define PHONE_LINE_ACCOUNT   "a"         /* by the ledger; 0 */
#define PHONE_LINE_TOTAL     "t"         /* sum, in transit; account "-" */
#define PHONE_LINE_OLD       "o"         /* old, posted; account "-" */
#define PHONE_LINE_MISMATCH  "m"         /* by the ledger, stored */
#define PHONE_LINE_NEGATIVE  "n"         /* by the ledger, stored */
#define PHONE_LINE_TAKINGS   "g"         /* by the ledger, stored */
#define PHONE_LINE_MOVED     "h"         /* takings: came, went */
#define PHONE_LINE_STATED    "s"         /* takings: stated; told, untold: 2 */
#define PHONE_LINE_MARK      "p"         /* account: the bucket; place, month */
#define PHONE_LINE_INDEX     "i"         /* currency: its edge, or "-"; 0 */
#define PHONE_LINE_FAULT     "f"         /* account: where; currency: what */


void phone_line(phone_buf_t *buf, const char *kind, phone_str_t account,
    phone_str_t currency, int64_t first, int64_t second);

/* 0, or -1 when malformed; *book gets the account and the numbers. */
int phone_line_parse(phone_str_t line, phone_str_t *kind, phone_book_t *book);


#endif /* _PHONE_BOOKS_LINES_H_INCLUDED_ */
