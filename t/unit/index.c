
/*
 * Pages of one index and of what is in several, both ways, while entries come
 * and go: an entry that stays is on one page, whatever shares its score, and a
 * page costs the same however long the index is.
 */


#define _GNU_SOURCE

#include "play.h"


#define MAILS    600
#define MANY     3000
#define WORDS    3
#define BOX      "+8613800000001"


typedef struct {
    unsigned                 words;      /* that it has: bits */
    unsigned                 there:1;
    unsigned                 moved:1;    /* came or went during the walk */
    unsigned                 seen;
    int64_t                  score;
} mail_t;


static const phone_type_t  words = { "words", PHONE_BY_NAME, 0, NULL, NULL };

static mail_t        mail[MANY];
static unsigned      nmails;
static unsigned      bits;               /* of the words that are searched */
static unsigned      limit;
static phone_edge_t  edge;
static char          edge_member[16];
static unsigned      seed;

/* of the last page */
static unsigned      found, wrong, rounds, entries;


static unsigned
draw(unsigned below)
{
    seed = seed * 1103515245 + 12345;

    return (seed >> 16) % below;
}


static phone_str_t
id_of(phone_arena_t *arena, unsigned word)
{
    return phone_format(arena, BOX ":%u", word);
}


/* Names are in no order of time: BACK undoes FORTH. */

#define PRIME    10007
#define FORTH    7919
#define BACK     8967

static phone_str_t
member_of(phone_arena_t *arena, unsigned i)
{
    return phone_format(arena, "m%05u", i * FORTH % PRIME);
}


static unsigned
mail_of(phone_str_t member)
{
    return (unsigned) (strtoull(member.data + 1, NULL, 10) * BACK % PRIME);
}


/* A mail comes or goes, in the indexes of all its words. */

static void
put(unsigned i, int there)
{
    unsigned        w, guard;
    phone_op_t      op;
    phone_str_t     word[2];
    phone_arena_t   arena;
    phone_commit_t  commit;

    phone_arena_init(&arena);
    mail[i].there = there ? 1 : 0;

    for (w = 0; w < WORDS; w++) {
        if (!(mail[i].words & (1u << w))) {
            continue;
        }

        memset(&commit, 0, sizeof(commit));
        memset(&op, 0, sizeof(op));

        op.kind = there ? PHONE_OP_ZADD : PHONE_OP_ZREM;
        op.key = phone_key(&arena, &words,
                           phone_home(&player.env, &words, PHONE_STR(BOX)),
                           id_of(&arena, w));
        op.nwords = there ? 2 : 1;
        op.word = word;
        word[0] = phone_int(&arena, mail[i].score);
        word[there ? 1 : 0] = member_of(&arena, i);

        commit.nops = 1;
        commit.ops = &op;

        (void) sim_store_apply(player.store, player.now, &commit, &guard);
    }

    phone_arena_free(&arena);
}


/* What was read, of all rounds. */

static unsigned
cost(phone_call_t *call)
{
    unsigned      n;
    phone_ask_t  *ask;

    n = 0;

    for (ask = call->asks; ask; ask = ask->next) {
        n += ask->kind == PHONE_ASK_INDEX
             ? ((phone_ask_index_t *) ask)->list.n
             : ask->kind == PHONE_ASK_SCORES
             ? ((phone_ask_scores_t *) ask)->of.n : 1;
    }

    return n;
}


static phone_rc_t
page_run(phone_call_t *call)
{
    mail_t        *m;
    unsigned       i, w, n;
    phone_edge_t   at;
    phone_list_t   page;
    phone_index_t  index[WORDS];

    n = 0;
    at = edge;

    for (w = 0; w < WORDS; w++) {
        if (bits & (1u << w)) {
            index[n].type = &words;
            index[n++].id = id_of(phone_memory(call), w);
        }
    }

    page = n == 1 ? phone_ask_page(call, &words, index[0].id, &at, limit)
                  : phone_ask_page_of_all(call, n, index, &at, limit);

    if (phone_waiting(call)) {
        wrong += page.n || at.score != edge.score;
        rounds++;
        return PHONE_AGAIN;
    }

    for (i = 0; i < page.n; i++) {
        m = &mail[mail_of(page.entry[i].member)];
        m->seen++;
        wrong += (m->words & bits) != bits || m->score != page.entry[i].score
                 || !m->there;

        if (i) {
            wrong += edge.up ? page.entry[i].score < page.entry[i - 1].score
                             : page.entry[i].score > page.entry[i - 1].score;
        }
    }

    found = page.n;
    entries = cost(call);
    edge.score = at.score;
    edge.member.len = at.member.len;
    edge.member.data = memcpy(edge_member, at.member.data, at.member.len);

    return phone_done(call);
}


