
/* Work of the platform: signatures and passwords. */


#include "../host.h"
#include "runtime.h"
#include "../lib/password.h"


static int phone_work_verify_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_work_sign_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_work_mac_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_work_hash_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_work_check_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);


/* Handing it to a thread would cost as much. */

const phone_work_t  phone_work_verify = {
    "verify", PHONE_WORK_QUICK, 1, 0, phone_work_verify_run
};


/* A signature with a key of 4096 bits is 684 characters. */

const phone_work_t  phone_work_sign = {
    "sign", PHONE_WORK_SIGN, 1, 1024, phone_work_sign_run
};


const phone_work_t  phone_work_mac = {
    "mac", PHONE_WORK_QUICK, 1, 64, phone_work_mac_run
};


/* At most half of the processors, so that a flood of logins leaves room for
   signatures. */

const phone_work_t  phone_work_password_hash = {
    "password hash", PHONE_WORK_HASH, 2, 256, phone_work_hash_run
};


const phone_work_t  phone_work_password_check = {
    "password check", PHONE_WORK_HASH, 2, 0, phone_work_check_run
};


void
phone_work_run(const phone_ask_work_t *ask, const phone_tools_t *tools,
    phone_arena_t *arena, phone_result_t *result)
{
    phone_tools_t        own;
    phone_work_blobs_t   blobs;
    const phone_work_t  *work;

    work = ask->work;
    own = *tools;
    phone_blobs_begin(&blobs, &own, ask, arena);

    memset(result, 0, sizeof(phone_result_t));
    result->text = PHONE_EMPTY;
    result->sha256 = PHONE_EMPTY;

    result->ok = work->run(&own, arena, ask->arg, &result->text) == 1
                 && result->text.len <= work->largest && !arena->failed;

    phone_blobs_end(&blobs, result);

    if (!result->ok) {
        result->text = PHONE_EMPTY;
    }
}


static int
phone_work_verify_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int                 fits;
    phone_key_t        *key;
    phone_sign_type_t   type;

    (void) arena;
    (void) text;

    if (phone_sign_type(arg[1], &type) != 0) {
        return 0;
    }

    if (type != PHONE_HMAC) {
        key = tools->public_key(tools->data, arg[0]);

        return key && phone_verify(tools->crypto, key, type, arg[2], arg[3]);
    }

    if (phone_key_secret(arg[0], &key) != PHONE_KEY_OK) {
        return 0;
    }

    fits = phone_verify(tools->crypto, key, type, arg[2], arg[3]);
    phone_key_free(key);

    return fits;
}


static int
phone_work_sign_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    phone_key_t        *key;
    phone_key_kind_t    kind;
    phone_sign_type_t   type;

    if (phone_sign_type(arg[0], &type) != 0) {
        return 0;
    }

    kind = phone_sign_type_kind(type);
    key = kind < PHONE_KEY_PAIRS ? tools->platform_key[kind] : NULL;

    return key && phone_sign(arena, key, type, arg[1], text) == 0;
}


static int
phone_work_mac_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int           rc;
    phone_key_t  *key;

    (void) tools;

    if (phone_key_secret(arg[0], &key) != PHONE_KEY_OK) {
        return 0;
    }

    rc = phone_sign(arena, key, PHONE_HMAC, arg[1], text);
    phone_key_free(key);

    return rc == 0;
}


static int
phone_work_hash_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    (void) tools;

    return arg[1].len == PHONE_PASSWORD_SALT
           && phone_password_hash(arena, &PHONE_SCRYPT_DEFAULT,
                                  (const unsigned char *) arg[1].data, arg[0],
                                  text)
              == 0;
}


/* If there is no password to compare with, one is hashed all the same: the
   response time must not show whether the account exists. */

static int
phone_work_check_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    phone_str_t                 dummy;
    static const unsigned char  salt[PHONE_PASSWORD_SALT];

    (void) tools;
    (void) text;

    if (arg[0].len == 0) {
        (void) phone_password_hash(arena, &PHONE_SCRYPT_DEFAULT, salt, arg[1],
                                   &dummy);
        return 0;
    }

    return phone_password_verify(arg[0], arg[1]) == 1;
}
