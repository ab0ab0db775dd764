
/* MAIL-7: files of contacts are imported, tried, taken back. */


#define _GNU_SOURCE

#include "phonebook.h"
#include "stepping.h"
#include "lib/vcard.h"


#define HEAD  "Name,Phone\n"


static char         job[64];             /* of the last import */


static void
start(void)
{
    start_in(PHONE_WHOLE_STORE);
}


static int
send_with(const char *file, const char *form)
{
    int  status;

    player.file = file;
    player.file_line = "text/plain a";
    player.file_fields = form;
    status = play("contacts.import", "");
    player.file = NULL;
    player.file_fields = NULL;

    if (status == 200) {
        snprintf(job, sizeof(job), "%.*s", PHONE_ARGS(play_member("job_id")));
    }

    return status;
}


static int
send(const char *file)
{
    return send_with(file, "");
}


/* What is to come to other buckets comes there. */

static void
deliver(void)
{
    while (player.nevents) {
        if (strncmp(player.event[0].member.data, "posting.", 8) == 0) {
            play_event();

        } else {
            player.event[0] = player.event[--player.nevents];
        }
    }
}


/* Takes that event of the store, whenever it is due; 0: there is none. */

static int
first_is(const char *name)
{
    unsigned           i, bucket;
    const sim_zset_t  *due;

    deliver();
    bucket = phone_home(&player.env, &phone_contacts_of,
                        PHONE_STR("+8613800000001"));
    due = sim_store_zset(player.store, player.now,
                         phone_key(&player.arena, &phone_due, bucket,
                                   PHONE_EMPTY));

    for (i = 0; due && i < due->n; i++) {
        if (memcmp(due->member[i].member.data, name, strlen(name)) == 0) {
            player.event[0] = (play_event_t) {
                phone_copy(&player.arena, due->member[i].member), bucket,
                due->member[i].score };
            player.nevents = 1;
            return 1;
        }
    }

    return 0;
}


/* A run of a job's event as the runner does it. */

/* Other events are left. */

static int
import_step(void)
{
    return first_is("job.step ") && step();
}


static int
look(const char *more)
{
    char  form[128];

    snprintf(form, sizeof(form), "job_id=%s%s", job, more);

    return play("contacts.imported", form);
}


/* "<created> <merged> <duplicate> <invalid> <stored>" */

static phone_str_t
counts(void)
{
    return phone_format(&player.arena, "%.*s %.*s %.*s %.*s %.*s",
                        PHONE_ARGS(play_member("created")),
                        PHONE_ARGS(play_member("merged")),
                        PHONE_ARGS(play_member("duplicate")),
                        PHONE_ARGS(play_member("invalid")),
                        PHONE_ARGS(play_member("stored")));
}


/* The file is imported to its end. */

static void
imports(const char *file, const char *expected, const char *what)
{
    is_int(send(file), 200, "%s", what);
    is_str(player.turn, "+8613800000001", "%s: in the turn of its number",
           what);
    while (import_step()) { /* void */ }
    is_int(look(""), 200, "%s: it is over", what);
    is_str(play_member("state"), "DONE", "%s: done", what);
    is_str(counts(), expected, "%s: counts", what);
}


static void
refused(const char *file, const char *row, const char *reason)
{
    is_int(send(file), 400, "refused: %s", reason);
    is_str(play_code(), "CONTACTS_UNREADABLE", "with its code");
    is_str(play_member("row"), row, "its row");
    ok(play_says(reason), "and why: %.*s", PHONE_ARGS(player.body));
}


/* "<name> <numbers>|" of all, with their labels. */

static phone_str_t
phonebook(void)
{
    char         c;
    const char  *p, *end, *label;
    phone_buf_t  buf;
    phone_str_t  body;

    phone_buf_init(&buf, &player.arena, 256);
    play("contacts.list", "limit=100");
    body = phone_copy(&player.arena, player.body);
    end = body.data + body.len;

    for (p = body.data; p < end; p++) {
        if (strncmp(p, "\"name\":\"", 8) == 0) {
            for (p += 8; *p != '"'; p++) {
                phone_buf_byte(&buf, *p);
            }

        } else if (strncmp(p, "\"number\":\"", 10) == 0) {
            label = strstr(p, "\"label\":\"");
            c = label[9];
            phone_buf_byte(&buf, ' ');
            phone_buf_byte(&buf, c);

            for (p += 10; *p != '"'; p++) {
                phone_buf_byte(&buf, *p);
            }

        } else if (*p == ']' && strncmp(p, "],\"next", 7) != 0
                   && p[1] == ',')
        {
            phone_buf_byte(&buf, '|');
        }
    }

    return phone_buf_str(&buf);
}


