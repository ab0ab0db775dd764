
/* A run that meets a stored value that makes no sense: it is refused, and
   nothing of what it has recorded is written. */


#define _GNU_SOURCE

#include "play.h"


#define NUMBER  "+8613800000001"


/* Goes on as a handler does that has read a number; n is where it looks. */

static phone_rc_t
spend_run(phone_call_t *call)
{
    phone_record_t  *account;

    account = phone_ask(call, &phone_account, PHONE_STR(NUMBER));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(account, ACCOUNT_NAME, PHONE_STR("changed"));
    phone_set_int(account, ACCOUNT_PIN_FAILS,
                  phone_get_int(account, (unsigned) phone_arg_int(call, "n"))
                  + 1);
    phone_uncount(call, &phone_tries, PHONE_STR(NUMBER), 1000);

    return phone_done(call);
}


static const phone_param_t  spend_params[] = {
    { "n", PHONE_P_INT, 0, 0, 31, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  spend = {
    "bill.spend", "POST", "", PHONE_ANYONE, spend_run, spend_params, ""
};


int
main(void)
{
    char  form[16];

    play_start();
    play("operator.accounts", "phone=13800000001&name=Li+Lei");

    snprintf(form, sizeof(form), "n=%d", ACCOUNT_NAME);
    is_int(play_endpoint(&spend, form), 500, "a name for a number");
    is_str(play_code(), "INTERNAL", "is our fault");
    is_int(player.commits, 0, "and commits nothing");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_NAME), "Li Lei",
           "not even what came before");

    snprintf(form, sizeof(form), "n=%d", ACCOUNT_CREATED);
    is_int(play_endpoint(&spend, form), 200, "a number for a number");
    is_str(play_stored(&phone_account, NUMBER, ACCOUNT_NAME), "changed",
           "is committed");

    play_end();

    return done_testing();
}
