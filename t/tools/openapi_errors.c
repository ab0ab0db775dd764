
/*
 * The refusals of each call: those that follow from what it declares (who may
 * call, its parameters), and those of its handler, in the table.  Each suite
 * holds the replies that it gets against them (t/lib/Phone/OpenApi.pm).
 */


#include "openapi.h"


#define OPENAPI_REFUSALS  32

static const struct {
    const char              *name;
    phone_refusal_t          refusal[OPENAPI_REFUSALS];
    unsigned                 n;
} openapi_refusals[] = {
    { "mail.block", { PHONE_TOO_MANY }, 1 },
    { "mail.forward",
      { PHONE_MAIL_NOT_FOUND, PHONE_RATE_LIMITED, PHONE_MAILBOX_FULL }, 3 },
    { "mail.reply",
      { PHONE_MAIL_NOT_FOUND, PHONE_RATE_LIMITED, PHONE_MAILBOX_FULL,
        PHONE_PICTURE_TOO_LARGE, PHONE_PICTURE_PIXELS,
        PHONE_PICTURE_UNREADABLE }, 6 },
    { "mail.get", { PHONE_MAIL_NOT_FOUND }, 1 },
    { "mail.picture", { PHONE_MAIL_NOT_FOUND, PHONE_PICTURE_NOT_FOUND }, 2 },
    { "mail.read", { PHONE_MAIL_NOT_FOUND }, 1 },
    { "mail.read_to", { PHONE_MAIL_NOT_FOUND }, 1 },
    { "mail.remove", { PHONE_MAIL_NOT_FOUND }, 1 },
    { "mail.triggers_set", { PHONE_PARAM_MISSING }, 1 },
    { "mail.send",
      { PHONE_RATE_LIMITED, PHONE_MAILBOX_FULL, PHONE_PICTURE_TOO_LARGE,
        PHONE_PICTURE_PIXELS, PHONE_PICTURE_UNREADABLE }, 5 },
    { "bill.accept",
      { PHONE_BILL_NOT_FOUND, PHONE_BILL_PAID, PHONE_BILL_EXPIRED,
        PHONE_BILL_CLOSED, PHONE_BILL_REJECTED, PHONE_BILL_HANDED_ON,
        PHONE_BILL_NOT_OFFERED, PHONE_EXISTS, PHONE_PAYMENT_PENDING,
        PHONE_BILL_RECALLED }, 10 },
    { "bill.close",
      { PHONE_BILL_NOT_FOUND, PHONE_BILL_PAID, PHONE_BILL_EXPIRED,
        PHONE_BILL_REJECTED, PHONE_PAYMENT_PENDING }, 5 },
    { "bill.create",
      { PHONE_ORDER_MISMATCH, PHONE_RATE_LIMITED, PHONE_LIMIT_MERCHANT_BILL,
        PHONE_LIMIT_MERCHANT_DAY, PHONE_TOO_MANY }, 5 },
    { "bill.decline",
      { PHONE_BILL_NOT_FOUND, PHONE_BILL_PAID, PHONE_BILL_EXPIRED,
        PHONE_BILL_CLOSED, PHONE_BILL_REJECTED, PHONE_BILL_HANDED_ON,
        PHONE_BILL_NOT_OFFERED, PHONE_PAYMENT_PENDING,
        PHONE_BILL_RECALLED }, 9 },
    { "bill.card_bind",
      { PHONE_PIN_NOT_SET, PHONE_PIN_WRONG, PHONE_PIN_LOCKED, PHONE_PIN_QUIET,
        PHONE_CARD_PROOF_WRONG, PHONE_TOO_MANY, PHONE_RATE_LIMITED }, 7 },
    { "bill.card_default", { PHONE_CARD_NOT_FOUND }, 1 },
    { "bill.card_remove",
      { PHONE_PIN_NOT_SET, PHONE_PIN_WRONG, PHONE_PIN_LOCKED, PHONE_PIN_QUIET,
        PHONE_CARD_NOT_FOUND }, 5 },
    { "bill.delegate",
      { PHONE_BILL_NOT_FOUND, PHONE_BILL_PAID, PHONE_BILL_EXPIRED,
        PHONE_BILL_CLOSED, PHONE_BILL_REJECTED, PHONE_BILL_HANDED_ON,
        PHONE_BILL_NOT_ACCEPTED, PHONE_HAND_ON_LOOP, PHONE_HAND_ON_LIMIT,
        PHONE_RATE_LIMITED, PHONE_PAYMENT_PENDING,
        PHONE_BILL_RECALLED }, 12 },
    { "bill.doctor",
      { PHONE_FIELD_AMBIGUOUS, PHONE_KEY_UNKNOWN, PHONE_RATE_LIMITED }, 3 },
    { "bill.get", { PHONE_BILL_NOT_FOUND }, 1 },
    { "bill.pay",
      { PHONE_PARAM_MISSING, PHONE_PIN_NOT_SET, PHONE_PIN_WRONG,
        PHONE_PIN_LOCKED,
        PHONE_PIN_QUIET, PHONE_BALANCE_NOT_ENOUGH, PHONE_ACCOUNT_FULL,
        PHONE_CURRENCY_MISMATCH, PHONE_MERCHANT_CLOSED,
        PHONE_BILL_NOT_FOUND, PHONE_CARD_NOT_FOUND, PHONE_AMOUNT_MISMATCH,
        PHONE_BILL_PAID, PHONE_BILL_CLOSED, PHONE_BILL_EXPIRED,
        PHONE_BILL_REJECTED, PHONE_BILL_HANDED_ON, PHONE_BILL_NOT_ACCEPTED,
        PHONE_EXISTS, PHONE_LIMIT_CARD_DAY, PHONE_LIMIT_PAYER_DAY,
        PHONE_PAYMENT_PENDING, PHONE_BANK_UNAVAILABLE,
        PHONE_LIMIT_MERCHANT_BILL, PHONE_BILL_RECALLED }, 25 },
    { "bill.pin",
      { PHONE_PARAM_MISSING, PHONE_PIN_WEAK, PHONE_PIN_WRONG,
        PHONE_PIN_LOCKED, PHONE_PIN_QUIET }, 5 },
    { "bill.pin_forgotten",
      { PHONE_PIN_NOT_SET, PHONE_PIN_WEAK, PHONE_CODE_NEEDED,
        PHONE_PASSWORD_NEW, PHONE_LOGIN_FAILED, PHONE_RATE_LIMITED }, 6 },
    { "bill.query", { PHONE_BILL_NOT_FOUND }, 1 },
    { "bill.recall",
      { PHONE_BILL_NOT_FOUND, PHONE_BILL_PAID, PHONE_BILL_EXPIRED,
        PHONE_BILL_CLOSED, PHONE_BILL_REJECTED, PHONE_BILL_HANDED_ON,
        PHONE_BILL_NOT_HANDED_ON, PHONE_BILL_ACCEPTED, PHONE_BILL_RECALLED,
        PHONE_PAYMENT_PENDING }, 10 },
    { "bill.reject",
      { PHONE_BILL_NOT_FOUND, PHONE_BILL_PAID, PHONE_BILL_EXPIRED,
        PHONE_BILL_CLOSED, PHONE_BILL_HANDED_ON, PHONE_PAYMENT_PENDING,
        PHONE_BILL_RECALLED }, 7 },
    { "message.create",
      { PHONE_PARAM_MISSING, PHONE_BILL_NOT_FOUND, PHONE_RESULT_MISMATCH,
        PHONE_EXISTS, PHONE_MESSAGE_LIMIT, PHONE_MESSAGE_TOO_LATE,
        PHONE_RATE_LIMITED }, 7 },
    { "notice.check",
      { PHONE_NOT_FOUND, PHONE_NO_NOTIFY_URL, PHONE_RATE_LIMITED }, 3 },
    { "notice.list", { PHONE_PARAM_MISSING, PHONE_BILL_NOT_FOUND }, 2 },
    { "notice.replay",
      { PHONE_PARAM_MISSING, PHONE_NOT_FOUND, PHONE_RATE_LIMITED }, 3 },
    { "operator.account_get", { PHONE_NOT_FOUND }, 1 },
    { "operator.accounts", { PHONE_PASSWORD_WEAK }, 1 },
    { "operator.bill", { PHONE_BILL_NOT_FOUND }, 1 },
    { "operator.bank_cards", { PHONE_EXISTS, PHONE_TOO_MANY }, 2 },
    { "operator.bank_settle", { PHONE_EXISTS }, 1 },
    { "operator.card_proof", { PHONE_CARD_NOT_FOUND }, 1 },
    { "operator.credit", { PHONE_ACCOUNT_FULL, PHONE_EXISTS }, 2 },
    { "operator.keys",
      { PHONE_MERCHANT_NOT_FOUND, PHONE_EXISTS, PHONE_TOO_MANY }, 3 },
    { "operator.merchant_change", { PHONE_MERCHANT_NOT_FOUND }, 1 },
    { "operator.merchant_get", { PHONE_MERCHANT_NOT_FOUND }, 1 },
    { "operator.merchants", { PHONE_EXISTS }, 1 },
    { "operator.notices_replay", { PHONE_MERCHANT_NOT_FOUND }, 1 },
    { "operator.reseal", { PHONE_NOT_FOUND, PHONE_RATE_LIMITED }, 2 },
    { "operator.settle",
      { PHONE_MERCHANT_NOT_FOUND, PHONE_TAKINGS_NOT_ENOUGH, PHONE_EXISTS },
      3 },
    { "operator.payouts", { PHONE_MERCHANT_NOT_FOUND }, 1 },
    { "operator.keyword_list", { PHONE_MERCHANT_NOT_FOUND }, 1 },
    { "operator.keyword_remove", { PHONE_NOT_FOUND }, 1 },
    { "operator.keywords",
      { PHONE_MERCHANT_NOT_FOUND, PHONE_KEYWORD_TAKEN, PHONE_TOO_MANY }, 3 },
    { "operator.terminal_list", { PHONE_MERCHANT_NOT_FOUND }, 1 },
    { "operator.terminals",
      { PHONE_MERCHANT_NOT_FOUND, PHONE_PARAM_MISSING, PHONE_EXISTS,
        PHONE_TOO_MANY }, 4 },
    { "contacts.change", { PHONE_NOT_FOUND, PHONE_NUMBER_HELD }, 2 },
    { "contacts.create", { PHONE_NUMBER_HELD, PHONE_TOO_MANY }, 2 },
    { "contacts.export", { PHONE_RATE_LIMITED }, 1 },
    { "contacts.get", { PHONE_NOT_FOUND }, 1 },
    { "contacts.import",
      { PHONE_CONTACTS_UNREADABLE, PHONE_IMPORT_RUNNING,
        PHONE_RATE_LIMITED }, 3 },
    { "contacts.imported", { PHONE_NOT_FOUND }, 1 },
    { "contacts.remove", { PHONE_NOT_FOUND }, 1 },
    { "contacts.undo",
      { PHONE_NOT_FOUND, PHONE_IMPORT_RUNNING, PHONE_NOTHING_TO_UNDO }, 3 },
    { "reconcile.create",
      { PHONE_STATEMENT_NOT_READY, PHONE_CSV_INVALID, PHONE_RATE_LIMITED },
      3 },
    { "reconcile.file", { PHONE_NOT_FOUND, PHONE_RECONCILE_NOT_READY }, 2 },
    { "reconcile.query", { PHONE_NOT_FOUND }, 1 },
    { "refund.create",
      { PHONE_PARAM_MISSING, PHONE_BILL_NOT_FOUND, PHONE_BILL_NOT_PAID,
        PHONE_ORDER_MISMATCH, PHONE_REFUND_EXCEEDS, PHONE_REFUND_TOO_LATE,
        PHONE_REFUND_TOO_MANY, PHONE_TAKINGS_NOT_ENOUGH, PHONE_ACCOUNT_FULL },
      9 },
    { "refund.query", { PHONE_REFUND_NOT_FOUND }, 1 },
    { "statement.create", { PHONE_STATEMENT_NOT_READY }, 1 },
    { "session.code",
      { PHONE_SMS_COUNTRY, PHONE_SMS_NUMBER, PHONE_RATE_LIMITED }, 3 },
    { "sms.report", { PHONE_NOT_FOUND }, 1 },
    { "live.open", { PHONE_RATE_LIMITED }, 1 },
    { "session.envelope",
      { PHONE_PARAM_MISSING, PHONE_ENVELOPE_NEEDED, PHONE_ENVELOPE_KEY_GONE,
        PHONE_CODE_NEEDED, PHONE_PIN_NOT_SET, PHONE_PIN_WRONG,
        PHONE_PIN_LOCKED, PHONE_PIN_QUIET }, 8 },
    { "session.login", { PHONE_LOGIN_FAILED, PHONE_RATE_LIMITED }, 2 },
    { "session.password",
      { PHONE_PARAM_MISSING, PHONE_LOGIN_FAILED, PHONE_PASSWORD_WEAK }, 3 },
};


