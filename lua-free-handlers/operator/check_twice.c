
/*
 * A part of GET /operator/check: no movement is in a bucket's ledger twice, and
 * no bill is debited and no refund is made twice.
 *
 * Names are kept as their hashes, of 64 bits.  A ledger that has more than can
 * be kept is read as often as it takes, for a part of all hashes each time.
 */


#include "../host.h"
#include "check.h"


#define PHONE_TWICE_NAMES  40000         /* of one part, about */
#define PHONE_TWICE_LEAST  64            /* slots; doubled when needed */
#define PHONE_TWICE_MOST   65536


typedef struct {
    phone_arena_t           *arena;
    uint64_t                *slot;       /* 0: free */
    size_t                   slots;
    size_t                   n;
    uint64_t                 part;
    uint64_t                 parts;
} phone_twice_t;


static void phone_twice_load(phone_twice_t *seen, phone_books_t *books);
static void phone_twice_grow(phone_twice_t *seen);
static int phone_twice_put(phone_twice_t *seen, uint64_t hash);
static int phone_twice_seen(phone_twice_t *seen, phone_books_t *books,
    phone_str_t name);
static void phone_twice_entry(phone_call_t *call, phone_twice_t *seen,
    phone_books_t *books, phone_str_t bucket, phone_str_t text);


phone_rc_t
phone_check_twice(phone_call_t *call, phone_books_t *books,
    phone_str_t bucket)
{
    int64_t             at;
    unsigned            i;
    phone_twice_t       seen;
    const phone_log_t  *page;

    at = books->count[PHONE_BOOKS_AT];
    page = phone_check_entries(call, books,
                               PHONE_CHECK_HERE(books),
                               &at, PHONE_CHECK_PAGE);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_twice_load(&seen, books);

    for (i = 0; i < page->n; i++) {
        phone_twice_entry(call, &seen, books, bucket, page->entry[i]);
    }

    books->hashes.data = (char *) seen.slot;
    books->hashes.len = seen.slots * sizeof(uint64_t);
    books->count[PHONE_BOOKS_AT] = at;

    if (page->n == PHONE_CHECK_PAGE) {
        return phone_check_go_on(call, books);
    }

    books->hashes = PHONE_EMPTY;
    books->count[PHONE_BOOKS_AT] = 0;

    if ((uint64_t) ++books->count[PHONE_BOOKS_PART] < seen.parts) {
        return phone_check_go_on(call, books);
    }

    books->count[PHONE_BOOKS_PART] = 0;

    return phone_check_next(call, books);
}


/* Each entry has two names at most: its movement, and the bill or the refund
   that it is of. */

static void
phone_twice_load(phone_twice_t *seen, phone_books_t *books)
{
    size_t  i;

    memset(seen, 0, sizeof(phone_twice_t));

    seen->arena = books->arena;
    seen->part = (uint64_t) books->count[PHONE_BOOKS_PART];
    seen->parts = 1 + 2 * (uint64_t) books->count[PHONE_BOOKS_HERE]
                      / PHONE_TWICE_NAMES;

    if (books->hashes.len == 0) {
        return;
    }

    seen->slot = phone_alloc_raw(books->arena, books->hashes.len);

    if (seen->slot == NULL) {
        return;
    }

    memcpy(seen->slot, books->hashes.data, books->hashes.len);
    seen->slots = books->hashes.len / sizeof(uint64_t);

    for (i = 0; i < seen->slots; i++) {
        seen->n += seen->slot[i] != 0;
    }
}


static void
phone_twice_grow(phone_twice_t *seen)
{
    size_t     i, slots;
    uint64_t  *old;

    old = seen->slot;
    slots = seen->slots;

    seen->slots = slots ? 2 * slots : PHONE_TWICE_LEAST;
    seen->slot = phone_alloc(seen->arena, seen->slots * sizeof(uint64_t));
    seen->n = 0;

    if (seen->slot == NULL) {
        seen->slots = 0;
        return;
    }

    for (i = 0; i < slots; i++) {
        if (old[i]) {
            phone_twice_put(seen, old[i]);
        }
    }
}


/* 1 when it is there already. */

static int
phone_twice_put(phone_twice_t *seen, uint64_t hash)
{
    size_t  i;

    for (i = hash & (seen->slots - 1); seen->slot[i];
         i = (i + 1) & (seen->slots - 1))
    {
        if (seen->slot[i] == hash) {
            return 1;
        }
    }

    seen->slot[i] = hash;
    seen->n++;

    return 0;
}


static int
phone_twice_seen(phone_twice_t *seen, phone_books_t *books, phone_str_t name)
{
    uint64_t  hash;

    hash = phone_hash64(name);

    if (hash % seen->parts != seen->part) {
        return 0;
    }

    if (seen->n * 4 >= seen->slots * 3 && seen->slots < PHONE_TWICE_MOST) {
        phone_twice_grow(seen);
    }

    if (seen->n * 8 >= seen->slots * 7) {
        books->count[PHONE_BOOKS_UNTRACKED]++;
        return 0;
    }

    return phone_twice_put(seen, hash ? hash : 1);
}


static void
phone_twice_entry(phone_call_t *call, phone_twice_t *seen,
    phone_books_t *books, phone_str_t bucket, phone_str_t text)
{
    const char           *what;
    phone_str_t           whose;
    phone_ledger_entry_t  entry;

    if (phone_ledger_parse(text, &entry) != 0) {
        return;
    }

    if (phone_twice_seen(seen, books, entry.movement)) {
        phone_books_fault(books, "movement_twice",
            phone_join(phone_memory(call), 4,
                       (phone_str_t[4]) { PHONE_STR("ledger:"), bucket,
                                          PHONE_STR(":"), entry.movement }));
    }

    what = phone_is(entry.reason, "bill")
           && phone_account_is(entry.from, "card:") ? "bill"
           : phone_is(entry.reason, "refund")
             && phone_account_is(entry.from, "takings:") ? "refund" : NULL;

    if (what == NULL) {
        return;
    }

    whose = phone_format(phone_memory(call), "%s:%.*s", what,
                         PHONE_ARGS(entry.reference));

    if (phone_twice_seen(seen, books, whose)) {
        phone_books_fault(books, *what == 'b' ? "bill_debited_twice"
                                              : "refund_debited_twice",
                          whose);
    }
}
