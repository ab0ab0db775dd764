
/* MAIL-2: a number writes to one number or several. */


#include "letter.h"


/* ms: a call that has no answer runs again sooner, and no network keeps its
   commit for so long */
#define PHONE_MAIL_ONCE  PHONE_HOUR

/* Bytes of a text that are not counted: the recipients are. */
#define PHONE_LETTER_SHORT  500


static phone_rc_t phone_mail_send_run(phone_call_t *call);
static int64_t phone_letter_at(phone_call_t *call);
static void phone_letter_keep(phone_call_t *call,
    const phone_letter_t *letter);
static phone_rc_t phone_letter_said(phone_call_t *call,
    const phone_letter_t *letter);
static phone_rc_t phone_letter_count(phone_call_t *call,
    phone_letter_t *letter);
static phone_rc_t phone_letter_take_picture(phone_call_t *call,
    phone_letter_t *letter);
static phone_rc_t phone_letter_over(phone_call_t *call, int64_t window,
    const phone_letter_t *letter, const char *field);
static phone_rc_t phone_letter_too_long(phone_call_t *call,
    const phone_letter_t *letter);


static const phone_param_t  phone_mail_send_params[] = {
    PHONE_LETTER_TO,
    PHONE_LETTER_TEXT,
    PHONE_LETTER_PICTURE,
    { NULL, 0, 0, 0, 0, NULL }
};


const phone_member_t  phone_letter_reply[] = {
    { "mail_id", PHONE_M_ID, 0, NULL, NULL, "the sender's own copy" },
    { "recipients", PHONE_M_INT, 0, NULL, NULL, "how many get it" },
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was sent" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_mail_send = {
    "mail.send", "POST", "/mail", PHONE_SESSION,
    phone_mail_send_run, phone_mail_send_params, phone_letter_reply,
    "Sends a mail to numbers, registered or not. The reply does not tell "
    "which of them are, nor who does not want it. RATE_LIMITED: enough mails "
    "this hour, or (field to) enough recipients today."
};


