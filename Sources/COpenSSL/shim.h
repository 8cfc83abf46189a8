// What Swift cannot import from OpenSSL 3: macros, and calls whose arguments are macros.
#ifndef GATEHOUSE_COPENSSL_SHIM_H
#define GATEHOUSE_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// --- TLS: macros and variadic calls that Swift cannot import ---

static const uint64_t gatehouse_ssl_options =
    SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 |
    SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION;

static inline long gatehouse_ssl_ctx_set_mode(SSL_CTX *ctx, long mode) { return SSL_CTX_set_mode(ctx, mode); }
static inline int gatehouse_ssl_ctx_set_min_version(SSL_CTX *ctx, int version) { return (int)SSL_CTX_set_min_proto_version(ctx, version); }
static inline int gatehouse_ssl_ctx_set_max_version(SSL_CTX *ctx, int version) { return (int)SSL_CTX_set_max_proto_version(ctx, version); }
static inline int gatehouse_ssl_ctx_set_groups(SSL_CTX *ctx, const char *list) { return (int)SSL_CTX_set1_groups_list(ctx, list); }
static inline long gatehouse_ssl_ctx_set_cache_mode(SSL_CTX *ctx, long mode) { return SSL_CTX_set_session_cache_mode(ctx, mode); }
static inline void gatehouse_ssl_ctx_set_max_cert_list(SSL_CTX *ctx, long bytes) { SSL_CTX_set_max_cert_list(ctx, bytes); }
static inline int gatehouse_ssl_ctx_add1_chain_cert(SSL_CTX *ctx, X509 *certificate) { return (int)SSL_CTX_add1_chain_cert(ctx, certificate); }
static inline int gatehouse_ssl_set_server_name(SSL *ssl, const char *name) { return (int)SSL_set_tlsext_host_name(ssl, name); }
static inline void gatehouse_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void gatehouse_bio_clear_retry_flags(BIO *bio) { BIO_clear_retry_flags(bio); }
static const unsigned long gatehouse_xn_flags = XN_FLAG_RFC2253;
static inline EVP_PKEY *gatehouse_evp_ec_gen(const char *curve) { return EVP_EC_gen(curve); }

// --- Tokens: key generation, variadic in OpenSSL 3 ---

static inline EVP_PKEY *gatehouse_evp_rsa_gen(unsigned int bits) { return EVP_RSA_gen(bits); }
static inline EVP_PKEY *gatehouse_evp_edwards_gen(const char *type) { return EVP_PKEY_Q_keygen(NULL, NULL, type); }

#endif
