#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace emotion::client {

// How a server looks from here.
enum class Reach {
  // The connection stands and the server says that it serves.
  kReady,
  // Not connected yet, or just connecting.
  kUnknown,
  // It cannot be reached, or says that it does not serve.
  kFailing,
};

struct Candidate {
  Reach reach = Reach::kUnknown;
  // Whether the same call has asked it before.
  bool tried = false;
};

// The index of the server to ask: a ready one if there is any, else one that
// may become so, else any; among equals one that the call has not tried, and
// among those each in turn, as `turn` counts up. A pure function. REQUIRES:
// `candidates` is not empty.
std::size_t ChooseServer(const std::vector<Candidate>& candidates,
                         std::uint64_t turn);

}  // namespace emotion::client
