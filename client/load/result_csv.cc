#include "client/load/result_csv.h"

#include <cstdint>
#include <map>
#include <string_view>

#include "client/load/number_text.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

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
  // Numbers of requests are exact up to 2^53.
  void Row(std::string_view group, const std::string& name, double figure) {
    text_ += std::string(group) + ',' + Quoted(name) + ',' +
             NumberText(figure) + "\r\n";
  }
  void Row(std::string_view group, const std::string& name,
           std::uint64_t count) {
    Row(group, name, static_cast<double>(count));
  }

  // Rows named `prefix` and a figure's name.
  void Times(std::string_view group, const std::string& prefix,
             const HdrHistogram& times) {
    for (double percentile : kPercentiles) {
      Row(group, prefix + PercentileName(percentile), Ms(times, percentile));
    }
    Row(group, prefix + "max", Ms(times.max()));
    Row(group, prefix + "mean", times.mean() / 1e6);
  }

  void Requests(std::string_view group, const std::string& prefix,
                const RequestCounts& counts) {
    Row(group, prefix + "sent", counts.sent);
    Row(group, prefix + "ok", counts.ok);
    Row(group, prefix + "good", counts.good);
    Row(group, prefix + "cancelled", counts.cancelled);
    Row(group, prefix + "late", counts.late);
    Row(group, prefix + "dialogues", counts.dialogues);
  }

  void Counts(std::string_view group, const std::string& prefix,
              const std::map<std::string, std::uint64_t>& counts) {
    for (const auto& [name, count] : counts) Row(group, prefix + name, count);
  }

  std::string Take() { return std::move(text_); }

 private:
  std::string text_ = "group,name,value\r\n";
};

void AddRun(const LoadResult& result, Table& table) {
  table.Row("run", "seconds", result.seconds);
  table.Row("run", "warmup_seconds", result.warmup_seconds);
  table.Row("run", "ok_rate", result.OkRate());
  table.Row("run", "good_rate", result.GoodRate());
  table.Requests("requests", "", result.counts);
  table.Counts("errors", "", result.counts.errors);
  table.Times("response_ms", "", result.response);
  table.Times("service_ms", "", result.service);
  table.Times("schedule_error_ms", "", result.schedule_error);
  for (const auto& [name, outcome] : result.priorities) {
    table.Requests("priorities", name + ".", outcome.counts);
    table.Counts("priorities", name + ".errors.", outcome.counts.errors);
    table.Times("priorities", name + ".response_ms.", outcome.response);
    table.Times("priorities", name + ".service_ms.", outcome.service);
  }
}

void AddAnswers(const AnswerCounts& answers, Table& table) {
  table.Row("answers", "compared", answers.compared);
  table.Row("answers", "correct", answers.correct);
  table.Row("answers", "repeated", answers.repeated);
  table.Row("answers", "inconsistent", answers.inconsistent);
  table.Counts("labels", "", answers.labels);
}

void AddSeries(const LoadResult& result, Table& table) {
  for (const TimelineSlot& slot : result.timeline) {
    const std::string at = NumberText(slot.at_seconds) + '.';
    table.Row("timeline", at + "sent", slot.sent);
    table.Row("timeline", at + "ok", slot.ok);
    table.Row("timeline", at + "errors", slot.errors);
    table.Row("timeline", at + "response_p50", slot.response_p50);
    table.Row("timeline", at + "response_p99", slot.response_p99);
    table.Row("timeline", at + "response_max", slot.response_max);
    table.Row("timeline", at + "service_p99", slot.service_p99);
  }
  for (const CurvePoint& point : result.curve) {
    const std::string at = NumberText(point.offered_rate) + '.';
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
  AddRun(result, table);
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
