#include "tests/support/fake_model_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "emotion/v1/model_service.grpc.pb.h"
#include "tests/support/fake_emotion_answers.h"

namespace emotion {
namespace {

using Shares = google::protobuf::RepeatedPtrField<v1::TrafficShare>;

// A version that is loaded.
struct Loaded {
  std::string version;
  std::uint32_t traffic = 0;
  std::uint32_t shadow = 0;
};

std::string Text(const Shares& shares) {
  std::string text;
  for (const v1::TrafficShare& each : shares) {
    text += (text.empty() ? "" : ",") + each.version() + '=' +
            std::to_string(each.percent());
  }
  return text;
}

grpc::Status NotFound(const std::string& version) {
  return ToStatus({.code = RpcCode::kNotFound,
                   .message = "version '" + version + "' is not loaded"});
}

}  // namespace

class FakeModelServer::Service final : public v1::ModelService::Service {
 public:
  grpc::Status ListModels(grpc::ServerContext* /*context*/,
                          const v1::ListModelsRequest* /*request*/,
                          v1::ListModelsResponse* response) override {
    std::lock_guard lock(mutex_);
    if (const auto refusal = Refusal()) return *refusal;
    response->set_name("fake");
    for (const Loaded& each : loaded_) {
      v1::ServingModel& serving = *response->add_serving();
      SetFakeModel(*serving.mutable_model(), each.version);
      serving.set_traffic_percent(each.traffic);
      serving.set_shadow_percent(each.shadow);
      for (const char* const label : {"others", "sad"}) {
        serving.add_labels()->set_name(label);
      }
      serving.set_precision("int8");
      serving.set_manifest_sha256("c0ffee");
    }
    for (const std::string& version : available_) {
      response->add_available_versions(version);
    }
    return grpc::Status::OK;
  }

  grpc::Status LoadModel(grpc::ServerContext* /*context*/,
                         const v1::LoadModelRequest* request,
                         v1::LoadModelResponse* response) override {
    std::unique_lock lock(mutex_);
    changes_.push_back("LoadModel " + request->version() + ' ' +
                       v1::Activation_Name(request->activation()));
    if (const auto refusal = Refusal()) return *refusal;
    released_.wait(lock, [this] { return !hold_; });
    const std::string version =
        request->version().empty() ? available_.back() : request->version();
    if (std::ranges::find(available_, version) == available_.end()) {
      return NotFound(version);
    }
    const bool beside = request->activation() == v1::BESIDE;
    if (!beside) loaded_.clear();
    loaded_.push_back({.version = version, .traffic = beside ? 0U : 100U});
    SetFakeModel(*response->mutable_model(), version);
    return grpc::Status::OK;
  }

  grpc::Status UnloadModel(grpc::ServerContext* /*context*/,
                           const v1::UnloadModelRequest* request,
                           v1::UnloadModelResponse* /*response*/) override {
    std::lock_guard lock(mutex_);
    changes_.push_back("UnloadModel " + request->version());
    if (const auto refusal = Refusal()) return *refusal;
    if (Find(request->version()) == nullptr)
      return NotFound(request->version());
    std::erase_if(loaded_, [&](const Loaded& each) {
      return each.version == request->version();
    });
    return grpc::Status::OK;
  }

  grpc::Status SetTraffic(grpc::ServerContext* /*context*/,
                          const v1::SetTrafficRequest* request,
                          v1::SetTrafficResponse* /*response*/) override {
    std::lock_guard lock(mutex_);
    const v1::TrafficSplit& traffic = request->traffic();
    changes_.push_back("SetTraffic " + Text(traffic.serving()) + ';' +
                       Text(traffic.shadows()));
    if (const auto refusal = Refusal()) return *refusal;
    for (const Shares* shares : {&traffic.serving(), &traffic.shadows()}) {
      for (const v1::TrafficShare& each : *shares) {
        if (Find(each.version()) == nullptr) return NotFound(each.version());
      }
    }
    for (Loaded& each : loaded_) each.traffic = each.shadow = 0;
    for (const v1::TrafficShare& each : traffic.serving()) {
      Find(each.version())->traffic = each.percent();
    }
    for (const v1::TrafficShare& each : traffic.shadows()) {
      Find(each.version())->shadow = each.percent();
    }
    return grpc::Status::OK;
  }

  grpc::Status GetTraffic(grpc::ServerContext* /*context*/,
                          const v1::GetTrafficRequest* /*request*/,
                          v1::GetTrafficResponse* response) override {
    std::lock_guard lock(mutex_);
    if (const auto refusal = Refusal()) return *refusal;
    v1::TrafficSplit& traffic = *response->mutable_traffic();
    for (const Loaded& each : loaded_) {
      if (each.traffic > 0) {
        v1::TrafficShare& share = *traffic.add_serving();
        share.set_version(each.version);
        share.set_percent(each.traffic);
      }
      if (each.shadow > 0) {
        v1::TrafficShare& share = *traffic.add_shadows();
        share.set_version(each.version);
        share.set_percent(each.shadow);
      }
    }
    return grpc::Status::OK;
  }

  void Refuse(FakeReply reply) {
    std::lock_guard lock(mutex_);
    reply_ = std::move(reply);
  }

  void SetHold(bool hold) {
    std::lock_guard lock(mutex_);
    hold_ = hold;
    released_.notify_all();
  }

  std::vector<std::string> changes() {
    std::lock_guard lock(mutex_);
    return changes_;
  }

 private:
  // What the next call is refused with, once. REQUIRES: mutex_ is held.
  std::optional<grpc::Status> Refusal() {
    const FakeReply reply = std::exchange(reply_, {});
    if (reply.code == RpcCode::kOk) return std::nullopt;
    return ToStatus(reply);
  }

  // Null if it is not loaded. REQUIRES: mutex_ is held.
  Loaded* Find(const std::string& version) {
    const auto found = std::ranges::find(loaded_, version, &Loaded::version);
    return found == loaded_.end() ? nullptr : &*found;
  }

  std::mutex mutex_;
  // Signalled when calls are no longer held.
  std::condition_variable released_;
  // All guarded by mutex_.
  std::vector<std::string> available_{"0.2.0", "0.3.0", "0.4.0"};
  std::vector<Loaded> loaded_{{.version = "0.3.0", .traffic = 100}};
  std::vector<std::string> changes_;
  FakeReply reply_;
  bool hold_ = false;
};

struct FakeModelServer::Running {
  Service service;
  std::string address;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

FakeModelServer::FakeModelServer(const std::string& address)
    : running_(new Running) {
  running_->address = address;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(),
                           &running_->port);
  builder.RegisterService(&running_->service);
  running_->server = builder.BuildAndStart();
}

FakeModelServer::~FakeModelServer() {
  running_->service.SetHold(false);
  running_->server->Shutdown();
}

std::string FakeModelServer::address() const {
  if (running_->address.starts_with("unix:")) return running_->address;
  return "127.0.0.1:" + std::to_string(running_->port);
}

void FakeModelServer::Refuse(FakeReply reply) {
  running_->service.Refuse(std::move(reply));
}

void FakeModelServer::Hold() { running_->service.SetHold(true); }

std::vector<std::string> FakeModelServer::changes() const {
  return running_->service.changes();
}

}  // namespace emotion
