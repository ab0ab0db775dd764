
/* PAY-7: what becomes of a bill that was handed on: closed, rejected, expired,
   its notice; what comes between, what is lost, what the check says. */


#define _GNU_SOURCE

#include "handing.h"


static void
closed(phone_domain_t domain)
{
    phone_str_t  second;

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);

    ask_shop("bill.close", "tea", phone_cstr(origin));
    is_str(play_member("status"), "CLOSED", "closed while it is offered");
    is_str(play_member("bill_id"), origin, "under the id that the shop knows");
    ask_shop("bill.close", "tea", phone_cstr(origin));
    is_str(play_member("status"), "CLOSED", "once more");

    call("bill.accept", wang, second, "");
    is_str(play_code(), "BILL_CLOSED", "it cannot be accepted");
    call("bill.decline", wang, second, "");
    is_str(play_code(), "BILL_CLOSED", "nor declined");
    call("bill.get", li, phone_cstr(origin), "");
    is_str(play_member("handed_status"), "CLOSED", "Li sees it");
    run_events();
    ok(said("status=CLOSED") && said(origin), "the shop is told");

    make_bill("T2");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "&tell_merchant=1");
    is_int(call("bill.reject", wang, second, "&reason=too+dear"), 200,
           "Wang rejects what he has accepted");
    is_str(play_member("status"), "REJECTED", "then it is over");
    ask_shop("bill.query", "tea", phone_cstr(origin));
    is_str(play_member("status"), "REJECTED", "the shop sees it");
    is_str(play_member("reason"), "too dear", "and why");
    ok(!play_says("paid_by"), "nobody has paid");

    play_end();
}


/* When the event is due that lets it expire; 0: there is none. */

static int64_t
expires_at(phone_str_t bill)
{
    unsigned           i;
    char               member[64];
    const sim_zset_t  *due;

    snprintf(member, sizeof(member), "bill.expire %.*s", PHONE_ARGS(bill));
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due,
                                   phone_home(&player.env, &phone_bill, bill),
                                   PHONE_EMPTY));

    for (i = 0; due != NULL && i < due->n; i++) {
        if (phone_is(due->member[i].member, member)) {
            return due->member[i].score;
        }
    }

    return 0;
}


/* The end of its time does not move. */

static void
expired(phone_domain_t domain)
{
    int64_t      ends;
    phone_str_t  second, third;

    start(domain);
    make_bill("T1");
    ends = player.now + DAY;
    player.now += DAY / 2;
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    player.now = ends - 1;
    is_int(call("bill.decline", wang, second, ""), 200, "declined in time");
    third = newest(li);
    run_events();

    ok(expires_at(third) == ends, "it expires when it did");
    ok(expires_at(second) == 0 && expires_at(phone_cstr(origin)) == 0,
       "and once");

    player.now = ends;
    call("bill.delegate", li, third, "&phone=13800000003");
    is_str(play_code(), "BILL_EXPIRED", "it cannot be handed on any more");

    make_bill("T2");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    player.now += DAY;
    call("bill.accept", wang, second, "");
    is_str(play_code(), "BILL_EXPIRED", "nor accepted");
    call("bill.decline", wang, second, "");
    is_str(play_code(), "BILL_EXPIRED", "nor declined");
    call("bill.reject", wang, second, "");
    is_str(play_code(), "BILL_EXPIRED", "nor rejected");

    play_end();
}


/* A notice is sent again by the id that its merchant sees. */

static void
replayed(phone_domain_t domain)
{
    char         form[128];
    phone_str_t  second;

    start(domain);
    player.settings.notices = 1;
    player.answer = "fail";
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    call("bill.accept", wang, second, "");
    call("bill.reject", wang, second, "");
    run_events();
    ok(said("event=bill"), "a notice that nobody acknowledges");

    play("operator.notices", "");
    snprintf(form, sizeof(form), "%.*s.bill.1", PHONE_ARGS(second));
    is_str(play_member("notify_id"), form, "it is with the last record");

    snprintf(form, sizeof(form), "notify_id=%s.bill.1", origin);
    is_int(play("operator.notice_replay", form), 200, "it is found by what "
           "the merchant sees");
    is_str(play_member("state"), "PENDING", "and is sent again");
    player.answer = "success";
    run_events();
    is_int(play("operator.notice_replay", form), 404, "acknowledged: gone");
    play("operator.notices", "");
    ok(play_says("\"notices\":[]"), "from the list as well");

    play_end();
}


/* The postings of the first record's bucket are due then; 0: there are none. */

static void
postings_due(int64_t due)
{
    unsigned           i, n, bucket;
    phone_str_t        key, member[64];
    const sim_zset_t  *zset;

    bucket = phone_home(&player.env, &phone_bill, phone_cstr(origin));
    key = phone_key(&player.arena, &phone_due, bucket, PHONE_EMPTY);
    zset = sim_store_zset(player.store, player.now, key);

    for (i = 0, n = 0; zset && i < zset->n && n < 64; i++) {
        if (memcmp(zset->member[i].member.data, "posting.apply ", 14) == 0) {
            member[n++] = phone_format(&player.arena, "%.*s%c",
                              PHONE_ARGS(zset->member[i].member), 0);
        }
    }

    ok(n > 0, "there is a posting");

    for (i = 0; i < n; i++) {
        if (due) {
            meddle_key(PHONE_OP_ZADD, bucket, key, 2,
                       (const char *[2]) {
                           phone_format(&player.arena, "%lld%c",
                                        (long long) due, 0).data,
                           member[i].data });
        } else {
            meddle_key(PHONE_OP_ZREM, bucket, key, 1,
                       (const char *[1]) { member[i].data });
        }
    }
}