static void
formats(void)
{
    start();
    imports("Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,"
            "Phone 2 - Value\nLi,Mobile,139 0000 0001 ::: 139-0000-0002,Home,"
            "021 61234567\n", "1 0 0 0 1", "Google");
    is_str(phonebook(), "Li m+8613900000001 m+8613900000002 h+862161234567|",
           "several values of a column");
    play_end();

    start();
    imports("\xef\xbb\xbf" "First Name,Middle Name,Last Name,Company,"
            "Business Fax,Business Phone,Home Phone,Mobile Phone,Notes\r\n"
            "John,,Smith,X,+1 650 253 0009,+1 650 253 0000,,"
            "+1 (650) 253-0001,\"a\r\nb\"\r\n"
            ",,,Acme,,+1 650 253 0002,,,\r\n"
            ",,Jones,Acme,,+1 650 253 0003,,,\r\n", "3 0 0 0 3", "Outlook");
    is_str(phonebook(), "Acme w+16502530002|John Smith w+16502530000 "
           "m+16502530001|Jones w+16502530003|", "its columns");
    ok(play_says("\"note\":\"a b\""), "and its notes");
    play_end();

    start();
    imports("\xd0\xd5\xc3\xfb,\xca\xd6\xbb\xfa,"
            "\xbc\xd2\xcd\xa5\xb5\xe7\xbb\xb0\n"
            "\xd5\xc5\xc8\xfd,13900000001,021-61234567\n", "1 0 0 0 1",
            "Chinese, in GBK");
    is_str(phonebook(), "张三 m+8613900000001 h+862161234567|", "is UTF-8");
    imports("姓;名;电话;备注\n李;四;１３９０００００００２;x\n", "1 0 0 0 1",
            "with semicolons and wide digits");
    imports("联系人\t手机号码\n王五\t'+8613900000003\n", "1 0 0 0 1",
            "with tabs");
    is_str(phonebook(), "张三 m+8613900000001 h+862161234567|"
           "李四 o+8613900000002|王五 m+8613900000003|", "all of them");
    is_str(play_member("code"), "OK", "are there");
    play_end();

    start();
    imports("\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Li\r\nTEL;TYPE=CELL:"
            "13900000001\r\nTEL;TYPE=WORK:10086\r\nEND:VCARD\r\n"
            "BEGIN:VCARD\r\nORG:Acme\\; Co;x\r\nTEL:0086 13900000002\r\n"
            "END:VCARD\r\nBEGIN:VCARD\r\nFN:Wang\r\n", "2 0 0 1 2", "vCard");
    is_str(play_member("format"), "vcard", "it is told so");
    ok(play_says("{\"line\":2,\"outcome\":\"created\""), "a line");
    ok(play_says("\"reason\":\"NUMBERS_LEFT_OUT\""), "a short code");
    ok(play_says("{\"line\":12,\"outcome\":\"invalid\",\"reason\":"
                 "\"CARD_WITHOUT_END\"}"), "a card without an end");
    is_str(phonebook(), "Acme; Co o+8613900000002|Li m+8613900000001|",
           "what is there");
    play_end();
}


/* Some MB of names and notes are read. */

static void
long_texts(unsigned rows, int status)
{
    int       n;
    char      text[401], *file;
    unsigned  i;

    for (i = 0; i < 100; i++) {
        memcpy(text + 4 * i, "𠀀", 5);
    }

    start();
    file = malloc(rows * 1300 + 100);
    n = sprintf(file, "Name,Phone,Notes\n");

    for (i = 0; i < rows; i++) {
        n += sprintf(file + n, "%s,139%08u,%s%s\n", text, i, text, text);
    }

    is_int(send(file), status, "%u rows of 1200 bytes", rows);
    is_int(play_says("too much text"), status == 400, "and why");
    free(file);
    play_end();
}


