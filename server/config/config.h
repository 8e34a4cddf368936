#pragma once

#include "server/batching/batch_options.h"
#include "server/config/logging_options.h"
#include "server/inference/classifier_options.h"
#include "server/metrics/metrics_options.h"
#include "server/service/listener_options.h"
#include "server/service/service_options.h"

namespace emotion {

// All that an operator can set: each library's options, side by side. A value
// type. The defaults are the libraries' own but where it says otherwise.
struct Config {
  // workers = 0: main plans them.
  BatchOptions batching{.workers = 0};
  ClassifierOptions classifier;
  ListenerOptions listener;
  ServiceOptions service;
  MetricsServerOptions metrics;
  LoggingOptions logging;
};

}  // namespace emotion
