
/* Facts: many fields of a record in one field of its hash. */


#include "tap.h"
#include "host.h"
#include "runtime/facts.h"


static phone_call_t  call;


static phone_record_t *
bill(void)
{
    static phone_str_t     value[BILL_FIELDS], set[BILL_FIELDS];
    static phone_record_t  record;

    memset(value, 0, sizeof(value));
    memset(set, 0, sizeof(set));
    memset(&record, 0, sizeof(record));

    record.call = &call;
    record.type = &phone_bill;
    record.value = value;
    record.set = set;

    return &record;
}


static void
packing(void)
{
    phone_str_t      text;
    phone_record_t  *record;

    record = bill();

    phone_set(record, BILL_STATUS, PHONE_STR("CREATED"));
    phone_set(record, BILL_SUBJECT, PHONE_STR("tea \n 3 cups"));
    phone_set(record, BILL_AMOUNT, PHONE_STR("1280"));
    phone_set(record, BILL_BODY, PHONE_EMPTY);

    text = phone_facts_pack(record, &phone_bill.facts[0]);
    is_str(text, "amount 4 1280\nsubject 12 tea \n 3 cups\n",
            "facts, in the order of the fields, those that are there");

    record = bill();
    record->value[BILL_FACTS] = text;
    record->value[BILL_STATUS] = PHONE_STR("PAID");

    is_str(phone_get(record, BILL_SUBJECT), "tea \n 3 cups", "read again");
    is_int(phone_get_int(record, BILL_AMOUNT), 1280, "and as a number");
    is_str(phone_get(record, BILL_BODY), "", "one that is not there");
    is_str(phone_get(record, BILL_STATUS), "PAID", "what is no fact");
    is_str(phone_get(record, BILL_CARD), "", "facts that come later");

    record->value[BILL_PAID] = PHONE_STR("card 4 cbid\npay_id 1 7\n");
    is_str(phone_get(record, BILL_CARD), "cbid", "and have come");
    is_str(phone_get(record, BILL_SUBJECT), "tea \n 3 cups",
            "beside the first");
    ok(!call.broken, "all is well");
}


/* A handler that first reads other fields, then asks for facts as well. */

static void
wider(void)
{
    phone_record_t  *record;

    record = bill();
    record->value[BILL_STATUS] = PHONE_STR("PAID");
    is_str(phone_get(record, BILL_AMOUNT), "", "not asked for");

    record->value[BILL_FACTS] = PHONE_STR("amount 1 7\n");
    is_str(phone_get(record, BILL_AMOUNT), "7", "asked for later");
}


static void
strangers(void)
{
    unsigned                  i;
    phone_record_t           *record;
    static const char *const  bad[] = {
        "amount", "amount 4", "amount 4 128", "amount 4 1280", "amount x 1\n",
        "amount 5 1280\n", "amount -1 \n", "amount 4 1280\nsubject 99 x\n",
        "amount 9223372036854775807 1\n"
    };

    record = bill();
    record->value[BILL_FACTS] = PHONE_STR("amount 1 7\nnewer 2 xy\n"
                                          "payer 1 8\n");
    is_str(phone_get(record, BILL_PAYER), "8",
            "a fact of another version is passed over");
    is_str(phone_get(record, BILL_AMOUNT), "7", "the others are read");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        call.broken = 0;
        record = bill();
        record->value[BILL_FACTS] = phone_cstr(bad[i]);
        (void) phone_get(record, BILL_PAYER);
        ok(call.broken, "\"%s\" breaks the call", bad[i]);
    }

    call.broken = 0;
}


static void
masks(void)
{
    is_int(phone_facts_mask(&phone_bill, PHONE_F(BILL_STATUS)),
           PHONE_F(BILL_STATUS), "no fact is asked for");
    is_int(phone_facts_mask(&phone_bill, PHONE_F(BILL_AMOUNT)
                                         | PHONE_F(BILL_EXPIRES)
                                         | PHONE_F(BILL_PAID_AT)),
           PHONE_F(BILL_FACTS) | PHONE_F(BILL_PAID),
           "facts given together are one field");
    is_int(phone_facts_mask(&phone_account, UINT32_MAX), UINT32_MAX,
           "a type without facts");
}


/* Lists, marks and logs have no fields. */

static void
no_fields(void)
{
    unsigned                          i;
    static const phone_type_t *const  keys[] = {
        &phone_bills_of, &phone_merchants, &phone_due, &phone_ledger,
        &phone_order, &phone_tries, &phone_balances
    };

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        is_int(keys[i]->nfields, 0, "%s: no field", keys[i]->name);
    }
}


int
main(void)
{
    no_fields();
    phone_arena_init(&call.arena);

    packing();
    wider();
    strangers();
    masks();

    phone_arena_free(&call.arena);

    return done_testing();
}
