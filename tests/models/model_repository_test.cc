#include "server/models/model_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_package.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

namespace fs = std::filesystem;

class ModelRepositoryTest : public testing::Test {
 protected:
  void Make(const std::string& folder) {
    fs::create_directories(folder_.path() / folder);
  }
  ModelRepository Open(const std::string& name = "") {
    auto repository = ModelRepository::Open(folder_.path(), name);
    EXPECT_TRUE(repository.ok()) << repository.status().ToString();
    return *repository;
  }

  TemporaryFolder folder_;
};

TEST_F(ModelRepositoryTest, TheOnlyModelNeedsNoName) {
  Make("emotion/1.0.0");
  EXPECT_EQ(Open().name(), "emotion");
}

TEST_F(ModelRepositoryTest, OfSeveralModelsOneMustBeNamed) {
  Make("emotion/1.0.0");
  Make("irony/1.0.0");
  EXPECT_THAT(ModelRepository::Open(folder_.path(), "").status().message(),
              HasSubstr("holds emotion, irony; expected one model"));
  EXPECT_EQ(Open("irony").name(), "irony");
  EXPECT_THAT(ModelRepository::Open(folder_.path(), "anger").status().message(),
              HasSubstr("holds emotion, irony; expected the model 'anger'"));
}

TEST_F(ModelRepositoryTest, AFolderThatCannotBeReadIsNamed) {
  const auto repository = ModelRepository::Open(folder_.path() / "none", "");
  EXPECT_EQ(repository.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(repository.status().message(),
              HasSubstr("/none: cannot be read"));
}

TEST_F(ModelRepositoryTest, TheNewestVersionIsTheGreatestNotTheLastByName) {
  for (const char* version : {"0.9.0", "0.10.0", "0.10.0-rc1", "0.2"}) {
    Make("emotion/" + std::string(version));
  }
  EXPECT_THAT(*Open().Versions(),
              ElementsAre("0.2", "0.9.0", "0.10.0-rc1", "0.10.0"));
  EXPECT_EQ(*Open().Find(""), folder_.path() / "emotion/0.10.0");
  EXPECT_EQ(*Open().Find("0.9.0"), folder_.path() / "emotion/0.9.0");
}

TEST_F(ModelRepositoryTest, AVersionThatIsNotThereIsRefusedWithThoseThatAre) {
  Make("emotion/1.0.0");
  const Status status = Open().Find("2.0.0").status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("holds 1.0.0 of emotion"));
}

TEST_F(ModelRepositoryTest, NothingOutsideIsReached) {
  Make("emotion/1.0.0");
  for (const char* name : {"..", "../emotion", "/etc", "1.0.0/../..", ".hidden",
                           "a b", "1.0.0/"}) {
    const Status status = Open().Find(name).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(status.field(), "version");
  }
  TemporaryFolder outside;
  fs::create_directory_symlink(outside.path(),
                               folder_.path() / "emotion/2.0.0");
  EXPECT_THAT(Open().Find("2.0.0").status().message(),
              HasSubstr("leads out of the repository"));
  fs::create_directory_symlink(folder_.path() / "emotion/1.0.0",
                               folder_.path() / "emotion/3.0.0");
  EXPECT_TRUE(Open().Find("3.0.0").ok());
}

TEST(VersionOrderTest, IsThatOfSemanticVersioning) {
  const char* const rising[] = {"0.9",        "1.0.0-alpha",  "1.0.0-alpha.1",
                                "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
                                "1.0.0-rc.1", "1.0.0",        "1.0.1",
                                "1.2",        "1.10",         "2"};
  for (std::size_t i = 0; i < std::size(rising); ++i) {
    for (std::size_t k = 0; k < std::size(rising); ++k) {
      EXPECT_EQ(IsOlder(rising[i], rising[k]), i < k)
          << rising[i] << " and " << rising[k];
    }
  }
}

}  // namespace
}  // namespace emotion
