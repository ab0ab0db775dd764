
/*
 * What the store holds: every kind of record, its fields, its key.
 *
 * A key is  phone:{<bucket>}:<kind>:<id>.  The bucket is that of the name the
 * id starts with (a number or a merchant id, up to the first ':'), or is
 * carried by the id itself ("017-01J...").  Field 0 of a record is its version.
 */


#ifndef _PHONE_RECORDS_H_INCLUDED_
#define _PHONE_RECORDS_H_INCLUDED_


#include <stdint.h>


typedef enum {
    PHONE_BY_NAME,               /* bucket = hash of the id up to ':' */
    PHONE_BY_ID,                 /* bucket = first three digits of the id */
    PHONE_OF_BUCKET              /* the same; there is one in each bucket, for
                                    all of its ids */
} phone_home_t;


/* Fields that are kept together in one, see runtime/facts.h. */
typedef struct {
    uint32_t                 mask;       /* 0 ends a list */
    unsigned                 kept_in;
} phone_facts_t;


typedef struct {
    const char              *name;
    phone_home_t             home;
    unsigned                 nfields;    /* 0: not a record with fields */
    const char *const       *fields;
    const phone_facts_t     *facts;
} phone_type_t;


#define PHONE_ENUM(kind, field, name)   kind##_##field,
#define PHONE_NAME(kind, field, name)   name,


/* A number's account; S0..S7 are its open sessions (account/session.h). */
#define PHONE_ACCOUNT_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, NAME, "name")                                                        \
    F(K, PLAN, "plan")                       /* prepaid or postpaid */        \
    F(K, BALANCE, "balance")                 /* minor units of CURRENCY */    \
    F(K, CURRENCY, "currency")                                                \
    F(K, CREATED, "created")                 /* ms */                         \
    F(K, PASSWORD, "password")               /* lib/password.h */             \
    F(K, PASSWORD_AT, "password_at")         /* ms: it was set */           \
    F(K, PIN, "pin")                         /* salt and keyed hash */        \
    F(K, PIN_FAILS, "pin_fails")                                              \
    F(K, PIN_UNTIL, "pin_until")             /* ms; locked before */          \
    F(K, LISTENS, "listens")                 /* ms; live/live.h */            \
    F(K, LIVE_EPOCH, "live_epoch")           /* of the store */               \
    F(K, DEVICES, "devices")                 /* account/device.h */           \
    F(K, ENVELOPE, "envelope")               /* phone_demand_t */             \
    F(K, ENVELOPE_KEYS, "envelope_keys")     /* account/envelope_key.c */     \
    F(K, CARD, "card")                       /* the default: its id */        \
    F(K, PAID_DAY, "paid_day")               /* bill/limits.c */              \
    F(K, TRIGGERS, "triggers")               /* 1: it has some */             \
    F(K, S0, "s0") F(K, S1, "s1") F(K, S2, "s2") F(K, S3, "s3")               \
    F(K, S4, "s4") F(K, S5, "s5") F(K, S6, "s6") F(K, S7, "s7")

/* A login code that was tried; lives as long as the code. */
#define PHONE_CODE_FIELDS(F, K)                                               \
    F(K, V, "v")                                                              \
    F(K, TRIES, "tries")                                                      \
    F(K, USED, "used")

/* A number: the code that it has asked for by a text, as in the cookie of a
   browser (account/code.h); lives as long as the code. */
#define PHONE_TEXTED_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, CODE, "code")

#define PHONE_MERCHANT_FIELDS(F, K)                                           \
    F(K, V, "v")                                                              \
    F(K, NAME, "name")                                                        \
    F(K, STATUS, "status")                   /* ACTIVE or CLOSED */           \
    F(K, SIGN_TYPE, "sign_type")                                              \
    F(K, REPLY_SIGN, "reply_sign")           /* 1 or 0 */                     \
    F(K, KEYS, "keys")                       /* operator/merchant_keys.h */   \
    F(K, NOTIFY_URL, "notify_url")                                            \
    F(K, NOTIFY_ENDED, "notify_ended")       /* ms: that was removed then */  \
    F(K, CREATED, "created")                                                  \
    F(K, DAY_FULL, "day_full")               /* "<day> <limit>": bill/day.c */\
    F(K, ARCHIVED, "archived")               /* 1: it has old bills */        \
    F(K, BILL_MOST, "bill_most")             /* limits of this merchant, */   \
    F(K, DAY_MOST, "day_most")               /* in place of the settings: */  \
    F(K, DAY_BILLS, "day_bills")             /* bill/merchant_limits.c */     \
    F(K, CURRENCIES, "currencies")           /* of its bills: "CNY,USD," */

