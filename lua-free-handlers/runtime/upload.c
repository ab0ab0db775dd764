
/*
 * Files that come with a call, and blobs: bytes outside the store, named by
 * their SHA-256.
 *
 * The host has spooled the body.  Its work `take` reads it: the answer is a
 * line about the file, "<sha256> <size> <place> <type> <name>" (empty: there is
 * none), and the other fields as a form.  Of what cannot be read the answer is
 * '!', a letter and the name of a field.  Its work `keep` makes the bytes
 * durable under their hash.
 *
 * The file is a field like others, with its SHA-256 as value, and so are its
 * type and its name ("photo", "photo.type", "photo.name"): that is what a
 * merchant signs, and what an Idempotency-Key compares.  None of them is sent.
 */


#include <stdio.h>

#include "../host.h"
#include "runtime.h"
#include "../lib/fields_input.h"


static phone_rc_t phone_refuse_upload(phone_call_t *call, phone_str_t text,
    const phone_param_t *param);
static phone_rc_t phone_read_upload(phone_call_t *call, phone_str_t text,
    const phone_param_t *param);
static phone_rc_t phone_read_fields(phone_call_t *call, phone_str_t form);
static phone_rc_t phone_add_file(phone_call_t *call, const char *param);
static phone_str_t phone_upload_turn(const phone_call_t *call);
static int phone_file_is_kept(phone_call_t *call);
static int phone_was_made(phone_call_t *call, phone_str_t sha256);
static phone_str_t phone_refer_to_blob(phone_call_t *call, phone_str_t sha256,
    phone_str_t owner);


const phone_param_t *
phone_file_param(const phone_endpoint_t *endpoint)
{
    const phone_param_t  *param;

    for (param = endpoint->params; param->name; param++) {
        if (param->type == PHONE_P_FILE) {
            return param;
        }
    }

    return NULL;
}


int
phone_takes_file(const phone_endpoint_t *endpoint)
{
    return endpoint && phone_file_param(endpoint);
}


/* A number's files take turns of their own, whoever shares its address. */

static phone_str_t
phone_upload_turn(const phone_call_t *call)
{
    return call->caller.len ? call->caller : call->address;
}


/* Before parameters are checked, for it brings some.  Who has no session does
   not come to the disk. */

phone_rc_t
phone_take_upload(phone_call_t *call)
{
    phone_rc_t              rc;
    const phone_param_t    *param;
    const phone_result_t   *taken;

    if (call->upload.data == NULL || call->taken) {
        return PHONE_DONE;
    }

    if (call->endpoint->who == PHONE_SESSION) {
        rc = phone_callers.session(call);

        if (rc != PHONE_DONE) {
            return rc;
        }
    }

    param = phone_file_param(call->endpoint);

    if (param == NULL || call->env->take == NULL) {
        phone_break(call, "a file came with a call that takes none");
        return PHONE_DONE;
    }

    taken = phone_ask_work_of(call, call->env->take,
                              (phone_str_t[PHONE_WORK_ARGS]) {
                                  call->upload, phone_cstr(param->name),
                                  phone_int(&call->arena, param->max),
                                  PHONE_EMPTY },
                              phone_upload_turn(call), call->caller.len != 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!taken->ok) {
        return phone_refuse(call, PHONE_STORE_UNAVAILABLE);
    }

    return phone_read_upload(call, taken->text, param);
}


