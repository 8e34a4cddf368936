#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/clock.h"
#include "common/completion.h"
#include "common/result.h"
#include "server/batching/batch_observer.h"
#include "server/batching/batch_options.h"
#include "server/batching/batch_queue.h"
#include "server/batching/batch_workers.h"
#include "server/domain/dialogue.h"
#include "server/engine/answer.h"
#include "server/engine/batch_runner.h"
#include "server/engine/request.h"
#include "server/engine/request_observer.h"
#include "server/engine/request_outcome.h"
#include "server/engine/shadow_runner.h"
#include "server/models/model_registry.h"

namespace emotion {

// Joins models and queue: a dialogue goes in with the model that is to answer
// it, its completion fires once. This is admission and life cycle; BatchRunner
// is what happens to a batch.
//
// Order of calls: Create, Open, any number of Classify and Cancel from any
// threads, Drain, Close. Completions fire on the calling thread for refusals
// and on a worker thread otherwise; never with a lock held.
//
// Borrows the clock and the observers: they must outlive the engine. A model
// lives as long as a dialogue that was given it.
class Engine {
 public:
  // INVALID_ARGUMENT if `options` are out of range; INTERNAL if a thread cannot
  // be started.
  static Result<std::unique_ptr<Engine>> Create(
      const BatchOptions& options, Clock& clock,
      RequestObserver& request_observer, BatchObserver& batch_observer);

  // Closes.
  ~Engine();

  // From now on dialogues are admitted; before it they are refused with
  // UNAVAILABLE, reason "not_ready".
  void Open();

  // From now on dialogues are refused with UNAVAILABLE, reason "draining";
  // those admitted before are still answered.
  void Drain();

  // Drains, waits until every admitted dialogue is answered, and ends the
  // workers. Safe to call twice.
  void Close();

  // Classifies one dialogue; returns at once. `route` says by whom, as
  // ModelRegistry::Choose gives it; with more workers than one, models must
  // allow concurrent calls. The result is one of
  //   an Answer;
  //   INVALID_ARGUMENT, as DialogueEncoder::Encode gives it;
  //   RESOURCE_EXHAUSTED ("queue_full"), with the time to wait; what is bulk
  //     gets it first;
  //   DEADLINE_EXCEEDED: not run, or its result came too late;
  //   CANCELLED: the caller went away;
  //   UNAVAILABLE ("not_ready", "draining");
  //   INTERNAL: the model failed on it.
  // The views in `dialogue` are not used after the call. Returns the ticket
  // for Cancel; nothing if the dialogue was refused.
  std::optional<Ticket> Classify(const ModelRoute& route,
                                 const Dialogue& dialogue, CallContext context,
                                 Completion<Answer> completion);

  // The same for many dialogues, which enter the queue together so that they
  // can share a batch. Each is admitted or refused on its own. `completions`
  // has one for each dialogue; so has what is returned.
  std::vector<std::optional<Ticket>> ClassifyMany(
      const ModelRoute& route, std::span<const Dialogue> dialogues,
      const CallContext& context, std::vector<Completion<Answer>> completions);

  // The caller of `ticket` has gone away. If the dialogue still waits it leaves
  // the queue at once and its completion fires on this thread, with CANCELLED
  // or, if its deadline has passed, DEADLINE_EXCEEDED. If it is being run, it
  // runs to its end and its context's caller_gone decides what it counts as.
  void Cancel(Ticket ticket);

  // What waits now, for gauges.
  BatchQueue<Request>::WaitingStats queue_stats() const {
    return queue_->Stats();
  }

  // Who asks the shadows.
  ShadowRunner& shadows() { return *shadows_; }

 private:
  enum class State { kStarting, kOpen, kDraining };

  Engine(Clock& clock, RequestObserver& observer,
         std::unique_ptr<ShadowRunner> shadows,
         std::unique_ptr<BatchQueue<Request>> queue);

  // The request, or nothing if it was answered at once.
  std::optional<Request> Admit(const ModelRoute& route,
                               const Dialogue& dialogue, CallContext context,
                               Completion<Answer> completion);

  Clock& clock_;
  RequestObserver& observer_;
  const RequestOutcome outcome_;
  const std::unique_ptr<ShadowRunner> shadows_;
  const BatchRunner runner_;

  std::atomic<State> state_{State::kStarting};
  const std::unique_ptr<BatchQueue<Request>> queue_;
  // Last: its threads use all of the above.
  std::unique_ptr<BatchWorkers<Request>> workers_;
};

}  // namespace emotion
