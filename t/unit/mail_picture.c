
/* MAIL-2: pictures that go with mails: who sees them, how long they are kept,
   what is refused. */


#define _GNU_SOURCE

#include "mailing.h"
#include "../sim/pictures.h"


static picture_t  photo, plain;


/* The next calls have this file. */

static void
with(const picture_t *picture)
{
    player.file = picture->bytes;
    player.file_len = picture->len;
}


static void
without(void)
{
    player.file = NULL;
    player.file_len = 0;
}


static int
sends_picture(phone_str_t cookie, const char *to, const char *text)
{
    int  status;

    with(&photo);
    status = sends(cookie, to, text);
    without();

    return status;
}


static phone_str_t
hash_of(const picture_t *picture)
{
    unsigned char  hash[PHONE_SHA256_LEN];

    (void) phone_sha256(player.env.crypto, picture_str(picture), hash);

    return phone_hex(&player.arena, (phone_str_t) { sizeof(hash),
                                                    (const char *) hash });
}


/* How many keep what is left of the photo. */

static size_t
owners(void)
{
    phone_str_t        sha256;
    const sim_zset_t  *set;

    run_postings();
    sha256 = hash_of(&plain);
    set = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_blob_owners,
                                   phone_home(&player.env, &phone_blob_owners,
                                              sha256),
                                   sha256));

    return set ? set->n : 0;
}


static void
begin(phone_domain_t domain)
{
    start(domain);
    picture_jpeg(&photo, "coded", 1);
    picture_jpeg(&plain, "coded", 0);
}


static void
to_some(phone_domain_t domain)
{
    char         size[128];
    phone_str_t  out, in, in_zhao, none;

    begin(domain);

    /* in another bucket it is a sweep that brings it then */

    player.lose_answer = domain == PHONE_WHOLE_STORE;
    is_int(sends_picture(li, WANG " " ZHAO, "look"), 200,
           "Li sends a photo to two, though an answer is lost");
    out = keep(play_member("mail_id"));
    is_int(player.nblobs, 1, "its bytes are kept once");
    ok(phone_equal(player.blob[0], hash_of(&plain))
       && phone_equal(player.bytes[0], picture_str(&plain)),
       "without what tells where it was");
    is_int(owners(), 3, "for each copy");

    in = newest_mail(wang);
    snprintf(size, sizeof(size), "\"picture_type\":\"image/jpeg\","
             "\"picture_size\":%zu,\"picture_width\":8,\"picture_height\":16",
             plain.len);
    ok(play_says(size), "Wang sees that there is one");
    ok(memmem(player.body.data, player.body.len, player.blob[0].data, 64)
       == NULL, "not its hash");
    in_zhao = newest_mail(zhao);

    is_int(does("mail.picture", wang, in), 200, "he gets it");
    is_int(player.reply.kind, PHONE_M_BLOB, "as a blob");
    ok(phone_equal(player.reply.sha256, hash_of(&plain)), "that one");
    is_str(player.reply.type, "image/jpeg", "of its type");
    is_str(player.reply.disposition, "attachment; filename=\"picture.jpeg\"; "
           "filename*=UTF-8''picture.jpeg", "saved, if not shown in a page");
    is_int(does("mail.picture", li, out), 200, "so does Li");

    is_int(does("mail.picture", zhao, in), 404, "Zhao does not, of Wang's");
    is_str(play_code(), "MAIL_NOT_FOUND", "there is no such mail");
    is_int(does("mail.picture", li, in), 404, "nor does Li");
    is_int(does("mail.picture", PHONE_EMPTY, in), 401, "nor does nobody");

    sends(li, WANG, "no picture");
    none = newest_mail(wang);
    ok(!play_says("picture_type"), "a mail without one");
    is_int(does("mail.picture", wang, none), 404, "has none");
    is_str(play_code(), "PICTURE_NOT_FOUND", "which is said");
    is_int(does("mail.picture", li, none), 404, "to its owner");
    is_str(play_code(), "MAIL_NOT_FOUND", "only");

    /* it is there as long as one copy is */

    does("mail.remove", li, out);
    is_int(owners(), 2, "Li deletes it");
    is_int(does("mail.picture", li, out), 404, "he has it no more");
    is_int(does("mail.picture", wang, in), 200, "Wang has");
    does("mail.remove", wang, in);
    does("mail.remove", wang, in);
    is_int(owners(), 1, "he deletes it, twice");
    does("mail.remove", zhao, in_zhao);
    is_int(owners(), 0, "with the last one it goes");

    play_end();
}


