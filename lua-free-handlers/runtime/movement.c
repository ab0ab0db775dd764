
/* Money: accounts of the ledger, and what moves between them. */


#include "../host.h"
#include "runtime.h"
#include "../lib/ledger.h"
#include "../lib/money.h"
#include "../lib/id.h"


/* What a bank may owe, of what outside may: eight of them and outside together
   are within 64 bits. */
#define PHONE_BANK_PART  1000


static phone_str_t phone_ledger_name(phone_call_t *call, const char *kind,
    phone_str_t id, phone_str_t currency);
static phone_ledger_account_t phone_ledger_of_bucket(phone_call_t *call,
    const char *kind, unsigned bucket, phone_str_t id, phone_str_t currency);
static phone_ledger_account_t phone_ledger_of_record(phone_call_t *call,
    const char *kind, const phone_type_t *type, phone_str_t id,
    unsigned field);
static phone_ledger_account_t phone_ledger_clearing(phone_call_t *call,
    unsigned bucket, phone_str_t currency);
static int phone_is_entry_word(phone_str_t text);
static void phone_bound(phone_call_t *call, phone_guard_kind_t kind,
    const phone_ledger_account_t *account, int64_t bound);
static void phone_leg(phone_call_t *call, const phone_ledger_account_t *from,
    const phone_ledger_account_t *to, const phone_str_t *fact);


static phone_str_t
phone_ledger_name(phone_call_t *call, const char *kind, phone_str_t id,
    phone_str_t currency)
{
    unsigned     n;
    phone_str_t  part[5];

    n = 0;
    part[n++] = phone_cstr(kind);
    part[n++] = PHONE_STR(":");

    if (id.len) {
        part[n++] = id;
    }

    if (currency.len) {
        if (id.len) {
            part[n++] = PHONE_STR(":");
        }

        part[n++] = currency;
    }

    return phone_join(&call->arena, n, part);
}


/* An account that is a field of its bucket's balances. */

static phone_ledger_account_t
phone_ledger_of_bucket(phone_call_t *call, const char *kind, unsigned bucket,
    phone_str_t id, phone_str_t currency)
{
    phone_ledger_account_t  account;

    account.name = phone_ledger_name(call, kind, id, currency);
    account.field = account.name;
    account.bucket = bucket;
    account.key = phone_key(&call->arena, &phone_balances, bucket, PHONE_EMPTY);
    account.least = -PHONE_SUM_MAX;
    account.most = PHONE_SUM_MAX;
    account.derived = 0;
    account.anywhere = 0;

    return account;
}


/* An account that is a field of its owner's record; it cannot be negative. */

static phone_ledger_account_t
phone_ledger_of_record(phone_call_t *call, const char *kind,
    const phone_type_t *type, phone_str_t id, unsigned field)
{
    phone_ledger_account_t  account;

    account.name = phone_ledger_name(call, kind, id, PHONE_EMPTY);
    account.field = phone_cstr(type->fields[field]);
    account.bucket = phone_home(call->env, type, id);
    account.key = phone_key(&call->arena, type, account.bucket, id);
    account.least = 0;
    account.most = PHONE_AMOUNT_MAX;
    account.derived = 0;
    account.anywhere = 0;

    return account;
}


phone_ledger_account_t
phone_ledger_card(phone_call_t *call, phone_str_t card_id)
{
    return phone_ledger_of_record(call, "card", &phone_card, card_id,
                                  CARD_BALANCE);
}


phone_ledger_account_t
phone_ledger_prepaid(phone_call_t *call, phone_str_t number)
{
    return phone_ledger_of_record(call, "prepaid", &phone_account, number,
                                  ACCOUNT_BALANCE);
}


phone_ledger_account_t
phone_ledger_takings(phone_call_t *call, phone_str_t merchant_id,
    phone_str_t currency)
{
    phone_ledger_account_t  account;

    account = phone_ledger_of_bucket(call, "takings",
                                     phone_home(call->env, &phone_merchant,
                                                merchant_id),
                                     merchant_id, currency);
    account.least = 0;
    account.anywhere = 1;

    return account;
}


phone_ledger_account_t
phone_ledger_outside(phone_call_t *call, phone_str_t name,
    phone_str_t currency)
{
    return phone_ledger_outside_in(call,
                                   phone_bucket_of(name, call->env->buckets),
                                   currency);
}


phone_ledger_account_t
phone_ledger_outside_in(phone_call_t *call, unsigned bucket,
    phone_str_t currency)
{
    phone_ledger_account_t  account;

    account = phone_ledger_of_bucket(call, "outside", bucket, PHONE_EMPTY,
                                     currency);
    account.least = -(PHONE_SUM_MAX / call->env->buckets);

    return account;
}


phone_ledger_account_t
phone_ledger_bank(phone_call_t *call, phone_str_t bank, phone_str_t card_id,
    phone_str_t currency)
{
    return phone_ledger_bank_in(call,
                                phone_home(call->env, &phone_card, card_id),
                                bank, currency);
}


phone_ledger_account_t
phone_ledger_bank_in(phone_call_t *call, unsigned bucket, phone_str_t bank,
    phone_str_t currency)
{
    phone_ledger_account_t  account;

    account = phone_ledger_of_bucket(call, "bank", bucket, bank, currency);
    account.least = -(PHONE_SUM_MAX / PHONE_BANK_PART / call->env->buckets);

    return account;
}


/* The clearing account of a bucket: its balance is the sum of its ledger
   entries and is not stored. */

