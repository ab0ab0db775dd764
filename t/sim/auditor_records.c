
/*
 * Records: bills go along their graph and what was agreed stays, an order
 * number is one bill for ever, wrong PINs are counted.
 */


#include <stdio.h>

#include "auditing.h"


static void sim_audit_bill(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_written_t *written);
static void sim_audit_step(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill);
static sim_status_t sim_status(phone_str_t text);
static void sim_audit_pin(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op, const sim_written_t *written);
static void sim_audit_listens(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_written_t *written);


sim_bill_t *
sim_bill(sim_auditor_t *auditor, phone_str_t id)
{
    return sim_map_make(&auditor->bills, id, sizeof(sim_bill_t));
}


sim_number_t *
sim_number(sim_auditor_t *auditor, phone_str_t number)
{
    return sim_map_make(&auditor->numbers, number, sizeof(sim_number_t));
}


void
sim_audit_record(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op, sim_written_t *written)
{
    phone_str_t  kind;

    kind = written->parts.kind;

    if (phone_is(kind, "account")) {
        sim_audit_pin(auditor, task, op, written);
        sim_audit_default(auditor, op, sim_number(auditor,
                                                  written->parts.id));
        sim_audit_set_password(auditor, op, written->parts.id);
        sim_audit_listens(auditor, op, written);
        return;
    }

    if (phone_is(kind, "card") && written->there) {
        sim_audit_card_changed(auditor, op, written->parts.id);
        return;
    }

    if (op->kind == PHONE_OP_HDEL) {
        return;
    }

    if (phone_is(kind, "bill")) {
        sim_audit_bill(auditor, op, written);

    } else if (phone_is(kind, "message")) {
        sim_audit_message(auditor, op, written->parts.id, !written->there);

    } else if (phone_is(kind, "mail")) {
        sim_audit_mail(auditor, op, written->parts.id, !written->there);

    } else if (phone_is(kind, "block")) {
        sim_audit_block(auditor, &written->parts, 1);

    } else if (phone_is(kind, "refund")) {
        sim_audit_refund_record(auditor, op, written->parts.id);

    } else if (phone_is(kind, "payment")) {
        sim_audit_payment(auditor, op, written->parts.id, !written->there);

    } else if (phone_is(kind, "bank_settlement")) {
        sim_audit_bank_settlement(auditor, op, written->parts.id,
                                  !written->there);

    } else if (phone_is(kind, "notice")) {
        sim_audit_notice(auditor, op, written);

    } else if (phone_is(kind, "merchant") || phone_is(kind, "terminal")) {
        sim_audit_keys(auditor, op, written->parts.id);

    } else if (phone_is(kind, "card")) {

        if (sim_hset_word(op, "balance", NULL).len) {
            sim_violation(auditor->world, "a balance is set, not moved");
        }

        sim_audit_card(auditor, op, written->parts.id);
    }
}


/* Bills */

static sim_status_t
sim_status(phone_str_t text)
{
    if (phone_is(text, "CREATED")) {
        return SIM_BILL_CREATED;
    }

    if (phone_is(text, "PUSHED")) {
        return SIM_BILL_PUSHED;
    }

    if (phone_is(text, "PAID")) {
        return SIM_BILL_PAID;
    }

    if (phone_is(text, "REJECTED")) {
        return SIM_BILL_REJECTED;
    }

    if (phone_is(text, "CLOSED")) {
        return SIM_BILL_CLOSED;
    }

    if (phone_is(text, "OFFERED")) {
        return SIM_BILL_OFFERED;
    }

    if (phone_is(text, "HANDED_ON")) {
        return SIM_BILL_HANDED_ON;
    }

    if (phone_is(text, "DECLINED")) {
        return SIM_BILL_DECLINED;
    }

    if (phone_is(text, "RECALLED")) {
        return SIM_BILL_RECALLED;
    }

    if (phone_is(text, "PAYING")) {
        return SIM_BILL_PAYING;
    }

    return phone_is(text, "EXPIRED") ? SIM_BILL_EXPIRED : SIM_BILL_NONE;
}


/* What a bill was made with stays as it is. */

static void
sim_audit_agreed(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t *agreed, const char *field, int first)
{
    int          set;
    phone_str_t  word;

    word = sim_hset_word(op, field, &set);

    if (first) {
        *agreed = sim_copy(auditor->memory, word);
        return;
    }

    if (set && !phone_equal(word, *agreed)) {
        sim_violation(auditor->world, "%s of \"%.*s\" changes", field,
                      PHONE_ARGS(op->key));
    }
}


