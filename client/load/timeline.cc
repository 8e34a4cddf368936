#include "client/load/timeline.h"

#include <algorithm>
#include <optional>

#include "client/load/units.h"

namespace emotion::load {
namespace {

std::vector<RecordedSlot> ToWindows(const std::vector<RecordedSlot>& slots) {
  const std::size_t count = slots.size() > 1 ? slots.size() - 1 : slots.size();
  const std::size_t windows = std::min(count, kWindows);
  std::vector<RecordedSlot> result(windows);
  for (std::size_t i = 0; i < count; ++i) {
    RecordedSlot& window = result[i * windows / count];
    window.response.Merge(slots[i].response);
    window.service.Merge(slots[i].service);
  }
  return result;
}

std::optional<Interval> IntervalOf(const HdrHistogram& whole,
                                   const std::vector<RecordedSlot>& windows,
                                   HdrHistogram RecordedSlot::*times,
                                   double percentile) {
  std::vector<double> figures;
  for (const RecordedSlot& window : windows) {
    const HdrHistogram& here = window.*times;
    if (here.count() > 0) {
      figures.push_back(Ms(here, percentile));
    }
  }
  return SectionInterval(Ms(whole, percentile), figures);
}

}  // namespace

std::vector<TimelineSlot> ToTimeline(const std::vector<RecordedSlot>& slots,
                                     double seconds) {
  std::vector<TimelineSlot> timeline;
  timeline.reserve(slots.size());
  for (const RecordedSlot& slot : slots) {
    timeline.push_back(
        {.at_seconds = seconds * static_cast<double>(timeline.size()),
         .seconds = seconds,
         .sent = slot.sent,
         .ok = slot.ok,
         .errors = slot.errors,
         .response_p50 = Ms(slot.response, 50),
         .response_p99 = Ms(slot.response, 99),
         .response_max = Ms(slot.response.max()),
         .service_p99 = Ms(slot.service, 99)});
  }
  return timeline;
}

std::map<std::string, Interval> ToIntervals(
    const HdrHistogram& response, const HdrHistogram& service,
    const std::vector<RecordedSlot>& slots) {
  const std::vector<RecordedSlot> windows = ToWindows(slots);
  std::map<std::string, Interval> intervals;
  for (double percentile : kPercentiles) {
    const std::string name = PercentileName(percentile);
    if (const auto each = IntervalOf(response, windows, &RecordedSlot::response,
                                     percentile)) {
      intervals["response." + name] = *each;
    }
    if (const auto each =
            IntervalOf(service, windows, &RecordedSlot::service, percentile)) {
      intervals["service." + name] = *each;
    }
  }
  return intervals;
}

}  // namespace emotion::load
