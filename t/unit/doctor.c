
/*
 * POST /pay/doctor: each mistake is made, and is named.  Nothing is done, and
 * nothing helps a stranger to sign.
 */


#define _GNU_SOURCE

#include "openssl_cli.h"
#include "shop.h"
#include "lib/mistakes.h"
#include "lib/form_write.h"


static phone_arena_t   arena;
static phone_key_t    *rsa, *second, *stranger, *ed25519, *secret;


/* A call as a merchant makes it, and how: what is NULL is right. */
static struct {
    const char              *key_id;
    const char              *type;
    phone_key_t             *key;
    phone_sign_type_t        signs;
    phone_text_t             digest;     /* is of that text */
    phone_text_t             sign;       /* and so is this */
    int                      without;    /* it is signed without digest */
    int                      only;       /* the digest is */
    const char              *own;        /* doctor_text */
    const char              *more;       /* fields, as a form */
    int64_t                  late;       /* seconds */
    const char              *changed;    /* a field, after all */
} made;


static phone_key_t *
key_of(const char *name)
{
    phone_key_t  *key;

    key = NULL;
    is_int(phone_key_private(cli_read(&arena, name), &key), PHONE_KEY_OK,
           "%s", name);

    return key;
}


static void
merchant(const char *call, const char *more, phone_key_t *key)
{
    char         form[2048], text[1024];
    phone_str_t  spki;

    spki = phone_key_export_public(&arena, key);
    snprintf(form, sizeof(form), "merchant_id=tea&%s", more);
    snprintf(text, sizeof(text), "%.*s", PHONE_ARGS(spki));
    shop_public_key(form, text);

    is_int(play(call, form), 200, "%s", call);
}


static void
set_up(void)
{
    play_start();
    memset(&made, 0, sizeof(made));
    made.key_id = "k1";
    made.type = "RSA2";
    made.key = rsa;
    made.signs = PHONE_RSA2;

    merchant("operator.merchants", "name=Tea", rsa);
}


/* What the merchant's program does. */

static int
ask(void)
{
    int               status;
    char              form[4096];
    phone_str_t       text, digest, sign, bad;
    phone_fields_t    fields, all;

    fields.n = 0;
    snprintf(form, sizeof(form), "merchant_id=tea&key_id=%s&sign_type=%s"
             "&service=bill.create&timestamp=%lld&nonce=nonce-0001"
             "&out_trade_no=T1&amount=100&subject=%s", made.key_id, made.type,
             (long long) (player.now / 1000 - made.late),
             made.more ? made.more : "tea");
    is_int(phone_form_parse(&arena, phone_copy(&arena, phone_cstr(form)),
                            &fields, &bad), PHONE_FIELDS_OK, "fields");

    (void) phone_text_made(&arena, &fields, made.digest, 0, &text);
    digest = phone_text_digest(&arena, text);
    phone_fields_add(&fields, PHONE_STR("digest"), digest);

    if (!made.without) {
        (void) phone_text_made(&arena, &fields, made.sign, 1, &text);
    }

    if (made.only) {
        text = digest;
    }

    is_int(phone_sign(&arena, made.key, made.signs, text, &sign), 0, "sign");
    phone_fields_add(&fields, PHONE_STR("sign"), sign);

    all = fields;

    if (made.changed) {
        is_int(phone_form_parse(&arena, phone_cstr(made.changed), &all, &bad),
               PHONE_FIELDS_OK, "one more field");
    }

    if (made.own) {
        phone_fields_add(&all, PHONE_STR("doctor_text"),
                         phone_cstr(made.own));
    }

    text = phone_form_write(&arena, &all);
    text = phone_join(&arena, 2, (phone_str_t[2]) { text, { 1, "" } });
    status = play("bill.doctor", text.data);
    is_int(player.commits, 0, "nothing is done");

    return status;
}


/* The first cause; "": none. */

static void
finds(const char *cause, const char *name)
{
    char  expected[64];

    is_int(ask(), 200, "%s", name);
    snprintf(expected, sizeof(expected), "\"causes\":[%s%s%s",
             cause[0] ? "{\"cause\":\"" : "]", cause, cause[0] ? "\"," : "");
    ok(play_says(expected), "%s: %s", name, cause[0] ? cause : "nothing");

    if (!play_says(expected)) {
        printf("# %.*s\n", PHONE_ARGS(player.body));
    }
}


