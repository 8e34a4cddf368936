#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "client/classification.h"
#include "client/cli/input_dialogue.h"
#include "common/result.h"

namespace emotion::client {

enum class OutputFormat {
  kTable,  // For people: id, label, probability, last turn.
  kJsonl,  // One JSON object a line.
  kCsv,    // RFC 4180: a header line, CRLF, quotes where needed.
};

struct WriterOptions {
  OutputFormat format = OutputFormat::kTable;
  // The model's labels, in its order: the columns of probabilities.
  std::vector<std::string> labels{};
  // Whether to show where the time went.
  bool timings = false;
  // Whether the table may use colours.
  bool colours = false;
};

// Writes results one by one, in the order of the calls. Not thread-safe.
//
// JSON: id, status ("OK" or a code), then label, probabilities by name,
// truncated_turns, tokens and, asked for, timings; or error instead of these.
// CSV: id, status, label, one column p_<label> each, truncated_turns (indexes,
// separated by spaces), tokens, asked for tokenize_ms, queue_ms, compute_ms,
// and error. Probabilities have six decimals.
class ResultWriter {
 public:
  virtual ~ResultWriter() = default;

  // `out` must outlive the writer; a header is written at once.
  static std::unique_ptr<ResultWriter> Make(const WriterOptions& options,
                                            std::ostream& out);

  // REQUIRES: the dialogue's texts are well-formed UTF-8.
  virtual void Write(const InputDialogue& dialogue,
                     const Result<Classification>& result) = 0;
};

// What went wrong, without the code: "dialogue.turns[2]: is empty".
std::string Explanation(const Status& status);

// `field` as RFC 4180 wants it: in quotes, with quotes doubled, if it holds a
// comma, a quote or a line break.
std::string CsvField(std::string_view field);

// A span in milliseconds, "3.250".
std::string Milliseconds(std::chrono::nanoseconds span);

// The largest of the probabilities, 0 without any.
float TopProbability(const Classification& result);

}  // namespace emotion::client
