
/*
 * Lists as parameters: what a handler gets, and how an item is refused.  How
 * they are read is in fields.c, how they are signed in vectors.c.
 */


#define _GNU_SOURCE

#include "play.h"


#define TO     "\"to\":[\"13800000001\"]"
#define EIGHT  "{\"points\":1},{\"points\":1},{\"points\":1},{\"points\":1},"  \
               "{\"points\":1},{\"points\":1},{\"points\":1},{\"points\":1}"


static const struct {
    const char  *body, *to, *notes;
    int          rows, points;
} taken[] = {

    { "to[]=13800000001", "+8613800000001", "", 0, 0 },
    { "to[]=13800000001&to[]=%2B8613900000002",
      "+8613800000001 +8613900000002", "", 0, 0 },
    { "{\"to\":[13800000001]}", "+8613800000001", "", 0, 0 },
    { "{" TO ",\"rows\":[]}", "+8613800000001", "", 0, 0 },
    { "{" TO ",\"rows\":null}", "+8613800000001", "", 0, 0 },
    { "{" TO ",\"rows\":[{\"points\":5},"
      "{\"note\":\"tea \",\"points\":\"7\",\"unknown\":\"?\"},"
      "{\"points\":1000,\"note\":\"cake\"}]}",
      "+8613800000001", "tea cake", 3, 1012 },
    { "{" TO ",\"rows\":[" EIGHT "," EIGHT "," EIGHT "," EIGHT "," EIGHT "]}",
      "+8613800000001", "", 40, 40 },
    { "{" TO ",\"others\":[{\"a\":1},{\"b\":\"x\"},2]}", "+8613800000001",
      "", 0, 0 },
};


static const struct {
    const char  *body, *code, *field, *says, *zh;
} refused[] = {

    { "{}", "PARAM_MISSING", "to", "", "" },
    { "to=", "PARAM_MISSING", "to", "", "" },
    { "{\"to\":[]}", "PARAM_MISSING", "to", "", "" },

    { "to=13800000001", "PARAM_INVALID", "to", "a form to[]= for each item",
      "为一个 to[]=" },
    { "{\"to\":\"13800000001\"}", "PARAM_INVALID", "to",
      "It must be a list: in JSON an array", "须为列表" },
    { "to[]=1&to[]=2&to[]=3&to[]=4", "PARAM_INVALID", "to",
      "at most 3 items", "最多 3 项" },
    { "to[]=13800000001&to[]=12", "PARAM_INVALID", "to[1]",
      "write it with + and the country code", "国家代码" },
    { "{\"to\":[\"13800000001\",{\"phone\":\"13800000001\"}]}",
      "PARAM_INVALID", "to[1]", "one value, not a list or an object",
      "须为单个值" },

    { "{" TO ",\"title\":[\"x\"]}", "PARAM_INVALID", "title",
      "one value, not a list", "须为单个值" },
    { "to[]=13800000001&title[]=x", "PARAM_INVALID", "title",
      "one value, not a list", "须为单个值" },

    { "to[]=13800000001&rows=1", "PARAM_INVALID", "rows",
      "a list of objects: send JSON", "对象列表" },
    { "to[]=13800000001&rows[]=1", "PARAM_INVALID", "rows[0]",
      "It must be an object.", "须为对象" },
    { "{" TO ",\"rows\":[{\"points\":1},\"x\"]}", "PARAM_INVALID", "rows[1]",
      "It must be an object.", "须为对象" },
    { "{" TO ",\"rows\":[" EIGHT "," EIGHT "," EIGHT "," EIGHT "," EIGHT
      ",{\"points\":1}]}", "PARAM_INVALID", "rows", "at most 40 items",
      "最多 40 项" },

    { "{" TO ",\"rows\":[{\"points\":1},{\"note\":\"x\"}]}", "PARAM_MISSING",
      "rows[1].points", "", "" },
    { "{" TO ",\"rows\":[{\"points\":1},{\"points\":null,\"note\":\"x\"}]}",
      "PARAM_MISSING", "rows[1].points", "", "" },
    { "{" TO ",\"rows\":[" EIGHT "," EIGHT ",{\"points\":1},"
      "{\"points\":1001}]}", "PARAM_INVALID", "rows[17].points",
      "an integer from 1 to 1000", "1 至 1000 的整数" },
    { "{" TO ",\"rows\":[{\"points\":true}]}", "PARAM_INVALID",
      "rows[0].points", "an integer", "整数" },
    { "{" TO ",\"rows\":[{\"points\":1,\"note\":\"\\u202e\"}]}",
      "PARAM_INVALID", "rows[0].note", "invisible", "不可见" },
    { "{" TO ",\"rows\":[{\"points\":1,\"note\":\"a&points=2\"}]}",
      "FIELD_AMBIGUOUS", "rows[0].note", "", "" },
    { "{" TO ",\"rows\":[{\"points\":5},{\"points\":13}]}", "PARAM_INVALID",
      "rows[1].points", "", "" },
};


static void
lists(void)
{
    char      sum[64];
    unsigned  i;

    for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        is_int(play("toy.rows", taken[i].body), 200, "%s", taken[i].body);
        is_str(play_member("to"), taken[i].to, "the texts, as they are read");
        snprintf(sum, sizeof(sum), "\"rows\":%d,\"points\":%d",
                 taken[i].rows, taken[i].points);
        ok(play_says(sum), "%s", sum);
        is_str(play_member("notes"), taken[i].notes, "their texts");
    }

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        is_int(play("toy.rows", refused[i].body), 400, "%s", refused[i].body);
        is_str(play_code(), refused[i].code, "refused");
        is_str(play_member("field"), refused[i].field, "the field");
        ok(play_says(refused[i].says), "in English");
        ok(play_says(refused[i].zh), "in Chinese");
    }
}


int
main(void)
{
    play_start();
    lists();
    play_end();

    return done_testing();
}
