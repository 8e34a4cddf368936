#include "server/service/service_options.h"

namespace emotion {
namespace {

constexpr std::chrono::milliseconds kTenMinutes = std::chrono::minutes(10);

Status CheckRange(const char* field, long long value, long long low,
                  long long high) {
  if (value >= low && value <= high) return Status();
  return Status(StatusCode::kInvalidArgument,
                "is " + std::to_string(value) + "; expected " +
                    std::to_string(low) + " to " + std::to_string(high))
      .WithField(field);
}

}  // namespace

Status ServiceOptions::Validate() const {
  const struct {
    const char* field;
    long long value, low, high;
  } ranges[] = {
      {"max_batch_dialogues", static_cast<long long>(max_batch_dialogues), 1,
       4096},
      {"max_message_bytes", static_cast<long long>(max_message_bytes), 1 << 10,
       64 << 20},
      {"max_concurrent_streams", static_cast<long long>(max_concurrent_streams),
       1, 65536},
      {"lame_duck", lame_duck.count(), 0, kTenMinutes.count()},
      {"drain_timeout", drain_timeout.count(), 0, kTenMinutes.count()},
  };
  for (const auto& range : ranges) {
    if (Status status =
            CheckRange(range.field, range.value, range.low, range.high);
        !status.ok()) {
      return status;
    }
  }
  return Status();
}

}  // namespace emotion
