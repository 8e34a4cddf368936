#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "common/result.h"
#include "server/domain/dialogue.h"
#include "server/domain/encoding.h"

namespace emotion {

struct DialogueEncoderOptions {
  // The vocabulary, one piece a line; the line number is the id.
  std::filesystem::path vocabulary_file;

  // Turns a dialogue may have: 1 to kMaxTurns.
  std::size_t max_turns = 3;

  // UTF-8 bytes a turn may have: 1 to 1,048,576. Bounds the work per request.
  std::size_t max_turn_bytes = 4096;

  // Tokens an encoding may have, special tokens included: max_turns + 2, so
  // that each turn keeps its [SEP] and the last one a token, to 65,536.
  std::size_t max_tokens = 128;

  // Characters a word may have, at least 1; a longer one becomes [UNK].
  std::size_t max_word_characters = 100;

  // BERT's normalisation, switch by switch.
  bool lowercase = true;
  bool strip_accents = true;
  bool split_cjk = true;
};

// Turns a dialogue into what the model reads:
//
//   [CLS] turn 1 [SEP] turn 2 [SEP] turn 3 [SEP]
//
// The last turn, the one to classify, has segment 0 and segments alternate
// backwards from it; [CLS] has segment 0. Leading turns that hold no token are
// left out: a last turn alone is one question with one answer, however many
// empty turns are sent before it.
//
// Turns share max_tokens - 1 - turns tokens. The last turn takes what it needs
// of them; if it alone is too long, it keeps its beginning. The rest is shared
// by the earlier turns, the longest giving way first, and each keeps its end:
// with L the largest level for which the sum of min(length, L) is at most the
// rest, each keeps min(length, L) tokens; tokens left over go one each to turns
// longer than L, newest first. The encoding says which turns were cut.
//
// Tokens are those of Hugging Face's BertWordPieceTokenizer, piece for piece,
// with one exception: text never becomes a special token. "[SEP]" in a turn is
// a bracket, a word and a bracket, as in a tokenizer without added tokens; else
// a caller could set separators of their own.
//
// Immutable after Create: safe for any number of threads; never throws.
class DialogueEncoder {
 public:
  // Reads the vocabulary. FAILED_PRECONDITION names the file and what was
  // expected; INVALID_ARGUMENT names the option and its range.
  static Result<std::unique_ptr<DialogueEncoder>> Create(
      DialogueEncoderOptions options);

  ~DialogueEncoder();

  // INVALID_ARGUMENT (field "turns" or "turns[i]") for a dialogue without
  // turns, with too many, with a turn over the byte limit or of ill-formed
  // UTF-8 (the message names the byte offset), or whose last turn holds no
  // token. Reasons: "turn_count", "too_long", "encoding", "empty".
  // Linear in the bytes of the dialogue.
  Result<Encoding> Encode(const Dialogue& dialogue) const;

  // Pieces in the vocabulary.
  std::size_t vocabulary_size() const;

  const DialogueEncoderOptions& options() const;

 private:
  struct State;
  explicit DialogueEncoder(std::unique_ptr<const State> state);

  std::unique_ptr<const State> state_;
};

}  // namespace emotion
