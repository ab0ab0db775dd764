
/*
 * The table of contents with the toys: what lua-free-handlers/registry.c has,
 * and the toys behind it.  A program linked with this file does not take the
 * shipped one from the library.
 */


/* the shipped tables, under other names */

#define phone_endpoints  phone_shipped_endpoints
#define phone_events     phone_shipped_events
#define phone_works      phone_shipped_works
#define phone_job_kinds  phone_shipped_job_kinds
#define phone_fetches    phone_shipped_fetches
#define phone_outboxes   phone_shipped_outboxes

#include "../../lua-free-handlers/registry.c"

#undef phone_endpoints
#undef phone_events
#undef phone_works
#undef phone_job_kinds
#undef phone_fetches
#undef phone_outboxes

#include "toys.h"


static const phone_endpoint_t *const  phone_toy_endpoints[] = {
    &phone_toy_rows,
    &phone_toy_turn,
    &phone_toy_paper,
    &phone_toy_paper_post,
    &phone_toy_statement,
    &phone_toy_leave,
    &phone_toy_till,
    &phone_toy_report,
    &phone_toy_measure,
    &phone_toy_receipt,
    &phone_toy_picture_add,
    &phone_toy_picture,
    &phone_toy_picture_remove,
    &phone_toy_invoice_add,
    &phone_toy_invoice,
    &phone_toy_sheet_add,
    &phone_toy_sheet,
    &phone_toy_sheet_cancel,
    &phone_toy_sheet_report,
    &phone_toy_fill,
    &phone_toy_take,
    &phone_toy_draw,
    &phone_toy_takes,
    &phone_toy_count,
    &phone_toy_job,
    &phone_toy_cancel,
    NULL
};


static const phone_event_t *const  phone_toy_events[] = {
    NULL
};


static const phone_work_t *const  phone_toy_works[] = {
    &phone_toy_turning,
    &phone_toy_sheet_checking,
    &phone_toy_sheet_doubling,
    NULL
};


static const phone_job_kind_t *const  phone_toy_job_kinds[] = {
    &phone_toy_counting,
    &phone_toy_reporting,
    NULL
};


static const phone_fetch_t *const  phone_toy_fetches[] = {
    NULL
};


static const phone_outbox_t *const  phone_toy_outboxes[] = {
    NULL
};


#define PHONE_TOY_N(shipped, toys)                                            \
    (sizeof(shipped) / sizeof(shipped[0])                                     \
     + sizeof(toys) / sizeof(toys[0]) - 1)

/* Filled before main(), constant after that: others see them as host.h says. */

extern const phone_endpoint_t  *phone_endpoints[];
extern const phone_event_t     *phone_events[];
extern const phone_work_t      *phone_works[];
extern const phone_job_kind_t  *phone_job_kinds[];
extern const phone_fetch_t     *phone_fetches[];
extern const phone_outbox_t    *phone_outboxes[];

const phone_endpoint_t  *phone_endpoints[PHONE_TOY_N(phone_shipped_endpoints,
                                                     phone_toy_endpoints)];
const phone_event_t  *phone_events[PHONE_TOY_N(phone_shipped_events,
                                               phone_toy_events)];
const phone_work_t  *phone_works[PHONE_TOY_N(phone_shipped_works,
                                             phone_toy_works)];
const phone_job_kind_t  *phone_job_kinds[PHONE_TOY_N(phone_shipped_job_kinds,
                                                     phone_toy_job_kinds)];
const phone_fetch_t  *phone_fetches[PHONE_TOY_N(phone_shipped_fetches,
                                                phone_toy_fetches)];
const phone_outbox_t  *phone_outboxes[PHONE_TOY_N(phone_shipped_outboxes,
                                                  phone_toy_outboxes)];


#define phone_toy_join(all, shipped, toys)                                    \
    memcpy(all, shipped, sizeof(shipped));                                    \
    memcpy(&all[sizeof(shipped) / sizeof(shipped[0]) - 1], toys, sizeof(toys))


static void __attribute__((constructor))
phone_toy_register(void)
{
    phone_toy_join(phone_endpoints, phone_shipped_endpoints,
                   phone_toy_endpoints);
    phone_toy_join(phone_events, phone_shipped_events, phone_toy_events);
    phone_toy_join(phone_works, phone_shipped_works, phone_toy_works);
    phone_toy_join(phone_job_kinds, phone_shipped_job_kinds,
                   phone_toy_job_kinds);
    phone_toy_join(phone_fetches, phone_shipped_fetches, phone_toy_fetches);
    phone_toy_join(phone_outboxes, phone_shipped_outboxes,
                   phone_toy_outboxes);
}
