
/* The auditor's model, between the files that make it up. */


#ifndef _SIM_AUDITING_H_INCLUDED_
#define _SIM_AUDITING_H_INCLUDED_


#include "auditor.h"
#include "map.h"
#include "lib/ledger.h"


#define SIM_CURRENCIES       4
#define SIM_TOUCHED_MAX      256


/* "phone:{017}:card:017-01J..." taken apart. */
typedef struct {
    unsigned                 bucket;
    phone_str_t              kind;       /* "card" */
    phone_str_t              id;         /* empty: the bucket's own */
} sim_key_t;


typedef struct {
    sim_node_t               node;       /* "<bucket> <account name>" */
    unsigned                 bucket;
    int                      currency;   /* an index, -1: not known yet */
    int64_t                  model;      /* what the ledger says */
    int64_t                  rowed;      /* what rows of statements say */
    int64_t                  lowest;     /* of model, ever */
    int64_t                  seen;       /* what the store said last */
    phone_str_t              key;        /* where the store keeps it */
    phone_str_t              field;
    unsigned                 may_owe:1;
    unsigned                 clearing:1;
    unsigned                 touched:1;
} sim_account_t;


typedef enum {
    SIM_BILL_NONE,
    SIM_BILL_CREATED,
    SIM_BILL_PUSHED,
    SIM_BILL_PAID,
    SIM_BILL_EXPIRED,
    SIM_BILL_REJECTED,
    SIM_BILL_CLOSED,
    SIM_BILL_OFFERED,
    SIM_BILL_HANDED_ON,
    SIM_BILL_DECLINED,
    SIM_BILL_RECALLED,
    SIM_BILL_PAYING
} sim_status_t;


/* What a merchant and the platform have agreed on when an order was taken. */
typedef struct {
    sim_node_t               node;       /* "<merchant>:<no>" */
    phone_str_t              value;      /* the bill's id */
    int64_t                  at;         /* of the run */
    phone_str_t              merchant;
    phone_str_t              order;
    phone_str_t              amount;
    phone_str_t              currency;
    phone_str_t              payer;
    phone_str_t              buyer;
    phone_str_t              subject;
    phone_str_t              url;        /* of its own, for notices */
    int64_t                  expires;    /* ms */
} sim_deal_t;


typedef struct {
    sim_node_t               node;       /* the bill's id */
    sim_status_t             status;
    phone_str_t              status_text;
    phone_str_t              merchant;
    phone_str_t              order;
    phone_str_t              payer;
    phone_str_t              currency;
    int64_t                  amount;
    int64_t                  expires;    /* ms */
    int64_t                  made_at;    /* of the run */
    int64_t                  ended_at;   /* of the run; 0: not final yet */
    phone_str_t              card;
    phone_str_t              pay_id;
    phone_str_t              paid_from;  /* the account, by the ledger */
    phone_str_t              payment;    /* of a bank */
    int64_t                  free_at;    /* of the run: it was PAYING before */
    const sim_deal_t        *deal;
    phone_str_t              first;      /* records of its chain: ids */
    phone_str_t              before;
    phone_str_t              after;
    phone_str_t              from;       /* who has handed it on to its payer */
    phone_str_t              agreed;     /* "1": the merchant may be told */
    int64_t                  listed;     /* ms: its place in a list */
    sim_status_t             left_as;    /* of the first: when handed on */
    unsigned                 hands;      /* so often it was handed on */
    int64_t                  accepted_at;    /* of the run */
    int64_t                  heard_at;   /* of the run: its payer was told what
                                            became of it where it is now */
    unsigned                 returned:1; /* it has come back */
    unsigned                 fetched:1;  /* because its payer took it */
    unsigned                 chain_debits;   /* of the first: in all */
    unsigned                 debits;
    unsigned                 credits;
    unsigned                 nrefunds;
    unsigned                 messages;   /* of the first: about it */
    int64_t                  claimed;    /* of it, by refunds that were made */
    int64_t                  given;      /* that came to the card */
    int64_t                  added;      /* that the bill says */
    int64_t                  partly_at;  /* of the run; 0: not refunded */
    int64_t                  fully_at;
    unsigned                 archived:1; /* it has left the store */
    unsigned                 changed:1;  /* by the commit at hand */
    unsigned                 freed:1;    /* it was PAYING just before */
} sim_bill_t;


typedef struct sim_refunded_s  sim_refunded_t;


