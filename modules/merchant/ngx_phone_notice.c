
#include "merchant/ngx_phone_notice.h"
#include "http/ngx_phone_secret.h"


static ngx_int_t ngx_phone_notice_parse(phone_arena_t *arena,
    phone_str_t text, phone_fields_t *fields, ngx_phone_notice_fault_t *fault);
static phone_key_t *ngx_phone_notice_key(const ngx_phone_notice_rule_t *rule,
    phone_fields_t *fields);
static phone_sign_type_t ngx_phone_notice_type(
    const ngx_phone_notice_rule_t *rule, phone_key_t *key);
static ngx_int_t ngx_phone_notice_fresh(const ngx_phone_notice_rule_t *rule,
    phone_fields_t *fields);
static ngx_int_t ngx_phone_notice_named(phone_fields_t *fields,
    ngx_phone_notice_fault_t *fault);
static ngx_int_t ngx_phone_notice_ours(const ngx_phone_notice_rule_t *rule,
    phone_fields_t *fields);
static ngx_int_t ngx_phone_notice_whole(phone_arena_t *arena,
    phone_str_t query, phone_fields_t *fields,
    ngx_phone_notice_fault_t *fault);
static ngx_uint_t ngx_phone_notice_has(phone_fields_t *fields,
    phone_str_t name);
static ngx_uint_t ngx_phone_notice_same(phone_str_t one, phone_str_t two);
static ngx_int_t ngx_phone_notice_refuse(ngx_phone_notice_fault_t *fault,
    phone_refusal_t refusal, phone_str_t field);
static void ngx_phone_notice_free_key(void *data);


