
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


/* One part, whose headers are these. */

static const char *
headed(const char *headers)
{
    static char  body[1024];

    snprintf(body, sizeof(body), "--XX\r\n%s\r\n\r\n1\r\n--XX--", headers);

    return parts(XX, body, strlen(body), 8192);
}


#define FORM  "Content-Disposition: form-data; "


/* Each byte there is, wherever it may or may not be. */

static void
bytes(void)
{
    int   c, token;
    char  line[200], shows[200];

    for (c = 1; c < 256; c++) {
        token = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || strchr("!#$%&'*+-.^_`|~", c) != NULL;

        if (c != '"' && c != '\\') {
            snprintf(line, sizeof(line),
                     "multipart/form-data; boundary=\"%c\"", c);
            is_int(phone_multipart_init(&mp, phone_cstr(line)),
                   c >= ' ' && c <= '~' ? 0 : -1, "byte %d as a boundary", c);
            snprintf(line, sizeof(line),
                     "multipart/form-data; boundary=\"a%cb\"", c);
            is_int(phone_multipart_init(&mp, phone_cstr(line)),
                   c >= ' ' && c <= '~' ? 0 : -1, "byte %d in a boundary", c);
        }

        snprintf(line, sizeof(line), FORM "x%c=1; name=f", c);
        is_int(strcmp(headed(line), "bad") != 0, token || c == '=',
               "byte %d in the name of a parameter", c);

        if (c == '"' || c == '/' || c == '\\') {
            continue;
        }

        /* a name that shows is one without control bytes, in UTF-8 */

        snprintf(line, sizeof(line), FORM "name=f; filename=\"a%cb\"", c);
        snprintf(shows, sizeof(shows), "[f file %.*s application/"
                 "octet-stream]1", c < ' ' || c >= 0x7f ? 0 : 3, (char[]) {
                     'a', (char) c, 'b' });
        is_str(phone_cstr(headed(line)), c < ' ' && c != '\t' ? "bad" : shows,
               "byte %d in the name of a file", c);

        if (strchr("; \t", c)) {
            continue;
        }

        snprintf(line, sizeof(line), FORM "name=f\r\nContent-Type: a/%cb", c);
        snprintf(shows, sizeof(shows), "[f a/%cb]1",
                 c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        is_str(phone_cstr(headed(line)),
               c < ' ' ? "bad"
               : token ? shows : "[f application/octet-stream]1",
               "byte %d in a type", c);
    }
}


/* What a part may be called, at both ends of each bound. */

static void
lengths(void)
{
    int   n;
    char  line[400];

    for (n = 63; n <= 65; n++) {
        snprintf(line, sizeof(line), FORM "name=%0*d", n, 1);
        is_int(strcmp(headed(line), "bad") != 0, n <= PHONE_MULTIPART_NAME,
               "a name of %d bytes", n);
    }

    for (n = 119; n <= 121; n++) {
        snprintf(line, sizeof(line), FORM "name=f; filename=a/%0*d", n, 1);
        (void) headed(line);
        is_int(strstr(text, "file 0") != NULL, n <= PHONE_MULTIPART_FILE,
               "a file's name of %d bytes", n);
    }

    for (n = 97; n <= 99; n++) {
        snprintf(line, sizeof(line), FORM "name=f\r\nContent-Type: a/%0*d", n,
                 1);
        (void) headed(line);
        is_int(strstr(text, "[f a/0") != NULL, n + 2 < PHONE_MULTIPART_TYPE,
               "a type of %d bytes", n + 2);
    }
}


static const struct {
    const char  *headers;
    const char  *parts;
} heads[] = {
    { FORM "name=f\r\nContent-Type: /", "[f application/octet-stream]1" },
    { FORM "name=f\r\nContent-Type: /a", "[f application/octet-stream]1" },
    { FORM "name=f\r\nContent-Type: a/", "[f application/octet-stream]1" },
    { FORM "name=f\r\nContent-Type: //", "[f application/octet-stream]1" },
    { FORM "name=f\r\nContent-Type:", "[f application/octet-stream]1" },
    { FORM "name=f\r\nContent-Type: a/b\tc", "[f a/b]1" },
    { FORM "name=f\r\nContent-Type: a/b c/d", "[f a/b]1" },
    { FORM "name=f\r\nContent-Type:\t a/b \t ", "[f a/b]1" },
    { FORM "name=f\r\ncontent-type :a/b", "[f application/octet-stream]1" },
    { FORM "name=f\r\nContent-Typ: a/b", "[f application/octet-stream]1" },
    { FORM "name=f\r\nContent-Types: a/b", "[f application/octet-stream]1" },
    { FORM "NAME=f; FILENAME=g", "[f file g application/octet-stream]1" },
    { FORM "name=f;", "[f application/octet-stream]1" },
    { FORM "name=f ;\t filename=g\t ",
      "[f file g application/octet-stream]1" },
    { FORM "name=f; filename=", "[f file  application/octet-stream]1" },
    { FORM "name=f; filename=\"\"", "[f file  application/octet-stream]1" },
    { FORM "name=f; filename=a/", "[f file  application/octet-stream]1" },
    { FORM "name=f; filename=/a", "[f file a application/octet-stream]1" },
    { FORM "name=f; filename=\"a;b c\"",
      "[f file a;b c application/octet-stream]1" },
    { FORM "name=f; filename=\"a\\\"b\"",
      "[f file a\"b application/octet-stream]1" },
    { FORM "name=f; filename=\"a\\b\"",
      "[f file b application/octet-stream]1" },
    { FORM "name=f; filename=\"\x7f" "b\"",
      "[f file  application/octet-stream]1" },
    { FORM "name=\"f\\", "bad" },
    { FORM "name=\"f\\\"", "bad" },
    { FORM "name=\"f\"x", "bad" },
    { FORM "name=f x", "bad" },
    { FORM "name=f\tx", "bad" },
    { FORM "=f", "bad" },
    { FORM "name", "bad" },
    { FORM "name f", "bad" },
    { FORM "name=", "bad" },
    { FORM "; name=f", "bad" },
    { FORM "name=f; name=f", "bad" },
    { FORM "filename=g", "bad" },
    { "Content-Disposition: form-data", "bad" },
    { "Content-Disposition: form-dat; name=f", "bad" },
    { "Content-Disposition: form-data2; name=f", "bad" },
    { "Content-Disposition:FORM-DATA;name=f",
      "[f application/octet-stream]1" },
    { "X:\r\n" FORM "name=f", "[f application/octet-stream]1" },
    { ":\r\n" FORM "name=f", "[f application/octet-stream]1" },
    { "X\r\n" FORM "name=f", "bad" },
    { "\r\n" FORM "name=f", "bad" }
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

    for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        is_str(phone_cstr(headed(heads[i].headers)), heads[i].parts,
               "a part with \"%s\"", heads[i].headers);
    }

    bytes();
    lengths();

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
