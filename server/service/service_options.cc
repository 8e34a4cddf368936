#include "server/service/service_options.h"

#include "common/option_range.h"

namespace emotion {
namespace {

constexpr std::chrono::milliseconds kTenMinutes = std::chrono::minutes(10);

}  // namespace

Status ServiceOptions::Validate() const {
  return FirstFailure({
      CheckRange("max_batch_dialogues", max_batch_dialogues, 1, 4096),
      CheckRange("max_message_bytes", max_message_bytes, 1 << 10, 64 << 20),
      CheckRange("max_concurrent_streams", max_concurrent_streams, 1, 65536),
      CheckRange("lame_duck", lame_duck.count(), 0, kTenMinutes.count(), "ms"),
      CheckRange("drain_timeout", drain_timeout.count(), 0, kTenMinutes.count(),
                 "ms"),
  });
}

}  // namespace emotion
