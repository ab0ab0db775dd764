
#include "password.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>


#define PHONE_SALT_MAX       64
#define PHONE_HASH_MIN       16
#define PHONE_HASH_MAX       64
#define PHONE_NUMBER_LEAST   6                  /* digits of a number */


/* A stored text, taken apart. */

typedef struct {
    phone_scrypt_t           params;
    phone_str_t              salt;
    phone_str_t              hash;
} phone_stored_t;


static int phone_stored_parse(phone_arena_t *arena, phone_str_t text,
    phone_stored_t *stored);
static int phone_stored_number(phone_str_t *rest, const char *name,
    unsigned *value);
static int phone_scrypt_allowed(const phone_scrypt_t *params);
static int phone_scrypt(const phone_scrypt_t *params, phone_str_t salt,
    phone_str_t password, unsigned char *out, size_t len);
static int phone_password_uniform(phone_str_t password);
static int phone_password_common(phone_str_t password);


/*
 * The commonest passwords of eight characters and more that leaks have
 * shown, in China and elsewhere; shorter ones are refused for their length.
 * Lower case.
 */

static const char *const  phone_common[] = {
    "01234567", "012345678", "0123456789", "0987654321", "10203040",
    "11112222", "11223344", "1122334455", "11235813", "12121212",
    "12131415", "12312312", "123123123", "1233211234567", "123321123",
    "12341234", "12344321", "1234554321", "12345678", "123456780",
    "123456789", "1234567890", "12345678910", "123456789a", "123456789q",
    "12345678a", "1234567a", "1234567q", "123456aa", "123456abc",
    "123456as", "123456qq", "123456qwe", "1234abcd", "1234qwer",
    "123654789", "123698745", "123abc123", "123qweasd", "123qweasdzxc",
    "12qwaszx", "13145200", "1314520520", "1314521521", "147258369",
    "159357456", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "1qaz2wsx3edc",
    "1qazxsw2", "20082008", "31415926", "3141592653", "31415926535",
    "45612378", "456789123", "520131400", "52013140", "5201314520",
    "5201314521", "741852963", "74108520", "78945612", "789456123",
    "87654321", "88488848", "963852741", "987654321", "9876543210",
    "a1234567", "a12345678", "a123456789", "a1b2c3d4", "aa123456",
    "aa123456789", "aaa123456", "abc12345", "abc123456", "abcd1234",
    "abcdefgh", "admin123", "administrator", "alexander", "asd123456",
    "asdasdasd", "asdf1234", "asdfasdf", "asdfghjk", "asdfghjkl",
    "baseball", "buzhidao", "changeme", "chocolate", "computer",
    "dearbook", "football", "football1", "iloveyou", "iloveyou1",
    "internet", "jennifer", "letmein1", "liverpool", "michelle",
    "nicholas", "p@ssw0rd", "p@ssword", "passw0rd", "password",
    "password1", "password12", "password123", "princess", "princess1",
    "q1w2e3r4", "q1w2e3r4t5", "qazwsx123", "qazwsxedc", "qq123456",
    "qq123456789", "qwe123456", "qweasdzxc", "qwer1234", "qwerasdf",
    "qwerty12", "qwerty123", "qwertyui", "qwertyuiop", "starwars",
    "sunshine", "superman", "test1234", "trustno1", "w123456789",
    "welcome1", "whatever", "woaini123", "woaini1314", "woaini520",
    "woaini5201314", "wodemima", "wojiushiwo", "woshishui", "xiaoming",
    "z123456789", "zaq12wsx", "zhangwei", "zxc123456", "zxcvbnm1",
    "zxcvbnm123"
};


