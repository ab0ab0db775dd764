
/*
 * A failover that loses acknowledged writes: the store goes back to what a
 * replica had.  So do the auditor's books, for what was told since then may be
 * so no more; what happened outside of the store stays as it is.  What was
 * under way at that moment is asked for its money only, not for its answers.
 */


#include "auditing.h"
#include "entries.h"
#include "folk.h"


struct sim_replica_s {
    sim_store_t             *store;
    sim_auditor_t            auditor;
    unsigned                 lag;        /* commits until the failover */
    uint64_t                 commits;    /* of the store, then */
    int64_t                  at;         /* of the run */
};


/* The store */

static void
sim_copy_entry(sim_store_t *store, const sim_entry_t *from)
{
    unsigned            i, k;
    sim_item_t         *item, *copy;
    sim_entry_t        *entry;
    sim_memory_t       *memory;

    memory = store->memory;
    entry = sim_map_add(&store->map, from->node.key, sizeof(sim_entry_t));
    entry->kind = from->kind;
    entry->expires = from->expires;

    switch (from->kind) {

    case SIM_HASH:
        for (i = 0; i < from->fields.n; i++) {
            sim_fields_set(memory, &entry->fields, from->fields.field[i].name,
                           from->fields.field[i].value);
        }

        break;

    case SIM_ZSET:
        for (i = 0; i < from->zset.n; i++) {
            sim_zset_add(memory, &entry->zset, from->zset.member[i].score,
                         from->zset.member[i].member);
        }

        break;

    case SIM_LIST:
        for (i = 0; i < from->list.n; i++) {
            sim_list_add(memory, &entry->list, from->list.entry[i]);
        }

        break;

    case SIM_STREAM:
        entry->stream = from->stream;
        entry->stream.first = 0;
        entry->stream.size = from->stream.n;
        entry->stream.item = sim_alloc(memory, from->stream.n
                                               * sizeof(sim_item_t) + 1);

        for (i = 0; i < from->stream.n; i++) {
            item = &from->stream.item[from->stream.first + i];
            copy = &entry->stream.item[i];
            *copy = *item;
            copy->field = sim_alloc(memory, item->n * sizeof(sim_field_t) + 1);

            for (k = 0; k < item->n; k++) {
                copy->field[k].name = sim_copy(memory, item->field[k].name);
                copy->field[k].value = sim_copy(memory, item->field[k].value);
            }
        }

        break;

    case SIM_STRING:
        entry->string = sim_copy(memory, from->string);
        break;
    }
}


static sim_store_t *
sim_store_copy(const sim_store_t *from)
{
    size_t        i;
    sim_store_t  *store;

    store = sim_store_create(from->memory, &from->options);
    store->commits = from->commits;

    for (i = 0; i < from->map.slots; i++) {

        if (from->map.slot[i] != NULL) {
            sim_copy_entry(store, (sim_entry_t *) from->map.slot[i]);
        }
    }

    return store;
}


/* The books: entries of a map never go, and texts in them never change. */

static void
sim_copy_books(sim_map_t *map)
{
    size_t       i;
    sim_node_t  *node, **slot;

    slot = sim_zalloc(map->memory, map->slots * sizeof(sim_node_t *));

    for (i = 0; i < map->slots; i++) {

        if (map->slot[i] != NULL) {
            node = sim_alloc(map->memory, map->size);
            memcpy(node, map->slot[i], map->size);
            slot[i] = node;
        }
    }

    map->slot = slot;
}


static void
sim_copy_auditor(sim_auditor_t *auditor)
{
    sim_copy_books(&auditor->accounts);
    sim_copy_books(&auditor->bills);
    sim_copy_books(&auditor->notices);
    sim_copy_books(&auditor->numbers);
    sim_copy_books(&auditor->movements);
    sim_copy_books(&auditor->orders);
    sim_copy_books(&auditor->refund_nos);
    sim_copy_books(&auditor->refunds);
    sim_copy_books(&auditor->answers);
    sim_copy_books(&auditor->nonces);
    sim_copy_books(&auditor->calls);
    sim_copy_books(&auditor->keys);
    sim_copy_books(&auditor->secrets);
    sim_copy_books(&auditor->replies);
    sim_copy_books(&auditor->key_days);
    sim_copy_books(&auditor->cards);
    sim_copy_books(&auditor->payments);
    sim_copy_books(&auditor->bank_settled);
    sim_copy_books(&auditor->credits);
    sim_copy_books(&auditor->taken);
    sim_copy_books(&auditor->stated);
    sim_copy_books(&auditor->urls);
    sim_copy_books(&auditor->letters);
    sim_copy_books(&auditor->letters_come);
    sim_copy_books(&auditor->tells);
    sim_copy_books(&auditor->mails);
    sim_copy_books(&auditor->boxes);
    sim_copy_books(&auditor->blocks);
    sim_copy_books(&auditor->messages);
    sim_copy_books(&auditor->message_ids);
    sim_copy_books(&auditor->shops);
    sim_copy_books(&auditor->texts_sent);
    sim_copy_books(&auditor->sms);
    sim_copy_books(&auditor->pumped);
    sim_copy_books(&auditor->said);
    sim_copy_books(&auditor->made);
    sim_copy_books(&auditor->codes);
    sim_copy_books(&auditor->guesses);
    sim_copy_books(&auditor->devices);
    sim_copy_books(&auditor->passwords);
    sim_copy_books(&auditor->postings);
    sim_copy_books(&auditor->imports);
}


