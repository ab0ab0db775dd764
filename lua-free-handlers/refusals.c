
#include "refusals.h"


#define PHONE_REFUSAL_TEXT(code, status, retryable, en, zh)                   \
    { #code, status, retryable, en, zh },

const phone_refusal_text_t  phone_refusal_text[PHONE_REFUSALS_N] = {
    PHONE_REFUSALS(PHONE_REFUSAL_TEXT)
};
