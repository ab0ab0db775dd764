
/* PAY-7: who has handed a bill on takes it back while nobody has accepted it,
   and hears what becomes of it. */


#define _GNU_SOURCE

#include "handing.h"


/* The last live event of a number, and how many there were. */

static unsigned
heard(const char *number, phone_str_t *name, phone_str_t *about)
{
    unsigned             bucket;
    phone_str_t          who;
    const sim_stream_t  *live;

    who = phone_cstr(number);
    bucket = phone_home(&player.env, &phone_live_of, who);
    live = sim_store_stream(player.store, player.now,
                            phone_key(&player.arena, &phone_live_of, bucket,
                                      who));

    *name = PHONE_EMPTY;
    *about = PHONE_EMPTY;

    if (live == NULL) {
        return 0;
    }

    *name = live->item[live->first + live->n - 1].field[0].value;
    *about = live->item[live->first + live->n - 1].field[1].value;

    return live->n;
}


static void
hears(const char *number, const char *name, const char *says)
{
    phone_str_t  last, about;

    run_events();
    (void) heard(number, &last, &about);

    is_str(last, name, "%s hears %s", number, name);
    ok(memmem(about.data, about.len, says, strlen(says)) != NULL,
       "of %s: %.*s", says, PHONE_ARGS(about));
}


static void
listen(phone_str_t cookie)
{
    player.cookie = cookie;
    play("live.open", "");
}


/* The event that waits for its end. */

static void
run_expiry(phone_str_t bill)
{
    unsigned           i, bucket;
    const sim_zset_t  *due;

    bucket = phone_home(&player.env, &phone_bill, bill);
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due, bucket,
                                   PHONE_EMPTY));

    for (i = 0; i < due->n; i++) {
        if (strncmp(due->member[i].member.data, "bill.expire", 11) == 0) {
            memmove(player.event + 1, player.event,
                    player.nevents++ * sizeof(play_event_t));
            player.event[0] = (play_event_t) { keep(due->member[i].member),
                                               bucket, due->member[i].score };
        }
    }

    play_event();
}


static void
taken_back(phone_domain_t domain)
{
    phone_str_t  first, second, third;

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);

    is_int(call("bill.recall", li, first, ""), 409, "nobody has it yet");
    is_str(play_code(), "BILL_NOT_HANDED_ON", "so there is no offer");

    second = hand_on(li, first, WANG, wang);
    listen(wang);

    is_int(call("bill.recall", wang, first, ""), 404, "by Wang");
    is_int(call("bill.recall", zhao, first, ""), 404, "by Zhao");
    is_int(call("bill.recall", wang, second, ""), 409, "by Wang, of his own");
    is_str(play_code(), "BILL_NOT_HANDED_ON", "which he has not handed on");

    is_int(call("bill.recall", li, first, ""), 200, "Li takes it back");
    third = keep(play_member("bill_id"));
    ok(!phone_equal(third, first) && !phone_equal(third, second),
       "under a new id");
    is_str(play_member("status"), "PUSHED", "it is open");
    ok(!play_says("declined_by") && !play_says("handed_"),
       "and nobody has declined it");
    run_postings();

    is_int(bills_of(li), 1, "Li has one bill");
    ok(phone_equal(play_member("bill_id"), third), "that");

    is_int(call("bill.recall", li, first, ""), 200, "once more");
    ok(phone_equal(play_member("bill_id"), third), "the same answer");

    call("bill.accept", wang, second, "");
    is_str(play_code(), "BILL_RECALLED", "Wang cannot accept it");
    call("bill.decline", wang, second, "");
    is_str(play_code(), "BILL_RECALLED", "nor decline it");
    call("bill.reject", wang, second, "");
    is_str(play_code(), "BILL_RECALLED", "nor reject it");
    pay(wang, second, card_wang);
    is_str(play_code(), "BILL_RECALLED", "nor pay it");
    call("bill.recall", wang, second, "");
    is_str(play_code(), "BILL_RECALLED", "nor take it back");
    call("bill.get", wang, second, "");
    is_str(play_member("status"), "RECALLED", "he sees that");
    ok(!play_says("handed_status"), "and no more");
    call("bill.list", wang, second, "&state=RECALLED");
    ok(play_says("RECALLED"), "in his list too");
    hears(WANG, "bill.recalled", "RECALLED");

    call("bill.delegate", li, third, "&phone=13800000002");
    is_str(play_code(), "HAND_ON_LOOP", "Wang does not get it again");

    /* a late repeat does not take another offer back */

    second = hand_on(li, third, ZHAO, zhao);
    is_int(call("bill.recall", li, first, ""), 200, "the first call, late");
    ok(phone_equal(play_member("bill_id"), third), "shows where it is");
    is_str(play_member("status"), "HANDED_ON", "with Zhao");
    is_int(call("bill.accept", zhao, second, ""), 200, "who accepts it");

    ask_shop("bill.query", "tea", first);
    is_str(play_member("status"), "CREATED", "for the shop nothing has been");
    is_int(call("bill.recall", li, third, ""), 409, "it is too late");
    is_str(play_code(), "BILL_ACCEPTED", "Zhao has it");

    play("operator.check", "");
    is_str(play_member("ok"), "true", "the books are right");

    play_end();
}


/* What it is too late for: the bill of the other number has ended. */

