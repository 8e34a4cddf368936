#include "server/batching/batch_options.h"

#include <string>
#include <utility>

namespace emotion {
namespace {

// OK if low <= value <= high. `unit` follows the numbers in the message.
template <typename Number>
Status InRange(const char* field, Number value, Number low, Number high,
               const std::string& unit = "") {
  if (value >= low && value <= high) return Status();
  return Status(StatusCode::kInvalidArgument,
                "is " + std::to_string(value) + unit + ", must be " +
                    std::to_string(low) + " to " + std::to_string(high) + unit)
      .WithField(field);
}

}  // namespace

Status BatchOptions::Validate() const {
  using Size = std::size_t;
  Status checks[] = {
      InRange<Size>("max_queue_items", max_queue_items, 1, 1'000'000),
      InRange<Size>("max_queue_tokens", max_queue_tokens, 1, 100'000'000),
      InRange<Size>("max_batch_items", max_batch_items, 1, 65'536),
      InRange<Size>("max_batch_tokens", max_batch_tokens, 1, 10'000'000),
      InRange<std::chrono::microseconds::rep>("max_delay", max_delay.count(), 0,
                                              1'000'000, " us"),
      InRange<Size>("workers", workers, 1, 256),
  };
  for (Status& check : checks) {
    if (!check.ok()) return std::move(check);
  }
  return Status();
}

}  // namespace emotion
