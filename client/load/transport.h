#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace emotion::load {

// Priorities of a request: their numbers are those of emotion.v1.Priority, and
// Triton's for levels 1 and 2.
inline constexpr int kPriorityUnsaid = 0;
inline constexpr int kPriorityInteractive = 1;
inline constexpr int kPriorityBulk = 2;
inline constexpr int kPriorities = 3;
inline constexpr std::string_view kPriorityNames[kPriorities] = {
    "unsaid", "interactive", "bulk"};

// One request: which dialogues of the input it asks about.
struct LoadRequest {
  std::vector<std::size_t> dialogues;
  // From the moment it is sent.
  std::chrono::nanoseconds deadline{0};
  int priority = kPriorityUnsaid;
};

// What a server said of one dialogue.
struct Prediction {
  // Empty if the server refused this dialogue of a batch.
  std::string label;
  // Of that label, 0 to 1.
  float probability = 0;
};

struct LoadReply {
  // A number of google.rpc.Code, 0 is OK; or kCodeUnreadable.
  int code = 0;
  // In the order of the request; empty unless OK.
  std::vector<Prediction> predictions;
};

// Carries requests to a server, once each: a load generator that retries hides
// what it should show. Implementations are safe for use by many threads at
// once.
class Transport {
 public:
  using Done = std::function<void(LoadReply)>;
  // Ends the request early, if it has not ended yet. Safe from any thread and
  // at any time, even after the transport is gone. May be empty.
  using Cancel = std::function<void()>;

  // Returns all outstanding requests, as CANCELLED, before it ends.
  virtual ~Transport() = default;

  // Sends at once and never waits. `done` is called exactly once, from a thread
  // of the transport and never from within Start; it must be quick, and it may
  // call Start. A Cancel is returned if `cancellable`.
  virtual Cancel Start(const LoadRequest& request, bool cancellable,
                       Done done) = 0;
};

}  // namespace emotion::load
