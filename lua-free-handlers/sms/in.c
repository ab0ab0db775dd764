
/* GET /sms/in: a number has sent a text (MAIL-8). */


#include "sms.h"
#include "../lib/number.h"


#define PHONE_SMS_GOT_KEPT  (3 * PHONE_DAY)      /* for the gateway's repeats */


static phone_rc_t phone_sms_in_run(phone_call_t *call);
static phone_rc_t phone_sms_nothing(phone_call_t *call);
static phone_str_t phone_sms_sender(phone_call_t *call, phone_str_t from);
static phone_str_t phone_sms_got_id(phone_call_t *call, phone_str_t number);
static phone_str_t phone_sms_narrow(phone_call_t *call, phone_str_t text);
static phone_str_t phone_sms_first_word(phone_call_t *call,
    phone_str_t *text);
static const phone_sms_word_t *phone_sms_own(phone_call_t *call,
    phone_sms_got_t *got);
static size_t phone_sms_mark(phone_str_t text, const char *const *mark,
    int end);
static const phone_sms_word_t *phone_sms_word(phone_str_t word);


/* Also what is not seen: phones put marks around what is written or pasted. */

static const char *const  phone_sms_spaces[] = {
    " ", "\t", "\r", "\n", "\u00a0", "\u00ad", "\u200b", "\u200c",
    "\u200d", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c",
    "\u202d", "\u202e", "\u2060", "\u2066", "\u2067", "\u2068",
    "\u2069", "\u3000", "\ufeff", NULL
};

static const char *const  phone_sms_opens[] = {
    "\"", "'", "(", "[", "<", "“", "‘", "「", "『", "【", "《", NULL
};

static const char *const  phone_sms_stops[] = {
    ".", "!", ",", "?", ";", ":", "~", "。", "、", "…", "\"", "'", ")", "]",
    ">", "”", "’", "」", "』", "】", "》", NULL
};


