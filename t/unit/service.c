
/*
 * What is signed is good for one thing: a call for the service that it names, a
 * reply for the nonce that it answers, a notice for nothing but a notice.
 */


#define _GNU_SOURCE

#include "shop.h"
#include "lib/form_write.h"
#include "runtime/runtime.h"


#define PAYER  "&payer_phone=%2B8613800000001"
#define TEA    "amount=100&subject=tea" PAYER

/* What each call of a merchant needs. */
#define FOR_EACH  TEA "&out_trade_no=T1&out_refund_no=R1&date=2027-01-15" \
    "&message_no=M1&to=PAYER&result=SUCCESS&text=x"


static void
set_up(void)
{
    play_start();
    shop_open_signing("tea");
}


static int
says(const char *text)
{
    return memmem(player.body.data, player.body.len, text, strlen(text))
           != NULL;
}


static void
test_missing(void)
{
    set_up();

    shop_service("");
    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 400,
           "a call for no service");
    is_str(play_code(), "PARAM_MISSING", "lacks");
    is_str(play_member("field"), "service", "it");
    is_int(player.works, 0, "its signature is not looked at");

    shop_service(NULL);
    play_end();
}


/* A call that somebody has seen is sent to another address. */

static void
test_other_address(void)
{
    set_up();

    shop_nonce("seen-on-its-way");
    shop_service("bill.query");
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 400,
           "a question is sent to where bills are made");
    is_str(play_code(), "PARAM_INVALID", "and refused");
    is_str(play_member("field"), "service", "for its service");
    is_str(play_member("message"), "This address is for "
           "service=bill.create, but the call is signed with "
           "service=bill.query: send it to the address of that service, or "
           "sign it for this one.", "it is told what was expected and what "
           "came");
    is_str(play_member("message_zh"), "该地址的 service 须为 bill.create，"
           "收到的是 bill.query，请发送到对应的地址，"
           "或按该地址的 service 重新签名。", "in Chinese as well");
    ok(!says("\"sign\":"), "without a signature");
    ok(!says("request_nonce"), "and without the nonce");
    is_int(player.commits, 0, "nothing is done");

    shop_service("bill.create");
    is_int(shop_call("bill.query", "tea", TEA "&out_trade_no=T1"), 400,
           "a bill is sent to where questions are answered");
    is_str(play_member("field"), "service", "and refused");
    is_int(player.commits, 0, "nothing is done");

    shop_service(NULL);
    is_int(shop_call("bill.create", "tea", TEA "&out_trade_no=T1"), 200,
           "the nonce is free for the call where it belongs");

    shop_nonce(NULL);
    play_end();
}


/* Each call of a merchant with each other service of the registry, and with
   what looks like its own. */

static void
test_each(void)
{
    char         near[72];
    unsigned     i, k, n;
    const char  *own;

    set_up();

    for (i = n = 0; phone_endpoints[i]; i++) {
        if (phone_endpoints[i]->who != PHONE_MERCHANT) {
            continue;
        }

        n++;
        own = phone_endpoints[i]->name;
        shop_file(phone_takes_file(phone_endpoints[i]) ? "file" : NULL,
                  phone_takes_file(phone_endpoints[i]) ? "a,b\n" : NULL);

        for (k = 0; phone_endpoints[k]; k++) {
            if (k == i) {
                continue;
            }

            shop_service(phone_endpoints[k]->name);
            shop_call(own, "tea", FOR_EACH);
            is_str(play_member("field"), "service", "%s for %s", own,
                   phone_endpoints[k]->name);
        }

        snprintf(near, sizeof(near), "%s.", own);
        shop_service(near);
        shop_call(own, "tea", FOR_EACH);
        is_str(play_member("field"), "service", "%s for %s", own, near);

        near[strlen(own) - 1] = '\0';
        shop_call(own, "tea", FOR_EACH);
        is_str(play_member("field"), "service", "%s for %s", own, near);

        snprintf(near, sizeof(near), "%s", own);
        near[0] = (char) toupper((unsigned char) near[0]);
        shop_call(own, "tea", FOR_EACH);
        is_str(play_member("field"), "service", "%s for %s", own, near);

        shop_service(NULL);
        shop_call(own, "tea", FOR_EACH);
        is_str(play_code(), strcmp(own, "refund.create") == 0 ? "BILL_NOT_PAID"
                            : strcmp(own, "refund.query") == 0
                              ? "REFUND_NOT_FOUND"
                            : strcmp(own, "statement.create") == 0
                              || strcmp(own, "reconcile.create") == 0
                              ? "STATEMENT_NOT_READY"
                            : strncmp(own, "reconcile.", 10) == 0
                              ? "NOT_FOUND"
                            : strcmp(own, "notice.replay") == 0
                              ? "PARAM_MISSING"
                            : strcmp(own, "message.create") == 0
                              ? "RESULT_MISMATCH" : "OK",
               "%s for itself", own);
    }

    shop_file(NULL, NULL);
    ok(n > 1, "merchants have more than one call");

    play_end();
}


/* Who has not signed learns nothing of services. */

static void
test_stranger(void)
{
    set_up();

    shop_service("bill.query");
    is_int(shop_forge("bill.create", "tea", TEA "&out_trade_no=T1"), 401,
           "a forged call");
    is_str(play_code(), "SIGN_ERROR", "is told of its signature");
    ok(!says("service"), "and no more");

    is_int(shop_call("bill.create", "nobody", TEA "&out_trade_no=T1"), 401,
           "an unknown merchant");
    is_str(play_code(), "KEY_UNKNOWN", "is told so");

    shop_service(NULL);
    play_end();
}


