
/*
 * A part of GET /operator/check: refunds.
 *
 * A refund is one commit of the merchant's bucket: its record, its number, its
 * part of what was refunded of the bill, and the entry that takes it from the
 * takings.  So each entry has all the others.  The other way round, the parts
 * of each bill that was refunded are noted, and the entries of all ledgers take
 * the notes away: what is left was not taken from the takings.  A refund that
 * is younger than the check is noted nowhere.
 *
 * The bill has the sum of its parts.  It is read after them for "not less", and
 * before them for "not more".  Where a commit may touch one bucket only it may
 * have less for a while: the sum comes with the money.
 */


#include "../host.h"
#include "check.h"
#include "../bill/bill.h"
#include "../lib/id.h"


typedef struct {
    phone_ledger_entry_t     entry;
    phone_record_t          *refund;
    phone_record_t          *parts;
    phone_record_t          *bill;
    phone_str_t              claim;
} phone_check_refund_t;


static unsigned phone_refund_entries(const phone_log_t *page,
    phone_check_refund_t *refund);
static int phone_refunds_read(phone_call_t *call,
    phone_check_refund_t *refund, unsigned n);
static int phone_refund_there(phone_record_t *refund);
static int phone_refund_told(phone_call_t *call, phone_books_t *books,
    const phone_check_refund_t *refund, unsigned n);
static void phone_refund_judge(phone_call_t *call, phone_books_t *books,
    const phone_check_refund_t *refund);
static void phone_refund_judge_archived(phone_call_t *call,
    phone_books_t *books, const phone_check_refund_t *refund,
    phone_str_t where);
static int phone_refund_of_bill(const phone_check_refund_t *refund);
static void phone_refund_judge_parts(phone_call_t *call,
    phone_books_t *books, const phone_check_refund_t *refund);
static int phone_refund_sum(phone_record_t *parts, phone_str_t id,
    int64_t *sum, int64_t *amount);
static void phone_refund_fault(phone_call_t *call, phone_books_t *books,
    const char *what, phone_record_t *record);
static int phone_refund_is_open(phone_call_t *call,
    const phone_books_t *books, phone_str_t refund_id);
static int phone_refund_fresh(phone_books_t *books, phone_str_t refund_id);


static phone_record_t *
phone_ask_parts(phone_call_t *call, phone_str_t merchant_id,
    phone_str_t bill_id)
{
    return phone_ask(call, &phone_refunds,
                     phone_order_id(call, merchant_id, bill_id));
}


/* The refunds among the entries of a page; -1 while it waits for what it
   asks. */

int
phone_check_refunds(phone_call_t *call, phone_books_t *books,
    const phone_log_t *page)
{
    unsigned              i, n;
    phone_check_refund_t  refund[PHONE_CHECK_PAYMENTS];

    n = phone_refund_entries(page, refund);

    if (phone_refunds_read(call, refund, n) != 0
        || phone_refund_told(call, books, refund, n) != 0)
    {
        return -1;
    }

    for (i = 0; i < n; i++) {
        phone_refund_judge(call, books, &refund[i]);
    }

    return 0;
}


static unsigned
phone_refund_entries(const phone_log_t *page, phone_check_refund_t *refund)
{
    unsigned  i, n;

    n = 0;

    for (i = 0; i < page->n; i++) {
        if (phone_ledger_parse(page->entry[i], &refund[n].entry) == 0
            && phone_is(refund[n].entry.reason, "refund"))
        {
            n++;
        }
    }

    return n;
}


static int
phone_refunds_read(phone_call_t *call, phone_check_refund_t *refund,
    unsigned n)
{
    unsigned         i;
    phone_str_t      merchant;
    phone_record_t  *record, *record_of[PHONE_CHECK_PAYMENTS];

    for (i = 0; i < n; i++) {
        refund[i].refund = phone_ask(call, &phone_refund,
                                     refund[i].entry.reference);
    }

    if (phone_waiting(call)) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        record_of[i] = refund[i].refund;
    }

    if (phone_ask_archived_of(call, record_of, n) != 0) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        record = refund[i].refund;

        if (phone_refund_there(record)) {
            merchant = phone_get(record, REFUND_MERCHANT);
            refund[i].claim = phone_ask_claimed(call, &phone_refund_no,
                                  phone_order_id(call, merchant,
                                                 phone_get(record, REFUND_NO)));
            refund[i].parts = phone_ask_parts(call, merchant,
                                              phone_get(record, REFUND_BILL));
        }
    }

    if (phone_waiting(call)) {
        return -1;
    }

    /* after its parts, not with them */

    for (i = 0; i < n; i++) {
        record = refund[i].refund;

        if (phone_refund_there(record)) {
            refund[i].bill = phone_ask_some(call, &phone_bill,
                                            phone_get(record, REFUND_BILL),
                                            PHONE_F(BILL_STATUS)
                                            | PHONE_F(BILL_MERCHANT)
                                            | PHONE_F(BILL_AMOUNT)
                                            | PHONE_F(BILL_CURRENCY)
                                            | PHONE_F(BILL_CARD)
                                            | PHONE_F(BILL_REFUNDED));
        }
    }

    return phone_waiting(call) ? -1 : 0;
}


