#pragma once

#include <istream>
#include <map>
#include <string>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "client/load/load_flags.h"
#include "client/load/load_session.h"
#include "common/result.h"

namespace emotion::load {

// What the flags ask of a session. Each status has the flag without dashes as
// its field.

// Reads the trace of --replay.
Result<SessionOptions> ToSessionOptions(const LoadFlags& flags);

// Reads --input, or makes dialogues of --words.
Result<std::vector<client::InputDialogue>> LoadDialogues(
    const LoadFlags& flags, std::istream& standard_input);

// The rates of --curve; empty if it was not given.
Result<std::vector<double>> CurveRates(const LoadFlags& flags);

// The settings that a result keeps.
std::map<std::string, std::string> Settings(const LoadFlags& flags);

}  // namespace emotion::load
