#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/load/html_compare.h"
#include "client/load/html_report.h"
#include "client/load/load_result.h"
#include "client/load/result_csv.h"
#include "client/load/result_json.h"
#include "client/load/summary.h"

namespace emotion::load {
namespace {

using testing::HasSubstr;
using testing::Not;

LoadResult Sample() {
  LoadResult result;
  result.settings = {{"rate", "100"}, {"input", "a<b>&\"c\".tsv"}};
  result.started_at = "2026-01-02T03:04:05Z";
  result.seconds = 10;
  result.warmup_seconds = 3;
  result.warmup_steady = true;
  result.counts.sent = 1000;
  result.counts.ok = 990;
  result.counts.good = 900;
  result.counts.late = 2;
  result.counts.errors = {{"UNAVAILABLE", 10}};
  for (std::uint64_t i = 1; i <= 990; ++i) {
    result.response.Record(i * 100'000);
    result.service.Record(i * 50'000);
    result.schedule_error.Record(20'000);
  }
  result.intervals["response.p99"] = {98, 96, 100};
  Outcome& bulk = result.priorities["bulk"];
  bulk.counts.sent = 100;
  bulk.counts.ok = 97;
  bulk.counts.errors = {{"UNAVAILABLE", 3}};
  bulk.response.Record(70'000'000, 97);
  bulk.service.Record(60'000'000, 97);
  for (double at : {0.0, 1.0, 2.0}) {
    result.timeline.push_back({at, 1, 100, 99, 1, 50, 98, 99, 49});
  }
  result.answers = {100, 85, 890, 1, 0.25, {{"sad", 990}}};
  result.generator = {0.5, 2, 0.3, {}};
  result.server = ServerView{10, 0, {{"cpu_cores", 1.5}}};
  result.curve = {{50, 50, 1, 2, 1, 0, true}, {100, 99, 2, 90, 80, 0, false}};
  result.search = SearchResult{"p99<50ms", 74.5, true};
  return result;
}

TEST(ResultsTest, JsonHoldsEverythingAndComesBack) {
  const std::string json = ToJson(Sample());
  std::istringstream in(json);
  const auto back = FromJson(in, "x.json");
  ASSERT_TRUE(back.ok()) << back.status().ToString();
  EXPECT_EQ(back->counts.ErrorCount(), 10u);
  EXPECT_EQ(back->response.Cells(), Sample().response.Cells());
  EXPECT_EQ(back->search->rate, 74.5);
  EXPECT_EQ(back->server->figures.at("cpu_cores"), 1.5);
  EXPECT_EQ(back->timeline.size(), 3u);
  EXPECT_EQ(back->answers.labels.at("sad"), 990u);
  EXPECT_EQ(back->priorities.at("bulk").counts.errors.at("UNAVAILABLE"), 3u);
  EXPECT_EQ(back->priorities.at("bulk").response.count(), 97u);
  EXPECT_THAT(json, HasSubstr("\"p99.99\""));
}

TEST(ResultsTest, WhatIsNoResultIsRefused) {
  const std::string good = ToJson(Sample());
  std::string other_format = good;
  other_format.replace(other_format.find("\"format\": 1"), 11, "\"format\": 2");
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[1"), other_format,
        good.substr(0, good.size() / 2)}) {
    std::istringstream in(text);
    EXPECT_EQ(FromJson(in, "x.json").status().field(), "x.json");
  }
}

TEST(ResultsTest, CsvHasOneFigureInARow) {
  const std::string csv = ToCsv(Sample());
  EXPECT_THAT(csv, testing::StartsWith("group,name,value\r\n"));
  for (const char* row :
       {"requests,\"sent\",1000\r\n", "errors,\"UNAVAILABLE\",10\r\n",
        "run,\"ok_rate\",99\r\n", "answers,\"inconsistent\",1\r\n",
        "server,\"cpu_cores\",1.5\r\n", "timeline,\"1.response_p99\",98\r\n",
        "curve,\"50.response_p99\",2\r\n",
        "priorities,\"bulk.errors.UNAVAILABLE\",3\r\n",
        "priorities,\"bulk.sent\",100\r\n"}) {
    EXPECT_THAT(csv, HasSubstr(row));
  }
}

TEST(ResultsTest, MergedResultsAddUp) {
  const LoadResult merged = MergeResults({Sample(), Sample(), Sample()});
  EXPECT_EQ(merged.generators, 3u);
  EXPECT_EQ(merged.counts.sent, 3000u);
  EXPECT_EQ(merged.counts.errors.at("UNAVAILABLE"), 30u);
  EXPECT_EQ(merged.response.count(), 2970u);
  EXPECT_EQ(merged.response.ValueAt(99), Sample().response.ValueAt(99));
  EXPECT_DOUBLE_EQ(merged.OkRate(), 297);
  EXPECT_EQ(merged.priorities.at("bulk").counts.sent, 300u);
  EXPECT_EQ(merged.priorities.at("bulk").service.count(), 291u);
  EXPECT_EQ(merged.timeline[1].sent, 300u);
  EXPECT_EQ(merged.timeline[1].response_p99, 98);
  EXPECT_TRUE(merged.intervals.empty());
}

TEST(ResultsTest, TheSummaryShowsWhatMatters) {
  const std::string text = Summary(Sample());
  for (const char* part :
       {"1000 requests in 10.0 s: 99.0 answers/s, 90.0/s good",
        "10 errors (1.000 %), 2 sent late", "UNAVAILABLE 10",
        "accuracy 0.8500 of 100", "1 of 890 repeated",
        "highest rate for p99<50ms: 74.5/s", "cpu_cores 1.50", "(96.0 - 100.0)",
        "bulk: 100 sent, 3 errors, response p50 70.0 ms"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  LoadResult slow = Sample();
  slow.generator.warnings = {"too slow"};
  EXPECT_THAT(Summary(slow), HasSubstr("warning: too slow\n"));
}

TEST(ResultsTest, AComparisonShowsTheChange) {
  LoadResult faster = Sample();
  faster.seconds = 5;
  const std::string text = CompareText(Sample(), faster);
  EXPECT_THAT(text, HasSubstr("+100.0 %"));
  EXPECT_THAT(text, HasSubstr("response p99.99, ms"));
}

TEST(ResultsTest, TheReportStandsAlone) {
  const std::vector<std::string> pages = {ToHtml(Sample()),
                                          CompareHtml(Sample(), Sample())};
  for (const std::string& page : pages) {
    for (const char* outside :
         {"http://", "https://", "<script", "src=", "@import", "url("}) {
      EXPECT_THAT(page, Not(HasSubstr(outside)));
    }
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, Not(HasSubstr("nan")));
    EXPECT_THAT(page, Not(HasSubstr("a<b>")));
  }
  for (const char* chart : {"Response time by offered rate",
                            "Percentiles of both times", "Times along the run",
                            "Requests along the run", "How requests ended"}) {
    EXPECT_THAT(pages[0], HasSubstr("aria-label=\"" + std::string(chart)));
  }
  EXPECT_THAT(pages[0], HasSubstr("a&lt;b&gt;&amp;&quot;c&quot;.tsv"));
}

TEST(ResultsTest, AnEmptyResultCanBeShown) {
  EXPECT_THAT(ToHtml(LoadResult()), HasSubstr("Load report"));
  EXPECT_THAT(ToHtml(LoadResult()), Not(HasSubstr("nan")));
  EXPECT_THAT(Summary(LoadResult()), HasSubstr("0 requests"));
  EXPECT_THAT(ToCsv(LoadResult()), HasSubstr("\"sent\",0"));
}

}  // namespace
}  // namespace emotion::load