static void
good(void)
{
    set_up();

    finds("", "a good call");
    ok(play_says("\"digest_fits\":true") && play_says("\"sign_fits\":true"),
       "fits");
    is_str(play_member("text"), "amount=100&key_id=k1&merchant_id=tea"
           "&nonce=nonce-0001&out_trade_no=T1&service=bill.create"
           "&sign_type=RSA2&subject=tea&timestamp=1800000000",
           "our text");
    ok(play_says("\"text_length\":137,"), "its length");
    is_str(play_member("key_id"), "k1", "the key");

    /* doctor_ fields are none of the call's */

    made.own = "amount=100&key_id=k1&merchant_id=tea"
               "&nonce=nonce-0001&out_trade_no=T1&service=bill.create"
               "&sign_type=RSA2&subject=tea&timestamp=1800000000";
    finds("", "and the same text");
    ok(!play_says("differs_at"), "does not differ");

    play_end();
}


/* Each wrong text, of the digest and of the signature. */

static void
texts(void)
{
    unsigned  i;

    static const struct {
        phone_text_t         how;
        const char          *more;
        const char          *cause;
    } wrong[] = {
        { PHONE_TEXT_EMPTY, "tea&body=", "EMPTY_KEPT" },
        { PHONE_TEXT_NULL, "tea&body=", "NULL_KEPT" },
        { PHONE_TEXT_ENCODED, "a%20b/c", "URL_ENCODED" },
        { PHONE_TEXT_FORM, "a%20b/c", "URL_ENCODED" },
        { PHONE_TEXT_LOWER_HEX, "%e8%8c%b6", "URL_ENCODED" },
        { PHONE_TEXT_PLUS, "tea&payer_phone=+8613800000001",
          "PLUS_NOT_ENCODED" },
        { PHONE_TEXT_CASE, "tea&Zone=1", "CASE_INSENSITIVE_SORT" },
        { PHONE_TEXT_UNSORTED, "tea", "NOT_SORTED" },
        { PHONE_TEXT_BOOLEANS, "tea&gift=true&now=false", "BOOLEAN" },
        { PHONE_TEXT_NUMBERS, "tea&gift=true", "BOOLEAN" },
        { PHONE_TEXT_NO_TYPE, "tea", "SIGN_TYPE_LEFT_OUT" },
        { PHONE_TEXT_NO_KEY, "tea", "KEY_ID_LEFT_OUT" },
        { PHONE_TEXT_NO_SERVICE, "tea", "SERVICE_LEFT_OUT" },
        { PHONE_TEXT_NEWLINE, "tea", "NEWLINE" },
        { PHONE_TEXT_AND, "tea", "TRAILING_AND" },
        { PHONE_TEXT_LATIN1, "%E8%8C%B6", "CHARSET" }
    };

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        set_up();
        made.more = wrong[i].more;

        finds("", "the right text");

        made.digest = wrong[i].how;
        made.sign = wrong[i].how;
        finds(wrong[i].cause, "both");
        ok(play_says("\"digest_fits\":false"), "the digest does not fit");

        made.digest = PHONE_TEXT_RIGHT;
        finds(wrong[i].cause, "the signature");
        ok(play_says("\"digest_fits\":true")
           && play_says("\"sign_fits\":false"), "only that does not fit");

        made.sign = PHONE_TEXT_RIGHT;
        made.digest = wrong[i].how;
        finds(wrong[i].cause, "the digest");

        play_end();
    }
}


/* Values as programs URL-encode them. */

static void
encoded(void)
{
    unsigned        i;
    phone_str_t     text;
    phone_fields_t  fields;

    static const struct {
        phone_text_t         how;
        const char          *text;
    } texts_of[] = {
        { PHONE_TEXT_ENCODED, "a=Az09-_.~%20%2F%3A%E8%8C%B6" },
        { PHONE_TEXT_FORM, "a=Az09-_.~+%2F%3A%E8%8C%B6" },
        { PHONE_TEXT_LOWER_HEX, "a=Az09-_.~%20%2f%3a%e8%8c%b6" }
    };

    fields.n = 0;
    phone_fields_add(&fields, PHONE_STR("a"), PHONE_STR("Az09-_.~ /:茶"));

    for (i = 0; i < sizeof(texts_of) / sizeof(texts_of[0]); i++) {
        is_int(phone_text_made(&arena, &fields, texts_of[i].how, 1, &text), 0,
               "encoded");
        is_str(text, texts_of[i].text, "as text %u", i);
    }
}


