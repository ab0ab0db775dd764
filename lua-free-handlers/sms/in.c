
/* GET /sms/in: a number has sent a text (MAIL-8). */


#include "sms.h"
#include "../lib/legible.h"
#include "../lib/number.h"
#include "../lib/word.h"


/* A gateway repeats what was not acknowledged within minutes; some number texts
   anew when they are started, and people send the same again. */
#define PHONE_SMS_GOT_KEPT  (15 * PHONE_MINUTE)

/* Characters: more than a URL has.  What is refused would be lost. */
#define PHONE_SMS_GOT_MOST  1000000


static phone_rc_t phone_sms_in_run(phone_call_t *call);
static phone_rc_t phone_sms_nothing(phone_call_t *call);
static phone_str_t phone_sms_sender(phone_call_t *call, phone_str_t from);
static phone_str_t phone_sms_got_id(phone_call_t *call, phone_str_t number);
static const phone_sms_word_t *phone_sms_own(phone_call_t *call,
    phone_sms_got_t *got);
static const phone_sms_word_t *phone_sms_word(phone_str_t word, int alone);
static int phone_sms_listed(const char *const *name, phone_str_t word);


static const phone_param_t  phone_sms_in_params[] = {
    { "from", PHONE_P_TEXT, PHONE_SECRET|PHONE_UNSEALED, 0,
      PHONE_SMS_GOT_MOST,
      "who has sent it: a phone number, else it is ignored" },
    { "text", PHONE_P_TEXT, PHONE_SECRET|PHONE_UNSEALED, 0,
      PHONE_SMS_GOT_MOST,
      "what was sent" },
    { "id", PHONE_P_TEXT, PHONE_SECRET|PHONE_UNSEALED, 0,
      PHONE_SMS_GOT_MOST,
      "the gateway's: with the same text it is the same for 15 minutes" },
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
    got.text = phone_legible_part(phone_memory(call),
                                  phone_arg(call, "text"));
    word = phone_sms_own(call, &got);
    keyword = word || got.number.len == 0
              ? NULL : phone_keyword_ask(call, got.word);

    if (got.number.len == 0 || (word == NULL && keyword == NULL)) {
        return phone_sms_nothing(call);
    }

    got.id = word && !word->once ? PHONE_EMPTY
                                 : phone_sms_got_id(call, got.number);

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


/* What is written in two words is looked for as well. */

static const phone_sms_word_t *
phone_sms_own(phone_call_t *call, phone_sms_got_t *got)
{
    phone_str_t              rest, next;
    phone_arena_t           *memory;
    const phone_sms_word_t  *word;

    memory = phone_memory(call);
    rest = got->text;
    got->word = phone_word_next(memory, &rest);
    next = phone_word_next(memory, &rest);
    word = phone_sms_word(got->word, next.len == 0);

    if (word == NULL && next.len) {
        word = phone_sms_word(phone_join(memory, 3,
                                         (phone_str_t[3]) { got->word,
                                                            PHONE_STR(" "),
                                                            next }), 0);
    }

    return word;
}


int
phone_sms_is_word(phone_str_t word)
{
    return phone_sms_word(word, 1) != NULL;
}


static const phone_sms_word_t *
phone_sms_word(phone_str_t word, int alone)
{
    unsigned                 i;
    const phone_sms_word_t  *own;

    for (i = 0; phone_sms_words[i]; i++) {
        own = phone_sms_words[i];

        if (phone_sms_listed(own->words, word)
            || (alone && own->alone && phone_sms_listed(own->alone, word)))
        {
            return own;
        }
    }

    return NULL;
}


/* Hyphens are as good as none: "opt-out". */

static int
phone_sms_listed(const char *const *name, phone_str_t word)
{
    size_t       i;
    const char  *p;

    for ( /* void */ ; *name; name++) {

        for (i = 0, p = *name; i < word.len; i++) {
            if (word.data[i] == *p && *p) {
                p++;

            } else if (word.data[i] != '-') {
                break;
            }
        }

        if (i == word.len && *p == '\0') {
            return 1;
        }
    }

    return 0;
}