static phone_ledger_account_t
phone_ledger_clearing(phone_call_t *call, unsigned bucket,
    phone_str_t currency)
{
    phone_ledger_account_t  account;

    account = phone_ledger_of_bucket(call, "clearing", bucket, PHONE_EMPTY,
                                     currency);
    account.derived = 1;

    return account;
}


int64_t
phone_ask_held(phone_call_t *call, const phone_ledger_account_t *account)
{
    int64_t              held;
    unsigned             i;
    phone_str_t          bucket;
    const phone_hash_t  *balances;

    bucket = phone_bucket_text(&call->arena, account->bucket);
    balances = phone_ask_hash(call, &phone_balances, bucket);
    held = 0;

    for (i = 0; i < balances->n; i++) {
        if (phone_equal(balances->field[i].name, account->field)
            && phone_parse_signed(balances->field[i].value, &held) != 0)
        {
            (void) phone_bad_value(call, &phone_balances, bucket);
        }
    }

    return held;
}


int
phone_holds(phone_call_t *call, const phone_ledger_account_t *account,
    int64_t amount_minor)
{
    return !call->forgot
           || phone_ask_held(call, account) >= account->least + amount_minor;
}


/* Guards that the account has the money, or room for it. */

static void
phone_bound(phone_call_t *call, phone_guard_kind_t kind,
    const phone_ledger_account_t *account, int64_t bound)
{
    phone_guard_t  *guard;

    guard = phone_guard(call, kind, account->bucket, account->key,
                        account->field,
                        phone_int(&call->arena, bound));
    if (guard) {
        guard->full = kind == PHONE_GUARD_AT_MOST || account->least < 0;
        guard->elsewhere = guard->full;
    }
}


/* One ledger entry and the balances it changes.  The entry is in the bucket of
   `from`, or, if that account may be named anywhere, in the bucket of `to`. */

static void
phone_leg(phone_call_t *call, const phone_ledger_account_t *from,
    const phone_ledger_account_t *to, const phone_str_t *fact)
{
    unsigned     bucket;
    phone_str_t  space, entry;

    if (!from->derived) {
        phone_op(call, PHONE_OP_HINCRBY, from->bucket, from->key, 2,
                 (phone_str_t[2]) { from->field,
                     phone_join(&call->arena, 2,
                                (phone_str_t[2]) { PHONE_STR("-"),
                                                   fact[1] }) });
    }

    if (!to->derived) {
        phone_op(call, PHONE_OP_HINCRBY, to->bucket, to->key, 2,
                 (phone_str_t[2]) { to->field, fact[1] });
    }

    space = PHONE_STR(" ");

    entry = phone_join(&call->arena, 13,
                       (phone_str_t[13]) { fact[0], space, from->name, space,
                           to->name, space, fact[1], space, fact[2], space,
                           fact[3], space, fact[4] });

    bucket = from->anywhere ? to->bucket : from->bucket;

    phone_op(call, PHONE_OP_RPUSH, bucket,
             phone_key(&call->arena, &phone_ledger, bucket,
                       phone_ledger_now(call, bucket)), 1, &entry);
}


/* Could an entry with it be read again? */

static int
phone_is_entry_word(phone_str_t text)
{
    return text.len && memchr(text.data, ' ', text.len) == NULL
           && memchr(text.data, '\n', text.len) == NULL;
}


void
phone_move(phone_call_t *call, phone_ledger_account_t from,
    phone_ledger_account_t to, int64_t amount_minor, phone_str_t currency,
    const char *reason, phone_str_t reference)
{
    phone_str_t             fact[5];
    phone_ledger_account_t  here, there;

    if (amount_minor <= 0 || amount_minor > PHONE_AMOUNT_MAX
        || !phone_is_entry_word(reference))
    {
        phone_break(call,
                    "the amount or reference of a movement is not allowed");
        return;
    }

    fact[0] = phone_call_id(call);
    fact[1] = phone_int(&call->arena, amount_minor);
    fact[2] = currency;
    fact[3] = phone_cstr(reason);
    fact[4] = reference;

    if (call->moves++) {
        fact[0] = phone_format(&call->arena, "%.*s.%u", PHONE_ARGS(fact[0]),
                               call->moves);
    }

    if (!from.derived) {
        phone_bound(call, PHONE_GUARD_AT_LEAST, &from,
                    from.least + amount_minor);
    }

    if (!to.derived) {
        phone_bound(call, PHONE_GUARD_AT_MOST, &to, to.most - amount_minor);
    }

    if (from.bucket == to.bucket
        || ((from.anywhere || to.anywhere)
            && call->env->domain == PHONE_WHOLE_STORE))
    {
        phone_leg(call, &from, &to, fact);
        return;
    }

    from.anywhere = 0;

    here = phone_ledger_clearing(call, from.bucket, currency);
    there = phone_ledger_clearing(call, to.bucket, currency);

    phone_leg(call, &from, &here, fact);
    phone_leg(call, &there, &to, fact);
}


void
phone_move_through(phone_call_t *call, phone_ledger_account_t from,
    phone_ledger_account_t through, phone_ledger_account_t to,
    int64_t amount_minor, phone_str_t currency, phone_purpose_t in,
    phone_purpose_t out)
{
    /* what comes and goes in one commit is in the ledger alone */

    through.derived = 1;

    phone_move(call, from, through, amount_minor, currency, in.reason,
               in.reference);
    phone_move(call, through, to, amount_minor, currency, out.reason,
               out.reference);
}
