
/* PAY-12: a merchant has his endpoint for notices checked, and reads what is to
   be mended. */


#include "merchant.h"
#include "../bill/bill.h"
#include "../outbox/outbox.h"


#define PHONE_CHECKS_HOUR  6

/* ms: an answer to a notice that takes longer comes late. */
#define PHONE_CHECK_SLOW   (2 * PHONE_SECOND)

/* Its event is lost, if it is not over by then. */
#define PHONE_CHECK_STALE  (10 * PHONE_MINUTE)


typedef struct {
    const char              *grade;
    const char              *code;
    const char              *en;
    const char              *zh;
} phone_check_advice_t;


static phone_rc_t phone_notice_check_run(phone_call_t *call);
static phone_rc_t phone_check_begin(phone_call_t *call, phone_record_t *check,
    phone_str_t check_id);
static phone_rc_t phone_check_show(phone_call_t *call, phone_record_t *check);
static void phone_check_show_probes(phone_json_t *json,
    const phone_probed_t *probed, unsigned n);
static const phone_check_advice_t *phone_check_judge(
    const phone_probed_t *probed);
static const phone_check_advice_t *phone_check_unacked(
    const phone_probed_t *probed);


static const phone_param_t  phone_notice_check_params[] = {
    { "check_id", PHONE_P_ID, 0, 0, 0,
      "shows this check, which must be the merchant's last; left out: another "
      "one begins, unless one is running" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_probe_members[] = {
    { "probe", PHONE_M_TEXT, 0, NULL, NULL, "which one" },
    { "expected", PHONE_M_TEXT, 0, NULL, NULL,
      "ACKNOWLEDGED or REFUSED: how it must be answered" },
    { "answer", PHONE_M_TEXT, 0, NULL, NULL,
      "ACKNOWLEDGED: 200 and success; or REFUSED" },
    PHONE_NOTICE_TRY_MEMBERS,
    { "grade", PHONE_M_TEXT, 0, NULL, NULL, "PASSED or FAILED" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_object_t  phone_probe_object = {
    "Probe", phone_probe_members
};

static const phone_member_t  phone_notice_check_reply[] = {
    { "check_id", PHONE_M_ID, 0, NULL, NULL, "the check" },
    { "state", PHONE_M_TEXT, 0, NULL, NULL, "RUNNING or DONE" },
    { "started_at", PHONE_M_TIME, 0, NULL, NULL, "when it began" },
    { "ended_at", PHONE_M_TIME, 0, NULL, "it is DONE", "when it ended" },
    { "probes", PHONE_M_LIST, 0, &phone_probe_object, NULL,
      "those that were sent so far" },
    { "grade", PHONE_M_TEXT, 0, NULL, "it is DONE",
      "GOOD, SLOW, FAILED: notices do not arrive, or UNSAFE: forged ones do" },
    { "cause", PHONE_M_TEXT, 0, NULL, "it is DONE",
      "what is to be mended first, as a code" },
    { "advice", PHONE_M_TEXT, 0, NULL, "it is DONE", "the same in words" },
    { "advice_zh", PHONE_M_TEXT, 0, NULL, "it is DONE", "in Chinese" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_notice_check = {
    "notice.check", "POST", "/pay/notices/check", PHONE_MERCHANT,
    phone_notice_check_run, phone_notice_check_params,
    phone_notice_check_reply,
    "Sends probes to the merchant's notify_url, one after the other: good "
    "notices, which must be acknowledged, and forged ones, which must not. "
    "With check_id: how it has answered, and what is to be mended."
};


static const phone_check_advice_t  phone_check_good = {
    "GOOD", "NONE",
    "The endpoint acknowledges what it must, and nothing else.",
    "该地址只确认应当确认的通知，无需修改。"
};

static const phone_check_advice_t  phone_check_slow = {
    "SLOW", "SLOW",
    "An answer takes more than two seconds: acknowledge first, and do the work "
    "afterwards.",
    "应答超过两秒：请先确认通知，再处理业务。"
};


/* Of a probe that was acknowledged and must not be. */

static const phone_check_advice_t  phone_check_unsafe[PHONE_PROBES] = {
    [PHONE_PROBE_BAD_SIGN] = {
        "UNSAFE", "SIGN_NOT_CHECKED",
        "A wrong signature is acknowledged: verify `sign` with the platform's "
        "key before anything else.",
        "错误的签名被确认：处理前请先用平台公钥验证 sign。"
    },
    [PHONE_PROBE_CHANGED] = {
        "UNSAFE", "DIGEST_NOT_CHECKED",
        "A field that was altered behind the signature is acknowledged: verify "
        "the text of all fields as they arrive.",
        "签名后被篡改的字段被确认：请用收到的全部字段重新计算并验证签名。"
    },
    [PHONE_PROBE_OLD] = {
        "UNSAFE", "TIMESTAMP_NOT_CHECKED",
        "A notice that was signed two hours ago is acknowledged: refuse a "
        "`timestamp` that is more than five minutes off.",
        "两小时前签名的通知被确认：timestamp 相差超过五分钟时请拒绝。"
    },
    [PHONE_PROBE_OTHER_MERCHANT] = {
        "UNSAFE", "MERCHANT_NOT_CHECKED",
        "A notice to another merchant is acknowledged: compare `merchant_id` "
        "with your own.",
        "发给其他商户的通知被确认：请核对 merchant_id 是否为本商户。"
    },
    [PHONE_PROBE_REPLY] = {
        "UNSAFE", "EVENT_NOT_CHECKED",
        "A signed message that is no notice is acknowledged: refuse what has "
        "no `event` or `notify_id`.",
        "不是通知的已签名消息被确认：缺少 event 或 notify_id 时请拒绝。"
    }
};


static const phone_check_advice_t  phone_check_no_answer = {
    "FAILED", "NO_ANSWER",
    "No answer of the endpoint arrives: see `result`, then check its address, "
    "its certificate and the firewall.",
    "未收到该地址的应答：请查看 result，并检查地址、证书和防火墙。"
};

static const phone_check_advice_t  phone_check_redirect = {
    "FAILED", "REDIRECT",
    "The endpoint redirects, which is not followed: have the operator set the "
    "address that answers as notify_url.",
    "该地址返回重定向，平台不会跟随：请让运营方将 notify_url 设为应答的地址。"
};

static const phone_check_advice_t  phone_check_status = {
    "FAILED", "STATUS",
    "A good notice is not answered with 200: verify it as docs/protocol.md "
    "says, and acknowledge events that you do not know as well.",
    "有效的通知未以 200 应答：请按协议验证签名；不认识的 event 也请确认。"
};

static const phone_check_advice_t  phone_check_body = {
    "FAILED", "BODY",
    "The answer to a good notice is 200 without the body `success`: send these "
    "seven letters and nothing else.",
    "有效通知的应答为 200，但内容不是 success：请只返回这七个字母。"
};

static const phone_check_advice_t  phone_check_again = {
    "FAILED", "REPEAT_REFUSED",
    "The second attempt of a notice is not acknowledged: acknowledge a "
    "`notify_id` that you have processed, and do nothing else.",
    "同一通知的第二次发送未被确认：已处理的 notify_id 请再次确认即可。"
};


static phone_rc_t
phone_notice_check_run(phone_call_t *call)
{
    phone_str_t      check_id;
    phone_record_t  *check;

    check = phone_ask(call, &phone_check, phone_caller(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_has(call, "check_id")) {
        return phone_equal(phone_get(check, CHECK_ID),
                           phone_arg(call, "check_id"))
               ? phone_check_show(call, check)
               : phone_refuse_field(call, PHONE_NOT_FOUND, "check_id");
    }

    /* its own commit, or an earlier call's */

    check_id = phone_new_id(call, phone_caller(call), "check");

    if (phone_equal(phone_get(check, CHECK_ID), check_id)
        || (phone_probe_running(check)
            && phone_now(call) - phone_get_int(check, CHECK_STARTED)
               < PHONE_CHECK_STALE))
    {
        return phone_check_show(call, check);
    }

    return phone_check_begin(call, check, check_id);
}


static phone_rc_t
phone_check_begin(phone_call_t *call, phone_record_t *check,
    phone_str_t check_id)
{
    phone_rc_t       rc;
    phone_str_t      url;
    phone_record_t  *merchant;

    merchant = phone_ask(call, &phone_merchant, phone_caller(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    url = phone_get(merchant, MERCHANT_NOTIFY_URL);

    if (url.len == 0) {
        return phone_refuse(call, PHONE_NO_NOTIFY_URL);
    }

    rc = phone_hour_count(call, REPLAYS_CHECKS, PHONE_CHECKS_HOUR);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_probe_start(call, check, check_id, phone_caller(call), url);

    return phone_check_show(call, check);
}


static phone_rc_t
phone_check_show(phone_call_t *call, phone_record_t *check)
{
    unsigned                     n;
    phone_str_t                  results;
    phone_json_t                *json;
    phone_probed_t               probed[PHONE_PROBES];
    const phone_check_advice_t  *advice;

    results = phone_get(check, CHECK_RESULTS);

    for (n = 0; n < PHONE_PROBES && phone_probe_result(&results, &probed[n]);
         n++)
    {
        /* void */
    }

    json = phone_reply(call);
    phone_json_text(json, "check_id", phone_get(check, CHECK_ID));
    phone_json_text(json, "state", n < PHONE_PROBES ? PHONE_STR("RUNNING")
                                                    : PHONE_STR("DONE"));
    phone_json_time(json, "started_at", phone_get_int(check, CHECK_STARTED));

    phone_check_show_probes(json, probed, n);

    if (n == PHONE_PROBES) {
        advice = phone_check_judge(probed);

        phone_json_time(json, "ended_at", phone_get_int(check, CHECK_ENDED));
        phone_json_text(json, "grade", phone_cstr(advice->grade));
        phone_json_text(json, "cause", phone_cstr(advice->code));
        phone_json_text(json, "advice", phone_cstr(advice->en));
        phone_json_text(json, "advice_zh", phone_cstr(advice->zh));
    }

    return phone_done(call);
}


static void
phone_check_show_probes(phone_json_t *json, const phone_probed_t *probed,
    unsigned n)
{
    unsigned  i;

    phone_json_array(json, "probes");

    for (i = 0; i < n; i++) {
        phone_json_object(json, NULL);
        phone_json_text(json, "probe", phone_cstr(phone_probes[i].name));
        phone_json_text(json, "expected",
                        phone_probes[i].acked ? PHONE_STR("ACKNOWLEDGED")
                                              : PHONE_STR("REFUSED"));
        phone_json_text(json, "answer",
                        probed[i].acked ? PHONE_STR("ACKNOWLEDGED")
                                        : PHONE_STR("REFUSED"));
        phone_notice_show_try(json, &probed[i].try);
        phone_json_text(json, "grade",
                        probed[i].acked == phone_probes[i].acked
                        ? PHONE_STR("PASSED") : PHONE_STR("FAILED"));
        phone_json_end(json);
    }

    phone_json_end(json);
}


/* The worst comes first: whoever takes a forged notice loses goods. */

static const phone_check_advice_t *
phone_check_judge(const phone_probed_t *probed)
{
    unsigned  i;

    for (i = 0; i < PHONE_PROBES; i++) {
        if (probed[i].acked && !phone_probes[i].acked) {
            return &phone_check_unsafe[i];
        }
    }

    if (!probed[PHONE_PROBE_GOOD].acked) {
        return phone_check_unacked(&probed[PHONE_PROBE_GOOD]);
    }

    if (!probed[PHONE_PROBE_AGAIN].acked) {
        return &phone_check_again;
    }

    return probed[PHONE_PROBE_GOOD].try.took > PHONE_CHECK_SLOW
           || probed[PHONE_PROBE_AGAIN].try.took > PHONE_CHECK_SLOW
           ? &phone_check_slow : &phone_check_good;
}


static const phone_check_advice_t *
phone_check_unacked(const phone_probed_t *probed)
{
    int64_t  status;

    if (phone_parse_int(probed->try.result, &status) != 0) {
        return &phone_check_no_answer;
    }

    if (status == 200) {
        return &phone_check_body;
    }

    return status >= 300 && status < 400 ? &phone_check_redirect
                                         : &phone_check_status;
}
