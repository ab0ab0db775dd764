
/* MAIL-7: the phonebook, one contact after the other. */


#define _GNU_SOURCE

#include "phonebook.h"


#define NUMBER(n)  "{\"number\":\"" n "\"}"
#define MOBILE(n)  "{\"number\":\"" n "\",\"label\":\"mobile\"}"


static char         id[64];              /* of the last contact */


static int
add(const char *name, const char *numbers)
{
    int   status;
    char  body[512];

    snprintf(body, sizeof(body), "{\"name\":\"%s\",\"numbers\":[%s]}", name,
             numbers);
    status = play("contacts.create", body);

    if (status == 200) {
        snprintf(id, sizeof(id), "%.*s",
                 PHONE_ARGS(play_member("contact_id")));
    }

    return status;
}


static int
on(const char *endpoint, const char *contact_id, const char *more)
{
    char  form[512];

    snprintf(form, sizeof(form), "{\"contact_id\":\"%s\"%s%s}", contact_id,
             more ? "," : "", more ? more : "");

    return play(endpoint, form);
}


/* Names of a list, one behind the other. */

static const char *
names(const char *form)
{
    size_t       n;
    const char  *p, *end;

    static char  text[4096];

    n = 0;
    play("contacts.list", form);
    end = player.body.data + player.body.len;

    for (p = player.body.data;
         (p = memmem(p, (size_t) (end - p), "\"name\":\"", 8)) != NULL; /* */)
    {
        for (p += 8; *p != '"'; p++) {
            text[n++] = *p;
        }

        text[n++] = ' ';
    }

    text[n] = '\0';

    return text;
}


static void
one(void)
{
    char  first[64];

    start_in(PHONE_WHOLE_STORE);

    is_int(add("Li Lei", MOBILE("139 0000 0001") ","
               NUMBER("021-61234567")), 200, "a contact");
    snprintf(first, sizeof(first), "%s", id);
    ok(play_says("\"numbers\":[{\"number\":\"+8613900000001\",\"label\":"
                 "\"mobile\"},{\"number\":\"+862161234567\",\"label\":"
                 "\"other\"}]"), "has its numbers, in one form");
    ok(!play_says("\"note\""), "and no note");

    is_int(on("contacts.get", first, NULL), 200, "it is there");
    is_str(play_member("name"), "Li Lei", "with its name");

    player.now += 5000;
    is_int(on("contacts.change", first, "\"name\":\"Han\",\"note\":\"n\","
              "\"numbers\":[" NUMBER("13900000002") ","
              MOBILE("13900000001") "]"), 200, "it is changed");
    is_int(on("contacts.get", first, NULL), 200, "then");
    is_str(play_member("name"), "Han", "it has another name,");
    is_str(play_member("note"), "n", "a note,");
    ok(play_says("+8613900000002"), "another number,");
    ok(!play_says("+862161234567"), "not the one that was left out,");
    is_str(play_member("changed_at"), "2027-01-15T08:00:05Z", "and a time");
    is_str(play_member("created_at"), "2027-01-15T08:00:00Z", "beside this");

    is_int(add("b", NUMBER("02161234567")), 200,
           "the number that was left out is free");
    is_int(add("c", NUMBER("13900000002")), 409, "one that it has is not");
    is_str(play_code(), "NUMBER_HELD", "somebody has it");
    is_str(play_member("field"), "numbers[0].number", "it says which number");
    is_str(play_member("contact_id"), first, "and who has it");

    is_int(on("contacts.change", id, "\"name\":\"b\",\"numbers\":["
              NUMBER("13900000003") "," NUMBER("13900000001") "]"), 409,
           "nor is it by a change");
    is_str(play_member("field"), "numbers[1].number", "of the second one");
    is_int(on("contacts.change", id, "\"name\":\"b\",\"numbers\":["
              NUMBER("13900000003") "," NUMBER("13900000003") "]"), 400,
           "none is there twice");
    is_str(play_code(), "PARAM_INVALID", "by a change");

    is_int(on("contacts.remove", first, NULL), 200, "it is removed");
    is_int(on("contacts.remove", first, NULL), 200, "again, that is the same");
    is_int(on("contacts.get", first, NULL), 404, "it is gone");
    is_int(on("contacts.change", first, "\"name\":\"a\",\"numbers\":["
              NUMBER("13900000001") "]"), 404, "it is not changed");
    is_int(add("c", NUMBER("13900000002")), 200, "its numbers are free");
    is_int(on("contacts.remove", id, NULL), 200, "another one goes");
    is_int(on("contacts.remove", first, NULL), 404, "the first is forgotten");

    play_end();
}


