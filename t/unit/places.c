
/* Where a name counts is found by one keyed hash a call, however often the
   handler asks; a hash that fails breaks the call and is tried again. */


#define _GNU_SOURCE

#include "lib/seal.h"


static int counted_mac(phone_mac_key_t *key, phone_str_t data,
    unsigned char mac[PHONE_MAC_LEN]);


#define phone_mac  counted_mac

#include "../../lua-free-handlers/runtime/sketch.c"

#undef phone_mac

#include "play.h"


static phone_call_t  call;
static unsigned      macs;
static int           no_mac;


static int
counted_mac(phone_mac_key_t *key, phone_str_t data,
    unsigned char mac[PHONE_MAC_LEN])
{
    macs++;

    return no_mac ? -1 : phone_mac(key, data, mac);
}


static phone_ask_count_t *
ask(const phone_type_t *type, const char *name)
{
    phone_ask_t  *found;

    (void) phone_ask_count(&call, type, phone_cstr(name), PHONE_MINUTE);

    for (found = call.asks; found->next; found = found->next) { /* void */ }

    return (phone_ask_count_t *) found;
}


static void
start(void)
{
    phone_call_init(&call, &player.env, NULL, NULL);
    call.now = PLAY_NOW;
    macs = 0;
}


int
main(void)
{
    phone_ask_count_t  *first, *other;

    play_start();

    start();
    first = ask(&phone_tries, "+86138");
    ok(ask(&phone_tries, "+86138") == first, "a name counts in one place");
    is_int(macs, 1, "and is hashed once");

    other = ask(&phone_tries, "+86139");
    ok(memcmp(other->bit, first->bit, sizeof(other->bit)) != 0,
       "another name counts elsewhere");

    other = ask(&phone_days, "+86138");
    ok(memcmp(other->bit, first->bit, sizeof(other->bit)) != 0,
       "so does the same one that is counted as something else");
    is_int(macs, 3, "each is hashed");

    phone_call_free(&call);

    start();
    no_mac = 1;
    (void) ask(&phone_tries, "+86138");
    ok(call.broken, "a hash that fails breaks the call");

    no_mac = 0;
    call.broken = 0;
    other = ask(&phone_tries, "+86138");
    is_int(macs, 2, "the next run hashes again");
    ok(other->bit[0] || other->bit[1] % (PHONE_CELL_BITS * call.env->cells),
       "and has its place");

    phone_call_free(&call);
    play_end();

    return done_testing();
}
