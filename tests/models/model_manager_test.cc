#include "server/models/model_manager.h"

#include <gmock/gmock.h>

#include <future>

#include "tests/models/loading_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Writes down the changes, one line each.
class RecordingChanges final : public ModelChangeObserver {
 public:
  void OnLoaded(const LoadReport& report, Activation activation) override {
    Record("loaded " + report.model->info.version +
           (activation == Activation::kBeside ? " beside" : ""));
  }
  void OnLoadRefused(std::string_view version, const Status& reason) override {
    Record("refused " + std::string(version) + ": " +
           std::string(StatusCodeName(reason.code())));
  }
  void OnUnloaded(std::string_view version) override {
    Record("unloaded " + std::string(version));
  }
  void OnTrafficChanged(const std::vector<ServingModel>& now) override {
    std::string text = "traffic";
    for (const ServingModel& serving : now) {
      text += " " + serving.model->info.version + "=" +
              std::to_string(serving.percent);
    }
    Record(text);
  }

  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  void Record(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class ModelManagerTest : public LoadingTest {
 protected:
  void Start(bool with_repository = true) {
    ModelManager::Source source{.package = first_.folder()};
    if (with_repository) {
      source.repository = *ModelRepository::Open(folder_.path(), "fake");
    }
    manager_ = *ModelManager::Start(std::move(source), loader_, Measure,
                                    *registry_, changes_);
  }

  // Waits for the end of a load: the version, or why not.
  std::string Load(const std::string& version,
                   Activation activation = Activation::kSwap) {
    std::promise<Result<LoadedModelPtr>> end;
    manager_->Load(
        version, activation,
        ModelManager::LoadCompletion([&](Result<LoadedModelPtr> model) {
          end.set_value(std::move(model));
        }));
    const auto model = end.get_future().get();
    return model.ok() ? (*model)->info.version : model.status().ToString();
  }

  FakePackage Package(const std::string& version) {
    return FakePackage(folder_.path() / "fake" / version, "fake", version);
  }

  FakePackage first_ = Package("1.0.0");
  const ModelLoader loader_ = Loader();
  std::unique_ptr<ModelRegistry> registry_ =
      *ModelRegistry::Create(loader_.Load(first_.folder(), Measure)->model, 1);
  RecordingChanges changes_;
  std::unique_ptr<ModelManager> manager_;
};

TEST_F(ModelManagerTest, ALoadedVersionTakesOver) {
  Package("1.1.0");
  Start();
  EXPECT_EQ(Load("1.1.0"), "1.1.0");
  EXPECT_EQ(registry_->Choose({})->model->info.version, "1.1.0");
  EXPECT_EQ(registry_->List().size(), 1U);
  EXPECT_THAT(changes_.lines(), ElementsAre("loaded 1.1.0", "unloaded 1.0.0"));
}

TEST_F(ModelManagerTest, WithoutANameTheNewestIsLoaded) {
  Package("1.9.0");
  Package("1.10.0");
  Start();
  EXPECT_EQ(Load(""), "1.10.0");
}

TEST_F(ModelManagerTest, WhatIsLoadedBesideWaitsForTraffic) {
  Package("1.1.0");
  Start();
  EXPECT_EQ(Load("1.1.0", Activation::kBeside), "1.1.0");
  EXPECT_EQ(registry_->Choose({})->model->info.version, "1.0.0");
  EXPECT_TRUE(manager_->SetTraffic({.serving = {{"1.1.0", 100}}}).ok());
  EXPECT_EQ(registry_->Choose({})->model->info.version, "1.1.0");
  EXPECT_TRUE(manager_->Unload("1.0.0").ok());
  EXPECT_THAT(changes_.lines(),
              ElementsAre("loaded 1.1.0 beside", "traffic 1.0.0=0 1.1.0=100",
                          "unloaded 1.0.0"));
}

TEST_F(ModelManagerTest, WhateverFailsWhatServedServesOn) {
  FakePackage broken = Package("2.0.0");
  broken.manifest["golden"]["dialogues"][0]["logits"] = {1, 0, 0, 0};
  broken.Write();
  FakePackage(folder_.path() / "fake" / "3.0.0", "fake", "3.0.1");
  FakePackage(folder_.path() / "fake" / "4.0.0", "other", "4.0.0");
  Start();
  EXPECT_THAT(Load("2.0.0"), HasSubstr("golden.dialogues[0]"));
  EXPECT_THAT(Load("3.0.0"), HasSubstr("3.0.0: holds fake 3.0.1; expected "
                                       "fake 3.0.0"));
  EXPECT_THAT(Load("4.0.0"), HasSubstr("holds other 4.0.0"));
  EXPECT_THAT(Load("5.0.0"), HasSubstr("NOT_FOUND"));
  EXPECT_THAT(Load("../1.0.0"), HasSubstr("INVALID_ARGUMENT"));
  EXPECT_EQ(registry_->Choose({})->model->info.version, "1.0.0");
  EXPECT_THAT(changes_.lines(),
              ElementsAre("refused 2.0.0: FAILED_PRECONDITION",
                          "refused 3.0.0: FAILED_PRECONDITION",
                          "refused 4.0.0: FAILED_PRECONDITION",
                          "refused 5.0.0: NOT_FOUND",
                          "refused ../1.0.0: INVALID_ARGUMENT"));
}

TEST_F(ModelManagerTest, WithoutARepositoryTheOneFolderIsLoadedAnew) {
  Start(/*with_repository=*/false);
  first_.manifest["model_version"] = "1.0.1";
  first_.Write();
  EXPECT_EQ(Load(""), "1.0.1");
  EXPECT_THAT(Load("1.0.0"), HasSubstr("--model-repository"));
}

TEST_F(ModelManagerTest, TheSameVersionCanBeLoadedAnewButNotBesideItself) {
  Start();
  EXPECT_EQ(Load("1.0.0"), "1.0.0");
  EXPECT_THAT(Load("1.0.0", Activation::kBeside),
              HasSubstr("is loaded already"));
}

TEST_F(ModelManagerTest, ClosingRefusesWhatWaitsAndWhatComes) {
  Start();
  // The thread is held inside the golden check of the first load.
  classifier_.Shut();
  std::promise<Result<LoadedModelPtr>> first;
  std::promise<Result<LoadedModelPtr>> second;
  const auto into = [](std::promise<Result<LoadedModelPtr>>& end) {
    return ModelManager::LoadCompletion([&end](Result<LoadedModelPtr> model) {
      end.set_value(std::move(model));
    });
  };
  const std::size_t calls = classifier_.batches().size();
  manager_->Load("1.0.0", Activation::kSwap, into(first));
  classifier_.BlockUntilCalls(calls + 1);
  manager_->Load("1.0.0", Activation::kSwap, into(second));
  std::thread closer([this] { manager_->Close(); });
  EXPECT_EQ(second.get_future().get().status().code(),
            StatusCode::kUnavailable);
  classifier_.Open();
  closer.join();
  EXPECT_TRUE(first.get_future().get().ok());
  EXPECT_THAT(Load("1.0.0"), HasSubstr("UNAVAILABLE"));
}

TEST_F(ModelManagerTest, OnlySoManyLoadsMayWait) {
  Start();
  classifier_.Shut();
  std::atomic<int> ended{0};
  std::string last;
  const std::size_t calls = classifier_.batches().size();
  for (int i = 0; i < 10; ++i) {
    manager_->Load(
        "1.0.0", Activation::kSwap,
        ModelManager::LoadCompletion([&](const Result<LoadedModelPtr>& model) {
          if (!model.ok()) last = model.status().ToString();
          ++ended;
        }));
    if (i == 0) classifier_.BlockUntilCalls(calls + 1);
  }
  // One is under way and eight wait.
  EXPECT_EQ(ended, 1);
  EXPECT_THAT(last, HasSubstr("8 loads wait already"));
  classifier_.Open();
  manager_->Close();
  EXPECT_EQ(ended, 10);
}

}  // namespace
}  // namespace emotion
