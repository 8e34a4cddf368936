#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "server/config/config.h"
#include "server/main/call_log.h"
#include "server/main/logging.h"
#include "server/models/model_loader.h"
#include "server/models/model_repository.h"

namespace emotion {

class Engine;
class EmotionService;
class GrpcServer;
class MetricsServer;
class ModelEvents;
class ModelManager;
class ModelRegistry;
class ModelService;
class PrometheusMetrics;
class RequestIds;

// The whole server. It owns every part in the order of construction, which is
// the architecture; destruction is its reverse. Used by one thread.
class App {
 public:
  // Starts it: metrics endpoint, first model, workers, listeners, health
  // SERVING. Any failure is a sentence for the operator. Borrows the clock and
  // the log.
  static Result<std::unique_ptr<App>> Start(const Config& config, Clock& clock,
                                            Log& log);

  // Stops if that has not happened yet.
  ~App();

  // Loads the newest version of the model, or the one package anew, beside what
  // serves; returns at once. How it ends is logged and counted.
  void Reload();

  // Stops it: health NOT_SERVING, the lame-duck wait, no new calls, every
  // admitted dialogue answered, workers, models, metrics endpoint. Takes at
  // most lame_duck + drain_timeout + one batch, and the end of a load that is
  // under way. Safe to call twice.
  void Stop();

  // Where the service listens.
  const std::string& address() const;

 private:
  App(const Config& config, Clock& clock, Log& log);

  Status OpenMetrics();
  // Loads the first model, and divides the CPUs by what it needs.
  Status LoadFirstModel();
  Status StartEngine();
  Status OpenListeners();

  const Config config_;
  // That of the configuration with what was planned.
  BatchOptions batching_;
  Clock& clock_;
  Log& log_;

  std::shared_ptr<PrometheusMetrics> metrics_;
  std::unique_ptr<MetricsServer> metrics_server_;
  std::unique_ptr<ModelEvents> model_events_;
  std::optional<ModelRepository> repository_;
  std::optional<ModelLoader> loader_;
  std::unique_ptr<ModelRegistry> models_;
  std::unique_ptr<ModelManager> manager_;
  std::unique_ptr<CallLog> call_log_;
  std::unique_ptr<RequestIds> request_ids_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EmotionService> service_;
  std::unique_ptr<ModelService> model_service_;
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<GrpcServer> admin_server_;
};

}  // namespace emotion
