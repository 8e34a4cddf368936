#include "tests/bench/queue_simulator.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <stdexcept>
#include <utility>

#include "common/clock.h"
#include "common/priority.h"
#include "server/batching/batch_queue.h"

namespace emotion {
namespace {

// Stands still until it is set. Nobody waits by it: the queue is asked only
// while something is in it, and has no delay.
class SimulatedClock final : public Clock {
 public:
  TimePoint Now() const override { return now_; }
  std::chrono::system_clock::time_point WallNow() const override { return {}; }
  [[noreturn]] void WaitUntil(std::condition_variable&,
                              std::unique_lock<std::mutex>&,
                              TimePoint) override {
    throw std::logic_error("the queue waits in simulated time");
  }

  void Set(double seconds) { now_ = TimePoint(ToDuration(seconds)); }

  static Duration ToDuration(double seconds) {
    return std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(seconds));
  }

 private:
  TimePoint now_;
};

struct Dialogue {
  std::size_t tokens = 0;
  const BatchGroup* model = nullptr;

  std::size_t size() const { return tokens; }
  Clock::TimePoint deadline() const { return Clock::TimePoint::max(); }
  Priority priority() const { return Priority::kInteractive; }
  const BatchGroup* group() const { return model; }
};

using Queue = BatchQueue<Dialogue>;

// A batch that a worker runs, or has run last.
struct Running {
  double end = 0;
  std::size_t items = 0;
  std::size_t tokens = 0;
  double seconds = 0;
};

double SlowdownOf(const SimulatedReplica& replica, std::size_t items,
                  std::size_t others_busy) {
  if (replica.workers == 1) {
    return items == 1 ? replica.alone : replica.together;
  }
  const double share = static_cast<double>(others_busy) /
                       static_cast<double>(replica.workers - 1);
  return replica.alone + share * (replica.together - replica.alone);
}

double LineSeconds(const SimulatedReplica& replica, std::size_t items,
                   std::size_t tokens) {
  const double microseconds = replica.batch_us +
                              static_cast<double>(items) * replica.dialogue_us +
                              static_cast<double>(tokens) * replica.token_us;
  return microseconds / 1e6;
}

CostModel CostWhileAllAreBusy(const SimulatedReplica& replica) {
  const auto part = [&replica](double microseconds) {
    return SimulatedClock::ToDuration(replica.together * microseconds / 1e6);
  };
  return {.fixed = part(replica.batch_us),
          .per_item = part(replica.dialogue_us),
          .per_token = part(replica.token_us)};
}

Result<std::unique_ptr<Queue>> MakeQueue(const SimulatedReplica& replica,
                                         Clock& clock) {
  return Queue::Create({.max_queue_items = 1'000'000,
                        .max_queue_tokens = 100'000'000,
                        .max_batch_items = replica.max_batch_items,
                        .max_batch_tokens = replica.max_batch_tokens,
                        .max_batch_time = replica.max_batch_time,
                        .workers = replica.workers},
                       clock);
}

double Quantile(const std::vector<double>& sorted, double share) {
  const auto at =
      static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(at, sorted.size() - 1)];
}

class Simulation {
 public:
  Simulation(const SimulatedReplica& replica, const SimulatedTraffic& traffic,
             double rate, double limit, Queue& queue, SimulatedClock& clock)
      : replica_(replica),
        traffic_(traffic),
        limit_(limit),
        model_{.cost = CostWhileAllAreBusy(replica)},
        queue_(queue),
        clock_(clock),
        workers_(replica.workers) {
    double now = 0;
    for (const double gap : traffic.gaps) {
      now += gap / rate;
      arrivals_.push_back(now);
    }
  }

  Result<SimulatedBehaviour> Run() {
    while (first_ < arrivals_.size()) {
      Running& worker = *std::ranges::min_element(workers_, {}, &Running::end);
      const double start = std::max(worker.end, arrivals_[first_]);
      if (start - arrivals_[first_] > limit_) return Behaviour(true);
      if (Status status = AdvanceTo(start); !status.ok()) return status;
      RunBatch(worker, start);
    }
    return Behaviour(false);
  }

 private:
  // All that arrives and ends until `time`.
  Status AdvanceTo(double time) {
    for (; pushed_ < arrivals_.size() && arrivals_[pushed_] <= time;
         ++pushed_) {
      clock_.Set(arrivals_[pushed_]);
      auto ticket = queue_.Push(
          Dialogue{.tokens = traffic_.tokens[pushed_], .model = &model_});
      if (!ticket.ok()) return std::move(ticket).status();
    }
    clock_.Set(time);
    for (Running& worker : workers_) {
      if (worker.end > time || worker.items == 0) continue;
      queue_.RecordDone(model_.cost, worker.items, worker.tokens,
                        SimulatedClock::ToDuration(worker.seconds));
      worker.items = 0;
    }
    return {};
  }

  void RunBatch(Running& worker, double start) {
    const auto batch = *queue_.PopBatch();
    const std::size_t items = batch.items.size();
    const auto others = static_cast<std::size_t>(std::ranges::count_if(
        workers_, [start](const Running& each) { return each.end > start; }));
    const double seconds =
        std::max(0.0, SlowdownOf(replica_, items, others) *
                              LineSeconds(replica_, items, batch.tokens) +
                          Jitter());
    worker = {start + seconds, items, batch.tokens, seconds};
    ++batches_;
    busy_ += seconds;
    const double end = start + seconds + replica_.overhead_us / 1e6;
    for (std::size_t i = 0; i < items; ++i) {
      times_.push_back(end - arrivals_[first_++]);
    }
  }

  double Jitter() const {
    const std::vector<double>& jitter = replica_.jitter_us;
    const double at =
        traffic_.luck[batches_] * static_cast<double>(jitter.size());
    return jitter[std::min(static_cast<std::size_t>(at), jitter.size() - 1)] /
           1e6;
  }

  SimulatedBehaviour Behaviour(bool lost) {
    const double seconds = arrivals_[first_ > 0 ? first_ - 1 : 0];
    SimulatedBehaviour seen{.p50_seconds = limit_, .p99_seconds = limit_};
    seen.busy = busy_ / (static_cast<double>(replica_.workers) * seconds);
    if (batches_ > 0) {
      seen.batch = static_cast<double>(first_) / static_cast<double>(batches_);
    }
    if (lost) return seen;
    const auto tenth = static_cast<std::ptrdiff_t>(times_.size() / 10);
    times_.erase(times_.begin(), times_.begin() + tenth);
    std::ranges::sort(times_);
    seen.p50_seconds = Quantile(times_, 0.5);
    seen.p99_seconds = Quantile(times_, 0.99);
    return seen;
  }

  const SimulatedReplica& replica_;
  const SimulatedTraffic& traffic_;
  const double limit_;
  const BatchGroup model_;
  Queue& queue_;
  SimulatedClock& clock_;
  std::vector<double> arrivals_;
  std::vector<Running> workers_;
  std::size_t first_ = 0;   // Of those that wait or are to come.
  std::size_t pushed_ = 0;  // How many have arrived.
  std::size_t batches_ = 0;
  double busy_ = 0;
  std::vector<double> times_;  // In the order in which dialogues ended.
};

}  // namespace

Result<SimulatedBehaviour> SimulateQueue(const SimulatedReplica& replica,
                                         const SimulatedTraffic& traffic,
                                         double rate, double limit_seconds) {
  SimulatedClock clock;
  auto queue = MakeQueue(replica, clock);
  if (!queue.ok()) return std::move(queue).status();
  return Simulation(replica, traffic, rate, limit_seconds, **queue, clock)
      .Run();
}

}  // namespace emotion
