#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inference/open_inference_grpc.pb.h"
#include "tests/support/fake_emotion_server.h"

namespace emotion::load {

// A true gRPC server on a free loopback port that speaks the Open Inference
// Protocol and has one model, "chat". A dialogue's scores, for others, happy,
// sad and angry, are 0.1 but for the label that its last turn names, or others,
// which has 0.7. Answers hold the FP32 output "PROBABILITIES" and then the
// BYTES output "LABEL", typed. Thread-safe.
class FakeInferenceServer {
 public:
  using Request = inference::ModelInferRequest;
  using Response = inference::ModelInferResponse;
  // Changes an answer before it leaves.
  using Edit = std::function<void(const Request& request, Response& response)>;

  FakeInferenceServer();
  ~FakeInferenceServer();

  // "127.0.0.1:port".
  std::string address() const;

  // From now on every answer is changed by `edit`.
  void EditAnswers(Edit edit);
  // From now on every call ends with this code, unless it is OK.
  void Refuse(RpcCode code);

  // All requests so far.
  std::vector<Request> requests() const;

 private:
  class Service;
  struct Running;

  std::unique_ptr<Running> running_;
};

}  // namespace emotion::load
