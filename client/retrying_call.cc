#include "client/retrying_call.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <utility>

namespace emotion::client {
namespace {

// gRPC reads a span as "from now on", so it needs no absolute time from us.
gpr_timespec FromNow(std::chrono::milliseconds span) {
  return gpr_time_from_millis(std::max<std::int64_t>(span.count(), 0),
                              GPR_TIMESPAN);
}

Status Closed() { return {StatusCode::kCancelled, "the client was closed"}; }

}  // namespace

void RetryingCall::Start(Plan plan, RunningCalls& calls, Clock& clock) {
  auto call = std::make_shared<RetryingCall>(std::move(plan), calls, clock);
  calls.Add(call);
  call->StartTry();
}

RetryingCall::RetryingCall(Plan plan, RunningCalls& calls, Clock& clock)
    : plan_(std::move(plan)), calls_(calls), clock_(clock) {}

RetryingCall::~RetryingCall() {
  plan_.send = nullptr;
  plan_.done = nullptr;
  plan_.jitter = nullptr;
  plan_.token = nullptr;
  calls_.Remove(this);
}

void RetryingCall::Cancel() {
  std::vector<Context> running;
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    running = running_;
    if (alarm_) alarm_->Cancel();
  }
  for (const Context& context : running) context->TryCancel();
}

Result<RetryingCall::Context> RetryingCall::NewContext() const {
  auto context = std::make_shared<grpc::ClientContext>();
  context->set_deadline(FromNow(Remaining()));
  if (!plan_.request_id.empty()) {
    context->AddMetadata("x-request-id", plan_.request_id);
  }
  if (!plan_.key.empty()) context->AddMetadata("x-emotion-key", plan_.key);
  if (plan_.token) {
    auto token = AskForToken(plan_.token);
    if (!token.ok()) return std::move(token).status();
    context->AddMetadata("authorization", "Bearer " + *token);
  }
  return context;
}

void RetryingCall::StartTry() {
  auto prepared = NewContext();
  if (!prepared.ok()) return Finish(std::move(prepared).status());
  const Context context = *std::move(prepared);
  bool cancelled = false;
  bool hedge = false;
  {
    std::lock_guard lock(mutex_);
    if (!plan_.done) return;
    cancelled = cancelled_;
    if (!cancelled) {
      const TrySchedule::Sent sent = plan_.schedule.OnSent();
      hedge = sent.hedge;
      running_.push_back(context);
      SetAlarm(sent.wait);
    }
  }
  if (cancelled) return Finish(Closed());
  plan_.send(context.get(),
             [self = shared_from_this(), context, hedge](Outcome outcome) {
               self->OnTryFinished(std::move(outcome), context, hedge);
             });
}

void RetryingCall::OnTryFinished(Outcome outcome, const Context& context,
                                 bool hedge) {
  const bool answered = outcome.status.ok();
  CallFailure failure;
  if (!answered) {
    failure = ReadFailure(outcome.status, *context, outcome.peer);
  }
  const FailedTry failed{.code = failure.status.code(),
                         .push_back_ms = failure.push_back_ms,
                         .remaining = Remaining(),
                         .jitter = plan_.jitter()};
  {
    std::lock_guard lock(mutex_);
    std::erase(running_, context);
    if (!plan_.done) return;
    if (answered) {
      plan_.schedule.OnAnswered();
    } else if (cancelled_) {
      failure.status = Closed();
    } else {
      const auto next = plan_.schedule.OnFailed(failed, hedge);
      if (!next.over) return SetAlarm(next.wait);
    }
  }
  if (answered) return Finish(std::move(outcome.answer));
  Finish(std::move(failure.status));
}

void RetryingCall::OnAlarm(std::uint64_t alarm) {
  {
    std::lock_guard lock(mutex_);
    if (alarm != alarms_) return;
    // The alarm holds its callback, and that holds this call.
    alarm_.reset();
    if (!plan_.done || (!cancelled_ && !plan_.schedule.OnAlarm())) return;
  }
  StartTry();
}

void RetryingCall::SetAlarm(TrySchedule::Wait wait) {
  if (!wait) return;
  ++alarms_;
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(FromNow(*wait), [self = shared_from_this(), alarm = alarms_](
                                  bool) { self->OnAlarm(alarm); });
}

void RetryingCall::Finish(Result<Answer> result) {
  Done done;
  std::vector<Context> losers;
  {
    std::lock_guard lock(mutex_);
    done = std::exchange(plan_.done, nullptr);
    losers = running_;
    alarm_.reset();
  }
  for (const Context& context : losers) context->TryCancel();
  if (done) done(std::move(result));
}

std::chrono::milliseconds RetryingCall::Remaining() const {
  return std::chrono::ceil<std::chrono::milliseconds>(plan_.deadline -
                                                      clock_.Now());
}

}  // namespace emotion::client
