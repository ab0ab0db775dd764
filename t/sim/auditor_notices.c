
/*
 * Notices: tried by the schedule, one at a time, freshly signed, and ended
 * once; they tell what is so.
 */


#include <stdio.h>

#include "auditing.h"
#include "lib/canonical.h"


/* By the id that the merchant sees: a bill has the same notices in whatever
   record they are. */

sim_notice_t *
sim_notice(sim_auditor_t *auditor, phone_str_t id)
{
    int          n;
    char         text[128];
    phone_str_t  rest, subject;
    sim_bill_t  *bill;

    rest = id;
    subject = PHONE_EMPTY;
    (void) phone_split(&rest, '.', &subject);
    bill = sim_map_find(&auditor->bills, subject);

    if (bill != NULL && bill->first.len) {
        n = snprintf(text, sizeof(text), "%.*s.%.*s", PHONE_ARGS(bill->first),
                     PHONE_ARGS(rest));
        id = (phone_str_t) { (size_t) n, text };
    }

    return sim_map_make(&auditor->notices, id, sizeof(sim_notice_t));
}


/* As the store keeps them */

/* After an attempt that failed the next one has its time, a tenth more or
   less. */

static void
sim_audit_schedule(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_notice_t *notice)
{
    int64_t      next, wait;
    phone_str_t  text;

    text = sim_hset_word(op, "next_at", NULL);

    if (text.len == 0 || auditor->task == NULL || notice->attempts < 1) {
        return;
    }

    wait = auditor->world->settings.notice_wait[notice->attempts - 1];

    if (sim_parse_int(text, &next) != 0
        || next - auditor->task->call.now < wait * 9 / 10
        || next - auditor->task->call.now > wait * 11 / 10)
    {
        sim_violation(auditor->world, "notice %.*s waits until %.*s after "
                      "attempt %lld", PHONE_ARGS(notice->node.key),
                      PHONE_ARGS(text), (long long) notice->attempts);
    }
}


static int
sim_is_event(const sim_auditor_t *auditor, const char *name)
{
    return auditor->exchange == NULL && auditor->task != NULL
           && strcmp(auditor->task->call.event->name, name) == 0;
}


/* One that nobody has acknowledged is sent again when somebody has asked for
   it; one that was acknowledged, when its own merchant has. */

static int
sim_sent_again(const sim_auditor_t *auditor, const phone_op_t *op,
    const sim_notice_t *notice)
{
    if (phone_is(sim_hset_word(op, "state", NULL), "PENDING")) {
        return sim_is_call(auditor->exchange, "operator.notice_replay")
               || sim_is_event(auditor, "notice.resend");
    }

    return notice->acked && (notice->asked || auditor->world->all_asked)
           && sim_is_event(auditor, "notice.repeat");
}


void
sim_audit_notice(sim_auditor_t *auditor, const phone_op_t *op,
    const sim_written_t *written)
{
    int            set;
    int64_t        attempt;
    sim_world_t   *world;
    phone_str_t    state, text;
    sim_notice_t  *notice;

    world = auditor->world;
    notice = sim_notice(auditor, written->parts.id);

    if (notice->over && sim_sent_again(auditor, op, notice)) {
        notice->over = 0;
        notice->acked = 0;
        notice->attempts = 0;
        return;
    }

    if (notice->over) {
        sim_violation(world, "invariant 8: notice %.*s goes on after its end",
                      PHONE_ARGS(written->parts.id));
    }

    text = sim_hset_word(op, "attempt", &set);

    if (set) {

        if (sim_parse_int(text, &attempt) != 0
            || attempt != notice->attempts + 1
            || attempt > world->settings.notices)
        {
            sim_violation(world, "invariant 8: attempt %.*s of notice %.*s "
                          "after %lld", PHONE_ARGS(text),
                          PHONE_ARGS(written->parts.id),
                          (long long) notice->attempts);
        }

        notice->attempts = attempt;
        sim_audit_schedule(auditor, op, notice);
    }

    state = sim_hset_word(op, "state", &set);

    if (phone_is(state, "EXHAUSTED")) {
        notice->over = 1;
        notice->was_exhausted = 1;
        sim_count(world, EXHAUSTED);

        if (notice->attempts < world->settings.notices) {
            sim_violation(world, "invariant 8: notice %.*s is given up after "
                          "%lld", PHONE_ARGS(written->parts.id),
                          (long long) notice->attempts);
        }
    }
}


