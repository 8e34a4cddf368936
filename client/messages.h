#pragma once

#include <cstddef>
#include <vector>

#include "client/classification.h"
#include "client/client_options.h"
#include "common/result.h"
#include "emotion/v1/emotion.pb.h"

namespace emotion::client {

// Between the messages on the wire and the values callers see. Pure functions.

// Moves the turns into `dialogue`. INVALID_ARGUMENT with the field
// "turns[i]" if a turn is not well-formed UTF-8, which protobuf could not
// carry; all other rules are the server's to check.
Status FillDialogue(Turns turns, v1::Dialogue& dialogue);

v1::Priority ToMessage(Priority priority);

// INTERNAL if the answer lacks its classification.
Result<Classification> ReadClassification(const v1::ClassifyResponse& answer);

// One result for each dialogue, in order. INTERNAL if the answer does not hold
// exactly `dialogues` results.
Result<std::vector<Result<Classification>>> ReadBatch(
    const v1::ClassifyBatchResponse& answer, std::size_t dialogues);

ServingModel ReadServingModel(const v1::ServingModel& message);

ModelInfo ReadModelInfo(const v1::GetModelInfoResponse& answer);

}  // namespace emotion::client
