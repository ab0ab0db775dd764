
/* Part of phone.h: indexes, which list ids in the order of a score, and pages
   of them. */


#ifndef _PHONE_INDEXES_H_INCLUDED_
#define _PHONE_INDEXES_H_INCLUDED_


#include "declare.h"
#include "records.h"


/*
 * An index: ids by a score, 0 to 2^53, mostly a time; those of one score are in
 * the order of their bytes.  Its members from the highest score down, of scores
 * below before (0: no bound), or from the lowest of `from` or more upwards.
 */
typedef struct {
    phone_str_t              member;
    int64_t                  score;
} phone_entry_t;

typedef struct {
    unsigned                 n;
    phone_entry_t           *entry;
} phone_list_t;

const phone_list_t *phone_ask_index(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, int64_t before, unsigned limit);
const phone_list_t *phone_ask_index_from(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, int64_t from, unsigned limit);

/* How many members have a score of since or more; 0 while waiting. */
int64_t phone_ask_size(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since);

/* The same of an index whose phone_index_room() the call guards: it is read
   only after a commit of this call has failed, and is 0 before.  Where it
   cannot be guarded it is read. */
int64_t phone_assume_size(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since);

/* Which entries of a list are members of another index as well: score[i] is
   the score there of entry i, -1 when it is none.  Empty while waiting. */
typedef struct {
    unsigned                 n;
    const int64_t           *score;
} phone_scores_t;

const phone_scores_t *phone_ask_scores(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, const phone_list_t *of);

/*
 * Pages of an index.  An edge lies between two entries; a page has the entries
 * behind it, the newest first, or upwards the oldest first.  An edge without a
 * member lies at a score, which is not on the page, or, at score 0, before all
 * entries.
 *
 * phone_ask_page() reads at most limit entries, and moves the edge behind them:
 * to score 0 without a member when there are none.  An entry that stays in the
 * index is on one page only, whatever comes and goes meanwhile.  While
 * phone_waiting() the page is empty and the edge stays.  The cost of a page
 * does not depend on the size of the index; it grows with the number of entries
 * that have the score of the edge.
 *
 * phone_page_parse() reads what phone_page_text() has written, or a score, or
 * nothing; -1: it is none of these.
 */
typedef struct {
    phone_str_t              member;
    int64_t                  score;
    unsigned                 up:1;
} phone_edge_t;

int phone_page_parse(phone_call_t *call, phone_str_t text, phone_edge_t *edge);
phone_str_t phone_page_text(phone_call_t *call, const phone_edge_t *edge);
phone_list_t phone_ask_page(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_edge_t *edge, unsigned limit);

/*
 * A page of what is in all of n indexes, where a member has the same score in
 * each: the mails that have all words, the offers of a place and of a kind.
 * The smallest index is gone through, and its entries are looked up in the
 * others.  At most PHONE_PAGE_LOOKS are looked at: a page may be short or empty
 * though there are more; the edge says whether there are.
 */
#define PHONE_PAGE_LOOKS    960
#define PHONE_PAGE_INDEXES  8

typedef struct {
    const phone_type_t      *type;
    phone_str_t              id;
} phone_index_t;

phone_list_t phone_ask_page_of_all(phone_call_t *call, unsigned n,
    const phone_index_t *index, phone_edge_t *edge, unsigned limit);

/*
 * A page of what is in any of n indexes, each member in one of them only.  n
 * pages are read, and most of their entries are dropped.
 */
phone_list_t phone_ask_page_of_any(phone_call_t *call, unsigned n,
    const phone_index_t *index, phone_edge_t *edge, unsigned limit);

/* The same of an index that each bucket has one of. */
phone_list_t phone_ask_page_of_buckets(phone_call_t *call,
    const phone_type_t *type, phone_edge_t *edge, unsigned limit);

/*
 * For handlers with the parameters "before" and "limit", and "after" where a
 * page can go upwards: reads them (limit is shown when it is left out), and
 * ends the reply with where the next page in that direction begins.
 */
phone_rc_t phone_page_asked(phone_call_t *call, unsigned shown,
    phone_edge_t *edge, unsigned *limit);
phone_rc_t phone_page_done(phone_call_t *call, const phone_edge_t *next);

#define PHONE_PAGE_BEFORE                                                     \
    { "before", PHONE_P_NAME, 0, 1, 64,                                       \
      "go on from here: next_before of the page before; or a time in ms" }
#define PHONE_NEXT_BEFORE                                                     \
    { "next_before", PHONE_M_TEXT, 0, NULL, "there is more",                  \
      "where the next page begins" }
#define PHONE_NEXT_AFTER                                                      \
    { "next_after", PHONE_M_TEXT, 0, NULL,                                    \
      "there is more, and after was given",                                   \
      "where the next page upwards begins" }


/* Effects */

void phone_index_add(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t member, int64_t score);
void phone_index_remove(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, phone_str_t member);

/* It expires in ms, with all its members: call it with each that is added. */
void phone_index_lives_for(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t ms);

/*
 * 1 while fewer than most members of an id's own index have a score of since
 * or more: guarded.  0 when they are as many.  Nothing is read until a commit
 * of this call has failed, and then what phone_assume_size() reads; 0 while
 * that is waited for.  -1 where a commit may touch one bucket only: there it
 * cannot be guarded.
 */
int phone_index_room(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since, unsigned most);

/* The same; and where a commit may touch one bucket only it is guarded as well,
   if the call has a guard in the bucket of the index already. */
int phone_index_room_at_home(phone_call_t *call, const phone_type_t *type,
    phone_str_t id, int64_t since, unsigned most);


#endif /* _PHONE_INDEXES_H_INCLUDED_ */