/* What the operator says that the bank has paid. */
typedef struct {
    sim_node_t               node;       /* settle_no */
    phone_str_t              currency;
    int64_t                  amount;     /* 0: all that it owes */
    int64_t                  settled;    /* by the ledger */
} sim_bank_settled_t;


/* What a bank is asked for. */
typedef struct {
    sim_node_t               node;       /* its id */
    phone_str_t              bill;
    phone_str_t              card;
    phone_str_t              currency;
    phone_str_t              refund;     /* empty: it pays the bill */
    phone_str_t              of;         /* the payment that is refunded */
    phone_str_t              state;
    phone_str_t              stopped_in;
    int64_t                  begun;      /* ms */
    int64_t                  amount;
    unsigned                 came;       /* in the ledger: so often */
    unsigned                 archived:1; /* with its bill */
} sim_bank_payment_t;


typedef struct {
    sim_node_t               node;       /* "<bill id>.bill.<number>" */
    int64_t                  attempts;   /* as committed */
    unsigned                 sent;       /* as it left */
    unsigned                 in_flight;
    int64_t                  left_at;    /* of the run: the first of these */
    unsigned                 of_before:1;    /* under a lease that is lost */
    unsigned                 acked:1;    /* the merchant has said so */
    unsigned                 over:1;     /* ACKED or EXHAUSTED in the store */
    unsigned                 asked:1;    /* for again, by its merchant */
    unsigned                 was_acked:1;        /* once */
    unsigned                 was_exhausted:1;
} sim_notice_t;


/* What was paid in a day, or is under way. */
typedef struct {
    int64_t                  day;
    int64_t                  amount;
    int64_t                  times;
    int64_t                  less_at;    /* of the run: some was taken back */
} sim_day_t;


/* A number, as the auditor knows it. */
typedef struct {
    sim_node_t               node;
    int64_t                  fails;      /* wrong PINs in a row, committed */
    int64_t                  until;      /* locked before: ms */
    unsigned                 counted;    /* wrong PINs committed, ever */
    unsigned                 told;       /* PIN_WRONG answered, ever */
    int64_t                  listens;    /* a client is open until: ms */
    int64_t                  listened;   /* what that was before */
    phone_str_t              card;       /* the default */
    sim_day_t                day;
    phone_str_t              pin;        /* that is set */
    phone_str_t              opened[2];  /* hashes of PIN and password */
    int64_t                  pin_at;     /* of the run: since then */
    int64_t                  quiet;      /* ms: it does not count before */
    int64_t                  locked_at;  /* of the run: when until was set */
    unsigned                 bills;      /* of this payer */
    unsigned                 archived;   /* of these */
    unsigned                 logins;     /* sent, ever */
    int64_t                  closing_at; /* of the run: sessions may end */
} sim_number_t;


/* Something that must be one thing for ever: an order's bill, a payment's
   answer, a movement. */
typedef struct {
    sim_node_t               node;
    phone_str_t              value;
    int64_t                  at;         /* of the run */
    int64_t                  wall;       /* ms */
} sim_fact_t;


/* A card, as the operator has ordered it. */
typedef struct {
    sim_node_t               node;       /* its id */
    phone_str_t              owner;
    phone_str_t              currency;
    phone_str_t              last;       /* four digits of its number */
    int64_t                  opened;     /* with so much */
    phone_str_t              number;
    phone_str_t              proof;      /* that the bank has given, */
    phone_str_t              proof_before;
    int64_t                  proof_at;   /* of the run: since then */
    int64_t                  proof_before_at;
    int64_t                  changed_at; /* of the run: bound or removed */
    sim_day_t                day;
    sim_day_t                tries;      /* that its bank has not approved */
    unsigned                 by_bank:1;
    unsigned                 stored:1;
    unsigned                 unbound:1;
} sim_card_t;


/* A bill in the log of a merchant. */
typedef struct sim_billed_s  sim_billed_t;

struct sim_billed_s {
    int64_t                  at;         /* ms, by its id */
    sim_billed_t            *before;
};


/* A merchant, as the operator has him. */
typedef struct {
    sim_node_t               node;       /* his id */
    int64_t                  since;      /* of the run */
    unsigned                 bills;      /* that he has made */
    sim_billed_t            *billed;     /* the last one in his log */
    unsigned                 closed:1;
    unsigned                 was_closed:1;
} sim_shop_t;


