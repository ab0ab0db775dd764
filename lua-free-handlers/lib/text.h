
/*
 * Bytes, memory and small text work for the core.
 *
 * A phone_str_t is a length and a pointer, not NUL-terminated, and is laid
 * out like nginx's ngx_str_t.  All memory of a call comes from one arena and
 * is given back with it; nothing here is ever freed alone.  When memory runs
 * out the functions return an empty result and raise arena->failed, which
 * the runner turns into an error for the whole call: a caller in a handler
 * need not test each allocation.
 */


#ifndef _PHONE_TEXT_H_INCLUDED_
#define _PHONE_TEXT_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <string.h>


typedef struct {
    size_t                   len;
    const char              *data;
} phone_str_t;


#define PHONE_STR(literal)   ((phone_str_t) { sizeof(literal) - 1, literal })
#define PHONE_EMPTY          ((phone_str_t) { 0, "" })
#define PHONE_ARGS(str)      (int) (str).len, (str).data    /* for "%.*s" */


typedef struct phone_block_s  phone_block_t;

typedef struct {
    phone_block_t           *blocks;     /* newest first */
    char                    *next;       /* free space in the newest block */
    char                    *end;
    size_t                   used;       /* bytes handed out so far */
    unsigned                 failed:1;   /* an allocation has failed */
} phone_arena_t;


typedef struct {
    phone_arena_t           *arena;
    char                    *data;
    size_t                   len;
    size_t                   size;
} phone_buf_t;


/*
 * An arena has a hard limit of PHONE_ARENA_MAX bytes; blocks are kept in a
 * cache of the thread so that a call costs no malloc() once warm.
 */
#define PHONE_ARENA_MAX      (8 * 1024 * 1024)

void phone_arena_init(phone_arena_t *arena);
void phone_arena_free(phone_arena_t *arena);
void *phone_alloc(phone_arena_t *arena, size_t size);   /* zeroed, 16-aligned */
void *phone_alloc_raw(phone_arena_t *arena, size_t size);       /* 1-aligned */
phone_str_t phone_copy(phone_arena_t *arena, phone_str_t str);
phone_str_t phone_join(phone_arena_t *arena, unsigned n, const phone_str_t *s);
phone_str_t phone_format(phone_arena_t *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
phone_str_t phone_int(phone_arena_t *arena, int64_t value);

static inline phone_str_t
phone_cstr(const char *text)
{
    return (phone_str_t) { strlen(text), text };
}


static inline int
phone_equal(phone_str_t a, phone_str_t b)
{
    return a.len == b.len
           && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}


static inline int
phone_is(phone_str_t a, const char *text)
{
    return phone_equal(a, phone_cstr(text));
}


/* A to Z become a to z, whatever the locale. */

static inline char
phone_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
}


int phone_compare(phone_str_t a, phone_str_t b);        /* memcmp order */
int phone_equal_secret(phone_str_t a, phone_str_t b);   /* constant time */

/*
 * A growing output buffer; the result stays valid as long as the arena.
 * phone_buf_str() gives the unused rest back to the arena; more can be put
 * afterwards.  phone_buf_reserve() returns room for size bytes behind
 * buf->data + buf->len, or NULL; the caller writes there and raises buf->len.
 */
void phone_buf_init(phone_buf_t *buf, phone_arena_t *arena, size_t size);
void phone_buf_put(phone_buf_t *buf, phone_str_t str);
void phone_buf_int(phone_buf_t *buf, int64_t value);
phone_str_t phone_buf_str(phone_buf_t *buf);
char *phone_buf_grow(phone_buf_t *buf, size_t size);


static inline char *
phone_buf_reserve(phone_buf_t *buf, size_t size)
{
    if (size <= buf->size - buf->len && buf->data != NULL) {
        return buf->data + buf->len;
    }

    return phone_buf_grow(buf, size);
}


static inline void
phone_buf_byte(phone_buf_t *buf, char c)
{
    char  *p;

    p = phone_buf_reserve(buf, 1);

    if (p) {
        *p = c;
        buf->len++;
    }
}


/*
 * Strict decimal: digits only, no sign, no leading zero but "0" itself, at
 * most INT64_MAX.  Returns 0, or -1 and leaves *value alone.
 */
int phone_parse_int(phone_str_t str, int64_t *value);

/* The same with a "-" before any number but 0. */
int phone_parse_signed(phone_str_t str, int64_t *value);

/* FNV-1a: fast and not keyed, so collisions can be made. */
uint64_t phone_fnv64(phone_str_t str);

/* Lower-case hex; decoding takes either case.  base64 is RFC 4648 section 4
   with padding, base64url section 5 without.  Decoders return -1 on any byte
   that the encoder would not have written. */
phone_str_t phone_hex(phone_arena_t *arena, phone_str_t bytes);
phone_str_t phone_base64(phone_arena_t *arena, phone_str_t bytes);
phone_str_t phone_base64url(phone_arena_t *arena, phone_str_t bytes);
int phone_hex_digit(unsigned char c);   /* its value, -1 when it is none */
int phone_unhex(phone_arena_t *arena, phone_str_t text, phone_str_t *bytes);
int phone_unbase64(phone_arena_t *arena, phone_str_t text, phone_str_t *bytes);
int phone_unbase64url(phone_arena_t *arena, phone_str_t text,
    phone_str_t *bytes);

/* 1 when str is well-formed UTF-8 (RFC 3629: no overlong forms, no
   surrogates) without NUL. */
int phone_utf8_valid(phone_str_t str);
size_t phone_utf8_length(phone_str_t str);      /* in code points */

/*
 * Iterates over the parts of *rest between sep bytes; 0 when none is left.
 * A sep at the very end ends the last part and begins no further one, so
 * that a final newline is not an empty line; an empty text has no parts.
 */
int phone_split(phone_str_t *rest, char sep, phone_str_t *part);


#endif /* _PHONE_TEXT_H_INCLUDED_ */
