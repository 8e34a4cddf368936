#include "client/model_admin.h"

#include <grpc/support/time.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

#include "client/call_status.h"
#include "client/messages.h"
#include "client/option_checks.h"
#include "common/utf8.h"
#include "emotion/v1/model_service.grpc.pb.h"

namespace emotion::client {
namespace {

using Shares = google::protobuf::RepeatedPtrField<v1::TrafficShare>;

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  // The listener is on this machine: no proxy stands before it.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Each call is sent once.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetUserAgentPrefix("emotion-client");
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

// A version that protobuf could not carry is never sent.
Status CheckVersion(const std::string& field, const std::string& version) {
  if (!FindInvalidUtf8(version)) return {};
  return Status(StatusCode::kInvalidArgument,
                "is not UTF-8: expected the name of a version")
      .WithField(field);
}

Status Write(const std::string& field, const std::vector<TrafficShare>& shares,
             Shares& messages) {
  for (const TrafficShare& share : shares) {
    if (Status status = CheckVersion(field, share.version); !status.ok()) {
      return status;
    }
    v1::TrafficShare& message = *messages.Add();
    message.set_version(share.version);
    message.set_percent(share.percent);
  }
  return {};
}

std::vector<TrafficShare> Read(const Shares& messages) {
  std::vector<TrafficShare> shares;
  for (const v1::TrafficShare& each : messages) {
    shares.push_back({.version = each.version(), .percent = each.percent()});
  }
  return shares;
}

}  // namespace

class ModelAdmin::Impl {
 public:
  using Stub = v1::ModelService::Stub;

  explicit Impl(const ModelAdminOptions& options)
      : options_(options),
        stub_(v1::ModelService::NewStub(Connect(options.address))) {}

  template <typename Request, typename Response>
  Result<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                     const Request&, Response*),
                        const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(
        gpr_time_from_millis(options_.deadline.count(), GPR_TIMESPAN));
    Response response;
    const grpc::Status status =
        (stub_.get()->*method)(&context, request, &response);
    if (status.ok()) return response;
    if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
      return Status(StatusCode::kFailedPrecondition,
                    options_.address +
                        " does not administer models: expected the server's "
                        "--admin-address");
    }
    return ReadFailure(status, context, {.address = options_.address}).status;
  }

 private:
  const ModelAdminOptions options_;
  const std::unique_ptr<Stub> stub_;
};

Result<std::unique_ptr<ModelAdmin>> ModelAdmin::Create(
    const ModelAdminOptions& options) {
  if (Status status = CheckModelAdminOptions(options); !status.ok()) {
    return status;
  }
  return std::unique_ptr<ModelAdmin>(
      new ModelAdmin(std::make_unique<Impl>(options)));
}

ModelAdmin::ModelAdmin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ModelAdmin::~ModelAdmin() = default;

Result<ModelList> ModelAdmin::List() {
  const auto response =
      impl_->Call(&Impl::Stub::ListModels, v1::ListModelsRequest());
  if (!response.ok()) return response.status();
  ModelList list{.name = response->name(),
                 .serving = {},
                 .available_versions = {response->available_versions().begin(),
                                        response->available_versions().end()}};
  for (const v1::ServingModel& each : response->serving()) {
    list.serving.push_back(ReadServingModel(each));
  }
  return list;
}

Result<ModelVersion> ModelAdmin::Load(const std::string& version,
                                      Activation activation) {
  if (Status status = CheckVersion("version", version); !status.ok()) {
    return status;
  }
  v1::LoadModelRequest request;
  request.set_version(version);
  request.set_activation(activation == Activation::kBeside ? v1::BESIDE
                                                           : v1::SWAP);
  const auto response = impl_->Call(&Impl::Stub::LoadModel, request);
  if (!response.ok()) return response.status();
  return ModelVersion{.name = response->model().name(),
                      .version = response->model().version()};
}

Status ModelAdmin::Unload(const std::string& version) {
  if (Status status = CheckVersion("version", version); !status.ok()) {
    return status;
  }
  v1::UnloadModelRequest request;
  request.set_version(version);
  return impl_->Call(&Impl::Stub::UnloadModel, request).status();
}

Result<TrafficSplit> ModelAdmin::GetTraffic() {
  const auto response =
      impl_->Call(&Impl::Stub::GetTraffic, v1::GetTrafficRequest());
  if (!response.ok()) return response.status();
  return TrafficSplit{.serving = Read(response->traffic().serving()),
                      .shadows = Read(response->traffic().shadows())};
}

Status ModelAdmin::SetTraffic(const TrafficSplit& split) {
  v1::SetTrafficRequest request;
  v1::TrafficSplit& traffic = *request.mutable_traffic();
  Status status =
      Write("traffic.serving", split.serving, *traffic.mutable_serving());
  if (status.ok()) {
    status =
        Write("traffic.shadows", split.shadows, *traffic.mutable_shadows());
  }
  if (!status.ok()) return status;
  return impl_->Call(&Impl::Stub::SetTraffic, request).status();
}

}  // namespace emotion::client
