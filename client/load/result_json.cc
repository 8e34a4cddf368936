#include "client/load/result_json.h"

#include <nlohmann/json.hpp>

#include "client/load/units.h"

namespace emotion::load {

using Json = nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Interval, middle, low, high)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TimelineSlot, at_seconds, seconds, sent, ok,
                                   errors, response_p50, response_p99,
                                   response_max, service_p99)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GeneratorView, cpu_cores, cores_available,
                                   answer_thread_busy, warnings)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ServerView, scrapes, failed_scrapes, figures)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CurvePoint, offered_rate, ok_rate,
                                   response_p50, response_p99, service_p99,
                                   error_share, met, late_share)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SearchResult, objective, rate, settled)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AnswerCounts, compared, correct, repeated,
                                   inconsistent, largest_probability_change,
                                   labels)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RequestCounts, sent, ok, good, cancelled,
                                   late, unanswered, dialogues, errors)

namespace {

constexpr int kFormat = 1;

Json Times(const HdrHistogram& times) {
  Json json{{"count", times.count()},
            {"mean", times.mean() / 1e6},
            {"max", Ms(times.max())}};
  for (double percentile : kPercentiles) {
    json[PercentileName(percentile)] = Ms(times, percentile);
  }
  return json;
}

Json Histogram(const HdrHistogram& times) {
  return {{"digits", times.significant_digits()}, {"cells", times.Cells()}};
}

HdrHistogram ReadHistogram(const Json& json) {
  const int digits = json.at("digits").get<int>();
  const auto cells = json.at("cells").get<std::vector<HdrHistogram::Cell>>();
  if (digits != HdrHistogram().significant_digits()) {
    throw std::out_of_range("digits");
  }
  for (const auto& [place, count] : cells) {
    if (place >= HdrHistogram::CellLimit(digits)) {
      throw std::out_of_range("cells");
    }
  }
  return HdrHistogram::FromCells(digits, cells);
}

Json Priorities(const std::map<std::string, Outcome>& priorities) {
  Json json = Json::object();
  for (const auto& [name, outcome] : priorities) {
    json[name] = {{"requests", outcome.counts},
                  {"response_ms", Times(outcome.response)},
                  {"service_ms", Times(outcome.service)},
                  {"histograms",
                   {{"response", Histogram(outcome.response)},
                    {"service", Histogram(outcome.service)}}}};
  }
  return json;
}

std::map<std::string, Outcome> ReadPriorities(const Json& json) {
  std::map<std::string, Outcome> priorities;
  for (const auto& [name, each] : json.items()) {
    const Json& histograms = each.at("histograms");
    priorities[name] = {each.at("requests").get<RequestCounts>(),
                        ReadHistogram(histograms.at("response")),
                        ReadHistogram(histograms.at("service"))};
  }
  return priorities;
}

LoadResult Read(const Json& json) {
  LoadResult result;
  if (json.at("format") != kFormat) throw std::out_of_range("format");
  json.at("settings").get_to(result.settings);
  json.at("started_at").get_to(result.started_at);
  json.at("seconds").get_to(result.seconds);
  json.at("warmup_seconds").get_to(result.warmup_seconds);
  json.at("warmup_steady").get_to(result.warmup_steady);
  json.at("requests").get_to(result.counts);
  json.at("intervals_ms").get_to(result.intervals);
  json.at("timeline").get_to(result.timeline);
  json.at("answers").get_to(result.answers);
  json.at("generator").get_to(result.generator);
  json.at("generators").get_to(result.generators);
  json.at("curve").get_to(result.curve);
  if (json.contains("priorities")) {
    result.priorities = ReadPriorities(json["priorities"]);
  }
  if (json.contains("server")) result.server = json["server"];
  if (json.contains("search")) result.search = json["search"];
  const Json& histograms = json.at("histograms");
  result.response = ReadHistogram(histograms.at("response"));
  result.service = ReadHistogram(histograms.at("service"));
  result.schedule_error = ReadHistogram(histograms.at("schedule_error"));
  return result;
}

}  // namespace

std::string ToJson(const LoadResult& result) {
  Json json{{"format", kFormat},
            {"settings", result.settings},
            {"started_at", result.started_at},
            {"seconds", result.seconds},
            {"warmup_seconds", result.warmup_seconds},
            {"warmup_steady", result.warmup_steady},
            {"ok_rate", result.OkRate()},
            {"good_rate", result.GoodRate()},
            {"error_share", result.counts.ErrorShare()},
            {"requests", result.counts},
            {"response_ms", Times(result.response)},
            {"service_ms", Times(result.service)},
            {"schedule_error_ms", Times(result.schedule_error)},
            {"intervals_ms", result.intervals},
            {"timeline", result.timeline},
            {"answers", result.answers},
            {"generator", result.generator},
            {"generators", result.generators},
            {"curve", result.curve},
            {"histograms",
             {{"response", Histogram(result.response)},
              {"service", Histogram(result.service)},
              {"schedule_error", Histogram(result.schedule_error)}}}};
  if (!result.priorities.empty()) {
    json["priorities"] = Priorities(result.priorities);
  }
  if (result.server) json["server"] = *result.server;
  if (result.search) json["search"] = *result.search;
  std::string text = "{";
  for (const auto& [name, value] : json.items()) {
    text += (text.size() == 1 ? "\n \"" : ",\n \"") + name +
            "\": " + value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text + "\n}\n";
}

Result<LoadResult> FromJson(std::istream& in, const std::string& name) {
  try {
    return Read(Json::parse(in));
  } catch (const std::exception&) {
    return Status(StatusCode::kInvalidArgument,
                  "is no result of emotion-client load --json in format 1")
        .WithField(name);
  }
}

}  // namespace emotion::load
