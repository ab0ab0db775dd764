
/* POST /pay/reconcile: a merchant's own file of a day, and the statement. */


#define _GNU_SOURCE

#include "reconciling.h"


/* The statement itself is such a file. */

static void
its_own(phone_domain_t domain)
{
    char         *file;
    phone_str_t   bytes;

    set_up(domain);
    make_statement();
    bytes = play_blob(player.reply.sha256);
    file = strndup(bytes.data, bytes.len);

    counts_are(file, "5 5 5 0 0 0 0 0 0 0");
    is_str(result(), "", "nothing differs");
    is_str(player.reply.type, "text/csv; charset=utf-8", "a CSV file");
    ok(memmem(player.reply.disposition.data, player.reply.disposition.len,
              "reconcile-tea-" DAY ".csv", 28) != NULL, "with a name");
    free(file);

    play_end();
}


#define MIXED                                                                 \
    "\xef\xbb\xbf" "Status,Out_Trade_No, amount ,out_refund_no,payout_no,"    \
    "currency,remark\r\n"                                                     \
    "PAID,T1,+100,,,CNY,\"of \"\"li\"\", quoted\r\nin two lines\"\r\n"         \
    "\r\n"                                                                    \
    "success,T2,0101,,,cny,\r\n"                                              \
    ",T4,100,,,,another merchant's\r\n"                                       \
    "FAILED,T9,100,,,,\r\n"                                                   \
    "PAID,T1,100,,,,again\r\n"                                                \
    "REFUNDED,T1,30,'-R1,,,\r\n"                                              \
    "FAILED,T1,30,'-R1,,,a try before\r\n"                                    \
    ",,-120,,s1,USD,\r\n"                                                     \
    ",=1+1,5,,,,\r\n"

#define DIFFERENCES                                                           \
    "NOT_IN_FILE,,payment,T3,,,CNY,100,,,\r\n"                                \
    "NOT_IN_FILE,,payout,,,s1,CNY,-120,,,\r\n"                                \
    "AMOUNT,4,payment,T2,,,CNY,100,CNY,101,success\r\n"                       \
    "NOT_AT_PLATFORM,5,payment,T4,,,,,CNY,100,\r\n"                           \
    "DUPLICATE,7,payment,T1,,,,,CNY,100,PAID\r\n"                             \
    "NOT_AT_PLATFORM,10,payout,,,s1,,,USD,-120,\r\n"                          \
    "NOT_AT_PLATFORM,11,payment,'=1+1,,,,,CNY,5,\r\n"


