#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/load/load_result.h"
#include "common/clock.h"

namespace emotion::load {

// Sentences that say why the figures of `result` may tell of the generator more
// than of the server: sends late by more than 1 ms at p99, more than 1 % late,
// trials with more than 5 % late, a full answer thread, or all cores of the
// machine in use by it. Empty if it kept up. Pure.
std::vector<std::string> Bottlenecks(const LoadResult& result,
                                     const GeneratorView& view);

// Measures what the generator itself takes between Begin and End. Not
// thread-safe.
class GeneratorWatch {
 public:
  // `answer_thread_seconds` returns the CPU time of the answer thread so far.
  GeneratorWatch(Clock& clock, std::function<double()> answer_thread_seconds)
      : clock_(clock), answer_seconds_(std::move(answer_thread_seconds)) {}

  void Begin();
  void End();

  // Of the time between them, without warnings.
  GeneratorView View() const;

 private:
  Clock& clock_;
  const std::function<double()> answer_seconds_;
  Clock::TimePoint began_{};
  double process_ = 0;
  double answers_ = 0;
  GeneratorView view_;
};

}  // namespace emotion::load
