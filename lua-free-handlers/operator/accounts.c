
/* POST /operator/accounts: makes or changes a number's account. */


#include "operator.h"
#include "../account/account.h"
#include "../lib/password.h"


static phone_rc_t phone_operator_accounts_run(phone_call_t *call);
static int phone_operator_demand(phone_call_t *call, phone_record_t *account,
    phone_demand_t *demand);
static phone_rc_t phone_hash_password(phone_call_t *call, phone_str_t *text);


static const phone_param_t  phone_operator_accounts_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "the number" },
    { "name", PHONE_P_TEXT, 0, 1, 64, "shown to its owner" },
    { "plan", PHONE_P_WORD, 0, PHONE_PLANS, 0, "a new account is prepaid" },
    { "password", PHONE_P_TEXT, PHONE_SECRET, 1, PHONE_PASSWORD_MAX,
      "sets the password and ends all sessions" },
    { "envelope_suite", PHONE_P_INT, 0, 1, 2,
      "the lowest suite of envelopes that the number takes" },
    { "envelope_required", PHONE_P_INT, 0, 0, 1,
      "1: secret fields come in envelopes only; 0: they need not" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_accounts_reply[] = {
    { "phone", PHONE_M_PHONE, 0, NULL, NULL, "the number" },
    { "name", PHONE_M_TEXT, 0, NULL, "one was given", "of the account" },
    { "plan", PHONE_M_TEXT, 0, NULL, NULL, "PREPAID or POSTPAID" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "envelope_suite", PHONE_M_INT, 0, NULL, NULL,
      "the lowest that the number takes" },
    { "envelope_required", PHONE_M_BOOL, 0, NULL, NULL,
      "secret fields come in envelopes only" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_accounts = {
    "operator.accounts", "POST", "/operator/accounts", PHONE_OPERATOR,
    phone_operator_accounts_run, phone_operator_accounts_params,
    phone_operator_accounts_reply,
    "Makes an account, or changes what is given of one that is there."
};


static phone_rc_t
phone_operator_accounts_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_str_t      plan, password, kept;
    phone_demand_t   demand;
    phone_record_t  *account;

    account = phone_ask(call, &phone_account, phone_arg(call, "phone"));
    rc = phone_hash_password(call, &password);

    if (rc == PHONE_REFUSED) {
        return rc;
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    plan = phone_arg(call, "plan");

    if (!phone_found(account)) {
        phone_set(account, ACCOUNT_PLAN, PHONE_STR("prepaid"));
        phone_set(account, ACCOUNT_CURRENCY, phone_settings(call)->currency);
        phone_set_int(account, ACCOUNT_CREATED, phone_now(call));
    }

    if (plan.len && !phone_equal(plan, phone_get(account, ACCOUNT_PLAN))) {
        phone_set(account, ACCOUNT_PLAN, plan);
    }

    if (phone_has(call, "name")
        && !phone_equal(phone_arg(call, "name"),
                        phone_get(account, ACCOUNT_NAME)))
    {
        phone_set(account, ACCOUNT_NAME, phone_arg(call, "name"));
    }

    (void) phone_credential_read(call, account, ACCOUNT_PASSWORD, &kept);

    if (password.len && !phone_equal(password, kept)) {
        phone_credential_set(call, account, ACCOUNT_PASSWORD, password);
        phone_set_int(account, ACCOUNT_PASSWORD_AT, phone_now(call));
        phone_device_forget_all(account);
        phone_session_close_others(call, account, -1);
    }

    if (phone_operator_demand(call, account, &demand) != 0) {
        return PHONE_REFUSED;
    }

    phone_say(call, "phone", phone_id(account));
    phone_say(call, "name", phone_get(account, ACCOUNT_NAME));
    phone_say(call, "plan", phone_get(account, ACCOUNT_PLAN));
    phone_say(call, "currency", phone_get(account, ACCOUNT_CURRENCY));
    phone_say_int(call, "envelope_suite", demand.suite);
    phone_say_bool(call, "envelope_required", demand.needed != 0);

    return phone_done(call);
}


/* 0, or -1: the call ends. */

static int
phone_operator_demand(phone_call_t *call, phone_record_t *account,
    phone_demand_t *demand)
{
    if (phone_demand_read(account, demand) != 0) {
        return -1;
    }

    if (phone_has(call, "envelope_suite")) {
        demand->suite = phone_arg_int(call, "envelope_suite");
    }

    if (phone_has(call, "envelope_required")) {
        demand->needed = phone_arg_int(call, "envelope_required");
    }

    if (phone_has(call, "envelope_suite")
        || phone_has(call, "envelope_required"))
    {
        phone_demand_set(call, account, demand);
    }

    return 0;
}


/* The stored form; empty when no password is given. */

static phone_rc_t
phone_hash_password(phone_call_t *call, phone_str_t *text)
{
    phone_str_t             salt;
    const phone_result_t   *hash;

    *text = PHONE_EMPTY;

    if (!phone_has(call, "password")) {
        return PHONE_DONE;
    }

    if (phone_password_acceptable(phone_arg(call, "password"))
        != PHONE_PASSWORD_OK
        || phone_password_is_number(phone_arg(call, "password"),
                                    phone_arg(call, "phone")))
    {
        return phone_refuse_field(call, PHONE_PASSWORD_WEAK, "password");
    }

    salt = (phone_str_t) { PHONE_PASSWORD_SALT, (const char *)
                           phone_random(call, "password salt",
                                        PHONE_PASSWORD_SALT) };

    hash = phone_ask_work_of(call, &phone_work_password_hash,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                  phone_arg(call, "password"), salt,
                                  PHONE_EMPTY, PHONE_EMPTY },
                              PHONE_STR("operator"), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!hash->ok) {
        return phone_refuse(call, PHONE_BUSY);
    }

    *text = hash->text;

    return PHONE_DONE;
}