#define PHONE_BILL_FIELDS(F, K)                                               \
    F(K, V, "v")                                                              \
    F(K, STATUS, "status")                                                    \
    F(K, FACTS, "facts")                     /* MERCHANT to HANDED */         \
    F(K, PUSHED_AT, "pushed_at")                                              \
    F(K, NEXT, "next")                       /* bill/hand.c: where it went; */\
                                             /* PAYING: the payment */        \
    F(K, AGREED, "agreed")                   /* whether it was accepted */    \
    F(K, PAID, "paid")                       /* PAID_AT to PAID_BY */         \
    F(K, ENDED, "ended")                     /* ENDED_AT and REASON */        \
    F(K, NOTICES, "notices")                 /* outbox/outbox.c */            \
    F(K, REFUNDED, "refunded")               /* of AMOUNT, so far */          \
    F(K, PAID_AT, "paid_at")                                                  \
    F(K, CARD, "card")                                                        \
    F(K, PAY_ID, "pay_id")                   /* if the payer gave one */      \
    F(K, PAID_BY, "paid_by")                 /* the id of the call, or */     \
                                             /* "bank:<payment id>" */        \
    F(K, ENDED_AT, "ended_at")               /* unpaid */                     \
    F(K, REASON, "reason")                   /* of who has ended it so */     \
    F(K, MERCHANT, "merchant")                                                \
    F(K, MERCHANT_NAME, "merchant_name")                                      \
    F(K, ORDER, "order")                                                      \
    F(K, AMOUNT, "amount")                   /* minor units of CURRENCY */    \
    F(K, CURRENCY, "currency")                                                \
    F(K, PAYER, "payer")                                                      \
    F(K, BUYER, "buyer")                                                      \
    F(K, PAYER_NAME, "payer_name")                                            \
    F(K, PAYER_ADDRESS, "payer_address")                                      \
    F(K, SUBJECT, "subject")                                                  \
    F(K, BODY, "body")                                                        \
    F(K, NOTIFY_URL, "notify_url")                                            \
    F(K, EXPIRES_IN, "expires_in")           /* as asked for */               \
    F(K, CREATED, "created")                                                  \
    F(K, EXPIRES, "expires")                                                  \
    F(K, HANDED, "handed")                   /* bill/hand.c: whence it came */

/* "017-...": a mail as one number has it.  Its sender and each recipient have a
   copy of their own, in their own bucket (mail/mail.h).  One without an owner
   is what a job brings to its recipients. */
#define PHONE_MAIL_FIELDS(F, K)                                               \
    F(K, V, "v")                                                              \
    F(K, READ_AT, "read_at")                 /* ms */                         \
    F(K, FACTS, "facts")                     /* OWNER to PICTURE */           \
    F(K, ALL, "all")                         /* more recipients than TO has */\
    F(K, KEPT, "kept")                       /* the reference of the blob */  \
    F(K, OWNER, "owner")                     /* whose mailbox it is in */     \
    F(K, KIND, "kind")                       /* IN or OUT */                  \
    F(K, FROM, "from")                                                        \
    F(K, TO, "to")                           /* numbers */                    \
    F(K, COUNT, "count")                     /* of all recipients */          \
    F(K, TEXT, "text")                                                        \
    F(K, CREATED, "created")                 /* ms: it came into the box */   \
    F(K, REPLY_TO, "reply_to")               /* a mail of the same box */     \
    F(K, FORWARDED, "forwarded")             /* 1 */                          \
    F(K, SENT, "sent")                       /* IN: the sender's copy */      \
    F(K, PICTURE, "picture")                 /* mail/mail_picture.h */

/* "<number>:<sender>": mails of that sender do not come to the number. */
#define PHONE_BLOCK_FIELDS(F, K)                                              \
    F(K, V, "v")                                                              \
    F(K, SINCE, "since")                     /* ms */

/* "<number>:h<hour>" and "<number>:d<day>": what a number has sent.  Counted by
   phone_add(): it has no version. */
#define PHONE_MAILED_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, MAILS, "mails")                                                      \
    F(K, RECIPIENTS, "recipients")                                            \
    F(K, INVITES, "invites")                 /* SMS to strangers */           \
    F(K, BYTES, "bytes")                     /* of long texts */              \
    F(K, PICTURES, "pictures")               /* that came with its calls */

/* What a merchant has given back of a bill, in one of several parts. */
#define PHONE_REFUND_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, FACTS, "facts")                     /* MERCHANT to PAYMENT */        \
    F(K, NOTICES, "notices")                 /* outbox/outbox.c */            \
    F(K, MERCHANT, "merchant")                                                \
    F(K, NO, "no")                           /* the merchant's number */      \
    F(K, BILL, "bill")                                                        \
    F(K, ORDER, "order")                     /* of the bill */                \
    F(K, CARD, "card")                       /* that gets it: it has paid */  \
    F(K, AMOUNT, "amount")                   /* minor units of CURRENCY */    \
    F(K, CURRENCY, "currency")                                                \
    F(K, REASON, "reason")                                                    \
    F(K, TOTAL, "total")                     /* the amount of the bill, */    \
    F(K, REFUNDED, "refunded")               /* of which so much, with this */\
    F(K, NOTIFY_URL, "notify_url")           /* of the bill */                \
    F(K, CREATED, "created")                                                  \
    F(K, KNOWN, "known")                     /* the bill's id to its */       \
                                             /* merchant, if another */       \
    F(K, PAYMENT, "payment")                 /* by which a bank gives it */   \
                                             /* back, if one has paid */

