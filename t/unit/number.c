
/*
 * lib/number.c: phone numbers in their one form.
 */


#include "tap.h"
#include "lib/number.h"
#include "lib/number_plan.h"


static const char *
e164(const char *in, const char *region)
{
    static char  out[17];

    memset(out, 'x', sizeof(out));

    return phone_number_parse(phone_cstr(in), phone_cstr(region), out) < 0
           ? "" : out;
}


static void
test_one_form(void)
{
    unsigned  i;
    static const struct {
        const char  *in;
        const char  *region;
        const char  *want;
    } same[] = {
        { "13800138000", "CN", "+8613800138000" },
        { "8613800138000", "CN", "+8613800138000" },
        { "+8613800138000", "CN", "+8613800138000" },
        { "+86 138 0013 8000", "CN", "+8613800138000" },
        { "(138) 0013-8000", "CN", "+8613800138000" },
        { "138.0013.8000", "CN", "+8613800138000" },
        { "013800138000", "CN", "+8613800138000" },
        { "+8613800138000", "US", "+8613800138000" },
        { "+852 9123 4567", "CN", "+85291234567" },
        { "85291234567", "HK", "+85291234567" },
        { "61234567", "HK", "+85261234567" },
        { "2025550123", "US", "+12025550123" },
        { "1 202 555 0123", "US", "+12025550123" },
        { "07400 123456", "GB", "+447400123456" },
        { "0612345678", "FR", "+33612345678" },
        { "0612345678", "IT", "+390612345678" },
        { "09012345678", "JP", "+819012345678" },
        { "0912345678", "TW", "+886912345678" },
        { "11987654321", "BR", "+5511987654321" },
        { "+998881234567", "CN", "+998881234567" },
        { "+79161234567", "CN", "+79161234567" },
        { "021 6123 4567", "CN", "+862161234567" },
        { "8 (916) 123-45-67", "RU", "+79161234567" },
        { "06 20 123 4567", "HU", "+36201234567" },
        { "3921234567", "IT", "+393921234567" },
        { "39 392 123 4567", "IT", "+393921234567" },
        { "0171 1234567", "DE", "+491711234567" },
        { "491711234567", "DE", "+491711234567" },
        { "5511987654321", "BR", "+5511987654321" },
        { "876 210 1234", "JM", "+18762101234" },
        { "+881612345678", "US", "+881612345678" },
        { "415 555 2671", "US", "+14155552671" },
        { "98765 43210", "IN", "+919876543210" },
        { "9187654321", "IN", "+919187654321" },
        { "55912345678", "BR", "+5555912345678" },
        { "555591234567 8", "BR", "+5555912345678" },
        { "47 123 456", "NO", "+4747123456" },
        { "80 152 450911", "BY", "+375152450911" },
        { "0549 886377", "SM", "+3780549886377" },
        { "07911 123456", "JE", "+447911123456" },
        { " 4155552671", "US", "+14155552671" },
        { " 8613800138000", "CN", "+8613800138000" },
        { " 8613800138000", "US", "+8613800138000" },
        { " 447400123456", "CN", "+447400123456" },
        { " 02025550123", "GB", "+442025550123" }
    };

    for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        is_str(phone_cstr(e164(same[i].in, same[i].region)), same[i].want,
               "%s in %s", same[i].in, same[i].region);

        /* what is stored is read as itself, or a bill would go astray */

        is_str(phone_cstr(e164(same[i].want, same[i].region)), same[i].want,
               "%s as stored, in %s", same[i].want, same[i].region);
    }
}


static void
test_refused(void)
{
    unsigned                  i;
    static const char *const  bad[] = {
        "", "+", "1", "12345", "61234567", "1380013800",
        "138001380000", "12800138000", "+1380013800",
        "+00000000000", "+1234567890123456", "abc", "0216123",
        "1380013800a", "138+00138000", "++8613800138000", "+999123456789",
        "+210", "\xef\xbc\x91" "3800138000", "13800138000,1",
        "13800138000;ext=1", "1380013800012345678901234567"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_str(phone_cstr(e164(bad[i], "CN")), "", "\"%s\"", bad[i]);
    }

    is_str(phone_cstr(e164("13800138000", "XX")), "", "an unknown region");
}


