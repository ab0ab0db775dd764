
/* One contact: it is made, read, changed and removed. */


#include "contacts.h"
#include "../lib/vcard.h"


static phone_rc_t phone_contact_create_run(phone_call_t *call);
static phone_rc_t phone_contact_get_run(phone_call_t *call);
static phone_rc_t phone_contact_change_run(phone_call_t *call);
static phone_rc_t phone_contact_remove_run(phone_call_t *call);
static phone_rc_t phone_contact_wanted(phone_call_t *call,
    phone_numbers_t *numbers);
static phone_rc_t phone_contact_free_for(phone_call_t *call,
    const phone_numbers_t *numbers, phone_record_t *contact);
static char phone_label_sent(phone_str_t word);
static void phone_contact_write_sent(phone_call_t *call,
    phone_record_t *contact, const phone_numbers_t *numbers);


#define PHONE_CONTACT_ID                                                      \
    { "contact_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" }

#define PHONE_CONTACT_PARAMS                                                  \
    { "name", PHONE_P_TEXT, PHONE_REQUIRED, 1, PHONE_CONTACT_NAME,            \
      "its name" },                                                           \
    { "numbers", PHONE_P_OBJECT,                                              \
      PHONE_REQUIRED|PHONE_LIST(PHONE_CONTACT_NUMBERS), 0, 0,                 \
      "its numbers" },                                                        \
    { "numbers.number", PHONE_P_PHONE, PHONE_REQUIRED, 0, 0, "a number" },    \
    { "numbers.label", PHONE_P_WORD, 0, PHONE_CONTACT_LABELS, 0,              \
      "mobile, home, work or other (other)" },                                \
    { "note", PHONE_P_TEXT, 0, 1, PHONE_CONTACT_NOTE, "a note" }

