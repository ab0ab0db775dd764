
#include "form_write.h"


static void
phone_form_escape(phone_buf_t *buf, phone_str_t text)
{
    size_t             i;
    unsigned char      c;
    static const char  hex[] = "0123456789ABCDEF";

    for (i = 0; i < text.len; i++) {
        c = (unsigned char) text.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9')
            || c == '-' || c == '.' || c == '_' || c == '~')
        {
            phone_buf_byte(buf, (char) c);
            continue;
        }

        phone_buf_byte(buf, '%');
        phone_buf_byte(buf, hex[c >> 4]);
        phone_buf_byte(buf, hex[c & 0xf]);
    }
}


void
phone_form_write_field(phone_buf_t *buf, phone_str_t name, phone_str_t value)
{
    if (buf->len) {
        phone_buf_byte(buf, '&');
    }

    phone_form_escape(buf, name);
    phone_buf_byte(buf, '=');
    phone_form_escape(buf, value);
}


phone_str_t
phone_form_write(phone_arena_t *arena, const phone_fields_t *fields)
{
    unsigned     i;
    phone_buf_t  buf;

    phone_buf_init(&buf, arena, 1024);

    for (i = 0; i < fields->n; i++) {
        phone_form_write_field(&buf, fields->field[i].name,
                               fields->field[i].value);
    }

    return phone_buf_str(&buf);
}
