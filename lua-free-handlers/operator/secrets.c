
/* GET /operator/secrets: by which keys texts are sealed, and how many by each:
   the one before may go when there are none left. */


#include "../host.h"
#include "operator.h"


#define PHONE_SECRETS_MOST     8         /* keys */
#define PHONE_SECRETS_BUCKETS  32        /* of a run */


typedef struct {
    unsigned                 n;
    int64_t                  bucket;     /* the next one */
    int64_t                  key[PHONE_SECRETS_MOST];
    int64_t                  texts[PHONE_SECRETS_MOST];
} phone_secrets_t;


static phone_rc_t phone_operator_secrets_run(phone_call_t *call);
static int phone_secrets_load(phone_call_t *call, phone_secrets_t *secrets);
static phone_str_t phone_secrets_save(phone_call_t *call,
    const phone_secrets_t *secrets);
static void phone_secrets_count(phone_call_t *call, phone_secrets_t *secrets,
    phone_str_t bucket);
static void phone_secrets_add(phone_secrets_t *secrets, int64_t key,
    int64_t texts);
static phone_rc_t phone_secrets_show(phone_call_t *call,
    const phone_secrets_t *secrets);
static void phone_secret_show(phone_call_t *call,
    const phone_secrets_t *secrets, int64_t key, const char *status);


static const phone_param_t  phone_operator_secrets_params[] = {
    { NULL, 0, 0, 0, 0, NULL }
};


