
/*
 * Files that come with a call, blobs that records name, replies that are no
 * JSON: what handlers see of them, and what must not happen.
 */


#define _GNU_SOURCE

#include "shop.h"
#include "../toys/toys.h"
#include "runtime/runtime.h"


#define HELLO  "2cf24dba5fb0a30e26e83b2ac5b9e29e"                             \
               "1b161e5c1fa7425e73043362938b9824"


/* How many keep the blob. */

static size_t
owners(const char *sha256)
{
    const sim_zset_t  *set;

    set = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_blob_owners,
                                   phone_home(&player.env, &phone_blob_owners,
                                              phone_cstr(sha256)),
                                   phone_cstr(sha256)));

    return set ? set->n : 0;
}


/* The reference of a picture. */

static phone_str_t
kept(const char *id)
{
    unsigned  home;

    home = phone_home(&player.env, &phone_toy_picture_of, phone_cstr(id));

    return sim_store_field(player.store, player.now,
                           phone_key(&player.arena, &phone_toy_picture_of,
                                     home, phone_cstr(id)),
                           PHONE_STR("kept"));
}


static void
come(const char *number)
{
    char  form[128];

    snprintf(form, sizeof(form), "phone=%s&password=a-quiet-lake", number);
    play("operator.accounts", form);
    play("session.login", form);
    player.cookie = player.set_cookie;
}


static void
send(const char *file, const char *line, const char *fields)
{
    player.file = file;
    player.file_line = line;
    player.file_fields = fields;
}


static void
uploads(void)
{
    play_start();

    send("hello", "image/png a b.png", "title=tea");
    play("toy.measure", "");
    is_str(play_code(), "OK", "a file");
    is_str(play_member("sha256"), HELLO, "its hash");
    is_str(play_member("size"), "5", "its size");
    is_str(play_member("type"), "image/png", "its type");
    is_str(play_member("name"), "a b.png", "its name");
    is_str(play_member("title"), "tea", "and a field beside it");
    is_int(player.works, 1, "it is read once");

    send("hello", "image/png ", NULL);
    play("toy.measure", "title=tea");
    is_str(play_member("title"), "tea", "a field of the query");
    is_str(play_member("name"), "", "a file without a name");

    play("toy.measure", "data=" HELLO);
    is_str(play_code(), "FIELD_DUPLICATE", "the file and a field of its name");

    send("hello", NULL, "title=a&title=b");
    play("toy.measure", "");
    is_str(play_code(), "FIELD_DUPLICATE", "a field twice");
    is_str(play_member("field"), "title", "which");

    send("hello", NULL, "a%20b=c");
    play("toy.measure", "");
    is_str(play_code(), "BODY_INVALID", "a name that none can have");

    send("hello", NULL, "data=" HELLO);
    play("toy.measure", "");
    is_str(play_code(), "FIELD_DUPLICATE", "its hash beside it");

    send(NULL, NULL, NULL);
    play("toy.measure", "data=" HELLO);
    is_str(play_code(), "PARAM_INVALID", "its hash is no file");
    play("toy.measure", "");
    is_str(play_code(), "PARAM_MISSING", "no file");

    send("", NULL, NULL);
    play("toy.measure", "");
    is_str(play_code(), "PARAM_INVALID", "an empty one");

    send("!L", NULL, NULL);
    is_int(play("toy.measure", ""), 413, "one that is too large");
    send("!T", NULL, NULL);
    play("toy.measure", "");
    is_str(play_code(), "FIELD_DUPLICATE", "two");
    send("!Oother", NULL, NULL);
    play("toy.measure", "");
    is_str(play_code(), "PARAM_INVALID", "another one");
    is_str(play_member("field"), "other", "which");
    send("!M", NULL, NULL);
    play("toy.measure", "");
    is_str(play_code(), "BODY_INVALID", "a malformed body");

    send("hello", NULL, NULL);
    player.no_work = 1;
    play("toy.measure", "");
    is_str(play_code(), "STORE_UNAVAILABLE", "a body that cannot be read");
    player.no_work = 0;

    play_end();
}


