
/* What a parameter takes, told to who sent another value. */


#include "../host.h"
#include "runtime.h"
#include "../lib/legible.h"


static phone_rc_t phone_param_say(phone_call_t *call, phone_str_t field,
    phone_str_t en, phone_str_t zh);
static phone_rc_t phone_param_words(phone_call_t *call, phone_str_t field,
    const char *const *word);


const char *const  phone_sign_type_words[] = {
    "RSA2", "SHA256withRSA", "MD5withRSA", "Ed25519", "HMAC-SHA256", NULL
};


static phone_rc_t
phone_param_text(phone_call_t *call, const phone_param_t *param,
    phone_str_t field, phone_str_t value)
{
    size_t  length;

    length = phone_utf8_length(value);

    if (phone_utf8_valid(value) && (int64_t) length >= param->min
        && (int64_t) length <= param->max)
    {
        return phone_param_say(call, field,
            param->flags & PHONE_LINES
            ? PHONE_STR("The text must not be blank or contain tabs, other "
                        "control characters than line ends, invisible "
                        "characters or characters that change the direction "
                        "of text.")
            : PHONE_STR("The text must not be blank or contain line ends, "
                        "tabs, other control characters, invisible "
                        "characters or characters that change the direction "
                        "of text."),
            param->flags & PHONE_LINES
            ? PHONE_STR("文本不能为空白，也不能含有制表符、换行以外的控制"
                        "字符、不可见的字符或改变文字方向的字符。")
            : PHONE_STR("文本不能为空白，也不能含有换行、制表符等控制"
                        "字符、不可见的字符或改变文字方向的字符。"));
    }

    return phone_param_say(call, field,
        phone_format(&call->arena, "It must have %lld to %lld characters.",
                     (long long) param->min, (long long) param->max),
        phone_format(&call->arena, "长度须为 %lld 至 %lld 个字符。",
                     (long long) param->min, (long long) param->max));
}


/* What has a least and a greatest length or value. */

static phone_rc_t
phone_param_bounds(phone_call_t *call, const phone_param_t *param,
    phone_str_t field)
{
    long long       min, max;
    phone_arena_t  *memory;

    min = (long long) param->min;
    max = (long long) param->max;
    memory = &call->arena;

    switch (param->type) {

    case PHONE_P_BASE64:
        return phone_param_say(call, field,
            phone_format(memory, "It must be base64 or PEM of %lld to "
                         "%lld characters.", min, max),
            phone_format(memory, "须为 base64 或 PEM 格式，长度为 %lld 至 "
                         "%lld 个字符。", min, max));

    case PHONE_P_NAME:
        return phone_param_say(call, field,
            phone_format(memory, "It must have %lld to %lld of the "
                         "characters A-Z a-z 0-9 _ - and the dot, and not be "
                         "one or two dots only.", min, max),
            phone_format(memory, "长度须为 %lld 至 %lld 个字符，只能使用 "
                         "A-Z a-z 0-9 _ - 和英文句点，且不能仅为一个或两个"
                         "句点。", min, max));

    case PHONE_P_DIGITS:
        return phone_param_say(call, field,
            min == max ? phone_format(memory, "It must have %lld digits.", min)
                       : phone_format(memory, "It must have %lld to %lld "
                                      "digits.", min, max),
            min == max ? phone_format(memory, "须为 %lld 位数字。", min)
                       : phone_format(memory, "须为 %lld 至 %lld 位数字。",
                                      min, max));

    default: /* PHONE_P_INT */
        return phone_param_say(call, field,
            phone_format(memory, "It must be an integer from %lld to %lld.",
                         min, max),
            phone_format(memory, "须为 %lld 至 %lld 的整数。", min, max));
    }
}


