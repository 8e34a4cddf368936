#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "client/load/answer_check.h"
#include "client/load/hdr_histogram.h"
#include "client/load/load_result.h"
#include "client/load/timeline.h"
#include "client/load/transport.h"
#include "common/clock.h"

namespace emotion::load {

struct RecorderOptions {
  Clock::TimePoint start;
  // As planned; decides how long a slot of the timeline is (1 s, or a 300th).
  Clock::Duration duration{0};
  // A request sent later than this after its intended instant is late.
  Clock::Duration late_after{std::chrono::milliseconds(1)};
  // Makes an OK answer good; nothing: all are.
  std::optional<Clock::Duration> good_within;
};

// How a run does at the moment.
struct LiveFigures {
  std::uint64_t sent = 0;
  std::uint64_t ended = 0;
  std::uint64_t ok = 0;
  std::uint64_t errors = 0;
  std::uint64_t late = 0;
  // Milliseconds, of the whole run so far.
  double response_p50 = 0;
  double response_p99 = 0;
};

// Gathers what happens to the requests of one phase of a run: the warm-up has
// a recorder of its own that is thrown away. Thread-safe; each call takes one
// short lock.
class Recorder {
 public:
  // `check` may be null; it is used under this recorder's lock and must
  // outlive it, one recorder at a time.
  Recorder(const RecorderOptions& options, AnswerCheck* check);

  void Sent(Clock::TimePoint intended, Clock::TimePoint sent,
            const LoadRequest& request);

  // A request has ended. `cancelled`: the generator had cancelled it.
  void Ended(Clock::TimePoint intended, Clock::TimePoint sent,
             Clock::TimePoint ended, bool cancelled, const LoadRequest& request,
             const LoadReply& reply);

  LiveFigures Live() const;

  // Service p50, in milliseconds, of each slot of the timeline that is over at
  // `now`; for deciding whether a warm-up may end. Slots without an answer
  // are left out.
  std::vector<double> SlotMedians(Clock::TimePoint now) const;

  // Writes counts, histograms, intervals, timeline and answers into `result`;
  // what has not ended counts as unanswered. Later calls of Ended() have no
  // effect.
  void Finish(LoadResult& result);

 private:
  // REQUIRE: mutex_ is held.
  RecordedSlot& SlotOf(Clock::TimePoint intended);
  // Calls `note` with where a request counts: in all, and in its priority if it
  // says one.
  template <typename Note>
  void InOutcomes(const LoadRequest& request, Note note) {
    note(all_);
    if (request.priority != kPriorityUnsaid) {
      note(priorities_[request.priority]);
    }
  }
  void Count(const LoadRequest& request, const LoadReply& reply, bool cancelled,
             Clock::Duration response, RequestCounts& counts) const;
  void Check(const LoadRequest& request, const LoadReply& reply);

  const RecorderOptions options_;
  const Clock::Duration slot_;
  mutable std::mutex mutex_;
  // All guarded by mutex_.
  AnswerCheck* check_;
  bool finished_ = false;
  Outcome all_;
  std::map<int, Outcome> priorities_;
  HdrHistogram schedule_error_;
  std::vector<RecordedSlot> slots_;
};

}  // namespace emotion::load
