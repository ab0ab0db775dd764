
/* PAY-12: a merchant's endpoint is sent probes: which does it acknowledge? */


#include "probe.h"
#include "../lib/form_write.h"


#define PHONE_PROBE_NONCE  12            /* random bytes */
#define PHONE_PROBE_KEPT   (7 * PHONE_DAY)

/* Older than any phone_notify takes it, whatever its skew. */
#define PHONE_PROBE_AGE    (2 * PHONE_HOUR)

/* ':' is in no id of a merchant. */
#define PHONE_PROBE_NOBODY  "another:merchant"

#define PHONE_PROBE_TEXT     "This is a test of your endpoint: no payment."
#define PHONE_PROBE_CHANGED_TEXT  "This was altered behind the signature."


static phone_rc_t phone_notice_probe_run(phone_call_t *call);
static phone_rc_t phone_probe_body(phone_call_t *call,
    phone_record_t *merchant, unsigned probe, phone_str_t *body);
static void phone_probe_fields(phone_call_t *call, unsigned probe,
    const phone_signer_t *signer, phone_fields_t *fields);
static void phone_probe_spoil(phone_call_t *call, unsigned probe,
    phone_fields_t *fields);
static void phone_probe_came(phone_call_t *call, phone_record_t *check,
    unsigned probe, int acked, int64_t took, phone_str_t what);


const phone_event_t  phone_notice_probe = {
    "notice.probe", phone_notice_probe_run,
    "Sends a merchant's endpoint the next probe of a check."
};


const phone_probe_t  phone_probes[PHONE_PROBES] = {
    [PHONE_PROBE_GOOD] = { "GOOD", 1 },
    [PHONE_PROBE_AGAIN] = { "AGAIN", 1 },
    [PHONE_PROBE_BAD_SIGN] = { "BAD_SIGN", 0 },
    [PHONE_PROBE_CHANGED] = { "CHANGED", 0 },
    [PHONE_PROBE_OLD] = { "OLD", 0 },
    [PHONE_PROBE_OTHER_MERCHANT] = { "OTHER_MERCHANT", 0 },
    [PHONE_PROBE_REPLY] = { "REPLY", 0 }
};


void
phone_probe_start(phone_call_t *call, phone_record_t *check,
    phone_str_t check_id, phone_str_t merchant, phone_str_t url)
{
    phone_set(check, CHECK_ID, check_id);
    phone_set(check, CHECK_URL, url);
    phone_set(check, CHECK_RESULTS, PHONE_EMPTY);
    phone_set_int(check, CHECK_STARTED, phone_now(call));
    phone_set(check, CHECK_ENDED, PHONE_EMPTY);
    phone_lives_for(check, PHONE_PROBE_KEPT);

    phone_emit(call, &phone_notice_probe, check_id, merchant,
               phone_now(call));
}


int
phone_probe_running(phone_record_t *check)
{
    return phone_found(check) && phone_get(check, CHECK_ENDED).len == 0;
}


int
phone_probe_result(phone_str_t *results, phone_probed_t *probed)
{
    phone_str_t  line, acked;

    if (!phone_split(results, '\n', &line)) {
        return 0;
    }

    (void) phone_split(&line, ' ', &acked);
    probed->acked = phone_is(acked, "1");

    return phone_notice_try(&line, &probed->try);
}


/* One that is sent again, because its lease was lost, is the same probe. */

