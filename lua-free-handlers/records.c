
#include <stddef.h>

#include "records.h"


/* Fields first .. last, both included. */
#define PHONE_FIELDS(first, last)                                             \
    ((UINT32_C(1) << (last) << 1) - (UINT32_C(1) << (first)))

#define PHONE_RECORD(var, kind, text, where, facts)                           \
    static const char *const  var##_fields[] = {                              \
        PHONE_##kind##_FIELDS(PHONE_NAME, kind)                               \
    };                                                                        \
                                                                              \
    _Static_assert(kind##_FIELDS <= 32,                                       \
                   "a record has at most 32 fields: see docs/development.md");\
                                                                              \
    const phone_type_t  var = { text, where, kind##_FIELDS, var##_fields,     \
                                facts }


/* No record: it has no fields that are known beforehand. */
#define PHONE_KEYS(var, text, where)                                          \
    const phone_type_t  var = { text, where, 0, NULL, NULL }


static const phone_facts_t  phone_bill_facts[] = {
    { PHONE_FIELDS(BILL_MERCHANT, BILL_HANDED), BILL_FACTS },
    { PHONE_FIELDS(BILL_PAID_AT, BILL_PAID_BY), BILL_PAID },
    { PHONE_FIELDS(BILL_ENDED_AT, BILL_REASON), BILL_ENDED },
    { 0, 0 }
};


static const phone_facts_t  phone_refund_facts[] = {
    { PHONE_FIELDS(REFUND_MERCHANT, REFUND_PAYMENT), REFUND_FACTS },
    { 0, 0 }
};


static const phone_facts_t  phone_payment_facts[] = {
    { PHONE_FIELDS(PAYMENT_BANK, PAYMENT_CREATED), PAYMENT_FACTS },
    { 0, 0 }
};


static const phone_facts_t  phone_notice_facts[] = {
    { PHONE_FIELDS(NOTICE_MERCHANT, NOTICE_CREATED), NOTICE_FACTS },
    { 0, 0 }
};


static const phone_facts_t  phone_mail_facts[] = {
    { PHONE_FIELDS(MAIL_OWNER, MAIL_PICTURE), MAIL_FACTS },
    { 0, 0 }
};


PHONE_RECORD(phone_account, ACCOUNT, "account", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_code, CODE, "code", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_texted, TEXTED, "texted", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_merchant, MERCHANT, "merchant", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_bill, BILL, "bill", PHONE_BY_ID, phone_bill_facts);
PHONE_RECORD(phone_refund, REFUND, "refund", PHONE_BY_ID, phone_refund_facts);
PHONE_RECORD(phone_refunds, REFUNDS, "refunds", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_card, CARD, "card", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_card_number, CARD_NUMBER, "card_number", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_payment, PAYMENT, "payment", PHONE_BY_ID,
             phone_payment_facts);
PHONE_RECORD(phone_terminal, TERMINAL, "terminal", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_notice, NOTICE, "notice", PHONE_BY_ID, phone_notice_facts);
PHONE_RECORD(phone_sms, SMS, "sms", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_sms_stop, SMS_STOP, "sms_stop", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_keyword, KEYWORD, "keyword", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_said, SAID, "said", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_posting, POSTING, "posting", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_swept, SWEPT, "swept", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_credit, CREDIT, "credit", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_settlement, SETTLEMENT, "settlement", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_bank_settlement, BANK_SETTLEMENT, "bank_settlement",
             PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_statement, STATEMENT, "statement", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_stated, STATED, "stated", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_reconciled, RECONCILE, "reconcile", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_texts, TEXTS, "texts", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_made, MADE, "made", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_replays, REPLAYS, "replays", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_mail, MAIL, "mail", PHONE_BY_ID, phone_mail_facts);
PHONE_RECORD(phone_block, BLOCK, "block", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_mailed, MAILED, "mailed", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_message, MESSAGE, "message", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_messaged, MESSAGED, "messaged", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_invite, INVITE, "invite", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_trigger, TRIGGER, "trigger", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_check, CHECK, "check", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_answers, ANSWERS, "answers", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_idempotency, IDEMPOTENCY, "idempotency", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_archive, ARCHIVE, "archive", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_period, PERIOD, "period", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_contact, CONTACT, "contact", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_phonebook, PHONEBOOK, "phonebook", PHONE_BY_NAME, NULL);
PHONE_RECORD(phone_import, IMPORT, "import", PHONE_BY_ID, NULL);
PHONE_RECORD(phone_job, JOB, "job", PHONE_BY_ID, NULL);


