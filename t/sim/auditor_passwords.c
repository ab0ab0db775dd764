
/*
 * Passwords, and the browsers that a number knows: which one is set since when,
 * by whom, and which cookies it has made worthless.  A login that succeeds had
 * the password that was set, one that fails had not; who is told that it is
 * changed has changed it; and a browser goes in front of others in the password
 * queue when its number knows it.
 */


#include "auditing.h"
#include "answer.h"


#define SIM_SET_MAX          8

/* ms: for so long after a login by SMS the old one is not needed */
#define SIM_FRESH            600000


typedef struct {
    phone_str_t              text;
    int64_t                  at;         /* of the run */
    unsigned                 by;         /* the call */
} sim_set_t;


/* The last ones; set[(n - 1) % SIM_SET_MAX] is in force. */
typedef struct {
    sim_node_t               node;       /* the number */
    unsigned                 n;
    sim_set_t                set[SIM_SET_MAX];
    int64_t                  chosen;     /* ms: the last time */
} sim_passwords_t;


typedef struct {
    sim_node_t               node;       /* its cookie */
    phone_str_t              number;
    int64_t                  until;      /* ms: on any clock */
    int64_t                  gone_at;    /* of the run: it is worthless */
    unsigned                 unclear:1;  /* whether it was given before */
} sim_device_t;


static sim_passwords_t *
sim_passwords(sim_auditor_t *auditor, phone_str_t number)
{
    return sim_map_make(&auditor->passwords, number, sizeof(sim_passwords_t));
}


static const sim_set_t *
sim_in_force(const sim_passwords_t *passwords)
{
    return passwords->n ? &passwords->set[(passwords->n - 1) % SIM_SET_MAX]
                        : NULL;
}


/* Was it set at some time since then?  As far as is remembered. */

static int
sim_was_set(const sim_passwords_t *passwords, phone_str_t text, int64_t since)
{
    unsigned          i;
    const sim_set_t  *set;

    for (i = passwords->n; i > 0 && passwords->n - i < SIM_SET_MAX; i--) {
        set = &passwords->set[(i - 1) % SIM_SET_MAX];

        if (phone_equal(set->text, text)) {
            return 1;
        }

        if (set->at < since) {
            return 0;
        }
    }

    return i > 0;
}


static int
sim_set_by(const sim_passwords_t *passwords, unsigned serial)
{
    unsigned  i;

    for (i = passwords->n; i > 0 && passwords->n - i < SIM_SET_MAX; i--) {

        if (passwords->set[(i - 1) % SIM_SET_MAX].by == serial) {
            return 1;
        }
    }

    return i > 0;
}


int
sim_is_password(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    const sim_set_t  *set;

    set = sim_in_force(sim_passwords(auditor, sim_sent(exchange, "phone")));

    return set != NULL && phone_equal(set->text, sim_sent(exchange,
                                                          "password"));
}


/* A password is set */

int
sim_came_by_sms_lately(sim_auditor_t *auditor)
{
    const sim_session_t  *session;

    session = sim_map_find(&auditor->sessions, auditor->exchange->cookie);

    return session != NULL && session->by_sms
           && auditor->task->call.now - session->made_wall < SIM_FRESH;
}


/* Without one, with the old one, or soon after a login by SMS. */

static int
sim_may_choose(sim_auditor_t *auditor, const sim_set_t *old)
{
    return old == NULL
           || phone_equal(sim_sent(auditor->exchange, "old_password"),
                          old->text)
           || sim_came_by_sms_lately(auditor);
}


/* Who has had a code a moment ago and knows a password that is not new. */

int
sim_may_forget_pin(sim_auditor_t *auditor, const sim_number_t *number)
{
    const sim_set_t        *set;
    const sim_passwords_t  *passwords;

    passwords = sim_passwords(auditor, number->node.key);
    set = sim_in_force(passwords);

    return set != NULL && number->pin.len
           && phone_equal(sim_sent(auditor->exchange, "password"), set->text)
           && auditor->task->call.now
              >= passwords->chosen + auditor->world->settings.pin_quiet
           && sim_came_by_sms_lately(auditor);
}


