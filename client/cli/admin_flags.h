#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>

#include "client/model_admin.h"
#include "common/result.h"

namespace emotion::client {

// The options of every command that talks to a server's admin listener.
struct AdminFlags {
  std::string address;
  int timeout_s = 10;
};

// Adds --admin-address (environment: EMOTION_ADMIN_ADDRESS) and --timeout, with
// the default that `flags` hold. `flags` must outlive `command`.
void AddAdminFlags(CLI::App& command, AdminFlags& flags);

// INVALID_ARGUMENT names the option at fault; there is no default address.
Result<std::unique_ptr<ModelAdmin>> ConnectAdmin(const AdminFlags& flags);

}  // namespace emotion::client
