#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <string_view>

#include "common/clock.h"
#include "emotion/v1/emotion.grpc.pb.h"
#include "server/engine/engine.h"
#include "server/engine/request_observer.h"
#include "server/models/model_registry.h"
#include "server/service/call.h"
#include "server/service/method_info.h"
#include "server/service/service_options.h"

namespace emotion {

// emotion.v1.EmotionService over an Engine: reads a request, chooses the model
// that is to answer it, checks its shape by that model's limits, hands it on,
// writes the answer. No method blocks: it returns as soon as the
// dialogue is queued, and the call ends on the thread that fires the
// completion.
//
// The methods take raw bytes, so that a caller who sends something unreadable
// gets a status that says what is wrong with it (see message_codec.h).
class EmotionService final
    : public v1::EmotionService::WithRawCallbackMethod_Classify<
          v1::EmotionService::WithRawCallbackMethod_ClassifyBatch<
              v1::EmotionService::WithRawCallbackMethod_GetModelInfo<
                  v1::EmotionService::Service>>> {
 public:
  // Every method, for accounting.
  static constexpr MethodInfo kMethods[] = {
      {.path = "/emotion.v1.EmotionService/Classify"},
      {.path = "/emotion.v1.EmotionService/ClassifyBatch"},
      {.path = "/emotion.v1.EmotionService/GetModelInfo"},
  };
  static constexpr std::string_view kName = kMethods[0].service();
  static constexpr const MethodInfo& kClassify = kMethods[0];
  static constexpr const MethodInfo& kClassifyBatch = kMethods[1];
  static constexpr const MethodInfo& kGetModelInfo = kMethods[2];

  // `request_observer` receives the requests that are refused before they reach
  // the engine.
  // Everything but the values is borrowed and must outlive the service.
  // REQUIRES: `options` are valid.
  EmotionService(const ServiceOptions& options, const ModelRegistry& models,
                 Engine& engine, RequestObserver& request_observer,
                 const CallParts& parts);

 private:
  class ClassifyCall;
  class BatchCall;
  class ModelInfoCall;

  grpc::ServerUnaryReactor* Classify(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ClassifyBatch(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetModelInfo(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;

  // Who answers `call`, which names `version` or nothing.
  Result<ModelRoute> Choose(const std::string& version, const Call& call) const;

  // Reports a dialogue that was not even handed on, and returns its status.
  Status Refused(Status status) const;

  const ServiceOptions options_;
  const ModelRegistry& models_;
  Engine& engine_;
  RequestObserver& request_observer_;
  const CallParts parts_;
};

}  // namespace emotion
