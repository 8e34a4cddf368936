#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/result.h"

namespace emotion {

// The pieces a model knows, each with its id. Plain data, read once.
struct Vocabulary {
  // Piece i has id i. Pieces that go on inside a word begin with "##".
  std::vector<std::string> pieces;

  // Ids of the special pieces.
  std::int32_t unknown = 0;    // [UNK]
  std::int32_t classify = 0;   // [CLS]
  std::int32_t separator = 0;  // [SEP]
};

// Reads `file`: one piece a line, the line number from 0 is the id. Line ends
// are LF or CR LF, and white space at the end of a line is not part of the
// piece. An empty line takes an id, but no text becomes it.
//
// FAILED_PRECONDITION, with the file and what was expected, if it cannot be
// read, is empty or not UTF-8, if a piece stands there twice, or if [UNK],
// [CLS] or [SEP] is missing.
Result<Vocabulary> ReadVocabulary(const std::filesystem::path& file);

}  // namespace emotion
