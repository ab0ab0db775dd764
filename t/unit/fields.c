
/*
 * lib/fields.h: forms, JSON objects, lists in both.
 */


#include <stdlib.h>
#include <time.h>

#include "tap.h"
#include "lib/fields.h"
#include "../fuzz/json_oracle.h"


typedef phone_fields_rc_t (*parse_pt)(phone_arena_t *arena, phone_str_t text,
    phone_fields_t *fields, phone_str_t *bad);


typedef struct {
    phone_str_t              text;
    const char              *shown;          /* fields, or the name at fault */
    phone_fields_rc_t        rc;
} case_t;


static phone_arena_t   arena;
static phone_fields_t  fields;
static phone_str_t     bad;


/* A copy of its own size, so that AddressSanitizer sees a read past it. */

static phone_fields_rc_t
parse(parse_pt how, phone_str_t text)
{
    fields.n = 0;

    return how(&arena, phone_copy(&arena, text), &fields, &bad);
}


static phone_str_t
show(void)
{
    unsigned              i, k, m;
    phone_buf_t           buf;
    const phone_item_t   *item;
    const phone_items_t  *list;

    phone_buf_init(&buf, &arena, 0);

    for (i = 0; i < fields.n; i++) {
        list = fields.list[i];

        phone_buf_put(&buf, fields.field[i].name);
        phone_buf_byte(&buf, list ? '[' : '=');
        phone_buf_put(&buf, fields.field[i].value);

        for (k = 0; list && k < list->n; k++) {
            item = &list->item[k];
            phone_buf_put(&buf, k ? PHONE_STR("|") : PHONE_EMPTY);

            for (m = 0; m < item->n; m++) {
                phone_buf_put(&buf, m ? PHONE_STR(",") : PHONE_EMPTY);
                phone_buf_put(&buf, item->field[m].name);
                phone_buf_byte(&buf, '=');
                phone_buf_put(&buf, item->field[m].value);
            }
        }

        phone_buf_put(&buf, list ? PHONE_STR("];") : PHONE_STR(";"));
    }

    return phone_buf_str(&buf);
}


static void
run_cases(parse_pt how, const char *what, const case_t *test, size_t n)
{
    size_t             i;
    phone_fields_rc_t  rc;

    for (i = 0; i < n; i++) {
        rc = parse(how, test[i].text);

        is_int(rc, test[i].rc, "%s %zu: result", what, i);
        is_str(rc == PHONE_FIELDS_OK ? show() : bad, test[i].shown,
               "%s %zu: fields", what, i);

        phone_arena_free(&arena);
    }
}


#define NAME64                                                                \
    "a123456789b123456789c123456789d123456789e123456789f123456789_.zZ"


