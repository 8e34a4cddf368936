#include "server/engine/shadow_runner.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include <system_error>
#include <utility>
#include <vector>

#include "server/inference/token_batch.h"

namespace emotion {
namespace {

constexpr int kLowestPriority = 19;

// Of the calling thread; its teams of threads inherit it.
bool BecomeIdle() {
  const sched_param none{};
  if (pthread_setschedparam(pthread_self(), SCHED_IDLE, &none) == 0) {
    return true;
  }
  // On Linux this is the thread's own priority, not the process's.
  setpriority(PRIO_PROCESS, 0, kLowestPriority);
  return false;
}

Dialogue View(const std::vector<std::string>& turns) {
  Dialogue dialogue;
  for (const std::string& turn : turns) dialogue.Add(turn);
  return dialogue;
}

}  // namespace

Result<std::unique_ptr<ShadowRunner>> ShadowRunner::Start(Clock& clock) {
  std::unique_ptr<ShadowRunner> runner(new ShadowRunner(clock));
  try {
    // The constructor of the thread returns before the thread has set its own
    // priority; so the first lines of Run are waited for.
    runner->running_ = true;
    runner->thread_ = std::thread([self = runner.get()] { self->Run(); });
  } catch (const std::system_error& error) {
    return Status(StatusCode::kInternal,
                  std::string("the thread of shadows cannot be started: ") +
                      error.what());
  }
  runner->WaitUntilIdle();
  return runner;
}

ShadowRunner::~ShadowRunner() { Close(); }

// Idle workers cost one atomic step each; the lock is taken only if a shadow
// waits for this moment. The thread looks at busy_workers_ with the lock held,
// so it either sees the last worker go or is already waiting to be woken.
void ShadowRunner::OnBatchEnds() {
  if (busy_workers_.fetch_sub(1) > 1 || !has_work_.load()) return;
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void ShadowRunner::Offer(ShadowCopy copy, const std::string& given) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_ && waiting_.size() < kMostWaiting) {
      waiting_.push_back({std::move(copy), given});
      has_work_.store(true);
      return;
    }
  }
  copy.model->observer->OnShadow(ShadowOutcome::kDropped, given, {});
}

void ShadowRunner::Close() {
  std::deque<Entry> dropped;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(waiting_);
  }
  changed_.notify_all();
  for (const Entry& entry : dropped) {
    entry.copy.model->observer->OnShadow(ShadowOutcome::kDropped, entry.given,
                                         {});
  }
  if (thread_.joinable()) thread_.join();
}

void ShadowRunner::WaitUntilIdle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !running_; });
}

void ShadowRunner::Run() {
  idle_priority_ = BecomeIdle();
  std::unique_lock lock(mutex_);
  for (;;) {
    running_ = false;
    changed_.notify_all();
    changed_.wait(lock, [this] {
      return closed_ || (!waiting_.empty() && busy_workers_.load() == 0);
    });
    if (closed_) return;
    const Entry entry = std::move(waiting_.front());
    waiting_.pop_front();
    has_work_.store(!waiting_.empty());
    running_ = true;
    lock.unlock();
    RunOne(entry);
    lock.lock();
  }
}

void ShadowRunner::RunOne(const Entry& entry) const {
  const LoadedModel& model = *entry.copy.model;
  ModelObserver& observer = *model.observer;
  const Result<Encoding> encoding =
      model.encoder->Encode(View(entry.copy.turns));
  if (!encoding.ok()) {
    return observer.OnShadow(ShadowOutcome::kFailed, entry.given, {});
  }
  TokenBatch tokens;
  tokens.Add(*encoding);
  const Clock::TimePoint begin = clock_.Now();
  const auto predictions = model.classifier->Predict(tokens);
  observer.OnInference(1, tokens.tokens(), clock_.Now() - begin,
                       predictions.ok());
  if (!predictions.ok()) {
    return observer.OnShadow(ShadowOutcome::kFailed, entry.given, {});
  }
  const std::string& own = model.info.labels[predictions->front().label];
  observer.OnShadow(
      own == entry.given ? ShadowOutcome::kAgreed : ShadowOutcome::kChanged,
      entry.given, own);
}

}  // namespace emotion
