
/*
 * Work that reads and makes blobs: a file is looked at before it is kept, a job
 * reads it in steps and makes a report, and what must not be left behind when
 * the disk is full, a blob is gone or a job is stopped.
 */


#define _GNU_SOURCE

#include "play.h"
#include "../toys/toys.h"


#define SHEET   "1\n20\n300\n4000\n50000\n"
#define REPORT  "1,2\n20,40\n300,600\n4000,8000\n50000,100000\n"


static phone_str_t
sha(const char *bytes)
{
    phone_str_t    text;
    unsigned char  hash[PHONE_SHA256_LEN];

    (void) phone_sha256(player.env.crypto, phone_cstr(bytes), hash);

    /* with a NUL behind it */

    text = phone_hex(&player.arena, (phone_str_t) { sizeof(hash),
                                                    (const char *) hash });
    text = phone_join(&player.arena, 2,
                      (phone_str_t[2]) { text, { 1, "" } });
    text.len--;

    return text;
}


static size_t
owners(phone_str_t sha256)
{
    const sim_zset_t  *set;

    set = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_blob_owners,
                                   phone_home(&player.env, &phone_blob_owners,
                                              sha256), sha256));

    return set ? set->n : 0;
}


/* What the host logs. */

static void
why_is(const char *why)
{
    is_str(phone_cstr(player.why ? player.why : ""), why, "it is told why");
}


static void
begin(void)
{
    play_start();
    play("operator.accounts", "phone=13800000001&password=a-quiet-lake");
    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;
}


static void
send(const char *sheet, const char *form)
{
    player.file = sheet;
    player.file_line = "text/csv a.csv";
    play("toy.sheet_add", form);
    player.file = NULL;
}


static void
look(const char *name)
{
    char  form[80];

    snprintf(form, sizeof(form), "sha256=%.*s", PHONE_ARGS(sha(SHEET)));
    play(name, form);
}


/* A run of the job's event as the runner does it. */

static int
step(void)
{
    int           again, reread, lost;
    phone_call_t  call;
    play_event_t  event;

    if (!play_event_begin(&call, &event)) {
        return 0;
    }

    reread = 0;
    lost = player.lose_answer;

    do {
        play_run(&call);
        again = play_commit(&call);

        if (call.broken && !reread) {
            reread = again = 1;
            phone_forget(&call);
        }

    } while (again && !lost);

    player.now = call.repeat_at > player.now ? call.repeat_at : player.now;
    play_event_end(&call, &event);
    is_int(player.disk_open, 0, "no file stays open");
    is_int(player.disk_made, 0, "and none half made");

    return 1;
}


static void
check(void)
{
    begin();

    send("1\ntwo\n", "");
    is_str(play_code(), "PARAM_INVALID", "what is no sheet");
    is_str(play_member("field"), "sheet", "is refused");
    is_int(player.nblobs, 0, "and is not kept");
    is_int(player.disk_open, 0, "it is closed");

    send("1\n2", "");
    is_str(play_code(), "PARAM_INVALID", "half a line");

    player.disk_short = 1;
    send(SHEET, "");
    is_int(player.status, 503, "a file that cannot be read");
    is_int(player.commits, 0, "commits nothing");
    is_int(player.disk_open, 0, "it is closed");
    player.disk_short = 0;

    player.disk_full = 1;
    send(SHEET, "");
    is_int(player.status, 503, "a disk that is full");
    is_int(player.commits, 0, "commits nothing");
    player.disk_full = 0;

    player.lose_answer = 1;
    send(SHEET, "by=2");
    is_str(play_member("job"), "RUNNING", "a sheet, though an answer is lost");
    is_str(play_member("total"), "5", "its lines");
    is_int(owners(sha(SHEET)), 1, "it has an owner");
    is_int(player.nblobs, 1, "once");

    send(SHEET, "by=2");
    is_str(play_member("job"), "RUNNING", "the same again");
    is_int(player.commits, 0, "starts nothing");

    play_end();
}


