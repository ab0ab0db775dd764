
/*
 * SMS about mail: only to the number that has got the mail; to a number
 * without an account one in a while, with a password; to others not more often
 * than they want, and never what a mail says.
 */


#define _GNU_SOURCE

#include <stdio.h>

#include "auditing.h"
#include "calls.h"
#include "people.h"
#include "lib/id.h"
#include "mail/mail.h"


/* ms: no event is later than that, in the end */
#define SIM_TELL_LATE  INT64_C(600000)


/* By "invite <number>" and "trigger <number>". */
typedef struct {
    sim_node_t               node;
    int64_t                  at;         /* ms: the last one */
} sim_tell_t;


/* By number and password. */
typedef struct {
    sim_node_t               node;
    int64_t                  used_at;    /* of the run; 0: it is not */
} sim_invitation_t;


void
sim_invitation_arrives(sim_world_t *world, phone_str_t to, phone_str_t text)
{
    int          n;
    char         name[64];
    const char  *p;

    p = memmem(text.data, text.len, "password: ", 10);

    if (p == NULL || memmem(text.data, text.len, "new mail", 8) == NULL) {
        return;
    }

    n = snprintf(name, sizeof(name), "%.*s %.10s", PHONE_ARGS(to), p + 10);
    (void) sim_map_make(&world->auditor->invitations,
                        (phone_str_t) { (size_t) n, name },
                        sizeof(sim_invitation_t));
}


int
sim_audit_invited(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int                n;
    char               name[200];
    sim_invitation_t  *invitation;

    n = snprintf(name, sizeof(name), "%.*s %.*s",
                 PHONE_ARGS(sim_sent(exchange, "phone")),
                 PHONE_ARGS(sim_sent(exchange, "password")));
    invitation = sim_map_find(&auditor->invitations,
                              (phone_str_t) { (size_t) n, name });

    if (invitation == NULL) {
        return 0;
    }

    if (invitation->used_at && exchange->sent_at > invitation->used_at
        && auditor->world->failovers == 0)
    {
        sim_violation(auditor->world, "call %u is let in by an invitation "
                      "that was used", exchange->serial);
    }

    if (invitation->used_at == 0) {
        invitation->used_at = auditor->world->now;
        sim_count(auditor->world, INVITED_IN);
    }

    return 1;
}


/* Does the commit write, and guard, the record of that kind of a number? */

static const phone_op_t *
sim_tell_by(sim_auditor_t *auditor, const char *kind, phone_str_t number)
{
    sim_key_t             parts;
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    for (op = auditor->commit->ops; op != NULL; op = op->next) {

        if (op->kind != PHONE_OP_HSET || sim_key_parse(op->key, &parts) != 0
            || !phone_is(parts.kind, kind) || !phone_equal(parts.id, number))
        {
            continue;
        }

        for (guard = auditor->commit->guards; guard != NULL;
             guard = guard->next)
        {
            if (phone_equal(guard->key, op->key)) {
                return op;
            }
        }
    }

    return NULL;
}


static void
sim_tell_again(sim_auditor_t *auditor, const char *kind, phone_str_t number,
    int64_t apart)
{
    int          n;
    char         name[64];
    sim_tell_t  *tell;

    n = snprintf(name, sizeof(name), "%s %.*s", kind, PHONE_ARGS(number));
    tell = sim_map_make(&auditor->tells,
                        (phone_str_t) { (size_t) n, name },
                        sizeof(sim_tell_t));

    if (tell->at && auditor->task->call.now - tell->at < apart
        && auditor->world->failovers == 0)
    {
        sim_violation(auditor->world, "%s: an SMS %lld ms after the last one",
                      name, (long long) (auditor->task->call.now - tell->at));
    }

    tell->at = auditor->task->call.now;
}


