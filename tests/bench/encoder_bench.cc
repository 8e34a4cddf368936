// emotion-encoder-bench: dialogues a second through the encoder on one thread.
// Reads dialogues as EmoContext has them: id, three turns and perhaps a label,
// parted by tabs. Prints one number.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "server/text/dialogue_encoder.h"

namespace emotion {
namespace {

constexpr std::size_t kTurns = 3;

// Views into `text`.
std::vector<Dialogue> SplitDialogues(std::string_view text) {
  std::vector<Dialogue> dialogues;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    Dialogue dialogue;
    std::size_t tab = line.find('\t');
    while (tab != std::string_view::npos && dialogue.turns().size() < kTurns) {
      line.remove_prefix(tab + 1);
      tab = line.find_first_of("\t\r");
      dialogue.Add(line.substr(0, tab));
    }
    if (dialogue.turns().size() == kTurns) dialogues.push_back(dialogue);
  }
  return dialogues;
}

int Main(int argc, char** argv) {
  DialogueEncoderOptions options{};
  std::string input;
  double seconds = 1;
  CLI::App app("Dialogues a second through the encoder on one thread.");
  app.add_option("--vocabulary", options.vocabulary_file)->required();
  app.add_option("--input", input)->required();
  app.add_option("--seconds", seconds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);

  const auto encoder = DialogueEncoder::Create(options);
  std::ifstream file(input);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::vector<Dialogue> dialogues = SplitDialogues(text);
  if (!encoder.ok() || dialogues.empty()) {
    std::cerr << (encoder.ok() ? input + ": holds no dialogue"
                               : encoder.status().ToString())
              << '\n';
    return 1;
  }
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::size_t encoded = 0;
  std::size_t tokens = 0;
  std::chrono::duration<double> taken{};
  while (taken.count() < seconds) {
    for (const Dialogue& dialogue : dialogues) {
      const auto encoding = (*encoder)->Encode(dialogue);
      if (encoding.ok()) tokens += encoding->token_ids.size();
    }
    encoded += dialogues.size();
    taken = Clock::now() - start;
  }
  if (tokens == 0) return 1;
  std::cout << static_cast<double>(encoded) / taken.count() << '\n';
  return 0;
}

}  // namespace
}  // namespace emotion

// An exception, such as for want of memory, may end the tool.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) { return emotion::Main(argc, argv); }
