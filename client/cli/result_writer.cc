#include "client/cli/result_writer.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "client/cli/style.h"

namespace emotion::client {
namespace {

constexpr std::size_t kIdWidth = 8;
constexpr std::size_t kTextCharacters = 56;

double InMs(std::chrono::nanoseconds span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

class JsonlWriter final : public ResultWriter {
 public:
  JsonlWriter(const WriterOptions& options, std::ostream& out)
      : timings_(options.timings), out_(out) {}

  void Write(const InputDialogue& dialogue,
             const Result<Classification>& result) override {
    nlohmann::ordered_json json;
    if (!dialogue.id.empty()) json["id"] = dialogue.id;
    json["status"] = StatusCodeName(result.status().code());
    if (result.ok()) {
      Describe(*result, json);
    } else {
      json["error"] = Explanation(result.status());
    }
    using Handler = nlohmann::ordered_json::error_handler_t;
    out_ << json.dump(-1, ' ', false, Handler::replace) << '\n';
  }

 private:
  void Describe(const Classification& result,
                nlohmann::ordered_json& json) const {
    json["label"] = result.label;
    json["probabilities"] = nlohmann::ordered_json::object();
    for (const auto& [label, probability] : result.probabilities) {
      json["probabilities"][label] =
          std::round(double{probability} * 1e6) / 1e6;
    }
    json["truncated_turns"] = result.truncated_turns;
    json["tokens"] = result.tokens;
    if (!timings_ || !result.timings) return;
    json["timings"] = {{"tokenize_ms", InMs(result.timings->tokenize)},
                       {"queue_ms", InMs(result.timings->queue)},
                       {"compute_ms", InMs(result.timings->compute)},
                       {"batch_dialogues", result.timings->batch_dialogues},
                       {"batch_tokens", result.timings->batch_tokens}};
  }

  const bool timings_;
  std::ostream& out_;
};

class CsvWriter final : public ResultWriter {
 public:
  CsvWriter(const WriterOptions& options, std::ostream& out)
      : labels_(options.labels), timings_(options.timings), out_(out) {
    std::vector<std::string> names = {"id", "status", "label"};
    for (const auto& label : labels_) {
      names.push_back(std::string("p_").append(label));
    }
    names.insert(names.end(), {"truncated_turns", "tokens"});
    if (timings_) {
      names.insert(names.end(), {"tokenize_ms", "queue_ms", "compute_ms"});
    }
    names.emplace_back("error");
    Line(names);
  }

  void Write(const InputDialogue& dialogue,
             const Result<Classification>& result) override {
    const Status status = result.status();
    const Classification& answer = result.ok() ? *result : nothing_;
    std::vector<std::string> cells = {
        dialogue.id, std::string(StatusCodeName(status.code())), answer.label};
    for (const auto& label : labels_) {
      const auto found = std::ranges::find(answer.probabilities, label,
                                           &LabelProbability::label);
      cells.push_back(found == answer.probabilities.end()
                          ? ""
                          : Fixed(found->probability, 6));
    }
    std::string cut;
    for (std::uint32_t turn : answer.truncated_turns) {
      if (!cut.empty()) cut += ' ';
      cut += std::to_string(turn);
    }
    cells.push_back(cut);
    cells.push_back(result.ok() ? std::to_string(answer.tokens) : "");
    if (timings_ && answer.timings) {
      cells.push_back(Milliseconds(answer.timings->tokenize));
      cells.push_back(Milliseconds(answer.timings->queue));
      cells.push_back(Milliseconds(answer.timings->compute));
    } else if (timings_) {
      cells.insert(cells.end(), 3, "");
    }
    cells.push_back(result.ok() ? "" : Explanation(status));
    Line(cells);
  }

 private:
  void Line(const std::vector<std::string>& cells) {
    std::string_view separator;
    for (const auto& cell : cells) {
      out_ << separator << CsvField(cell);
      separator = ",";
    }
    out_ << "\r\n";
  }

  const std::vector<std::string> labels_;
  const bool timings_;
  std::ostream& out_;
  const Classification nothing_;
};

class TableWriter final : public ResultWriter {
 public:
  TableWriter(const WriterOptions& options, std::ostream& out)
      : timings_(options.timings), colours_(options.colours), out_(out) {
    for (const auto& label : options.labels) {
      label_width_ = std::max(label_width_, label.size());
    }
    out_ << Padded("id", kIdWidth) << Padded("label", label_width_) << "prob   "
         << (timings_ ? "tokenize/queue/compute ms  " : "") << "last turn\n";
  }

  void Write(const InputDialogue& dialogue,
             const Result<Classification>& result) override {
    out_ << Padded(OneLine(dialogue.id, kTextCharacters), kIdWidth);
    if (!result.ok()) {
      out_ << StatusCodeName(result.status().code()) << ": "
           << OneLine(Explanation(result.status()), 200) << '\n';
      return;
    }
    out_ << Coloured(Padded(result->label, label_width_), result->label,
                     colours_)
         << Fixed(TopProbability(*result), 3) << "  ";
    if (timings_ && result->timings) {
      out_ << Padded(Milliseconds(result->timings->tokenize) + "/" +
                         Milliseconds(result->timings->queue) + "/" +
                         Milliseconds(result->timings->compute),
                     25);
    }
    out_ << OneLine(dialogue.turns.back(), kTextCharacters) << '\n';
  }

 private:
  // With spaces up to `width`, then two.
  static std::string Padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text + "  ";
  }

  std::size_t label_width_ = 5;
  const bool timings_;
  const bool colours_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ResultWriter> ResultWriter::Make(const WriterOptions& options,
                                                 std::ostream& out) {
  switch (options.format) {
    case OutputFormat::kTable:
      return std::make_unique<TableWriter>(options, out);
    case OutputFormat::kJsonl:
      return std::make_unique<JsonlWriter>(options, out);
    case OutputFormat::kCsv:
      break;
  }
  return std::make_unique<CsvWriter>(options, out);
}

std::string Explanation(const Status& status) {
  if (status.field().empty()) return status.message();
  return status.field() + ": " + status.message();
}

std::string CsvField(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(field);
  }
  std::string quoted = "\"";
  for (char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

std::string Milliseconds(std::chrono::nanoseconds span) {
  return Fixed(InMs(span), 3);
}

float TopProbability(const Classification& result) {
  float top = 0;
  for (const auto& each : result.probabilities) {
    top = std::max(top, each.probability);
  }
  return top;
}

}  // namespace emotion::client