static const case_t  forms[] = {

    { PHONE_STR(""), "", PHONE_FIELDS_OK },
    { PHONE_STR("a=1"), "a=1;", PHONE_FIELDS_OK },
    { PHONE_STR("a=1&b=2"), "a=1;b=2;", PHONE_FIELDS_OK },
    { PHONE_STR("b=2&a=1"), "b=2;a=1;", PHONE_FIELDS_OK },
    { PHONE_STR("a="), "a=;", PHONE_FIELDS_OK },
    { PHONE_STR("a"), "a=;", PHONE_FIELDS_OK },
    { PHONE_STR("a&b"), "a=;b=;", PHONE_FIELDS_OK },
    { PHONE_STR("a=&b="), "a=;b=;", PHONE_FIELDS_OK },
    { PHONE_STR("a=1&"), "a=1;", PHONE_FIELDS_OK },
    { PHONE_STR("&a=1"), "a=1;", PHONE_FIELDS_OK },
    { PHONE_STR("a=1&&b=2"), "a=1;b=2;", PHONE_FIELDS_OK },
    { PHONE_STR("&"), "", PHONE_FIELDS_OK },
    { PHONE_STR("a=b=c"), "a=b=c;", PHONE_FIELDS_OK },
    { PHONE_STR("a=="), "a==;", PHONE_FIELDS_OK },
    { PHONE_STR("a=x+y"), "a=x y;", PHONE_FIELDS_OK },
    { PHONE_STR("a=x%2By"), "a=x+y;", PHONE_FIELDS_OK },
    { PHONE_STR("a=%41%7a%7A"), "a=Azz;", PHONE_FIELDS_OK },
    { PHONE_STR("a=%26b%3D1"), "a=&b=1;", PHONE_FIELDS_OK },
    { PHONE_STR("a=%2541"), "a=%41;", PHONE_FIELDS_OK },
    { PHONE_STR("a=%E6%89%8B"), "a=\xe6\x89\x8b;", PHONE_FIELDS_OK },
    { PHONE_STR("a=\xe6\x89\x8b"), "a=\xe6\x89\x8b;", PHONE_FIELDS_OK },
    { PHONE_STR("a=%e6%89\x8b"), "a=\xe6\x89\x8b;", PHONE_FIELDS_OK },
    { PHONE_STR("card%5Fno=1"), "card_no=1;", PHONE_FIELDS_OK },
    { PHONE_STR("A.b_9=1"), "A.b_9=1;", PHONE_FIELDS_OK },
    { PHONE_STR("a=x\r\ny"), "a=x\r\ny;", PHONE_FIELDS_OK },
    { PHONE_STR("a=%0A"), "a=\n;", PHONE_FIELDS_OK },
    { PHONE_STR("a=1;b=2"), "a=1;b=2;", PHONE_FIELDS_OK },
    { PHONE_STR(NAME64 "=1"), NAME64 "=1;", PHONE_FIELDS_OK },

    { PHONE_STR("a=%"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("a=%4"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("a=%4&b=1"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("a=%4g"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("a=%g4"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("a=%%41"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("a=% 41"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("a=%u0041"), "a", PHONE_FIELDS_SYNTAX },

    { PHONE_STR("a=1&b=%00"), "b", PHONE_FIELDS_UTF8 },
    { PHONE_STR("b=x\0y"), "b", PHONE_FIELDS_UTF8 },
    { PHONE_STR("a=%ff"), "a", PHONE_FIELDS_UTF8 },
    { PHONE_STR("a=\xca\xd6"), "a", PHONE_FIELDS_UTF8 },
    { PHONE_STR("a=%C0%80"), "a", PHONE_FIELDS_UTF8 },
    { PHONE_STR("a=%ED%A0%80"), "a", PHONE_FIELDS_UTF8 },
    { PHONE_STR("a=%E6%89&b=%8B"), "a", PHONE_FIELDS_UTF8 },

    { PHONE_STR("a=1&a=1"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("a=1&b=2&%61=3"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("a&a"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("a=1&A=2"), "a=1;A=2;", PHONE_FIELDS_OK },

    { PHONE_STR("=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("="), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a[]=1"), "a[=1];", PHONE_FIELDS_OK },
    { PHONE_STR("a[]=1&b=2&a[]=x+y"), "a[=1|=x y];b=2;", PHONE_FIELDS_OK },
    { PHONE_STR("a%5B%5D=1&a%5b]=2"), "a[=1|=2];", PHONE_FIELDS_OK },
    { PHONE_STR("a[]=1&b[]=2&a[]=3"), "a[=1|=3];b[=2];", PHONE_FIELDS_OK },
    { PHONE_STR("a="), "a=;", PHONE_FIELDS_OK },
    { PHONE_STR("a[]"), "a[0]", PHONE_FIELDS_EMPTY_ITEM },
    { PHONE_STR("a[]="), "a[0]", PHONE_FIELDS_EMPTY_ITEM },
    { PHONE_STR("a[]=1&a[]=&a[]=2"), "a[1]", PHONE_FIELDS_EMPTY_ITEM },
    { PHONE_STR("a=1&a[]=2"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("a=&a[]=2"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("a[]=1&a=2"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("a[]=1&a[]=%ff"), "a", PHONE_FIELDS_UTF8 },
    { PHONE_STR("[]=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a[0]=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a[][]=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a[b]=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a[]b=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a.0=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a.0.b=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a.17.points=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a.b.12=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a.0[]=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a.0b=1&a.b0=2&0.a=3&0=4&.=5&a.=6&a..b=7"),
      "a.0b=1;a.b0=2;0.a=3;0=4;.=5;a.=6;a..b=7;", PHONE_FIELDS_OK },
    { PHONE_STR("a-b=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a+b=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR(" a=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a%=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("a%00=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("\xff=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("\xe6\x89\x8b=1"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"a\":1}"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"pin\":\"271828\"}"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("x" NAME64 "=1"), "", PHONE_FIELDS_NAME }
};


static const case_t  objects[] = {

    { PHONE_STR("{}"), "", PHONE_FIELDS_OK },
    { PHONE_STR(" \t\r\n{ \t\r\n} \t\r\n"), "", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"1\"}"), "a=1;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":1,\"b\":2}"), "a=1;b=2;", PHONE_FIELDS_OK },
    { PHONE_STR("{ \"a\" : 1 , \"b\" : \"x\" }"), "a=1;b=x;",
      PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":true,\"b\":false,\"c\":null,\"d\":\"\"}"),
      "a=true;b=false;c=;d=;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":0,\"b\":-1,\"c\":-0}"), "a=0;b=-1;c=0;",
      PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":9223372036854775807}"), "a=9223372036854775807;",
      PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":-9223372036854775807}"), "a=-9223372036854775807;",
      PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"\xe6\x89\x8b\"}"), "a=\xe6\x89\x8b;",
      PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"\\u624b\"}"), "a=\xe6\x89\x8b;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"\\ud83d\\udcf1\"}"), "a=\xf0\x9f\x93\xb1;",
      PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"),
      "a=\"\\/\b\f\n\r\t;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"\\\\\"}"), "a=\\;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"x\\u0041\",\"b\":\"\\n\"}"), "a=xA;b=\n;",
      PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"{[,:]}\"}"), "a={[,:]};", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":\"\x7f\"}"), "a=\x7f;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"" NAME64 "\":1}"), NAME64 "=1;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"\\u0061\":1}"), "a=1;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":-9223372036854775808}"), "a=-9223372036854775808;",
      PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":[]}"), "a=;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"x\":1,\"a\":[1,\"2\",true],\"b\":3}"),
      "x=1;a[=1|=2|=true];b=3;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":[{\"b\":1,\"c\":\"\\n\"},{\"c\":2}]}"),
      "a[b=1,c=\n|c=2];", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":[1,{\"b\":\"x\",\"c\":null}]}"),
      "a[=1|b=x,c=];", PHONE_FIELDS_OK },
    { PHONE_STR("{\"a\":[\"]\"],\"b\":\"[[[[[[\\\"[\"}"),
      "a[=]];b=[[[[[[\"[;", PHONE_FIELDS_OK },

    { PHONE_STR("{\"a\":1,\"b\":9223372036854775808}"), "b",
      PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"b\" : -9223372036854775809, \"c\":1}"), "b",
      PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[\"x\",1,9223372036854775808]}"), "a[2]",
      PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[{\"b\":\"x\",\"c\":9223372036854775808}]}"),
      "a[0].c", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("9223372036854775808"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR(""), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR(" "), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("[]"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("null"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("\"a\""), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("a=1"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{}x"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{}{}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("\xef\xbb\xbf{}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{,}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{a:1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{'a':1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{1:1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\""), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\" 1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\"=1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":1"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":1,}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":1,,\"b\":2}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":1 \"b\":2}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":1]"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"x}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"x\\\"}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"\\"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"\\x41\"}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"\\u12\"}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"\\ud800\"}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"\\udc00\\ud800\"}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"x\ny\"}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":\"\\n\ty\"}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":/**/1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":tru}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":True}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":nullx}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":NaN}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":01}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":+1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":-}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":--1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":1.0}"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":1e3}"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":.5}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":0x1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":9223372036854775808}"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":99999999999999999999}"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":{}}"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":{\"b\":1}}"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[1,[1]]}"), "a[1]", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[1,2.5]}"), "a[1]", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[{\"b\":1},{\"b\":1.5}]}"), "a[1].b",
      PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[{\"b\":[1]}]}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[{\"b\":{}}]}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[[[1]]]}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[1,]}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[1}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":[1],\"b\":]}"), "", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":1e999}"), "a", PHONE_FIELDS_SYNTAX },
    { PHONE_STR("{\"a\":-9223372036854775809}"), "a", PHONE_FIELDS_SYNTAX },

    { PHONE_STR("{\"a\":[1,\"\"]}"), "a[1]", PHONE_FIELDS_EMPTY_ITEM },
    { PHONE_STR("{\"a\":[null]}"), "a[0]", PHONE_FIELDS_EMPTY_ITEM },
    { PHONE_STR("{\"a\":[[]]}"), "a[0]", PHONE_FIELDS_EMPTY_ITEM },
    { PHONE_STR("{\"a\":[{\"b\":1},{}]}"), "a[1]",
      PHONE_FIELDS_EMPTY_ITEM },
    { PHONE_STR("{\"a\":[{\"b\":\"\",\"c\":null}]}"), "a[0]",
      PHONE_FIELDS_EMPTY_ITEM },

    { PHONE_STR("{\"a\":\"\xca\xd6\"}"), "", PHONE_FIELDS_UTF8 },
    { PHONE_STR("{\"a\":\"\\n\xff\"}"), "", PHONE_FIELDS_UTF8 },
    { PHONE_STR("{\"a\":\"\xed\xa0\x80\"}"), "", PHONE_FIELDS_UTF8 },
    { PHONE_STR("{\"a\":\"x\0y\"}"), "", PHONE_FIELDS_UTF8 },
    { PHONE_STR("{\"a\":\"\\u0000\"}"), "", PHONE_FIELDS_UTF8 },

    { PHONE_STR("{\"\xff\":1}"), "", PHONE_FIELDS_UTF8 },
    { PHONE_STR("{\"a\\u0000\":1}"), "", PHONE_FIELDS_UTF8 },
    { PHONE_STR("{}\0"), "", PHONE_FIELDS_UTF8 },
    { PHONE_STR("{\"a\":1\0}"), "", PHONE_FIELDS_UTF8 },

    { PHONE_STR("{\"a\":1,\"a\":1}"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("{\"a\":1,\"\\u0061\":1}"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("{\"a\\\"b\":1,\"a\\\"b\":1}"), "",
      PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("{\"a\":[1],\"a\":[1]}"), "a", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("{\"a\":[{\"b\":1,\"b\":2}]}"), "a[0].b",
      PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("{\"x\":\"[{,\",\"\\u0061\":[1,{\"b\":\",\"},{\"b\":\"a\","
                "\"c\":\"[{\",\"\\u0062\":2}]}"), "a[2].b",
      PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("{\"c\":[{},{}],\"a\":[{\"b\":1,\"b\":2}]}"), "a[0].b",
      PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("[[{\"b\":1,\"b\":2}]]"), "b", PHONE_FIELDS_DUPLICATE },
    { PHONE_STR("{\"a\":1,\"b\":2,\"a\":[]}"), "a", PHONE_FIELDS_DUPLICATE },

    { PHONE_STR("{\"\":1}"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"a b\":1}"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"a[]\":1}"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"a.0\":1}"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"a\":[{\"b\":1},{\"b c\":1}]}"), "a[1]",
      PHONE_FIELDS_NAME },
    { PHONE_STR("{\"a\":[{\"b.0\":1}]}"), "a[0]", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"a-b\":1}"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"a\\\"\":1}"), "", PHONE_FIELDS_NAME },
    { PHONE_STR("{\"__proto__\":1}"), "__proto__=1;", PHONE_FIELDS_OK },
    { PHONE_STR("{\"x" NAME64 "\":1}"), "", PHONE_FIELDS_NAME }
};


