-- RSA2 (SHA-256, PKCS #1 v1.5) over libcrypto through LuaJIT's FFI.  A context
-- is set up once for each key, as ngx_phone does.

local ffi = require "ffi"
local C = ffi.C

ffi.cdef [[
typedef struct bio_st BIO;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_pkey_ctx_st EVP_PKEY_CTX;
typedef struct evp_md_st EVP_MD;
BIO *BIO_new_mem_buf(const void *buf, int len);
int BIO_free(BIO *bio);
EVP_PKEY *PEM_read_bio_PUBKEY(BIO *bio, EVP_PKEY **key, void *cb, void *u);
EVP_PKEY *PEM_read_bio_PrivateKey(BIO *bio, EVP_PKEY **key, void *cb, void *u);
EVP_PKEY_CTX *EVP_PKEY_CTX_new(EVP_PKEY *key, void *engine);
int EVP_PKEY_sign_init(EVP_PKEY_CTX *ctx);
int EVP_PKEY_verify_init(EVP_PKEY_CTX *ctx);
int EVP_PKEY_CTX_set_rsa_padding(EVP_PKEY_CTX *ctx, int padding);
int EVP_PKEY_CTX_set_signature_md(EVP_PKEY_CTX *ctx, const EVP_MD *md);
int EVP_PKEY_sign(EVP_PKEY_CTX *ctx, unsigned char *sig, size_t *siglen,
                  const unsigned char *tbs, size_t tbslen);
int EVP_PKEY_verify(EVP_PKEY_CTX *ctx, const unsigned char *sig,
                    size_t siglen, const unsigned char *tbs, size_t tbslen);
const EVP_MD *EVP_sha256(void);
unsigned char *SHA256(const unsigned char *d, size_t n, unsigned char *md);
void ERR_clear_error(void);
]]

local M = {}
local digest = ffi.new("unsigned char[32]")
local out, size = ffi.new("unsigned char[512]"), ffi.new("size_t[1]")


local function context(pem, read, init)
    local bio = C.BIO_new_mem_buf(pem, #pem)
    local key = read(bio, nil, nil, nil)

    C.BIO_free(bio)
    assert(key ~= nil, "not a key")

    local ctx = C.EVP_PKEY_CTX_new(key, nil)

    assert(init(ctx) == 1)
    assert(C.EVP_PKEY_CTX_set_rsa_padding(ctx, 1) == 1)
    assert(C.EVP_PKEY_CTX_set_signature_md(ctx, C.EVP_sha256()) == 1)

    return ctx
end


function M.public(pem)
    return context(pem, C.PEM_read_bio_PUBKEY, C.EVP_PKEY_verify_init)
end


function M.private(pem)
    return context(pem, C.PEM_read_bio_PrivateKey, C.EVP_PKEY_sign_init)
end


function M.verify(ctx, text, sign)
    local bytes = ngx.decode_base64(sign)

    if not bytes then
        return false
    end

    C.SHA256(text, #text, digest)

    if C.EVP_PKEY_verify(ctx, bytes, #bytes, digest, 32) == 1 then
        return true
    end

    C.ERR_clear_error()

    return false
end


function M.sign(ctx, text)
    C.SHA256(text, #text, digest)
    size[0] = 512

    if C.EVP_PKEY_sign(ctx, out, size, digest, 32) ~= 1 then
        C.ERR_clear_error()
        return nil
    end

    return ngx.encode_base64(ffi.string(out, size[0]))
end


return M
