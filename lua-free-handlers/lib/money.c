
#include "money.h"


/* ISO 4217; the exponents that are not 2 are the ones to get right. */

static const phone_currency_t  phone_currencies[PHONE_CURRENCIES] = {
    { "CNY", 2 }, { "HKD", 2 }, { "MOP", 2 }, { "TWD", 2 }, { "USD", 2 },
    { "EUR", 2 }, { "GBP", 2 }, { "JPY", 0 }, { "KRW", 0 }, { "SGD", 2 },
    { "INR", 2 }, { "AUD", 2 }, { "NZD", 2 }, { "CAD", 2 }, { "CHF", 2 },
    { "BRL", 2 }, { "MXN", 2 }, { "MYR", 2 }, { "THB", 2 }, { "VND", 0 },
    { "IDR", 2 }, { "PHP", 2 }, { "RUB", 2 }, { "ZAR", 2 }, { "AED", 2 },
    { "SAR", 2 }, { "KWD", 3 }, { "BHD", 3 }, { "JOD", 3 }, { "OMR", 3 },
    { "TND", 3 }, { "TRY", 2 }, { "PLN", 2 }, { "SEK", 2 }, { "NOK", 2 },
    { "DKK", 2 }, { "CZK", 2 }, { "HUF", 2 }, { "ILS", 2 }, { "CLP", 0 },
    { "NGN", 2 }, { "KES", 2 }, { "EGP", 2 }, { "PKR", 2 }, { "BDT", 2 }
};


int
phone_amount_parse(phone_str_t text, int64_t *minor)
{
    int64_t  value;

    if (phone_parse_int(text, &value) != 0
        || value < 1 || value > PHONE_AMOUNT_MAX)
    {
        return -1;
    }

    *minor = value;

    return 0;
}


const phone_currency_t *
phone_currency(phone_str_t code)
{
    size_t  i;

    if (code.len != 3) {
        return NULL;
    }

    for (i = 0; i < PHONE_CURRENCIES; i++) {
        if (memcmp(code.data, phone_currencies[i].code, 3) == 0) {
            return &phone_currencies[i];
        }
    }

    return NULL;
}


phone_str_t
phone_amount_text(phone_arena_t *arena, int64_t minor,
    const phone_currency_t *currency)
{
    int64_t   unit;
    unsigned  i;

    if (currency == NULL || currency->exponent == 0) {
        return phone_int(arena, minor);
    }

    unit = 1;

    for (i = 0; i < currency->exponent; i++) {
        unit *= 10;
    }

    return phone_format(arena, "%s%lld.%0*lld", minor < 0 ? "-" : "",
                        (long long) (minor < 0 ? -(minor / unit)
                                               : minor / unit),
                        (int) currency->exponent,
                        (long long) (minor < 0 ? -(minor % unit)
                                               : minor % unit));
}
