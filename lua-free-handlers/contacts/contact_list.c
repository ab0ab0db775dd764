
/* GET /mail/contacts: the phonebook in the order of its names, or what of it
   has a text or a number. */


#define _GNU_SOURCE

#include <string.h>
#include <strings.h>

#include "contacts.h"
#include "../lib/number.h"


#define PHONE_CONTACTS_SHOWN   50
#define PHONE_CONTACTS_PAGE    100

/* Contacts that are looked at in one call. */
#define PHONE_CONTACTS_LOOKED  500

/* Digits of a number that are looked for: fewer are part of too many. */
#define PHONE_DIGITS_LEAST     3


typedef struct {
    phone_str_t              text;       /* empty: all are shown */
    size_t                   ndigits;    /* of it; 0: it is no number */
    size_t                   nzeros;     /* with which they begin: 0 to 2 */
    char                     digit[40];
} phone_sought_t;


static phone_rc_t phone_contact_list_run(phone_call_t *call);
static phone_rc_t phone_contact_exactly(phone_call_t *call, char *number);
static void phone_sought_read(phone_sought_t *sought, phone_str_t text);
static int phone_sought_in(const phone_sought_t *sought,
    phone_record_t *contact);
static int phone_sought_digits(const phone_sought_t *sought,
    phone_str_t numbers, size_t skipped);
static phone_rc_t phone_contact_page(phone_call_t *call,
    const phone_sought_t *sought, phone_edge_t *edge, unsigned limit);


