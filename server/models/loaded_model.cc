#include "server/models/loaded_model.h"

namespace emotion {

std::string DisplayName(const LoadedModel& model) {
  return model.info.name + " " + model.info.version;
}

}  // namespace emotion