static void
forwarded(phone_domain_t domain)
{
    char         body[200];
    phone_str_t  out, in, again;

    begin(domain);

    sends_picture(li, WANG, "look");
    out = keep(play_member("mail_id"));
    in = newest_mail(wang);

    player.cookie = wang;
    snprintf(body, sizeof(body), "{\"mail_id\":\"%.*s\",\"to\":[\"" ZHAO "\"]}",
             PHONE_ARGS(in));
    is_int(play("mail.forward", body), 200, "Wang sends it on");
    again = keep(play_member("mail_id"));
    is_int(owners(), 4, "two copies more");
    is_int(player.nblobs, 1, "of the same bytes");

    does("mail.remove", li, out);
    does("mail.remove", wang, in);
    does("mail.remove", wang, again);
    is_int(owners(), 1, "Zhao's copy is left");
    in = newest_mail(zhao);
    ok(play_says("\"forwarded\":true") && play_says("\"picture_width\":8"),
       "a picture of somebody else");
    is_int(does("mail.picture", zhao, in), 200, "he gets it");

    play_end();
}


/* It is deleted while it is sent on. */

static phone_str_t  gone;

static void
wang_deletes(void)
{
    phone_str_t  own;

    own = player.cookie;
    player.cookie = wang;
    snprintf(form, sizeof(form), "mail_id=%.*s", PHONE_ARGS(gone));
    play("mail.remove", form);
    player.cookie = own;
}


static void
forwarded_late(phone_domain_t domain)
{
    char  body[200];

    begin(domain);

    sends_picture(li, WANG, "look");
    gone = newest_mail(wang);
    run_postings();

    player.cookie = wang;
    player.before_commit = wang_deletes;
    snprintf(body, sizeof(body), "{\"mail_id\":\"%.*s\",\"to\":[\"" ZHAO "\"]}",
             PHONE_ARGS(gone));
    is_int(play("mail.forward", body), 404, "it is deleted while it is sent");
    is_int(owners(), 1, "Li keeps it");

    play_end();
}


static void
to_many(phone_domain_t domain)
{
    char         to[60 * 16];
    int          n;
    unsigned     i;
    phone_str_t  out;

    begin(domain);

    for (i = 0, n = 0; i < 50; i++) {
        n += snprintf(to + n, sizeof(to) - (size_t) n, "%s+861380000%04u",
                      i ? " " : "", 1000 + i);
    }

    sends_picture(li, to, "look");
    out = keep(play_member("mail_id"));
    is_int(owners(), 12, "ten copies, Li's, and that of the job");
    does("mail.remove", li, out);
    is_int(owners(), 11, "Li deletes his");

    run_some("job.step");
    is_int(owners(), 50, "fifty have it, and nobody else");
    is_int(player.nblobs, 1, "its bytes are there once");

    play_end();
}


static void
replies(phone_domain_t domain)
{
    phone_str_t  in;

    begin(domain);

    sends(li, WANG, "what is it?");
    in = newest_mail(wang);
    picture_png(&photo, 1, 1);
    picture_png(&plain, 1, 0);
    with(&photo);
    is_int(does("mail.reply", wang, in), 200,
           "Wang answers by a picture, without words");
    without();
    is_int(owners(), 2, "both have it");
    newest_mail(li);
    ok(play_says("\"text\":\"\"") && play_says("image/png"), "Li sees it");

    is_int(does("mail.reply", wang, in), 400, "no words, no picture");
    is_str(play_code(), "PARAM_MISSING", "are not enough");
    is_str(play_member("field"), "text", "something has to be said");
    is_int(sends(li, WANG, ""), 400, "nor in a new one");

    play_end();
}


