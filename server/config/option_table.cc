#include "server/config/option_table.h"

#include <algorithm>
#include <cctype>

#include "common/host_port.h"
#include "common/loopback.h"

namespace emotion {
namespace {

template <typename Place>
Option AddressOption(std::string name, std::string help, Place place) {
  return TextOption(
      std::move(name), "HOST:PORT", std::move(help),
      "HOST:PORT, port 0 (any free one) to 65535",
      [](const std::string& text) { return ParseHostPort(text).ok(); }, place);
}

template <typename Place>
Option ChoiceOption(std::string name, std::string help,
                    std::vector<std::string> choices, Place place) {
  std::string expected = choices.front();
  for (std::size_t i = 1; i < choices.size(); ++i) {
    expected += (i + 1 < choices.size() ? ", " : " or ") + choices[i];
  }
  return TextOption(
      std::move(name), "WORD", std::move(help), std::move(expected),
      [choices](const std::string& text) {
        return std::ranges::find(choices, text) != choices.end();
      },
      place);
}

std::vector<Option> ListenerAndServiceOptions() {
  return {
      AddressOption(
          "address", "Where the service listens",
          [](auto& c) -> auto& { return c.listener.address; }),
      AddressOption(
          "metrics-address", "Where /metrics is served",
          [](auto& c) -> auto& { return c.metrics.address; }),
      WholeNumberOption(
          "max-batch-dialogues", "N", "Most dialogues in one ClassifyBatch",
          ServiceOptions::kMaxBatchDialogues,
          [](auto& c) -> auto& { return c.service.max_batch_dialogues; }),
      WholeNumberOption(
          "max-message-bytes", "BYTES", "Largest request message",
          ListenerOptions::kMaxMessageBytes,
          [](auto& c) -> auto& { return c.listener.max_message_bytes; }),
      WholeNumberOption(
          "max-concurrent-streams", "N", "Most open calls of one connection",
          ListenerOptions::kMaxConcurrentStreams,
          [](auto& c) -> auto& { return c.listener.max_concurrent_streams; }),
      BooleanOption(
          "reflection", "Whether grpc.reflection answers",
          [](auto& c) -> auto& { return c.listener.reflection; }),
      WholeNumberOption(
          "lame-duck-ms", "MS", "Time to go on answering once NOT_SERVING",
          ServiceOptions::kLameDuck,
          [](auto& c) -> auto& { return c.service.lame_duck; }),
      WholeNumberOption(
          "drain-timeout-ms", "MS", "Time for open calls to end after that",
          ServiceOptions::kDrainTimeout,
          [](auto& c) -> auto& { return c.service.drain_timeout; }),
  };
}

// Letters, digits and what file names may have beside them; no path.
bool IsPlainName(const std::string& text) {
  return !text.starts_with('.') &&
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
         });
}

// Whoever reaches it can change what the server answers, so it is for this
// machine only.
bool IsAdminAddress(const std::string& text) {
  if (text.starts_with("unix:")) return text.starts_with("unix:/");
  return text.empty() || (IsLoopback(text) && ParseHostPort(text).ok());
}

std::vector<Option> ModelChoiceOptions() {
  return {
      TextOption(
          "model", "DIR", "The model package", "the path of a folder",
          [](const std::string& text) { return !text.empty(); },
          [](auto& c) -> auto& { return c.model.package; }),
      TextOption(
          "model-repository", "DIR",
          "Packages NAME/VERSION/ instead; starts with the newest",
          "the path of a folder, or nothing",
          [](const std::string&) { return true; },
          [](auto& c) -> auto& { return c.model.repository; }),
      TextOption(
          "model-name", "NAME", "Which NAME of it serves; empty: the only one",
          "a name of letters, digits, ., _ and -, or nothing", IsPlainName,
          [](auto& c) -> auto& { return c.model.name; }),
      TextOption(
          "admin-address", "ADDRESS",
          "Where models can be changed; empty: nowhere",
          "unix:/PATH, or HOST:PORT with localhost, 127.0.0.1 or [::1], or "
          "nothing",
          IsAdminAddress, [](auto& c) -> auto& { return c.admin_address; }),
      TextOption(
          "traffic", "NAME",
          "What to calibrate for, as the package names it; empty: its default",
          "a name of a-z, 0-9, - and _, or nothing",
          [](const std::string& text) {
            return text.find_first_not_of(
                       "abcdefghijklmnopqrstuvwxyz0123456789-_") ==
                   std::string::npos;
          },
          [](auto& c) -> auto& { return c.model.traffic; }),
      ChoiceOption(
          "precision",
          "Arithmetic of the model; auto: the fastest that is right",
          {"auto", "fp32", "bf16", "int8"},
          [](auto& c) -> auto& { return c.model.precision; }),
  };
}

