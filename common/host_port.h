#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

namespace emotion {

// An address to listen on.
struct HostPort {
  // A name, an IPv4 address, or an IPv6 address without its brackets.
  std::string host;
  // 0 means: any free one.
  std::uint16_t port = 0;
};

// Reads "127.0.0.1:9464", "localhost:0" or "[::1]:9464". The host may hold
// letters, digits, dots, dashes and underscores, or, in brackets, an IPv6
// address; whether it exists is not asked. INVALID_ARGUMENT quotes the text and
// names the form expected. Pure and thread-safe.
Result<HostPort> ParseHostPort(std::string_view text);

}  // namespace emotion