/* "<merchant>:<bill id>": the refunds of a bill, in the merchant's bucket. */
#define PHONE_REFUNDS_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, PARTS, "parts")                     /* "<refund id> <amount>,"... */

/* It stays in the bucket of its owner when he removes it. */
#define PHONE_CARD_FIELDS(F, K)                                               \
    F(K, V, "v")                                                              \
    F(K, OWNER, "owner")                     /* whom the bank has on file */  \
    F(K, UNBOUND, "unbound")                 /* ms: since then */             \
    F(K, BANK, "bank")                                                        \
    F(K, MASKED, "masked")                                                    \
    F(K, NUMBER, "number")                   /* sealed */                     \
    F(K, CURRENCY, "currency")                                                \
    F(K, BALANCE, "balance")                                                  \
    F(K, CREATED, "created")                                                  \
    F(K, PAID_DAY, "paid_day")               /* bill/limits.c */              \
    F(K, VIA, "via")                         /* phone_bank; none: built in */ \
    F(K, TRIES_DAY, "tries_day")             /* bill/limits.c */

/* "017-<keyed hash of a card number>": which card that is, whoever has it
   (bill/card.c). */
#define PHONE_CARD_NUMBER_FIELDS(F, K)                                        \
    F(K, V, "v")                                                              \
    F(K, CARD, "card")                                                        \
    F(K, OPENED_WITH, "opened_with")                                          \
    F(K, HOLDER, "holder")                   /* the owner of the card */      \
    F(K, PROOF, "proof")                     /* a hash, sealed */             \
    F(K, MOVED, "moved")                     /* it has another name now */

/* What a bank is asked for: the payment of a bill, or a refund of one
   (bill/payment.c). */
#define PHONE_PAYMENT_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, STATE, "state")                                                      \
    F(K, FACTS, "facts")                     /* BANK to CREATED */            \
    F(K, QUERY, "query")                     /* 1: its outcome is asked */    \
    F(K, TRIES, "tries")                     /* without a clear answer */     \
    F(K, REASON, "reason")                   /* why it failed or stopped */   \
    F(K, LISTED, "listed")                   /* 1: operators are shown it */  \
    F(K, STOPPED_IN, "stopped_in")           /* STOPPED: the state before */  \
    F(K, ENDED, "ended")                     /* ms */                         \
    F(K, BANK, "bank")                       /* phone_bank */                 \
    F(K, CARD, "card")                                                        \
    F(K, BILL, "bill")                                                        \
    F(K, REFUND, "refund")                   /* of a refund: its id, */       \
    F(K, OF, "of")                           /* and the payment */            \
    F(K, AMOUNT, "amount")                   /* minor units of CURRENCY */    \
    F(K, CURRENCY, "currency")                                                \
    F(K, PAY_ID, "pay_id")                   /* if the payer gave one */      \
    F(K, CREATED, "created")

/* "<merchant>:<terminal id>": a till or a card reader, with its own key. */
#define PHONE_TERMINAL_FIELDS(F, K)                                           \
    F(K, V, "v")                                                              \
    F(K, STATUS, "status")                   /* ACTIVE or CLOSED */           \
    F(K, KEYS, "keys")                       /* operator/merchant_keys.h */   \
    F(K, CREATED, "created")

/* "<subject id>.<outbox>.<number>": a notice that was sent in vain, or that
   waits for another one of its subject (outbox/outbox.h). */
#define PHONE_NOTICE_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, STATE, "state")                     /* EXHAUSTED, PENDING again */   \
    F(K, FACTS, "facts")                     /* MERCHANT to CREATED */        \
    F(K, ATTEMPT, "attempt")                 /* of this schedule, so far */   \
    F(K, TRIES, "tries")                     /* "<ms> <result>\n" each; */    \
                                             /* the latest of them */         \
    F(K, NEXT_AT, "next_at")                                                  \
    F(K, MERCHANT, "merchant")                                                \
    F(K, EVENT, "event")                     /* as the merchant sees it */    \
    F(K, FORM, "form")                       /* fields of its own */          \
    F(K, CREATED, "created")

#define PHONE_SMS_FIELDS(F, K)                                                \
    F(K, V, "v")                                                              \
    F(K, TO, "to")                                                            \
    F(K, TEXT, "text")                       /* sealed */                     \
    F(K, ATTEMPT, "attempt")                                                  \
    F(K, UNREAD, "unread")                   /* times, by who lacks its */    \
                                             /* secret */                     \
    F(K, UNTIL, "until")                     /* ms: not sent after that */    \
    F(K, STATE, "state")                     /* sms/send.c; not there: to */  \
                                             /* be handed over */             \
    F(K, DOUBTS, "doubts")                   /* times that nobody knows */    \
                                             /* whether it was taken */       \
    F(K, SENDER, "sender")                   /* who has caused it: sms.h */

/* "<number>": it gets no texts that it has not asked for (sms/stop.c). */
#define PHONE_SMS_STOP_FIELDS(F, K)                                           \
    F(K, V, "v")                                                              \
    F(K, AT, "at")                           /* ms */

/* "<keyword>": the first word of texts that a merchant is told of. */
#define PHONE_KEYWORD_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, MERCHANT, "merchant")                                                \
    F(K, CREATED, "created")                 /* ms */

