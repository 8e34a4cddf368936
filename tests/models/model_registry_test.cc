#include "server/models/model_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>

#include "tests/support/fake_classifier.h"
#include "tests/support/test_model.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ModelRegistryTest : public testing::Test {
 protected:
  LoadedModelPtr Model(const std::string& version) {
    return MakeTestModel(classifier_, {.version = version});
  }

  std::string Chosen(const ModelSelector& selector) {
    const auto route = registry_->Choose(selector);
    return route.ok() ? route->model->info.version : route.status().ToString();
  }

  // "1 90, 2 10 shadow 5".
  std::string Show() {
    std::string text;
    for (const ServingModel& serving : registry_->List()) {
      text += (text.empty() ? "" : ", ") + serving.model->info.version + " " +
              std::to_string(serving.percent);
      if (serving.shadow_percent > 0) {
        text += " shadow " + std::to_string(serving.shadow_percent);
      }
    }
    return text;
  }

  FakeClassifier classifier_;
  std::unique_ptr<ModelRegistry> registry_ =
      *ModelRegistry::Create(Model("1"), 2);
};

TEST_F(ModelRegistryTest, TheFirstModelGetsEverything) {
  EXPECT_EQ(Show(), "1 100");
  EXPECT_EQ(Chosen({.key = "a"}), "1");
  EXPECT_EQ(registry_->Choose({})->shadow, nullptr);
}

TEST_F(ModelRegistryTest, AVersionThatIsNamedAnswersThoughItHasNoTraffic) {
  ASSERT_TRUE(registry_->Add(Model("2")).ok());
  EXPECT_EQ(Show(), "1 100, 2 0");
  EXPECT_EQ(Chosen({.version = "2", .key = "a"}), "2");
  EXPECT_EQ(Chosen({.key = "a"}), "1");
}

TEST_F(ModelRegistryTest, AVersionThatIsNotLoadedIsRefusedWithThoseThatAre) {
  ASSERT_TRUE(registry_->Add(Model("2")).ok());
  EXPECT_EQ(
      Chosen({.version = "3"}),
      "NOT_FOUND: model_version: version '3' is not loaded; expected one of "
      "1, 2");
}

TEST_F(ModelRegistryTest, TheTrafficIsSplitByKeyAndAKeyKeepsItsVersion) {
  ASSERT_TRUE(registry_->Add(Model("2")).ok());
  ASSERT_TRUE(registry_->SetTraffic({.serving = {{"1", 90}, {"2", 10}}}).ok());
  std::map<std::string, int> counts;
  for (int i = 0; i < 10'000; ++i) {
    const std::string key = "key " + std::to_string(i);
    const std::string version = Chosen({.key = key});
    ++counts[version];
    EXPECT_EQ(Chosen({.key = key}), version);
  }
  EXPECT_NEAR(counts["2"], 1'000, 100);
}

TEST_F(ModelRegistryTest, AShadowIsGivenItsShareAndNeverOfNamedVersions) {
  ASSERT_TRUE(registry_->Add(Model("2")).ok());
  ASSERT_TRUE(
      registry_->SetTraffic({.serving = {{"1", 100}}, .shadows = {{"2", 25}}})
          .ok());
  EXPECT_EQ(Show(), "1 100, 2 0 shadow 25");
  int shadowed = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto route = registry_->Choose({.key = std::to_string(i)});
    EXPECT_EQ(route->model->info.version, "1");
    if (!route->shadow) continue;
    EXPECT_EQ(route->shadow->info.version, "2");
    ++shadowed;
  }
  EXPECT_NEAR(shadowed, 2'500, 150);
  EXPECT_EQ(registry_->Choose({.version = "1"})->shadow, nullptr);
}

TEST_F(ModelRegistryTest, ASwapGivesAllTrafficToTheNewOneAndFreesTheOld) {
  std::weak_ptr<const LoadedModel> old = registry_->Default();
  ModelRoute in_flight = *registry_->Choose({});
  ASSERT_TRUE(registry_->Swap(Model("2")).ok());
  EXPECT_EQ(Show(), "2 100");
  EXPECT_FALSE(old.expired());
  in_flight = {};
  EXPECT_TRUE(old.expired());
}

TEST_F(ModelRegistryTest, OnlyWhatHasNoTrafficIsTakenOut) {
  ASSERT_TRUE(registry_->Add(Model("2")).ok());
  EXPECT_EQ(registry_->Remove("1").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(registry_->Remove("3").code(), StatusCode::kNotFound);
  ASSERT_TRUE(
      registry_->SetTraffic({.serving = {{"1", 100}}, .shadows = {{"2", 5}}})
          .ok());
  EXPECT_THAT(registry_->Remove("2").message(), HasSubstr("has traffic"));
  ASSERT_TRUE(registry_->SetTraffic({.serving = {{"2", 100}}}).ok());
  EXPECT_TRUE(registry_->Remove("1").ok());
  EXPECT_EQ(Show(), "2 100");
}

TEST_F(ModelRegistryTest, ARefusedSplitChangesNothing) {
  ASSERT_TRUE(registry_->Add(Model("2")).ok());
  ASSERT_TRUE(registry_->SetTraffic({.serving = {{"1", 60}, {"2", 40}}}).ok());
  EXPECT_EQ(registry_->SetTraffic({.serving = {{"1", 60}}}).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(registry_->SetTraffic({.serving = {{"1", 60}, {"9", 40}}}).code(),
            StatusCode::kNotFound);
  EXPECT_EQ(Show(), "1 60, 2 40");
}

TEST_F(ModelRegistryTest, TheNumberOfVersionsIsBounded) {
  for (std::size_t i = 2; i <= ModelRegistry::kMaxModels; ++i) {
    ASSERT_TRUE(registry_->Add(Model(std::to_string(i))).ok());
  }
  const Status status = registry_->Add(Model("99"));
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("unload one first"));
  EXPECT_EQ(registry_->Add(Model("2")).message(),
            "version '2' is loaded already; expected another one");
}

TEST_F(ModelRegistryTest, SeveralWorkersNeedAModelThatAllowsThem) {
  classifier_.concurrent = false;
  const auto registry = ModelRegistry::Create(Model("1"), 2);
  EXPECT_EQ(registry.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(registry.status().field(), "workers");
  EXPECT_THAT(registry.status().message(), HasSubstr("is 2; expected 1"));
  EXPECT_FALSE(registry_->Add(Model("2")).ok());
  EXPECT_FALSE(registry_->Swap(Model("2")).ok());
  EXPECT_TRUE(ModelRegistry::Create(Model("1"), 1).ok());
}

TEST_F(ModelRegistryTest, WhoChoosesWhileModelsChangeAlwaysGetsAWholeOne) {
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      while (!done.load()) {
        const auto route = registry_->Choose({.key = "k"});
        if (!route.ok() || route->model->info.labels.size() != 4) ++wrong;
      }
    });
  }
  for (int i = 2; i < 500; ++i) {
    ASSERT_TRUE(registry_->Swap(Model(std::to_string(i))).ok());
  }
  done.store(true);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace emotion
