
/* GET /operator/check: refunds against the ledger, their bills and numbers, and
   each kind of damage to them. */


#define _GNU_SOURCE

#include "check.h"
#include "lib/id.h"


#define LI  "+8613800000001"


static char         bill[64], refund_id[64], refunds_id[80];
static phone_str_t  card;


/* A bill over 100, of which 30 and 20 are refunded, a while ago. */

static void
set_up(phone_domain_t domain)
{
    int          i;
    char         form[256];
    phone_str_t  id;

    play_start();
    player.env.domain = domain;
    player.signatures = 1;

    shop_open("tea");
    card = phone_copy(&player.arena, shop_card(LI, "6222020000000015"));
    while (posted()) { /* void */ }
    shop_payer(LI);

    id = shop_bill("tea", "T1", LI);
    snprintf(bill, sizeof(bill), "%.*s", PHONE_ARGS(id));
    while (posted()) { /* void */ }
    shop_pay(phone_cstr(bill), card, "&pin=" SHOP_PIN);
    while (posted()) { /* void */ }

    for (i = 0; i < 2; i++) {
        snprintf(form, sizeof(form), "bill_id=%s&out_refund_no=R%d&amount=%d",
                 bill, i + 1, i ? 20 : 30);

        if (shop_call("refund.create", "tea", form) != 200) {
            printf("Bail out! refund: %.*s\n", PHONE_ARGS(player.body));
            exit(1);
        }

        if (i == 0) {
            snprintf(refund_id, sizeof(refund_id), "%.*s",
                     PHONE_ARGS(play_member("refund_id")));
        }

        while (posted()) { /* void */ }
    }

    snprintf(refunds_id, sizeof(refunds_id), "tea:%s", bill);
    player.now += 2 * PHONE_MINUTE;
    check("true", "as it was made");
}


static void
set(const phone_type_t *type, const char *id, const char *field,
    const char *value)
{
    meddle(PHONE_OP_HSET, type, phone_cstr(id), 2,
           (const char *[2]) { field, value });
}


static void
found(const char *what, const char *kind, const char *id)
{
    char  where[160];

    check("false", what);
    snprintf(where, sizeof(where), "%s:%s", kind, id);
    fault(what, where);
}


static unsigned
merchants_bucket(void)
{
    return phone_bucket_of(PHONE_STR("tea"), player.env.buckets);
}


/* An entry of the ledger that has the refunds' entries, past the product. */

static void
enter(phone_domain_t domain, const char *entry)
{
    unsigned  bucket;

    bucket = domain == PHONE_WHOLE_STORE
             ? phone_home(&player.env, &phone_bill, phone_cstr(bill))
             : merchants_bucket();

    meddle(PHONE_OP_RPUSH, &phone_ledger,
           phone_bucket_text(&player.arena, bucket), 1,
           (const char *[1]) { entry });
}


static void
records(phone_domain_t domain)
{
    set_up(domain);
    meddle(PHONE_OP_DEL, &phone_refund, phone_cstr(refund_id), 0, NULL);
    found("refund_missing", "refund", refund_id);
    play_end();

    set_up(domain);
    set(&phone_refund, refund_id, "facts", "odd");
    found("refund_unreadable", "refund", refund_id);
    play_end();

    set_up(domain);
    set(&phone_refund, refund_id, "notices", "x");
    found("refund_unreadable", "refund", refund_id);
    play_end();

    set_up(domain);
    meddle(PHONE_OP_DEL, &phone_refund_no, PHONE_STR("tea:R1"), 0, NULL);
    found("refund_no_missing", "refund_no", "tea:R1");
    play_end();
}


