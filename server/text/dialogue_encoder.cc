#include "server/text/dialogue_encoder.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "common/option_range.h"
#include "common/utf8.h"
#include "server/text/basic_tokenizer.h"
#include "server/text/turn_budget.h"
#include "server/text/unicode.h"
#include "server/text/vocabulary.h"
#include "server/text/wordpiece.h"

namespace emotion {
namespace {

constexpr std::size_t kMostTurnBytes = std::size_t{1} << 20;
constexpr std::size_t kMostTokens = std::size_t{1} << 16;

Status Validate(const DialogueEncoderOptions& options) {
  return FirstFailure({
      CheckRange("max_turns", options.max_turns, 1, kMaxTurns),
      CheckRange("max_turn_bytes", options.max_turn_bytes, 1, kMostTurnBytes),
      CheckRange("max_tokens", options.max_tokens, options.max_turns + 2,
                 kMostTokens),
      CheckRange("max_word_characters", options.max_word_characters, 1,
                 kMostTurnBytes),
  });
}

Status BadTurn(std::size_t turn, std::string message, std::string_view reason) {
  return Status(StatusCode::kInvalidArgument, std::move(message))
      .WithField("turns[" + std::to_string(turn) + "]")
      .WithReason(reason);
}

// The tokens of all turns, one after another.
struct Tokens {
  std::vector<std::int32_t> ids;
  std::array<std::size_t, kMaxTurns> lengths{};
};

// What a thread encodes with: memory that its dialogues use one after another.
// gRPC's threads live long, so in the steady state only the encoding itself is
// allocated.
struct Scratch {
  Tokens tokens;
  WordList words;
};

Scratch& ScratchOfThread() {
  thread_local Scratch scratch;
  return scratch;
}

}  // namespace

struct DialogueEncoder::State {
  State(DialogueEncoderOptions encoder_options, const Vocabulary& vocabulary)
      : options(std::move(encoder_options)),
        vocabulary_size(vocabulary.pieces.size()),
        unknown(vocabulary.unknown),
        classify(vocabulary.classify),
        separator(vocabulary.separator),
        basic_tokenizer({.lowercase = options.lowercase,
                         .strip_accents = options.strip_accents,
                         .split_cjk = options.split_cjk}),
        word_piece(vocabulary.pieces, unknown, options.max_word_characters) {}

  Status Check(const Dialogue& dialogue) const;
  void Tokenize(const Dialogue& dialogue, Scratch& scratch) const;
  Encoding Assemble(const Tokens& tokens, std::size_t first,
                    std::size_t end) const;