static void
sim_devices_gone(sim_auditor_t *auditor, phone_str_t number)
{
    size_t         i;
    sim_device_t  *device;

    for (i = 0; i < auditor->devices.slots; i++) {
        device = (sim_device_t *) auditor->devices.slot[i];

        if (device != NULL && device->gone_at == 0
            && phone_equal(device->number, number))
        {
            device->gone_at = auditor->world->now;
        }
    }
}


static void
sim_audit_chosen(sim_auditor_t *auditor, phone_str_t number)
{
    sim_set_t             *set;
    phone_str_t            whose;
    sim_passwords_t       *passwords;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    whose = sim_is_call(exchange, "session.password") ? exchange->number
            : sim_is_call(exchange, "operator.accounts")
              ? sim_sent(exchange, "phone") : PHONE_EMPTY;

    if (!phone_equal(whose, number)
        || sim_sent(exchange, "password").len == 0)
    {
        sim_violation(auditor->world, "the password of %.*s is set by nobody",
                      PHONE_ARGS(number));
        return;
    }

    passwords = sim_passwords(auditor, number);

    if (sim_is_call(exchange, "session.password")
        && !sim_may_choose(auditor, sim_in_force(passwords)))
    {
        sim_violation(auditor->world, "call %u changes the password without "
                      "the old one", exchange->serial);
    }

    set = &passwords->set[passwords->n++ % SIM_SET_MAX];
    set->text = sim_copy(auditor->memory, sim_sent(exchange, "password"));
    set->at = auditor->world->now;
    set->by = exchange->serial;
    passwords->chosen = auditor->task->call.now;

    sim_devices_gone(auditor, number);
    sim_sessions_close(auditor, number, PHONE_EMPTY,
                       sim_is_call(exchange, "session.password")
                       ? exchange->cookie : PHONE_EMPTY,
                       auditor->world->now + 1);
}


void
sim_audit_set_password(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t number)
{
    int       set;
    unsigned  i;

    if (op->kind == PHONE_OP_HSET) {
        (void) sim_hset_word(op, "password", &set);

        if (set && !sim_is_reseal(auditor)) {
            sim_audit_chosen(auditor, number);
        }

        return;
    }

    for (i = 0; i < op->nwords; i++) {

        if (phone_is(op->word[i], "password")
            || phone_is(op->word[i], "devices"))
        {
            sim_violation(auditor->world, "%.*s of %.*s is taken away",
                          PHONE_ARGS(op->word[i]), PHONE_ARGS(number));
        }
    }
}


/* What is said of it */

static void
sim_audit_logged_in(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply, const sim_passwords_t *passwords)
{
    int               temporary;
    phone_str_t       sent, told;
    const sim_set_t  *set;

    sent = sim_sent(exchange, "password");
    set = sim_in_force(passwords);

    if (!sim_came_by_sms(sent)
        && !sim_was_set(passwords, sent, exchange->sent_at))
    {
        sim_violation(auditor->world, "call %u is let in by a password that "
                      "is not set", exchange->serial);
    }

    if (set != NULL && set->at >= exchange->sent_at) {
        return;
    }

    temporary = sent.len == 10 && set == NULL
                && !sim_is_texted_code(auditor, exchange);
    told = sim_member(reply->body, "must_change");

    if (!phone_is(told, temporary ? "true" : "false")) {
        sim_violation(auditor->world, "call %u is told must_change: %.*s",
                      exchange->serial, PHONE_ARGS(told));
    }
}


