#include "server/engine/shadow_runner.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "server/inference/token_batch.h"

namespace emotion {
namespace {

constexpr int kLowestPriority = 19;

// Of the calling thread; its teams of threads inherit it.
void BecomeIdle() {
  const sched_param none{};
  if (pthread_setschedparam(pthread_self(), SCHED_IDLE, &none) == 0) return;
  // On Linux this is the thread's own priority, not the process's.
  setpriority(PRIO_PROCESS, 0, kLowestPriority);
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
    // The first thing the thread does is to set its priority; that is waited
    // for.
    runner->pending_.store(1);
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

void ShadowRunner::Offer(ShadowCopy copy, const std::string& given) {
  auto arrival = std::make_unique<Arrival>();
  arrival->copy = std::move(copy);
  arrival->given = given;
  if (pending_.fetch_add(1) > kMostWaiting || closed_.load()) {
    return Drop(*arrival);
  }
  Push(std::move(arrival));
}

// A stack after Treiber (1986). Nothing is ever popped by itself, all is taken
// at once, so there is no ABA problem.
void ShadowRunner::Push(std::unique_ptr<Arrival> arrival) {
  Arrival* const added = arrival.release();
  added->next = arrivals_.load();
  while (!arrivals_.compare_exchange_weak(added->next, added)) {
  }
  arrivals_.notify_one();
}

std::vector<std::unique_ptr<ShadowRunner::Arrival>>
ShadowRunner::TakeArrivals() {
  std::vector<std::unique_ptr<Arrival>> taken;
  for (Arrival* next = arrivals_.exchange(nullptr); next != nullptr;) {
    taken.emplace_back(next);
    next = taken.back()->next;
  }
  // The latest came first.
  std::ranges::reverse(taken);
  return taken;
}

void ShadowRunner::Drop(const Arrival& entry) {
  if (entry.copy.model) {
    entry.copy.model->observer->OnShadow(ShadowOutcome::kDropped, entry.given,
                                         {});
  }
  pending_.fetch_sub(1);
}

void ShadowRunner::Close() {
  if (!closed_.exchange(true)) {
    for (const auto& arrival : TakeArrivals()) Drop(*arrival);
    // One without a model, to wake the thread where it waits for arrivals.
    pending_.fetch_add(1);
    Push(std::make_unique<Arrival>());
    Wake();
  }
  if (thread_.joinable()) thread_.join();
}

void ShadowRunner::WaitUntilIdle() {
  while (pending_.load() > 0) {
    Wake();
    std::this_thread::yield();
  }
}

void ShadowRunner::Wake() {
  const std::lock_guard lock(mutex_);
  woken_.notify_all();
}

void ShadowRunner::Run() {
  BecomeIdle();
  pending_.fetch_sub(1);
  while (WaitForTurn()) {
    const std::unique_ptr<Arrival> entry = std::move(waiting_.front());
    waiting_.pop_front();
    const Clock::TimePoint begin = clock_.Now();
    RunOne(*entry);
    const Clock::TimePoint end = clock_.Now();
    rests_until_ = end + kRestPerPass * (end - begin);
    pending_.fetch_sub(1);
  }
  for (const auto& entry : waiting_) Drop(*entry);
  for (const auto& arrival : TakeArrivals()) Drop(*arrival);
  waiting_.clear();
}

// While workers are busy it looks again and again, rather than being woken by
// them: waking it costs a worker a system call a batch.
bool ShadowRunner::WaitForTurn() {
  for (;;) {
    if (closed_.load()) return false;
    for (auto& arrival : TakeArrivals()) {
      waiting_.push_back(std::move(arrival));
    }
    if (waiting_.empty()) {
      arrivals_.wait(nullptr);
      continue;
    }
    std::unique_lock lock(mutex_);
    const Clock::TimePoint now = clock_.Now();
    if (closed_.load()) return false;
    if (now < rests_until_) {
      clock_.WaitUntil(woken_, lock, rests_until_);
    } else if (busy_workers_.load() > 0) {
      clock_.WaitUntil(woken_, lock, now + kLook);
    } else {
      return true;
    }
  }
}

void ShadowRunner::RunOne(const Arrival& entry) const {
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
