#include "client/load/load_run.h"

#include <gtest/gtest.h>

#include "client/load/load_result.h"
#include "client/load/number_text.h"
#include "tests/load/simulated_server.h"

namespace emotion::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LoadRunTest : public testing::Test {
 protected:
  void UseServer(Clock::Duration service) {
    server_ = std::make_unique<SimulatedServer>(clock_, service);
  }

  std::shared_ptr<Recorder> NewRecorder(Clock::Duration duration) {
    RecorderOptions options;
    options.start = clock_.Now();
    options.duration = duration;
    options.good_within = milliseconds(50);
    return std::make_shared<Recorder>(options, nullptr);
  }

  LoadResult Open(double rate, double for_seconds, const RequestMix& mix = {},
                  Spacing spacing = Spacing::kConstant) {
    LoadRun run(mix, DialogueOrder(10, false, 1), 1, *server_, clock_);
    auto arrivals = *MakeArrivals({.spacing = spacing},
                                  *RateProfile::Constant(rate, for_seconds));
    return Finish(run, [&](std::shared_ptr<Recorder> recorder) {
      run.RunOpen(clock_.Now(), *arrivals, std::move(recorder), {});
    });
  }

  LoadResult Closed(std::size_t concurrency, Clock::Duration duration) {
    LoadRun run({}, DialogueOrder(10, false, 1), 1, *server_, clock_);
    return Finish(run, [&](std::shared_ptr<Recorder> recorder) {
      run.RunClosed(clock_.Now() + duration, concurrency, std::move(recorder),
                    {});
    });
  }

  template <typename Phase>
  LoadResult Finish(LoadRun& run, Phase phase) {
    const auto recorder = NewRecorder(seconds(10));
    phase(recorder);
    run.Drain(Clock::TimePoint::max());
    LoadResult result;
    recorder->Finish(result);
    return result;
  }

  static double P(const HdrHistogram& times, double percentile) {
    return static_cast<double>(times.ValueAt(percentile)) / 1e6;
  }

  SimulatedClock clock_;
  std::unique_ptr<SimulatedServer> server_;
};

TEST_F(LoadRunTest, ASlowServerHoldsNoSendBack) {
  UseServer(seconds(2));
  const LoadResult result = Open(100, 1);
  EXPECT_EQ(result.counts.sent, 100u);
  EXPECT_EQ(server_->most_in_flight, 100u);
  const auto first = server_->received.front().first;
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(server_->received[i].first - first, i * milliseconds(10));
  }
  EXPECT_EQ(result.schedule_error.max(), 0u);
  EXPECT_EQ(result.counts.late, 0u);
}

TEST_F(LoadRunTest, AStallShowsInTheOpenLoopAndNotInTheClosedOne) {
  UseServer(milliseconds(1));
  server_->Stall(clock_.Now() + seconds(5), seconds(2));
  const LoadResult open = Open(100, 20);
  EXPECT_GT(P(open.response, 99), 1000);
  EXPECT_NEAR(P(open.response, 100), 2001, 20);

  UseServer(milliseconds(1));
  server_->Stall(clock_.Now() + seconds(5), seconds(2));
  const LoadResult closed = Closed(1, seconds(20));
  EXPECT_LT(P(closed.service, 99.9), 2);
}

TEST_F(LoadRunTest, ASendThatIsLateCountsAgainstTheResponseTime) {
  UseServer(milliseconds(1));
  LoadRun run({}, DialogueOrder(1, false, 1), 1, *server_, clock_);
  auto replay = MakeReplay({milliseconds(0), milliseconds(500)});
  const LoadResult result =
      Finish(run, [&](std::shared_ptr<Recorder> recorder) {
        run.RunOpen(clock_.Now() - milliseconds(200), *replay, recorder, {});
      });
  EXPECT_EQ(result.counts.late, 1u);
  EXPECT_NEAR(P(result.schedule_error, 100), 200, 0.3);
  EXPECT_NEAR(P(result.response, 100), 201, 0.3);
  EXPECT_NEAR(P(result.service, 100), 1, 0.01);
}

