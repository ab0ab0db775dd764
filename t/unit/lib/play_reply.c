
/* Part of play.h: what the last call has replied, and what is stored. */


#define _GNU_SOURCE

#include "../play.h"


/* The text or number of a member of the reply; empty when it is not there. */

phone_str_t
play_member(const char *name)
{
    char         key[64];
    char        *p, *end;
    phone_str_t  value;

    snprintf(key, sizeof(key), "\"%s\":", name);

    p = memmem(player.body.data, player.body.len, key, strlen(key));
    if (p == NULL) {
        return PHONE_EMPTY;
    }

    p += strlen(key);
    end = p;

    if (*p == '"') {
        end = strchr(++p, '"');

    } else {
        while (*end != ',' && *end != '}') {
            end++;
        }
    }

    value.data = p;
    value.len = (size_t) (end - p);

    return value;
}


/* 1 when the reply holds this text. */

int
play_says(const char *text)
{
    return memmem(player.body.data, player.body.len, text, strlen(text))
           != NULL;
}


phone_str_t
play_code(void)
{
    return play_member("code");
}


/* What the store has in a field of a record. */

phone_str_t
play_stored(const phone_type_t *type, const char *id, unsigned field)
{
    unsigned     bucket;
    phone_str_t  value;

    bucket = phone_home(&player.env, type, phone_cstr(id));
    value = sim_store_field(player.store, player.now,
                            phone_key(&player.arena, type, bucket,
                                      phone_cstr(id)),
                            phone_cstr(type->fields[field]));

    return phone_copy(&player.arena, value.data ? value : PHONE_EMPTY);
}
