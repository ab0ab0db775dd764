
/* PAY-12: a merchant sees what was paid out to it. */


#include "bill.h"


#define PHONE_PAYOUTS_SHOWN  20              /* when no limit is given */
#define PHONE_PAYOUTS_MOST   50

/* Amounts of a page: with their seven members, as many as a message that is
   signed can have (PHONE_ITEMS_MAX). */
#define PHONE_PAYOUTS_PAGE   500


static phone_rc_t phone_payout_list_run(phone_call_t *call);
static int phone_payouts_of_page(phone_record_t *const *settlement,
    const phone_list_t *page, unsigned *n);
static void phone_payout_show(phone_json_t *json, phone_record_t *settlement,
    phone_str_t settle_no);


static const phone_param_t  phone_payout_list_params[] = {
    PHONE_PAYOUT_PARAMS,
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_payout_members[] = {
    { "payout_id", PHONE_M_ID, 0, NULL, NULL, "of the settlement" },
    { "settle_no", PHONE_M_TEXT, 0, NULL, NULL,
      "the operator's number; payout_no of the statement" },
    { "currency", PHONE_M_TEXT, 0, NULL, NULL, "ISO 4217" },
    { "amount", PHONE_M_AMOUNT, 0, NULL,
      NULL, "minor units that were paid out" },
    { "left", PHONE_M_AMOUNT, 0, NULL, NULL,
      "minor units that were left when it was decided" },
    { "reference", PHONE_M_TEXT, 0, NULL, "the operator has given one",
      "of the bank transfer" },
    { "paid_at", PHONE_M_TIME, 0, NULL, NULL, "when it was paid out" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_object_t  phone_payout_object = {
    "Payout", phone_payout_members
};


static const phone_member_t  phone_payout_list_reply[] = {
    PHONE_PAYOUT_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_payout_list = {
    "payout.list", "POST", "/pay/payouts", PHONE_MERCHANT,
    phone_payout_list_run, phone_payout_list_params, phone_payout_list_reply,
    "What the operator has paid out to the merchant."
};


static phone_rc_t
phone_payout_list_run(phone_call_t *call)
{
    return phone_payouts_say(call, phone_caller(call));
}


int
phone_payout_next(phone_str_t *rest, phone_payout_t *payout)
{
    phone_str_t  item, amount;

    if (!phone_split(rest, ',', &item)) {
        return 0;
    }

    return phone_split(&item, ' ', &payout->currency)
           && phone_split(&item, ' ', &amount)
           && phone_parse_int(amount, &payout->amount) == 0
           && phone_parse_int(item, &payout->left) == 0 ? 1 : -1;
}


phone_record_t *
phone_ask_settlement(phone_call_t *call, phone_str_t merchant_id,
    phone_str_t settle_no)
{
    return phone_ask(call, &phone_settlement,
                     phone_order_id(call, merchant_id, settle_no));
}


phone_rc_t
phone_payouts_say(phone_call_t *call, phone_str_t merchant_id)
{
    int64_t          since;
    unsigned         i, n, limit;
    phone_list_t     page;
    phone_edge_t     edge;
    phone_json_t    *json;
    phone_record_t  *settlement[PHONE_PAYOUTS_MOST];

    if (phone_page_asked(call, PHONE_PAYOUTS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    page = phone_ask_page(call, &phone_payouts_of, merchant_id, &edge, limit);

    for (i = 0; i < page.n; i++) {
        settlement[i] = phone_ask_settlement(call, merchant_id,
                                             page.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_payouts_of_page(settlement, &page, &n) != 0) {
        return phone_bad_record(settlement[n]);
    }

    if (n < page.n) {
        edge = (phone_edge_t) { page.entry[n - 1].member,
                                page.entry[n - 1].score, 0 };
    }

    since = phone_arg_int(call, "since") * PHONE_SECOND;
    json = phone_reply(call);
    phone_json_array(json, "payouts");

    for (i = 0; i < n && page.entry[i].score >= since; i++) {
        phone_payout_show(json, settlement[i], page.entry[i].member);
    }

    phone_json_end(json);

    if (i < n) {
        edge = (phone_edge_t) { PHONE_EMPTY, 0, 0 };
    }

    return phone_page_done(call, &edge);
}


/* Of how many settlements the amounts fit on the page; -1: one of them, *n, is
   malformed. */

static int
phone_payouts_of_page(phone_record_t *const *settlement,
    const phone_list_t *page, unsigned *n)
{
    int             more;
    unsigned        amounts;
    phone_str_t     rest;
    phone_payout_t  payout;

    amounts = 0;

    for (*n = 0; *n < page->n; (*n)++) {
        rest = phone_get(settlement[*n], SETTLEMENT_SETTLED);

        while ((more = phone_payout_next(&rest, &payout)) == 1) {
            amounts++;
        }

        if (more < 0) {
            return -1;
        }

        if (amounts > PHONE_PAYOUTS_PAGE) {
            return 0;
        }
    }

    return 0;
}


static void
phone_payout_show(phone_json_t *json, phone_record_t *settlement,
    phone_str_t settle_no)
{
    phone_str_t     rest;
    phone_payout_t  payout;

    rest = phone_get(settlement, SETTLEMENT_SETTLED);

    while (phone_payout_next(&rest, &payout) == 1) {
        phone_json_object(json, NULL);
        phone_json_text(json, "payout_id",
                        phone_get(settlement, SETTLEMENT_PAYOUT));
        phone_json_text(json, "settle_no", settle_no);
        phone_json_text(json, "currency", payout.currency);
        phone_json_int(json, "amount", payout.amount);
        phone_json_int(json, "left", payout.left);

        if (phone_get(settlement, SETTLEMENT_REFERENCE).len) {
            phone_json_text(json, "reference",
                            phone_get(settlement, SETTLEMENT_REFERENCE));
        }

        phone_json_time(json, "paid_at",
                        phone_get_int(settlement, SETTLEMENT_CREATED));
        phone_json_end(json);
    }
}
