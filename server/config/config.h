#pragma once

#include <string>

#include "server/batching/batch_options.h"
#include "server/config/logging_options.h"
#include "server/main/parallelism_options.h"
#include "server/metrics/metrics_options.h"
#include "server/models/model_options.h"
#include "server/service/listener_options.h"
#include "server/service/service_options.h"

namespace emotion {

// All that an operator can set: each library's options, side by side. A value
// type. The defaults are the libraries' own but where it says otherwise, and
// each passes its library's Validate.
struct Config {
  // How many workers there are is decided by `parallelism`.
  BatchOptions batching;
  ParallelismOptions parallelism;
  ModelOptions model;
  ListenerOptions listener;
  // Where models can be changed; empty: nowhere.
  std::string admin_address;
  ServiceOptions service;
  MetricsServerOptions metrics;
  LoggingOptions logging;
};

}  // namespace emotion
