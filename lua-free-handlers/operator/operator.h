
/* The operator's calls: merchants, accounts, the built-in bank, the books. */


#ifndef _PHONE_OPERATOR_H_INCLUDED_
#define _PHONE_OPERATOR_H_INCLUDED_


#include "../phone.h"
#include "merchant_keys.h"


extern const phone_endpoint_t  phone_operator_merchants;
extern const phone_endpoint_t  phone_operator_merchant_list;
extern const phone_endpoint_t  phone_operator_merchant_get;
extern const phone_endpoint_t  phone_operator_merchant_change;
extern const phone_endpoint_t  phone_operator_keys;
extern const phone_endpoint_t  phone_operator_terminals;
extern const phone_endpoint_t  phone_operator_terminal_list;
extern const phone_endpoint_t  phone_operator_accounts;
extern const phone_endpoint_t  phone_operator_credit;
extern const phone_endpoint_t  phone_operator_settle;
extern const phone_endpoint_t  phone_operator_bank_cards;
extern const phone_endpoint_t  phone_operator_card_proof;
extern const phone_endpoint_t  phone_operator_pin_reset;
extern const phone_endpoint_t  phone_operator_notices;
extern const phone_endpoint_t  phone_operator_notice_replay;
extern const phone_endpoint_t  phone_operator_notices_replay;
extern const phone_endpoint_t  phone_operator_check;
extern const phone_endpoint_t  phone_operator_ledger;
extern const phone_endpoint_t  phone_operator_ledger_close;


#endif /* _PHONE_OPERATOR_H_INCLUDED_ */