static void
parts(phone_domain_t domain)
{
    char  text[256];

    set_up(domain);
    set(&phone_refunds, refunds_id, "parts", "x");
    check("false", "parts that are none");
    ok(play_says("refund_not_listed"), "are no parts");
    play_end();

    set_up(domain);
    snprintf(text, sizeof(text), "%s 31,", refund_id);
    set(&phone_refunds, refunds_id, "parts", text);
    check("false", "another amount");
    ok(play_says("refund_not_listed"), "is not that part");
    play_end();

    /* one that nobody has taken from the takings */

    set_up(domain);
    snprintf(text, sizeof(text), "%.*s%.3s-01MCC00000E6M2W7K3A5B8C0D1 5,",
             PHONE_ARGS(play_stored(&phone_refunds, refunds_id,
                                    REFUNDS_PARTS)), refund_id);
    set(&phone_refunds, refunds_id, "parts", text);
    check("false", "a part more");
    ok(play_says("refund_not_debited"), "that no entry has");
    play_end();

    set_up(domain);
    snprintf(text, sizeof(text), "%.*s%.3s-01MCC00000E6M2W7K3A5B8C0D1 51,",
             PHONE_ARGS(play_stored(&phone_refunds, refunds_id,
                                    REFUNDS_PARTS)), refund_id);
    set(&phone_refunds, refunds_id, "parts", text);
    check("false", "more than was paid");
    ok(play_says("refunds_exceed"), "is said to be");
    play_end();
}


static void
sums(phone_domain_t domain)
{
    set_up(domain);
    set(&phone_bill, bill, "refunded", "51");
    found("refunded_differs", "bill", bill);
    play_end();

    set_up(domain);
    set(&phone_bill, bill, "refunded", "49");

    if (domain == PHONE_WHOLE_STORE) {
        found("refunded_differs", "bill", bill);
    }

    set(&phone_bill, bill, "refunded", "50");
    check("true", "put right");
    play_end();

    set_up(domain);
    set(&phone_bill, bill, "status", "EXPIRED");
    check("false", "a bill that is not paid");
    ok(play_says("refund_differs"), "was refunded");
    play_end();
}


static void
entries(phone_domain_t domain)
{
    char  text[256];

    /* of another card, which gets nothing: its movement is lost */

    set_up(domain);
    snprintf(text, sizeof(text), "X1 takings:tea:CNY clearing:CNY 31 CNY "
             "refund %s", refund_id);
    enter(domain, text);
    check("false", "an entry of another amount");
    ok(play_says("refund_differs"), "is not that refund");
    ok(play_says("refund_debited_twice"), "which has one already");
    play_end();

    set_up(domain);
    enter(domain, "X1 takings:tea:CNY clearing:CNY 5 CNY refund "
          "009-01MCC00000E6M2W7K3A5B8C0D1");
    check("false", "an entry of no refund");
    ok(play_says("refund_missing"), "which is said");
    play_end();
}


/* The event of a refund's notice is lost. */

static void
unsent(phone_domain_t domain)
{
    char  where[96], member[160];

    set_up(domain);
    snprintf(member, sizeof(member), "notice.send %s.refund.1 tea", refund_id);
    meddle_key(PHONE_OP_ZREM, merchants_bucket(),
               phone_key(&player.arena, &phone_due, merchants_bucket(),
                         PHONE_EMPTY), 1, (const char *[1]) { member });

    snprintf(where, sizeof(where), "%s.refund.1", refund_id);
    found("notice_unsent", "notice", where);

    play_end();
}


/* A notice is looked for, acknowledged, not found, and looked for again; then
   it is sent again, and it is its turn. */

static enum { NOT_YET, ACKNOWLEDGED, AGAIN, SENT_AGAIN } step;
static char      notice_sent[96];
static unsigned  again_looked;


static int
looks_for_it(const phone_ask_t *ask)
{
    return ask->kind == PHONE_ASK_SCORES
           && phone_is(((const phone_ask_scores_t *) ask)->of.entry->member,
                       notice_sent);
}


