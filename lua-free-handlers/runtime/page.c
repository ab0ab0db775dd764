
/*
 * Pages of an index.  Entries of one score are told apart by their members,
 * which an index keeps in the order of their bytes.
 */


#include "../phone.h"


/* Entries of the score at a page's edge that are read at first besides the
   page itself; twice as many when they are not enough. */
#define PHONE_PAGE_EDGE  8


int
phone_page_parse(phone_str_t text, phone_entry_t *edge)
{
    phone_str_t  score;

    edge->member = PHONE_EMPTY;
    edge->score = 0;

    if (text.len == 0) {
        return 0;
    }

    phone_split(&text, '.', &score);
    edge->member = text;

    return phone_parse_int(score, &edge->score) == 0 && edge->score > 0
           && edge->score < INT64_MAX
           ? 0 : -1;
}


static phone_rc_t
phone_page_invalid(phone_call_t *call)
{
    phone_say(call, "reason",
              PHONE_STR("take next_before of the page that came before"));

    return phone_refuse_field(call, PHONE_PARAM_INVALID, "before");
}


phone_str_t
phone_page_next(phone_call_t *call, const phone_list_t *page)
{
    const phone_entry_t  *last;

    last = &page->entry[page->n - 1];

    return phone_format(phone_memory(call), "%lld.%.*s",
                        (long long) last->score, PHONE_ARGS(last->member));
}


phone_rc_t
phone_page_asked(phone_call_t *call, unsigned shown, phone_entry_t *edge,
    unsigned *limit)
{
    *limit = phone_has(call, "limit")
             ? (unsigned) phone_arg_int(call, "limit") : shown;

    return phone_page_parse(phone_arg(call, "before"), edge) == 0
           ? PHONE_DONE
           : phone_page_invalid(call);
}


/* An empty page is the last one. */

phone_rc_t
phone_page_done(phone_call_t *call, const phone_list_t *page)
{
    if (page->n) {
        phone_json_text(phone_reply(call), "next_before",
                        phone_page_next(call, page));
    }

    return phone_done(call);
}


phone_list_t
phone_ask_page(phone_call_t *call, const phone_type_t *type, phone_str_t id,
    const phone_entry_t *edge, unsigned limit)
{
    int64_t              before;
    unsigned             most, seen;
    phone_list_t         page;
    const phone_list_t  *list;

    before = edge->score;
    most = limit;

    if (edge->member.len) {
        before++;
        most += PHONE_PAGE_EDGE;
    }

    for ( ;; ) {
        list = phone_ask_index(call, type, id, before, most);

        if (phone_waiting(call)) {
            return (phone_list_t) { 0, NULL };
        }

        for (seen = 0; seen < list->n; seen++) {
            if (list->entry[seen].score != edge->score
                || phone_compare(list->entry[seen].member, edge->member) < 0)
            {
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