static const phone_param_t  none[] = { { NULL, 0, 0, 0, 0, NULL } };

static const phone_endpoint_t  show = {
    "mail.search", "GET", "", PHONE_ANYONE, page_run, none, NULL, ""
};


static int
more(void)
{
    rounds = entries = found = 0;
    play_endpoint(&show, "");

    return edge.score || edge.member.len;
}


/* Walks all pages, with some that come and go after each; how many mails were
   not seen just once though they were there all the time. */

static unsigned
walk(unsigned restless)
{
    unsigned  i, k, bad, pages;

    wrong = 0;
    bad = 0;
    edge.score = 0;
    edge.member = PHONE_EMPTY;

    for (i = 0; i < nmails; i++) {
        mail[i].seen = 0;
        mail[i].moved = 0;
    }

    for (pages = 0; more() && pages < 3 * nmails; pages++) {
        for (k = 0; k < restless; k++) {
            i = draw(nmails);
            mail[i].moved = 1;
            put(i, !mail[i].there);
        }
    }

    for (i = 0; i < nmails; i++) {
        if (mail[i].moved) {
            bad += mail[i].seen > 1;

        } else if ((mail[i].words & bits) == bits) {
            bad += mail[i].seen != mail[i].there;
        }
    }

    return bad + wrong;
}


/* Some are alone at their time, many share one, and one is at 0. */

static void
fill(unsigned n)
{
    unsigned  i;

    nmails = n;

    for (i = 0; i < n; i++) {
        mail[i].words = 1u | draw(1u << WORDS);
        mail[i].score = i == 0 ? 0 : i % 3 == 0 ? PLAY_NOW
                                                : PLAY_NOW - 50 + draw(100);
        put(i, i % 10 != 9);
    }
}


static void
walks(void)
{
    unsigned               i, k;
    static const unsigned  limits[] = { 1, 2, 7, 20, 50, 300 };

    play_start();
    fill(MAILS);

    for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        limit = limits[i];

        for (bits = 1; bits < 1u << WORDS; bits++) {
            edge.up = 0;
            k = walk(0);
            edge.up = 1;
            k += walk(0);
            is_int(k, 0, "each mail with words %u once, by %u", bits, limit);

            edge.up = 0;
            k = walk(3);
            edge.up = 1;
            k += walk(3);
            is_int(k, 0, "while others come and go");
        }
    }

    play_end();
}


/* What has both words is rare, or is not: a page looks at so many entries, and
   at no more when the mailbox is five times as long. */

static void
costs(void)
{
    unsigned  i, pages, most, all;

    play_start();

    nmails = MANY;

    for (i = 0; i < MANY; i++) {
        mail[i].words = i % 2 ? 1 : 2;
        mail[i].words |= i == 7 ? 3 : 0;
        mail[i].score = PLAY_NOW + i;
        put(i, 1);
    }

    edge.up = 0;
    edge.score = 0;
    edge.member = PHONE_EMPTY;
    limit = 20;
    bits = 3;
    most = all = 0;

    for (pages = 0; more(); pages++) {
        all += found;
        most = entries > most ? entries : most;
        ok(rounds <= 11, "%u rounds", rounds);
    }

    is_int(pages, MANY / 2 / PHONE_PAGE_LOOKS, "a page that is short");
    is_int(all + found, 1, "the one mail with both words");
    ok(most <= 2 * PHONE_PAGE_LOOKS + 8 * 10, "%u entries for one", most);

    bits = 1;
    edge.score = 0;
    edge.member = PHONE_EMPTY;
    most = 0;

    for (i = 0; i < 10; i++) {
        more();
        most = entries > most ? entries : most;
    }

    ok(most <= limit + 8, "%u entries for a page of one index", most);

    /* a score is no entry: what has it is on neither side */

    for (i = 0; i < 2; i++) {
        mail[5].seen = mail[7].seen = mail[9].seen = 0;
        edge.up = i & 1;
        edge.score = PLAY_NOW + 7;
        edge.member = PHONE_EMPTY;
        limit = 1;
        more();
        ok(mail[7].seen == 0 && mail[5].seen == !i && mail[9].seen == i,
           "%s a score", i ? "above" : "below");
    }

    edge.up = 0;
    limit = 20;

    /* the small one is gone through */

    for (i = 0; i < 5; i++) {
        mail[i * 100].words = 4 | 1 | 2;
        put(i * 100, 1);
    }

    bits = 7;
    edge.score = 0;
    edge.member = PHONE_EMPTY;
    ok(!more(), "five entries are one page");
    is_int(found, 5, "with all");
    is_int(entries, 3 + 5 + 2 * 5, "at the cost of five");

    play_end();
}


