#include "server/service/method_info.h"

#include <gtest/gtest.h>

#include "server/service/emotion_service.h"

namespace emotion {
namespace {

TEST(MethodInfoTest, ThePathHoldsServiceAndName) {
  constexpr MethodInfo method{.path = "/emotion.v1.EmotionService/Classify"};
  EXPECT_EQ(method.service(), "emotion.v1.EmotionService");
  EXPECT_EQ(method.name(), "Classify");
}

TEST(MethodInfoTest, TheServiceListsEachMethodOfItsDefinition) {
  const auto& service =
      *v1::ClassifyRequest::descriptor()->file()->FindServiceByName(
          "EmotionService");
  ASSERT_EQ(std::size(EmotionService::kMethods),
            static_cast<std::size_t>(service.method_count()));
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodInfo& method =
        EmotionService::kMethods[static_cast<std::size_t>(i)];
    EXPECT_EQ(method.service(), service.full_name());
    EXPECT_EQ(method.name(), service.method(i)->name());
    EXPECT_EQ(method.type, MethodType::kUnary);
  }
}

}  // namespace
}  // namespace emotion
