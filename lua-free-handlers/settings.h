
/*
 * The product's limits and times, as the operator's directives set them.
 * Every handler reads them from here; the host fills them in at start.
 */


#ifndef _PHONE_SETTINGS_H_INCLUDED_
#define _PHONE_SETTINGS_H_INCLUDED_


#include "lib/text.h"


/* ms */
#define PHONE_SECOND  INT64_C(1000)
#define PHONE_MINUTE  (60 * PHONE_SECOND)
#define PHONE_HOUR    (60 * PHONE_MINUTE)
#define PHONE_DAY     (24 * PHONE_HOUR)

/* ms that counts are kept behind the end of their time: clocks of hosts
   differ. */
#define PHONE_CLOCKS_APART  PHONE_MINUTE


#define PHONE_SCHEDULE_MAX  32

/* ms: a call commits within this time after its call->now, or not at all;
   events are limited by their lease instead */
#define PHONE_COMMIT_WITHIN  (30 * PHONE_SECOND)

/* ms, added to clock_bound: for the time between accepting a call and its
   commit, the error of the comparison of clocks, and drift since the last
   one */
#define PHONE_CLOCK_SLACK    (PHONE_COMMIT_WITHIN + 30 * PHONE_SECOND)


/* So many currencies a merchant may bill in: statements and settlements hold a
   sum of each. */
#define PHONE_MERCHANT_CURRENCIES  32


/* live_open is at least so many times clock_bound: see live/open.c */
#define PHONE_LIVE_BOUNDS    5


/* texts that one count of a sketch takes, whatever part of a limit it is */
#define PHONE_SMS_LIMIT_MAX  100000

/* regions of phone_sms_countries, at most */
#define PHONE_SMS_COUNTRIES  64


typedef struct {
    phone_str_t              region;             /* completes numbers: "CN" */
    phone_str_t              currency;           /* of new accounts and bills */
    phone_str_t              site;               /* named in SMS texts */
    phone_str_t              public_url;         /* of the pages, for links in
                                                    them; empty: none */

    int64_t                  session_idle;       /* ms */
    int64_t                  session_lifetime;   /* ms */
    int64_t                  code_lifetime;      /* ms */
    int64_t                  temporary_lifetime; /* ms, of a password by SMS */
    int64_t                  code_tries;
    int64_t                  login_window;       /* ms that limits count in */
    int64_t                  code_sends;         /* a number, a window */
    int64_t                  code_day;           /* a number, a day */
    int64_t                  code_cap;           /* all numbers */
    int64_t                  address_tries;      /* an address */
    int64_t                  login_fails;        /* a number, from an address */
    int64_t                  login_day;          /* a number, a day */
    int64_t                  device_lifetime;    /* ms */

    int64_t                  pin_fails;          /* before the first lock */
    int64_t                  pin_quiet;          /* ms, of a forgotten one */

    int64_t                  card_tries;         /* a number, a day */

    int64_t                  card_day;           /* minor units; 0: any */
    int64_t                  card_day_times;     /* payments; 0: any */
    int64_t                  card_declined;      /* by a bank; 0: any */
    int64_t                  payer_day;          /* the same, of a number */
    int64_t                  payer_day_times;
    int64_t                  pay_day_start;      /* ms after midnight UTC */

    int64_t                  merchant_bill;      /* minor units; 0: any */
    int64_t                  merchant_day;       /* the same, of a day */
    int64_t                  merchant_day_bills; /* 0: any */
    int64_t                  merchant_currencies;    /* at most the above; no
                                                    directive sets it */

    int64_t                  idempotency_keys;   /* a number, a day */

    int64_t                  bill_lifetime;      /* ms, when not asked for */
    int64_t                  bill_lifetime_max;  /* ms */
    int64_t                  bills_day;          /* a merchant, by the KiB */
    int64_t                  bills_day_payer;    /* of one to one number */
    int64_t                  bills_handed;       /* on, by one number, a day */
    int64_t                  text_window;        /* ms; texts about bills */
    int64_t                  texts;              /* a number, a window */
    int64_t                  texts_day;
    int64_t                  merchant_texts;     /* of one to one number */
    int64_t                  merchant_texts_day;
    int64_t                  statement_zone;     /* ms that its days are ahead
                                                    of UTC */
    int64_t                  statement_step;     /* rows; no directive sets
                                                    it */
    int64_t                  reconcile_part;     /* rows; likewise */
    int64_t                  reconcile_listed;   /* differences; likewise */
    int64_t                  reconcile_kept;     /* ms; likewise */
    int64_t                  import_step;        /* rows of contacts */
    int64_t                  archive_after;      /* ms that a month is over
                                                    before it is closed; 0: it
                                                    is not */
    int64_t                  close_step;         /* entries; no directive sets
                                                    it */
    int64_t                  close_pieces;       /* of that; likewise */
    int64_t                  close_accounts;     /* of a share; likewise */
    int64_t                  clock_skew;         /* ms, of merchants' calls */

    int64_t                  mail_hour;          /* mails of a number */
    int64_t                  mail_day;           /* their recipients */
    int64_t                  mail_day_bytes;     /* of long texts to them */
    int64_t                  mail_picture;       /* bytes of one */
    int64_t                  mail_pictures;      /* of a sender, in a day */
    int64_t                  mail_invite;        /* ms between two of them */
    int64_t                  mail_invites;       /* of a sender, in a day */
    int64_t                  mail_box;           /* mails kept of a number */
    int64_t                  mail_unclaimed;     /* ms that a mail waits for an
                                                    account */

    int64_t                  live_open;          /* ms a client counts open */
    int64_t                  lease;              /* ms an event is held */
    int64_t                  clock_bound;        /* ms, to the store's clock */

    unsigned                 notices;
    int64_t                  notice_wait[PHONE_SCHEDULE_MAX];   /* ms */
    int64_t                  notice_kept;        /* ms, once acknowledged */
    int64_t                  sms_tries;
    int64_t                  sms_parts;          /* of a text, at most */
    int64_t                  sms_report;         /* ms that one is awaited; 0:
                                                    none is asked for */
    unsigned                 sms_countries;      /* 0: that of the region */
    phone_str_t              sms_country[PHONE_SMS_COUNTRIES];
    int64_t                  sms_sender_day;     /* texts; 0: any */
    int64_t                  sms_merchant_day;
    int64_t                  sms_number_day;
    int64_t                  sms_prefix_hour;
    int64_t                  sms_day;            /* of all */
    int64_t                  keyword_number_day; /* texts; 0: any */
    int64_t                  keyword_merchant_day;
    phone_str_t              sms_gateway;        /* sms/gateway.h */
    phone_str_t              sms_numbers;        /* "international": it writes
                                                    the country code always */
    phone_str_t              sms_to;             /* of a generic one: the names
                                                    of its fields, */
    phone_str_t              sms_text;
    phone_str_t              sms_accepted;       /* and what it says of a text
                                                    that it takes; empty: 2xx
                                                    is enough */
} phone_settings_t;


extern const phone_settings_t  phone_settings_default;


#endif /* _PHONE_SETTINGS_H_INCLUDED_ */
