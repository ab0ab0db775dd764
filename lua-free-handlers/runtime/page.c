
/*
 * Pages of an index.  Entries of one score are told apart by their members,
 * which an index keeps in the order of their bytes.
 */


#include "../host.h"
#include "runtime.h"


/* Entries of the score at a page's edge that are read at first besides the
   page itself; twice as many when they are not enough. */
#define PHONE_PAGE_EDGE   8

/* Entries of the smallest index that are looked up in the others at first;
   then twice as many, up to what keeps Redis for some 100 us. */
#define PHONE_PAGE_FIRST  64
#define PHONE_PAGE_MOST   256


static phone_rc_t phone_page_invalid(phone_call_t *call, const char *field,
    phone_str_t reason);
static int phone_page_takes(phone_call_t *call, const char *name);
static int phone_page_behind(const phone_entry_t *entry,
    const phone_edge_t *edge);
static phone_list_t phone_page_read(phone_call_t *call,
    const phone_type_t *type, phone_str_t id, const phone_edge_t *edge,
    unsigned limit);
static void phone_page_move(phone_edge_t *edge, const phone_list_t *page);
static unsigned phone_page_smallest(phone_call_t *call, unsigned n,
    const phone_index_t *index);
static int phone_page_in_all(unsigned n, const phone_scores_t *const *scores,
    unsigned i);
static void phone_page_add(phone_call_t *call, unsigned n,
    const phone_index_t *index, unsigned smallest, const phone_list_t *some,
    phone_list_t *page, unsigned limit, phone_edge_t *edge);
static phone_list_t *phone_page_next(phone_list_t *page, unsigned n,
    const phone_edge_t *edge);


/* A score, then "." and the member.  In a query string "+" is a space, so the
   member "+8613800000001" is written as "-8613800000001", without the dot. */

int
phone_page_parse(phone_call_t *call, phone_str_t text, phone_edge_t *edge)
{
    size_t       n;
    phone_str_t  score;

    edge->member = PHONE_EMPTY;
    edge->score = 0;
    edge->up = 0;

    if (text.len == 0) {
        return 0;
    }

    for (n = 0; n < text.len && text.data[n] != '.' && text.data[n] != '-';
         n++)
    {
        /* void */
    }

    score = (phone_str_t) { n, text.data };

    if (n < text.len) {
        edge->member = (phone_str_t) { text.len - n - 1, text.data + n + 1 };

        if (text.data[n] == '-') {
            edge->member = phone_format(phone_memory(call), "+%.*s",
                                        PHONE_ARGS(edge->member));
        }
    }

    return phone_parse_int(score, &edge->score) == 0
           && edge->score < INT64_MAX && (edge->score > 0 || edge->member.len)
           ? 0 : -1;
}


phone_str_t
phone_page_text(phone_call_t *call, const phone_edge_t *edge)
{
    phone_str_t  member;

    member = edge->member;

    if (member.len && member.data[0] == '+') {
        return phone_format(phone_memory(call), "%lld-%.*s",
                            (long long) edge->score, (int) member.len - 1,
                            member.data + 1);
    }

    return phone_format(phone_memory(call), "%lld.%.*s",
                        (long long) edge->score, PHONE_ARGS(member));
}


/* Handlers */

static phone_rc_t
phone_page_invalid(phone_call_t *call, const char *field, phone_str_t reason)
{
    phone_say(call, "reason", reason);

    return phone_refuse_field(call, PHONE_PARAM_INVALID, field);
}


static int
phone_page_takes(phone_call_t *call, const char *name)
{
    const phone_param_t  *param;

    for (param = call->endpoint->params; param->name; param++) {
        if (strcmp(param->name, name) == 0) {
            return phone_has(call, name);
        }
    }

    return 0;
}


