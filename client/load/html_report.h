#pragma once

#include <string>

#include "client/load/load_result.h"

namespace emotion::load {

// A result as one HTML file that stands alone: no script, no font, no request
// to any network; a content security policy in the page forbids them too. It
// shows the figures, percentiles of both times on a log scale, the timeline,
// how requests ended, and the latency-throughput curve if there is one. Pure
// functions.
std::string ToHtml(const LoadResult& result);

}  // namespace emotion::load
