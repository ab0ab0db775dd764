
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

    is_int(claims(), 1, "one had an effect");

    for (i = 0; i < 10; i++) {
        text("LOGIN");
    }

    is_int(claims(), 1 + 3, "three codes in ten minutes");
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

    ok(claims() <= 101, "%u claims of 2000 texts", claims());
    ok(stopped(), "START does not");

    player.now += DAY;
    text("START");
    ok(!stopped(), "the next day it does");

    play_end();
}


/* A gateway whose ids begin anew. */

static void
ids_again(void)
{
    open_account();

    text_as("START", 1);
    text_as("STOP", 1);
    ok(stopped(), "the same id, another text");
    text_as("START", 1);
    ok(!stopped(), "and another one");
    text_as("STOP", 1);
    ok(!stopped(), "the same text");
    text_as("Stop", 1);
    ok(stopped(), "written in another way it is another text");

    play_end();
}


/* As phones write it, and people. */

static void
words(void)
{
    unsigned  i;

    static const char *const  stop[] = {
        "ＳＴＯＰ", "ｓｔｏｐ", "Ｓtop！", "ＴＤ", "\ufeffSTOP", "\u200bSTOP",
        "STOP\u200b", "\u200e STOP\u200f.", "\u2068STOP\u2069",
        "STOP\u00a0please", "\u00a0\u2060\u3000stop", "STOP?", "STOP!?",
        "STOP;", "STOP:", "STOP...", "STOP…", "STOP~", "STOP？", "退订？",
        "退订；", "退订、", "退订～", "\"STOP\"", "“退订”", "‘stop’", "(STOP)",
        "【退订】", "「退訂」", "'STOP'.", "退訂", "退訂。", "STOP)", "<stop>",
        "[STOP]", "StopAll", "END", "quit.", "Cancel", "cancel it", "OPTOUT",
        "opt-out", "Opt out", "ＯＰＴ\u3000ＯＵＴ please", "revoke", "ARRET",
        "T", "t", "Ｔ。", "“TD”", "R", "ｒ！\u200b", "取消", "取消。 谢谢",
        "停止", "退出", "拒收"
    };
    static const char *const  start[] = {
        "訂閱", "ＳＴＡＲＴ", "\ufeff订阅！", "START?", "unstop", "OptIn",
        "opt in", "Opt-In!"
    };
    static const char *const  login[] = {
        "登錄", "登入", "登陸", "驗證碼", "ＬＯＧＩＮ", "\u200b登录\ufeff",
        "Code?", "“LOGIN”"
    };
    static const char *const  others[] = {
        "ST\u200bOP", "S TOP", "?", "“”", "ＳＴＯＰＰ", "\ufeff", "\u200b?",
        "STOP@", "@STOP", "#STOP", "！", "？STOP", "R you there?", "T恤",
        "t shirt", "opt", "opt for it", "optical", "ending", "取消订单", "YES",
        "yes", "help"
    };

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
    }

    text("CANCEL");
    text("yes");
    ok(stopped(), "YES is an answer, and does not begin them again");

    play_end();
}


int
main(void)
{
    leaves();
    to_and_fro();
    ids_again();
    words();

    return done_testing();
}
