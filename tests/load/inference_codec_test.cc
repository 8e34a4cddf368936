#include "client/load/inference_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "client/load/message_bytes.h"
#include "client/load/result_json.h"
#include "client/load/rpc_code.h"
#include "tests/client/run_cli.h"
#include "tests/load/fake_inference_server.h"

namespace emotion::load {
namespace {

using client::RunCli;
using client::ScratchFile;
using inference::ModelInferRequest;
using inference::ModelInferResponse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<client::InputDialogue> kDialogues = {
    {"1", {"a", "b", "so happy"}}, {"2", {"so sad"}}, {"3", {"x", "", "y"}}};

std::unique_ptr<Codec> NewCodec(InferenceCodecOptions options = {}) {
  options.model_name = "chat";
  auto codec = MakeInferenceCodec(std::move(options), kDialogues);
  EXPECT_TRUE(codec.ok()) << codec.status().ToString();
  return *std::move(codec);
}

ModelInferRequest Sent(const Codec& codec, const LoadRequest& request) {
  grpc::ByteBuffer bytes = codec.Encode(request);
  ModelInferRequest message;
  EXPECT_TRUE(FromBytes(bytes, message));
  return message;
}

std::vector<std::string> Elements(const ModelInferRequest& request) {
  const auto& elements = request.inputs(0).contents().bytes_contents();
  return {elements.begin(), elements.end()};
}

LoadReply Read(const ModelInferResponse& response, std::size_t dialogues,
               const InferenceCodecOptions& options = {}) {
  const grpc::Slice slice = ToSlice(response);
  grpc::ByteBuffer bytes(&slice, 1);
  return NewCodec(options)->Decode(bytes, dialogues);
}

void AddOutput(ModelInferResponse& response, const std::string& name,
               const std::string& datatype,
               const std::vector<std::int64_t>& shape) {
  auto* const output = response.add_outputs();
  output->set_name(name);
  output->set_datatype(datatype);
  for (std::int64_t size : shape) output->add_shape(size);
}

ModelInferResponse Scores(const std::vector<float>& scores,
                          const std::vector<std::int64_t>& shape) {
  ModelInferResponse response;
  AddOutput(response, "PROBABILITIES", "FP32", shape);
  for (float score : scores) {
    response.mutable_outputs(0)->mutable_contents()->add_fp32_contents(score);
  }
  return response;
}

ModelInferResponse Labels(const std::vector<std::string>& labels,
                          const std::vector<std::int64_t>& shape) {
  ModelInferResponse response;
  AddOutput(response, "LABEL", "BYTES", shape);
  for (const std::string& label : labels) {
    response.mutable_outputs(0)->mutable_contents()->add_bytes_contents(label);
  }
  return response;
}

TEST(InferenceCodecTest, ADialogueIsARowOfThreeTurns) {
  const auto codec = NewCodec({.model_version = "7"});
  const ModelInferRequest one = Sent(*codec, {.dialogues = {1}});
  EXPECT_EQ(one.model_name(), "chat");
  EXPECT_EQ(one.model_version(), "7");
  EXPECT_EQ(one.inputs(0).name(), "TEXT");
  EXPECT_EQ(one.inputs(0).datatype(), "BYTES");
  EXPECT_THAT(one.inputs(0).shape(), ElementsAre(1, 3));
  EXPECT_THAT(Elements(one), ElementsAre("", "", "so sad"));
  EXPECT_THAT(one.outputs(), IsEmpty());
  EXPECT_THAT(one.parameters(), IsEmpty());
  const ModelInferRequest two = Sent(*codec, {.dialogues = {2, 0}});
  EXPECT_THAT(two.inputs(0).shape(), ElementsAre(2, 3));
  EXPECT_THAT(Elements(two), ElementsAre("x", "", "y", "a", "b", "so happy"));
}

TEST(InferenceCodecTest, TurnsCanBeOneText) {
  const auto codec = NewCodec({.input_tensor = "IN",
                               .turn_separator = " | ",
                               .output_tensors = {"A", "B"}});
  const ModelInferRequest two = Sent(*codec, {.dialogues = {0, 2}});
  EXPECT_EQ(two.inputs(0).name(), "IN");
  EXPECT_THAT(two.inputs(0).shape(), ElementsAre(2));
  EXPECT_THAT(Elements(two), ElementsAre("a | b | so happy", "x | y"));
  EXPECT_EQ(two.outputs(0).name(), "A");
  EXPECT_EQ(two.outputs(1).name(), "B");
}

TEST(InferenceCodecTest, PriorityIsAnIntegerParameter) {
  const auto codec = NewCodec();
  for (const std::vector<std::size_t>& dialogues :
       {std::vector<std::size_t>{1}, std::vector<std::size_t>{0, 1}}) {
    const ModelInferRequest bulk =
        Sent(*codec, {.dialogues = dialogues, .priority = kPriorityBulk});
    EXPECT_EQ(bulk.parameters().at("priority").int64_param(), 2);
    EXPECT_EQ(bulk.inputs(0).shape(0),
              static_cast<std::int64_t>(dialogues.size()));
  }
}

TEST(InferenceCodecTest, ScoresNameTheHighest) {
  const LoadReply reply =
      Read(Scores({.1F, .2F, .6F, .1F, .7F, .1F, .1F, .1F}, {2, 4}), 2);
  ASSERT_EQ(reply.code, kCodeOk);
  EXPECT_EQ(reply.predictions[0].label, "sad");
  EXPECT_FLOAT_EQ(reply.predictions[0].probability, .6F);
  EXPECT_EQ(reply.predictions[1].label, "others");
  const LoadReply logits = Read(Scores({-1, 3, -1, -1}, {1, 4}), 1);
  EXPECT_EQ(logits.predictions[0].label, "happy");
  EXPECT_NEAR(logits.predictions[0].probability, 0.9479, 1e-4);
  const LoadReply named =
      Read(Scores({.4F, .6F}, {1, 2}), 1, {.labels = {"no", "yes"}});
  EXPECT_EQ(named.predictions[0].label, "yes");
}

TEST(InferenceCodecTest, LabelsAreTakenAsTheyAre) {
  const LoadReply reply = Read(Labels({"sad", "odd"}, {2, 1}), 2);
  ASSERT_EQ(reply.code, kCodeOk);
  EXPECT_EQ(reply.predictions[1].label, "odd");
  EXPECT_EQ(reply.predictions[1].probability, 0);
}

TEST(InferenceCodecTest, RawContentsAreReadToo) {
  ModelInferResponse response;
  AddOutput(response, "LABEL", "BYTES", {2});
  AddOutput(response, "PROBABILITIES", "FP32", {2, 4});
  response.add_raw_output_contents(std::string("\3\0\0\0sad\2\0\0\0no", 13));
  std::string quarter("\0\0\x80\x3e", 4), half("\0\0\0\x3f", 4);
  response.add_raw_output_contents(half + quarter + quarter + quarter +
                                   quarter + half + quarter + quarter);
  const LoadReply reply = Read(response, 2);
  ASSERT_EQ(reply.code, kCodeOk);
  EXPECT_EQ(reply.predictions[0].label, "sad");
  EXPECT_EQ(reply.predictions[1].label, "no");
  EXPECT_EQ(reply.predictions[1].probability, .5F);
}

TEST(InferenceCodecTest, WhatIsNoAnswerIsUnreadable) {
  ModelInferResponse short_raw = Scores({}, {1, 4});
  short_raw.add_raw_output_contents("1234");
  ModelInferResponse broken_raw = Labels({}, {1});
  broken_raw.add_raw_output_contents(std::string("\7\0\0\0sad", 7));
  ModelInferResponse one_raw = Scores({}, {1, 4});
  AddOutput(one_raw, "LABEL", "BYTES", {1});
  one_raw.add_raw_output_contents(std::string(16, '\0'));
  ModelInferResponse integers;
  AddOutput(integers, "IDS", "INT64", {1, 4});
  const std::vector<std::pair<std::string, ModelInferResponse>> cases = {
      {"no output", {}},
      {"another kind", integers},
      {"three scores", Scores({.1F, .2F, .7F}, {1, 3})},
      {"fewer scores than the shape says", Scores({.1F, .9F}, {1, 4})},
      {"two rows", Scores(std::vector<float>(8, .25F), {2, 4})},
      {"a negative shape", Scores(std::vector<float>(4, .25F), {-1, -4})},
      {"two labels", Labels({"sad", "sad"}, {2})},
      {"no label", Labels({}, {1})},
      {"short raw scores", short_raw},
      {"a raw label that is cut", broken_raw},
      {"raw contents of one output of two", one_raw}};
  for (const auto& [name, response] : cases) {
    EXPECT_EQ(Read(response, 1).code, kCodeUnreadable) << name;
  }
  const InferenceCodecOptions other{.output_tensors = {"OTHER"}};
  EXPECT_EQ(Read(Labels({"sad"}, {1}), 1, other).code, kCodeUnreadable);
  EXPECT_EQ(RpcCodeName(kCodeUnreadable), "UNREADABLE");
}

TEST(InferenceCodecTest, OptionsAreChecked) {
  const auto field = [](const InferenceCodecOptions& options) {
    return MakeInferenceCodec(options, kDialogues).status().field();
  };
  EXPECT_EQ(field({}), "model-name");
  EXPECT_EQ(field({.model_name = "m", .input_tensor = ""}), "input-tensor");
  EXPECT_EQ(field({.model_name = "m", .labels = {"a", ""}}), "labels");
  EXPECT_EQ(MakeInferenceCodec({.model_name = "m"}, {{"1", {"\xff"}}})
                .status()
                .field(),
            "turns[0]");
}

class OpenInferenceTest : public testing::Test {
 protected:
  LoadResult Load(std::vector<std::string> words, int exit_code = 0) {
    const ScratchFile json("result.json", "");
    const ScratchFile input(
        "dev.txt", "0\ta\tb\tso happy\thappy\n1\ta\tb\tso sad\tothers\n");
    words.insert(words.begin(),
                 {"load", "--address", server_.address(), "--protocol",
                  "open-inference", "--warmup", "0s", "--rate", "100",
                  "--arrivals", "constant", "--duration", "200ms", "--input",
                  input.path(), "--json", json.path()});
    const client::CliRun run = RunCli(words);
    EXPECT_EQ(run.exit_code, exit_code) << run.err << run.out;
    std::ifstream file(json.path());
    auto result = FromJson(file, "json");
    return result.ok() ? *result : LoadResult();
  }

