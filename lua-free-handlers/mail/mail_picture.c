
/*
 * MAIL-2: a picture goes with a mail.  It is checked in a thread, before
 * anything is written, and kept as lib/picture.h writes it anew.
 */


#include "box.h"
#include "mail_picture.h"
#include "../lib/picture.h"


typedef struct {
    phone_str_t              sha256;
    phone_str_t              type;
    int64_t                  size;
    int64_t                  width;
    int64_t                  height;
} phone_pictured_t;


static phone_rc_t phone_mail_picture_run(phone_call_t *call);
static int phone_picture_check_run(const phone_tools_t *tools,
    phone_arena_t *arena, const phone_str_t arg[PHONE_WORK_ARGS],
    phone_str_t *text);
static int phone_picture_of(phone_str_t text, phone_pictured_t *picture);


static const phone_param_t  phone_mail_picture_params[] = {
    { "mail_id", PHONE_P_ID, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_mail_picture_reply[] = {
    { "image/jpeg", PHONE_M_BLOB, 0, NULL, NULL, "the picture" },
    { "image/png", PHONE_M_BLOB, 0, NULL, NULL, "the picture" },
    { "image/webp", PHONE_M_BLOB, 0, NULL, NULL, "the picture" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_mail_picture = {
    "mail.picture", "GET", "/mail/{mail_id}/picture", PHONE_SESSION,
    phone_mail_picture_run, phone_mail_picture_params,
    phone_mail_picture_reply,
    "The picture of a mail that the number has."
};


/* A result is "<type> <width> <height>", or why it is not kept. */

const phone_work_t  phone_picture_check = {
    "check picture", PHONE_WORK_MEDIA, 4, 64, phone_picture_check_run
};


static const char  phone_picture_pixels[] = "pixels";
static const char  phone_picture_broken[] = "broken";


static int
phone_picture_check_run(const phone_tools_t *tools, phone_arena_t *arena,
    const phone_str_t arg[PHONE_WORK_ARGS], phone_str_t *text)
{
    char                *bytes;
    size_t               len;
    unsigned             i;
    phone_reader_t      *reader;
    phone_writer_t      *writer;
    phone_picture_t     *picture;
    phone_picture_rc_t   rc;

    reader = phone_read_blob(tools, arg[0]);
    len = (size_t) phone_blob_size(reader);
    picture = phone_alloc(arena, sizeof(phone_picture_t));
    bytes = len <= PHONE_PICTURE_BYTES ? phone_alloc_raw(arena, len) : NULL;

    if (picture == NULL || bytes == NULL
        || phone_blob_bytes(reader, 0, bytes, len) != len)
    {
        return 0;
    }

    rc = phone_picture_read(arena, (phone_str_t) { len, bytes }, picture);

    if (rc != PHONE_PICTURE_OK) {
        *text = phone_cstr(rc == PHONE_PICTURE_PIXELED ? phone_picture_pixels
                                                       : phone_picture_broken);

        return rc != PHONE_PICTURE_NO_MEMORY;
    }

    writer = phone_make_blob(tools);

    for (i = 0; i < picture->n; i++) {
        phone_write(writer, picture->piece[i]);
    }

    *text = phone_format(arena, "%s %lld %lld", picture->type,
                         (long long) picture->width,
                         (long long) picture->height);

    return 1;
}


phone_rc_t
phone_picture_look(phone_call_t *call, const phone_result_t **made)
{
    const phone_file_t  *file;

    file = phone_file(call);

    if (file->size > phone_settings(call)->mail_picture) {
        return phone_refuse_field(call, PHONE_PICTURE_TOO_LARGE, "picture");
    }

    *made = phone_ask_work_of(call, &phone_picture_check,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  file->sha256, PHONE_EMPTY, PHONE_EMPTY,
                                  PHONE_EMPTY },
                              phone_caller(call), 1);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return (*made)->ok ? PHONE_DONE : phone_refuse(call, PHONE_BUSY);
}


phone_rc_t
phone_picture_take(phone_call_t *call, const phone_result_t *made,
    phone_str_t *picture)
{
    phone_str_t  rest, type;

    if (made->sha256.len == 0) {
        return phone_refuse_field(call,
                                  phone_is(made->text, phone_picture_pixels)
                                  ? PHONE_PICTURE_PIXELS
                                  : PHONE_PICTURE_UNREADABLE, "picture");
    }

    rest = made->text;
    (void) phone_split(&rest, ' ', &type);

    *picture = phone_format(phone_memory(call), "%.*s %.*s %lld %.*s",
                            PHONE_ARGS(made->sha256), PHONE_ARGS(type),
                            (long long) made->size, PHONE_ARGS(rest));

    return PHONE_DONE;
}


/* 0: there is none. */

static int
phone_picture_of(phone_str_t text, phone_pictured_t *picture)
{
    phone_str_t  size, width;

    return phone_split(&text, ' ', &picture->sha256)
           && phone_split(&text, ' ', &picture->type)
           && phone_split(&text, ' ', &size)
           && phone_split(&text, ' ', &width)
           && phone_parse_int(size, &picture->size) == 0
           && phone_parse_int(width, &picture->width) == 0
           && phone_parse_int(text, &picture->height) == 0;
}


void
phone_picture_copy(phone_call_t *call, phone_record_t *mail,
    phone_str_t picture, phone_record_t *of)
{
    phone_pictured_t  pictured;

    if (!phone_picture_of(picture, &pictured)) {
        return;
    }

    phone_set(mail, MAIL_PICTURE, picture);
    phone_set(mail, MAIL_KEPT,
              of != NULL
              ? phone_share_blob(call, of, pictured.sha256, phone_id(mail))
              : phone_keep_blob(call, pictured.sha256, phone_id(mail)));
}


void
phone_picture_let_go(phone_call_t *call, phone_record_t *mail)
{
    phone_pictured_t  picture;

    if (phone_picture_of(phone_get(mail, MAIL_PICTURE), &picture)) {
        phone_let_go(call, picture.sha256, phone_get(mail, MAIL_KEPT));
    }
}


void
phone_picture_show(phone_json_t *json, phone_record_t *mail)
{
    phone_pictured_t  picture;

    if (phone_picture_of(phone_get(mail, MAIL_PICTURE), &picture)) {
        phone_json_text(json, "picture_type", picture.type);
        phone_json_int(json, "picture_size", picture.size);
        phone_json_int(json, "picture_width", picture.width);
        phone_json_int(json, "picture_height", picture.height);
    }
}


/* It is saved under a name, not opened: pages show it all the same. */

static phone_rc_t
phone_mail_picture_run(phone_call_t *call)
{
    phone_rc_t         rc;
    phone_str_t        kind;
    phone_record_t    *mail;
    phone_pictured_t   picture;

    rc = phone_box_own(call, 0, &mail);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (!phone_picture_of(phone_get(mail, MAIL_PICTURE), &picture)) {
        return phone_refuse_field(call, PHONE_PICTURE_NOT_FOUND, "mail_id");
    }

    kind = picture.type;
    kind.data += sizeof("image/") - 1;
    kind.len -= sizeof("image/") - 1;

    return phone_done_blob(call, picture.sha256, picture.size, picture.type,
                           phone_format(phone_memory(call), "picture.%.*s",
                                        PHONE_ARGS(kind)));
}
