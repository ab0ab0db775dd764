
/*
 * Every way to refuse a call: code, HTTP status, whether the same call may
 * succeed later, and what the caller is told to do, in English and Chinese.
 */


#ifndef _PHONE_REFUSALS_H_INCLUDED_
#define _PHONE_REFUSALS_H_INCLUDED_


#define PHONE_REFUSALS(R)                                                     \
    R(PARAM_MISSING, 400, 0,                                                  \
      "A required field is missing: send it.",                                \
      "缺少必填字段，请补充后重新请求。")                                     \
    R(PARAM_INVALID, 400, 0,                                                  \
      "A field has a value that is not allowed: see the API reference.",      \
      "字段的值不符合要求，请按接口文档修改。")                               \
    R(BODY_INVALID, 400, 0,                                                   \
      "The body or the query string cannot be parsed: send a form, or one "   \
      "JSON object of strings, integers, booleans and lists, in UTF-8.",      \
      "无法解析请求体或查询字符串，请使用 UTF-8 编码的表单，或由字符串、整"   \
      "数、布尔值和数组组成的 JSON 对象。")                                   \
    R(FIELD_DUPLICATE, 400, 0,                                                \
      "A field appears twice: send each field once.",                         \
      "请求中有重复的字段，每个字段只能出现一次。")                           \
    R(FIELD_AMBIGUOUS, 400, 0,                                                \
      "The value contains & followed by a name and =, so it could be read "   \
      "as two fields: remove that.",                                          \
      "字段的值中含有“&字段名=”，可能被解析为两个字段，请去掉这部分内容。")   \
    R(PIN_NOT_SET, 403, 0,                                                    \
      "No payment PIN is set: set one first.",                                \
      "尚未设置支付密码，请先设置。")                                         \
    R(PIN_WEAK, 400, 0,                                                       \
      "This PIN is too easy to guess: choose six other digits.",              \
      "支付密码过于简单，请换用其他六位数字。")                               \
    R(PASSWORD_WEAK, 400, 0,                                                  \
      "This password is too short, too common or the phone number: choose "   \
      "another.",                                                             \
      "密码太短、过于常见，或与手机号相同，请换用其他密码。")                 \
    R(SIGN_ERROR, 401, 0,                                                     \
      "The signature does not match the fields: check the key and the text "  \
      "that you sign.",                                                       \
      "验签失败，请检查签名所用的密钥和待签名串。")                           \
    R(DIGEST_MISMATCH, 401, 0,                                                \
      "The digest does not match the fields: sort them by name, sign "        \
      "exactly what you send, and check that nothing on the way changes it.", \
      "摘要与请求内容不符，请将字段按名称排序后拼接待签名串，并确认请求内容"  \
      "在传输中未被改动。")                                                   \
    R(KEY_UNKNOWN, 401, 0,                                                    \
      "There is no such merchant or terminal, or no valid key with this "     \
      "key_id: check the field named.",                                       \
      "商户或终端不存在，或没有与 key_id 对应的有效密钥，请检查 field 所示"   \
      "的字段。")                                                             \
    R(TIMESTAMP_SKEW, 401, 0,                                                 \
      "The timestamp is too far from our time: set your clock, and sign or "  \
      "seal the call again.",                                                 \
      "时间戳与平台时间相差过大，请校准时钟后重新签名或加密。")               \
    R(NONCE_REUSED, 401, 0,                                                   \
      "This nonce was used before: sign the same fields again, with a new "   \
      "nonce and timestamp.",                                                 \
      "随机串已被使用，请更换随机串和时间戳，对相同的字段重新签名。")         \
    R(ENVELOPE_INVALID, 400, 0,                                               \
      "The envelope cannot be opened for this call: seal the fields again "   \
      "with this session's key; if the key is lost, log in again and ask for "\
      "a new one.",                                                           \
      "加密信封无法打开，请用本会话的密钥针对本次请求重新加密；密钥已丢失时请"\
      "重新登录并获取新密钥。")                                               \
    R(ENVELOPE_REPLAYED, 409, 0,                                              \
      "This envelope was used before: seal the fields again, with a new IV "  \
      "and time.",                                                            \
      "该加密信封已被使用，请更换初始向量和时间后重新加密。")                 \
    R(ENVELOPE_NEEDED, 403, 0,                                                \
      "This number takes secret fields in an envelope only, or one of a "     \
      "higher suite: see suite.",                                             \
      "该号码只接受加密信封中的敏感字段，或要求更高的加密套件，请按 suite "   \
      "所示的套件加密。")                                                     \
    R(ENVELOPE_KEY_GONE, 403, 0,                                              \
      "A session's key is given once, within ten minutes of its login: log "  \
      "in again; if you never asked for it, end your other sessions.",        \
      "会话密钥仅在登录后十分钟内发放一次，请重新登录获取；如非本人获取，请"  \
      "注销其他会话。")                                                       \
    R(LOGIN_REQUIRED, 401, 0,                                                 \
      "Log in first.",                                                        \
      "请先登录。")                                                           \
    R(LOGIN_FAILED, 401, 0,                                                   \
      "The number and the password or code do not match, or the code has "    \
      "expired: check both, or ask for a new code.",                          \
      "手机号与密码或验证码不匹配，或验证码已失效，请核对后重试，或重新获取"  \
      "验证码。")                                                             \
    R(FORBIDDEN, 403, 0,                                                      \
      "You are not allowed to do this: ask the operator.",                    \
      "没有访问权限，请联系平台运营方。")                                     \
    R(CROSS_ORIGIN, 403, 0,                                                   \
      "The call came from a page of another site: make it from a page of "    \
      "this one.",                                                            \
      "请求来自其他网站的页面，请在本站页面上操作。")                         \
    R(PIN_WRONG, 403, 0,                                                      \
      "The PIN is wrong: remaining says how many tries are left.",            \
      "支付密码错误，请重新输入，remaining 为剩余可尝试次数。")               \
    R(PIN_LOCKED, 403, 1,                                                     \
      "Too many wrong PINs: wait until the time given in until.",             \
      "支付密码错误次数过多，已被锁定，请在 until 所示时间之后重试。")        \
    R(PIN_QUIET, 403, 1,                                                      \
      "The payment PIN was reset and is not accepted yet: wait until the "    \
      "time given in until.",                                                 \
      "支付密码已重置，尚未生效，请在 until 所示时间之后重试。")              \
    R(CODE_NEEDED, 403, 0,                                                    \
      "Log in with a code sent by SMS, and send this call within 10 minutes " \
      "after that.",                                                          \
      "请先用短信验证码登录，并在登录后 10 分钟内重新请求。")                 \
    R(PASSWORD_NEW, 403, 0,                                                   \
      "A PIN cannot be reset without a password, or with one that was set "   \
      "a short while ago: set one with POST /password, or wait until the "    \
      "time given in until.",                                                 \
      "未设置登录密码或密码刚刚修改，暂不能重置支付密码：请先设置密码，或在"  \
      " until 所示时间之后重试。")                                            \
    R(CARD_PROOF_WRONG, 403, 0,                                               \
      "No card of this number and proof was issued to you: check both, or "   \
      "ask the bank for another proof.",                                      \
      "您名下没有与该卡号和银行验证码相符的银行卡，请核对后重试，或向发卡银行"\
      "重新获取银行验证码。")                                                 \
    R(LIMIT_CARD_DAY, 403, 1,                                                 \
      "This card has reached its daily limit of amount or number of "         \
      "payments: left can still be paid; choose another card, or wait until " \
      "the time in until.",                                                   \
      "该银行卡今日支付金额或次数已达上限，left 为剩余可付金额，请更换银行卡" \
      "，或在 until 所示时间之后重试。")                                      \
    R(LIMIT_PAYER_DAY, 403, 1,                                                \
      "You have reached your daily limit of amount or number of payments: "   \
      "left can still be paid; wait until the time in until.",                \
      "您今日的支付金额或次数已达上限，left 为剩余可付金额，请在 until 所示时"\
      "间之后重试。")                                                         \
    R(LIMIT_MERCHANT_BILL, 403, 0,                                            \
      "The amount is above the merchant's limit for one bill, which is most: "\
      "the merchant can make several bills.",                                 \
      "金额超过该商户单笔限额，most 为单笔最高金额，商户可拆分为多笔账单。")  \
    R(LIMIT_MERCHANT_DAY, 403, 1,                                             \
      "The merchant has reached its daily limit of bills: left remains; wait "\
      "until the time in until.",                                             \
      "该商户今日账单已达限额，left 为剩余额度，请在 until 所示时间之后重试。")\
    R(BALANCE_NOT_ENOUGH, 403, 0,                                             \
      "The balance of this card is too low: choose another card.",            \
      "该银行卡余额不足，请更换银行卡。")                                     \
    R(BANK_UNAVAILABLE, 503, 1,                                               \
      "The bank of this card cannot be asked: choose another card, or try "   \
      "again later.",                                                         \
      "暂时无法连接该卡的发卡银行，请更换银行卡或稍后重试。")                 \
    R(STATEMENT_NOT_READY, 409, 1,                                            \
      "The statement is not ready: wait for the seconds in Retry-After, then "\
      "ask again.",                                                           \
      "对账单尚未生成，请在 Retry-After 所示的秒数之后重试。")                \
    R(RECONCILE_NOT_READY, 409, 1,                                            \
      "The file is still being compared: wait for the seconds in "            \
      "Retry-After, then ask again.",                                         \
      "对账文件正在核对，请在 Retry-After 所示的秒数之后再查询。")            \
    R(CSV_INVALID, 400, 0,                                                    \
      "The file cannot be read: row and reason say where and why; correct it "\
      "and send the file again.",                                             \
      "无法读取该文件，请根据 row（行号）和 reason（原因）修改后重新上传。")  \
    R(CONTACTS_UNREADABLE, 400, 0,                                            \
      "The file cannot be read as vCard or CSV: row and reason say where and "\
      "why; correct it and send the file again.",                             \
      "无法将该文件读取为 vCard 或 CSV，请根据 row（行号）和 reason（原因）修"\
      "改后重新上传。")                                                       \
    R(NUMBER_HELD, 409, 0,                                                    \
      "Another contact of yours has this number: change that one, its "       \
      "contact_id is in the reply.",                                          \
      "您的另一个联系人已有该号码，请修改该联系人，其编号见 contact_id。")    \
    R(IMPORT_RUNNING, 409, 1,                                                 \
      "Another import or undo is under way: wait for its end, then try again.",\
      "另一个导入或撤销正在进行，请等待其完成后重试。")                       \
    R(NOTHING_TO_UNDO, 409, 0,                                                \
      "It was a dry run and has stored nothing: there is nothing to undo.",   \
      "这是一次试运行，没有保存任何内容，无需撤销。")                         \
    R(TAKINGS_NOT_ENOUGH, 409, 0,                                             \
      "The merchant's takings are less than that, or zero: nothing was "      \
      "moved; see its takings.",                                              \
      "该商户的待结算金额不足或为零，本次未发生资金变动，请查询其待结算金"    \
      "额。")                                                                 \
    R(ACCOUNT_FULL, 409, 0,                                                   \
      "The receiving account cannot hold more: nothing was moved; ask the "   \
      "operator.",                                                            \
      "收款账户余额已达上限，本次未发生资金变动，请联系平台运营方。")         \
    R(CURRENCY_MISMATCH, 403, 0,                                              \
      "This card is in another currency: choose another card.",               \
      "该银行卡的币种与账单不符，请更换银行卡。")                             \
    R(MERCHANT_CLOSED, 403, 0,                                                \
      "This merchant is closed: no bills are made or paid until the platform "\
      "opens it again; ask the operator of the platform.",                    \
      "该商户已停用，恢复之前无法创建或支付账单，请联系平台运营方。")         \
    R(BILL_NOT_FOUND, 404, 0,                                                 \
      "There is no such bill, or it is not yours: check its id or order "     \
      "number.",                                                              \
      "账单不存在或不属于您，请检查账单号或商户订单号。")                     \
    R(REFUND_NOT_FOUND, 404, 0,                                               \
      "There is no such refund, or it is not yours: check its number.",       \
      "退款不存在或不属于您，请检查退款单号。")                               \
    R(CARD_NOT_FOUND, 404, 0,                                                 \
      "You have no such card: choose one of your cards.",                     \
      "未找到该银行卡，请选择您已绑定的银行卡。")                             \
    R(MERCHANT_NOT_FOUND, 404, 0,                                             \
      "There is no such merchant: check merchant_id.",                        \
      "商户不存在，请检查 merchant_id。")                                     \
    R(MAIL_NOT_FOUND, 404, 0,                                                 \
      "There is no such mail in your mailbox: list it again.",                \
      "邮箱中没有该邮件，请刷新邮件列表。")                                   \
    R(MAILBOX_FULL, 409, 0,                                                   \
      "Your mailbox is full, and the oldest mails were not read: read or "    \
      "delete some first.",                                                   \
      "邮箱已满，且最早的邮件均未读，请先阅读或删除部分邮件。")               \
    R(PICTURE_NOT_FOUND, 404, 0,                                              \
      "This mail has no picture: picture_type is in the mails that have one.",\
      "该邮件没有图片，带图片的邮件含有 picture_type 字段。")                 \
    R(PICTURE_TOO_LARGE, 413, 0,                                              \
      "The picture has too many bytes: send a smaller one.",                  \
      "图片文件过大，请发送较小的图片。")                                     \
    R(PICTURE_PIXELS, 422, 0,                                                 \
      "The picture has too many pixels: make it smaller, then send it.",      \
      "图片像素过多，请缩小后再发送。")                                       \
    R(PICTURE_UNREADABLE, 422, 0,                                             \
      "The file is not a complete JPEG, PNG or still WebP picture: send "     \
      "another file.",                                                        \
      "文件不是完整的 JPEG、PNG 或静态 WebP 图片，请重新选择图片。")          \
    R(NOT_FOUND, 404, 0,                                                      \
      "There is nothing at this address: check the path and the ids in it.",  \
      "请求的地址不存在，请检查路径和其中的编号。")                           \
    R(METHOD_NOT_ALLOWED, 405, 0,                                             \
      "This address does not take this method: see the API reference.",       \
      "该地址不支持此请求方法，请查看接口文档。")                             \
    R(ORDER_MISMATCH, 409, 0,                                                 \
      "This order or refund number was used before, with another value of "   \
      "the field: send that value, or use a new number.",                     \
      "该商户订单号或退款单号已被使用，且 field 所示字段的值不同，请发送原来" \
      "的值，或使用新的单号。")                                               \
    R(AMOUNT_MISMATCH, 409, 0,                                                \
      "The amount or payee shown is not that of the bill: reload the bill.",  \
      "所示的金额或收款方与账单不一致，请刷新账单后重试。")                   \
    R(BILL_PAID, 409, 0,                                                      \
      "The bill has already been paid: it cannot be paid again, rejected "    \
      "or closed.",                                                           \
      "账单已支付，不能再次支付、拒绝或关闭。")                               \
    R(BILL_CLOSED, 409, 0,                                                    \
      "The bill has been closed and cannot be paid: the merchant can make "   \
      "a new one.",                                                           \
      "账单已关闭，不能再支付，可由商户重新创建账单。")                       \
    R(BILL_EXPIRED, 409, 0,                                                   \
      "The bill has expired and cannot be paid: the merchant can make a "     \
      "new one.",                                                             \
      "账单已过期，不能再支付，可由商户重新创建账单。")                       \
    R(BILL_REJECTED, 409, 0,                                                  \
      "The bill has been rejected and cannot be paid: the merchant can "      \
      "make a new one.",                                                      \
      "账单已被拒绝，不能再支付，可由商户重新创建账单。")                     \
    R(PAYMENT_PENDING, 409, 1,                                                \
      "A payment of this bill is in progress: wait for the bank's answer, "   \
      "then read the bill again.",                                            \
      "账单正在由银行处理付款，请等待银行结果后重新查询账单。")               \
    R(BILL_HANDED_ON, 409, 0,                                                 \
      "The bill has gone on to another number: see the list of your bills.",  \
      "账单已转交其他号码，请查看您的账单列表。")                             \
    R(BILL_NOT_ACCEPTED, 409, 0,                                              \
      "The bill was handed on to you: accept it first, or decline.",          \
      "该账单由他人转交给您，请先接受或谢绝。")                               \
    R(BILL_NOT_OFFERED, 409, 0,                                               \
      "You need not accept this bill: pay it or reject it.",                  \
      "该账单无需接受或谢绝，请直接支付或拒绝。")                             \
    R(NO_NOTIFY_URL, 409, 0,                                                  \
      "There is no address to check: ask the operator to set notify_url.",    \
      "没有可检查的通知地址，请联系运营方设置 notify_url。")                  \
    R(RESULT_MISMATCH, 409, 0,                                                \
      "result does not match the status of the bill: query the bill first.",  \
      "result 与账单状态不符，请先查询账单状态。")                            \
    R(MESSAGE_LIMIT, 409, 0,                                                  \
      "Three messages were sent about this bill: no more are taken.",         \
      "该账单已发送三条消息，不能再发送。")                                   \
    R(MESSAGE_TOO_LATE, 409, 0,                                               \
      "The bill ended more than 30 days ago: no message about it is taken.",  \
      "账单结束已超过三十天，不能再发送相关消息。")                           \
    R(BILL_NOT_HANDED_ON, 409, 0,                                             \
      "The bill is with you: there is no offer to take back.",                \
      "账单在您这里，没有可撤回的转交。")                                     \
    R(BILL_ACCEPTED, 409, 0,                                                  \
      "The other number has accepted the bill: ask it to pay or reject it.",  \
      "对方已接受该账单，请联系对方支付或拒绝。")                             \
    R(BILL_RECALLED, 409, 0,                                                  \
      "The number that handed the bill on has taken it back: you need not do "\
      "anything.",                                                            \
      "转交人已撤回该账单，您无需处理。")                                     \
    R(HAND_ON_LOOP, 409, 0,                                                   \
      "This number has the bill or has had it: choose another number.",       \
      "该号码已持有或曾持有此账单，请选择其他号码。")                         \
    R(HAND_ON_LIMIT, 409, 0,                                                  \
      "The bill was handed on too often: pay it or reject it.",               \
      "账单转交次数已达上限，请支付或拒绝。")                                 \
    R(BILL_NOT_PAID, 409, 0,                                                  \
      "The bill is not paid, so there is nothing to refund: see its status.", \
      "账单未支付，无法退款，请查询账单状态。")                               \
    R(REFUND_EXCEEDS, 409, 0,                                                 \
      "The refunds would exceed the payment: left can still be refunded.",    \
      "退款总额超过账单的支付金额，left 为剩余可退金额。")                    \
    R(REFUND_TOO_LATE, 409, 0,                                                \
      "The bill was paid too long ago and cannot be refunded any more: pay "  \
      "the buyer back in another way.",                                       \
      "账单支付时间过久，不能再退款，请通过其他方式退还。")                   \
    R(REFUND_TOO_MANY, 409, 0,                                                \
      "The bill was refunded in 50 parts and cannot be refunded any more: "   \
      "pay the buyer back in another way.",                                   \
      "该账单已退款 50 次，不能再退款，请通过其他方式退还。")                 \
    R(EXISTS, 409, 0,                                                         \
      "It already exists, with another value of the field: send that "        \
      "value, or use a new id.",                                              \
      "该编号已存在，且 field 所示字段的值不同，请发送原来的值，或使用新的"   \
      "编号。")                                                               \
    R(SMS_COUNTRY, 403, 0,                                                    \
      "Numbers of this country get no texts here: use another number, or log "\
      "in with a password.",                                                  \
      "本平台不向该国家或地区的号码发送短信，请使用其他号码，或用密码登录。") \
    R(SMS_NUMBER, 403, 0,                                                     \
      "This is not the number of a mobile phone and gets no texts: use "      \
      "another number, or log in with a password.",                           \
      "该号码不是手机号码，无法接收短信，请使用其他号码，或用密码登录。")     \
    R(KEYWORD_TAKEN, 409, 0,                                                  \
      "The keyword is another merchant's, or one of the platform's own: "     \
      "choose another one.",                                                  \
      "该关键词属于其他商户或平台自用，请更换关键词。")                       \
    R(TOO_MANY, 409, 0,                                                       \
      "The limit has been reached: use one that exists.",                     \
      "数量已达上限，无法新增，请使用已有的。")                               \
    R(IDEMPOTENCY_MISMATCH, 422, 0,                                           \
      "This Idempotency-Key was used with other fields or at another path: "  \
      "use a new one.",                                                       \
      "该 Idempotency-Key 已用于字段或路径不同的请求，请使用新的。")          \
    R(TOO_LARGE, 413, 0,                                                      \
      "The body is too large: send a shorter one.",                           \
      "请求体过大，请减小后重新发送。")                                       \
    R(MEDIA_TYPE, 415, 0,                                                     \
      "Send application/json or application/x-www-form-urlencoded.",          \
      "请使用 application/json 或 application/x-www-form-urlencoded。")       \
    R(RATE_LIMITED, 429, 1,                                                   \
      "Too many calls for now: wait as long as Retry-After says, then try "   \
      "again.",                                                               \
      "请求次数已达上限，请在 Retry-After 所示的秒数之后重试。")              \
    R(INTERNAL, 500, 0,                                                       \
      "An internal error: tell the operator the request_id.",                 \
      "系统内部错误，请将 request_id 提供给平台运营方。")                     \
    R(BUSY, 503, 1,                                                           \
      "The platform is busy: send the same fields again; a signed call must " \
      "be signed again.",                                                     \
      "系统繁忙，请用相同的字段重试，签名的请求须重新签名。")                 \
    R(STORE_UNAVAILABLE, 503, 1,                                              \
      "The store is unavailable: send the same fields again; a signed call "  \
      "must be signed again.",                                                \
      "存储服务暂不可用，请用相同的字段重试，签名的请求须重新签名。")         \
    R(ARCHIVE_UNAVAILABLE, 503, 1,                                            \
      "The file of the archive cannot be read: try again later; if it still " \
      "fails, tell the operator the request_id.",                             \
      "保存该记录的归档暂时无法读取，请稍后重试，如持续如此，请将 request_id "\
      "提供给平台运营方。")


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