static void
reports(void)
{
    phone_str_t  report;

    begin();
    send(SHEET, "by=2");

    look("toy.sheet_report");
    is_str(play_code(), "NOT_FOUND", "there is no report yet");

    step();
    look("toy.sheet");
    is_str(play_member("done"), "2", "a step");
    is_str(play_member("sum"), "21", "and what it found");
    is_int(player.nblobs, 2, "a piece is made");
    is_int(owners(player.blob[1]), 0, "which nobody keeps");
    is_int(player.bytes[1].len, 64 + 10, "of its own lines");

    step();
    step();
    is_int(step(), 0, "three steps");

    look("toy.sheet");
    is_str(play_member("job"), "DONE", "it is done");
    is_str(play_member("done"), "5", "with all lines");
    is_str(play_member("sum"), "321", "and their sum");
    report = phone_copy(&player.arena, play_member("result"));
    is_str(report, sha(REPORT).data, "the report is what its hash says");
    is_str(play_blob(report), REPORT, "and whole");
    is_int(owners(report), 1, "somebody keeps it");

    look("toy.sheet_report");
    is_int(player.reply.kind, PHONE_M_BLOB, "it is given");
    is_str(player.reply.sha256, sha(REPORT).data, "to whom it belongs");

    play("operator.accounts", "phone=13800000002&password=a-quiet-lake");
    play("session.login", "phone=13800000002&password=a-quiet-lake");
    player.cookie = player.set_cookie;
    look("toy.sheet_report");
    is_str(play_code(), "NOT_FOUND", "to nobody else");

    /* made again, by somebody else and in other steps */

    send(SHEET, "by=4");
    while (step()) { /* void */ }
    look("toy.sheet");
    is_str(play_member("result"), sha(REPORT).data, "is the same again");
    is_int(owners(report), 2, "kept by both");

    play_end();
}


static void
faults(void)
{
    begin();
    send(SHEET, "by=2");

    player.disk_full = 1;
    step();
    look("toy.sheet");
    is_str(play_member("done"), "0", "on a full disk a step does nothing");
    is_str(play_member("error"), "STORE_UNAVAILABLE", "and says why");
    is_int(player.nblobs, 1, "nothing is left of it");
    player.disk_full = 0;

    player.disk_short = 1;
    step();
    look("toy.sheet");
    is_str(play_member("done"), "0", "nor if the sheet cannot be read");
    is_int(player.nblobs, 1, "nothing is left of it");
    player.disk_short = 0;

    step();
    look("toy.sheet");
    is_str(play_member("done"), "2", "later it goes on");
    is_str(play_member("error"), "", "without an error");

    player.lose_answer = 1;
    step();
    look("toy.sheet");
    is_str(play_member("done"), "4", "a step whose answer is lost");

    /* the first piece is gone */

    player.bytes[1].data = NULL;
    step();
    look("toy.sheet");
    is_str(play_member("job"), "RUNNING", "without a piece");
    is_str(play_member("done"), "0", "it begins anew");

    while (step()) { /* void */ }
    look("toy.sheet");
    is_str(play_member("result"), sha(REPORT).data, "and is done");
    is_str(play_member("sum"), "321", "with the right sum");
    play_end();
}


static void
ends(void)
{
    unsigned  i, tries;

    /* the sheet is gone, which a record names */

    begin();
    send(SHEET, "by=2");
    player.bytes[0].data = NULL;

    for (tries = 0; step() && tries < 20; tries++) { /* void */ }

    look("toy.sheet");
    is_str(play_member("job"), "FAILED", "a blob that is gone");
    is_str(play_member("error"), "INTERNAL", "is no fault of the caller's");
    is_int(tries, PHONE_JOB_TRIES, "after all tries");
    play_end();

    /* stopped while a piece is under way */

    begin();
    send(SHEET, "by=2");
    step();
    look("toy.sheet_cancel");
    is_str(play_member("job"), "CANCELED", "stopped");
    step();
    look("toy.sheet_report");
    is_str(play_code(), "NOT_FOUND", "there is no report");

    for (i = 1; i < player.nblobs; i++) {
        is_int(owners(player.blob[i]), 0, "and nobody keeps its pieces");
    }

    play_end();
}


/* What work may not do. */

static int
odd_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char            bytes[8];
    phone_writer_t  *blob;
    phone_reader_t  *read;

    (void) arena;

    blob = phone_make_blob(tools);
    phone_write(blob, PHONE_STR("half"));
    ok(phone_make_blob(tools) == blob, "work makes one blob");

    if (arg[0].len) {
        read = phone_read_blob(tools, arg[0]);
        is_int(phone_blob_size(read), 0, "what is no hash has no bytes");
        is_int(phone_blob_bytes(read, 0, bytes, 8), 0, "none at all");
    }

    *text = PHONE_STR("a text that is too long");

    return 1;
}


static const phone_work_t  odd = {
    "odd", PHONE_WORK_MEDIA, 4, 8, odd_run
};


static void
odd_work(const char *arg, const phone_disk_t *disk, phone_result_t *result)
{
    phone_ask_work_t  ask;

    memset(&ask, 0, sizeof(ask));
    ask.work = &odd;
    ask.arg[0] = phone_cstr(arg);

    phone_work_run(&ask, &(phone_tools_t) { .crypto = player.env.crypto,
                                            .disk = disk },
                   &player.arena, result);
    ok(!result->ok, "it fails");
    is_int(player.disk_made, 0, "nothing is left of its blob");
    is_int(player.nblobs, 0, "which is not kept");
}


/* Writes 200,000 bytes, some at a time: "<at a time>". */

