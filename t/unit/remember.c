
/*
 * phone_ask_remembered(): a copy that is out of date never has the last word.
 * Handlers of the test play the ways in which a call may end.
 */


#define _GNU_SOURCE

#include "play.h"


#define SHOP  "tea"


/* Which way the next calls end. */
static enum {
    ENDS_DONE,               /* a reply that writes nothing */
    ENDS_REFUSED,
    ENDS_CLAIMED,            /* a reply, with a claim in the shop's bucket */
    ENDS_NOTED,              /* a refusal, and something written */
    ENDS_SET,                /* the record itself is changed */
    ENDS_BROKEN,             /* its text is no number */
    ENDS_CONTINUED
} ends;

static int  works;           /* it has a signature verified as well */


static phone_rc_t
shop_run(phone_call_t *call)
{
    phone_str_t            seen;
    phone_record_t        *shop;
    const phone_result_t  *verified;

    shop = phone_ask_remembered(call, &phone_merchant, PHONE_STR(SHOP));

    ok(phone_ask(call, &phone_merchant, PHONE_STR(SHOP)) == shop,
       "a plain ask gives the same record");
    ok(phone_ask_some(call, &phone_merchant, PHONE_STR(SHOP),
                      PHONE_F(MERCHANT_NAME)) == shop, "so does one of some");

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (works) {
        verified = phone_ask_work(call, &phone_work_verify,
                                  (phone_str_t[PHONE_WORK_ARGS]) {
                                      PHONE_STR("key"), PHONE_STR("RSA2"),
                                      PHONE_STR("text"), PHONE_STR("sign") });

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        phone_say_int(call, "remaining", verified->ok);
    }

    seen = call->state.len ? call->state : phone_get(shop, MERCHANT_NAME);

    /* members that a refusal may have */

    phone_say(call, "reason", seen);

    switch (ends) {

    case ENDS_REFUSED:
        return phone_refuse(call, PHONE_KEY_UNKNOWN);

    case ENDS_CLAIMED:
        phone_claim(call, &phone_nonce, PHONE_STR(SHOP ":once"),
                    phone_call_id(call), 660 * 1000);
        break;

    case ENDS_NOTED:
        phone_set(shop, MERCHANT_REPLY_SIGN, PHONE_STR("1"));
        return phone_refuse(call, PHONE_KEY_UNKNOWN);

    case ENDS_SET:
        phone_set(shop, MERCHANT_STATUS, PHONE_STR("CLOSED"));
        break;

    case ENDS_BROKEN:
        phone_say_int(call, "created", phone_get_int(shop, MERCHANT_CREATED));
        break;

    case ENDS_CONTINUED:

        /* what it has recorded is dropped, and proves nothing */

        if (call->state.len == 0) {
            phone_rely(shop);
            return phone_continue(call, phone_copy(phone_memory(call), seen));
        }

        break;

    default:
        break;
    }

    return phone_done(call);
}


static const phone_endpoint_t  shop_endpoint = {
    "test.shop", "POST", "/shop", PHONE_ANYONE, shop_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } }, NULL,
    "for the test"
};


/* What an operator does: by a call of its own. */

static phone_rc_t
change_run(phone_call_t *call)
{
    phone_record_t  *shop;

    shop = phone_ask(call, &phone_merchant, PHONE_STR(SHOP));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(shop, MERCHANT_NAME, phone_arg(call, "name"));
    phone_set(shop, MERCHANT_CREATED, phone_arg(call, "name"));

    return phone_done(call);
}


static const phone_endpoint_t  change_endpoint = {
    "test.change", "POST", "/change", PHONE_ANYONE, change_run,
    (const phone_param_t[2]) {
        { "name", PHONE_P_TEXT, PHONE_REQUIRED, 1, 64, "for the test" },
        { NULL, 0, 0, 0, 0, NULL }
    }, NULL, "for the test"
};


static void
change(const char *name)
{
    char  form[32];

    snprintf(form, sizeof(form), "name=%s", name);
    play_endpoint(&change_endpoint, form);
}


