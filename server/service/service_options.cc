#include "server/service/service_options.h"

namespace emotion {

Status ServiceOptions::Validate() const {
  return FirstFailure({
      CheckRange("max_batch_dialogues", max_batch_dialogues,
                 kMaxBatchDialogues),
      CheckRange("lame_duck", lame_duck, kLameDuck),
      CheckRange("drain_timeout", drain_timeout, kDrainTimeout),
  });
}

}  // namespace emotion
