#include "client/cli/classify_many.h"

#include <chrono>
#include <memory>
#include <utility>

#include "client/cli/dialogue_window.h"
#include "client/cli/exit_code.h"
#include "client/cli/style.h"

namespace emotion::client {
namespace {

constexpr std::chrono::milliseconds kTick{100};

// Keeps the books of one run.
class Run {
 public:
  Run(ResultWriter& writer, std::size_t patience)
      : writer_(writer), patience_(patience) {}

  void Write(const DialogueWindow::Finished& finished) {
    writer_.Write(finished.dialogue, finished.result);
    if (finished.result.ok()) {
      ++outcome_.answered;
      ++outcome_.labels[finished.result->label];
    } else {
      ++outcome_.failed;
    }
    const Status status = finished.result.status();
    unreachable_in_a_row_ =
        IsUnreachable(status) ? unreachable_in_a_row_ + 1 : 0;
    if (IsUnreachable(status)) last_unreachable_ = status;
    if (unreachable_in_a_row_ >= patience_) Stop(status);
  }

  void Stop(const Status& why) {
    reading_ = false;
    if (outcome_.stopped.ok()) outcome_.stopped = why;
  }

  void EndOfInput() { reading_ = false; }
  bool reading() const { return reading_; }

  ManyOutcome End(Clock::Duration elapsed) {
    const bool all_unreachable = outcome_.failed > 0 &&
                                 outcome_.answered == 0 &&
                                 unreachable_in_a_row_ == outcome_.failed;
    if (all_unreachable) Stop(last_unreachable_);
    outcome_.elapsed = elapsed;
    return std::move(outcome_);
  }

  RunState State(const DialogueReader& reader, Clock::Duration elapsed) const {
    return {.done = outcome_.answered + outcome_.failed,
            .failed = outcome_.failed,
            .bytes_read = reader.bytes_read(),
            .bytes_total = {},
            .elapsed = elapsed};
  }

 private:
  ResultWriter& writer_;
  const std::size_t patience_;
  ManyOutcome outcome_;
  std::size_t unreachable_in_a_row_ = 0;
  Status last_unreachable_;
  bool reading_ = true;
};

void SendNext(Client& client, DialogueReader& reader,
              const std::shared_ptr<DialogueWindow>& window,
              const CallOptions& call, Run& run) {
  Result<std::optional<InputDialogue>> next = reader.Next();
  if (!next.ok()) return run.Stop(next.status());
  if (!next->has_value()) return run.EndOfInput();
  Turns turns = (*next)->turns;
  const std::uint64_t number = window->Add(*std::move(*next));
  client.Classify(std::move(turns), call,
                  [window, number](Result<Classification> result) {
                    window->Answer(number, std::move(result));
                  });
}

}  // namespace

ManyOutcome ClassifyMany(
    Client& client, DialogueReader& reader, ResultWriter& writer,
    const ManyOptions& options,
    const std::function<void(const RunState&)>& on_progress, Clock& clock) {
  const Clock::TimePoint start = clock.Now();
  auto window = std::make_shared<DialogueWindow>(options.in_flight);
  Run run(writer, options.in_flight);
  while (run.reading() || !window->empty()) {
    if (run.reading() && window->HasSpace()) {
      SendNext(client, reader, window, options.call, run);
    } else {
      window->Wait(run.reading(), clock, clock.Now() + kTick);
    }
    while (auto finished = window->TakeOldest()) run.Write(*finished);
    on_progress(run.State(reader, clock.Now() - start));
  }
  return run.End(clock.Now() - start);
}

std::string Summary(const ManyOutcome& outcome) {
  const std::uint64_t done = outcome.answered + outcome.failed;
  const double seconds = std::chrono::duration<double>(outcome.elapsed).count();
  std::string line =
      std::to_string(done) + " dialogues in " + Fixed(seconds, 1) + " s";
  if (seconds > 0) {
    line += " (" + Fixed(static_cast<double>(done) / seconds, 1) + "/s)";
  }
  line += ": " + std::to_string(outcome.answered) + " answered, " +
          std::to_string(outcome.failed) + " failed";
  std::string separator = "; ";
  for (const auto& [label, count] : outcome.labels) {
    line += separator + label + ' ' + std::to_string(count);
    separator = ", ";
  }
  return line;
}

}  // namespace emotion::client
