#include "client/load/emotion_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/load/message_bytes.h"
#include "client/load/rpc_code.h"
#include "emotion/v1/emotion.pb.h"

namespace emotion::load {
namespace {

using testing::ElementsAre;

std::unique_ptr<Codec> NewCodec() {
  return *MakeEmotionCodec({{"1", {"a", "b", "c"}}, {"2", {"d"}}});
}

template <typename Message>
Message Sent(const LoadRequest& request) {
  grpc::ByteBuffer bytes = NewCodec()->Encode(request);
  Message message;
  EXPECT_TRUE(FromBytes(bytes, message));
  return message;
}

TEST(EmotionCodecTest, OneDialogueIsClassifyAndMoreAreABatch) {
  const auto codec = NewCodec();
  EXPECT_EQ(codec->MethodFor(1), "/emotion.v1.EmotionService/Classify");
  EXPECT_EQ(codec->MethodFor(2), "/emotion.v1.EmotionService/ClassifyBatch");
  const auto one = Sent<v1::ClassifyRequest>({.dialogues = {1}});
  EXPECT_THAT(one.dialogue().turns(), ElementsAre("d"));
  EXPECT_EQ(one.priority(), v1::PRIORITY_UNSPECIFIED);
  const auto two = Sent<v1::ClassifyBatchRequest>({.dialogues = {1, 0}});
  ASSERT_EQ(two.dialogues_size(), 2);
  EXPECT_THAT(two.dialogues(1).turns(), ElementsAre("a", "b", "c"));
}

TEST(EmotionCodecTest, BothRequestsSayTheirPriority) {
  const auto one = Sent<v1::ClassifyRequest>(
      {.dialogues = {0}, .priority = kPriorityInteractive});
  EXPECT_EQ(one.priority(), v1::INTERACTIVE);
  EXPECT_THAT(one.dialogue().turns(), ElementsAre("a", "b", "c"));
  const auto two = Sent<v1::ClassifyBatchRequest>(
      {.dialogues = {0, 1}, .priority = kPriorityBulk});
  EXPECT_EQ(two.priority(), v1::BULK);
  EXPECT_EQ(two.dialogues_size(), 2);
}

TEST(EmotionCodecTest, BothRequestsNameTheVersion) {
  const auto codec = *MakeEmotionCodec({{"1", {"a"}}, {"2", {"d"}}}, "0.4.0");
  v1::ClassifyRequest one;
  grpc::ByteBuffer bytes =
      codec->Encode({.dialogues = {1}, .priority = kPriorityBulk});
  ASSERT_TRUE(FromBytes(bytes, one));
  EXPECT_EQ(one.model_version(), "0.4.0");
  EXPECT_EQ(one.priority(), v1::BULK);
  EXPECT_THAT(one.dialogue().turns(), ElementsAre("d"));
  v1::ClassifyBatchRequest two;
  bytes = codec->Encode({.dialogues = {0, 1}});
  ASSERT_TRUE(FromBytes(bytes, two));
  EXPECT_EQ(two.model_version(), "0.4.0");
  EXPECT_EQ(two.dialogues_size(), 2);
  EXPECT_EQ(Sent<v1::ClassifyRequest>({.dialogues = {1}}).model_version(), "");
}

TEST(EmotionCodecTest, AVersionThatIsNotUtf8IsRefused) {
  EXPECT_EQ(MakeEmotionCodec({}, "\xff").status().ToString(),
            "INVALID_ARGUMENT: model-version: is not UTF-8: expected the name "
            "of a version");
}

TEST(EmotionCodecTest, AnAnswerThatHoldsSomethingElseIsUnreadable) {
  v1::ClassifyBatchResponse one_result;
  one_result.add_results()->mutable_classification()->set_label("sad");
  const grpc::Slice slice = ToSlice(one_result);
  const grpc::Slice garbage("\xff\xff");
  const auto code = [](const grpc::Slice& answer, std::size_t dialogues) {
    grpc::ByteBuffer bytes(&answer, 1);
    return NewCodec()->Decode(bytes, dialogues).code;
  };
  EXPECT_EQ(code(slice, 2), kCodeUnreadable);
  EXPECT_EQ(code(grpc::Slice(), 1), kCodeUnreadable);
  EXPECT_EQ(code(garbage, 1), kCodeUnreadable);
}

}  // namespace
}  // namespace emotion::load
