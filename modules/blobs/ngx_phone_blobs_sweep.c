
/*
 * Removes blobs that nobody keeps: whose call was never committed, or whose
 * owners have all gone.  One worker of a host goes through the folders, one at
 * a time.  The clock says which: a worker that starts goes on where the others
 * are, so that no folder waits for a round without a reload.
 *
 * A thread lists what was not touched for a day.  The store is asked of each
 * whether anybody keeps it.  What nobody does is marked (by its mode) and
 * touched, so that it stays for a day more: a failover may lose the commit that
 * let it go, and bring back the record.  What is found marked goes: a thread
 * moves the file aside, looks at its time and mode, and removes it, or puts it
 * back when it was kept since.
 *
 * No file is lost that a commit names.  A call keeps a file by touching it, or
 * by writing it anew where it is not there, and is committed within half a
 * minute of its beginning.  A commit that the store had not applied when it was
 * asked has therefore touched the file less than a day before that; if that was
 * before the file was moved aside, its time shows it, and it is put back; if it
 * was later, the call has found no file and has written one.  A worker that
 * dies in between leaves the file aside: the next round puts it back first.  A
 * file that was written in its place since then stays: it is fresh, and the one
 * aside would bring its old time and its mark along.
 *
 * Where a commit may touch one bucket only, who keeps a blob is told to its
 * bucket by a posting, a moment later: after any trouble with the store nothing
 * is removed for ten minutes.  What the store does not answer is kept.
 */


#include "blobs/ngx_phone_blobs.h"


#define NGX_PHONE_SWEEP_FOLDERS  256
#define NGX_PHONE_SWEEP_NAMES    512         /* of a step */
#define NGX_PHONE_SWEEP_PAUSE    10          /* ms, between steps of a folder */
#define NGX_PHONE_SWEEP_ASKED    32          /* of the store, at a time */
#define NGX_PHONE_SWEEP_CALM     600         /* seconds */

/* A name, a letter and LF */
#define NGX_PHONE_SWEEP_HASH     (2 * PHONE_SHA256_LEN)
#define NGX_PHONE_SWEEP_NAME     (NGX_PHONE_SWEEP_HASH + 2)

/* The letters: what a file is, and what is done with it. */
#define NGX_PHONE_SWEEP_PLAIN    '-'
#define NGX_PHONE_SWEEP_MARKED   'm'
#define NGX_PHONE_SWEEP_MARK     'M'
#define NGX_PHONE_SWEEP_UNMARK   'U'
#define NGX_PHONE_SWEEP_REMOVE   'R'

#define NGX_PHONE_BLOB_MARKED    0400


typedef struct {
    ngx_phone_sweep_t       *sweep;
    char                     action;     /* '\0': none */
} ngx_phone_sweep_name_t;


struct ngx_phone_sweep_s {
    ngx_phone_sweep_conf_t   conf;
    ngx_event_t              timer;
    phone_arena_t            arena;          /* of a step */
    phone_ask_work_t         ask;

    ngx_uint_t               folder;
    ngx_msec_t               due;            /* the next one */
    ngx_uint_t               skip;           /* files of it, seen before */
    time_t                   asked_at;
    time_t                   trouble;        /* with the store: the last */

    ngx_phone_sweep_name_t   name[NGX_PHONE_SWEEP_NAMES];
    ngx_uint_t               n;
    ngx_uint_t               next;           /* to be asked */
    ngx_uint_t               asked;          /* not answered */
    unsigned                 failed:1;
    unsigned                 closing:1;
};


static void ngx_phone_sweep_start(ngx_phone_sweep_t *sweep);
static void ngx_phone_sweep_step(ngx_event_t *ev);
static void ngx_phone_sweep_post(ngx_phone_sweep_t *sweep,
    const phone_work_t *work, phone_str_t what, int64_t number,
    ngx_phone_compute_pt handler);
static void ngx_phone_sweep_listed(void *data, phone_ask_work_t *ask,
    ngx_int_t rc);
static void ngx_phone_sweep_ask(ngx_phone_sweep_t *sweep);
static void ngx_phone_sweep_answered(void *data, redisReply *reply,
    ngx_phone_redis_error_t error);