/* A text that began with it, in the bucket of its number. */
#define PHONE_SAID_FIELDS(F, K)                                               \
    F(K, V, "v")                                                              \
    F(K, NOTICES, "notices")                 /* outbox/outbox.c */            \
    F(K, MERCHANT, "merchant")                                                \
    F(K, NUMBER, "number")                                                    \
    F(K, KEYWORD, "keyword")                                                  \
    F(K, TEXT, "text")                                                        \
    F(K, AT, "at")                           /* ms */

/* Effects that are to be applied in another bucket (bucket commit domain
   only). */
#define PHONE_POSTING_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, BUCKET, "bucket")                                                    \
    F(K, OPS, "ops")

/* One a bucket: changed each time claims of applied postings are removed. */
#define PHONE_SWEPT_FIELDS(F, K)                                              \
    F(K, V, "v")                                                              \
    F(K, AT, "at")                           /* ms */

/* What the operator credited to an account: "<number>:<credit_no>". */
#define PHONE_CREDIT_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, AMOUNT, "amount")                                                    \
    F(K, CREATED, "created")

/* Takings that were paid out: "<merchant>:<settle_no>". */
#define PHONE_SETTLEMENT_FIELDS(F, K)                                         \
    F(K, V, "v")                                                              \
    F(K, AMOUNT, "amount")                   /* as asked for, or not there */ \
    F(K, CURRENCY, "currency")               /* the same */                   \
    F(K, SETTLED, "settled")                 /* bill/payout.c */              \
    F(K, CREATED, "created")                                                  \
    F(K, PAYOUT, "payout")                   /* its id */                     \
    F(K, REFERENCE, "reference")             /* of the bank transfer */

/* "<bank>:<settle_no>": what a bank over HTTP has paid to the platform, summed
   up over all buckets by a job; and "<bank>": its last job. */
#define PHONE_BANK_SETTLEMENT_FIELDS(F, K)                                    \
    F(K, V, "v")                                                              \
    F(K, JOB, "job")                                                          \
    F(K, AMOUNT, "amount")                   /* as asked for, or not there */ \
    F(K, CURRENCY, "currency")                                                \
    F(K, SETTLED, "settled")                 /* minor units, so far */        \
    F(K, LEFT, "left")                       /* that it owes after that */    \
    F(K, CREATED, "created")                                                  \
    F(K, ENDED, "ended")

/* "<merchant>:<day>": the statement of a day, once it was asked for. */
#define PHONE_STATEMENT_FIELDS(F, K)                                          \
    F(K, V, "v")                                                              \
    F(K, JOB, "job")                         /* that makes it */              \
    F(K, FILE, "file")                       /* SHA-256 of the CSV file */    \
    F(K, SIZE, "size")                       /* bytes */                      \
    F(K, KEPT, "kept")                                                        \
    F(K, ROWS, "rows")                                                        \
    F(K, TOTALS, "totals")                   /* bill/statement_file.c */

/* "<merchant>": its days up to that one are closed (bill/statement_close.c). */
#define PHONE_STATED_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, UNTIL, "until")                     /* a day, as in 2026-11-21 */    \
    F(K, SUMS, "sums")                       /* of these days: bill/stated.h */

/* "<merchant>:<day>": a merchant's own file of a day, compared with its
   statement: the last one (bill/reconcile.h). */
#define PHONE_RECONCILE_FIELDS(F, K)                                          \
    F(K, V, "v")                                                              \
    F(K, FILE, "file")                       /* SHA-256 */                    \
    F(K, KEPT, "kept")                       /* while it is compared */       \
    F(K, ROWS, "rows")                                                        \
    F(K, CREATED, "created")                                                  \
    F(K, JOB, "job")                                                          \
    F(K, RESULT, "result")                   /* SHA-256 of the CSV file */    \
    F(K, RESULT_SIZE, "result_size")         /* bytes */                      \
    F(K, RESULT_KEPT, "result_kept")                                          \
    F(K, COUNTS, "counts")                                                    \
    F(K, ENDED, "ended")

/* "<number>" and "<number>:<merchant>": texts about bills that were sent; about
   those that were handed on "<number>:+" and "<number>:<number>". */
#define PHONE_TEXTS_FIELDS(F, K)                                              \
    F(K, V, "v")                                                              \
    F(K, SENT, "sent")                       /* in the window */              \
    F(K, UNTIL, "until")                     /* ms; its end */                \
    F(K, DAY_SENT, "day_sent")                                                \
    F(K, DAY_UNTIL, "day_until")

/* "<merchant>:<day>": bills that were made, and "<merchant>:<day>:<number>",
   those to one number (bill/day.c); "<number>:<day>": bills that were handed on
   by that number (bill/delegate.c).  Counted by phone_add(): it has no
   version. */
#define PHONE_MADE_FIELDS(F, K)                                               \
    F(K, V, "v")                                                              \
    F(K, BILLS, "bills")                                                      \
    F(K, AMOUNT, "amount")                   /* all that are limited by */    \
    F(K, COUNTED, "counted")                 /* bill/merchant_limits.c */

