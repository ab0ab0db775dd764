
/*
 * An envelope at a call that decides in another bucket than its caller's:
 * where a commit may touch one bucket only, the envelope is used up by a commit
 * of its own.
 */


#define _GNU_SOURCE

#include "sealing.h"
#include "../toys/toys.h"


#define NUMBER  "+8613800000001"
#define LOGIN   "phone=13800000001&password=a-quiet-lake"


static const phone_param_t  params[] = {
    { "stock", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "which" },
    { "n", PHONE_P_INT, PHONE_REQUIRED|PHONE_SECRET, 1, 1000, "how many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static phone_endpoint_t  secret_draw;
static sealing_phone_t   phone;


/* In the bucket of the number, or another one. */

static phone_str_t
stock(int same)
{
    unsigned     i;
    phone_str_t  name;

    for (i = 0; ; i++) {
        name = phone_format(&player.arena, "stock%u", i);

        if ((phone_bucket_of(name, player.env.buckets)
             == phone_bucket_of(PHONE_STR(NUMBER), player.env.buckets))
            == same)
        {
            return name;
        }
    }
}


static const char *
outside(phone_str_t name)
{
    return phone_format(&player.arena, "stock=%.*s%c", PHONE_ARGS(name),
                        0).data;
}


static phone_str_t
left(phone_str_t name)
{
    play("toy.takes", outside(name));

    return play_member("left");
}


static int
draw(phone_str_t name, const char *secret)
{
    return play_endpoint(&secret_draw,
                         sealed_form(&phone, "toy.draw", outside(name),
                                     secret));
}


static void
once_in(phone_domain_t domain, int same)
{
    phone_str_t  name;

    play_start();
    player.env.domain = domain;
    secret_draw = phone_toy_draw;
    secret_draw.params = params;

    play("operator.accounts", LOGIN);
    play("session.login", LOGIN);
    player.cookie = player.set_cookie;
    ok(sealing_key(&phone, NUMBER, 2, "0123456789abcdefghijkl"), "a key");

    name = stock(same);
    play("toy.fill", phone_format(&player.arena, "stock=%.*s&left=10%c",
                                  PHONE_ARGS(name), 0).data);

    is_int(draw(name, "n=2"), 200, "drawn, domain %d, %s bucket", domain,
           same ? "own" : "another");
    is_int(player.commits, domain == PHONE_ONE_BUCKET && !same ? 2 : 1,
           "by so many commits");
    is_int(play_endpoint(&secret_draw, sealing.form), 409, "not again");
    is_str(play_code(), "ENVELOPE_REPLAYED", "with that");
    is_str(left(name), "8", "once");

    player.lose_answer = 1;
    is_int(draw(name, "n=3"), 200, "an answer is lost");
    is_int(play_endpoint(&secret_draw, sealing.form), 409, "nor then");

    is_int(draw(name, "n=100"), 403, "more than there is");
    is_int(play_endpoint(&secret_draw, sealing.form), 409,
           "is refused once as well");

    player.key = PHONE_STR("k1");
    is_int(draw(name, "n=1"), 200, "with an Idempotency-Key");
    is_int(play_endpoint(&secret_draw, sealing.form), 200, "the same bytes");
    is_int(draw(name, "n=1"), 200, "and sealed again");
    player.key = PHONE_EMPTY;
    player.key.data = NULL;

    play_end();
}


int
main(void)
{
    once_in(PHONE_WHOLE_STORE, 1);
    once_in(PHONE_WHOLE_STORE, 0);
    once_in(PHONE_ONE_BUCKET, 1);
    once_in(PHONE_ONE_BUCKET, 0);

    return done_testing();
}