static void ngx_phone_sweep_remove(ngx_phone_sweep_t *sweep);
static void ngx_phone_sweep_removed(void *data, phone_ask_work_t *ask,
    ngx_int_t rc);
static void ngx_phone_sweep_next(ngx_phone_sweep_t *sweep);
static const char *ngx_phone_sweep_name(ngx_phone_sweep_t *sweep,
    ngx_uint_t i);

static int ngx_phone_sweep_list_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int ngx_phone_sweep_remove_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static void ngx_phone_sweep_tidy(const char *folder, time_t before);
static ngx_uint_t ngx_phone_sweep_one(const char *folder, const char *name,
    time_t before);
static ngx_uint_t ngx_phone_sweep_gone(const char *folder, const char *kept,
    const char *name, time_t before);
static void ngx_phone_sweep_back(const char *gone, const char *kept);


static const phone_work_t  ngx_phone_sweep_list = {
    "list blobs", PHONE_WORK_MEDIA, 4,
    NGX_PHONE_SWEEP_NAMES * NGX_PHONE_SWEEP_NAME, ngx_phone_sweep_list_run
};

static const phone_work_t  ngx_phone_sweep_unlink = {
    "remove blobs", PHONE_WORK_MEDIA, 4, 32, ngx_phone_sweep_remove_run
};


ngx_phone_sweep_t *
ngx_phone_sweep_create(const ngx_phone_sweep_conf_t *conf, ngx_cycle_t *cycle)
{
    ngx_phone_sweep_t  *sweep;

    sweep = ngx_pcalloc(cycle->pool, sizeof(ngx_phone_sweep_t));
    if (sweep == NULL) {
        return NULL;
    }

    sweep->conf = *conf;
    sweep->trouble = ngx_time();
    sweep->timer.handler = ngx_phone_sweep_step;
    sweep->timer.data = sweep;
    sweep->timer.log = cycle->log;
    sweep->timer.cancelable = 1;

    ngx_phone_sweep_start(sweep);

    return sweep;
}


/* The folder whose turn comes next. */

static void
ngx_phone_sweep_start(ngx_phone_sweep_t *sweep)
{
    ngx_msec_t   turn, in_round;
    ngx_time_t  *tp;

    tp = ngx_timeofday();
    turn = sweep->conf.round / NGX_PHONE_SWEEP_FOLDERS;
    in_round = (ngx_msec_t) (((uint64_t) tp->sec * 1000 + tp->msec)
                             % (turn * NGX_PHONE_SWEEP_FOLDERS));

    sweep->folder = (in_round / turn + 1) % NGX_PHONE_SWEEP_FOLDERS;
    sweep->due = ngx_current_msec + turn - in_round % turn;

    ngx_add_timer(&sweep->timer, turn - in_round % turn);
}


/* In exit_process, before threads and connections are closed. */

void
ngx_phone_sweep_close(ngx_phone_sweep_t *sweep)
{
    sweep->closing = 1;

    if (sweep->timer.timer_set) {
        ngx_del_timer(&sweep->timer);
    }
}


void
ngx_phone_sweep_free(ngx_phone_sweep_t *sweep)
{
    phone_arena_free(&sweep->arena);
}


static void
ngx_phone_sweep_step(ngx_event_t *ev)
{
    char                name[3];
    ngx_phone_sweep_t  *sweep;

    sweep = ev->data;

    phone_arena_init(&sweep->arena);

    (void) snprintf(name, sizeof(name), "%02x", (unsigned) sweep->folder);

    ngx_phone_sweep_post(sweep, &ngx_phone_sweep_list,
                         phone_copy(&sweep->arena, phone_cstr(name)),
                         (int64_t) sweep->skip, ngx_phone_sweep_listed);
}


