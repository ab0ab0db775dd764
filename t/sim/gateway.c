
/*
 * The SMS gateway: it takes texts or queues them, and reports what became of
 * them, late, twice, in any order or never.  Others report as well, who do not
 * know the key of a text.  People send texts, and more than once: STOP, START,
 * LOGIN, keywords of merchants.  Somebody sends them from abroad, and from a
 * fixed line.
 */


#include <stdio.h>

#include "folk.h"
#include "answer.h"
#include "sms/sms.h"


#define SIM_REPORTS_MAX  4                   /* of a text */
#define SIM_WORDS_MAX    30                  /* texts of people, in a run */


/* A text that a number sends, maybe twice. */
typedef struct {
    sim_people_t            *people;
    phone_str_t              from;
    const char              *text;
    phone_str_t              id;
    unsigned                 left;
} sim_word_t;


typedef struct {
    sim_people_t            *people;
    phone_str_t              id;
    phone_str_t              key;
    int                      status;
    int                      forged;
} sim_report_t;


static void sim_word_step(sim_world_t *world, void *data);


const char *
sim_gateway_says(sim_world_t *world)
{
    return sim_below(&world->random, 4) ? "0: Accepted for delivery"
                                        : "3: Queued for later delivery";
}


/* Reports.  The key of one may be by a secret that has gone meanwhile. */

static void
sim_reported(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_answer_came(world);

    if (!sim_unclear(reply) && reply->refused && !exchange->must_fail
        && phone_id_time(sim_sent(exchange, "id")) > world->secret_gone_at)
    {
        sim_violation(world, "call %u: a report is refused: %.*s",
                      exchange->serial, PHONE_ARGS(reply->body));
    }
}


static void
sim_report_step(sim_world_t *world, void *data)
{
    sim_report_t    *report;
    sim_exchange_t  *exchange;

    report = data;

    if (world->stopped) {
        return;
    }

    exchange = sim_ask_for(world, "sms.report", sim_reported, report->people);
    sim_add(exchange, "id", report->id);
    sim_add(exchange, "key", report->key);
    sim_add_int(exchange, "status", report->status);

    if (report->forged) {
        exchange->must_fail = 1;
        exchange->exactly = 1;
        exchange->expected = PHONE_NOT_FOUND;
    }

    sim_send(world, exchange);
}


static void
sim_report(sim_world_t *world, phone_str_t id, phone_str_t key, int status,
    int forged)
{
    int64_t        most;
    sim_report_t  *report;

    report = sim_zalloc(world->memory, sizeof(sim_report_t));
    report->people = world->people;
    report->id = id;
    report->key = key;
    report->status = status;
    report->forged = forged;

    most = sim_below(&world->random, 3) ? 100 * SIM_MS : 90 * SIM_SECOND;

    sim_at(world, sim_between(&world->random, 0, most), sim_report_step,
           report);
}


/* With the bill's key of another text, or one that differs a little. */

static void
sim_forge(sim_world_t *world, phone_str_t id, phone_str_t key)
{
    char         wrong[64];
    phone_str_t  text;

    if (key.len >= sizeof(wrong)) {
        return;
    }

    memcpy(wrong, key.data, key.len);
    wrong[key.len / 2] = wrong[key.len / 2] == 'x' ? 'y' : 'x';
    text = sim_copy(world->memory, (phone_str_t) { key.len, wrong });

    sim_report(world, id, text, sim_below(&world->random, 2) ? 1 : 8, 1);
}


void
sim_gateway_got(sim_world_t *world, phone_str_t how)
{
    unsigned            i, n;
    phone_str_t         id, key;
    static const int    status[] = { 8, 8, 4, 1, 1, 1, 2, 16, 0, 32 };

    if (how.len == 0
        || !phone_split(&how, '&', &id) || id.len < 4 || how.len < 5)
    {
        return;
    }

    id = sim_copy(world->memory,
                  (phone_str_t) { id.len - 3, id.data + 3 });
    key = sim_copy(world->memory,
                   (phone_str_t) { how.len - 4, how.data + 4 });

    n = (unsigned) sim_below(&world->random, SIM_REPORTS_MAX + 1);

    for (i = 0; i < n; i++) {
        sim_report(world, id, key,
                   status[sim_below(&world->random,
                                    sizeof(status) / sizeof(status[0]))],
                   0);
    }

    if (sim_below(&world->random, 8) == 0) {
        sim_forge(world, id, key);
    }
}


/* Texts of people */

static void
sim_word_answered(sim_world_t *world, sim_exchange_t *exchange,
    const phone_reply_t *reply)
{
    sim_word_t  *word;

    word = exchange->about;
    sim_answer_came(world);

    if (!sim_unclear(reply) && (reply->refused || reply->body.len)) {
        sim_violation(world, "call %u: a text of a number is answered",
                      exchange->serial);
    }

    if (word->left && !world->stopped) {
        word->left--;
        sim_at(world, sim_between(&world->random, 0, 20 * SIM_SECOND),
               sim_word_step, word);
    }
}


static void
sim_word_step(sim_world_t *world, void *data)
{
    sim_word_t      *word;
    sim_exchange_t  *exchange;

    word = data;

    if (world->stopped) {
        return;
    }

    exchange = sim_ask_for(world, "sms.in", sim_word_answered, word->people);
    exchange->about = word;
    sim_add(exchange, "from", word->from);
    sim_add(exchange, "text", phone_cstr(word->text));
    sim_add(exchange, "id", word->id);
    sim_send(world, exchange);
}


void
sim_gateway_start(sim_people_t *people)
{
    unsigned      n;
    sim_word_t   *word;
    sim_world_t  *world;

    static const char *const  text[] = {
        "STOP", "Stop", "START", "start", "START", "退订", "订阅", "hello", "",
        "cancel", "Ｔ", "R", "opt out", "取消", "unstop", "R you there?", "yes",
        "Cancel my table", "*Stop* it",
        "LOGIN", "LOGIN", "login please", "Code!", "登录", "验证码",
        "Pizza", "PIZZA two, please", "pizza a&b=c", "taxi7 now", "比萨",
        "比萨 两个", "pizza \x01\t\xe2\x80\xae" "x"
    };
    static const char *const  elsewhere[] = {
        "+447700900123", "+862161234567"
    };

    world = people->world;

    for (n = (unsigned) sim_below(&world->random, SIM_WORDS_MAX + 1); n; n--) {
        word = sim_zalloc(world->memory, sizeof(sim_word_t));
        word->people = people;
        word->from = people->payer[sim_below(&world->random,
                                             world->swarm.payers)].number;

        if (sim_below(&world->random, 12) == 0) {
            word->from = phone_cstr(elsewhere[sim_below(&world->random, 2)]);
        }

        word->text = text[sim_below(&world->random,
                                    sizeof(text) / sizeof(text[0]))];
        word->id = sim_text(world, "mo-%u", n);
        word->left = (unsigned) sim_below(&world->random, 3);

        sim_at(world, sim_between(&world->random, 0, 40 * SIM_SECOND),
               sim_word_step, word);
    }
}
