
/*
 * Limits on guessing, and on texts that strangers cause.  Each call is counted
 * before anything is checked (phone_ask_count()), so that it counts whatever
 * its answer is and however many calls come at a time.  The counts are kept in
 * a sketch, of a fixed size.
 *
 * A call comes from an address (of IPv6 the /64 that one customer has) and a
 * network (/24, /48), whose limit is PHONE_NETWORK_SHARE times that of an
 * address.
 */


#ifndef _PHONE_TRIES_H_INCLUDED_
#define _PHONE_TRIES_H_INCLUDED_


#include "../phone.h"


#define PHONE_NETWORK_SHARE  4


typedef struct {
    phone_str_t              address;    /* no ':' in either */
    phone_str_t              network;
} phone_from_t;


phone_from_t phone_from(phone_arena_t *arena, phone_str_t address);

/*
 * Counts a call for what ("login", "code") against where it comes from.  The
 * ms to wait; 0 when there is none, and while waiting.
 */
int64_t phone_from_over(phone_call_t *call, const char *what);

/* For calls that phone_from_over() refuses: a known device has a limit of its
   own. */
int64_t phone_device_over(phone_call_t *call, phone_str_t number,
    phone_str_t device);

phone_str_t phone_from_network(phone_call_t *call);

/*
 * Counts a try at the password of a number: for a device that the number knows
 * against that device alone (empty: not known), else against the number from
 * here, and against the number.  The ms to wait, as above.
 */
int64_t phone_password_over(phone_call_t *call, phone_str_t number,
    phone_str_t device);

/* Counts an envelope of the caller that does not open.  The ms to wait, as
   above. */
int64_t phone_envelope_over(phone_call_t *call);

/* The password was right: the try is taken back. */
void phone_password_right(phone_call_t *call, phone_str_t number,
    phone_str_t device);

/* Counts a try of a number at the proof of a bank card.  The ms to wait, as
   above. */
int64_t phone_card_proof_over(phone_call_t *call, phone_str_t number);

/* Nothing was compared: the try is taken back. */
void phone_card_proof_undone(phone_call_t *call, phone_str_t number);

/*
 * Counts a text with a code to a number; 1 when none is to be sent.  A device
 * that the number knows has a share of its own, and so has a network that it
 * has had a session from; others share what a number gets.  All but known
 * devices share what all numbers get, the more evenly the less is left.  Needs
 * PHONE_SESSION_FIELDS of the account.
 */
int phone_codes_over(phone_call_t *call, phone_record_t *account,
    phone_str_t device);

/* The same for a code that a number asks for by a text: strangers on the web
   do not use up its share. */
int phone_texted_over(phone_call_t *call, phone_record_t *account);

phone_rc_t phone_tries_refuse(phone_call_t *call, int64_t ms);


#endif /* _PHONE_TRIES_H_INCLUDED_ */
