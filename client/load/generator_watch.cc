#include "client/load/generator_watch.h"

#include <sys/resource.h>

#include <algorithm>
#include <thread>

#include "client/cli/style.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

using client::Fixed;

double CpuSeconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_usec) / 1e6;
}

double ProcessSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return CpuSeconds(usage.ru_utime) + CpuSeconds(usage.ru_stime);
}

}  // namespace

std::vector<std::string> Bottlenecks(const LoadResult& result,
                                     const GeneratorView& view) {
  std::vector<std::string> warnings;
  const double error_ms = Ms(result.schedule_error, 99);
  if (error_ms > 1) {
    warnings.push_back("sends were late by " + Fixed(error_ms, 1) +
                       " ms at p99: the generator did not keep up");
  }
  const double late = result.counts.LateShare();
  if (late > 0.01) {
    warnings.push_back(Fixed(100 * late, 1) + " % of all sends were late");
  }
  const auto late_trials = std::ranges::count_if(
      result.curve,
      [](const CurvePoint& point) { return point.late_share > 0.05; });
  if (late_trials > 0) {
    warnings.push_back("in " + std::to_string(late_trials) + " of " +
                       std::to_string(result.curve.size()) +
                       " trials more than 5 % of all sends were late");
  }
  if (view.answer_thread_busy > 0.9) {
    warnings.push_back("the answer thread was " +
                       Fixed(100 * view.answer_thread_busy, 0) +
                       " % busy: use --threads");
  }
  if (view.cores_available > 0 && view.cpu_cores > 0.9 * view.cores_available) {
    warnings.push_back("the generator took " + Fixed(view.cpu_cores, 1) +
                       " of " + Fixed(view.cores_available, 0) + " cores");
  }
  return warnings;
}

void GeneratorWatch::Begin() {
  began_ = clock_.Now();
  process_ = ProcessSeconds();
  answers_ = answer_seconds_();
}

void GeneratorWatch::End() {
  const double elapsed = Seconds(clock_.Now() - began_);
  if (elapsed <= 0) return;
  view_.cpu_cores = (ProcessSeconds() - process_) / elapsed;
  view_.answer_thread_busy = (answer_seconds_() - answers_) / elapsed;
  view_.cores_available = std::thread::hardware_concurrency();
}

GeneratorView GeneratorWatch::View() const { return view_; }

}  // namespace emotion::load
