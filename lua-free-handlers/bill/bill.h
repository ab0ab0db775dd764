
/* What the bill handlers share: the states of a bill and how it is shown. */


#ifndef _PHONE_BILL_H_INCLUDED_
#define _PHONE_BILL_H_INCLUDED_


#include "../phone.h"
#include "../lib/card_number.h"
#include "../outbox/outbox.h"
#include "archive.h"
#include "hand.h"
#include "payout.h"
#include "reconcile.h"
#include "statement.h"
#include "stated.h"


/*
 * CREATED -> PUSHED -> PAID; from either of the first two REJECTED by the
 * payer, CLOSED by the merchant, or EXPIRED.  CREATED: no client of the number
 * was open and no SMS has gone out yet.  A bill that is PAID stays so; it is
 * shown as PARTLY_REFUNDED or REFUNDED by how much of it was refunded.
 *
 * PAYING: a bank is asked for the money, and nothing else happens to the bill
 * until it has answered; it is then PAID, or PUSHED again.  It is shown as
 * PUSHED.
 *
 * A bill that is handed on is OFFERED to another number, which accepts it, and
 * it is PUSHED, or declines.  A record whose bill went on to another one is
 * HANDED_ON, DECLINED or, when who had handed it on has taken it back,
 * RECALLED.  The merchant is told none of these five.
 */
#define PHONE_BILL_CREATED   PHONE_STR("CREATED")
#define PHONE_BILL_PUSHED    PHONE_STR("PUSHED")
#define PHONE_BILL_PAYING    PHONE_STR("PAYING")
#define PHONE_BILL_PAID_     PHONE_STR("PAID")


extern const phone_endpoint_t  phone_bill_create;
extern const phone_endpoint_t  phone_bill_query;
extern const phone_endpoint_t  phone_bill_made;
extern const phone_endpoint_t  phone_bill_list;
extern const phone_endpoint_t  phone_bill_get;
extern const phone_endpoint_t  phone_bill_pay;
extern const phone_endpoint_t  phone_bill_reject;
extern const phone_endpoint_t  phone_bill_close;
extern const phone_endpoint_t  phone_bill_delegate;
extern const phone_endpoint_t  phone_bill_accept;
extern const phone_endpoint_t  phone_bill_decline;
extern const phone_endpoint_t  phone_bill_recall;
extern const phone_endpoint_t  phone_bill_cards;
extern const phone_endpoint_t  phone_card_bind;
extern const phone_endpoint_t  phone_card_remove;
extern const phone_endpoint_t  phone_card_default;
extern const phone_endpoint_t  phone_bill_keys;

extern const phone_endpoint_t  phone_refund_create;
extern const phone_endpoint_t  phone_refund_query;
extern const phone_endpoint_t  phone_balance_query;
extern const phone_endpoint_t  phone_statement_create;
extern const phone_endpoint_t  phone_payout_list;
extern const phone_endpoint_t  phone_reconcile_create;
extern const phone_endpoint_t  phone_reconcile_query;
extern const phone_endpoint_t  phone_reconcile_file;

extern const phone_event_t     phone_bill_push;
extern const phone_event_t     phone_bill_handed;
extern const phone_event_t     phone_bill_expire;
extern const phone_event_t     phone_payment_step;

extern const phone_fetch_t     phone_bank_fetch;

extern const phone_outbox_t    phone_bill_outbox;
extern const phone_outbox_t    phone_refund_outbox;


/* 1 while the bill waits for its payer; 1 when it waits for him to accept it,
   so that he cannot pay it yet. */
int phone_bill_open(phone_record_t *bill);
int phone_bill_offered(phone_record_t *bill);

/* 1 while a bank is asked for the money. */
int phone_bill_paying(phone_record_t *bill);

/* 1 when it has ended without being paid. */
int phone_bill_unpaid(phone_record_t *bill);

/* 1 when it is open and nobody can pay it any more: bill.expire, which says so,
   is late. */
