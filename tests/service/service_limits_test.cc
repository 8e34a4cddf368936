#include <gmock/gmock.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <future>
#include <thread>

#include "tests/service/service_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;

TEST_F(ServiceTest, AFullQueuePushesBack) {
  AnswerBox waits;
  ServeWithFullQueue(waits);
  grpc::ClientContext context;
  const grpc::Status status = Classify({"b"}, context);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(), "QUEUE_FULL");
  const auto& trailers = context.GetServerTrailingMetadata();
  ASSERT_EQ(trailers.count("grpc-retry-pushback-ms"), 1U);
  const auto hint = trailers.find("grpc-retry-pushback-ms")->second;
  EXPECT_GT(std::stoi(std::string(hint.data(), hint.size())), 0);
  EXPECT_GT(
      DetailOf<google::rpc::RetryInfo>(status).retry_delay().nanos() +
          DetailOf<google::rpc::RetryInfo>(status).retry_delay().seconds(),
      0);
  classifier_.Open();
  EXPECT_TRUE(waits.Wait().ok());
}

TEST_F(ServiceTest, ABatchOfWhichNothingWasAdmittedFailsAsAWhole) {
  AnswerBox waits;
  ServeWithFullQueue(waits);
  v1::ClassifyBatchRequest request;
  request.add_dialogues()->add_turns("b");
  request.add_dialogues()->add_turns("c");
  v1::ClassifyBatchResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(stub_->ClassifyBatch(&context, request, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(context.GetServerTrailingMetadata().count("grpc-retry-pushback-ms"),
            1U);
  classifier_.Open();
}

// Whether the server counts it as expired or as cancelled depends on whose
// clock is first: the caller gives up at its deadline too.
TEST_F(ServiceTest, ADeadlineThatPassesInTheQueueCostsNoCompute) {
  Serve();
  OccupyWorker();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(500));
  auto call =
      std::async(std::launch::async, [&] { return Classify({"a"}, context); });
  observer_.BlockUntil("encoded 3", 2);
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  observer_.BlockUntil("answered");
  EXPECT_EQ(engine_->queue_stats().items, 0U);
  classifier_.Open();
  occupant_.Wait();
  engine_->Close();
  EXPECT_THAT(classifier_.batches(), ElementsAre(1));
}

TEST_F(ServiceTest, ACallerWhoLeavesFreesItsPlaceInTheQueue) {
  Serve();
  OccupyWorker();
  grpc::ClientContext context;
  auto call =
      std::async(std::launch::async, [&] { return Classify({"a"}, context); });
  observer_.BlockUntil("encoded 3", 2);
  context.TryCancel();
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);
  observer_.BlockUntil("cancelled queue");
  EXPECT_EQ(engine_->queue_stats().items, 0U);
  classifier_.Open();
}

TEST_F(ServiceTest, ABatchWhoseCallerLeavesIsTakenOutWhole) {
  Serve();
  OccupyWorker();
  v1::ClassifyBatchRequest request;
  for (int i = 0; i < 3; ++i) request.add_dialogues()->add_turns("ab");
  v1::ClassifyBatchResponse response;
  grpc::ClientContext context;
  auto call = std::async(std::launch::async, [&] {
    return stub_->ClassifyBatch(&context, request, &response);
  });
  observer_.BlockUntil("encoded 4", 3);
  context.TryCancel();
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);
  observer_.BlockUntil("cancelled queue", 3);
  classifier_.Open();
}

TEST_F(ServiceTest, NotReadyAndDrainingAreUnavailable) {
  Serve({}, {}, /*open=*/false);
  EXPECT_EQ(Classify({"a"}).error_code(), grpc::StatusCode::UNAVAILABLE);
  engine_->Open();
  EXPECT_TRUE(Classify({"a"}).ok());
  engine_->Drain();
  const grpc::Status status = Classify({"a"});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(), "DRAINING");
}

TEST_F(ServiceTest, ShutdownLetsCallsInFlightEnd) {
  Serve();
  OccupyWorker();
  auto call = std::async(std::launch::async, [&] { return Classify({"abc"}); });
  observer_.BlockUntil("encoded 5");
  std::thread stopper(
      [&] { server_->Shutdown(std::chrono::milliseconds(10000)); });
  classifier_.Open();
  stopper.join();
  EXPECT_TRUE(call.get().ok());
}

}  // namespace
}  // namespace emotion
