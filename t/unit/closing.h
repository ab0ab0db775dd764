
/* What tests of the closing of months share: its job, its files. */


#ifndef _PHONE_TEST_CLOSING_H_INCLUDED_
#define _PHONE_TEST_CLOSING_H_INCLUDED_


#include "check.h"
#include "lib/gzip.h"


#define JANUARY  INT64_C(1798761600000)          /* 2027 */
#define FEBRUARY INT64_C(1801440000000)
#define MARCH    INT64_C(1803859200000)
#define OVER     70000                           /* ms after the end */


/* The bucket of the card. */
static char  home[4];


static inline int
ask(const char *bucket, const char *month)
{
    char  form[64];

    player.cookie = PHONE_EMPTY;
    snprintf(form, sizeof(form), "bucket=%s&month=%s",
             bucket + strspn(bucket, "0") - (strspn(bucket, "0") == 3),
             month);

    return play("operator.ledger_close", form);
}


/* The job's steps; what else is put is left out. */

static inline int
steps(void)
{
    int           n;
    phone_call_t  call;
    play_event_t  event;

    for (n = 0; player.nevents; /* void */ ) {

        if (memmem(player.event[0].member.data, player.event[0].member.len,
                   "ledger.close", 12) == NULL)
        {
            memmove(player.event, player.event + 1,
                    --player.nevents * sizeof(play_event_t));
            continue;
        }

        if (!play_event_begin(&call, &event)) {
            break;
        }

        do {
            play_run(&call);
        } while (play_commit(&call));

        player.now = call.repeat_at > player.now ? call.repeat_at
                                                 : player.now;
        play_event_end(&call, &event);
        n++;
    }

    is_int(player.disk_open, 0, "no file stays open");
    is_int(player.disk_made, 0, "none is left half made");

    return n;
}


static inline phone_str_t
period(const char *bucket, unsigned field)
{
    return play_stored(&phone_period, bucket, field);
}


static inline int
entries(const char *bucket, const char *month)
{
    char               key[64];
    const sim_list_t  *list;

    snprintf(key, sizeof(key), "phone:{%s}:ledger:%s-%s", bucket, bucket,
             month);
    list = sim_store_list(player.store, player.now, phone_cstr(key));

    return list ? (int) list->n : 0;
}


static inline void
close_all(const char *month)
{
    char      bucket[16];
    unsigned  i;

    for (i = 0; i < player.env.buckets; i++) {
        snprintf(bucket, sizeof(bucket), "%03u", i);
        (void) ask(bucket, month);
        (void) steps();
    }
}


/* The books are right; events that nobody runs here are overdue. */

static inline void
sound(const char *name)
{
    player.cookie = PHONE_EMPTY;
    is_int(play("operator.check", ""), 200, "%s: checked", name);
    ok(play_says("\"faults_found\":0,\"mismatches_found\":0,"
                 "\"negative_found\":0,\"entries_unreadable\":0,"
                 "\"entries_untracked\":0")
       && play_says("\"sums\":[{\"currency\":\"CNY\",\"sum\":0"),
       "%s: the books are right", name);
}


static inline phone_str_t
unzipped(phone_str_t sha256)
{
    int64_t          n;
    phone_str_t      bytes;
    phone_buf_t      text;
    phone_gunzip_t  *gunzip;

    bytes = play_blob(sha256);
    gunzip = phone_gunzip_begin(&player.arena);
    phone_buf_init(&text, &player.arena, 65536);
    n = phone_gunzip(gunzip, &bytes, text.data, 65536);
    text.len = n < 0 ? 0 : (size_t) n;

    return phone_gunzip_whole(gunzip) ? phone_buf_str(&text) : PHONE_EMPTY;
}


#endif /* _PHONE_TEST_CLOSING_H_INCLUDED_ */
