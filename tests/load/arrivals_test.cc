#include "client/load/arrivals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace emotion::load {
namespace {

using std::chrono::milliseconds;

std::vector<double> AllSeconds(const SpacingOptions& options,
                               RateProfile profile) {
  auto arrivals = MakeArrivals(options, std::move(profile));
  EXPECT_TRUE(arrivals.ok());
  std::vector<double> all;
  while (const auto next = (*arrivals)->Next()) {
    all.push_back(std::chrono::duration<double>(*next).count());
  }
  return all;
}

std::vector<double> Gaps(const std::vector<double>& instants) {
  std::vector<double> gaps;
  double last = 0;
  for (double each : instants) {
    gaps.push_back(each - last);
    last = each;
  }
  return gaps;
}

// The squared coefficient of variation.
double Burstiness(const std::vector<double>& gaps) {
  double sum = 0;
  double squares = 0;
  for (double gap : gaps) {
    sum += gap;
    squares += gap * gap;
  }
  const auto count = static_cast<double>(gaps.size());
  const double mean = sum / count;
  return (squares / count - mean * mean) / (mean * mean);
}

TEST(ArrivalsTest, ConstantArrivalsComeEvenlyFromTheBeginning) {
  const auto all =
      AllSeconds({.spacing = Spacing::kConstant}, *RateProfile::Constant(4, 1));
  EXPECT_EQ(all, (std::vector<double>{0, 0.25, 0.5, 0.75}));
}

// Kolmogorov and Smirnov: the largest distance between the gaps' distribution
// and 1 - exp(-rate t). Beyond 1.63 / sqrt(n) it is no exponential at the 1 %
// level.
TEST(ArrivalsTest, PoissonGapsAreExponential) {
  constexpr double kRate = 500;
  for (std::uint64_t seed : {1, 2, 3}) {
    auto gaps = Gaps(AllSeconds({.spacing = Spacing::kPoisson, .seed = seed},
                                *RateProfile::Constant(kRate, 40)));
    std::ranges::sort(gaps);
    const auto count = static_cast<double>(gaps.size());
    double distance = 0;
    for (std::size_t i = 0; i < gaps.size(); ++i) {
      const double expected = 1 - std::exp(-kRate * gaps[i]);
      const auto rank = static_cast<double>(i);
      distance = std::max(
          {distance, expected - rank / count, (rank + 1) / count - expected});
    }
    EXPECT_LT(distance, 1.63 / std::sqrt(count)) << seed;
  }
}

// Chi-square of the counts in 10 ms against Poisson's law with mean 5; the
// last class holds 10 and more. 10 degrees of freedom: 23.2 at the 1 % level.
TEST(ArrivalsTest, PoissonCountsFollowPoissonsLaw) {
  constexpr double kMean = 5;
  constexpr std::size_t kSlots = 4000;
  std::vector<std::size_t> counts(kSlots);
  for (double at : AllSeconds({.spacing = Spacing::kPoisson, .seed = 4},
                              *RateProfile::Constant(500, 40))) {
    ++counts[static_cast<std::size_t>(at * 100)];
  }
  std::vector<double> observed(11);
  for (std::size_t count : counts) observed[std::min<std::size_t>(count, 10)]++;
  double chi_square = 0;
  double rest = kSlots;
  double expected = kSlots * std::exp(-kMean);
  for (std::size_t k = 0; k <= 10; ++k) {
    if (k == 10) expected = rest;
    chi_square += std::pow(observed[k] - expected, 2) / expected;
    rest -= expected;
    expected *= kMean / static_cast<double>(k + 1);
  }
  EXPECT_LT(chi_square, 23.2);
}

TEST(ArrivalsTest, EvenGapsAndGammaGapsAreNotPoisson) {
  const auto burstiness = [](const SpacingOptions& options) {
    return Burstiness(
        Gaps(AllSeconds(options, *RateProfile::Constant(500, 100))));
  };
  EXPECT_NEAR(burstiness({.spacing = Spacing::kConstant}), 0, 0.001);
  EXPECT_NEAR(burstiness({.spacing = Spacing::kPoisson}), 1, 0.05);
  EXPECT_NEAR(burstiness({.spacing = Spacing::kGamma, .gamma_shape = 0.25}), 4,
              0.4);
  EXPECT_NEAR(burstiness({.spacing = Spacing::kGamma, .gamma_shape = 4}), 0.25,
              0.02);
}

TEST(ArrivalsTest, TheRateFollowsTheProfile) {
  const auto ramp = AllSeconds({.spacing = Spacing::kPoisson},
                               *RateProfile::Ramp("0:1000", 20));
  const auto first_half =
      std::ranges::count_if(ramp, [](double at) { return at < 10; });
  EXPECT_NEAR(static_cast<double>(ramp.size()), 10000, 300);
  EXPECT_NEAR(static_cast<double>(first_half), 2500, 150);
}

TEST(ArrivalsTest, TheSeedDecides) {
  const auto run = [](std::uint64_t seed) {
    return AllSeconds({.spacing = Spacing::kPoisson, .seed = seed},
                      *RateProfile::Constant(100, 1));
  };
  EXPECT_EQ(run(5), run(5));
  EXPECT_NE(run(5), run(6));
}

TEST(ArrivalsTest, AnOddShapeIsRefused) {
  const auto made =
      MakeArrivals({.gamma_shape = 0}, *RateProfile::Constant(100, 1));
  EXPECT_EQ(made.status().field(), "gamma_shape");
}

TEST(ArrivalsTest, ATraceIsReplayed) {
  std::istringstream in("# seconds\n0\n0.5\r\n\n0.5\n2\n");
  const auto trace = ReadTrace(in, "trace", 2);
  ASSERT_TRUE(trace.ok()) << trace.status().ToString();
  auto replay = MakeReplay(*trace);
  EXPECT_EQ(replay->Next(), milliseconds(0));
  EXPECT_EQ(replay->Next(), milliseconds(250));
  EXPECT_EQ(replay->Next(), milliseconds(250));
  EXPECT_EQ(replay->Next(), milliseconds(1000));
  EXPECT_EQ(replay->Next(), std::nullopt);
}

TEST(ArrivalsTest, ABrokenTraceNamesItsLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1\nx\n", "trace:2"}, {"2\n1\n", "trace:2"}, {"-1\n", "trace:1"},
      {"", "trace"},         {"# none\n", "trace"}, {"nan\n", "trace:1"}};
  for (const auto& [text, field] : cases) {
    std::istringstream in(text);
    EXPECT_EQ(ReadTrace(in, "trace", 1).status().field(), field) << text;
  }
}

}  // namespace
}  // namespace emotion::load
