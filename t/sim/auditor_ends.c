
/*
 * Bills that end unpaid: by the payer's word, by the merchant's, or by their
 * time, and with the reason that was given.
 */


#include <stdio.h>

#include "auditing.h"
#include "answer.h"


static const char *
sim_rejected_wrongly(const sim_bill_t *bill, const sim_exchange_t *exchange)
{
    if (!sim_is_call(exchange, "bill.reject")) {
        return "by nobody";
    }

    return phone_equal(exchange->number, bill->payer) ? NULL : "by another";
}


static const char *
sim_closed_wrongly(const sim_bill_t *bill, const sim_exchange_t *exchange)
{
    if (!sim_is_call(exchange, "bill.close")) {
        return "by nobody";
    }

    return phone_equal(sim_sent(exchange, "merchant_id"), bill->merchant)
           ? NULL : "by another merchant";
}


void
sim_audit_unpaid(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t key)
{
    int64_t                at;
    const char            *wrong;
    phone_str_t            named;
    sim_world_t           *world;
    const sim_exchange_t  *exchange;

    world = auditor->world;
    exchange = auditor->exchange;
    at = sim_stored_int(auditor, key, "ended_at");

    wrong = bill->status == SIM_BILL_REJECTED
            ? sim_rejected_wrongly(bill, exchange)
            : sim_closed_wrongly(bill, exchange);

    if (wrong == NULL) {
        named = sim_sent(exchange, "bill_id");

        if (named.len ? !phone_equal(named, bill->status == SIM_BILL_CLOSED
                                            ? bill->first : bill->node.key)
                      : !phone_equal(sim_sent(exchange, "out_trade_no"),
                                     bill->order))
        {
            wrong = "instead of another";

        } else if (!phone_equal(sim_sent(exchange, "reason"),
                                sim_stored(auditor, key, "reason")))
        {
            wrong = "with another reason";

        } else if (bill->status == SIM_BILL_REJECTED && at >= bill->expires) {
            wrong = "too late";
        }
    }

    if (wrong != NULL) {
        sim_violation(world, "bill %.*s is %.*s %s",
                      PHONE_ARGS(bill->node.key),
                      PHONE_ARGS(bill->status_text), wrong);
    }

    sim_audit_told(auditor, bill, at);
}


/* What its own party is told of a bill that has ended in another way. */

int
sim_ended_otherwise(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    unsigned      i;
    sim_bill_t   *bill;

    static const struct {
        phone_refusal_t      refusal;
        sim_status_t         status;
    } ends[] = {
        { PHONE_BILL_PAID, SIM_BILL_PAID },
        { PHONE_BILL_REJECTED, SIM_BILL_REJECTED },
        { PHONE_BILL_CLOSED, SIM_BILL_CLOSED }
    };

    bill = sim_bill_named(auditor, exchange);

    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (reply->refusal == ends[i].refusal) {
            return bill != NULL && bill->status == ends[i].status;
        }
    }

    /* its time had come, whether or not the event has run */

    return reply->refusal != PHONE_BILL_EXPIRED
           || (bill != NULL && (bill->ended_at == 0
                                || bill->status == SIM_BILL_EXPIRED
                                || bill->ended_at >= exchange->sent_at));
}


/* Rejecting and closing: done is done, and what was in the way was so. */

void
sim_audit_end_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t  status;

    status = sim_member(reply->body, "status");

    if (reply->refused ? !sim_ended_otherwise(auditor, exchange, reply)
        : sim_is_call(exchange, "bill.reject")
          ? !phone_is(status, "REJECTED") && !phone_is(status, "DECLINED")
          : !phone_is(status, "CLOSED"))
    {
        sim_violation(auditor->world, "call %u is told %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }

    if (!reply->refused) {
        sim_audit_object(auditor, exchange, reply->body);
    }
}
