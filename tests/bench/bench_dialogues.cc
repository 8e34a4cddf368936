#include "tests/bench/bench_dialogues.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "server/models/encoder_options.h"
#include "server/text/dialogue_encoder.h"
#include "tests/bench/dialogue_file.h"

namespace emotion::bench {

std::vector<Encoding> MadeUpDialogues(const Manifest& manifest,
                                      std::size_t count) {
  std::mt19937 random(2019);
  std::lognormal_distribution<double> length(std::log(20.0), 0.376);
  const auto pieces =
      static_cast<std::int32_t>(manifest.tokenizer.vocabulary_size);
  std::uniform_int_distribution<std::int32_t> piece(1, pieces - 1);
  std::vector<Encoding> dialogues(count);
  for (Encoding& dialogue : dialogues) {
    const double drawn = std::clamp(
        length(random), 5.0, static_cast<double>(manifest.limits.max_tokens));
    dialogue.token_ids.resize(static_cast<std::size_t>(drawn));
    for (std::int32_t& id : dialogue.token_ids) id = piece(random);
    dialogue.segment_ids.assign(dialogue.token_ids.size(), 0);
  }
  return dialogues;
}

Result<std::vector<Encoding>> DialoguesOf(const std::string& file,
                                          const std::filesystem::path& package,
                                          const Manifest& manifest) {
  auto encoder = DialogueEncoder::Create(EncoderOptions(package, manifest));
  if (!encoder.ok()) return std::move(encoder).status();

  const auto read = ReadDialogues(file);
  if (!read.ok()) return read.status();
  std::vector<Encoding> encodings;
  for (const std::vector<std::string>& turns : *read) {
    Dialogue dialogue;
    for (const std::string& turn : turns) dialogue.Add(turn);
    auto encoding = (*encoder)->Encode(dialogue);
    if (encoding.ok()) encodings.push_back(*std::move(encoding));
  }
  return encodings;
}

}  // namespace emotion::bench
