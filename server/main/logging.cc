#include "server/main/logging.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace emotion {
namespace {

constexpr char kTextPattern[] = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
// The message holds the rest of the object.
constexpr char kJsonPattern[] =
    R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

// `text` as a JSON string, quotes included.
std::string Quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', true,
                                   nlohmann::json::error_handler_t::replace);
}

// `text` as it is if it cannot be misread, otherwise quoted.
std::string Plain(const std::string& text) {
  const std::string quoted = Quoted(text);
  const bool safe = !text.empty() && quoted.size() == text.size() + 2 &&
                    text.find_first_of(" =") == std::string::npos;
  return safe ? text : quoted;
}

}  // namespace

Result<std::unique_ptr<Log>> Log::Create(const LoggingOptions& options) {
  const bool json = options.format == "json";
  if (!json && options.format != "text") {
    return Status(StatusCode::kInvalidArgument,
                  "is '" + options.format + "'; expected 'text' or 'json'")
        .WithField("log-format");
  }
  auto level = spdlog::level::info;
  if (options.level == "debug") {
    level = spdlog::level::debug;
  } else if (options.level == "warning") {
    level = spdlog::level::warn;
  } else if (options.level == "error") {
    level = spdlog::level::err;
  } else if (options.level != "info") {
    return Status(StatusCode::kInvalidArgument,
                  "is '" + options.level +
                      "'; expected 'debug', 'info', 'warning' or 'error'")
        .WithField("log-level");
  }
  auto logger = std::make_shared<spdlog::logger>(
      "emotion", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern(json ? kJsonPattern : kTextPattern,
                      spdlog::pattern_time_type::utc);
  logger->set_level(level);
  return std::unique_ptr<Log>(new Log(std::move(logger), json));
}

void Log::Debug(std::string_view event, std::initializer_list<Field> fields) {
  Write(spdlog::level::debug, event, fields);
}

void Log::Info(std::string_view event, std::initializer_list<Field> fields) {
  Write(spdlog::level::info, event, fields);
}

void Log::Warning(std::string_view event, std::initializer_list<Field> fields) {
  Write(spdlog::level::warn, event, fields);
}

void Log::Error(std::string_view event, std::initializer_list<Field> fields) {
  Write(spdlog::level::err, event, fields);
}

bool Log::debugs() const { return logger_->should_log(spdlog::level::debug); }

void Log::Write(spdlog::level::level_enum level, std::string_view event,
                std::initializer_list<Field> fields) {
  if (!logger_->should_log(level)) return;
  std::string line = json_ ? "\"event\":" + Quoted(event) : std::string(event);
  for (const auto& [name, value] : fields) {
    line += json_ ? "," + Quoted(name) + ":" + Quoted(value)
                  : " " + std::string(name) + "=" + Plain(value);
  }
  logger_->log(level, line);
}

}  // namespace emotion