static void
ngx_phone_sweep_post(ngx_phone_sweep_t *sweep, const phone_work_t *work,
    phone_str_t what, int64_t number, ngx_phone_compute_pt handler)
{
    phone_ask_work_t  *ask;

    ask = &sweep->ask;

    ngx_memzero(ask, sizeof(phone_ask_work_t));

    ask->work = work;
    ask->arg[0] = ngx_phone_str(&sweep->conf.folder);
    ask->arg[1] = what;
    ask->arg[2] = phone_int(&sweep->arena, number);
    ask->arg[3] = phone_int(&sweep->arena,
                            (int64_t) (ngx_time() - NGX_PHONE_BLOB_GRACE));
    ask->who = PHONE_STR("sweep");

    if (sweep->arena.failed
        || ngx_phone_compute_post(sweep->conf.compute, ask, &sweep->arena,
                                  handler, sweep)
           != NGX_OK)
    {
        ngx_phone_sweep_next(sweep);
    }
}


static void
ngx_phone_sweep_listed(void *data, phone_ask_work_t *ask, ngx_int_t rc)
{
    ngx_phone_sweep_t  *sweep;

    sweep = data;

    sweep->n = rc == NGX_OK && ask->result.ok
               ? ask->result.text.len / NGX_PHONE_SWEEP_NAME : 0;
    sweep->next = 0;
    sweep->asked = 0;
    sweep->failed = 0;
    sweep->asked_at = ngx_time();

    if (sweep->n == 0) {
        sweep->skip = 0;
        ngx_phone_sweep_next(sweep);
        return;
    }

    ngx_phone_sweep_ask(sweep);
}


static const char *
ngx_phone_sweep_name(ngx_phone_sweep_t *sweep, ngx_uint_t i)
{
    return sweep->ask.result.text.data + i * NGX_PHONE_SWEEP_NAME;
}


static void
ngx_phone_sweep_ask(ngx_phone_sweep_t *sweep)
{
    size_t                   len[2];
    const char              *argv[2];
    phone_str_t              key, sha256;
    ngx_phone_sweep_name_t  *name;

    while (sweep->next < sweep->n && sweep->asked < NGX_PHONE_SWEEP_ASKED
           && !sweep->failed)
    {
        sha256.data = ngx_phone_sweep_name(sweep, sweep->next);
        sha256.len = NGX_PHONE_SWEEP_HASH;
        name = &sweep->name[sweep->next++];
        name->sweep = sweep;
        name->action = '\0';

        key = phone_key(&sweep->arena, &phone_blob_owners,
                        phone_home(sweep->conf.env, &phone_blob_owners,
                                   sha256),
                        sha256);

        argv[0] = "EXISTS";
        len[0] = 6;
        argv[1] = key.data;
        len[1] = key.len;

        if (sweep->arena.failed
            || ngx_phone_redis_command(sweep->conf.redis, 2, argv, len,
                                       ngx_phone_sweep_answered, name)
               == NULL)
        {
            sweep->failed = 1;
            break;
        }

        sweep->asked++;
    }

    if (sweep->asked == 0) {
        ngx_phone_sweep_remove(sweep);
    }
}


static void
ngx_phone_sweep_answered(void *data, redisReply *reply,
    ngx_phone_redis_error_t error)
{
    ngx_uint_t               marked;
    ngx_phone_sweep_t       *sweep;
    ngx_phone_sweep_name_t  *name;

    name = data;
    sweep = name->sweep;
    sweep->asked--;

    marked = ngx_phone_sweep_name(sweep, name - sweep->name)
                                 [NGX_PHONE_SWEEP_HASH]
             == NGX_PHONE_SWEEP_MARKED;

    if (error != NGX_PHONE_REDIS_NONE || reply == NULL
        || reply->type != REDIS_REPLY_INTEGER)
    {
        sweep->failed = 1;

    } else if (reply->integer == 0) {
        name->action = marked ? NGX_PHONE_SWEEP_REMOVE : NGX_PHONE_SWEEP_MARK;

    } else if (marked) {
        name->action = NGX_PHONE_SWEEP_UNMARK;
    }

    if (sweep->asked == 0 && !sweep->closing) {
        ngx_phone_sweep_ask(sweep);
    }
}


