
/*
 * Mail: a letter that was accepted comes once into the mailbox of each of its
 * recipients, says what was written, and stays there until its owner deletes it
 * or his mailbox is full; nobody else sees it.  What is unread is in the list
 * of that, and what was read is not.
 */


#define _GNU_SOURCE

#include <stdio.h>

#include "auditing.h"
#include "answer.h"
#include "calls.h"
#include "mails.h"
#include "mail/mail.h"


/* Bytes of the recipients that a call itself brings it to: ten, not all; those
   of a job may block the sender before it comes. */
#define SIM_LETTER_SHORT  140

/* Of more than twenty, which are no part of conversations. */
#define SIM_LETTER_SHOWN  300

/* Bytes of a text that are not counted. */
#define SIM_LETTER_COUNTED  500

/* Of one sender, unread: further ones may not be kept. */
#define SIM_LETTERS_ROW  20


/* Somebody wants no mails of somebody; the last time. */
typedef struct {
    sim_node_t               node;       /* "<number>:<sender>" */
    int64_t                  first_at;   /* of the run */
    int64_t                  at;
    int64_t                  gone_at;    /* 0: it stands */
} sim_block_t;


static phone_str_t
sim_letter_sent_to(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    int                   i;
    unsigned              k, n;
    char                  text[1024];
    phone_str_t           number;
    const phone_items_t  *list;

    i = phone_fields_find(&exchange->fields, PHONE_STR("to"));
    list = i >= 0 ? exchange->fields.list[i] : NULL;
    n = 0;
    text[0] = '\0';

    for (k = 0; list != NULL && k < list->n; k++) {
        number = list->item[k].field->value;

        if (memmem(text, n, number.data, number.len) == NULL
            && n + number.len + 2 < sizeof(text))
        {
            n += (unsigned) snprintf(text + n, sizeof(text) - n, "%s%.*s",
                                     n ? " " : "", PHONE_ARGS(number));
        }
    }

    return sim_copy(auditor->memory, (phone_str_t) { n, text });
}


static int
sim_letter_is_to(const sim_letter_t *letter, phone_str_t number)
{
    phone_str_t  rest, one;

    rest = letter->to;

    while (phone_split(&rest, ' ', &one)) {

        if (phone_equal(one, number)) {
            return 1;
        }
    }

    return 0;
}


/* The mail that a call answers or forwards; NULL: none of the caller's. */

static const sim_mail_t *
sim_mail_named(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    const sim_mail_t  *mail;

    mail = sim_map_find(&auditor->mails, sim_sent(exchange, "mail_id"));

    return mail != NULL && phone_equal(mail->owner, exchange->number)
           ? mail : NULL;
}


static int
sim_is_letter(const sim_exchange_t *exchange)
{
    return sim_is_call(exchange, "mail.send")
           || sim_is_call(exchange, "mail.reply")
           || sim_is_call(exchange, "mail.forward");
}


/* What the call at hand writes: to whom, and what. */

static int
sim_letter_wanted(sim_auditor_t *auditor, sim_letter_t *letter)
{
    const sim_mail_t      *mail;
    const sim_letter_t    *of;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;

    if (!sim_is_letter(exchange)) {
        return 0;
    }

    letter->from = exchange->number;
    letter->answers = PHONE_EMPTY;
    letter->picture = sim_picture_sent(auditor, exchange);

    if (exchange->upload.len && letter->picture.len == 0) {
        return 0;
    }

    letter->sent_at = exchange->sent_at;
    letter->at = auditor->world->now;
    letter->created = 0;

    if (sim_is_call(exchange, "mail.send")) {
        letter->text = sim_copy(auditor->memory, sim_sent(exchange, "text"));
        letter->to = sim_letter_sent_to(auditor, exchange);
        return 1;
    }

    mail = sim_mail_named(auditor, exchange);
    of = mail != NULL ? sim_map_find(&auditor->letters, mail->letter) : NULL;

    if (of == NULL) {
        return 0;
    }

    if (sim_is_call(exchange, "mail.reply")) {
        letter->text = sim_copy(auditor->memory, sim_sent(exchange, "text"));
        letter->to = of->from;
        letter->answers = of->node.key;
        return mail->in;
    }

    letter->text = of->text;
    letter->picture = of->picture;
    letter->to = sim_letter_sent_to(auditor, exchange);

    return 1;
}