TEST_F(LoadRunTest, AClosedLoopKeepsItsNumberInFlight) {
  UseServer(milliseconds(10));
  const LoadResult result = Closed(4, seconds(10));
  EXPECT_EQ(server_->most_in_flight, 4u);
  EXPECT_NEAR(static_cast<double>(result.counts.ok), 1000, 5);
  EXPECT_NEAR(P(result.service, 50), 40, 0.1);
}

TEST_F(LoadRunTest, BatchesAndDeadlinesComeInTheirShares) {
  UseServer(milliseconds(3));
  RequestMix mix;
  mix.batch = *WeightedMix::Parse("batch", "1:75%,8:25%", "", ParseNumber);
  mix.deadline = *WeightedMix::Parse("d", "2e6:10%,1e9:90%", "", ParseNumber);
  const LoadResult result = Open(200, 10, mix);
  std::size_t of_eight = 0;
  for (const auto& [at, request] : server_->received) {
    of_eight += request.dialogues.size() == 8 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(of_eight), 500, 60);
  EXPECT_NEAR(static_cast<double>(result.counts.errors.at("DEADLINE_EXCEEDED")),
              200, 40);
  EXPECT_GT(result.counts.dialogues, result.counts.ok * 2);
}

TEST_F(LoadRunTest, PrioritiesComeInTheirSharesAndAreToldApart) {
  UseServer(milliseconds(4));
  RequestMix mix;
  mix.priority = *WeightedMix::Parse("p", "1:75%,2:25%", "", ParseNumber);
  mix.deadline = WeightedMix(3e6);
  const LoadResult result = Open(200, 10, mix);
  ASSERT_EQ(result.priorities.size(), 2u);
  const Outcome& bulk = result.priorities.at("bulk");
  EXPECT_NEAR(static_cast<double>(bulk.counts.sent), 500, 60);
  EXPECT_EQ(bulk.counts.sent + result.priorities.at("interactive").counts.sent,
            result.counts.sent);
  EXPECT_EQ(bulk.counts.errors.at("DEADLINE_EXCEEDED"), bulk.counts.sent);
  EXPECT_EQ(bulk.response.count(), bulk.counts.sent);
  std::size_t said = 0;
  for (const auto& [at, request] : server_->received) {
    said += request.priority == kPriorityBulk ? 1 : 0;
  }
  EXPECT_EQ(said, bulk.counts.sent);
  EXPECT_TRUE(Open(200, 1).priorities.empty());
}

TEST_F(LoadRunTest, CancelledRequestsAreNoErrors) {
  UseServer(milliseconds(4));
  RequestMix mix;
  mix.cancel_share = 0.5;
  mix.cancel_within = milliseconds(4);
  const LoadResult result = Open(200, 5, mix);
  EXPECT_NEAR(static_cast<double>(result.counts.cancelled), 500, 60);
  EXPECT_EQ(result.counts.ErrorCount(), 0u);
  EXPECT_EQ(result.counts.ok + result.counts.cancelled, 1000u);
}

TEST_F(LoadRunTest, GoodAnswersAreThoseWithinTheLimit) {
  UseServer(milliseconds(1));
  server_->Stall(clock_.Now() + seconds(1), seconds(1));
  const LoadResult result = Open(100, 10);
  EXPECT_EQ(result.counts.ok, 1000u);
  EXPECT_NEAR(static_cast<double>(result.counts.good), 895, 10);
}

TEST_F(LoadRunTest, APhaseEndsWhenItIsToldTo) {
  UseServer(milliseconds(1));
  LoadRun run({}, DialogueOrder(1, false, 1), 1, *server_, clock_);
  const auto end = clock_.Now() + seconds(3);
  const auto keep_going = [&] { return clock_.Now() < end; };
  run.RunClosed(clock_.Now() + seconds(9), 2, NewRecorder(seconds(9)),
                keep_going);
  run.Drain(Clock::TimePoint::max());
  EXPECT_NEAR(static_cast<double>(server_->received.size()), 3000, 120);
}

}  // namespace
}  // namespace emotion::load