/* "<put> <queue> <number> <attempts> <s>" in the subject, before what has not
   been sent: that notice was acknowledged, by this commit if it was not over
   before. */

void
sim_audit_acked(sim_auditor_t *auditor, const phone_op_t *op,
    const char *outbox, phone_str_t subject_id)
{
    int            set;
    char           text[128];
    unsigned       i;
    int64_t        attempt;
    sim_world_t   *world;
    phone_str_t    value, rest, part[4];
    sim_notice_t  *notice;

    value = sim_hset_word(op, "notices", &set);
    rest = PHONE_EMPTY;
    (void) phone_split(&value, '\n', &rest);

    for (i = 0; i < 4 && phone_split(&rest, ' ', &part[i]); i++) {
        /* void */
    }

    if (!set || i < 4) {
        return;
    }

    world = auditor->world;

    snprintf(text, sizeof(text), "%.*s.%s.%.*s", PHONE_ARGS(subject_id),
             outbox, PHONE_ARGS(part[2]));
    notice = sim_notice(auditor, phone_cstr(text));

    if (notice->over && notice->acked) {
        return;
    }

    if (notice->over || !notice->acked
        || sim_parse_int(part[3], &attempt) != 0
        || attempt != notice->attempts + 1)
    {
        sim_violation(world, "notice %s counts as acknowledged at attempt "
                      "%.*s after %lld", text, PHONE_ARGS(part[3]),
                      (long long) notice->attempts);
    }

    notice->over = 1;
    notice->was_acked = 1;
    sim_count(world, ACKED);
}


/* As they travel */

phone_str_t
sim_notice_field(const phone_fields_t *fields, const char *name)
{
    const phone_str_t  *value;

    value = phone_field(fields, name);

    return value != NULL ? *value : PHONE_EMPTY;
}


int
sim_platform_signed(sim_auditor_t *auditor, phone_arena_t *arena,
    const phone_fields_t *fields)
{
    phone_str_t  text, digest, key, sign_type;

    /* a secret signs in both directions */

    sign_type = sim_notice_field(fields, "sign_type");
    key = phone_equal(sign_type, SIM_BY_SECRET)
          ? sim_merchant_secret(auditor,
                                sim_notice_field(fields, "merchant_id"),
                                sim_notice_field(fields, "key_id"))
          : SIM_PLATFORM_KEY;

    if (key.data == NULL || phone_canonical(arena, fields, 0, &text) != 0) {
        return 0;
    }

    digest = phone_digest(auditor->world->lab->env.crypto, arena, text);

    return phone_equal(digest, sim_notice_field(fields, "digest"))
           && phone_canonical(arena, fields, 1, &text) == 0
           && phone_equal(sim_signature(arena, key, sign_type, text),
                          sim_notice_field(fields, "sign"));
}


/* It goes where the merchant wants it, and tells what was agreed on. */

static void
sim_audit_told_of(sim_auditor_t *auditor, const sim_bill_t *bill,
    phone_str_t to, const phone_fields_t *fields)
{
    sim_fact_t        *url;
    phone_str_t        where;
    const sim_deal_t  *deal;

    deal = bill->deal;
    url = sim_map_find(&auditor->urls, bill->merchant);
    where = deal->url.len ? deal->url : url != NULL ? url->value : PHONE_EMPTY;

    if (!phone_equal(to, where)
        || !phone_equal(deal->amount, sim_notice_field(fields, "amount"))
        || !phone_equal(deal->currency, sim_notice_field(fields, "currency"))
        || !phone_equal(deal->order, sim_notice_field(fields, "out_trade_no")))
    {
        sim_violation(auditor->world, "a notice of bill %.*s goes to %.*s and "
                      "tells of %.*s %.*s", PHONE_ARGS(bill->node.key),
                      PHONE_ARGS(to),
                      PHONE_ARGS(sim_notice_field(fields, "amount")),
                      PHONE_ARGS(sim_notice_field(fields, "currency")));
    }
}


