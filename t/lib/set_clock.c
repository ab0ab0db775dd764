
/*
 * Loaded before libc (LD_PRELOAD), it makes the clock of a process one that a
 * test may set: PHONE_CLOCK names a file with the microseconds by which it is
 * ahead, eight bytes.  The monotonic clock is left alone, as settimeofday()
 * leaves it.
 */


#define _GNU_SOURCE

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>


#define MILLION  1000000


static volatile const int64_t  *ahead;


__attribute__((constructor))
static void
set_clock_open(void)
{
    int          fd;
    void        *p;
    const char  *name;

    name = getenv("PHONE_CLOCK");
    fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;

    if (fd == -1) {
        return;
    }

    p = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    ahead = p == MAP_FAILED ? NULL : p;

    (void) close(fd);
}


int
clock_gettime(clockid_t id, struct timespec *now)
{
    int      rc;
    int64_t  us;

    rc = (int) syscall(SYS_clock_gettime, id, now);

    if (rc == 0 && ahead
        && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
    {
        us = now->tv_sec * (int64_t) MILLION + now->tv_nsec / 1000 + *ahead;
        now->tv_sec = us / MILLION;
        now->tv_nsec = us % MILLION * 1000;
    }

    return rc;
}


int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec  now;

    (void) zone;
    (void) clock_gettime(CLOCK_REALTIME, &now);

    tv->tv_sec = now.tv_sec;
    tv->tv_usec = now.tv_nsec / 1000;

    return 0;
}


time_t
time(time_t *result)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_REALTIME, &now);

    if (result) {
        *result = now.tv_sec;
    }

    return now.tv_sec;
}
