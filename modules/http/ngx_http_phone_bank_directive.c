
/* phone_bank: a bank that is asked over HTTP (docs/bank.md). */


#include "http/ngx_http_phone.h"
#include "http/ngx_phone_secret.h"


#define NGX_HTTP_PHONE_BANK_SECRET_MIN  32
#define NGX_HTTP_PHONE_BANK_SECRET_MAX  128


char *
ngx_http_phone_bank(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                   *value, secret;
    ngx_uint_t                   i;
    phone_banks_t               *banks;
    ngx_http_phone_main_conf_t  *pmcf;

    pmcf = conf;
    value = cf->args->elts;
    banks = &pmcf->worker.banks;

    if (banks->n == PHONE_BANKS_MAX) {
        return "may be given eight times";
    }

    if (!phone_bank_name_ok(ngx_phone_str(&value[1]))) {
        return "needs a name of 1 to 32 lower-case letters, digits, '_' or '-'";
    }

    for (i = 0; i < banks->n; i++) {
        if (phone_equal(banks->bank[i].name, ngx_phone_str(&value[1]))) {
            return "has a name for the second time";
        }
    }

    if (ngx_phone_read_line(cf, &value[2], NGX_HTTP_PHONE_BANK_SECRET_MIN,
                            &secret)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (secret.len > NGX_HTTP_PHONE_BANK_SECRET_MAX) {
        return "needs a secret of at most 128 characters";
    }

    banks->bank[banks->n].name = ngx_phone_str(&value[1]);
    banks->bank[banks->n++].secret = ngx_phone_str(&secret);

    /* nginx does not start without a location for it */

    ngx_http_phone_need_fetch(pmcf, "bank");

    return NGX_CONF_OK;
}