/* Of a bill that was handed on its merchant sees the first id everywhere. */

static void
sim_audit_told_id(sim_auditor_t *auditor, phone_str_t id,
    const sim_bill_t *bill)
{
    phone_str_t  subject;

    subject = PHONE_EMPTY;
    (void) phone_split(&id, '.', &subject);

    if (bill != NULL
        && (bill->before.len || !phone_equal(subject, bill->node.key)))
    {
        sim_violation(auditor->world, "a notice of bill %.*s tells where it "
                      "went: %.*s", PHONE_ARGS(bill->node.key),
                      PHONE_ARGS(subject));
    }
}


/* What is so: of a bill its status, of a refund its own fields. */

static void
sim_audit_tells(sim_auditor_t *auditor, phone_str_t to,
    const phone_fields_t *fields)
{
    int          so;
    sim_bill_t  *bill;

    if (phone_is(sim_notice_field(fields, "event"), "text")) {

        if (!sim_audit_said_told(auditor, to, fields)) {
            sim_violation(auditor->world, "invariant 8: notice %.*s does not "
                          "tell what was said",
                          PHONE_ARGS(sim_notice_field(fields, "notify_id")));
        }

        return;
    }

    if (phone_is(sim_notice_field(fields, "event"), "refund")) {
        bill = sim_audit_refund_notice(auditor, fields);
        so = bill != NULL;

    } else {
        bill = sim_map_find(&auditor->bills,
                            sim_notice_field(fields, "bill_id"));
        sim_audit_told_id(auditor, sim_notice_field(fields, "notify_id"),
                          bill);
        bill = sim_bill_last(auditor, bill);
        so = bill != NULL
             && phone_is(sim_notice_field(fields, "event"), "bill")
             && phone_equal(bill->status_text,
                            sim_notice_field(fields, "status"));
    }

    if (!so || !phone_equal(bill->order,
                            sim_notice_field(fields, "out_trade_no")))
    {
        sim_violation(auditor->world, "invariant 8: notice %.*s does not tell "
                      "what is so",
                      PHONE_ARGS(sim_notice_field(fields, "notify_id")));
        return;
    }

    sim_audit_told_of(auditor, bill, to, fields);
    sim_audit_payer_told(auditor, bill,
                         sim_notice_field(fields, "payer_phone"),
                         sim_notice_field(fields, "paid_by"),
                         sim_notice_field(fields, "status"));
}


/* What the task knows it may have read before a failover: its worker was told
   so before, or slept meanwhile over what it was told. */

int
sim_read_before(const sim_world_t *world, const sim_task_t *task)
{
    return world->failovers
           && task->runner.started * SIM_MS <= task->worker->of_before;
}


/* The clock was set under its lease: that is no protection then. */

static int
sim_jumped_under(const sim_world_t *world, const sim_task_t *task)
{
    return sim_jumped_since(world, task->runner.started * SIM_MS);
}


/* Two at once: the clock was set since the first one left, or a failover has
   lost a lease that one of them left under. */

static int
sim_may_cross(const sim_world_t *world, const sim_notice_t *notice,
    const sim_task_t *task)
{
    return sim_jumped_since(world, notice->left_at)
           || sim_read_before(world, task) || notice->of_before;
}


/* Those that were put before it, "<subject>.<outbox>.<number>", are over: it is
   the first time that it leaves. */

static void
sim_audit_order(sim_auditor_t *auditor, phone_str_t id)
{
    int64_t              number, before;
    phone_str_t          text;
    phone_arena_t        arena;
    const sim_notice_t  *notice;

    text = id;

    while (text.len && text.data[text.len - 1] != '.') {
        text.len--;
    }

    phone_arena_init(&arena);

    if (sim_parse_int((phone_str_t) { id.len - text.len, id.data + text.len },
                      &number)
        != 0)
    {
        number = 0;
        sim_violation(auditor->world, "notice %.*s has no number",
                      PHONE_ARGS(id));
    }

    for (before = 1; before < number; before++) {
        notice = sim_map_find(&auditor->notices,
                              phone_format(&arena, "%.*s%lld",
                                           PHONE_ARGS(text),
                                           (long long) before));

        if (notice == NULL || !notice->over) {
            sim_violation(auditor->world, "notice %.*s leaves before number "
                          "%lld is over", PHONE_ARGS(id), (long long) before);
        }
    }

    phone_arena_free(&arena);
}


