
/* MAIL-4: what was received in a conversation is read, up to a mail. */


#include "box.h"
#include "../live/live.h"


#define PHONE_READ_STEP  50              /* mails that a call marks */


static phone_rc_t phone_mail_read_to_run(phone_call_t *call);
static int phone_read_is_with(phone_record_t *mail, phone_str_t peer);
static phone_list_t phone_read_page(phone_call_t *call, phone_edge_t *edge);
static int phone_read_behind(phone_record_t *to, phone_str_t id, int64_t at);
static phone_rc_t phone_read_mark(phone_call_t *call, phone_record_t *account,
    const phone_list_t *list, unsigned n, int more);


static const phone_param_t  phone_mail_read_to_params[] = {
    { "phone", PHONE_P_PHONE, PHONE_REQUIRED|PHONE_IN_PATH, 0, 0,
      "with whom" },
    { "mail_id", PHONE_P_ID, PHONE_REQUIRED, 0, 0,
      "the newest mail of the conversation that was seen, received or sent" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_mail_read_to_reply[] = {
    { "marked", PHONE_M_INT, 0, NULL, NULL,
      "how many mails were unread, and are read now; after a lost answer, "
      "without those that were marked then" },
    { "more", PHONE_M_BOOL, 0, NULL, NULL,
      "there may be more: call again" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_mail_read_to = {
    "mail.read_to", "POST", "/mail/conversations/{phone}/read", PHONE_SESSION,
    phone_mail_read_to_run, phone_mail_read_to_params,
    phone_mail_read_to_reply,
    "Marks as read what was received in a conversation up to a mail, the "
    "oldest first and at most 50 with a call. Their sender is not told."
};


/* The oldest first, so that one event is enough: it names the newest mail that
   was marked, and all before it in the conversation are read.  A call that
   finds only mails that were read goes on where it was. */

static phone_rc_t
phone_mail_read_to_run(phone_call_t *call)
{
    int              more;
    unsigned         n;
    phone_rc_t       rc;
    phone_list_t     list;
    phone_edge_t     edge;
    phone_record_t  *to, *account;

    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_LISTENS));
    list = phone_read_page(call, &edge);

    rc = phone_box_own(call, PHONE_F(MAIL_READ_AT), &to);
    if (rc != PHONE_DONE) {
        return rc;
    }

    if (!phone_read_is_with(to, phone_arg(call, "phone"))) {
        return phone_refuse_field(call, PHONE_MAIL_NOT_FOUND, "mail_id");
    }

    for (n = 0; n < list.n; n++) {
        if (phone_read_behind(to, list.entry[n].member, list.entry[n].score)) {
            break;
        }
    }

    more = n == list.n && (edge.score || edge.member.len)
           && !phone_read_behind(to, edge.member, edge.score);

    if (n == 0 && more) {
        return phone_continue(call, phone_page_text(call, &edge));
    }

    return phone_read_mark(call, account, &list,
                           n < PHONE_READ_STEP ? n : PHONE_READ_STEP, more);
}


static int
phone_read_is_with(phone_record_t *mail, phone_str_t peer)
{
    phone_str_t  rest, one;

    rest = phone_box_peers(mail);

    while (phone_split(&rest, ' ', &one)) {
        if (phone_equal(one, peer)) {
            return 1;
        }
    }

    return 0;
}


/* Unread ones of the conversation, with one that tells that there are more. */

static phone_list_t
phone_read_page(phone_call_t *call, phone_edge_t *edge)
{
    const phone_index_t  index[2] = {
        { &phone_unread_of, phone_caller(call) },
        { &phone_mails_with,
          phone_box_with(call, phone_caller(call), phone_arg(call, "phone")) }
    };

    (void) phone_page_parse(call, phone_call_state(call), edge);
    edge->up = 1;

    return phone_ask_page_of_all(call, 2, index, edge, PHONE_READ_STEP + 1);
}


/* Is it behind that mail, in the order of the lists?  What was received in the
   millisecond of a mail that was sent is not: it may be the same mail, to
   oneself. */

static int
phone_read_behind(phone_record_t *to, phone_str_t id, int64_t at)
{
    int64_t  bound;

    bound = phone_get_int(to, MAIL_CREATED);

    return at != bound ? at > bound
           : phone_box_in(to) && phone_compare(id, phone_id(to)) > 0;
}


/* After an answer that was lost, `marked` does not count what that run has
   marked.  An entry whose mail is gone leaves the list of what is unread. */

static phone_rc_t
phone_read_mark(phone_call_t *call, phone_record_t *account,
    const phone_list_t *list, unsigned n, int more)
{
    unsigned         i, marked;
    phone_str_t      last;
    phone_record_t  *mail[PHONE_READ_STEP];

    for (i = 0; i < n; i++) {
        mail[i] = phone_ask_some(call, &phone_mail, list->entry[i].member,
                                 PHONE_F(MAIL_READ_AT));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    last = PHONE_EMPTY;

    for (i = 0, marked = 0; i < n; i++) {
        phone_index_remove(call, &phone_unread_of, phone_caller(call),
                           phone_id(mail[i]));

        if (phone_found(mail[i]) && phone_get(mail[i], MAIL_READ_AT).len == 0)
        {
            phone_set_int(mail[i], MAIL_READ_AT, phone_now(call));
            last = phone_id(mail[i]);
            marked++;
        }
    }

    /* the account is guarded: a client that opens meanwhile is not missed */

    if (marked) {
        phone_rely(account);
    }

    if (marked && phone_client_open(call, account)) {
        phone_publish(call, phone_caller(call), "mail.read",
                      phone_format(phone_memory(call),
                                   "{\"mail_id\":\"%.*s\","
                                   "\"peer\":\"%.*s\"}",
                                   PHONE_ARGS(last),
                                   PHONE_ARGS(phone_arg(call, "phone"))));
    }

    phone_say_int(call, "marked", marked);
    phone_say_bool(call, "more", more);

    return phone_done(call);
}