void
sim_audit_password_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t       sent;
    const sim_set_t  *set;
    sim_passwords_t  *passwords;

    if (sim_is_call(exchange, "session.login")) {
        passwords = sim_passwords(auditor, sim_sent(exchange, "phone"));
        set = sim_in_force(passwords);
        sent = sim_sent(exchange, "password");

        if (!reply->refused) {
            sim_audit_logged_in(auditor, exchange, reply, passwords);

        } else if (reply->refusal == PHONE_LOGIN_FAILED && set != NULL
                   && set->at < exchange->sent_at
                   && phone_equal(set->text, sent))
        {
            sim_violation(auditor->world, "call %u is told that the right "
                          "password is wrong", exchange->serial);
        }

        return;
    }

    if (sim_is_call(exchange, "bill.pin_forgotten")) {
        set = sim_in_force(sim_passwords(auditor, exchange->number));

        if (reply->refusal == PHONE_LOGIN_FAILED && set != NULL
            && set->at < exchange->sent_at
            && phone_equal(set->text, sim_sent(exchange, "password")))
        {
            sim_violation(auditor->world, "call %u is told that the right "
                          "password is wrong", exchange->serial);
        }

        return;
    }

    if ((!sim_is_call(exchange, "session.password")
         && !sim_is_call(exchange, "operator.accounts"))
        || exchange->key.data != NULL || reply->refused
        || sim_sent(exchange, "password").len == 0)
    {
        return;
    }

    passwords = sim_passwords(auditor, sim_is_call(exchange,
                                                   "operator.accounts")
                                       ? sim_sent(exchange, "phone")
                                       : exchange->number);

    if (!sim_set_by(passwords, exchange->serial)) {
        sim_violation(auditor->world, "call %u is told that the password is "
                      "changed", exchange->serial);
    }
}


/* Browsers */

/* One given by the call that has set the last password knows of it; of one that
   was asked for before and given after, nobody can tell. */

void
sim_audit_device_given(sim_auditor_t *auditor,
    const sim_exchange_t *exchange, const phone_reply_t *reply)
{
    phone_str_t       cookie;
    sim_device_t     *device;
    const sim_set_t  *set;

    cookie = reply->cookie[PHONE_COOKIE_DEVICE];

    if (reply->refused || cookie.len == 0) {
        return;
    }

    device = sim_map_make(&auditor->devices, cookie, sizeof(sim_device_t));
    device->number = sim_copy(auditor->memory,
                              exchange->endpoint->who == PHONE_SESSION
                              ? exchange->number
                              : sim_sent(exchange, "phone"));
    device->until = exchange->ran_wall
                    + auditor->world->settings.device_lifetime;

    set = sim_in_force(sim_passwords(auditor, device->number));
    device->unclear = set != NULL && set->at >= exchange->sent_at
                      && set->by != exchange->serial;
}


/* -1: a browser that the number does not know, 1: it does, 0: who can tell. */

static int
sim_device_known(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    int64_t now)
{
    const sim_device_t  *device;

    if (exchange->device_cookie.len == 0) {
        return -1;
    }

    device = sim_map_find(&auditor->devices, exchange->device_cookie);

    if (device == NULL) {
        return 0;
    }

    if (now >= device->until
        || (device->gone_at && device->gone_at < exchange->sent_at)
        || !phone_equal(device->number, sim_sent(exchange, "phone")))
    {
        return -1;
    }

    return device->gone_at == 0 && !device->unclear;
}


int
sim_is_stranger(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    return sim_device_known(auditor, exchange, exchange->ran_wall) < 0;
}


void
sim_audit_known(sim_auditor_t *auditor, const sim_task_t *task, int known)
{
    int                    knows;
    const sim_exchange_t  *exchange;

    exchange = task->exchange;

    if (!sim_is_call(exchange, "session.login")
        || (auditor->world->failovers
            && exchange->sent_at <= auditor->world->failover_at))
    {
        return;
    }

    knows = sim_device_known(auditor, exchange, task->call.now);

    if (known ? knows < 0 : knows > 0) {
        sim_violation(auditor->world, "call %u comes from a browser that is "
                      "%s: it goes %s", exchange->serial,
                      known ? "not known" : "known",
                      known ? "first" : "behind");
    }
}
