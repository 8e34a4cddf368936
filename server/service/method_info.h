#pragma once

#include <string_view>

namespace emotion {

// How many messages each side of a call may send.
enum class MethodType { kUnary, kClientStream, kServerStream, kBidiStream };

// "unary", "client_stream", "server_stream", "bidi_stream".
constexpr std::string_view MethodTypeName(MethodType type) {
  switch (type) {
    case MethodType::kUnary:
      return "unary";
    case MethodType::kClientStream:
      return "client_stream";
    case MethodType::kServerStream:
      return "server_stream";
    case MethodType::kBidiStream:
      return "bidi_stream";
  }
  return "bidi_stream";
}

// A method of a service. Each service lists its own as constants that live as
// long as the process; calls, metrics and logs refer to those. A value type.
struct MethodInfo {
  // The full name as it stands on the wire:
  // "/emotion.v1.EmotionService/Classify". REQUIRES: a string literal of that
  // form.
  std::string_view path;
  MethodType type = MethodType::kUnary;

  // "emotion.v1.EmotionService".
  constexpr std::string_view service() const {
    return path.substr(1, path.rfind('/') - 1);
  }
  // "Classify".
  constexpr std::string_view name() const {
    return path.substr(path.rfind('/') + 1);
  }

  friend bool operator==(const MethodInfo&, const MethodInfo&) = default;
};

}  // namespace emotion
