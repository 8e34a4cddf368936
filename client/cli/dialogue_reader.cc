#include "client/cli/dialogue_reader.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "common/utf8.h"

namespace emotion::client {
namespace {

Status Invalid(std::string sentence) {
  return {StatusCode::kInvalidArgument, std::move(sentence)};
}

Result<InputDialogue> ParseJson(std::string_view line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) {
    return Invalid(R"(is not a JSON object: expected {"turns": ["..."]})");
  }
  InputDialogue dialogue;
  const auto turns = json.find("turns");
  const bool counted = turns != json.end() && turns->is_array() &&
                       !turns->empty() && turns->size() <= kMaxInputTurns;
  if (!counted) {
    return Invalid(R"(lacks its turns: expected "turns" with one to three )"
                   "strings");
  }
  for (const auto& turn : *turns) {
    if (!turn.is_string()) {
      return Invalid(R"(has a turn that is no text: expected strings in )"
                     R"("turns")");
    }
    dialogue.turns.push_back(turn.get<std::string>());
  }
  const auto label = json.find("label");
  if (label != json.end() && label->is_string()) {
    dialogue.label = label->get<std::string>();
  }
  const auto id = json.find("id");
  if (id == json.end() || id->is_null()) return dialogue;
  if (!id->is_string() && !id->is_number_integer()) {
    return Invalid(R"(has an odd "id": expected a string or a whole number)");
  }
  dialogue.id = id->is_string() ? id->get<std::string>() : id->dump();
  return dialogue;
}

Result<std::optional<InputDialogue>> Present(Result<InputDialogue> dialogue) {
  if (!dialogue.ok()) return dialogue.status();
  return std::optional<InputDialogue>(*std::move(dialogue));
}

}  // namespace

InputFormat GuessInputFormat(std::string_view path) {
  for (std::string_view ending : {".jsonl", ".ndjson", ".json"}) {
    if (path.ends_with(ending)) return InputFormat::kJsonl;
  }
  return InputFormat::kTsv;
}

DialogueReader::DialogueReader(std::istream& in, std::string name,
                               InputFormat format)
    : in_(in),
      name_(std::move(name)),
      format_(format),
      buffer_(kMaxLineBytes + 1) {}

Result<std::optional<InputDialogue>> DialogueReader::Next() {
  for (;;) {
    std::string_view line;
    switch (ReadLine(line)) {
      case Line::kText:
        break;
      case Line::kEnd:
        return std::optional<InputDialogue>();
      case Line::kTooLong:
        return Complaint("is longer than 1 MiB: expected one dialogue a line");
      case Line::kUnreadable:
        return Complaint("cannot be read: expected a file of text");
    }
    if (line.empty()) continue;
    if (FindInvalidUtf8(line)) {
      return Complaint("is not UTF-8: expected text in UTF-8");
    }
    Result<std::optional<InputDialogue>> parsed = Parse(line);
    if (!parsed.ok()) return Complaint(parsed.status().message());
    if (!parsed->has_value()) continue;
    ++dialogues_;
    if ((*parsed)->id.empty()) (*parsed)->id = std::to_string(dialogues_);
    return parsed;
  }
}

DialogueReader::Line DialogueReader::ReadLine(std::string_view& line) {
  in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  const auto got = static_cast<std::size_t>(in_.gcount());
  bytes_read_ += got;
  if (in_.eof() && got == 0) return Line::kEnd;
  ++line_number_;
  if (in_.bad()) return Line::kUnreadable;
  if (in_.fail()) return got == 0 ? Line::kUnreadable : Line::kTooLong;
  // The count includes the line feed, which the last line may lack.
  line = {buffer_.data(), in_.eof() ? got : got - 1};
  if (line_number_ == 1 && line.starts_with("\xEF\xBB\xBF")) {
    line.remove_prefix(3);
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  return Line::kText;
}

Result<std::optional<InputDialogue>> DialogueReader::Parse(
    std::string_view line) {
  if (format_ == InputFormat::kJsonl) return Present(ParseJson(line));
  if (!layout_) {
    Result<TsvLayout> layout = TsvLayout::FromFirstLine(line);
    if (!layout.ok()) return layout.status();
    layout_ = std::move(*layout);
    if (layout_->has_header()) return std::optional<InputDialogue>();
  }
  return Present(layout_->Parse(line));
}

Status DialogueReader::Complaint(const std::string& sentence) const {
  return Invalid(sentence).WithField(name_ + ":" +
                                     std::to_string(line_number_));
}

}  // namespace emotion::client