void
sim_audit_notice_sent(sim_auditor_t *auditor, const sim_task_t *task,
    phone_str_t to, phone_str_t body)
{
    int64_t          stamp, clock, lease;
    phone_str_t      bad, id;
    sim_world_t     *world;
    sim_notice_t    *notice;
    phone_arena_t    arena;
    phone_fields_t   fields;

    world = auditor->world;
    fields.n = 0;
    phone_arena_init(&arena);

    if (phone_form_parse(&arena, body, &fields, &bad) != PHONE_FIELDS_OK
        || !sim_platform_signed(auditor, &arena, &fields))
    {
        sim_violation(world, "a notice is not signed: %.*s",
                      PHONE_ARGS(body));
        phone_arena_free(&arena);
        return;
    }

    id = sim_notice_field(&fields, "notify_id");
    notice = sim_notice(auditor, id);

    /* what was told before a failover may be lost */

    if (!sim_read_before(world, task)) {
        sim_audit_tells(auditor, to, &fields);
    }

    if (notice->sent == 0 && !sim_read_before(world, task)) {
        sim_audit_order(auditor, id);
    }

    if (notice->in_flight && !sim_may_cross(world, notice, task)) {
        sim_violation(world, "notice %.*s is sent twice at once",
                      PHONE_ARGS(id));
    }

    if (notice->in_flight++ == 0) {
        notice->left_at = world->now;
        notice->of_before = 0;
    }

    if (notice->over && !sim_jumped_under(world, task)
        && !sim_read_before(world, task))
    {
        sim_violation(world, "invariant 8: notice %.*s is sent after its end",
                      PHONE_ARGS(id));
    }

    if (sim_fact(auditor, &auditor->nonces,
                 sim_notice_field(&fields, "nonce"),
                 phone_int(&arena, notice->sent))
        != 0)
    {
        sim_violation(world, "notice %.*s uses a nonce again",
                      PHONE_ARGS(id));
    }

    /* the faults' end sets the clocks of workers right; one that was set back
       before has made the lease last longer */

    clock = sim_worker_clock(task->worker);
    lease = task->call.due_score - task->call.now;
    lease = lease > world->settings.lease ? lease : world->settings.lease;

    if (phone_parse_int(sim_notice_field(&fields, "timestamp"), &stamp) != 0
        || (!sim_jumped_under(world, task)
            && (stamp * 1000 > clock + world->swarm.skew
                || stamp * 1000 < clock - lease)))
    {
        sim_violation(world, "notice %.*s is not freshly stamped: %.*s "
                      "at %lld", PHONE_ARGS(id),
                      PHONE_ARGS(sim_notice_field(&fields, "timestamp")),
                      (long long) clock);
    }

    notice->sent++;
    notice->of_before |= sim_read_before(world, task) ? 1 : 0;

    phone_arena_free(&arena);
}


/* The model's entry for a notice under way; its body was checked before. */

static sim_notice_t *
sim_notice_of(sim_auditor_t *auditor, phone_str_t body)
{
    phone_str_t      bad;
    sim_notice_t    *notice;
    phone_arena_t    arena;
    phone_fields_t   fields;

    fields.n = 0;
    phone_arena_init(&arena);

    (void) phone_form_parse(&arena, body, &fields, &bad);
    notice = sim_notice(auditor, sim_notice_field(&fields, "notify_id"));

    phone_arena_free(&arena);

    return notice;
}


void
sim_audit_notice_acked(sim_auditor_t *auditor, phone_str_t body)
{
    sim_notice_of(auditor, body)->acked = 1;
}


void
sim_audit_notice_over(sim_auditor_t *auditor, phone_str_t body)
{
    sim_notice_of(auditor, body)->in_flight--;
}
