#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "client/classification.h"

namespace emotion::client {

// How the models of a server are shown. Pure functions.

// A table with a line for each model that is loaded, in this order, and then
// for each of `available` that is not: version, loaded or available, traffic
// and shadow in percent, precision, labels. What does not apply is "-".
std::string ModelsTable(const std::vector<ServingModel>& serving,
                        const std::vector<std::string>& available = {});

// The models that are loaded as a JSON array of objects, whose members have
// the names of ServingModel's fields.
nlohmann::ordered_json ModelsJson(const std::vector<ServingModel>& serving);

// Lines of cells, the columns aligned: `rightwards` names those with numbers,
// by their index. REQUIRES: all rows have as many cells.
std::string Aligned(const std::vector<std::vector<std::string>>& rows,
                    const std::vector<std::size_t>& rightwards);

}  // namespace emotion::client
