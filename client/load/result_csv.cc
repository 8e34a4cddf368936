#include "client/load/result_csv.h"

#include <charconv>
#include <string_view>

namespace emotion::load {
namespace {

std::string Number(double number) {
  char buffer[64];
  return {buffer, std::to_chars(buffer, buffer + sizeof(buffer), number).ptr};
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    quoted += c;
    if (c == '"') quoted += c;
  }
  return quoted + '"';
}

class Table {
 public:
  void Row(std::string_view group, const std::string& name, double value) {
    text_ +=
        std::string(group) + ',' + Quoted(name) + ',' + Number(value) + "\r\n";
  }

  void Count(std::string_view group, const std::string& name,
             std::uint64_t value) {
    text_ += std::string(group) + ',' + Quoted(name) + ',' +
             std::to_string(value) + "\r\n";
  }

  void Times(std::string_view group, const HdrHistogram& times) {
    for (double percentile : kPercentiles) {
      Row(group, PercentileName(percentile),
          static_cast<double>(times.ValueAt(percentile)) / 1e6);
    }
    Row(group, "max", static_cast<double>(times.max()) / 1e6);
    Row(group, "mean", times.mean() / 1e6);
  }

  std::string Take() { return std::move(text_); }

 private:
  std::string text_ = "group,name,value\r\n";
};

void AddRequests(const LoadResult& result, Table& table) {
  const RequestCounts& counts = result.counts;
  table.Row("run", "seconds", result.seconds);
  table.Row("run", "warmup_seconds", result.warmup_seconds);
  table.Row("run", "ok_rate", result.OkRate());
  table.Row("run", "good_rate", result.GoodRate());
  table.Count("requests", "sent", counts.sent);
  table.Count("requests", "ok", counts.ok);
  table.Count("requests", "good", counts.good);
  table.Count("requests", "cancelled", counts.cancelled);
  table.Count("requests", "late", counts.late);
  table.Count("requests", "dialogues", counts.dialogues);
  for (const auto& [code, count] : counts.errors) {
    table.Count("errors", code, count);
  }
}

void AddAnswers(const AnswerCounts& answers, Table& table) {
  table.Count("answers", "compared", answers.compared);
  table.Count("answers", "correct", answers.correct);
  table.Count("answers", "repeated", answers.repeated);
  table.Count("answers", "inconsistent", answers.inconsistent);
  for (const auto& [label, count] : answers.labels) {
    table.Count("labels", label, count);
  }
}

void AddSeries(const LoadResult& result, Table& table) {
  for (const TimelineSlot& slot : result.timeline) {
    const std::string at = Number(slot.at_seconds) + '.';
    table.Count("timeline", at + "sent", slot.sent);
    table.Count("timeline", at + "ok", slot.ok);
    table.Count("timeline", at + "errors", slot.errors);
    table.Row("timeline", at + "response_p50", slot.response_p50);
    table.Row("timeline", at + "response_p99", slot.response_p99);
    table.Row("timeline", at + "response_max", slot.response_max);
    table.Row("timeline", at + "service_p99", slot.service_p99);
  }
  for (const CurvePoint& point : result.curve) {
    const std::string at = Number(point.offered_rate) + '.';
    table.Row("curve", at + "ok_rate", point.ok_rate);
    table.Row("curve", at + "response_p50", point.response_p50);
    table.Row("curve", at + "response_p99", point.response_p99);
    table.Row("curve", at + "service_p99", point.service_p99);
    table.Row("curve", at + "error_share", point.error_share);
  }
}

}  // namespace

std::string ToCsv(const LoadResult& result) {
  Table table;
  AddRequests(result, table);
  table.Times("response_ms", result.response);
  table.Times("service_ms", result.service);
  table.Times("schedule_error_ms", result.schedule_error);
  AddAnswers(result.answers, table);
  table.Row("generator", "cpu_cores", result.generator.cpu_cores);
  table.Row("generator", "answer_thread_busy",
            result.generator.answer_thread_busy);
  if (result.server) {
    for (const auto& [name, value] : result.server->figures) {
      table.Row("server", name, value);
    }
  }
  AddSeries(result, table);
  return table.Take();
}

}  // namespace emotion::load
