
/*
 * Which numbers can be those of mobile phones, which get texts: by the first
 * digits behind the country code.  Where fixed lines and mobile phones share
 * numbers (+1), both can be; of country codes that are not listed, all.
 */


#include "number.h"
#include "number_plan.h"


typedef struct {
    unsigned short           code;
    unsigned char            min;        /* digits behind the country code */
    const char              *first;      /* as in phone_bare_t */
    const char              *not;        /* ... but none of these; NULL */
} phone_mobiles_t;


static const phone_mobiles_t  phone_mobiles[] = {
    { 1, 10, "2 3 4 5 6 7 8 9", "800 833 844 855 866 877 88 900" },
    { 7, 10, "9 70 747 76 771 775 776 777 778 785", NULL },
    { 30, 10, "68 69 94", NULL },
    { 31, 9, "6 970", "66" },
    { 32, 9, "45 46 47 48 49", NULL },
    { 33, 9, "6 7", NULL },
    { 34, 9, "6 7 590 96906 97390", "70" },
    { 39, 9, "3 43", NULL },
    { 40, 9, "6 7", NULL },
    { 41, 9, "68 69 72 73 75 76 77 78 79", NULL },
    { 44, 10, "71 72 73 74 75 7624 77 78 79", NULL },
    { 46, 9, "70 72 73 76 78 79", NULL },
    { 47, 8, "4 9", NULL },
    { 48, 9, "21 45 50 51 53 57 60 66 69 72 73 78 79 88", NULL },
    { 49, 10, "15 16 17", NULL },
    { 55, 10, "xx7 xx9", NULL },
    { 60, 9, "1", "1300 1700 1800 154 156" },
    { 61, 9, "4", NULL },
    { 62, 9, "8", "80" },
    { 63, 10, "8 9", NULL },
    { 64, 8, "2", "24" },
    { 65, 8, "8 9", "800" },
    { 66, 9, "14 6 8 9", "60 68" },
    { 81, 10, "60 70 80 90", NULL },
    { 82, 9, "10 11 12 16 17 18 19", NULL },
    { 84, 9, "12 14 16 3 5 7 8 9", NULL },
    { 86, 11, "13 14 15 16 17 18 19", NULL },
    { 353, 9, "8", "818" },
    { 852, 8, "4 5 6 70 71 84 9", "58 900" },
    { 853, 8, "6", NULL },
    { 886, 9, "9", "99" },
    { 966, 9, "5", NULL },
    { 971, 9, "5", NULL },
    { 972, 9, "5", NULL }
};


static int phone_mobile_begins(phone_str_t digits, const char *first);


int
phone_number_mobile(phone_str_t number)
{
    size_t                  len, i;
    unsigned                code;
    phone_str_t             digits;
    const phone_mobiles_t  *mobiles;

    len = phone_number_code(number, &code);
    if (len == 0) {
        return 1;
    }

    digits = (phone_str_t) { number.len - 1 - len, number.data + 1 + len };

    for (i = 0; i < sizeof(phone_mobiles) / sizeof(phone_mobiles[0]); i++) {
        mobiles = &phone_mobiles[i];

        if (mobiles->code == code) {
            return digits.len >= mobiles->min
                   && phone_mobile_begins(digits, mobiles->first)
                   && !(mobiles->not
                        && phone_mobile_begins(digits, mobiles->not));
        }
    }

    return 1;
}


static int
phone_mobile_begins(phone_str_t digits, const char *first)
{
    size_t       i;
    phone_str_t  rest, one;

    rest = phone_cstr(first);

    while (phone_split(&rest, ' ', &one)) {

        for (i = 0; i < one.len && i < digits.len
                    && (one.data[i] == 'x' || one.data[i] == digits.data[i]);
             i++)
        {
            /* void */
        }

        if (i == one.len) {
            return 1;
        }
    }

    return 0;
}