static sim_letter_t *
sim_letter_written(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id)
{
    sim_letter_t   wanted, *letter;

    if (!sim_letter_wanted(auditor, &wanted) || auditor->refused
        || !phone_equal(sim_hset_word(op, "owner", NULL), wanted.from)
        || !phone_equal(sim_hset_word(op, "text", NULL), wanted.text)
        || (wanted.answers.len != 0
            && !phone_equal(sim_hset_word(op, "reply_to", NULL),
                            sim_sent(auditor->exchange, "mail_id"))))
    {
        sim_violation(auditor->world, "mail %.*s is written by nobody",
                      PHONE_ARGS(id));
        return NULL;
    }

    letter = sim_map_make(&auditor->letters, id, sizeof(sim_letter_t));
    wanted.node = letter->node;
    *letter = wanted;
    letter->created = sim_mail_created(op);
    sim_count(auditor->world, LETTERS);
    sim_audit_order(auditor, letter);

    return letter;
}


static sim_block_t *
sim_block_of(sim_auditor_t *auditor, phone_str_t number, phone_str_t sender)
{
    char  text[96];

    snprintf(text, sizeof(text), "%.*s:%.*s", PHONE_ARGS(number),
             PHONE_ARGS(sender));

    return sim_map_find(&auditor->blocks, phone_cstr(text));
}


/* Only who has it changes his list. */

void
sim_audit_block(sim_auditor_t *auditor, const sim_key_t *parts, int set)
{
    sim_block_t           *block;
    phone_str_t            rest, number;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    rest = parts->id;
    (void) phone_split(&rest, ':', &number);

    if (!sim_is_call(exchange, set ? "mail.block" : "mail.unblock")
        || !phone_equal(number, exchange->number)
        || !phone_equal(rest, sim_sent(exchange, "phone")))
    {
        sim_violation(auditor->world, "\"%.*s\" is changed by nobody",
                      PHONE_ARGS(parts->id));
        return;
    }

    block = sim_map_make(&auditor->blocks, parts->id, sizeof(sim_block_t));

    if (set) {
        block->at = auditor->world->now;
        block->first_at = block->first_at ? block->first_at : block->at;
        block->gone_at = 0;
        sim_count(auditor->world, BLOCKS);

    } else {
        block->gone_at = auditor->world->now;
    }
}


/* A copy for a recipient: the first one for him. */

static sim_letter_t *
sim_letter_arrives(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id)
{
    char           text[96];
    phone_str_t    owner;
    sim_block_t   *block;
    sim_letter_t  *letter;

    owner = sim_hset_word(op, "owner", NULL);
    letter = sim_map_find(&auditor->letters, sim_hset_word(op, "sent", NULL));

    if (letter == NULL || !sim_letter_is_to(letter, owner)
        || !phone_equal(sim_hset_word(op, "from", NULL), letter->from)
        || !phone_equal(sim_hset_word(op, "text", NULL), letter->text)
        || !phone_equal(sim_hset_word(op, "reply_to", NULL), letter->answers))
    {
        sim_violation(auditor->world, "mail %.*s comes to %.*s from nobody",
                      PHONE_ARGS(id), PHONE_ARGS(owner));
        return NULL;
    }

    block = sim_block_of(auditor, owner, letter->from);

    if (block != NULL && block->gone_at == 0 && block->at < letter->sent_at) {
        sim_violation(auditor->world, "mail %.*s comes to %.*s, who does not "
                      "want it", PHONE_ARGS(id), PHONE_ARGS(owner));
    }

    snprintf(text, sizeof(text), "%.*s %.*s", PHONE_ARGS(letter->node.key),
             PHONE_ARGS(owner));

    if (letter->to.len < SIM_LETTER_SHORT
        && sim_mail_created(op) != letter->created)
    {
        sim_violation(auditor->world, "mail %.*s comes at another time than "
                      "it was sent", PHONE_ARGS(id));
    }

    if (sim_fact(auditor, &auditor->letters_come, phone_cstr(text), id) != 0
        && auditor->world->failovers == 0)
    {
        sim_violation(auditor->world, "a mail comes twice: %s", text);
    }

    return letter;
}


/* What a job brings to many: nobody's, until the job is done. */

