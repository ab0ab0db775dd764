
/* GET /mail/contacts/export: the whole phonebook as one file, which threads
   write in pieces. */


#include "../host.h"
#include "contacts.h"
#include "../lib/csv.h"
#include "../lib/vcard.h"


/* Files of a number in a day: each stays on the disk for a while. */
#define PHONE_EXPORTS_DAY    20

/* Contacts of a piece. */
#define PHONE_EXPORT_PIECE   250

/* Bytes of a line of a vCard, RFC 6350, section 3.2. */
#define PHONE_VCARD_FOLD     75


static phone_rc_t phone_contact_export_run(phone_call_t *call);
static phone_rc_t phone_export_page(phone_call_t *call, phone_edge_t *edge,
    unsigned *n, phone_str_t *text, int first);
static phone_rc_t phone_export_end(phone_call_t *call, phone_record_t *book,
    phone_str_t last);
static int phone_export_is_csv(phone_call_t *call);
static void phone_export_header(phone_buf_t *buf);
static void phone_export_row(phone_buf_t *buf, phone_record_t *contact,
    const phone_numbers_t *numbers);
static void phone_export_card(phone_buf_t *buf, phone_record_t *contact,
    const phone_numbers_t *numbers, phone_buf_t *line);
static void phone_export_fold(phone_buf_t *buf, phone_buf_t *line);
static int phone_contact_write_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);


