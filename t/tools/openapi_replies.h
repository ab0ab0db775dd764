
/*
 * What calls answer: the members of each reply.  "name" is a text, "name#" an
 * integer, "name!" a boolean, "name[X]" a list of objects X; "?" behind it: it
 * may be left out.  t/lib/Phone/OpenApi.pm holds every reply of the suites
 * against what is made of this.
 */


#ifndef _PHONE_OPENAPI_REPLIES_H_INCLUDED_
#define _PHONE_OPENAPI_REPLIES_H_INCLUDED_


typedef struct {
    const char              *name;
    const char              *members;
} openapi_object_t;


/* What is in every reply to a merchant who wants them signed. */
#define OPENAPI_SIGNED                                                        \
    " merchant_id? key_id? timestamp#? nonce? request_nonce? sign_type?"      \
    " store_epoch#? digest? sign?"

#define OPENAPI_BILL                                                          \
    "bill_id out_trade_no status amount# currency payer_phone created_at"     \
    " expires_at paid_at?"

#define OPENAPI_SHOWN_BILL                                                    \
    "bill_id status merchant_id merchant out_trade_no amount# currency"       \
    " subject body? buyer_phone? payer_name? payer_address? card_id?"         \
    " created_at expires_at paid_at?"

#define OPENAPI_MERCHANT                                                      \
    "merchant_id name status sign_type reply_sign# notify_url? created_at"

#define OPENAPI_MERCHANT_FULL                                                 \
    OPENAPI_MERCHANT " keys[Key] takings[Takings]?"


static const openapi_object_t  openapi_objects[] = {
    { "Bill", OPENAPI_SHOWN_BILL },
    { "Card", "card_id bank number currency balance#" },
    { "Session", "slot# created_at seen_at how address current!" },
    { "Merchant", OPENAPI_MERCHANT },
    { "Key", "key_id until?" },
    { "Takings", "currency amount#" },
    { "Settled", "currency amount# left#" },
    { "Notice",
      "notify_id merchant_id bill_id status attempt# last exhausted_at" },
    { "Sum", "currency sum# in_transit#" },
    { "Balance", "account currency ledger# stored#" },
    { "Fault", "what where" },
    { NULL, NULL }
};


static const openapi_object_t  openapi_replies[] = {
    { "session.code", "" },
    { "session.login", "phone must_change!" },
    { "session.logout", "" },
    { "session.me",
      "phone name? plan balance# currency unread# pin_set!" },
    { "session.password", "" },
    { "session.list", "sessions[Session]" },
    { "session.revoke", "" },

    { "bill.create", OPENAPI_BILL OPENAPI_SIGNED },
    { "bill.query", OPENAPI_BILL OPENAPI_SIGNED },
    { "bill.list", "bills[Bill] next_before?" },
    { "bill.get", OPENAPI_SHOWN_BILL },
    { "bill.pay", OPENAPI_BILL " card_id" },
    { "bill.cards", "cards[Card]" },
    { "bill.pin", "" },

    { "live.open", NULL },                   /* a stream of events */

    { "operator.merchants", "merchant_id key_id" },
    { "operator.merchant_list", "merchants[Merchant] next_before?" },
    { "operator.merchant_get", OPENAPI_MERCHANT_FULL },
    { "operator.merchant_change", OPENAPI_MERCHANT_FULL },
    { "operator.keys", "merchant_id key_id keys[Key]" },
    { "operator.settle",
      "merchant_id settle_no settled_at settled[Settled]" },
    { "operator.accounts", "phone name? plan currency" },
    { "operator.credit", "phone credit_no amount# balance# currency" },
    { "operator.bank_cards", "card_id number" },
    { "operator.pin_reset", "phone pin_set!" },
    { "operator.notices", "notices[Notice] next_before?" },
    { "operator.notice_replay", "notify_id state" },
    { "operator.notices_replay", "replayed# next_before?" },
    { "operator.check",
      "buckets# entries# sums[Sum] mismatches[Balance] negative[Balance]"
      " faults[Fault] faults_found# mismatches_found# negative_found#"
      " entries_unreadable# entries_untracked# stuck_events# ok!" },
    { NULL, NULL }
};


#define OPENAPI_REFUSAL                                                       \
    "message message_zh field? reason? retryable! request_id remaining#?"     \
    " until? platform_time#?" OPENAPI_SIGNED


#endif /* _PHONE_OPENAPI_REPLIES_H_INCLUDED_ */
