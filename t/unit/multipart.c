
/* Multipart bodies: what is read of them, whatever the pieces they come in. */


#include "lib/multipart.h"
#include "tap.h"


static phone_multipart_t  mp;
static char               text[4096];
static size_t             ntext;


static void
put(const char *what, phone_str_t value)
{
    ntext += (size_t) snprintf(text + ntext, sizeof(text) - ntext, "%s%.*s",
                               what, (int) value.len, value.data);
}


/* In a window of at most that many bytes, or of more where it asks for them. */

static const char *
parts(const char *type, const char *body, size_t size, size_t most)
{
    int                      last;
    size_t                   used, room;
    phone_str_t              rest, window;
    phone_multipart_event_t  event;

    ntext = 0;
    text[0] = '\0';
    rest = (phone_str_t) { size, body };
    room = most;

    if (phone_multipart_init(&mp, phone_cstr(type)) != 0) {
        return "no boundary";
    }

    for ( ;; ) {
        last = rest.len <= room;
        window = last ? rest : (phone_str_t) { room, rest.data };
        event = phone_multipart_next(&mp, window, last, &used);

        switch (event) {

        case PHONE_MULTIPART_PART:
            put("[", mp.name);
            put(mp.is_file ? " file " : "", mp.file);
            put(" ", mp.type);
            put("]", PHONE_EMPTY);
            break;

        case PHONE_MULTIPART_DATA:
            put("", mp.data);
            break;

        case PHONE_MULTIPART_END:
            return text;

        case PHONE_MULTIPART_BAD:
            return "bad";

        default:
            room = used ? most : room + 1;
        }

        rest.data += used;
        rest.len -= used;
    }
}


#define XX    "multipart/form-data; boundary=XX"
#define HEAD  "Content-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n"

