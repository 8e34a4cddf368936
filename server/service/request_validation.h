#pragma once

#include <string_view>

#include "common/priority.h"
#include "common/result.h"
#include "emotion/v1/emotion.pb.h"
#include "server/domain/dialogue.h"
#include "server/domain/model_info.h"
#include "server/service/service_options.h"

namespace emotion {

// Checks the shape of requests. What is inside a turn is the encoder's matter.
// Every failure is INVALID_ARGUMENT with the field, the value and the limit.

// The dialogue as a view of `message`, which must outlive it. Reason
// "turn_count". The status' field is relative to the dialogue ("turns").
Result<Dialogue> ToDialogue(const v1::Dialogue& message,
                            const ModelInfo& model);

// Who goes first; nobody said is interactive. Field "priority", reason
// "priority".
Result<Priority> ToPriority(v1::Priority priority);

// Whether a batch holds as many dialogues as it may. Reason "item_count".
Status ValidateBatch(const v1::ClassifyBatchRequest& request,
                     const ServiceOptions& options);

// `status` with `parent` put before its field: "turns[1]" becomes
// "dialogue.turns[1]". A status without a field gets `parent` alone; one that
// is not INVALID_ARGUMENT stays as it is.
Status InField(std::string_view parent, Status status);

}  // namespace emotion