/* In the store: with all that belongs to it. */

static int
phone_refund_there(phone_record_t *refund)
{
    return phone_found(refund) && phone_readable(refund)
           && !phone_is_archived(refund);
}


static int
phone_refund_told(phone_call_t *call, phone_books_t *books,
    const phone_check_refund_t *refund, unsigned n)
{
    unsigned         i;
    phone_record_t  *record[PHONE_CHECK_PAYMENTS];

    for (i = 0; i < n; i++) {
        record[i] = refund[i].refund;
    }

    return phone_check_told(call, books, &phone_refund_outbox, record, n);
}


static void
phone_refund_judge(phone_call_t *call, phone_books_t *books,
    const phone_check_refund_t *refund)
{
    phone_str_t  where;

    where = phone_format(phone_memory(call), "refund:%.*s",
                         PHONE_ARGS(refund->entry.reference));

    if (!phone_found(refund->refund)) {
        phone_books_fault(books, "refund_missing", where);
        return;
    }

    if (phone_is_archived(refund->refund)) {
        phone_refund_judge_archived(call, books, refund, where);
        return;
    }

    /* which phone_check_told() has said */

    if (!phone_refund_there(refund->refund)) {
        return;
    }

    if (!phone_check_refunded_so(call, refund->refund, &refund->entry)
        || !phone_refund_of_bill(refund)) {
        phone_books_fault(books, "refund_differs", where);
    }

    if (!phone_equal(refund->claim, phone_id(refund->refund))) {
        phone_books_fault(books, refund->claim.len ? "refund_no_differs"
                                                   : "refund_no_missing",
            phone_format(phone_memory(call), "refund_no:%.*s:%.*s",
                PHONE_ARGS(phone_get(refund->refund, REFUND_MERCHANT)),
                PHONE_ARGS(phone_get(refund->refund, REFUND_NO))));
    }

    phone_refund_judge_parts(call, books, refund);
}


/* Of its bill nothing is in the store, so nobody has noted it. */

static void
phone_refund_judge_archived(phone_call_t *call, phone_books_t *books,
    const phone_check_refund_t *refund, phone_str_t where)
{
    if (!phone_check_refunded_so(call, refund->refund, &refund->entry)) {
        phone_books_fault(books, "refund_differs", where);
    }

    if (phone_account_is(refund->entry.from, "takings:")
        && !phone_refund_fresh(books, refund->entry.reference))
    {
        phone_diff_put(&books->refunds, refund->entry.reference, 1);
    }
}


/* Both accounts of the movement, or the one that is in the bucket of the
   entry. */

int
phone_check_refunded_so(phone_call_t *call, phone_record_t *record,
    const phone_ledger_entry_t *entry)
{
    phone_str_t  card, takings, currency;

    currency = phone_get(record, REFUND_CURRENCY);
    card = phone_ledger_card(call, phone_get(record, REFUND_CARD)).name;
    takings = phone_ledger_takings(call, phone_get(record, REFUND_MERCHANT),
                                   currency).name;

    return phone_equal(phone_get(record, REFUND_AMOUNT),
                       phone_int(phone_memory(call), entry->amount))
           && phone_equal(currency, entry->currency)
           && (phone_equal(entry->from, takings)
               || phone_account_is(entry->from, "clearing:"))
           && (phone_equal(entry->to, card)
               || phone_account_is(entry->to, "clearing:"));
}


/* It has paid what is given back, with that card. */

static int
phone_refund_of_bill(const phone_check_refund_t *refund)
{
    phone_record_t  *bill, *record;

    bill = refund->bill;
    record = refund->refund;

    return phone_found(bill) && phone_readable(bill)
           && phone_is(phone_get(bill, BILL_STATUS), "PAID")
           && phone_equal(phone_get(bill, BILL_MERCHANT),
                          phone_get(record, REFUND_MERCHANT))
           && phone_equal(phone_get(bill, BILL_AMOUNT),
                          phone_get(record, REFUND_TOTAL))
           && phone_equal(phone_get(bill, BILL_CURRENCY),
                          phone_get(record, REFUND_CURRENCY))
           && phone_equal(phone_get(bill, BILL_CARD),
                          phone_get(record, REFUND_CARD));
}


