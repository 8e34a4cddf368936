#include "client/retrying_call.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <utility>

#include "client/call_status.h"

namespace emotion::client {
namespace {

// gRPC reads a span as "from now on", so it needs no absolute time from us.
gpr_timespec FromNow(std::chrono::milliseconds span) {
  return gpr_time_from_millis(std::max<std::int64_t>(span.count(), 0),
                              GPR_TIMESPAN);
}

}  // namespace

void RetryingCall::Start(Plan plan, RunningCalls& calls, Clock& clock) {
  auto call = std::make_shared<RetryingCall>(std::move(plan), calls, clock);
  calls.Add(call);
  call->StartTry();
}

RetryingCall::RetryingCall(Plan plan, RunningCalls& calls, Clock& clock)
    : plan_(std::move(plan)), calls_(calls), clock_(clock) {}

RetryingCall::~RetryingCall() {
  plan_ = {};
  calls_.Remove(this);
}

void RetryingCall::Cancel() {
  std::shared_ptr<grpc::ClientContext> context;
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    context = context_;
    if (alarm_) alarm_->Cancel();
  }
  if (context) context->TryCancel();
}

void RetryingCall::StartTry() {
  auto context = std::make_shared<grpc::ClientContext>();
  context->set_deadline(FromNow(Remaining()));
  if (!plan_.request_id.empty()) {
    context->AddMetadata("x-request-id", plan_.request_id);
  }
  bool cancelled = false;
  {
    std::lock_guard lock(mutex_);
    alarm_.reset();
    cancelled = cancelled_;
    context_ = context;
    ++tries_;
  }
  if (cancelled) {
    Finish({StatusCode::kCancelled, "the client was closed"});
    return;
  }
  plan_.send(context.get(),
             [self = shared_from_this(), context](const grpc::Status& status) {
               self->OnTryFinished(status, *context);
             });
}

void RetryingCall::OnTryFinished(const grpc::Status& status,
                                 const grpc::ClientContext& context) {
  if (status.ok()) {
    Finish({});
    return;
  }
  CallFailure failure = ReadFailure(status, context, plan_.address);
  FailedTry failed{.code = failure.status.code(),
                   .push_back_ms = failure.push_back_ms,
                   .remaining = Remaining(),
                   .jitter = plan_.jitter()};
  {
    std::lock_guard lock(mutex_);
    failed.tries = tries_;
    if (cancelled_) {
      failure.status = {StatusCode::kCancelled, "the client was closed"};
    } else if (const auto wait = WaitBeforeRetry(plan_.retry, failed)) {
      alarm_ = std::make_unique<grpc::Alarm>();
      alarm_->Set(FromNow(*wait),
                  [self = shared_from_this()](bool) { self->StartTry(); });
      return;
    }
  }
  Finish(std::move(failure.status));
}

void RetryingCall::Finish(Status status) {
  if (Done done = std::exchange(plan_.done, nullptr)) done(std::move(status));
}

std::chrono::milliseconds RetryingCall::Remaining() const {
  return std::chrono::ceil<std::chrono::milliseconds>(plan_.deadline -
                                                      clock_.Now());
}

}  // namespace emotion::client