static void
ngx_phone_sweep_remove(ngx_phone_sweep_t *sweep)
{
    ngx_uint_t   i;
    phone_buf_t  names;

    sweep->skip += sweep->n;

    if (sweep->failed) {
        sweep->trouble = ngx_time();
        ngx_phone_sweep_next(sweep);
        return;
    }

    if (sweep->conf.env->domain == PHONE_ONE_BUCKET
        && ngx_time() - sweep->trouble < NGX_PHONE_SWEEP_CALM)
    {
        ngx_phone_sweep_next(sweep);
        return;
    }

    phone_buf_init(&names, &sweep->arena, 1024);

    for (i = 0; i < sweep->n; i++) {
        if (sweep->name[i].action == '\0') {
            continue;
        }

        phone_buf_put(&names, (phone_str_t) { NGX_PHONE_SWEEP_HASH,
                                         ngx_phone_sweep_name(sweep, i) });
        phone_buf_byte(&names, sweep->name[i].action);
        phone_buf_byte(&names, LF);

        /* the next list does not have it any more */

        sweep->skip -= sweep->name[i].action != NGX_PHONE_SWEEP_UNMARK;
    }

    if (phone_buf_str(&names).len == 0) {
        ngx_phone_sweep_next(sweep);
        return;
    }

    ngx_phone_sweep_post(sweep, &ngx_phone_sweep_unlink,
                         phone_buf_str(&names),
                         (int64_t) (sweep->asked_at - NGX_PHONE_BLOB_GRACE),
                         ngx_phone_sweep_removed);
}


static void
ngx_phone_sweep_removed(void *data, phone_ask_work_t *ask, ngx_int_t rc)
{
    int64_t             n;
    ngx_phone_sweep_t  *sweep;

    sweep = data;

    if (rc == NGX_OK && ask->result.ok
        && phone_parse_int(ask->result.text, &n) == 0 && n)
    {
        sweep->conf.removed(sweep->conf.data, (ngx_uint_t) n);
        ngx_log_error(NGX_LOG_NOTICE, sweep->timer.log, 0,
                      "%L blobs that nobody keeps are removed", n);
    }

    ngx_phone_sweep_next(sweep);
}


static void
ngx_phone_sweep_next(ngx_phone_sweep_t *sweep)
{
    ngx_msec_int_t  wait;

    phone_arena_free(&sweep->arena);

    wait = NGX_PHONE_SWEEP_PAUSE;

    if (sweep->n < NGX_PHONE_SWEEP_NAMES || sweep->failed) {
        sweep->folder = (sweep->folder + 1) % NGX_PHONE_SWEEP_FOLDERS;
        sweep->skip = 0;

        sweep->due += sweep->conf.round / NGX_PHONE_SWEEP_FOLDERS;
        wait = ngx_max((ngx_msec_int_t) (sweep->due - ngx_current_msec), wait);
    }

    sweep->n = 0;

    ngx_add_timer(&sweep->timer, (ngx_msec_t) wait);
}


/* In a thread */

static int
ngx_phone_sweep_list_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    DIR            *dir;
    char            path[NGX_PHONE_BLOB_PATH];
    int64_t         skip, before;
    ngx_uint_t      n;
    phone_buf_t     names;
    struct stat     sb;
    struct dirent  *entry;

    if (phone_parse_int(arg[2], &skip) != 0
        || phone_parse_int(arg[3], &before) != 0)
    {
        return 0;
    }

    if (phone_is(arg[1], "00") && skip == 0) {
        ngx_phone_sweep_tidy(arg[0].data, (time_t) before);
    }

    (void) snprintf(path, sizeof(path), "%s/kept/%.2s", arg[0].data,
                    arg[1].data);

    dir = opendir(path);

    if (dir == NULL) {
        return 1;
    }

    n = 0;
    phone_buf_init(&names, arena, 1024);

    while (n < NGX_PHONE_SWEEP_NAMES && (entry = readdir(dir)) != NULL) {

        if (ngx_strlen(entry->d_name) != NGX_PHONE_SWEEP_HASH
            || fstatat(dirfd(dir), entry->d_name, &sb, AT_SYMLINK_NOFOLLOW)
               == -1
            || !S_ISREG(sb.st_mode) || sb.st_mtime >= (time_t) before
            || skip-- > 0)
        {
            continue;
        }

        phone_buf_put(&names, phone_cstr(entry->d_name));
        phone_buf_byte(&names, (sb.st_mode & 0777) == NGX_PHONE_BLOB_MARKED
                               ? NGX_PHONE_SWEEP_MARKED
                               : NGX_PHONE_SWEEP_PLAIN);
        phone_buf_byte(&names, LF);
        n++;
    }

    (void) closedir(dir);

    *text = phone_buf_str(&names);

    return 1;
}


