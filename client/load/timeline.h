#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "client/load/hdr_histogram.h"
#include "client/load/load_result.h"
#include "client/load/statistics.h"

namespace emotion::load {

// A slot of the timeline while it is recorded. Histograms have two digits, to
// keep slots small.
struct RecordedSlot {
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t errors = 0;
  HdrHistogram response{2};
  HdrHistogram service{2};
};

// The windows that intervals are made of, at most: neighbouring slots are put
// together, so that each holds many values.
inline constexpr std::size_t kWindows = 10;

// Pure functions.

// The slots as figures; each is `seconds` long.
std::vector<TimelineSlot> ToTimeline(const std::vector<RecordedSlot>& slots,
                                     double seconds);

// LoadResult::intervals, around the percentiles of the whole run. The last slot
// is left out if there are others, as it may be short; windows without a value
// are left out.
std::map<std::string, Interval> ToIntervals(
    const HdrHistogram& response, const HdrHistogram& service,
    const std::vector<RecordedSlot>& slots);

}  // namespace emotion::load
