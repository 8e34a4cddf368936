#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "client/cli/dialogue_reader.h"
#include "client/cli/progress.h"
#include "client/cli/result_writer.h"
#include "client/emotion_client.h"
#include "common/clock.h"

namespace emotion::client {

struct ManyOptions {
  // Dialogues sent and not yet answered, at most. At least 1.
  std::size_t in_flight = 32;
  CallOptions call;
};

// How a run ended.
struct ManyOutcome {
  std::uint64_t answered = 0;
  std::uint64_t failed = 0;
  // How often each label was the answer.
  std::map<std::string, std::uint64_t> labels;
  Clock::Duration elapsed{0};
  // Why the input was not read to its end: a line that cannot be read (its
  // field is "file:line"), or a server that is gone. Otherwise OK.
  Status stopped;
};

// Classifies every dialogue of `reader`, many at once, and writes the results
// in the order of the input. Returns when all that were sent are answered.
//
// The server counts as gone when as many dialogues in a row as may be in
// flight end with UNAVAILABLE or DEADLINE_EXCEEDED, or all there were. A
// broken line ends the reading; what was read before it is still answered.
// `on_progress` is called several times a second while the run lasts.
ManyOutcome ClassifyMany(
    Client& client, DialogueReader& reader, ResultWriter& writer,
    const ManyOptions& options,
    const std::function<void(const RunState&)>& on_progress, Clock& clock);

// "2755 dialogues in 12.3 s (224.0/s): 2754 answered, 1 failed; others 2300,
// sad 454".
std::string Summary(const ManyOutcome& outcome);

}  // namespace emotion::client
