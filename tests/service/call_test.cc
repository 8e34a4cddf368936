#include "server/service/call.h"

#include <gmock/gmock.h>
#include <grpcpp/test/server_context_test_spouse.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "google/rpc/status.pb.h"
#include "tests/support/manual_clock.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

constexpr MethodInfo kTalk{.path = "/test.v1.Service/Talk",
                           .type = MethodType::kBidiStream};

// Writes down starts and ends: "start Talk", "end Talk OK 5 ms".
class EventLog final : public RpcObserver {
 public:
  void OnCallStarted(const MethodInfo& method) override {
    events.push_back("start " + std::string(method.name()));
  }
  void OnCallHandled(const HandledCall& call) override {
    const auto duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(call.duration);
    events.push_back("end " + std::string(call.method.name()) + " " +
                     std::string(StatusCodeName(call.code)) + " " +
                     std::to_string(duration.count()) + " ms");
  }

  std::vector<std::string> events;
};

// Remembers what it was asked and returns what it was given.
class RecordingGate final : public CallGate {
 public:
  Status Admit(const CallFacts& facts) override {
    path = facts.method.path;
    request_id = facts.request_id;
    authorization = facts.authorization;
    return answer;
  }

  Status answer;
  std::string path;
  std::string request_id;
  std::string authorization;
};

// A call without a transport.
class CallTest : public testing::Test {
 protected:
  Call& Begin() {
    return call_.emplace(CallParts{.clock = clock_,
                                   .observer = log_,
                                   .request_ids = request_ids_,
                                   .gate = gate_},
                         kTalk, context_);
  }

  ManualClock clock_;
  EventLog log_;
  RequestIds request_ids_{1};
  RecordingGate gate_;
  grpc::ServerContext context_;
  grpc::testing::ServerContextTestSpouse wire_{&context_};
  std::optional<Call> call_;
};

TEST_F(CallTest, HasOneStartAndOneEnd) {
  Call& call = Begin();
  clock_.Advance(5ms);
  const auto first = call.End(Status());
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->ok());
  EXPECT_FALSE(call.End(Status(StatusCode::kInternal, "late")));
  call_.reset();
  EXPECT_THAT(log_.events, ElementsAre("start Talk", "end Talk OK 5 ms"));
}

TEST_F(CallTest, ThatNobodyEndedCountsAsInternal) {
  Begin();
  call_.reset();
  EXPECT_THAT(log_.events, ElementsAre("start Talk", "end Talk INTERNAL 0 ms"));
}

TEST_F(CallTest, EndsWithTheDetailsAndTheTrailersOfItsStatus) {
  const auto end = Begin().End(Status(StatusCode::kResourceExhausted, "is full")
                                   .WithReason("queue_full")
                                   .WithRetryAfter(250ms));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(end->error_details()));
  EXPECT_THAT(details.details(), SizeIs(2));
  EXPECT_THAT(wire_.GetTrailingMetadata(),
              ElementsAre(Pair("grpc-retry-pushback-ms", "250")));
}

TEST_F(CallTest, OnlyTheEndThatCountsLeavesTrailers) {
  Call& call = Begin();
  ASSERT_TRUE(call.End(Status()));
  EXPECT_FALSE(call.End(
      Status(StatusCode::kUnavailable, "is closing").WithRetryAfter(1ms)));
  EXPECT_THAT(wire_.GetTrailingMetadata(), SizeIs(0));
}

TEST_F(CallTest, ASuccessThatNobodyWaitsForIsNone) {
  Call& call = Begin();
  EXPECT_FALSE(call.caller_gone());
  call.SetCallerGone();
  EXPECT_TRUE(call.caller_gone());
  ASSERT_TRUE(call.End(Status()));
  EXPECT_THAT(log_.events,
              ElementsAre("start Talk", "end Talk CANCELLED 0 ms"));
}

TEST_F(CallTest, AFailureKeepsItsCodeWhoeverHasGone) {
  Call& call = Begin();
  call.SetCallerGone();
  ASSERT_TRUE(call.End(Status(StatusCode::kUnavailable, "is closing")));
  EXPECT_THAT(log_.events,
              ElementsAre("start Talk", "end Talk UNAVAILABLE 0 ms"));
}

TEST_F(CallTest, WithoutADeadlineWaitsForEver) {
  EXPECT_EQ(Begin().deadline(), Clock::TimePoint::max());
}

TEST_F(CallTest, TheEngineLearnsWhoWaitsAndWhetherStill) {
  Call& call = Begin();
  const CallContext context = call.ForEngine(Priority::kBulk);
  EXPECT_EQ(context.deadline, call.deadline());
  EXPECT_EQ(context.priority, Priority::kBulk);
  EXPECT_FALSE(context.caller_gone());
  call.SetCallerGone();
  EXPECT_TRUE(context.caller_gone());
}

TEST_F(CallTest, SendsItsIdBack) {
  wire_.AddClientMetadata("x-request-id", "trace-42");
  EXPECT_EQ(Begin().request_id(), "trace-42");
  EXPECT_THAT(wire_.GetInitialMetadata(),
              ElementsAre(Pair("x-request-id", "trace-42")));
}

TEST_F(CallTest, TheGateIsAskedWithWhatTheCallerSent) {
  wire_.AddClientMetadata("x-request-id", "trace-42");
  wire_.AddClientMetadata("authorization", "Bearer secret");
  EXPECT_TRUE(Begin().admission().ok());
  EXPECT_EQ(gate_.path, "/test.v1.Service/Talk");
  EXPECT_EQ(gate_.request_id, "trace-42");
  EXPECT_EQ(gate_.authorization, "Bearer secret");
}

TEST_F(CallTest, TheGateSeesTheIdThatWasMadeAndNoAuthorization) {
  wire_.AddClientMetadata("x-request-id", "not fit for a log");
  EXPECT_THAT(Begin().request_id(), SizeIs(16));
  EXPECT_EQ(gate_.request_id, call_->request_id());
  EXPECT_EQ(gate_.authorization, "");
}

TEST_F(CallTest, ARefusalIsForTheReactorToEndWith) {
  gate_.answer = Status(StatusCode::kResourceExhausted, "too many calls");
  Call& call = Begin();
  EXPECT_EQ(call.admission().ToString(), "RESOURCE_EXHAUSTED: too many calls");
  EXPECT_THAT(log_.events, ElementsAre("start Talk"));
  ASSERT_TRUE(call.End(call.admission()));
  EXPECT_THAT(log_.events,
              ElementsAre("start Talk", "end Talk RESOURCE_EXHAUSTED 0 ms"));
}

}  // namespace
}  // namespace emotion
