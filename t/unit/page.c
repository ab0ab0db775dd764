
/* Pages of bills (PAY-3) and of exhausted notices (PAY-6): each entry once,
   whatever shares a millisecond. */


#define _GNU_SOURCE

#include "play.h"
#include "lib/id.h"


#define NUMBER  "+8613800000001"
#define MANY    400


/* A bill of the number, as far as a list looks. */

static phone_rc_t
put_run(phone_call_t *call)
{
    phone_str_t      id;
    phone_record_t  *bill;

    /* ids of one millisecond are in no order of their making */

    id = phone_format(phone_memory(call), "%03u-01J%022u",
                      phone_bucket_of(PHONE_STR(NUMBER), player.env.buckets),
                      (unsigned) phone_arg_int(call, "n") * 7919 % 10007);

    bill = phone_ask(call, &phone_bill, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(bill, BILL_STATUS, PHONE_STR("PUSHED"));
    phone_set(bill, BILL_PAYER, PHONE_STR(NUMBER));
    phone_set_int(bill, BILL_AMOUNT, phone_arg_int(call, "n"));
    phone_set(bill, BILL_CURRENCY, PHONE_STR("CNY"));
    phone_set(bill, BILL_MERCHANT, PHONE_STR("tea"));
    phone_set(bill, BILL_MERCHANT_NAME, PHONE_STR("Tea"));
    phone_set(bill, BILL_ORDER, id);
    phone_set(bill, BILL_SUBJECT, PHONE_STR("tea"));
    phone_set_int(bill, BILL_CREATED, 1);
    phone_set_int(bill, BILL_EXPIRES, 2);
    phone_index_add(call, &phone_bills_of, PHONE_STR(NUMBER), id,
                    phone_arg_int(call, "made"));

    return phone_done(call);
}


static const phone_param_t  put_params[] = {
    { "n", PHONE_P_INT, 0, 0, MANY, "" },
    { "made", PHONE_P_INT, 0, 0, INT64_MAX, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  put = {
    "bill.put", "POST", "", PHONE_ANYONE, put_run, put_params, NULL, ""
};


static void
put_bill(unsigned n, int64_t made)
{
    char  form[64];

    snprintf(form, sizeof(form), "n=%u&made=%lld", n, (long long) made);
    play_endpoint(&put, form);
}


/* A notice that was given up, in a bucket that n chooses. */

static phone_rc_t
put_notice_run(phone_call_t *call)
{
    phone_str_t      id;
    phone_record_t  *notice;

    id = phone_format(phone_memory(call), "%03u-01J%022u.bill.1",
                      (unsigned) phone_arg_int(call, "n") * 31 % 13,
                      (unsigned) phone_arg_int(call, "n") * 7919 % 10007);

    notice = phone_ask(call, &phone_notice, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(notice, NOTICE_STATE, PHONE_STR("EXHAUSTED"));
    phone_set_int(notice, NOTICE_ATTEMPT, phone_arg_int(call, "n"));
    phone_index_add(call, &phone_exhausted, id, id,
                    phone_arg_int(call, "made"));

    return phone_done(call);
}


static const phone_endpoint_t  put_notice = {
    "notice.put", "POST", "", PHONE_ANYONE, put_notice_run, put_params, NULL, ""
};


/* Walks all pages; how often each entry was seen, by the number in its
   member, is in count. */

static unsigned
walk(const char *endpoint, const char *member, unsigned limit,
    unsigned *count)
{
    char         form[128];
    const char  *p;
    unsigned     pages, seen;
    phone_str_t  next;

    memset(count, 0, MANY * sizeof(unsigned));
    next = PHONE_EMPTY;

    for (pages = 0; pages < 2 * MANY; pages++) {
        snprintf(form, sizeof(form), "limit=%u%s%.*s", limit,
                 next.len ? "&before=" : "", PHONE_ARGS(next));
        play(endpoint, form);

        next = play_member("next_before");
        seen = 0;

        for (p = player.body.data;
             (p = memmem(p, (size_t) (player.body.data + player.body.len - p),
                         member, strlen(member))) != NULL;
             p++)
        {
            count[strtoul(p + strlen(member), NULL, 10)]++;
            seen++;
        }

        if (seen > limit) {
            return 0;
        }

        if (next.len == 0) {
            break;
        }
    }

    return pages;
}


static void
log_in(void)
{
    play_start();
    play("operator.accounts", "phone=13800000001&password=a-quiet-lake");
    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;
}


static void
pages(void)
{
    unsigned               i, k, bad, count[MANY];
    static const unsigned  limit[] = { 1, 2, 7, 20, 50 };

    log_in();

    /* before, within and after a millisecond that has most of them */

    for (i = 0; i < MANY; i++) {
        put_bill(i, i < 20 ? PLAY_NOW - i
                           : i < 340 ? PLAY_NOW : PLAY_NOW + i / 3);
    }

    for (k = 0; k < sizeof(limit) / sizeof(limit[0]); k++) {
        is_int(walk("bill.list", "\"amount\":", limit[k], count),
               (MANY + limit[k] - 1) / limit[k], "pages of %u", limit[k]);

        bad = 0;

        for (i = 0; i < MANY; i++) {
            bad += count[i] != 1;
        }

        is_int(bad, 0, "each bill once, by %u", limit[k]);
    }

    play_end();
}


/* The pages of all buckets are one. */

static void
notices(void)
{
    char      form[64];
    unsigned  i, bad, count[MANY];

    play_start();

    play("operator.notices", "");
    ok(play_says("\"notices\":[]"), "none");

    for (i = 0; i < MANY; i++) {
        snprintf(form, sizeof(form), "n=%u&made=%lld", i,
                 (long long) (i < 300 ? PLAY_NOW : PLAY_NOW + i / 3));
        play_endpoint(&put_notice, form);
    }

    is_int(walk("operator.notices", "\"attempt\":", 9, count),
           (MANY + 8) / 9, "pages of 9");

    bad = 0;

    for (i = 0; i < MANY; i++) {
        bad += count[i] != 1;
    }

    is_int(bad, 0, "each notice once");

    play("operator.notices", "limit=1");
    is_str(play_member("attempt"), "399", "the latest first");
    is_int((int64_t) play_member("subject_id").len, 29, "of what");

    play_end();
}


static void
before(phone_str_t edge)
{
    char  form[128];

    snprintf(form, sizeof(form), "before=%.*s", PHONE_ARGS(edge));
    play("bill.list", form);
}


static void
edges(void)
{
    unsigned                  i;
    phone_str_t               next;
    static const char *const  bad[] = {
        "x", ".", "-1", "0", "1x", ".017-01J", "9223372036854775807",
        "99999999999999999999"
    };

    log_in();

    put_bill(1, PLAY_NOW);
    put_bill(2, PLAY_NOW + 1);

    play("bill.list", "before=1800000000001");
    ok(play_says("\"amount\":1") && !play_says("\"amount\":2"),
       "a time: what was made before it");
    play("bill.list", "before=1800000000000");
    ok(play_says("\"bills\":[]"), "not at it");

    play("bill.list", "limit=1");
    next = play_member("next_before");
    put_bill(3, PLAY_NOW + 2);
    before(next);
    ok(play_says("\"amount\":1") && !play_says("\"amount\":3"),
       "a newer bill moves no page");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        before(phone_cstr(bad[i]));
        is_str(play_member("field"), "before", "\"%s\" is refused", bad[i]);
    }

    play_end();
}


/* As many indexes as there is room for: one at least. */

static void
several(void)
{
    unsigned       i, n;
    phone_call_t   call;
    phone_edge_t   edge;
    phone_index_t  index[PHONE_PAGE_INDEXES + 1];

    play_start();

    for (i = 0; i <= PHONE_PAGE_INDEXES; i++) {
        index[i].type = &phone_bills_of;
        index[i].id = PHONE_STR(NUMBER);
    }

    for (n = 0; n <= PHONE_PAGE_INDEXES + 1; n++) {
        phone_call_init(&call, &player.env, &put, NULL);
        memset(&edge, 0, sizeof(edge));
        is_int(phone_ask_page_of_all(&call, n, index, &edge, 10).n, 0,
               "a page of %u indexes", n);
        is_int(call.broken, n == 0 || n > PHONE_PAGE_INDEXES,
               "is one, or a mistake");
        phone_call_free(&call);
    }

    play_end();
}


int
main(void)
{
    pages();
    edges();
    several();
    notices();

    return done_testing();
}
