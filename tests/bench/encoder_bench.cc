// emotion-encoder-bench: dialogues a second through the encoder on one thread.
// Prints one number.
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "server/text/dialogue_encoder.h"
#include "tests/bench/dialogue_file.h"

namespace emotion {
namespace {

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
  const auto turns = bench::ReadDialogues(input);
  if (!encoder.ok() || !turns.ok() || turns->empty()) {
    std::cerr << (!encoder.ok() ? encoder.status().ToString()
                  : turns.ok()  ? input + ": holds no dialogue"
                                : turns.status().ToString())
              << '\n';
    return 1;
  }
  std::vector<Dialogue> dialogues(turns->size());
  for (std::size_t i = 0; i < turns->size(); ++i) {
    for (const std::string& turn : (*turns)[i]) dialogues[i].Add(turn);
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