/* n fields named f0, f1, ... in either form. */

static phone_str_t
many(unsigned n, int json)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, &arena, 0);
    phone_buf_put(&buf, json ? PHONE_STR("{") : PHONE_EMPTY);

    for (i = 0; i < n; i++) {
        if (i) {
            phone_buf_byte(&buf, json ? ',' : '&');
        }

        phone_buf_put(&buf, json ? PHONE_STR("\"f") : PHONE_STR("f"));
        phone_buf_int(&buf, i);
        phone_buf_put(&buf, json ? PHONE_STR("\":") : PHONE_STR("="));
        phone_buf_int(&buf, i);
    }

    phone_buf_put(&buf, json ? PHONE_STR("}") : PHONE_EMPTY);

    return phone_buf_str(&buf);
}


static void
test_many(void)
{
    int                json;
    parse_pt           how;
    phone_fields_rc_t  rc;

    for (json = 0; json < 2; json++) {
        how = json ? phone_json_parse : phone_form_parse;

        rc = parse(how, many(PHONE_FIELDS_MAX, json));
        is_int(rc, PHONE_FIELDS_OK, "64 fields");
        is_int(fields.n, PHONE_FIELDS_MAX, "are there");
        is_str(*phone_field(&fields, "f63"), "63", "to the last");

        rc = parse(how, many(PHONE_FIELDS_MAX + 1, json));
        is_int(rc, PHONE_FIELDS_TOO_MANY, "65 fields are too many");
        is_str(bad, "f64", "the last one is");
        is_int(fields.n, PHONE_FIELDS_MAX, "64 stay");

        rc = parse(how, many(10000, json));
        is_int(rc, PHONE_FIELDS_TOO_MANY, "10,000 are too many");

        phone_arena_free(&arena);
    }
}