static const phone_member_t  phone_secret_members[] = {
    { "key_id", PHONE_M_TEXT, 0, NULL, NULL, "names the secret" },
    { "status", PHONE_M_TEXT, 0, NULL, NULL,
      "NEWEST: it seals; BEFORE; MISSING: this host does not have it" },
    { "records", PHONE_M_INT, 0, NULL, NULL, "that it has sealed" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


static const phone_object_t  phone_secret_object = {
    "Secret", phone_secret_members
};


static const phone_member_t  phone_operator_secrets_reply[] = {
    { "keys", PHONE_M_LIST, 0, &phone_secret_object, NULL,
      "of this host, and those that it lacks" },
    { "job_id", PHONE_M_TEXT, 0, NULL, "there is a job",
      "the last one of POST /operator/secrets/reseal for the newest key" },
    { "job", PHONE_M_TEXT, 0, NULL, "there is a job",
      "RUNNING, DONE, FAILED or CANCELED" },
    { "done", PHONE_M_INT, 0, NULL, "there is a job", "buckets so far" },
    { "total", PHONE_M_INT, 0, NULL, "there is a job", "buckets in all" },
    { "started", PHONE_M_TIME, 0, NULL, "there is a job", "when it began" },
    { "ended", PHONE_M_TIME, 0, NULL, "the job is over", "when it ended" },
    { "error", PHONE_M_TEXT, 0, NULL, "the last step of the job has failed",
      "the code of the error" },
    { "result", PHONE_M_TEXT, 0, NULL, "the job is DONE", "the newest key" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_operator_secrets = {
    "operator.secrets", "GET", "/operator/secrets", PHONE_OPERATOR,
    phone_operator_secrets_run, phone_operator_secrets_params,
    phone_operator_secrets_reply,
    "Which secrets PINs, passwords, cards and merchants' secrets are sealed "
    "with, and how many with each. One with no records may be taken out."
};


static phone_rc_t
phone_operator_secrets_run(phone_call_t *call)
{
    unsigned          i;
    phone_secrets_t  *secrets;

    secrets = phone_alloc(phone_memory(call), sizeof(phone_secrets_t));

    if (secrets == NULL || phone_secrets_load(call, secrets) != 0) {
        return phone_refuse(call, PHONE_INTERNAL);
    }

    for (i = 0; i < PHONE_SECRETS_BUCKETS
                && secrets->bucket < call->env->buckets; i++)
    {
        phone_secrets_count(call, secrets,
                            phone_bucket_text(phone_memory(call),
                                              (unsigned) secrets->bucket++));
    }

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    return secrets->bucket < call->env->buckets
           ? phone_continue(call, phone_secrets_save(call, secrets))
           : phone_secrets_show(call, secrets);
}


/* "<bucket> <key> <texts> <key> <texts> ..." */

static int
phone_secrets_load(phone_call_t *call, phone_secrets_t *secrets)
{
    phone_str_t  rest, word[2];

    rest = phone_call_state(call);

    if (phone_split(&rest, ' ', &word[0])
        && phone_parse_int(word[0], &secrets->bucket) != 0)
    {
        return -1;
    }

    while (secrets->n < PHONE_SECRETS_MOST && phone_split(&rest, ' ', &word[0]))
    {
        if (!phone_split(&rest, ' ', &word[1])
            || phone_parse_int(word[0], &secrets->key[secrets->n]) != 0
            || phone_parse_int(word[1], &secrets->texts[secrets->n]) != 0)
        {
            return -1;
        }

        secrets->n++;
    }

    return 0;
}


static phone_str_t
phone_secrets_save(phone_call_t *call, const phone_secrets_t *secrets)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, phone_memory(call), 256);
    phone_buf_int(&buf, secrets->bucket);

    for (i = 0; i < secrets->n; i++) {
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, secrets->key[i]);
        phone_buf_byte(&buf, ' ');
        phone_buf_int(&buf, secrets->texts[i]);
    }

    return phone_buf_str(&buf);
}


/* From one key of the bucket to the next one. */

static void
phone_secrets_count(phone_call_t *call, phone_secrets_t *secrets,
    phone_str_t bucket)
{
    int64_t              from, key, behind;
    unsigned             i;
    const phone_list_t  *list;

    from = 0;

    for (i = 0; i < PHONE_SECRETS_MOST; i++) {
        list = phone_ask_index_from(call, &phone_sealed, bucket, from, 1);

        if (list->n == 0) {
            return;
        }

        key = list->entry[0].score;
        behind = phone_ask_size(call, &phone_sealed, bucket, key + 1);
        phone_secrets_add(secrets, key,
                          phone_ask_size(call, &phone_sealed, bucket, key)
                          - behind);
        from = key + 1;
    }
}


static void
phone_secrets_add(phone_secrets_t *secrets, int64_t key, int64_t texts)
{
    unsigned  i;

    for (i = 0; i < secrets->n && secrets->key[i] != key; i++) {
        /* void */
    }

    if (i == PHONE_SECRETS_MOST) {
        return;
    }

    secrets->key[i] = key;
    secrets->texts[i] += texts;
    secrets->n += i == secrets->n;
}


/* Those of this host are shown even if they have sealed nothing. */

static phone_rc_t
phone_secrets_show(phone_call_t *call, const phone_secrets_t *secrets)
{
    int64_t          key[2];
    unsigned         i;
    phone_json_t    *json;
    phone_record_t  *job;

    job = phone_ask_reseal_job(call, 0);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    key[0] = phone_secret_number(phone_secret_id(call, 0));
    key[1] = phone_secret_number(phone_secret_id(call, 1));

    json = phone_reply(call);
    phone_json_array(json, "keys");

    phone_secret_show(call, secrets, key[0], "NEWEST");

    if (key[1] >= 0) {
        phone_secret_show(call, secrets, key[1], "BEFORE");
    }

    for (i = 0; i < secrets->n; i++) {
        if (secrets->key[i] != key[0] && secrets->key[i] != key[1]) {
            phone_secret_show(call, secrets, secrets->key[i], "MISSING");
        }
    }

    phone_json_end(json);

    if (phone_found(job)) {
        phone_job_say(call, job);
    }

    return phone_done(call);
}


static void
phone_secret_show(phone_call_t *call, const phone_secrets_t *secrets,
    int64_t key, const char *status)
{
    unsigned       i;
    phone_json_t  *json;

    for (i = 0; i < secrets->n && secrets->key[i] != key; i++) {
        /* void */
    }

    json = phone_reply(call);

    phone_json_object(json, NULL);
    phone_json_text(json, "key_id",
                    phone_format(phone_memory(call), "%0*llx",
                                 PHONE_SECRET_ID, (long long) key));
    phone_json_text(json, "status", phone_cstr(status));
    phone_json_int(json, "records", i < secrets->n ? secrets->texts[i] : 0);
    phone_json_end(json);
}
