#include "server/models/encoder_options.h"

namespace emotion {

DialogueEncoderOptions EncoderOptions(const std::filesystem::path& package,
                                      const Manifest& manifest) {
  DialogueEncoderOptions options;
  options.vocabulary_file = package / "vocab.txt";
  options.max_turns = manifest.limits.max_turns;
  options.max_turn_bytes = manifest.limits.max_turn_bytes;
  options.max_tokens = manifest.limits.max_tokens;
  options.max_word_characters = manifest.tokenizer.max_word_characters;
  options.lowercase = manifest.tokenizer.lowercase;
  options.strip_accents = manifest.tokenizer.strip_accents;
  options.split_cjk = manifest.tokenizer.split_cjk;
  return options;
}

}  // namespace emotion