static phone_rc_t
phone_read_upload(phone_call_t *call, phone_str_t text,
    const phone_param_t *param)
{
    phone_str_t    line, sha256, size, place, type;
    phone_file_t  *file;

    if (text.len && *text.data == '!') {
        return phone_refuse_upload(call, text, param);
    }

    file = &call->file;
    line = sha256 = size = place = type = PHONE_EMPTY;
    (void) phone_split(&text, '\n', &line);

    if (line.len) {
        (void) phone_split(&line, ' ', &sha256);
        (void) phone_split(&line, ' ', &size);
        (void) phone_split(&line, ' ', &place);
        (void) phone_split(&line, ' ', &type);

        if (phone_parse_int(size, &file->size) != 0
            || phone_parse_int(place, &call->file_place) != 0)
        {
            phone_break(call, "the work of uploads has answered no numbers");
            return PHONE_DONE;
        }

        file->sha256 = sha256;
        file->type = type;
        file->name = line;
    }

    if (phone_read_fields(call, text) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    if (file->sha256.len && phone_add_file(call, param->name) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    call->taken = 1;

    return PHONE_DONE;
}


static phone_rc_t
phone_read_fields(phone_call_t *call, phone_str_t form)
{
    phone_str_t        bad;
    phone_fields_rc_t  rc;

    rc = phone_form_parse(&call->arena, form, call->fields, &bad);

    if (rc == PHONE_FIELDS_OK) {
        return PHONE_DONE;
    }

    bad = phone_copy(&call->arena, bad);

    return phone_refuse_named(call, rc == PHONE_FIELDS_DUPLICATE
                                    ? PHONE_FIELD_DUPLICATE
                                    : PHONE_BODY_INVALID, bad);
}


/* A field that was sent with such a name would be a second one. */

static phone_rc_t
phone_add_file(phone_call_t *call, const char *param)
{
    unsigned     i;
    char         name[80];
    phone_str_t  copy;

    static const char *const  part[3] = { "", ".type", ".name" };

    const phone_str_t  value[3] = {
        call->file.sha256, call->file.type, call->file.name
    };

    for (i = 0; i < 3; i++) {
        (void) snprintf(name, sizeof(name), "%s%s", param, part[i]);
        copy = phone_copy(&call->arena, phone_cstr(name));

        if (phone_field(call->fields, name)) {
            return phone_refuse_named(call, PHONE_FIELD_DUPLICATE, copy);
        }

        if (phone_fields_add(call->fields, copy, value[i]) != 0) {
            return phone_refuse(call, PHONE_BODY_INVALID);
        }
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_refuse_upload(phone_call_t *call, phone_str_t text,
    const phone_param_t *param)
{
    phone_str_t  name;

    name = text.len > 2 ? (phone_str_t) { text.len - 2, text.data + 2 }
                        : PHONE_EMPTY;

    switch (text.len > 1 ? text.data[1] : '\0') {

    case PHONE_UPLOAD_TOO_LARGE:
        return phone_refuse_field(call, PHONE_TOO_LARGE, param->name);

    case PHONE_UPLOAD_TWO_FILES:
        return phone_refuse_field(call, PHONE_FIELD_DUPLICATE, param->name);

    case PHONE_UPLOAD_OTHER_FILE:
        phone_say(call, "reason", PHONE_STR("this call takes no such file"));
        return phone_refuse_named(call, PHONE_PARAM_INVALID,
                                  phone_fields_bad(name));

    default: /* PHONE_UPLOAD_MALFORMED */
        phone_say(call, "reason",
                  PHONE_STR("the multipart body is malformed, or ends too "
                            "soon"));
        return phone_refuse(call, PHONE_BODY_INVALID);
    }
}


const phone_file_t *
phone_file(phone_call_t *call)
{
    return &call->file;
}


/*
 * Kept before the commit that names it: nothing is recorded until it is.  Each
 * commit has a member of its own in the set: effects in another bucket arrive
 * in any order, and one that lets go of an earlier reference must not remove a
 * later one.
 */

phone_str_t
phone_keep_blob(phone_call_t *call, phone_str_t sha256, phone_str_t owner)
{
    if (call->disk_failed) {
        return PHONE_EMPTY;
    }

    if (sha256.len && phone_equal(sha256, call->file.sha256)) {

        if (!phone_file_is_kept(call)) {
            return PHONE_EMPTY;
        }

    } else if (!phone_was_made(call, sha256)) {

        /* a blob of another call may be swept before this one is committed */

        phone_break(call, "it keeps a blob that is neither its file nor made "
                    "by its work");
        return PHONE_EMPTY;
    }

    return phone_refer_to_blob(call, sha256, owner);
}


phone_str_t
phone_share_blob(phone_call_t *call, phone_record_t *of, phone_str_t sha256,
    phone_str_t owner)
{
    phone_rely(of);

    return phone_refer_to_blob(call, sha256, owner);
}


static phone_str_t
phone_refer_to_blob(phone_call_t *call, phone_str_t sha256, phone_str_t owner)
{
    phone_str_t  reference;

    reference = phone_join(&call->arena, 3,
                           (phone_str_t[3]) { owner, PHONE_STR("."),
                                              phone_version(call) });

    phone_index_add(call, &phone_blob_owners, sha256, reference, call->now);

    return reference;
}


static int
phone_file_is_kept(phone_call_t *call)
{
    const phone_result_t  *kept;

    kept = phone_ask_work_of(call, call->env->keep,
                             (phone_str_t[PHONE_WORK_ARGS]) {
                                 call->upload, call->file.sha256,
                                 phone_int(&call->arena, call->file_place),
                                 phone_int(&call->arena, call->file.size) },
                             phone_upload_turn(call), 1);

    if (phone_waiting(call)) {
        return 0;
    }

    if (!kept->ok) {
        call->disk_failed = 1;
        return 0;
    }

    return 1;
}


static int
phone_was_made(phone_call_t *call, phone_str_t sha256)
{
    const phone_ask_t       *ask;
    const phone_ask_work_t  *work;

    for (ask = call->asks; ask && sha256.len; ask = ask->next) {
        work = (const phone_ask_work_t *) ask;

        if (ask->kind == PHONE_ASK_WORK && ask->ready && work->result.ok
            && phone_equal(work->result.sha256, sha256))
        {
            return 1;
        }
    }

    return 0;
}


void
phone_let_go(phone_call_t *call, phone_str_t sha256, phone_str_t reference)
{
    if (reference.len) {
        phone_index_remove(call, &phone_blob_owners, sha256, reference);
    }
}


int
phone_is_sha256(phone_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (!((text.data[i] >= '0' && text.data[i] <= '9')
              || (text.data[i] >= 'a' && text.data[i] <= 'f')))
        {
            return 0;
        }
    }

    return text.len == 2 * PHONE_SHA256_LEN;
}
