
/*
 * A key of a kind that expires has an end after each commit that writes it,
 * one that its kind allows; all others have none.  The table below is what
 * docs/architecture.md says, and knows nothing of the code that sets it.
 */


#include "lives.h"
#include "lib/month.h"


#define SIM_LIFE_SECOND  INT64_C(1000)                           /* ms */
#define SIM_LIFE_MINUTE  (60 * SIM_LIFE_SECOND)
#define SIM_LIFE_DAY     (24 * 60 * SIM_LIFE_MINUTE)


/* ms to live when it has just been set, and at any time. */
typedef struct {
    const char              *kind;
    int64_t                  least;
    int64_t                  most;
} sim_life_t;


static int64_t
sim_lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}


/* "phone:{017}:made:shop-0:20833": from the kind on. */

static phone_str_t
sim_life_kind(phone_str_t key, phone_str_t *rest)
{
    phone_str_t  word;

    *rest = key;

    (void) phone_split(rest, ':', &word);
    (void) phone_split(rest, ':', &word);

    return phone_split(rest, ':', &word) ? word : *rest;
}


/* "shop-0:20833", what is counted of a period, such as a day: a minute after
   it. */

static sim_life_t
sim_life_of_period(phone_str_t id, int64_t now, int64_t lasts, int64_t slack)
{
    int64_t      number, left;
    phone_str_t  name, word;

    number = 0;

    if (!phone_split(&id, ':', &name) || !phone_split(&id, ':', &word)
        || phone_parse_int(word, &number) != 0)
    {
        return (sim_life_t) { "", 1, 0 };
    }

    left = (number + 1) * lasts - now;

    return (sim_life_t) { "", left + SIM_LIFE_MINUTE - slack,
                          left + 2 * SIM_LIFE_MINUTE + slack };
}


/* Messages: of a day, or about a bill, "shop-0:017-01J...". */

static sim_life_t
sim_life_of_messaged(phone_str_t id, int64_t now, int64_t slack)
{
    phone_str_t  rest, word;

    rest = id;
    (void) phone_split(&rest, ':', &word);

    return memchr(rest.data, '-', rest.len) != NULL
           ? (sim_life_t) { "", 90 * SIM_LIFE_DAY, 90 * SIM_LIFE_DAY }
           : sim_life_of_period(id, now, SIM_LIFE_DAY, slack);
}


/* "<number>:h500000", the mails of an hour, or "<number>:d20833", of a day. */

static sim_life_t
sim_life_of_mailed(phone_str_t id, int64_t now, int64_t slack)
{
    int64_t      number, lasts, left;
    phone_str_t  name;

    number = 0;

    if (!phone_split(&id, ':', &name) || id.len == 0
        || phone_parse_int((phone_str_t) { id.len - 1, id.data + 1 },
                           &number)
           != 0)
    {
        return (sim_life_t) { "", 1, 0 };
    }

    lasts = id.data[0] == 'h' ? 60 * SIM_LIFE_MINUTE : SIM_LIFE_DAY;
    left = (number + 1) * lasts - now;

    return (sim_life_t) { "", left + SIM_LIFE_MINUTE - slack,
                          left + 2 * SIM_LIFE_MINUTE + slack };
}


/* "shop-0:20833", notices that were put on that day: so long after it, and at
   least for a day.  What says so may arrive late, by a posting, when the clock
   shows another day. */

static sim_life_t
sim_life_of_told(phone_str_t id, int64_t now, int64_t kept, int64_t slack)
{
    int64_t      day, left, most;
    phone_str_t  name;

    day = 0;

    if (!phone_split(&id, ':', &name) || phone_parse_int(id, &day) != 0) {
        return (sim_life_t) { "", 1, 0 };
    }

    left = (day + 1) * SIM_LIFE_DAY + kept - now;
    left = left > SIM_LIFE_DAY ? left : SIM_LIFE_DAY;

    most = kept + 2 * SIM_LIFE_DAY;

    return (sim_life_t) { "", left - slack, left > most ? left : most };
}


/* "shop-0:2026-11", bills that were made in that month: until they are in the
   archive, or for ten years. */