/* "<merchant>:<hour>": what a merchant has asked for again.  Counted by
   phone_add(): it has no version. */
#define PHONE_REPLAYS_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, NOTICES, "notices")                                                  \
    F(K, JOBS, "jobs")                                                        \
    F(K, FILES, "files")                     /* that were compared */         \
    F(K, CHECKS, "checks")                   /* of its endpoint */

/* "<merchant>": the last check of its endpoint for notices (outbox/probe.h). */
#define PHONE_CHECK_FIELDS(F, K)                                              \
    F(K, V, "v")                                                              \
    F(K, ID, "id")                                                            \
    F(K, URL, "url")                                                          \
    F(K, RESULTS, "results")                 /* a line for each probe */      \
    F(K, STARTED, "started")                 /* ms */                         \
    F(K, ENDED, "ended")                     /* not there: it is running */

/* A text of a merchant about the result of a bill, in the bucket of the number
   that gets it (bill/message.h). */
#define PHONE_MESSAGE_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, TO, "to")                                                            \
    F(K, NO, "no")                           /* the merchant's number */      \
    F(K, BILL, "bill")                       /* his record of it, if any */   \
    F(K, MERCHANT, "merchant")                                                \
    F(K, MERCHANT_NAME, "merchant_name")                                      \
    F(K, ORDER, "order")                                                      \
    F(K, RESULT, "result")                   /* SUCCESS or FAILURE */         \
    F(K, TEXT, "text")                                                        \
    F(K, CREATED, "created")                 /* ms */                         \
    F(K, PUSHED_AT, "pushed_at")

/* "<merchant>:<bill id>", "<merchant>:<day>", "<merchant>:<day>:<number>":
   messages that were sent.  Counted by phone_add(): it has no version. */
#define PHONE_MESSAGED_FIELDS(F, K)                                           \
    F(K, V, "v")                                                              \
    F(K, SENT, "sent")

/* By number: a temporary password (account/invite.h). */
#define PHONE_INVITE_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, HASH, "hash")                       /* keyed */                      \
    F(K, UNTIL, "until")                     /* ms */                         \
    F(K, USED, "used")                       /* 1 */

/* By number: when it wants an SMS about new mail (mail/trigger.h). */
#define PHONE_TRIGGER_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, SENDERS, "senders")                 /* numbers, with spaces */       \
    F(K, FROM, "from")                       /* 22:00 */                      \
    F(K, TO, "to")                                                            \
    F(K, TIMEZONE, "timezone")               /* of both */                    \
    F(K, COUNT, "count")                     /* mails */                      \
    F(K, MATCH, "match")                     /* any or all */                 \
    F(K, GAP, "gap")                         /* minutes */                    \
    F(K, TOLD, "told")                       /* ms: the last SMS */

/* "<number>:<day>": answers of the number that were stored under an
   Idempotency-Key, of calls with secret fields and of others, and to calls with
   an envelope.  Counted by phone_add(): it has no version. */
#define PHONE_ANSWERS_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, STORED, "stored")                                                    \
    F(K, SEALED, "sealed")                                                    \
    F(K, OPEN, "open")

/* "<bucket>-<keyed hash of caller, subject and Idempotency-Key>": the
   answer. */
#define PHONE_IDEMPOTENCY_FIELDS(F, K)                                        \
    F(K, V, "v")                                                              \
    F(K, CALL, "call")                       /* its fields, hashed: and */    \
    F(K, SECRETS, "secrets")                 /* those that are secret */      \
    F(K, DEVICE, "device")                   /* it gave a device cookie */    \
    F(K, REPLY, "reply")                     /* status, code, body; or        \
                                                "there", the bucket that      \
                                                has it */

/* "<bucket>": how far its bills are archived (bill/archive.c). */
#define PHONE_ARCHIVE_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, FROM, "from")                       /* the first month whose bills */\
                                             /* are not */                    \
    F(K, FILES, "files")                     /* so far */                     \
    F(K, FILE, "file")                       /* SHA-256: of the last one */   \
    F(K, BILLS, "bills")                     /* in all of them */             \
    F(K, JOB, "job")                         /* that goes on from FROM, or */ \
                                             /* has tried to */

/* "<bucket>": what was closed of its ledger (operator/closing.c).  The
   files are blobs of the last month that was. */
#define PHONE_PERIOD_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, FROM, "from")                       /* the first open month */       \
    F(K, FILE, "file")                       /* SHA-256: the ledger */        \
    F(K, BALANCES, "balances")               /* the same: what it came to */  \
    F(K, KEPT, "kept")                       /* the reference of both */      \
    F(K, ENTRIES, "entries")                 /* closed so far */              \
    F(K, JOB, "job")                         /* that closes FROM, or has */   \
                                             /* tried to */                   \
    F(K, STOPPED, "stopped")                 /* "<what>:<where>": why not */

