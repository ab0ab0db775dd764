
/* PAY-6, PAY-8: the merchant is told what became of a bill, until it says
   "success" or the schedule has run out. */


#include "bill.h"
#include "../lib/form_write.h"
#include "../lib/signature.h"
#include "notice.h"


#define PHONE_NOTICE_NONCE  12           /* random bytes */
#define PHONE_NOTICE_REPLY  4096


static phone_rc_t phone_notice_run(phone_call_t *call);
static phone_str_t phone_notice_url(phone_record_t *bill,
    phone_record_t *merchant);
static phone_rc_t phone_notice_body(phone_call_t *call, phone_record_t *bill,
    phone_record_t *merchant, int64_t attempt, phone_str_t *body);
static phone_str_t phone_notice_status(phone_str_t notice_id);
static int phone_notice_success(const phone_answer_t *answer);
static void phone_notice_done(phone_call_t *call, phone_record_t *notice,
    phone_record_t *bill, int64_t attempt);
static void phone_notice_failed(phone_call_t *call, phone_record_t *notice,
    phone_record_t *bill, int64_t attempt, phone_str_t what);
static void phone_notice_exhausted(phone_call_t *call, phone_record_t *notice,
    phone_str_t what);


const phone_event_t  phone_notice_send = {
    "notice.send", phone_notice_run,
    "Sends a merchant a signed notice; repeats it by the schedule."
};


const phone_fetch_t  phone_notice_fetch = {
    "notice", "POST", "application/x-www-form-urlencoded", { NULL },
    PHONE_NOTICE_REPLY, 1,
    "A signed notice, to the URL that the merchant has given."
};


static phone_rc_t
phone_notice_run(phone_call_t *call)
{
    int64_t                attempt;
    phone_rc_t             rc;
    phone_str_t            id, url, body;
    phone_record_t        *notice, *bill, *merchant;
    const phone_answer_t  *answer;

    id = phone_event_id(call);

    notice = phone_ask(call, &phone_notice, id);
    bill = phone_ask(call, &phone_bill, phone_notice_bill(id));
    merchant = phone_ask(call, &phone_merchant, phone_event_lane(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* a bill that waits for no payer any more: at its first notice */

    if (!phone_found(notice)) {
        phone_cancel(call, &phone_bill_expire, phone_id(bill), PHONE_EMPTY);
    }

    url = phone_notice_url(bill, merchant);

    if (!phone_found(bill) || phone_notice_acked(bill, id)
        || (phone_found(notice)
            && !phone_is(phone_get(notice, NOTICE_STATE), "PENDING")))
    {
        return phone_done(call);
    }

    if (url.len == 0) {

        /* none has been sent, and nobody asked for one; or the URL was removed
           since */

        if (phone_found(notice)) {
            phone_notice_exhausted(call, notice, PHONE_STR("no notify_url"));
        }

        return phone_done(call);
    }

    attempt = phone_get_int(notice, NOTICE_ATTEMPT) + 1;

    rc = phone_notice_body(call, bill, merchant, attempt, &body);
    if (rc == PHONE_AGAIN) {
        return rc;
    }

    if (rc == PHONE_REFUSED) {
        phone_notice_failed(call, notice, bill, attempt,
                            PHONE_STR("not signed"));
        return phone_done(call);
    }

    answer = phone_ask_fetch(call, &phone_notice_fetch, url, NULL, body);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_notice_success(answer)) {
        phone_notice_done(call, notice, bill, attempt);
        return phone_done(call);
    }

    phone_notice_failed(call, notice, bill, attempt,
                        answer->status
                        ? phone_int(phone_memory(call), answer->status)
                        : answer->text);

    return phone_done(call);
}


phone_str_t
phone_notice_bill(phone_str_t notice_id)
{
    phone_str_t  bill_id;

    return phone_split(&notice_id, '.', &bill_id) ? bill_id : PHONE_EMPTY;
}


static phone_str_t
phone_notice_status(phone_str_t notice_id)
{
    phone_str_t  bill_id;

    phone_split(&notice_id, '.', &bill_id);

    return notice_id;
}


int
phone_notice_acked(phone_record_t *bill, phone_str_t notice_id)
{
    phone_str_t  status, rest;

    rest = phone_get(bill, BILL_NOTICE);
    phone_split(&rest, ' ', &status);

    return rest.len && phone_equal(status, phone_notice_status(notice_id));
}


static phone_str_t
phone_notice_url(phone_record_t *bill, phone_record_t *merchant)
{
    phone_str_t  url;

    url = phone_get(bill, BILL_NOTIFY_URL);

    return url.len ? url : phone_get(merchant, MERCHANT_NOTIFY_URL);
}


/* Signed anew at each attempt, with the time and a nonce of its own. */

static phone_rc_t
phone_notice_body(phone_call_t *call, phone_record_t *bill,
    phone_record_t *merchant, int64_t attempt, phone_str_t *body)
{
    unsigned               i;
    phone_str_t            type, text, id, random;
    phone_arena_t         *arena;
    phone_fields_t        *fields;
    const phone_result_t  *sign;

    arena = phone_memory(call);
    id = phone_event_id(call);
    type = phone_get(merchant, MERCHANT_SIGN_TYPE);
    random.len = PHONE_NOTICE_NONCE;
    random.data = (const char *) phone_random(call, "notice nonce",
                                              PHONE_NOTICE_NONCE);

    const phone_field_t  given[] = {
        { PHONE_STR("notify_id"), id },
        { PHONE_STR("attempt"), phone_int(arena, attempt) },
        { PHONE_STR("event"), PHONE_STR("bill") },
        { PHONE_STR("merchant_id"), phone_get(bill, BILL_MERCHANT) },
        { PHONE_STR("bill_id"), phone_id(bill) },
        { PHONE_STR("out_trade_no"), phone_get(bill, BILL_ORDER) },
        { PHONE_STR("amount"), phone_get(bill, BILL_AMOUNT) },
        { PHONE_STR("currency"), phone_get(bill, BILL_CURRENCY) },
        { PHONE_STR("status"), phone_notice_status(id) },
        { PHONE_STR("payer_phone"), phone_get(bill, BILL_PAYER) },
        { PHONE_STR("paid_at"), phone_get_int(bill, BILL_PAID_AT)
                                ? phone_time_text(arena,
                                      phone_get_int(bill, BILL_PAID_AT) / 1000)
                                : PHONE_EMPTY },
        { PHONE_STR("key_id"), phone_platform_key_id(call) },
        { PHONE_STR("timestamp"), phone_int(arena, phone_now(call) / 1000) },
        { PHONE_STR("nonce"), phone_hex(arena, random) },
        { PHONE_STR("sign_type"), type }
    };

    fields = phone_alloc(arena, sizeof(phone_fields_t));
    if (fields == NULL) {
        return PHONE_REFUSED;
    }

    for (i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        if (given[i].value.len) {
            phone_fields_add(fields, given[i].name, given[i].value);
        }
    }

    if (phone_sign_text(call, fields, &text) != 0) {
        return PHONE_REFUSED;
    }

    sign = phone_ask_work(call, &phone_work_sign,
                          (phone_str_t[PHONE_WORK_ARGS]) { type, text,
                              PHONE_EMPTY, PHONE_EMPTY });

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!sign->ok) {
        return PHONE_REFUSED;
    }

    phone_fields_add(fields, PHONE_STR("sign"), sign->text);
    *body = phone_form_write(arena, fields);

    return PHONE_DONE;
}


