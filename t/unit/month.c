
/* Months since January 1970, and the months of the calendar. */


#include "lib/month.h"
#include "tap.h"


static phone_arena_t  arena;


static void
is_month(int64_t ms, int64_t month, const char *text)
{
    int64_t  parsed;

    is_int(phone_month_of(ms), month, "%s: of a time", text);
    is_str(phone_month_text(&arena, month), text, "%s: as text", text);
    is_int(phone_month_parse(phone_cstr(text), &parsed), 0, "%s: read", text);
    is_int(parsed, month, "%s: read back", text);
    ok(phone_month_start(month) <= ms && ms < phone_month_start(month + 1),
       "%s: its bounds", text);
    is_int(phone_month_of(phone_month_start(month)), month,
           "%s: its first millisecond", text);
    is_int(phone_month_of(phone_month_start(month) - 1),
           month ? month - 1 : 0, "%s: the one before", text);
}


int
main(void)
{
    unsigned  i;
    int64_t   month;

    static const char *const  none[] = {
        "", "2026", "2026-1", "2026-00", "2026-13", "2026.01", "2026-011",
        "1969-12", "202a-01", "-026-01"
    };

    phone_arena_init(&arena);

    is_month(0, 0, "1970-01");
    is_month(INT64_C(951782400000), 361, "2000-02");     /* the 29th */
    is_month(INT64_C(1709251199999), 649, "2024-02");
    is_month(INT64_C(1709251200000), 650, "2024-03");
    is_month(INT64_C(1798761599999), 683, "2026-12");
    is_month(INT64_C(1798761600000), 684, "2027-01");
    is_int(phone_month_of(-1), 0, "before 1970");

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        month = 7;
        is_int(phone_month_parse(phone_cstr(none[i]), &month), -1,
               "\"%s\" is none", none[i]);
        is_int(month, 7, "\"%s\": nothing is set", none[i]);
    }

    phone_arena_free(&arena);

    return done_testing();
}