phone_rc_t
phone_param_invalid(phone_call_t *call, const phone_param_t *param,
    phone_str_t field, phone_str_t value)
{
    switch (param->type) {

    case PHONE_P_TEXT:
        return phone_param_text(call, param, field, value);

    case PHONE_P_BASE64:
    case PHONE_P_NAME:
    case PHONE_P_DIGITS:
    case PHONE_P_INT:
        return phone_param_bounds(call, param, field);

    case PHONE_P_BOOL:
        return phone_param_say(call, field,
            PHONE_STR("It must be true or false, or 1 or 0."),
            PHONE_STR("须为 true 或 false，或者 1 或 0。"));

    case PHONE_P_AMOUNT:
        return phone_param_say(call, field,
            PHONE_STR("It must be an integer from 1 to 1000000000000000, in "
                      "minor units of the currency, without a sign or a "
                      "decimal point."),
            PHONE_STR("须为 1 至 1000000000000000 的整数，以币种的最小单位"
                      "（人民币为分）计，不带正负号和小数点。"));

    case PHONE_P_CURRENCY:
        return phone_param_say(call, field,
            PHONE_STR("It must be an ISO 4217 currency code, such as CNY."),
            PHONE_STR("须为 ISO 4217 币种代码，例如 CNY。"));

    case PHONE_P_PHONE:
        return phone_param_say(call, field,
            PHONE_STR("It is not a valid phone number: write it with + and "
                      "the country code, as in +8613800000001."),
            PHONE_STR("电话号码无效，请写成“+”、国家代码加号码的形式，"
                      "例如 +8613800000001。"));

    case PHONE_P_ID:
        return phone_param_say(call, field,
            PHONE_STR("It must be an id from a reply."),
            PHONE_STR("须为接口返回过的编号。"));

    case PHONE_P_URL:
        return phone_param_say(call, field,
            PHONE_STR("It must be an http or https URL of at most 512 bytes, "
                      "without a user name."),
            PHONE_STR("须为 http 或 https 网址，最长 512 字节，"
                      "不能含有用户名。"));

    case PHONE_P_SIGN_TYPE:
        return phone_param_words(call, field, phone_sign_type_words);

    case PHONE_P_FILE:
        return phone_param_say(call, field,
            phone_format(&call->arena, "It must be a file of %lld to %lld "
                         "bytes, sent as multipart/form-data or as the body.",
                         (long long) param->min, (long long) param->max),
            phone_format(&call->arena, "须为 %lld 至 %lld 字节的文件，以 "
                         "multipart/form-data 或请求体的形式上传。",
                         (long long) param->min, (long long) param->max));

    case PHONE_P_WORD:
        return phone_param_words(call, field, phone_words(param->min));

    default: /* PHONE_P_OBJECT */
        return phone_param_shape(call, param, field, PHONE_NOT_OBJECT);
    }
}


phone_rc_t
phone_param_shape(phone_call_t *call, const phone_param_t *param,
    phone_str_t field, phone_shape_t shape)
{
    unsigned        most;
    phone_arena_t  *memory;

    memory = &call->arena;

    switch (shape) {

    case PHONE_NOT_ONE:
        return phone_param_say(call, field,
            PHONE_STR("It must be one value, not a list or an object."),
            PHONE_STR("须为单个值，不能是列表或对象。"));

    case PHONE_NOT_LIST:
        if (param->type == PHONE_P_OBJECT) {
            return phone_param_say(call, field,
                PHONE_STR("It must be a list of objects: send JSON with an "
                          "array."),
                PHONE_STR("须为对象列表，请以 JSON 数组发送。"));
        }

        return phone_param_say(call, field,
            phone_format(memory, "It must be a list: in JSON an array, in a "
                         "form %s[]= for each item.", param->name),
            phone_format(memory, "须为列表：在 JSON 中为数组，在表单中"
                         "每一项为一个 %s[]=。", param->name));

    case PHONE_NOT_OBJECT:
        return phone_param_say(call, field,
            PHONE_STR("It must be an object."), PHONE_STR("须为对象。"));

    default: /* PHONE_TOO_LONG */
        most = PHONE_LIST_OF(param->flags);

        return phone_param_say(call, field,
            phone_format(memory, "The list must have at most %u items.",
                         most),
            phone_format(memory, "列表最多 %u 项。", most));
    }
}


static phone_rc_t
phone_param_words(phone_call_t *call, phone_str_t field,
    const char *const *word)
{
    unsigned     i;
    phone_buf_t  buf;
    phone_str_t  words;

    phone_buf_init(&buf, &call->arena, 64);

    for (i = 0; word[i]; i++) {
        if (i) {
            phone_buf_byte(&buf, ' ');
        }

        phone_buf_put(&buf, phone_cstr(word[i]));
    }

    words = phone_buf_str(&buf);

    return phone_param_say(call, field,
        phone_format(&call->arena, "It must be one of: %.*s.",
                     (int) words.len, words.data),
        phone_format(&call->arena, "须为以下值之一：%.*s。",
                     (int) words.len, words.data));
}


static phone_rc_t
phone_param_say(phone_call_t *call, phone_str_t field, phone_str_t en,
    phone_str_t zh)
{
    return phone_refuse_saying(call, PHONE_PARAM_INVALID, field, en, zh);
}