static void
test_set(void)
{
    phone_fields_rc_t  rc;

    rc = parse(phone_form_parse, PHONE_STR("id=7&limit=10"));
    is_int(rc, PHONE_FIELDS_OK, "a query");

    rc = phone_form_parse(&arena, PHONE_STR("to[]=1&to[]=2"), &fields, &bad);
    is_int(rc, PHONE_FIELDS_OK, "a list");
    rc = phone_form_parse(&arena, PHONE_STR("to[]=3"), &fields, &bad);
    is_int(rc, PHONE_FIELDS_DUPLICATE, "which goes on in a body");
    is_str(bad, "to", "is named");

    rc = parse(phone_form_parse, PHONE_STR("id=7&limit=10"));
    rc = phone_json_parse(&arena, PHONE_STR("{\"text\":\"x\"}"), &fields,
                          &bad);
    is_int(rc, PHONE_FIELDS_OK, "and a body");
    is_str(show(), "id=7;limit=10;text=x;", "make one set");
    is_str(bad, "", "nothing is bad");

    rc = phone_json_parse(&arena, PHONE_STR("{\"a\":1,\"id\":8}"), &fields,
                          &bad);
    is_int(rc, PHONE_FIELDS_DUPLICATE, "a name of the query again");
    is_str(bad, "id", "is named");
    is_str(*phone_field(&fields, "id"), "7", "the first one stays");
    is_str(*phone_field(&fields, "a"), "1", "what came before it as well");

    ok(phone_field(&fields, "i") == NULL, "no field: a prefix");
    ok(phone_field(&fields, "idx") == NULL, "no field: longer");
    ok(phone_field(&fields, "") == NULL, "no field: no name");
    ok(phone_field(&fields, "ID") == NULL, "no field: another case");

    fields.n = 0;
    is_int(phone_fields_add(&fields, PHONE_STR("n"), PHONE_STR("v")), 0, "add");
    is_str(*phone_field(&fields, "n"), "v", "is found");
    fields.n = PHONE_FIELDS_MAX;
    is_int(phone_fields_add(&fields, PHONE_STR("n"), PHONE_STR("v")), -1,
           "add to a full set");

    phone_arena_free(&arena);
}


