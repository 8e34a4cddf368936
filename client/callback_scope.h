#pragma once

namespace emotion::client {

// Marks its thread as one that runs a caller's callback, so that a blocking
// call can refuse to wait there. Scopes nest.
class CallbackScope {
 public:
  CallbackScope();
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

  // Whether the calling thread is inside one.
  static bool Inside();
};

}  // namespace emotion::client
