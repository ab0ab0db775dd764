
/*
 * Which bills can be archived, and what goes with them: the records before it
 * if it was handed on, the claim of its order, its refunds and their claims,
 * and what a bank was asked for.  Nobody asks for the latter by its id any
 * more: it is a line of the file, without a note.
 *
 * Nothing happens any more to a bill that goes.  It cannot be refunded, for it
 * was settled too long ago; and the sum that it was refunded, which comes from
 * another bucket, is that of its refunds.  All its notices are over, and none
 * is kept; its bank has captured and given back what it should.
 */


#include "old.h"
#include "bank.h"
#include "../archived.h"
#include "../host.h"


static int phone_old_settled(phone_call_t *call, phone_record_t *bill);
static int phone_old_chain(phone_call_t *call, phone_old_t *old);
static int phone_old_order(phone_call_t *call, phone_old_t *old);
static int phone_old_refund_list(phone_call_t *call, phone_old_t *old);
static int phone_old_refunds(phone_call_t *call, phone_old_t *old);
static int phone_old_refund(phone_call_t *call, phone_old_t *old,
    phone_record_t *refund, int64_t amount);
static int phone_old_payments(phone_call_t *call, phone_old_t *old);
static int phone_old_payment(phone_call_t *call, phone_old_t *old,
    phone_str_t id);
static int phone_old_unnoted(phone_call_t *call, const phone_old_t *old);
static phone_str_t phone_old_order_id(phone_call_t *call,
    const phone_old_t *old);
static phone_str_t phone_old_refund_no(phone_call_t *call,
    phone_record_t *refund);


int64_t
phone_old_age(phone_call_t *call)
{
    return phone_refund_age(call) + PHONE_DAY;
}


void
phone_old_ask(phone_call_t *call, phone_old_t *old)
{
    old->bill = phone_ask(call, &phone_bill, old->id);

    if (!phone_found(old->bill)) {
        return;
    }

    old->goes = phone_old_settled(call, old->bill)
                && phone_old_chain(call, old)
                && phone_old_refund_list(call, old);
    old->stays = !old->goes;
    old->effects = old->stays ? 1
                   : PHONE_OLD_ONCE + PHONE_OLD_LISTED * old->nchain
                     + (2 * PHONE_OLD_SHELVED + 1) * old->nrefunds;
}


/* Each part goes on with its asks whatever the others wait for. */

void
phone_old_ask_all(phone_call_t *call, phone_old_t *old)
{
    int  whole;

    if (!old->goes) {
        return;
    }

    whole = phone_old_order(call, old);
    whole = phone_old_refunds(call, old) && whole;
    whole = phone_old_payments(call, old) && whole;
    whole = phone_old_unnoted(call, old) && whole;
    whole = phone_notices_gone(call, &phone_bill_outbox, old->bill) && whole;

    old->goes = whole ? 1 : 0;
    old->stays = !old->goes;
}


static int
phone_old_settled(phone_call_t *call, phone_record_t *bill)
{
    int64_t  at;

    at = phone_get_int(bill, phone_bill_unpaid(bill) ? BILL_ENDED_AT
                                                     : BILL_PAID_AT);

    return (phone_bill_unpaid(bill)
            || phone_is(phone_get(bill, BILL_STATUS), "PAID"))
           && at && phone_now(call) - at > phone_old_age(call);
}


static int
phone_old_chain(phone_call_t *call, phone_old_t *old)
{
    phone_chain_t    chain;
    phone_record_t  *before;

    phone_bill_chain(old->bill, &chain);

    for (old->nchain = 0; chain.before.len; old->nchain++) {
        before = phone_ask(call, &phone_bill, chain.before);

        if (!phone_found(before) || old->nchain == PHONE_HOPS_MOST) {
            return 0;
        }

        old->chain[old->nchain] = before;
        phone_bill_chain(before, &chain);
    }

    return 1;
}


static int
phone_old_order(phone_call_t *call, phone_old_t *old)
{
    phone_chain_t  chain;

    phone_bill_chain(old->bill, &chain);
    old->merchant = phone_ask_some(call, &phone_merchant,
                                   phone_get(old->bill, BILL_MERCHANT),
                                   PHONE_F(MERCHANT_ARCHIVED));

    return phone_equal(phone_ask_claimed(call, &phone_order,
                                         phone_old_order_id(call, old)),
                       chain.origin)
           && phone_found(old->merchant);
}


/* What they come to comes from another bucket: it must be all of them. */

static int
phone_old_refund_list(phone_call_t *call, phone_old_t *old)
{
    int          rc;
    int64_t      sum, amount;
    phone_str_t  rest, id;

    old->nrefunds = 0;
    old->refunds = phone_ask(call, &phone_refunds,
                             phone_order_id(call,
                                            phone_get(old->bill,
                                                      BILL_MERCHANT),
                                            phone_id(old->bill)));
    rest = phone_get(old->refunds, REFUNDS_PARTS);
    sum = 0;

    while ((rc = phone_refund_part(&rest, &id, &amount)) == 1) {

        if (old->nrefunds++ == PHONE_REFUND_PARTS) {
            return 0;
        }

        sum += amount;
    }

    return rc == 0 && sum == phone_get_int(old->bill, BILL_REFUNDED);
}


static int
phone_old_refunds(phone_call_t *call, phone_old_t *old)
{
    int          whole;
    int64_t      amount;
    unsigned     i;
    phone_str_t  rest, id;

    rest = phone_get(old->refunds, REFUNDS_PARTS);
    whole = 1;

    for (i = 0; phone_refund_part(&rest, &id, &amount) == 1; i++) {
        old->refund[i] = phone_ask(call, &phone_refund, id);
        whole = phone_old_refund(call, old, old->refund[i], amount) && whole;
    }

    return whole;
}