static phone_rc_t
phone_mail_send_run(phone_call_t *call)
{
    phone_letter_t  letter;

    if (phone_letter_says(call, &letter) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    phone_letter_address(call, &letter);

    return phone_letter_send(call, &letter);
}


phone_rc_t
phone_letter_says(phone_call_t *call, phone_letter_t *letter)
{
    *letter = (phone_letter_t) { .text = phone_arg(call, "text") };

    return phone_has(call, "text") || phone_file(call)->sha256.len
           ? PHONE_DONE
           : phone_refuse_field(call, PHONE_PARAM_MISSING, "text");
}


/* Numbers that a list has had so far, by their place in it and from 1. */
#define PHONE_LETTER_SLOTS  2048

static int
phone_letter_first(phone_call_t *call, uint16_t slot[PHONE_LETTER_SLOTS],
    unsigned i)
{
    unsigned     k;
    phone_str_t  number;

    number = phone_arg_at(call, "to", i);

    for (k = phone_fnv64(number) % PHONE_LETTER_SLOTS; slot[k];
         k = (k + 1) % PHONE_LETTER_SLOTS)
    {
        if (phone_equal(phone_arg_at(call, "to", slot[k] - 1u), number)) {
            return 0;
        }
    }

    slot[k] = (uint16_t) (i + 1);

    return 1;
}


void
phone_letter_address(phone_call_t *call, phone_letter_t *letter)
{
    size_t       shown;
    unsigned     i;
    uint16_t     slot[PHONE_LETTER_SLOTS];
    phone_buf_t  buf;

    memset(slot, 0, sizeof(slot));
    phone_buf_init(&buf, phone_memory(call), 64);
    letter->n = 0;
    shown = 0;

    for (i = 0; i < phone_arg_count(call, "to"); i++) {

        if (!phone_letter_first(call, slot, i)) {
            continue;
        }

        if (letter->n == PHONE_MAIL_SHOWN) {
            shown = buf.len;
        }

        if (letter->n++) {
            phone_buf_byte(&buf, ' ');
        }

        phone_buf_put(&buf, phone_arg_at(call, "to", i));
    }

    letter->to = phone_buf_str(&buf);
    letter->all = PHONE_EMPTY;

    if (letter->n > PHONE_MAIL_SHOWN) {
        letter->all = letter->to;
        letter->to.len = shown;
    }
}


phone_str_t
phone_letter_all(const phone_letter_t *letter)
{
    return letter->all.len ? letter->all : letter->to;
}


/* Run after its own commit, a call finds its mark.  Its copy would be none: it
   may have been deleted. */

phone_rc_t
phone_letter_send(phone_call_t *call, phone_letter_t *letter)
{
    unsigned         i, n;
    phone_rc_t       rc;
    phone_str_t      once, done, rest, number;
    phone_room_t     room;
    phone_record_t  *job;
    phone_arrival_t  arrival[PHONE_MAIL_FIRST];

    letter->from = phone_caller(call);
    letter->sent = phone_new_id(call, letter->from, "mail sent");

    once = phone_box_with(call, letter->from, phone_call_id(call));
    done = phone_assume_free(call, &phone_mail_once, once);
    letter->at = phone_letter_at(call);
    job = phone_letter_ask_job(call, letter);
    room = (phone_room_t) { .number = letter->from, .come = 1, .own = 1 };
    phone_letter_ask_invites(call, letter);
    rest = phone_letter_all(letter);

    for (n = 0; n < PHONE_MAIL_FIRST && phone_split(&rest, ' ', &number);
         n++)
    {
        phone_arrival_ask(call, letter, number, &arrival[n]);
        room.come += phone_equal(number, letter->from) ? 1 : 0;
    }

    phone_room_ask(call, &room);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (done.len) {
        return phone_parse_int(done, &letter->at) == 0
               ? phone_letter_said(call, letter)
               : phone_bad_value(call, &phone_mail_once, once);
    }

    if (!phone_room_found(call, &room)) {
        return phone_refuse(call, PHONE_MAILBOX_FULL);
    }

    rc = phone_letter_count(call, letter);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_claim(call, &phone_mail_once, once,
                phone_int(phone_memory(call), letter->at), PHONE_MAIL_ONCE);
    (void) phone_room_make(call, &room);
    phone_letter_keep(call, letter);

    for (i = 0; i < n; i++) {
        (void) phone_arrival_put(call, letter, &arrival[i]);
    }

    phone_letter_invited(call, letter);

    if (job != NULL) {
        phone_letter_later(call, letter, job);
    }

    return phone_waiting(call) ? PHONE_AGAIN : phone_letter_said(call, letter);
}


/*
 * When it comes into the mailboxes: behind all that its sender had there when
 * he sent it, in the same millisecond or by a clock that is ahead.  So mails of
 * one sender, and answers, are in the order in which they were sent.  What is
 * ahead by more than clocks differ is of a wrong one, and is not followed.
 */

static int64_t
phone_letter_at(phone_call_t *call)
{
    int64_t              now, last;
    const phone_list_t  *list;

    now = phone_now(call);
    list = phone_ask_index(call, &phone_mails_of, phone_caller(call), 0, 1);
    last = list->n ? list->entry[0].score : 0;

    return last >= now && last <= now + 2 * phone_settings(call)->clock_bound
           ? last + 1 : now;
}


/* The sender's copy. */

static void
phone_letter_keep(phone_call_t *call, const phone_letter_t *letter)
{
    phone_record_t  *mail;

    mail = phone_put(call, &phone_mail, letter->sent);

    phone_set(mail, MAIL_OWNER, letter->from);
    phone_set(mail, MAIL_KIND, PHONE_STR("OUT"));
    phone_letter_copy(call, letter, mail);
    phone_set(mail, MAIL_TO, letter->to);
    phone_set(mail, MAIL_ALL, letter->all);
    phone_set(mail, MAIL_REPLY_TO, letter->answers);

    phone_box_add(call, mail);
}


void
phone_letter_copy(phone_call_t *call, const phone_letter_t *letter,
    phone_record_t *mail)
{
    phone_set(mail, MAIL_FROM, letter->from);
    phone_set_int(mail, MAIL_COUNT, letter->n);
    phone_set(mail, MAIL_TEXT, letter->text);
    phone_set_int(mail, MAIL_CREATED, letter->at);

    if (letter->forwarded) {
        phone_set_int(mail, MAIL_FORWARDED, 1);
    }

    phone_picture_copy(call, mail, letter->picture, letter->picture_of);
}


static phone_rc_t
phone_letter_said(phone_call_t *call, const phone_letter_t *letter)
{
    phone_say(call, "mail_id", letter->sent);
    phone_say_int(call, "recipients", letter->n);
    phone_say_time(call, "created_at", letter->at);

    return phone_done(call);
}


/* "<number>:h<hour>", "<number>:d<day>" */

static phone_str_t
phone_mailed_id(phone_call_t *call, const phone_letter_t *letter, char unit,
    int64_t window)
{
    return phone_format(phone_memory(call), "%.*s:%c%lld",
                        PHONE_ARGS(letter->from), unit,
                        (long long) (phone_now(call) / window));
}


/* Of a long text: its bytes, for each recipient. */

static int64_t
phone_letter_bytes(const phone_letter_t *letter)
{
    return letter->text.len > PHONE_LETTER_SHORT
           ? (int64_t) letter->text.len * letter->n : 0;
}


/* What is counted is the last thing: a call that is refused counts nothing. */

static phone_rc_t
phone_letter_count(phone_call_t *call, phone_letter_t *letter)
{
    phone_rc_t               rc;
    int64_t                  mails, recipients, bytes;
    phone_str_t              hour, day;
    const phone_settings_t  *settings;

    settings = phone_settings(call);
    hour = phone_mailed_id(call, letter, 'h', PHONE_HOUR);
    day = phone_mailed_id(call, letter, 'd', PHONE_DAY);

    mails = phone_added(call, &phone_mailed, hour, MAILED_MAILS);
    recipients = phone_added(call, &phone_mailed, day, MAILED_RECIPIENTS);
    bytes = phone_letter_bytes(letter);

    if (bytes) {
        bytes += phone_added(call, &phone_mailed, day, MAILED_BYTES);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (mails >= settings->mail_hour) {
        return phone_letter_over(call, PHONE_HOUR, letter, "text");
    }

    if (recipients + letter->n > settings->mail_day) {
        return phone_letter_over(call, PHONE_DAY, letter, "to");
    }

    if (phone_letter_bytes(letter) > settings->mail_day_bytes) {
        return phone_letter_too_long(call, letter);
    }

    if (bytes > settings->mail_day_bytes) {
        return phone_letter_over(call, PHONE_DAY, letter, "text");
    }

    rc = phone_letter_take_picture(call, letter);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_add(call, &phone_mailed, hour, MAILED_MAILS, 1,
              settings->mail_hour, phone_window_lives(call, PHONE_HOUR));
    phone_add(call, &phone_mailed, day, MAILED_RECIPIENTS, letter->n,
              settings->mail_day, phone_window_lives(call, PHONE_DAY));

    if (bytes) {
        phone_add(call, &phone_mailed, day, MAILED_BYTES,
                  phone_letter_bytes(letter), settings->mail_day_bytes,
                  phone_window_lives(call, PHONE_DAY));
    }

    return PHONE_DONE;
}


/* Over the limit of the day a picture is not looked at.  One that is refused is
   counted: it has cost as much. */

static phone_rc_t
phone_letter_take_picture(phone_call_t *call, phone_letter_t *letter)
{
    int64_t                most;
    phone_rc_t             rc;
    const phone_result_t  *made;

    if (phone_file(call)->sha256.len == 0) {
        return PHONE_DONE;
    }

    most = phone_settings(call)->mail_pictures;

    if (letter->pictures >= most) {
        return phone_letter_over(call, PHONE_DAY, letter, "picture");
    }

    rc = phone_picture_look(call, &made);
    if (rc != PHONE_DONE) {
        return rc;
    }

    phone_add(call, &phone_mailed,
              phone_mailed_id(call, letter, 'd', PHONE_DAY), MAILED_PICTURES,
              1, most, phone_window_lives(call, PHONE_DAY));

    return phone_picture_take(call, made, &letter->picture);
}


/* Beyond the limit a mail still comes into the mailbox of a stranger, without
   an SMS.  It is read always, not after a commit has failed: how long that
   takes would tell the sender who has an account. */

void
phone_letter_ask_invites(phone_call_t *call, phone_letter_t *letter)
{
    phone_record_t  *mailed;

    mailed = phone_ask_some(call, &phone_mailed,
                            phone_mailed_id(call, letter, 'd', PHONE_DAY),
                            PHONE_F(MAILED_INVITES)
                            | PHONE_F(MAILED_PICTURES));

    letter->invited = 0;
    letter->pictures = phone_get_int(mailed, MAILED_PICTURES);
    letter->invites = phone_settings(call)->mail_invites
                      - phone_get_int(mailed, MAILED_INVITES);
}


void
phone_letter_invited(phone_call_t *call, const phone_letter_t *letter)
{
    if (letter->invited) {
        phone_add(call, &phone_mailed,
                  phone_mailed_id(call, letter, 'd', PHONE_DAY),
                  MAILED_INVITES, letter->invited,
                  phone_settings(call)->mail_invites,
                  phone_window_lives(call, PHONE_DAY));
    }
}


/* A reply does not have the field to, and what is forwarded only that. */

static const char *
phone_letter_field(const phone_letter_t *letter, const char *field)
{
    return letter->forwarded ? "to"
           : letter->answers.len && strcmp(field, "to") == 0 ? "text" : field;
}


static phone_rc_t
phone_letter_over(phone_call_t *call, int64_t window,
    const phone_letter_t *letter, const char *field)
{
    phone_retry_after(call, (phone_window_left(call, window) + 999) / 1000);

    return phone_refuse_field(call, PHONE_RATE_LIMITED,
                              phone_letter_field(letter, field));
}


static phone_rc_t
phone_letter_too_long(phone_call_t *call, const phone_letter_t *letter)
{
    phone_say(call, "reason",
              PHONE_STR("too much text for so many numbers: send a shorter "
                        "one, or send it to fewer"));

    return phone_refuse_field(call, PHONE_PARAM_INVALID,
                              phone_letter_field(letter, "text"));
}