int phone_bill_past(phone_call_t *call, phone_record_t *bill);

/* As it is shown, and what a paid one of amount_minor is shown as of which so
   much was refunded. */
phone_str_t phone_bill_status(phone_call_t *call, phone_record_t *bill);
phone_str_t phone_bill_refunded(int64_t refunded, int64_t amount_minor);

/* What its payer is shown of a bill that he has handed on: the status of its
   last record. */
phone_str_t phone_bill_handed_status(phone_call_t *call,
    phone_record_t *bill, phone_record_t *last);

/* Those who have handed a bill on to its payer hear that it has ended. */
void phone_bill_tell_givers(phone_call_t *call, phone_record_t *bill);

/* Why a bill cannot be paid any more; only for one that is not open.  Or
   PHONE_AGAIN. */
phone_rc_t phone_bill_refuse(phone_call_t *call, phone_record_t *bill);

/*
 * The bill that a merchant names by out_trade_no or bill_id: his own, and if it
 * was handed on, the record that has its status (hand.h).  PHONE_AGAIN, or
 * PHONE_DONE, or refused.
 */
#define PHONE_BILL_ASKED_BY                                                   \
    { "out_trade_no", PHONE_P_NAME, 0, 1, 64, "the order number, or" },       \
    { "bill_id", PHONE_P_ID, 0, 0, 0, "the id of the bill" }

phone_rc_t phone_bill_asked(phone_call_t *call, phone_record_t **bill);

/* The same for the payer, who sends bill_id. */
phone_rc_t phone_bill_own(phone_call_t *call, phone_record_t **bill);

/*
 * An open bill ends unpaid, with that status: its merchant and the payer's
 * open clients are told, these by a live event of that name.  PHONE_AGAIN, or
 * PHONE_DONE.
 */
phone_rc_t phone_bill_end(phone_call_t *call, phone_record_t *bill,
    const char *status, phone_str_t reason, const char *live);

/* Members of a reply, and the fields they are made of. */
#define PHONE_BILL_SAID                                                       \
    (PHONE_F(BILL_ORDER) | PHONE_F(BILL_STATUS) | PHONE_F(BILL_AMOUNT)        \
     | PHONE_F(BILL_CURRENCY) | PHONE_F(BILL_PAYER) | PHONE_F(BILL_CREATED)   \
     | PHONE_F(BILL_EXPIRES) | PHONE_F(BILL_PAID_AT)                          \
     | PHONE_F(BILL_REFUNDED)                                                 \
     | PHONE_F(BILL_ENDED_AT) | PHONE_F(BILL_REASON) | PHONE_F(BILL_HANDED))

#define PHONE_BILL_PAID_MEMBERS                                               \
    { "paid_at", PHONE_M_TIME, 0, NULL, "it is paid", "when it was paid" },   \
    { "refunded", PHONE_M_AMOUNT, 0, NULL,                                    \
      "it is PARTLY_REFUNDED or REFUNDED", "minor units, so far" }

#define PHONE_BILL_ENDED_MEMBERS                                              \
    { "ended_at", PHONE_M_TIME, 0, NULL,                                      \
      "it has ended unpaid", "when it was rejected, closed or expired" },     \
    { "reason", PHONE_M_TEXT, 0, NULL,                                        \
      "one was given", "why it was rejected or closed" }

#define PHONE_BILL_MEMBERS                                                    \
    { "bill_id", PHONE_M_ID, 0, NULL, NULL, "of the bill" },                  \
    { "out_trade_no", PHONE_M_TEXT, 0, NULL,                                  \
      NULL, "the merchant's order number" },                                  \
    { "status", PHONE_M_TEXT, 0, NULL, NULL, "of the bill" },                 \
    { "amount", PHONE_M_AMOUNT, 0, NULL, NULL, "minor units" },               \
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },                  \
    { "payer_phone", PHONE_M_PHONE, 0, NULL, NULL, "who is to pay" },         \
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was made" },        \
    { "expires_at", PHONE_M_TIME, 0, NULL,                                    \
      NULL, "when it can be paid no more" },                                  \
    PHONE_BILL_PAID_MEMBERS,                                                  \
    PHONE_BILL_ENDED_MEMBERS

