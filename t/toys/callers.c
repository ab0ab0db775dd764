
/* Callers that no shipped endpoint has yet: a merchant's terminal, and a
   gateway. */


#include "toys.h"


static phone_rc_t phone_toy_till_run(phone_call_t *call);
static phone_rc_t phone_toy_report_run(phone_call_t *call);


static const phone_param_t  phone_toy_till_params[] = {
    { "row", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "what is posted" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_toy_till_reply[] = {
    { "terminal", PHONE_M_TEXT, 0, NULL, NULL, "who has called" },
    { "row", PHONE_M_TEXT, 0, NULL, NULL, "what was posted" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_toy_till = {
    "toy.till", "POST", "/toy/till", PHONE_TERMINAL, phone_toy_till_run,
    phone_toy_till_params, phone_toy_till_reply,
    "A terminal posts a row."
};


static const phone_param_t  phone_toy_report_params[] = {
    { "message", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "of which text" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_toy_report_reply[] = {
    { "message", PHONE_M_TEXT, 0, NULL, NULL, "of which text" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_toy_report = {
    "toy.report", "GET", "/toy/report", PHONE_GATEWAY, phone_toy_report_run,
    phone_toy_report_params, phone_toy_report_reply,
    "A gateway says that a text has arrived."
};


static phone_rc_t
phone_toy_till_run(phone_call_t *call)
{
    phone_say(call, "terminal", phone_caller_terminal(call));
    phone_say(call, "row", phone_arg(call, "row"));

    return phone_done(call);
}


static phone_rc_t
phone_toy_report_run(phone_call_t *call)
{
    phone_say(call, "message", phone_arg(call, "message"));

    return phone_done(call);
}
