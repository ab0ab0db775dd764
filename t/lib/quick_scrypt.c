
/*
 * Loaded before libcrypto (LD_PRELOAD), it makes the hash of a password one
 * that takes no time: for suites in which many log in and passwords are not
 * what is tested.
 */


#include <openssl/evp.h>


int
EVP_PBE_scrypt(const char *password, size_t len, const unsigned char *salt,
    size_t salt_len, uint64_t n, uint64_t r, uint64_t p, uint64_t memory,
    unsigned char *key, size_t key_len)
{
    (void) n;
    (void) r;
    (void) p;
    (void) memory;

    return PKCS5_PBKDF2_HMAC(password, (int) len, salt, (int) salt_len, 1,
                             EVP_sha256(), (int) key_len, key);
}
