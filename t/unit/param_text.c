
/* A value that is refused: what the parameter takes is said in its message. */


#define _GNU_SOURCE

#include "play.h"


#define FORTY  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define SHOP   "merchant_id=shop&name=Shop&public_key=" \
               FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY


static const struct {
    const char  *endpoint, *form, *field, *says, *zh;
} refused[] = {

    { "session.login", "phone=12&password=x", "phone",
      "write it with + and the country code", "国家代码" },

    { "operator.merchants", "merchant_id=a/b&name=A&public_key=x",
      "merchant_id", "1 to 32 of the characters", "1 至 32 个字符" },

    { "operator.merchants", SHOP "&notify_url=ftp://a.example/", "notify_url",
      "an http or https URL of at most 512 bytes", "512 字节" },

    { "operator.merchants", SHOP "&sign_type=HMAC", "sign_type",
      "one of: RSA2 SHA256withRSA MD5withRSA Ed25519 HMAC-SHA256.",
      "之一：RSA2" },

    { "operator.merchants", SHOP "&reply_sign=2", "reply_sign",
      "true or false, or 1 or 0.", "true 或 false" },

    { "operator.notices", "limit=0", "limit",
      "an integer from 1 to ", "须为 1 至 " },

    { "operator.accounts", "phone=%2B8613800000001&plan=gold", "plan",
      "one of: prepaid postpaid.", "之一：prepaid postpaid。" },

    { "operator.accounts", "phone=%2B8613800000001&name=%20", "name",
      "must not be blank", "不能为空白" },

    { "operator.bank_cards",
      "phone=%2B8613800000001&card_no=62a2020000000015&balance=1", "card_no",
      "12 to 19 digits.", "12 至 19 位数字" },

    { "operator.bank_cards",
      "phone=%2B8613800000001&card_no=6222020000000016&balance=1", "card_no",
      "the check digit is wrong", "接口文档" },

    { "operator.credit", "phone=%2B8613800000001&amount=1.5&credit_no=c",
      "amount", "an integer from 1 to 1000000000000000", "最小单位" },

    { "operator.credit",
      "phone=%2B8613800000001&amount=1&credit_no=c&currency=QQQ", "currency",
      "ISO 4217 currency code", "ISO 4217" },

    { "operator.credit",
      "phone=%2B8613800000001&amount=1&credit_no=c&currency=USD", "currency",
      "the account is in CNY", "接口文档" },

    { "bill.pin", "pin=27182", "pin", "must have 6 digits.", "6 位数字" },

    { "bill.list", "state=pushd", "state", "one of: CREATED PUSHED PAID",
      "之一" },

    { "bill.list", "before=never", "before", "next_before", "接口文档" },

    { "contacts.import", "file=x", "file",
      "a file of 1 to 10485760 bytes", "1 至 10485760 字节的文件" },

    { "bill.pay", "bill_id=000-01J00000000000000000000000&card_id=1&pin=271828",
      "card_id", "an id from a reply", "接口返回过的编号" },
};


static void
texts(void)
{
    unsigned  i;

    play_start();
    play("operator.accounts", "phone=13800000001&password=a-quiet-lake");
    play("session.login", "phone=13800000001&password=a-quiet-lake");
    player.cookie = player.set_cookie;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        is_int(play(refused[i].endpoint, refused[i].form), 400, "%s",
               refused[i].form);
        is_str(play_code(), "PARAM_INVALID", "refused");
        is_str(play_member("field"), refused[i].field, "the field");
        ok(play_says(refused[i].says), "%s", refused[i].says);
        ok(play_says(refused[i].zh), "%s", refused[i].zh);
    }

    play_end();
}


int
main(void)
{
    texts();

    return done_testing();
}
