
/*
 * Where a commit may touch one bucket a bill comes to that of its payer later.
 * Its merchant, who knows its id, is never told that there is no such bill,
 * however long it takes.
 */


#define _GNU_SOURCE

#include "check.h"


#define PAYER  "13800000001"


static void
ask(const char *id, int status, const char *name)
{
    char  form[80];

    snprintf(form, sizeof(form), "bill_id=%s", id);
    is_int(shop_call("bill.query", "tea", form), status, "%s", name);
}


int
main(void)
{
    char         id[64];
    phone_str_t  bill;

    play_start();
    player.env.domain = PHONE_ONE_BUCKET;
    shop_open("tea");

    bill = shop_bill("tea", "T1", PAYER);
    snprintf(id, sizeof(id), "%.*s", PHONE_ARGS(bill));

    ask(id, 503, "a bill on its way");
    player.now += 20 * 60 * 1000;
    ask(id, 503, "twenty minutes later");

    ask("001-01MCCDBR8RS2GCRSB7SEJFG379", 404, "what nobody has made");

    while (posted()) { /* void */ }

    ask(id, 200, "it has come");

    play_end();

    return done_testing();
}
