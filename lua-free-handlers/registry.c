
/* The product's table of contents. */


#include "host.h"
#include "account/account.h"
#include "archived.h"
#include "bill/bill.h"
#include "bill/message.h"
#include "contacts/contacts.h"
#include "live/live.h"
#include "mail/mail.h"
#include "merchant/merchant.h"
#include "operator/operator.h"
#include "operator/closing.h"
#include "operator/ledger_file.h"
#include "outbox/outbox.h"
#include "sms/sms.h"


const phone_callers_t  phone_callers = {
    .cookie = phone_session_cookie,
    .session = phone_session_admit,
    .device_again = phone_device_again,
    .envelope_over = phone_envelope_over,
    .merchant_key = phone_merchant_key,
    .merchant_key_used = phone_merchant_key_used,
    .merchant_secret = phone_merchant_secret
};


const phone_endpoint_t *const  phone_endpoints[] = {

    /* session: a number logs in (MAIL-1) */
    &phone_session_code,
    &phone_session_login,
    &phone_session_logout,
    &phone_session_me,
    &phone_session_password,
    &phone_session_list,
    &phone_session_revoke,
    &phone_session_envelope,

    /* bill: a merchant's bill is paid (PAY-1 .. PAY-7) */
    &phone_bill_create,
    &phone_bill_query,
    &phone_bill_made,
    &phone_bill_list,
    &phone_bill_get,
    &phone_bill_pay,
    &phone_bill_reject,
    &phone_bill_delegate,
    &phone_bill_accept,
    &phone_bill_decline,
    &phone_bill_recall,
    &phone_bill_close,
    &phone_refund_create,
    &phone_refund_query,
    &phone_balance_query,
    &phone_statement_create,
    &phone_reconcile_create,
    &phone_reconcile_query,
    &phone_reconcile_file,
    &phone_payout_list,
    &phone_notice_list,
    &phone_notice_replay,
    &phone_notice_check,
    &phone_message_create,
    &phone_message_list,
    &phone_bill_cards,
    &phone_card_bind,
    &phone_card_remove,
    &phone_card_default,
    &phone_bill_pin,
    &phone_bill_keys,
    &phone_key_list,
    &phone_bill_doctor,
    &phone_bill_pin_forgotten,

    /* contacts: the phonebook of a number (MAIL-7); paths without a parameter
       come first */
    &phone_contact_list,
    &phone_contact_create,
    &phone_contact_export,
    &phone_contact_import,
    &phone_contact_imported,
    &phone_contact_undo,
    &phone_contact_get,
    &phone_contact_change,
    &phone_contact_remove,

    /* mail: what numbers write to each other (MAIL-2 .. MAIL-4) */
    &phone_mail_list,
    &phone_mail_send,
    &phone_mail_conversations,
    &phone_mail_leave,
    &phone_mail_read_to,
    &phone_triggers_get,
    &phone_triggers_set,
    &phone_mail_blocked,
    &phone_mail_block,
    &phone_mail_unblock,
    &phone_mail_reply,
    &phone_mail_forward,
    &phone_mail_get,             /* behind all with a name in that place */
    &phone_mail_picture,
    &phone_mail_read,
    &phone_mail_remove,

    /* sms: what the gateway tells (MAIL-8) */
    &phone_sms_report,
    &phone_sms_in,

    /* live: what happens, as it happens (PAY-2) */
    &phone_live_open,

    /* operator: merchants, accounts, cards, the books */
    &phone_operator_merchants,
    &phone_operator_merchant_list,
    &phone_operator_merchant_get,
    &phone_operator_merchant_change,
    &phone_operator_keys,
    &phone_operator_terminals,
    &phone_operator_terminal_list,
    &phone_operator_keywords,
    &phone_operator_keyword_list,
    &phone_operator_keyword_remove,
    &phone_operator_accounts,
    &phone_operator_account_get,
    &phone_operator_bill,
    &phone_operator_credit,
    &phone_operator_settle,
    &phone_operator_bank_settle,
    &phone_operator_payouts,
    &phone_operator_bank_cards,
    &phone_operator_card_proof,
    &phone_operator_pin_reset,
    &phone_operator_notices,
    &phone_operator_notice_replay,
    &phone_operator_notices_replay,
    &phone_operator_payments,
    &phone_operator_payment_resume,
    &phone_operator_secrets,
    &phone_operator_reseal,
    &phone_operator_check,
    &phone_operator_ledger,
    &phone_operator_ledger_close,

    NULL
};


const phone_event_t *const  phone_events[] = {
    &phone_posting_apply,
    &phone_posting_forget,
    &phone_lane_next,
    &phone_job_step,
    &phone_ledger_month,
    &phone_bill_push,
    &phone_bill_handed,
    &phone_message_push,
    &phone_mail_arrived,
    &phone_mail_unclaimed,
    &phone_bill_expire,
    &phone_payment_step,
    &phone_statement_close,
    &phone_reconcile_forget,
    &phone_notice_send,
    &phone_notice_resend,
    &phone_notice_repeat,
    &phone_notice_probe,
    &phone_sms_send,
    &phone_keyword_forget,
    &phone_secret_reseal_event,
    &phone_import_forget,
    NULL
};


const phone_job_kind_t *const  phone_job_kinds[] = {
    &phone_statement_job,
    &phone_reconcile_job,
    &phone_notice_replay_job,
    &phone_mail_job,
    &phone_archive_job,
    &phone_bank_settle_job,
    &phone_reseal_job,
    &phone_close_job,
    &phone_import_job,
    &phone_undo_job,
    NULL
};


const phone_work_t *const  phone_works[] = {
    &phone_work_verify,
    &phone_work_sign,
    &phone_work_mac,
    &phone_work_password_hash,
    &phone_work_password_check,
    &phone_statement_rows,
    &phone_statement_file,
    &phone_archive_write,
    &phone_archive_find,
    &phone_reconcile_check,
    &phone_reconcile_part,
    &phone_ledger_page,
    &phone_ledger_fold,
    &phone_ledger_balances,
    &phone_ledger_balances_file,
    &phone_ledger_file,
    &phone_ledger_opening,
    &phone_contact_parse,
    &phone_contact_rows,
    &phone_contact_write,
    &phone_picture_check,
    NULL
};


const phone_fetch_t *const  phone_fetches[] = {
    &phone_notice_fetch,
    &phone_sms_fetch,
    &phone_bank_fetch,
    NULL
};


const phone_outbox_t *const  phone_outboxes[] = {
    &phone_bill_outbox,
    &phone_refund_outbox,
    &phone_said_outbox,
    NULL
};


const phone_sms_word_t *const  phone_sms_words[] = {
    &phone_sms_word_stop,
    &phone_sms_word_start,
    &phone_sms_word_login,
    NULL
};
