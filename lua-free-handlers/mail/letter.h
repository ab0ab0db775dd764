
/* A mail on its way: from one number to some. */


#ifndef _PHONE_LETTER_H_INCLUDED_
#define _PHONE_LETTER_H_INCLUDED_


#include "box.h"
#include "mail_picture.h"


#define PHONE_MAIL_TEXT   2000           /* characters */
#define PHONE_MAIL_MOST   1000           /* recipients; so many of them get */
#define PHONE_MAIL_FIRST  10             /* it with the call, others by a job */


typedef struct {
    phone_str_t              from;
    phone_str_t              to;         /* the first PHONE_MAIL_SHOWN */
    phone_str_t              all;        /* all, if there are more */
    unsigned                 n;
    phone_str_t              text;
    phone_str_t              sent;       /* the sender's copy: its id */
    int64_t                  at;         /* ms: when it comes */
    phone_str_t              answers;    /* a mail that the sender has */
    phone_str_t              reply_to;   /* the same, as the recipient has it */
    phone_str_t              picture;    /* MAIL_PICTURE; empty: none */
    phone_record_t          *picture_of; /* a mail that has it; NULL: it came
                                            with this call */
    int64_t                  invites;    /* SMS to strangers that the sender
                                            may still cause today */
    int64_t                  invited;    /* that this step causes */
    int64_t                  pictures;   /* that the sender has sent today */
    unsigned                 forwarded:1;
    unsigned                 by_job:1;   /* the sender has his copy already */
} phone_letter_t;


/* It has the text of the call; refused without a text and a picture. */
phone_rc_t phone_letter_says(phone_call_t *call, phone_letter_t *letter);

/* Its recipients are those of the parameter "to", each once. */
void phone_letter_address(phone_call_t *call, phone_letter_t *letter);

/* Of a call: the limits of the sender, his copy, the recipients'.  Ends the
   call; of the letter it needs to, all, n, text, what is answered and the
   picture of a mail. */
phone_rc_t phone_letter_send(phone_call_t *call, phone_letter_t *letter);

extern const phone_member_t  phone_letter_reply[];

#define PHONE_LETTER_TO                                                       \
    { "to", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_LIST(PHONE_MAIL_MOST), 0, 0,  \
      "the recipients, registered or not; each gets it once" }
#define PHONE_LETTER_TEXT                                                     \
    { "text", PHONE_P_TEXT, PHONE_LINES, 1, PHONE_MAIL_TEXT,                  \
      "what it says, in one line or several; required without a picture" }
#define PHONE_LETTER_PICTURE                                                  \
    { "picture", PHONE_P_FILE, 0, 1, PHONE_PICTURE_BYTES,                     \
      "a JPEG, PNG or still WebP picture that goes with it" }


/* What is read before a letter comes into a mailbox. */

/*
 * Is there room for mails that come into a mailbox?  In a full one the oldest
 * that were read make it.  Calls at the same time may leave too many mails in
 * the mailbox of a recipient: then more of them go than come.
 */
#define PHONE_ROOM_MOST  3

typedef struct {
    phone_str_t              number;
    int64_t                  size;
    unsigned                 come;
    unsigned                 n;          /* that make room */
    unsigned                 own:1;      /* the caller's: guarded */
    phone_record_t          *mail[PHONE_ROOM_MOST];
} phone_room_t;

typedef struct {
    phone_str_t              number;
    phone_room_t             room;
    phone_record_t          *account;
    phone_record_t          *block;
    unsigned                 ignored:1;  /* the last mails of the sender are
                                            unread, all of them */
} phone_arrival_t;


/* Needs the number, come and own. */
void phone_room_ask(phone_call_t *call, phone_room_t *room);
int phone_room_found(phone_call_t *call, const phone_room_t *room);

/* How many effects that has, at most. */
unsigned phone_room_make(phone_call_t *call, const phone_room_t *room);

/* Of a call, its sender's mailbox has room for his copy, and for his own if he
   is a recipient.  phone_arrival_put() as phone_room_make(). */
void phone_arrival_ask(phone_call_t *call, const phone_letter_t *letter,
    phone_str_t number, phone_arrival_t *arrival);
unsigned phone_arrival_put(phone_call_t *call, phone_letter_t *letter,
    const phone_arrival_t *arrival);

/* Before and after the arrivals of a step; the letter has its sender. */
void phone_letter_ask_invites(phone_call_t *call, phone_letter_t *letter);
void phone_letter_invited(phone_call_t *call, const phone_letter_t *letter);

/* All its recipients, with spaces. */
phone_str_t phone_letter_all(const phone_letter_t *letter);

/* A job brings it to those behind the first ones; NULL: there are none. */
phone_record_t *phone_letter_ask_job(phone_call_t *call,
    const phone_letter_t *letter);
void phone_letter_later(phone_call_t *call, const phone_letter_t *letter,
    phone_record_t *job);

/* The fields that all copies have, but for the owner's own. */
void phone_letter_copy(phone_call_t *call, const phone_letter_t *letter,
    phone_record_t *mail);


#endif /* _PHONE_LETTER_H_INCLUDED_ */
