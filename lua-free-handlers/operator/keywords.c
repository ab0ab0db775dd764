
/*
 * Keywords of a merchant: GET and POST
 * /operator/merchants/{merchant_id}/keywords, DELETE .../keywords/{keyword}.
 *
 * A keyword decides in its own bucket, so that it has one owner.  The list of
 * a merchant is an index in his; where a commit may touch one bucket, what adds
 * to it and what removes may arrive in another order, and each of these calls
 * puts right what it finds.
 */


#include "operator.h"
#include "../sms/sms.h"


static phone_rc_t phone_operator_keywords_run(phone_call_t *call);
static phone_rc_t phone_keyword_add(phone_call_t *call,
    phone_record_t *keyword, int64_t size);
static const phone_list_t *phone_keyword_listed(phone_call_t *call,
    phone_str_t owner, phone_str_t word, int *listed);
static phone_rc_t phone_keyword_list_run(phone_call_t *call);
static phone_rc_t phone_keyword_remove_run(phone_call_t *call);


/* More than ten, if several were given at once. */
#define PHONE_KEYWORDS_SHOWN  (4 * PHONE_KEYWORDS_MOST)


#define PHONE_KEYWORD_OWNER                                                   \
    { "merchant_id", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 1, 32,       \
      "whose keyword" }


