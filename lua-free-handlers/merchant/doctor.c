
/* PAY-12: why a signed call is refused: what the platform has made of its
   fields, and the mistake that explains what the merchant has made. */


#include "merchant.h"
#include "causes.h"
#include "../host.h"
#include "../account/account.h"
#include "../lib/signature.h"
#include "../operator/operator.h"


#define PHONE_DOCTOR_SHOWN   32          /* bytes of two texts that differ */
#define PHONE_DOCTOR_CAUSES  8
#define PHONE_DOCTOR_RSA     128         /* bytes: no other kind of key makes
                                            a signature as long */
#define PHONE_DOCTOR_OWN     "doctor_"   /* names of fields that are ours */


/* What is known of the call. */
typedef struct {
    phone_call_t            *call;
    phone_record_t          *merchant;
    phone_fields_t          *fields;     /* as the merchant has sent them */

    phone_str_t              text;       /* ours, without digest */
    phone_str_t              signed_text;
    phone_text_t             how;        /* theirs, by the digest */
    int                      digest_fits;

    phone_caller_key_t       key;
    unsigned                 nkeys;      /* of that id */
    phone_sign_type_t        type;
    phone_key_t             *opened;     /* NULL: none */
    phone_signed_t           what;       /* by RSA */
    phone_str_t              sign;       /* base64; empty: none that can be */
    size_t                   sign_len;   /* bytes */
    int                      sign_fits;
    int                      of_key;     /* it is by the key, of some text */
    phone_str_t              other_key;

    phone_str_t              own;        /* doctor_text */
    phone_str_t              ours;       /* that it is compared with */
    size_t                   differs;
    int                      differ;

    unsigned                 n;
    phone_cause_t            cause[PHONE_DOCTOR_CAUSES];
} phone_doctor_t;


static phone_rc_t phone_bill_doctor_run(phone_call_t *call);
static phone_rc_t phone_doctor_limits(phone_call_t *call);
static phone_rc_t phone_doctor_texts(phone_doctor_t *doctor);
static phone_rc_t phone_doctor_service(phone_doctor_t *doctor,
    phone_str_t service);
static int phone_doctor_own(phone_str_t name);
static void phone_doctor_digest(phone_doctor_t *doctor);
static int phone_doctor_ascii(const phone_fields_t *fields);
static void phone_doctor_envelope(phone_doctor_t *doctor);
static void phone_doctor_key(phone_doctor_t *doctor);
static void phone_doctor_sign(phone_doctor_t *doctor);
static int phone_doctor_signed(phone_doctor_t *doctor, phone_str_t text);
static phone_cause_t phone_doctor_mistake(phone_doctor_t *doctor);
static phone_cause_t phone_doctor_other(phone_doctor_t *doctor);
static int phone_doctor_others_key(phone_doctor_t *doctor,
    const phone_merchant_key_t *stored);
static void phone_doctor_compare(phone_doctor_t *doctor);
static phone_rc_t phone_doctor_nonce(phone_doctor_t *doctor);
static void phone_doctor_reply(phone_doctor_t *doctor);
static phone_str_t phone_doctor_shown(phone_arena_t *arena, phone_str_t text,
    size_t at);
static void phone_doctor_cause(phone_doctor_t *doctor, phone_cause_t cause);
static phone_str_t phone_doctor_sent(phone_doctor_t *doctor,
    const char *name);


