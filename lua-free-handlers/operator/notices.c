
/* GET /operator/notices: those that no merchant has acknowledged, and that are
   no longer sent (PAY-6), over all buckets. */


#include "operator.h"
#include "../outbox/outbox.h"


static phone_rc_t phone_operator_notices_run(phone_call_t *call);
static void phone_exhausted_show(phone_json_t *json, phone_record_t *notice,
    int64_t exhausted_at);
static void phone_notice_show_tries(phone_json_t *json, phone_str_t tries);


static const phone_param_t  phone_operator_notices_params[] = {
    PHONE_PAGE_BEFORE,
    { "limit", PHONE_P_INT, 0, 1, PHONE_PAGE_MOST, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_notice_try_members[] = {
    PHONE_NOTICE_TRY_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_notice_try_object = {
    "NoticeTry", phone_notice_try_members
};


static const phone_member_t  phone_notice_members[] = {
    { "notify_id", PHONE_M_TEXT, 0, NULL, NULL, "of the notice" },
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    { "event", PHONE_M_TEXT, 0, NULL, NULL, "the kind of the notice" },
    { "subject_id", PHONE_M_TEXT, 0, NULL, NULL,
      "of what it is about: of the bill, refund or text" },
    { "fields", PHONE_M_TEXT, 0, NULL, NULL,
      "what it tells: its fields, as a form" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when that was so" },
    { "attempt", PHONE_M_INT, 0, NULL, NULL, "how often it was sent" },
    { "tries", PHONE_M_LIST, 0, &phone_notice_try_object, NULL,
      "the last forty, replays included, the oldest first" },
    { "exhausted_at", PHONE_M_TIME, 0, NULL,
      NULL, "when its schedule had run out" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_notice_object = {
    "Notice", phone_notice_members
};


static const phone_member_t  phone_operator_notices_reply[] = {
    { "notices", PHONE_M_LIST, 0, &phone_notice_object,
      NULL, "the latest first" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_notices = {
    "operator.notices", "GET", "/operator/notices", PHONE_OPERATOR,
    phone_operator_notices_run, phone_operator_notices_params,
    phone_operator_notices_reply,
    "The notices whose schedule has run out, the latest first."
};


static phone_rc_t
phone_operator_notices_run(phone_call_t *call)
{
    unsigned         i, limit;
    phone_json_t    *json;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *notice[PHONE_PAGE_MOST];

    if (phone_page_asked(call, PHONE_PAGE_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    list = phone_ask_page_of_buckets(call, &phone_exhausted, &edge, limit);

    for (i = 0; i < list.n; i++) {
        notice[i] = phone_ask(call, &phone_notice, list.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "notices");

    for (i = 0; i < list.n; i++) {
        phone_exhausted_show(json, notice[i], list.entry[i].score);
    }

    phone_json_end(json);

    return phone_page_done(call, &edge);
}


static void
phone_exhausted_show(phone_json_t *json, phone_record_t *notice,
    int64_t exhausted_at)
{
    phone_str_t  subject_id, number;

    subject_id = PHONE_EMPTY;
    (void) phone_outbox_of(phone_id(notice), &subject_id, &number);

    phone_json_object(json, NULL);
    phone_json_text(json, "notify_id", phone_id(notice));
    phone_json_text(json, "merchant_id", phone_get(notice, NOTICE_MERCHANT));
    phone_json_text(json, "event", phone_get(notice, NOTICE_EVENT));
    phone_json_text(json, "subject_id", subject_id);
    phone_json_text(json, "fields", phone_get(notice, NOTICE_FORM));
    phone_json_time(json, "created_at", phone_get_int(notice, NOTICE_CREATED));
    phone_json_int(json, "attempt", phone_get_int(notice, NOTICE_ATTEMPT));
    phone_notice_show_tries(json, phone_get(notice, NOTICE_TRIES));
    phone_json_time(json, "exhausted_at", exhausted_at);
    phone_json_end(json);
}


static void
phone_notice_show_tries(phone_json_t *json, phone_str_t tries)
{
    phone_try_t  try;

    phone_json_array(json, "tries");

    while (phone_notice_try(&tries, &try)) {
        phone_json_object(json, NULL);
        phone_notice_show_try(json, &try);
        phone_json_end(json);
    }

    phone_json_end(json);
}
