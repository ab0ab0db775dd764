
/* See tap.h. */


#include <stdarg.h>

#include "../tap.h"


static unsigned  tap_run;
static unsigned  tap_failed;


static void
tap_line(int pass, const char *file, int line, const char *fmt, va_list args)
{
    tap_run++;

    printf("%sok %u - ", pass ? "" : "not ", tap_run);
    vprintf(fmt, args);
    printf("\n");

    if (!pass) {
        tap_failed++;
        printf("#   at %s line %d\n", file, line);
    }
}


int
tap_ok(int pass, const char *file, int line, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    tap_line(pass, file, line, fmt, args);
    va_end(args);

    return pass;
}


int
tap_int(long long got, long long expected, const char *file, int line,
    const char *fmt, ...)
{
    int      pass;
    va_list  args;

    pass = (got == expected);

    va_start(args, fmt);
    tap_line(pass, file, line, fmt, args);
    va_end(args);

    if (!pass) {
        printf("#        got: %lld\n#   expected: %lld\n", got, expected);
    }

    return pass;
}


/* Shows what cannot be printed as \xNN, and at most 200 bytes. */

static void
tap_show(const char *label, const void *data, size_t len)
{
    size_t                i;
    const unsigned char  *p;

    p = data;

    printf("#   %8s: %zu bytes \"", label, len);

    for (i = 0; i < len && i < 200; i++) {
        if (p[i] >= 0x20 && p[i] < 0x7f) {
            putchar(p[i]);

        } else {
            printf("\\x%02x", p[i]);
        }
    }

    printf("\"%s\n", (i < len) ? "..." : "");
}


int
tap_bytes(const void *got, size_t got_len, const void *expected,
    size_t expected_len, const char *file, int line, const char *fmt, ...)
{
    int      pass;
    va_list  args;

    pass = (got_len == expected_len
            && (got_len == 0 || memcmp(got, expected, got_len) == 0));

    va_start(args, fmt);
    tap_line(pass, file, line, fmt, args);
    va_end(args);

    if (!pass) {
        tap_show("got", got, got_len);
        tap_show("expected", expected, expected_len);
    }

    return pass;
}


int
done_testing(void)
{
    printf("1..%u\n", tap_run);

    if (tap_failed) {
        printf("# %u of %u failed\n", tap_failed, tap_run);
    }

    fflush(stdout);

    return (tap_failed || tap_run == 0) ? 1 : 0;
}