static sim_life_t
sim_life_of_billed(phone_str_t id, int64_t now,
    const phone_settings_t *settings, int64_t slack)
{
    int64_t      month, left, kept;
    phone_str_t  name;

    if (!phone_split(&id, ':', &name)
        || phone_month_parse(id, &month) != 0)
    {
        return (sim_life_t) { "", 1, 0 };
    }

    kept = settings->bill_lifetime_max + 38 * SIM_LIFE_DAY
           + (settings->archive_after ? settings->archive_after
                                      : 3650 * SIM_LIFE_DAY);
    left = phone_month_start(month + 1) - now + kept;

    return (sim_life_t) { "", left - slack, left + SIM_LIFE_MINUTE + slack };
}


/* 1 when keys of that kind expire. */

static int
sim_life_find(phone_str_t kind, phone_str_t id, int64_t now,
    const phone_settings_t *settings, int64_t slack, sim_life_t *found)
{
    unsigned  i;

    const int64_t  code = sim_lesser(settings->code_lifetime,
                                     settings->temporary_lifetime);
    const int64_t  age = settings->code_lifetime > settings->temporary_lifetime
                         ? settings->code_lifetime
                         : settings->temporary_lifetime;
    const int64_t  clocks = 2 * settings->clock_bound + PHONE_CLOCK_SLACK;
    const int64_t  window = settings->login_window + SIM_LIFE_MINUTE;

    const sim_life_t  life[] = {
        { "idempotency", SIM_LIFE_DAY, SIM_LIFE_DAY },
        { "texts", SIM_LIFE_DAY + SIM_LIFE_MINUTE,
          SIM_LIFE_DAY + SIM_LIFE_MINUTE },
        { "sms", sim_lesser(sim_lesser(code, 10 * SIM_LIFE_MINUTE),
                            PHONE_CLOCK_SLACK),
          SIM_LIFE_DAY + 60 * SIM_LIFE_MINUTE + settings->sms_report },
        { "sms_got", 15 * SIM_LIFE_MINUTE, 15 * SIM_LIFE_MINUTE },
        { "code", clocks - slack,
          clocks + slack + age },
        { "texted", age, age + PHONE_CLOCK_SLACK },
        { "invite", settings->mail_invite,
          settings->mail_invite + PHONE_CLOCK_SLACK },
        { "nonce", 2 * (settings->clock_skew + settings->clock_bound),
          2 * settings->clock_skew + clocks },
        { "live", 60 * SIM_LIFE_MINUTE,
          60 * SIM_LIFE_MINUTE + 2 * settings->live_open },
        { "message", 90 * SIM_LIFE_DAY, 90 * SIM_LIFE_DAY },
        { "messages", 90 * SIM_LIFE_DAY, 90 * SIM_LIFE_DAY },
        { "about", 90 * SIM_LIFE_DAY, 90 * SIM_LIFE_DAY },
        { "mail_once", 60 * SIM_LIFE_MINUTE, 60 * SIM_LIFE_MINUTE },
        { "message_no", 90 * SIM_LIFE_DAY, 90 * SIM_LIFE_DAY },
        { "check", 7 * SIM_LIFE_DAY, 7 * SIM_LIFE_DAY },
        { "tries", 1, window },
        { "known_tries", 1, window },
        { "envelope", 2 * (settings->clock_skew + settings->clock_bound),
          2 * settings->clock_skew + clocks },
        { "days", 1, SIM_LIFE_DAY + SIM_LIFE_MINUTE },
        { "known_days", 1, SIM_LIFE_DAY + SIM_LIFE_MINUTE }
    };

    if (phone_is(kind, "made") || phone_is(kind, "answers")) {
        *found = sim_life_of_period(id, now, SIM_LIFE_DAY, slack);
        return 1;
    }

    if (phone_is(kind, "messaged")) {
        *found = sim_life_of_messaged(id, now, slack);
        return 1;
    }

    if (phone_is(kind, "mailed")) {
        *found = sim_life_of_mailed(id, now, slack);
        return 1;
    }

    if (phone_is(kind, "replays")) {
        *found = sim_life_of_period(id, now, 60 * SIM_LIFE_MINUTE, slack);
        return 1;
    }

    if (phone_is(kind, "billed")) {
        *found = sim_life_of_billed(id, now, settings, slack);
        return 1;
    }

    if (phone_is(kind, "told")) {
        *found = sim_life_of_told(id, now, settings->notice_kept, slack);
        return 1;
    }

    for (i = 0; i < sizeof(life) / sizeof(life[0]); i++) {

        if (phone_is(kind, life[i].kind)) {
            *found = life[i];
            return 1;
        }
    }

    return 0;
}