static void
openapi_add(openapi_refused_t *set, phone_refusal_t refusal)
{
    set->has[refusal] = 1;
}


/* Of how it is sent: see modules/http and runtime/params.c. */

static void
openapi_errors_sent(openapi_refused_t *set, const phone_endpoint_t *e)
{
    const phone_param_t  *param;

    openapi_add(set, PHONE_PARAM_INVALID);
    openapi_add(set, PHONE_BODY_INVALID);
    openapi_add(set, PHONE_FIELD_DUPLICATE);

    if (strcmp(e->method, "GET") != 0) {
        openapi_add(set, PHONE_TOO_LARGE);
        openapi_add(set, PHONE_MEDIA_TYPE);
    }

    for (param = e->params; param->name; param++) {

        if (param->flags & PHONE_IN_PATH) {
            openapi_add(set, PHONE_NOT_FOUND);

        } else if (param->flags & PHONE_REQUIRED) {
            openapi_add(set, PHONE_PARAM_MISSING);
        }

        if (param->type == PHONE_P_TEXT
            && (param->flags & (PHONE_SECRET | PHONE_LINES)) == 0)
        {
            openapi_add(set, PHONE_FIELD_AMBIGUOUS);
        }
    }
}


/* Of who calls: see admit.c, sealed.c and idempotency.c. */

