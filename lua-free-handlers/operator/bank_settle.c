
/*
 * POST /operator/banks/{bank}/settle: a bank over HTTP (docs/bank.md) has paid
 * what it owes.
 *
 * Each bucket has an account of the bank, for the cards in it.  A job goes
 * through them all and moves money from outside to them: up to the amount, or
 * until none of them owes anything.  One job of a bank runs at a time.
 */


#include "../host.h"
#include "../jobs.h"
#include "../lib/id.h"
#include "../lib/money.h"
#include "operator.h"
#include "settle.h"


#define PHONE_BANK_SETTLE_STEP  16       /* buckets */


/* The account of the bank in a bucket. */
typedef struct {
    phone_ledger_account_t   of;
    phone_ledger_account_t   outside;
    int64_t                  held;       /* minor units; below 0: it owes */
    int64_t                  room;       /* that outside may still give */
} phone_bank_account_t;


static phone_rc_t phone_bank_settle_run(phone_call_t *call);
static phone_rc_t phone_bank_settle_start(phone_call_t *call,
    phone_record_t *last, phone_record_t *settlement);
static phone_rc_t phone_bank_settle_again(phone_call_t *call,
    phone_record_t *settlement);
static phone_rc_t phone_bank_settle_say(phone_call_t *call,
    phone_record_t *settlement, phone_str_t state);
static phone_rc_t phone_bank_settle_step(phone_call_t *call,
    phone_record_t *job);
static phone_rc_t phone_bank_settle_wait(phone_call_t *call,
    phone_record_t *job, phone_str_t *cursor);
static void phone_bank_settle_ask(phone_call_t *call,
    phone_record_t *settlement, unsigned first, unsigned n,
    phone_bank_account_t *account);
static void phone_bank_settle_do(phone_call_t *call,
    phone_record_t *settlement, unsigned n,
    const phone_bank_account_t *account);
static int64_t phone_bank_settle_part(const phone_bank_account_t *account,
    int64_t most);
static void phone_bank_settle_move(phone_call_t *call,
    const phone_bank_account_t *account, int64_t amount, phone_str_t currency,
    phone_str_t settle_no);
static int64_t phone_settled_int(phone_record_t *settlement, unsigned field);


