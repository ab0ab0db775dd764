
/* What tests of GET /operator/check share: damage, and what is found. */


#ifndef _PHONE_TEST_CHECK_H_INCLUDED_
#define _PHONE_TEST_CHECK_H_INCLUDED_


#include "meddle.h"
#include "shop.h"
#include "lib/date.h"


/* A row of a statement of tea's, of now, as takings that were meddled with need
   one. */

static inline void
state_row(const char *currency, const char *amount)
{
    char  id[32], row[80];

    snprintf(id, sizeof(id), "tea:%.10s",
             phone_zone_day(&player.arena, player.now / 1000, 480).data);
    snprintf(row, sizeof(row), "%lld,payment,,,,%s,%s",
             (long long) player.now, currency, amount);
    meddle(PHONE_OP_RPUSH, &phone_moved, phone_cstr(id), 1,
           (const char *[1]) { row });
}


/* The next event is of a posting; others never run here. */

static inline int
posted(void)
{
    play_event_t  event;

    while (player.nevents) {
        if (strncmp(player.event[0].member.data, "posting.apply ", 14) == 0) {
            event = player.event[0];
            play_event();

            /* applied; and gone once its claim is seen */

            memmove(player.event + 1, player.event,
                    player.nevents++ * sizeof(play_event_t));
            player.event[0] = event;

            return play_event();
        }

        memmove(player.event, player.event + 1,
                --player.nevents * sizeof(play_event_t));
    }

    return 0;
}


static inline void
check(const char *expected, const char *name)
{
    is_int(play("operator.check", ""), 200, "%s: an answer", name);
    is_str(play_member("ok"), expected, "%s: ok", name);
    is_int(player.commits, 0, "%s: writes nothing", name);
}


/* The only one, and which it is. */

static inline void
fault(const char *what, const char *where)
{
    char  text[200];

    snprintf(text, sizeof(text), "{\"what\":\"%s\",\"where\":\"%s\"}", what,
             where);

    is_str(play_member("faults_found"), "1", "%s: one", what);
    ok(play_says(text), "%s %s", what, where);
}


#endif /* _PHONE_TEST_CHECK_H_INCLUDED_ */
