
/* GET /sms/report: the gateway says what became of a text (MAIL-8). */


#include "sms.h"


/* What reports say, as Kannel's dlr-mask has it. */
#define PHONE_SMS_DELIVERED  1
#define PHONE_SMS_FAILED     2
#define PHONE_SMS_BUFFERED   4
#define PHONE_SMS_ACCEPTED   8           /* by the centre */
#define PHONE_SMS_REJECTED   16          /* by it */


static phone_rc_t phone_sms_report_run(phone_call_t *call);
static void phone_sms_ended(phone_call_t *call, phone_record_t *sms,
    phone_tally_t tally);
static void phone_sms_on_its_way(phone_call_t *call, phone_record_t *sms);


static const phone_param_t  phone_sms_report_params[] = {
    { "id", PHONE_P_ID, PHONE_REQUIRED, 0, 0, "of the text: Sms-Report" },
    { "key", PHONE_P_NAME, PHONE_REQUIRED|PHONE_UNSEALED|PHONE_SECRET, 1, 64,
      "of the text: Sms-Report" },
    { "status", PHONE_P_INT, PHONE_REQUIRED, 0, 255,
      "1 delivered, 2 failed, 4 buffered, 8 accepted by the centre, 16 "
      "rejected by it: Kannel's %d" },
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_sms_report = {
    "sms.report", "GET", "/sms/report", PHONE_GATEWAY, phone_sms_report_run,
    phone_sms_report_params, phone_reply_of_code,
    "What became of a text. The same report again, and one that is late, has "
    "no effect."
};


static phone_rc_t
phone_sms_report_run(phone_call_t *call)
{
    phone_str_t      id;
    phone_record_t  *sms;

    id = phone_arg(call, "id");

    if (!phone_sms_key_is(call, id, phone_arg(call, "key"))) {
        return phone_refuse(call, PHONE_NOT_FOUND);
    }

    sms = phone_ask(call, &phone_sms, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* its end is known already, or was not awaited any longer */

    if (!phone_found(sms)
        || phone_is(phone_get(sms, SMS_STATE), PHONE_SMS_IS_OVER))
    {
        return phone_done(call);
    }

    switch (phone_arg_int(call, "status")) {

    case PHONE_SMS_DELIVERED:
        phone_sms_ended(call, sms, PHONE_TALLY_TEXT_DELIVERED);
        break;

    case PHONE_SMS_FAILED:
    case PHONE_SMS_REJECTED:
        phone_sms_ended(call, sms, PHONE_TALLY_TEXT_FAILED);
        break;

    case PHONE_SMS_BUFFERED:
    case PHONE_SMS_ACCEPTED:
        phone_sms_on_its_way(call, sms);
        break;

    default:
        break;
    }

    return phone_done(call);
}


static void
phone_sms_ended(phone_call_t *call, phone_record_t *sms, phone_tally_t tally)
{
    phone_sms_took(call, sms);
    phone_tally(call, tally);
    phone_cancel(call, &phone_sms_send, phone_id(sms),
                 phone_sms_lane(call, phone_get(sms, SMS_TO)));
    phone_sms_over(call, sms);
}


/*
 * What was queued, or is in doubt, is the gateway's from now on.  While the
 * gateway's answer is awaited the event takes it from there: it finds that, if
 * the answer does not come, or no worker lives to get it.
 */

static void
phone_sms_on_its_way(phone_call_t *call, phone_record_t *sms)
{
    phone_str_t  state;

    state = phone_get(sms, SMS_STATE);

    if (state.len == 0) {
        phone_set(sms, SMS_STATE, PHONE_STR(PHONE_SMS_IS_KNOWN));

    } else if (phone_is(state, PHONE_SMS_IS_QUEUED)
               || phone_is(state, PHONE_SMS_IS_DOUBT))
    {
        phone_sms_took(call, sms);
        phone_sms_await(call, sms);
        phone_emit(call, &phone_sms_send, phone_id(sms),
                   phone_sms_lane(call, phone_get(sms, SMS_TO)),
                   phone_now(call) + phone_settings(call)->sms_report);
    }
}