static void
unreadable(void)
{
    size_t       i, n;
    char        *many;
    phone_buf_t  buf;

    start();
    refused("Phone\n13900000001\n", "1", "names");
    refused("Name,Mail\na,b\n", "1", "phone numbers");
    refused("Li,13900000001\n", "1", "phone numbers");
    refused("Name,Phone\n", "1", "no contacts");
    refused("\n\n", "1", "nothing");
    refused("Name,Phone\na,\"1", "2", "not closed");
    refused("FN:a\nTEL:1\n", "1", "phone numbers");
    is_int(send(""), 400, "an empty one");

    phone_buf_init(&buf, &player.arena, 65536);
    phone_buf_put(&buf, PHONE_STR(HEAD));

    for (i = 0; i < 5001; i++) {
        phone_buf_put(&buf, PHONE_STR("a,1\n"));
    }

    phone_buf_byte(&buf, '\0');
    refused(buf.data, "5002", "more than 5000");

    n = 10 * 1024 * 1024;
    many = malloc(n + 2);
    memset(many, 'x', n + 1);
    many[n + 1] = '\0';
    is_int(send(many), 400, "more than 10 MB");
    is_str(play_code(), "PARAM_INVALID", "are no file");
    many[n] = '\0';
    is_int(send(many), 400, "10 MB of nothing");
    free(many);

    player.disk_full = 1;
    is_int(send(HEAD "a,13900000001\n"), 503, "the disk is full");
    player.disk_full = 0;
    player.disk_short = 1;
    is_int(send(HEAD "a,13900000001\n"), 503, "the disk is faulty");
    player.disk_short = 0;
    is_int(first_is("job.step "), 0, "nothing begins");
    is_str(phonebook(), "", "nothing is stored");

    play_end();
}


/* Each row, and why. */

static void
rows(void)
{
    start();
    imports(HEAD "a,13900000001\n", "1 0 0 0 1", "one that is there");

    imports("Name,Phone,Phone 2,Note\n"
            "b,13900000002,,\n"                      /* 2: created */
            "c,13900000001,,\n"                      /* 3: there already */
            "d,13900000001,13900000003,\n"           /* 4: in the file: adds */
            "e,13900000002,13900000002,\n"           /* 5: in the file */
            "f,,,\n"                                 /* 6: no number */
            "g,10086,,\n"                            /* 7: no such number */
            ",13900000004,,\n"                       /* 8: no name */
            ",,,\n"                                  /* 9: nothing */
            "h,13900000005,12,x\n"                   /* 10: one of two */
            "i\xe2\x80\xaej,13900000006,,\n"         /* 11: illegible */
            "k,13900000002,13900000007,\n",          /* 12: adds to 2 */
            "3 2 2 3 5", "rows of all kinds");

    ok(play_says("{\"line\":2,\"outcome\":\"created\",\"contact_id\":"),
       "created");
    ok(play_says("{\"line\":3,\"outcome\":\"duplicate\",\"contact_id\":"),
       "a duplicate of a contact");
    ok(play_says("\"reason\":\"IN_PHONEBOOK\"},{\"line\":4,"),
       "in the phonebook");
    ok(play_says("{\"line\":5,\"outcome\":\"duplicate\",\"reason\":"
                 "\"IN_FILE\"}"), "in the file");
    ok(play_says("{\"line\":6,\"outcome\":\"invalid\",\"reason\":"
                 "\"NUMBER_MISSING\"}"), "no number");
    ok(play_says("{\"line\":7,\"outcome\":\"invalid\",\"reason\":"
                 "\"NUMBER_INVALID\"}"), "a wrong one");
    ok(!play_says("\"line\":9,"), "an empty row is none");
    ok(play_says("\"reason\":\"NUMBERS_LEFT_OUT\""), "one of two");
    ok(play_says("{\"line\":11,\"outcome\":\"invalid\",\"reason\":"
                 "\"NAME_ILLEGIBLE\"}"), "a name");
    is_str(phonebook(),
           "+8613900000004 o+8613900000004|"
           "a o+8613900000001 o+8613900000003|"
           "b o+8613900000002 o+8613900000007|"
           "h o+8613900000005|", "what is stored");

    play_end();
}


/* A contact has eight numbers at most, however they come. */