static void
sim_audit_new_bill(sim_auditor_t *auditor, const phone_op_t *op,
    sim_bill_t *bill)
{
    if (bill->status != SIM_BILL_NONE) {
        sim_violation(auditor->world, "bill %.*s is made twice",
                      PHONE_ARGS(bill->node.key));
    }

    if (sim_parse_int(sim_hset_word(op, "amount", NULL), &bill->amount) != 0
        || sim_parse_int(sim_hset_word(op, "expires", NULL), &bill->expires)
           != 0)
    {
        sim_violation(auditor->world, "a bill without amount or end");
    }

    bill->made_at = auditor->world->now;

    if (sim_hset_word(op, "handed", NULL).len) {
        sim_audit_handed_on(auditor, op, bill);
        return;
    }

    bill->first = bill->node.key;
    sim_audit_deal(auditor, op, bill);
    sim_count(auditor->world, BILLS);
}


static void
sim_audit_bill(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_written_t *written)
{
    int          first, set;
    sim_bill_t  *bill;

    bill = sim_bill(auditor, written->parts.id);
    first = !written->there;

    if (first) {
        sim_audit_new_bill(auditor, op, bill);

    } else if (sim_hset_word(op, "amount", &set).len || set) {
        sim_violation(auditor->world, "the amount of a bill is set again");
    }

    sim_audit_agreed(auditor, op, &bill->merchant, "merchant", first);
    sim_audit_agreed(auditor, op, &bill->order, "order", first);
    sim_audit_agreed(auditor, op, &bill->payer, "payer", first);
    sim_audit_agreed(auditor, op, &bill->currency, "currency", first);

    sim_audit_step(auditor, op, bill);
    sim_audit_acked(auditor, op, "bill", written->parts.id);
}


static void
sim_audit_step(sim_auditor_t *auditor, const phone_op_t *op, sim_bill_t *bill)
{
    int           set;
    sim_world_t  *world;
    phone_str_t   text;
    sim_status_t  status, was;

    /* from -> to; terminal states absorb */

    static const uint16_t  allowed[] = {
        [SIM_BILL_NONE] = 1 << SIM_BILL_CREATED | 1 << SIM_BILL_PUSHED
                          | 1 << SIM_BILL_OFFERED,
        [SIM_BILL_CREATED] = 1 << SIM_BILL_PUSHED | 1 << SIM_BILL_PAID
                             | 1 << SIM_BILL_EXPIRED | 1 << SIM_BILL_REJECTED
                             | 1 << SIM_BILL_CLOSED | 1 << SIM_BILL_HANDED_ON
                             | 1 << SIM_BILL_PAYING,
        [SIM_BILL_PUSHED] = 1 << SIM_BILL_PAID | 1 << SIM_BILL_EXPIRED
                            | 1 << SIM_BILL_REJECTED | 1 << SIM_BILL_CLOSED
                            | 1 << SIM_BILL_HANDED_ON | 1 << SIM_BILL_PAYING,
        [SIM_BILL_PAYING] = 1 << SIM_BILL_PAID | 1 << SIM_BILL_PUSHED,
        [SIM_BILL_OFFERED] = 1 << SIM_BILL_PUSHED | 1 << SIM_BILL_EXPIRED
                             | 1 << SIM_BILL_CLOSED | 1 << SIM_BILL_DECLINED
                             | 1 << SIM_BILL_RECALLED,
        [SIM_BILL_PAID] = 0,
        [SIM_BILL_EXPIRED] = 0,
        [SIM_BILL_REJECTED] = 0,
        [SIM_BILL_CLOSED] = 0,
        [SIM_BILL_HANDED_ON] = 0,
        [SIM_BILL_DECLINED] = 0,
        [SIM_BILL_RECALLED] = 0
    };

    world = auditor->world;
    text = sim_hset_word(op, "status", &set);

    if (!set) {
        return;
    }

    status = sim_status(text);

    sim_trace(world, "bill %.*s is %.*s", PHONE_ARGS(bill->node.key),
              PHONE_ARGS(text));

    if (!(allowed[bill->status] & 1 << status)) {
        sim_violation(world, "invariant 7: bill %.*s goes from %.*s to %.*s",
                      PHONE_ARGS(bill->node.key),
                      PHONE_ARGS(bill->status_text), PHONE_ARGS(text));
    }

    was = bill->status;
    bill->status = status;
    bill->status_text = sim_copy(auditor->memory, text);
    sim_audit_hand(auditor, op, bill, was);
    bill->freed = was == SIM_BILL_PAYING;
    bill->free_at = bill->freed ? world->now : bill->free_at;

    switch (status) {

    case SIM_BILL_PAYING:
        sim_audit_paying(auditor, op, bill);
        break;

    case SIM_BILL_PAID:
        sim_count(world, PAID);
        bill->ended_at = world->now;
        sim_audit_agreed(auditor, op, &bill->card, "card", 1);
        sim_audit_agreed(auditor, op, &bill->pay_id, "pay_id", 1);
        break;

    case SIM_BILL_EXPIRED:
        sim_count(world, EXPIRED);
        bill->ended_at = world->now;
        break;

    case SIM_BILL_REJECTED:
        sim_count(world, REJECTED);
        bill->ended_at = world->now;
        break;

    case SIM_BILL_CLOSED:
        sim_count(world, CLOSED);
        bill->ended_at = world->now;
        break;

    default:
        break;
    }

    if (auditor->nbills < SIM_TOUCHED_MAX) {
        auditor->bill[auditor->nbills++] = bill;
    }
}