/* A contact, in the bucket of its owner (contacts/contacts.h). */
#define PHONE_CONTACT_FIELDS(F, K)                                            \
    F(K, V, "v")                                                              \
    F(K, OWNER, "owner")                                                      \
    F(K, NAME, "name")                                                        \
    F(K, NUMBERS, "numbers")                 /* phone_numbers_t */            \
    F(K, NOTE, "note")                                                        \
    F(K, CREATED, "created")                 /* ms */                         \
    F(K, CHANGED, "changed")                                                  \
    F(K, IMPORT, "import")                   /* that wrote it last; none: */  \
                                             /* its owner did */

/* "<number>": its phonebook; written by all that changes a contact. */
#define PHONE_PHONEBOOK_FIELDS(F, K)                                          \
    F(K, V, "v")                                                              \
    F(K, CONTACTS, "contacts")               /* how many there are */         \
    F(K, JOB, "job")                         /* the last one that changed */  \
                                             /* it */                         \
    F(K, REMOVED, "removed")                 /* the last contact that was */  \
    F(K, DAY, "day")                         /* since 1970, and on it */      \
    F(K, IMPORTS, "imports")                                                  \
    F(K, EXPORTS, "exports")

/* What was imported into a phonebook: the id is that of its job. */
#define PHONE_IMPORT_FIELDS(F, K)                                             \
    F(K, V, "v")                                                              \
    F(K, OWNER, "owner")                                                      \
    F(K, FILE, "file")                       /* SHA-256 */                    \
    F(K, FORMAT, "format")                   /* vcard or csv */               \
    F(K, DRY, "dry")                         /* 1: nothing is stored */       \
    F(K, ROWS, "rows")                                                        \
    F(K, DATA, "data")                       /* SHA-256: the rows */          \
    F(K, KEPT, "kept")                       /* while they are needed */      \
    F(K, CREATED, "created")                 /* so many rows, so far */       \
    F(K, MERGED, "merged")                                                    \
    F(K, DUPLICATE, "duplicate")                                              \
    F(K, INVALID, "invalid")                                                  \
    F(K, MADE, "made")                       /* ms */                         \
    F(K, ENDED, "ended")                                                      \
    F(K, UNDO, "undo")                       /* the job that takes it back */ \
    F(K, UNDO_AT, "undo_at")                 /* steps taken back so far, */   \
    F(K, REMOVED, "removed")                 /* contacts, */                  \
    F(K, SHORTENED, "shortened")             /* and rows */                   \
    F(K, LEFT, "left")                                                        \
    F(K, UNDONE, "undone")                   /* ms */

/* A job (jobs.h); it expires when it is over. */
#define PHONE_JOB_FIELDS(F, K)                                                \
    F(K, V, "v")                                                              \
    F(K, KIND, "kind")                                                        \
    F(K, OWNER, "owner")                                                      \
    F(K, INPUT, "input")                                                      \
    F(K, STATE, "state")                                                      \
    F(K, CURSOR, "cursor")                                                    \
    F(K, DONE, "done")                                                        \
    F(K, TOTAL, "total")                     /* not there: not known */       \
    F(K, STARTED, "started")                 /* ms */                         \
    F(K, ENDED, "ended")                                                      \
    F(K, TRIES, "tries")                     /* of its step, that failed */   \
    F(K, ERROR, "error")                     /* of the last of them */        \
    F(K, RESULT, "result")