static const phone_param_t  phone_sms_in_params[] = {
    { "from", PHONE_P_TEXT, PHONE_SECRET|PHONE_UNSEALED, 0, 64,
      "who has sent it: a phone number, else it is ignored" },
    { "text", PHONE_P_TEXT, PHONE_SECRET|PHONE_UNSEALED, 0, 4000,
      "what was sent" },
    { "id", PHONE_P_TEXT, PHONE_SECRET|PHONE_UNSEALED, 0, 128,
      "the gateway's: the same one with the same text is the same" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_sms_in_reply[] = {
    { "text/plain; charset=utf-8", PHONE_M_DOCUMENT, 0, NULL, NULL,
      "nothing: no text is sent back" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_sms_in = {
    "sms.in", "GET", "/sms/in", PHONE_GATEWAY, phone_sms_in_run,
    phone_sms_in_params, phone_sms_in_reply,
    "A text from a number. The first word says what it is: STOP ends texts "
    "that the number has not asked for, START allows them again, LOGIN has a "
    "login code sent to the number, for any browser, a keyword of a merchant "
    "is told to him. Other texts are ignored."
};


static phone_rc_t
phone_sms_in_run(phone_call_t *call)
{
    phone_rc_t               rc;
    phone_record_t          *keyword;
    phone_sms_got_t          got;
    const phone_sms_word_t  *word;

    got.number = phone_sms_sender(call, phone_arg(call, "from"));
    got.text = phone_arg(call, "text");
    word = phone_sms_own(call, &got);
    keyword = word || got.number.len == 0
              ? NULL : phone_keyword_ask(call, got.word);

    if (got.number.len == 0 || (word == NULL && keyword == NULL)) {
        return phone_sms_nothing(call);
    }

    got.id = phone_sms_got_id(call, got.number);

    if (got.id.len && phone_ask_claimed(call, &phone_sms_got, got.id).len) {
        return phone_sms_nothing(call);
    }

    if (phone_waiting(call)) {               /* before anything is counted */
        return PHONE_AGAIN;
    }

    if (word == NULL && !phone_found(keyword)) {
        return phone_sms_nothing(call);
    }

    rc = word ? word->run(call, &got)
              : phone_keyword_run(call, &got, keyword);

    return rc == PHONE_AGAIN || phone_waiting(call)
           ? PHONE_AGAIN : phone_sms_nothing(call);
}


void
phone_sms_heeded(phone_call_t *call, const phone_sms_got_t *got)
{
    if (got->id.len) {
        phone_claim(call, &phone_sms_got, got->id, phone_call_id(call),
                    PHONE_SMS_GOT_KEPT);
    }

    phone_tally(call, PHONE_TALLY_TEXT_RECEIVED);
}


/* Kannel would send the body back. */

static phone_rc_t
phone_sms_nothing(phone_call_t *call)
{
    return phone_done_text(call, PHONE_STR("text/plain; charset=utf-8"),
                           PHONE_EMPTY, PHONE_EMPTY);
}


/* Centres write numbers with '+', with the country code alone, or as they are
   dialed at home: 13125551234 is a number of Chicago or of China, and the
   operator says which (phone_sms_numbers).  Other senders, as short codes and
   names, are nobody. */

static phone_str_t
phone_sms_sender(phone_call_t *call, phone_str_t from)
{
    int                      len, international;
    char                    *number;
    phone_arena_t           *memory;
    const phone_settings_t  *settings;

    memory = phone_memory(call);
    settings = phone_settings(call);

    number = phone_alloc_raw(memory, 17);
    if (number == NULL) {
        return PHONE_EMPTY;
    }

    international = phone_is(settings->sms_numbers, "international");
    len = international ? -1
                        : phone_number_parse(from, settings->region, number);

    if (len < 0) {

        /* the '+' of a form that did not encode it arrives as a space */

        if (international && from.len
            && (from.data[0] == '+' || from.data[0] == ' '))
        {
            from.data++;
            from.len--;

        } else if (from.len > 2 && memcmp(from.data, "00", 2) == 0) {
            from.data += 2;
            from.len -= 2;
        }

        len = phone_number_parse(phone_join(memory, 2,
                                            (phone_str_t[2]) { PHONE_STR("+"),
                                                               from }),
                                 settings->region, number);
    }

    return len < 0 ? PHONE_EMPTY : (phone_str_t) { (size_t) len, number };
}


/* Some gateways number texts anew when they are started. */

static phone_str_t
phone_sms_got_id(phone_call_t *call, phone_str_t number)
{
    phone_str_t  id, which;

    id = phone_arg(call, "id");

    if (id.len == 0) {
        return PHONE_EMPTY;
    }

    which = phone_format(phone_memory(call), "%u:%.*s:%.*s",
                         (unsigned) id.len, PHONE_ARGS(id),
                         PHONE_ARGS(phone_arg(call, "text")));

    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) { number, PHONE_STR(":"),
                                         phone_plain_hash(call, 1, &which) });
}


/* How many bytes the mark takes that the text begins or ends with; 0: none. */

static size_t
phone_sms_mark(phone_str_t text, const char *const *mark, int end)
{
    size_t       n;
    const char  *at;

    for ( /* void */ ; *mark; mark++) {
        n = strlen(*mark);

        if (text.len >= n) {
            at = end ? text.data + text.len - n : text.data;

            if (memcmp(at, *mark, n) == 0) {
                return n;
            }
        }
    }

    return 0;
}


/* U+FF01 to U+FF5E, which are of three bytes, are wide "!" to "~". */

static phone_str_t
phone_sms_narrow(phone_call_t *call, phone_str_t text)
{
    char                 *narrow;
    size_t                i, n;
    unsigned              code;
    const unsigned char  *p;

    narrow = phone_alloc_raw(phone_memory(call), text.len + 1);
    if (narrow == NULL) {
        return PHONE_EMPTY;
    }

    p = (const unsigned char *) text.data;

    for (i = 0, n = 0; i < text.len; n++) {
        code = text.len - i >= 3 && p[i] == 0xef
               ? (p[i + 1] & 0x3fu) << 6 | (p[i + 2] & 0x3fu) : 0;

        if (code >= 0xf01 && code <= 0xf5e) {
            narrow[n] = (char) (code - 0xf00 + ' ');
            i += 3;

        } else {
            narrow[n] = text.data[i++];
        }
    }

    return (phone_str_t) { n, narrow };
}


/* In narrow letters and lower case, without marks around it; the text is then
   what follows. */

static phone_str_t
phone_sms_first_word(phone_call_t *call, phone_str_t *text)
{
    size_t       n;
    phone_str_t  word;

    while ((n = phone_sms_mark(*text, phone_sms_spaces, 0)) != 0) {
        text->data += n;
        text->len -= n;
    }

    word = *text;

    while (text->len && phone_sms_mark(*text, phone_sms_spaces, 0) == 0) {
        text->data++;
        text->len--;
    }

    word.len -= text->len;
    word = phone_sms_narrow(call, word);

    while ((n = phone_sms_mark(word, phone_sms_opens, 0)) != 0) {
        word.data += n;
        word.len -= n;
    }

    while ((n = phone_sms_mark(word, phone_sms_stops, 1)) != 0) {
        word.len -= n;
    }

    return phone_keyword_fold(call, word);
}


/* A single letter means something only if nothing follows: "R you there?" opts
   nobody out.  "opt out" is written in two words as well. */

static const phone_sms_word_t *
phone_sms_own(phone_call_t *call, phone_sms_got_t *got)
{
    phone_str_t  rest, next;

    rest = got->text;
    got->word = phone_sms_first_word(call, &rest);
    next = phone_sms_first_word(call, &rest);

    if (got->word.len == 1 && next.len) {
        return NULL;
    }

    if (phone_is(got->word, "opt")
        && (phone_is(next, "out") || phone_is(next, "in")))
    {
        got->word = phone_join(phone_memory(call), 2,
                               (phone_str_t[2]) { got->word, next });
    }

    return phone_sms_word(got->word);
}


int
phone_sms_is_word(phone_str_t word)
{
    return phone_sms_word(word) != NULL;
}


static const phone_sms_word_t *
phone_sms_word(phone_str_t word)
{
    unsigned            i;
    const char *const  *name;

    for (i = 0; phone_sms_words[i]; i++) {
        for (name = phone_sms_words[i]->words; *name; name++) {
            if (phone_is(word, *name)) {
                return phone_sms_words[i];
            }
        }
    }

    return NULL;
}
