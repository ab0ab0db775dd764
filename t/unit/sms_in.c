
/* MAIL-8: texts of numbers: what they leave, and which are the same. */


#include "login.h"


#define DAY  (24 * 60 * MINUTE)


static unsigned  serial;
static unsigned  keys;


static void
text_as(const char *text, unsigned id)
{
    char  form[300];

    snprintf(form, sizeof(form), "from=%%2B%s&text=%s&id=t%u", NUMBER + 1,
             text, id);
    is_int(play("sms.in", form), 200, "\"%s\"", text);
    is_str(player.body, "", "nothing is answered");
}


static void
text(const char *what)
{
    text_as(what, ++serial);
}


static int
stopped(void)
{
    return play_stored(&phone_sms_stop, NUMBER, SMS_STOP_AT).len != 0;
}


static void
count_claim(void *data, phone_str_t key)
{
    (void) data;

    keys += memmem(key.data, key.len, ":sms_got:", 9) != NULL;
}


static unsigned
claims(void)
{
    keys = 0;
    sim_store_each(player.store, player.now, count_claim, NULL);

    return keys;
}


/* Only what has an effect is to be known again. */

static void
leaves(void)
{
    int  i;

    open_account();

    for (i = 0; i < 10; i++) {
        text("START");
        is_int(player.commits, 0, "nothing is stopped: nothing to do");
    }

    for (i = 0; i < 10; i++) {
        text("STOP");
        is_int(player.commits, i == 0, "once it is stopped it is");
    }

    is_int(claims(), 0, "which may be repeated");

    for (i = 0; i < 10; i++) {
        text("LOGIN");
    }

    is_int(claims(), 3, "three codes in ten minutes");
    text("LOGIN");
    is_int(player.commits, 0, "more leave nothing");

    player.env.memory_low = 1;
    player.now += 11 * MINUTE;
    text("LOGIN");
    is_int(player.commits, 0, "nor do any when memory is low");

    play_end();
}


static void
to_and_fro(void)
{
    int  i;

    open_account();
    player.now += DAY - player.now % DAY;

    for (i = 0; i < 1000; i++) {
        text("STOP");
        ok(stopped(), "STOP works, however often");
        text("START");
    }

    is_int(claims(), 50, "what has an effect of 2000 texts is claimed");
    ok(stopped(), "START does not");

    player.now += DAY;
    text("START");
    ok(!stopped(), "the next day it does");

    play_end();
}


/* A gateway whose ids begin anew: STOP works always, and the others once its
   repeats are over. */

static void
ids_again(void)
{
    open_account();

    text_as("STOP", 1);
    text_as("UNSTOP", 2);
    ok(!stopped(), "it is sent texts again");
    text_as("STOP", 1);
    ok(stopped(), "until it says the same STOP again");

    text_as("UNSTOP", 2);
    ok(stopped(), "the gateway repeats UNSTOP: no effect");
    text_as("Unstop", 2);
    ok(!stopped(), "written in another way it is another text");
    text_as("STOP", 2);
    player.now += 14 * MINUTE;
    text_as("UNSTOP", 2);
    ok(stopped(), "for some minutes");
    player.now += 2 * MINUTE;
    text_as("UNSTOP", 2);
    ok(!stopped(), "then it is another text");

    text_as("LOGIN", 1);
    is_int(player.commits, 1, "a login code");
    text_as("LOGIN", 1);
    is_int(player.commits, 0, "the gateway repeats LOGIN: no effect");
    player.now += 16 * MINUTE;
    text_as("LOGIN", 1);
    is_int(player.commits, 1, "later that is another text");

    play_end();
}


/* What would be refused would be lost. */

static void
long_texts(void)
{
    char    *form;
    size_t   i, len;

    open_account();

    form = phone_alloc(&player.arena, 200000);
    len = (size_t) sprintf(form, "from=%%2B%s&id=", NUMBER + 1);

    for (i = 0; i < 20000; i++) {
        len += (size_t) sprintf(form + len, "i");
    }

    len += (size_t) sprintf(form + len, "&text=STOP+");

    for (i = 0; i < 20000; i++) {
        len += (size_t) sprintf(form + len, "请");
    }

    is_int(play("sms.in", form), 200, "a long text with a long id");
    ok(stopped(), "is STOP");

    memcpy(strstr(form, "text=STOP"), "text=OPTI", 9);
    play("sms.in", form);
    ok(stopped(), "another word is none");

    len = (size_t) sprintf(form, "text=STOP&from=%%2B");

    for (i = 0; i < 100; i++) {
        len += (size_t) sprintf(form + len, "1");
    }

    is_int(play("sms.in", form), 200, "a long sender is nobody");

    play_end();
}


/* As phones write it, and people. */

