
/* lib/gsm.c: what a text is sent as, and in how many parts. */


#include "tap.h"
#include "lib/gsm.h"


#define SENTENCE  "Tea House sent you a bill of 12.80 CNY. Log in to pay it, " \
                  "or to refuse it, before tomorrow evening, please."
#define LINK      " https://pay.example/app/bills/" \
                  "001-01J00000000000000000000000"


static phone_str_t
times(phone_arena_t *arena, const char *text, unsigned n)
{
    phone_buf_t  buf;

    phone_buf_init(&buf, arena, 0);

    while (n--) {
        phone_buf_put(&buf, phone_cstr(text));
    }

    return phone_buf_str(&buf);
}


static void
measured(phone_str_t text, int ucs2, unsigned units, unsigned parts,
    const char *name)
{
    phone_gsm_t  gsm;

    gsm = phone_gsm_measure(text);

    is_int(gsm.ucs2, ucs2, "%s: %s", name, ucs2 ? "UCS-2" : "7 bit");
    is_int(gsm.units, units, "%s: units", name);
    is_int(gsm.parts, parts, "%s: parts", name);
}


/* GSM 03.38, 6.2.1: each character of both tables, and what is in neither. */

static void
alphabet(void)
{
    unsigned    i;
    char        c[2];

    static const char *const  basic[] = {
        "£", "¥", "è", "é", "ù", "ì", "ò", "Ç", "Ø", "ø", "Å", "å", "Δ", "Φ",
        "Γ", "Λ", "Ω", "Π", "Ψ", "Σ", "Θ", "Ξ", "Æ", "æ", "ß", "É", "¤", "¡",
        "Ä", "Ö", "Ñ", "Ü", "§", "¿", "ä", "ö", "ñ", "ü", "à"
    };

    static const char *const  extended[] = {
        "^", "{", "}", "\\", "[", "~", "]", "|", "€", "\f"
    };

    static const char *const  others[] = {
        "`", "\t", "\x1b", "\x7f", "ç", "á", "Á", "â", "í", "ó", "ú", "–", "“",
        "验", "【", "，", "а", "😀"
    };

    for (i = 0; i < sizeof(basic) / sizeof(basic[0]); i++) {
        measured(phone_cstr(basic[i]), 0, 1, 1, basic[i]);
    }

    for (i = 0; i < sizeof(extended) / sizeof(extended[0]); i++) {
        measured(phone_cstr(extended[i]), 0, 2, 1, "an extended one");
    }

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        measured(phone_cstr(others[i]), 1, i + 1 == sizeof(others)
                                           / sizeof(others[0]) ? 2 : 1,
                 1, others[i]);
    }

    c[1] = '\0';

    for (i = 1, c[0] = 1; i < 0x80; i++, c[0]++) {
        ok(phone_gsm_measure(phone_cstr(c)).ucs2
           == (i < 0x20 ? i != '\n' && i != '\r' && i != '\f'
                        : i == '`' || i == 0x7f),
           "ASCII %u", i);
    }
}


static void
parts(void)
{
    phone_arena_t  arena;

    phone_arena_init(&arena);

    measured(PHONE_EMPTY, 0, 0, 0, "nothing");
    measured(times(&arena, "a", 160), 0, 160, 1, "160");
    measured(times(&arena, "a", 161), 0, 161, 2, "161");
    measured(times(&arena, "a", 306), 0, 306, 2, "306");
    measured(times(&arena, "a", 307), 0, 307, 3, "307");
    measured(times(&arena, "€", 80), 0, 160, 1, "80 euros");

    /* 76 in 153 septets: an escape is not parted from what it escapes */

    measured(times(&arena, "€", 153), 0, 306, 3, "153 euros");

    measured(times(&arena, "中", 70), 1, 70, 1, "70");
    measured(times(&arena, "中", 71), 1, 71, 2, "71");
    measured(times(&arena, "中", 134), 1, 134, 2, "134");
    measured(times(&arena, "中", 135), 1, 135, 3, "135");
    measured(times(&arena, "😀", 35), 1, 70, 1, "35 faces");
    measured(times(&arena, "😀", 67), 1, 134, 3, "67 faces");

    phone_arena_free(&arena);
}


static void
cut(void)
{
    unsigned       i, n;
    phone_str_t    text, part;
    phone_arena_t  arena;

    static const char *const  unit[] = { "a", "€", "中", "😀", "a€中😀" };

    phone_arena_init(&arena);

    is_int(phone_gsm_cut(times(&arena, "a", 400), 2).len, 306, "two parts");
    is_int(phone_gsm_cut(times(&arena, "a", 306), 2).len, 306, "exactly");
    is_int(phone_gsm_cut(times(&arena, "a", 400), 1).len, 160, "one");
    is_int(phone_gsm_cut(times(&arena, "中", 400), 1).len, 210, "of Chinese");
    is_int(phone_gsm_cut(times(&arena, "😀", 400), 2).len, 4 * 66,
           "no half of a face");
    is_int(phone_gsm_cut(PHONE_EMPTY, 1).len, 0, "nothing");
    is_int(phone_gsm_cut(PHONE_STR(SENTENCE SENTENCE LINK), 2).len,
           strlen(SENTENCE SENTENCE LINK), "a link goes in whole");
    is_int(phone_gsm_cut(PHONE_STR(SENTENCE LINK), 1).len, strlen(SENTENCE),
           "or not at all");
    is_int(phone_gsm_cut(PHONE_STR(SENTENCE " a word that is long" LINK), 1)
           .len, strlen(SENTENCE " a word that is long"), "whose words stay");

    for (i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
        text = times(&arena, unit[i], 3000);

        for (n = 1; n <= 12; n++) {
            part = phone_gsm_cut(text, n);

            ok(phone_gsm_measure(part).parts <= n && part.len < text.len
               && phone_utf8_valid(part), "%s: %u parts", unit[i], n);
        }
    }

    phone_arena_free(&arena);
}


int
main(void)
{
    alphabet();
    parts();
    cut();

    return done_testing();
}
