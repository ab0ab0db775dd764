
/* What the handlers of the phonebook share. */


#include "contacts.h"
#include "../lib/vcard.h"


static const phone_member_t  phone_labeled_members[] = {
    { "number", PHONE_M_PHONE, 0, NULL, NULL, "the number" },
    { "label", PHONE_M_TEXT, 0, NULL, NULL, "mobile, home, work or other" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

static const phone_object_t  phone_labeled_object = {
    "ContactNumber", phone_labeled_members
};

const phone_member_t  phone_contact_members[] = {
    { "contact_id", PHONE_M_ID, 0, NULL, NULL, "of the contact" },
    { "name", PHONE_M_TEXT, 0, NULL, NULL, "its name" },
    { "numbers", PHONE_M_LIST, 0, &phone_labeled_object, NULL,
      "its numbers" },
    { "note", PHONE_M_TEXT, 0, NULL, "there is one", "what the owner noted" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was made" },
    { "changed_at", PHONE_M_TIME, 0, NULL, NULL, "when it was changed last" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

const phone_object_t  phone_contact_object = {
    "Contact", phone_contact_members
};


int
phone_numbers_read(phone_str_t text, phone_numbers_t *numbers)
{
    phone_str_t  word;

    numbers->n = 0;

    while (phone_split(&text, ' ', &word)) {

        if (numbers->n == PHONE_CONTACT_NUMBERS || word.len < 3
            || word.data[1] != '+')
        {
            return -1;
        }

        numbers->of[numbers->n].label = word.data[0];
        numbers->of[numbers->n++].number = (phone_str_t) { word.len - 1,
                                                           word.data + 1 };
    }

    return 0;
}


phone_str_t
phone_numbers_text(phone_arena_t *arena, const phone_numbers_t *numbers)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, arena, 20 * PHONE_CONTACT_NUMBERS);

    for (i = 0; i < numbers->n; i++) {
        if (i) {
            phone_buf_byte(&buf, ' ');
        }

        phone_buf_byte(&buf, numbers->of[i].label);
        phone_buf_put(&buf, numbers->of[i].number);
    }

    return phone_buf_str(&buf);
}


int
phone_numbers_have(const phone_numbers_t *numbers, phone_str_t number)
{
    unsigned  i;

    for (i = 0; i < numbers->n; i++) {
        if (phone_equal(numbers->of[i].number, number)) {
            return 1;
        }
    }

    return 0;
}


const char *
phone_label_word(char label)
{
    return label == PHONE_LABEL_MOBILE ? "mobile"
           : label == PHONE_LABEL_HOME ? "home"
           : label == PHONE_LABEL_WORK ? "work" : "other";
}


phone_str_t
phone_contact_number_id(phone_call_t *call, phone_str_t owner,
    phone_str_t number)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) { owner, PHONE_STR(":"), number });
}


/* Six bytes: a score has 53 bits. */

int64_t
phone_contact_order(phone_str_t name)
{
    size_t         i;
    int64_t        order;
    unsigned char  c;

    order = 0;

    for (i = 0; i < 6; i++) {
        c = i < name.len ? (unsigned char) name.data[i] : 0;
        order = order << 8 | (c >= 'A' && c <= 'Z' ? c + 32 : c);
    }

    return order;
}


