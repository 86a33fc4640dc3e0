#pragma once
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <openssl/ssl.h>

/// TLS as the library sets it up, but for the dates of certificates, which are not looked at.
static inline int tg_tls_without_dates(struct mosquitto *client) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) return MOSQ_ERR_NOMEM;
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_NO_CHECK_TIME);
    int result = mosquitto_int_option(client, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 1);
    if (result == MOSQ_ERR_SUCCESS) result = mosquitto_void_option(client, MOSQ_OPT_SSL_CTX, context);
    SSL_CTX_free(context);
    return result;
}