static const phone_param_t  phone_bill_doctor_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED, 1, 32,
      "of the call; all other fields of it are sent as well" },
    { "doctor_for", PHONE_P_NAME, 0, 1, 64,
      "the service, where the call has none" },
    { "doctor_text", PHONE_P_TEXT, PHONE_SECRET, 1, 65536,
      "the text that the merchant has signed, to be compared with ours" },
    { "doctor_base64", PHONE_P_BASE64, PHONE_SECRET, 1, 65536,
      "the same in base64, if it is not UTF-8" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_doctor_cause_members[] = {
    { "cause", PHONE_M_TEXT, 0, NULL, NULL, "names it" },
    { "certain", PHONE_M_BOOL, 0, NULL, NULL,
      "false: it is only likely" },
    { "message", PHONE_M_TEXT, 0, NULL, NULL, "what to do, in English" },
    { "message_zh", PHONE_M_TEXT, 0, NULL, NULL, "in Chinese" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_doctor_cause_object = {
    "Cause", phone_doctor_cause_members
};


static const phone_member_t  phone_bill_doctor_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "of the call" },
    { "key_id", PHONE_M_TEXT, 0, NULL, "sign is by a key that the call may use",
      "that key" },
    { "sign_type", PHONE_M_TEXT, 0, NULL, "key_id is there",
      "what calls with it have" },
    { "text", PHONE_M_TEXT, 0, NULL, NULL,
      "our text of these fields, without digest" },
    { "text_length", PHONE_M_INT, 0, NULL, NULL, "bytes of it" },
    { "digest", PHONE_M_TEXT, 0, NULL, NULL, "of it" },
    { "digest_fits", PHONE_M_BOOL, 0, NULL, NULL, "the one sent is the same" },
    { "signed_text", PHONE_M_TEXT, 0, NULL, NULL,
      "what is to be signed: with digest, as it was sent" },
    { "sign_fits", PHONE_M_BOOL, 0, NULL, NULL,
      "sign is a signature of signed_text by that key" },
    { "other_key_id", PHONE_M_TEXT, 0, NULL, "another key has signed",
      "its id" },
    { "differs_at", PHONE_M_INT, 0, NULL, "doctor_text is another text",
      "bytes in front of the first difference" },
    { "differs_ours", PHONE_M_TEXT, 0, NULL, "ours does not end there",
      "our text from there on, other bytes than ASCII as in \\xe8" },
    { "differs_yours", PHONE_M_TEXT, 0, NULL, "yours does not end there",
      "yours" },
    { "platform_time", PHONE_M_INT, 0, NULL, NULL, "Unix seconds" },
    { "causes", PHONE_M_LIST, 0, &phone_doctor_cause_object, NULL,
      "what is wrong, the most important first; none: digest, sign, timestamp "
      "and nonce are in order; other fields are not checked" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_bill_doctor = {
    "bill.doctor", "POST", "/pay/doctor", PHONE_ANYONE,
    phone_bill_doctor_run, phone_bill_doctor_params, phone_bill_doctor_reply,
    "Takes the fields of a signed call and says what is wrong with its digest "
    "and signature. Nothing is done, and no nonce is used."
};


static phone_rc_t
phone_bill_doctor_run(phone_call_t *call)
{
    phone_rc_t      rc;
    phone_doctor_t  doctor;

    if (phone_doctor_limits(call) != PHONE_DONE) {
        return phone_waiting(call) ? PHONE_AGAIN : PHONE_REFUSED;
    }

    memset(&doctor, 0, sizeof(phone_doctor_t));
    doctor.call = call;
    doctor.merchant = phone_ask(call, &phone_merchant,
                                phone_arg(call, "merchant_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(doctor.merchant)) {
        return phone_refuse_field(call, PHONE_KEY_UNKNOWN, "merchant_id");
    }

    rc = phone_doctor_texts(&doctor);
    if (rc != PHONE_DONE) {
        return rc;
    }

    doctor.own = phone_arg(call, "doctor_text");

    if (phone_has(call, "doctor_base64")
        && phone_unbase64(phone_memory(call), phone_arg(call, "doctor_base64"),
                          &doctor.own)
           != 0)
    {
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "doctor_base64");
    }

    phone_doctor_digest(&doctor);
    phone_doctor_key(&doctor);
    phone_doctor_sign(&doctor);
    phone_key_free(doctor.opened);
    phone_doctor_compare(&doctor);
    phone_doctor_envelope(&doctor);

    if (phone_doctor_nonce(&doctor) == PHONE_AGAIN) {
        return PHONE_AGAIN;
    }

    phone_doctor_reply(&doctor);

    return phone_done(call);
}


/* Anybody may call, so each network is limited, and each address of it.  Not
   each merchant: strangers would close it for him. */

static phone_rc_t
phone_doctor_limits(phone_call_t *call)
{
    int64_t  wait;

    wait = phone_from_over(call, "doctor");

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return wait ? phone_tries_refuse(call, wait) : PHONE_DONE;
}


static int
phone_doctor_own(phone_str_t name)
{
    static const size_t  n = sizeof(PHONE_DOCTOR_OWN) - 1;

    return name.len > n && memcmp(name.data, PHONE_DOCTOR_OWN, n) == 0;
}


static phone_str_t
phone_doctor_sent(phone_doctor_t *doctor, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(doctor->fields, name);

    return value ? *value : PHONE_EMPTY;
}


/* What the platform makes of the fields, but for those that are ours. */

static phone_rc_t
phone_doctor_texts(phone_doctor_t *doctor)
{
    unsigned               i;
    phone_str_t            text, service;
    phone_call_t          *call;
    phone_arena_t         *arena;
    phone_canonical_rc_t   rc;
    const phone_fields_t  *sent;

    call = doctor->call;
    arena = phone_memory(call);
    sent = phone_fields_sent(call);

    doctor->fields = phone_alloc(arena, sizeof(phone_fields_t));
    if (doctor->fields == NULL) {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    for (i = 0; i < sent->n; i++) {
        if (!phone_doctor_own(sent->field[i].name)) {
            doctor->fields->field[doctor->fields->n] = sent->field[i];
            doctor->fields->list[doctor->fields->n++] = sent->list[i];
        }
    }

    service = phone_arg(call, "doctor_for");

    if (service.len && phone_doctor_service(doctor, service) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    rc = phone_canonical(arena, doctor->fields, 0, &text);
    doctor->text = text;

    if (rc == PHONE_CANONICAL_OK) {
        rc = phone_canonical(arena, doctor->fields, 1, &text);
        doctor->signed_text = text;
    }

    if (rc == PHONE_CANONICAL_OK) {
        return PHONE_DONE;
    }

    text = phone_join(arena, 2, (phone_str_t[2]) { text, { 1, "" } });

    return phone_refuse_field(call, rc == PHONE_CANONICAL_VALUE
                                    ? PHONE_FIELD_AMBIGUOUS
                                    : PHONE_BODY_INVALID,
                              text.len ? text.data : NULL);
}


/* The call has none, or the same. */

static phone_rc_t
phone_doctor_service(phone_doctor_t *doctor, phone_str_t service)
{
    unsigned     i;
    phone_str_t  sent;

    for (i = 0; phone_endpoints[i]; i++) {
        if (phone_signs(phone_endpoints[i]->who)
            && phone_is(service, phone_endpoints[i]->name))
        {
            break;
        }
    }

    sent = phone_doctor_sent(doctor, "service");

    if (phone_endpoints[i] == NULL) {
        phone_say(doctor->call, "reason",
                  PHONE_STR("there is no signed call of that name"));

    } else if (sent.len == 0) {
        (void) phone_fields_add(doctor->fields, PHONE_STR("service"), service);
        return PHONE_DONE;

    } else if (phone_equal(sent, service)) {
        return PHONE_DONE;

    } else {
        phone_say(doctor->call, "reason",
                  PHONE_STR("the call has another service: leave this out"));
    }

    return phone_refuse_field(doctor->call, PHONE_PARAM_INVALID, "doctor_for");
}


static void
phone_doctor_digest(phone_doctor_t *doctor)
{
    phone_str_t     digest;
    phone_arena_t  *arena;

    arena = phone_memory(doctor->call);
    digest = phone_doctor_sent(doctor, "digest");

    doctor->how = phone_text_of_digest(arena, doctor->fields, digest);
    doctor->digest_fits = doctor->how == PHONE_TEXT_RIGHT;

    if (digest.len == 0) {
        phone_doctor_cause(doctor, PHONE_CAUSE_DIGEST_MISSING);

    } else if (digest.len != 2 * PHONE_MD5_LEN) {
        phone_doctor_cause(doctor, PHONE_CAUSE_DIGEST_FORM);

    } else if (doctor->how != PHONE_TEXTS) {
        phone_doctor_cause(doctor, (phone_cause_t) doctor->how);

    } else {
        phone_doctor_cause(doctor, PHONE_CAUSE_TEXT);

        if (!phone_doctor_ascii(doctor->fields)) {
            phone_doctor_cause(doctor, PHONE_CAUSE_CHARSET);
        }
    }
}


static int
phone_doctor_ascii(const phone_fields_t *fields)
{
    size_t    k;
    unsigned  i;

    for (i = 0; i < fields->n; i++) {
        for (k = 0; k < fields->field[i].value.len; k++) {
            if ((unsigned char) fields->field[i].value.data[k] >= 0x80) {
                return 0;
            }
        }
    }

    return 1;
}


/* The key that the call names, and the type that goes with it. */

static void
phone_doctor_key(phone_doctor_t *doctor)
{
    phone_str_t        sent;
    phone_sign_type_t  type;

    doctor->nkeys = phone_merchant_key(doctor->call, doctor->merchant,
                                       MERCHANT_KEYS,
                                       phone_doctor_sent(doctor, "key_id"),
                                       &doctor->key);

    if (doctor->nkeys != 1) {
        phone_doctor_cause(doctor, doctor->nkeys ? PHONE_CAUSE_KEY_ID_MISSING
                                                 : PHONE_CAUSE_KEY_ID);
        return;
    }

    doctor->type = phone_caller_type(doctor->merchant, doctor->key.kind);

    if (doctor->key.kind == PHONE_KEY_SECRET) {
        (void) phone_key_secret(doctor->key.key, &doctor->opened);

    } else {
        (void) phone_key_public(doctor->key.key, &doctor->opened);
    }

    sent = phone_doctor_sent(doctor, "sign_type");

    if (phone_sign_type(sent, &type) != 0 || type != doctor->type) {
        phone_doctor_cause(doctor, PHONE_CAUSE_SIGN_TYPE);
    }
}


static void
phone_doctor_sign(phone_doctor_t *doctor)
{
    phone_str_t     bytes;
    phone_cause_t   mistake;
    phone_arena_t  *arena;

    arena = phone_memory(doctor->call);
    doctor->sign = phone_doctor_sent(doctor, "sign");

    if (doctor->sign.len == 0) {
        phone_doctor_cause(doctor, PHONE_CAUSE_SIGN_MISSING);
        return;
    }

    if (phone_unbase64(arena, doctor->sign, &bytes) != 0) {
        phone_doctor_cause(doctor, PHONE_CAUSE_SIGN_FORM);
        return;
    }

    doctor->sign_len = bytes.len;

    if (doctor->opened == NULL) {
        return;
    }

    if (doctor->key.kind == PHONE_KEY_RSA) {
        phone_signed_what(doctor->opened, bytes, &doctor->what);
    }

    doctor->sign_fits = phone_doctor_signed(doctor, doctor->signed_text)
                        && (doctor->key.kind != PHONE_KEY_RSA
                            || phone_signed_as(&doctor->what, doctor->type));

    if (doctor->sign_fits) {
        doctor->of_key = 1;
        return;
    }

    mistake = phone_doctor_mistake(doctor);
    doctor->of_key = mistake != PHONE_CAUSE_SECRET
                     && mistake != PHONE_CAUSE_OTHER_KEY
                     && mistake != PHONE_CAUSE_KEY
                     && mistake != PHONE_CAUSE_KEY_OR_TEXT;

    phone_doctor_cause(doctor, mistake);
}


/* Is it a signature of that text?  By RSA with any hash. */

static int
phone_doctor_signed(phone_doctor_t *doctor, phone_str_t text)
{
    return doctor->key.kind == PHONE_KEY_RSA
           ? phone_signed_text(&doctor->what, text)
           : phone_verify(NULL, doctor->opened, doctor->type, text,
                          doctor->sign);
}


/*
 * Of a secret nothing is said but that the MAC does not fit: what fits another
 * text is a MAC that its owner has not made.
 */

static phone_cause_t
phone_doctor_mistake(phone_doctor_t *doctor)
{
    phone_str_t     text;
    phone_text_t    how;
    phone_arena_t  *arena;

    arena = phone_memory(doctor->call);

    if (doctor->key.kind == PHONE_KEY_SECRET) {
        return PHONE_CAUSE_SECRET;
    }

    if (doctor->key.kind == PHONE_KEY_RSA && !doctor->what.of_key) {
        return phone_doctor_other(doctor);
    }

    if (phone_doctor_signed(doctor, doctor->signed_text)) {
        return PHONE_CAUSE_HASH;
    }

    if (phone_doctor_signed(doctor, doctor->text)) {
        return PHONE_CAUSE_NO_DIGEST;
    }

    if (phone_doctor_signed(doctor, phone_doctor_sent(doctor, "digest"))) {
        return PHONE_CAUSE_DIGEST_ONLY;
    }

    /* by Ed25519 each try takes 0.1 ms: the digest has told what to try */

    for (how = 0; how < PHONE_TEXTS; how++) {

        if (doctor->key.kind == PHONE_KEY_RSA || how == doctor->how) {
            (void) phone_text_made(arena, doctor->fields, how, 1, &text);

            if (phone_doctor_signed(doctor, text)) {
                return (phone_cause_t) how;
            }

            (void) phone_text_made(arena, doctor->fields, how, 0, &text);

            if (phone_doctor_signed(doctor, text)) {
                return PHONE_CAUSE_NO_DIGEST;
            }
        }
    }

    return doctor->key.kind == PHONE_KEY_RSA ? PHONE_CAUSE_OTHER_TEXT
                                             : phone_doctor_other(doctor);
}


/*
 * Another key of the merchant.  A signature by RSA says by which key it was
 * made.  Of one by Ed25519, and of a MAC, it is seen only that it does not fit
 * the text.
 */

static phone_cause_t
phone_doctor_other(phone_doctor_t *doctor)
{
    unsigned               i;
    phone_merchant_keys_t  keys;

    if (phone_merchant_keys_parse(phone_get(doctor->merchant, MERCHANT_KEYS),
                                  &keys)
        != 0)
    {
        keys.n = 0;
    }

    for (i = 0; i < keys.n; i++) {
        if (!phone_equal(keys.key[i].key_id, doctor->key.key_id)
            && phone_doctor_others_key(doctor, &keys.key[i]))
        {
            doctor->other_key = keys.key[i].key_id;
            return PHONE_CAUSE_OTHER_KEY;
        }
    }

    return doctor->sign_len >= PHONE_DOCTOR_RSA ? PHONE_CAUSE_KEY
                                                : PHONE_CAUSE_KEY_OR_TEXT;
}


static int
phone_doctor_others_key(phone_doctor_t *doctor,
    const phone_merchant_key_t *stored)
{
    int               fits;
    phone_key_t      *key;
    phone_str_t       bytes;
    phone_signed_t    what;

    if (phone_merchant_key_kind(stored->text) == PHONE_KEY_SECRET
        || phone_key_public(stored->text, &key) != PHONE_KEY_OK)
    {
        return 0;
    }

    if (phone_key_kind(key) == PHONE_KEY_RSA) {
        fits = phone_unbase64(phone_memory(doctor->call), doctor->sign, &bytes)
               == 0;

        if (fits) {
            phone_signed_what(key, bytes, &what);
            fits = what.of_key;
        }

    } else {
        fits = phone_verify(NULL, key, PHONE_ED25519, doctor->signed_text,
                            doctor->sign);
    }

    phone_key_free(key);

    return fits;
}


/* The text that the merchant has signed, with ours. */

static void
phone_doctor_compare(phone_doctor_t *doctor)
{
    phone_str_t     made;
    phone_text_t    how;
    phone_arena_t  *arena;

    arena = phone_memory(doctor->call);

    if (doctor->own.len == 0
        || phone_equal(doctor->own, doctor->text)
        || phone_equal(doctor->own, doctor->signed_text))
    {
        return;
    }

    /* with digest or without: what it is more alike */

    doctor->ours = phone_text_differs(doctor->own, doctor->signed_text)
                   > phone_text_differs(doctor->own, doctor->text)
                   ? doctor->signed_text : doctor->text;

    doctor->differ = 1;
    doctor->differs = phone_text_differs(doctor->own, doctor->ours);

    for (how = 1; how < PHONE_TEXTS; how++) {

        if ((phone_text_made(arena, doctor->fields, how, 0, &made) == 0
             && phone_equal(made, doctor->own))
            || (phone_text_made(arena, doctor->fields, how, 1, &made) == 0
                && phone_equal(made, doctor->own)))
        {
            phone_doctor_cause(doctor, (phone_cause_t) how);
            return;
        }
    }

    if (!phone_utf8_valid(doctor->own)) {
        phone_doctor_cause(doctor, PHONE_CAUSE_CHARSET);
    }
}


static void
phone_doctor_envelope(phone_doctor_t *doctor)
{
    size_t                   i;
    char                     c;
    int64_t                  seconds, apart;
    phone_str_t              nonce;
    const phone_settings_t  *settings;

    settings = phone_settings(doctor->call);

    if (phone_doctor_sent(doctor, "service").len == 0) {
        phone_doctor_cause(doctor, PHONE_CAUSE_SERVICE);
    }

    apart = INT64_MAX;

    if (phone_parse_int(phone_doctor_sent(doctor, "timestamp"), &seconds) == 0
        && seconds < INT64_C(100000000000))
    {
        apart = seconds * 1000 - phone_now(doctor->call);
    }

    if (apart > settings->clock_skew || apart < -settings->clock_skew) {
        phone_doctor_cause(doctor, PHONE_CAUSE_TIMESTAMP);
    }

    nonce = phone_doctor_sent(doctor, "nonce");

    for (i = 0; i < nonce.len; i++) {
        c = nonce.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'))
        {
            break;
        }
    }

    if (i < nonce.len || nonce.len < 8 || nonce.len > 64) {
        phone_doctor_cause(doctor, PHONE_CAUSE_NONCE);
    }
}


/* Only who has signed the call is told whether its nonce is used, and whether
   the merchant is closed. */

static phone_rc_t
phone_doctor_nonce(phone_doctor_t *doctor)
{
    phone_str_t    id, used;
    phone_call_t  *call;

    call = doctor->call;

    if (!doctor->sign_fits || !doctor->digest_fits) {
        return PHONE_DONE;
    }

    if (!phone_is(phone_get(doctor->merchant, MERCHANT_STATUS), "ACTIVE")) {
        phone_doctor_cause(doctor, PHONE_CAUSE_CLOSED);
    }

    id = phone_join(phone_memory(call), 3,
                    (phone_str_t[3]) { phone_id(doctor->merchant),
                                       PHONE_STR(":"),
                                       phone_doctor_sent(doctor, "nonce") });
    used = phone_ask_claimed(call, &phone_nonce, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (used.len) {
        phone_doctor_cause(doctor, PHONE_CAUSE_NONCE_USED);
    }

    return PHONE_DONE;
}


static void
phone_doctor_reply(phone_doctor_t *doctor)
{
    unsigned        i;
    phone_call_t   *call;
    phone_json_t   *json;
    phone_arena_t  *arena;

    call = doctor->call;
    arena = phone_memory(call);

    phone_say(call, "merchant_id", phone_id(doctor->merchant));

    /* not to whoever knows no more than the merchant_id */

    if (doctor->of_key) {
        phone_say(call, "key_id", doctor->key.key_id);
        phone_say(call, "sign_type", phone_sign_type_name(doctor->type));
    }

    phone_say(call, "text", doctor->text);
    phone_say_int(call, "text_length", (int64_t) doctor->text.len);
    phone_say(call, "digest", phone_text_digest(arena, doctor->text));
    phone_say_bool(call, "digest_fits", doctor->digest_fits);
    phone_say(call, "signed_text", doctor->signed_text);
    phone_say_bool(call, "sign_fits", doctor->sign_fits);
    phone_say(call, "other_key_id", doctor->other_key);

    if (doctor->differ) {
        phone_say_int(call, "differs_at", (int64_t) doctor->differs);
        phone_say(call, "differs_ours",
                  phone_doctor_shown(arena, doctor->ours, doctor->differs));
        phone_say(call, "differs_yours",
                  phone_doctor_shown(arena, doctor->own, doctor->differs));
    }

    phone_say_int(call, "platform_time", phone_now(call) / 1000);

    json = phone_reply(call);
    phone_json_array(json, "causes");

    for (i = 0; i < doctor->n; i++) {
        phone_json_object(json, NULL);
        phone_json_text(json, "cause",
                        phone_cstr(phone_cause_text[doctor->cause[i]].code));
        phone_json_bool(json, "certain",
                        doctor->cause[i] != PHONE_CAUSE_CHARSET
                        && doctor->cause[i] != PHONE_CAUSE_KEY_OR_TEXT);
        phone_json_text(json, "message",
                        phone_cstr(phone_cause_text[doctor->cause[i]].en));
        phone_json_text(json, "message_zh",
                        phone_cstr(phone_cause_text[doctor->cause[i]].zh));
        phone_json_end(json);
    }

    phone_json_end(json);
}


/* What cannot be seen, or is part of a character, in hex. */

static phone_str_t
phone_doctor_shown(phone_arena_t *arena, phone_str_t text, size_t at)
{
    size_t         i;
    phone_buf_t    buf;
    unsigned char  c;

    static const char  hex[] = "0123456789abcdef";

    phone_buf_init(&buf, arena, 4 * PHONE_DOCTOR_SHOWN);

    for (i = at; i < text.len && i < at + PHONE_DOCTOR_SHOWN; i++) {
        c = (unsigned char) text.data[i];

        if (c >= ' ' && c < 0x7f) {
            phone_buf_byte(&buf, (char) c);

        } else {
            phone_buf_put(&buf, PHONE_STR("\\x"));
            phone_buf_byte(&buf, hex[c >> 4]);
            phone_buf_byte(&buf, hex[c & 15]);
        }
    }

    return phone_buf_str(&buf);
}


/* The same cause is named once. */

static void
phone_doctor_cause(phone_doctor_t *doctor, phone_cause_t cause)
{
    unsigned  i;

    for (i = 0; i < doctor->n; i++) {
        if (doctor->cause[i] == cause) {
            return;
        }
    }

    if (cause != (phone_cause_t) PHONE_TEXT_RIGHT
        && doctor->n < PHONE_DOCTOR_CAUSES)
    {
        doctor->cause[doctor->n++] = cause;
    }
}