static phone_rc_t
phone_notice_probe_run(phone_call_t *call)
{
    unsigned               probe;
    phone_rc_t             rc;
    phone_str_t            results, body;
    phone_probed_t         probed;
    phone_record_t        *merchant, *check;
    const phone_answer_t  *answer;

    merchant = phone_ask(call, &phone_merchant, phone_event_lane(call));
    check = phone_ask(call, &phone_check, phone_event_lane(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_probe_running(check)
        || !phone_equal(phone_get(check, CHECK_ID), phone_event_id(call)))
    {
        return phone_done(call);
    }

    results = phone_get(check, CHECK_RESULTS);

    for (probe = 0; phone_probe_result(&results, &probed); probe++) {
        /* void */
    }

    if (probe >= PHONE_PROBES) {
        return phone_bad_record(check);
    }

    rc = phone_probe_body(call, merchant, probe, &body);
    if (rc == PHONE_AGAIN) {
        return rc;
    }

    if (rc == PHONE_REFUSED) {
        phone_probe_came(call, check, probe, 0, 0, PHONE_STR("not signed"));
        return phone_done(call);
    }

    answer = phone_ask_fetch(call, &phone_notice_fetch,
                             phone_get(check, CHECK_URL), NULL, body);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_probe_came(call, check, probe, phone_notice_success(answer),
                     answer->took,
                     answer->status ? phone_int(phone_memory(call),
                                                answer->status)
                                    : answer->text);

    return phone_done(call);
}


static phone_rc_t
phone_probe_body(phone_call_t *call, phone_record_t *merchant, unsigned probe,
    phone_str_t *body)
{
    phone_rc_t       rc;
    phone_fields_t  *fields;
    phone_signer_t   signer;

    fields = phone_alloc(phone_memory(call), sizeof(phone_fields_t));

    if (fields == NULL || phone_signer(call, merchant, &signer) != 0) {
        return PHONE_REFUSED;
    }

    phone_probe_fields(call, probe, &signer, fields);

    rc = phone_sign_message(call, &signer, fields);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_probe_spoil(call, probe, fields);
    *body = phone_form_write(phone_memory(call), fields);

    return PHONE_DONE;
}


static void
phone_probe_fields(phone_call_t *call, unsigned probe,
    const phone_signer_t *signer, phone_fields_t *fields)
{
    int64_t         now;
    unsigned        i;
    phone_str_t     random, nonce, notify_id;
    phone_arena_t  *arena;

    arena = phone_memory(call);
    random.len = PHONE_PROBE_NONCE;
    random.data = (const char *) phone_random(call, "probe nonce",
                                              PHONE_PROBE_NONCE);
    nonce = phone_hex(arena, random);
    now = phone_now(call) - (probe == PHONE_PROBE_OLD ? PHONE_PROBE_AGE : 0);

    notify_id = phone_format(arena, "%.*s.probe.%u",
                             PHONE_ARGS(phone_event_id(call)),
                             probe == PHONE_PROBE_AGAIN ? 1 : probe + 1);

    const phone_field_t  notice[] = {
        { PHONE_STR("notify_id"), notify_id },
        { PHONE_STR("attempt"), probe == PHONE_PROBE_AGAIN ? PHONE_STR("2")
                                                           : PHONE_STR("1") },
        { PHONE_STR("event"), PHONE_STR("probe") }
    };

    const phone_field_t  sent[] = {
        { PHONE_STR("probe"), PHONE_STR(PHONE_PROBE_TEXT) },
        { PHONE_STR("merchant_id"), probe == PHONE_PROBE_OTHER_MERCHANT
                                    ? PHONE_STR(PHONE_PROBE_NOBODY)
                                    : phone_event_lane(call) },
        { PHONE_STR("key_id"), signer->key_id },
        { PHONE_STR("timestamp"), phone_int(arena, now / 1000) },
        { PHONE_STR("nonce"), nonce },
        { PHONE_STR("sign_type"), signer->sign_type }
    };

    fields->n = 0;

    if (probe == PHONE_PROBE_REPLY) {
        phone_fields_add(fields, PHONE_STR("request_nonce"), nonce);

    } else {
        for (i = 0; i < sizeof(notice) / sizeof(notice[0]); i++) {
            phone_fields_add(fields, notice[i].name, notice[i].value);
        }
    }

    for (i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
        if (sent[i].value.len) {
            phone_fields_add(fields, sent[i].name, sent[i].value);
        }
    }
}


/* A signature stays base64 of the same length, so that it has to be checked. */

static void
phone_probe_spoil(phone_call_t *call, unsigned probe, phone_fields_t *fields)
{
    unsigned     i;
    phone_str_t  rest;

    for (i = 0; i < fields->n; i++) {

        if (probe == PHONE_PROBE_CHANGED
            && phone_is(fields->field[i].name, "probe"))
        {
            fields->field[i].value = PHONE_STR(PHONE_PROBE_CHANGED_TEXT);
        }

        if (probe == PHONE_PROBE_BAD_SIGN
            && phone_is(fields->field[i].name, "sign"))
        {
            rest = fields->field[i].value;
            fields->field[i].value =
                phone_format(phone_memory(call), "%c%.*s",
                             rest.data[0] == 'A' ? 'B' : 'A',
                             (int) rest.len - 1, rest.data + 1);
        }
    }
}


static void
phone_probe_came(phone_call_t *call, phone_record_t *check, unsigned probe,
    int acked, int64_t took, phone_str_t what)
{
    phone_set(check, CHECK_RESULTS,
              phone_format(phone_memory(call), "%.*s%d %lld+%lld %.*s\n",
                           PHONE_ARGS(phone_get(check, CHECK_RESULTS)), acked,
                           (long long) phone_now(call), (long long) took,
                           PHONE_ARGS(what)));

    if (probe + 1 == PHONE_PROBES) {
        phone_set_int(check, CHECK_ENDED, phone_now(call));
        return;
    }

    phone_repeat(call, phone_now(call));
}