/* What GET /operator/check says when a record of a chain is not as it was. */

static void
broken(phone_str_t key, const char *field, const char *value,
    const char *where)
{
    char  text[128];

    play("operator.check", "");
    is_str(play_member("faults_found"), "0", "nothing is wrong");

    meddle(value ? PHONE_OP_HSET : PHONE_OP_DEL, &phone_bill, key,
           value ? 2 : 0, (const char *[2]) { field, value });
    play("operator.check", "");
    is_str(play_member("ok"), "false", "%s is not as it was", field);
    snprintf(text, sizeof(text), "{\"what\":\"bill_chain\","
             "\"where\":\"bill:%s\"}", where);
    ok(play_says(text), "it is said where");
}


static void
checked(phone_domain_t domain)
{
    char         next[96], second_id[64];
    phone_str_t  second;

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    snprintf(second_id, sizeof(second_id), "%.*s", PHONE_ARGS(second));
    snprintf(next, sizeof(next), "%s %s", origin, WANG);
    broken(phone_cstr(origin), "next", next, second_id);
    play_end();

    /* a hand-on that the store has lost half of: two may pay */

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    snprintf(second_id, sizeof(second_id), "%.*s", PHONE_ARGS(second));
    meddle(PHONE_OP_HDEL, &phone_bill, phone_cstr(origin), 1,
           (const char *[1]) { "next" });
    play("operator.check", "");
    ok(play_says("bill_chain") && play_says(second_id) && play_says(origin),
       "a record that goes nowhere, and one that comes from nowhere");
    play_end();

    /* the last one is gone, long after it came */

    start(domain);
    make_bill("T1");
    second = hand_on(li, phone_cstr(origin), WANG, wang);
    player.now += DAY / 2;

    if (domain == PHONE_WHOLE_STORE) {
        broken(second, "it", NULL, origin);

    } else {

        /* its posting is overdue, or was just taken up: it is on its way */

        meddle(PHONE_OP_DEL, &phone_bill, second, 0, NULL);
        play("operator.check", "");
        ok(!play_says("bill_chain"), "the chain is not blamed");
        postings_due(player.now + 3000);
        play("operator.check", "");
        ok(!play_says("bill_chain"), "nor while its posting is applied");
        postings_due(0);
        play("operator.check", "");
        ok(play_says("bill_chain"), "but without a posting");
    }

    ok(play_says("bill_missing"), "it is missed in the list");
    play_end();
}


/* Something else comes between the reads of a call and its commit. */

static phone_str_t  between_bill;
static const char  *between_name;


static void
between(void)
{
    phone_str_t  cookie;

    cookie = player.cookie;
    player.before_commit = NULL;
    call(between_name, cookie, between_bill, "&phone=13800000003");
    is_str(play_code(), "OK", "%s comes first", between_name);
    player.cookie = cookie;
}


static void
race(const char *first, const char *then, int offered, const char *code)
{
    phone_str_t  bill;

    start(PHONE_WHOLE_STORE);
    make_bill("T1");
    bill = hand_on(li, phone_cstr(origin), WANG, wang);

    if (!offered) {
        call("bill.accept", wang, bill, "");
    }

    between_name = first;
    between_bill = bill;
    player.before_commit = between;

    if (strcmp(then, "bill.pay") == 0) {
        pay(wang, bill, card_wang);

    } else {
        call(then, wang, bill, "&phone=13800000004");
    }

    is_str(play_code(), code, "%s after %s", then, first);
    play_end();
}


/* The answer to a commit is lost: the call finds what it has done. */

static void
lost(const char *name, int offered)
{
    phone_str_t  bill;

    start(PHONE_WHOLE_STORE);
    make_bill("T1");
    bill = hand_on(li, phone_cstr(origin), WANG, wang);

    if (!offered) {
        call("bill.accept", wang, bill, "");
    }

    player.lose_answer = 1;
    is_int(call(name, wang, bill, "&phone=13800000003"), 200,
           "%s, its answer was lost", name);
    is_int((int) player.runs > 1, 1, "it has run again");
    ok(newest(zhao).len == (strcmp(name, "bill.delegate") == 0 ? 30 : 0),
       "once only");
    is_int(bills_of(zhao) <= 1, 1, "in the list too");
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
        closed(domain[i]);
        expired(domain[i]);
        replayed(domain[i]);
        checked(domain[i]);
    }

    race("bill.delegate", "bill.pay", 0, "BILL_HANDED_ON");
    race("bill.delegate", "bill.delegate", 0, "BILL_HANDED_ON");
    race("bill.delegate", "bill.reject", 0, "BILL_HANDED_ON");
    race("bill.decline", "bill.accept", 1, "BILL_HANDED_ON");
    race("bill.accept", "bill.decline", 1, "BILL_NOT_OFFERED");
    race("bill.accept", "bill.accept", 1, "OK");

    lost("bill.delegate", 0);
    lost("bill.accept", 1);
    lost("bill.decline", 1);

    return done_testing();
}