static void
differs(phone_domain_t domain)
{
    phone_str_t  bytes, first, uploaded;

    set_up(domain);
    make_statement();
    first = player.reply.sha256;

    counts_are(MIXED, "9 5 2 2 3 2 1 0 0 1");
    is_str(result(), DIFFERENCES, "what differs, in the order of the file");

    uploaded = sha(PHONE_STR(MIXED));
    bytes = play_blob(player.reply.sha256);
    bytes.len = bytes.len < head_len(bytes) ? bytes.len : head_len(bytes);
    is_str(bytes,
           phone_format(&player.arena, "#merchant,tea\r\n#day," DAY "\r\n"
               "#file,%.*s\r\n#statement,%.*s\r\n#sha256,%.*s\r\n"
               "#rows,9\r\n#platform_rows,5\r\n#matched,2\r\n#idle,2\r\n"
               "#not_at_platform,3\r\n#not_in_file,2\r\n"
               "#amount_differs,1\r\n#currency_differs,0\r\n"
               "#status_differs,0\r\n#duplicate,1\r\n"
               "#platform_total,CNY,payment,3,300\r\n"
               "#platform_total,CNY,refund,1,-30\r\n"
               "#platform_total,CNY,payout,1,-120\r\n"
               "#file_total,CNY,payment,5,406\r\n"
               "#file_total,CNY,refund,1,-30\r\n"
               "#file_total,USD,payout,1,-120\r\n%c",
               PHONE_ARGS(uploaded), PHONE_ARGS(first),
               PHONE_ARGS(sha(PHONE_STR(HEADER DIFFERENCES))), 0).data,
           "the header with counts and totals");

    is_int(owners(uploaded), 0, "nobody keeps the file any more");
    is_int(owners(player.reply.sha256), 1, "the result is kept");
    first = phone_copy(&player.arena, player.reply.sha256);

    is_int(send(MIXED), 200, "the same file again");
    is_str(play_member("state"), "DONE", "is known");
    is_int(jobs(), 0, "and not compared again");

    counts_are("out_trade_no,amount,currency,status\nT1,100,USD,\n"
               "T2,100,CNY,CLOSED\nT3,99,,", "3 5 0 0 0 2 1 1 1 0");
    is_str(result(),
           "NOT_IN_FILE,,refund,T1,'-R1,,CNY,-30,,,\r\n"
           "NOT_IN_FILE,,payout,,,s1,CNY,-120,,,\r\n"
           "CURRENCY,2,payment,T1,,,CNY,100,USD,100,\r\n"
           "STATUS,3,payment,T2,,,CNY,100,CNY,100,CLOSED\r\n"
           "AMOUNT,4,payment,T3,,,CNY,100,CNY,99,\r\n", "another file");
    is_int(owners(first), 0, "the result before it is let go");

    counts_are(MIXED, "9 5 2 2 3 2 1 0 0 1");
    is_str(play_member("result_sha256"),
           phone_format(&player.arena, "%.*s%c", PHONE_ARGS(first), 0).data,
           "made again, it is the same byte for byte");

    counts_are("out_trade_no,amount,status\nT1,100,\"=2,\"\"x\"\"\"\n",
               "1 5 0 0 0 4 0 0 1 0");
    bytes = result();

    if (bytes.len > 51) {
        bytes.data += bytes.len - 51;
        bytes.len = 51;
    }

    is_str(bytes, "STATUS,2,payment,T1,,,CNY,100,CNY,100,"
           "\"'=2,\"\"x\"\"\"\r\n", "no text of the file is a formula");

    counts_are("kind,out_trade_no,out_refund_no,payout_no,amount\n"
               "REFUND,T1,-R1,,-30\npayment,T1,,,100\npayout,,,s1,120\n",
               "3 5 3 0 0 2 0 0 0 0");

    /* a refund of another order is another one */

    counts_are("kind,out_trade_no,out_refund_no,payout_no,amount\n"
               "refund,T2,-R1,,-30\n", "1 5 0 0 1 5 0 0 0 0");
    bytes = result();
    ok(memmem(bytes.data, bytes.len, "NOT_AT_PLATFORM,2,refund,T2,", 28)
       != NULL, "that is said of it");
    counts_are("kind,out_refund_no,payout_no,amount\nrefund,-R1,,-30\n",
               "1 5 1 0 0 4 0 0 0 0");

    play_end();
}


static int
by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}


/* In parts it is the same, in another order. */

static void
parts(phone_domain_t domain)
{
    char      *text, *line, *save, *lines[16];
    size_t     n;
    unsigned   i;
    char       sorted[1024];

    static const int64_t  by[] = { 1, 2, 3, 9, 10 };

    for (i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
        set_up(domain);
        player.settings.reconcile_part = by[i];
        make_statement();
        counts_are(MIXED, "9 5 2 2 3 2 1 0 0 1");

        text = strndup(result().data, result().len);
        n = 0;

        for (line = strtok_r(text, "\r\n", &save); line;
             line = strtok_r(NULL, "\r\n", &save))
        {
            lines[n++] = line;
        }

        is_int(n, 7, "all differences, by %u", (unsigned) by[i]);
        qsort(lines, n, sizeof(char *), by_bytes);
        sorted[0] = '\0';

        while (n) {
            strcat(sorted, lines[--n]);
        }

        ok(strstr(sorted, "NOT_IN_FILE,,payment,T3,,,CNY,100,,,") != NULL
           && strstr(sorted, "AMOUNT,4,payment,T2,,,CNY,100,CNY,101,success")
           && strstr(sorted, "DUPLICATE,7,payment,T1,,,,,CNY,100,PAID"),
           "the same");
        free(text);
        play_end();
    }
}


static void
refused_is(const char *file, const char *row, const char *reason)
{
    player.now += 5 * PHONE_MINUTE;
    is_int(send(file), 400, "%s", reason);
    is_str(play_code(), "CSV_INVALID", "is refused");
    is_str(play_member("field"), "file", "by field");
    is_str(play_member("row"), row, "with its row");
    is_str(play_member("reason"), reason, "and why");
    is_int(jobs(), 0, "nothing is started");
}


static void
no_day(void)
{
    unsigned  i;

    static const char *const  bad[] = {
        "abcdefghij", "2027-02-30", "2027-01-14", "9999-12-31"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(call_with("reconcile.query", "tea", bad[i], NULL), 400, "%s",
               bad[i]);
        is_str(play_code(), "PARAM_INVALID", "is refused");
        is_str(play_member("field"), "date", "by field");
        is_int(call_with("reconcile.file", "tea", bad[i], NULL), 400,
               "nor to get");
    }
}


