
/*
 * Keywords of merchants: one has one owner, whom the operator has named; each
 * text that begins with it makes one notice, to him, of what was said; no more
 * than the limits allow, and none while he is closed.
 */


#define _GNU_SOURCE          /* strncasecmp() */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "auditing.h"
#include "answer.h"
#include "lib/legible.h"


#define SIM_SAID_TEXT   600              /* bytes */
#define SIM_SAID_DAY    INT64_C(86400000)        /* ms */
/* the same id is the same text */
#define SIM_SAID_FRESH  (10 * PHONE_MINUTE)


/* One size for all: "word <keyword>", "said <id>", "id <number> <id>", "day
   <who> <day>". */
typedef struct {
    sim_node_t               node;
    phone_str_t              merchant;   /* empty: nobody's */
    phone_str_t              number;
    phone_str_t              keyword;
    phone_str_t              text;
    int64_t                  value;      /* ms; how many */
    int64_t                  since;      /* of the run */
} sim_said_text_t;


static sim_said_text_t *
sim_said_node(sim_auditor_t *auditor, int make, const char *what,
    phone_str_t who, phone_str_t which)
{
    int          n;
    char         text[256];
    phone_str_t  name;

    n = snprintf(text, sizeof(text), "%s %.*s %.*s", what, PHONE_ARGS(who),
                 PHONE_ARGS(which));
    name = (phone_str_t) { (size_t) n, text };

    return make ? sim_map_make(&auditor->keywords, name,
                               sizeof(sim_said_text_t))
                : sim_map_find(&auditor->keywords, name);
}


/* The operator gives and takes them. */

static void
sim_audit_keyword(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t word)
{
    sim_world_t            *world;
    phone_str_t             merchant, sent;
    sim_said_text_t        *keyword;
    const sim_exchange_t   *exchange;

    world = auditor->world;
    exchange = auditor->exchange;
    keyword = sim_said_node(auditor, 1, "word", word, PHONE_EMPTY);
    merchant = op->kind == PHONE_OP_HSET ? sim_hset_word(op, "merchant", NULL)
                                         : PHONE_EMPTY;
    sent = exchange == NULL ? PHONE_EMPTY : sim_sent(exchange, "keyword");

    if (exchange == NULL
        || !sim_is_call(exchange, merchant.len ? "operator.keywords"
                                               : "operator.keyword_remove")
        || sent.len != word.len
        || strncasecmp(sent.data, word.data, word.len) != 0
        || ((merchant.len || world->failovers == 0)     /* it may be back */
            && !phone_equal(sim_sent(exchange, "merchant_id"),
                            merchant.len ? merchant : keyword->merchant)))
    {
        sim_violation(world, "keyword %.*s of %.*s becomes that of \"%.*s\"",
                      PHONE_ARGS(word), PHONE_ARGS(keyword->merchant),
                      PHONE_ARGS(merchant));
    }

    if (merchant.len && keyword->merchant.len && world->failovers == 0) {
        sim_violation(world, "keyword %.*s is given to %.*s, and is that of "
                      "%.*s", PHONE_ARGS(word), PHONE_ARGS(merchant),
                      PHONE_ARGS(keyword->merchant));
    }

    keyword->merchant = sim_copy(auditor->memory, merchant);
    keyword->since = world->now;
}


/* The list of a merchant has what is his. */

void
sim_audit_keyword_list(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    phone_str_t       rest, object, word;
    sim_said_text_t  *keyword;

    if (reply->refused || auditor->world->failovers) {
        return;
    }

    rest = sim_member(reply->body, "keywords");

    while (sim_element(&rest, &object)) {
        word = sim_member(object, "keyword");
        keyword = sim_said_node(auditor, 1, "word", word, PHONE_EMPTY);

        if (keyword->since < exchange->sent_at
            && !phone_equal(keyword->merchant,
                            sim_sent(exchange, "merchant_id")))
        {
            sim_violation(auditor->world, "call %u is shown keyword %.*s of "
                          "\"%.*s\"", exchange->serial, PHONE_ARGS(word),
                          PHONE_ARGS(keyword->merchant));
        }
    }
}