std::vector<Option> WorkOptions() {
  using Batching = BatchOptions;
  using Parallelism = ParallelismOptions;
  return {
      WholeNumberOption(
          "threads", "N", "Threads of a worker; 0: as measured at start",
          Parallelism::kThreads,
          [](auto& c) -> auto& { return c.parallelism.threads; }),
      WholeNumberOption(
          "workers", "N", "Batches that run at a time; 0: as measured at start",
          Parallelism::kWorkers,
          [](auto& c) -> auto& { return c.parallelism.workers; }),
      WholeNumberOption(
          "max-batch-items", "N", "Most dialogues in one batch",
          Batching::kMaxBatchItems,
          [](auto& c) -> auto& { return c.batching.max_batch_items; }),
      WholeNumberOption(
          "max-batch-tokens", "N", "Most tokens in one batch",
          Batching::kMaxBatchTokens,
          [](auto& c) -> auto& { return c.batching.max_batch_tokens; }),
      WholeNumberOption(
          "max-batch-ms", "MS",
          "Longest a batch may take, as measured at start",
          Batching::kMaxBatchTime,
          [](auto& c) -> auto& { return c.batching.max_batch_time; }),
      WholeNumberOption(
          "batch-delay-us", "US",
          "Longest wait of an idle worker for more items", Batching::kMaxDelay,
          [](auto& c) -> auto& { return c.batching.max_delay; }),
      WholeNumberOption(
          "max-queue-items", "N", "Most dialogues that may wait",
          Batching::kMaxQueueItems,
          [](auto& c) -> auto& { return c.batching.max_queue_items; }),
      WholeNumberOption(
          "max-queue-tokens", "N", "Most tokens that may wait",
          Batching::kMaxQueueTokens,
          [](auto& c) -> auto& { return c.batching.max_queue_tokens; }),
      WholeNumberOption(
          "max-bulk-percent", "N", "Percent of both that bulk may take up",
          Batching::kMaxBulkPercent,
          [](auto& c) -> auto& { return c.batching.max_bulk_percent; }),
      WholeNumberOption(
          "max-bulk-overtaking-ms", "MS", "Longest that bulk may be overtaken",
          Batching::kMaxBulkOvertaking,
          [](auto& c) -> auto& { return c.batching.max_bulk_overtaking; }),
  };
}

std::vector<Option> LogOptions() {
  return {
      ChoiceOption(
          "log-format", "text for people, json for machines", {"text", "json"},
          [](auto& c) -> auto& { return c.logging.format; }),
      ChoiceOption(
          "log-level", "Least severe level that is written",
          {"debug", "info", "warning", "error"},
          [](auto& c) -> auto& { return c.logging.level; }),
  };
}

std::vector<Option> AllOptions() {
  std::vector<Option> all;
  for (auto& group : {ListenerAndServiceOptions(), ModelChoiceOptions(),
                      WorkOptions(), LogOptions()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace

const std::vector<Option>& OptionTable() {
  static const std::vector<Option> table = AllOptions();
  return table;
}

const Option* FindOption(std::string_view name) {
  const auto& table = OptionTable();
  const auto found = std::ranges::find(table, name, &Option::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace emotion