phone_rc_t
phone_page_asked(phone_call_t *call, unsigned shown, phone_edge_t *edge,
    unsigned *limit)
{
    int  up;

    *limit = phone_has(call, "limit")
             ? (unsigned) phone_arg_int(call, "limit") : shown;

    up = phone_page_takes(call, "after");

    if (up && phone_has(call, "before")) {
        return phone_page_invalid(call, "after",
                                  PHONE_STR("give before or after, not both"));
    }

    if (phone_page_parse(call, phone_arg(call, up ? "after" : "before"), edge)
        != 0)
    {
        return phone_page_invalid(call, up ? "after" : "before",
            up ? PHONE_STR("take next_after of the page that came before")
               : PHONE_STR("take next_before of the page that came before"));
    }

    edge->up = up ? 1 : 0;

    return PHONE_DONE;
}


phone_rc_t
phone_page_done(phone_call_t *call, const phone_edge_t *next)
{
    if (next->score || next->member.len) {
        phone_json_text(phone_reply(call),
                        next->up ? "next_after" : "next_before",
                        phone_page_text(call, next));
    }

    return phone_done(call);
}


/* One index */

static int
phone_page_behind(const phone_entry_t *entry, const phone_edge_t *edge)
{
    int  order;

    order = entry->score < edge->score ? -1
          : entry->score > edge->score ? 1
          : phone_compare(entry->member, edge->member);

    return edge->up ? order > 0 : order < 0;
}


/* What is behind the edge is read from its score on, and what is not is left
   out. */

static phone_list_t
phone_page_read(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    const phone_edge_t *edge, unsigned limit)
{
    int64_t              bound;
    unsigned             most, seen;
    phone_list_t         page;
    const phone_list_t  *list;

    bound = edge->score;
    most = limit;
    seen = 0;

    if (edge->member.len) {
        bound += edge->up ? 0 : 1;
        most += PHONE_PAGE_EDGE;

    } else if (edge->score) {
        bound += edge->up ? 1 : 0;
    }

    for ( ;; ) {
        list = edge->up ? phone_ask_index_from(call, type, id, bound, most)
                        : phone_ask_index(call, type, id, bound, most);

        if (phone_waiting(call)) {
            return (phone_list_t) { 0, NULL };
        }

        for (seen = 0; edge->member.len && seen < list->n; seen++) {
            if (phone_page_behind(&list->entry[seen], edge)) {
                break;
            }
        }

        if (list->n < most || list->n - seen >= limit) {
            break;
        }

        most *= 2;
    }

    page.n = list->n - seen < limit ? list->n - seen : limit;
    page.entry = list->entry + seen;

    return page;
}


static void
phone_page_move(phone_edge_t *edge, const phone_list_t *page)
{
    edge->member = PHONE_EMPTY;
    edge->score = 0;

    if (page->n) {
        edge->member = page->entry[page->n - 1].member;
        edge->score = page->entry[page->n - 1].score;
    }
}


phone_list_t
phone_ask_page(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    phone_edge_t *edge, unsigned limit)
{
    phone_list_t  page;

    page = phone_page_read(call, type, id, edge, limit);

    if (!phone_waiting(call)) {
        phone_page_move(edge, &page);
    }

    return page;
}


/* Several */

static unsigned
phone_page_smallest(phone_call_t *call, unsigned n,
    const phone_index_t *index)
{
    int64_t   size, least;
    unsigned  i, smallest;

    smallest = 0;
    least = INT64_MAX;

    for (i = 0; i < n && n > 1; i++) {
        size = phone_ask_size(call, index[i].type, index[i].id, 0);

        if (size < least) {
            least = size;
            smallest = i;
        }
    }

    return smallest;
}


/* Is entry i in all that were asked for? */

static int
phone_page_in_all(unsigned n, const phone_scores_t *const *scores, unsigned i)
{
    while (n--) {
        if (scores[n] && scores[n]->score[i] < 0) {
            return 0;
        }
    }

    return 1;
}


/* Adds those of some that are in all indexes to the page, and moves the edge
   behind the last one that was looked at. */

static void
phone_page_add(phone_call_t *call, unsigned n, const phone_index_t *index,
    unsigned smallest, const phone_list_t *some, phone_list_t *page,
    unsigned limit, phone_edge_t *edge)
{
    unsigned               i;
    const phone_scores_t  *scores[PHONE_PAGE_INDEXES];

    for (i = 0; i < n; i++) {
        scores[i] = i == smallest ? NULL
                    : phone_ask_scores(call, index[i].type, index[i].id, some);
    }

    if (phone_waiting(call)) {
        return;
    }

    for (i = 0; i < some->n && page->n < limit; i++) {
        edge->member = some->entry[i].member;
        edge->score = some->entry[i].score;

        if (phone_page_in_all(n, scores, i)) {
            page->entry[page->n++] = some->entry[i];
        }
    }
}


