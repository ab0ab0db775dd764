
/* What a transcript says, and what the store holds, in lines. */


#ifndef _PHONE_TEST_TRANSCRIPT_H_INCLUDED_
#define _PHONE_TEST_TRANSCRIPT_H_INCLUDED_


#include "play.h"
#include "../sim/entries.h"


#define LINES  4096


typedef struct {
    phone_arena_t            arena;
    unsigned                 n;
    phone_str_t              line[LINES];        /* sorted */
} snapshot_t;


static phone_buf_t  out;                 /* the new transcript */
static int64_t      begun;
static snapshot_t   store[2];            /* before and after a command */
static int          now;                 /* which of both is the newer */


__attribute__((format(printf, 1, 2)))
static inline void
say(const char *fmt, ...)
{
    char    *line;
    va_list  args;

    va_start(args, fmt);

    if (vasprintf(&line, fmt, args) < 0) {
        exit(1);
    }

    va_end(args);

    phone_buf_put(&out, PHONE_STR("    "));
    phone_buf_put(&out, phone_cstr(line));
    phone_buf_byte(&out, '\n');
    free(line);
}


/* What the store holds */

__attribute__((format(printf, 2, 3)))
static inline void
note(snapshot_t *to, const char *fmt, ...)
{
    char    *line;
    va_list  args;

    va_start(args, fmt);

    if (vasprintf(&line, fmt, args) < 0 || to->n == LINES) {
        printf("Bail out! the store is too large\n");
        exit(1);
    }

    va_end(args);

    to->line[to->n++] = phone_copy(&to->arena, phone_cstr(line));
    free(line);
}


/* On one line; of what is long the beginning, and a sum of the whole. */

static inline phone_str_t
shown(phone_arena_t *arena, phone_str_t bytes)
{
    size_t       i;
    phone_buf_t  buf;

    phone_buf_init(&buf, arena, 0);

    for (i = 0; i < bytes.len && i < (bytes.len > 200 ? 60 : 200); i++) {
        if (bytes.data[i] == '\n') {
            phone_buf_put(&buf, PHONE_STR("\\n"));

        } else {
            phone_buf_byte(&buf, bytes.data[i]);
        }
    }

    if (i < bytes.len) {
        phone_buf_put(&buf, phone_format(arena, "... %zu bytes %08x",
                                         bytes.len,
                                         (unsigned) phone_fnv64(bytes)));
    }

    return phone_buf_str(&buf);
}


static inline void
note_fields(snapshot_t *to, phone_str_t key, const sim_field_t *field,
    unsigned n)
{
    unsigned     i;
    phone_str_t  shows;

    for (i = 0; i < n; i++) {

        if (phone_is(field[i].name, "v")) {
            continue;        /* another one each time */
        }

        shows = shown(&to->arena, field[i].value);
        note(to, "%.*s %.*s = %.*s", PHONE_ARGS(key),
             PHONE_ARGS(field[i].name), PHONE_ARGS(shows));
    }
}


/* Counts, each with the number of its cell. */

static inline void
note_cells(snapshot_t *to, phone_str_t key, phone_str_t string)
{
    size_t       i;
    unsigned     count;
    phone_str_t  cells;

    cells = PHONE_EMPTY;

    for (i = 0; i + 1 < string.len; i += 2) {
        count = (unsigned) (unsigned char) string.data[i] << 8
                | (unsigned char) string.data[i + 1];

        if (count) {
            cells = phone_format(&to->arena, "%.*s %zu:%u", PHONE_ARGS(cells),
                                 i / 2, count);
        }
    }

    note(to, "%.*s =%.*s", PHONE_ARGS(key), PHONE_ARGS(cells));
}


static inline void
note_string(snapshot_t *to, phone_str_t key, phone_str_t string)
{
    if (memmem(key.data, key.len, "tries:", 6)
        || memmem(key.data, key.len, "days:", 5))
    {
        note_cells(to, key, string);

    } else {
        note(to, "%.*s = %.*s", PHONE_ARGS(key), PHONE_ARGS(string));
    }
}


static inline void
note_key(void *data, phone_str_t key)
{
    unsigned      i;
    phone_str_t   shows;
    snapshot_t   *to;
    sim_entry_t  *entry;

    to = data;
    entry = sim_entry_find(player.store, player.now, key);

    if (entry->expires) {
        note(to, "%.*s lives until = %+lld", PHONE_ARGS(key),
             (long long) (entry->expires - begun));
    }

    switch (entry->kind) {

    case SIM_HASH:
        note_fields(to, key, entry->fields.field, entry->fields.n);
        break;

    case SIM_ZSET:
        for (i = 0; i < entry->zset.n; i++) {
            shows = shown(&to->arena, entry->zset.member[i].member);
            note(to, "%.*s %.*s at = %+lld", PHONE_ARGS(key),
                 PHONE_ARGS(shows),
                 (long long) (entry->zset.member[i].score - begun));
        }
        break;

    case SIM_LIST:
        for (i = 0; i < entry->list.n; i++) {
            shows = shown(&to->arena, entry->list.entry[i]);
            note(to, "%.*s [%u] %.*s", PHONE_ARGS(key), i, PHONE_ARGS(shows));
        }
        break;

    case SIM_STREAM:
        for (i = 0; i < entry->stream.n; i++) {
            note_fields(to, phone_format(&to->arena, "%.*s [%u]",
                                         PHONE_ARGS(key), i),
                        entry->stream.item[entry->stream.first + i].field,
                        entry->stream.item[entry->stream.first + i].n);
        }
        break;

    case SIM_STRING:
        note_string(to, key, entry->string);
        break;
    }
}


/* What a line is about: the part before its value. */

static inline phone_str_t
subject(phone_str_t line)
{
    char  *end;

    end = memmem(line.data, line.len, " = ", 3);

    return (phone_str_t) { end ? (size_t) (end - line.data) : line.len,
                           line.data };
}


static inline int
by_subject(const void *a, const void *b)
{
    return phone_compare(subject(*(const phone_str_t *) a),
                         subject(*(const phone_str_t *) b));
}


static inline void
look(void)
{
    snapshot_t  *to;

    now = !now;
    to = &store[now];

    phone_arena_free(&to->arena);
    to->n = 0;

    sim_store_each(player.store, player.now, note_key, to);
    qsort(to->line, to->n, sizeof(phone_str_t), by_subject);
}


static inline void
say_changes(void)
{
    int          order;
    unsigned     i, j;
    phone_str_t  name;
    snapshot_t  *was, *is;

    look();
    was = &store[!now];
    is = &store[now];

    for (i = j = 0; i < was->n || j < is->n; /* void */ ) {
        order = i == was->n ? 1 : j == is->n ? -1
                : by_subject(&was->line[i], &is->line[j]);

        if (order < 0) {
            say("- %.*s", PHONE_ARGS(was->line[i]));

        } else if (order > 0) {
            say("+ %.*s", PHONE_ARGS(is->line[j]));

        } else if (!phone_equal(was->line[i], is->line[j])) {
            name = subject(was->line[i]);
            say("~ %.*s, before%.*s", PHONE_ARGS(is->line[j]),
                (int) (was->line[i].len - name.len - 2),
                was->line[i].data + name.len + 2);
        }

        i += order <= 0;
        j += order >= 0;
    }
}


#endif /* _PHONE_TEST_TRANSCRIPT_H_INCLUDED_ */
