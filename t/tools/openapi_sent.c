
/* What the platform sends by itself. */


#include "bill/bill.h"
#include "openapi.h"


/* OpenAPI has no words for a stream of events: docs/live.md. */

void
openapi_events(phone_json_t *json)
{
    unsigned  i;

    static const struct {
        const char  *name, *about;
        int          bill;
    } event[] = {
        { "bill.new", "a bill has come", 1 },
        { "bill.paid", "a bill was paid", 1 },
        { "bill.rejected", "a bill was rejected by its payer", 1 },
        { "bill.closed", "a bill was withdrawn, or has expired", 1 },
        { "bill.refunded", "a part of a bill was refunded, or all", 1 },
        { "reset", "something is missing: reload", 0 },
        { "logout", "the session has ended", 0 },
    };

    phone_json_object(json, "x-events");

    for (i = 0; i < sizeof(event) / sizeof(event[0]); i++) {
        phone_json_object(json, event[i].name);
        phone_json_text(json, "description", text(event[i].about));

        if (event[i].bill) {
            phone_json_object(json, "data");
            openapi_ref(json, phone_bill_object.name);
            phone_json_end(json);
        }

        phone_json_end(json);
    }

    phone_json_end(json);
}


/* What a merchant's notify_url gets: see outbox/notice.c. */

#define OF_BILL  "event is bill or refund"

static const phone_member_t  openapi_notice_members[] = {
    { "notify_id", PHONE_M_TEXT, 0, NULL, NULL,
      "names the notice: the same in each repeat" },
    { "attempt", PHONE_M_INT, 0, NULL, NULL, "1, and more in repeats" },
    { "event", PHONE_M_TEXT, 0, NULL, NULL,
      "bill, refund or probe; acknowledge others, and do nothing" },
    { "probe", PHONE_M_TEXT, 0, NULL, "event is probe",
      "says that it is a test" },
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "who is told" },
    { "bill_id", PHONE_M_ID, 0, NULL, OF_BILL, "the bill" },
    { "out_trade_no", PHONE_M_TEXT, 0, NULL, OF_BILL,
      "the merchant's order number" },
    { "amount", PHONE_M_AMOUNT, 0, NULL, OF_BILL, "in minor units" },
    { "currency", PHONE_M_TEXT, 0, NULL, OF_BILL, "ISO 4217" },
    { "status", PHONE_M_TEXT, 0, NULL, OF_BILL,
      "of the bill: PAID, REJECTED, CLOSED or EXPIRED; of a refund "
      "PARTLY_REFUNDED or REFUNDED" },
    { "payer_phone", PHONE_M_PHONE, 0, NULL, OF_BILL, "who was to pay" },
    { "paid_by", PHONE_M_PHONE, 0, NULL,
      "another number has paid, and agrees that you are told",
      "who has paid" },
    { "paid_at", PHONE_M_TIME, 0, NULL, "it is paid", "when" },
    { "reason", PHONE_M_TEXT, 0, NULL, "one was given",
      "why it was rejected, closed or refunded" },
    { "refund_id", PHONE_M_ID, 0, NULL, "of a refund", "the refund" },
    { "out_refund_no", PHONE_M_TEXT, 0, NULL, "of a refund",
      "the merchant's number of it" },
    { "refund_amount", PHONE_M_AMOUNT, 0, NULL, "of a refund",
      "in minor units" },
    { "refunded", PHONE_M_AMOUNT, 0, NULL, "of a refund",
      "of the bill, with this refund" },
    { "refunded_at", PHONE_M_TIME, 0, NULL, "of a refund", "when" },
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL, "names the platform's key" },
    { "timestamp", PHONE_M_INT, 0, NULL, NULL, "Unix seconds" },
    { "nonce", PHONE_M_TEXT, 0, NULL, NULL, "another one for each try" },
    { "sign_type", PHONE_M_TEXT, 0, NULL, NULL, "that of your record" },
    { "digest", PHONE_M_TEXT, 0, NULL, NULL, "MD5 in hex" },
    { "sign", PHONE_M_TEXT, 0, NULL, NULL, "the signature, base64" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


void
openapi_webhooks(phone_json_t *json)
{
    phone_json_object(json, "webhooks");
    phone_json_object(json, "notice");
    phone_json_object(json, "post");
    phone_json_text(json, "operationId", text("notice"));
    phone_json_text(json, "summary",
                    text("A bill was paid or has expired: posted to the "
                         "merchant's notify_url"));
    phone_json_text(json, "description",
                    text("Signed by the platform: docs/protocol.md. Repeated "
                         "until it is acknowledged."));
    phone_json_array(json, "security");
    phone_json_end(json);

    phone_json_object(json, "requestBody");
    phone_json_bool(json, "required", 1);
    phone_json_object(json, "content");
    phone_json_object(json, "application/x-www-form-urlencoded");
    phone_json_object(json, "schema");
    openapi_ref(json, "MerchantNotice");
    phone_json_end(json);
    phone_json_end(json);
    phone_json_end(json);
    phone_json_end(json);

    phone_json_object(json, "responses");
    phone_json_object(json, "200");
    phone_json_text(json, "description", text("acknowledged"));
    phone_json_object(json, "content");
    phone_json_object(json, "text/plain");
    phone_json_object(json, "schema");
    phone_json_text(json, "const", text("success"));
    phone_json_end(json);
    phone_json_end(json);
    phone_json_end(json);
    phone_json_end(json);

    phone_json_object(json, "4XX");
    phone_json_text(json, "description",
                    text("not acknowledged, as any other answer"));
    phone_json_end(json);
    phone_json_end(json);

    phone_json_end(json);
    phone_json_end(json);
    phone_json_end(json);
}


void
openapi_notice(phone_json_t *json)
{
    openapi_members(json,
                    (const phone_member_t *[2]) { openapi_notice_members,
                                                  NULL }, 0);
}
