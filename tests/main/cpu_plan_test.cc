#include "server/main/cpu_plan.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/test_package.h"

namespace emotion {
namespace {

void Write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

TEST(UsableCpusTest, AQuotaOfOneCpuLeavesOne) {
  const TemporaryFolder cgroups;
  Write(cgroups.path() / "cpu.max", "100000 100000\n");
  EXPECT_EQ(UsableCpus(cgroups.path()), 1U);
}

TEST(UsableCpusTest, APartOfACpuCountsAsOne) {
  const TemporaryFolder cgroups;
  Write(cgroups.path() / "cpu.max", "25000 100000\n");
  EXPECT_EQ(UsableCpus(cgroups.path()), 1U);
}

TEST(UsableCpusTest, APartBeyondWholeCpusIsLeftAlone) {
  const TemporaryFolder cgroups;
  Write(cgroups.path() / "cpu.max", "190000 100000\n");
  EXPECT_EQ(UsableCpus(cgroups.path()), 1U);
}

TEST(UsableCpusTest, VersionOneIsReadToo) {
  const TemporaryFolder cgroups;
  Write(cgroups.path() / "cpu" / "cpu.cfs_quota_us", "100000\n");
  Write(cgroups.path() / "cpu" / "cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(UsableCpus(cgroups.path()), 1U);
}

TEST(UsableCpusTest, WithoutAQuotaTheMaskDecides) {
  const TemporaryFolder cgroups;
  const std::size_t all = UsableCpus(cgroups.path());
  EXPECT_GE(all, 1U);
  Write(cgroups.path() / "cpu.max", "max 100000\n");
  EXPECT_EQ(UsableCpus(cgroups.path()), all);
}

}  // namespace
}  // namespace emotion
