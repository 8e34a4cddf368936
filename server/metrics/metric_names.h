#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "common/priority.h"
#include "server/batching/batch_observer.h"
#include "server/engine/request_observer.h"
#include "server/models/model_observer.h"

// Every metric on one page: name, help text, label with its known values,
// buckets. Names are an interface: dashboards and alerts read them, and
// tests/metrics/metric_names.golden holds them fast. Units are seconds, bytes
// or plain counts. No label comes from a request's text.
namespace emotion::metric_names {

// A label and the values that get a series at the start, so that rate() works
// from the first event. No values: they are given when the metric is made.
struct Label {
  std::string_view key;
  std::span<const std::string_view> values;
};

struct CounterSpec {
  std::string_view name;
  std::string_view help;
  Label label = {};
};

struct GaugeSpec {
  std::string_view name;
  std::string_view help;
  Label label = {};
};

struct HistogramSpec {
  std::string_view name;
  std::string_view help;
  std::span<const double> buckets;
  Label label = {};
};

// A gauge that is always 1 and says what is there by its labels.
struct InfoSpec {
  std::string_view name;
  std::string_view help;
  std::span<const std::string_view> keys;
};

// Buckets. Seconds: a call, a stage of it, a step that takes microseconds.
inline constexpr double kCallSeconds[] = {
    .001, .002, .003, .004, .005, .006, .008, .01, .013, .016,
    .02,  .025, .03,  .04,  .05,  .065, .08,  .1,  .13,  .16,
    .2,   .25,  .3,   .4,   .5,   .65,  .8,   1,   2,    5};
inline constexpr double kStageSeconds[] = {
    .00005, .0001, .00025, .0005, .001, .002, .003, .005, .0075, .01, .015, .02,
    .03,    .05,   .075,   .1,    .15,  .2,   .3,   .5,   1,     2,   5};
inline constexpr double kStepSeconds[] = {
    .00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01};
// Dialogues in a batch, tokens of a dialogue, tokens in a batch, probability.
inline constexpr double kBatchItemCounts[] = {1,  2,  3,  4,  6,  8,
                                              12, 16, 24, 32, 48, 64};
inline constexpr double kDialogueTokens[] = {8,  12, 16,  24,  32, 48,
                                             64, 96, 128, 192, 256};
inline constexpr double kBatchTokenCounts[] = {16,  32,   64,   128,  256,
                                               512, 1024, 2048, 4096, 8192};
inline constexpr double kShares[] = {.05, .1, .2, .3,  .4,  .5, .6,
                                     .7,  .8, .9, .95, .99, 1};

// What does not belong to a known value of an open label is counted here.
inline constexpr std::string_view kOther = "other";

// The names of an enum whose values count from 0 to `kLast`, in its order, from
// the function that names them everywhere.
template <auto kLast, typename NameOf>
constexpr auto EnumNames(NameOf name_of) {
  std::array<std::string_view, static_cast<std::size_t>(kLast) + 1> names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = name_of(static_cast<decltype(kLast)>(i));
  }
  return names;
}

// Known values.
inline constexpr std::string_view kOutcomes[] = {
    "ok", "invalid", "rejected", "expired", "cancelled", "error"};
inline constexpr auto kQueueOutcomes =
    EnumNames<QueueOutcome::kCancelled>(QueueOutcomeName);
inline constexpr auto kPriorities = EnumNames<Priority::kBulk>(PriorityName);
inline constexpr auto kBatchReasons =
    EnumNames<BatchReason::kDrain>(BatchReasonName);
inline constexpr std::string_view kRejectReasons[] = {"queue_full", "draining",
                                                      "not_ready", kOther};
inline constexpr std::string_view kInvalidReasons[] = {
    "empty",    "turn_count", "encoding",      "too_long", "item_count",
    "priority", "malformed",  "model_version", kOther};