static void
phone_refund_judge_parts(phone_call_t *call, phone_books_t *books,
    const phone_check_refund_t *refund)
{
    int64_t          sum, amount;
    phone_record_t  *bill;

    bill = refund->bill;

    if (phone_refund_sum(refund->parts, phone_id(refund->refund), &sum,
                         &amount)
            != 0
        || amount != refund->entry.amount)
    {
        phone_refund_fault(call, books, "refund_not_listed", refund->parts);
        return;
    }

    if (sum > phone_get_int(bill, BILL_AMOUNT)) {
        phone_refund_fault(call, books, "refunds_exceed", refund->parts);
    }

    if (call->env->domain == PHONE_WHOLE_STORE
        && sum > phone_get_int(bill, BILL_REFUNDED))
    {
        phone_refund_fault(call, books, "refunded_differs", bill);
    }
}


/* Of all parts, and of that one; -1 when they are malformed. */

static int
phone_refund_sum(phone_record_t *parts, phone_str_t id, int64_t *sum,
    int64_t *amount)
{
    int          rc;
    int64_t      part;
    phone_str_t  rest, refund_id;

    *sum = 0;
    *amount = 0;
    rest = phone_get(parts, REFUNDS_PARTS);

    while ((rc = phone_refund_part(&rest, &refund_id, &part)) == 1) {
        *sum += part;

        if (phone_equal(refund_id, id)) {
            *amount += part;
        }
    }

    return rc;
}


/* "refunds:tea:017-01J..." */

static void
phone_refund_fault(phone_call_t *call, phone_books_t *books,
    const char *what, phone_record_t *record)
{
    phone_books_fault(books, what,
                      phone_format(phone_memory(call), "%s:%.*s",
                                   record->type->name,
                                   PHONE_ARGS(phone_id(record))));
}


/* Bills that were read and are refunded: their parts are noted.  -1 while it
   waits for what it asks. */

int
phone_check_refunded(phone_call_t *call, phone_books_t *books,
    phone_record_t *const *bill, unsigned n)
{
    unsigned         i;
    int64_t          sum, amount;
    phone_str_t      rest, id;
    phone_record_t  *parts[PHONE_CHECK_ASKED];

    for (i = 0; i < n; i++) {
        parts[i] = phone_get(bill[i], BILL_REFUNDED).len
                   ? phone_ask_parts(call, phone_get(bill[i], BILL_MERCHANT),
                                     phone_id(bill[i]))
                   : NULL;
    }

    if (phone_waiting(call)) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        if (parts[i] == NULL || !phone_readable(bill[i])) {
            continue;
        }

        if (phone_refund_sum(parts[i], PHONE_EMPTY, &sum, &amount) != 0
            || sum < phone_get_int(bill[i], BILL_REFUNDED))
        {
            phone_refund_fault(call, books, "refunded_differs", bill[i]);
        }

        rest = phone_get(parts[i], REFUNDS_PARTS);

        while (phone_refund_part(&rest, &id, &amount) == 1) {
            if (!phone_refund_fresh(books, id)
                && phone_refund_is_open(call, books, id))
            {
                phone_diff_put(&books->refunds, id, 1);
            }
        }
    }

    return 0;
}


static int
phone_refund_fresh(phone_books_t *books, phone_str_t refund_id)
{
    return phone_id_time(refund_id) >= books->since;
}


/* Its entry is in the bucket of the card, which is that of the bill; where a
   commit may touch one bucket only, in that of the merchant, as the refund. */

static int
phone_refund_is_open(phone_call_t *call, const phone_books_t *books,
    phone_str_t refund_id)
{
    int  bucket;

    bucket = call->env->domain == PHONE_WHOLE_STORE
             ? (int) PHONE_CHECK_HERE(books)
             : phone_id_bucket(refund_id, call->env->buckets);

    return bucket < 0
           || phone_check_is_open(books, (unsigned) bucket,
                                  phone_id_time(refund_id));
}


/* An entry of a ledger takes the note of its refund away. */

void
phone_refund_entry(phone_books_t *books, const phone_ledger_entry_t *entry)
{
    if (phone_is(entry->reason, "refund")
        && phone_account_is(entry->from, "takings:")
        && !phone_refund_fresh(books, entry->reference))
    {
        phone_diff_put(&books->refunds, entry->reference, -1);
    }
}


/* Once all ledgers have been read, with what came meanwhile.  An entry without
   a note is of a bill that is not listed, or that has no sum. */

void
phone_refunds_end(phone_call_t *call, phone_books_t *books)
{
    int          sign, more;
    phone_str_t  id;

    while ((more = phone_diff_take(&books->refunds, &id, &sign)) == 1) {
        if (sign > 0) {
            phone_books_fault(books, "refund_not_debited",
                              phone_format(phone_memory(call), "refund:%.*s",
                                           PHONE_ARGS(id)));
        }
    }

    if (more < 0) {
        phone_books_fault(books, "refunds_untold", PHONE_STR("takings"));
    }

    books->refunds.cell = NULL;
}
