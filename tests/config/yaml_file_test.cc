#include "server/config/yaml_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/config/config_fixture.h"

namespace emotion {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class YamlFileTest : public ConfigTest {};

TEST_F(YamlFileTest, EachEntryCarriesItsLine) {
  const auto settings =
      ReadYamlFile(Write("---\n# how much\nworkers: 2\n\nmodel: \"a b\"\n"));
  ASSERT_TRUE(settings.ok()) << settings.status().ToString();
  ASSERT_EQ(settings->size(), 2u);
  EXPECT_EQ((*settings)[0].option, "workers");
  EXPECT_EQ((*settings)[0].value, "2");
  EXPECT_THAT((*settings)[0].origin, EndsWith("server.yaml:3"));
  EXPECT_EQ((*settings)[1].value, "a b");
  EXPECT_THAT((*settings)[1].origin, EndsWith("server.yaml:5"));
}

TEST_F(YamlFileTest, AnEmptyFileSaysNothing) {
  for (const std::string text : {"", "\n", "# nothing\n", "---\n"}) {
    const auto settings = ReadYamlFile(Write(text));
    ASSERT_TRUE(settings.ok()) << settings.status().ToString();
    EXPECT_TRUE(settings->empty());
  }
}

TEST_F(YamlFileTest, WhatIsNotAMapOfOptionsIsRefusedWithItsLine) {
  const struct {
    std::string text;
    std::string line;
    std::string why;
  } kCases[] = {
      {"workers: 1\nworkerz: 2\n", ":2", "\"workerz\" is no option"},
      {"config: other.yaml\n", ":1", "\"config\" is no option"},
      {"workers: 1\nthreads: 1\nworkers: 1\n", ":3",
       "\"workers\" is already set"},
      {"workers: [1, 2]\n", ":1", "expected a single value"},
      {"\nworkers:\n  threads: 1\n", ":2", "expected a single value"},
      {"workers:\n", ":1", "expected a single value"},
      {"[a]: 1\n", ":1", "expected the name of an option"},
      {"- workers\n", ":1", "expected lines of the form"},
      {"workers\n", ":1", "expected lines of the form"},
      {"workers: 1\n---\nworkers: 2\n", "", "expected one YAML document"},
      {"workers: 1\n  threads: [\n", ":", "is not YAML"},
      {"workers: *missing\n", ":1", "is not YAML"},
  };
  for (const auto& [text, line, why] : kCases) {
    const auto settings = ReadYamlFile(Write(text));
    ASSERT_FALSE(settings.ok()) << text;
    EXPECT_EQ(settings.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(settings.status().field(), HasSubstr("server.yaml" + line));
    EXPECT_THAT(settings.status().message(), HasSubstr(why)) << text;
  }
}

TEST_F(YamlFileTest, AFileThatCannotBeReadIsNamed) {
  for (const std::string path : {"/nowhere/server.yaml", "/tmp"}) {
    const auto settings = ReadYamlFile(path);
    ASSERT_FALSE(settings.ok()) << path;
    EXPECT_THAT(settings.status().ToString(),
                AllOf(HasSubstr("--config"), HasSubstr(path),
                      HasSubstr("cannot be read")));
  }
}

TEST_F(YamlFileTest, AScalarIsQuotedWhereItMustBe) {
  for (const std::string text :
       {"plain", "127.0.0.1:0", "[::1]:0", "a: b", "# a", "~", "null", "",
        "- a", "'", "\"", "\\", "two\nlines", " edge "}) {
    const auto settings = ReadYamlFile(Write("model: " + YamlScalar(text)));
    ASSERT_TRUE(settings.ok()) << settings.status().ToString();
    EXPECT_EQ(settings->at(0).value, text);
  }
}

}  // namespace
}  // namespace emotion
