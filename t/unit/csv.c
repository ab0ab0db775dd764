
#include "tap.h"
#include "lib/csv.h"


int
main(void)
{
    unsigned       i;
    phone_buf_t    buf;
    phone_arena_t  arena;

    static const char *const  text[][2] = {
        { "", "" },
        { "tea", "tea" },
        { "a b", "a b" },
        { "a,b", "\"a,b\"" },
        { "say \"tea\"", "\"say \"\"tea\"\"\"" },
        { "one\ntwo", "\"one\ntwo\"" },
        { "one\r", "\"one\r\"" },
        { "=1+1", "'=1+1" },
        { "+86", "'+86" },
        { "-R1", "'-R1" },
        { "@x", "'@x" },
        { "\tx", "'\tx" },
        { "\rx", "\"'\rx\"" },
        { "=\"a\"", "\"'=\"\"a\"\"\"" },
        { "a=1", "a=1" },
        { "\"", "\"\"\"\"" },
        { "\xe8\x8c\xb6", "\xe8\x8c\xb6" }
    };

    phone_arena_init(&arena);

    for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        phone_buf_init(&buf, &arena, 8);
        phone_csv_text(&buf, phone_cstr(text[i][0]));
        is_str(phone_buf_str(&buf), text[i][1], "field %u", i);
    }

    phone_arena_free(&arena);

    return done_testing();
}