static int
long_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char            *bytes;
    size_t           at, n;
    int64_t          step;
    phone_writer_t  *blob;

    (void) text;
    (void) phone_parse_int(arg[0], &step);

    bytes = phone_alloc_raw(arena, 200000);

    for (at = 0; at < 200000; at++) {
        bytes[at] = (char) (at % 251);
    }

    blob = phone_make_blob(tools);

    for (at = 0; at < 200000; at += n) {
        n = 200000 - at < (size_t) step ? 200000 - at : (size_t) step;
        phone_write(blob, (phone_str_t) { n, bytes + at });
    }

    return 1;
}


static const phone_work_t  long_work = {
    "long", PHONE_WORK_MEDIA, 4, 0, long_run
};


/* Does not look at what becomes of the work. */

static phone_rc_t
keeps_made(phone_call_t *call)
{
    const phone_result_t  *made;

    made = phone_ask_work_of(call, &long_work,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 phone_arg(call, "by"), PHONE_EMPTY,
                                 PHONE_EMPTY, PHONE_EMPTY },
                             PHONE_STR("me"), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_keep_blob(call, made->sha256, PHONE_STR("me"));
    phone_claim(call, &phone_nonce, phone_call_id(call), PHONE_STR("me"),
                2 * (player.settings.clock_skew + player.settings.clock_bound)
                + PHONE_CLOCK_SLACK);
    phone_say_int(call, "size", made->size);

    return phone_done(call);
}


static void
made(void)
{
    unsigned  i;

    static const phone_param_t  params[] = {
        { "by", PHONE_P_INT, PHONE_REQUIRED, 1, 1000000, "at a time" },
        { NULL, 0, 0, 0, 0, NULL }
    };

    static const phone_endpoint_t  maker = {
        "toy.maker", "POST", "/toy", PHONE_ANYONE, keeps_made, params,
        NULL, "Makes a blob."
    };

    static const char *const  by[] = {
        "by=1", "by=100", "by=4096", "by=65535", "by=65536", "by=65537",
        "by=200000"
    };

    play_start();

    for (i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
        is_int(play_endpoint(&maker, by[i]), 200, "200,000 bytes, %s", by[i]);
        is_str(play_member("size"), "200000", "all of them");
        is_int(player.nblobs, 1, "are the same blob");
        is_int(player.bytes[0].len, 200000, "of so many");
        ok(player.bytes[0].data[199999] == (char) (199999 % 251),
           "in their order");
    }

    is_int(owners(player.blob[0]), 7, "which each has kept");

    player.disk_full = 1;
    is_int(play_endpoint(&maker, "by=9"), 503, "on a full disk");
    is_int(player.commits, 0, "nothing is committed");
    is_int(player.disk_made, 0, "and nothing left");

    play_end();
}


static phone_rc_t
keeps_others(phone_call_t *call)
{
    phone_keep_blob(call, phone_arg(call, "sha256"), PHONE_STR("me"));

    return phone_done(call);
}


static phone_rc_t
goes_on(phone_call_t *call)
{
    return phone_continue(call, PHONE_STR("again"));
}


static void
wrong(void)
{
    char            form[80];
    phone_result_t  result;

    static const phone_param_t  params[] = {
        { "sha256", PHONE_P_NAME, 0, 64, 64, "which" },
        { "data", PHONE_P_FILE, 0, 1, 100, "a file" },
        { NULL, 0, 0, 0, 0, NULL }
    };

    static const phone_endpoint_t  keeper = {
        "toy.keeper", "POST", "/toy", PHONE_ANYONE, keeps_others, params,
        NULL, "Keeps what is not its own."
    };

    static const phone_endpoint_t  goer = {
        "toy.goer", "POST", "/toy", PHONE_ANYONE, goes_on, params, NULL,
        "Starts over."
    };

    play_start();

    odd_work("", &player_disk, &result);
    is_int(result.fault, PHONE_FAULT_NONE, "for its text");
    odd_work("../../etc/passwd", &player_disk, &result);
    is_int(result.fault, PHONE_FAULT_GONE, "for its name");
    is_int(result.sha256.len, 0, "which no log has");
    odd_work("", NULL, &result);
    is_int(result.fault, PHONE_FAULT_DISK, "where there is no disk");

    snprintf(form, sizeof(form), "sha256=%.*s", PHONE_ARGS(sha(SHEET)));
    is_int(play_endpoint(&keeper, form), 500,
           "a blob that this call has not made is not kept");
    is_int(owners(sha(SHEET)), 0, "nobody has it");
    why_is("it keeps a blob that is neither its file nor made by its work");

    player.file = "hello";
    is_int(play_endpoint(&goer, ""), 500,
           "a call with a file does not start over");
    why_is("it starts over, though a file came with the call");

    player.env.take = NULL;
    is_int(play_endpoint(&goer, ""), 500, "a host without blobs");
    why_is("a file came with a call that takes none");

    play_end();
}


int
main(void)
{
    check();
    reports();
    faults();
    ends();
    made();
    wrong();

    return done_testing();
}
