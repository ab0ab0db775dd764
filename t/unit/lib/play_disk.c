
/* The disk of the unit tests: bytes in memory. */


#include "../play.h"


void
play_keep_bytes(phone_str_t sha256, phone_str_t bytes)
{
    unsigned  i;

    for (i = 0; i < player.nblobs; i++) {
        if (phone_equal(player.blob[i], sha256)) {
            player.bytes[i] = phone_copy(&player.arena, bytes);
            return;
        }
    }

    player.blob[player.nblobs] = phone_copy(&player.arena, sha256);
    player.bytes[player.nblobs++] = phone_copy(&player.arena, bytes);
}


phone_str_t
play_blob(phone_str_t sha256)
{
    unsigned  i;

    for (i = 0; i < player.nblobs; i++) {
        if (phone_equal(player.blob[i], sha256)) {
            return player.bytes[i];
        }
    }

    return (phone_str_t) { 0, NULL };
}


static phone_fault_t
play_disk_open(void *data, phone_disk_file_t *file, phone_str_t sha256)
{
    phone_str_t  bytes;

    (void) data;

    bytes = play_blob(sha256);

    if (sha256.len != 64) {
        ok(0, "the disk is asked for \"%.*s\"", PHONE_ARGS(sha256));
    }

    if (bytes.data == NULL) {
        return PHONE_FAULT_GONE;
    }

    player.disk_open++;
    file->data = (void *) bytes.data;
    file->size = (int64_t) bytes.len;

    return PHONE_FAULT_NONE;
}


static phone_fault_t
play_disk_upload(void *data, phone_disk_file_t *file, phone_str_t upload)
{
    (void) data;

    player.disk_open++;
    file->data = (void *) upload.data;

    return PHONE_FAULT_NONE;
}


static int
play_disk_read(void *data, phone_disk_file_t *file, int64_t at, char *bytes,
    size_t len)
{
    (void) data;

    memcpy(bytes, (const char *) file->data + file->place + at, len);

    return player.disk_short ? -1 : 0;
}


static void
play_disk_close(void *data, phone_disk_file_t *file)
{
    (void) data;
    (void) file;

    player.disk_open--;
}


static int
play_disk_make(void *data, phone_disk_file_t *file, phone_arena_t *arena)
{
    phone_buf_t  *made;

    (void) data;
    (void) arena;

    made = phone_alloc(&player.arena, sizeof(phone_buf_t));
    phone_buf_init(made, &player.arena, 64);
    player.disk_made++;
    file->data = made;

    return 0;
}


static int
play_disk_write(void *data, phone_disk_file_t *file, phone_str_t bytes)
{
    (void) data;

    phone_buf_put(file->data, bytes);

    return player.disk_full ? -1 : 0;
}


static int
play_disk_keep(void *data, phone_disk_file_t *file, phone_str_t sha256,
    int64_t size)
{
    (void) data;
    (void) size;

    player.disk_made--;

    if (player.disk_full) {
        return -1;
    }

    play_keep_bytes(sha256, phone_buf_str(file->data));

    return 0;
}


static void
play_disk_drop(void *data, phone_disk_file_t *file)
{
    (void) data;
    (void) file;

    player.disk_made--;
}


const phone_disk_t  player_disk = {
    play_disk_open, play_disk_upload, play_disk_read, play_disk_close,
    play_disk_make, play_disk_write, play_disk_keep, play_disk_drop
};