static const phone_param_t  phone_contact_create_params[] = {
    PHONE_CONTACT_PARAMS,
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_param_t  phone_contact_change_params[] = {
    PHONE_CONTACT_ID,
    PHONE_CONTACT_PARAMS,
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_param_t  phone_contact_id_params[] = {
    PHONE_CONTACT_ID,
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_endpoint_t  phone_contact_create = {
    "contacts.create", "POST", "/mail/contacts", PHONE_SESSION,
    phone_contact_create_run, phone_contact_create_params,
    phone_contact_members,
    "Puts a contact into the phonebook. A number that another contact has "
    "already gets NUMBER_HELD and the id of that one; TOO_MANY: 5000 contacts."
};

const phone_endpoint_t  phone_contact_get = {
    "contacts.get", "GET", "/mail/contacts/{contact_id}", PHONE_SESSION,
    phone_contact_get_run, phone_contact_id_params, phone_contact_members,
    "One contact."
};

const phone_endpoint_t  phone_contact_change = {
    "contacts.change", "PUT", "/mail/contacts/{contact_id}", PHONE_SESSION,
    phone_contact_change_run, phone_contact_change_params,
    phone_contact_members,
    "Replaces the name, the numbers and the note of a contact."
};

const phone_endpoint_t  phone_contact_remove = {
    "contacts.remove", "DELETE", "/mail/contacts/{contact_id}", PHONE_SESSION,
    phone_contact_remove_run, phone_contact_id_params, phone_reply_of_code,
    "Removes a contact."
};


static phone_rc_t
phone_contact_create_run(phone_call_t *call)
{
    unsigned          i;
    phone_rc_t        rc;
    phone_record_t   *book, *contact;
    phone_numbers_t   numbers;

    book = phone_ask_book(call, phone_caller(call));
    contact = phone_ask(call, &phone_contact,
                        phone_new_id(call, phone_caller(call), "contact"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_found(contact)) {
        return phone_contact_reply(call, contact);
    }

    rc = phone_contact_wanted(call, &numbers);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_contact_free_for(call, &numbers, contact);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_get_int(book, PHONEBOOK_CONTACTS) >= PHONE_CONTACTS_MOST) {
        return phone_refuse(call, PHONE_TOO_MANY);
    }

    for (i = 0; i < numbers.n; i++) {
        phone_contact_hold(call, book, contact, numbers.of[i].number);
    }

    phone_set_int(contact, CONTACT_CREATED, phone_now(call));
    phone_contact_write_sent(call, contact, &numbers);
    phone_set_int(book, PHONEBOOK_CONTACTS,
                  phone_get_int(book, PHONEBOOK_CONTACTS) + 1);

    return phone_contact_reply(call, contact);
}


static phone_rc_t
phone_contact_get_run(phone_call_t *call)
{
    phone_rc_t       rc;
    phone_record_t  *contact;

    rc = phone_contact_own(call, &contact);

    return rc == PHONE_DONE ? phone_contact_reply(call, contact) : rc;
}


static phone_rc_t
phone_contact_change_run(phone_call_t *call)
{
    unsigned          i;
    phone_rc_t        rc;
    phone_record_t   *book, *contact;
    phone_numbers_t   numbers, before;

    book = phone_ask_book(call, phone_caller(call));

    rc = phone_contact_own(call, &contact);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_contact_wanted(call, &numbers);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_contact_free_for(call, &numbers, contact);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_numbers_read(phone_get(contact, CONTACT_NUMBERS), &before)
        != 0)
    {
        return phone_bad_record(contact);
    }

    for (i = 0; i < before.n; i++) {
        if (!phone_numbers_have(&numbers, before.of[i].number)) {
            phone_contact_free(call, book, before.of[i].number);
        }
    }

    for (i = 0; i < numbers.n; i++) {
        if (!phone_numbers_have(&before, numbers.of[i].number)) {
            phone_contact_hold(call, book, contact, numbers.of[i].number);
        }
    }

    phone_contact_write_sent(call, contact, &numbers);
    phone_set_int(book, PHONEBOOK_CONTACTS,
                  phone_get_int(book, PHONEBOOK_CONTACTS));

    return phone_contact_reply(call, contact);
}


/* The last one that was removed is known: the call may run again. */

static phone_rc_t
phone_contact_remove_run(phone_call_t *call)
{
    phone_rc_t        rc;
    phone_record_t   *book, *contact;
    phone_numbers_t   numbers;

    book = phone_ask_book(call, phone_caller(call));
    contact = phone_ask(call, &phone_contact, phone_arg(call, "contact_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(contact)
        && phone_equal(phone_get(book, PHONEBOOK_REMOVED),
                       phone_arg(call, "contact_id")))
    {
        return phone_done(call);
    }

    rc = phone_contact_own(call, &contact);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (phone_numbers_read(phone_get(contact, CONTACT_NUMBERS), &numbers)
        != 0)
    {
        return phone_bad_record(contact);
    }

    phone_contact_drop(call, book, contact, &numbers);
    phone_set(book, PHONEBOOK_REMOVED, phone_id(contact));

    return phone_done(call);
}


/* What was sent */

static char
phone_label_sent(phone_str_t word)
{
    return phone_is(word, "mobile") ? PHONE_LABEL_MOBILE
           : phone_is(word, "home") ? PHONE_LABEL_HOME
           : phone_is(word, "work") ? PHONE_LABEL_WORK : PHONE_LABEL_OTHER;
}


static phone_rc_t
phone_contact_wanted(phone_call_t *call, phone_numbers_t *numbers)
{
    unsigned     i;
    phone_str_t  number;

    numbers->n = 0;

    for (i = 0; i < phone_arg_count(call, "numbers")
                && i < PHONE_CONTACT_NUMBERS; i++)
    {
        number = phone_arg_at(call, "numbers.number", i);

        if (phone_numbers_have(numbers, number)) {
            phone_say(call, "reason",
                      PHONE_STR("the contact has this number twice"));

            return phone_refuse_item(call, PHONE_PARAM_INVALID,
                                     "numbers.number", (int) i);
        }

        numbers->of[numbers->n].number = number;
        numbers->of[numbers->n++].label =
            phone_label_sent(phone_arg_at(call, "numbers.label", i));
    }

    return PHONE_DONE;
}


/* No other contact has one of them. */

static phone_rc_t
phone_contact_free_for(phone_call_t *call, const phone_numbers_t *numbers,
    phone_record_t *contact)
{
    unsigned     i;
    phone_str_t  holder[PHONE_CONTACT_NUMBERS];

    for (i = 0; i < numbers->n; i++) {
        holder[i] = phone_ask_claimed(call, &phone_contact_number_of,
                                      phone_contact_number_id(call,
                                          phone_caller(call),
                                          numbers->of[i].number));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    for (i = 0; i < numbers->n; i++) {
        if (holder[i].len && !phone_equal(holder[i], phone_id(contact))) {
            phone_say(call, "contact_id", holder[i]);

            return phone_refuse_item(call, PHONE_NUMBER_HELD,
                                     "numbers.number", (int) i);
        }
    }

    return PHONE_DONE;
}


static void
phone_contact_write_sent(phone_call_t *call, phone_record_t *contact,
    const phone_numbers_t *numbers)
{
    phone_set(contact, CONTACT_NAME, phone_arg(call, "name"));
    phone_set(contact, CONTACT_NOTE, phone_arg(call, "note"));
    phone_set(contact, CONTACT_IMPORT, PHONE_EMPTY);
    phone_contact_fill(call, contact, phone_caller(call), numbers);
}
