
/*
 * Limits and times of the product: a directive for each member of
 * phone_settings_t that an operator may set.  The main configuration is a
 * phone_settings_t, complete after init_main_conf.
 */


#include "http/ngx_http_phone.h"
#include "lib/date.h"
#include "lib/legible.h"
#include "lib/money.h"
#include "lib/number.h"
#include "lib/url.h"
#include "mail/mail_picture.h"


#define NGX_PHONE_PUBLIC_URL  100


typedef struct {
    int64_t                  min;
    int64_t                  max;
} ngx_phone_bounds_t;


static char *ngx_http_phone_region(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_currency(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_site(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_public_url(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_time(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_count(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_size(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_bounded(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf, int64_t n);
static char *ngx_http_phone_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_phone_schedule(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static void *ngx_http_phone_settings_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_phone_settings_init_main_conf(ngx_conf_t *cf,
    void *conf);
static void ngx_http_phone_settings_sms(phone_settings_t *settings);
static char *ngx_http_phone_settings_in_order(ngx_conf_t *cf, int64_t first,
    int64_t second, const char *names);


static ngx_phone_bounds_t  ngx_phone_minutes = {
    PHONE_MINUTE, 3650 * PHONE_DAY
};

static ngx_phone_bounds_t  ngx_phone_seconds = {
    PHONE_SECOND, 3650 * PHONE_DAY
};

static ngx_phone_bounds_t  ngx_phone_ever = {
    0, 3650 * PHONE_DAY
};

static ngx_phone_bounds_t  ngx_phone_hour = {
    PHONE_SECOND, PHONE_HOUR
};

static ngx_phone_bounds_t  ngx_phone_invite = {
    PHONE_HOUR, 7 * PHONE_DAY
};

static ngx_phone_bounds_t  ngx_phone_unclaimed = {
    PHONE_DAY, 3650 * PHONE_DAY
};

static ngx_phone_bounds_t  ngx_phone_day = {
    PHONE_SECOND, PHONE_DAY
};

static ngx_phone_bounds_t  ngx_phone_month = {
    PHONE_SECOND, 31 * PHONE_DAY
};

static ngx_phone_bounds_t  ngx_phone_days = {
    0, 3 * PHONE_DAY
};

static ngx_phone_bounds_t  ngx_phone_tries = { 1, 1000 };
static ngx_phone_bounds_t  ngx_phone_parts = { 1, 50 };
static ngx_phone_bounds_t  ngx_phone_texts = { 0, PHONE_SMS_LIMIT_MAX };
static ngx_phone_bounds_t  ngx_phone_texts_all = { 0, 100000000 };
static ngx_phone_bounds_t  ngx_phone_counted = { 0, 60000 };
/* a cell of a sketch counts to 65535; the limit of a network is four times
   this */
static ngx_phone_bounds_t  ngx_phone_shares = { 1, 10000 };
static ngx_phone_bounds_t  ngx_phone_keys = { 0, 10000 };
static ngx_phone_bounds_t  ngx_phone_per_day = { 0, 1000000000 };
static ngx_phone_bounds_t  ngx_phone_picture = { 1024, PHONE_PICTURE_BYTES };
static ngx_phone_bounds_t  ngx_phone_box = { 10, 1000000 };
static ngx_phone_bounds_t  ngx_phone_amounts = { 0, PHONE_AMOUNT_MAX };
static ngx_phone_bounds_t  ngx_phone_of_day = { 0, 23 * PHONE_HOUR };
static ngx_phone_bounds_t  ngx_phone_cells = { 1, 100000 };
static ngx_phone_bounds_t  ngx_phone_zones = {
    PHONE_ZONE_LEAST * PHONE_MINUTE, PHONE_ZONE_MOST * PHONE_MINUTE
};


#define ngx_phone_setting(name, set, member, bounds)                          \
    { ngx_string(name),                                                       \
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,                                      \
      set,                                                                    \
      NGX_HTTP_MAIN_CONF_OFFSET,                                              \
      offsetof(phone_settings_t, member),                                     \
      bounds }


static ngx_command_t  ngx_http_phone_settings_commands[] = {

    { ngx_string("phone_region"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_region,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_currency"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_currency,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_site"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_site,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_public_url"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_public_url,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    ngx_phone_setting("phone_session_idle", ngx_http_phone_time,
                      session_idle, &ngx_phone_minutes),

    ngx_phone_setting("phone_session_lifetime", ngx_http_phone_time,
                      session_lifetime, &ngx_phone_minutes),

    ngx_phone_setting("phone_code_lifetime", ngx_http_phone_time,
                      code_lifetime, &ngx_phone_minutes),

    ngx_phone_setting("phone_temporary_lifetime", ngx_http_phone_time,
                      temporary_lifetime, &ngx_phone_minutes),

    ngx_phone_setting("phone_code_tries", ngx_http_phone_count,
                      code_tries, &ngx_phone_tries),

    ngx_phone_setting("phone_code_sends", ngx_http_phone_count,
                      code_sends, &ngx_phone_tries),

    ngx_phone_setting("phone_code_day", ngx_http_phone_count,
                      code_day, &ngx_phone_shares),

    ngx_phone_setting("phone_code_cap", ngx_http_phone_count,
                      code_cap, &ngx_phone_cells),

    ngx_phone_setting("phone_address_tries", ngx_http_phone_count,
                      address_tries, &ngx_phone_shares),

    ngx_phone_setting("phone_login_window", ngx_http_phone_time,
                      login_window, &ngx_phone_day),

    ngx_phone_setting("phone_login_fails", ngx_http_phone_count,
                      login_fails, &ngx_phone_tries),

    ngx_phone_setting("phone_login_day", ngx_http_phone_count,
                      login_day, &ngx_phone_shares),

    ngx_phone_setting("phone_device_lifetime", ngx_http_phone_time,
                      device_lifetime, &ngx_phone_minutes),

    ngx_phone_setting("phone_pin_fails", ngx_http_phone_count,
                      pin_fails, &ngx_phone_tries),

    ngx_phone_setting("phone_pin_quiet", ngx_http_phone_time,
                      pin_quiet, &ngx_phone_minutes),

    ngx_phone_setting("phone_card_tries", ngx_http_phone_count,
                      card_tries, &ngx_phone_tries),

    ngx_phone_setting("phone_pay_card_day", ngx_http_phone_count,
                      card_day, &ngx_phone_amounts),

    ngx_phone_setting("phone_pay_card_day_times", ngx_http_phone_count,
                      card_day_times, &ngx_phone_per_day),

    ngx_phone_setting("phone_pay_card_declined", ngx_http_phone_count,
                      card_declined, &ngx_phone_per_day),

    ngx_phone_setting("phone_pay_payer_day", ngx_http_phone_count,
                      payer_day, &ngx_phone_amounts),

    ngx_phone_setting("phone_pay_payer_day_times", ngx_http_phone_count,
                      payer_day_times, &ngx_phone_per_day),

    ngx_phone_setting("phone_pay_day_start", ngx_http_phone_time,
                      pay_day_start, &ngx_phone_of_day),

    ngx_phone_setting("phone_idempotency_keys", ngx_http_phone_count,
                      idempotency_keys, &ngx_phone_keys),

    ngx_phone_setting("phone_bill_lifetime", ngx_http_phone_time,
                      bill_lifetime, &ngx_phone_seconds),

    ngx_phone_setting("phone_bill_lifetime_max", ngx_http_phone_time,
                      bill_lifetime_max, &ngx_phone_seconds),

    ngx_phone_setting("phone_bill_day", ngx_http_phone_count,
                      bills_day, &ngx_phone_per_day),

    ngx_phone_setting("phone_bill_day_payer", ngx_http_phone_count,
                      bills_day_payer, &ngx_phone_per_day),

    ngx_phone_setting("phone_merchant_bill", ngx_http_phone_count,
                      merchant_bill, &ngx_phone_amounts),

    ngx_phone_setting("phone_merchant_day", ngx_http_phone_count,
                      merchant_day, &ngx_phone_amounts),

    ngx_phone_setting("phone_merchant_day_bills", ngx_http_phone_count,
                      merchant_day_bills, &ngx_phone_per_day),

    ngx_phone_setting("phone_bill_handed_day", ngx_http_phone_count,
                      bills_handed, &ngx_phone_per_day),

    ngx_phone_setting("phone_bill_text_window", ngx_http_phone_time,
                      text_window, &ngx_phone_day),

    ngx_phone_setting("phone_bill_texts", ngx_http_phone_count,
                      texts, &ngx_phone_per_day),

    ngx_phone_setting("phone_bill_texts_day", ngx_http_phone_count,
                      texts_day, &ngx_phone_per_day),

    ngx_phone_setting("phone_bill_merchant_texts", ngx_http_phone_count,
                      merchant_texts, &ngx_phone_per_day),

    ngx_phone_setting("phone_bill_merchant_texts_day", ngx_http_phone_count,
                      merchant_texts_day, &ngx_phone_per_day),

    ngx_phone_setting("phone_statement_zone", ngx_http_phone_zone,
                      statement_zone, &ngx_phone_zones),

    ngx_phone_setting("phone_archive_after", ngx_http_phone_time,
                      archive_after, &ngx_phone_ever),

    ngx_phone_setting("phone_clock_skew", ngx_http_phone_time,
                      clock_skew, &ngx_phone_hour),

    ngx_phone_setting("phone_mail_hour", ngx_http_phone_count,
                      mail_hour, &ngx_phone_per_day),

    ngx_phone_setting("phone_mail_day", ngx_http_phone_count,
                      mail_day, &ngx_phone_per_day),

    ngx_phone_setting("phone_mail_day_bytes", ngx_http_phone_count,
                      mail_day_bytes, &ngx_phone_per_day),

    ngx_phone_setting("phone_mail_picture", ngx_http_phone_size,
                      mail_picture, &ngx_phone_picture),

    ngx_phone_setting("phone_mail_pictures", ngx_http_phone_count,
                      mail_pictures, &ngx_phone_per_day),

    ngx_phone_setting("phone_mail_invite", ngx_http_phone_time,
                      mail_invite, &ngx_phone_invite),

    ngx_phone_setting("phone_mail_invites", ngx_http_phone_count,
                      mail_invites, &ngx_phone_per_day),

    ngx_phone_setting("phone_mail_box", ngx_http_phone_count,
                      mail_box, &ngx_phone_box),

    ngx_phone_setting("phone_mail_unclaimed", ngx_http_phone_time,
                      mail_unclaimed, &ngx_phone_unclaimed),

    ngx_phone_setting("phone_live_open", ngx_http_phone_time,
                      live_open, &ngx_phone_hour),

    ngx_phone_setting("phone_lease", ngx_http_phone_time,
                      lease, &ngx_phone_hour),

    ngx_phone_setting("phone_clock_bound", ngx_http_phone_time,
                      clock_bound, &ngx_phone_hour),

    ngx_phone_setting("phone_notice_kept", ngx_http_phone_time,
                      notice_kept, &ngx_phone_month),

    ngx_phone_setting("phone_sms_tries", ngx_http_phone_count,
                      sms_tries, &ngx_phone_tries),

    ngx_phone_setting("phone_sms_parts", ngx_http_phone_count,
                      sms_parts, &ngx_phone_parts),

    ngx_phone_setting("phone_sms_report", ngx_http_phone_time,
                      sms_report, &ngx_phone_days),

    ngx_phone_setting("phone_sms_sender_day", ngx_http_phone_count,
                      sms_sender_day, &ngx_phone_texts),

    ngx_phone_setting("phone_sms_merchant_day", ngx_http_phone_count,
                      sms_merchant_day, &ngx_phone_texts),

    ngx_phone_setting("phone_sms_number_day", ngx_http_phone_count,
                      sms_number_day, &ngx_phone_texts),

    ngx_phone_setting("phone_sms_prefix_hour", ngx_http_phone_count,
                      sms_prefix_hour, &ngx_phone_texts),

    ngx_phone_setting("phone_keyword_number_day", ngx_http_phone_count,
                      keyword_number_day, &ngx_phone_counted),

    ngx_phone_setting("phone_keyword_merchant_day", ngx_http_phone_count,
                      keyword_merchant_day, &ngx_phone_counted),

    ngx_phone_setting("phone_sms_day", ngx_http_phone_count,
                      sms_day, &ngx_phone_texts_all),

    { ngx_string("phone_sms_numbers"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_phone_sms_numbers,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_sms_countries"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_phone_sms_countries,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_sms_gateway"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_phone_sms_gateway,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("phone_notice_schedule"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_phone_schedule,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_phone_settings_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    ngx_http_phone_settings_create_main_conf,  /* create main configuration */
    ngx_http_phone_settings_init_main_conf,    /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_phone_settings_module = {
    NGX_MODULE_V1,
    &ngx_http_phone_settings_module_ctx,   /* module context */
    ngx_http_phone_settings_commands,      /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static char *
ngx_http_phone_region(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t         *value;
    phone_settings_t  *settings;

    settings = conf;
    value = cf->args->elts;

    if (settings->region.data) {
        return "is duplicate";
    }

    if (!phone_region_known(ngx_phone_str(&value[1]))) {
        return "needs a country code of two capital letters, as in ISO 3166";
    }

    settings->region = ngx_phone_str(&value[1]);

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_currency(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t         *value;
    phone_settings_t  *settings;

    settings = conf;
    value = cf->args->elts;

    if (settings->currency.data) {
        return "is duplicate";
    }

    if (phone_currency(ngx_phone_str(&value[1])) == NULL) {
        return "needs an ISO 4217 code that ngx_phone knows";
    }

    settings->currency = ngx_phone_str(&value[1]);

    return NGX_CONF_OK;
}


/* The name is part of every SMS, so it is short. */

static char *
ngx_http_phone_site(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t         *value;
    phone_settings_t  *settings;

    settings = conf;
    value = cf->args->elts;

    if (settings->site.data) {
        return "is duplicate";
    }

    settings->site = ngx_phone_str(&value[1]);

    if (!phone_utf8_valid(settings->site)
        || phone_utf8_length(settings->site) > 32
        || !phone_legible(settings->site))
    {
        return "needs 1 to 32 visible characters in UTF-8";
    }

    return NGX_CONF_OK;
}


/* A host alone: links in texts are short, and the pages are at the root.  What
   people are sent must not be read or changed on its way. */

static char *
ngx_http_phone_public_url(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t         *value;
    phone_url_t        url;
    phone_settings_t  *settings;

    settings = conf;
    value = cf->args->elts;

    if (settings->public_url.data) {
        return "is duplicate";
    }

    settings->public_url = ngx_phone_str(&value[1]);

    if (value[1].len > NGX_PHONE_PUBLIC_URL
        || phone_url_parse(settings->public_url, &url) != 0
        || url.authority.data + url.authority.len
           != settings->public_url.data + settings->public_url.len
        || !(url.tls || phone_is(url.host, "localhost")
             || phone_is(url.host, "127.0.0.1")))
    {
        return "needs a URL of https without a path, such as "
               "https://pay.example.com, of 100 characters at most";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    int64_t             *p;
    ngx_int_t            ms;
    ngx_str_t           *value;
    ngx_phone_bounds_t  *bounds;

    p = (int64_t *) ((char *) conf + cmd->offset);
    value = cf->args->elts;
    bounds = cmd->post;

    if (*p != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    ms = ngx_parse_time(&value[1], 0);

    if (ms == NGX_ERROR) {
        return "invalid value";
    }

    if (ms < bounds->min || ms > bounds->max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" must be between %Ls and %Ls", &cmd->name,
                           bounds->min / PHONE_SECOND,
                           bounds->max / PHONE_SECOND);
        return NGX_CONF_ERROR;
    }

    *p = ms;

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_count(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_int_t   n;
    ngx_str_t  *value;

    value = cf->args->elts;
    n = ngx_atoi(value[1].data, value[1].len);

    return n == NGX_ERROR ? "invalid number"
                          : ngx_http_phone_bounded(cf, cmd, conf, n);
}


static char *
ngx_http_phone_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    off_t       n;
    ngx_str_t  *value;

    value = cf->args->elts;
    n = ngx_parse_offset(&value[1]);

    return n == NGX_ERROR ? "invalid value"
                          : ngx_http_phone_bounded(cf, cmd, conf, n);
}


static char *
ngx_http_phone_bounded(ngx_conf_t *cf, ngx_command_t *cmd, void *conf,
    int64_t n)
{
    int64_t             *p;
    ngx_phone_bounds_t  *bounds;

    p = (int64_t *) ((char *) conf + cmd->offset);
    bounds = cmd->post;

    if (*p != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    if (n < bounds->min || n > bounds->max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" must be between %L and %L", &cmd->name,
                           bounds->min, bounds->max);
        return NGX_CONF_ERROR;
    }

    *p = n;

    return NGX_CONF_OK;
}


static char *
ngx_http_phone_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    int         minutes;
    int64_t    *p;
    ngx_str_t  *value;

    p = (int64_t *) ((char *) conf + cmd->offset);
    value = cf->args->elts;

    if (*p != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    if (phone_zone_parse(ngx_phone_str(&value[1]), &minutes) != 0) {
        return "needs hours and minutes ahead of UTC, -12:00 to +14:00, as in "
               "+08:00";
    }

    *p = minutes * PHONE_MINUTE;

    return NGX_CONF_OK;
}


/* The intervals between the attempts of a notice. */

static char *
ngx_http_phone_schedule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_int_t          ms;
    ngx_str_t         *value;
    ngx_uint_t         i, n;
    phone_settings_t  *settings;

    settings = conf;
    value = cf->args->elts;
    n = cf->args->nelts - 1;

    if (settings->notices) {
        return "is duplicate";
    }

    if (n > PHONE_SCHEDULE_MAX) {
        return "takes " ngx_value(PHONE_SCHEDULE_MAX) " waits at most";
    }

    for (i = 0; i < n; i++) {
        ms = ngx_parse_time(&value[i + 1], 0);

        if (ms == NGX_ERROR || ms < PHONE_SECOND
            || ms > 30 * PHONE_DAY)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" has an invalid wait \"%V\": it must be "
                               "between 1s and 30d",
                               &cmd->name, &value[i + 1]);
            return NGX_CONF_ERROR;
        }

        settings->notice_wait[i] = ms;
    }

    settings->notices = (unsigned) n + 1;

    return NGX_CONF_OK;
}


static void *
ngx_http_phone_settings_create_main_conf(ngx_conf_t *cf)
{
    ngx_command_t     *cmd;
    phone_settings_t  *settings;

    settings = ngx_pcalloc(cf->pool, sizeof(phone_settings_t));
    if (settings == NULL) {
        return NULL;
    }

    for (cmd = ngx_http_phone_settings_commands; cmd->name.len; cmd++) {
        if (cmd->post) {
            *(int64_t *) ((char *) settings + cmd->offset) = NGX_CONF_UNSET;
        }
    }

    return settings;
}


/* The defaults are in phone_settings_default of the core. */

static char *
ngx_http_phone_settings_init_main_conf(ngx_conf_t *cf, void *conf)
{
    int64_t                 *p;
    ngx_command_t           *cmd;
    phone_settings_t        *settings;
    const phone_settings_t  *defaults;

    settings = conf;
    defaults = &phone_settings_default;

    for (cmd = ngx_http_phone_settings_commands; cmd->name.len; cmd++) {
        if (cmd->post == NULL) {
            continue;
        }

        p = (int64_t *) ((char *) settings + cmd->offset);

        if (*p == NGX_CONF_UNSET) {
            *p = *(const int64_t *) ((const char *) defaults + cmd->offset);
        }
    }

    if (settings->region.data == NULL) {
        settings->region = defaults->region;
    }

    if (settings->currency.data == NULL) {
        settings->currency = defaults->currency;
    }

    if (settings->site.data == NULL) {
        settings->site = defaults->site;
    }

    ngx_http_phone_settings_sms(settings);

    settings->statement_step = defaults->statement_step;
    settings->merchant_currencies = defaults->merchant_currencies;
    settings->import_step = defaults->import_step;
    settings->reconcile_part = defaults->reconcile_part;
    settings->reconcile_listed = defaults->reconcile_listed;
    settings->reconcile_kept = defaults->reconcile_kept;
    settings->close_step = defaults->close_step;
    settings->close_pieces = defaults->close_pieces;
    settings->close_accounts = defaults->close_accounts;

    if (settings->notices == 0) {
        settings->notices = defaults->notices;
        ngx_memcpy(settings->notice_wait, defaults->notice_wait,
                   sizeof(settings->notice_wait));
    }

    if (ngx_http_phone_settings_in_order(cf, settings->session_idle,
                                         settings->session_lifetime,
                                         "phone_session_idle\" is longer than "
                                         "\"phone_session_lifetime")
            != NGX_CONF_OK
        || ngx_http_phone_settings_in_order(cf, settings->bill_lifetime,
                                            settings->bill_lifetime_max,
                                            "phone_bill_lifetime\" is longer "
                                            "than \"phone_bill_lifetime_max")
            != NGX_CONF_OK
        || ngx_http_phone_settings_in_order(cf, PHONE_LIVE_BOUNDS
                                                * settings->clock_bound,
                                            settings->live_open,
                                            "phone_live_open\" is shorter than "
                                            "five times \"phone_clock_bound")
            != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void
ngx_http_phone_settings_sms(phone_settings_t *settings)
{
    const phone_settings_t  *defaults;

    defaults = &phone_settings_default;

    if (settings->sms_gateway.data == NULL) {
        settings->sms_gateway = defaults->sms_gateway;
    }

    if (settings->sms_to.data == NULL) {
        settings->sms_to = defaults->sms_to;
    }

    if (settings->sms_text.data == NULL) {
        settings->sms_text = defaults->sms_text;
    }
}


static char *
ngx_http_phone_settings_in_order(ngx_conf_t *cf, int64_t first,
    int64_t second, const char *names)
{
    if (first <= second) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%s\"", names);

    return NGX_CONF_ERROR;
}
