#include "client/load/session_flags.h"

#include <fstream>
#include <tuple>
#include <utility>

#include "client/load/dialogue_source.h"
#include "client/load/mix_flags.h"
#include "client/load/number_text.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

constexpr std::size_t kSyntheticDialogues = 2000;

Status ReadTime(const std::string& flag, const std::string& text,
                Clock::Duration& target) {
  const auto time = ParseTime(text);
  if (!time) return BadFlag(flag, text, "a time such as 500ms, 30s or 2m");
  target = *time;
  return {};
}

Status ReadTraffic(const LoadFlags& flags, SessionOptions& options) {
  const int ways = (flags.concurrency > 0) + (flags.rate > 0) +
                   !flags.ramp.empty() + !flags.steps.empty() +
                   !flags.replay.empty() + !flags.find_rate.empty();
  if (ways != 1) {
    return Status(StatusCode::kInvalidArgument,
                  "expected exactly one of --concurrency, --rate, --ramp, "
                  "--steps, --replay and --find-rate")
        .WithField("traffic");
  }
  const double seconds = Seconds(options.duration);
  options.concurrency = flags.concurrency;
  if (options.concurrency > 0 || !flags.find_rate.empty()) return {};
  if (!flags.replay.empty()) {
    std::ifstream file(flags.replay);
    auto trace = ReadTrace(file, flags.replay, flags.speed);
    if (!trace.ok()) return trace.status();
    options.trace = *std::move(trace);
    return {};
  }
  auto profile = !flags.ramp.empty() ? RateProfile::Ramp(flags.ramp, seconds)
                 : !flags.steps.empty()
                     ? RateProfile::Steps(flags.steps, seconds)
                     : RateProfile::Constant(flags.rate, seconds);
  if (!profile.ok()) return profile.status();
  options.profile = *std::move(profile);
  return {};
}

}  // namespace

Result<SessionOptions> ToSessionOptions(const LoadFlags& flags) {
  SessionOptions options;
  for (const auto& [flag, text, target] :
       {std::tuple{"duration", &flags.duration, &options.duration},
        std::tuple{"warmup", &flags.warmup, &options.warmup_limit},
        std::tuple{"trial", &flags.trial_duration, &options.trial_duration}}) {
    if (Status status = ReadTime(flag, *text, *target); !status.ok()) {
      return status;
    }
  }
  for (const auto& [flag, time] :
       {std::pair{"duration", options.duration},
        std::pair{"trial", options.trial_duration}}) {
    if (time <= Clock::Duration::zero()) {
      return BadFlag(flag, "0", "a time above 0");
    }
  }
  auto mix = ToRequestMix(flags);
  if (!mix.ok()) return mix.status();
  options.mix = *std::move(mix);
  options.sampled = flags.sample;
  options.seed = flags.seed;
  options.spacing = {.spacing = flags.arrivals == "constant"
                                    ? Spacing::kConstant
                                : flags.arrivals == "gamma" ? Spacing::kGamma
                                                            : Spacing::kPoisson,
                     .gamma_shape = flags.gamma_shape,
                     .seed = flags.seed};
  if (Status status = ReadTraffic(flags, options); !status.ok()) return status;
  const std::string& objective =
      flags.find_rate.empty() ? flags.objective : flags.find_rate;
  if (!objective.empty()) {
    auto parsed = Objective::Parse(objective);
    if (!parsed.ok()) return parsed.status();
    options.objective = *std::move(parsed);
  }
  return options;
}

Result<std::vector<client::InputDialogue>> LoadDialogues(
    const LoadFlags& flags, std::istream& standard_input) {
  if (flags.input.empty()) {
    const auto ends = SplitAt(flags.words, ':');
    const auto low = ParseNumber(ends.front());
    const auto high = ParseNumber(ends.back());
    if (ends.size() > 2 || !low || !high || *low < 3 || *high < *low ||
        *high > 10000) {
      return BadFlag("words", flags.words, "MIN:MAX from 3 to 10000");
    }
    return MakeDialogues(
        {static_cast<std::size_t>(*low), static_cast<std::size_t>(*high)},
        kSyntheticDialogues, flags.seed);
  }
  const auto format = flags.format.empty()
                          ? client::GuessInputFormat(flags.input)
                      : flags.format == "tsv" ? client::InputFormat::kTsv
                                              : client::InputFormat::kJsonl;
  std::ifstream file;
  if (flags.input != "-") {
    file.open(flags.input, std::ios::binary);
    if (!file) return BadFlag("input", flags.input, "a file that can be read");
  }
  client::DialogueReader reader(flags.input == "-" ? standard_input : file,
                                flags.input, format);
  return ReadAll(reader, flags.input);
}

Result<std::vector<double>> CurveRates(const LoadFlags& flags) {
  std::vector<double> rates;
  if (flags.curve.empty()) return rates;
  for (std::string_view part : SplitAt(flags.curve, ',')) {
    const auto rate = ParseNumber(part);
    if (!rate || *rate <= 0) {
      return BadFlag("curve", flags.curve, "rates such as 50,100,200");
    }
    rates.push_back(*rate);
  }
  return rates;
}

std::map<std::string, std::string> Settings(const LoadFlags& flags) {
  std::map<std::string, std::string> settings{
      {"address", flags.address},
      {"arrivals", flags.arrivals},
      {"duration", flags.duration},
      {"warmup", flags.warmup},
      {"batch", flags.batch},
      {"deadline", flags.deadline},
      {"connections", std::to_string(flags.connections)},
      {"threads", std::to_string(flags.threads)},
      {"seed", std::to_string(flags.seed)}};
  const auto note = [&](const std::string& name, const std::string& value) {
    if (!value.empty() && value != "0") settings[name] = value;
  };
  if (flags.protocol != "emotion") note("protocol", flags.protocol);
  note("model_name", flags.model_name);
  note("model_version", flags.model_version);
  note("concurrency", std::to_string(flags.concurrency));
  if (flags.rate > 0) note("rate", NumberText(flags.rate));
  note("ramp", flags.ramp);
  note("steps", flags.steps);
  note("replay", flags.replay);
  note("input", flags.input);
  if (flags.input.empty()) note("words", flags.words);
  note("priority_mix", flags.priority_mix);
  note("cancel_share", flags.cancel_share);
  note("find_rate", flags.find_rate);
  note("objective", flags.objective);
  return settings;
}

}  // namespace emotion::load