void
sim_audit_tell(sim_auditor_t *auditor, const phone_op_t *op)
{
    char               key[96];
    phone_str_t        to, stored;
    int64_t            gap;
    const phone_op_t  *written;

    if (auditor->task == NULL
        || auditor->task->call.event != &phone_mail_arrived)
    {
        return;
    }

    to = sim_hset_word(op, "to", NULL);

    if (!sim_mail_is_of(auditor, auditor->task->call.due_id, to)) {
        sim_violation(auditor->world, "%.*s is told of somebody else's mail",
                      PHONE_ARGS(to));
    }

    written = sim_tell_by(auditor, "invite", to);

    if (written != NULL) {
        sim_tell_again(auditor, "invite", to,
                       auditor->world->settings.mail_invite);
        sim_count(auditor->world, INVITED);
        return;
    }

    written = sim_tell_by(auditor, "trigger", to);

    if (written == NULL) {
        sim_violation(auditor->world, "%.*s is told of a mail, and nothing "
                      "says so", PHONE_ARGS(to));
        return;
    }

    snprintf(key, sizeof(key), "phone:{%03u}:trigger:%.*s",
             phone_bucket_of(to, auditor->world->buckets), PHONE_ARGS(to));
    stored = sim_stored(auditor, phone_cstr(key), "gap");
    gap = 0;

    if (sim_parse_int(stored, &gap) != 0) {
        sim_violation(auditor->world, "%.*s has no triggers", PHONE_ARGS(to));
    }

    sim_tell_again(auditor, "trigger", to, gap * 60 * 1000);
    sim_count(auditor->world, TOLD_OF_MAIL);
}


/* Of a letter that was accepted, at most one for each recipient; no more in a
   day than the limit. */

void
sim_audit_invites(sim_auditor_t *auditor, const phone_guard_t *sum)
{
    int64_t            n, events;
    phone_str_t        word;
    const phone_op_t  *op;

    events = 0;

    for (op = auditor->commit->ops; op != NULL; op = op->next) {
        word = op->kind == PHONE_OP_ZADD ? op->word[1] : PHONE_EMPTY;
        events += word.len > 13
                  && memcmp(word.data, "mail.arrived ", 13) == 0;
    }

    if (phone_parse_int(sum->delta, &n) != 0 || n < 1
        || (auditor->world->domain == PHONE_WHOLE_STORE && n > events))
    {
        sim_violation(auditor->world, "\"%.*s\" is counted wrongly",
                      PHONE_ARGS(sum->key));
    }
}


/* A mail ends that has come to a number: it has no account, and had time. */

void
sim_audit_unclaimed(sim_auditor_t *auditor, phone_str_t mail,
    phone_str_t number)
{
    int64_t  age;
    char     key[96];

    age = auditor->task->call.now - phone_id_time(mail);
    snprintf(key, sizeof(key), "phone:{%03u}:account:%.*s",
             phone_bucket_of(number, auditor->world->buckets),
             PHONE_ARGS(number));

    if (number.len == 0 || age < auditor->world->settings.mail_unclaimed
        || !phone_equal(mail, auditor->task->call.due_id)
        || sim_stored(auditor, phone_cstr(key), "v").data != NULL)
    {
        sim_violation(auditor->world, "mail %.*s of %.*s ends after %lld ms",
                      PHONE_ARGS(mail), PHONE_ARGS(number), (long long) age);
    }

    sim_count(auditor->world, MAILS_UNCLAIMED);
}


/* One that is there in the end has an account, or has not had its time. */

void
sim_audit_claimed(sim_auditor_t *auditor, phone_str_t mail,
    phone_str_t number)
{
    int64_t       age;
    char          key[96];
    sim_world_t  *world;

    world = auditor->world;
    age = sim_wall(world) - phone_id_time(mail);
    snprintf(key, sizeof(key), "phone:{%03u}:account:%.*s",
             phone_bucket_of(number, world->buckets), PHONE_ARGS(number));

    if (number.len && age > world->settings.mail_unclaimed + SIM_TELL_LATE
        && sim_stored(auditor, phone_cstr(key), "v").data == NULL)
    {
        sim_violation(world, "mail %.*s to nobody is there after %lld ms",
                      PHONE_ARGS(mail), (long long) age);
    }
}