PHONE_KEYS(phone_bills_of, "bills", PHONE_BY_NAME);
PHONE_KEYS(phone_cards_of, "cards", PHONE_BY_NAME);
PHONE_KEYS(phone_messages_of, "messages", PHONE_BY_NAME);
PHONE_KEYS(phone_messages_about, "about", PHONE_BY_ID);
PHONE_KEYS(phone_mails_of, "mails", PHONE_BY_NAME);
PHONE_KEYS(phone_mails_with, "mails_with", PHONE_BY_NAME);
PHONE_KEYS(phone_peers_of, "peers", PHONE_BY_NAME);
PHONE_KEYS(phone_unread_of, "unread", PHONE_BY_NAME);
PHONE_KEYS(phone_blocked_of, "blocked", PHONE_BY_NAME);
PHONE_KEYS(phone_merchants, "merchants", PHONE_BY_NAME);
PHONE_KEYS(phone_terminals, "terminals", PHONE_BY_NAME);
PHONE_KEYS(phone_keywords_of, "keywords", PHONE_BY_NAME);
PHONE_KEYS(phone_payouts_of, "payouts", PHONE_BY_NAME);
PHONE_KEYS(phone_contacts_of, "contacts", PHONE_BY_NAME);
PHONE_KEYS(phone_import_added, "import_added", PHONE_BY_ID);
PHONE_KEYS(phone_due, "due", PHONE_OF_BUCKET);
PHONE_KEYS(phone_parked, "parked", PHONE_BY_ID);
PHONE_KEYS(phone_exhausted, "exhausted", PHONE_OF_BUCKET);
PHONE_KEYS(phone_unclear, "unclear", PHONE_OF_BUCKET);
PHONE_KEYS(phone_sealed, "sealed", PHONE_OF_BUCKET);
PHONE_KEYS(phone_untold, "untold", PHONE_BY_NAME);
PHONE_KEYS(phone_told, "told", PHONE_BY_NAME);

PHONE_KEYS(phone_blob_owners, "blob", PHONE_BY_NAME);

PHONE_KEYS(phone_live_of, "live", PHONE_BY_NAME);
PHONE_KEYS(phone_ended, "ended", PHONE_BY_ID);
PHONE_KEYS(phone_archive_files, "archive_files", PHONE_OF_BUCKET);
PHONE_KEYS(phone_ledger, "ledger", PHONE_BY_ID);
PHONE_KEYS(phone_imported_rows, "imported", PHONE_BY_ID);
PHONE_KEYS(phone_moved, "moved", PHONE_BY_NAME);
PHONE_KEYS(phone_billed, "billed", PHONE_BY_NAME);

PHONE_KEYS(phone_order, "order", PHONE_BY_NAME);
PHONE_KEYS(phone_refund_no, "refund_no", PHONE_BY_NAME);
PHONE_KEYS(phone_message_no, "message_no", PHONE_BY_NAME);
PHONE_KEYS(phone_mail_once, "mail_once", PHONE_BY_NAME);
PHONE_KEYS(phone_contact_number_of, "contact_number", PHONE_BY_NAME);
PHONE_KEYS(phone_sms_got, "sms_got", PHONE_BY_NAME);
PHONE_KEYS(phone_nonce, "nonce", PHONE_BY_NAME);
PHONE_KEYS(phone_envelope_used, "envelope", PHONE_BY_NAME);
PHONE_KEYS(phone_posted, "posted", PHONE_BY_ID);
PHONE_KEYS(phone_tries, "tries", PHONE_BY_NAME);
PHONE_KEYS(phone_days, "days", PHONE_BY_NAME);
PHONE_KEYS(phone_known_tries, "known_tries", PHONE_BY_NAME);
PHONE_KEYS(phone_known_days, "known_days", PHONE_BY_NAME);

PHONE_KEYS(phone_balances, "balances", PHONE_OF_BUCKET);
PHONE_KEYS(phone_archived, "archived", PHONE_BY_ID);
