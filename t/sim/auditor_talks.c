
/*
 * Conversations: what is read up to a mail is all that came before it, and
 * nothing of another conversation; mails of one sender are in the order in
 * which he has sent them; a number has the name that the phonebook has.
 */


#define _GNU_SOURCE

#include <stdio.h>

#include "mails.h"
#include "answer.h"
#include "calls.h"


#define SIM_READ_MOST  50                /* that a call marks */


int64_t
sim_mail_created(const phone_op_t *op)
{
    int64_t  created;

    return sim_parse_int(sim_hset_word(op, "created", NULL), &created) == 0
           ? created : 0;
}


int
sim_mail_is_with(const sim_mail_t *mail, phone_str_t peer)
{
    phone_str_t  rest, one;

    rest = mail->peers;

    while (phone_split(&rest, ' ', &one)) {
        if (phone_equal(one, peer)) {
            return 1;
        }
    }

    return 0;
}


/* Up to which mail of his conversation the call reads; NULL: it may not. */

static const sim_mail_t *
sim_read_to(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    const sim_mail_t  *to;

    to = sim_map_find(&auditor->mails, sim_sent(exchange, "mail_id"));

    return to != NULL && phone_equal(to->owner, exchange->number)
           && sim_mail_is_with(to, sim_sent(exchange, "phone"))
           ? to : NULL;
}


static int
sim_mail_is_behind(const sim_mail_t *mail, const sim_mail_t *to)
{
    return mail->created != to->created
           ? mail->created > to->created
           : to->in && phone_compare(mail->node.key, to->node.key) > 0;
}


int
sim_mail_may_read(sim_auditor_t *auditor, const sim_mail_t *mail)
{
    const sim_mail_t      *to;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (sim_is_call(exchange, "mail.read")) {
        return phone_equal(sim_sent(exchange, "mail_id"), mail->node.key);
    }

    if (!sim_is_call(exchange, "mail.read_to")) {
        return 0;
    }

    to = sim_read_to(auditor, exchange);

    if (to == NULL || !sim_mail_is_with(mail, sim_sent(exchange, "phone"))
        || sim_mail_is_behind(mail, to))
    {
        return 0;
    }

    sim_count(auditor->world, MAILS_READ_TO);

    return 1;
}


/* Which that were there before the call are not read after it? */

static const sim_mail_t *
sim_read_not(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const sim_mail_t *to)
{
    size_t             i;
    const sim_mail_t  *mail;

    for (i = 0; i < auditor->mails.slots; i++) {
        mail = (sim_mail_t *) auditor->mails.slot[i];

        if (mail != NULL && mail->in && mail->read_at == 0
            && mail->gone_at == 0 && mail->at < exchange->sent_at
            && phone_equal(mail->owner, exchange->number)
            && sim_mail_is_with(mail, sim_sent(exchange, "phone"))
            && !sim_mail_is_behind(mail, to))
        {
            return mail;
        }
    }

    return NULL;
}


void
sim_audit_read_to(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    int64_t            marked;
    const sim_mail_t  *to, *left;

    to = sim_read_to(auditor, exchange);

    if (reply->refused) {
        if (reply->refusal == PHONE_MAIL_NOT_FOUND && to != NULL
            && to->gone_at == 0 && to->at < exchange->sent_at)
        {
            sim_violation(auditor->world, "call %u does not find mail %.*s",
                          exchange->serial, PHONE_ARGS(to->node.key));
        }

        return;
    }

    if (to == NULL
        || sim_parse_int(sim_member(reply->body, "marked"), &marked) != 0
        || marked > SIM_READ_MOST)
    {
        sim_violation(auditor->world, "call %u reads what it may not: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
        return;
    }

    if (phone_is(sim_member(reply->body, "more"), "true")) {
        return;
    }

    left = sim_read_not(auditor, exchange, to);

    if (left != NULL) {
        sim_violation(auditor->world, "call %u has not read mail %.*s",
                      exchange->serial, PHONE_ARGS(left->node.key));
    }
}


/* The latest letter of each sender.  One that he has deleted does not count;
   nor do calls that were under way together. */

void
sim_audit_order(sim_auditor_t *auditor, const sim_letter_t *letter)
{
    sim_fact_t          *latest;
    const sim_mail_t    *mail;
    const sim_letter_t  *before;

    latest = sim_map_make(&auditor->letters_last, letter->from,
                          sizeof(sim_fact_t));
    before = latest->value.len ? sim_map_find(&auditor->letters, latest->value)
                               : NULL;
    mail = before != NULL ? sim_map_find(&auditor->mails, latest->value)
                          : NULL;

    if (mail != NULL && mail->gone_at == 0 && before->at < letter->sent_at
        && before->created >= letter->created
        && auditor->world->failovers == 0
        && !sim_jumped_since(auditor->world, 0))
    {
        sim_violation(auditor->world, "letter %.*s is in front of %.*s, which "
                      "was sent before it", PHONE_ARGS(letter->node.key),
                      PHONE_ARGS(latest->value));
    }

    if (before == NULL || before->created < letter->created) {
        latest->value = letter->node.key;
    }
}


typedef struct {
    sim_node_t               node;       /* a number */
    int64_t                  at;         /* of the run */
} sim_book_t;


void
sim_book_changes(sim_auditor_t *auditor, phone_str_t owner)
{
    sim_book_t  *book;

    book = sim_map_make(&auditor->books, owner, sizeof(sim_book_t));
    book->at = auditor->world->now;
}


static int64_t
sim_book_since(sim_auditor_t *auditor, phone_str_t owner)
{
    const sim_book_t  *book;

    book = sim_map_find(&auditor->books, owner);

    return book != NULL ? book->at : 0;
}


/* As the store has it, if the phonebook was not changed since the call was
   sent. */

void
sim_audit_named(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t number, phone_str_t name)
{
    unsigned      bucket;
    char          key[160];
    phone_str_t   contact, known;
    sim_world_t  *world;

    world = auditor->world;

    if (world->failovers
        || sim_book_since(auditor, exchange->number) >= exchange->sent_at)
    {
        return;
    }

    bucket = phone_bucket_of(exchange->number, world->buckets);
    snprintf(key, sizeof(key), "phone:{%03u}:contact_number:%.*s:%.*s",
             bucket, PHONE_ARGS(exchange->number), PHONE_ARGS(number));
    contact = sim_store_string(world->store, sim_wall(world),
                               phone_cstr(key));

    snprintf(key, sizeof(key), "phone:{%03u}:contact:%.*s", bucket,
             PHONE_ARGS(contact));
    known = contact.len ? sim_stored(auditor, phone_cstr(key), "name")
                        : PHONE_EMPTY;

    if (!phone_equal(known, name)) {
        sim_violation(world, "call %u is told that %.*s is \"%.*s\", who is "
                      "\"%.*s\"", exchange->serial, PHONE_ARGS(number),
                      PHONE_ARGS(name), PHONE_ARGS(known));
    }

    if (name.len) {
        sim_count(world, NAMES_SHOWN);
    }
}