static const char *const  stop[] = {
    "ＳＴＯＰ", "ｓｔｏｐ", "Ｓtop！", "ＴＤ", "\ufeffSTOP", "\u200bSTOP",
    "STOP\u200b", "\u200e STOP\u200f.", "\u2068STOP\u2069",
    "STOP\u00a0please", "\u00a0\u2060\u3000stop", "STOP?", "STOP!?",
    "STOP;", "STOP:", "STOP...", "STOP…", "STOP~", "STOP？", "退订？",
    "退订；", "退订、", "退订～", "\"STOP\"", "“退订”", "‘stop’", "(STOP)",
    "【退订】", "「退訂」", "'STOP'.", "退訂", "退訂。", "STOP)", "<stop>",
    "[STOP]", "StopAll", "END", "quit.", "Cancel", "OPTOUT",
    "opt-out", "Opt out", "ＯＰＴ\u3000ＯＵＴ please", "revoke", "ARRET",
    "T", "t", "Ｔ。", "“TD”", "R", "ｒ！\u200b", "取消", "取消。 🙏",
    "停止", "退出", "拒收",

    /* with anything behind them */
    "stop it", "StopAll now", "unsubscribe me", "opt out of March", "TD!x",
    "退订，谢谢", "STOP,please", "退订。谢谢", "STOP！！x",
    "TD 谢谢", "退订 谢谢", "退訂 謝謝", "拒收 短信", "arret svp",

    "STOP\ufe0f", "\u2003STOP\u2009x", "STOP\u202fx", "STOP\u2028x",
    "STOP\u2029x", "STOP\xc2\x85 x", "STOP\u034f", "\u3164STOP\u3164",
    "\u180eSTOP", "\u2800STOP\u2800x", "ST\u200bOP", "S\u00adTOP",
    "STO\u2060P", "STO\ufeffP", "退\u200b订", "«STOP»", "„STOP“", "‚STOP‘",
    "`STOP`", "﹁退订﹂", "〔退订〕", "退订｡", "退订､", "STOP·", "STOP-",
    "STOP—", "STOP -- please", "*STOP*", "_STOP_", "#STOP", "@STOP",
    "STOP@", "？STOP", "🛑STOP🛑", "- STOP", "« STOP »", "opt\u2011out",
    "opt\u2010out", "ARRÊT", "arrêt", "ARRE\u0302T", "取消订阅", "退订短信",
    "TD退订", "取消訂閱", "取消 订阅", "取消 訂閱", "stop-all", "“T”",
    "- R -"
};
static const char *const  start[] = {
    "訂閱", "ＳＴＡＲＴ", "\ufeff订阅！", "START?", "unstop", "OptIn",
    "opt in", "Opt-In!", "un\u00adstop", "*START*", "«订阅»",
    "opt\u2011in"
};
static const char *const  login[] = {
    "登錄", "登入", "登陸", "驗證碼", "ＬＯＧＩＮ", "\u200b登录\ufeff",
    "Code?", "“LOGIN”", "log-in", "*LOGIN*", "验\u200b证码", "\u2800DL"
};
static const char *const  others[] = {
    "S TOP", "?", "“”", "ＳＴＯＰＰ", "\ufeff", "\u200b?", "！", "S.TOP",
    "STOPй", "йSTOP", "ST@OP", "停止する", "R you there?", "T恤", "t shirt",
    "opt", "opt for it", "optical", "ending", "取消订单", "YES", "yes",
    "help", "Cancel my table for two", "End of March?", "取消 订单",
    "取消。 谢谢", "取消，谢谢", "cancel, please", "Quit? Me?", "revoke it",
    "停止 服务",
    "退出 吗", "T ? shirt", "R . 2", "t-shirt", "end “x”", "END 1",
    "取消 订", "opt of out"
};


static void
words(void)
{
    unsigned  i;

    open_account();
    player.settings.code_sends = 100;

    for (i = 0; i < sizeof(stop) / sizeof(stop[0]); i++) {
        text(stop[i]);
        ok(stopped(), "\"%s\" is STOP", stop[i]);
        player.now += 3600 * 1000;       /* START has a limit of a day */
        text(start[i % (sizeof(start) / sizeof(start[0]))]);
        ok(!stopped(), "\"%s\" is START",
           start[i % (sizeof(start) / sizeof(start[0]))]);
    }

    for (i = 0; i < sizeof(login) / sizeof(login[0]); i++) {
        text(login[i]);
        is_int(player.commits, 1, "\"%s\" is LOGIN", login[i]);
    }

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        text(others[i]);
        is_int(player.commits, 0, "\"%s\" is nothing", others[i]);

        if (stopped()) {
            player.now += 3600 * 1000;
            text("START");
        }
    }

    text("CANCEL");
    text("yes");
    ok(stopped(), "YES is an answer, and does not begin them again");
    text("Start at 5?");
    text("订阅 多少钱");
    ok(stopped(), "nor do sentences");

    play_end();
}


int
main(void)
{
    leaves();
    to_and_fro();
    ids_again();
    long_texts();
    words();

    return done_testing();
}