static void
openapi_errors_who(openapi_refused_t *set, const phone_endpoint_t *e)
{
    int       safe;
    unsigned  i;

    static const phone_refusal_t  merchant[] = {
        PHONE_PARAM_MISSING, PHONE_FIELD_AMBIGUOUS, PHONE_SIGN_ERROR,
        PHONE_DIGEST_MISMATCH, PHONE_KEY_UNKNOWN, PHONE_TIMESTAMP_SKEW,
        PHONE_NONCE_REUSED, PHONE_MERCHANT_CLOSED
    };
    static const phone_refusal_t  envelope[] = {
        PHONE_PARAM_MISSING, PHONE_TIMESTAMP_SKEW, PHONE_ENVELOPE_INVALID,
        PHONE_ENVELOPE_REPLAYED, PHONE_ENVELOPE_NEEDED
    };

    safe = strcmp(e->method, "GET") == 0;

    if (phone_takes_envelope(e)) {
        for (i = 0; i < sizeof(envelope) / sizeof(envelope[0]); i++) {
            openapi_add(set, envelope[i]);
        }
    }

    switch (e->who) {

    case PHONE_MERCHANT:
    case PHONE_TERMINAL:
        for (i = 0; i < sizeof(merchant) / sizeof(merchant[0]); i++) {
            openapi_add(set, merchant[i]);
        }

        return;

    case PHONE_SESSION:
    case PHONE_OPERATOR:
        openapi_add(set, PHONE_LOGIN_REQUIRED);

        if (!safe) {
            openapi_add(set, PHONE_IDEMPOTENCY_MISMATCH);
            openapi_add(set, PHONE_RATE_LIMITED);
        }

        break;

    case PHONE_GATEWAY:
        openapi_add(set, PHONE_LOGIN_REQUIRED);
        return;

    default:
        break;
    }

    if (e->who == PHONE_SESSION || (!safe && e->who != PHONE_OPERATOR)) {
        openapi_add(set, PHONE_CROSS_ORIGIN);
    }
}