static int
phone_old_refund(phone_call_t *call, phone_old_t *old, phone_record_t *refund,
    int64_t amount)
{
    int  gone;

    if (!phone_found(refund)) {
        return 0;
    }

    gone = phone_notices_gone(call, &phone_refund_outbox, refund);

    return phone_equal(phone_ask_claimed(call, &phone_refund_no,
                                         phone_old_refund_no(call, refund)),
                       phone_id(refund))
           && phone_equal(phone_get(refund, REFUND_BILL), phone_id(old->bill))
           && phone_get_int(refund, REFUND_AMOUNT) == amount && gone;
}


static int
phone_old_payments(phone_call_t *call, phone_old_t *old)
{
    int          whole;
    unsigned     i;
    phone_str_t  id, bank;

    old->npayments = 0;
    whole = 1;

    if (phone_bill_by_bank(old->bill, &bank, &id)) {
        whole = phone_old_payment(call, old, id);
    }

    for (i = 0; i < old->nrefunds; i++) {
        id = phone_get(old->refund[i], REFUND_PAYMENT);

        if (id.len) {
            whole = phone_old_payment(call, old, id) && whole;
        }
    }

    return whole;
}


static int
phone_old_payment(phone_call_t *call, phone_old_t *old, phone_str_t id)
{
    phone_record_t  *payment;

    payment = phone_ask(call, &phone_payment, id);
    old->payment[old->npayments++] = payment;

    return phone_found(payment) && phone_payment_settled(payment);
}


/* A note would be lost if another name with the same hash got one: such a bill
   stays. */

static int
phone_old_unnoted(phone_call_t *call, const phone_old_t *old)
{
    unsigned  i, noted;

    noted = phone_ask_noted(call, &phone_bill, old->id)
            + phone_ask_noted(call, &phone_order,
                              phone_old_order_id(call, old));

    for (i = 0; i < old->nchain; i++) {
        noted += phone_ask_noted(call, &phone_bill,
                                 phone_id(old->chain[i]));
    }

    for (i = 0; i < old->nrefunds; i++) {
        noted += phone_ask_noted(call, &phone_refund,
                                 phone_id(old->refund[i]))
                 + phone_ask_noted(call, &phone_refund_no,
                                   phone_old_refund_no(call, old->refund[i]));
    }

    return noted == 0;
}


static phone_str_t
phone_old_order_id(phone_call_t *call, const phone_old_t *old)
{
    return phone_order_id(call, phone_get(old->bill, BILL_MERCHANT),
                          phone_get(old->bill, BILL_ORDER));
}


static phone_str_t
phone_old_refund_no(phone_call_t *call, phone_record_t *refund)
{
    return phone_order_id(call, phone_get(refund, REFUND_MERCHANT),
                          phone_get(refund, REFUND_NO));
}


void
phone_old_lines(phone_call_t *call, const phone_old_t *old,
    phone_buf_t *lines)
{
    unsigned       i;
    phone_chain_t  chain;

    phone_bill_chain(old->bill, &chain);

    phone_archive_record(lines, old->bill);
    phone_archive_claim(lines, &phone_order, phone_old_order_id(call, old),
                        chain.origin);

    for (i = 0; i < old->nchain; i++) {
        phone_archive_record(lines, old->chain[i]);
    }

    for (i = 0; i < old->nrefunds; i++) {
        phone_archive_record(lines, old->refund[i]);
        phone_archive_claim(lines, &phone_refund_no,
                            phone_old_refund_no(call, old->refund[i]),
                            phone_id(old->refund[i]));
    }

    for (i = 0; i < old->npayments; i++) {
        phone_archive_record(lines, old->payment[i]);
    }
}


/* The last record is guarded.  Those before it, refunds and payments that are
   settled do not change; the merchant is told by its version that he has bills
   here.  A host that still refunds bills as old as this one adds to their
   refunds, which are guarded where a commit may do so. */

void
phone_old_shelve(phone_call_t *call, const phone_old_t *old, unsigned bucket,
    int64_t file)
{
    unsigned         i;
    phone_record_t  *bill;

    phone_rely(old->bill);
    phone_rely_elsewhere(old->refunds);

    for (i = 0; i <= old->nchain; i++) {
        bill = i ? old->chain[i - 1] : old->bill;

        phone_shelve(call, &phone_bill, phone_id(bill), bucket, file);
        phone_index_remove(call, &phone_bills_of, phone_get(bill, BILL_PAYER),
                           phone_id(bill));
    }

    phone_shelve(call, &phone_order, phone_old_order_id(call, old), bucket,
                 file);

    if (old->nrefunds) {
        phone_erase(call, &phone_refunds, phone_id(old->refunds));
    }

    for (i = 0; i < old->nrefunds; i++) {
        phone_shelve(call, &phone_refund, phone_id(old->refund[i]), bucket,
                     file);
        phone_shelve(call, &phone_refund_no,
                     phone_old_refund_no(call, old->refund[i]), bucket, file);
    }

    for (i = 0; i < old->npayments; i++) {
        phone_erase(call, &phone_payment, phone_id(old->payment[i]));
    }

    if (phone_get(old->merchant, MERCHANT_ARCHIVED).len == 0) {
        phone_mark(call, &phone_merchant, phone_id(old->merchant),
                   MERCHANT_ARCHIVED, PHONE_STR("1"));
    }
}