static void
eight(void)
{
    start();
    imports("BEGIN:VCARD\nVERSION:3.0\nFN:nine\nTEL:13900000021\n"
            "TEL:13900000022\nTEL:13900000023\nTEL:13900000024\n"
            "TEL:13900000025\nTEL:13900000026\nTEL:13900000027\n"
            "TEL:13900000028\nTEL:13900000029\nEND:VCARD\n", "1 0 0 0 1",
            "a card of nine numbers");
    ok(play_says("\"reason\":\"NUMBERS_LEFT_OUT\""), "has eight");
    play_end();

    start();
    imports("Name,Phone\n"
            "a,13900000001:::13900000002:::13900000003:::13900000004:::"
            "13900000005:::13900000006:::13900000007\n"
            "b,13900000001:::13900000008:::13900000009\n"
            "c,13900000002:::13900000010\n"
            "d,:::13900000001\n", "1 1 2 0 2", "in the file");
    ok(play_says("{\"line\":4,\"outcome\":\"duplicate\",\"reason\":"
                 "\"NUMBERS_LEFT_OUT\"}"), "there is no room");
    ok(play_says("{\"line\":5,\"outcome\":\"duplicate\",\"reason\":"
                 "\"IN_FILE\"}"), "an empty number is none");

    imports("Name,Phone\n"
            "x,13900000009:::13900000001\ny,13900000010\n", "1 0 1 0 1",
            "and in the phonebook");
    ok(play_says("\"reason\":\"NUMBERS_LEFT_OUT\""), "it says so");
    is_str(phonebook(), "a o+8613900000001 o+8613900000002 o+8613900000003 "
           "o+8613900000004 o+8613900000005 o+8613900000006 o+8613900000007 "
           "o+8613900000008|y o+8613900000010|", "what is there");

    imports("Name,Phone\nz,13900000011:::13900000010\n"
            "w,13900000010:::13900000012\n", "0 2 0 0 2", "a contact gets two");
    is_str(phonebook(), "a o+8613900000001 o+8613900000002 o+8613900000003 "
           "o+8613900000004 o+8613900000005 o+8613900000006 o+8613900000007 "
           "o+8613900000008|y o+8613900000010 o+8613900000011 "
           "o+8613900000012|", "what is there then");

    play_end();
}


/* Says the same as the import, and writes nothing of it. */

static void
dry(const char *before, const char *file, const char *what)
{
    size_t        n;
    char         *p;
    phone_str_t   said, then, book;

    start();

    if (before) {
        imports(before, "1 0 0 0 1", "before");
    }

    book = phonebook();
    is_int(send_with(file, "dry_run=1"), 200, "a dry run: %s", what);
    while (import_step()) { /* void */ }
    look("");
    is_str(play_member("dry_run"), "true", "it says that it is one");
    is_str(play_member("stored"), "0", "of which nothing is stored");
    said = phone_copy(&player.arena, counts());
    said.len--;
    then = phonebook();
    ok(phone_equal(then, book), "the phonebook is as before");

    send(file);
    while (import_step()) { /* void */ }
    look("");
    then = counts();
    n = said.len;
    p = memrchr(then.data, ' ', then.len);
    ok((size_t) (p - then.data) + 1 == n
       && memcmp(said.data, then.data, n) == 0,
       "%s: both say %.*s", what, PHONE_ARGS(then));

    play_end();
}


static void
dries(void)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_arena_t  arena;

    dry(NULL, HEAD "a,13900000001\nb,13900000001\nc,1\n", "a few rows");
    dry(HEAD "a,13900000001\n", HEAD "b,13900000001:::13900000002\n"
        "c,13900000002\n", "a merge");
    dry("Name,Phone\na,13900000001:::13900000002:::13900000003:::"
        "13900000004:::13900000005:::13900000006\n",
        "Name,Phone\nb,13900000001:::13900000011\n"
        "c,13900000002:::13900000012\nd,13900000003:::13900000013\n",
        "no more than eight");

    /* in several steps */

    phone_arena_init(&arena);
    phone_buf_init(&buf, &arena, 4096);
    phone_buf_put(&buf, PHONE_STR(HEAD "y,13900000001:::13900001001\n"));

    for (i = 0; i < 130; i++) {
        phone_buf_put(&buf, phone_format(&arena, "x,1390000%04u\n", i % 100));
    }

    phone_buf_put(&buf, PHONE_STR("z,13900000107:::13900001002\n"));
    phone_buf_byte(&buf, '\0');
    dry("Name,Phone\na,13900000001:::13900000102:::13900000103:::"
        "13900000104:::13900000105:::13900000106:::13900000107\n", buf.data,
        "several steps");
    phone_arena_free(&arena);
}


