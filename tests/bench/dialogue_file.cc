#include "tests/bench/dialogue_file.h"

#include <fstream>
#include <utility>

#include "client/cli/dialogue_reader.h"

namespace emotion::bench {

Result<std::vector<std::vector<std::string>>> ReadDialogues(
    const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return Status(StatusCode::kInvalidArgument, file + ": cannot be read");
  }
  client::DialogueReader reader(stream, file, client::GuessInputFormat(file));
  std::vector<std::vector<std::string>> dialogues;
  for (;;) {
    auto next = reader.Next();
    if (!next.ok()) return std::move(next).status();
    if (!next->has_value()) return dialogues;
    dialogues.push_back(std::move((*next)->turns));
  }
}

}  // namespace emotion::bench
