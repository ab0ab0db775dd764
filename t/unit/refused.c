
/* While the store refuses writes, as it does when it is full: what only reads
   is answered, what writes is not. */


#define _GNU_SOURCE

#include "play.h"
#include "runtime/runner.h"


#define MINUTE  (INT64_C(60) * 1000)


static unsigned  commits;                /* of the call */


static int
refused(const char *name, const char *form)
{
    int              status;
    unsigned         i;
    phone_str_t      bad;
    phone_ask_t     *ask;
    phone_call_t     call;
    phone_next_t     next;
    phone_fields_t   fields;
    phone_runner_t   runner;

    for (i = 0; strcmp(phone_endpoints[i]->name, name) != 0; i++) {
        /* it is there */
    }

    fields.n = 0;
    commits = 0;
    phone_call_init(&call, &player.env, phone_endpoints[i], NULL);
    play_draw(&call);
    call.cookie[PHONE_COOKIE_SESSION] = player.cookie;
    call.fields = &fields;
    (void) phone_form_parse(&call.arena, phone_cstr(form), &fields, &bad);

    phone_runner_init(&runner, &call, MINUTE, 0);

    while ((next = phone_runner_next(&runner, 0, player.now, 0))
           != PHONE_NEXT_OVER)
    {
        if (next == PHONE_NEXT_COMMIT) {
            commits++;
            phone_runner_committed(&runner, PHONE_OUTCOME_REFUSED, NULL);
        }

        while ((ask = phone_next_ask(&call)) != NULL) {
            play_ask(&call, ask);
        }
    }

    ok(!runner.committed, "nothing is committed");
    is_int(runner.no_store, call.reply.status == 503,
           "the host is told of what has failed");
    status = call.reply.status;
    phone_call_free(&call);

    return status;
}


int
main(void)
{
    play_start();
    play("operator.accounts", "phone=13800000001&password=a-quiet-lake");
    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;

    is_int(refused("session.me", ""), 200, "a read");
    is_int(commits, 0, "that writes nothing");

    player.now += 5 * MINUTE;
    is_int(refused("session.me", ""), 200,
           "a read that would note when the session was used");
    is_int(commits, 1, "which is tried once");

    is_int(refused("session.logout", ""), 503, "a write");
    ok(commits > 0, "is tried");
    is_int(refused("session.me", ""), 200, "it has not happened");

    is_int(play("session.me", ""), 200, "when the store takes writes again");
    is_int(player.commits, 1, "the use is noted");

    play_end();

    return done_testing();
}
