#include "server/main/model_events.h"

#include <chrono>
#include <string>

namespace emotion {
namespace {

std::string Milliseconds(Clock::Duration duration) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

void ModelEvents::OnLoaded(const LoadReport& report, Activation activation) {
  for (const auto& [precision, reason] : report.unusable_precisions) {
    log_.Warning("precision not usable",
                 {{"precision", precision}, {"reason", reason.message()}});
  }
  const ModelInfo& model = report.model->info;
  log_.Info(
      "model ready",
      {{"name", model.name},
       {"version", model.version},
       {"layout", model.layout},
       {"precision", model.precision},
       {"traffic", model.traffic},
       {"activation", activation == Activation::kSwap ? "swap" : "beside"},
       {"milliseconds", Milliseconds(report.load_time)}});
}

void ModelEvents::OnLoadRefused(std::string_view version,
                                const Status& reason) {
  metrics_.OnModelLoadRefused();
  log_.Error("model refused",
             {{"version", version.empty() ? "newest" : std::string(version)},
              {"reason", reason.ToString()}});
}

void ModelEvents::OnUnloaded(std::string_view version) {
  log_.Info("model unloaded", {{"version", std::string(version)}});
}

void ModelEvents::OnTrafficChanged(const std::vector<ServingModel>& now) {
  std::string serving;
  std::string shadows;
  const auto add = [](std::string& text, const ServingModel& model,
                      unsigned percent) {
    if (percent == 0) return;
    text += (text.empty() ? "" : ",") + model.model->info.version + "=" +
            std::to_string(percent);
  };
  for (const ServingModel& model : now) {
    add(serving, model, model.percent);
    add(shadows, model, model.shadow_percent);
  }
  log_.Info("traffic changed", {{"serving", serving}, {"shadows", shadows}});
}

}  // namespace emotion
