
/*
 * Checks of endpoints.  A probe goes to the merchant's own address and tells of
 * no bill; one of each kind has what is wrong with that kind, and nothing else.
 * What the merchant is shown is what he has answered.
 */


#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>

#include "auditing.h"
#include "answer.h"


#define SIM_PROBES       7
#define SIM_CHECKS_HOUR  6
#define SIM_SKEW_MOST    (3600 * 1000)   /* ms that any endpoint allows */


/* In the order in which they are sent: the merchant must acknowledge two. */

static const struct {
    const char              *name;
    unsigned                 acked:1;
} sim_probes[SIM_PROBES] = {
    { "GOOD", 1 }, { "AGAIN", 1 }, { "BAD_SIGN", 0 }, { "CHANGED", 0 },
    { "OLD", 0 }, { "OTHER_MERCHANT", 0 }, { "REPLY", 0 }
};


int
sim_is_probe(phone_str_t body)
{
    return memmem(body.data, body.len, "probe=", 6) != NULL;
}


/* By its id: "<check>.probe.<n>"; what has none is no notice. */

static unsigned
sim_probe_number(const phone_fields_t *fields)
{
    phone_str_t  id;

    id = sim_notice_field(fields, "notify_id");

    if (id.len == 0) {
        return SIM_PROBES - 1;
    }

    return phone_is(sim_notice_field(fields, "attempt"), "2")
           ? 1 : (unsigned) (id.data[id.len - 1] - '1');
}


static phone_str_t
sim_probe_name(char text[96], phone_str_t check, unsigned number)
{
    int  n;

    n = snprintf(text, 96, "%.*s %u", PHONE_ARGS(check), number);

    return (phone_str_t) { (size_t) n, text };
}


static const char *
sim_probe_wrongly(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t url, phone_arena_t *arena, const phone_fields_t *fields)
{
    int                       is_signed, is_old, is_other;
    int64_t                   seconds;
    unsigned                  i, number;
    const sim_fact_t         *known;
    static const char *const  payment[] = {
        "bill_id", "refund_id", "out_trade_no", "amount", "currency",
        "status", "paid_at", "payer_phone"
    };

    known = sim_map_find(&auditor->urls, task->call.lane);

    if (known == NULL || !phone_equal(url, known->value)) {
        return "goes elsewhere";
    }

    for (i = 0; i < sizeof(payment) / sizeof(payment[0]); i++) {

        if (sim_notice_field(fields, payment[i]).len) {
            return "tells of a payment";
        }
    }

    number = sim_probe_number(fields);

    if (number >= SIM_PROBES
        || (number < SIM_PROBES - 1
            && !phone_is(sim_notice_field(fields, "event"), "probe")))
    {
        return "is another notice";
    }

    if (sim_parse_int(sim_notice_field(fields, "timestamp"), &seconds) != 0) {
        return "has no time";
    }

    is_signed = sim_platform_signed(auditor, arena, fields);
    is_old = llabs(task->call.now - seconds * 1000) > SIM_SKEW_MOST;
    is_other = !phone_equal(sim_notice_field(fields, "merchant_id"),
                            task->call.lane);

    return is_signed == (number == 2 || number == 3) ? "is signed otherwise"
           : is_old != (number == 4) ? "is of another time"
           : is_other != (number == 5) ? "is to somebody else" : NULL;
}


void
sim_audit_probe_sent(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t url, phone_str_t body)
{
    const char      *wrong;
    phone_str_t      bad;
    phone_arena_t    arena;
    phone_fields_t   fields;

    fields.n = 0;
    phone_arena_init(&arena);

    wrong = phone_form_parse(&arena, body, &fields, &bad) != 0
            ? "cannot be read"
            : sim_probe_wrongly(auditor, task, url, &arena, &fields);

    if (wrong != NULL) {
        sim_violation(auditor->world, "a probe %s: %.*s", wrong,
                      PHONE_ARGS(body));
    }

    phone_arena_free(&arena);
}


/* The merchant has acknowledged it. */

void
sim_audit_probe_acked(sim_auditor_t *auditor, phone_str_t body)
{
    char             text[96];
    phone_str_t      bad, id, check;
    phone_arena_t    arena;
    phone_fields_t   fields;

    fields.n = 0;
    phone_arena_init(&arena);
    (void) phone_form_parse(&arena, body, &fields, &bad);

    id = sim_notice_field(&fields, "notify_id");

    if (id.len) {
        (void) phone_split(&id, '.', &check);
        (void) sim_map_make(&auditor->probes,
                            sim_probe_name(text, check,
                                           sim_probe_number(&fields)),
                            sizeof(sim_node_t));
    }

    phone_arena_free(&arena);
}


static const char *
sim_check_grade(const unsigned *acked)
{
    unsigned  i;

    for (i = 0; i < SIM_PROBES; i++) {

        if (acked[i] && !sim_probes[i].acked) {
            return "UNSAFE";
        }
    }

    return acked[0] && acked[1] ? "GOOD" : "FAILED";
}


void
sim_audit_notice_check(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int           wrong;
    char          text[96];
    unsigned      n, acked[SIM_PROBES];
    phone_str_t   rest, probe, check, grade;

    if (reply->refused) {
        return;
    }

    wrong = 0;
    check = sim_member(reply->body, "check_id");
    rest = sim_member(reply->body, "probes");

    for (n = 0; sim_element(&rest, &probe) && n < SIM_PROBES; n++) {
        acked[n] = phone_is(sim_member(probe, "answer"), "ACKNOWLEDGED");

        wrong |= !phone_is(sim_member(probe, "probe"), sim_probes[n].name)
                 || (acked[n] && n < SIM_PROBES - 1
                     && sim_map_find(&auditor->probes,
                                     sim_probe_name(text, check, n)) == NULL)
                 || phone_is(sim_member(probe, "grade"), "PASSED")
                    != (acked[n] == sim_probes[n].acked);
    }

    /* the grade is the member behind the list */

    if (n == SIM_PROBES) {
        grade = sim_member(reply->body, "advice").len
                ? sim_member(reply->body, "cause") : PHONE_EMPTY;
        wrong |= grade.len == 0
                 || (strcmp(sim_check_grade(acked), "GOOD") == 0)
                    != (phone_is(grade, "NONE") || phone_is(grade, "SLOW"))
                 || (strcmp(sim_check_grade(acked), "UNSAFE") == 0)
                    != (memmem(grade.data, grade.len, "_NOT_CHECKED", 12)
                        != NULL);
    }

    if (wrong) {
        sim_violation(auditor->world, "call %u is shown another check: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}