inline constexpr auto kShadowOutcomes =
    EnumNames<ShadowOutcome::kDropped>(ShadowOutcomeName);
inline constexpr auto kStages =
    EnumNames<RequestStage::kExecute>(RequestStageName);
inline constexpr std::string_view kTurns[] = {"1", "2", "3", "4",
                                              "5", "6", "7", "8"};

// Calls. Widely used names, so that ready dashboards work; each series also
// has grpc_service, grpc_method and grpc_type, as the services name them.
inline constexpr CounterSpec kCallsStarted{"grpc_server_started_total",
                                           "Calls begun."};
inline constexpr CounterSpec kCallsHandled{"grpc_server_handled_total",
                                           "Calls ended, by status code.",
                                           {"grpc_code", {}}};
inline constexpr HistogramSpec kCallTime{"grpc_server_handling_seconds",
                                         "Time from a call's start to its end.",
                                         kCallSeconds};
inline constexpr GaugeSpec kCallsInFlight{"emotion_requests_in_flight",
                                          "Calls begun and not yet ended."};

// Dialogues.
inline constexpr CounterSpec kItems{"emotion_items_total",
                                    "Dialogues answered, by outcome.",
                                    {"outcome", kOutcomes}};
inline constexpr HistogramSpec kTokenizeTime{
    "emotion_tokenize_seconds", "Time to turn a dialogue into tokens.",
    kStepSeconds};
inline constexpr HistogramSpec kRequestTokens{
    "emotion_request_tokens", "Tokens of a dialogue, special tokens included.",
    kDialogueTokens};
inline constexpr CounterSpec kTokens{"emotion_tokens_total",
                                     "Tokens read, special tokens included."};
inline constexpr CounterSpec kUnknownTokens{"emotion_unknown_tokens_total",
                                            "Tokens read that were [UNK]."};
inline constexpr CounterSpec kTruncated{
    "emotion_truncated_total",
    "Turns cut to fit the model's limit; turn 1 is the oldest.",
    {"turn", kTurns}};
inline constexpr CounterSpec kInvalidInput{"emotion_invalid_input_total",
                                           "Dialogues that could not be read.",
                                           {"reason", kInvalidReasons}};
inline constexpr CounterSpec kRejected{"emotion_rejected_total",
                                       "Dialogues refused at admission.",
                                       {"reason", kRejectReasons}};
inline constexpr CounterSpec kExpired{
    "emotion_expired_total",
    "Dialogues whose deadline passed; at stage execute the work was wasted.",
    {"stage", kStages}};
inline constexpr CounterSpec kCancelled{
    "emotion_cancelled_total",
    "Dialogues whose caller left; at stage execute the work was wasted.",
    {"stage", kStages}};
// Has priority as well.
inline constexpr HistogramSpec kQueueWait{
    "emotion_queue_wait_seconds",
    "Time in the queue, of those that never ran too.",
    kStageSeconds,
    {"outcome", kQueueOutcomes}};

// The queue, asked at each scrape.
inline constexpr GaugeSpec kQueueItems{
    "emotion_queue_items", "Dialogues waiting.", {"priority", kPriorities}};
inline constexpr GaugeSpec kQueueTokens{"emotion_queue_tokens",
                                        "Tokens waiting."};
inline constexpr GaugeSpec kQueueOldest{
    "emotion_queue_oldest_seconds",
    "Age of the dialogue that has waited longest; 0 if none waits."};
inline constexpr GaugeSpec kQueueLimit{"emotion_queue_limit_items",
                                       "Most dialogues that may wait."};

// Batches and the workers that run them.
inline constexpr HistogramSpec kBatchItems{
    "emotion_batch_items", "Dialogues in a batch.", kBatchItemCounts};
inline constexpr HistogramSpec kBatchTokens{
    "emotion_batch_tokens", "Tokens in a batch; there is no padding.",
    kBatchTokenCounts};
