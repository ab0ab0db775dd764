
/*
 * Toys: endpoints that only the tests have.  A primitive that no shipped
 * endpoint uses yet is shown by one of them.
 */


#ifndef _PHONE_TOYS_H_INCLUDED_
#define _PHONE_TOYS_H_INCLUDED_


#include "phone.h"
#include "jobs.h"


extern const phone_endpoint_t  phone_toy_rows;       /* rows.c */
extern const phone_endpoint_t  phone_toy_turn;       /* turn.c */
extern const phone_endpoint_t  phone_toy_paper;      /* papers.c */
extern const phone_endpoint_t  phone_toy_paper_post;
extern const phone_endpoint_t  phone_toy_statement;
extern const phone_endpoint_t  phone_toy_leave;
extern const phone_endpoint_t  phone_toy_till;       /* callers.c */
extern const phone_endpoint_t  phone_toy_report;
extern const phone_endpoint_t  phone_toy_fill;       /* stock.c */
extern const phone_endpoint_t  phone_toy_take;
extern const phone_endpoint_t  phone_toy_draw;
extern const phone_endpoint_t  phone_toy_takes;
extern const phone_endpoint_t  phone_toy_count;      /* count.c */
extern const phone_endpoint_t  phone_toy_job;
extern const phone_endpoint_t  phone_toy_cancel;

extern const phone_endpoint_t  phone_toy_measure;    /* album.c */
extern const phone_type_t      phone_toy_picture_of;
extern const phone_endpoint_t  phone_toy_receipt;
extern const phone_endpoint_t  phone_toy_picture_add;
extern const phone_endpoint_t  phone_toy_picture;
extern const phone_endpoint_t  phone_toy_picture_remove;

extern const phone_endpoint_t  phone_toy_invoice_add;    /* invoices.c */
extern const phone_endpoint_t  phone_toy_invoice;

extern const phone_endpoint_t  phone_toy_sheet_add;      /* sheets.c */
extern const phone_type_t      phone_toy_sheet_of;
extern const phone_endpoint_t  phone_toy_sheet;
extern const phone_endpoint_t  phone_toy_sheet_cancel;
extern const phone_endpoint_t  phone_toy_sheet_report;

extern const phone_work_t      phone_toy_turning;
extern const phone_work_t      phone_toy_sheet_checking;
extern const phone_work_t      phone_toy_sheet_doubling;

extern const phone_job_kind_t  phone_toy_counting;
extern const phone_job_kind_t  phone_toy_reporting;


#endif /* _PHONE_TOYS_H_INCLUDED_ */
