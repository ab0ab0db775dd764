
/* Every list with pages: entry by entry it is complete and ends, whatever its
   entries are called. */


#define _GNU_SOURCE

#include "mailing.h"


#define ENTRIES  4


typedef struct {
    const char              *endpoint;
    const phone_type_t      *type;
    const char              *of;         /* the id of the index */
    const char              *member[ENTRIES];
    const char              *more;       /* of the form */
    unsigned                 others;     /* entries that are there before */
} list_t;


#define NUMBERS                                                               \
    { "+8613900000001", "+8613900000002", "+8613900000003",                   \
      "+8613900000004" }
#define IDS                                                                   \
    { "017-01HQVMRZNJQE1FF01ZB2GRQKB1", "017-01HQVMRZNJQE1FF01ZB2GRQKB2",     \
      "017-01HQVMRZNJQE1FF01ZB2GRQKB3", "017-01HQVMRZNJQE1FF01ZB2GRQKB4" }
#define NAMES  { "8613900000001", "-8613900000001", ".a-b", "_" }


static const list_t  every[] = {
    { "mail.list", &phone_mails_of, LI, IDS, "", 0 },
    { "mail.conversations", &phone_peers_of, LI, NUMBERS, "", 0 },
    { "mail.blocked", &phone_blocked_of, LI, NUMBERS, "", 0 },
    { "contacts.list", &phone_contacts_of, LI, IDS, "", 0 },
    { "bill.list", &phone_bills_of, LI, IDS, "", 0 },
    { "message.list", &phone_messages_of, LI, IDS, "", 0 },
    { "operator.merchant_list", &phone_merchants, "every", NAMES, "",
      2 },
    { "operator.terminal_list", &phone_terminals, "tea", NAMES,
      "&merchant_id=tea", 0 },
    { "operator.notices", &phone_exhausted, "017", IDS, "", 0 },
    { "operator.payments", &phone_unclear, "017", IDS, "", 0 },
    { "operator.payouts", &phone_payouts_of, "tea", NAMES,
      "&merchant_id=tea", 0 },
    { "payout.list", &phone_payouts_of, "tea", NAMES, "", 0 },
    /* t/unit/notice_list.c, and no list but a job */
    { "notice.list", NULL, NULL, { NULL }, "", 0 },
    { "operator.notices_replay", NULL, NULL, { NULL }, "", 0 },
    { "bill.made", NULL, NULL, { NULL }, "", 0 }        /* t/unit/made.c */
};


static const list_t  *put_now;

static phone_rc_t
put_run(phone_call_t *call)
{
    unsigned         i;
    phone_record_t  *any;

    any = phone_ask(call, &phone_block, PHONE_STR("any"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(any, BLOCK_SINCE, PHONE_STR("1"));

    for (i = 0; i < ENTRIES; i++) {
        phone_index_add(call, put_now->type, phone_cstr(put_now->of),
                        phone_cstr(put_now->member[i]), 1700000000000 + i / 2);
    }

    if (put_now->type == &phone_messages_of) {
        phone_index_lives_for(call, put_now->type, phone_cstr(put_now->of),
                              INT64_C(90) * DAY);
    }

    return phone_done(call);
}


static const phone_param_t  put_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_endpoint_t  put = {
    "put", "POST", "", PHONE_ANYONE, put_run, put_params, NULL, ""
};


/* Pages of one entry; what is asked for with is made as a client makes it. */

static void
walk(const list_t *list)
{
    char         text[256];
    unsigned     pages;
    const char  *in, *next;
    phone_str_t  edge;

    in = strcmp(list->endpoint, "contacts.list") == 0 ? "after" : "before";
    next = in[0] == 'a' ? "next_after" : "next_before";
    snprintf(text, sizeof(text), "limit=1%s", list->more);

    for (pages = 0; pages < 20; pages++) {
        player.cookie = li;
        is_int(memcmp(list->endpoint, "payout", 6) == 0
               ? shop_call(list->endpoint, "tea", text)
               : play(list->endpoint, text), 200, "%s: page %u",
               list->endpoint, pages);
        edge = play_member(next);

        if (edge.len == 0) {
            break;
        }

        snprintf(text, sizeof(text), "limit=1%s&%s=%.*s", list->more, in,
                 PHONE_ARGS(edge));
    }

    is_int(pages, ENTRIES + list->others, "%s: all entries, and no more",
           list->endpoint);
}


static int
has_pages(const phone_endpoint_t *endpoint)
{
    unsigned              n;
    const phone_param_t  *param;

    n = 0;

    for (param = endpoint->params; param && param->name; param++) {
        n += strcmp(param->name, "before") == 0
             || strcmp(param->name, "limit") == 0;
    }

    return n == 2;
}


static void
all(void)
{
    unsigned  i, k, n;

    n = 0;

    for (i = 0; phone_endpoints[i]; i++) {

        if (!has_pages(phone_endpoints[i])) {
            continue;
        }

        for (k = 0; k < sizeof(every) / sizeof(every[0]); k++) {
            if (strcmp(phone_endpoints[i]->name, every[k].endpoint) == 0) {
                n++;
                break;
            }
        }

        ok(k < sizeof(every) / sizeof(every[0]), "%s is in the table",
           phone_endpoints[i]->name);
    }

    is_int(n, sizeof(every) / sizeof(every[0]), "as many as in the table");
}


int
main(void)
{
    unsigned  i;

    all();

    for (i = 0; i < sizeof(every) / sizeof(every[0]); i++) {

        if (every[i].type == NULL) {
            continue;
        }

        start(PHONE_WHOLE_STORE);
        put_now = &every[i];
        is_int(play_endpoint(&put, ""), 200, "entries are put");
        walk(&every[i]);
        play_end();
    }

    return done_testing();
}