ngx_int_t
ngx_phone_notice_verify(const ngx_phone_notice_rule_t *rule,
    phone_crypto_t *crypto, phone_arena_t *arena, phone_str_t text,
    phone_str_t query, phone_fields_t *fields,
    ngx_phone_notice_fault_t *fault)
{
    phone_key_t        *key;
    phone_str_t         bad;
    const phone_str_t  *name;
    phone_sign_type_t   type;

    fields->n = 0;

    if (ngx_phone_notice_parse(arena, text, fields, fault) != NGX_OK) {
        return NGX_DECLINED;
    }

    key = ngx_phone_notice_key(rule, fields);
    if (key == NULL) {
        return ngx_phone_notice_refuse(fault, PHONE_KEY_UNKNOWN,
                                       PHONE_STR("key_id"));
    }

    name = phone_field(fields, "sign_type");

    if (name == NULL || phone_sign_type(*name, &type) != 0
        || type != ngx_phone_notice_type(rule, key))
    {
        return ngx_phone_notice_refuse(fault, PHONE_SIGN_ERROR,
                                       PHONE_STR("sign_type"));
    }

    if (ngx_phone_notice_fresh(rule, fields) != NGX_OK) {
        return ngx_phone_notice_refuse(fault, PHONE_TIMESTAMP_SKEW,
                                       PHONE_STR("timestamp"));
    }

    switch (phone_verify_fields(crypto, arena, key, type, fields, &bad)) {

    case PHONE_VERIFY_OK:
        break;

    case PHONE_VERIFY_DIGEST:
        return ngx_phone_notice_refuse(fault, PHONE_DIGEST_MISMATCH,
                                       PHONE_STR("digest"));

    case PHONE_VERIFY_AMBIGUOUS:
        return ngx_phone_notice_refuse(fault, PHONE_FIELD_AMBIGUOUS, bad);

    default:
        return ngx_phone_notice_refuse(fault, PHONE_SIGN_ERROR,
                                       PHONE_STR("sign"));
    }

    if (ngx_phone_notice_named(fields, fault) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (ngx_phone_notice_ours(rule, fields) != NGX_OK) {
        return ngx_phone_notice_refuse(fault, PHONE_KEY_UNKNOWN,
                                       PHONE_STR("merchant_id"));
    }

    return ngx_phone_notice_whole(arena, query, fields, fault);
}


static ngx_int_t
ngx_phone_notice_parse(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, ngx_phone_notice_fault_t *fault)
{
    phone_str_t  bad;

    switch (phone_form_parse(arena, text, fields, &bad)) {

    case PHONE_FIELDS_OK:
        return NGX_OK;

    case PHONE_FIELDS_DUPLICATE:
        return ngx_phone_notice_refuse(fault, PHONE_FIELD_DUPLICATE,
                                       PHONE_EMPTY);

    default:
        return ngx_phone_notice_refuse(fault, PHONE_BODY_INVALID, PHONE_EMPTY);
    }
}


static phone_key_t *
ngx_phone_notice_key(const ngx_phone_notice_rule_t *rule,
    phone_fields_t *fields)
{
    ngx_uint_t               i;
    const phone_str_t       *id;
    ngx_phone_notice_key_t  *key;

    key = rule->keys->elts;

    if (key[0].id.len == 0) {
        return key[0].key;
    }

    id = phone_field(fields, "key_id");

    if (id == NULL || id->len == 0) {
        return rule->keys->nelts == 1 ? key[0].key : NULL;
    }

    for (i = 0; i < rule->keys->nelts; i++) {
        if (key[i].id.len == id->len
            && ngx_memcmp(key[i].id.data, id->data, id->len) == 0)
        {
            return key[i].key;
        }
    }

    return NULL;
}


/* The key fixes the type, not the notice. */

static phone_sign_type_t
ngx_phone_notice_type(const ngx_phone_notice_rule_t *rule, phone_key_t *key)
{
    switch (phone_key_kind(key)) {

    case PHONE_KEY_SECRET:
        return PHONE_HMAC;

    case PHONE_KEY_ED25519:
        return PHONE_ED25519;

    default:
        return rule->sign_type;
    }
}


static ngx_int_t
ngx_phone_notice_fresh(const ngx_phone_notice_rule_t *rule,
    phone_fields_t *fields)
{
    int64_t             sent, now;
    const phone_str_t  *text;

    text = phone_field(fields, "timestamp");

    if (text == NULL || phone_parse_int(*text, &sent) != 0) {
        return NGX_ERROR;
    }

    now = ngx_time();

    return sent >= now - rule->skew && sent <= now + rule->skew
           ? NGX_OK : NGX_ERROR;
}


/* The platform signs replies with the same key: they have neither. */

static ngx_int_t
ngx_phone_notice_named(phone_fields_t *fields, ngx_phone_notice_fault_t *fault)
{
    ngx_uint_t          i;
    const phone_str_t  *value;

    static const char *const  name[] = { "event", "notify_id" };

    for (i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
        value = phone_field(fields, name[i]);

        if (value == NULL || value->len == 0) {
            return ngx_phone_notice_refuse(fault, PHONE_PARAM_MISSING,
                                           phone_cstr(name[i]));
        }
    }

    return NGX_OK;
}


/* Every merchant's notices have the same signer, and any merchant may have
   his sent here. */

static ngx_int_t
ngx_phone_notice_ours(const ngx_phone_notice_rule_t *rule,
    phone_fields_t *fields)
{
    ngx_str_t          *merchant;
    ngx_uint_t          i;
    const phone_str_t  *id;

    id = phone_field(fields, "merchant_id");
    merchant = rule->merchants->elts;

    for (i = 0; id && i < rule->merchants->nelts; i++) {
        if (merchant[i].len == id->len
            && ngx_memcmp(merchant[i].data, id->data, id->len) == 0)
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* What reaches the backend without being signed: empty fields, which the
   platform does not send, and arguments. */

static ngx_int_t
ngx_phone_notice_whole(phone_arena_t *arena, phone_str_t query,
    phone_fields_t *fields, ngx_phone_notice_fault_t *fault)
{
    ngx_uint_t       i;
    phone_fields_t  *args;

    for (i = 0; i < fields->n; i++) {
        if (fields->list[i] || fields->field[i].value.len == 0) {
            return ngx_phone_notice_refuse(fault, PHONE_PARAM_INVALID,
                                           fields->field[i].name);
        }
    }

    if (query.len == 0) {
        return NGX_OK;
    }

    args = phone_alloc(arena, sizeof(phone_fields_t));
    if (args == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_phone_notice_parse(arena, query, args, fault) != NGX_OK) {
        return NGX_DECLINED;
    }

    for (i = 0; i < args->n; i++) {
        if (ngx_phone_notice_has(fields, args->field[i].name)) {
            return ngx_phone_notice_refuse(fault, PHONE_PARAM_INVALID,
                                           args->field[i].name);
        }
    }

    return NGX_OK;
}


/* May a notice have such a field?  Not every notice has the last two. */

static ngx_uint_t
ngx_phone_notice_has(phone_fields_t *fields, phone_str_t name)
{
    ngx_uint_t  i;

    for (i = 0; i < fields->n; i++) {
        if (ngx_phone_notice_same(fields->field[i].name, name)) {
            return 1;
        }
    }

    return ngx_phone_notice_same(PHONE_STR("paid_at"), name)
           || ngx_phone_notice_same(PHONE_STR("reason"), name);
}


/* As the least exact of backends compares names: some ignore case, PHP reads
   a dot as an underscore. */

static ngx_uint_t
ngx_phone_notice_same(phone_str_t one, phone_str_t two)
{
    u_char  a, b;
    size_t  i;

    if (one.len != two.len) {
        return 0;
    }

    for (i = 0; i < one.len; i++) {
        a = ngx_tolower((u_char) one.data[i]);
        b = ngx_tolower((u_char) two.data[i]);

        if ((a == '.' ? '_' : a) != (b == '.' ? '_' : b)) {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_phone_notice_refuse(ngx_phone_notice_fault_t *fault,
    phone_refusal_t refusal, phone_str_t field)
{
    fault->refusal = refusal;
    fault->field = field;

    return NGX_DECLINED;
}


char *
ngx_phone_notice_add_key(ngx_conf_t *cf, ngx_array_t *keys, ngx_str_t *id,
    ngx_str_t *file, ngx_uint_t secret)
{
    ngx_int_t                rc;
    ngx_str_t                name;
    ngx_uint_t               i;
    ngx_pool_cleanup_t      *cln;
    ngx_phone_notice_key_t  *key;

    key = keys->elts;

    for (i = 0; i < keys->nelts; i++) {
        if (id->len == 0 || key[i].id.len == 0) {
            return "takes several keys only when each has a key_id";
        }

        if (key[i].id.len == id->len
            && ngx_memcmp(key[i].id.data, id->data, id->len) == 0)
        {
            return "has one key_id twice";
        }
    }

    key = ngx_array_push(keys);
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (key == NULL || cln == NULL) {
        return NGX_CONF_ERROR;
    }

    key->id = *id;
    name = *file;

    rc = secret ? ngx_phone_read_secret_key(cf, &name, &key->key)
                : ngx_phone_read_public_key(cf, &name, &key->key);

    if (rc != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_phone_notice_free_key;
    cln->data = key->key;

    return NGX_CONF_OK;
}


static void
ngx_phone_notice_free_key(void *data)
{
    phone_key_free(data);
}