static void
pictures(void)
{
    phone_str_t  li;

    play_start();

    send("hello", NULL, NULL);
    play("toy.picture_add", "");
    is_str(play_code(), "LOGIN_REQUIRED", "nobody is logged in");
    is_int(player.works, 0, "his file is not read");

    send(NULL, NULL, NULL);
    come("13800000001");
    li = player.cookie;

    send("hello", NULL, NULL);
    play("toy.picture_add", "title=no");
    is_str(play_code(), "PARAM_INVALID", "a call that is refused");
    is_int(player.nblobs, 0, "keeps nothing");

    player.disk_full = 1;
    play("toy.picture_add", "");
    is_int(player.status, 503, "the disk is full");
    is_int(player.commits, 0, "nothing is committed");
    is_int(owners(HELLO), 0, "and nothing named");
    player.disk_full = 0;

    player.lose_answer = 1;
    play("toy.picture_add", "title=tea");
    is_str(play_code(), "OK", "a picture is kept, though an answer is lost");
    is_int(player.nblobs, 1, "its bytes once");
    is_int(owners(HELLO), 1, "by one");

    play("toy.picture_add", "");
    is_int(owners(HELLO), 1, "the same again is kept once");

    send(NULL, NULL, NULL);
    come("13800000002");
    play("toy.picture", "sha256=" HELLO);
    is_str(play_code(), "NOT_FOUND", "another's is not there");
    play("toy.picture_remove", "sha256=" HELLO);
    is_int(owners(HELLO), 1, "nor can it be removed");

    send("hello", "text/plain x", NULL);
    play("toy.picture_add", "");
    is_int(owners(HELLO), 2, "two keep the same bytes");

    send(NULL, NULL, NULL);
    play("toy.picture", "sha256=" HELLO);
    is_int(player.reply.kind, PHONE_M_BLOB, "a blob is the reply");
    is_str(player.reply.sha256, HELLO, "by its hash");
    is_str(player.reply.type, "text/plain", "of the type it was sent with");
    is_str(player.reply.disposition,
           "attachment; filename=\"x\"; filename*=UTF-8''x", "under its name");

    play("toy.picture_remove", "sha256=" HELLO);
    is_int(owners(HELLO), 1, "one keeps it no longer");
    play("toy.picture_remove", "sha256=" HELLO);
    is_str(play_code(), "OK", "twice is as once");

    player.cookie = li;
    play("toy.picture", "sha256=" HELLO);
    is_int(player.reply.kind, PHONE_M_BLOB, "the other one has it");
    play("toy.picture_remove", "sha256=" HELLO);
    is_int(owners(HELLO), 0, "until nobody keeps it");

    play_end();
}


static void
run_events(void)
{
    while (player.nevents) {
        play_event();
    }
}


/* Where references are in another bucket than the record they come by postings,
   in any order: what was kept last stays. */

static void
in_any_order(void)
{
    unsigned      n;
    phone_str_t   first;
    play_event_t  held[PLAY_EVENTS];

    play_start();
    player.env.domain = PHONE_ONE_BUCKET;
    come("13800000001");
    run_events();

    ok(phone_home(&player.env, &phone_blob_owners, PHONE_STR(HELLO))
       != phone_home(&player.env, &phone_account, PHONE_STR("+8613800000001")),
       "a blob is in another bucket");

    send("hello", NULL, NULL);
    play("toy.picture_add", "");
    run_events();
    is_int(owners(HELLO), 1, "it is kept");
    first = phone_copy(&player.arena, kept("+8613800000001:" HELLO));

    send(NULL, NULL, NULL);
    play("toy.picture_remove", "sha256=" HELLO);
    n = player.nevents;
    memcpy(held, player.event, sizeof(held));
    player.nevents = 0;

    send("hello", NULL, NULL);
    play("toy.picture_add", "");
    run_events();
    ok(!phone_equal(kept("+8613800000001:" HELLO), first),
       "and kept again, by another reference");

    memcpy(player.event, held, sizeof(held));
    player.nevents = n;
    player.now += 3000;
    run_events();
    is_int(owners(HELLO), 1, "it stays when the first is let go of later");

    play("toy.picture_add", "");
    run_events();
    is_int(owners(HELLO), 1, "as it does in place of itself");

    send(NULL, NULL, NULL);
    play("toy.picture_remove", "sha256=" HELLO);
    run_events();
    is_int(owners(HELLO), 0, "until the last is let go of");

    play_end();
}


/* A key stands for a call with just this file. */

