
/*
 * Runs a fuzz driver over files, without libFuzzer: the committed seeds are
 * replayed on every "make test", and a finding of "make fuzz" by hand:
 *
 *     replay-<driver> FILE ...
 */


#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>


#define REPLAY_MAX  (16 * 1024 * 1024)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static int replay(const char *name);


int
main(int argc, char **argv)
{
    int  i;

    /* no input at all is an input */
    LLVMFuzzerTestOneInput((const uint8_t *) "", 0);

    for (i = 1; i < argc; i++) {
        if (replay(argv[i]) == -1) {
            return 1;
        }
    }

    printf("%s: %d inputs\n", argv[0], argc);

    return 0;
}


/* The input is copied to its exact size, so that ASan sees a read past it. */

static int
replay(const char *name)
{
    FILE     *file;
    size_t    size;
    uint8_t  *buffer, *data;

    buffer = malloc(REPLAY_MAX);
    file = fopen(name, "rb");

    if (buffer == NULL || file == NULL) {
        perror(name);
        free(buffer);
        return -1;
    }

    size = fread(buffer, 1, REPLAY_MAX, file);
    fclose(file);

    data = malloc(size ? size : 1);
    if (data == NULL) {
        perror(name);
        free(buffer);
        return -1;
    }

    for (size_t i = 0; i < size; i++) {
        data[i] = buffer[i];
    }

    free(buffer);
    LLVMFuzzerTestOneInput(data, size);
    free(data);

    return 0;
}