int
phone_password_hash(phone_arena_t *arena, const phone_scrypt_t *params,
    const unsigned char salt[PHONE_PASSWORD_SALT], phone_str_t password,
    phone_str_t *text)
{
    phone_str_t    in, out;
    unsigned char  hash[PHONE_PASSWORD_KEY];

    in = (phone_str_t) { PHONE_PASSWORD_SALT, (const char *) salt };

    if (phone_scrypt(params, in, password, hash, sizeof(hash)) != 0) {
        return -1;
    }

    in = phone_base64url(arena, in);
    out = phone_base64url(arena, (phone_str_t) { sizeof(hash),
                                                 (char *) hash });

    *text = phone_format(arena, "$scrypt$ln=%u,r=%u,p=%u$%.*s$%.*s",
                         params->ln, params->r, params->p,
                         PHONE_ARGS(in), PHONE_ARGS(out));

    OPENSSL_cleanse(hash, sizeof(hash));

    return arena->failed ? -1 : 0;
}


int
phone_password_verify(phone_str_t text, phone_str_t password)
{
    int             rc;
    phone_arena_t   arena;
    unsigned char   hash[PHONE_HASH_MAX];
    phone_stored_t  stored;

    phone_arena_init(&arena);

    rc = -1;

    if (phone_stored_parse(&arena, text, &stored) == 0
        && phone_scrypt(&stored.params, stored.salt, password, hash,
                        stored.hash.len) == 0)
    {
        rc = phone_equal_secret(stored.hash,
                                (phone_str_t) { stored.hash.len,
                                                (char *) hash });
        OPENSSL_cleanse(hash, sizeof(hash));
    }

    phone_arena_free(&arena);

    return rc;
}


static int
phone_stored_parse(phone_arena_t *arena, phone_str_t text,
    phone_stored_t *stored)
{
    unsigned     n;
    phone_str_t  part[5], rest;

    rest = text;

    for (n = 0; n < 5 && phone_split(&rest, '$', &part[n]); n++) {
        /* void */
    }

    if (n != 5 || rest.len != 0 || text.data[text.len - 1] == '$'
        || part[0].len != 0 || !phone_is(part[1], "scrypt"))
    {
        return -1;
    }

    rest = part[2];

    if (phone_stored_number(&rest, "ln=", &stored->params.ln) != 0
        || phone_stored_number(&rest, "r=", &stored->params.r) != 0
        || phone_stored_number(&rest, "p=", &stored->params.p) != 0
        || rest.len != 0 || part[2].data[part[2].len - 1] == ','
        || !phone_scrypt_allowed(&stored->params))
    {
        return -1;
    }

    if (phone_unbase64url(arena, part[3], &stored->salt) != 0
        || phone_unbase64url(arena, part[4], &stored->hash) != 0
        || stored->salt.len > PHONE_SALT_MAX
        || stored->hash.len < PHONE_HASH_MIN
        || stored->hash.len > PHONE_HASH_MAX)
    {
        return -1;
    }

    return 0;
}


/* Takes "name=value" and the comma after it off *rest. */

static int
phone_stored_number(phone_str_t *rest, const char *name, unsigned *value)
{
    size_t       len;
    int64_t      number;
    phone_str_t  part;

    len = strlen(name);

    if (!phone_split(rest, ',', &part) || part.len <= len
        || memcmp(part.data, name, len) != 0)
    {
        return -1;
    }

    part.data += len;
    part.len -= len;

    if (phone_parse_int(part, &number) != 0 || number > 1000) {
        return -1;
    }

    *value = (unsigned) number;

    return 0;
}


/* RFC 7914, 2: N is a power of two above 1 and below 2^(128 * r / 8). */

static int
phone_scrypt_allowed(const phone_scrypt_t *params)
{
    return params->ln >= 1 && params->ln <= 20
           && params->r >= 1 && params->r <= 32
           && params->p >= 1 && params->p <= PHONE_SCRYPT_P_MAX
           && params->ln < 16 * params->r
           && ((uint64_t) 128 * params->r << params->ln)
              <= PHONE_SCRYPT_MEMORY;
}


static int
phone_scrypt(const phone_scrypt_t *params, phone_str_t salt,
    phone_str_t password, unsigned char *out, size_t len)
{
    if (!phone_scrypt_allowed(params)) {
        return -1;
    }

    /* beside the table OpenSSL counts p + 2 blocks */

    if (EVP_PBE_scrypt(password.data, password.len,
                       (const unsigned char *) salt.data, salt.len,
                       (uint64_t) 1 << params->ln, params->r, params->p,
                       2 * PHONE_SCRYPT_MEMORY, out, len)
        != 1)
    {
        ERR_clear_error();
        return -1;
    }

    return 0;
}


