#pragma once

#include <string>
#include <vector>

namespace emotion::client {

// What a run of the emotion-client binary left behind.
struct CliRun {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs the binary with these arguments, feeds it `input`, and waits for its
// end. The environment is empty but for `environment` ("NAME=value").
CliRun RunCli(const std::vector<std::string>& arguments,
              const std::string& input = "",
              const std::vector<std::string>& environment = {});

// A file in a fresh folder that goes with this object.
class ScratchFile {
 public:
  ScratchFile(const std::string& name, const std::string& content);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace emotion::client