static void
keys(void)
{
    play_start();
    come("13800000001");
    player.key = PHONE_STR("k1");

    send("hello", NULL, NULL);
    play("toy.picture_add", "");
    is_str(play_code(), "OK", "with a key");
    play("toy.picture_add", "");
    is_str(play_code(), "OK", "the same call again");
    is_int(player.commits, 0, "is not done again");

    send("other", NULL, NULL);
    play("toy.picture_add", "");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "with another file it is "
           "another call");

    send("hello", "image/gif a.png", NULL);
    play("toy.picture_add", "");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "of another type as well");
    send("hello", "image/png b.png", NULL);
    play("toy.picture_add", "");
    is_str(play_code(), "IDEMPOTENCY_MISMATCH", "and with another name");

    play_end();
}


static void
papers(void)
{
    play_start();

    play("toy.paper", "text=a,b&file=x.csv");
    is_int(player.reply.kind, PHONE_M_DOCUMENT, "a text");
    is_str(player.body, "a,b", "as it is");
    is_str(player.reply.type, "text/csv; charset=utf-8", "of that type");

    play("toy.leave", "to=/a");
    is_int(player.status, 303, "a redirect");
    is_str(player.reply.location, "/a", "to there");

    play("toy.leave", "to=//a");
    is_int(player.status, 500, "not to another site by a path");
    play("toy.leave", "to=https://a.example/");
    is_int(player.status, 303, "but by its URL");

    shop_open_signing("tea");
    shop_call("toy.statement", "tea", "date=2026-11-22");
    is_int(player.reply.kind, PHONE_M_DOCUMENT, "a merchant's text");
    is_int(player.reply.sha256.len, 64, "has its hash");
    ok(memmem(player.reply.signature.data, player.reply.signature.len,
              player.reply.sha256.data, 64) != NULL, "which is signed");
    ok(memmem(player.reply.signature.data, player.reply.signature.len,
              "&sign=", 6) != NULL, "so");

    play_end();
}


/* The hash, the type and the name of a merchant's file are signed, and not
   sent. */

static void
signed_file(void)
{
    play_start();
    shop_open("tea");

    shop_file("data", "hello");
    is_int(shop_call("toy.receipt", "tea", "title=tea"), 200,
           "a merchant's file");
    is_str(play_member("sha256"), HELLO, "is the one that was signed");

    player.file_line = "text/html a.txt";
    shop_call("toy.receipt", "tea", "title=tea");
    is_str(play_code(), "DIGEST_MISMATCH", "of another type");

    player.file_line = "text/plain b.txt";
    shop_call("toy.receipt", "tea", "title=tea");
    is_str(play_code(), "DIGEST_MISMATCH", "of another name");

    player.file_line = "text/plain a.txt";
    shop_call("toy.receipt", "tea", "title=tea&data.type=text%2Fplain");
    is_str(play_code(), "FIELD_DUPLICATE", "with a type beside it");
    is_str(play_member("field"), "data.type", "which is named");
    shop_call("toy.receipt", "tea", "title=tea&data.name=a.txt");
    is_str(play_member("field"), "data.name", "a name likewise");

    shop_file(NULL, "hello");
    shop_call("toy.receipt", "tea", "title=tea");
    is_str(play_code(), "DIGEST_MISMATCH", "one that was not signed");

    shop_file(NULL, NULL);
    play_end();
}


static void
hashes(void)
{
    int          c;
    char         text[65];
    phone_str_t  shorter;

    memcpy(text, HELLO, sizeof(text));
    shorter = (phone_str_t) { 63, text };

    ok(phone_is_sha256((phone_str_t) { 64, text }), "a SHA-256");
    ok(!phone_is_sha256(shorter), "a digit less");
    ok(!phone_is_sha256(PHONE_EMPTY), "none");
    ok(!phone_is_sha256(PHONE_STR(HELLO "0")), "a digit more");

    for (c = 0; c < 256; c++) {
        text[0] = text[63] = (char) c;
        is_int(phone_is_sha256((phone_str_t) { 64, text }),
               (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'),
               "byte %d at its ends", c);
    }
}


int
main(void)
{
    hashes();
    uploads();
    signed_file();
    pictures();
    in_any_order();
    keys();
    papers();

    return done_testing();
}