/* Names and values that are kept do not lie where they came from. */

static void
test_kept(void)
{
    char  text[] = "id=7&to[]=1";

    fields.n = 0;
    is_int(phone_form_parse(&arena, phone_cstr(text), &fields, &bad),
           PHONE_FIELDS_OK, "fields of a text");
    phone_fields_keep(&arena, &fields);
    memset(text, 'x', sizeof(text) - 1);
    is_str(show(), "id=7;to[=1];", "are kept without it");

    phone_arena_free(&arena);
}


/* CPU time a parse takes, in milliseconds. */

static double
parse_ms(parse_pt how, phone_str_t text, phone_fields_rc_t rc)
{
    clock_t  start;

    start = clock();
    fields.n = 0;

    is_int(how(&arena, text, &fields, &bad), rc, "%zu bytes", text.len);

    return (double) (clock() - start) * 1000 / CLOCKS_PER_SEC;
}


/* Big bodies of the kinds that cost most; a quadratic reader needs minutes. */

static void
test_big(void)
{
    char    *text;
    double   ms;
    size_t   n;

    n = 1024 * 1024;
    text = malloc(n);

    memset(text, 'x', n);
    memcpy(text, "a=", 2);
    ms = parse_ms(phone_form_parse, (phone_str_t) { n, text },
                  PHONE_FIELDS_OK);
    is_int(fields.field[0].value.len, n - 2, "a long value");

    memset(text, '+', n);
    memcpy(text, "a=", 2);
    ms += parse_ms(phone_form_parse, (phone_str_t) { n, text },
                   PHONE_FIELDS_OK);

    memset(text, '&', n);
    ms += parse_ms(phone_form_parse, (phone_str_t) { n, text },
                   PHONE_FIELDS_OK);

    memset(text, 'x', n);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + n - 2, "\"}", 2);
    ms += parse_ms(phone_json_parse, (phone_str_t) { n, text },
                   PHONE_FIELDS_OK);
    is_int(fields.field[0].value.len, n - 8, "a long string");

    memset(text + 6, '\\', n - 8);
    ms += parse_ms(phone_json_parse, (phone_str_t) { n, text },
                   PHONE_FIELDS_OK);
    is_int(fields.field[0].value.len, (n - 8) / 2, "a long escaped string");

    memset(text, '[', n);
    ms += parse_ms(phone_json_parse, (phone_str_t) { n, text },
                   PHONE_FIELDS_SYNTAX);

    memcpy(text, "{\"a\":", 5);
    ms += parse_ms(phone_json_parse, (phone_str_t) { n, text },
                   PHONE_FIELDS_SYNTAX);

    memset(text + 5, ' ', n - 5);
    ms += parse_ms(phone_json_parse, (phone_str_t) { n, text },
                   PHONE_FIELDS_SYNTAX);

    memset(text + 5, '9', n - 5);
    ms += parse_ms(phone_json_parse, (phone_str_t) { n, text },
                   PHONE_FIELDS_SYNTAX);

    ok(ms < 2000, "nine megabytes in linear time: %.1f ms", ms);

    free(text);
    phone_arena_free(&arena);
}