/* The takings of a merchant. */
typedef struct {
    sim_node_t               node;       /* "takings:<merchant>:<currency>" */
    int64_t                  paid;       /* by bills, ever */
    int64_t                  settled;    /* paid out or refunded, ever */
    int64_t                  changed_at; /* of the run */
} sim_taken_t;


/* A login that was answered. */
typedef struct {
    sim_node_t               node;       /* the cookie */
    phone_str_t              number;
    int64_t                  asked_at;   /* of the run: when it was sent */
    int64_t                  made_at;    /* of the run: the answer */
    int64_t                  made_wall;  /* ms, on the clock that opened it */
    int64_t                  used_wall;  /* ms: at the latest, by a commit */
    int64_t                  used_before;    /* ms: by another than that */
    unsigned                 used_by;    /* the call of that commit */
    int64_t                  closed_at;  /* of the run; 0: it is open */
    phone_str_t              slot;       /* once it was shown */
    unsigned                 by_sms:1;   /* by what had come by SMS */
} sim_session_t;


/* A record that the commit at hand writes, as it was before. */
typedef struct {
    phone_str_t              key;        /* of the command */
    sim_key_t                parts;
    unsigned                 there:1;
    unsigned                 raised:1;
    uint64_t                 words;      /* what is written: a hash */
} sim_written_t;


struct sim_auditor_s {
    sim_world_t             *world;
    sim_memory_t            *memory;

    sim_map_t                accounts;
    sim_map_t                bills;
    sim_map_t                notices;
    sim_map_t                numbers;
    sim_map_t                movements;  /* and what comes in but once */
    sim_map_t                orders;     /* "<merchant>:<no>" -> bill id */
    sim_map_t                refund_nos; /* "<merchant>:<no>" -> refund id */
    sim_map_t                refunds;    /* by id */
    sim_map_t                answers;    /* what was said before */
    sim_map_t                nonces;     /* of notices */
    sim_map_t                calls;      /* nonces of merchants' calls */
    sim_map_t                keys;       /* "<merchant> <key id>" */
    sim_map_t                secrets;    /* the same: what is sealed */
    sim_map_t                replies;    /* kept, "<number> <key>" */
    sim_map_t                key_days;   /* "<number> <day>": tried by keys */
    sim_map_t                cards;
    sim_map_t                payments;   /* of banks, by id */
    sim_map_t                bank_settled;       /* by number */
    sim_map_t                credits;    /* "<number>:<credit no>" -> amount */
    sim_map_t                taken;      /* takings of merchants */
    sim_map_t                stated;     /* days of merchants: rows */
    sim_map_t                urls;       /* of merchants */
    sim_map_t                messages;   /* "<merchant>:<number>" */
    sim_map_t                message_ids;        /* -> that */
    sim_map_t                letters;    /* by the sender's copy */
    sim_map_t                letters_come;       /* "<letter> <number>" */
    sim_map_t                letters_last;       /* number -> its letter */
    sim_map_t                books;      /* number -> its phonebook */
    sim_map_t                tells;      /* SMS about mail */
    sim_map_t                invitations;        /* "<number> <password>" */
    sim_map_t                mails;      /* by id */
    phone_str_t              left;       /* a conversation without a mail */
    sim_map_t                boxes;      /* of mails, by number */
    sim_map_t                blocks;     /* "<number>:<sender>" */
    sim_map_t                probes;     /* "<check> <n>": acknowledged */
    sim_map_t                shops;
    sim_map_t                sessions;   /* by cookie */
    sim_map_t                texts_sent; /* "<number>", "<number>:<shop>" */
    sim_map_t                sms;        /* texts that were put, by their ids */
    sim_map_t                pumped;     /* texts that were handed over */
    sim_map_t                said;       /* STOP and START, of numbers */
    sim_map_t                texted;     /* LOGIN: auditor_texted.c */
    sim_map_t                keywords;   /* auditor_said.c */
    sim_map_t                made;       /* "<merchant>:<day>:<number>" */
    sim_map_t                codes;      /* by cookie: guesses at them */
    sim_map_t                guesses;    /* at passwords, by limit */
    sim_map_t                devices;    /* by cookie: whose, until when */
    sim_map_t                passwords;  /* by number */
    sim_map_t                postings;   /* that were removed */
    phone_str_t              try_guards; /* of a commit that counts one */
    sim_map_t                versions;   /* "<key> <version>": were there */
    sim_map_t                envelopes;  /* used, keys: auditor_envelopes.c */
    sim_map_t                agreed;     /* by number: on envelopes */
    sim_map_t                imports;    /* of contacts, by id */
    sim_map_t                toys;       /* taken, by stock; jobs by id */
    sim_map_t                archive;    /* files that were read, "<file>", and
                                            "<file> <kind>:<id>": the line */