/* A mail in the box of a number: the first fact is whose. */

static int
sim_life_owned(phone_str_t facts)
{
    return facts.len > 6 && memcmp(facts.data, "owner ", 6) == 0;
}


static const char *
sim_life_wrong(sim_store_t *store, int64_t now,
    const phone_settings_t *settings, int64_t slack, phone_str_t key, int set)
{
    int64_t      ms;
    sim_life_t   life;
    phone_str_t  kind, id;

    ms = sim_store_pttl(store, now, key);

    if (ms == -2) {
        return NULL;                         /* it is gone */
    }

    kind = sim_life_kind(key, &id);

    if (phone_is(kind, "job")
        && !phone_is(sim_store_field(store, now, key, PHONE_STR("state")),
                     "RUNNING"))
    {
        life = (sim_life_t) { "", 7 * SIM_LIFE_DAY, 7 * SIM_LIFE_DAY };

    } else if (phone_is(kind, "payment")
               && phone_is(sim_store_field(store, now, key,
                                           PHONE_STR("state")), "VOIDED"))
    {
        life = (sim_life_t) { "", 7 * SIM_LIFE_DAY, 7 * SIM_LIFE_DAY };

    } else if (phone_is(kind, "mail")
               && !sim_life_owned(sim_store_field(store, now, key,
                                                  PHONE_STR("facts"))))
    {
        /* what a job brings */

        life = (sim_life_t) { "", 60 * SIM_LIFE_DAY, 60 * SIM_LIFE_DAY };

    } else if (phone_is(kind, "card_number")
               && sim_store_field(store, now, key,
                                  PHONE_STR("moved")).len)
    {
        life = (sim_life_t) { "", 5 * SIM_LIFE_MINUTE, 5 * SIM_LIFE_MINUTE };

    } else if (phone_is(kind, "moved")) {

        /* a log of which there is a statement */

        life = (sim_life_t) { "", 2 * SIM_LIFE_DAY, 2 * SIM_LIFE_DAY };

        if (ms == -1) {
            return NULL;
        }

    } else if (!sim_life_find(kind, id, now, settings, slack, &life)) {
        return ms == -1 ? NULL : "will expire";
    }

    if (ms == -1) {
        return "is kept for ever";
    }

    if (ms > life.most + (set ? 0 : slack)) {
        return "is kept for too long";
    }

    return set && ms < life.least ? "expires too early" : NULL;
}


static int
sim_sets_life(const phone_commit_t *commit, phone_str_t key)
{
    const phone_op_t  *op;

    for (op = commit->ops; op != NULL; op = op->next) {

        if (op->kind == PHONE_OP_PEXPIRE && phone_equal(op->key, key)) {
            return 1;
        }
    }

    return 0;
}


const char *
sim_lives_wrong(sim_store_t *store, int64_t now,
    const phone_settings_t *settings, int64_t slack,
    const phone_commit_t *commit, phone_str_t *key)
{
    const char           *wrong;
    const phone_op_t     *op;
    const phone_guard_t  *guard;

    wrong = NULL;

    for (op = commit->ops; op != NULL && wrong == NULL; op = op->next) {

        if (op->kind == PHONE_OP_PUBLISH) {
            continue;
        }

        *key = op->key;
        wrong = sim_life_wrong(store, now, settings, slack, *key,
                               sim_sets_life(commit, *key));
    }

    for (guard = commit->guards; guard != NULL && wrong == NULL;
         guard = guard->next)
    {
        if (guard->kind == PHONE_GUARD_CLAIM) {
            *key = guard->key;
            wrong = sim_life_wrong(store, now, settings, slack, *key, 1);

        } else if (guard->kind == PHONE_GUARD_SUM) {
            *key = guard->key;
            wrong = sim_life_wrong(store, now, settings, slack, *key, 0);
        }
    }

    return wrong;
}