static void
sim_audit_said_count(sim_auditor_t *auditor, phone_str_t who, int64_t most)
{
    int               n;
    char              text[32];
    int64_t           day;
    sim_world_t      *world;
    sim_said_text_t  *count;

    world = auditor->world;
    day = auditor->task->call.now / SIM_SAID_DAY;
    n = snprintf(text, sizeof(text), "%lld", (long long) day);
    count = sim_said_node(auditor, 1, "day", who,
                          (phone_str_t) { (size_t) n, text });

    if (++count->value > most && most && world->failovers == 0
        && !sim_window_forgot(world, day * SIM_SAID_DAY,
                              (day + 1) * SIM_SAID_DAY))
    {
        sim_violation(world, "%lld texts with keywords of %.*s in a day, %lld "
                      "may be", (long long) count->value, PHONE_ARGS(who),
                      (long long) most);
    }
}


/* Does the text begin with the word? */

static int
sim_begins_with(phone_str_t text, phone_str_t word)
{
    return text.len >= word.len
           && strncasecmp(text.data, word.data, word.len) == 0
           && (text.len == word.len || text.data[word.len] == ' ');
}


static const char *
sim_audit_said_wrong(sim_auditor_t *auditor, const sim_said_text_t *said)
{
    int64_t           began;
    sim_said_text_t  *keyword, *heard;

    if (auditor->exchange == NULL || !sim_is_call(auditor->exchange, "sms.in")
        || !phone_equal(sim_sent(auditor->exchange, "from"), said->number)
        || !sim_begins_with(sim_sent(auditor->exchange, "text"),
                            said->keyword))
    {
        return "was not sent";
    }

    if (auditor->world->failovers) {
        return NULL;
    }

    began = auditor->task->runner.started * SIM_MS;
    keyword = sim_said_node(auditor, 1, "word", said->keyword, PHONE_EMPTY);

    if (!phone_equal(keyword->merchant, said->merchant)
        && keyword->since < began)
    {
        return "is for another merchant";
    }

    if (sim_closed_before(auditor, said->merchant, began)) {
        return "is for a merchant who is closed";
    }

    heard = sim_said_node(auditor, 1, "id", said->number,
                          sim_sent(auditor->exchange, "id"));

    if (heard->value
        && sim_wall(auditor->world) < heard->value + SIM_SAID_FRESH)
    {
        return "was told before";
    }

    heard->value = sim_wall(auditor->world);

    return NULL;
}


static void
sim_audit_said(sim_auditor_t *auditor, const phone_op_t *op, phone_str_t id)
{
    const char              *wrong;
    phone_str_t              number;
    sim_said_text_t         *said;
    const phone_settings_t  *settings;

    settings = &auditor->world->settings;
    number = sim_hset_word(op, "number", NULL);
    said = sim_said_node(auditor, 1, "said", id, PHONE_EMPTY);

    if (number.len) {
        said->number = sim_copy(auditor->memory, number);
        said->merchant = sim_copy(auditor->memory,
                                  sim_hset_word(op, "merchant", NULL));
        said->keyword = sim_copy(auditor->memory,
                                 sim_hset_word(op, "keyword", NULL));
        said->text = sim_copy(auditor->memory,
                              sim_hset_word(op, "text", NULL));
        wrong = said->text.len > SIM_SAID_TEXT || !phone_legible(said->text)
                ? "is kept as it was sent"
                : sim_audit_said_wrong(auditor, said);

        if (wrong != NULL) {
            sim_violation(auditor->world, "the text %.*s, \"%.*s\" of %.*s, "
                          "%s", PHONE_ARGS(id), PHONE_ARGS(said->text),
                          PHONE_ARGS(number), wrong);
        }

        sim_audit_said_count(auditor, number, settings->keyword_number_day);
        sim_audit_said_count(auditor, said->merchant,
                             settings->keyword_merchant_day);
    }

    sim_audit_acked(auditor, op, "text", id);
}