    phone_str_t              currency[SIM_CURRENCIES];
    int64_t                  sum[SIM_BUCKETS_MAX][SIM_CURRENCIES];
    int64_t                  under_way[SIM_CURRENCIES];

    /* of the commit at hand */
    const phone_commit_t    *commit;
    const sim_task_t        *task;       /* NULL: of the pump */
    const sim_exchange_t    *exchange;   /* NULL: of an event */
    unsigned                 refused:1;  /* its call is, by this run */
    unsigned                 displaced:1;    /* a session, wrongly */
    unsigned                 nwritten;
    sim_written_t            written[SIM_TOUCHED_MAX];
    unsigned                 ntouched;
    sim_account_t           *touched[SIM_TOUCHED_MAX];
    unsigned                 nbills;
    sim_bill_t              *bill[SIM_TOUCHED_MAX];
    unsigned                 nrefunded;
    sim_bill_t              *refunded[SIM_TOUCHED_MAX];
    unsigned                 live;       /* events to open clients */
    unsigned                 resets;     /* to those who come back */
    sim_number_t            *opened;     /* whose client says that it is open */
    int64_t                  opened_after;   /* it was so until then */
    unsigned                 texts;      /* SMS put */
    unsigned                 handed:1;   /* a hand-on is counted */
    unsigned                 card_changed:1;
};


/* auditor.c */
int sim_key_parse(phone_str_t key, sim_key_t *parts);
phone_str_t sim_stored(sim_auditor_t *auditor, phone_str_t key,
    const char *field);
int64_t sim_stored_int(sim_auditor_t *auditor, phone_str_t key,
    const char *field);

/* The key of a bill, in text[] of the caller. */
phone_str_t sim_bill_key(char text[128], phone_str_t id);

/* The word of an HSET, empty when it does not set that field. */
/* auditor_periods.c */
void sim_audit_close(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts);
void sim_audit_reconcile_gone(sim_auditor_t *auditor, phone_str_t key);
void sim_audit_entries_gone(sim_auditor_t *auditor,
    const phone_commit_t *commit, phone_str_t key);
void sim_audit_opening(sim_auditor_t *auditor, unsigned bucket,
    void (*take)(sim_auditor_t *auditor, unsigned bucket,
                 phone_str_t account, int64_t sum));

phone_str_t sim_hset_word(const phone_op_t *op, const char *field, int *set);

/* 0 when the text stands for the same as before, or is new. */
int sim_fact(sim_auditor_t *auditor, sim_map_t *map, phone_str_t key,
    phone_str_t value);

/* auditor_archive.c */
void sim_audit_shelved(sim_auditor_t *auditor, const phone_commit_t *commit,
    const sim_key_t *parts);
void sim_audit_left_behind(sim_auditor_t *auditor, const sim_bill_t *bill);
void sim_audit_archived_end(sim_auditor_t *auditor, const sim_bill_t *bill,
    int listed);

/* auditor_periods.c: of a blob that is compressed; data == NULL: it is not
   there, or damaged */
phone_str_t sim_unzipped(sim_world_t *world, phone_arena_t *arena,
    phone_str_t sha256);

/* auditor_contacts.c */
void sim_audit_contact_before(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op, const sim_key_t *parts);
void sim_audit_contacts(sim_auditor_t *auditor, const phone_commit_t *commit);
void sim_audit_contact_end(void *data, phone_str_t key);
void sim_audit_contact_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_contacts_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_import_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

/* ms: what belongs to a period that ends then may come until that time. */
int64_t sim_may_come_until(const sim_world_t *world, int64_t end);

/* auditor_texted.c */
void sim_audit_texted(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts);
void sim_audit_texted_gone(sim_auditor_t *auditor, phone_str_t number);

