// Prints a real scrape, for promtool to check.
#include <cstdio>

#include "tests/metrics/full_page.h"

int main() {
  const emotion::HttpReply reply =
      emotion::Scrape(emotion::LoadedMetrics().metrics);
  std::fputs(reply.body.c_str(), stdout);
  return reply.body.empty() ? 1 : 0;
}
