
/* Lists of a request: numbers, and objects. */


#include "toys.h"


static phone_rc_t phone_toy_rows_run(phone_call_t *call);


static const phone_param_t  phone_toy_rows_params[] = {
    { "to", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_LIST(3), 0, 0,
      "whose points they are" },
    { "rows", PHONE_P_OBJECT, PHONE_LIST(40), 0, 0, "what was booked" },
    { "rows.points", PHONE_P_INT, PHONE_REQUIRED, 1, 1000, "how many" },
    { "rows.note", PHONE_P_TEXT, 0, 1, 20, "what for" },
    { "title", PHONE_P_TEXT, 0, 1, 20, "what is said of all" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_toy_rows_reply[] = {
    { "to", PHONE_M_TEXT, 0, NULL, NULL, "all numbers" },
    { "rows", PHONE_M_INT, 0, NULL, NULL, "how many rows" },
    { "points", PHONE_M_INT, 0, NULL, NULL, "the sum" },
    { "notes", PHONE_M_TEXT, 0, NULL, "a row has one", "all notes" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_toy_rows = {
    "toy.rows", "POST", "/toy/rows", PHONE_ANYONE, phone_toy_rows_run,
    phone_toy_rows_params, phone_toy_rows_reply,
    "Adds up points; 13 are refused."
};


static phone_rc_t
phone_toy_rows_run(phone_call_t *call)
{
    int64_t       points;
    unsigned      i;
    phone_buf_t   to, notes;

    phone_buf_init(&to, phone_memory(call), 64);
    phone_buf_init(&notes, phone_memory(call), 64);
    points = 0;

    for (i = 0; i < phone_arg_count(call, "to"); i++) {
        phone_buf_put(&to, i ? PHONE_STR(" ") : PHONE_EMPTY);
        phone_buf_put(&to, phone_arg_at(call, "to", i));
    }

    for (i = 0; i < phone_arg_count(call, "rows"); i++) {

        if (phone_arg_int_at(call, "rows.points", i) == 13) {
            return phone_refuse_item(call, PHONE_PARAM_INVALID, "rows.points",
                                     (int) i);
        }

        points += phone_arg_int_at(call, "rows.points", i);
        phone_buf_put(&notes, phone_arg_at(call, "rows.note", i));
    }

    phone_say(call, "to", phone_buf_str(&to));
    phone_say_int(call, "rows", phone_arg_count(call, "rows"));
    phone_say_int(call, "points", points);
    phone_say(call, "notes", phone_buf_str(&notes));

    return phone_done(call);
}