/* One number in two forms, or two numbers in one. */

static void
test_ambiguous(void)
{
    unsigned  i;
    static const struct {
        const char  *in;
        const char  *region;
    } bad[] = {
        { "+49 (0) 171 1234567", "DE" },
        { "49 0171 1234567", "DE" },
        { "+44 07400 123456", "GB" },
        { "+1 1 415 555 2671", "US" },
        { "3906123456", "IT" },     /* 390 612 3456, or +39 06 123456 */
        { " 13802138000", "CN" }    /* or +1 380 213 8000 */
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_str(phone_cstr(e164(bad[i].in, bad[i].region)), "",
               "\"%s\" in %s", bad[i].in, bad[i].region);
    }
}


static void
test_regions(void)
{
    unsigned                  i;
    static const char *const  known[] = {
        "CN", "US", "CA", "AG", "VI", "UM", "KZ", "JE", "VA", "SJ", "CX", "YT",
        "MF", "BQ", "AX", "EH", "PN", "UZ"
    };
    static const char *const  unknown[] = {
        "", "C", "XX", "cn", "CNX", "ZZ", "  ", "G ", " I", "GI M"
    };

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        ok(phone_region_known(phone_cstr(known[i])), "%s", known[i]);
    }

    for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        ok(!phone_region_known(phone_cstr(unknown[i])), "\"%s\"", unknown[i]);
    }

    ok(!phone_region_known((phone_str_t) { 2, "\0\0" }), "none");
}


/* Without '+' these were taken with the country code of another region: the
   number as the platform wrote it was another person's. */

static void
test_another_region(void)
{
    unsigned  i;
    static const struct {
        const char  *in;
        const char  *region;
    } bad[] = {
        { "14155552671", "CN" }, { "14155552671", "DE" },
        { "14155552671", "IT" }, { "14155552671", "BR" },
        { "85291234567", "DE" }, { "85291234567", "IT" },
        { "85291234567", "BR" }, { "1711234567", "DE" },
        { "7400123456", "GB" }, { "447400123456", "CN" },
        { "85291234567", "CN" },
        { "12025550123", "CN" }, { "628123456789", "CN" },
        { "8613800138000", "JP" }, { "8613800138000", "US" },
        { "008613800138000", "CN" },
        { "0014155552671", "CN" }, { "01114155552671", "US" }
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_str(phone_cstr(e164(bad[i].in, bad[i].region)), "",
               "\"%s\" in %s", bad[i].in, bad[i].region);
    }
}


/*
 * Everything that is in the plan: what becomes of numbers of each length and
 * first digit, in each region and behind each country code.  t/number.t says
 * whether a plan is right; this says that it is the one which t/number.t has
 * seen.  Who changes the plan runs that and then puts the new sum here.
 */

#define PLAN_SUM  UINT64_C(0xae73f09e35679a54)

static uint64_t
sum_of(uint64_t sum, const char *text)
{
    for ( /* void */ ; *text; text++) {
        sum = (sum ^ (unsigned char) *text) * UINT64_C(1099511628211);
    }

    return (sum ^ '\n') * UINT64_C(1099511628211);
}


static uint64_t
plan_of(uint64_t sum, const char *region, const char *lead)
{
    int   first, len;
    char  text[32];

    for (first = '0'; first <= '9'; first++) {
        for (len = 4; len <= 15; len++) {
            snprintf(text, sizeof(text), "%s%c%.*s", lead, first, len - 1,
                     "23456789123456789");

            sum = sum_of(sum, e164(text, region));
        }
    }

    return sum;
}


/* The same of what may be written without a trunk prefix, by how it begins. */

static uint64_t
bare_of(uint64_t sum, const phone_plan_t *plan)
{
    int          len;
    char         text[32];
    size_t       i, j, n;
    const char  *first;

    for (i = 0; i < 2; i++) {
        for (first = plan->bare[i].first; first && *first; first += n) {
            first += strspn(first, " ");
            n = strcspn(first, " ");

            for (len = 4; len <= 15; len++) {
                snprintf(text, sizeof(text), "%.*s%.*s", (int) n, first,
                         len - (int) n, "23456789123456789");

                for (j = 0; j < n; j++) {
                    text[j] = text[j] == 'x' ? '4' : text[j];
                }

                sum = sum_of(sum, e164(text, plan->region));
            }
        }
    }

    return sum;
}


