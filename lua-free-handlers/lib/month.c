
#include "month.h"
#include "date.h"


#define PHONE_MONTHS      12
#define PHONE_FIRST_YEAR  1970


int64_t
phone_month_of(int64_t ms)
{
    char          text[PHONE_TIME_LEN];
    int64_t       year, month;
    phone_str_t   digits;

    if (ms < 0 || phone_time_write(text, ms / 1000) != 0) {
        return 0;
    }

    digits = (phone_str_t) { 4, text };
    year = PHONE_FIRST_YEAR;
    (void) phone_parse_int(digits, &year);

    month = (text[5] - '0') * 10 + text[6] - '0' - 1;

    return (year - PHONE_FIRST_YEAR) * PHONE_MONTHS + month;
}


int64_t
phone_month_start(int64_t month)
{
    char     text[10];
    int64_t  year, seconds;

    year = PHONE_FIRST_YEAR + month / PHONE_MONTHS;
    month = month % PHONE_MONTHS + 1;
    seconds = 0;

    text[0] = (char) ('0' + year / 1000 % 10);
    text[1] = (char) ('0' + year / 100 % 10);
    text[2] = (char) ('0' + year / 10 % 10);
    text[3] = (char) ('0' + year % 10);
    text[4] = '-';
    text[5] = (char) ('0' + month / 10);
    text[6] = (char) ('0' + month % 10);
    memcpy(text + PHONE_MONTH_LEN, "-01", 3);

    (void) phone_date_parse((phone_str_t) { sizeof(text), text }, &seconds);

    return seconds * 1000;
}


phone_str_t
phone_month_text(phone_arena_t *arena, int64_t month)
{
    phone_str_t  text;

    text = phone_time_text(arena, phone_month_start(month) / 1000);
    text.len = text.len ? PHONE_MONTH_LEN : 0;

    return text;
}


int
phone_month_parse(phone_str_t text, int64_t *month)
{
    char     date[10];
    int64_t  seconds;

    if (text.len != PHONE_MONTH_LEN) {
        return -1;
    }

    memcpy(date, text.data, PHONE_MONTH_LEN);
    memcpy(date + PHONE_MONTH_LEN, "-01", 3);

    if (phone_date_parse((phone_str_t) { sizeof(date), date }, &seconds) != 0)
    {
        return -1;
    }

    *month = phone_month_of(seconds * 1000);

    return 0;
}
