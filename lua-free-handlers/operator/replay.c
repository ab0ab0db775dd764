
/* Notices that no merchant has acknowledged are sent again: one of them, or
   those of a merchant. */


#include "operator.h"
#include "../outbox/outbox.h"


static phone_rc_t phone_replay_one_run(phone_call_t *call);
static phone_rc_t phone_replay_all_run(phone_call_t *call);


static const phone_param_t  phone_replay_one_params[] = {
    { "notify_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 64,
      "of GET /operator/notices, or as the merchant has it" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_replay_all_params[] = {
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,
      "whose notices" },
    { "before", PHONE_P_NAME, 0, 1, 64,
      "go on from here: next_before of the reply before" },
    { "limit", PHONE_P_INT, 0, 1, PHONE_PAGE_MOST,
      "looks at so many notices at most, whosever they are" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_operator_notice_replay_reply[] = {
    { "notify_id", PHONE_M_TEXT, 0, NULL, NULL, "of the notice" },
    { "state", PHONE_M_TEXT, 0, NULL, NULL, "of the notice" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_notice_replay = {
    "operator.notice_replay", "POST", "/operator/notices/{notify_id}/replay",
    PHONE_OPERATOR, phone_replay_one_run, phone_replay_one_params,
    phone_operator_notice_replay_reply,
    "Sends a notice whose schedule has run out from the beginning of it; a "
    "pending one whose event is lost is sent again."
};


static const phone_member_t  phone_operator_notices_replay_reply[] = {
    { "replayed", PHONE_M_INT, 0, NULL, NULL, "how many are sent again" },
    PHONE_NEXT_BEFORE,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_notices_replay = {
    "operator.notices_replay", "POST",
    "/operator/merchants/{merchant_id}/notices/replay", PHONE_OPERATOR,
    phone_replay_all_run, phone_replay_all_params,
    phone_operator_notices_replay_reply,
    "The same for a merchant's notices on a page of GET /operator/notices."
};


static phone_rc_t
phone_replay_one_run(phone_call_t *call)
{
    phone_rc_t     rc;
    phone_str_t    id;
    phone_told_t  *notice;

    id = phone_arg(call, "notify_id");

    rc = phone_notice_find(call, &id);
    if (rc != PHONE_DONE) {
        return rc;
    }

    notice = phone_ask_notice(call, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (notice == NULL) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "notify_id");
    }

    phone_notice_again(call, notice);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_say(call, "notify_id", notice->id);
    phone_say(call, "state", phone_notice_state(notice));

    return phone_done(call);
}


static phone_rc_t
phone_replay_all_run(phone_call_t *call)
{
    int64_t          replayed;
    unsigned         i, limit;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *merchant, *notice[PHONE_PAGE_MOST];

    if (phone_page_asked(call, PHONE_PAGE_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    merchant = phone_ask(call, &phone_merchant,
                         phone_arg(call, "merchant_id"));
    list = phone_ask_page_of_buckets(call, &phone_exhausted, &edge, limit);

    for (i = 0; i < list.n; i++) {
        notice[i] = phone_ask(call, &phone_notice, list.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    replayed = 0;

    for (i = 0; i < list.n; i++) {
        if (phone_equal(phone_get(notice[i], NOTICE_MERCHANT),
                        phone_id(merchant)))
        {
            phone_emit(call, &phone_notice_resend, phone_id(notice[i]),
                       PHONE_EMPTY, phone_now(call));
            replayed++;
        }
    }

    if (replayed) {
        phone_rely(merchant);
    }

    phone_say_int(call, "replayed", replayed);

    return phone_page_done(call, &edge);
}
