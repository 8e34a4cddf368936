#include "server/service/listener_options.h"

#include <string_view>
#include <utility>

#include "common/host_port.h"

namespace emotion {
namespace {

constexpr std::string_view kUnix = "unix:";

// What the kernel takes, without the zero at the end.
constexpr std::size_t kMaxSocketPath = 107;

// gRPC reads the address as a URI; these stand for themselves in it.
constexpr std::string_view kPathCharacters =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/.-_";

Status CheckAddress(const ListenerOptions& options) {
  const std::string& address = options.address;
  if (!options.is_unix_socket()) {
    auto parsed = ParseHostPort(address);
    if (parsed.ok()) return Status();
    return std::move(parsed).status().WithField("address");
  }
  const std::string_view path = std::string_view(address).substr(kUnix.size());
  if (path.size() > 1 && path.size() <= kMaxSocketPath && path[0] == '/' &&
      path[1] != '/' &&
      path.find_first_not_of(kPathCharacters) == std::string_view::npos) {
    return Status();
  }
  return Status(StatusCode::kInvalidArgument,
                "is '" + address +
                    "'; expected unix: and an absolute path of at most " +
                    std::to_string(kMaxSocketPath) +
                    " characters out of A-Z a-z 0-9 / . - _")
      .WithField("address");
}

}  // namespace

bool ListenerOptions::is_unix_socket() const {
  return address.starts_with(kUnix);
}

Status ListenerOptions::Validate() const {
  return FirstFailure({
      CheckAddress(*this),
      CheckRange("max_message_bytes", max_message_bytes, kMaxMessageBytes),
      CheckRange("max_concurrent_streams", max_concurrent_streams,
                 kMaxConcurrentStreams),
  });
}

}  // namespace emotion
