
/* The operator's calls: merchants, accounts, the built-in bank, the books. */


#ifndef _PHONE_OPERATOR_H_INCLUDED_
#define _PHONE_OPERATOR_H_INCLUDED_


#include "../phone.h"
#include "../jobs.h"
#include "merchant_keys.h"


/* A page of a list over all buckets, and at most. */
#define PHONE_PAGE_SHOWN  50
#define PHONE_PAGE_MOST   100


extern const phone_endpoint_t  phone_operator_merchants;
extern const phone_endpoint_t  phone_operator_merchant_list;
extern const phone_endpoint_t  phone_operator_merchant_get;
extern const phone_endpoint_t  phone_operator_merchant_change;
extern const phone_endpoint_t  phone_operator_keys;
extern const phone_endpoint_t  phone_operator_terminals;
extern const phone_endpoint_t  phone_operator_terminal_list;
extern const phone_endpoint_t  phone_operator_keywords;
extern const phone_endpoint_t  phone_operator_keyword_list;
extern const phone_endpoint_t  phone_operator_keyword_remove;
extern const phone_endpoint_t  phone_operator_accounts;
extern const phone_endpoint_t  phone_operator_account_get;
extern const phone_endpoint_t  phone_operator_bill;
extern const phone_endpoint_t  phone_operator_credit;
extern const phone_endpoint_t  phone_operator_settle;
extern const phone_endpoint_t  phone_operator_bank_settle;
extern const phone_endpoint_t  phone_operator_payouts;
extern const phone_endpoint_t  phone_operator_bank_cards;
extern const phone_endpoint_t  phone_operator_card_proof;
extern const phone_endpoint_t  phone_operator_pin_reset;
extern const phone_endpoint_t  phone_operator_notices;
extern const phone_endpoint_t  phone_operator_notice_replay;
extern const phone_endpoint_t  phone_operator_notices_replay;
extern const phone_endpoint_t  phone_operator_payments;
extern const phone_endpoint_t  phone_operator_payment_resume;
extern const phone_endpoint_t  phone_operator_secrets;
extern const phone_endpoint_t  phone_operator_reseal;
extern const phone_endpoint_t  phone_operator_check;
extern const phone_endpoint_t  phone_operator_ledger;
extern const phone_endpoint_t  phone_operator_ledger_close;

extern const phone_event_t     phone_secret_reseal_event;
extern const phone_job_kind_t  phone_bank_settle_job;
extern const phone_job_kind_t  phone_reseal_job;

/* The last job that seals by the newest key of this host, which may not be
   there; or, if next is 1 and that one is over, the next one: NULL when there
   were too many.  NULL while waiting. */
phone_record_t *phone_ask_reseal_job(phone_call_t *call, int next);


#endif /* _PHONE_OPERATOR_H_INCLUDED_ */
