
/* GET and PUT /mail/triggers. */


#include "mail.h"
#include "trigger.h"


static phone_rc_t phone_triggers_get_run(phone_call_t *call);
static phone_rc_t phone_triggers_set_run(phone_call_t *call);
static phone_rc_t phone_triggers_checked(phone_call_t *call);
static phone_rc_t phone_triggers_time(phone_call_t *call);
static phone_str_t phone_triggers_senders(phone_call_t *call);
static phone_rc_t phone_triggers_show(phone_call_t *call,
    phone_record_t *trigger);


static const phone_param_t  phone_triggers_none[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_param_t  phone_triggers_params[] = {
    { "senders", PHONE_P_PHONE, PHONE_LIST(PHONE_TRIGGER_SENDERS), 0, 0,
      "a mail of one of these numbers" },
    { "from", PHONE_P_TEXT, 0, 5, 5,
      "a mail that comes from this time of day on: 22:00; with to and "
      "timezone" },
    { "to", PHONE_P_TEXT, 0, 5, 5,
      "and before this one: 07:30, which may be of the next day" },
    { "timezone", PHONE_P_TEXT, 0, 1, PHONE_ZONE_NAME_MAX,
      "of from and to: Asia/Shanghai; summer time counts" },
    { "count", PHONE_P_INT, 0, 1, PHONE_TRIGGER_COUNT,
      "so many unread mails since the last SMS" },
    { "match", PHONE_P_WORD, 0, PHONE_TRIGGER_MATCHES, 0,
      "any (if left out) or all of senders, the time of day and count, of "
      "those that are sent" },
    { "gap", PHONE_P_INT, 0, 1, PHONE_TRIGGER_GAP,
      "minutes after an SMS without another one; 10 if left out" },
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_triggers_reply[] = {
    { "senders", PHONE_M_PHONES, 0, NULL, "it is set", "numbers" },
    { "from", PHONE_M_TEXT, 0, NULL, "it is set", "time of day" },
    { "to", PHONE_M_TEXT, 0, NULL, "from is set", "time of day" },
    { "timezone", PHONE_M_TEXT, 0, NULL, "from is set", "of both" },
    { "count", PHONE_M_INT, 0, NULL, "it is set", "mails" },
    { "match", PHONE_M_TEXT, 0, NULL, "it was set", "any or all" },
    { "gap", PHONE_M_INT, 0, NULL, "it was set", "minutes" },
    { "told_at", PHONE_M_TIME, 0, NULL, "there was an SMS",
      "when the last one was sent" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_triggers_get = {
    "mail.triggers", "GET", "/mail/triggers", PHONE_SESSION,
    phone_triggers_get_run, phone_triggers_none, phone_triggers_reply,
    "When the number wants an SMS about new mail."
};


const phone_endpoint_t  phone_triggers_set = {
    "mail.triggers_set", "PUT", "/mail/triggers", PHONE_SESSION,
    phone_triggers_set_run, phone_triggers_params, phone_triggers_reply,
    "Sets all triggers at once. Without senders, from and count there is no "
    "SMS about new mail any more."
};


static phone_rc_t
phone_triggers_get_run(phone_call_t *call)
{
    phone_record_t  *trigger;

    trigger = phone_ask(call, &phone_trigger, phone_caller(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return phone_triggers_show(call, trigger);
}


/* The time of the last SMS stays: the gap goes on. */

static phone_rc_t
phone_triggers_set_run(phone_call_t *call)
{
    phone_str_t      senders, on;
    phone_record_t  *trigger, *account;

    trigger = phone_ask(call, &phone_trigger, phone_caller(call));
    account = phone_ask_some(call, &phone_account, phone_caller(call),
                             PHONE_F(ACCOUNT_TRIGGERS));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (phone_triggers_checked(call) != PHONE_DONE) {
        return PHONE_REFUSED;
    }

    senders = phone_triggers_senders(call);

    on = senders.len || phone_has(call, "from") || phone_has(call, "count")
         ? PHONE_STR("1") : PHONE_EMPTY;

    /* who delivers a mail reads the account only; it changes with the trigger,
       which guards what was read of it */

    if (!phone_equal(phone_get(account, ACCOUNT_TRIGGERS), on)) {
        phone_set(account, ACCOUNT_TRIGGERS, on);
    }

    phone_set(trigger, TRIGGER_SENDERS, senders);
    phone_set(trigger, TRIGGER_FROM, phone_arg(call, "from"));
    phone_set(trigger, TRIGGER_TO, phone_arg(call, "to"));
    phone_set(trigger, TRIGGER_TIMEZONE, phone_arg(call, "timezone"));
    phone_set(trigger, TRIGGER_COUNT, phone_arg(call, "count"));
    phone_set(trigger, TRIGGER_MATCH, phone_has(call, "match")
                                      ? phone_arg(call, "match")
                                      : PHONE_STR("any"));
    phone_set_int(trigger, TRIGGER_GAP, phone_has(call, "gap")
                                        ? phone_arg_int(call, "gap")
                                        : PHONE_TRIGGER_GAP_USUAL);

    return phone_triggers_show(call, trigger);
}


static phone_rc_t
phone_triggers_checked(phone_call_t *call)
{
    if (phone_has(call, "from") || phone_has(call, "to")
        || phone_has(call, "timezone"))
    {
        return phone_triggers_time(call);
    }

    return PHONE_DONE;
}


static phone_rc_t
phone_triggers_time(phone_call_t *call)
{
    unsigned  i;
    int64_t   ahead;

    static const char *const  part[] = { "from", "to", "timezone" };

    for (i = 0; i < 3; i++) {
        if (!phone_has(call, part[i])) {
            return phone_refuse_field(call, PHONE_PARAM_MISSING, part[i]);
        }
    }

    for (i = 0; i < 2; i++) {
        if (phone_day_time(phone_arg(call, part[i])) == -1) {
            phone_say(call, "reason",
                      PHONE_STR("it is no time of day, as 07:30"));
            return phone_refuse_field(call, PHONE_PARAM_INVALID, part[i]);
        }
    }

    if (phone_equal(phone_arg(call, "from"), phone_arg(call, "to"))) {
        phone_say(call, "reason", PHONE_STR("it is the same as from"));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "to");
    }

    if (phone_zone_ahead(call, phone_arg(call, "timezone"), phone_now(call),
                         &ahead)
        != 0)
    {
        phone_say(call, "reason",
                  PHONE_STR("it is no time zone of the tz database that this "
                            "server has, as Asia/Shanghai"));
        return phone_refuse_field(call, PHONE_PARAM_INVALID, "timezone");
    }

    return PHONE_DONE;
}


static phone_str_t
phone_triggers_senders(phone_call_t *call)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, phone_memory(call), 64);

    for (i = 0; i < phone_arg_count(call, "senders"); i++) {

        if (i) {
            phone_buf_byte(&buf, ' ');
        }

        phone_buf_put(&buf, phone_arg_at(call, "senders", i));
    }

    return phone_buf_str(&buf);
}


static phone_rc_t
phone_triggers_show(phone_call_t *call, phone_record_t *trigger)
{
    phone_str_t    rest, sender;
    phone_json_t  *json;

    rest = phone_get(trigger, TRIGGER_SENDERS);

    if (rest.len) {
        json = phone_reply(call);
        phone_json_array(json, "senders");

        while (phone_split(&rest, ' ', &sender)) {
            phone_json_text(json, NULL, sender);
        }

        phone_json_end(json);
    }

    phone_say(call, "from", phone_get(trigger, TRIGGER_FROM));
    phone_say(call, "to", phone_get(trigger, TRIGGER_TO));
    phone_say(call, "timezone", phone_get(trigger, TRIGGER_TIMEZONE));

    if (phone_get(trigger, TRIGGER_COUNT).len) {
        phone_say_int(call, "count", phone_get_int(trigger, TRIGGER_COUNT));
    }

    phone_say(call, "match", phone_get(trigger, TRIGGER_MATCH));

    if (phone_get(trigger, TRIGGER_GAP).len) {
        phone_say_int(call, "gap", phone_get_int(trigger, TRIGGER_GAP));
    }

    if (phone_get(trigger, TRIGGER_TOLD).len) {
        phone_say_time(call, "told_at",
                       phone_get_int(trigger, TRIGGER_TOLD));
    }

    return phone_done(call);
}
