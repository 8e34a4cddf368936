#include "server/models/self_check.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace emotion {
namespace {

// Where a golden dialogue stands in the manifest, and how it differs.
Status Differs(std::size_t dialogue, const std::string& found,
               const std::string& expected) {
  return Status(StatusCode::kFailedPrecondition,
                "manifest.json: golden.dialogues[" + std::to_string(dialogue) +
                    "]: this server gives " + found + "; expected " + expected);
}

template <typename T>
std::string List(const T& values) {
  std::string text = "[";
  for (const auto& value : values) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(value);
  }
  return text + "]";
}

Status CheckEncoding(std::size_t i, const Encoding& encoding,
                     const GoldenDialogue& golden) {
  if (encoding.token_ids != golden.token_ids) {
    return Differs(i, "the tokens " + List(encoding.token_ids),
                   List(golden.token_ids));
  }
  if (encoding.segment_ids != golden.segment_ids) {
    return Differs(i, "the segments " + List(encoding.segment_ids),
                   List(golden.segment_ids));
  }
  std::vector<std::size_t> truncated;
  for (std::size_t turn = 0; turn < kMaxTurns; ++turn) {
    if (encoding.truncated_turns[turn]) truncated.push_back(turn);
  }
  if (truncated != golden.truncated_turns) {
    return Differs(i, "the cut turns " + List(truncated),
                   List(golden.truncated_turns));
  }
  return Status();
}

Status CheckPrediction(std::size_t i, const Prediction& prediction,
                       const Manifest& manifest, float tolerance) {
  const GoldenDialogue& golden = manifest.golden[i];
  for (std::size_t k = 0; k < golden.logits.size(); ++k) {
    const float difference = std::abs(prediction.logits[k] - golden.logits[k]);
    if (!(difference <= tolerance)) {
      return Differs(
          i, "the logits " + List(prediction.logits),
          List(golden.logits) + " within " + std::to_string(tolerance));
    }
  }
  const std::string& label = manifest.labels[prediction.label];
  if (label != golden.label) {
    return Differs(i, "the label '" + label + "'", "'" + golden.label + "'");
  }
  return Status();
}

}  // namespace

Status SelfCheck(const Manifest& manifest, const DialogueEncoder& encoder,
                 Classifier& classifier, float tolerance) {
  // Each dialogue alone, and behind them all together.
  std::vector<TokenBatch> batches(manifest.golden.size() + 1);
  for (std::size_t i = 0; i < manifest.golden.size(); ++i) {
    const GoldenDialogue& golden = manifest.golden[i];
    Dialogue dialogue;
    if (golden.turns.size() > kMaxTurns) {
      return Differs(i, "no more than " + std::to_string(kMaxTurns) + " turns",
                     std::to_string(golden.turns.size()));
    }
    for (const std::string& turn : golden.turns) dialogue.Add(turn);
    const Result<Encoding> encoding = encoder.Encode(dialogue);
    if (!encoding.ok()) {
      return Differs(i, encoding.status().ToString(), "tokens");
    }
    if (Status status = CheckEncoding(i, *encoding, golden); !status.ok()) {
      return status;
    }
    batches[i].Add(*encoding);
    batches.back().Add(*encoding);
  }
  std::size_t next = 0;
  for (const TokenBatch& batch : batches) {
    const auto predictions = classifier.Predict(batch);
    if (!predictions.ok()) return predictions.status();
    for (const Prediction& prediction : *predictions) {
      const std::size_t i = next++ % manifest.golden.size();
      if (Status status = CheckPrediction(i, prediction, manifest, tolerance);
          !status.ok()) {
        return status;
      }
    }
  }
  return Status();
}

}  // namespace emotion
