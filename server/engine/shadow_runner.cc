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

void ShadowRunner::Offer(ShadowCopy copy, const std::string& given) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_ && waiting_.size() < kMostWaiting) {
      waiting_.push_back({std::move(copy), given});
      changed_.notify_all();
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
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (closed_) return;
    std::deque<Entry> batch = TakeBatch();
    running_ = true;
    lock.unlock();
    RunBatch(std::move(batch));
    lock.lock();
  }
}

// From the front only: entries of another model, which there are for a moment
// after the shadow has changed, wait for the next batch.
std::deque<ShadowRunner::Entry> ShadowRunner::TakeBatch() {
  std::deque<Entry> batch;
  const LoadedModel* const model = waiting_.front().copy.model.get();
  while (!waiting_.empty() && batch.size() < kMostInBatch &&
         waiting_.front().copy.model.get() == model) {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch;
}

void ShadowRunner::RunBatch(std::deque<Entry> batch) const {
  const LoadedModelPtr model = batch.front().copy.model;
  TokenBatch tokens;
  std::vector<const Entry*> readable;
  for (const Entry& entry : batch) {
    const Result<Encoding> encoding =
        model->encoder->Encode(View(entry.copy.turns));
    if (encoding.ok()) {
      tokens.Add(*encoding);
      readable.push_back(&entry);
    } else {
      model->observer->OnShadow(ShadowOutcome::kFailed, entry.given, {});
    }
  }
  if (readable.empty()) return;
  const Clock::TimePoint begin = clock_.Now();
  const auto predictions = model->classifier->Predict(tokens);
  model->observer->OnInference(readable.size(), tokens.tokens(),
                               clock_.Now() - begin, predictions.ok());
  for (std::size_t i = 0; i < readable.size(); ++i) {
    const std::string& given = readable[i]->given;
    if (!predictions.ok()) {
      model->observer->OnShadow(ShadowOutcome::kFailed, given, {});
      continue;
    }
    const std::string& own = model->info.labels[(*predictions)[i].label];
    model->observer->OnShadow(
        own == given ? ShadowOutcome::kAgreed : ShadowOutcome::kChanged, given,
        own);
  }
}

}  // namespace emotion
