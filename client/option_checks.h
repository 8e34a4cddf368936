#pragma once

#include "client/client_options.h"
#include "client/model_admin.h"
#include "common/status.h"

namespace emotion::client {

// INVALID_ARGUMENT names the first option that is out of its range, its value
// and what was expected; secrets are not quoted. Pure functions.
Status CheckClientOptions(const ClientOptions& options);
Status CheckCallOptions(const CallOptions& call);
Status CheckModelAdminOptions(const ModelAdminOptions& options);

}  // namespace emotion::client
