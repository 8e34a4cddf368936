#pragma once

#include <spdlog/logger.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/result.h"
#include "server/config/logging_options.h"

namespace emotion {

// The process's log: events with named fields, one line each, on standard
// error. As text, "serving address=127.0.0.1:50051"; as JSON, an object with
// "time", "level", "event" and the fields. Control characters are escaped in
// both, so that one event is one line. Thread-safe.
class Log {
 public:
  // Name and value of a field. Never the text of a dialogue.
  using Field = std::pair<std::string_view, std::string>;

  // INVALID_ARGUMENT for a format or level that does not exist.
  static Result<std::unique_ptr<Log>> Create(const LoggingOptions& options);

  void Debug(std::string_view event, std::initializer_list<Field> fields = {});
  void Info(std::string_view event, std::initializer_list<Field> fields = {});
  void Warning(std::string_view event,
               std::initializer_list<Field> fields = {});
  void Error(std::string_view event, std::initializer_list<Field> fields = {});

  // Whether Debug writes anything: ask before making costly fields.
  bool debugs() const;

 private:
  Log(std::shared_ptr<spdlog::logger> logger, bool json)
      : logger_(std::move(logger)), json_(json) {}

  void Write(spdlog::level::level_enum level, std::string_view event,
             std::initializer_list<Field> fields);

  const std::shared_ptr<spdlog::logger> logger_;
  const bool json_;
};

}  // namespace emotion