phone_password_rc_t
phone_password_acceptable(phone_str_t password)
{
    size_t         i;
    unsigned char  c;

    if (password.len > PHONE_PASSWORD_MAX) {
        return PHONE_PASSWORD_LONG;
    }

    if (!phone_utf8_valid(password)) {
        return PHONE_PASSWORD_UTF8;
    }

    for (i = 0; i < password.len; i++) {
        c = (unsigned char) password.data[i];

        if (c < 0x20 || c == 0x7f) {
            return PHONE_PASSWORD_UTF8;
        }
    }

    if (phone_utf8_length(password) < PHONE_PASSWORD_MIN) {
        return PHONE_PASSWORD_SHORT;
    }

    if (phone_password_uniform(password)) {
        return PHONE_PASSWORD_UNIFORM;
    }

    if (phone_password_common(password)) {
        return PHONE_PASSWORD_COMMON;
    }

    return PHONE_PASSWORD_OK;
}


/* Of valid UTF-8: it equals itself moved by the first character's bytes. */

static int
phone_password_uniform(phone_str_t password)
{
    size_t  i, n;

    for (n = 1; n < password.len; n++) {
        if (((unsigned char) password.data[n] & 0xc0) != 0x80) {
            break;
        }
    }

    for (i = n; i < password.len; i++) {
        if (password.data[i] != password.data[i - n]) {
            return 0;
        }
    }

    return 1;
}


static int
phone_password_common(phone_str_t password)
{
    char         lower[PHONE_PASSWORD_MAX];
    size_t       i;
    phone_str_t  text;

    for (i = 0; i < password.len; i++) {
        lower[i] = phone_lower(password.data[i]);
    }

    text = (phone_str_t) { password.len, lower };

    for (i = 0; i < sizeof(phone_common) / sizeof(phone_common[0]); i++) {
        if (phone_is(text, phone_common[i])) {
            return 1;
        }
    }

    return 0;
}


/* The end of a number, of as many digits as a short one has. */

int
phone_password_is_number(phone_str_t password, phone_str_t number)
{
    char    digits[PHONE_PASSWORD_MAX];
    size_t  i, n;

    n = 0;

    for (i = 0; i < password.len && n < sizeof(digits); i++) {

        if (password.data[i] >= '1' && password.data[i] <= '9') {
            digits[n++] = password.data[i];

        } else if (password.data[i] == '0') {

            /* not those in front: a prefix */

            digits[n] = '0';
            n += n > 0;

        } else if (strchr(" +-./()", password.data[i]) == NULL) {
            return 0;
        }
    }

    return n >= PHONE_NUMBER_LEAST && n <= number.len
           && memcmp(number.data + number.len - n, digits, n) == 0;
}


int
phone_pin_acceptable(phone_str_t pin)
{
    int       digit[PHONE_PIN_LEN], step;
    unsigned  i, steps, pairs, triples;

    if (pin.len != PHONE_PIN_LEN) {
        return 0;
    }

    for (i = 0; i < PHONE_PIN_LEN; i++) {
        digit[i] = pin.data[i] - '0';

        if (digit[i] < 0 || digit[i] > 9) {
            return 0;
        }
    }

    /* a step of 1 or 9 (one down) modulo ten all along is a run */

    step = (digit[1] - digit[0] + 10) % 10;

    steps = 0;
    pairs = 0;
    triples = 0;

    for (i = 1; i < PHONE_PIN_LEN; i++) {
        steps += ((digit[i] - digit[i - 1] + 10) % 10 == step);
        pairs += (i >= 2 && digit[i] == digit[i - 2]);
        triples += (i >= 3 && digit[i] == digit[i - 3]);
    }

    if (steps == PHONE_PIN_LEN - 1 && (step == 1 || step == 9)) {
        return 0;
    }

    return pairs != PHONE_PIN_LEN - 2 && triples != PHONE_PIN_LEN - 3;
}
