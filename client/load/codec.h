#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "client/load/transport.h"
#include "common/result.h"

namespace emotion::load {

// How dialogues and judgements look on the wire of one protocol: the seam for
// servers that speak another one. Const calls are thread-safe.
class Codec {
 public:
  virtual ~Codec() = default;

  // "/package.Service/Method" for a request of so many dialogues.
  virtual const std::string& MethodFor(std::size_t dialogues) const = 0;

  // All of the request but its deadline, which is the call's.
  virtual grpc::ByteBuffer Encode(const LoadRequest& request) const = 0;

  // One judgement for each of `dialogues` dialogues; kCodeUnreadable if
  // `reply` does not hold them.
  virtual LoadReply Decode(grpc::ByteBuffer& reply,
                           std::size_t dialogues) const = 0;
};

// emotion.v1.EmotionService: Classify for one dialogue, ClassifyBatch for more.
// All dialogues are encoded here once, so that sending costs little.
// INVALID_ARGUMENT if a turn is not UTF-8.
Result<std::unique_ptr<Codec>> MakeEmotionCodec(
    const std::vector<client::InputDialogue>& dialogues);

}  // namespace emotion::load
