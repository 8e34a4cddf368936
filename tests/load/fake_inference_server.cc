#include "tests/load/fake_inference_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <mutex>

#include "inference/open_inference_grpc.grpc.pb.h"

namespace emotion::load {
namespace {

constexpr const char* kLabels[] = {"others", "happy", "sad", "angry"};

std::size_t LabelOf(const std::string& last_turn) {
  for (std::size_t i = 1; i < std::size(kLabels); ++i) {
    if (last_turn.find(kLabels[i]) != std::string::npos) return i;
  }
  return 0;
}

void Answer(const inference::ModelInferRequest& request,
            inference::ModelInferResponse& response) {
  const auto& input = request.inputs(0);
  const std::int64_t rows = input.shape(0);
  const auto& elements = input.contents().bytes_contents();
  const int columns = elements.size() / static_cast<int>(rows);
  response.set_model_name(request.model_name());
  auto* const scores = response.add_outputs();
  scores->set_name("PROBABILITIES");
  scores->set_datatype("FP32");
  scores->add_shape(rows);
  scores->add_shape(std::size(kLabels));
  auto* const labels = response.add_outputs();
  labels->set_name("LABEL");
  labels->set_datatype("BYTES");
  labels->add_shape(rows);
  for (int row = 1; row <= rows; ++row) {
    const std::size_t classified = LabelOf(elements[row * columns - 1]);
    labels->mutable_contents()->add_bytes_contents(kLabels[classified]);
    for (std::size_t i = 0; i < std::size(kLabels); ++i) {
      scores->mutable_contents()->add_fp32_contents(i == classified ? 0.7F
                                                                    : 0.1F);
    }
  }
}

}  // namespace

class FakeInferenceServer::Service final
    : public inference::GRPCInferenceService::Service {
 public:
  grpc::Status ModelInfer(grpc::ServerContext*, const Request* request,
                          Response* response) override {
    std::lock_guard lock(mutex);
    requests.push_back(*request);
    if (code != RpcCode::kOk) {
      return {static_cast<grpc::StatusCode>(code), "refused"};
    }
    if (request->model_name() != "chat") {
      return {grpc::StatusCode::NOT_FOUND, "no such model"};
    }
    Answer(*request, *response);
    if (edit) edit(*request, *response);
    return grpc::Status::OK;
  }

  std::mutex mutex;
  // All guarded by mutex.
  std::vector<Request> requests;
  Edit edit;
  RpcCode code = RpcCode::kOk;
};

struct FakeInferenceServer::Running {
  Service service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

FakeInferenceServer::FakeInferenceServer() : running_(new Running) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &running_->port);
  builder.RegisterService(&running_->service);
  running_->server = builder.BuildAndStart();
}

FakeInferenceServer::~FakeInferenceServer() {
  running_->server->Shutdown(std::chrono::system_clock::now());
}

std::string FakeInferenceServer::address() const {
  return "127.0.0.1:" + std::to_string(running_->port);
}

void FakeInferenceServer::EditAnswers(Edit edit) {
  std::lock_guard lock(running_->service.mutex);
  running_->service.edit = std::move(edit);
}

void FakeInferenceServer::Refuse(RpcCode code) {
  std::lock_guard lock(running_->service.mutex);
  running_->service.code = code;
}

std::vector<FakeInferenceServer::Request> FakeInferenceServer::requests()
    const {
  std::lock_guard lock(running_->service.mutex);
  return running_->service.requests;
}

}  // namespace emotion::load
