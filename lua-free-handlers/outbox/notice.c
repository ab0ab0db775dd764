
/* PAY-6, PAY-8: the merchant is told what has happened, until it says
   "success" or the schedule has run out. */


#include "outbox.h"
#include "../lib/form_write.h"


#define PHONE_NOTICE_NONCE  12           /* random bytes */
#define PHONE_NOTICE_REPLY  4096
#define PHONE_NOTICE_TRIES  40           /* of which a notice says what came:
                                            a schedule has 33 at most */


static phone_rc_t phone_notice_run(phone_call_t *call);
static phone_str_t phone_notice_url(const phone_told_t *notice,
    phone_record_t *merchant);
static phone_rc_t phone_notice_body(phone_call_t *call,
    const phone_told_t *notice, phone_record_t *merchant, int64_t attempt,
    phone_str_t *body);
static void phone_notice_fields(phone_call_t *call,
    const phone_told_t *notice, const phone_signer_t *signer, int64_t attempt,
    phone_fields_t *fields);
static void phone_notice_failed(phone_call_t *call, phone_told_t *notice,
    int64_t attempt, int64_t took, phone_str_t what);
static phone_str_t phone_notice_tries(const phone_told_t *notice);
static phone_str_t phone_notice_tried(phone_call_t *call,
    const phone_told_t *notice, int64_t took, phone_str_t what);
static void phone_notice_exhausted(phone_call_t *call, phone_told_t *notice);


const phone_event_t  phone_notice_send = {
    "notice.send", phone_notice_run,
    "Sends a merchant a signed notice; repeats it by the schedule."
};


const phone_fetch_t  phone_notice_fetch = {
    "notice", "POST", "application/x-www-form-urlencoded", { NULL },
    PHONE_NOTICE_REPLY, 1,
    "A signed notice, to the URL that the merchant has given.", 0, 0
};


