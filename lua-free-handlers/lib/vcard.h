
/*
 * Address books as vCard: 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), several cards
 * a file.  What is taken of a card are its names, numbers and note.  The reader
 * takes a fixed amount of memory, whatever the file has.
 */


#ifndef _PHONE_VCARD_H_INCLUDED_
#define _PHONE_VCARD_H_INCLUDED_


#include "charset.h"


#define PHONE_VCARD_LINE     8192        /* bytes of a line, unfolded: what is
                                            longer (a photo) is left out */
#define PHONE_VCARD_TEXT     1024        /* of a name or a note */
#define PHONE_VCARD_NUMBER   64
#define PHONE_VCARD_NUMBERS  16          /* of a card; others are left out */


/* Labels of numbers. */
#define PHONE_LABEL_MOBILE   'm'
#define PHONE_LABEL_HOME     'h'
#define PHONE_LABEL_WORK     'w'
#define PHONE_LABEL_OTHER    'o'

typedef struct {
    char                     label;
    size_t                   len;
    char                     text[PHONE_VCARD_NUMBER];
} phone_vcard_number_t;

typedef struct {
    size_t                   len;
    char                     text[PHONE_VCARD_TEXT];
} phone_vcard_text_t;

typedef struct {
    int64_t                  line;       /* of its begin, the first is 1 */
    unsigned                 open:1;     /* it has no end */
    unsigned                 more:1;     /* it has more numbers, or longer */
    unsigned                 n;
    phone_vcard_number_t     number[PHONE_VCARD_NUMBERS];
    phone_vcard_text_t       name;       /* FN, or made from N */
    phone_vcard_text_t       organization;
    phone_vcard_text_t       note;
    unsigned                 named:1;    /* name is FN */
} phone_vcard_t;


typedef struct {
    phone_csv_read_pt        read;
    void                    *data;
    int64_t                  at;         /* behind the chunk */
    size_t                   i, n;       /* of the chunk */
    int64_t                  lines;      /* read so far */
    int64_t                  line;       /* of the text: its first one */
    unsigned                 depth;      /* of cards in cards */
    unsigned                 agent:1;    /* the card that begins is in one */
    unsigned                 pending:1;  /* a card has begun in this line */
    unsigned                 cut:1;      /* the text was longer */
    unsigned                 quoted:1;   /* it is quoted-printable, as far as */
    size_t                   sought;     /* here */
    phone_converter_t        converter;
    size_t                   len;
    char                     text[PHONE_VCARD_LINE];
    char                     wide[PHONE_VCARD_TEXT];
    char                     chunk[PHONE_CSV_CHUNK];
} phone_vcard_file_t;


/* The bytes that are read are UTF-8 without NUL, where they are text; NULL: no
   memory.  To be closed. */
phone_vcard_file_t *phone_vcard_open(phone_arena_t *arena,
    phone_csv_read_pt read, void *data);
void phone_vcard_close(phone_vcard_file_t *file);

/* 1: a card; 0: there is none any more. */
int phone_vcard_next(phone_vcard_file_t *file, phone_vcard_t *card);

/* A text of a vCard 3.0 or 4.0, with what has a meaning there escaped. */
void phone_vcard_escape(phone_buf_t *buf, phone_str_t text);


#endif /* _PHONE_VCARD_H_INCLUDED_ */
