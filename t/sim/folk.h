
/* The people, between the files that move them. */


#ifndef _SIM_FOLK_H_INCLUDED_
#define _SIM_FOLK_H_INCLUDED_


#include "people.h"
#include "answer.h"


#define SIM_ORDERS_MAX       512         /* of a merchant */
#define SIM_CARDS_MAX        4           /* of a payer */
#define SIM_BILLS_MAX        24          /* that a payer looks at */
#define SIM_MAILS_MAX        12          /* that a payer looks at */
#define SIM_SESSIONS_MAX     3           /* of a payer: phones, browsers */
#define SIM_RETRIES          6
#define SIM_HUGE             INT64_C(400000000000000)    /* minor units */
#define SIM_CHORES_MAX       48          /* of the operator */
#define SIM_CHECKS_MAX       40
#define SIM_KEYS_MAX         8           /* of a merchant, one by one */
#define SIM_MEMORIES         60


typedef struct sim_merchant_s  sim_merchant_t;
typedef struct sim_refund_s    sim_refund_t;


typedef struct {
    char                     no[24];
    int64_t                  amount;
    sim_refund_t            *refund;     /* the last one that was asked for */
    phone_str_t              payer;
    phone_str_t              buyer;
    phone_str_t              currency;
    phone_str_t              bill_id;    /* once it is known */
    unsigned                 acked:1;
} sim_order_t;


/* What a merchant wants to give back. */
struct sim_refund_s {
    sim_merchant_t          *merchant;
    sim_order_t             *order;
    char                     no[24];
    int64_t                  amount;
    unsigned                 by_id:1;    /* names the bill by its id */
    unsigned                 with_reason:1;
    unsigned                 acked:1;
};


struct sim_merchant_s {
    sim_world_t             *world;
    unsigned                 number;
    phone_str_t              id;
    phone_str_t              url;        /* of the notice endpoint */
    phone_str_t              order_url;  /* of the one that orders may name */
    phone_str_t              sign_type;
    unsigned                 ready:1;    /* the operator has set it up */
    unsigned                 norders;
    unsigned                 nrefunds;
    sim_order_t             *paid;       /* the last one, by a notice */
    sim_order_t             *order;

    int64_t                  ahead;      /* its clock, by so many seconds */

    /* a call as it was sent, to be sent once more by somebody who listened */
    phone_fields_t           overheard;
    const char              *overheard_call;
    void                    *overheard_about;    /* an order, a refund */

    /* keys are "k1", "k2", ...: how many the operator has put */
    unsigned                 keys;
    phone_str_t              rotation;   /* an Idempotency-Key, or NULL */
    unsigned                 rotating:1; /* one more is under way */
    unsigned                 retire:1;   /* it ends the others, */
    int64_t                  retire_in;  /* in so many seconds */
    unsigned                 by_secret:1;    /* it is a secret */
    unsigned                 secrets;    /* bits of keys that are one */
    phone_str_t              secret[SIM_KEYS_MAX + 1];   /* empty: its answer
                                                            was lost */
};


typedef struct {
    char                     id[12];
    phone_str_t              text;       /* public, base64; or a secret */
} sim_shop_key_t;


/* A phone with a session of its own: the key of its envelopes. */
typedef struct {
    phone_str_t              cookie;
    phone_str_t              once;       /* what it asks for its key with */
    unsigned                 suite;      /* that it asks for */
    unsigned                 given;      /* that its key is of */
    unsigned                 raised:1;   /* the number takes suite 2 only */
    phone_str_t              key;        /* base64; empty: not given yet */
    phone_str_t              key_id;
} sim_phone_t;


/* A payment in an envelope, as somebody has seen it pass. */
typedef struct {
    phone_str_t              cookie;
    phone_str_t              iv;
    unsigned                 suite;
    phone_fields_t           fields;
    phone_fields_t           wire;
} sim_overheard_t;


/* A card that the bank has opened for somebody, to be bound by him. */
typedef struct {
    phone_str_t              card_no;
    phone_str_t              proof;      /* the last one that he was given */
} sim_issued_t;


