
/* A bank that is asked over HTTP, for tests.  For memmem() a test that includes
   it defines _GNU_SOURCE. */


#ifndef _PHONE_TEST_BANKING_H_INCLUDED_
#define _PHONE_TEST_BANKING_H_INCLUDED_


#include "shop.h"
#include "bill/bank.h"
#include "bill/bill.h"
#include "lib/canonical.h"


#define PAYER    "13800000001"
#define RIGHT    "&pin=" SHOP_PIN
#define SECOND   INT64_C(1000)
#define MINUTE   (60 * SECOND)


/* What the bank says next. */
static struct {
    const char              *status;     /* NULL: no answer */
    const char              *amount;
    const char              *currency;
    const char              *nonce;      /* NULL: that of the question */
    const char              *id;         /* likewise */
    const char              *digest;     /* likewise: the right one */
    char                     text[1024];
} says;


static phone_str_t  bill, card, built_in, asked, asked_id;


static inline const char *
bank(phone_str_t body)
{
    phone_str_t      bad, text, digest;
    phone_arena_t    arena;
    phone_fields_t   form, reply;

    phone_arena_init(&arena);
    form.n = reply.n = 0;
    phone_form_parse(&arena, body, &form, &bad);
    asked = phone_copy(&player.arena, phone_field(&form, "service")
                                      ? *phone_field(&form, "service")
                                      : PHONE_EMPTY);
    asked_id = phone_copy(&player.arena, *phone_field(&form, "id"));

    if (says.status == NULL) {
        player.gateway = 0;
        phone_arena_free(&arena);
        return "timeout";
    }

    player.gateway = 200;

    phone_fields_add(&reply, PHONE_STR("id"),
                     says.id ? phone_cstr(says.id)
                             : *phone_field(&form, "id"));
    phone_fields_add(&reply, PHONE_STR("status"), phone_cstr(says.status));
    phone_fields_add(&reply, PHONE_STR("amount"), phone_cstr(says.amount));
    phone_fields_add(&reply, PHONE_STR("currency"),
                     phone_cstr(says.currency));
    phone_fields_add(&reply, PHONE_STR("request_nonce"),
                     says.nonce ? phone_cstr(says.nonce)
                                : *phone_field(&form, "nonce"));
    (void) phone_canonical(&arena, &reply, 0, &text);
    digest = phone_digest(player.env.crypto, &arena, text);

    snprintf(says.text, sizeof(says.text),
             "{\"id\":\"%.*s\",\"status\":\"%s\",\"amount\":\"%s\","
             "\"currency\":\"%s\",\"request_nonce\":\"%.*s\","
             "\"digest\":\"%.*s\",\"sign\":\"AAAA\"}",
             PHONE_ARGS(*phone_field(&reply, "id")), says.status, says.amount,
             says.currency, PHONE_ARGS(*phone_field(&reply, "request_nonce")),
             PHONE_ARGS(says.digest ? phone_cstr(says.digest) : digest));

    phone_arena_free(&arena);

    return says.text;
}


static inline void
set_up(void)
{
    memset(&says, 0, sizeof(says));
    says.amount = "100";
    says.currency = "CNY";

    play_start();
    player.peer = bank;
    player.signatures = 1;

    shop_open("tea");
    built_in = shop_card(PAYER, "6222020000000015");
    play("operator.bank_cards", "phone=" PAYER "&card_no=4000000000006"
                                "&balance=0&bank=citybank");
    card = play_member("card_id");
    shop_payer(PAYER);
    bill = shop_bill("tea", "T1", PAYER);
}


static inline const char *
stored(const phone_type_t *type, phone_str_t id, unsigned what)
{
    char          name[64];
    phone_str_t   value;
    static char   text[4][256];
    static unsigned  i;

    snprintf(name, sizeof(name), "%.*s", PHONE_ARGS(id));
    value = play_stored(type, name, what);
    i = (i + 1) % 4;
    snprintf(text[i], sizeof(text[i]), "%.*s", PHONE_ARGS(value));

    return text[i];
}


static inline phone_str_t
payment(void)
{
    unsigned     i;
    phone_str_t  rest, word;

    for (i = 0; i < player.nevents; i++) {
        rest = player.event[i].member;

        if (phone_split(&rest, ' ', &word) && phone_is(word, "payment.step")
            && phone_split(&rest, ' ', &word))
        {
            return phone_copy(&player.arena, word);
        }
    }

    return PHONE_EMPTY;
}


static inline int64_t
due(void)
{
    unsigned  i;

    for (i = 0; i < player.nevents; i++) {
        if (memmem(player.event[i].member.data, player.event[i].member.len,
                   "payment.step", 12))
        {
            return player.event[i].score;
        }
    }

    return 0;
}


/* Runs the event of the payment, with that answer; what was asked. */

static inline phone_str_t
step(const char *status)
{
    unsigned      i;
    play_event_t  event;

    says.status = status;

    for (i = 0; i < player.nevents; i++) {
        if (memmem(player.event[i].member.data, player.event[i].member.len,
                   "payment.step", 12))
        {
            event = player.event[i];
            player.event[i] = player.event[0];
            player.event[0] = event;
            asked = PHONE_STR("nothing");
            play_event();

            return asked;
        }
    }

    return PHONE_STR("no event");
}


/* The answer to the commit was lost: a sweep finds the event. */

static inline void
sweep(void)
{
    char               key[32];
    unsigned           i;
    sim_member_t      *member;
    const sim_zset_t  *queue;

    snprintf(key, sizeof(key), "phone:{%.3s}:due", bill.data);
    queue = sim_store_zset(player.store, player.now, phone_cstr(key));

    for (i = 0; queue && i < queue->n; i++) {
        member = &queue->member[i];

        if (memmem(member->member.data, member->member.len, "payment.step",
                   12))
        {
            player.event[player.nevents++] = (play_event_t) {
                phone_copy(&player.arena, member->member),
                (unsigned) phone_id_bucket(bill, player.env.buckets),
                member->score };
        }
    }
}


#define IS_STATE(id, state, why)                                              \
    is_str(phone_cstr(stored(&phone_payment, id, PAYMENT_STATE)), state, why)
#define IS_BILL(status, why)                                                  \
    is_str(phone_cstr(stored(&phone_bill, bill, BILL_STATUS)), status, why)


#endif /* _PHONE_TEST_BANKING_H_INCLUDED_ */
