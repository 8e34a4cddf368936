#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "emotion/v1/emotion.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/engine/engine.h"
#include "server/service/emotion_service.h"
#include "server/service/grpc_server.h"
#include "tests/support/answer_box.h"
#include "tests/support/fake_classifier.h"
#include "tests/support/recording_observer.h"
#include "tests/support/small_encoder.h"
#include "tests/support/test_model.h"

namespace emotion {

// Writes down the ends of calls: "Classify OK".
class RecordingRpcObserver final : public RpcObserver {
 public:
  void OnCallStarted(const MethodInfo&) override;
  void OnCallHandled(const HandledCall& call) override;

  std::vector<std::string> handled() const;
  std::string last_request_id() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> handled_;
  std::string last_request_id_;
};

// The service on a real port of the loopback, with a true client; the model is
// a fake.
class ServiceTest : public testing::Test {
 protected:
  // Starts it. `open`: whether the engine admits dialogues.
  void Serve(const ServiceOptions& options = {},
             const BatchOptions& batching = {}, bool open = true);

  // Keeps the only worker busy until classifier_.Open().
  void OccupyWorker();

  // Starts it with a busy worker and a queue of one place, which `waits` takes.
  void ServeWithFullQueue(AnswerBox& waits);

  grpc::Status Classify(const std::vector<std::string>& turns,
                        grpc::ClientContext& context);
  grpc::Status Classify(const std::vector<std::string>& turns);

  // The details of type T that a failed call carries.
  template <typename T>
  static T DetailOf(const grpc::Status& status) {
    google::rpc::Status rpc;
    rpc.ParseFromString(status.error_details());
    T detail;
    for (const auto& any : rpc.details()) {
      if (any.UnpackTo(&detail)) return detail;
    }
    return T();
  }

  Clock& clock_ = Clock::System();
  const std::unique_ptr<DialogueEncoder> encoder_ = SmallEncoder();
  FakeClassifier classifier_;
  RecordingObserver observer_;
  // Which models serve; one of version 1.2.3 at first.
  std::unique_ptr<ModelRegistry> models_ = *ModelRegistry::Create(
      MakeTestModel(classifier_, {.version = "1.2.3",
                                  .labels = {"others", "happy", "sad", "cross"},
                                  .name = "tiny",
                                  .observer = observer_.ForModel()}),
      1);
  RecordingRpcObserver rpc_observer_;
  RequestIds request_ids_{1};
  // Where it listens, and what calls pass; to be set before Serve.
  ListenerOptions listener_{.address = "127.0.0.1:0"};
  CallGate* gate_ = &CallGate::AdmitAll();
  AnswerBox occupant_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EmotionService> service_;
  std::unique_ptr<GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::EmotionService::Stub> stub_;
  v1::ClassifyResponse response_;
};

}  // namespace emotion
