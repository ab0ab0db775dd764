
/*
 * A number texts a keyword of a merchant, who gets a notice about it.  Who owns
 * a keyword, and whether he is closed, is read in other buckets: a text that
 * comes as this is changed may still be counted before the change.
 */


#include "sms.h"
#include "../lib/canonical.h"


#define PHONE_KEYWORD_TEXT   600         /* bytes that are passed on */

/* Behind the time for which the merchant finds a notice in his list. */
#define PHONE_KEYWORD_LATER  (7 * PHONE_DAY)


/* Words without an effect here by which people agree to get texts, or ask what
   they can send: they mean that everywhere (CTIA, Messaging Principles), and
   not what a merchant sells.  So does the first word of "opt out". */

static const char *const  phone_keyword_usual[] = {
    "yes", "opt", "help", "info", "aide", "帮助", "幫助", NULL
};


static int phone_keyword_within(phone_call_t *call, phone_str_t number,
    phone_str_t merchant_id);
static int phone_keyword_counts(phone_call_t *call, phone_str_t who,
    int64_t most);
static phone_str_t phone_keyword_said(phone_call_t *call, phone_str_t text);
static phone_str_t phone_keyword_whole(phone_call_t *call, phone_str_t text);
static int64_t phone_keyword_since(phone_record_t *said);
static phone_rc_t phone_keyword_again(phone_call_t *call,
    phone_record_t *said, const phone_again_t *again);
static void phone_keyword_notice(phone_call_t *call, phone_record_t *said,
    const phone_again_t *again);
static phone_rc_t phone_keyword_forget_run(phone_call_t *call);


const phone_outbox_t  phone_said_outbox = {
    "text", &phone_said, SAID_NOTICES, SAID_MERCHANT, 0, NULL, NULL, NULL,
    phone_keyword_since, phone_keyword_again, 1
};


const phone_event_t  phone_keyword_forget = {
    "keyword.forget", phone_keyword_forget_run,
    "Removes a text that a number has sent to a merchant, and its notice."
};


phone_str_t
phone_keyword_fold(phone_call_t *call, phone_str_t text)
{
    char    *word;
    size_t   i;

    word = phone_alloc_raw(phone_memory(call), text.len + 1);
    if (word == NULL) {
        return PHONE_EMPTY;
    }

    for (i = 0; i < text.len; i++) {
        word[i] = phone_lower(text.data[i]);
    }

    return (phone_str_t) { text.len, word };
}


/* Han: U+3400 to U+4DBF and U+4E00 to U+9FFF, which are of three bytes. */

int
phone_keyword_form(phone_str_t word)
{
    size_t                i, n;
    unsigned              code;
    const unsigned char  *p;

    p = (const unsigned char *) word.data;

    for (i = 0, n = 0; i < word.len; n++) {

        if ((p[i] >= 'a' && p[i] <= 'z') || (p[i] >= '0' && p[i] <= '9')) {
            i++;
            continue;
        }

        if ((p[i] & 0xf0) != 0xe0 || word.len - i < 3) {
            return 0;
        }

        code = (p[i] & 0x0fu) << 12 | (p[i + 1] & 0x3fu) << 6
               | (p[i + 2] & 0x3fu);

        if (code < 0x3400 || code > 0x9fff
            || (code > 0x4dbf && code < 0x4e00))
        {
            return 0;
        }

        i += 3;
    }

    return n >= PHONE_KEYWORD_LEAST && n <= PHONE_KEYWORD_MOST;
}


int
phone_keyword_taken(phone_str_t word)
{
    const char *const  *usual;

    for (usual = phone_keyword_usual; *usual; usual++) {
        if (phone_is(word, *usual)) {
            return 1;
        }
    }

    return phone_sms_is_word(word);
}


phone_record_t *
phone_keyword_ask(phone_call_t *call, phone_str_t word)
{
    return phone_keyword_form(word) ? phone_ask(call, &phone_keyword, word)
                                    : NULL;
}


