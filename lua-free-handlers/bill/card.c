
/* What the calls about bank cards share. */


#include "bill.h"
#include "../lib/card_number.h"
#include "../sms/sms.h"


phone_rc_t
phone_card_number_check(phone_call_t *call)
{
    if (phone_card_number_ok(phone_arg(call, "card_no"))) {
        return PHONE_DONE;
    }

    phone_say(call, "reason", PHONE_STR("the check digit is wrong"));

    return phone_refuse_field(call, PHONE_PARAM_INVALID, "card_no");
}


phone_record_t *
phone_ask_card_number(phone_call_t *call)
{
    return phone_ask(call, &phone_card_number,
                     phone_keyed_hash(call, 2,
                                      (phone_str_t[2]) {
                                          PHONE_STR("card:"),
                                          phone_arg(call, "card_no") }));
}


phone_str_t
phone_card_proof(phone_call_t *call)
{
    return phone_keyed_hash(call, 4,
                            (phone_str_t[4]) { PHONE_STR("card proof:"),
                                               phone_arg(call, "card_no"),
                                               PHONE_STR(":"),
                                               phone_arg(call, "proof") });
}


void
phone_card_prove_by(phone_call_t *call, phone_record_t *card_number,
    phone_str_t holder)
{
    phone_set(card_number, CARD_NUMBER_HOLDER, holder);
    phone_set(card_number, CARD_NUMBER_PROOF, phone_card_proof(call));
}


phone_str_t
phone_card_masked(phone_call_t *call)
{
    return phone_card_number_masked(phone_memory(call),
                                    phone_arg(call, "card_no"));
}


int
phone_card_bound(phone_call_t *call, phone_record_t *card)
{
    /* that of another may be in another bucket */

    if (!phone_equal(phone_get(card, CARD_OWNER), phone_caller(call))) {
        return 0;
    }

    phone_rely(card);

    return phone_get(card, CARD_UNBOUND).len == 0;
}


void
phone_card_tell(phone_call_t *call, phone_record_t *card, const char *zh,
    const char *en)
{
    phone_str_t  last, masked;

    masked = phone_get(card, CARD_MASKED);
    last = masked.len > PHONE_CARD_SHOWN_LAST
           ? (phone_str_t) { PHONE_CARD_SHOWN_LAST,
                             masked.data + masked.len
                             - PHONE_CARD_SHOWN_LAST }
           : masked;

    (void) phone_sms_put(call, phone_caller(call),
        phone_format(phone_memory(call),
                     "【%.*s】尾号 %.*s 的银行卡已%s。若非本人操作，请立即"
                     "联系我们。"
                     " The bank card that ends with %.*s was %s your account. "
                     "If this was not you, contact us at once.",
                     PHONE_ARGS(phone_settings(call)->site), PHONE_ARGS(last),
                     zh, PHONE_ARGS(last), en),
        "card");
}
