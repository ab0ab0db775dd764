
/* Rows of a file, and what became of them, as texts (contacts.h); and the work
   that reads those of a step. */


#include "contacts.h"


static int phone_import_take(phone_str_t *line, phone_str_t *word);
static int phone_import_numbers_read(phone_str_t text,
    phone_numbers_t *numbers);
static int phone_contact_rows_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_rows_fit(phone_str_t line, int64_t step, unsigned *rows,
    unsigned *effects);


/* Rows, where the next of them begins, how many -> those of a step. */
const phone_work_t  phone_contact_rows = {
    "contact rows", PHONE_WORK_MEDIA, 4, 192 * 1024, phone_contact_rows_run
};


void
phone_import_word(phone_buf_t *buf, phone_str_t word)
{
    phone_buf_put(buf, word.len ? word : PHONE_STR("-"));
}


/* The next word of a line; 0: there is none. */

static int
phone_import_take(phone_str_t *line, phone_str_t *word)
{
    if (!phone_split(line, ' ', word)) {
        return 0;
    }

    if (phone_is(*word, "-")) {
        *word = PHONE_EMPTY;
    }

    return 1;
}


static int
phone_import_numbers_read(phone_str_t text, phone_numbers_t *numbers)
{
    phone_str_t  word;

    numbers->n = 0;

    while (phone_split(&text, ',', &word)) {

        if (numbers->n == PHONE_CONTACT_NUMBERS || word.len < 3) {
            return -1;
        }

        numbers->of[numbers->n].label = *word.data;
        numbers->of[numbers->n++].number = (phone_str_t) { word.len - 1,
                                                           word.data + 1 };
    }

    return 0;
}


int
phone_import_row(phone_str_t *rest, phone_import_row_t *row)
{
    phone_str_t  line, words, kind, numbers;

    if (!phone_split(rest, '\n', &line)) {
        return 0;
    }

    row->name = PHONE_EMPTY;

    if (!phone_split(&line, '\t', &words)) {
        return -1;
    }

    (void) phone_split(&line, '\t', &row->name);
    row->note = line;

    if (!phone_import_take(&words, &row->line)
        || !phone_import_take(&words, &kind) || kind.len != 1
        || !phone_import_take(&words, &numbers)
        || !phone_import_take(&words, &row->reason)
        || phone_import_numbers_read(numbers, &row->numbers) != 0)
    {
        return -1;
    }

    row->kind = *kind.data;

    return 1;
}


int
phone_import_result(phone_str_t *rest, phone_import_result_t *result)
{
    phone_str_t  line, words, outcome, added;

    if (!phone_split(rest, '\n', &line) || !phone_split(&line, '\t', &words))
    {
        return 0;
    }

    result->number = PHONE_EMPTY;
    (void) phone_split(&line, '\t', &result->number);
    result->name = line;

    if (!phone_import_take(&words, &result->line)
        || !phone_import_take(&words, &outcome) || outcome.len != 1
        || !phone_import_take(&words, &result->contact_id)
        || !phone_import_take(&words, &added)
        || !phone_import_take(&words, &result->reason)
        || phone_import_numbers_read(added, &result->added) != 0)
    {
        return -1;
    }

    result->outcome = *outcome.data;

    return 1;
}


/* Those of a step */

static int
phone_contact_rows_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char            *bytes;
    size_t           n, most;
    int64_t          at, step;
    unsigned         rows, effects;
    phone_str_t      rest, line;
    phone_reader_t  *reader;

    most = phone_contact_rows.largest;
    reader = phone_read_blob(tools, arg[0]);
    bytes = phone_alloc_raw(arena, most);

    if (bytes == NULL || phone_parse_int(arg[1], &at) != 0
        || phone_parse_int(arg[2], &step) != 0)
    {
        return 0;
    }

    n = phone_blob_bytes(reader, at, bytes, most);
    rest = (phone_str_t) { n, bytes };
    rows = 0;
    effects = 0;
    *text = (phone_str_t) { 0, bytes };

    while (phone_split(&rest, '\n', &line)
           && phone_rows_fit(line, step, &rows, &effects))
    {
        text->len += line.len + 1;
    }

    return 1;
}


static int
phone_rows_fit(phone_str_t line, int64_t step, unsigned *rows,
    unsigned *effects)
{
    phone_str_t         rest;
    phone_import_row_t  row;

    rest = line;

    if (phone_import_row(&rest, &row) != 1) {
        return 0;
    }

    if (row.kind != PHONE_ROW_FOLLOWS
        && (*rows >= step || *effects >= PHONE_IMPORT_EFFECTS))
    {
        return 0;
    }

    *rows += 1;
    *effects += row.numbers.n + (row.kind == PHONE_ROW_HEAD ? 2 : 0);

    return 1;
}