static void
refused(const char *code, const char *why)
{
    with(&photo);
    sends(li, WANG, "look");
    without();
    is_str(play_code(), code, "%s", why);
    is_str(play_member("field"), "picture", "the picture is it");
    is_int(player.nblobs, 0, "nothing is kept");
}


static void
refusals(phone_domain_t domain)
{
    size_t    len;
    unsigned  i;

    begin(domain);

    photo.len -= 40;
    refused("PICTURE_UNREADABLE", "a part of a picture");
    photo.len = 0;
    PICTURE_PUT(&photo, "<svg xmlns='http://www.w3.org/2000/svg'/>");
    player.file_line = "image/jpeg a.jpg";
    refused("PICTURE_UNREADABLE", "no picture, whatever it is said to be");
    player.file_line = NULL;
    picture_png_start(&photo, 16384, 1, "\x08\0\0\0\0");
    refused("PICTURE_PIXELS", "too many pixels");

    picture_jpeg(&photo, "coded", 1);
    player.settings.mail_picture = (int64_t) photo.len - 1;
    refused("PICTURE_TOO_LARGE", "too many bytes");
    is_int(player.works, 1, "it is not looked at");
    player.settings.mail_picture = (int64_t) photo.len;

    player.disk_full = 1;
    with(&photo);
    is_int(sends(li, WANG, "look"), 503, "the disk is full");
    without();
    player.disk_full = 0;
    is_int(owners(), 0, "nothing is kept");
    lists(wang, "");
    is_int(times("\"mail_id\""), 0, "or sent");

    /* so many a day; what is sent on is not counted */

    player.settings.mail_pictures = 2;
    player.now += DAY;

    for (i = 0; i < 2; i++) {
        is_int(sends_picture(li, WANG, "look"), 200, "a picture");
    }

    is_int(sends_picture(li, WANG, "look"), 429, "the third one");
    is_str(play_member("field"), "picture", "is too many");
    is_int(player.works, 1, "it is not looked at");
    is_int(sends(li, WANG, "look"), 200, "a mail without one goes");
    is_int(sends_picture(wang, LI, "look"), 200, "Wang's is his first");
    player.now += DAY;

    len = photo.len;
    photo.len = 20;

    for (i = 0; i < 2; i++) {
        is_int(sends_picture(li, WANG, "look"), 422, "part of a picture");
    }

    photo.len = len;

    is_int(sends_picture(li, WANG, "look"), 429, "was counted as well");
    player.now += DAY;
    is_int(sends_picture(li, WANG, "look"), 200, "another day");

    play_end();
}


/* A mail that leaves otherwise takes its picture along. */

static void
leaves(phone_domain_t domain)
{
    unsigned  i;

    begin(domain);
    player.settings.mail_box = 5;

    for (i = 0; i < 6; i++) {
        is_int(sends_picture(li, ZHAO, "look"), 200, "to Zhao");
        does("mail.read", zhao, newest_mail(zhao));
    }

    is_int(owners(), 10, "two mailboxes of five");

    player.cookie = li;
    play("mail.leave", "phone=%2B8613800000003");
    is_int(owners(), 5, "a conversation goes");

    play_end();
}


int
main(void)
{
    phone_domain_t  domain;

    for (domain = PHONE_WHOLE_STORE; domain <= PHONE_ONE_BUCKET; domain++) {
        to_some(domain);
        forwarded(domain);
        forwarded_late(domain);
        to_many(domain);
        replies(domain);
        refusals(domain);
        leaves(domain);
    }

    return done_testing();
}