/* What is somebody else's is not there. */

static void
others(void)
{
    char  first[64];

    start_in(PHONE_WHOLE_STORE);
    add("a", NUMBER("13900000001"));
    snprintf(first, sizeof(first), "%s", id);

    player.cookie = wang;
    is_int(on("contacts.get", first, NULL), 404, "somebody else's contact");
    is_int(on("contacts.change", first, "\"name\":\"a\",\"numbers\":["
              NUMBER("13900000009") "]"), 404, "is not changed");
    is_int(on("contacts.remove", first, NULL), 404, "nor removed");
    is_int(player.commits, 0, "nothing is");
    is_str(phone_cstr(names("")), "", "nor listed");
    is_str(phone_cstr(names("q=13900000001")), "", "nor found by its number");
    is_int(add("b", NUMBER("13900000001")), 200,
           "the same number is in two phonebooks");

    player.cookie = PHONE_EMPTY;
    is_int(on("contacts.get", first, NULL), 401, "and not for strangers");

    player.cookie = li;
    is_str(phone_cstr(names("")), "a ", "he has his own");

    play_end();
}


static void
bad(void)
{
    unsigned  i;
    char      body[1024];

    static const char *const  wrong[][2] = {
        { "{\"numbers\":[" NUMBER("13900000001") "]}", "name" },
        { "{\"name\":\"a\"}", "numbers" },
        { "{\"name\":\"a\",\"numbers\":[{\"label\":\"home\"}]}",
          "numbers[0].number" },
        { "{\"name\":\"a\",\"numbers\":[" NUMBER("10086") "]}",
          "numbers[0].number" },
        { "{\"name\":\"a\",\"numbers\":[{\"number\":\"13900000001\","
          "\"label\":\"fax\"}]}", "numbers[0].label" },
        { "{\"name\":\"a\\u202eb\",\"numbers\":[" NUMBER("13900000001")
          "]}", "name" },
        { "{\"name\":\"a\",\"note\":\"\\u0007\",\"numbers\":["
          NUMBER("13900000001") "]}", "note" },
        { "{\"name\":\"a\",\"numbers\":[" NUMBER("13900000001") ","
          NUMBER("+86 139 0000 0001") "]}", "numbers[1].number" }
    };

    start_in(PHONE_WHOLE_STORE);

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        is_int(play("contacts.create", wrong[i][0]), 400, "wrong %u", i);
        is_str(play_member("field"), wrong[i][1], "its field, %u", i);
    }

    snprintf(body, sizeof(body), "{\"name\":\"%0101d\",\"numbers\":["
             NUMBER("13900000001") "]}", 0);
    is_int(play("contacts.create", body), 400, "a name of 101 characters");
    snprintf(body, sizeof(body), "{\"name\":\"a\",\"note\":\"%0201d\","
             "\"numbers\":[" NUMBER("13900000001") "]}", 0);
    is_int(play("contacts.create", body), 400, "a note of 201");

    is_int(add("a", NUMBER("13900000001") "," NUMBER("13900000002") ","
               NUMBER("13900000003") "," NUMBER("13900000004") ","
               NUMBER("13900000005") "," NUMBER("13900000006") ","
               NUMBER("13900000007") "," NUMBER("13900000008") ","
               NUMBER("13900000009")), 400, "nine numbers");
    is_int(on("contacts.get", "nonsense", NULL), 404, "no id");

    play_end();
}


/* The same call, when nobody knows what became of it. */

static void
unknown(void)
{
    start_in(PHONE_WHOLE_STORE);

    player.lose_answer = 1;
    is_int(add("a", NUMBER("13900000001")), 200, "an answer is lost");
    is_str(phone_cstr(names("")), "a ", "it is there once");

    player.lose_answer = 1;
    is_int(on("contacts.change", id, "\"name\":\"b\",\"numbers\":["
              NUMBER("13900000002") "]"), 200, "that of a change");
    is_str(phone_cstr(names("")), "b ", "it is changed");

    player.lose_answer = 1;
    is_int(on("contacts.remove", id, NULL), 200, "that of a removal");
    is_str(phone_cstr(names("")), "", "it is gone");
    is_int(add("c", NUMBER("13900000002")), 200, "with its number");

    play_end();
}


