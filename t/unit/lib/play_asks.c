
/* Part of play.h: runs, and what they ask for. */


#include "../play.h"


static void
play_upload(phone_call_t *call, phone_ask_work_t *ask)
{
    phone_str_t    bytes;
    unsigned char  hash[PHONE_SHA256_LEN];

    bytes = ask->arg[0];
    ask->result.ok = 1;

    if (bytes.len && *bytes.data == '!') {
        ask->result.text = phone_copy(&call->arena, bytes);
        return;
    }

    (void) phone_sha256(player.env.crypto, bytes, hash);

    ask->result.text = phone_format(&call->arena, "%.*s %zu 0 %s\n%s",
        PHONE_ARGS(phone_hex(&call->arena,
                             (phone_str_t) { sizeof(hash),
                                             (const char *) hash })),
        bytes.len, player.file_line ? player.file_line : "image/png a.png",
        player.file_fields ? player.file_fields : "");
}


/* Passwords are hashed at little cost, signatures are as the test says; other
   work is done as it is. */

void
play_work(phone_call_t *call, phone_ask_work_t *ask)
{
    const phone_str_t  *arg;

    if (ask->place) {
        ask->result.ok = 1;
        return;
    }

    player.works++;

    if (ask->work == player.env.take) {
        player.turn = phone_copy(&player.arena, ask->who);
    }

    arg = ask->arg;

    if (player.no_work) {
        ask->result.ok = 0;

    } else if (player.tools != NULL
               && (ask->work == &phone_work_sign
                   || ask->work == &phone_work_verify))
    {
        phone_work_run(ask, player.tools, &call->arena, &ask->result);

    } else if (ask->work == &phone_work_password_hash) {
        ask->result.ok = phone_password_hash(&call->arena,
                             &(phone_scrypt_t) { 4, 1, 1 },
                             (const unsigned char *) arg[1].data, arg[0],
                             &ask->result.text)
                         == 0;

    } else if (ask->work == &phone_work_password_check) {
        ask->result.ok = phone_password_verify(arg[0], arg[1]) == 1;

    } else if (ask->work == &phone_work_sign) {
        player.signed_replies++;
        ask->result.ok = 1;
        ask->result.text = PHONE_STR("c2lnbmVk");

    } else if (ask->work == &phone_work_verify) {
        ask->result.ok = player.signatures;
        player.checked_key = phone_copy(&player.arena, arg[0]);

    } else if (ask->work == &player_take) {
        play_upload(call, ask);

    } else if (ask->work == &player_keep) {
        ask->result.ok = !player.disk_full;

        if (ask->result.ok) {
            play_keep_bytes(arg[1], arg[0]);
        }

    } else {
        phone_work_run(ask,
                       &(phone_tools_t) { .crypto = call->env->crypto,
                                          .disk = &player_disk },
                       &call->arena, &ask->result);
    }
}


/* 1 when the ask is answered by what an earlier call has read. */

static int
play_recall(phone_record_t *record)
{
    if (!player.remembers || record->ask.kind != PHONE_ASK_RECORD
        || !record->may_be_old
        || !phone_equal(record->ask.key, player.kept_key))
    {
        return 0;
    }

    memcpy(record->value, player.kept,
           record->type->nfields * sizeof(phone_str_t));
    record->remembered = 1;
    player.recalled++;

    return 1;
}


static void
play_keep(const phone_record_t *record)
{
    unsigned  i;

    if (record->ask.kind != PHONE_ASK_RECORD || !record->keep
        || record->value[0].data == NULL)
    {
        return;
    }

    player.kept_key = phone_copy(&player.arena, record->ask.key);

    for (i = 0; i < record->type->nfields; i++) {
        player.kept[i] = record->value[i].data == NULL ? record->value[i]
                         : phone_copy(&player.arena, record->value[i]);
    }
}


void
play_ask(phone_call_t *call, phone_ask_t *ask)
{
    unsigned            i;
    phone_ask_fetch_t  *fetch;

    switch (ask->kind) {

    case PHONE_ASK_WORK:
        play_work(call, (phone_ask_work_t *) ask);
        break;

    case PHONE_ASK_FETCH:
        fetch = (phone_ask_fetch_t *) ask;
        player.texts++;
        player.to = phone_copy(&player.arena, fetch->fetch->by_url
                                              ? fetch->url : fetch->value[0]);
        player.text = phone_copy(&player.arena, fetch->body);

        for (i = 0; i < PHONE_FETCH_HEADERS; i++) {
            player.header[i] = phone_copy(&player.arena, fetch->value[i]);
        }

        if (player.peer) {
            player.answer = player.peer(player.text);
        }

        fetch->answer.status = player.gateway;
        fetch->answer.text = player.answer ? phone_cstr(player.answer)
                                           : PHONE_EMPTY;
        fetch->answer.took = 7;
        break;

    default:

        if (play_recall((phone_record_t *) ask)) {
            break;
        }

        player.reads++;

        if (ask->kind == PHONE_ASK_RECORD) {
            player.fields += (unsigned) __builtin_popcount(
                                          ((phone_record_t *) ask)->mask);
        }

        if (player.before_read) {
            player.asking = ask;
            player.before_read();
        }

        if (sim_store_read(player.store, player.now, ask, &call->arena) != 0) {
            printf("Bail out! a read fails\n");
            exit(1);
        }

        play_keep((phone_record_t *) ask);
    }

    phone_ready(ask);
}


static int
play_refused(const phone_ask_t *ask)
{
    const phone_ask_work_t  *work;

    if (ask->kind != PHONE_ASK_WORK) {
        return 0;
    }

    work = (const phone_ask_work_t *) ask;

    return work->place ? player.no_place
           : player.busy && work->work->lane == PHONE_WORK_HASH;
}


/* While something is not read a run decides nothing: it answers about the
   fields of its call at most (400), and writes that a session was seen. */

void
play_undecided(const phone_call_t *call)
{
    int                    decided;
    unsigned               i;
    const phone_ask_t     *ask;
    const phone_record_t  *record;

    for (ask = call->asks; ask; ask = ask->next) {
        if (!ask->ready && ask->kind != PHONE_ASK_WORK
            && ask->kind != PHONE_ASK_FETCH)
        {
            break;
        }
    }

    if (ask == NULL) {
        return;
    }

    decided = call->ops || call->guards || call->gave_up
              || (call->reply.refused
                  ? phone_refusal_text[call->reply.refusal].status != 400
                  : call->body_begun);

    for (record = call->records; record; record = record->next_record) {
        for (i = 0; i < record->type->nfields; i++) {
            decided |= record->set[i].data != NULL
                       && !(record->type == &phone_account && i >= ACCOUNT_S0
                            && i < ACCOUNT_S0 + 8);
        }
    }

    if (decided) {
        ok(0, "%s decides before it has read all",
           call->endpoint ? call->endpoint->name : call->event->name);
    }
}


/* PHONE_AGAIN: there is no place in a queue. */

phone_rc_t
play_run(phone_call_t *call)
{
    phone_rc_t    rc;
    phone_ask_t  *ask;

    for ( ;; ) {
        rc = phone_run(call);
        player.runs++;

        if (rc == PHONE_CONTINUE) {
            phone_start_over(call);
            continue;
        }

        if (rc != PHONE_AGAIN) {
            return rc;
        }

        play_undecided(call);

        while ((ask = phone_next_ask(call)) != NULL) {

            if (play_refused(ask)) {
                return PHONE_AGAIN;
            }

            play_ask(call, ask);
        }
    }
}
