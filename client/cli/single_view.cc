#include "client/cli/single_view.h"

#include <algorithm>
#include <vector>

#include "client/cli/result_writer.h"
#include "client/cli/style.h"

namespace emotion::client {
namespace {

constexpr std::size_t kBarCells = 24;

std::string TimingsLine(const Classification& result) {
  if (!result.timings) return "";
  const Timings& timings = *result.timings;
  return "timings: tokenize " + Milliseconds(timings.tokenize) + " ms, queue " +
         Milliseconds(timings.queue) + " ms, compute " +
         Milliseconds(timings.compute) + " ms; batch of " +
         std::to_string(timings.batch_dialogues) + " dialogues, " +
         std::to_string(timings.batch_tokens) + " tokens\n";
}

std::string Percent(double part) {
  const std::string number = Fixed(100 * part, 1);
  return std::string(number.size() < 5 ? 5 - number.size() : 0, ' ') + number +
         " %";
}

// "label probability", the most probable first.
std::vector<std::string> Ranking(const Classification& result) {
  auto sorted = result.probabilities;
  // The classified label stays first should another be just as probable.
  std::ranges::stable_sort(sorted, [&](const auto& a, const auto& b) {
    if (a.probability != b.probability) return a.probability > b.probability;
    return a.label == result.label && b.label != result.label;
  });
  std::vector<std::string> ranking;
  ranking.reserve(sorted.size());
  for (const auto& [label, probability] : sorted) {
    ranking.push_back(label + ' ' + Fixed(probability, 3));
  }
  return ranking;
}

}  // namespace

std::string PlainView(const Classification& result) {
  std::string text;
  for (const auto& each : Ranking(result)) text += each + '\n';
  return text + TimingsLine(result);
}

std::string PlainLine(const Classification& result) {
  std::string text;
  for (const auto& each : Ranking(result)) {
    text += (text.empty() ? "" : " ") + each;
  }
  return text;
}

std::string TerminalView(const Classification& result, bool colours) {
  std::size_t width = 0;
  for (const auto& each : result.probabilities) {
    width = std::max(width, each.label.size());
  }
  std::string text = std::string(Emoji(result.label)) + ' ' +
                     Coloured(result.label, result.label, colours) + "\n\n";
  for (const auto& [label, probability] : result.probabilities) {
    text += "  " + label + std::string(width - label.size() + 2, ' ') +
            Coloured(Bar(probability, kBarCells), label, colours) + ' ' +
            Percent(probability) + '\n';
  }
  if (!result.truncated_turns.empty()) {
    text += "\ncut because too long: turn";
    for (std::uint32_t turn : result.truncated_turns) {
      text += ' ' + std::to_string(turn + 1);
    }
    text += '\n';
  }
  const std::string timings = TimingsLine(result);
  return timings.empty() ? text : text + '\n' + timings;
}

}  // namespace emotion::client