/* What is further ahead is of before the clock was set back. */

void
sim_audit_told(sim_auditor_t *auditor, const sim_bill_t *bill, int64_t at)
{
    int64_t  listens;

    listens = sim_number(auditor, bill->payer)->listens;

    if (auditor->live == 0
        && listens > at && listens - at <= auditor->world->settings.live_open)
    {
        sim_violation(auditor->world, "bill %.*s is %.*s, no open client hears "
                      "of it", PHONE_ARGS(bill->node.key),
                      PHONE_ARGS(bill->status_text));
    }
}


/* What nobody hears takes no memory.  An event that has read the account does
   not learn of a client that a clock set back makes end sooner. */

void
sim_audit_heard(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op, phone_str_t number)
{
    const sim_number_t  *heard;

    heard = sim_number(auditor, number);

    /* one that comes with a posting was heard when that was made */

    if (task != NULL && task->call.event == &phone_posting_apply) {
        return;
    }

    if (!phone_is(op->word[2], "reset") && task != NULL
        && heard->listens <= task->call.now
        && heard->listened <= task->call.now)
    {
        sim_violation(auditor->world, "%.*s is put in a stream that nobody "
                      "hears", PHONE_ARGS(op->word[2]));
    }
}


/* A bill gets paid in the very commit that moves the money. */

static void
sim_audit_paid_bill(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t key)
{
    int           n;
    char          account[96];
    int64_t       paid;
    sim_world_t  *world;

    world = auditor->world;
    paid = sim_stored_int(auditor, key, "paid_at");

    if (bill->freed) {
        sim_count(world, BANK_PAID);
        sim_audit_bank_paid(auditor, bill);
        sim_audit_told(auditor, bill, paid);
        return;
    }

    n = snprintf(account, sizeof(account), "phone:{%.3s}:account:%.*s",
                 bill->node.key.data, PHONE_ARGS(bill->payer));

    if (sim_stored(auditor, (phone_str_t) { (size_t) n, account },
                   "pin_fails").len)
    {
        sim_violation(world, "wrong PINs of %.*s count after the right one",
                      PHONE_ARGS(bill->payer));
    }

    if (paid >= bill->expires) {
        sim_violation(world, "bill %.*s is paid too late",
                      PHONE_ARGS(bill->node.key));
    }

    sim_audit_payer(auditor, bill);

    sim_audit_told(auditor, bill, paid);
}


static void
sim_audit_expired_bill(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t key)
{
    int64_t       clock, began;
    sim_world_t  *world;

    world = auditor->world;
    clock = sim_wall(world) + world->swarm.skew;
    began = auditor->task->runner.started * SIM_MS;

    if (sim_stored_int(auditor, key, "ended_at") < bill->expires
        || (!sim_jumped_since(world, began) && clock < bill->expires))
    {
        sim_violation(world, "bill %.*s expires too soon",
                      PHONE_ARGS(bill->node.key));
    }

    sim_audit_told(auditor, bill, sim_stored_int(auditor, key, "ended_at"));
}