phone_rc_t
phone_contact_own(phone_call_t *call, phone_record_t **contact)
{
    *contact = phone_ask(call, &phone_contact, phone_arg(call, "contact_id"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_equal(phone_get(*contact, CONTACT_OWNER), phone_caller(call))
           ? PHONE_DONE
           : phone_refuse_field(call, PHONE_NOT_FOUND, "contact_id");
}


void
phone_contact_show(phone_json_t *json, phone_record_t *contact)
{
    unsigned         i;
    phone_numbers_t  numbers;

    if (phone_numbers_read(phone_get(contact, CONTACT_NUMBERS), &numbers)
        != 0)
    {
        (void) phone_bad_record(contact);
        return;
    }

    phone_json_text(json, "contact_id", phone_id(contact));
    phone_json_text(json, "name", phone_get(contact, CONTACT_NAME));
    phone_json_array(json, "numbers");

    for (i = 0; i < numbers.n; i++) {
        phone_json_object(json, NULL);
        phone_json_text(json, "number", numbers.of[i].number);
        phone_json_text(json, "label",
                        phone_cstr(phone_label_word(numbers.of[i].label)));
        phone_json_end(json);
    }

    phone_json_end(json);

    if (phone_get(contact, CONTACT_NOTE).len) {
        phone_json_text(json, "note", phone_get(contact, CONTACT_NOTE));
    }

    phone_json_time(json, "created_at",
                    phone_get_int(contact, CONTACT_CREATED));
    phone_json_time(json, "changed_at",
                    phone_get_int(contact, CONTACT_CHANGED));
}


phone_rc_t
phone_contact_reply(phone_call_t *call, phone_record_t *contact)
{
    phone_contact_show(phone_reply(call), contact);

    return phone_done(call);
}


phone_record_t *
phone_ask_book(phone_call_t *call, phone_str_t owner)
{
    return phone_ask(call, &phone_phonebook, owner);
}


phone_record_t *
phone_ask_book_size(phone_call_t *call)
{
    return phone_ask_some(call, &phone_phonebook, phone_caller(call),
                          PHONE_F(PHONEBOOK_CONTACTS));
}


void
phone_contact_names(phone_call_t *call, phone_record_t *book, unsigned n,
    const phone_str_t *number, phone_str_t *name)
{
    int          some;
    unsigned     i;
    phone_str_t  id;

    some = phone_get_int(book, PHONEBOOK_CONTACTS) > 0;

    for (i = 0; i < n; i++) {
        id = some
             ? phone_ask_claimed(call, &phone_contact_number_of,
                                 phone_contact_number_id(call, phone_id(book),
                                                         number[i]))
             : PHONE_EMPTY;
        name[i] = id.len
                  ? phone_get(phone_ask_some(call, &phone_contact, id,
                                             PHONE_F(CONTACT_NAME)),
                              CONTACT_NAME)
                  : PHONE_EMPTY;
    }
}


void
phone_contact_fill(phone_call_t *call, phone_record_t *contact,
    phone_str_t owner, const phone_numbers_t *numbers)
{
    phone_set(contact, CONTACT_OWNER, owner);
    phone_set(contact, CONTACT_NUMBERS,
              phone_numbers_text(phone_memory(call), numbers));
    phone_set_int(contact, CONTACT_CHANGED, phone_now(call));
    phone_index_add(call, &phone_contacts_of, owner, phone_id(contact),
                    phone_contact_order(phone_get(contact, CONTACT_NAME)));
}


void
phone_contact_drop(phone_call_t *call, phone_record_t *book,
    phone_record_t *contact, const phone_numbers_t *numbers)
{
    unsigned  i;

    phone_remove(contact);
    phone_index_remove(call, &phone_contacts_of, phone_id(book),
                       phone_id(contact));

    for (i = 0; i < numbers->n; i++) {
        phone_contact_free(call, book, numbers->of[i].number);
    }

    phone_set_int(book, PHONEBOOK_CONTACTS,
                  phone_get_int(book, PHONEBOOK_CONTACTS) - 1);
}


void
phone_contact_free(phone_call_t *call, phone_record_t *book,
    phone_str_t number)
{
    phone_erase(call, &phone_contact_number_of,
                phone_contact_number_id(call, phone_id(book), number));
}


void
phone_contact_hold(phone_call_t *call, phone_record_t *book,
    phone_record_t *contact, phone_str_t number)
{
    phone_claim(call, &phone_contact_number_of,
                phone_contact_number_id(call, phone_id(book), number),
                phone_id(contact), 0);
}


/* A day that has begun by another clock is not begun again. */

phone_rc_t
phone_book_room(phone_call_t *call, phone_record_t *book, unsigned field,
    int64_t most)
{
    if (phone_get_int(book, PHONEBOOK_DAY) < phone_now(call) / PHONE_DAY
        || phone_get_int(book, field) < most)
    {
        return PHONE_DONE;
    }

    phone_retry_after(call, (phone_window_left(call, PHONE_DAY) + 999) / 1000);

    return phone_refuse(call, PHONE_RATE_LIMITED);
}


phone_rc_t
phone_book_count(phone_call_t *call, phone_record_t *book, unsigned field,
    int64_t most)
{
    int64_t     today;
    phone_rc_t  rc;

    rc = phone_book_room(call, book, field, most);
    if (rc != PHONE_DONE) {
        return rc;
    }

    today = phone_now(call) / PHONE_DAY;

    if (phone_get_int(book, PHONEBOOK_DAY) < today) {
        phone_set_int(book, PHONEBOOK_DAY, today);
        phone_set(book, PHONEBOOK_IMPORTS, PHONE_EMPTY);
        phone_set(book, PHONEBOOK_EXPORTS, PHONE_EMPTY);
    }

    phone_set_int(book, field, phone_get_int(book, field) + 1);

    return PHONE_DONE;
}