/* By its owner: the contact that has a number. */

static void
changes(const char *number, const char *name, const char *more)
{
    char  form[256];

    snprintf(form, sizeof(form), "q=%s", number);
    play("contacts.list", form);
    snprintf(form, sizeof(form), "{\"contact_id\":\"%.30s\",\"name\":\"%s\","
             "\"numbers\":[{\"number\":\"%s\"}%s]}",
             strstr(player.body.data, "\"contact_id\":\"") + 14, name, number,
             more);
    is_int(play("contacts.change", form), 200, "%s is changed", number);
}


static void
undone(void)
{
    char  form[80], first[64];

    start();
    imports(HEAD "a,13900000001\nb,13900000002\nz,13900000099\n", "3 0 0 0 3",
            "the first");
    snprintf(first, sizeof(first), "%s", job);
    imports("Name,Phone\nc,13900000003\nx,13900000001:::13900000004\n"
            "d,13900000005\ne,13900000006:::13900000003\n"
            "f,13900000002:::13900000007\n", "2 3 0 0 5", "the second");
    is_str(phonebook(),
           "a o+8613900000001 o+8613900000004|"
           "b o+8613900000002 o+8613900000007|"
           "c o+8613900000003 o+8613900000006|d o+8613900000005|"
           "z o+8613900000099|", "what there is");

    changes("13900000005", "dd", "");
    changes("13900000007", "bb", "");
    snprintf(form, sizeof(form), "job_id=%s", job);
    player.cookie = wang;
    is_int(play("contacts.undo", form), 404, "not by somebody else");
    player.cookie = li;
    is_int(play("contacts.undo", form), 200, "the second is taken back");
    is_str(play_member("undo"), "RUNNING", "it begins");
    is_int(play("contacts.undo", form), 200, "it is asked for again");
    is_int(player.commits, 0, "nothing else begins");
    is_int(send(HEAD "x,13900000088\n"), 409, "an import waits for it");
    is_str(play_code(), "IMPORT_RUNNING", "it is told");
    while (import_step()) { /* void */ }
    look("");
    is_str(play_member("undo"), "DONE", "it is over");
    is_str(play_stored(&phone_phonebook, "+8613800000001", PHONEBOOK_DAY),
           "20833", "the phonebook is as it was");
    is_str(play_member("removed"), "1", "a contact is gone");
    is_str(play_member("shortened"), "1", "one is shorter");
    is_str(play_member("left"), "2", "two are left");
    is_str(phonebook(), "a o+8613900000001|bb o+8613900000007|"
           "dd o+8613900000005|z o+8613900000099|", "that is all");
    is_int(play("contacts.undo", form), 200, "once more");
    is_int(player.commits, 0, "does nothing");

    imports(HEAD "c,13900000003\ne,13900000006\n", "2 0 0 0 2",
            "the numbers are free");

    snprintf(form, sizeof(form), "job_id=%s", first);
    is_int(play("contacts.undo", form), 200, "the first is taken back");
    while (import_step()) { /* void */ }
    snprintf(job, sizeof(job), "%s", first);
    look("");
    is_str(play_member("removed"), "1", "one that nobody has changed");
    is_str(play_member("left"), "2", "others are left");

    send_with(HEAD "y,13900000077\n", "dry_run=1");
    while (import_step()) { /* void */ }
    snprintf(form, sizeof(form), "job_id=%s", job);
    is_int(play("contacts.undo", form), 409, "a dry run");
    is_str(play_code(), "NOTHING_TO_UNDO", "is not taken back");

    play_end();
}


/* Its owner changes a contact before a later row adds to it. */

#define TEN  "x,1\nx,1\nx,1\nx,1\nx,1\nx,1\nx,1\nx,1\nx,1\nx,1\n"

static void
kept(void)
{
    char  form[80];

    start();
    send(HEAD "a,13900000001\n" TEN TEN TEN TEN TEN TEN TEN TEN
         "z,13900000002:::13900000003\n");
    step();
    changes("13900000001", "mine", ",{\"number\":\"13900000002\"}");
    while (step()) { /* void */ }
    snprintf(form, sizeof(form), "job_id=%s", job);
    play("contacts.undo", form);
    while (step()) { /* void */ }
    is_str(phonebook(), "mine o+8613900000001 o+8613900000002 "
           "o+8613900000003|", "what the owner has changed stays");
    play_end();
}