static void
cannot_add_up(void)
{
    unsigned     i;
    size_t       n;
    char        *file;
    phone_str_t  rest, code;

    static const char  codes[] =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF "
        "BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
        "CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD "
        "EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD "
        "HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES "
        "KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
        "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV";

    file = malloc(512 * 1024);
    n = (size_t) sprintf(file, "out_trade_no,amount\n");

    for (i = 0; i < 9300; i++) {
        n += (size_t) sprintf(file + n, "T%u,1000000000000000\n", i);
    }

    refused_is(file, "9225", "the sum of the amounts is too large");

    n = (size_t) sprintf(file, "out_trade_no,amount,currency\n");
    rest = phone_cstr(codes);

    while (phone_split(&rest, ' ', &code)) {
        n += (size_t) sprintf(file + n, "T1,1,%.3s\n", code.data);
    }

    refused_is(file, "98", "the file has too many currencies");
    free(file);
}


static void
refuses(phone_domain_t domain)
{
    unsigned  i;

    set_up(domain);
    no_day();
    is_int(query(), 404, "before any file");
    is_str(play_code(), "NOT_FOUND", "there is nothing to see");
    is_int(call_with("reconcile.file", "tea", DAY, NULL), 404, "nor to get");

    is_int(send("out_trade_no,amount\nT1,100\n"), 409, "without a statement");
    is_str(play_code(), "STATEMENT_NOT_READY", "there is nothing to compare");
    is_int(player.nblobs, 0, "nothing is kept");
    is_int(jobs(), 1, "the statement is made");
    while (step()) { /* void */ }
    make_statement();

    is_int(call_with("reconcile.create", "tea", "2027-01-32",
                     "out_trade_no,amount\n"), 400, "no day");
    is_str(play_member("field"), "date", "by field");
    is_int(call_with("reconcile.create", "tea", DAY, NULL), 400, "no file");
    is_str(play_member("field"), "file", "by field");

    refused_is("\n\n", "2", "the file has no header");
    refused_is("# T1\n", "1", "the file has no header");
    refused_is("a,b\nT1,100\n", "1", "out_trade_no: no column has that name");
    refused_is("out_trade_no;amount\nT1;100\n", "1",
               "out_trade_no: no column has that name");
    refused_is("out_trade_no,sum\nT1,100\n", "1",
               "amount: no column has that name");
    refused_is("out_trade_no,amount,Amount\n", "1",
               "amount: two columns have that name");
    refused_is("out_trade_no,amount\nT1,100\n\nT2,1,2\n", "4",
               "it has more fields than the header");
    refused_is("out_trade_no,amount\nT1\n", "2",
               "amount: write minor units in digits: 1280 for 12.80");

    static const char *const  amounts[] = {
        "12.80", "\"1,280\"", "1e3", "", "-", "+", "- 5", "0x10",
        "\xc2\xa5""5", "\xef\xbc\x91", "1'000", "NaN"
    };

    for (i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
        refused_is(phone_format(&player.arena, "out_trade_no,amount\nT1,100\n"
                                "T2,%s\n%c", amounts[i], 0).data, "3",
                   "amount: write minor units in digits: 1280 for 12.80");
    }

    refused_is("out_trade_no,amount\nT1,-5\n", "2",
               "amount: a payment is above 0: a refund has an out_refund_no");
    refused_is("out_trade_no,amount\n,5\n", "2", "out_trade_no: it is empty");
    refused_is("out_trade_no,kind,amount\nT1,refund,5\n", "2",
               "out_refund_no: it is empty");
    refused_is("out_trade_no,kind,amount\nT1,gift,5\n", "2",
               "kind: it is none of payment, refund and payout");
    refused_is("out_trade_no,amount,currency\nT1,5,XXX\n", "2",
               "currency: it is no currency that the platform knows");
    refused_is("out_trade_no,amount,currency\nT1,5,RMBY\n", "2",
               "currency: it is no currency that the platform knows");
    refused_is("out_trade_no,amount\n\"T1,5\n", "2",
               "a quote is opened and not closed");
    refused_is("out_trade_no,amount\n\xb2\xe8,5\n", "2", "it is not UTF-8");
    refused_is("out_trade_no,amount\rT1,5\r", "1",
               "it has a carriage return that no line feed follows");

    cannot_add_up();

    player.disk_short = 1;
    is_int(send("out_trade_no,amount\nT1,100\n"), 503,
           "a file that cannot be read");
    player.disk_short = 0;
    player.disk_full = 1;
    is_int(send("out_trade_no,amount\nT1,100\n"), 503, "a full disk");
    player.disk_full = 0;
    is_int(query(), 404, "nothing of them is kept");

    is_int(call_with("reconcile.create", "coffee", DAY,
                     "out_trade_no,amount\n"), 409, "another merchant");
    while (step()) { /* void */ }
    is_int(call_with("reconcile.create", "coffee", DAY,
                     "out_trade_no,amount\nT1,100\n"), 200, "sends his");
    while (step()) { /* void */ }
    call_with("reconcile.query", "coffee", DAY, NULL);
    is_str(play_member("not_at_platform"), "1", "tea's order is none of his");
    is_int(query(), 404, "and tea does not see it");

    play_end();
}


