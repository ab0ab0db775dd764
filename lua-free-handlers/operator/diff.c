
/* Differences of two sets, see diff.h. */


#include "diff.h"


#define PHONE_DIFF_PLACES  3
#define PHONE_DIFF_PART    400           /* cells for each of the places */
#define PHONE_DIFF_CELLS   (PHONE_DIFF_PLACES * PHONE_DIFF_PART)


struct phone_diff_cell_s {
    int64_t                  count;
    uint64_t                 hashes;     /* of all names in it, xor */
    char                     name[PHONE_DIFF_NAME];      /* the same */
};


typedef struct {
    uint64_t                 place;
    phone_diff_cell_t        cell;
} phone_diff_kept_t;


static uint64_t phone_mix64(uint64_t hash);
static int phone_diff_alone(const phone_diff_cell_t *cell, phone_str_t *name);
static int phone_diff_empty(const phone_diff_cell_t *cell);
static void phone_diff_open(phone_diff_t *diff);


static uint64_t
phone_mix64(uint64_t hash)
{
    hash ^= hash >> 30;
    hash *= UINT64_C(0xbf58476d1ce4e5b9);
    hash ^= hash >> 27;
    hash *= UINT64_C(0x94d049bb133111eb);

    return hash ^ hash >> 31;
}


uint64_t
phone_hash64(phone_str_t name)
{
    return phone_mix64(phone_fnv64(name));
}


void
phone_diff_put(phone_diff_t *diff, phone_str_t name, int sign)
{
    size_t              j;
    unsigned            i;
    uint64_t            hash, place;
    phone_diff_cell_t  *cell;

    phone_diff_open(diff);

    if (diff->cell == NULL) {
        diff->cell = phone_alloc(diff->arena, PHONE_DIFF_CELLS
                                              * sizeof(phone_diff_cell_t));
        if (diff->cell == NULL) {
            return;
        }
    }

    if (name.len > PHONE_DIFF_NAME) {
        name.len = PHONE_DIFF_NAME;
    }

    hash = phone_hash64(name);

    for (i = 0; i < PHONE_DIFF_PLACES; i++) {
        place = phone_mix64(hash + i + 1) % PHONE_DIFF_PART;
        cell = &diff->cell[i * PHONE_DIFF_PART + place];

        cell->count += sign;
        cell->hashes ^= hash;

        for (j = 0; j < name.len; j++) {
            cell->name[j] ^= name.data[j];
        }
    }
}


/* Is one name in it, and nothing else? */

static int
phone_diff_alone(const phone_diff_cell_t *cell, phone_str_t *name)
{
    if (cell->count != 1 && cell->count != -1) {
        return 0;
    }

    name->len = PHONE_DIFF_NAME;
    name->data = (char *) cell->name;

    while (name->len && name->data[name->len - 1] == '\0') {
        name->len--;
    }

    return phone_hash64(*name) == cell->hashes;
}


static int
phone_diff_empty(const phone_diff_cell_t *cell)
{
    return cell->count == 0 && cell->hashes == 0;
}


int
phone_diff_take(phone_diff_t *diff, phone_str_t *name, int *sign)
{
    int       left;
    unsigned  i;

    phone_diff_open(diff);

    if (diff->cell == NULL) {
        return 0;
    }

    left = 0;

    for (i = 0; i < PHONE_DIFF_CELLS; i++) {

        if (phone_diff_alone(&diff->cell[i], name)) {
            *name = phone_copy(diff->arena, *name);

            if (diff->arena->failed) {
                return -1;
            }

            *sign = (int) diff->cell[i].count;
            phone_diff_put(diff, *name, -*sign);
            return 1;
        }

        left |= !phone_diff_empty(&diff->cell[i]);
    }

    return left ? -1 : 0;
}


phone_str_t
phone_diff_save(phone_diff_t *diff)
{
    unsigned            i;
    phone_buf_t         buf;
    phone_diff_kept_t   kept;

    if (diff->kept.len) {
        return diff->kept;
    }

    phone_buf_init(&buf, diff->arena, 64);

    for (i = 0; diff->cell && i < PHONE_DIFF_CELLS; i++) {
        if (!phone_diff_empty(&diff->cell[i])) {
            kept.place = i;
            kept.cell = diff->cell[i];
            phone_buf_put(&buf, (phone_str_t) { sizeof(kept),
                                                (char *) &kept });
        }
    }

    return phone_buf_str(&buf);
}


int
phone_diff_load(phone_diff_t *diff, phone_arena_t *arena, phone_str_t bytes)
{
    size_t             i;
    phone_diff_kept_t  kept;

    diff->arena = arena;
    diff->cell = NULL;
    diff->kept = bytes;

    if (bytes.len % sizeof(kept)) {
        return -1;
    }

    for (i = 0; i < bytes.len; i += sizeof(kept)) {
        memcpy(&kept, bytes.data + i, sizeof(kept));

        if (kept.place >= PHONE_DIFF_CELLS) {
            return -1;
        }
    }

    return 0;
}


/* On first use: a run of a check that only reads needs no table. */

static void
phone_diff_open(phone_diff_t *diff)
{
    phone_str_t        bytes;
    phone_diff_kept_t  kept;

    bytes = diff->kept;

    if (bytes.len == 0) {
        return;
    }

    diff->kept = PHONE_EMPTY;
    diff->cell = phone_alloc(diff->arena,
                             PHONE_DIFF_CELLS * sizeof(phone_diff_cell_t));

    for ( /* void */ ; diff->cell && bytes.len; bytes.len -= sizeof(kept)) {
        memcpy(&kept, bytes.data, sizeof(kept));
        diff->cell[kept.place] = kept.cell;
        bytes.data += sizeof(kept);
    }
}
