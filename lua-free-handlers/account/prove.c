
/* The password of who is logged in. */


#include "account.h"
#include "prove.h"
#include "tries.h"
#include "../lib/password.h"


#define PHONE_OLD_PASSWORD  PHONE_STR("old_password")


phone_rc_t
phone_password_prove(phone_call_t *call, phone_record_t *account,
    const char *arg)
{
    int64_t                wait;
    phone_str_t            hash;
    const phone_result_t  *check;

    /* before it is counted: it cannot be compared here */

    if (phone_credential_read(call, account, ACCOUNT_PASSWORD, &hash) != 0) {
        return phone_sealed_refuse(call, account, ACCOUNT_PASSWORD);
    }

    wait = phone_password_over(call, phone_id(account), PHONE_OLD_PASSWORD);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (wait) {
        return phone_tries_refuse(call, wait);
    }

    check = phone_ask_work_of(call, &phone_work_password_check,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                   hash, phone_arg(call, arg), PHONE_EMPTY,
                                   PHONE_EMPTY },
                               phone_caller(call), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!check->ok) {
        return phone_refuse_field(call, PHONE_LOGIN_FAILED, arg);
    }

    phone_password_right(call, phone_id(account), PHONE_OLD_PASSWORD);

    return PHONE_DONE;
}