static phone_rc_t
counts_run(phone_call_t *call)
{
    int64_t                size, newer;
    phone_str_t            first, second;
    const phone_list_t    *list, *oldest;
    const phone_scores_t  *scores;

    first = id_of(phone_memory(call), 0);
    second = id_of(phone_memory(call), 1);

    size = phone_ask_size(call, &words, first, 0);
    newer = phone_ask_size(call, &words, first, PLAY_NOW + 2);
    list = phone_ask_index(call, &words, first, 0, 10);
    oldest = phone_ask_index_from(call, &words, first, PLAY_NOW + 1, 2);
    scores = phone_ask_scores(call, &words, second, list);

    if (phone_waiting(call)) {
        wrong += scores->n;
        return PHONE_AGAIN;
    }

    is_int(size, 4, "so many are in the index");
    is_int(newer, 2, "of a score or more");
    is_int(list->n, 4, "its newest");
    is_int(oldest->n, 2, "from a score upwards");
    is_int(oldest->entry[0].score, PLAY_NOW + 1, "with it");
    is_int(oldest->entry[1].score, PLAY_NOW + 2, "the lowest first");
    is_int(scores->n, 4, "a score for each");
    is_int(scores->score[0], -1, "that is in no other index");
    is_int(scores->score[1], PLAY_NOW + 2, "or has one there");

    return phone_done(call);
}


static const phone_endpoint_t  counts_endpoint = {
    "mail.counts", "GET", "", PHONE_ANYONE, counts_run, none, NULL, ""
};


static void
counts(void)
{
    unsigned  i;

    play_start();
    nmails = 4;
    wrong = 0;

    for (i = 0; i < 4; i++) {
        mail[i].words = i % 2 ? 1 : 3;
        mail[i].score = PLAY_NOW + i;
        put(i, 1);
    }

    play_endpoint(&counts_endpoint, "");
    is_int(player.reads, 5, "five reads");
    is_int(player.runs, 3, "in two rounds");
    is_int(wrong, 0, "none before it is known of what");

    play_end();
}


/* The ends of a page as people send them. */

static phone_rc_t
asked_run(phone_call_t *call)
{
    unsigned      n;
    phone_edge_t  at;

    if (phone_page_asked(call, 20, &at, &n) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    phone_say_int(call, "up", at.up);
    phone_say_int(call, "score", at.score);
    phone_say(call, "member", at.member);

    return phone_page_done(call, &at);
}


static void
asked(void)
{
    static const phone_param_t  params[] = {
        { "before", PHONE_P_NAME, 0, 1, 64, "" },
        { "after", PHONE_P_NAME, 0, 1, 64, "" },
        { "limit", PHONE_P_INT, 0, 1, 50, "" },
        { NULL, 0, 0, 0, 0, NULL }
    };
    static const phone_endpoint_t  endpoint = {
        "mail.list", "GET", "", PHONE_ANYONE, asked_run, params, NULL, ""
    };

    play_start();

    play_endpoint(&endpoint, "after=5.m");
    is_str(play_member("up"), "1", "upwards");
    is_str(play_member("score"), "5", "from a score");
    is_str(play_member("member"), "m", "and a member");
    is_str(play_member("next_after"), "5.m", "and on");

    play_endpoint(&endpoint, "before=0.m");
    is_str(play_member("next_before"), "0.m", "0 is a score");

    play_endpoint(&endpoint, "after=x");
    is_str(play_member("field"), "after", "no place");
    is_str(play_member("reason"),
           "take next_after of the page that came before", "what is one");

    play_endpoint(&endpoint, "after=5&before=6");
    is_str(play_member("field"), "after", "not both");

    play_endpoint(&endpoint, "");
    is_str(play_member("next_after"), "", "nothing follows");
    is_str(play_member("next_before"), "", "either way");

    play_end();
}


int
main(void)
{
    walks();
    costs();
    counts();
    asked();

    return done_testing();
}