void
sim_audit_bills(sim_auditor_t *auditor)
{
    unsigned      i;
    sim_bill_t   *bill;
    char          text[128];
    sim_world_t  *world;
    phone_str_t   key, stored;

    world = auditor->world;

    for (i = 0; i < auditor->nbills; i++) {
        bill = auditor->bill[i];
        key = sim_bill_key(text, bill->node.key);
        stored = sim_stored(auditor, key, "status");

        if (sim_status(stored) != bill->status) {
            sim_violation(world, "bill %.*s is stored as %.*s",
                          PHONE_ARGS(bill->node.key), PHONE_ARGS(stored));
        }

        if ((bill->status == SIM_BILL_PAID) != (bill->debits == 1)) {
            sim_violation(world, "invariant 3: bill %.*s is %.*s with %u "
                          "debits", PHONE_ARGS(bill->node.key),
                          PHONE_ARGS(bill->status_text), bill->debits);
        }

        switch (bill->status) {

        case SIM_BILL_PAYING:
            sim_audit_pays_by_bank(auditor, bill);
            break;

        case SIM_BILL_PUSHED:

            if (bill->freed) {
                sim_count(world, BANK_FAILED);
                sim_audit_bank_unpaid(auditor, bill);
                break;
            }

            if (auditor->live == 0 && auditor->texts == 0 && !bill->fetched
                && !sim_is_call(auditor->exchange, "bill.accept"))
            {
                sim_violation(world, "bill %.*s is pushed to nobody",
                              PHONE_ARGS(bill->node.key));
            }

            break;

        case SIM_BILL_PAID:
            sim_audit_paid_bill(auditor, bill, key);
            break;

        case SIM_BILL_EXPIRED:
            sim_audit_expired_bill(auditor, bill, key);
            break;

        case SIM_BILL_REJECTED:
        case SIM_BILL_CLOSED:
            sim_audit_unpaid(auditor, bill, key);
            break;

        default:
            break;
        }
    }
}


/*
 * Wrong PINs: counted one by one, never while the PIN is locked, and from the
 * limit on each one locks.
 */

static void
sim_audit_pin(sim_auditor_t *auditor, const sim_task_t *task,
    const phone_op_t *op, const sim_written_t *written)
{
    int            set;
    unsigned       i;
    int64_t        fails, now, until;
    sim_world_t   *world;
    phone_str_t    text;
    sim_number_t  *number;

    world = auditor->world;
    number = sim_number(auditor, written->parts.id);

    if (op->kind == PHONE_OP_HDEL) {

        for (i = 0; i < op->nwords; i++) {

            if (phone_is(op->word[i], "pin_fails")) {
                sim_audit_forgiven(auditor, number);
                number->fails = 0;
                number->until = 0;
                number->locked_at = world->now;

            } else if (phone_is(op->word[i], "pin")) {
                sim_audit_pin_reset(auditor, number);
            }
        }

        return;
    }

    if (sim_hset_word(op, "balance", NULL).len) {
        sim_violation(world, "a balance is set, not moved");
    }

    sim_audit_credentials(auditor, op, number);

    if ((sim_hset_word(op, "pin", &set).len || set)
        && !sim_is_reseal(auditor))
    {
        sim_audit_new_pin(auditor, number);
    }

    text = sim_hset_word(op, "envelope", &set);

    if (set) {
        sim_audit_demanded(auditor, number, text);
    }

    text = sim_hset_word(op, "pin_fails", &set);

    if (!set) {
        return;
    }

    now = task != NULL ? task->call.now : 0;

    if (sim_parse_int(text, &fails) != 0 || fails != number->fails + 1) {
        sim_violation(world, "%lld wrong PINs become %.*s",
                      (long long) number->fails, PHONE_ARGS(text));
    }

    if (now < number->until || now < number->quiet) {
        sim_violation(world, "invariant 12: a PIN is tried that is locked "
                      "until %lld", (long long) number->until);
    }

    number->fails = fails;
    number->counted++;

    if (sim_parse_int(sim_hset_word(op, "pin_until", &set), &until) != 0) {
        until = 0;
    }

    sim_audit_wrong_pin(auditor, number, fails, until);

    if (until) {
        number->until = until;
        number->locked_at = world->now;
    }
}


/* Until when a number has an open client, by the clock of who says so. */

static void
sim_audit_listens(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_written_t *written)
{
    int            set;
    phone_str_t    text;
    sim_number_t  *number;

    text = sim_hset_word(op, "listens", &set);

    if (op->kind != PHONE_OP_HSET || !set) {
        return;
    }

    number = sim_number(auditor, written->parts.id);

    auditor->opened = number;
    auditor->opened_after = number->listens;
    number->listened = number->listens;

    if (sim_parse_int(text, &number->listens) != 0) {
        sim_violation(auditor->world, "a client is open until \"%.*s\"",
                      PHONE_ARGS(text));
    }

    sim_count(auditor->world, LISTENS);
}


/* While nobody was open nothing was put in the stream: who comes back to it
   finds that out. */

