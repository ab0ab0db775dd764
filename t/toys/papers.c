
/* Replies that are no JSON: texts, for a merchant as well, and redirects. */


#include "toys.h"


static phone_rc_t phone_toy_paper_run(phone_call_t *call);
static phone_rc_t phone_toy_statement_run(phone_call_t *call);
static phone_rc_t phone_toy_leave_run(phone_call_t *call);


static const phone_param_t  phone_toy_paper_params[] = {
    { "text", PHONE_P_TEXT, PHONE_REQUIRED, 1, 64, "what it says" },
    { "type", PHONE_P_TEXT, 0, 0, 64, "of the reply; else text/csv" },
    { "file", PHONE_P_TEXT, 0, 0, 64, "under which it is saved" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_toy_paper_reply[] = {
    { "text/csv; charset=utf-8", PHONE_M_DOCUMENT, 0, NULL, NULL, "the text" },
    { "image/svg+xml", PHONE_M_DOCUMENT, 0, NULL, NULL, "the text" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_toy_paper = {
    "toy.paper", "GET", "/toy/paper", PHONE_ANYONE, phone_toy_paper_run,
    phone_toy_paper_params, phone_toy_paper_reply,
    "Gives a text as it is."
};

const phone_endpoint_t  phone_toy_paper_post = {
    "toy.paper_post", "POST", "/toy/paper", PHONE_OPERATOR,
    phone_toy_paper_run, phone_toy_paper_params, phone_toy_paper_reply,
    "The same for the operator."
};


static const phone_param_t  phone_toy_statement_params[] = {
    { "date", PHONE_P_NAME, PHONE_REQUIRED, 1, 10, "the day" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_toy_statement = {
    "toy.statement", "POST", "/toy/statement", PHONE_MERCHANT,
    phone_toy_statement_run, phone_toy_statement_params,
    phone_toy_paper_reply,
    "A merchant gets a text, which is signed."
};


static const phone_param_t  phone_toy_leave_params[] = {
    { "to", PHONE_P_TEXT, PHONE_REQUIRED, 1, 256, "where to" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_toy_leave_reply[] = {
    { "303", PHONE_M_REDIRECT, 0, NULL, NULL, "where it is" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_toy_leave = {
    "toy.leave", "POST", "/toy/leave", PHONE_ANYONE, phone_toy_leave_run,
    phone_toy_leave_params, phone_toy_leave_reply,
    "Sends a browser elsewhere."
};


static phone_rc_t
phone_toy_paper_run(phone_call_t *call)
{
    if (phone_is(phone_arg(call, "text"), "no")) {
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "text");
    }

    return phone_done_text(call,
                           phone_has(call, "type")
                           ? phone_arg(call, "type")
                           : PHONE_STR("text/csv; charset=utf-8"),
                           phone_arg(call, "text"), phone_arg(call, "file"));
}


static phone_rc_t
phone_toy_statement_run(phone_call_t *call)
{
    return phone_done_text(call, PHONE_STR("text/csv; charset=utf-8"),
                           phone_format(phone_memory(call),
                                        "date,amount\r\n%.*s,100\r\n",
                                        PHONE_ARGS(phone_arg(call, "date"))),
                           PHONE_STR("statement.csv"));
}


static phone_rc_t
phone_toy_leave_run(phone_call_t *call)
{
    return phone_done_redirect(call, phone_arg(call, "to"));
}
