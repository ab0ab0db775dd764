
/* The runs of a call: each begins with nothing of the one before. */


#define _GNU_SOURCE

#include "play.h"
#include "bill/bill.h"
#include "runtime/runtime.h"


#define NUMBER  "+8613800000001"


static const phone_param_t  none[1] = { { NULL, 0, 0, 0, 0, NULL } };

static phone_call_t  call;
static int           quiet;              /* the run records nothing */


/* Answers what was asked, until the run has ended. */

static phone_rc_t
run(void)
{
    phone_rc_t    rc;
    phone_ask_t  *ask;

    while ((rc = phone_run(&call)) == PHONE_AGAIN) {
        while ((ask = phone_next_ask(&call)) != NULL) {
            play_ask(&call, ask);
        }
    }

    return rc;
}


/* Returns PHONE_AGAIN, and has asked for nothing. */

static phone_rc_t
idle_run(phone_call_t *unused)
{
    (void) unused;

    return PHONE_AGAIN;
}


static const phone_endpoint_t  idle = {
    "test.idle", "POST", "/idle", PHONE_ANYONE, idle_run, none,
    NULL, "for the test"
};

static const phone_event_t  idle_event = {
    "test.idle", idle_run, "for the test"
};


static void
waits_for_nothing(void)
{
    play_start();

    is_int(play_endpoint(&idle, ""), 500, "waiting for nothing is our fault");
    is_str(play_code(), "INTERNAL", "and is said to be");
    is_int(player.commits, 0, "nothing is written");

    phone_call_init(&call, &player.env, NULL, &idle_event);
    play_draw(&call);
    is_int(phone_run(&call), PHONE_REFUSED, "an event that does");
    is_int(call.reply.status, 500, "fails");
    phone_call_free(&call);

    play_end();
}


static phone_rc_t
busy_run(phone_call_t *unused)
{
    phone_record_t  *account, *put;

    (void) unused;

    account = phone_ask(&call, &phone_account, PHONE_STR(NUMBER));

    if (phone_waiting(&call)) {
        return PHONE_AGAIN;
    }

    if (quiet) {
        return phone_done(&call);
    }

    phone_set(account, ACCOUNT_NAME, PHONE_STR("Li"));
    phone_wish(account, ACCOUNT_S0, PHONE_STR("seen"));
    phone_lives_for(account, 1000);
    phone_rely(account);
    phone_remove(account);

    put = phone_put(&call, &phone_sms, phone_new_id(&call, PHONE_STR(NUMBER),
                                                    "sms"));
    phone_set(put, SMS_TO, PHONE_STR(NUMBER));

    phone_index_add(&call, &phone_bills_of, PHONE_STR(NUMBER),
                    PHONE_STR("member"), 1);
    phone_index_add(&call, &phone_bills_of, PHONE_STR(NUMBER),
                    phone_id(account), 2);
    phone_index_add(&call, &phone_bills_of, PHONE_STR(NUMBER), phone_id(put),
                    3);
    phone_claim(&call, &phone_order, PHONE_STR("tea:T1"), PHONE_STR("1"), 0);
    phone_emit(&call, &phone_bill_push, phone_id(put), PHONE_EMPTY, 1);
    phone_move(&call, phone_ledger_outside(&call, PHONE_STR(NUMBER),
                                           PHONE_STR("CNY")),
               phone_ledger_prepaid(&call, PHONE_STR(NUMBER)), 1,
               PHONE_STR("CNY"), "gift", PHONE_STR("1"));
    phone_say(&call, "word", PHONE_STR("thanks"));
    phone_set_cookie(&call, PHONE_COOKIE_SESSION, PHONE_STR("c"), 1000);
    phone_retry_after(&call, 7);
    phone_repeat(&call, 5);
    phone_give_up(&call, PHONE_GAVE_UP_JOB);
    (void) phone_version(&call);
    call.apart = 1;

    return phone_not_yet(&call);
}


static const phone_endpoint_t  busy = {
    "test.busy", "POST", "/busy", PHONE_ANYONE, busy_run, none,
    NULL, "for the test"
};


