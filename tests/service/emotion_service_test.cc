#include "server/service/emotion_service.h"

#include <gmock/gmock.h>

#include "tests/service/service_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST_F(ServiceTest, ADialogueIsClassified) {
  Serve();
  const grpc::Status status = Classify({"ab", "", "c"});
  ASSERT_TRUE(status.ok()) << status.error_message();
  const std::size_t label =
      classifier_.LabelOf(encoder_->Encode({"ab", "", "c"}).value().token_ids);
  const v1::Classification& reply = response_.classification();
  ASSERT_THAT(reply.probabilities(), SizeIs(4));
  EXPECT_EQ(reply.label(),
            reply.probabilities(static_cast<int>(label)).label());
  EXPECT_EQ(reply.tokens(), 7U);
  EXPECT_FALSE(reply.has_timings());
  EXPECT_EQ(response_.model().name(), "tiny");
  EXPECT_EQ(response_.model().version(), "1.2.3");
  float sum = 0;
  for (const auto& entry : reply.probabilities()) sum += entry.probability();
  EXPECT_NEAR(sum, 1, 1e-6);
  EXPECT_THAT(rpc_observer_.handled(), ElementsAre("Classify OK"));
}

TEST_F(ServiceTest, LabelsOfTheListHaveTheirEmotionAndOthersTheirName) {
  Serve();
  ASSERT_TRUE(Classify({"a"}).ok());
  const auto& entries = response_.classification().probabilities();
  EXPECT_EQ(entries[0].emotion(), v1::OTHERS);
  EXPECT_EQ(entries[1].emotion(), v1::HAPPY);
  EXPECT_EQ(entries[2].emotion(), v1::SAD);
  EXPECT_EQ(entries[3].emotion(), v1::EMOTION_UNSPECIFIED);
  EXPECT_EQ(entries[3].label(), "cross");
}

TEST_F(ServiceTest, TimingsComeWhenAskedFor) {
  Serve();
  v1::ClassifyRequest request;
  request.mutable_dialogue()->add_turns("abc");
  request.set_include_timings(true);
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->Classify(&context, request, &response_).ok());
  const v1::Timings& timings = response_.classification().timings();
  EXPECT_EQ(timings.batch_dialogues(), 1U);
  EXPECT_EQ(timings.batch_tokens(), 5U);
  EXPECT_GT(timings.tokenize().nanos(), 0);
  EXPECT_GT(timings.compute().nanos(), 0);
}

TEST_F(ServiceTest, CutTurnsAreTold) {
  Serve();
  ASSERT_TRUE(Classify({std::string(20, 'a'), "b", std::string(10, 'c')}).ok());
  EXPECT_THAT(response_.classification().truncated_turns(), ElementsAre(0));
  EXPECT_EQ(response_.classification().tokens(), 24U);
}

TEST_F(ServiceTest, EachDialogueOfABatchHasItsOwnStatus) {
  Serve();
  v1::ClassifyBatchRequest request;
  request.add_dialogues()->add_turns("a");
  request.add_dialogues();
  auto* unreadable = request.add_dialogues();
  unreadable->add_turns("fine");
  unreadable->add_turns(" ");
  request.add_dialogues()->add_turns("b");
  v1::ClassifyBatchResponse response;
  grpc::ClientContext context;
  const grpc::Status status =
      stub_->ClassifyBatch(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_THAT(response.results(), SizeIs(4));
  EXPECT_EQ(response.results(0).status().code(), 0);
  EXPECT_TRUE(response.results(0).has_classification());
  EXPECT_EQ(response.results(1).status().code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(response.results(1).status().message(),
              testing::StartsWith("dialogues[1].turns: has 0 turns"));
  EXPECT_FALSE(response.results(1).has_classification());
  EXPECT_THAT(response.results(2).status().message(),
              testing::StartsWith("dialogues[2].turns[1]: "));
  EXPECT_EQ(response.results(3).status().code(), 0);
  EXPECT_EQ(response.model().name(), "tiny");
}

TEST_F(ServiceTest, ADialogueHasTheSameAnswerAloneAndInABatch) {
  Serve();
  v1::ClassifyBatchRequest request;
  for (int i = 0; i < 64; ++i) {
    request.add_dialogues()->add_turns(
        std::string(1 + static_cast<std::size_t>(i) % 20, 'k'));
  }
  v1::ClassifyBatchResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->ClassifyBatch(&context, request, &response).ok());
  for (int i = 0; i < 64; ++i) {
    ASSERT_TRUE(Classify({request.dialogues(i).turns(0)}).ok());
    EXPECT_EQ(response.results(i).classification().label(),
              response_.classification().label());
  }
}

TEST_F(ServiceTest, TheModelReportsItsLabelsAndLimits) {
  ServiceOptions options;
  options.max_batch_dialogues = 7;
  Serve(options);
  v1::GetModelInfoResponse info;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->GetModelInfo(&context, {}, &info).ok());
  EXPECT_EQ(info.ShortDebugString(),
            "model { name: \"tiny\" version: \"1.2.3\" } "
            "labels { emotion: OTHERS name: \"others\" } "
            "labels { emotion: HAPPY name: \"happy\" } "
            "labels { emotion: SAD name: \"sad\" } "
            "labels { name: \"cross\" } "
            "limits { max_turns: 3 max_turn_bytes: 40 max_tokens: 24 "
            "max_batch_dialogues: 7 } "
            "layout: \"packed\" precision: \"fp32\" manifest_sha256: \"00\" "
            "traffic: \"chat\" "
            "serving { model { name: \"tiny\" version: \"1.2.3\" } "
            "traffic_percent: 100 "
            "labels { emotion: OTHERS name: \"others\" } "
            "labels { emotion: HAPPY name: \"happy\" } "
            "labels { emotion: SAD name: \"sad\" } "
            "labels { name: \"cross\" } "
            "manifest_sha256: \"00\" precision: \"fp32\" }");
}

TEST_F(ServiceTest, TheCallersRequestIdComesBackAndIsObserved) {
  Serve();
  grpc::ClientContext context;
  context.AddMetadata("x-request-id", "trace-42");
  ASSERT_TRUE(Classify({"a"}, context).ok());
  const auto& metadata = context.GetServerInitialMetadata();
  ASSERT_EQ(metadata.count("x-request-id"), 1U);
  const auto id = metadata.find("x-request-id")->second;
  EXPECT_EQ(std::string(id.data(), id.size()), "trace-42");
  EXPECT_EQ(rpc_observer_.last_request_id(), "trace-42");
}

TEST_F(ServiceTest, ACallWithoutARequestIdGetsOne) {
  Serve();
  ASSERT_TRUE(Classify({"a"}).ok());
  EXPECT_THAT(rpc_observer_.last_request_id(), SizeIs(16));
}

}  // namespace
}  // namespace emotion
