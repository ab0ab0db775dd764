
/* phone_sms_gateway: the type of the gateway that texts go to;
   phone_sms_numbers: how it writes numbers; phone_sms_countries: to which
   countries (docs/sms.md). */


#include "http/ngx_http_phone.h"
#include "lib/number.h"
#include "sms/gateway.h"


static phone_str_t *ngx_http_phone_sms_option(phone_settings_t *settings,
    ngx_str_t *option, ngx_str_t *value);


/* phone_sms_gateway kannel | generic [to=name] [text=name] [accepted=text]; */

char *
ngx_http_phone_sms_gateway(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t         *value, text;
    ngx_uint_t         i;
    phone_str_t       *option;
    phone_settings_t  *settings;

    settings = conf;
    value = cf->args->elts;

    if (settings->sms_gateway.data) {
        return "is duplicate";
    }

    settings->sms_gateway = ngx_phone_str(&value[1]);

    if (phone_sms_gateway(settings->sms_gateway) == NULL) {
        return "must be \"kannel\" or \"generic\"";
    }

    for (i = 2; i < cf->args->nelts; i++) {
        option = ngx_http_phone_sms_option(settings, &value[i], &text);

        if (option == NULL || text.len == 0
            || !phone_is(settings->sms_gateway, "generic"))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\"", &value[i]);
            return NGX_CONF_ERROR;
        }

        if (option->data) {
            return "has a parameter for the second time";
        }

        *option = ngx_phone_str(&text);
    }

    return NGX_CONF_OK;
}


static phone_str_t *
ngx_http_phone_sms_option(phone_settings_t *settings, ngx_str_t *option,
    ngx_str_t *value)
{
    ngx_uint_t  i;

    static ngx_str_t  name[] = {
        ngx_string("to="), ngx_string("text="), ngx_string("accepted=")
    };

    phone_str_t  *text[] = {
        &settings->sms_to, &settings->sms_text, &settings->sms_accepted
    };

    for (i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
        if (option->len >= name[i].len
            && ngx_strncmp(option->data, name[i].data, name[i].len) == 0)
        {
            value->data = option->data + name[i].len;
            value->len = option->len - name[i].len;

            return text[i];
        }
    }

    return NULL;
}


/* phone_sms_numbers home | international; */

char *
ngx_http_phone_sms_numbers(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t         *value;
    phone_str_t        how;
    phone_settings_t  *settings;

    settings = conf;
    value = cf->args->elts;
    how = ngx_phone_str(&value[1]);

    if (settings->sms_numbers.data) {
        return "is duplicate";
    }

    if (!phone_is(how, "home") && !phone_is(how, "international")) {
        return "must be \"home\" or \"international\"";
    }

    settings->sms_numbers = how;

    return NGX_CONF_OK;
}


/* phone_sms_countries region ... | all; */

char *
ngx_http_phone_sms_countries(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t         *value;
    ngx_uint_t         i, n;
    phone_settings_t  *settings;

    settings = conf;
    value = cf->args->elts;
    n = cf->args->nelts - 1;

    if (settings->sms_countries) {
        return "is duplicate";
    }

    if (n > PHONE_SMS_COUNTRIES) {
        return "takes " ngx_value(PHONE_SMS_COUNTRIES) " countries at most";
    }

    for (i = 0; i < n; i++) {
        settings->sms_country[i] = ngx_phone_str(&value[i + 1]);

        if (!phone_region_known(settings->sms_country[i])
            && !(n == 1 && phone_is(settings->sms_country[i], "all")))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" needs \"all\" or countries of two "
                               "capital letters, as in ISO 3166: \"%V\"",
                               &cmd->name, &value[i + 1]);
            return NGX_CONF_ERROR;
        }
    }

    settings->sms_countries = (unsigned) n;

    return NGX_CONF_OK;
}
