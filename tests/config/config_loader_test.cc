#include "server/config/config_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "server/config/option_table.h"
#include "tests/config/config_fixture.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using testing::AllOf;
using testing::HasSubstr;
using testing::Optional;

class ConfigLoaderTest : public ConfigTest {};

TEST_F(ConfigLoaderTest, WithoutSourcesTheDefaultsHold) {
  const auto loaded = Load({});
  ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
  EXPECT_FALSE(loaded->text_to_print);
  EXPECT_EQ(loaded->config.listener.address, "127.0.0.1:50051");
  EXPECT_EQ(loaded->config.metrics.address, "127.0.0.1:9464");
  EXPECT_EQ(loaded->config.model.package, "build/model");
}

TEST_F(ConfigLoaderTest, AFlagGoesBeforeAVariableBeforeTheFileBeforeADefault) {
  const std::string file =
      Write("max-batch-items: 2\nmax-batch-tokens: 2\nmax-queue-items: 2\n");
  const auto loaded = Load(
      {"--config", file, "--max-batch-items", "4"},
      {{"EMOTION_MAX_BATCH_ITEMS", "3"}, {"EMOTION_MAX_BATCH_TOKENS", "3"}});
  ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
  const BatchOptions& batching = loaded->config.batching;
  EXPECT_EQ(batching.max_batch_items, 4u);
  EXPECT_EQ(batching.max_batch_tokens, 3u);
  EXPECT_EQ(batching.max_queue_items, 2u);
  EXPECT_EQ(batching.max_queue_tokens, BatchOptions().max_queue_tokens);
}

TEST_F(ConfigLoaderTest, ValuesReachTheirLibrariesInTheirUnits) {
  const auto loaded =
      Load({"--batch-delay-us", "250", "--lame-duck-ms", "5000", "--threads",
            "3", "--reflection", "false", "--log-format", "json"});
  ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
  EXPECT_EQ(loaded->config.batching.max_delay, 250us);
  EXPECT_EQ(loaded->config.service.lame_duck, 5000ms);
  EXPECT_EQ(loaded->config.parallelism.threads, 3u);
  EXPECT_FALSE(loaded->config.listener.reflection);
  EXPECT_EQ(loaded->config.logging.format, "json");
}

TEST_F(ConfigLoaderTest, TheFileCanBeNamedByAVariable) {
  const std::string file = Write("workers: 5\n");
  const auto loaded = Load({}, {{"EMOTION_CONFIG", file}});
  ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
  EXPECT_EQ(loaded->config.parallelism.workers, 5u);
}

TEST_F(ConfigLoaderTest, AFlagThatIsUnknownOrTwiceOrWithoutValueIsNamed) {
  const struct {
    std::vector<std::string> flags;
    std::string named;
  } kCases[] = {
      {{"--max-batch-item", "3"}, "--max-batch-item"},
      {{"serve"}, "serve"},
      {{"--workers"}, "--workers"},
      {{"--workers", "1", "--workers", "2"}, "--workers"},
      {{"--print-config=maybe"}, "--print-config"},
      {{"--config"}, "--config"},
  };
  for (const auto& [flags, named] : kCases) {
    const auto loaded = Load(flags);
    ASSERT_FALSE(loaded.ok()) << named;
    EXPECT_EQ(loaded.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(loaded.status().message(),
                AllOf(HasSubstr(named), HasSubstr("see --help")));
  }
}

TEST_F(ConfigLoaderTest, AnUnknownVariableIsRefusedByName) {
  for (const std::string name : {"EMOTION_LOG", "EMOTION_MAX_BATCH_ITEM",
                                 "EMOTION_", "EMOTION_REPORT"}) {
    const auto loaded = Load({}, {{name, "1"}});
    ASSERT_FALSE(loaded.ok()) << name;
    EXPECT_EQ(loaded.status().field(), name);
  }
  EXPECT_TRUE(Load({}, {{"HOME", "/"}, {"MY_EMOTION_LOG", "1"}}).ok());
}

TEST_F(ConfigLoaderTest, VariablesThatAClusterMakesForAServiceAreLeftAlone) {
  const auto loaded =
      Load({}, {{"EMOTION_SERVICE_HOST", "10.0.0.7"},
                {"EMOTION_SERVICE_PORT", "50051"},
                {"EMOTION_SERVICE_PORT_GRPC", "50051"},
                {"EMOTION_PORT", "tcp://10.0.0.7:50051"},
                {"EMOTION_PORT_50051_TCP", "tcp://10.0.0.7:50051"},
                {"EMOTION_PORT_50051_TCP_ADDR", "10.0.0.7"},
                {"EMOTION_SERVER_SERVICE_HOST", "10.0.0.7"},
                {"EMOTION_SERVER_PORT_50051_TCP_PROTO", "tcp"}});
  EXPECT_TRUE(loaded.ok()) << loaded.status().ToString();
}

TEST_F(ConfigLoaderTest, VersionIsTheOneGiven) {
  const auto loaded = Load({"--version"});
  ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
  EXPECT_THAT(loaded->text_to_print,
              Optional(std::string("emotion-server 1.2.3\n")));
}

TEST_F(ConfigLoaderTest, HelpIsTheGoldenOne) {
  const std::string golden_path = EMOTION_CONFIG_TESTS "/help.golden";
  std::ifstream file(golden_path);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  const auto loaded = Load({"--help"});
  ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
  const std::string proposal = testing::TempDir() + "help.actual";
  std::ofstream(proposal) << *loaded->text_to_print;
  EXPECT_EQ(*loaded->text_to_print, golden)
      << "If the change is meant, run\n  cp " << proposal << " " << golden_path;
}

TEST_F(ConfigLoaderTest, ThePrintedConfigurationReadsBackAsItIs) {
  const std::vector<std::string> changed = {"--model=/a dir: with #odd 'marks'",
                                            "--address=[::1]:7",
                                            "--threads=2",
                                            "--reflection=false",
                                            "--log-level=debug",
                                            "--print-config"};
  const auto printed = Load(changed, {{"EMOTION_WORKERS", "3"}});
  ASSERT_TRUE(printed.ok()) << printed.status().ToString();
  ASSERT_TRUE(printed->text_to_print);
  EXPECT_THAT(*printed->text_to_print,
              AllOf(HasSubstr("\nthreads: 2  # the command line\n"),
                    HasSubstr("\nworkers: 3  # EMOTION_WORKERS\n"),
                    HasSubstr("\nmax-batch-items: 64  # default\n")));
  const auto again = LoadYaml(*printed->text_to_print);
  ASSERT_TRUE(again.ok()) << again.status().ToString();
  for (const Option& option : OptionTable()) {
    EXPECT_EQ(option.get(again->config), option.get(printed->config));
  }
}

}  // namespace
}  // namespace emotion