/* The seed's "responds at once"; the word is Alipay's. */

static int
phone_notice_success(const phone_answer_t *answer)
{
    phone_str_t  text;

    text = answer->text;

    while (text.len && (text.data[text.len - 1] == '\n'
                        || text.data[text.len - 1] == '\r'
                        || text.data[text.len - 1] == ' '))
    {
        text.len--;
    }

    return answer->status == 200 && phone_is(text, "success");
}


/* An acknowledged notice needs no record: a field of the bill says so. */

static void
phone_notice_done(phone_call_t *call, phone_record_t *notice,
    phone_record_t *bill, int64_t attempt)
{
    phone_set(bill, BILL_NOTICE,
              phone_format(phone_memory(call), "%.*s %lld %lld",
                           PHONE_ARGS(phone_notice_status(phone_id(notice))),
                           (long long) attempt, (long long) phone_now(call)));

    phone_remove(notice);
}


static void
phone_notice_failed(phone_call_t *call, phone_record_t *notice,
    phone_record_t *bill, int64_t attempt, phone_str_t what)
{
    int64_t                  wait, jitter;
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    phone_set(notice, NOTICE_MERCHANT, phone_get(bill, BILL_MERCHANT));
    phone_set_int(notice, NOTICE_ATTEMPT, attempt);
    phone_set_int(notice, NOTICE_SENT_AT, phone_now(call));

    if (attempt >= (int64_t) settings->notices) {
        phone_notice_exhausted(call, notice, what);
        return;
    }

    /* a tenth more or less, so that what failed together does not come back
       together */

    wait = settings->notice_wait[attempt - 1];
    jitter = phone_random(call, "notice wait", 1)[0] * 200 / 255;
    wait = wait * (900 + jitter) / 1000;

    phone_set(notice, NOTICE_LAST, what);
    phone_set(notice, NOTICE_STATE, PHONE_STR("PENDING"));
    phone_set_int(notice, NOTICE_NEXT_AT, phone_now(call) + wait);
    phone_repeat(call, phone_now(call) + wait);
}


/* It stays where an operator sees it: GET /operator/notices. */

static void
phone_notice_exhausted(phone_call_t *call, phone_record_t *notice,
    phone_str_t what)
{
    phone_set(notice, NOTICE_LAST, what);
    phone_set(notice, NOTICE_STATE, PHONE_STR("EXHAUSTED"));
    phone_set(notice, NOTICE_NEXT_AT, PHONE_EMPTY);

    phone_index_add(call, &phone_exhausted, phone_id(notice),
                    phone_id(notice), phone_now(call));
    phone_give_up(call);
}