/* 1: a code that the number has asked for by a text. */
int sim_audit_texted_in(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* The same, and none that has to be replaced by a chosen password. */
int sim_is_texted_code(sim_auditor_t *auditor, const sim_exchange_t *exchange);

/* auditor_said.c */
void sim_audit_keywords(sim_auditor_t *auditor, const phone_commit_t *commit);
void sim_audit_keyword_list(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
int sim_audit_said_told(sim_auditor_t *auditor, phone_str_t to,
    const phone_fields_t *fields);
phone_str_t sim_said_merchant(sim_auditor_t *auditor, phone_str_t id);
int sim_is_said(phone_str_t kind);
void sim_audit_said_end(sim_auditor_t *auditor);

/* auditor_toys.c */
void sim_audit_toys(sim_auditor_t *auditor, const phone_commit_t *commit);
void sim_audit_job_end(void *data, phone_str_t key);

/* auditor_money.c */
void sim_audit_sum(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts);
void sim_audit_entry(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts);
void sim_audit_row_sum(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t takings, int64_t amount);
void sim_audit_balances(sim_auditor_t *auditor);
void sim_audit_money_end(sim_auditor_t *auditor);

/* auditor_records.c */
void sim_audit_record(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op, sim_written_t *written);
sim_bill_t *sim_bill(sim_auditor_t *auditor, phone_str_t id);
sim_number_t *sim_number(sim_auditor_t *auditor, phone_str_t number);
void sim_audit_bills(sim_auditor_t *auditor);
void sim_audit_told(sim_auditor_t *auditor, const sim_bill_t *bill,
    int64_t at);
void sim_audit_opened(sim_auditor_t *auditor);
void sim_audit_heard(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op, phone_str_t number);
void sim_audit_records_end(sim_auditor_t *auditor);

/* auditor_books.c: what the people have asked for */
void sim_audit_claim(sim_auditor_t *auditor, const phone_guard_t *guard);
void sim_audit_ordered(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts);
void sim_audit_deal(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill);
void sim_audit_card(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id);
void sim_audit_money_in(sim_auditor_t *auditor,
    const phone_ledger_entry_t *entry);
void sim_audit_listing(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts);

/* auditor_cards.c: cards that are bound, removed, the default */
void sim_audit_proof(sim_auditor_t *auditor, const phone_op_t *op);
/* Why the call has not proved the PIN; NULL: it has. */
const char *sim_pin_missing(const sim_auditor_t *auditor,
    const sim_number_t *number);
void sim_audit_card_changed(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id);
void sim_audit_default(sim_auditor_t *auditor, const phone_op_t *op,
    sim_number_t *number);
void sim_audit_card_told(sim_auditor_t *auditor);
sim_card_t *sim_card_numbered(sim_auditor_t *auditor, phone_str_t card_no);
void sim_audit_bind(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);
void sim_audit_cards(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);
void sim_audit_cards_end(sim_auditor_t *auditor);

/* auditor_secrets.c */
void sim_audit_number(sim_auditor_t *auditor, phone_str_t id,
    phone_str_t sealed);
int sim_is_reseal(const sim_auditor_t *auditor);
void sim_audit_credentials(sim_auditor_t *auditor, const phone_op_t *op,
    sim_number_t *number);
void sim_audit_renamed(sim_auditor_t *auditor, const phone_op_t *op);

/* A key of a merchant is written; one that is a secret is told but once. */
void sim_audit_merchant_secret(sim_auditor_t *auditor, phone_str_t merchant,
    phone_str_t key_id, phone_str_t text);
void sim_audit_secret_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

/* data == NULL: that key is none. */
phone_str_t sim_merchant_secret(sim_auditor_t *auditor, phone_str_t merchant,
    phone_str_t key_id);

/* auditor_limits.c */
void sim_audit_day_paid(sim_auditor_t *auditor, const sim_bill_t *bill,
    sim_card_t *card);
void sim_audit_limit_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

/* The card that a payment names, or the default. */
phone_str_t sim_card_paying(sim_auditor_t *auditor,
    const sim_exchange_t *exchange);

/* It was removed before the call was sent. */
int sim_card_hidden(const sim_card_t *card, const sim_exchange_t *exchange);

/* auditor_settle.c: takings, and what is paid out of them */
void sim_audit_taken(sim_auditor_t *auditor, const sim_bill_t *bill);
void sim_audit_settled(sim_auditor_t *auditor,
    const phone_ledger_entry_t *entry);
void sim_audit_settlement(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id);
void sim_audit_payouts(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_settle(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);
void sim_audit_taken_end(sim_auditor_t *auditor);

/* Do takings that did not change since the call was sent hold that much? */
int sim_takings_cover(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t merchant, phone_str_t currency, int64_t amount);
void sim_audit_balance(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);
void sim_audit_given_back(sim_auditor_t *auditor, phone_str_t takings,
    int64_t amount);

/* auditor_refunds.c */
void sim_audit_refund_no(sim_auditor_t *auditor, const phone_guard_t *guard,
    const sim_key_t *parts);
void sim_audit_refund_record(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id);
void sim_audit_refund_money(sim_auditor_t *auditor,
    const phone_ledger_entry_t *entry);
void sim_audit_refunded_sum(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts);
void sim_audit_refunds(sim_auditor_t *auditor);
void sim_audit_refund(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);
int sim_shown_refunded(const sim_bill_t *bill, int64_t since,
    phone_str_t status);
phone_str_t sim_refund_merchant(sim_auditor_t *auditor, phone_str_t id);
sim_bill_t *sim_audit_refund_notice(sim_auditor_t *auditor,
    const phone_fields_t *fields);
void sim_audit_refunds_end(sim_auditor_t *auditor);

/* auditor_bank.c */
void sim_audit_payment(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, int first);
void sim_audit_paying(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill);
void sim_audit_pays_by_bank(sim_auditor_t *auditor, const sim_bill_t *bill);
void sim_audit_bank_paid(sim_auditor_t *auditor, const sim_bill_t *bill);
void sim_audit_bank_unpaid(sim_auditor_t *auditor, const sim_bill_t *bill);
void sim_audit_bank_money(sim_auditor_t *auditor,
    const phone_ledger_entry_t *entry);
void sim_audit_bank_refunded(sim_auditor_t *auditor,
    const sim_bank_payment_t *payment, phone_str_t id);

/* How many payments the books say to be unclear: at rest, refunds that the bank
   refuses. */
int64_t sim_bank_unclear(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, phone_str_t body);

/* An account of a bucket, by its name in the ledger. */
sim_account_t *sim_account(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t name);

/* auditor_owed.c: what the bank owes, and has paid */
void sim_audit_bank_settlement(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, int first);
void sim_audit_bank_settles(sim_auditor_t *auditor, unsigned bucket,
    const phone_ledger_entry_t *entry);
void sim_audit_bank_room(sim_auditor_t *auditor, unsigned bucket,
    phone_str_t currency);
void sim_audit_no_room(sim_auditor_t *auditor, const sim_exchange_t *exchange);
void sim_audit_bank_settle(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_bank_settled_end(sim_auditor_t *auditor);

/* auditor_limits.c */
void sim_audit_approved(sim_auditor_t *auditor, const sim_bill_t *bill,
    sim_card_t *card, int64_t begun);
void sim_audit_day_voided(sim_auditor_t *auditor, const sim_bill_t *bill,
    sim_card_t *card, int64_t begun);

/* A list of payments, and one that is resumed. */
void sim_audit_payments(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_resume(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

void sim_audit_bank_end(sim_auditor_t *auditor);
/* Was that refunded, of the bill that its merchant knows by this id? */
int sim_refund_of(sim_auditor_t *auditor, phone_str_t merchant,
    phone_str_t no, phone_str_t bill_id, int64_t amount);

/* auditor_statements.c */
void sim_audit_row(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts);
void sim_audit_statement(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_day_closed(sim_auditor_t *auditor, const sim_key_t *parts,
    const phone_op_t *op);
int sim_rows_late(sim_auditor_t *auditor, phone_str_t merchant);
void sim_audit_statements_end(sim_auditor_t *auditor);

/* auditor_secrets.c */
void sim_audit_untold(sim_auditor_t *auditor, phone_str_t text,
    const char *where);

/* auditor_check.c */
void sim_audit_check(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* auditor_answers.c */
void sim_audit_object(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t object);

/* Is it shown as EXPIRED, when nobody could pay it any more? */
int sim_shown_past(const sim_world_t *world, const sim_exchange_t *exchange,
    const sim_bill_t *bill, phone_str_t status);

/* The bill that a call names by bill_id or out_trade_no, for its merchant the
   last record of it; NULL: none is. */
sim_bill_t *sim_bill_named(sim_auditor_t *auditor,
    const sim_exchange_t *exchange);

/* That bill was acknowledged to the merchant who asks, before he did. */
int sim_acknowledged_bill(sim_auditor_t *auditor,
    const sim_exchange_t *exchange);

/* auditor_ends.c: bills that end unpaid */
void sim_audit_unpaid(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t key);
int sim_ended_otherwise(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_end_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

/* auditor_hands.c: bills that are handed on */
sim_bill_t *sim_bill_last(sim_auditor_t *auditor, sim_bill_t *bill);
sim_bill_t *sim_bill_first(sim_auditor_t *auditor, const sim_bill_t *bill);

/* Who has paid it and lets the merchant know; empty: nobody. */
phone_str_t sim_bill_teller(const sim_bill_t *bill);

void sim_audit_hand(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill, sim_status_t was);
void sim_audit_handed_on(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill);
void sim_audit_hands_counted(sim_auditor_t *auditor, phone_str_t number);
void sim_audit_shown(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t object, const sim_bill_t *bill);
void sim_audit_payer_told(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t payer, phone_str_t paid_by, phone_str_t status);
void sim_audit_seen(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const sim_bill_t *bill, phone_str_t status);
void sim_audit_bill_listed(sim_auditor_t *auditor, sim_bill_t *bill,
    phone_str_t score);
void sim_audit_hand_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_bill_get(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_recall_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_accepts(sim_auditor_t *auditor, const phone_commit_t *commit);
void sim_audit_givers_told(sim_auditor_t *auditor, const sim_bill_t *bill);
void sim_audit_giver_hears(sim_auditor_t *auditor, const sim_task_t *task);
void sim_audit_left_end(sim_auditor_t *auditor, const sim_bill_t *bill);
int sim_has_come_back(sim_auditor_t *auditor, const sim_bill_t *bill);

/* auditor_guards.c */
void sim_audit_guards(sim_auditor_t *auditor, const phone_commit_t *commit);

/* auditor_postings.c */
void sim_audit_posting_gone(sim_auditor_t *auditor, phone_str_t id);
void sim_audit_mark_gone(sim_auditor_t *auditor, phone_str_t id);
void sim_audit_lane(sim_auditor_t *auditor, const phone_commit_t *commit);
void sim_audit_parked(void *data, phone_str_t key);

/* auditor_texts.c: an SMS is put */
void sim_audit_push(sim_auditor_t *auditor);
void sim_audit_put_text(sim_auditor_t *auditor, const phone_op_t *op);

/* auditor_day.c: how much merchants make */
void sim_audit_made(sim_auditor_t *auditor);
void sim_audit_counted(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts);
void sim_audit_merchant_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_too_many(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* auditor_rights.c: who may do it */
int sim_closed_before(sim_auditor_t *auditor, phone_str_t merchant,
    int64_t at);
int sim_open_before(sim_auditor_t *auditor, phone_str_t merchant, int64_t at);
void sim_audit_pin_reset(sim_auditor_t *auditor, sim_number_t *number);
void sim_audit_forgiven(sim_auditor_t *auditor, const sim_number_t *number);
void sim_audit_new_pin(sim_auditor_t *auditor, sim_number_t *number);
void sim_audit_wrong_pin(sim_auditor_t *auditor, const sim_number_t *number,
    int64_t fails, int64_t until);
void sim_audit_payer(sim_auditor_t *auditor, const sim_bill_t *bill);
void sim_audit_used(sim_auditor_t *auditor);
void sim_audit_session(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);
int sim_may_forget_pin(sim_auditor_t *auditor, const sim_number_t *number);

/* The session of the call was opened by a code a moment ago. */
int sim_came_by_sms_lately(sim_auditor_t *auditor);
void sim_audit_pin_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* Those of a number that were answered before, in that slot if there is one,
   but for one. */
void sim_sessions_close(sim_auditor_t *auditor, phone_str_t number,
    phone_str_t slot, phone_str_t but, int64_t before);

/* auditor_slots.c */
void sim_audit_slots(sim_auditor_t *auditor, const phone_op_t *op);

/* auditor_passwords.c */
void sim_audit_set_password(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t number);
void sim_audit_password_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_device_given(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

/* What a login sends is the password; it comes from a browser that its number
   does not know, or not any more. */
int sim_is_password(sim_auditor_t *auditor, const sim_exchange_t *exchange);
int sim_is_stranger(sim_auditor_t *auditor, const sim_exchange_t *exchange);

/* auditor_notices.c */

/* A task has read what a failover has lost. */
int sim_read_before(const sim_world_t *world, const sim_task_t *task);
sim_notice_t *sim_notice(sim_auditor_t *auditor, phone_str_t id);
unsigned sim_billed_since(sim_auditor_t *auditor, phone_str_t merchant,
    int64_t since);
void sim_audit_billed(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_key_t *parts);

void sim_audit_bill_list(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

void sim_audit_notice_list(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_replays(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts);
void sim_audit_notice_replay(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

/* auditor_messages.c: messages about results of bills */
void sim_audit_message_taken(sim_auditor_t *auditor, const sim_key_t *parts);
void sim_audit_message(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, int first);
void sim_audit_message_live(sim_auditor_t *auditor, phone_str_t number);
void sim_audit_message_handled(sim_auditor_t *auditor);
void sim_audit_messaged(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts);
void sim_audit_message_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_messages_shown(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_message_end(sim_auditor_t *auditor);

/* auditor_mail.c */
void sim_box_changes(sim_auditor_t *auditor, phone_str_t owner, int by);

/* What must be kept of the picture of a call; empty: none. */
phone_str_t sim_picture_sent(sim_auditor_t *auditor,
    const sim_exchange_t *exchange);
phone_str_t sim_picture_written(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, phone_str_t picture);
void sim_picture_shown(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply, phone_str_t picture);
void sim_picture_kept(sim_auditor_t *auditor, phone_str_t id,
    phone_str_t sha256, int there);
void sim_audit_mail(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, int first);
void sim_audit_block(sim_auditor_t *auditor, const sim_key_t *parts, int set);
void sim_audit_mail_gone(sim_auditor_t *auditor, phone_str_t id);
void sim_audit_mail_told(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
int sim_mail_is_of(sim_auditor_t *auditor, phone_str_t mail,
    phone_str_t number);
/* Is he let in by an invitation?  Each works once, for its number. */
int sim_audit_invited(sim_auditor_t *auditor, const sim_exchange_t *exchange);
void sim_audit_tell(sim_auditor_t *auditor, const phone_op_t *op);
void sim_audit_unclaimed(sim_auditor_t *auditor, phone_str_t mail,
    phone_str_t number);
void sim_audit_claimed(sim_auditor_t *auditor, phone_str_t mail,
    phone_str_t number);
void sim_audit_invites(sim_auditor_t *auditor, const phone_guard_t *sum);
void sim_audit_mailed(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts);
void sim_audit_mail_end(sim_auditor_t *auditor);

/* auditor_sms.c */
void sim_audit_sms(sim_auditor_t *auditor, const phone_commit_t *commit);
void sim_audit_stop_taken(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
int sim_has_stopped(sim_auditor_t *auditor, phone_str_t number);

/* auditor_texts.c: when the event of the commit at hand is due again (ms); 0:
   it is not. */
int64_t sim_due_again(const sim_auditor_t *auditor);
int sim_message_text(sim_auditor_t *auditor, phone_str_t to, char all[96],
    char own[96]);

/* auditor_probes.c: checks of endpoints */
void sim_audit_notice_check(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_notice(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_written_t *written);
void sim_audit_acked(sim_auditor_t *auditor, const phone_op_t *op,
    const char *outbox, phone_str_t subject_id);

/* auditor_guesses.c */
void sim_audit_try(sim_auditor_t *auditor, const phone_commit_t *commit);
void sim_audit_code_given(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

/* The proof of a card was looked at. */
void sim_audit_proof_tried(sim_auditor_t *auditor,
    const sim_exchange_t *exchange);

/* A code, or a text as long as a temporary password. */
int sim_came_by_sms(phone_str_t text);
void sim_audit_guess(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);

/* auditor_repeats.c: Idempotency-Key */
void sim_audit_answers(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts);
void sim_audit_repeat(sim_auditor_t *auditor, const phone_commit_t *commit,
    int refused);
int64_t sim_done_since(sim_auditor_t *auditor,
    const sim_exchange_t *exchange);
void sim_audit_key_tried(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);

/* auditor_notices.c: digest and signature of a text of the platform */
int sim_platform_signed(sim_auditor_t *auditor, phone_arena_t *arena,
    const phone_fields_t *fields);
phone_str_t sim_notice_field(const phone_fields_t *fields, const char *name);

/* auditor_keys.c */
void sim_audit_keys(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t merchant);
void sim_audit_key_list(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply);
void sim_audit_nonce_taken(sim_auditor_t *auditor);

/* auditor_envelopes.c */
void sim_audit_demanded(sim_auditor_t *auditor, const sim_number_t *number,
    phone_str_t text);
void sim_audit_envelope(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);
void sim_audit_sealed(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts);
void sim_audit_envelope_taken(sim_auditor_t *auditor, const sim_key_t *parts);
void sim_audit_signed(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply);


#endif /* _SIM_AUDITING_H_INCLUDED_ */
