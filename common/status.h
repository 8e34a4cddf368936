#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace emotion {

// Why a call failed, chosen by what the caller should do about it. The names
// are those of google.rpc.Code; server/service/status_mapping.h is the one
// place that turns them into gRPC codes.
enum class StatusCode {
  kOk,
  kInvalidArgument,     // Fix the request; never retry.
  kNotFound,            // Ask for something that exists.
  kFailedPrecondition,  // Something on our side must be changed by hand first.
  kResourceExhausted,   // Full just now: back off, then retry.
  kDeadlineExceeded,    // Too late: the work was dropped, not done.
  kCancelled,           // The caller went away.
  kUnavailable,         // Not ready, or closing: retry elsewhere.
  kInternal,            // A defect or a broken part; not the caller's fault.
};

// The name of `code` in the style of google.rpc.Code, "INVALID_ARGUMENT".
std::string_view StatusCodeName(StatusCode code);

// The outcome of a call: OK, or a code with a sentence for a person and, where
// it helps a program, a reason and a field. A value type, cheap to move.
class [[nodiscard]] Status {
 public:
  // OK.
  Status() = default;

  // REQUIRES: code != kOk. `message` is shown to callers: it must never hold
  // the text of a dialogue.
  Status(StatusCode code, std::string message)
      : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // Path of the request field at fault, "dialogue.turns[2]"; may be empty.
  const std::string& field() const { return field_; }
  Status WithField(std::string field) && {
    field_ = std::move(field);
    return std::move(*this);
  }

  // A constant a program can switch on, lower case, "queue_full"; may be
  // empty. Metrics use it as a label, so it comes from a small fixed set.
  std::string_view reason() const { return reason_; }
  // REQUIRES: `reason` is a string literal.
  Status WithReason(std::string_view reason) && {
    reason_ = reason;
    return std::move(*this);
  }

  // How long the caller should wait before the next try, if that is known.
  std::optional<std::chrono::milliseconds> retry_after() const {
    return retry_after_;
  }
  Status WithRetryAfter(std::chrono::milliseconds wait) && {
    retry_after_ = wait;
    return std::move(*this);
  }

  // "INVALID_ARGUMENT: dialogue.turns[2]: is empty", or "OK".
  std::string ToString() const;

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
  std::string field_;
  std::string_view reason_;
  std::optional<std::chrono::milliseconds> retry_after_;
};

}  // namespace emotion
