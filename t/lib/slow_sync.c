
/*
 * Loaded before libc (LD_PRELOAD), it makes fsync() of a process as slow as a
 * test says: PHONE_SYNC names a file with the milliseconds as text.
 */


#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>


static const char  *name;


/* nginx takes the environment away from its workers */

__attribute__((constructor))
static void
slow_sync_open(void)
{
    name = getenv("PHONE_SYNC");
    name = name ? strdup(name) : "/dev/null";
}


int
fsync(int fd)
{
    long   ms;
    FILE  *file;

    ms = 0;
    file = fopen(name, "r");

    if (file) {
        if (fscanf(file, "%ld", &ms) != 1) {
            ms = 0;
        }

        (void) fclose(file);
    }

    (void) usleep((useconds_t) ms * 1000);

    return (int) syscall(SYS_fsync, fd);
}