/* The same for its merchant, who knows it as he made it. */
#define PHONE_BILL_MERCHANT_MEMBERS                                           \
    PHONE_BILL_MEMBERS,                                                       \
    { "paid_by", PHONE_M_PHONE, 0, NULL,                                      \
      "another number has paid, and agrees that you are told",                \
      "who has paid" }

void phone_bill_say(phone_call_t *call, phone_record_t *bill);
void phone_bill_say_merchant(phone_call_t *call, phone_record_t *bill);

extern const phone_object_t  phone_bill_told_object;

void phone_bill_show_merchant(phone_call_t *call, phone_json_t *json,
    phone_record_t *bill);

/* The bill that the caller makes with this commit is one of those that he is
   shown (made.c). */
void phone_bill_note_made(phone_call_t *call, phone_record_t *bill);

/* Is it one of those that are asked for: with that status, or any? */
int phone_bill_wanted(phone_str_t asked, phone_str_t status);

/* Its status as the merchant sees it: of one that was handed on as it was then,
   until it ends. */
phone_str_t phone_bill_told_status(phone_call_t *call, phone_record_t *bill);

/* Members of an object shown to the payer. */
#define PHONE_BILL_SHOWN                                                      \
    { "bill_id", PHONE_M_ID, 0, NULL, NULL, "of the bill" },                  \
    { "status", PHONE_M_TEXT, 0, NULL, NULL, "of the bill" },                 \
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },           \
    { "merchant", PHONE_M_TEXT, 0, NULL, NULL, "the merchant's name" },       \
    { "out_trade_no", PHONE_M_TEXT, 0, NULL,                                  \
      NULL, "the merchant's order number" },                                  \
    { "amount", PHONE_M_AMOUNT, 0, NULL, NULL, "minor units" },               \
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },                  \
    { "subject", PHONE_M_TEXT, 0, NULL, NULL, "what is to be paid for" },     \
    { "body", PHONE_M_TEXT, 0, NULL,                                          \
      "the merchant gave it", "more about it" },                              \
    { "buyer_phone", PHONE_M_PHONE, 0, NULL, "the merchant gave it",          \
      "who has ordered" },                                                    \
    { "payer_name", PHONE_M_TEXT, 0, NULL,                                    \
      "the merchant gave it", "of who pays" },                                \
    { "payer_address", PHONE_M_TEXT, 0, NULL,                                 \
      "the merchant gave it", "of who pays" },                                \
    { "card_id", PHONE_M_ID, 0, NULL,                                         \
      "it is paid", "the card that has paid" },                               \
    { "payment", PHONE_M_TEXT, 0, NULL, "a bank is asked for the money",      \
      "PENDING: it can be paid with no other card meanwhile" },               \
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was made" },        \
    { "expires_at", PHONE_M_TIME, 0, NULL,                                    \
      NULL, "when it can be paid no more" },                                  \
    PHONE_BILL_PAID_MEMBERS,                                                  \
    PHONE_BILL_ENDED_MEMBERS,                                                 \
    { "handed_by", PHONE_M_PHONE, 0, NULL,                                    \
      "it was handed on to this number", "who has handed it on" },            \
    { "tell_merchant", PHONE_M_BOOL, 0, NULL,                                 \
      "this number has accepted it",                                          \
      "when this number pays, the merchant is told so" },                     \
    { "handed_to", PHONE_M_PHONE, 0, NULL,                                    \
      "this number has handed it on", "to whom" },                            \
    { "declined_by", PHONE_M_PHONE, 0, NULL,                                  \
      "it was handed on, and has come back", "who has declined it" }