void
sim_audit_opened(sim_auditor_t *auditor)
{
    int64_t              said_at;
    const sim_number_t  *number;

    number = auditor->opened;

    if (number == NULL) {
        return;
    }

    said_at = number->listens - auditor->world->settings.live_open;

    if (said_at >= auditor->opened_after && auditor->resets == 0) {
        sim_violation(auditor->world, "nobody of %.*s was open, and who comes "
                      "back is not told", PHONE_ARGS(number->node.key));
    }
}


/* The end */

static int
sim_listed(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    char               text[96];
    sim_world_t       *world;
    const sim_zset_t  *list;

    world = auditor->world;

    snprintf(text, sizeof(text), "phone:{%.3s}:bills:%.*s",
             bill->node.key.data, PHONE_ARGS(bill->payer));
    list = sim_store_zset(world->store, sim_wall(world), phone_cstr(text));

    return list != NULL && sim_zset_find(list, bill->node.key) != NULL;
}


static void
sim_audit_bill_end(sim_auditor_t *auditor, const sim_bill_t *bill)
{
    char           text[128];
    phone_str_t    id;
    sim_deal_t    *order;
    sim_world_t   *world;
    sim_notice_t  *notice;

    world = auditor->world;
    id = bill->node.key;

    snprintf(text, sizeof(text), "%.*s:%.*s", PHONE_ARGS(bill->merchant),
             PHONE_ARGS(bill->order));
    order = sim_map_find(&auditor->orders, phone_cstr(text));

    if (order == NULL || !phone_equal(order->value, bill->first)) {
        sim_violation(world, "bill %.*s has no order", PHONE_ARGS(id));
    }

    if (bill->archived) {
        sim_audit_archived_end(auditor, bill, sim_listed(auditor, bill));

    } else if (sim_listed(auditor, bill) == sim_has_come_back(auditor, bill)) {
        sim_violation(world, "bill %.*s is in no list, or twice",
                      PHONE_ARGS(id));
    }

    sim_audit_givers_told(auditor, bill);
    sim_audit_left_behind(auditor, bill);

    if (bill->status == SIM_BILL_HANDED_ON
        || bill->status == SIM_BILL_DECLINED
        || bill->status == SIM_BILL_RECALLED)
    {
        sim_audit_left_end(auditor, bill);
        return;
    }

    if (bill->status == SIM_BILL_CREATED || bill->status == SIM_BILL_PUSHED
        || bill->status == SIM_BILL_OFFERED
        || bill->status == SIM_BILL_PAYING)
    {
        sim_violation(world, "bill %.*s is %.*s for ever", PHONE_ARGS(id),
                      PHONE_ARGS(bill->status_text));
    }

    if (bill->credits != (bill->status == SIM_BILL_PAID)) {
        sim_violation(world, "bill %.*s is %.*s with %u credits",
                      PHONE_ARGS(id), PHONE_ARGS(bill->status_text),
                      bill->credits);
    }

    snprintf(text, sizeof(text), "%.*s.bill.1", PHONE_ARGS(bill->first));
    notice = sim_map_find(&auditor->notices, phone_cstr(text));

    if (notice == NULL || !notice->over || notice->sent == 0) {
        sim_violation(world, "invariant 8: no notice tells of bill %.*s",
                      PHONE_ARGS(id));
    }

    snprintf(text, sizeof(text), "%.*s.bill.2", PHONE_ARGS(bill->first));

    if (sim_map_find(&auditor->notices, phone_cstr(text)) != NULL) {
        sim_violation(world, "invariant 8: two notices tell of bill %.*s",
                      PHONE_ARGS(id));
    }
}


void
sim_audit_records_end(sim_auditor_t *auditor)
{
    size_t       i;
    phone_str_t  bill;
    sim_deal_t  *order;

    sim_audit_message_end(auditor);
    sim_audit_mail_end(auditor);

    for (i = 0; i < auditor->bills.slots; i++) {

        if (auditor->bills.slot[i] != NULL) {
            sim_audit_bill_end(auditor,
                               (sim_bill_t *) auditor->bills.slot[i]);
        }
    }

    for (i = 0; i < auditor->orders.slots; i++) {
        order = (sim_deal_t *) auditor->orders.slot[i];

        if (order == NULL) {
            continue;
        }

        bill = order->value;

        if (sim_map_find(&auditor->bills, bill) == NULL) {
            sim_violation(auditor->world, "order %.*s has no bill",
                          PHONE_ARGS(order->node.key));
        }
    }
}
