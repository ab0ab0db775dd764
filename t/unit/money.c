
/*
 * lib/money.c: amounts and currencies.
 */


#include "tap.h"
#include "lib/money.h"


static int
parses(const char *text, int64_t *minor)
{
    return phone_amount_parse(phone_cstr(text), minor) == 0;
}


static void
test_amounts(void)
{
    int64_t                   minor;
    unsigned                  i;
    static const char *const  bad[] = {
        "", "0", "-1", "+1", "01", "1.0", "1e3", " 1", "1 ", "0x1", "1,000",
        "1000000000000001", "9223372036854775808", "99999999999999999999"
    };

    ok(parses("1", &minor) && minor == 1, "the least");
    ok(parses("1280", &minor) && minor == 1280, "1280");
    ok(parses("1000000000000000", &minor) && minor == PHONE_AMOUNT_MAX,
       "the most");

    minor = 7;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(!parses(bad[i], &minor), "%s", bad[i][0] ? bad[i] : "nothing");
    }

    is_int(minor, 7, "a refused amount leaves the variable alone");
}


static void
test_currencies(void)
{
    ok(phone_currency(PHONE_STR("CNY")) != NULL, "CNY");
    ok(phone_currency(PHONE_STR("cny")) == NULL, "lower case");
    ok(phone_currency(PHONE_STR("CN")) == NULL, "too short");
    ok(phone_currency(PHONE_STR("CNYX")) == NULL, "too long");
    ok(phone_currency(PHONE_STR("XXX")) == NULL, "no currency");
    ok(phone_currency(PHONE_STR("XAU")) == NULL, "gold has no minor units");
    ok(phone_currency(PHONE_STR("BGN")) == NULL, "was one until 2025");
    ok(phone_currency(PHONE_STR("AAA")) == NULL, "before the first");
    ok(phone_currency(PHONE_STR("ZZZ")) == NULL, "behind the last");
    is_int(phone_currency(PHONE_STR("JPY"))->exponent, 0, "yen have no sen");
    is_int(phone_currency(PHONE_STR("KWD"))->exponent, 3, "fils");
}


/* ISO 4217, by exponent. */

static void
test_exponents(void)
{
    unsigned                  i, n;
    phone_str_t               rest, code;
    const phone_currency_t   *currency;
    static const char *const  list[] = {
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF "
        "XOF XPF",
        "",
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB "
        "BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU "
        "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
        "GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES "
        "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
        "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
        "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG "
        "SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
        "TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
        "YER ZAR ZMW ZWG",
        "BHD IQD JOD KWD LYD OMR TND",
        "CLF UYW"
    };

    n = 0;

    for (i = 0; i < 5; i++) {
        rest = phone_cstr(list[i]);

        while (phone_split(&rest, ' ', &code)) {
            currency = phone_currency(code);
            ok(currency && currency->exponent == i, "%.3s: %u", code.data, i);
            n++;
        }
    }

    is_int(n, PHONE_CURRENCIES, "all of them");
}


static void
test_text(void)
{
    phone_arena_t            arena;
    const phone_currency_t  *cny, *jpy, *kwd, *clf;

    phone_arena_init(&arena);

    cny = phone_currency(PHONE_STR("CNY"));
    jpy = phone_currency(PHONE_STR("JPY"));
    kwd = phone_currency(PHONE_STR("KWD"));
    clf = phone_currency(PHONE_STR("CLF"));

    ok(phone_is(phone_amount_text(&arena, 1280, cny), "12.80"), "12.80");
    ok(phone_is(phone_amount_text(&arena, 5, cny), "0.05"), "0.05");
    ok(phone_is(phone_amount_text(&arena, -5, cny), "-0.05"), "-0.05");
    ok(phone_is(phone_amount_text(&arena, -1280, cny), "-12.80"), "-12.80");
    ok(phone_is(phone_amount_text(&arena, 1280, jpy), "1280"), "yen");
    ok(phone_is(phone_amount_text(&arena, 1280, kwd), "1.280"), "dinar");
    ok(phone_is(phone_amount_text(&arena, 1280, clf), "0.1280"), "UF");
    ok(phone_is(phone_amount_text(&arena, 1, clf), "0.0001"), "the least");
    ok(phone_is(phone_amount_text(&arena, 1280, NULL), "1280"), "unknown");
    ok(phone_is(phone_amount_text(&arena, PHONE_AMOUNT_MAX, cny),
                "10000000000000.00"), "the most");

    phone_arena_free(&arena);
}


int
main(void)
{
    test_amounts();
    test_currencies();
    test_exponents();
    test_text();

    return done_testing();
}
