
/*
 * Every way to refuse a call: code, HTTP status, whether the same call may
 * succeed later, and what the caller is told to do, in English and Chinese.
 */


#ifndef _PHONE_REFUSALS_H_INCLUDED_
#define _PHONE_REFUSALS_H_INCLUDED_


#define PHONE_REFUSALS(R)                                                     \
    R(PARAM_MISSING, 400, 0,                                                  \
      "A required field is missing: send it.",                                \
      "缺少必填字段，请补上。")                                               \
    R(PARAM_INVALID, 400, 0,                                                  \
      "A field has a value that is not allowed: see the API reference.",      \
      "字段的值不符合要求，请查看接口文档。")                                 \
    R(BODY_INVALID, 400, 0,                                                   \
      "The body or the query string cannot be read: send a form, or one "     \
      "JSON object of strings, integers, booleans and lists, in UTF-8.",      \
      "无法解析请求体或查询串，请发送 UTF-8 编码的表单，或由字符串、整数、"   \
      "布尔值和列表组成的 JSON 对象。")                                       \
    R(FIELD_DUPLICATE, 400, 0,                                                \
      "A field appears twice: send each field once.",                          \
      "字段重复，每个字段只能出现一次。")                                     \
    R(FIELD_AMBIGUOUS, 400, 0,                                                \
      "The value contains & followed by a name and =, so it could be "        \
      "read as two fields: remove that.",                                     \
      "字段的值中含有“&名称=”，可能被读成两个字段，请去掉。")                 \
    R(PIN_NOT_SET, 403, 0,                                                    \
      "No payment PIN is set: set one first.",                                \
      "尚未设置支付密码，请先设置。")                                         \
    R(PIN_WEAK, 400, 0,                                                       \
      "This PIN is too easy to guess: choose six other digits.",              \
      "支付密码过于简单，请换六位数字。")                                     \
    R(PASSWORD_WEAK, 400, 0,                                                  \
      "This password is too short, too common or the phone number: choose "   \
      "another.",                                                             \
      "密码太短、太常见，或与手机号相同，请换一个。")                         \
    R(SIGN_ERROR, 401, 0,                                                     \
      "The signature does not match the fields: check the key and the "       \
      "text that you sign.",                                                  \
      "签名不正确，请检查密钥和待签名串。")                                   \
    R(DIGEST_MISMATCH, 401, 0,                                                \
      "The digest does not match the fields: sort by name, sign "             \
      "exactly what you send, and check that nothing on the way "             \
      "changes it.",                                                          \
      "摘要与字段不符：请按名称排序拼接，并确认内容在传输中未被改动。")       \
    R(KEY_UNKNOWN, 401, 0,                                                    \
      "No such merchant or key: check merchant_id and key_id.",               \
      "商户或密钥不存在，请检查 merchant_id 和 key_id。")                     \
    R(TIMESTAMP_SKEW, 401, 0,                                                 \
      "The timestamp is too far from our time: set your clock, sign again.",  \
      "时间戳偏差过大，请校准时钟后重新签名。")                               \
    R(NONCE_REUSED, 401, 0,                                                   \
      "This nonce was used before: sign the same fields afresh, with a new "  \
      "nonce and timestamp.",                                                 \
      "随机串已使用过，请换新的随机串和时间戳，"                              \
      "对相同字段重新签名。")                                                 \
    R(LOGIN_REQUIRED, 401, 0,                                                 \
      "Log in first.",                                                        \
      "请先登录。")                                                           \
    R(LOGIN_FAILED, 401, 0,                                                   \
      "The number and the password or code do not match, or the code "        \
      "has expired: check both, or ask for a new code.",                      \
      "号码与密码或验证码不符，或验证码已失效，请核对后重试，或重新获取验"    \
      "证码。")                                                               \
    R(FORBIDDEN, 403, 0,                                                      \
      "You are not allowed to do this: ask the operator.",                    \
      "没有权限，请联系运营方。")                                             \
    R(CROSS_ORIGIN, 403, 0,                                                   \
      "The call came from a page of another site: make it from a page of "    \
      "this one.",                                                            \
      "请求来自其他网站的页面，请从本站页面操作。")                           \
    R(PIN_WRONG, 403, 0,                                                      \
      "The PIN is wrong: remaining says how many tries are left.",            \
      "支付密码错误，remaining 为剩余次数。")                                 \
    R(PIN_LOCKED, 403, 1,                                                     \
      "Too many wrong PINs: wait until the time given in until.",             \
      "支付密码错误次数过多，请在 until 所示时间之后再试。")                  \
    R(BALANCE_NOT_ENOUGH, 403, 0,                                             \
      "This card cannot cover the amount: choose another card.",              \
      "该卡余额不足，请换一张卡。")                                           \
    R(TAKINGS_NOT_ENOUGH, 409, 0,                                             \
      "The merchant's takings are less than that, or zero: nothing was "      \
      "paid out; see its takings.",                                           \
      "该商户的收款余额不足或为零，未结算，请查看其收款余额。")               \
    R(ACCOUNT_FULL, 409, 0,                                                   \
      "The receiving account cannot hold more: nothing was moved; ask "       \
      "the operator.",                                                        \
      "收款账户已达上限，未发生扣款，请联系运营方。")                         \
    R(CURRENCY_MISMATCH, 403, 0,                                              \
      "This card is in another currency: choose another card.",               \
      "该卡币种不符，请换一张卡。")                                           \
    R(MERCHANT_CLOSED, 403, 0,                                                \
      "This merchant is closed: nothing is billed or paid until the "         \
      "platform opens it again.",                                             \
      "该商户已停用，恢复之前不能出账单，也不能付款。")                       \
    R(BILL_NOT_FOUND, 404, 0,                                                 \
      "There is no such bill, or it is not yours: check its id or order "     \
      "number.",                                                              \
      "账单不存在或不属于您，请检查账单号或订单号。")                         \
    R(CARD_NOT_FOUND, 404, 0,                                                 \
      "There is no such card of yours: take one of GET /pay/cards.",          \
      "您没有这张银行卡，请从 GET /pay/cards 中选择。")                       \
    R(MERCHANT_NOT_FOUND, 404, 0,                                             \
      "There is no such merchant: check merchant_id.",                        \
      "商户不存在，请检查 merchant_id。")                                     \
    R(NOT_FOUND, 404, 0,                                                      \
      "There is nothing at this address: check the path and the ids in "      \
      "it.",                                                                  \
      "该地址不存在，请检查路径和其中的编号。")                               \
    R(METHOD_NOT_ALLOWED, 405, 0,                                             \
      "This address does not take this method: see the API reference.",       \
      "该地址不支持此请求方法，请查看接口文档。")                             \
    R(ORDER_MISMATCH, 409, 0,                                                 \
      "This order number exists with another value of the field: send "       \
      "that value, or take a new order number.",                              \
      "该订单号已存在，且所示字段的值不同，请发送原值，或换用新的订单号。")   \
    R(AMOUNT_MISMATCH, 409, 0,                                                \
      "The amount or payee shown is not that of the bill: reload the bill.",  \
      "金额或收款方与账单不符，请刷新账单。")                                 \
    R(BILL_PAID, 409, 0,                                                      \
      "The bill has been paid: nothing is due.",                              \
      "账单已支付，无需再付。")                                               \
    R(BILL_CLOSED, 409, 0,                                                    \
      "The bill has been closed: ask the merchant for a new one.",            \
      "账单已关闭，请联系商户重新出账单。")                                   \
    R(BILL_EXPIRED, 409, 0,                                                   \
      "The bill has expired: ask the merchant for a new one.",                \
      "账单已过期，请联系商户重新出账单。")                                   \
    R(BILL_REJECTED, 409, 0,                                                  \
      "The bill has been rejected: ask the merchant for a new one.",          \
      "账单已被拒绝，请联系商户重新出账单。")                                 \
    R(EXISTS, 409, 0,                                                         \
      "It exists already, with another value of the field: send that "        \
      "value, or take a new id.",                                             \
      "已存在，且所示字段的值不同，请发送原值，或换用新的编号。")             \
    R(TOO_MANY, 409, 0,                                                       \
      "The limit of these is reached: use an existing one.",                  \
      "数量已达上限，请使用已有的。")                                         \
    R(IDEMPOTENCY_MISMATCH, 422, 0,                                           \
      "This Idempotency-Key was used with other fields: take a new one.",     \
      "该 Idempotency-Key 已用于内容不同的请求，请换一个。")                  \
    R(TOO_LARGE, 413, 0,                                                      \
      "The body is too large: send a shorter one.",                           \
      "请求体过大，请缩短。")                                                 \
    R(MEDIA_TYPE, 415, 0,                                                     \
      "Send application/json or application/x-www-form-urlencoded.",          \
      "请使用 application/json 或 application/x-www-form-urlencoded。")       \
    R(RATE_LIMITED, 429, 1,                                                   \
      "Too many calls for now: wait as long as Retry-After says, then "       \
      "try again.",                                                           \
      "次数已达上限，请按 Retry-After 所示的秒数等待后再试。")                \
    R(INTERNAL, 500, 0,                                                       \
      "Something is wrong on our side: tell the operator the request_id.",    \
      "系统内部错误，请把 request_id 告诉运营方。")                           \
    R(BUSY, 503, 1,                                                           \
      "The platform is busy: send the same fields again; sign a signed "      \
      "call afresh.",                                                         \
      "系统繁忙，请用相同字段重试，"                                          \
      "签名请求须重新签名。")                                                 \
    R(STORE_UNAVAILABLE, 503, 1,                                              \
      "The store does not answer: send the same fields again; sign a "        \
      "signed call afresh.",                                                  \
      "存储暂不可用，请用相同字段重试，"                                      \
      "签名请求须重新签名。")


#define PHONE_REFUSAL_ENUM(code, status, retryable, en, zh)  PHONE_##code,

typedef enum {
    PHONE_REFUSALS(PHONE_REFUSAL_ENUM)
    PHONE_REFUSALS_N
} phone_refusal_t;


typedef struct {
    const char              *code;
    int                      status;
    int                      retryable;
    const char              *en;
    const char              *zh;
} phone_refusal_text_t;


extern const phone_refusal_text_t  phone_refusal_text[PHONE_REFUSALS_N];


#endif /* _PHONE_REFUSALS_H_INCLUDED_ */
