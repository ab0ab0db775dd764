
/* The toys of t/toys are endpoints, work and events as the shipped ones are. */


#define _GNU_SOURCE

#include "play.h"


int
main(void)
{
    unsigned  i, shipped, toys;

    shipped = 0;
    toys = 0;

    for (i = 0; phone_endpoints[i]; i++) {

        if (strncmp(phone_endpoints[i]->name, "toy.", 4) == 0) {
            toys++;

        } else {
            ok(toys == 0, "%s is before the toys", phone_endpoints[i]->name);
            shipped++;
        }
    }

    ok(shipped > 20, "the shipped endpoints");
    ok(toys > 0, "and toys");

    play_start();

    play("toy.turn", "text=teapot");
    is_str(play_code(), "OK", "a toy is played");
    is_str(play_member("turned"), "topaet", "it turns a text round");

    play("toy.turn", "text=no");
    is_str(play_code(), "PARAM_INVALID", "work that fails");

    play("toy.turn", "text=nine9nine");
    is_str(play_code(), "PARAM_INVALID", "more than the work declares");

    play_end();

    return done_testing();
}