static void
signatures(void)
{
    set_up();

    made.without = 1;
    finds("DIGEST_LEFT_OUT", "signed without digest");
    made.without = 0;

    made.only = 1;
    finds("DIGEST_SIGNED", "the digest is signed");
    made.only = 0;

    made.signs = PHONE_MD5_RSA;
    finds("HASH", "with MD5");
    made.signs = PHONE_RSA2;

    made.type = "MD5withRSA";
    finds("SIGN_TYPE", "called MD5withRSA");
    made.type = "RSA2";

    made.key = stranger;
    finds("KEY", "with the key of somebody else");
    ok(!play_says("other_key_id"), "no id is told");
    ok(play_says("{\"cause\":\"KEY\",\"certain\":true,"), "for certain");
    ok(!play_says("\"sign_type\""), "nor the type of the merchant's key");
    made.key = second;
    finds("KEY", "with a key that nobody has put");
    made.key = rsa;

    made.changed = "note=1";
    finds("OTHER_TEXT", "a field is added on the way");
    ok(play_says("OTHER_TEXT_SIGNED"), "the key is right");
    made.changed = NULL;

    made.late = 301;
    finds("TIMESTAMP_SKEW", "five minutes late");
    made.late = 0;

    made.key_id = "k2";
    finds("KEY_ID", "a key that is not there");

    merchant("operator.keys", "key_id=k2", second);
    finds("OTHER_KEY", "signed with the first of two");
    is_str(play_member("other_key_id"), "k1", "which is named");
    made.key_id = "";
    finds("KEY_ID_MISSING", "which of two is not said");

    play_end();
}


/* A charset that we do not know is likely where there is more than ASCII. */

static void
charset(void)
{
    set_up();

    made.more = "%E8%8C%B6";
    made.changed = "note=1";
    finds("OTHER_TEXT", "Chinese, and another digest");
    ok(play_says("{\"cause\":\"CHARSET\",\"certain\":false,"),
       "may be of another charset");
    made.more = "tea";
    finds("OTHER_TEXT", "ASCII");
    ok(!play_says("CHARSET"), "cannot be");

    play_end();
}


static void
own_text(void)
{
    set_up();

    made.changed = "note=1";
    made.own = "amount=100&key_id=k1&merchant_id=tea&nonce=nonce-0001&out";
    finds("OTHER_TEXT", "a text of one's own");
    ok(play_says("\"differs_at\":54,"), "differs there");
    is_str(play_member("differs_ours"), "note=1&out_trade_no=T1&service=b",
           "ours goes on like this");
    ok(play_says("\"differs_yours\":\"out\""), "and the other like that");

    made.own = "merchant_id=tea&key_id=k1";
    finds("OTHER_TEXT", "another order");
    ok(play_says("\"differs_at\":0,"), "differs at once");

    made.own = "~ \x7f\xc3\xa9";
    finds("OTHER_TEXT", "what cannot be seen");
    ok(play_says("\"differs_yours\":\"~ \\\\x7f\\\\xc3\\\\xa9\""),
       "is shown in hex");

    play_end();
}


/* Ed25519 tells less of a signature, and a secret nothing. */

static void
other_kinds(void)
{
    char         form[64];
    phone_str_t  shown;

    set_up();
    merchant("operator.keys", "key_id=e1", ed25519);
    made.key_id = "e1";
    made.type = "Ed25519";
    made.key = ed25519;
    made.signs = PHONE_ED25519;

    finds("", "by Ed25519");
    made.without = 1;
    finds("DIGEST_LEFT_OUT", "without digest");
    made.without = 0;
    made.digest = made.sign = PHONE_TEXT_NEWLINE;
    finds("NEWLINE", "a line break");
    ok(play_says("\"key_id\":\"e1\""), "the key is told to who has it");
    made.digest = made.sign = PHONE_TEXT_RIGHT;
    made.changed = "note=1";
    finds("OTHER_TEXT", "a field is added on the way");
    ok(play_says("{\"cause\":\"KEY\",\"certain\":false,"),
       "text or key: it is not certain which");
    ok(!play_says("key_id\":\"e1\",\"sign_type"), "the key is not told");
    made.changed = NULL;
    made.key_id = "k1";
    made.type = "RSA2";
    finds("OTHER_KEY", "under another id");
    is_str(play_member("other_key_id"), "e1", "which is named");
    made.changed = "note=1";
    finds("OTHER_TEXT", "of a text that is not shown");
    ok(!play_says("other_key_id"), "it is not the other key's signature");
    made.changed = NULL;

    snprintf(form, sizeof(form), "merchant_id=tea&key_id=s1"
             "&sign_type=HMAC-SHA256");
    is_int(play("operator.keys", form), 200, "a secret");
    shown = phone_copy(&arena, play_member("secret"));
    is_int(phone_key_secret(shown, &secret), PHONE_KEY_OK, "is one");

    made.key_id = "s1";
    made.type = "HMAC-SHA256";
    made.key = secret;
    made.signs = PHONE_HMAC;
    finds("", "by HMAC-SHA256");
    made.without = 1;
    finds("SECRET", "of another text: no more is said");
    made.without = 0;
    made.sign = PHONE_TEXT_NEWLINE;
    finds("SECRET", "nor of a mistake that would explain it");
    ok(!play_says("NEWLINE"), "at all");
    ok(memmem(player.body.data, player.body.len, shown.data, shown.len)
       == NULL, "the secret is not shown");

    phone_key_free(secret);
    play_end();
}


