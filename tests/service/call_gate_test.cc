#include "server/service/call_gate.h"

#include <gmock/gmock.h>

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/service/service_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

// Refuses every call and writes down which.
class ClosedGate final : public CallGate {
 public:
  Status Admit(const CallFacts& facts) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::string(facts.method.path) + " from " + facts.peer());
    return Status(StatusCode::kResourceExhausted, "too many calls")
        .WithReason("rate_limited")
        .WithRetryAfter(std::chrono::milliseconds(70));
  }

  std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
};

class CallGateTest : public ServiceTest {
 protected:
  CallGateTest() { gate_ = &closed_gate_; }

  // Each method of the service by its name, called with a request that would
  // be answered.
  std::vector<
      std::pair<std::string, std::function<grpc::Status(grpc::ClientContext&)>>>
  Methods() {
    return {
        {"Classify",
         [this](grpc::ClientContext& context) {
           return Classify({"a"}, context);
         }},
        {"ClassifyBatch",
         [this](grpc::ClientContext& context) {
           v1::ClassifyBatchRequest request;
           request.add_dialogues()->add_turns("a");
           v1::ClassifyBatchResponse response;
           return stub_->ClassifyBatch(&context, request, &response);
         }},
        {"GetModelInfo",
         [this](grpc::ClientContext& context) {
           v1::GetModelInfoResponse response;
           return stub_->GetModelInfo(&context, {}, &response);
         }},
    };
  }

  ClosedGate closed_gate_;
};

TEST_F(CallGateTest, ARefusalEndsACallOfAnyMethodAndIsCounted) {
  Serve();
  const auto methods = Methods();
  ASSERT_EQ(methods.size(), std::size(EmotionService::kMethods));
  std::vector<std::string> handled;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const auto& [name, call] = methods[i];
    EXPECT_EQ(name, EmotionService::kMethods[i].name());
    grpc::ClientContext context;
    const grpc::Status status = call(context);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(status.error_message(), "too many calls");
    EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(),
              "RATE_LIMITED");
    const auto& trailers = context.GetServerTrailingMetadata();
    ASSERT_EQ(trailers.count("grpc-retry-pushback-ms"), 1U) << name;
    EXPECT_EQ(trailers.find("grpc-retry-pushback-ms")->second, "70");
    EXPECT_EQ(context.GetServerInitialMetadata().count("x-request-id"), 1U);
    handled.push_back(name + " RESOURCE_EXHAUSTED");
  }
  EXPECT_EQ(rpc_observer_.handled(), handled);
  EXPECT_THAT(
      closed_gate_.asked(),
      ElementsAre(
          StartsWith("/emotion.v1.EmotionService/Classify from ipv4:"),
          StartsWith("/emotion.v1.EmotionService/ClassifyBatch from ipv4:"),
          StartsWith("/emotion.v1.EmotionService/GetModelInfo from ipv4:")));
}

TEST_F(CallGateTest, ARefusedCallReachesNeitherEngineNorModel) {
  Serve();
  for (const auto& [name, call] : Methods()) {
    grpc::ClientContext context;
    EXPECT_FALSE(call(context).ok()) << name;
  }
  EXPECT_THAT(observer_.events(), IsEmpty());
  EXPECT_THAT(classifier_.batches(), IsEmpty());
}

TEST_F(CallGateTest, TheGateIsAskedBeforeTheRequestIsRead) {
  Serve();
  EXPECT_EQ(Classify({}).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(CallGateTest, WithoutAGateOfItsOwnTheServerAdmitsAll) {
  gate_ = &CallGate::AdmitAll();
  Serve();
  for (const auto& [name, call] : Methods()) {
    grpc::ClientContext context;
    EXPECT_TRUE(call(context).ok()) << name;
  }
  EXPECT_THAT(closed_gate_.asked(), IsEmpty());
}

}  // namespace
}  // namespace emotion
