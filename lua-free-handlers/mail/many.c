
/* MAIL-2: a letter to many numbers is brought to them by a job. */


#include "letter.h"


/* Recipients of a step.  Each has some ten effects, and at most 90; a step
   beyond this number ends: see PHONE_JOB_EFFECTS. */
#define PHONE_MANY_STEP     20
#define PHONE_MANY_EFFECTS  220

/* ms: longer than all hosts are ever off */
#define PHONE_MANY_KEPT     (60 * PHONE_DAY)


static phone_rc_t phone_mail_job_step(phone_call_t *call,
    phone_record_t *job);
static unsigned phone_many_ask(phone_call_t *call,
    const phone_letter_t *letter, int64_t from,
    phone_arrival_t arrival[PHONE_MANY_STEP]);


const phone_job_kind_t  phone_mail_job = {
    "mail.many", phone_mail_job_step, "Brings a mail to many recipients."
};


phone_record_t *
phone_letter_ask_job(phone_call_t *call, const phone_letter_t *letter)
{
    return letter->n > PHONE_MAIL_FIRST
           ? phone_ask(call, &phone_job,
                       phone_new_id(call, letter->from, "mail job"))
           : NULL;
}


/* The sender may delete his copy meanwhile: the job has one of its own, which
   goes even if the job never ends. */

void
phone_letter_later(phone_call_t *call, const phone_letter_t *letter,
    phone_record_t *job)
{
    phone_record_t  *mail;

    mail = phone_put(call, &phone_mail,
                     phone_new_id(call, letter->from, "mail to many"));

    phone_letter_copy(call, letter, mail);
    phone_set(mail, MAIL_TO, letter->to);
    phone_set(mail, MAIL_ALL, letter->all);
    phone_set(mail, MAIL_SENT, letter->sent);
    phone_lives_for(mail, PHONE_MANY_KEPT);

    phone_job_start(job, &phone_mail_job, letter->from, phone_id(mail),
                    letter->n - PHONE_MAIL_FIRST);
}


static phone_rc_t
phone_mail_job_step(phone_call_t *call, phone_record_t *job)
{
    int64_t          done;
    unsigned         i, n, effects;
    phone_letter_t   letter;
    phone_record_t  *mail;
    phone_arrival_t  arrival[PHONE_MANY_STEP];

    mail = phone_ask(call, &phone_mail, phone_get(job, JOB_INPUT));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(mail)) {
        return phone_job_fail(job, PHONE_NOT_FOUND);
    }

    letter = (phone_letter_t) {
        .from = phone_get(mail, MAIL_FROM), .to = phone_get(mail, MAIL_TO),
        .all = phone_get(mail, MAIL_ALL),
        .n = (unsigned) phone_get_int(mail, MAIL_COUNT),
        .text = phone_get(mail, MAIL_TEXT),
        .sent = phone_get(mail, MAIL_SENT), .at = phone_now(call),
        .reply_to = PHONE_EMPTY,
        .picture = phone_get(mail, MAIL_PICTURE), .picture_of = mail,
        .forwarded = phone_get(mail, MAIL_FORWARDED).len != 0, .by_job = 1
    };

    if (phone_get_int(mail, MAIL_CREATED) > letter.at) {
        letter.at = phone_get_int(mail, MAIL_CREATED);
    }

    done = phone_get_int(job, JOB_DONE);
    n = phone_many_ask(call, &letter, PHONE_MAIL_FIRST + done, arrival);
    phone_letter_ask_invites(call, &letter);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    effects = 0;

    for (i = 0; i < n && effects < PHONE_MANY_EFFECTS; i++) {
        effects += phone_arrival_put(call, &letter, &arrival[i]);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_letter_invited(call, &letter);

    if (done + i < phone_get_int(job, JOB_TOTAL)) {
        return phone_job_next(job, done + i, PHONE_EMPTY);
    }

    phone_picture_let_go(call, mail);
    phone_remove(mail);

    return phone_job_finish(job, done + i, PHONE_EMPTY);
}


/* The recipients of a step, from a place in the list on. */

static unsigned
phone_many_ask(phone_call_t *call, const phone_letter_t *letter, int64_t from,
    phone_arrival_t arrival[PHONE_MANY_STEP])
{
    int64_t      i;
    unsigned     n;
    phone_str_t  rest, number;

    n = 0;
    rest = phone_letter_all(letter);

    for (i = 0; n < PHONE_MANY_STEP && phone_split(&rest, ' ', &number); i++) {
        if (i >= from) {
            phone_arrival_ask(call, letter, number, &arrival[n++]);
        }
    }

    return n;
}