inline constexpr CounterSpec kBatches{"emotion_batches_total",
                                      "Batches, by why they left the queue.",
                                      {"reason", kBatchReasons}};
inline constexpr HistogramSpec kAssemblyTime{
    "emotion_batch_assembly_seconds",
    "Time to form a batch, without the waiting.", kStepSeconds};
inline constexpr GaugeSpec kInstances{"emotion_instances",
                                      "Workers that run batches."};
inline constexpr GaugeSpec kInstancesBusy{"emotion_instances_busy",
                                          "Workers that run a batch now."};
inline constexpr CounterSpec kInstanceBusyTime{
    "emotion_instance_busy_seconds_total",
    "Time a worker spent on batches that have ended.",
    {"instance", {}}};

// Each loaded model: all have model and version as well, and leave the page
// when the model is unloaded.
inline constexpr CounterSpec kPredictions{"emotion_predictions_total",
                                          "Dialogues classified, by label.",
                                          {"label", {}}};
inline constexpr HistogramSpec kConfidence{
    "emotion_prediction_confidence",
    "Probability of the label given, after calibration.",
    kShares,
    {"label", {}}};
inline constexpr HistogramSpec kInferenceTime{
    "emotion_inference_seconds", "Time of a forward pass over a batch.",
    kStageSeconds};
inline constexpr CounterSpec kInferenceFailures{
    "emotion_inference_failures_total", "Forward passes that failed."};
inline constexpr CounterSpec kShadow{
    "emotion_shadow_dialogues_total",
    "Answered dialogues copied to a shadow, by how its own label compares.",
    {"outcome", kShadowOutcomes}};
inline constexpr CounterSpec kShadowChanged{
    "emotion_shadow_changed_total",
    "Dialogues that a shadow labels otherwise: the label given and its own.",
    {"given", {}}};
inline constexpr GaugeSpec kModelTraffic{
    "emotion_model_traffic_percent",
    "Percent of the calls that a model answers, or is copied as a shadow."};
inline constexpr CounterSpec kModelLoadFailures{
    "emotion_model_load_failures_total",
    "Models that were to be loaded and were refused."};

// The server as a whole.
inline constexpr GaugeSpec kReady{"emotion_ready",
                                  "1 while dialogues are taken, else 0."};
inline constexpr GaugeSpec kDraining{
    "emotion_draining", "1 from the order to stop until the end, else 0."};
inline constexpr GaugeSpec kModelLoadTime{
    "emotion_model_load_seconds",
    "Time to load, check and warm up the latest model; 0 before that."};
inline constexpr std::string_view kModelKeys[] = {
    "model", "version", "manifest_sha256", "layout", "precision", "runtime"};
inline constexpr InfoSpec kModelInfo{
    "emotion_model_info", "Always 1: a model that is loaded.", kModelKeys};
inline constexpr std::string_view kBuildKeys[] = {"version", "commit",
                                                  "compiler", "libtorch"};
inline constexpr InfoSpec kBuildInfo{
    "emotion_build_info", "Always 1: the build that runs.", kBuildKeys};

// The process, from /proc at each scrape. The usual names.
inline constexpr CounterSpec kCpuTime{"process_cpu_seconds_total",
                                      "Processor time, user and system."};
inline constexpr GaugeSpec kResidentMemory{"process_resident_memory_bytes",
                                           "Memory in RAM."};
inline constexpr GaugeSpec kVirtualMemory{"process_virtual_memory_bytes",
                                          "Memory mapped."};
inline constexpr GaugeSpec kOpenFds{"process_open_fds",
                                    "File descriptors open."};
inline constexpr GaugeSpec kMaxFds{"process_max_fds",
                                   "Most file descriptors that may be open."};
inline constexpr GaugeSpec kStartTime{"process_start_time_seconds",
                                      "When the process began, in Unix time."};
inline constexpr GaugeSpec kThreads{"process_threads", "Threads that live."};

}  // namespace emotion::metric_names