phone_rc_t
phone_keyword_run(phone_call_t *call, const phone_sms_got_t *got,
    phone_record_t *keyword)
{
    int              within;
    phone_str_t      merchant_id, id;
    phone_record_t  *merchant, *said;

    if (phone_spares_memory(call)) {
        return PHONE_DONE;
    }

    merchant_id = phone_get(keyword, KEYWORD_MERCHANT);
    merchant = phone_ask_some(call, &phone_merchant, merchant_id,
                              PHONE_F(MERCHANT_STATUS));
    said = phone_ask(call, &phone_said,
                     phone_new_id(call, got->number, "keyword"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_found(said)
        || !phone_is(phone_get(merchant, MERCHANT_STATUS), "ACTIVE"))
    {
        return PHONE_DONE;
    }

    within = phone_keyword_within(call, got->number, merchant_id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!within) {
        return PHONE_DONE;
    }

    id = phone_id(said);
    phone_rely(said);
    phone_set(said, SAID_MERCHANT, merchant_id);
    phone_set(said, SAID_NUMBER, got->number);
    phone_set(said, SAID_KEYWORD, phone_id(keyword));
    phone_set(said, SAID_TEXT, phone_keyword_said(call, got->text));
    phone_set_int(said, SAID_AT, phone_now(call));

    phone_keyword_notice(call, said, NULL);
    phone_emit(call, &phone_keyword_forget, id, PHONE_EMPTY,
               phone_now(call) + phone_settings(call)->notice_kept
               + PHONE_KEYWORD_LATER);
    phone_sms_heeded(call, got);

    return PHONE_DONE;
}


/* What a number may not send does not count for the merchant. */

static int
phone_keyword_within(phone_call_t *call, phone_str_t number,
    phone_str_t merchant_id)
{
    const phone_settings_t  *settings;

    settings = phone_settings(call);

    return phone_keyword_counts(call, number, settings->keyword_number_day)
           && phone_keyword_counts(call, merchant_id,
                                   settings->keyword_merchant_day);
}


static int
phone_keyword_counts(phone_call_t *call, phone_str_t who, int64_t most)
{
    int64_t  count;

    if (most == 0) {
        return 1;
    }

    count = phone_ask_count(call, &phone_days,
                            phone_join(phone_memory(call), 2,
                                       (phone_str_t[2]) {
                                           who, PHONE_STR(":keywords") }),
                            PHONE_DAY);

    return !phone_waiting(call) && count <= most;
}


/* Anybody can send texts, and the store keeps them for days, in a record and as
   a form, which has three bytes for most: what is kept is bounded by bytes. */

static phone_str_t
phone_keyword_said(phone_call_t *call, phone_str_t text)
{
    text = phone_keyword_whole(call, text);

    if (text.len > PHONE_KEYWORD_TEXT) {
        text.len = PHONE_KEYWORD_TEXT;

        while ((text.data[text.len] & 0xc0) == 0x80) {
            text.len--;
        }
    }

    return text;
}


/* What could be read as another field of the notice could not be signed: its
   '&' are written as they are in wide letters. */

static phone_str_t
phone_keyword_whole(phone_call_t *call, phone_str_t text)
{
    size_t       i;
    phone_buf_t  said;

    if (!phone_canonical_splits(text)) {
        return text;
    }

    phone_buf_init(&said, phone_memory(call), text.len + 64);

    for (i = 0; i < text.len; i++) {
        phone_buf_put(&said, text.data[i] == '&'
                             ? PHONE_STR("＆")
                             : (phone_str_t) { 1, text.data + i });
    }

    return phone_buf_str(&said);
}


static int64_t
phone_keyword_since(phone_record_t *said)
{
    return phone_get_int(said, SAID_AT);
}


static phone_rc_t
phone_keyword_again(phone_call_t *call, phone_record_t *said,
    const phone_again_t *again)
{
    phone_keyword_notice(call, said, again);

    return PHONE_DONE;
}


static void
phone_keyword_notice(phone_call_t *call, phone_record_t *said,
    const phone_again_t *again)
{
    unsigned  n;

    const phone_field_t  told[] = {
        { PHONE_STR("phone"), phone_get(said, SAID_NUMBER) },
        { PHONE_STR("keyword"), phone_get(said, SAID_KEYWORD) },
        { PHONE_STR("text"), phone_get(said, SAID_TEXT) },
        { PHONE_STR("received_at"),
          phone_time_text(phone_memory(call),
                          phone_get_int(said, SAID_AT) / 1000) }
    };

    n = sizeof(told) / sizeof(told[0]);

    if (again) {
        phone_notice_put_again(call, &phone_said_outbox, said, again, "text",
                               told, n);

    } else {
        phone_notice_put(call, &phone_said_outbox, said, "text", told, n);
    }
}


/* Also a notice whose schedule has run out is gone then. */

static phone_rc_t
phone_keyword_forget_run(phone_call_t *call)
{
    phone_str_t      id;
    phone_entry_t    entry;
    phone_told_t    *notice;
    phone_record_t  *said;

    said = phone_ask(call, &phone_said, phone_event_id(call));
    id = phone_format(phone_memory(call), "%.*s.%s.1",
                      PHONE_ARGS(phone_event_id(call)),
                      phone_said_outbox.name);
    notice = phone_ask_notice(call, id);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(said)) {
        return phone_done(call);
    }

    if (notice && phone_is(phone_notice_state(notice), "PENDING")) {
        phone_notice_again(call, notice);    /* its event may be lost */

        if (phone_waiting(call)) {
            return PHONE_AGAIN;
        }

        phone_repeat(call, phone_now(call) + PHONE_DAY);
        return phone_done(call);
    }

    phone_rely(said);

    if (notice) {
        entry = (phone_entry_t) {
            phone_join(phone_memory(call), 3,
                       (phone_str_t[3]) { id, PHONE_STR(" "), id }), 0 };

        phone_rely(notice->record);
        phone_seen_stray(call, phone_get(said, SAID_MERCHANT), &entry);
        phone_index_remove(call, &phone_exhausted, id, id);
        phone_remove(notice->record);
    }

    phone_remove(said);

    return phone_done(call);
}
