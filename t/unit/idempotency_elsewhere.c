
/*
 * A call of a number that decides in another bucket than the number's: its
 * reply cannot be kept, and an Idempotency-Key is refused before anything is
 * done.  And mistakes of handlers that the runtime notices: the host is told
 * which.
 */


#define _GNU_SOURCE

#include "idempotency.h"


static const char  *also;                /* a second merchant; NULL: none */


static phone_rc_t
name_run(phone_call_t *call)
{
    phone_record_t  *shop, *other;

    shop = phone_ask(call, &phone_merchant, PHONE_STR("tea"));
    other = phone_ask(call, &phone_merchant,
                      phone_cstr(also ? also : "tea"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(shop, MERCHANT_NAME, phone_arg(call, "name"));

    if (also) {
        phone_set(other, MERCHANT_NAME, phone_arg(call, "name"));
    }

    return phone_done(call);
}


static const phone_endpoint_t  name_endpoint = {
    "test.name", "POST", "/name", PHONE_SESSION, name_run,
    (const phone_param_t[]) {
        { "name", PHONE_P_NAME, PHONE_REQUIRED, 1, 20, "of a shop" },
        { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "for the test"
};


static phone_rc_t
asks_run(phone_call_t *call)
{
    (void) phone_arg(call, "nothing");

    return phone_done(call);
}


static phone_rc_t
waits_run(phone_call_t *call)
{
    (void) call;

    return PHONE_AGAIN;
}


static const phone_endpoint_t  asks_endpoint = {
    "test.asks", "POST", "/asks", PHONE_ANYONE, asks_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "for the test"
};


static const phone_endpoint_t  waits_endpoint = {
    "test.waits", "POST", "/waits", PHONE_ANYONE, waits_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "for the test"
};


static void
refused(phone_domain_t domain)
{
    set_up(domain);
    shop_open("tea");

    ok(phone_bucket_of(PHONE_STR(PERSON), player.env.buckets)
       != phone_bucket_of(PHONE_STR("tea"), player.env.buckets),
       "a number and a shop in two buckets");

    key("name-1");
    is_int(play_endpoint(&name_endpoint, "name=Chai"), 400, "with a key");
    is_str(play_code(), "PARAM_INVALID", "it is refused");
    is_str(play_member("field"), "Idempotency-Key", "for that");
    is_str(play_member("reason"), "the reply of this call cannot be kept: "
           "leave the header out", "and it is said why");
    is_int(player.commits, 0, "before anything is done");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_NAME), "Tea",
           "really");

    key(NULL);
    is_int(play_endpoint(&name_endpoint, "name=Chai"), 200, "without one");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_NAME), "Chai",
           "it is done");
    ok(player.why == NULL, "nothing is logged");

    play_end();
}


static void
mistakes(phone_domain_t domain)
{
    set_up(domain);
    shop_open("tea");
    shop_open("jam");

    also = "jam";
    ok(phone_bucket_of(PHONE_STR("jam"), player.env.buckets)
       != phone_bucket_of(PHONE_STR("tea"), player.env.buckets),
       "two shops in two buckets");
    is_int(play_endpoint(&name_endpoint, "name=Chai"), 500,
           "two shops are named");
    ok(player.why
       && strcmp(player.why, "its commit has guards in two buckets") == 0,
       "and the log says why not");
    is_str(play_stored(&phone_merchant, "tea", MERCHANT_NAME), "Tea",
           "nothing is done");
    also = NULL;

    is_int(play_endpoint(&asks_endpoint, ""), 500, "an unknown parameter");
    ok(player.why && strcmp(player.why, "it reads a parameter that it does not "
                            "declare") == 0, "is told as well");

    is_int(play_endpoint(&waits_endpoint, ""), 500, "a wait for nothing");
    ok(player.why && strcmp(player.why, "it waits for nothing") == 0, "too");

    play_end();
}


int
main(void)
{
    refused(PHONE_WHOLE_STORE);
    refused(PHONE_ONE_BUCKET);
    mistakes(PHONE_WHOLE_STORE);
    mistakes(PHONE_ONE_BUCKET);

    return done_testing();
}
