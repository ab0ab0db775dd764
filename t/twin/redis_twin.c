
/*
 * redis_twin --socket PATH [--source FILE] [--seeds N] [--seed FIRST]
 *            [--broken]
 *
 * The script is the one that the shell sends: it is read from its source.
 * The Redis is emptied for each seed, so it must be a private one.  --broken
 * gives the twin a defect, which must show.
 */


#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "twin.h"


#define TWIN_TRANSACTIONS    60          /* of a seed */
#define TWIN_SCRIPT_MAX      8192

typedef struct {
    const char              *socket;
    const char              *source;
    uint64_t                 first;
    uint64_t                 seeds;
    int                      broken;
} twin_arguments_t;


static int twin_script(twin_t *twin, const char *source);
static void twin_run(twin_t *twin, uint64_t seed);
static void twin_transaction(twin_t *twin);
static void twin_judge(twin_t *twin, const phone_commit_t *commit,
    const redisReply *reply);
static void twin_hear(twin_t *twin);


int64_t
twin_now(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_REALTIME, &now);

    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}


void
twin_fail(twin_t *twin, const char *fmt, ...)
{
    va_list  args;

    if (twin->failed) {
        return;
    }

    twin->failed = 1;
    printf("twin: seed %llu: ", (unsigned long long) twin->seed);

    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);

    printf("\n");
}


redisReply *
twin_command(twin_t *twin, unsigned n, const phone_str_t *word)
{
    size_t       len[TWIN_ARGV_MAX];
    unsigned     i;
    const char  *argv[TWIN_ARGV_MAX];
    redisReply  *reply;

    for (i = 0; i < n; i++) {
        argv[i] = word[i].data;
        len[i] = word[i].len;
    }

    reply = redisCommandArgv(twin->redis, (int) n, argv, len);

    if (reply == NULL) {
        fprintf(stderr, "twin: redis: %s\n", twin->redis->errstr);
        exit(2);
    }

    return reply;
}


/* The script: the string literals behind "ngx_phone_script[] =". */

static int
twin_script(twin_t *twin, const char *source)
{
    int          c, inside;
    FILE        *file;
    char         line[512], script[TWIN_SCRIPT_MAX];
    size_t       n;
    const char  *p;
    redisReply  *reply;

    file = fopen(source, "r");

    if (file == NULL) {
        fprintf(stderr, "twin: %s: %s\n", source, strerror(errno));
        return -1;
    }

    inside = 0;
    n = 0;

    while (fgets(line, sizeof(line), file) != NULL && inside < 2) {

        if (strstr(line, "ngx_phone_script[] =") != NULL) {
            inside = 1;
            continue;
        }

        p = strchr(line, '"');

        if (!inside || p == NULL) {
            continue;
        }

        for (p++; *p != '\0' && *p != '"' && n < sizeof(script); p++) {
            c = *p;

            if (c == '\\') {
                c = *++p == 'n' ? '\n' : *p;
            }

            script[n++] = (char) c;
        }

        inside = p[0] != '\0' && p[1] == ';' ? 2 : 1;
    }

    fclose(file);

    const phone_str_t  load[] = { PHONE_STR("SCRIPT"), PHONE_STR("LOAD"),
                                  { n, script } };

    reply = twin_command(twin, 3, load);

    if (inside != 2 || reply->type != REDIS_REPLY_STRING) {
        fprintf(stderr, "twin: %s: %s\n", source,
                inside == 2 ? reply->str : "no script found");
        freeReplyObject(reply);
        return -1;
    }

    twin->sha = strdup(reply->str);
    freeReplyObject(reply);

    return 0;
}


/* A run */

static void
twin_published(void *data, phone_str_t channel, phone_str_t payload)
{
    twin_t  *twin;

    twin = data;

    if (twin->npublished < TWIN_PUBLISHED_MAX) {
        twin->published[twin->npublished++]
            = phone_format(&twin->arena, "%.*s %.*s", PHONE_ARGS(channel),
                           PHONE_ARGS(payload));
    }
}


static void
twin_run(twin_t *twin, uint64_t seed)
{
    unsigned             i, reads;
    sim_store_options_t  options;

    const phone_str_t  flush[] = { PHONE_STR("FLUSHALL") };

    freeReplyObject(twin_command(twin, 1, flush));

    sim_memory_reset(&twin->memory);
    sim_random_seed(&twin->random, seed);

    memset(&options, 0, sizeof(options));
    options.defects = twin->defects;
    options.publish = twin_published;
    options.data = twin;

    twin->seed = seed;
    twin->store = sim_store_create(&twin->memory, &options);

    for (i = 0; i < TWIN_TRANSACTIONS && !twin->failed; i++) {
        phone_arena_init(&twin->arena);
        twin->brief = 0;

        twin_transaction(twin);

        if (twin->brief) {
            usleep(25000);
        }

        for (reads = (unsigned) sim_below(&twin->random, 4);
             reads && !twin->failed;
             reads--)
        {
            twin_compare_read(twin);
        }

        if (!twin->failed && sim_below(&twin->random, 8) == 0) {
            twin_compare_all(twin);
        }

        phone_arena_free(&twin->arena);
    }
}


/* Some commits in one call: each stands or falls for itself. */

