#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <string_view>

#include "emotion/v1/model_service.grpc.pb.h"
#include "server/models/model_manager.h"
#include "server/models/model_registry.h"
#include "server/service/call.h"
#include "server/service/method_info.h"

namespace emotion {

// emotion.v1.ModelService over a ModelManager: which models serve, and changes
// of it. For operators: it belongs on a listener of its own. No method blocks;
// LoadModel ends on the manager's thread.
class ModelService final
    : public v1::ModelService::WithRawCallbackMethod_ListModels<
          v1::ModelService::WithRawCallbackMethod_LoadModel<
              v1::ModelService::WithRawCallbackMethod_UnloadModel<
                  v1::ModelService::WithRawCallbackMethod_SetTraffic<
                      v1::ModelService::WithRawCallbackMethod_GetTraffic<
                          v1::ModelService::Service>>>>> {
 public:
  // Every method, for accounting.
  static constexpr MethodInfo kMethods[] = {
      {.path = "/emotion.v1.ModelService/ListModels"},
      {.path = "/emotion.v1.ModelService/LoadModel"},
      {.path = "/emotion.v1.ModelService/UnloadModel"},
      {.path = "/emotion.v1.ModelService/SetTraffic"},
      {.path = "/emotion.v1.ModelService/GetTraffic"},
  };
  static constexpr std::string_view kName = kMethods[0].service();
  static constexpr const MethodInfo& kListModels = kMethods[0];
  static constexpr const MethodInfo& kLoadModel = kMethods[1];
  static constexpr const MethodInfo& kUnloadModel = kMethods[2];
  static constexpr const MethodInfo& kSetTraffic = kMethods[3];
  static constexpr const MethodInfo& kGetTraffic = kMethods[4];

  // Borrows all; they must outlive the service.
  ModelService(ModelManager& manager, const ModelRegistry& models,
               const CallParts& parts);

 private:
  class ListModelsCall;
  class LoadModelCall;
  class UnloadModelCall;
  class SetTrafficCall;
  class GetTrafficCall;

  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* LoadModel(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* UnloadModel(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SetTraffic(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetTraffic(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;

  ModelManager& manager_;
  const ModelRegistry& models_;
  const CallParts parts_;
};

}  // namespace emotion
