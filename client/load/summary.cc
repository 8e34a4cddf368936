#include "client/load/summary.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "client/cli/style.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

using client::Fixed;

std::string Time(double ms) { return Fixed(ms, ms < 10 ? 3 : 1); }

std::string Right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string Left(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}

std::string WithInterval(const LoadResult& result, const std::string& kind,
                         const HdrHistogram& times, double percentile) {
  const std::string name = kind + '.' + PercentileName(percentile);
  std::string text = Right(Time(Ms(times, percentile)), 11);
  const auto interval = result.intervals.find(name);
  if (interval == result.intervals.end()) return Left(text, 30);
  return Left(text + "  (" + Time(std::max(0.0, interval->second.low)) + " - " +
                  Time(interval->second.high) + ')',
              34);
}

std::string TimesTable(const LoadResult& result) {
  std::string text =
      "           response, ms                      service, ms\n";
  for (double percentile : kPercentiles) {
    text += Right(PercentileName(percentile), 7) +
            WithInterval(result, "response", result.response, percentile) +
            WithInterval(result, "service", result.service, percentile);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text + "    max" +
         Left(Right(Time(Ms(result.response.max())), 11), 34) +
         Right(Time(Ms(result.service.max())), 11) + '\n';
}

std::string PriorityLines(const LoadResult& result) {
  std::string text;
  for (const auto& [name, outcome] : result.priorities) {
    text += name + ": " + std::to_string(outcome.counts.sent) + " sent, " +
            std::to_string(outcome.counts.ErrorCount()) +
            " errors, response p50 " + Time(Ms(outcome.response, 50)) +
            " ms, p99 " + Time(Ms(outcome.response, 99)) + " ms, p99.9 " +
            Time(Ms(outcome.response, 99.9)) + " ms\n";
  }
  return text;
}

std::string AnswersLine(const AnswerCounts& answers) {
  std::string text;
  if (answers.compared > 0) {
    text += "accuracy " +
            Fixed(static_cast<double>(answers.correct) /
                      static_cast<double>(answers.compared),
                  4) +
            " of " + std::to_string(answers.compared) + " labelled answers\n";
  }
  if (answers.repeated > 0) {
    text += std::to_string(answers.inconsistent) + " of " +
            std::to_string(answers.repeated) +
            " repeated dialogues got another label; probabilities moved by " +
            Fixed(answers.largest_probability_change, 6) + " at most\n";
  }
  return text;
}

std::string Change(double before, double after) {
  if (before == 0) return Right("", 11);
  const double percent = 100 * (after - before) / before;
  return Right((percent >= 0 ? "+" : "") + Fixed(percent, 1) + " %", 11);
}

}  // namespace

std::string Summary(const LoadResult& result) {
  const RequestCounts& counts = result.counts;
  std::string text = std::to_string(counts.sent) + " requests in " +
                     Fixed(result.seconds, 1) +
                     " s: " + Fixed(result.OkRate(), 1) + " answers/s, " +
                     Fixed(result.GoodRate(), 1) + "/s good; warm-up " +
                     Fixed(result.warmup_seconds, 1) + " s" +
                     (result.warmup_steady ? ", steady" : "") + '\n';
  text += std::to_string(counts.ErrorCount()) + " errors (" +
          Fixed(100 * counts.ErrorShare(), 3) + " %), " +
          std::to_string(counts.late) + " sent late, " +
          std::to_string(counts.cancelled) + " cancelled on purpose\n";
  for (const auto& [code, count] : counts.errors) {
    text += "  " + code + ' ' + std::to_string(count) + '\n';
  }
  text +=
      TimesTable(result) + PriorityLines(result) + AnswersLine(result.answers);
  if (result.search) {
    text += "highest rate for " + result.search->objective + ": " +
            Fixed(result.search->rate, 1) + "/s" +
            (result.search->settled ? "" : " (not settled)") + '\n';
  }
  if (result.server) {
    text += "server:";
    if (result.server->failed_scrapes > 0) {
      text += ' ' + std::to_string(result.server->failed_scrapes) +
              " metrics pages were not to be had";
    }
    for (const auto& [name, value] : result.server->figures) {
      text += ' ' + name + ' ' + Fixed(value, 2);
    }
    text += '\n';
  }
  text += "generator: " + Fixed(result.generator.cpu_cores, 2) +
          " cores, schedule error p99 " +
          Fixed(Ms(result.schedule_error, 99), 3) + " ms\n";
  for (const std::string& warning : result.generator.warnings) {
    text += "warning: " + warning + '\n';
  }
  return text;
}

std::string LiveLine(const std::string& phase, Clock::Duration elapsed,
                     double rate, const LiveFigures& figures) {
  return phase + ' ' + Fixed(Seconds(elapsed), 0) + " s, " + Fixed(rate, 0) +
         "/s, p50 " + Fixed(figures.response_p50, 1) + " ms, p99 " +
         Fixed(figures.response_p99, 1) + " ms, " +
         std::to_string(figures.errors) + " errors, " +
         std::to_string(figures.late) + " late, " +
         std::to_string(figures.sent - figures.ended) + " in flight";
}

std::string CompareText(const LoadResult& before, const LoadResult& after) {
  std::string text = Left("", 22) + Right("before", 12) + Right("after", 12) +
                     Right("change", 11) + '\n';
  const auto row = [&](const std::string& name, double one, double two) {
    text += Left(name, 22) + Right(Time(one), 12) + Right(Time(two), 12) +
            Change(one, two) + '\n';
  };
  row("answers/s", before.OkRate(), after.OkRate());
  row("good answers/s", before.GoodRate(), after.GoodRate());
  row("errors, %", 100 * before.counts.ErrorShare(),
      100 * after.counts.ErrorShare());
  for (double percentile : kPercentiles) {
    row("response " + PercentileName(percentile) + ", ms",
        Ms(before.response, percentile), Ms(after.response, percentile));
  }
  for (double percentile : kPercentiles) {
    row("service " + PercentileName(percentile) + ", ms",
        Ms(before.service, percentile), Ms(after.service, percentile));
  }
  return text;
}

}  // namespace emotion::load