static const phone_param_t  phone_operator_keywords_params[] = {
    PHONE_KEYWORD_OWNER,
    { "keyword", PHONE_P_TEXT, PHONE_REQUIRED, PHONE_KEYWORD_LEAST,
      PHONE_KEYWORD_MOST,
      "letters, digits and Han; upper and lower case are the same" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_keyword_list_params[] = {
    PHONE_KEYWORD_OWNER,
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_keyword_remove_params[] = {
    PHONE_KEYWORD_OWNER,
    { "keyword", PHONE_P_TEXT, PHONE_REQUIRED|PHONE_IN_PATH,
      PHONE_KEYWORD_LEAST, PHONE_KEYWORD_MOST, "that he does not have then" },
    { NULL, 0, 0, 0, 0, NULL }
};


#define PHONE_KEYWORD_MEMBERS                                                 \
    { "keyword", PHONE_M_TEXT, 0, NULL, NULL, "in lower case" },              \
    { "created_at", PHONE_M_TIME, 0, NULL, NULL, "when it was added" }


static const phone_member_t  phone_operator_keywords_reply[] = {
    { "merchant_id", PHONE_M_TEXT, 0, NULL, NULL, "the merchant" },
    PHONE_KEYWORD_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_member_t  phone_keyword_members[] = {
    PHONE_KEYWORD_MEMBERS,
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_keyword_object = {
    "Keyword", phone_keyword_members
};


static const phone_member_t  phone_keyword_list_reply[] = {
    { "keywords", PHONE_M_LIST, 0, &phone_keyword_object, NULL,
      "newest first" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_keywords = {
    "operator.keywords", "POST",
    "/operator/merchants/{merchant_id}/keywords", PHONE_OPERATOR,
    phone_operator_keywords_run, phone_operator_keywords_params,
    phone_operator_keywords_reply,
    "Gives a merchant a keyword, ten at most: he gets a notice of each text "
    "that begins with it."
};


const phone_endpoint_t  phone_operator_keyword_list = {
    "operator.keyword_list", "GET",
    "/operator/merchants/{merchant_id}/keywords", PHONE_OPERATOR,
    phone_keyword_list_run, phone_keyword_list_params,
    phone_keyword_list_reply,
    "The keywords of a merchant, newest first."
};


const phone_endpoint_t  phone_operator_keyword_remove = {
    "operator.keyword_remove", "DELETE",
    "/operator/merchants/{merchant_id}/keywords/{keyword}", PHONE_OPERATOR,
    phone_keyword_remove_run, phone_keyword_remove_params,
    phone_reply_of_code,
    "Takes a keyword from a merchant; texts that begin with it are ignored "
    "from then on."
};


static phone_rc_t
phone_operator_keywords_run(phone_call_t *call)
{
    int                  listed;
    phone_str_t          word, owner;
    phone_record_t      *merchant, *keyword;
    const phone_list_t  *list;

    word = phone_keyword_fold(call, phone_arg(call, "keyword"));
    keyword = phone_keyword_ask(call, word);

    if (keyword == NULL) {
        phone_say(call, "reason",
                  PHONE_STR("letters, digits and Han, nothing else"));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "keyword");
    }

    owner = phone_arg(call, "merchant_id");
    merchant = phone_ask_some(call, &phone_merchant, owner,
                              PHONE_F(MERCHANT_STATUS));
    list = phone_keyword_listed(call, owner, word, &listed);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    if (phone_keyword_taken(word)
        || (phone_found(keyword)
            && !phone_equal(phone_get(keyword, KEYWORD_MERCHANT), owner)))
    {
        return phone_refuse_field(call, PHONE_KEYWORD_TAKEN, "keyword");
    }

    if (!phone_found(keyword)) {

        if (phone_keyword_add(call, keyword, list->n) != PHONE_DONE) {
            return phone_waiting(call) ? PHONE_AGAIN : PHONE_REFUSED;
        }

    } else if (!listed) {
        phone_rely(keyword);
        phone_index_add(call, &phone_keywords_of, owner, word,
                        phone_get_int(keyword, KEYWORD_CREATED));
    }

    phone_say(call, "merchant_id", owner);
    phone_say(call, "keyword", word);
    phone_say_time(call, "created_at",
                   phone_get_int(keyword, KEYWORD_CREATED));

    return phone_done(call);
}


static phone_rc_t
phone_keyword_add(phone_call_t *call, phone_record_t *keyword, int64_t size)
{
    int          room;
    phone_str_t  owner;

    owner = phone_arg(call, "merchant_id");

    if (size >= PHONE_KEYWORDS_MOST) {
        return phone_refuse_field(call, PHONE_TOO_MANY, "keyword");
    }

    /* with commits of one bucket the limit is not exact */

    room = phone_index_room(call, &phone_keywords_of, owner, 0,
                            PHONE_KEYWORDS_MOST);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (room == 0) {
        return phone_refuse_field(call, PHONE_TOO_MANY, "keyword");
    }

    phone_set(keyword, KEYWORD_MERCHANT, owner);
    phone_set_int(keyword, KEYWORD_CREATED, phone_now(call));
    phone_index_add(call, &phone_keywords_of, owner, phone_id(keyword),
                    phone_now(call));

    return PHONE_DONE;
}


static const phone_list_t *
phone_keyword_listed(phone_call_t *call, phone_str_t owner, phone_str_t word,
    int *listed)
{
    unsigned             i;
    const phone_list_t  *list;

    list = phone_ask_index(call, &phone_keywords_of, owner, 0,
                           PHONE_KEYWORDS_SHOWN);

    for (i = 0, *listed = 0; i < list->n; i++) {
        *listed |= phone_equal(list->entry[i].member, word);
    }

    return list;
}


/* The list may have what is not his any more. */

static phone_rc_t
phone_keyword_list_run(phone_call_t *call)
{
    int                  listed;
    unsigned             i;
    phone_str_t          owner;
    phone_json_t        *json;
    phone_record_t      *merchant, *keyword[PHONE_KEYWORDS_SHOWN];
    const phone_list_t  *list;

    owner = phone_arg(call, "merchant_id");
    merchant = phone_ask_some(call, &phone_merchant, owner,
                              PHONE_F(MERCHANT_STATUS));
    list = phone_keyword_listed(call, owner, PHONE_EMPTY, &listed);

    for (i = 0; i < list->n; i++) {
        keyword[i] = phone_ask(call, &phone_keyword, list->entry[i].member);
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(merchant)) {
        return phone_refuse(call, PHONE_MERCHANT_NOT_FOUND);
    }

    json = phone_reply(call);
    phone_json_array(json, "keywords");

    for (i = 0; i < list->n; i++) {

        if (!phone_equal(phone_get(keyword[i], KEYWORD_MERCHANT), owner)) {
            continue;
        }

        phone_json_object(json, NULL);
        phone_json_text(json, "keyword", list->entry[i].member);
        phone_json_time(json, "created_at",
                        phone_get_int(keyword[i], KEYWORD_CREATED));
        phone_json_end(json);
    }

    phone_json_end(json);

    return phone_done(call);
}


/* One that he does not have is not there, whoever has it; it leaves his list
   all the same. */

static phone_rc_t
phone_keyword_remove_run(phone_call_t *call)
{
    int              his, listed;
    phone_str_t      word, owner;
    phone_record_t  *keyword;

    word = phone_keyword_fold(call, phone_arg(call, "keyword"));
    owner = phone_arg(call, "merchant_id");
    keyword = phone_keyword_ask(call, word);
    (void) phone_keyword_listed(call, owner, word, &listed);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    his = keyword != NULL && phone_found(keyword)
          && phone_equal(phone_get(keyword, KEYWORD_MERCHANT), owner);

    if (keyword == NULL || (!his && !listed)) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "keyword");
    }

    phone_rely(keyword);
    phone_index_remove(call, &phone_keywords_of, owner, word);

    if (his) {
        phone_remove(keyword);
    }

    return phone_done(call);
}
