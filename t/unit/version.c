
/*
 * Versions of records: no two commits write the same one, so that a commit
 * that relies on a record which a failover has lost is refused.
 */


#define _GNU_SOURCE

#include "play.h"
#include "meddle.h"
#include "runtime/runtime.h"


#define SHOP  "tea"


static phone_str_t  seen;        /* the version that the last run has read */
static int          again;       /* the handler starts over first */


static phone_rc_t
rename_run(phone_call_t *call)
{
    phone_record_t  *shop;

    if (again && call->state.len == 0) {
        return phone_continue(call, PHONE_STR("again"));
    }

    shop = phone_ask(call, &phone_merchant, PHONE_STR(SHOP));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    seen = phone_copy(&player.arena, phone_get(shop, MERCHANT_V));
    phone_set(shop, MERCHANT_NAME, phone_arg(call, "name"));

    return phone_done(call);
}


static const phone_param_t  rename_params[] = {
    { "name", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  rename_endpoint = {
    "test.rename", "POST", "/rename", PHONE_ANYONE, rename_run,
    rename_params, NULL, "for the test"
};


static phone_str_t
version(void)
{
    return play_stored(&phone_merchant, SHOP, MERCHANT_V);
}


/* What another server does with what it has, and with what it has not. */

static void
set_field(unsigned field, phone_str_t value)
{
    char  text[32];

    snprintf(text, sizeof(text), "%.*s", PHONE_ARGS(value));
    meddle(PHONE_OP_HSET, &phone_merchant, PHONE_STR(SHOP), 2,
           (const char *[2]) { phone_merchant.fields[field], text });
}


static phone_str_t  lost_version;
static phone_str_t  lost_name;


/* A failover: the last commit is gone, and somebody else writes. */

static void
fail_over(void)
{
    phone_str_t  read;

    set_field(MERCHANT_V, lost_version);
    set_field(MERCHANT_NAME, lost_name);

    read = seen;
    is_int(play_endpoint(&rename_endpoint, "name=other"), 200,
           "on the new server another call writes");
    seen = read;
}


static void
lost_write(void)
{
    phone_str_t  lost;

    play_endpoint(&rename_endpoint, "name=first");
    lost_version = version();
    lost_name = PHONE_STR("first");

    play_endpoint(&rename_endpoint, "name=lost");
    lost = version();

    /* this call reads "lost", then the failover happens, then it commits */

    player.before_commit = fail_over;
    is_int(play_endpoint(&rename_endpoint, "name=stale"), 200,
           "a call that has read what was lost");
    ok(!phone_equal(seen, lost), "does not commit on it");
    is_int(player.commits, 3, "but meets a conflict and runs again");
    is_str(play_stored(&phone_merchant, SHOP, MERCHANT_NAME), "stale",
           "and then it commits");
}


static void
commits_differ(void)
{
    phone_str_t  before;

    before = version();
    is_int(before.len, 12, "a version is short");

    play_endpoint(&rename_endpoint, "name=a");
    ok(!phone_equal(version(), before), "each commit writes another one");

    /* of one call: the first commit's answer is lost and it runs again */

    before = version();
    player.lose_answer = 1;
    play_endpoint(&rename_endpoint, "name=b");
    is_int(player.commits, 2, "a call commits twice");
    ok(!phone_equal(seen, before), "it has seen its own first version");
    ok(!phone_equal(version(), seen), "the second commit writes another one");
}


/* Starting over counts runs anew; a version must not come back for it. */

static void
starts_over(void)
{
    phone_str_t   first;
    phone_call_t  call;

    phone_call_init(&call, &player.env, &rename_endpoint, NULL);
    play_draw(&call);

    call.serial++;
    call.room = 7;
    first = phone_copy(&player.arena, phone_version(&call));
    phone_start_over(&call);
    call.serial++;
    ok(!phone_equal(phone_version(&call), first),
       "a call that starts over writes other versions");
    is_int(call.room, 7, "and still knows how much room its lane has");
    phone_call_free(&call);

    again = 1;
    player.lose_answer = 1;
    is_int(play_endpoint(&rename_endpoint, "name=c"), 200,
           "one that starts over and commits twice");
    ok(!phone_equal(version(), seen), "writes two versions");
    again = 0;
}


int
main(void)
{
    play_start();

    lost_write();
    commits_differ();
    starts_over();

    play_end();

    return done_testing();
}