/* Texts like those above with bytes changed, read by jansson as well. */

static void
test_oracle(void)
{
    char         text[256];
    size_t       i, j, len;
    unsigned     seed, wrong;
    const char  *complaint;

    static const char  common[] = "{}[]\":,\\ \n019-.eEuabtrfn\x80\xe6\x89\x8b";

    seed = 1;
    wrong = 0;

    for (i = 0; i < 200000; i++) {
        j = i % (sizeof(objects) / sizeof(objects[0]));
        len = objects[j].text.len;

        if (len == 0) {
            continue;
        }

        memcpy(text, objects[j].text.data, len);

        for (j = i % 4; j; j--) {
            seed = seed * 1103515245 + 12345;
            text[(seed >> 16) % len] = common[(seed >> 4)
                                              % (sizeof(common) - 1)];
        }

        complaint = json_disagrees(text, len);

        if (complaint != NULL) {
            wrong++;
            printf("# %s: %.*s\n", complaint, (int) len, text);
        }
    }

    is_int(wrong, 0, "200,000 texts as jansson reads them");
}


int
main(void)
{
    phone_arena_init(&arena);

    run_cases(phone_form_parse, "form", forms,
              sizeof(forms) / sizeof(forms[0]));
    run_cases(phone_json_parse, "json", objects,
              sizeof(objects) / sizeof(objects[0]));
    test_many();
    test_set();
    test_kept();
    test_big();
    test_oracle();

    return done_testing();
}
