#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace emotion {

// The small vocabulary that the tests share.
inline std::filesystem::path TestVocabulary() {
  return std::filesystem::path(EMOTION_TEST_DATA) / "text_vocabulary.txt";
}

// A file that exists as long as this object, in the folder for test files. One
// at a time in a test, since it is named after the test and the process.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) {
    const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path(testing::TempDir()) /
            (std::string(test.test_suite_name()) + "." + test.name() + "." +
             std::to_string(getpid()));
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace emotion