static void
test_plan(void)
{
    int       a, b;
    unsigned  i;
    char      region[3], lead[16];
    uint64_t  sum;

    sum = UINT64_C(14695981039346656037);

    for (a = 1; a < 1000; a++) {
        snprintf(lead, sizeof(lead), "+%d", a);
        sum = plan_of(sum, "CN", lead);
    }

    for (a = 'A'; a <= 'Z'; a++) {
        for (b = 'A'; b <= 'Z'; b++) {
            snprintf(region, sizeof(region), "%c%c", a, b);
            sum = plan_of(sum, region, "");
            sum = plan_of(sum, region, "0");
            sum = plan_of(sum, region, "8");
        }
    }

    for (i = 0; i < phone_nplans; i++) {
        sum = bare_of(sum, &phone_plans[i]);
    }

    ok(sum == PLAN_SUM, "the plan that t/number.t has seen: 0x%016llx",
       (unsigned long long) sum);
}


/* -1: the number of its digits is another one. */

static int
code_of(const char *number)
{
    char      text[16];
    unsigned  code, n;

    n = phone_number_code(phone_cstr(number), &code);
    snprintf(text, sizeof(text), "%u", code);

    return n == (code ? strlen(text) : 0) ? (int) code : -1;
}


static void
test_country(void)
{
    is_int(code_of("+8613800000001"), 86, "+86");
    is_int(code_of("+14155552671"), 1, "+1");
    is_int(code_of("+85251234567"), 852, "+852");
    is_int(code_of("+21"), 0, "none has +21");
    is_int(code_of("+"), 0, "nor none");
    is_int(code_of(""), 0, "nor a text without a sign");
    ok(phone_number_mobile(PHONE_EMPTY), "which no plan tells about");

    ok(phone_number_of(PHONE_STR("+8613800000001"), PHONE_STR("CN")), "CN");
    ok(!phone_number_of(PHONE_STR("+8613800000001"), PHONE_STR("HK")),
       "+86 is not +852");
    ok(!phone_number_of(PHONE_STR("+85251234567"), PHONE_STR("CN")),
       "+852 is not +86");
    ok(phone_number_of(PHONE_STR("+14155552671"), PHONE_STR("CA")),
       "one code of two countries");
    ok(!phone_number_of(PHONE_STR("+14155552671"), PHONE_STR("XX")),
       "no country");
    ok(!phone_number_of((phone_str_t) { 2, "+86" }, PHONE_STR("CN")),
       "nothing is read behind the end");
}


static int
mobile(const char *number)
{
    return phone_number_mobile(phone_cstr(number));
}


/* t/number.t says more. */

static void
test_mobile(void)
{
    ok(mobile("+8613800000001"), "a mobile phone");
    ok(mobile("+8619900000001"), "of a late prefix");
    ok(!mobile("+862161234567"), "a fixed line");
    ok(!mobile("+861061234567"), "that begins like mobile phones");
    ok(!mobile("+86138000000"), "too short for one");
    ok(mobile("+14155552671"), "where fixed lines have the same numbers");
    ok(!mobile("+18005552671"), "but not a free one");
    ok(!mobile("+19005552671"), "nor a premium one");
    ok(mobile("+85261234567"), "of another country");
    ok(!mobile("+85221234567"), "its fixed line");
    ok(mobile("+5511987654321"), "behind an area code");
    ok(!mobile("+551132345678"), "its fixed line");
    ok(mobile("+447624123456"), "of an island that shares a country code");
    ok(!mobile("+447623123456"), "a pager beside it");
    ok(mobile("+998881234567"), "nothing is known of its country");
}


int
main(void)
{
    test_country();
    test_one_form();
    test_refused();
    test_ambiguous();
    test_regions();
    test_another_region();
    test_plan();
    test_mobile();

    return done_testing();
}
