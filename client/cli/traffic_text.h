#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/model_admin.h"
#include "common/result.h"

namespace emotion::client {

// A split of the traffic as operators write and read it. Pure functions. Each
// status is INVALID_ARGUMENT and names the field, the text and what was
// expected.

// Who answers: "0.3.0=90,0.4.0=10", whole percents that add up to 100, each
// version once. The field is "traffic".
Result<std::vector<TrafficShare>> ParseServing(std::string_view text);

// Who is given copies: "0.4.0=10", or "none". The field is "shadow".
Result<std::vector<TrafficShare>> ParseShadow(std::string_view text);

// OK if `text` may be the name of a version: visible ASCII without , and =.
// Which there are, the server knows. The field is "version".
Status CheckVersionName(std::string_view text);

// A line for each version: version, traffic and shadow in percent, "-" for
// none.
std::string TrafficTable(const TrafficSplit& split);

}  // namespace emotion::client