static const phone_param_t  phone_contact_export_params[] = {
    { "format", PHONE_P_WORD, 0, PHONE_CONTACT_FORMATS, 0,
      "vcard (4.0) or csv (vcard)" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_member_t  phone_contact_export_reply[] = {
    { "text/vcard; charset=utf-8", PHONE_M_BLOB, 0, NULL, NULL,
      "the phonebook" },
    { "text/csv; charset=utf-8", PHONE_M_BLOB, 0, NULL, NULL,
      "the phonebook" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_contact_export = {
    "contacts.export", "GET", "/mail/contacts/export", PHONE_SESSION,
    phone_contact_export_run, phone_contact_export_params,
    phone_contact_export_reply,
    "The phonebook as a file. In a CSV file what a spreadsheet would take for "
    "a formula has a ' in front, as all numbers have, for they begin with +."
};

/* The piece before, a text: the next piece. */
const phone_work_t  phone_contact_write = {
    "contact write", PHONE_WORK_MEDIA, 4, 16, phone_contact_write_run
};


/* The state is the edge and the last piece; empty at first. */

static phone_rc_t
phone_contact_export_run(phone_call_t *call)
{
    unsigned               n;
    phone_rc_t             rc;
    phone_str_t            state, at, text;
    phone_edge_t           edge;
    phone_record_t        *book;
    const phone_result_t  *piece;

    book = phone_ask_book(call, phone_caller(call));
    state = phone_call_state(call);
    at = PHONE_EMPTY;
    (void) phone_split(&state, ' ', &at);

    if (phone_page_parse(call, at, &edge) != 0) {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    rc = phone_book_room(call, book, PHONEBOOK_EXPORTS, PHONE_EXPORTS_DAY);
    if (rc != PHONE_DONE) {
        return rc;
    }

    rc = phone_export_page(call, &edge, &n, &text, at.len == 0);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (n == 0 && state.len) {
        return phone_export_end(call, book, state);
    }

    piece = phone_ask_work_of(call, &phone_contact_write,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  state, text, PHONE_EMPTY, PHONE_EMPTY },
                              phone_caller(call), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!piece->ok) {
        return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    if (n < PHONE_EXPORT_PIECE) {
        return phone_export_end(call, book, piece->sha256);
    }

    return phone_continue(call, phone_join(phone_memory(call), 3,
                                           (phone_str_t[3]) {
                                               phone_page_text(call, &edge),
                                               PHONE_STR(" "),
                                               piece->sha256 }));
}


static phone_rc_t
phone_export_page(phone_call_t *call, phone_edge_t *edge, unsigned *n,
    phone_str_t *text, int first)
{
    int              csv;
    unsigned         i;
    phone_buf_t      buf, line;
    phone_list_t     page;
    phone_record_t  *contact[PHONE_EXPORT_PIECE];
    phone_numbers_t  numbers;

    edge->up = 1;
    page = phone_ask_page(call, &phone_contacts_of, phone_caller(call), edge,
                          PHONE_EXPORT_PIECE);

    for (i = 0; i < page.n; i++) {
        contact[i] = phone_ask(call, &phone_contact, page.entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    csv = phone_export_is_csv(call);
    phone_buf_init(&buf, phone_memory(call), 32768);
    phone_buf_init(&line, phone_memory(call), 2048);

    if (csv && first) {
        phone_export_header(&buf);
    }

    for (i = 0; i < page.n; i++) {
        if (!phone_found(contact[i])) {
            continue;
        }

        if (phone_numbers_read(phone_get(contact[i], CONTACT_NUMBERS),
                               &numbers)
            != 0)
        {
            return phone_bad_record(contact[i]);
        }

        if (csv) {
            phone_export_row(&buf, contact[i], &numbers);

        } else {
            phone_export_card(&buf, contact[i], &numbers, &line);
        }
    }

    *n = page.n;
    *text = phone_buf_str(&buf);

    return PHONE_DONE;
}


static phone_rc_t
phone_export_end(phone_call_t *call, phone_record_t *book, phone_str_t last)
{
    phone_rc_t             rc;
    const phone_result_t  *file;

    file = phone_ask_work_of(call, &phone_work_join,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 last, PHONE_EMPTY, PHONE_EMPTY,
                                 PHONE_EMPTY },
                             phone_caller(call), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!file->ok) {
        return phone_refuse(call, PHONE_BUSY);
    }

    rc = phone_book_count(call, book, PHONEBOOK_EXPORTS, PHONE_EXPORTS_DAY);
    if (rc != PHONE_DONE) {
        return rc;
    }

    return phone_export_is_csv(call)
           ? phone_done_blob(call, file->sha256, file->size,
                             PHONE_STR("text/csv; charset=utf-8"),
                             PHONE_STR("contacts.csv"))
           : phone_done_blob(call, file->sha256, file->size,
                             PHONE_STR("text/vcard; charset=utf-8"),
                             PHONE_STR("contacts.vcf"));
}


static int
phone_export_is_csv(phone_call_t *call)
{
    return phone_is(phone_arg(call, "format"), "csv");
}


/* CSV, with the headers of Google's address book */

static void
phone_export_header(phone_buf_t *buf)
{
    unsigned  i;

    phone_buf_put(buf, PHONE_STR("Name,Notes"));

    for (i = 1; i <= PHONE_CONTACT_NUMBERS; i++) {
        phone_buf_put(buf, PHONE_STR(",Phone "));
        phone_buf_int(buf, i);
        phone_buf_put(buf, PHONE_STR(" - Label,Phone "));
        phone_buf_int(buf, i);
        phone_buf_put(buf, PHONE_STR(" - Value"));
    }

    phone_buf_put(buf, PHONE_STR("\r\n"));
}


static void
phone_export_row(phone_buf_t *buf, phone_record_t *contact,
    const phone_numbers_t *numbers)
{
    unsigned  i;

    phone_csv_text(buf, phone_get(contact, CONTACT_NAME));
    phone_buf_byte(buf, ',');
    phone_csv_text(buf, phone_get(contact, CONTACT_NOTE));

    for (i = 0; i < PHONE_CONTACT_NUMBERS; i++) {
        phone_buf_byte(buf, ',');

        if (i < numbers->n) {
            phone_buf_put(buf,
                phone_cstr(phone_label_word(numbers->of[i].label)));
        }

        phone_buf_byte(buf, ',');

        if (i < numbers->n) {
            phone_csv_text(buf, numbers->of[i].number);
        }
    }

    phone_buf_put(buf, PHONE_STR("\r\n"));
}


/* vCard 4.0 */

static void
phone_export_card(phone_buf_t *buf, phone_record_t *contact,
    const phone_numbers_t *numbers, phone_buf_t *line)
{
    char         label;
    unsigned     i;
    phone_str_t  note;

    note = phone_get(contact, CONTACT_NOTE);
    phone_buf_put(buf, PHONE_STR("BEGIN:VCARD\r\nVERSION:4.0\r\n"));

    phone_buf_put(line, PHONE_STR("FN:"));
    phone_vcard_escape(line, phone_get(contact, CONTACT_NAME));
    phone_export_fold(buf, line);

    for (i = 0; i < numbers->n; i++) {
        label = numbers->of[i].label;
        phone_buf_put(buf, PHONE_STR("TEL;VALUE=uri"));
        phone_buf_put(buf,
                      label == PHONE_LABEL_MOBILE ? PHONE_STR(";TYPE=cell")
                      : label == PHONE_LABEL_HOME ? PHONE_STR(";TYPE=home")
                      : label == PHONE_LABEL_WORK ? PHONE_STR(";TYPE=work")
                      : PHONE_EMPTY);
        phone_buf_put(buf, PHONE_STR(":tel:"));
        phone_buf_put(buf, numbers->of[i].number);
        phone_buf_put(buf, PHONE_STR("\r\n"));
    }

    if (note.len) {
        phone_buf_put(line, PHONE_STR("NOTE:"));
        phone_vcard_escape(line, note);
        phone_export_fold(buf, line);
    }

    phone_buf_put(buf, PHONE_STR("END:VCARD\r\n"));
}


/* Writes the line, and empties it; no character is torn. */

static void
phone_export_fold(phone_buf_t *buf, phone_buf_t *line)
{
    size_t         i, used;
    unsigned char  c;

    used = 0;

    for (i = 0; i < line->len; i++) {
        c = (unsigned char) line->data[i];

        if ((c & 0xc0) != 0x80
            && used + (c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1)
               > PHONE_VCARD_FOLD)
        {
            phone_buf_put(buf, PHONE_STR("\r\n "));
            used = 1;
        }

        phone_buf_byte(buf, (char) c);
        used++;
    }

    phone_buf_put(buf, PHONE_STR("\r\n"));
    line->len = 0;
}


static int
phone_contact_write_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    (void) arena;
    (void) text;

    phone_write(phone_make_piece(tools, arg[0]), arg[1]);

    return 1;
}