static const phone_param_t  phone_contact_list_params[] = {
    { "q", PHONE_P_TEXT, 0, 1, 100,
      "a part of a name, in either case, or three digits or more of a number" },
    { "after", PHONE_P_NAME, 0, 1, 64,
      "go on from here: next_after of the page before" },
    { "before", PHONE_P_NAME, 0, 1, 64,
      "from the end of the list: next_before of the page before, or a number "
      "above all, 9007199254740992" },
    { "limit", PHONE_P_INT, 0, 1, PHONE_CONTACTS_PAGE, "at most so many" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_member_t  phone_contact_list_reply[] = {
    { "contacts", PHONE_M_LIST, 0, &phone_contact_object, NULL,
      "in the order of their names" },
    { "searched", PHONE_M_INT, 0, NULL, "q was given",
      "how many contacts this call has looked at" },
    { "next_after", PHONE_M_TEXT, 0, NULL, "there may be more",
      "where the next page begins" },
    { "next_before", PHONE_M_TEXT, 0, NULL,
      "there may be more, and before was given",
      "where the next page downwards begins" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_contact_list = {
    "contacts.list", "GET", "/mail/contacts", PHONE_SESSION,
    phone_contact_list_run, phone_contact_list_params,
    phone_contact_list_reply,
    "The phonebook of the number that is logged in, by the first letters of "
    "the names. With q a call looks at 500 contacts: a page may be short or "
    "empty though more follow, as next_after says."
};


static phone_rc_t
phone_contact_list_run(phone_call_t *call)
{
    char            number[17];
    unsigned        limit;
    phone_rc_t      rc;
    phone_edge_t    edge;
    phone_sought_t  sought;

    if (phone_page_asked(call, PHONE_CONTACTS_SHOWN, &edge, &limit)
        != PHONE_DONE)
    {
        return PHONE_REFUSED;
    }

    edge.up = !phone_has(call, "before");
    phone_sought_read(&sought, phone_arg(call, "q"));

    if (sought.text.len && edge.score == 0 && edge.member.len == 0
        && phone_number_parse(sought.text, phone_settings(call)->region,
                              number)
           > 0)
    {
        rc = phone_contact_exactly(call, number);

        if (rc != PHONE_CONTINUE) {
            return rc;
        }
    }

    return phone_contact_page(call, &sought, &edge, limit);
}


/* The contact that has this number; PHONE_CONTINUE: none has. */

static phone_rc_t
phone_contact_exactly(phone_call_t *call, char *number)
{
    phone_str_t      id;
    phone_json_t    *json;
    phone_record_t  *contact;

    id = phone_ask_claimed(call, &phone_contact_number_of,
                           phone_contact_number_id(call, phone_caller(call),
                                                   phone_cstr(number)));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (id.len == 0) {
        return PHONE_CONTINUE;
    }

    contact = phone_ask(call, &phone_contact, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(contact)) {
        return PHONE_CONTINUE;
    }

    json = phone_reply(call);
    phone_json_array(json, "contacts");
    phone_json_object(json, NULL);
    phone_contact_show(json, contact);
    phone_json_end(json);
    phone_json_end(json);
    phone_say_int(call, "searched", 1);

    return phone_done(call);
}


static void
phone_sought_read(phone_sought_t *sought, phone_str_t text)
{
    size_t  i;

    sought->text = text;
    sought->ndigits = 0;
    sought->nzeros = 0;

    for (i = 0; i < text.len; i++) {

        if (text.data[i] >= '0' && text.data[i] <= '9') {
            if (sought->ndigits < sizeof(sought->digit)) {
                sought->digit[sought->ndigits++] = text.data[i];
            }

        } else if (memchr("+ -.()", text.data[i], 6) == NULL) {
            sought->ndigits = 0;
            return;
        }
    }

    while (sought->nzeros < 2 && sought->nzeros < sought->ndigits
           && sought->digit[sought->nzeros] == '0')
    {
        sought->nzeros++;
    }
}


static int
phone_sought_in(const phone_sought_t *sought, phone_record_t *contact)
{
    size_t       i;
    phone_str_t  name, numbers;

    name = phone_get(contact, CONTACT_NAME);
    numbers = phone_get(contact, CONTACT_NUMBERS);

    for (i = 0; i + sought->text.len <= name.len; i++) {
        if (strncasecmp(name.data + i, sought->text.data, sought->text.len)
            == 0)
        {
            return 1;
        }
    }

    return phone_sought_digits(sought, numbers, 0)
           || phone_sought_digits(sought, numbers, sought->nzeros);
}


/* A number is dialed with a 0, or with 00, that it is not stored with. */

static int
phone_sought_digits(const phone_sought_t *sought, phone_str_t numbers,
    size_t skipped)
{
    size_t  n;

    n = sought->ndigits - skipped;

    return n >= PHONE_DIGITS_LEAST
           && memmem(numbers.data, numbers.len, sought->digit + skipped, n)
              != NULL;
}


/* What is looked for among more contacts than are shown: the edge lies behind
   the last one that was looked at. */

static phone_rc_t
phone_contact_page(phone_call_t *call, const phone_sought_t *sought,
    phone_edge_t *edge, unsigned limit)
{
    unsigned         i, shown, most;
    phone_list_t     page;
    phone_json_t    *json;
    phone_record_t  *contact[PHONE_CONTACTS_LOOKED];

    most = sought->text.len ? PHONE_CONTACTS_LOOKED : limit;
    page = phone_ask_page(call, &phone_contacts_of, phone_caller(call), edge,
                          most);

    for (i = 0; i < page.n; i++) {
        contact[i] = phone_ask(call, &phone_contact, page.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    json = phone_reply(call);
    phone_json_array(json, "contacts");

    for (i = 0, shown = 0; i < page.n && shown < limit; i++) {
        edge->member = page.entry[i].member;
        edge->score = page.entry[i].score;

        if (phone_found(contact[i]) && phone_sought_in(sought, contact[i])) {
            phone_json_object(json, NULL);
            phone_contact_show(json, contact[i]);
            phone_json_end(json);
            shown++;
        }
    }

    phone_json_end(json);

    if (sought->text.len) {
        phone_say_int(call, "searched", i);
    }

    if (i == page.n && page.n < most) {  /* these were the last ones */
        edge->member = PHONE_EMPTY;
        edge->score = 0;
    }

    return phone_page_done(call, edge);
}
