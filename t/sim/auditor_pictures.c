
/*
 * Pictures of mails: what comes with a call is kept without what tells of its
 * maker, is shown to who has a mail with it, and goes with the last of them.
 */


#include "auditing.h"
#include "answer.h"
#include "blobs.h"
#include "calls.h"
#include "pictures.h"


/* What must be kept of the picture of a call; empty: there is none, or none
   that may be kept. */

phone_str_t
sim_picture_sent(sim_auditor_t *auditor, const sim_exchange_t *exchange)
{
    unsigned   kind;
    picture_t  picture;

    for (kind = 0; exchange->upload.len && kind < PICTURE_KINDS; kind++) {
        picture_of_kind(&picture, kind, 1);

        if (phone_equal(picture_str(&picture), exchange->upload)
            && (int64_t) picture.len
               <= auditor->world->settings.mail_picture)
        {
            picture_of_kind(&picture, kind, 0);
            return sim_copy(auditor->memory, picture_str(&picture));
        }
    }

    return PHONE_EMPTY;
}


/* A copy has the picture of the letter; its hash. */

phone_str_t
sim_picture_written(sim_auditor_t *auditor, const phone_op_t *op,
    phone_str_t id, phone_str_t picture)
{
    phone_str_t  rest, sha256;

    rest = sim_hset_word(op, "picture", NULL);
    sha256 = PHONE_EMPTY;
    (void) phone_split(&rest, ' ', &sha256);

    if (sha256.len
        ? !phone_equal(sim_blob_bytes(auditor->world, sha256), picture)
        : picture.len != 0)
    {
        sim_violation(auditor->world, "mail %.*s has another picture",
                      PHONE_ARGS(id));
    }

    sha256 = sim_copy(auditor->memory, sha256);

    if (sha256.len) {
        sim_blob_named(auditor->world, op->key, "kept", sha256);
        sim_count(auditor->world, PICTURES);
    }

    return sha256;
}


/* That of the letter; or that it has none.  Whose mail it is others look at. */

void
sim_picture_shown(sim_auditor_t *auditor, const sim_exchange_t *exchange,
    const phone_reply_t *reply, phone_str_t picture)
{
    int  none;

    none = reply->refused && reply->refusal == PHONE_PICTURE_NOT_FOUND;

    if (reply->refused && !none) {
        return;
    }

    if (none ? picture.len != 0
             : !phone_equal(sim_blob_bytes(auditor->world, reply->sha256),
                            picture))
    {
        sim_violation(auditor->world, "call %u is shown another picture",
                      exchange->serial);
    }

    if (!none) {
        sim_count(auditor->world, PICTURES_SEEN);
    }
}


/* As long as it is there a mail keeps its picture, and no longer. */

void
sim_picture_kept(sim_auditor_t *auditor, phone_str_t id, phone_str_t sha256,
    int there)
{
    if (auditor->world->failovers == 0
        && auditor->world->domain == PHONE_WHOLE_STORE
        && sim_blob_kept_for(auditor->world, sha256, id) != there)
    {
        sim_violation(auditor->world, "mail %.*s %s its picture",
                      PHONE_ARGS(id), there ? "does not keep"
                                            : "is gone, and keeps");
    }
}
