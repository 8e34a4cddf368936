#include "common/host_port.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace emotion {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNameCharacters =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_";
constexpr std::string_view kIpv6Characters = "0123456789abcdefABCDEF:.";

bool HoldsOnly(std::string_view text, std::string_view characters) {
  return !text.empty() &&
         text.find_first_not_of(characters) == std::string_view::npos;
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  if (!HoldsOnly(text, kDigits)) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return port;
}

std::optional<std::string_view> ParseHost(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    const std::string_view inside = text.substr(1, text.size() - 2);
    const bool plausible = HoldsOnly(inside, kIpv6Characters) &&
                           std::count(inside.begin(), inside.end(), ':') >= 2;
    return plausible ? std::optional(inside) : std::nullopt;
  }
  return HoldsOnly(text, kNameCharacters) ? std::optional(text) : std::nullopt;
}

}  // namespace

Result<HostPort> ParseHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    const auto host = ParseHost(text.substr(0, colon));
    const auto port = ParsePort(text.substr(colon + 1));
    if (host && port) return HostPort{std::string(*host), *port};
  }
  std::string message("\"");
  message.append(text).append(
      "\": expected HOST:PORT with a port of 0 to 65535, for example "
      "127.0.0.1:9464 or [::1]:9464");
  return Status(StatusCode::kInvalidArgument, std::move(message));
}

}  // namespace emotion
