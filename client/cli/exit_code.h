#pragma once

#include <ostream>

#include "common/status.h"

namespace emotion::client {

// How emotion-client ends; --help and the README list the same.
enum ExitCode : int {
  kExitAllAnswered = 0,
  // Some dialogues failed, or the one or a change of the models, for a reason
  // without its own code.
  kExitFailed = 1,
  // Bad usage, or input that cannot be read.
  kExitUsage = 2,
  // No answer: the server cannot be reached or is too late, after all tries.
  kExitUnreachable = 3,
  // The server refused the one dialogue, or the change, as invalid.
  kExitRefused = 4,
};

// The exit code of one call that ended so.
ExitCode ExitCodeFor(const Status& status);

// Whether a call that ended so found no server that answers.
bool IsUnreachable(const Status& status);

// Writes "emotion-client: dialogue.turns[2]: is empty (INVALID_ARGUMENT)".
void Complain(std::ostream& err, const Status& status);

}  // namespace emotion::client
