
/*
 * The openssl command as an independent witness: a scratch folder, commands
 * run in it, files read from it and written to it.
 */


#ifndef _PHONE_OPENSSL_CLI_H_INCLUDED_
#define _PHONE_OPENSSL_CLI_H_INCLUDED_


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/text.h"


static char  cli_folder[] = "/tmp/phone-unit-XXXXXX";


static inline void
cli_begin(void)
{
    if (mkdtemp(cli_folder) == NULL) {
        perror("mkdtemp");
        exit(1);
    }
}


/* 1 when the command exits with 0; what it prints goes to "out". */

__attribute__((format(printf, 1, 2)))
static inline int
cli_run(const char *fmt, ...)
{
    int      n;
    char     command[1024];
    va_list  args;

    n = snprintf(command, sizeof(command), "cd %s && ( ", cli_folder);

    va_start(args, fmt);
    n += vsnprintf(command + n, sizeof(command) - (size_t) n, fmt, args);
    va_end(args);

    snprintf(command + n, sizeof(command) - (size_t) n, " ) > out 2> err");

    return system(command) == 0;
}


static inline void
cli_end(void)
{
    (void) cli_run("rm -rf %s", cli_folder);
}


static inline FILE *
cli_open(const char *name, const char *mode)
{
    char   path[256];
    FILE  *file;

    snprintf(path, sizeof(path), "%s/%s", cli_folder, name);

    file = fopen(path, mode);

    if (file == NULL) {
        perror(path);
        exit(1);
    }

    return file;
}


static inline phone_str_t
cli_read(phone_arena_t *arena, const char *name)
{
    FILE    *file;
    size_t   n;
    char     text[65536];

    file = cli_open(name, "rb");
    n = fread(text, 1, sizeof(text), file);
    fclose(file);

    return phone_copy(arena, (phone_str_t) { n, text });
}


static inline void
cli_write(const char *name, phone_str_t text)
{
    FILE  *file;

    file = cli_open(name, "wb");

    if (fwrite(text.data, 1, text.len, file) != text.len) {
        perror(name);
        exit(1);
    }

    fclose(file);
}


#endif /* _PHONE_OPENSSL_CLI_H_INCLUDED_ */