static const struct {
    const char  *type;
    const char  *body;
    const char  *parts;
    const char  *about;
} bodies[] = {
    { XX, "--XX--", "", "no part" },
    { XX, "--XX--\r\nbehind it", "", "an epilogue" },
    { XX, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
      "--XX\r\n" HEAD "Content-Type: Image/PNG; q=1\r\n\r\n2\r\n--XX--",
      "[a application/octet-stream]1[f file x image/png]2", "two parts" },
    { XX, "--XX\r\n" HEAD "\r\n\r\n--XX--",
      "[f file x application/octet-stream]", "an empty one" },
    { XX, "--XX\r\n" HEAD "\r\n\r\n\r\n--XX--",
      "[f file x application/octet-stream]\r\n", "a line break" },
    { XX, "--XX\r\n" HEAD "\r\n\r\n--X\r\n-XX\n--XX\r\n--XX--",
      "[f file x application/octet-stream]\r\n--X\r\n-XX\n--XX",
      "what begins like a delimiter" },
    { "Multipart/Form-Data;boundary=\"X'X\"; x=y",
      "--X'X\r\ncontent-disposition:form-data;filename=x ; name=f\r\n\r\n"
      "1\r\n--X'X--", "[f file x application/octet-stream]1",
      "other ways to write it" },
    { XX, "--XX\r\nContent-Disposition: form-data; name=\"f\"; "
      "filename=\"a/b\\c\"\r\n\r\n1\r\n--XX--",
      "[f file c application/octet-stream]1", "a path" },
    { XX, "--XX\r\nContent-Disposition: form-data; name=\"f\"; "
      "filename=\"\xff\"\r\n\r\n1\r\n--XX--",
      "[f file  application/octet-stream]1", "a name that is no UTF-8" },
    { XX, "--XX\r\nContent-Disposition: form-data; name=\"f\"; "
      "filename*=UTF-8''x\r\n\r\n1\r\n--XX--",
      "[f application/octet-stream]1", "RFC 7578 has no filename*" },
    { XX, "--XX\r\n" HEAD "Content-Type: image\r\n\r\n1\r\n--XX--",
      "[f file x application/octet-stream]1", "half of a type" },
    { XX, "--XX\r\n" HEAD "Content-Type: a/b/c\r\n\r\n1\r\n--XX--",
      "[f file x application/octet-stream]1", "a type and a half" },

    { XX, "", "bad", "nothing" },
    { XX, "\r\n--XX--", "bad", "a preamble" },
    { XX, "--XX", "bad", "half of the end" },
    { XX, "--XX-", "bad", "most of the end" },
    { XX, "--XX\r\n", "bad", "no headers" },
    { XX, "--XX\r\n\r\n1\r\n--XX--", "bad", "a part without a name" },
    { XX, "--XX\r\n" HEAD "\r\n1", "bad", "no end" },
    { XX, "--XX\r\n" HEAD "\r\n1\r\n--XX", "bad", "no end of the end" },
    { XX, "--XX\r\n" HEAD "\r\n1\r\n--XXY--", "bad", "another delimiter" },
    { XX, "--XX\r\n" HEAD HEAD "\r\n1\r\n--XX--", "bad", "two names" },
    { XX, "--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n"
      "--XX--", "bad", "an empty name" },
    { XX, "--XX\r\nContent-Disposition: form-data; name=\"f\r\n\r\n1\r\n"
      "--XX--", "bad", "an open quote" },
    { XX, "--XX\r\nContent-Disposition: form-data; name=\"f\"; name=\"g\""
      "\r\n\r\n1\r\n--XX--", "bad", "two names in one" },
    { XX, "--XX\r\nContent-Disposition: form-data; name=f; filename=a; "
      "filename=b\r\n\r\n1\r\n--XX--", "bad", "two files in one" },
    { XX, "--XX\r\nContent-Disposition: attachment; name=\"f\"\r\n\r\n1\r\n"
      "--XX--", "bad", "another disposition" },
    { XX, "--XX\r\nno header\r\n\r\n1\r\n--XX--", "bad", "no header" },
    { XX, "--XX\r\n" HEAD "X: a\nb\r\n\r\n1\r\n--XX--", "bad",
      "a line that ends with LF" },
    { XX, "--XX\n" HEAD "\r\n1\r\n--XX--", "bad", "a delimiter that does" },

    { "multipart/form-data", "--XX--", "no boundary", "none" },
    { "multipart/form-data; boundary=", "--XX--", "no boundary", "empty" },
    { "multipart/form-data; boundary=\"\"", "--XX--", "no boundary",
      "empty, quoted" },
    { "multipart/form-data; boundary=\"X", "--XX--", "no boundary", "open" },
    { "multipart/form-data; boundary=X; boundary=XX", "--XX--", "no boundary",
      "two" },
    { "multipart/form-data; boundary=\xc3\xa9", "--XX--", "no boundary",
      "no ASCII" },
    { "multipart/mixed; boundary=XX", "--XX--", "no boundary",
      "another type" }
};


int
main(void)
{
    char    type[128], long_one[6000];
    size_t  i, most;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        for (most = 1; most < 40; most += most < 8 ? 1 : 13) {
            is_str(phone_cstr(parts(bodies[i].type, bodies[i].body,
                                    strlen(bodies[i].body), most)),
                   bodies[i].parts, "%s, %zu bytes at a time",
                   bodies[i].about, most);
        }
    }

    snprintf(type, sizeof(type), "multipart/form-data; boundary=%070d", 1);
    ok(phone_multipart_init(&mp, phone_cstr(type)) == 0,
       "a boundary has at most 70 characters");
    snprintf(type, sizeof(type), "multipart/form-data; boundary=%071d", 1);
    ok(phone_multipart_init(&mp, phone_cstr(type)) != 0, "and no more");

    snprintf(long_one, sizeof(long_one), "--XX\r\n%sX: %04000d\r\n\r\n1\r\n"
             "--XX--", HEAD, 1);
    ok(strcmp(parts(XX, long_one, strlen(long_one), 8192), "bad") != 0,
       "headers of 4096 bytes");
    snprintf(long_one, sizeof(long_one), "--XX\r\n%sX: %04050d\r\n\r\n1\r\n"
             "--XX--", HEAD, 1);
    ok(strcmp(parts(XX, long_one, strlen(long_one), 8192), "bad") == 0,
       "and no more");

    is_str(phone_cstr(parts(XX, "--XX\r\n" HEAD "X: \0\r\n\r\n1\r\n--XX--",
                            sizeof("--XX\r\n" HEAD "X: \0\r\n\r\n1\r\n--XX--")
                            - 1, 8192)),
           "bad", "a NUL in a header");

    return done_testing();
}