static void
acknowledged_and_sent_again(void)
{
    int       looks;
    char      form[96];
    unsigned  reads;

    looks = looks_for_it(player.asking);
    reads = player.reads;
    player.before_read = NULL;

    if (step == NOT_YET && looks) {
        player.event[0].member = phone_cstr(notice_sent);
        player.event[0].bucket = merchants_bucket();
        player.nevents = 1;
        while (play_event()) { /* void */ }
        step = ACKNOWLEDGED;

    } else if (step == ACKNOWLEDGED && !looks
               && player.asking->kind != PHONE_ASK_SCORES)
    {
        step = AGAIN;

    } else if (step == AGAIN && looks) {
        again_looked++;

    } else if (step == AGAIN && again_looked == 2
               && player.asking->kind == PHONE_ASK_RECORD)
    {
        snprintf(form, sizeof(form), "notify_id=%s.refund.1", refund_id);
        player.nevents = 0;
        is_int(shop_call("notice.replay", "tea", form), 200, "sent again");

        while (player.nevents
               && !phone_equal(player.event[0].member,
                               phone_cstr(notice_sent)))
        {
            play_event();
        }

        step = SENT_AGAIN;
    }

    player.nevents = 0;
    player.reads = reads;
    player.before_read = acknowledged_and_sent_again;
}


static void
sent_again(phone_domain_t domain)
{
    set_up(domain);
    snprintf(notice_sent, sizeof(notice_sent), "notice.send %s.refund.1 tea",
             refund_id);
    player.answer = "success";
    step = NOT_YET;
    again_looked = 0;
    player.before_read = acknowledged_and_sent_again;
    play("operator.check", "");
    player.before_read = NULL;

    is_int(step, SENT_AGAIN, "a notice is sent again while it is looked for");
    is_str(play_member("ok"), "true", "it is not lost");

    play_end();
}


/* A check is right whenever a refund comes. */

static unsigned  at_read, reads, refunded;


static void
some_more(void)
{
    static int  inside;
    char        form[128];
    unsigned    before;

    if (inside || reads++ != at_read) {
        return;
    }

    inside = 1;
    before = player.reads;
    player.nevents = 0;
    snprintf(form, sizeof(form), "out_trade_no=M%u&out_refund_no=M%u&amount=7",
             refunded % 8, refunded);
    refunded++;

    if (shop_call("refund.create", "tea", form) != 200) {
        printf("# %.*s\n", PHONE_ARGS(player.body));
    }

    while (posted()) { /* void */ }
    player.reads = before;
    inside = 0;
}


static void
meanwhile(phone_domain_t domain)
{
    int          i, wrong;
    char         form[256];
    phone_str_t  cookie, id, bill_id;

    set_up(domain);
    cookie = phone_copy(&player.arena, player.cookie);
    play("operator.bank_cards", "phone=" LI "&card_no=6222020000000023"
         "&balance=100000");
    id = phone_copy(&player.arena, play_member("card_id"));
    while (posted()) { /* void */ }

    for (i = 0; i < 8; i++) {
        player.cookie = PHONE_EMPTY;
        snprintf(form, sizeof(form), "out_trade_no=M%d&amount=1000&subject=tea"
                 "&payer_phone=" LI, i);
        shop_call("bill.create", "tea", form);
        bill_id = phone_copy(&player.arena, play_member("bill_id"));
        while (posted()) { /* void */ }
        player.cookie = cookie;
        shop_pay(bill_id, id, "&pin=" SHOP_PIN);
        while (posted()) { /* void */ }
    }

    at_read = 0;
    refunded = 0;
    wrong = 0;

    do {
        reads = 0;
        player.before_read = some_more;
        play("operator.check", "");
        player.before_read = NULL;

        if (!phone_is(play_member("ok"), "true")) {
            printf("# at %u: %.*s\n", at_read, PHONE_ARGS(player.body));
            wrong++;
        }

        at_read += 3;

    } while (reads > at_read && refunded < 320);

    is_int(wrong, 0, "the books are right whenever a refund comes");
    ok(refunded > 20, "%u refunds", refunded);

    play_end();
}


int
main(void)
{
    phone_domain_t  domain;

    for (domain = PHONE_WHOLE_STORE; domain <= PHONE_ONE_BUCKET; domain++) {
        records(domain);
        parts(domain);
        sums(domain);
        entries(domain);
        unsent(domain);
        sent_again(domain);
        meanwhile(domain);
    }

    return done_testing();
}