extern const phone_member_t  phone_bill_shown[];
extern const phone_object_t  phone_bill_object;

void phone_bill_show(phone_call_t *call, phone_json_t *json,
    phone_record_t *bill);

/* One object as text, for a live event; so much of it is refunded with this
   commit. */
phone_str_t phone_bill_text(phone_call_t *call, phone_record_t *bill,
    int64_t refunded);

/* The merchant is to be told which state the bill has reached.  Asked for are
   PHONE_BILL_TOLD. */
#define PHONE_BILL_TOLD  (PHONE_BILL_SAID                                     \
                          | PHONE_F(BILL_NOTICES) | PHONE_F(BILL_MERCHANT))

void phone_bill_notice(phone_call_t *call, phone_record_t *bill);

/* The money has come: the bill is PAID, with its row of the merchant's
   statement and its notice.  Behind the movement, in the same commit. */
void phone_bill_set_paid(phone_call_t *call, phone_record_t *bill,
    phone_str_t card_id, phone_str_t pay_id, phone_str_t paid_by);

/*
 * The caller makes one more bill today, with so many bytes of fields: counted,
 * or refused.  Nothing may be recorded before it.  Not for a merchant who is
 * known to have made all that he may: phone_bill_day_full().
 */
int phone_bill_day_full(phone_call_t *call, phone_record_t *merchant);
phone_rc_t phone_bill_day(phone_call_t *call, phone_record_t *merchant,
    int64_t size);
phone_rc_t phone_bill_day_refuse(phone_call_t *call, const char *param);

/* One more of a field of REPLAYS in this hour, or refused when there were most
   of them.  Nothing may be recorded before it. */
phone_rc_t phone_hour_count(phone_call_t *call, unsigned field, int64_t most);

/*
 * Bank cards.  The number of a call, its proof and what is shown of it are
 * those of its arguments card_no and proof.
 */
#define PHONE_PROOF_LEN  6

#define PHONE_CARD_NO_PARAM                                                   \
    { "card_no", PHONE_P_DIGITS, PHONE_REQUIRED|PHONE_SECRET,                 \
      PHONE_CARD_NUMBER_LEAST, PHONE_CARD_NUMBER_MOST,                        \
      "with its check digit" }

phone_rc_t phone_card_number_check(phone_call_t *call);
/* By the secret of now, or by the one before. */
phone_record_t *phone_ask_card_number(phone_call_t *call);

/* A new one: guards that there is none by the secret before, and notes it. */
void phone_card_number_new(phone_call_t *call, phone_record_t *card_number);

/* 0: it has no proof, or another one; -1: this host cannot read it. */
int phone_card_proved(phone_call_t *call, phone_record_t *card_number);
void phone_card_prove_by(phone_call_t *call, phone_record_t *card_number,
    phone_str_t holder);
phone_str_t phone_card_masked(phone_call_t *call);

/* Gives a card number its name by the secret of now; card is the one that it is
   the number of, asked for with CARD_NUMBER. */
phone_rc_t phone_card_number_reseal(phone_call_t *call,
    phone_record_t *card_number, phone_record_t *card);

/* Is it bound to the caller?  If it is his, it is relied on. */
#define PHONE_CARD_BOUND_FIELDS  (PHONE_F(CARD_OWNER) | PHONE_F(CARD_UNBOUND))

int phone_card_bound(phone_call_t *call, phone_record_t *card);

/* May the number, which has these cards, have one more?  0 while waiting.
   Exact, also for calls at once, but where a commit touches one bucket only. */
int phone_card_room(phone_call_t *call, phone_str_t number,
    const phone_list_t *cards);

/* What a payment reads of the payer and of the card because of a limit a day:
   nothing when there is none. */
uint32_t phone_payer_day(phone_call_t *call);
uint32_t phone_card_day(phone_call_t *call);