static void
sim_mail_to_many(sim_auditor_t *auditor, const phone_op_t *op, phone_str_t id)
{
    sim_mail_t    *mail;
    sim_letter_t   wanted;

    if (!sim_letter_wanted(auditor, &wanted)
        || !phone_equal(sim_hset_word(op, "text", NULL), wanted.text))
    {
        sim_violation(auditor->world, "mail %.*s is sent by nobody",
                      PHONE_ARGS(id));
        return;
    }

    mail = sim_map_make(&auditor->mails, id, sizeof(sim_mail_t));
    *mail = (sim_mail_t) { .node = mail->node, .at = auditor->world->now,
                           .owner = PHONE_EMPTY, .letter = PHONE_EMPTY };
    mail->sha256 = sim_picture_written(auditor, op, id, wanted.picture);
    sim_count(auditor->world, LETTERS_TO_MANY);
}


static void
sim_mail_first(sim_auditor_t *auditor, const phone_op_t *op, phone_str_t id)
{
    int            in;
    sim_mail_t    *mail;
    sim_letter_t  *letter;

    if (sim_hset_word(op, "owner", NULL).len == 0) {
        sim_mail_to_many(auditor, op, id);
        return;
    }

    in = phone_is(sim_hset_word(op, "kind", NULL), "IN");
    letter = in ? sim_letter_arrives(auditor, op, id)
                : sim_letter_written(auditor, op, id);

    if (letter == NULL) {
        return;
    }

    mail = sim_map_make(&auditor->mails, id, sizeof(sim_mail_t));
    mail->owner = sim_copy(auditor->memory, sim_hset_word(op, "owner", NULL));
    mail->letter = letter->node.key;
    mail->peers = in ? letter->from
                  : letter->to.len < SIM_LETTER_SHOWN ? letter->to
                  : PHONE_EMPTY;
    mail->at = auditor->world->now;
    mail->created = sim_mail_created(op);
    mail->read_at = 0;
    mail->gone_at = 0;
    mail->in = in ? 1 : 0;
    mail->sha256 = sim_picture_written(auditor, op, id, letter->picture);

    sim_box_changes(auditor, mail->owner, 1);
}


/* Only reading changes it, and only its owner reads it. */

void
sim_audit_mail(sim_auditor_t *auditor, const phone_op_t *op, phone_str_t id,
    int first)
{
    sim_mail_t            *mail;
    const sim_exchange_t  *exchange;

    if (first) {
        sim_mail_first(auditor, op, id);
        return;
    }

    exchange = auditor->exchange;
    mail = sim_map_find(&auditor->mails, id);

    if (mail == NULL || !sim_mail_may_read(auditor, mail)
        || !phone_equal(mail->owner, exchange->number)
        || sim_hset_word(op, "facts", NULL).len || !mail->in)
    {
        sim_violation(auditor->world, "mail %.*s is changed", PHONE_ARGS(id));
        return;
    }

    mail->read_at = auditor->world->now;
    sim_count(auditor->world, MAILS_READ);
}


/* By its owner; in a full mailbox, if he has read it; or of nobody. */

void
sim_audit_mail_gone(sim_auditor_t *auditor, phone_str_t id)
{
    sim_mail_t            *mail;
    const sim_exchange_t  *exchange;

    exchange = auditor->exchange;
    mail = sim_map_find(&auditor->mails, id);

    if (mail == NULL) {
        sim_violation(auditor->world, "mail %.*s is deleted, and was never "
                      "there", PHONE_ARGS(id));
        return;
    }

    if (mail->owner.len == 0) {

        if (exchange != NULL) {
            sim_violation(auditor->world, "mail %.*s to many is deleted by a "
                          "call", PHONE_ARGS(id));
        }

    } else if (sim_is_call(exchange, "mail.remove")) {

        if (!phone_equal(sim_sent(exchange, "mail_id"), id)
            || !phone_equal(mail->owner, exchange->number))
        {
            sim_violation(auditor->world, "mail %.*s is deleted by %.*s",
                          PHONE_ARGS(id), PHONE_ARGS(exchange->number));
        }

    } else if (sim_is_call(exchange, "mail.leave")) {

        if (!sim_mail_is_with(mail, sim_sent(exchange, "phone"))
            || !phone_equal(mail->owner, exchange->number))
        {
            sim_violation(auditor->world, "mail %.*s leaves a conversation "
                          "that is not its own", PHONE_ARGS(id));
        }

        sim_count(auditor->world, MAILS_LEFT);

    } else if (exchange == NULL && auditor->task != NULL
               && auditor->task->call.event == &phone_mail_unclaimed)
    {
        sim_audit_unclaimed(auditor, id, mail->in ? mail->owner : PHONE_EMPTY);

    } else if (mail->in && mail->read_at == 0) {
        sim_violation(auditor->world, "mail %.*s was not read, and makes room",
                      PHONE_ARGS(id));

    } else {
        sim_count(auditor->world, MAILS_DROPPED);
    }

    if (mail->owner.len && mail->gone_at == 0) {
        sim_box_changes(auditor, mail->owner, -1);
    }

    mail->gone_at = mail->gone_at ? mail->gone_at : auditor->world->now;
}