static void
meddle(void)
{
    player.before_commit = NULL;
    add("first", NUMBER("13900000001"));
}


static void
at_once(void)
{
    start_in(PHONE_WHOLE_STORE);

    player.before_commit = meddle;
    is_int(add("second", NUMBER("13900000001")), 409,
           "two put one number into the phonebook at once");
    is_str(phone_cstr(names("")), "first ", "one of them does");

    play_end();
}


static void
listed(void)
{
    phone_str_t  next;
    char         form[128];

    start_in(PHONE_WHOLE_STORE);
    add("zhou", NUMBER("13900000001"));
    add("Alice", MOBILE("13900000002") "," NUMBER("+1 650 253 0000"));
    add("张三", NUMBER("13900000003"));
    add("bob", NUMBER("13900000004"));
    player.now++;
    add("Bob", NUMBER("13900000005"));

    is_str(phone_cstr(names("")), "Alice bob Bob zhou 张三 ",
           "by their names, in either case");
    is_str(phone_cstr(names("limit=2")), "Alice bob ", "a page");
    next = phone_copy(&player.arena, play_member("next_after"));
    snprintf(form, sizeof(form), "limit=2&after=%.*s", PHONE_ARGS(next));
    is_str(phone_cstr(names(form)), "Bob zhou ", "the next one");
    is_str(phone_cstr(names("limit=2&before=9007199254740992")),
           "张三 zhou ", "from the end");
    ok(play_member("next_before").len > 0, "and further down");
    is_int(play("contacts.list", "before=1&after=1"), 400, "not both");

    is_str(phone_cstr(names("q=BO")), "bob Bob ", "part of a name");
    is_str(phone_cstr(names("q=三")), "张三 ", "of a Chinese one");
    is_str(phone_cstr(names("q=13900000002")), "Alice ", "a number");
    is_str(phone_cstr(names("q=139-0000-0003")), "张三 ", "as it is written");
    is_str(phone_cstr(names("q=0004")), "bob ", "a part of it");
    is_str(phone_cstr(names("q=650 253")), "Alice ", "with a space");
    is_str(phone_cstr(names("q=00")), "", "two digits are too few");
    is_str(phone_cstr(names("q=0139")), "Alice bob Bob zhou 张三 ",
           "as it is dialed from elsewhere");
    is_str(phone_cstr(names("q=001650")), "Alice ", "and from abroad");
    is_str(phone_cstr(names("q=01650")), "Alice ", "with one 0");
    is_str(phone_cstr(names("q=0016")), "", "two digits behind it are too few");
    is_str(phone_cstr(names("q=0001650")), "", "three 0 are dialed nowhere");
    is_str(phone_cstr(names("q=13900000009")), "", "nobody has it");
    is_str(phone_cstr(names("q=o&limit=1")), "bob ", "one that fits");
    next = phone_copy(&player.arena, play_member("next_after"));
    snprintf(form, sizeof(form), "q=o&limit=1&after=%.*s", PHONE_ARGS(next));
    is_str(phone_cstr(names(form)), "Bob ", "and the next");
    is_int(play("contacts.list", "after=x"), 400, "no page");

    add("Peking", NUMBER("010 8888 7777"));
    add("Köln", NUMBER("+49 1511 2345678"));
    is_str(phone_cstr(names("q=010-8888")), "Peking ", "an area code");
    is_str(phone_cstr(names("q=010")), "", "of which too little is left");
    is_str(phone_cstr(names("q=049151")), "Köln ", "a country code behind 0");
    is_str(phone_cstr(names("q=0049151")), "Köln ", "behind 00");
    is_str(phone_cstr(names("q=%2B49 151")), "Köln ", "behind +");

    play_end();
}


/* A call looks at 500: how many it says, and where the next one goes on. */