  FakeInferenceServer server_;
};

TEST_F(OpenInferenceTest, AnotherServerIsMeasuredWithTheSameFigures) {
  const LoadResult result = Load({"--model-name", "chat", "--batch", "2",
                                  "--output-tensor", "LABEL,PROBABILITIES"});
  EXPECT_EQ(result.counts.ok, 20u);
  EXPECT_EQ(result.answers.compared, 40u);
  EXPECT_EQ(result.answers.correct, 20u);
  EXPECT_EQ(result.answers.labels.at("sad"), 20u);
  EXPECT_EQ(result.settings.at("protocol"), "open-inference");
  EXPECT_EQ(result.response.count(), 20u);
  ASSERT_EQ(server_.requests().size(), 20u);
  EXPECT_EQ(server_.requests()[0].outputs_size(), 2);
}

TEST_F(OpenInferenceTest, ErrorsOfTheServerAndOfItsAnswersAreToldApart) {
  server_.Refuse(RpcCode::kUnavailable);
  EXPECT_EQ(Load({"--model-name", "chat"}, 1).counts.errors.at("UNAVAILABLE"),
            20u);
  server_.Refuse(RpcCode::kOk);
  EXPECT_EQ(Load({"--model-name", "none"}, 1).counts.errors.at("NOT_FOUND"),
            20u);
  server_.EditAnswers([](const auto&, ModelInferResponse& response) {
    response.mutable_outputs()->RemoveLast();
    response.mutable_outputs(0)->set_shape(1, 3);
  });
  EXPECT_EQ(Load({"--model-name", "chat"}, 1).counts.errors.at("UNREADABLE"),
            20u);
}

TEST_F(OpenInferenceTest, BadUsageNamesTheOption) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--protocol", "open-inference"}, "model-name: is empty"},
      {{"--protocol", "rest"}, "--protocol"},
      {{"--model-name", "m"}, "model-name: is set"},
      {{"--protocol", "open-inference", "--model-name", "m", "--labels", "a,"},
       "labels: is empty"}};
  for (const auto& [words, complaint] : cases) {
    std::vector<std::string> all = {"load", "--rate", "1"};
    all.insert(all.end(), words.begin(), words.end());
    const client::CliRun run = RunCli(all);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr(complaint));
  }
}

}  // namespace
}  // namespace emotion::load
