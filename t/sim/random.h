
/*
 * Pseudo-random numbers of a run: xoshiro256**, seeded with splitmix64 (both
 * by Blackman and Vigna, public domain).  Everything that a run leaves to
 * chance is drawn from one of these, so a seed replays the run.
 */


#ifndef _SIM_RANDOM_H_INCLUDED_
#define _SIM_RANDOM_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <string.h>


typedef struct {
    uint64_t                 s[4];
} sim_random_t;


static inline uint64_t
sim_mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);

    return z ^ (z >> 31);
}


static inline void
sim_random_seed(sim_random_t *random, uint64_t seed)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        random->s[i] = sim_mix(seed + i * UINT64_C(0x9e3779b97f4a7c15));
    }
}


static inline uint64_t
sim_random_next(sim_random_t *random)
{
    uint64_t   result, t, *s;

    s = random->s;
    result = s[1] * 5;
    result = ((result << 7) | (result >> 57)) * 9;
    t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);

    return result;
}


/* 0 .. n - 1; n > 0.  The bias of the product is below 2^-32. */

static inline uint64_t
sim_below(sim_random_t *random, uint64_t n)
{
    if (n <= UINT32_MAX) {
        return ((sim_random_next(random) >> 32) * n) >> 32;
    }

    return sim_random_next(random) % n;
}


/* low .. high, both included. */

static inline int64_t
sim_between(sim_random_t *random, int64_t low, int64_t high)
{
    return low + (int64_t) sim_below(random, (uint64_t) (high - low) + 1);
}


/* 1 with a chance of parts in a million. */

static inline int
sim_chance(sim_random_t *random, unsigned parts)
{
    return parts && sim_below(random, 1000000) < parts;
}


static inline void
sim_random_bytes(sim_random_t *random, unsigned char *out, size_t n)
{
    size_t    take;
    uint64_t  word;

    for ( /* void */ ; n > 0; n -= take, out += take) {
        word = sim_random_next(random);
        take = n < sizeof(word) ? n : sizeof(word);
        memcpy(out, &word, take);
    }
}


#endif /* _SIM_RANDOM_H_INCLUDED_ */