static void
searched(void)
{
    char         text[64], number[64];
    unsigned     i, calls;
    phone_str_t  next;

    static const char *const  looked[] = { "500", "500", "101" };

    start_in(PHONE_WHOLE_STORE);

    for (i = 0; i < 1100; i++) {
        snprintf(text, sizeof(text), "name %04u", i);
        snprintf(number, sizeof(number), NUMBER("1390000%04u"), i);
        add(text, number);
    }

    add("zzz", NUMBER("13911110000"));
    snprintf(text, sizeof(text), "q=ZZ");

    for (calls = 0; calls < 3; calls++) {
        is_str(phone_cstr(names(text)), calls == 2 ? "zzz " : "",
               "call %u", calls);
        is_str(play_member("searched"), looked[calls],
               "tells how many it has looked at");
        next = play_member("next_after");
        snprintf(text, sizeof(text), "q=ZZ&after=%.*s", PHONE_ARGS(next));
    }

    is_int(next.len, 0, "the last one says that it is the last");

    is_int(strlen(names("q=name&limit=2")), 20, "a page that is full");
    is_str(play_member("searched"), "2", "looks at no more than it needs");
    ok(play_member("next_after").len > 0, "and there are more");
    names("q=13911110000");
    is_str(play_member("searched"), "1", "a whole number is found at once");
    names("limit=100");
    is_int(play_member("searched").len, 0, "without q nothing is searched");

    play_end();
}


static void
full(void)
{
    char         text[16];
    phone_str_t  key;

    start_in(PHONE_WHOLE_STORE);
    add("a", NUMBER("13900000001"));

    snprintf(text, sizeof(text), "%d", PHONE_CONTACTS_MOST - 1);
    key = phone_key(&player.arena, &phone_phonebook,
                    phone_home(&player.env, &phone_phonebook,
                               PHONE_STR("+8613800000001")),
                    PHONE_STR("+8613800000001"));
    (void) sim_store_overwrite(player.store, player.now, key,
                               PHONE_STR("contacts"), phone_cstr(text));

    is_int(add("b", NUMBER("13900000002")), 200, "the last one");
    is_int(add("c", NUMBER("13900000003")), 409, "and one more");
    is_str(play_code(), "TOO_MANY", "is too much");
    is_int(on("contacts.remove", id, NULL), 200, "one goes");
    is_int(add("c", NUMBER("13900000003")), 200, "and there is room");

    play_end();
}


static int
has(phone_str_t bytes, const char *text)
{
    return memmem(bytes.data, bytes.len, text, strlen(text)) != NULL;
}


static phone_str_t
exported(const char *form)
{
    while (play_event()) { /* void */ }

    return play("contacts.export", form) == 200
           ? play_blob(player.reply.sha256) : PHONE_EMPTY;
}


static void
exports(void)
{
    unsigned     i;
    phone_str_t  file;

    start_in(PHONE_WHOLE_STORE);

    is_str(exported("format=vcard"), "", "an empty phonebook");
    is_str(exported("format=csv"),
           "Name,Notes,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,"
           "Phone 2 - Value,Phone 3 - Label,Phone 3 - Value,Phone 4 - Label,"
           "Phone 4 - Value,Phone 5 - Label,Phone 5 - Value,Phone 6 - Label,"
           "Phone 6 - Value,Phone 7 - Label,Phone 7 - Value,Phone 8 - Label,"
           "Phone 8 - Value\r\n", "has a header in CSV");

    add("Li, Lei", MOBILE("13900000001") "," NUMBER("13900000002"));
    add("=1+2", NUMBER("13900000003"));
    play("contacts.create", "{\"name\":\"b\",\"numbers\":[{\"number\":"
         "\"13900000004\",\"label\":\"work\"}],\"note\":\"@a\"}");

    is_str(exported(""),
           "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:=1+2\r\n"
           "TEL;VALUE=uri:tel:+8613900000003\r\nEND:VCARD\r\n"
           "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:b\r\n"
           "TEL;VALUE=uri;TYPE=work:tel:+8613900000004\r\nNOTE:@a\r\n"
           "END:VCARD\r\n"
           "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Li\\, Lei\r\n"
           "TEL;VALUE=uri;TYPE=cell:tel:+8613900000001\r\n"
           "TEL;VALUE=uri:tel:+8613900000002\r\nEND:VCARD\r\n",
           "vCards, in the order of the list");
    is_str(player.reply.type, "text/vcard; charset=utf-8", "of their type");
    ok(has(player.reply.disposition, "contacts.vcf"), "and name");

    file = exported("format=csv");
    ok(has(file, "\r\n'=1+2,,other,'+8613900000003,,"), "no cell is a formula");
    ok(has(file, "\r\n\"Li, Lei\",,mobile,"),
       "a comma is in quotes");
    ok(has(file, "\r\nb,'@a,work,"),
       "nor is a note");

    for (i = 0; i < 16; i++) {
        exported("");
    }

    is_int(player.status, 200, "20 in a day");
    is_int(play("contacts.export", ""), 429, "are all");
    ok(player.retry_after > 3600, "until the day is over");
    player.now += 24 * 3600 * 1000;
    is_int(play("contacts.export", ""), 200, "the next day");

    play_end();
}


