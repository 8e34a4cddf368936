#pragma once

#include <memory>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "server/config/config.h"
#include "server/domain/model_info.h"
#include "server/main/call_log.h"
#include "server/main/logging.h"

namespace emotion {

class DialogueEncoder;
class TorchClassifier;
struct Manifest;
class Engine;
class EmotionService;
class GrpcServer;
class MetricsServer;
class PrometheusMetrics;
class RequestIds;

// The whole server. It owns every part in the order of construction, which is
// the architecture; destruction is its reverse. Used by one thread.
class App {
 public:
  // Opens the house: metrics window, package and checksums, vocabulary, model,
  // self-check, workers, port, health SERVING. Any failure is a sentence for
  // the operator. Borrows the clock and the log.
  static Result<std::unique_ptr<App>> Start(const Config& config, Clock& clock,
                                            Log& log);

  // Stops if that has not happened yet.
  ~App();

  // Closes it: health NOT_SERVING, the lame-duck wait, no new calls, every
  // admitted dialogue answered, workers, model, metrics window. Takes at most
  // lame_duck + drain_timeout + one batch. Safe to call twice.
  void Stop();

  // Where the service listens.
  const std::string& address() const;

 private:
  App(const Config& config, Clock& clock, Log& log);

  Status OpenMetrics();
  Status LoadModel();
  // Measures, and sets batching_.
  void PlanBatches(std::size_t cpus, const Manifest& manifest);
  Status OpenService();

  const Config config_;
  // Those of the configuration with what was planned.
  BatchOptions batching_;
  Clock& clock_;
  Log& log_;

  std::shared_ptr<PrometheusMetrics> metrics_;
  std::unique_ptr<MetricsServer> metrics_server_;
  std::unique_ptr<DialogueEncoder> encoder_;
  std::unique_ptr<TorchClassifier> classifier_;
  std::unique_ptr<CallLog> call_log_;
  std::unique_ptr<RequestIds> request_ids_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EmotionService> service_;
  std::unique_ptr<GrpcServer> server_;
  ModelInfo model_;
};

}  // namespace emotion
