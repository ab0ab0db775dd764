
#include "csv.h"


void
phone_csv_text(phone_buf_t *buf, phone_str_t text)
{
    int     quoted;
    size_t  i;

    quoted = 0;

    for (i = 0; i < text.len; i++) {
        quoted |= memchr(",\"\r\n", text.data[i], 4) != NULL;
    }

    if (quoted) {
        phone_buf_byte(buf, '"');
    }

    if (text.len && memchr("=+-@\t\r", text.data[0], 6) != NULL) {
        phone_buf_byte(buf, '\'');
    }

    for (i = 0; i < text.len; i++) {
        phone_buf_byte(buf, text.data[i]);

        if (text.data[i] == '"') {
            phone_buf_byte(buf, '"');
        }
    }

    if (quoted) {
        phone_buf_byte(buf, '"');
    }
}
