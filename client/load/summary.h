#pragma once

#include <string>

#include "client/load/load_result.h"
#include "client/load/recorder.h"
#include "common/clock.h"

namespace emotion::load {

// What people read at the end of a run and during it. Pure functions.

// The result in about twenty lines: rates, errors, a table of both times with
// intervals, accuracy, the server's figures, and warnings about the generator.
std::string Summary(const LoadResult& result);

// "run 12 s, 118/s, p50 8.1 ms, p99 24.0 ms, 2 errors, 0 late" without a line
// feed; `rate` is of OK answers lately.
std::string LiveLine(const std::string& phase, Clock::Duration elapsed,
                     double rate, const LiveFigures& figures);

// Two results side by side: "p99 response ms   24.0   19.5   -18.8 %".
std::string CompareText(const LoadResult& before, const LoadResult& after);

}  // namespace emotion::load
