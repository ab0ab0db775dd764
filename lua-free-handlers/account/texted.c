
/* LOGIN: a number asks by a text for a code, which any browser can use. */


#include "account.h"
#include "code.h"
#include "../lib/number.h"


static phone_rc_t phone_texted_run(phone_call_t *call,
    const phone_sms_got_t *got);


static const char *const  phone_texted_words[] = {
    "login", "code", "dl", "登录", "登陆", "登入", "验证码", "登錄", "登陸",
    "驗證碼", NULL
};


const phone_sms_word_t  phone_sms_word_login = {
    phone_texted_words, NULL, phone_texted_run,
    "A login code is sent to the number.", 1
};


/* A text may be sent in the name of another number: the code goes to the number
   alone, and counts as what strangers cause.  Ten letters for all: see
   code.h. */

static phone_rc_t
phone_texted_run(phone_call_t *call, const phone_sms_got_t *got)
{
    int              over;
    char             kind;
    phone_str_t      number, code;
    phone_record_t  *account, *texted, *sms;

    number = got->number;

    if (phone_spares_memory(call) || !phone_sms_reaches(call, number)
        || !phone_number_mobile(number))
    {
        return PHONE_DONE;
    }

    account = phone_ask_some(call, &phone_account, number,
                             PHONE_F(ACCOUNT_V));
    texted = phone_ask(call, &phone_texted, number);
    sms = phone_sms_ask(call, number, PHONE_CODE_LABEL);
    over = phone_texted_over(call, account);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (over || phone_found(sms)) {
        return PHONE_DONE;
    }

    kind = phone_code_kind(account);
    code = phone_random_letters(call, PHONE_CODE_LABEL, PHONE_CODE_LETTERS);

    phone_rely(sms);
    phone_rely(texted);
    phone_set(texted, TEXTED_CODE, phone_code_note(call, number, code, kind));
    phone_lives_for(texted, phone_code_age(call) + PHONE_CLOCK_SLACK);

    phone_code_send(call, number, code, kind,
                    phone_sms_stranger(call, number));
    phone_sms_heeded(call, got);

    return PHONE_DONE;
}
