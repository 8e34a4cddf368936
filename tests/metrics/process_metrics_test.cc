#include "server/metrics/process_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/metrics/page.h"

namespace emotion {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

// A copy of the proc file system with literal figures, gone with the test.
class ProcessMetricsTest : public testing::Test {
 protected:
  ProcessMetricsTest()
      : proc_(std::filesystem::path(testing::TempDir()) /
              ("proc." + std::to_string(getpid()))) {
    std::filesystem::create_directories(proc_ / "self/fd");
  }
  ~ProcessMetricsTest() override { std::filesystem::remove_all(proc_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(proc_ / name) << text;
  }

  const std::filesystem::path proc_;
};

TEST_F(ProcessMetricsTest, FiguresComeFromTheirFields) {
  const auto ticks = sysconf(_SC_CLK_TCK);
  Write("stat", "cpu  1 2 3\nbtime 1700000000\nprocesses 5\n");
  Write("self/stat", "7 (odd ) name) S 1 2 3 4 5 6 7 8 9 10 " +
                         std::to_string(2 * ticks) + " " +
                         std::to_string(ticks) + " 16 17 18 19 12 21 " +
                         std::to_string(10 * ticks) + " 8192 3 25 26\n");
  Write("self/limits",
        "Limit            Soft Limit  Hard Limit  Units\n"
        "Max open files   1024        4096        files\n");
  for (const char* fd : {"self/fd/0", "self/fd/1", "self/fd/9"}) Write(fd, "");
  const auto rss = std::to_string(3 * sysconf(_SC_PAGESIZE));
  EXPECT_THAT(
      Lines(ProcessMetrics(proc_)),
      UnorderedElementsAre("process_cpu_seconds_total 3", "process_threads 12",
                           "process_start_time_seconds 1700000010",
                           "process_virtual_memory_bytes 8192",
                           "process_resident_memory_bytes " + rss,
                           "process_open_fds 3", "process_max_fds 1024"));
}

TEST_F(ProcessMetricsTest, WhatCannotBeReadIsLeftOut) {
  Write("self/stat", "7 (cut short) S 1 2 3\n");
  Write("self/limits", "Max open files   unlimited   unlimited   files\n");
  EXPECT_THAT(Lines(ProcessMetrics(proc_)),
              UnorderedElementsAre("process_open_fds 0"));
  EXPECT_THAT(Lines(ProcessMetrics(proc_ / "nowhere")), IsEmpty());
}

TEST_F(ProcessMetricsTest, ARealProcessHasAllOfThem) {
  EXPECT_EQ(Lines(ProcessMetrics()).size(), 7u);
}

}  // namespace
}  // namespace emotion
