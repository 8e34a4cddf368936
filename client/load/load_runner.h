#pragma once

#include "client/cli/console.h"
#include "client/load/load_flags.h"
#include "client/load/load_result.h"
#include "common/clock.h"
#include "common/result.h"

namespace emotion::load {

// One call of the generator from its options to its result: dialogues,
// connections, curve, search, measured run, and beside them the live line on a
// terminal, the server's metrics and the generator's own cost.
//
// INVALID_ARGUMENT names the flag at fault; UNAVAILABLE: the server cannot be
// reached. A search that found no rate gives a result without a run.
Result<LoadResult> RunLoadFrom(const LoadFlags& flags,
                               const client::Console& console, Clock& clock);

// Ends the run that is under way early. Safe in a signal handler.
void AskLoadToStop();

}  // namespace emotion::load
