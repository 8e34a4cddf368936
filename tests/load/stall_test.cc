#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "client/load/load_run.h"
#include "client/load/result_json.h"
#include "common/clock.h"
#include "tests/client/run_cli.h"
#include "tests/load/simulated_server.h"
#include "tests/support/fake_emotion_server.h"

namespace emotion::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Sends a request only when the one before is answered, as generators with a
// bound on what is in flight do: the next send waits for the slow server.
class OneAtATime final : public Transport {
 public:
  OneAtATime(Transport& transport, SimulatedClock& clock)
      : transport_(transport), clock_(clock) {}

  Cancel Start(const LoadRequest& request, bool, Done done) override {
    bool answered = false;
    LoadReply reply;
    transport_.Start(request, false, [&](LoadReply got) {
      answered = true;
      reply = std::move(got);
    });
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    while (!answered) clock_.WaitUntil(never, lock, Clock::TimePoint::max());
    done(std::move(reply));
    return {};
  }

 private:
  Transport& transport_;
  SimulatedClock& clock_;
};

// 100 a second for 20 s, and the server stands still for 2 s: about 200 of
// 2000 requests should have been answered and were not.
LoadResult RunWithStall(SimulatedClock& clock, Transport& transport) {
  RecorderOptions options;
  options.start = clock.Now();
  options.duration = seconds(20);
  const auto recorder = std::make_shared<Recorder>(options, nullptr);
  LoadRun run({}, DialogueOrder(1, false, 1), 1, transport, clock);
  auto arrivals = *MakeArrivals({.spacing = Spacing::kConstant},
                                *RateProfile::Constant(100, 20));
  run.RunOpen(clock.Now(), *arrivals, recorder, {});
  run.Drain(Clock::TimePoint::max());
  LoadResult result;
  recorder->Finish(result);
  return result;
}

double P99(const HdrHistogram& times) {
  return static_cast<double>(times.ValueAt(99)) / 1e6;
}

TEST(StallTest, ServiceTimeAloneHidesAStallWhenSendsAreHeldBack) {
  SimulatedClock clock;
  SimulatedServer server(clock, milliseconds(1));
  server.Stall(clock.Now() + seconds(5), seconds(2));
  OneAtATime bounded(server, clock);
  const LoadResult result = RunWithStall(clock, bounded);
  EXPECT_LT(P99(result.service), 2);
  EXPECT_GT(P99(result.response), 1700);
  EXPECT_GT(result.counts.late, 150u);
}

TEST(StallTest, TheOpenLoopShowsTheStallInFull) {
  SimulatedClock clock;
  SimulatedServer server(clock, milliseconds(1));
  server.Stall(clock.Now() + seconds(5), seconds(2));
  const LoadResult result = RunWithStall(clock, server);
  EXPECT_GT(P99(result.response), 1700);
  EXPECT_EQ(result.counts.late, 0u);
}

// Starts a run of the command against a server that stands still for 2 s
// after its 50th call.
LoadResult RunCommandWithStall(const std::vector<std::string>& traffic) {
  FakeEmotionServer server;
  std::thread stall([&] {
    EXPECT_TRUE(server.WaitForCalls(50));
    server.Hold();
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, seconds(2), [] { return false; });
    server.Release();
  });
  const client::ScratchFile json("result.json", "");
  std::vector<std::string> words = {"load",     "--address", server.address(),
                                    "--warmup", "0s",        "--duration",
                                    "4s",       "--json",    json.path()};
  words.insert(words.end(), traffic.begin(), traffic.end());
  const client::CliRun run = client::RunCli(words);
  stall.join();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::ifstream file(json.path());
  auto result = FromJson(file, json.path());
  EXPECT_TRUE(result.ok()) << run.out;
  return result.ok() ? *result : LoadResult();
}

TEST(StallTest, TheCommandShowsAStallOfTheServer) {
  const LoadResult open = RunCommandWithStall({"--rate", "100"});
  EXPECT_GT(P99(open.response), 1500);
  EXPECT_EQ(open.counts.ErrorCount(), 0u);
  EXPECT_GT(open.counts.sent, 300u);
}

TEST(StallTest, AClosedLoopHidesTheSameStall) {
  const LoadResult closed = RunCommandWithStall({"--concurrency", "1"});
  EXPECT_LT(P99(closed.service), 1000);
  EXPECT_GE(static_cast<double>(closed.service.max()) / 1e6, 1900);
}

}  // namespace
}  // namespace emotion::load
