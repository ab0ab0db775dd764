
/*
 * A stock that many take from at a time, never below nothing, with a log of a
 * day: what a coupon or an account of points is.
 */


#include "toys.h"


#define PHONE_TOY_STOCK_FIELDS(F, K)                                          \
    F(K, V, "v")                                                              \
    F(K, LEFT, "left")

enum { PHONE_TOY_STOCK_FIELDS(PHONE_ENUM, TOY_STOCK) TOY_STOCK_FIELDS };

static const char *const  phone_toy_stock_fields[] = {
    PHONE_TOY_STOCK_FIELDS(PHONE_NAME, TOY_STOCK)
};

static const phone_type_t  phone_toy_stock = {
    "toy_stock", PHONE_BY_NAME, TOY_STOCK_FIELDS, phone_toy_stock_fields, NULL
};

/* "<stock>:<take_no>" and "<stock>:<day>" */

static const phone_type_t  phone_toy_taken = {
    "toy_taken", PHONE_BY_NAME, 0, NULL, NULL
};

static const phone_type_t  phone_toy_takes_of = {
    "toy_takes", PHONE_BY_NAME, 0, NULL, NULL
};


static phone_rc_t phone_toy_fill_run(phone_call_t *call);
static phone_rc_t phone_toy_take_run(phone_call_t *call);
static phone_rc_t phone_toy_draw_run(phone_call_t *call);
static phone_rc_t phone_toy_take_as(phone_call_t *call, phone_str_t no);
static phone_rc_t phone_toy_takes_run(phone_call_t *call);
static phone_str_t phone_toy_of_stock(phone_call_t *call, phone_str_t what);


static const phone_param_t  phone_toy_fill_params[] = {
    { "stock", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "a new one" },
    { "left", PHONE_P_INT, PHONE_REQUIRED, 0, 1000000, "what is in it" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_toy_take_params[] = {
    { "stock", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "which" },
    { "take_no", PHONE_P_NAME, PHONE_REQUIRED, 1, 32,
      "the same again takes once" },
    { "n", PHONE_P_INT, PHONE_REQUIRED, 1, 1000, "how many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_toy_draw_params[] = {
    { "stock", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "which" },
    { "n", PHONE_P_INT, PHONE_REQUIRED, 1, 1000, "how many" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_toy_takes_params[] = {
    { "stock", PHONE_P_NAME, PHONE_REQUIRED, 1, 32, "which" },
    { "skip", PHONE_P_INT, 0, 0, 1000000, "entries of before" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_toy_take_reply[] = {
    { "taken", PHONE_M_INT, 0, NULL, NULL, "how many were" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_member_t  phone_toy_takes_reply[] = {
    { "left", PHONE_M_INT, 0, NULL, NULL, "what is still there" },
    { "takes", PHONE_M_INT, 0, NULL, NULL, "entries of today" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_toy_fill = {
    "toy.fill", "POST", "/toy/fill", PHONE_ANYONE, phone_toy_fill_run,
    phone_toy_fill_params, phone_reply_of_code, "Makes a stock."
};


const phone_endpoint_t  phone_toy_take = {
    "toy.take", "POST", "/toy/take", PHONE_ANYONE, phone_toy_take_run,
    phone_toy_take_params, phone_toy_take_reply,
    "Takes from a stock if there is enough."
};


/* A session's call that decides in the bucket of the stock. */

const phone_endpoint_t  phone_toy_draw = {
    "toy.draw", "POST", "/toy/draw", PHONE_SESSION, phone_toy_draw_run,
    phone_toy_draw_params, phone_toy_take_reply,
    "Takes from a stock each time, unless an Idempotency-Key is repeated."
};


const phone_endpoint_t  phone_toy_takes = {
    "toy.takes", "GET", "/toy/takes", PHONE_ANYONE, phone_toy_takes_run,
    phone_toy_takes_params, phone_toy_takes_reply, "What was taken today."
};


static phone_rc_t
phone_toy_fill_run(phone_call_t *call)
{
    phone_record_t  *stock;

    stock = phone_ask(call, &phone_toy_stock, phone_arg(call, "stock"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(stock)) {
        phone_set_int(stock, TOY_STOCK_LEFT, phone_arg_int(call, "left"));
    }

    return phone_done(call);
}


static phone_rc_t
phone_toy_take_run(phone_call_t *call)
{
    return phone_toy_take_as(call, phone_arg(call, "take_no"));
}


/* Its own mark is that of this call: sent again it is another one. */

static phone_rc_t
phone_toy_draw_run(phone_call_t *call)
{
    return phone_toy_take_as(call, phone_call_id(call));
}


static phone_rc_t
phone_toy_take_as(phone_call_t *call, phone_str_t no)
{
    int64_t          n;
    phone_str_t      id, taken;
    phone_record_t  *stock;

    n = phone_arg_int(call, "n");
    id = phone_toy_of_stock(call, no);

    /* read, not assumed: who has taken the last is not refused */

    taken = phone_ask_claimed(call, &phone_toy_taken, id);
    stock = phone_ask(call, &phone_toy_stock, phone_arg(call, "stock"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (taken.len) {
        (void) phone_parse_int(taken, &n);

    } else {
        if (phone_get_int(stock, TOY_STOCK_LEFT) < n) {
            return phone_refuse_field(call, PHONE_BALANCE_NOT_ENOUGH, "n");
        }

        phone_claim(call, &phone_toy_taken, id, phone_arg(call, "n"), 0);
        phone_add(call, &phone_toy_stock, phone_id(stock), TOY_STOCK_LEFT, -n,
                  0, 0);
        phone_append(call, &phone_toy_takes_of,
                     phone_toy_of_stock(call,
                                        phone_int(phone_memory(call),
                                           phone_now(call) / PHONE_DAY)),
                     no);
    }

    phone_say_int(call, "taken", n);

    return phone_done(call);
}


static phone_rc_t
phone_toy_takes_run(phone_call_t *call)
{
    phone_record_t     *stock;
    const phone_log_t  *log;

    stock = phone_ask(call, &phone_toy_stock, phone_arg(call, "stock"));
    log = phone_ask_log(call, &phone_toy_takes_of,
                        phone_toy_of_stock(call,
                                           phone_int(phone_memory(call),
                                              phone_now(call) / PHONE_DAY)),
                        phone_arg_int(call, "skip"), 1000);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_say_int(call, "left", phone_get_int(stock, TOY_STOCK_LEFT));
    phone_say_int(call, "takes", log->n);

    return phone_done(call);
}


static phone_str_t
phone_toy_of_stock(phone_call_t *call, phone_str_t what)
{
    return phone_join(phone_memory(call), 3,
                      (phone_str_t[3]) { phone_arg(call, "stock"),
                                         PHONE_STR(":"), what });
}
