
/* Files: what comes with a call, blobs that people keep, and give back. */


#include "toys.h"


#define PHONE_TOY_PICTURE_FIELDS(F, K)                                        \
    F(K, V, "v")                                                              \
    F(K, TYPE, "type")                                                        \
    F(K, SIZE, "size")                                                        \
    F(K, NAME, "name")                                                        \
    F(K, TITLE, "title")                                                      \
    F(K, KEPT, "kept")

enum {
    PHONE_TOY_PICTURE_FIELDS(PHONE_ENUM, TOY_PICTURE)
    TOY_PICTURE_FIELDS
};

static const char *const  phone_toy_picture_fields[] = {
    PHONE_TOY_PICTURE_FIELDS(PHONE_NAME, TOY_PICTURE)
};

/* "<number>:<sha256>" */
const phone_type_t  phone_toy_picture_of = {
    "toy_picture", PHONE_BY_NAME, TOY_PICTURE_FIELDS,
    phone_toy_picture_fields, NULL
};


static phone_rc_t phone_toy_measure_run(phone_call_t *call);
static phone_rc_t phone_toy_receipt_run(phone_call_t *call);
static phone_rc_t phone_toy_picture_add_run(phone_call_t *call);
static phone_rc_t phone_toy_picture_run(phone_call_t *call);
static phone_rc_t phone_toy_picture_remove_run(phone_call_t *call);
static phone_rc_t phone_toy_say_file(phone_call_t *call);
static phone_record_t *phone_toy_ask_picture(phone_call_t *call,
    phone_str_t sha256);


static const phone_param_t  phone_toy_measure_params[] = {
    { "data", PHONE_P_FILE, PHONE_REQUIRED, 1, 1000, "what is measured" },
    { "title", PHONE_P_TEXT, 0, 0, 64, "of it" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_member_t  phone_toy_file_reply[] = {
    { "sha256", PHONE_M_TEXT, 0, NULL, NULL, "of the file" },
    { "size", PHONE_M_INT, 0, NULL, NULL, "bytes" },
    { "type", PHONE_M_TEXT, 0, NULL, NULL, "as it was sent" },
    { "name", PHONE_M_TEXT, 0, NULL, "it has one", "without folders" },
    { "title", PHONE_M_TEXT, 0, NULL, "it has one", "as it was sent" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

const phone_endpoint_t  phone_toy_measure = {
    "toy.measure", "POST", "/toy/measure", PHONE_ANYONE,
    phone_toy_measure_run, phone_toy_measure_params, phone_toy_file_reply,
    "Says what a file is; it is not kept."
};

const phone_endpoint_t  phone_toy_receipt = {
    "toy.receipt", "POST", "/toy/receipt", PHONE_MERCHANT,
    phone_toy_receipt_run, phone_toy_measure_params, phone_toy_file_reply,
    "The same for a merchant, who signs the SHA-256."
};


static const phone_param_t  phone_toy_picture_add_params[] = {
    { "picture", PHONE_P_FILE, PHONE_REQUIRED, 1, 64 * 1024 * 1024,
      "what is kept" },
    { "title", PHONE_P_TEXT, 0, 0, 64, "of it" },
    { NULL, 0, 0, 0, 0, NULL }
};

const phone_endpoint_t  phone_toy_picture_add = {
    "toy.picture_add", "POST", "/toy/pictures", PHONE_SESSION,
    phone_toy_picture_add_run, phone_toy_picture_add_params,
    phone_toy_file_reply,
    "Keeps a picture."
};


static const phone_param_t  phone_toy_picture_params[] = {
    { "sha256", PHONE_P_NAME, PHONE_REQUIRED|PHONE_IN_PATH, 64, 64, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_member_t  phone_toy_picture_reply[] = {
    { "image/*", PHONE_M_BLOB, PHONE_IMMUTABLE, NULL, NULL, "the picture" },
    { "text/*", PHONE_M_BLOB, 0, NULL, NULL, "what was sent as one" },
    { "application/*", PHONE_M_BLOB, 0, NULL, NULL, "what was sent as one" },
    { NULL, 0, 0, NULL, NULL, NULL }
};

const phone_endpoint_t  phone_toy_picture = {
    "toy.picture", "GET", "/toy/pictures/{sha256}", PHONE_SESSION,
    phone_toy_picture_run, phone_toy_picture_params, phone_toy_picture_reply,
    "Gives a picture that the caller keeps."
};

const phone_endpoint_t  phone_toy_picture_remove = {
    "toy.picture_remove", "DELETE", "/toy/pictures/{sha256}", PHONE_SESSION,
    phone_toy_picture_remove_run, phone_toy_picture_params,
    phone_reply_of_code,
    "Keeps a picture no longer."
};


static phone_rc_t
phone_toy_measure_run(phone_call_t *call)
{
    return phone_toy_say_file(call);
}


static phone_rc_t
phone_toy_receipt_run(phone_call_t *call)
{
    return phone_toy_say_file(call);
}


static phone_rc_t
phone_toy_say_file(phone_call_t *call)
{
    const phone_file_t  *file;

    file = phone_file(call);

    phone_say(call, "sha256", file->sha256);
    phone_say_int(call, "size", file->size);
    phone_say(call, "type", file->type);
    phone_say(call, "name", file->name);
    phone_say(call, "title", phone_arg(call, "title"));

    return phone_done(call);
}


static phone_record_t *
phone_toy_ask_picture(phone_call_t *call, phone_str_t sha256)
{
    return phone_ask(call, &phone_toy_picture_of,
                     phone_join(phone_memory(call), 3,
                                (phone_str_t[3]) { phone_caller(call),
                                                   PHONE_STR(":"), sha256 }));
}


static phone_rc_t
phone_toy_picture_add_run(phone_call_t *call)
{
    phone_str_t          kept;
    phone_record_t      *picture;
    const phone_file_t  *file;

    file = phone_file(call);
    picture = phone_toy_ask_picture(call, file->sha256);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_is(phone_arg(call, "title"), "no")) {
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "title");
    }

    kept = phone_keep_blob(call, file->sha256, phone_caller(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_let_go(call, file->sha256, phone_get(picture, TOY_PICTURE_KEPT));
    phone_set(picture, TOY_PICTURE_KEPT, kept);
    phone_set(picture, TOY_PICTURE_TYPE, file->type);
    phone_set_int(picture, TOY_PICTURE_SIZE, file->size);
    phone_set(picture, TOY_PICTURE_NAME, file->name);
    phone_set(picture, TOY_PICTURE_TITLE, phone_arg(call, "title"));

    return phone_toy_say_file(call);
}


static phone_rc_t
phone_toy_picture_run(phone_call_t *call)
{
    phone_record_t  *picture;

    picture = phone_toy_ask_picture(call, phone_arg(call, "sha256"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(picture)) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "sha256");
    }

    return phone_done_blob(call, phone_arg(call, "sha256"),
                           phone_get_int(picture, TOY_PICTURE_SIZE),
                           phone_get(picture, TOY_PICTURE_TYPE),
                           phone_get(picture, TOY_PICTURE_NAME));
}


static phone_rc_t
phone_toy_picture_remove_run(phone_call_t *call)
{
    phone_record_t  *picture;

    picture = phone_toy_ask_picture(call, phone_arg(call, "sha256"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    /* it may be this call that has removed it */

    if (phone_found(picture)) {
        phone_remove(picture);
        phone_let_go(call, phone_arg(call, "sha256"),
                     phone_get(picture, TOY_PICTURE_KEPT));
    }

    return phone_done(call);
}