enum { PHONE_ACCOUNT_FIELDS(PHONE_ENUM, ACCOUNT) ACCOUNT_FIELDS };
enum { PHONE_CODE_FIELDS(PHONE_ENUM, CODE) CODE_FIELDS };
enum { PHONE_TEXTED_FIELDS(PHONE_ENUM, TEXTED) TEXTED_FIELDS };
enum { PHONE_MERCHANT_FIELDS(PHONE_ENUM, MERCHANT) MERCHANT_FIELDS };
enum { PHONE_BILL_FIELDS(PHONE_ENUM, BILL) BILL_FIELDS };
enum { PHONE_REFUND_FIELDS(PHONE_ENUM, REFUND) REFUND_FIELDS };
enum { PHONE_REFUNDS_FIELDS(PHONE_ENUM, REFUNDS) REFUNDS_FIELDS };
enum { PHONE_CARD_FIELDS(PHONE_ENUM, CARD) CARD_FIELDS };
enum { PHONE_CARD_NUMBER_FIELDS(PHONE_ENUM, CARD_NUMBER) CARD_NUMBER_FIELDS };
enum { PHONE_PAYMENT_FIELDS(PHONE_ENUM, PAYMENT) PAYMENT_FIELDS };
enum { PHONE_TERMINAL_FIELDS(PHONE_ENUM, TERMINAL) TERMINAL_FIELDS };
enum { PHONE_NOTICE_FIELDS(PHONE_ENUM, NOTICE) NOTICE_FIELDS };
enum { PHONE_SMS_FIELDS(PHONE_ENUM, SMS) SMS_FIELDS };
enum { PHONE_SMS_STOP_FIELDS(PHONE_ENUM, SMS_STOP) SMS_STOP_FIELDS };
enum { PHONE_KEYWORD_FIELDS(PHONE_ENUM, KEYWORD) KEYWORD_FIELDS };
enum { PHONE_SAID_FIELDS(PHONE_ENUM, SAID) SAID_FIELDS };
enum { PHONE_POSTING_FIELDS(PHONE_ENUM, POSTING) POSTING_FIELDS };
enum { PHONE_SWEPT_FIELDS(PHONE_ENUM, SWEPT) SWEPT_FIELDS };
enum { PHONE_CREDIT_FIELDS(PHONE_ENUM, CREDIT) CREDIT_FIELDS };
enum { PHONE_SETTLEMENT_FIELDS(PHONE_ENUM, SETTLEMENT) SETTLEMENT_FIELDS };
enum {
    PHONE_BANK_SETTLEMENT_FIELDS(PHONE_ENUM, BANK_SETTLEMENT)
    BANK_SETTLEMENT_FIELDS
};
enum { PHONE_STATEMENT_FIELDS(PHONE_ENUM, STATEMENT) STATEMENT_FIELDS };
enum { PHONE_STATED_FIELDS(PHONE_ENUM, STATED) STATED_FIELDS };
enum { PHONE_RECONCILE_FIELDS(PHONE_ENUM, RECONCILE) RECONCILE_FIELDS };
enum { PHONE_TEXTS_FIELDS(PHONE_ENUM, TEXTS) TEXTS_FIELDS };
enum { PHONE_MADE_FIELDS(PHONE_ENUM, MADE) MADE_FIELDS };
enum { PHONE_REPLAYS_FIELDS(PHONE_ENUM, REPLAYS) REPLAYS_FIELDS };
enum { PHONE_MAIL_FIELDS(PHONE_ENUM, MAIL) MAIL_FIELDS };
enum { PHONE_BLOCK_FIELDS(PHONE_ENUM, BLOCK) BLOCK_FIELDS };
enum { PHONE_MAILED_FIELDS(PHONE_ENUM, MAILED) MAILED_FIELDS };
enum { PHONE_MESSAGE_FIELDS(PHONE_ENUM, MESSAGE) MESSAGE_FIELDS };
enum { PHONE_MESSAGED_FIELDS(PHONE_ENUM, MESSAGED) MESSAGED_FIELDS };
enum { PHONE_INVITE_FIELDS(PHONE_ENUM, INVITE) INVITE_FIELDS };
enum { PHONE_TRIGGER_FIELDS(PHONE_ENUM, TRIGGER) TRIGGER_FIELDS };
enum { PHONE_CHECK_FIELDS(PHONE_ENUM, CHECK) CHECK_FIELDS };
enum { PHONE_ANSWERS_FIELDS(PHONE_ENUM, ANSWERS) ANSWERS_FIELDS };
enum { PHONE_IDEMPOTENCY_FIELDS(PHONE_ENUM, IDEMPOTENCY) IDEMPOTENCY_FIELDS };
enum { PHONE_ARCHIVE_FIELDS(PHONE_ENUM, ARCHIVE) ARCHIVE_FIELDS };
enum { PHONE_PERIOD_FIELDS(PHONE_ENUM, PERIOD) PERIOD_FIELDS };
enum { PHONE_CONTACT_FIELDS(PHONE_ENUM, CONTACT) CONTACT_FIELDS };
enum { PHONE_PHONEBOOK_FIELDS(PHONE_ENUM, PHONEBOOK) PHONEBOOK_FIELDS };
enum { PHONE_IMPORT_FIELDS(PHONE_ENUM, IMPORT) IMPORT_FIELDS };
enum { PHONE_JOB_FIELDS(PHONE_ENUM, JOB) JOB_FIELDS };

/* here as well as in records.c: else each use of the field too many is reported
   first */
_Static_assert(BILL_FIELDS <= 32, "a bill has at most 32 fields: put new ones "
               "into a record of its own, docs/development.md");


extern const phone_type_t  phone_account;
extern const phone_type_t  phone_code;
extern const phone_type_t  phone_texted;
extern const phone_type_t  phone_keyword;
extern const phone_type_t  phone_said;
extern const phone_type_t  phone_merchant;
extern const phone_type_t  phone_bill;
extern const phone_type_t  phone_refund;
extern const phone_type_t  phone_refunds;
extern const phone_type_t  phone_card;
extern const phone_type_t  phone_card_number;
extern const phone_type_t  phone_payment;
extern const phone_type_t  phone_terminal;
extern const phone_type_t  phone_notice;
extern const phone_type_t  phone_sms;
extern const phone_type_t  phone_sms_stop;
extern const phone_type_t  phone_posting;
extern const phone_type_t  phone_swept;
extern const phone_type_t  phone_credit;
extern const phone_type_t  phone_settlement;
extern const phone_type_t  phone_bank_settlement;
extern const phone_type_t  phone_statement;
extern const phone_type_t  phone_stated;
extern const phone_type_t  phone_reconciled;
extern const phone_type_t  phone_texts;
extern const phone_type_t  phone_made;
extern const phone_type_t  phone_replays;
extern const phone_type_t  phone_message;
extern const phone_type_t  phone_messaged;
extern const phone_type_t  phone_mail;
extern const phone_type_t  phone_block;
extern const phone_type_t  phone_mailed;
extern const phone_type_t  phone_invite;
extern const phone_type_t  phone_trigger;
extern const phone_type_t  phone_check;
extern const phone_type_t  phone_answers;
extern const phone_type_t  phone_idempotency;
extern const phone_type_t  phone_archive;
extern const phone_type_t  phone_period;
extern const phone_type_t  phone_contact;
extern const phone_type_t  phone_phonebook;
extern const phone_type_t  phone_import;
extern const phone_type_t  phone_job;