static void
twin_transaction(twin_t *twin)
{
    unsigned         i, n;
    redisReply      *reply;
    phone_commit_t   commit[TWIN_COMMITS_MAX];

    n = 1 + (unsigned) sim_below(&twin->random, TWIN_COMMITS_MAX);

    for (i = 0; i < n; i++) {
        twin_draw_commit(twin, &commit[i]);
    }

    twin->npublished = 0;
    twin->transactions += n;

    reply = twin_send(twin, commit, n);

    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != n) {
        twin_fail(twin, "%u commits, %zu answers of type %d", n,
                  reply->elements, reply->type);
    }

    for (i = 0; i < n && !twin->failed; i++) {
        twin_judge(twin, &commit[i], reply->element[i]);
    }

    freeReplyObject(reply);
    twin_hear(twin);

    for (i = 0; i < n && twin->failed; i++) {
        twin_show(&commit[i]);
    }
}


static void
twin_judge(twin_t *twin, const phone_commit_t *commit,
    const redisReply *reply)
{
    unsigned       guard;
    sim_outcome_t  outcome;

    outcome = sim_store_apply(twin->store, twin_now(), commit, &guard);

    if (reply->type == REDIS_REPLY_ERROR) {
        twin->errors++;

        if (outcome != SIM_ERROR) {
            twin_fail(twin, "redis: %s, the twin goes on", reply->str);
        }

    } else if (outcome == SIM_ERROR) {
        twin_fail(twin, "the twin fails, redis answers %lld", reply->integer);

    } else if (outcome == SIM_CONFLICT) {
        twin->conflicts++;

        if (reply->integer != (long long) guard + 1) {
            twin_fail(twin, "guard %u fails, redis answers %lld", guard + 1,
                      reply->integer);
        }

    } else {
        twin->applied++;

        if (reply->integer != 0) {
            twin_fail(twin, "all guards hold, redis answers %lld",
                      reply->integer);
        }
    }
}


/* What the subscriber of Redis heard is what the twin has published. */

static void
twin_hear(twin_t *twin)
{
    void        *reply;
    unsigned     i;
    redisReply  *r;
    phone_str_t  heard;

    for (i = 0; i < twin->npublished; i++) {

        if (redisGetReply(twin->heard, &reply) != REDIS_OK) {
            twin_fail(twin, "a live event is not heard");
            return;
        }

        r = reply;
        heard = phone_format(&twin->arena, "%s %.*s", r->element[2]->str,
                             (int) r->element[3]->len, r->element[3]->str);

        if (!phone_equal(heard, twin->published[i])) {
            twin_fail(twin, "heard \"%.*s\", published \"%.*s\"",
                      PHONE_ARGS(heard), PHONE_ARGS(twin->published[i]));
        }

        freeReplyObject(r);
    }
}


static redisContext *
twin_connect(const char *path)
{
    redisContext    *redis;
    struct timeval   patience;

    redis = redisConnectUnix(path);

    if (redis == NULL || redis->err) {
        fprintf(stderr, "twin: %s: %s\n", path,
                redis ? redis->errstr : "out of memory");
        exit(2);
    }

    patience = (struct timeval) { 20, 0 };
    (void) redisSetTimeout(redis, patience);

    return redis;
}


static void
twin_usage(void)
{
    fprintf(stderr, "usage: redis_twin --socket PATH [--source FILE] "
                    "[--seeds N] [--seed FIRST] [--broken]\n");
    exit(2);
}


static void
twin_arguments(int argc, char **argv, twin_arguments_t *arguments)
{
    int                         option;
    static const struct option  options[] = {
        { "socket", required_argument, NULL, 'u' },
        { "source", required_argument, NULL, 'c' },
        { "seeds", required_argument, NULL, 'n' },
        { "seed", required_argument, NULL, 's' },
        { "broken", no_argument, NULL, 'b' },
        { NULL, 0, NULL, 0 }
    };

    memset(arguments, 0, sizeof(twin_arguments_t));
    arguments->source = "modules/store/ngx_phone_store_commit.c";
    arguments->first = 1;
    arguments->seeds = 100;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {

        switch (option) {

        case 'u':
            arguments->socket = optarg;
            break;

        case 'c':
            arguments->source = optarg;
            break;

        case 'n':
            arguments->seeds = strtoull(optarg, NULL, 10);
            break;

        case 's':
            arguments->first = strtoull(optarg, NULL, 10);
            break;

        case 'b':
            arguments->broken = 1;
            break;

        default:
            twin_usage();
        }
    }

    if (arguments->socket == NULL) {
        twin_usage();
    }
}


int
main(int argc, char **argv)
{
    int                failed;
    twin_t            *twin;
    uint64_t           i;
    redisReply        *reply;
    twin_arguments_t   arguments;

    twin_arguments(argc, argv, &arguments);

    twin = calloc(1, sizeof(twin_t));

    if (twin == NULL) {
        return 2;
    }

    twin->defects = arguments.broken ? SIM_SKIP_DUE : 0;
    twin->redis = twin_connect(arguments.socket);
    twin->heard = twin_connect(arguments.socket);

    reply = redisCommand(twin->heard, "PSUBSCRIBE *");
    freeReplyObject(reply);

    if (twin_script(twin, arguments.source) != 0) {
        return 2;
    }

    for (i = 0; i < arguments.seeds && !twin->failed; i++) {
        twin_run(twin, arguments.first + i);
    }

    printf("twin: seeds=%llu transactions=%lu applied=%lu conflicts=%lu "
           "errors=%lu reads=%lu dumps=%lu differences=%d\n",
           (unsigned long long) i, twin->transactions, twin->applied,
           twin->conflicts, twin->errors, twin->reads, twin->dumps,
           twin->failed);

    failed = twin->failed;

    redisFree(twin->redis);
    redisFree(twin->heard);
    free(twin->sha);
    sim_memory_free(&twin->memory);
    free(twin);

    return failed;
}
