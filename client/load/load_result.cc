#include "client/load/load_result.h"

#include <algorithm>

#include "client/load/number_text.h"

namespace emotion::load {
namespace {

double PerSecond(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

double Share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0
                    : static_cast<double>(part) / static_cast<double>(whole);
}

void MergeTimeline(std::vector<TimelineSlot>& into,
                   const std::vector<TimelineSlot>& from) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (i == into.size()) {
      into.push_back(from[i]);
      continue;
    }
    TimelineSlot& slot = into[i];
    slot.sent += from[i].sent;
    slot.ok += from[i].ok;
    slot.errors += from[i].errors;
    slot.response_p50 = std::max(slot.response_p50, from[i].response_p50);
    slot.response_p99 = std::max(slot.response_p99, from[i].response_p99);
    slot.response_max = std::max(slot.response_max, from[i].response_max);
    slot.service_p99 = std::max(slot.service_p99, from[i].service_p99);
  }
}

void MergeGenerator(GeneratorView& into, const GeneratorView& from) {
  into.cpu_cores += from.cpu_cores;
  into.cores_available = std::max(into.cores_available, from.cores_available);
  into.answer_thread_busy =
      std::max(into.answer_thread_busy, from.answer_thread_busy);
  for (const std::string& warning : from.warnings) {
    if (std::ranges::find(into.warnings, warning) == into.warnings.end()) {
      into.warnings.push_back(warning);
    }
  }
}

}  // namespace

std::string PercentileName(double percentile) {
  return 'p' + NumberText(percentile);
}

std::uint64_t RequestCounts::Ended() const {
  return ok + cancelled + ErrorCount();
}

std::uint64_t RequestCounts::ErrorCount() const {
  std::uint64_t all = 0;
  for (const auto& [code, count] : errors) all += count;
  return all;
}

double RequestCounts::ErrorShare() const { return Share(ErrorCount(), sent); }

double RequestCounts::LateShare() const { return Share(late, sent); }

void RequestCounts::Merge(const RequestCounts& other) {
  sent += other.sent;
  ok += other.ok;
  good += other.good;
  cancelled += other.cancelled;
  late += other.late;
  unanswered += other.unanswered;
  dialogues += other.dialogues;
  for (const auto& [code, count] : other.errors) errors[code] += count;
}

void Outcome::Merge(const Outcome& other) {
  counts.Merge(other.counts);
  response.Merge(other.response);
  service.Merge(other.service);
}

double LoadResult::OkRate() const { return PerSecond(counts.ok, seconds); }

double LoadResult::GoodRate() const { return PerSecond(counts.good, seconds); }

LoadResult MergeResults(const std::vector<LoadResult>& results) {
  LoadResult all = results.front();
  all.intervals.clear();
  for (auto each = results.begin() + 1; each != results.end(); ++each) {
    all.generators += each->generators;
    all.seconds = std::max(all.seconds, each->seconds);
    all.warmup_seconds = std::max(all.warmup_seconds, each->warmup_seconds);
    all.warmup_steady = all.warmup_steady && each->warmup_steady;
    all.counts.Merge(each->counts);
    all.response.Merge(each->response);
    all.service.Merge(each->service);
    all.schedule_error.Merge(each->schedule_error);
    for (const auto& [name, outcome] : each->priorities) {
      all.priorities[name].Merge(outcome);
    }
    all.answers.Merge(each->answers);
    MergeTimeline(all.timeline, each->timeline);
    MergeGenerator(all.generator, each->generator);
    if (!all.server) all.server = each->server;
  }
  return all;
}

}  // namespace emotion::load
