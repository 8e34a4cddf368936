#pragma once

#include "client/credentials.h"
#include "common/status.h"

namespace emotion::client {

// Whether gRPC will be able to use the material, which itself would fail every
// call without a reason. INVALID_ARGUMENT names "tls.ca", "tls.certificate" or
// "tls.key" and never quotes what they hold. Dates and signatures are for the
// handshake to decide.
Status CheckTls(const TlsOptions& tls);

}  // namespace emotion::client