/* What a worker that died has left: files aside go back, and those that were
   being written go. */

static void
ngx_phone_sweep_tidy(const char *folder, time_t before)
{
    DIR            *dir;
    char            path[NGX_PHONE_BLOB_PATH], from[NGX_PHONE_BLOB_PATH];
    struct stat     sb;
    struct dirent  *entry;

    (void) snprintf(path, sizeof(path), "%s/gone", folder);
    dir = opendir(path);

    while (dir && (entry = readdir(dir)) != NULL) {
        if (ngx_strlen(entry->d_name) == NGX_PHONE_SWEEP_HASH) {
            (void) snprintf(from, sizeof(from), "%s/gone/%.64s", folder,
                            entry->d_name);
            ngx_phone_blob_path(path, folder, entry->d_name);
            ngx_phone_sweep_back(from, path);
        }
    }

    if (dir) {
        (void) closedir(dir);
    }

    (void) snprintf(path, sizeof(path), "%s/new", folder);
    dir = opendir(path);

    while (dir && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.'
            && fstatat(dirfd(dir), entry->d_name, &sb, AT_SYMLINK_NOFOLLOW)
               == 0
            && sb.st_mtime < before)
        {
            (void) unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }

    if (dir) {
        (void) closedir(dir);
    }
}


static int
ngx_phone_sweep_remove_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    int64_t      before;
    ngx_uint_t   n;
    phone_str_t  rest, name;

    if (phone_parse_int(arg[2], &before) != 0) {
        return 0;
    }

    n = 0;
    rest = arg[1];

    while (phone_split(&rest, LF, &name)) {
        n += ngx_phone_sweep_one(arg[0].data, name.data, (time_t) before);
    }

    *text = phone_int(arena, (int64_t) n);

    return 1;
}


static ngx_uint_t
ngx_phone_sweep_one(const char *folder, const char *name, time_t before)
{
    char  kept[NGX_PHONE_BLOB_PATH];

    ngx_phone_blob_path(kept, folder, name);

    switch (name[NGX_PHONE_SWEEP_HASH]) {

    case NGX_PHONE_SWEEP_MARK:
        if (chmod(kept, NGX_PHONE_BLOB_MARKED) == 0) {
            (void) utimensat(AT_FDCWD, kept, NULL, 0);
        }

        return 0;

    case NGX_PHONE_SWEEP_UNMARK:
        (void) chmod(kept, NGX_PHONE_BLOB_MODE);
        return 0;

    default: /* NGX_PHONE_SWEEP_REMOVE */
        return ngx_phone_sweep_gone(folder, kept, name, before);
    }
}


static ngx_uint_t
ngx_phone_sweep_gone(const char *folder, const char *kept, const char *name,
    time_t before)
{
    char         gone[NGX_PHONE_BLOB_PATH];
    struct stat  sb;

    (void) snprintf(gone, sizeof(gone), "%s/gone/%.64s", folder, name);

    if (rename(kept, gone) == -1) {
        return 0;
    }

    if (stat(gone, &sb) == -1 || sb.st_mtime >= before
        || (sb.st_mode & 0777) != NGX_PHONE_BLOB_MARKED)
    {
        ngx_phone_sweep_back(gone, kept);
        return 0;
    }

    return unlink(gone) == 0;
}


/* Never over a file that a call has written in its place meanwhile. */

static void
ngx_phone_sweep_back(const char *gone, const char *kept)
{
    if (link(gone, kept) == 0 || ngx_errno == NGX_EEXIST) {
        (void) unlink(gone);
    }
}