static void
shop(int how)
{
    ends = how;
    play_endpoint(&shop_endpoint, "");
}


/* A store with the shop "1", remembered. */

static void
open_shop(void)
{
    play_start();

    works = 0;
    player.remembers = 1;
    player.signatures = 1;

    change("1");
    shop(ENDS_DONE);
    is_int(player.recalled, 0, "the first call reads");
    is_str(play_member("reason"), "1", "what is there");
}


static void
guarded(void)
{
    open_shop();

    shop(ENDS_CLAIMED);
    is_int(player.recalled, 1, "a copy is taken");
    is_int(player.reads, 0, "nothing is read");
    is_int(player.commits, 1, "one commit");
    is_str(play_member("reason"), "1", "the copy is right");

    player.now += 700 * 1000;
    change("2");
    shop(ENDS_CLAIMED);
    is_int(player.recalled, 1, "an old copy is taken");
    is_int(player.commits, 2, "its commit conflicts");
    is_int(player.reads, 1, "then it is read, once");
    is_str(play_member("reason"), "2", "and the answer is of now");

    player.now += 700 * 1000;
    shop(ENDS_CLAIMED);
    is_int(player.reads, 0, "what was read then is remembered");
    is_str(play_member("reason"), "2", "and right");

    change("3");
    player.now += 700 * 1000;
    shop(ENDS_SET);
    is_str(play_member("reason"), "3", "a change starts from what is there");
    is_str(play_stored(&phone_merchant, SHOP, MERCHANT_NAME), "3",
           "the other change stays");
    is_str(play_stored(&phone_merchant, SHOP, MERCHANT_STATUS), "CLOSED",
           "and so does this one");

    play_end();
}


static void
not_believed(void)
{
    open_shop();

    shop(ENDS_DONE);
    is_int(player.recalled, 1, "a reply by a copy");
    is_int(player.reads, 1, "that writes nothing is said after a look");
    is_int(player.commits, 0, "not after a commit");

    change("2");
    shop(ENDS_DONE);
    is_str(play_member("reason"), "2", "it is of now");

    change("3");
    shop(ENDS_REFUSED);
    is_int(player.recalled, 1, "a refusal by a copy");
    is_int(player.reads, 1, "is no refusal yet");
    is_str(play_member("reason"), "3", "it is of now");
    is_str(play_code(), "KEY_UNKNOWN", "and it is one");

    change("4");
    shop(ENDS_NOTED);
    is_int(player.commits, 2, "one that writes is guarded");
    is_str(play_member("reason"), "4", "and of now");

    change("5");
    shop(ENDS_CONTINUED);
    is_str(play_member("reason"), "5", "no state is carried on from a copy");

    change("x");
    shop(ENDS_DONE);
    change("6");
    shop(ENDS_BROKEN);
    is_str(play_code(), "OK", "a bad value that is no more breaks nothing");
    is_str(play_member("created"), "6", "the good one is there");

    change("x");
    shop(ENDS_BROKEN);
    is_str(play_code(), "INTERNAL", "one that is there does");

    play_end();
}


static void
work_is_kept(void)
{
    open_shop();
    works = 1;

    shop(ENDS_REFUSED);
    is_int(player.recalled, 1, "a copy");
    is_int(player.reads, 1, "and a look");
    is_int(player.works, 1, "but the signature is verified once");
    is_str(play_member("remaining"), "1", "it is right");

    change("2");
    shop(ENDS_CLAIMED);
    is_int(player.commits, 2, "over a conflict");
    is_int(player.works, 1, "it is verified once as well");

    play_end();
}


static void
not_remembered(void)
{
    open_shop();
    player.remembers = 0;

    shop(ENDS_REFUSED);
    is_int(player.reads, 1, "a host without a memory reads once");
    is_int(player.runs, 2, "and the refusal stands at once");

    shop(ENDS_CLAIMED);
    is_int(player.reads, 1, "a commit needs one read, too");
    is_int(player.commits, 1, "and no guard fails");

    play_end();
}


int
main(void)
{
    guarded();
    not_believed();
    work_is_kept();
    not_remembered();

    return done_testing();
}