/* PHONE_DONE, and the payment counts; else refused. */
phone_rc_t phone_pay_limits(phone_call_t *call, phone_record_t *bill,
    phone_record_t *account, phone_record_t *card);

/* The bank of the card has approved a payment that was begun then (ms): it is
   no try any more. */
#define PHONE_CARD_TRIES  (PHONE_F(CARD_VIA) | PHONE_F(CARD_TRIES_DAY))

void phone_pay_approved(phone_call_t *call, phone_record_t *card,
    int64_t begun);

/* A payment that was begun then (ms) has come to nothing: it counts no more,
   but as a try of the card.  Needs phone_payer_day() and phone_card_day(). */
void phone_pay_voided(phone_call_t *call, phone_record_t *bill,
    phone_record_t *account, phone_record_t *card, int64_t begun);

/* A payment or refund of a bank that has given an answer which cannot be so; it
   goes on: the bank is asked for the outcome. */
#define PHONE_PAYMENT_STOPPED  PHONE_STR("STOPPED")

void phone_payment_resume(phone_call_t *call, phone_record_t *payment);
/*
 * Limits of a merchant: of one bill, which holds when it is paid as well, of
 * those that it makes in a day, and how many currencies it bills in.  A bill
 * that the caller makes is checked, and counted after all other checks.
 */
typedef struct {
    int64_t                  bill;       /* minor units; 0: no limit */
    int64_t                  day;        /* the same */
    int64_t                  day_bills;
    int64_t                  amount;     /* of the bill, and what of it the */
    int64_t                  counts;     /* day has */
    phone_str_t              currency;
    int                      currency_new;       /* it has billed in others, */
    int                      currencies_full;    /* and may in no more */
} phone_merchant_limits_t;

phone_rc_t phone_bill_limit(phone_call_t *call, phone_record_t *merchant,
    int64_t amount);

void phone_merchant_limits(phone_call_t *call, phone_record_t *merchant,
    phone_merchant_limits_t *limits);

/* 1 when it is beyond them whatever else was made. */
int phone_merchant_limited(const phone_merchant_limits_t *limits);

phone_rc_t phone_merchant_limits_check(phone_call_t *call,
    const phone_merchant_limits_t *limits);
void phone_merchant_limits_take(phone_call_t *call, phone_record_t *merchant,
    const phone_merchant_limits_t *limits);

/* The caller's card is bound or removed: he is told by SMS. */
void phone_card_tell(phone_call_t *call, phone_record_t *card, const char *zh,
    const char *en);

/* The text of this very call: it has done what it was asked before, and others
   may have changed the card since. */
phone_record_t *phone_card_told(phone_call_t *call);

#define PHONE_REFUND_PARTS  50               /* of a bill; refusals.h says so */

/* Refunds of a merchant's bill: the record of its parts, asked for, and one
   after the other of them: 1, 0 when none is left, -1 when it is malformed. */
phone_record_t *phone_ask_refunds(phone_call_t *call, phone_str_t bill_id);
int phone_refund_part(phone_str_t *rest, phone_str_t *refund_id,
    int64_t *amount);

/* A refund, from the archive if it is there. */
phone_record_t *phone_refund_ask(phone_call_t *call, phone_str_t refund_id);

/* ms from the payment: so long a bill can be refunded. */
int64_t phone_refund_age(phone_call_t *call);

/* The reply about a refund: it stays the same for ever. */
extern const phone_member_t  phone_refund_members[];
phone_rc_t phone_refund_say(phone_call_t *call, phone_record_t *refund);

/* What a number of a merchant was claimed for, in the archive or not. */
phone_str_t phone_ask_kept(phone_call_t *call, const phone_type_t *type,
    phone_str_t id);

/* "<merchant id>:<out_trade_no>", or of another number of his */
phone_str_t phone_order_id(phone_call_t *call, phone_str_t merchant_id,
    phone_str_t out_trade_no);


#endif /* _PHONE_BILL_H_INCLUDED_ */