phone_list_t
phone_ask_page_of_all(phone_call_t *call, unsigned n,
    const phone_index_t *index, phone_edge_t *edge, unsigned limit)
{
    unsigned                   smallest, most, looked;
    phone_edge_t               at;
    phone_list_t               page, some;
    static const phone_list_t  nothing;

    page.n = 0;
    page.entry = phone_alloc(phone_memory(call),
                             limit * sizeof(phone_entry_t));

    if (n == 0 || n > PHONE_PAGE_INDEXES || page.entry == NULL) {
        phone_break(call, "it asks for a page of no index, or of too many");
        return nothing;
    }

    smallest = phone_page_smallest(call, n, index);

    if (phone_waiting(call)) {
        return nothing;
    }

    at = *edge;
    looked = 0;

    for (most = PHONE_PAGE_FIRST;
         ;
         most = most < PHONE_PAGE_MOST ? 2 * most : PHONE_PAGE_MOST)
    {
        some = phone_page_read(call, index[smallest].type, index[smallest].id,
                               &at, most);
        looked += some.n;

        phone_page_add(call, n, index, smallest, &some, &page, limit, &at);

        if (phone_waiting(call)) {
            return nothing;
        }

        if (page.n < limit && some.n < most) {
            at.member = PHONE_EMPTY;
            at.score = 0;
            break;
        }

        if (page.n == limit || looked >= PHONE_PAGE_LOOKS) {
            break;
        }
    }

    *edge = at;

    return page;
}


phone_list_t
phone_ask_page_of_any(phone_call_t *call, unsigned n,
    const phone_index_t *index, phone_edge_t *edge, unsigned limit)
{
    unsigned                   i;
    phone_list_t               list, *page, *next;
    static const phone_list_t  nothing;

    page = phone_alloc(phone_memory(call), n * sizeof(phone_list_t));
    list.n = 0;
    list.entry = phone_alloc(phone_memory(call),
                             limit * sizeof(phone_entry_t));

    if (page == NULL || list.entry == NULL) {
        return nothing;
    }

    for (i = 0; i < n; i++) {
        page[i] = phone_page_read(call, index[i].type, index[i].id, edge,
                                  limit);
    }

    if (phone_waiting(call)) {
        return nothing;
    }

    while (list.n < limit && (next = phone_page_next(page, n, edge))) {
        list.entry[list.n++] = *next->entry++;
        next->n--;
    }

    phone_page_move(edge, &list);

    return list;
}


phone_list_t
phone_ask_page_of_buckets(phone_call_t *call, const phone_type_t *type,
    phone_edge_t *edge, unsigned limit)
{
    unsigned        i, buckets;
    phone_index_t  *index;

    buckets = call->env->buckets;

    index = phone_alloc(phone_memory(call), buckets * sizeof(phone_index_t));
    if (index == NULL) {
        return (phone_list_t) { 0, NULL };
    }

    for (i = 0; i < buckets; i++) {
        index[i].type = type;
        index[i].id = phone_bucket_text(phone_memory(call), i);
    }

    return phone_ask_page_of_any(call, buckets, index, edge, limit);
}


/* The page that goes on with the first of all entries; NULL: none is left. */

static phone_list_t *
phone_page_next(phone_list_t *page, unsigned n, const phone_edge_t *edge)
{
    unsigned       i;
    phone_edge_t   first;
    phone_list_t  *next;

    next = NULL;
    first.up = edge->up;

    for (i = 0; i < n; i++) {
        if (page[i].n == 0) {
            continue;
        }

        if (next == NULL || !phone_page_behind(page[i].entry, &first)) {
            next = &page[i];
            first.score = next->entry->score;
            first.member = next->entry->member;
        }
    }

    return next;
}
