#include "tests/service/service_fixture.h"

#include <utility>

namespace emotion {

void RecordingRpcObserver::OnCallStarted(const MethodInfo&) {}

void RecordingRpcObserver::OnCallHandled(const HandledCall& call) {
  const std::lock_guard lock(mutex_);
  handled_.push_back(std::string(call.method.name()) + " " +
                     std::string(StatusCodeName(call.code)));
  last_request_id_ = call.request_id;
}

std::vector<std::string> RecordingRpcObserver::handled() const {
  const std::lock_guard lock(mutex_);
  return handled_;
}

std::string RecordingRpcObserver::last_request_id() const {
  const std::lock_guard lock(mutex_);
  return last_request_id_;
}

void ServiceTest::Serve(const ServiceOptions& options,
                        const BatchOptions& batching, bool open) {
  auto engine = Engine::Create(batching, clock_, observer_, observer_);
  ASSERT_TRUE(engine.ok()) << engine.status().ToString();
  engine_ = *std::move(engine);
  if (open) engine_->Open();

  service_ =
      std::make_unique<EmotionService>(options, *models_, *engine_, observer_,
                                       CallParts{.clock = clock_,
                                                 .observer = rpc_observer_,
                                                 .request_ids = request_ids_,
                                                 .gate = *gate_});
  auto server = GrpcServer::Start(
      listener_,
      {{.name = std::string(EmotionService::kName), .service = *service_}},
      clock_);
  ASSERT_TRUE(server.ok()) << server.status().ToString();
  server_ = *std::move(server);
  channel_ = grpc::CreateChannel(server_->address(),
                                 grpc::InsecureChannelCredentials());
  stub_ = v1::EmotionService::NewStub(channel_);
}

void ServiceTest::OccupyWorker() {
  classifier_.Shut();
  engine_->Classify(*models_->Choose({}), {"z"}, {}, occupant_.completion());
  classifier_.BlockUntilCalls(1);
}

void ServiceTest::ServeWithFullQueue(AnswerBox& waits) {
  BatchOptions batching;
  batching.max_queue_items = 1;
  Serve({}, batching);
  OccupyWorker();
  engine_->Classify(*models_->Choose({}), {"a"}, {}, waits.completion());
}

grpc::Status ServiceTest::Classify(const std::vector<std::string>& turns,
                                   grpc::ClientContext& context) {
  v1::ClassifyRequest request;
  for (const std::string& turn : turns) {
    request.mutable_dialogue()->add_turns(turn);
  }
  return stub_->Classify(&context, request, &response_);
}

grpc::Status ServiceTest::Classify(const std::vector<std::string>& turns) {
  grpc::ClientContext context;
  return Classify(turns, context);
}

}  // namespace emotion