/* A nonce is not used up; that it is used is told to who has signed. */

static void
nonces(void)
{
    set_up();

    finds("", "a call");
    finds("", "again");

    player.signatures = 1;
    shop_nonce("nonce-0001");
    is_int(shop_call("bill.create", "tea", "key_id=k1&amount=100&subject=tea"
                     "&out_trade_no=T1&payer_phone=13800000001"), 200,
           "the nonce is used");
    shop_nonce(NULL);
    finds("NONCE_REUSED", "it is told");
    is_int(play("operator.merchant_change", "merchant_id=tea&status=CLOSED"),
           200, "the merchant is closed");
    finds("MERCHANT_CLOSED", "that is told");
    made.key = stranger;
    finds("KEY", "not to a stranger");
    ok(!play_says("NONCE_REUSED"), "who learns nothing");

    play_end();
}


static void
refused(void)
{
    unsigned  i;

    set_up();

    is_int(play("bill.doctor", "merchant_id=nobody"), 401, "nobody");
    is_str(play_code(), "KEY_UNKNOWN", "is known");
    is_int(play("bill.doctor", "merchant_id=tea"), 200, "nothing else");
    ok(play_says("DIGEST_MISSING") && play_says("SIGN_MISSING")
       && play_says("SERVICE_MISSING") && play_says("TIMESTAMP_SKEW")
       && play_says("\"cause\":\"NONCE\""), "is sent, and all is missing");
    is_int(play("bill.doctor", "merchant_id=tea&doctor_for=bill.create"), 200,
           "a service of which it is");
    ok(play_says("service=bill.create") && !play_says("SERVICE_MISSING"),
       "is in the text");
    is_int(play("bill.doctor", "merchant_id=tea&digest=abc&sign=%2B%2B"), 200,
           "neither a digest nor a signature");
    ok(play_says("DIGEST_FORM") && play_says("SIGN_FORM"), "is told");
    ok(!play_says("key_id") && !play_says("RSA2"), "of the key it is silent");
    is_int(play("bill.doctor", "merchant_id=tea&doctor_for=bill.pay"), 400,
           "a call that is not signed");
    is_str(play_member("field"), "doctor_for", "is none");
    is_int(play("bill.doctor", "merchant_id=tea&doctor_for=bill.query"
                "&service=bill.create"), 400, "another than that of the call");
    is_str(play_member("field"), "doctor_for", "is none either");
    is_int(play("bill.doctor", "merchant_id=tea&doctor_for=bill.create"
                "&service=bill.create"), 200, "the same does no harm");
    is_int(play("bill.doctor", "merchant_id=tea&doctor_base64=%2B%2B%2B"), 400,
           "a text that is no base64");
    is_str(play_member("field"), "doctor_base64", "is refused");
    is_int(play("bill.doctor", "merchant_id=tea&subject=a%26b%3Dc"), 400,
           "a value that could be two fields");
    is_str(play_code(), "FIELD_AMBIGUOUS", "is refused");
    is_str(play_member("field"), "subject", "by its name");

    for (i = 0; i < 200 && play("bill.doctor", "merchant_id=tea") == 200; i++) {
        /* void */
    }

    ok(i > 80 && i < 100, "%u more from one address", i);
    is_str(play_code(), "RATE_LIMITED", "and no more");
    ok(player.retry_after > 0, "for a while");

    /* strangers of many networks do not close it for the merchant */

    player.now += player.settings.login_window;

    for (i = 0; i < 2000; i++) {
        player.address = phone_format(&arena, "198.%u.%u.7", 51 + i / 256,
                                      i % 256);

        if (play("bill.doctor", "merchant_id=tea") != 200) {
            break;
        }
    }

    is_int(i, 2000, "of a merchant from all addresses");

    play_end();
}


int
main(void)
{
    phone_arena_init(&arena);
    cli_begin();

    ok(cli_run("openssl genrsa -out k1.pem 2048 && "
               "openssl genrsa -out k2.pem 2048 && "
               "openssl genrsa -out x.pem 2048 && "
               "openssl genpkey -algorithm ed25519 -out e1.pem"), "keys");
    rsa = key_of("k1.pem");
    second = key_of("k2.pem");
    stranger = key_of("x.pem");
    ed25519 = key_of("e1.pem");

    good();
    texts();
    encoded();
    signatures();
    charset();
    own_text();
    other_kinds();
    nonces();
    refused();

    phone_key_free(rsa);
    phone_key_free(second);
    phone_key_free(stranger);
    phone_key_free(ed25519);
    cli_end();
    phone_arena_free(&arena);

    return done_testing();
}
