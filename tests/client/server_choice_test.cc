#include "client/server_choice.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace emotion::client {
namespace {

// One letter a server: R ready, U unknown, F failing; small if it was tried.
std::vector<Candidate> Read(const std::string& letters) {
  std::vector<Candidate> candidates;
  for (const char letter : letters) {
    const bool tried = letter >= 'a';
    const char kind = static_cast<char>(tried ? letter - 'a' + 'A' : letter);
    candidates.push_back({kind == 'R'   ? Reach::kReady
                          : kind == 'U' ? Reach::kUnknown
                                        : Reach::kFailing,
                          tried});
  }
  return candidates;
}

TEST(ServerChoiceTest, ChoosesAsTheTableSays) {
  struct Case {
    const char* what;
    std::string servers;
    // The servers of turns 0 to 5.
    std::string chosen;
  };
  const std::vector<Case> cases = {
      {"each in turn", "RRR", "012012"},
      {"the others share evenly", "RFR", "020202"},
      {"ready before unknown", "URU", "111111"},
      {"unknown before failing", "FUF", "111111"},
      {"all failing: each in turn", "FFF", "012012"},
      {"not one that was tried", "rRR", "121212"},
      {"but better tried than not ready", "rUF", "000000"},
      {"all tried", "rr", "010101"},
      {"one server", "F", "000000"},
  };
  for (const Case& each : cases) {
    std::string chosen;
    for (std::uint64_t turn = 0; turn < 6; ++turn) {
      chosen += std::to_string(ChooseServer(Read(each.servers), turn));
    }
    EXPECT_EQ(chosen, each.chosen) << each.what;
  }
}

}  // namespace
}  // namespace emotion::client