static const phone_param_t  phone_bank_settle_params[] = {
    { "bank", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1,
      PHONE_BANK_NAME_MAX, "of phone_bank" },
    { "settle_no", PHONE_P_NAME, PHONE_REQUIRED, 1, 64,
      "made by the caller: the same again settles once" },
    { "amount", PHONE_P_AMOUNT, 0, 0, 0,
      "minor units that the bank has paid; all that it owes when left out" },
    { "currency", PHONE_P_CURRENCY, 0, 0, 0,
      "ISO 4217; the platform's when left out" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_bank_settle_reply[] = {
    { "bank", PHONE_M_TEXT, 0, NULL, NULL, "the bank" },
    { "settle_no", PHONE_M_TEXT, 0, NULL, NULL, "the operator's own number" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "state", PHONE_M_TEXT, 0, NULL, NULL,
      "RUNNING: send the call again; DONE; FAILED: in part only" },
    { "settled", PHONE_M_INT, 0, NULL, NULL,
      "minor units that were booked so far" },
    { "left", PHONE_M_INT, 0, NULL, "it is DONE",
      "minor units that the bank owes after that; below 0: is owed" },
    { "settled_at", PHONE_M_TIME, 0, NULL, "it is DONE", "when it was" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_bank_settle = {
    "operator.bank_settle", "POST", "/operator/banks/{bank}/settle",
    PHONE_OPERATOR, phone_bank_settle_run, phone_bank_settle_params,
    phone_bank_settle_reply,
    "Books that a bank over HTTP has paid what it owes: a job. The same call "
    "again shows how far it is."
};


const phone_job_kind_t  phone_bank_settle_job = {
    "bank.settle", phone_bank_settle_step,
    "Books in all buckets what a bank has paid."
};


static phone_rc_t
phone_bank_settle_run(phone_call_t *call)
{
    phone_str_t      bank;
    phone_record_t  *last, *settlement;

    if (phone_settle_given(call, "amount") != PHONE_DONE
        || phone_settle_given(call, "currency") != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    bank = phone_arg(call, "bank");

    if (phone_bank(call, bank) == NULL) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "bank");
    }

    last = phone_ask(call, &phone_bank_settlement, bank);
    settlement = phone_ask(call, &phone_bank_settlement,
                           phone_join(phone_memory(call), 3,
                                      (phone_str_t[3]) { bank, PHONE_STR(":"),
                                          phone_arg(call, "settle_no") }));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_found(settlement)
           ? phone_bank_settle_again(call, settlement)
           : phone_bank_settle_start(call, last, settlement);
}


static phone_rc_t
phone_bank_settle_start(phone_call_t *call, phone_record_t *last,
    phone_record_t *settlement)
{
    phone_record_t  *job, *running;

    job = phone_ask(call, &phone_job,
                    phone_new_id(call, phone_arg(call, "bank"),
                                 "bank settlement"));
    running = phone_get(last, BANK_SETTLEMENT_JOB).len
              ? phone_ask_some(call, &phone_job,
                               phone_get(last, BANK_SETTLEMENT_JOB),
                               PHONE_F(JOB_STATE))
              : NULL;

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (running
        && phone_is(phone_get(running, JOB_STATE), PHONE_JOB_RUNNING))
    {
        phone_retry_after(call, 1);
        return phone_refuse(call, PHONE_BUSY);
    }

    phone_set(last, BANK_SETTLEMENT_JOB, phone_id(job));

    phone_set(settlement, BANK_SETTLEMENT_JOB, phone_id(job));
    phone_set(settlement, BANK_SETTLEMENT_AMOUNT, phone_arg(call, "amount"));
    phone_set(settlement, BANK_SETTLEMENT_CURRENCY,
              phone_has(call, "currency") ? phone_arg(call, "currency")
                                          : phone_settings(call)->currency);
    phone_set_int(settlement, BANK_SETTLEMENT_CREATED, phone_now(call));

    phone_job_start(job, &phone_bank_settle_job, PHONE_EMPTY,
                    phone_id(settlement), call->env->buckets);

    return phone_bank_settle_say(call, settlement,
                                 PHONE_STR(PHONE_JOB_RUNNING));
}


/* The job is kept for some days once it is over. */

static phone_rc_t
phone_bank_settle_again(phone_call_t *call, phone_record_t *settlement)
{
    phone_str_t      currency;
    phone_record_t  *job;

    currency = phone_has(call, "currency") ? phone_arg(call, "currency")
                                           : phone_settings(call)->currency;

    if (!phone_equal(phone_arg(call, "amount"),
                     phone_get(settlement, BANK_SETTLEMENT_AMOUNT)))
    {
        return phone_refuse_field(call, PHONE_EXISTS, "amount");
    }

    if (!phone_equal(currency,
                     phone_get(settlement, BANK_SETTLEMENT_CURRENCY)))
    {
        return phone_refuse_field(call, PHONE_EXISTS, "currency");
    }

    if (phone_get(settlement, BANK_SETTLEMENT_ENDED).len) {
        return phone_bank_settle_say(call, settlement,
                                     PHONE_STR(PHONE_JOB_DONE));
    }

    job = phone_ask_some(call, &phone_job,
                         phone_get(settlement, BANK_SETTLEMENT_JOB),
                         PHONE_F(JOB_STATE));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_bank_settle_say(call, settlement, phone_job_so_far(job));
}


static phone_rc_t
phone_bank_settle_say(phone_call_t *call, phone_record_t *settlement,
    phone_str_t state)
{
    phone_say(call, "bank", phone_arg(call, "bank"));
    phone_say(call, "settle_no", phone_arg(call, "settle_no"));
    phone_say(call, "currency",
              phone_get(settlement, BANK_SETTLEMENT_CURRENCY));
    phone_say(call, "state", state);
    phone_say_int(call, "settled",
                  phone_settled_int(settlement, BANK_SETTLEMENT_SETTLED));

    if (phone_get(settlement, BANK_SETTLEMENT_ENDED).len) {
        phone_say_int(call, "left",
                      phone_settled_int(settlement, BANK_SETTLEMENT_LEFT));
        phone_say_time(call, "settled_at",
                       phone_get_int(settlement, BANK_SETTLEMENT_ENDED));
    }

    return phone_done(call);
}


/*
 * The job: its input is the id of the settlement, and it is done with so many
 * buckets.  It begins when all that the job before has booked is in its bucket:
 * else it would read what the bank owed before that, and book it again.  Until
 * then its cursor is "w" and where phone_ask_gone() goes on.
 */

static phone_rc_t
phone_bank_settle_step(phone_call_t *call, phone_record_t *job)
{
    unsigned              n, first;
    phone_rc_t            rc;
    phone_str_t           cursor;
    phone_record_t       *settlement;
    phone_bank_account_t  account[PHONE_BANK_SETTLE_STEP];

    first = (unsigned) phone_get_int(job, JOB_DONE);

    if (first == 0) {
        rc = phone_bank_settle_wait(call, job, &cursor);

        if (rc == PHONE_REFUSED) {
            return phone_job_wait(job);
        }

        if (rc != PHONE_DONE) {
            return rc;
        }

        if (cursor.len) {
            return phone_job_next(job, 0, cursor);
        }
    }

    settlement = phone_ask(call, &phone_bank_settlement,
                           phone_get(job, JOB_INPUT));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    n = call->env->buckets - first;
    n = n < PHONE_BANK_SETTLE_STEP ? n : PHONE_BANK_SETTLE_STEP;

    phone_bank_settle_ask(call, settlement, first, n, account);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_bank_settle_do(call, settlement, n, account);

    if (first + n < call->env->buckets) {
        return phone_job_next(job, first + n, PHONE_EMPTY);
    }

    phone_set_int(settlement, BANK_SETTLEMENT_ENDED, phone_now(call));

    return phone_job_finish(job, first + n, PHONE_EMPTY);
}


static phone_rc_t
phone_bank_settle_wait(phone_call_t *call, phone_record_t *job,
    phone_str_t *cursor)
{
    phone_rc_t   rc;
    phone_str_t  rest, bank;

    bank = PHONE_EMPTY;
    rest = phone_get(job, JOB_INPUT);
    (void) phone_split(&rest, ':', &bank);

    *cursor = phone_get(job, JOB_CURSOR);
    (void) phone_split(cursor, ' ', &rest);

    rc = phone_ask_gone(call, bank,
                        phone_id_time(phone_id(job)) + PHONE_CLOCKS_APART,
                        cursor);

    if (rc == PHONE_DONE && cursor->len) {
        *cursor = phone_join(phone_memory(call), 2,
                             (phone_str_t[2]) { PHONE_STR("w "), *cursor });
    }

    return rc;
}


/* Its id is "<bank>:<settle_no>". */

static void
phone_bank_settle_ask(phone_call_t *call, phone_record_t *settlement,
    unsigned first, unsigned n, phone_bank_account_t *account)
{
    unsigned     i;
    phone_str_t  rest, bank, currency;

    bank = PHONE_EMPTY;
    rest = phone_id(settlement);
    (void) phone_split(&rest, ':', &bank);
    currency = phone_get(settlement, BANK_SETTLEMENT_CURRENCY);

    for (i = 0; i < n; i++) {
        account[i].of = phone_ledger_bank_in(call, first + i, bank, currency);
        account[i].outside = phone_ledger_outside_in(call, first + i,
                                                     currency);
        account[i].held = phone_ask_held(call, &account[i].of);
        account[i].room = phone_ask_held(call, &account[i].outside)
                          - account[i].outside.least;
    }
}


static void
phone_bank_settle_do(phone_call_t *call, phone_record_t *settlement,
    unsigned n, const phone_bank_account_t *account)
{
    int64_t      amount, settled, left, part;
    unsigned     i;
    phone_str_t  settle_no, bank;

    settle_no = phone_id(settlement);
    (void) phone_split(&settle_no, ':', &bank);

    amount = phone_get_int(settlement, BANK_SETTLEMENT_AMOUNT);
    settled = phone_settled_int(settlement, BANK_SETTLEMENT_SETTLED);
    left = phone_settled_int(settlement, BANK_SETTLEMENT_LEFT);

    for (i = 0; i < n; i++) {
        part = phone_bank_settle_part(&account[i],
                                      amount ? amount - settled
                                             : PHONE_AMOUNT_MAX);

        /* what the bank is owed is booked only with all that it owes */

        part = amount && part < 0 ? 0 : part;

        phone_bank_settle_move(call, &account[i], part,
                               phone_get(settlement, BANK_SETTLEMENT_CURRENCY),
                               settle_no);
        settled += part;
        left -= account[i].held + part;
    }

    phone_set_int(settlement, BANK_SETTLEMENT_SETTLED, settled);
    phone_set_int(settlement, BANK_SETTLEMENT_LEFT, left);
}


/* Of what the bank owes, as much as outside has room for; below 0: of what it
   is owed. */

static int64_t
phone_bank_settle_part(const phone_bank_account_t *account, int64_t most)
{
    most = most < account->room ? most : account->room;
    most = most < PHONE_AMOUNT_MAX ? most : PHONE_AMOUNT_MAX;

    if (account->held > 0) {
        return account->held < PHONE_AMOUNT_MAX ? -account->held
                                                : -PHONE_AMOUNT_MAX;
    }

    return -account->held < most ? -account->held : most;
}


/* Where the commit may touch the account, a refund meanwhile makes the step
   fail and run again. */

static void
phone_bank_settle_move(phone_call_t *call,
    const phone_bank_account_t *account, int64_t amount, phone_str_t currency,
    phone_str_t settle_no)
{
    phone_ledger_account_t  bank;

    bank = account->of;
    bank.most = 0;

    if (amount > 0) {
        phone_move(call, account->outside, bank, amount, currency,
                   "bank_settle", settle_no);

    } else if (amount < 0) {
        phone_move(call, bank, account->outside, -amount, currency,
                   "bank_settle", settle_no);
    }
}


static int64_t
phone_settled_int(phone_record_t *settlement, unsigned field)
{
    int64_t      value;
    phone_str_t  text;

    value = 0;
    text = phone_get(settlement, field);

    if (text.len && phone_parse_signed(text, &value) != 0) {
        (void) phone_bad_record(settlement);
    }

    return value;
}