int
sim_mail_is_of(sim_auditor_t *auditor, phone_str_t id, phone_str_t number)
{
    const sim_mail_t  *mail;

    mail = sim_map_find(&auditor->mails, id);

    return mail != NULL && mail->in && phone_equal(mail->owner, number);
}


/* What is counted is a letter of its sender, and its recipients; and a picture
   that was looked at, whatever it was. */

void
sim_audit_mailed(sim_auditor_t *auditor, const phone_guard_t *sum,
    const sim_key_t *parts)
{
    int                    looked_at;
    int64_t                n, counted;
    phone_str_t            rest, number;
    sim_letter_t           letter;
    const sim_exchange_t  *exchange;

    n = 0;
    exchange = auditor->exchange;

    if (phone_is(sum->field, "invites")) {
        sim_audit_invites(auditor, sum);
        return;
    }

    looked_at = phone_is(sum->field, "pictures") && exchange->upload.len;

    if (looked_at) {
        n = 1;

    } else if (sim_letter_wanted(auditor, &letter)) {
        rest = phone_is(sum->field, "mails") ? letter.from : letter.to;

        while (phone_split(&rest, ' ', &number)) {
            n++;
        }

        if (phone_is(sum->field, "bytes")) {
            n *= letter.text.len > SIM_LETTER_COUNTED
                 ? (int64_t) letter.text.len : 0;
            sim_count(auditor->world, LONG_LETTERS);
        }
    }

    rest = parts->id;
    (void) phone_split(&rest, ':', &number);

    if (n == 0 || (auditor->refused && !looked_at)
        || phone_parse_int(sum->delta, &counted) != 0 || counted != n
        || !phone_equal(number, exchange->number))
    {
        sim_violation(auditor->world, "\"%.*s\" is counted wrongly",
                      PHONE_ARGS(sum->key));
    }
}


/* Replies */

static void
sim_mail_shown(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    phone_str_t object)
{
    int                  read;
    const char          *wrong;
    const sim_mail_t    *mail;
    const sim_letter_t  *letter;

    mail = sim_map_find(&auditor->mails, sim_member(object, "mail_id"));
    letter = mail != NULL ? sim_map_find(&auditor->letters, mail->letter)
                          : NULL;
    read = phone_is(sim_member(object, "read"), "true");
    wrong = NULL;

    if (letter == NULL || !phone_equal(mail->owner, exchange->number)) {
        wrong = "of somebody else";

    } else if (!phone_equal(letter->text, sim_member(object, "text"))
               || !phone_equal(letter->from, sim_member(object, "from")))
    {
        wrong = "that was not written so";

    } else if ((sim_member(object, "picture_type").len != 0)
               != (letter->picture.len != 0))
    {
        wrong = "whose picture is not said";

    } else if (mail->gone_at && mail->gone_at < exchange->sent_at) {
        wrong = "that is deleted";

    } else if (mail->in && read ? mail->read_at == 0
               : mail->read_at && mail->read_at < exchange->sent_at && !read)
    {
        wrong = read ? "as read" : "as unread";
    }

    if (wrong != NULL) {
        sim_violation(auditor->world, "call %u is shown a mail %s: %.*s",
                      exchange->serial, wrong, PHONE_ARGS(object));
    }
}


