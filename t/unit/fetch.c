
/*
 * Outbound calls: the table of descriptors, what makes two asks the same, and
 * values that cannot be sent as headers.
 */


#define _GNU_SOURCE

#include "play.h"


static phone_rc_t toy_run(phone_call_t *call);


static const phone_fetch_t  toy = {
    "toy", "GET", NULL, { "X-Row", "X-Sum" }, 16, 0, "A toy.", 0,
    0
};

static const phone_fetch_t  other = {
    "other", "GET", NULL, { "X-Row", "X-Sum" }, 16, 0, "Another.",
    0, 0
};

static const phone_event_t  toy_event = {
    "toy.call", toy_run, "Calls."
};

static phone_rc_t
toy_run(phone_call_t *call)
{
    return phone_done(call);
}


/* A token of RFC 9110; a name of ours is in a log line and a directive. */

static int
is_token(const char *name)
{
    return name[0]
           && name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-")] == '\0';
}


static void
table(void)
{
    unsigned              i, k;
    const phone_fetch_t  *fetch;

    static const char  ours[] = "Phone-Fetch-";

    for (i = 0; phone_fetches[i]; i++) {
        fetch = phone_fetches[i];

        ok(is_token(fetch->name) && is_token(fetch->method)
           && fetch->largest && fetch->about[0], "%s is whole", fetch->name);
        ok(fetch->largest <= 64 * 1024, "%s: a reply fits in memory",
           fetch->name);
        ok(fetch->type == NULL || strpbrk(fetch->type, "\r\n") == NULL,
           "%s: its type is one line", fetch->name);

        for (k = 0; k < PHONE_FETCH_HEADERS && fetch->header[k]; k++) {
            ok(is_token(fetch->header[k])
               && strncasecmp(fetch->header[k], ours, sizeof(ours) - 1) != 0,
               "%s: header %s", fetch->name, fetch->header[k]);
        }

        for (k = 0; k < i; k++) {
            ok(strcmp(phone_fetches[k]->name, fetch->name) != 0,
               "%s is not %s", fetch->name, phone_fetches[k]->name);
        }
    }
}


static unsigned
handed_out(phone_call_t *call)
{
    unsigned  n;

    for (n = 0; phone_next_ask(call); n++) {
        /* void */
    }

    return n;
}


static void
asks(void)
{
    phone_call_t           call;
    const phone_answer_t  *first;

    phone_call_init(&call, &player.env, NULL, &toy_event);

#define ASK(fetch, url, a, b, body)                                           \
    phone_ask_fetch(&call, fetch, PHONE_STR(url),                             \
                    (phone_str_t[]) { PHONE_STR(a), PHONE_STR(b) },           \
                    PHONE_STR(body))

    first = ASK(&toy, "", "1", "2", "text");
    ok(ASK(&toy, "", "1", "2", "text") == first, "the same call is one");
    ok(ASK(&other, "", "1", "2", "text") != first, "another descriptor");
    ok(ASK(&toy, "http://a/", "1", "2", "text") != first, "another URL");
    ok(ASK(&toy, "", "2", "2", "text") != first, "another first header");
    ok(ASK(&toy, "", "1", "", "text") != first, "without the second");
    ok(ASK(&toy, "", "1", "2", "more") != first, "another body");

    is_int(handed_out(&call), 6, "six calls");

    phone_call_free(&call);
}


static void
values(void)
{
    unsigned               i;
    phone_call_t           call;
    const phone_answer_t  *answer;

    static const phone_str_t  bad[] = {
        { 6, "1\r\nX:1" }, { 2, "1\n" }, { 2, "\r1" }, { 3, "1\0002" },
        { 2, "\t1" }, { 2, " 1" }, { 2, "1 " }, { 2, "1\x7f" }
    };

    phone_call_init(&call, &player.env, NULL, &toy_event);

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        answer = phone_ask_fetch(&call, &toy, PHONE_EMPTY,
                                 (phone_str_t[]) { PHONE_STR("1"), bad[i] },
                                 PHONE_EMPTY);

        ok(!phone_waiting(&call), "a value that makes no header, %u", i);
        is_int(answer->status, 0, "is not sent");
        is_str(answer->text, "header", "and it is said why");
    }

    is_int(handed_out(&call), 0, "none of them is handed out");

    (void) ASK(&toy, "", "1", "\xe8\x8c\xb6 2", "");
    (void) ASK(&toy, "", "", "", "");
    (void) phone_ask_fetch(&call, &toy, PHONE_EMPTY, NULL, PHONE_EMPTY);
    ok(phone_waiting(&call), "UTF-8, a space within, no value at all");
    is_int(handed_out(&call), 2, "are sent; none given is none sent");

    phone_call_free(&call);
}


int
main(void)
{
    play_start();

    table();
    asks();
    values();

    play_end();

    return done_testing();
}