/* Many rows, and some are done twice. */

static void
steps(phone_domain_t domain)
{
    unsigned      i, n;
    const char   *file;
    phone_buf_t   buf;
    phone_str_t   next;

    start_in(domain);
    phone_buf_init(&buf, &player.arena, 4096);
    phone_buf_put(&buf, PHONE_STR(HEAD));

    for (i = 0; i < 212; i++) {
        phone_buf_put(&buf, phone_format(&player.arena, "n%03u,1390000%04u\n",
                                         i, i));
    }

    phone_buf_byte(&buf, '\0');
    file = buf.data;

    player.lose_answer = 1;
    is_int(send(file), 200, "a file of 212 rows, whose answer is lost");
    is_int(send(file), 200, "is sent again");
    is_int(player.commits, 0, "it is being imported");
    is_int(send(HEAD "x,13900000001\n"), 409, "another file waits");
    is_str(play_code(), "IMPORT_RUNNING", "for its end");
    is_int(send_with(file, "dry_run=1"), 409, "so does a dry run of it");

    for (n = 0; first_is("job.step "); n++) {
        import_step();
    }

    is_int(n, 5, "five steps");
    look("");
    is_str(counts(), "212 0 0 0 212", "each row is stored once");
    is_str(play_member("next_after"), "2", "there are more results");
    look("&after=4");
    ok(play_says("\"line\":213,"), "up to the last row");
    ok(!play_says("next_after"), "and no more");
    look("&after=5");
    is_int(player.status, 200, "and behind it");

    play("contacts.list", "limit=100");
    next = play_member("next_after");
    ok(next.len > 0, "the phonebook has pages");

    is_int(send(file), 200, "the same file once more");
    while (import_step()) { /* void */ }
    look("");
    is_str(counts(), "0 0 212 0 0", "makes no duplicates");

    play_end();
}


/* Its owner changes the phonebook while it is imported. */

static void
meddle(void)
{
    player.before_commit = NULL;
    player.cookie = li;
    play("contacts.create", "{\"name\":\"mine\",\"numbers\":[{\"number\":"
         "\"13900000002\"}]}");
}


static void
beside(void)
{
    start();
    send(HEAD "a,13900000001\nb,13900000002\n");
    player.before_commit = meddle;
    while (import_step()) { /* void */ }
    look("");
    is_str(counts(), "1 0 1 0 1", "a number that its owner has added "
           "meanwhile");
    is_str(phonebook(), "a o+8613900000001|mine o+8613900000002|",
           "is there once");
    play_end();
}


static void
others(void)
{
    start();
    imports(HEAD "a,13900000001\n", "1 0 0 0 1", "a file");
    player.cookie = wang;
    is_int(look(""), 404, "somebody else's import");
    player.cookie = PHONE_EMPTY;
    is_int(look(""), 401, "a stranger");
    player.cookie = li;
    snprintf(job, sizeof(job), "x");
    is_int(look(""), 404, "none");
    play_end();
}


static void
limits(void)
{
    unsigned  i;
    char      file[64];

    start();

    for (i = 0; i < 20; i++) {
        snprintf(file, sizeof(file), HEAD "a,139000001%02u\n", i);
        is_int(send_with(file, i % 2 ? "dry_run=1" : ""), 200, "import %u", i);
        while (import_step()) { /* void */ }
    }

    is_int(send(HEAD "a,13900000001\n"), 429, "20 in a day");
    ok(player.retry_after > 3600, "the next day");
    player.now += 24 * 3600 * 1000;
    is_int(send(HEAD "a,13900000001\n"), 200, "one more");
    while (step()) { /* void */ }
    for (i = 1; i < 20; i++) {
        is_int(send("x"), 400, "unreadable file %u", i);
    }

    is_int(send("x"), 429, "those count too");
    play_end();
}