void
sim_audit_mail_told(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t          rest, object;
    const sim_mail_t    *mail;
    const sim_letter_t  *letter;

    if (sim_is_call(exchange, "mail.list") && !reply->refused) {
        rest = sim_member(reply->body, "mail");

        while (sim_element(&rest, &object)) {
            sim_mail_shown(auditor, exchange, object);
        }

        if (sim_sent(exchange, "peer").len) {
            sim_audit_named(auditor, exchange, sim_sent(exchange, "peer"),
                            sim_member(reply->body, "name"));
        }

        return;
    }

    if (sim_is_call(exchange, "mail.get") && !reply->refused) {
        sim_mail_shown(auditor, exchange, reply->body);
        return;
    }

    if (sim_is_call(exchange, "mail.conversations") && !reply->refused) {
        rest = sim_member(reply->body, "conversations");

        while (sim_element(&rest, &object)) {
            sim_mail_shown(auditor, exchange, object);
            sim_audit_named(auditor, exchange, sim_member(object, "peer"),
                            sim_member(object, "name"));
        }

        return;
    }

    if (sim_is_call(exchange, "mail.read_to")) {
        sim_audit_read_to(auditor, exchange, reply);
        return;
    }

    if (sim_is_letter(exchange)) {

        if (!reply->refused
            && sim_map_find(&auditor->letters,
                            sim_member(reply->body, "mail_id"))
               == NULL)
        {
            sim_violation(auditor->world, "call %u is told of a letter that "
                          "nobody has: %.*s", exchange->serial,
                          PHONE_ARGS(reply->body));
        }

        return;
    }

    mail = sim_map_find(&auditor->mails, sim_sent(exchange, "mail_id"));

    letter = mail != NULL ? sim_map_find(&auditor->letters, mail->letter)
                          : NULL;

    if (letter != NULL && sim_is_call(exchange, "mail.picture")) {
        sim_picture_shown(auditor, exchange, reply, letter->picture);
    }

    if (reply->refused && reply->refusal == PHONE_MAIL_NOT_FOUND
        && mail != NULL && mail->gone_at == 0 && mail->at < exchange->sent_at
        && phone_equal(mail->owner, exchange->number))
    {
        sim_violation(auditor->world, "call %u does not find mail %.*s",
                      exchange->serial, PHONE_ARGS(mail->node.key));
    }

    if (!reply->refused
        && (mail == NULL || !phone_equal(mail->owner, exchange->number)))
    {
        sim_violation(auditor->world, "call %u may do it to a mail of somebody "
                      "else", exchange->serial);
    }
}


/* The end */

static int
sim_mail_listed(sim_auditor_t *auditor, const char *kind, phone_str_t owner,
    phone_str_t peer, phone_str_t member)
{
    char               key[128];
    const sim_zset_t  *zset;

    snprintf(key, sizeof(key), "phone:{%03u}:%s:%.*s%s%.*s",
             phone_bucket_of(owner, auditor->world->buckets), kind,
             PHONE_ARGS(owner), peer.len ? ":" : "", PHONE_ARGS(peer));
    zset = sim_store_zset(auditor->world->store, sim_wall(auditor->world),
                          phone_cstr(key));

    return zset != NULL && sim_zset_find(zset, member) != NULL;
}


static int
sim_left_once(sim_auditor_t *auditor, phone_str_t key)
{
    if (auditor->left.len == 0) {
        auditor->left = sim_copy(auditor->world->memory, key);
    }

    return phone_equal(auditor->left, key);
}


/* A conversation in the list has mails: but for one, whose mails have gone at
   once while all that was known of them was read anew. */

static void
sim_audit_peer(sim_auditor_t *auditor, phone_str_t owner, phone_str_t peer)
{
    char  key[128];

    snprintf(key, sizeof(key), "phone:{%03u}:mails_with:%.*s:%.*s",
             phone_bucket_of(owner, auditor->world->buckets),
             PHONE_ARGS(owner), PHONE_ARGS(peer));

    if (sim_mail_listed(auditor, "peers", owner, PHONE_EMPTY, peer)
        && sim_store_zset(auditor->world->store, sim_wall(auditor->world),
                          phone_cstr(key))
           == NULL
        && !sim_left_once(auditor, phone_cstr(key)))
    {
        sim_violation(auditor->world, "%.*s has a conversation with %.*s "
                      "without a mail", PHONE_ARGS(owner), PHONE_ARGS(peer));
    }
}