void
sim_audit_keywords(sim_auditor_t *auditor, const phone_commit_t *commit)
{
    sim_key_t          parts;
    const phone_op_t  *op;

    for (op = commit->ops; op != NULL; op = op->next) {

        if ((op->kind != PHONE_OP_HSET && op->kind != PHONE_OP_DEL)
            || sim_key_parse(op->key, &parts) != 0)
        {
            continue;
        }

        if (phone_is(parts.kind, "keyword")) {
            sim_audit_keyword(auditor, op, parts.id);

        } else if (phone_is(parts.kind, "said") && op->kind == PHONE_OP_HSET) {
            sim_audit_said(auditor, op, parts.id);
        }
    }
}


/* A notice of a text: 1 when it tells what was said, to whom it was. */

int
sim_audit_said_told(sim_auditor_t *auditor, phone_str_t to,
    const phone_fields_t *fields)
{
    phone_str_t       id, rest;
    sim_fact_t       *url;
    sim_said_text_t  *said;

    rest = sim_notice_field(fields, "notify_id");
    id = PHONE_EMPTY;
    (void) phone_split(&rest, '.', &id);
    said = sim_said_node(auditor, 0, "said", id, PHONE_EMPTY);
    url = said == NULL ? NULL : sim_map_find(&auditor->urls, said->merchant);

    if (said != NULL && auditor->world->failovers == 0
        && sim_closed_before(auditor, said->merchant,
                             auditor->world->now - 120 * SIM_SECOND))
    {
        sim_violation(auditor->world, "text %.*s is told to a merchant who is "
                      "closed", PHONE_ARGS(id));
    }

    return said != NULL && url != NULL && phone_is(rest, "text.1")
           && phone_equal(url->value, to)
           && phone_equal(said->merchant,
                          sim_notice_field(fields, "merchant_id"))
           && phone_equal(said->number, sim_notice_field(fields, "phone"))
           && phone_equal(said->keyword, sim_notice_field(fields, "keyword"))
           && phone_equal(said->text, sim_notice_field(fields, "text"))
           && sim_notice_field(fields, "received_at").len == 20;
}


/* Keys that may be removed. */

int
sim_is_said(phone_str_t kind)
{
    return phone_is(kind, "keyword") || phone_is(kind, "said");
}


/* Empty: there is no such text. */

phone_str_t
sim_said_merchant(sim_auditor_t *auditor, phone_str_t id)
{
    sim_said_text_t  *said;

    said = sim_said_node(auditor, 0, "said", id, PHONE_EMPTY);

    return said == NULL ? PHONE_EMPTY : said->merchant;
}


/* At the end each one was told, unless its merchant was closed. */

void
sim_audit_said_end(sim_auditor_t *auditor)
{
    char              text[128];
    size_t            i;
    phone_str_t       id;
    sim_shop_t       *shop;
    sim_notice_t     *notice;
    sim_said_text_t  *said;

    for (i = 0; i < auditor->keywords.slots; i++) {
        said = (sim_said_text_t *) auditor->keywords.slot[i];

        if (said == NULL || said->number.len == 0
            || auditor->world->failovers)
        {
            continue;
        }

        id = (phone_str_t) { said->node.key.len - 6, said->node.key.data + 5 };
        snprintf(text, sizeof(text), "%.*s.text.1", PHONE_ARGS(id));
        notice = sim_map_find(&auditor->notices, phone_cstr(text));

        shop = sim_map_find(&auditor->shops, said->merchant);

        if (shop != NULL && shop->was_closed) {
            continue;
        }

        if (notice == NULL || !notice->over || notice->sent == 0) {
            sim_violation(auditor->world, "no notice tells of text %s", text);
        }

        sim_count(auditor->world, TEXTS_TOLD);
    }
}