/* With a second key a call has to say whose signature it has. */

static void
test_several_keys(void)
{
    char  form[2048] = "merchant_id=tea&key_id=k2";

    set_up();

    shop_public_key(form, sim_merchant_keys[1]);
    is_int(play("operator.keys", form), 200, "a second key");

    is_int(shop_call("bill.query", "tea", "out_trade_no=T1"), 401,
           "a call that does not say which");
    is_str(play_code(), "KEY_UNKNOWN", "is refused");
    is_str(play_member("field"), "key_id", "for its key_id");
    is_str(play_member("message"),
           "There are several keys: send key_id.", "and told so");
    is_str(play_member("message_zh"), "有多个密钥，请发送 key_id。",
           "in Chinese as well");

    shop_call("bill.query", "tea", "out_trade_no=T1&key_id=k3");
    is_str(play_member("message"), "There is no such merchant or terminal, or "
           "no valid key with this key_id: check the field named.",
           "a key that there is not");

    shop_call("bill.query", "tea", "out_trade_no=T1&key_id=k2");
    is_str(play_code(), "BILL_NOT_FOUND", "one that there is");

    play_end();
}


/* The fields of a reply; "sign" is among them when it is signed. */

static phone_fields_t *
reply_fields(void)
{
    phone_str_t      bad;
    phone_fields_t  *fields;

    fields = phone_alloc(&player.arena, sizeof(phone_fields_t));

    ok(phone_json_parse(&player.arena, player.body, fields, &bad)
       == PHONE_FIELDS_OK, "the reply is one flat object");

    return fields;
}


static phone_str_t
value(const phone_fields_t *fields, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(fields, name);

    return value ? *value : PHONE_EMPTY;
}


static int
digest_fits(const phone_fields_t *fields)
{
    phone_str_t  text;

    return phone_canonical(&player.arena, fields, 0, &text)
           == PHONE_CANONICAL_OK
           && phone_equal(phone_digest(player.env.crypto, &player.arena, text),
                          value(fields, "digest"));
}


static void
test_reply(void)
{
    phone_fields_t  *fields;

    set_up();

    shop_nonce("first-question");
    shop_call("bill.query", "tea", "out_trade_no=T1");
    fields = reply_fields();
    is_str(value(fields, "code"), "BILL_NOT_FOUND", "a refusal");
    is_str(value(fields, "request_nonce"), "first-question", "says to what");
    ok(digest_fits(fields), "under its digest");

    shop_nonce("second-question");
    shop_call("bill.create", "tea", TEA "&out_trade_no=T1");
    fields = reply_fields();
    is_str(value(fields, "code"), "OK", "a success");
    is_str(value(fields, "request_nonce"), "second-question", "says to what");
    ok(!phone_equal(value(fields, "nonce"), value(fields, "request_nonce")),
       "beside a nonce of its own");
    ok(digest_fits(fields), "under its digest");

    shop_open("plain");
    shop_call("bill.query", "plain", "out_trade_no=T1");
    ok(!says("request_nonce"), "a reply that is not signed says nothing of it");

    shop_nonce(NULL);
    play_end();
}


/* Fields that the platform has signed, sent as a call; as if the merchant had
   given the platform's key for its own. */

static void
sent_as_calls(const phone_fields_t *fields, const char *what)
{
    unsigned     i;
    phone_str_t  form;

    form = phone_form_write(&player.arena, fields);
    form = phone_format(&player.arena, "%.*s", PHONE_ARGS(form));
    player.signatures = 1;

    for (i = 0; phone_endpoints[i]; i++) {
        if (phone_endpoints[i]->who == PHONE_MERCHANT) {
            play(phone_endpoints[i]->name, form.data);
            is_str(play_code(), "PARAM_MISSING", "%s as %s", what,
                   phone_endpoints[i]->name);
            is_str(play_member("field"), "service", "lacks a service");
        }
    }
}


static void
test_apart(void)
{
    unsigned         i;
    phone_str_t      bill, card, bad;
    phone_fields_t  *reply, *notice;

    set_up();
    shop_payer("%2B8613800000001");
    card = shop_card("%2B8613800000001", "6222020000000015");
    bill = shop_bill("tea", "T1", "%2B8613800000001");
    reply = reply_fields();

    is_int(shop_pay(bill, card, "&pin=" SHOP_PIN), 200, "the bill is paid");

    player.answer = "success";
    player.gateway = 200;

    for (i = 0; i < 8 && player.texts == 0; i++) {
        play_event();
    }

    notice = phone_alloc(&player.arena, sizeof(phone_fields_t));
    ok(phone_form_parse(&player.arena, player.text, notice, &bad)
       == PHONE_FIELDS_OK, "the notice is a form");
    ok(digest_fits(notice), "under its digest");

    is_str(value(notice, "event"), "bill", "a notice says what it is of");
    ok(value(notice, "notify_id").len > 0, "and which it is");
    ok(!phone_field(notice, "request_nonce"), "it answers no call");
    ok(!phone_field(notice, "code"), "and says not how one has ended");

    ok(value(reply, "request_nonce").len > 0, "a reply answers a call");
    ok(!phone_field(reply, "event"), "it has no event");
    ok(!phone_field(reply, "notify_id"), "and is no notice");

    ok(!phone_field(reply, "service") && !phone_field(notice, "service"),
       "neither is a call");

    sent_as_calls(reply, "a reply");
    sent_as_calls(notice, "a notice");

    play_end();
}


int
main(void)
{
    test_missing();
    test_other_address();
    test_each();
    test_stranger();
    test_several_keys();
    test_reply();
    test_apart();

    return done_testing();
}
