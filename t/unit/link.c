
/* What a phone shows as a link, and what it does not. */


#include "lib/link.h"
#include "tap.h"


static phone_arena_t  arena;


static int
has_link(const char *text)
{
    return phone_has_link(&arena, phone_cstr(text));
}


int
main(void)
{
    unsigned                  i;
    static const char *const  links[] = {
        "http://a", "HTTPS://SHOP.EXAMPLE", "weixin://pay", "see www.shop",
        "WWW.", "shop.example", "go to shop.example/x now", "shop-1.cn",
        "a.io", "您的包裹 t.cn/abc", "点击shop.com",
        "shop\xef\xbc\x8e" "com",
        "OK.Thanks", "x@mail.example", "a1.de", "1x.de",
        "163.com", "2.Floor", "a-b.de",
        "支付宝.com", "支付宝\xef\xbc\x8e" "com",
        "shop.中国", "支付宝.中国", "付款请到 例子.公司/x", "OK.谢谢",
        "1.2.3.4", "到 10.0.0.1/pay", "付款1.2.3.4", "(192.168.1.10)",
        "ｅｖｉｌ．ｃｏｍ", "ｅｖｉｌ.com", "evil。com", "到 1。ｃｏｍ",
        "evil｡com", "evil․com", "ｗｗｗ．x",
        "ｈｔｔｐ：／／x", "１．２．３．４",
        "evil.ⓒⓞⓜ", "ⓔⓥⓘⓛ.ⒸⓄⓂ", "evil﹒com", "𝐞𝐯𝐢𝐥.𝐜𝐨𝐦",
        "𝓮𝓿𝓲𝓵﹒𝓬𝓸𝓶", "evil.ℂℴℳ", "🅴🆅🅸🅻.🅲🅾🅼", "ⓦⓦⓦ.x", "𝟏.𝟚.𝟯.𝟺",
        "http﹕／／x", "付款到例子.⒞⒪⒨",
        "localhost/x", "LOCALHOST:80", "https:/ /evil", "http:/"
    };
    static const char *const  none[] = {
        "", ".", "...", "paid 12.50", "Thanks. We ship.",
        "e.g", "a.b", "No.5", "已支付。谢谢。", "3.14", "T.1", "a .example",
        "a. example", "12:30", "50%/month", "-.example", "ww.",
        "已付款.请等待", "1.付款 2.发货", "共12.5元", "10.30.5",
        "1.2.3.", "1234.5.6.x",
        "ＯＫ。谢谢", "共１２．５０元", "x。", "。com", "x。 com",
        "付款。OK", "①付款。②发货", "①.付款 ②.发货", "共𝟏𝟐.𝟓元",
        "localhost", "https:", "x.", "x.y", "www",
        "shop\xef\xbc\x8e", "shop\xef\xbc"
    };

    phone_arena_init(&arena);

    for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        ok(has_link(links[i]), "\"%s\" has one", links[i]);
    }

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        ok(!has_link(none[i]), "\"%s\" has none", none[i]);
    }

    ok(phone_has_sender(PHONE_STR("【银行】")), "a sender");
    ok(phone_has_sender(PHONE_STR("x】")), "the end of one");
    ok(!phone_has_sender(PHONE_STR("[bank] 《书》")), "other brackets");

    phone_arena_free(&arena);

    return done_testing();
}