/* Indexes: sorted sets; the score is a time in ms. */
extern const phone_type_t  phone_bills_of;       /* number -> bill ids */
extern const phone_type_t  phone_cards_of;       /* number -> card ids */
extern const phone_type_t  phone_messages_of;    /* number -> message ids, */
extern const phone_type_t  phone_messages_about; /* and bill -> of its payer */
extern const phone_type_t  phone_mails_of;       /* number -> mail ids */
extern const phone_type_t  phone_mails_with;     /* "<number>:<peer>" -> the
                                                    same, of a conversation */
extern const phone_type_t  phone_peers_of;       /* number -> numbers */
extern const phone_type_t  phone_unread_of;      /* number -> mail ids */
extern const phone_type_t  phone_blocked_of;     /* number -> numbers */
extern const phone_type_t  phone_contacts_of;    /* number -> contact ids, by
                                                    their names */
extern const phone_type_t  phone_import_added;   /* dry run -> contacts, by how
                                                    many numbers they would
                                                    have got */
extern const phone_type_t  phone_due;            /* bucket -> events */
extern const phone_type_t  phone_parked;         /* "<bucket>-<lane>": lane.c */
extern const phone_type_t  phone_exhausted;      /* bucket -> notice ids */
extern const phone_type_t  phone_unclear;        /* bucket -> payment ids */
extern const phone_type_t  phone_sealed;         /* bucket -> what is sealed
                                                    for ever: the score is the
                                                    key, runtime/secret.c */
extern const phone_type_t  phone_untold;         /* merchant -> notices, and */
extern const phone_type_t  phone_told;           /* "<merchant>:<day>" -> those
                                                    acknowledged: outbox/seen.c
                                                    has what members are */

extern const phone_type_t  phone_merchants;      /* PHONE_EVERY -> their ids */
extern const phone_type_t  phone_terminals;      /* merchant -> terminal ids */
extern const phone_type_t  phone_keywords_of;    /* merchant -> keywords */
extern const phone_type_t  phone_payouts_of;     /* merchant -> settle_nos */

/* Cards of a number: as many as it is shown. */
#define PHONE_CARDS_MOST  32

/* The id of an index that there is one of. */
#define PHONE_EVERY  PHONE_STR("every")

extern const phone_type_t  phone_blob_owners;    /* SHA-256 -> who keeps it */

/* A stream, and logs. */
extern const phone_type_t  phone_live_of;        /* number -> live events */
extern const phone_type_t  phone_ended;          /* "<bucket>-<month>" -> bills
                                                    that have ended unpaid, and
                                                    those left of the month
                                                    before: bill/archive.c */
extern const phone_type_t  phone_archive_files;  /* of a bucket: SHA-256 */
extern const phone_type_t  phone_ledger;         /* "<bucket>-<month>" */
extern const phone_type_t  phone_imported_rows;  /* import -> what came of its
                                                    rows */
extern const phone_type_t  phone_moved;          /* "<merchant>:<day>" -> what
                                                    its takings got and gave:
                                                    bill/statement_row.c */
extern const phone_type_t  phone_billed;         /* "<merchant>:<month>" ->
                                                    bills that it has made:
                                                    bill/made.c */

/* Claims: strings. */
extern const phone_type_t  phone_order;          /* "<merchant>:<out_trade_no>"
                                                    -> bill id, for ever */
extern const phone_type_t  phone_refund_no;      /* "<merchant>:<number>" ->
                                                    refund id, for ever */
extern const phone_type_t  phone_message_no;     /* "<merchant>:<number>" ->
                                                    when, and a hash */
extern const phone_type_t  phone_mail_once;      /* "<number>:<call id>": it
                                                    has sent a mail */
extern const phone_type_t  phone_contact_number_of;  /* "<owner>:<number>" ->
                                                    the contact that has it */
extern const phone_type_t  phone_sms_got;        /* "<number>:<hash of the
                                                    gateway's id, and text>" */
extern const phone_type_t  phone_nonce;          /* "<merchant>:<nonce>" */
extern const phone_type_t  phone_envelope_used;  /* "<number>:<IV>" */
extern const phone_type_t  phone_posted;         /* a posting was applied */

/* Sketches: strings of cells, one a bucket and window (sketch.c). */
extern const phone_type_t  phone_tries;          /* of minutes */
extern const phone_type_t  phone_days;           /* of a day */
extern const phone_type_t  phone_known_tries;    /* the same, of those who */
extern const phone_type_t  phone_known_days;     /* have proved something */

/* Open hashes. */
extern const phone_type_t  phone_balances;       /* bucket -> its accounts */
extern const phone_type_t  phone_archived;       /* "<bucket>-<shard>" -> names
                                                    that were archived, hashed:
                                                    runtime/archived.c */


#endif /* _PHONE_RECORDS_H_INCLUDED_ */
