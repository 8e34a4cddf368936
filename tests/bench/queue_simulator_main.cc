// emotion-queue-simulator: one replica under load, in simulated time. Reads a
// JSON object on standard input and writes one on standard output:
//   {"cost": {"workers": 1, "batch_us": 300, ...},
//    "traffic": {"gaps": [...], "tokens": [...], "luck": [...]},
//    "rate": 500, "limit_s": 0.5}
//   {"batch": 1.2, "busy": 0.4, "p50": 0.002, "p99": 0.01}
// The fields of "cost" are those of SimulatedReplica, with "max_batch_ms"; what
// else stands there is for others. Ends with 1 and a sentence on bad input.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "tests/bench/queue_simulator.h"

namespace emotion {
namespace {

using nlohmann::json;

// The longest time of a batch that the queue takes.
constexpr double kLongestBatchMs = 600'000;

SimulatedReplica ReadReplica(const json& cost) {
  const double longest = cost.at("max_batch_ms");
  return {.workers = cost.at("workers"),
          .batch_us = cost.at("batch_us"),
          .dialogue_us = cost.at("dialogue_us"),
          .token_us = cost.at("token_us"),
          .alone = cost.at("alone"),
          .together = cost.at("together"),
          .overhead_us = cost.at("overhead_us"),
          .jitter_us = cost.at("jitter_us"),
          .max_batch_items = cost.at("max_batch_items"),
          .max_batch_tokens = cost.at("max_batch_tokens"),
          .max_batch_time = std::chrono::milliseconds(
              std::lround(std::min(longest, kLongestBatchMs)))};
}

SimulatedTraffic ReadTraffic(const json& traffic) {
  return {.gaps = traffic.at("gaps"),
          .tokens = traffic.at("tokens"),
          .luck = traffic.at("luck")};
}

// Throws for what SimulateQueue() must not be given.
void Check(const SimulatedReplica& replica, const SimulatedTraffic& traffic,
           double rate) {
  const std::size_t dialogues = traffic.gaps.size();
  if (dialogues == 0 || traffic.tokens.size() != dialogues ||
      traffic.luck.size() != dialogues) {
    throw std::invalid_argument(
        "traffic: expected as many gaps as tokens and luck, and one at least");
  }
  if (replica.jitter_us.empty()) {
    throw std::invalid_argument("jitter_us: is empty, expected one at least");
  }
  if (!(rate > 0)) {
    throw std::invalid_argument("rate: is " + std::to_string(rate) +
                                ", expected above 0");
  }
}

int Main() {
  const json input = json::parse(std::cin);
  const SimulatedReplica replica = ReadReplica(input.at("cost"));
  const SimulatedTraffic traffic = ReadTraffic(input.at("traffic"));
  const double rate = input.at("rate");
  Check(replica, traffic, rate);
  const Result<SimulatedBehaviour> seen =
      SimulateQueue(replica, traffic, rate, input.at("limit_s"));
  if (!seen.ok()) {
    std::cerr << "emotion-queue-simulator: " << seen.status().ToString()
              << "\n";
    return 1;
  }
  const json output = {{"p50", seen->p50_seconds},
                       {"p99", seen->p99_seconds},
                       {"busy", seen->busy},
                       {"batch", seen->batch}};
  std::cout << output << "\n";
  return 0;
}

}  // namespace
}  // namespace emotion

int main() {
  try {
    return emotion::Main();
  } catch (const std::exception& error) {
    std::cerr << "emotion-queue-simulator: " << error.what() << "\n";
    return 1;
  }
}