/* What these read may be in the archive. */

static void
openapi_errors_archive(openapi_refused_t *set, const phone_endpoint_t *e)
{
    unsigned                  i;
    static const char *const  reads[] = {
        "bill.create", "bill.query", "bill.made", "bill.list", "bill.get",
        "bill.pay", "bill.reject", "bill.delegate", "bill.accept",
        "bill.decline", "bill.recall", "bill.close", "refund.create",
        "refund.query",
        "message.create", "notice.list", "notice.replay", "operator.check",
        NULL
    };

    for (i = 0; reads[i]; i++) {
        if (strcmp(reads[i], e->name) == 0) {
            openapi_add(set, PHONE_ARCHIVE_UNAVAILABLE);
        }
    }
}


openapi_refused_t
openapi_errors(const phone_endpoint_t *e)
{
    unsigned           i, k;
    openapi_refused_t  set;

    memset(&set, 0, sizeof(set));
    openapi_add(&set, PHONE_INTERNAL);
    openapi_add(&set, PHONE_BUSY);
    openapi_add(&set, PHONE_STORE_UNAVAILABLE);
    openapi_errors_sent(&set, e);
    openapi_errors_who(&set, e);
    openapi_errors_archive(&set, e);

    for (i = 0; i < sizeof(openapi_refusals) / sizeof(openapi_refusals[0]);
         i++)
    {
        if (strcmp(openapi_refusals[i].name, e->name) != 0) {
            continue;
        }

        for (k = 0; k < openapi_refusals[i].n; k++) {
            openapi_add(&set, openapi_refusals[i].refusal[k]);
        }
    }

    return set;
}
