#include "client/messages.h"

#include <string>
#include <utility>

#include "client/call_status.h"
#include "common/utf8.h"
#include "google/rpc/status.pb.h"

namespace emotion::client {
namespace {

std::chrono::nanoseconds Read(const google::protobuf::Duration& duration) {
  return std::chrono::seconds(duration.seconds()) +
         std::chrono::nanoseconds(duration.nanos());
}

ModelVersion Read(const v1::ModelVersion& model) {
  return {model.name(), model.version()};
}

std::vector<std::string> Names(
    const google::protobuf::RepeatedPtrField<v1::Label>& labels) {
  std::vector<std::string> names;
  for (const v1::Label& label : labels) names.push_back(label.name());
  return names;
}

Classification Read(const v1::Classification& message,
                    const v1::ModelVersion& model) {
  Classification result{.label = message.label(),
                        .probabilities = {},
                        .truncated_turns = {message.truncated_turns().begin(),
                                            message.truncated_turns().end()},
                        .tokens = message.tokens(),
                        .timings = {},
                        .model = Read(model)};
  for (const auto& each : message.probabilities()) {
    result.probabilities.push_back({each.label(), each.probability()});
  }
  if (message.has_timings()) {
    const v1::Timings& timings = message.timings();
    result.timings = {Read(timings.tokenize()), Read(timings.queue()),
                      Read(timings.compute()), timings.batch_dialogues(),
                      timings.batch_tokens()};
  }
  return result;
}

Status Broken(std::string what) {
  return {StatusCode::kInternal, "the server's answer " + std::move(what)};
}

}  // namespace

Status FillDialogue(Turns turns, v1::Dialogue& dialogue) {
  for (std::size_t i = 0; i < turns.size(); ++i) {
    if (const auto at = FindInvalidUtf8(turns[i])) {
      return Status(
                 StatusCode::kInvalidArgument,
                 "is not UTF-8 from byte " + std::to_string(*at) + " onwards")
          .WithField("turns[" + std::to_string(i) + "]");
    }
    dialogue.add_turns(std::move(turns[i]));
  }
  return {};
}

v1::Priority ToMessage(Priority priority) {
  return priority == Priority::kBulk ? v1::BULK : v1::INTERACTIVE;
}

Result<Classification> ReadClassification(const v1::ClassifyResponse& answer) {
  if (!answer.has_classification()) return Broken("holds no classification");
  return Read(answer.classification(), answer.model());
}

Result<std::vector<Result<Classification>>> ReadBatch(
    const v1::ClassifyBatchResponse& answer, std::size_t dialogues) {
  const auto count = static_cast<std::size_t>(answer.results_size());
  if (count != dialogues) {
    return Broken("holds " + std::to_string(count) + " results for " +
                  std::to_string(dialogues) + " dialogues");
  }
  std::vector<Result<Classification>> results;
  results.reserve(count);
  for (const auto& each : answer.results()) {
    Status status = ReadStatus(each.status());
    if (!status.ok()) {
      results.emplace_back(std::move(status));
    } else if (!each.has_classification()) {
      results.emplace_back(Broken("holds no classification"));
    } else {
      results.emplace_back(Read(each.classification(), answer.model()));
    }
  }
  return results;
}

ServingModel ReadServingModel(const v1::ServingModel& message) {
  return {.model = Read(message.model()),
          .traffic_percent = message.traffic_percent(),
          .shadow_percent = message.shadow_percent(),
          .labels = Names(message.labels()),
          .precision = message.precision(),
          .manifest_sha256 = message.manifest_sha256()};
}

ModelInfo ReadModelInfo(const v1::GetModelInfoResponse& answer) {
  ModelInfo info{
      .model = Read(answer.model()),
      .labels = Names(answer.labels()),
      .limits = {answer.limits().max_turns(), answer.limits().max_turn_bytes(),
                 answer.limits().max_tokens(),
                 answer.limits().max_batch_dialogues()},
      .layout = answer.layout(),
      .precision = answer.precision(),
      .traffic = answer.traffic(),
      .manifest_sha256 = answer.manifest_sha256(),
      .serving = {}};
  for (const v1::ServingModel& each : answer.serving()) {
    info.serving.push_back(ReadServingModel(each));
  }
  return info;
}

}  // namespace emotion::client
