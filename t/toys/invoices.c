
/* A merchant's files: kept for him, and given to nobody else. */


#include "toys.h"


#define PHONE_TOY_INVOICE_FIELDS(F, K)                                        \
    F(K, V, "v")                                                              \
    F(K, TYPE, "type")                                                        \
    F(K, SIZE, "size")                                                        \
    F(K, KEPT, "kept")

enum {
    PHONE_TOY_INVOICE_FIELDS(PHONE_ENUM, TOY_INVOICE)
    TOY_INVOICE_FIELDS
};

static const char *const  phone_toy_invoice_fields[] = {
    PHONE_TOY_INVOICE_FIELDS(PHONE_NAME, TOY_INVOICE)
};

/* "<merchant id>:<sha256>" */
static const phone_type_t  phone_toy_invoice_of = {
    "toy_invoice", PHONE_BY_NAME, TOY_INVOICE_FIELDS,
    phone_toy_invoice_fields, NULL
};


static phone_rc_t phone_toy_invoice_add_run(phone_call_t *call);
static phone_rc_t phone_toy_invoice_run(phone_call_t *call);
static phone_record_t *phone_toy_ask_invoice(phone_call_t *call,
    phone_str_t sha256);


static const phone_param_t  phone_toy_invoice_add_params[] = {
    { "data", PHONE_P_FILE, PHONE_REQUIRED, 1, 1024 * 1024, "the invoice" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_param_t  phone_toy_invoice_params[] = {
    { "sha256", PHONE_P_NAME, PHONE_REQUIRED, 64, 64, "which" },
    { NULL, 0, 0, 0, 0, NULL }
};

static const phone_member_t  phone_toy_invoice_reply[] = {
    { "text/*", PHONE_M_BLOB, 0, NULL, NULL, "the invoice" },
    { "image/*", PHONE_M_BLOB, 0, NULL, NULL, "the invoice" },
    { "application/*", PHONE_M_BLOB, 0, NULL, NULL, "the invoice" },
    { NULL, 0, 0, NULL, NULL, NULL }
};


const phone_endpoint_t  phone_toy_invoice_add = {
    "toy.invoice_add", "POST", "/toy/invoices", PHONE_MERCHANT,
    phone_toy_invoice_add_run, phone_toy_invoice_add_params,
    phone_reply_of_code, "Keeps an invoice of the merchant."
};

const phone_endpoint_t  phone_toy_invoice = {
    "toy.invoice", "GET", "/toy/invoices", PHONE_MERCHANT,
    phone_toy_invoice_run, phone_toy_invoice_params, phone_toy_invoice_reply,
    "Gives an invoice that the merchant keeps."
};


static phone_record_t *
phone_toy_ask_invoice(phone_call_t *call, phone_str_t sha256)
{
    return phone_ask(call, &phone_toy_invoice_of,
                     phone_join(phone_memory(call), 3,
                                (phone_str_t[3]) { phone_caller(call),
                                                   PHONE_STR(":"), sha256 }));
}


static phone_rc_t
phone_toy_invoice_add_run(phone_call_t *call)
{
    phone_str_t          kept;
    phone_record_t      *invoice;
    const phone_file_t  *file;

    file = phone_file(call);
    invoice = phone_toy_ask_invoice(call, file->sha256);

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    kept = phone_keep_blob(call, file->sha256, phone_caller(call));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_let_go(call, file->sha256, phone_get(invoice, TOY_INVOICE_KEPT));
    phone_set(invoice, TOY_INVOICE_KEPT, kept);
    phone_set(invoice, TOY_INVOICE_TYPE, file->type);
    phone_set_int(invoice, TOY_INVOICE_SIZE, file->size);

    return phone_done(call);
}


static phone_rc_t
phone_toy_invoice_run(phone_call_t *call)
{
    phone_record_t  *invoice;

    invoice = phone_toy_ask_invoice(call, phone_arg(call, "sha256"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    if (!phone_found(invoice)) {
        return phone_refuse_field(call, PHONE_NOT_FOUND, "sha256");
    }

    return phone_done_blob(call, phone_arg(call, "sha256"),
                           phone_get_int(invoice, TOY_INVOICE_SIZE),
                           phone_get(invoice, TOY_INVOICE_TYPE),
                           PHONE_STR("invoice.txt"));
}