typedef struct {
    sim_world_t             *world;
    phone_str_t              number;
    phone_str_t              code;       /* that came by SMS */
    phone_str_t              code_cookie;    /* to which it belongs */
    phone_str_t              device_cookie;
    phone_str_t              address;
    int64_t                  code_wanted;    /* not again before */
    phone_str_t              cookie[SIM_SESSIONS_MAX];
    char                     pin[8];
    char                     next_pin[8];
    unsigned                 pin_known:1;    /* it is the one that is set */
    unsigned                 pin_changing:1;
    unsigned                 pin_changes;
    unsigned                 ncards;
    phone_str_t              card[SIM_CARDS_MAX];
    unsigned                 nissued;
    sim_issued_t             issued[SIM_CARDS_MAX];
    unsigned                 nbills;
    phone_str_t              bill[SIM_BILLS_MAX];
    unsigned                 nmails;
    phone_str_t              mail[SIM_MAILS_MAX];
    phone_str_t              mail_from[SIM_MAILS_MAX];
    unsigned                 pays;       /* pay ids made so far */
    unsigned                 friends;    /* that a bill is handed on to */
    phone_str_t              old_cookie; /* of a session that was ended */
    sim_phone_t              phone[SIM_SESSIONS_MAX];
    sim_overheard_t          overheard;
    phone_str_t              contact;    /* of his phonebook: the last id, */
    phone_str_t              import;     /* of an import as well, */
    phone_str_t              book;       /* and the file */
} sim_payer_t;


/* Something the operator does until it is done. */
typedef struct {
    const char              *endpoint;
    phone_str_t              name[6];
    phone_str_t              value[6];
    unsigned                 n;
    sim_merchant_t          *merchant;   /* that is ready after it */
    unsigned                 under_way:1;
    unsigned                 done:1;
    unsigned                 with_key:1;
} sim_chore_t;


/* Takings that the operator has paid out, or tried to. */
typedef struct {
    phone_str_t              merchant;
    phone_str_t              no;
    phone_str_t              amount;     /* empty: all there is */
    phone_str_t              currency;   /* empty: not sent */
    phone_str_t              reference;  /* likewise */
    unsigned                 n;          /* so many were made up */
    unsigned                 done:1;     /* it was answered */
} sim_settlement_t;


/* What the bank has paid: the last time. */
typedef struct {
    phone_str_t              no;
    phone_str_t              amount;     /* empty: all that it owes */
    phone_str_t              currency;   /* empty: not sent */
    unsigned                 n;          /* so many were made up */
    unsigned                 asked;      /* so often while its job runs */
    unsigned                 done:1;     /* it was answered */
} sim_bank_settlement_t;


typedef struct sim_siege_s     sim_siege_t;
typedef struct sim_resident_s  sim_resident_t;
typedef struct sim_secrets_s   sim_secrets_t;


struct sim_people_s {
    sim_world_t             *world;
    unsigned                 waiting;    /* exchanges without an answer */
    unsigned                 shops_actions;  /* left to all of them */
    unsigned                 payers_actions;
    sim_merchant_t           merchant[SIM_MERCHANTS_MAX];
    sim_payer_t              payer[SIM_PAYERS_MAX];
    unsigned                 nchores;
    sim_chore_t              chore[SIM_CHORES_MAX];
    unsigned                 checks_left;
    sim_siege_t             *siege;      /* guessers, and whom they besiege */
    sim_resident_t          *resident;   /* who has a password */
    sim_secrets_t           *secrets;    /* how far they are rotated */
    phone_str_t              exhausted;  /* a notice of the operator's list */
    unsigned                 keys;       /* of the operator's calls, so far */
    sim_settlement_t         settlement; /* the last one */
    sim_bank_settlement_t    of_bank;
    unsigned                 resumes;    /* at the end: so many looks */
    unsigned                 memories;   /* left: of bills of long ago */
    unsigned                 looked:1;   /* at notices, at the end */
    unsigned                 closed:1;   /* checked at the end */
};


/* gateway.c */
void sim_gateway_start(sim_people_t *people);


/* people.c */

/* As sim_exchange() and sim_send(), and counted as waiting. */
sim_exchange_t *sim_ask_for(sim_world_t *world, const char *endpoint,
    sim_answered_pt answered, void *client);

