#include "client/load/target_flags.h"

#include <utility>

#include "client/load/emotion_codec.h"
#include "client/load/inference_codec.h"
#include "client/load/number_text.h"
#include "common/host_port.h"

namespace emotion::load {
namespace {

std::vector<std::string> Names(const std::string& text) {
  if (text.empty()) return {};
  const auto parts = SplitAt(text, ',');
  return {parts.begin(), parts.end()};
}

}  // namespace

Result<std::string> MetricsAddress(const LoadFlags& flags) {
  std::string address = flags.metrics_address;
  if (address.empty()) return address;
  if (address.front() == ':' && ParseHostPort(flags.address).ok()) {
    address.insert(0, flags.address, 0, flags.address.rfind(':'));
  }
  if (const auto target = ParseHostPort(address);
      !target.ok() || target->port == 0) {
    return BadFlag("metrics-address", flags.metrics_address,
                   "host:port, or :port on the server's host");
  }
  return address;
}

Result<std::unique_ptr<Codec>> MakeTargetCodec(
    const LoadFlags& flags,
    const std::vector<client::InputDialogue>& dialogues) {
  if (flags.protocol == "emotion") {
    if (!flags.model_name.empty()) {
      return Status(StatusCode::kInvalidArgument,
                    "is set: expected only with --protocol open-inference")
          .WithField("model-name");
    }
    return MakeEmotionCodec(dialogues, flags.model_version);
  }
  InferenceCodecOptions options{.model_name = flags.model_name,
                                .model_version = flags.model_version,
                                .input_tensor = flags.input_tensor,
                                .turn_separator = {},
                                .output_tensors = Names(flags.output_tensor),
                                .labels = Names(flags.labels)};
  if (!flags.join_turns.empty()) options.turn_separator = flags.join_turns;
  return MakeInferenceCodec(std::move(options), dialogues);
}

}  // namespace emotion::load