static void
too_late(phone_domain_t domain)
{
    phone_str_t  first, second, third;

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);
    second = hand_on(li, first, WANG, wang);
    call("bill.accept", wang, second, "");
    third = hand_on(wang, second, ZHAO, zhao);

    call("bill.recall", li, first, "");
    is_str(play_code(), "BILL_ACCEPTED", "Wang has handed it on: Li learns "
           "nothing of it");
    is_int(call("bill.recall", wang, second, ""), 200, "Wang takes it back");
    ok(play_says("\"handed_by\":\"" LI "\""), "which he has from Li");
    ok(play_says("\"tell_merchant\":false"), "on the same terms");
    run_postings();
    call("bill.accept", zhao, third, "");
    is_str(play_code(), "BILL_RECALLED", "Zhao is out");
    third = newest(wang);
    is_int(pay(wang, third, card_wang), 200, "Wang pays");
    run_postings();
    call("bill.recall", li, first, "");
    is_str(play_code(), "BILL_PAID", "paid is paid");
    play_end();

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);
    hand_on(li, first, WANG, wang);
    player.now += DAY;
    call("bill.recall", li, first, "");
    is_str(play_code(), "BILL_EXPIRED", "after its time");
    play_end();

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);
    second = hand_on(li, first, WANG, wang);
    ask_shop("bill.close", "tea", first);
    run_postings();
    call("bill.recall", li, first, "");
    is_str(play_code(), "BILL_CLOSED", "closed by the shop");
    play_end();

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);
    second = hand_on(li, first, WANG, wang);
    call("bill.decline", wang, second, "");
    run_postings();
    is_int(call("bill.recall", li, first, ""), 200, "declined meanwhile");
    ok(play_says("\"declined_by\":\"" WANG "\""), "it is back as well");
    ok(!phone_is(play_member("bill_id"), origin), "under its new id");
    play_end();
}


/* Givers hear of it: each of his own record, the one before of the end only. */

static void
givers(phone_domain_t domain)
{
    unsigned     n;
    phone_str_t  first, second, third, name, about;

    start(domain);
    make_bill("T1");
    first = phone_cstr(origin);
    listen(li);
    listen(wang);
    second = hand_on(li, first, WANG, wang);

    call("bill.accept", wang, second, "");
    hears(LI, "bill.handed", "\"handed_status\":\"PUSHED\"");
    hears(LI, "bill.handed", origin);

    third = hand_on(wang, second, ZHAO, zhao);
    run_events();
    n = heard(LI, &name, &about);
    call("bill.accept", zhao, third, "");
    hears(WANG, "bill.handed", "\"handed_status\":\"PUSHED\"");
    is_int(heard(LI, &name, &about), n, "Li hears nothing of that");

    is_int(call("bill.reject", zhao, third, ""), 200, "Zhao rejects it");
    hears(WANG, "bill.handed", "\"handed_status\":\"REJECTED\"");
    hears(LI, "bill.handed", "\"handed_status\":\"REJECTED\"");
    ok(memmem(about.data, about.len, ZHAO, strlen(ZHAO)) == NULL,
       "and not by whom");
    (void) heard(LI, &name, &about);
    ok(memmem(about.data, about.len, ZHAO, strlen(ZHAO)) == NULL,
       "now neither");
    play_end();

    /* paid, and expired while it was only offered */

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "");
    listen(li);
    pay(wang, second, card_wang);
    hears(LI, "bill.handed", "\"handed_status\":\"PAID\"");
    play_end();

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    run_events();
    player.now += DAY;
    listen(li);

    run_expiry(second);
    hears(LI, "bill.handed", "\"handed_status\":\"EXPIRED\"");
    play_end();

    /* nobody listens */

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "");
    run_events();
    is_int(heard(LI, &name, &about), 0, "no client: no stream");
    play_end();
}


/* Both at once: the first commit decides. */

static phone_str_t  between_bill, between_cookie;
static const char  *between_name;


static void
between(void)
{
    phone_str_t  cookie;

    cookie = player.cookie;
    player.before_commit = NULL;
    call(between_name, between_cookie, between_bill, "");
    is_str(play_code(), "OK", "%s comes first", between_name);
    run_postings();
    player.cookie = cookie;
}


static void
race(phone_domain_t domain, const char *first, const char *then,
    const char *code)
{
    int          recalls;
    phone_str_t  bill;

    start(domain);
    make_bill("T1");
    bill = hand_on(li, phone_cstr(origin), WANG, wang);
    recalls = strcmp(first, "bill.recall") == 0;

    between_name = first;
    between_cookie = recalls ? li : wang;
    between_bill = recalls ? phone_cstr(origin) : bill;
    player.before_commit = between;

    call(then, recalls ? wang : li, recalls ? bill : phone_cstr(origin), "");
    is_str(play_code(), code, "%s after %s", then, first);
    play_end();
}


static void
lost(phone_domain_t domain)
{
    phone_str_t  third;

    start(domain);
    make_bill("T1");
    hand_on(li, phone_cstr(origin), WANG, wang);

    player.lose_answer = 1;
    is_int(call("bill.recall", li, phone_cstr(origin), ""), 200,
           "the answer to the commit is lost");
    ok(player.runs > 1, "it has run again");
    third = keep(play_member("bill_id"));
    run_postings();
    is_int(bills_of(li), 1, "one bill");
    ok(phone_equal(play_member("bill_id"), third), "that");
    play_end();
}


int
main(void)
{
    static const phone_domain_t  domain[] = {
        PHONE_WHOLE_STORE, PHONE_ONE_BUCKET
    };
    unsigned                     i;

    for (i = 0; i < 2; i++) {
        taken_back(domain[i]);
        too_late(domain[i]);
        givers(domain[i]);

        race(domain[i], "bill.recall", "bill.accept", "BILL_RECALLED");
        race(domain[i], "bill.accept", "bill.recall", "BILL_ACCEPTED");
        race(domain[i], "bill.decline", "bill.recall", "OK");
        race(domain[i], "bill.recall", "bill.decline", "BILL_RECALLED");
    }

    lost(PHONE_WHOLE_STORE);

    return done_testing();
}