/* Text that lives as long as the run. */
phone_str_t sim_text(sim_world_t *world, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A currency that is not the platform's, with two, three or four digits. */
phone_str_t sim_foreign(sim_world_t *world);

/* To be called first in each sim_answered_pt: the exchange is over. */
void sim_answer_came(sim_world_t *world);

/* 1: nobody knows what came of it, the same again is the thing to do. */
int sim_unclear(const phone_reply_t *reply);

/* 1, and an action less is left; 0: all is done that was to be done. */
int sim_may_act(sim_world_t *world, unsigned *actions);


/* What the operator has done may be lost: he does it again. */
void sim_chores_again(sim_people_t *people);


/* shop.c */
void sim_merchant_start(sim_merchant_t *merchant);

/* He asks for an old order, as if he had lost his books. */
void sim_remember_order(sim_merchant_t *merchant);

/* notices.c */
void sim_manage_notices(sim_merchant_t *merchant, const sim_order_t *order);

/* messages.c: he writes about the results of some orders */
void sim_send_messages(sim_merchant_t *merchant,
    const sim_order_t *order);

/* refunds.c: a notice has come */
void sim_refund_heard(sim_merchant_t *merchant, phone_str_t body);
void sim_refund(sim_merchant_t *merchant, sim_order_t *order);
void sim_ask_balance(sim_merchant_t *merchant);
void sim_ask_payouts(sim_merchant_t *merchant);
void sim_refund_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* statements.c */
void sim_ask_statement(sim_merchant_t *merchant);

/* reconcile.c: of a day whose statement he was given */
void sim_reconcile(sim_merchant_t *merchant, phone_str_t date,
    phone_str_t statement);

/* rotation.c */
sim_shop_key_t sim_shop_key(const sim_merchant_t *merchant, unsigned n);
phone_str_t sim_key_type(const sim_merchant_t *merchant, sim_shop_key_t key);
sim_shop_key_t sim_key_at_hand(const sim_merchant_t *merchant);
void sim_rotate(sim_merchant_t *merchant);

/* people.c: a new one */
phone_str_t sim_card_no(sim_world_t *world);

/* secrets.c */
void sim_secrets_start(sim_people_t *people);
int sim_secrets_over(const sim_people_t *people);

/* payer.c */
void sim_payer_start(sim_payer_t *payer);
sim_exchange_t *sim_payer_asks(sim_payer_t *payer, phone_str_t cookie,
    const char *endpoint, sim_answered_pt answered);

/* A call was told that nobody is logged in: the cookie is thrown away. */
void sim_forget_cookie(sim_payer_t *payer, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* Asks for a logout; most times *cookie is thrown away at once. */
void sim_log_out(sim_payer_t *payer, phone_str_t *cookie);

/* He looks at bills of long ago, if he is still logged in. */
void sim_remember_bill(sim_payer_t *payer);

/* He is told to look at the list of his bills. */
void sim_look_at_bills(sim_payer_t *payer);

/* hands.c: bills that are handed on, accepted, declined */
void sim_hand(sim_payer_t *payer, phone_str_t cookie);

/* Who is shown a bill that has been in other hands sends it on at once. */
void sim_pass_on(sim_payer_t *payer, phone_str_t cookie, phone_str_t shown);

/* sealing.c: envelopes */
void sim_ask_key(sim_payer_t *payer, phone_str_t cookie);
void sim_seal(sim_payer_t *payer, sim_exchange_t *exchange);
void sim_see_pass(sim_payer_t *payer, const sim_exchange_t *exchange);
void sim_try_envelope(sim_payer_t *payer, phone_str_t cookie);

/* letters.c */
void sim_mail(sim_payer_t *payer, phone_str_t cookie);
/* contacts.c: the phonebook */
void sim_contacts(sim_payer_t *payer, phone_str_t cookie);

/* cards.c */
void sim_manage_cards(sim_payer_t *payer, phone_str_t cookie);

/* payment.c */
void sim_pay(sim_payer_t *payer, phone_str_t cookie);
void sim_pay_with(sim_payer_t *payer, phone_str_t cookie, phone_str_t card);
void sim_guess(sim_payer_t *payer, phone_str_t cookie);


/* shop.c: a call signed with a key of the merchant's, in his name or not */
void sim_sign_in_order(sim_merchant_t *merchant, sim_exchange_t *exchange);
void sim_sign_at_till(sim_merchant_t *merchant, sim_exchange_t *exchange,
    sim_shop_key_t key);
void sim_sign_as(sim_merchant_t *merchant, sim_exchange_t *exchange,
    phone_str_t id);

/* operator.c */
void sim_ask_for_notices(sim_people_t *people);
void sim_operate(sim_people_t *people);

/* resumes.c */
void sim_look_at_payments(sim_people_t *people);
void sim_settle_bank(sim_people_t *people);
void sim_resume_start(sim_people_t *people);
int sim_resume_over(const sim_people_t *people);

/* guesser.c */
void sim_siege_start(sim_people_t *people);
int sim_siege_over(const sim_siege_t *siege);

/* A code or a temporary password has come by SMS. */
void sim_siege_text(sim_siege_t *siege, phone_str_t to, phone_str_t code);

/* resident.c: passwords, browsers, sessions */
void sim_resident_start(sim_people_t *people);
int sim_resident_over(const sim_resident_t *resident);
void sim_resident_text(sim_resident_t *resident, phone_str_t to,
    phone_str_t code);

/* toys.c */
void sim_toys_start(sim_people_t *people);

/* intruder.c: what is not theirs */
void sim_trespass(sim_payer_t *payer, phone_str_t cookie);
void sim_try_code(sim_payer_t *payer);
void sim_poach(sim_merchant_t *merchant);
void sim_slip(sim_people_t *people);


#endif /* _SIM_FOLK_H_INCLUDED_ */
