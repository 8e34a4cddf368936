#pragma once

#include <string>

#include "common/clock.h"
#include "common/result.h"

namespace emotion::load {

// GET http://ADDRESS/metrics over HTTP/1.0 within `patience`; blocks. Returns
// the body. UNAVAILABLE says what failed; INVALID_ARGUMENT if the address is
// none. Thread-safe.
Result<std::string> FetchMetrics(const std::string& address,
                                 Clock::Duration patience);

}  // namespace emotion::load
