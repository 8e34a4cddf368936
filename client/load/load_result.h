#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/load/answer_check.h"
#include "client/load/hdr_histogram.h"
#include "client/load/statistics.h"

namespace emotion::load {

// What a run showed, as plain values: the JSON file and the report hold just
// this. Requests count here if they were meant to be sent after the warm-up.

// The percentiles that are shown and written everywhere.
inline constexpr double kPercentiles[] = {50, 75, 90, 95, 99, 99.9, 99.99};

// "p99.9".
std::string PercentileName(double percentile);

// How the requests of a run ended.
struct RequestCounts {
  std::uint64_t sent = 0;
  // Answered OK, and of these within the objective's limit on response times
  // (all, if it has none).
  std::uint64_t ok = 0;
  std::uint64_t good = 0;
  // Cancelled by the generator on purpose; no errors.
  std::uint64_t cancelled = 0;
  // Sent later than intended by more than RunOptions::late_after.
  std::uint64_t late = 0;
  // Not answered when the generator stopped waiting; among the errors as
  // "UNANSWERED".
  std::uint64_t unanswered = 0;
  // Dialogues answered, in OK replies; more than `ok` with batches.
  std::uint64_t dialogues = 0;
  // By the name of the code; "PARTIAL" is a batch with refused dialogues.
  std::map<std::string, std::uint64_t> errors;

  // All that is over: OK, cancelled, or an error.
  std::uint64_t Ended() const;
  std::uint64_t ErrorCount() const;
  // Of the requests sent, 0 to 1.
  double ErrorShare() const;
  double LateShare() const;
  void Merge(const RequestCounts& other);
};

// What became of a part of the requests: the counts, and the two times as in
// LoadResult.
struct Outcome {
  RequestCounts counts;
  HdrHistogram response;
  HdrHistogram service;

  void Merge(const Outcome& other);
};

// A part of the run, by intended instant. Times in milliseconds.
struct TimelineSlot {
  double at_seconds = 0;
  double seconds = 0;
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t errors = 0;
  double response_p50 = 0;
  double response_p99 = 0;
  double response_max = 0;
  double service_p99 = 0;
};

// The generator's own state, to tell whether the figures can be trusted.
struct GeneratorView {
  double cpu_cores = 0;
  double cores_available = 0;
  // Of the thread that handles the answers, 0 to 1.
  double answer_thread_busy = 0;
  // Sentences; empty if the generator kept up.
  std::vector<std::string> warnings;
};

// The server's own figures, from its metrics page, over the run. Absent ones
// were not on the page.
struct ServerView {
  std::uint64_t scrapes = 0;
  std::uint64_t failed_scrapes = 0;
  // By name, "cpu_cores" or "batch_items_mean".
  std::map<std::string, double> figures;
};

// One run at one rate on the way to the highest.
struct CurvePoint {
  double offered_rate = 0;
  double ok_rate = 0;
  double response_p50 = 0;
  double response_p99 = 0;
  double service_p99 = 0;
  double error_share = 0;
  bool met = true;
  // Of its sends: if it is high, the generator was too slow, not the server.
  double late_share = 0;
};

struct SearchResult {
  std::string objective;
  double rate = 0;
  bool settled = false;
};

struct LoadResult {
  // The options of the run, by name, as text.
  std::map<std::string, std::string> settings;
  // RFC 3339, UTC.
  std::string started_at;
  // From the end of the warm-up to the last intended instant.
  double seconds = 0;
  double warmup_seconds = 0;
  // The warm-up ended because figures were steady, not because time was up.
  bool warmup_steady = false;
  RequestCounts counts;
  // Nanoseconds. Response time counts from the intended instant, service time
  // from the real send; both of OK answers and of requests that ran into their
  // deadline, whose times are lower bounds. Other errors are counted, not
  // timed: a quick refusal is no quick answer.
  HdrHistogram response;
  HdrHistogram service;
  // Real send minus intended instant, of all requests sent.
  HdrHistogram schedule_error;
  // By kPriorityNames, of a run whose requests said theirs; empty otherwise.
  std::map<std::string, Outcome> priorities;
  // By "response.p99" and "service.p99", in milliseconds.
  std::map<std::string, Interval> intervals;
  std::vector<TimelineSlot> timeline;
  AnswerCounts answers;
  GeneratorView generator;
  std::optional<ServerView> server;
  std::vector<CurvePoint> curve;
  std::optional<SearchResult> search;
  // Results that were merged into this one; 1 for a run of its own.
  std::uint64_t generators = 1;

  double OkRate() const;
  double GoodRate() const;
};

// One result of generators that ran at the same time. Intervals are left out,
// and the timeline's percentiles are the worst of each slot. REQUIRES: not
// empty.
LoadResult MergeResults(const std::vector<LoadResult>& results);

}  // namespace emotion::load