/* A job that has ended after the record was read which names it: another file
   has come, or it is compared. */

static void
just_ended(phone_domain_t domain)
{
    unsigned     i;
    phone_str_t  job;

    static const char *const  state[] = { "CANCELED", "DONE" };

    set_up(domain);
    make_statement();
    is_int(send(MIXED), 200, "a file");
    job = phone_copy(&player.arena,
                     play_stored(&phone_reconciled, "tea:" DAY,
                                 RECONCILE_JOB));

    for (i = 0; i < 2; i++) {
        meddle(PHONE_OP_HSET, &phone_job, job, 2,
               (const char *[2]) { "state", state[i] });
        is_int(query(), 200, "is asked for");
        is_str(play_member("state"), "RUNNING", "and is to be asked for again");
    }

    play_end();
}


/* The answer is lost, and another file comes: what runs once more does not take
   its place. */

static phone_str_t  own_job;

static void
another_comes(void)
{
    phone_str_t  job;

    job = play_stored(&phone_reconciled, "tea:" DAY, RECONCILE_JOB);

    if (job.len == 0) {
        return;
    }

    player.before_read = NULL;
    own_job = phone_copy(&player.arena, job);
    meddle(PHONE_OP_HSET, &phone_job, own_job, 2,
           (const char *[2]) { "state", "CANCELED" });
    meddle(PHONE_OP_HSET, &phone_reconciled, PHONE_STR("tea:" DAY), 4,
           (const char *[4]) { "file", "another", "job", "another" });
}


static void
answer_lost(phone_domain_t domain)
{
    set_up(domain);
    make_statement();
    player.before_read = another_comes;
    player.lose_answer = 1;
    is_int(send(MIXED), 200, "a file, its answer lost");
    ok(player.before_read == NULL, "another one has come");
    is_str(play_member("file_sha256"), "another", "which is told");
    is_str(play_stored(&phone_job, phone_format(&player.arena, "%.*s%c",
                                                PHONE_ARGS(own_job), 0).data,
                       JOB_STATE), "CANCELED", "its job stays as it is");

    play_end();
}


/* Another file while one is compared; and at most 30 of them in an hour. */

static void
meanwhile(phone_domain_t domain)
{
    char         hour[32];
    phone_str_t  job;

    static const char  file[] = "out_trade_no,amount\nT1,9\n";

    set_up(domain);
    snprintf(hour, sizeof(hour), "tea:%lld",
             (long long) (player.now / PHONE_HOUR));
    player.settings.reconcile_part = 1;
    make_statement();

    is_int(send(MIXED), 200, "a file");
    is_str(play_member("state"), "RUNNING", "is being compared");
    is_int(call_with("reconcile.file", "tea", DAY, NULL), 409, "its result");
    is_str(play_code(), "RECONCILE_NOT_READY", "is not there");
    is_int(player.retry_after, 1, "and it is told when to come back");
    is_int(send(MIXED), 200, "the same again");
    is_int(jobs(), 1, "starts nothing");
    step();
    job = phone_copy(&player.arena,
                     play_stored(&phone_reconciled, "tea:" DAY,
                                 RECONCILE_JOB));

    counts_are("out_trade_no,amount\nT1,100\n", "1 5 1 0 0 4 0 0 0 0");
    is_str(play_stored(&phone_job, phone_format(&player.arena, "%.*s%c",
                                                PHONE_ARGS(job), 0).data,
                       JOB_STATE), "CANCELED", "the one before is stopped");
    is_int(owners(sha(PHONE_STR(MIXED))), 0, "and its file is let go");

    is_str(play_stored(&phone_replays, hour, REPLAYS_FILES), "2", "two files");
    meddle(PHONE_OP_HSET, &phone_replays, phone_cstr(hour), 2,
           (const char *[2]) { "files", "29" });
    is_int(send(file), 200, "one more is taken");
    while (step()) { /* void */ }

    is_int(send("out_trade_no,amount\nT1,77\n"), 429, "one more");
    is_str(play_code(), "RATE_LIMITED", "is too many");
    ok(player.retry_after > 0 && player.retry_after <= 3600, "in this hour");
    is_int(send(file), 200, "the last one again is no other one");
    player.now += PHONE_HOUR;
    is_int(send("out_trade_no,amount\nT1,77\n"), 200, "an hour later");

    play_end();
}