static void
sim_audit_mail_kept(sim_auditor_t *auditor, const sim_mail_t *mail)
{
    int           there, unread;
    char          key[96];
    phone_str_t   id, rest, peer;
    sim_world_t  *world;

    id = mail->node.key;
    world = auditor->world;

    if (mail->sha256.len) {
        sim_picture_kept(auditor, id, mail->sha256, mail->gone_at == 0);
    }

    if (mail->owner.len == 0) {
        if (mail->gone_at == 0) {
            sim_violation(world, "mail %.*s is still under way to many",
                          PHONE_ARGS(id));
        }

        return;
    }

    there = mail->gone_at == 0;
    unread = there && mail->in && mail->read_at == 0;
    sim_audit_claimed(auditor, id, unread ? mail->owner : PHONE_EMPTY);

    snprintf(key, sizeof(key), "phone:{%.3s}:mail:%.*s", id.data,
             PHONE_ARGS(id));

    if ((sim_stored(auditor, phone_cstr(key), "v").data != NULL) != there
        || sim_mail_listed(auditor, "mails", mail->owner, PHONE_EMPTY, id)
           != there)
    {
        sim_violation(world, "mail %.*s is %s", PHONE_ARGS(id),
                      there ? "lost" : "still there");
    }

    if (sim_mail_listed(auditor, "unread", mail->owner, PHONE_EMPTY, id)
        != unread)
    {
        sim_violation(world, "mail %.*s is %s", PHONE_ARGS(id),
                      unread ? "unread, and not listed so" : "listed unread");
    }

    rest = mail->peers;

    while (phone_split(&rest, ' ', &peer)) {

        if (!there && world->domain == PHONE_WHOLE_STORE) {
            sim_audit_peer(auditor, mail->owner, peer);
        }

        if (sim_mail_listed(auditor, "mails_with", mail->owner, peer, id)
            != there
            || (there && !sim_mail_listed(auditor, "peers", mail->owner,
                                          PHONE_EMPTY, peer)))
        {
            sim_violation(world, "mail %.*s is %s its conversation",
                          PHONE_ARGS(id), there ? "not in" : "still in");
        }
    }
}


/* A mailbox whose owner has read nothing takes no more. */

static int
sim_mail_room(sim_auditor_t *auditor, phone_str_t owner)
{
    size_t             i;
    int64_t            n;
    const sim_mail_t  *mail;

    n = 0;

    for (i = 0; i < auditor->mails.slots; i++) {
        mail = (sim_mail_t *) auditor->mails.slot[i];
        n += mail != NULL && phone_equal(mail->owner, owner);
    }

    return n < auditor->world->settings.mail_box;
}


/* One sender's mails that are not read are not all kept. */

static int
sim_mail_ignored(sim_auditor_t *auditor, phone_str_t owner, phone_str_t sender)
{
    size_t               i;
    unsigned             n;
    const sim_mail_t    *mail;
    const sim_letter_t  *letter;

    n = 0;

    for (i = 0; i < auditor->mails.slots; i++) {
        mail = (sim_mail_t *) auditor->mails.slot[i];

        if (mail != NULL && mail->in && phone_equal(mail->owner, owner)) {
            letter = sim_map_find(&auditor->letters, mail->letter);
            n += letter != NULL && phone_equal(letter->from, sender);
        }
    }

    return n >= SIM_LETTERS_ROW;
}


static void
sim_audit_letter_end(sim_auditor_t *auditor, const sim_letter_t *letter)
{
    char                text[96];
    phone_str_t         rest, number;
    const sim_block_t  *block;

    rest = letter->to;

    while (phone_split(&rest, ' ', &number)) {
        snprintf(text, sizeof(text), "%.*s %.*s",
                 PHONE_ARGS(letter->node.key), PHONE_ARGS(number));

        block = sim_block_of(auditor, number, letter->from);

        if (sim_map_find(&auditor->letters_come, phone_cstr(text)) == NULL
            && (block == NULL
                || (letter->to.len < SIM_LETTER_SHORT
                    && block->first_at > letter->at))
            && sim_mail_room(auditor, number)
            && !sim_mail_ignored(auditor, number, letter->from))
        {
            sim_violation(auditor->world, "letter %.*s does not come to %.*s",
                          PHONE_ARGS(letter->node.key), PHONE_ARGS(number));
        }
    }
}


void
sim_audit_mail_end(sim_auditor_t *auditor)
{
    size_t  i;

    for (i = 0; i < auditor->mails.slots; i++) {

        if (auditor->mails.slot[i] != NULL) {
            sim_audit_mail_kept(auditor,
                                (sim_mail_t *) auditor->mails.slot[i]);
        }
    }

    for (i = 0; i < auditor->letters.slots; i++) {

        if (auditor->letters.slot[i] != NULL) {
            sim_audit_letter_end(auditor,
                                 (sim_letter_t *) auditor->letters.slot[i]);
        }
    }
}