/* Long lines are folded, and no character is torn. */

static void
folds(void)
{
    unsigned     i;
    char         body[1024];
    phone_str_t  file;

    start_in(PHONE_WHOLE_STORE);
    strcpy(body, "{\"name\":\"");

    for (i = 0; i < 40; i++) {
        strcat(body, "张");
    }

    strcat(body, "\",\"numbers\":[" NUMBER("13900000001") "]}");
    is_int(play("contacts.create", body), 200, "a long name");
    file = exported("");
    ok(has(file, "张\r\n 张"), "is folded");
    ok(phone_utf8_valid(file), "between characters");

    play_end();
}


static void
orders(void)
{
    ok(phone_contact_order(PHONE_STR("a"))
       < phone_contact_order(PHONE_STR("aa")), "a shorter one first");
    ok(phone_contact_order(PHONE_STR("ABCDEF"))
       == phone_contact_order(PHONE_STR("abcdefg")), "by six letters");
    ok(phone_contact_order(PHONE_STR("\xff\xff\xff\xff\xff\xff"))
       < INT64_C(1) << 53, "as a score");
}


/* A line of a blob of rows that ends too soon is no row. */

static void
row_cut(void)
{
    phone_str_t         line;
    phone_import_row_t  row;

    line = PHONE_STR("2 N m+8613900000001 -\tLi\t");
    memset(&row, 0, sizeof(row));
    is_int(phone_import_row(&line, &row), 1, "a row");

    line = PHONE_STR("2 N m+8613900000001\tLi\t");
    is_int(phone_import_row(&line, &row), -1, "one without a reason");
}


/* Spaces, dashes and what only turns the direction, as phones write them;
   other punctuation is no part of a number. */

static void
number_marks(void)
{
    char      out[17], text[] = "139...00000001";
    unsigned  i, c;

    static const struct {
        unsigned  first, last;
        int       rc;
    } mark[] = {
        { 0x1fff, 0x1fff, -1 }, { 0x2000, 0x2015, 0 }, { 0x2016, 0x2029, -1 },
        { 0x202a, 0x202f, 0 }, { 0x2030, 0x2065, -1 }, { 0x2066, 0x2069, 0 },
        { 0x206a, 0x206f, -1 }
    };

    for (i = 0; i < sizeof(mark) / sizeof(mark[0]); i++) {
        for (c = mark[i].first; c <= mark[i].last; c++) {
            text[3] = (char) (0xe0 | c >> 12);
            text[4] = (char) (0x80 | (c >> 6 & 0x3f));
            text[5] = (char) (0x80 | (c & 0x3f));
            is_int(phone_contact_number(phone_cstr(text), PHONE_STR("CN"),
                                        out),
                   mark[i].rc, "U+%04X in a number", c);
        }
    }
}


/* Nothing is read behind a number's end: its last digit is cut within. */

static void
number_cut(void)
{
    char         out[17];
    phone_str_t  text;

    text = PHONE_STR("1390000000１");
    is_int(phone_contact_number(text, PHONE_STR("CN"), out), 0, "a number");
    text.len--;
    is_int(phone_contact_number(text, PHONE_STR("CN"), out), -1,
           "a digit whose last byte is missing");
}


int
main(void)
{
    one();
    others();
    bad();
    unknown();
    at_once();
    listed();
    searched();
    full();
    exports();
    folds();
    orders();
    row_cut();
    number_cut();
    number_marks();

    return done_testing();
}
