#pragma once

#include "common/status.h"
#include "server/inference/classifier.h"
#include "server/inference/manifest.h"
#include "server/text/dialogue_encoder.h"

namespace emotion {

// Whether this encoder and this classifier give the golden answers of the
// package: the same token ids, the same cuts, every logit within `tolerance`
// (each dialogue alone, then all in one batch) and the same label.
// FAILED_PRECONDITION names the dialogue, what was found and what was expected.
// Run it before the model serves.
Status SelfCheck(const Manifest& manifest, const DialogueEncoder& encoder,
                 Classifier& classifier, float tolerance);

}  // namespace emotion