static void
faults(phone_domain_t domain)
{
    unsigned     i, made;
    phone_str_t  first;

    set_up(domain);
    player.settings.reconcile_part = 2;
    make_statement();
    counts_are(MIXED, "9 5 2 2 3 2 1 0 0 1");
    first = phone_copy(&player.arena, play_member("result_sha256"));
    counts_are("out_trade_no,amount\n", "0 5 0 0 0 5 0 0 0 0");

    send(MIXED);
    player.disk_full = 1;
    step();
    player.disk_full = 0;
    query();
    is_str(play_member("state"), "RUNNING", "on a full disk it waits");
    is_str(play_member("error"), "STORE_UNAVAILABLE", "and says why");

    made = player.nblobs;
    step();
    is_int(player.nblobs, made, "the piece is the one of the first time");

    for (i = 0; i < player.nblobs; i++) {
        if (owners(player.blob[i]) == 0) {
            player.bytes[i].data = NULL;
        }
    }

    while (step()) { /* void */ }
    query();
    is_str(play_member("result_sha256"),
           phone_format(&player.arena, "%.*s%c", PHONE_ARGS(first), 0).data,
           "without its pieces it begins anew, and is the same");

    meddle(PHONE_OP_HSET, &phone_reconciled, PHONE_STR("tea:" DAY), 2,
           (const char *[2]) { "counts", "1 2" });
    is_int(query(), 500, "counts that make no sense");

    /* the file is gone */

    send("out_trade_no,amount\nT1,2\n");

    for (i = 0; i < player.nblobs; i++) {
        if (phone_equal(player.blob[i],
                        sha(PHONE_STR("out_trade_no,amount\nT1,2\n"))))
        {
            player.bytes[i].data = NULL;
        }
    }

    for (i = 0; i < 20 && step(); i++) { /* void */ }

    query();
    is_str(play_member("state"), "FAILED", "a file that is gone");
    is_str(play_member("error"), "INTERNAL", "is our fault");
    counts_are("out_trade_no,amount\nT1,2\n", "1 5 0 0 0 4 1 0 0 0");

    play_end();
}


/* As many rows as fit into memory are about one order: it is said at once, and
   the file does not stay. */

static void
too_many(void)
{
    char      *file;
    size_t     n;
    unsigned   i;

    set_up(PHONE_WHOLE_STORE);
    make_statement();
    file = malloc(2 * 1024 * 1024);
    n = (size_t) sprintf(file, "out_trade_no,amount\n");

    for (i = 0; i < 120001; i++) {
        n += (size_t) sprintf(file + n, "T1,1\n");
    }

    is_int(send(file), 200, "an order in 120001 rows");

    for (i = 0; i < 20 && step(); i++) { /* void */ }

    ok(i <= 2, "is not tried again");
    query();
    is_str(play_member("state"), "FAILED", "it is not compared");
    is_str(play_member("error"), "CSV_INVALID", "for what it is");
    is_int(owners(sha(phone_cstr(file))), 0, "and nobody keeps it");
    free(file);

    counts_are("out_trade_no,amount\nT1,2\n", "1 5 0 0 0 4 1 0 0 0");

    play_end();
}


/* Digits, and no amount. */

static void
out_of_range(phone_domain_t domain)
{
    unsigned  i;

    static const char *const  amounts[] = {
        "0", "00", "-0", "1000000000000001", "9223372036854775807",
        "9223372036854775808", "99999999999999999999"
    };

    set_up(domain);
    make_statement();

    for (i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
        refused_is(phone_format(&player.arena, "out_trade_no,amount\nT1,100\n"
                                "T2,%s\n%c", amounts[i], 0).data, "3",
                   "amount: it must be from 1 to 1000000000000000");
    }

    play_end();
}


static void
both(void (*test)(phone_domain_t domain))
{
    test(PHONE_WHOLE_STORE);
    test(PHONE_ONE_BUCKET);
}


int
main(void)
{
    both(its_own);
    both(differs);
    both(parts);
    both(refuses);
    both(out_of_range);
    both(just_ended);
    both(answer_lost);
    both(meanwhile);
    both(faults);
    too_many();

    return done_testing();
}
