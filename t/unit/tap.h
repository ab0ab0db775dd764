
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


__attribute__((format(printf, 4, 5)))
int tap_ok(int pass, const char *file, int line, const char *fmt, ...);

__attribute__((format(printf, 5, 6)))
int tap_int(long long got, long long expected, const char *file, int line,
    const char *fmt, ...);

__attribute__((format(printf, 7, 8)))
int tap_bytes(const void *got, size_t got_len, const void *expected,
    size_t expected_len, const char *file, int line, const char *fmt, ...);

/* A run without a single check is a failure as well. */
int done_testing(void);


#endif /* _PHONE_TAP_H_INCLUDED_ */
