
/* Work of the lane for pictures and the like: turns a text round. */


#include "toys.h"
#include "host.h"


static phone_rc_t phone_toy_turn_run(phone_call_t *call);
static int phone_toy_turn_text(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);


static const phone_param_t  phone_toy_turn_params[] = {
    { "text", PHONE_P_TEXT, PHONE_REQUIRED, 1, 64, "what is turned round" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_toy_turn_reply[] = {
    { "turned", PHONE_M_TEXT, 0, NULL, NULL, "the text, turned round" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_toy_turn = {
    "toy.turn", "POST", "/toy/turn", PHONE_ANYONE, phone_toy_turn_run,
    phone_toy_turn_params, phone_toy_turn_reply,
    "Turns a text round, on a thread; \"no\" cannot be turned."
};


const phone_work_t  phone_toy_turning = {
    "toy turn", PHONE_WORK_MEDIA, 4, 8, phone_toy_turn_text
};


static phone_rc_t
phone_toy_turn_run(phone_call_t *call)
{
    const phone_result_t  *turned;

    turned = phone_ask_work_of(call, &phone_toy_turning,
                               (phone_str_t[PHONE_WORK_ARGS]) {
                                   phone_arg(call, "text"), PHONE_EMPTY,
                                   PHONE_EMPTY, PHONE_EMPTY },
                               phone_address(call), 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!turned->ok) {
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "text");
    }

    phone_say(call, "turned", turned->text);

    return phone_done(call);
}


static int
phone_toy_turn_text(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char           *p;
    size_t          i;
    unsigned char   hash[PHONE_SHA256_LEN];

    p = phone_alloc_raw(arena, arg[0].len);
    if (p == NULL) {
        return 0;
    }

    for (i = 0; i < arg[0].len; i++) {
        p[i] = arg[0].data[arg[0].len - 1 - i];
    }

    *text = (phone_str_t) { arg[0].len, p };

    /* a thread has hashes of its own */

    return phone_sha256(tools->crypto, *text, hash) == 0
           && !phone_is(arg[0], "no");
}