static phone_rc_t
phone_notice_run(phone_call_t *call)
{
    int64_t                attempt;
    phone_rc_t             rc;
    phone_str_t            url, body;
    phone_told_t          *notice;
    phone_record_t        *merchant;
    const phone_answer_t  *answer;

    merchant = phone_ask(call, &phone_merchant, phone_event_lane(call));
    notice = phone_ask_notice(call, phone_event_id(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (notice == NULL || !phone_notice_turn(notice)) {
        return phone_done(call);
    }

    if (notice->outbox->open
        && phone_is(phone_get(merchant, MERCHANT_STATUS), "CLOSED"))
    {
        phone_notice_unseen(call, notice);
        phone_notice_remove(call, notice, 0);
        return phone_done(call);
    }

    attempt = 1;

    if (notice->record) {
        attempt += phone_get_int(notice->record, NOTICE_ATTEMPT);
    }

    if (notice->outbox->ends && attempt == 1) {
        phone_cancel(call, notice->outbox->ends, phone_id(notice->subject),
                     PHONE_EMPTY);
    }

    url = phone_notice_url(notice, merchant);

    if (url.len == 0) {

        /* nobody asked for one; or the URL was removed since */

        if (phone_notice_tries(notice).len == 0
            && notice->created >= phone_get_int(merchant,
                                                MERCHANT_NOTIFY_ENDED))
        {
            phone_notice_remove(call, notice, 0);

        } else {
            phone_set(phone_notice_record(call, notice), NOTICE_TRIES,
                      phone_notice_tried(call, notice, 0,
                                         PHONE_STR("no notify_url")));
            phone_notice_exhausted(call, notice);
        }

        return phone_done(call);
    }

    rc = phone_notice_body(call, notice, merchant, attempt, &body);
    if (rc == PHONE_AGAIN) {
        return rc;
    }

    if (rc == PHONE_REFUSED) {
        phone_notice_failed(call, notice, attempt, 0,
                            PHONE_STR("not signed"));
        return phone_done(call);
    }

    answer = phone_ask_fetch(call, &phone_notice_fetch, url, NULL, body);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_notice_success(answer)) {
        phone_notice_delivered(call, notice,
                               phone_notice_tried(call, notice, answer->took,
                                                  PHONE_STR("200")));
        phone_notice_remove(call, notice, attempt);
        return phone_done(call);
    }

    phone_notice_failed(call, notice, attempt, answer->took,
                        answer->status
                        ? phone_int(phone_memory(call), answer->status)
                        : answer->text);

    return phone_done(call);
}


static phone_str_t
phone_notice_url(const phone_told_t *notice, phone_record_t *merchant)
{
    unsigned     field;
    phone_str_t  url;

    field = notice->outbox->url;
    url = field ? phone_get(notice->subject, field) : PHONE_EMPTY;

    return url.len ? url : phone_get(merchant, MERCHANT_NOTIFY_URL);
}


/* Signed anew at each attempt, with the time and a nonce of its own. */

static phone_rc_t
phone_notice_body(phone_call_t *call, const phone_told_t *notice,
    phone_record_t *merchant, int64_t attempt, phone_str_t *body)
{
    phone_rc_t       rc;
    phone_fields_t  *fields;
    phone_signer_t   signer;

    fields = phone_alloc(phone_memory(call), sizeof(phone_fields_t));
    if (fields == NULL) {
        return PHONE_REFUSED;
    }

    if (phone_signer(call, merchant, &signer) != 0) {
        return PHONE_REFUSED;
    }

    phone_notice_fields(call, notice, &signer, attempt, fields);

    rc = phone_sign_message(call, &signer, fields);
    if (rc != PHONE_DONE) {
        return rc;
    }

    *body = phone_form_write(phone_memory(call), fields);

    return PHONE_DONE;
}


/* Those of the notice itself are what was so when it was put. */

static void
phone_notice_fields(phone_call_t *call, const phone_told_t *notice,
    const phone_signer_t *signer, int64_t attempt, phone_fields_t *fields)
{
    unsigned        i;
    phone_str_t     bad, random;
    phone_arena_t  *arena;

    arena = phone_memory(call);
    random.len = PHONE_NOTICE_NONCE;
    random.data = (const char *) phone_random(call, "notice nonce",
                                              PHONE_NOTICE_NONCE);

    const phone_field_t  sent[] = {
        { PHONE_STR("notify_id"),
          phone_notice_known(call, notice->outbox, notice->subject,
                             notice->number) },
        { PHONE_STR("attempt"), phone_int(arena, attempt) },
        { PHONE_STR("event"), notice->event },
        { PHONE_STR("merchant_id"), phone_event_lane(call) },
        { PHONE_STR("key_id"), signer->key_id },
        { PHONE_STR("timestamp"), phone_int(arena, phone_now(call) / 1000) },
        { PHONE_STR("nonce"), phone_hex(arena, random) },
        { PHONE_STR("sign_type"), signer->sign_type }
    };

    if (phone_form_parse(arena, notice->form, fields, &bad)
        != PHONE_FIELDS_OK)
    {
        (void) phone_bad_record(notice->record ? notice->record
                                               : notice->subject);
    }

    for (i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
        if (sent[i].value.len) {
            phone_fields_add(fields, sent[i].name, sent[i].value);
        }
    }
}


/* The seed's "responds at once"; the word is Alipay's. */

int
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


static void
phone_notice_failed(phone_call_t *call, phone_told_t *notice,
    int64_t attempt, int64_t took, phone_str_t what)
{
    int64_t                  wait;
    phone_record_t          *record;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    record = phone_notice_record(call, notice);

    phone_set_int(record, NOTICE_ATTEMPT, attempt);
    phone_set(record, NOTICE_TRIES,
              phone_notice_tried(call, notice, took, what));

    if (attempt >= (int64_t) settings->notices) {
        phone_notice_exhausted(call, notice);
        return;
    }

    /* it stays in the list until somebody acknowledges it */

    if (attempt == 1) {
        phone_notice_in_vain(call, notice);
    }

    wait = phone_jitter(call, "notice wait",
                        settings->notice_wait[attempt - 1]);

    phone_set_int(record, NOTICE_NEXT_AT, phone_now(call) + wait);
    phone_repeat(call, phone_now(call) + wait);
}


static phone_str_t
phone_notice_tries(const phone_told_t *notice)
{
    return notice->record ? phone_get(notice->record, NOTICE_TRIES)
                          : PHONE_EMPTY;
}


/* With one line more, and without the oldest when they are too many. */

static phone_str_t
phone_notice_tried(phone_call_t *call, const phone_told_t *notice,
    int64_t took, phone_str_t what)
{
    unsigned     n;
    phone_str_t  tries, rest, line;

    tries = phone_notice_tries(notice);
    rest = tries;

    for (n = 0; phone_split(&rest, '\n', &line); n++) {
        /* void */
    }

    if (n >= PHONE_NOTICE_TRIES) {
        (void) phone_split(&tries, '\n', &line);
    }

    return phone_format(phone_memory(call), "%.*s%lld+%lld %.*s\n",
                        PHONE_ARGS(tries), (long long) phone_now(call),
                        (long long) took, PHONE_ARGS(what));
}


/* It stays where an operator sees it: GET /operator/notices. */

static void
phone_notice_exhausted(phone_call_t *call, phone_told_t *notice)
{
    phone_record_t  *record;

    record = phone_notice_record(call, notice);

    phone_set(record, NOTICE_STATE, PHONE_STR("EXHAUSTED"));
    phone_set(record, NOTICE_NEXT_AT, PHONE_EMPTY);

    phone_index_add(call, &phone_exhausted, notice->id, notice->id,
                    phone_now(call));
    phone_notice_in_vain(call, notice);
    phone_notice_over(call, notice, 0);
    phone_give_up(call, PHONE_GAVE_UP_NOTICE);
}