  DialogueEncoderOptions options;
  std::size_t vocabulary_size;
  std::int32_t unknown;
  std::int32_t classify;
  std::int32_t separator;
  BasicTokenizer basic_tokenizer;
  WordPiece word_piece;
};

// Everything that can be wrong with the bytes is found here, before anything is
// tokenised, so what follows may assume well-formed UTF-8 of bounded length.
Status DialogueEncoder::State::Check(const Dialogue& dialogue) const {
  const auto turns = dialogue.turns();
  if (turns.empty() || turns.size() > options.max_turns) {
    return Status(StatusCode::kInvalidArgument,
                  "has " + std::to_string(turns.size()) +
                      " turns; expected 1 to " +
                      std::to_string(options.max_turns))
        .WithField("turns")
        .WithReason("turn_count");
  }
  for (std::size_t i = 0; i < turns.size(); ++i) {
    if (turns[i].size() > options.max_turn_bytes) {
      return BadTurn(i,
                     "has " + std::to_string(turns[i].size()) +
                         " bytes; expected at most " +
                         std::to_string(options.max_turn_bytes),
                     "too_long");
    }
    if (const auto offset = FindInvalidUtf8(turns[i])) {
      return BadTurn(i,
                     "is not UTF-8 at byte " + std::to_string(*offset) +
                         "; expected well-formed UTF-8",
                     "encoding");
    }
  }
  return Status();
}

void DialogueEncoder::State::Tokenize(const Dialogue& dialogue,
                                      Scratch& scratch) const {
  auto& [tokens, words] = scratch;
  tokens.ids.clear();
  for (std::size_t turn = 0; turn < dialogue.turns().size(); ++turn) {
    const std::size_t before = tokens.ids.size();
    basic_tokenizer.Tokenize(dialogue.turns()[turn], words);
    for (std::size_t i = 0; i < words.size(); ++i) {
      word_piece.Append(words.bytes(i), words.characters(i), tokens.ids);
    }
    tokens.lengths[turn] = tokens.ids.size() - before;
  }
}

// [CLS], then each turn with its [SEP], of the turns from `first` up to `end`;
// those before `first` hold no token. Truncation keeps the beginning of the
// last turn, which is the one to classify, and the end of an earlier one, which
// the next turn replies to.
Encoding DialogueEncoder::State::Assemble(const Tokens& tokens,
                                          std::size_t first,
                                          std::size_t end) const {
  const std::size_t turns = end - first;
  std::array<std::size_t, kMaxTurns> kept = tokens.lengths;
  ShareTokens(options.max_tokens - 1 - turns,
              std::span(kept).subspan(first, turns));

  Encoding encoding;
  const std::size_t most =
      std::min(tokens.ids.size() + 1 + turns, options.max_tokens);
  encoding.token_ids.reserve(most);
  encoding.segment_ids.reserve(most);
  encoding.token_ids.push_back(classify);
  encoding.segment_ids.push_back(0);
  auto begin = tokens.ids.begin();
  for (std::size_t turn = first; turn < end; ++turn) {
    const bool is_last = turn + 1 == end;
    const std::size_t cut = tokens.lengths[turn] - kept[turn];
    const auto from = begin + static_cast<std::ptrdiff_t>(is_last ? 0 : cut);
    const auto to = from + static_cast<std::ptrdiff_t>(kept[turn]);
    begin += static_cast<std::ptrdiff_t>(tokens.lengths[turn]);
    encoding.truncated_turns[turn] = cut > 0;
    encoding.unknown_tokens +=
        static_cast<std::uint32_t>(std::count(from, to, unknown));
    encoding.token_ids.insert(encoding.token_ids.end(), from, to);
    encoding.token_ids.push_back(separator);
    // Counted backwards: the last turn has segment 0 whatever stands before it.
    encoding.segment_ids.resize(encoding.token_ids.size(),
                                static_cast<int>((end - 1 - turn) % 2));
  }
  return encoding;
}

DialogueEncoder::DialogueEncoder(std::unique_ptr<const State> state)
    : state_(std::move(state)) {}

DialogueEncoder::~DialogueEncoder() = default;

Result<std::unique_ptr<DialogueEncoder>> DialogueEncoder::Create(
    DialogueEncoderOptions options) {
  if (Status status = Validate(options); !status.ok()) return status;
  if (Status status = CheckUnicodeVersion(); !status.ok()) return status;
  Result<Vocabulary> vocabulary = ReadVocabulary(options.vocabulary_file);
  if (!vocabulary.ok()) return std::move(vocabulary).status();
  return std::unique_ptr<DialogueEncoder>(new DialogueEncoder(
      std::make_unique<const State>(std::move(options), *vocabulary)));
}

Result<Encoding> DialogueEncoder::Encode(const Dialogue& dialogue) const {
  if (Status status = state_->Check(dialogue); !status.ok()) return status;
  const std::size_t turns = dialogue.turns().size();
  Scratch& scratch = ScratchOfThread();
  state_->Tokenize(dialogue, scratch);
  const Tokens& tokens = scratch.tokens;
  if (tokens.lengths[turns - 1] == 0) {
    return BadTurn(turns - 1, "holds no token; expected text in the last turn",
                   "empty");
  }
  const auto* const first =
      std::find_if(tokens.lengths.begin(), tokens.lengths.end(),
                   [](std::size_t length) { return length > 0; });
  return state_->Assemble(
      tokens, static_cast<std::size_t>(first - tokens.lengths.begin()), turns);
}

std::size_t DialogueEncoder::vocabulary_size() const {
  return state_->vocabulary_size;
}

const DialogueEncoderOptions& DialogueEncoder::options() const {
  return state_->options;
}

}  // namespace emotion
