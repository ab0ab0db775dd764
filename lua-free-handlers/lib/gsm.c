
#define _GNU_SOURCE          /* memmem() */
#include <string.h>

#include "gsm.h"


static unsigned phone_gsm_point(const unsigned char **p);
static unsigned phone_gsm_septets(unsigned c);
static unsigned phone_gsm_units(unsigned c, int ucs2);
static int phone_gsm_is_ucs2(phone_str_t text);
static phone_str_t phone_gsm_whole_link(phone_str_t cut);


/* Beyond ASCII: GSM 03.38, 6.2.1. */

static const unsigned short  phone_gsm_basic[] = {
    0x00a1, 0x00a3, 0x00a4, 0x00a5, 0x00a7, 0x00bf, 0x00c4, 0x00c5, 0x00c6,
    0x00c7, 0x00c9, 0x00d1, 0x00d6, 0x00d8, 0x00dc, 0x00df, 0x00e0, 0x00e4,
    0x00e5, 0x00e6, 0x00e8, 0x00e9, 0x00ec, 0x00f1, 0x00f2, 0x00f6, 0x00f8,
    0x00f9, 0x00fc, 0x0393, 0x0394, 0x0398, 0x039b, 0x039e, 0x03a0, 0x03a3,
    0x03a6, 0x03a8, 0x03a9
};


/* A valid text: no byte is missing. */

static unsigned
phone_gsm_point(const unsigned char **p)
{
    unsigned  c, more;

    c = *(*p)++;

    if (c < 0x80) {
        return c;
    }

    more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    c &= 0x3fu >> more;

    while (more--) {
        c = c << 6 | (*(*p)++ & 0x3f);
    }

    return c;
}


/* 2: behind an escape, 6.2.1.1; 0: not in the alphabet. */

static unsigned
phone_gsm_septets(unsigned c)
{
    size_t  i;

    if (c < 0x80) {
        return c == '\f' || (c && strchr("^{}\\[~]|", (int) c)) ? 2
               : c == '\n' || c == '\r' || (c >= ' ' && c != '`' && c != 0x7f);
    }

    if (c == 0x20ac) {
        return 2;
    }

    for (i = 0; i < sizeof(phone_gsm_basic) / sizeof(phone_gsm_basic[0]); i++)
    {
        if (phone_gsm_basic[i] == c) {
            return 1;
        }
    }

    return 0;
}


static unsigned
phone_gsm_units(unsigned c, int ucs2)
{
    return !ucs2 ? phone_gsm_septets(c) : c > 0xffff ? 2 : 1;
}


static int
phone_gsm_is_ucs2(phone_str_t text)
{
    const unsigned char  *p, *end;

    p = (const unsigned char *) text.data;
    end = p + text.len;

    while (p < end) {
        if (phone_gsm_septets(phone_gsm_point(&p)) == 0) {
            return 1;
        }
    }

    return 0;
}


phone_gsm_t
phone_gsm_measure(phone_str_t text)
{
    unsigned              n, left, part;
    phone_gsm_t           gsm;
    const unsigned char  *p, *end;

    if (text.len == 0) {
        return (phone_gsm_t) { 0, 0, 0 };
    }

    p = (const unsigned char *) text.data;
    end = p + text.len;

    gsm.ucs2 = phone_gsm_is_ucs2(text);
    gsm.units = 0;
    gsm.parts = 0;

    part = gsm.ucs2 ? PHONE_UCS2_PART : PHONE_GSM_PART;
    left = 0;

    /* an escape and a surrogate pair stay in one part */

    while (p < end) {
        n = phone_gsm_units(phone_gsm_point(&p), gsm.ucs2);

        if (n > left) {
            gsm.parts++;
            left = part;
        }

        gsm.units += n;
        left -= n;
    }

    if (gsm.units <= (gsm.ucs2 ? PHONE_UCS2_ONE : PHONE_GSM_ONE)) {
        gsm.parts = 1;
    }

    return gsm;
}


phone_str_t
phone_gsm_cut(phone_str_t text, unsigned parts)
{
    int                   ucs2;
    unsigned              n, part, used, left;
    const unsigned char  *p, *last, *end;

    if (text.len == 0 || phone_gsm_measure(text).parts <= parts) {
        return text;
    }

    ucs2 = phone_gsm_is_ucs2(text);
    part = parts > 1 ? (ucs2 ? PHONE_UCS2_PART : PHONE_GSM_PART)
                     : (ucs2 ? PHONE_UCS2_ONE : PHONE_GSM_ONE);

    p = (const unsigned char *) text.data;
    end = p + text.len;
    last = p;

    for (used = 0, left = 0; p < end; last = p) {
        n = phone_gsm_units(phone_gsm_point(&p), ucs2);

        if (n > left) {

            if (used++ == parts) {
                break;
            }

            left = part;
        }

        left -= n;
    }

    return phone_gsm_whole_link(
        (phone_str_t) { (size_t) ((const char *) last - text.data),
                        text.data });
}


/* Half a link leads nowhere. */

static phone_str_t
phone_gsm_whole_link(phone_str_t cut)
{
    size_t  word;

    for (word = cut.len; word > 0 && cut.data[word - 1] != ' '; word--) {
        /* void */
    }

    if (memmem(cut.data + word, cut.len - word, "://", 3) != NULL) {
        cut.len = word ? word - 1 : 0;
    }

    return cut;
}
