#pragma once

#include "client/load/load_flags.h"
#include "client/load/load_run.h"
#include "common/result.h"

namespace emotion::load {

// What the flags ask of requests. The status has the flag without dashes as
// its field.
Result<RequestMix> ToRequestMix(const LoadFlags& flags);

}  // namespace emotion::load
