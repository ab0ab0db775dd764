
/*
 * The days of a merchant are closed one after the other: a day in which its
 * takings have moved gets its statement, whether anybody asks for it or not, so
 * that its log can go.
 */


#include "../host.h"
#include "bill.h"
#include "../lib/date.h"


/* ms: a day is closed so long after its statement can be made, merchants one
   after the other. */
#define PHONE_CLOSE_WAITS   PHONE_HOUR
#define PHONE_CLOSE_SPREAD  (6 * PHONE_HOUR)

/* ms until it is looked at again whether the statement is made. */
#define PHONE_CLOSE_LOOKS   PHONE_MINUTE


static phone_rc_t phone_statement_close_run(phone_call_t *call);
static phone_rc_t phone_close_make(phone_call_t *call,
    phone_record_t *statement, phone_str_t merchant_id);
static phone_rc_t phone_close_empty(phone_call_t *call,
    phone_record_t *stated, phone_record_t *statement);
static phone_rc_t phone_close_day(phone_call_t *call, phone_record_t *stated,
    phone_record_t *statement);
static void phone_close_put(phone_call_t *call, phone_str_t merchant_id,
    phone_str_t date);
static phone_str_t phone_close_id(phone_call_t *call,
    phone_str_t *merchant_id, phone_str_t *date);


const phone_event_t  phone_statement_close = {
    "statement.close", phone_statement_close_run,
    "Closes a day of a merchant: its statement is made."
};


void
phone_statement_open(phone_call_t *call, phone_str_t merchant_id)
{
    phone_close_put(call, merchant_id,
                    phone_zone_day(phone_memory(call),
                                   phone_now(call) / 1000,
                                   phone_statement_zone(call)));
}


static void
phone_close_put(phone_call_t *call, phone_str_t merchant_id, phone_str_t date)
{
    int64_t  at;

    at = phone_statement_over(call, date) + PHONE_CLOSE_WAITS
         + (int64_t) (phone_fnv64(merchant_id) % PHONE_CLOSE_SPREAD);

    phone_emit(call, &phone_statement_close,
               phone_join(phone_memory(call), 5,
                          (phone_str_t[5]) {
                              phone_bucket_text(phone_memory(call),
                                  phone_home(call->env, &phone_stated,
                                             merchant_id)),
                              PHONE_STR("-"), merchant_id, PHONE_STR(":"),
                              date }), PHONE_EMPTY, at);
}


/* The id of an event names its bucket: "017-tea:2026-11-21". */

static phone_str_t
phone_close_id(phone_call_t *call, phone_str_t *merchant_id, phone_str_t *date)
{
    phone_str_t  id, bucket;

    id = phone_event_id(call);
    (void) phone_split(&id, '-', &bucket);

    *date = id;
    (void) phone_split(date, ':', merchant_id);

    return id;
}


static phone_rc_t
phone_statement_close_run(phone_call_t *call)
{
    phone_str_t         id, merchant_id, date;
    phone_record_t     *stated, *statement;
    const phone_log_t  *log;

    id = phone_close_id(call, &merchant_id, &date);

    stated = phone_ask(call, &phone_stated, merchant_id);
    statement = phone_ask(call, &phone_statement, id);
    log = phone_ask_log(call, &phone_moved, id, 0, 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_now(call) < phone_statement_over(call, date)) {

        /* the clock was set back */

        phone_repeat(call, phone_statement_over(call, date)
                           + PHONE_CLOSE_WAITS);
        return phone_done(call);
    }

    if (phone_compare(date, phone_get(stated, STATED_UNTIL)) <= 0) {
        return phone_done(call);
    }

    if (phone_get(statement, STATEMENT_FILE).len) {
        return phone_close_day(call, stated, statement);
    }

    return log->n ? phone_close_make(call, statement, merchant_id)
                  : phone_close_empty(call, stated, statement);
}


static phone_rc_t
phone_close_make(phone_call_t *call, phone_record_t *statement,
    phone_str_t merchant_id)
{
    int64_t     done;
    phone_rc_t  rc;

    rc = phone_statement_making(call, statement, merchant_id, &done);

    if (rc == PHONE_DONE) {
        phone_repeat(call, phone_now(call) + PHONE_CLOSE_LOOKS);
        return phone_done(call);
    }

    return rc;
}


/* No row has come.  One that was committed in another bucket may still be on
   its way: then it is looked at again. */

static phone_rc_t
phone_close_empty(phone_call_t *call, phone_record_t *stated,
    phone_record_t *statement)
{
    phone_rc_t          rc;
    phone_str_t         id, merchant_id, date, cursor;
    const phone_log_t  *log;

    id = phone_close_id(call, &merchant_id, &date);
    cursor = PHONE_EMPTY;

    do {
        rc = phone_ask_arrived(call, merchant_id,
                               phone_statement_over(call, date), &cursor);
        if (rc == PHONE_REFUSED) {
            phone_repeat(call, phone_now(call) + PHONE_CLOSE_LOOKS);
            return phone_done(call);
        }

        if (rc != PHONE_DONE) {
            return rc;
        }
    } while (cursor.len);

    /* after that, not before it */

    log = phone_ask_log(call, &phone_moved, id, 0, 2);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return log->n ? phone_close_make(call, statement, merchant_id)
                  : phone_close_day(call, stated, statement);
}


/* What its statement comes to is added in the same commit, once: the record of
   these days is guarded. */

static phone_rc_t
phone_close_day(phone_call_t *call, phone_record_t *stated,
    phone_record_t *statement)
{
    int64_t         seconds;
    phone_str_t     merchant_id, date, totals;
    phone_stated_t  sums;

    (void) phone_close_id(call, &merchant_id, &date);

    seconds = 0;
    (void) phone_date_parse(date, &seconds);

    phone_set(stated, STATED_UNTIL, date);

    totals = phone_get(statement, STATEMENT_TOTALS);

    if (totals.len) {
        if (phone_stated_read(phone_get(stated, STATED_SUMS), &sums) != 0) {
            return phone_bad_record(stated);
        }

        if (phone_stated_add_totals(phone_memory(call), &sums, totals) != 0) {
            return phone_bad_record(statement);
        }

        phone_set(stated, STATED_SUMS,
                  phone_stated_text(phone_memory(call), &sums));
    }

    phone_close_put(call, merchant_id,
                    phone_zone_day(phone_memory(call), seconds + 86400, 0));

    return phone_done(call);
}
