#include "tests/support/small_encoder.h"

#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/support/test_package.h"

namespace emotion {

std::unique_ptr<DialogueEncoder> SmallEncoder() {
  const TemporaryFolder folder;
  DialogueEncoderOptions options;
  options.vocabulary_file = folder.path() / "vocab.txt";
  options.max_turn_bytes = 40;
  options.max_tokens = 24;
  std::ofstream vocabulary(options.vocabulary_file);
  vocabulary << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n!\n";
  for (const char* prefix : {"", "##"}) {
    for (char letter = 'a'; letter <= 'z'; ++letter) {
      vocabulary << prefix << letter << '\n';
    }
  }
  vocabulary.close();
  auto encoder = DialogueEncoder::Create(options);
  if (!encoder.ok()) throw std::runtime_error(encoder.status().ToString());
  return *std::move(encoder);
}

}  // namespace emotion
