#include "client/load/mix_flags.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "client/load/number_text.h"

namespace emotion::load {
namespace {

std::optional<double> ParseBatch(std::string_view text) {
  const auto number = ParseNumber(text);
  if (!number || *number < 1 || *number > 1024) return std::nullopt;
  return number;
}

std::optional<double> ParseDeadline(std::string_view text) {
  const auto time = ParseTime(text);
  if (!time || time->count() < 1) return std::nullopt;
  return static_cast<double>(time->count());
}

std::optional<double> ParsePriority(std::string_view text) {
  const auto* const found = std::ranges::find(
      kPriorityNames + kPriorityInteractive, std::end(kPriorityNames), text);
  if (found == std::end(kPriorityNames)) return std::nullopt;
  return static_cast<double>(found - kPriorityNames);
}

}  // namespace

Result<RequestMix> ToRequestMix(const LoadFlags& flags) {
  RequestMix mix;
  auto batch = WeightedMix::Parse("batch", flags.batch, "1 to 1024 dialogues",
                                  ParseBatch);
  if (!batch.ok()) return batch.status();
  mix.batch = *std::move(batch);
  auto deadline =
      WeightedMix::Parse("deadline", flags.deadline,
                         "a time such as 50ms, at most a day", ParseDeadline);
  if (!deadline.ok()) return deadline.status();
  mix.deadline = *std::move(deadline);
  if (!flags.priority_mix.empty()) {
    auto priority = WeightedMix::Parse("priority-mix", flags.priority_mix,
                                       "interactive or bulk", ParsePriority);
    if (!priority.ok()) return priority.status();
    mix.priority = *std::move(priority);
  }
  const auto share = ParseShare(flags.cancel_share);
  if (!share) {
    return BadFlag("cancel-share", flags.cancel_share, "a share such as 5%");
  }
  mix.cancel_share = *share;
  const auto within = ParseTime(flags.cancel_within);
  if (!within) {
    return BadFlag("cancel-within", flags.cancel_within,
                   "a time such as 500ms, 30s or 2m");
  }
  mix.cancel_within = *within;
  return mix;
}

}  // namespace emotion::load
