
/*
 * A test program's voice: each check prints one TAP line, done_testing()
 * prints the plan and gives main() its exit code.
 *
 *     ok(cond, "name %d", n)          is_int(got, expected, "name")
 *     is_str(got, "literal", "name")  for a type with .len and .data
 *     is_bytes(data, len, expected, expected_len, "name")
 */


#ifndef _PHONE_TAP_H_INCLUDED_
#define _PHONE_TAP_H_INCLUDED_


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>


static unsigned  tap_run;
static unsigned  tap_failed;


#define ok(cond, ...)        tap_ok((cond) ? 1 : 0, __FILE__, __LINE__,       \
                                    __VA_ARGS__)

#define is_int(got, expected, ...)                                            \
    tap_int((long long) (got), (long long) (expected), __FILE__, __LINE__,    \
            __VA_ARGS__)

#define is_bytes(got, got_len, expected, expected_len, ...)                   \
    tap_bytes((got), (got_len), (expected), (expected_len),                   \
              __FILE__, __LINE__, __VA_ARGS__)

#define is_str(got, expected, ...)                                            \
    do {                                                                      \
        __typeof__(got)  tap_got = (got);                                     \
                                                                              \
        tap_bytes(tap_got.data, tap_got.len, (expected), strlen(expected),    \
                  __FILE__, __LINE__, __VA_ARGS__);                           \
    } while (0)


static inline void
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


__attribute__((format(printf, 4, 5)))
__attribute__((format(printf, 4, 5)))
static inline int
tap_ok(int pass, const char *file, int line, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    tap_line(pass, file, line, fmt, args);
    va_end(args);

    return pass;
}


__attribute__((format(printf, 5, 6)))
__attribute__((format(printf, 5, 6)))
static inline int
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

static inline void
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


__attribute__((format(printf, 7, 8)))
__attribute__((format(printf, 7, 8)))
static inline int
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


/* A run without a single check is a failure as well. */

static inline int
done_testing(void)
{
    printf("1..%u\n", tap_run);

    if (tap_failed) {
        printf("# %u of %u failed\n", tap_failed, tap_run);
    }

    fflush(stdout);

    return (tap_failed || tap_run == 0) ? 1 : 0;
}


#endif /* _PHONE_TAP_H_INCLUDED_ */
