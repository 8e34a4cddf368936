#include "client/option_checks.h"

#include <algorithm>
#include <string>
#include <utility>

#include "client/tls_check.h"
#include "common/loopback.h"

namespace emotion::client {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxKeyCharacters = 1024;

bool IsVisible(char c) { return c > ' ' && c < '\x7f'; }

Status BadOption(const std::string& option, const std::string& value,
                 const std::string& expected) {
  return Status(StatusCode::kInvalidArgument,
                "is " + value + ": expected " + expected)
      .WithField(option);
}

Status CheckTime(const std::string& option, milliseconds time) {
  if (time >= milliseconds(1) && time <= std::chrono::hours(1)) return {};
  return BadOption(option, std::to_string(time.count()) + " ms", "1 ms to 1 h");
}

Status CheckCount(const std::string& option, int count, int least, int most) {
  if (count >= least && count <= most) return {};
  return BadOption(option, std::to_string(count),
                   std::to_string(least) + " to " + std::to_string(most));
}

Status CheckAddresses(const ClientOptions& options) {
  const auto& list = options.addresses;
  if (list.size() > 64) {
    return BadOption("addresses", std::to_string(list.size()), "64 at most");
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].empty()) continue;
    return BadOption("addresses[" + std::to_string(i) + "]", "empty",
                     "host:port");
  }
  if (!list.empty() || !options.address.empty()) return {};
  return BadOption("address", "empty", "host:port");
}

Status CheckSecurity(const ClientOptions& options) {
  if (options.tls) return CheckTls(*options.tls);
  if (!options.token || options.allow_plaintext_token ||
      std::ranges::all_of(Addresses(options), IsLoopback)) {
    return {};
  }
  return Status(StatusCode::kInvalidArgument,
                "would be sent in plain text: expected tls, loopback "
                "addresses, or allow_plaintext_token")
      .WithField("token");
}

Status CheckTokenRatio(double ratio) {
  if (ratio >= 0.001 && ratio <= 1000) return {};
  return BadOption("retry_budget.token_ratio", std::to_string(ratio),
                   "0.001 to 1000");
}

}  // namespace

std::vector<std::string> Addresses(const ClientOptions& options) {
  if (!options.addresses.empty()) return options.addresses;
  return {options.address};
}

Status CheckClientOptions(const ClientOptions& options) {
  if (Status status = CheckAddresses(options); !status.ok()) return status;
  const std::size_t bytes = options.max_message_bytes;
  if (bytes < (std::size_t{1} << 10) || bytes > (std::size_t{1} << 30)) {
    return BadOption("max_message_bytes", std::to_string(bytes),
                     "1 KiB to 1 GiB");
  }
  for (Status status :
       {CheckSecurity(options),
        CheckCount("retry.max_tries", options.retry.max_tries, 1, 10),
        CheckCount("retry_budget.max_tokens", options.retry_budget.max_tokens,
                   1, 1000),
        CheckTokenRatio(options.retry_budget.token_ratio),
        CheckCount("hedge.max_hedges", options.hedge.max_hedges, 0, 5),
        CheckTime("hedge.hedge_after", options.hedge.hedge_after),
        CheckTime("deadline", options.deadline)}) {
    if (!status.ok()) return status;
  }
  return {};
}

Status CheckCallOptions(const CallOptions& call) {
  for (const auto& [option, text] : {std::pair("request_id", &call.request_id),
                                     {"model_version", &call.model_version},
                                     {"key", &call.key}}) {
    if (!std::ranges::all_of(*text, IsVisible)) {
      return BadOption(option, "not sendable", "visible ASCII");
    }
  }
  if (call.key.size() > kMaxKeyCharacters) {
    return BadOption("key", std::to_string(call.key.size()) + " characters",
                     std::to_string(kMaxKeyCharacters) + " at most");
  }
  return call.deadline ? CheckTime("deadline", *call.deadline) : Status();
}

Status CheckModelAdminOptions(const ModelAdminOptions& options) {
  if (options.address.empty()) {
    return BadOption("address", "empty", "unix:/path or host:port");
  }
  return CheckTime("deadline", options.deadline);
}

}  // namespace emotion::client
