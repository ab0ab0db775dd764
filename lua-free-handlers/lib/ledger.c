
#include "ledger.h"


int
phone_ledger_parse(phone_str_t text, phone_ledger_entry_t *entry)
{
    unsigned     i;
    phone_str_t  part[7], rest;

    rest = text;

    for (i = 0; i < 7; i++) {
        if (!phone_split(&rest, ' ', &part[i]) || part[i].len == 0) {
            return -1;
        }
    }

    if (rest.len || memchr(text.data, '\n', text.len) != NULL
        || phone_parse_int(part[3], &entry->amount) != 0)
    {
        return -1;
    }

    entry->movement = part[0];
    entry->from = part[1];
    entry->to = part[2];
    entry->currency = part[4];
    entry->reason = part[5];
    entry->reference = part[6];

    return 0;
}