/* A merchant remembers what he has got; a cookie is in somebody's hand; a
   session may be ended, or opened, by what was on its way. */

static void
sim_restore_auditor(sim_auditor_t *auditor, const sim_auditor_t *before,
    int64_t at)
{
    size_t          i;
    sim_map_t       notices;
    sim_auditor_t   now;
    sim_notice_t   *live, *notice;
    sim_number_t   *number;
    sim_session_t  *session;

    now = *auditor;
    notices = now.notices;

    /* those that were not copied go on: their tables may have grown */

    *auditor = *before;
    auditor->versions = now.versions;
    auditor->sessions = now.sessions;
    auditor->probes = now.probes;
    auditor->invitations = now.invitations;
    auditor->texted = now.texted;
    auditor->keywords = now.keywords;
    auditor->envelopes = now.envelopes;
    auditor->agreed = now.agreed;
    auditor->toys = now.toys;
    auditor->archive = now.archive;

    for (i = 0; i < now.sessions.slots; i++) {
        session = (sim_session_t *) now.sessions.slot[i];

        if (session != NULL && session->closed_at >= at) {
            session->closed_at = 0;
        }
    }

    for (i = 0; i < notices.slots; i++) {
        live = (sim_notice_t *) notices.slot[i];

        if (live != NULL) {
            notice = sim_map_make(&auditor->notices, live->node.key,
                                  sizeof(sim_notice_t));
            notice->sent = live->sent;
            notice->in_flight = live->in_flight;
            notice->left_at = live->left_at;
            notice->acked |= live->acked;    /* it may be sent again */
            notice->asked = live->asked;
            notice->was_acked = live->was_acked;
            notice->was_exhausted = live->was_exhausted;
            notice->of_before = live->in_flight > 0;
        }
    }

    for (i = 0; i < auditor->numbers.slots; i++) {
        number = (sim_number_t *) auditor->numbers.slot[i];

        if (number != NULL) {
            number->closing_at = auditor->world->now;
            number->logins += 100;
        }
    }
}


/* What the people were told is not so any more; they find that out.  What the
   operator has set up he sets up again. */

static void
sim_tell_people(sim_people_t *people)
{
    unsigned         i, k;
    sim_payer_t     *payer;
    sim_merchant_t  *merchant;

    for (i = 0; i < people->world->swarm.merchants; i++) {
        merchant = &people->merchant[i];
        merchant->overheard.n = 0;
        merchant->paid = NULL;

        for (k = 0; k < merchant->norders; k++) {
            merchant->order[k].acked = 0;
            merchant->order[k].refund = NULL;
        }
    }

    for (i = 0; i < people->world->swarm.payers; i++) {
        payer = &people->payer[i];
        payer->pin_known = 0;
        payer->pin_changes++;
        payer->old_cookie = PHONE_EMPTY;
    }

    sim_chores_again(people);
}


void
sim_replicate(sim_world_t *world)
{
    sim_replica_t  *replica;

    replica = sim_zalloc(world->memory, sizeof(sim_replica_t));
    replica->store = sim_store_copy(world->store);
    replica->commits = world->store->commits;
    replica->at = world->now;
    replica->auditor = *world->auditor;
    sim_copy_auditor(&replica->auditor);
    replica->lag = (unsigned) sim_between(&world->random, 1, 300);

    world->replica = replica;

    sim_trace(world, "a replica falls behind");
}


void
sim_fall_behind(sim_world_t *world)
{
    unsigned        i;
    sim_task_t     *task, *next;
    sim_worker_t   *worker;
    sim_replica_t  *replica;

    replica = world->replica;

    if (replica == NULL || --replica->lag) {
        return;
    }

    sim_trace(world, "a failover loses %llu commits",
              (unsigned long long) (world->store->commits - replica->commits));
    sim_count(world, FAILOVERS);

    world->replica = NULL;
    world->store = replica->store;
    world->failovers++;
    world->failover_at = world->now;
    sim_restore_auditor(world->auditor, &replica->auditor, replica->at);

    for (i = 0; i < world->swarm.workers; i++) {
        worker = &world->worker[i];
        worker->of_before = worker->frozen > world->now ? worker->frozen
                                                        : world->now;

        for (task = world->worker[i].tasks; task != NULL; task = next) {
            next = task->next;
            task->done = 0;

            /* what it has read of the posting's bucket is lost, and nothing
               in the other bucket says so: the operator's guide has it */

            if (task->call.event == &phone_posting_apply) {
                sim_task_end(task, 0);
            }
        }
    }

    sim_restart_store(world);
    sim_tell_people(world->people);
}
