#pragma once

#include <CLI/App.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/status.h"

namespace emotion::load {

// The options of `emotion-client load` as they were given.
struct LoadFlags {
  std::string address = "127.0.0.1:50051";
  std::string protocol = "emotion";
  std::string model_name;
  std::string model_version;
  std::string input_tensor = "TEXT";
  std::string output_tensor;
  std::string join_turns;
  std::string labels = "others,happy,sad,angry";
  std::size_t connections = 1;
  std::size_t threads = 1;

  std::size_t concurrency = 0;
  double rate = 0;
  std::string ramp;
  std::string steps;
  std::string replay;
  double speed = 1;
  std::string arrivals = "poisson";
  double gamma_shape = 0.25;
  std::string duration = "30s";
  std::string warmup = "15s";

  std::string input;
  std::string format;
  bool sample = false;
  std::string words = "6:30";
  std::string batch = "1";
  std::string deadline = "5s";
  std::string priority_mix;
  std::string cancel_share = "0";
  std::string cancel_within = "50ms";
  std::uint64_t seed = 1;

  std::string find_rate;
  std::string objective;
  std::string curve;
  std::string trial_duration = "5s";

  std::string metrics_address;
  std::string json;
  std::string csv;
  std::string html;
  std::vector<std::string> compare;
  std::vector<std::string> merge;
};

// Adds them all to `command`; `flags` must outlive it.
void AddLoadFlags(CLI::App& command, LoadFlags& flags);

// INVALID_ARGUMENT with the field `flag`, which has no dashes:
// is "value": expected ...
Status BadFlag(const std::string& flag, const std::string& value,
               const std::string& expected);

}  // namespace emotion::load