static void
full(void)
{
    phone_str_t  key;

    start();
    imports(HEAD "a,13900000001\n", "1 0 0 0 1", "before");
    key = phone_key(&player.arena, &phone_phonebook,
                    phone_home(&player.env, &phone_phonebook,
                               PHONE_STR("+8613800000001")),
                    PHONE_STR("+8613800000001"));
    (void) sim_store_overwrite(player.store, player.now, key,
                               PHONE_STR("contacts"), PHONE_STR("4999"));

    send_with("Name,Phone\nb,13900000002\nc,13900000003\n"
              "d,13900000001:::13900000004\ne,13900000003:::13900000005\n",
              "dry_run=1");
    while (import_step()) { /* void */ }
    look("");
    is_str(counts(), "1 1 0 2 0", "a dry run knows that it is full");
    imports("Name,Phone\nb,13900000002\nc,13900000003\n"
            "d,13900000001:::13900000004\ne,13900000003:::13900000005\n",
            "1 1 0 2 2", "there is room for one contact");
    ok(play_says("{\"line\":3,\"outcome\":\"invalid\",\"reason\":"
                 "\"PHONEBOOK_FULL\"}"), "it is told");
    play_end();
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


/* What is kept of an import goes. */

static void
forgotten(void)
{
    start();
    send(HEAD "a,13900000001\n");
    is_int(owners(player.blob[player.nblobs - 1]), 1, "the rows are kept");
    ok(first_is("contacts.forget "), "it will be forgotten");
    play_event();
    look("");
    is_int(player.status, 200, "not while it runs");
    while (import_step()) { /* void */ }
    is_int(owners(player.blob[player.nblobs - 1]), 0, "they are not needed");
    ok(first_is("contacts.forget "), "the event is there");
    play_event();
    is_int(look(""), 404, "it is gone");
    ok(!first_is("contacts.forget "), "with its event");
    is_str(phonebook(), "a o+8613900000001|", "the contact is not");

    play_end();
}


/* Many rows with many numbers fit into the commits of steps. */

static void
wide(void)
{
    unsigned     i, j;
    phone_buf_t  buf;

    start();
    phone_buf_init(&buf, &player.arena, 65536);
    phone_buf_put(&buf, PHONE_STR(HEAD));

    for (i = 0; i < 120; i++) {
        phone_buf_put(&buf, phone_format(&player.arena, "n%03u,", i));

        for (j = 0; j < 8; j++) {
            phone_buf_put(&buf, phone_format(&player.arena, "1390%03u%04u:::",
                                             j, i));
        }

        phone_buf_byte(&buf, '\n');
    }

    phone_buf_byte(&buf, '\0');
    imports(buf.data, "120 0 0 0 120", "960 numbers");
    is_int(send(buf.data), 200, "again");
    while (import_step()) { /* void */ }
    look("");
    is_str(counts(), "0 0 120 0 0", "all are there");
    play_end();
}


static void
numbers(void)
{
    int       rc;
    char      out[17];
    unsigned  i;

    static const char *const  text[][2] = {
        { "13900000001", "+8613900000001" },
        { " 139 0000 0001 ", "+8613900000001" },
        { "(021) 6123-4567", "+862161234567" },
        { "0086-139-0000-0001", "+8613900000001" },
        { "001 650 253 0000", "+16502530000" },
        { "１３９０００００００１", "+8613900000001" },
        { "＋86 139\xc2\xa0" "0000\xe2\x80\x91" "0001", "+8613900000001" },
        { "\xe2\x80\xad+86 13900000001\xe2\x80\xac", "+8613900000001" },
        { "+1 650 253 0000 ext. 7", "+16502530000" },
        { "+1 650 253 0000,,7", "+16502530000" },
        { "+1 650 253 0000;ext=7", "+16502530000" },
        { "021/61234567", "+862161234567" },
        { "10086", NULL },
        { "*#06#", NULL },
        { "a13900000001", NULL },
        { "13900000001\x01", NULL },
        { "", NULL },
        { "   ", NULL },
        { "0000000000000000000000000000000000000000000000000000000000", NULL },
        { "139 0000 0001 139 0000 0001", NULL }
    };

    for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        rc = phone_contact_number(phone_cstr(text[i][0]), PHONE_STR("CN"),
                                  out);
        is_int(rc, text[i][1] ? 0 : -1, "\"%s\"", text[i][0]);

        if (rc == 0 && text[i][1]) {
            is_str(phone_cstr(out), text[i][1], "is read");
        }
    }
}


int
main(void)
{
    formats();
    unreadable();
    long_texts(1000, 200);
    long_texts(5000, 400);
    rows();
    eight();
    dries();
    undone();
    kept();
    steps(PHONE_WHOLE_STORE);
    steps(PHONE_ONE_BUCKET);
    beside();
    others();
    limits();
    full();
    forgotten();
    wide();
    numbers();

    return done_testing();
}
