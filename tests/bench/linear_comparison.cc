#include "tests/bench/linear_comparison.h"

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "server/kernels/precision.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/onednn_linears.h"
#include "tests/bench/operator_times.h"
#include "tests/bench/roof.h"

namespace emotion::bench {
namespace {

using kernels::Precision;

constexpr std::size_t kBatches[] = {1, 8, 32};

}  // namespace

nlohmann::json CompareInt8Linears(std::span<const Encoding> dialogues,
                                  std::size_t vocabulary, std::size_t rounds,
                                  double seconds) {
  auto result = nlohmann::json::array();
  std::vector<std::vector<std::string>> table;
  for (const std::size_t batch : kBatches) {
    if (dialogues.size() < batch) continue;
    std::vector<double> ours;
    std::vector<double> theirs;
    std::vector<double> ratios;
    std::vector<double> roofs;
    double tokens = 0;
    for (std::size_t round = 0; round <= rounds; ++round) {
      const OperatorTimes own =
          MeasureOperators(Precision::kInt8, dialogues, batch, vocabulary);
      tokens = own.tokens;
      const double other = MeasureOneDnnLinears(
          static_cast<std::size_t>(std::lround(tokens)), seconds);
      const double roof = MeasureRoof(Precision::kInt8, 1, seconds / 2);
      if (round == 0) continue;  // Warm-up.
      ours.push_back(own.linears_gops);
      theirs.push_back(other);
      ratios.push_back(own.linears_gops / other);
      roofs.push_back(roof);
    }
    const Spread ratio = SpreadOf(ratios);
    result.push_back({{"batch", batch},
                      {"tokens", tokens},
                      {"ours_gops", ToJson(SpreadOf(ours))},
                      {"onednn_gops", ToJson(SpreadOf(theirs))},
                      {"times_as_fast", ToJson(ratio)},
                      {"roof_gops", ToJson(SpreadOf(roofs))}});
    table.push_back({std::to_string(batch), Fixed(tokens, 1),
                     SpreadText(SpreadOf(ours), 0),
                     SpreadText(SpreadOf(theirs), 0), SpreadText(ratio, 2),
                     Fixed(SpreadOf(roofs).median, 0)});
  }
  std::cout << "\n## The int8 linears alone, beside oneDNN's (one thread)\n\n"
            << MarkdownTable({"batch", "tokens", "ours, Gop/s",
                              "onednn::qlinear_pointwise, Gop/s",
                              "times as fast", "roof, Gop/s"},
                             table);
  return result;
}

}  // namespace emotion::bench