static void
forgets_the_run_before(void)
{
    unsigned         i, serial;
    phone_str_t      version;
    phone_op_t      *op;
    phone_guard_t   *guard;
    phone_fields_t   fields;
    phone_record_t  *record;

    play_start();
    fields.n = 0;
    quiet = 0;

    phone_call_init(&call, &player.env, &busy, NULL);
    play_draw(&call);
    call.fields = &fields;
    run();

    ok(call.ops && call.guards && call.claims && call.emitted,
       "a run has recorded effects");
    ok(call.not_yet && call.gave_up && call.repeat_at && call.moves,
       "and how it ends");
    is_int(call.reply.retry_after, 7, "and what it says");

    for (op = call.ops, i = 0; op; op = op->next) {
        if (op->kind == PHONE_OP_ZADD) {
            is_int(op->fresh, ++i == 3, "a record that is put is new");
        }
    }

    is_int(i, 3, "other members of an index are not");

    for (guard = call.guards; guard; guard = guard->next) {
        ok(guard->kind != PHONE_GUARD_CLAIM
           && guard->kind != PHONE_GUARD_AT_MOST, "a guard that is final");
    }

    for (guard = call.claims, i = 0; guard; guard = guard->next, i++) {
        ok(guard->kind == PHONE_GUARD_CLAIM
           || guard->kind == PHONE_GUARD_AT_MOST,
           "a guard behind it, whose failure another run can handle");
    }

    is_int(i, 2, "a name and an account with room");
    version = phone_version(&call);
    serial = call.serial;

    quiet = 1;
    is_int(run(), PHONE_DONE, "the next one records nothing");

    ok(call.ops == NULL && call.guards == NULL && call.claims == NULL
       && call.emitted == NULL, "no effect is left");
    ok(call.last_op == &call.ops && call.last_guard == &call.guards
       && call.last_claim == &call.claims, "the next goes to the beginning");
    ok(!call.not_yet && !call.gave_up && !call.apart, "no other end");
    is_int(call.repeat_at, 0, "the event is not repeated");
    is_int(call.moves, 0, "no money was moved");
    is_int(call.nsaid, 0, "nothing was said");
    is_int(call.reply.retry_after, 0, "nothing in the head of the reply");
    is_int(call.reply.refused, 0, "it is no refusal");
    ok(call.reply.cookie[PHONE_COOKIE_SESSION].data == NULL, "no cookie");
    is_int(call.serial, serial + 1, "it is another run");
    ok(!phone_equal(phone_version(&call), version), "of another version");

    for (record = call.records, i = 0; record; record = record->next_record) {
        ok(record->changed == 0 && record->wished == 0 && !record->relied
           && !record->removed && record->lives_for == 0,
           "a record that was read is as it was");
        i++;
    }

    is_int(i, 1, "that which was put is gone");
    ok(call.last_record == &call.records->next_record, "the list ends there");
    ok(phone_commit(&call) == NULL, "nothing is written");

    phone_call_free(&call);
    play_end();
}


/* An operator's call that is about no record: there is no place for what is
   kept under its key. */

static phone_rc_t
placeless_run(phone_call_t *unused)
{
    unsigned     i;
    phone_str_t  name;

    /* in the first bucket, which is that of no name as well */

    for (i = 0; i < 1000; i++) {
        name = phone_format(&player.arena, "tea%u:T", i);

        if (phone_home(&player.env, &phone_order, name) == 0) {
            break;
        }
    }

    phone_claim(unused, &phone_order, name, PHONE_STR("1"), 0);

    return phone_done(unused);
}


static const phone_endpoint_t  placeless = {
    "test.placeless", "POST", "/placeless", PHONE_OPERATOR, placeless_run,
    none, NULL, "for the test"
};


static void
keeps_replies_somewhere(void)
{
    play_start();
    player.key = PHONE_STR("k1");
    is_int(play_endpoint(&placeless, ""), 500, "a reply that cannot be kept");
    is_int(player.commits, 0, "is not given, and nothing is written");
    player.key = (phone_str_t) { 0, NULL };
    is_int(play_endpoint(&placeless, ""), 200, "without a key it is");
    play_end();
}


int
main(void)
{
    keeps_replies_somewhere();
    waits_for_nothing();
    forgets_the_run_before();

    return done_testing();
}
