#include "server/service/model_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/service/message_codec.h"
#include "server/service/reply_mapping.h"
#include "server/service/request_validation.h"
#include "server/service/unary_reactor.h"

namespace emotion {
namespace {

Result<Activation> ToActivation(v1::Activation activation) {
  switch (activation) {
    case v1::ACTIVATION_UNSPECIFIED:
    case v1::SWAP:
      return Activation::kSwap;
    case v1::BESIDE:
      return Activation::kBeside;
    default:
      return Status(StatusCode::kInvalidArgument,
                    "is " + std::to_string(static_cast<int>(activation)) +
                        "; expected 0 (unspecified), 1 (SWAP) or 2 (BESIDE)")
          .WithField("activation");
  }
}

TrafficSplit ToSplit(const v1::TrafficSplit& message) {
  TrafficSplit split;
  for (const v1::TrafficShare& share : message.serving()) {
    split.serving.push_back(
        {.version = share.version(), .percent = share.percent()});
  }
  for (const v1::TrafficShare& share : message.shadows()) {
    split.shadows.push_back(
        {.version = share.version(), .percent = share.percent()});
  }
  return split;
}

void Add(const ServingModel& serving, unsigned percent,
         google::protobuf::RepeatedPtrField<v1::TrafficShare>& shares) {
  if (percent == 0) return;
  v1::TrafficShare& share = *shares.Add();
  share.set_version(serving.model->info.version);
  share.set_percent(percent);
}

}  // namespace

class ModelService::ListModelsCall final : public UnaryReactor {
 public:
  ListModelsCall(const UnaryArrival& arrival, const ModelService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& /*bytes*/) override {
    const auto available = service_.manager_.AvailableVersions();
    if (!available.ok()) return Fail(available.status());
    v1::ListModelsResponse reply;
    reply.set_name(service_.models_.Default()->info.name);
    for (const ServingModel& serving : service_.models_.List()) {
      Fill(serving, *reply.add_serving());
    }
    for (const std::string& version : *available) {
      reply.add_available_versions(version);
    }
    Reply(reply);
  }

  const ModelService& service_;
};

class ModelService::LoadModelCall final : public UnaryReactor {
 public:
  LoadModelCall(const UnaryArrival& arrival, const ModelService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& bytes) override {
    v1::LoadModelRequest request;
    if (Status status = ParseMessage(bytes, request); !status.ok()) {
      return Fail(status);
    }
    const Result<Activation> activation = ToActivation(request.activation());
    if (!activation.ok()) return Fail(activation.status());
    service_.manager_.Load(
        request.version(), *activation,
        ModelManager::LoadCompletion([this](Result<LoadedModelPtr> model) {
          if (!model.ok()) return Fail(model.status());
          v1::LoadModelResponse reply;
          Fill((*model)->info, *reply.mutable_model());
          Reply(reply);
        }));
  }

  const ModelService& service_;
};

class ModelService::UnloadModelCall final : public UnaryReactor {
 public:
  UnloadModelCall(const UnaryArrival& arrival, const ModelService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& bytes) override {
    v1::UnloadModelRequest request;
    Status status = ParseMessage(bytes, request);
    if (status.ok()) status = service_.manager_.Unload(request.version());
    if (!status.ok()) return Fail(status);
    Reply(v1::UnloadModelResponse());
  }

  const ModelService& service_;
};

class ModelService::SetTrafficCall final : public UnaryReactor {
 public:
  SetTrafficCall(const UnaryArrival& arrival, const ModelService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& bytes) override {
    v1::SetTrafficRequest request;
    Status status = ParseMessage(bytes, request);
    if (status.ok()) {
      status = InField(
          "traffic", service_.manager_.SetTraffic(ToSplit(request.traffic())));
    }
    if (!status.ok()) return Fail(status);
    Reply(v1::SetTrafficResponse());
  }

  const ModelService& service_;
};

class ModelService::GetTrafficCall final : public UnaryReactor {
 public:
  GetTrafficCall(const UnaryArrival& arrival, const ModelService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& /*bytes*/) override {
    v1::GetTrafficResponse reply;
    v1::TrafficSplit& traffic = *reply.mutable_traffic();
    for (const ServingModel& serving : service_.models_.List()) {
      Add(serving, serving.percent, *traffic.mutable_serving());
      Add(serving, serving.shadow_percent, *traffic.mutable_shadows());
    }
    Reply(reply);
  }

  const ModelService& service_;
};

ModelService::ModelService(ModelManager& manager, const ModelRegistry& models,
                           const CallParts& parts)
    : manager_(manager), models_(models), parts_(parts) {}

grpc::ServerUnaryReactor* ModelService::ListModels(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<ListModelsCall>(parts_, kListModels, context,
                                           request, response, *this);
}

grpc::ServerUnaryReactor* ModelService::LoadModel(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<LoadModelCall>(parts_, kLoadModel, context, request,
                                          response, *this);
}

grpc::ServerUnaryReactor* ModelService::UnloadModel(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<UnloadModelCall>(parts_, kUnloadModel, context,
                                            request, response, *this);
}

grpc::ServerUnaryReactor* ModelService::SetTraffic(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<SetTrafficCall>(parts_, kSetTraffic, context,
                                           request, response, *this);
}

grpc::ServerUnaryReactor* ModelService::GetTraffic(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<GetTrafficCall>(parts_, kGetTraffic, context,
                                           request, response, *this);
}

}  // namespace emotion
